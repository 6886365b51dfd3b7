import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_analysis.metrics.reaudits import OUTCOMES, reaudits
from tests.tables import counts

Q4, Q1, Q2 = QUARTERS = list(pd.period_range("2025Q4", "2026Q2", freq="Q-MAR"))


def _outcomes(audits, quarters):
    return pd.concat(counts(f"reaudits_{how}", quarters, audits=audits).assign(category=how) for how in OUTCOMES)


@pytest.fixture
def make(make_audits):
    """Return a function of tuples: ID, date, level of need, grade, and the ID of the earlier audit if any."""

    def of(*rows):
        audits = make_audits(*(row[1:4] for row in rows))
        return audits.assign(
            audit_id=pd.Series([row[0] for row in rows], dtype="str"),
            reaudit_of=pd.Series([row[4] if len(row) > 4 else None for row in rows], dtype="str"),
        )

    return of


@pytest.fixture
def audits(make):
    return make(
        ("A1", "2025-01-10", "H&P", "I"),
        ("A2", "2025-02-01", "H&P", "RI"),
        ("A3", "2025-04-02", "CIC", "G"),
        ("A4", "2025-04-03", "CIC", None),
        ("A5", "2025-05-01", "CL", "I"),
        ("R1", "2025-07-09", "H&P", "RI", "A1"),  # 180 days later, improved
        ("R2", "2025-07-31", "CIC", "RI", "A2"),  # the same; the level of need is the re-audit's
        ("R3", "2025-08-01", "CIC", "I", "A3"),  # worse
        ("R4", "2025-08-02", "CIC", "G", "A4"),  # the earlier audit was not graded
        ("R5", "2025-08-03", "CL", None, "A5"),  # this one is not graded
        ("R6", "2025-08-04", "CL", "G", "A99"),  # unknown
        ("R7", "2025-08-05", "CL", "G", "R7"),  # itself
        ("R8", "2025-08-06", "CL", "G", "R9"),  # a later one
        ("R9", "2025-09-30", "EH", "O", "R1"),  # improved again
        ("R0", "2025-06-30", "EH", "G", "A1"),  # improved, in the quarter before
    )


def test_reaudits_are_linked_to_the_earlier_audit_of_any_quarter(audits):
    found = reaudits(audits, [Q2])
    assert found["outcome"].astype(object).where(found["outcome"].notna(), None).tolist() == [
        "improved", "same", "worse", None, None, "improved",
    ]  # fmt: skip
    assert found["days"].tolist() == [180, 180, 121, 121, 94, 83]
    assert found["first_grade"].astype("str").fillna("").tolist() == [
        "Inadequate", "Requires improvement", "Good", "", "Inadequate", "Requires improvement",
    ]  # fmt: skip
    assert found["level_of_need"].tolist() == ["H&P", "CIC", "CIC", "CIC", "CL", "EH"]
    assert "audit_id" not in found
    assert "child_reference" not in found


def test_improved_is_of_reaudits_with_both_grades(audits):
    result = counts("reaudits_improved", [Q1, Q2], audits=audits).set_index(["quarter", "level_of_need"])
    assert result.loc[Q2, ["count", "denominator"]].values.tolist() == [[2, 4], [1, 1], [1, 1], [0, 2], [0, 0]]
    assert result.loc[Q1, ["count", "denominator"]].values.tolist() == [[1, 1], [1, 1], [0, 0], [0, 0], [0, 0]]
    assert result.loc[(Q2, "All"), "percent"] == 50


def test_outcomes_add_up(audits):
    result = _outcomes(audits, [Q2])
    service = result[result["level_of_need"] == "All"]
    assert service["category"].tolist() == ["improved", "same", "worse"]
    assert service["count"].tolist() == [2, 1, 1]
    assert service["denominator"].tolist() == [4, 4, 4]


def test_grades_before_and_after(audits):
    result = counts("reaudit_outcome", [Q1, Q2], audits=audits)
    some = result[(result["count"] > 0) & (result["level_of_need"] == "All")]
    assert some[["quarter", "category", "count", "denominator"]].values.tolist() == [
        [Q1, "Inadequate → Good", 1, 1],
        [Q2, "Inadequate → Requires improvement", 1, 1],
        [Q2, "Good → Inadequate", 1, 1],
        [Q2, "Requires improvement → Outstanding", 1, 2],
        [Q2, "Requires improvement → Requires improvement", 1, 2],
    ]
    assert result["denominator"].min() == 1
    care = result[(result["level_of_need"] == "CIC") & (result["count"] > 0)]
    assert care["category"].tolist() == ["Good → Inadequate", "Requires improvement → Requires improvement"]


def test_the_same_and_worse_grades_are_counted_like_the_better_ones(audits):
    shares = {
        name: counts(f"reaudits_{name}", [Q2], audits=audits).set_index("level_of_need") for name in ("same", "worse")
    }
    assert shares["same"].loc[["All", "CIC", "EH"], ["count", "denominator"]].values.tolist() == [
        [1, 4],
        [1, 2],
        [0, 1],
    ]
    assert shares["worse"].loc[["All", "CIC", "EH"], ["count", "denominator"]].values.tolist() == [
        [1, 4],
        [1, 2],
        [0, 1],
    ]


