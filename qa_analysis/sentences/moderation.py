"""Sentences about moderation: how much was checked, what was upheld, and what can be said of the direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.contract.levels import ALL
from qa_analysis.metrics.cautions import BEFORE, if_small
from qa_analysis.metrics.selection import moved
from qa_analysis.metrics.verdicts import UNLIKELY
from qa_analysis.sentences.phrases import share_with_the_quarter_before, was
from qa_analysis.text import decimal, grade_with, listed, percent, plural

if TYPE_CHECKING:
    from qa_analysis.page.report import Figure, Report


def moderation(report: Report) -> str:
    """Return how many audits were moderated and in how many the grade was changed, with the quarter before."""
    read, before = report.now("audits_moderated"), report.before("audits_moderated")
    if not read.count or not read.of:
        return "No audit was moderated."
    earlier = f"; {BEFORE} {before.count} of {before.of}, {percent(before.count, before.of)}" if before.of else ""
    return (
        f"{read.count} of {plural(read.of, 'audit')} ({percent(read.count, read.of)}{earlier}) {was(read.count)} "
        "moderated: a second reader checked the auditor's grade. The second reader gave another grade in "
        f"{share_with_the_quarter_before(report, 'moderation_changed')}."
    )


def upheld(report: Report) -> str | None:
    """Return how many grades were upheld, overall and by the auditor's grade."""
    kept, outcomes = report.now("moderation_upheld"), report.cells("moderation_outcome")
    if not kept.of:
        return None
    same = outcomes[(outcomes["first_grade"] == outcomes["final_grade"]) & (outcomes["denominator"] > 0)]
    by_grade = listed(
        grade_with(row["first_grade"], f"{row['count']} of {row['denominator']}") for row in same.to_dict("records")
    )
    without = kept.of - report.now("moderation_both_grades").count
    unread = f" {plural(without, 'audit')} had no first grade." if without else ""
    few = if_small(kept.of, "moderated audit")
    return (
        f"Moderators upheld {kept.count} of {plural(kept.of, 'grade')} ({percent(kept.count, kept.of)}); "
        f"by the auditor's grade: {by_grade}. "
        f"Upheld means that the second reader, who had seen the first grade, kept it.{unread}{f' {few}' if few else ''}"
    )


def direction(report: Report) -> str | None:
    """Return whether moderation raised or lowered grades, and whether that could be chance."""
    raised, lowered = (report.now(f"moderation_{way}").count for way in ("raised", "lowered"))
    if not raised + lowered:
        return None
    said = _split(raised, lowered)
    chance = report.cells("moderation_direction_p")["value"].dropna()
    if chance.empty:
        return f"{said} That is too few to tell whether moderation leans one way."
    value = chance.iloc[0]
    p = "< 0.001" if value < 0.001 else f"= {value:.3f}" if value < 0.1 else f"= {value:.2f}"
    if value < UNLIKELY:
        rare = "If raising and lowering were equally likely, a split this uneven would be rare"
        return f"{said} {rare} (exact sign test, p {p})."
    return f"{said} A split like this could well be chance (exact sign test, p {p})."


def _split(raised: int, lowered: int) -> str:
    way = "lowered" if lowered else "raised"
    if raised + lowered == 1:
        return f"The one changed grade was {way}."
    if raised and lowered:
        return f"Of {raised + lowered} changed grades, {raised} {was(raised)} raised and {lowered} lowered."
    return f"{'Both' if raised + lowered == 2 else f'All {raised + lowered}'} changed grades were {way}."


def coverage(report: Report) -> str | None:
    """Return how many audits of each grade were moderated and what that leaves open."""
    of_grade = report.each("moderation_coverage")
    if not any(figure.count for figure in of_grade.values()):
        return None
    parts = listed(grade_with(grade, f"{read.count} of {read.of}") for grade, read in of_grade.items() if read.of)
    alone = report.now("good_or_better_not_moderated")
    final = f"whose final grade is {report.settings.good_words}"
    unread = f" {alone.count} of {plural(alone.of, 'audit')} {final} had no second reader." if alone.of else ""
    means = _if_all_had_been_read(report, of_grade) if alone.count else ""
    return f"Moderated, by the auditor's grade: {parts}.{unread}{means}"


def _if_all_had_been_read(report: Report, of_grade: dict[str, Figure]) -> str:
    """Return what good grades that one reader alone gave leave open: where such grades fell, that theirs might have."""
    lowered, words = report.now("good_or_better_lowered"), report.settings.good_words
    if not lowered.count:
        return " What a second reader would have made of those is not known."
    good = [read for grade, read in of_grade.items() if grade in report.settings.good_grades]
    weak = [read for grade, read in of_grade.items() if grade not in report.settings.good_grades]
    read_good, read_weak = (sum(read.count for read in some) for some in (good, weak))
    of_good, of_weak = (sum(read.of or 0 for read in some) for some in (good, weak))
    # In whole numbers: a smaller part of the good grades was read again than of the others.
    less_often = read_good * of_weak < read_weak * of_good
    seldom = f" Grades of {words} were read again less often than others." if less_often else ""
    which = f"Of the {lowered.of} grades of {words} that were read again, {lowered.count}"
    if lowered.of == 1:
        which = f"The one grade of {words} that was read again"
    return (
        f"{seldom} {which} did not remain so. Had the others been read again, too, the share {words} might be smaller."
    )


def read_more_often(report: Report) -> str | None:
    """Return that second readers checked another part of the audits than the quarter before.

    Then the final grades of the two quarters are not wholly alike; the auditors' own are told beside them.
    """
    read, before = report.now("audits_moderated"), report.before("audits_moderated")
    if not moved(read.count, read.of or 0, before.count, before.of or 0):
        return None
    share = share_with_the_quarter_before(report, "good_or_better_by_auditor")
    checked = f"{read.count} of {plural(read.of or 0, 'audit')}, and {before.count} of {before.of} {BEFORE}"
    return (
        f"Second readers checked {checked}, so the final grades of the two quarters cannot be compared like with like. "
        f"Before any checking, auditors had graded {share} {report.settings.good_words}."
    )


def pending(report: Report) -> str | None:
    """Return how many moderations are pending."""
    number = report.now("moderation_pending").count
    if not number:
        return None
    return f"{plural(number, 'moderation')} {was(number)} still pending and left out of these figures."


def agreement_footnote(report: Report) -> str | None:
    """Return the weighted kappa of the whole service with its interval and what it is not, where it is told."""
    kappa = report.cells("moderation_kappa", every_level=True).dropna(subset="value")
    if kappa.empty:
        return None
    value, low, high = (decimal(kappa[name].iloc[0]) for name in ("value", "ci_low", "ci_high"))
    audits = plural(report.now("moderation_both_grades", level=ALL).count, "audit")
    return (
        f"For statisticians: quadratic weighted kappa {value} (bootstrap 95% interval {low} to {high}, {audits}). It "
        "would be 1 if every grade had been kept, and 0 if the two readers agreed as often as chance would have it; a "
        "grade moved by two steps weighs more than one moved by one. The moderator saw the first grade, and audits are "
        "not picked for moderation at random, so this is not reliability in the textbook sense."
    )
