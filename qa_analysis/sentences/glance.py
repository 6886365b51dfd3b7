"""The tiles of the first screen: each answers one question, from the verdicts of the rules.

A tile has a verdict in words and with a sign, numbers for one small picture, and some three lines. What each verdict
rests on is told at the foot of the page (`sentences.verdicts.rules`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from qa_analysis.contract.columns import FAMILIES, QUESTIONS
from qa_analysis.metrics.actions import steps_to_do
from qa_analysis.metrics.share import SMALL
from qa_analysis.sentences.feedback import scores
from qa_analysis.sentences.phrases import BEFORE, was
from qa_analysis.sentences.verdicts import (
    NONE,
    Sign,
    first_word,
    grades_word,
    has,
    moved,
    not_known_who_waits,
    not_recorded,
    trust_word,
    unlike_now_and_before,
    waiting_word,
)
from qa_analysis.text import day, fold, listed, percent, plural, quoted

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings
    from qa_analysis.metrics.verdicts import Counts, Grades, Question, Side, Trust
    from qa_analysis.page.report import Report

PROGRAMME, VOICES = "Monthly audit programme", "What families and partners told us: positive"
WHY = "why-these"  # where the rules stand
SERVICES_SHOWN, SERVICES_LEFT = 6, 3  # of more services than can be shown only the first are; on a desk one more can
LATE_SHOWN = 3  # of more, two and how many there are besides
QUOTE, ACTION, LEAD = 120, 60, 40  # letters: what is longer stands whole in its section
_CHILDREN = {
    "child", "children", "youngperson", "youngpeople", "careleaver", "careleavers", "boy", "girl", "son", "daughter",
    "teenager", "pupil",
}  # fmt: skip


class Share(NamedTuple):
    """A share in large figures: the measure, how it is printed, its name and its counts."""

    measure: str
    large: str
    name: str
    counts: str


class Part(NamedTuple):
    """One part of a bar or of a row of unit squares: its look, how many, and of what."""

    look: str
    number: int
    words: str


class Table(NamedTuple):
    """A row a service: headings, and the cells of each row, whose first is its name; the row that stands out."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    first: bool = False
    on_a_phone: int = SERVICES_SHOWN  # rows there


class Tile(NamedTuple):
    """A question with its answer; `more` is what leads to the section that tells more, and that section."""

    question: str
    sign: Sign
    verdict: str
    more: tuple[str, str] = ("", "")
    lines: Sequence[str | None] = ()
    shares: Sequence[Share] = ()
    services: Table | None = None
    caption: str = ""  # of the squares, or of the bar
    squares: Sequence[Part] = ()
    bar: Sequence[Part] = ()
    quotes: Sequence[tuple[str, str]] = ()
    points: Sequence[tuple[str, str, str]] = ()  # what is set bold, what follows, and what there is room for on a desk
    numbered: Sequence[str] = ()


def grades(report: Report) -> Tile:
    """Return whether grades are better or worse than the quarter before."""
    found = report.verdicts.grades
    sign, verdict = grades_word(found, report.settings)
    graded = found.good.now.of
    few = 0 < graded < SMALL
    return Tile(
        f"Are grades better or worse than {BEFORE}?", sign, verdict, ("Grades", PROGRAMME),
        lines=[
            _before_of_few(report) if few else moved(found, report.settings),
            _done(report), _at_random(report), _why_unlike(found, report.settings),
        ],
        shares=[_share(report, name) for name in ("good_or_better", "inadequate")] if graded >= SMALL else [],
        caption=plural(graded, "graded audit") if few else "", squares=_graded(report) if few else [],
    )  # fmt: skip


def _share(report: Report, name: str) -> Share:
    now, before = report.now(name), report.before(name)
    settings = report.settings
    words = settings.good_words if name == "good_or_better" else settings.failing_words
    printed = "" if before.percent is None else f", was {percent(before.percent, 100)}, as printed"
    earlier = f", was {before.count} of {before.of}" if before.of else printed
    since, since_then = report.was(name), report.was(name, earlier=1) if earlier else ""
    return Share(name, percent(now.count, now.of or 0), words, f"{now.count} of {now.of}{since}{earlier}{since_then}")


