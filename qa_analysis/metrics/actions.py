"""Actions: what state each is in at a quarter's end and what was carried over.

An action is one or more steps. At the end of a quarter's last day it is exactly one of:

- *complete*: every step was complete by then. A step is complete from its completion date; one without such a date
  counts from its status.
- *overdue*: a step that is not complete was due by then. One due on the last day and not done is overdue.
- *open*: a step that is not complete has a date, and all such dates are ahead.
- *no date*: none of the steps that are not complete has a date.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from qa_analysis.metrics.share import distribution, each_quarter, share, tally, told_apart, whole
from qa_analysis.values import NotUnderstood, read_date
from qa_analysis.words import day

OPEN, OVERDUE, COMPLETE, NO_DATE = "open", "overdue", "complete", "no date"
STATES = pd.CategoricalDtype([OPEN, OVERDUE, COMPLETE, NO_DATE])

_COLUMNS = [
    "action_id",
    "quarter",
    "raised",
    "action",
    "theme",
    "state",
    "due",
    "next_due",
    "days_overdue",
    "days_open",
]
_STEPS = {
    "step": "steps", "step_detail": "details", "lead": "leads", "timescale": "timescales",
    "done": "done", "later": "later",
}  # fmt: skip


def action_states(actions: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Actions with their states at a quarter's end.

    Parameters
    ----------
    actions
        One row for each step: `action_id`, `quarter`, `raised` (date), `action`, `theme` (text), `step` (number),
        `step_detail`, `lead`, `timescale` (text), `due` (date; missing where the timescale names none), `status`
        (Open, Complete) and `completed` (date).
    quarter
        The quarter at whose end the states are told.

    Returns
    -------
    DataFrame
        One row for each action, in the order in which they are written: `action_id`, `quarter`, `raised`,
        `action`, `theme` (of its first step), `state` (categorical), `due` (date; the earliest of the steps that are
        not complete), `next_due` (date; the earliest of those that were not complete later either), `days_overdue`
        (Int64; since `due`, for an overdue action, else NA), `days_open` (Int64; since it was raised, for one that is
        not complete and was raised by then, else NA), and, aligned with each other, one entry for each step: `steps`
        (list of text: the number), `details`, `leads`, `timescales` (lists of text, empty where blank), `done` (list
        of bool) and `later` (list of dates: on which a step was done after the quarter's end; NaT where it was not).

    Examples
    --------
    >>> states = action_states(_example(), pd.Period("2026Q2", freq="Q-MAR"))
    >>> states[["action_id", "state", "days_open", "leads"]]
      action_id state  days_open                            leads
    0        A1  open         78  [Team manager, Head of service]
    """
    end = quarter.end_time.normalize()
    steps = actions.assign(done=_done(actions, end))
    steps["later"] = steps["completed"].where(steps["completed"] > end)
    steps["pending"] = steps["due"].mask(steps["done"])
    steps["still_to_do"] = steps["pending"].mask(steps["later"].notna())
    by_action = steps.groupby("action_id", sort=False)
    states = by_action[["quarter", "raised", "action", "theme"]].first().reset_index()
    complete = by_action["done"].all().to_numpy(bool)
    due = by_action["pending"].min().to_numpy()
    states["due"] = due
    states["next_due"] = by_action["still_to_do"].min().to_numpy()
    late = states["due"].notna() & (states["due"] <= end)
    state = np.select([complete, late, states["due"].notna()], [COMPLETE, OVERDUE, OPEN], NO_DATE)
    states["state"] = pd.Categorical(state, dtype=STATES)
    states["days_overdue"] = _days(end, states["due"]).where(late)
    states["days_open"] = _days(end, states["raised"]).mask(complete | (states["raised"] > end))
    return pd.concat([states[_COLUMNS], _aligned(steps)], axis="columns")


