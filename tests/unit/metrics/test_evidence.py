from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_analysis.contract.settings import load_settings
from qa_analysis.metrics.evidence import evidence
from tests.tables import counts

pytestmark = pytest.mark.slow

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
SETTINGS = load_settings(Path())
MAY, JULY, AUGUST, SEPTEMBER = "2025-05-01", "2025-07-01", "2025-08-01", "2025-09-01"


def _evidence(audits, sub_grades, level="All", **settings):
    return evidence(counts("evidence", [Q2], audits=audits, sub_grades=sub_grades, **settings), Q2, level)


@pytest.fixture(scope="module")
def said(make_audits, make_sub_grades):
    """Return a function of audits, sub-grades and perhaps a rule, that returns the statements of all rules or of one."""

    def of(*rows, sub_grades=(), rule=None, reaudit_of=None, level="All"):
        """Audits and sub-grades are tuples whose last entry is how many there are of them."""
        audits = make_audits(*(row[:-1] for row in rows for _ in range(row[-1])))
        named = pd.Series(reaudit_of or {}, dtype="str").reindex(audits["audit_id"]).array
        audits = audits.assign(reaudit_of=named)
        long = make_sub_grades(*(row[:-1] for row in sub_grades for _ in range(row[-1])))
        found = _evidence(audits, long, level)
        return (found if rule is None else found[found["rule"] == rule]).to_dict("records")

    return of


def _sentences(statements):
    return [statement["sentence"] for statement in statements]


def _area(date, level, area, good, weak, audit="A-1"):
    return [(audit, date, level, area, "G", good), (audit, date, level, area, "RI", weak)]


# Every sub-grade of a level moving up


def test_every_area_of_a_level_moving_up(said):
    sub_grades = [
        *_area(MAY, "EH", "Visits", 5, 5), *_area(JULY, "EH", "Visits", 6, 4),
        *_area(MAY, "EH", "Plans", 4, 8), *_area(JULY, "EH", "Plans", 5, 5),
        *_area(MAY, "CL", "Plans", 6, 4), *_area(JULY, "CL", "Plans", 5, 5),
    ]  # fmt: skip
    statements = said(sub_grades=sub_grades, rule="areas moving up")
    assert [statement["level_of_need"] for statement in statements] == ["All", "EH"]
    early_help = statements[1]
    assert early_help["sentence"] == (
        "Early Help: both practice areas moved up, with a larger share Good or better than the quarter before: least Visits "
        "(6 of 10, 5 of 10 before), most Plans (5 of 10, 4 of 12 before)."
    )
    assert (early_help["kind"], early_help["count"], early_help["denominator"]) == ("Strength", 2, 2)
    assert early_help["caution"] == ""


@pytest.mark.parametrize("now", [(5, 5), (4, 6), (10, 10)])  # 50% before; the last is 50% of more
def test_one_area_that_does_not_move_up_is_enough_to_say_nothing(said, now):
    sub_grades = [
        *_area(MAY, "EH", "Visits", 5, 5), *_area(JULY, "EH", "Visits", 6, 4),
        *_area(MAY, "EH", "Plans", 5, 5), *_area(JULY, "EH", "Plans", *now),
    ]  # fmt: skip
    assert said(sub_grades=sub_grades, rule="areas moving up") == []


def test_a_new_area_and_one_no_longer_graded_are_told_apart(said):
    sub_grades = [
        *_area(MAY, "EH", "Visits", 1, 5), *_area(JULY, "EH", "Visits", 6, 4),
        *_area(MAY, "EH", "Genograms", 3, 3), *_area(JULY, "EH", "Chronologies", 2, 2),
    ]  # fmt: skip
    statement = said(sub_grades=sub_grades, rule="areas moving up")[1]
    assert statement["sentence"] == (
        "Early Help: the one practice area graded in both quarters moved up, with a larger share Good or better than "
        "the quarter before: Visits (6 of 10, 1 of 6 before)."
    )
    assert statement["caution"] == "It has 10 audits, and 6 the quarter before."


