"""Sentences about re-audits, and about audits that wait for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.metrics.cautions import BEFORE, if_small
from qa_analysis.metrics.reaudits import OUTCOMES, THIS_QUARTER
from qa_analysis.sentences.phrases import was
from qa_analysis.text import listed, plural

if TYPE_CHECKING:
    from qa_analysis.page.report import Report


def reaudits(report: Report) -> str:
    """Return how many re-audited records improved, stayed the same or got worse, and how long it took."""
    improved, same, worse = (report.now(f"reaudits_{outcome}") for outcome in OUTCOMES)
    without = report.now("reaudits_without_both_grades")
    if not without.of:
        return "No record was re-audited."
    ungraded = without.count
    if not improved.of:
        return f"{plural(ungraded, 'record')} {was(ungraded)} re-audited, without a grade before and after to compare."
    others = f"{same.count or 'none'} had the same grade and {worse.count or 'none'} a worse one"
    said = f"{improved.share} re-audited records improved; {others}."
    if improved.of == 1:
        which = "improved" if improved.count else "got worse" if worse.count else "had the same grade"
        said = f"The one re-audited record {which}."
    more = f"{ungraded} more had no grade before or after to compare." if ungraded else ""
    few = if_small(improved.of, "re-audit") if improved.of > 1 else ""
    weak = "Records are re-audited because they were weak, so some would have improved anyway."
    return " ".join(filter(None, [said, more, _took(report, without.of), few, weak if improved.count else ""]))


def _took(report: Report, records: int) -> str:
    days = report.cells("reaudit_days").set_index("category")["value"]
    low, high, median = (int(days[which] + 0.5) for which in ("shortest", "longest", "median"))
    span = plural(low, "day") if low == high else f"{low} to {high} days"
    middle = f"; half took {median} days or fewer" if records > 3 else ""
    return f"From audit to re-audit it took {span}{middle}."


def awaiting_reaudit(report: Report) -> str:
    """Return how many audits with the failing grade have not been re-audited yet, and for how long."""
    grade, still = report.settings.failing_words, still_waiting(report)
    if still is None:
        before = report.before("awaiting_reaudit", category=THIS_QUARTER).of
        earlier = f", {before} at the end of {BEFORE}" if before else ""
        return f"No audit graded {grade} was waiting for a re-audit at the quarter's end{earlier}."
    return f"Graded {grade} and not yet re-audited: {still}"


def still_waiting(report: Report) -> str | None:
    """Return how many audits wait for a re-audit, since when and for how long."""
    now, before = (of("awaiting_reaudit", category=THIS_QUARTER) for of in (report.now, report.before))
    if not now.of:
        return None
    longest = report.cells("awaiting_reaudit_longest")["value"].iloc[0]
    days, again = plural(int(longest), "day"), report.now("awaiting_reaudit_again").count
    earlier = "" if before.of is None else f", {before.of or 'none'} at the end of {BEFORE}"
    waiting = f"{plural(now.of, 'audit')} at the quarter's end{earlier}."
    if now.of == 1:
        whose = f"is of {'this' if now.count else 'an earlier'} quarter"
        repeated = "; the record was being re-audited already" if again else ""
        return f"{waiting} It {whose} and has waited for {days}{repeated}."
    old = now.of - now.count
    some = f"{old} {'is' if old == 1 else 'are'} of earlier quarters"
    whose = {0: "All are of this quarter", now.of: "All are of earlier quarters"}.get(old, some)
    parts = [whose, f"the longest wait is {days}"]
    parts += [f"in {again} the record was being re-audited already"] if again else []
    return f"{waiting} {listed(parts)}."
