"""Charts for the public: shares as bars, where a suppressed one says so and has no bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from qa_analysis.charts.drawing import NAVY
from qa_analysis.charts.rows import Bar, stacked_bars
from qa_analysis.charts.style import Chart, house_style
from qa_analysis.charts.tables import (
    Record,
    failing_words,
    good_words,
    is_missing,
    level_name,
    records,
    share_of,
    span,
    were,
    whole,
)
from qa_analysis.metrics.share import ALL
from qa_analysis.metrics.suppression import SUPPRESSED
from qa_analysis.text import count_of, percent

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings


@house_style()
def public_shares_chart(
    shares: pd.DataFrame, settings: Settings, by: Literal["quarter", "level_of_need"] = "quarter"
) -> Chart | None:
    """Return a bar for each share, with its counts at the end; one that is suppressed has the word and no bar.

    Parameters
    ----------
    shares : DataFrame
        Rows of `external.public_rows`: `measure` ("good_or_better", "inadequate" or "moderation_changed"), `quarter`,
        `level_of_need` (text), `count`, `denominator` (missing where suppressed) and `percent` (0–100).
    settings : Settings
        What the measures are called, names of the levels of need.
    by : str
        What the bars are: quarters, the newest last, or levels of need in one quarter.

    Returns
    -------
    Chart or None
        None where there is no row.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> shares = pd.DataFrame({"quarter": ["2025-26 Q1", "2025-26 Q2"], "level_of_need": "All"})
    >>> shares = shares.assign(measure="good_or_better", count=[None, 25], denominator=[58, 66], percent=[None, 37.9])
    >>> chart = public_shares_chart(shares, load_settings(Path()))
    >>> print(chart.title)
    25 of 66 audits (38%) were Good or better
    >>> print(chart.alt)
    Bar chart of audits that were Good or better, whole service. 2025-26 Q1: suppressed; 2025-26 Q2: 25 of 66 (38%).
    """
    if shares.empty:
        return None
    rows = records(shares)
    population, one, many = _words(str(rows[0]["measure"]), settings)
    names = [_name(row, by, settings) for row in rows]
    main = rows[-1] if by == "quarter" else next((row for row in rows if row["level_of_need"] == ALL), rows[0])
    bars = [_bar(row, name, row is main) for row, name in zip(rows, names, strict=True)]
    chart = stacked_bars(bars, [_capital(many.removeprefix("were "))], [NAVY], percent=True, end_heading="Audits")
    quarters = list(dict.fromkeys(str(row["quarter"]) for row in rows))
    each = "; ".join(f"{name}: {told(row)}" for name, row in zip(names, rows, strict=True))
    scope = "whole service" if by == "quarter" else f"by level of need, {main['quarter']}"
    if by == "quarter" or len(rows) == 1:
        chart.title = _headline(main, population, one, many)
    else:
        chart.title = f"{_capital(many.removeprefix('were '))}, by level of need"  # small numbers rank no service
    what = "whole service" if by == "quarter" else "by level of need"
    chart.subtitle = f"Share of {population}s that {many}, {what}, {span(quarters)}"
    chart.alt = f"Bar chart of {population}s that {many}, {scope}. {each}."
    return chart


def told(row: Record) -> str:
    """Return what a row of public figures tells: its share, its count where that is of nothing, or that it is hidden.

    Examples
    --------
    >>> told({"count": 25, "denominator": 66}), told({"count": 1066, "denominator": None})
    ('25 of 66 (38%)', '1,066')
    >>> told({"count": 0, "denominator": 0}), told({"count": None, "denominator": 66})
    ('none', 'suppressed')
    """
    if is_missing(row["count"]):
        return SUPPRESSED
    if is_missing(row["denominator"]):
        return f"{whole(row['count']):,}"
    return count_of(whole(row["count"]), whole(row["denominator"])) if whole(row["denominator"]) else "none"


def _words(measure: str, settings: Settings) -> tuple[str, str, str]:
    """Return what is counted of, and what is said of one and of many."""
    if measure == "moderation_changed":
        return "moderated audit", "had its grade changed", "had their grade changed"
    words = good_words(settings) if measure == "good_or_better" else failing_words(settings)
    return "audit", were(1, words), were(2, words)


def _name(row: Record, by: str, settings: Settings) -> str:
    return str(row["quarter"]) if by == "quarter" else level_name(str(row["level_of_need"]), settings)


def _bar(row: Record, name: str, bold: bool) -> Bar:
    if is_missing(row["count"]):
        return Bar(name, [0.0], [""], empty=SUPPRESSED, bold=bold)
    count, everyone = whole(row["count"]), whole(row["denominator"])
    length = 0.0 if is_missing(row["percent"]) else float(row["percent"])
    if not everyone:
        return Bar(name, [length], [""], empty="none", bold=bold)
    share = percent(count, everyone)
    return Bar(name, [length], [share], end=f"{count} of {everyone}", bold=bold, empty=share)


def _headline(row: Record, population: str, one: str, many: str) -> str:
    if is_missing(row["count"]):
        return f"How many {population}s {many} is {SUPPRESSED} for {row['quarter']}"
    count, everyone = whole(row["count"]), whole(row["denominator"])
    if not everyone:
        return f"There were no {population}s in {row['quarter']}"
    return f"{share_of(count, everyone, population)} {one if count == 1 else many}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
