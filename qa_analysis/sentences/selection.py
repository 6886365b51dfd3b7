"""Sentences about why records were chosen for audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.metrics.grades import chosen_at_random
from qa_analysis.metrics.selection import reasons_moved
from qa_analysis.metrics.share import NOT_RECORDED
from qa_analysis.sentences.phrases import BEFORE
from qa_analysis.text import listed

if TYPE_CHECKING:
    from qa_analysis.page.report import Report


def selection(report: Report) -> str | None:
    """Return whether the audited records were chosen at random, and what that means."""
    cells = report.cells("selection")
    reasons = cells.loc[cells["count"] > 0, "category"]
    if reasons.empty:
        return None
    describe = "so shares describe the records that were read, not every child's."
    if set(reasons) == {NOT_RECORDED}:
        return f"It is not recorded why records were chosen for audit, {describe}"
    random = chosen_at_random(reasons)
    if random.all():
        return "The audited records were chosen at random."
    if (random | (reasons == NOT_RECORDED)).all():
        return f"It is not known whether all audited records were chosen at random, {describe}"
    return f"Not all audited records were chosen at random, {describe}"


def chosen_otherwise(report: Report) -> str | None:
    """Return the reasons that another part of the records were chosen for than the quarter before."""
    reasons = reasons_moved(report.figures("selection"), report.quarter, report.level)
    if reasons.empty:
        return None
    each = listed(
        f"“{row['category']}” {row['count']} of {row['denominator']} "
        f"({row['earlier_count']} of {row['earlier_denominator']} before)"
        for row in reasons.to_dict("records")
    )
    return f"The recorded reasons have changed since {BEFORE}: {each}. That alone can move a share."
