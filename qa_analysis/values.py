"""From the value of a cell to what it means: texts, dates, numbers, quarters and closed lists."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from qa_analysis.contract import Column
from qa_analysis.errors import InputError
from qa_analysis.matching import fold, nearest
from qa_analysis.quarter import parse_quarter
from qa_analysis.schemas import dtype_of
from qa_analysis.settings import Settings

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_DAY_FIRST = re.compile(r"^(\d{1,2})[./\-\s](\d{1,2})[./\-\s](\d{4}|\d{2})$")
_YEAR_FIRST = re.compile(r"^(\d{4})[./\-](\d{1,2})[./\-](\d{1,2})$")
_MONTH_NAMED = re.compile(
    r"^(?:[a-z]+,?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]+([a-z]{3,9})\.?,?[\s\-/.]+(\d{4}|\d{2})$"
)
_TIME_OF_DAY = re.compile(r"[t\s]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(\s*[ap]m)?z?$")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$|^-?\d{1,3}(,\d{3})+(\.\d+)?$")
_EXCEL_DAY_ZERO = dt.datetime(1899, 12, 30)
_EARLIEST, _LATEST = 1990, 2100


class NotUnderstood(ValueError):  # noqa: N818 - it is not an error of the program's
    """A value means nothing in its column. `remedy` says what to write instead."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


def plain(values: pd.Series) -> pd.Series:
    """Return cells with blanks as missing, texts without stray spaces, and whole numbers as integers.

    Non-breaking and repeated spaces become one space; line breaks inside a text stay.
    """
    if values.dtype == object:
        return values.map(_plain_cell).astype(object)
    texts = values.str.replace(r"[^\S\n]+", " ", regex=True).str.strip()
    return texts.where(texts != "")


def _plain_cell(value: object) -> object:
    match value:
        case None | "":
            return None
        case str():
            return re.sub(r"[^\S\n]+", " ", value).strip() or None
        case bool():
            return "Yes" if value else "No"
        case float() if math.isnan(value):
            return None
        case float() if value.is_integer():
            return int(value)
    return value


def typed(values: pd.Series, column: Column, settings: Settings) -> tuple[pd.Series, pd.DataFrame]:
    """Return a column's values as what they mean, and what is wrong with those that mean nothing.

    Parameters
    ----------
    values
        Cells as `plain` returns them.
    column
        The column of the contract.
    settings
        The settings in force.

    Returns
    -------
    tuple
        The values in the dtype of their kind, missing where they are blank or not understood; and a table
        with the index of each value that was not understood and the columns `reason` and `remedy`.
    """
    if column.kind in ("text", "reference", "month_or_date"):
        return as_text(values), _no_problems()
    parse = _parser(column, settings)
    codes, uniques = pd.factorize(values, use_na_sentinel=True)
    parsed: list[object] = []
    wrong: dict[int, tuple[str, str]] = {}
    for position, value in enumerate(uniques):
        try:
            parsed.append(parse(value))
        except NotUnderstood as problem:
            parsed.append(None)
            wrong[position] = (str(problem), problem.remedy)
    lookup = pd.Series([*parsed, None], dtype=object)
    understood = pd.Series(lookup.to_numpy()[codes], index=values.index).astype(dtype_of(column.kind, settings))
    if not wrong:
        return understood, _no_problems()
    found = pd.Series(codes, index=values.index)
    problems = found[found.isin(wrong)].map(wrong)
    return understood, pd.DataFrame(problems.tolist(), columns=["reason", "remedy"], index=problems.index)


def as_text(values: pd.Series) -> pd.Series:
    """Return cells as text: a date as 2025-09-03, a number without a needless decimal point."""
    if values.dtype != object:
        return values.astype("str")
    return values.map(_as_text, na_action="ignore").astype("str")


def _as_text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)


def _no_problems() -> pd.DataFrame:
    return pd.DataFrame({"reason": pd.Series(dtype="str"), "remedy": pd.Series(dtype="str")})


def _parser(column: Column, settings: Settings) -> Callable[[object], object]:  # noqa: PLR0911 - one for each kind
    match column.kind:
        case "date":
            return read_date
        case "number":
            return partial(read_number, low=column.low, high=column.high)
        case "quarter":
            return partial(_read_quarter, year_start_month=settings.year_start_month)
        case "yes_no":
            lists: dict[object, Iterable[str]] = {True: settings.values.yes, False: settings.values.no}
            return partial(_read_listed, meanings=_meanings(lists), names=["Yes", "No"], what="yes or no")
        case "grade":
            grades = _meanings({grade.name: grade.aliases for grade in settings.grades})
            none = _meanings({None: settings.values.not_graded})
            return partial(_read_listed, meanings=none | grades, names=settings.grade_names, what="a grade")
        case "level_of_need":
            levels = _meanings({level.code: (level.name, *level.aliases) for level in settings.levels_of_need})
            return partial(_read_listed, meanings=levels, names=settings.level_codes, what="a level of need")
    aliases: dict[str, list[str]] = getattr(settings.values, column.kind)
    return partial(_read_listed, meanings=_meanings(aliases), names=list(aliases), what=f"a {column.heading.lower()}")


