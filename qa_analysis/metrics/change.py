"""The change of each headline figure since the quarter before, and the one that a verdict rests on.

A verdict is made of two shares, Good or better and Inadequate. Its intervals are wider than 95%, so that two answers to
one question are not wrong more often than one: 97.5% for the whole service, 99% for one service of several. It needs
ten or more graded audits in both quarters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.metrics.counting import Counting, with_shares
from qa_analysis.metrics.grades import GOOD_OR_BETTER, GRADED, INADEQUATE
from qa_analysis.metrics.measure import Measure
from qa_analysis.metrics.moderation import TOO_FEW
from qa_analysis.metrics.share import SMALL, Flags, Floats, difference, floats, with_the_one_before

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

EARLIER = ["earlier_count", "earlier_denominator", "earlier_percent"]
OF_WHOLE_SERVICE, OF_ONE_SERVICE = 0.025, 0.01  # how often an interval of a verdict leaves out the true difference
OFTEN = 0.8  # of the quarters in which a change shows
RISE, FALL = "rise", "fall"


def changes(shares: pd.DataFrame, alpha: npt.ArrayLike = 0.05) -> pd.DataFrame:
    """Change of a share since the quarter before, for each quarter and level of need.

    Parameters
    ----------
    shares
        A measure: `quarter`, `level_of_need`, `count`, `denominator` and `percent`.
    alpha
        The chance that an interval leaves out the true difference, for all rows or for each.

    Returns
    -------
    DataFrame
        `shares` without its interval, and `earlier_count`, `earlier_denominator`, `earlier_percent` (the quarter
        before; missing where `shares` has none), `value` (float; percentage points) and `ci_low`, `ci_high` (float;
        its interval, see `share.difference`; NaN where counts are missing or 0).

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
    low, high = difference(*(floats(both[name]) for name in ("count", "denominator", *EARLIER[:2])), alpha=alpha)
    return both.assign(value=both["percent"] - both["earlier_percent"], ci_low=low, ci_high=high)


def few(found: pd.DataFrame, numbers: Sequence[str]) -> Flags:
    """Tell in which rows the smallest of some numbers of audits is one to nine: too few for a verdict."""
    least = np.min([floats(found[name]) for name in numbers], axis=0)
    return np.asarray((least > 0) & (least < SMALL))


def _changed(rows: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    return _of(changes(rows), quarters)


def _grades_changed(rows: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    found = changes(_judged(rows), _alpha(_judged(rows)))
    too_few = few(found, ["denominator", "earlier_denominator"])
    limits = {name: found[name].mask(too_few) for name in ("ci_low", "ci_high")}
    return _of(found.assign(**limits, note=np.where(too_few, TOO_FEW, "")), quarters)


def _change_that_shows(rows: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the smallest rise and fall, in whole points, that would be told in four of five quarters of this size.

    It is the power of the test of two proportions at the level of the verdict, from the share of the quarter before; a
    change that no share could make has no row.

    Fleiss JL, Levin B, Paik MC (2003). Statistical Methods for Rates and Proportions, 3rd edition, section 4.2.
    """
    found = changes(_judged(rows))
    numbers = ["denominator", "earlier_denominator"]
    enough = found["quarter"].isin(quarters) & (found[numbers].astype("Float64") >= SMALL).all(axis="columns")
    found = found[enough].reset_index(drop=True)
    smallest = {
        way: _smallest(sign, *(floats(found[name]) for name in ("denominator", *EARLIER[:2])), alpha=_alpha(found))
        for way, sign in ((RISE, 1), (FALL, -1))
    }
    keys = found[["quarter", "level_of_need", "category"]].rename(columns={"category": "figure"})
    tables = [keys.assign(way=way, value=points) for way, points in smallest.items()]
    return pd.concat(tables).sort_index(kind="stable").dropna(subset="value").reset_index(drop=True)


def _judged(shares: pd.DataFrame) -> pd.DataFrame:
    return shares[shares["category"].isin([GOOD_OR_BETTER.name, INADEQUATE.name])]


def _alpha(shares: pd.DataFrame) -> Floats:
    return np.where(shares["level_of_need"] == ALL, OF_WHOLE_SERVICE, OF_ONE_SERVICE)


def _of(found: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    return found[found["quarter"].isin(quarters)].drop(columns=["count", "denominator", "percent"])


def _smallest(sign: int, graded: Floats, earlier: Floats, of: Floats, *, alpha: Floats) -> Floats:
    from statsmodels.stats.proportion import power_proportions_2indep

    points = np.arange(1, 100)
    change, share = np.broadcast_arrays(sign * points / 100, (earlier / of)[:, None])
    possible = (share + change >= 0) & (share + change <= 1)
    graded, of, alpha = (np.broadcast_to(each[:, None], share.shape)[possible] for each in (graded, of, alpha))
    power = np.zeros(share.shape)
    power[possible] = power_proportions_2indep(
        change[possible], share[possible], graded, of / graded, alpha, return_results=False
    )
    shows = power >= OFTEN
    return np.where(shows.any(-1), points[shows.argmax(-1)], np.nan)


def changes_of(headlines: Sequence[Measure]) -> tuple[Measure, ...]:
    """Return the measures of how the headline shares changed; their rows are those shares, which are counted once."""
    counted = [each for each in headlines if each.kind == "share"]

    def shares(data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
        """Return the shares of the quarters and of those before them, by the measures' names, printed history too."""
        counting = Counting(data, with_the_one_before(quarters))
        together = pd.concat([counting.table(each).assign(category=each.name) for each in counted], ignore_index=True)
        return with_shares(together, np.full(len(together), "share"))

    of = replace(GRADED, rows=None, made=shares)
    return (
        Measure(
            name="change", title="Change since the quarter before, in percentage points", of=of, table=_changed,
            counts="`value`: percentage points since the quarter before, by headline measure", by=("category",),
            kind="value", interval="Newcombe",
        ),
        Measure(
            name="grades_change",
            title="Change of the grades since the quarter before, in percentage points, as judged",
            counts="`value`: percentage points since the quarter before, of {good} and {failing}, with the interval "
            "that a verdict is made by",
            of=of, table=_grades_changed, by=("category",), kind="value",
            interval="Newcombe; 97.5%, of a service 99%",
        ),
        Measure(
            name="change_that_shows",
            title="Change of the grades that so many audits can show, in percentage points",
            counts="`value`: the smallest rise and fall, in whole points, that would be told in four of five such "
            "quarters",
            of=of, table=_change_that_shows, by=("figure", "way"), kind="value",
        ),
    )  # fmt: skip
