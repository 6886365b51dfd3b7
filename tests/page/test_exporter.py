"""The page that an executed notebook becomes."""

import re
import subprocess
import sys
from html.parser import HTMLParser

import nbformat
import pytest
from nbconvert.utils.exceptions import ConversionException
from nbformat.v4 import new_output

from qa_analysis.contract.quarters import parse_quarter
from qa_analysis.errors import ReportError
from qa_analysis.page.blocks import closing, nothing, opening, say, show, together
from qa_analysis.page.exporter import QaReportExporter, export

QUARTER = parse_quarter("2025-26 Q2")
HOSTILE = '</title></style><script>alert("1")</script>'


class Elements(HTMLParser):
    """Every element's name and attributes, and the text of the headings and the title."""

    def __init__(self, html):
        super().__init__()
        self.found, self.texts, self._open = [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if re.fullmatch("h[1-6]|title", tag):
            self._open = tag
            self.texts.append((tag, ""))

    def handle_endtag(self, tag):
        self._open = None if tag == self._open else self._open

    def handle_data(self, data):
        if self._open:
            self.texts[-1] = (self._open, self.texts[-1][1] + data)

    def names(self):
        return [tag for tag, _ in self.found]

    def attribute(self, tag, name):
        return [attrs.get(name) for found, attrs in self.found if found == tag]


def page(notebook, name="a_page"):
    html, _ = QaReportExporter().from_notebook_node(notebook, {"metadata": {"name": name}})
    return html


@pytest.fixture
def report(data, executed):
    return executed(
        opening(data, QUARTER, "The report"),
        "## Introduction\n\nText & more.\n\n- one\n- two",
        "## Moderation\n\n### A part of it",
        say("8 of 45 (18%)."),
        "## Moderation",
        closing(data, QUARTER),
    )


def test_headings_are_in_order_below_one_title(report):
    assert Elements(page(report)).texts == [
        ("title", "The report, 2025-26 Q2 – Children's Services"),
        ("h1", "The report"),
        ("h2", "Introduction"),
        ("h2", "Moderation"),
        ("h3", "A part of it"),
        ("h2", "Moderation"),
    ]


def test_the_contents_lead_to_the_headings(report):
    elements = Elements(page(report))
    links = [href for href in elements.attribute("a", "href") if href.startswith("#")]
    ids = [attrs["id"] for _, attrs in elements.found if "id" in attrs]
    assert links == ["#main", "#introduction", "#moderation", "#moderation-2"]
    assert len(set(ids)) == len(ids)
    assert {link[1:] for link in links} <= set(ids)


def test_it_has_its_landmarks_in_order(report):
    landmarks = [name for name in Elements(page(report)).names() if name in ("header", "nav", "main", "footer")]
    assert landmarks == ["header", "main", "nav", "footer"]


def test_it_loads_nothing_and_runs_nothing(report):
    html = page(report)
    elements = Elements(html)
    assert not {"script", "link", "iframe", "object", "base"} & set(elements.names())
    assert not re.findall(r"(?:src|href)=\"(?!#|data:)", html)
    assert "url(" not in html
    assert (
        "default-src 'none'; script-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
        in elements.attribute("meta", "content")
    )
    assert elements.attribute("html", "lang") == ["en-GB"]


def test_code_and_prompts_are_not_shown(report):
    html = page(report)
    assert "secret_code" not in html
    assert "[7]" not in html
    assert "¶" not in html


def test_the_same_notebook_gives_the_same_bytes(report):
    assert page(report) == page(report)


def test_hostile_text_is_text_everywhere(data, executed):
    data.settings = data.settings.model_copy(update={"organisation": HOSTILE, "protective_marking": HOSTILE})
    html = page(executed(opening(data, QUARTER, HOSTILE), say(HOSTILE), closing(data, QUARTER)))
    elements = Elements(html)
    assert "script" not in elements.names()
    assert elements.names().count("style") == 1
    assert elements.texts[0][1].count(HOSTILE) == 2


def test_a_notebook_without_an_opening_takes_its_title_from_its_first_heading(executed):
    html = page(executed("# My *own* page\n\nText", "# Another\n\n## Part"))
    assert Elements(html).texts == [("title", "My own page"), ("h1", "My own page"), ("h2", "Another"), ("h2", "Part")]


def test_nothing_invisible_is_in_a_pages_title(data, executed):
    odd = {"organisation": "A\u202eB\u200b & C", "protective_marking": "SE\u200bCRET"}
    data.settings = data.settings.model_copy(update=odd)
    html = page(executed(opening(data, QUARTER, "The \u2067report")))
    assert "<title>The report, 2025-26 Q2 – AB &amp; C</title>" in html
    assert 'content: "SECRET · Draft";' in html
    assert "<h1>a b</h1>" in page(executed("x"), name="a\u202e\u200b_b")


def test_a_notebook_without_any_heading_is_called_after_its_file(executed):
    assert Elements(page(executed("Text"), "my_page")).texts == [("title", "my page"), ("h1", "my page")]


def test_plain_and_markdown_outputs_are_text(executed):
    html = page(executed({"text/plain": "<b>&"}, {"text/markdown": "**bold** <i>no</i>", "text/plain": "other"}))
    assert "<pre>&lt;b&gt;&amp;</pre>" in html
    assert "<strong>bold</strong> &lt;i&gt;no&lt;/i&gt;" in html
    assert "other" not in html


def test_what_is_nothing_is_left_out(executed):
    html = page(executed("## Part", show(None), together([nothing()])))
    assert nothing().html not in html
    assert "leaves it out" not in html


def test_pictures_are_embedded(executed):
    html = page(executed({"image/png": "iVBORw0K\nGgo=\n", "text/plain": "<Figure>"}))
    assert '<img src="data:image/png;base64,iVBORw0KGgo=" alt="A picture without a description">' in html


def test_warnings_are_not_shown_and_prints_are_text(executed):
    html = page(
        executed(new_output("stream", name="stderr", text="Careful"), new_output("stream", name="stdout", text="<1>"))
    )
    assert "Careful" not in html
    assert "<pre>&lt;1&gt;</pre>" in html


def test_a_notebook_that_failed_is_no_page(executed):
    failed = executed("Text", new_output("error", ename="KeyError", evalue="'x'", traceback=[]))
    with pytest.raises(ConversionException, match="Cell 2 of the notebook failed: KeyError: 'x'"):
        page(failed)
    with pytest.raises(ReportError, match=r"^own\.ipynb: Cell 2 of the notebook failed"):
        export(failed, "own")


@pytest.mark.parametrize("cell", ["Text <script>x</script>", {"text/html": "<div><SCRIPT src='x'></div>"}])
def test_a_page_holds_no_script(executed, cell):
    with pytest.raises(ConversionException, match="puts a script on the page"):
        page(executed(cell))


@pytest.mark.slow
def test_nbconvert_makes_the_same_page(report, tmp_path):
    notebook = tmp_path / "a_page.ipynb"
    nbformat.write(report, notebook)
    command = [sys.executable, "-m", "nbconvert", "--to", "qa_report", str(notebook)]
    subprocess.run(command, check=True, capture_output=True)
    assert (tmp_path / "a_page.html").read_text(encoding="utf-8") == page(report) == export(report, "a_page")
