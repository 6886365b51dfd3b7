"""Sentences in the singular, in the plural and of nothing: what the pages of the example do not happen to say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from qa_analysis import Report, Settings, load_settings
from qa_analysis.contract import problems
from qa_analysis.contract.rules import issue
from qa_analysis.errors import InputError
from qa_analysis.metrics.verdicts import Counts
from qa_analysis.page.named_charts import drawn
from qa_analysis.page.named_tables import TABLES
from qa_analysis.sentences import findings, sentence
from qa_analysis.sentences.checks import check_of
from qa_analysis.sentences.feedback import feedback_counts, scores
from tests.tables import SETTINGS

Q2 = pd.Period("2026Q2", freq="Q-MAR")


@dataclass(frozen=True)
class Told(Report):
    """A report whose figures are those given."""

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    found: object = None

    @property
    def verdicts(self):
        return self.found

    def figures(self, name: str, *, by_month: bool = False, every_level: bool = False) -> pd.DataFrame:
        table = self.tables.get(name, row(category="").head(0))
        return table if every_level or "level_of_need" not in table else table[table["level_of_need"] == self.level]


def report(level: str = "All", settings: Settings = SETTINGS, **measures: pd.DataFrame) -> Told:
    """Return a report of some measures; what others count is nothing, and there are no rows to quote."""
    return Told(
        SimpleNamespace(project=Path("no project here"), settings=settings, issues=problems.none()), Q2, level, measures
    )


def told(name: str, level: str = "All", settings: Settings = SETTINGS, **measures: pd.DataFrame) -> object:
    """Return what a sentence says of some measures."""
    return sentence(name)(report(level, settings, **measures))


def row(count: int = 0, of: int | None = None, quarter: pd.Period = Q2, level: str = "All", **more) -> pd.DataFrame:
    """Return one row of a measure."""
    values = {"quarter": quarter, "level_of_need": level, "count": count, "denominator": of, "percent": None, **more}
    return pd.DataFrame([values]).astype(dict.fromkeys(("count", "denominator"), "Int64") | {"percent": "float64"})


def rows(categories: Mapping[str, tuple[int, int | None]], quarter: pd.Period = Q2, level: str = "All") -> pd.DataFrame:
    """Return the rows of a measure by category: how many, and out of how many."""
    return pd.concat([row(*figure, quarter, level, category=name) for name, figure in categories.items()])


def before_and_now(before: tuple[int, int | None], now: tuple[int, int | None], level: str = "All") -> pd.DataFrame:
    """Return a measure of the quarter before and of this one."""
    return pd.concat([row(*before, Q2 - 1, level), row(*now, Q2, level)])


def values(level: str = "All", **by_category: float) -> pd.DataFrame:
    """Return a measure of values by category."""
    return pd.concat([row(level=level, category=name, value=value) for name, value in by_category.items()])


def outcomes(improved: int, same: int, worse: int, without: int = 0) -> dict[str, pd.DataFrame]:
    """Return how many re-audited records improved, were the same, got worse, and had no two grades to compare."""
    of = improved + same + worse
    counted = {"improved": improved, "same": same, "worse": worse}
    shares = {f"reaudits_{name}": row(number, of) for name, number in counted.items()}
    return shares | {"reaudits_without_both_grades": row(without, of + without)}


@pytest.mark.parametrize(
    ("counted", "says"),
    [
        ((0, 0, 0), None),
        ((0, 0, 0, 1), "1 record was re-audited, without two grades to compare."),
        ((0, 0, 0, 2), "2 records were re-audited, without two grades to compare."),
        ((0, 0, 1), "The one record re-audited this quarter got worse."),
        ((1, 0, 0, 1), "The one record re-audited this quarter improved. 1 more had no grade before or after."),
        ((2, 0, 0), "2 of 2 (100%) re-audited records improved this quarter."),
        ((2, 1, 0), "2 of 3 (67%) re-audited records improved this quarter; 1 stayed the same, none got worse."),
    ],
)
def test_re_audits(counted, says):
    assert told("reaudits", **outcomes(*counted)) == says


@pytest.mark.parametrize(
    ("days", "first", "says"),
    [
        ([90], "Inadequate", "From audit to re-audit it took 90 days."),
        ([1, 2, 3], "Inadequate", "From audit to re-audit it took 1 to 3 days. All had been picked from weak grades; some rise is to be expected by chance alone."),
        # Nobody picked a record because it was weak that was Good before.
        ([1, 2, 3], "Good", "From audit to re-audit it took 1 to 3 days."),
        # 10, 11, 20, 30: the median is 15.5, and the two shortest are at most 16.
        ([10, 11, 20, 30], "Good", "From audit to re-audit it took 10 to 30 days; half took 16 days or fewer."),
    ],
)  # fmt: skip
def test_how_long_re_audits_took(days, first, says):
    took = pd.Series(days, dtype=float)
    spans = values(shortest=took.min(), median=took.median(), longest=took.max())
    before = row(len(days), len(days), first_grade=first, final_grade="Good")
    without = row(0, len(days))
    assert (
        told("reaudits_took", reaudits_without_both_grades=without, reaudit_days=spans, reaudit_outcome=before) == says
    )
    assert told("reaudits_took") is None


def test_a_sentence_that_is_not_there_is_an_error_that_names_the_nearest():
    with pytest.raises(InputError, match="There is no sentence “coverag”; the nearest is “coverage”"):
        sentence("coverag")


@pytest.mark.parametrize(
    ("every", "here", "unknown", "says"),
    [
        (0, 0, 0, "Every row of the workbooks was read and used."),
        (1, 1, 0, "1 row of the workbooks is in no figure (of this quarter);"),
        (1, 0, 0, "1 row of the workbooks is in no figure (of another quarter);"),
        (1, 0, 1, "1 row of the workbooks is in no figure (without a readable date);"),
        (2, 0, 0, "2 rows of the workbooks are in no figure (2 of other quarters);"),
        (2, 1, 0, "2 rows of the workbooks are in no figure (1 of this quarter and 1 of another quarter);"),
        (3, 1, 2, "3 rows of the workbooks are in no figure (1 of this quarter and 2 without a readable date);"),
    ],
)  # fmt: skip
def test_rows_held_back(every, here, unknown, says):
    held = rows({"all": (every, None), "of the quarter": (here, None), "of no quarter": (unknown, None)})
    assert told("held_back", rows_held_back=held).startswith(says)
    assert told("held_back", "CL", rows_held_back=held.drop(columns="level_of_need")).startswith(says)


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        ([None, None], "2 comments."),
        ([10.0], "1 comment, with a score: 10 out of 10."),
        ([10.0, None], "2 comments; 1 with a score: 10 out of 10."),
        ([10.0, 10.0], "2 comments; both with a score: 10 out of 10."),
        ([4.0, 7.5], "2 comments; both with a score: 4 to 7.5 out of 10."),
        ([7.5, 4.0, 9.0], "3 comments; all with a score: 4 to 9 out of 10."),
        ([7.5, 4.0, None], "3 comments; 2 with a score: 4 to 7.5 out of 10."),
    ],
)
def test_scores_of_comments(page_data, make_feedback, scores, says):
    feedback = make_feedback(*[("2025-09-03", "Positive", "EH", "Mother", score) for score in scores])
    data = page_data(feedback=feedback)
    assert feedback_counts(Report(data, Q2), "Positive") == says
    assert feedback_counts(Report(data, Q2, "EH"), "Positive") == says
    assert feedback_counts(Report(data, Q2, "CL"), "Positive") == "No comment was recorded."


def test_scores_are_out_of_what_the_data_say_and_not_compared_on_two_scales(page_data, make_feedback):
    said = make_feedback(*[("2025-09-03", "Positive", "EH", "Mother", score) for score in (4.0, 5.0)])
    one, two = (Report(page_data(feedback=said.assign(score_out_of=scales)), Q2) for scales in (5, [5, 10]))
    assert feedback_counts(one, "Positive") == "2 comments; both with a score: 4 to 5 out of 5."
    assert feedback_counts(two, "Positive") == "2 comments; both with a score: not all on one scale."


def test_a_theme_written_in_two_ways_is_one_theme_and_stands_together(page_data, make_findings):
    themes = ["Visits", "Plans", " visits", None]
    found = make_findings(*[("2025-09-03", "Learning", theme, "EH") for theme in themes]).assign(finding=list("abcd"))
    learning = Report(page_data(findings=found), Q2)
    assert findings.none_written(learning, "Learning") is None
    assert findings.none_written(learning, "Strength") == "No finding of strength was recorded."
    points = findings.finding_points(learning, "Learning")
    assert [point[1] for point in points] == [f"{each} (Early Help)" for each in "acbd"]
    assert [point[1] for point in findings.finding_points(replace(learning, level="EH"), "Learning")] == list("acbd")


def test_a_theme_of_learning_is_tagged_with_its_quarters_and_where_no_new_action_names_it(
    page_data, make_findings, make_actions
):
    said = [("2025-06-03", "Visits"), ("2025-06-03", "Plans"), ("2025-09-03", "visits"), ("2025-09-03", "Voice")]
    said += [("2025-09-03", "Plans; Records"), ("2025-09-03", "Homes")]
    found = make_findings(*[(day, "Learning", theme, None) for day, theme in said]).assign(finding="x")
    new, left = ({"quarter": each, "status": "Open", "action": "Do"} for each in (Q2, Q2 - 1))
    actions = make_actions(
        {**new, "action_id": "1", "theme": "plans"}, {**left, "action_id": "2", "theme": "Voice"},
        {**new, "action_id": "3", "theme": "Homes"}, {**new, "action_id": "4", "theme": "Records"},
    )  # fmt: skip
    learning = Report(page_data(findings=found, actions=actions), Q2)
    tags = {point[0]: point[3] for point in findings.finding_points(learning, "Learning")}
    assert tags == {
        "visits": "2 of 2 quarters · no new action", "Voice": "no new action", "Plans; Records": "2 of 2 quarters",
        "Homes": "",
    }  # fmt: skip


def test_what_was_moderated_on_a_services_page():
    read = rows({"Good": (1, 2), "Inadequate": (1, 1), "Outstanding": (0, 0)}, level="EH")
    others = {"good_or_better_not_moderated": row(1, 1, level="EH")}
    checked = {"audits_moderated": row(2, 3, level="EH")}
    assert told("coverage", "EH", moderation_coverage=read, **others, **checked) == (
        "Of the audits 2 of 3 had a second reader. By the auditor's grade: Good 1 of 2 and Inadequate 1 of 1. 1 of 1 "
        "audit whose final grade is Good or better had no second reader."
    )
    every = {"good_or_better_not_moderated": row(0, 1, level="EH")}
    said = told("coverage", "EH", moderation_coverage=read, **every, **checked)
    assert said.endswith(" Every audit whose final grade is Good or better had a second reader.")
    assert told("coverage", "EH", moderation_coverage=rows({"Good": (0, 2)}, level="EH"), **others) is None
    assert told("coverage", "CL", moderation_coverage=read, **others) is None


@pytest.fixture
def numbered(tmp_path):
    """Return settings with grades from 1 to 4."""
    flags = ["good = true", "good = true", "shoots = true", "failing = true"]
    grades = [f'{{name = "{number}", {flag}}}' for number, flag in enumerate(flags, start=1)]
    (tmp_path / "settings.toml").write_text(f"grades = [{', '.join(grades)}]", encoding="utf-8")
    return load_settings(tmp_path)


def test_several_grades_with_green_shoots_are_a_list():
    grades = [SETTINGS.grades[0]] + [SETTINGS.grades[2].model_copy(update={"name": name}) for name in "567"]
    assert SETTINGS.model_copy(update={"grades": grades}).shoots_words == "5, 6 or 7"


def pairs(*outcomes: tuple[str, str, int, int]) -> pd.DataFrame:
    """Return what became of grades: the first, the final one, how many of how many with that first grade."""
    return pd.concat([row(count, of, first_grade=first, final_grade=final) for first, final, count, of in outcomes])


def test_grades_that_are_numbers_are_told_from_counts(numbered):
    others = {"good_or_better_not_moderated": row(1, 2), "audits_moderated": row(1, 5)}
    said = told("coverage", settings=numbered, moderation_coverage=rows({"1": (1, 2), "2": (0, 3)}), **others)
    assert said == (
        "Of the audits 1 of 5 had a second reader. By the auditor's grade: grade 1: 1 of 2 and grade 2: 0 of 3. 1 of "
        "2 audits whose final grade is 2 or better had no second reader."
    )
    all_read = {"good_or_better_not_moderated": row(0, 2), "audits_moderated": row(5, 5)}
    said = told("coverage", settings=numbered, moderation_coverage=rows({"1": (2, 2), "2": (3, 3)}), **all_read)
    assert said == "Of the audits 5 of 5 had a second reader."


def test_a_negative_kappa_has_a_minus_sign():
    kappa = row(value=-0.125, ci_low=-0.5, ci_high=-0.001)
    said = told("agreement_footnote", moderation_kappa=kappa, moderation_both_grades=row(20, 21))
    assert "quadratic weighted kappa −0.12 (bootstrap 95% interval −0.50 to 0.00, 20 audits)" in said


@pytest.mark.parametrize(
    ("number", "says"), [(0, None), (1, "1 moderation was still"), (2, "2 moderations were still")]
)
def test_pending_moderations(number, says):
    said = told("pending", "EH", moderation_pending=row(number, 9, level="EH"))
    assert said is None if says is None else said.startswith(says)


def test_what_random_records_show_beside_the_quarter_before():
    def at_random(random: pd.DataFrame, others: pd.DataFrame) -> object:
        return told("at_random", good_or_better_at_random=random, good_or_better_for_a_reason=others)

    shares, others = before_and_now((9, 28), (11, 37)), before_and_now((8, 30), (14, 29))
    assert at_random(shares, others) == (
        "Good or better among records chosen at random: 11 of 37 (30%; the quarter before 9 of 28, 32%); among those chosen "
        "for a reason: 14 of 29 (48%; the quarter before 8 of 30, 27%)."
    )
    # A per cent is told from ten in both quarters up.
    few = at_random(before_and_now((3, 9), (11, 37)), before_and_now((3, 10), (1, 10)))
    assert few == (
        "Good or better among records chosen at random: 11 of 37 (the quarter before 3 of 9); among those chosen for a "
        "reason: 1 of 10 (10%; the quarter before 3 of 10, 30%)."
    )
    one = at_random(row(0, 1), row(1, 2))
    assert one.startswith("Good or better among records chosen at random: 0 of 1; among")
    assert at_random(row(0, 0), others) is None
    assert at_random(shares, row(0, 0)) is None  # all were chosen at random


def of_20(before: Mapping[str, int], now: Mapping[str, int], level: str = "All") -> pd.DataFrame:
    """Return the reasons of two quarters of 20 audits each: a count for each reason."""
    quarters = ((Q2 - 1, before), (Q2, now))
    return pd.concat([rows({name: (count, 20) for name, count in of.items()}, quarter, level) for quarter, of in quarters])  # fmt: skip


def reasons_table(
    reasons: pd.DataFrame, good: pd.DataFrame, level: str = "All", settings: Settings = SETTINGS
) -> pd.DataFrame | None:
    table = TABLES["reasons"](report(level, settings, selection=reasons, good_or_better_by_reason=good))
    return table and table.rows


@pytest.mark.parametrize(
    ("before", "now", "says", "moved", "cells"),
    [
        # 60% and 50%: a change of exactly 10 points.
        (
            {"Random": 12, "Re-audit": 8}, {"Random": 10, "Re-audit": 10},
            "Not all audited records were chosen at random, so shares describe the records that were read, not every child's.",
            "The recorded reasons have changed since the quarter before: “Random” 10 of 20 (12 of 20 before) and “Re-audit” 10 of 20 (8 of 20 before). That alone can move a share.",
            [["Random", "10 of 20 (50%)", "12 of 20 (60%)"], ["Re-audit", "10 of 20 (50%)", "8 of 20 (40%)"]],
        ),
        ({"Random": 20}, {"Random": 20}, "The audited records were chosen at random.", None, [["Random", "20 of 20 (100%)", "20 of 20 (100%)"]]),
        (
            {"Random": 11, "Not recorded": 9}, {"Random": 10, "Not recorded": 10},
            "It is not known whether all audited records were chosen at random, so shares describe the records that were read, not every child's.",
            None,
            [["Random", "10 of 20 (50%)", "11 of 20 (55%)"], ["Not recorded", "10 of 20 (50%)", "9 of 20 (45%)"]],
        ),
        (
            {"Not recorded": 20}, {"Not recorded": 20},
            "It is not recorded why records were chosen for audit, so shares describe the records that were read, not every child's.", None, None,
        ),
    ],
)  # fmt: skip
def test_why_records_were_chosen_beside_the_quarter_before(before, now, says, moved, cells):
    reasons = of_20(before, now)
    assert told("selection", selection=reasons) == says
    assert told("chosen_otherwise", selection=reasons) == moved
    table = reasons_table(reasons, reasons.assign(count=reasons["count"] // 2))
    if cells is None:
        assert table is None
        return
    assert table.drop(columns=["Good or better", "Good or better then"]).to_numpy().tolist() == cells
    # Half of each reason's records were Good or better, of the 20 in `of_20`.
    good = [f"{int(cell[1].split(' ')[0]) // 2} of 20" for cell in cells]
    assert table["Good or better"].tolist() == good


@pytest.mark.parametrize("before", [{}, {"Re-audit": (0, 0), "Random": (0, 0), "Themed": (0, 0)}])
def test_why_records_were_chosen_without_audits_the_quarter_before(before):
    reasons = rows({"Re-audit": (3, 4), "Random": (1, 4), "Themed": (0, 4)})
    reasons = pd.concat([reasons, rows(before, Q2 - 1)]) if before else reasons
    assert told("chosen_otherwise", selection=reasons) is None
    table = reasons_table(reasons, reasons)
    assert table["reason"].tolist() == ["Re-audit", "Random"]  # in their own order
    assert table["this_quarter"].tolist() == ["3 of 4", "1 of 4"]
    assert table.columns.tolist() == ["reason", "this_quarter", "Good or better"]


def test_reasons_of_the_quarter_before_alone_and_of_other_services():
    reasons = of_20({"Random": 18, "Themed": 2}, {"Random": 20, "Themed": 0})
    reasons = pd.concat([reasons, rows({"Late": (9, 9)}, level="EH")])
    good = pd.concat([rows({"Random": (9, 18), "Themed": (0, 2)}, Q2 - 1), rows({"Random": (5, 20), "Themed": (0, 0)})])
    assert reasons_table(reasons, good).fillna("–").to_numpy().tolist() == [
        ["Random", "20 of 20 (100%)", "5 of 20", "18 of 20 (90%)", "9 of 18"],
        ["Themed", "0 of 20 (0%)", "–", "2 of 20 (10%)", "0 of 2"],
    ]
    assert reasons_table(reasons, good, "EH")["this_quarter"].tolist() == ["9 of 9"]
    assert told("selection", "CL", selection=reasons) is None


def waiting(quarter: pd.Period, now: int, earlier: int, level: str = "All") -> pd.DataFrame:
    """Return who waits for a re-audit at a quarter's end: audits of the quarter, and of earlier ones."""
    of = now + earlier
    return rows({"this quarter": (now, of), "earlier quarters": (earlier, of)}, quarter, level)


