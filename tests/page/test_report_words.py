"""The words and numbers of the pages where data are thin: none, one, missing, all the same.

The notebooks' own cells run here in this process, with warnings as errors; that they also run in a real kernel is
tested elsewhere. What one section says is tested on tables in memory; what holds for a whole page, on a page of each
kind of thin data, from its workbook to its last cell.
"""

from __future__ import annotations

import pandas as pd
import pytest

from qa_analysis.store.data import load
from tests.page.pages import page_words, words_about

pytestmark = pytest.mark.slow  # every test works out all the figures of a project, some of them twice

HEADINGS = [
    "Audit ID", "Audit date", "Level of need", "Team", "Overall grade", "Moderated", "Grade after moderation",
    "Re-audit of", "Selection", "Sub-grade: Planning", "Sub-grade: Voice",
]  # fmt: skip
BEFORE, DAY = "2025-06-03", "2025-09-03"
Q2 = pd.Period("2026Q2", freq="Q-MAR")


def audit(number, date, level="EH", grade="Good", after=None, planning="Good"):
    return [f"DD-{number}", date, level, "North", grade, None, after, None, "Random", planning, None]


@pytest.fixture
def project(make_project):
    """Return a function of the rows of a workbook's Audits sheet, and of other sheets, that makes a project of it."""
    return lambda *audits, **sheets: make_project({"a.xlsx": {"Audits": [HEADINGS, *audits], **sheets}})


def day(text):
    return pd.Timestamp(text)


def test_one_audit_only_no_earlier_quarter_and_no_other_sheet(project):
    only = project(audit(1, DAY))
    words = page_words("quarterly_report", only)
    for sentence in (
        "1 audit was completed: Early Help 1, Help and Protection 0, Children in Care 0 and Care Leavers 0.",
        "1 of 1 (100%)",
        "0 of 1 audit was Inadequate",
        "There is no earlier quarter to compare grades with.",
        "No grade was checked by a second reader.",
        "Months with graded audits so far: 1.",
        "No family was considered in a multi-agency audit.",
        "No thematic audit was recorded.",
        "No check by managers was recorded.",
        "No finding of strength was recorded.",
        "No finding of learning was recorded.",
        "No comment was recorded.",
        "No action was recorded.",
    ):
        assert sentence in words
    without_any = page_words("level_of_need", only, level_of_need="CL")
    assert "No audit was completed." in without_any
    assert "No grade was checked by a second reader." in without_any
    assert "No audit was graded in 2025-26 Q2. No practice area was graded." in without_any


def test_a_quarter_without_moderated_audits_and_re_audits_after_one_that_had_some(project):
    rows = [audit(1, BEFORE, after="RI"), audit(2, "2025-06-04"), audit(3, DAY), audit(4, "2025-09-04")]
    words = page_words("quarterly_report", project(*rows), closing=False)
    assert "No grade was checked by a second reader." in words
    assert "Grades changed by moderation–1 of 1–" in words
    assert "Re-audited records that improved–––" in words
    assert "No record graded Inadequate waits for a re-audit." in words
    assert "re-audited records (" not in words  # no chart


def test_only_ungraded_audits(project):
    words = page_words("quarterly_report", project(audit(1, DAY, grade="Not graded", planning=None)))
    assert "No practice area was graded." in words
    assert "No audit was graded. No grade had a second reader." in words


def test_quarters_missing_in_the_middle(project):
    words = page_words("quarterly_report", project(audit(1, "2024-12-03"), audit(2, DAY)))
    assert "No audit was graded the quarter before, so grades cannot be compared." in words
    assert "no earlier quarter" not in words.lower()
    assert "Apr–Jun 25, none recorded" in words


def test_a_level_of_need_with_one_audit_without_a_grade(project):
    rows = [audit(1, DAY, grade="Not graded", planning=None), audit(2, DAY, "CL", "I", after="I")]
    words = page_words("level_of_need", project(*rows), closing=False, level_of_need="EH")
    assert "1 audit was completed without a grade and is outside the grades below." in words
    assert "1 audit was done; 1 has no grade." in words
    assert "The other services11100%" in words  # 1 of 1, 100%: Inadequate
    assert "1 of 1 audit" not in words  # no chart of the service has anything to draw a share of


def test_a_page_of_one_service_stands_beside_the_rest_and_says_nothing_of_the_whole(project):
    rows = [audit(1, DAY, grade="Inadequate"), audit(2, "2025-09-04", "CL", "RI"), audit(3, "2025-09-04", "CL")]
    words = page_words("level_of_need", project(*rows), closing=False, level_of_need="CL")
    assert "2 audits were completed." in words
    assert "The other services" in words
    assert "North" in words
    assert "whole service" not in words.lower()
    assert "Early Help" not in words.replace("EH is Early Help", "")


