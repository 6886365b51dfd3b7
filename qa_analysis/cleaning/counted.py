"""Which audits count in the programme: by their type and status, and by a date that lies near the others."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from qa_analysis.contract import problems
from qa_analysis.contract.columns import AUDITS
from qa_analysis.contract.problems import SOURCE
from qa_analysis.contract.quarters import quarter_frequency
from qa_analysis.contract.rules import issue
from qa_analysis.contract.settings import Settings
from qa_analysis.text import fold, plural

_FEW, _OTHERS = 2, 8  # audits that lie far ahead, and how many others there must be to say so


def left_out(audits: pd.DataFrame, settings: Settings) -> tuple[pd.Index, pd.DataFrame]:
    """Return the rows that do not count by their type or status, and an issue for each such value of a sheet.

    A blank counts, and so does what the settings count. Where they say nothing, a deep dive and a complete audit count,
    and every other value is in doubt.
    """
    of_type, statuses = settings.counted_types, settings.counted_statuses
    complete = ["Complete", *settings.values.status["Complete"]]
    out_by_type, types = _by(audits, "audit_type", of_type or ["Deep dive"], decided=bool(of_type))
    rest = audits.drop(index=out_by_type)
    out_by_status, others = _by(rest, "audit_status", statuses or complete, decided=bool(statuses))
    return out_by_type.append(out_by_status), pd.concat([types, others])


def _by(audits: pd.DataFrame, name: str, counted: Iterable[str], *, decided: bool) -> tuple[pd.Index, pd.DataFrame]:
    words = {fold(word) for word in counted}
    values = audits[name].dropna()
    out = values[~values.map(fold).isin(words)]
    if out.empty:
        return out.index, problems.none()
    heading = AUDITS.column(name).heading
    setting = "counted_types" if name == "audit_type" else "counted_statuses"
    rows = audits.loc[out.index, SOURCE[:2]].assign(value=out, folded=out.map(fold))
    found = []
    for (file, sheet, _), same in rows.groupby(["source_file", "source_sheet", "folded"], sort=False):
        number = plural(len(same), "row")
        parts = {"column": heading, "value": same["value"].iloc[0], "rows": number, "setting": setting}
        said = issue("left_out_by_settings", **parts) if decided else issue("may_not_count", **parts)
        found.append({"file": file, "sheet": sheet} | said)
    return out.index, problems.of_places(found)


def far_ahead(audits: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return an issue for each row of one or two audits whose quarter comes a year or more after those of all others.

    A year that is mistyped by one is such a date; the newest quarter would be reported on one audit.
    """
    quarters = audits["audit_date"].dt.to_period(quarter_frequency(settings.year_start_month)).dropna()
    of_audits = quarters.groupby(audits["audit_id"]).max().sort_values()
    if settings.dates_far_ahead == "count" or len(of_audits) <= _OTHERS:
        return problems.none()
    for before in of_audits.iloc[[-2, -3]]:
        if len(far := audits.loc[quarters[quarters >= before + 4].index]):
            date = far["audit_date"].dt.strftime("%d/%m/%Y").astype("str")
            return problems.of_rows(far, issue("date_far_ahead"), AUDITS.column("audit_date").heading, date)
    return problems.none()
