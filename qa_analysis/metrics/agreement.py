"""Agreement between the auditor's grade and the moderator's: weighted kappa and the direction of changes.

The moderator sees the auditor's grade, and audits are not picked for moderation at random: kappa here describes how
near the two grades are, and is not reliability in the textbook sense.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binomtest

from qa_analysis.metrics.share import ALL, Floats, levels, with_whole_service

TOO_FEW = "too few"
ONE_GRADE = "all one grade"
FEWEST_MODERATED = 20
FEWEST_CHANGES = 6

_SEED = 2025
_RESAMPLES = 2000


def quadratic_weighted_kappa(tables: npt.NDArray[Any]) -> Floats:
    """Return Cohen's kappa with quadratic weights of square tables of counts, or NaN where it is not defined.

    kappa = 1 − Σ w·observed / Σ w·expected, where w is the squared distance between two grades (in grades) and
    expected follows from the margins. Where all counts are in one cell of the diagonal both sums are 0.

    Parameters
    ----------
    tables
        Counts, in the last two dimensions: first grades in rows, final grades in columns, in the same order. Any
        dimensions before them are so many tables.

    Returns
    -------
    array of float
        One kappa for each table.

    References
    ----------
    Cohen J (1968). Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial
    credit. Psychological Bulletin 70, 213–220.
    Fleiss JL, Cohen J (1973). The equivalence of weighted kappa and the intraclass correlation coefficient as
    measures of reliability. Educational and Psychological Measurement 33, 613–619.

    Examples
    --------
    >>> print(quadratic_weighted_kappa(np.array([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]])).round(3))
    0.332
    >>> quadratic_weighted_kappa(np.array([[[5, 0], [0, 0]], [[5, 0], [0, 5]]]))
    array([nan,  1.])
    """
    counts = np.asarray(tables, float)
    grades = np.arange(counts.shape[-1])
    distance = (grades[:, None] - grades) ** 2
    expected = counts.sum(-1)[..., :, None] * counts.sum(-2)[..., None, :]
    observed_distance = (distance * counts).sum((-2, -1)) * counts.sum((-2, -1))
    expected_distance = (distance * expected).sum((-2, -1))
    kappa = np.full(expected_distance.shape, np.nan)
    np.divide(observed_distance, expected_distance, out=kappa, where=expected_distance > 0)
    return np.asarray(1 - kappa[()])


def moderation_kappa(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Quadratic weighted kappa of the auditor's and the moderator's grades, for the whole service.

    Parameters
    ----------
    audits
        With `quarter`, `moderated` (bool), `overall_grade` and `moderated_grade` (the same ordered categories).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All`), `audits` (int; with both grades), `value` (float; kappa, 1 at
        most), `ci_low`, `ci_high` (float; the 2.5% and 97.5% points of 2,000 resamples of the audits, with a
        fixed seed) and `note` (text): `too few` under 20 audits, `all one grade` where kappa is not defined,
        else empty. With a note the numbers are NaN.

    References
    ----------
    Efron B, Tibshirani RJ (1993). An Introduction to the Bootstrap, chapter 13 (the percentile interval).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 30, "moderated": True})
    >>> grades = pd.CategoricalDtype(["Good", "Weak"], ordered=True)
    >>> audits["overall_grade"] = pd.Categorical(["Good", "Weak"] * 15, dtype=grades)
    >>> audits["moderated_grade"] = audits["overall_grade"]
    >>> moderation_kappa(audits, quarters)[["audits", "value", "ci_low", "ci_high"]]
       audits  value  ci_low  ci_high
    0      30    1.0     1.0      1.0
    """
    rows = [{"quarter": quarter, "level_of_need": ALL, **_kappa(_table(audits, quarter))} for quarter in quarters]
    types: dict[str, Any] = {
        "level_of_need": "str",
        "audits": "int64",
        "value": float,
        "ci_low": float,
        "ci_high": float,
        "note": "str",
    }
    return pd.DataFrame(rows, columns=["quarter", *types]).astype(types)


