import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_analysis.metrics.selection import chosen_otherwise, moved, reasons_moved
from tests.tables import counts

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
MAY, AUGUST = "2025-05-01", "2025-08-01"


def _at_earlier_mix(audits):
    table = counts("good_or_better_at_earlier_mix", QUARTERS, audits=audits).set_index("quarter")
    return table.get("percent", pd.Series(dtype=float)).get(Q2, math.nan)


def _mix(audits):
    """Return how many graded audits each level of need has in a quarter, out of how many."""
    table = counts("mix_of_services", QUARTERS, audits=audits).set_index(["quarter", "level_of_need"])
    return {quarter: table.loc[quarter, ["count", "denominator"]].to_numpy().tolist() for quarter in QUARTERS}


def _cases(*cells):
    """Return audits of tuples: date, level of need, grade, and how many."""
    return [cell[:3] for cell in cells for _ in range(cell[3])]


@pytest.fixture(scope="module")
def audits(make_audits):
    return make_audits(
        *_cases(
            (MAY, "EH", "G", 4),
            (MAY, "EH", "RI", 6),  # 10 of 40, 25%
            (MAY, "H&P", "G", 10),
            (MAY, "H&P", "RI", 10),  # 20 of 40, 50%
            (MAY, "CIC", "RI", 10),  # 10 of 40, 25%
            (AUGUST, "EH", "G", 6),
            (AUGUST, "EH", "RI", 1),  # 7 of 20, 35%: 10 points more
            (AUGUST, "H&P", "G", 3),
            (AUGUST, "H&P", "RI", 6),  # 9 of 20, 45%
            (AUGUST, "CIC", "O", 1),
            (AUGUST, "CIC", "RI", 3),  # 4 of 20, 20%
            (AUGUST, "CIC", None, 5),  # not graded
        )
    )


def test_a_move_of_ten_points_is_one_and_of_less_is_none(audits):
    shares = _mix(audits)
    assert shares == {Q1: [[10, 40], [20, 40], [10, 40], [0, 40]], Q2: [[7, 20], [9, 20], [4, 20], [0, 20]]}
    each = [moved(*now, *before) for now, before in zip(shares[Q2], shares[Q1], strict=True)]
    assert each == [True, False, False, False]
    assert moved(*pd.DataFrame([[7, 20, 10, 40], [9, 20, 20, 40], [1, 0, 1, 2]]).T.to_numpy()).tolist() == [True, False, False]  # fmt: skip


def test_the_share_at_the_earlier_mix_by_hand(audits):
    # 10/40 · 6/7 + 20/40 · 3/9 + 10/40 · 1/4
    assert _at_earlier_mix(audits) == pytest.approx(100 * (0.25 * 6 / 7 + 0.5 / 3 + 0.25 / 4))


def test_two_levels_with_weights_three_to_one(make_audits):
    # By hand: shares 20% and 60%, weights 3 : 1, so 30%.
    audits = make_audits(
        *_cases((MAY, "EH", "RI", 30), (MAY, "CL", "RI", 10)),
        *_cases((AUGUST, "EH", "G", 1), (AUGUST, "EH", "RI", 4), (AUGUST, "CL", "G", 9), (AUGUST, "CL", "RI", 6)),
    )
    assert _at_earlier_mix(audits) == pytest.approx(30)


def test_a_level_no_longer_audited_leaves_no_figure_at_the_earlier_mix(make_audits):
    audits = make_audits((MAY, "EH", "G"), (MAY, "CL", "G"), (AUGUST, "EH", "G"))
    assert math.isnan(_at_earlier_mix(audits))


def test_without_an_earlier_quarter_nothing_moved(make_audits):
    audits = make_audits((AUGUST, "EH", "G"))
    assert _mix(audits) == {Q1: [[0, 0]] * 4, Q2: [[1, 1], [0, 1], [0, 1], [0, 1]]}
    assert not moved(1, 1, 0, 0)
    assert math.isnan(_at_earlier_mix(audits))


def test_no_audits(make_audits):
    assert _mix(make_audits()) == {Q1: [[0, 0]] * 4, Q2: [[0, 0]] * 4}
    assert math.isnan(_at_earlier_mix(make_audits()))


