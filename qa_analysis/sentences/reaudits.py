"""Sentences about re-audits, and about audits that wait for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.metrics.reaudits import OUTCOMES, THIS_QUARTER
from qa_analysis.sentences.phrases import BEFORE, was
from qa_analysis.sentences.verdicts import has, not_known_who_waits, not_recorded
from qa_analysis.text import plural

if TYPE_CHECKING:
    from qa_analysis.page.report import Report


def reaudits(report: Report) -> str | None:
    """Return how many re-audited records improved, stayed the same or got worse."""
    improved, same, worse = (report.now(f"reaudits_{outcome}") for outcome in OUTCOMES)
    without = report.now("reaudits_without_both_grades")
    if not without.of:
        return None
    if not improved.of:
        return f"{plural(without.count, 'record')} {was(without.count)} re-audited, without two grades to compare."
    more = f" {without.count} more had no grade before or after." if without.count else ""
    if improved.of == 1:
        which = "improved" if improved.count else "got worse" if worse.count else "stayed the same"
        return f"The one record re-audited this quarter {which}.{more}"
    others = f"; {same.count or 'none'} stayed the same, {worse.count or 'none'} got worse"
    others = others if improved.count < improved.of else ""
    return f"{improved.share} re-audited records improved this quarter{others}.{more}"


def reaudits_took(report: Report) -> str | None:
    """Return how long it took from audit to re-audit, and that records picked for being weak would rise by chance."""
    records = report.now("reaudits_without_both_grades").of or 0
    if not records:
        return None
    days = report.cells("reaudit_days").set_index("category")["value"]
    low, high, median = (int(days[which] + 0.5) for which in ("shortest", "longest", "median"))
    span = plural(low, "day") if low == high else f"{low} to {high} days"
    middle = f"; half took {median} days or fewer" if records > 3 else ""
    first = report.cells("reaudit_outcome")
    weak = first.loc[~first["first_grade"].isin(report.settings.good_grades), "count"].sum() if len(first) else 0
    anyway = (
        " All had been picked from weak grades; some rise is to be expected by chance alone."
        if weak == records > 1
        else ""
    )
    return f"From audit to re-audit it took {span}{middle}.{anyway}"


def awaiting_reaudit(report: Report) -> str:
    """Return how many records wait since earlier quarters, how long, and how many of them failed a second time.

    How many wait in all, and how many did before, its chart says; of one, or of none, the sentence does.
    """
    now = report.now("awaiting_reaudit", category=THIS_QUARTER)
    grade = report.settings.failing_words
    if not_recorded(report.verdicts):
        number = report.verdicts.waiting.waiting
        return not_known_who_waits(number, report.settings, " so far; no re-audit is recorded, so")
    if not now.of:
        return f"No record graded {grade} waits for a re-audit{_at_the_end_before(report)}."
    longest = report.cells("awaiting_reaudit_longest")["value"]
    days = plural(int(longest.iloc[0]), "day") if len(longest) else ""
    old, again = now.of - now.count, report.now("awaiting_reaudit_failed_again").count
    who = f"Of all {now.of} that wait {again}" if now.of > 1 else "It"
    failed = f" {who} failed a second time: re-audited, and graded {grade} again." if again else ""
    if now.of == 1:
        since = f", and has for {days}" if days else ""
        return f"1 record graded {grade} waits for a re-audit{_at_the_end_before(report)}{since}.{failed}"
    if not old:
        since = f"; the longest wait is {days}" if days else ""
        return f"No record has waited for a re-audit since an earlier quarter{since}.{failed}"
    since = f", the longest for {days}" if days and old > 1 else f": {days}" if days else ""
    return f"{plural(old, 'record')} {has(old)} waited for a re-audit since earlier quarters{since}.{failed}"


def _at_the_end_before(report: Report) -> str:
    """Return the number a quarter before; not within a year of the first audits, when it can only grow."""
    before = report.before("awaiting_reaudit", category=THIS_QUARTER).of
    if before is None or not report.verdicts.long_known:
        return ""
    return f" ({before or 'none'} {BEFORE})"
