"""Sentences in the singular, in the plural and of nothing: what the pages of the example do not happen to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pandas as pd
import pytest

from qa_analysis import Report, Settings, load_settings
from qa_analysis.contract import problems
from qa_analysis.contract.rules import issue
from qa_analysis.errors import InputError
from qa_analysis.page.named_tables import TABLES
from qa_analysis.sentences import findings, sentence
from qa_analysis.sentences.feedback import feedback_counts
from tests.tables import SETTINGS

Q2 = pd.Period("2026Q2", freq="Q-MAR")


@dataclass(frozen=True)
class Told(Report):
    """A report whose figures are those given."""

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def figures(self, name: str, *, by_month: bool = False, every_level: bool = False) -> pd.DataFrame:
        table = self.tables.get(name, row(category="").head(0))
        return table if every_level or "level_of_need" not in table else table[table["level_of_need"] == self.level]


def report(level: str = "All", settings: Settings = SETTINGS, **measures: pd.DataFrame) -> Told:
    """Return a report of some measures; what others count is nothing, and there are no rows to quote."""
    return Told(SimpleNamespace(settings=settings, issues=problems.none()), Q2, level, measures)


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


def test_a_sentence_that_is_not_there_is_an_error_that_names_the_nearest():
    with pytest.raises(InputError, match="There is no sentence “coverag”; the nearest is “coverage”"):
        sentence("coverag")


@pytest.mark.parametrize(
    ("counted", "days", "says"),
    [
        ((0, 0, 0), [], "No record was re-audited."),
        ((0, 0, 0), [90], "1 record was re-audited, without a grade before and after to compare."),
        ((0, 0, 0), [90, 91], "2 records were re-audited, without a grade before and after to compare."),
        ((0, 0, 1), [90], "The one re-audited record got worse. From audit to re-audit it took 90 days."),
        ((1, 0, 0), [90, 99], "improved. 1 more had no grade before or after to compare."),
        ((2, 1, 0), [1, 2, 3], "2 of 3 (67%) re-audited records improved; 1 had the same grade and none a worse one."),
        # 10, 11, 20, 30: the median is 15.5, and the two shortest are at most 16.
        ((1, 2, 1), [10, 11, 20, 30], "From audit to re-audit it took 10 to 30 days; half took 16 days or fewer."),
    ],
)
def test_re_audits(counted, days, says):
    of = sum(counted)
    outcomes = {f"reaudits_{name}": row(number, of) for name, number in zip(("improved", "same", "worse"), counted, strict=True)}  # fmt: skip
    took = pd.Series(days, dtype=float)
    spans = values(shortest=took.min(), median=took.median(), longest=took.max())
    without = row(len(days) - of, len(days))
    said = told("reaudits", **outcomes, reaudits_without_both_grades=without, reaudit_days=spans)
    assert says in said
    assert ("would have improved anyway" in said) == (counted[0] > 0)


@pytest.mark.parametrize(
    ("states", "says"),
    [
        ({"overdue": (1, 1)}, "1 action of earlier quarters was not complete at the quarter's end, and was overdue; it had been open for 9 days."),
        ({"overdue": (0, 1), "no date": (1, 1)}, "1 action of earlier quarters was not complete at the quarter's end; it had been open for 9 days."),
        ({"overdue": (1, 2), "open": (1, 2)}, "2 actions of earlier quarters were not complete at the quarter's end, 1 of them overdue; the longest had been open for 9 days."),
        ({"overdue": (0, 0)}, "No action of an earlier quarter was left open."),
    ],
)  # fmt: skip
def test_actions_carried_over(states, says):
    longest = row(value=9.0)
    assert told("carried_over", actions_carried_over=rows(states), actions_carried_over_longest=longest) == says


def test_one_action_agreed_after_the_quarter():
    states = rows({"open": (1, 1), "overdue": (0, 1)})
    assert told("actions", actions=states, actions_agreed_later=row(1, 1)) == (
        "1 action was agreed, after the quarter had ended. State at the quarter's end, as if it had been agreed by then: 1 "
        "open. A date under “Done” means that a step was done after the quarter."
    )


@pytest.mark.parametrize(
    ("every", "here", "unknown", "says"),
    [
        (0, 0, 0, "Every row of the workbooks was read and used."),
        (1, 1, 0, "1 row of the workbooks could not be used and is in no figure; it is of this quarter;"),
        (1, 0, 0, "1 row of the workbooks could not be used and is in no figure; it is of another quarter;"),
        (1, 0, 1, "1 row of the workbooks could not be used and is in no figure; it has no date that can be read;"),
        (2, 0, 0, "2 rows of the workbooks could not be used and are in no figure: 2 of other quarters;"),
        (2, 1, 0, "2 rows of the workbooks could not be used and are in no figure: 1 of this quarter and 1 of another quarter;"),
        (3, 1, 2, "3 rows of the workbooks could not be used and are in no figure: 1 of this quarter and 2 without a date that can be read;"),
    ],
)  # fmt: skip
def test_rows_held_back(every, here, unknown, says):
    held = rows({"all": (every, None), "of the quarter": (here, None), "of no quarter": (unknown, None)})
    assert told("held_back", rows_held_back=held).startswith(says)
    assert told("held_back", "CL", rows_held_back=held.drop(columns="level_of_need")).startswith(says)


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        ([None, None], "2 comments: Mother 2. They speak for those who answered."),
        ([10.0, None], "2 comments: Mother 2. They speak for those who answered. One gave a score: 10 out of 10."),
        ([10.0, 10.0], "2 comments: Mother 2. They speak for those who answered. Both gave a score out of 10: each 10."),
        ([4.0, 7.5], "2 comments: Mother 2. They speak for those who answered. Both gave a score out of 10: 4 and 7.5."),
        ([7.5, 4.0, 9.0], "3 comments: Mother 3. They speak for those who answered. All gave a score out of 10: from 4 to 9."),
    ],
)  # fmt: skip
def test_scores_of_comments(page_data, make_feedback, scores, says):
    feedback = make_feedback(*[("2025-09-03", "Positive", "EH", "Mother", score) for score in scores])
    data = page_data(feedback=feedback)
    assert feedback_counts(Report(data, Q2), "Positive") == says
    assert feedback_counts(Report(data, Q2, "EH"), "Positive") == says
    assert feedback_counts(Report(data, Q2, "CL"), "Positive") == "No comment was recorded."


def test_scores_are_out_of_what_the_data_say_and_not_compared_on_two_scales(page_data, make_feedback):
    said = make_feedback(*[("2025-09-03", "Positive", "EH", "Mother", score) for score in (4.0, 5.0)])
    one, two = (Report(page_data(feedback=said.assign(score_out_of=scales)), Q2) for scales in (5, [5, 10]))
    assert feedback_counts(one, "Positive").endswith("Both gave a score out of 5: 4 and 5.")
    assert feedback_counts(two, "Positive").endswith("2 gave a score, not all on one scale.")


def test_who_is_quoted_first_is_named_first(page_data, make_feedback):
    said = [("2025-06-03", "School"), ("2025-09-03", "Mother"), ("2025-09-04", "School"), ("2025-09-05", "Mother")]
    feedback = make_feedback(*[(date, "Positive", "EH", who) for date, who in said])
    counted = feedback_counts(Report(page_data(feedback=feedback), Q2), "Positive")
    assert counted.startswith("3 comments: Mother 2 and School 1.")


def test_a_theme_written_in_two_ways_is_one_theme_and_stands_together(page_data, make_findings):
    themes = ["Visits", "Plans", " visits", None]
    found = make_findings(*[("2025-09-03", "Learning", theme, "EH") for theme in themes]).assign(finding=list("abcd"))
    learning = Report(page_data(findings=found), Q2)
    assert findings.findings_counts(learning, "Learning") == "4 written findings of learning, under 2 themes."
    points = findings.finding_points(learning, "Learning")
    assert [point if isinstance(point, str) else point[1] for point in points] == [f"{each} (Early Help)" for each in "acbd"]  # fmt: skip


def test_what_was_moderated_on_a_services_page():
    read = rows({"Good": (1, 2), "Inadequate": (1, 1), "Outstanding": (0, 0)}, level="EH")
    others = {"good_or_better_lowered": row(0, 1, level="EH"), "good_or_better_not_moderated": row(1, 1, level="EH")}
    assert told("coverage", "EH", moderation_coverage=read, **others) == (
        "Moderated, by the auditor's grade: Good 1 of 2 and Inadequate 1 of 1. 1 of 1 audit whose final grade is Good or "
        "better had no second reader. What a second reader would have made of those is not known."
    )
    assert told("coverage", "EH", moderation_coverage=rows({"Good": (0, 2)}, level="EH"), **others) is None
    assert told("coverage", "CL", moderation_coverage=read, **others) is None


@pytest.mark.parametrize(
    ("of_good", "of_weak", "alone", "says"),
    [
        # 13 of 28 and 2 of 4 good grades were read again, 15 of 32, and 30 of 34 others.
        ((13, 28), (30, 34), (17, 25), "Grades of Good or better were read again less often than others. Of the 15 grades of Good or better that were read again, 7 did not remain so. Had the others been read again, too, the share Good or better might be smaller."),
        ((13, 14), (28, 34), (1, 25), "had no second reader. Of the 15 grades of Good or better that were read again, 7 did not remain so. Had the others been read again, too, the share Good or better might be smaller."),
        # 15 of 20 and 30 of 40: alike.
        ((13, 16), (30, 40), (1, 25), "had no second reader. Of the 15 grades of Good or better that were read again, 7 did not remain so. Had the others been read again, too, the share Good or better might be smaller."),
        ((26, 28), (30, 34), (0, 25), "0 of 25 audits whose final grade is Good or better had no second reader."),
    ],
)  # fmt: skip
def test_what_is_left_open_where_good_grades_had_one_reader(of_good, of_weak, alone, says):
    read = rows({"Outstanding": (2, 4), "Good": of_good, "Requires improvement": of_weak})
    others = {"good_or_better_lowered": row(7, 15), "good_or_better_not_moderated": row(*alone)}
    said = told("coverage", moderation_coverage=read, **others)
    assert said.endswith(says)
    assert ("less often" in said) == ("less often" in says)


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
    others = {"good_or_better_lowered": row(0, 1), "good_or_better_not_moderated": row(1, 2)}
    said = told("coverage", settings=numbered, moderation_coverage=rows({"1": (1, 2), "2": (0, 3)}), **others)
    assert said == (
        "Moderated, by the auditor's grade: grade 1: 1 of 2 and grade 2: 0 of 3. 1 of 2 audits whose final grade is "
        "2 or better had no second reader. What a second reader would have made of those is not known."
    )
    outcomes = pairs(("1", "1", 1, 1), ("2", "2", 2, 3), ("2", "3", 1, 3))
    assert "3 of 4 grades (75%); by the auditor's grade: grade 1: 1 of 1 and grade 2: 2 of 3. " in (
        told("upheld", moderation_outcome=outcomes, moderation_upheld=row(3, 4), moderation_both_grades=row(4, 4))
    )


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
        "Of the records chosen at random, 11 of 37 (30%; the quarter before 9 of 28, 32%) were graded Good or better; of "
        "those chosen for a reason, 14 of 29 (48%; the quarter before 8 of 30, 27%)."
    )
    one = at_random(row(0, 1), row(1, 2))
    assert one.startswith("Of the records chosen at random, 0 of 1 (0%) was graded Good or better;")
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
            "Not all audited records were chosen at random, so the shares below describe the records that were read, not every child's. Re-audited records were picked because they were weak.",
            "The recorded reasons have changed since the quarter before: “Random” 10 of 20 (12 of 20 before) and “Re-audit” 10 of 20 (8 of 20 before). That alone can move a share.",
            [["Random", "10 of 20 (50%)", "12 of 20 (60%)"], ["Re-audit", "10 of 20 (50%)", "8 of 20 (40%)"]],
        ),
        ({"Random": 20}, {"Random": 20}, "The audited records were chosen at random.", None, [["Random", "20 of 20 (100%)", "20 of 20 (100%)"]]),
        (
            {"Random": 11, "Not recorded": 9}, {"Random": 10, "Not recorded": 10},
            "It is not known whether all audited records were chosen at random, so the shares below describe the records that were read, not every child's.",
            None,
            [["Random", "10 of 20 (50%)", "11 of 20 (55%)"], ["Not recorded", "10 of 20 (50%)", "9 of 20 (45%)"]],
        ),
        (
            {"Not recorded": 20}, {"Not recorded": 20},
            "It is not recorded why records were chosen for audit, so the shares below describe the records that were read, not every child's.", None, None,
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
    assert table["this_quarter"].tolist() == ["3 of 4 (75%)", "1 of 4 (25%)"]
    assert table.columns.tolist() == ["reason", "this_quarter", "Good or better"]


def test_reasons_of_the_quarter_before_alone_and_of_other_services():
    reasons = of_20({"Random": 18, "Themed": 2}, {"Random": 20, "Themed": 0})
    reasons = pd.concat([reasons, rows({"Late": (9, 9)}, level="EH")])
    good = pd.concat([rows({"Random": (9, 18), "Themed": (0, 2)}, Q2 - 1), rows({"Random": (5, 20), "Themed": (0, 0)})])
    assert reasons_table(reasons, good).fillna("–").to_numpy().tolist() == [
        ["Random", "20 of 20 (100%)", "5 of 20", "18 of 20 (90%)", "9 of 18"],
        ["Themed", "0 of 20 (0%)", "–", "2 of 20 (10%)", "0 of 2"],
    ]
    assert reasons_table(reasons, good, "EH")["this_quarter"].tolist() == ["9 of 9 (100%)"]
    assert told("selection", "CL", selection=reasons) is None


def test_services_whose_reasons_changed_are_named_on_the_boards_page():
    alike, other = ({"Random": 10, "Themed": 10},) * 2, ({"Random": 20, "Themed": 0}, {"Random": 0, "Themed": 20})
    reasons = pd.concat([of_20(*alike), of_20(*other, level="EH"), of_20(*alike, level="CL")])
    changed = "The reasons for choosing records have changed, too{}, which alone can move a share."
    assert told("reasons_differ", selection=reasons) == changed.format(" (Early Help)")
    assert told("reasons_differ", "EH", selection=reasons) == changed.format("")
    assert told("reasons_differ", "CL", selection=reasons) is None
    assert told("reasons_differ", selection=of_20(*other)) == changed.format(" (Whole service)")
    assert told("chosen_otherwise", "EH", selection=reasons).startswith("The recorded reasons have changed")
    assert told("chosen_otherwise", selection=reasons) is None


def waiting(quarter: pd.Period, now: int, earlier: int, level: str = "All") -> pd.DataFrame:
    """Return who waits for a re-audit at a quarter's end: audits of the quarter, and of earlier ones."""
    of = now + earlier
    return rows({"this quarter": (now, of), "earlier quarters": (earlier, of)}, quarter, level)


