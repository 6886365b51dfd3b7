import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables import counts

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
GRADES = ["Outstanding", "Good", "Requires improvement", "Inadequate"]
AREAS = ["Planning", "Visits", "Voice of the child"]
SHORT = dict(zip(["O", "G", "RI", "I"], GRADES, strict=True))


def _sub_grades(*rows):
    """Return sub-grades of tuples: quarter, level of need, practice area, grade, and how many audits have it."""
    long = [row[:4] for row in rows for _ in range(row[4] if len(row) > 4 else 1)]
    table = pd.DataFrame(long, columns=["quarter", "level_of_need", "practice_area", "grade"])
    grades = table["grade"].map(SHORT)
    return pd.DataFrame(
        {
            "audit_id": [f"A{place}" for place in range(len(table))],
            "quarter": pd.Series(table["quarter"], dtype=pd.PeriodDtype("Q-MAR")),
            "level_of_need": pd.Categorical(table["level_of_need"], ["EH", "H&P", "CIC", "CL"], ordered=True),
            "practice_area": pd.Categorical(table["practice_area"], AREAS, ordered=True),
            "grade": pd.Categorical(grades, GRADES, ordered=True),
            "good_or_better": grades.isin(GRADES[:2]).astype("boolean"),
            "inadequate": (grades == GRADES[3]).astype("boolean"),
        }
    )


def _row(table, **values):
    for column, value in values.items():
        table = table[table[column] == value]
    (row,) = table.to_dict("records")
    return row


@pytest.fixture(scope="module")
def sub_grades():
    return _sub_grades(
        (Q1, "EH", "Planning", "G", 1),
        (Q1, "EH", "Planning", "RI", 3),
        (Q2, "EH", "Planning", "O", 1),
        (Q2, "EH", "Planning", "G", 1),
        (Q2, "EH", "Planning", "I", 3),  # 2 of 5 after 1 of 4: up
        (Q1, "EH", "Visits", "G", 1),
        (Q1, "EH", "Visits", "RI", 1),
        (Q2, "EH", "Visits", "G", 2),
        (Q2, "EH", "Visits", "RI", 2),  # 2 of 4 after 1 of 2: level
        (Q2, "EH", "Voice of the child", "G", 1),  # new
        (Q1, "CL", "Visits", "O", 1),  # not graded in Q2
        (Q1, "CL", "Planning", "G", 1),
        (Q2, "CL", "Planning", "RI", 1),  # down
        (Q2, "CIC", "Planning", "RI", 1),  # no sub-grades before
    )


def test_sub_grades_are_spread_over_every_grade_of_every_area(sub_grades):
    result = counts("sub_grade", QUARTERS, sub_grades=sub_grades)
    planning = result[
        (result["quarter"] == Q2) & (result["level_of_need"] == "EH") & (result["practice_area"] == "Planning")
    ]
    assert list(planning["category"]) == [f"Planning: {grade}" for grade in GRADES]
    assert list(planning["count"]) == [1, 1, 0, 3]
    assert list(planning["denominator"]) == [5] * 4
    assert list(planning["percent"]) == [20, 20, 0, 60]
    everyone = _row(result, quarter=Q2, level_of_need="All", category="Planning: Requires improvement")
    assert (everyone["count"], everyone["denominator"]) == (2, 7)


def test_an_area_that_a_level_never_graded_has_no_row_and_one_graded_once_has(sub_grades):
    result = counts("sub_grade_good_or_better", QUARTERS, sub_grades=sub_grades)
    areas = {level: list(rows["category"].unique()) for level, rows in result.groupby("level_of_need")}
    assert areas == {"All": AREAS, "EH": AREAS, "CL": ["Planning", "Visits"], "CIC": ["Planning"]}
    gone = _row(result, quarter=Q2, level_of_need="CL", category="Visits")
    assert gone["denominator"] == 0
    assert pd.isna(gone["percent"])


def test_shares_good_or_better(sub_grades):
    row = _row(
        counts("sub_grade_good_or_better", QUARTERS, sub_grades=sub_grades),
        quarter=Q1,
        level_of_need="All",
        category="Planning",
    )
    assert (row["count"], row["denominator"], row["percent"]) == (2, 5, 40)
    assert row["ci_low"] == pytest.approx(11.76, abs=0.01)  # Wilson, 2 of 5
    assert row["ci_high"] == pytest.approx(76.93, abs=0.01)


@pytest.mark.parametrize("name", ["sub_grade", "sub_grade_good_or_better"])
def test_empty_sub_grades_make_empty_tables(name):
    assert counts(name, QUARTERS, sub_grades=_sub_grades()).empty


