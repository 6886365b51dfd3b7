"""The control chart: the monthly share Good or better against what chance alone would bring.

The mean is the share of all the months together. The limits of a month are those that 0.135% of months with as many
audits would fall below, and 0.135% above, if the mean were its true share: exact binomial ones, for at 8 to 30 audits a
month the usual three standard deviations run below 0% and above 100%.

The signals are the four rules of NHS England's Making Data Count, over consecutive months with graded audits: a point
outside the limits; seven on one side of the mean; seven points one way, each higher than the last or each lower; two of
three in the outer third between the mean and the same limit, all three on that side.

NHS England, Making data count: strengthening your decisions (2019).
Montgomery DC (2013). Introduction to Statistical Quality Control, 7th edition, section 7.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from qa_analysis.contract.quarters import months_of
from qa_analysis.metrics.grades import GRADED
from qa_analysis.metrics.measure import Measure
from qa_analysis.metrics.share import Flags, Floats, share

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

FEWEST_MONTHS = 12
OUTSIDE = "outside the limits"
ONE_SIDE = "7 on one side of the mean"
ONE_WAY = "7 points one way"
NEAR_LIMIT = "2 of 3 near the same limit"

_RULES = (OUTSIDE, ONE_SIDE, ONE_WAY, NEAR_LIMIT)
_TAIL = 0.00135  # of a normal distribution beyond three standard deviations, on one side
_LINES = {"mean": "mean", "lower limit": "limit_low", "upper limit": "limit_high"}


def control_limits(lines: pd.DataFrame) -> pd.DataFrame:
    """Monthly share of graded audits that are Good or better, whole service, as a p-chart.

    Parameters
    ----------
    lines
        The measure `control_chart`, by month.

    Returns
    -------
    DataFrame
        One row for each month since the first graded audit: `month`, `count`, `denominator` (int), `percent`,
        `mean`, `limit_low`, `limit_high` (float, 0–100) and `signal` (text: the rules that the month is part of,
        joined by "; ", else empty). A month without graded audits has no share and no limits. With graded audits
        in fewer than 12 months there are no mean, limits and signals: a plain line.

    Examples
    --------
    >>> lines = pd.DataFrame({"month": pd.period_range("2025-09", "2025-09", freq="M").repeat(4), "signal": ""})
    >>> lines = lines.assign(category=["share", "mean", "lower limit", "upper limit"], percent=[50.0, 40.0, 10.0, 70.0])
    >>> control_limits(lines.assign(count=5, denominator=10))[["percent", "mean", "limit_low", "limit_high"]]
       percent  mean  limit_low  limit_high
    0     50.0  40.0       10.0        70.0
    """
    lines = lines.reindex(columns=["month", "category", "count", "denominator", "percent", "signal"])
    points = lines[lines["category"] == "share"].drop(columns="category")
    points = points.reset_index(drop=True)
    for line, name in _LINES.items():
        points.insert(points.shape[1] - 1, name, lines.loc[lines["category"] == line, "percent"].to_numpy(float))
    return points.astype({"count": "int64", "denominator": "int64"})


def _lines(graded: pd.DataFrame, _data: Data, months: Sequence[pd.Period]) -> pd.DataFrame:
    """Return what the chart draws up to the last of the months, from the first with graded audits on."""
    points = _points(_by_month(graded, months[-1]))
    share_of = points[["month", "count", "denominator", "percent", "signal"]].assign(category="share")
    others = [points[["month"]].assign(category=line, percent=points[name]) for line, name in _LINES.items()]
    table = pd.concat([share_of, *others]).sort_index(kind="stable").reset_index(drop=True)
    return table.astype({"count": "Int64", "denominator": "Int64"})


def _signalled(graded: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the months that stand out up to each quarter; NA under 12 months, where the rules do not speak."""
    shares = _by_month(graded, months_of(quarters[-1])[-1], first=months_of(quarters[0])[-1])
    rows: list[tuple[Any, ...]] = []
    for quarter in quarters:
        points = _points(shares[shares["month"] <= months_of(quarter)[-1]])
        ruled = points["mean"].notna().any()
        signals = [rule for signal in points["signal"] for rule in signal.split("; ")]
        months = int((points["denominator"] > 0).sum())
        rows += [(quarter, rule, signals.count(rule) if ruled else pd.NA, months) for rule in _RULES]
    types: dict[str, Any] = {"category": "str", "count": "Int64", "denominator": "int64"}
    return pd.DataFrame(rows, columns=["quarter", *types]).astype(types)


