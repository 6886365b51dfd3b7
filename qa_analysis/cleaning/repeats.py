"""Rows that stand in more than one place: count each once, and never choose silently between two that differ."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qa_analysis.contract import problems
from qa_analysis.contract.columns import ACTIONS, AUDITS, Sheet
from qa_analysis.contract.problems import SOURCE
from qa_analysis.contract.rules import issue

_PLACES_NAMED = 3
_MOST = 0.5
_OF_AN_AUDIT = ["audit_date", "level_of_need", "child_reference"]  # what no later version of its row changes


def once_each(
    table: pd.DataFrame, sheet: Sheet, last_file_wins: bool, written: pd.Series, heading: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of a sheet that has a key, each once, and the problems found.

    Equal rows with the same key are one row and its repeats. Rows with the same key and different content are
    all held back, or, with `last_file_wins`, the ones in the last file by name stand, the others are superseded,
    and a warning names their places. The steps of an action are compared together, as one thing. Where keys differ as
    `written` that are taken for one, it is asked whether they are. Numbers that start again are no audit's alone.
    """
    several = _in_several_places(table, sheet)
    if not several.any():
        return table, problems.none()
    rows = table[several]
    if sheet is AUDITS and len(anew := _numbered_anew(rows, heading)):
        kept, others = once_each(table.drop(index=anew.index), sheet, last_file_wins, written, heading)
        return kept, pd.concat([anew, others])
    thing = _numbered(rows, list(sheet.key))
    block = _numbered(rows, ["source_file", "source_sheet", *sheet.key]) if sheet is ACTIONS else _each(rows)
    is_last = rows["source_file"] == rows["source_file"].groupby(thing).transform("last")
    standing = block.where(is_last | (not last_file_wins)).groupby(thing).transform("first").astype("int64")
    unlike = _unlike(rows, block, standing)
    superseded = unlike & ~is_last & last_file_wins
    differs = ~superseded & (unlike & ~superseded).groupby(thing).transform("any")
    repeated = ~superseded & ~differs & (block != standing)
    chosen = superseded.groupby(thing).transform("any") & ~differs & (block == standing) & ~block.duplicated()

    places = _places(rows[~block.duplicated()], thing)
    spelt = written[rows.index]
    alike = spelt.groupby(thing).transform("nunique") > 1
    where = thing.map(places).astype("str")
    goes_on = (rows["source_file"].groupby(thing).transform("nunique") > 1) & (not sheet.required)
    by_readers = _of_several_readers(rows, thing) if sheet is AUDITS else pd.Series(False, rows.index)
    read, other = differs & ~alike & by_readers, differs & ~alike & ~goes_on & ~by_readers
    two = where[other]
    found = [
        problems.of_rows(rows[which], what, heading, spelt[which])
        for which, what in (
            (read, issue("rows_of_several_readers", places=where[read])),
            (
                other,
                issue("audits_differ", places=two) if sheet is AUDITS else issue("rows_differ", places=two),
            ),
            (
                differs & ~alike & goes_on,
                issue("later_file_differs", places=where[differs & ~alike & goes_on], of=sheet.name),
            ),
            (differs & alike, issue("rows_of_alike_keys_differ", places=where[differs & alike])),
            (superseded, issue("superseded")),
            (repeated, issue("counted_elsewhere")),
            (chosen & ~alike, issue("last_file_used", places=where[chosen & ~alike])),
            (chosen & alike, issue("last_file_of_alike_keys_used", places=where[chosen & alike])),
        )
    ]
    return table.drop(index=rows.index[superseded | differs | repeated]), pd.concat(found)


def _of_several_readers(rows: pd.DataFrame, thing: pd.Series) -> pd.Series:
    """Return whether the rows of each audit have an auditor each, and are of one child and service."""
    several = rows["auditor"].groupby(thing).transform("nunique") == thing.groupby(thing).transform("size")
    return several & (rows[_OF_AN_AUDIT[1:]].groupby(thing).transform("nunique") <= 1).all(axis="columns")


def _numbered_anew(rows: pd.DataFrame, heading: str) -> pd.DataFrame:
    """Return an issue for each audit whose number stands on another sheet too, where both count their rows from 1.

    They are other audits, and no versions of one, where most rows of one number differ in date, service or child.
    """
    numbers = rows[rows["audit_id"].str.fullmatch(r"[0-9]{1,6}")]
    first = numbers.loc[numbers["audit_id"].astype("int64") == 1, SOURCE[:2]].drop_duplicates()
    shared = numbers.reset_index().merge(first, on=SOURCE[:2]).set_index("index")
    different = shared.drop_duplicates(["audit_id", *_OF_AN_AUDIT])["audit_id"].value_counts() > 1
    if len(first) < 2 or float(different.mean()) <= _MOST:
        return problems.none()
    held = shared[shared.duplicated("audit_id", keep=False)]
    in_one_file = first["source_file"].nunique() < len(first)
    said = issue("sheets_numbered_from_1") if in_one_file else issue("files_numbered_from_1")
    return problems.of_rows(held, said, heading, held["audit_id"])


