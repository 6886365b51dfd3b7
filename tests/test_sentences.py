"""Sentences in the singular, in the plural and of nothing: what the pages of the example do not happen to say."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from qa_analysis import sentences
from qa_analysis.settings import load_settings

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
        ((1, 2, 1), [10, 11, 20, 30], "From audit to re-audit it took 10 to 30 days, half of them at most 16."),
    ],
)
def test_re_audits(counted, days, says):
    assert says in sentences.reaudits(outcomes(*counted), pd.Series(days, dtype="int64"), Q2)


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
        == "1 action was agreed, after the quarter had ended. At the quarter's end: 1 open. A date under “Done” is of a step "
        "that was done after that."
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
        ([None, None], "2 comments: Mother 2."),
        ([10.0, None], "2 comments: Mother 2. One gave a score: 10 out of 10."),
        ([10.0, 10.0], "2 comments: Mother 2. 2 gave a score out of 10: each 10."),
        ([4.0, 7.5], "2 comments: Mother 2. 2 gave a score out of 10: 4 and 7.5."),
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
        ((13, 28), (30, 34), (17, 25), "Grades of Good or better were read again less often than lower ones. Of the 15 grades of Good or better that were read again, 7 fell below it: the share Good or better might be smaller if all had been."),
        ((14, 14), (30, 34), (1, 25), "had no second reader. Of the 15 grades of Good or better that were read again, 7 fell below it: the share Good or better might be smaller if all had been."),
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
        ((7, 15), (17, 25), "Of 15 grades of Good or better, 7 fell below it. 17 of 25 audits counted as Good or better had"),
        ((0, 1), (0, 4), "Of 1 grade of Good or better, none fell below it. All 4 audits counted as Good or better had a second reader."),
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
    shares = _shares((Q2 - 1, 9, 28), (Q2, 11, 37))
    assert sentences.at_random(shares, Q2, settings) == (
        "Of the records chosen at random, 11 of 37 (30%; the quarter before 9 of 28, 32%) were graded Good or better."
    )
    assert sentences.at_random(_shares((Q2, 0, 0)), Q2, settings) is None


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
            "The recorded reasons for choosing records moved since the quarter before: random 10 of 20 (12 of 20 before) and re-audit 10 of 20 (8 of 20 before). That alone can move a share.",
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
def test_why_records_were_chosen_beside_the_quarter_before(before, now, says, moved, rows):
    reasons = _reasons(before, now)
    assert sentences.selection(reasons, Q2) == says
    assert sentences.chosen_otherwise(reasons, Q2) == moved
    assert sentences.reasons_table(reasons, Q2).to_numpy().tolist() == rows


def test_why_records_were_chosen_without_a_quarter_before():
    reasons = _shares((Q2, 3, 4), (Q2, 1, 4), (Q2, 0, 4), category=["Random", "Re-audit", "Themed"])
    assert sentences.chosen_otherwise(reasons, Q2) is None
    table = sentences.reasons_table(reasons, Q2)
    assert table.to_dict("list") == {"reason": ["Random", "Re-audit"], "this_quarter": ["3 of 4 (75%)", "1 of 4 (25%)"]}


def _waiting(*quarters):
    """Return who waits at the ends of quarters: audits of the quarter, of earlier ones, and days of the longest."""
    rows = []
    for quarter, now, earlier, longest in quarters:
        for category, count in (("this quarter", now), ("earlier quarters", earlier)):
            rows.append((quarter, category, count, now + earlier, longest if count else None))
    table = pd.DataFrame(rows, columns=["quarter", "category", "count", "denominator", "longest"])
    return table.assign(level_of_need="All", longest=table["longest"].astype("Int64"))


@pytest.mark.parametrize(
    ("quarters", "says"),
    [
        ([(Q2 - 1, 3, 1, 150), (Q2, 5, 3, 200)], "8 audits at the quarter's end, 3 of them of earlier quarters, the longest for 200 days; 4 at the end of the quarter before"),
        ([(Q2 - 1, 0, 0, None), (Q2, 2, 0, 80)], "2 audits of this quarter at the quarter's end, the longest for 80 days; none at the end of the quarter before"),
        ([(Q2, 1, 0, 1)], "1 audit of this quarter at the quarter's end, for 1 day"),
        ([(Q2, 0, 1, 99)], "1 audit of an earlier quarter at the quarter's end, for 99 days"),
        ([(Q2, 0, 2, 99)], "2 audits of earlier quarters at the quarter's end, the longest for 99 days"),
    ],
)  # fmt: skip
def test_who_waits_for_a_re_audit_by_quarter(settings, quarters, says):
    waiting = _waiting(*quarters)
    assert sentences.still_waiting(waiting, Q2) == says
    assert sentences.awaiting_reaudit(waiting, Q2, settings) == f"Graded Inadequate and not yet re-audited: {says}."


@pytest.mark.parametrize(("before", "says"), [(0, "."), (2, "; 2 at the end of the quarter before.")])
def test_nobody_waits_for_a_re_audit(settings, before, says):
    waiting = _waiting((Q2 - 1, before, 0, 9), (Q2, 0, 0, None))
    said = f"No audit graded Inadequate was waiting for a re-audit at the quarter's end{says}"
    assert sentences.still_waiting(waiting, Q2) is None
    assert sentences.awaiting_reaudit(waiting, Q2, settings) == said


@pytest.mark.parametrize(
    ("agreed", "carried", "says"),
    [
        ([], [], "none recorded."),
        (["no date", "open"], [], "2, 1 without a date; the next step is due on 31 October 2025. See “Our response: actions”."),
        ([], ["overdue", "open"], "none. 2 more not complete from earlier quarters, 1 of them overdue. See “Our response: actions”."),
        (["open"], ["no date"], "1; the next step is due on 31 October 2025. 1 more not complete from earlier quarters. See “Our response: actions”."),
    ],
)  # fmt: skip
def test_actions_in_short(agreed, carried, says):
    due = {"open": pd.Timestamp(2025, 10, 31), "no date": pd.NaT}
    states = pd.DataFrame({"state": agreed, "next_due": pd.to_datetime([due[state] for state in agreed])})
    assert sentences.actions_in_short(states, pd.DataFrame({"state": carried}), Q2) == says


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (0, None),
        (1, "Only 1 audit was graded: one more or less moves every share on this page a long way."),
        (9, "Only 9 audits were graded: one more or less moves every share on this page a long way."),
        (10, None),
    ],
)
def test_a_page_of_few_audits_says_so(number, says):
    assert sentences.few_graded(_shares((Q2, 0, number)), Q2) == says


def test_areas_of_few_audits_are_cautioned_against(settings):
    changes = pd.DataFrame({"practice_area": ["Plans", "Visits"], "direction": ["up", "down"], "level_of_need": "All"})
    changes = changes.assign(denominator=[9, 30], earlier_denominator=[12, 8])
    assert sentences.changes_of_areas(changes, settings) == (
        "Of 2 practice areas graded in both quarters: 1 with a larger share graded Good or better than the quarter before "
        "(Plans); 1 with a smaller share graded Good or better than the quarter before (Visits). These are counts, not "
        "tests. An area has as few as 9 audits, and 8 the quarter before."
    )
    assert sentences.changes_of_areas(changes.assign(denominator=10, earlier_denominator=10), settings).endswith(
        "tests."
    )


def test_few_moderated_audits_are_cautioned_against():
    outcome = pd.DataFrame({"first_grade": ["Good"], "final_grade": ["Good"], "count": [9], "denominator": [9]})
    outcome = outcome.assign(quarter=Q2, level_of_need="All")
    assert sentences.upheld(outcome, Q2).endswith("kept it. Only 9 moderated audits.")
    assert sentences.upheld(outcome.assign(count=10, denominator=10), Q2).endswith("kept it.")


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
        ((5, 9), 0, "5 of 9 audits graded Requires improvement (56%) did. Only 9 audits."),
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
    assert sentences.areas_graded(ranked, _shares((Q2, 66, None)), Q2) == says


def test_findings_of_all_services_are_told_on_a_services_page():
    findings = pd.DataFrame({"level_of_need": ["EH", None, None]})
    said = "2 more findings of strength are of all services, and in the board's report."
    assert sentences.findings_of_all_services(findings, "strength") == said
    assert sentences.findings_of_all_services(findings.head(1), "strength") is None


def test_grades_of_multi_agency_audits():
    grades = pd.DataFrame({"category": ["Good", "Weak", "Poor"], "count": [2, 1, 0], "denominator": 3}).assign(
        quarter=Q2
    )
    said = "3 multi-agency audits with a grade: Good 2 and Weak 1. These grades are no part of the monthly programme's."
    assert sentences.multi_agency_grades(grades, Q2) == said
    assert sentences.multi_agency_grades(grades, Q2 - 1) is None
