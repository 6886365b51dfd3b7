"""The headline figures as they are printed: both counts, the difference with its interval, and the verdict."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qa_analysis.words import count_of, percent, signed


def headline_table(headlines: pd.DataFrame) -> pd.DataFrame:
    """Return the headlines as texts for a table.

    Parameters
    ----------
    headlines
        As `metrics.headlines.headlines` returns them.

    Returns
    -------
    pandas.DataFrame
        `figure`, `this_quarter`, `quarter_before`, `difference` (percentage points and their 95% interval) and
        `verdict`, all text.
    """
    return pd.DataFrame(
        [
            {
                "figure": row["label"],
                "this_quarter": _share(row["count"], row["denominator"], row["percent"]),
                "quarter_before": _share(row["earlier_count"], row["earlier_denominator"], row["earlier_percent"]),
                "difference": _difference(row),
                "verdict": row["verdict"],
            }
            for row in headlines.to_dict("records")
        ],
        columns=["figure", "this_quarter", "quarter_before", "difference", "verdict"],
    )


def _share(count: Any, denominator: Any, printed: Any) -> str:
    if pd.notna(count) and pd.notna(denominator):
        return count_of(int(count), int(denominator)) if denominator else "–"
    if pd.notna(count):
        return str(int(count))
    return f"{percent(printed, 100)}, as printed" if pd.notna(printed) else "–"


def _difference(row: dict[Any, Any]) -> str:
    if pd.isna(row["value"]):
        return "–"
    if pd.isna(row["ci_low"]):
        return f"{signed(row['value'])} points"
    return f"{signed(row['value'])} points (95% interval {signed(row['ci_low'])} to {signed(row['ci_high'])})"