@pytest.mark.parametrize(
    ("visits", "plans", "caution"),
    [
        ((7, 9), (6, 8), "Each has 8 to 9 audits, and 6 to 7 the quarter before."),
        ((12, 8), (11, 11), "Each has 8 to 11 audits, and 11 to 12 the quarter before."),
        ((12, 12), (11, 11), ""),
    ],
)
def test_the_caution_is_about_the_area_with_the_fewest_audits(said, visits, plans, caution):
    sub_grades = [
        row
        for area, (before, now) in (("Visits", visits), ("Plans", plans))
        for date, number, good in ((MAY, before, 1), (JULY, now, 3))
        for row in _area(date, "EH", area, good, number - good)
    ]
    assert said(sub_grades=sub_grades, rule="areas moving up")[-1]["caution"] == caution


def test_without_an_earlier_quarter_no_area_moves(said):
    statements = said(sub_grades=_area(JULY, "EH", "Visits", 6, 0))
    assert {statement["rule"] for statement in statements} == set()


def test_areas_moving_down_are_named_as_learning(said):
    sub_grades = [
        *_area(MAY, "EH", "Visits", 8, 2), *_area(JULY, "EH", "Visits", 6, 4),
        *_area(MAY, "EH", "Plans", 8, 2), *_area(JULY, "EH", "Plans", 7, 3),
        *_area(MAY, "EH", "Voice", 5, 5), *_area(JULY, "EH", "Voice", 5, 5),
    ]  # fmt: skip
    statement = said(sub_grades=sub_grades, rule="areas moving down")[1]
    assert statement["sentence"] == (
        "Early Help: 2 of 3 practice areas moved down, with a smaller share Good or better than the quarter before: "
        "Plans (7 of 10, 8 of 10 before) and Visits (6 of 10, 8 of 10 before)."
    )
    assert (statement["kind"], statement["count"], statement["denominator"]) == ("Learning", 2, 3)


@pytest.mark.parametrize(
    ("before", "now", "rule", "caution"),
    [
        # Good or better of 12 and of 15: 6 of 12 is half, 6 of 15 is less.
        ((6, 6), (6, 9), "areas moving down", "In Plans the count is not smaller: more audits were graded for it."),
        ((6, 6), (7, 13), "areas moving down", "In Plans the count is not smaller: more audits were graded for it."),
        ((6, 6), (5, 10), "areas moving down", ""),
        ((6, 9), (6, 6), "areas moving up", "In Plans the count is not larger: fewer audits were graded for it."),
        ((6, 9), (5, 5), "areas moving up", "In Plans the count is not larger: fewer audits were graded for it."),
        ((6, 9), (7, 5), "areas moving up", ""),
    ],
)
def test_a_share_that_moves_without_its_count_is_cautioned_against(said, before, now, rule, caution):
    sub_grades = [*_area(MAY, "EH", "Plans", *before), *_area(JULY, "EH", "Plans", *now)]
    assert said(sub_grades=sub_grades, rule=rule)[-1]["caution"] == caution


# Green shoots


def _green(before, now):
    """Return audits and sub-grades with green shoots in so many of so many, the quarter before and now."""
    audits = [(MAY, "EH", "RI", before[1]), (JULY, "EH", "RI", now[1])]
    first = [(f"A-{place + 1}", MAY, "EH", "Visits", "G", 1) for place in range(before[0])]
    second = [(f"A-{before[1] + place + 1}", JULY, "EH", "Visits", "G", 1) for place in range(now[0])]
    return audits, [*first, *second]


def test_a_growing_number_of_green_shoots(said):
    audits, sub_grades = _green((8, 30), (12, 33))
    (statement,) = said(*audits, sub_grades=sub_grades, rule="green shoots growing")
    assert statement["sentence"] == (
        "A growing number of audits graded Requires improvement show green shoots, a practice area graded Good or better: "
        "12 of 33 (36%), 8 of 30 (27%) the quarter before."
    )
    assert (statement["kind"], statement["count"], statement["denominator"], statement["caution"]) == (
        "Strength",
        12,
        33,
        "",
    )


def test_green_shoots_that_moderation_made_are_told_apart(said):
    audits, sub_grades = _green((8, 30), (9, 30))
    lowered = [(f"A-{place}", JULY, "EH", "Visits", "G", 1) for place in (61, 62, 63)]
    audits.append((JULY, "EH", "G", "RI", 3))
    (statement,) = said(*audits, sub_grades=[*sub_grades, *lowered], rule="green shoots growing")
    assert (statement["count"], statement["denominator"]) == (12, 33)
    assert statement["caution"] == (
        "Moderation had lowered 3 of them from Good or better, and none the quarter before."
    )


