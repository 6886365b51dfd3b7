"""The contract and what is made from it: the data, its page in the documentation, and every kind it uses."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import get_args

import pytest

from qa_analysis.contract import HOW_TO, LISTS, SHEETS, Column, Kind, holds
from qa_analysis.matching import fold
from qa_analysis.schemas import dtype_of
from qa_analysis.settings import load_settings

DOCS = Path(__file__).parents[1] / "docs"
COLUMNS = [
    pytest.param(sheet, column, id=f"{sheet.name}: {column.heading}") for sheet in SHEETS for column in sheet.columns
]


def test_the_page_on_the_contract_is_up_to_date():
    described = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    generate = importlib.util.module_from_spec(described)
    described.loader.exec_module(generate)
    page = (DOCS / "data_contract.md").read_text(encoding="utf-8")
    assert page == generate.data_contract(page), "run: python docs/generate.py"
    for sheet in SHEETS:
        assert f"### {sheet.name}\n" in page


@pytest.mark.parametrize(("sheet", "column"), COLUMNS)
def test_every_column_is_described(sheet, column: Column):
    assert column.help.endswith((".", "…"))
    assert column.kind in get_args(Kind)
    assert holds(column)
    dtype_of(column.kind, load_settings(Path("no such folder")))
    assert (column.low is not None) == (column.kind == "number")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_keys_and_dates_of_a_sheet_are_columns_of_it(sheet):
    names = [column.name for column in sheet.columns]
    assert len(set(names)) == len(names)
    assert {*sheet.key, *filter(None, [sheet.date])} <= set(names)
    assert sheet.date is None or sheet.column(sheet.date).kind == "date"


def test_no_sheet_can_be_taken_for_another():
    known = [fold(name) for sheet in SHEETS for name in (sheet.name, *sheet.aliases)] + [fold(HOW_TO), fold(LISTS)]
    assert len(set(known)) == len(known)


def test_only_audits_are_required():
    assert [sheet.name for sheet in SHEETS if sheet.required] == ["Audits"]


def test_references_are_kept_apart_from_texts():
    references = {
        (sheet.name, column.heading) for sheet in SHEETS for column in sheet.columns if column.kind == "reference"
    }
    assert references == {
        ("Audits", "Auditor"), ("Audits", "Child reference"), ("Multi-agency audits", "Family reference"),
    }  # fmt: skip
