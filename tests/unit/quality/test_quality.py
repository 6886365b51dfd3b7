"""The data-quality page's tables, made from workbooks on disk with known faults."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from qa_analysis.contract.problems import HELD_BACK
from qa_analysis.contract.rules import issue, sentences
from qa_analysis.quality import completeness as quality
from qa_analysis.quality import to_mend
from qa_analysis.quality.overview import overview
from qa_analysis.store.data import Data, load
from tests.tables import counts

A_GRADE = {"what": "a grade", "words": "Good, RI"}
Q1, Q2 = pd.Period("2026Q1", "Q-MAR"), pd.Period("2026Q2", "Q-MAR")
HEADINGS = ["Audit ID", "Audit date", "Level of need", "Overall grade", "Grade after moderation", "Moderation date",
            "Child reference", "Auditor", "Sub-grade: Planning", "Overal judgment"]  # fmt: skip


def audit(name, day, grade="Good", moderated=None, on=None, child="CH-04471", planning="Good", level="EH"):
    return [name, day, level, grade, moderated, on, child, "AUD-R17", planning, None]


@pytest.fixture(scope="module")
def data(make_project_for_module) -> Data:
    june, july, september = dt.datetime(2025, 6, 2), dt.datetime(2025, 7, 1), dt.datetime(2025, 9, 30)
    q1 = [
        HEADINGS,
        audit("A-1", june, moderated="Good", on=dt.datetime(2025, 6, 30)),
        audit("A-2", june, moderated="Good", on=dt.datetime(2025, 7, 1)),
        audit("A-3", june, planning=None, child=None),
        audit("A-4", "31/06/2025"),
    ]
    q2 = [
        HEADINGS,
        audit("B-1", july, moderated="Good", on=dt.datetime(2025, 10, 14)),
        audit("B-2", september, planning="N/A"),
        audit("B-3", july, grade="Goood"),
        audit("B-4", july, grade="CH-99871 Jane Smith"),
        audit("B-5", july),
        audit("B-5", september),
        audit("B-1", july, moderated="Good", on=dt.datetime(2025, 10, 14)),
        audit("B-6", july, moderated="Good"),
    ]
    findings = [
        ["Date", "Type", "Finding", "Theme"],
        [july, "Learning", "8 of 45 grades changed (19%); 5 of 6 (83%) improved.", "Moderation"],
        [july, "Strength", "The social worker Jane Smith writes well.", None],
    ]
    comparators = [["Quarter", "Measure", "Percent"], ["2024-25 Q4", "moderation_chnged", 28]]
    files = {
        "q1.xlsx": {"Audits": q1},
        "q2.xlsx": {"Audits": q2, "Findings": findings, "Finding list": [["x"]], "Comparators": comparators},
    }
    return load(make_project_for_module(files))


def test_everything_to_mend_stands_most_urgent_first_with_its_quarter(data):
    found = to_mend.to_mend(data)
    told = found[["kind", "file", "sheet", "row", "column", "quarter"]].astype(object).to_numpy().tolist()
    assert [row for row in told if row[0] != "note"] == [
        ["personal detail", "q2.xlsx", "Findings", 3, "Finding", Q2],
        ["held back", "q2.xlsx", "Audits", 4, "Overall grade", Q2],
        ["held back", "q2.xlsx", "Audits", 5, "Overall grade", Q2],
        ["held back", "q2.xlsx", "Audits", 6, "Audit ID", Q2],
        ["held back", "q2.xlsx", "Audits", 7, "Audit ID", Q2],
        ["held back", "q1.xlsx", "Audits", 5, "Audit date", pd.NaT],
        ["wrong claim", "q2.xlsx", "Findings", 2, "Finding", Q2],
        ["warning", "q2.xlsx", "Comparators", 2, "Measure", pd.Period("2025Q4", "Q-MAR")],
    ]
    assert set(found.loc[found["kind"] == "note", "sheet"]) == {"Audits", "Finding list"}


def test_no_reference_and_no_name_is_in_any_table(data):
    found = to_mend.to_mend(data)
    rows = quality.ledger(data, Q2)
    tables = [
        found,
        overview(data, found, Q2),
        quality.late_rows(data.audits, Q2),
        quality.completeness(data, Q2),
        rows,
    ]
    texts = " ".join([*(table.to_csv() for table in tables), str(to_mend.points(found))])
    for secret in ("CH-04471", "CH-99871", "AUD-R17", "Jane", "Smith"):
        assert secret not in texts


def test_no_part_of_a_cell_or_a_heading_that_may_name_a_person_is_repeated(make_project):
    july = dt.datetime(2025, 7, 1)
    headings = [*HEADINGS, "Notes on social worker Jane Smith"]
    quoting = "heard” said Sarah Jones of CH-04471 “thanks"
    findings = [
        ["Date", "Type", "Finding", "Reporting quarter"],
        [july, "Learning", "x", "See the plan. Sarah Jones (CH-04471) lives at 3 High Road"],
        [july, "Learning", "x", "2025-27 Q2"],
        [july, "Learning", "8 of 45 seen by Mrs Smith (19%).", None],
    ]
    files = {
        "q2.xlsx": {
            "Audits": [headings, audit("A-1", july), audit("A-2", july, grade=quoting)],
            "Findings": findings,
            "Comparators": [["Quarter", "Measure", "Percent"], ["2024-25 Q4", quoting, 28]],
        }
    }
    data = load(make_project(files))
    found = to_mend.to_mend(data)
    says = {f"{what}. {remedy}" for what, remedy in zip(found["what"], found["remedy"], strict=True)}
    assert says >= {
        "“…” is not a quarter. Write it like “2025-26 Q2”.",
        "“…” is not a quarter: 2025 is followed by 26, not 27. Correct the quarter.",
        "“…” does not add up. Write 18%.",
        "“…” is not a measure. Write a measure as in figures.csv; nothing is made of this row.",
        "unknown column “…”: left alone. If it is one that the report knows under another name, give its name under "
        "[columns] in settings.toml.",
    }
    printed = found.to_csv() + overview(data, found, Q2).to_csv() + str(to_mend.points(found))
    for secret in ("Sarah", "Jones", "Jane", "Smith", "CH-04471", "High Road", "thanks"):
        assert secret not in printed
    assert data.problems.loc[data.problems["column"] == "Overall grade", "reason"].item() == (
        '“heard" said Sarah Jones of CH-04471 "thanks” is not a grade'
    )


def test_the_summary_tells_this_quarter_from_the_others(data):
    found = to_mend.to_mend(data)
    q2 = found[found["kind"] != "note"]
    assert to_mend.summary(q2, Q2) == (
        "For 2025-26 Q2: 1 text or name that may hold a personal detail, 4 rows held back and 1 wrong percentage. "
        "For no one quarter: 1 row held back. For other quarters: 1 warning. “…” stands for what may name a person."
    )
    assert to_mend.summary(found.iloc[:0], Q2) == "For 2025-26 Q2: nothing to mend."


def test_equal_problems_are_one_point_and_many_are_cut_short():
    same = {"kind": "warning", "file": "a.xlsx", "sheet": "Actions", "column": "Completed", "remedy": "Fill it in."}
    equal = pd.DataFrame([same | {"what": "is blank", "row": row} for row in range(2, 22)])
    assert to_mend.points(equal) == [
        (
            "a.xlsx [Actions], rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 8 more",
            "Warning: Completed: is blank. Fill it in.",
        )
    ]
    many = pd.DataFrame([same | {"what": f"fault {row}", "row": row} for row in range(1000)])
    assert len(to_mend.points(many)) == 61
    assert to_mend.points(many)[-1] == "940 more: the command qa-analysis check lists them all."
    assert to_mend.points(equal.iloc[:0]) == []


def test_a_problem_without_a_row_names_its_sheet_only():
    note = {"kind": "note", "file": "a.xlsx", "sheet": "Notes", "row": pd.NA, "column": "", "what": "unknown sheet"}
    assert to_mend.points(pd.DataFrame([note | {"remedy": ""}])) == [("a.xlsx [Notes]", "Note: unknown sheet.")]


@pytest.mark.parametrize(
    ("found", "printed"),
    [
        (issue("unknown_value", value="Goood", nearest="Good", **A_GRADE), "“Goood” is not a grade; the nearest is “Good”"),
        (issue("unknown_value", value="Grace", nearest="Good", **A_GRADE), "“…” is not a grade; the nearest is “Good”"),
        (issue("unknown_value", value="CH-04471", **A_GRADE), "“…” is not a grade"),
        (issue("unknown_value", value="a “b” c", **A_GRADE), "“…” is not a grade"),
        (issue("unknown_value", value="a” b", **A_GRADE), "“…” is not a grade"),
        (issue("no_such_date", value="31.09.2025"), "“31.09.2025” is a date that does not exist"),
        (issue("not_a_date", value="943 476 5919"), "“…” is not a date"),
        (issue("blank", column="Audit date"), "Audit date is blank"),
        (issue("unknown_column", heading="Mood"), "unknown column “Mood”: left alone"),
        (issue("unknown_column", heading="Social worker Jane Smith"), "unknown column “…”: left alone"),
        (issue("wrong_claim", value="8 of 45 (19%)"), "“8 of 45 (19%)” does not add up"),
        (issue("wrong_claim", value="8 of 45, says Mrs Smith (19%)"), "“…” does not add up"),
    ],
)  # fmt: skip
def test_a_value_is_printed_only_where_it_is_like_a_known_word_or_a_date(found, printed, example_data):
    assert sentences(found, to_mend.may_be_printed(example_data.settings))[0] == printed


def test_in_a_rolling_workbook_a_row_held_back_is_of_its_own_quarter(make_project):
    june, july = dt.datetime(2025, 6, 2), dt.datetime(2025, 7, 1)
    rows = [
        audit("A-1", june),
        audit("B-1", july),
        audit("A-2", june, grade="Goood"),
        audit("B-2", july, level=None),
        audit("B-3", july, grade="?"),
        audit("B-4", "31/06/2025"),
        audit("A-1", july),
    ]
    findings = [
        ["Date", "Type", "Finding", "Reporting quarter"],
        [july, "?", "x", "2025-26 Q1"],
        ["soon", "Learning", "x", "2025-26 Q1"],
        ["soon", "Learning", "x", None],
    ]
    plan = [["Quarter", "Level of need", "Planned"], ["2025-26 Q2", "EH", "many"], ["Q9", "EH", 8]]
    data = load(make_project({"all.xlsx": {"Audits": [HEADINGS, *rows], "Findings": findings, "Audit plan": plan}}))
    found = to_mend.to_mend(data)
    held = found[found["kind"] == HELD_BACK].astype(object).sort_values(["sheet", "row"])
    assert held[["sheet", "row", "quarter"]].to_numpy().tolist() == [
        ["Audit plan", 2, Q2],
        ["Audit plan", 3, pd.NaT],
        ["Audits", 2, Q1],
        ["Audits", 4, Q1],
        ["Audits", 5, Q2],
        ["Audits", 6, Q2],
        ["Audits", 7, pd.NaT],
        ["Audits", 8, Q2],
        ["Findings", 2, Q1],
        ["Findings", 3, Q1],
        ["Findings", 4, pd.NaT],
    ]
    assert to_mend.summary(held, Q2) == (
        "For 2025-26 Q2: 4 rows held back. For no one quarter: 3 rows held back. For other quarters: 4 rows held back. "
        "“…” stands for what may name a person."
    )
    assert list(to_mend.of_no_quarter(held)["row"]) == [3, 7, 4]
    figures = counts("rows_held_back", [Q1, Q2], issues=data.issues)
    assert figures["count"].tolist() == [11, 4, 3, 11, 4, 3]


def test_moderation_is_late_from_the_day_after_the_quarters_end(data):
    assert quality.late_rows(data.audits, Q1).to_numpy().tolist() == [["q1.xlsx", "Audits", 3, 1]]
    assert quality.late_rows(data.audits, Q2).to_numpy().tolist() == [["q2.xlsx", "Audits", 2, 14]]


def test_completeness_is_of_the_rows_in_which_a_column_is_expected(data):
    columns = quality.completeness(data, Q2).set_index("column")
    told = columns[["count", "denominator", "all_quarters"]].T.to_dict("list")
    # Used are of the first quarter; B-1, B-2, B-6 of the second.
    assert "Audits: Child reference" not in told  # filled in this quarter
    assert told["Audits: Moderation date (of moderated audits)"] == [1, 2, "3 of 4 (75%)"]
    assert told["Audits: Sub-grade: Planning"] == [2, 3, "4 of 6 (67%)"]
    assert "Audits: Team" not in told  # the workbooks have no such column
    assert told["Findings: Theme"] == [1, 2, "1 of 2 (50%)"]
    assert "Audits: Re-audit of" not in told
    assert "Audits: Audit ID" not in told
    assert columns.loc["Audits: Moderation date (of moderated audits)", "percent"] == 50
    assert list(columns["percent"]) == sorted(columns["percent"])


def test_the_ledger_tells_the_quarters_rows_and_adds_up(data):
    rows = quality.ledger(data, Q2).set_index("sheet").T
    assert list(rows.index) == ["read", "used", "this_quarter", "held_back", "repeats", "left_out"]
    told = rows.to_dict("list")
    assert told["Audits"] == [12, 6, 3, 5, 1, 0]
    assert told["Findings"] == [2, 2, 2, 0, 0, 0]
    assert told["Total"] == [15, 9, 5, 5, 1, 0]


def test_each_check_is_a_row_with_what_to_do_and_where(data):
    rows = overview(data, to_mend.to_mend(data), Q2).astype(object)
    assert rows.where(rows.notna(), None).to_numpy().tolist() == [
        ["Read in one way", "✓", 0, None, None],
        ["Rows used", "!", 5, "Mend the rows held back", "q2.xlsx [Audits], q1.xlsx [Audits]"],
        ["Percentages in texts", "!", 1, "Correct them", "q2.xlsx [Findings]"],
        ["Nobody named", "!", 1, "Take the details out", "q2.xlsx [Findings]"],
        ["Cells agree", "✓", 0, None, None],
        ["Headings known", "!", 2, "Rename, or name in settings.toml", "q2.xlsx [Audits], q2.xlsx [Finding list]"],
        ["Moderated in time", "!", 1, "Know that figures changed late", "q2.xlsx [Audits]"],
        ["Columns filled", "!", 3, "Fill in what is known", None],
        ["Other quarters", "!", 2, "See below", None],
    ]


def test_what_needs_nobody_to_do_anything_is_no_finding_of_a_check(data):
    found = to_mend.to_mend(data)
    notes = found["kind"] == to_mend.NOTE
    rows = overview(data, found.assign(remedy=found["remedy"].mask(notes, "")), Q2).set_index("check")
    assert rows.loc["Headings known", ["result", "found"]].tolist() == ["✓", 0]


def test_data_without_a_fault_have_nothing_to_mend(make_project):
    data = load(make_project({"a.xlsx": {"Audits": [HEADINGS[:4], ["A-1", dt.datetime(2025, 9, 1), "EH", "Good"]]}}))
    found = to_mend.to_mend(data)
    assert found.empty
    assert to_mend.summary(found, Q2) == "For 2025-26 Q2: nothing to mend."
    rows = overview(data, found, Q2)
    assert set(rows["result"]) == {"✓"}
    assert set(rows["found"]) == {0}
    assert rows[["what_to_do", "where"]].isna().all(axis=None)
