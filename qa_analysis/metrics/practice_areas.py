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
    COUNTS,
    by_quarter_and_level,
    distribution,
    in_cells,
    share,
    truths,
    with_the_one_before,
)

if TYPE_CHECKING:
    from qa_analysis.store.data import Data


def with_green_shoots(audits: pd.DataFrame, data: Data) -> pd.Series[bool]:
    """Tell which audits have a practice area that is Good or better."""
    sub_grades = data.sub_grades
    return audits["audit_id"].isin(sub_grades.loc[truths(sub_grades["good_or_better"]), "audit_id"].unique())


def _looked_at(audits: pd.DataFrame, data: Data) -> pd.Series[bool]:
    """Tell in which audits green shoots are looked for: none of a quarter in which nobody could have seen one."""
    with_sub_grades = audits.loc[audits["audit_id"].isin(data.sub_grades["audit_id"].unique()), "quarter"].unique()
    return audits["quarter"].isin(with_sub_grades) & truths(audits["shoots_grade"])


def _by_grade(sub_grades: pd.DataFrame, data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the sub-grades of each practice area on its own scale; an area that never had any has no row."""
    areas = list(sub_grades["practice_area"].cat.categories)
    by = by_quarter_and_level(sub_grades, quarters) | {"practice_area": areas}
    table = distribution(sub_grades, by, of="grade", interval=False).rename(columns={"category": "grade"})
    ever = table.groupby(["level_of_need", "practice_area"], observed=True)["denominator"].transform("max") > 0
    scales = {area: {grade.name for grade in data.settings.of_area(area).grades} for area in areas}
    on_it = [grade in scales[area] for area, grade in zip(table["practice_area"], table["grade"], strict=True)]
    shown = table[ever & pd.Series(on_it, index=table.index)]
    return shown.drop(columns=["percent", "ci_low", "ci_high"]).reset_index(drop=True)


def _moved(sub_grades: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return how many areas moved which way; a quarter in which none can be compared has no row."""
    every, areas = with_the_one_before(quarters), list(sub_grades["practice_area"].cat.categories)
    by = by_quarter_and_level(sub_grades, every) | {"practice_area": areas}
    shares = share(sub_grades, by, where=sub_grades["good_or_better"], interval=False)
    good, graded = (shares[name].to_numpy().reshape([len(each) for each in by.values()]) for name in COUNTS)
    now, before = ([every.index(quarter - earlier) for quarter in quarters] for earlier in (0, 1))
    difference = good[now] * graded[before] - good[before] * graded[now]
    compared = (graded[now] > 0) & (graded[before] > 0)
    ways = {"up": difference > 0, "down": difference < 0, "level": difference == 0}
    counts = np.stack([(compared & way).sum(-1) for way in ways.values()], axis=-1)
    of = np.broadcast_to(compared.sum(-1, keepdims=True), counts.shape)
    cells = {"quarter": quarters, "level_of_need": by["level_of_need"], "category": list(ways)}
    return in_cells(cells, {"count": counts, "denominator": of}, shown=of > 0)


SUB_GRADES = Population("sub_grades", "audit", "audits", whole="audits graded for that area")
LOOKED_AT = Population("audits", "audit graded {shoots}", "audits graded {shoots}", _looked_at)
WITH_SHOOTS = Population(
    "audits", "audit with green shoots", "audits with green shoots",
    lambda audits, data: with_green_shoots(audits, data) & truths(audits["shoots_grade"]),
)  # fmt: skip

SUB_GRADE = Measure(
    name="sub_grade", title="Grades by practice area, of the audits graded for it", counts="grades of a practice area",
    of=SUB_GRADES, by=("practice_area", "grade"), table=_by_grade,
)  # fmt: skip
SUB_GRADE_GOOD_OR_BETTER = Measure(
    name="sub_grade_good_or_better", title="Sub-grades {good} by practice area, of those graded for it",
    counts="grades of a practice area that are {good}", of=SUB_GRADES, by=("practice_area",),
    where=lambda sub_grades, _: sub_grades["good_or_better"], cells="ever with rows",
    said=("was {good} in {category}", "were {good} in {category}"),
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
