"""Rows of stacked bars with every segment labelled: the form of all charts of grades."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory

from qa_analysis.charts.drawing import (
    GREY,
    INK,
    LIGHT,
    LINE,
    axes_at,
    draw_key,
    key_height,
    spread,
    square,
    text_colour,
    text_width,
    wrapped,
    write,
)
from qa_analysis.charts.style import SIZE, WIDTH, Chart, new_chart

LABEL = 100  # points: no row label is wider
BAR = 22  # points: height of a bar
LANE = 17  # points: height of the lane under a bar for the labels of segments too thin to hold them
GAP = 9  # points between rows
HEADING = 8  # points around a group's heading
_ON_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 2}  # so that no grid line runs through a text


class Bar(NamedTuple):
    """One row: its label, its segments' lengths and labels in the key's order, the text at its end, and more.

    `heading` stands over the row, `note` under its label, and `empty` in place of a bar without any length.
    """

    label: str
    lengths: Sequence[float]
    texts: Sequence[str]
    end: str = ""
    bold: bool = False
    heading: str = ""
    empty: str = ""
    note: str = ""


def stacked_bars(
    bars: Sequence[Bar],
    categories: Sequence[str],
    colours: Sequence[str],
    *,
    percent: bool,
    key_heading: str = "",
    label_heading: str = "",
    end_heading: str = "",
) -> Chart:
    """Return a chart with one stacked bar a row and a key above.

    Parameters
    ----------
    bars : sequence of Bar
        From top to bottom.
    categories, colours : sequences of str
        The key, in the order of the segments.
    percent : bool
        Whether lengths are percentages, on an axis from 0% to 100%, or counts, on an axis from 0.
    key_heading, label_heading, end_heading : str
        What stands over the key, the column of row labels and the texts at the rows' ends.
    """
    labels = [wrapped(bar.label, LABEL, bar.bold) + ([bar.note] if bar.note else []) for bar in bars]
    left = max(text_width(line, bar.bold) for bar, lines in zip(bars, labels, strict=True) for line in lines) + 9
    end_lines = wrapped(end_heading, 60)
    right = max([21.0, *(text_width(bar.end, bar.bold) + 9 for bar in bars if bar.end)])
    right = max(right, *(text_width(line) + 9 for line in end_lines))
    width = WIDTH - left - right
    longest = 100.0 if percent else max(sum(bar.lengths) for bar in bars)
    scale = width / longest
    heights = [_height(bar, lines, scale) for bar, lines in zip(bars, labels, strict=True)]
    key_top = LINE + 2 if key_heading else 0.0
    top = key_top + key_height(categories)
    heading = LINE * max(len(end_lines), len(wrapped(label_heading, LABEL))) + 6 if label_heading or end_heading else 0
    chart = new_chart(top + heading + sum(heights) + LINE + 8)
    draw_key(chart, categories, [square(colour) for colour in colours], top=key_top)
    if key_heading:
        write(chart, 0, key_top / 2, key_heading, color=GREY)
    if heading:
        write(chart, 0, top + heading / 2 - 3, wrapped(label_heading, LABEL), color=GREY)
        write(chart, WIDTH - right + 7, top + heading / 2 - 3, end_lines, color=GREY)
    ax = axes_at(chart, left, top + heading, width, sum(heights))
    _frame(ax, longest, sum(heights), percent)
    row_top = 0.0
    beside = blended_transform_factory(chart.transFigure, ax.transData)
    for bar, lines, height in zip(bars, labels, heights, strict=True):
        if bar.heading:
            middle = row_top + _heading(bar) / 2 - 1
            write(ax, 0, middle, _heading_lines(bar), bold=True, transform=beside, bbox=_ON_WHITE)
        bar_top = row_top + _heading(bar) + max(0.0, (len(lines) * LINE - BAR) / 2)
        middle = bar_top + BAR / 2
        write(ax, 0, middle, lines, bold=bar.bold, transform=beside)
        write(ax, (WIDTH - right + 7) / WIDTH, middle, bar.end, bold=bar.bold, transform=beside)
        _draw_bar(ax, bar, colours, bar_top, scale)
        row_top += height
    return chart


def _height(bar: Bar, lines: Sequence[str], scale: float) -> float:
    """Return a row's height in points: heading, then bar with its lane, or a label of many lines, then the gap."""
    label = len(lines) * LINE
    overhang = max(0.0, (label - BAR) / 2)
    lane = LANE if any(not _fits(*part, scale) for part in _parts(bar)) else 0
    return _heading(bar) + overhang + BAR + max(overhang, lane) + GAP


def _heading_lines(bar: Bar) -> list[str]:
    return wrapped(bar.heading, WIDTH - 10, bold=True)


def _heading(bar: Bar) -> float:
    return len(_heading_lines(bar)) * LINE + HEADING if bar.heading else 0.0


def _parts(bar: Bar) -> list[tuple[float, str]]:
    return [(length, text) for length, text in zip(bar.lengths, bar.texts, strict=True) if length > 0]


def _fits(length: float, text: str, scale: float) -> bool:
    return text_width(text) + 4 <= length * scale


def _frame(ax: Axes, longest: float, height: float, percent: bool) -> None:
    """Give the axes their scale from zero, light grid lines and no box."""
    ax.set_xlim(0, longest)
    ax.set_ylim(height, 0)
    ticks = (
        [0, 50, 100] if percent else [t for t in MaxNLocator(4, integer=True).tick_values(0, longest) if t <= longest]
    )
    ax.set_xticks(ticks, [f"{tick:.0f}{'%' if percent else ''}" for tick in ticks], color=GREY)
    ax.set_yticks([])
    ax.grid(axis="x", color=LIGHT, linewidth=0.7)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _draw_bar(ax: Axes, bar: Bar, colours: Sequence[str], top: float, scale: float) -> None:
    """Draw a row's segments, each with its label inside, or in the lane beneath where it is too thin for it."""
    if not any(bar.lengths):
        write(ax, 0, top + BAR / 2, bar.empty, color=GREY, bbox=_ON_WHITE)
        return
    start = 0.0
    outside: list[tuple[float, str]] = []
    for length, text, colour in zip(bar.lengths, bar.texts, colours, strict=True):
        if length <= 0:
            continue
        ax.barh(top, length, left=start, height=BAR, align="edge", color=colour, linewidth=0)
        if start:
            ax.plot([start, start], [top, top + BAR], color="white", linewidth=1.2, solid_capstyle="butt")
        centre = start + length / 2
        if _fits(length, text, scale):
            write(ax, centre, top + BAR / 2, text, ha="center", color=text_colour(colour))
        else:
            outside.append((centre * scale, text))
        start += length
    widths = [text_width(text) + 5 for _, text in outside]
    places = spread([centre for centre, _ in outside], widths, -4, ax.get_xlim()[1] * scale + 21)
    for (centre, text), place in zip(outside, places, strict=True):
        ax.plot(
            [centre / scale, centre / scale, place / scale],
            [top + BAR - 4, top + BAR + 2, top + BAR + 5],
            color=INK,
            linewidth=0.7,
            clip_on=False,
        )
        write(ax, place / scale, top + BAR + 5 + SIZE / 2, text, ha="center")
