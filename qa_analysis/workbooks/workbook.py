"""One workbook of the raw-data contract, written so that the same rows give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from qa_analysis.contract.columns import ANSWERS, AUDITS, SHEETS, Column, Sheet
from qa_analysis.contract.settings import DEFAULTS, load_settings
from qa_analysis.store.files import write_beside

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell: TypeAlias = str | int | float | date | None
Row: TypeAlias = dict[str, Cell]

PRACTICE_AREAS = load_settings(DEFAULTS.parent).practice_areas  # the package's own
FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "heading": {"bold": True, "bg_color": "#D9E2EC", "text_wrap": True, "valign": "top", "border": 1},
    "text": {"text_wrap": True, "valign": "top"},
    "date": {"num_format": "dd/mm/yyyy", "align": "left", "valign": "top"},
}


def sub_grade_heading(area: str) -> str:
    """Return the heading of a practice area's column.

    Examples
    --------
    >>> sub_grade_heading("Planning")
    'Sub-grade: Planning'
    """
    return f"{AUDITS.column('sub_grades').heading}: {area}"


def write_workbook(path: Path, tables: Mapping[str, Any]) -> Path:
    """Write one workbook and return its path; a file of that name is replaced whole or not at all.

    Parameters
    ----------
    path
        Where the workbook goes.
    tables
        For each table of the contract its rows, by the names of its columns; a table that is missing becomes a
        sheet of headings. Besides: `quarter`; `saved`, the day that the file says it was saved; `titled`, whether
        there are title rows above the headings.
    """
    from xlsxwriter import Workbook

    content = BytesIO()
    # In memory, the parts of the file carry no time of day.
    with Workbook(content, {"in_memory": True}) as workbook:
        saved = datetime.combine(tables["saved"], time(16, 30))
        title = f"Quality assurance {tables['quarter']}"
        workbook.set_properties({"title": title, "subject": "Fictional example data", "created": saved})
        formats = {name: workbook.add_format(each) for name, each in FORMATS.items()}
        for sheet in (each for each in SHEETS if each is not ANSWERS):  # here they are columns of the audits
            top = f"{sheet.name}, {tables['quarter']}" if tables["titled"] else None
            _write_sheet(workbook, sheet, tables.get(sheet.table, []), top, formats)
    write_beside(path, lambda beside: beside.write_bytes(content.getvalue()))
    return path


def _write_sheet(
    workbook: Workbook, sheet: Sheet, rows: list[Row], title: str | None, formats: dict[str, Format]
) -> None:
    worksheet = workbook.add_worksheet(sheet.name)
    header = 0
    if title:
        worksheet.write_string(0, 0, title, formats["title"])
        worksheet.write_string(1, 0, "Fictional example data: every child, family and quote is invented.")
        header = 3
    for place, (name, heading, column) in enumerate(_headings(sheet, rows)):
        worksheet.set_column(place, place, 60 if column.long else max(14, min(len(heading) + 2, 24)))
        worksheet.write_string(header, place, heading, formats["heading"])
        for row_number, row in enumerate(rows, start=header + 1):
            _write_cell(worksheet, row_number, place, row.get(name), formats)
    worksheet.freeze_panes(header + 1, 1)


def _headings(sheet: Sheet, rows: list[Row]) -> list[tuple[str, str, Column]]:
    """Return for each column of a sheet its name and its heading; where it has a label its name is its heading."""
    areas = dict.fromkeys(map(sub_grade_heading, PRACTICE_AREAS)) if sheet is AUDITS else {}
    labelled = areas | dict.fromkeys(name for row in rows for name in row if ": " in name)
    return [
        (heading if column.prefix else column.name, heading, column)
        for column in sheet.columns
        for heading in (
            [each for each in labelled if each.startswith(f"{column.heading}: ")] if column.prefix else [column.heading]
        )
    ]


def _write_cell(worksheet: Worksheet, row: int, place: int, cell: Cell, formats: dict[str, Format]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, date):
        worksheet.write_datetime(row, place, datetime.combine(cell, time()), formats["date"])
    elif isinstance(cell, str):
        worksheet.write_string(row, place, cell, formats["text"])
    else:
        worksheet.write_number(row, place, cell, formats["text"])