OTHERS = pd.concat([waiting(Q2 - 1, 9, 9, "CL"), waiting(Q2, 9, 9, "CL")])
LONGEST_OF_OTHERS = row(level="CL", value=999.0)


@pytest.mark.parametrize(
    ("before", "now", "days", "again", "says"),
    [
        ((3, 1), (5, 3), 200, 2, "8 audits at the quarter's end, 4 at the end of the quarter before. 3 are of earlier quarters, the longest wait is 200 days and in 2 the record was being re-audited already."),
        ((3, 1), (5, 1), 200, 0, "6 audits at the quarter's end, 4 at the end of the quarter before. 1 is of earlier quarters and the longest wait is 200 days."),
        ((0, 0), (2, 0), 80, 1, "2 audits at the quarter's end, none at the end of the quarter before. All are of this quarter, the longest wait is 80 days and in 1 the record was being re-audited already."),
        (None, (1, 0), 1, 0, "1 audit at the quarter's end. It is of this quarter and has waited for 1 day."),
        (None, (0, 1), 99, 1, "1 audit at the quarter's end. It is of an earlier quarter and has waited for 99 days; the record was being re-audited already."),
        (None, (0, 2), 99, 0, "2 audits at the quarter's end. All are of earlier quarters and the longest wait is 99 days."),
    ],
)  # fmt: skip
def test_who_waits_for_a_re_audit_by_quarter(before, now, days, again, says):
    earlier = [waiting(Q2 - 1, *before)] if before else []
    measures = {
        "awaiting_reaudit": pd.concat([*earlier, waiting(Q2, *now), OTHERS]),
        "awaiting_reaudit_longest": pd.concat([row(value=float(days)), LONGEST_OF_OTHERS]),
        "awaiting_reaudit_again": row(again, 9),
    }
    assert told("still_waiting", **measures) == says
    assert told("awaiting_reaudit", **measures) == f"Graded Inadequate and not yet re-audited: {says}"
    assert told("still_waiting", "CL", **measures) == (
        "18 audits at the quarter's end, 18 at the end of the quarter before. 9 are of earlier quarters and the longest "
        "wait is 999 days."
    )


