"""Sentences about the themes of learning: which came up before, and which no action names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.metrics import actions as states
from qa_analysis.metrics.share import one_theme_a_row
from qa_analysis.text import fold, listed, plural

if TYPE_CHECKING:
    from qa_analysis.page.report import Report


def returning(report: Report) -> str | None:
    """Return which themes of learning came up in earlier quarters, too."""
    themes = report.cells("learning_returning").sort_values("place")
    if themes.empty:
        return None
    each = listed(f"{row['category']} {row['count']}" for row in themes.to_dict("records"))
    of = themes["denominator"].iloc[0]
    return f"Themes that came up in earlier quarters, too, each with its quarters, out of {of}: {each}."


def unaddressed(report: Report) -> str | None:
    """Return the themes of learning that no action has; an action of an earlier quarter may name one."""
    themes = report.cells("learning_without_action").sort_values("place")
    if themes.empty:
        return None
    left = one_theme_a_row(states.carried_over(report.data.actions, report.quarter))
    earlier = set(left["theme"].dropna().map(fold))
    named = [
        _theme(row["category"], int(row["count"]), fold(row["category"]) in earlier)
        for row in themes.to_dict("records")
    ]
    return f"Themes of learning that no action of the quarter names: {listed(named)}."


def _theme(theme: str, findings: int, earlier: bool) -> str:
    """Return a theme, with how many findings it has where they are several, and whether an earlier action names it."""
    said = [plural(findings, "finding") if findings > 1 else "", "one carried over does" if earlier else ""]
    about = ", ".join(filter(None, said))
    return f"{theme} ({about})" if about else theme