def _by_month(graded: pd.DataFrame, last: pd.Period, first: pd.Period | None = None) -> pd.DataFrame:
    """Return the share Good or better of each month from the first graded audit to the last month, and never none."""
    known = [] if graded.empty else [graded["month"].min()]
    start = min([last, *known, *([first] if first else [])])
    months = list(pd.period_range(start, last, freq="M"))
    return share(graded, {"month": months}, where=graded["good_or_better"], interval=False)


def _points(shares: pd.DataFrame) -> pd.DataFrame:
    """Add the mean, the limits and the signals to monthly shares."""
    from scipy.stats import binom

    audited = shares["denominator"] > 0
    if audited.sum() < FEWEST_MONTHS:
        return shares.assign(mean=np.nan, limit_low=np.nan, limit_high=np.nan, signal="")
    number = shares["denominator"].where(audited)
    good, graded = shares["count"].sum(), shares["denominator"].sum()
    points = shares.assign(
        mean=100 * good / graded,
        limit_low=100 * binom.ppf(_TAIL, number, good / graded) / number,
        limit_high=100 * binom.ppf(1 - _TAIL, number, good / graded) / number,
        signal="",
    )
    points.loc[audited, "signal"] = _signals(points[audited])
    return points


def _signals(points: pd.DataFrame) -> list[str]:
    percent, mean, low, high = (points[name].to_numpy(float) for name in ("percent", "mean", "limit_low", "limit_high"))
    outside = (percent < low) | (percent > high)
    side = np.sign(percent - mean)
    limit = np.where(side > 0, high, low)
    near = ~outside & (np.abs(percent - mean) > 2 / 3 * np.abs(limit - mean))
    one_side, one_way = _in_runs(side, signs=7, points=7), _in_runs(np.sign(np.diff(percent)), signs=6, points=7)
    flags = (outside, one_side, one_way, _in_pairs_near(near, side))
    return ["; ".join(rule for rule, each in zip(_RULES, flags, strict=True) if each[n]) for n in range(len(points))]


def _in_runs(signs_of: Floats, *, signs: int, points: int) -> Flags:
    """Flag the points of every run of so many equal signs, none of them 0."""
    flags = np.zeros(len(signs_of) + points - signs, bool)
    for start in range(len(signs_of) - signs + 1):
        if abs(signs_of[start : start + signs].sum()) == signs:
            flags[start : start + points] = True
    return flags


def _in_pairs_near(near: Flags, side: Floats) -> Flags:
    """Flag the points near a limit of which there are two in three that are all on one side of the mean."""
    flags = np.zeros(len(near), bool)
    for start in range(len(near) - 2):
        three = slice(start, start + 3)
        if near[three].sum() >= 2 and abs(side[three].sum()) == 3:
            flags[three] |= near[three]
    return flags


MEASURES = (
    Measure(
        name="control_chart", title="Control chart of the monthly share {good}",
        counts="by month since the first graded audit: the share {good}, and in `percent` the mean and the limits "
        "(below)",
        out_of="graded audits", of=GRADED, table=_lines, by=("category",), keeps=("signal",), kind="value",
        monthly="only",
    ),
    Measure(
        name="control_chart_signal", title="Months that stand out on the control chart, of those with graded audits",
        counts="months that stand out by each of the four rules", out_of="months with graded audits", of=GRADED,
        table=_signalled, by=("category",), kind="count",
    ),
)  # fmt: skip