def test_green_shoots_that_grow_by_moderation_alone_are_said_to(said):
    audits, sub_grades = _green((8, 30), (8, 30))
    lowered = [(f"A-{place}", JULY, "EH", "Visits", "G", 1) for place in (61, 62)]
    audits.append((JULY, "EH", "G", "RI", 2))
    (statement,) = said(*audits, sub_grades=[*sub_grades, *lowered], rule="green shoots growing")
    assert (statement["count"], statement["denominator"]) == (10, 32)
    assert statement["caution"] == (
        "Moderation had lowered 2 of them from Good or better, and none the quarter before: without those there is no growth."
    )


def test_green_shoots_that_grow_by_share_alone_without_moderation_do_not_grow(said):
    # 8 of 30, then 8 of 20 and 2 that moderation lowered: without those a larger share, and no larger number.
    audits, sub_grades = _green((8, 30), (8, 20))
    audits.append((JULY, "EH", "G", "RI", 2))
    lowered = [(f"A-{place}", JULY, "EH", "Visits", "G", 1) for place in (51, 52)]
    (statement,) = said(*audits, sub_grades=[*sub_grades, *lowered], rule="green shoots growing")
    assert statement["caution"].endswith("without those there is no growth.")


def test_green_shoots_that_moderation_made_the_quarter_before_are_told_too(said):
    audits = [(MAY, "EH", "RI", 28), (MAY, "EH", "G", "RI", 2), (JULY, "EH", "RI", 30)]
    shoots = [(f"A-{place}", MAY, "EH", "Visits", "G", 1) for place in (1, 2, 29, 30)]
    shoots += [(f"A-{place}", JULY, "EH", "Visits", "G", 1) for place in range(31, 43)]
    (statement,) = said(*audits, sub_grades=shoots, rule="green shoots growing")
    assert statement["sentence"].endswith("12 of 30 (40%), 4 of 30 (13%) the quarter before.")
    assert statement["caution"] == "Moderation had lowered none of them from Good or better, and 2 the quarter before."


def test_the_page_of_a_service_has_what_the_board_is_told_of_all(said):
    audits, sub_grades = _green((8, 30), (12, 33))
    again = {"A-64": "A-1"}
    everything = said(*audits, (SEPTEMBER, "EH", "G", 1), sub_grades=sub_grades, reaudit_of=again, level="EH")
    assert _sentences(everything) == [
        "Early Help: a growing number of audits graded Requires improvement show green shoots, a practice area graded Good or "
        "better: 12 of 33 (36%), 8 of 30 (27%) the quarter before.",
        "Early Help: no audit was graded Inadequate in July or September 2025 (33 and 1 audits graded).",
        "Early Help: the one re-audited record improved.",
    ]
    of_all = said(*audits, (SEPTEMBER, "EH", "G", 1), sub_grades=sub_grades, reaudit_of=again)
    assert len(of_all) == len(everything)
    assert {statement["level_of_need"] for statement in of_all} == {"All"}


@pytest.mark.parametrize(
    ("before", "now"),
    [((8, 30), (8, 20)), ((8, 30), (9, 40)), ((0, 0), (3, 5)), ((3, 5), (0, 0)), ((0, 5), (0, 5)), ((8, 30), (7, 20))],
)
def test_green_shoots_grow_by_count_and_share_or_nothing_is_said(said, before, now):
    audits, sub_grades = _green(before, now)
    rules = {statement["rule"] for statement in said(*audits, sub_grades=sub_grades)}
    assert not rules & {"green shoots growing", "green shoots fewer"}


def test_fewer_green_shoots_are_learning(said):
    audits, sub_grades = _green((4, 6), (1, 6))
    (statement,) = said(*audits, sub_grades=sub_grades, rule="green shoots fewer")
    assert statement["sentence"].startswith("Fewer audits graded Requires improvement show green shoots")
    assert statement["sentence"].endswith("1 of 6 (17%), 4 of 6 (67%) the quarter before.")
    assert (statement["kind"], statement["caution"]) == (
        "Learning",
        "Only 6 audits, and 6 the quarter before.",
    )


# No audit Inadequate in a month


