"""The quality of the data in figures: rows read, used and held back, headings, completeness, late moderation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.contract.columns import SHEETS, Column, Sheet
from qa_analysis.contract.rules import OWN_WORDS
from qa_analysis.metrics.share import truths, with_share
from qa_analysis.quality.to_mend import may_be_printed, sources, tables_of
from qa_analysis.text import count_of

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

_COLUMNS_NAMED = 10
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


def late_rows(audits: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return the audits of a quarter that were moderated after it had closed: `file`, `sheet`, `row`, `days_late`."""
    mine = audits[(audits["quarter"] == quarter) & audits["moderation_date"].notna()]
    days = _days_late(mine)
    return sources(mine)[["file", "sheet", "row"]].assign(days_late=days)[days > 0].reset_index(drop=True)


def _days_late(audits: pd.DataFrame) -> pd.Series:
    days: pd.Series = (audits["moderation_date"].dt.normalize() - audits["quarter"].dt.end_time.dt.normalize()).dt.days
    return days


def completeness(data: Data, quarter: pd.Period) -> pd.DataFrame:
    """Return the columns that are not filled in every row of a quarter, the ten least filled at most.

    Required columns are filled in every row that is used; columns in which a blank says something, and those that are
    nowhere filled because the workbooks have no such column, are left out.

    Returns
    -------
    DataFrame
        `column` (text: sheet and heading), `count`, `denominator` (int; the rows in which it is expected), `percent`
        (0–100) and `all_quarters` (text: the same over the whole history). The least complete first.
    """
    rows = []
    for column, filled, quarters in (each for sheet in SHEETS for each in _filled(data, sheet)):
        mine, ever = quarters == quarter, int(filled.sum())
        if ever and not filled[mine].all():
            rows.append((column, int(filled[mine].sum()), int(mine.sum()), count_of(ever, len(filled))))
    columns = ["column", "count", "denominator", "all_quarters"]
    shares = with_share(pd.DataFrame(rows, columns=columns), interval=False)
    in_order = shares.sort_values(["percent", "column"], ignore_index=True)[:_COLUMNS_NAMED]
    return in_order[["column", "count", "denominator", "percent", "all_quarters"]]


def _filled(data: Data, sheet: Sheet) -> Iterator[tuple[str, pd.Series, pd.Series]]:
    """Yield, for each column that may be blank, whether each row has it filled, and the rows' quarters."""
    table = getattr(data, sheet.table)
    for column in sheet.columns:
        place = (sheet.table, column.name)
        if column.prefix and column.name != "sub_grades":
            continue
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
    """Return the rows of each sheet of the contract and of all: read, used, of them in the quarter, and the others.

    Returns
    -------
    DataFrame
        `sheet`, `read`, `used`, `this_quarter`, `held_back`, `repeats` and `left_out`; by file they are in
        `reading.csv`.
    """
    names = {sheet.table: sheet.name for sheet in SHEETS}
    sums = data.ledger.groupby("table", sort=False)[["read", "used", "held_back", "repeats", "left_out"]].sum()
    mine = {name: int((table["quarter"] == quarter).sum()) for name, table in tables_of(data).items()}
    sums.insert(2, "this_quarter", sums.index.map(mine))
    named = sums.rename(index=names)
    return pd.concat([named, named.sum().to_frame("Total").T]).rename_axis("sheet").reset_index()


def headings_read(data: Data) -> pd.DataFrame:
    """Return what each heading was taken for, as it may be printed, sheet by sheet.

    Returns
    -------
    DataFrame
        `sheet`, `heading`, `column` (the contract's), `how`, `taken_for_one` (spellings of one name) and `files` (int:
        in how many files it stands so).
    """
    show = may_be_printed(data.settings)
    record = data.reading[data.reading["heading"] != ""].rename(columns={"spellings": "taken_for_one"})
    written = ["heading", "column", "taken_for_one"]
    texts = {name: record[name].map(lambda text: text and show(text, OWN_WORDS)) for name in written}
    same = record.assign(**texts).groupby(["sheet", "heading", "column", "how", "taken_for_one"], sort=False)
    return same["file"].nunique().rename("files").reset_index()
