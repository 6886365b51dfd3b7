"""Records that wait for a re-audit: a bar a quarter, under and over six months, with each service's in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.charts import colours, drawing, rows
from qa_analysis.charts.bars import Row, numbered_bars
from qa_analysis.charts.style import Chart, house_style, worded
from qa_analysis.contract.levels import ALL
from qa_analysis.contract.quarters import months_of
from qa_analysis.text import listed, plural

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings


@house_style()
def waiting_chart(waiting: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a bar a quarter of the audits graded Inadequate that wait for a re-audit, those over six months first.

    `waiting` is the measure `awaiting_reaudit_long`: of those that wait (`denominator`), over six months (`count`).

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.PeriodIndex(["2026Q2"], freq="Q-MAR")
    >>> waiting = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "count": [8], "denominator": [29]})
    >>> waiting_chart(waiting, load_settings(Path())).title
    '29 records wait for a re-audit, 8 over six months'
    """
    levels = rows.levels_of(waiting) if ALL in set(waiting["level_of_need"]) else []
    whole = rows.one_level(waiting).sort_values("quarter")
    if not whole["denominator"].fillna(0).any():
        return None
    number = waiting.set_index(["quarter", "level_of_need"])["denominator"].fillna(0).astype(int)
    bars, each = [], []
    for row in whole.to_dict("records"):
        quarter, long, waits = row["quarter"], rows.whole(row["count"]), rows.whole(row["denominator"])
        of_levels = [int(number.get((quarter, level), 0)) for level in levels]
        end, newest = f"{months_of(quarter)[-1]:%b %Y}", quarter == whole["quarter"].max()
        bars.append(Row(end, [*map(str, of_levels), str(waits)], [long, waits - long], newest, "none"))
        names = listed(f"{count} {settings.level_name(level)}" for level, count in zip(levels, of_levels, strict=True))
        each.append(f"End of {end}: {waits}, {long} over six months{f'; {names}' if names else ''}.")
    key = {"Over six months": drawing.square(colours.ORANGE), "Under": drawing.square(colours.NAVY)}
    return worded(
        numbered_bars(
            bars, [*drawing.short_names(levels), "All"], [colours.ORANGE, colours.NAVY], key=key,
            longest=float(whole["denominator"].max()), corner="At the end of", parts=False,
        ),
        _told(whole),
        f"Graded {settings.failing_words} and not yet re-audited, {rows.scope(whole, settings)}",
        f"Stacked bar chart of audits graded {settings.failing_words} and not yet re-audited, "
        f"{rows.scope(whole, settings)}. {' '.join(each)}",
    )  # fmt: skip


def _told(waiting: pd.DataFrame) -> str:
    """Return how many wait at the end of the newest quarter, and how many of them for long."""
    long, waits = (rows.whole(waiting[name].iloc[-1]) for name in ("count", "denominator"))
    if not waits:
        return "No record waits for a re-audit"
    return f"{plural(waits, 'record waits', 'records wait')} for a re-audit, {long or 'none'} over six months"
