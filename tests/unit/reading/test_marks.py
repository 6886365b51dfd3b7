"""Cells whose file says more of them than their value: formulas that nobody calculated, and formats."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter

from qa_analysis.contract.problems import HELD_BACK
from qa_analysis.reading.marks import marks_of_sheets
from qa_analysis.store.data import check_project

pytestmark = pytest.mark.slow  # each test reads and cleans files of its own

AUDITS = ["Audit ID", "Audit date", "Level of need", "Overall grade"]


def audit(number, *more):
    return [f"V-{number}", dt.datetime(2025, 7, number), "EH", "Good", *more]


def ods(content: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return written.getvalue()


def as_excel_writes_empty_texts(content: io.BytesIO) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb'<c r="(F\d)"><f>', rb'<c r="\1" t="str"><f>', old.read(name)))
    return written.getvalue()


def held(project):
    found = check_project(project).problems
    return found[found["kind"] == HELD_BACK][["row", "column", "reason"]].to_numpy().tolist()


@pytest.mark.parametrize("heading", ["Grade after moderation", "Team", "Selection", "Moderation date", "Moderated"])
def test_formulas_of_a_workbook_that_no_program_calculated_hold_their_rows_back(make_project, heading):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Audits"
    rows = [[*AUDITS, heading], audit(1, '=IF(1=1,"x","")'), audit(2, None), audit(3, "=B2"), audit(4, "=B3")]
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    reason = "E2 and E4 to E5 hold formulas without a value: no program has calculated them"
    assert held(make_project({"a.xlsm": content.getvalue()})) == [[row, heading, reason] for row in (2, 4, 5)]


def test_a_program_that_writes_0_for_each_formula_has_calculated_none(make_project):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("Audits")
        sheet.write_row(0, 0, [*AUDITS, "Team"])
        sheet.write_row(1, 0, ["V-1", "01/07/2025", "EH", "Good"])
        sheet.write_formula("E2", "=Teams!A1")
    assert [row[:2] for row in held(make_project({"a.xlsx": content.getvalue()}))] == [[2, "Team"]]


def test_formulas_with_values_empty_ones_and_noughts_are_read(make_project):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("Audits")
        sheet.write_row(
            0, 0, [*AUDITS, "Team", "Selection", "Auditor", "Re-audit of", "Moderation date", "Grade after moderation"]
        )
        for row in (1, 2):
            sheet.write_row(row, 0, [f"V-{row}", "01/07/2025", "EH", "Good"])
            for column, value in enumerate(["North" if row == 1 else 0, "", 0, 0, 0, 0], start=4):
                sheet.write_formula(row, column, "=[1]Teams!A1", value=value)
    project = make_project({"a.xlsx": as_excel_writes_empty_texts(content)})
    assert held(project) == []
    audits = check_project(project).tables["audits"]
    assert audits["team"].fillna("").tolist() == ["North", ""]
    blank = audits[["selection", "auditor", "reaudit_of", "moderation_date", "moderated_grade"]]
    assert blank.isna().all(axis=None)


def test_a_link_to_another_workbook_that_gives_an_error_is_told(make_project):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("Audits")
        sheet.write_row(0, 0, [*AUDITS, "Grade after moderation"])
        for row, formula in ((1, "=[1]Moderation!A1"), (2, "=VLOOKUP(1,A1:A2,1)")):
            sheet.write_row(row, 0, [f"V-{row}", "01/07/2025", "EH", "Good"])
            sheet.write_formula(row, 4, formula, value="#REF!")
    reasons = ["E2 hold links to another workbook that give an error", "the cell has an error, #REF!"]
    assert held(make_project({"a.xlsx": content.getvalue()})) == [
        [row, "Grade after moderation", reason] for row, reason in enumerate(reasons, 2)
    ]


def test_what_formats_say_is_read_in_any_column(make_project):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        formats = {code: book.add_format({"num_format": code}) for code in ("0%", '0.0"%"', "mmm yyyy", "dd/mm/yyyy")}
        sheet = book.add_worksheet("Audits")
        sheet.write_row(0, 0, AUDITS)
        sheet.write_row(1, 0, ["V-1", "01/07/2025", "EH", "Good"])
        sheet = book.add_worksheet("Comparators")
        sheet.write_row(0, 0, ["Quarter", "Measure", "Percent"])
        cells = [(0.615, "0%"), (1, "0%"), (0.05, "0%"), (62.5, '0.0"%"')]
        for row, (value, code) in enumerate(cells, start=1):
            sheet.write_row(row, 0, [f"2023-24 Q{row}", "inadequate"])
            sheet.write_number(row, 2, value, formats[code])
        sheet = book.add_worksheet("Actions")
        sheet.write_row(0, 0, ["Action ID", "Raised", "Action", "Timescale"])
        for row, code in enumerate(["mmm yyyy", "dd/mm/yyyy"], start=1):
            sheet.write_row(row, 0, [f"R-{row}", "01/07/2025", "Do it."])
            sheet.write_datetime(row, 3, dt.datetime(2025, 12, 1), formats[code])
    tables = check_project(make_project({"a.xlsx": content.getvalue()})).tables
    assert tables["comparators"]["percent"].tolist() == [61.5, 100, 5, 62.5]
    assert tables["actions"]["due"].dt.day.tolist() == [31, 1]


def test_percentages_and_formulas_of_an_ods_file():
    row = '<table:table-row table:number-rows-repeated="2">{}</table:table-row>'
    cells = (
        '<table:table-cell table:number-columns-repeated="3"/><table:table-cell office:value-type="percentage"'
        ' office:value="0.62"><text:p>62%</text:p></table:table-cell><table:table-cell table:formula="of:=[.A1]"/>'
        '<table:table-cell table:formula="of:=[.A1]" office:value-type="string"><text:p/></table:table-cell>'
    )
    content = (
        f'<table:table table:name="A &amp; B">{row.format("<table:table-cell/>")}{row.format(cells)}</table:table>'
    )
    with zipfile.ZipFile(io.BytesIO(ods(content))) as archive:
        found = marks_of_sheets(archive)
    assert found == {"A & B": {(3, 3): "percent", (4, 3): "percent", (3, 4): "formula", (4, 4): "formula"}}
