"""The words and numbers of the pages where data are thin: none, one, missing, all the same.

The notebooks' own cells are run here one by one in this process, with warnings as errors; that they also run in a
real kernel is tested elsewhere.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.slow

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
HEADINGS = [
    "Audit ID", "Audit date", "Level of need", "Team", "Overall grade", "Moderated", "Grade after moderation",
    "Re-audit of", "Selection", "Sub-grade: Planning", "Sub-grade: Voice",
]  # fmt: skip


def audit(number, date, level="EH", grade="Good", after=None, again=None, planning="Good", voice=None, moderated=None):
    return [f"DD-{number}", date, level, "North", grade, moderated, after, again, "Random", planning, voice]


def words_of(notebook: str, project: Path, *, only: str = "", closing: bool = False, **parameters: str) -> str:
    """Return all that a notebook's cells show, as text.

    A test of one sentence runs `only` the section it stands in. The closing cell, whose figures to download take longer
    than all the rest and say no word more, is run where asked.
    """
    names: dict[str, object] = {}
    shown, section = [], only
    for cell in nbformat.read(NOTEBOOKS / f"{notebook}.ipynb", as_version=4).cells:
        if cell.source.startswith("## "):
            section = cell.source.removeprefix("## ").strip()
        if only not in ("", section) or (cell.source.startswith("qa.closing(") and not closing):
            continue
        if cell.cell_type == "markdown":
            shown.append(cell.source)
            continue
        tree = ast.parse(cell.source)
        last = tree.body[-1]
        if not isinstance(last, ast.Expr):
            exec(compile(tree, notebook, "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= {"project_dir": str(project), **parameters}
            continue
        exec(compile(ast.Module(tree.body[:-1], []), notebook, "exec"), names)
        block = eval(compile(ast.Expression(last.value), notebook, "eval"), names)
        alts = " ".join(re.findall(r'aria-label="([^"]*)"', str(block.html)))
        shown.append(f"{block.html.striptags()} {alts}")
    text = " ".join(" ".join(shown).split())
    for wrong in (
        r"\bnan\b",
        r"\bNaN\b",
        r"\bNone\b",
        r"\bNaT\b",
        r"<NA>",
        r"\binf\b",
        r"0 of 0 \(",
        r"\b1 audits\b",
        r"\{\w",
    ):
        assert not re.search(wrong, text), (wrong, re.search(f".{{60}}{wrong}.{{60}}", text))
    return text


@pytest.fixture
def report(make_project):
    """Return a function of audits and other sheets that returns the words of the board's report."""

    def of(*audits, notebook="quarterly_report", level_of_need=None, only="", closing=False, **sheets):
        project = make_project({"a.xlsx": {"Audits": [HEADINGS, *audits], **sheets}})
        level = {"level_of_need": level_of_need} if level_of_need else {}
        return words_of(notebook, project, only=only, closing=closing, quarter="2025-26 Q2", **level)

    return of


def test_one_audit_only_and_no_earlier_quarter(report):
    words = report(audit(1, "2025-09-03"), closing=True)
    assert "1 audit was completed: Early Help 1, Help and Protection none, Children in Care none and Care Leavers none." in words  # fmt: skip
    assert "1 of 1 (100%)" in words
    assert "0 of 1 audit (0%) was Inadequate" in words
    assert "no earlier quarter" in words
    assert "No audit was moderated." in words
    assert "No record was re-audited." in words
    assert "no audit was graded Requires improvement, or no practice area was graded." in words
    assert "Months with graded audits so far: 1." in words


def test_a_quarter_with_no_moderated_audits_after_one_that_had_some(report):
    words = report(audit(1, "2025-06-03", after="RI"), audit(2, "2025-09-03"), closing=True)
    assert "No audit was moderated." in words
    assert "no audits to count this quarter" in words


def test_all_grades_the_same(report):
    rows = [audit(number, "2025-09-03", after="Good") for number in range(25)]
    words = report(*rows)
    assert "Moderators upheld 25 of 25 grades (100%); by the auditor's grade: Good 25 of 25." in words
    assert "kappa" not in words
    assert "Every practice area" not in words or "same share" in words


