"""Actions: what state each is in at a quarter's end and what was carried over.

An action is one or more steps. At the end of a quarter's last day it is exactly one of:

- *complete*: every step was complete by then. A step is complete from its completion date; one without such a date
  counts from its status.
- *overdue*: a step that is not complete was due by then, and the action had been agreed. One due on the last day and
  not done is overdue.
- *open*: a step that is not complete has a date, and none is overdue.
- *no date*: none of the steps that are not complete has a date.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qa_analysis.cleaning.values import NotUnderstood, read_date
from qa_analysis.metrics.measure import Measure, Population
from qa_analysis.metrics.share import told_apart, truths, whole, with_the_one_before
from qa_analysis.text import day

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

OPEN, OVERDUE, COMPLETE, NO_DATE = "open", "overdue", "complete", "no date"
LATE, SOON, LATER = "late", "soon", "later"  # when a step is due; or NO_DATE
STATES = pd.CategoricalDtype([OPEN, OVERDUE, COMPLETE, NO_DATE])

_COLUMNS = [
    "action_id", "quarter", "raised", "action", "theme", "state", "due", "next_due", "days_overdue", "days_open"
]  # fmt: skip
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
    states = _states(actions, [quarter]).drop(columns="at")
    end = quarter.end_time.normalize()
    done = _done(actions, pd.Series(end, actions.index))
    later = actions["completed"].where(actions["completed"] > end)
    return pd.concat([states, _aligned(actions.assign(done=done, later=later))], axis="columns")


def every_action(actions: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return `actions_of` a quarter and what is `carried_over`: late ones first, then by date, complete ones last."""
    states = pd.concat([carried_over(actions, quarter), actions_of(actions, quarter)])
    states["state"] = states["state"].cat.set_categories([OVERDUE, OPEN, NO_DATE, COMPLETE], ordered=True)
    return states.sort_values(["state", "due"], kind="stable", ignore_index=True)


