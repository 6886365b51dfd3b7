"""The colours of the charts, from the palette of the UK Government Analysis Function (`afcharts`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import seaborn as sns
from afcharts.af_colours import get_af_colours
from seaborn.utils import relative_luminance

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings

NAVY, BLUE = (str(colour) for colour in get_af_colours("sequential")[1:3])
ORANGE = str(get_af_colours("duo")[1])
BROWN = "#7A1F00"  # ORANGE, darkened: the palette's own dark red is NAVY to those who see no red
PALE_BLUE = "#3F8FD2"  # the lightest blue that still stands out from white (3:1)
INK = "#0B0C0C"
GREY = "#595959"  # for lines and second-rank text: 7:1 on white
LIGHT = "#CCCCCC"  # grid lines
PALE = "#F0F0F0"  # the ground of what is nought
UPHELD = "#949494"  # the lightest grey that still stands out from white (3:1)
WORSE_TO_BETTER = sns.blend_palette([BROWN, ORANGE, PALE, BLUE, NAVY], as_cmap=True)


def palette(settings: Settings) -> dict[str, str]:
    """Return the colour of each grade in the report's charts, as seaborn's `palette` takes it."""
    scale = settings.grade_names
    return dict(zip(scale, grade_colours(scale, settings.good_grades), strict=True))


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
    return list(sns.blend_palette([start, end], max(steps, 2)).as_hex())[:steps]


def text_colour(background: Any) -> str:
    """Return black or white, whichever is read better on a colour; its contrast is never below 4.5:1.

    Source: Web Content Accessibility Guidelines 2.2, "contrast ratio": both contrasts are alike at this luminance.
    """
    return "white" if relative_luminance(background) < 0.179 else "black"
