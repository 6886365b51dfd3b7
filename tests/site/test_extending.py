"""Extending the report: the documentation's worked example as it stands there, and another one."""

from __future__ import annotations

import csv
import dataclasses
import re
import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import qa_analysis as qa
from qa_analysis.store import figures as measures
from tests.site.sites import publish_here

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")


def blocks(after: str, before: str) -> list[tuple[str, str]]:
    """Return the fenced blocks between two texts of the page: language and content."""
    part = DOCS[DOCS.index(after) : DOCS.index(before)]
    return re.findall(r"^```(\w+)\n(.*?)^```$", part, re.M | re.S)


MEASURES = blocks("`measures.py`:", "## 2.")[0][1]
CELLS = blocks("`notebooks/random_audits.ipynb`, cell by cell:", "## 3.")


def write_notebook(path: Path, cells: list[tuple[str, str]]) -> None:
    """Write a notebook from (language, content); the first code cell holds the parameters."""
    made = []
    for language, content in cells:
        if language == "markdown":
            made.append(new_markdown_cell(content.strip()))
        else:
            first = not any(each.cell_type == "code" for each in made)
            made.append(new_code_cell(content.strip(), metadata={"tags": ["parameters"]} if first else {}))
    path.parent.mkdir(exist_ok=True)
    nbformat.write(new_notebook(cells=made), path)


def report_with_a_section() -> list[tuple[str, str]]:
    """Return the board's report with the page's section in it; of its own, the words and how it loads, opens and closes."""
    report = nbformat.read(ROOT / "notebooks" / "quarterly_report.ipynb", as_version=4)
    code = [each for each in report.cells if each.cell_type == "code"]
    kept = [each for each in report.cells if each.cell_type == "markdown" or each in (*code[:3], code[-1])]
    cells = [("markdown" if each.cell_type == "markdown" else "python", each.source) for each in kept]
    place = cells.index(("markdown", "## Moderation"))
    return [*cells[:place], *CELLS[3:5], *cells[place:]]


def leave_one_measure(patch: pytest.MonkeyPatch) -> None:
    """Leave one of the package's measures beside a project's own: the others take their time for nothing."""
    (grade,) = (each for each in measures.MEASURES if each.name == "grade")
    patch.setattr(measures, "MEASURES", (grade,))


@pytest.fixture(scope="module")
def published(example, once) -> Path:
    """Follow the page: its measures, its notebook, and its section in a copy of the board's report; run both."""

    def build(project: Path) -> None:
        shutil.copytree(example / "data", project / "data", ignore=shutil.ignore_patterns(".*", "figures-*"))
        (project / "measures.py").write_text(MEASURES, encoding="utf-8")
        write_notebook(project / "notebooks" / "random_audits.ipynb", CELLS)
        write_notebook(project / "notebooks" / "quarterly_report.ipynb", report_with_a_section())
        with pytest.MonkeyPatch.context() as patch:
            leave_one_measure(patch)
            publish_here(project, ["random_audits", "quarterly_report"], external=False)

    return once("extended", build)


