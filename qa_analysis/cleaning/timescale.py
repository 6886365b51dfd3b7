"""The timescale of an action, as people write it, read as the day on which it is due."""

from __future__ import annotations

import calendar
import contextlib
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from qa_analysis.contract.quarters import MONTHS

if TYPE_CHECKING:
    import pandas as pd

_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_NUMBER = r"(?P<number>\d{1,2})"
_DAY = r"(?P<day>\d{1,2})"
_FULL_YEAR = r"(?P<year>20\d\d)"
_YEAR = r"['’]?(?P<year>20\d\d|[2-9]\d)(?!\d|\w|[:/.]\d)"
_BY = r"(?:(?:due|no later than|by|at|in|during|the|end|of)\s+)*"
_BETWEEN = r"\s*[-/.]\s*"

_DATES = (
    re.compile(rf"(?<!\d){_FULL_YEAR}{_BETWEEN}{_NUMBER}{_BETWEEN}{_DAY}(?!\d)"),
    re.compile(rf"(?<!\d)(?<!\d[-/.]){_DAY}{_BETWEEN}{_NUMBER}{_BETWEEN}{_YEAR}"),
    re.compile(rf"(?<!\d){_DAY}(?:st|nd|rd|th)?(?:\s+of)?[\s.-]*\b{_NAME}(?:[\s,.-]*{_YEAR})?", re.I),
)
_WHOLE_MONTHS = (
    re.compile(rf"{_BY}{_NAME}(?:[\s,/-]*{_YEAR})?", re.I),
    re.compile(rf"{_BY}{_NUMBER}{_BETWEEN}{_FULL_YEAR}", re.I),
    re.compile(rf"{_BY}{_FULL_YEAR}{_BETWEEN}{_NUMBER}", re.I),
)
_MONTH_IN_MEETING = re.compile(rf"\b(?!may\b)(?i:{_NAME})(?:[\s,-]*{_YEAR})?")
_MEETING = re.compile(r"\b(?:meeting|board|forum|panel|briefing|conference|workshop|session)s?\b", re.I)
_UNSETTLED = re.compile(
    r"\b(?:tb[acd]|to be (?:confirmed|agreed|arranged|decided)|ongoing|after|following|since|from)\b", re.I
)


def due_date(text: object, raised: pd.Timestamp) -> pd.Timestamp:
    """Return the day on which a step with this timescale is due, or NaT where the timescale names none.

    - A date in any form in use in the United Kingdom, alone or in a text, is that date. One without a year is
      the first such day on or after `raised`.
    - A month, with or without a year, is its last day; so is the month named for a meeting, board, forum,
      panel, briefing, conference, workshop or session. Without a year it is the first such month whose last
      day is on or after `raised`: the month in which the action was raised, if that is the one named.
    - Anything else is no date: a blank, "TBC", two dates, an impossible date, and a text that says that the
      time is not settled or tells when something starts ("ongoing", "after the November meeting").

    Parameters
    ----------
    text
        The timescale as written; a missing value is no date.
    raised
        The day on which the action was raised; NaT leaves a timescale without a year without a date.

    Examples
    --------
    >>> import pandas as pd
    >>> raised = pd.Timestamp(2025, 10, 14)
    >>> due_date("31/12/25", raised), due_date("Dec 2025", raised)
    (Timestamp('2025-12-31 00:00:00'), Timestamp('2025-12-31 00:00:00'))
    >>> due_date("November whole-service meeting", raised)
    Timestamp('2025-11-30 00:00:00')
    >>> due_date("TBC", raised)
    NaT
    """
    import pandas as pd

    due = _due(text, None if pd.isna(raised) else raised.date()) if isinstance(text, str) else None
    return pd.NaT if due is None else pd.Timestamp(due)  # type: ignore[return-value]


def due_dates(timescale: pd.Series[str], raised: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
    """Return `due_date` of each row (datetime64), worked out once for each different pair.

    Parameters
    ----------
    timescale
        str; the timescales as written.
    raised
        datetime64, with the same index.

    Examples
    --------
    >>> import pandas as pd
    >>> raised = pd.Series([pd.Timestamp(2025, 10, 14)] * 2)
    >>> due_dates(pd.Series(["Dec", "TBC"]), raised).tolist()
    [Timestamp('2025-12-31 00:00:00'), NaT]
    """
    import pandas as pd

    pairs = pd.DataFrame({"timescale": timescale.astype(object), "raised": raised})
    different = pairs.drop_duplicates().dropna(subset="timescale")
    due = {(text, day): due_date(text, day) for text, day in different.itertuples(index=False)}
    found = [due.get(pair, pd.NaT) for pair in pairs.itertuples(index=False, name=None)]
    return pd.Series(found, index=timescale.index, name="due", dtype="datetime64[us]")


def _due(text: str, raised: date | None) -> date | None:
    from qa_analysis.cleaning.values import NotUnderstood, read_date

    written = " ".join(text.split()).strip(" .,;")
    with contextlib.suppress(NotUnderstood):
        return read_date(written).date()
    if _UNSETTLED.search(written):
        return None
    found = list(_dates_in(written))
    if found:
        days = {_dated(match, raised) for match in found}
        return days.pop() if len(days) == 1 else None
    months = {_month_end(match, raised) for match in _months_in(written)}
    return months.pop() if len(months) == 1 else None


def _dates_in(written: str) -> Iterator[re.Match[str]]:
    for pattern in _DATES:
        yield from pattern.finditer(written)


def _months_in(written: str) -> list[re.Match[str]]:
    whole = (pattern.fullmatch(written) for pattern in _WHOLE_MONTHS)
    alone = [match for match in whole if match]
    return alone or (list(_MONTH_IN_MEETING.finditer(written)) if _MEETING.search(written) else [])


def _month_number(match: re.Match[str]) -> int:
    parts = match.groupdict()
    return int(parts["number"]) if parts.get("number") else MONTHS.index(parts["name"][:3].lower()) + 1


def _year(match: re.Match[str]) -> int | None:
    written = match["year"]
    return int(written) % 100 + 2000 if written else None


def _dated(match: re.Match[str], raised: date | None) -> date | None:
    year, month, day = _year(match), _month_number(match), int(match["day"])
    years = [year] if year else [raised.year, raised.year + 1] if raised else []
    possible = [date(each, month, day) for each in years if _exists(each, month, day)]
    return next((each for each in possible if year or (raised and each >= raised)), None)


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def _month_end(match: re.Match[str], raised: date | None) -> date | None:
    year, month = _year(match), _month_number(match)
    if not 1 <= month <= 12 or (year is None and raised is None):
        return None
    if year is None and raised is not None:
        year = raised.year + (month < raised.month)
    assert year is not None
    return date(year, month, calendar.monthrange(year, month)[1])