def test_re_audits_without_a_grade_before_or_after(audits):
    without = counts("reaudits_without_both_grades", [Q2], audits=audits).set_index("level_of_need")
    assert without.loc[["All", "CIC", "CL", "EH"], ["count", "denominator"]].values.tolist() == [
        [2, 6], [1, 3], [1, 1], [0, 1],
    ]  # fmt: skip


def test_days_to_the_reaudit(audits):
    days = counts("reaudit_days", [Q2], audits=audits)
    # 83, 94, 121, 121, 180, 180: the middle is that of 121 and 121.
    assert days[days["level_of_need"] == "All"][["category", "value"]].values.tolist() == [
        ["shortest", 83],
        ["median", 121],
        ["longest", 180],
    ]
    assert days[days["level_of_need"] == "CL"]["value"].tolist() == [94] * 3


def test_inadequate_audits_wait_until_they_are_re_audited(make):
    audits = make(
        ("A1", "2025-01-10", "H&P", "I"),  # re-audited in time
        ("A2", "2025-03-31", "H&P", "I"),  # 183 days before the end of September
        ("A3", "2025-03-30", "H&P", "I"),  # 184
        ("A4", "2025-09-30", "CL", "I"),  # 0
        ("A5", "2025-09-01", "CL", "RI"),
        ("A6", "2025-08-31", "CIC", "I"),  # re-audited, but after the quarter's end
        ("R1", "2025-09-30", "H&P", None, "A1"),  # not graded, but it was audited again
        ("R6", "2025-10-01", "CIC", "G", "A6"),
        ("B1", "2025-10-02", "CIC", "I"),  # after the quarter's end
        ("B2", "2025-06-30", "EH", "G"),
    )
    waiting = counts("awaiting_reaudit", [Q2], audits=audits).query("count > 0")
    assert waiting[["level_of_need", "category", "count"]].values.tolist() == [
        ["All", "this quarter", 2],
        ["All", "earlier quarters", 2],
        ["H&P", "earlier quarters", 2],
        ["CIC", "this quarter", 1],
        ["CL", "this quarter", 1],
    ]
    now = counts("awaiting_reaudit", [Q1, Q2], audits=audits)
    service = now[now["level_of_need"] == "All"]
    # At the end of June: A1 (not re-audited until September), A2 and A3, all of the quarter before it.
    assert service[["quarter", "category", "count", "denominator"]].values.tolist() == [
        [Q1, "this quarter", 0, 3],
        [Q1, "earlier quarters", 3, 3],
        [Q2, "this quarter", 2, 4],
        [Q2, "earlier quarters", 2, 4],
    ]
    # Nobody knows who waited at the end of a quarter that has no audits of its own.
    assert counts("awaiting_reaudit", [Q4 - 1, Q4], audits=audits)["quarter"].unique().tolist() == [Q4]
    without = audits[audits["audit_id"] != "B2"]
    for name in ("awaiting_reaudit", "awaiting_reaudit_longest"):
        assert counts(name, [Q1, Q2], audits=without)["quarter"].unique().tolist() == [Q2]

    longest = counts("awaiting_reaudit_longest", [Q1, Q2], audits=audits).set_index(["quarter", "level_of_need"])[
        "value"
    ]
    # From 10 January to 30 June: 21 + 28 + 31 + 30 + 31 + 30 = 171.
    assert (longest[Q1, "All"], longest[Q2, "All"], longest[Q2, "CIC"], longest[Q2, "CL"]) == (171, 184, 30, 0)
    assert (Q1, "CL") not in longest.index


def test_re_audits_that_found_the_record_inadequate_again_wait_too(make):
    audits = make(
        ("A1", "2025-01-10", "H&P", "RI"),
        ("R1", "2025-04-10", "H&P", "I", "A1"),  # worse, and not audited since
        ("A2", "2025-05-10", "CIC", "I"),
        ("R2", "2025-08-10", "CIC", "I", "A2"),
        ("A3", "2025-08-11", "CIC", "I"),
    )
    again = counts("awaiting_reaudit_again", [Q1, Q2], audits=audits)
    service = again[again["level_of_need"] == "All"]
    assert service[["quarter", "count", "denominator"]].values.tolist() == [[Q1, 1, 2], [Q2, 2, 3]]
    cic = again[again["level_of_need"] == "CIC"]
    assert cic[["quarter", "count", "denominator"]].values.tolist() == [[Q1, 0, 1], [Q2, 1, 2]]