def actions_of(actions: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Actions of a quarter, with their states at its end.

    Parameters
    ----------
    actions
        As for `action_states`.
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        The rows of `action_states` whose `quarter` it is.

    Examples
    --------
    >>> actions_of(_example(), pd.Period("2026Q2", freq="Q-MAR"))["state"].tolist()
    ['open']
    """
    states = action_states(actions, quarter)
    return states[states["quarter"] == quarter].reset_index(drop=True)


def carried_over(actions: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Actions of earlier quarters that were not complete at a quarter's end, the longest open first.

    Parameters
    ----------
    actions
        As for `action_states`.
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        The rows of `action_states` whose `quarter` is an earlier one and whose state is not complete.

    Examples
    --------
    >>> carried_over(_example(), pd.Period("2026Q3", freq="Q-MAR"))[["state", "days_overdue"]].values.tolist()
    [['overdue', 31]]
    """
    states = action_states(actions, quarter)
    carried = states[(states["quarter"] < quarter) & (states["state"] != COMPLETE)]
    return carried.sort_values("raised", kind="stable", ignore_index=True)


def completed_of_earlier(actions: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Actions of earlier quarters that were completed in a quarter: complete at its end, and not at its beginning.

    Parameters
    ----------
    actions
        As for `action_states`.
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        The rows of `action_states` whose `quarter` is an earlier one, that are complete, and that were not at the end
        of the quarter before.

    Examples
    --------
    >>> done = _example().assign(status="Complete", completed=pd.Timestamp(2025, 11, 3))
    >>> completed_of_earlier(done, pd.Period("2026Q3", freq="Q-MAR"))["action_id"].tolist()
    ['A1']
    """
    states = action_states(actions, quarter)
    before = action_states(actions, quarter - 1)
    open_before = before.loc[before["state"] != COMPLETE, "action_id"]
    now = (states["quarter"] < quarter) & (states["state"] == COMPLETE) & states["action_id"].isin(open_before)
    return states[now].reset_index(drop=True)


def actions_completed_of_earlier(actions: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Count the actions of `completed_of_earlier` for each quarter.

    Parameters
    ----------
    actions
        As in `action_states`.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter` and `count` (int; actions).

    Examples
    --------
    >>> actions_completed_of_earlier(_example(), [pd.Period("2026Q3", freq="Q-MAR")])["count"].tolist()
    [0]
    """
    return tally(each_quarter(lambda quarter: completed_of_earlier(actions, quarter), quarters), {"quarter": quarters})


def action_counts(actions: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Actions of each quarter by their state at that quarter's end.

    Parameters
    ----------
    actions
        As in `action_states`.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `category` (text: open, overdue, complete, no date), `count`, `denominator` (int; actions),
        `percent` (float, 0–100), and `ci_low` and `ci_high`, which are NaN: these are all the actions.

    Examples
    --------
    >>> action_counts(_example(), [pd.Period("2026Q2", freq="Q-MAR")])[["category", "count", "denominator"]]
       category  count  denominator
    0      open      1            1
    1   overdue      0            1
    2  complete      0            1
    3   no date      0            1
    """
    states = [actions_of(actions, quarter) for quarter in quarters]
    return distribution(pd.concat(states), {"quarter": quarters}, of="state", interval=False)


def actions_agreed_later(actions: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Actions of each quarter that were raised after it had ended: a response to it that was agreed later.

    Parameters
    ----------
    actions
        As in `action_states`.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `count`, `denominator` (int; actions of the quarter), `percent` (float, 0–100), and `ci_low` and
        `ci_high`, which are NaN: these are all the actions.

    Examples
    --------
    >>> actions_agreed_later(_example(), [pd.Period("2026Q2", freq="Q-MAR")])[["count", "denominator"]]
       count  denominator
    0      0            1
    """
    states = action_states(actions, quarters[-1])
    return share(states, {"quarter": quarters}, where=states["raised"] > states["quarter"].dt.end_time, interval=False)


def carried_over_counts(actions: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Actions of earlier quarters that were not complete at each quarter's end, by their state.

    Parameters
    ----------
    actions
        As in `action_states`.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        As `action_counts`, without `complete`; the denominator is the actions carried over.

    Examples
    --------
    >>> carried_over_counts(_example(), [pd.Period("2026Q3", freq="Q-MAR")])[["category", "count", "denominator"]]
      category  count  denominator
    0     open      0            1
    1  overdue      1            1
    2  no date      0            1
    """
    states = each_quarter(lambda quarter: carried_over(actions, quarter), quarters)
    counts = distribution(states, {"quarter": quarters}, of="state", interval=False)
    return counts[counts["category"] != COMPLETE].reset_index(drop=True)


def carried_over_longest(actions: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Days that the oldest of the actions carried over had been open at each quarter's end.

    Parameters
    ----------
    actions
        As in `action_states`.
    quarters
        The quarters to show; one with nothing carried over has no row.

    Returns
    -------
    DataFrame
        `quarter` and `value` (float; days).

    Examples
    --------
    >>> carried_over_longest(_example(), list(pd.period_range("2026Q2", "2026Q3", freq="Q-MAR")))
      quarter  value
    0  2026Q3  170.0
    """
    longest = {quarter: carried_over(actions, quarter)["days_open"].max() for quarter in quarters}
    known = {quarter: float(days) for quarter, days in longest.items() if pd.notna(days)}
    return pd.DataFrame({"quarter": list(known), "value": pd.Series(list(known.values()), dtype=float)})


def action_days(actions: pd.DataFrame, quarters: Sequence[pd.Period], since: str) -> pd.DataFrame:
    """Days that each action of a quarter, or carried over into it, had been open or overdue at the quarter's end.

    Parameters
    ----------
    actions
        As in `action_states`.
    quarters
        The quarters to show.
    since
        `days_open` or `days_overdue`.

    Returns
    -------
    DataFrame
        `quarter`, `category` (text; the action, with a number where another has the same words) and `value` (float;
        days). An action that was complete, not yet raised or not overdue has no row.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q3", freq="Q-MAR"))
    >>> action_days(_example(), quarters, "days_open")
      quarter      category  value
    0  2026Q2  Chronologies   78.0
    1  2026Q3  Chronologies  170.0
    """

    def shown(quarter: pd.Period) -> pd.DataFrame:
        states = action_states(actions, quarter)
        carried = (states["quarter"] < quarter) & (states["state"] != COMPLETE)
        return states[(states["quarter"] == quarter) | carried]

    rows = each_quarter(shown, quarters)
    named = rows.assign(category=told_apart(rows["action"].astype("str"), rows["quarter"]), value=rows[since])
    known = named.dropna(subset="value").astype({"value": float})
    return known[["quarter", "category", "value"]].reset_index(drop=True)


def _done(actions: pd.DataFrame, end: pd.Timestamp) -> pd.Series[bool]:
    """Tell which steps were complete by a day: by their date, or where they have none by their status."""
    dated = actions["completed"].notna()
    by_status = (actions["status"] == "Complete").fillna(False).astype(bool)
    return (dated & (actions["completed"] <= end)) | (~dated & by_status)


def _days(end: pd.Timestamp, since: pd.Series[pd.Timestamp]) -> pd.Series[int]:
    return (end - since).dt.days.astype("Int64")


def _as_printed(timescale: str) -> str:
    """Return a timescale as it was written, and one that was a date as dates are printed."""
    try:
        return day(pd.Timestamp(read_date(timescale)))
    except NotUnderstood:
        return timescale


def _aligned(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of each action as lists, in the order of the actions."""
    texts = {name: steps[name].astype("str").fillna("") for name in ("step_detail", "lead", "timescale")}
    texts["timescale"] = texts["timescale"].map(_as_printed).astype("str")
    filled = steps.assign(step=whole(steps["step"]).astype("str").fillna(""), **texts)
    by_action = filled.groupby("action_id", sort=False)
    return pd.DataFrame(
        {lists: by_action[column].agg(list) for column, lists in _STEPS.items()}, dtype=object
    ).reset_index(drop=True)


def _example() -> pd.DataFrame:
    """Return an action of two steps, the first of them done, for the examples."""
    steps = {
        "action_id": "A1",
        "quarter": pd.Period("2026Q2", freq="Q-MAR"),
        "raised": pd.Timestamp(2025, 7, 14),
        "action": "Chronologies",
        "theme": "Planning",
        "step": [1, 2],
        "step_detail": ["Agree a model", "Try it"],
        "lead": ["Team manager", "Head of service"],
        "timescale": ["Aug 2025", "Nov 2025"],
        "due": pd.to_datetime(["2025-08-31", "2025-11-30"]),
        "status": ["Complete", "Open"],
        "completed": [pd.Timestamp(2025, 8, 20), pd.NaT],
    }
    return pd.DataFrame(steps)
