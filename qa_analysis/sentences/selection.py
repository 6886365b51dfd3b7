"""Sentences about why records were chosen for audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.contract.levels import ALL
from qa_analysis.metrics.cautions import BEFORE
from qa_analysis.metrics.grades import chosen_at_random
from qa_analysis.metrics.selection import reasons_moved
from qa_analysis.metrics.share import NOT_RECORDED
from qa_analysis.text import fold, listed

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.page.report import Report


def selection(report: Report) -> str | None:
    """Return whether the audited records were chosen at random, and what that means."""
    cells = report.cells("selection")
    reasons = cells.loc[cells["count"] > 0, "category"]
    if reasons.empty:
        return None
    describe = "so the shares below describe the records that were read, not every child's."
    if set(reasons) == {NOT_RECORDED}:
        return f"It is not recorded why records were chosen for audit, {describe}"
    random = chosen_at_random(reasons)
    if random.all():
        return "The audited records were chosen at random."
    if (random | (reasons == NOT_RECORDED)).all():
        return f"It is not known whether all audited records were chosen at random, {describe}"
    reaudited = "reaudit" in set(reasons.map(fold))
    weak = " Re-audited records were picked because they were weak." if reaudited else ""
    return f"Not all audited records were chosen at random, {describe}{weak}"


def chosen_otherwise(report: Report) -> str | None:
    """Return the reasons that another part of the records were chosen for than the quarter before."""
    reasons = _reasons_moved(report, report.level)
    if reasons.empty:
        return None
    each = listed(
        f"“{row['category']}” {row['count']} of {row['denominator']} "
        f"({row['earlier_count']} of {row['earlier_denominator']} before)"
        for row in reasons.to_dict("records")
    )
    return f"The recorded reasons have changed since {BEFORE}: {each}. That alone can move a share."


def reasons_differ(report: Report) -> str | None:
    """Return that the reasons changed, where it stands beside a comparison; on the board's page, of which services."""
    asked = [ALL, *report.settings.level_codes] if report.whole_service else [report.level]
    differ = [level for level in asked if len(_reasons_moved(report, level))]
    if not differ:
        return None
    names = ", ".join(map(report.settings.level_name, differ))
    where = f" ({names})" if report.whole_service else ""
    return f"The reasons for choosing records have changed, too{where}, which alone can move a share."


def _reasons_moved(report: Report, level: str) -> pd.DataFrame:
    return reasons_moved(report.figures("selection", every_level=True), report.quarter, level)
