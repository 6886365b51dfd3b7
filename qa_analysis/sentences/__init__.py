"""The sentences of the report: from a metric's table to words, right for none, one and missing.

Two ways of speaking are kept apart. Here changes are counted ("3, 5 the quarter before; fewer"); a verdict such as
"higher" is given only by `metrics.headlines`, where the interval of the difference carries it.
"""

from qa_analysis.sentences.activities import families, manager_points, multi_agency_grades, thematic_points
from qa_analysis.sentences.findings import feedback_counts, finding_points, findings_counts, findings_of_all_services
from qa_analysis.sentences.headlines import headline_table, in_short
from qa_analysis.sentences.moderation import (
    agreement_footnote,
    coverage,
    direction,
    moderation,
    pending,
    upheld,
    upheld_in_short,
)
from qa_analysis.sentences.practice import (
    areas_graded,
    areas_new_or_missing,
    awaiting_reaudit,
    changes_of_areas,
    green_shoots,
    reaudits,
    still_waiting,
    weakest_and_strongest,
)
from qa_analysis.sentences.programme import (
    at_random,
    audits_completed,
    chosen_otherwise,
    few_graded,
    held_back,
    introduction,
    mix,
    none_graded,
    not_graded,
    reasons_table,
    selection,
    signals,
    words_used,
)
from qa_analysis.sentences.response import actions, actions_in_short, carried_over, unaddressed

__all__ = [
    "actions",
    "actions_in_short",
    "agreement_footnote",
    "areas_graded",
    "areas_new_or_missing",
    "at_random",
    "audits_completed",
    "awaiting_reaudit",
    "carried_over",
    "changes_of_areas",
    "chosen_otherwise",
    "coverage",
    "direction",
    "families",
    "feedback_counts",
    "few_graded",
    "finding_points",
    "findings_counts",
    "findings_of_all_services",
    "green_shoots",
    "headline_table",
    "held_back",
    "in_short",
    "introduction",
    "manager_points",
    "mix",
    "moderation",
    "multi_agency_grades",
    "none_graded",
    "not_graded",
    "pending",
    "reasons_table",
    "reaudits",
    "selection",
    "signals",
    "still_waiting",
    "thematic_points",
    "unaddressed",
    "upheld",
    "upheld_in_short",
    "weakest_and_strongest",
    "words_used",
]
