"""Sentences about final grades: how many there are, and how those of records chosen at random compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.contract.quarters import quarter_name
from qa_analysis.sentences.phrases import share_with_the_quarter_before

if TYPE_CHECKING:
    from qa_analysis.page.report import Report


def none_graded(report: Report) -> str | None:
    """Return that no audit was graded, where a section would be without a chart."""
    return None if report.now("good_or_better").of else f"No audit was graded in {quarter_name(report.quarter)}."


def at_random(report: Report) -> str | None:
    """Return the share Good or better of the records chosen at random, beside the others."""
    if not all(report.now(f"good_or_better_{how}").of for how in ("at_random", "for_a_reason")):
        return None
    random, other = (
        share_with_the_quarter_before(report, f"good_or_better_{how}") for how in ("at_random", "for_a_reason")
    )
    good = report.settings.good_words
    return f"{good} among records chosen at random: {random}; among those chosen for a reason: {other}."
