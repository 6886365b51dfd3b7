"""From raw sheets to typed tables: every row is used, held back with a reason, or a repeat, and nothing is lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from qa_analysis.cleaning import answers, comparators, counted, deriving, scores
from qa_analysis.cleaning.alike import one_name_each
from qa_analysis.cleaning.cautions import cautions
from qa_analysis.cleaning.identifying import columns_of_people
from qa_analysis.cleaning.identity import identified, of_its_file
from qa_analysis.cleaning.month_first import columns_month_first, ways_written
from qa_analysis.cleaning.naming import problems_of_names
from qa_analysis.cleaning.references import references_in, references_of
from qa_analysis.cleaning.repeats import as_often_as_in_one_file, once_each, with_the_key_of_another
from qa_analysis.cleaning.schemas import dtype_of
from qa_analysis.cleaning.values import as_text, plain, typed
from qa_analysis.contract import problems
from qa_analysis.contract.columns import ACTIONS, AUDITS, COMPARATORS, FEEDBACK, SHEETS, Sheet
from qa_analysis.contract.problems import HELD_BACK, REPEAT, SOURCE
from qa_analysis.contract.quarters import quarter_frequency
from qa_analysis.contract.rules import RULES, issue
from qa_analysis.contract.settings import Settings
from qa_analysis.errors import InputError
from qa_analysis.reading.headings import Choice
from qa_analysis.reading.sheets import RawSheet, Reading
from qa_analysis.text import fold

# What is wrong in these kinds of column holds back no row, where the column may be blank: the rules have other codes.
_NO_ROW_HANGS_ON = {
    "number": "_not_counted", "answer": "_not_counted", "sub_grades": "_of_an_area", "reference": "_left_blank",
}  # fmt: skip


@dataclass(frozen=True)
class Cleaned:
    """The cleaned tables by name, everything that a person may want to mend, and the ledger of rows.

    `reading` says what each heading was taken for (see `record_of`); `unread` what kept files and sheets from being
    read, where the others were looked at all the same.
    """

    tables: dict[str, pd.DataFrame]
    issues: pd.DataFrame
    ledger: pd.DataFrame
    reading: pd.DataFrame
    unread: tuple[InputError, ...] = ()

    @cached_property
    def problems(self) -> pd.DataFrame:
        """The issues in sentences, as `problems.told` returns them."""
        return problems.told(self.issues)


def clean(reading: Reading, settings: Settings, measures: Sequence[str]) -> Cleaned:
    """Return the typed tables of the contract, with the issues found and the ledger of rows.

    `measures` are those that the sheet Comparators may give.

    Returns
    -------
    Cleaned
        `tables`: one DataFrame a sheet of the contract, and `sub_grades`, one row a grade of a practice area.
        `issues`: `kind`, `code`, `file`, `sheet`, `row` (as Excel shows it), `column`, `value`, `nearest` (the nearest
        valid value), `parts` (what else its sentences need, as JSON) and `quarter` (period; its own, of a row that is
        held back or a repeat, missing where its date cannot be read). `ledger`: `file`, `sheet`, `table` and the counts
        of rows `read`, `used`, `held_back`, `repeats` and `left_out` (in doubt, or by settings), where read is the sum
        of the others. `reading`: see `record_of`.
    """
    raws = sorted(reading.sheets, key=lambda raw: (*_in_order(raw.file), raw.name))
    found = [problems.of_places([*({"file": bad.file} | bad.issue for bad in reading.skipped), *reading.notes])]
    tables = {sheet.table: _no_rows(sheet, settings) for sheet in SHEETS}
    rows: dict[str, pd.DataFrame] = {}
    wrong: dict[str, pd.DataFrame] = {}
    for sheet in SHEETS:
        mine = [raw for raw in raws if raw.sheet is sheet and len(raw.rows)]
        if mine:
            rows[sheet.table], wrong[sheet.table] = _typed(sheet, mine, settings, measures)
    people = [values for raw in raws for values in columns_of_people(raw, settings)]
    references = references_of(rows, people)
    typed_tables, joined = one_name_each(rows)
    left_out = counted.none(settings)
    for sheet in SHEETS:
        if table := sheet.table if sheet.table in rows else None:
            written = rows[table][sheet.key[0]] if sheet.key else None
            tables[table], of_sheet, out = _each_once(sheet, typed_tables[table], wrong[table], written, settings)
            found.append(of_sheet)
            left_out = out if sheet is AUDITS else left_out
    tables["answer_rows"], of_answers, unused = answers.of_known_audits(tables, left_out)
    found.append(of_answers)
    ledger = _ledger(raws, tables, pd.concat(found), pd.concat([left_out[SOURCE], unused]))
    tables, warnings = deriving.derive(tables, settings, references)
    tables["audits_left_out"] = counted.each_once(left_out)
    found += [warnings, cautions(tables["audits"], raws), problems_of_names(reading, references)]
    every = problems.in_order(_nobody_in_ids(pd.concat(found), settings))
    period = pd.PeriodDtype(quarter_frequency(settings.year_start_month))
    quarters = every["quarter"] if "quarter" in every else pd.Series(pd.NaT, index=every.index)
    spellings = joined[~joined["spelling"].isin(list(references_in(joined["spelling"], references)))]
    record = record_of(raws, ledger, spellings)
    return Cleaned(tables, every.assign(quarter=quarters.astype(period)), ledger, record)


def _nobody_in_ids(found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return issues without the IDs of audits, where a part of these is a reference."""
    if not any(AUDITS.column(name).kind == "reference" for name in settings.parts_of_audit_id):
        return found
    ids = [settings.key_of(AUDITS), *(AUDITS.column(name).heading for name in ("audit_id", "reaudit_of"))]
    return found.assign(value=found["value"].mask(found["column"].isin(ids), ""))


