import pandas as pd

from qa_analysis.metrics.voices import (
    feedback_scored,
    feedback_scores,
    feedback_sources,
    finding_counts,
    finding_themes,
)

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
JUNE, JULY = "2025-06-01", "2025-07-01"


def _of(table, quarter=Q2):
    rows = table[table["quarter"] == quarter].drop(columns="quarter")
    return rows[
        rows.columns.intersection(["level_of_need", "category", "count", "denominator", "value"])
    ].values.tolist()


def test_findings_and_their_themes_by_type_and_level(make_findings):
    findings = make_findings(
        (JULY, "Strength", "Visits", "EH"),
        (JULY, "Strength", " visits", None),
        (JULY, "Strength", None, "EH"),
        (JULY, "Learning", "Plans", "CL"),
        (JUNE, "Learning", "Visits", "EH"),
    )
    assert _of(finding_counts(findings, QUARTERS))[:4] == [
        ["All", "strength", 3, 4],
        ["All", "learning", 1, 4],
        ["EH", "strength", 2, 2],
        ["EH", "learning", 0, 2],
    ]
    themes = _of(finding_themes(findings, QUARTERS))
    assert themes[:4] == [["All", "strength", 1], ["All", "learning", 1], ["EH", "strength", 1], ["EH", "learning", 0]]
    assert _of(finding_themes(findings, QUARTERS), Q1)[:2] == [["All", "strength", 0], ["All", "learning", 1]]


def test_who_spoke_and_how_they_scored(make_feedback):
    said = make_feedback(
        (JULY, "Positive", "EH", "Mother", 10),
        (JULY, "Positive", None, "School", None),
        (JULY, "Positive", "EH", "Mother", 8),
        (JULY, "Learning", "EH", "Mother", 4),
        (JUNE, "Positive", "EH", "Child", 9),
    )
    assert _of(feedback_sources(said, QUARTERS)) == [
        ["All", "positive: Mother", 2, 3],
        ["All", "positive: School", 1, 3],
        ["All", "learning: Mother", 1, 1],
        ["EH", "positive: Mother", 2, 2],
        ["EH", "learning: Mother", 1, 1],
    ]
    assert _of(feedback_scored(said, QUARTERS))[:4] == [
        ["All", "positive", 2, 3],
        ["All", "learning", 1, 1],
        ["EH", "positive", 2, 2],
        ["EH", "learning", 1, 1],
    ]
    assert _of(feedback_scores(said, QUARTERS))[:4] == [
        ["All", "positive: lowest", 8],
        ["All", "positive: highest", 10],
        ["All", "learning: lowest", 4],
        ["All", "learning: highest", 4],
    ]


def test_nothing_was_written_or_said(make_findings, make_feedback):
    assert finding_counts(make_findings(), QUARTERS)["count"].sum() == 0
    assert finding_themes(make_findings(), QUARTERS)["count"].sum() == 0
    assert feedback_sources(make_feedback(), QUARTERS).empty
    assert feedback_scored(make_feedback(), QUARTERS)["count"].sum() == 0
    assert feedback_scores(make_feedback(), QUARTERS).empty
