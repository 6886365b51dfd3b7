"""Which rows of a table are rows of it: not headings come again, totals, notes, or what is filled in ahead."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from qa_analysis.contract.columns import ACTIONS, Sheet
from qa_analysis.contract.rules import issue
from qa_analysis.reading.headings import Names
from qa_analysis.reading.letters import mended
from qa_analysis.reading.unread import Unread
from qa_analysis.text import NOT_BLANK, through_different

_WORDS_OF_A_NOTE = re.compile(r"(?:[^\W\d_]{2,}\W+.*?){2}[^\W\d_]{2,}")
_SEVERAL_WORDS = re.compile(r"\S[\s:]+\S|:$")
_TOTALS = re.compile(r"(grand|sub|overall)?\W*totals?\b|.*\b(sub\W?)?totals?\W*$", re.IGNORECASE)
_SHAPE = ((re.compile(r"[^\W\d_]+"), "a"), (re.compile(r"\d+"), "9"))
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}|(\w+,? )?\d{1,2}(st|nd|rd|th)?[ -]\w{3,9}[ -]\d{2,4}")
_NUMBER_AT_THE_END = re.compile(r"^(.*?)(\d+)$")
_SHAPES_LOOKED_AT = 1_000
_FEWEST_AHEAD = 2  # rows that are filled in ahead; of one alone it cannot be told
_FEWEST_BLANK = 2  # required values: a row that lacks one alone is a row that somebody forgot to finish
_MOSTLY = 0.8


def text_of(value: object) -> str:
    """Return a cell as one line of text."""
    return mended(" ".join(str(value).split())) if value is not None else ""


def filled(rows: pd.DataFrame) -> pd.Index:
    """Return the numbers of the rows that hold anything; columns are looked at only while rows are in question.

    What formulas of a row give that was filled down in advance, 0 and what cannot be known, makes no row by itself.
    """
    blank = rows.index
    for name in rows.columns:
        values = rows.loc[blank, name] if len(blank) < len(rows) else rows[name]
        blank = blank[~has_value(values, _says_something).to_numpy(dtype=bool)]
        if blank.empty:
            return rows.index
    if len(blank) < len(rows):
        return rows.index.difference(blank, sort=False)
    return rows.index[rows.map(lambda value: isinstance(value, Unread)).any(axis="columns")]


def _holds_anything(value: object) -> bool:
    return re.search(NOT_BLANK, str(value)) is not None


def _says_something(value: object) -> bool:
    return not (isinstance(value, Unread) or value == 0 or value == dt.time(0)) and _holds_anything(value)


def has_value(values: pd.Series, of_a_cell: Callable[[object], bool] = _holds_anything) -> pd.Series:
    """Return whether each cell holds anything but white space."""
    if values.dtype == object:
        return through_different(values, of_a_cell).eq(True)
    return values.str.contains(NOT_BLANK)


def sorted_out(
    rows: pd.DataFrame, names: Names, cells: pd.DataFrame, headings: pd.DataFrame
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the rows of a table that are rows of it, and what is said of the others, a line a cause.

    Parameters
    ----------
    rows
        What stands below the headings, under the contract's column names.
    names
        The headings of the sheet of the contract.
    cells
        The whole lines that the rows are from.
    headings
        The line of the headings, and the one above it, under the same names.
    """
    every = filled(rows)
    again = _headings_again(rows, headings)
    doubtful = _lacking(rows.loc[every.difference(again, sort=False)], names)
    totals, notes = _totals_and_notes(rows, doubtful, names.sheet, cells)
    ahead = _filled_in_ahead(rows, doubtful.difference([*totals, *notes], sort=False), names)
    kept = every.difference([*again, *totals, *notes, *ahead], sort=False)
    said = (
        (again, issue("headings_again", more=_more(again))),
        (totals, issue("row_of_totals", more=_more(totals))),
        (notes, issue("note_in_the_table", more=_more(notes))),
        (ahead, issue("filled_in_ahead", more=_more(ahead))),
    )
    return rows if len(kept) == len(rows) else rows.loc[kept], [
        {"row": min(numbers)} | what for numbers, what in said if numbers
    ]


def _more(numbers: Sequence[int]) -> str:
    return f"{len(numbers) - 1} more, the last in row {max(numbers)}" if len(numbers) > 1 else ""


def _headings_again(rows: pd.DataFrame, headings: pd.DataFrame) -> list[int]:
    """Return the numbers of the rows that are the headings once more, as at the top of each printed page."""
    lines = [tuple(text_of(value) for value in line) for line in headings.to_numpy().tolist()]
    first = next(place for place, text in enumerate(lines[-1]) if text)
    alike = rows[rows.iloc[:, first].isin([line[first] for line in lines if line[first]])]
    texts = [tuple(text_of(value) for value in line) for line in alike.to_numpy().tolist()]
    return [
        int(number)
        for number, line in zip(alike.index, texts, strict=True)
        if any(says_again(line, headings) for headings in lines)
    ]


def says_again(line: Sequence[str], headings: Sequence[str]) -> bool:
    """Return whether a line says the headings again, all or some of them, each where it stood.

    Examples
    --------
    >>> says_again(["Audit ID", "Team", ""], ["Audit ID", "Team", "Type"]), says_again(["Team", ""], ["Ref", "Team"])
    (True, False)
    """
    there = [text == heading for text, heading in zip(line, headings, strict=True) if text]
    return all(there) and (len(there) > 1 or line == headings)


