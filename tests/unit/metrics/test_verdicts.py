"""The rules of the first screen at their edges: most from rows of the figures' table, some from audits."""

import math
from statistics import NormalDist

import pandas as pd
import pytest

from qa_analysis.metrics import verdicts
from qa_analysis.metrics.catalogue import MEASURES
from qa_analysis.metrics.counting import Counting
from qa_analysis.metrics.verdicts import Counts, RestsOn, Side, Tone, Waiting
from qa_analysis.store.figures import figure_table, quarters_shown

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
MAY, AUGUST = "2025-05-01", "2025-08-01"
COLUMNS = ["quarter", "month", "measure", "level_of_need", "category"]
NUMBERS = ["count", "denominator", "percent", "ci_low", "ci_high", "value"]
SHARES = ["good_or_better", "inadequate"]
READS = {  # what each rule reads that is made of audits
    "grades": [
        *SHARES, *(f"{share}_{own}" for share in SHARES for own in ("by_auditor", "at_random")), "chosen_at_random",
        "moderation_changed", "moderation_crossing", "grades_change", "change_that_shows",
    ],
    "beside the rest": [*SHARES, *(f"{share}_other_services" for share in SHARES), "grades_beside_other_services"],
    "first service": [
        "audits_completed", "inadequate_not_reaudited", "awaiting_reaudit_long", "awaiting_reaudit_longest",
        "reaudits_so_far",
    ],
    "trust": ["moderation_crossing", "moderation_crossing_p", "moderation_upheld", "moderation_both_grades"],
}  # fmt: skip


def _figure(measure, count=None, of=None, category=None, level="All", quarter=Q2, note=None, **numbers):
    cell = {"quarter": quarter, "measure": measure, "level_of_need": level, "category": category, "note": note}
    return {**cell, "count": count, "denominator": of, **numbers}


def _table(*rows):
    table = pd.DataFrame(rows, columns=[*COLUMNS, *NUMBERS, "note"])
    return table.astype(dict.fromkeys(NUMBERS, "float64")).assign(month=pd.PeriodIndex([pd.NaT] * len(table), freq="M"))


def _cases(*cells):
    """Return audits of tuples: date, level of need, the auditor's grade, the moderator's (or None), and how many."""
    return [cell[:3] if cell[3] is None else cell[:4] for cell in cells for _ in range(cell[4])]


@pytest.fixture(scope="module")
def figures_of(make_audits, make_data):
    """Return a function of a rule and of cells as in `_cases`: the figures of the second quarter that the rule reads."""

    def of(rule, *cells, shown=1, **tables):
        data = make_data(shown, audits=make_audits(*_cases(*cells)), **tables)
        counting = Counting(data, quarters_shown(data, Q2))
        found = [counting.table(each).assign(measure=each.name) for each in MEASURES if each.name in READS[rule]]
        return pd.concat(found, ignore_index=True).reindex(columns=[*COLUMNS, *NUMBERS, "note"])

    return of


