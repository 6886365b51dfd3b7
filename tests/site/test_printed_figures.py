"""Every number printed in the board's page and in the pages of the services is a figure of figures.csv.

Looked at are sentences, tables, titles and the charts' alt texts. A number must be in a row of a measure that its part
of the page speaks of, and of the page's level of need: "8 of 45" wants a row with 8 of 45, a line of a table its count,
denominator, share and interval in one row. That a share follows from the counts beside it is tested in
`test_main_job`. Left out are dates, scores, steps of actions, and what people wrote themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from qa_analysis.text import rounded_percent, signed

QUARTER = "2025-26 Q2"
LEVELS = {"EH": "EH", "HP": "H&P", "CIC": "CIC", "CL": "CL"}
PAGES = {"quarterly_report": None} | {f"level_of_need_{name}": code for name, code in LEVELS.items()}
WRITTEN = (
    ".analyst, blockquote, .quotes figcaption, .steps td, .steps .group, .actions td, .action, .theme, nav, footer"
)
MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
SHORT = r"\b[A-Z][a-z]{2}(?:–[A-Z][a-z]{2} \d{2}| \d{4})\b"
NO_FIGURE = re.compile(
    rf"{SHORT}|(?:\d{{1,2}} )?{MONTH}(?: \d{{4}})?|\d{{4}}-\d{{2}} Q\d|\d\d(?:\.\d)?% interval|10 points or more|Scores out of 10|out of 10\b"
    r"|a score(?: out of 10)?:.*"
)
SHARE = re.compile(r"\| (\d+) \| (\d+) \| (\d+)%(?: \| (\d+) to (\d+))?")
PAIR = re.compile(r"(\d+) of (\d+)")
NUMBER = re.compile(r"[−+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")

_PROGRAMME = (
    "audits_completed|audits_not_graded|audits_moderated|selection|grade|good_or_better.*|inadequate.*|mix_of_services|target"
    "|sub_grade.*|green_shoots.*|reaudit.*|awaiting_reaudit.*|control_chart.*|team_.*"
)
SPEAKS_OF = {  # a heading: the measures that the part of the page under it may print
    "At a glance": "good_or_better(_lowered)?|moderation_upheld|moderation_crossing|awaiting_reaudit_long",
    "Are grades better or worse than the quarter before?": "audits_completed|audits_not_graded|good_or_better|inadequate"
    "|good_or_better_at_random|chosen_at_random|moderation_crossing",
    "Which service should we look at first?": "good_or_better|inadequate|inadequate_not_reaudited|awaiting_reaudit_long(est)?",
    "Who waits for a re-audit?": "inadequate_not_reaudited|awaiting_reaudit_long(est)?",
    "Can we trust the grades?": "moderation_.*",
    "What did families and partners say?": "feedback.*|rows_held_back",
    "What is late, and what is next?": "actions|actions_carried_over|action_days_overdue",
    "What should the board ask?": "inadequate|awaiting_reaudit.*|moderation_crossing|good_or_better_lowered|rows_held_back",
    "About these figures": "audits_completed|good_or_better|inadequate|moderation_changed|moderation_crossing.*"
    "|reaudits_improved|green_shoots|grades_change|change_that_shows",
    "Monthly audit programme": _PROGRAMME,
    "Services": _PROGRAMME,
    "Practice areas": _PROGRAMME,
    "Moderation": "audits_moderated|moderation_.*|good_or_better_(lowered|not_moderated|by_auditor)",
    "Monthly multi-agency (iCART) audits": "multi_agency_.*",
    "Thematic audits and manager quality assurance": "thematic_.*|manager_qa_.*",
    "Managers' own quality assurance": "manager_qa_.*",
    "Areas of strength": "good_or_better|inadequate",
    "Areas of learning and development": "learning_returning|good_or_better|inadequate",
    "What families and partners told us: positive": "feedback.*",
    "What families and partners told us: to learn from": "feedback.*",
    "Our response: actions": "actions|actions_carried_over|actions_completed_of_earlier|action_days_.*",
}
OF_ALL_SERVICES = "actions.*|action_days_.*|manager_qa_.*"  # told on the page of a service, too


@pytest.fixture(scope="module")
def reports(example_site) -> Path:
    return example_site / "reports" / "2025-26-Q2"


@pytest.fixture(scope="module")
def figures(reports) -> pd.DataFrame:
    return pd.read_csv(reports / "figures.csv")


def texts(html: str) -> Iterator[tuple[str, str]]:
    """Return each piece of a page's text with the heading it stands under, without what people wrote themselves."""
    page = BeautifulSoup(html, "html.parser")
    for each in page.select(WRITTEN):
        each.decompose()
    under = ""
    for each in page.main.find_all(["h2", "h3", "p", "li", "caption", "tr", "svg"]):
        text = " ".join(each.get_text(" ").split())
        if each.name in ("h2", "h3"):
            under = text
        elif each.name == "svg":
            yield under, each.get("aria-label", "")
        elif each.name == "tr":
            yield under, "| " + " | ".join(" ".join(cell.get_text(" ").split()) for cell in each.find_all(["th", "td"]))
        elif under.startswith("Areas of") and each.name == "li":
            yield under, " ".join(tag.get_text() for tag in each.select(".tag"))
        elif (records := re.findall(r"\(\d+ records?\)", text)) and each.name == "li":
            yield under, " ".join(records)
        elif under.startswith("Thematic audits") and each.name == "li":
            yield under, text.partition(". ")[0]
        else:
            yield under, text