@settings(deadline=None, max_examples=12)
@given(st.lists(st.tuples(st.sampled_from(["EH", "CL"]), st.sampled_from(["G", "RI"])), min_size=1, max_size=20))
def test_at_an_unchanged_mix_the_figure_is_the_share_itself(make_audits, cases):
    audits = make_audits(*((date, *case) for date in (MAY, AUGUST) for case in cases))
    good = counts("good_or_better", QUARTERS, audits=audits).query("level_of_need == 'All'")["percent"]
    assert _at_earlier_mix(audits) == pytest.approx(good.iloc[-1])


def test_reasons_for_selection_are_counted_of_all_audits(make_audits):
    audits = make_audits((MAY, "EH", "G"), *[(AUGUST, "EH", "G")] * 6)
    reasons = ["Targeted", None, "random", "Re-audit", "Random ", "RANDOM", "re audit"]
    result = counts("selection", QUARTERS, audits=audits.assign(selection=pd.Series(reasons, dtype="str")))
    service = result[result["level_of_need"] == "All"]
    assert service[["quarter", "category", "count", "denominator"]].values.tolist() == [
        [Q1, "random", 0, 1],
        [Q1, "Re-audit", 0, 1],
        [Q1, "Targeted", 1, 1],
        [Q1, "Not recorded", 0, 1],
        [Q2, "random", 3, 6],
        [Q2, "Re-audit", 2, 6],
        [Q2, "Targeted", 0, 6],
        [Q2, "Not recorded", 1, 6],
    ]
    assert service["percent"].tolist()[4:] == pytest.approx([50, 100 / 3, 0, 100 / 6])
    assert result["ci_low"].isna().all()


def test_each_level_of_need_has_its_own_reasons(make_audits):
    audits = make_audits((AUGUST, "EH", "G"), (AUGUST, "CL", "G"), (AUGUST, "CL", "G"))
    result = counts(
        "selection", [Q2], audits=audits.assign(selection=pd.Series(["Random", "Targeted", "RANDOM"], dtype="str"))
    )
    assert result[["level_of_need", "category", "count", "denominator"]].values.tolist() == [
        ["All", "Random", 2, 3],
        ["All", "Targeted", 1, 3],
        ["EH", "Random", 1, 1],
        ["CL", "Random", 1, 2],
        ["CL", "Targeted", 1, 2],
    ]


def test_the_mix_and_the_share_at_the_earlier_mix_of_each_quarter(make_audits):
    audits = make_audits(
        *_cases((MAY, "EH", "RI", 30), (MAY, "CL", "RI", 10)),
        *_cases((AUGUST, "EH", "G", 1), (AUGUST, "EH", "RI", 4), (AUGUST, "CL", "G", 9), (AUGUST, "CL", "RI", 6)),
    )
    parts = counts("mix_of_services", QUARTERS, audits=audits).set_index(["quarter", "level_of_need"])["percent"]
    assert [parts[Q1, "EH"], parts[Q1, "CL"], parts[Q2, "EH"], parts[Q2, "CL"]] == [75, 25, 25, 75]
    # 30/40 of 1/5 and 10/40 of 9/15: 0.15 + 0.15
    assert counts("good_or_better_at_earlier_mix", QUARTERS, audits=audits)["percent"].tolist() == pytest.approx(
        [math.nan, 30], nan_ok=True
    )


def test_no_audits_have_no_reasons(make_audits):
    assert counts("selection", QUARTERS, audits=make_audits().assign(selection=pd.Series(dtype="str"))).empty


def test_reasons_that_moved_by_ten_points_and_two_audits(make_audits):
    # Whole service: random 12 of 20, then 10 of 20; re-audit 2, then 3; themed 6, then 7.
    audits = make_audits(*_cases((MAY, "EH", "G", 20), (AUGUST, "EH", "G", 10), (AUGUST, "CL", "G", 10)))
    reasons = ["Random"] * 11 + ["Random sample"] + ["Re-audit"] * 2 + ["Themed"] * 6
    reasons += ["random"] * 10 + ["Re-audit"] * 3 + ["Themed"] * 7
    table = counts("selection", QUARTERS, audits=audits.assign(selection=reasons))
    assert reasons_moved(table, Q2).to_numpy().tolist() == [["Random", 10, 20, 12, 20]]
    # Early Help in August: all 10 random; re-audits went from 10% to none, but that is one audit.
    # Care Leavers had no audits in May, so that nothing of theirs moved.
    assert reasons_moved(table, Q2, "EH").to_numpy().tolist() == [["Random", 10, 10, 12, 20], ["Themed", 0, 10, 6, 20]]
    assert reasons_moved(table, Q2, "CL").empty
    assert reasons_moved(table, Q1).empty


