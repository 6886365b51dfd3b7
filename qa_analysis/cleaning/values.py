"""From the value of a cell to what it means: texts, dates, numbers, quarters and closed lists."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from qa_analysis.cleaning.schemas import dtype_of
from qa_analysis.cleaning.wrappers import MAY_BE_WRAPPED, unwrapped
from qa_analysis.contract.columns import IDENTIFIERS, Column
from qa_analysis.contract.quarters import MONTHS, parse_quarter
from qa_analysis.contract.rules import issue
from qa_analysis.contract.settings import Settings
from qa_analysis.errors import NoQuarterError
from qa_analysis.reading.letters import mended
from qa_analysis.reading.unread import Unread
from qa_analysis.text import SPACE, fold, nearest_meaning, through_different

_MONTHS = {name: number for number, name in enumerate(MONTHS, 1)}
_DAY_FIRST = re.compile(r"^(\d{1,2})[./\-\s](\d{1,2})[./\-\s](\d{4}|\d{2})$")
_YEAR_FIRST = re.compile(r"^(\d{4})[./\-](\d{1,2})[./\-](\d{1,2})$")
_MONTH_NAMED = re.compile(
    r"^(?:[a-z]+,?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]+([a-z]{3,9})\.?,?[\s\-/.]+(\d{4}|\d{2})$"
)
_MONTH_ALONE = re.compile(
    r"^(?:(?P<name>[a-z]{3,9})\.?[\s\-/.,]*(?P<year>\d{4}|\d{2})|(?P<month>\d{1,2})[/.-](?P<then>\d{4})"
    r"|(?P<first>\d{4})[/.-](?P<second>\d{1,2}))$"
)
_TIME_OF_DAY = re.compile(
    r"[t\s,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2}(?:\.\d+)?)?\s*(?P<half>[ap]m)?"
    r"\s*(?P<zone>z|(?:utc|gmt)?(?:(?P<sign>[+\-−])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?)?)$"
)
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$|^-?\d{1,3}(,\d{3})+(\.\d+)?$")
_EXCEL_DAY_ZERO = dt.datetime(1899, 12, 30)
_EARLIEST, _LATEST = 1990, 2100
_LARGEST = 1e9
_SPACES = f"[{SPACE}]+"
_ODD_SPACES = f"^[{SPACE}\\n]|[{SPACE}\\n]$|[{SPACE}]{{2}}|[{SPACE[1:]}]"
_NOT_FOUND = "#N/A"  # what a lookup gives that finds nothing
_ERRORS = (
    _NOT_FOUND,
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#SPILL!",
    "#CALC!",
)  # as CSV has them
_DASHES = ("-", "–", "—")
_NOT_PLAIN = f"{_ODD_SPACES}|{MAY_BE_WRAPPED}"  # looked for at once
_NOT_APPLICABLE = ("na", "notapplicable", "none")  # folded
_LOST_DIGITS = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,3}")
_DIGITS_KEPT = 10**15  # Excel keeps fifteen digits of a number
_TEXTS = ("text", "reference", "month_or_date")


class NotUnderstood(ValueError):  # noqa: N818 - it is not an error of the program's
    """A value means nothing in its column; `issue` says why, and has the nearest valid one."""

    def __init__(self, code: str, **parts: Any) -> None:
        super().__init__(code)
        self.issue = issue(code, **parts)


def plain(values: pd.Series, column: Column | None = None) -> pd.Series:
    """Return cells with blanks and errors as missing, texts without stray spaces, and whole numbers as integers.

    A dash is a blank. Non-breaking and repeated spaces become one space; line breaks inside a text stay. What exporting
    programs wrap around a value is taken off.
    """
    if values.dtype == object:
        truths = np.array([type(each) is bool for each in values.array], dtype=bool)
        if truths.any():  # True equals 1 without meaning it
            values = values.mask(truths, values[truths].map({True: "Yes", False: "No"}))
        return through_different(values, partial(_plain_cell, column=column))
    if values.str.contains(_NOT_PLAIN).any():
        values = through_different(values.str.replace(_SPACES, " ", regex=True), partial(_plain_cell, column=column))
        if not values.map(type).isin([Unread]).any():
            values = values.astype("str")
    blank = values.isin(["", *_DASHES, *_ERRORS])
    if not blank.any():
        return values
    if values[blank].isin(_ERRORS).any():
        return through_different(values, partial(_plain_cell, column=column))
    return values.mask(blank)


def _plain_cell(value: object, column: Column | None) -> object:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str):
        return _plain_text(value, column)
    if column is None or value == dt.time(0):  # the day 0, as a link to an empty cell gives it
        return None if isinstance(value, Unread | dt.time) else value
    if isinstance(value, Unread):
        return None if column.required and value.said == _NOT_FOUND else value
    if value == 0 and column.kind in _TEXTS:
        return value if column.name in IDENTIFIERS else None  # what else has none can tell whether an ID is 0
    if column.identifies and isinstance(value, int | float) and abs(value) >= _DIGITS_KEPT:
        return Unread("digits", f"{value:.0f}")
    return value


def _plain_text(value: str, column: Column | None) -> object:
    text = re.sub(_SPACES, " ", mended(value)).strip()
    if column is not None:
        text = unwrapped(text, long=column.long, several=column.several)
    if text in _ERRORS:
        return _plain_cell(Unread("error", text), column)
    if not text or text in _DASHES:
        return None
    if column is None or column.kind not in _TEXTS:
        return text
    if fold(text) in _NOT_APPLICABLE or (text == "0" and column.name not in IDENTIFIERS):
        return None
    return Unread("digits", text) if column.identifies and _LOST_DIGITS.fullmatch(text) else text


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
        In a column that may be blank, “N/A” is a blank, and so is 0, as a link to an empty cell gives it. A value
        that cannot be known is wrong in any column.
    """
    is_text = column.kind in _TEXTS
    if is_text and values.dtype != object and column.kind != "month_or_date":
        return values, _issues([])
    parse = _parser(column, settings)
    codes, different = pd.factorize(values)
    parsed: list[object] = []
    wrong: list[dict[str, Any]] = []
    wrong_codes: list[int] = []
    for code, value in enumerate(different):
        try:
            parsed.append(parse(value) if not isinstance(value, Unread) else _cannot_be_known(value))
        except NotUnderstood as problem:
            parsed.append(None)
            if not (column.required or isinstance(value, Unread)) and fold(_as_text(value)) in (*_NOT_APPLICABLE, "0"):
                continue
            wrong.append(problem.issue)
            wrong_codes.append(code)
    meanings = pd.Series([*parsed, None], dtype=object).astype(dtype_of(column.kind, settings))
    rows = np.isin(codes, wrong_codes)
    issues = _issues(wrong).take(np.searchsorted(wrong_codes, codes[rows])).set_axis(values.index[rows])
    return meanings.take(codes).set_axis(values.index), issues


