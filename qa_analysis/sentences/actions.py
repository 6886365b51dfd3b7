"""Sentences about the actions agreed in response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.metrics import actions as states
from qa_analysis.sentences.phrases import was
from qa_analysis.text import listed, plural, quoted

if TYPE_CHECKING:
    from qa_analysis.page.report import Report

_IN_WORDS = {
    states.OVERDUE: "late", states.OPEN: "in time", states.NO_DATE: "undated", states.COMPLETE: "done"
}  # fmt: skip


def actions(report: Report) -> str:
    """Return how many actions were agreed and how many are left of earlier quarters, and in which state all are."""
    number, left = (_number(report, name) for name in ("actions", "actions_carried_over"))
    if not number + left:
        return "No action was recorded."
    of_both = [report.each(name) for name in ("actions", "actions_carried_over")]
    counts = {words: sum(each[state].count for each in of_both) for state, words in _IN_WORDS.items()}
    by_state = listed(f"{count} {words}" for words, count in counts.items() if count)
    agreed = f"{plural(number, 'action')} {was(number)} agreed" if number else "No action was agreed"
    earlier = f" and {left} left from earlier quarters" if left else ""
    return f"{agreed}{earlier}: {by_state}."


def _number(report: Report, name: str) -> int:
    return sum(figure.count for figure in report.each(name).values())


def put_right(report: Report) -> str | None:
    """Return how many failing audits have actions of their own, and are put right, where a council records these."""
    failing, own = report.now("inadequate").count, report.now("audits_put_right")
    if report.data.audit_actions.empty or not failing:
        return None
    audits = f"{plural(failing, 'audit')} graded {report.settings.failing_words}"
    if not own.of:
        return f"No action of its own is recorded for {'the' if failing == 1 else 'any of the'} {audits}."
    without = failing - own.of
    left = f"; for {without} none is recorded" if without else ""
    have = f"{own.of} {'has' if own.of == 1 else 'have'} actions of their own"
    return f"Of {audits}, {have}, all complete for {own.count}{left}."


def completed_of_earlier(report: Report) -> str | None:
    """Return which actions of earlier quarters were completed in the quarter; how many are done is told above them."""
    done = states.completed_of_earlier(report.data.actions, report.quarter)["action"]
    if done.empty:
        return None
    return f"Completed, of earlier quarters: {listed(quoted(action.rstrip('.')) for action in done)}."