def moderation_direction(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Grades raised and lowered by moderation, with an exact two-sided sign test, by quarter and level of need.

    Parameters
    ----------
    audits, quarters
        As in `moderation_kappa`, with `level_of_need` (categorical).

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `raised`, `lowered` (int; audits), `value` (float; the chance of
        a split at least as uneven if either direction were as likely) and `note` (text): `too few` under 6
        changes, where the value is NaN, else empty.

    References
    ----------
    Siegel S, Castellan NJ (1988). Nonparametric Statistics for the Behavioral Sciences, 2nd edition, section 5.1
    (the sign test).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 8, "moderated": True})
    >>> grades = pd.CategoricalDtype(["Good", "Weak"], ordered=True)
    >>> audits["overall_grade"] = pd.Categorical(["Good"] * 8, dtype=grades)
    >>> audits["moderated_grade"] = pd.Categorical(["Weak"] * 8, dtype=grades)
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 8, categories=["EH"], ordered=True)
    >>> moderation_direction(audits, quarters)[["level_of_need", "raised", "lowered", "value"]]
      level_of_need  raised  lowered     value
    0           All       0        8  0.007812
    1            EH       0        8  0.007812
    """
    everyone = with_whole_service(audits)
    of_level = {level: everyone[everyone["level_of_need"] == level] for level in levels(audits)}
    rows = [
        {"quarter": quarter, "level_of_need": level, **_direction(_table(read, quarter))}
        for quarter in quarters
        for level, read in of_level.items()
    ]
    types: dict[str, Any] = {
        "level_of_need": "str",
        "raised": "int64",
        "lowered": "int64",
        "value": float,
        "note": "str",
    }
    return pd.DataFrame(rows, columns=["quarter", *types]).astype(types)


def _table(audits: pd.DataFrame, quarter: pd.Period) -> Floats:
    """Return the counts of a quarter's moderated audits: first grades in rows, moderated grades in columns."""
    both = audits[(audits["quarter"] == quarter) & audits["moderated"]].dropna(
        subset=["overall_grade", "moderated_grade"]
    )
    size = len(audits["moderated_grade"].cat.categories)
    table = np.zeros((size, size))
    np.add.at(table, (both["overall_grade"].cat.codes, both["moderated_grade"].cat.codes), 1)
    return table


def _kappa(table: Floats) -> dict[str, object]:
    number = int(table.sum())
    kappa = float(quadratic_weighted_kappa(table))
    if number < FEWEST_MODERATED or np.isnan(kappa):
        note = TOO_FEW if number < FEWEST_MODERATED else ONE_GRADE
        return {"audits": number, "value": np.nan, "ci_low": np.nan, "ci_high": np.nan, "note": note}
    low, high = _bootstrap(table)
    return {"audits": number, "value": kappa, "ci_low": low, "ci_high": high, "note": ""}


def _bootstrap(table: Floats) -> tuple[float, float]:
    """Return the percentile interval of kappa; resamples in which it is not defined are left out."""
    random = np.random.default_rng(_SEED)
    number = int(table.sum())
    resamples = random.multinomial(number, table.ravel() / number, size=_RESAMPLES).reshape(-1, *table.shape)
    low, high = np.nanpercentile(quadratic_weighted_kappa(resamples), [2.5, 97.5])
    return float(low), float(high)


def _direction(table: Floats) -> dict[str, object]:
    raised, lowered = int(np.tril(table, -1).sum()), int(np.triu(table, 1).sum())
    if raised + lowered < FEWEST_CHANGES:
        return {"raised": raised, "lowered": lowered, "value": np.nan, "note": TOO_FEW}
    p = binomtest(raised, raised + lowered).pvalue
    return {"raised": raised, "lowered": lowered, "value": float(p), "note": ""}