def test_months_without_inadequate_audits(said):
    statements = said(
        (JULY, "EH", "I", 1), (JULY, "CL", "I", 1), (AUGUST, "CL", "G", 3), (AUGUST, "H&P", "I", 1),
        (SEPTEMBER, "CL", "RI", 4), (SEPTEMBER, "H&P", "G", 10), (SEPTEMBER, "H&P", None, 5),
        rule="no Inadequate",
    )  # fmt: skip
    assert _sentences(statements) == [
        "No audit in the whole service was graded Inadequate in September 2025 (14 audits graded).",
        "Care Leavers: no audit was graded Inadequate in August or September 2025 (3 and 4 audits graded).",
    ]
    assert [statement["denominator"] for statement in statements] == [14, 7]
    assert [statement["count"] for statement in statements] == [0, 0]
    assert [statement["caution"] for statement in statements] == ["", "Only 7 audits."]


def test_a_month_with_an_inadequate_audit_or_with_none_graded_is_not_named(said):
    assert said((SEPTEMBER, "CL", "I", 1), (AUGUST, "CL", None, 3), rule="no Inadequate") == []


def test_one_audit_and_three_months(said):
    (statement,) = said((JULY, "CL", "G", 1), rule="no Inadequate")
    assert statement["sentence"] == "No audit in the whole service was graded Inadequate in July 2025 (1 audit graded)."
    months = said((JULY, "CL", "G", 1), (AUGUST, "CL", "G", 1), (SEPTEMBER, "CL", "G", 1), rule="no Inadequate")
    assert months[0]["sentence"] == (
        "No audit in the whole service was graded Inadequate in July, August or September 2025 (1 audit graded in each)."
    )


# Re-audits


def _reaudited(said, improved, same, worse, rule):
    number = improved + same + worse
    rows = [(MAY, "EH", "RI", number), (JULY, "EH", "G", improved), (JULY, "EH", "RI", same), (JULY, "EH", "I", worse)]
    links = {f"A-{number + place}": f"A-{place}" for place in range(1, number + 1)}
    return said(*rows, rule=rule, reaudit_of=links)


@pytest.mark.parametrize(
    ("improved", "same", "worse", "sentence", "kind"),
    [
        (5, 1, 0, "5 of 6 (83%) re-audited records improved.", "Strength"),
        (6, 0, 0, "All 6 re-audited records improved.", "Strength"),
        (1, 0, 0, "The one re-audited record improved.", "Strength"),
        (3, 3, 0, "3 of 6 (50%) re-audited records improved.", "Learning"),
        (0, 2, 2, "None of the 4 re-audited records improved.", "Learning"),
        (0, 1, 1, "Neither of the re-audited records improved.", "Learning"),
        (2, 0, 0, "Both re-audited records improved.", "Strength"),
        (0, 1, 0, "The one re-audited record did not improve.", "Learning"),
    ],
)
def test_reaudits_that_improved(said, improved, same, worse, sentence, kind):
    (statement,) = _reaudited(said, improved, same, worse, "re-audits improved")
    assert (statement["sentence"], statement["kind"]) == (sentence, kind)
    assert (statement["count"], statement["denominator"]) == (improved, improved + same + worse)
    few = f"Only {improved + same + worse} re-audit{'s' if improved + same + worse > 1 else ''}."
    # Some would have improved anyway: that is no caution where none did.
    assert statement["caution"] == (f"{few} Records are re-audited because they were weak." if improved else few)


def test_reaudits_that_got_worse_are_learning(said):
    (statement,) = _reaudited(said, 4, 1, 1, "re-audits worse")
    assert (statement["sentence"], statement["kind"]) == ("1 of 6 (17%) re-audited records got worse.", "Learning")
    assert _reaudited(said, 5, 1, 0, "re-audits worse") == []
    assert _sentences(_reaudited(said, 0, 0, 1, "re-audits worse")) == ["The one re-audited record got worse."]
    assert _reaudited(said, 0, 0, 1, "re-audits improved") == []  # it is said once


def test_without_reaudits_nothing_is_said_of_them(said):
    assert not [each for each in said((JULY, "EH", "G", 3)) if "re-audit" in each["rule"]]


# Audits that wait for a re-audit