OTHERS = pd.concat([waiting(Q2 - 1, 9, 9, "CL"), waiting(Q2, 9, 9, "CL")])


def of_waits(verdict: str = "none stands out", number: int = 1, *, long_known: bool = True) -> SimpleNamespace:
    """Return verdicts about who waits."""
    first, waits = SimpleNamespace(verdict=verdict), SimpleNamespace(waiting=number)
    return SimpleNamespace(first=first, waiting=waits, long_known=long_known)


@pytest.mark.parametrize(
    ("before", "now", "days", "again", "says"),
    [
        ((3, 1), (5, 3), 200, 2, "3 records have waited for a re-audit since earlier quarters, the longest for 200 days. Of all 8 that wait 2 failed a second time: re-audited, and graded Inadequate again."),
        ((0, 0), (2, 0), 80, 0, "No record has waited for a re-audit since an earlier quarter; the longest wait is 80 days."),
        ((0, 1), (1, 1), 200, 0, "1 record has waited for a re-audit since earlier quarters: 200 days."),
        (None, (1, 0), 1, 0, "1 record graded Inadequate waits for a re-audit, and has for 1 day."),
        ((0, 1), (0, 1), 99, 1, "1 record graded Inadequate waits for a re-audit (1 the quarter before), and has for 99 days. It failed a second time: re-audited, and graded Inadequate again."),
        ((2, 0), (0, 0), 0, 0, "No record graded Inadequate waits for a re-audit (2 the quarter before)."),
        (None, (0, 0), 0, 0, "No record graded Inadequate waits for a re-audit."),
    ],
)  # fmt: skip
def test_who_waits_for_a_re_audit(before, now, days, again, says):
    earlier = [waiting(Q2 - 1, *before)] if before else []
    measures = {
        "awaiting_reaudit": pd.concat([*earlier, waiting(Q2, *now), OTHERS]),
        "awaiting_reaudit_longest": row(value=float(days)) if sum(now) else row().head(0),
        "awaiting_reaudit_failed_again": row(again, 9),
    }
    assert sentence("awaiting_reaudit")(replace(report(**measures), found=of_waits())) == says
    # Within a year of the first audits the number starts from nothing: it is not compared.
    new = sentence("awaiting_reaudit")(replace(report(**measures), found=of_waits(long_known=False)))
    assert new == re.sub(r" \(\w+ the quarter before\)", "", says)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (10, "10 records have been graded Inadequate so far; no re-audit is recorded, so how many still wait is not known."),
        (1, "1 record has been graded Inadequate so far; no re-audit is recorded, so whether it still waits is not known."),
        (0, "No record graded Inadequate waits for a re-audit."),
    ],
)  # fmt: skip
def test_who_waits_is_not_known_where_no_re_audit_is_recorded(number, says):
    nowhere = replace(report(awaiting_reaudit=waiting(Q2, number, 0)), found=of_waits("not recorded", number))
    assert sentence("awaiting_reaudit")(nowhere) == says
    rows = row(0, number, quarter=Q2)
    known = replace(
        nowhere, tables={"awaiting_reaudit_long": rows}, data=SimpleNamespace(settings=SETTINGS, quarters=[Q2])
    )
    assert drawn(known, "awaiting_reaudit_long", "quarter").chart is None