def test_all_grades_the_same(words, make_audits):
    audits = make_audits(*[(DAY, "EH", "G", "G")] * 25)
    said = words("upheld", "agreement_footnote", audits=audits)
    assert "Second readers upheld 25 of 25 grades (100%) and changed none." in said
    assert "kappa" not in said


@pytest.mark.parametrize(
    ("reasons", "says", "table"),
    [
        (["Random", "random"], "The audited records were chosen at random.", "Random2 of 22 of 2"),
        ([None, None], "It is not recorded why records were chosen for audit, so shares describe", ""),
        (["Random", "Targeted"], "Not all audited records were chosen at random, so", "Targeted1 of 21 of 1"),
    ],
)
def test_why_records_were_chosen(words, make_audits, reasons, says, table):
    audits = make_audits(*[(DAY, "EH", "G")] * 2).assign(selection=pd.Series(reasons, dtype="str"))
    said = words("selection", "reasons", audits=audits)
    assert says in said
    assert table in said
    assert ("Why records were chosen for audit" in said) == bool(table)


@pytest.mark.parametrize(("moderated", "is_told"), [(20, True), (19, False)])
def test_a_kappa_is_told_from_20_moderated_audits_up(words, make_audits, moderated, is_told):
    audits = make_audits(*[(DAY, "EH", grade, grade) for grade in ["G", "RI"] * 10][:moderated])
    said = words("agreement_footnote", audits=audits)
    assert ("quadratic weighted kappa 1.00 (bootstrap 95% interval 1.00 to 1.00, 20 audits)" in said) == is_told
    assert ("kappa" in said) == is_told


def test_ungraded_audits_are_counted_and_outside_the_grades(words, make_audits):
    said = words("not_graded", "## About these figures", audits=make_audits((DAY, "EH", None), (DAY, "EH", "G")))
    assert "1 audit was completed without a grade and is outside the grades below." in said
    assert "Audits graded Good or better1 of 1" in said


def test_a_pending_moderation_is_told(words, make_audits):
    audits = make_audits((DAY, "EH", "G"), (DAY, "EH", "G", "G")).assign(moderation_pending=[True, False])
    said = words("pending", audits=audits)
    assert "1 moderation was still pending." in said


def test_the_mix_of_services_has_moved(words, make_audits):
    before = [(BEFORE, "EH", "G")] * 8 + [(BEFORE, "CL", "RI")] * 2
    now = [(DAY, "EH", "G")] * 5 + [(DAY, "CL", "RI")] * 5
    assert (
        "The mix of services moved since the quarter before: Early Help from 8 of 10 (80%) to 5 of 10 (50%) and Care "
        "Leavers from 2 of 10 (20%) to 5 of 10 (50%) of the graded audits. 5 of 10 (50%) are graded Good or better; at "
        "the earlier mix it would be about 80%."
    ) in words("mix", audits=make_audits(*before, *now))
    four = [(DAY, "EH", "G")] * 6 + [(DAY, "CL", "RI")] * 4  # of Care Leavers: too few to weight
    said = words("mix", audits=make_audits(*before, *four))
    assert "The mix of services moved" in said
    assert "at the earlier mix" not in said
    assert "The mix of services" not in words("mix", audits=make_audits(*before, *now[1:]))  # nine graded
    one_more = [(DAY, "EH", "G")] * 7 + [(DAY, "CL", "RI")] * 3
    assert "The mix of services" not in words("mix", audits=make_audits(*before, *one_more))  # of one audit


def test_printed_history_is_marked_as_such(words, make_audits, make_comparators):
    history = make_comparators({"quarter": Q2 - 1, "measure": "good_or_better", "percent": 53})
    said = words("## At a glance", "## About these figures", audits=make_audits((DAY, "EH", "G")), comparators=history)
    assert "Not known for the quarter before" in said
    assert "53%, as printed" in said


def test_printed_history_is_rounded_as_every_figure_is(words, make_audits, make_comparators):
    history = make_comparators({"quarter": Q2 - 1, "measure": "moderation_changed", "percent": 27.6})
    said = words("upheld", audits=make_audits((DAY, "EH", "G", "G")), comparators=history)
    assert "28%, as printed" in said


def test_commentary_stands_in_its_section_marked_as_the_analysts(words, make_audits):
    said = pd.DataFrame({"quarter": [Q2], "section": ["moderation"], "text": ["Two moderators were new."]})
    assert "Two moderators were new. Analyst" in words(
        "Moderation", audits=make_audits((DAY, "EH", "G")), commentary=said
    )


