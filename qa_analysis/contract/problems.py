"""What a person may want to mend: one table of problems, however they were found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from qa_analysis.text import visible

SOURCE = ["source_file", "source_sheet", "source_row"]
COLUMNS = ["kind", "file", "sheet", "row", "column", "value", "nearest", "reason", "remedy"]
_NONE = pd.DataFrame({name: pd.Series(dtype="Int64" if name == "row" else "str") for name in COLUMNS})
Note = tuple[str, str, int | None, str, str]
HELD_BACK, PRIVACY, WARNING, REPEAT, NOTE = "held back", "personal detail", "warning", "repeat", "note"


def none() -> pd.DataFrame:
    """Return a table of problems without a row."""
    return _NONE.copy()


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
        held back, personal detail, warning, repeat or note.
    column
        The heading of the column concerned, or nothing.
    value
        The value found, one for each row or the same for all.
    says
        `reason`, `remedy` and, where there is one, `nearest` (the nearest valid value), one for each row or the same
        for all.
    """
    if rows.empty:
        return none()
    return pd.DataFrame(
        {
            "kind": kind,
            "file": rows["source_file"],
            "sheet": rows["source_sheet"],
            "row": rows["source_row"].astype("Int64"),
            "column": column,
            "value": value.astype("str").fillna("") if isinstance(value, pd.Series) else value,
            "nearest": says.get("nearest", ""),
            "reason": says["reason"],
            "remedy": says["remedy"],
        },
        index=rows.index,
        columns=COLUMNS,
    )


def notes(found: Iterable[Note], kind: str = NOTE) -> pd.DataFrame:
    """Return notes, or problems of another kind, from tuples of file, sheet, row, reason and remedy."""
    rows = [(kind, file, sheet, row, "", "", "", reason, remedy) for file, sheet, row, reason, remedy in found]
    return pd.DataFrame(rows, columns=COLUMNS).astype(none().dtypes)


def shown(found: pd.DataFrame) -> pd.DataFrame:
    """Return problems as they may be shown: no character in their texts steers a terminal or is invisible."""
    texts = {name: found[name].astype("str") for name in COLUMNS if name != "row"}
    different = {name: {text: visible(text) for text in column.dropna().unique()} for name, column in texts.items()}
    return found.assign(**{name: column.map(different[name]).astype("str") for name, column in texts.items()})


def one_line_a_row(problems: pd.DataFrame) -> pd.DataFrame:
    """Return the problems with those that hold back one row, under one index, joined in one line.

    What to do is told column by column.
    """
    held = problems["kind"] == HELD_BACK
    lines = problems[held]
    several = lines.index.duplicated(keep=False)
    if not several.any():
        return problems
    more = lines[several]
    one = more[~more.index.duplicated()].assign(
        **{name: joined(more[name], by="; ") for name in ("column", "value", "nearest", "reason")},
        remedy=joined(more["column"] + ": " + more["remedy"], by=" "),
    )
    return pd.concat([lines[~several], one, problems[~held]])


def joined(texts: pd.Series, by: str, most: int = 20) -> pd.Series:
    """Return the different texts under each index in one text, without a loop over the rows.

    Parameters
    ----------
    texts
        str; several may have one index. Empty ones are left out.
    by
        What stands between them.
    most
        How many of them are named; the others are counted.

    Examples
    --------
    >>> joined(pd.Series(["a", "b", "a", ""], index=[1, 1, 1, 2]), by=" and ").to_dict()
    {1: 'a and b', 2: ''}
    >>> joined(pd.Series(["a", "b", "c"], index=[1, 1, 1]), by=" and ", most=2).to_dict()
    {1: 'a and b and 1 more'}
    """
    parts = pd.DataFrame({"of": texts.index, "text": texts.array}).drop_duplicates()
    parts = parts[parts["text"] != ""]
    nth = parts.groupby("of", sort=False).cumcount()
    together = pd.Series("", index=texts.index.unique(), dtype="str")
    for place in range(min(nth.max() + 1, most) if len(nth) else 0):
        part = parts[nth == place].set_index("of")["text"]
        together.loc[part.index] = together.loc[part.index] + (by if place else "") + part
    left = parts[nth >= most].groupby("of").size()
    together.loc[left.index] = together.loc[left.index] + by + left.astype("str") + " more"
    return together


def in_order(problems: pd.DataFrame) -> pd.DataFrame:
    """Return the problems by kind (what is held back first), file, sheet and row."""
    kinds = pd.CategoricalDtype([HELD_BACK, PRIVACY, WARNING, REPEAT, NOTE], ordered=True)
    ordered = problems.astype({"kind": kinds, "row": "Int64"})
    return ordered.sort_values(["kind", "file", "sheet", "row", "column"], kind="stable").reset_index(drop=True)
