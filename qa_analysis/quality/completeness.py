"""The quality of the data in figures: rows used and held back, completeness, figures in texts, late moderation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.contract import problems
from qa_analysis.contract.columns import SHEETS, Column, Sheet
from qa_analysis.contract.problems import HELD_BACK, PLACE
from qa_analysis.contract.rules import OWN_WORDS
from qa_analysis.metrics.share import share, truths, with_share
from qa_analysis.quality.claims import WRITTEN_TEXTS, claims_in
from qa_analysis.quality.to_mend import may_be_printed, sources, tables_of
from qa_analysis.text import count_of, listed, plural

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

# Columns that are only filled where something holds; the others are expected in every row.
_EXPECTED_OF: Mapping[tuple[str, str], tuple[str, Callable[[pd.DataFrame], pd.Series]]] = {
    ("audits", "moderation_date"): (" (of moderated audits)", lambda audits: audits["moderated"]),
    ("actions", "completed"): (" (of complete steps)", lambda actions: actions["status"] == "Complete"),
}
# Columns whose blanks say something, so that blanks are no gaps.
_BLANK_MEANS_NO = {
    ("audits", "moderated"),
    ("audits", "moderated_grade"),
    ("audits", "reaudit_of"),
    ("comparators", "level_of_need"),
    ("comparators", "category"),
    ("comparators", "count"),
    ("comparators", "denominator"),
    ("comparators", "percent"),
}


def held_back_by_reason(data: Data, quarter: pd.Period) -> pd.DataFrame:
    """Return how many rows are held back for each reason; a row with several reasons counts for each.

    Returns
    -------
    DataFrame
        `reason` (text, without any value), `rows`, `this_quarter` (int) and `no_quarter` (int; without a date that can
        be read).
    """
    held = data.issues[data.issues["kind"] == HELD_BACK]
    own = held["quarter"]
    said = problems.said(held, None)["reason"]
    reason = said.str[:1].str.upper() + said.str[1:]
    each = held.assign(reason=reason, this_quarter=own == quarter, no_quarter=own.isna())
    counts = {"rows": ("row", "size"), "this_quarter": ("this_quarter", "sum"), "no_quarter": ("no_quarter", "sum")}
    counted = each.drop_duplicates([*PLACE, "reason"]).groupby("reason").agg(**counts).astype(int).reset_index()
    return counted.sort_values(["rows", "reason"], ascending=[False, True], ignore_index=True)


def claims_checked(data: Data) -> str:
    """Return how many percentages of the analysts' own texts were checked against the counts beside them."""
    texts = (
        text for table, column in WRITTEN_TEXTS.items() for text in getattr(data, table)[column].dropna().astype("str")
    )
    claims = [claim for text in texts for claim in claims_in(text)]
    if not claims:
        return "No text of the analysts' gives a percentage with its counts."
    right = sum(claim.right for claim in claims)
    verb = "follows from its counts" if len(claims) == 1 else "follow from their counts"
    return f"{plural(len(claims), 'percentage')} checked: {count_of(right, len(claims))} {verb}."