def _meanings(lists: Mapping[Any, Iterable[str]]) -> dict[str, object]:
    return {
        fold(word): meaning
        for meaning, words in lists.items()
        for word in ((meaning, *words) if isinstance(meaning, str) else words)
    }


def _read_listed(value: object, meanings: dict[str, object], names: list[str], what: str) -> object:
    word = _as_text(value)
    if fold(word) in meanings:
        return meanings[fold(word)]
    like = nearest(word, meanings)
    hint = f"; the nearest is “{meanings[like] or like}”" if like is not None else ""
    raise NotUnderstood(f"“{word}” is not {what}{hint}", f"Write one of {', '.join(names)}.")


def _read_quarter(value: object, year_start_month: int) -> pd.Period:
    try:
        return parse_quarter(_as_text(value), year_start_month)
    except InputError as error:
        reason, _, remedy = str(error).partition(". ")
        raise NotUnderstood(reason.rstrip("."), remedy or "Correct the quarter.") from None


def read_number(value: object, low: float | None = None, high: float | None = None) -> float:
    """Return a number from a cell; `8/10` is 8 where `high` is 10.

    Raises
    ------
    NotUnderstood
        If the cell holds no number, or one outside `low` to `high`.

    Examples
    --------
    >>> read_number("1,250"), read_number("8/10", high=10), read_number(3)
    (1250.0, 8.0, 3.0)
    """
    word = _as_text(value)
    if high is not None:
        word = re.sub(rf"\s*(/|out of)\s*{high:g}$", "", word)
    if not _NUMBER.match(word):
        raise NotUnderstood(f"“{_as_text(value)}” is not a number", "Write a number, in digits.")
    number = float(word.replace(",", ""))
    if (low is not None and number < low) or (high is not None and number > high):
        span = f"from {low:g}" + (f" to {high:g}" if high is not None else " up") if low is not None else f"to {high:g}"
        raise NotUnderstood(f"“{_as_text(value)}” is outside what is possible", f"Write a number {span}.")
    return number


def read_date(value: object) -> dt.datetime:
    """Return the day that a cell means: a date, an Excel serial number, or a text, day first unless year first.

    Raises
    ------
    NotUnderstood
        If the cell holds no date, or one that does not exist.

    Examples
    --------
    >>> [read_date(text).date().isoformat() for text in ("03/09/2025", "3.9.25", "2025-09-03", "3 Sept 2025")]
    ['2025-09-03', '2025-09-03', '2025-09-03', '2025-09-03']
    >>> read_date(45903).date().isoformat()
    '2025-09-03'
    """
    if isinstance(value, dt.datetime):
        return _plausible(value.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None), value)
    if isinstance(value, dt.date):
        return _plausible(dt.datetime(value.year, value.month, value.day), value)
    word = _as_text(value)
    if re.fullmatch(r"\d{5}(\.\d+)?", word):
        return _plausible(_EXCEL_DAY_ZERO + dt.timedelta(days=int(float(word))), value)
    year, month, date = _year_month_day(_TIME_OF_DAY.sub("", word.casefold()).strip(), word)
    try:
        return _plausible(dt.datetime(year + 2000 if year < 100 else year, month, date), value)
    except ValueError as error:
        if isinstance(error, NotUnderstood):
            raise
        raise NotUnderstood(
            f"“{word}” is a date that does not exist", "Write the date day first, e.g. 03/09/2025."
        ) from None


def _year_month_day(text: str, as_written: str) -> tuple[int, int, int]:
    if found := _DAY_FIRST.match(text):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _YEAR_FIRST.match(text):
        return int(found[1]), int(found[2]), int(found[3])
    if (found := _MONTH_NAMED.match(text)) and found[2][:3] in _MONTHS:
        return int(found[3]), _MONTHS[found[2][:3]], int(found[1])
    raise NotUnderstood(f"“{as_written}” is not a date", "Write the date day first, e.g. 03/09/2025.")


def _plausible(date: dt.datetime, value: object) -> dt.datetime:
    if not _EARLIEST <= date.year <= _LATEST:
        raise NotUnderstood(f"“{_as_text(value)}” is in the year {date.year}", "Correct the year.")
    return date
