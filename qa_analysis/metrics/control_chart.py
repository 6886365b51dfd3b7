"""The control chart: the monthly share Good or better against what chance alone would bring.

It shows the last 24 months. The mean is the share of all of them together. The limits of a month are those that 0.135%
of months with as many audits would fall below, and 0.135% above, if the mean were its true share: exact binomial ones,
for at 10 to 30 audits a month the usual three standard deviations run below 0% and above 100%. There are neither limits
nor rules with graded audits in fewer than 12 months, or with fewer than ten in the middle one of those.

The signals are the four rules of NHS England's Making Data Count, over consecutive months with graded audits. With few
audits a month is not above the mean as often as below it, and often on it; so the rules weigh a month by its exact
chances, with its own number of audits:

- a month outside the limits;
- seven or more on one side of the mean, where the product of their chances to lie there is at most 1/256;
- seven or more one way, each above the last or each below: likewise, with their chances to lie beyond the last;
- two of three beyond the same inner limit: so few Good or better or fewer, or so many or more, have a chance of at most
  2.5%. A month too small for that never is.

NHS England, Making data count: strengthening your decisions (2019).
Montgomery DC (2013). Introduction to Statistical Quality Control, 7th edition, section 7.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from qa_analysis.contract.quarters import months_of
from qa_analysis.metrics.grades import GRADED
from qa_analysis.metrics.measure import Measure
from qa_analysis.metrics.share import Flags, Floats, Whole, share

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

FEWEST_MONTHS, MOST_MONTHS, FEWEST_A_MONTH = 12, 24, 10
OUTSIDE = "outside the limits"
ONE_SIDE = "7 on one side of the mean"
ONE_WAY = "7 points one way"
NEAR_LIMIT = "2 of 3 near the same limit"

_RULES = (OUTSIDE, ONE_SIDE, ONE_WAY, NEAR_LIMIT)
_TAIL, _INNER_TAIL = 0.00135, 0.025  # of a normal distribution beyond three standard deviations, and beyond two
_RUN, _RARE_RUN = 7, 1 / 256
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
        One row for each of the last 24 months, since the first graded audit: `month`, `count`, `denominator` (int),
        `percent`, `mean`, `limit_low`, `limit_high` (float, 0–100) and `signal` (text: the rules that a month of the
        last quarter is part of, joined by "; ", else empty). A month without graded audits has no share and no limits.
        Where `readable` says why there are none, there are no mean, limits and signals: a plain line.

    Examples
    --------
    >>> lines = pd.DataFrame({"month": pd.period_range("2025-09", "2025-09", freq="M").repeat(4), "signal": ""})
    >>> lines = lines.assign(category=["share", "mean", "lower limit", "upper limit"], percent=[50.0, 40.0, 10.0, 70.0])
    >>> control_limits(lines.assign(count=5, denominator=10))[["percent", "mean", "limit_low", "limit_high"]]
       percent  mean  limit_low  limit_high
    0     50.0  40.0       10.0        70.0
    """
    lines = lines.reindex(columns=["month", "category", "count", "denominator", "percent", "signal"])
    points = lines[lines["category"] == "share"].drop(columns="category").set_index("month")
    # Of a quarter that is known from print, the months without rows have lines and no share.
    points = points.reindex(lines["month"].drop_duplicates()).fillna({"count": 0, "denominator": 0, "signal": ""})
    for line, name in _LINES.items():
        of_line = lines[lines["category"] == line].set_index("month")["percent"]
        points.insert(points.shape[1] - 1, name, of_line.reindex(points.index).astype("float64"))
    return points.rename_axis("month").reset_index().astype({"count": "int64", "denominator": "int64"})


def readable(points: pd.DataFrame) -> Literal["with limits", "too few months", "too few a month"]:
    """Tell whether the monthly shares have limits, or why they are a plain line.

    Parameters
    ----------
    points
        With `denominator`: the graded audits of each month shown.

    Examples
    --------
    >>> readable(pd.DataFrame({"denominator": [10] * 11 + [0]})), readable(pd.DataFrame({"denominator": [10, 9] * 6}))
    ('too few months', 'too few a month')
    """
    graded = points.loc[points["denominator"] > 0, "denominator"]
    if len(graded) < FEWEST_MONTHS:
        return "too few months"
    return "with limits" if graded.median() >= FEWEST_A_MONTH else "too few a month"


def standing_out(good: Whole, graded: Whole) -> dict[str, Flags]:
    """Tell which months stand out, by each of the four rules (see the module).

    Parameters
    ----------
    good, graded
        Audits Good or better, and all that were graded, of consecutive months in the last dimension, none without
        graded audits. Any dimensions before it are so many charts.

    Returns
    -------
    dict
        From the name of a rule to flags of the shape of `good`.

    Examples
    --------
    >>> flags = standing_out(np.array([10] * 12 + [19]), np.array([20] * 13))
    >>> flags[OUTSIDE].nonzero()[0].tolist(), flags[ONE_SIDE].sum()
    ([12], np.int64(12))
    """
    from scipy.stats import binom

    mean, low, high = _limits(good, graded)
    on_average = good.sum(-1, keepdims=True), graded.sum(-1, keepdims=True)
    side = _in_runs(*_beyond(good, graded, *on_average, mean), fewest=_RUN)
    steps = _in_runs(*_beyond(good[..., 1:], graded[..., 1:], good[..., :-1], graded[..., :-1], mean), fewest=_RUN - 1)
    none = np.zeros((*good.shape[:-1], 1), bool)
    few, many = (
        np.asarray(tail <= _INNER_TAIL) for tail in (binom.cdf(good, graded, mean), binom.sf(good - 1, graded, mean))
    )
    return {
        OUTSIDE: (good < low) | (good > high),
        ONE_SIDE: side,
        ONE_WAY: np.concatenate([steps, none], -1) | np.concatenate([none, steps], -1),
        NEAR_LIMIT: _two_of_three(few) | _two_of_three(many),
    }


