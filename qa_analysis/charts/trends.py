"""Charts of a share over time: by quarter with its interval, and month by month as a control chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from matplotlib.axes import Axes

from qa_analysis.charts.drawing import (
    BROWN,
    GREY,
    INK,
    LIGHT,
    LINE,
    NAVY,
    ORANGE,
    axes_at,
    draw_key,
    key_height,
    plain,
    text_width,
    write,
)
from qa_analysis.charts.style import WIDTH, Chart, house_style, new_chart
from qa_analysis.charts.tables import (
    Record,
    failing_words,
    good_words,
    has_counts,
    has_figures,
    is_missing,
    is_printed,
    one_level,
    percent_words,
    quarters_span,
    records,
    scope,
    share_of,
    share_words,
    span,
    were,
    whole,
)
from qa_analysis.contract.quarters import quarter_name
from qa_analysis.metrics.comparators import AS_PRINTED
from qa_analysis.text import listed, plural, rounded_percent

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings

LEFT = 38  # points for the labels of the percentage axis
RIGHT = 30  # points: room for the label of the last point
TALL = 160  # points: height of the plot
HEADROOM = LINE + 3  # points above the plot, for the label of a point at the top

_POINT: dict[str, Any] = {"marker": "o", "markersize": 7, "markerfacecolor": NAVY, "markeredgecolor": NAVY}
_HOLLOW: dict[str, Any] = _POINT | {"markerfacecolor": "white", "markeredgewidth": 1.6}
_INTERVAL: dict[str, Any] = {"marker": "|", "markersize": 14, "markeredgecolor": GREY, "markeredgewidth": 1.3}
_SIGNAL: dict[str, Any] = {"marker": "D", "markersize": 9, "markerfacecolor": ORANGE, "markeredgecolor": INK}
_MEAN: dict[str, Any] = {"linestyle": "-", "color": GREY, "linewidth": 1.2}
_LIMIT: dict[str, Any] = {"linestyle": (0, (4, 2)), "color": GREY, "linewidth": 1.2}
_TARGETS: list[dict[str, Any]] = [
    {"linestyle": (0, (5, 2)), "color": BROWN, "linewidth": 1.6},
    {"linestyle": (0, (1, 1.5)), "color": BROWN, "linewidth": 2},
]
_BEHIND: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}


def trend_chart(
    shares: pd.DataFrame,
    settings: Settings,
    measure: Literal["good_or_better", "inadequate"] = "good_or_better",
    targets: Mapping[str, float] | None = None,
) -> Chart | None:
    """Return the share of audits Good or better, or Inadequate, quarter by quarter with its interval.

    Parameters
    ----------
    shares : DataFrame
        As for `share_by_quarter`.
    settings : Settings
        What the measure is called, names of the levels of need.
    measure : str
        What `count` counts: "good_or_better" or "inadequate".
    targets : mapping of str to float, optional
        Percentages (0–100) by the label of their line.

    Returns
    -------
    Chart or None
        None where there is no share in any of the quarters.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> shares = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "count": [17, 25], "denominator": [58, 66]})
    >>> trend_chart(shares.assign(percent=29.3, ci_low=19.2, ci_high=42.0), load_settings(Path())).title
    '25 of 66 audits (38%) were Good or better; 17 of 58 (29%) the quarter before'
    """
    words = good_words(settings) if measure == "good_or_better" else failing_words(settings)
    return share_by_quarter(
        shares, settings, population=("audit", "audits"), finding=(f"was {words}", f"were {words}"), targets=targets
    )


def green_shoots_chart(shares: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return the share of audits graded Requires improvement that had green shoots, quarter by quarter.

    Parameters
    ----------
    shares : DataFrame
        As for `share_by_quarter`: of `denominator` audits with a grade in which green shoots are looked for, `count`
        had them.
    settings : Settings
        The grades in which green shoots are looked for, names of the levels of need.

    Returns
    -------
    Chart or None
        None where no audit had such a grade in any of the quarters.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> shares = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "count": [4, 9], "denominator": [20, 27]})
    >>> green_shoots_chart(shares.assign(percent=20.0, ci_low=8.1, ci_high=41.6), load_settings(Path())).title
    '9 of 27 audits graded Requires improvement (33%) had green shoots; 4 of 20 (20%) the quarter before'
    """
    graded = f"graded {plain(settings.shoots_words)}"
    return share_by_quarter(
        shares, settings, population=(f"audit {graded}", f"audits {graded}"),
        finding=("had green shoots", "had green shoots"),
    )  # fmt: skip


