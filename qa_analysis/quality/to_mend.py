"""What to mend in the workbooks, most urgent first, in words that may be printed.

No cell of a workbook is repeated unless it is a word of the settings, much like one, or a date: what stands in the
wrong column may be the name of a child. Where it stands is always told.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from qa_analysis.cleaning.privacy import personal_details
from qa_analysis.contract import problems
from qa_analysis.contract.columns import SHEETS
from qa_analysis.contract.problems import CAUTION, DOUBT, HELD_BACK, NOTE, PLACE, PRIVACY, REPEAT, WARNING, WRONG_CLAIM
from qa_analysis.contract.quarters import quarter_name
from qa_analysis.contract.rules import OWN_WORDS, RULES, Show
from qa_analysis.metrics.catalogue import NAMES
from qa_analysis.quality.check import problems_of_claims, problems_of_privacy
from qa_analysis.text import first_few, fold, listed, plural

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings
    from qa_analysis.store.data import Data

_NOT_SHOWN = "…"
_ROWS_NAMED, _POINTS = 12, 60
_MUCH_ALIKE = 0.85
_COUNTED = (
    (DOUBT, "thing in doubt", "things in doubt"),
    (PRIVACY, "text or name that may hold a personal detail", "texts or names that may hold a personal detail"),
    (HELD_BACK, "row held back", "rows held back"),
    (WRONG_CLAIM, "wrong percentage", "wrong percentages"),
    (CAUTION, "caution", "cautions"),
    (WARNING, "warning", "warnings"),
    (NOTE, "note", "notes"),
)
_URGENCY = [kind for kind, _, _ in _COUNTED]
_NAMES_ITS_COLUMN = {code for code, rule in RULES.items() if rule.reason.startswith("{column}")}
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}")


def tables_of(data: Data) -> dict[str, pd.DataFrame]:
    """Return the cleaned tables of the contract by name."""
    return {sheet.table: getattr(data, sheet.table) for sheet in SHEETS}


def to_mend(data: Data) -> pd.DataFrame:
    """Return everything that a person should look at, as it may be printed.

    Returns
    -------
    DataFrame
        One row a problem: `kind` (text: doubt, personal detail, held back, wrong claim, …), `file`, `sheet`,
        `row` (Int64, as Excel shows it), `column` (nothing where `what` begins with it), `what`, `remedy` (text) and
        `quarter` (period; that of the row; of what is said of a sheet, that of its rows where they are of one; else
        missing). Most urgent kind first, then newest quarter.
    """
    tables = tables_of(data)
    known = data.issues[data.issues["kind"] != REPEAT]
    doubts, others = problems.most_costly(known, DOUBT), known[known["kind"] != DOUBT]
    every = pd.concat([problems_of_privacy(tables), doubts, others, problems_of_claims(tables)], ignore_index=True)
    found = problems.told(every, may_be_printed(data.settings)).astype({"kind": "str"})
    column = found["column"].mask(found["code"].isin(_NAMES_ITS_COLUMN), "")
    urgency = found["kind"].map(_URGENCY.index)
    quarters = _quarters(found, tables).mask(found["kind"].isin([DOUBT, CAUTION]))
    found = found.assign(column=column, what=found["reason"], quarter=quarters, urgency=urgency)
    found = found.sort_values(["urgency", "quarter"], ascending=[True, False], kind="stable", ignore_index=True)
    return found[["kind", *PLACE, "column", "what", "remedy", "quarter"]]


def _quarters(found: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return the quarter of each problem's row, or the only one of its sheet.

    A row that is held back belongs to the quarter of its own date, and without one to none.
    """
    used = pd.concat([sources(table) for table in tables.values()], ignore_index=True)
    of_row = found[PLACE].merge(used.drop_duplicates(PLACE), on=PLACE, how="left")["quarter"]
    quarters = used.groupby(["file", "sheet"])["quarter"].agg(["first", "nunique"])
    alone = quarters.loc[quarters["nunique"] == 1, "first"]
    of_sheet = pd.Series([alone.get(place) for place in zip(found["file"], found["sheet"], strict=True)])
    period = used["quarter"].dtype
    own = found["quarter"].astype(period)
    of_place = of_row.where(of_row.notna(), of_sheet.astype(period)).set_axis(found.index)
    return own.where(own.notna() | (found["kind"] == HELD_BACK), of_place)


def sources(table: pd.DataFrame) -> pd.DataFrame:
    """Return where each row of a cleaned table comes from and its quarter: `file`, `sheet`, `row`, `quarter`."""
    places = table[["source_file", "source_sheet", "source_row", "quarter"]]
    return places.set_axis([*PLACE, "quarter"], axis="columns")


