"""What was done besides the monthly programme: multi-agency and thematic audits, and managers' activities.

Names that differ in case, spacing and punctuation only are one: “Life  story-work” is “Life Story Work”, shown as first
written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.metrics.measure import Measure, Population
from qa_analysis.metrics.share import as_first_written, in_order_met, told_apart, whole
from qa_analysis.metrics.themes import theme_counts

if TYPE_CHECKING:
    from qa_analysis.store.data import Data


def _once_a_quarter(audits: pd.DataFrame, _data: Data) -> pd.Series[bool]:
    """Tell which rows are the first of their family in the quarter; punctuation tells references apart."""
    folded = audits["family_reference"].map(lambda each: "".join(each.split()).casefold())
    return ~audits[["quarter"]].assign(family=folded).duplicated()


def _themes(audits: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return multi-agency audits by their theme, as first written, the commonest first; those without are left out."""
    counted = theme_counts(audits, quarters)
    some = counted[counted["count"] > 0]
    return some.sort_values(["quarter", "count"], ascending=[True, False], kind="stable", ignore_index=True)


def _considered(audits: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Add up what was considered, by theme and unit: that a theme was not audited is not that none was considered."""
    return _added_up(audits, ["theme", "unit"], "number_considered", quarters)


def _children(audits: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    return _added_up(audits, ["theme"], "children", quarters)


def _records(activities: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the records looked at, by activity, with a number where another has the same name."""
    rows = activities[activities["quarter"].isin(quarters)]
    named = rows.assign(activity=told_apart(rows["activity"].astype("str"), rows["quarter"]), count=rows["records"])
    known = named.dropna(subset="count").sort_values("quarter", kind="stable", ignore_index=True)
    return known.assign(count=whole(known["count"]))[["quarter", "activity", "count"]]


def _added_up(audits: pd.DataFrame, names: list[str], number: str, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Add up a column by quarter and names, each spelled as it is first; cells without any number have no row."""
    rows, by = audits[audits["quarter"].isin(quarters)].sort_values("date", kind="stable"), ["quarter", *names]
    rows = rows.assign(**{name: as_first_written(rows[name]) for name in names})
    sums = rows.groupby(by, sort=False)[number].sum(min_count=1).rename("count").reset_index().dropna()
    return in_order_met(sums.assign(count=whole(sums["count"])), by)


MULTI_AGENCY = Population("multi_agency_audits", "multi-agency audit", "multi-agency audits")
FAMILIES = Population("multi_agency_audits", "family", "families", _once_a_quarter)
THEMATIC = Population("thematic_audits", "thematic audit", "thematic audits")
MANAGERS = Population("manager_qa", "activity", "activities")

MEASURES = (
    Measure(
        name="multi_agency_families", title="Families considered in multi-agency audits",
        counts="families, each counted once a quarter", of=FAMILIES, kind="count", public="whole service",
        public_words="Families considered in multi-agency audits",
    ),
    Measure(
        name="multi_agency_grade", title="Grades of multi-agency audits, of those with a grade",
        counts="multi-agency audits with each grade", out_of="multi-agency audits with a grade", of=MULTI_AGENCY,
        by=("overall_grade",), kind="part", cells="with rows",
    ),
    Measure(
        name="multi_agency_theme", title="Multi-agency audits by theme", counts="multi-agency audits of each theme",
        of=MULTI_AGENCY, table=_themes, by=("theme",), kind="count",
    ),
    Measure(
        name="thematic_considered", title="Considered in thematic audits",
        counts="what thematic audits considered, by “theme: unit”", of=THEMATIC, table=_considered,
        by=("theme", "unit"), kind="count",
    ),
    Measure(
        name="thematic_children", title="Children cared for by those considered in thematic audits",
        counts="children cared for, by theme", of=THEMATIC, table=_children, by=("theme",), kind="count",
    ),
    Measure(
        name="manager_qa_activities", title="Managers' quality-assurance activities", counts="activities of managers",
        of=MANAGERS, kind="count",
    ),
    Measure(
        name="manager_qa_records", title="Records looked at in managers' activities",
        counts="records that managers looked at, by activity", of=MANAGERS, table=_records, by=("activity",),
        kind="count",
    ),
)  # fmt: skip
