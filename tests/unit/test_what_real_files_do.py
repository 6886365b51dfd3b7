"""The messes that real files hold, each as it stands in files on disk, and what `check` prints of it, word for word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from qa_analysis.cli import run_command
from qa_analysis.project import raw_folder
from qa_analysis.store import load

FIXTURES = Path(__file__).parents[1] / "fixtures"
HEADINGS = ["Audit ID", "Audit date", "Level of need", "Overall grade"]
AUDIT = ["A-1", dt.datetime(2025, 9, 3), "EH", "Good"]
GRADES = (
    "Write one of Outstanding, Good, Requires improvement, Inadequate, Not graded, or add the word to settings.toml."
)
DAY_FIRST = "Write the date day first, e.g. 03/09/2025."
Checked = tuple[Path, list[str]]


@pytest.fixture
def checked(make_project, capsys) -> Callable[[Mapping[str, Any]], Checked]:
    """Make a project of the files, and return it with the lines that `check` prints."""

    def check(files: Mapping[str, Any], settings: str = "") -> Checked:
        project = make_project(files)
        (project / "settings.toml").write_text(settings, encoding="utf-8")
        run_command(["check", "--project", str(project)])
        return project, capsys.readouterr().out.splitlines()

    return check


def audits(*rows: list[object], headings: list[str] | None = None) -> dict[str, list[list[object]]]:
    return {"Audits": [headings or HEADINGS, *rows]}


def with_each(position: int, values: list[object]) -> dict[str, list[list[object]]]:
    """Return an audit for each value, which stands at a position of its row."""
    rows = [[f"A-{number}", *AUDIT[1:]] for number in range(len(values))]
    for row, value in zip(rows, values, strict=True):
        row[position] = value
    return audits(*rows)


def test_a_date_in_each_form_is_the_same_day(checked):
    dates = [dt.datetime(2025, 9, 3), 45903, "03/09/2025", "03/09/25", "3.9.25", "2025-09-03", "3 Sept 2025", "3 Sep 2025"]  # fmt: skip
    project, lines = checked({"a.xlsx": with_each(1, dates)})
    assert lines == []
    assert load(project).audits["audit_date"].tolist() == [pd.Timestamp(2025, 9, 3)] * 8


def test_dates_that_cannot_be_are_all_told_even_where_no_audit_is_left(checked):
    _, lines = checked({"a.xlsx": with_each(1, ["31/09/2025", "03/13/2025", "next week", None, "03/09/2205"])})
    assert lines == [
        f"a.xlsx [Audits] row 2: held back: Audit date: “31/09/2025” is a date that does not exist. {DAY_FIRST}",
        f"a.xlsx [Audits] row 3: held back: Audit date: “03/13/2025” is a date that does not exist. {DAY_FIRST}",
        f"a.xlsx [Audits] row 4: held back: Audit date: “next week” is not a date. {DAY_FIRST}",
        "a.xlsx [Audits] row 5: held back: Audit date: Audit date is blank. Fill in Audit date.",
        "a.xlsx [Audits] row 6: held back: Audit date: “03/09/2205” is in the year 2205. Correct the year.",
    ]


def test_a_date_after_the_last_save(checked, tmp_path):
    import xlsxwriter

    path = tmp_path / "saved on 30 September.xlsx"
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": dt.datetime(2025, 9, 30, 12)})
    sheet = book.add_worksheet("Audits")
    for number, row in enumerate([HEADINGS, ["A-1", "30/09/2025", *AUDIT[2:]], ["A-2", "01/10/2025", *AUDIT[2:]]]):
        sheet.write_row(number, 0, row)
    book.close()
    project, lines = checked({"a.xlsx": path.read_bytes()})
    assert lines == [
        "a.xlsx [Audits] row 3: warning: Audit date: 01/10/2025 is after 30/09/2025, when the workbook was last saved. "
        "Correct the date, if it is wrong."
    ]
    assert len(load(project).audits) == 2


def test_grades_by_their_aliases_and_what_is_none(checked):
    written = {
        "RI": "Requires improvement",
        "Req. Improvement": "Requires improvement",
        "requires  improvement to be good": "Requires improvement",
        "G": "Good",
        "Good (with outstanding features)": "Good",
        "2 - Good": "Good",
    }
    project, lines = checked({"a.xlsx": with_each(3, [*written, "Adequate", "Fair"])})
    assert lines == [
        f"a.xlsx [Audits] row 8: held back: Overall grade: “Adequate” is not a grade. {GRADES}",
        f"a.xlsx [Audits] row 9: held back: Overall grade: “Fair” is not a grade. {GRADES}",
    ]
    assert load(project).audits["final_grade"].tolist() == list(written.values())


def test_levels_of_need_by_their_aliases_and_what_is_none(checked):
    written = {
        "Early Help": "EH", "CLA": "CIC", "LAC": "CIC", "Looked after": "CIC", "Children in Care": "CIC",
        "Help & Protection": "H&P", "Help and Protection": "H&P", "CIN": "H&P", "CP": "H&P",
        "Leaving care": "CL", "Care leaver": "CL", "Care leavers": "CL",
    }  # fmt: skip
    project, lines = checked({"a.xlsx": with_each(2, [*written, "Erly Help"])})
    assert lines == [
        "a.xlsx [Audits] row 14: held back: Level of need: “Erly Help” is not a level of need; the nearest is “EH”. "
        "Write one of EH, H&P, CIC, CL, or add the word to settings.toml."
    ]
    assert load(project).audits["level_of_need"].tolist() == list(written.values())


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
    project, lines = checked({"a.xlsx": {"Audits": sheet}, "b.xlsx": other})
    assert lines == ["a.xlsx [Audits] row 8: note: a row of totals: left alone."]
    data = load(project)
    assert data.audits["audit_id"].tolist() == ["A-1", "A-2", "A-3"]
    assert data.audits["source_row"].tolist() == [5, 7, 2]
    assert data.sub_grades.groupby("practice_area", observed=True).size().tolist() == [3]


def test_the_same_audit_twice_once_cleaned(checked):
    project, lines = checked({"a.xlsx": audits(AUDIT), "b.xlsx": audits([" A-1", "3.9.25", "Early Help", "G"])})
    assert lines == ["b.xlsx [Audits] row 2: repeat: Audit ID: the same row stands elsewhere and is counted there."]
    assert len(load(project).audits) == 1


BOTH = "rows with this Audit ID differ: a.xlsx [Audits] row 2 and b.xlsx [Audits] row 2"
DIFFERENT = {"a.xlsx": audits(AUDIT, ["A-2", *AUDIT[1:]]), "b.xlsx": audits([*AUDIT[:3], "RI"])}


def test_one_audit_id_with_different_content_is_held_back_in_both_places(checked):
    project, lines = checked(DIFFERENT)
    assert lines == [
        f"a.xlsx [Audits] row 2: held back: Audit ID: {BOTH}. Correct them, or delete all but one.",
        f"b.xlsx [Audits] row 2: held back: Audit ID: {BOTH}. Correct them, or delete all but one.",
    ]
    assert load(project).audits["audit_id"].tolist() == ["A-2"]


def test_the_later_file_wins_where_the_settings_say_so(checked):
    project, lines = checked(DIFFERENT, 'on_conflict = "last_file"')
    assert lines == [
        "a.xlsx [Audits] row 2: repeat: Audit ID: a later file has this row with different content.",
        f"b.xlsx [Audits] row 2: warning: Audit ID: {BOTH}; the last file's is used. Correct them, or delete all but one.",
    ]
    used = load(project).audits
    assert dict(zip(used["audit_id"], used["final_grade"], strict=True)) == {
        "A-1": "Requires improvement",
        "A-2": "Good",
    }


def test_a_row_without_an_id_counts_as_often_as_in_the_file_that_has_it_most_often(checked):
    headings, quote = ["Date", "From", "Tone", "Quote"], ["03/09/2025", "Mother", "Positive", "She listened."]
    feedback = {number: {"Feedback": [headings, *[quote] * number]} for number in (1, 2)}
    project, lines = checked({"a.xlsx": audits(AUDIT) | feedback[1], "b.xlsx": feedback[2], "c.xlsx": feedback[1]})
    said = "repeat: the same row stands elsewhere and is counted there."
    assert lines == [f"b.xlsx [Feedback] row 2: {said}", f"c.xlsx [Feedback] row 2: {said}"]
    assert len(load(project).feedback) == 2


def test_a_re_audit_of_an_unknown_audit(checked):
    project, lines = checked({"a.xlsx": audits([*AUDIT, "A-99"], headings=[*HEADINGS, "Re-audit of"])})
    assert lines == [
        "a.xlsx [Audits] row 2: warning: Re-audit of: no audit that is used has this Audit ID: "
        "left out of the re-audit figures. Correct the Audit ID, or add the earlier audit."
    ]
    assert len(load(project).audits) == 1


def test_moderation_that_contradicts_itself(checked):
    rows = [[*AUDIT, "No", "RI"], ["A-2", *AUDIT[1:], "Yes", None]]
    _, lines = checked({"a.xlsx": audits(*rows, headings=[*HEADINGS, "Moderated", "Grade after moderation"])})
    assert lines == [
        "a.xlsx [Audits] row 2: warning: Moderated: marked as not moderated, but a grade after moderation is given: "
        "counted as moderated. Write Yes, or take the grade out.",
        "a.xlsx [Audits] row 3: warning: Grade after moderation: marked as moderated, but no grade after moderation is "
        "given: left out of the moderation figures. Fill in the grade when it is known.",
    ]


def test_error_cells_are_blanks_and_text_is_no_number(checked):
    feedback = [["Date", "From", "Tone", "Quote", "Score"], ["03/09/2025", "Child", "Positive", "Kind.", "lots"]]
    thematic = [["Date", "Theme", "Unit", "Number considered"], ["03/09/2025", "Fostering", "families", "several"]]
    sheets = audits(AUDIT, ["A-2", *AUDIT[1:3], "#N/A"], ["A-3", "#REF!", *AUDIT[2:]])
    project, lines = checked({"a.xlsx": sheets | {"Feedback": feedback, "Thematic audits": thematic}})
    assert lines == [
        "a.xlsx [Audits] row 3: held back: Overall grade: Overall grade is blank. Fill in Overall grade.",
        "a.xlsx [Audits] row 4: held back: Audit date: Audit date is blank. Fill in Audit date.",
        "a.xlsx [Thematic audits] row 2: held back: Number considered: “several” is not a number. Write a number, in digits.",
        "a.xlsx [Feedback] row 2: warning: Score: “lots” is not a number. Write a number, in digits.",
    ]
    assert load(project).feedback["score"].isna().tolist() == [True]


def test_what_is_left_alone_is_named(checked):
    sheets = audits([*AUDIT, "x"], headings=[*HEADINGS, "Mood"]) | {"Scratch": [["x"]]}
    project, lines = checked({"a.xlsx": sheets, "~$a.xlsx": b"lock", ".DS_Store": b"x"})
    known = "If it is one that the report knows under another name, give its name under"
    assert lines == [
        f"a.xlsx [Audits]: note: unknown column “Mood”: left alone. {known} [columns] in settings.toml.",
        f"a.xlsx [Scratch]: note: unknown sheet: left alone. {known} [sheets] in settings.toml.",
    ]
    assert len(load(project).audits) == 1


def test_a_csv_that_is_really_a_workbook(checked):
    project, lines = checked({"audits.csv": (FIXTURES / "audits.xlsx").read_bytes()})
    renamed = (
        "audits.csv: note: is a workbook of another type than its name says. Give its name the ending of its type."
    )
    assert renamed in lines
    assert len(load(project).audits) == 2


def test_a_bad_file_stops_a_run_with_one_line_and_nothing_is_published(make_project, capsys):
    project = make_project({"a.xlsx": audits(AUDIT), "b.xlsx": (FIXTURES / "protected.xlsx").read_bytes()})
    before = {path: path.read_bytes() for path in raw_folder(project).iterdir()}
    assert run_command(["run", "--project", str(project)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[-1] == "b.xlsx: is protected by a password. Save a copy without one."
    assert not list((project / "reports").rglob("*.html"))
    assert {path: path.read_bytes() for path in raw_folder(project).iterdir()} == before


def test_error_cells_and_blanks_in_a_csv_file_are_blanks(checked):
    rows = "Audit ID;Audit date;Level of need;Overall grade;Team\nA-1;03/09/2025;EH;Good;#REF!\nA-2;#N/A;EH; ;North\n"
    project, lines = checked({"audits.csv": rows})
    assert lines == [
        "audits.csv [audits] row 3: held back: Audit date; Overall grade: Audit date is blank; Overall grade is blank. "
        "Audit date: Fill in Audit date. Overall grade: Fill in Overall grade."
    ]
    assert load(project).audits["team"].isna().tolist() == [True]


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
