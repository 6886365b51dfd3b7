"""What the audits themselves say for the strengths and the learning: statements that are counted, by small rules.

Each rule holds or it does not; when it does not hold there is no statement. A statement carries its counts, and a
caution where they are small (under 10) or may mislead. Nothing here is a verdict: "fewer" is a count, not a test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.contract.quarters import months_of
from qa_analysis.metrics.audits import AUDITS
from qa_analysis.metrics.cautions import BEFORE, if_few_in_areas, if_small, if_small_in_either, without_second_reader
from qa_analysis.metrics.counting import Counting
from qa_analysis.metrics.grades import GRADE, INADEQUATE
from qa_analysis.metrics.measure import Measure
from qa_analysis.metrics.moderation import GOOD_OR_BETTER_LOWERED
from qa_analysis.metrics.practice_areas import GREEN_SHOOTS, GREEN_SHOOTS_LOWERED, SUB_GRADE, SUB_GRADE_GOOD_OR_BETTER
from qa_analysis.metrics.reaudits import AWAITING_REAUDIT, EARLIER_QUARTERS, IMPROVED, WORSE
from qa_analysis.metrics.share import levels, with_the_one_before
from qa_analysis.text import count_of, listed, percent, plural

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

STRENGTH, LEARNING = "Strength", "Learning"
_COLUMNS = ["rule", "level_of_need", "kind", "sentence", "count", "denominator", "caution"]

Share: TypeAlias = tuple[int, int]  # a count and its denominator
Categories: TypeAlias = dict[str, Share]  # a share by category; by "" where there is none

_SUB_GRADE_INADEQUATE = replace(
    SUB_GRADE_GOOD_OR_BETTER, name="sub_grade_inadequate", where=lambda sub_grades, _: sub_grades["inadequate"]
)
_READ_AGAIN = replace(GRADE, name="read_again", where=lambda audits, _: audits["moderated"])


@dataclass(frozen=True)
class Statement:
    """A counted statement: `count` of `denominator` is what it rests on."""

    rule: str
    level_of_need: str
    kind: str
    sentence: str
    count: int
    denominator: int
    caution: str
    on_board: bool = True  # whether the board's page has it, too


class Facts:
    """What the rules ask of a quarter and of the one before it: counts, by level of need and category."""

    def __init__(self, data: Data, quarters: Sequence[pd.Period]) -> None:
        self.settings, self.levels = data.settings, levels(data.audits)
        self.service = data.settings.level_name  # what a level of need, or the whole service, is called
        self.best_grade = _best_grade(data.audits["final_grade"])
        self.best_sub_grade = _best_grade(data.sub_grades["grade"])
        self._counting = Counting(data, with_the_one_before(quarters))
        self._cells: dict[tuple[str, bool], dict[tuple[pd.Period, str], Categories]] = {}

    def of(self, measure: Measure, period: pd.Period, level: str, by_month: bool = False) -> Categories:
        """Return what was counted of a measure in a quarter or month; nothing where it has no row."""
        key = measure.name, by_month
        if key not in self._cells:
            table = self._counting.by_month(measure) if by_month else self._counting.from_rows(measure)
            columns = ["month" if by_month else "quarter", "level_of_need", "count", "denominator"]
            category = table["category"] if "category" in table else [""] * len(table)
            self._cells[key] = {}
            for when, where, count, of, what in zip(*(table[column] for column in columns), category, strict=True):
                self._cells[key].setdefault((when, where), {})[what] = int(count), int(of)
        return self._cells[key].get((period, level), {})

    def share(self, measure: Measure, period: pd.Period, level: str, by_month: bool = False) -> Share:
        """Return the counts of a measure without categories."""
        return self.of(measure, period, level, by_month).get("", (0, 0))

    def about(self, level: str, sentence: str) -> str:
        """Return a sentence with the service that it is about, where it is not the whole one."""
        return sentence if level == ALL else f"{self.service(level)}: {sentence[0].lower()}{sentence[1:]}"


def evidence(statements: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> pd.DataFrame:
    """Return the statements of the measure `evidence` that hold in a quarter, in the order of the rules and levels.

    `level` is `All` for the board's page, else a level of need, whose page has what is true of it alone. The columns
    are `rule`, `level_of_need`, `kind` (Strength, Learning), `sentence`, `caution` (text; empty where there is none),
    `count` and `denominator` (int).
    """
    shown = statements["on_board"].eq(True) if level == ALL else statements["level_of_need"] == level
    found = statements[shown & (statements["quarter"] == quarter)].sort_values("place", ignore_index=True)
    found = found.rename(columns={"category": "rule"}).reindex(columns=_COLUMNS)
    return found.astype({"count": "int64", "denominator": "int64"})


def _statements(audits: pd.DataFrame, data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return all statements of each quarter, of the board's page and of the services'."""
    facts = Facts(data, quarters)
    rows: list[dict[str, Any]] = []
    for quarter in quarters:
        found = [statement for rule in STATEMENTS for statement in rule(facts, quarter)]
        said_of_all = {each.rule for each in found if each.level_of_need == ALL}
        audited = audits.loc[audits["quarter"].isin([quarter - 1, quarter]), "level_of_need"]
        said_once = audited.nunique() == 1  # by the one service there is
        for place, each in enumerate(found):
            again = said_once and each.level_of_need != ALL and each.rule in said_of_all
            on_board = each.on_board and not again
            rows.append({"quarter": quarter, "place": place, **asdict(each), "on_board": on_board})
    types = {"place": "int64", **dict.fromkeys(_COLUMNS, "str"), "count": "int64", "denominator": "int64"}
    table = pd.DataFrame(rows, columns=["quarter", *types, "on_board"]).astype(types)
    return table.rename(columns={"rule": "category"}).astype({"on_board": "bool", "quarter": audits["quarter"].dtype})


