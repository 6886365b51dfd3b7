"""A small line of shares by quarter with their intervals, to stand beside its newest share in large figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qa_analysis.charts import colours, rows
from qa_analysis.charts.drawing import draw_line
from qa_analysis.charts.style import Chart, house_style, worded
from qa_analysis.contract.quarters import months_named
from qa_analysis.metrics.share import floats

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings

WIDE, HIGH = 81, 33  # points: 108 by 44 pixels


def top_of(tables: Iterable[pd.DataFrame]) -> int:
    """Return where the one scale of several such lines ends: above the highest interval, in steps of 20 per cent.

    Examples
    --------
    >>> top_of([pd.DataFrame({"percent": [38.0], "ci_high": [50.1]})])
    60
    """
    heights = np.concatenate([floats(table[name]) for table in tables for name in ("percent", "ci_high")])
    highest = np.nanmax(heights, initial=0)  # a quarter without graded audits has neither, a printed share no interval
    return min(20 * (int(highest // 20) + 1), 100)


@house_style()
def sparkline(shares: pd.DataFrame, settings: Settings, measure: str, top: int) -> Chart | None:
    """Return a small line of a measure's shares by quarter, from 0 to `top` per cent.

    What was printed before rows were kept is drawn hollow, and a quarter of which nothing is known is a gap.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> shares = pd.DataFrame({"quarter": pd.period_range("2026Q2", periods=1, freq="Q-MAR"), "level_of_need": "All"})
    >>> shares = shares.assign(count=25, denominator=66, percent=37.9, ci_low=27.2, ci_high=50)
    >>> sparkline(shares, load_settings(Path()), "good_or_better", 60).alt
    'Audits that were Good or better, by quarter: July to September 2025, 25 of 66 (38%).'
    """
    table = rows.one_level(shares).sort_values("quarter")
    if not rows.has_figures(table):
        return None
    chart = Chart(figsize=(WIDE / 72, HIGH / 72), dpi=72)
    ax = chart.add_axes((4 / WIDE, 5 / HIGH, 1 - 8 / WIDE, 1 - 9 / HIGH))
    ax.set(xlim=(-0.4, len(table) - 0.6), ylim=(0, top), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.axhline(0, color=colours.LIGHT, linewidth=1, clip_on=False)
    quarters = table.to_dict("records")
    draw_line(ax, table["percent"].tolist(), color=colours.NAVY, linewidth=1.4)
    for place, row in enumerate(quarters):
        if not rows.is_missing(row["ci_low"]):
            ax.plot([place] * 2, [row["ci_low"], row["ci_high"]], color=colours.GREY, linewidth=1.1, clip_on=False)
        fill = "white" if rows.is_printed(row) else colours.NAVY
        size = 6.5 if place == len(quarters) - 1 else 4.5
        ax.plot(
            place, row["percent"], marker="o", markersize=size, color=colours.NAVY, markerfacecolor=fill, clip_on=False
        )
    (_, population), (_, finding) = rows.words_of(measure, settings)
    what = f"{population[:1].upper()}{population[1:]} that {finding}"
    each = "; ".join(f"{months_named(row['quarter'])}, {rows.share_words(row)}" for row in quarters)
    return worded(chart, f"{what}, by quarter", "", f"{what}, by quarter: {each}.")