def _graded(report: Report) -> list[Part]:
    """Return the audits of a quarter with few by grade: Good, failing, and those between."""
    good, weak, settings = report.now("good_or_better"), report.now("inadequate"), report.settings
    between = (good.of or 0) - good.count - weak.count
    parts = [
        Part("kept", good.count, settings.good_words), Part("between", between, _between(settings)),
        Part("lowered", weak.count, settings.failing_words),
    ]  # fmt: skip
    return [part for part in parts if part.number or part.look != "between"]


def _between(settings: Settings) -> str:
    names = [grade.name for grade in settings.grades if not grade.good and not grade.failing]
    return names[0] if len(names) == 1 else "between"


def _before_of_few(report: Report) -> str | None:
    good, weak, settings = report.before("good_or_better"), report.before("inadequate"), report.settings
    if not good.of:
        return None
    words = f"{good.count} of {good.of} {settings.good_words}, {weak.count} {settings.failing_words}"
    return f"{BEFORE.capitalize()}: {words}."


def _done(report: Report) -> str:
    done, without = report.now("audits_completed"), report.now("audits_not_graded").count
    within = done.of and done.count <= done.of
    audits = f"{done.count} of {plural(done.of or 0, 'planned audit')}" if within else plural(done.count, "audit")
    audits += report.was("audits_completed")
    more = f" ({done.of} {was(done.of)} planned)" if done.of and not within else ""
    not_graded = f"; {without} {has(without)} no grade" if without else ""
    return f"{audits} {was(done.count)} done{more}{not_graded}." if done.count or done.of else "No audit was done."


def _at_random(report: Report) -> str | None:
    now, before = (of("good_or_better_at_random") for of in (report.now, report.before))
    if not now.of:
        return None
    few = min(now.of, before.of or now.of) < SMALL
    now_said, then_said = (
        f"{each.count} of {each.of}" if few else percent(each.count, each.of or 0) for each in (now, before)
    )
    earlier = f", was {then_said}" if before.of else ""
    return f"Records chosen at random: {now_said} {report.settings.good_words}{earlier}."


def _why_unlike(found: Grades, settings: Settings) -> str | None:
    if found.verdict != "not comparable":
        return None
    what, now, before = unlike_now_and_before(found)
    what = what.replace("grades", f"grades of {settings.good_words}")
    return f"{now.number} of {now.of} {what}, was {before.number} of {before.of}."


def first_service(report: Report) -> Tile:
    """Return which service to look at first: a rule about children who wait for a re-audit."""
    found = report.verdicts.first
    services = found.services
    waiting, long = (sum(getattr(each, name) for each in services) for name in ("waiting", "long"))
    sign, verdict = first_word(found, report.settings)
    lines = {
        "first": f"The longest has waited {plural(services[0].longest, 'day')}." if services else "",
        "not recorded": not_known_who_waits(waiting, report.settings),
    }
    cut = f"{SERVICES_LEFT} of {len(services)} services are shown." if len(services) > SERVICES_SHOWN + 1 else None
    rule = "Services are compared by who waits, not by practice; some records may have closed."
    waited = found.verdict in ("first", "none stands out") or (found.verdict == "one service" and long)
    return Tile(
        "Which service should we look at first?", sign, verdict, ("Services", PROGRAMME),
        lines=[lines.get(found.verdict), cut, rule if waited else None, _beside_the_rest(report)],
        services=_services(report, found.verdict),
    )  # fmt: skip


def _services(report: Report, verdict: str) -> Table | None:
    found, settings = report.verdicts.first.services, report.settings
    if not found:
        return None
    shown = found if len(found) <= SERVICES_SHOWN + 1 else found[:SERVICES_LEFT]
    headings = ["Service", settings.good_words, settings.failing_words]
    recorded = verdict != "not recorded"
    headings += ["Not re-audited", "Over six months"] if recorded else []
    rows = []
    for each in shown:
        good, weak = (report.now(name, level=each.level) for name in ("good_or_better", "inadequate"))
        cells = [f"{good.count} of {good.of}" if good.of else NONE, str(weak.count) if weak.of else NONE]
        cells += [f"{each.waiting} of {each.so_far}" if each.so_far else "0", str(each.long)] if recorded else []
        rows.append([settings.level_name(each.level), *cells])
    on_a_phone = SERVICES_LEFT if len(found) > SERVICES_SHOWN else SERVICES_SHOWN
    return Table(headings, rows, verdict == "first", on_a_phone)


