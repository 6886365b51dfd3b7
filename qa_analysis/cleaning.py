"""From raw sheets to typed tables: every row is used, held back with a reason, or a repeat, and nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qa_analysis import deriving, problems
from qa_analysis.contract import ACTIONS, COMPARATORS, SHEETS, Sheet
from qa_analysis.matching import fold
from qa_analysis.problems import HELD_BACK, REPEAT, SOURCE, WARNING
from qa_analysis.reading import RawSheet, Reading
from qa_analysis.repeats import as_often_as_in_one_file, once_each
from qa_analysis.settings import Settings
from qa_analysis.values import plain, typed


@dataclass(frozen=True)
class Cleaned:
    """The cleaned tables by name, everything that a person may want to mend, and the ledger of rows."""

    tables: dict[str, pd.DataFrame]
    problems: pd.DataFrame
    ledger: pd.DataFrame


def clean(reading: Reading, settings: Settings) -> Cleaned:
    """Return the typed tables of the contract, with the problems found and the ledger of rows.

    Returns
    -------
    Cleaned
        `tables`: one DataFrame a sheet of the contract, and `sub_grades`, one row a grade of a practice area.
        `problems`: `kind` (held back, warning, repeat or note), `file`, `sheet`, `row` (as Excel shows it),
        `column`, `value`, `reason`, `remedy`. `ledger`: `file`, `sheet`, `table` and the counts of rows `read`,
        `used`, `held_back` and `repeats`, where read = used + held_back + repeats.
    """
    raws = sorted(reading.sheets, key=lambda raw: (raw.file.casefold(), raw.file, raw.name))
    tables: dict[str, pd.DataFrame] = {}
    ledgers: list[pd.DataFrame] = []
    found = [problems.notes(_left_alone(reading, raws))]
    for sheet in SHEETS:
        mine = [raw for raw in raws if raw.sheet is sheet]
        table, of_sheet = _clean_sheet(sheet, _gathered(sheet, mine, settings), settings)
        ledgers.append(_ledger(sheet, mine, table, of_sheet))
        tables[sheet.table] = table
        found.append(of_sheet)
    tables, warnings = deriving.derive(tables, settings)
    return Cleaned(tables, problems.in_order(pd.concat([*found, warnings])), pd.concat(ledgers, ignore_index=True))


def _left_alone(reading: Reading, raws: list[RawSheet]) -> list[problems.Note]:
    remedy = "Give its name in settings.toml if it is one of the contract's."
    notes: list[problems.Note] = [
        (file, sheet, None, f"{what}: left alone", remedy) for file, sheet, what in reading.left_alone
    ]
    notes += [(raw.file, raw.name, row, "a row of totals: left alone", "") for raw in raws for row in raw.totals]
    return notes


def _gathered(sheet: Sheet, raws: list[RawSheet], settings: Settings) -> pd.DataFrame:
    """Return the rows of every raw sheet of one kind, with their sources, blanks as missing."""
    names = [column.name for column in sheet.columns if not column.prefix]
    labels: dict[str, str] = {fold(area): area for area in settings.practice_areas}
    frames = [pd.DataFrame(columns=[*names, *SOURCE], dtype=object)]
    for raw in raws:
        rows = raw.rows.apply(plain).rename(columns=lambda name: _one_label(name, labels))
        frames.append(
            rows.assign(source_file=raw.file, source_sheet=raw.name, source_row=rows.index).pipe(_filled_down, sheet)
        )
    return pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True).reindex(
        columns=list(dict.fromkeys(name for frame in frames for name in frame.columns))
    )


def _one_label(name: str, labels: dict[str, str]) -> str:
    """Return a prefix column's name with its label spelt as it was first."""
    prefix, colon, label = name.partition(": ")
    return f"{prefix}: {labels.setdefault(fold(label), label)}" if colon else name


