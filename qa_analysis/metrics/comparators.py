"""Comparators: figures printed before row-level data was kept, for quarters that have no rows of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from qa_analysis.matching import fold
from qa_analysis.metrics.share import ALL, in_order_met, whole, with_share

if TYPE_CHECKING:
    from qa_analysis.settings import Settings

AS_PRINTED = "as printed"  # the note of a figure taken from history


def with_printed(
    table: pd.DataFrame,
    measure: str,
    comparators: pd.DataFrame,
    rows: pd.DataFrame,
    *,
    quarters: Sequence[pd.Period],
    interval: bool = True,
) -> pd.DataFrame:
    """Fill the quarters of a metric's table that have no rows of their own with what was printed for them.

    Parameters
    ----------
    table
        A metric's table: `quarter`, `level_of_need` and `category` where the measure has them, `count`, and
        `denominator`, `percent`, `ci_low` and `ci_high` where it is a share.
    measure
        The measure's name in `comparators`, as in `figures.csv`.
    comparators
        With `quarter`, `measure`, `level_of_need` (missing = the whole service), `category`, `count`, `denominator` and
        `percent` (0–100). Rows that name a level or a category when the measure has none, or none where it has, do not
        fit and are left out.
    rows
        The cleaned table that the measure is counted from: what is printed for a quarter it has rows in is not used.
    quarters
        The quarters of `table`.
    interval
        Whether the measure's shares have an interval.

    Returns
    -------
    DataFrame
        `table` with the printed figures in place of its zeros, categories that only were printed after the others,
        and a last column `note` (text): `AS_PRINTED` for them, else what it was, or empty. `count` and
        `denominator` become Int64. Where both were printed, the share and its interval are worked out from them,
        whatever percentage was printed; a bare percentage has no interval, and its count is NA.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> rows = pd.DataFrame({"quarter": quarters[1:]})
    >>> table = with_share(pd.DataFrame({"quarter": quarters, "count": [0, 8], "denominator": [0, 45]}))
    >>> history = pd.DataFrame({"quarter": quarters, "measure": "moderation_changed", "level_of_need": None})
    >>> history = history.assign(category=None, count=None, denominator=None, percent=[28, 19])
    >>> filled = with_printed(table, "moderation_changed", history, rows, quarters=quarters)
    >>> print(filled[["quarter", "count", "percent", "note"]].to_string(float_format="%.1f"))
      quarter  count  percent        note
    0  2026Q1   <NA>     28.0  as printed
    1  2026Q2      8     17.8
    """
    keys = [key for key in ("quarter", "level_of_need", "category") if key in table]
    numbers = [number for number in ("count", "denominator", "percent") if number in table]
    own = table if "note" in table else table.assign(note="")
    printed = _that_fit(_printed(measure, comparators, set(quarters) - set(rows["quarter"])), keys, numbers)
    printed = _with_percent(_spelled_as_in(own, printed, keys), interval)
    described = own.drop(columns=[*numbers, "ci_low", "ci_high", "note"], errors="ignore")
    both = pd.concat([own, printed.merge(described, on=keys, how="left")[own.columns]], ignore_index=True)
    filled = in_order_met(both, keys).drop_duplicates(keys, keep="last", ignore_index=True)
    return filled.assign(**{number: whole(filled[number]) for number in numbers if number != "percent"})


def targets(settings: Settings, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the shares that a council aims at, as its settings have them: they are drawn as lines in the charts.

    Parameters
    ----------
    settings
        With `targets`.
    quarters
        The quarters to show; each has the same targets.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text), `category` (text: “good_or_better: Target”) and `percent` (float, 0–100).

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.settings import load_settings
    >>> targets(load_settings(Path()), [pd.Period("2026Q2", freq="Q-MAR")]).empty
    True
    """
    rows = [
        (quarter, target.level_of_need, f"{target.measure}: {target.label}", target.percent)
        for quarter in quarters
        for target in settings.targets
    ]
    types: dict[str, Any] = {"level_of_need": "str", "category": "str", "percent": float}
    return pd.DataFrame(rows, columns=["quarter", *types]).astype(types)


def _printed(measure: str, comparators: pd.DataFrame, quarters: set[pd.Period]) -> pd.DataFrame:
    """Return what was printed of a measure in some quarters, with `All` and "" for a blank level and category."""
    same = comparators["measure"].map(fold) == fold(measure)
    found = comparators[same & comparators["quarter"].isin(quarters)]
    return pd.DataFrame(
        {
            "quarter": found["quarter"],
            "level_of_need": found["level_of_need"].astype("str").fillna(ALL),
            "category": found["category"].astype("str").fillna(""),
            "count": whole(found["count"]),
            "denominator": whole(found["denominator"]),
            "percent": found["percent"].astype("Float64").astype("float64"),
            "note": AS_PRINTED,
        }
    )


def _that_fit(printed: pd.DataFrame, keys: Sequence[str], numbers: Sequence[str]) -> pd.DataFrame:
    level_fits = ("level_of_need" in keys) | (printed["level_of_need"] == ALL)
    category_fits = (printed["category"] != "") == ("category" in keys)
    says_something = printed[list(set(numbers) - {"denominator"})].notna().any(axis="columns")
    return printed[level_fits & category_fits & says_something]


def _spelled_as_in(own: pd.DataFrame, printed: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the printed figures with their categories spelled as those of the table."""
    if "category" not in keys:
        return printed
    spelling = {fold(category): category for category in own["category"].unique()}
    spelled = printed["category"].map(lambda each: spelling.get(fold(each), each))
    return printed.assign(category=spelled.astype("str"))


def _with_percent(printed: pd.DataFrame, interval: bool) -> pd.DataFrame:
    """Work out the share where count and denominator were printed; else leave the percentage as it was printed."""
    shared = with_share(printed, interval)
    return shared.assign(percent=shared["percent"].fillna(printed["percent"]))
