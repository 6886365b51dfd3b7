"""The tables as a workbook: one marked table a sheet, real numbers, texts that stay texts, nobody's reference."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

import qa_analysis as qa
from qa_analysis.batch.figures_workbook import write_tables

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def path(example_data, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("written") / "tables.xlsx"
    write_tables(example_data, qa.chosen_quarter(example_data, "2025-26 Q2"), path)
    return path


@pytest.fixture(scope="module")
def book(path):
    return load_workbook(path)


def rows_of(sheet) -> list[dict[str, object]]:
    """Return the rows of a sheet's one table by its headings."""
    (table,) = sheet.tables.values()
    head, *rows = sheet[table.ref]
    names = [cell.value for cell in head]
    return [dict(zip(names, (cell.value for cell in row), strict=True)) for row in rows]


def sheet_called(book, title: str):
    (found,) = [sheet for sheet in book if re.sub(r"^Table \d+: ", "", str(sheet["A1"].value)) == title]
    return found


def test_cover_contents_and_notes_come_first_and_every_sheet_is_listed(book):
    assert book.sheetnames[:3] == ["Cover", "Contents", "Notes"]
    listed = rows_of(book["Contents"])
    assert [row["Worksheet"] for row in listed] == book.sheetnames[2:]
    assert [row["Title"] for row in listed[1:]] == [book[name]["A1"].value for name in book.sheetnames[3:]]
    assert book["Contents"]["A4"].hyperlink.location == "'Notes'!A1"


def test_each_sheet_has_its_title_in_a1_and_one_table_from_column_a_without_merged_hidden_or_blank_cells(book):
    for sheet in book:
        assert sheet["A1"].value
        assert not sheet.merged_cells.ranges
        assert sheet.sheet_state == "visible"
        if sheet.title == "Cover":
            continue
        (table,) = sheet.tables.values()
        assert table.ref.startswith("A")
        assert table.headerRowCount == 1
        assert all(cell.value not in (None, "") for row in sheet[table.ref] for cell in row), sheet.title


def test_the_cover_says_whose_which_quarter_and_that_the_data_are_fictional(book):
    words = " ".join(str(cell.value) for cell in book["Cover"]["A"])
    assert "Fictional example data" in words
    assert "2025-26 Q2" in words
    assert "OFFICIAL-SENSITIVE" in words


def test_the_numbers_are_the_reference_quarters_and_numbers(book):
    sheet = sheet_called(book, "Grades changed by moderation, of the moderated audits")
    rows = {(row["Quarter"], row["Level of need"]): row for row in rows_of(sheet)}
    now = rows["2025-26 Q2", "Whole service"]
    assert (now["Count"], now["Out of"]) == (8, 45)
    assert now["Percent"] == pytest.approx(17.7777777)
    assert (round(now["95% interval, lower limit"], 1), round(now["95% interval, upper limit"], 1)) == (9.3, 31.3)
    completed = sheet_called(book, "Audits completed, of those planned")
    counts = {row["Level of need"]: row["Count"] for row in rows_of(completed) if row["Quarter"] == "2025-26 Q2"}
    assert counts == {"Whole service": 66, "Early Help": 8, "Help and Protection": 30, "Children in Care": 18, "Care Leavers": 10}  # fmt: skip


def test_every_figure_of_figures_csv_is_in_a_table(book, example_data):
    figures = qa.figures(example_data, qa.chosen_quarter(example_data, "2025-26 Q2"))
    assert sum(len(rows_of(book[name])) for name in book.sheetnames[3:]) == len(figures)


def test_by_month_tables_name_the_month(book):
    rows = rows_of(sheet_called(book, "Audits completed, of those planned, by month"))
    assert {"July 2025", "August 2025", "September 2025"} <= {row["Month"] for row in rows}


def test_no_cell_is_a_formula_and_no_reference_is_in_the_workbook(book):
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not re.search(r"\b(CH|AUD|FAM)-", str(cell.value))


@pytest.fixture
def few_figures(example_data, tmp_path):
    """Return the example's tables with one earlier quarter shown, of a project that keeps no figures."""
    settings = example_data.settings.model_copy(update={"comparators": 1})
    return replace(example_data, settings=settings, project=tmp_path)


def test_text_of_the_raw_data_stays_text(few_figures, tmp_path):
    themes = few_figures.thematic_audits.assign(theme='=HYPERLINK("http://x","y")\u202e\x00', unit="@SUM(A1)")
    path = tmp_path / "tables.xlsx"
    write_tables(replace(few_figures, thematic_audits=themes), qa.chosen_quarter(few_figures), path)
    book = load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    assert {str(cell.value) for cell in cells} <= {'=HYPERLINK("http://x","y"): @SUM(A1)', '=HYPERLINK("http://x","y")'}


def test_no_text_is_a_link_a_note_or_too_odd_for_a_cell(example_data, tmp_path):
    names, audits = ["[see](http://a.b)", "$$5$$", "?", "ਪੰਜਾਬੀ"], example_data.multi_agency_audits
    themes = audits.assign(theme=[names[n % len(names)] for n in range(len(audits))])
    write_tables(
        replace(example_data, multi_agency_audits=themes), qa.chosen_quarter(example_data), tmp_path / "t.xlsx"
    )
    rows = rows_of(sheet_called(load_workbook(tmp_path / "t.xlsx"), "Multi-agency audits by theme"))
    assert set(names) <= {row["Category"] for row in rows}


def test_the_same_data_give_the_same_workbook(example_data, path, tmp_path):
    write_tables(example_data, qa.chosen_quarter(example_data, "2025-26 Q2"), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_a_measure_with_nothing_has_no_sheet_and_is_named_in_the_notes(few_figures, tmp_path):
    empty = replace(few_figures, thematic_audits=few_figures.thematic_audits.head(0))
    write_tables(empty, qa.chosen_quarter(few_figures), tmp_path / "tables.xlsx")
    book = load_workbook(tmp_path / "tables.xlsx")
    notes = {row["Note"]: row["What it says"] for row in rows_of(book["Notes"])}
    assert notes["Left out"].startswith(
        "Nothing was recorded for: Audits that do not count in the programme, by their type or status, Targets of the "
        "settings, Answers to each question, of those to which it applies, Considered in thematic audits, Children"
    )