@house_style()
def share_by_quarter(
    shares: pd.DataFrame,
    settings: Settings,
    *,
    population: tuple[str, str],
    finding: tuple[str, str],
    targets: Mapping[str, float] | None = None,
) -> Chart | None:
    """Return a line of shares by quarter from 0%, with intervals, and the counts beneath where there is room.

    Parameters
    ----------
    shares : DataFrame
        One row per quarter: `quarter` (period), `level_of_need` (text), `count`, `denominator`, `percent`, `ci_low`,
        `ci_high` (0–100), and perhaps `note`, "as printed" for history, which is drawn hollow. Of several levels of
        need the whole service ("All") is shown.
    settings : Settings
        Names of the levels of need.
    population, finding : pairs of str
        Words for one and for many: ("audit", "audits"), ("was Good or better", "were Good or better").
    targets : mapping of str to float, optional
        Percentages (0–100) by the label of their line.

    Returns
    -------
    Chart or None
        None where there is no share in any of the quarters.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> shares = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "count": [7, 8], "denominator": [25, 45]})
    >>> shares = shares.assign(percent=[28.0, 17.8], ci_low=[14.3, 9.3], ci_high=[47.6, 31.3])
    >>> words = {"population": ("audit", "audits"), "finding": ("was moderated", "were moderated")}
    >>> share_by_quarter(shares, load_settings(Path()), **words).title
    '8 of 45 audits (18%) were moderated; 7 of 25 (28%) the quarter before'
    """
    table = one_level(shares)
    if not has_figures(table):
        return None
    table = table.sort_values("quarter")
    rows, aims = records(table), dict(targets or {})
    key = _share_key(rows, aims)
    upper = _upper([*_numbers(rows, "ci_high"), *_numbers(rows, "percent"), *aims.values()])
    step = (WIDTH - LEFT - RIGHT) / len(rows)
    counts = [_count_label(row) for row in rows]
    counted = max(text_width(label, bold=True) for label in counts) + 4 <= step
    top = key_height(list(key)) + HEADROOM
    chart = new_chart(top + TALL + (3 if counted else 2) * LINE + 10)
    draw_key(chart, list(key), list(key.values()))
    names = [quarter_name(row["quarter"]).rsplit(" ", 1) for row in rows]
    ax = _time_axes(chart, top, [name[1] for name in names], [name[0] for name in names], upper)
    for place, aim in enumerate(aims.values()):
        ax.axhline(aim, **_TARGETS[place % len(_TARGETS)])
    ax.plot(range(len(rows)), [row["percent"] for row in rows], color=NAVY, linewidth=1.6, clip_on=False)
    all_fit = text_width("100%", bold=True) + 12 <= step
    for place, row in enumerate(rows):
        newest, x = place == len(rows) - 1, LEFT + (place + 0.5) * step
        if counted:
            write(chart, x, top + TALL + 2.5 * LINE + 6, counts[place], ha="center", bold=newest, color=GREY)
        if is_missing(row["percent"]):
            continue
        _draw_point(ax, place, row)
        if all_fit or newest or place == 0:
            y = top + TALL * (1 - row["percent"] / upper) + _beside(rows, place, upper)
            write(chart, x + 5, y, percent_words(row), bold=newest, bbox=_BEHIND)
    _describe(chart, rows, table, settings, population, finding, aims)
    return chart


