"""A published page as a Word document beside it: the same words and figures, for those who work in Word.

It is made of the finished page, so that there is no second text. What is folded on the page stands in appendices; a
drawing is a picture with its alt text, and the numbers that are written in it a table.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, NamedTuple

from qa_analysis.errors import InputError
from qa_analysis.store.files import write_beside
from qa_analysis.text import listed, quoted

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

TEMPLATE = "word_template.docx"
STYLES = (
    "Title", "Heading 1", "Heading 2", "Heading 3", "Heading 4", "List Bullet", "List Number", "Quote", "Caption",
    "Table Grid",
)  # fmt: skip
_HEADINGS = {f"h{level}": f"Heading {level - 1}" for level in (2, 3, 4)}
_INLINE = {"a", "b", "br", "cite", "code", "em", "i", "span", "strong"}
_BOLD = {"b", "strong"}
_TITLES = {"finding", "subtitle"}  # paragraphs that stay with what follows
_STRONG = {"bottom-line", "lead", "verdict", "large", "finding", "period"}  # paragraphs that are set bold
_LEFT_OUT = {"nav", "style", "script", "title"}
_DPI = 220
_WIDEST = 6.2  # inches of a picture
_NO_DATE = dt.datetime(2000, 1, 1)  # the clock's would make every file differ
_FIGURES = "Figures of the charts"
_FONT = "DejaVu Sans"
_LANGUAGE = "en-GB"
_LONG, _AROUND = 40, 3  # letters of which a wide column has room, and those that its margins take
_LETTER = 76_000  # English metric units (914,400 an inch): the width of a letter of 11 points
_ON_A_LINE = {"theme", "state"}  # parts of a cell that begin a line
_BREAK = "\n"
_DRAWING = re.compile(r'<svg [^>]*role="img" aria-label="([^"]*)".*?</svg>', re.DOTALL)
_WIDE = re.compile(r'viewBox="\S+ \S+ (\S+)')
_SPACE = re.compile(r"[ \t\r\n\f]+")


def write_word(page: Path, project: Path) -> Path:
    """Write a page as a Word document beside it, and return its path; the same page gives the same bytes.

    A project's `word_template.docx` is filled, after whatever stands in it, such as a cover; without one Word's own
    styles are used.

    Raises
    ------
    InputError
        If the template is no Word document or lacks a style, or the copy may not be written.
    """
    from lxml import html

    document = _template(project)
    drawings: list[str] = []

    def held(drawing: re.Match[str]) -> str:  # as it is: a parser of HTML takes the capitals out of it
        drawings.append(drawing[0])
        return f'<drawing place="{len(drawings) - 1}" alt="{drawing[1]}"></drawing>'

    body = html.fromstring(_DRAWING.sub(held, page.read_text(encoding="utf-8")))
    _Writer(document, drawings).write(body)
    _about(document, body)
    file = io.BytesIO()
    document.save(file)
    path = page.with_suffix(".docx")
    write_beside(path, lambda beside: beside.write_bytes(_without_times(file.getvalue())))
    return path


def _template(project: Path) -> Document:
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt, RGBColor

    path = project / TEMPLATE
    if path.is_file():
        try:
            document = Document(str(path))
        except Exception as error:  # of zipfile, of lxml, of python-docx
            raise InputError(
                f"{path}: is not a Word document (.docx) that can be read. Save it anew in Word."
            ) from error
        there = {style.name for style in document.styles}
        if missing := [quoted(name) for name in STYLES if name not in there]:
            raise InputError(
                f"{path}: has no style {listed(missing)}. In Word, give any paragraph (or table) of the template this "
                "style once, and save it."
            )
        if any(paragraph.text.strip() for paragraph in document.paragraphs) or document.tables:
            document.add_page_break()  # type: ignore[no-untyped-call]
        return document
    document = Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(22)
    for name in ("Normal", *STYLES[:5], "Caption"):
        style: Any = document.styles[name]
        style.font.name, style.font.color.rgb = "Arial", RGBColor(0x0B, 0x0C, 0x0C)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in [each for each in fonts.attrib if "Theme" in each]:
            del fonts.attrib[attribute]
    document.styles["Normal"].font.size = Pt(11)
    return document


class _Cell(NamedTuple):
    """A cell of a table: its text or element, whether it is set bold and to the right, and how far it reaches."""

    content: Any
    bold: bool = False
    right: bool = False
    across: int = 1
    down: int = 1


class _Writer:
    """Writes the parts of a page into a document, and then what is folded on it as appendices."""

    def __init__(self, document: Document, drawings: Sequence[str]) -> None:
        self.document = document
        self.drawings = drawings
        self.appendices: list[tuple[str, Any]] = []
        self.figures: list[Any] = []  # the folded tables of charts
        self.in_appendix = False

    def write(self, body: Any) -> None:
        for part in ("header", "main", "footer"):
            for element in body.iter(part):
                self.blocks(element)
        self.in_appendix = True
        for number, (summary, fold) in enumerate(self.appendices):
            self.document.add_heading(f"Appendix {_letter(number)}: {summary}", level=1)
            self.blocks(fold)
        if self.figures:
            self.document.add_heading(f"Appendix {_letter(len(self.appendices))}: {_FIGURES}", level=1)
            for fold in self.figures:
                self.blocks(fold)

    def blocks(self, parent: Any) -> None:
        """Write what is inside an element, one block after the other; texts beside one another are a paragraph."""
        run: list[Any] = []
        if (parent.text or "").strip():
            run.append(parent.text)
        for child in parent:
            if isinstance(child.tag, str) and child.tag in _INLINE:
                run.append(child)
            else:
                run = self.flushed(run)
                if isinstance(child.tag, str):
                    self.block(child)
            if (child.tail or "").strip():
                run.append(child.tail)
        self.flushed(run)

    def flushed(self, run: list[Any]) -> list[Any]:
        if any(isinstance(each, str) or _text(each) for each in run):
            _add(self.document.add_paragraph(), run)
        return []

    def block(self, element: Any) -> None:
        classes = set(element.get("class", "").split())
        if element.tag in _LEFT_OUT or classes & {"more", "marking"} or element.get("aria-hidden"):
            return
        if element.tag == "p" and len(element) and element[0].tag == "a" and element[0].get("download"):
            return
        make: dict[str, Callable[[Any], None]] = {
            "details": self.fold, "drawing": self.drawing, "figure": self.figure, "img": self.image, "ol": self.points,
            "table": self.table, "ul": self.points,
        }  # fmt: skip
        if element.tag in make:
            make[element.tag](element)
        elif element.tag == "h1":
            self.paragraph(element, "Title")
        elif element.tag in _HEADINGS:
            self.paragraph(element, _HEADINGS[element.tag])
        elif element.tag in ("blockquote", "figcaption", "pre", "dt", "dd") or element.tag == "p":
            if element.find("img") is not None:
                self.image(element.find("img"))
            elif element.tag == "figcaption" and len(element):
                self.blocks(element)
            else:
                quote = "Quote" if element.tag == "blockquote" else "Normal"
                self.paragraph(element, quote, bold=bool(classes & _STRONG))
        else:
            self.blocks(element)

    def paragraph(self, element: Any, style: str, *, bold: bool = False) -> None:
        if not _text(element):
            return
        paragraph = self.document.add_paragraph(style=style)
        if element.tag == "blockquote":
            _add(paragraph, [f"“{_text(element[0])}” ", *element[1:]])
        else:
            _add(paragraph, [element], bold=bold)
        if _TITLES & set(element.get("class", "").split()):
            paragraph.paragraph_format.keep_with_next = True

    def points(self, element: Any) -> None:
        numbered = element.tag == "ol"
        number = self.restarted() if numbered else None
        for item in element.iter("li"):
            paragraph = self.document.add_paragraph(style="List Number" if numbered else "List Bullet")
            if number is not None:
                properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
                properties.get_or_add_numId().val = number
                properties.get_or_add_ilvl().val = 0
            _add(paragraph, [item])

    def restarted(self) -> int | None:
        """Return a numbering that begins with 1, in the look of the style's; None where the style has none."""
        from docx.oxml.ns import qn

        own = self.document.styles["List Number"].element.pPr
        if own is None or own.numPr is None or own.numPr.numId is None:
            return None
        numbering: Any = self.document.part.numbering_part.element
        abstract = numbering.num_having_numId(own.numPr.numId.val).find(qn("w:abstractNumId")).get(qn("w:val"))
        new = numbering.add_num(int(abstract))
        new.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(new.numId)

    def fold(self, element: Any) -> None:
        """Put a fold among the appendices; one that opens on paper, or is within an appendix, stands where it is."""
        name = _summary(element)
        if self.in_appendix or "printed" in element.get("class", ""):
            self.document.add_heading(name, level=2)
            self.blocks(element)
            return
        self.document.add_paragraph().add_run(f"{name}: Appendix {_letter(len(self.appendices))}").italic = True
        self.appendices.append((name, element))

    def figure(self, element: Any) -> None:
        fold = element.find("details")
        if fold is not None:
            element.remove(fold)
            _summary(fold)
        self.blocks(element)
        if printed := element.get("data-figures"):
            self.rows([[_Cell(text) for text in line.split("\t")] for line in printed.split("\n")], heads=1)
        if fold is not None and self.in_appendix:
            self.blocks(fold)
        elif fold is not None:
            self.figures.append(fold)

    def table(self, element: Any) -> None:
        caption = element.find("caption")
        if caption is not None:
            paragraph = self.document.add_paragraph(style="Caption")
            _add(paragraph, [caption])
            paragraph.paragraph_format.keep_with_next = True
        rows = [[_cell(cell) for cell in row if cell.tag in ("th", "td")] for row in element.iter("tr")]
        self.rows(rows, heads=len(element.xpath("./thead/tr")))

    def rows(self, rows: Sequence[Sequence[_Cell]], heads: int) -> None:
        """Write a table whose first rows are repeated on every sheet."""
        from docx.oxml.ns import qn
        from docx.oxml.parser import OxmlElement

        wide = max(sum(cell.across for cell in row) for row in rows)
        table = self.document.add_table(len(rows), wide, style="Table Grid")
        grid = [row.cells for row in table.rows]
        taken: set[tuple[int, int]] = set()
        texts: list[list[str]] = [[] for _ in range(wide)]
        for place, row in enumerate(rows):
            column = 0
            for cell in row:
                while (place, column) in taken:
                    column += 1
                taken |= {(place + down, column + across) for down in range(cell.down) for across in range(cell.across)}
                if cell.across == 1:
                    texts[column].append(_text(cell.content))
                first, last = grid[place][column], grid[place + cell.down - 1][column + cell.across - 1]
                _fill(first.merge(last) if first is not last else first, cell, bold=place < heads)
                column += cell.across
        for place, row in enumerate(table.rows):
            properties = row._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if place < heads:
                properties.append(OxmlElement("w:tblHeader"))
        widths = _widths(texts, _usable(self.document))
        for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
            column.w = width
        for cells in grid:
            for cell, width in zip(cells, widths, strict=True):
                if cell._tc.grid_span == 1:
                    cell.width = width
        self.document.add_paragraph()

    def drawing(self, element: Any) -> None:
        svg = self.drawings[int(element.get("place"))]
        self.picture(_drawn(svg), element.get("alt", ""), float(_WIDE.findall(svg)[0]) / 72)

    def image(self, element: Any) -> None:
        kind, _, encoded = element.get("src", "").removeprefix("data:").partition(";base64,")
        content = base64.b64decode(encoded)
        self.picture(
            _drawn(content.decode("utf-8")) if kind == "image/svg+xml" else content, element.get("alt", ""), None
        )

    def picture(self, content: bytes, alt: str, wide: float | None) -> None:
        from docx.shared import Inches

        shape = self.document.add_picture(io.BytesIO(content), Inches(wide) if wide else None)
        if shape.width > Inches(_WIDEST):
            shape.height, shape.width = int(shape.height * Inches(_WIDEST) / shape.width), Inches(_WIDEST)
        shape._inline.docPr.set("descr", alt)


