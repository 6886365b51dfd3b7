"""Tables as HTML: readable headings, numbers to the right, percentages from their counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from markupsafe import Markup

from qa_analysis.quarter import quarter_name
from qa_analysis.words import day, escape, percent, plural, rounded_percent

NONE = "–"
_FIELD = re.compile(r"[a-z][a-z0-9_]*")
_WHOLE_SERVICE = "All"
_HEADINGS = {
    "denominator": "Out of", "ci_low": "95% interval", "mean": "Mean, %", "limit_low": "Lower limit, %",
    "limit_high": "Upper limit, %", "signal": "Stands out",
    "the_quarter_before": "The quarter before", "difference": "Points (95% interval)",
    _WHOLE_SERVICE: "Whole service",
}  # fmt: skip
_SUPPRESSED = "suppressed"  # the note of a row with hidden numbers
_SHOWN_WHERE_USED = [
    "month", "value", "note", "ci_low", "ci_high", "mean", "limit_low", "limit_high", "signal", "the_quarter_before"
]  # fmt: skip

_TABLE = Markup(
    '<div class="table-scroll" tabindex="0" role="region" aria-label="{caption}"><table>\n'
    "<caption><span>{caption}</span></caption>\n<thead><tr>{headings}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>"
)
_KINDS = {
    "text": Markup(""),
    "number": Markup(' class="number"'),
    "date": Markup(' class="date"'),
}


class _Column(NamedTuple):
    heading: str
    cells: list[str]
    kind: str


def table_html(table: pd.DataFrame, caption: str) -> Markup:
    """Return a table as accessible HTML that scrolls inside itself where it is too wide.

    Parameters
    ----------
    table
        Any table with at least one column; the first column heads its rows, or the index where it has a name.
        Quarters, months and dates are printed as people write them. `percent` is rounded half up from the
        row's `count` and `denominator` where both stand beside it; `ci_low` and `ci_high` (0–100) become one
        column, "95% interval". A missing value is a dash; the interval, `month`, `value` and `note` are left
        out where no row has one. In a row whose `note` is "suppressed" the numbers that are hidden say so.
    caption
        What the table shows; also the name of the scrolling region.

    Examples
    --------
    >>> print(table_html(pd.DataFrame({"level_of_need": ["EH"], "count": [8]}), "Audits"))
    <div class="table-scroll" tabindex="0" role="region" aria-label="Audits"><table>
    <caption><span>Audits</span></caption>
    <thead><tr><th scope="col">Level of need</th><th scope="col" class="number">Count</th></tr></thead>
    <tbody>
    <tr><th scope="row">EH</th><td class="number">8</td></tr>
    </tbody></table></div>
    """
    columns = _columns(table)
    headings = Markup().join(
        Markup('<th scope="col"{}>{}</th>').format(_KINDS[column.kind], escape(column.heading)) for column in columns
    )
    rows = Markup().join(_row(columns, position) for position in range(len(table)))
    return _TABLE.format(caption=escape(caption), headings=headings, rows=rows)


def actions_html(states: pd.DataFrame, caption: str) -> Markup:
    """Return actions as accessible HTML: a group of rows for each action, one row a step.

    Parameters
    ----------
    states
        As `metrics.actions.action_states` returns them.
    caption
        What the table shows; also the name of the scrolling region.
    """
    names = ("Action", "Step", "Lead", "By when", "Done")
    headings = Markup().join(Markup('<th scope="col">{}</th>').format(name) for name in names)
    groups = Markup().join(_action(action) for action in states.to_dict("records"))
    return Markup(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{caption}"><table class="actions">\n'
        "<caption><span>{caption}</span></caption>\n<thead><tr>{headings}</tr></thead>\n{groups}</table></div>"
    ).format(caption=escape(caption), headings=headings, groups=groups)


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
    return (
        f"{state} for {plural(int(days), 'day')}"
        if state == "Open"
        else f"{state}, open for {plural(int(days), 'day')}"
    )


def heading(name: object) -> str:
    """Return the name of a column as its printed heading.

    Examples
    --------
    >>> heading("level_of_need"), heading("H&P"), heading("denominator")
    ('Level of need', 'H&P', 'Out of')
    """
    text = _printed(name)
    if text in _HEADINGS:
        return _HEADINGS[text]
    return text.replace("_", " ").capitalize() if _FIELD.fullmatch(text) else text


def _action(action: dict[Any, Any]) -> Markup:
    """Return the rows of one action; what it is, its theme and its state head them all."""
    theme = "" if pd.isna(action["theme"]) else Markup('<span class="theme">{}</span>').format(escape(action["theme"]))
    head = Markup(
        '<th scope="rowgroup" rowspan="{}"><span class="action">{}</span>{}<span class="state">{}</span></th>'
    ).format(len(action["steps"]), escape(action["action"]), theme, action_state(action))
    steps = zip(*(action[part] for part in ("steps", "details", "leads", "timescales", "done", "later")), strict=True)
    rows = [
        Markup("{}<td>{}</td><td>{}</td><td>{}</td>").format(
            _step(number, detail), escape(lead or NONE), escape(timescale or NONE), _done(done, later)
        )
        for number, detail, lead, timescale, done, later in steps
    ]
    lines = (Markup("<tr>{}{}</tr>\n").format(Markup() if row else head, cells) for row, cells in enumerate(rows))
    return Markup("<tbody>\n{}</tbody>\n").format(Markup().join(lines))


def _done(done: bool, later: pd.Timestamp) -> str:
    """Return whether a step was done at the quarter's end, or on which day after it."""
    return "Yes" if done else "No" if pd.isna(later) else f"On {day(later)}"


