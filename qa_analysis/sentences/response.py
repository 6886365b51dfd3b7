"""Sentences about the actions agreed in response."""

from __future__ import annotations

import pandas as pd

from qa_analysis.words import day, listed, plural

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
    were = "was" if len(states) == 1 else "were"
    later = int((states["raised"] > states["quarter"].iloc[0].end_time).sum())
    of_them = "" if len(states) == 1 else f"{later} of them "
    after = f", {of_them}after the quarter had ended" if later else ""
    agreed = f"{plural(len(states), 'action')} {were} agreed{after}."
    return f"{agreed} At the quarter's end: {listed(parts)}. A date under “Done” is of a step that was done after that."


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
    without = f", {undated} without a date" if undated else ""
    ahead = agreed.loc[agreed["next_due"] > quarter.end_time, "next_due"].dropna()
    due = f"; the next step is due on {day(ahead.min())}" if len(ahead) else ""
    overdue = int((carried["state"] == "overdue").sum())
    late = f", {overdue} of them overdue" if overdue else ""
    left = f" {len(carried)} more not complete from earlier quarters{late}." if len(carried) else ""
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
    were = "was" if len(states) == 1 else "were"
    return (
        f"{plural(len(states), 'action')} of earlier quarters {were} not complete at the quarter's end{late}{waited}."
    )


def unaddressed(themes: pd.DataFrame) -> str | None:
    """Return the themes of learning that no action has, or nothing where every one has an action.

    Parameters
    ----------
    themes
        As `metrics.themes.unaddressed_themes` returns them.
    """
    if themes.empty:
        return None
    named = listed(
        f"{row['theme']} ({plural(int(row['count']), 'finding')})" if row["count"] > 1 else str(row["theme"])
        for _, row in themes.iterrows()
    )
    return f"Themes of learning that no action of the quarter names: {named}. Actions carried over are listed below."
