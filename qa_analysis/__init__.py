"""Quarterly quality-assurance reports for children's services, from audit workbooks to the board's page.

Names are imported when they are first used, so that `import qa_analysis` is cheap.
"""

from __future__ import annotations

import importlib
from typing import Any

_NAMES = {
    "choosing": ("at_level", "chosen_level", "comments", "of_kind", "rows_of_level"),
    "store": ("Data", "chosen_quarter", "load"),
    "quarter": ("months_of", "parse_quarter", "quarter_name", "run_up_to"),
    "metrics.actions": ("action_counts", "action_states", "actions_of", "carried_over", "unaddressed_themes"),
    "metrics.activities": (
        "feedback_counts",
        "manager_qa_activities",
        "multi_agency_families",
        "thematic_children",
        "thematic_considered",
    ),
    "metrics.agreement": ("moderation_direction", "moderation_kappa"),
    "metrics.audits": ("audits_completed", "audits_completed_by_month"),
    "metrics.evidence": ("evidence",),
    "metrics.figures": ("figures", "measure", "quarters_shown"),
    "metrics.grades": ("good_or_better", "grade_distribution", "inadequate"),
    "metrics.headlines": ("headlines",),
    "metrics.mix": ("good_or_better_at_earlier_mix", "mix", "selection"),
    "metrics.moderation": (
        "audits_moderated",
        "moderation_changed",
        "moderation_lowered",
        "moderation_outcomes",
        "moderation_raised",
        "moderation_upheld",
    ),
    "metrics.practice": (
        "area_changes",
        "green_shoots",
        "ranked_areas",
        "sub_grade_distribution",
        "sub_grades_good_or_better",
    ),
    "metrics.reaudits": (
        "awaiting_reaudit",
        "reaudit_grades",
        "reaudit_outcomes",
        "reaudits",
        "reaudits_improved",
    ),
    "metrics.services": ("beside_the_rest", "by_area_and_level", "grades_by_team"),
    "metrics.share": ("difference", "distribution", "share", "tally", "wilson"),
    "metrics.trends": ("control_limits",),
    "charts.audits": ("audits_by_month_chart", "inadequate_by_month_chart"),
    "charts.grading": ("grading_by_level_chart", "grading_by_quarter_chart", "sub_grades_chart"),
    "charts.moderation": ("moderation_changed_chart", "moderation_chart", "reaudits_chart"),
    "charts.trends": ("control_chart", "green_shoots_chart", "share_by_quarter", "trend_chart"),
    "page": (
        "actions_table",
        "appendix",
        "bullets",
        "closing",
        "commentary",
        "evidence_list",
        "opening",
        "quotes",
        "say",
        "show",
        "show_table",
        "together",
    ),
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
