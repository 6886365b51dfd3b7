"""Rows with their numbers in columns and a bar beneath: the form of stacked shares, share bars and counts by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from qa_analysis.charts import drawing
from qa_analysis.charts.colours import GREY, LIGHT, PALE
from qa_analysis.charts.drawing import LINE
from qa_analysis.charts.style import WIDTH, Chart, new_chart

GAP = 9  # points: columns are no further apart
LABEL = 60  # points: a label that has less room beside its numbers stands above them
SWATCH = 14  # points: the height of a part's colour over its column
SPACE = 4  # points between the heads and the first row
PITCH = LINE + 1.5  # points from one line of a row to the next
THICK = 0.65  # of a line: the height of a bar


class Row(NamedTuple):
    """A row: its label, a number for each column, the lengths of its bar's parts; a heading has a label alone.

    `empty` stands in place of a bar without any length.
    """

    label: str
    numbers: Sequence[str] = ()
    lengths: Sequence[float] = ()
    bold: bool = False
    empty: str = ""


class _Place(NamedTuple):
    """Where a row is, in lines of text from the top of the first: its label, what is under its numbers, and its end."""

    row: Row
    label: list[str]
    start: int
    under: int
    end: int


def numbered_bars(
    table: Sequence[Row],
    heads: Sequence[str],
    colours: Sequence[str],
    *,
    key: Mapping[str, drawing.Look] | None = None,
    longest: float = 100.0,
    corner: str = "",
    track: bool = False,
) -> Chart:
    """Return a chart with a bar a row; where bars have several parts, the first columns are those of the parts.

    `heads` stand over the columns and are short; `key` stands above all, `corner` over the labels. A bar of length
    `longest` is as wide as the chart; with `track` a pale one behind each bar is the whole of which it is a share.
    """
    rights, room = _columns(table, heads)
    places, parts = _places(table, room), rights[: len(colours)] if len(colours) > 1 else []
    top = drawing.key_height(key or {}) + LINE + SPACE + (SWATCH if parts else 0)
    chart = new_chart(top + places[-1].end * PITCH + 2)
    drawing.draw_key(chart, key or {})
    middle = top - SPACE - LINE / 2
    drawing.write(chart, 0, middle, corner if drawing.text_width(corner) <= room else "", color=GREY)
    for right, head in zip(rights, heads, strict=True):
        drawing.write(chart, right, middle, head, ha="right", color=GREY)
    for place in places:
        _write_row(chart, place, rights, top)
    ax = drawing.axes_at(chart, 0, top, WIDTH, places[-1].end * PITCH)
    _draw_bars(ax, places, colours, longest, track)
    ax.set(xlim=(0, longest), ylim=(places[-1].end - 0.5, -0.5), xlabel="", ylabel="", xticks=[], yticks=[])
    above = -0.5 - (SPACE + LINE + SWATCH / 2) / PITCH
    for right, colour in zip(parts, colours, strict=False):
        ax.plot((right - 6) * longest / WIDTH, above, clip_on=False, **drawing.square(colour))
    return chart


def _columns(table: Sequence[Row], heads: Sequence[str]) -> tuple[list[float], float]:
    """Return the right edges of the columns, as far to the right as they can be, and what room they leave."""
    cells = [heads, *(row.numbers for row in table if row.numbers)]
    widths = [drawing.widest(column, bold=True) for column in zip(*cells, strict=True)]
    gap = min(GAP, (WIDTH - sum(widths)) / len(widths))
    rights = [WIDTH - sum(widths[place + 1 :]) - gap * (len(heads) - place - 1) for place in range(len(heads))]
    return rights, rights[0] - widths[0] - gap


def _places(table: Sequence[Row], room: float) -> list[_Place]:
    """Return where each row is; numbers stand on its label's last line where the label has room, otherwise beneath."""
    places: list[_Place] = []
    start = 0
    for row in table:
        beneath = bool(row.numbers) and room < LABEL
        label = drawing.wrapped(row.label, room if row.numbers and not beneath else WIDTH, row.bold)
        under = start + len(label) + beneath
        places.append(_Place(row, label, start, under, under + bool(row.numbers)))
        start = places[-1].end
    return places


def _write_row(chart: Chart, place: _Place, rights: Sequence[float], top: float) -> None:
    row, middle = place.row, top + (place.under - 0.5) * PITCH
    drawing.write(chart, 0, top + (place.start + len(place.label) / 2) * PITCH, place.label, bold=row.bold)
    for right, number in zip(rights, row.numbers, strict=False):
        drawing.write(chart, right, middle, number, ha="right", bold=row.bold)
    if not any(row.lengths):
        drawing.write(chart, 0, middle + PITCH, row.empty, color=GREY)


def _draw_bars(ax: Axes, places: Sequence[_Place], colours: Sequence[str], longest: float, track: bool) -> None:
    """Draw the bars, each on its row's last line, and a thin line under each row but headings."""
    drawn = [
        (place.end - 1, part, length) for place in places for part, length in enumerate(place.row.lengths) if length
    ]
    bars = pd.DataFrame(drawn, columns=["line", "part", "length"])
    if track:
        ax.barh([place.end - 1 for place in places if place.row.lengths], longest, height=THICK, color=PALE)
    if drawn:
        sns.histplot(
            bars, y="line", weights="length", hue="part", hue_order=range(len(colours))[::-1],
            palette=list(colours[::-1]), multiple="stack", discrete=True, shrink=THICK, alpha=1, edgecolor="white",
            linewidth=0.8, legend=False, ax=ax,
        )  # fmt: skip
    for bar in [bar for bar in ax.patches if not bar.get_extents().width]:
        bar.remove()  # histplot has one on every line
    last = [place.end - 0.5 for place in places if place.row.numbers]
    ax.hlines([-0.5, *last], 0, longest, color=LIGHT, linewidth=0.7)