def _step(number: str, detail: str) -> Markup:
    """Return the cell of a step; one of an action without steps says so, and is left out on a phone."""
    words = ". ".join(part for part in (number, detail) if part)
    return Markup("<td>{}</td>").format(escape(words)) if words else Markup('<td class="none">{}</td>').format(NONE)


def _columns(table: pd.DataFrame) -> list[_Column]:
    plain = table.set_axis(list(table.columns), axis="columns")
    if plain.index.names != [None]:
        plain = plain.reset_index()
    unused = [name for name in _SHOWN_WHERE_USED if name in plain and (plain[name].isna() | plain[name].eq("")).all()]
    shown = plain.drop(columns=unused)
    columns = [_column(shown, name) for name in shown if not (name == "ci_high" and "ci_low" in shown)]
    if "note" not in shown or not (hidden := list(shown["note"] == _SUPPRESSED)).count(True):
        return columns
    return [
        _told(column, hidden)
        for column in columns
        if column.heading != heading("note") or not set(shown["note"]) <= {"", _SUPPRESSED}
    ]


def _told(column: _Column, hidden: list[bool]) -> _Column:
    """Return a column of numbers in which those that are hidden say so."""
    if column.heading not in ("Count", "Percent", heading("denominator")):
        return column
    cells = [_SUPPRESSED if gone and cell == NONE else cell for cell, gone in zip(column.cells, hidden, strict=True)]
    return column._replace(cells=cells)


def _column(table: pd.DataFrame, name: Any) -> _Column:
    values = table[name]
    if name == "percent":
        return _Column("Percent", list(_percentages(table)), "number")
    if name == "ci_low" and "ci_high" in table:
        return _Column(heading(name), list(_intervals(values, table["ci_high"])), "number")
    if name == "level_of_need":
        return _Column(heading(name), [_level(value) for value in values], "text")
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return _Column(heading(name), _numbers(values), "number")
    is_date = pd.api.types.is_datetime64_dtype(values) or isinstance(values.dtype, pd.PeriodDtype)
    return _Column(heading(name), [_printed(value) for value in values], "date" if is_date else "text")


def _row(columns: list[_Column], position: int) -> Markup:
    first, *others = columns
    head = Markup('<th scope="row"{}>{}</th>').format(_KINDS[first.kind], escape(first.cells[position]))
    cells = (Markup("<td{}>{}</td>").format(_KINDS[column.kind], escape(column.cells[position])) for column in others)
    return Markup("<tr>{}{}</tr>\n").format(head, Markup().join(cells))


def _percentages(table: pd.DataFrame) -> Iterable[str]:
    """Yield the printed percentages: from the counts where the row has them, else from the percentage itself."""
    missing = pd.Series(float("nan"), index=table.index)
    counts, denominators = table.get("count", missing), table.get("denominator", missing)
    for count, denominator, value in zip(counts, denominators, table["percent"], strict=True):
        if pd.notna(count) and pd.notna(denominator):
            yield percent(float(count), float(denominator))
        else:
            yield NONE if pd.isna(value) else f"{_whole(value)}%"


def _intervals(low: pd.Series, high: pd.Series) -> Iterable[str]:
    for lower, upper in zip(low, high, strict=True):
        yield NONE if pd.isna(lower) or pd.isna(upper) else f"{_whole(lower)} to {_whole(upper)}"


def _whole(percentage: float) -> str:
    return rounded_percent(float(percentage), 100).replace("-", "−")


def _numbers(values: pd.Series) -> list[str]:
    """Return numbers for print: whole where all of them are, else with one decimal, rounded half up."""
    known = values.dropna().astype(float)
    decimals = 0 if (known == known.round()).all() else 1
    return [NONE if pd.isna(value) else _number(value, decimals) for value in values]


def _number(value: float, decimals: int) -> str:
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded:,}".replace("-", "−")


def _level(code: object) -> str:
    return "Whole service" if code == _WHOLE_SERVICE else _printed(code)


def _printed(value: Any) -> str:
    """Return one value as people write it: a quarter, a month, a day, yes or no, or the text itself."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, pd.Period):
        return _period(value)
    if pd.isna(value):
        return NONE
    if isinstance(value, pd.Timestamp):
        return day(value)
    if isinstance(value, bool | np.bool_):
        return "Yes" if value else "No"
    return str(value)


def _period(period: pd.Period) -> str:
    if period.freqstr.startswith("Q"):
        return quarter_name(period)
    return f"{period:%B %Y}" if period.freqstr == "M" else str(period)
