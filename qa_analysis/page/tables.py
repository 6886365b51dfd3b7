"""Tables as they are printed: readable headings, numbers to the right, percentages from their counts."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.contract.quarters import months_of, quarter_name
from qa_analysis.metrics.actions import LATE, LATER, NO_DATE, SOON
from qa_analysis.text import day, percent, plural, rounded_percent

NONE = "–"
_FIELD = re.compile(r"[a-z][a-z0-9_]*")
_HEADINGS = {
    "denominator": "Out of", "ci_low": "95% interval", "mean": "Mean, %", "limit_low": "Lower limit, %",
    "limit_high": "Upper limit, %", "signal": "Stands out",
    "the_quarter_before": "The quarter before",
    ALL: "Whole service",
}  # fmt: skip
_SUPPRESSED = "suppressed"  # the note of a row with hidden numbers
_SHOWN_WHERE_USED = [
    "month", "value", "note", "ci_low", "ci_high", "mean", "limit_low", "limit_high", "signal", "the_quarter_before"
]  # fmt: skip


class Column(NamedTuple):
    """A column as it is printed; its kind, "number", "date" or none, says how it is aligned."""

    heading: str
    cells: list[str]
    kind: str = ""


def printed(table: pd.DataFrame) -> list[Column]:
    """Return a table's columns as they are printed; the first heads its rows, or the index where it has a name.

    Quarters, months and dates are printed as people write them. `percent` is rounded half up from the row's `count`
    and `denominator` where both stand beside it; `ci_low` and `ci_high` (0–100) become one column, "95% interval". A
    missing value is a dash; the interval, `month`, `value` and `note` are left out where no row has one. In a row
    whose `note` is "suppressed" the numbers that are hidden say so.

    Examples
    --------
    >>> printed(pd.DataFrame({"level_of_need": ["EH"], "count": [8]}))[1]
    Column(heading='Count', cells=['8'], kind='number')
    """
    plain = table.set_axis(list(table.columns), axis="columns")
    if plain.index.names != [None]:
        plain = plain.reset_index()
    unused = [name for name in _SHOWN_WHERE_USED if name in plain and (plain[name].isna() | plain[name].eq("")).all()]
    shown = plain.drop(columns=unused)
    columns = [_column(shown, name) for name in shown if not (name == "ci_high" and "ci_low" in shown)]
    if "note" not in shown or not (hidden := shown["note"].eq(_SUPPRESSED)).any():
        return columns
    nothing_else = set(shown["note"]) <= {"", _SUPPRESSED}
    return [_told(column, hidden) for column in columns if not (column.heading == "Note" and nothing_else)]


def _told(column: Column, hidden: pd.Series[bool]) -> Column:
    """Return a column of numbers in which those that are hidden say so."""
    if column.heading not in ("Count", "Percent", "Out of"):
        return column
    told = zip(column.cells, hidden, strict=True)
    return column._replace(cells=[_SUPPRESSED if gone and cell == NONE else cell for cell, gone in told])


def printed_actions(states: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return actions (see `metrics.actions.action_states`) as they are printed: each with its steps."""
    rows = states.assign(theme=states["theme"].fillna("")).to_dict("records")
    return [row | {"state": action_state(row), "steps": list(_steps(row))} for row in rows]


