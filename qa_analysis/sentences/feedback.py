"""The sentence about what families and partners said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.text import listed, plural

if TYPE_CHECKING:
    from qa_analysis.page.report import Report


def feedback_counts(report: Report, tone: str) -> str:
    """Return how many people said something in a tone, Positive or Learning, who, and how they scored."""
    of_tone = tone.lower()
    number = report.now("feedback", category=of_tone).count
    if not number:
        return "No comment was recorded."
    cells = report.cells("feedback_source")
    sources = cells[cells["tone"] == of_tone].set_index("source")["count"]
    quoted = report.rows("feedback", tone=tone)["source"].dropna()  # whoever is quoted first is named first
    who = listed(f"{source} {sources[source]}" for source in dict.fromkeys(quoted))
    for_whom = "It speaks for the one" if number == 1 else "They speak for those"
    said = f"{plural(number, 'comment')}{f': {who}' if who else ''}. {for_whom} who answered."
    scored = report.now("feedback_scored", category=of_tone).count
    if not scored:
        return said
    scales = report.rows("feedback", tone=tone).dropna(subset="score")["score_out_of"].unique()
    if len(scales) > 1:
        return f"{said} {scored} gave a score, not all on one scale."
    out_of = f"out of {scales[0]:g}"
    scores = report.cells("feedback_score").set_index("category")["value"]
    low, high = scores[f"{of_tone}: lowest"], scores[f"{of_tone}: highest"]
    if scored == 1:
        return f"{said} One gave a score: {low:g} {out_of}."
    several = f"from {low:g} to {high:g}" if scored > 2 else f"{low:g} and {high:g}"
    span = f"each {low:g}" if low == high else several
    who_scored = ("Both" if scored == 2 else "All") if scored == number else scored
    return f"{said} {who_scored} gave a score {out_of}: {span}."