def _widths(texts: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return how wide the columns of a table are, with room for the longest word, and as far as may be for all texts.

    Examples
    --------
    >>> _widths([["Planning"], ["8"]], 1_500), _widths([["Requires improvement"] * 2, ["Good"]], 21)
    ([1100, 400], [14, 7])
    """
    words = [max((len(word) for text in column for word in text.split()), default=0) + _AROUND for column in texts]
    whole = [
        max(min(max(map(len, column), default=0), _LONG) + _AROUND, least)
        for column, least in zip(texts, words, strict=True)
    ]
    spare, wanted = room / _LETTER - sum(words), sum(whole) - sum(words)
    part = min(1, max(0, spare / wanted)) if wanted else 0
    letters = [least + part * (most - least) for least, most in zip(words, whole, strict=True)]
    return [int(room * each / sum(letters)) for each in letters]


def _summary(fold: Any) -> str:
    """Take the summary out of a fold, and return it."""
    summary = fold.find("summary")
    if summary is None:
        return "More"
    fold.remove(summary)
    return _text(summary)


def _cell(element: Any) -> _Cell:
    classes = element.get("class", "").split()
    across, down = int(element.get("colspan", 1)), int(element.get("rowspan", 1))
    return _Cell(element, "group" in classes, "number" in classes, across, down)


def _fill(cell: Any, made: _Cell, *, bold: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = 0
    if made.right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _add(paragraph, [made.content], bold=bold or made.bold)


def _add(paragraph: Paragraph, parts: Iterable[Any], *, bold: bool = False) -> None:
    """Add texts and elements to a paragraph, with white space as a browser shows it."""
    before = " "
    for part in parts:
        for text, strong, slanted in _runs(part, bold):
            said = text if text == _BREAK else _SPACE.sub(" ", text)
            said = said.lstrip(" ") if before in (" ", _BREAK) else said
            if said:
                run = paragraph.add_run(said)
                run.bold, run.italic = strong or None, slanted or None
                before = said[-1]


def _runs(part: Any, bold: bool, slanted: bool = False) -> Iterator[tuple[str, bool, bool]]:
    """Yield the texts within an element, each with whether it is bold or slanted."""
    if isinstance(part, str):
        yield part, bold, slanted
        return
    classes = set(part.get("class", "").split())
    if part.tag == "svg" or part.get("aria-hidden"):
        return
    if part.tag == "br" or classes & _ON_A_LINE:
        yield _BREAK, bold, slanted
    bold, slanted = bold or part.tag in _BOLD or "action" in classes, slanted or part.tag in ("cite", "em")
    yield ("[" if "tag" in classes else " " if part.tag == "p" else "") + (part.text or ""), bold, slanted
    for child in part:
        if isinstance(child.tag, str):
            yield from _runs(child, bold, slanted)
        yield child.tail or "", bold, slanted
    if "tag" in classes:
        yield "]", bold, slanted


def _text(element: Any) -> str:
    return (
        element if isinstance(element, str) else " ".join("".join(text for text, *_ in _runs(element, False)).split())
    )


def _letter(number: int) -> str:
    """Return the letters of an appendix: AA after Z.

    Examples
    --------
    >>> _letter(0), _letter(25), _letter(26)
    ('A', 'Z', 'AA')
    """
    more, last = divmod(number, len(ascii_uppercase))
    return (_letter(more - 1) if more else "") + ascii_uppercase[last]


def _drawn(svg: str) -> bytes:
    """Return a drawing as a PNG, on white; its text in the font that comes with Matplotlib, so that it is the same."""
    from resvg_py import svg_to_bytes

    png: bytes = svg_to_bytes(
        svg_string=svg, zoom=_DPI / 72, background="#ffffff", skip_system_fonts=True, font_files=_fonts(),
        font_family=_FONT, sans_serif_family=_FONT,
    )  # fmt: skip
    return png


@cache
def _fonts() -> list[str]:
    from matplotlib import get_data_path

    return [str(Path(get_data_path(), "fonts", "ttf", f"{name}.ttf")) for name in ("DejaVuSans", "DejaVuSans-Bold")]


def _usable(document: Document) -> int:
    """Return how wide a line is, in the units of the document."""
    section: Any = document.sections[-1]
    return int(section.page_width - section.left_margin - section.right_margin)


def _about(document: Document, body: Any) -> None:
    """Set what is known of the document: title, language, and on each sheet the marking and its number."""
    from docx.oxml.ns import qn

    def said(path: str) -> str:
        return next((_text(element) for element in body.xpath(path)), "")

    properties = document.core_properties
    properties.title, properties.author = said("//title"), said("//header/p[@class='organisation']")
    properties.language, properties.comments, properties.last_modified_by = _LANGUAGE, "", ""
    properties.created = properties.modified = _NO_DATE
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)
    marking = said("//header/p[@class='marking']")
    head = [marking, said("//header//*[@class='draft']"), said("//header/p[@class='banner']/strong").rstrip(".")]
    for section in document.sections:
        for header, footer in _heads_and_feet(document, section):
            _once(header, " · ".join(filter(None, head)))
            _once(footer, marking)
            if not any("PAGE" in (code.text or "") for code in footer._element.iter(qn("w:instrText"))):
                _add_page_number(footer.add_paragraph())


def _heads_and_feet(document: Document, section: Any) -> Iterator[tuple[Any, Any]]:
    yield section.header, section.footer
    if section.different_first_page_header_footer:
        yield section.first_page_header, section.first_page_footer
    if document.settings.odd_and_even_pages_header_footer:
        yield section.even_page_header, section.even_page_footer


def _once(part: Any, text: str) -> None:
    """Add a text to a header or footer, unless it stands there."""
    if text and all(text not in paragraph.text for paragraph in part.paragraphs):
        first = part.paragraphs[0] if part.paragraphs else part.add_paragraph()
        (part.add_paragraph() if first.text.strip() else first).add_run(text).bold = True


def _add_page_number(paragraph: Paragraph) -> None:
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    for before, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
        paragraph.add_run(before)
        for kind in ("begin", field, "end"):
            element = OxmlElement("w:instrText" if kind == field else "w:fldChar")
            if kind == field:
                element.text = field
            else:
                element.set(qn("w:fldCharType"), kind)
            paragraph.add_run()._r.append(element)


def _without_times(document: bytes) -> bytes:
    """Return a document whose parts bear no time, in the order of their names."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as parts, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in parts.namelist():
            made.writestr(zipfile.ZipInfo(name), parts.read(name), zipfile.ZIP_DEFLATED)
    return file.getvalue()