def newcombe(count, of, earlier, earlier_of, confidence):
    """Method 10 of Newcombe (1998), in points: from the two Wilson intervals."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)

    def wilson(x, n):
        middle, half = x / n + z**2 / (2 * n), z * math.sqrt(x / n * (1 - x / n) / n + z**2 / (4 * n**2))
        return (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)

    (low, high), (earlier_low, earlier_high) = wilson(count, of), wilson(earlier, earlier_of)
    now, before = count / of, earlier / earlier_of
    down, up = math.hypot(now - low, earlier_high - before), math.hypot(high - now, before - earlier_low)
    return 100 * (now - before - down), 100 * (now - before + up)


def mcnemar(crossed, back):
    """The exact two-sided p: twice the chance of so few of the fewer, of all that crossed, at one half."""
    number = crossed + back
    return min(1, 2 * sum(math.comb(number, each) for each in range(min(crossed, back) + 1)) / 2**number)


# Grades against the quarter before

UP, DOWN, EITHER = (0.1, 20), (-20, -0.1), (-9, 9)


def _grades(good=EITHER, weak=EITHER, now=(25, 66), failing=(9, 66), more=()):
    return _table(
        _figure("grades_change", category="good_or_better", value=8.6, ci_low=good[0], ci_high=good[1]),
        _figure("grades_change", category="inadequate", value=-8.8, ci_low=weak[0], ci_high=weak[1]),
        _figure("good_or_better", *now),
        _figure("good_or_better", 17, 58, quarter=Q1),
        _figure("inadequate", *failing),
        _figure("inadequate", 13, 58, quarter=Q1),
        *more,
    )


@pytest.mark.parametrize(
    ("good", "weak", "verdict"),
    [
        (EITHER, EITHER, "no clear change"),
        ((0.0, 20), EITHER, "no clear change"),  # an interval that touches 0 does not leave it out
        ((-20, 0.0), EITHER, "no clear change"),
        (EITHER, (0.0, 20), "no clear change"),
        (UP, EITHER, "higher"),
        (UP, DOWN, "higher"),
        (EITHER, DOWN, "higher"),
        (DOWN, EITHER, "lower"),
        (EITHER, UP, "lower: more inadequate"),
        (DOWN, UP, "lower: more inadequate"),
        (UP, UP, "mixed"),
        (DOWN, DOWN, "mixed"),
    ],
)
def test_grades_are_judged_by_two_intervals(good, weak, verdict):
    found = verdicts.grades(_grades(good, weak), Q2)
    assert (found.verdict, found.not_alike) == (verdict, ())
    assert found.good[1:] == (Counts(25, 66), Counts(17, 58), 8.6, *good)
    assert found.inadequate[1:3] == (Counts(9, 66), Counts(13, 58))


def test_the_intervals_are_newcombes_at_97_5_and_for_a_service_at_99_percent(figures_of):
    found = figures_of(
        "grades",
        (MAY, "EH", "G", None, 17), (MAY, "EH", "RI", None, 28), (MAY, "EH", "I", None, 13),
        (AUGUST, "EH", "G", None, 25), (AUGUST, "EH", "RI", None, 32), (AUGUST, "EH", "I", None, 9),
    )  # fmt: skip
    for level, confidence in (("All", 0.975), ("EH", 0.99)):
        grades = verdicts.grades(found, Q2, level)
        assert grades.verdict == "no clear change"
        assert grades.good[4:] == pytest.approx(newcombe(25, 66, 17, 58, confidence))
        assert grades.inadequate[4:] == pytest.approx(newcombe(9, 66, 13, 58, confidence))
        assert grades.good.points == pytest.approx(100 * (25 / 66 - 17 / 58))


@pytest.mark.parametrize(
    ("good", "confidence", "level", "verdict"),
    [
        (36, 0.975, "All", "no clear change"),  # from −0.4; 95% would leave out 0 from 35 of 60 on
        (37, 0.975, "All", "higher"),  # from 1.3
        (38, 0.99, "EH", "no clear change"),  # from −0.06
        (39, 0.99, "EH", "higher"),  # from 1.6
    ],
)
def test_an_interval_just_below_and_just_above_0(figures_of, good, confidence, level, verdict):
    found = figures_of(
        "grades",
        (MAY, "EH", "G", None, 24), (MAY, "EH", "RI", None, 36),
        (AUGUST, "EH", "G", None, good), (AUGUST, "EH", "RI", None, 60 - good),
    )  # fmt: skip
    grades = verdicts.grades(found, Q2, level)
    assert (grades.verdict, grades.good.low > 0) == (verdict, verdict == "higher")
    assert grades.good.low == pytest.approx(newcombe(good, 60, 24, 60, confidence)[0])


@pytest.mark.parametrize(("before", "now"), [(9, 10), (10, 9), (10, 10)])
def test_a_verdict_needs_ten_graded_audits_in_both_quarters(figures_of, before, now):
    # None of them Good or better, then all; an audit without a grade is none of the ten.
    found = figures_of(
        "grades",
        (MAY, "CL", "RI", None, before), (MAY, "CL", None, None, 5),
        (AUGUST, "CL", "G", None, now), (AUGUST, "CL", None, None, 5),
    )  # fmt: skip
    for level in ("All", "CL"):
        grades = verdicts.grades(found, Q2, level)
        assert grades.verdict == ("higher" if min(before, now) == 10 else "too few")
        assert (grades.good.now, grades.good.before) == (Counts(now, now), Counts(0, before))
        assert math.isnan(grades.good.low) == (grades.verdict == "too few")


def test_one_audit_after_three_is_no_movement(figures_of):
    found = verdicts.grades(figures_of("grades", (MAY, "EH", "RI", None, 3), (AUGUST, "EH", "I", None, 1)), Q2)
    assert (found.verdict, found.inadequate.direction) == ("too few", "too few")
    assert (found.inadequate.now, found.inadequate.before) == (Counts(1, 1), Counts(0, 3))


def test_why_there_is_nothing_to_compare(figures_of, make_comparators):
    now, before, long_ago = ((date, "EH", "G", None, 12) for date in (AUGUST, MAY, "2025-01-10"))

    def said(*cells, shown=1, **printed):
        history = make_comparators(*([{"quarter": Q1, **printed}] if printed else []))
        return verdicts.grades(figures_of("grades", *cells, shown=shown, comparators=history), Q2).verdict

    assert said(before, (AUGUST, "EH", None, None, 3)) == "none graded"
    assert said(now) == "no earlier quarter"
    assert said(now, before, shown=0) == "no earlier quarter"
    assert said(now, long_ago, shown=2) == "none graded before"
    # A quarter that is known from print had audits, whatever was printed of it.
    assert said(now, measure="good_or_better", percent=28) == "not known"
    assert said(now, measure="moderation_changed", count=7, denominator=25) == "not known"
    assert said(now, measure="good_or_better", count=2, denominator=40) == "higher"
    assert said(now, measure="good_or_better", count=2, denominator=9) == "too few"


def _alike(part, parts, own=(), of="good_or_better", **grades):
    """Return the figures of a rise (or of `grades`) in which other parts of 40 were checked, or chosen at random."""
    both = list(zip((Q1, Q2), parts, strict=True))
    if part == "checked":
        parts = [_figure("moderation_crossing", number, 40, "good: kept", quarter=when) for when, number in both]
        parts += [
            _figure("moderation_crossing", 40 - number, 40, "good: not checked", quarter=when) for when, number in both
        ]
    else:
        parts = [_figure("chosen_at_random", number, 40, quarter=when) for when, number in both]
    name = f"{of}_{'by_auditor' if part == 'checked' else 'at_random'}"
    alike = [_figure(name, *counts, quarter=when) for when, counts in zip((Q2, Q1), own, strict=False)]
    return _grades(**{"good": UP, **grades}, more=[*parts, *alike])


@pytest.mark.parametrize("part", ["checked", "at random"])
@pytest.mark.parametrize(
    ("earlier", "now", "own", "verdict"),
    [
        (20, 23, (), "higher"),  # 7.5 points more
        (20, 24, (), "not comparable"),  # 10 points more, and nothing is known of grades that are alike
        (24, 20, ((9, 30), (8, 30)), "higher"),  # 10 points fewer; they rose, too
        (20, 24, ((1, 1), (0, 1)), "higher"),
        (20, 24, ((8, 30), (8, 30)), "not comparable"),  # they stayed the same
        (20, 24, ((8, 31), (8, 30)), "not comparable"),  # they fell
        (20, 24, ((8, 8), (0, 0)), "not comparable"),  # there were none
    ],
)
def test_where_another_part_was_checked_or_random_a_verdict_needs_what_is_alike(part, earlier, now, own, verdict):
    found = verdicts.grades(_alike(part, (earlier, now), own), Q2)
    assert (found.verdict, found.not_alike) == (verdict, (part,) if abs(now - earlier) >= 4 else ())
    assert {"checked": found.checked, "at random": found.at_random}[part] == (Counts(now, 40), Counts(earlier, 40))


def test_each_share_that_moved_clearly_needs_its_own_grades_alike():
    rise, fall = ((9, 30), (8, 30)), ((8, 30), (9, 30))

    def said(own, **grades):
        return verdicts.grades(_alike("checked", (20, 24), own, **grades), Q2).verdict

    assert said(rise, of="inadequate", good=EITHER, weak=UP, failing=(15, 66)) == "lower: more inadequate"
    assert said(fall, of="inadequate", good=EITHER, weak=UP, failing=(15, 66)) == "not comparable"
    # Where neither moved clearly, Good or better says whether the quarters can be compared.
    assert said(rise, good=EITHER) == "no clear change"
    assert said(fall, good=EITHER) == "not comparable"
    level = {"good": EITHER, "now": (17, 58)}
    assert said(((8, 30), (8, 30)), **level) == "no clear change"
    assert said(((8, 30), (0, 0)), **level) == "not comparable"


def test_more_checked_good_grades_that_fell_are_no_worsening(figures_of):
    # Auditors gave Good to 30 of 40 both times; second readers lowered all that they checked: 2 of 30, then 20 of 30.
    found = figures_of(
        "grades",
        (MAY, "EH", "G", "RI", 2), (MAY, "EH", "G", None, 28), (MAY, "EH", "RI", None, 10),
        (AUGUST, "EH", "G", "RI", 20), (AUGUST, "EH", "G", None, 10), (AUGUST, "EH", "RI", None, 10),
    )  # fmt: skip
    grades = verdicts.grades(found, Q2)
    assert (grades.verdict, grades.good.direction) == ("not comparable", "lower")
    assert (grades.not_alike, grades.checked) == (("checked",), (Counts(20, 30), Counts(2, 30)))


def _shows(points, before, of, now, confidence):
    """Tell whether a change of so many points is told in four of five quarters, by the normal approximation."""
    z, often = (NormalDist().inv_cdf(each) for each in ((1 + confidence) / 2, 0.8))
    first, second = before / of, before / of + points / 100
    together = (first * of + second * now) / (of + now)
    by_chance = math.sqrt(together * (1 - together) * (1 / of + 1 / now))
    return abs(points) / 100 >= z * by_chance + often * math.sqrt(
        first * (1 - first) / of + second * (1 - second) / now
    )


@pytest.mark.parametrize(
    ("before", "of", "now", "rise", "fall"),
    [(17, 58, 66, 28, 22), (18, 60, 60, 28, 22), (1, 10, 10, 64, None), (5, 10, 10, None, None), (0, 10, 10, 59, None)],
)
def test_the_change_that_so_many_audits_can_show(figures_of, before, of, now, rise, fall):
    found = figures_of(
        "grades", (MAY, "EH", "G", None, before), (MAY, "EH", "RI", None, of - before), (AUGUST, "EH", "RI", None, now)
    )
    grades = verdicts.grades(found, Q2)
    for points, sign, told in ((rise, 1, grades.rise), (fall, -1, grades.fall)):
        assert (None if math.isnan(told) else told) == points
        if points:
            assert _shows(sign * points, before, of, now, 0.975)
            assert not _shows(sign * (points - 1), before, of, now, 0.975)
    of_service = verdicts.grades(found, Q2, "EH")
    assert math.isnan(of_service.rise) or of_service.rise > rise


# A service against the rest


@pytest.mark.parametrize(("service", "verdict"), [(9, "too few"), (10, "no clear difference")])
def test_a_service_needs_ten_audits_and_so_do_the_others(figures_of, service, verdict):
    found = figures_of("beside the rest", (AUGUST, "EH", "G", None, service), (AUGUST, "CL", "G", None, 10))
    assert verdicts.beside_the_rest(found, Q2, "EH").verdict == verdict
    assert verdicts.beside_the_rest(found, Q2, "CL").verdict == verdict
    alone = figures_of("beside the rest", (AUGUST, "EH", "G", None, 40))
    assert verdicts.beside_the_rest(alone, Q2, "EH").verdict == "too few"


@pytest.mark.parametrize(("good", "verdict"), [(15, "no clear difference"), (16, "different")])
def test_a_service_is_different_by_newcombe_at_99_percent(figures_of, good, verdict):
    found = figures_of(
        "beside the rest",
        (AUGUST, "EH", "G", None, good), (AUGUST, "EH", "RI", None, 30 - good),
        (AUGUST, "CIC", "G", None, 6), (AUGUST, "CIC", "RI", None, 4), (AUGUST, "CL", "RI", None, 20),
    )  # fmt: skip
    beside = verdicts.beside_the_rest(found, Q2, "EH")
    assert (beside.verdict, beside.good.now, beside.good.before) == (verdict, Counts(good, 30), Counts(6, 30))
    assert beside.good[4:] == pytest.approx(newcombe(good, 30, 6, 30, 0.99))  # from −1.6, and from 1.4
    assert beside.inadequate.direction == "no clear change"


# Which service first


def _services(*services, reaudits=1):
    """Return the figures of services: level, waiting for long, waiting, so far, longest wait, audits of the quarter."""
    rows = [_figure("reaudits_so_far", reaudits)]
    for level, long, waiting, so_far, longest, audits in services:
        rows += [
            _figure("inadequate_not_reaudited", waiting, so_far, level=level),
            _figure("awaiting_reaudit_long", long, waiting, level=level),
            _figure("audits_completed", audits, level=level),
            *([_figure("awaiting_reaudit_longest", level=level, value=longest)] if waiting else []),
        ]
    return _table(*rows)


@pytest.mark.parametrize(
    ("services", "verdict", "order"),
    [
        ([("EH", 1, 3, 9, 200, 8), ("CL", 3, 3, 3, 300, 8)], "first", ["CL", "EH"]),
        ([("EH", 2, 3, 9, 200, 8), ("CL", 3, 3, 3, 300, 8)], "none stands out", ["CL", "EH"]),
        # As many: the larger share that was never re-audited first, 3 of 4 before 6 of 9; then the longer wait.
        ([("EH", 3, 6, 9, 400, 8), ("CL", 3, 3, 4, 200, 8)], "none stands out", ["CL", "EH"]),
        ([("EH", 3, 3, 4, 200, 8), ("CL", 3, 6, 8, 201, 8)], "none stands out", ["CL", "EH"]),
        ([("EH", 3, 3, 4, 200, 8), ("CL", 3, 6, 8, 200, 8)], "none stands out", ["EH", "CL"]),
        ([("EH", 0, 5, 5, 100, 8), ("CL", 0, 0, 3, 0, 8)], "none stands out", ["EH", "CL"]),
        ([("EH", 0, 3, 9, 100, 8), ("CL", 0, 3, 3, 150, 8)], "none stands out", ["EH", "CL"]),  # none for long
        ([("EH", 0, 0, 5, 0, 8), ("CL", 0, 0, 0, 0, 8)], "none waiting", ["EH", "CL"]),
        ([("EH", 0, 0, 0, 0, 0)], "none waiting", []),
        # A service that was never audited, nor had an audit graded Inadequate, is none of them.
        ([("EH", 2, 2, 5, 300, 8), ("CIC", 0, 0, 0, 0, 0)], "one service", ["EH"]),
        ([("EH", 2, 2, 5, 300, 0), ("CIC", 0, 0, 0, 0, 1)], "first", ["EH", "CIC"]),
    ],
)
def test_the_service_where_most_have_waited_for_long(services, verdict, order):
    found = verdicts.first_service(_services(*services), Q2)
    assert (found.verdict, [each.level for each in found.services]) == (verdict, order)
    assert set(found.services) <= {Waiting(*each[:5]) for each in services}


def test_re_audits_that_nobody_records(figures_of):
    services = ("EH", 0, 0, 0, 0, 8), ("CL", 3, 3, 3, 400, 8)
    nowhere = verdicts.first_service(_services(*services, reaudits=0), Q2)
    assert (nowhere.verdict, [each.level for each in nowhere.services]) == ("not recorded", ["EH", "CL"])
    found = figures_of("first service", ("2025-01-01", "EH", "I", None, 2), (AUGUST, "CL", "G", None, 1), shown=0)
    assert verdicts.first_service(found, Q2) == (
        "not recorded", (Waiting("EH", 2, 2, 2, 272), Waiting("CL", 0, 0, 0, 0))
    )  # fmt: skip


@pytest.mark.parametrize(("first", "known"), [(Q2 - 4, True), (Q2 - 3, False)])
def test_waits_are_not_compared_within_a_year_of_the_first_audit(first, known):
    rows = [_figure("audits_completed", number, quarter=each) for each, number in ((Q2 - 5, 0), (first, 1), (Q2, 9))]
    assert verdicts.verdicts_of(_table(*rows), Q2).long_known is known


# Can we trust the grades


def _checked(kept, crossed, below_kept, below_crossed, good_alone=0, below_alone=0):
    return [
        (AUGUST, "EH", "G", "G", kept), (AUGUST, "EH", "G", "RI", crossed), (AUGUST, "EH", "G", None, good_alone),
        (AUGUST, "EH", "RI", "RI", below_kept), (AUGUST, "EH", "I", "G", below_crossed),
        (AUGUST, "EH", "I", None, below_alone),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        (_checked(5, 5, 10, 0), "mostly agree"),  # 5 and 0 crossed: p = 1/16; 15 of 20 upheld, 75%
        (_checked(5, 6, 10, 0), "lowered"),  # 6 and 0: p = 1/32
        (_checked(10, 0, 5, 6), "raised"),
        (_checked(4, 6, 9, 1), "often disagree"),  # 6 and 1: p = 1/8; 13 of 20 upheld
        (_checked(5, 8, 10, 1), "lowered"),  # 8 and 1: p = 10/256
        (_checked(5, 5, 5, 5), "often disagree"),
        (_checked(10, 0, 10, 0), "mostly agree"),
        # Nine checked on a side are too few.
        (_checked(3, 6, 10, 0), "counts only"),
        (_checked(4, 6, 9, 0), "counts only"),
        # 10 of 20 below the line were checked, half of the rate of 10 of 10 above it; 10 of 21 is less.
        (_checked(4, 6, 10, 0, 0, 10), "lowered"),
        (_checked(4, 6, 10, 0, 0, 11), "counts only"),
        (_checked(4, 6, 10, 0, 30, 11), "lowered"),  # above it 10 of 40
        ([(AUGUST, "EH", "G", None, 40)], "not checked"),
        ([(AUGUST, "EH", None, "G", 40)], "not checked"),  # the auditor gave none
    ],
)
def test_second_readers_and_the_line_between_good_and_not(figures_of, cells, verdict):
    found = verdicts.trust(figures_of("trust", *cells), Q2)
    assert found.verdict == verdict
    number = {
        (given, final): sum(cell[4] for cell in cells if cell[2:4] == (given, final)) for _, _, given, final, _ in cells
    }
    good = Side(*(number.get(("G", final), 0) for final in ("G", "RI", None)))
    below = Side(number.get(("RI", "RI"), 0), number.get(("I", "G"), 0), number.get(("I", None), 0))
    assert (found.good, found.below) == (good, below)
    assert found.upheld == Counts(good.kept + below.kept, good.checked + below.checked)
    if verdict in ("counts only", "not checked"):
        assert math.isnan(found.p)
    else:
        assert found.p == pytest.approx(mcnemar(good.crossed, below.crossed))


def test_a_grade_that_the_auditor_did_not_give_is_neither_upheld_nor_not(figures_of):
    found = verdicts.trust(figures_of("trust", *_checked(10, 0, 10, 0), (AUGUST, "EH", None, "G", 20)), Q2)
    assert (found.verdict, found.upheld) == ("mostly agree", Counts(20, 20))
    assert verdicts.trust(figures_of("trust", *_checked(10, 0, 10, 0)), Q2, "CL").verdict == "not checked"


def test_a_grade_on_the_same_side_of_the_line_is_kept_there_and_not_upheld(figures_of):
    found = verdicts.trust(figures_of("trust", (AUGUST, "EH", "O", "G", 12), (AUGUST, "EH", "RI", "I", 12)), Q2)
    assert (found.good, found.below, found.upheld) == (Side(12, 0, 0), Side(12, 0, 0), Counts(0, 24))
    assert (found.verdict, found.p) == ("often disagree", 1)


# Actions, families, questions


@pytest.mark.parametrize(
    ("numbers", "verdict"),
    [
        ({}, "none"),
        ({"complete": 2}, "all done"),
        ({"complete": 2, "open": 1}, "in time"),
        ({"open": 1, "no date": 1}, "undated"),
        ({"open": 1, "no date": 1, "overdue": 1}, "late"),
    ],
)
def test_actions_of_the_quarter_and_those_left_are_added_up(numbers, verdict):
    states = {"complete": 0, "open": 0, "no date": 0, "overdue": 0} | numbers
    own = [_figure("actions", number, 9, state) for state, number in states.items()]
    left = [_figure("actions_carried_over", 1, 3, state) for state in states if states[state] and state != "complete"]
    found = verdicts.actions(_table(*own, *left), Q2)
    twice = [states[state] + (states[state] > 0) for state in ("open", "no date", "overdue")]
    assert found == (verdict, states["complete"], *twice)


def test_quotes_and_their_scores_by_tone():
    rows = [
        _figure("feedback", 11, 22, "positive"), _figure("feedback", 11, 22, "learning"),
        _figure("feedback_scored", 8, 11, "positive"), _figure("feedback_scored", 0, 11, "learning"),
        _figure("feedback_score", category="positive: lowest", value=8),
        _figure("feedback_score", category="positive: highest", value=10),
    ]  # fmt: skip
    found = verdicts.families(_table(*rows), Q2)
    assert (found.verdict, found.positive) == ("quotes", Tone(11, 8, 8, 10))
    assert found.learning[:2] == (11, 0)
    assert math.isnan(found.learning.lowest)
    assert verdicts.families(_table(_figure("feedback", 0, 0, "positive")), Q2).verdict == "none"


def _topics(*rows, most=7):
    return {topic: list(rests_on) for topic, rests_on in verdicts.questions(_table(*rows), Q2, most)}


def _good(kept, crossed, not_checked):
    numbers = {"kept": kept, "crossed": crossed, "not checked": not_checked}
    return [
        _figure("moderation_crossing", number, sum(numbers.values()), f"good: {each}")
        for each, number in numbers.items()
    ]


EVERY = [
    _figure("inadequate", 9, 66),
    _figure("awaiting_reaudit_failed_again", 5, 29),
    _figure("awaiting_reaudit", 9, 29, "this quarter"),
    _figure("awaiting_reaudit", 20, 29, "earlier quarters"),
    *_good(8, 7, 17),
    _figure("actions", 1, 6, "overdue"),
    _figure("actions", 3, 6, "no date"),
    _figure("actions", 2, 6, "complete"),
    _figure("learning_returning", 4, 6, "Supervision"),
    _figure("learning_actions", 0, None, "Supervision"),
    _figure("audits_completed", 5, 12, level="EH"),
]


def test_where_no_re_audit_is_recorded_it_is_asked_about_and_nobody_is_said_to_wait():
    rows = [
        *_services(("EH", 2, 9, 9, 300, 8), reaudits=0).to_dict("records"),
        _figure("inadequate_not_reaudited", 9, 9),
    ]
    rows += [_figure("awaiting_reaudit", 7, 9, "earlier quarters")]
    assert _topics(*rows) == {"no re-audit recorded": [RestsOn("", 9, 9)]}


def test_the_questions_stand_in_a_fixed_order_and_are_four_at_most():
    assert _topics(*EVERY) == {
        "inadequate": [RestsOn("", 9, 66)],
        "failed again": [RestsOn("", 5, 29)],
        "waiting since earlier quarters": [RestsOn("", 20, 29)],
        "good grades lowered": [RestsOn("", 7, 15)],
        "late or undated actions": [RestsOn("late", 1, 6), RestsOn("undated", 3, 6)],
        "theme without action": [RestsOn("Supervision", 4, 6)],
        "service without audits": [RestsOn("EH", 5, 12)],
    }
    four = verdicts.questions(_table(*reversed(EVERY)), Q2)
    assert [each.topic for each in four] == list(_topics(*EVERY))[:4]
    assert [each.topic for each in verdicts.questions(_table(*EVERY[4:]), Q2)] == list(_topics(*EVERY))[3:]
    nothing = [{**each, "count": 0} for each in EVERY[:-1]]
    assert verdicts.questions(_table(*nothing), Q2) == verdicts.questions(_table(), Q2) == []


@pytest.mark.parametrize(
    ("kept", "crossed", "not_checked", "asked"),
    [(5, 5, 1, True), (6, 4, 1, False), (4, 5, 1, False), (5, 5, 0, False)],
)
def test_a_second_reader_is_asked_for_from_ten_checked_and_five_lowered_on(kept, crossed, not_checked, asked):
    assert ("good grades lowered" in _topics(*_good(kept, crossed, not_checked))) == asked


@pytest.mark.parametrize(
    ("quarters", "of", "actions", "asked"),
    [(3, 4, 0, True), (3, 6, 0, True), (3, 7, 0, False), (3, 3, 0, False), (2, 4, 0, False), (3, 4, 1, False)],
)
def test_a_theme_is_asked_about_that_keeps_coming_back_without_an_action(quarters, of, actions, asked):
    rows = [_figure("learning_returning", quarters, of, "Visits"), _figure("learning_actions", actions, None, "Visits")]
    assert _topics(*rows) == ({"theme without action": [RestsOn("Visits", quarters, of)]} if asked else {})


@pytest.mark.parametrize(
    ("audits", "planned", "asked"),
    [(0, None, True), (1, None, False), (0, 0, False), (0, 8, True), (3, 8, True), (4, 8, False)],
)
def test_a_service_is_asked_about_without_audits_or_under_half_its_plan(audits, planned, asked):
    rows = [_figure("audits_completed", audits, planned, level="CL"), _figure("audits_completed", 0, 8)]
    assert _topics(*rows) == ({"service without audits": [RestsOn("CL", audits, planned or 0)]} if asked else {})


def test_the_example(example_data):
    """The verdicts of the reference quarter, whose figures are worked out by hand elsewhere."""
    newest = example_data.quarters[-1]
    table = figure_table(example_data, newest)
    grades = verdicts.grades(table, newest)
    assert (grades.verdict, grades.good.now, grades.good.before) == ("no clear change", Counts(25, 66), Counts(17, 58))
    assert grades.not_alike == ()
    waiting = verdicts.first_service(table, newest)
    assert (waiting.verdict, sum(each.long for each in waiting.services)) == ("none stands out", 8)
    trust = verdicts.trust(table, newest)
    assert (trust.verdict, trust.good, trust.upheld) == ("lowered", Side(8, 7, 17), Counts(37, 45))
    assert verdicts.actions(table, newest) == ("late", 1, 12, 3, 3)
    assert verdicts.families(table, newest).positive == Tone(11, 8, 8, 10)
    assert [each.topic for each in verdicts.questions(table, newest)] == [
        "inadequate", "failed again", "waiting since earlier quarters", "good grades lowered",
    ]  # fmt: skip
    assert verdicts.verdicts_of(table, newest).long_known
