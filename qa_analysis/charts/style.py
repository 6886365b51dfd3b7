"""What every chart has in common: its size, the house style, and the way it becomes part of a page."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from xml.etree import ElementTree as ET

from matplotlib import style
from matplotlib.figure import Figure

from qa_analysis.text import legible

WIDTH = 331.2  # points: 4.6 inches, about the width of a phone's screen
SIZE = 11.5  # points, of every text in a chart: 12 pixels on a phone that is 360 wide
MEASURED = "DejaVu Sans"  # comes with Matplotlib, and is as wide as Arial or wider: what fits in it fits
PRINTED = "Arial, Helvetica, sans-serif"

_HOUSE = {
    "font.family": [MEASURED],
    "font.size": SIZE,
    "text.parse_math": False,
    "axes.grid": False,
    "figure.dpi": 72,
    "svg.fonttype": "none",
    "svg.hashsalt": "qa_analysis",
}
_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_PLACES = {"d", "x", "y", "width", "height", "points", "transform"}
_LONG_NUMBER = re.compile(r"(\.\d\d)\d+")
_TURNED_BY_NOTHING = re.compile(r"rotate\(-?0 [^)]*\)")
_INHERITED = {f"font-size: {SIZE}px", f"font-family: '{MEASURED}'", "text-anchor: start"}  # from the whole picture
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


class Chart(Figure):
    """A figure with the words that stand around it on the page.

    `title` is the finding, as a headline: "30 of 66 audits (45%) were Good or better". `subtitle` is measure,
    population and period: "Final grades of deep-dive audits, whole service, 2025-26 Q2". `alt` is what the chart shows
    and its main figures, in sentences, for those who do not see it. `printed` has the numbers that are written in it in
    rows and columns, as a table whose first row heads it.
    """

    title: str = ""
    subtitle: str = ""
    alt: str = ""
    printed: Sequence[Sequence[str]] = ()


def new_chart(height: float) -> Chart:
    """Return an empty chart, 4.6 inches wide and `height` points (1/72 inch) high; `subplots` makes its axes.

    It belongs to no pyplot session and is freed like any other object.

    Examples
    --------
    >>> new_chart(height=144).get_size_inches().round(1).tolist()
    [4.6, 2.0]
    """
    return Chart(figsize=(WIDTH / 72, height / 72), dpi=72)


def worded(chart: Chart, title: str, subtitle: str, alt: str) -> Chart:
    r"""Return a chart with its words, each as one line; they may hold names from a workbook.

    Examples
    --------
    >>> worded(new_chart(height=144), "Plans &\x00 reviews\n", "", "").title
    'Plans & reviews'
    """
    chart.title, chart.subtitle, chart.alt = plain(title), plain(subtitle), plain(alt)
    return chart


def plain(text: object) -> str:
    """Return a workbook's text as one line that can be drawn: without control characters, line breaks and the like."""
    return " ".join(legible(str(text)).split())


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the Analysis Function's style inside a `with` block, or a function that this decorates.

    Text is text: a `$` starts no formula.

    Yields
    ------
    None
        Matplotlib's settings are put back afterwards, whatever they were.

    Examples
    --------
    >>> import matplotlib
    >>> with house_style():
    ...     matplotlib.rcParams["font.size"]
    11.5
    """
    with warnings.catch_warnings(), style.context(["afcharts.afcharts", _HOUSE], after_reset=True):
        # A letter that the measuring font lacks is still text in the page, where the reader's font has it.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        yield


@house_style()
def svg(chart: Chart) -> str:
    """Return a chart as an `<svg>` element to stand inside an HTML page.

    It has no fixed size, so the page's style decides it; text stays text; it loads nothing; the same chart gives the
    same bytes; and its ids differ from those of any other chart.

    Examples
    --------
    >>> chart = new_chart(height=144)
    >>> chart.title, chart.alt = "8 of 45 changed", "Grades before & after."
    >>> svg(chart)[64:114]
    'role="img" aria-label="Grades before &amp; after."'
    """
    file = io.StringIO()
    chart.savefig(file, format="svg", metadata={"Date": None}, transparent=True)
    root = ET.fromstring(file.getvalue())
    _tidy(root)
    _name_ids(root, salt=chart.title + chart.alt)
    _without_what_draws_nothing(root)
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "xmlns": _SVG.strip("{}"),
        "role": "img",
        "aria-label": chart.alt,
        "style": f"stroke-linejoin: round; stroke-linecap: butt; font-size: {SIZE}px; font-family: {PRINTED}",
    }
    title = ET.Element("title")
    title.text = chart.title
    root.insert(0, title)
    return ET.tostring(root, encoding="unicode")


def _tidy(root: ET.Element) -> None:
    """Take out what an inline picture has no use for: metadata, groups that say nothing, thousandths of a point."""
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        element.tail = None
        if element.tag != "text":
            element.text = None
        if _HREF in element.attrib:
            element.set("href", element.attrib.pop(_HREF))
        for name in _PLACES & element.attrib.keys():
            shorter = _LONG_NUMBER.sub(r"\1", _TURNED_BY_NOTHING.sub("", element.attrib[name]))
            element.set(name, " ".join(shorter.split()))
        if "style" in element.attrib:
            own = [each for each in element.attrib["style"].split("; ") if each not in _INHERITED]
            element.set("style", "; ".join(own))
        element.attrib = {name: value for name, value in element.attrib.items() if value}


def _without_what_draws_nothing(element: ET.Element) -> None:
    """Put what stands in groups without attributes in their place, and take out shapes that are not filled."""
    children: list[ET.Element] = []
    for child in element:
        _without_what_draws_nothing(child)
        children += child if child.tag == "g" and not child.attrib else [child]
    seen = [child for child in children if child.get("style") != "fill: none" or len(child)]
    element[:] = [child for child in seen if child.tag not in ("metadata", "style")]


def _name_ids(root: ET.Element, salt: str) -> None:
    """Take out ids that nothing refers to, and rename the others so that no two charts share one."""
    used = {name for element in root.iter() for value in element.attrib.values() for name in _REFERENCE.findall(value)}
    used |= {element.attrib["href"][1:] for element in root.iter() if "href" in element.attrib}
    digest = hashlib.sha256(ET.tostring(root) + salt.encode()).hexdigest()[:10]
    names = {name: f"c{digest}-{number}" for number, name in enumerate(sorted(used), start=1)}
    for element in root.iter():
        if element.attrib.get("id") in names:
            element.set("id", names[element.attrib["id"]])
        else:
            element.attrib.pop("id", None)
        for key, value in element.attrib.items():
            if key == "href":
                element.set(key, f"#{names[value[1:]]}")
            else:
                element.set(key, _REFERENCE.sub(lambda found: f"url(#{names[found[1]]})", value))
