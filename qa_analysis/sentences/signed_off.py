"""Sentences about a quarter that is signed off, or not yet, and about what is another since."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from qa_analysis.contract.quarters import quarter_name
from qa_analysis.metrics.restated import causes
from qa_analysis.sentences.phrases import was
from qa_analysis.text import day, listed, percent, plural

if TYPE_CHECKING:
    from qa_analysis.metrics.restated import Printed
    from qa_analysis.page.report import Report
    from qa_analysis.store.signed_off import SignedOff, Since

DRAFT = "Draft"
ABOUT = "About these figures"  # the section that has what is another now


def by_whom(record: SignedOff) -> str:
    """Return by which role a quarter was signed off, and when."""
    return f"signed off by {record.by} on {day(record.on)}"


def state(record: SignedOff | None, since: Since | None = None) -> str:
    """Return that a quarter is a draft, or by which role it was signed off, and whether anything is another since."""
    if record is None:
        return DRAFT
    told = f"S{by_whom(record)[1:]}."
    if since is None:
        return told
    return f"{told} {'Figures have' if since.figures else 'Nothing has'} changed since then."


def headlines_changed(report: Report) -> str | None:
    """Return of which quarters headline figures are others than those signed off; nothing where none is."""
    changed = {quarter: len(each.figures.headlines) for quarter, each in report.since.items() if each.figures.headlines}
    if not changed:
        return None
    if not report.whole_service:
        return (
            "Headline figures of the whole service have changed since they were signed off; the board’s report says "
            "which."
        )
    told = [
        f"{number} of {'this quarter' if quarter == report.quarter else quarter_name(quarter)}"
        for quarter, number in sorted(changed.items(), reverse=True)
    ]
    number = sum(changed.values())
    figures = f"{'Headline figures have' if number > 1 else 'A headline figure has'} changed since"
    return f"{figures} {'they were' if number > 1 else 'it was'} signed off: {listed(told)}; see {ABOUT}."


def changed_since(since: Since) -> str:
    """Return how many figures of a signed-off quarter are others now, and why, as far as its rows tell."""
    headlines, smaller = len(since.figures.headlines), since.figures.smaller
    figures = [
        plural(headlines, "headline figure") if headlines else "no headline figure",
        f"{smaller:,} smaller {'one' if smaller == 1 else 'ones'}" if smaller else "",
    ]
    number = headlines + smaller
    counted = listed(filter(None, figures))
    have = "has" if number == 1 else "have"
    whose = f"{quarter_name(since.quarter)}, {by_whom(since.record)}"
    return " ".join([f"{whose}: {counted} {have} changed.", *_reasons(since)])


def _reasons(since: Since) -> list[str]:
    definition = listed(_definitions(since))
    if since.audits is None:
        rows = "Which audits have changed cannot be told: the key in data/signed_off is missing, or another one."
        return [rows, *([f"A definition is another: {definition}."] if definition else [])]
    rows = listed(f"{plural(number, 'audit')} {was(number)} {what}" for number, what in causes(since.audits))
    if rows:
        return [f"Since then {rows}.", *([f"A definition is another, too: {definition}."] if definition else [])]
    same = "No audit was added, taken out, graded again or moderated since then"
    return [f"{same}; a definition is another: {definition}." if definition else f"{same}; other rows were changed."]


def _definitions(since: Since) -> list[str]:
    settings = f"the {'setting' if len(since.settings) == 1 else 'settings'} {listed(since.settings)}"
    program = "the version of qa_analysis, {} then and {} now".format(*since.program) if since.program else ""
    return [each for each in (settings if since.settings else "", program) if each]


def printed(figure: Printed) -> str:
    """Return a figure in counts, or as a percentage where it has none; a dash where there was none at all.

    Examples
    --------
    >>> from qa_analysis.metrics.restated import Printed
    >>> [printed(each) for each in (Printed(25, 66), Printed(66), Printed(percent=37.9), Printed())]
    ['25 of 66', '66', '38%', '–']
    """
    if not isnan(figure.number):
        return f"{figure.number:,.0f}" + ("" if isnan(figure.of) else f" of {figure.of:,.0f}")
    return "–" if isnan(figure.percent) else percent(figure.percent, 100)
