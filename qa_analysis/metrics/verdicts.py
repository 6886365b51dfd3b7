"""The rules of the first screen: from the table of all figures to a verdict and the numbers that it rests on.

Each rule reads `store.figures.figure_table` and nothing else; the statistics that it needs are figures, too. It returns
a short code, and no words: those are the sentences'. Without a level of need it is of the whole service.
"""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from math import isnan, nan
from typing import Literal, NamedTuple, TypeAlias

import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.metrics.actions import COMPLETE, NO_DATE, OPEN, OVERDUE
from qa_analysis.metrics.change import FALL, RISE
from qa_analysis.metrics.comparators import AS_PRINTED
from qa_analysis.metrics.moderation import BELOW, CROSSED, GOOD_SIDE, KEPT, NOT_CHECKED, TOO_FEW
from qa_analysis.metrics.reaudits import EARLIER_QUARTERS
from qa_analysis.metrics.selection import moved
from qa_analysis.metrics.share import COUNTS, SMALL, floats

UNLIKELY = 0.05  # a split of crossed grades that chance brings less often is told
MOSTLY = Fraction(3, 4)  # of the checked grades, upheld
AHEAD = 2  # audits that wait for long: where the first two services are nearer, none stands out
MANY_LOWERED = 5  # of ten or more grades of Good or better that were checked
RETURNING, KNOWN = 3, 4  # quarters with a theme, of quarters with learning; it is in half of them, too

Direction: TypeAlias = Literal["higher", "lower", "no clear change", "too few", "not known"]
Part: TypeAlias = Literal["checked", "at random"]
Missing: TypeAlias = Literal["none graded", "no earlier quarter", "not known", "none graded before", "too few"]
Moved: TypeAlias = Literal["higher", "lower", "lower: more inadequate", "mixed", "no clear change", "not comparable"]
Topic: TypeAlias = Literal[
    "inadequate", "failed again", "waiting since earlier quarters", "no re-audit recorded", "good grades lowered",
    "late or undated actions", "theme without action", "service without audits",
]  # fmt: skip

_OWN: dict[Part, str] = {"checked": "by_auditor", "at random": "at_random"}  # what is alike although the part is not


class Counts(NamedTuple):
    """A count and what it is out of: 0 of 0 where there is nothing, or nothing is known."""

    number: int
    of: int


class Change(NamedTuple):
    """A share beside another one, and what can be said of the difference, by its interval in points."""

    direction: Direction
    now: Counts
    before: Counts
    points: float
    low: float
    high: float


class Grades(NamedTuple):
    """Whether grades are better or worse than the quarter before.

    `not_alike` names what the two quarters have another part of: `checked` (of the auditors' Good grades) and
    `at_random` (of the records) are those parts, now and before. `rise` and `fall` are the changes of the share Good or
    better that such numbers can show, in points; NaN where there is none.
    """

    verdict: Missing | Moved
    good: Change
    inadequate: Change
    not_alike: tuple[Part, ...]
    checked: tuple[Counts, Counts]
    at_random: tuple[Counts, Counts]
    rise: float
    fall: float


class BesideTheRest(NamedTuple):
    """Whether a service's grades (`now`) are clearly different from those of all the others (`before`)."""

    verdict: Literal["different", "no clear difference", "too few"]
    good: Change
    inadequate: Change


class Waiting(NamedTuple):
    """A service's audits graded Inadequate: waiting for long, waiting at all, so far; and the longest wait in days."""

    level: str
    long: int
    waiting: int
    so_far: int
    longest: int


class FirstService(NamedTuple):
    """Which service to look at first; where the verdict is `first`, the first of `services`."""

    verdict: Literal["first", "none stands out", "none waiting", "not recorded", "one service"]
    services: tuple[Waiting, ...]


class Side(NamedTuple):
    """The auditors' grades on one side of the line between Good and not."""

    kept: int
    crossed: int
    not_checked: int

    @property
    def checked(self) -> int:
        """Those that had a second reader."""
        return self.kept + self.crossed


class Trust(NamedTuple):
    """Whether second readers agree with the auditors; `p` is NaN where the conditions of the test are not met."""

    verdict: Literal["lowered", "raised", "mostly agree", "often disagree", "counts only", "not checked"]
    good: Side
    below: Side
    upheld: Counts
    p: float


class Actions(NamedTuple):
    """Actions by their state at the quarter's end: those of the quarter, and earlier ones that were left."""

    verdict: Literal["late", "undated", "in time", "all done", "none"]
    done: int
    in_time: int
    undated: int
    late: int


class Tone(NamedTuple):
    """Quotes of one tone, those with a score, and the lowest and the highest score; NaN where there is none."""

    quotes: int
    scored: int
    lowest: float
    highest: float


