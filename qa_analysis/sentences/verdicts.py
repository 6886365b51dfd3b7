"""Words for the verdicts of the rules: the bottom line, an answer with its sign, and what they rest on.

The first screen and the list of quarters say them alike.
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from qa_analysis.metrics.verdicts import MANY_LOWERED
from qa_analysis.sentences.phrases import BEFORE
from qa_analysis.text import count_of, listed, plural, signed

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings
    from qa_analysis.metrics.verdicts import Counts, FirstService, Grades, Trust, Verdicts
    from qa_analysis.page.report import Report
    from qa_analysis.sentences import Points

Sign: TypeAlias = Literal["up", "down", "steady", "look", "well", "unknown", "said", "ask"]
NONE = "–"


class Answer(NamedTuple):
    """A figure with its name, and the verdict that it goes with."""

    name: str
    figure: str
    sign: Sign
    verdict: str


def bottom_line(found: Verdicts, settings: Settings) -> str:
    """Return what the first three answers come to, in one or two sentences."""
    checked = "; ".join(filter(None, [_trust_told(found.trust, settings), _waiting_told(found)]))
    return f"{_grades_told(found.grades, settings)} {checked}."


def answers(found: Verdicts, settings: Settings) -> list[Answer]:
    """Return the first three answers, each with its main figure."""
    good, upheld = found.grades.good.now, found.trust.upheld
    long = NONE if not_recorded(found) else str(found.waiting.long)
    return [
        Answer(settings.good_words, count_of(*good) if good.of else NONE, *grades_word(found.grades, settings)),
        Answer("Waiting over six months", long, *first_word(found.first, settings)),
        Answer(
            "Upheld by second readers", count_of(*upheld) if upheld.of else NONE, *trust_word(found.trust, settings)
        ),
    ]


def grades_word(found: Grades, settings: Settings) -> tuple[Sign, str]:
    """Return whether grades are better or worse, with its sign."""
    told: dict[str, tuple[Sign, str]] = {
        "higher": ("up", "Higher"),
        "lower": ("down", "Lower"),
        "lower: more inadequate": ("down", f"Lower: more {settings.failing_words}"),
        "mixed": ("look", "Mixed"),
        "no clear change": ("steady", "No clear change"),
        "not comparable": ("unknown", f"Not comparable: {_unlike(found)}"),
        "too few": ("unknown", "Too few to tell"),
        "none graded": ("unknown", "No audit was graded"),
        "none graded before": ("unknown", f"No audit was graded {BEFORE}"),
        "no earlier quarter": ("unknown", "No earlier quarter"),
        "not known": ("unknown", f"Not known for {BEFORE}"),
    }
    return told[found.verdict]


def first_word(found: FirstService, settings: Settings) -> tuple[Sign, str]:
    """Return which service to look at first, with its sign."""
    if found.verdict == "first":
        return "look", settings.level_name(found.services[0].level)
    told: dict[str, tuple[Sign, str]] = {
        "none stands out": ("steady", "No service stands out"),
        "none waiting": ("well", "No record is waiting"),
        "not recorded": ("look", "Re-audits are not recorded"),
        "one service": ("steady", "Only one service was audited"),
    }
    return told[found.verdict]


def trust_word(found: Trust, settings: Settings) -> tuple[Sign, str]:
    """Return whether the grades can be trusted, with its sign."""
    told: dict[str, tuple[Sign, str]] = {
        "lowered": ("look", f"Grades of {settings.good_words} often lowered when checked"),
        "raised": ("look", "Grades often raised when checked"),
        "mostly agree": ("well", "Second readers mostly agree"),
        "often disagree": ("look", "Second readers often disagree, both ways"),
        "counts only": ("unknown", f"{found.upheld.number} of {plural(found.upheld.of, 'checked grade')} upheld"),
        "not checked": ("unknown", "Not checked"),
    }
    return told[found.verdict]


def waiting_word(found: Verdicts) -> tuple[Sign, str]:
    """Return how many wait for a re-audit, with its sign."""
    now = found.waiting
    if not_recorded(found):
        return "look", "Re-audits are not recorded"
    if not now.waiting:
        return "well", "No record is waiting"
    return ("look", f"{now.long} over six months") if now.long else ("steady", "No wait over six months")


def not_recorded(found: Verdicts) -> bool:
    """Tell whether records were graded Inadequate, and no re-audit is recorded of any."""
    return found.waiting.waiting > 0 and found.first.verdict == "not recorded"


def not_known_who_waits(number: int, settings: Settings, because: str = ";") -> str:
    """Return that of so many records graded Inadequate nobody knows which still wait for a re-audit."""
    records = f"{plural(number, 'record')} {has(number)} been graded {settings.failing_words}"
    return f"{records}{because} {'whether it still waits' if number == 1 else 'how many still wait'} is not known."


def unlike_now_and_before(found: Grades) -> tuple[str, Counts, Counts]:
    """Return what another part of the two quarters has, and that part of both."""
    if "checked" in found.not_alike:
        return "grades were checked", *found.checked
    return "records were chosen at random", *found.at_random


def _unlike(found: Grades) -> str:
    what, now, before = unlike_now_and_before(found)
    more = "more" if now.number * before.of > before.number * now.of else "fewer"
    return f"{more} {what}"


def _grades_told(found: Grades, settings: Settings) -> str:
    """Return what can be said of the grades as a sentence."""
    because = moved(found, settings)
    because = because[:1].lower() + because[1:]
    now, before = found.good.now.of, found.good.before.of
    return {
        "higher": f"Grades are higher than {BEFORE}: {because}",
        "lower": f"Grades are lower than {BEFORE}: {because}",
        "lower: more inadequate": f"Grades are lower than {BEFORE}: {because}",
        "mixed": f"Grades are mixed beside {BEFORE}: {because}",
        "no clear change": "Grades show no clear change.",
        "not comparable": f"Grades cannot be compared: {_unlike(found)}.",
        "too few": f"Too few audits to tell whether grades changed: {now} graded, {before} {BEFORE}.",
        "none graded": "No audit was graded.",
        "none graded before": f"No audit was graded {BEFORE}, so grades cannot be compared.",
        "no earlier quarter": "There is no earlier quarter to compare grades with.",
        "not known": f"How many audits were graded {BEFORE} is not known, so grades cannot be compared.",
    }[found.verdict]


def moved(found: Grades, settings: Settings) -> str:
    """Return which shares moved clearly and which way; nothing where none did, or it cannot be told."""
    shares = {settings.good_words: found.good, settings.failing_words: found.inadequate}
    size = {"higher": "larger", "lower": "smaller"}
    told = [f"a {size[each.direction]} share is {grade}" for grade, each in shares.items() if each.direction in size]
    return f"A{listed(told)[1:]}." if told and found.verdict != "not comparable" else ""


def _trust_told(found: Trust, settings: Settings) -> str:
    good, below, upheld, words = found.good, found.below, found.upheld, settings.good_words
    return {
        "lowered": f"{good.crossed} of {good.checked} grades of {words} fell below it when checked",
        "raised": f"{below.crossed} of {below.checked} weaker grades rose to {words} when checked",
        "not checked": "No grade had a second reader",
    }.get(found.verdict, f"Second readers upheld {upheld.number} of {plural(upheld.of, 'grade')}")


def _waiting_told(found: Verdicts) -> str:
    """Return how many have waited for long; nothing where the records do not reach back far enough to tell of any.

    Of a quarter before without audits nobody knows who waited then.
    """
    now, before = found.waiting, found.waited.long
    if not_recorded(found):
        return "no re-audit is recorded"
    if now.long:
        earlier = f" ({before or 'none'} {BEFORE})" if found.long_known and found.waited.so_far else ""
        return f"{plural(now.long, 'record')} {has(now.long)} waited over six months for a re-audit{earlier}"
    return "no record has waited over six months for a re-audit" if found.long_known else ""


def has(number: int) -> str:
    """Return “has” for one and “have” for any other number."""
    return "has" if number == 1 else "have"


def rules(report: Report) -> Points:
    """Return by which rule each answer of the first screen was given, and the figures that it rests on."""
    found, settings = report.verdicts, report.settings
    failing = settings.failing_words
    services = (
        f"the one with most records graded {failing} that have waited over six months for a re-audit, by two or more. "
        "It is about children who wait, and no ranking of practice. A service’s grades are said to differ from the "
        "rest by a 99% interval, from ten audits up on both sides."
    )
    questions = (
        f"four at most, in this order: records graded {failing}; those that failed a second time; those waiting since "
        f"earlier quarters, or no re-audit recorded; ten or more grades of {settings.good_words} checked and "
        f"{MANY_LOWERED} or more fallen below it; late or undated actions; a theme of learning in three "
        "quarters or more, and in half of four or more, that no action names; a "
        "service without audits, or with less than half of its plan."
    )
    return [
        ("Grades", _grades_rule(found.grades, settings, "97.5%" if report.whole_service else "99%")),
        *([("Which service first", services)] if report.whole_service else []),
        ("Trust", _trust_rule(found.trust, settings)),
        *([("Questions", questions)] if report.whole_service else []),
    ]


def _grades_rule(found: Grades, settings: Settings, level: str) -> str:
    shares = {settings.good_words: found.good, settings.failing_words: found.inadequate}
    points = [
        f"{name} {signed(share.points)} points ({signed(share.low)} to {signed(share.high)})"
        for name, share in shares.items()
        if not isnan(share.low)
    ]
    sizes = [f"a {way} of {size:.0f}" for way, size in (("rise", found.rise), ("fall", found.fall)) if not isnan(size)]
    shown = f"{listed(sizes, 'or')} points in {settings.good_words} shows four times in five, a smaller one more seldom"
    said = [
        f"higher or lower only where the {level} interval of the difference leaves out 0, from ten graded audits up in "
        "both quarters; else “no clear change”, which is not “no change”. Where the part of the grades of "
        f"{settings.good_words} that were checked, or of records chosen at random, moved by 10 points or "
        "more, only if the auditors’ own grades (or the "
        "random records) moved the same way; else “not comparable”.",
        f"Here: {listed(points)}." if points else "",
        f"With these numbers {shown}." if sizes else "",
    ]
    return " ".join(filter(None, said))


def _trust_rule(found: Trust, settings: Settings) -> str:
    good, below = found.good, found.below
    p = "" if isnan(found.p) else f", p {'< 0.001' if found.p < 0.001 else f'= {found.p:.3f}'}"
    fell, rose, words = good.crossed or "none", below.crossed or "none", settings.good_words
    here = f"Here, of grades checked, {fell} fell below {words} and {rose} rose to it{p}; other changes do not count."
    return (
        f"by the grades that crossed the line between {words} and the rest, with an exact McNemar test, from ten "
        "checked on each side up, and those below checked at no less than half the rate of those above. Of "
        "grades that were not "
        f"checked nothing is said. {here if found.upheld.of else 'Here none was checked.'}"
    )