@pytest.mark.parametrize(
    ("before", "now", "rule", "sentence"),
    [
        (1, 2, "more awaiting re-audit", "More audits graded Inadequate are not yet re-audited: 3 at the quarter's end, 1 at the end of the quarter before."),
        (0, 1, "more awaiting re-audit", "More audits graded Inadequate are not yet re-audited: 1 at the quarter's end, none at the end of the quarter before."),
        (1, 0, None, None),
    ],
)  # fmt: skip
def test_more_audits_wait_for_a_re_audit(said, before, now, rule, sentence):
    rows = [(MAY, "EH", "G", 1), (MAY, "EH", "I", before), (JULY, "EH", "I", now), (JULY, "EH", "G", 3)]
    found = [each for each in said(*rows) if "awaiting" in each["rule"]]
    assert [(each["rule"], each["sentence"], each["kind"]) for each in found] == (
        [(rule, sentence, "Learning")] if rule else []
    )


def test_fewer_audits_that_wait_for_a_re_audit_are_a_strength(said):
    links = {"A-3": "A-1"}
    (statement,) = said((MAY, "EH", "I", 2), (JULY, "EH", "G", 1), rule="fewer awaiting re-audit", reaudit_of=links)
    assert statement["sentence"] == (
        "Fewer audits graded Inadequate are not yet re-audited: 1 at the quarter's end, 2 at the end of the quarter before."
    )
    assert statement["kind"] == "Strength"


def test_who_waited_before_the_first_audits_is_not_known(said):
    assert [each for each in said((JULY, "EH", "I", 2)) if "awaiting" in each["rule"]] == []


# Good grades that fell


@pytest.mark.parametrize(
    ("kept", "fell", "sentence", "caution"),
    [
        (8, 7, "Of 15 grades of Good or better that a second reader checked, 7 did not remain so.", ""),
        (0, 1, "The one grade of Good or better that a second reader checked did not remain so.", "Only 1 such grade."),
    ],
)
def test_good_grades_that_fell_are_learning(said, kept, fell, sentence, caution):
    rows = [(JULY, "EH", "G", "G", kept), (JULY, "EH", "O", "RI", fell), (JULY, "EH", "RI", "I", 3)]
    (statement,) = said(*rows, rule="good grades that fell")
    assert (statement["sentence"], statement["kind"], statement["caution"]) == (sentence, "Learning", caution)
    assert (statement["count"], statement["denominator"]) == (fell, kept + fell)


def test_good_grades_that_stood_are_not_told(said):
    assert said((JULY, "EH", "G", "G", 3), (JULY, "EH", "RI", "I", 1), rule="good grades that fell") == []


# The practice area most often Inadequate


def test_the_practice_area_that_is_inadequate_in_most_audits(said):
    sub_grades = [
        ("A-1", JULY, "EH", "Visits", "I", 3), ("A-1", JULY, "EH", "Visits", "G", 9),  # 3 of 12
        ("A-1", JULY, "EH", "Plans", "I", 2), ("A-1", JULY, "EH", "Plans", "RI", 2),  # 2 of 4, a larger share
    ]  # fmt: skip
    (statement,) = said(sub_grades=sub_grades, rule="most often Inadequate")
    assert statement["sentence"] == "The practice area graded Inadequate in most audits is Visits, 3 of 12 (25%)."
    assert (statement["kind"], statement["caution"]) == ("Learning", "")
    assert (statement["count"], statement["denominator"]) == (3, 12)
    (on_its_page,) = said(sub_grades=sub_grades, rule="most often Inadequate", level="EH")
    assert on_its_page["sentence"].startswith(
        "Early Help: the practice area graded Inadequate in most audits is Visits,"
    )


@pytest.mark.parametrize(
    ("visits", "plans", "voice", "sentence"),
    [
        (
            3,
            3,
            0,
            "The practice areas graded Inadequate in most audits are Plans, 3 of 10 (30%) and Visits, 3 of 10 (30%).",
        ),
        (3, 3, 3, None),  # all alike
        (1, 0, 0, None),  # one audit
    ],
)
def test_practice_areas_that_are_alike_are_told_together_or_not_at_all(said, visits, plans, voice, sentence):
    numbers = {"Visits": visits, "Plans": plans, "Voice": voice}
    sub_grades = [
        ("A-1", JULY, "EH", area, grade, count)
        for area, failing in numbers.items()
        for grade, count in (("I", failing), ("G", 10 - failing))
    ]
    assert _sentences(said(sub_grades=sub_grades, rule="most often Inadequate")) == ([sentence] if sentence else [])


