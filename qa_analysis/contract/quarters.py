"""Quarters of the reporting year: read them, write them, step through them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa_analysis.errors import NoQuarterError

if TYPE_CHECKING:
    import pandas as pd

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CALENDAR_YEAR = 1
_YEAR_FIRST = re.compile(r"^(?P<start>\d{4})(?:\s*[-/–]\s*(?P<end>\d{2}|\d{4}))?\s*[-\s]\s*Q(?P<quarter>[1-4])$", re.I)
_QUARTER_FIRST = re.compile(r"^Q(?P<quarter>[1-4])\s+(?P<start>\d{4})(?:\s*[-/–]\s*(?P<end>\d{2}|\d{4}))?$", re.I)


def quarter_frequency(year_start_month: int = 4) -> str:
    """Return the pandas frequency of quarters whose year starts in `year_start_month` (1 to 12).

    Examples
    --------
    >>> quarter_frequency(4), quarter_frequency(1)
    ('Q-MAR', 'Q-DEC')
    """
    return f"Q-{MONTHS[year_start_month - 2].upper()}"


def parse_quarter(text: str, year_start_month: int = 4) -> pd.Period:
    """Return the quarter that `text` names.

    Accepted are `2025-26 Q2`, `Q2 2025-26`, `2025/26 Q2`, `Q2 2025/26` and `2025-26-Q2`; for a year that
    starts in January `2025 Q2`, `Q2 2025` and `2025-Q2`.

    Parameters
    ----------
    text
        What a person wrote.
    year_start_month
        The month in which the year begins, 1 to 12.

    Returns
    -------
    Period
        The quarter.

    Raises
    ------
    NoQuarterError
        If `text` is none of these, or its two years do not follow one another.

    Examples
    --------
    >>> parse_quarter("Q2 2025/26")
    Period('2026Q2', 'Q-MAR')
    >>> parse_quarter("2025 Q2", year_start_month=1)
    Period('2025Q2', 'Q-DEC')
    """
    import pandas as pd

    found = _YEAR_FIRST.match(text.strip()) or _QUARTER_FIRST.match(text.strip())
    form = "2025 Q2" if year_start_month == _CALENDAR_YEAR else "2025-26 Q2"
    if found is None:
        raise NoQuarterError(text, "not_a_quarter", form=form)
    start, end = int(found["start"]), found["end"]
    spans_two_years = year_start_month != _CALENDAR_YEAR
    if spans_two_years != (end is not None):
        raise NoQuarterError(text, "quarter_of_another_year", form=form)
    if end is not None and int(end) not in ((start + 1) % 100, start + 1):
        raise NoQuarterError(text, "years_do_not_follow", start=start, next=f"{(start + 1) % 100:02d}", end=end)
    return pd.Period(
        year=start + 1 if spans_two_years else start,
        quarter=int(found["quarter"]),
        freq=quarter_frequency(year_start_month),
    )


def quarter_name(quarter: pd.Period) -> str:
    """Return the name of a quarter as people read it.

    Parameters
    ----------
    quarter
        A quarter.

    Returns
    -------
    str
        `2025-26 Q2`, or `2025 Q2` where the year begins in January.

    Examples
    --------
    >>> quarter_name(parse_quarter("2025-26-Q2"))
    '2025-26 Q2'
    >>> quarter_name(parse_quarter("2025 Q2", year_start_month=1))
    '2025 Q2'
    """
    if quarter.freqstr == quarter_frequency(_CALENDAR_YEAR):
        return f"{quarter.qyear} Q{quarter.quarter}"
    return f"{quarter.qyear - 1}-{quarter.qyear % 100:02d} Q{quarter.quarter}"


def quarter_slug(quarter: pd.Period) -> str:
    """Return the name of a quarter as it stands in paths.

    Examples
    --------
    >>> quarter_slug(parse_quarter("2025/26 Q2"))
    '2025-26-Q2'
    """
    return quarter_name(quarter).replace(" ", "-")


def months_of(quarter: pd.Period) -> list[pd.Period]:
    """Return the three months of a quarter.

    Parameters
    ----------
    quarter
        A quarter.

    Returns
    -------
    list of Period
        Its months, earliest first.

    Examples
    --------
    >>> [str(month) for month in months_of(parse_quarter("2025-26 Q2"))]
    ['2025-07', '2025-08', '2025-09']
    """
    first = quarter.asfreq("M", how="start")
    return [first + step for step in range(3)]


def months_named(quarter: pd.Period) -> str:
    """Return the first and the last month of a quarter as they stand in a sentence.

    Examples
    --------
    >>> months_named(parse_quarter("2025-26 Q2"))
    'July to September 2025'
    >>> months_named(parse_quarter("2025-26 Q2", year_start_month=9))
    'December 2025 to February 2026'
    """
    first, *_, last = months_of(quarter)
    return f"{first:%B} to {last:%B %Y}" if first.year == last.year else f"{first:%B %Y} to {last:%B %Y}"


def months_in_short(quarter: pd.Period) -> str:
    """Return the first and the last month of a quarter as they stand on an axis or before a bar.

    Examples
    --------
    >>> months_in_short(parse_quarter("2025-26 Q2")), months_in_short(parse_quarter("2025-26 Q2", year_start_month=9))
    ('Jul–Sep 25', 'Dec–Feb 26')
    """
    first, *_, last = months_of(quarter)
    return f"{first:%b}–{last:%b} {last:%y}"


def run_up_to(quarter: pd.Period, comparators: int = 4) -> list[pd.Period]:
    """Return the quarter and the `comparators` quarters before it, earliest first.

    Parameters
    ----------
    quarter
        The last quarter.
    comparators
        How many before it.

    Returns
    -------
    list of Period
        `comparators` + 1 quarters.

    Examples
    --------
    >>> [quarter_name(each) for each in run_up_to(parse_quarter("2025-26 Q2"), 2)]
    ['2024-25 Q4', '2025-26 Q1', '2025-26 Q2']
    """
    return [quarter - step for step in range(comparators, -1, -1)]
