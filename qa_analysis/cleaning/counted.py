"""Which audits count in the programme: by their type and status, and by a date that lies near the others."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from qa_analysis.cleaning.deriving import quarters_of
from qa_analysis.cleaning.schemas import dtype_of
from qa_analysis.contract import problems
from qa_analysis.contract.columns import AUDITS
from qa_analysis.contract.problems import SOURCE
from qa_analysis.contract.quarters import quarter_name
from qa_analysis.contract.rules import issue
from qa_analysis.contract.settings import Settings
from qa_analysis.text import fold, plural

_FEW, _OTHERS = 2, 8  # audits that lie far off, and how many others there must be to say so
_A_YEAR = 4  # quarters


_COLUMNS = {"quarter": "quarter", "level_of_need": "level_of_need", "left_out": "text"}


def left_out(audits: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that do not count by their type or status, and an issue for each such value of a sheet.

    The rows have `quarter`, and `left_out`: what they were left out by, “Audit type: Dip sample”.

    A blank counts, and so does what the settings count. Where they say nothing, a deep dive and a complete audit count,
    and every other value is in doubt.
    """
    of_type, statuses = settings.counted_types, settings.counted_statuses
    complete = ["Complete", *settings.values.status["Complete"]]
    out_by_type, types = _by(audits, "audit_type", of_type or ["Deep dive"], decided=bool(of_type))
    rest = audits.drop(index=out_by_type.index)
    out_by_status, others = _by(rest, "audit_status", statuses or complete, decided=bool(statuses))
    out = audits.loc[[*out_by_type.index, *out_by_status.index]]
    why = pd.concat([out_by_type, out_by_status]).astype("str")
    return out.assign(left_out=why, quarter=quarters_of(out, AUDITS, settings)), pd.concat([types, others])


def none(settings: Settings) -> pd.DataFrame:
    """Return the table of audits left out without a row."""
    kinds = {"audit_id": "str", "source_file": "str", "source_sheet": "str", "source_row": "Int64"}
    kinds |= {name: dtype_of(kind, settings) for name, kind in _COLUMNS.items()}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def each_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the table of audits left out: each once, with its quarter, level of need and why."""
    again = rows["audit_id"].notna() & rows["audit_id"].duplicated()
    return rows.loc[~again, [*_COLUMNS, *SOURCE]].reset_index(drop=True)


def _by(audits: pd.DataFrame, name: str, counted: Iterable[str], *, decided: bool) -> tuple[pd.Series, pd.DataFrame]:
    """Return why rows are left out by a column, “Status: Draft”, and the issues."""
    words = {fold(word) for word in counted}
    values = audits[name].dropna()
    out = values[~values.map(fold).isin(words)]
    if out.empty:
        return out, problems.none()
    heading = AUDITS.column(name).heading
    setting = "counted_types" if name == "audit_type" else "counted_statuses"
    rows = audits.loc[out.index, SOURCE[:2]].assign(value=out, folded=out.map(fold))
    words_used = rows.groupby("folded")["value"].transform("first")
    found = []
    for (file, sheet, _), same in rows.groupby(["source_file", "source_sheet", "folded"], sort=False):
        number = plural(len(same), "row")
        parts = {"column": heading, "value": same["value"].iloc[0], "rows": number, "setting": setting}
        said = issue("left_out_by_settings", **parts) if decided else issue("may_not_count", **parts)
        found.append({"file": file, "sheet": sheet} | said)
    return heading + ": " + words_used, problems.of_places(found)


def far_off(audits: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return an issue for each row of one or two audits whose quarter is a year or more from those of all others.

    A year that is mistyped by one is such a date; the newest quarter would be reported on one audit.
    """
    quarters = quarters_of(audits, AUDITS, settings).dropna().astype("int64")
    steps = pd.Series(quarters.unique()).sort_values().diff()
    if settings.dates_far_off == "count" or not (steps >= _A_YEAR).any():
        return problems.none()
    number = quarters.groupby(audits["audit_id"]).max().sort_values()
    apart = {*_apart(number), *_apart(-number[::-1])}
    far = audits[audits["audit_id"].isin(apart)]
    by_date = far["reporting_quarter"].isna()
    found = [problems.none()]
    for name, rows in (("audit_date", far[by_date]), ("reporting_quarter", far[~by_date])):
        value = rows[name].dt.strftime("%d/%m/%Y") if name == "audit_date" else rows[name].map(quarter_name)
        found.append(problems.of_rows(rows, issue("date_far_off"), AUDITS.column(name).heading, value.astype("str")))
    return pd.concat(found)


def _apart(number: pd.Series) -> pd.Index:
    """Return the one or two last of audits in order, by the numbers of their quarters, that lie apart from the rest."""
    for few in range(1, _FEW + 1):
        rest, last = number[:-few], number[-few:]
        if len(rest) >= _OTHERS and last.min() >= rest.max() + _A_YEAR:
            return last.index
    return number.index[:0]
