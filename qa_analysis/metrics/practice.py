"""Practice areas: how their sub-grades are spread, which move up or down, and green shoots.

A sub-grade *moves up* when a larger share of it is Good or better than in the quarter before. That is counted, not
tested: it says what the audits show, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.metrics.share import by_quarter_and_level, distribution, each_quarter, levels, share, tally

if TYPE_CHECKING:
    from qa_analysis.settings import Settings

UP, DOWN, LEVEL = "up", "down", "level"
NEW, NOT_GRADED, NO_EARLIER_QUARTER = "new", "not graded", "no earlier quarter"

_CELL = ["level_of_need", "practice_area"]


def sub_grade_distribution(sub_grades: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Sub-grades by practice area, quarter and level of need.

    Parameters
    ----------
    sub_grades
        One row for each grade of a practice area, with `quarter`, `level_of_need`, `practice_area` and `grade`
        (ordered categories).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `practice_area`, `grade`, `category` (text: "practice
        area: grade"), `count` (int; sub-grades), `denominator` (int; audits graded for that area), `percent`,
        `ci_low`, `ci_high` (Wilson, 0–100). A practice area that a level of need was not graded for in any of
        the quarters has no row there.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> sub_grades = pd.DataFrame({"quarter": quarters * 3})
    >>> for name, value, order in (("level_of_need", "EH", ["EH"]), ("practice_area", "Voice", ["Plans", "Voice"])):
    ...     sub_grades[name] = pd.Categorical([value] * 3, categories=order, ordered=True)
    >>> sub_grades["grade"] = pd.Categorical(["Good", "Weak", "Good"], categories=["Good", "Weak"], ordered=True)
    >>> sub_grade_distribution(sub_grades, quarters)[["level_of_need", "category", "count", "denominator"]]
      level_of_need     category  count  denominator
    0           All  Voice: Good      2            3
    1           All  Voice: Weak      1            3
    2            EH  Voice: Good      2            3
    3            EH  Voice: Weak      1            3
    """
    counts = distribution(sub_grades, _by(sub_grades, quarters), of="grade").rename(columns={"category": "grade"})
    counts.insert(4, "category", counts["practice_area"] + ": " + counts["grade"])
    return _graded_somewhen(counts)


