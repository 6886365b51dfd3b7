"""Names of files, sheets and headings that tell of a person: found, so that somebody renames them, and not shown.

The files keep their names in `data/processed` and in the terminal, for they have to be found; what is loaded for the
reports has other names in their place, each still its own, so that tables are joined by them as before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from qa_analysis.cleaning.privacy import personal_details
from qa_analysis.cleaning.references import REMOVED, References, fold_reference, references_in, still_different, without
from qa_analysis.contract import problems
from qa_analysis.contract.rules import OF_A_CELL, issue
from qa_analysis.reading.raw_files import TEXTS
from qa_analysis.reading.sheets import Reading
from qa_analysis.text import through_different

NOT_SHOWN = "[name not shown]"
_INSTEAD = {"name_holds_a_reference": REMOVED, "name_holds_a_detail": NOT_SHOWN}
_FILE, _SHEET, _HEADING = "name of the file", "name of the sheet", "heading"
_Name = tuple[str, str, str, tuple[str, ...]]  # file, sheet, what it is the name of, and the name as it is written
_OF_A_HEADING = ("heading", "column", "spellings")  # of the record of the reading


def problems_of_names(reading: Reading, references: References) -> pd.DataFrame:
    """Return what names of files, sheets and headings tell of people, as issues.

    Parameters
    ----------
    reading
        What was read, with the notes on what was left alone.
    references
        The references of all rows.

    Returns
    -------
    DataFrame
        `value` is what may not be shown, folded: the references, one a line, or the whole name of a file or sheet that
        seems to hold another personal detail.
    """
    names = list(dict.fromkeys(_names(reading)))
    held = references_in({name for *_, written in names for name in written}, references)
    return problems.of_places([
        {"file": file, "sheet": sheet} | found
        for file, sheet, what, written in names
        for found in _told(what, written, {each: sure for name in written for each, sure in held.get(name, {}).items()})
    ])  # fmt: skip


def _names(reading: Reading) -> Iterator[_Name]:
    """Yield the names of files, of sheets and of odd columns; a CSV file's sheet is called as the file."""
    skipped = [(bad.file, "") for bad in reading.skipped]
    sheets = [(raw.file, raw.name) for raw in reading.sheets]
    noted = [(note["file"], note.get("sheet", "")) for note in reading.notes]
    for file, sheet in [*((file, "") for file, _ in reading.inputs), *skipped, *sheets, *noted]:
        path = PurePosixPath(file)
        of_csv = path.stem if path.suffix.casefold() in TEXTS else ""
        yield file, "", _FILE, (file, of_csv) if of_csv else (file,)
        if sheet not in ("", of_csv):
            yield file, sheet, _SHEET, (sheet,)
    for raw in reading.sheets:
        for column in raw.rows.columns:
            if label := column.partition(": ")[2]:
                yield raw.file, raw.name, _HEADING, (label,)
    for note in reading.notes:
        if "heading" in note:
            yield note["file"], note["sheet"], _HEADING, (note["heading"],)


def _told(what: str, written: Sequence[str], known: Mapping[str, bool]) -> Iterator[dict[str, Any]]:
    """Yield what is wrong with a name, with the column that it heads, and what of it may not be shown."""
    kinds = {name: personal_details(name) for name in written}
    every = list(dict.fromkeys(kind for of_name in kinds.values() for kind in of_name))
    column = written[0] if what == _HEADING and not every else ""
    if certain := [reference for reference, certain in known.items() if certain]:
        yield issue("name_holds_a_reference", name=what, column=column, value="\n".join(certain))
    if len(certain) < len(known):
        yield issue("name_may_hold_a_reference", name=what, column=column)
    for kind in every:
        if what == _HEADING:
            yield issue("heading_holds_a_detail", name=what, detail=kind)
        else:
            held = "\n".join(fold_reference(name) for name in written if kind in kinds[name])
            yield issue("name_holds_a_detail", name=what, detail=kind, value=held)


def shown(tables: Mapping[str, pd.DataFrame], inputs: pd.DataFrame) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the cleaned tables and the list of files with names that may be printed, as different as they were.

    Examples
    --------
    >>> holds = issue("name_holds_a_reference", name="name of the file", value="ch-1")
    >>> found = problems.of_places([{"file": "CH-1.xlsx"} | holds])
    >>> tables, inputs = shown({"problems": found}, pd.DataFrame({"file": ["CH-1.xlsx", "ch-1.xlsx"]}))
    >>> inputs["file"].tolist(), tables["problems"]["file"].tolist()
    (['[reference removed].xlsx', '[reference removed].xlsx (2)'], ['[reference removed].xlsx'])
    """
    hidden = _hidden(tables["problems"])
    if not hidden:
        return dict(tables), inputs
    every, new = {**tables, "inputs": inputs}, dict(hidden)
    for columns in (["file", "source_file"], ["sheet", "source_sheet"], ["practice_area"], ["question"]):
        names = _new_names(every, columns, hidden)
        every = _renamed(every, columns, names)
        new |= {fold_reference(old): name for old, name in names.items() if old != name}
    told = every["problems"]
    parts = {name: through_different(told[name], lambda text: without(text, new)) for name in OF_A_CELL}
    parts["parts"] = through_different(told["parts"], lambda parts: _without_in_parts(parts, new))
    every["problems"] = told.assign(**{name: part.astype("str") for name, part in parts.items()})
    if "reading" in every:
        record = every["reading"]
        texts = {name: through_different(record[name], lambda text: without(text, new)) for name in _OF_A_HEADING}
        every["reading"] = record.assign(**{name: text.astype("str") for name, text in texts.items()})
    return every, every.pop("inputs")


def _without_in_parts(parts: str, hidden: Mapping[str, str]) -> str:
    bare = {name: without(part, hidden) for name, part in json.loads(parts).items()}
    return json.dumps(bare, ensure_ascii=False)


def _hidden(told: pd.DataFrame) -> dict[str, str]:
    instead = told["code"].astype("str").map(_INSTEAD).dropna()
    return {
        phrase: word for value, word in zip(told["value"][instead.index], instead, strict=True)
        for phrase in value.split("\n")
    }  # fmt: skip


def _new_names(tables: Mapping[str, pd.DataFrame], columns: Iterable[str], hidden: Mapping[str, str]) -> dict[str, str]:
    """Return the names that stand in some columns of the tables, with those that may be shown."""
    here = [table[column] for table in tables.values() for column in columns if column in table]
    return still_different({name: without(name, hidden) for values in here for name in _different(values)})


def _renamed(
    tables: Mapping[str, pd.DataFrame], columns: Iterable[str], names: dict[str, str]
) -> dict[str, pd.DataFrame]:
    renamed = dict(tables)
    for name, column in ((name, column) for name, table in tables.items() for column in columns if column in table):
        values = renamed[name][column]
        now = values.cat.rename_categories(names) if values.dtype == "category" else values.map(names).astype("str")
        renamed[name] = renamed[name].assign(**{column: now})
    return renamed


def _different(values: pd.Series) -> list[str]:
    return list(values.cat.categories if values.dtype == "category" else values.dropna().unique())
