"""The messes that real files hold, each as it stands in files on disk, and what `check` prints of it, word for word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from qa_analysis.cli.commands import run_command
from qa_analysis.contract.project import raw_folder
from qa_analysis.quality.check import every_problem, lines
from qa_analysis.store.data import check_project

pytestmark = pytest.mark.slow  # each test reads and cleans files of its own

FIXTURES = Path(__file__).parents[2] / "fixtures"
HEADINGS = ["Audit ID", "Audit date", "Level of need", "Overall grade"]
AUDIT = ["A-1", dt.datetime(2025, 9, 3), "EH", "Good"]
GRADES = (
    "Write one of Outstanding, Good, Requires improvement, Inadequate, Not graded, or add the word to settings.toml."
)
DAY_FIRST = "Write the date day first, e.g. 03/09/2025."
Checked = tuple[Mapping[str, pd.DataFrame], list[str]]


@pytest.fixture
def checked(make_project) -> Callable[..., Checked]:
    """Make a project of the files, and return its cleaned tables with the lines that `check` prints."""

    def check(files: Mapping[str, Any], settings: str = "") -> Checked:
        project = make_project(files)
        (project / "settings.toml").write_text(settings, encoding="utf-8")
        cleaned = check_project(project)
        return cleaned.tables, list(lines(every_problem(cleaned.tables, cleaned.issues)))

    return check


def audits(*rows: list[object], headings: list[str] | None = None) -> dict[str, list[list[object]]]:
    return {"Audits": [headings or HEADINGS, *rows]}


def with_each(position: int, values: Iterable[object], name: str = "A") -> dict[str, list[list[object]]]:
    """Return an audit for each value, which stands at a position of its row."""
    rows = [[f"{name}-{number}", *AUDIT[1:]] for number, _ in enumerate(values)]
    for row, value in zip(rows, values, strict=True):
        row[position] = value
    return audits(*rows)


def test_dates_grades_and_levels_of_need_in_each_form_and_what_is_none(checked):
    dates = [dt.datetime(2025, 9, 3), 45903, "03/09/2025", "03/09/25", "3.9.25", "2025-09-03", "3 Sept 2025", "3 Sep 2025"]  # fmt: skip
    grades = {
        "RI": "Requires improvement",
        "Req. Improvement": "Requires improvement",
        "requires  improvement to be good": "Requires improvement",
        "G": "Good",
        "Good (with outstanding features)": "Good",
        "2 - Good": "Good",
    }
    levels = {
        "Early Help": "EH", "CLA": "CIC", "LAC": "CIC", "Looked after": "CIC", "Children in Care": "CIC",
        "Help & Protection": "H&P", "Help and Protection": "H&P", "CIN": "H&P", "CP": "H&P",
        "Leaving care": "CL", "Care leaver": "CL", "Care leavers": "CL",
    }  # fmt: skip
    files = {
        "a.xlsx": with_each(1, dates, "A"),
        "b.xlsx": with_each(3, [*grades, "Adequate", "Fair"], "B"),
        "c.xlsx": with_each(2, [*levels, "Erly Help"], "C"),
    }
    tables, printed = checked(files)
    assert printed == [
        f"b.xlsx [Audits] row 8: held back: Overall grade: “Adequate” is not a grade. {GRADES}",
        f"b.xlsx [Audits] row 9: held back: Overall grade: “Fair” is not a grade. {GRADES}",
        "c.xlsx [Audits] row 14: held back: Level of need: “Erly Help” is not a level of need; the nearest is “EH”. "
        "Write one of EH, H&P, CIC, CL, or add the word to settings.toml.",
    ]
    of = dict(list(tables["audits"].groupby("source_file")))
    assert of["a.xlsx"]["audit_date"].tolist() == [pd.Timestamp(2025, 9, 3)] * 8
    assert of["b.xlsx"]["final_grade"].tolist() == list(grades.values())
    assert of["c.xlsx"]["level_of_need"].tolist() == list(levels.values())


def test_dates_that_cannot_be_are_all_told_even_where_no_audit_is_left(checked):
    _, printed = checked({"a.xlsx": with_each(1, ["31/09/2025", "03/13/2025", "next week", None, "03/09/2205"])})
    assert printed == [
        f"a.xlsx [Audits] row 2: held back: Audit date: “31/09/2025” is a date that does not exist. {DAY_FIRST}",
        f"a.xlsx [Audits] row 3: held back: Audit date: “03/13/2025” is a date that does not exist. {DAY_FIRST}",
        f"a.xlsx [Audits] row 4: held back: Audit date: “next week” is not a date. {DAY_FIRST}",
        "a.xlsx [Audits] row 5: held back: Audit date: Audit date is blank. Fill in Audit date.",
        "a.xlsx [Audits] row 6: held back: Audit date: “03/09/2205” is in the year 2205. Correct the year.",
    ]


def test_titles_blanks_odd_spaces_curly_quotes_and_totals_are_read_through(checked):
    sheet = [
        ["Audits of the quarter"], [],
        [None, "Audit\u00a0ID ", *HEADINGS[1:], None, "Sub-grade: Child’s\u00a0 voice"],
        [],
        [None, " A-1\u00a0", "\u00a003/09/2025 ", "Early\u00a0 Help", "Good\u2009 ", None, " RI "],
        [None, " ", "\u00a0"],
        [None, "A-2", "04/09/2025", "EH", "Good", None, "Good"],
        [None, "Total", None, None, 2],
    ]  # fmt: skip
    other = audits(["A-3", *AUDIT[1:], "Good"], headings=[*HEADINGS, "Sub-grade: Child's voice"])
    tables, printed = checked({"a.xlsx": {"Audits": sheet}, "b.xlsx": other})
    assert printed == ["a.xlsx [Audits] row 8: note: a row of totals: left alone."]
    assert tables["audits"]["audit_id"].tolist() == ["A-1", "A-2", "A-3"]
    assert tables["audits"]["source_row"].tolist() == [5, 7, 2]
    assert tables["sub_grades"].groupby("practice_area", observed=True).size().tolist() == [3]


def test_the_same_audit_twice_once_cleaned(checked):
    tables, printed = checked({"a.xlsx": audits(AUDIT), "b.xlsx": audits([" A-1", "3.9.25", "Early Help", "G"])})
    assert printed == ["b.xlsx [Audits] row 2: repeat: Audit ID: the same row stands elsewhere and is counted there."]
    assert tables["audits"]["source_file"].tolist() == ["a.xlsx"]


BOTH = "rows with this Audit ID differ: a.xlsx [Audits] row 2 and b.xlsx [Audits] row 2"
ALIKE = "If they are one, make the rows equal; if not, give each its own Audit ID"
DIFFERENT = {"a.xlsx": audits(AUDIT, ["A-2", *AUDIT[1:]]), "b.xlsx": audits([*AUDIT[:3], "RI"])}


def test_one_audit_id_with_different_content_is_held_back_in_both_places(checked):
    tables, printed = checked(DIFFERENT)
    assert printed == [
        f"a.xlsx [Audits] row 2: held back: Audit ID: {BOTH}. {ALIKE}, or say in settings.toml what tells audits apart (audit_id, audit_id_unique_in).",
        f"b.xlsx [Audits] row 2: held back: Audit ID: {BOTH}. {ALIKE}, or say in settings.toml what tells audits apart (audit_id, audit_id_unique_in).",
    ]
    assert tables["audits"]["audit_id"].tolist() == ["A-2"]


def test_the_later_file_wins_where_the_settings_say_so(checked):
    tables, printed = checked(DIFFERENT, 'on_conflict = "last_file"')
    assert printed == [
        "a.xlsx [Audits] row 2: repeat: Audit ID: a later file has this row with different content.",
        f"b.xlsx [Audits] row 2: warning: Audit ID: {BOTH}; the last file's is used. {ALIKE}.",
    ]
    used = tables["audits"]
    assert dict(zip(used["audit_id"], used["final_grade"], strict=True)) == {
        "A-1": "Requires improvement",
        "A-2": "Good",
    }


def test_a_re_audit_of_an_unknown_audit(checked):
    rows = [[*AUDIT, "A-99"], ["A-2", *AUDIT[1:], "A-1"]]
    tables, printed = checked({"a.xlsx": audits(*rows, headings=[*HEADINGS, "Re-audit of"])})
    assert printed == [
        "a.xlsx [Audits] row 2: warning: Re-audit of: no audit that is used has this Audit ID: "
        "left out of the re-audit figures. Correct the Audit ID, or add the earlier audit."
    ]
    assert len(tables["audits"]) == 2


def test_moderation_that_contradicts_itself(checked):
    rows = [[*AUDIT, "No", "RI"], ["A-2", *AUDIT[1:], "Yes", None]]
    tables, printed = checked({"a.xlsx": audits(*rows, headings=[*HEADINGS, "Moderated", "Grade after moderation"])})
    assert tables["audits"]["moderated"].tolist() == [True, False]
    assert tables["audits"]["moderation_pending"].tolist() == [False, True]
    assert printed == [
        "a.xlsx [Audits] row 2: warning: Moderated: marked as not moderated, but a grade after moderation is given: "
        "counted as moderated. Write Yes, or take the grade out.",
        "a.xlsx [Audits] row 3: warning: Grade after moderation: marked as moderated, but no grade after moderation is "
        "given: left out of the moderation figures. Fill in the grade when it is known.",
    ]


def test_error_cells_are_no_blanks_but_for_lookups_that_find_nothing_and_text_is_no_number(checked):
    feedback = [["Date", "From", "Tone", "Quote", "Score"], ["03/09/2025", "Child", "Positive", "Kind.", "lots"]]
    thematic = [["Date", "Theme", "Unit", "Number considered"], ["03/09/2025", "Fostering", "families", "several"]]
    sheets = audits(AUDIT, ["A-2", *AUDIT[1:3], "#N/A"], ["A-3", "#REF!", *AUDIT[2:]])
    tables, printed = checked({"a.xlsx": sheets | {"Feedback": feedback, "Thematic audits": thematic}})
    assert printed == [
        "a.xlsx [Audits] row 3: held back: Overall grade: Overall grade is blank. Fill in Overall grade.",
        "a.xlsx [Audits] row 4: held back: Audit date: the cell has an error, #REF!. Mend the formula in Excel and save, "
        "or paste the value.",
        "a.xlsx [Thematic audits] row 2: held back: Number considered: “several” is not a number. Write a number, in digits.",
        "a.xlsx [Feedback] row 2: doubt: Score: “lots” is not a number: not counted. Write a number, in digits.",
    ]
    assert tables["feedback"]["score"].isna().tolist() == [True]


def test_a_bad_file_stops_a_run_with_one_line_and_nothing_is_published(make_project, capsys):
    project = make_project({"a.xlsx": audits(AUDIT), "b.xlsx": (FIXTURES / "protected.xlsx").read_bytes()})
    before = {path: path.read_bytes() for path in raw_folder(project).iterdir()}
    assert run_command(["run", "--project", str(project)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[-1] == "b.xlsx: is protected by a password. Save a copy without one."
    assert not list((project / "reports").rglob("*.html"))
    assert {path: path.read_bytes() for path in raw_folder(project).iterdir()} == before


def test_error_cells_of_a_csv_file_are_no_blanks(checked):
    rows = "Audit ID;Audit date;Level of need;Overall grade;Team\nA-1;03/09/2025;EH;Good;#REF!\nA-2;#N/A;EH; ;North\n"
    tables, printed = checked({"audits.csv": rows})
    assert printed == [
        "audits.csv [audits] row 2: held back: Team: the cell has an error, #REF!. Mend the formula in Excel and save, or "
        "paste the value.",
        "audits.csv [audits] row 3: held back: Audit date; Overall grade: Audit date is blank; Overall grade is blank. "
        "Audit date: Fill in Audit date. Overall grade: Fill in Overall grade.",
    ]
    assert tables["audits"].empty


def test_no_audits_sheet_is_told_together_with_what_is_wrong_on_the_others(make_project, capsys):
    project = make_project({"a.xlsx": {"Audits Q2 25-26": [HEADINGS, AUDIT], "Feedback": [["Date", "Tone", "Quote"]]}})
    assert run_command(["check", "--project", str(project)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "a.xlsx [Feedback]: has no column “From”. Headings found: “Date”, “Tone”, “Quote”. "
        "Rename the heading, or give it under [columns] in settings.toml.",
        f"{raw_folder(project)}: no file has an Audits sheet (a sheet in a workbook, or a file audits*.csv). "
        "Found: a.xlsx [Audits Q2 25-26], [Feedback]. The nearest is “Audits Q2 25-26”. "
        "Rename the sheet, or give its name under [sheets] in settings.toml.",
        "What follows is of the sheets that could be read.",
    ]
