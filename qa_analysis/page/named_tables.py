"""The tables of the pages by name: of what each is made, and its caption."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.metrics.answers import YES
from qa_analysis.metrics.catalogue import HEADLINES
from qa_analysis.metrics.moderation import TOO_FEW
from qa_analysis.metrics.services import alphabetical
from qa_analysis.metrics.share import NOT_RECORDED
from qa_analysis.page.tables import heading
from qa_analysis.sentences.signed_off import printed
from qa_analysis.text import fold, percent, signed

if TYPE_CHECKING:
    from qa_analysis.page.report import By, Figure, Report


class Table(NamedTuple):
    """Rows as `tables.printed` prints them, and their caption."""

    rows: pd.DataFrame
    caption: str


def made(report: Report, name: str, by: By) -> Table | None:
    """Return the table of the page that is called so, or that of a measure; None where there is nothing to show.

    That of a measure shows its quarters at the report's level of need, its months, or the quarter's levels of need.
    """
    if name in TABLES:
        return TABLES[name](report)
    measure = report.entry(name, by_month=by == "month")
    title = measure.called(measure.title, report.settings)
    if by != "level_of_need":
        return Table(report.figures(name, by_month=by == "month"), title)
    rows = report.cells(name, every_level=True)
    counted = rows.reindex(columns=["denominator"])["denominator"].fillna(1) > 0
    some = rows[(rows["level_of_need"] != ALL) & counted].drop(columns="quarter")
    intervals = ", with 95% intervals" if measure.kind == "share" else ""
    called = measure.called(measure.headline, report.settings) or title
    return Table(some, f"{called}, by level of need{intervals}") if len(some) else None


def headline_figures(report: Report) -> Table:
    """Return the headline figures beside the quarter before, and by how much those with a verdict differ."""
    changes = report.cells("grades_change").set_index("category").to_dict("index")
    settings = report.settings
    rows = [
        {
            "figure": each.called(each.headline, settings),
            "this_quarter": _printed(report.now(each.name), report.before(each.name), report.was(each.name)),
            "quarter_before": _printed(
                report.before(each.name), report.now(each.name), report.was(each.name, earlier=1)
            ),
            "points": _points(changes.get(each.name)),
        }
        for each in HEADLINES
        if "{shoots}" not in each.headline or settings.shoots_words
    ]
    interval = "97.5%" if report.whole_service else "99%"
    of_both = f"the difference in points with its {interval} interval for the two that a verdict rests on"
    return Table(pd.DataFrame(rows), f"Headline figures beside the quarter before; {of_both}")


def restated(report: Report) -> Table | None:
    """Return the headline figures that are others than those signed off, of every quarter shown."""
    names = {each.name: each.called(each.headline, report.settings) for each in HEADLINES}
    rows = [
        {"figure": names[name], "quarter": quarter, "signed_off": printed(then), "now": printed(now)}
        for quarter, since in sorted(report.since.items(), reverse=True)
        for name, (then, now) in since.figures.headlines.items()
    ]
    caption = "Headline figures of the whole service that have changed since sign-off"
    return Table(pd.DataFrame(rows), caption) if rows else None


def _printed(figure: Figure, other: Figure, was: str) -> str | None:
    if figure.of:
        return f"{figure.beside(other)}{was}"
    if figure.percent is not None:
        return f"{percent(figure.percent, 100)}, as printed{was}"
    return f"{figure.count}{was}" if figure.count or was else None


def _points(change: dict[Hashable, Any] | None) -> str | None:
    if change is None or pd.isna(change["value"]):
        return None
    if change.get("note") == TOO_FEW:
        return "too few"
    interval = "" if pd.isna(change["ci_low"]) else f" ({signed(change['ci_low'])} to {signed(change['ci_high'])})"
    return f"{signed(change['value'])}{interval}"


def reasons(report: Report) -> Table | None:
    """Return why records were chosen and how they were graded, beside the quarter before, where it is recorded."""
    now, before = (report.each("selection", earlier=quarters) for quarters in (0, 1))
    named = [reason for reason, figure in now.items() if figure.count]
    if set(named) <= {NOT_RECORDED}:
        return None
    numbers = {reason: figure.count + before[reason].count for reason, figure in now.items()}
    commonest = sorted(filter(numbers.get, numbers), key=lambda reason: (reason == NOT_RECORDED, -numbers[reason]))
    words, good = report.settings.good_words, "good_or_better_by_reason"
    table = pd.DataFrame({"reason": commonest})
    table["this_quarter"] = [now[reason].beside(before[reason]) for reason in commonest]
    table[words] = [_pair(report.now(good, category=reason)) for reason in commonest]
    if any(before[reason].of for reason in commonest):
        table["the_quarter_before"] = [
            before[reason].beside(now[reason]) if before[reason].of else None for reason in commonest
        ]
        table[f"{words} then"] = [_pair(report.before(good, category=reason)) for reason in commonest]
    return Table(table, "Why records were chosen for audit")


def _pair(figure: Figure) -> str | None:
    return f"{figure.count} of {figure.of}" if figure.of else None


def practice_areas(report: Report) -> Table | None:
    """Return the sub-grades Good or better by practice area, weakest first: of each service, or of one alone."""
    rows = report.figures("sub_grade_good_or_better", every_level=report.whole_service)
    own = report.each("sub_grade_good_or_better")
    graded = {area: Fraction(figure.count, figure.of) for area, figure in own.items() if figure.of}
    if not graded:
        return None
    pairs = rows["count"].astype("str") + " of " + rows["denominator"].astype("str")
    cells = rows.assign(cell=pairs.where(rows["denominator"] > 0)).set_index(["category", "level_of_need"])
    now, before = (
        cells.loc[cells["quarter"] == quarter, "cell"].unstack(sort=False)
        for quarter in (report.quarter, report.quarter - 1)
    )
    now = now.reindex(sorted(graded, key=lambda area: graded[area]))
    wide = now.rename_axis("practice_area").assign(the_quarter_before=before.get(report.level))
    levels = " and level of need" if report.whole_service else ""
    return Table(
        _number_told_once(wide).reset_index(),
        f"Graded {report.settings.good_words}, by practice area{levels}, weakest first",
    )


def _number_told_once(wide: pd.DataFrame) -> pd.DataFrame:
    """Return columns of “8 of 30”; where each of them is of one number, that is told once, in its heading."""
    parts = {name: cells.dropna().astype("str").str.split(" of ") for name, cells in wide.items()}
    numbers = {name: set(each.str[1]) for name, each in parts.items()}
    if len(wide) < 2 or any(len(each) > 1 for each in numbers.values()):
        return wide
    heads = {name: f"{heading(name)}, of {each.pop()}" if each else name for name, each in numbers.items()}
    counts = {heads[name]: each.str[0].astype("Int64").reindex(wide.index) for name, each in parts.items()}
    return pd.DataFrame(counts)


def areas_on_own_scales(report: Report) -> Table | None:
    """Return how the practice areas are graded that have a scale of their own, which no chart shows."""
    own, rows = report.settings.own_scales, report.cells("sub_grade")
    if not own or rows.empty:
        return None
    some = rows[rows["practice_area"].map(fold).isin(list(own)) & (rows["denominator"] > 0)]
    columns = ["practice_area", "grade", "count", "denominator", "percent", "ci_low", "ci_high"]
    caption = "Grades of the practice areas that have a scale of their own, with 95% intervals"
    return Table(some[columns], caption) if len(some) else None


def practice_standards(report: Report) -> Table | None:
    """Return of each question in how many records it was answered Yes, beside the quarter before, weakest first."""
    rows = _answered_yes(report)
    if rows is None:
        return None
    before = {question: figure.share for question, figure in _of_questions(report.each("answer", earlier=1)).items()}
    shares = [f"{row['count']} of {row['denominator']} ({percent(row['count'], row['denominator'])})"
              for row in rows.to_dict("records")]  # fmt: skip
    table = rows[["question"]].assign(Yes=shares, the_quarter_before=rows["question"].map(before))
    return Table(table, "Answered Yes, of the records to which the question applies, weakest first")


def answers_by_service(report: Report) -> Table | None:
    """Return the answers to each question with the interval of Yes and, on the board's page, Yes by level of need."""
    rows = _answered_yes(report)
    if rows is None:
        return None
    every = report.cells("answer", every_level=True)
    own = every[every["level_of_need"] == report.level]
    counts = own.pivot_table("count", "question", "answer", aggfunc="sum", sort=False, observed=True)
    table = rows[["question"]].join(counts, on="question").assign(ci_low=rows["ci_low"], ci_high=rows["ci_high"])
    yes = every[(every["answer"] == YES) & (every["denominator"] > 0) & (every["level_of_need"] != ALL)]
    for code in yes["level_of_need"].unique() if report.whole_service else ():
        mine = yes[yes["level_of_need"] == code].set_index("question")
        pairs = mine["count"].astype("str") + " of " + mine["denominator"].astype("str")
        table[code] = table["question"].map(pairs)
    services = ", and Yes by level of need" if report.whole_service else ""
    return Table(table, f"Answers to each question, with the 95% interval of Yes{services}")


