import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables import counts

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
GRADES = ["Outstanding", "Good", "Requires improvement", "Inadequate"]

AUDITS = st.lists(
    st.tuples(
        st.sampled_from(["2025-04-01", "2025-06-30", "2025-07-01", "2025-09-30", "2025-10-01"]),
        st.sampled_from(["EH", "H&P", "CIC", "CL"]),
        st.sampled_from(["O", "G", "RI", "I", None]),
        st.sampled_from(["O", "G", "RI", "I", None, None]),
    ),
    max_size=40,
)


def _of(table, **values):
    for column, value in values.items():
        table = table[table[column] == value]
    (row,) = table.to_dict("records")
    return row


@pytest.fixture
def audits(make_audits):
    return make_audits(
        ("2025-05-01", "EH", "I"),
        ("2025-07-01", "EH", "O"),
        ("2025-07-02", "EH", "G", "RI"),  # its final grade is the moderator's
        ("2025-08-01", "CL", "G"),
        ("2025-08-31", "CL", None),  # not graded: completed, but in no denominator
        ("2025-09-30", "CL", "I"),
    )


def test_every_grade_of_every_level_and_quarter_appears_in_order(audits):
    result = counts("grade", QUARTERS, audits=audits)
    assert len(result) == 2 * 5 * 4
    assert list(result["quarter"].unique()) == QUARTERS
    assert list(result["level_of_need"].unique()) == ["All", "EH", "H&P", "CIC", "CL"]
    assert list(result["category"].unique()) == GRADES
    assert list(result["category"][:4]) == GRADES


def test_grades_are_counted_of_graded_audits(audits):
    result = counts("grade", QUARTERS, audits=audits)
    whole_service = result[(result["quarter"] == Q2) & (result["level_of_need"] == "All")]
    assert list(whole_service["count"]) == [1, 1, 1, 1]
    assert list(whole_service["denominator"]) == [4] * 4
    care_leavers = result[(result["quarter"] == Q2) & (result["level_of_need"] == "CL")]
    assert list(care_leavers["count"]) == [0, 1, 0, 1]
    assert list(care_leavers["percent"]) == [0, 50, 0, 50]
    assert _of(result, quarter=Q1, level_of_need="EH", category="Inadequate")["percent"] == 100
    assert pd.isna(_of(result, quarter=Q2, level_of_need="H&P", category="Good")["percent"])


def test_good_or_better_and_inadequate_by_quarter(audits):
    good, failing = counts("good_or_better", QUARTERS, audits=audits), counts("inadequate", QUARTERS, audits=audits)
    assert list(good["count"]) == [0, 0, 0, 0, 0, 2, 1, 0, 0, 1]
    assert list(failing["count"]) == [1, 1, 0, 0, 0, 1, 0, 0, 0, 1]
    assert list(good["denominator"]) == list(failing["denominator"]) == [1, 1, 0, 0, 0, 4, 2, 0, 0, 2]
    row = _of(good, quarter=Q2, level_of_need="All")
    # Wilson: (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n), p = 0.5, n = 4, z = 1.959964
    assert (row["ci_low"], row["ci_high"]) == (pytest.approx(15.0036, abs=1e-3), pytest.approx(84.9964, abs=1e-3))


def test_good_or_better_and_inadequate_by_month(audits):
    months = list(pd.period_range("2025-07", "2025-09", freq="M"))
    good, failing = (counts(name, [Q2], by_month=True, audits=audits) for name in ("good_or_better", "inadequate"))
    whole_service = good["level_of_need"] == "All"
    assert list(good.loc[whole_service, "count"]) == [1, 1, 0]
    assert list(good.loc[whole_service, "denominator"]) == [2, 1, 1]
    assert list(failing.loc[whole_service, "count"]) == [0, 0, 1]
    assert list(good.loc[whole_service, "month"]) == months


def test_no_audits(make_audits):
    for table in (
        counts("grade", QUARTERS, audits=make_audits()),
        counts("inadequate", QUARTERS, audits=make_audits()),
    ):
        assert (table[["count", "denominator"]] == 0).all(axis=None)
        assert table["percent"].isna().all()


@settings(max_examples=20, deadline=None)
@given(AUDITS)
def test_grades_add_up_to_100_percent_levels_to_all_and_the_good_ones_to_good_or_better(make_audits, rows):
    audits = make_audits(*rows)
    result = counts("grade", QUARTERS, audits=audits)
    cell, numbers = ["quarter", "level_of_need"], ["count", "denominator"]
    for _, grades in result[result["denominator"] > 0].groupby(cell):
        assert grades["percent"].sum() == pytest.approx(100)
        assert grades["count"].sum() == grades["denominator"].iloc[0]
    is_all, keys = result["level_of_need"] == "All", ["quarter", "category"]
    whole_service = result[is_all].set_index(keys)[numbers].sort_index()
    pd.testing.assert_frame_equal(result[~is_all].groupby(keys)[numbers].sum().sort_index(), whole_service)
    added = result[result["category"].isin(["Outstanding", "Good"])].groupby(cell, sort=False)["count"].sum()
    assert list(counts("good_or_better", QUARTERS, audits=audits)["count"]) == list(added)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(AUDITS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(make_audits, rows, random):
    shuffled = random.sample(rows, len(rows))
    for name in ("grade", "good_or_better", "inadequate"):
        one, other = (counts(name, QUARTERS, audits=make_audits(*each)) for each in (rows, shuffled))
        pd.testing.assert_frame_equal(one, other)


def test_random_records_and_others_are_all_that_have_a_reason(audits):
    chosen = audits.assign(selection=["Random", " RANDOM sample", "Themed", "random", None, "Re-audit"])
    at_random, others = (
        counts(f"good_or_better_{how}", QUARTERS, audits=chosen) for how in ("at_random", "for_a_reason")
    )
    # April to June: one, at random, Inadequate. July to September: O and G at random; RI and I for a reason.
    numbers = ["count", "denominator"]
    assert at_random.loc[at_random["level_of_need"] == "All", numbers].values.tolist() == [[0, 1], [2, 2]]
    assert others.loc[others["level_of_need"] == "All", numbers].values.tolist() == [[0, 0], [0, 2]]


def test_auditors_own_grades_are_those_before_moderation(audits):
    own = counts("good_or_better_by_auditor", QUARTERS, audits=audits)
    service = own[own["level_of_need"] == "All"]
    # O, G (lowered to RI later), G and I; one was not graded.
    assert service[["count", "denominator"]].values.tolist() == [[0, 1], [3, 4]]
