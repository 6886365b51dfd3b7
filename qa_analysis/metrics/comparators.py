"""Comparators: figures printed before row-level data was kept, for quarters that have no rows of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.metrics.share import floats, whole
from qa_analysis.text import fold, through_different

if TYPE_CHECKING:
    from qa_analysis.metrics.measure import Measure

AS_PRINTED = "as printed"  # the note of a figure taken from history


def printed_by_measure(comparators: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what was printed, by the folded name of its measure; without a level it is of the whole service."""
    if comparators.empty:
        return {}
    printed = pd.DataFrame(
        {
            "quarter": comparators["quarter"],
            "level_of_need": comparators["level_of_need"].astype("str").fillna(ALL),
            "category": comparators["category"].astype("str").fillna(""),
            "count": whole(comparators["count"]),
            "denominator": whole(comparators["denominator"]),
            "percent": floats(comparators["percent"]),
            "note": AS_PRINTED,
        }
    )
    names = through_different(comparators["measure"], fold)
    return {str(name): rows for name, rows in printed.groupby(names, sort=False)}


def with_printed(table: pd.DataFrame, printed: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Add to a measure's table what was printed for quarters without rows, below the row of the same cell.

    Rows that name a level or a category when the measure has none, or none where it has, do not fit and are left out.
    Where both counts are there, the share is worked out from them, whatever percentage was printed; a bare percentage
    has no interval, and its count is missing. The categories of the rows added are spelled as those of the table.
    """
    numbers = [each for each in ("count", "denominator") if each in table]
    if measure.kind in ("share", "part"):
        numbers.append("percent")
        table = table.assign(percent=float("nan"))
    keys = [each for each in ("quarter", "level_of_need", "category") if each in table]
    level_fits = ("level_of_need" in keys) | (printed["level_of_need"] == ALL)
    category_fits = (printed["category"] != "") == ("category" in keys)
    says_something = printed[[each for each in numbers if each != "denominator"]].notna().any(axis="columns")
    fits = printed[level_fits & category_fits & says_something]
    if fits.empty:
        return table
    if "category" in keys:
        spelling = {fold(category): category for category in table["category"].unique()}
        fits = fits.assign(category=fits["category"].map(lambda each: spelling.get(fold(each), each)).astype("str"))
    described = table.drop(columns=[*numbers, "note"], errors="ignore")
    own = table if "note" in table else table.assign(note="")
    added = fits[[*keys, *numbers, "note"]].merge(described, on=keys, how="left")
    return pd.concat([own, added[own.columns]], ignore_index=True)