def areas_moving(facts: Facts, quarter: pd.Period) -> Iterator[Statement]:
    """Tell whether every practice area moves up, or which ones move down; a new one moves nowhere."""
    for level in facts.levels:
        now, before = (facts.of(SUB_GRADE_GOOD_OR_BETTER, each, level) for each in (quarter, quarter - 1))
        graded = [area for area in now if now[area][1] or before[area][1]]
        areas = {area: (now[area], before[area]) for area in graded if now[area][1] and before[area][1]}
        both = " graded in both quarters" if len(areas) < len(graded) else ""
        up = {area: shares for area, shares in areas.items() if _larger(*shares)}
        down = {area: shares for area, shares in areas.items() if _larger(shares[1], shares[0])}
        known = level, facts.service(level), len(areas), both, facts.settings.good_words
        if areas and len(up) == len(areas):
            yield _all_moving_up(*known, up)
        if down:
            yield _some_moving_down(*known, down, len(up))


def _all_moving_up(
    level: str, service: str, number: int, both: str, good: str, up: Mapping[str, tuple[Share, Share]]
) -> Statement:
    all_of_them = "both" if number == 2 else f"all {number}"
    which = f"{all_of_them} practice areas{both}" if number > 1 else f"the one practice area{both}"
    apart = {area: 100 * now[0] / now[1] - 100 * before[0] / before[1] for area, (now, before) in up.items()}
    ordered = sorted(up, key=lambda area: apart[area])
    least, most = _area(ordered[0], *up[ordered[0]]), _area(ordered[-1], *up[ordered[-1]])
    extent = least if number == 1 else f"least {least}, most {most}"
    sentence = f"{service}: {which} moved up, with a larger share {good} than {BEFORE}: {extent}."
    not_by_count = [area for area, (now, before) in up.items() if now[0] <= before[0]]
    caution = _of_areas(up, not_by_count, "larger", "fewer")
    return Statement("areas moving up", level, STRENGTH, sentence, number, number, caution)


def _some_moving_down(
    level: str, service: str, number: int, both: str, good: str, down: Mapping[str, tuple[Share, Share]], up: int
) -> Statement:
    which = f"{len(down)} of {number} practice areas{both}" if number > 1 else f"the one practice area{both}"
    each = [_area(area, *shares) for area, shares in down.items()]
    others = f" {up} moved up." if up else ""
    sentence = f"{service}: {which} moved down, with a smaller share {good} than {BEFORE}: {listed(each)}.{others}"
    not_by_count = [area for area, (now, before) in down.items() if now[0] >= before[0]]
    caution = _of_areas(down, not_by_count, "smaller", "more")
    return Statement("areas moving down", level, LEARNING, sentence, len(down), number, caution)


def _area(area: str, now: Share, before: Share) -> str:
    return f"{area} ({now[0]} of {now[1]}, {before[0]} of {before[1]} before)"


def _of_areas(areas: Mapping[str, tuple[Share, Share]], not_by_count: Sequence[str], way: str, audited: str) -> str:
    """Return the cautions for areas that moved: that some have few audits, or that their counts did not move too."""
    named = listed(not_by_count)
    counted = f"In {named} the count is not {way}: {audited} audits were graded for it." if named else ""
    few = if_few_in_areas([now[1] for now, _ in areas.values()], [before[1] for _, before in areas.values()])
    return " ".join(filter(None, [few, counted]))