@pytest.mark.parametrize(
    ("verdict", "graded", "not_alike", "says"),
    [
        ("not comparable", 58, ("checked",), "Second readers checked 20 of the auditors' 30 grades of Good or better, and 2 of 30 the quarter before, so the final grades of the two quarters cannot be compared like with like. Before any checking, auditors had graded 32 of 66 (48%; the quarter before 20 of 58, 34%) Good or better."),
        ("higher", 58, ("checked", "at random"), "Second readers checked 20 of the auditors' 30 grades of Good or better, and 2 of 30 the quarter before, but the auditors' own grades moved the same way as the final ones. Before any checking"),
        ("not comparable", 58, ("at random",), None),
        ("too few", 9, ("checked",), None),
    ],
)  # fmt: skip
def test_second_readers_that_checked_more_than_the_quarter_before(verdict, graded, not_alike, says):
    good = SimpleNamespace(now=Counts(20, 66), before=Counts(5, graded))
    checked = (Counts(20, 30), Counts(2, 30))
    grades = SimpleNamespace(verdict=verdict, good=good, not_alike=not_alike, checked=checked)
    by_auditor = before_and_now((20, 58), (32, 66))
    found = replace(report(good_or_better_by_auditor=by_auditor), found=SimpleNamespace(grades=grades))
    said = sentence("read_more_often")(found)
    assert said is None if says is None else said.startswith(says)


