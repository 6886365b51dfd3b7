"""What every chart has in common: its size, the house style, and the way it becomes part of a page."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections.abc import Iterator
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
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


class Chart(Figure):
    """A figure with the words that stand around it on the page.

    `title` is the finding, as a headline: "30 of 66 audits (45%) were Good or better". `subtitle` is measure,
    population and period: "Final grades of deep-dive audits, whole service, 2025-26 Q2". `alt` is what the chart shows
    and its main figures, in sentences, for those who do not see it.
    """

    title: str = ""
    subtitle: str = ""
    alt: str = ""


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
    chart.savefig(file, format="svg", metadata={"Date": None})
    root = ET.fromstring(file.getvalue())
    _tidy(root)
    _name_ids(root, salt=chart.title + chart.alt)
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "xmlns": _SVG.strip("{}"),
        "role": "img",
        "aria-label": chart.alt,
        "style": "stroke-linejoin: round; stroke-linecap: butt",
    }
    title = ET.Element("title")
    title.text = chart.title
    root.insert(0, title)
    return ET.tostring(root, encoding="unicode")


def _tidy(root: ET.Element) -> None:
    """Take out what an inline picture has no use for: metadata, a style sheet for the whole page, white space."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}metadata", f"{_SVG}style"):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        element.tail = None
        if element.tag != "text":
            element.text = None
        if _HREF in element.attrib:
            element.set("href", element.attrib.pop(_HREF))
        if "style" in element.attrib:
            element.set("style", element.attrib["style"].replace(f"'{MEASURED}'", PRINTED))


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