@pytest.mark.parametrize(
    ("reasons", "says", "table"),
    [
        (["Random", "random"], "The audited records were chosen at random.", "Random2 of 2 (100%)2 of 2"),
        ([None, None], "It is not recorded why records were chosen for audit, so the shares below describe", ""),
        (["Random", "Targeted"], "Not all audited records were chosen at random, so", "Targeted1 of 2 (50%)1 of 1"),
    ],
)
def test_why_records_were_chosen(report, reasons, says, table):
    rows = [audit(number, "2025-09-03") for number in range(2)]
    for row, reason in zip(rows, reasons, strict=True):
        row[8] = reason
    words = report(*rows, only="Monthly audit programme")
    assert says in words
    assert table in words
    assert ("Why records were chosen for audit" in words) == bool(table)


def test_a_kappa_is_told_from_20_moderated_audits_up(report):
    rows = [audit(number, "2025-09-03", grade="Good" if number % 2 else "RI", after="Good" if number % 2 else "RI") for number in range(20)]  # fmt: skip
    assert "quadratic weighted kappa 1.00 (bootstrap 95% interval 1.00 to 1.00, 20 audits)" in report(
        *rows, only="Moderation"
    )


def test_fewer_than_20_moderated_audits_have_no_kappa(report):
    rows = [audit(number, "2025-09-03", grade="Good" if number % 2 else "RI", after="Good") for number in range(19)]
    assert "kappa" not in report(*rows, only="Moderation")


@pytest.mark.parametrize(
    ("lowered", "says"),
    [
        (5, "All 5 changed grades were lowered. That is too few to tell whether moderation leans one way."),
        # A fair coin: 2 × (1/2)^6 = 0.03125
        (6, "If raising and lowering were equally likely, a split this uneven would be rare (exact sign test, p = 0.031)."),
    ],
)  # fmt: skip
def test_the_direction_of_moderation(report, lowered, says):
    rows = [audit(number, "2025-09-03", after="RI") for number in range(lowered)]
    assert says in report(*rows, only="Moderation")


def test_ungraded_audits_are_counted_and_outside_the_grades(report):
    words = report(audit(1, "2025-09-03", grade="Not graded"), audit(2, "2025-09-04"))
    assert "2 audits were completed" in words
    assert "1 audit was completed without a grade and is outside the grades below." in words
    assert "1 of 1 (100%)" in words


def test_only_ungraded_audits(report):
    words = report(audit(1, "2025-09-03", grade="Not graded", planning=None), closing=True)
    assert "No practice area was graded." in words
    assert "no audits to count this quarter" in words


def test_quarters_missing_in_the_middle(report):
    words = report(audit(1, "2024-12-03"), audit(2, "2025-09-03"), closing=True)
    assert words.count("no audits the quarter before") == 5  # two answers, three rows of the table
    assert "no earlier quarter" not in words
    assert "2025-26 Q1, none recorded" in words
    assert "Of 1 practice area graded in both quarters" not in words


def test_a_sub_grade_that_is_new_this_quarter(report):
    words = report(audit(1, "2025-06-03"), audit(2, "2025-09-03", voice="Good"))
    assert "New this quarter, so without a comparison: Voice." in words


def test_a_sub_grade_that_is_gone_this_quarter(report):
    words = report(audit(1, "2025-06-03", voice="Good"), audit(2, "2025-09-03"))
    assert "Graded the quarter before but not in this one: Voice." in words


def test_a_pending_moderation_is_told(report):
    words = report(audit(1, "2025-09-03", moderated="Yes"), audit(2, "2025-09-03", after="Good"), only="Moderation")
    assert "1 moderation was still pending and left out of these figures." in words


def test_missing_sheets_say_that_nothing_was_recorded(report):
    words = report(audit(1, "2025-09-03"))
    for sentence in (
        "No family was considered in a multi-agency audit.",
        "No thematic audit was recorded.",
        "No activity was recorded.",
        "No finding of strength was recorded.",
        "No finding of learning was recorded.",
        "No comment was recorded.",
        "No action was recorded.",
        "No action of an earlier quarter was left open.",
    ):
        assert sentence in words


