"""Sentences about the actions agreed in response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.metrics import actions as states
from qa_analysis.sentences.phrases import was
from qa_analysis.text import listed, plural, quoted

if TYPE_CHECKING:
    from qa_analysis.page.report import Report

_IN_WORDS = {"no date": "without a date"}


def actions(report: Report) -> str:
    """Return how many actions were agreed and in which state they are at the quarter's end."""
    number = _number(report, "actions")
    if not number:
        return "No action was recorded."
    by_state = report.each("actions").items()
    parts = listed(f"{found.count} {_IN_WORDS.get(state, state)}" for state, found in by_state if found.count)
    later = report.now("actions_agreed_later").count
    one = number == 1
    after = f", {'' if one else f'{later} of them '}after the quarter had ended" if later else ""
    by_then = f"as if {'it' if one else 'they'} had been agreed by then: " if later else ""
    agreed = f"{plural(number, 'action')} {was(number)} agreed{after}."
    state = f"State at the quarter's end, {by_then}" if later else "At the quarter's end: "
    return f"{agreed} {state}{parts}. A date under “Done” means that a step was done after the quarter."


def carried_over(report: Report) -> str:
    """Return how many actions of earlier quarters were not complete at the quarter's end, and for how long."""
    number, overdue = _left(report)
    if not number:
        return "No action of an earlier quarter was left open."
    one = number == 1
    longest = report.cells("actions_carried_over_longest")["value"]
    which = "it" if one else "the longest"
    waited = f"; {which} had been open for {plural(int(longest.iloc[0]), 'day')}" if len(longest) else ""
    late = f", {'and was' if one else f'{overdue} of them'} overdue" if overdue else ""
    return (
        f"{plural(number, 'action')} of earlier quarters {was(number)} not complete at the quarter's end{late}{waited}."
    )


def _left(report: Report) -> tuple[int, int]:
    """Return how many actions of earlier quarters are not complete, and how many of those are overdue."""
    return _number(report, "actions_carried_over"), report.now("actions_carried_over", category="overdue").count


def _number(report: Report, name: str) -> int:
    return sum(figure.count for figure in report.each(name).values())


def completed_of_earlier(report: Report) -> str | None:
    """Return which actions of earlier quarters were completed in the quarter."""
    done = states.completed_of_earlier(report.data.actions, report.quarter)["action"]
    if done.empty:
        return None
    which = f"{plural(len(done), 'action')} of earlier quarters {was(len(done))} completed in the quarter"
    return f"{which}: {listed(quoted(action.rstrip('.')) for action in done)}."
