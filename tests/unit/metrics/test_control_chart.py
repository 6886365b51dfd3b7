import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_analysis.metrics.change import changes
from qa_analysis.metrics.control_chart import control_limits
from tests.tables import counts

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
MONTHS = [f"{month}-01" for month in pd.period_range("2024-04", "2025-09", freq="M")]  # 18


@pytest.fixture(scope="module")
def chart(make_audits):
    """Return a function of pairs: how many of how many audits are Good or better, one pair a month up to September."""

    def of(*pairs):
        months = MONTHS[-len(pairs) :] if pairs else []
        rows = [
            (month, "EH" if place % 2 else "CL", "G" if place < good else "RI")
            for month, (good, number) in zip(months, pairs, strict=True)
            for place in range(number)
        ]
        return control_limits(counts("control_chart", [Q2], by_month=True, audits=make_audits(*rows)))

    return of


def test_limits_are_exact_binomial_ones(chart):
    result = chart(*[(5, 10)] * 11, (10, 20))
    assert result["month"].astype("str").tolist() == [month[:7] for month in MONTHS[-12:]]
    assert result["mean"].tolist() == [50] * 12
    # Binomial, n = 10, p = 1/2, times 1024: P(X ≤ 0) = 1 = 0.00098, P(X ≤ 1) = 11 = 0.0107: the 0.135% point is 1.
    # n = 20: P(X ≤ 3) = 0.00129, P(X ≤ 4) = 0.00591 (tables): the 0.135% point is 4.
    assert result["limit_low"].tolist() == [10] * 11 + [20]
    assert result["limit_high"].tolist() == [90] * 11 + [80]
    assert result["signal"].tolist() == [""] * 12


def test_under_twelve_months_with_audits_the_line_is_plain(chart):
    result = chart(*[(0, 10)] * 5, (0, 0), *[(10, 10)] * 6)
    assert len(result) == 12
    assert result[["mean", "limit_low", "limit_high"]].isna().all(axis=None)
    assert result["signal"].tolist() == [""] * 12
    assert result["percent"].tolist()[:5] == [0] * 5
    assert math.isnan(result.loc[5, "percent"])


def test_a_point_outside_the_limits_is_a_signal(chart):
    result = chart(*[(5, 10), (4, 10)] * 3, *[(4, 10), (5, 10)] * 3, (10, 10))
    assert result["mean"].tolist()[0] == pytest.approx(100 * 64 / 130)
    assert result["limit_high"].tolist()[0] == 90
    assert result["signal"].tolist() == [""] * 12 + ["outside the limits"]


def test_a_month_without_audits_has_no_limits_and_breaks_no_run(chart):
    result = chart(*[(3, 10)] * 6, (0, 0), (3, 10), *[(7, 10)] * 6, (6, 10))
    quiet = result.loc[6]
    assert quiet["denominator"] == 0
    assert quiet[["percent", "limit_low", "limit_high"]].isna().all()
    assert quiet["signal"] == ""
    assert result["signal"].tolist() == ["7 on one side of the mean"] * 6 + [""] + ["7 on one side of the mean"] * 8


def test_six_on_one_side_are_no_signal_and_a_point_on_the_mean_ends_a_run(chart):
    six = chart(*[(4, 10)] * 6, *[(6, 10)] * 6)
    assert six["signal"].tolist() == [""] * 12
    on_the_mean = chart(*[(4, 10)] * 6, (5, 10), *[(6, 10)] * 6)
    assert on_the_mean["mean"].tolist()[0] == 50
    assert on_the_mean["signal"].tolist() == [""] * 13


def test_seven_points_one_way_are_a_signal(chart):
    result = chart(*[(11, 20), (9, 20)] * 3, *[(7 + step, 20) for step in range(7)])
    assert result["signal"].tolist() == [""] * 6 + ["7 points one way"] * 7


def test_six_points_one_way_and_an_equal_pair_are_none(chart):
    assert set(chart(*[(11, 20), (9, 20)] * 3, *[(8 + step, 20) for step in range(6)])["signal"]) == {""}
    level = [7, 8, 9, 10, 10, 11, 12, 13]
    assert set(chart(*[(11, 20), (9, 20)] * 3, *[(count, 20) for count in level])["signal"]) == {""}


def test_seven_points_down_are_a_signal_too(chart):
    result = chart(*[(13 - step, 20) for step in range(7)], *[(11, 20), (9, 20)] * 3)
    # The seventh is 7 of 20 and the eighth goes up again.
    assert result["signal"].tolist() == ["7 points one way"] * 7 + [""] * 6


def test_two_of_three_near_the_same_limit(chart):
    # n = 20, mean 50%, limits 20% and 80%: the outer third is above 70% and below 30%.
    calm = [(10, 20), (9, 20), (11, 20)] * 4
    low = [(6, 20), (7, 20)]  # 30% is not below 30%; these bring the mean back
    result = chart(*calm, (15, 20), (12, 20), (15, 20), (5, 20), *low)
    assert result["mean"].tolist()[0] == 50
    assert result["signal"].tolist()[12:15] == ["2 of 3 near the same limit", "", "2 of 3 near the same limit"]
    assert result["signal"].tolist()[15:] == ["", "", ""]


