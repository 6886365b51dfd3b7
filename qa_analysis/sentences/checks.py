"""What the figures say of a written finding that is itself a count: that it agrees with the audits, or their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa_analysis.contract.levels import names_level
from qa_analysis.contract.quarters import months_of
from qa_analysis.metrics.catalogue import MEASURES
from qa_analysis.metrics.share import SMALL
from qa_analysis.sentences.phrases import BEFORE

if TYPE_CHECKING:
    from qa_analysis.page.report import Report

AGREES = "✓ agrees with the audits"
_BEFORE = r"quarter before|(?:last|previous|earlier) quarter"
_OTHER_QUARTER = re.compile(rf"{_BEFORE}|last year|Q[1-4]\b", re.IGNORECASE)
_UP, _DOWN = r"(?:more|higher|larger|rose|increase\w*)", r"(?:fewer|less|lower|smaller|fell|decrease\w*)"
_MOVEMENT = re.compile(rf"\b(?:{_UP}|{_DOWN})\b.*(?:{_BEFORE})", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:no|not|neither|nor|never|without)\b|n['’]t\b", re.IGNORECASE)


def check_of(report: Report, text: str, level: str, theme: str = "") -> str:
    """Return the tag of a finding of a service, or of all (`ALL`); nothing where it is no count that can be told.

    Two forms are told. “5 of 6 (83%) re-audited records improved”: a share in the words of its measure. “No audit was
    graded Inadequate in August or September”; under ten audits that gets the count, for it may be chance. One that
    speaks of another quarter too, of a practice area, or of a service without being written for it, is left alone, for
    it might be read in two ways. “Fewer Inadequate grades than last quarter” gets the counts of both quarters, ✗ where
    neither count nor share moved that way, and never ✓.
    """
    if any(_names_area(said, area) for said in (f"{theme}:", text) for area in report.settings.practice_areas):
        return ""
    codes = [code for code in report.settings.level_names if names_level(text, code, report.settings)]
    if codes and codes != [level]:
        return ""
    if _OTHER_QUARTER.search(text):
        return _counts_of_both(report, text, level) if _MOVEMENT.search(text) else ""
    found = [*_shares(report, text, level), *_months_without(report, text, level)]
    wrong = [figure for right, figure in found if right is False]
    few = [figure for right, figure in found if right is None]
    return f"✗ {wrong[0]}" if wrong else "; ".join(few) if few else AGREES if found else ""


def _names_area(text: str, area: str) -> bool:
    """Tell whether a text names a practice area, or begins with how its name begins: “Visits: …”."""
    head, colon, _ = text.partition(":")
    in_short = colon and re.match(rf"{re.escape(head)}\b", area, re.IGNORECASE) and head
    return bool(in_short or re.search(rf"\b{re.escape(area)}\b", text, re.IGNORECASE))


def _counts_of_both(report: Report, text: str, level: str) -> str:
    """Return the counts of this quarter and the one before of the grades that a text names."""
    settings = report.settings
    grades = {settings.failing_words: "inadequate", settings.good_words: "good_or_better"}
    told = []
    for words, name in grades.items():
        now, before = report.now(name, level=level), report.before(name, level=level)
        if not now.of or not re.search(rf"\b{re.escape(words)}\b", text, re.IGNORECASE):
            continue
        if not before.of:
            unknown = f"{BEFORE} is not known" if before.of is None else f"no audit {BEFORE}"
            told.append(f"? {words}: {now.count} of {now.of}; {unknown}")
            continue
        way = _way_claimed(text, words)
        moves = (now.count - before.count, now.count * before.of - before.count * now.of)
        wrong = way and all(way * move <= 0 for move in moves)
        told.append(f"{'✗ ' if wrong else ''}{words}: {now.count} of {now.of}, {BEFORE} {before.count} of {before.of}")
    return "; ".join(told)


def _way_claimed(text: str, words: str) -> int:
    """Return 1 where a text says that grades rose, -1 where it says that they fell, 0 where it may say either."""
    between = r"(?:\s+[\w’'-]+){0,5}?\s+"
    grade = re.escape(words)
    ways = [
        way
        for way, said in ((1, _UP), (-1, _DOWN))
        if re.search(rf"\b{said}{between}{grade}\b|\b{grade}{between}{said}\b", text, re.IGNORECASE)
    ]
    return ways[0] if len(ways) == 1 and not _DENIED.search(text) else 0


def _shares(report: Report, text: str, level: str) -> Iterator[tuple[bool, str]]:
    """Yield for each share of the text whether it is that of the quarter, and that one."""
    for measure in MEASURES:
        if not all(measure.said) or measure.by:
            continue
        words = (measure.of.one, measure.of.many), measure.said
        population, said = ("|".join(re.escape(measure.called(each, report.settings)) for each in two) for two in words)
        percent = r"(?:\(\d+%\) )?"
        form = rf"\b(\d+) of (?:the )?(\d+) {percent}(?:{population}) {percent}(?:{said})\b"
        for count, of in re.findall(form, text, re.IGNORECASE):
            figure = report.now(measure.name, level=level)
            yield (int(count), int(of)) == (figure.count, figure.of), figure.share if figure.of else "none recorded"


def _months_without(report: Report, text: str, level: str) -> Iterator[tuple[bool | None, str]]:
    """Yield for each month in which the text says that no audit failed whether that is so, and how many did.

    None stands for “so it is, and of under ten audits”.
    """
    months = {f"{month:%B}": month for month in months_of(report.quarter)}
    failing, names = re.escape(report.settings.failing_words), "|".join(months)
    before = rf"\bno (?:[\w&’' ]+ )?audit (?:in the whole service )?was graded {failing} in"
    table = report.figures("inadequate", by_month=True, every_level=True)
    rows = table[table["level_of_need"] == level].fillna({"count": 0, "denominator": 0})
    graded = {row["month"]: (int(row["count"]), int(row["denominator"])) for row in rows.to_dict("records")}
    for *named, year in re.findall(rf"{before} ({names})(?: or ({names}))?(?: (\d{{4}}))?\b", text, re.IGNORECASE):
        for month in (months[name.capitalize()] for name in named if name):
            if year in ("", str(month.year)):
                count, of = graded.get(month, (0, 0))
                right = None if not count and 0 < of < SMALL else not count and of > 0
                yield right, f"{count} of {of} in {month:%B}" if of else f"none graded in {month:%B}"
