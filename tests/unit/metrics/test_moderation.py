import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_analysis.metrics.moderation import NOT_GRADED
from tests.tables import counts

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
REFERENCE = {  # the auditor's grade → the moderator's, in the reference quarter
    ("O", "O"): 2,
    ("G", "G"): 6,
    ("G", "RI"): 6,
    ("G", "I"): 1,
    ("RI", "RI"): 22,
    ("RI", "I"): 1,
    ("I", "I"): 7,
}


@pytest.fixture
def reference(make_audits):
    moderated = [("2025-08-01", "CIC", *grades) for grades, number in REFERENCE.items() for _ in range(number)]
    return make_audits(*moderated, *[("2025-08-01", "CIC", "G")] * 20, ("2025-08-01", "CIC", None))


def _whole_service(table, quarter=Q2):
    return table[(table["level_of_need"] == "All") & (table["quarter"] == quarter)]


def _counts(table, quarter=Q2):
    (row,) = _whole_service(table, quarter).to_dict("records")
    return row["count"], row["denominator"]


def test_the_reference_quarter(reference):
    assert _counts(counts("audits_moderated", [Q2], audits=reference)) == (45, 66)
    assert _counts(counts("moderation_changed", [Q2], audits=reference)) == (8, 45)
    assert _counts(counts("moderation_raised", [Q2], audits=reference)) == (0, 45)
    assert _counts(counts("moderation_lowered", [Q2], audits=reference)) == (8, 45)
    assert _counts(counts("moderation_upheld", [Q2], audits=reference)) == (37, 45)
    changed = _whole_service(counts("moderation_changed", [Q2], audits=reference)).iloc[0]
    assert changed["percent"] == pytest.approx(17.777777777777779)
    assert pd.isna(_whole_service(counts("audits_moderated", [Q2], audits=reference))["ci_low"].iloc[0])


def test_what_was_moderated_and_what_was_not(reference):
    coverage = _whole_service(counts("moderation_coverage", [Q2], audits=reference))
    assert coverage[["category", "count", "denominator"]].values.tolist() == [
        ["Outstanding", 2, 2],
        ["Good", 13, 33],  # 20 more were not moderated
        ["Requires improvement", 23, 23],
        ["Inadequate", 7, 7],
    ]
    # Good or better after moderation: 2 and 6 of those moderated, and the 20.
    assert _counts(counts("good_or_better_not_moderated", [Q2], audits=reference)) == (20, 28)
    assert _counts(counts("moderation_both_grades", [Q2], audits=reference)) == (45, 45)
    assert _counts(counts("moderation_pending", [Q2], audits=reference)) == (0, 66)
    assert _counts(
        counts("moderation_pending", [Q2], audits=reference.assign(moderation_pending=~reference["moderated"]))
    ) == (21, 66)


def test_the_line_between_good_and_not(reference):
    crossing = _whole_service(counts("moderation_crossing", [Q2], audits=reference))
    # Good or Outstanding from the auditor: 15 checked, of which 6 and 2 stayed so, and 20 not. Less: 30, all checked.
    assert crossing[["category", "count", "denominator"]].values.tolist() == [
        ["good: kept", 8, 35], ["good: crossed", 7, 35], ["good: not checked", 20, 35],
        ["below: kept", 30, 30], ["below: crossed", 0, 30], ["below: not checked", 0, 30],
    ]  # fmt: skip
    assert crossing["ci_low"].isna().all()
    p = _whole_service(counts("moderation_crossing_p", [Q2], audits=reference))
    assert p[["value", "note"]].values.tolist() == [[2 / 2**7, ""]]  # seven lowered and none raised
    early_help = counts("moderation_crossing_p", [Q2], audits=reference).query("level_of_need == 'EH'")
    assert early_help["note"].tolist() == ["too few"]
    assert early_help["value"].isna().all()


def test_the_line_without_any_audit(make_audits):
    assert counts("moderation_crossing", QUARTERS, audits=make_audits())["count"].sum() == 0
    assert set(counts("moderation_crossing_p", QUARTERS, audits=make_audits())["note"]) == {"too few"}


def test_an_audit_without_a_first_grade_has_not_both_grades(make_audits):
    audits = make_audits(("2025-08-01", "EH", None, "G"), ("2025-08-01", "EH", "G", "G"))
    assert _counts(counts("moderation_both_grades", [Q2], audits=audits)) == (1, 2)


