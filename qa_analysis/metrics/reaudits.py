"""Re-audits: records that were audited again, whether they got better, and Inadequate audits still to be re-audited.

A re-audit is linked to the earlier audit that it names, of whatever quarter. One that names an unknown audit, itself
or a later one is outside everything here. The level of need is the re-audit's. Records are re-audited because they
were weak, so that some would have got better anyway.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qa_analysis.metrics.share import ALL, distribution, levels, share

OUTCOMES = ["improved", "same", "worse"]


def reaudits(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Re-audits of some quarters, each with the grade before and after.

    Parameters
    ----------
    audits
        All audits, of earlier quarters too: `audit_id`, `audit_date`, `quarter`, `level_of_need`, `final_grade`
        (ordered categorical, best first) and `reaudit_of` (the `audit_id` of the earlier audit).
    quarters
        The quarters that the re-audits are of.

    Returns
    -------
    DataFrame
        One row for each re-audit, by date: `quarter`, `level_of_need` (categorical), `first_grade`,
        `final_grade` (the grades' categories; missing where not graded), `days` (int, between the two audits) and
        `outcome` (categorical: improved, same, worse; missing where a grade is).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"audit_id": ["a", "b"], "reaudit_of": [None, "a"], "quarter": quarters})
    >>> audits["audit_date"] = pd.to_datetime(["2025-06-01", "2025-09-01"])
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 2, categories=["EH"], ordered=True)
    >>> audits["final_grade"] = pd.Categorical(["Weak", "Good"], categories=["Good", "Weak"], ordered=True)
    >>> reaudits(audits, quarters)[["first_grade", "final_grade", "days", "outcome"]]
      first_grade final_grade  days   outcome
    0        Weak        Good    92  improved
    """
    links = _links(audits)
    links = links[links["quarter"].isin(quarters)].sort_values("audit_date", kind="stable", ignore_index=True)
    outcome = pd.Series(pd.NA, index=links.index, dtype="str")
    for name, better in zip(OUTCOMES, _compared(links), strict=True):
        outcome = outcome.mask(better, name)
    days = (links["audit_date"] - links["first_date"]).dt.days.astype("int64")
    found = links[["quarter", "level_of_need", "first_grade", "final_grade"]]
    return found.assign(days=days, outcome=pd.Categorical(outcome, categories=OUTCOMES))