def green_shoots_growing(facts: Facts, quarter: pd.Period) -> Iterator[Statement]:
    """Tell where more audits graded Requires improvement show green shoots, or fewer, by count and by share."""
    settings = facts.settings
    for level in facts.levels:
        before, now = (facts.share(GREEN_SHOOTS, each, level) for each in (quarter - 1, quarter))
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
        earlier, fell = (facts.share(GREEN_SHOOTS_LOWERED, each, level)[0] for each in (quarter - 1, quarter))
        without = [(shoots - made, weak - made) for (shoots, weak), made in ((before, earlier), (now, fell))]
        only = growing and not (without[1][0] > without[0][0] and _larger(without[1], without[0]))
        those = f"{fell or 'none'} of them from {settings.good_words}, and {earlier or 'none'} {BEFORE}"
        from_good = f"Moderation had lowered {those}{': without those there is no growth' if only else ''}."
        caution = " ".join(filter(None, [if_small_in_either(now[1], before[1]), from_good if fell or earlier else ""]))
        yield Statement(rule, level, kind, facts.about(level, sentence), *now, caution, level == ALL)


def months_without_inadequate(facts: Facts, quarter: pd.Period) -> Iterator[Statement]:
    """Tell the months in which audits were graded and none was Inadequate.

    On the board's page a level is told of only where it has more such months than the whole service, whose months are
    its own too.
    """
    everywhere: set[pd.Period] = set()
    for level in facts.levels:
        shares = {month: facts.share(INADEQUATE, month, level, by_month=True) for month in months_of(quarter)}
        clear = {month: graded for month, (count, graded) in shares.items() if graded and not count}
        everywhere = everywhere | set(clear) if level == ALL else everywhere
        if not clear:
            continue
        graded = list(clear.values())
        where = "No audit in the whole service" if level == ALL else f"{facts.service(level)}: no audit"
        sentence = f"{where} was graded {facts.settings.failing_words} in {_months(list(clear))} ({_graded(graded)})."
        on_board = level == ALL or not set(clear) <= everywhere
        caution = if_small(sum(graded))
        yield Statement("no Inadequate", level, STRENGTH, sentence, 0, sum(graded), caution, on_board)


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


def reaudits_got_better(facts: Facts, quarter: pd.Period) -> Iterator[Statement]:
    """Tell how many re-audited records improved, a strength if more than half did, and how many got worse."""
    for level in facts.levels:
        improved, number = facts.share(IMPROVED, quarter, level)
        worse, _ = facts.share(WORSE, quarter, level)
        if not number:
            continue
        kind = STRENGTH if 2 * improved > number else LEARNING
        few = if_small(number, "re-audit")
        if improved or worse < number:
            said = f"{_of_reaudits(improved, number)} improved." if improved else _none_improved(number)
            caution = f"{few}{' Records are re-audited because they were weak.' if improved else ''}".strip()
            rest = (improved, number, caution, level == ALL)
            yield Statement("re-audits improved", level, kind, facts.about(level, said), *rest)
        if worse:
            said = facts.about(level, f"{_of_reaudits(worse, number)} got worse.")
            yield Statement("re-audits worse", level, LEARNING, said, worse, number, few, level == ALL)


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


def waiting_compared(facts: Facts, quarter: pd.Period) -> Iterator[Statement]:
    """Tell whether more or fewer audits wait for a re-audit than the quarter before."""
    for level in facts.levels:
        found = [facts.of(AWAITING_REAUDIT, each, level) for each in (quarter - 1, quarter)]
        of_quarters = [waiting[EARLIER_QUARTERS][1] for waiting in found if waiting]
        if len(set(of_quarters)) < 2:  # the same number, or nothing known of the quarter before
            continue
        before, now = of_quarters
        word, kind = ("More", LEARNING) if now > before else ("Fewer", STRENGTH)
        numbers = f"{now or 'none'} at the quarter's end, {before or 'none'} at the end of {BEFORE}"
        sentence = f"{word} audits graded {facts.settings.failing_words} are not yet re-audited: {numbers}."
        said = facts.about(level, sentence)
        yield Statement(f"{word.lower()} awaiting re-audit", level, kind, said, now, now, "", level == ALL)


def inadequate_compared(facts: Facts, quarter: pd.Period) -> Iterator[Statement]:
    """Tell whether fewer or more audits were Inadequate than the quarter before."""
    for level in facts.levels:
        before, now = (facts.share(INADEQUATE, each, level) for each in (quarter - 1, quarter))
        if before[0] == now[0] or before[1] == 0 or now[1] == 0:
            continue
        fewer = now[0] < before[0]
        word, kind = ("fewer", STRENGTH) if fewer else ("more", LEARNING)
        sentence = (
            f"{facts.service(level)}: {word} audits graded {facts.settings.failing_words}: {count_of(*now)}, "
            f"{count_of(*before)} {BEFORE}."
        )
        caution = _against_the_share(fewer, now, before) or if_small_in_either(now[1], before[1])
        yield Statement(f"{word} Inadequate", level, kind, sentence, *now, caution)


def _against_the_share(fewer: bool, now: Share, before: Share) -> str:
    if fewer and not _larger(before, now):
        return "Their share is not smaller: fewer audits were graded."
    if not fewer and not _larger(now, before):
        return "Their share is not larger: more audits were graded."
    return ""


