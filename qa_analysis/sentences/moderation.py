"""Sentences about moderation: how much was checked, what was upheld, and what can be said of the direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.contract.levels import ALL
from qa_analysis.metrics.share import SMALL
from qa_analysis.metrics.verdicts import UNLIKELY
from qa_analysis.sentences.phrases import BEFORE, share_before, share_with_the_quarter_before, was
from qa_analysis.text import decimal, grade_with, listed, percent, plural

if TYPE_CHECKING:
    from qa_analysis.page.report import Report


def upheld(report: Report) -> str:
    """Return how many grades second readers upheld and changed, and which way, with the quarter before."""
    kept, both, changed = (report.now(f"moderation_{name}") for name in ("upheld", "both_grades", "changed"))
    if not both.count:
        return "No grade was checked by a second reader."
    upheld_share = f" ({percent(kept.count, both.count)})" if both.count >= SMALL else ""
    share = f"{kept.count} of {plural(both.count, 'grade')}{upheld_share}"
    raised, lowered = (report.now(f"moderation_{way}").count for way in ("raised", "lowered"))
    told = changed.beside(report.before("moderation_changed"))
    of_changed = f"{told}{_way(raised, lowered)}" if changed.count else "none"
    before = share_before(report, "moderation_changed")
    earlier = f"; {BEFORE} {before}" if before else ""
    return f"Second readers upheld {share} and changed {of_changed}{earlier}."


def _way(raised: int, lowered: int) -> str:
    if raised and lowered:
        return f", {raised} raised and {lowered} lowered"
    all_of = "" if raised + lowered == 1 else "both " if raised + lowered == 2 else "all "
    return f", {all_of}{'raised' if raised else 'lowered'}" if raised + lowered else ""


def direction(report: Report) -> str | None:
    """Return whether the way in which moderation changed grades could be chance."""
    raised, lowered = (report.now(f"moderation_{way}").count for way in ("raised", "lowered"))
    if not raised + lowered:
        return None
    chance = report.cells("moderation_direction_p")["value"].dropna()
    if chance.empty:
        few = "One changed grade is" if raised + lowered == 1 else f"{raised + lowered} changed grades are"
        return f"{few} too few to tell whether moderation leans one way."
    value = chance.iloc[0]
    p = "< 0.001" if value < 0.001 else f"= {value:.3f}" if value < 0.1 else f"= {value:.2f}"
    if value < UNLIKELY:
        return f"If raising and lowering were equally likely, such a split would be rare (exact sign test, p {p})."
    split = f"{raised or 'None'} raised and {lowered or 'none'} lowered"
    return f"{split}: not enough to say that moderation leans one way (exact sign test, p {p})."


def coverage(report: Report) -> str | None:
    """Return how many audits were moderated, of each grade, and how many final grades of Good or better were."""
    of_grade = {grade: read for grade, read in report.each("moderation_coverage").items() if read.of}
    if not any(read.count for read in of_grade.values()):
        return None
    share = share_with_the_quarter_before(report, "audits_moderated")
    parts = listed(grade_with(grade, f"{read.count} of {read.of}") for grade, read in of_grade.items())
    alone = report.now("good_or_better_not_moderated")
    every = report.now("audits_moderated")
    if every.of and every.count == every.of:
        return f"Of the audits {share} had a second reader."
    said = f"Of the audits {share} had a second reader. By the auditor's grade: {parts}."
    if not alone.of:
        return said
    whose = f"whose final grade is {report.settings.good_words} had"
    if not alone.count:
        return f"{said} Every audit {whose} a second reader."
    return f"{said} {alone.count} of {plural(alone.of, 'audit')} {whose} no second reader."


def read_more_often(report: Report) -> str | None:
    """Return that second readers checked another part of the auditors' Good grades than the quarter before.

    Then the final grades of the two quarters are not wholly alike; the auditors' own are told beside them.
    """
    found, words = report.verdicts.grades, report.settings.good_words
    if "checked" not in found.not_alike or min(found.good.now.of, found.good.before.of) < SMALL:
        return None
    now, before = found.checked
    checked = f"{now.number} of the auditors' {now.of} grades of {words}, and {before.number} of {before.of} {BEFORE}"
    share = share_with_the_quarter_before(report, "good_or_better_by_auditor")
    so = (
        "so the final grades of the two quarters cannot be compared like with like" if found.verdict == "not comparable"
        else "but the auditors' own grades moved the same way as the final ones"
    )  # fmt: skip
    return f"Second readers checked {checked}, {so}. Before any checking, auditors had graded {share} {words}."


def pending(report: Report) -> str | None:
    """Return how many moderations are pending, and how many had no first grade: both are left out."""
    number, ungraded = (report.now(name) for name in ("moderation_pending", "moderation_both_grades"))
    without = (ungraded.of or 0) - ungraded.count
    said = [
        f"{plural(number.count, 'moderation')} {was(number.count)} still pending." if number.count else "",
        f"{plural(without, 'moderated audit')} had no first grade to uphold or change." if without else "",
    ]
    return " ".join(filter(None, said)) or None


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
