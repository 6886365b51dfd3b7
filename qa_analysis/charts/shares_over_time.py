"""Shares over time: a line by quarter on one scale from 0% to 100%, with 95% intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes

from qa_analysis.charts import colours, drawing, rows
from qa_analysis.charts.bars import Row, numbered_bars
from qa_analysis.charts.colours import GREY
from qa_analysis.charts.drawing import POINT, Look
from qa_analysis.charts.style import Chart, house_style, worded
from qa_analysis.contract.quarters import months_in_short
from qa_analysis.metrics.comparators import AS_PRINTED
from qa_analysis.metrics.measure import Measure
from qa_analysis.metrics.share import SMALL
from qa_analysis.text import listed

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings

MOST_LABELS = 5  # quarters: of more only the first and the newest share are written beside their points
LOW = 18  # per cent: beneath a lower point there is no room for its label
_HOLLOW: Look = POINT | {"markerfacecolor": "white", "markeredgewidth": 1.6}
_INTERVAL: Look = {"marker": "|", "markersize": 14, "markeredgecolor": GREY, "markeredgewidth": 1.3}
_TARGETS: list[Look] = [
    {"linestyle": (0, (5, 2)), "color": colours.BROWN, "linewidth": 1.6},
    {"linestyle": (0, (1, 1.5)), "color": colours.BROWN, "linewidth": 2},
]


@house_style()
def share_by_quarter(
    shares: pd.DataFrame, settings: Settings, measure: str | Measure, targets: Mapping[str, float] | None = None
) -> Chart | None:
    """Return a line of shares by quarter with their intervals, and the counts beneath where there is room.

    `measure` is the name of the measure, or a project's own; its entry has the words for those that count (`said`).
    What was printed before rows were kept is drawn hollow. `targets` are percentages by the label of their line.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> shares = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "count": [7, 8], "denominator": [25, 45]})
    >>> shares = shares.assign(percent=[28.0, 17.8], ci_low=[14.3, 9.3], ci_high=[47.6, 31.3])
    >>> share_by_quarter(shares, load_settings(Path()), "moderation_changed").title
    '18% had their grade changed; 28% the quarter before'
    """
    table = rows.one_level(shares)
    if not rows.has_figures(table):
        return None
    quarters = table.sort_values("quarter").to_dict("records")
    aims = {f"{name} ({target:g}%)": target for name, target in (targets or {}).items()}
    names = [months_in_short(row["quarter"]) for row in quarters]
    times = [(name.split()[0], f"{row['quarter'].end_time:%Y}") for name, row in zip(names, quarters, strict=True)]
    lines = dict(zip(aims, cycle(_TARGETS), strict=False))
    chart, ax = drawing.time_chart(times, _key(quarters, lines), [_counts(row) for row in quarters])
    for name, target in aims.items():
        ax.axhline(target, **lines[name])
    drawing.draw_line(ax, [row["percent"] for row in quarters], color=colours.NAVY, linewidth=1.6)
    for place in range(len(quarters)):
        _draw_point(ax, quarters, place)
    category, *others = dict.fromkeys(table["category"]) if "category" in table else [""]
    if others:
        raise ValueError(f"this chart shows one category at a time; the table holds {listed([category, *others])}")
    population, finding = rows.words_of(measure, settings, category)
    where = rows.scope(table, settings)
    what = f"{population[1]} that {finding[1]}, by quarter, {where}"
    each = "; ".join(f"{name}, {rows.share_words(row)}" for name, row in zip(names, quarters, strict=True))
    of_whom = what if rows.is_missing(quarters[-1]["percent"]) else f"{population[1]}, {where}"  # the title says which
    return worded(
        chart,
        _title(quarters, population, finding),
        f"Share of {of_whom}",
        f"Line chart of the share of {what}. {each}.{_targets_told(targets or {})}",
    )


@house_style()
def counts_by_quarter(shares: pd.DataFrame, settings: Settings, measure: str | Measure) -> Chart | None:
    """Return the counts of a share by quarter, a bar each: for so few that a line of shares would tell too much.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> shares = pd.DataFrame({"quarter": pd.PeriodIndex(["2026Q2"], freq="Q-MAR"), "level_of_need": "EH"})
    >>> shares = shares.assign(count=5, denominator=8, percent=62.5)
    >>> counts_by_quarter(shares, load_settings(Path()), "good_or_better").title
    '5 of 8 were Good or better'
    """
    table = rows.one_level(shares).sort_values("quarter")
    if not rows.has_figures(table):
        return None
    quarters = table.to_dict("records")
    population, finding = rows.words_of(measure, settings, "")
    bars, each = [], []
    for row in quarters:
        count, of, name = rows.whole(row["count"]), rows.whole(row["denominator"]), months_in_short(row["quarter"])
        known = f"{count} of {of}" if of else rows.share_words(row)
        bars.append(Row(name, [known], [count, of - count], row is quarters[-1], "none"))
        each.append(f"{name}, {known}")
    newest = quarters[-1]
    count, of = rows.whole(newest["count"]), rows.whole(newest["denominator"])
    title = f"{count} of {of} {finding[0] if 1 in (count, of) else finding[1]}" if of else f"No {population[1]}"
    what = f"{population[1]} that {finding[1]}, by quarter, {rows.scope(table, settings)}"
    longest = float(table["denominator"].fillna(0).max()) or 1.0
    return worded(
        numbered_bars(bars, [""], [colours.NAVY, colours.UPHELD], longest=longest, corner="Quarter", parts=False),
        title,
        f"Number of {population[1]}, {rows.scope(table, settings)}",
        f"Bar chart of the number of {what}. {'; '.join(each)}.",
    )


def _key(quarters: Sequence[rows.Record], lines: dict[str, Look]) -> dict[str, Look]:
    """Return the key's entries: only what is in the chart, nothing where that is a plain line."""
    interval = any(not rows.is_missing(row["ci_high"]) for row in quarters)
    extras = {"95% interval": _INTERVAL} if interval else {}
    extras |= {AS_PRINTED.capitalize(): _HOLLOW} if any(map(rows.is_printed, quarters)) else {}
    return {"Share": POINT} | extras | lines if extras or lines else {}


