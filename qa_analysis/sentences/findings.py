"""Sentences about written findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.text import fold, plural

if TYPE_CHECKING:
    from qa_analysis.page.report import Report
    from qa_analysis.sentences import Points


def findings_counts(report: Report, kind: str) -> str:
    """Return how many findings there are of a kind, Strength or Learning, and of how many themes."""
    of_kind = kind.lower()
    number = report.now("findings", category=of_kind).count
    if not number:
        return f"No finding of {of_kind} was recorded."
    themes = report.now("finding_themes", category=of_kind).count
    under = f", under {plural(themes, 'theme')}" if themes else ""
    return f"{plural(number, 'written finding')} of {of_kind}{under}."


def findings_of_all_services(report: Report, kind: str) -> str | None:
    """Return how many findings are of no service in particular, for the page of a service."""
    if report.whole_service:
        return None
    of_kind = kind.lower()
    every, *own = (
        report.now("findings", category=of_kind, level=level).count for level in (ALL, *report.settings.level_codes)
    )
    number = every - sum(own)
    if not number:
        return None
    more = plural(number, f"more finding of {of_kind} is", f"more findings of {of_kind} are")
    return f"{more} of all services, and in the board's report."


def finding_points(report: Report, kind: str) -> Points:
    """Return a point for each finding of a kind, those of one theme together, with its service where it is known."""
    findings = report.rows("findings", type=kind)
    themes = findings["theme"].map(fold, na_action="ignore")
    first_met = {theme: place for place, theme in enumerate(themes.dropna().unique())}
    ordered = findings.assign(place=themes.map(first_met)).sort_values("place", kind="stable")
    points: Points = []
    for row in ordered.to_dict("records"):
        known = pd.notna(row["level_of_need"])
        text = f"{row['finding']} ({report.settings.level_names[row['level_of_need']]})" if known else row["finding"]
        points.append((row["theme"], text) if pd.notna(row["theme"]) else text)
    return points
