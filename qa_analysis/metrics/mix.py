"""What the quarters' audits are made of: the mix of levels of need, and why records were chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from qa_analysis.metrics.grades import chosen_at_random, good_or_better
from qa_analysis.metrics.share import ALL, as_first_written, each_quarter, levels, share, tally, with_share

MOVED_BY = 10  # percentage points
NOT_RECORDED = "Not recorded"


def mix(audits: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Share that each level of need has of the graded audits of a quarter and of the quarter before.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need`, `graded` (bool) and `good_or_better` (boolean).
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        `level_of_need` (text), `count`, `denominator` (int; graded audits of the level and of the service),
        `percent` (float), `earlier_count`, `earlier_denominator`, `earlier_percent` (the same, the quarter
        before), `points` (float; the change in percentage points) and `moved` (bool: by 10 points or more, up or
        down). Where a quarter has no graded audits, its shares are NaN and nothing moved.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": [quarters[0]] * 2 + [quarters[1]], "graded": True, "good_or_better": True})
    >>> audits["level_of_need"] = pd.Categorical(["EH", "CL", "EH"], categories=["EH", "CL"], ordered=True)
    >>> mix(audits, quarters[1])[["level_of_need", "count", "denominator", "points", "moved"]]
      level_of_need  count  denominator  points  moved
    0            EH      1            1    50.0   True
    1            CL      0            1   -50.0   True
    """
    now, before = _shares(audits, quarter), _shares(audits, quarter - 1)
    both = now.join(before[["count", "denominator", "percent"]].add_prefix("earlier_"))
    return both.assign(points=both["percent"] - both["earlier_percent"], moved=moved(both))


def good_or_better_at_earlier_mix(audits: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Share Good or better of a quarter, as it is and as it would be at the earlier quarter's mix.

    The figure at the earlier mix is directly standardised: Σ (N_l / N) · (x_l / n_l) over the levels of need l, where
    x_l of n_l graded audits of this quarter are Good or better, and N_l of N graded audits of the quarter before
    were of that level. It answers what the share would be if the levels had kept their part of the audits.

    Parameters
    ----------
    audits, quarter
        As in `mix`.

    Returns
    -------
    DataFrame
        One row: `count`, `denominator` (int), `percent` (float) as they are; `earlier_percent` (float; the
        quarter before); `at_earlier_mix` (float, 0–100; NaN where a level that was audited the quarter before has
        no graded audit in this one, or there was no quarter before).

    References
    ----------
    Fleiss JL, Levin B, Paik MC (2003). Statistical Methods for Rates and Proportions, 3rd edition, chapter 19
    (direct standardisation).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": [quarters[0]] * 2 + [quarters[1]] * 4, "graded": True})
    >>> audits["good_or_better"] = [True, False, True, True, True, False]
    >>> need = ["EH", "CL", "EH", "EH", "EH", "CL"]
    >>> audits["level_of_need"] = pd.Categorical(need, categories=["EH", "CL"], ordered=True)
    >>> good_or_better_at_earlier_mix(audits, quarters[1])[["percent", "at_earlier_mix"]]
       percent  at_earlier_mix
    0     75.0            50.0
    """
    now = good_or_better(audits, [quarter]).set_index("level_of_need")
    before = good_or_better(audits, [quarter - 1]).set_index("level_of_need")
    weights = before["denominator"].drop(ALL)
    weights = weights[weights > 0]
    standardised = np.average(now.loc[weights.index, "percent"], weights=weights) if len(weights) else np.nan
    return pd.DataFrame(
        {
            "count": [now.loc[ALL, "count"]],
            "denominator": [now.loc[ALL, "denominator"]],
            "percent": [now.loc[ALL, "percent"]],
            "earlier_percent": [before.loc[ALL, "percent"]],
            "at_earlier_mix": [float(standardised)],
        }
    )


def mix_of_services(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share that each level of need has of the graded audits of each quarter.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need` and `graded` (bool).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; without `All`), `count`, `denominator` (int; graded audits of the level and
        of the service), `percent` (float, 0–100), and `ci_low` and `ci_high`, which are NaN: these are all the audits.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 4, "graded": True})
    >>> audits["level_of_need"] = pd.Categorical(["EH", "CL", "CL", "CL"], categories=["EH", "CL"], ordered=True)
    >>> mix_of_services(audits, quarters)[["level_of_need", "count", "denominator", "percent"]]
      level_of_need  count  denominator  percent
    0            EH      1            4     25.0
    1            CL      3            4     75.0
    """
    shares = each_quarter(lambda quarter: _shares(audits, quarter), quarters)
    columns = ["quarter", "level_of_need", "count", "denominator", "percent"]
    return shares[columns].assign(ci_low=np.nan, ci_high=np.nan)


def at_earlier_mix(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share Good or better of each quarter as it would be at the mix of the quarter before, in the shape of a measure.

    Parameters
    ----------
    audits
        As in `mix`.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter` and `percent` (float, 0–100; see `good_or_better_at_earlier_mix`).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 2, "graded": True, "good_or_better": [True, True, False, False]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 4, categories=["EH"], ordered=True)
    >>> at_earlier_mix(audits, quarters)
      quarter  percent
    0  2026Q1      NaN
    1  2026Q2     50.0
    """
    shares = [good_or_better_at_earlier_mix(audits, quarter)["at_earlier_mix"].iloc[0] for quarter in quarters]
    return pd.DataFrame({"quarter": list(quarters), "percent": shares})


def selection(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Audits by the reason for which their record was chosen, by quarter and level of need.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need` and `selection` (text; missing = not recorded).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text; the reasons that a level has, as first
        written, the commonest first, and `Not recorded` last where a reason is missing), `count`, `denominator` (int;
        audits completed), `percent` (float), and `ci_low` and `ci_high`, which are NaN: it describes all audits.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 4, "selection": ["Random", "random ", None, "Re-audit"]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 4, categories=["EH"], ordered=True)
    >>> selection(audits, quarters)[["level_of_need", "category", "count", "denominator"]].head(3)
      level_of_need      category  count  denominator
    0           All        Random      2            4
    1           All      Re-audit      1            4
    2           All  Not recorded      1            4
    """
    rows = audits[audits["quarter"].isin(quarters)][["quarter", "level_of_need", "selection"]]
    reasons = rows.assign(category=as_first_written(rows["selection"]).fillna(NOT_RECORDED))
    of_levels = [
        _reasons(reasons if level == ALL else reasons[reasons["level_of_need"] == level], quarters).assign(
            level_of_need=level
        )
        for level in levels(audits)
    ]
    found = pd.concat(of_levels).sort_values("quarter", kind="stable", ignore_index=True)
    return found[
        ["quarter", "level_of_need", "category", *found.columns.drop(["quarter", "level_of_need", "category"])]
    ]


def good_or_better_by_reason(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share Good or better of the graded audits, by the reason for which their record was chosen.

    Parameters
    ----------
    audits
        As in `selection`, with `graded` (bool) and `good_or_better` (boolean).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        As `selection`, with Wilson's interval; `count` is audits Good or better, `denominator` is graded audits.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "graded": True, "selection": ["Random", "random ", "Re-audit"]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> audits["good_or_better"] = pd.array([True, False, False], dtype="boolean")
    >>> good_or_better_by_reason(audits, quarters)[["level_of_need", "category", "count", "denominator"]].head(2)
      level_of_need  category  count  denominator
    0           All    Random      1            2
    1           All  Re-audit      0            1
    """
    cells = selection(audits, quarters)
    known = audits[audits["quarter"].isin(quarters)]
    graded = known.assign(category=as_first_written(known["selection"]).fillna(NOT_RECORDED))
    graded = graded[graded["graded"]]
    of_levels = []
    for level in levels(audits):
        rows = graded if level == ALL else graded[graded["level_of_need"] == level]
        by = {"quarter": quarters, "category": list(cells.loc[cells["level_of_need"] == level, "category"].unique())}
        of_levels.append(share(rows, by, where=rows["good_or_better"]).assign(level_of_need=level))
    found = pd.concat(of_levels).sort_values("quarter", kind="stable", ignore_index=True)
    return found[list(cells.columns)]