@pytest.mark.parametrize(("before", "says"), [(0, "."), (2, ", 2 at the end of the quarter before.")])
def test_nobody_waits_for_a_re_audit(before, says):
    found = pd.concat([waiting(Q2 - 1, before, 0), waiting(Q2, 0, 0), OTHERS])
    said = f"No audit graded Inadequate was waiting for a re-audit at the quarter's end{says}"
    assert told("still_waiting", awaiting_reaudit=found) is None
    assert told("awaiting_reaudit", awaiting_reaudit=found) == said


def test_themes_of_learning_without_an_action(page_data, make_findings, make_actions):
    themes = ["Visits", "Plans", "visits", "Voice"]
    found = make_findings(*[("2025-09-03", "Learning", theme, None) for theme in themes])
    left = {"quarter": Q2 - 1, "status": "Open"}
    actions = make_actions(
        *[left | {"action_id": each, "action": "Do", "theme": each} for each in ("visits ", "plans")]
    )
    assert sentence("unaddressed")(Report(page_data(findings=found, actions=actions), Q2)) == (
        "Themes of learning that no action of the quarter names: Visits (2 findings, one carried over does), Plans (one "
        "carried over does) and Voice."
    )
    assert sentence("unaddressed")(Report(page_data(actions=actions), Q2)) is None


