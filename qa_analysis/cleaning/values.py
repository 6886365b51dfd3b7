"""From the value of a cell to what it means: texts, dates, numbers, quarters and closed lists."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from qa_analysis.cleaning.schemas import dtype_of
from qa_analysis.contract.columns import Column
from qa_analysis.contract.quarters import MONTHS, parse_quarter
from qa_analysis.contract.rules import issue
from qa_analysis.contract.settings import Settings
from qa_analysis.errors import NoQuarterError
from qa_analysis.text import SPACE, fold, nearest_meaning, through_different

_MONTHS = {name: number for number, name in enumerate(MONTHS, 1)}
_DAY_FIRST = re.compile(r"^(\d{1,2})[./\-\s](\d{1,2})[./\-\s](\d{4}|\d{2})$")
_YEAR_FIRST = re.compile(r"^(\d{4})[./\-](\d{1,2})[./\-](\d{1,2})$")
_MONTH_NAMED = re.compile(
    r"^(?:[a-z]+,?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]+([a-z]{3,9})\.?,?[\s\-/.]+(\d{4}|\d{2})$"
)
_TIME_OF_DAY = re.compile(r"[t\s]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(\s*[ap]m)?z?$")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$|^-?\d{1,3}(,\d{3})+(\.\d+)?$")
_EXCEL_DAY_ZERO = dt.datetime(1899, 12, 30)
_EARLIEST, _LATEST = 1990, 2100
_LARGEST = 1e9
_SPACES = f"[{SPACE}]+"
_ODD_SPACES = f"^[{SPACE}\\n]|[{SPACE}\\n]$|[{SPACE}]{{2}}|[{SPACE[1:]}]"
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")  # as CSV has them
_DASHES = ("-", "–", "—")
_NOT_APPLICABLE = ("na", "notapplicable")  # folded


class NotUnderstood(ValueError):  # noqa: N818 - it is not an error of the program's
    """A value means nothing in its column; `issue` says why, and has the nearest valid one."""

    def __init__(self, code: str, **parts: Any) -> None:
        super().__init__(code)
        self.issue = issue(code, **parts)


def plain(values: pd.Series) -> pd.Series:
    """Return cells with blanks and errors as missing, texts without stray spaces, and whole numbers as integers.

    A dash is a blank. Non-breaking and repeated spaces become one space; line breaks inside a text stay.
    """
    if values.dtype == object:
        truths = values.map(type).isin([bool])  # True equals 1 without meaning it
        words = values[truths].map({True: "Yes", False: "No"})
        return through_different(values.mask(truths, words), _plain_cell)
    if values.str.contains(_ODD_SPACES).any():
        values = values.str.replace(_SPACES, " ", regex=True).str.strip()
    blank = values.isin(["", *_DASHES, *_ERRORS])
    return values.mask(blank) if blank.any() else values


def _plain_cell(value: object) -> object:
    match value:
        case str():
            text = re.sub(_SPACES, " ", value).strip()
            return None if not text or text in _DASHES or text in _ERRORS else text
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
        with the index of each value that was not understood, `code`, and a column for each part of its issue.
        In a column that may be blank, “N/A” is a blank.
    """
    if column.kind in ("text", "reference", "month_or_date"):
        return as_text(values), _issues([])
    parse = _parser(column, settings)
    codes, different = pd.factorize(values)
    parsed: list[object] = []
    wrong: list[dict[str, Any]] = []
    wrong_codes: list[int] = []
    for code, value in enumerate(different):
        try:
            parsed.append(parse(value))
        except NotUnderstood as problem:
            parsed.append(None)
            if not column.required and fold(_as_text(value)) in _NOT_APPLICABLE:
                continue
            wrong.append(problem.issue)
            wrong_codes.append(code)
    meanings = pd.Series([*parsed, None], dtype=object).astype(dtype_of(column.kind, settings))
    rows = np.isin(codes, wrong_codes)
    issues = _issues(wrong).take(np.searchsorted(wrong_codes, codes[rows])).set_axis(values.index[rows])
    return meanings.take(codes).set_axis(values.index), issues


def as_text(values: pd.Series) -> pd.Series:
    """Return cells as text: a date as 2025-09-03, a number without a needless decimal point."""
    texts = through_different(values, _as_text) if values.dtype == object else values
    return texts.astype("str")


def _as_text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)


