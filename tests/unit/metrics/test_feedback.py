import pandas as pd

from tests.tables import counts

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
    assert _of(counts("findings", QUARTERS, findings=findings))[:4] == [
        ["All", "strength", 3, 4],
        ["All", "learning", 1, 4],
        ["EH", "strength", 2, 2],
        ["EH", "learning", 0, 2],
    ]
    themes = _of(counts("finding_themes", QUARTERS, findings=findings))
    assert themes[:4] == [["All", "strength", 1], ["All", "learning", 1], ["EH", "strength", 1], ["EH", "learning", 0]]
    assert _of(counts("finding_themes", QUARTERS, findings=findings), Q1)[:2] == [
        ["All", "strength", 0],
        ["All", "learning", 1],
    ]


def test_who_spoke_and_how_they_scored(make_feedback):
    said = make_feedback(
        (JULY, "Positive", "EH", "Mother", 10),
        (JULY, "Positive", None, "School", None),
        (JULY, "Positive", "EH", "Mother", 8),
        (JULY, "Learning", "EH", "Mother", 4),
        (JUNE, "Positive", "EH", "Child", 9),
    )
    assert _of(counts("feedback_source", QUARTERS, feedback=said)) == [
        ["All", "positive: Mother", 2, 3],
        ["All", "positive: School", 1, 3],
        ["All", "learning: Mother", 1, 1],
        ["EH", "positive: Mother", 2, 2],
        ["EH", "learning: Mother", 1, 1],
    ]
    assert _of(counts("feedback_scored", QUARTERS, feedback=said))[:4] == [
        ["All", "positive", 2, 3],
        ["All", "learning", 1, 1],
        ["EH", "positive", 2, 2],
        ["EH", "learning", 1, 1],
    ]
    assert _of(counts("feedback_score", QUARTERS, feedback=said))[:4] == [
        ["All", "positive: lowest", 8],
        ["All", "positive: highest", 10],
        ["All", "learning: lowest", 4],
        ["All", "learning: highest", 4],
    ]


def test_nothing_was_written_or_said(make_findings, make_feedback):
    assert counts("findings", QUARTERS, findings=make_findings())["count"].sum() == 0
    assert counts("finding_themes", QUARTERS, findings=make_findings())["count"].sum() == 0
    assert counts("feedback_source", QUARTERS, feedback=make_feedback()).empty
    assert counts("feedback_scored", QUARTERS, feedback=make_feedback())["count"].sum() == 0
    assert counts("feedback_score", QUARTERS, feedback=make_feedback()).empty
