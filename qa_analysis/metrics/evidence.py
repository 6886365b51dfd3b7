"""What the audits themselves say for the strengths and the learning: statements that are counted, by small rules.

Each rule holds or it does not; when it does not hold there is no statement. A statement carries its counts, and a
caution where they are small (under 10) or may mislead. Nothing here is a verdict: "fewer" is a count, not a test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.metrics.cautions import BEFORE, fewest, if_small, if_small_in_either, without_second_reader
from qa_analysis.metrics.grades import grade_distribution, inadequate
from qa_analysis.metrics.practice import (
    DOWN,
    LEVEL,
    UP,
    area_changes,
    green_shoots,
    green_shoots_lowered,
    sub_grade_distribution,
)
from qa_analysis.metrics.reaudits import reaudit_outcomes
from qa_analysis.metrics.share import ALL, each_quarter, levels
from qa_analysis.quarter import months_of
from qa_analysis.words import count_of, listed, percent, plural

if TYPE_CHECKING:
    from qa_analysis.settings import Settings

STRENGTH, LEARNING = "Strength", "Learning"
_TYPES = {
    **dict.fromkeys(["rule", "level_of_need", "kind", "sentence"], "str"),
    "count": "int64",
    "denominator": "int64",
    "caution": "str",
}


@dataclass(frozen=True)
class _Statement:
    """A counted statement: `count` of `denominator` is what it rests on."""

    rule: str
    level_of_need: str
    kind: str
    sentence: str
    count: int
    denominator: int
    caution: str
    on_board: bool = True  # whether the board's page has it, too


def evidence(
    audits: pd.DataFrame, sub_grades: pd.DataFrame, quarter: pd.Period, settings: Settings, level: str = ALL
) -> pd.DataFrame:
    """Statements that hold in a quarter, for the areas of strength and of learning.

    Parameters
    ----------
    audits, sub_grades
        The cleaned tables, of earlier quarters too.
    quarter
        The quarter reported on.
    settings
        The names of the levels of need, and what the grades are called.
    level
        `All` for the board's page; else the code of a level of need, whose page has what is true of it alone.

    Returns
    -------
    DataFrame
        One row for each statement, in the order of the rules and then of the levels of need: `rule`,
        `level_of_need` (text; `All` for the whole service), `kind` (text; Strength, Learning), `sentence` (text),
        `count`, `denominator` (int) and `caution` (text; empty where there is none).

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.settings import load_settings
    >>> quarter = pd.Period("2026Q2", freq="Q-MAR")
    >>> for sentence in evidence(*_example(), quarter, load_settings(Path()))["sentence"]:
    ...     print(sentence)
    No audit in the whole service was graded Inadequate in September 2025 (1 audit graded).
    Care Leavers has an example of Good practice: 1 of 1 audit (100%) was graded Good.
    """
    found = _statements(audits, sub_grades, quarter, settings)
    shown = found["on_board"] if level == ALL else found["level_of_need"] == level
    return found.loc[shown, list(_TYPES)].reset_index(drop=True)


def _statements(audits: pd.DataFrame, sub_grades: pd.DataFrame, quarter: pd.Period, settings: Settings) -> pd.DataFrame:
    """Return all statements, of the board's page and of the services'."""
    best = _best_audits(audits, quarter, settings)
    without = [
        each
        for each in _best_sub_grades(sub_grades, quarter, settings)
        if each.level_of_need not in {audit.level_of_need for audit in best}
    ]
    statements = [
        *_areas_moving(sub_grades, quarter, settings),
        *_green_shoots_growing(audits, sub_grades, quarter, settings),
        *_months_without_inadequate(audits, quarter, settings),
        *_reaudits_got_better(audits, quarter, settings),
        *_inadequate_compared(audits, quarter, settings),
        *best,
        *without,
    ]
    types = {**_TYPES, "on_board": "bool"}
    return pd.DataFrame(statements, columns=list(types)).astype(types)


def evidence_counts(
    audits: pd.DataFrame, sub_grades: pd.DataFrame, settings: Settings, quarters: Sequence[pd.Period]
) -> pd.DataFrame:
    """Return the counts that the statements of `evidence` rest on, in the shape of a measure.

    Parameters
    ----------
    audits, sub_grades, settings
        As in `evidence`.
    quarters
        The quarters to show. A rule that does not hold has no row.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text), `category` (text; the rule), `count` and `denominator` (int).

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.settings import load_settings
    >>> counts = evidence_counts(*_example(), load_settings(Path()), [pd.Period("2026Q2", freq="Q-MAR")])
    >>> counts[["level_of_need", "category", "count", "denominator"]]
      level_of_need       category  count  denominator
    0           All  no Inadequate      0            1
    1            CL  no Inadequate      0            1
    2            CL    best audits      1            1
    """
    found = each_quarter(lambda quarter: _statements(audits, sub_grades, quarter, settings), quarters)
    return found.rename(columns={"rule": "category"})[["quarter", "level_of_need", "category", "count", "denominator"]]


def _areas_moving(sub_grades: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[_Statement]:
    """Return, for each level of need, whether every practice area moves up, or which ones move down.

    Only areas graded in both quarters are compared: a new one moves nowhere.
    """
    changes = area_changes(sub_grades, quarter)
    compared = changes[changes["direction"].isin([UP, DOWN, LEVEL])]
    found = []
    for level, areas in compared.groupby("level_of_need", sort=False):
        up, down = (areas[areas["direction"] == direction] for direction in (UP, DOWN))
        both = " graded in both quarters" if len(areas) < (changes["level_of_need"] == level).sum() else ""
        about = (str(level), settings.level_name(str(level)), len(areas), both, settings.good_words)
        if len(up) == len(areas):
            found.append(
                _all_moving_up(*about, caution=_of_areas(up, up["count"] <= up["earlier_count"], "larger", "fewer"))
            )
        if len(down):
            caution = _of_areas(down, down["count"] >= down["earlier_count"], "smaller", "more")
            found.append(_some_moving_down(*about, caution=caution, down=down, up=len(up)))
    return found


def _of_areas(areas: pd.DataFrame, not_by_count: pd.Series[bool], way: str, audited: str) -> str:
    """Return the cautions for areas that moved: that some have few audits, or that their counts did not move too."""
    named = listed(areas.loc[not_by_count, "practice_area"])
    counted = f"In {named} the count is not {way}: {audited} audits were graded." if named else ""
    return " ".join(filter(None, [fewest(areas["denominator"].min(), areas["earlier_denominator"].min()), counted]))


def _all_moving_up(level: str, service: str, number: int, both: str, good: str, *, caution: str) -> _Statement:
    which = f"all {number} practice areas{both}" if number > 1 else f"the one practice area{both}"
    sentence = f"{service}: {which} moved up, with a larger share {good} than {BEFORE}."
    return _Statement("areas moving up", level, STRENGTH, sentence, number, number, caution)


def _some_moving_down(
    level: str, service: str, number: int, both: str, good: str, *, caution: str, down: pd.DataFrame, up: int
) -> _Statement:
    which = f"{len(down)} of {number} practice areas{both}" if number > 1 else f"the one practice area{both}"
    each = [
        f"{row['practice_area']} ({row['count']} of {row['denominator']}, "
        f"{row['earlier_count']} of {row['earlier_denominator']} before)"
        for _, row in down.iterrows()
    ]
    others = f" {up} moved up." if up else ""
    sentence = f"{service}: {which} moved down, with a smaller share {good} than {BEFORE}: {listed(each)}.{others}"
    return _Statement("areas moving down", level, LEARNING, sentence, len(down), number, caution)


def _green_shoots_growing(
    audits: pd.DataFrame, sub_grades: pd.DataFrame, quarter: pd.Period, settings: Settings
) -> list[_Statement]:
    """Return where more audits graded Requires improvement show green shoots, or fewer, by count and by share."""
    quarters = [quarter - 1, quarter]
    shares = green_shoots(audits, sub_grades, quarters)
    lowered = green_shoots_lowered(audits, sub_grades, settings, quarters)
    found = []
    for level in levels(audits):
        before, now = _counts(shares[shares["level_of_need"] == level])
        growing = now[0] > before[0] and _larger(now, before)
        shrinking = now[0] < before[0] and _larger(before, now)
        if not before[1] or not now[1] or not (growing or shrinking):
            continue
        number = "A growing number of" if growing else "Fewer"
        sentence = (
            f"{number} audits graded {settings.shoots_words} show green shoots, a practice area "
            f"graded {settings.good_words}: {count_of(*now)}, {count_of(*before)} {BEFORE}."
        )
        kind, rule = (STRENGTH, "green shoots growing") if growing else (LEARNING, "green shoots fewer")
        (earlier, _), (fell, _) = _counts(lowered[lowered["level_of_need"] == level])
        from_good = f"Moderation had lowered {fell} of them from {settings.good_words}, and {earlier} {BEFORE}."
        caution = " ".join(filter(None, [if_small_in_either(now[1], before[1]), from_good if fell or earlier else ""]))
        said = _about(level, settings, sentence)
        found.append(_Statement(rule, level, kind, said, *now, caution, level == ALL))
    return found


def _about(level: str, settings: Settings, sentence: str) -> str:
    """Return a sentence with the service that it is about, where it is not the whole one."""
    return sentence if level == ALL else f"{settings.level_name(level)}: {sentence[0].lower()}{sentence[1:]}"


def _months_without_inadequate(audits: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[_Statement]:
    """Return, for each level of need, the months in which audits were graded and none was Inadequate.

    On the board's page a level is told of only where it has more such months than the whole service, whose months are
    its own too.
    """
    shares = inadequate(audits, months_of(quarter), by="month")
    clear = shares[(shares["denominator"] > 0) & (shares["count"] == 0)]
    everywhere = set(clear.loc[clear["level_of_need"] == ALL, "month"])
    found = []
    for level in levels(audits):
        months = clear[clear["level_of_need"] == level]
        if months.empty:
            continue
        graded = [int(number) for number in months["denominator"]]
        where = "No audit in the whole service" if level == ALL else f"{settings.level_name(str(level))}: no audit"
        numbers = f"{listed(str(number) for number in graded)} {'audit' if graded == [1] else 'audits'} graded"
        sentence = f"{where} was graded {settings.failing_words} in {_months(list(months['month']))} ({numbers})."
        caution = if_small(sum(graded))
        on_board = level == ALL or not set(months["month"]) <= everywhere
        found.append(_Statement("no Inadequate", level, STRENGTH, sentence, 0, sum(graded), caution, on_board))
    return found


def _reaudits_got_better(audits: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[_Statement]:
    """Return how many re-audited records improved, a strength if more than half did, and how many got worse."""
    outcomes = reaudit_outcomes(audits, [quarter])
    found = []
    for level in levels(audits):
        (improved, number), _, (worse, _) = _counts(outcomes[outcomes["level_of_need"] == level])
        if not number:
            continue
        kind = STRENGTH if 2 * improved > number else LEARNING
        caution = f"{if_small(number, 're-audit')} Records are re-audited because they were weak.".strip()
        said = f"{_of_reaudits(improved, number)} improved." if improved else _none_improved(number)
        rest = (number, caution, level == ALL)
        found.append(_Statement("re-audits improved", level, kind, _about(level, settings, said), improved, *rest))
        if worse:
            said = _about(level, settings, f"{_of_reaudits(worse, number)} got worse.")
            found.append(_Statement("re-audits worse", level, LEARNING, said, worse, *rest))
    return found


def _of_reaudits(count: int, number: int) -> str:
    if number == 1:
        return "The one re-audited record"
    return f"All {number} re-audited records" if count == number else f"{count_of(count, number)} re-audited records"


def _none_improved(number: int) -> str:
    if number == 1:
        return "The one re-audited record did not improve."
    return f"None of the {number} re-audited records improved."


def _inadequate_compared(audits: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[_Statement]:
    """Return, for each level of need, whether fewer or more audits were Inadequate than the quarter before."""
    shares = inadequate(audits, [quarter - 1, quarter])
    found = []
    for level, rows in shares.groupby("level_of_need", sort=False):
        before, now = _counts(rows)
        if before[0] == now[0] or before[1] == 0 or now[1] == 0:
            continue
        fewer = now[0] < before[0]
        word, kind = ("fewer", STRENGTH) if fewer else ("more", LEARNING)
        sentence = (
            f"{settings.level_name(str(level))}: {word} audits graded {settings.failing_words}: {count_of(*now)}, "
            f"{count_of(*before)} {BEFORE}."
        )
        caution = _against_the_share(fewer, now, before) or if_small_in_either(now[1], before[1])
        found.append(_Statement(f"{word} Inadequate", str(level), kind, sentence, *now, caution))
    return found


def _against_the_share(fewer: bool, now: tuple[int, int], before: tuple[int, int]) -> str:
    if fewer and not _larger(before, now):
        return "Their share is not smaller: fewer audits were graded."
    if not fewer and not _larger(now, before):
        return "Their share is not larger: more audits were graded."
    return ""


def _best_audits(audits: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[_Statement]:
    """Return, for each level of need, the audits with the best grade, where there are any."""
    best = _best(audits["final_grade"])
    grades = grade_distribution(audits, [quarter])
    rows = grades[(grades["category"] == best) & (grades["count"] > 0) & (grades["level_of_need"] != ALL)]
    found = []
    for level, count, number in rows[["level_of_need", "count", "denominator"]].itertuples(index=False, name=None):
        examples = "an example" if count == 1 else "examples"
        were = "was" if count == 1 else "were"
        audited = f"{count} of {plural(number, 'audit')} ({percent(count, number)}) {were} graded {best}"
        practice = f"practice graded {best}" if best[:1].isdigit() else f"{best} practice"
        sentence = f"{settings.level_name(str(level))} has {examples} of {practice}: {audited}."
        mine = (audits["quarter"] == quarter) & (audits["level_of_need"] == level) & (audits["final_grade"] == best)
        alone = without_second_reader(audits.loc[mine, "moderated"])
        caution = " ".join(filter(None, [if_small(number), alone]))
        found.append(_Statement("best audits", level, STRENGTH, sentence, count, number, caution))
    return found


def _best_sub_grades(sub_grades: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[_Statement]:
    """Return, for each level of need, the practice areas that have the best grade, where there are any.

    They are told of levels that have no audit with the best grade. The counts are practice areas.
    """
    best = _best(sub_grades["grade"])
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
        found.append(_Statement("best sub-grades", str(level), STRENGTH, sentence, len(some), len(rows), caution))
    return found


def _best(grades: pd.Series[str]) -> str:
    """Return the name of the best grade; an empty column read from disk may have lost it."""
    return next(iter(grades.cat.categories.astype("str")), "")


def _counts(rows: pd.DataFrame) -> list[tuple[int, int]]:
    """Return count and denominator of each row: of the quarter before, and of the quarter."""
    return [(int(count), int(number)) for count, number in zip(rows["count"], rows["denominator"], strict=True)]


def _larger(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether the first share is larger, in whole numbers."""
    return one[0] * other[1] > other[0] * one[1]


def _months(months: Sequence[pd.Period]) -> str:
    """Return months as they stand after "in": July, August or September 2025."""
    last = f"{months[-1]:%B %Y}"
    earlier = [f"{month:%B}" if month.year == months[-1].year else f"{month:%B %Y}" for month in months[:-1]]
    return f"{', '.join(earlier)} or {last}" if earlier else last


def _example() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one audit without sub-grades, for the examples."""
    audits = pd.DataFrame({"audit_id": ["a"], "reaudit_of": [None], "quarter": [pd.Period("2026Q2", freq="Q-MAR")]})
    audits["audit_date"] = pd.Timestamp(2025, 9, 1)
    audits["month"] = audits["audit_date"].dt.to_period("M")
    audits["level_of_need"] = pd.Categorical(["CL"], categories=["CL"], ordered=True)
    grade = pd.Categorical(["Good"], categories=["Good", "Weak"], ordered=True)
    audits = audits.assign(overall_grade=grade, final_grade=grade, moderated=False)
    audits = audits.assign(graded=True, inadequate=False, shoots_grade=False)
    sub_grades = audits.head(0).assign(good_or_better=True, grade=audits["final_grade"])
    return audits, sub_grades.assign(practice_area=sub_grades["level_of_need"])