def _issues(wrong: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(wrong, columns=None if wrong else ["code"], dtype="str")


def _parser(column: Column, settings: Settings) -> Callable[[object], object]:  # noqa: PLR0911 - one for each kind
    match column.kind:
        case "date":
            return read_date
        case "number":
            return partial(read_number, low=column.low, high=column.high)
        case "quarter":
            return partial(_read_quarter, year_start_month=settings.year_start_month)
        case "yes_no":
            yes, no = settings.values.yes, settings.values.no
            said = {True: ("Yes", *yes), False: ("No", *no)}  # a ticked cell is read as Yes in any language
            return _listed(said, {True: yes[0], False: no[0]}, "yes or no", column)
        case "grade":
            grades = {grade.name: (grade.name, *grade.aliases) for grade in settings.grades}
            names: dict[Any, str] = {name: name for name in settings.grade_names}
            none = settings.values.not_graded
            if none and (column.required or column.prefix):
                names[None] = none[0]
            return _listed({None: none, **grades}, names, "a grade", column)
        case "level_of_need":
            levels = {level.code: (level.code, level.name, *level.aliases) for level in settings.levels_of_need}
            return _listed(levels, {code: code for code in levels}, "a level of need", column)
    aliases: dict[str, list[str]] = getattr(settings.values, column.kind)
    lists = {name: (name, *words) for name, words in aliases.items()}
    return _listed(lists, {name: name for name in lists}, f"a {column.heading.lower()}", column)


def _listed(
    lists: Mapping[Any, Iterable[str]], names: Mapping[Any, str], what: str, column: Column
) -> Callable[[object], object]:
    """Return what reads one of the words of `lists`; `names` has the words to write for what a column may hold."""
    meanings = {fold(word): meaning for meaning, words in lists.items() for word in words}
    written = {word: names[meaning] for meaning, words in lists.items() if meaning in names for word in words}
    words = ", ".join([*names.values(), *([] if column.required else ["leave it blank"])])
    return partial(_read_listed, meanings=meanings, written=written, what=what, words=words)


def _read_listed(
    value: object, meanings: Mapping[str, object], written: Mapping[str, str], what: str, words: str
) -> object:
    word = _as_text(value)
    if fold(word) in meanings:
        return meanings[fold(word)]
    raise NotUnderstood("unknown_value", nearest=nearest_meaning(word, written) or "", what=what, words=words)


def _read_quarter(value: object, year_start_month: int) -> pd.Period:
    try:
        quarter = parse_quarter(_as_text(value), year_start_month)
    except NoQuarterError as error:
        raise NotUnderstood(**error.issue) from None
    if not _EARLIEST <= quarter.year <= _LATEST:
        raise NotUnderstood("impossible_year", year=quarter.year)
    return quarter


def read_number(value: object, low: float | None = None, high: float | None = None) -> float:
    """Return a number from a cell; `8/10` is 8 where `high` is 10, and `18%` is 18 where it is 100.

    Raises
    ------
    NotUnderstood
        If the cell holds no number, or one outside `low` to `high`.

    Examples
    --------
    >>> read_number("1,250"), read_number("8/10", high=10), read_number("18%", high=100), read_number(3)
    (1250.0, 8.0, 18.0, 3.0)
    """
    word = _as_text(value)
    if high is not None:
        word = re.sub(rf"\s*(/|out of)\s*{high:g}$" if high != 100 else r"\s*%$", "", word)
    if not _NUMBER.match(word):
        raise NotUnderstood("not_a_number")
    number = float(word.replace(",", ""))
    least, greatest = -_LARGEST if low is None else low, _LARGEST if high is None else high
    if not least <= number <= greatest:
        span = f"from {least:g} up" if high is None else f"from {least:g} to {greatest:g}"
        nearest_one = f"{min(max(number, least), greatest):g}"
        raise NotUnderstood("impossible_number", nearest=nearest_one, span=span)
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
        return _plausible(value.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None))
    if isinstance(value, dt.date):
        return _plausible(dt.datetime(value.year, value.month, value.day))
    word = _as_text(value)
    if re.fullmatch(r"\d{5}(\.\d+)?", word):
        return _plausible(_EXCEL_DAY_ZERO + dt.timedelta(days=int(float(word))))
    year, month, day = _year_month_day(_TIME_OF_DAY.sub("", word.casefold()).strip())
    year += 0 if year > 99 else 1900 if year >= _EARLIEST % 100 else 2000
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise NotUnderstood("no_such_date", nearest=_nearest_day(year, month, day))
    return _plausible(dt.datetime(year, month, day))


def _year_month_day(text: str) -> tuple[int, int, int]:
    if found := _DAY_FIRST.match(text):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _YEAR_FIRST.match(text):
        return int(found[1]), int(found[2]), int(found[3])
    if (found := _MONTH_NAMED.match(text)) and found[2][:3] in _MONTHS:
        return int(found[3]), _MONTHS[found[2][:3]], int(found[1])
    raise NotUnderstood("not_a_date")


def _nearest_day(year: int, month: int, day: int) -> str:
    """Return the day that was meant, perhaps: with day and month the other way round, or the last of the month."""
    if month > 12 >= day > 0 and month <= calendar.monthrange(year, day)[1]:
        month, day = day, month
    if not 1 <= month <= 12:
        return ""
    return f"{min(max(day, 1), calendar.monthrange(year, month)[1]):02d}/{month:02d}/{year}"


def _plausible(date: dt.datetime) -> dt.datetime:
    if not _EARLIEST <= date.year <= _LATEST:
        raise NotUnderstood("impossible_year", year=date.year)
    return date
