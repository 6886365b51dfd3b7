"""The template: what it offers is accepted, and what is filled in comes back row for row."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from qa_analysis.cleaning.clean import Cleaned, clean
from qa_analysis.contract.columns import HOW_TO, LISTS, SHEETS, Sheet
from qa_analysis.contract.problems import HELD_BACK, WARNING
from qa_analysis.contract.project import settings_folder
from qa_analysis.contract.settings import Settings, load_settings
from qa_analysis.errors import InputError
from qa_analysis.metrics.catalogue import NAMES
from qa_analysis.reading.sheets import read_raw
from qa_analysis.workbooks.template import ROWS, headings, offered, write_template

FIXTURES = Path(__file__).parents[2] / "fixtures"
DEFAULTS = load_settings(Path("no such folder"))
ANOTHER_COUNCIL = """
year_start_month = 1
practice_areas = ["Voice of the child", "Risk"]
[[grades]]
name = "7"
good = true
[[grades]]
name = "5.5"
[[grades]]
name = "2"
failing = true
[[levels_of_need]]
code = "1"
name = "Safeguarding"
[values]
not_graded = ["Keine"]
yes = ["Ja"]
no = ["Nein"]
"""

# One row, or more, on each sheet, by heading; what comes back is in the same order.
FILLED = {
    "Audits": [
        {"Audit ID": "007", "Audit date": dt.datetime(2025, 9, 3), "Level of need": "H&P", "Team": "1-2",
         "Auditor": "AUD-R17", "Child reference": "CH-04471", "Overall grade": "Good", "Moderated": "Yes",
         "Grade after moderation": "Requires improvement", "Moderation date": dt.datetime(2025, 9, 17),
         "Selection": "random", "Sub-grade: Planning": "Outstanding", "Sub-grade: Child's voice": "Not graded"},
        {"Audit ID": "008", "Audit date": dt.datetime(2025, 9, 4), "Level of need": "EH", "Overall grade": "Not graded",
         "Re-audit of": "007"},
    ],
    "Multi-agency audits": [{"Audit date": dt.datetime(2025, 8, 1), "Family reference": "F-1", "Agencies": "Police; GP"}],
    "Thematic audits": [{"Date": dt.datetime(2025, 8, 2), "Theme": "Fostering", "Unit": "families", "Number considered": 8, "Children cared for": 13}],
    "Manager QA": [{"Date": dt.datetime(2025, 8, 3), "Activity": "Plans", "Records looked at": 4, "Reporting quarter": "2025-26 Q1"}],
    "Findings": [{"Date": dt.datetime(2025, 8, 4), "Type": "Learning", "Finding": "Chronologies are short.", "Level of need": "CL"}],
    "Feedback": [{"Date": dt.datetime(2025, 8, 5), "From": "Mother", "Tone": "Positive", "Quote": "“Thanks” – really", "Score": 10, "Score out of": 10}],
    "Actions": [
        {"Action ID": "A-1", "Raised": dt.datetime(2025, 8, 6), "Action": "Chronologies", "Step": 1, "Timescale": "Dec 2025", "Status": "Open"},
        {"Step": 2, "Step detail": "Ask teams", "Timescale": "November whole-service meeting", "Status": "Complete", "Completed": dt.datetime(2025, 9, 1)},
    ],
    "Answers": [{"Audit ID": "008", "Question": "Child seen alone", "Answer": "Partly"}],
    "Commentary": [{"Quarter": "2025-26 Q2", "Section": "Introduction", "Text": "One line.\nAnd another."}],
    "Audit plan": [{"Quarter": "2025-26 Q2", "Level of need": "EH", "Planned": 8}],
    "Comparators": [{"Quarter": "2024-25 Q4", "Measure": "moderation_changed", "Percent": 28}],
}  # fmt: skip


def filled(path: Path, rows: dict[str, list[dict]]) -> Path:
    book = openpyxl.load_workbook(path)
    for name, filled_in in rows.items():
        sheet = book[name]
        places = {cell.value: cell.column for cell in sheet[1]}
        for number, row in enumerate(filled_in, start=2):
            for heading, value in row.items():
                sheet.cell(number, places[heading], value)
    book.save(path)
    return path


def read(path: Path, settings: Settings = DEFAULTS) -> Cleaned:
    return clean(read_raw([path], path.parent, settings), settings, NAMES)


def check_that_what_was_filled_in_came_back(result: Cleaned) -> None:
    assert result.problems[result.problems["kind"].isin([HELD_BACK, WARNING])].empty
    used = dict(zip(result.ledger["sheet"], result.ledger["used"], strict=True))
    assert {"Answers": 1} | used == {name: len(rows) for name, rows in FILLED.items()}  # a later sheet than the fixture
    tables = result.tables
    audits = tables["audits"]
    assert audits["audit_id"].tolist() == ["007", "008"]
    assert audits["source_row"].tolist() == [2, 3]
    assert audits["team"].tolist()[0] == "1-2"
    assert audits["auditor"].tolist()[0] == "AUD-R17"
    assert audits["audit_date"].tolist() == [pd.Timestamp(2025, 9, 3), pd.Timestamp(2025, 9, 4)]
    assert audits["moderation_date"].tolist()[0] == pd.Timestamp(2025, 9, 17)
    assert audits["overall_grade"].tolist()[0] == "Good"
    assert audits["final_grade"].tolist()[0] == "Requires improvement"
    assert audits["graded"].tolist() == [True, False]
    assert audits["reaudit_of"].tolist()[1] == "007"
    sub_grades = tables["sub_grades"]
    assert list(zip(sub_grades["practice_area"], sub_grades["grade"], strict=True)) == [("Planning", "Outstanding")]
    assert tables["thematic_audits"][["number_considered", "children"]].to_numpy().tolist() == [[8, 13]]
    assert tables["feedback"][["quote", "score"]].to_numpy().tolist() == [["“Thanks” – really", 10]]
    assert tables["actions"]["action_id"].tolist() == ["A-1", "A-1"]
    assert tables["actions"]["timescale"].tolist() == ["Dec 2025", "November whole-service meeting"]
    assert tables["actions"]["due"].tolist() == [pd.Timestamp(2025, 12, 31), pd.Timestamp(2025, 11, 30)]
    assert tables["commentary"]["text"].tolist() == ["One line.\nAnd another."]
    assert tables["comparators"]["percent"].tolist() == [28]
    assert [str(each) for each in tables["manager_qa"]["quarter"]] == ["2026Q1"]


def test_a_filled_template_comes_back_row_for_row(tmp_path):
    check_that_what_was_filled_in_came_back(read(filled(write_template(tmp_path / "q2.xlsx", DEFAULTS, NAMES), FILLED)))


def test_a_template_filled_in_and_saved_by_libreoffice_comes_back_row_for_row():
    # Made from the same rows: soffice --headless --convert-to xlsx, of the filled template.
    settings = DEFAULTS.model_copy(update={"score_out_of": 10})  # it is of before there was a column for it
    check_that_what_was_filled_in_came_back(read(FIXTURES / "template_saved_by_libreoffice.xlsx", settings))


@pytest.fixture(params=["", ANOTHER_COUNCIL], ids=["the package's settings", "another council's"])
def settings(request, tmp_path) -> Settings:
    (tmp_path / "settings.toml").write_text(request.param, encoding="utf-8")
    return load_settings(tmp_path)


@pytest.mark.slow
def test_every_value_that_a_list_offers_is_accepted(tmp_path, settings):
    template = write_template(tmp_path / "template.xlsx", settings, NAMES)
    quarter = "2025 Q2" if settings.year_start_month == 1 else "2025-26 Q2"
    required = {"date": dt.datetime(2025, 9, 3), "quarter": quarter, "number": 1, "text": "x", "reference": "x"}
    rows: dict[str, list[dict]] = {}
    book = openpyxl.load_workbook(template)
    for sheet in SHEETS:
        lists = {heading: _listed(book, sheet, heading) for heading, _ in headings(sheet, settings)}
        longest = max(map(len, lists.values())) or 1
        rows[sheet.name] = [
            {
                heading: lists[heading][number % len(lists[heading])]
                if lists[heading]
                else f"{number + 1}" if column.name in sheet.key and column.kind == "text"
                else required[column.kind]
                for heading, column in headings(sheet, settings)
                if lists[heading] or column.required or column.name == "count"
            }
            for number in range(longest)
        ]  # fmt: skip
    result = read(filled(template, rows), settings)
    assert result.problems[result.problems["kind"] == HELD_BACK].empty
    assert set(result.tables["audits"]["final_grade"].dropna()) == set(settings.grade_names)
    assert set(result.tables["audits"]["level_of_need"]) == set(settings.level_codes)
    assert set(result.tables["sub_grades"]["practice_area"]) == set(settings.practice_areas)


def _listed(book: openpyxl.Workbook, sheet: Sheet, heading: str) -> list:
    """Return what the drop-down list below a heading offers, read from the workbook."""
    worksheet = book[sheet.name]
    place = next(cell for cell in worksheet[1] if cell.value == heading)
    rules = [
        rule for rule in worksheet.data_validations.dataValidation
        if rule.type == "list" and f"{place.column_letter}2" in rule.sqref
    ]  # fmt: skip
    if not rules:
        return []
    name, _, cells = rules[0].formula1.partition("!")
    assert name == LISTS
    return [row[0].value for row in book[LISTS][cells.replace("$", "")]]


def test_lists_are_offered_where_the_contract_has_a_closed_list(settings):
    with_lists = {
        (sheet.name, column.heading)
        for sheet in SHEETS
        for column in sheet.columns
        if offered(sheet, column, settings, NAMES)
    }
    assert with_lists == {
        ("Audits", "Level of need"), ("Audits", "Overall grade"), ("Audits", "Moderated"),
        ("Audits", "Grade after moderation"), ("Audits", "Sub-grade"), ("Audits", "Answer"), ("Audits", "Grade by"),
        ("Answers", "Answer"), ("Multi-agency audits", "Overall grade"),
        ("Findings", "Type"), ("Findings", "Level of need"), ("Feedback", "Tone"), ("Feedback", "Level of need"),
        ("Actions", "Status"), ("Commentary", "Section"), ("Audit plan", "Level of need"), ("Comparators", "Measure"),
        ("Comparators", "Level of need"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> openpyxl.Workbook:
    return openpyxl.load_workbook(
        write_template(tmp_path_factory.mktemp("template") / "template.xlsx", DEFAULTS, NAMES)
    )


def test_the_workbook_has_headings_notes_checks_and_a_sheet_that_explains_them(book):
    assert book.sheetnames == [HOW_TO, *(sheet.name for sheet in SHEETS), LISTS]
    assert book[LISTS].sheet_state == "hidden"
    for sheet in SHEETS:
        worksheet = book[sheet.name]
        assert [cell.value for cell in worksheet[1]] == [heading for heading, _ in headings(sheet, DEFAULTS)]
        assert all(cell.comment is not None for cell in worksheet[1])
        assert worksheet.freeze_panes == "B2"
        assert worksheet.max_row == 1
    rules = {str(rule.sqref): rule for rule in book["Audits"].data_validations.dataValidation}
    assert rules[f"B2:B{ROWS + 1}"].type == "date"
    assert rules[f"B2:B{ROWS + 1}"].errorStyle in (None, "stop")
    assert (
        rules[f"G2:G{ROWS + 1}"].error
        == "Write one of Outstanding, Good, Requires improvement, Inadequate, Not graded."
    )
    score = next(rule for rule in book["Feedback"].data_validations.dataValidation if rule.type == "decimal")
    assert (score.operator, score.formula1, score.formula2) == ("greaterThanOrEqual", "0", None)
    texts = [str(cell.value) for row in book[HOW_TO].iter_rows() for cell in row if cell.value]
    for sheet in SHEETS:
        for column in sheet.columns:
            assert column.help in texts


def test_short_texts_stay_as_they_are_typed(book):
    columns = book["Actions"].column_dimensions.values()
    forms = {place: column.number_format for column in columns for place in range(column.min, column.max + 1)}
    formats = {cell.value: forms[cell.column] for cell in book["Actions"][1]}
    assert {name for name, form in formats.items() if form == "@"} == {
        "Action ID",
        "Audit ID",
        "Lead",
        "Timescale",
        "Theme",
        "Reporting quarter",
    }
    assert {name for name, form in formats.items() if form == "dd/mm/yyyy"} == {"Raised", "Completed"}


def test_an_existing_file_is_never_written_over(tmp_path):
    there = tmp_path / "audits.xlsx"
    there.write_bytes(b"ours")
    with pytest.raises(InputError) as error:
        write_template(there, DEFAULTS, NAMES)
    assert str(error.value) == f"{there}: exists already. Choose another name, or move that file away."
    assert there.read_bytes() == b"ours"


def test_a_name_that_is_no_workbooks_is_refused(tmp_path):
    with pytest.raises(InputError) as error:
        write_template(tmp_path / "audits.csv", DEFAULTS, NAMES)
    assert str(error.value) == f"{tmp_path / 'audits.csv'}: the name of the template must end in .xlsx."


def test_names_in_the_settings_cannot_become_formulas(tmp_path):
    (tmp_path / "settings.toml").write_text('organisation = "=1+1"\npractice_areas = ["=cmd()"]', encoding="utf-8")
    template = write_template(tmp_path / "template.xlsx", load_settings(tmp_path), NAMES)
    with zipfile.ZipFile(template) as parts:
        cells = "".join(parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name)
    assert "<f>" not in cells


def test_settings_come_from_the_project_the_nearest_one_or_this_folder(tmp_path, monkeypatch):
    (tmp_path / "project" / "data" / "raw").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project" / "data")
    assert settings_folder(tmp_path) == tmp_path
    assert settings_folder(None) == tmp_path / "project"
    monkeypatch.chdir(tmp_path)
    assert settings_folder(None) == Path()
    with pytest.raises(InputError, match="is not a folder"):
        settings_folder(tmp_path / "nowhere")
