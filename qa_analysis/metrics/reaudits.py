"""Re-audits: records that were audited again, whether they got better, and Inadequate audits still to be re-audited.

A re-audit is linked to the earlier audit that it names, of whatever quarter. One that names an unknown audit, itself
or a later one is outside everything here. The level of need is the re-audit's. Records are re-audited because they
were weak, so that some would have got better anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qa_analysis.metrics.measure import Measure, Population
from qa_analysis.metrics.share import by_quarter_and_level, distribution, truths, with_whole_service

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

LONG_WAIT = pd.DateOffset(months=6)  # a record that waits for longer waits for long
OUTCOMES = ["improved", "same", "worse"]
THIS_QUARTER, EARLIER_QUARTERS = "this quarter", "earlier quarters"


def reaudits(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Re-audits of some quarters, each with the grade before and after.

    Parameters
    ----------
    audits
        All audits, of earlier quarters too: `audit_id`, `audit_date`, `quarter`, `level_of_need`, `final_grade`
        (ordered categorical, best first) and `reaudit_of` (the `audit_id` of the earlier audit).
    quarters
        The quarters that the re-audits are of.

    Returns
    -------
    DataFrame
        One row for each re-audit, by date: `quarter`, `level_of_need` (categorical), `first_grade`,
        `final_grade` (the grades' categories; missing where not graded), `days` (int, between the two audits) and
        `outcome` (categorical: improved, same, worse; missing where a grade is).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"audit_id": ["a", "b"], "reaudit_of": [None, "a"], "quarter": quarters})
    >>> audits["audit_date"] = pd.to_datetime(["2025-06-01", "2025-09-01"])
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 2, categories=["EH"], ordered=True)
    >>> audits["final_grade"] = pd.Categorical(["Weak", "Good"], categories=["Good", "Weak"], ordered=True)
    >>> reaudits(audits, quarters)[["first_grade", "final_grade", "days", "outcome"]]
      first_grade final_grade  days   outcome
    0        Weak        Good    92  improved
    """
    links = _links(audits)
    links = links[links["quarter"].isin(quarters)].sort_values("audit_date", kind="stable", ignore_index=True)
    final, first = links["final_grade"].cat.codes, links["first_grade"].cat.codes  # the best grade is the smallest
    step = np.where((final < 0) | (first < 0), -1, 1 + np.sign(final - first))
    days = (links["audit_date"] - links["first_date"]).dt.days.astype("int64")
    found = links[["quarter", "level_of_need", "first_grade", "final_grade"]]
    return found.assign(days=days, outcome=pd.Categorical(np.array([*OUTCOMES, None])[step], categories=OUTCOMES))


