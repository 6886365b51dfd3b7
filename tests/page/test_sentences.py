"""Sentences in the singular, in the plural and of nothing: what the pages of the example do not happen to say."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from qa_analysis import sentences
from qa_analysis.contract.settings import load_settings

Q2 = pd.Period("2026Q2", freq="Q-MAR")


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return load_settings(tmp_path_factory.mktemp("no settings"))


def outcomes(improved: int, same: int, worse: int) -> pd.DataFrame:
    counts = {"category": ["improved", "same", "worse"], "count": [improved, same, worse]}
    return pd.DataFrame(counts).assign(quarter=Q2, level_of_need="All", denominator=improved + same + worse)


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
    said = sentences.reaudits(outcomes(*counted), pd.Series(days, dtype="int64"), Q2)
    assert says in said
    assert ("would have improved anyway" in said) == (counted[0] > 0)


@pytest.mark.parametrize(
    ("states", "says"),
    [
        (["overdue"], "1 action of earlier quarters was not complete at the quarter's end, and was overdue; it had been open for 9 days."),
        (["no date"], "1 action of earlier quarters was not complete at the quarter's end; it had been open for 9 days."),
        (["overdue", "open"], "2 actions of earlier quarters were not complete at the quarter's end, 1 of them overdue; the longest had been open for 9 days."),
    ],
)  # fmt: skip
def test_actions_carried_over(states, says):
    assert sentences.carried_over(pd.DataFrame({"state": states, "days_open": 9})) == says


def test_one_action_agreed_after_the_quarter():
    states = pd.DataFrame({"state": pd.Categorical(["open"]), "raised": pd.Timestamp(2025, 10, 9), "quarter": [Q2]})
    said = sentences.actions(states)
    assert (
        said
        == "1 action was agreed, after the quarter had ended. State at the quarter's end, as if it had been agreed by then: 1 "
        "open. A date under “Done” means that a step was done after the quarter."
    )


@pytest.mark.parametrize(
    ("quarters", "says"),
    [
        ([], "Every row of the workbooks was read and used."),
        ([Q2], "1 row of the workbooks could not be used and is in no figure; it is of this quarter;"),
        ([Q2 - 1], "1 row of the workbooks could not be used and is in no figure; it is of another quarter;"),
        ([None], "1 row of the workbooks could not be used and is in no figure; it has no date that can be read;"),
        ([Q2 - 1] * 2, "2 rows of the workbooks could not be used and are in no figure: 2 of other quarters;"),
        ([Q2 - 1, Q2], "2 rows of the workbooks could not be used and are in no figure: 1 of this quarter and 1 of another quarter;"),
        ([Q2, None, None], "3 rows of the workbooks could not be used and are in no figure: 1 of this quarter and 2 without a date that can be read;"),
    ],
)  # fmt: skip
def test_rows_held_back(quarters, says):
    own = pd.Series(quarters, dtype="period[Q-MAR]")
    data = SimpleNamespace(problems=pd.DataFrame({"kind": "held back", "quarter": own}))
    assert sentences.held_back(data, Q2).startswith(says)


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        ([None, None], "2 comments: Mother 2. They speak for those who answered."),
        ([10.0, None], "2 comments: Mother 2. They speak for those who answered. One gave a score: 10 out of 10."),
        (
            [10.0, 10.0],
            "2 comments: Mother 2. They speak for those who answered. Both gave a score out of 10: each 10.",
        ),
        (
            [4.0, 7.5],
            "2 comments: Mother 2. They speak for those who answered. Both gave a score out of 10: 4 and 7.5.",
        ),
        (
            [7.5, 4.0, 9.0],
            "3 comments: Mother 3. They speak for those who answered. All gave a score out of 10: from 4 to 9.",
        ),
    ],
)
def test_scores_of_comments(scores, says):
    said = pd.DataFrame({"source": "Mother", "score": pd.Series(scores, dtype="Float64")})
    assert sentences.feedback_counts(said) == says


def test_a_theme_written_in_two_ways_is_one_theme_and_stands_together(settings):
    findings = pd.DataFrame(
        {"theme": ["Visits", "Plans", " visits", None], "finding": list("abcd"), "level_of_need": None}
    )
    assert sentences.findings_counts(findings, "learning") == "4 written findings of learning, under 2 themes."
    assert [point if isinstance(point, str) else point[1] for point in sentences.finding_points(findings, settings)] == list("acbd")  # fmt: skip


def shares(**rows: tuple[int, int]) -> pd.DataFrame:
    found = [{"category": name, "count": count, "denominator": of} for name, (count, of) in rows.items()]
    return pd.DataFrame(found).assign(quarter=Q2, level_of_need="EH")


def test_what_was_moderated_on_a_services_page(settings):
    read, none_fell = shares(Good=(1, 2), Inadequate=(1, 1), Outstanding=(0, 0)), shares(x=(0, 1))
    said = sentences.coverage(read, none_fell, shares(x=(1, 1)), Q2, settings, "EH")
    assert said == (
        "Moderated, by the auditor's grade: Good 1 of 2 and Inadequate 1 of 1. 1 of 1 audit whose final grade is Good or "
        "better had no second reader. What a second reader would have made of those is not known."
    )
    assert sentences.coverage(shares(Good=(0, 2)), none_fell, shares(x=(2, 2)), Q2, settings, "EH") is None
    assert sentences.coverage(read, none_fell, shares(x=(1, 1)), Q2, settings, "CL") is None


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
def test_what_is_left_open_where_good_grades_had_one_reader(settings, of_good, of_weak, alone, says):
    read = shares(**{"Outstanding": (2, 4), "Good": of_good, "Requires improvement": of_weak})
    said = sentences.coverage(read, shares(x=(7, 15)), shares(x=alone), Q2, settings, "EH")
    assert said.endswith(says)
    assert ("less often" in said) == ("less often" in says)


@pytest.fixture
def numbered(tmp_path):
    """Return settings with grades from 1 to 4."""
    flags = ["good = true", "good = true", "shoots = true", "failing = true"]
    grades = [f'{{name = "{number}", {flag}}}' for number, flag in enumerate(flags, start=1)]
    (tmp_path / "settings.toml").write_text(f"grades = [{', '.join(grades)}]", encoding="utf-8")
    return load_settings(tmp_path)


def test_several_grades_with_green_shoots_are_a_list(settings):
    grades = [settings.grades[0]] + [settings.grades[2].model_copy(update={"name": name}) for name in "567"]
    assert settings.model_copy(update={"grades": grades}).shoots_words == "5, 6 or 7"


def test_grades_that_are_numbers_are_told_from_counts(numbered):
    read = shares(**{"1": (1, 2), "2": (0, 3)})
    said = sentences.coverage(read, shares(x=(0, 1)), shares(x=(1, 2)), Q2, numbered, "EH")
    assert said == (
        "Moderated, by the auditor's grade: grade 1: 1 of 2 and grade 2: 0 of 3. 1 of 2 audits whose final grade is "
        "2 or better had no second reader. What a second reader would have made of those is not known."
    )
    pairs = pd.DataFrame({"first_grade": ["1", "2", "2"], "final_grade": ["1", "2", "3"], "count": [1, 2, 1]})
    outcomes = pairs.assign(denominator=[1, 3, 3], quarter=Q2, level_of_need="All")
    assert "3 of 4 grades (75%); by the auditor's grade: grade 1: 1 of 1 and grade 2: 2 of 3. " in (
        sentences.upheld(outcomes, Q2)
    )


def test_a_negative_kappa_has_a_minus_sign():
    kappa = {"value": -0.125, "ci_low": -0.5, "ci_high": -0.001, "audits": 20}
    said = sentences.agreement_footnote(pd.DataFrame([kappa]).assign(quarter=Q2, level_of_need="All"), Q2)
    assert "quadratic weighted kappa −0.12 (bootstrap 95% interval −0.50 to 0.00, 20 audits)" in said


@pytest.mark.parametrize(
    ("number", "says"), [(0, None), (1, "1 moderation was still"), (2, "2 moderations were still")]
)
def test_pending_moderations(number, says):
    said = sentences.pending(shares(x=(number, 9)), Q2, "EH")
    assert said is None if says is None else said.startswith(says)


def _shares(*rows, **columns):
    """Return a measure of tuples: quarter, count, denominator."""
    table = pd.DataFrame(rows, columns=["quarter", "count", "denominator"])
    return table.assign(level_of_need="All", **columns)


@pytest.mark.parametrize(
    ("lowered", "alone", "says"),
    [
        ((7, 15), (17, 25), "Of 15 grades of Good or better, 7 did not remain so. 17 of 25 audits counted as Good or better had"),
        ((0, 1), (0, 4), "The one grade of Good or better remained so. All 4 audits counted as Good or better had a second reader."),
        ((1, 1), (1, 2), "The one grade of Good or better did not remain so. 1 of 2 audits counted as Good or better had no"),
        ((0, 3), (1, 2), "All 3 grades of Good or better remained so. 1 of 2 audits counted as Good or better had no"),
        ((0, 0), (0, 0), ""),
    ],
)  # fmt: skip
def test_what_second_readers_did_in_short(settings, lowered, alone, says):
    pairs = [("Good", "Good", 37), ("Good", "Requires improvement", 7), ("Requires improvement", "Inadequate", 1)]
    outcomes = pd.DataFrame(pairs, columns=["first_grade", "final_grade", "count"]).assign(
        quarter=Q2, level_of_need="All"
    )
    said = sentences.upheld_in_short(outcomes, _shares((Q2, *lowered)), _shares((Q2, *alone)), Q2, settings)
    assert said.startswith(f"second readers checked 45 grades and upheld 37 (82%).{says and ' '}{says}")
    assert said.endswith((" second reader.", "(82%)."))


def test_what_random_records_show_beside_the_quarter_before(settings):
    shares, others = _shares((Q2 - 1, 9, 28), (Q2, 11, 37)), _shares((Q2 - 1, 8, 30), (Q2, 14, 29))
    assert sentences.at_random(shares, others, Q2, settings) == (
        "Of the records chosen at random, 11 of 37 (30%; the quarter before 9 of 28, 32%) were graded Good or better; of "
        "those chosen for a reason, 14 of 29 (48%; the quarter before 8 of 30, 27%)."
    )
    one = sentences.at_random(_shares((Q2, 0, 1)), _shares((Q2, 1, 2)), Q2, settings)
    assert one.startswith("Of the records chosen at random, 0 of 1 (0%) was graded Good or better;")
    none = _shares((Q2, 0, 0))
    assert sentences.at_random(none, others, Q2, settings) is None
    assert sentences.at_random(shares, none, Q2, settings) is None  # all were chosen at random


def _reasons(before, now):
    """Return the reasons of two quarters of 20 audits each: a count for each reason."""
    counted = [(quarter, count, 20) for quarter, counts in ((Q2 - 1, before), (Q2, now)) for count in counts.values()]
    return _shares(*counted, category=[*before, *now])


@pytest.mark.parametrize(
    ("before", "now", "says", "moved", "rows"),
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
            "It is not recorded why records were chosen for audit, so the shares below describe the records that were read, not every child's.", None, [],
        ),
    ],
)  # fmt: skip
def test_why_records_were_chosen_beside_the_quarter_before(settings, before, now, says, moved, rows):
    reasons = _reasons(before, now)
    assert sentences.selection(reasons, Q2) == says
    assert sentences.chosen_otherwise(reasons, Q2) == moved
    table = sentences.reasons_table(reasons, reasons.assign(count=reasons["count"] // 2), Q2, settings)
    assert table.drop(columns=["Good or better", "Good or better then"], errors="ignore").to_numpy().tolist() == rows
    # Half of each reason's records were Good or better, of the 20 in `_reasons`.
    good = [f"{int(row[1].split(' ')[0]) // 2} of 20" for row in rows]
    assert table.get("Good or better", pd.Series()).tolist() == good


def test_why_records_were_chosen_without_a_quarter_before(settings):
    reasons = _shares((Q2, 3, 4), (Q2, 1, 4), (Q2, 0, 4), category=["Re-audit", "Random", "Themed"])
    assert sentences.chosen_otherwise(reasons, Q2) is None
    table = sentences.reasons_table(reasons, reasons, Q2, settings)
    assert table["reason"].tolist() == ["Re-audit", "Random"]  # in their own order
    assert table["this_quarter"].tolist() == ["3 of 4 (75%)", "1 of 4 (25%)"]
    assert table.columns.tolist() == ["reason", "this_quarter", "Good or better"]


def test_reasons_of_the_quarter_before_alone_and_of_other_services(settings):
    reasons = pd.concat(
        [
            _reasons({"Random": 18, "Themed": 2}, {"Random": 20, "Themed": 0}),
            _shares((Q2, 9, 9)).assign(category="Late", level_of_need="EH"),
        ]
    )
    good = _shares((Q2 - 1, 9, 18), (Q2 - 1, 0, 2), (Q2, 5, 20), (Q2, 0, 0), category=["Random", "Themed"] * 2)
    assert sentences.reasons_table(reasons, good, Q2, settings).fillna("–").to_numpy().tolist() == [
        ["Random", "20 of 20 (100%)", "5 of 20", "18 of 20 (90%)", "9 of 18"],
        ["Themed", "0 of 20 (0%)", "–", "2 of 20 (10%)", "0 of 2"],
    ]
    assert sentences.reasons_table(reasons, good, Q2, settings, "EH")["this_quarter"].tolist() == ["9 of 9 (100%)"]
    assert sentences.selection(reasons, Q2, "CL") is None


def test_services_whose_reasons_changed_are_named_on_the_boards_page(settings):
    same, other = (
        _reasons({"Random": 10, "Themed": 10}, {"Random": 10, "Themed": 10}),
        _reasons({"Random": 20, "Themed": 0}, {"Random": 0, "Themed": 20}),
    )
    reasons = pd.concat([same, other.assign(level_of_need="EH"), same.assign(level_of_need="CL")])
    changed = "The reasons for choosing records have changed, too{}, which alone can move a share."
    assert sentences.reasons_differ(reasons, Q2, settings) == changed.format(" (Early Help)")
    assert sentences.reasons_differ(reasons, Q2, settings, "EH") == changed.format("")
    assert sentences.reasons_differ(reasons, Q2, settings, "CL") is None
    assert sentences.reasons_differ(other, Q2, settings) == changed.format(" (Whole service)")
    assert sentences.chosen_otherwise(reasons, Q2, "EH").startswith("The recorded reasons have changed")
    assert sentences.chosen_otherwise(reasons, Q2) is None


def _waiting(*quarters, level="All"):
    """Return who waits at the ends of quarters: audits of the quarter, of earlier ones, and days of the longest of each."""
    rows = []
    for quarter, now, earlier, *longest in quarters:
        for category, count, days in zip(("this quarter", "earlier quarters"), (now, earlier), longest, strict=True):
            rows.append((quarter, category, count, now + earlier, days))
    table = pd.DataFrame(rows, columns=["quarter", "category", "count", "denominator", "longest"])
    return table.assign(level_of_need=level, longest=table["longest"].astype("Int64"))


@pytest.mark.parametrize(
    ("quarters", "again", "says"),
    [
        ([(Q2 - 1, 3, 1, 60, 150), (Q2, 5, 3, 70, 200)], 2, "8 audits at the quarter's end, 4 at the end of the quarter before. 3 are of earlier quarters, the longest wait is 200 days and in 2 the record was being re-audited already."),
        ([(Q2 - 1, 3, 1, 60, 150), (Q2, 5, 1, 70, 200)], 0, "6 audits at the quarter's end, 4 at the end of the quarter before. 1 is of earlier quarters and the longest wait is 200 days."),
        ([(Q2 - 1, 0, 0, None, None), (Q2, 2, 0, 80, None)], 1, "2 audits at the quarter's end, none at the end of the quarter before. All are of this quarter, the longest wait is 80 days and in 1 the record was being re-audited already."),
        ([(Q2, 1, 0, 1, None)], 0, "1 audit at the quarter's end. It is of this quarter and has waited for 1 day."),
        ([(Q2, 0, 1, None, 99)], 1, "1 audit at the quarter's end. It is of an earlier quarter and has waited for 99 days; the record was being re-audited already."),
        ([(Q2, 0, 2, None, 99)], 0, "2 audits at the quarter's end. All are of earlier quarters and the longest wait is 99 days."),
    ],
)  # fmt: skip
def test_who_waits_for_a_re_audit_by_quarter(settings, quarters, again, says):
    others = _waiting((Q2 - 1, 9, 9, 900, 999), (Q2, 9, 9, 900, 999), level="CL")
    waiting, repeated = pd.concat([_waiting(*quarters), others]), _shares((Q2, again, 9))
    assert sentences.still_waiting(waiting, repeated, Q2) == says
    said = sentences.awaiting_reaudit(waiting, repeated, Q2, settings)
    assert said == f"Graded Inadequate and not yet re-audited: {says}"
    of_service = sentences.still_waiting(waiting, repeated, Q2, "CL")
    assert of_service.startswith(
        "18 audits at the quarter's end, 18 at the end of the quarter before. 9 are of earlier"
    )


@pytest.mark.parametrize(("before", "says"), [(0, "."), (2, ", 2 at the end of the quarter before.")])
def test_nobody_waits_for_a_re_audit(settings, before, says):
    others = _waiting((Q2 - 1, 9, 9, 900, 999), (Q2, 9, 9, 900, 999), level="CL")
    waiting = pd.concat([_waiting((Q2 - 1, before, 0, 9, None), (Q2, 0, 0, None, None)), others])
    said = f"No audit graded Inadequate was waiting for a re-audit at the quarter's end{says}"
    assert sentences.still_waiting(waiting, _shares((Q2, 0, 0)), Q2) is None
    assert sentences.awaiting_reaudit(waiting, _shares((Q2, 0, 0)), Q2, settings) == said


@pytest.mark.parametrize(
    ("agreed", "carried", "says"),
    [
        ([], [], "none recorded."),
        (["no date", "open"], [], "2, 1 without a date; the next step not yet done is due on 31 October 2025. See “Our response: actions”."),
        (["no date"], [], "1, without a date. See “Our response: actions”."),
        ([], ["overdue", "open"], "none; the next step not yet done is due on 10 October 2025. Of earlier quarters 2 are not complete, 1 of them overdue. See “Our response: actions”."),
        (["open"], ["no date"], "1; the next step not yet done is due on 31 October 2025. Of earlier quarters 1 is not complete. See “Our response: actions”."),
        ([], ["overdue"], "none. Of earlier quarters 1 is not complete, and is overdue. See “Our response: actions”."),
    ],
)  # fmt: skip
def test_actions_in_short(agreed, carried, says):
    days = {"open": pd.Timestamp(2025, 10, 31), "open, carried": pd.Timestamp(2025, 10, 10)}

    def states(of, which=""):
        due = [days.get(f"{state}{which}", pd.NaT) for state in of]
        return pd.DataFrame({"state": of, "next_due": pd.Series(due, dtype="datetime64[us]")})

    assert sentences.actions_in_short(states(agreed), states(carried, ", carried"), Q2) == says


def test_themes_of_learning_without_an_action():
    themes = pd.DataFrame({"theme": ["Visits", "Plans", "Voice"], "count": [2, 1, 1]})
    carried = pd.DataFrame({"theme": ["visits ", "plans", None]})
    assert sentences.unaddressed(themes, carried) == (
        "Themes of learning that no action of the quarter names: Visits (2 findings, one carried over does), Plans (one "
        "carried over does) and Voice."
    )
    assert sentences.unaddressed(themes.head(0), carried) is None


def test_actions_of_earlier_quarters_that_were_completed():
    done = pd.DataFrame({"action": ["Write plans.", "Visit on time"]})
    assert sentences.completed_of_earlier(done) == (
        "2 actions of earlier quarters were completed in the quarter: “Write plans” and “Visit on time”."
    )
    assert sentences.completed_of_earlier(done.head(0)) is None


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
def test_second_readers_that_checked_more_than_the_quarter_before(settings, now, before, says):
    moderated, by_auditor = _shares((Q2 - 1, *before), (Q2, *now)), _shares((Q2 - 1, 20, 58), (Q2, 32, 66))
    said = sentences.read_more_often(moderated, by_auditor, Q2, settings)
    assert said is None if says is None else said.startswith(says)


def test_managers_activities_beside_the_quarter_before():
    activities = _shares((Q2 - 1, 4, None), (Q2, 6, None)).drop(columns="level_of_need")
    said = "6 activities (the quarter before: 4), with what managers found:"
    assert sentences.manager_counts(activities, Q2) == said
    assert sentences.manager_counts(activities, Q2 - 2) is None
    assert sentences.manager_counts(activities.assign(count=1), Q2 - 1) == "1 activity, with what managers found:"


def test_themes_of_multi_agency_audits():
    themes = pd.DataFrame({"category": ["Neglect", "Exploitation"], "count": [3, 1], "quarter": Q2})
    assert sentences.multi_agency_themes(themes, Q2) == "Audits by theme: Neglect 3 and Exploitation 1."
    assert sentences.multi_agency_themes(themes, Q2 - 1) is None


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (0, None),
        (1, "Only 1 audit was graded: one more or less moves each share of their grades a long way."),
        (9, "Only 9 audits were graded: one more or less moves each share of their grades a long way."),
        (10, None),
    ],
)
def test_a_page_of_few_audits_says_so(number, says):
    graded = pd.concat([_shares((Q2, 0, number)), _shares((Q2, 0, 5)).assign(level_of_need="EH")])
    assert sentences.few_graded(graded, Q2) == says


def test_areas_of_few_audits_are_cautioned_against(settings):
    changes = pd.DataFrame({"practice_area": ["Plans", "Visits"], "direction": ["up", "down"], "level_of_need": "All"})
    changes = changes.assign(denominator=[9, 30], earlier_denominator=[12, 8])
    assert sentences.changes_of_areas(changes, settings) == (
        "Of 2 practice areas graded in both quarters: 1 with a larger share graded Good or better than the quarter before "
        "(Plans); 1 with a smaller share graded Good or better than the quarter before (Visits). These are counts, not "
        "tests. Each has 9 to 30 audits, and 8 to 12 the quarter before."
    )
    assert sentences.changes_of_areas(changes.assign(denominator=10, earlier_denominator=10), settings).endswith(
        "tests."
    )


def test_few_moderated_audits_are_cautioned_against():
    outcome = pd.DataFrame({"first_grade": ["Good"], "final_grade": ["Good"], "count": [9], "denominator": [9]})
    outcome = outcome.assign(quarter=Q2, level_of_need="All")
    assert sentences.upheld(outcome, Q2).endswith("kept it. Only 9 moderated audits.")
    assert sentences.upheld(outcome.assign(count=10, denominator=10), Q2).endswith("kept it.")
    changed = pd.concat(
        [outcome, outcome.assign(final_grade="Weak", count=1, denominator=9)]
    )  # 10, of which 9 are kept
    assert sentences.upheld(changed, Q2).endswith("kept it.")


def test_a_split_that_may_be_chance_is_called_so():
    split = pd.DataFrame(
        {"quarter": [Q2], "level_of_need": "All", "raised": 1, "lowered": 7, "value": 0.0703, "note": ""}
    )
    assert sentences.direction(split, Q2) == (
        "Of 8 changed grades, 1 was raised and 7 lowered. A split like this could well be chance (exact sign test, "
        "p = 0.070)."
    )


@pytest.mark.parametrize(("raised", "lowered", "way"), [(1, 0, "raised"), (0, 1, "lowered")])
def test_one_changed_grade(raised, lowered, way):
    split = pd.DataFrame({"quarter": [Q2], "level_of_need": "All", "raised": raised, "lowered": lowered, "value": None})
    assert sentences.direction(split.assign(note="too few"), Q2) == (
        f"The one changed grade was {way}. That is too few to tell whether moderation leans one way."
    )


def test_only_levels_below_their_plan_are_fewer_than_planned(settings):
    rows = [("All", 15, 17), ("EH", 8, 8), ("H&P", 7, 9)]
    completed = pd.DataFrame(rows, columns=["level_of_need", "count", "denominator"]).assign(quarter=Q2)
    assert sentences.audits_completed(completed, Q2, settings).endswith(
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
def test_green_shoots_that_moderation_made(settings, shoots, lowered, says):
    count, of = shoots
    said = sentences.green_shoots(_shares((Q2, count, of)), _shares((Q2, lowered, count)), Q2, settings)
    assert said.endswith(says)


def test_green_shoots_that_moderation_made_in_both_quarters(settings):
    shoots, lowered = _shares((Q2 - 1, 14, 28), (Q2, 22, 32)), _shares((Q2 - 1, 4, 14), (Q2, 6, 22))
    assert "6 of the 22 (the quarter before 4 of 14) were lowered" in sentences.green_shoots(
        shoots, lowered, Q2, settings
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
    ranked = pd.DataFrame(
        {"denominator": graded, "level_of_need": "All", "practice_area": ["Plans", "Visits"][: len(graded)]}
    )
    other = pd.DataFrame({"denominator": [5], "level_of_need": "EH", "practice_area": "Voice"})
    assert sentences.areas_graded(pd.concat([ranked, other]), _shares((Q2, 66, None)), Q2) == says


def test_findings_of_all_services_are_told_on_a_services_page():
    findings = pd.DataFrame({"level_of_need": ["EH", None, None]})
    said = "2 more findings of strength are of all services, and in the board's report."
    assert sentences.findings_of_all_services(findings, "strength") == said
    assert sentences.findings_of_all_services(findings.head(1), "strength") is None


def test_grades_of_multi_agency_audits():
    grades = pd.DataFrame({"category": ["Good", "Weak", "Poor"], "count": [2, 1, 0], "denominator": 3}).assign(
        quarter=Q2
    )
    said = (
        "3 multi-agency audits with a grade: Good 2 and Weak 1. These grades are separate from the monthly programme."
    )
    assert sentences.multi_agency_grades(grades, Q2) == said
    assert sentences.multi_agency_grades(grades, Q2 - 1) is None