def page_of(project: Path, name: str) -> BeautifulSoup:
    path = project / "reports" / "2025-26-Q2" / f"{name}.html"
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def figures_of(project: Path, measure: str) -> list[dict[str, str]]:
    with (project / "reports" / "2025-26-Q2" / "figures.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["measure"] == measure]


def test_the_worked_example_of_the_documentation_becomes_a_page_and_figures(published):
    page = page_of(published, "random_audits")
    assert page.h1.get_text() == "Audits picked at random"
    assert [heading.get_text() for heading in page.find_all("h2")][-1:] == ["How audits were picked"]
    data = qa.load(published)
    now = data.audits[data.audits["quarter"] == qa.chosen_quarter(data)]
    at_random = int((now["selection"] == "Random").sum())
    assert f"{at_random} of 66" in page.get_text(" ")
    assert page.find("svg")["aria-label"]
    rows = {(row["quarter"], row["level_of_need"]): row for row in figures_of(published, "audits_at_random")}
    assert rows["2025-26 Q2", "All"]["count"] == str(at_random)
    assert rows["2025-26 Q2", "All"]["denominator"] == "66"
    assert {quarter for quarter, _ in rows} >= {"2024-25 Q2", "2025-26 Q1", "2025-26 Q2"}
    assert "random_audits.html" in (published / "reports" / "index.html").read_text(encoding="utf-8")


def test_a_section_added_to_the_boards_report_is_on_its_page(published):
    headings = [heading.get_text() for heading in page_of(published, "quarterly_report").find_all("h2")]
    assert headings.index("How audits were picked") == headings.index("Moderation") - 1


def test_the_examples_own_charts_can_be_drawn():
    names = {"qa": qa}
    by_reason, over_time = (code for _, code in blocks("## A chart of another kind", "## A figure that is no share"))
    exec(by_reason, names)
    counts = pd.DataFrame({"category": ["Random", "Themed"], "count": [9, 4]})
    chart = names["by_reason_chart"](counts)
    assert chart.title == "Random is the most frequent reason: 9 audits"
    assert chart.alt.endswith("Random: 9; Themed: 4.")
    assert "<svg" in qa.show(chart).html
    exec(over_time, names)
    days = pd.DataFrame({"quarter": pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"), "value": [9.0, 7.5]})
    chart = names["days_chart"](days)
    assert chart.title == "Half of the moderated audits were moderated within 7.5 days in 2025-26 Q2"
    assert chart.alt.endswith("2025-26 Q1: 9; 2025-26 Q2: 7.5.")
    assert "<svg" in qa.show(chart).html
    for label in chart.axes[0].get_xticklabels():
        assert chart.bbox.contains(*label.get_window_extent().p0)


def test_the_figure_by_level_has_the_whole_service_and_every_level_for_each_quarter():
    ((_, code),) = blocks("## A figure by level of need", "## What stays out")
    names = {"qa": qa, "pd": pd}
    exec(code, names)
    quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    audits = pd.DataFrame({"quarter": quarters[1:] * 3, "audit_date": pd.Timestamp("2025-07-01")})
    audits["moderation_date"] = pd.to_datetime(["2025-07-03", "2025-07-05", "2025-07-10"])
    audits["level_of_need"] = pd.Categorical(["EH", "EH", "CL"], categories=["EH", "CL", "CIC"], ordered=True)
    days = names["days_by_level"](audits, None, quarters).set_index(["quarter", "level_of_need"])["value"]
    assert days.loc[quarters[1]].dropna().to_dict() == {"All": 4, "EH": 3, "CL": 9}
    assert days.loc[quarters[0]].isna().tolist() == [True] * 4


IN_TIME = """

MEASURES.append(
    qa.Measure(
        name="moderated_in_time", title="Audits moderated within ten days, of those with a date",
        of=qa.Population("audits", "moderated audit", "moderated audits", rows=lambda audits, data: audits["moderation_date"].notna()),
        where=lambda audits, data: (audits["moderation_date"] - audits["audit_date"]).dt.days <= 10,
        said=("was moderated within ten days", "were moderated within ten days"),
    )
)
"""


def test_another_question_the_time_from_audit_to_moderation(example_data, tmp_path, monkeypatch):
    leave_one_measure(monkeypatch)
    ((_, days_to_moderation),) = blocks("## A figure that is no share", "## A figure by level of need")
    content = f"import qa_analysis as qa\n\n\n{days_to_moderation}{IN_TIME}"
    (tmp_path / "measures.py").write_text(content, encoding="utf-8")
    data = dataclasses.replace(example_data, project=tmp_path)
    quarter = qa.chosen_quarter(data)
    figures = qa.figures(data, quarter)
    now = data.audits[data.audits["quarter"] == quarter]
    days = (now["moderation_date"] - now["audit_date"]).dt.days.dropna()
    row = only(figures, "days_to_moderation")
    assert row["value"] == days.median()
    assert pd.isna(row["count"])
    row = only(figures, "moderated_in_time")
    assert (row["count"], row["denominator"]) == ((days <= 10).sum(), len(days))
    shares = qa.at_level(qa.measure(data, "moderated_in_time", quarter))
    (in_time,) = (each for each in qa.own(tmp_path).MEASURES if each.name == "moderated_in_time")
    chart = qa.share_by_quarter(shares, data.settings, in_time)
    assert f"{(days <= 10).sum()} of {len(days)}" in chart.alt
    shown = qa.show_table(qa.measure(data, "days_to_moderation", quarter), "Median days from audit to moderation").html
    assert "2025-26 Q2" in shown
    assert "2026Q2" not in shown


def only(figures: pd.DataFrame, measure: str) -> dict[str, object]:
    """Return the line of a measure for the quarter and the whole service."""
    (row,) = figures[
        (figures["measure"] == measure) & (figures["quarter"] == "2025-26 Q2") & (figures["level_of_need"] == "All")
    ].to_dict("records")
    return row