def test_what_is_true_of_the_one_service_is_said_once(said):
    rows = [(MAY, "EH", "I", 3), (MAY, "EH", "G", 9), (JULY, "EH", "I", 1), (JULY, "EH", "G", 11)]
    assert [each["level_of_need"] for each in said(*rows, rule="fewer Inadequate")] == ["All"]
    assert [each["level_of_need"] for each in said(*rows, (MAY, "CL", "G", 1), rule="fewer Inadequate")] == [
        "All",
        "EH",
    ]


# Fewer and more Inadequate


def test_fewer_inadequate_than_the_quarter_before(said):
    rows = [(MAY, "H&P", "I", 5), (MAY, "H&P", "G", 23), (JULY, "H&P", "I", 3), (JULY, "H&P", "G", 27)]
    statements = said(*rows, (MAY, "CIC", "I", 1), (JULY, "CIC", "I", 1), rule="fewer Inadequate")
    assert _sentences(statements) == [
        "Whole service: fewer audits graded Inadequate: 4 of 31 (13%), 6 of 29 (21%) the quarter before.",
        "Help and Protection: fewer audits graded Inadequate: 3 of 30 (10%), 5 of 28 (18%) the quarter before.",
    ]
    assert [statement["kind"] for statement in statements] == ["Strength"] * 2
    assert [statement["caution"] for statement in statements] == [""] * 2


def test_fewer_of_fewer_audits_is_cautioned_against(said):
    rows = [(MAY, "H&P", "I", 5), (MAY, "H&P", "G", 45), (JULY, "H&P", "I", 4), (JULY, "H&P", "G", 16)]
    (statement,) = said(*rows, rule="fewer Inadequate", level="H&P")
    assert statement["sentence"].endswith("4 of 20 (20%), 5 of 50 (10%) the quarter before.")
    assert statement["caution"] == "Their share is not smaller: fewer audits were graded."


def test_more_inadequate_is_learning(said):
    rows = [(MAY, "H&P", "I", 1), (MAY, "H&P", "G", 4), (JULY, "H&P", "I", 2), (JULY, "H&P", "G", 8)]
    (statement,) = said(*rows, rule="more Inadequate", level="H&P")
    assert statement["sentence"] == (
        "Help and Protection: more audits graded Inadequate: 2 of 10 (20%), 1 of 5 (20%) the quarter before."
    )
    assert (statement["kind"], statement["caution"]) == (
        "Learning",
        "Their share is not larger: more audits were graded.",
    )


@pytest.mark.parametrize(
    "rows", [[(MAY, "CL", "I", 1)], [(JULY, "CL", "I", 1)], [(MAY, "CL", "I", 1), (JULY, "CL", "I", 1)]]
)
def test_the_same_number_or_a_missing_quarter_is_neither_fewer_nor_more(said, rows):
    assert not {"fewer Inadequate", "more Inadequate"} & {each["rule"] for each in said(*rows)}


# Outstanding


def test_examples_of_outstanding_practice(said):
    statements = said(
        (JULY, "EH", "O", 2), (JULY, "EH", "G", 6), (JULY, "CL", "O", 1), (MAY, "CIC", "O", 1), rule="best audits"
    )
    assert _sentences(statements) == [
        "Early Help has examples of Outstanding practice: 2 of 8 audits (25%) were graded Outstanding.",
        "Care Leavers has an example of Outstanding practice: 1 of 1 audit (100%) was graded Outstanding.",
    ]
    assert [statement["caution"] for statement in statements] == [
        "Only 8 audits. None of them had a second reader.",
        "Only 1 audit. It had no second reader.",
    ]
    read = said((JULY, "EH", "O", "O", 2), (JULY, "CL", "O", "O", 1), (JULY, "CL", "O", 1), rule="best audits")
    assert [statement["caution"] for statement in read] == [
        "Only 2 audits.",
        "Only 2 audits. Not all of them had a second reader.",
    ]
    assert said((JULY, "EH", "G", 8), rule="best audits") == []