def test_actions_of_earlier_quarters_that_were_completed(page_data, make_actions):
    done = {"quarter": Q2 - 1, "status": "Complete", "completed": pd.Timestamp(2025, 8, 1)}
    actions = make_actions(
        {**done, "action_id": "A1", "action": "Write plans."}, {**done, "action_id": "A2", "action": "Visit on time"}
    )
    assert sentence("completed_of_earlier")(Report(page_data(actions=actions), Q2)) == (
        "2 actions of earlier quarters were completed in the quarter: “Write plans” and “Visit on time”."
    )
    assert sentence("completed_of_earlier")(Report(page_data(actions=actions.head(0)), Q2)) is None


@pytest.mark.parametrize(
    ("now", "before", "says"),
    [
        # 45 of 66 is 68%, 25 of 58 is 43%.
        ((45, 66), (25, 58), "Second readers checked 45 of 66 audits, and 25 of 58 the quarter before, so the final grades of the two quarters cannot be compared like with like. Before any checking, auditors had graded 32 of 66 (48%; the quarter before 20 of 58, 34%) Good or better."),
        ((5, 10), (4, 10), "Second readers checked 5 of 10 audits, and 4 of 10"),
        ((59, 100), (50, 100), None),
        ((5, 10), (0, 0), None),
    ],
)  # fmt: skip
def test_second_readers_that_checked_more_than_the_quarter_before(now, before, says):
    by_auditor = before_and_now((20, 58), (32, 66))
    said = told(
        "read_more_often", audits_moderated=before_and_now(before, now), good_or_better_by_auditor=by_auditor
    )  # fmt: skip
    assert said is None if says is None else said.startswith(says)


