"""Change over time: month by month against what chance alone would bring, and from one quarter to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom

from qa_analysis.metrics.grades import good_or_better
from qa_analysis.metrics.share import ALL, Floats, difference, whole
from qa_analysis.quarter import months_of

FEWEST_MONTHS = 12
OUTSIDE = "outside the limits"
ONE_SIDE = "7 on one side of the mean"
ONE_WAY = "7 points one way"
NEAR_LIMIT = "2 of 3 near the same limit"

_TAIL = 0.00135  # of a normal distribution beyond three standard deviations, on one side
_COLUMNS = ["month", "count", "denominator", "percent", "mean", "limit_low", "limit_high", "signal"]

_Flags = npt.NDArray[np.bool_]


def control_limits(audits: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Monthly share of graded audits that are Good or better, whole service, as a p-chart.

    The mean is the share of all the months together. The limits of a month are those that 0.135% of months with as
    many audits would fall below, and 0.135% above, if the mean were its true share: exact binomial ones, for at 8
    to 30 audits a month the usual three standard deviations run below 0% and above 100%.

    The signals are the four rules of NHS England's Making Data Count, over consecutive months with graded audits:
    a point outside the limits; seven on one side of the mean; seven points one way, each higher than the last or
    each lower; two of three in the outer third between the mean and the same limit, all three on that side.

    Parameters
    ----------
    audits
        With `month`, `level_of_need`, `graded` (bool) and `good_or_better` (boolean).
    quarter
        The quarter reported on; its last month is the last one shown.

    Returns
    -------
    DataFrame
        One row for each month since the first graded audit: `month`, `count`, `denominator` (int), `percent`,
        `mean`, `limit_low`, `limit_high` (float, 0–100) and `signal` (text: the rules that the month is part of,
        joined by "; ", else empty). A month without graded audits has no share and no limits. With graded audits
        in fewer than 12 months there are no mean, limits and signals: a plain line.

    References
    ----------
    NHS England, Making data count: strengthening your decisions (2019).
    Montgomery DC (2013). Introduction to Statistical Quality Control, 7th edition, section 7.3.

    Examples
    --------
    >>> months, audits = _example()
    >>> control_limits(audits, pd.Period("2026Q2", freq="Q-MAR"))[["mean", "limit_low", "limit_high"]].head(1)
       mean  limit_low  limit_high
    0  50.0       10.0        90.0
    """
    return _control_points(audits, months_of(quarter)[-1])


def control_chart_lines(audits: pd.DataFrame, months: Sequence[pd.Period]) -> pd.DataFrame:
    """Return what the control chart of `control_limits` draws, in the shape of a measure.

    Parameters
    ----------
    audits
        As in `control_limits`.
    months
        The last of them is the last one shown; the first is the first with graded audits, whatever they are.

    Returns
    -------
    DataFrame
        `month`, `category` (text: share, mean, lower limit, upper limit), `count`, `denominator` (Int64; of the
        share) and `percent` (float, 0–100).

    Examples
    --------
    >>> months, audits = _example()
    >>> control_chart_lines(audits, months).head(4)
         month     category  count  denominator  percent
    0  2024-10        share      5           10     50.0
    1  2024-10         mean   <NA>         <NA>     50.0
    2  2024-10  lower limit   <NA>         <NA>     10.0
    3  2024-10  upper limit   <NA>         <NA>     90.0
    """
    points = _control_points(audits, months[-1])
    share = points[["month", "count", "denominator", "percent"]].assign(category="share")
    lines = {"mean": "mean", "limit_low": "lower limit", "limit_high": "upper limit"}
    others = [points[["month"]].assign(category=name, percent=points[line]) for line, name in lines.items()]
    table = pd.concat([share, *others]).sort_index(kind="stable").reset_index(drop=True)
    table = table.assign(**{name: whole(table[name]).astype("Int64") for name in ("count", "denominator")})
    return table[["month", "category", "count", "denominator", "percent"]]


