"""Hints: what people really write, and what they must have meant; nothing is suggested that they did not mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_analysis.cleaning.values import typed
from qa_analysis.contract.columns import AUDITS, FEEDBACK, Column
from qa_analysis.contract.rules import sentences
from qa_analysis.contract.settings import Settings, load_settings
from qa_analysis.reading.raw_files import Grid
from qa_analysis.reading.tables import tables_of
from qa_analysis.text import nearest, nearest_meaning

SETTINGS = load_settings(Path("/nowhere"))
OVERALL, LEVEL = AUDITS.column("overall_grade"), AUDITS.column("level_of_need")
SUB_GRADE, TONE = AUDITS.column("sub_grades"), FEEDBACK.column("tone")


def hint(column: Column, word: str, settings: Settings = SETTINGS) -> str:
    import pandas as pd

    _, wrong = typed(pd.Series([word], dtype="str"), column, settings)
    (found,) = wrong.to_dict("records")
    reason, _ = sentences(found)
    assert (f"the nearest is “{found['nearest']}”" in reason) == bool(found["nearest"])
    return str(found["nearest"])


@pytest.mark.parametrize(
    ("column", "word", "meant"),
    [
        (OVERALL, "Goood", "Good"),
        (OVERALL, "Godo", "Good"),
        (OVERALL, "Good overall", "Good"),
        (OVERALL, "Overall: good", "Good"),
        (OVERALL, "Outsanding", "Outstanding"),
        (OVERALL, "Outsatnding", "Outstanding"),
        (OVERALL, "Outst.", "Outstanding"),
        (OVERALL, "Reqires Improvement", "Requires improvement"),
        (OVERALL, "Requires Improvment", "Requires improvement"),
        (OVERALL, "Requires improvement to be god", "Requires improvement"),
        (OVERALL, "Req Improv", "Requires improvement"),
        (OVERALL, "Requires impr.", "Requires improvement"),
        (OVERALL, "Inadequite", "Inadequate"),
        (OVERALL, "Inadeqaute", "Inadequate"),
        (OVERALL, "Innadequate", "Inadequate"),
        (OVERALL, "Inadeq", "Inadequate"),
        (OVERALL, "Not garded", "Not graded"),
        (SUB_GRADE, "Requries improvement", "Requires improvement"),
        (SUB_GRADE, "Not gradedd", "Not graded"),
        (SUB_GRADE, "2 Goood", "Good"),
        (LEVEL, "Early Hlep", "EH"),
        (LEVEL, "Early Help Team", "EH"),
        (LEVEL, "Help & Protecton", "H&P"),
        (LEVEL, "Help/Protection", "H&P"),
        (LEVEL, "Child protecton", "H&P"),
        (LEVEL, "Children in ned", "H&P"),
        (LEVEL, "Childern in care", "CIC"),
        (LEVEL, "Chldren in Care", "CIC"),
        (LEVEL, "Children in Care Team", "CIC"),
        (LEVEL, "Lookd after children", "CIC"),
        (LEVEL, "CICC", "CIC"),
        (LEVEL, "Care Leavrs", "CL"),
        (LEVEL, "Leaving Care team", "CL"),
        (TONE, "Positve", "Positive"),
        (TONE, "Complement", "Positive"),
    ],
)
def test_a_slip_of_the_pen_is_told_what_was_meant(column, word, meant):
    assert hint(column, word) == meant


@pytest.mark.parametrize(
    ("column", "word"),
    [
        (OVERALL, "Adequate"),
        (OVERALL, "Satisfactory"),
        (OVERALL, "Good/RI"),
        (OVERALL, "RI/Inadequate"),
        (OVERALL, "Good to outstanding"),
        (OVERALL, "Outstanding features"),
        (OVERALL, "Very good"),
        (OVERALL, "Not good"),
        (OVERALL, "Not outstanding"),
        (OVERALL, "3 - Good"),
        (OVERALL, "11"),
        (OVERALL, "TBC"),
        (OVERALL, "Requires"),
        (SUB_GRADE, "?"),
        (LEVEL, "Edge of care"),
        (LEVEL, "Children with disabilities"),
        (LEVEL, "Kinship care"),
        (LEVEL, "Children"),
        (LEVEL, "Help"),
        (LEVEL, "Adoption"),
        (LEVEL, "CL/CIC"),
        (TONE, "Neutral"),
    ],
)
def test_what_means_nothing_or_two_things_gets_no_hint(column, word):
    assert hint(column, word) == ""


def test_of_two_words_that_are_as_near_none_is_meant():
    assert nearest("Hand", ["Land", "Band"]) is None
    assert nearest_meaning("Hand", {"Land": "ground", "Band": "ground"}) == "ground"


def test_the_nearest_score_of_ten_is_not_one_that_only_looks_like_it():
    grades = [{"name": str(score), "good": score > 6, "failing": score < 4} for score in range(10, 0, -1)]
    scores = Settings.model_validate(SETTINGS.model_dump() | {"grades": grades, "targets": []})
    assert [hint(OVERALL, word, scores) for word in ("11", "100", "0", "5.5")] == [""] * 4


REQUIRED = ["Audit ID", "Audit date", "Level of need", "Overall grade"]


def remedy_for(heading: str) -> str:
    import pandas as pd

    cells = pd.DataFrame([[*REQUIRED, heading], ["A-1", "03/09/2025", "EH", "Good", "x"]], index=[1, 2], dtype=object)
    (found,) = tables_of(Grid("Audits", cells), AUDITS, SETTINGS, "a.xlsx [Audits]").issues
    what, remedy = sentences(found)
    assert what == f"unknown column “{heading}”: left alone"
    return remedy


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("Chld reference", "Child reference"),
        ("Child refrence", "Child reference"),
        ("Moderatd", "Moderated"),
        ("Moderation dat", "Moderation date"),
        ("Moderation daet", "Moderation date"),
        ("Grade after moderaton", "Grade after moderation"),
        ("Grade given after moderation", "Grade after moderation"),
        ("Re-audit?", "Re-audit of"),
        ("Selction reason", "Selection"),
        ("Reason for the selection", "Selection"),
        ("Auditers name", "Auditor"),
        ("Teams", "Team"),
        ("Overal judgment", "Overall grade"),
    ],
)
def test_a_heading_with_a_slip_is_told_how_to_be_headed(heading, meant):
    assert remedy_for(heading) == f"If it is “{meant}”, head it so."


@pytest.mark.parametrize(
    ("heading", "area"),
    [
        ("Voice of child", "Child's voice"),
        ("Childs voice", "Child's voice"),
        ("PLANNING", "Planning"),
        ("Asessment", "Assessment"),
        ("Multi agency work", "Multi-agency working"),
        ("Visits & relationships", "Visits and relationships"),
    ],
)
def test_a_practice_area_without_its_prefix_is_told_how_to_be_headed(heading, area):
    assert remedy_for(heading) == f"If it holds grades, head it “Sub-grade: {area}”."


@pytest.mark.parametrize(
    "heading",
    ["Child's name", "Name", "Date of birth", "Moderator", "Auditee", "Case worker", "Start date", "Notes",
     "Manager", "Voice", "Gender"],
)  # fmt: skip
def test_a_heading_of_something_else_gets_no_hint(heading):
    assert remedy_for(heading) == (
        "If it is one that the report knows under another name, give its name under [columns] in settings.toml."
    )