def test_a_plan_that_was_not_met_and_one_that_was_exceeded(report):
    plan = [["Quarter", "Level of need", "Planned"], ["2025-26 Q2", "EH", 1], ["2025-26 Q2", "CL", 3]]
    words = report(
        audit(1, "2025-09-03"), audit(2, "2025-09-03"), **{"Audit plan": plan}, only="Monthly audit programme"
    )
    assert "2 audits were completed: Early Help 2, Help and Protection none, Children in Care none and Care Leavers none." in words  # fmt: skip
    assert "4 audits were planned, so 50% of the plan was met. Fewer than planned: Care Leavers 0 of 3." in words


def test_a_count_above_its_plan_warns_nowhere(report):
    plan = [["Quarter", "Level of need", "Planned"], ["2025-26 Q2", "EH", 1]]
    words = report(
        audit(1, "2025-09-03"), audit(2, "2025-09-03"), **{"Audit plan": plan}, only="Monthly audit programme"
    )
    assert "1 audit was planned, so 200% of the plan was met. No level of need fell short of its plan." in words


def test_the_mix_of_services_has_moved(report):
    before = [audit(number, "2025-06-03", level="EH") for number in range(8)]
    before += [audit(number, "2025-06-03", level="CL", grade="RI") for number in range(8, 10)]
    now = [audit(number, "2025-09-03", level="EH") for number in range(10, 15)]
    now += [audit(number, "2025-09-03", level="CL", grade="RI") for number in range(15, 20)]
    words = report(*before, *now, only="Monthly audit programme")
    assert (
        "The mix of services moved since the quarter before: Early Help from 8 of 10 (80%) to 5 of 10 (50%) and Care "
        "Leavers from 2 of 10 (20%) to 5 of 10 (50%) of the graded audits. 5 of 10 (50%) are graded Good or better; at "
        "the earlier mix it would be 80%."
    ) in words


def test_printed_history_is_marked_as_such(report):
    history = [
        ["Quarter", "Measure", "Level of need", "Category", "Count", "Denominator", "Percent"],
        ["2025-26 Q1", "good_or_better", None, None, None, None, 53],
    ]
    words = report(audit(1, "2025-09-03"), Comparators=history)
    assert "53%, as printed" in words
    assert "no earlier counts" in words


def test_a_level_of_need_with_no_audits(report):
    words = report(audit(1, "2025-09-03"), notebook="level_of_need", level_of_need="CL", closing=True)
    assert "No audit was completed." in words
    assert "No audit was moderated." in words
    for section in ("### Grades No audit was graded in", "### Grades month by month No audit was graded in"):
        assert f"{section} 2025-26 Q2. " in words


def test_a_level_of_need_with_one_audit_without_a_grade(report):
    rows = [audit(1, "2025-09-03", grade="Not graded", planning=None), audit(2, "2025-09-03", "CL", "I", after="I")]
    words = report(*rows, notebook="level_of_need", level_of_need="EH", closing=True)
    assert "1 audit was completed without a grade and is outside the grades below." in words
    assert words.count("no audits to count this quarter") == 6
    assert "The other services11100%" in words  # 1 of 1, 100%: Inadequate
    assert "1 of 1 audit" not in words  # no chart of the service has anything to draw a share of


def test_a_level_of_need_beside_the_rest_and_by_team(report):
    rows = [audit(1, "2025-09-03"), audit(2, "2025-09-04", level="CL", grade="RI"), audit(3, "2025-09-04", level="CL")]
    words = report(*rows, notebook="level_of_need", level_of_need="CL")
    assert "2 audits were completed." in words
    assert "The other services" in words
    assert "North" in words


def test_commentary_stands_in_its_section_marked_as_the_analysts(report):
    said = [["Quarter", "Section", "Text"], ["2025-26 Q2", "moderation", "Two moderators were new."]]
    words = report(audit(1, "2025-09-03"), Commentary=said, only="Moderation")
    assert "The analyst's commentary Two moderators were new." in words.replace("’", "'")


def test_more_quotes_than_fit_are_counted_and_stand_in_the_appendix(report):
    quotes = [["Date", "From", "Tone", "Quote"]]
    quotes += [["2025-09-03", "Mother", "Positive", f"Kind words {number}."] for number in range(15)]
    words = report(audit(1, "2025-09-03"), Feedback=quotes)
    assert "15 comments: Mother 15." in words
    assert "3 more are in the appendix." in words
    assert words.count("Kind words 14.") == 1
    assert words.count("Kind words 1.") == 2


