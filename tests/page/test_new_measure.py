"""A new measure is one entry, one row of a test and one cell; it is then in every place where measures are."""

from __future__ import annotations

import csv
import dataclasses
import io

import pytest
from openpyxl import load_workbook

import qa_analysis as qa
from qa_analysis.batch.figures_workbook import write_tables
from qa_analysis.metrics.measure import in_the_documentation
from qa_analysis.store.figures import all_measures, figures_csv
from tests.page.pages import QUARTER, Cell, run

ENTRY = """
import qa_analysis as qa
from qa_analysis.metrics.moderation import MODERATED


def steps(audits):
    first, final = (audits[f"{whose}_grade"].cat.codes.where(audits[f"{whose}_grade"].notna()) for whose in ("overall", "moderated"))
    return (final - first).abs()


MEASURES = [
    qa.Measure(
        name="grades_raised_by_two", title="Grades raised or lowered by two or more, of the moderated audits",
        counts="moderated audits raised or lowered by two grades or more", of=MODERATED,
        where=lambda audits, _: steps(audits) >= 2,
        said=("had its grade moved by two or more", "had their grade moved by two or more"),
    )
]
"""
CELL = 'report.chart("grades_raised_by_two")'


@pytest.fixture
def data(page_data, make_audits, tmp_path):
    (tmp_path / "measures.py").write_text(ENTRY, encoding="utf-8")
    return lambda *rows: dataclasses.replace(page_data(audits=make_audits(*rows)), project=tmp_path)


@pytest.mark.parametrize(
    ("rows", "whole_service", "early_help"),
    [
        # From Outstanding to Requires improvement and from Inadequate to Outstanding; one grade; none; no first grade.
        ([("EH", "O", "RI"), ("EH", "I", "O"), ("CL", "G", "RI"), ("EH", "G", "G"), ("EH", None, "I")], (2, 5), (2, 4)),
        ([("EH", "G"), ("CL", "G", "I")], (1, 1), (0, 0)),
        ([("EH", "G")], (0, 0), (0, 0)),
    ],
)
def test_grades_raised_or_lowered_by_two(data, rows, whole_service, early_help):
    found = data(*[("2025-09-03", *row) for row in rows])
    board, service = (qa.Report(found, QUARTER, level).now("grades_raised_by_two") for level in ("All", "EH"))
    assert ((board.count, board.of), (service.count, service.of)) == (whole_service, early_help)


@pytest.mark.slow
def test_it_is_in_the_figures_the_excel_copy_the_documentation_and_on_the_page(data, tmp_path):
    found = data(("2025-09-03", "EH", "O", "RI"), ("2025-09-03", "CL", "G", "G"))
    lines = csv.DictReader(io.StringIO(figures_csv(qa.figures(found, QUARTER))))
    now = [line for line in lines if (line["measure"], line["quarter"]) == ("grades_raised_by_two", "2025-26 Q2")]
    counted = [[line[name] for name in ("level_of_need", "count", "denominator", "percent")] for line in now]
    assert counted[:2] == [["All", "1", "2", "50.0"], ["EH", "1", "1", "100.0"]]
    assert float(now[1]["ci_low"]) == pytest.approx(20.65, abs=0.01)  # Wilson, 1 of 1
    write_tables(found, QUARTER, tmp_path / "tables.xlsx")
    sheets = [[cell.value for row in sheet for cell in row] for sheet in load_workbook(tmp_path / "tables.xlsx")]
    titled = "Grades raised or lowered by two or more, of the moderated audits"
    assert any(titled in str(value) for values in sheets for value in values)
    table = in_the_documentation(all_measures(found))
    assert "| `grades_raised_by_two` | moderated audits raised or lowered by two grades or more | moderated audits | Wilson |" in table  # fmt: skip
    (shown,) = run([Cell("", CELL, is_code=True, is_parameters=False)], {"report": qa.Report(found, QUARTER)})
    assert "1 of 2 had its grade moved by two or more" in shown.html
    assert "<svg" in shown.html
