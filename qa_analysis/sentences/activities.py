"""Sentences about multi-agency audits, thematic audits and managers' own quality assurance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.contract.levels import level_called
from qa_analysis.sentences.phrases import BEFORE, was
from qa_analysis.text import fold, grade_with, listed, plural

if TYPE_CHECKING:
    from qa_analysis.page.report import Report
    from qa_analysis.sentences import Points


def families(report: Report) -> str:
    """Return how many families multi-agency audits considered, with the quarter before."""
    number = report.now("multi_agency_families").count
    if not number:
        return "No family was considered in a multi-agency audit."
    return f"{plural(number, 'family', 'families')} {was(number)} considered{_before(report, 'multi_agency_families')}."


def multi_agency_grades(report: Report) -> str | None:
    """Return how many multi-agency audits were given each grade."""
    given = {grade: figure for grade, figure in report.each("multi_agency_grade").items() if figure.count}
    if not given:
        return None
    found = listed(grade_with(grade, str(figure.count)) for grade, figure in given.items())
    graded = next(iter(given.values())).of
    of = "" if graded is None else f" of {plural(graded, 'audit')}"
    return f"Grades{of}: {found}."


def multi_agency_themes(report: Report) -> str | None:
    """Return how many multi-agency audits were of each theme, the most frequent first."""
    counts = {theme: figure.count for theme, figure in report.each("multi_agency_theme").items() if figure.count}
    by_theme = sorted(counts.items(), key=lambda each: -each[1])
    return f"Audits by theme: {listed(f'{theme} {count}' for theme, count in by_theme)}." if by_theme else None


def manager_counts(report: Report) -> str | None:
    """Return how many activities of managers there were, with the quarter before."""
    number = report.now("manager_qa_activities").count
    if not number:
        return None
    earlier = _before(report, "manager_qa_activities")
    return f"Managers made {plural(number, 'check')} of their own{earlier}:"


def _before(report: Report, name: str) -> str:
    before = report.before(name).count
    return f" ({before} {BEFORE})" if before else ""


def thematic_points(report: Report) -> Points:
    """Return a point for each thematic audit: its theme, how many of what were considered, and what was found."""
    now = report.cells("thematic_considered").dropna(subset="count")
    if now.empty:
        return ["No thematic audit was recorded."]
    audits = report.rows("thematic_audits")
    summaries = audits["summary"].groupby(audits["theme"].map(fold)).agg(lambda found: " ".join(found.dropna()))
    found = summaries.to_dict()
    children = {fold(theme): figure.count for theme, figure in report.each("thematic_children").items()}
    points: Points = []
    for row in now.to_dict("records"):
        printed = pd.isna(row["theme"])  # printed history has the category only
        theme, _, unit = str(row["category"]).partition(": ") if printed else (row["theme"], "", row["unit"])
        number = children.pop(fold(theme), 0)  # once, where a theme has several units; as its summary
        of_children = "child" in unit.lower()  # their records, of whom a number says nothing more
        caring = "" if of_children or not number else f", caring for {plural(number, 'child', 'children')}"
        summary = found.pop(fold(theme), "")
        points.append((theme, f"{_considered(row['count'], unit)}{caring}.{f' {summary}' if summary else ''}"))
    return points


def _considered(number: float, unit: str) -> str:
    """Return a number with its unit, whose last word, and children, are one where it is one.

    Examples
    --------
    >>> _considered(8, "fostering families"), _considered(1, "fostering families"), _considered(1, "children's records")
    ('8 fostering families', '1 fostering family', "1 child's record")
    """
    if number != 1:
        return f"{number:g} {unit}"
    one = re.sub(r"(?<!s)s$", "", re.sub(r"ies$", "y", unit))
    return "1 " + re.sub(r"(?<=child)ren\b", "", one, flags=re.IGNORECASE)


def manager_checks(report: Report) -> Points:
    """Return each of the managers' activities by its name, of a service's on its page."""
    points = manager_points(report)
    return [point if isinstance(point, str) else point[0] for point in points] or ["No check by managers was recorded."]


def manager_points(report: Report) -> Points:
    """Return a point for each of the managers' activities, of a service's on its page: of what, and what was found."""
    now = report.rows("manager_qa")
    if not report.whole_service:
        services = now["service_area"].map(lambda area: level_called(area, report.settings), na_action="ignore")
        now = now[services == report.level]
    points: Points = []
    for row in now.to_dict("records"):
        number = row["records"]
        records = "" if pd.isna(number) else f" ({number:g} {'record' if number == 1 else 'records'})"
        said = f"{row['activity']}{records}"
        points.append((said, row["summary"]) if pd.notna(row["summary"]) else said)
    return points
