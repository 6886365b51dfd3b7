"""Sentences about the actions agreed in response."""

from __future__ import annotations

import pandas as pd

from qa_analysis.sentences.counting import was
from qa_analysis.text import day, fold, listed, plural, quoted

_IN_WORDS = {"no date": "without a date"}


def actions(states: pd.DataFrame) -> str:
    """Return how many actions were agreed and in which state they are at the quarter's end.

    Parameters
    ----------
    states
        As `metrics.actions.actions_of` returns them.
    """
    if states.empty:
        return "No action was recorded."
    number = states["state"].value_counts(sort=False)
    parts = [f"{int(number[state])} {_IN_WORDS.get(state, state)}" for state in number.index if number[state]]
    one = len(states) == 1
    later = int((states["raised"] > states["quarter"].iloc[0].end_time).sum())
    after = f", {'' if one else f'{later} of them '}after the quarter had ended" if later else ""
    by_then = f"as if {'it' if one else 'they'} had been agreed by then: " if later else ""
    agreed = f"{plural(len(states), 'action')} {was(len(states))} agreed{after}."
    state = f"State at the quarter's end, {by_then}" if later else "At the quarter's end: "
    return f"{agreed} {state}{listed(parts)}. A date under “Done” means that a step was done after the quarter."


def actions_in_short(agreed: pd.DataFrame, carried: pd.DataFrame, quarter: pd.Period) -> str:
    """Return how many actions were agreed, what is due next, and how many are left of earlier quarters, as a clause.

    Parameters
    ----------
    agreed, carried
        As `metrics.actions.actions_of` and `metrics.actions.carried_over` return them.
    quarter
        The quarter reported on.
    """
    if agreed.empty and carried.empty:
        return "none recorded."
    undated = int((agreed["state"] == "no date").sum())
    without = f", {'' if len(agreed) == 1 else f'{undated} '}without a date" if undated else ""
    steps = pd.concat([agreed["next_due"], carried["next_due"]])
    ahead = steps[steps > quarter.end_time]
    due = f"; the next step not yet done is due on {day(ahead.min())}" if len(ahead) else ""
    overdue, number = int((carried["state"] == "overdue").sum()), len(carried)
    late = f", {'and is' if number == 1 else f'{overdue} of them'} overdue" if overdue else ""
    left = f" Of earlier quarters {number} {'is' if number == 1 else 'are'} not complete{late}." if number else ""
    return f"{len(agreed) or 'none'}{without}{due}.{left} See “Our response: actions”."


def carried_over(states: pd.DataFrame) -> str:
    """Return how many actions of earlier quarters were not complete at the quarter's end, and for how long.

    Parameters
    ----------
    states
        As `metrics.actions.carried_over` returns them.
    """
    if states.empty:
        return "No action of an earlier quarter was left open."
    overdue = int((states["state"] == "overdue").sum())
    longest = states["days_open"].max()
    which = "it" if len(states) == 1 else "the longest"
    waited = f"; {which} had been open for {plural(int(longest), 'day')}" if pd.notna(longest) else ""
    of_them = "and was " if len(states) == 1 else f"{overdue} of them "
    late = f", {of_them}overdue" if overdue else ""
    which = f"{plural(len(states), 'action')} of earlier quarters {was(len(states))} not complete"
    return f"{which} at the quarter's end{late}{waited}."


def completed_of_earlier(states: pd.DataFrame) -> str | None:
    """Return which actions of earlier quarters were completed in the quarter, or nothing where none was.

    Parameters
    ----------
    states
        As `metrics.actions.completed_of_earlier` returns them.
    """
    if states.empty:
        return None
    which = f"{plural(len(states), 'action')} of earlier quarters {was(len(states))} completed in the quarter"
    return f"{which}: {listed(quoted(action.rstrip('.')) for action in states['action'])}."


def unaddressed(themes: pd.DataFrame, carried: pd.DataFrame) -> str | None:
    """Return the themes of learning that no action has, or nothing where every one has an action.

    Parameters
    ----------
    themes
        The measure `learning_without_action`, as `metrics.themes.themes_of` returns its rows.
    carried
        As `metrics.actions.carried_over` returns them: an action of an earlier quarter may name a theme.
    """
    if themes.empty:
        return None
    earlier = set(carried["theme"].dropna().map(fold))
    named = listed(
        _theme(row["theme"], int(row["count"]), fold(row["theme"]) in earlier) for _, row in themes.iterrows()
    )
    return f"Themes of learning that no action of the quarter names: {named}."


def _theme(theme: str, findings: int, earlier: bool) -> str:
    """Return a theme, with how many findings it has where they are several, and whether an earlier action names it."""
    said = [plural(findings, "finding") if findings > 1 else "", "one carried over does" if earlier else ""]
    about = ", ".join(filter(None, said))
    return f"{theme} ({about})" if about else theme
