"""Rows written the way people write them: other words, dates as text, spaces; and a few that are wrong."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from qa_analysis.workbooks.workbook import Cell, Row

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
OTHER_WORDS = {
    "Outstanding": ("outstanding", "O"),
    "Good": ("good", "Good ", "G", "2 - Good"),
    "Requires improvement": ("RI", "R.I.", "Requires  improvement to be good", "Req. Improvement"),
    "Inadequate": ("inadequate", "Inad", f"Inadequate{NO_BREAK_SPACE}"),
    "Not graded": ("Ungraded", "not graded"),
    "EH": ("Early Help", "Early help "),
    "H&P": ("Help & Protection", "Help and Protection", "H & P", "CIN"),
    "CIC": ("Children in Care", "LAC", "CLA", "Looked after"),
    "CL": ("Leaving care", "Care leavers", "Care Leaver"),
    "No": ("N", "no"),
    "Yes": ("Y", "yes"),
}
DATE_FORMATS = ("{0:%d/%m/%Y}", "{0:%d/%m/%y}", "{0:%Y-%m-%d}", "{0.day}.{0.month}.{0:%y}")
SHARE_UNTIDY = 0.3


def untidy_rows(rows: list[Row], seed: str) -> list[Row]:
    """Return `rows` with some cells written in other words; what they mean is the same."""
    rng = random.Random(f"untidy {seed}")
    return [{name: _untidy(cell, rng) for name, cell in row.items()} for row in rows]


def _untidy(cell: Cell, rng: random.Random) -> Cell:
    if rng.random() > SHARE_UNTIDY:
        return cell
    if isinstance(cell, date):
        return rng.choice(DATE_FORMATS).format(cell)
    if not isinstance(cell, str):
        return cell
    if cell in OTHER_WORDS:
        return rng.choice(OTHER_WORDS[cell])
    return f"{cell} " if "Team" in cell else cell


def faulty_rows(audits: list[Row], layout: dict[str, Any]) -> list[Row]:
    """Return the rows at the foot of a quarter's sheet: audits with a mistake in them, and one entered twice.

    A mistake is a copy of an audit with cells of its own (`mistakes`); `entered_twice` is an Audit ID.
    """
    by_id = {row["audit_id"]: row for row in audits}
    mistakes = [by_id[each["like"]] | each["cells"] for each in layout.get("mistakes", [])]
    return mistakes + [by_id[audit_id] for audit_id in layout.get("entered_twice", [])]