def test_an_action_in_each_state_and_one_carried_over(report):
    actions = [
        ["Action ID", "Raised", "Action", "Step", "Step detail", "Lead", "Timescale", "Status", "Completed", "Theme"],
        ["A1", "2025-07-01", "Visit on time", 1, "List", "Team Manager", "30/09/2025", "Open", None, "Visits"],
        ["A2", "2025-07-01", "Write plans", None, None, "IRO", "Dec 2025", "Open", None, None],
        ["A3", "2025-07-01", "Read files", None, None, "IRO", "TBC", "Open", None, None],
        ["A4", "2025-07-01", "Meet", None, None, "IRO", "TBC", "Complete", "2025-08-01", None],
        ["A5", "2025-05-01", "Old one", None, None, "IRO", "TBC", "Open", None, None],
    ]
    words = report(audit(1, "2025-09-03"), Actions=actions)
    assert "4 actions were agreed. At the quarter's end: 1 open, 1 overdue, 1 complete and 1 without a date." in words
    assert "1 action of earlier quarters was not complete at the quarter's end; it had been open for 152 days." in words
    assert "30 September 2025" in words
    # Of the steps that were not done, one date is ahead of the quarter's end.
    assert "Actions agreed: 4, 1 without a date; the next step not yet done is due on 31 December 2025." in words


def test_the_headlines_say_when_the_next_step_is_due_and_not_when_all_is_done(report):
    actions = [
        ["Action ID", "Raised", "Action", "Step", "Step detail", "Timescale", "Status"],
        ["A1", "2025-09-01", "Visit on time", 1, "List", "30/10/2025", "Open"],
        [None, None, None, 2, "Review", "31/03/2026", "Open"],
        ["A2", "2025-09-01", "Write plans", None, None, "31/01/2026", "Open"],
    ]
    words = report(audit(1, "2025-09-03"), Actions=actions, only="Headlines")
    assert "Actions agreed: 2; the next step not yet done is due on 30 October 2025. See" in words


def test_the_headlines_answer_before_their_table_what_a_board_asks_first(report):
    rows = [audit(1, "2025-06-03"), audit(2, "2025-09-03", "CL", "I", after="RI"), audit(3, "2025-09-04", "H&P", "I")]
    answers, table, _ = report(*rows, only="Headlines").partition("Headline figures, with the quarter before")
    assert table
    answered = [
        "Audits completed: 2, more than the 1 of the quarter before.",
        "Audits graded Good or better: 0 of 2 (0%); 1 of 1 (100%) the quarter before: no clear change (",
        "Audits graded Inadequate: 1 of 2 (50%; the quarter before 0 of 1, 0%): 1 in Help and Protection.",
        "Graded Inadequate and not yet re-audited: 1 audit at the quarter's end, none at the end of the quarter "
        "before. It is of this quarter and has waited for 26 days.",
        "Moderation: second readers checked 1 grade and upheld 0 (0%).",
        "Actions agreed: none recorded.",
    ]
    assert [answer for answer in answered if answer not in answers] == []


def test_the_headlines_tell_random_records_from_the_others(report):
    rows = [audit(number, "2025-09-03", grade="Good" if number < 2 else "RI") for number in range(4)]
    rows[0][8] = rows[3][8] = "Themed"
    assert (
        "Of the records chosen at random, 1 of 2 (50%) was graded Good or better; of those chosen for a reason, 1 of 2 (50%)."
    ) in report(*rows, only="Headlines")


def test_the_headlines_of_an_audit_without_a_grade(report):
    words = report(audit(1, "2025-09-03", grade="Not graded", planning=None), only="Headlines")
    assert "Audits graded Inadequate: no audit was graded. Moderation: no audit was moderated." in words


def test_moderation_by_level_of_need_leaves_out_levels_without_moderated_audits(report):
    words = report(audit(1, "2025-09-03", after="RI"), audit(2, "2025-09-04", "CL"), only="Moderation")
    table = words.partition("Grades changed by moderation, by level of need")[2]
    assert "EH11100%" in table  # 1 of 1, 100%
    assert "CL" not in table
    words = report(audit(2, "2025-09-04", "CL"), only="Moderation")
    assert "Grades changed by moderation, by level of need" not in words