def _steps(action: Mapping[Any, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield what each step is, who leads it, by when, and whether it was done at the quarter's end or on which day."""
    parts = ("steps", "details", "leads", "timescales", "done", "later")
    for number, detail, lead, timescale, done, later in zip(*(action[part] for part in parts), strict=True):
        answer = "Yes" if done else "No" if pd.isna(later) else f"On {day(later)}"
        yield ". ".join(filter(None, (number, detail))), lead, timescale, answer


class Steps(NamedTuple):
    """A group of steps as it is printed: when they are due, whether that is past, and of each its cells."""

    name: str
    late: bool
    rows: list[tuple[str, str, str, str]]


def printed_steps(steps: pd.DataFrame, quarter: pd.Period) -> list[Steps]:
    """Return steps (see `metrics.actions.steps_by_date`) as they are printed, in their four groups."""
    end, (*_, last) = quarter.end_time, months_of(quarter)
    names = {
        LATE: f"Late at {end.day} {end:%B}", SOON: f"{last + 1:%B} and {last + 2:%B}", NO_DATE: "No date",
        LATER: "Later",
    }  # fmt: skip
    return [
        Steps(name, when == LATE, [_step(row) for row in steps[steps["when"] == when].to_dict("records")])
        for when, name in names.items()
    ]


def _step(row: Mapping[Any, Any]) -> tuple[str, str, str, str]:
    done = f"; done on {day(row['completed'])}" if row["done_later"] else ""
    lead = NONE if pd.isna(row["lead"]) else row["lead"] or NONE
    return f"{row['timescale'] or NONE}{done}", row["action"].rstrip("."), row["place"] or NONE, lead


def action_state(action: Mapping[Any, Any]) -> str:
    """Return the state of an action in words.

    Examples
    --------
    >>> action_state({"state": "overdue", "days_overdue": 31, "days_open": 1})
    'Overdue by 31 days, open for 1 day'
    >>> agreed = pd.Timestamp(2025, 10, 9)
    >>> action_state({"state": "open", "days_overdue": pd.NA, "days_open": pd.NA, "raised": agreed})
    'Open, agreed on 9 October 2025'
    """
    state = {"no date": "No date set"}.get(action["state"], str(action["state"]).capitalize())
    overdue, days = action["days_overdue"], action["days_open"]
    if pd.notna(overdue):
        state = f"{state} by {plural(int(overdue), 'day')}" if overdue else "Overdue: due on the quarter's last day"
    if pd.isna(days):
        return state if action["state"] == "complete" else f"{state}, agreed on {day(action['raised'])}"
    return f"{state}{'' if state == 'Open' else ', open'} for {plural(int(days), 'day')}"


def heading(name: object) -> str:
    """Return the name of a column as its printed heading.

    Examples
    --------
    >>> heading("level_of_need"), heading("H&P"), heading("denominator")
    ('Level of need', 'H&P', 'Out of')
    """
    text = _value(name)
    if text in _HEADINGS:
        return _HEADINGS[text]
    return text.replace("_", " ").capitalize() if _FIELD.fullmatch(text) else text


def _column(table: pd.DataFrame, name: Any) -> Column:
    values = table[name]
    if name == "percent":
        return Column("Percent", list(_percentages(table)), "number")
    if name == "ci_low" and "ci_high" in table:
        limits = zip(values, table["ci_high"], strict=True)
        cells = [NONE if pd.isna(low) or pd.isna(high) else f"{_whole(low)} to {_whole(high)}" for low, high in limits]
        return Column(heading(name), cells, "number")
    if name == "level_of_need":
        return Column(heading(name), [_HEADINGS[ALL] if code == ALL else _value(code) for code in values])
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return Column(heading(name), list(_numbers(values)), "number")
    is_date = pd.api.types.is_datetime64_dtype(values) or isinstance(values.dtype, pd.PeriodDtype)
    return Column(heading(name), [_value(value) for value in values], "date" if is_date else "")


def _percentages(table: pd.DataFrame) -> Iterator[str]:
    """Yield the printed percentages: from the counts where the row has them, else from the percentage itself."""
    counted = table.reindex(columns=["count", "denominator"]).notna().all(axis="columns")
    for row, has_counts in zip(table.to_dict("records"), counted, strict=True):
        if has_counts:
            yield percent(float(row["count"]), float(row["denominator"]))
        else:
            yield NONE if pd.isna(row["percent"]) else f"{_whole(row['percent'])}%"


def _whole(percentage: float) -> str:
    return rounded_percent(float(percentage), 100).replace("-", "−")


def _numbers(values: pd.Series) -> Iterator[str]:
    """Yield numbers for print: whole where all of them are, else with one decimal, rounded half up."""
    known = values.dropna().astype(float)
    unit = Decimal(1) if (known == known.round()).all() else Decimal("0.1")
    for value in values:
        yield NONE if pd.isna(value) else f"{Decimal(str(value)).quantize(unit, ROUND_HALF_UP):,}".replace("-", "−")


def _value(value: Any) -> str:
    """Return one value as people write it: a quarter, a month, a day, yes or no, or the text itself."""
    if isinstance(value, pd.Period) and value.freqstr.startswith("Q"):
        return quarter_name(value)
    if isinstance(value, pd.Period) and value.freqstr == "M":
        return f"{value:%B %Y}"
    if pd.isna(value):
        return NONE
    if isinstance(value, pd.Timestamp):
        return day(value)
    return ("Yes" if value else "No") if isinstance(value, bool | np.bool_) else str(value)
