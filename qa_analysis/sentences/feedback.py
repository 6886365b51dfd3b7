"""The sentence about what families and partners said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.contract.problems import DOUBT
from qa_analysis.text import listed, plural

if TYPE_CHECKING:
    from qa_analysis.metrics.verdicts import Tone
    from qa_analysis.page.report import Report


def feedback_counts(report: Report, tone: str) -> str:
    """Return how many people said something in a tone, Positive or Learning, and how they scored."""
    found: Tone = getattr(report.verdicts.families, tone.lower())
    number, scored = found.quotes, found.scored
    if not number:
        return "No comment was recorded."
    said = plural(number, "comment")
    if not scored:
        return f"{said}."
    scales = report.rows("feedback", tone=tone).dropna(subset="score")["score_out_of"].unique()
    span = f"{_span(found)} out of {scales[0]:g}" if len(scales) == 1 else "not all on one scale"
    every = ", " if number == 1 else "; both " if number == 2 else "; all "
    return f"{said}{every if number == scored else f'; {scored} '}with a score: {span}."


def scores(report: Report) -> str:
    """Return the lowest and the highest score of both tones, where all are on one scale."""
    found = report.verdicts.families
    scales = report.rows("feedback").dropna(subset="score")["score_out_of"].unique()
    if not len(scales):
        doubts = report.data.issues[report.data.issues["kind"] == DOUBT]
        doubted = doubts["column"].str.contains("score", case=False, na=False).any()
        return "Scores are in doubt and not counted." if doubted else "No score was given."
    if len(scales) > 1:
        return f"{found.positive.scored + found.learning.scored} gave a score, not all on one scale."
    tones = {"positive": found.positive, "to learn from": found.learning}
    spans = listed(f"{_span(tone)} from {tone.scored} {name}" for name, tone in tones.items() if tone.scored)
    return f"Scores out of {scales[0]:g}: {spans}."


def _span(tone: Tone) -> str:
    """Return the lowest score of a tone and the highest, or the one that there is."""
    return f"{tone.lowest:g}" if tone.lowest == tone.highest else f"{tone.lowest:g} to {tone.highest:g}"
