"""Read raw files: from the sheets of workbooks and CSV files to those of the contract, values as they were written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from qa_analysis.contract.columns import AUDITS, HOW_TO, LISTS, SHEETS, Sheet
from qa_analysis.contract.rules import issue
from qa_analysis.contract.settings import LEFT_ALONE, Settings
from qa_analysis.errors import BadFileError, InputError, SeveralInputError
from qa_analysis.reading.headings import Choice, split_label
from qa_analysis.reading.raw_files import TEXTS, Grid, RawFile, open_file
from qa_analysis.reading.tables import has_headings, nearest_of, tables_of
from qa_analysis.text import fold, nearest_meaning, plural, through_different

_FILES_NAMED = 10
_DAYS_TO_1904 = 1462
_PERIODS = re.compile(r"\b\w*\d[\w/-]*")  # Q2, 2025-26, …


@dataclass(frozen=True)
class RawSheet:
    """One sheet of the contract: its rows under the contract's column names, values as they were read.

    Prefix columns keep the words after the prefix: `("sub_grades", "Assessment")` becomes `sub_grades: Assessment`.
    `saved` is the day on which the workbook was last saved, where it says so; `choices` are what each heading was taken
    for, and `left_out` is how many rows are in doubt, and not among `rows`. `beside` are the other columns under their
    own headings: they are in no table, but those that tell who somebody is are looked for in texts.
    """

    file: str
    name: str
    sheet: Sheet
    rows: pd.DataFrame
    saved: dt.date | None = None
    choices: Sequence[Choice] = ()
    left_out: int = 0
    beside: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class Reading:
    """What the raw files hold: the sheets of the contract, what was left alone, and the files as they were read.

    `notes` are issues, each with its `file`, and its `sheet` and `row` where it has one. `inputs` has the name and the
    SHA-256 of each file read; `skipped` says what was wrong with the others.
    """

    sheets: list[RawSheet]
    notes: list[dict[str, Any]] = field(default_factory=list)
    inputs: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[BadFileError] = field(default_factory=list)


def read_raw(files: Iterable[Path], root: Path, settings: Settings, *, skip_bad_files: bool = False) -> Reading:
    """Return every sheet of the contract in `files`, which lie below `root`.

    Parameters
    ----------
    files
        Workbooks and CSV files.
    root
        The folder that they are named from.
    settings
        The settings in force.
    skip_bad_files
        Leave out the files that cannot be read, and say so, instead of stopping.

    Raises
    ------
    InputError
        If a file cannot be read, no file has an Audits sheet, or a sheet lacks a required column; all of them
        are told, not the first alone.
    """
    reading, errors = read_what_can_be(files, root, settings, skip_bad_files=skip_bad_files)
    if errors:
        raise errors[0] if len(errors) == 1 else SeveralInputError(errors)
    return reading


def read_what_can_be(
    files: Iterable[Path], root: Path, settings: Settings, *, skip_bad_files: bool = False
) -> tuple[Reading, list[InputError]]:
    """Return the sheets of the contract that can be read, and what keeps the others from it; as `read_raw` else."""
    reading = Reading([])
    errors: list[InputError] = []
    unread = False  # whether there may be an Audits sheet that could not be read
    found: dict[str, list[str]] = {}
    for path in files:
        try:
            raw = open_file(path, root, lambda name: not _is_left_alone(name, settings))
        except BadFileError as error:
            (reading.skipped if skip_bad_files else errors).append(error)
            unread = unread or not skip_bad_files
            continue
        reading.inputs.append((raw.name, raw.sha256))
        found[raw.name] = [grid.name for grid in raw.grids]
        if raw.renamed:
            reading.notes.append({"file": raw.name} | issue("workbook_of_another_type"))
        reading.notes.extend({"file": raw.name} | letters for letters in raw.letters)
        for grid in raw.grids:
            try:
                _read_sheet(raw, grid, settings, reading)
            except InputError as error:
                errors.append(error)
                unread = unread or _sheet_of(raw, grid, settings) is AUDITS
    reading.notes.extend(_without_effect(settings, reading.sheets))
    if not (unread or any(raw.sheet.required and raw.choices for raw in reading.sheets)):
        errors.append(_no_audits(root, found, settings))
    return reading, errors


def _without_effect(settings: Settings, sheets: Sequence[RawSheet]) -> Iterator[dict[str, Any]]:
    """Yield an issue for each entry of the settings that names sheets or headings, where none of these was read."""
    names = {fold(raw.name) for raw in sheets}
    for sheet, words in settings.sheets.items():
        begins = tuple(map(fold, words))  # a CSV file's name need only begin with it
        if sheet != LEFT_ALONE and words and not any(name.startswith(begins) for name in names):
            yield {"file": "settings.toml"} | issue("setting_without_effect", setting=f"“{sheet}” under [sheets]")
    for sheet, columns in settings.columns.items():
        headings = [choice.heading for raw in sheets if raw.sheet.name == sheet for choice in raw.choices]
        there = {fold(text) for heading in headings for text in (heading, split_label(heading)[0])}
        for column, words in columns.items() if headings else ():
            if column != LEFT_ALONE and words and there.isdisjoint(map(fold, words)):
                setting = f'“{column}” under [columns."{sheet}"]'
                yield {"file": "settings.toml"} | issue("setting_without_effect", setting=setting)


def _no_audits(root: Path, found: Mapping[str, list[str]], settings: Settings) -> InputError:
    """Return what is said where no file has the sheet without which there is no report."""
    there_are = [f"{file} {', '.join(f'[{name}]' for name in names)}" for file, names in found.items() if names]
    more = f"; and {len(there_are) - _FILES_NAMED} more files" if len(there_are) > _FILES_NAMED else ""
    like = nearest_sheet(settings.names_of(AUDITS), [name for names in found.values() for name in names])
    hint = f" The nearest is “{like}”." if like else ""
    return InputError(
        f"{root}: no file has an Audits sheet (a sheet in a workbook, or a file audits*.csv). "
        f"Found: {'; '.join(there_are[:_FILES_NAMED]) or 'no sheets'}{more}.{hint} "
        "Rename the sheet, or give its name under [sheets] in settings.toml."
    )


def _read_sheet(raw: RawFile, grid: Grid, settings: Settings, reading: Reading) -> None:
    """Add a sheet to what is read, or say that it was left alone, or is in doubt."""
    place = {"file": raw.name, "sheet": grid.name}
    sheet, doubt = _meant(raw, grid, settings)
    if _is_left_alone(grid.name, settings):
        return
    if grid.hidden:
        reading.notes.append(place | issue("hidden_sheet"))
    elif sheet is None:
        names = {name: sheet.name for sheet in SHEETS for name in settings.names_of(sheet)}
        reading.notes.append(place | issue("unknown_sheet", nearest=nearest_meaning(grid.name, names) or ""))
    elif doubt:
        reading.notes.append(place | doubt)
        none = grid.cells.iloc[:0, :0]
        reading.sheets.append(RawSheet(raw.name, grid.name, sheet, none, raw.saved, left_out=_rows(grid)))
    elif not grid.cells.empty:
        table = tables_of(grid, sheet, settings, f"{raw.name} [{grid.name}]")
        rows = _from_1900(table.rows, sheet) if raw.from_1904 else table.rows
        found = RawSheet(raw.name, grid.name, sheet, rows, raw.saved, table.choices, table.left_out, table.beside)
        reading.sheets.append(found)
        reading.notes.extend(place | said for said in table.issues)


def _is_left_alone(name: str, settings: Settings) -> bool:
    return name in (HOW_TO, LISTS) or fold(name) in map(fold, settings.left_alone())


def _meant(raw: RawFile, grid: Grid, settings: Settings) -> tuple[Sheet | None, dict[str, Any] | None]:
    """Return which sheet of the contract is meant, or none; and whether that is in doubt.

    It is in doubt where the name is another, and the headings are those of the sheet; and where the name is the sheet's
    own, and none of the headings is. An everyday word that a sheet is known by as well says nothing without a heading.
    """
    called = _sheet_of(raw, grid, settings)
    if grid.hidden or grid.cells.empty:
        return called, None
    if called is None:
        like = next((sheet for sheet in SHEETS if _is_like(sheet, grid, settings)), None)
        if like is None:
            return None, None
        return like, issue("sheet_like_another", rows=plural(_rows(grid), "row"), what=like.name, other=grid.name)
    if called.required or has_headings(grid, called, settings):
        return called, None
    if fold(grid.name) != fold(called.name):
        return None, None
    return called, issue("sheet_without_headings", rows=plural(_rows(grid), "row"), what=called.name, other=grid.name)


def _is_like(sheet: Sheet, grid: Grid, settings: Settings) -> bool:
    """Return whether a grid has all the headings of a sheet that it is named like, or without which is no report."""
    if not sheet.required and not any(fold(name) in fold(grid.name) for name in settings.names_of(sheet)):
        return False
    return has_headings(grid, sheet, settings) == len(settings.required(sheet))


def _rows(grid: Grid) -> int:
    return max(len(grid.cells) - 1, 0)


def _sheet_of(raw: RawFile, grid: Grid, settings: Settings) -> Sheet | None:
    return _sheet_called(grid.name, settings, is_file=raw.name.casefold().endswith(TEXTS) and not raw.renamed)


def _sheet_called(name: str, settings: Settings, is_file: bool = False) -> Sheet | None:
    """Return the sheet of the contract that a name stands for; a CSV file's name need only begin with it."""
    called = {fold(each): sheet for sheet in reversed(SHEETS) for each in settings.names_of(sheet)}
    if not is_file:
        return called.get(fold(name))
    words = re.findall(r"\d+|[^\W\d_]+", name)
    begins = {fold("".join(words[: number + 1])) for number in range(len(words))} & called.keys()
    begins |= {fold(sheet.name) for sheet in SHEETS if fold(name).startswith(fold(sheet.name))}
    return called[max(begins, key=len)] if begins else None


def nearest_sheet(names: Iterable[str], sheets: Iterable[str]) -> str | None:
    """Return the sheet that is most like one of `names`, whatever quarter or year stands in its name.

    Examples
    --------
    >>> nearest_sheet(["Audits", "Audit"], ["Notes", "Audits Q2 2025-26"])
    'Audits Q2 2025-26'
    """
    plain = {_PERIODS.sub("", sheet): sheet for sheet in sheets}
    found = nearest_of(names, list(plain))
    return plain[found] if found else None


def _from_1900(rows: pd.DataFrame, sheet: Sheet) -> pd.DataFrame:
    """Return the rows of a workbook that counts days from 1904 with the days without a format as others count them."""
    dates = {column.name for column in sheet.columns if column.kind in ("date", "month_or_date")}
    return rows.assign(
        **{name: through_different(rows[name], _four_years_on) for name in rows.columns if name in dates}
    )


def _four_years_on(value: object) -> object:
    return value + _DAYS_TO_1904 if isinstance(value, int | float) else value
