"""The change of each headline figure since the quarter before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qa_analysis.metrics.counting import Counting, with_shares
from qa_analysis.metrics.grades import GRADED
from qa_analysis.metrics.measure import Measure
from qa_analysis.metrics.share import difference, floats, with_the_one_before

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

EARLIER = ["earlier_count", "earlier_denominator", "earlier_percent"]


def changes(shares: pd.DataFrame) -> pd.DataFrame:
    """Change of a share since the quarter before, for each quarter and level of need.

    Parameters
    ----------
    shares
        A measure: `quarter`, `level_of_need`, `count`, `denominator` and `percent`.

    Returns
    -------
    DataFrame
        `shares` without its interval, and `earlier_count`, `earlier_denominator`, `earlier_percent` (the quarter
        before; missing where `shares` has none), `value` (float; percentage points) and `ci_low`, `ci_high` (float;
        its 95% interval, see `share.difference`; NaN where counts are missing or 0).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> shares = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "count": [7, 8], "denominator": [25, 45]})
    >>> shares = shares.assign(percent=100 * shares["count"] / shares["denominator"])
    >>> print(changes(shares)[["quarter", "value", "ci_low", "ci_high"]].to_string(float_format="%.1f"))
      quarter  value  ci_low  ci_high
    0  2026Q1    NaN     NaN      NaN
    1  2026Q2  -10.2   -31.6      9.1
    """
    keys, numbers = ["quarter", "level_of_need"], ["count", "denominator", "percent"]
    keys = [*keys, *(["category"] if "category" in shares else [])]
    now = shares[[*keys, *numbers]]
    before = now.assign(quarter=now["quarter"] + 1).rename(columns=dict(zip(numbers, EARLIER, strict=True)))
    both = now.merge(before, on=keys, how="left")
    low, high = difference(*(floats(both[name]) for name in ("count", "denominator", *EARLIER[:2])))
    return both.assign(value=both["percent"] - both["earlier_percent"], ci_low=low, ci_high=high)


def change_of(headlines: Sequence[Measure]) -> Measure:
    """Return the measure of how the headline shares changed, in percentage points, each with its 95% interval."""
    shares = [each for each in headlines if each.kind == "share"]

    def table(_rows: pd.DataFrame, data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
        counting = Counting(data, with_the_one_before(quarters))
        together = pd.concat([counting.table(each).assign(category=each.name) for each in shares], ignore_index=True)
        found = changes(with_shares(together, np.full(len(together), "share")))
        return found[found["quarter"].isin(quarters)].drop(columns=["count", "denominator", "percent"])

    return Measure(
        name="change", title="Change since the quarter before, in percentage points", of=GRADED, table=table,
        counts="`value`: percentage points since the quarter before, by headline measure", by=("category",),
        keeps=EARLIER, kind="value", interval="Newcombe",
    )  # fmt: skip