def _beside_the_rest(report: Report) -> str | None:
    beside, names = report.verdicts.beside, report.settings.level_names
    if len(beside) < 2:
        return None
    if all(each.verdict == "too few" for each in beside.values()):
        return "Too few audits to compare the services’ grades."
    different = [names[level] for level, each in beside.items() if each.verdict == "different"]
    said = (
        f"Grades clearly differ from the rest: {listed(different)}" if different
        else "No service’s grades clearly differ from the rest"
    )  # fmt: skip
    return f"{said}."


def waiting(report: Report) -> Tile:
    """Return how many records of a service wait for a re-audit, and how its grades stand beside the others'."""
    found, settings = report.verdicts, report.settings
    sign, verdict = waiting_word(found)
    now, failing = found.waiting, settings.failing_words
    closed = "it" if now.waiting == 1 else "some"
    so_far = (
        f"{now.waiting} of {plural(now.so_far, 'record')} graded {failing} so far {has(now.waiting)} not been "
        f"re-audited; {closed} may have closed."
        if now.waiting
        else f"Of {plural(now.so_far, 'record')} graded {failing} so far, none waits for a re-audit."
    )
    if not_recorded(found):
        so_far = f"{not_known_who_waits(now.waiting, settings)} {closed.capitalize()} may have closed."
    beside = found.beside.get(report.level)
    said = {
        "different": "Its grades clearly differ from the other services’.",
        "no clear difference": "Its grades do not clearly differ from the other services’.",
        "too few": "Too few audits to compare its grades with the other services’.",
    }
    return Tile(
        "Who waits for a re-audit?", sign, verdict, ("Re-audits", PROGRAMME),
        lines=[
            so_far if now.so_far else f"No record has been graded {failing} so far.",
            said[beside.verdict] if beside else None,
        ],
    )  # fmt: skip


def trust(report: Report) -> Tile:
    """Return whether second readers agree with the auditors."""
    found, words = report.verdicts.trust, report.settings.good_words
    sign, verdict = trust_word(found, report.settings)
    good, upheld = found.good, found.upheld
    parts = [Part("kept", good.kept, "stayed"), Part("lowered", good.crossed, "fell below")]
    parts += [Part("alone", good.not_checked, "not checked")] if good.not_checked else []
    weaker = _weaker(report, found.below)
    lines = {
        "not checked": "No grade had a second reader.",
        "counts only": f"{_needed(found, words)}{weaker}.",
    }
    kept = f"Second readers upheld {upheld.number} of {upheld.of} grades{_percent(upheld)}"
    return Tile(
        "Can we trust the grades?", sign, verdict, ("Moderation", "Moderation"),
        lines=[
            lines.get(found.verdict, f"{kept}{weaker}."),
            "Checks were not drawn at random." if upheld.of and good.not_checked + found.below.not_checked else None,
        ],
        caption=f"Auditors’ grades of {words}: {sum(good) or 'none'}", squares=parts if sum(good) else [],
    )  # fmt: skip


def _percent(figure: Counts) -> str:
    return f" ({percent(*figure)})" if figure.of >= SMALL else ""


def _needed(found: Trust, words: str) -> str:
    """Return which condition of the test is not met."""
    if min(found.good.checked, found.below.checked) >= SMALL:
        return "No more can be said: the weaker grades were checked less than half as often"
    sides = ((found.good, f" of {words}"), (found.below, f" below {words}"))
    few = [name for side, name in sides if side.checked < SMALL]
    return f"Too few checked grades{few[0] if len(few) == 1 else ''} to say more"


def _weaker(report: Report, below: Side) -> str:
    """Return how many of the weaker grades checked rose to Good or better, and how many were lowered further."""
    words, settings = report.settings.good_words, report.settings
    if not below.checked:
        return ""
    place = {grade.name: number for number, grade in enumerate(settings.grades)}
    pairs = report.cells("moderation_outcome").reindex(columns=["first_grade", "final_grade", "count"])
    weak = pairs[~pairs["first_grade"].isin(settings.good_grades) & pairs["count"].gt(0)]
    fell = weak[weak["final_grade"].map(place) > weak["first_grade"].map(place)]
    number = int(fell["count"].sum())
    worst = [grade.name for grade in settings.grades if grade.failing]
    to = f" to {settings.failing_words}" if fell["final_grade"].isin(worst).all() else ""
    if below.checked == 1:
        became = "rose to it" if below.crossed else f"was lowered{to}" if number else "did not rise"
        return f"; the one grade below {words} that was checked {became}"
    lowered = f", {number} {was(number)} lowered{to}" if number else ""
    return f"; of {below.checked} weaker ones {below.crossed or 'none'} rose to {words}{lowered}"


