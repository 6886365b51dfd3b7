"""Columns beside the contract's that identify people. Every name is invented."""

from __future__ import annotations

import pandas as pd
import pytest

from qa_analysis.cleaning.identifying import holds_references
from qa_analysis.contract.columns import AUDITS


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Email", ["r.vale@council.example", "ines.marr@council.example"]),
        ("Respondent", ["Ruth Vale", "Ines Marr-Okoye"]),
        ("Case holder", ["VALE, Ruth", "Marr, Ines"]),
        ("", ["Ruth Vale", "Ines Marr"]),
        ("NHS", ["943 476 5919", "943 476 5870"]),
        ("Key", ["LCS-88213", "LCS-88214"]),
        ("Key", [88213.0, 88214.0]),
        ("Completed by", ["Ruth Vale;#12", "Ines Marr;#14"]),
    ],
)
def test_names_addresses_and_numbers_of_a_case(heading, values):
    assert holds_references(pd.Series(values, dtype=object), heading, None)


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Practice model", ["Signs of Safety", "Family Safeguarding"]),
        ("Ward", ["North Area", "South Area"]),
        ("Minutes", [45.0, 60.0]),
        ("Start time", ["01/07/2025 10:00", "2025-07-02"]),
        ("Budget code", ["10045", "10045", "10045"]),
        ("Checked", [True, False]),
        ("Manager", ["Team Manager", "Service Manager"]),
        ("Notes", ["", None]),
    ],
)
def test_what_identifies_nobody(heading, values):
    assert not holds_references(pd.Series(values, dtype=object), heading, None)


def test_a_second_heading_that_the_contract_knows():
    known = pd.Series(["x"])
    assert holds_references(known, "Mosaic ID", AUDITS.column("child_reference"))
    assert not holds_references(known, "Team name", AUDITS.column("team"))
