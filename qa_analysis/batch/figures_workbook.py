"""A quarter's figures as an accessible workbook: cover, contents, notes, then one table a sheet.

It follows the UK government's guidance on releasing statistics in spreadsheets (Government Analysis Function): each
sheet has its title in A1 and one table below it that starts in column A, marked as a table; no merged, hidden or blank
cells; notes on a sheet of their own; shorthand in square brackets where there is no number.

Not with `gptables` (2.0), for which a cell is never mere text: "[see](http://a.b)" becomes a link and "$$5$$" a note,
and one without a Latin letter or a digit ("?", a theme in Punjabi) ends the workbook with an error.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from qa_analysis.contract.quarters import quarter_name
from qa_analysis.page.tables import heading
from qa_analysis.page.templating import piece
from qa_analysis.store.figures import all_measures, every_table, figures
from qa_analysis.store.files import write_beside
from qa_analysis.text import day, legible, listed

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from qa_analysis.contract.settings import Settings
    from qa_analysis.store.data import Data

NO_NUMBER, NOT_APPLICABLE = "[x]", "[z]"
_HEAD_ROW = 4  # counted from 0: title, what the sheet holds, where it comes from, the way back
_LONGEST = 32_000  # characters of a cell, a little less than Excel takes
_HEADINGS = {
    "count": "Count", "denominator": "Out of", "percent": "Percent", "value": "Value", "note": "Note",
    "ci_low": "95% interval, lower limit", "ci_high": "95% interval, upper limit",
}  # fmt: skip
_TEXTS = ("quarter", "month", "level_of_need", "category", "note")
_LOOKS = {"percent": "decimal", "ci_low": "decimal", "ci_high": "decimal", "value": "value"}
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15},
    "text": {"text_wrap": True, "valign": "top"},
    "head": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
    "cell": {"valign": "top"},
    "link": {"font_color": "#0563C1", "underline": 1},
    "count": {"num_format": "#,##0.##", "align": "right"},
    "whole": {"num_format": "#,##0", "align": "right"},
    "decimal": {"num_format": "0.0", "align": "right"},
    "value": {"num_format": "0.000", "align": "right"},
    "none": {"align": "right"},
}


class _Table(NamedTuple):
    sheet: str
    title: str
    rows: pd.DataFrame


def write_tables(data: Data, quarter: pd.Period, path: Path) -> None:
    """Write the figures of a quarter, and of the quarters shown before it, as a workbook with one table a sheet.

    Every number is a number, unrounded and shown rounded. Every text is a text: none can become a formula. The same
    data give the same workbook.

    Parameters
    ----------
    data
        The cleaned tables and settings.
    quarter
        The quarter reported on.
    path
        The workbook to write (`.xlsx`); one that is there is replaced when the new one is whole.

    Raises
    ------
    InputError
        If another program holds the file open, or the folder may not be written to.
    """
    tables, nothing = _tables(data, quarter)

    def write(beside: Path) -> None:
        from xlsxwriter import Workbook

        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with Workbook(str(beside), options) as book:
            _Writer(book).write(data, quarter, tables, nothing)

    write_beside(path, write)


def _tables(data: Data, quarter: pd.Period) -> tuple[list[_Table], list[str]]:
    """Return a table for each measure that has rows, and the titles of those without any."""
    everything = figures(data, quarter)
    tables: list[_Table] = []
    nothing = []
    for measure, by_month in every_table(all_measures(data)):
        of_months = everything["month"] != ""
        rows = everything[(everything["measure"] == measure.name) & (of_months == by_month)]
        title = f"{measure.called(measure.title, data.settings)}{', by month' if by_month else ''}"
        if rows.empty:
            nothing.append(title)
        else:
            number = len(tables) + 1
            tables.append(_Table(f"Table_{number}", f"Table {number}: {title}", _printed(rows, data.settings)))
    return tables, nothing


def _printed(rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return a measure's rows with names for codes, without the columns that none of them uses."""
    months = pd.to_datetime(rows["month"].where(rows["month"] != ""), format="%Y-%m")
    shown = rows.assign(
        month=months.dt.strftime("%B %Y").fillna(""),
        level_of_need=[settings.level_name(level) for level in rows["level_of_need"]],
    ).drop(columns="measure")
    unused = [name for name in shown if (shown[name].isna() | shown[name].eq("")).all()]
    return shown.drop(columns=unused).reset_index(drop=True)