def test_a_printed_percentage_stands_beside_the_quarter_as_printed():
    changed = pd.concat([row(pd.NA, 25, Q2 - 1, percent=27.6), row(8, 45)])
    said = told("moderation", audits_moderated=row(45, 66), moderation_changed=changed)
    assert said.endswith("in 8 of 45 (18%; the quarter before 28%, as printed).")


def test_managers_activities_beside_the_quarter_before():
    activities = before_and_now((4, None), (6, None)).drop(columns="level_of_need")
    said = "6 activities (the quarter before: 4), with what managers found:"
    assert told("manager_counts", manager_qa_activities=activities) == said
    assert told("manager_counts", manager_qa_activities=activities.head(1)) is None
    one = activities.tail(1).assign(count=1)
    assert told("manager_counts", manager_qa_activities=one) == "1 activity, with what managers found:"


def test_themes_of_multi_agency_audits():
    themes = rows({"Neglect": (1, None), "Exploitation": (3, None)}).drop(columns="level_of_need")
    assert told("multi_agency_themes", multi_agency_theme=themes) == "Audits by theme: Exploitation 3 and Neglect 1."
    assert told("multi_agency_themes", multi_agency_theme=themes.assign(quarter=Q2 - 1)) is None


def areas(before: Mapping[str, tuple[int, int]], now: Mapping[str, tuple[int, int]]) -> pd.DataFrame:
    """Return the share Good or better by practice area, in the quarter before and in this one; another service's, too."""
    own = [rows(of, quarter) for quarter, of in ((Q2 - 1, before), (Q2, now)) if of]
    return pd.concat([*own, rows({"Voice": (0, 5)}, level="EH"), rows({"Voice": (5, 5)}, Q2 - 1, "EH")])


