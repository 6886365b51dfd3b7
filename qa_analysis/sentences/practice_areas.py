"""Sentences about practice areas and green shoots."""

from __future__ import annotations

from fractions import Fraction
from operator import eq, gt, lt
from typing import TYPE_CHECKING

from qa_analysis.metrics.cautions import BEFORE, SMALL, if_few_in_areas
from qa_analysis.sentences.phrases import was
from qa_analysis.sentences.selection import reasons_differ
from qa_analysis.text import listed, percent, plural

if TYPE_CHECKING:
    from qa_analysis.page.report import Figure, Report


def weakest_and_strongest(report: Report) -> str:
    """Return the practice areas with the largest and the smallest share Good or better, with their counts."""
    areas, words = _largest_first(report), report.settings.good_words
    if not areas:
        return "No practice area was graded."
    if len(areas) == 1:
        return f"Graded {words} in the one practice area: {_named(areas)}."
    first, *_, last = (_share(figure) for figure in areas.values())
    if first == last:
        return f"Every practice area has the same share graded {words}."
    strongest, weakest = (
        _named({area: each for area, each in areas.items() if _share(each) == end}) for end in (first, last)
    )
    return f"Largest share graded {words}: {strongest}. Smallest: {weakest}."


def _largest_first(report: Report) -> dict[str, Figure]:
    """Return the quarter's practice areas that were graded, from the largest to the smallest share Good or better."""
    areas = [(area, figure) for area, figure in report.each("sub_grade_good_or_better").items() if figure.of]
    return dict(sorted(areas, key=lambda each: -_share(each[1])))


def _share(figure: Figure) -> Fraction:
    return Fraction(figure.count, figure.of or 1)


def _named(areas: dict[str, Figure]) -> str:
    return listed(f"{area} {figure.share}" for area, figure in areas.items())


def areas_graded(report: Report) -> str | None:
    """Return in how many audits the practice areas were graded, where it was not in all of them."""
    audits = report.now("audits_completed").count
    fewer = {area: figure.of for area, figure in _largest_first(report).items() if (figure.of or 0) < audits}
    if not fewer:
        return None
    named = listed(f"{area} {number}" for area, number in fewer.items())
    return f"Of {plural(audits, 'audit')}, not every one graded every practice area: {named}. Shares are out of those."


def changes_of_areas(report: Report) -> str | None:
    """Return how many practice areas moved up and down since the quarter before, counted."""
    compared = [each for each in _areas(report) if each[1].of and each[2].of]
    if not compared:
        return None
    words = report.settings.good_words
    up, down, level = (
        [area for area, now, before in compared if went(_share(now), _share(before))] for went in (gt, lt, eq)
    )
    said = [
        f"{len(areas)} with a {word} share graded {words} than {BEFORE} ({listed(areas)})"
        for word, areas in (("larger", up), ("smaller", down))
        if areas
    ]
    said += [f"{len(level)} with the same share ({listed(level)})"] if level else []
    counted = f"Of {plural(len(compared), 'practice area')} graded in both quarters: {'; '.join(said)}."
    few = if_few_in_areas([now.of or 0 for _, now, _ in compared], [before.of or 0 for *_, before in compared])
    return " ".join(filter(None, [f"{counted} These are counts, not tests.", few, reasons_differ(report)]))


def areas_new_or_missing(report: Report) -> str | None:
    """Return the practice areas graded in only one of the two quarters, where any was graded the quarter before."""
    areas = _areas(report)
    if not any(before.of for *_, before in areas):
        return None
    new = listed(area for area, now, before in areas if now.of and not before.of)
    missing = listed(area for area, now, before in areas if before.of and not now.of)
    said = [f"New this quarter, so without a comparison: {new}." if new else ""]
    said.append(f"Graded {BEFORE} but not in this one: {missing}." if missing else "")
    return " ".join(filter(None, said)) or None


def _areas(report: Report) -> list[tuple[str, Figure, Figure]]:
    """Return every practice area with its share Good or better in the quarter and in the quarter before."""
    now, before = (report.each("sub_grade_good_or_better", earlier=quarters) for quarters in (0, 1))
    return [(area, now[area], before[area]) for area in dict.fromkeys([*now, *before])]


def green_shoots(report: Report) -> str:
    """Return how many audits with the grade looked at show green shoots, with the quarter before."""
    grade, good = report.settings.shoots_words, report.settings.good_words
    if not grade:
        return "The settings name no grade in which green shoots are looked for."
    means = f"An audit shows green shoots if it is graded {grade} overall and {good} in at least one practice area."
    now, before = report.now("green_shoots"), report.before("green_shoots")
    if not now.of:
        return f"{means} There was none to look for: no audit was graded {grade}, or no practice area was graded."
    then = f"; {BEFORE} {before.share}" if before.of else ""
    graded = f"{plural(now.of, 'audit')} graded {grade}"
    said = f"{means} {now.count} of {graded} ({percent(now.count, now.of)}) did{then}."
    few = f" Only {graded}." if now.of < SMALL else ""
    fell, fell_before = report.now("green_shoots_lowered").count, report.before("green_shoots_lowered").count
    if not fell:
        return f"{said}{few}"
    before_that = f" ({BEFORE} {fell_before} of {before.count})" if fell_before else ""
    which, auditors = (f"{fell} of the {now.count}", "auditors") if now.count > 1 else ("It", "auditor")
    lowered_from = f"{which}{before_that} {was(fell)} lowered by moderation from {good}"
    return f"{said} {lowered_from}; the practice areas are as the {auditors} had them.{few}"
