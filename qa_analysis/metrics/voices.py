"""What was written down by people: findings and their themes, and what families and partners said, in numbers.

Names that differ in case, spacing and punctuation only are one. `All` is every row, those without a level of need too.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qa_analysis.matching import fold
from qa_analysis.metrics.share import (
    ALL,
    by_quarter_and_level,
    distribution,
    levels,
    share,
    tally,
    with_share,
    with_whole_service,
)


def finding_counts(findings: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Count written findings by quarter, level of need and type.

    Parameters
    ----------
    findings
        With `quarter`, `level_of_need` and `type` (categorical), one row for each finding.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text; every type, in lower case), `count` and
        `denominator` (int; findings), `percent` (float, 0–100), and `ci_low` and `ci_high`, which are NaN.

    Examples
    --------
    >>> finding_counts(_findings(), [pd.Period("2026Q2", freq="Q-MAR")])[["level_of_need", "category", "count"]].head(2)
      level_of_need  category  count
    0           All  strength      2
    1           All  learning      1
    """
    by = by_quarter_and_level(findings, quarters)
    counts = distribution(findings, by, of="type", interval=False)
    return counts.assign(category=counts["category"].str.lower())


def finding_themes(findings: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Count the themes under which findings were written, by quarter, level of need and type.

    Parameters
    ----------
    findings
        As in `finding_counts`, with `theme` (text; missing where none is given).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text; every type, in lower case) and `count` (int;
        themes).

    Examples
    --------
    >>> finding_themes(_findings(), [pd.Period("2026Q2", freq="Q-MAR")])[["level_of_need", "category", "count"]].head(2)
      level_of_need  category  count
    0           All  strength      1
    1           All  learning      1
    """
    named = findings.dropna(subset="theme")
    named = named.assign(key=named["theme"].map(fold).astype("str"))
    keys, types = ["quarter", "type", "key"], list(findings["type"].cat.categories)
    by = {"quarter": quarters, "category": types}
    tables = [
        tally(
            (named if level == ALL else named[named["level_of_need"] == level])
            .drop_duplicates(keys)
            .rename(columns={"type": "category"}),
            by,
        ).assign(level_of_need=level)
        for level in levels(findings)
    ]
    found = pd.concat(tables).sort_values("quarter", kind="stable", ignore_index=True)
    found = found.assign(category=found["category"].str.lower())
    return found[["quarter", "level_of_need", "category", "count"]]


def feedback_sources(feedback: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Quotes by who gave them, quarter, level of need and tone.

    Parameters
    ----------
    feedback
        With `quarter`, `level_of_need`, `tone` (categorical) and `source` (text), one row for each quote.
    quarters
        The quarters to show. Somebody who said nothing of a tone has no row there.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text: “positive: Mother”), `count`, `denominator`
        (int; quotes of that tone), `percent` (float, 0–100), and `ci_low` and `ci_high`, which are NaN.

    Examples
    --------
    >>> found = feedback_sources(_feedback(), [pd.Period("2026Q2", freq="Q-MAR")])
    >>> found[["level_of_need", "category", "count", "denominator"]].head(2)
      level_of_need          category  count  denominator
    0           All  positive: Mother      2            3
    1           All  positive: School      1            3
    """
    tones = list(feedback["tone"].cat.categories)
    everyone = list(dict.fromkeys(feedback["source"]))
    rows = feedback.rename(columns={"source": "who"})
    by = {**by_quarter_and_level(feedback, quarters), "tone": tones, "who": everyone}
    counts = tally(rows, by)
    counts["denominator"] = counts.groupby(["quarter", "level_of_need", "tone"])["count"].transform("sum")
    said = with_share(counts[counts["count"] > 0].reset_index(drop=True), interval=False)
    said.insert(2, "category", said["tone"].str.lower() + ": " + said["who"])
    return said.drop(columns=["tone", "who"])


def feedback_scored(feedback: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Quotes that came with a score, of all, by quarter, level of need and tone.

    Parameters
    ----------
    feedback
        With `quarter`, `level_of_need`, `tone` (categorical) and `score` (number, 0 to 10; missing where
        none was given).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text; every tone, in lower case), `count`,
        `denominator` (int; quotes of that tone), `percent` (float, 0–100), and `ci_low` and `ci_high`, which are NaN.

    Examples
    --------
    >>> found = feedback_scored(_feedback(), [pd.Period("2026Q2", freq="Q-MAR")])
    >>> found[["level_of_need", "category", "count", "denominator"]].head(2)
      level_of_need  category  count  denominator
    0           All  positive      2            3
    1           All  learning      0            0
    """
    tones = list(feedback["tone"].cat.categories)
    by = {**by_quarter_and_level(feedback, quarters), "tone": tones}
    counts = share(feedback, by, where=feedback["score"].notna(), interval=False)
    return counts.rename(columns={"tone": "category"}).assign(category=counts["tone"].str.lower())


def feedback_scores(feedback: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the lowest and the highest score given, by quarter, level of need and tone.

    Parameters
    ----------
    feedback
        As in `feedback_scored`.
    quarters
        The quarters to show. Where nobody gave a score there is no row.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text: “positive: lowest”) and `value` (float).

    Examples
    --------
    >>> found = feedback_scores(_feedback(), [pd.Period("2026Q2", freq="Q-MAR")])
    >>> found[["level_of_need", "category", "value"]].head(2)
      level_of_need           category  value
    0           All   positive: lowest    8.0
    1           All  positive: highest   10.0
    """
    scored = feedback[feedback["quarter"].isin(quarters)].dropna(subset="score").astype({"score": float})
    keys = ["quarter", "level_of_need", "tone"]
    scores = with_whole_service(scored).groupby(keys, observed=True)["score"]
    spans = scores.agg(lowest="min", highest="max").reset_index()
    long = spans.melt(keys, var_name="which", ignore_index=False).sort_index(kind="stable").reset_index(drop=True)
    category = long["tone"].astype("str").str.lower() + ": " + long["which"].astype("str")
    long = long.assign(category=category).astype({"level_of_need": "str", "value": float})
    return long[["quarter", "level_of_need", "category", "value"]]


def _findings() -> pd.DataFrame:
    """Return three findings, for the examples."""
    need = pd.Categorical(["EH", None, "EH"], categories=["EH"], ordered=True)
    kind = pd.Categorical(["Strength", "Strength", "Learning"], categories=["Strength", "Learning"])
    quarter = pd.PeriodIndex(["2026Q2"] * 3, freq="Q-MAR")
    return pd.DataFrame(
        {"quarter": quarter, "level_of_need": need, "type": kind, "theme": ["Visits", "visits ", "Plans"]}
    )


def _feedback() -> pd.DataFrame:
    """Return three quotes, for the examples."""
    quarter = pd.PeriodIndex(["2026Q2"] * 3, freq="Q-MAR")
    rows = pd.DataFrame({"quarter": quarter, "source": ["Mother", "School", "Mother"], "score": [10.0, None, 8.0]})
    rows["level_of_need"] = pd.Categorical(["EH", "EH", None], categories=["EH"], ordered=True)
    return rows.assign(tone=pd.Categorical(["Positive"] * 3, categories=["Positive", "Learning"]))