def may_be_printed(settings: Settings) -> Show:
    """Return what shows of a cell or heading only what may be printed, “…” for the rest.

    That is what is, or is much like, a word of the settings, and dates; of headings and claims, which are the analysts'
    own words, what names nobody.
    """
    words = vocabulary(settings)

    @cache
    def show(text: str, conversion: str) -> str:
        like = difflib.get_close_matches(fold(text), words, n=1, cutoff=_MUCH_ALIKE)
        own_words = conversion == OWN_WORDS and not personal_details(text)
        return text if like or own_words or _DATE.fullmatch(text) else _NOT_SHOWN

    return show


def vocabulary(settings: Settings) -> set[str]:
    """Return the words that may be printed, folded: those of the settings and the contract."""
    values = settings.values
    lists = (values.finding_type, values.tone, values.status, values.answer)
    words = [
        *(word for grade in settings.grades for word in (grade.name, *grade.aliases)),
        *(word for level in settings.levels_of_need for word in (level.code, level.name, *level.aliases)),
        *(word for each in lists for name, words in each.items() for word in (name, *words)),
        *values.not_graded,
        *values.yes,
        *values.no,
        *NAMES,
        *settings.practice_areas,
        *(column.heading for sheet in SHEETS for column in sheet.columns),
    ]
    return {fold(word) for word in words}


def summary(found: pd.DataFrame, quarter: pd.Period) -> str:
    """Return how much is in doubt, and to mend for a quarter, for none that is known, and for the others, in sentences.

    Examples
    --------
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> found = pd.DataFrame({"kind": ["held back", "warning", "warning"], "quarter": quarters[[1, 0, 0]]})
    >>> print(summary(found, quarters[1]))
    For 2025-26 Q2: 1 row held back. For other quarters: 2 warnings. “…” stands for what may name a person.
    """
    doubts = _counted(in_doubt(found))
    here = _counted(of_quarter(found, quarter)) or "nothing to mend"
    rest = {
        "For no one quarter": _counted(of_no_quarter(found)),
        "For other quarters": _counted(of_other_quarters(found, quarter)),
    }
    more = "".join(f" {which}: {what}." for which, what in rest.items() if what)
    hidden = f" “{_NOT_SHOWN}” stands for what may name a person." if len(found) else ""
    return f"{f'{doubts}: see below. ' if doubts else ''}For {quarter_name(quarter)}: {here}.{more}{hidden}"


def _counted(found: pd.DataFrame) -> str:
    numbers = found["kind"].value_counts()
    return listed(plural(numbers[kind], one, many) for kind, one, many in _COUNTED if kind in numbers)


def of_quarter(found: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return the problems of a quarter."""
    return found[found["quarter"] == quarter]


def of_no_quarter(found: pd.DataFrame) -> pd.DataFrame:
    """Return the problems of no one quarter: of rows without a date that can be read, of whole sheets and files."""
    return found[found["quarter"].isna() & ~found["kind"].isin([DOUBT, CAUTION])]


def in_doubt(found: pd.DataFrame) -> pd.DataFrame:
    """Return what can be read in two ways, and what is counted but looks odd: a question of a whole sheet or column."""
    return found[found["kind"].isin([DOUBT, CAUTION])]


def of_other_quarters(found: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return the problems of the other quarters, newest first in each kind."""
    return found[found["quarter"].notna() & (found["quarter"] != quarter)]


def points(found: pd.DataFrame) -> list[str | tuple[str, str]]:
    """Return what to do as points of a list, equal ones together: where, and what is wrong and what to do.

    Examples
    --------
    >>> same = {"kind": "warning", "file": "q2.xlsx", "sheet": "Audits", "column": "Completed", "what": "is blank"}
    >>> points(pd.DataFrame([same | {"row": row, "remedy": "Fill it in."} for row in (7, 9)]))
    [('q2.xlsx [Audits], rows 7 and 9', 'Warning: Completed: is blank. Fill it in.')]
    """
    same = ["kind", "file", "sheet", "column", "what", "remedy"]
    grouped: list[tuple[Any, list[Any]]] = [
        (key, list(rows)) for key, rows in found.groupby(same, sort=False, dropna=False)["row"]
    ]
    said: list[str | tuple[str, str]] = [
        (
            f"{file}{f' [{sheet}]' if sheet else ''}{_rows_named(rows)}",
            f"{kind.capitalize()}: {f'{column}: ' if column else ''}{what}. {remedy}".strip(),
        )
        for (kind, file, sheet, column, what, remedy), rows in grouped
    ]
    return first_few(said, _POINTS, "more: the command qa-analysis check lists them all.")


def _rows_named(rows: list[Any]) -> str:
    known = [f"{row}" for row in sorted(row for row in rows if pd.notna(row))]
    if not known:
        return ""
    return f", row {known[0]}" if len(known) == 1 else f", rows {listed(first_few(known, _ROWS_NAMED))}"
