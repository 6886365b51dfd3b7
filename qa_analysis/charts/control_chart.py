"""The control chart: a share month by month with its mean and the limits of chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.charts import colours, drawing, rows
from qa_analysis.charts.colours import GREY, INK, ORANGE
from qa_analysis.charts.drawing import Look
from qa_analysis.charts.style import Chart, house_style, worded
from qa_analysis.metrics.control_chart import readable
from qa_analysis.text import listed, plural, rounded_percent

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings

_MEAN: Look = {"linestyle": "-", "color": GREY, "linewidth": 1.2}
_LIMIT: Look = {"linestyle": (0, (4, 2)), "color": GREY, "linewidth": 1.2}
_SIGNAL: Look = {"marker": "D", "markersize": 9, "markerfacecolor": ORANGE, "markeredgecolor": INK}


@house_style()
def control_chart(points: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return the monthly share Good or better with its mean and control limits; a plain line where there are none.

    `points` are as `metrics.control_chart.control_limits` returns them.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> months = pd.PeriodIndex(["2025-08", "2025-09"], freq="M")
    >>> points = pd.DataFrame({"month": months, "count": [9, 8], "denominator": [20, 25], "percent": [45.0, 32.0]})
    >>> points = points.assign(mean=37.8, limit_low=float("nan"), limit_high=float("nan"), signal="")
    >>> control_chart(points, load_settings(Path())).subtitle
    'Share of deep-dive audits Good or better by month, whole service, August 2025 to September 2025'
    """
    table = rows.one_level(points)
    if not rows.has_counts(table):
        return None
    table = table.sort_values("month", ignore_index=True)
    words, limited = settings.good_words, table["limit_high"].notna().any()
    signals = table[table["signal"].fillna("").astype(bool)]
    key = {f"{words}, month by month": drawing.POINT}
    key |= {_mean_words(table): _MEAN, "Limits of chance variation": _LIMIT} if limited else {}
    key |= {"Signal of a change": _SIGNAL} if len(signals) else {}
    chart, ax = drawing.time_chart([(f"{month:%b}", f"{month:%Y}") for month in table["month"]], key)
    if limited:
        drawing.draw_line(ax, table["mean"], **_MEAN)
        drawing.draw_line(ax, table["limit_low"], drawstyle="steps-mid", **_LIMIT)
        drawing.draw_line(ax, table["limit_high"], drawstyle="steps-mid", **_LIMIT)
    drawing.draw_line(ax, table["percent"], color=colours.NAVY, linewidth=1.6, **(drawing.POINT | {"markersize": 5}))
    ax.plot(signals.index, signals["percent"], linestyle="none", clip_on=False, **_SIGNAL)
    title, details = _signals_told(table, signals, words) if limited else _range_told(table, words)
    period = rows.span(f"{month:%B %Y}" for month in table["month"])
    what = f"deep-dive audits {words} by month, {rows.scope(table, settings)}, {period}"
    return worded(chart, title, f"Share of {what}", f"Line chart of the share of {what}. {details}")


def _mean_words(table: pd.DataFrame) -> str:
    return f"Mean is {rounded_percent(table['mean'].dropna().iloc[-1], 100)}%"


def _newest_told(table: pd.DataFrame, words: str) -> str:
    newest = table[table["denominator"] > 0].to_dict("records")[-1]
    return f"In {newest['month']:%B %Y} {rows.share_words(newest)} {rows.were(rows.whole(newest['count']), words)}."


def _signals_told(table: pd.DataFrame, signals: pd.DataFrame, words: str) -> tuple[str, str]:
    """Return what the limits say, for the headline and the alt text."""
    details = f"{_newest_told(table, words)} The {_mean_words(table).lower()}."
    if signals.empty:
        return (
            "No month of this quarter shows more than chance variation",
            f"{details} No month of this quarter signals a change.",
        )
    named = listed(f"{row['month']:%B %Y} ({row['signal']})" for row in signals.to_dict("records"))
    verb = "signals" if len(signals) == 1 else "signal"
    return f"{plural(len(signals), 'month')} {verb} a change", f"{details} A change is signalled by {named}."


def _range_told(table: pd.DataFrame, words: str) -> tuple[str, str]:
    """Return what there is to say without limits, for the headline and the alt text."""
    graded = table[table["denominator"] > 0]
    few = "months" if readable(graded) == "too few months" else "audits a month"
    places = [graded["percent"].idxmin(), graded["percent"].idxmax()]
    lowest, highest = (
        f"{rows.share_words(row)} in {row['month']:%B %Y}" for row in graded.loc[places].to_dict("records")
    )
    months = plural(len(graded), "month")
    span = f" Over {months} the lowest share was {lowest}, the highest {highest}."
    if graded["percent"].nunique() == 1:
        span = f" It was the same in all {months}." if len(graded) > 1 else ""
    return f"Too few {few} to tell change from chance", (
        f"{_newest_told(table, words)}{span} There are too few {few} to tell change from chance, so no limits."
    )