def test_reasons_that_were_not_recorded_before_are_not_said_to_have_moved(make_audits):
    audits = make_audits(*_cases((MAY, "EH", "G", 20), (AUGUST, "EH", "G", 20)))
    table = counts(
        "selection", QUARTERS, audits=audits.assign(selection=[None] * 20 + ["Random"] * 12 + ["Re-audit"] * 8)
    )
    assert reasons_moved(table, Q2).empty


def test_good_or_better_by_reason(make_audits):
    audits = make_audits(
        (MAY, "EH", "G"), (AUGUST, "EH", "G"), (AUGUST, "EH", "RI"), (AUGUST, "CL", "O"), (AUGUST, "CL", None)
    )
    table = counts(
        "good_or_better_by_reason",
        QUARTERS,
        audits=audits.assign(selection=["Themed", "Random", "random", None, "Random"]),
    )
    now = table[table["quarter"] == Q2]
    rows = now[["level_of_need", "category", "count", "denominator"]].values.tolist()
    assert [row for row in rows if row[0] == "All"] == [
        ["All", "Random", 1, 2],
        ["All", "Themed", 0, 0],
        ["All", "Not recorded", 1, 1],
    ]
    assert [row for row in rows if row[0] == "CL"] == [["CL", "Random", 0, 0], ["CL", "Not recorded", 1, 1]]


def test_three_of_eight_and_six_of_ten_at_random_is_another_way_of_choosing(make_audits):
    # At 3 of 8, 3.75 of 10 were to be expected: 2.25 audits fewer. 5 of 10 would be 1.25 more only.
    for random, is_another in ((6, True), (5, False)):
        audits = make_audits(*_cases((MAY, "CL", "G", 8), (AUGUST, "CL", "G", 10)))
        reasons = ["Random"] * 3 + ["Themed"] * 5 + ["Random"] * random + ["Themed"] * (10 - random)
        assert (
            bool(len(reasons_moved(counts("selection", QUARTERS, audits=audits.assign(selection=reasons)), Q2)))
            == is_another
        )


@pytest.mark.parametrize(
    ("before", "now", "otherwise"),
    [
        ((2, 4), (3, 35), True),
        ((12, 20), (10, 20), True),  # 10 points, and 2 audits
        ((12, 20), (11, 20), False),
        ((1, 5), (2, 5), False),  # 20 points are one audit
        ((0, 20), (20, 20), False),  # no reason was recorded before
        ((0, 0), (20, 20), False),  # no audits before
    ],
)
def test_another_share_chosen_at_random_is_another_way_of_choosing(make_audits, before, now, otherwise):
    cells = [(MAY, *before), (AUGUST, *now)]
    audits = make_audits(*[(date, "EH", "G") for date, _, of in cells for _ in range(of)])
    # The others have no reason recorded, so that the part of those moves, too.
    reasons = [reason for _, random, of in cells for reason in ["Random sample"] * random + [None] * (of - random)]
    audits = audits.assign(selection=pd.Series(reasons, dtype="str"))
    table = counts("chosen_at_random", QUARTERS, audits=audits).set_index(["quarter", "level_of_need"])
    for level in ("All", "EH", "CL"):
        numbers = [int(table.loc[(when, level), name]) for when in (Q2, Q1) for name in ("count", "denominator")]
        assert chosen_otherwise(*numbers) == (otherwise and level != "CL")


def test_records_chosen_at_random_are_of_quarters_with_reasons(make_audits):
    audits = make_audits((MAY, "EH", "G"), (AUGUST, "EH", "G"), (AUGUST, "EH", "I"), (AUGUST, "CL", "G"))
    audits = audits.assign(selection=pd.Series([None, "random", "Random sample", "Re-audit"], dtype="str"))
    random = counts("chosen_at_random", QUARTERS, audits=audits).set_index(["quarter", "level_of_need"])
    assert random.loc[Q1, ["count", "denominator"]].to_numpy().sum() == 0
    assert random.loc[Q2].loc[["All", "EH", "CL"], ["count", "denominator"]].values.tolist() == [[2, 3], [2, 2], [0, 1]]
    weak = counts("inadequate_at_random", [Q2], audits=audits).set_index("level_of_need")
    assert weak.loc[["All", "EH", "CL"], ["count", "denominator"]].values.tolist() == [[1, 2], [1, 2], [0, 0]]
