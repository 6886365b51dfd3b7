"""Final grades of deep-dive audits: their distribution, and the shares Good or better and Inadequate.

An audit that was not graded is an audit completed, but in no denominator here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import pandas as pd

from qa_analysis.matching import fold
from qa_analysis.metrics.share import by_quarter_and_level, distribution, levels, share

if TYPE_CHECKING:
    from qa_analysis.settings import Settings

Step = Literal["quarter", "month"]


def grade_distribution(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Graded audits by final grade, quarter and level of need.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need` and `final_grade` (ordered categorical, best first; missing = not graded).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text; every grade, best first), `count` (int;
        audits with the grade), `denominator` (int; graded audits), `percent`, `ci_low`, `ci_high` (Wilson, 0–100).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> need = pd.Categorical(["EH"] * 4, categories=["EH"], ordered=True)
    >>> grade = pd.Categorical(["Good", "Weak", "Good", None], categories=["Good", "Weak"], ordered=True)
    >>> audits = pd.DataFrame({"quarter": quarters * 4, "level_of_need": need, "final_grade": grade})
    >>> grade_distribution(audits, quarters)[["level_of_need", "category", "count", "denominator"]]
      level_of_need category  count  denominator
    0           All     Good      2            3
    1           All     Weak      1            3
    2            EH     Good      2            3
    3            EH     Weak      1            3
    """
    return distribution(audits, by_quarter_and_level(audits, quarters), of="final_grade")


def good_or_better(audits: pd.DataFrame, periods: Sequence[pd.Period], by: Step = "quarter") -> pd.DataFrame:
    """Share of graded audits whose final grade is Good or better, by level of need.

    Parameters
    ----------
    audits
        With `quarter` or `month`, `level_of_need`, `graded` (bool) and `good_or_better` (boolean).
    periods
        The quarters or months to show; all appear.
    by
        Whether `periods` are quarters or months.

    Returns
    -------
    DataFrame
        `quarter` or `month`, `level_of_need` (text; `All` first), `count`, `denominator` (int; graded audits),
        `percent`, `ci_low`, `ci_high` (Wilson, 0–100).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 4, "graded": [True, True, True, False]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 4, categories=["EH"], ordered=True)
    >>> audits["good_or_better"] = pd.array([True, False, True, None], dtype="boolean")
    >>> good_or_better(audits, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      2            3
    1            EH      2            3
    """
    return _share_of_graded(audits, periods, "good_or_better", by)


def inadequate(audits: pd.DataFrame, periods: Sequence[pd.Period], by: Step = "quarter") -> pd.DataFrame:
    """Share of graded audits whose final grade is Inadequate, by level of need.

    Parameters
    ----------
    audits
        With `quarter` or `month`, `level_of_need`, `graded` (bool) and `inadequate` (boolean).
    periods
        The quarters or months to show; all appear.
    by
        Whether `periods` are quarters or months.

    Returns
    -------
    DataFrame
        As `good_or_better`.

    Examples
    --------
    >>> months = list(pd.period_range("2025-09", "2025-09", freq="M"))
    >>> audits = pd.DataFrame({"month": months * 3, "graded": True, "inadequate": [True, False, False]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> inadequate(audits, months, by="month")[["month", "level_of_need", "count", "denominator"]]
         month level_of_need  count  denominator
    0  2025-09           All      1            3
    1  2025-09            EH      1            3
    """
    return _share_of_graded(audits, periods, "inadequate", by)


def good_or_better_at_random(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share Good or better of the graded audits whose record was chosen at random, by level of need.

    Where the reasons for choosing records have changed, it is what can be compared between quarters.

    Parameters
    ----------
    audits
        As for `good_or_better`, with `selection` (text; a reason that begins with “random” counts).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        As `good_or_better`.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "graded": True, "selection": ["Random", "random ", "Re-audit"]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> audits["good_or_better"] = pd.array([True, False, True], dtype="boolean")
    >>> good_or_better_at_random(audits, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            2
    1            EH      1            2
    """
    return _share_of_graded(audits[chosen_at_random(audits["selection"])], quarters, "good_or_better", "quarter")


def good_or_better_for_a_reason(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share Good or better of the graded audits whose record was chosen for another reason than at random.

    Parameters
    ----------
    audits, quarters
        As in `good_or_better_at_random`; audits without a recorded reason are in neither.

    Returns
    -------
    DataFrame
        As `good_or_better`.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "graded": True, "selection": ["Random", None, "Re-audit"]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> audits["good_or_better"] = pd.array([True, False, True], dtype="boolean")
    >>> good_or_better_for_a_reason(audits, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            1
    1            EH      1            1
    """
    for_a_reason = audits["selection"].notna() & ~chosen_at_random(audits["selection"])
    return _share_of_graded(audits[for_a_reason], quarters, "good_or_better", "quarter")


def good_or_better_by_auditor(audits: pd.DataFrame, settings: Settings, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share of audits to which the auditor gave Good or better, whatever moderation made of it, by level of need.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need` and `overall_grade` (categorical; missing where the auditor gave none).
    settings
        Which grades are Good or better.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        As `good_or_better`; the denominator is audits that the auditor graded.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.settings import load_settings
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "overall_grade": ["Outstanding", "Inadequate", None]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> good_or_better_by_auditor(audits, load_settings(Path()), quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            2
    1            EH      1            2
    """
    graded = audits[audits["overall_grade"].notna()]
    by = by_quarter_and_level(audits, quarters)
    return share(graded, by, where=graded["overall_grade"].isin(settings.good_grades))


def chosen_at_random(reasons: pd.Series[str]) -> pd.Series[bool]:
    """Tell which reasons for choosing a record are that it was chosen at random: those that begin with the word.

    Examples
    --------
    >>> chosen_at_random(pd.Series(["Random sample", "Re-audit", None])).tolist()
    [True, False, False]
    """
    folded = reasons.map(fold, na_action="ignore").astype("str")
    return folded.str.startswith("random").fillna(False).astype(bool)


def _share_of_graded(audits: pd.DataFrame, periods: Sequence[pd.Period], flag: str, by: Step) -> pd.DataFrame:
    graded = audits[audits["graded"]]
    return share(graded, {by: periods, "level_of_need": levels(audits)}, where=graded[flag])