def actions_of(actions: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return the rows of `action_states` of a quarter's own actions.

    Examples
    --------
    >>> actions_of(_example(), pd.Period("2026Q2", freq="Q-MAR"))["state"].tolist()
    ['open']
    """
    states = action_states(actions, quarter)
    return states[states["quarter"] == quarter].reset_index(drop=True)


def carried_over(actions: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return those of earlier quarters' actions that were not complete at a quarter's end, the longest open first.

    Examples
    --------
    >>> carried_over(_example(), pd.Period("2026Q3", freq="Q-MAR"))[["state", "days_overdue"]].values.tolist()
    [['overdue', 31]]
    """
    states = action_states(actions, quarter)
    carried = states[(states["quarter"] < quarter) & (states["state"] != COMPLETE)]
    return carried.sort_values("raised", kind="stable", ignore_index=True)


def completed_of_earlier(actions: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return those of earlier quarters' actions that are complete at a quarter's end, and were not at its beginning.

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


def steps_to_do(actions: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return the steps that were not complete at a quarter's end, of its own actions and of earlier ones, by date.

    Parameters
    ----------
    actions
        As `action_states` takes them.
    quarter
        The quarter at whose end the steps are looked at.

    Returns
    -------
    DataFrame
        The columns of `actions`, the earliest `due` first and those without a date last; `days_late` (Int64; from `due`
        to the quarter's last day, NA where it lies ahead, there is none, or the action was agreed after that day) and
        `done_later` (bool; after that day).

    Examples
    --------
    >>> steps_to_do(_example(), pd.Period("2026Q3", freq="Q-MAR"))[["step", "lead", "days_late"]].values.tolist()
    [[2, 'Head of service', 31]]
    """
    end = quarter.end_time.normalize()
    to_do = actions[(actions["quarter"] <= quarter) & ~_done(actions, pd.Series(end, actions.index))]
    late = (end - to_do["due"]).dt.days.astype("Int64")
    agreed = ~(to_do.groupby("action_id")["raised"].transform("first") > end)
    told = to_do.assign(days_late=late.where((late >= 0) & agreed), done_later=to_do["completed"] > end)
    return told.sort_values("due", kind="stable", ignore_index=True)


def steps_by_date(actions: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return the steps that were late at a quarter's end, and those that are still to do, as they are due.

    They have the columns of `steps_to_do`, `when` (LATE, SOON: within two months, NO_DATE or LATER) and `place` (text):
    “2 of 3”, empty for an only step.

    Examples
    --------
    >>> steps_by_date(_example(), pd.Period("2026Q2", freq="Q-MAR"))[["when", "place", "lead"]].values.tolist()
    [['soon', '2 of 2', 'Head of service']]
    """
    by_action = actions.groupby("action_id", sort=False)
    number = by_action["action_id"].transform("size")
    places = (by_action.cumcount() + 1).astype("str") + " of " + number.astype("str")
    named = actions.assign(place=places.where(number > 1, ""), action=by_action["action"].transform("first"))
    steps = steps_to_do(named, quarter)
    soon = steps["due"] <= quarter.end_time.normalize() + pd.DateOffset(months=2)
    when = np.select([steps["days_late"].notna(), soon, steps["due"].isna()], [LATE, SOON, NO_DATE], LATER)
    steps["when"] = pd.Categorical(when, [LATE, SOON, NO_DATE, LATER], ordered=True)
    steps["timescale"] = steps["timescale"].astype("str").fillna("").map(_as_printed)
    shown = steps[(steps["when"] == LATE) | ~steps["done_later"]]
    return shown.sort_values(["when", "due"], kind="stable", ignore_index=True)


def at_the_ends(data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the actions in their state at each quarter's end, once for each such quarter.

    `quarter` is that at whose end they are told, `agreed_in` the action's own; `newly` says that it was not complete at
    the end of the quarter before.
    """
    every = with_the_one_before(quarters)
    states = _states(data.actions, every).rename(columns={"quarter": "agreed_in", "at": "quarter"})
    actions = len(states) // len(every)
    complete = states["state"] == COMPLETE
    newly = complete & ~complete.shift(actions, fill_value=True)  # the rows of the quarter before, in the same order
    states = states.assign(newly=newly, state_left=states["state"].cat.set_categories([OPEN, OVERDUE, NO_DATE]))
    return states[states["quarter"].isin(quarters)].reset_index(drop=True)


def new_or_open(states: pd.DataFrame, _data: Data | None = None) -> pd.Series[bool]:
    """Tell which of `at_the_ends` are actions of the quarter, or of an earlier one and not complete at its end."""
    return (states["agreed_in"] == states["quarter"]) | _left(states)


def _left(states: pd.DataFrame, _data: Data | None = None) -> pd.Series[bool]:
    return (states["agreed_in"] < states["quarter"]) & (states["state"] != COMPLETE)


def _with_own_actions(audits: pd.DataFrame, data: Data) -> pd.Series[bool]:
    """Tell which failing audits have actions of their own, which put that audit right."""
    own = data.audit_actions["audit_id"].unique()
    return audits["audit_id"].isin(own) & truths(audits["inadequate"]) if len(own) else pd.Series(False, audits.index)


def _put_right(audits: pd.DataFrame, data: Data) -> pd.Series[bool]:
    """Tell which audits have no action of their own that is still to be completed."""
    steps = data.audit_actions
    to_do = steps["completed"].isna() & ~truths(steps["status"] == "Complete")
    return ~audits["audit_id"].isin(steps.loc[to_do, "audit_id"].unique())


def _days_since(column: str) -> Callable[[pd.DataFrame, Data, Sequence[pd.Period]], pd.DataFrame]:
    """Return what makes a table of a number of days for each action that has one, told apart by their words."""

    def days(states: pd.DataFrame, _data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
        category = told_apart(states["action"].astype("str"), states["quarter"])
        named = states[["quarter"]].assign(category=category, value=states[column])
        return named.dropna(subset="value").astype({"value": float}).reset_index(drop=True)

    return days


def _longest(carried: pd.DataFrame, _data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
    return carried.groupby("quarter")["days_open"].max().dropna().astype(float).rename("value").reset_index()


def _states(actions: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the columns of `action_states` but the steps', at the end of each of some quarters (`at`), one by one."""
    ends = pd.DataFrame({"at": pd.PeriodIndex(list(quarters), dtype=actions["quarter"].dtype)})
    ends["end"] = [quarter.end_time.normalize() for quarter in quarters]
    steps = ends.merge(actions, how="cross")
    steps["to_do"] = ~_done(steps, steps["end"])
    steps["pending"] = steps["due"].where(steps["to_do"])
    steps["still_to_do"] = steps["pending"].mask(steps["completed"] > steps["end"])
    by_action = steps.groupby(["at", "action_id"], sort=False)
    states = by_action[["end", "quarter", "raised", "action", "theme"]].first().reset_index()
    states["due"] = by_action["pending"].min().to_numpy()
    states["next_due"] = by_action["still_to_do"].min().to_numpy()
    complete, end = ~by_action["to_do"].any().to_numpy(bool), states["end"]
    late = (states["due"] <= end) & ~(states["raised"] > end)  # one agreed after the quarter's end was not late by then
    state = np.select([complete, late, states["due"].notna()], [COMPLETE, OVERDUE, OPEN], NO_DATE)
    states["state"] = pd.Categorical(state, dtype=STATES)
    states["days_overdue"] = (end - states["due"]).dt.days.astype("Int64").where(late)
    open_since = (end - states["raised"]).dt.days.astype("Int64")
    states["days_open"] = open_since.mask(complete | (states["raised"] > end))
    return states[["at", *_COLUMNS]]


def _done(steps: pd.DataFrame, end: pd.Series[pd.Timestamp]) -> pd.Series[bool]:
    """Tell which steps were complete by a day: by their date, or where they have none by their status."""
    by_status = steps["completed"].isna() & truths(steps["status"] == "Complete")
    return by_status | (steps["completed"] <= end)


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


ACTIONS = Population(
    "actions", "action", "actions", lambda states, _: states["agreed_in"] == states["quarter"], made=at_the_ends,
    whole="actions of the quarter",
)  # fmt: skip
CARRIED_OVER = Population("actions", "action", "actions", _left, made=at_the_ends, whole="all such actions")
COMPLETED_OF_EARLIER = Population(
    "actions", "action", "actions", lambda states, _: (states["agreed_in"] < states["quarter"]) & states["newly"],
    made=at_the_ends,
)  # fmt: skip
WITH_OWN_ACTIONS = Population(
    "audits", "audit", "audits", _with_own_actions, whole="audits graded {failing} with actions of their own"
)
SHOWN = Population("actions", "action", "actions", new_or_open, made=at_the_ends)

MEASURES = (
    Measure(
        name="actions", title="Actions by their state at the quarter's end, of all actions of the quarter",
        counts="actions by state at the quarter's end", of=ACTIONS, by=("state",), kind="part",
    ),
    Measure(
        name="actions_agreed_later",
        title="Actions agreed after the quarter had ended, of all actions of the quarter",
        counts="actions of the quarter that were agreed after it had ended", of=ACTIONS, kind="part",
        where=lambda states, _: states["raised"] > states["quarter"].dt.end_time,
    ),
    Measure(
        name="actions_carried_over", title="Actions carried over by their state, of all carried over",
        counts="actions of earlier quarters that were not complete at the quarter's end, by state", of=CARRIED_OVER,
        by=("state_left",), kind="part",
    ),
    Measure(
        name="actions_carried_over_longest", title="Days that the oldest action carried over had been open",
        counts="`value`: days that the longest of them had been open", of=CARRIED_OVER, table=_longest, kind="value",
    ),
    Measure(
        name="actions_completed_of_earlier", title="Actions of earlier quarters completed in the quarter",
        counts="actions of earlier quarters that became complete in the quarter", of=COMPLETED_OF_EARLIER, kind="count",
    ),
    Measure(
        name="action_days_open", title="Days that each action had been open",
        counts="`value`: days that an action had been open at the quarter's end", of=SHOWN,
        table=_days_since("days_open"), by=("category",), kind="value",
    ),
    Measure(
        name="action_days_overdue", title="Days that each action was overdue",
        counts="`value`: days that an action had been overdue at the quarter's end", of=SHOWN,
        table=_days_since("days_overdue"), by=("category",), kind="value",
    ),
    Measure(
        name="audits_put_right", title="Audits graded {failing} whose own actions are complete",
        counts="audits graded {failing} whose own actions are all complete, as recorded by now", of=WITH_OWN_ACTIONS,
        where=_put_right, kind="part", cells="ever with rows",
    ),
)  # fmt: skip