def _answered_yes(report: Report) -> pd.DataFrame | None:
    """Return the figures of Yes of the quarter's questions, the smallest share first."""
    rows = report.cells("answer")
    some = rows[(rows["answer"] == YES) & (rows["denominator"] > 0)] if len(rows) else rows
    return some.sort_values("percent", kind="stable", ignore_index=True) if len(some) else None


def _of_questions(figures: dict[str, Figure]) -> dict[str, Figure]:
    """Return the figures of Yes by their question."""
    end = f": {YES}"
    return {name.removesuffix(end): figure for name, figure in figures.items() if name.endswith(end) and figure.of}


def other_services(report: Report) -> Table:
    """Return a service's shares Good or better and Inadequate beside those of all the others together."""
    shares = {"good_or_better": report.settings.good_words, "inadequate": report.settings.failing_words}
    rows = [
        report.cells(measure).assign(measure=words, service=whose)
        for name, words in shares.items()
        for measure, whose in ((name, "This service"), (f"{name}_other_services", "The other services"))
    ]
    columns = ["measure", "service", "count", "denominator", "percent", "ci_low", "ci_high"]
    return Table(pd.concat(rows)[columns], f"{report.settings.level_name(report.level)} beside the other services")


def teams(report: Report) -> Table:
    """Return the audits of each team by final grade: counts only, for a team has too few audits for shares."""
    audits = report.cells("team_audits").set_index("category")["count"]
    grades = report.cells("team_grade").dropna(subset="team")
    by_grade = grades.pivot_table("count", "team", "final_grade", aggfunc="sum", sort=False)
    table = by_grade.reindex(sorted(audits.index, key=alphabetical)).rename_axis("team").reset_index()
    table.insert(1, "audits", table["team"].map(audits))
    return Table(
        table, "Audits by team and final grade: counts, not a ranking, for a team has too few audits for shares"
    )


TABLES: dict[str, Callable[[Report], Table | None]] = {
    each.__name__: each
    for each in (
        headline_figures,
        restated,
        reasons,
        practice_areas,
        areas_on_own_scales,
        practice_standards,
        answers_by_service,
        other_services,
        teams,
    )
}
