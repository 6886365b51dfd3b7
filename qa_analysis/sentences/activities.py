"""Sentences about multi-agency audits, thematic audits and managers' own quality assurance."""

from __future__ import annotations

import pandas as pd

from qa_analysis.sentences.counting import THE_QUARTER_BEFORE, counts, figure, was
from qa_analysis.words import plural


def families(considered: pd.DataFrame, quarter: pd.Period) -> str:
    """Return how many families multi-agency audits considered, with the quarter before."""
    number, _ = counts(considered, quarter)
    if not number:
        return "No family was considered in a multi-agency audit."
    before, _ = counts(considered, quarter - 1)
    earlier = f" ({THE_QUARTER_BEFORE}: {before})" if figure(considered, quarter - 1) is not None else ""
    return f"{plural(number, 'family', 'families')} {was(number)} considered{earlier}."


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
    cared_for = {row["category"]: row["count"] for _, row in children[children["quarter"] == quarter].iterrows()}
    now = audits[audits["quarter"] == quarter]
    summaries = {theme: " ".join(found.dropna()) for theme, found in now.groupby("theme", sort=False)["summary"]}
    points: list[str | tuple[str, str]] = []
    if not (considered["quarter"] == quarter).any():
        return ["No thematic audit was recorded."]
    for _, row in considered[(considered["quarter"] == quarter) & considered["count"].notna()].iterrows():
        theme, _, unit = str(row["category"]).partition(": ")
        of_theme = cared_for.pop(theme, None)
        caring = f", caring for {plural(int(of_theme), 'child', 'children')}" if of_theme else ""
        summary = summaries.pop(theme, "")
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
