"""Why records were chosen for audit: the reasons, how the records chosen for each were graded, and what moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.metrics.audits import AUDITS
from qa_analysis.metrics.grades import chosen_at_random
from qa_analysis.metrics.measure import Measure, Population
from qa_analysis.metrics.share import (
    NOT_RECORDED,
    as_first_written,
    code_of,
    count_cells,
    in_cells,
    levels,
    truths,
)

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

MOVED_BY = 10  # percentage points
_CELL = ["quarter", "level_of_need", "category"]


def reasons_moved(reasons: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> pd.DataFrame:
    """Reasons for choosing records whose share moved by 10 points or more, and by two audits, since the quarter before.

    In a small service one audit more or less is 10 points: that is not another way of choosing.

    Parameters
    ----------
    reasons
        The measure `selection`.
    quarter
        The quarter reported on.
    level
        The level of need.

    Returns
    -------
    DataFrame
        `category` (text; the reason), `count`, `denominator`, `earlier_count` and `earlier_denominator` (int; audits),
        the commonest of the two quarters first; those that begin with “random” are one. No rows where a quarter has no
        audits, or where another part of them has a reason recorded: then nothing is known of a change.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> reasons = pd.DataFrame({"quarter": quarters * 2, "level_of_need": "All", "denominator": 10})
    >>> reasons = reasons.assign(category=["Random", "Random", "Re-audit", "Re-audit"], count=[8, 6, 2, 4])
    >>> reasons_moved(reasons, quarters[1])["category"].tolist()
    ['Random', 'Re-audit']
    """
    of_level = reasons[(reasons["level_of_need"] == level) & reasons["quarter"].isin([quarter - 1, quarter])]
    random = chosen_at_random(of_level["category"])
    first = of_level.loc[random, "category"].head(1)
    same = of_level.assign(category=of_level["category"].mask(random, first.iloc[0] if len(first) else None))
    now, before = (
        same[same["quarter"] == each]
        .groupby("category", sort=False)
        .agg(count=("count", "sum"), denominator=("denominator", "max"))
        for each in (quarter, quarter - 1)
    )
    both = now.join(before.add_prefix("earlier_"), how="inner").reset_index()
    shares = (both[name] for name in ("count", "denominator", "earlier_count", "earlier_denominator"))
    otherwise: pd.Series[bool] = chosen_otherwise(*shares)
    found = both[otherwise.fillna(False).astype(bool)]
    order = (-found["count"] - found["earlier_count"]).sort_values(kind="stable").index
    found = found.loc[order].reset_index(drop=True)
    return found if NOT_RECORDED not in set(found["category"]) else found.head(0)


def chosen_otherwise(count: Any, of: Any, earlier: Any, of_earlier: Any) -> Any:
    """Tell whether another part of the records was chosen than the quarter before: by 10 points, and by two audits.

    The two audits are more or fewer than the earlier share would bring: in a small service one is 10 points. Of the
    records chosen at random, `chosen_at_random`, a caution is due then, whether the other reasons were recorded or not.
    Of numbers it returns a bool, of columns a column.

    Examples
    --------
    >>> chosen_otherwise(3, 35, 2, 4), chosen_otherwise(10, 20, 12, 20), chosen_otherwise(2, 5, 1, 5)
    (True, True, False)
    """
    return moved(count, of, earlier, of_earlier) & (abs(count * of_earlier - earlier * of) >= 2 * of_earlier)


def moved(count: Any, of: Any, earlier: Any, of_earlier: Any) -> Any:
    """Tell whether a share moved by 10 points or more: in whole numbers, so that a change of exactly 10 is one of 10.

    Of numbers it returns a bool, of columns a column.

    Examples
    --------
    >>> moved(45, 66, 25, 58), moved(8, 45, 7, 45), moved(1, 0, 1, 2)
    (True, False, False)
    """
    product = of * of_earlier
    return (100 * abs(count * of_earlier - earlier * of) >= MOVED_BY * product) & (product > 0)


def _reasons(found: pd.DataFrame, _data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
    return found[_CELL].assign(count=found["audits"], denominator=found.groupby(_CELL[:2])["audits"].transform("sum"))


def _good_by_reason(found: pd.DataFrame, _data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
    return found[_CELL].assign(count=found["good"], denominator=found["graded"])


def _by_reason(data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Count audits by the reasons that each level has in these quarters, as first written, the commonest first."""
    audits = data.audits[data.audits["quarter"].isin(quarters)]
    reasons = as_first_written(audits["selection"]).fillna(NOT_RECORDED)
    quarter, need = code_of(audits["quarter"], quarters), audits["level_of_need"]
    graded, good = truths(audits["graded"]), truths(audits["good_or_better"])
    everyone = np.ones(len(reasons), bool)
    tables = []
    for level in levels(data.audits):
        mine = everyone if level == ALL else truths(need == level)
        commonest = reasons[mine].value_counts(sort=True).index
        order = sorted(commonest, key=lambda each: each == NOT_RECORDED)  # stable: the commonest stay first
        by, codes = {"quarter": quarters, "category": order}, [quarter, code_of(reasons, order)]
        numbers = {"audits": mine, "graded": mine & graded, "good": mine & good}
        counted = {name: count_cells(codes, by, rows) for name, rows in numbers.items()}
        tables.append(in_cells(by, counted).assign(level_of_need=level))
    return pd.concat(tables).sort_values("quarter", kind="stable", ignore_index=True)


BY_REASON = replace(AUDITS, made=_by_reason)
WITH_REASONS = Population(
    "audits", "audit", "audits",
    lambda audits, _: audits["quarter"].isin(audits.loc[audits["selection"].notna(), "quarter"].unique()),
    whole="audits completed; none in a quarter without any reason",
)  # fmt: skip

MEASURES = (
    Measure(
        name="selection", title="Why records were chosen, of the audits completed",
        counts="audits by the reason for which their record was chosen", of=BY_REASON, table=_reasons,
        by=("category",), kind="part",
    ),
    Measure(
        name="chosen_at_random", title="Records chosen at random, of the audits completed",
        counts="audits with a reason that begins with “random”", of=WITH_REASONS, kind="part",
        where=lambda audits, _: chosen_at_random(audits["selection"]),
    ),
    Measure(
        name="good_or_better_by_reason", title="Audits graded {good} by the reason for choosing their record",
        counts="graded audits {good}, of records chosen for each reason", out_of="graded audits chosen for that reason",
        of=BY_REASON, table=_good_by_reason, by=("category",),
    ),
)  # fmt: skip