def _in_order(file: str) -> tuple[list[object], str]:
    """Return what files are sorted by: their names, in which numbers count as numbers: v10 comes after v9."""
    parts = re.split(r"(\d+)", file.casefold())
    return [int(part) if place % 2 else part for place, part in enumerate(parts)], file


def _each_once(
    sheet: Sheet, table: pd.DataFrame, found: pd.DataFrame, written: pd.Series | None, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the rows of a sheet that are used, the issues of all its rows, and the rows left out.

    `written` are its keys as written. Of numbers that are their file's alone, equal rows are overlapping exports.
    """
    every_row, overlapping = table, problems.none()
    if settings.audit_id_unique_in == "file":
        once, overlapping = as_often_as_in_one_file(table, whole=True) if sheet is AUDITS else (table, overlapping)
        table, found = of_its_file(once), found[found.index.isin(once.index)]
    left_out, why = counted.left_out(table, settings) if sheet is AUDITS else (table[:0], problems.none())
    out = left_out.index
    table, found = table.drop(index=out), found[~found.index.isin(out)]
    if sheet is AUDITS:
        certain = table.drop(index=found[found["kind"] == HELD_BACK].index.unique())
        found = pd.concat([found, counted.far_off(certain, settings)])
    held = found[found["kind"] == HELD_BACK].index.unique()
    kept = table.drop(index=held) if len(held) else table
    wins = settings.last_file_wins(sheet)
    heading = settings.key_of(sheet)
    if written is None:
        kept, repeats = as_often_as_in_one_file(kept)
    else:
        kept, repeats = once_each(kept, sheet, wins, written, heading)
    alike = with_the_key_of_another(table, held, sheet, heading)
    every = pd.concat([found, overlapping, repeats, alike])
    quarters = deriving.quarters_of(every_row.loc[every.index.unique()], sheet, settings)
    every = pd.concat([every.assign(quarter=quarters.reindex(every.index)), why])
    return kept.reset_index(drop=True), every, left_out


def _typed(
    sheet: Sheet, raws: list[RawSheet], settings: Settings, measures: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all rows of a sheet, typed, and what is wrong with them, each row by itself."""
    gathered = _gathered(sheet, raws, settings)
    if sheet is COMPARATORS:
        gathered = comparators.as_the_measures_say(gathered, settings, measures)
    if sheet is FEEDBACK:
        gathered = scores.with_scales(gathered, settings)
    table = gathered[SOURCE]
    saved = {raw.file: pd.Timestamp(raw.saved) for raw in raws if raw.saved}
    missing = pd.Series(pd.NA, index=table.index, dtype="str")
    found = [problems.none()]
    for name in _names(sheet, gathered):
        column = settings.column(sheet, name)
        heading = column.heading + name.removeprefix(column.name)
        if name not in gathered and not column.required:
            table[name] = pd.Series(index=table.index, dtype=dtype_of(column.kind, settings))
            continue
        values = gathered.pop(name) if name in gathered else missing
        table[name], wrong = typed(values, column, settings.of_area(name.partition(": ")[2]))
        if column.kind == "month_or_date" or (column.kind == "date" and len(wrong)):
            month_first = columns_month_first(values, table)
            wrong = pd.concat([wrong.drop(index=month_first.index, errors="ignore"), month_first])
        milder_by = _NO_ROW_HANGS_ON.get(column.name) or _NO_ROW_HANGS_ON.get(column.kind)
        if milder_by and not column.required:
            milder = wrong["code"] + milder_by
            wrong = wrong.assign(code=milder.where(milder.isin(list(RULES)), wrong["code"]))
        found.append(problems.of_rows(table.loc[wrong.index], wrong, heading, as_text(values[wrong.index])))
        if column.required:
            why = issue("action_without_a_number") if sheet is ACTIONS and name in sheet.key else issue("blank")
            found.append(problems.of_rows(table[values.isna()], why, heading))
        if column.kind == "date" and saved:
            found.append(_after_the_last_save(table.drop(index=wrong.index), name, heading, saved))
    if sheet is COMPARATORS:
        found.append(comparators.contradictions(table, settings, measures))
    if sheet is FEEDBACK:
        table, meaningless = scores.on_their_scale(table)
        found.append(meaningless)
    every = pd.concat(found)
    table = identified(table, sheet, settings)
    return table, _whole_actions(table, every) if sheet is ACTIONS else every


def _no_rows(sheet: Sheet, settings: Settings) -> pd.DataFrame:
    kinds = {column.name: dtype_of(column.kind, settings) for column in sheet.columns if not column.prefix}
    sources = {"source_file": "str", "source_sheet": "str", "source_row": "Int64"}
    return _empty(tuple((sources | kinds).items())).copy()


@lru_cache
def _empty(kinds: tuple[tuple[str, Any], ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds})


def _gathered(sheet: Sheet, raws: list[RawSheet], settings: Settings) -> pd.DataFrame:
    """Return the rows of every raw sheet of one kind, with their sources, blanks as missing."""
    labels = _labels([name.partition(": ")[2] for raw in raws for name in raw.rows.columns], settings.practice_areas)
    frames = []
    for raw in raws:
        columns = {name: settings.column(sheet, name) for name in raw.rows.columns}
        values = {name: _no_noughts(plain(raw.rows[name], column), sheet) for name, column in columns.items()}
        rows = pd.DataFrame(values, index=raw.rows.index).rename(columns=lambda name: _one_label(name, labels))
        numbers = rows.index.astype("Int64")
        rows = rows.assign(source_file=raw.file, source_sheet=raw.name, source_row=numbers)
        frames.append(_filled_down(rows, sheet))
    return pd.concat(frames, ignore_index=True)


def _names(sheet: Sheet, gathered: pd.DataFrame) -> list[str]:
    """Return the contract's columns, and after them those that have a label of their own."""
    names = [column.name for column in sheet.columns if not column.prefix]
    return [*names, *(name for name in gathered.columns if ": " in name)]


def _labels(written: Iterable[str], areas: Sequence[str]) -> dict[str, str]:
    """Return how each label is spelt, folded: as in the settings, else as most headings have it, else by alphabet."""
    times = Counter(written)
    by_use = sorted(times, key=lambda label: (-times[label], label))
    labels: dict[str, str] = {}
    for label in (*areas, *by_use):
        labels.setdefault(fold(label), label)
    return labels


def _one_label(name: str, labels: dict[str, str]) -> str:
    """Return a prefix column's name with its label spelt as it is elsewhere."""
    prefix, colon, label = name.partition(": ")
    return f"{prefix}: {labels[fold(label)]}" if colon else name


def _no_noughts(values: pd.Series, sheet: Sheet) -> pd.Series:
    """Return the values of a key without noughts, if there are several: 0 is what a link to an empty cell gives."""
    if values.name not in sheet.key or values.dtype != object:
        return values
    nought = values.isin([0, "0"])
    return values.mask(nought) if nought.sum() > 1 else values


def _filled_down(rows: pd.DataFrame, sheet: Sheet) -> pd.DataFrame:
    """Return the rows with what an action says once said on each of its steps.

    A row without an Action ID that has an action or a date of its own is no step of the one above: its ID stays blank.
    """
    if sheet is not ACTIONS or rows.empty:
        return rows
    shared = [name for name in ("raised", "action", "audit_id", "theme", "reporting_quarter") if name in rows]
    begins = rows["action_id"].notna()
    for name in ("raised", "action"):
        if name in rows:
            above = rows[name].ffill().shift().astype("str")
            begins |= rows[name].notna() & (rows[name].astype("str") != above).fillna(True)
    action = begins.cumsum()
    filled = {name: rows.groupby(action, sort=False)[name].ffill() for name in ["action_id", *shared]}
    return rows.assign(**filled)


def _after_the_last_save(
    table: pd.DataFrame, name: str, heading: str, saved_on: dict[str, pd.Timestamp]
) -> pd.DataFrame:
    """Return a warning for each date that was still to come when its workbook was last saved."""
    saved = table["source_file"].map(saved_on)
    rows = table[table[name] > saved]
    date, last = (days.dt.strftime("%d/%m/%Y").astype("str") for days in (rows[name], saved[rows.index]))
    return problems.of_rows(rows, issue("after_last_save", date=date, saved=last), heading, date)


def _whole_actions(table: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return the issues with an action held back whole when one of its steps is: half of it would mislead."""
    held = found[found["kind"] == HELD_BACK].index.unique()
    block = table["source_file"] + "\n" + table["source_sheet"] + "\n" + table["action_id"]
    cause = table.loc[held, "source_row"].groupby(block[held]).first()
    rest = table[block.isin(cause.index) & ~table.index.isin(held)]
    rows = block[rest.index].map(cause).astype("str")
    return pd.concat(
        [found, problems.of_rows(rest, issue("step_held_back", cause=rows), "Action ID", rest["action_id"])]
    )


def _ledger(
    raws: list[RawSheet], tables: dict[str, pd.DataFrame], found: pd.DataFrame, left_out: pd.DataFrame
) -> pd.DataFrame:
    """Return the rows read, used, held back, repeated and left out of each raw sheet.

    Raises
    ------
    RuntimeError
        If a row was lost or counted twice, which is a fault of this package.
    """
    ledger = pd.DataFrame(
        [(raw.file, raw.name, raw.sheet.table, len(raw.rows) + raw.left_out) for raw in raws],
        columns=["file", "sheet", "table", "read"],
    )
    sources = [table[["source_file", "source_sheet"]] for table in tables.values() if len(table)]
    used = pd.concat([source.set_axis(["file", "sheet"], axis="columns") for source in sources] or [ledger.iloc[:0]])
    for name, rows in (
        ("used", used),
        ("held_back", found[problems.rows_held_back(found)]),
        ("repeats", found[found["kind"] == REPEAT]),
        ("left_out", left_out[SOURCE[:2]].set_axis(["file", "sheet"], axis="columns")),
    ):
        sizes = rows.groupby(["file", "sheet"]).size().to_dict() if len(rows) else {}
        ledger[name] = [sizes.get((raw.file, raw.name), 0) for raw in raws]
    ledger["left_out"] += [raw.left_out for raw in raws]
    unbalanced = ledger[ledger["read"] != ledger[["used", "held_back", "repeats", "left_out"]].sum(axis="columns")]
    if len(unbalanced):
        raise RuntimeError(f"rows were lost or counted twice:\n{unbalanced.to_string()}")
    return ledger


def record_of(raws: list[RawSheet], ledger: pd.DataFrame, spellings: pd.DataFrame) -> pd.DataFrame:
    """Return what was understood of each heading of the sheets that were read, and what became of their rows.

    Returns
    -------
    DataFrame
        One row a heading, in the order of the sheet: `file`, `sheet`, `heading` (as it is written), `column` (the
        contract's; nothing where it is not counted), `how` (how it was found and its dates are written, or why it is
        not counted), `spellings` (which were taken for one name, in any file) and, of the sheet, `table` and the counts
        of rows of the ledger. A sheet of which no heading was read has one row.
    """
    written = list(zip(spellings["table"], spellings["column"], strict=True))
    together = problems.joined(spellings["spelling"].set_axis(written), by="; ").to_dict()
    record = []
    for raw, rows in zip(raws, ledger.to_dict("records"), strict=True):
        for each in raw.choices or [Choice(0, "", "", "")]:
            column = raw.sheet.heading(each.name) if each.name else ""
            one_name = together.get((raw.sheet.table, column), "")
            is_date = each.name in raw.rows and raw.sheet.column(each.name.partition(": ")[0]).kind == "date"
            ways = is_date and ways_written(raw.rows[each.name])
            how = f"{each.how}; written {ways}" if ways else each.how
            record.append(rows | {"heading": each.heading, "column": column, "how": how, "spellings": one_name})
    texts = ["file", "sheet", "heading", "column", "how", "spellings"]
    counts = ["read", "used", "held_back", "repeats", "left_out"]
    dtypes = dict.fromkeys([*texts, "table"], "str") | dict.fromkeys(counts, "int64")
    return pd.DataFrame(record, columns=list(dtypes)).astype(dtypes)