def test_more_quotes_than_are_shown_are_counted_and_stand_in_a_fold(words, make_audits, make_feedback):
    quotes = make_feedback(*[(DAY, "Positive")] * 15).assign(quote=[f"Kind words {number}." for number in range(15)])
    name = "What families and partners told us: positive"
    said = words(f"## {name}", audits=make_audits((DAY, "EH", "G")), feedback=quotes)
    shown, _, _ = said.partition("12 more comments")
    assert shown.startswith("15 comments.")
    assert shown.count("Kind words") == 3
    assert [said.count(f"Kind words {number}.") for number in range(15)] == [1] * 15


def test_an_action_in_each_state_and_one_carried_over(words, told, make_audits, make_actions):
    agreed = {"quarter": Q2, "raised": day("2025-07-01"), "status": "Open"}
    first = {"step": 1, "step_detail": "List", "lead": "Team Manager", "timescale": "30/09/2025", "theme": "Visits"}
    actions = make_actions(
        {**agreed, **first, "action_id": "A1", "action": "Visit on time", "due": day("2025-09-30")},
        {**agreed, "action_id": "A2", "action": "Write plans", "timescale": "Dec 2025", "due": day("2025-12-31")},
        {**agreed, "action_id": "A3", "action": "Read files", "timescale": "TBC"},
        {**agreed, "action_id": "A4", "action": "Meet", "status": "Complete", "completed": day("2025-08-01")},
        {**agreed, "action_id": "A5", "action": "Old", "quarter": Q2 - 1, "raised": day("2025-05-01")},
    )
    said = words("## Our response: actions", audits=make_audits((DAY, "EH", "G")), actions=actions)
    assert "4 actions were agreed and 1 left from earlier quarters: 1 late, 1 in time, 2 undated and 1 done" in said
    assert "Late at 30 September: 1 step 30 September 2025Visit on time–Team Manager" in said
    assert "No date: 2 steps" in said
    assert "Later: 1 step" in said
    assert "No date set, open for 152 days" in said


def test_random_records_are_told_from_the_others(words, make_audits):
    audits = make_audits(*[(DAY, "EH", grade) for grade in ("G", "G", "RI", "RI")])
    said = words("at_random", audits=audits.assign(selection=["Themed", "Random", "Random", "Themed"]))
    assert ("Good or better among records chosen at random: 1 of 2; among those chosen for a reason: 1 of 2.") in said


def test_moderation_by_level_of_need_leaves_out_levels_without_moderated_audits(words, make_audits):
    caption = "Grades changed by moderation, by level of need, with 95% intervals"
    said = words("moderation_changed", audits=make_audits((DAY, "EH", "G", "RI"), ("2025-09-04", "CL", "G")))
    table = said.partition(caption)[2]
    assert "EH11100%" in table  # 1 of 1, 100%
    assert "CL" not in table
    assert caption not in words("moderation_changed", audits=make_audits(("2025-09-04", "CL", "G")))


def test_audits_without_a_first_grade_are_neither_upheld_nor_changed(words, make_audits):
    said = words("upheld", "pending", audits=make_audits(*[(DAY, "EH", "G", "G")] * 2, (DAY, "EH", None, "G")))
    assert "Second readers upheld 2 of 2 grades and changed none." in said
    assert "1 moderated audit had no first grade to uphold or change." in said


def test_a_thematic_audit_keeps_its_summary_whatever_its_spelling_and_punctuation(words, make_audits, make_thematic):
    thematic = make_thematic(
        ("2025-05-01", "NEGLECT: early years", "families", 3, None),
        (DAY, "Neglect: early years", "families", 8, None),
    ).assign(summary=["Old.", "Visits are warm."])
    audits = make_audits(("2025-05-01", "EH", "G"), (DAY, "EH", "G"))
    said = words("thematic_points", audits=audits, thematic_audits=thematic)
    assert ": 8 families. Visits are warm." in said


def test_references_written_into_free_texts_are_taken_out(make_project):
    headings = [*HEADINGS, "Child reference", "Auditor"]
    rows = [headings, [*audit(1, DAY), "CH-08184", "AUD-R11"]]
    rows[1][8] = "Follow-up on CH-08184"
    findings = [
        ["Date", "Type", "Finding"],
        [DAY, "Learning", "On CH-08184 (auditor aud-r11, DD-1) the plan was late."],
    ]
    data = load(make_project({"a.xlsx": {"Audits": rows, "Findings": findings}}))
    words = words_about(data, "reasons", "## Areas of strength", "## Areas of learning and development")
    assert "Follow-up on [reference removed]" in words
    assert "On [reference removed] (auditor [reference removed], [reference removed]) the plan was late." in words
    assert "08184" not in words
