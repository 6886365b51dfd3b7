"""What is said of the themes of learning: how often each came up, and whether an action names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.text import fold, plural

if TYPE_CHECKING:
    from qa_analysis.page.report import Report


def tags_of_themes(report: Report) -> dict[str, str]:
    """Return for each folded theme of the quarter's learning that has one its tag: “4 of 6 quarters · no new action”.

    The quarters are those in which it came up, of those with findings of learning, where it is more than this one.
    """
    returning, alone = (report.cells(f"learning_{which}") for which in ("returning", "without_action"))
    quarters = {
        fold(row["category"]): f"{row['count']} of {plural(row['denominator'], 'quarter')}"
        for row in returning.to_dict("records")
    }
    without = {fold(theme): "no new action" for theme in alone["category"]}
    return {
        theme: " · ".join(filter(None, [quarters.get(theme), without.get(theme)]))
        for theme in dict.fromkeys([*quarters, *without])
    }
