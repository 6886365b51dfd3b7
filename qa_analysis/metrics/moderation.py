"""Moderation: how many audits a second reader checked, and what became of the auditor's grade.

A moderated audit is *upheld* (the moderator kept the auditor's grade), *raised* or *lowered* (gave a better or a
worse one); *changed* is raised or lowered. Where the auditor gave no grade and the moderator did, the audit counts as
moderated, in every denominator here, and among the outcomes its first grade is `NOT_GRADED`; but no grade was kept
and none was changed. So `audits_moderated` is the denominator of the other shares, the outcomes add up to it, and
raised and lowered add up to changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.metrics.share import by_quarter_and_level, distribution, share

if TYPE_CHECKING:
    from qa_analysis.settings import Settings

NOT_GRADED = "Not graded"


def audits_moderated(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Audits moderated, of those completed, by quarter and level of need.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need` and `moderated` (bool: has a moderated grade).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `count`, `denominator` (int; audits completed), `percent`
        (float, 0–100), and `ci_low` and `ci_high`, which are NaN: a coverage is not a sample.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 4, "moderated": [True, True, True, False]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 4, categories=["EH"], ordered=True)
    >>> audits_moderated(audits, quarters)[["level_of_need", "count", "denominator", "percent"]]
      level_of_need  count  denominator  percent
    0           All      3            4     75.0
    1            EH      3            4     75.0
    """
    by = by_quarter_and_level(audits, quarters)
    return share(audits, by, where=audits["moderated"], interval=False)


