"""Counts by month: a bar a month, with the counts of the levels of need in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.charts import colours, drawing, rows
from qa_analysis.charts.bars import Row, numbered_bars
from qa_analysis.charts.style import Chart, house_style, worded
from qa_analysis.contract.levels import ALL
from qa_analysis.text import listed, plural

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings


@house_style()
def audits_by_month_chart(audits: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a bar a month with the audits completed, and in columns how many of each level of need they were.

    `audits` is the measure `audits_completed` by month.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> months = pd.PeriodIndex(["2025-08", "2025-09"], freq="M")
    >>> audits = pd.DataFrame({"month": months, "level_of_need": "EH", "count": [3, 5]})
    >>> audits_by_month_chart(audits, load_settings(Path())).title
    '8 audits were completed'
    """
    if not (audits["count"] > 0).any():
        return None
    table = audits.pivot_table(values="count", index="month", columns="level_of_need", aggfunc="sum", fill_value=0)
    levels = rows.levels_of(audits) or [ALL]
    counts, totals = table[levels].astype(int), table[[ALL] if ALL in table else levels].sum(axis=1).astype(int)
    names, short = counts.rename(columns=settings.level_name), drawing.short_names(levels)
    key: dict[str, drawing.Look] = {}
    if len(levels) > 1:
        key = {f"{head}: {name}": {} for head, name in zip(short, names, strict=True)}
        counts = counts.assign(All=totals)
    bars = [
        Row(f"{month:%b %Y}", [*map(str, row)], [total])
        for (month, row), total in zip(counts.iterrows(), totals, strict=True)
    ]
    what = f"completed by month and level of need, {rows.span(f'{month:%B %Y}' for month in totals.index)}"
    title, details = _told(totals, names)
    return worded(
        numbered_bars(
            bars, [*short, "All"] if key else ["Audits"], [colours.NAVY], key=key, longest=float(totals.max())
        ),
        title,
        f"Deep-dive audits {what}",
        f"Bar chart of deep-dive audits {what}. {details}",
    )


def _told(totals: pd.Series[int], counts: pd.DataFrame) -> tuple[str, str]:
    """Return the headline, and for the alt text what was done in all and in each month."""
    done = f"{plural(totals.sum(), 'audit')} {rows.were(totals.sum(), 'completed')}"
    each = [
        f"{month:%B %Y}, {plural(total, 'audit')}: {listed(f'{count} {name}' for name, count in row.items())}."
        for (month, total), (_, row) in zip(totals.items(), counts.iterrows(), strict=True)
    ]
    return done, f"{done}. {' '.join(each)}"