class _Writer:
    """Writes the sheets of one workbook with its formats."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.formats = {name: book.add_format(look) for name, look in _FORMATS.items()}

    def write(self, data: Data, quarter: pd.Period, tables: Sequence[_Table], nothing: Sequence[str]) -> None:
        settings = data.settings
        title = f"{settings.report_name}: tables, {quarter_name(quarter)}"
        created = datetime.datetime.combine(data.data_cut.date(), datetime.time())
        self.book.set_properties({"title": _text(title), "author": _text(settings.organisation), "created": created})
        self._cover(title, data, quarter)
        contents = pd.DataFrame({
            "Worksheet": ["Notes", *(table.sheet for table in tables)],
            "Title": ["Notes on the figures and the shorthand", *(table.title for table in tables)],
        })  # fmt: skip
        self._listing("Contents", "the worksheets of this workbook", contents, links=True)
        notes = pd.DataFrame(list(_notes(nothing)), columns=["Note", "What it says"])
        self._listing("Notes", "notes on the figures", notes)
        for number, table in enumerate(tables, start=1):
            self._figures(table, number, quarter, settings)

    def _cover(self, title: str, data: Data, quarter: pd.Period) -> None:
        settings = data.settings
        lines = [
            piece("banner").striptags() if data.is_example else "",
            settings.protective_marking,
            settings.organisation,
            f"For the {settings.board}.",
            f"Quarter {quarter_name(quarter)}, with the quarters shown before it. Newest audit: {day(data.data_cut)}.",
            "Audits are chosen, not drawn at random, so the figures describe the audited records, not every child.",
            "Each table is on a worksheet of its own. The worksheet Contents lists them; Notes says how to read them.",
        ]
        self._sheet("Cover", title, filter(None, lines), "text").set_column(0, 0, 90)

    def _sheet(self, name: str, title: str, lines: Iterable[str], look: str = "") -> Worksheet:
        """Begin a sheet with its title and the lines beneath it."""
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, _text(title), self.formats["title"])
        for row, line in enumerate(lines, start=1):
            sheet.write_string(row, 0, _text(line), self.formats.get(look))
        return sheet

    def _listing(self, name: str, what: str, rows: pd.DataFrame, *, links: bool = False) -> None:
        """Write a sheet with a table of two text columns, the first of which may name sheets to jump to."""
        sheet = self._sheet(name, name, [f"This worksheet contains one table: {what}."])
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 90)
        self._table(sheet, 2, list(rows.columns), len(rows), name.lower())
        for row, (first, second) in enumerate(rows.itertuples(index=False, name=None), start=3):
            if links:
                sheet.write_url(row, 0, f"internal:'{first}'!A1", self.formats["link"], string=first)
            else:
                sheet.write_string(row, 0, first, self.formats["text"])
            sheet.write_string(row, 1, _text(second), self.formats["text"])

    def _figures(self, table: _Table, number: int, quarter: pd.Period, settings: Settings) -> None:
        shorthand = "This worksheet contains one table. The worksheet Notes says what the shorthand means."
        source = f"Source: {settings.organisation}, audits up to {quarter_name(quarter)}."
        sheet = self._sheet(table.sheet, table.title, [shorthand, source])
        sheet.write_url(3, 0, "internal:'Contents'!A1", self.formats["link"], string="Back to the contents")
        names = list(table.rows.columns)
        self._table(
            sheet, _HEAD_ROW, [_HEADINGS.get(name, heading(name)) for name in names], len(table.rows), f"table_{number}"
        )
        for column, name in enumerate(names):
            sheet.set_column(column, column, _width(table.rows[name]) if name in _TEXTS else 14)
        for row, values in enumerate(table.rows.to_dict("records"), start=_HEAD_ROW + 1):
            for column, name in enumerate(names):
                self._cell(sheet, row, column, name, values)
        sheet.freeze_panes(_HEAD_ROW + 1, 0)

    def _cell(self, sheet: Worksheet, row: int, column: int, name: str, values: dict[Any, Any]) -> None:
        value = values[name]
        if name in _TEXTS:
            sheet.write_string(row, column, _text(value) or NOT_APPLICABLE, self.formats["cell"])
        elif pd.isna(value):
            missing = NOT_APPLICABLE if values.get("denominator") == 0 else NO_NUMBER
            sheet.write_string(row, column, missing, self.formats["none"])
        else:
            look = _LOOKS.get(name, "count" if float(value) % 1 else "whole")
            sheet.write_number(row, column, float(value), self.formats[look])

    def _table(self, sheet: Worksheet, row: int, headings: Sequence[str], rows: int, name: str) -> None:
        """Mark a table whose headings stand in `row`; filters and bands would only be in the way."""
        columns = [{"header": each, "header_format": self.formats["head"]} for each in headings]
        place = {"columns": columns, "name": name, "style": None, "autofilter": False}
        sheet.add_table(row, 0, row + rows, len(headings) - 1, place)


def _notes(nothing: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield NO_NUMBER, "Not available: there is no such number, or it was never recorded."
    yield NOT_APPLICABLE, "Not applicable: there is nothing that it could be a share of, or nothing to say."
    yield (
        "Percent",
        "From 0 to 100, worked out from the two counts beside it and not rounded; it is shown with one decimal.",
    )
    yield (
        "Interval",
        "The limits between which the share would lie in 95 of 100 such sets of audits: Wilson's score interval; for a "
        "change Newcombe's hybrid score interval, in percentage points; for kappa a bootstrap interval.",
    )
    yield "Level of need", "The service that a child is open to. The whole service holds every audit."
    yield (
        "Note in a table",
        "“as printed”: taken from an earlier report, before row-level data was kept. “too few”: not given, because it "
        "would mislead.",
    )
    if nothing:
        yield "Left out", f"Nothing was recorded for: {listed(nothing)}."


def _text(value: object) -> str:
    """Return a value as a cell's text: nothing in it is invisible, and nothing is too long for a cell."""
    return legible(str(value))[:_LONGEST]


def _width(values: pd.Series[str]) -> int:
    return min(60, max(14, int(values.str.len().max()) + 2))
