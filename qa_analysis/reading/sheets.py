"""Read raw files: from the sheets of workbooks and CSV files to those of the contract, values as they were written."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from qa_analysis.contract.columns import AUDITS, HOW_TO, LISTS, SHEETS, Column, Sheet
from qa_analysis.contract.rules import issue
from qa_analysis.contract.settings import Settings
from qa_analysis.errors import BadFileError, InputError, SeveralInputError
from qa_analysis.reading.raw_files import CSV, Grid, RawFile, open_file
from qa_analysis.text import NOT_BLANK, fold, listed, nearest, nearest_meaning, quoted, through_different

_HEADINGS_WITHIN = 40  # rows from the top in which the headings are looked for
_FILES_NAMED, _HEADINGS_NAMED = 10, 30
_DAYS_TO_1904 = 1462
_AFTER_PREFIX = re.compile(r"\s*:\s*|\s+[-–—]\s+")
_PERIODS = re.compile(r"\b\w*\d[\w/-]*")  # Q2, 2025-26, …
_WORDS_OF_A_NOTE = re.compile(r"(?:[^\W\d_]{2,}\W+.*?){2}[^\W\d_]{2,}")
_TOTALS = ("total", "grandtotal", "subtotal", "overalltotal")


@dataclass(frozen=True)
class RawSheet:
    """One sheet of the contract: its rows under the contract's column names, values as they were read.

    Prefix columns keep the words after the prefix: `("sub_grades", "Assessment")` becomes `sub_grades: Assessment`.
    `saved` is the day on which the workbook was last saved, where it says so.
    """

    file: str
    name: str
    sheet: Sheet
    rows: pd.DataFrame
    saved: dt.date | None = None


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
            raw = open_file(path, root, lambda name: _sheet_called(name, settings) is not None)
        except BadFileError as error:
            (reading.skipped if skip_bad_files else errors).append(error)
            unread = unread or not skip_bad_files
            continue
        reading.inputs.append((raw.name, raw.sha256))
        found[raw.name] = [grid.name for grid in raw.grids]
        if raw.renamed:
            reading.notes.append({"file": raw.name} | issue("workbook_of_another_type"))
        for grid in raw.grids:
            try:
                _read_sheet(raw, grid, settings, reading)
            except InputError as error:
                errors.append(error)
                unread = unread or _sheet_of(raw, grid, settings) is AUDITS
    if not (unread or any(raw.sheet.required for raw in reading.sheets)):
        errors.append(_no_audits(root, found, settings))
    return reading, errors


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
    """Add a sheet to what is read, or say that it was left alone."""
    sheet = _sheet_of(raw, grid, settings)
    if grid.name in (HOW_TO, LISTS):
        return
    place = {"file": raw.name, "sheet": grid.name}
    if grid.hidden:
        reading.notes.append(place | issue("hidden_sheet"))
    elif sheet is None:
        names = {name: sheet.name for sheet in SHEETS for name in settings.names_of(sheet)}
        reading.notes.append(place | issue("unknown_sheet", nearest=nearest_meaning(grid.name, names) or ""))
    elif not grid.cells.empty:
        rows, notes = match_columns(grid, sheet, settings, f"{raw.name} [{grid.name}]")
        if raw.from_1904:
            rows = _from_1900(rows, sheet)
        reading.sheets.append(RawSheet(raw.name, grid.name, sheet, rows, raw.saved))
        reading.notes.extend(place | note for note in notes)


def _sheet_of(raw: RawFile, grid: Grid, settings: Settings) -> Sheet | None:
    return _sheet_called(grid.name, settings, is_file=raw.name.casefold().endswith(CSV) and not raw.renamed)


def _sheet_called(name: str, settings: Settings, is_file: bool = False) -> Sheet | None:
    """Return the sheet of the contract that a name stands for; a CSV file's name need only begin with it."""
    called = {fold(each): sheet for sheet in reversed(SHEETS) for each in settings.names_of(sheet)}
    if not is_file:
        return called.get(fold(name))
    words = re.findall(r"\d+|[^\W\d_]+", name)
    begins = {fold("".join(words[: number + 1])) for number in range(len(words))} & called.keys()
    begins |= {fold(sheet.name) for sheet in SHEETS if fold(name).startswith(fold(sheet.name))}
    return called[max(begins, key=len)] if begins else None


