import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_analysis.metrics.share import difference, distribution, levels, share, tally, whole, wilson, with_share

QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))


@pytest.mark.parametrize(
    ("count", "denominator", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0.00, 16.11), (1, 29, 0.61, 17.18), (29, 29, 88.30, 100)],
)
def test_wilson_agrees_with_newcombe_1998_table_i_method_3(count, denominator, low, high):
    assert wilson(count, denominator) == (pytest.approx(low, abs=0.005), pytest.approx(high, abs=0.005))


def test_wilson_takes_many_at_once_and_has_no_interval_for_what_is_no_proportion():
    low, high = wilson([15, 0, 3, np.nan, -1], [148, 0, 2, 9, 9])
    assert low[0] == pytest.approx(6.24, abs=0.005)
    assert high[0] == pytest.approx(16.05, abs=0.005)
    assert np.isnan(low[1:]).all()
    assert np.isnan(high[1:]).all()


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 5.24, 33.39),
        ((9, 10, 3, 10), 17.05, 80.90),
        ((6, 7, 2, 7), 5.82, 80.62),
        ((5, 56, 0, 29), -3.81, 19.26),
        ((0, 10, 0, 20), -16.11, 27.75),
        ((0, 10, 0, 10), -27.75, 27.75),
        ((10, 10, 0, 20), 67.91, 100),
        ((10, 10, 0, 10), 60.75, 100),
    ],
)
def test_difference_agrees_with_newcombe_1998_table_ii_method_10(counts, low, high):
    assert difference(*counts) == (pytest.approx(low, abs=0.005), pytest.approx(high, abs=0.005))


def test_difference_of_the_reference_quarter_is_no_clear_change():
    low, high = difference(8, 45, 7, 25)
    assert (round(float(low), 1), round(float(high), 1)) == (-31.6, 9.1)


def test_difference_has_no_interval_where_there_is_nothing_to_divide_by():
    low, high = difference([8, 0, 8], [45, 0, 45], [0, 7, 7], [0, 25, 25])
    assert list(np.isnan(low)) == list(np.isnan(high)) == [True, True, False]


def test_levels_are_all_and_then_the_categories_whether_they_occur_or_not(make_audits):
    assert levels(make_audits(("2025-07-01", "CL", "G"))) == ["All", "EH", "H&P", "CIC", "CL"]


def test_tally_has_every_cell_in_the_order_asked_for_and_leaves_other_values_out():
    rows = pd.DataFrame({"quarter": [QUARTERS[1], QUARTERS[1], QUARTERS[0] - 1], "team": ["B", "B", "A"]})
    counts = tally(rows, {"quarter": QUARTERS, "team": ["B", "A"]})
    assert list(counts.itertuples(index=False, name=None)) == [
        (QUARTERS[0], "B", 0),
        (QUARTERS[0], "A", 0),
        (QUARTERS[1], "B", 2),
        (QUARTERS[1], "A", 0),
    ]
    assert dict(counts.dtypes.astype(str)) == {"quarter": "period[Q-MAR]", "team": "str", "count": "int64"}


def test_all_counts_rows_without_a_level_of_need_too():
    need = pd.Categorical(["EH", None], categories=["EH", "CL"], ordered=True)
    counts = tally(pd.DataFrame({"level_of_need": need}), {"level_of_need": ["All", "EH", "CL"]})
    assert list(counts["count"]) == [2, 1, 0]


def test_share_counts_a_missing_answer_as_no():
    rows = pd.DataFrame({"quarter": QUARTERS[1:] * 4, "yes": pd.array([True, None, False, True], dtype="boolean")})
    (row,) = share(rows, {"quarter": QUARTERS[1:]}, where=rows["yes"]).to_dict("records")
    assert (row["count"], row["denominator"], row["percent"]) == (2, 4, 50.0)


def test_share_of_no_rows_is_nought_of_nought_without_a_percentage():
    rows = pd.DataFrame({"quarter": pd.Series(dtype="period[Q-MAR]"), "yes": pd.Series(dtype="boolean")})
    result = share(rows, {"quarter": QUARTERS}, where=rows["yes"])
    assert result[["count", "denominator"]].to_numpy().tolist() == [[0, 0], [0, 0]]
    assert result[["percent", "ci_low", "ci_high"]].isna().all(axis=None)
    assert dict(result.dtypes.astype(str)) == {
        "quarter": "period[Q-MAR]",
        "count": "int64",
        "denominator": "int64",
        "percent": "float64",
        "ci_low": "float64",
        "ci_high": "float64",
    }


def test_distribution_leaves_rows_without_a_category_out_of_the_denominator():
    grade = pd.Categorical(["Good", None, "Good", "Weak"], categories=["Good", "Fair", "Weak"])
    rows = pd.DataFrame({"quarter": QUARTERS[1:] * 4, "grade": grade})
    result = distribution(rows, {"quarter": QUARTERS}, of="grade")
    assert list(result["category"]) == ["Good", "Fair", "Weak"] * 2
    assert list(result["count"]) == [0, 0, 0, 2, 0, 1]
    assert list(result["denominator"]) == [0, 0, 0, 3, 3, 3]


def test_a_share_without_interval_has_the_columns_all_the_same():
    result = with_share(pd.DataFrame({"count": [3], "denominator": pd.array([2], dtype="Int64")}), interval=False)
    assert result["percent"].tolist() == [150.0]
    assert result[["ci_low", "ci_high"]].isna().all(axis=None)


def test_whole_keeps_what_is_no_whole_number():
    assert whole(pd.Series([8.0, None], dtype="Float64")).dtype == "Int64"
    assert list(whole(pd.Series([12.5, 1.0], dtype="Float64"))) == [12.5, 1.0]
    assert whole(pd.Series([], dtype="Float64")).dtype == "Int64"


@settings(deadline=None)
@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_a_share_lies_within_its_interval_and_the_interval_within_0_to_100(counts):
    (row,) = with_share(pd.DataFrame([counts], columns=["count", "denominator"])).to_dict("records")
    assert 0 <= row["ci_low"] <= row["percent"] <= row["ci_high"] <= 100


@settings(deadline=None)
@given(st.integers(1, 90), st.integers(1, 90), st.data())
def test_a_difference_turned_round_is_its_negative(total, earlier_total, data):
    count = data.draw(st.integers(0, total))
    earlier = data.draw(st.integers(0, earlier_total))
    low, high = difference(count, total, earlier, earlier_total)
    turned_low, turned_high = difference(earlier, earlier_total, count, total)
    change = 100 * (count / total - earlier / earlier_total)
    assert -100 <= low <= change + 1e-9
    assert change - 1e-9 <= high <= 100
    assert (turned_low, turned_high) == (pytest.approx(-high), pytest.approx(-low))
