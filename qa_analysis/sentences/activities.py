"""Sentences about multi-agency audits, thematic audits and managers' own quality assurance."""

from __future__ import annotations

import pandas as pd

from qa_analysis.sentences.counting import THE_QUARTER_BEFORE, counts, was
from qa_analysis.text import fold, grade_with, listed, plural


def families(considered: pd.DataFrame, quarter: pd.Period) -> str:
    """Return how many families multi-agency audits considered, with the quarter before."""
    number, _ = counts(considered, quarter)
    if not number:
        return "No family was considered in a multi-agency audit."
    before, _ = counts(considered, quarter - 1)
    earlier = f" ({THE_QUARTER_BEFORE}: {before})" if before else ""
    return f"{plural(number, 'family', 'families')} {was(number)} considered{earlier}."


def multi_agency_grades(grades: pd.DataFrame, quarter: pd.Period) -> str | None:
    """Return how many multi-agency audits were given each grade, or nothing where none was graded.

    Parameters
    ----------
    grades
        The measure `multi_agency_grade`.
    quarter
        The quarter reported on.
    """
    now = grades[(grades["quarter"] == quarter) & (grades["count"].fillna(0) > 0)]
    if now.empty:
        return None
    found = listed(grade_with(str(row["category"]), str(int(row["count"]))) for _, row in now.iterrows())
    graded = now["denominator"].iloc[0]
    of = f"{plural(int(graded), 'multi-agency audit')} with a grade" if pd.notna(graded) else "Multi-agency audits"
    return f"{of}: {found}. These grades are separate from the monthly programme."


def multi_agency_themes(themes: pd.DataFrame, quarter: pd.Period) -> str | None:
    """Return how many multi-agency audits were of each theme, or nothing where no theme was recorded.

    Parameters
    ----------
    themes
        The measure `multi_agency_theme`.
    quarter
        The quarter reported on.
    """
    now = themes[(themes["quarter"] == quarter) & (themes["count"].fillna(0) > 0)]
    if now.empty:
        return None
    now = now.sort_values("count", ascending=False, kind="stable")
    each = (f"{row['category']} {int(row['count'])}" for _, row in now.iterrows())
    return f"Audits by theme: {listed(each)}."


def manager_counts(activities: pd.DataFrame, quarter: pd.Period) -> str | None:
    """Return how many activities of managers there were, with the quarter before, or nothing without any.

    Parameters
    ----------
    activities
        The measure `manager_qa_activities`.
    quarter
        The quarter reported on.
    """
    number, _ = counts(activities, quarter)
    if not number:
        return None
    before, _ = counts(activities, quarter - 1)
    earlier = f" ({THE_QUARTER_BEFORE}: {before})" if before else ""
    return f"{plural(number, 'activity', 'activities')}{earlier}, with what managers found:"


def thematic_points(
    considered: pd.DataFrame, children: pd.DataFrame, audits: pd.DataFrame, quarter: pd.Period
) -> list[str | tuple[str, str]]:
    """Return a point for each thematic audit: its theme, how many of what were considered, and what was found.

    Parameters
    ----------
    considered, children
        The measures `thematic_considered` and `thematic_children`.
    audits
        The thematic audits, with `theme` and `summary`.
    quarter
        The quarter reported on.
    """
    now = considered[(considered["quarter"] == quarter) & considered["count"].notna()]
    if now.empty:
        return ["No thematic audit was recorded."]
    rows = audits[audits["quarter"] == quarter]
    summaries = rows["summary"].groupby(rows["theme"].map(fold)).agg(lambda found: " ".join(found.dropna()))
    of_quarter = children[children["quarter"] == quarter]
    cared_for = dict(zip(of_quarter["category"].map(fold), of_quarter["count"], strict=True))
    points: list[str | tuple[str, str]] = []
    for _, row in now.iterrows():
        printed = pd.isna(row["theme"])  # printed history has the category only
        theme, _, unit = str(row["category"]).partition(": ") if printed else (row["theme"], "", row["unit"])
        number = cared_for.pop(fold(theme), None)
        caring = f", caring for {plural(int(number), 'child', 'children')}" if number else ""
        summary = summaries.get(fold(theme), "")
        summaries = summaries.drop(fold(theme), errors="ignore")  # once, where a theme has several units
        points.append((theme, f"{row['count']:g} {unit}{caring}.{f' {summary}' if summary else ''}"))
    return points


def manager_points(activities: pd.DataFrame, quarter: pd.Period) -> list[str | tuple[str, str]]:
    """Return a point for each of the managers' activities: what was looked at, how many records, what was found."""
    now = activities[activities["quarter"] == quarter]
    if now.empty:
        return ["No activity was recorded."]
    points: list[str | tuple[str, str]] = []
    for _, row in now.iterrows():
        records = (
            f" ({row['records']:g} {'record' if row['records'] == 1 else 'records'})"
            if pd.notna(row["records"])
            else ""
        )
        said = f"{row['activity']}{records}"
        points.append((said, row["summary"]) if pd.notna(row["summary"]) else said)
    return points