def match_columns(
    grid: Grid, sheet: Sheet, settings: Settings, place: str
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return a grid's rows under the contract's column names, and what to say of the others: issues with their rows.

    The headings are looked for in the first rows: the row that has most of them is taken, or the two rows that have
    most of them together ("Overall" above "grade"; "Sub-grades" above each practice area). A column's own heading
    is preferred to its aliases. The headings repeated further down, and totals and notes at the foot, are no rows.

    Raises
    ------
    InputError
        If a required column is missing; the message begins with `place`.
    """
    names = _names(sheet, settings)
    row, texts = _headings(grid, names)
    matched = _matched(texts, names)
    _require(place, sheet, settings, texts, matched)

    rows = grid.cells.loc[row + 1 :, list(matched)].rename(columns=matched)
    filled = _filled(rows)
    repeated = _repeated(rows, grid.cells.loc[max(row - 1, 1) : row, list(matched)].rename(columns=matched))
    below = _below_the_table(grid, rows, filled, sheet)
    used = filled.difference([*repeated, *below], sort=False)
    unknown = [text for position, text in enumerate(texts) if text and position not in matched]
    return rows if len(used) == len(rows) else rows.loc[used], [
        *(_unknown_column(text, sheet, settings) for text in unknown),
        *({"row": number} | issue("headings_again") for number in repeated),
        *({"row": number} | what for number, what in below.items()),
        *_slips_in_areas(matched.values(), sheet, settings),
    ]


def _unknown_column(text: str, sheet: Sheet, settings: Settings) -> dict[str, Any]:
    """Return the issue of a column that is not known, with how to head it, where it looks like one that is."""
    prefix = next((column.heading for column in sheet.columns if column.prefix), None)
    like = nearest_meaning(text, settings.headings_of(sheet)) or ""
    if prefix and (area := _area(text, settings)):
        return issue("practice_area_without_prefix", heading=text, nearest=like, prefix=prefix, area=area)
    if like:
        return issue("unknown_column_with_a_slip", heading=text, nearest=like)
    return issue("unknown_column", heading=text)


def _area(text: str, settings: Settings) -> str | None:
    """Return the practice area of the settings that a text means."""
    return next((area for area in settings.practice_areas if fold(area) == fold(text)), None) or nearest(
        text, settings.practice_areas
    )


def _slips_in_areas(names: Iterable[str], sheet: Sheet, settings: Settings) -> Iterator[dict[str, Any]]:
    """Yield an issue for each practice area that is not in the settings, but like one that is."""
    for name in names:
        prefix, _, label = name.partition(": ")
        area = _area(label, settings) if label else None
        if area and fold(area) != fold(label):
            yield issue("practice_area_with_a_slip", label=label, prefix=sheet.column(prefix).heading, area=area)


def _names(sheet: Sheet, settings: Settings) -> dict[str, Column]:
    """Return the columns by every heading that is known, folded, in order of preference: their own headings first."""
    names = [(column, settings.names_of_column(sheet, column)) for column in sheet.columns]
    known = {fold(column.heading): column for column, _ in names}
    for column, others in names:
        for name in others:
            known.setdefault(fold(name), column)
    return known


def _headings(grid: Grid, names: Mapping[str, Column]) -> tuple[int, list[str]]:
    """Return the number of the row of headings, the lower one where they take two, and their texts."""
    lines = [[_text(value) for value in values] for values in grid.cells.iloc[:_HEADINGS_WITHIN].to_numpy().tolist()]
    for (top, left), (bottom, right) in grid.merged:
        for line in lines[top : bottom + 1]:
            line[left : right + 1] = [lines[top][left]] * len(line[left : right + 1]) if left < len(line) else []
    one = [(len(_matched(line, names)), sum(map(bool, line)), -row) for row, line in enumerate(lines, 1)]
    two = [_joined(above, line, names, spread=not grid.merged) for above, line in itertools.pairwise(lines)]
    most, _, row = max(one)
    most_of_two, row_of_two = max(
        ((len(_matched(line, names)), -row) for row, line in enumerate(two, 2)), default=(0, 0)
    )
    return (-row_of_two, two[-row_of_two - 2]) if most_of_two > most else (-row, lines[-row - 1])


def _joined(above: list[str], line: list[str], names: Mapping[str, Column], spread: bool) -> list[str]:
    """Return two rows of headings as one.

    With `spread` a heading stands for what is below the blanks to its right too: nothing is known of merged cells.
    """
    joined: list[str] = []
    group = ""
    for own, text in zip(above, line, strict=True):
        group = own or (group if spread else "")
        if not text:
            joined.append(own)
        elif ": " in (_known_as(text, names) or ""):
            joined.append(text)
        elif own and _known_as(f"{own}: {text}", names):
            joined.append(f"{own}: {text}")
        elif _known_as(text, names) or not _known_as(f"{group}: {text}", names):
            joined.append(text)
        else:
            joined.append(f"{group}: {text}")
    return joined


def _matched(texts: list[str], names: Mapping[str, Column]) -> dict[int, str]:
    """Return the contract's column name for each position whose heading is known; each name once."""
    order = {name: place for place, name in enumerate(names)}
    known = [(order.get(fold(text), 0), position, _known_as(text, names)) for position, text in enumerate(texts)]
    matched: dict[str, tuple[int, str]] = {}
    for _, position, name in sorted(known, key=lambda found: found[:2]):
        if name is not None:
            matched.setdefault(fold(name), (position, name))
    return dict(sorted(matched.values()))


def _known_as(text: str, names: Mapping[str, Column]) -> str | None:
    """Return the contract's column name for a heading, or None where the heading is not known."""
    column = names.get(fold(text))
    if column is not None and not column.prefix:
        return column.name
    start, *label = _AFTER_PREFIX.split(text, maxsplit=1)
    prefix = names.get(fold(start))
    return f"{prefix.name}: {' '.join(label[0].split())}" if prefix and prefix.prefix and any(label) else None


def _require(place: str, sheet: Sheet, settings: Settings, texts: list[str], matched: Mapping[int, str]) -> None:
    """Raise InputError where required columns are missing: all of them, each with the heading that is nearest."""
    missing = [column for column in sheet.columns if column.required and column.name not in matched.values()]
    if not missing:
        return
    free = [text for position, text in enumerate(texts) if position not in matched]
    likes = {column.heading: _nearest_of(settings.names_of_column(sheet, column), free) for column in missing}
    to, rest = (" to “{}”", "s, or give them") if len(missing) > 1 else ("", ", or give it")
    hints = [f" The nearest{to.format(heading)} is “{like}”." for heading, like in likes.items() if like]
    found = ", ".join(quoted(text) for text in filter(None, texts[:_HEADINGS_NAMED])) or "none"
    strange = not sheet.required and len(missing) == sum(column.required for column in sheet.columns)
    raise InputError(
        f"{place}: has no column {listed((f'“{heading}”' for heading in likes), 'or')}. Headings found: {found}."
        f"{''.join(hints)} Rename the heading{rest} under [columns] in settings.toml."
        f"{' If the sheet is something else, give it another name.' if strange else ''}"
    )


def _nearest_of(names: Iterable[str], candidates: list[str]) -> str | None:
    """Return the candidate that is most like the first of `names` that any is like."""
    return next(filter(None, (nearest(name, candidates) for name in names)), None)


def nearest_sheet(names: Iterable[str], sheets: Iterable[str]) -> str | None:
    """Return the sheet that is most like one of `names`, whatever quarter or year stands in its name.

    Examples
    --------
    >>> nearest_sheet(["Audits", "Audit"], ["Notes", "Audits Q2 2025-26"])
    'Audits Q2 2025-26'
    """
    plain = {_PERIODS.sub("", sheet): sheet for sheet in sheets}
    found = _nearest_of(names, list(plain))
    return plain[found] if found else None


def _filled(rows: pd.DataFrame) -> pd.Index:
    """Return the numbers of the rows that hold anything; columns are looked at only while rows are in question."""
    blank = rows.index
    for name in rows.columns:
        values = rows.loc[blank, name] if len(blank) < len(rows) else rows[name]
        if values.dtype == object:
            found = through_different(values, lambda value: bool(re.search(NOT_BLANK, str(value)))).eq(True)
        else:
            found = values.str.contains(NOT_BLANK)
        blank = blank[~found.to_numpy(dtype=bool)]
        if blank.empty:
            return rows.index
    return rows.index.difference(blank, sort=False)


def _repeated(rows: pd.DataFrame, headings: pd.DataFrame) -> list[int]:
    """Return the numbers of the rows that are the headings once more, as at the top of each printed page."""
    lines = [tuple(_text(value) for value in line) for line in headings.to_numpy().tolist()]
    first = next(place for place, text in enumerate(lines[-1]) if text)
    alike = rows[rows.iloc[:, first].isin([line[first] for line in lines if line[first]])]
    texts = [tuple(_text(value) for value in line) for line in alike.to_numpy().tolist()]
    return [int(number) for number, line in zip(alike.index, texts, strict=True) if line in lines]


def _below_the_table(grid: Grid, rows: pd.DataFrame, filled: pd.Index, sheet: Sheet) -> dict[int, dict[str, Any]]:
    """Return what the last rows are that are no rows of the table: totals and notes, by their numbers.

    Totals begin with “Total” and have no date; a count may stand where the dates do. A note is a few words in the
    column of the key or the date, with nothing beside them.
    """
    below: dict[int, dict[str, Any]] = {}
    for number in reversed(filled):
        row = {name: _text(value) for name, value in rows.loc[number].items()}
        dated = sheet.date is not None and not re.fullmatch(r"(\d{1,4}(\.0)?)?", row.get(sheet.date, ""))
        alone = sum(bool(_text(value)) for value in grid.cells.loc[number]) == 1
        if alone and any(_WORDS_OF_A_NOTE.search(row.get(name, "")) for name in (*sheet.key, sheet.date or "")):
            below[int(number)] = issue("note_under_the_table")
        elif not dated and fold(next(filter(None, row.values()), "")).startswith(_TOTALS):
            below[int(number)] = issue("row_of_totals")
        else:
            break
    return dict(sorted(below.items()))


def _from_1900(rows: pd.DataFrame, sheet: Sheet) -> pd.DataFrame:
    """Return the rows of a workbook that counts days from 1904 with the days without a format as others count them."""
    dates = {column.name for column in sheet.columns if column.kind == "date"}
    return rows.assign(
        **{name: through_different(rows[name], _four_years_on) for name in rows.columns if name in dates}
    )


def _four_years_on(value: object) -> object:
    return value + _DAYS_TO_1904 if isinstance(value, int | float) else value


def _text(value: object) -> str:
    return " ".join(str(value).split()) if value is not None else ""