def _filled_down(rows: pd.DataFrame, sheet: Sheet) -> pd.DataFrame:
    """Return the rows with what an action says once said on each of its steps."""
    if sheet is not ACTIONS or rows.empty:
        return rows
    ids = rows["action_id"].ffill()
    shared = [name for name in ("raised", "action", "theme", "reporting_quarter") if name in rows]
    return rows.assign(action_id=ids, **{name: rows.groupby(ids)[name].ffill() for name in shared})


def _clean_sheet(sheet: Sheet, gathered: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of a sheet that are used, typed, and the problems of all its rows."""
    table = gathered[SOURCE].astype({"source_file": "str", "source_sheet": "str", "source_row": "Int64"})
    found = [problems.none()]
    for name in (each for each in gathered.columns if each not in SOURCE):
        column = sheet.column(name.partition(": ")[0])
        heading = column.heading + name.removeprefix(column.name)
        table[name], wrong = typed(gathered[name], column, settings)
        kind = WARNING if column.kind == "number" and not column.required else HELD_BACK
        values = gathered.loc[wrong.index, name]
        found.append(problems.of_rows(table.loc[wrong.index], kind, heading, values, wrong))
        if column.required:
            found.append(_blank(table[gathered[name].isna()], heading))
    if sheet is COMPARATORS:
        found.append(_blank(table[table["count"].isna() & table["percent"].isna()], "Count or Percent"))
    every = pd.concat(found)
    if sheet is ACTIONS:
        every = _whole_actions(table, every)
    kept = table.drop(index=every.index[every["kind"] == HELD_BACK].unique())
    last_file_wins = settings.on_conflict == "last_file"
    kept, repeats = once_each(kept, sheet, last_file_wins) if sheet.key else as_often_as_in_one_file(kept)
    return kept.reset_index(drop=True), problems.one_line_a_row(pd.concat([every, repeats]))


def _blank(rows: pd.DataFrame, heading: str) -> pd.DataFrame:
    says = {"reason": f"{heading} is blank", "remedy": f"Fill in {heading}."}
    return problems.of_rows(rows, HELD_BACK, heading, "", says)


def _whole_actions(table: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return the problems with an action held back whole when one of its steps is: half of it would mislead."""
    held = found.index[found["kind"] == HELD_BACK].unique()
    block = table["source_file"] + "\n" + table["source_sheet"] + "\n" + table["action_id"]
    cause = table.loc[held, "source_row"].groupby(block[held]).first()
    rest = table[block.isin(cause.index) & ~table.index.isin(held)]
    rows = block[rest.index].map(cause).astype("str")
    says = pd.DataFrame({"reason": "row " + rows + " of this action is held back", "remedy": "Mend that row."})
    return pd.concat([found, problems.of_rows(rest, HELD_BACK, "Action ID", rest["action_id"], says)])


def _ledger(sheet: Sheet, raws: list[RawSheet], table: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return the rows read, used, held back and repeated of each raw sheet.

    Raises
    ------
    RuntimeError
        If a row was lost or counted twice, which is a fault of this package.
    """

    def count(frame: pd.DataFrame, raw: RawSheet) -> int:
        return int(((frame.iloc[:, 0] == raw.file) & (frame.iloc[:, 1] == raw.name)).sum())

    held = found.loc[found["kind"] == HELD_BACK, ["file", "sheet"]]
    repeats = found.loc[found["kind"] == REPEAT, ["file", "sheet"]]
    ledger = pd.DataFrame(
        [
            (
                raw.file,
                raw.name,
                sheet.table,
                len(raw.rows),
                count(table[["source_file", "source_sheet"]], raw),
                count(held, raw),
                count(repeats, raw),
            )
            for raw in raws
        ],
        columns=["file", "sheet", "table", "read", "used", "held_back", "repeats"],
    )
    unbalanced = ledger[ledger["read"] != ledger["used"] + ledger["held_back"] + ledger["repeats"]]
    if len(unbalanced):
        raise RuntimeError(f"rows were lost or counted twice:\n{unbalanced.to_string()}")
    return ledger
