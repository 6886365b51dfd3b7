"""Bars of one share each, for the public: one that is suppressed says so and has no bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from qa_analysis.charts import colours, rows
from qa_analysis.charts.bars import Row, numbered_bars
from qa_analysis.charts.style import Chart, house_style, worded
from qa_analysis.contract.levels import ALL
from qa_analysis.metrics.suppression import SUPPRESSED
from qa_analysis.text import count_of, percent

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings


@house_style()
def public_shares_chart(
    shares: pd.DataFrame, settings: Settings, by: Literal["quarter", "level_of_need"] = "quarter"
) -> Chart | None:
    """Return a bar for each share, with its counts; one that is suppressed has the word and no bar.

    `shares` are rows of `external.public_rows`: of the whole service by quarter, the newest last, or of one quarter by
    level of need, as `by` says.

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
    found = shares.to_dict("records")
    population, finding = rows.words_of(str(found[0]["measure"]), settings)
    by_quarter = by == "quarter"
    names = [str(row["quarter"]) if by_quarter else settings.level_name(row["level_of_need"]) for row in found]
    main = found[-1] if by_quarter else next((row for row in found if row["level_of_need"] == ALL), found[0])
    bars = [_bar(row, name, row is main) for row, name in zip(found, names, strict=True)]
    each = "; ".join(f"{name}: {told(row)}" for name, row in zip(names, found, strict=True))
    what = f"{population[1]} that {finding[1]}, {'whole service' if by_quarter else 'by level of need'}"
    title, words = rows.share_told(main, population, finding, main["quarter"]), finding[1].removeprefix("were ")
    if not by_quarter and len(found) > 1:
        title = f"{words[:1].upper()}{words[1:]}, by level of need"  # small numbers rank no service
    elif rows.is_missing(main["count"]):
        title = f"How many {population[1]} {finding[1]} is {SUPPRESSED} for {main['quarter']}"
    return worded(
        numbered_bars(bars, ["Share", "Audits"], [colours.NAVY], track=True),
        title,
        f"Share of {what}, {rows.span(str(row['quarter']) for row in found)}",
        f"Bar chart of {what}{'' if by_quarter else ', ' + main['quarter']}. {each}.",
    )


def told(row: rows.Record) -> str:
    """Return what a row of public figures tells: its share, its count where that is of nothing, or that it is hidden.

    Examples
    --------
    >>> told({"count": 25, "denominator": 66}), told({"count": 1066, "denominator": None})
    ('25 of 66 (38%)', '1,066')
    >>> told({"count": 0, "denominator": 0}), told({"count": None, "denominator": 66})
    ('none', 'suppressed')
    """
    if rows.is_missing(row["count"]):
        return SUPPRESSED
    count, everyone = rows.whole(row["count"]), rows.whole(row["denominator"])
    if rows.is_missing(row["denominator"]):
        return f"{count:,}"
    return count_of(count, everyone) if everyone else "none"


def _bar(row: rows.Record, name: str, bold: bool) -> Row:
    if rows.is_missing(row["count"]):
        return Row(name, ["", ""], bold=bold, empty=SUPPRESSED)
    count, everyone = rows.whole(row["count"]), rows.whole(row["denominator"])
    if not everyone:
        return Row(name, ["", ""], bold=bold, empty="none")
    return Row(name, [percent(count, everyone), f"{count} of {everyone}"], [float(row["percent"])], bold)