def test_managers_activities_beside_the_quarter_before():
    activities = before_and_now((4, None), (6, None)).drop(columns="level_of_need")
    said = "Managers made 6 checks of their own (4 the quarter before):"
    assert told("manager_counts", manager_qa_activities=activities) == said
    assert told("manager_counts", manager_qa_activities=activities.head(1)) is None
    one = activities.tail(1).assign(count=1)
    assert told("manager_counts", manager_qa_activities=one) == "Managers made 1 check of their own:"


def test_themes_of_multi_agency_audits():
    themes = rows({"Neglect": (1, None), "Exploitation": (3, None)}).drop(columns="level_of_need")
    assert told("multi_agency_themes", multi_agency_theme=themes) == "Audits by theme: Exploitation 3 and Neglect 1."
    assert told("multi_agency_themes", multi_agency_theme=themes.assign(quarter=Q2 - 1)) is None


def test_grades_of_multi_agency_audits():
    grades = rows({"Good": (2, 3), "Weak": (1, 3), "Poor": (0, 3)}).drop(columns="level_of_need")
    said = "Grades of 3 audits: Good 2 and Weak 1."
    assert told("multi_agency_grades", multi_agency_grade=grades) == said
    assert told("multi_agency_grades", multi_agency_grade=grades.assign(quarter=Q2 - 1)) is None


