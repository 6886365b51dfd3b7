"""An executed notebook as one self-contained page: `jupyter nbconvert --to qa_report`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from nbconvert.exporters.exporter import Exporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.utils.exceptions import ConversionException
from nbformat import NotebookNode
from traitlets import default

from qa_analysis.errors import ReportError
from qa_analysis.page.blocks import PAGE
from qa_analysis.page.templating import anchor_of, piece, render

_PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
_SCRIPT = re.compile(r"<\s*script\b", re.IGNORECASE)


class QaReportExporter(Exporter):
    """Exports an executed notebook to the report's own HTML: no code, no scripts, nothing loaded from outside."""

    export_from_notebook = "QA report"
    output_mimetype = "text/html"

    @default("default_preprocessors")
    def _default_preprocessors_default(self) -> list[str]:
        return []  # they are off unless somebody turns them on, and each of them would check the whole notebook

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page's HTML and nbconvert's resources.

        Raises
        ------
        ConversionException
            If a cell of the notebook failed, or its output holds a script.
        """
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        page = _Page()
        for number, cell in enumerate(notebook.cells, start=1):
            if cell.cell_type == "markdown":
                page.main.append(_markdown(page, cell.source, cell.get("attachments"), escape_html=False))
            elif cell.cell_type == "code":
                _add_outputs(page, cell.outputs, number)
        if any(_SCRIPT.search(part) for part in (*page.first, *page.main)):
            raise ConversionException("The notebook puts a script on the page, which no reader's browser would run.")
        name = str(resources.get("metadata", {}).get("name", "Report"))
        return render("page.html.j2", page=page, name=name.replace("_", " ")), resources


def export(notebook: NotebookNode, name: str) -> str:
    """Return the page of an executed notebook as HTML; `name` is that of its file.

    Raises
    ------
    ReportError
        If a cell of the notebook failed, or its output holds a script.
    """
    try:
        exporter = QaReportExporter()  # type: ignore[no-untyped-call]
        return exporter.from_notebook_node(notebook, {"metadata": {"name": name}})[0]
    except ConversionException as error:
        raise ReportError(f"{name}.ipynb: {error}") from None


@dataclass
class _Page:
    """The page while it is being put together, cell by cell."""

    opening: Markup | None = None
    closing: Markup | None = None
    first: list[Markup] = field(default_factory=list)  # what stands before the contents list: the first screen
    main: list[Markup] = field(default_factory=list)
    contents: list[tuple[str, Markup]] = field(default_factory=list)
    title: str = ""
    marking: str = ""
    is_example: bool = False
    state: str = ""  # that it is a draft, where it is one
    _anchors: Counter[str] = field(default_factory=lambda: Counter({"main": 1}))

    def anchor(self, heading: str) -> str:
        """Return an id for a heading that no other heading of the page has."""
        slug = anchor_of(heading)
        self._anchors[slug] += 1
        return slug if self._anchors[slug] == 1 else self.anchor(f"{slug}-{self._anchors[slug]}")


class _Renderer(IPythonRenderer):
    """Markdown whose headings are anchors for the contents list; the first level is the page's title alone."""

    def __init__(self, page: _Page, attachments: dict[str, Any] | None, *, escape_html: bool) -> None:
        super().__init__(escape=escape_html, attachments=attachments)
        self.page = page

    def heading(self, text: str, level: int, **_: Any) -> str:
        label = Markup(text)
        if level == 1 and self.page.opening is None:
            self.page.title = label.striptags()
            self.page.opening = piece("title", label=label)
            return ""
        level = max(level, 2)
        anchor = self.page.anchor(label.striptags())
        if level == 2:
            self.page.contents.append((anchor, label))
        return piece("heading", level=level, anchor=anchor, label=label)


def _markdown(page: _Page, source: str, attachments: dict[str, Any] | None, *, escape_html: bool) -> Markup:
    return Markup(MarkdownWithMath(_Renderer(page, attachments, escape_html=escape_html)).render(source))


def _add_outputs(page: _Page, outputs: list[NotebookNode], cell_number: int) -> None:
    """Put a code cell's outputs where they belong: the page's opening, its main part or its closing."""
    for output in outputs:
        if output.output_type == "error":
            raise ConversionException(f"Cell {cell_number} of the notebook failed: {output.ename}: {output.evalue}")
        if output.output_type == "stream":
            if output.name == "stdout":
                page.main.append(piece("plain", text=output.text))
            continue
        _place(page, _output_html(page, output), output.data.get(PAGE, {}))


def _place(page: _Page, html: Markup, part: dict[str, Any]) -> None:
    if part.get("part") == "nothing":
        return
    if part.get("part") == "opening":
        page.opening = html
        page.title, page.marking, page.is_example = part["title"], part["marking"], part["is_example"]
        page.state = part["state"]
    elif part.get("part") == "closing":
        page.closing = html
    elif part.get("part") == "glance":
        page.first, page.main = [*page.first, *page.main, html], []
    else:
        page.main.append(html)


def _output_html(page: _Page, output: NotebookNode) -> Markup:
    data = output.data
    if "text/html" in data:
        return Markup(data["text/html"])
    if "text/markdown" in data:
        return _markdown(page, data["text/markdown"], None, escape_html=True)
    for kind in _PICTURES:
        if kind in data:
            return _picture(kind, data[kind], output.metadata)
    return piece("plain", text=data["text/plain"]) if "text/plain" in data else Markup()


def _picture(kind: str, content: str, metadata: dict[str, Any]) -> Markup:
    import base64

    alt = metadata.get(kind, metadata).get("alt", "A picture without a description")
    encoded = base64.b64encode(content.encode()).decode() if kind == "image/svg+xml" else "".join(content.split())
    return piece("picture", kind=kind, encoded=encoded, alt=alt)
