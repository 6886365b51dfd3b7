"""Charts by month and level of need: audits completed, and audits graded Inadequate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.patches import Rectangle

from qa_analysis.charts.drawing import (
    BROWN,
    GREY,
    INK,
    LIGHT,
    LINE,
    NAVY,
    axes_at,
    text_width,
    wrapped,
    write,
)
from qa_analysis.charts.style import WIDTH, Chart, house_style, new_chart
from qa_analysis.charts.tables import (
    Record,
    failing_words,
    has_counts,
    level_name,
    levels_of,
    records,
    share_of,
    span,
    were,
    whole,
)
from qa_analysis.metrics.share import ALL
from qa_analysis.text import listed, plural

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings

LABEL = 96  # points: no row label is wider


@house_style()
def audits_by_month_chart(audits: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a panel for each month with a bar for each level of need, labelled with its count.

    Parameters
    ----------
    audits : DataFrame
        One row per month and level of need: `month` (period), `level_of_need` (text) and `count` (audits).
    settings : Settings
        Names of the levels of need.

    Returns
    -------
    Chart or None
        None where no audit was completed in any of the months.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> months = pd.PeriodIndex(["2025-08", "2025-09"], freq="M")
    >>> audits = pd.DataFrame({"month": months, "level_of_need": "EH", "count": [3, 5]})
    >>> audits_by_month_chart(audits, load_settings(Path())).title
    '8 audits were completed: 3 in August 2025 and 5 in September 2025'
    """
    if not (audits["count"] > 0).any():
        return None
    months = sorted(set(audits["month"]))
    levels = levels_of(audits) or [ALL]
    counts = {(row["month"], row["level_of_need"]): whole(row["count"]) for row in records(audits)}
    totals = [counts.get((month, ALL), sum(counts.get((month, level), 0) for level in levels)) for month in months]
    labels = [wrapped(level_name(level, settings), LABEL) for level in levels]
    heights = [max(18.0, len(lines) * LINE) + 7 for lines in labels]
    heading, gap = 2 * LINE + 9, 14
    left = max(text_width(line) for lines in labels for line in lines) + 9
    widest = max(text_width(plural(total, "audit"), bold=True) for total in totals)
    across = max(1, min(3, len(months), int((WIDTH - left + gap) // (widest + gap))))
    width = (WIDTH - left - (across - 1) * gap) / across
    longest = max(max(counts.get((month, level), 0) for level in levels) for month in months)
    scale = max(longest, 1) * width / (width - text_width(str(longest)) - 5)
    block = heading + sum(heights) + 10
    chart = new_chart(-(-len(months) // across) * block)
    for place, (month, total) in enumerate(zip(months, totals, strict=True)):
        column, line = place % across, place // across
        x, top = left + column * (width + gap), line * block
        write(chart, x, top + LINE / 2, f"{month:%b %Y}", bold=True)
        write(chart, x, top + LINE * 3 / 2, plural(total, "audit"), color=GREY)
        ax = axes_at(chart, x, top + heading, width, sum(heights))
        ax.set_xlim(0, scale)
        ax.set_ylim(sum(heights), 0)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_visible(False)
        ax.axvline(0, color=GREY, linewidth=1, clip_on=False)
        middle = 0.0
        for level, lines, height in zip(levels, labels, heights, strict=True):
            count = counts.get((month, level), 0)
            ax.barh(middle + height / 2, count, height=18, color=NAVY)
            write(ax, count + 4 * scale / width, middle + height / 2, str(count))
            if column == 0:
                write(chart, 0, top + heading + middle + height / 2, lines)
            middle += height
    by_month = [f"{total} in {month:%B %Y}" for month, total in zip(months, totals, strict=True)]
    period = span([f"{month:%B %Y}" for month in months])
    done = f"{plural(sum(totals), 'audit')} {were(sum(totals), 'completed')}"
    chart.title = f"{done}: {listed(by_month)}" if 1 < len(months) <= 3 else f"{done}, {period}"
    chart.subtitle = f"Deep-dive audits completed by month and level of need, {period}"
    details = " ".join(
        f"{month:%B %Y}, {plural(total, 'audit')}: "
        + listed(f"{counts.get((month, level), 0)} {level_name(level, settings)}" for level in levels)
        + "."
        for month, total in zip(months, totals, strict=True)
    )
    chart.alt = f"Bar charts of deep-dive audits completed by month and level of need, {period}. {done}. {details}"
    return chart


@house_style()
def inadequate_by_month_chart(inadequate: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a grid of months and levels of need with the number of audits graded Inadequate in each cell.

    A nought is shown as 0; a month without graded audits as a dash.

    Parameters
    ----------
    inadequate : DataFrame
        One row per month and level of need: `month` (period), `level_of_need` (text), `count` (audits graded
        Inadequate) and `denominator` (graded audits). The whole service ("All") comes last.
    settings : Settings
        What Inadequate is called, names of the levels of need.

    Returns
    -------
    Chart or None
        None where nothing was graded in any of the months.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> months = pd.PeriodIndex(["2025-08", "2025-09"], freq="M")
    >>> cells = pd.DataFrame({"month": months, "level_of_need": "EH", "count": [2, 0], "denominator": [9, 8]})
    >>> inadequate_by_month_chart(cells, load_settings(Path())).title
    '2 of 17 audits (12%) were Inadequate, none of them in September 2025'
    """
    if not has_counts(inadequate):
        return None
    months = sorted(set(inadequate["month"]))
    cells = {(row["month"], row["level_of_need"]): row for row in records(inadequate)}
    levels = levels_of(inadequate)
    levels = [*levels, ALL] if ALL in set(inadequate["level_of_need"]) else levels
    labels = [wrapped(level_name(level, settings), LABEL, bold=level == ALL) for level in levels]
    height = max(2 * LINE + 8, max(len(lines) for lines in labels) * LINE + 6)
    left = max(text_width(line, bold=True) for lines in labels for line in lines) + 6
    heading = 2 * LINE + 6
    widest = max(text_width(f"of {audits}") for audits in map(whole, inadequate["denominator"])) + 8
    lines_needed = -(-len(months) // max(1, min(6, int((WIDTH - left) // widest))))
    across = -(-len(months) // lines_needed)  # as many on each line: six months that do not fit stand 3 and 3
    block = heading + len(levels) * (height + 3) + 8
    width = min((WIDTH - left) / across, max(62.0, widest))
    chart = new_chart(-(-len(months) // across) * block)
    ax = axes_at(chart, 0, 0, WIDTH, chart.get_figheight() * 72)
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(chart.get_figheight() * 72, 0)
    ax.set_axis_off()
    for place, month in enumerate(months):
        x, top = left + place % across * width, place // across * block
        write(ax, x + width / 2, top + LINE, [f"{month:%b}", f"{month:%Y}"], bold=True, ha="center")
        for row, (level, lines) in enumerate(zip(levels, labels, strict=True)):
            y = top + heading + row * (height + 3)
            if place % across == 0:
                write(ax, 0, y + height / 2, lines, bold=level == ALL)
            cell = cells.get((month, level), {"count": 0, "denominator": 0})
            ax.add_patch(_cell(x + 1.5, y, width - 3, height, cell))
            _write_cell(chart, x + width / 2, y + height / 2, cell)
    chart.title, chart.alt = _inadequate_words(inadequate, months, levels, settings)
    words, period = failing_words(settings), span([f"{month:%B %Y}" for month in months])
    chart.subtitle = f"Deep-dive audits graded {words}, of those graded, by month and level of need, {period}"
    return chart


def _cell(x: float, y: float, width: float, height: float, cell: Record) -> Rectangle:
    if not whole(cell["denominator"]):
        return Rectangle((x, y), width, height, facecolor="white", edgecolor="white")
    if not whole(cell["count"]):
        return Rectangle((x, y), width, height, facecolor="white", edgecolor=LIGHT)
    return Rectangle((x, y), width, height, facecolor=BROWN, edgecolor=BROWN)


def _write_cell(chart: Chart, x: float, middle: float, cell: Record) -> None:
    count, audits = whole(cell["count"]), whole(cell["denominator"])
    if not audits:
        write(chart, x, middle, "–", ha="center", color=GREY)
        return
    write(chart, x, middle - LINE / 2, str(count), ha="center", bold=True, color="white" if count else INK)
    write(chart, x, middle + LINE / 2, f"of {audits}", ha="center", color="white" if count else GREY)


def _of_them(number: int, count: int) -> str:
    if count == 1:
        return "and that" if number else "and not"
    return f"{number or 'none'} of them"


def _inadequate_words(
    inadequate: pd.DataFrame, months: list[pd.Period], levels: list[str], settings: Settings
) -> tuple[str, str]:
    """Return headline and alt text: the total, the newest month, and every level of need with its months."""
    words = failing_words(settings)
    service = inadequate[inadequate["level_of_need"] == ALL] if ALL in levels else inadequate
    count, audits = whole(service["count"].sum()), whole(service["denominator"].sum())
    last = service[service["month"] == months[-1]]
    in_last = whole(last["count"].sum())
    newest = f"{_of_them(in_last, count)} in {months[-1]:%B %Y}"
    title = f"{share_of(count, audits, 'audit')} {were(count, words, of=audits)}"
    if count and len(months) > 1 and has_counts(last):
        title = f"{title}, {newest}"
    details = []
    for level in levels:
        rows = {row["month"]: row for row in records(inadequate[inadequate["level_of_need"] == level])}
        found = [
            f"{whole(rows[month]['count'])} of {whole(rows[month]['denominator'])} in {month:%B}"
            if month in rows and whole(rows[month]["denominator"])
            else f"no graded audits in {month:%B}"
            for month in months
        ]
        details.append(f"{level_name(level, settings)}: {listed(found)}.")
    period = span([f"{month:%B %Y}" for month in months])
    return title, f"Grid of audits graded {words} by month and level of need, {period}. {' '.join(details)}"
