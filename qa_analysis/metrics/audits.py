"""Audits completed, against the plan where there is one."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qa_analysis.metrics.share import ALL, by_quarter_and_level, levels, share, tally, whole, with_share


def audits_completed(audits: pd.DataFrame, audit_plan: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Audits completed, of those planned, by quarter and level of need.

    Parameters
    ----------
    audits
        With `quarter` and `level_of_need`.
    audit_plan
        With `quarter`, `level_of_need` and `planned` (number).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `count` (int; audits), `denominator` (Int64; audits planned,
        NA where there is no plan), `percent` (float; above 100 where more were done than planned), and `ci_low`
        and `ci_high`, which are NaN: a plan is not a sample. `All` has a plan where every level of need with
        audits in the quarter has one: 66 audits are not 66 of the 8 planned for Early Help.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> need = pd.Categorical(["EH", "EH", "CL"], categories=["EH", "CL"], ordered=True)
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "level_of_need": need})
    >>> plan = pd.DataFrame({"quarter": quarters * 2, "level_of_need": ["EH", "CL"], "planned": [2, 3]})
    >>> audits_completed(audits, plan, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      3            5
    1            EH      2            2
    2            CL      1            3
    """
    counts = tally(audits, by_quarter_and_level(audits, quarters))
    keys = ["quarter", "level_of_need"]
    plan = audit_plan[[*keys, "planned"]].astype({"level_of_need": "str", "planned": "Float64"})
    done = counts[(counts["level_of_need"] != ALL) & (counts["count"] > 0)]
    unplanned = done.merge(plan, on=keys, how="left").loc[lambda each: each["planned"].isna(), "quarter"]
    service = plan[~plan["quarter"].isin(unplanned)].assign(level_of_need=ALL)
    planned = pd.concat([service, plan]).groupby(keys, as_index=False)["planned"].sum()
    counts["denominator"] = whole(counts.merge(planned, on=keys, how="left")["planned"])
    return with_share(counts, interval=False)


def audits_completed_by_month(audits: pd.DataFrame, months: Sequence[pd.Period]) -> pd.DataFrame:
    """Audits completed by month and level of need; plans are made by quarter, so there is no denominator.

    Parameters
    ----------
    audits
        With `month` and `level_of_need`.
    months
        The months to show (`quarter.months_of`); all appear.

    Returns
    -------
    DataFrame
        `month`, `level_of_need` (text; `All` first) and `count` (int; audits).

    Examples
    --------
    >>> months = list(pd.period_range("2025-08", "2025-09", freq="M"))
    >>> need = pd.Categorical(["EH", "EH"], categories=["EH"], ordered=True)
    >>> audits_completed_by_month(pd.DataFrame({"month": months[:1] * 2, "level_of_need": need}), months)
         month level_of_need  count
    0  2025-08           All      2
    1  2025-08            EH      2
    2  2025-09           All      0
    3  2025-09            EH      0
    """
    return tally(audits, {"month": months, "level_of_need": levels(audits)})


def audits_not_graded(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Audits completed without a grade, which are outside every grade's share, by quarter and level of need.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need` and `graded` (bool).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `count`, `denominator` (int; audits completed), `percent`
        (float, 0–100), and `ci_low` and `ci_high`, which are NaN: these are all the audits.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> need = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "level_of_need": need, "graded": [True, False, True]})
    >>> audits_not_graded(audits, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            3
    1            EH      1            3
    """
    by = by_quarter_and_level(audits, quarters)
    return share(audits, by, where=~audits["graded"], interval=False)