@house_style()
def control_chart(points: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return the monthly share Good or better with its mean and control limits; a plain line where there are none.

    Parameters
    ----------
    points : DataFrame
        One row per month: `month` (period), `count`, `denominator` (graded audits), `percent`, `mean`, `limit_low`,
        `limit_high` (0–100; NaN where there are too few months), `signal` (text: the rules that a point is part of;
        empty for most). Of several levels of need the whole service is shown.
    settings : Settings
        What Good or better is called, names of the levels of need.

    Returns
    -------
    Chart or None
        None where nothing was graded in any of the months.

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
    table = one_level(points)
    if not has_counts(table):
        return None
    table = table.sort_values("month")
    rows, words = records(table), good_words(settings)
    limits = _numbers(rows, "limit_high")
    signals = [row for row in rows if _is_signal(row)]
    key = {f"{words}, month by month": _POINT}
    key |= {_mean_words(rows): _MEAN, "Limits of chance variation": _LIMIT} if limits else {}
    key |= {"Signal of a change": _SIGNAL} if signals else {}
    top = key_height(list(key)) + HEADROOM
    chart = new_chart(top + TALL + 2 * LINE + 10)
    draw_key(chart, list(key), list(key.values()))
    months = [row["month"] for row in rows]
    ax = _time_axes(chart, top, [f"{month:%b}" for month in months], [f"{month:%Y}" for month in months], 100)
    places = range(len(rows))
    if limits:
        ax.plot(places, [row["mean"] for row in rows], **_MEAN)
        for side in ("limit_low", "limit_high"):
            ax.step(places, [row[side] for row in rows], where="mid", clip_on=False, **_LIMIT)
    ax.plot(places, [row["percent"] for row in rows], color=NAVY, linewidth=1.6, clip_on=False)
    for place, row in enumerate(rows):
        if not is_missing(row["percent"]):
            mark = _SIGNAL if _is_signal(row) else _POINT | {"markersize": 5}
            ax.plot(place, row["percent"], clip_on=False, **mark)
    where, period = scope(table, settings), span([f"{month:%B %Y}" for month in months])
    chart.title, details = _control_words(rows, signals, words)
    chart.subtitle = f"Share of deep-dive audits {words} by month, {where}, {period}"
    chart.alt = f"Line chart of the share of deep-dive audits {words} by month, {where}, {period}. {details}"
    return chart


def _is_signal(row: Record) -> bool:
    return not is_missing(row["signal"]) and bool(row["signal"])


def _numbers(rows: Sequence[Record], column: str) -> list[float]:
    """Return the numbers that there are in a column."""
    return [float(row[column]) for row in rows if not is_missing(row[column])]


def _upper(numbers: Sequence[float]) -> int:
    """Return the top of the percentage axis: the whole of it unless less than half is used."""
    return next(top for top in (25, 50, 100) if top == 100 or max(numbers) <= top)


def _count_label(row: Record) -> str:
    return f"{whole(row['count'])} of {whole(row['denominator'])}" if whole(row["denominator"]) else "–"


def _share_key(rows: Sequence[Record], targets: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    """Return the key's entries: only what is in the chart, nothing where that is a plain line."""
    lines = {
        f"{plain(name)} ({target:g}%)": _TARGETS[place % len(_TARGETS)]
        for place, (name, target) in enumerate(targets.items())
    }
    interval = {"95% interval": _INTERVAL} if _numbers(rows, "ci_high") else {}
    printed = {AS_PRINTED.capitalize(): _HOLLOW} if any(is_printed(row) for row in rows) else {}
    extras = interval | printed | lines
    return {"Share": _POINT} | extras if extras else {}


def _time_axes(chart: Chart, top: float, units: Sequence[str], groups: Sequence[str], upper: int) -> Axes:
    """Return axes from 0% to `upper` with a place for each unit of time, named beneath, the year on the line below."""
    width = WIDTH - LEFT - RIGHT
    step = width / len(units)
    ax = axes_at(chart, LEFT, top, width, TALL)
    ax.set_xlim(-0.5, len(units) - 0.5)
    ax.set_ylim(0, upper)
    ax.set_xticks([])
    ticks = range(0, upper + 1, upper // 5 if upper < 100 else 20)
    ax.set_yticks(list(ticks), [f"{tick}%" for tick in ticks], color=GREY)
    ax.grid(axis="y", color=LIGHT, linewidth=0.7)
    ax.spines[:].set_visible(False)
    ax.axhline(0, color=GREY, linewidth=1, clip_on=False)
    every = int(max(text_width(unit, bold=True) + 3 for unit in units) // step) + 1
    for place in range(len(units) - 1, -1, -every):
        middle = top + TALL + LINE / 2 + 6
        write(chart, LEFT + (place + 0.5) * step, middle, units[place], ha="center", bold=place == len(units) - 1)
    each_fits = max(text_width(group) for group in groups) + 4 <= step and len(units) <= 8
    starts = [place for place, group in enumerate(groups) if each_fits or place == 0 or groups[place - 1] != group]
    for start, end in zip(starts, [*starts[1:], len(groups)], strict=True):
        middle = LEFT + (start + end) / 2 * step
        write(chart, middle, top + TALL + LINE * 3 / 2 + 6, groups[start], ha="center", color=GREY)
        if start:
            ax.axvline(start - 0.5, color=LIGHT, linewidth=0 if each_fits else 0.7, linestyle=(0, (2, 2)))
    return ax


def _draw_point(ax: Axes, place: int, row: Record) -> None:
    if not is_missing(row["ci_low"]):
        limits = [row["ci_low"], row["ci_high"]]
        ax.plot([place] * 2, limits, color=GREY, linewidth=1.3, marker="_", markersize=7, clip_on=False)
    ax.plot(place, row["percent"], clip_on=False, **(_HOLLOW if is_printed(row) else _POINT))


def _beside(rows: Sequence[Record], place: int, upper: int) -> float:
    """Return how far below a point its label stands: away from the line to the next point, and above the axis."""
    here, after = float(rows[place]["percent"]), _numbers(rows[place + 1 : place + 2], "percent")
    rises = bool(after) and after[0] > here
    return 9.0 if rises and here / upper * TALL > 2 * LINE else -9.0


def _describe(
    chart: Chart,
    rows: Sequence[Record],
    table: pd.DataFrame,
    settings: Settings,
    population: tuple[str, str],
    finding: tuple[str, str],
    targets: Mapping[str, float],
) -> None:
    """Give a chart of shares by quarter its words."""
    newest, before = rows[-1], [row for row in rows if row["quarter"] == rows[-1]["quarter"] - 1]
    where, period = scope(table, settings), quarters_span(table)
    what = finding[1]
    if whole(newest["denominator"]):
        count, of = whole(newest["count"]), whole(newest["denominator"])
        chart.title = f"{share_of(count, of, *population)} {were(count, '', *finding, of=of).strip()}"
    elif is_missing(newest["percent"]):
        chart.title = f"There were no {population[1]} in {quarter_name(newest['quarter'])}"
    else:
        chart.title = f"{percent_words(newest)} of {population[1]} {what} ({AS_PRINTED})"
    if before and not is_missing(before[0]["percent"]) and not is_missing(newest["percent"]):
        chart.title += f"; {share_words(before[0])} the quarter before"
    chart.subtitle = f"Share of {population[1]} that {what}, by quarter, {where}, {period}"
    shares = "; ".join(f"{quarter_name(row['quarter'])}, {share_words(row)}" for row in rows)
    chart.alt = f"Line chart of the share of {population[1]} that {what}, by quarter, {where}. {shares}."
    if targets:
        lines = listed(f"{plain(name)} at {target:g}%" for name, target in targets.items())
        chart.alt += f" {'A line marks' if len(targets) == 1 else 'Lines mark'} {lines}."


def _mean_words(rows: Sequence[Record]) -> str:
    return f"Mean is {rounded_percent(_numbers(rows, 'mean')[-1], 100)}%"


def _control_words(rows: Sequence[Record], signals: Sequence[Record], words: str) -> tuple[str, str]:
    """Return a control chart's headline and the main part of its alt text."""
    graded = [row for row in rows if whole(row["denominator"])]
    newest = f"In {graded[-1]['month']:%B %Y} {share_words(graded[-1])} {were(whole(graded[-1]['count']), words)}."
    if not _numbers(rows, "limit_high"):
        lowest, highest = (find(graded, key=lambda row: row["percent"]) for find in (min, max))
        return f"{words} by month: {share_words(graded[-1])} in {graded[-1]['month']:%B %Y}", (
            f"{newest} Over {plural(len(graded), 'month')} the lowest share was {share_words(lowest)} in "
            f"{lowest['month']:%B %Y}, the highest {share_words(highest)} in {highest['month']:%B %Y}. "
            "There are too few months for control limits."
        )
    mean = f"The {_mean_words(rows).lower()}."
    if not signals:
        return f"{words} by month: no sign of more than chance variation", f"{newest} {mean} No month signals a change."
    named = listed(f"{row['month']:%B %Y} ({plain(row['signal'])})" for row in signals)
    month = plural(len(signals), "month")
    signal = "signals" if len(signals) == 1 else "signal"
    return f"{words} by month: {month} {signal} a change", f"{newest} {mean} A change is signalled by {named}."
