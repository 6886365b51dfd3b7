"""The small things that charts are drawn with: colours, measured text, keys, places in points."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence
from typing import Any

from afcharts.af_colours import get_af_colours
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from qa_analysis.charts.style import MEASURED, SIZE, WIDTH, Chart
from qa_analysis.text import legible

NAVY, BLUE = (str(colour) for colour in get_af_colours("sequential")[1:3])
ORANGE = str(get_af_colours("duo")[1])
BROWN = "#7A1F00"  # ORANGE, darkened until it stands out as much as NAVY
PALE_BLUE = "#3F8FD2"  # the lightest blue that still stands out from white (3:1)
INK = "#0B0C0C"
GREY = "#595959"  # for lines and second-rank text: 7:1 on white
LIGHT = "#CCCCCC"  # grid lines

LINE = SIZE * 1.25  # points from one line of text to the next


def grade_colours(grades: Sequence[str], good: Collection[str]) -> list[str]:
    """Return a colour for each grade: blues for those in `good`, oranges for the rest, the outermost darkest.

    Blue and orange stay apart for every common kind of colour blindness. Each colour stands out from white
    (3:1), and so from the white lines between segments.

    Examples
    --------
    >>> grade_colours(["Outstanding", "Good", "Requires improvement", "Inadequate"], ["Outstanding", "Good"])
    ['#12436d', '#2073bc', '#f46a25', '#7a1f00']
    """
    better = [grade for grade in grades if grade in good]
    weaker = [grade for grade in grades if grade not in good]
    blues = _ramp(NAVY, BLUE if len(better) < 3 else PALE_BLUE, len(better))
    oranges = _ramp(BROWN, ORANGE, len(weaker))[::-1]
    colours = dict(zip([*better, *weaker], [*blues, *oranges], strict=True))
    return [colours[grade] for grade in grades]


def _ramp(start: str, end: str, steps: int) -> list[str]:
    colours = LinearSegmentedColormap.from_list("", [start, end])
    return [to_hex(colours(step / max(steps - 1, 1))) for step in range(steps)]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 (none) to 21 (black on white).

    Source: Web Content Accessibility Guidelines 2.2, "contrast ratio" and "relative luminance".

    Examples
    --------
    >>> contrast("#000000", "#ffffff"), round(contrast("#12436D", "#ffffff"), 1)
    (21.0, 10.2)
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def text_colour(background: str) -> str:
    """Return black or white, whichever is read better on `background`; never below 4.5:1.

    Examples
    --------
    >>> text_colour("#12436D"), text_colour("#F46A25")
    ('#ffffff', '#000000')
    """
    return max("#ffffff", "#000000", key=lambda colour: contrast(colour, background))


def plain(text: object) -> str:
    r"""Return a workbook's text as one line that can be drawn: without control characters, line breaks and the like.

    Examples
    --------
    >>> plain("Plans &\x00 reviews\n")
    'Plans & reviews'
    """
    return " ".join(legible(str(text)).split())


def text_width(text: str, bold: bool = False) -> float:
    """Return how wide a line of text is drawn, in points.

    Examples
    --------
    >>> text_width("wide") > text_width("thin")
    True
    """
    font = FontProperties(family=MEASURED, size=SIZE, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def wrapped(text: object, width: float, bold: bool = False) -> list[str]:
    """Return text as lines no wider than `width` points; a text beyond eight lines is cut and ends in "…".

    Examples
    --------
    >>> wrapped("Requires improvement", 80)
    ['Requires', 'improvement']
    """
    line = plain(text)
    lines = [line]
    for letters in range(60, 0, -1):
        lines = textwrap.wrap(line, letters, max_lines=8, placeholder="…") or [""]
        if max(text_width(each, bold) for each in lines) <= width:
            break
    return lines


def write(
    on: Axes | Figure, x: float, y: float, lines: str | Sequence[str], *, bold: bool = False, **options: Any
) -> list[Text]:
    """Write lines of text, the block's middle at `y`, each line a text of its own so that each keeps its alignment.

    `on` is an axes whose y axis is in points downwards (`axes_at`), or a figure, where x and y are points from
    its top left corner. `options` go to Matplotlib's `text`.
    """
    block = [lines] if isinstance(lines, str) else list(lines)
    look: dict[str, Any] = {
        "va": "center_baseline",
        "color": INK,
        "fontsize": SIZE,
        "fontweight": "bold" if bold else "normal",
    } | options
    top = y - (len(block) - 1) * LINE / 2
    return [
        on.text(x, top + row * LINE, line, **look)
        if isinstance(on, Axes)
        else on.text(x / WIDTH, 1 - (top + row * LINE) / (on.get_figheight() * 72), line, **look)
        for row, line in enumerate(block)
    ]


def axes_at(chart: Chart, left: float, top: float, width: float, height: float) -> Axes:
    """Return new axes at a place given in points from the chart's top left corner."""
    full = chart.get_figheight() * 72
    ax = chart.add_axes((left / WIDTH, 1 - (top + height) / full, width / WIDTH, height / full))
    ax.tick_params(length=0, labelsize=SIZE)
    return ax


def key_height(names: Sequence[str]) -> float:
    """Return the height of a key in points, with the space beneath it; 0 without names."""
    return max((top + _entry_height(lines) for _, top, lines in _key_places(names)), default=-7.0) + 7


def draw_key(chart: Chart, names: Sequence[str], marks: Sequence[dict[str, Any]], top: float = 0.0) -> None:
    """Draw a key: each name after its mark, which is given as properties of a Matplotlib line."""
    base: dict[str, Any] = {"linestyle": "none", "markevery": [1], "transform": chart.transFigure}
    full = chart.get_figheight() * 72
    for (left, below, lines), mark in zip(_key_places(names), marks, strict=True):
        middle = top + below + _entry_height(lines) / 2
        ends = [(left + x) / WIDTH for x in (0.5, 6, 11.5)]
        chart.add_artist(Line2D(ends, [1 - middle / full] * 3, **(base | mark)))
        write(chart, left + 16, middle, lines)


def _key_places(names: Sequence[str]) -> list[tuple[float, float, list[str]]]:
    """Return the place of each entry of a key, in points from the left and from the top, and its lines of text."""
    places: list[tuple[float, float, list[str]]] = []
    left = top = 0.0
    tallest = 0.0
    for name in names:
        lines = wrapped(name, WIDTH - 20)
        needed = 16 + max(text_width(line) for line in lines)
        if left + needed > WIDTH:
            left, top, tallest = 0.0, top + tallest, 0.0
        places.append((left, top, lines))
        left, tallest = left + needed + 14, max(tallest, _entry_height(lines))
    return places


def _entry_height(lines: Sequence[str]) -> float:
    return len(lines) * LINE + 3


def square(colour: str) -> dict[str, Any]:
    """Return the key's mark for a filled area."""
    return {"marker": "s", "markersize": 10.5, "markerfacecolor": colour, "markeredgewidth": 0}


def spread(centres: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[float]:
    """Return places near `centres`, in their order, so that things of these widths do not overlap between two limits.

    Examples
    --------
    >>> spread([10, 12, 99], [10, 10, 10], 0, 100)
    [10, 20.0, 95.0]
    """
    places: list[float] = []
    edge = low
    for centre, width in zip(centres, widths, strict=True):
        places.append(max(centre, edge + width / 2))
        edge = places[-1] + width / 2
    edge = high
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], edge - widths[index] / 2)
        edge = places[index] - widths[index] / 2
    return places