def reaudits_improved(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share of re-audits with a better final grade than the earlier audit, by quarter and level of need.

    Parameters
    ----------
    audits, quarters
        As in `reaudits`; all quarters appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `count`, `denominator` (int; re-audits with both grades),
        `percent`, `ci_low`, `ci_high` (Wilson, 0–100).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"audit_id": ["a", "b"], "reaudit_of": [None, "a"], "quarter": quarters})
    >>> audits["audit_date"] = pd.to_datetime(["2025-06-01", "2025-09-01"])
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 2, categories=["EH"], ordered=True)
    >>> audits["final_grade"] = pd.Categorical(["Weak", "Good"], categories=["Good", "Weak"], ordered=True)
    >>> reaudits_improved(audits, quarters[1:])[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            1
    1            EH      1            1
    """
    graded = reaudits(audits, quarters).dropna(subset="outcome")
    by = {"quarter": quarters, "level_of_need": levels(audits)}
    return share(graded, by, where=graded["outcome"] == "improved")


def reaudit_outcomes(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Re-audits that improved, stayed the same or got worse, by quarter and level of need.

    Parameters
    ----------
    audits, quarters
        As in `reaudits`; all quarters appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text: improved, same, worse), `count`,
        `denominator` (int; re-audits with both grades), `percent`, `ci_low`, `ci_high` (Wilson, 0–100).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"audit_id": ["a", "b"], "reaudit_of": [None, "a"], "quarter": quarters})
    >>> audits["audit_date"] = pd.to_datetime(["2025-06-01", "2025-09-01"])
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 2, categories=["EH"], ordered=True)
    >>> audits["final_grade"] = pd.Categorical(["Weak", "Good"], categories=["Good", "Weak"], ordered=True)
    >>> reaudit_outcomes(audits, quarters[1:])[["level_of_need", "category", "count"]].head(3)
      level_of_need  category  count
    0           All  improved      1
    1           All      same      0
    2           All     worse      0
    """
    by = {"quarter": quarters, "level_of_need": levels(audits)}
    return distribution(reaudits(audits, quarters), by, of="outcome")


def reaudit_grades(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Re-audits by the grade before and the grade after, for the whole service.

    Parameters
    ----------
    audits, quarters
        As in `reaudits`; the quarters are taken together.

    Returns
    -------
    DataFrame
        `first_grade`, `final_grade` (text; every pair of grades, best first), `count` (int; re-audits),
        `denominator` (int; re-audits with that first grade and a grade after), `percent`, `ci_low`, `ci_high`
        (Wilson, 0–100).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"audit_id": ["a", "b"], "reaudit_of": [None, "a"], "quarter": quarters})
    >>> audits["audit_date"] = pd.to_datetime(["2025-06-01", "2025-09-01"])
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 2, categories=["EH"], ordered=True)
    >>> audits["final_grade"] = pd.Categorical(["Weak", "Good"], categories=["Good", "Weak"], ordered=True)
    >>> reaudit_grades(audits, quarters)[["first_grade", "final_grade", "count", "denominator"]]
      first_grade final_grade  count  denominator
    0        Good        Good      0            0
    1        Good        Weak      0            0
    2        Weak        Good      1            1
    3        Weak        Weak      0            1
    """
    found = reaudits(audits, quarters)
    grades = {"first_grade": list(audits["final_grade"].cat.categories)}
    return distribution(found, grades, of="final_grade").rename(columns={"category": "final_grade"})


def awaiting_reaudit(audits: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Audits graded Inadequate up to the quarter's end that had not been re-audited by then.

    Parameters
    ----------
    audits
        As in `reaudits`, with `inadequate` (boolean).
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        `quarter` (of the audits), `level_of_need` (text; `All` first), `count` (int; audits), and `longest` and
        `shortest` (int; days from the audit to the quarter's end). Quarters and levels without such audits have
        no row, and no row tells which audit it is.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"audit_id": ["a", "b"], "reaudit_of": [None, "a"], "quarter": quarters})
    >>> audits["audit_date"] = pd.to_datetime(["2025-06-01", "2025-09-01"])
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 2, categories=["EH"], ordered=True)
    >>> audits["final_grade"] = pd.Categorical(["Weak", "Weak"], categories=["Good", "Weak"], ordered=True)
    >>> awaiting_reaudit(audits.assign(inadequate=True), quarters[1])
      quarter level_of_need  count  longest  shortest
    0  2026Q2           All      1       29        29
    1  2026Q2            EH      1       29        29
    """
    so_far = audits[audits["quarter"] <= quarter]
    weak = so_far[so_far["inadequate"].fillna(False).astype(bool)]
    waiting = weak[~weak["audit_id"].isin(_links(so_far)["reaudit_of"])]
    rows = waiting.assign(days=(quarter.end_time.normalize() - waiting["audit_date"]).dt.days)
    both = pd.concat([rows.assign(level_of_need=ALL), rows.astype({"level_of_need": "str"})])
    order = pd.CategoricalDtype(levels(audits), ordered=True)
    cells = both.astype({"level_of_need": order}).groupby(["quarter", "level_of_need"], observed=True)["days"]
    summary = cells.agg(count="size", longest="max", shortest="min").reset_index()
    return summary.astype({"level_of_need": "str", "count": "int64", "longest": "int64", "shortest": "int64"})


def _links(audits: pd.DataFrame) -> pd.DataFrame:
    """Return the audits that name an earlier one that is known, with its date and final grade."""
    again = audits[audits["reaudit_of"].notna() & (audits["reaudit_of"] != audits["audit_id"])]
    places = pd.Index(audits["audit_id"]).get_indexer(pd.Index(again["reaudit_of"]))
    known: pd.DataFrame = again[places >= 0]
    earlier = audits.iloc[places[places >= 0]].set_axis(known.index)
    links: pd.DataFrame = known.assign(first_date=earlier["audit_date"], first_grade=earlier["final_grade"])
    return links[links["first_date"] <= links["audit_date"]]


def _compared(links: pd.DataFrame) -> tuple[pd.Series[bool], pd.Series[bool], pd.Series[bool]]:
    final, first = links["final_grade"], links["first_grade"]
    return final < first, final == first, final > first  # the best grade is the smallest category