def test_the_outcomes_of_the_reference_quarter(reference):
    outcomes = _whole_service(counts("moderation_outcome", [Q2], audits=reference))
    assert list(outcomes.columns) == [
        *["quarter", "level_of_need", "first_grade", "final_grade", "category"],
        *["count", "denominator", "percent", "ci_low", "ci_high", "note"],
    ]
    assert list(outcomes["count"]) == [2, 0, 0, 0, 0, 6, 6, 1, 0, 0, 22, 1, 0, 0, 0, 7]
    assert list(outcomes["denominator"]) == [2] * 4 + [13] * 4 + [23] * 4 + [7] * 4
    row = outcomes.iloc[6]
    assert (row["category"], row["first_grade"]) == ("Good → Requires improvement", "Good")
    assert row["percent"] == pytest.approx(600 / 13)


def test_raised_is_a_better_grade_and_lowered_a_worse_one(make_audits):
    audits = make_audits(
        ("2025-08-01", "EH", "RI", "G"),
        ("2025-08-01", "EH", "I", "O"),
        ("2025-08-01", "CL", "O", "G"),
        ("2025-08-01", "CL", "G", "G"),
    )
    raised, lowered = (
        counts("moderation_raised", [Q2], audits=audits),
        counts("moderation_lowered", [Q2], audits=audits),
    )
    assert list(raised["count"]) == [2, 2, 0, 0, 0]
    assert list(lowered["count"]) == [1, 0, 0, 0, 1]
    assert list(raised["denominator"]) == [4, 2, 0, 0, 2]


def test_a_moderators_grade_for_an_audit_not_graded_is_moderation_but_no_change(make_audits):
    audits = make_audits(("2025-08-01", "EH", None, "G"), ("2025-08-01", "EH", "G", "RI"), ("2025-05-01", "EH", "G"))
    assert _counts(counts("audits_moderated", QUARTERS, audits=audits)) == (2, 2)
    assert _counts(counts("moderation_changed", QUARTERS, audits=audits)) == (1, 2)
    assert _counts(counts("moderation_raised", QUARTERS, audits=audits)) == (0, 2)
    assert _counts(counts("moderation_upheld", QUARTERS, audits=audits)) == (0, 2)
    outcomes = _whole_service(counts("moderation_outcome", QUARTERS, audits=audits))
    assert list(outcomes["first_grade"].unique())[-1] == NOT_GRADED
    assert list(outcomes.loc[outcomes["count"] > 0, "category"]) == ["Good → Requires improvement", "Not graded → Good"]


def test_not_graded_is_no_first_grade_where_there_is_none_in_these_quarters(make_audits):
    audits = make_audits(("2025-05-01", "EH", None, "G"), ("2025-08-01", "EH", None), ("2025-08-01", "EH", "G", "G"))
    assert NOT_GRADED not in set(counts("moderation_outcome", [Q2], audits=audits)["first_grade"])
    assert NOT_GRADED in set(counts("moderation_outcome", QUARTERS, audits=audits)["first_grade"])


def test_nothing_moderated(make_audits):
    for audits in (make_audits(), make_audits(("2025-08-01", "EH", "G"))):
        for name in ("moderation_changed", "moderation_upheld", "moderation_outcome"):
            table = counts(name, QUARTERS, audits=audits)
            assert (table[["count", "denominator"]] == 0).all(axis=None)
            assert table["percent"].isna().all()
        assert len(counts("moderation_outcome", QUARTERS, audits=audits)) == 2 * 5 * 16


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["2025-06-30", "2025-07-01"]),
            st.sampled_from(["EH", "CL"]),
            st.sampled_from(["O", "G", "RI", "I", None]),
            st.sampled_from(["O", "G", "RI", "I", None]),
        ),
        max_size=40,
    )
)
def test_the_figures_of_moderation_agree_with_each_other(make_audits, rows):
    audits = make_audits(*rows)
    moderated = counts("audits_moderated", QUARTERS, audits=audits)["count"]
    changed, upheld = (
        counts("moderation_changed", QUARTERS, audits=audits),
        counts("moderation_upheld", QUARTERS, audits=audits),
    )
    raised, lowered = (
        counts("moderation_raised", QUARTERS, audits=audits),
        counts("moderation_lowered", QUARTERS, audits=audits),
    )
    outcomes = counts("moderation_outcome", QUARTERS, audits=audits)
    keys = ["quarter", "level_of_need"]
    ungraded = outcomes[outcomes["first_grade"] == NOT_GRADED].groupby(keys, sort=False)["count"].sum()
    newly_graded = ungraded.to_numpy() if len(ungraded) else 0
    assert list(changed["denominator"]) == list(moderated)
    assert list(raised["count"] + lowered["count"]) == list(changed["count"])
    assert list(changed["count"] + upheld["count"] + newly_graded) == list(moderated)
    assert list(outcomes.groupby(keys, sort=False)["count"].sum()) == list(moderated)
    kept = outcomes[outcomes["first_grade"] == outcomes["final_grade"]]
    assert list(kept.groupby(keys, sort=False)["count"].sum()) == list(upheld["count"])
