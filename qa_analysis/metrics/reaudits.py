"""Re-audits: records that were audited again, whether they got better, and Inadequate audits still to be re-audited.

A re-audit is linked to the earlier audit that it names, of whatever quarter. One that names an unknown audit, itself
or a later one is outside everything here. The level of need is the re-audit's. Records are re-audited because they
were weak, so that some would have got better anyway.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qa_analysis.metrics.share import (
    by_quarter_and_level,
    distribution,
    each_quarter,
    levels,
    share,
    with_whole_service,
)

OUTCOMES = ["improved", "same", "worse"]
THIS_QUARTER, EARLIER_QUARTERS = "this quarter", "earlier quarters"


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
    >>> quarters, audits = _example("Weak", "Good")
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


def reaudits_improved(audits: pd.DataFrame, quarters: Sequence[pd.Period], outcome: str = "improved") -> pd.DataFrame:
    """Share of re-audits with a better final grade than the earlier audit, by quarter and level of need.

    Parameters
    ----------
    audits, quarters
        As in `reaudits`; all quarters appear.
    outcome
        One of `OUTCOMES`: `same` and `worse` count the re-audits with the same and with a worse grade instead.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `count`, `denominator` (int; re-audits with both grades),
        `percent`, `ci_low`, `ci_high` (Wilson, 0–100).

    Examples
    --------
    >>> quarters, audits = _example("Weak", "Good")
    >>> reaudits_improved(audits, quarters[1:])[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            1
    1            EH      1            1
    """
    graded = reaudits(audits, quarters).dropna(subset="outcome")
    by = by_quarter_and_level(audits, quarters)
    return share(graded, by, where=graded["outcome"] == outcome)


def reaudits_without_both_grades(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Re-audits that were not graded, or whose earlier audit was not, of all, by quarter and level of need.

    Parameters
    ----------
    audits, quarters
        As in `reaudits`; all quarters appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `count`, `denominator` (int; re-audits), `percent` (float,
        0–100), and `ci_low` and `ci_high`, which are NaN: these are all the re-audits.

    Examples
    --------
    >>> quarters, audits = _example("Weak", None)
    >>> reaudits_without_both_grades(audits, quarters[1:])[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            1
    1            EH      1            1
    """
    found = reaudits(audits, quarters)
    by = by_quarter_and_level(audits, quarters)
    return share(found, by, where=found["outcome"].isna(), interval=False)


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
    >>> quarters, audits = _example("Weak", "Good")
    >>> reaudit_outcomes(audits, quarters[1:])[["level_of_need", "category", "count"]].head(3)
      level_of_need  category  count
    0           All  improved      1
    1           All      same      0
    2           All     worse      0
    """
    by = by_quarter_and_level(audits, quarters)
    return distribution(reaudits(audits, quarters), by, of="outcome")


def reaudit_grades(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Re-audits by the grade before and the grade after, quarter and level of need.

    Parameters
    ----------
    audits, quarters
        As in `reaudits`; all quarters appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `first_grade`, `final_grade`, `category` (text: “Inadequate →
        Good”; for every first grade that there is, all grades after it, best first), `count` (int; re-audits),
        `denominator` (int; re-audits with that first grade and a grade after), `percent`, `ci_low`, `ci_high` (Wilson,
        0–100).

    Examples
    --------
    >>> quarters, audits = _example("Weak", "Good")
    >>> reaudit_grades(audits, quarters[1:])[["level_of_need", "category", "count", "denominator"]].head(2)
      level_of_need     category  count  denominator
    0           All  Weak → Good      1            1
    1           All  Weak → Weak      0            1
    """
    grades = list(audits["final_grade"].cat.categories)
    by = {**by_quarter_and_level(audits, quarters), "first_grade": grades}
    pairs = distribution(reaudits(audits, quarters), by, of="final_grade").rename(columns={"category": "final_grade"})
    pairs.insert(4, "category", pairs["first_grade"] + " → " + pairs["final_grade"])
    return pairs[pairs["denominator"] > 0].reset_index(drop=True)


def reaudit_days(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Days from an audit to its re-audit: the fewest, the middle and the most, by quarter and level of need.

    Parameters
    ----------
    audits, quarters
        As in `reaudits`; a quarter or a level without re-audits has no row.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text: shortest, median, longest) and `value`
        (float; days).

    Examples
    --------
    >>> quarters, audits = _example("Weak", "Good")
    >>> reaudit_days(audits, quarters)[["level_of_need", "category", "value"]].head(3)
      level_of_need  category  value
    0           All  shortest   92.0
    1           All    median   92.0
    2           All   longest   92.0
    """
    days = with_whole_service(reaudits(audits, quarters)).groupby(["quarter", "level_of_need"], observed=True)["days"]
    spans = days.agg(shortest="min", median="median", longest="max").reset_index()
    long = spans.melt(["quarter", "level_of_need"], var_name="category", ignore_index=False)
    return long.sort_index(kind="stable").reset_index(drop=True).astype({"level_of_need": "str", "value": float})


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
    >>> quarters, audits = _example("Weak", "Weak")
    >>> awaiting_reaudit(audits.assign(inadequate=True), quarters[1])
      quarter level_of_need  count  longest  shortest
    0  2026Q2           All      1       29        29
    1  2026Q2            EH      1       29        29
    """
    waiting = _waiting(audits, quarter)
    rows = waiting.assign(days=(quarter.end_time.normalize() - waiting["audit_date"]).dt.days)
    cells = with_whole_service(rows).groupby(["quarter", "level_of_need"], observed=True)["days"]
    summary = cells.agg(count="size", longest="max", shortest="min").reset_index()
    return summary.astype({"level_of_need": "str", "count": "int64", "longest": "int64", "shortest": "int64"})


def awaiting_reaudit_by_quarter(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Audits graded Inadequate and not re-audited by each quarter's end: those of the quarter, and of earlier ones.

    Parameters
    ----------
    audits
        As in `awaiting_reaudit`.
    quarters
        The quarters to show; one without audits has no row, for nobody knows who waited at its end.

    Returns
    -------
    DataFrame
        `quarter` (at whose end they wait), `level_of_need` (text; `All` first), `category` (text: this quarter,
        earlier quarters), `count` and `denominator` (int; audits, and all that wait) and `longest` (Int64; days since
        the earliest of them; NA where there are none).

    Examples
    --------
    >>> quarters, audits = _example("Weak", "Weak")
    >>> waiting = awaiting_reaudit_by_quarter(audits.assign(inadequate=True), quarters)
    >>> waiting[["quarter", "category", "count", "denominator"]].head(2)
      quarter          category  count  denominator
    0  2026Q1      this quarter      1            1
    1  2026Q1  earlier quarters      0            1
    """
    every = pd.MultiIndex.from_product(
        [levels(audits), [THIS_QUARTER, EARLIER_QUARTERS]], names=["level_of_need", "category"]
    )

    def at_the_end_of(quarter: pd.Period) -> pd.DataFrame:
        waiting = awaiting_reaudit(audits, quarter)
        of = (waiting["quarter"] == quarter).map({True: THIS_QUARTER, False: EARLIER_QUARTERS})
        cells = waiting.assign(category=of).groupby(["level_of_need", "category"])
        return cells.agg(count=("count", "sum"), longest=("longest", "max")).reindex(every).reset_index()

    found: pd.DataFrame = each_quarter(at_the_end_of, quarters)
    found = found[found["quarter"].isin(audits["quarter"])].reset_index(drop=True)
    found = found.assign(count=found["count"].fillna(0).astype("int64"), longest=found["longest"].astype("Int64"))
    found["denominator"] = found.groupby(["quarter", "level_of_need"])["count"].transform("sum")
    columns = ["quarter", "level_of_need", "category", "count", "denominator", "longest"]
    waiting: pd.DataFrame = found[columns]
    return waiting


def awaiting_reaudit_again(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Audits of `awaiting_reaudit_by_quarter` that are re-audits themselves: the record had been audited before.

    Parameters
    ----------
    audits, quarters
        As in `awaiting_reaudit_by_quarter`; all quarters appear.

    Returns
    -------
    DataFrame
        `quarter` (at whose end they wait), `level_of_need` (text; `All` first), `count`, `denominator` (int; those that
        wait), `percent` (float, 0–100), and `ci_low` and `ci_high`, which are NaN: these are all of them.

    Examples
    --------
    >>> quarters, audits = _example("Weak", "Weak")
    >>> again = awaiting_reaudit_again(audits.assign(inadequate=True), quarters)
    >>> again[["quarter", "level_of_need", "count", "denominator"]]
      quarter level_of_need  count  denominator
    0  2026Q1           All      0            1
    1  2026Q1            EH      0            1
    2  2026Q2           All      1            1
    3  2026Q2            EH      1            1
    """
    reaudited = _links(audits)["audit_id"]

    def at_the_end_of(quarter: pd.Period) -> pd.DataFrame:
        waiting = _waiting(audits, quarter)
        return share(
            waiting, {"level_of_need": levels(audits)}, where=waiting["audit_id"].isin(reaudited), interval=False
        )

    found = each_quarter(at_the_end_of, quarters)
    return found[["quarter", *found.columns.drop("quarter")]]


def awaiting_reaudit_longest(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Days that the longest of `awaiting_reaudit_by_quarter` had waited by each quarter's end.

    Parameters
    ----------
    audits, quarters
        As in `awaiting_reaudit_by_quarter`.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first) and `value` (float; days). Quarters and levels in which none
        waits have no row.

    Examples
    --------
    >>> quarters, audits = _example("Weak", "Weak")
    >>> awaiting_reaudit_longest(audits.assign(inadequate=True), quarters)["value"].tolist()
    [29.0, 29.0, 29.0, 29.0]
    """
    waiting = awaiting_reaudit_by_quarter(audits, quarters).dropna(subset="longest")
    longest = waiting.groupby(["quarter", "level_of_need"], sort=False)["longest"].max()
    return longest.astype(float).rename("value").reset_index()


def _waiting(audits: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return the audits graded Inadequate up to a quarter's end that no audit up to then names."""
    so_far = audits[audits["quarter"] <= quarter]
    weak = so_far[so_far["inadequate"].fillna(False).astype(bool)]
    return weak[~weak["audit_id"].isin(_links(so_far)["reaudit_of"])]


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


def _example(earlier: str, later: str | None) -> tuple[list[pd.Period], pd.DataFrame]:
    """Return two quarters, and an audit with its re-audit in them with these final grades, for the examples."""
    quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    audits = pd.DataFrame({"audit_id": ["a", "b"], "reaudit_of": [None, "a"], "quarter": quarters})
    return quarters, audits.assign(
        audit_date=pd.to_datetime(["2025-06-01", "2025-09-01"]),
        level_of_need=pd.Categorical(["EH"] * 2, categories=["EH"], ordered=True),
        final_grade=pd.Categorical([earlier, later], categories=["Good", "Weak"], ordered=True),
    )