def families(report: Report) -> Tile:
    """Return what families and partners said: in the analyst's sentence, else in counts and scores.

    On a service's page quotes and scores stand in their sections alone, which are near.
    """
    found = report.verdicts.families
    number = found.positive.quotes + found.learning.quotes
    if not number:
        return Tile("What did families and partners say?", "unknown", "No comment was recorded")
    written, quotes = [], []
    if report.whole_service:
        written = report.written(FAMILIES)  # it is about all of them
        quotes = [quote for tone in ("Positive", "Learning") for quote in _quote(report, tone)]
    return Tile(
        "What did families and partners say?", "said",
        f"{found.positive.quotes} positive, {found.learning.quotes} to learn from",
        ("Their words", VOICES),
        lines=[
            *(f"{text} (Analyst)" for text in written),
            scores(report) if report.whole_service and not written else None, _recorded(number),
        ],
        quotes=quotes,
    )  # fmt: skip


def _recorded(number: int) -> str:
    return f"{plural(number, 'quote')} recorded; how many families were asked is not known."


def _quote(report: Report, tone: str) -> list[tuple[str, str]]:
    """Return the first quote of a tone, a child's before others, with who said it; none where there is none."""
    quotes = report.rows("feedback", tone=tone).to_dict("records")
    first = sorted(quotes, key=lambda quote: fold(str(quote["source"])) not in _CHILDREN)[:1]
    return [(shorten(str(quote["quote"]), QUOTE, placeholder=" …"), _who(quote)) for quote in first]


def _who(quote: dict[Any, Any]) -> str:
    scored = f", {quote['score']:g}/{quote['score_out_of']:g}" if pd.notna(quote["score"]) else ""
    return f"{quote['source']}{scored}"


def actions(report: Report) -> Tile:
    """Return which actions are late or undated at the quarter's end, and what is due next."""
    found = report.verdicts.actions
    number = sum(found[1:])
    told: dict[str, tuple[Sign, str]] = {
        "late": ("look", f"{plural(found.late, 'action')} late{f', {found.undated} undated' if found.undated else ''}"),
        "undated": ("look", f"{plural(found.undated, 'action')} undated"),
        "in time": ("well", "Nothing is late"),
        "all done": ("well", "All is done"),
        "none": ("unknown", "No action was recorded"),
    }
    sign, verdict = told[found.verdict]
    parts = [
        Part("done", found.done, "done"), Part("in-time", found.in_time, "in time"),
        Part("undated", found.undated, "undated"), Part("late", found.late, "late"),
    ]  # fmt: skip
    end = day(report.quarter.end_time)
    return Tile(
        "What is late, and what is next?", sign, verdict,
        ("All actions", "Our response: actions") if number else ("", ""),
        caption=f"{plural(number, 'action')}, as recorded at {end}" if number else "",
        bar=[part for part in parts if part.number], points=_late_and_next(report),
    )  # fmt: skip


def _late_and_next(report: Report) -> list[tuple[str, str, str]]:
    """Return the late actions, the longest first, and the step that is due next, each with who leads."""
    steps = steps_to_do(report.data.actions, report.quarter)
    late = steps[steps["days_late"].notna()].drop_duplicates("action_id")
    end = report.quarter.end_time
    most = LATE_SHOWN if len(late) <= LATE_SHOWN else LATE_SHOWN - 1
    shown = [
        (f"{_how_late(step['days_late'], end)}:", _named(step), _lead(step))
        for step in late.head(most).to_dict("records")
    ]
    more = len(late) - len(shown)
    ahead = steps[steps["due"].notna() & steps["days_late"].isna() & ~steps["done_later"]].head(1)
    then = [
        (f"Next, {_day(step['due'], end)}:", f"{_named(step)}{_lead(step)}", "") for step in ahead.to_dict("records")
    ]
    if len(steps) and not then:
        then = [("Next:", "no dated step lies ahead", "")]
    return [*shown, *([(f"{more} more late", "", "")] if more > 0 else []), *then]


