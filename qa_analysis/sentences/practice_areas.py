"""The sentences about green shoots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.sentences.phrases import share_with_the_quarter_before, was

if TYPE_CHECKING:
    from qa_analysis.page.report import Report


def green_shoots(report: Report) -> str | None:
    """Return how many audits with the grade looked at show green shoots, with the quarter before."""
    grade, good = report.settings.shoots_words, report.settings.good_words
    now = report.now("green_shoots")
    if not grade or not now.of:
        return None
    share = share_with_the_quarter_before(report, "green_shoots")
    return f"Of audits graded {grade}, {share} had green shoots: {good} in at least one practice area."


def none_in_areas(report: Report) -> str | None:
    """Return that no practice area was graded, where a section would be without a chart."""
    graded = any(figure.of for figure in report.each("sub_grade_good_or_better").values())
    return None if graded else "No practice area was graded."


def green_shoots_lowered(report: Report) -> str | None:
    """Return how many of them moderation had lowered: those have green shoots almost by themselves."""
    fell, shoots = report.now("green_shoots_lowered").count, report.now("green_shoots").count
    if not fell:
        return None
    which = f"{fell} of the {shoots} audits with green shoots" if shoots > 1 else "The one audit with green shoots"
    good = report.settings.good_words
    return f"{which} {was(fell)} lowered by moderation from {good}; the practice areas are as the auditor had them."
