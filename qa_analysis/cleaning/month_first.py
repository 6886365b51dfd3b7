"""How dates are written; of a column that some rows prove to be month first, as American programs do, none is read."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd

from qa_analysis.contract.rules import issue
from qa_analysis.text import through_different

_NUMBERS = re.compile(r"\s*(\d{1,2})[./\-](\d{1,2})[./\-](?:\d{4}|\d{2})(?:[\sTt,].*)?")
_YEAR_FIRST = re.compile(r"\s*\d{4}-\d\d-(\d\d)(?:[\sTt].*)?")
_MONTH_NAMED = re.compile(r"\s*\d{1,2}(?:st|nd|rd|th)?[\s./\-]+[^\W\d]+[\s./,\-]+\d{2,4}.*")
_NONE = pd.DataFrame(columns=["code"], dtype="str")
DAY_FIRST, MONTH_FIRST, EITHER = "day first", "month first", "either"  # a text
IN_A_CELL, IN_A_RIGHT_CELL = "in a cell", "in a cell, day first"
_WAYS = ("as dates", DAY_FIRST, MONTH_FIRST, "year first", "in words", "as numbers")


def way_of(value: object) -> str | None:
    """Return which way a date is written: day first, month first or either, or "in a cell" for one that is a date.

    A date that begins with its year may be one that a program wrote from a cell. One with a day beyond the twelfth is
    in a right cell: no program took its month for its day.

    Examples
    --------
    >>> way_of("25/07/2025"), way_of("7/25/2025 10:04"), way_of("07/08/2025"), way_of("2025-07-08")
    ('day first', 'month first', 'either', 'in a cell')
    """
    if isinstance(value, dt.date):
        return IN_A_CELL if value.day <= 12 else IN_A_RIGHT_CELL
    if isinstance(value, str) and (year_first := _YEAR_FIRST.fullmatch(value)):
        return IN_A_CELL if int(year_first[1]) <= 12 else None
    found = _NUMBERS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    first, second = int(found[1]), int(found[2])
    if first > 12:
        return DAY_FIRST
    return EITHER if second <= 12 else MONTH_FIRST if second <= 31 else None


def ways_written(values: pd.Series) -> str:
    """Return in which ways the dates of a column are written.

    Examples
    --------
    >>> ways_written(pd.Series([dt.date(2025, 7, 8), "07/08/2025", "2025-07-08", "8 July 2025", 45846, None, "TBC"]))
    'as dates, day first, year first, in words, as numbers'
    >>> ways_written(pd.Series(["07/25/2025", "07/08/2025"]))
    'month first'
    """
    ways = {_written(value) for value in values.dropna().unique()}
    if MONTH_FIRST in ways:
        ways.discard(DAY_FIRST)
    return ", ".join(way for way in _WAYS if way in ways)


def _written(value: object) -> str:
    if isinstance(value, dt.date):
        return "as dates"
    if not isinstance(value, str):
        return "as numbers"
    if _YEAR_FIRST.fullmatch(value):
        return "year first"
    if _NUMBERS.fullmatch(value):
        return MONTH_FIRST if way_of(value) == MONTH_FIRST else DAY_FIRST
    return "in words" if _MONTH_NAMED.fullmatch(value) else ""


def columns_month_first(values: pd.Series, source: pd.DataFrame) -> pd.DataFrame:
    """Return what is wrong with each row of the sheets whose dates are month first: `code` and its parts.

    Some of their texts prove it, and none proves the contrary. Excel makes dates of what it takes for day first and
    leaves the rest as text, so the dates among them are wrong as well, unless one has a day beyond the twelfth.

    Parameters
    ----------
    values
        The cells of a column of dates, of several sheets.
    source
        Rows with `source_file`, `source_sheet` and `source_row`, under the same index.
    """
    ways = through_different(values, way_of)
    if not ways.eq(MONTH_FIRST).any():
        return _NONE
    found = []
    for _, rows in source.groupby(["source_file", "source_sheet"], sort=False):
        mine = ways[rows.index].dropna()
        proof = mine.index[mine == MONTH_FIRST]
        if len(proof) and not (mine == DAY_FIRST).any():
            what = issue("month_first", proof=values[proof[0]], proof_row=int(rows.loc[proof[0], "source_row"]))
            if (mine == IN_A_RIGHT_CELL).any():
                mine = mine[~mine.isin([IN_A_CELL, IN_A_RIGHT_CELL])]
            found.append(pd.DataFrame(what, index=mine.index, dtype="str"))
    return pd.concat(found) if found else _NONE
