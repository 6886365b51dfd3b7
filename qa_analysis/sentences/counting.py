"""What sentences share: a figure of a metric's table, and how it is said beside the quarter before."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qa_analysis.metrics.share import ALL
from qa_analysis.text import percent

THE_QUARTER_BEFORE = "the quarter before"


def figure(table: pd.DataFrame, quarter: pd.Period, level: str = ALL, **cell: str) -> pd.Series[Any] | None:
    """Return the row of a metric's table for a quarter, a level of need and further columns, or None.

    Examples
    --------
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> table = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "count": [7, 8]})
    >>> int(figure(table, quarters[1])["count"]), figure(table, quarters[1], "EH")
    (8, None)
    """
    rows = table[table["quarter"] == quarter]
    wanted = ({"level_of_need": level} if "level_of_need" in table else {}) | cell
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    return rows.iloc[0] if len(rows) else None


def was(number: int, of: int = 0) -> str:
    """Return “was” for one and “were” for any other number; “0 of 1” is one, too.

    Examples
    --------
    >>> was(1), was(0), was(2), was(0, of=1)
    ('was', 'were', 'were', 'was')
    """
    return "was" if 1 in (number, of) else "were"


def audits_of(number: int) -> str:
    """Return “audit” after a count of one and “audits” after any other.

    Examples
    --------
    >>> audits_of(1), audits_of(45)
    ('audit', 'audits')
    """
    return "audit" if number == 1 else "audits"


def counts(table: pd.DataFrame, quarter: pd.Period, level: str = ALL, **cell: str) -> tuple[int, int | None]:
    """Return a row's count and denominator: 0 where there is no row, None where there is no denominator.

    Examples
    --------
    >>> quarters = pd.period_range("2026Q2", "2026Q2", freq="Q-MAR")
    >>> table = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "count": [8], "denominator": [45]})
    >>> counts(table, quarters[0]), counts(table, quarters[0], "EH")
    ((8, 45), (0, None))
    """
    row = figure(table, quarter, level, **cell)
    if row is None:
        return 0, None
    count, denominator = row["count"], row.get("denominator")
    return 0 if pd.isna(count) else int(count), None if pd.isna(denominator) else int(denominator)


def share_with_the_quarter_before(table: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> str:
    """Return a share with its counts, and the same of the quarter before, as a clause without a verdict.

    Examples
    --------
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> table = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "count": [7, 8], "denominator": [25, 45]})
    >>> share_with_the_quarter_before(table.assign(percent=[28.0, 17.8]), quarters[1])
    '8 of 45 (18%; the quarter before 7 of 25, 28%)'
    """
    count, denominator = counts(table, quarter, level)
    if not denominator:
        return "0 of 0"
    earlier = _earlier(figure(table, quarter - 1, level))
    before = f"; {THE_QUARTER_BEFORE} {earlier}" if earlier else ""
    return f"{count} of {denominator} ({percent(count, denominator)}{before})"


def _earlier(row: pd.Series[Any] | None) -> str:
    if row is None:
        return ""
    if pd.notna(row["denominator"]) and row["denominator"] > 0 and pd.notna(row["count"]):
        count, denominator = int(row["count"]), int(row["denominator"])
        return f"{count} of {denominator}, {percent(count, denominator)}"
    return f"{percent(row['percent'], 100)}, as printed" if pd.notna(row["percent"]) else ""
