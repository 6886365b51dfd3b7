"""The sentence about the mix of services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.metrics.selection import chosen_otherwise
from qa_analysis.metrics.share import SMALL
from qa_analysis.sentences.phrases import BEFORE
from qa_analysis.text import listed, rounded_percent

if TYPE_CHECKING:
    from qa_analysis.page.report import Report

FEW = 5  # audits of a service: of fewer no share is worth weighting


def mix(report: Report) -> str | None:
    """Return which level's part of the audits moved by 10 points and two audits, and the share at the earlier mix.

    It is said from ten graded audits in both quarters up, and that share where each service of it has five or more now.
    """
    parts, enough = [], True
    for code, name in report.settings.level_names.items():
        now, before = (of("mix_of_services", level=code) for of in (report.now, report.before))
        if min(now.of or 0, before.of or 0) < SMALL:
            return None
        enough = enough and (now.count >= FEW or not before.count)
        if chosen_otherwise(now.count, now.of or 0, before.count, before.of or 0):
            parts.append(f"{name} from {before.share} to {now.share}")
    if not parts:
        return None
    said = f"The mix of services moved since {BEFORE}: {listed(parts)} of the graded audits."
    at_earlier_mix = report.now("good_or_better_at_earlier_mix").percent
    if at_earlier_mix is None or not enough:
        return said
    now, then = report.now("good_or_better"), rounded_percent(at_earlier_mix, 100)
    return f"{said} {now.share} are graded {report.settings.good_words}; at the earlier mix it would be about {then}%."
