"""What a person may want to mend: one table of problems, however they were found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import pandas as pd

SOURCE = ["source_file", "source_sheet", "source_row"]
COLUMNS = ["kind", "file", "sheet", "row", "column", "value", "reason", "remedy"]
Note = tuple[str, str, int | None, str, str]
HELD_BACK, WARNING, REPEAT, NOTE = "held back", "warning", "repeat", "note"


def none() -> pd.DataFrame:
    """Return a table of problems without a row."""
    return pd.DataFrame({name: pd.Series(dtype="Int64" if name == "row" else "str") for name in COLUMNS})


def of_rows(
    rows: pd.DataFrame,
    kind: str,
    column: str,
    value: pd.Series | str,
    says: pd.DataFrame | Mapping[str, str],
) -> pd.DataFrame:
    """Return one problem for each of `rows`, under their index.

    Parameters
    ----------
    rows
        Rows with `source_file`, `source_sheet` and `source_row`.
    kind
        held back, warning, repeat or note.
    column
        The heading of the column concerned, or nothing.
    value
        The value found, one for each row or the same for all.
    says
        `reason` and `remedy`, one for each row or the same for all.
    """
    return pd.DataFrame(
        {
            "kind": kind,
            "file": rows["source_file"],
            "sheet": rows["source_sheet"],
            "row": rows["source_row"].astype("Int64"),
            "column": column,
            "value": value.astype("str").fillna("") if isinstance(value, pd.Series) else value,
            "reason": says["reason"],
            "remedy": says["remedy"],
        },
        index=rows.index,
        columns=COLUMNS,
    )


def notes(found: Iterable[Note]) -> pd.DataFrame:
    """Return notes from tuples of file, sheet, row, reason and remedy."""
    rows = [(NOTE, file, sheet, row, "", "", reason, remedy) for file, sheet, row, reason, remedy in found]
    return pd.DataFrame(rows, columns=COLUMNS).astype(none().dtypes)


def one_line_a_row(problems: pd.DataFrame) -> pd.DataFrame:
    """Return the problems with those that hold back one row joined in one line."""
    held = problems["kind"] == HELD_BACK
    if not held.any():
        return problems

    def joined(texts: pd.Series, by: str) -> str:
        return by.join(text for text in dict.fromkeys(texts) if text)

    of_row = problems[held].groupby(["kind", "file", "sheet", "row"], sort=False)
    lines = pd.concat(
        [
            of_row[["column", "value", "reason"]].agg(partial(joined, by="; ")),
            of_row["remedy"].agg(partial(joined, by=" ")),
        ],
        axis=1,
    ).reset_index()
    return pd.concat([lines, problems[~held]])[COLUMNS]


def in_order(problems: pd.DataFrame) -> pd.DataFrame:
    """Return the problems by kind (what is held back first), file, sheet and row."""
    kinds = pd.CategoricalDtype([HELD_BACK, WARNING, REPEAT, NOTE], ordered=True)
    ordered = problems.astype({"kind": kinds, "row": "Int64"})
    return ordered.sort_values(["kind", "file", "sheet", "row", "column"], kind="stable").reset_index(drop=True)