def test_areas_of_few_audits_are_cautioned_against():
    few = areas({"Plans": (3, 12), "Visits": (4, 8)}, {"Plans": (3, 9), "Visits": (14, 30)})
    assert told("changes_of_areas", sub_grade_good_or_better=few) == (
        "Of 2 practice areas graded in both quarters: 1 with a larger share graded Good or better than the quarter before "
        "(Plans); 1 with a smaller share graded Good or better than the quarter before (Visits). These are counts, not "
        "tests. Each has 9 to 30 audits, and 8 to 12 the quarter before."
    )
    many = areas({"Plans": (3, 10)}, {"Plans": (3, 10)})
    assert told("changes_of_areas", sub_grade_good_or_better=many) == (
        "Of 1 practice area graded in both quarters: 1 with the same share (Plans). These are counts, not tests."
    )


def test_areas_graded_in_one_of_two_quarters():
    changed = areas({"Plans": (3, 12), "Visits": (4, 8), "Voice": (0, 0)}, {"Plans": (0, 0), "Voice": (1, 9)})
    assert told("changes_of_areas", sub_grade_good_or_better=changed) is None
    assert told("areas_new_or_missing", sub_grade_good_or_better=changed) == (
        "New this quarter, so without a comparison: Voice. Graded the quarter before but not in this one: Plans and "
        "Visits."
    )
    first = areas({"Voice": (0, 0)}, {"Voice": (1, 9)})
    assert told("areas_new_or_missing", sub_grade_good_or_better=first) is None  # none was graded before


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ({}, "No practice area was graded."),
        ({"Plans": (1, 8)}, "Graded Good or better in the one practice area: Plans 1 of 8 (13%)."),
        ({"Plans": (1, 8), "Visits": (2, 16)}, "Every practice area has the same share graded Good or better."),
        (
            {"Plans": (1, 8), "Visits": (2, 8), "Voice": (4, 16), "Records": (0, 0)},
            "Largest share graded Good or better: Visits 2 of 8 (25%) and Voice 4 of 16 (25%). Smallest: Plans 1 of 8 (13%).",
        ),
    ],
)
def test_the_weakest_and_the_strongest_practice_areas(now, says):
    assert told("weakest_and_strongest", sub_grade_good_or_better=areas({"Plans": (8, 8)}, now)) == says


@pytest.mark.parametrize(
    ("kept", "both", "ends"),
    [
        ((9, 9), 9, "kept it. Only 9 moderated audits."),
        ((9, 10), 10, "kept it."),
        ((9, 10), 9, "kept it. 1 audit had no first grade."),
    ],
)
def test_few_moderated_audits_and_those_without_a_first_grade_are_told(kept, both, ends):
    outcome = pairs(("Good", "Good", 9, 9), ("Good", "Weak", 0, 9), ("Weak", "Weak", 0, 0))
    upheld = {"moderation_upheld": row(*kept), "moderation_both_grades": row(both, kept[1])}
    said = told("upheld", moderation_outcome=outcome, **upheld)
    assert said.startswith(f"Moderators upheld {kept[0]} of {kept[1]} grades ")
    assert "; by the auditor's grade: Good 9 of 9. " in said
    assert said.endswith(ends)


