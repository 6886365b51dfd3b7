"""The page that takes another council from nothing to a report, executed as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa_analysis.batch.pages import pages_of
from qa_analysis.cli.commands import run_command
from qa_analysis.contract.problems import HELD_BACK
from qa_analysis.store.data import Data, chosen_quarter, load
from qa_analysis.store.figures import figures
from tests.site.sites import make_here, publish_here

PAGE = (Path(__file__).parents[2] / "docs" / "another_council.md").read_text(encoding="utf-8")
PAGE = PAGE.partition("## Another scale")[2]  # the councils before it are in tests/unit/workbooks/test_adopt.py
FILES = dict(re.findall(r"`([^`\n]+)`:\n\n```\w+\n(.*?)```", PAGE, re.DOTALL))
FIGURES = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d*) ?\|$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("council") / "northmoor"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def data(project) -> Data:
    return load(project)


def test_the_page_names_its_files():
    assert list(FILES) == ["settings.toml", "data/raw/case reviews 2025.csv", "data/raw/what families said.csv"]
    assert len(FIGURES) == 6


def test_every_row_is_read_as_the_page_says(data):
    assert data.problems[data.problems["kind"] == HELD_BACK].empty
    assert data.audits["level_of_need"].tolist() == ["FH", "SG", "CP", "SG", "FH", "SG", "SG", "CP"]
    assert data.audits["final_grade"].tolist() == ["6", "8", "3", "7", "6", "9", "2", "8"]
    assert [str(quarter) for quarter in data.audits["quarter"]] == ["2025Q1"] * 4 + ["2025Q2"] * 4
    assert list(data.sub_grades["practice_area"].cat.categories) == ["Voice of the child", "Risk"]
    assert len(data.sub_grades) == 15
    assert data.feedback["tone"].tolist() == ["Positive", "Learning"]
    assert data.settings.targets_for("good_or_better") == {"Target": 60}


def test_the_figures_are_those_of_the_page(data):
    table = figures(data, chosen_quarter(data, "2025 Q2"))
    whole = table[(table["quarter"] == "2025 Q2") & (table["month"] == "") & (table["level_of_need"] == "All")]
    for measure, count, denominator in FIGURES:
        (row,) = whole[whole["measure"] == measure].to_dict("records")
        assert row["count"] == int(count), measure
        assert not denominator or row["denominator"] == int(denominator), measure


def test_check_finds_nothing(project, capsys):
    assert run_command(["check", "--project", str(project)]) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "No problems found.\n")


def test_there_is_a_page_for_each_service(data):
    names = {page.name for page in pages_of(data, data.quarters[-1])}
    assert names == {"quarterly_report", "data_quality", *(f"level_of_need_{code}" for code in ("FH", "SG", "CP"))}


def test_the_pages_speak_the_councils_words_and_no_others(project, data):
    publish_here(project, ["quarterly_report"], external=False)
    report = (project / "reports" / "2025-Q2" / "quarterly_report.html").read_text(encoding="utf-8")
    for words in ("Northmoor Council", "Case review report", "Children&#39;s Quality Board", "Corporate Parenting"):
        assert words in report
    (of_service,) = (page for page in pages_of(data, data.quarters[-1]) if page.name == "level_of_need_FH")
    for html in (report, make_here(of_service, project).html):
        page = re.sub(r'href="data:[^"]*"', "", html)  # in the download, rules have the names that they have everywhere
        for reference_scale in (
            "Outstanding", "Requires improvement", "Inadequate", "Help and Protection", "2025-26", "below Good",
            "Good grades", "to Good",
        ):  # fmt: skip
            assert reference_scale not in page
