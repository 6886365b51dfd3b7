"""What tells an audit: its ID, several columns together, or a number that is its file's alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import pandas as pd

from qa_analysis.cleaning.values import NotUnderstood, read_date
from qa_analysis.contract.columns import AUDITS, Sheet
from qa_analysis.contract.settings import Settings
from qa_analysis.text import through_different

_BETWEEN = " / "


def identified(table: pd.DataFrame, sheet: Sheet, settings: Settings) -> pd.DataFrame:
    """Return typed rows with the IDs of audits that are made of several columns, as the settings say.

    It is their values, joined by “ / ”, a date as 2025-09-03. Where another row names an audit so, its dates are read.
    """
    parts = settings.parts_of_audit_id
    if not parts:
        return table
    made = {}
    if sheet is AUDITS:
        values = [_as_text(table[name]) for name in parts]
        made["audit_id"] = reduce(lambda left, right: left + _BETWEEN + right, values)  # missing where one of them is
    for name in ("reaudit_of",) if sheet is AUDITS else ("audit_id",):
        if name in table:
            made[name] = through_different(table[name], lambda text: _as_made(text, parts)).astype("str")
    return table.assign(**made)


def _as_text(values: pd.Series) -> pd.Series:
    days = values.dt.strftime("%Y-%m-%d") if pd.api.types.is_datetime64_dtype(values) else values
    return days.astype("str")


def _as_made(text: str, parts: Sequence[str]) -> str:
    """Return an ID of several parts as it is made: its dates as 2025-09-03."""
    written = text.split(_BETWEEN)
    if len(written) != len(parts):
        return text
    return _BETWEEN.join(
        _day(each) if AUDITS.column(name).kind == "date" else each for each, name in zip(written, parts, strict=True)
    )


def _day(text: str) -> str:
    try:
        return read_date(text).date().isoformat()
    except NotUnderstood:
        return text


def of_its_file(table: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose numbers of audits are their file's alone with that file's name: “q1.xlsx / 7”.

    Examples
    --------
    >>> of_its_file(pd.DataFrame({"source_file": ["q1.xlsx"], "audit_id": ["7"]}))["audit_id"][0]
    'q1.xlsx / 7'
    """
    names = [name for name in ("audit_id", "reaudit_of") if name in table]
    file = table["source_file"] + _BETWEEN
    return table.assign(**{name: (file + table[name]).astype("str") for name in names})