class Families(NamedTuple):
    """What families and partners said, in numbers."""

    verdict: Literal["quotes", "none"]
    positive: Tone
    learning: Tone


class RestsOn(NamedTuple):
    """What a question rests on: a count, what it is out of, and the theme, service or state where it is of one."""

    name: str
    number: int
    of: int


class Question(NamedTuple):
    """A question that the board should ask."""

    topic: Topic
    rests_on: tuple[RestsOn, ...]


class Verdicts(NamedTuple):
    """What all the rules say of a quarter, at one level of need; services, actions and questions are everybody's.

    `waiting` is of the level itself, and `waited` at the end of the quarter before. `long_known` tells whether that can
    be compared: of records before the first audits nothing is known, so that within a year of them the number starts
    from nothing and can only grow.
    """

    grades: Grades
    beside: dict[str, BesideTheRest]
    first: FirstService
    waiting: Waiting
    waited: Waiting
    long_known: bool
    trust: Trust
    actions: Actions
    families: Families
    questions: list[Question]


def verdicts_of(table: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> Verdicts:
    """Return what all the rules say; the first quarter with audits is the earliest that the table shows any of."""
    first = first_service(table, quarter)
    done = (table["measure"] == "audits_completed") & table["month"].isna() & (floats(table["count"]) > 0)
    since = min(table.loc[done, "quarter"], default=quarter)
    return Verdicts(
        grades(table, quarter, level),
        {each.level: beside_the_rest(table, quarter, each.level) for each in first.services},
        first,
        _waiting(_figures(table, quarter), level),
        _waiting(_figures(table, quarter - 1), level),
        quarter - 4 >= since,
        trust(table, quarter, level),
        actions(table, quarter),
        families(table, quarter, level),
        questions(table, quarter),
    )


def grades(table: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> Grades:
    """Tell whether grades are better or worse than the quarter before, by Good or better and Inadequate.

    Where another part of the auditors' Good grades was checked than then, by 10 points or more, or of the records was
    chosen at random, the final grades of the two quarters are not alike. A verdict then stands only where the auditors'
    own grades, or those of the records chosen at random, moved the same way.
    """
    now, before = _figures(table, quarter), _figures(table, quarter - 1)
    tested = {
        name: _change(now.row("grades_change", level, name), now.counts(name, level), before.counts(name, level))
        for name in ("good_or_better", "inadequate")
    }
    good, inadequate = tested.values()
    parts: dict[Part, tuple[Counts, Counts]] = {
        "checked": (_checked(now, level), _checked(before, level)),
        "at random": (now.counts("chosen_at_random", level), before.counts("chosen_at_random", level)),
    }
    not_alike = tuple(part for part, (later, earlier) in parts.items() if moved(*later, *earlier))
    clear = [name for name, each in tested.items() if each.direction in ("higher", "lower")]
    confirmed = all(
        _way(*(each.counts(f"{name}_{_OWN[part]}", level) for each in (now, before)))
        == _way(tested[name].now, tested[name].before)
        for name in clear or ["good_or_better"]
        for part in not_alike
    )
    verdict = _missing(good, before) or (_moved(good, inadequate) if confirmed else "not comparable")
    rise, fall = (now.row("change_that_shows", level, f"good_or_better: {way}").value for way in (RISE, FALL))
    return Grades(verdict, good, inadequate, not_alike, parts["checked"], parts["at random"], rise, fall)


def beside_the_rest(table: pd.DataFrame, quarter: pd.Period, level: str) -> BesideTheRest:
    """Tell whether the grades of a service are clearly different from those of all the others together."""
    now = _figures(table, quarter)
    good, inadequate = (
        _change(
            now.row("grades_beside_other_services", level, name),
            now.counts(name, level),
            now.counts(f"{name}_other_services", level),
        )
        for name in ("good_or_better", "inadequate")
    )
    if min(good.now.of, good.before.of) < SMALL:
        return BesideTheRest("too few", good, inadequate)
    different = {good.direction, inadequate.direction} & {"higher", "lower"}
    return BesideTheRest("different" if different else "no clear difference", good, inadequate)


def first_service(table: pd.DataFrame, quarter: pd.Period) -> FirstService:
    """Tell which service to look at first: a rule about children who wait, not a ranking of practice.

    It is the one with most audits graded Inadequate that have waited for long, by two or more. `services` are in that
    order; where as many wait, by the share that was never re-audited, then by the longest wait. Where none has waited
    for long, or no re-audit is recorded at all, they keep their own order.
    """
    now = _figures(table, quarter)
    found = [_waiting(now, level) for level, _ in now.cells("inadequate_not_reaudited") if level != ALL]
    audited = [each for each in found if each.so_far or now.counts("audits_completed", each.level).number]
    recorded = now.counts("reaudits_so_far").number > 0
    services = tuple(sorted(audited, key=_urgency) if recorded and any(each.long for each in audited) else audited)
    if not any(each.waiting for each in services):
        return FirstService("none waiting", services)
    if not recorded:
        return FirstService("not recorded", services)
    if len(services) == 1:
        return FirstService("one service", services)
    return FirstService("first" if services[0].long - services[1].long >= AHEAD else "none stands out", services)


def trust(table: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> Trust:
    """Tell whether second readers agree with the auditors, or move grades across the line one way.

    A grade that the auditor did not give is neither upheld nor not. Of what was not checked nothing is said.
    """
    now = _figures(table, quarter)
    good, below = _side(now, GOOD_SIDE, level), _side(now, BELOW, level)
    upheld = Counts(now.counts("moderation_upheld", level).number, now.counts("moderation_both_grades", level).number)
    p = now.row("moderation_crossing_p", level).value
    if not upheld.of:
        return Trust("not checked", good, below, upheld, nan)
    if isnan(p):
        return Trust("counts only", good, below, upheld, nan)
    if p < UNLIKELY:
        return Trust("lowered" if good.crossed > below.crossed else "raised", good, below, upheld, p)
    return Trust("mostly agree" if Fraction(*upheld) >= MOSTLY else "often disagree", good, below, upheld, p)


def actions(table: pd.DataFrame, quarter: pd.Period) -> Actions:
    """Count what is late, undated, in time and done."""
    now = _figures(table, quarter)
    done, in_time, undated, late = (
        sum(now.counts(name, category=state).number for name in ("actions", "actions_carried_over"))
        for state in (COMPLETE, OPEN, NO_DATE, OVERDUE)
    )
    verdict: Literal["late", "undated", "in time", "all done", "none"] = (
        "late" if late else "undated" if undated else "in time" if in_time else "all done" if done else "none"
    )
    return Actions(verdict, done, in_time, undated, late)


def families(table: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> Families:
    """Count what families and partners said, by tone, and the scores that they gave."""
    now = _figures(table, quarter)
    positive, learning = (
        Tone(
            now.counts("feedback", level, tone).number,
            now.counts("feedback_scored", level, tone).number,
            *(now.row("feedback_score", level, f"{tone}: {end}").value for end in ("lowest", "highest")),
        )
        for tone in ("positive", "learning")
    )
    return Families("quotes" if positive.quotes + learning.quotes else "none", positive, learning)


def questions(table: pd.DataFrame, quarter: pd.Period, most: int = 4) -> list[Question]:
    """Return the questions for the board that the figures raise, the first few in their fixed order.

    A second reader for the other Good grades is asked for where there are others. A service for which no audit was
    planned is not asked about.
    """
    now, due = _figures(table, quarter), actions(table, quarter)
    good = _side(now, GOOD_SIDE)
    recorded = first_service(table, quarter).verdict != "not recorded"
    lowered = good.checked >= SMALL and good.crossed >= MANY_LOWERED and good.not_checked > 0
    raised: dict[Topic, list[RestsOn]] = {
        "inadequate": [RestsOn("", *now.counts("inadequate"))],
        "failed again": [RestsOn("", *now.counts("awaiting_reaudit_failed_again"))],
        "waiting since earlier quarters": (
            [RestsOn("", *now.counts("awaiting_reaudit", category=EARLIER_QUARTERS))] if recorded else []
        ),
        "no re-audit recorded": [] if recorded else [RestsOn("", *now.counts("inadequate_not_reaudited"))],
        "good grades lowered": [RestsOn("", good.crossed, good.checked)] if lowered else [],
        "late or undated actions": [
            RestsOn(state, number, sum(due[1:])) for state, number in (("late", due.late), ("undated", due.undated))
        ],
        "theme without action": _unanswered(now),
    }
    asked = {topic: [each for each in rests_on if each.number] for topic, rests_on in raised.items()}
    asked["service without audits"] = _hardly_audited(now)
    return [Question(topic, tuple(rests_on)) for topic, rests_on in asked.items() if rests_on][:most]


class _Row(NamedTuple):
    """A row of the figures, with NaN for what it does not have."""

    number: float = nan
    of: float = nan
    value: float = nan
    low: float = nan
    high: float = nan
    note: str = ""


_in_use: deque[tuple[pd.DataFrame, pd.Period, _Figures]] = deque(maxlen=4)


def _figures(table: pd.DataFrame, quarter: pd.Period) -> _Figures:
    """Return the figures of a quarter; they are found once while the same tables are in use."""
    for known, when, found in _in_use:
        if known is table and when == quarter:
            return found
    _in_use.append((table, quarter, _Figures(table, quarter)))
    return _in_use[-1][2]


class _Figures:
    """The figures of one quarter, by measure, level of need and category."""

    def __init__(self, table: pd.DataFrame, quarter: pd.Period) -> None:
        found = table[(table["quarter"] == quarter) & table["month"].isna()]
        level, category, note = (found[name].astype("str") for name in ("level_of_need", "category", "note"))
        keys = found["measure"], level.fillna(ALL), category.fillna("")
        numbers = (floats(found[name]) for name in (*COUNTS, "value", "ci_low", "ci_high"))
        rows = map(_Row, *numbers, note.fillna(""))
        self.rows: dict[tuple[str, str, str], _Row] = dict(zip(zip(*keys, strict=True), rows, strict=True))

    def row(self, measure: str, level: str = ALL, category: str = "") -> _Row:
        return self.rows.get((measure, level, category), _Row())

    def counts(self, measure: str, level: str = ALL, category: str = "") -> Counts:
        row = self.row(measure, level, category)
        return Counts(_whole(row.number), _whole(row.of))

    def cells(self, measure: str) -> list[tuple[str, str]]:
        """Return the levels of need and the categories that a measure has."""
        return [(level, category) for name, level, category in self.rows if name == measure]


def _whole(number: float) -> int:
    return 0 if isnan(number) else int(number)


def _change(row: _Row, now: Counts, before: Counts) -> Change:
    direction: Direction = "not known" if isnan(row.low) else direction_of(row.low, row.high)
    return Change("too few" if row.note == TOO_FEW else direction, now, before, row.value, row.low, row.high)


def direction_of(low: float, high: float) -> Literal["higher", "lower", "no clear change"]:
    """Return which way a difference goes where its interval excludes 0.

    Examples
    --------
    >>> direction_of(0.4, 20.0), direction_of(-20.0, -0.4), direction_of(-20.0, 0.0)
    ('higher', 'lower', 'no clear change')
    """
    return "higher" if low > 0 else "lower" if high < 0 else "no clear change"


def _missing(good: Change, before: _Figures) -> Missing | None:
    """Return why there is nothing to compare, or too little."""
    if not good.now.of:
        return "none graded"
    if not before.rows:
        return "no earlier quarter"
    if not good.before.of:
        return "not known" if any(AS_PRINTED in row.note for row in before.rows.values()) else "none graded before"
    return "too few" if good.direction == "too few" else None


def _moved(good: Change, inadequate: Change) -> Moved:
    better = good.direction == "higher" or inadequate.direction == "lower"
    worse = good.direction == "lower" or inadequate.direction == "higher"
    if better and worse:
        return "mixed"
    if worse:
        return "lower: more inadequate" if inadequate.direction == "higher" else "lower"
    return "higher" if better else "no clear change"


def _way(now: Counts, before: Counts) -> int | None:
    """Return 1 where a share is larger than the earlier one, −1 where it is smaller, 0 where it is the same."""
    difference = now.number * before.of - before.number * now.of  # in whole numbers
    return (difference > 0) - (difference < 0) if now.of and before.of else None


def _side(figures: _Figures, side: str, level: str = ALL) -> Side:
    return Side(
        *(
            figures.counts("moderation_crossing", level, f"{side}: {each}").number
            for each in (KEPT, CROSSED, NOT_CHECKED)
        )
    )


def _checked(figures: _Figures, level: str) -> Counts:
    """Return how many of the auditors' Good grades had a second reader."""
    good = _side(figures, GOOD_SIDE, level)
    return Counts(good.checked, sum(good))


def _waiting(figures: _Figures, level: str) -> Waiting:
    waiting, so_far = figures.counts("inadequate_not_reaudited", level)
    longest = _whole(figures.row("awaiting_reaudit_longest", level).value)
    return Waiting(level, figures.counts("awaiting_reaudit_long", level).number, waiting, so_far, longest)


def _urgency(service: Waiting) -> tuple[int, Fraction, int]:
    """Return what services are sorted by, the most urgent first."""
    return -service.long, -Fraction(service.waiting, service.so_far or 1), -service.longest


def _unanswered(now: _Figures) -> list[RestsOn]:
    """Return the themes of learning that keep coming back, and that no action names, new or still open."""
    themes = [theme for level, theme in now.cells("learning_returning") if level == ALL]
    return [
        RestsOn(theme, number, of)
        for theme in themes
        for number, of in [now.counts("learning_returning", category=theme)]
        if number >= RETURNING and of >= KNOWN and 2 * number >= of
        if not now.counts("learning_actions", category=theme).number
    ]


def _hardly_audited(now: _Figures) -> list[RestsOn]:
    """Return the services without an audit, or with fewer than half of those planned."""
    levels = [level for level, _ in now.cells("audits_completed") if level != ALL]
    services = {level: now.row("audits_completed", level) for level in levels}
    return [
        RestsOn(level, _whole(each.number), _whole(each.of))
        for level, each in services.items()
        if each.of != 0 and (each.number == 0 or 2 * each.number < each.of)
    ]
