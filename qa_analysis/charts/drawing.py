"""What charts are drawn with: measured text, a key, an axis of time, places in points.

A point is 1/72 inch. Places are counted from a chart's top left corner, to the right and downwards.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path

from qa_analysis.charts.colours import GREY, INK, LIGHT, NAVY
from qa_analysis.charts.style import MEASURED, SIZE, WIDTH, Chart, new_chart, plain

LINE = SIZE * 1.25  # points from one line of text to the next
LEFT, RIGHT = 38, 30  # points beside an axis of time: for the labels of the percentages, and of the last point
TALL = 125  # points: height of a plot over time
HEADROOM = LINE + 3  # points above it, for the label of a point at the top
MARK = 16  # points: the width of a key's mark, with the space after it
SHORT = 6  # letters: a name of so many stands over a narrow column as it is

Look = dict[str, Any]
POINT: Look = {"marker": "o", "markersize": 7, "markerfacecolor": NAVY, "markeredgecolor": NAVY}


@lru_cache(maxsize=4096)
def text_width(text: str, bold: bool = False) -> float:
    """Return how wide a line of text is drawn, in points."""
    font = FontProperties(family=MEASURED, size=SIZE, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def widest(texts: Sequence[str], bold: bool = False) -> float:
    """Return how wide the widest of some lines is drawn, in points; 0 without any."""
    return max((text_width(text, bold) for text in texts), default=0.0)


def wrapped(text: object, width: float, bold: bool = False) -> list[str]:
    """Return text as lines no wider than `width` points; a text beyond eight lines is cut and ends in "…"."""
    line = plain(text)
    lines = [line]
    for letters in range(60, 0, -1):
        lines = textwrap.wrap(line, letters, max_lines=8, placeholder="…") or [""]
        if widest(lines, bold) <= width:
            break
    return lines


def short_names(names: Sequence[object]) -> list[str]:
    """Return names for narrow columns, no two alike: the beginning of a word, the initials of several.

    Examples
    --------
    >>> short_names(["Outstanding", "Good", "Requires improvement", "Inadequate"])
    ['Outst.', 'Good', 'RI', 'Inad.']
    >>> short_names(["Mostly good", "Meets good", "10"])
    ['MoGo', 'MeGo', '10']
    """
    lines = [plain(name) for name in names]
    for letters in range(1, 60):
        short = [_shortened(line, letters) for line in lines]
        if len(set(short)) == len(set(lines)):
            break
    return short


def _shortened(line: str, letters: int) -> str:
    if len(line) <= SHORT:
        return line
    words = line.split()
    if len(words) > 1:
        return "".join(word[:1].upper() + word[1:letters] for word in words)
    start = re.sub("[aeiou]+$", "", line[: letters + 4])
    return start if start == line else f"{start}."


def write(chart: Chart, x: float, y: float, lines: str | Sequence[str], *, bold: bool = False, **options: Any) -> None:
    """Write lines of text, the block's middle at `y`, each line a text of its own so that each keeps its alignment.

    `options` go to Matplotlib's `text`.
    """
    block = [lines] if isinstance(lines, str) else list(lines)
    look: Look = {"va": "center_baseline", "color": INK, "fontsize": SIZE, "fontweight": "bold" if bold else "normal"}
    for row, line in enumerate(block):
        middle = y + (row - (len(block) - 1) / 2) * LINE
        chart.text(x / WIDTH, 1 - middle / _height(chart), line, **(look | options))


def axes_at(chart: Chart, left: float, top: float, width: float, height: float) -> Axes:
    """Return new axes at a place given in points from the chart's top left corner, without a frame."""
    full = _height(chart)
    ax = chart.add_axes((left / WIDTH, 1 - (top + height) / full, width / WIDTH, height / full))
    ax.tick_params(length=0, labelsize=SIZE)
    ax.spines[:].set_visible(False)
    return ax


def _height(chart: Chart) -> float:
    return float(chart.get_figheight() * 72)


def square(colour: str) -> Look:
    """Return the key's mark for a filled area."""
    return {"marker": "s", "markersize": 10.5, "markerfacecolor": colour, "markeredgewidth": 0}