def _cannot_be_known(value: Unread) -> object:
    match value.rule:
        case "formula":
            raise NotUnderstood("formula_without_a_value", cells=value.said)
        case "link":
            raise NotUnderstood("link_with_an_error", cells=value.said)
        case "error" if value.said == _NOT_FOUND:
            raise NotUnderstood("lookup_found_nothing")
        case "error":
            raise NotUnderstood("cell_in_error", error=value.said)
        case "letters":
            raise NotUnderstood("letters_lost")
        case _:
            raise NotUnderstood("digits_lost")


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
        case "text" | "reference":
            return _as_text
        case "month_or_date":
            return partial(_timescale, zone=settings.time_zone)
        case "date":
            return partial(read_date, zone=settings.time_zone, months=column.months)
        case "number":
            return partial(read_number, low=column.low, high=column.high, whole=column.whole)
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
    a = "an" if column.kind == "answer" else "a"
    return _listed(lists, {name: name for name in lists}, f"{a} {column.heading.lower()}", column)


def _timescale(value: object, zone: str) -> str:
    """Return a timescale as it is written, and one that is a day in one way however it is written."""
    try:
        return read_date(value, zone).date().isoformat()
    except NotUnderstood:
        return _as_text(value)


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


def read_number(value: object, low: float | None = None, high: float | None = None, *, whole: bool = False) -> float:
    """Return a number from a cell; `8/10` is 8 where `high` is 10, and `18%` is 18 where it is 100.

    Raises
    ------
    NotUnderstood
        If the cell holds no number, one outside `low` to `high`, or a part of one where it must be `whole`.

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
    if whole and not number.is_integer():
        raise NotUnderstood("not_a_whole_number")
    return number


def read_date(value: object, zone: str = "Europe/London", *, months: bool = False) -> dt.datetime:
    """Return the day that a cell means: a date, an Excel serial number, or a text, day first unless year first.

    A moment with a time zone of its own ("2025-06-30T23:00:00Z") is the day that it has in `zone`. With `months` a
    month alone is its first day.

    Raises
    ------
    NotUnderstood
        If the cell holds no date, or one that does not exist.

    Examples
    --------
    >>> [read_date(text).date().isoformat() for text in ("03/09/2025", "3.9.25", "2025-09-03", "3 Sept 2025")]
    ['2025-09-03', '2025-09-03', '2025-09-03', '2025-09-03']
    >>> read_date(45903).date().isoformat(), read_date("2025-06-30T23:00:00Z").date().isoformat()
    ('2025-09-03', '2025-07-01')
    >>> {read_date(text, months=True).date().isoformat() for text in ("July 2025", "Jul-25", "07/2025", "2025-07")}
    {'2025-07-01'}
    """
    if isinstance(value, dt.datetime):
        local = value.astimezone(ZoneInfo(zone)) if value.tzinfo else value
        return _plausible(local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None))
    if isinstance(value, dt.date):
        return _plausible(dt.datetime(value.year, value.month, value.day))
    word = _as_text(value)
    if re.fullmatch(r"\d{5}(\.\d+)?", word):
        return _plausible(_EXCEL_DAY_ZERO + dt.timedelta(days=int(float(word))))
    text = word.casefold()
    if months and (month_alone := _first_of_month(text)):
        return _plausible(month_alone)
    time = _TIME_OF_DAY.search(text)
    year, month, day = _year_month_day(text[: time.start()] if time else text)
    year += 0 if year > 99 else 1900 if year >= _EARLIEST % 100 else 2000
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise NotUnderstood("no_such_date", nearest=_nearest_day(year, month, day))
    date = _plausible(dt.datetime(year, month, day))
    return _local(date, time, zone) if time and time["zone"] else date


def _first_of_month(text: str) -> dt.datetime | None:
    found = _MONTH_ALONE.match(text)
    if found is None:
        return None
    year = int(found["year"] or found["then"] or found["first"])
    month = _MONTHS.get(found["name"][:3], 0) if found["name"] else int(found["month"] or found["second"])
    return dt.datetime(year + (2000 if year < 100 else 0), month, 1) if 1 <= month <= 12 else None


def _local(date: dt.datetime, time: re.Match[str], zone: str) -> dt.datetime:
    """Return the day in `zone` of a moment that is given by its day and time in another one."""
    hour = int(time["hour"]) % 12 + 12 * (time["half"] == "pm") if time["half"] else int(time["hour"])
    ahead = dt.timedelta(hours=int(time["hours"] or 0), minutes=int(time["minutes"] or 0))
    ahead = ahead if time["sign"] in (None, "+") else -ahead
    moment = date.replace(tzinfo=dt.UTC) + dt.timedelta(hours=hour, minutes=int(time["minute"])) - ahead
    return moment.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, tzinfo=None)


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
