"""What the audits say for the strengths and the learning: rules of `metrics.evidence`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.metrics.cautions import BEFORE, if_small, if_small_in_either, without_second_reader
from qa_analysis.metrics.grades import grade_distribution, inadequate
from qa_analysis.metrics.moderation import good_or_better_lowered
from qa_analysis.metrics.reaudits import EARLIER_QUARTERS, awaiting_reaudit_by_quarter, reaudit_outcomes
from qa_analysis.metrics.share import ALL, levels
from qa_analysis.metrics.statement import LEARNING, STRENGTH, Statement, about, best_grade, counts, larger
from qa_analysis.quarter import months_of
from qa_analysis.words import count_of, listed, percent, plural

if TYPE_CHECKING:
    from qa_analysis.settings import Settings


def months_without_inadequate(audits: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[Statement]:
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
        sentence = (
            f"{where} was graded {settings.failing_words} in {_months(list(months['month']))} ({_graded(graded)})."
        )
        caution = if_small(sum(graded))
        on_board = level == ALL or not set(months["month"]) <= everywhere
        found.append(Statement("no Inadequate", level, STRENGTH, sentence, 0, sum(graded), caution, on_board))
    return found


def _graded(numbers: Sequence[int]) -> str:
    """Return how many audits were graded in each of some months."""
    if len(set(numbers)) == 1:
        return f"{plural(numbers[0], 'audit')} graded{' in each' if len(numbers) > 1 else ''}"
    return f"{listed(str(number) for number in numbers)} audits graded"


def _months(months: Sequence[pd.Period]) -> str:
    """Return months as they stand after "in": July, August or September 2025."""
    last = f"{months[-1]:%B %Y}"
    earlier = [f"{month:%B}" if month.year == months[-1].year else f"{month:%B %Y}" for month in months[:-1]]
    return f"{', '.join(earlier)} or {last}" if earlier else last


def reaudits_got_better(audits: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[Statement]:
    """Return how many re-audited records improved, a strength if more than half did, and how many got worse."""
    outcomes = reaudit_outcomes(audits, [quarter])
    found = []
    for level in levels(audits):
        (improved, number), _, (worse, _) = counts(outcomes[outcomes["level_of_need"] == level])
        if not number:
            continue
        kind = STRENGTH if 2 * improved > number else LEARNING
        few = if_small(number, "re-audit")
        if improved or worse < number:
            said = f"{_of_reaudits(improved, number)} improved." if improved else _none_improved(number)
            caution = f"{few}{' Records are re-audited because they were weak.' if improved else ''}".strip()
            rest = (improved, number, caution, level == ALL)
            found.append(Statement("re-audits improved", level, kind, about(level, settings, said), *rest))
        if worse:
            said = about(level, settings, f"{_of_reaudits(worse, number)} got worse.")
            found.append(Statement("re-audits worse", level, LEARNING, said, worse, number, few, level == ALL))
    return found


def _of_reaudits(count: int, number: int) -> str:
    if number == 1:
        return "The one re-audited record"
    if count == number:
        return f"{'Both' if number == 2 else f'All {number}'} re-audited records"
    return f"{count_of(count, number)} re-audited records"


def _none_improved(number: int) -> str:
    if number == 1:
        return "The one re-audited record did not improve."
    return f"{'Neither of the' if number == 2 else f'None of the {number}'} re-audited records improved."


def inadequate_compared(audits: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[Statement]:
    """Return, for each level of need, whether fewer or more audits were Inadequate than the quarter before."""
    shares = inadequate(audits, [quarter - 1, quarter])
    found = []
    for level, rows in shares.groupby("level_of_need", sort=False):
        before, now = counts(rows)
        if before[0] == now[0] or before[1] == 0 or now[1] == 0:
            continue
        fewer = now[0] < before[0]
        word, kind = ("fewer", STRENGTH) if fewer else ("more", LEARNING)
        sentence = (
            f"{settings.level_name(str(level))}: {word} audits graded {settings.failing_words}: {count_of(*now)}, "
            f"{count_of(*before)} {BEFORE}."
        )
        caution = _against_the_share(fewer, now, before) or if_small_in_either(now[1], before[1])
        found.append(Statement(f"{word} Inadequate", str(level), kind, sentence, *now, caution))
    return found


def _against_the_share(fewer: bool, now: tuple[int, int], before: tuple[int, int]) -> str:
    if fewer and not larger(before, now):
        return "Their share is not smaller: fewer audits were graded."
    if not fewer and not larger(now, before):
        return "Their share is not larger: more audits were graded."
    return ""


def best_audits(audits: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[Statement]:
    """Return, for each level of need, the audits with the best grade, where there are any."""
    best = best_grade(audits["final_grade"])
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
        found.append(Statement("best audits", level, STRENGTH, sentence, count, number, caution))
    return found


def waiting_compared(audits: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[Statement]:
    """Return, for each level of need, whether more or fewer audits wait for a re-audit than the quarter before."""
    waiting = awaiting_reaudit_by_quarter(audits, [quarter - 1, quarter])
    waiting = waiting[waiting["category"] == EARLIER_QUARTERS]
    found = []
    for level in levels(audits):
        of_quarters = [int(number) for number in waiting.loc[waiting["level_of_need"] == level, "denominator"]]
        if len(set(of_quarters)) < 2:  # the same number, or nothing known of the quarter before
            continue
        before, now = of_quarters
        word, kind = ("More", LEARNING) if now > before else ("Fewer", STRENGTH)
        numbers = f"{now or 'none'} at the quarter's end, {before or 'none'} at the end of {BEFORE}"
        sentence = f"{word} audits graded {settings.failing_words} are not yet re-audited: {numbers}."
        said = about(level, settings, sentence)
        found.append(Statement(f"{word.lower()} awaiting re-audit", level, kind, said, now, now, "", level == ALL))
    return found


def good_grades_that_fell(audits: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[Statement]:
    """Return, for each level of need, how many grades of Good or better fell below it when they were read again."""
    found = []
    lowered = good_or_better_lowered(audits, settings, [quarter])
    for level, fell, number in lowered[["level_of_need", "count", "denominator"]].itertuples(index=False, name=None):
        if not fell:
            continue
        good = settings.good_words
        sentence = (
            f"Of {number} grades of {good} that a second reader checked, {fell} did not remain so."
            if number > 1
            else f"The one grade of {good} that a second reader checked did not remain so."
        )
        said = about(level, settings, sentence)
        caution = if_small(number, "such grade")
        found.append(Statement("good grades that fell", level, LEARNING, said, fell, number, caution, level == ALL))
    return found