def moderation_changed(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share of moderated audits whose grade was raised or lowered, by quarter and level of need.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need`, `moderated` (bool), `overall_grade` and `moderated_grade` (the same ordered
        categories, best first).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `count`, `denominator` (int; moderated audits), `percent`,
        `ci_low`, `ci_high` (Wilson, 0–100).

    Examples
    --------
    >>> audits, quarters = _example(["Good", "Fair", "Good", "Weak"], ["Fair", "Good", "Good", None])
    >>> moderation_changed(audits, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      2            3
    1            EH      2            3
    """
    better, worse = _raised(audits), _lowered(audits)
    return _share_of_moderated(audits, quarters, better | worse)


def moderation_raised(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share of moderated audits given a better grade; everything else as in `moderation_changed`.

    Parameters
    ----------
    audits, quarters
        As in `moderation_changed`.

    Returns
    -------
    DataFrame
        As `moderation_changed`.

    Examples
    --------
    >>> audits, quarters = _example(["Weak", "Good"], ["Fair", "Good"])
    >>> moderation_raised(audits, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            2
    1            EH      1            2
    """
    return _share_of_moderated(audits, quarters, _raised(audits))


def moderation_lowered(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share of moderated audits given a worse grade; everything else as in `moderation_changed`.

    Parameters
    ----------
    audits, quarters
        As in `moderation_changed`.

    Returns
    -------
    DataFrame
        As `moderation_changed`.

    Examples
    --------
    >>> audits, quarters = _example(["Fair", "Good"], ["Weak", "Good"])
    >>> moderation_lowered(audits, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            2
    1            EH      1            2
    """
    return _share_of_moderated(audits, quarters, _lowered(audits))


def moderation_upheld(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share of moderated audits whose grade was kept; everything else as in `moderation_changed`.

    Parameters
    ----------
    audits, quarters
        As in `moderation_changed`.

    Returns
    -------
    DataFrame
        As `moderation_changed`.

    Examples
    --------
    >>> audits, quarters = _example(["Fair", "Good"], ["Weak", "Good"])
    >>> moderation_upheld(audits, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            2
    1            EH      1            2
    """
    return _share_of_moderated(audits, quarters, audits["moderated_grade"] == audits["overall_grade"])


def moderation_outcomes(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Moderated audits by first and final grade, quarter and level of need.

    The rows whose first and final grade are one and the same are the grades upheld, by first grade.

    Parameters
    ----------
    audits, quarters
        As in `moderation_changed`.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `first_grade`, `final_grade`, `category` (text: “Good →
        Requires improvement”; every pair of grades, best first, and `NOT_GRADED` as a first grade where there is
        one in these quarters), `count` (int; audits), `denominator` (int; moderated audits with that first grade),
        `percent`, `ci_low`, `ci_high` (Wilson, 0–100).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> grades = pd.CategoricalDtype(["Good", "Weak"], ordered=True)
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "moderated": True})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> audits["overall_grade"] = pd.Categorical(["Good", "Good", "Weak"], dtype=grades)
    >>> audits["moderated_grade"] = pd.Categorical(["Good", "Weak", "Weak"], dtype=grades)
    >>> outcomes = moderation_outcomes(audits, quarters)
    >>> outcomes.loc[outcomes["level_of_need"] == "All", ["category", "count", "denominator"]]
          category  count  denominator
    0  Good → Good      1            2
    1  Good → Weak      1            2
    2  Weak → Good      0            1
    3  Weak → Weak      1            1
    """
    moderated = audits[audits["moderated"] & audits["quarter"].isin(quarters)]
    first = moderated["overall_grade"]
    first_grades = [*first.cat.categories, *([NOT_GRADED] if first.isna().any() else [])]
    by = {**by_quarter_and_level(audits, quarters), "first_grade": first_grades}
    rows = moderated.assign(first_grade=first.astype("str").fillna(NOT_GRADED))
    outcomes = distribution(rows, by, of="moderated_grade").rename(columns={"category": "final_grade"})
    outcomes.insert(4, "category", outcomes["first_grade"] + " → " + outcomes["final_grade"])
    return outcomes


def moderation_coverage(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Audits moderated by the grade that the auditor gave, quarter and level of need.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need`, `overall_grade` (ordered categorical, best first) and `moderated` (bool).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text; the auditor's grade, best first), `count`
        (int; audits moderated), `denominator` (int; audits with that grade), `percent` (float, 0–100), and `ci_low`
        and `ci_high`, which are NaN: a coverage is not a sample.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "moderated": [True, False, True]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> audits["overall_grade"] = pd.Categorical(["Good", "Good", "Weak"], categories=["Good", "Weak"], ordered=True)
    >>> moderation_coverage(audits, quarters)[["level_of_need", "category", "count", "denominator"]].head(2)
      level_of_need category  count  denominator
    0           All     Good      1            2
    1           All     Weak      1            1
    """
    grades = list(audits["overall_grade"].cat.categories)
    rows = audits.assign(category=audits["overall_grade"])
    by = {**by_quarter_and_level(audits, quarters), "category": grades}
    return share(rows, by, where=rows["moderated"], interval=False)


def good_or_better_not_moderated(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Audits Good or better that no second reader checked, by quarter and level of need.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need`, `good_or_better` (boolean) and `moderated` (bool).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        As `audits_moderated`; the denominator is audits whose final grade is Good or better.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "moderated": [True, False, True]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> audits["good_or_better"] = pd.array([True, True, False], dtype="boolean")
    >>> good_or_better_not_moderated(audits, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            2
    1            EH      1            2
    """
    good = audits[audits["good_or_better"].fillna(False).astype(bool)]
    by = by_quarter_and_level(audits, quarters)
    return share(good, by, where=~good["moderated"], interval=False)


def good_or_better_lowered(audits: pd.DataFrame, settings: Settings, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Grades of Good or better that the second reader did not let stand, by quarter and level of need.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need`, `moderated` (bool), `overall_grade` and `moderated_grade` (categories).
    settings
        Which grades are Good or better.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        As `audits_moderated`; counted are audits whose grade after moderation is below Good, the denominator is
        moderated audits to which the auditor had given Good or better.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.settings import load_settings
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 4, "moderated": True})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 4, categories=["EH"], ordered=True)
    >>> audits["overall_grade"] = pd.Categorical(["Outstanding", "Good", "Good", "Inadequate"])
    >>> audits["moderated_grade"] = pd.Categorical(["Good", "Good", "Requires improvement", "Inadequate"])
    >>> good_or_better_lowered(audits, load_settings(Path()), quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            3
    1            EH      1            3
    """
    good = settings.good_grades
    checked = audits[audits["moderated"] & audits["overall_grade"].isin(good)]
    by = by_quarter_and_level(audits, quarters)
    return share(checked, by, where=~checked["moderated_grade"].isin(good))


def moderation_pending(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Audits marked as moderated that have no moderated grade yet, of those completed; else as `audits_moderated`.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need` and `moderation_pending` (bool).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        As `audits_moderated`.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "moderation_pending": [True, False, False]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> moderation_pending(audits, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            3
    1            EH      1            3
    """
    by = by_quarter_and_level(audits, quarters)
    return share(audits, by, where=audits["moderation_pending"], interval=False)


def moderation_both_grades(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Moderated audits that the auditor graded too, on which kappa rests; else as `audits_moderated`.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need`, `overall_grade` and `moderated` (bool).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        As `audits_moderated`; the denominator is moderated audits.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "moderated": True, "overall_grade": ["Good", None, "Weak"]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> moderation_both_grades(audits, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      2            3
    1            EH      2            3
    """
    moderated = audits[audits["moderated"]]
    by = by_quarter_and_level(audits, quarters)
    return share(moderated, by, where=moderated["overall_grade"].notna(), interval=False)


def _raised(audits: pd.DataFrame) -> pd.Series[bool]:
    return audits["moderated_grade"] < audits["overall_grade"]  # the best grade is the smallest category


def _lowered(audits: pd.DataFrame) -> pd.Series[bool]:
    return audits["moderated_grade"] > audits["overall_grade"]


def _share_of_moderated(audits: pd.DataFrame, quarters: Sequence[pd.Period], where: pd.Series[bool]) -> pd.DataFrame:
    moderated = audits[audits["moderated"]]
    by = by_quarter_and_level(audits, quarters)
    return share(moderated, by, where=where[audits["moderated"]])


def _example(first: list[str], moderated: list[str | None]) -> tuple[pd.DataFrame, list[pd.Period]]:
    """Return audits with these grades before and after moderation, and their quarter, for the examples."""
    quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    grades = pd.CategoricalDtype(["Good", "Fair", "Weak"], ordered=True)
    audits = pd.DataFrame({"quarter": quarters * len(first), "moderated": pd.Series(moderated).notna()})
    return audits.assign(
        level_of_need=pd.Categorical(["EH"] * len(first), categories=["EH"], ordered=True),
        overall_grade=pd.Categorical(first, dtype=grades),
        moderated_grade=pd.Categorical(moderated, dtype=grades),
    ), quarters
