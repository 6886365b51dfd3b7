"""The sentence about what families and partners said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.text import plural

if TYPE_CHECKING:
    from qa_analysis.page.report import Report


def feedback_counts(report: Report, tone: str) -> str:
    """Return how many people said something in a tone, Positive or Learning, and how they scored."""
    of_tone = tone.lower()
    number = report.now("feedback", category=of_tone).count
    if not number:
        return "No comment was recorded."
    said, scored = plural(number, "comment"), report.now("feedback_scored", category=of_tone).count
    if not scored:
        return f"{said}."
    scales = report.rows("feedback", tone=tone).dropna(subset="score")["score_out_of"].unique()
    who = _who(number, scored)
    if len(scales) > 1:
        return f"{said}; {who} with a score, not all on one scale."
    scores = report.cells("feedback_score").set_index("category")["value"]
    low, high = scores[f"{of_tone}: lowest"], scores[f"{of_tone}: highest"]
    span = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return f"{said}; {who} with a score, {span} out of {scales[0]:g}."


def _who(number: int, scored: int) -> str:
    if number == 1:
        return "it came"
    if number == scored:
        return "both came" if number == 2 else "all came"
    return "one came" if scored == 1 else f"{scored} came"
