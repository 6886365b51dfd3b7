"""The page as a browser shows it: accessible, and never wider than a phone."""

import shutil
from collections.abc import Iterator

import pandas as pd
import pytest

from qa_analysis.charts.style import house_style, new_chart
from qa_analysis.page import bullets, closing, opening, quotes, say, show, show_table
from qa_analysis.quarter import parse_quarter
from qa_analysis.report.exporter import QaReportExporter
from qa_analysis.report.index import write_index

pytestmark = pytest.mark.slow

QUARTER = parse_quarter("2025-26 Q2")
CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def pages(data, executed, tmp_path):
    """Return the files of a page that has one of everything, and of an index."""
    with house_style():
        chart = new_chart(height=150)
        chart.subplots().barh(["2025-26 Q1", "2025-26 Q2"], [30, 38])
    chart.title, chart.subtitle, chart.alt = "25 of 66 audits were Good or better", "Final grades", "Two bars."
    wide = pd.DataFrame([["A long sentence about what was agreed"] * 12], columns=[f"column_{n}" for n in range(12)])
    feedback = pd.DataFrame({"quote": ["She listened"], "source": ["Mother"], "score": [10.0]})
    data.is_example = True
    notebook = executed(
        opening(data, QUARTER, "The report"),
        "## Introduction\n\nText with a [link](#moderation).\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "## Moderation\n\n### Changes",
        show(chart, wide),
        show_table(wide, "A wide table"),
        bullets([("Theme", "finding")]),
        quotes(feedback),
        say("AVeryLongWord" * 20),
        {"text/plain": "x" * 300},
        closing(data, QUARTER, pd.DataFrame({"count": [1], "denominator": [2]})),
    )
    html, _ = QaReportExporter().from_notebook_node(notebook)
    folder = tmp_path / "2025-26-Q2"
    folder.mkdir()
    (folder / "quarterly_report.html").write_text(html, encoding="utf-8")
    header = "quarter,month,measure,level_of_need,category,count,denominator"
    (folder / "figures.csv").write_text(f"{header}\n2025-26 Q2,,good_or_better,All,,25,66\n", encoding="utf-8")
    return [folder / "quarterly_report.html", write_index(tmp_path, data.settings, is_example=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_is_accessible_and_fits(browser, pages, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    for path in pages:
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        messages = []
        page.on("console", lambda message, messages=messages: messages.append(message.text))
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        result = Axe().run(page)
        assert result.violations_count == 0, result.generate_report()
        assert messages == []
        page.close()


def test_the_figures_are_downloaded_from_the_page_itself(browser, pages):
    page = browser.new_page()
    page.goto(pages[0].as_uri())
    with page.expect_download() as download:
        page.click("a[download]")
    assert download.value.suggested_filename == "figures-2025-26-Q2.csv"
    assert download.value.path().read_text(encoding="utf-8") == "count,denominator\n1,2\n"
    page.close()