def test_what_is_in_doubt_is_named_the_costliest_first_and_then_not_every_row_was_used():
    place = {"file": "q2.xlsx", "sheet": "Audits"}
    beside = issue("column_beside", column="Team", heading="Team", cell="F1", rows="5 rows", of="Audits")
    sheet = issue("sheet_like_another", what="Audits", other="Audits July", rows="1,006 rows")
    said = replace(report(), data=SimpleNamespace(issues=problems.of_places([place | beside, place | sheet])))
    assert sentence("held_back")(said) is None
    assert sentence("in_doubt")(said) == (
        "In doubt, because the workbooks can be read in more than one way, and not counted: the sheet “Audits” and Team on "
        "the sheet “Audits”; the data-quality page says where, and what decides it."
    )
    assert told("in_doubt") is None


@pytest.mark.parametrize(
    ("column", "says"), [("Score", "Scores are in doubt and not counted."), ("Quote", "No score was given.")]
)
def test_scores_in_doubt_are_not_said_to_be_none(page_data, make_feedback, column, says):
    doubt = problems.of_places(
        [{"file": "q2.xlsx", "sheet": "Feedback"} | issue("not_a_number_not_counted", column=column, value="x")]
    )
    data = replace(
        page_data(feedback=make_feedback(("2025-09-03", "Positive", "EH", "Mother"))),
        issues=doubt.assign(quarter=pd.NaT),
    )
    assert scores(Report(data, Q2)) == says