def with_the_key_of_another(table: pd.DataFrame, held: pd.Index, sheet: Sheet, heading: str) -> pd.DataFrame:
    """Return a warning for each row held back whose key another row with different content has too.

    They are compared once it is mended; whoever mends it should not have to come back for that.
    """
    if not sheet.key or sheet is ACTIONS or held.empty:
        return problems.none()
    name = sheet.key[0]
    rows = table[table[name].isin(table.loc[held, name].dropna())]
    thing = _numbered(rows, list(sheet.key))
    differ = _numbered(rows, _content(rows)).groupby(thing).transform("nunique") > 1
    told = rows[differ & rows.index.isin(held)]
    places = thing[told.index].map(_places(rows, thing)).astype("str")
    return problems.of_rows(told, issue("key_of_another_row", places=places), heading, told[name])


def as_often_as_in_one_file(table: pd.DataFrame, *, whole: bool = False) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows without a key as often as the file has them that has them most often, and the repeats.

    Two mothers may say the same words; one extract may repeat another. A column of which a file says nothing, because
    it lacks it or it could not be read there, makes no row another one, unless rows must be `whole` alike; the file
    that says more is the one counted.
    """
    if table["source_file"].nunique() < 2:
        return table, problems.none()
    says = table[_content(table)].notna().groupby(table["source_file"]).any()
    same = _numbered(table, list(says.columns if whole else says.columns[says.all()]))
    nth = table.groupby([same, table["source_file"]]).cumcount()
    order = (-says.sum(axis="columns"))[table["source_file"]].set_axis(table.index).sort_values(kind="stable").index
    repeated = pd.DataFrame({"same": same, "nth": nth}).loc[order].duplicated()[table.index]
    return table[~repeated], problems.of_rows(table[repeated], issue("counted_elsewhere"))


def _in_several_places(table: pd.DataFrame, sheet: Sheet) -> pd.Series:
    """Return whether the key of each row stands elsewhere too; for a step of an action, in another sheet."""
    if sheet is not ACTIONS:
        return twice(table, list(sheet.key))
    sheets = table[["source_file", "source_sheet", "action_id"]].drop_duplicates()
    return table["action_id"].isin(sheets.loc[sheets["action_id"].duplicated(), "action_id"])


def twice(table: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return whether each row is equal to another in the columns `by`: neighbours, once sorted.

    For millions of rows that takes a fraction of the memory of `duplicated`, which keeps all texts in a table.

    Examples
    --------
    >>> twice(pd.DataFrame({"audit_id": ["B", "A", "B"]}), ["audit_id"]).tolist()
    [True, False, True]
    """
    if len(by) == 1:  # numbers are sorted much faster than texts, and mostly there is nothing to be found
        hashes = np.sort(pd.util.hash_array(table[by[0]].array, categorize=False))
        if not (hashes[1:] == hashes[:-1]).any():
            return pd.Series(False, index=table.index)
    ordered = (table[by[0]] if len(by) == 1 else _numbered(table, by)).sort_values()
    same = np.asarray(ordered.array[1:] == ordered.array[:-1])
    either = np.append(same, False) | np.append(False, same)
    return pd.Series(either[: len(ordered)], index=ordered.index).reindex(table.index)


def _content(table: pd.DataFrame) -> list[str]:
    return [name for name in table.columns if name not in SOURCE]


def _numbered(table: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return a number for each row, the same for rows that are equal in the columns `by`."""
    return table.groupby(by, dropna=False, sort=False, observed=True).ngroup()


def _each(table: pd.DataFrame) -> pd.Series:
    return pd.Series(range(len(table)), index=table.index)


def _unlike(rows: pd.DataFrame, block: pd.Series, standing: pd.Series) -> pd.Series:
    """Return whether the block that each row is part of has other content than the block numbered in `standing`."""
    same = _numbered(rows, _content(rows))
    nth = same.sort_values().groupby(block).cumcount().reindex(rows.index)  # the order of steps is no content
    size = block.groupby(block).transform("size")
    there = pd.DataFrame({"same": same.array, "size": size.array}, index=pd.MultiIndex.from_arrays([block, nth]))
    compared = there.reindex(pd.MultiIndex.from_arrays([standing, nth])).set_axis(rows.index)
    return ((compared["same"] != same) | (compared["size"] != size)).groupby(block).transform("any")


def _places(rows: pd.DataFrame, thing: pd.Series) -> pd.Series:
    """Return where each thing stands, by its number: its first places, and how many more there are."""
    where = rows["source_file"] + " [" + rows["source_sheet"] + "] row " + rows["source_row"].astype("str")
    return problems.joined(where.set_axis(thing[rows.index]), by=" and ", most=_PLACES_NAMED)
