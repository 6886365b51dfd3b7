"""Rows with a bar and its numbers in columns: the form of stacked shares, share bars and counts by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.lines import Line2D

from qa_analysis.charts import drawing
from qa_analysis.charts.colours import GREY, LIGHT, PALE
from qa_analysis.charts.drawing import LINE
from qa_analysis.charts.style import WIDTH, Chart, new_chart

GAP = 9  # points: columns are no further apart
LABEL = 104  # points: a label beside its bar is no wider
BAR = 80  # points: a bar that has less room between its label and its numbers stands beneath them
SWATCH = 14  # points: the height of a part's colour over its column
SPACE = 4  # points between the heads and the first row
PITCH = LINE + 1.5  # points from one line of a row to the next
PADDING = 4  # points between two rows
THICK = 0.75  # of a line: the height of a bar


class Row(NamedTuple):
    """A row: its label, a number for each column, the lengths of its bar's parts.

    `empty` stands in place of a bar without any length.
    """

    label: str
    numbers: Sequence[str] = ()
    lengths: Sequence[float] = ()
    bold: bool = False
    empty: str = ""


class _Form(NamedTuple):
    """Where things are, in points: the columns' right edges, the room for labels, and where a bar begins and ends.

    `beneath` are the lines under a row's label: none, its bar's, or its numbers' and its bar's.
    """

    rights: list[float]
    label: float
    start: float
    end: float
    beneath: int
    corner: float


def numbered_bars(
    table: Sequence[Row],
    heads: Sequence[str],
    colours: Sequence[str],
    *,
    key: Mapping[str, drawing.Look] | None = None,
    longest: float = 100.0,
    corner: str = "",
    track: bool = False,
    parts: bool = True,
) -> Chart:
    """Return a chart with a bar a row, between its label and its numbers, or beneath them where there is no room.

    Where bars have several `parts`, the first columns are those of the parts, and `heads`, which are short, stand over
    them with the parts' colours. `key` stands above all, `corner` over the labels. A bar of length `longest` is as long
    as there is room; with `track` a pale one behind each bar is the whole of which it is a share.
    """
    form = _form(table, heads)
    labels = [drawing.wrapped(row.label, form.label, row.bold) for row in table]
    columns = form.rights[: len(colours)] if parts and len(colours) > 1 else []
    top = drawing.key_height(key or {}) + LINE + SPACE + (SWATCH if columns and any(heads[: len(columns)]) else 0)
    heights = [(len(lines) + form.beneath) * PITCH + PADDING for lines in labels]
    chart = new_chart(top + sum(heights) + 2)
    names = iter(key or {})
    chart.printed = [
        [corner, *(head or next(names, "Number") for head in heads)],
        *([row.label, *(row.numbers or [row.empty])] for row in table),
    ]
    drawing.draw_key(chart, key or {})
    _write_heads(chart, form, heads, dict(zip(columns, colours, strict=False)), top, corner)
    ax = drawing.axes_at(chart, form.start, 0, form.end - form.start, top + sum(heights) + 2)
    ax.set(xlim=(0, longest), ylim=(top + sum(heights) + 2, 0), xticks=[], yticks=[])
    for row, lines, height in zip(table, labels, heights, strict=True):
        label = top + (height - form.beneath * PITCH) / 2
        bar = label if not form.beneath else top + height - (PADDING + PITCH) / 2
        drawing.write(chart, 0, label, lines, bold=row.bold)
        for right, number in zip(form.rights, row.numbers, strict=False):
            drawing.write(chart, right, bar - PITCH if form.beneath == 2 else label, number, ha="right", bold=row.bold)
        if track and row.lengths:
            ax.barh(bar, longest, height=THICK * LINE, color=PALE)
        if row.empty and not any(row.lengths):
            drawing.write(chart, form.start, bar, drawing.wrapped(row.empty, form.end - form.start), color=GREY)
        left = 0.0
        for length, colour in zip(row.lengths, colours, strict=False):
            if not length:
                continue
            ax.barh(bar, length, left=left, height=THICK * LINE, color=colour, edgecolor="white", linewidth=0.8)
            left += length
        _line(chart, top)
        top += height
    _line(chart, top)
    return chart


def _form(table: Sequence[Row], heads: Sequence[str]) -> _Form:
    """Return where labels, bars and numbers are; the columns are as far to the right as they can be."""
    cells = [heads, *(row.numbers for row in table if row.numbers)]
    widths = [drawing.widest(column, bold=True) for column in zip(*cells, strict=True)]
    alike = max((width for width, head in zip(widths, heads, strict=True) if not head), default=0.0)
    widths = [width if head else alike for width, head in zip(widths, heads, strict=True)]
    gap = min(GAP, (WIDTH - sum(widths)) / len(widths))
    rights = [WIDTH - sum(widths[place + 1 :]) - gap * (len(heads) - place - 1) for place in range(len(heads))]
    room = rights[0] - widths[0] - gap
    label = min(LABEL, max(drawing.text_width(row.label, row.bold) for row in table)) + 1
    empty = max((drawing.text_width(word) for row in table for word in row.empty.split()), default=0)
    if room - label - GAP >= max(BAR, empty):
        return _Form(rights, label, label + GAP, room, beneath=0, corner=label)
    if room >= LABEL / 2:
        return _Form(rights, room, 0, WIDTH, beneath=1, corner=room)
    return _Form(rights, WIDTH, 0, WIDTH, beneath=2, corner=room)


def _write_heads(
    chart: Chart, form: _Form, heads: Sequence[str], parts: Mapping[float, str], top: float, corner: str
) -> None:
    middle = top - SPACE - LINE / 2
    drawing.write(chart, 0, middle, corner if drawing.text_width(corner) <= form.corner else "", color=GREY)
    for right, head in zip(form.rights, heads, strict=True):
        drawing.write(chart, right, middle, head, ha="right", color=GREY)
    above = (LINE + SWATCH) / 2 if any(heads[: len(parts)]) else 0
    for right, colour in parts.items():
        drawing.mark(chart, right - 6, middle - above, drawing.square(colour))


def _line(chart: Chart, y: float) -> None:
    """Draw a thin line between two rows."""
    place = 1 - y / (chart.get_figheight() * 72)
    chart.add_artist(Line2D([0, 1], [place, place], color=LIGHT, linewidth=0.7))
