"""The schemas of the cleaned tables, made from the contract: what every step after cleaning may rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qa_analysis.cleaning.repeats import twice
from qa_analysis.contract.columns import ACTIONS, ANSWERS, AUDITS, SHEETS, Column, Sheet
from qa_analysis.contract.quarters import quarter_frequency
from qa_analysis.contract.settings import Settings

if TYPE_CHECKING:
    import pandera.pandas as pa

_PLAIN: dict[str, Any] = {
    "text": "str",
    "reference": "str",
    "month_or_date": "str",
    "date": "datetime64[us]",
    "number": "Float64",
    "yes_no": "boolean",
}


def schema_of(sheet: Sheet, settings: Settings) -> pa.DataFrameSchema:
    """Return the pandera schema of a sheet's cleaned table: dtypes, what may be missing, ranges and keys.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> schema = schema_of(AUDITS, load_settings(Path()))
    >>> schema.columns["audit_id"].nullable, schema.columns["overall_grade"].nullable
    (False, True)
    """
    import pandera.pandas as pa

    columns = {
        column.name: pa.Column(
            dtype_of(column.kind, settings),
            # "Not graded" is a value of a required column, and means that the grade is missing.
            nullable=not column.required or column.kind == "grade",
            checks=_range(column),
        )
        for column in sheet.columns
        if column.kept and not column.prefix
    }
    if sheet.date is not None or sheet is ANSWERS:
        columns["quarter"] = pa.Column(dtype_of("quarter", settings))
    if sheet is AUDITS:
        columns["moderated"] = pa.Column(bool)
        columns["final_grade"] = pa.Column(dtype_of("grade", settings), nullable=True)
    if sheet is ACTIONS:
        columns.pop("audit_id")  # these are in a table of their own
    columns |= {"source_file": pa.Column("str"), "source_sheet": pa.Column("str"), "source_row": pa.Column("Int64")}
    each_once = [pa.Check(lambda table: ~twice(table, list(sheet.key)), name="each key once")]
    return pa.DataFrameSchema(columns, checks=each_once if sheet.key and sheet is not ACTIONS else None)


def _range(column: Column) -> list[pa.Check]:
    import pandera.pandas as pa

    low = [] if column.low is None else [pa.Check.ge(column.low)]
    return low if column.high is None else [*low, pa.Check.le(column.high)]


def dtype_of(kind: str, settings: Settings) -> Any:
    """Return the pandas dtype of a kind of column."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "quarter":
        return pd.PeriodDtype(quarter_frequency(settings.year_start_month))
    if kind == "grade":
        return pd.CategoricalDtype(settings.grade_names, ordered=True)
    if kind == "level_of_need":
        return pd.CategoricalDtype(settings.level_codes, ordered=True)
    return pd.CategoricalDtype(list(getattr(settings.values, kind)))


def check_tables(tables: dict[str, pd.DataFrame], settings: Settings) -> None:
    """Check the rows of the cleaned tables against their schemas.

    Raises
    ------
    pandera.errors.SchemaError
        If cleaning let something through that the contract rules out, which is a fault of this package.
    """
    for sheet in SHEETS:
        if len(tables[sheet.table]):
            schema_of(sheet, settings).validate(tables[sheet.table], inplace=True)