def reasons_moved(reasons: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> pd.DataFrame:
    """Reasons for choosing records whose share moved by 10 points or more, and by two audits, since the quarter before.

    In a small service one audit more or less is 10 points: that is not another way of choosing.

    Parameters
    ----------
    reasons
        As `selection` returns them, of the quarter and of the quarter before.
    quarter
        The quarter reported on.
    level
        The level of need.

    Returns
    -------
    DataFrame
        `category` (text; the reason), `count`, `denominator`, `earlier_count` and `earlier_denominator` (int; audits),
        in the order of `reasons`; those that begin with “random” are one. No rows where a quarter has no audits,
        or where another part of them has a reason recorded: then nothing is known of a change.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> reasons = pd.DataFrame({"quarter": quarters * 2, "level_of_need": "All", "denominator": 10})
    >>> reasons = reasons.assign(category=["Random", "Random", "Re-audit", "Re-audit"], count=[8, 6, 2, 4])
    >>> reasons_moved(reasons, quarters[1])["category"].tolist()
    ['Random', 'Re-audit']
    """
    of_level = reasons[reasons["level_of_need"] == level]
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
    change = (both["count"] * both["earlier_denominator"] - both["earlier_count"] * both["denominator"]).abs()
    by_two = change >= 2 * both["earlier_denominator"]  # audits more or fewer than at the earlier share
    found = both[moved(both) & by_two].reset_index(drop=True)
    return found if NOT_RECORDED not in set(found["category"]) else found.head(0)


def moved(both: pd.DataFrame) -> pd.Series[bool]:
    """Tell which shares moved by 10 points or more: in whole numbers, so that a change of exactly 10 is one of 10.

    Parameters
    ----------
    both
        `count` and `denominator` of a quarter, `earlier_count` and `earlier_denominator` of the quarter before.

    Examples
    --------
    >>> both = pd.DataFrame({"count": [45, 8], "denominator": [66, 45], "earlier_count": [25, 7]})
    >>> moved(both.assign(earlier_denominator=[58, 45])).tolist()
    [True, False]
    """
    change = both["count"] * both["earlier_denominator"] - both["earlier_count"] * both["denominator"]
    product = both["denominator"] * both["earlier_denominator"]
    return (100 * change.abs() >= MOVED_BY * product) & (product > 0)


def _reasons(rows: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the rows' categories by quarter, the commonest first."""
    commonest = rows["category"].value_counts(sort=True).index
    order = sorted(commonest, key=lambda each: each == NOT_RECORDED)  # stable: the commonest stay first
    table = tally(rows, {"quarter": quarters, "category": order})
    return with_share(table.assign(denominator=table.groupby("quarter")["count"].transform("sum")), interval=False)


def _shares(audits: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return the share of each level of need in the graded audits of one quarter."""
    graded = audits[audits["graded"] & (audits["quarter"] == quarter)]
    order = list(audits["level_of_need"].cat.categories)
    counts = tally(graded, {"level_of_need": order}).assign(denominator=len(graded))
    return with_share(counts, interval=False).drop(columns=["ci_low", "ci_high"])
