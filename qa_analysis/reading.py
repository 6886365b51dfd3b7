"""Read raw files: from workbooks and CSV files to the sheets of the contract, cell for cell, nothing interpreted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from qa_analysis.contract import SHEETS, Column, Sheet
from qa_analysis.errors import InputError
from qa_analysis.matching import fold, nearest
from qa_analysis.settings import Settings

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
CSV = ".csv"
_HEADINGS_WITHIN = 40  # rows from the top in which the headings are looked for


@dataclass(frozen=True)
class Grid:
    """One sheet as it is in its file: a cell for a cell; the index is the row number as Excel shows it."""

    file: str
    name: str
    cells: pd.DataFrame
    hidden: bool = False


@dataclass(frozen=True)
class RawSheet:
    """One sheet of the contract: its rows under the contract's column names, values as they were read.

    Prefix columns keep the words after the prefix: `("sub_grades", "Assessment")` becomes `sub_grades: Assessment`.
    """

    file: str
    name: str
    sheet: Sheet
    rows: pd.DataFrame
    totals: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What the raw files hold: the sheets of the contract, and what was left alone."""

    sheets: list[RawSheet]
    left_alone: list[tuple[str, str, str]] = field(default_factory=list)  # file, sheet, what was left alone


def read_raw(files: Iterable[Path], root: Path, settings: Settings) -> Reading:
    """Return every sheet of the contract in `files`, which lie below `root`.

    Raises
    ------
    InputError
        If a file cannot be read, no file has an Audits sheet, or a sheet lacks a required column.
    """
    sheets: list[RawSheet] = []
    left_alone: list[tuple[str, str, str]] = []
    names: list[str] = []
    for path in files:
        for grid in read_file(path, path.relative_to(root).as_posix()):
            names.append(f"{grid.file} [{grid.name}]")
            sheet = _sheet_called(grid, settings)
            if grid.hidden:
                left_alone.append((grid.file, grid.name, "hidden sheet"))
            elif sheet is None:
                left_alone.append((grid.file, grid.name, "unknown sheet"))
            elif not grid.cells.empty:
                raw, unknown = match_columns(grid, sheet, settings)
                sheets.append(raw)
                left_alone += [(grid.file, grid.name, f"unknown column “{heading}”") for heading in unknown]
    if not any(raw.sheet.required for raw in sheets):
        found = "; ".join(names) or "no sheets"
        raise InputError(
            f"{root}: no file has an Audits sheet (a sheet in a workbook, or a file audits*.csv). Found: {found}. "
            "Rename the sheet, or give its name under [sheets] in settings.toml."
        )
    return Reading(sheets, left_alone)


def read_file(path: Path, name: str) -> list[Grid]:
    """Return the sheets of one file; `name` is what the file is called in messages and ledgers.

    Raises
    ------
    InputError
        If the file is of another type, empty, protected or damaged, or another program keeps it from being read.
    """
    kind = path.suffix.casefold()
    if kind not in (*WORKBOOKS, CSV):
        raise InputError(
            f"{name}: is neither a workbook ({', '.join(WORKBOOKS)}) nor a CSV file. Move it out of data/raw."
        )
    try:
        content = path.read_bytes()
    except PermissionError:
        raise InputError(f"{name}: cannot be opened. Close it in other programs, then run again.") from None
    if not content:
        raise InputError(f"{name}: is empty (0 bytes). Copy it into data/raw again.")
    if kind == CSV and not content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return [_csv_grid(content, path, name)]
    return _workbook_grids(content, name)


