"""Rows that stand in more than one place: count each once, and never choose silently between two that differ."""

from __future__ import annotations

import pandas as pd

from qa_analysis import problems
from qa_analysis.contract import ACTIONS, Sheet
from qa_analysis.problems import SOURCE

_COUNTED_ELSEWHERE = {"reason": "the same row stands elsewhere and is counted there", "remedy": ""}


def once_each(table: pd.DataFrame, sheet: Sheet, last_file_wins: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of a sheet that has a key, each once, and the problems found.

    Equal rows with the same key are one row and its repeats. Rows with the same key and different content are
    all held back, or, with `last_file_wins`, the ones in the last file by name stand and the others are
    superseded. The steps of an action are compared together, as one thing.
    """
    if table.empty:
        return table, problems.none()
    key = list(sheet.key)
    heading, name = sheet.column(key[0]).heading, key[0]
    thing = _numbered(table, key)
    block = _numbered(table, ["source_file", "source_sheet", *key]) if sheet is ACTIONS else _each(table)
    version = _version(table, block)
    superseded = _superseded(table, thing, version) if last_file_wins else _no_rows(table)
    differs = ~superseded & (version.where(~superseded).groupby(thing).transform("nunique") > 1)
    stays = ~differs & ~superseded
    repeated = stays & (block != block.where(stays).groupby(thing).transform("first"))
    found = [
        problems.of_rows(table[rows], kind, heading, table.loc[rows, name], says)
        for rows, kind, says in (
            (differs, problems.HELD_BACK, _conflicts(table[differs], thing[differs], heading)),
            (superseded, problems.REPEAT, {"reason": "a later file has this row with different content", "remedy": ""}),
            (repeated, problems.REPEAT, _COUNTED_ELSEWHERE),
        )
    ]
    return table[stays & ~repeated], pd.concat(found)


def as_often_as_in_one_file(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows without a key as often as the file has them that has them most often, and the repeats.

    Two mothers may say the same words; one extract may repeat another.
    """
    if table.empty:
        return table, problems.none()
    same = _numbered(table, _content(table))
    nth = table.groupby([same, table["source_file"]]).cumcount()
    repeated = pd.DataFrame({"same": same, "nth": nth}).duplicated()
    return table[~repeated], problems.of_rows(table[repeated], problems.REPEAT, "", "", _COUNTED_ELSEWHERE)


def _content(table: pd.DataFrame) -> list[str]:
    return [name for name in table.columns if name not in SOURCE]


def _numbered(table: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return a number for each row, the same for rows that are equal in the columns `by`."""
    return table.groupby(by, dropna=False, sort=False, observed=True).ngroup()


def _each(table: pd.DataFrame) -> pd.Series:
    return pd.Series(range(len(table)), index=table.index)


def _no_rows(table: pd.DataFrame) -> pd.Series:
    return pd.Series(False, index=table.index)


def _version(table: pd.DataFrame, block: pd.Series) -> pd.Series:
    """Return a number for each row, the same for rows whose whole blocks have the same content."""
    same = _numbered(table, _content(table))
    if block.is_unique:
        return same
    contents = same.groupby(block).agg(tuple)
    return block.map(pd.Series(pd.factorize(contents)[0], index=contents.index))


def _superseded(table: pd.DataFrame, thing: pd.Series, version: pd.Series) -> pd.Series:
    differs = version.groupby(thing).transform("nunique") > 1
    return differs & (table["source_file"] != table["source_file"].groupby(thing).transform("last"))


def _conflicts(rows: pd.DataFrame, thing: pd.Series, heading: str) -> pd.DataFrame:
    places = rows["source_file"] + " [" + rows["source_sheet"] + "] row " + rows["source_row"].astype("str")
    together = places.groupby(thing).agg(lambda found: " and ".join(dict.fromkeys(found)))
    reason = f"rows with this {heading} differ: " + thing.map(together).astype("str")
    return pd.DataFrame({"reason": reason, "remedy": "Correct them, or delete all but one."}, index=rows.index)