def _counts(row: rows.Record) -> str:
    return f"{rows.whole(row['count'])} of {rows.whole(row['denominator'])}" if rows.whole(row["denominator"]) else "–"


def _draw_point(ax: Axes, quarters: Sequence[rows.Record], place: int) -> None:
    """Draw a share with its interval, and write it beside: away from the line, and all where there is room for all."""
    row, newest = quarters[place], place == len(quarters) - 1
    if rows.is_missing(here := row["percent"]):
        return
    if not rows.is_missing(row["ci_low"]):
        limits = [row["ci_low"], row["ci_high"]]
        ax.plot([place] * 2, limits, color=GREY, linewidth=1.3, marker="_", markersize=7, clip_on=False)
    ax.plot(place, here, clip_on=False, **(_HOLLOW if rows.is_printed(row) else POINT))
    if newest or place == 0 or len(quarters) <= MOST_LABELS:
        rises = not newest and quarters[place + 1]["percent"] > here > LOW
        ax.annotate(
            rows.percent_words(row), (place, here), (5, -9 if rises else 9), textcoords="offset points",
            va="center_baseline", color=colours.INK, weight="bold" if newest else "normal",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip


def _title(quarters: Sequence[rows.Record], population: rows.Words, finding: rows.Words) -> str:
    """Return the newest share, and that of the quarter before where it is known: counts, where one is of few."""
    newest, before = quarters[-1], [row for row in quarters if row["quarter"] == quarters[-1]["quarter"] - 1]
    if rows.is_missing(newest["percent"]):
        return f"No {population[1]} this quarter"
    if before and any(rows.whole(row["denominator"]) in range(1, SMALL) for row in (newest, *before)):
        count, of = rows.whole(newest["count"]), rows.whole(newest["denominator"])
        title = f"{count} of {of} {finding[0] if 1 in (count, of) else finding[1]}"
        if rows.whole(before[0]["denominator"]):
            return f"{title}; {_counts(before[0])} before"
        return title if rows.is_missing(before[0]["percent"]) else f"{title}; {rows.percent_words(before[0])} before"
    title = f"{rows.percent_words(newest)} {finding[1]}"
    if not rows.whole(newest["denominator"]):
        title = f"{title} ({AS_PRINTED})"
    known = before and not rows.is_missing(before[0]["percent"])
    return f"{title}; {rows.percent_words(before[0])} the quarter before" if known else title


def _targets_told(targets: Mapping[str, float]) -> str:
    lines = listed(f"{name} at {target:g}%" for name, target in targets.items())
    return f" {'A line marks' if len(targets) == 1 else 'Lines mark'} {lines}." if targets else ""
