"""Sentences about written findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.sentences.checks import check_of
from qa_analysis.sentences.themes import tags_of_themes
from qa_analysis.text import fold

if TYPE_CHECKING:
    from qa_analysis.page.report import Report
    from qa_analysis.sentences import Points

LEARNING = "Learning"


def none_written(report: Report, kind: str) -> str | None:
    """Return that no finding of a kind, Strength or Learning, was written."""
    of_kind = kind.lower()
    return None if report.now("findings", category=of_kind).count else f"No finding of {of_kind} was recorded."


def finding_points(report: Report, kind: str) -> Points:
    """Return a point for each finding of a kind, those of one theme together: its theme, its words, and two tags.

    The words have its service, where it is known. The tags say what the figures say of it, where it is itself a count,
    and of learning how often the theme came up and whether an action names it.
    """
    findings = report.rows("findings", type=kind)
    themes = findings["theme"].map(fold, na_action="ignore")
    first_met = {theme: place for place, theme in enumerate(themes.dropna().unique())}
    ordered = findings.assign(place=themes.map(first_met)).sort_values("place", kind="stable")
    of_themes = tags_of_themes(report) if kind == LEARNING else {}
    points: Points = []
    for row in ordered.to_dict("records"):
        level, theme = row["level_of_need"], "" if pd.isna(row["theme"]) else row["theme"]
        service = "" if pd.isna(level) or not report.whole_service else f" ({report.settings.level_names[level]})"
        tag = next(filter(None, (of_themes.get(fold(each)) for each in theme.split("; "))), "")
        check = check_of(report, row["finding"], ALL if pd.isna(level) else level, theme)
        points.append((theme, f"{row['finding']}{service}", check, tag))
    return points