def moderated(kept: tuple[int, int], raised: int, lowered: int, of: int, before: pd.DataFrame | None = None) -> Told:
    """Return a report of what second readers did: how many of how many first grades they kept, raised and lowered."""
    changed = row(raised + lowered, of)
    return report(
        moderation_upheld=row(kept[0], of), moderation_both_grades=row(kept[1], of), moderation_raised=row(raised, of),
        moderation_lowered=row(lowered, of), moderation_changed=changed if before is None else pd.concat([before, changed]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("of", "says"),
    [
        (((37, 45), 0, 8, 45, row(7, 25, Q2 - 1)), "Second readers upheld 37 of 45 grades (82%) and changed 8 of 45 (18%), all lowered; the quarter before 7 of 25 (28%)."),
        (((37, 45), 0, 8, 45, row(pd.NA, None, Q2 - 1, percent=27.6)), "Second readers upheld 37 of 45 grades (82%) and changed 8 of 45 (18%), all lowered; the quarter before 28%, as printed."),
        (((37, 45), 0, 8, 45, row(3, 9, Q2 - 1)), "Second readers upheld 37 of 45 grades (82%) and changed 8 of 45, all lowered; the quarter before 3 of 9."),
        (((9, 12), 1, 2, 12), "Second readers upheld 9 of 12 grades (75%) and changed 3 of 12 (25%), 1 raised and 2 lowered."),
        (((8, 10), 2, 0, 10), "Second readers upheld 8 of 10 grades (80%) and changed 2 of 10 (20%), both raised."),
        (((0, 1), 0, 1, 1), "Second readers upheld 0 of 1 grade and changed 1 of 1, lowered."),
        # One of three moderated audits had no first grade: it is neither upheld nor not.
        (((2, 2), 0, 0, 3), "Second readers upheld 2 of 2 grades and changed none."),
        (((0, 0), 0, 0, 3), "No grade was checked by a second reader."),
        (((0, 0), 0, 0, 0), "No grade was checked by a second reader."),
    ],
)  # fmt: skip
def test_moderation_leads_with_what_was_upheld(of, says):
    assert sentence("upheld")(moderated(*of)) == says


@pytest.mark.parametrize(
    ("raised", "lowered", "p", "says"),
    [
        (0, 0, None, None),
        (0, 1, None, "One changed grade is too few to tell whether moderation leans one way."),
        (5, 0, None, "5 changed grades are too few to tell whether moderation leans one way."),
        (0, 8, 0.0078, "If raising and lowering were equally likely, such a split would be rare (exact sign test, p = 0.008)."),
        (0, 5, 0.0625, "None raised and 5 lowered: not enough to say that moderation leans one way (exact sign test, p = 0.062)."),
        (1, 7, 0.0703, "1 raised and 7 lowered: not enough to say that moderation leans one way (exact sign test, p = 0.070)."),
    ],
)  # fmt: skip
def test_whether_moderation_leans_one_way(raised, lowered, p, says):
    split = {"moderation_raised": row(raised, 45), "moderation_lowered": row(lowered, 45)}
    assert told("direction", **split, moderation_direction_p=row(value=p)) == says


@pytest.mark.parametrize(
    ("number", "planned", "says"),
    [
        (15, 17, "15 audits were completed of 17 planned: Early Help 8, Help and Protection 7, Children in Care 0 and Care Leavers 0."),
        (1, None, "1 audit was completed: Early Help 8, Help and Protection 7, Children in Care 0 and Care Leavers 0."),
        (0, 1, "No audit was completed. 1 audit was planned."),
        (0, None, "No audit was completed."),
    ],
)  # fmt: skip
def test_audits_completed(number, planned, says):
    completed = pd.concat([row(number, planned), row(8, 8, level="EH"), row(7, 9, level="H&P")])
    assert told("audits_completed", audits_completed=completed) == says


def test_green_shoots_beside_the_quarter_before_and_those_that_moderation_made():
    shoots = before_and_now((14, 28), (22, 32))
    assert told("green_shoots", green_shoots=shoots) == (
        "Of audits graded Requires improvement, 22 of 32 (69%; the quarter before 14 of 28, 50%) had green shoots: Good or "
        "better in at least one practice area."
    )
    assert told("green_shoots", green_shoots=row(0, 0)) is None
    many = told("green_shoots_lowered", green_shoots=shoots, green_shoots_lowered=row(6, 22))
    assert many.startswith("6 of the 22 audits with green shoots were lowered by moderation from Good or better;")
    one = told("green_shoots_lowered", green_shoots=row(1, 12), green_shoots_lowered=row(1, 1))
    assert one.startswith("The one audit with green shoots was lowered by moderation from Good or better;")
    assert told("green_shoots_lowered", green_shoots=shoots, green_shoots_lowered=row(0, 22)) is None


@pytest.mark.parametrize(
    ("agreed", "left", "says"),
    [
        ({"open": 11, "complete": 1}, {"overdue": 3, "no date": 3, "open": 1}, "12 actions were agreed and 7 left from earlier quarters: 3 late, 12 in time, 3 undated and 1 done."),
        ({"open": 1}, {}, "1 action was agreed: 1 in time."),
        ({}, {"overdue": 1}, "No action was agreed and 1 left from earlier quarters: 1 late."),
        ({}, {}, "No action was recorded."),
    ],
)  # fmt: skip
def test_actions_by_their_state(agreed, left, says):
    states = ("open", "overdue", "complete", "no date")
    both = [
        rows({state: (each.get(state, 0), None) for state in states}).drop(columns="level_of_need")
        for each in (agreed, left)
    ]
    assert told("actions", actions=both[0], actions_carried_over=both[1]) == says


def test_children_are_not_cared_for_by_records(page_data, make_thematic):
    thematic = make_thematic(
        ("2025-09-03", "Life story", "children's records", 450, 5), ("2025-09-03", "Fostering", "families", 8, 13)
    )
    said = sentence("thematic_points")(Report(page_data(thematic_audits=thematic.assign(summary=None)), Q2))
    assert said == [("Life story", "450 children's records."), ("Fostering", "8 families, caring for 13 children.")]


@pytest.mark.parametrize(
    ("number", "unit", "says"),
    [
        (1, "fostering families", "1 fostering family, caring for 1 child."),
        (1, "Children's records", "1 Child's record."), (1, "children", "1 child."), (0, "families", "0 families."),
        (1, "work of a class", "1 work of a class, caring for 1 child."),
    ],
)  # fmt: skip
def test_one_of_what_was_considered_is_told_in_the_singular(page_data, make_thematic, number, unit, says):
    thematic = make_thematic(("2025-09-03", "Theme", unit, number, number)).assign(summary=None)
    assert sentence("thematic_points")(Report(page_data(thematic_audits=thematic), Q2)) == [("Theme", says)]


def test_a_finding_that_is_a_count_is_told_by_the_figures(page_data, make_audits, make_findings):
    audits = make_audits(
        ("2025-06-03", "EH", "I"), ("2025-06-03", "EH", "I"), ("2025-09-03", "EH", "G"), ("2025-09-03", "EH", "I"),
        *[("2025-08-03", "CL", "G")] * 10,
    )  # fmt: skip
    audits["reaudit_of"] = pd.Series([None, None, "A-1", "A-2", *[None] * 10], dtype="str")
    said = {
        "1 of 2 (50%) re-audited records improved.": "✓ agrees with the audits",
        "2 of 2 re-audited records improved.": "✗ 1 of 2 (50%)",
        "11 of 12 audits (92%) were Good or better.": "✓ agrees with the audits",
        "No audit in the whole service was graded Inadequate in August 2025": "✓ agrees with the audits",
        "No audit was graded Inadequate in August or September.": "✗ 1 of 2 in September",
        "No audit was graded Inadequate in July.": "✗ none graded in July",
        # Of another quarter or year, of a service though it is written for all, or of something else.
        "2 of 2 re-audited records improved the quarter before.": "",
        "No audit was graded Inadequate in August 2024.": "",
        "No Care Leavers audit was graded Inadequate in August.": "",
        "5 of 6 re-audits were late.": "",
        "A growing number of audits show green shoots.": "",
        "Planning: 1 of 2 audits were Good or better.": "",
    }
    found = make_findings(*[("2025-09-03", "Strength", None, None) for _ in said]).assign(finding=list(said))
    points = findings.finding_points(Report(page_data(audits=audits, findings=found), Q2), "Strength")
    assert {point[1]: point[2] for point in points} == said
    own = make_findings(("2025-09-03", "Strength", None, "CL")).assign(
        finding="No Care Leavers audit was graded Inadequate in August."
    )
    (point,) = findings.finding_points(Report(page_data(audits=audits, findings=own), Q2), "Strength")
    assert point[2] == "✓ agrees with the audits"
    nine = Report(page_data(audits=audits.iloc[:-1]), Q2)
    assert check_of(nine, "No audit was graded Inadequate in August.", "All") == "0 of 9 in August"


@pytest.mark.parametrize(
    ("text", "before", "says"),
    [
        ("Fewer Inadequate grades than last quarter.", row(2, 10, Q2 - 1), "✗ Inadequate: 2 of 10, the quarter before 2 of 10"),
        ("Inadequate grades fell since the quarter before.", row(1, 6, Q2 - 1), "✗ Inadequate: 2 of 10, the quarter before 1 of 6"),
        ("Inadequate grades fell since the previous quarter.", row(3, 9, Q2 - 1), "Inadequate: 2 of 10, the quarter before 3 of 9"),
        # Fewer, and a larger share; more of them is denied; not the grades fell.
        ("Inadequate grades fell since the previous quarter.", row(3, 20, Q2 - 1), "Inadequate: 2 of 10, the quarter before 3 of 20"),
        ("No more Inadequate grades than last quarter.", row(2, 10, Q2 - 1), "Inadequate: 2 of 10, the quarter before 2 of 10"),
        ("Fewer visits were late than last quarter; two audits Inadequate.", row(2, 10, Q2 - 1), "Inadequate: 2 of 10, the quarter before 2 of 10"),
        ("Fewer Inadequate grades than last quarter.", row(pd.NA, None, Q2 - 1, percent=4.0), "? Inadequate: 2 of 10; the quarter before is not known"),
        ("Fewer Inadequate grades than last quarter.", row(0, 0, Q2 - 1), "? Inadequate: 2 of 10; no audit the quarter before"),
        ("Fewer Inadequate grades than last year.", row(3, 9, Q2 - 1), ""),
        ("Fewer inadequately planned visits than last quarter.", row(3, 9, Q2 - 1), ""),
        ("Visits: fewer Inadequate grades than last quarter.", row(1, 10, Q2 - 1), ""),
        ("Planning: fewer Inadequate grades than last quarter.", row(1, 10, Q2 - 1), ""),
        ("Fewer Inadequate grades in Care Leavers than last quarter.", row(3, 9, Q2 - 1), ""),
        ("Inadequate grades as in the last quarter.", row(3, 9, Q2 - 1), ""),
    ],
)  # fmt: skip
def test_a_written_movement_gets_the_counts_of_both_quarters_and_a_cross_where_they_moved_otherwise(text, before, says):
    told_of = report(inadequate=pd.concat([before, row(2, 10)]))
    assert check_of(told_of, text, "All") == says
    assert check_of(told_of, text, "All", "Planning") == ""


def test_actions_of_earlier_quarters_that_were_completed(page_data, make_actions):
    done = {"quarter": Q2 - 1, "status": "Complete", "completed": pd.Timestamp(2025, 8, 1)}
    actions = make_actions(
        {**done, "action_id": "A1", "action": "Write plans."}, {**done, "action_id": "A2", "action": "Visit on time"}
    )
    assert sentence("completed_of_earlier")(Report(page_data(actions=actions), Q2)) == (
        "Completed, of earlier quarters: “Write plans” and “Visit on time”."
    )
    assert sentence("completed_of_earlier")(Report(page_data(actions=actions.head(0)), Q2)) is None


@pytest.mark.parametrize(("note", "says"), [("too few", "too few"), ("", "+8.6")])
def test_a_change_of_fewer_than_ten_is_too_few_to_tell(note, says):
    change = row(category="good_or_better", value=8.6, ci_low=None, ci_high=None, note=note)
    table = TABLES["headline_figures"](report(grades_change=change)).rows
    assert table["points"].dropna().tolist() == [says]


def test_more_audits_than_were_planned():
    said = told("audits_completed", audits_completed=pd.concat([row(9, 8), row(9, 8, level="EH")]))
    assert said.startswith("9 audits were completed (8 were planned): Early Help 9,")


class TestWhatARegisterHasBesides:
    def test_audits_that_do_not_count_are_named(self, told, make_audits):
        why = ["Audit type: Dip sample", "Audit type: Dip sample", "Status: Draft"]
        rows = make_audits(*(("2025-07-01", "EH", "G"),) * 3)[["quarter", "level_of_need"]].assign(left_out=why)
        assert told("left_out", audits_left_out=rows) == (
            "Not counted, by their type or status: 3 audits (2 “Dip sample” and 1 “Draft”)."
        )
        assert told("left_out", audits_left_out=rows.head(1)) == (
            "Not counted, by its type or status: 1 audit (1 “Dip sample”)."
        )
        assert told("left_out") is None

    def test_audits_with_actions_of_their_own(self, told, make_audits, make_actions):
        audits = make_audits(*(("2025-07-01", "EH", "I"),) * 3)
        own = make_actions(
            {"audit_id": "A-1", "action_id": "1", "status": "Complete"},
            {"audit_id": "A-2", "action_id": "2", "status": "Open"},
        )
        say = lambda **tables: told("put_right", "EH", audits=audits, **tables)  # noqa: E731
        assert say(audit_actions=own) == (
            "Of 3 audits graded Inadequate, 2 have actions of their own, all complete for 1; for 1 none is recorded."
        )
        of_another = own.assign(audit_id="A-9")
        assert say(audit_actions=of_another) == (
            "No action of its own is recorded for any of the 3 audits graded Inadequate."
        )
        assert say() is None