def mark(chart: Chart, x: float, y: float, look: Look) -> None:
    """Draw one mark of a key at a place in points."""
    chart.add_artist(Line2D([x / WIDTH], [1 - y / _height(chart)], **look))


def key_height(key: Mapping[str, Look]) -> float:
    """Return the height of a key in points, with the space beneath it; 0 without entries."""
    return max((top + len(lines) * LINE + 10 for _, top, lines in _key_places(key)), default=0.0)


def draw_key(chart: Chart, key: Mapping[str, Look]) -> None:
    """Draw a key at a chart's top: each name after its mark, which has the look of a Matplotlib line."""
    base: Look = {"linestyle": "none", "markevery": [1], "transform": chart.transFigure}
    for (left, top, lines), look in zip(_key_places(key), key.values(), strict=True):
        middle = top + (len(lines) * LINE + 3) / 2
        ends = [(left + place) / WIDTH for place in (0.5, 6, 11.5)]
        chart.add_artist(Line2D(ends, [1 - middle / _height(chart)] * 3, **(base | look)))
        write(chart, left + (MARK if look else 0), middle, lines)


def _key_places(key: Mapping[str, Look]) -> list[tuple[float, float, list[str]]]:
    """Return the place of each entry of a key, in points from the left and from the top, and its lines of text."""
    places: list[tuple[float, float, list[str]]] = []
    left = top = tallest = 0.0
    for name, look in key.items():
        lines = wrapped(name, WIDTH - MARK - 4)
        needed = (MARK if look else 0) + widest(lines)
        if left + needed > WIDTH:
            left, top, tallest = 0.0, top + tallest, 0.0
        places.append((left, top, lines))
        left, tallest = left + needed + 14, max(tallest, len(lines) * LINE + 3)
    return places


def time_chart(
    times: Sequence[tuple[str, str]], key: Mapping[str, Look], beneath: Sequence[str] = ()
) -> tuple[Chart, Axes]:
    """Return a chart of percentages over time, and its axes: a place for each time, from 0, and 0% to 100%.

    Every chart of shares has this one scale, so that any two can be compared.

    `times` has the name of each place and of the year it is in: ("Q2", "2025-26"). `beneath` has a text for each; they
    are left out where they do not fit beside one another.
    """
    step, last = (WIDTH - LEFT - RIGHT) / len(times), len(times) - 1
    fits = bool(beneath) and widest(beneath) + 4 <= step  # the last one alone is bold
    top = key_height(key) + HEADROOM
    chart = new_chart(top + TALL + (3 if fits else 2) * LINE + 10)
    draw_key(chart, key)
    ax = axes_at(chart, LEFT, top, WIDTH - LEFT - RIGHT, TALL)
    ax.set(xlim=(-0.5, last + 0.5), ylim=(0, 100), xticks=[])
    ax.set_yticks(range(0, 101, 20), [f"{tick}%" for tick in range(0, 101, 20)], color=GREY)
    ax.grid(axis="y", color=LIGHT, linewidth=0.7)
    ax.axhline(0, color=GREY, linewidth=1, clip_on=False)

    def under(place: float, line: int, text: str, **options: Any) -> None:
        write(chart, LEFT + (place + 0.5) * step, top + TALL + 6 + (line + 0.5) * LINE, text, ha="center", **options)

    every = int((widest([name for name, _ in times]) + 3) // step) + 1
    for place in range(last, -1, -every):
        under(place, 0, times[place][0], bold=place == last)
    for year, of_year in groupby(range(len(times)), lambda place: times[place][1]):
        places = [*of_year]
        under(sum(places) / len(places), 1, year, color=GREY)
        if places[0]:
            ax.axvline(places[0] - 0.5, color=LIGHT, linewidth=0.7, linestyle=(0, (2, 2)))
    for place, text in enumerate(beneath if fits else ()):
        under(place, 2, text, bold=place == last, color=GREY)
    return chart, ax


def draw_line(ax: Axes, values: Iterable[float], **look: Any) -> None:
    """Draw a line through values, one a place, with a gap where one is missing; `look` goes to seaborn's `lineplot`."""
    heights = pd.Series(values, dtype=float)
    sns.lineplot(
        x=heights.index, y=heights, units=heights.isna().cumsum(), estimator=None, ax=ax, clip_on=False, **look
    )
    ax.set(xlabel="", ylabel="")
