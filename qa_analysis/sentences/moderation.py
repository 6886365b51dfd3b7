"""Sentences about moderation: how much was checked, what was upheld, and what can be said of the direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.metrics.cautions import if_small
from qa_analysis.metrics.moderation import NOT_GRADED
from qa_analysis.metrics.selection import moved
from qa_analysis.metrics.share import ALL
from qa_analysis.sentences.counting import (
    THE_QUARTER_BEFORE,
    audits_of,
    counts,
    figure,
    share_with_the_quarter_before,
    was,
)
from qa_analysis.text import decimal, grade_with, listed, percent, plural

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings

_UNLIKELY = 0.05


def moderation(moderated: pd.DataFrame, changed: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> str:
    """Return how many audits were moderated and in how many the grade was changed, with the quarter before.

    Parameters
    ----------
    moderated, changed
        The measures `audits_moderated` and `moderation_changed`.
    quarter
        The quarter reported on.
    level
        The level of need.
    """
    count, completed = counts(moderated, quarter, level)
    if not count or not completed:
        return "No audit was moderated."
    before, of = counts(moderated, quarter - 1, level)
    earlier = f"; {THE_QUARTER_BEFORE} {before} of {of}, {percent(before, of)}" if of else ""
    share = share_with_the_quarter_before(changed, quarter, level)
    return (
        f"{count} of {completed} {audits_of(completed)} ({percent(count, completed)}{earlier}) {was(count)} moderated: "
        f"a second reader checked the auditor's grade. The second reader gave another grade in {share}."
    )


def upheld(outcomes: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> str | None:
    """Return how many grades were upheld, overall and by the auditor's grade, or nothing where none was moderated.

    Parameters
    ----------
    outcomes
        The measure `moderation_outcome`.
    quarter
        The quarter reported on.
    level
        The level of need.
    """
    rows = outcomes[(outcomes["quarter"] == quarter) & (outcomes["level_of_need"] == level)]
    kept = rows[rows["first_grade"] == rows["final_grade"]]
    kept = kept[kept["denominator"] > 0]
    of = int(rows["count"].sum())
    if not of:
        return None
    number = int(kept["count"].sum())
    by_grade = listed(
        grade_with(str(row["first_grade"]), f"{int(row['count'])} of {int(row['denominator'])}")
        for _, row in kept.iterrows()
    )
    without = int(rows.loc[rows["first_grade"] == NOT_GRADED, "count"].sum())
    unread = f" {plural(without, 'audit')} had no first grade." if without else ""
    few = if_small(of, "moderated audit")
    return (
        f"Moderators upheld {number} of {plural(of, 'grade')} ({percent(number, of)}); "
        f"by the auditor's grade: {by_grade}. "
        f"Upheld means that the second reader, who had seen the first grade, kept it.{unread}{f' {few}' if few else ''}"
    )


def upheld_in_short(
    outcomes: pd.DataFrame,
    lowered: pd.DataFrame,
    alone: pd.DataFrame,
    quarter: pd.Period,
    settings: Settings,
    level: str = ALL,
) -> str:
    """Return what second readers did with the grades that they checked, and what of the good ones, as a clause.

    Parameters
    ----------
    outcomes
        The measure `moderation_outcome`.
    lowered, alone
        The measures `good_or_better_lowered` and `good_or_better_not_moderated`.
    quarter
        The quarter reported on.
    settings
        What the grades are called.
    level
        The level of need.
    """
    rows = outcomes[(outcomes["quarter"] == quarter) & (outcomes["level_of_need"] == level)]
    of = int(rows["count"].sum())
    kept = int(rows.loc[rows["first_grade"] == rows["final_grade"], "count"].sum())
    if not of:
        return "no audit was moderated."
    below, checked = counts(lowered, quarter, level)
    unread, good = counts(alone, quarter, level)
    words = settings.good_words
    lost = f" {_that_fell(below, checked, words)}" if checked else ""
    counted = f"{plural(good or 0, 'audit')} counted as {words} had"
    everyone = f" {'All ' if good != 1 else ''}{counted} a second reader." if good else ""
    without = f" {unread} of {counted} no second reader." if unread else everyone
    return f"second readers checked {plural(of, 'grade')} and upheld {kept} ({percent(kept, of)}).{lost}{without}"


def _that_fell(below: int, checked: int, words: str) -> str:
    if checked == 1:
        return f"The one grade of {words} {'did not remain' if below else 'remained'} so."
    return (
        f"Of {checked} grades of {words}, {below} did not remain so."
        if below
        else f"All {checked} grades of {words} remained so."
    )


def direction(directions: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> str | None:
    """Return whether moderation raised or lowered grades, and whether that could be chance, or nothing.

    Parameters
    ----------
    directions
        The measure `moderation_direction_p`.
    quarter
        The quarter reported on.
    level
        The level of need.
    """
    row = figure(directions, quarter, level)
    if row is None or not row["raised"] + row["lowered"]:
        return None
    raised, lowered = int(row["raised"]), int(row["lowered"])
    said = _split(raised, lowered)
    if row["note"]:
        return f"{said} That is too few to tell whether moderation leans one way."
    p = (
        "< 0.001"
        if row["value"] < 0.001
        else f"= {row['value']:.3f}"
        if row["value"] < 0.1
        else f"= {row['value']:.2f}"
    )
    if row["value"] < _UNLIKELY:
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


def coverage(
    moderated: pd.DataFrame,
    lowered: pd.DataFrame,
    alone: pd.DataFrame,
    quarter: pd.Period,
    settings: Settings,
    level: str = ALL,
) -> str | None:
    """Return how many audits of each grade were moderated and what that leaves open, or nothing where none was.

    Parameters
    ----------
    moderated, lowered, alone
        The measures `moderation_coverage`, `good_or_better_lowered` and `good_or_better_not_moderated`.
    quarter
        The quarter reported on.
    settings
        The order of the grades.
    level
        The level of need.
    """
    found = {grade: counts(moderated, quarter, level, category=grade) for grade in settings.grade_names}
    of_grade = {grade: (read, of or 0) for grade, (read, of) in found.items()}
    if not any(read for read, _ in of_grade.values()):
        return None
    parts = listed(grade_with(grade, f"{read} of {of}") for grade, (read, of) in of_grade.items() if of)
    without, good = counts(alone, quarter, level)
    final = f"whose final grade is {settings.good_words}"
    unread = f" {without} of {plural(good, 'audit')} {final} had no second reader." if good else ""
    fell, of_good = counts(lowered, quarter, level)
    means = _if_all_had_been_read(of_grade, fell, of_good or 0, settings) if without else ""
    return f"Moderated, by the auditor's grade: {parts}.{unread}{means}"


def _if_all_had_been_read(of_grade: dict[str, tuple[int, int]], fell: int, of_good: int, settings: Settings) -> str:
    """Return what good grades that one reader alone gave leave open: where such grades fell, that theirs might have."""
    good, weak = (
        [sum(numbers) for numbers in zip(*(of_grade[grade] for grade in grades), strict=True)]
        for grades in (settings.good_grades, [each for each in of_grade if each not in settings.good_grades])
    )
    words = settings.good_words
    if not fell:
        return " What a second reader would have made of those is not known."
    # In whole numbers: a smaller part of the good grades was read again than of the others.
    seldom = (
        f" Grades of {words} were read again less often than others." if good[0] * weak[1] < weak[0] * good[1] else ""
    )
    which = f"Of the {of_good} grades of {words} that were read again, {fell}"
    if of_good == 1:
        which = f"The one grade of {words} that was read again"
    return (
        f"{seldom} {which} did not remain so. Had the others been read again, too, the share {words} might be smaller."
    )


def read_more_often(
    moderated: pd.DataFrame, by_auditor: pd.DataFrame, quarter: pd.Period, settings: Settings, level: str = ALL
) -> str | None:
    """Return that second readers checked another part of the audits than the quarter before, or nothing.

    Then the final grades of the two quarters are not wholly alike; the auditors' own are told beside them.

    Parameters
    ----------
    moderated, by_auditor
        The measures `audits_moderated` and `good_or_better_by_auditor`.
    quarter
        The quarter reported on.
    settings
        What the grades are called.
    level
        The level of need.
    """
    (read, of), (before, earlier) = (counts(moderated, each, level) for each in (quarter, quarter - 1))
    row = {"count": read, "denominator": of or 0, "earlier_count": before, "earlier_denominator": earlier or 0}
    if not moved(pd.DataFrame([row])).all():
        return None
    share = share_with_the_quarter_before(by_auditor, quarter, level)
    checked = (
        f"Second readers checked {read} of {plural(of or 0, 'audit')}, and {before} of {earlier} {THE_QUARTER_BEFORE}"
    )
    return (
        f"{checked}, so the final grades of the two quarters cannot be compared like with like. Before any checking, "
        f"auditors had graded {share} {settings.good_words}."
    )


def pending(waiting: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> str | None:
    """Return how many moderations are pending, or nothing where none is.

    Parameters
    ----------
    waiting
        The measure `moderation_pending`.
    quarter
        The quarter reported on.
    level
        The level of need.
    """
    number, _ = counts(waiting, quarter, level)
    if not number:
        return None
    return f"{plural(number, 'moderation')} {was(number)} still pending and left out of these figures."


def agreement_footnote(kappa: pd.DataFrame, quarter: pd.Period) -> str | None:
    """Return the weighted kappa with its interval and what it is not, or nothing where it is not told.

    Parameters
    ----------
    kappa
        The measure `moderation_kappa`.
    quarter
        The quarter reported on.
    """
    row = figure(kappa, quarter)
    if row is None or pd.isna(row["value"]):
        return None
    interval = f"bootstrap 95% interval {decimal(row['ci_low'])} to {decimal(row['ci_high'])}"
    return (
        f"For statisticians: quadratic weighted kappa {decimal(row['value'])} ({interval}, "
        f"{plural(int(row['audits']), 'audit')}). It would be 1 if every grade had been kept, and 0 if the two readers "
        "agreed as often as chance would have it; a grade moved by two steps weighs more than one moved by one. The "
        "moderator saw the first grade, and audits are not picked for moderation at random, so this is not reliability "
        "in the textbook sense."
    )
