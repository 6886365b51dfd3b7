"""The sentence about the control chart of the monthly share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.metrics.control_chart import control_limits, readable
from qa_analysis.text import listed

if TYPE_CHECKING:
    from qa_analysis.page.report import Report


def signals(report: Report) -> str:
    """Return what the control chart of the monthly share shows."""
    points = control_limits(report.figures("control_chart", by_month=True))
    graded = points[points["denominator"] > 0]
    if graded.empty:
        return "No audit was graded."
    if readable(points) == "too few months":
        return (
            f"Months with graded audits so far: {len(graded)}. Limits are drawn from 12 months up; before that the "
            "line cannot tell change from chance."
        )
    if readable(points) == "too few a month":
        return "Too few audits a month: the line has no limits and cannot tell change from chance."
    means = (
        "The dashed limits hold nearly every month if nothing but chance is at work, so one high or low month between "
        "them means little; a small real change would not show."
    )
    months: dict[str, list[str]] = {}
    for month, rules in zip(points["month"], points["signal"].fillna(""), strict=True):
        for rule in filter(None, rules.split("; ")):
            months.setdefault(rule, []).append(f"{month:%B %Y}")
    if not months:
        return (
            "No month of this quarter stands out by the four rules of NHS England's Making Data Count, which look for "
            f"months outside the limits and for runs that are too long to be chance. {means}"
        )
    which = "; ".join(f"{rule} ({listed(months[rule])})" for rule in sorted(months))
    return f"What stands out by the rules of Making Data Count: {which}. {means}"