def test_a_quarter_without_re_audits(report):
    rows = [audit(number, date) for number, date in enumerate(["2025-06-03", "2025-06-04", "2025-09-03", "2025-09-04"])]
    words = report(*rows)
    assert "Re-audited records that improved––no audits to count this quarter–" in words
    assert "No record was re-audited." in words
    assert "No audit graded Inadequate was waiting for a re-audit at the quarter's end." in words
    assert "re-audited records (" not in words  # no chart


def test_an_action_agreed_after_the_quarter_is_said_to_be(report):
    actions = [
        ["Action ID", "Raised", "Action", "Timescale", "Status", "Reporting quarter"],
        ["A1", "2025-10-09", "Visit on time", "Dec 2025", "Open", "2025-26 Q2"],
        ["A2", "2025-07-01", "Write plans", "Dec 2025", "Open", None],
    ]
    words = report(audit(1, "2025-09-03"), Actions=actions, only="Our response: actions")
    assert (
        "2 actions were agreed, 1 of them after the quarter had ended. State at the quarter's end, as if they had been agreed by "
        "then: 2 open."
    ) in words


def test_a_page_of_one_service_says_nothing_of_the_whole_service(report):
    rows = [audit(1, "2025-09-03", grade="Inadequate"), audit(2, "2025-09-04", level="CL")]
    words = report(*rows, notebook="level_of_need", level_of_need="CL")
    assert "whole service" not in words.lower()
    assert "Early Help" not in words.replace("EH is Early Help", "")


def test_references_written_into_free_texts_are_taken_out(report):
    headings = [*HEADINGS, "Child reference", "Auditor"]
    rows = [headings, [*audit(1, "2025-09-03"), "CH-08184", "AUD-R11"]]
    rows[1][8] = "Follow-up on CH-08184"
    findings = [
        ["Date", "Type", "Finding"],
        ["2025-09-03", "Learning", "On CH-08184 (auditor aud-r11, DD-1) the plan was late."],
    ]
    words = report(Audits=rows, Findings=findings)
    assert "On [reference removed] (auditor [reference removed], [reference removed]) the plan was late." in words
    assert "08184" not in words


@pytest.mark.parametrize(("ungraded", "says"), [(0, "Good 2 of 2."), (1, "1 audit had no first grade.")])
def test_audits_without_a_first_grade_are_told_among_the_upheld(report, ungraded, says):
    rows = [audit(number, "2025-09-03", after="Good") for number in range(2)]
    rows += [audit(9, "2025-09-03", grade="Not graded", after="Good")] * ungraded
    words = report(*rows, only="Moderation")
    assert says in words
    assert f"Moderators upheld 2 of {2 + ungraded} " in words


def test_a_split_that_chance_often_makes_is_said_to_be_one(report):
    rows = [audit(number, "2025-09-03", after="RI" if number < 5 else "Outstanding") for number in range(6)]
    # Two-sided: 2 × (1 + 6) / 64 = 0.21875
    assert "A split like this could well be chance (exact sign test, p = 0.22)." in report(*rows, only="Moderation")


def test_a_thematic_audit_keeps_its_summary_whatever_its_spelling_and_punctuation(report):
    rows = [
        ["Date", "Theme", "Unit", "Number considered", "Summary"],
        ["2025-05-01", "NEGLECT: early years", "families", 3, "Old."],
        ["2025-09-03", "Neglect: early years", "families", 8, "Visits are warm."],
    ]
    words = report(
        audit(0, "2025-05-01"),
        audit(1, "2025-09-03"),
        **{"Thematic audits": rows},
        only="Thematic audits and manager quality assurance",
    )
    assert ": 8 families. Visits are warm." in words


def test_printed_history_is_rounded_as_every_figure_is(report):
    history = [["Quarter", "Measure", "Percent"], ["2025-26 Q1", "moderation_changed", 27.6]]
    words = report(audit(1, "2025-09-03", after="Good"), Comparators=history, only="Moderation")
    assert "28%, as printed" in words
