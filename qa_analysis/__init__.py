"""Quarterly quality-assurance reports for children's services, from audit workbooks to the board's page.

Names are imported when they are first used, so that `import qa_analysis` is cheap.
"""

from __future__ import annotations

import importlib
from typing import Any

_NAMES = {
    "store": ("Data", "chosen_quarter", "load"),
    "quarter": ("months_of", "parse_quarter", "quarter_name", "run_up_to"),
    "metrics.figures": ("figures", "measure", "quarters_shown"),
    "metrics.audits": ("audits_completed", "audits_completed_by_month"),
    "metrics.grades": ("good_or_better", "grade_distribution", "inadequate"),
    "metrics.moderation": (
        "audits_moderated",
        "moderation_changed",
        "moderation_lowered",
        "moderation_outcomes",
        "moderation_raised",
        "moderation_upheld",
    ),
    "charts.audits": ("audits_by_month_chart", "inadequate_by_month_chart"),
    "charts.grading": ("grading_by_level_chart", "grading_by_quarter_chart", "sub_grades_chart"),
    "charts.moderation": ("moderation_changed_chart", "moderation_chart", "reaudits_chart"),
    "charts.trends": ("control_chart", "green_shoots_chart", "trend_chart"),
    "page": ("bullets", "closing", "opening", "quotes", "say", "show", "show_table", "together"),
}
_HOME = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_HOME)  # noqa: PLE0605 - the names are in one place


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    if name == "sentences":
        return importlib.import_module(f"{__name__}.sentences")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "sentences"]
