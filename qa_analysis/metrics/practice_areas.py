"""Practice areas: how their sub-grades are spread, which move up or down, and green shoots.

A sub-grade *moves up* when a larger share of it is Good or better than in the quarter before. That is counted, not
tested: it says what the audits show, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qa_analysis.metrics.measure import Measure, Population
from qa_analysis.metrics.share import (
    ALL,
    COUNTS,
    by_quarter_and_level,
    in_cells,
    share,
    truths,
    with_the_one_before,
)

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

UP, DOWN, LEVEL = "up", "down", "level"
NEW, NOT_GRADED, NO_EARLIER_QUARTER = "new", "not graded", "no earlier quarter"


def area_changes(shares: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Practice areas in a quarter and in the quarter before it.

    Parameters
    ----------
    shares
        The measure `sub_grade_good_or_better`.
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        `level_of_need` (text; `All` first), `practice_area` (text), `count`, `denominator` (int), `percent`
        (float; sub-grades Good or better of those graded), `earlier_count`, `earlier_denominator`,
        `earlier_percent` (the same, the quarter before) and `direction` (text): `up`, `down` or `level` by the
        shares; `new` where the area was graded in this quarter only, `not graded` where in the earlier one only,
        and `no earlier quarter` where the level had no sub-grades at all the quarter before. Areas graded in
        neither quarter have no row.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> shares = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "category": "Voice", "count": [1, 1]})
    >>> shares = shares.assign(denominator=[2, 1], percent=[50.0, 100.0])
    >>> area_changes(shares, quarters[1])[["practice_area", "count", "denominator", "direction"]]
      practice_area  count  denominator direction
    0         Voice      1            1        up
    """
    cell, numbers = ["level_of_need", "category"], ["count", "denominator", "percent"]
    now, before = (shares[shares["quarter"] == each][[*cell, *numbers]] for each in (quarter, quarter - 1))
    both = now.merge(before, on=cell, how="outer" if now.empty else "left", suffixes=("", "_before"))
    counts = [str(name) for name in both if str(name).startswith(("count", "denominator"))]
    both = both.assign(**{name: both[name].fillna(0).astype("int64") for name in counts})
    both = both.rename(
        columns={"category": "practice_area"} | {f"{name}_before": f"earlier_{name}" for name in numbers}
    )
    both = both[both["denominator"] + both["earlier_denominator"] > 0].reset_index(drop=True)
    return both.assign(direction=_directions(both))