def printed(figures: pd.DataFrame) -> tuple[set[tuple[str, ...]], set[str]]:
    """Return what may be printed of some rows: counts with their denominator, share and interval, and single numbers."""
    together, alone = set(), set()
    for row in figures.to_dict("records"):
        count, of, low, high = (row[name] for name in ("count", "denominator", "ci_low", "ci_high"))
        whole = [f"{each:.0f}" for each in (count, of) if pd.notna(each)]
        alone |= {*whole}
        if pd.notna(row["percent"]):
            alone.add(f"{rounded_percent(row['percent'], 100)}%")
        forms = (".1f",) if pd.isna(row["value"]) else (".0f", ".1f", ".2f", ".3f")
        if pd.notna(row["value"]) and row["quarter"] != QUARTER:
            continue  # statistics are told of the quarter alone; the p of an earlier one could pass for this one's kappa
        for each in (row["value"], row["percent"], low, high):
            if pd.notna(each):
                alone |= {*(f"{each:{form}}" for form in forms), signed(each), rounded_percent(each, 100)}
        if len(whole) == 2:
            together.add(tuple(whole))
            if of:
                share = (*whole, rounded_percent(count, of))
                limits = (rounded_percent(low, 100), rounded_percent(high, 100)) if pd.notna(low) else ()
                together |= {share, (*share, *limits)}
    return together, alone


def strays(html: str, figures: pd.DataFrame, level: str | None) -> list[str]:
    """Return the numbers of a page that are in no row of what they stand under, each with its text."""
    of_all = figures["measure"].str.fullmatch(OF_ALL_SERVICES)
    rows = figures if level is None else figures[of_all | (figures["level_of_need"] == level)]
    may = {}
    for heading, measures in SPEAKS_OF.items():
        may[heading] = printed(rows[rows["measure"].str.fullmatch(measures)])
    may["What is late, and what is next?"][1].update(_actions_by_state(figures))
    found = []
    for heading, text in texts(html):
        together, alone = may.get(heading, (set(), set()))
        left = NO_FIGURE.sub("", text)
        for form in (SHARE, PAIR):
            matches = [each for each in form.finditer(left) if tuple(filter(None, each.groups())) not in together]
            found += [f"{heading}: {each[0]} in: {text}" for each in matches]
            left = form.sub("", left)
        found += [f"{heading}: {each} in: {text}" for each in NUMBER.findall(left) if each not in alone]
    return found


def _actions_by_state(figures: pd.DataFrame) -> list[str]:
    """Return how many actions are in each state and in all: those agreed in the quarter and those left, together."""
    both = figures[(figures["quarter"] == QUARTER) & figures["measure"].isin(["actions", "actions_carried_over"])]
    by_state = both.groupby("category")["count"].sum()
    return [f"{number:.0f}" for number in (*by_state, by_state.sum())]


@pytest.mark.parametrize(("page", "level"), PAGES.items())
def test_every_number_on_the_pages_is_in_figures_csv(reports, figures, page, level):
    html = (reports / f"{page}.html").read_text(encoding="utf-8")
    assert sum(bool(NUMBER.search(NO_FIGURE.sub("", text))) for _, text in texts(html)) > 40
    assert strays(html, figures, level) == []


WRONG = {  # what the page says, and a number that it must not
    "Second readers upheld 37 of 45": "Second readers upheld 36 of 45",
    "17 of 61 (28%)": "17 of 61 (99%)",
    "half took 189": "half took 190",
    "8 families were considered": "9 families were considered",
    "kappa 0.78": "kappa 0.12",
    "+8.6 (": "+8.7 (",
}


def test_a_wrong_number_would_be_found(reports, figures):
    html = (reports / "quarterly_report.html").read_text(encoding="utf-8")
    for right, wrong in WRONG.items():
        assert right in html
        html = html.replace(right, wrong, 1)
    found = [each.partition(" in: ")[0].rpartition(": ")[2] for each in strays(html, figures, None)]
    assert sorted(found) == ["+8.7", "0.12", "190", "36 of 45", "9", "99%"]
