"""What a person may want to mend: one table of issues, however they were found, and the same in sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from qa_analysis.contract.rules import OF_A_CELL, RULES, Show, as_it_stands, sentences
from qa_analysis.text import visible

SOURCE = ["source_file", "source_sheet", "source_row"]
PLACE = ["file", "sheet", "row"]
COLUMNS = ["kind", *PLACE, *OF_A_CELL, "reason", "remedy", "code"]
HELD_BACK, DOUBT, WRONG_CLAIM, PRIVACY, CAUTION, WARNING, REPEAT, NOTE = KINDS = [
    "held back", "doubt", "wrong claim", "personal detail", "caution", "warning", "repeat", "note",
]  # fmt: skip
_KIND_OF = {code: rule.kind for code, rule in RULES.items()}
_DTYPES: dict[str, Any] = {
    "kind": pd.CategoricalDtype(KINDS, ordered=True), "code": pd.CategoricalDtype(list(RULES)),
    "file": "str", "sheet": "str", "row": "Int64", **dict.fromkeys([*OF_A_CELL, "parts"], "str"),
}  # fmt: skip
_NONE = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in _DTYPES.items()})
# What is joined of the issues of one row, and what is the same in those of which it is said once.
_ONCE = dict(zip(OF_A_CELL, OF_A_CELL, strict=True)) | {"reason": "same", "remedy": "column", "code": "same"}


def none() -> pd.DataFrame:
    """Return a table of issues without a row."""
    return _NONE.copy(deep=False)


def of_rows(
    rows: pd.DataFrame, found: Mapping[str, Any] | pd.DataFrame, column: str = "", value: pd.Series | str = ""
) -> pd.DataFrame:
    """Return one issue for each of `rows`, under their index.

    Parameters
    ----------
    rows
        Rows with `source_file`, `source_sheet` and `source_row`.
    found
        What `issue` returns; its parts are the same for all rows or stand in columns, one for each.
    column
        The heading of the column concerned, or nothing.
    value
        The value found, one for each row or the same for all.
    """
    if rows.empty:
        return none()
    whole = rows[SOURCE].set_axis(PLACE, axis="columns").assign(column=column, value=value)
    return of_places(whole.assign(**{str(name): part for name, part in found.items()}))


def of_places(found: Sequence[Mapping[str, Any]] | pd.DataFrame) -> pd.DataFrame:
    """Return issues, each with its `file`, and its `sheet` and `row` where it has one, as a table.

    What else they have stands in one column, `parts`, as JSON: each rule has its own.
    """
    if not len(found):
        return none()
    table = pd.DataFrame(found)
    parts = table[[name for name in table if name not in _DTYPES]]
    table = table.reindex(columns=list(_DTYPES)).assign(kind=table["code"].map(_KIND_OF), parts=_packed(parts))
    return table.astype(_DTYPES).fillna(dict.fromkeys(["sheet", *OF_A_CELL], ""))


def _packed(parts: pd.DataFrame) -> list[str] | str:
    if parts.empty:
        return "{}"
    number = parts.groupby(list(parts), sort=False, dropna=False).ngroup()
    different = parts[~number.duplicated()].to_dict("records")
    texts = [json.dumps({name: each[name] for name in each if pd.notna(each[name])}, ensure_ascii=False)
             for each in different]  # fmt: skip
    return [texts[place] for place in number]


def rows_held_back(found: pd.DataFrame) -> pd.Series:
    """Return which issues are the first that holds its row back: there are as many as rows held back."""
    held = found["kind"] == HELD_BACK
    return held & ~found[PLACE].assign(held=held).duplicated()


def most_costly(found: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the issues of a kind by how many rows hang on each, the most first."""
    of_kind = found[found["kind"] == kind]
    rows = of_kind["parts"].str.extract(r'"rows": "([\d,]+) ', expand=False).str.replace(",", "").astype("Int64")
    return of_kind.loc[rows.sort_values(ascending=False, kind="stable").index]


