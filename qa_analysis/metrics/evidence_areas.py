"""What the practice areas say for the strengths and the learning, and green shoots: rules of `metrics.evidence`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.metrics.cautions import BEFORE, if_few_in_areas, if_small, if_small_in_either
from qa_analysis.metrics.practice import (
    DOWN,
    LEVEL,
    UP,
    area_changes,
    green_shoots,
    green_shoots_lowered,
    sub_grade_distribution,
    sub_grades_inadequate,
)
from qa_analysis.metrics.share import ALL, levels
from qa_analysis.metrics.statement import LEARNING, STRENGTH, Statement, about, best_grade, counts, larger
from qa_analysis.words import count_of, listed

if TYPE_CHECKING:
    from qa_analysis.settings import Settings


def areas_moving(sub_grades: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[Statement]:
    """Return, for each level of need, whether every practice area moves up, or which ones move down.

    Only areas graded in both quarters are compared: a new one moves nowhere.
    """
    changes = area_changes(sub_grades, quarter)
    compared = changes[changes["direction"].isin([UP, DOWN, LEVEL])]
    found = []
    for level, areas in compared.groupby("level_of_need", sort=False):
        up, down = (areas[areas["direction"] == direction] for direction in (UP, DOWN))
        both = " graded in both quarters" if len(areas) < (changes["level_of_need"] == level).sum() else ""
        told = (str(level), settings.level_name(str(level)), len(areas), both, settings.good_words)
        if len(up) == len(areas):
            caution = _of_areas(up, up["count"] <= up["earlier_count"], "larger", "fewer")
            found.append(_all_moving_up(*told, caution=caution, up=up))
        if len(down):
            caution = _of_areas(down, down["count"] >= down["earlier_count"], "smaller", "more")
            found.append(_some_moving_down(*told, caution=caution, down=down, up=len(up)))
    return found


def _of_areas(areas: pd.DataFrame, not_by_count: pd.Series[bool], way: str, audited: str) -> str:
    """Return the cautions for areas that moved: that some have few audits, or that their counts did not move too."""
    named = listed(areas.loc[not_by_count, "practice_area"])
    counted = f"In {named} the count is not {way}: {audited} audits were graded for it." if named else ""
    few = if_few_in_areas(areas["denominator"], areas["earlier_denominator"])
    return " ".join(filter(None, [few, counted]))


def _all_moving_up(
    level: str, service: str, number: int, both: str, good: str, *, caution: str, up: pd.DataFrame
) -> Statement:
    all_of_them = "both" if number == 2 else f"all {number}"
    which = f"{all_of_them} practice areas{both}" if number > 1 else f"the one practice area{both}"
    sentence = f"{service}: {which} moved up, with a larger share {good} than {BEFORE}: {_extent(up)}."
    return Statement("areas moving up", level, STRENGTH, sentence, number, number, caution)


def _extent(areas: pd.DataFrame) -> str:
    """Return how far areas moved: the one that moved least and the one that moved most, with their counts."""
    ordered = [
        row for _, row in areas.loc[(areas["percent"] - areas["earlier_percent"]).sort_values().index].iterrows()
    ]
    least, most = _area(ordered[0]), _area(ordered[-1])
    return least if len(areas) == 1 else f"least {least}, most {most}"


def _area(row: pd.Series) -> str:
    return (
        f"{row['practice_area']} ({row['count']} of {row['denominator']}, "
        f"{row['earlier_count']} of {row['earlier_denominator']} before)"
    )


def _some_moving_down(
    level: str, service: str, number: int, both: str, good: str, *, caution: str, down: pd.DataFrame, up: int
) -> Statement:
    which = f"{len(down)} of {number} practice areas{both}" if number > 1 else f"the one practice area{both}"
    each = [_area(row) for _, row in down.iterrows()]
    others = f" {up} moved up." if up else ""
    sentence = f"{service}: {which} moved down, with a smaller share {good} than {BEFORE}: {listed(each)}.{others}"
    return Statement("areas moving down", level, LEARNING, sentence, len(down), number, caution)


def green_shoots_growing(
    audits: pd.DataFrame, sub_grades: pd.DataFrame, quarter: pd.Period, settings: Settings
) -> list[Statement]:
    """Return where more audits graded Requires improvement show green shoots, or fewer, by count and by share."""
    quarters = [quarter - 1, quarter]
    shares = green_shoots(audits, sub_grades, quarters)
    lowered = green_shoots_lowered(audits, sub_grades, settings, quarters)
    found = []
    for level in levels(audits):
        before, now = counts(shares[shares["level_of_need"] == level])
        growing = now[0] > before[0] and larger(now, before)
        shrinking = now[0] < before[0] and larger(before, now)
        if not before[1] or not now[1] or not (growing or shrinking):
            continue
        number = "A growing number of" if growing else "Fewer"
        sentence = (
            f"{number} audits graded {settings.shoots_words} show green shoots, a practice area "
            f"graded {settings.good_words}: {count_of(*now)}, {count_of(*before)} {BEFORE}."
        )
        kind, rule = (STRENGTH, "green shoots growing") if growing else (LEARNING, "green shoots fewer")
        (earlier, _), (fell, _) = counts(lowered[lowered["level_of_need"] == level])
        without = [(shoots - made, weak - made) for (shoots, weak), made in ((before, earlier), (now, fell))]
        only = growing and not (without[1][0] > without[0][0] and larger(without[1], without[0]))
        those = f"{fell or 'none'} of them from {settings.good_words}, and {earlier or 'none'} {BEFORE}"
        from_good = f"Moderation had lowered {those}{': without those there is no growth' if only else ''}."
        caution = " ".join(filter(None, [if_small_in_either(now[1], before[1]), from_good if fell or earlier else ""]))
        said = about(level, settings, sentence)
        found.append(Statement(rule, level, kind, said, *now, caution, level == ALL))
    return found


def best_sub_grades(sub_grades: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[Statement]:
    """Return, for each level of need, the practice areas that have the best grade, where there are any.

    They are told of levels that have no audit with the best grade. The counts are practice areas.
    """
    best = best_grade(sub_grades["grade"])
    grades = sub_grade_distribution(sub_grades, [quarter])
    areas = grades[(grades["grade"] == best) & (grades["level_of_need"] != ALL)]
    found = []
    for level, rows in areas.groupby("level_of_need", sort=False):
        some = rows[rows["count"] > 0]
        if some.empty:
            continue
        each = [
            f"{area} ({count} of {number})"
            for area, count, number in zip(some["practice_area"], some["count"], some["denominator"], strict=True)
        ]
        called = f"grade {best}" if best[:1].isdigit() else best
        sentence = f"{settings.level_name(str(level))} has sub-grades of {called} for {listed(each)}."
        caution = if_small(int(some["denominator"].min()))
        found.append(Statement("best sub-grades", str(level), STRENGTH, sentence, len(some), len(rows), caution))
    return found


def most_often_failing(sub_grades: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[Statement]:
    """Return, for each level of need, the practice area that is Inadequate in most audits, where it is two or more."""
    shares = sub_grades_inadequate(sub_grades, [quarter])
    found = []
    for level, areas in shares[shares["denominator"] > 0].groupby("level_of_need", sort=False):
        most = areas[areas["count"] == areas["count"].max()]
        if len(most) == len(areas) or most["count"].min() < 2:
            continue
        named = listed(f"{area}, {count_of(*of)}" for area, of in zip(most["practice_area"], counts(most), strict=True))
        areas_are, verb = ("practice area", "is") if len(most) == 1 else ("practice areas", "are")
        said = about(
            str(level), settings, f"The {areas_are} graded {settings.failing_words} in most audits {verb} {named}."
        )
        number, graded = counts(most)[0]
        caution = if_small(int(most["denominator"].min()))
        found.append(
            Statement("most often Inadequate", str(level), LEARNING, said, number, graded, caution, level == ALL)
        )
    return found