def test_two_near_different_limits_are_no_signal(chart):
    result = chart(*[(10, 20), (9, 20), (11, 20)] * 4, (15, 20), (5, 20), (10, 20))
    assert set(result["signal"]) == {""}


@pytest.mark.parametrize("pair", [(10, 10), (0, 10), (1, 1)])
def test_all_months_the_same_make_no_signal(chart, pair):
    result = chart(*[pair] * 12)
    assert set(result["signal"]) == {""}
    assert (result["percent"] == result["mean"]).all()
    assert (result["limit_low"] <= result["mean"]).all()
    assert (result["mean"] <= result["limit_high"]).all()


def test_no_audits_and_later_audits(make_audits, chart):
    assert len(chart()) == 1
    audits = make_audits(("2025-12-01", "EH", "G"))
    later = control_limits(counts("control_chart", [Q2], by_month=True, audits=audits))
    assert later["denominator"].tolist() == [0]
    assert later["percent"].isna().all()


@settings(deadline=None, max_examples=12)
@given(st.lists(st.integers(0, 9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=18))
def test_limits_hold_the_mean_and_every_audit_is_counted(chart, pairs):
    result = chart(*pairs)
    assert result["count"].sum() == sum(good for good, _ in pairs)
    assert result["denominator"].sum() == sum(number for _, number in pairs)
    drawn = result.dropna(subset="limit_low")
    assert (drawn["limit_low"] <= drawn["mean"] + 1e-9).all()
    assert (drawn["mean"] <= drawn["limit_high"] + 1e-9).all()
    assert drawn["limit_low"].between(0, 100).all()
    assert drawn["limit_high"].between(0, 100).all()
    assert not result["signal"].isna().any()


def test_changes_have_newcombes_interval(make_audits):
    audits = make_audits(
        *[("2025-05-01", "EH", "G")] * 7, *[("2025-05-01", "EH", "RI")] * 18,
        *[("2025-08-01", "EH", "G")] * 8, *[("2025-08-01", "EH", "RI")] * 37,
    )  # fmt: skip
    result = changes(counts("good_or_better", QUARTERS, audits=audits)).set_index(["quarter", "level_of_need"])
    now = result.loc[(Q2, "All")]
    assert (now["count"], now["denominator"], now["earlier_count"], now["earlier_denominator"]) == (8, 45, 7, 25)
    assert now["value"] == pytest.approx(100 * (8 / 45 - 7 / 25))
    assert (round(now["ci_low"], 1), round(now["ci_high"], 1)) == (-31.6, 9.1)
    assert result.loc[Q1, ["value", "ci_low", "ci_high"]].isna().all(axis=None)
    assert result.loc[(Q2, "CL"), ["value", "ci_low", "ci_high"]].isna().all()
    assert len(result) == 10


def test_newcombes_published_example():
    # Newcombe (1998), Statistics in Medicine 17, 873–890, Table II, example (a): 56/70 − 48/80, method 10: 0.0524, 0.3339.
    shares = pd.DataFrame({"quarter": QUARTERS, "level_of_need": "All", "count": [48, 56], "denominator": [80, 70]})
    shares["percent"] = 100 * shares["count"] / shares["denominator"]
    row = changes(shares).iloc[1]
    assert row["value"] == pytest.approx(20)
    assert (round(row["ci_low"], 2), round(row["ci_high"], 2)) == (5.24, 33.39)


def test_a_change_from_a_printed_percentage_has_no_interval():
    shares = pd.DataFrame(
        {
            "quarter": QUARTERS,
            "level_of_need": "All",
            "count": pd.array([None, 8], dtype="Int64"),
            "denominator": pd.array([None, 45], dtype="Int64"),
            "percent": [28.0, 100 * 8 / 45],
        }
    )
    row = changes(shares).iloc[1]
    assert row["value"] == pytest.approx(100 * 8 / 45 - 28)
    assert math.isnan(row["ci_low"])


def test_the_lines_of_the_control_chart_and_its_signals_as_figures(make_audits):
    rows = [
        (month, "EH", "G" if place < good else "RI")
        for month, good in zip(MONTHS[-13:], [5, 4] * 3 + [4, 5] * 3 + [10], strict=True)
        for place in range(10)
    ]
    audits = make_audits(*rows)
    lines = counts("control_chart", QUARTERS, by_month=True, audits=audits)
    assert lines["month"].nunique() == 13  # all months that the limits rest on
    last = lines[lines["month"] == pd.Period("2025-09")].set_index("category")
    assert last["percent"].tolist() == pytest.approx([100, 100 * 64 / 130, 10, 90])
    assert (last["count"]["share"], last["denominator"]["share"]) == (10, 10)
    signals = counts("control_chart_signal", QUARTERS, audits=audits)
    assert signals[signals["quarter"] == Q2][["category", "count", "denominator"]].values.tolist() == [
        ["outside the limits", 1, 13],
        ["7 on one side of the mean", 0, 13],
        ["7 points one way", 0, 13],
        ["2 of 3 near the same limit", 0, 13],
    ]
    before = signals[signals["quarter"] == Q1]  # 10 months: the rules do not speak
    assert before["count"].isna().all()
    assert set(before["denominator"]) == {10}