def _lines(graded: pd.DataFrame, _data: Data, months: Sequence[pd.Period]) -> pd.DataFrame:
    """Return what the chart draws up to the last of the months; what stands out is told of its quarter alone."""
    points = _points(_by_month(graded, months[-1]).tail(MOST_MONTHS))
    points["signal"] = points["signal"].where(points["month"].isin(months[-3:]), "")
    share_of = points[["month", "count", "denominator", "percent", "signal"]].assign(category="share")
    others = [points[["month"]].assign(category=line, percent=points[name]) for line, name in _LINES.items()]
    table = pd.concat([share_of, *others]).sort_index(kind="stable").reset_index(drop=True)
    return table.astype({"count": "Int64", "denominator": "Int64"})


def _signalled(graded: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the months of each quarter that stand out; NA where the rules do not speak."""
    shares = _by_month(graded, months_of(quarters[-1])[-1], first=months_of(quarters[0])[-1])
    rows: list[tuple[Any, ...]] = []
    for quarter in quarters:
        points = _points(shares[shares["month"] <= months_of(quarter)[-1]].tail(MOST_MONTHS))
        ruled = points["mean"].notna().any()
        own = points[points["month"].isin(months_of(quarter))]
        signals = [rule for signal in own["signal"] for rule in signal.split("; ")]
        months = int((own["denominator"] > 0).sum())
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
    """Add the mean, the limits and what stands out to monthly shares."""
    points = shares.assign(mean=np.nan, limit_low=np.nan, limit_high=np.nan, signal="")
    if readable(shares) != "with limits":
        return points
    audited = points["denominator"] > 0
    good, graded = (points.loc[audited, name].to_numpy(np.int64) for name in ("count", "denominator"))
    mean, low, high = _limits(good, graded)
    points["mean"] = 100 * mean[0]
    points.loc[audited, ["limit_low", "limit_high"]] = 100 * np.column_stack([low, high]) / graded[:, None]
    flags = standing_out(good, graded)
    points.loc[audited, "signal"] = ["; ".join(rule for rule in _RULES if flags[rule][n]) for n in range(len(good))]
    return points


def _limits(good: Whole, graded: Whole) -> tuple[Floats, Floats, Floats]:
    """Return the mean of each chart as a share, and the numbers Good or better that each month's limits are at."""
    from scipy.stats import binom

    mean = good.sum(-1, keepdims=True) / graded.sum(-1, keepdims=True)
    return mean, np.asarray(binom.ppf(_TAIL, graded, mean)), np.asarray(binom.ppf(1 - _TAIL, graded, mean))


def _beyond(good: Whole, graded: Whole, other: Whole, of: Whole, mean: Floats) -> tuple[Whole, Floats]:
    """Return on which side of another share each month's lies (1, −1, or 0), and the exact chance to lie there."""
    from scipy.stats import binom

    sides, product = np.sign(good * of - other * graded), other * graded  # in whole numbers
    above, below = binom.sf(product // of, graded, mean), binom.cdf((product - 1) // of, graded, mean)
    return sides, np.where(sides > 0, above, below)


def _in_runs(sides: Whole, chances: Floats, fewest: int) -> Flags:
    """Flag what is in a run of so many equal sides or more, none of them 0, that chance brings rarely enough."""
    run = np.cumsum(np.diff(sides, axis=-1, prepend=sides[..., :1]) != 0, axis=-1)
    together = run[..., :, None] == run[..., None, :]
    chance = np.where(together, chances[..., None, :], 1).prod(-1)
    return np.asarray((sides != 0) & (together.sum(-1) >= fewest) & (chance <= _RARE_RUN))


def _two_of_three(near: Flags) -> Flags:
    """Flag what is near a limit together with another month of the two before it or the two after."""
    places = np.arange(near.shape[-1])
    apart = np.abs(places[:, None] - places)
    return np.asarray(near & (near[..., None, :] & (apart > 0) & (apart < 3)).any(-1))


MEASURES = (
    Measure(
        name="control_chart", title="Control chart of the monthly share {good}",
        counts="by month, of the last 24: the share {good}, and in `percent` the mean and the limits (below)",
        out_of="graded audits", of=GRADED, table=_lines, by=("category",), keeps=("signal",), kind="value",
        monthly="only",
    ),
    Measure(
        name="control_chart_signal", title="Months that stand out on the control chart, of those with graded audits",
        counts="months of the quarter that stand out by each of the four rules",
        out_of="months of the quarter with graded audits", of=GRADED, table=_signalled, by=("category",), kind="count",
    ),
)  # fmt: skip