def test_a_best_grade_that_is_a_number_is_called_a_grade(make_audits, make_sub_grades):
    audits, areas = make_audits((JULY, "EH", "O")), make_sub_grades(("A-2", JULY, "CL", "Visits", "O"))
    audits["final_grade"] = audits["final_grade"].cat.rename_categories({"Outstanding": "1"})
    areas["grade"] = areas["grade"].cat.rename_categories({"Outstanding": "1"})
    sentences = list(_evidence(audits.assign(reaudit_of=None), areas)["sentence"])
    assert "Early Help has an example of practice graded 1: 1 of 1 audit (100%) was graded 1." in sentences
    assert "Care Leavers has sub-grades of grade 1 for Visits (1 of 1)." in sentences


def test_outstanding_sub_grades(said):
    sub_grades = [
        ("A-1", JULY, "EH", "Visits", "O", 2), ("A-1", JULY, "EH", "Visits", "G", 8),
        ("A-1", JULY, "EH", "Plans", "G", 10), ("A-1", JULY, "EH", "Voice", "O", 1), ("A-1", JULY, "EH", "Voice", "I", 9),
        ("A-1", MAY, "CL", "Voice", "O", 1),
    ]  # fmt: skip
    (statement,) = said(sub_grades=sub_grades, rule="best sub-grades")
    assert statement["sentence"] == "Early Help has sub-grades of Outstanding for Visits (2 of 10) and Voice (1 of 10)."
    assert (statement["count"], statement["denominator"], statement["caution"]) == (2, 3, "")


# All together


def test_no_data_no_statements(said):
    assert said() == []


def test_the_table_has_its_columns_and_types_with_rows_and_without(make_audits, make_sub_grades):
    columns = ["rule", "level_of_need", "kind", "sentence", "count", "denominator", "caution"]
    for audits in (make_audits(), make_audits((JULY, "EH", "O"))):
        none = pd.Series([None] * len(audits), dtype="str")
        found = _evidence(audits.assign(reaudit_of=none), make_sub_grades())
        assert found.columns.tolist() == columns
        assert found["count"].dtype == found["denominator"].dtype == "int64"
        assert found["sentence"].dtype == found["caution"].dtype == "str"


def test_empty_tables_that_lost_their_grades_on_disk(make_audits, make_sub_grades):
    audits = make_audits().assign(reaudit_of=pd.Series(dtype="str"))
    lost = pd.Categorical([], categories=[], ordered=True)
    found = _evidence(
        audits.assign(final_grade=lost, level_of_need=lost),
        make_sub_grades().assign(grade=lost, level_of_need=lost, practice_area=lost),
    )
    assert found.empty


def test_sentences_call_the_grades_what_the_settings_call_them(make_audits, make_sub_grades):
    audits = make_audits((SEPTEMBER, "EH", "G")).assign(reaudit_of=pd.Series([None], dtype="str"))
    grades = [grade.model_copy(update={"name": f"Grade {number}"}) for number, grade in enumerate(SETTINGS.grades)]
    found = _evidence(audits, make_sub_grades(), settings=SETTINGS.model_copy(update={"grades": grades}))
    assert "No audit in the whole service was graded Grade 3 in September 2025 (1 audit graded)." in list(
        found["sentence"]
    )


@settings(deadline=None, max_examples=10)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([MAY, JULY, AUGUST, SEPTEMBER]),
            st.sampled_from(["EH", "CL"]),
            st.sampled_from(["O", "G", "RI", "I", None]),
            st.just(1),
        ),
        max_size=20,
    ),
    st.lists(
        st.tuples(
            st.sampled_from(["A-1", "A-2", "A-3"]),
            st.sampled_from([MAY, JULY]),
            st.sampled_from(["EH", "CL"]),
            st.sampled_from(["Visits", "Plans"]),
            st.sampled_from(["O", "G", "RI", "I"]),
            st.just(1),
        ),
        max_size=20,
    ),
)
def test_every_sentence_is_whole_and_its_counts_are_a_part_of_their_total(said, audits, sub_grades):
    for statement in said(*audits, sub_grades=sub_grades):
        assert statement["sentence"].endswith(".")
        assert "nan" not in statement["sentence"].lower()
        assert "  " not in statement["sentence"]
        assert 0 <= statement["count"] <= statement["denominator"]
        assert statement["kind"] in ("Strength", "Learning")


@pytest.mark.parametrize(("graded", "caution"), [(9, "Only 9 audits."), (10, "")])
def test_fewer_than_ten_are_cautioned_against(said, graded, caution):
    (statement,) = said((SEPTEMBER, "CL", "G", graded), rule="no Inadequate")
    assert statement["caution"] == caution