@pytest.mark.parametrize(
    ("audited", "end", "long"),
    [
        ("2025-03-30", Q2, False),  # six months to the day
        ("2025-03-29", Q2, True),
        ("2025-03-31", Q2, False),  # six months after it is the last day of September, too
        ("2024-12-30", Q1, False),
        ("2024-12-29", Q1, True),
        ("2024-08-31", Q4, True),
        ("2024-09-30", Q4, True),  # six months after it is 30 March
        ("2024-10-01", Q4, False),
    ],
)
def test_over_six_months_is_counted_by_date(make, audited, end, long):
    audits = make(("A1", audited, "EH", "I"), ("A2", f"{end.end_time:%Y-%m-%d}", "CL", "I"))
    waiting = counts("awaiting_reaudit_long", [end], audits=audits).set_index("level_of_need")
    assert waiting.loc[["All", "EH", "CL"], ["count", "denominator"]].values.tolist() == [
        [long, 2], [long, 1], [0, 1],
    ]  # fmt: skip


def test_what_became_of_the_audits_graded_inadequate_so_far(make):
    audits = make(
        ("A1", "2024-12-10", "H&P", "I"),
        ("A2", "2025-01-10", "H&P", "I"),
        ("A3", "2025-05-10", "CIC", "RI"),
        ("R1", "2025-05-10", "H&P", "I", "A1"),  # failed a second time
        ("R2", "2025-08-10", "CIC", "I", "A3"),  # again, but it had not been Inadequate before
        ("R3", "2025-08-11", "CIC", "G", "R1"),  # a third look
        ("R4", "2025-08-12", "CL", "G", "A99"),  # of an audit that is not known
        ("R5", "2025-08-13", "EH", "I", "A2"),  # failed a second time
    )
    so_far, failed, long, recorded = (
        counts(name, QUARTERS, audits=audits).set_index(["level_of_need", "quarter"])
        for name in (
            "inadequate_not_reaudited", "awaiting_reaudit_failed_again", "awaiting_reaudit_long", "reaudits_so_far",
        )
    )  # fmt: skip
    numbers = ["count", "denominator"]
    # End of March: A1 and A2. June: R1 too, while A1 was re-audited. September: R2 and R5; R1 and A2 were re-audited.
    assert so_far.loc["All", numbers].values.tolist() == [[2, 2], [2, 3], [2, 5]]
    assert so_far.loc["H&P", numbers].values.tolist() == [[2, 2], [2, 3], [0, 3]]
    assert failed.loc["All", numbers].values.tolist() == [[0, 2], [1, 2], [1, 2]]
    assert failed.loc["EH", numbers].values.tolist() == [[0, 0], [0, 0], [1, 1]]
    assert long.loc["All", numbers].values.tolist() == [[0, 2], [0, 2], [0, 2]]  # A2 waited from January to June
    assert recorded.loc["All", "count"].tolist() == [0, 1, 5]
    assert recorded.loc["CL", "count"].tolist() == [0, 0, 1]


def test_nobody_knows_who_waited_at_the_end_of_a_quarter_without_audits(make):
    audits = make(("A1", "2025-01-10", "H&P", "I"), ("A2", "2025-09-10", "H&P", "I"))
    for name in ("inadequate_not_reaudited", "awaiting_reaudit_long", "awaiting_reaudit_again"):
        waiting = counts(name, QUARTERS, audits=audits)
        assert waiting[waiting["level_of_need"] == "All"]["denominator"].tolist() == [1, 0, 2]


def test_no_audits_make_empty_tables(make):
    assert reaudits(make(), QUARTERS).empty
    assert counts("awaiting_reaudit", QUARTERS, audits=make()).empty
    assert counts("awaiting_reaudit_longest", QUARTERS, audits=make()).empty
    assert counts("reaudit_days", QUARTERS, audits=make()).empty
    assert counts("reaudits_so_far", QUARTERS, audits=make())["count"].sum() == 0
    assert counts("inadequate_not_reaudited", QUARTERS, audits=make())["denominator"].sum() == 0
    assert counts("reaudits_improved", QUARTERS, audits=make())["denominator"].sum() == 0
    assert _outcomes(make(), QUARTERS)["percent"].isna().all()
    assert counts("reaudit_outcome", QUARTERS, audits=make())["count"].sum() == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["2025-02-01", "2025-05-01", "2025-08-01"]),
            st.sampled_from(["EH", "CL"]),
            st.sampled_from(["O", "G", "RI", "I", None]),
            st.none() | st.integers(0, 12),
        ),
        max_size=12,
    )
)
def test_every_reaudit_is_counted_once(make, rows):
    audits = make(
        *(
            (f"A{place}", date, level, grade, None if earlier is None else f"A{earlier}")
            for place, (date, level, grade, earlier) in enumerate(rows)
        )
    )
    linked = [
        place
        for place, (date, _, _, earlier) in enumerate(rows)
        if earlier is not None and earlier != place and earlier < len(rows) and rows[earlier][0] <= date
    ]
    assert len(reaudits(audits, QUARTERS)) == len(linked)
    outcomes = _outcomes(audits, QUARTERS)
    both = [place for place in linked if rows[place][2] and rows[rows[place][3]][2]]
    assert outcomes.loc[outcomes["level_of_need"] == "All", "count"].sum() == len(both)
    grades = counts("reaudit_outcome", QUARTERS, audits=audits)
    assert grades.loc[grades["level_of_need"] == "All", "count"].sum() == len(both)
