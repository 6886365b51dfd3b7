"""Words for the written findings and for what families and partners said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.text import fold, listed, plural

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings


def findings_counts(findings: pd.DataFrame, kind: str) -> str:
    """Return how many findings there are, and of how many themes.

    Examples
    --------
    >>> findings_counts(pd.DataFrame({"theme": ["Visits", "Visits", None]}), "strength")
    '3 written findings of strength, under 1 theme.'
    """
    if findings.empty:
        return f"No finding of {kind} was recorded."
    themes = findings["theme"].dropna().map(fold).nunique()
    under = f", under {plural(themes, 'theme')}" if themes else ""
    return f"{plural(len(findings), 'written finding')} of {kind}{under}."


def returning(themes: pd.DataFrame) -> str | None:
    """Return which themes of learning came up in earlier quarters, too, or nothing where none did.

    Parameters
    ----------
    themes
        The measure `learning_returning`, as `metrics.themes.themes_of` returns its rows.

    Examples
    --------
    >>> returning(pd.DataFrame({"theme": ["Chronologies", "Visits"], "count": [4, 2], "denominator": [6, 6]}))
    'Themes that came up in earlier quarters, too, each with its quarters, out of 6: Chronologies 4 and Visits 2.'
    """
    if themes.empty:
        return None
    each = (f"{row['theme']} {row['count']}" for _, row in themes.iterrows())
    of = themes["denominator"].iloc[0]
    return f"Themes that came up in earlier quarters, too, each with its quarters, out of {of}: {listed(each)}."


def findings_of_all_services(findings: pd.DataFrame, kind: str) -> str | None:
    """Return how many findings are of no service in particular, for the page of a service, or nothing.

    Examples
    --------
    >>> findings_of_all_services(pd.DataFrame({"level_of_need": ["EH", None]}), "learning")
    "1 more finding of learning is of all services, and in the board's report."
    """
    number = int(findings["level_of_need"].isna().sum())
    if not number:
        return None
    more = plural(number, f"more finding of {kind} is", f"more findings of {kind} are")
    return f"{more} of all services, and in the board's report."


def finding_points(findings: pd.DataFrame, settings: Settings) -> list[str | tuple[str, str]]:
    """Return a point for each finding, those of one theme together, with its service where it is known.

    Parameters
    ----------
    findings
        With `theme`, `finding` and `level_of_need`.
    settings
        The names of the levels of need.
    """
    themes = findings["theme"].map(fold, na_action="ignore")
    first_met = {theme: place for place, theme in enumerate(themes.dropna().unique())}
    ordered = findings.assign(place=themes.map(first_met)).sort_values("place", kind="stable")
    points: list[str | tuple[str, str]] = []
    for _, row in ordered.iterrows():
        service = f" ({settings.level_names[row['level_of_need']]})" if pd.notna(row["level_of_need"]) else ""
        text = f"{row['finding']}{service}"
        points.append((row["theme"], text) if pd.notna(row["theme"]) else text)
    return points


def feedback_counts(feedback: pd.DataFrame) -> str:
    """Return how many people said something, who, and how they scored.

    Examples
    --------
    >>> said = pd.DataFrame({"source": ["Mother", "Mother", "School"], "score": [10.0, 9.0, None]})
    >>> feedback_counts(said)
    '3 comments: Mother 2 and School 1. They speak for those who answered. 2 gave a score out of 10: 9 and 10.'
    """
    if feedback.empty:
        return "No comment was recorded."
    who = listed(f"{source} {number}" for source, number in feedback["source"].value_counts(sort=False).items())
    for_whom = "It speaks for the one" if len(feedback) == 1 else "They speak for those"
    said = f"{plural(len(feedback), 'comment')}: {who}. {for_whom} who answered."
    scores = feedback["score"].dropna()
    if scores.empty:
        return said
    low, high = float(scores.min()), float(scores.max())
    if len(scores) == 1:
        return f"{said} One gave a score: {low:g} out of 10."
    several = f"from {low:g} to {high:g}" if len(scores) > 2 else f"{low:g} and {high:g}"
    span = f"each {low:g}" if low == high else several
    who_scored = ("Both" if len(scores) == 2 else "All") if len(scores) == len(feedback) else len(scores)
    return f"{said} {who_scored} gave a score out of 10: {span}."