def test_a_split_that_may_be_chance_is_called_so():
    split = {"moderation_raised": row(1, 45), "moderation_lowered": row(7, 45)}
    assert told("direction", **split, moderation_direction_p=row(value=0.0703)) == (
        "Of 8 changed grades, 1 was raised and 7 lowered. A split like this could well be chance (exact sign test, "
        "p = 0.070)."
    )


@pytest.mark.parametrize(("raised", "lowered", "way"), [(1, 0, "raised"), (0, 1, "lowered")])
def test_one_changed_grade(raised, lowered, way):
    split = {"moderation_raised": row(raised, 9), "moderation_lowered": row(lowered, 9)}
    assert told("direction", **split, moderation_direction_p=row(value=None)) == (
        f"The one changed grade was {way}. That is too few to tell whether moderation leans one way."
    )


def test_only_levels_below_their_plan_are_fewer_than_planned():
    completed = pd.concat([row(15, 17), row(8, 8, level="EH"), row(7, 9, level="H&P")])
    assert told("audits_completed", audits_completed=completed).endswith(
        "Fewer than planned: Help and Protection 7 of 9."
    )


@pytest.mark.parametrize(
    ("shoots", "lowered", "says"),
    [
        ((5, 12), 0, "5 of 12 audits graded Requires improvement (42%) did."),
        ((5, 9), 0, "5 of 9 audits graded Requires improvement (56%) did. Only 9 audits graded Requires improvement."),
        ((5, 10), 0, "5 of 10 audits graded Requires improvement (50%) did."),
        ((5, 12), 2, "did. 2 of the 5 were lowered by moderation from Good or better; the practice areas are as the auditors had them."),
        ((5, 12), 1, "did. 1 of the 5 was lowered by moderation from Good or better; the practice areas are as the auditors had them."),
        ((1, 12), 1, "did. It was lowered by moderation from Good or better; the practice areas are as the auditor had them."),
    ],
)  # fmt: skip
def test_green_shoots_that_moderation_made(shoots, lowered, says):
    said = told("green_shoots", green_shoots=row(*shoots), green_shoots_lowered=row(lowered, shoots[0]))
    assert said.endswith(says)


def test_green_shoots_that_moderation_made_in_both_quarters():
    shoots, lowered = before_and_now((14, 28), (22, 32)), before_and_now((4, 14), (6, 22))
    assert "6 of the 22 (the quarter before 4 of 14) were lowered" in (
        told("green_shoots", green_shoots=shoots, green_shoots_lowered=lowered)
    )


@pytest.mark.parametrize(
    ("graded", "says"),
    [
        ([66, 66], None),
        ([58, 66], "Of 66 audits, not every one graded every practice area: Plans 58. Shares are out of those."),
        ([60, 28], "Of 66 audits, not every one graded every practice area: Plans 60 and Visits 28. Shares are out of those."),
        ([], None),
    ],
)  # fmt: skip
def test_practice_areas_that_not_every_audit_graded(graded, says):
    now = {area: (0, number) for area, number in zip(["Plans", "Visits"], graded, strict=False)}
    said = told("areas_graded", sub_grade_good_or_better=areas({}, now), audits_completed=row(66))
    assert said == says


def test_findings_of_all_services_are_told_on_a_services_page():
    written = {"All": (3, 4), "EH": (1, 1)}
    found = pd.concat([rows({"strength": figure}, level=level) for level, figure in written.items()])
    said = "2 more findings of strength are of all services, and in the board's report."
    assert findings.findings_of_all_services(report("CL", findings=found), "Strength") == said
    assert findings.findings_of_all_services(report("CL", findings=found), "Learning") is None
    assert findings.findings_of_all_services(report(findings=found), "Strength") is None


def test_grades_of_multi_agency_audits():
    grades = rows({"Good": (2, 3), "Weak": (1, 3), "Poor": (0, 3)}).drop(columns="level_of_need")
    said = (
        "3 multi-agency audits with a grade: Good 2 and Weak 1. These grades are separate from the monthly programme."
    )
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
