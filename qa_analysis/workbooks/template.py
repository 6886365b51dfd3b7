"""An empty workbook of the raw-data contract, made from the settings in force, for auditors to fill in."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_analysis.contract.columns import COMMENTARY, COMPARATORS, HOW_TO, LISTS, SECTIONS, SHEETS, Column, Sheet, holds
from qa_analysis.errors import InputError
from qa_analysis.store.files import write_beside

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from qa_analysis.contract.settings import Settings

ROWS = 2000  # below the headings, with drop-downs and checks
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255  # what Excel takes
_IN_MONTHS_OR_QUARTERS = ("month_or_date", "quarter")

_WIDTHS = (24, 34, 11, 46, 70)  # of the columns of the sheet that says how to fill the others in
_LINE_HEIGHT = 15

_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "required": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#12436D", "text_wrap": True, "valign": "top"},
    "optional": {"bg_color": "#D9E2EC", "text_wrap": True, "valign": "top", "border": 1},
    "head": {"bold": True, "bottom": 1, "valign": "top"},
    "cell": {"text_wrap": True, "valign": "top"},
    "date": {"num_format": "dd/mm/yyyy", "align": "left", "valign": "top"},
    "text": {"num_format": "@", "valign": "top"},
}

_STEPS = (
    "Each sheet is a list, with one row for each thing named below. A sheet with nothing to report stays empty.",
    "A dark heading is required: a row without it is held back from the report until it is filled in.",
    "Choose from the list where a cell offers one. Write dates day first, e.g. 03/09/2025.",
    "Never write the name of a child, a family or a member of staff. Leads are roles; references stay out of reports.",
    "Keep the names of sheets and headings. Columns of your own may be added: they are left alone. A further practice "
    "area is a column headed “Sub-grade: ” and its name, a question one headed “Answer: ” and the question.",
    "Save the workbook in the project's folder data/raw, under any name, and run: qa-analysis check",
)


def write_template(path: Path, settings: Settings, measures: Sequence[str]) -> Path:
    """Write the template workbook and return its path; the sheet Comparators offers the measures.

    It has a sheet for each one of the contract, with headings, notes, drop-down lists and checks of dates and
    numbers; one column for each practice area of the settings; and a sheet that says how to fill it in.

    Raises
    ------
    InputError
        If the file exists, or its name does not end in `.xlsx`.
    """
    from xlsxwriter import Workbook

    if path.suffix.casefold() != ".xlsx":
        raise InputError(f"{path}: the name of the template must end in .xlsx.")
    if path.exists():
        raise InputError(f"{path}: exists already. Choose another name, or move that file away.")
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": f"{settings.organisation}: quality assurance"})
        formats = {name: book.add_format(each) for name, each in _FORMATS.items()}
        _write_how_to(book.add_worksheet(HOW_TO), settings, measures, formats)
        sheets = [book.add_worksheet(sheet.name) for sheet in SHEETS]
        lists = _write_lists(book, settings, measures)
        for worksheet, sheet in zip(sheets, SHEETS, strict=True):
            _write_sheet(worksheet, sheet, settings, measures, lists, formats)
    write_beside(path, lambda beside: beside.write_bytes(content.getvalue()))
    return path


def headings(sheet: Sheet, settings: Settings) -> list[tuple[str, Column]]:
    """Return the headings of a sheet, each with its column; one for each practice area and question of the settings.

    Examples
    --------
    >>> from qa_analysis.contract.columns import AUDITS
    >>> from qa_analysis.contract.settings import load_settings
    >>> [heading for heading, _ in headings(AUDITS, load_settings(Path()))][14:17]
    ['Reporting quarter', 'Sub-grade: Assessment', 'Sub-grade: Planning']
    """
    return [
        (f"{column.heading}: {area}" if column.prefix else column.heading, column)
        for column in sheet.columns
        for area in (settings.labels(sheet, column) if column.prefix else [""])
    ]


def offered(sheet: Sheet, column: Column, settings: Settings, measures: Sequence[str] = ()) -> list[str]:
    """Return the values that a column's drop-down list offers; none where it has no list.

    Examples
    --------
    >>> from qa_analysis.contract.columns import AUDITS
    >>> from qa_analysis.contract.settings import load_settings
    >>> offered(AUDITS, AUDITS.column("moderated"), load_settings(Path()))
    ['Yes', 'No']
    """
    match column.kind:
        case "grade":
            may_be_ungraded = column.required or column.prefix
            return settings.grade_names + (settings.values.not_graded[:1] if may_be_ungraded else [])
        case "level_of_need":
            return settings.level_codes
        case "yes_no":
            return [settings.values.yes[0], settings.values.no[0]]
        case "finding_type" | "tone" | "status" | "answer":
            return list(getattr(settings.values, column.kind))
    named = {(COMMENTARY, "section"): SECTIONS, (COMPARATORS, "measure"): measures}
    return list(named.get((sheet, column.name), ()))


def _write_how_to(
    worksheet: Worksheet, settings: Settings, measures: Sequence[str], formats: dict[str, Format]
) -> None:
    worksheet.hide_gridlines(2)
    worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)
    for place, width in enumerate(_WIDTHS):
        worksheet.set_column(place, place, width)
    worksheet.write_string(0, 0, f"How to fill in this workbook of {settings.organisation}", formats["title"])
    for number, step in enumerate(_STEPS, start=1):
        worksheet.merge_range(number, 0, number, 4, f"{number}. {step}", formats["cell"])
    row = len(_STEPS) + 2
    row = _write_rows(
        worksheet, row, [("Sheet", "One row is"), *((each.name, each.one_row) for each in SHEETS)], formats
    )
    levels = [(level.code, level.name) for level in settings.levels_of_need]
    row = _write_rows(worksheet, row, [("Level of need", "Name"), *levels], formats)
    head = ("Sheet", "Heading", "Required", "What to write", "Meaning")
    _write_rows(worksheet, row, [head, *_described(settings, measures)], formats)


def _write_rows(worksheet: Worksheet, row: int, rows: Sequence[tuple[str, ...]], formats: dict[str, Format]) -> int:
    """Write a table with its head and return the row below the gap after it."""
    for down, cells in enumerate(rows):
        lines = max(len(textwrap.wrap(cell, width - 2)) for cell, width in zip(cells, _WIDTHS, strict=False))
        worksheet.set_row(row + down, _LINE_HEIGHT * max(lines, 1))
        for place, cell in enumerate(cells):
            worksheet.write_string(row + down, place, cell, formats["cell" if down else "head"])
    return row + len(rows) + 1


def _described(settings: Settings, measures: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for sheet in SHEETS:
        for column in sheet.columns:
            heading = f"{column.heading}: …" if column.prefix else column.heading
            what = _what(sheet, column, settings, measures)
            yield sheet.name, heading, "yes" if column.required else "", what, column.help


def _what(sheet: Sheet, column: Column, settings: Settings, measures: Sequence[str]) -> str:
    """Return what to write in a column: one of a list, or its kind in words."""
    if choices := offered(sheet, column, settings, measures):
        return f"one of {', '.join(choices)}"
    if column.kind == "quarter":
        return f"quarter: {'2025 Q2' if settings.year_start_month == 1 else '2025-26 Q2'}"
    return holds(column)


def _write_lists(book: Workbook, settings: Settings, measures: Sequence[str]) -> dict[tuple[str, ...], str]:
    """Write each drop-down list as a column of a hidden sheet, and return where each one stands."""
    from xlsxwriter.utility import xl_col_to_name

    worksheet = book.add_worksheet(LISTS)
    worksheet.hide()
    every = (
        tuple(offered(sheet, column, settings.of_area(heading.partition(": ")[2]), measures))
        for sheet in SHEETS
        for heading, column in [*((each.heading, each) for each in sheet.columns), *headings(sheet, settings)]
    )
    places: dict[tuple[str, ...], str] = {}
    for place, choices in enumerate(dict.fromkeys(choices for choices in every if choices)):
        for row, choice in enumerate(choices):
            if re.fullmatch(r"\d+(\.\d+)?", choice):
                worksheet.write_number(row, place, float(choice))  # what is chosen is entered as a number
            else:
                worksheet.write_string(row, place, choice)
        letter = xl_col_to_name(place)
        places[choices] = f"={LISTS}!${letter}$1:${letter}${len(choices)}"
    return places


def _write_sheet(
    worksheet: Worksheet,
    sheet: Sheet,
    settings: Settings,
    measures: Sequence[str],
    lists: dict[tuple[str, ...], str],
    formats: dict[str, Format],
) -> None:
    worksheet.freeze_panes(1, 1)
    worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)
    worksheet.set_row(0, 2 * _LINE_HEIGHT)
    for place, (heading, column) in enumerate(headings(sheet, settings)):
        width = 60 if column.long else max(14, min(len(heading) + 2, 24))
        worksheet.set_column(place, place, width, formats[_format_of(column)])
        worksheet.write_string(0, place, heading, formats["required" if column.required else "optional"])
        own = settings.of_area(heading.partition(": ")[2])
        what = _what(sheet, column, own, measures)
        note = f"{'Required. ' if column.required else ''}{column.help} Write: {what}."
        size = {"x_scale": 2, "y_scale": 0.5 + len(note) / 120}
        worksheet.write_comment(0, place, note, size)
        rule = _rule(column, lists.get(tuple(offered(sheet, column, own, measures))))
        if rule:
            says = {"input_title": column.heading[:_LONGEST_TITLE], "input_message": _short(note)}
            wrong = {"error_title": "Not a value of this column", "error_message": _short(f"Write {what}.")}
            worksheet.data_validation(1, place, ROWS, place, rule | says | wrong)


def _format_of(column: Column) -> str:
    """Return the format of a column's cells: short texts stay as typed, so that Excel makes no date of “Dec 2025”."""
    if column.kind == "date":
        return "date"
    typed = column.kind in ("text", "reference", *_IN_MONTHS_OR_QUARTERS) and not column.long
    return "text" if typed else "cell"


def _rule(column: Column, source: str | None) -> dict[str, Any] | None:
    """Return what Excel checks in a column's cells, as xlsxwriter takes it; None where anything may stand."""
    if source:
        return {"validate": "list", "source": source}
    if column.kind == "date":
        return {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
    if column.kind == "number" and column.high is not None:
        return {"validate": "decimal", "criteria": "between", "minimum": column.low, "maximum": column.high}
    if column.kind == "number":
        return {"validate": "decimal", "criteria": ">=", "value": column.low}
    return {"validate": "any"} if column.kind in _IN_MONTHS_OR_QUARTERS else None


def _short(text: str) -> str:
    return textwrap.shorten(text, _LONGEST_MESSAGE, placeholder=" …")