def ranked_areas(shares: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Practice areas of a quarter from the largest to the smallest share Good or better, for each level of need.

    Parameters
    ----------
    shares
        The measure `sub_grade_good_or_better`.
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        `level_of_need` (text; `All` first), `practice_area` (text), `count`, `denominator` (int), `percent`,
        `ci_low`, `ci_high` (Wilson, 0–100), and `place` (text): `strongest` for the areas with the largest share,
        `weakest` for those with the smallest, else empty; empty throughout where all shares are the same.
        Areas with the same share stand in their own order.

    Examples
    --------
    >>> quarter = pd.Period("2026Q2", freq="Q-MAR")
    >>> shares = pd.DataFrame({"quarter": [quarter] * 2, "level_of_need": "All", "category": ["Plans", "Voice"]})
    >>> shares = shares.assign(denominator=1, percent=[0.0, 100.0])
    >>> ranked_areas(shares, quarter)[["level_of_need", "practice_area", "percent", "place"]]
      level_of_need practice_area  percent      place
    0           All         Voice    100.0  strongest
    1           All         Plans      0.0    weakest
    """
    now = shares[(shares["quarter"] == quarter) & (shares["denominator"] > 0)].drop(columns="quarter")
    level = pd.Categorical(now["level_of_need"], categories=list(dict.fromkeys(now["level_of_need"])))
    order = now.assign(level=level).sort_values(["level", "percent"], ascending=[True, False], kind="stable").index
    ranked = now.loc[order].rename(columns={"category": "practice_area"}).reset_index(drop=True)
    percent = ranked.groupby("level_of_need")["percent"]
    largest, smallest = percent.transform("max"), percent.transform("min")
    place = pd.Series("", index=ranked.index, dtype="str")
    place = place.mask(ranked["percent"] == smallest, "weakest").mask(ranked["percent"] == largest, "strongest")
    return ranked.assign(place=place.mask(largest == smallest, ""))


def by_area_and_level(shares: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> pd.DataFrame:
    """Sub-grades Good or better of those graded: a row for each practice area, a column for each level of need.

    Parameters
    ----------
    shares
        The measure `sub_grade_good_or_better`.
    quarter
        The quarter reported on.
    level
        The code of a level of need, to show that one alone.

    Returns
    -------
    DataFrame
        `practice_area` (text), a text column for the whole service and for each level of need, such as “3 of 8”, and
        `the_quarter_before` (text; of the whole service, or of the one level); missing where nothing was graded.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> shares = pd.DataFrame({"quarter": [*quarters, quarters[1]], "level_of_need": ["All", "All", "EH"]})
    >>> shares = shares.assign(category="Plans", count=[7, 8, 0], denominator=[25, 45, 0])
    >>> by_area_and_level(shares, quarters[1])
      practice_area      All  EH the_quarter_before
    0         Plans  8 of 45 NaN            7 of 25
    """
    rows = shares if level == ALL else shares[shares["level_of_need"] == level]
    text = rows["count"].astype("str") + " of " + rows["denominator"].astype("str")
    cells = rows.assign(cell=text.where(rows["denominator"] > 0)).set_index(["category", "level_of_need"])
    now, before = (cells.loc[cells["quarter"] == each, "cell"].unstack(sort=False) for each in (quarter, quarter - 1))
    wide = now.rename_axis(index="practice_area", columns=None).assign(the_quarter_before=before.get(level))
    return wide.reset_index()


def with_green_shoots(audits: pd.DataFrame, data: Data) -> pd.Series[bool]:
    """Tell which audits have a practice area that is Good or better."""
    sub_grades = data.sub_grades
    return audits["audit_id"].isin(sub_grades.loc[truths(sub_grades["good_or_better"]), "audit_id"])


def _looked_at(audits: pd.DataFrame, data: Data) -> pd.Series[bool]:
    """Tell in which audits green shoots are looked for: none of a quarter in which nobody could have seen one."""
    with_sub_grades = audits.loc[audits["audit_id"].isin(data.sub_grades["audit_id"]), "quarter"].unique()
    return audits["shoots_grade"].fillna(False).astype(bool) & audits["quarter"].isin(with_sub_grades)


def _moved(sub_grades: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return how many areas moved which way; a quarter in which none can be compared has no row."""
    every, areas = with_the_one_before(quarters), list(sub_grades["practice_area"].cat.categories)
    by = by_quarter_and_level(sub_grades, every) | {"practice_area": areas}
    shares = share(sub_grades, by, where=sub_grades["good_or_better"], interval=False)
    good, graded = (shares[name].to_numpy().reshape([len(each) for each in by.values()]) for name in COUNTS)
    now, before = ([every.index(quarter - earlier) for quarter in quarters] for earlier in (0, 1))
    difference = good[now] * graded[before] - good[before] * graded[now]
    compared = (graded[now] > 0) & (graded[before] > 0)
    ways = {UP: difference > 0, DOWN: difference < 0, LEVEL: difference == 0}
    counts = np.stack([(compared & way).sum(-1) for way in ways.values()], axis=-1)
    of = np.broadcast_to(compared.sum(-1, keepdims=True), counts.shape)
    cells = {"quarter": quarters, "level_of_need": by["level_of_need"], "category": list(ways)}
    return in_cells(cells, count=counts, denominator=of).query("denominator > 0").reset_index(drop=True)


def _directions(changes: pd.DataFrame) -> list[str]:
    before_anywhere = changes.groupby("level_of_need")["earlier_denominator"].transform("sum") > 0
    difference = changes["count"] * changes["earlier_denominator"] - changes["earlier_count"] * changes["denominator"]
    rules = [
        ~before_anywhere,
        changes["denominator"] == 0,
        changes["earlier_denominator"] == 0,
        difference > 0,
        difference < 0,
    ]
    return [str(each) for each in np.select(rules, [NO_EARLIER_QUARTER, NOT_GRADED, NEW, UP, DOWN], LEVEL)]


SUB_GRADES = Population("sub_grades", "audit", "audits", whole="audits graded for that area")
LOOKED_AT = Population("audits", "audit graded {shoots}", "audits graded {shoots}", _looked_at)
WITH_SHOOTS = Population(
    "audits", "audit with green shoots", "audits with green shoots",
    lambda audits, data: with_green_shoots(audits, data) & truths(audits["shoots_grade"]),
)  # fmt: skip

SUB_GRADE = Measure(
    name="sub_grade", title="Grades by practice area, of the audits graded for it", counts="grades of a practice area",
    of=SUB_GRADES, by=("practice_area", "grade"), cells="ever with rows",
)  # fmt: skip
SUB_GRADE_GOOD_OR_BETTER = Measure(
    name="sub_grade_good_or_better", title="Sub-grades {good} by practice area, of those graded for it",
    counts="grades of a practice area that are {good}", of=SUB_GRADES, by=("practice_area",),
    where=lambda sub_grades, _: sub_grades["good_or_better"], cells="ever with rows",
)  # fmt: skip
GREEN_SHOOTS = Measure(
    name="green_shoots", title="Green shoots, of the audits graded {shoots}",
    counts="audits graded {shoots} with at least one sub-grade {good}",
    out_of="audits graded {shoots}; none in a quarter without any sub-grade", of=LOOKED_AT, where=with_green_shoots,
    headline="Audits graded {shoots} with green shoots", said=("had green shoots", "had green shoots"),
)  # fmt: skip
GREEN_SHOOTS_LOWERED = Measure(
    # Sub-grades are as the auditor gave them, so that such an audit has green shoots almost by itself.
    name="green_shoots_lowered", title="Green shoots in audits that moderation lowered from {good}, of all",
    counts="audits with green shoots to which the auditor had given {good}, and moderation less", of=WITH_SHOOTS,
    where=lambda audits, data: audits["overall_grade"].isin(data.settings.good_grades), kind="part",
)  # fmt: skip
MEASURES = (
    SUB_GRADE,
    SUB_GRADE_GOOD_OR_BETTER,
    Measure(
        name="practice_areas_moved", title="Practice areas by how they moved, of those graded in both quarters",
        counts="practice areas with a larger (up), a smaller (down) and the same share {good} (level) as the quarter "
        "before",
        out_of="practice areas graded in both quarters", of=SUB_GRADES, table=_moved, by=("category",), kind="count",
    ),
    GREEN_SHOOTS,
    GREEN_SHOOTS_LOWERED,
)  # fmt: skip
