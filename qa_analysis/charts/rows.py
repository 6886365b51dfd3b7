"""The rows of a measure's table that a chart is about, and the words for their figures."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.contract.quarters import quarter_name
from qa_analysis.metrics.catalogue import MEASURES
from qa_analysis.metrics.comparators import AS_PRINTED
from qa_analysis.metrics.measure import Measure
from qa_analysis.text import count_of, plural, rounded_percent

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings

Record = dict[Hashable, Any]
Words = tuple[str, str]  # for one and for many


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


def newest(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the newest quarter in a table."""
    return table[table["quarter"] == table["quarter"].max()] if "quarter" in table else table


def quarters_of(table: pd.DataFrame) -> list[pd.Period]:
    """Return the quarters in a table, earliest first."""
    return sorted(set(table["quarter"]))


def in_grade_order(names: Iterable[object], settings: Settings) -> list[str]:
    """Return all grades of the settings, best first, and then any other name there is ("Not graded")."""
    return list(dict.fromkeys([*settings.grade_names, *map(str, names)]))


def is_missing(value: Any) -> bool:
    """Return whether a cell is empty."""
    return bool(pd.isna(value))


def whole(number: Any) -> int:
    """Return a count as an `int`; 0 where it is missing."""
    return 0 if is_missing(number) else int(number)


def is_printed(row: Record) -> bool:
    """Return whether a row comes from a report printed in the past."""
    return row.get("note") == AS_PRINTED


def words_of(measure: str | Measure, settings: Settings, category: str = "") -> tuple[Words, Words]:
    """Return what a measure of the catalogue, or a project's own, counts, and what it says of those that count.

    `{category}` in the words stands for the category that a chart is about.

    Raises
    ------
    ValueError
        If its entry does not say it (`said`), or there is none of the name.
    """
    entry = measure if isinstance(measure, Measure) else next((each for each in MEASURES if each.name == measure), None)
    if entry is None or not all(entry.said):
        name = measure if entry is None else entry.name
        raise ValueError(f"a chart of shares needs a measure whose entry has `said`, and {name} has none")
    one, many, of_one, of_many = (
        entry.called(text, settings, category=category) for text in (entry.of.one, entry.of.many, *entry.said)
    )
    return (one, many), (of_one, of_many)


def scope(table: pd.DataFrame, settings: Settings) -> str:
    """Return the words for the level of need that a table of `one_level` is about."""
    code = str(table["level_of_need"].iloc[0]) if "level_of_need" in table else ALL
    return "whole service" if code == ALL else settings.level_name(code)


def scope_and_period(table: pd.DataFrame, settings: Settings) -> str:
    """Return the words for the level of need and, where the table tells, the quarters that it is about."""
    return ", ".join(filter(None, [scope(table, settings), quarters_span(table)]))


def quarters_span(table: pd.DataFrame) -> str:
    """Return the period that a table's quarters cover; nothing for a table that does not tell quarters apart."""
    return span(map(quarter_name, quarters_of(table))) if "quarter" in table else ""


def span(names: Iterable[str]) -> str:
    """Return the period that a chart covers: "2024-25 Q4 to 2025-26 Q2", or the one that there is."""
    first, *others = dict.fromkeys(names)
    return f"{first} to {others[-1]}" if others else first


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
    return f"{percent_words(row)} ({AS_PRINTED})"


def percent_words(row: Record) -> str:
    """Return a row's percentage for print: from its counts where there are any, else as it was printed."""
    if whole(row["denominator"]):
        return f"{rounded_percent(whole(row['count']), whole(row['denominator']))}%"
    return "–" if is_missing(row["percent"]) else f"{rounded_percent(row['percent'], 100)}%"


def graded_words(count: int, grade: str) -> str:
    """Return a number of audits with their grade: "28 Good"; "3 graded 10" where that is a number itself."""
    return f"{count} graded {grade}" if grade[:1].isdigit() else f"{count} {grade}"


def were(number: int, words: str, of: int = 0) -> str:
    """Return "was" or "were" in the number of its subject, with the words after it; "0 of 1 audit" is one too."""
    return f"{'was' if 1 in (number, of) else 'were'} {words}"


def were_graded(number: int, grade: str, of: int = 0) -> str:
    """Return "was" or "were" with a grade; one that is a number is told from a count: "3 were graded 3 or worse"."""
    return were(number, f"graded {grade}" if grade[:1].isdigit() else grade, of)


def share_of(count: int, denominator: int, one: str, many: str | None = None) -> str:
    """Return a share with what it is a share of."""
    return f"{count} of {plural(denominator, one, many)} ({rounded_percent(count, denominator)}%)"


def share_told(row: Record, population: Words, finding: Words, when: str) -> str:
    """Return a measure's share as a sentence, in its words for what is counted and for those that count."""
    count, of = whole(row["count"]), whole(row["denominator"])
    if not of:
        return f"There were no {population[1]} in {when}"
    return f"{share_of(count, of, *population)} {finding[0] if 1 in (count, of) else finding[1]}"
