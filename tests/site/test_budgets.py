"""How long the example's pages are: words, screens and sheets, counted as a reader meets them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from qa_analysis.batch.pdf import write_pdf

# Of a page the words that are seen, with closed folds and the labels of charts left out, and its height in pixels.
SEEN = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let words = 0;
    while (texts.nextNode()) {
        const it = texts.currentNode, holder = it.parentElement;
        const folded = holder.closest('details:not([open])') && !holder.closest('summary');
        if (!folded && !holder.closest('svg, style, .hidden') && holder.checkVisibility())
            words += (it.textContent.match(/\\S+/g) || []).length;
    }
    return [words, document.documentElement.scrollHeight];
}"""
# Words, screens of 1280 × 900 and of 360 × 740, and sheets. Nothing is to be mended in the quarter of the data quality.
MOST = {"quarterly_report": (2000, 7, 16, 8), "level_of_need_HP": (1000, 5, 10, 4), "data_quality": (250, 1, 2, 1)}


@pytest.fixture(scope="module")
def reports(example_site):
    return example_site / "reports" / "2025-26-Q2"


@pytest.mark.parametrize(("name", "most"), MOST.items())
def test_a_page_is_no_longer_than_its_budget(browser, reports, tmp_path, name, most):
    words, wide, narrow, sheets = most
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((reports / f"{name}.html").as_uri())
    seen, height = page.evaluate(SEEN)
    page.set_viewport_size({"width": 360, "height": 740})
    tall = page.evaluate(SEEN)[1]
    page.close()
    pdf = write_pdf(Path(shutil.copy(reports / f"{name}.html", tmp_path)))
    printed = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    found = (seen, height / 900, tall / 740, printed.count("\f"))
    assert all(one <= limit for one, limit in zip(found, (words, wide, narrow, sheets), strict=True)), found
    assert min(found) > 0
    assert seen > words / 2


def test_a_page_with_its_figures_is_a_small_file(reports):
    pages = [*reports.glob("*.html")]
    assert len(pages) == 6
    assert max(page.stat().st_size for page in pages) < 300 * 1024


def test_titles_of_charts_and_findings_are_short(browser, reports):
    page = browser.new_page()
    page.goto((reports / "quarterly_report.html").as_uri())
    titles, leads = (
        page.eval_on_selector_all(each, "all => all.map(it => it.textContent)") for each in ("figure .finding", ".lead")
    )
    paragraphs = page.eval_on_selector_all("main p", "all => all.map(it => it.textContent)")
    page.close()
    assert len(titles) > 10
    assert [title for title in titles if len(title.split()) > 10] == []
    assert len(leads) == 4
    assert [lead for lead in leads if len(lead.split()) > 25] == []
    assert [text for text in paragraphs if len(text.split()) > 90] == []


def test_every_finding_quote_and_action_is_printed_and_no_fold_of_method(browser, reports, tmp_path, example_data):
    pdf = write_pdf(Path(shutil.copy(reports / "quarterly_report.html", tmp_path)))
    printed = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    # In columns a word may be cut at a hyphen; the order of lines is that of the sheet.
    words = set(re.findall(r"\w+", printed))
    now = {name: table[table["quarter"] == table["quarter"].max()] for name, table in vars(example_data).items() if name in ("findings", "feedback", "actions")}  # fmt: skip
    said = [*now["findings"]["finding"], *now["feedback"]["quote"], *now["actions"]["step_detail"].dropna()]
    assert len(said) > 60
    assert [text for text in said if not set(re.findall(r"\w+", text)) <= words] == []
    for method in ("kappa", "Making Data Count", "Show the figures", "Why records were chosen", "more findings"):
        assert method not in printed