def _workbook_grids(content: bytes, name: str) -> list[Grid]:
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [
                Grid(
                    name,
                    about.name,
                    _cells(
                        book.get_sheet_by_name(about.name).to_python(skip_empty_area=False),
                        book.get_sheet_by_name(about.name).merged_cell_ranges or [],
                    ),
                    hidden=about.visible != SheetVisibleEnum.Visible,
                )
                for about in book.sheets_metadata
                if about.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError:
        raise InputError(f"{name}: is protected by a password. Save a copy without one.") from None
    except CalamineError as error:
        raise InputError(
            f"{name}: is not a workbook that can be read ({error}). Open it in Excel and save it again as .xlsx."
        ) from None


def _cells(rows: list[list[Any]], merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> pd.DataFrame:
    """Return a sheet's cells; a cell merged over several rows counts in each of them."""
    for (top, left), (bottom, _) in merged:
        for row in range(top + 1, min(bottom + 1, len(rows))):
            rows[row][left] = rows[top][left]
    cells = pd.DataFrame(rows, dtype=object)
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    return cells


def _csv_grid(content: bytes, path: Path, name: str) -> Grid:
    text = _decoded(content, name)
    start = text[:20_000]
    try:
        delimiter = csv.Sniffer().sniff(start, delimiters=",;\t").delimiter
    except csv.Error:
        delimiter = ","
    width = max(len(row) for row in csv.reader(io.StringIO(start), delimiter=delimiter))
    try:
        cells = pd.read_csv(
            io.StringIO(text),
            sep=delimiter,
            header=None,
            names=range(width),
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
        )
    except pd.errors.ParserError as error:
        raise InputError(f"{name}: cannot be read as a table: {error}. Save it again as CSV from Excel.") from None
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    return Grid(name, path.stem, cells.fillna(""))


def _decoded(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{name}: is not text in a known encoding. Save it as “CSV UTF-8” from Excel.")


def _sheet_called(grid: Grid, settings: Settings) -> Sheet | None:
    """Return the sheet of the contract that a grid's name stands for; a CSV file's name need only begin with it."""
    name = fold(grid.name)
    for sheet in SHEETS:
        if name in {fold(each) for each in settings.names_of(sheet)}:
            return sheet
    if not grid.file.casefold().endswith(CSV):
        return None
    begins = [
        (len(fold(each)), sheet) for sheet in SHEETS for each in settings.names_of(sheet) if name.startswith(fold(each))
    ]
    return max(begins, key=lambda found: found[0])[1] if begins else None


def match_columns(grid: Grid, sheet: Sheet, settings: Settings) -> tuple[RawSheet, list[str]]:
    """Return a grid's rows under the contract's column names, and the headings that the contract does not know.

    The headings are looked for in the first rows: the row that has most of them is taken. A column's own
    heading is preferred to its aliases.

    Raises
    ------
    InputError
        If a required column is missing.
    """
    head = {
        row: [_text(value) for value in values]
        for row, values in enumerate(grid.cells.iloc[:_HEADINGS_WITHIN].to_numpy().tolist(), start=1)
    }
    matches = {row: _matched(texts, sheet, settings) for row, texts in head.items()}
    heading_row = max(matches, key=lambda row: (len(matches[row]), sum(map(bool, head[row]))))
    matched, texts = matches[heading_row], head[heading_row]
    _require(grid, sheet, set(matched.values()), [text for text in texts if text])

    unknown = [text for position, text in enumerate(texts) if text and position not in matched]
    below = grid.cells.loc[heading_row + 1 :]
    rows = below[list(matched)].rename(columns=matched)
    rows = rows[rows.apply(_is_filled).any(axis=1)]
    totals = _totals_at_the_foot(rows, sheet)
    return RawSheet(grid.file, grid.name, sheet, rows.drop(index=totals), tuple(totals)), unknown


def _matched(texts: list[str], sheet: Sheet, settings: Settings) -> dict[int, str]:
    """Return the contract's column name for each position whose heading is known."""
    folded = [fold(text) for text in texts]
    matched: dict[int, str] = {}
    for column in sheet.columns:
        names = _names(column, sheet, settings)
        if column.prefix:
            matched |= _matched_by_prefix(texts, column, names)
            continue
        found = [folded.index(name) for name in names if name in folded]
        if found and found[0] not in matched:
            matched[found[0]] = column.name
    return dict(sorted(matched.items()))


def _matched_by_prefix(texts: list[str], column: Column, names: list[str]) -> dict[int, str]:
    matched: dict[str, int] = {}
    for position, text in enumerate(texts):
        start, _, label = text.partition(":")
        if label.strip() and fold(start) in names:
            matched.setdefault(fold(label), position)
    return {
        position: f"{column.name}: {' '.join(texts[position].partition(':')[2].split())}"
        for position in matched.values()
    }


def _names(column: Column, sheet: Sheet, settings: Settings) -> list[str]:
    own = settings.columns.get(sheet.name, {}).get(column.heading, [])
    return [fold(name) for name in (column.heading, *column.aliases, *own)]


def _require(grid: Grid, sheet: Sheet, matched: set[str], headings: list[str]) -> None:
    missing = [column for column in sheet.columns if column.required and column.name not in matched]
    if not missing:
        return
    column = missing[0]
    found = ", ".join(f"“{heading}”" for heading in headings[:30]) or "none"
    like = nearest(column.heading, headings)
    hint = f" The nearest is “{like}”." if like else ""
    raise InputError(
        f"{grid.file} [{grid.name}]: has no column “{column.heading}”. Headings found: {found}.{hint} "
        "Rename the heading, or give it under [columns] in settings.toml."
    )


def _is_filled(values: pd.Series) -> pd.Series:
    texts = values.map(_text) if values.dtype == object else values.str.strip()
    return texts != ""


def _totals_at_the_foot(rows: pd.DataFrame, sheet: Sheet) -> list[int]:
    """Return the numbers of the last rows that are totals: they begin with “Total” and have no date."""
    totals: list[int] = []
    for number in reversed(rows.index):
        values = [_text(value) for value in rows.loc[number] if _text(value)]
        dated = sheet.date is not None and _text(rows.loc[number].get(sheet.date, ""))
        if dated or not fold(values[0]).startswith(("total", "grandtotal")):
            break
        totals.append(number)
    return totals


def _text(value: object) -> str:
    return " ".join(str(value).split()) if value is not None else ""
