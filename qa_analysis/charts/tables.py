"""What charts ask of a metric's table: its newest quarter, its level of need, the words for both."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from qa_analysis.charts.drawing import plain
from qa_analysis.contract.quarters import quarter_name
from qa_analysis.metrics.comparators import AS_PRINTED
from qa_analysis.metrics.share import ALL
from qa_analysis.text import count_of, plural, rounded_percent

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings

Record = dict[Hashable, Any]


def has_figures(table: pd.DataFrame) -> bool:
    """Return whether there is anything to draw: a row with a denominator, or one with a printed percentage."""
    return has_counts(table) or bool(table["percent"].notna().any())


def has_counts(table: pd.DataFrame) -> bool:
    """Return whether a table has a row with a denominator."""
    return bool((table["denominator"].fillna(0) > 0).any())


def one_level(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the whole service where the table has them, else of the one level of need it is about.

    Raises
    ------
    ValueError
        If the table holds several levels of need and no "All".
    """
    if "level_of_need" not in table or table.empty:
        return table
    levels = list(dict.fromkeys(table["level_of_need"]))
    if ALL not in levels and len(levels) > 1:
        raise ValueError(f"this chart shows one level of need at a time; the table holds {', '.join(levels)}")
    return table[table["level_of_need"] == (ALL if ALL in levels else levels[0])]


def levels_of(table: pd.DataFrame) -> list[str]:
    """Return the levels of need in a table in its order, without the whole service."""
    return [level for level in dict.fromkeys(table["level_of_need"]) if level != ALL]


def scope(table: pd.DataFrame, settings: Settings) -> str:
    """Return the words for the level of need that a table of `one_level` is about."""
    code = str(table["level_of_need"].iloc[0]) if "level_of_need" in table else ALL
    return "whole service" if code == ALL else level_name(code, settings)


def scope_and_period(table: pd.DataFrame, settings: Settings) -> str:
    """Return the words for the level of need and, where the table tells, the quarters that it is about."""
    return ", ".join(part for part in (scope(table, settings), quarters_span(table)) if part)


def level_name(code: str, settings: Settings) -> str:
    """Return the whole service or a level of need as people call it; what is neither as it is."""
    return plain(settings.level_name(code))


def good_words(settings: Settings) -> str:
    """Return what Good or better is called on the settings' scale of grades.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> settings = load_settings(Path())
    >>> good_words(settings), failing_words(settings)
    ('Good or better', 'Inadequate')
    """
    return plain(settings.good_words)


def failing_words(settings: Settings) -> str:
    """Return what Inadequate is called on the settings' scale of grades."""
    return plain(settings.failing_words)


def newest(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the newest quarter in a table."""
    return table[table["quarter"] == table["quarter"].max()] if "quarter" in table else table


def quarters_of(table: pd.DataFrame) -> list[pd.Period]:
    """Return the quarters in a table, earliest first."""
    return sorted(set(table["quarter"]))


def span(names: Sequence[str]) -> str:
    """Return the period that a chart covers.

    Examples
    --------
    >>> span(["2024-25 Q4", "2025-26 Q1", "2025-26 Q2"]), span(["2025-26 Q2"])
    ('2024-25 Q4 to 2025-26 Q2', '2025-26 Q2')
    """
    return names[0] if len(set(names)) == 1 else f"{names[0]} to {names[-1]}"


def quarters_span(table: pd.DataFrame) -> str:
    """Return the period that a table's quarters cover; nothing for a table that does not tell quarters apart."""
    if "quarter" not in table:
        return ""
    return span([quarter_name(quarter) for quarter in quarters_of(table)])


def in_grade_order(names: Iterable[object], settings: Settings) -> list[str]:
    """Return all grades of the settings, best first, and then any other name there is ("Not graded")."""
    return list(dict.fromkeys([*settings.grade_names, *(str(name) for name in names)]))


def records(table: pd.DataFrame) -> list[Record]:
    """Return the rows of a table as dictionaries."""
    return table.to_dict("records")


def is_missing(value: Any) -> bool:
    """Return whether a cell is empty."""
    return bool(pd.isna(value))


def whole(number: Any) -> int:
    """Return a count as an `int`; 0 where it is missing."""
    return 0 if is_missing(number) else int(number)


def is_printed(row: Record) -> bool:
    """Return whether a row comes from a report printed in the past."""
    return row.get("note") == AS_PRINTED


def graded_words(count: int, grade: str) -> str:
    """Return a number of audits with their grade, which may be a number itself.

    Examples
    --------
    >>> graded_words(28, "Good"), graded_words(3, "10")
    ('28 Good', '3 graded 10')
    """
    return f"{count} graded {plain(grade)}" if grade[:1].isdigit() else f"{count} {plain(grade)}"


def share_words(row: Record) -> str:
    """Return a row's figures for print: counts where there are any, else the printed percentage.

    Examples
    --------
    >>> share_words({"count": 8, "denominator": 45, "percent": 17.8})
    '8 of 45 (18%)'
    >>> share_words({"count": None, "denominator": None, "percent": 28.0, "note": "as printed"})
    '28% (as printed)'
    """
    if whole(row["denominator"]):
        return count_of(whole(row["count"]), whole(row["denominator"]))
    if is_missing(row["percent"]):
        return f"{whole(row['count'])} ({AS_PRINTED})" if is_printed(row) else "none recorded"
    return f"{rounded_percent(row['percent'], 100)}% ({AS_PRINTED})"


def percent_words(row: Record) -> str:
    """Return a row's percentage for print: from its counts where there are any, else as it was printed."""
    if whole(row["denominator"]):
        return f"{rounded_percent(whole(row['count']), whole(row['denominator']))}%"
    return "–" if is_missing(row["percent"]) else f"{rounded_percent(row['percent'], 100)}%"


def were(number: int, words: str, singular: str = "was", other: str = "were", *, of: int = 0) -> str:
    """Return a verb in the number of its subject, with the words after it; "0 of 1 audit" is one too.

    Examples
    --------
    >>> were(1, "Good or better", of=8), were(0, "Good or better", of=8), were(0, "Good or better", of=1)
    ('was Good or better', 'were Good or better', 'was Good or better')
    """
    return f"{singular if 1 in (number, of) else other} {words}"


def share_of(count: int, denominator: int, one: str, many: str | None = None) -> str:
    """Return a share with what it is a share of.

    Examples
    --------
    >>> share_of(30, 66, "audit"), share_of(0, 1, "audit")
    ('30 of 66 audits (45%)', '0 of 1 audit (0%)')
    """
    return f"{count} of {plural(denominator, one, many)} ({rounded_percent(count, denominator)}%)"
