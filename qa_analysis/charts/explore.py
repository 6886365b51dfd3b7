"""Charts for looking around in JupyterLab: grades and moderation over time, auditors by letter, themes by quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from qa_analysis.charts.drawing import (
    GREY,
    INK,
    LIGHT,
    LINE,
    NAVY,
    ORANGE,
    axes_at,
    grade_colours,
    plain,
    text_width,
    wrapped,
    write,
)
from qa_analysis.charts.rows import Bar, stacked_bars
from qa_analysis.charts.style import WIDTH, Chart, house_style, new_chart
from qa_analysis.charts.tables import (
    in_grade_order,
    level_name,
    one_level,
    quarters_of,
    quarters_span,
    records,
    scope_and_period,
    share_of,
    were,
    whole,
)
from qa_analysis.contract.quarters import quarter_name
from qa_analysis.text import listed, plural

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings

LABEL = 110  # points: no row label is wider
ROW = 2 * LINE  # points: the lowest a row can be
DARKEST_FROM = 4  # a number lower than this is never as dark as a number can be
UPHELD = "#949494"  # the lightest grey that still stands out from white (3:1)


@house_style()
def moderation_by_quarter_chart(outcomes: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return for each grade that auditors gave a bar a quarter, divided into the grades after moderation.

    Parameters
    ----------
    outcomes : DataFrame
        The measure `moderation_outcome`: `quarter`, `level_of_need`, `first_grade`,
        `final_grade` (text) and `count` (moderated audits). Of several levels of need the whole service is shown.
    settings : Settings
        Order and meaning of the grades, names of the levels of need.

    Returns
    -------
    Chart or None
        None where no audit was moderated in any of the quarters.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> outcomes = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "first_grade": "Good", "count": [3, 4]})
    >>> chart = moderation_by_quarter_chart(outcomes.assign(final_grade="Good"), load_settings(Path()))
    >>> chart.title
    '7 of 7 moderated audits (100%) kept the auditor’s grade'
    """
    table = one_level(outcomes)
    moderated = whole(table["count"].sum())
    if not moderated:
        return None
    scale, quarters = settings.grade_names, quarters_of(table)
    counts = {
        (row["first_grade"], row["quarter"], row["final_grade"]): whole(row["count"]) for row in records(table)
    }  # fmt: skip
    bars, details = [], []
    for first in in_grade_order(table["first_grade"], settings):
        rows = {each: [counts.get((first, each, final), 0) for final in scale] for each in quarters}
        if not any(map(any, rows.values())):
            continue
        for quarter, row in rows.items():
            heading = f"Auditor: {plain(first)}" if quarter == quarters[0] else ""
            texts, total = [str(count) for count in row], sum(row)
            lengths = [100 * count / total if total else 0.0 for count in row]
            bars.append(Bar(quarter_name(quarter), lengths, texts, str(total), heading=heading, empty="none moderated"))
        kept = sum(counts.get((first, quarter, first), 0) for quarter in quarters)
        details.append(f"{plain(first)}: {kept} of {sum(map(sum, rows.values()))} kept.")
    chart = stacked_bars(
        bars, [plain(grade) for grade in scale], grade_colours(scale, settings.good_grades), percent=True,
        key_heading="Grade after moderation:", end_heading="Audits",
    )  # fmt: skip
    kept = sum(count for (first, _, final), count in counts.items() if first == final)
    where = scope_and_period(table, settings)
    chart.title = f"{share_of(kept, moderated, 'moderated audit')} kept the auditor’s grade"
    chart.subtitle = f"Moderated audits by the auditor’s grade and quarter, {where}. Numbers are audits."
    chart.alt = (
        f"Stacked bar chart of moderated audits by the auditor’s grade, quarter and grade after moderation, {where}. "
        f"Kept, by the auditor’s grade: {' '.join(details)}"
    )
    return chart