def in_order(found: pd.DataFrame) -> pd.DataFrame:
    """Return issues by kind (what is held back first), file, sheet and row; in a row that is held back as found."""
    keys = found[["kind", *PLACE]].assign(column=found["column"].mask(found["kind"] == HELD_BACK, ""))
    order = keys.reset_index(drop=True).sort_values(["kind", *PLACE, "column"], kind="stable").index
    return found.take(order.to_numpy()).reset_index(drop=True)


def said(found: pd.DataFrame, show: Show | None = as_it_stands) -> pd.DataFrame:
    """Return issues with their sentences, `reason` and `remedy`, made once for all that have the same parts.

    `show` is as in `sentences`; `same` is a number for each issue, the same where the sentences are the same.
    """
    named = {name: [code for code, rule in RULES.items() if name in rule.names] for name in OF_A_CELL}
    needed = {name: found[name].where(found["code"].isin(codes), "") for name, codes in named.items()}
    parts = found[["code", "parts"]].assign(**needed)
    same = parts.groupby(list(parts), sort=False, observed=True).ngroup()
    different = parts[~same.duplicated()].to_dict("records")
    texts = [sentences(each | json.loads(each["parts"]), show) for each in different]
    words = pd.DataFrame(texts, columns=["reason", "remedy"], dtype="str").take(same.to_numpy())
    return found.assign(**words.set_axis(found.index), same=same)


def told(found: pd.DataFrame, show: Show = as_it_stands) -> pd.DataFrame:
    """Return issues in sentences, those that hold back one row in one line; `show` is as in `sentences`.

    Returns
    -------
    DataFrame
        `kind` (ordered category), `file`, `sheet`, `row` (Int64, as Excel shows it), `column`, `value`, `nearest` (the
        nearest valid value), `reason`, `remedy`, `code` (text), and `quarter` where the issues have it. In a line of
        several issues their texts are joined, and what to do is told column by column; it has the code of each.
    """
    lines = said(found.reset_index(drop=True), show).astype({"code": "str"})
    held = lines[lines["kind"] == HELD_BACK]
    several = held[held.duplicated(PLACE, keep=False)]
    if len(several):
        first = several.drop_duplicates(PLACE)
        of = first.index.take(several.groupby(PLACE, sort=False).ngroup().to_numpy())
        several = several.assign(of=of, remedy=several["column"] + ": " + several["remedy"])
        texts = {name: several.drop_duplicates(["of", by]).set_index("of")[name] for name, by in _ONCE.items()}
        one = first.assign(**{name: joined(each, " " if name == "remedy" else "; ") for name, each in texts.items()})
        lines = pd.concat([lines.drop(index=several.index), one]).sort_index(ignore_index=True)
    return lines[[*COLUMNS, *lines.columns.intersection(["quarter"])]]


def joined(texts: pd.Series, by: str, most: int = 20) -> pd.Series:
    """Return the texts under each index in one text.

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
    >>> joined(pd.Series(["a", "b", ""], index=[1, 1, 2]), by=" and ").to_dict()
    {1: 'a and b', 2: ''}
    >>> joined(pd.Series(["a", "b", "c"], index=[1, 1, 1]), by=" and ", most=2).to_dict()
    {1: 'a and b and 1 more'}
    """
    together: dict[Any, list[str]] = {of: [] for of in texts.index}
    for of, text in zip(texts.index, texts.tolist(), strict=True):
        if text:
            together[of].append(text)
    named = (by.join(each[:most]) + (f"{by}{len(each) - most} more" if len(each) > most else "")
             for each in together.values())  # fmt: skip
    return pd.Series(list(named), index=texts.index.unique(), dtype="str")


def shown(found: pd.DataFrame) -> pd.DataFrame:
    """Return problems as they may be shown: no character in their texts steers a terminal or is invisible."""
    texts = {f"{name}": found[name].astype("str") for name in found.select_dtypes(["str", "category", "object"])}
    different = {name: {each: visible(each) for each in text.unique()} for name, text in texts.items()}
    return found.assign(**{name: text.map(different[name]).astype("str") for name, text in texts.items()})