def late_moderations(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return how many of the audits with a date of moderation were moderated after their quarter had closed.

    Returns
    -------
    DataFrame
        `quarter` (period), `count`, `denominator` (int) and `percent` (0–100), as `share` returns them.
    """
    dated = audits[audits["moderation_date"].notna()]
    late = share(dated, by={"quarter": list(quarters)}, where=_days_late(dated) > 0, interval=False)
    return late[["quarter", "count", "denominator", "percent"]]


def late_rows(audits: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return the audits of a quarter that were moderated after it had closed: `file`, `sheet`, `row`, `days_late`."""
    mine = audits[(audits["quarter"] == quarter) & audits["moderation_date"].notna()]
    days = _days_late(mine)
    return sources(mine)[["file", "sheet", "row"]].assign(days_late=days)[days > 0].reset_index(drop=True)


def _days_late(audits: pd.DataFrame) -> pd.Series:
    days: pd.Series = (audits["moderation_date"].dt.normalize() - audits["quarter"].dt.end_time.dt.normalize()).dt.days
    return days


def completeness(data: Data, quarter: pd.Period) -> pd.DataFrame:
    """Return how many rows of a quarter are filled, for each column of the contract that may be left blank.

    Required columns are filled in every row that is used; columns in which a blank says something are left out.

    Returns
    -------
    DataFrame
        `column` (text: sheet and heading), `count`, `denominator` (int; the rows in which it is expected), `percent`
        (0–100; NaN where there are none), `all_quarters` (text: the same over the whole history) and `complete`
        (bool: filled in every row of the history). The least complete first.
    """
    rows = []
    for column, filled, quarters in (each for sheet in SHEETS for each in _filled(data, sheet)):
        if len(filled):
            mine, ever = quarters == quarter, int(filled.sum())
            rows.append((column, int(filled[mine].sum()), int(mine.sum()), count_of(ever, len(filled)), filled.all()))
    columns = ["column", "count", "denominator", "all_quarters", "complete"]
    shares = with_share(pd.DataFrame(rows, columns=columns), interval=False)
    in_order = shares.sort_values(["percent", "column"], ignore_index=True)
    return in_order[["column", "count", "denominator", "percent", "all_quarters", "complete"]]


def gaps(columns: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that are not complete, for print."""
    return columns[~columns["complete"]].drop(columns="complete").reset_index(drop=True)


def complete_columns(columns: pd.DataFrame) -> str:
    """Return which columns are filled in every row, in a sentence."""
    complete = columns.loc[columns["complete"], "column"]
    if complete.empty:
        return "No column that may be left blank is filled in every row."
    return f"Filled in every row of every quarter: {listed(complete)}."


def _filled(data: Data, sheet: Sheet) -> Iterator[tuple[str, pd.Series, pd.Series]]:
    """Yield, for each column that may be blank, whether each row has it filled, and the rows' quarters."""
    table = getattr(data, sheet.table)
    for column in sheet.columns:
        place = (sheet.table, column.name)
        if column.prefix:
            yield from _filled_areas(data, sheet, column)
        elif column.name in table and not column.required and place not in _BLANK_MEANS_NO:
            expected, where = _EXPECTED_OF.get(place, ("", None))
            rows = table if where is None else table[truths(where(table))]
            yield f"{sheet.name}: {column.heading}{expected}", rows[column.name].notna(), rows["quarter"]


def _filled_areas(data: Data, sheet: Sheet, column: Column) -> Iterator[tuple[str, pd.Series, pd.Series]]:
    audits, grades = data.audits, data.sub_grades
    for area in grades["practice_area"].cat.categories:
        graded = set(grades.loc[grades["practice_area"] == area, "audit_id"])
        filled = audits["audit_id"].isin(graded)
        yield f"{sheet.name}: {column.heading}: {area}", filled, audits["quarter"]


def ledger(data: Data, quarter: pd.Period) -> pd.DataFrame:
    """Return the rows of each sheet of each file: read, used, of them in the quarter, held back, repeats, left out."""
    used = pd.concat([sources(table) for table in tables_of(data).values()], ignore_index=True)
    mine = used[used["quarter"] == quarter].groupby(["file", "sheet"]).size().rename("this_quarter").reset_index()
    together = data.ledger.merge(mine, on=["file", "sheet"], how="left")
    together["this_quarter"] = together["this_quarter"].fillna(0).astype(int)
    return together[["file", "sheet", "table", "read", "used", "this_quarter", "held_back", "repeats", "left_out"]]


def ledger_by_sheet(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger added up over files: one row a sheet of the contract, and the total."""
    names = {sheet.table: sheet.name for sheet in SHEETS} | {"Total": "Total"}
    counts = ["read", "used", "this_quarter", "held_back", "repeats", "left_out"]
    sums = rows.groupby("table", sort=False)[counts].sum().reset_index()
    total = pd.DataFrame([{"table": "Total", **sums[counts].sum()}])
    together = pd.concat([sums, total], ignore_index=True)
    return together.assign(sheet=together["table"].map(names))[["sheet", *counts]]


def ledger_by_file(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger's lines that have rows, without the names of tables."""
    return rows[rows["read"] > 0].drop(columns="table").reset_index(drop=True)


def headings_read(data: Data) -> pd.DataFrame:
    """Return what each heading was taken for, as it may be printed, sheet by sheet.

    Returns
    -------
    DataFrame
        `sheet`, `heading`, `column` (the contract's), `how` and `files` (int: in how many files it stands so).
    """
    show = may_be_printed(data.settings)
    texts = {name: data.reading[name].map(lambda text: show(text, OWN_WORDS)) for name in ("heading", "column")}
    same = data.reading.assign(**texts).groupby(["sheet", "heading", "column", "how"], sort=False)
    return same["file"].nunique().rename("files").reset_index()