@house_style()
def drift_chart(drift: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a bar a quarter, or an auditor by letter, divided into grades raised, upheld and lowered by moderation.

    Parameters
    ----------
    drift : DataFrame
        As `metrics.moderation.moderation_drift` or `drift_by_auditor` returns it: `quarter` and `level_of_need`, or
        `auditor`; `raised`, `upheld` and `lowered` (audits). Of several levels of need the whole service is shown.
    settings : Settings
        Names of the levels of need.

    Returns
    -------
    Chart or None
        None where no audit with both grades was moderated.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> drift = pd.DataFrame({"auditor": ["A", "B"], "raised": [0, 1], "upheld": [9, 5], "lowered": [3, 0]})
    >>> drift_chart(drift, load_settings(Path())).title
    'Of 18 moderated audits, 1 was raised and 3 were lowered'
    """
    table = one_level(drift)
    parts = ["raised", "upheld", "lowered"]
    sums = {part: whole(table[part].sum()) for part in parts}
    moderated = sum(sums.values())
    if not moderated:
        return None
    by_auditor = "auditor" in table
    rows = records(table)
    names = [plain(row["auditor"]) if by_auditor else quarter_name(row["quarter"]) for row in rows]
    bars, details = [], []
    for name, row in zip(names, rows, strict=True):
        counts = [whole(row[part]) for part in parts]
        lengths = [100 * count / sum(counts) if sum(counts) else 0.0 for count in counts]
        bars.append(Bar(name, lengths, [str(count) for count in counts], str(sum(counts)), empty="none moderated"))
        details.append(f"{name}: {', '.join(f'{count} {part}' for count, part in zip(counts, parts, strict=True))}.")
    unit = "Auditor" if by_auditor else "Quarter"
    chart = stacked_bars(
        bars, ["Raised", "Upheld", "Lowered"], [NAVY, UPHELD, ORANGE], percent=True, label_heading=unit,
        end_heading="Audits",
    )  # fmt: skip
    where = "by auditor, each under a letter" if by_auditor else f"by quarter, {scope_and_period(table, settings)}"
    raised, lowered = sums["raised"], sums["lowered"]
    chart.title = (
        f"Of {plural(moderated, 'moderated audit')}, {raised or 'none'} {were(raised, 'raised')} and "
        f"{lowered or 'none'} {were(lowered, 'lowered')}"
    )
    chart.subtitle = f"What moderation did to the auditor’s grade, {where}. Numbers are audits."
    chart.alt = f"Stacked bar chart of what moderation did to the auditor’s grade, {where}. {' '.join(details)}"
    return chart


@house_style()
def counts_chart(counts: pd.DataFrame, settings: Settings, *, what: str = "findings", limit: int = 12) -> Chart | None:
    """Return a grid of themes and quarters with the number of findings, or quotes, in each cell.

    Parameters
    ----------
    counts : DataFrame
        As `metrics.themes.theme_counts` returns them: what is counted by (text; the first column), `quarter` and
        `count`.
    settings : Settings
        Names of the levels of need, where the rows are those.
    what : str
        What the numbers are: "findings", "quotes".
    limit : int
        How many themes are shown at most; the first of the table.

    Returns
    -------
    Chart or None
        None where there is nothing to count.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> counts = pd.DataFrame({"theme": "Visits", "quarter": quarters, "count": [2, 1]})
    >>> counts_chart(counts, load_settings(Path())).title
    'Most often: Visits, 3 findings in 2 of 2 quarters'
    """
    by = str(counts.columns[0])
    totals = counts.groupby(by, sort=False)["count"].sum()
    if not totals.sum():
        return None
    shown = [str(name) for name in totals.index[:limit]]
    quarters = quarters_of(counts)[-6:]
    cells = {(str(row[by]), row["quarter"]): whole(row["count"]) for row in records(counts)}
    labels = [wrapped(level_name(name, settings), LABEL) for name in shown]
    heights = [max(ROW, len(lines) * LINE + 6) for lines in labels]
    left = max(text_width(line) for lines in labels for line in lines) + 8
    heading = 2 * LINE + 6
    width = (WIDTH - left) / len(quarters)
    chart = new_chart(heading + sum(heights) + 4)
    ax = axes_at(chart, 0, 0, WIDTH, chart.get_figheight() * 72)
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(chart.get_figheight() * 72, 0)
    ax.set_axis_off()
    for place, quarter in enumerate(quarters):
        year, number = quarter_name(quarter).rsplit(" ", 1)
        year = year if text_width(year) + 4 <= width else year.removeprefix("20")
        write(ax, left + (place + 0.5) * width, LINE, [number, year], ha="center", color=GREY)
    most, top = max(DARKEST_FROM, *cells.values()), heading
    for name, lines, height in zip(shown, labels, heights, strict=True):
        write(ax, 0, top + height / 2, lines)
        for place, quarter in enumerate(quarters):
            count = cells.get((name, quarter), 0)
            _cell(ax, left + place * width, top, width, height, count / most)
            colour = "white" if count / most > 0.5 else INK if count else GREY
            write(ax, left + (place + 0.5) * width, top + height / 2, str(count), ha="center", color=colour)
        top += height
    chart.title = _most_often(counts, by, settings, what)
    cut = f", the {len(shown)} most frequent of {len(totals)}" if len(totals) > len(shown) else ""
    heading_words = by.replace("_", " ")
    chart.subtitle = f"Number of {what} by {heading_words} and quarter{cut}, {quarters_span(counts)}"
    details = [
        f"{level_name(name, settings)}: {listed(str(cells.get((name, quarter), 0)) for quarter in quarters)}."
        for name in shown
    ]
    names = listed(quarter_name(quarter) for quarter in quarters)
    chart.alt = f"Grid of the number of {what} by {heading_words}{cut}, for {names}. {' '.join(details)}"
    return chart


def palette(settings: Settings) -> dict[str, str]:
    """Return the colour of each grade in the report's charts: blues for Good or better, oranges for the rest.

    Parameters
    ----------
    settings : Settings
        Order and meaning of the grades.

    Returns
    -------
    dict
        From a grade to its colour, as seaborn's `palette` takes it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> palette(load_settings(Path()))["Good"]
    '#2073bc'
    """
    scale = settings.grade_names
    return dict(zip(scale, grade_colours(scale, settings.good_grades), strict=True))


def _cell(ax: Axes, x: float, y: float, width: float, height: float, depth: float) -> None:
    """Draw a cell, the bluer the larger its number; an empty one has a pale frame only."""
    light, dark = (255, 255, 255), (0x12, 0x43, 0x6D)
    mixed = (
        tuple((a + (b - a) * (0.15 + 0.85 * depth)) / 255 for a, b in zip(light, dark, strict=True))
        if depth
        else "none"
    )
    ax.add_patch(Rectangle((x + 1.5, y + 1.5), width - 3, height - 3, facecolor=mixed, edgecolor=LIGHT))


def _most_often(counts: pd.DataFrame, by: str, settings: Settings, what: str) -> str:
    """Return what was counted most often; those that share the first place are named together."""
    totals = counts.groupby(by, sort=False)["count"].sum()
    first = [str(name) for name in totals.index[totals == totals.max()]]
    number = int(totals.max())
    said = f"{number} {what}" if number != 1 else f"1 {what.removesuffix('s')}"
    names = [level_name(name, settings) for name in first]
    if len(first) > 3:
        return f"{len(first)} come first, with {said} each"
    if len(first) > 1:
        return f"Most often: {listed(names)}, {said} each"
    rows = counts[counts[by] == first[0]]
    return f"Most often: {names[0]}, {said} in {int((rows['count'] > 0).sum())} of {plural(len(rows), 'quarter')}"
