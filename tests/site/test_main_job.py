"""The main job, end to end, as a user runs it: example workbooks in, the board's report and its figures out."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from qa_analysis.batch.pages import Page
from tests.site.sites import make_here

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "quarterly_report.ipynb"
QUARTER = "2025-26 Q2"
SECTIONS = [
    "Introduction",
    "Monthly audit programme",
    "Moderation",
    "Monthly multi-agency (iCART) audits",
    "Thematic audits and manager quality assurance",
    "Areas of strength",
    "What families and partners told us: positive",
    "Areas of learning and development",
    "What families and partners told us: to learn from",
    "Our response: actions",
]


@pytest.fixture(scope="module")
def figures(example_site) -> list[dict[str, str]]:
    with (example_site / "reports" / "2025-26-Q2" / "figures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def page(example_site) -> BeautifulSoup:
    text = (example_site / "reports" / "2025-26-Q2" / "quarterly_report.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


def cell(figures, measure, level="All", category="", quarter=QUARTER, month="") -> dict[str, str]:
    wanted = {"quarter": quarter, "month": month, "measure": measure, "level_of_need": level, "category": category}
    (found,) = [row for row in figures if all(row[key] == value for key, value in wanted.items())]
    return found


def test_a_run_says_that_the_data_are_the_examples_and_where_the_reports_are(example_site):
    said = example_site.with_name("example.said").read_text(encoding="utf-8")
    assert "Fictional example data" in said
    assert said.splitlines()[-1] == str(example_site / "reports" / "index.html")


def test_the_columns_of_figures_csv_are_the_contracts(figures):
    assert list(figures[0]) == [
        "quarter", "month", "measure", "level_of_need", "category", "count", "denominator", "percent", "ci_low",
        "ci_high", "value", "note",
    ]  # fmt: skip


@pytest.mark.parametrize(("level", "count", "planned"), [("All", 66, 70), ("EH", 8, 8), ("H&P", 30, 32), ("CIC", 18, 18), ("CL", 10, 12)])  # fmt: skip
def test_audits_completed(figures, level, count, planned):
    row = cell(figures, "audits_completed", level)
    assert (row["count"], row["denominator"]) == (str(count), str(planned))


def test_moderation(figures):
    assert cell(figures, "audits_moderated")["count"] == "45"
    changed = cell(figures, "moderation_changed")
    assert (changed["count"], changed["denominator"]) == ("8", "45")
    assert round(float(changed["percent"]), 2) == 17.78
    assert (round(float(changed["ci_low"]), 1), round(float(changed["ci_high"]), 1)) == (9.3, 31.3)
    before = cell(figures, "moderation_changed", quarter="2025-26 Q1")
    assert (before["count"], before["denominator"], float(before["percent"])) == ("7", "25", 28.0)


@pytest.mark.parametrize(
    ("first", "final", "count", "of"),
    [
        ("Outstanding", "Outstanding", 2, 2),
        ("Good", "Good", 6, 13),
        ("Good", "Requires improvement", 6, 13),
        ("Good", "Inadequate", 1, 13),
        ("Requires improvement", "Requires improvement", 22, 23),
        ("Requires improvement", "Inadequate", 1, 23),
        ("Inadequate", "Inadequate", 7, 7),
    ],
)
def test_moderation_outcomes(figures, first, final, count, of):
    row = cell(figures, "moderation_outcome", category=f"{first} → {final}")
    assert (row["count"], row["denominator"]) == (str(count), str(of))


def test_activities(figures):
    assert cell(figures, "multi_agency_families")["count"] == "8"
    assert cell(figures, "thematic_considered", category="Fostering: fostering families")["count"] == "8"
    assert cell(figures, "thematic_children", category="Fostering")["count"] == "13"
    assert cell(figures, "thematic_considered", category="Life story work: children's records")["count"] == "22"
    assert cell(figures, "manager_qa_activities")["count"] == "6"


def test_the_page_has_the_sections_in_order_and_prints_18_not_19_percent(page):
    headings = [heading.get_text() for heading in page.find_all("h2")]
    assert [heading for heading in headings if heading in SECTIONS] == SECTIONS
    assert len(page.find_all("h1")) == 1
    words = " ".join(page.get_text(" ").split())
    assert "8 of 45 (18%" in words
    assert not re.search(r"of 45[^.]{0,20}19%", words)
    assert "Fictional example data" in words
    assert "nan" not in words.split()


def test_every_percentage_on_every_page_follows_from_its_counts(example_site):
    from qa_analysis.quality.claims import claims_in

    read = 0
    for path in sorted((example_site / "reports").rglob("*.html")):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        alts = [svg["aria-label"] for svg in page.find_all("svg", role="img")]
        for text in [" ".join(block.get_text(" ").split()) for block in page.find_all(["p", "li", "td", "th"])] + alts:
            claims = claims_in(text)
            read += len(claims)
            assert not [claim for claim in claims if not claim.right], (path.name, text)
    assert read > 200


def test_the_page_asks_nothing_of_the_network_and_holds_no_script(example_site):
    text = (example_site / "reports" / "2025-26-Q2" / "quarterly_report.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
    assert len(text.encode()) < 1_000_000


def test_plain_papermill_and_nbconvert_make_the_same_page_as_a_run(example_site, tmp_path):
    environment = os.environ | {"PYTHONWARNINGS": "ignore", "PYTHONUTF8": "1"}
    scripts = Path(sys.executable).parent
    out = tmp_path / "out.ipynb"
    subprocess.run(
        [scripts / "papermill", NOTEBOOK, out, "-p", "quarter", QUARTER, "-p", "project_dir", example_site, "-k", "python3"],
        check=True, capture_output=True, env=environment,
    )  # fmt: skip
    subprocess.run(
        [scripts / "jupyter", "nbconvert", "--to", "qa_report", out], check=True, capture_output=True, env=environment
    )
    ours = (example_site / "reports" / "2025-26-Q2" / "quarterly_report.html").read_text(encoding="utf-8")
    assert (tmp_path / "out.html").read_text(encoding="utf-8") == ours


def test_the_pages_that_the_tests_make_without_a_kernel_are_those_of_a_run(example_site):
    page = Page(NOTEBOOK, "quarterly_report", {"quarter": QUARTER, "project_dir": "."})
    ours = (example_site / "reports" / "2025-26-Q2" / "quarterly_report.html").read_text(encoding="utf-8")
    assert make_here(page, example_site).html == ours