def good_grades_that_fell(facts: Facts, quarter: pd.Period) -> Iterator[Statement]:
    """Tell how many grades of Good or better fell below it when they were read again."""
    good = facts.settings.good_words
    for level in facts.levels:
        fell, number = facts.share(GOOD_OR_BETTER_LOWERED, quarter, level)
        if not fell:
            continue
        sentence = (
            f"Of {number} grades of {good} that a second reader checked, {fell} did not remain so."
            if number > 1
            else f"The one grade of {good} that a second reader checked did not remain so."
        )
        said, caution = facts.about(level, sentence), if_small(number, "such grade")
        yield Statement("good grades that fell", level, LEARNING, said, fell, number, caution, level == ALL)


def most_often_failing(facts: Facts, quarter: pd.Period) -> Iterator[Statement]:
    """Tell the practice area that is Inadequate in most audits, where it is two or more."""
    for level in facts.levels:
        shares = facts.of(_SUB_GRADE_INADEQUATE, quarter, level)
        areas = {area: share for area, share in shares.items() if share[1]}
        highest = max((count for count, _ in areas.values()), default=0)
        most = {area: share for area, share in areas.items() if share[0] == highest}
        if len(most) == len(areas) or highest < 2:
            continue
        named = listed(f"{area}, {count_of(*share)}" for area, share in most.items())
        areas_are, verb = ("practice area", "is") if len(most) == 1 else ("practice areas", "are")
        sentence = f"The {areas_are} graded {facts.settings.failing_words} in most audits {verb} {named}."
        caution = if_small(min(graded for _, graded in most.values()))
        first = next(iter(most.values()))
        said = facts.about(level, sentence)
        yield Statement("most often Inadequate", level, LEARNING, said, *first, caution, level == ALL)


def best_audits(facts: Facts, quarter: pd.Period) -> Iterator[Statement]:
    """Tell the audits with the best grade, where there are any."""
    best = facts.best_grade
    for level in facts.levels[1:]:
        count, number = facts.of(GRADE, quarter, level).get(best, (0, 0))
        if not count:
            continue
        examples, were = ("an example", "was") if count == 1 else ("examples", "were")
        audited = f"{count} of {plural(number, 'audit')} ({percent(count, number)}) {were} graded {best}"
        practice = f"practice graded {best}" if best[:1].isdigit() else f"{best} practice"
        sentence = f"{facts.service(level)} has {examples} of {practice}: {audited}."
        alone = without_second_reader(*facts.of(_READ_AGAIN, quarter, level)[best])
        caution = " ".join(filter(None, [if_small(number), alone]))
        yield Statement("best audits", level, STRENGTH, sentence, count, number, caution)


def best_sub_grades(facts: Facts, quarter: pd.Period) -> Iterator[Statement]:
    """Tell the practice areas that have the best grade, of levels that have no audit with it; the counts are areas."""
    best = facts.best_sub_grade
    called = f"grade {best}" if best[:1].isdigit() else best
    for level in facts.levels[1:]:
        grades = facts.of(SUB_GRADE, quarter, level)
        of_area = {
            name.removesuffix(f": {best}"): share for name, share in grades.items() if name.endswith(f": {best}")
        }
        graded = {area: share for area, share in of_area.items() if share[1]}
        some = {area: share for area, share in graded.items() if share[0]}
        if not some or facts.of(GRADE, quarter, level).get(facts.best_grade, (0, 0))[0]:
            continue
        each = [f"{area} ({count} of {number})" for area, (count, number) in some.items()]
        sentence = f"{facts.service(level)} has sub-grades of {called} for {listed(each)}."
        caution = if_small(min(number for _, number in some.values()))
        yield Statement("best sub-grades", level, STRENGTH, sentence, len(some), len(graded), caution)


def _larger(one: Share, other: Share) -> bool:
    """Tell whether the first share is larger than the other, in whole numbers."""
    return one[0] * other[1] > other[0] * one[1]


def _best_grade(grades: pd.Series[str]) -> str:
    """Return the name of the best grade; an empty column read from disk may have lost it."""
    return next(iter(grades.cat.categories.astype("str")), "")


STATEMENTS = (
    areas_moving, green_shoots_growing, months_without_inadequate, reaudits_got_better, waiting_compared,
    inadequate_compared, good_grades_that_fell, most_often_failing, best_audits, best_sub_grades,
)  # fmt: skip
MEASURES = (
    Measure(
        name="evidence", title="What the statements under “What the data show” rest on",
        counts="what each statement under “What the data show” rests on, by its rule",
        out_of="what the statement is out of", of=AUDITS, table=_statements, by=("category",), kind="count",
        keeps=("place", "kind", "sentence", "caution", "on_board"),
    ),
)  # fmt: skip