def sub_grades_good_or_better(sub_grades: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share of sub-grades that are Good or better, by practice area, quarter and level of need.

    Parameters
    ----------
    sub_grades
        As in `sub_grade_distribution`, with `good_or_better` (boolean).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `practice_area`, `category` (text; both the practice area),
        `count` (int; sub-grades Good or better), `denominator` (int; audits graded for that area), `percent`, `ci_low`,
        `ci_high` (Wilson, 0–100). A practice area that a level of need was not graded for in any of the quarters has no
        row there.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> sub_grades = pd.DataFrame({"quarter": quarters * 2, "good_or_better": [True, False]})
    >>> sub_grades["level_of_need"] = pd.Categorical(["EH"] * 2, categories=["EH"], ordered=True)
    >>> sub_grades["practice_area"] = pd.Categorical(["Voice"] * 2, categories=["Voice"], ordered=True)
    >>> sub_grades_good_or_better(sub_grades, quarters)[["level_of_need", "practice_area", "count", "denominator"]]
      level_of_need practice_area  count  denominator
    0           All         Voice      1            2
    1            EH         Voice      1            2
    """
    return _shares_of_areas(sub_grades, quarters, "good_or_better")


def sub_grades_inadequate(sub_grades: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share of sub-grades that are Inadequate, by practice area, quarter and level of need.

    Parameters
    ----------
    sub_grades
        As in `sub_grade_distribution`, with `inadequate` (boolean).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        As `sub_grades_good_or_better`; `count` is sub-grades that are Inadequate.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> sub_grades = pd.DataFrame({"quarter": quarters * 2, "inadequate": [True, False]})
    >>> sub_grades["level_of_need"] = pd.Categorical(["EH"] * 2, categories=["EH"], ordered=True)
    >>> sub_grades["practice_area"] = pd.Categorical(["Voice"] * 2, categories=["Voice"], ordered=True)
    >>> sub_grades_inadequate(sub_grades, quarters)[["level_of_need", "practice_area", "count", "denominator"]]
      level_of_need practice_area  count  denominator
    0           All         Voice      1            2
    1            EH         Voice      1            2
    """
    return _shares_of_areas(sub_grades, quarters, "inadequate")


def area_changes(sub_grades: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Practice areas in a quarter and in the quarter before it.

    Parameters
    ----------
    sub_grades
        As in `sub_grades_good_or_better`.
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        `level_of_need` (text; `All` first), `practice_area` (text), `count`, `denominator` (int), `percent`
        (float; sub-grades Good or better of those graded), `earlier_count`, `earlier_denominator`,
        `earlier_percent` (the same, the quarter before) and `direction` (text): `up`, `down` or `level` by the
        shares; `new` where the area was graded in this quarter only, `not graded` where in the earlier one only,
        and `no earlier quarter` where the level had no sub-grades at all the quarter before. Areas graded in
        neither quarter have no row.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> sub_grades = pd.DataFrame({"quarter": [*quarters, quarters[1]], "good_or_better": [False, True, False]})
    >>> sub_grades["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> sub_grades["practice_area"] = pd.Categorical(["Voice"] * 3, categories=["Voice"], ordered=True)
    >>> area_changes(sub_grades, quarters[1])[["practice_area", "count", "denominator", "direction"]]
      practice_area  count  denominator direction
    0         Voice      1            2        up
    1         Voice      1            2        up
    """
    shares = sub_grades_good_or_better(sub_grades, [quarter - 1, quarter])
    numbers = ["count", "denominator", "percent"]
    now = shares[shares["quarter"] == quarter][[*_CELL, *numbers]].reset_index(drop=True)
    before = shares[shares["quarter"] == quarter - 1][numbers].reset_index(drop=True)  # the same cells, in order
    changes = pd.concat([now, before.add_prefix("earlier_")], axis="columns")
    return changes.assign(direction=_directions(changes))


def practice_areas_moved(sub_grades: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Practice areas that moved up, down or neither since the quarter before, by quarter and level of need.

    Parameters
    ----------
    sub_grades
        As in `sub_grades_good_or_better`.
    quarters
        The quarters to show; one in which no practice area can be compared has no row.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text: up, down, level), `count` and `denominator`
        (int; practice areas, and those graded in both quarters).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> sub_grades = pd.DataFrame({"quarter": quarters, "good_or_better": [False, True]})
    >>> sub_grades["level_of_need"] = pd.Categorical(["EH"] * 2, categories=["EH"], ordered=True)
    >>> sub_grades["practice_area"] = pd.Categorical(["Voice"] * 2, categories=["Voice"], ordered=True)
    >>> practice_areas_moved(sub_grades, quarters)[["level_of_need", "category", "count", "denominator"]].head(2)
      level_of_need category  count  denominator
    0           All       up      1            1
    1           All     down      0            1
    """
    ways = [UP, DOWN, LEVEL]
    changes = each_quarter(lambda quarter: area_changes(sub_grades, quarter), quarters)
    compared = changes[changes["direction"].isin(ways)]
    # `changes` has the rows of the whole service already, so they are not levels for `tally` to add up.
    rows = compared.rename(columns={"level_of_need": "level", "direction": "category"}).drop(columns="count")
    counts = tally(rows, {"quarter": quarters, "level": levels(sub_grades), "category": ways})
    counts = counts.rename(columns={"level": "level_of_need"})
    counts["denominator"] = counts.groupby(["quarter", "level_of_need"])["count"].transform("sum")
    return counts[counts["denominator"] > 0].reset_index(drop=True)


def ranked_areas(sub_grades: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Practice areas of a quarter from the largest to the smallest share Good or better, for each level of need.

    Parameters
    ----------
    sub_grades
        As in `sub_grades_good_or_better`.
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        `level_of_need` (text; `All` first), `practice_area` (text), `count`, `denominator` (int), `percent`,
        `ci_low`, `ci_high` (Wilson, 0–100), and `place` (text): `strongest` for the areas with the largest share,
        `weakest` for those with the smallest, else empty; empty throughout where all shares are the same.
        Areas with the same share stand in their own order.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> sub_grades = pd.DataFrame({"quarter": quarters * 2, "good_or_better": [False, True]})
    >>> sub_grades["level_of_need"] = pd.Categorical(["EH"] * 2, categories=["EH"], ordered=True)
    >>> areas = ["Plans", "Voice"]
    >>> sub_grades["practice_area"] = pd.Categorical(areas, categories=areas, ordered=True)
    >>> ranked_areas(sub_grades, quarters[0])[["level_of_need", "practice_area", "percent", "place"]]
      level_of_need practice_area  percent      place
    0           All         Voice    100.0  strongest
    1           All         Plans      0.0    weakest
    2            EH         Voice    100.0  strongest
    3            EH         Plans      0.0    weakest
    """
    shares = sub_grades_good_or_better(sub_grades, [quarter]).drop(columns="quarter")
    level = pd.Categorical(shares["level_of_need"], categories=levels(sub_grades))
    order = shares.assign(level=level).sort_values(["level", "percent"], ascending=[True, False], kind="stable").index
    ranked = shares.loc[order].reset_index(drop=True)
    percent = ranked.groupby("level_of_need")["percent"]
    largest, smallest = percent.transform("max"), percent.transform("min")
    place = pd.Series("", index=ranked.index, dtype="str")
    place = place.mask(ranked["percent"] == smallest, "weakest").mask(ranked["percent"] == largest, "strongest")
    return ranked.assign(place=place.mask(largest == smallest, ""))


def green_shoots(audits: pd.DataFrame, sub_grades: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Share of audits graded Requires improvement that have a sub-grade of Good or better.

    Parameters
    ----------
    audits
        With `audit_id`, `quarter`, `level_of_need` and `shoots_grade` (boolean: its final grade is one in which
        green shoots are looked for).
    sub_grades
        With `audit_id` and `good_or_better` (boolean).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `count` (int; audits with green shoots), `denominator`
        (int; audits graded Requires improvement, with sub-grades or without; none in a quarter without any sub-grade,
        where nobody could have seen one), `percent`, `ci_low`, `ci_high` (Wilson, 0–100).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"audit_id": ["a", "b"], "quarter": quarters * 2, "shoots_grade": True})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 2, categories=["EH"], ordered=True)
    >>> sub_grades = pd.DataFrame({"audit_id": ["a", "a", "b"], "good_or_better": [True, True, False]})
    >>> green_shoots(audits, sub_grades, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            2
    1            EH      1            2
    """
    with_sub_grades = audits.loc[audits["audit_id"].isin(sub_grades["audit_id"]), "quarter"].unique()
    looked_at = audits[audits["shoots_grade"].fillna(False).astype(bool) & audits["quarter"].isin(with_sub_grades)]
    return share(looked_at, by_quarter_and_level(audits, quarters), where=_with_a_good_area(looked_at, sub_grades))


def green_shoots_lowered(
    audits: pd.DataFrame, sub_grades: pd.DataFrame, settings: Settings, quarters: Sequence[pd.Period]
) -> pd.DataFrame:
    """Share of audits with green shoots that the auditor had graded Good or better: moderation lowered them.

    Sub-grades are as the auditor gave them, so that such an audit has green shoots almost by itself.

    Parameters
    ----------
    audits
        As in `green_shoots`, with `overall_grade` (categorical; the auditor's).
    sub_grades
        As in `green_shoots`.
    settings
        Which grades are Good or better.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `count`, `denominator` (int; audits with green shoots),
        `percent` (float, 0–100), and `ci_low` and `ci_high`, which are NaN: these are all of them.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.settings import load_settings
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"audit_id": ["a", "b", "c"], "quarter": quarters * 3, "shoots_grade": True})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> audits["overall_grade"] = pd.Categorical(["Good", "Requires improvement", "Outstanding"])
    >>> sub_grades = pd.DataFrame({"audit_id": ["a", "b", "c"], "good_or_better": [True, True, False]})
    >>> green_shoots_lowered(audits, sub_grades, load_settings(Path()), quarters)[["count", "denominator"]].head(1)
       count  denominator
    0      1            2
    """
    weak = audits[audits["shoots_grade"].fillna(False).astype(bool)]
    with_shoots = weak[_with_a_good_area(weak, sub_grades)]
    was_good = with_shoots["overall_grade"].isin(settings.good_grades)
    return share(with_shoots, by_quarter_and_level(audits, quarters), where=was_good, interval=False)


def _with_a_good_area(audits: pd.DataFrame, sub_grades: pd.DataFrame) -> pd.Series[bool]:
    """Tell which audits have a practice area that is Good or better."""
    return audits["audit_id"].isin(sub_grades.loc[sub_grades["good_or_better"].fillna(False).astype(bool), "audit_id"])


def _shares_of_areas(sub_grades: pd.DataFrame, quarters: Sequence[pd.Period], flag: str) -> pd.DataFrame:
    counts = share(sub_grades, _by(sub_grades, quarters), where=sub_grades[flag])
    counts.insert(3, "category", counts["practice_area"])
    return _graded_somewhen(counts)


def _by(sub_grades: pd.DataFrame, quarters: Sequence[pd.Period]) -> dict[str, Sequence[object]]:
    areas = list(sub_grades["practice_area"].cat.categories)
    return {**by_quarter_and_level(sub_grades, quarters), "practice_area": areas}


def _graded_somewhen(counts: pd.DataFrame) -> pd.DataFrame:
    """Drop the practice areas of a level of need that have no grade in any quarter."""
    graded = counts.groupby(_CELL)["denominator"].transform("sum") > 0
    return counts[graded].reset_index(drop=True)


def _directions(changes: pd.DataFrame) -> list[str]:
    before_anywhere = changes.groupby("level_of_need")["earlier_denominator"].transform("sum")
    numbers = changes[["count", "denominator", "earlier_count", "earlier_denominator"]]
    return [
        _direction(*row, earlier_quarter=bool(any_before))
        for row, any_before in zip(numbers.itertuples(index=False, name=None), before_anywhere, strict=True)
    ]


def _direction(count: int, denominator: int, earlier: int, earlier_denominator: int, *, earlier_quarter: bool) -> str:
    if not earlier_quarter:
        return NO_EARLIER_QUARTER
    if denominator == 0:
        return NOT_GRADED
    if earlier_denominator == 0:
        return NEW
    difference = count * earlier_denominator - earlier * denominator
    return UP if difference > 0 else DOWN if difference < 0 else LEVEL