def _lacking(rows: pd.DataFrame, names: Names) -> pd.Index:
    """Return the numbers of the rows in which a required value is blank, or that has a total in place of a date."""
    lacks = np.zeros(len(rows), dtype=bool)
    for name in names.required.intersection(rows):
        lacks |= ~has_value(rows[name]).to_numpy(dtype=bool)
    if (date := names.sheet.date) and date in rows:
        lacks |= through_different(rows[date], _is_a_total).eq(True).to_numpy(dtype=bool)
    return rows.index[lacks]


def _is_a_total(value: object) -> bool:
    return isinstance(value, str) and _TOTALS.match(text_of(value)) is not None


def _totals_and_notes(
    rows: pd.DataFrame, numbers: pd.Index, sheet: Sheet, cells: pd.DataFrame
) -> tuple[list[int], list[int]]:
    """Return which rows that lack something are totals, and which are notes or lines of a reporting tool.

    Totals say so in their first text, and have no date. A note is text in the column of the key or the date that is
    shaped like no other key, with nothing that a row of the table would have beside it.
    """
    totals: list[int] = []
    notes: list[int] = []
    first = next((name for name in (*sheet.key, sheet.date) if name in rows), None)
    if first is None or numbers.empty:
        return totals, notes
    shapes = {_shape(text_of(value)) for value in rows[first].drop(index=numbers)[:_SHAPES_LOOKED_AT]}
    names = list(rows.columns)
    typed = [column.name for column in sheet.columns if column.kind not in ("text", "reference", "number")]
    lines = zip(numbers, cells.index.get_indexer(numbers), rows.loc[numbers].to_numpy().tolist(), strict=True)
    for number, place, line in lines:
        row = dict(zip(names, map(text_of, line), strict=True))
        alone = sum(bool(text_of(value)) for value in cells.iloc[int(place)]) == 1
        date = "" if sheet.date is None else row.get(sheet.date, "")
        start = next(filter(None, row.values()), "")
        if _TOTALS.match(start) and (not _is_dated(date) or _is_a_total(date)):
            totals.append(int(number))
        elif (alone and any(_WORDS_OF_A_NOTE.search(row.get(name, "")) for name in (*sheet.key, sheet.date or ""))) or (
            start == row[first]
            and _SEVERAL_WORDS.search(start)
            and _shape(start) not in shapes
            and not _DATE.fullmatch(start)
            and (alone or not any(row.get(name, "") for name in typed if name != first))
        ):
            notes.append(int(number))
    return totals, notes


def _is_dated(text: str) -> bool:
    """Return whether what stands in the column of dates may be one: not a blank, and not a count."""
    return not re.fullmatch(r"(\d{1,4}(\.0)?)?", text)


def _shape(text: str) -> str:
    """Return a text with a letter for its words and a digit for its numbers.

    Examples
    --------
    >>> _shape("DD-017"), _shape("Page 1 of 12")
    ('a-9', 'a 9 a 9')
    """
    for pattern, sign in _SHAPE:
        text = pattern.sub(sign, text)
    return text


def _filled_in_ahead(rows: pd.DataFrame, numbers: pd.Index, names: Names) -> list[int]:
    """Return which rows that lack something hold nothing but what is filled in ahead.

    That is a value that nearly all of these rows have, or a number that follows on the one above. A step of an action
    has no number of its own, and is never one of them.
    """
    required = [name for name in rows if name in names.required]
    blank = {name: ~has_value(rows[name].loc[numbers]).to_numpy(dtype=bool) for name in required}
    bare = sum(blank.values(), np.zeros(len(numbers), dtype=int)) >= min(_FEWEST_BLANK, len(required) - 1)
    has_a_key = ~blank[ACTIONS.key[0]] if names.sheet is ACTIONS and ACTIONS.key[0] in blank else True
    numbers = numbers[bare & has_a_key]
    if len(numbers) < _FEWEST_AHEAD:
        return []
    ahead = np.ones(len(numbers), dtype=bool)
    for name in rows:
        values = rows[name].loc[numbers]
        there = has_value(values).to_numpy(dtype=bool)
        if not there.any():
            continue
        codes = pd.factorize(values.astype("str"))[0]
        times = np.bincount(codes[there])
        same = (codes == times.argmax()) & (times.max() >= max(_MOSTLY * there.sum(), _FEWEST_AHEAD))
        ahead &= ~there | same | _follows(rows[name], numbers)
    found = numbers[ahead]
    return [int(number) for number in found] if len(found) >= _FEWEST_AHEAD else []


def _follows(values: pd.Series, numbers: pd.Index) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return whether the number in each of some rows is one more than in the row above it."""
    places = values.index.get_indexer(numbers)
    own = [_counted(values.iloc[place]) for place in places]
    above = [_counted(values.iloc[place - 1]) if place > 0 else None for place in places]
    return np.array([one is not None and one == (up[0], up[1] + 1) if up else False
                     for one, up in zip(own, above, strict=True)], dtype=bool)  # fmt: skip


def _counted(value: object) -> tuple[str, int] | None:
    """Return the number that a value counts, and what stands before it; a day counts as its number."""
    if isinstance(value, dt.datetime | dt.date):
        return "day", value.toordinal()
    found = _NUMBER_AT_THE_END.match(re.sub(r"\.0$", "", text_of(value)))
    return (found[1], int(found[2])) if found else None