def test_green_shoots_are_audits_with_a_good_sub_grade_of_those_that_require_improvement(make_audits):
    audits = make_audits(
        ("2025-07-01", "EH", "RI"),  # with a Good sub-grade
        ("2025-07-02", "EH", "RI"),  # with two
        ("2025-07-03", "CL", "RI"),  # with none Good
        ("2025-07-04", "CL", "RI"),  # without sub-grades
        ("2025-07-05", "CL", "G"),  # not one that requires improvement
        ("2025-07-06", "CL", "G", "RI"),  # one after moderation, with an Outstanding sub-grade
        ("2025-07-07", "CL", None),
        ("2025-04-01", "EH", "RI"),
    )
    audits = audits.assign(
        audit_id=list("abcdefgh"),
        shoots_grade=(audits["final_grade"] == "Requires improvement").astype("boolean").mask(~audits["graded"]),
    )
    sub_grades = pd.DataFrame(
        {
            "audit_id": ["a", "a", "b", "b", "c", "e", "f", "g"],
            "good_or_better": pd.array([True, False, True, True, False, True, True, True], dtype="boolean"),
        }
    )
    result = counts("green_shoots", QUARTERS, audits=audits, sub_grades=sub_grades)
    shoots = result.set_index(["quarter", "level_of_need"])[["count", "denominator"]]
    assert shoots.loc[Q2].values.tolist() == [[3, 5], [2, 2], [0, 0], [0, 0], [1, 3]]
    assert shoots.loc[Q1].values.tolist() == [[0, 0]] * 5  # no sub-grades: nobody could have seen one
    lowered = counts("green_shoots_lowered", QUARTERS, audits=audits, sub_grades=sub_grades)
    lowered = lowered.set_index(["quarter", "level_of_need"])[["count", "denominator"]]
    assert lowered.loc[Q2].values.tolist() == [[1, 3], [0, 2], [0, 0], [0, 0], [1, 1]]  # f was Good before moderation
    assert lowered.loc[Q1].values.tolist() == [[0, 0]] * 5


def test_no_audits_have_no_green_shoots(make_audits):
    empty = make_audits().assign(audit_id=pd.Series(dtype="str"), shoots_grade=pd.Series(dtype="boolean"))
    result = counts("green_shoots", QUARTERS, audits=empty, sub_grades=_sub_grades())
    assert len(result) == 10
    assert result["count"].sum() == result["denominator"].sum() == 0
    assert result["percent"].isna().all()


@settings(deadline=None, max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(QUARTERS),
            st.sampled_from(["EH", "CL"]),
            st.sampled_from(AREAS),
            st.sampled_from(list(SHORT)),
        ),
        max_size=40,
    )
)
def test_areas_move_as_their_shares_do(rows):
    levels = counts("sub_grade_good_or_better", QUARTERS, sub_grades=_sub_grades(*rows))
    now, before = (levels[levels["quarter"] == each].set_index(["level_of_need", "category"]) for each in (Q2, Q1))
    change = (now["percent"] - before["percent"]).groupby("level_of_need")
    moved = counts("practice_areas_moved", QUARTERS, sub_grades=_sub_grades(*rows)).set_index(
        ["level_of_need", "category"]
    )
    for level, points in change:
        expected = [(points > 0).sum(), (points < 0).sum(), (points == 0).sum()]
        found = moved["count"].reindex([(level, way) for way in ("up", "down", "level")]).fillna(0)
        assert found.tolist() == expected
    total = levels[levels["level_of_need"] == "All"]["denominator"].sum()
    assert total == len(rows) == levels[levels["level_of_need"] != "All"]["denominator"].sum()


def test_practice_areas_are_counted_by_the_way_they_moved(sub_grades):
    moved = counts("practice_areas_moved", QUARTERS, sub_grades=sub_grades)
    assert set(moved["quarter"]) == {Q2}  # before Q1 there is nothing to compare with
    rows = moved[["level_of_need", "category", "count", "denominator"]].values.tolist()
    assert rows[3:] == [
        ["EH", "up", 1, 2],
        ["EH", "down", 0, 2],
        ["EH", "level", 1, 2],
        ["CL", "up", 0, 1],
        ["CL", "down", 1, 1],
        ["CL", "level", 0, 1],
    ]
    # Whole service: Planning 2 of 7 after 2 of 5, Visits 2 of 4 after 2 of 3; both down.
    assert rows[:3] == [["All", "up", 0, 2], ["All", "down", 2, 2], ["All", "level", 0, 2]]