def _linked(data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    return reaudits(data.audits, quarters)


def _so_far(data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the audits graded Inadequate up to the end of each quarter; none of one without audits: nobody knows.

    `quarter` is that at whose end they are looked at. `waiting` says that no audit up to then names them, `since`
    whether they are of it or of an earlier one, `days` is the time from the audit to the quarter's end, and `long` says
    that it is more than `LONG_WAIT`. `again` says that it was a re-audit itself, `failed_again` one of an audit that
    was Inadequate, too.
    """
    audits, links = data.audits, _links(data.audits)
    weak = audits.loc[truths(audits["inadequate"]), ["audit_id", "audit_date", "quarter", "level_of_need"]]
    failed = links.loc[links["reaudit_of"].isin(weak["audit_id"]), "audit_id"]
    weak = weak.assign(again=weak["audit_id"].isin(links["audit_id"]), failed_again=weak["audit_id"].isin(failed))
    weak = weak.join(links.groupby("reaudit_of")["quarter"].min().rename("named"), on="audit_id")
    with_audits = set(audits["quarter"].unique())
    found = _up_to_each_end(weak, [each for each in quarters if each in with_audits])
    end = found["quarter"].dt.end_time.dt.normalize()
    since = np.where(found["own_quarter"] == found["quarter"], THIS_QUARTER, EARLIER_QUARTERS)
    return found.assign(
        waiting=~(found["named"] <= found["quarter"]), since=pd.Categorical(since, [THIS_QUARTER, EARLIER_QUARTERS]),
        days=(end - found["audit_date"]).dt.days, long=found["audit_date"] + LONG_WAIT < end,
    )  # fmt: skip


def _recorded_so_far(data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    audits = data.audits
    return _up_to_each_end(audits.loc[audits["reaudit_of"].notna(), ["quarter", "level_of_need"]], quarters)


def _up_to_each_end(rows: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return rows once for each quarter that theirs (`own_quarter`) is not after; `quarter` is then that one."""
    ends = pd.DataFrame({"quarter": pd.PeriodIndex(list(quarters), dtype=rows["quarter"].dtype)})
    every = rows.rename(columns={"quarter": "own_quarter"}).merge(ends, how="cross")
    return every[every["own_quarter"] <= every["quarter"]].reset_index(drop=True)


def _by_quarter(waiting: pd.DataFrame, data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return how many wait; no row of a quarter without audits."""
    by = by_quarter_and_level(waiting, quarters)
    counts = distribution(waiting, by, of="since", interval=False)
    return counts.loc[counts["quarter"].isin(data.audits["quarter"]), [*by, "category", "count", "denominator"]]


def _longest(waiting: pd.DataFrame, _data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
    longest = (
        with_whole_service(waiting)
        .groupby(["quarter", "level_of_need"], observed=True)["days"]
        .max()
        .rename("value")
        .reset_index()
    )
    return longest.astype({"level_of_need": "str", "value": float})


def _days(found: pd.DataFrame, _data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the fewest, the middle and the most days; a quarter or a level without re-audits has no row."""
    days = with_whole_service(found).groupby(["quarter", "level_of_need"], observed=True)["days"]
    spans = days.agg(shortest="min", median="median", longest="max").reset_index()
    long = spans.melt(["quarter", "level_of_need"], var_name="category", ignore_index=False)
    return long.sort_index(kind="stable").reset_index(drop=True).astype({"level_of_need": "str", "value": float})


def _links(audits: pd.DataFrame) -> pd.DataFrame:
    """Return the audits that name an earlier one that is known, with its date and final grade."""
    again = audits[audits["reaudit_of"].notna() & (audits["reaudit_of"] != audits["audit_id"])]
    places = pd.Index(audits["audit_id"]).get_indexer(pd.Index(again["reaudit_of"]))
    known: pd.DataFrame = again[places >= 0]
    earlier = audits.iloc[places[places >= 0]].set_axis(known.index)
    links: pd.DataFrame = known.assign(first_date=earlier["audit_date"], first_grade=earlier["final_grade"])
    return links[links["first_date"] <= links["audit_date"]]


def _with_outcome(outcome: str) -> Callable[[pd.DataFrame, Data], pd.Series[bool]]:
    return lambda found, _: found["outcome"] == outcome


REAUDITED = Population("audits", "re-audited record", "re-audited records", made=_linked, whole="re-audits")
WITH_BOTH_GRADES = Population(
    "audits", "re-audited record", "re-audited records", lambda found, _: found["outcome"].notna(), made=_linked,
    whole="re-audits with both grades",
)  # fmt: skip
INADEQUATE_SO_FAR = Population(
    "audits", "audit", "audits", made=_so_far, whole="audits graded {failing} up to the quarter's end"
)
WAITING = Population(
    "audits", "audit", "audits", lambda found, _: found["waiting"], made=_so_far, whole="all such audits"
)
RECORDED_SO_FAR = Population("audits", "re-audited record", "re-audited records", made=_recorded_so_far)

IMPROVED, SAME, WORSE = (
    Measure(
        name=f"reaudits_{outcome}", title=f"Re-audited records {title}, of those with both grades",
        counts=f"re-audits with {grade} than the audit they name", of=WITH_BOTH_GRADES,
        where=_with_outcome(outcome),
        headline="Re-audited records that improved" if outcome == "improved" else "", said=(said, said),
    )
    for outcome, title, grade, said in (
        ("improved", "that improved", "a better final grade", "improved"),
        ("same", "with the same grade", "no other final grade", "had the same grade"),
        ("worse", "that got worse", "a worse final grade", "got worse"),
    )
)  # fmt: skip
AWAITING_REAUDIT = Measure(
    name="awaiting_reaudit", title="Audits graded {failing} that were not yet re-audited",
    counts="audits graded {failing} and not re-audited by the quarter's end: of this quarter, of earlier ones",
    out_of="all such audits", of=WAITING, table=_by_quarter, by=("category",), kind="count",
)  # fmt: skip
MEASURES = (
    IMPROVED,
    SAME,
    WORSE,
    Measure(
        name="reaudits_without_both_grades",
        title="Re-audited records without a grade before or after, of all re-audited",
        counts="re-audits without a final grade, or of an audit without one", of=REAUDITED,
        where=lambda found, _: found["outcome"].isna(), kind="part",
    ),
    Measure(
        name="reaudit_outcome", title="Grades before and after a re-audit, of the re-audits with that first grade",
        counts="re-audits by the earlier and the new final grade, “Inadequate → Good”",
        out_of="re-audits with both grades and that earlier grade", of=REAUDITED, by=("first_grade", "final_grade"),
        joined=" → ", cells="with rows",
    ),
    Measure(
        name="reaudit_days", title="Days from an audit to its re-audit",
        counts="`value`: days from audit to re-audit: the shortest, the median and the longest", of=REAUDITED,
        table=_days, by=("category",), kind="value",
    ),
    Measure(
        name="reaudits_so_far", title="Re-audits recorded so far",
        counts="audits up to the quarter's end that name the audit they repeat, whether it is known or not",
        of=RECORDED_SO_FAR, kind="count",
    ),
    Measure(
        name="inadequate_not_reaudited", title="Audits graded {failing} so far that were never re-audited",
        counts="audits graded {failing} up to the quarter's end that no audit up to then names", of=INADEQUATE_SO_FAR,
        where=lambda found, _: found["waiting"], kind="part",
    ),
    AWAITING_REAUDIT,
    Measure(
        name="awaiting_reaudit_long", title="Audits graded {failing} that have waited for over six months",
        counts="those of them whose audit was more than six months before the quarter's end, by date", of=WAITING,
        where=lambda waiting, _: waiting["long"], kind="part",
    ),
    Measure(
        name="awaiting_reaudit_again", title="Of those, audits that were re-audits themselves",
        counts="those of them that are re-audits themselves: the record had been audited before", of=WAITING,
        where=lambda waiting, _: waiting["again"], kind="part",
    ),
    Measure(
        name="awaiting_reaudit_failed_again", title="Of those, re-audits of audits that were graded {failing}, too",
        counts="those of them that are re-audits of audits graded {failing}: the record failed a second time",
        of=WAITING, where=lambda waiting, _: waiting["failed_again"], kind="part",
    ),
    Measure(
        name="awaiting_reaudit_longest", title="Days that the longest of those had waited",
        counts="`value`: days that the longest of them had waited", of=WAITING, table=_longest, kind="value",
    ),
)  # fmt: skip
