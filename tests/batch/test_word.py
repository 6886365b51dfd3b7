"""The Word copy of a page: real headings, lists, tables and pictures, in the council's template; none is ever lost."""

from __future__ import annotations

import io
import re
import shutil
from html import escape

import pytest
from docx import Document
from docx.oxml.ns import qn
from matplotlib.image import imread

from qa_analysis.batch.word import STYLES, write_word
from qa_analysis.charts.style import Chart, svg, worded
from qa_analysis.errors import InputError
from tests.batch.batches import NEWEST, PARAMETERS, run

HOSTILE = "<b>Plans</b> & =1+1 {{ x }} &lt;"
FIGURES = "Quarter\tGood\tAll\nJul–Sep 25\t24\t66"


def html(drawing):
    return f"""<!doctype html><html lang="en-GB"><head><title>Quality &amp; more, 2025-26 Q2</title><style>p {{}}</style></head>
<body><a class="skip" href="#main">Skip to the main content</a>
<header><p class="banner"><strong>Fictional example data.</strong> <span>Nothing here is real.</span></p>
<p class="marking">OFFICIAL-SENSITIVE</p><p class="organisation">A council</p><h1>Quality</h1>
<p class="period">2025-26 Q2 <strong class="draft">Draft</strong></p></header>
<main id="main"><h2>At a glance</h2><p class="bottom-line">Grades show
 no clear change.</p>
<section class="tile"><h3>Better?</h3><p class="verdict"><svg class="sign" aria-hidden="true"><path d="M0 0"/></svg><span>Higher</span></p>
<p class="counts"><b>Good</b><br>24 of 66</p><ol><li>First?</li><li>Second?</li></ol>
<blockquote><p>It helped.</p> <cite>Child, 10/10</cite></blockquote><p class="more"><a href="#x">More</a></p></section>
<nav><ol><li>Contents</li></ol></nav>
<h2>Moderation</h2><figure class="chart" data-figures="{FIGURES}"><figcaption><p class="finding">24 of 66 were Good</p>
<p class="subtitle">Final grades</p></figcaption><div class="drawing">{drawing}</div></figure>
<ul class="points"><li><strong>Plans:</strong> late <span class="tag agrees">✓ agrees</span></li></ul>
<details><summary>Statistics</summary><p>Kappa 0.78.</p><details><summary>More yet</summary><p>Even more.</p></details></details>
<details class="printed"><summary>2 more findings</summary><ul><li>{escape(HOSTILE)}</li></ul></details>
<ol><li>Another first</li></ol>
<table><caption>By service</caption><thead><tr><th scope="col">Service</th><th scope="col" class="number">Count</th></tr></thead>
<tbody><tr><th scope="rowgroup" colspan="2" class="group">Late: 1 step</th></tr>
<tr><th rowspan="2">EH<span class="state">Open</span></th><td class="number">8</td></tr><tr><td class="number">9</td></tr></tbody></table>
</main><footer><p><a download="x.csv" href="data:,">Download</a></p><p>Made with qa_analysis.</p></footer></body></html>"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Return a page with one of each of the pieces that pages are made of."""
    chart = Chart(figsize=(4.6, 1), dpi=72)
    chart.text(0.1, 0.5, "24 of 66")
    path = tmp_path_factory.mktemp("page") / "quarterly_report.html"
    path.write_text(html(svg(worded(chart, "24 of 66 were Good", "", 'Bars: "24" & more.'))), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def copy(page):
    return Document(str(write_word(page, page.parent)))


def told(document):
    """Return the paragraphs that say something, each with its style."""
    return [(each.style.name, each.text) for each in document.paragraphs if each.text.strip()]


def test_it_has_the_words_of_the_page_in_real_headings_lists_and_quotes_and_folds_as_appendices(copy):
    assert told(copy) == [
        ("Normal", "Fictional example data. Nothing here is real."),
        ("Normal", "A council"),
        ("Title", "Quality"),
        ("Normal", "2025-26 Q2 Draft"),
        ("Heading 1", "At a glance"),
        ("Normal", "Grades show no clear change."),
        ("Heading 2", "Better?"),
        ("Normal", "Higher"),
        ("Normal", "Good\n24 of 66"),
        ("List Number", "First?"),
        ("List Number", "Second?"),
        ("Quote", "“It helped.” Child, 10/10"),
        ("Heading 1", "Moderation"),
        ("Normal", "24 of 66 were Good"),
        ("Normal", "Final grades"),
        ("List Bullet", "Plans: late [✓ agrees]"),
        ("Normal", "Statistics: Appendix A"),
        ("Heading 2", "2 more findings"),
        ("List Bullet", HOSTILE),
        ("List Number", "Another first"),
        ("Caption", "By service"),
        ("Normal", "Made with qa_analysis."),
        ("Heading 1", "Appendix A: Statistics"),
        ("Normal", "Kappa 0.78."),
        ("Heading 2", "More yet"),
        ("Normal", "Even more."),
    ]
    bold = next(each for each in copy.paragraphs if each.text.startswith("Plans")).runs
    assert [(run.text, run.bold) for run in bold[:2]] == [("Plans:", True), (" late ", None)]


def test_each_numbered_list_begins_with_1(copy):
    numbers = [each._p.pPr.numPr.numId.val for each in copy.paragraphs if each.style.name == "List Number"]
    assert numbers[0] == numbers[1] != numbers[2]


def test_a_drawing_is_a_picture_with_its_alt_text_and_at_200_dots_an_inch_or_more(copy):
    (shape,) = copy.inline_shapes
    assert shape._inline.docPr.get("descr") == 'Bars: "24" & more.'
    assert shape.width.inches == pytest.approx(4.6, abs=0.01)
    (picture,) = [part.blob for part in copy.part.package.iter_parts() if str(part.partname).endswith(".png")]
    dots = imread(io.BytesIO(picture))
    assert dots.shape[1] / shape.width.inches >= 200
    assert dots[..., :3].min() < 0.5  # something is drawn


def test_numbers_beside_bars_are_a_table_and_every_tables_heading_rows_are_repeated(copy):
    figures, services = copy.tables
    assert [[cell.text for cell in row.cells] for row in figures.rows] == [
        ["Quarter", "Good", "All"],
        ["Jul–Sep 25", "24", "66"],
    ]
    rows = [[cell.text for cell in row.cells] for row in services.rows]
    assert rows == [["Service", "Count"], ["Late: 1 step"] * 2, ["EH\nOpen", "8"], ["EH\nOpen", "9"]]
    for table in copy.tables:
        repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert repeated == [True] + [False] * (len(repeated) - 1)


def test_every_sheet_has_its_marking_and_its_number(copy):
    (section,) = copy.sections
    assert section.header.paragraphs[0].text == "OFFICIAL-SENSITIVE · Draft · Fictional example data"
    assert section.footer.paragraphs[0].text == "OFFICIAL-SENSITIVE"
    assert [code.text for code in section.footer._element.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]


def test_it_has_title_author_and_language(copy):
    properties = copy.core_properties
    found = (properties.title, properties.author, properties.language)
    assert found == ("Quality & more, 2025-26 Q2", "A council", "en-GB")
    assert {each.get(qn("w:val")) for each in copy.styles.element.iter(qn("w:lang"))} == {"en-GB"}


def test_the_same_page_gives_the_same_bytes(page, tmp_path):
    shutil.copy(page, tmp_path)
    made = [write_word(tmp_path / page.name, tmp_path).read_bytes() for _ in range(2)]
    assert made[0] == made[1]


def template(path, leave_out=()):
    """Write a template with a cover, and a header and page numbers of its own; return it."""
    document = Document()
    for name in leave_out:
        document.styles[name].delete()
    document.add_paragraph("Cover of the council")
    document.styles["Title"].font.name = "Georgia"
    document.sections[0].header.paragraphs[0].text = "Borchester"
    document.save(str(path))
    return path


def test_a_template_of_the_project_is_filled_behind_its_cover(page, tmp_path):
    shutil.copy(page, tmp_path)
    template(tmp_path / "word_template.docx")
    document = Document(str(write_word(tmp_path / page.name, tmp_path)))
    assert told(document)[0] == ("Normal", "Cover of the council")
    assert document.styles["Title"].font.name == "Georgia"
    heads = [each.text for each in document.sections[0].header.paragraphs]
    assert heads == ["Borchester", "OFFICIAL-SENSITIVE · Draft · Fictional example data"]


def test_a_style_that_the_template_lacks_is_named(page, tmp_path):
    shutil.copy(page, tmp_path)
    template(tmp_path / "word_template.docx", leave_out=["Quote", "List Bullet"])
    with pytest.raises(
        InputError, match=r"word_template\.docx: has no style “List Bullet” and “Quote”\. In Word, give any"
    ):
        write_word(tmp_path / page.name, tmp_path)
    assert set(STYLES) <= {style.name for style in Document().styles}


def test_a_template_that_is_no_document_is_told(page, tmp_path):
    shutil.copy(page, tmp_path)
    (tmp_path / "word_template.docx").write_bytes(b"no zip")
    with pytest.raises(InputError, match=r"word_template\.docx: is not a Word document"):
        write_word(tmp_path / page.name, tmp_path)


SLUG = NEWEST.replace(" ", "-")
ONLY = ["quarterly_report"]


def names(project):
    return sorted(path.name for path in (project / "reports" / SLUG).glob("*.docx"))


@pytest.fixture
def written(project):
    """Return a project whose newest report has its Word copy."""
    assert run(project, only=ONLY, word=True).failures == ()
    return project


def test_a_run_writes_a_copy_of_each_page_and_keeps_it_while_the_page_is_the_same(written):
    path = written / "reports" / SLUG / "quarterly_report.docx"
    before = path.stat().st_mtime_ns
    assert run(written, only=ONLY).notes == ()
    assert (names(written), path.stat().st_mtime_ns) == (["quarterly_report.docx"], before)


def test_a_copy_that_a_person_has_edited_is_kept_and_named(written, capsys):
    from qa_analysis.cli.commands import _tell_outcome

    path = written / "reports" / SLUG / "quarterly_report.docx"
    ours = path.read_bytes()
    path.write_bytes(b"mine")
    outcome = run(written, only=ONLY, word=True)
    edited = path.with_name("quarterly_report (edited).docx")
    assert (path.read_bytes(), edited.read_bytes()) == (ours, b"mine")
    _tell_outcome(outcome, strict=False)
    said = capsys.readouterr().err
    assert f"{edited}: is the Word copy that somebody had changed; it is kept under this name." in said
    path.write_bytes(b"mine again")
    (note,) = run(written, only=ONLY, force=True).notes
    assert "quarterly_report (edited 2).docx: is the Word copy" in note
    assert edited.read_bytes() == b"mine"


def test_what_people_keep_there_in_word_stays_when_the_data_have_changed(written, add_an_audit):
    folder = written / "reports" / SLUG
    (folder / "Our own version.docx").write_bytes(b"ours")
    (folder / "quarterly_report.docx").write_bytes(b"mine")
    add_an_audit()
    outcome = run(written)
    assert names(written) == ["Our own version.docx", "quarterly_report (edited).docx"]
    assert len(outcome.notes) == 1
    assert run(written).notes == ()
    assert names(written) == ["Our own version.docx", "quarterly_report (edited).docx"]


def test_a_template_that_cannot_be_used_is_told_and_the_pages_are_published(project):
    (project / "word_template.docx").write_bytes(b"no zip")
    (failure,) = run(project, only=ONLY, word=True).failures
    assert (failure.page, names(project)) == ("Word", [])
    assert re.search(r"word_template.docx: is not a Word document", failure.message)
    assert (project / "reports" / SLUG / "quarterly_report.html").is_file()


def test_a_page_that_cannot_be_copied_is_named_and_published(project, write_notebook):
    write_notebook(project / "notebooks" / "quarterly_report.ipynb", PARAMETERS, '</pre><main><p><img src="data:a">')
    (failure,) = run(project, only=ONLY, word=True).failures
    assert failure.message.startswith("quarterly_report.html: no Word copy could be made (")
    assert (project / "reports" / SLUG / "quarterly_report.html").is_file()


def test_nothing_of_word_is_imported_unless_it_is_asked_for():
    import subprocess
    import sys

    code = "import sys, qa_analysis.batch.run, qa_analysis.batch.word; print([name for name in ('docx', 'lxml', 'resvg_py') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