def control_chart_signals(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Months that stand out on the control chart up to each quarter, by the rule that they are part of.

    Parameters
    ----------
    audits
        As in `control_limits`.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `category` (text: the four rules), `count` (Int64; months; NA under 12 months, where the rules do
        not speak) and `denominator` (int; months with graded audits).

    Examples
    --------
    >>> months, audits = _example()
    >>> control_chart_signals(audits, [pd.Period("2026Q2", freq="Q-MAR")])[["category", "count", "denominator"]]
                         category  count  denominator
    0          outside the limits      0           12
    1   7 on one side of the mean      0           12
    2            7 points one way      0           12
    3  2 of 3 near the same limit      0           12
    """
    rows = []
    for quarter in quarters:
        points = control_limits(audits, quarter)
        ruled = points["mean"].notna().any()
        found = points["signal"].str.split("; ").explode().value_counts()
        rows += [
            {
                "quarter": quarter,
                "category": rule,
                "count": int(found.get(rule, 0)) if ruled else pd.NA,
                "denominator": int((points["denominator"] > 0).sum()),
            }
            for rule in (OUTSIDE, ONE_SIDE, ONE_WAY, NEAR_LIMIT)
        ]
    types: dict[str, Any] = {"category": "str", "count": "Int64", "denominator": "int64"}
    return pd.DataFrame(rows, columns=["quarter", *types]).astype(types)


def _control_points(audits: pd.DataFrame, last: pd.Period) -> pd.DataFrame:
    """Return the table of `control_limits` up to a month."""
    first = audits.loc[audits["graded"], "month"].min()
    months = pd.period_range(last if pd.isna(first) else min(first, last), last, freq="M")
    shares = good_or_better(audits, list(months), by="month")
    points = shares[shares["level_of_need"] == ALL].reset_index(drop=True)
    audited = points["denominator"] > 0
    if audited.sum() < FEWEST_MONTHS:
        return points.assign(mean=np.nan, limit_low=np.nan, limit_high=np.nan, signal="")[_COLUMNS]
    number = points["denominator"].where(audited)
    good, graded = points["count"].sum(), points["denominator"].sum()
    points = points.assign(
        mean=100 * good / graded,
        limit_low=100 * binom.ppf(_TAIL, number, good / graded) / number,
        limit_high=100 * binom.ppf(1 - _TAIL, number, good / graded) / number,
        signal="",
    )
    points.loc[audited, "signal"] = _signals(points[audited])
    return points[_COLUMNS]


def changes(shares: pd.DataFrame) -> pd.DataFrame:
    """Change of a share since the quarter before, for each quarter and level of need.

    Parameters
    ----------
    shares
        A metric's table: `quarter`, `level_of_need`, `count`, `denominator` and `percent`.

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
    now = shares[[*keys, *numbers]]
    before = now.assign(quarter=now["quarter"] + 1).rename(columns={name: f"earlier_{name}" for name in numbers})
    both = now.merge(before, on=keys, how="left")
    count, total, earlier, earlier_total = (
        both[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        for name in ("count", "denominator", "earlier_count", "earlier_denominator")
    )
    low, high = difference(count, total, earlier, earlier_total)
    return both.assign(value=both["percent"] - both["earlier_percent"], ci_low=low, ci_high=high)


def _signals(points: pd.DataFrame) -> list[str]:
    percent, mean, low, high = (points[name].to_numpy(float) for name in ("percent", "mean", "limit_low", "limit_high"))
    outside = (percent < low) | (percent > high)
    side = np.sign(percent - mean)
    limit = np.where(side > 0, high, low)
    near = ~outside & (np.abs(percent - mean) > 2 / 3 * np.abs(limit - mean))
    rules = {
        OUTSIDE: outside,
        ONE_SIDE: _in_runs(side, signs=7, points=7),
        ONE_WAY: _in_runs(np.sign(np.diff(percent)), signs=6, points=7),
        NEAR_LIMIT: _in_pairs_near(near, side),
    }
    return ["; ".join(rule for rule, flags in rules.items() if flags[place]) for place in range(len(points))]


def _in_runs(signs_of: Floats, *, signs: int, points: int) -> _Flags:
    """Flag the points of every run of so many equal signs, none of them 0."""
    flags = np.zeros(len(signs_of) + points - signs, bool)
    for start in range(len(signs_of) - signs + 1):
        if abs(signs_of[start : start + signs].sum()) == signs:
            flags[start : start + points] = True
    return flags


def _in_pairs_near(near: _Flags, side: Floats) -> _Flags:
    """Flag the points near a limit of which there are two in three that are all on one side of the mean."""
    flags = np.zeros(len(near), bool)
    for start in range(len(near) - 2):
        three = slice(start, start + 3)
        if near[three].sum() >= 2 and abs(side[three].sum()) == 3:
            flags[three] |= near[three]
    return flags


def _example() -> tuple[list[pd.Period], pd.DataFrame]:
    """Return twelve months, and ten graded audits of each with five Good or better, for the examples."""
    months = list(pd.period_range("2024-10", "2025-09", freq="M"))
    audits = pd.DataFrame(
        {"month": months * 10, "graded": True, "good_or_better": [place < 60 for place in range(120)]}
    )
    return months, audits.assign(level_of_need=pd.Categorical(["EH"] * 120, categories=["EH"], ordered=True))