def _day(due: pd.Timestamp, end: pd.Timestamp) -> str:
    return day(due) if due.year != end.year else f"{due.day} {due:%B}"


def _how_late(days: int, end: pd.Timestamp) -> str:
    return f"{plural(int(days), 'day')} late" if days else f"Late, due {_day(end, end)}"


def _named(step: dict[Any, Any]) -> str:
    return shorten(str(step["action"]).rstrip(". "), ACTION, placeholder=" …")


def _lead(step: dict[Any, Any]) -> str:
    return f" ({shorten(step['lead'], LEAD, placeholder=' …')})" if pd.notna(step["lead"]) else ""


def questions(report: Report) -> Tile:
    """Return what the board should ask: the analyst's questions, else those that the fixed rules raise."""
    written = report.written(QUESTIONS)
    asked = written or [_ASKED[each.topic](each, report) for each in report.verdicts.questions]
    none = "The fixed rules raise no question; that is not assurance."
    verdict = plural(len(asked), "question") if asked else "No question"
    return Tile(
        "What should the board ask?", "ask" if asked else "unknown", verdict,
        ("", "") if written else ("Why these", WHY),
        lines=["(Analyst)"] if written else [] if asked else [none], numbered=asked,
    )  # fmt: skip


def _about_safety(question: Question, report: Report) -> str:
    number = question.rests_on[0].number
    records = f"{plural(number, 'record')} graded {report.settings.failing_words}"
    return f"{records}: has a manager confirmed{'' if number == 1 else ' for each'} that the child is safe?"


def _about_second_failures(question: Question, _: Report) -> str:
    number = question.rests_on[0].number
    return f"{plural(number, 'record')} {has(number)} failed a second time so far: what will be different now?"


def _about_long_waits(question: Question, _: Report) -> str:
    number = question.rests_on[0].number
    still = "is it still open" if number == 1 else "which are still open"
    waiting = f"{plural(number, 'record')} {has(number)} waited since earlier quarters"
    return f"{waiting}: {still}, and what was done since?"


def _about_re_audits(question: Question, report: Report) -> str:
    number = question.rests_on[0].number
    records = f"{plural(number, 'record')} graded {report.settings.failing_words}"
    return f"No re-audit is recorded of {records}: {'was it' if number == 1 else 'were they'} read again?"


def _about_good_grades(_: Question, report: Report) -> str:
    left, words = report.verdicts.trust.good.not_checked, report.settings.good_words
    it = "it" if left == 1 else "they"
    return f"{plural(left, 'grade')} of {words} {was(left)} not checked: should {it} be?"


def _about_actions(question: Question, _: Report) -> str:
    does = {"late": "be finished", "undated": "get a date"}
    parts = [
        f"the {f'{each.number} ' if each.number > 1 else ''}{each.name} action{'s' if each.number > 1 else ''} "
        f"{does[each.name]}"
        for each in question.rests_on
    ]
    return f"When will {listed(parts)}?"


def _about_themes(question: Question, _: Report) -> str:
    themes = question.rests_on
    named = [f"{quoted(each.name)} ({each.number} of {each.of} quarters)" for each in themes[:2]]
    more = [plural(len(themes) - 2, "more theme")] if len(themes) > 2 else []
    back = "comes back and no action names it" if len(themes) == 1 else "come back and no action names them"
    return f"{listed([*named, *more])} {back}: what will change?"


def _about_services(question: Question, report: Report) -> str:
    names = report.settings.level_names
    without = [names[each.name] for each in question.rests_on if not each.number]
    few = [
        f"{names[each.name]} had {each.number} of {each.of} planned audits" for each in question.rests_on if each.number
    ]
    had = listed([*([f"{listed(without)} had no audit"] if without else []), *few])
    return f"{had}: why, and when will {'the others be done' if few else 'they have some'}?"


_ASKED: dict[str, Callable[[Question, Report], str]] = {
    "inadequate": _about_safety,
    "failed again": _about_second_failures,
    "waiting since earlier quarters": _about_long_waits,
    "no re-audit recorded": _about_re_audits,
    "good grades lowered": _about_good_grades,
    "late or undated actions": _about_actions,
    "theme without action": _about_themes,
    "service without audits": _about_services,
}
