"""The contract and what is made from it: the data, its page in the documentation, and every kind it uses."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
import typer

from qa_analysis.cleaning.schemas import dtype_of
from qa_analysis.cli.commands import app
from qa_analysis.contract.columns import HOW_TO, LISTS, SHEETS, Column, Kind, holds
from qa_analysis.contract.settings import load_settings
from qa_analysis.store.data import Data
from qa_analysis.text import fold

DOCS = Path(__file__).parents[2] / "docs"
COLUMNS = [
    pytest.param(sheet, column, id=f"{sheet.name}: {column.heading}") for sheet in SHEETS for column in sheet.columns
]


@pytest.fixture(scope="module")
def generate():
    described = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("name", ["data_contract.md", "rules.md", "tables.md", "commands.md"])
def test_the_pages_made_from_the_package_are_up_to_date(name, generate):
    page = (DOCS / name).read_text(encoding="utf-8")
    assert page == generate.made_again(name, page), "run: python docs/generate.py"


def test_the_page_on_the_contract_has_every_sheet_and_that_on_the_tables_every_table(generate):
    contract, tables = ((DOCS / name).read_text(encoding="utf-8") for name in ("data_contract.md", "tables.md"))
    for sheet in SHEETS:
        assert f"### {sheet.name}\n" in contract
    loaded = {each.name for each in fields(Data)} - {"project", "settings", "is_example", "inputs", "issues"}
    assert set(re.findall(r"^## (\w+)$", tables, re.M)) == loaded | {"problems"}
    assert "| `final_grade` | `category`, ordered |  | The grade after moderation where there is one" in tables
    assert "| `moderation_date` | `datetime64[us]` | *Moderation date* |" in tables


def test_the_page_of_commands_has_every_option_of_every_command():
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    for name, command in typer.main.get_command(app).commands.items():
        (part,) = re.findall(rf"^## qa-analysis {name}\n(.*?)(?=^## |\Z)", page, re.M | re.S)
        options = [option for each in command.params if each.param_type_name == "option" for option in each.opts]
        assert [option for option in options if f"  {option}" not in part] == []


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
