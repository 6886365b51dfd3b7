import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_analysis.metrics.change import changes
from qa_analysis.metrics.control_chart import control_limits, readable, standing_out
from tests.tables import counts

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
MONTHS = [f"{month}-01" for month in pd.period_range("2023-08", "2025-09", freq="M")]  # 26


@pytest.fixture(scope="module")
def chart(make_audits):
    """Return a function of pairs: how many of how many audits are Good or better, one pair a month up to September."""

    def of(*pairs):
        months = MONTHS[-len(pairs) :] if pairs else []
        rows = [
            (month, "EH" if place % 2 else "CL", "G" if place < good else "RI")
            for month, (good, number) in zip(months, pairs, strict=True)
            for place in range(number)
        ]
        return control_limits(counts("control_chart", [Q2], by_month=True, audits=make_audits(*rows)))

    return of


def test_limits_are_exact_binomial_ones(chart):
    result = chart(*[(5, 10)] * 11, (10, 20))
    assert result["month"].astype("str").tolist() == [month[:7] for month in MONTHS[-12:]]
    assert result["mean"].tolist() == [50] * 12
    # Binomial, n = 10, p = 1/2, times 1024: P(X ≤ 0) = 1 = 0.00098, P(X ≤ 1) = 11 = 0.0107: the 0.135% point is 1.
    # n = 20: P(X ≤ 3) = 0.00129, P(X ≤ 4) = 0.00591 (tables): the 0.135% point is 4.
    assert result["limit_low"].tolist() == [10] * 11 + [20]
    assert result["limit_high"].tolist() == [90] * 11 + [80]
    assert result["signal"].tolist() == [""] * 12


def test_under_twelve_months_with_audits_the_line_is_plain(chart):
    result = chart(*[(0, 10)] * 5, (0, 0), *[(10, 10)] * 6)
    assert len(result) == 12
    assert readable(result) == "too few months"
    assert result[["mean", "limit_low", "limit_high"]].isna().all(axis=None)
    assert result["signal"].tolist() == [""] * 12
    assert result["percent"].tolist()[:5] == [0] * 5
    assert math.isnan(result.loc[5, "percent"])


@pytest.mark.parametrize(
    ("graded", "has_limits"), [([9] * 6 + [10] * 6, False), ([9] * 6 + [10] * 7, True), ([1] + [10] * 11, True)]
)
def test_limits_need_ten_audits_in_the_middle_month(chart, graded, has_limits):
    result = chart(*[(0, number) for number in graded[:-1]], (graded[-1], graded[-1]))  # the last month is far outside
    assert (readable(result) == "with limits") == has_limits
    assert result["limit_high"].notna().all() == has_limits
    assert bool(result["signal"].iloc[-1]) == has_limits


def test_the_chart_is_of_the_last_24_months(chart):
    # 26 months, the first two all Good or better; of the 24 after them 5 of 10 each.
    result = chart((10, 10), (10, 10), *[(5, 10)] * 24)
    assert result["month"].astype("str").tolist()[:: len(result) - 1] == ["2023-10", "2025-09"]
    assert result["mean"].tolist() == [50] * 24


def test_months_of_a_quarter_known_from_print_have_no_share():
    """Its noughts say nothing (`store.figures`) and are not in the table; the lines are, and are of those months, too."""
    months = pd.period_range("2025-06", "2025-08", freq="M")
    lines = pd.DataFrame({"month": months.repeat(2), "category": ["share", "mean"] * 3, "signal": ""})
    lines = lines.assign(
        count=[1, 1, 0, 0, 3, 3], denominator=[4, 4, 0, 0, 6, 6], percent=[25.0, 40, math.nan, 40, 50, 40]
    )
    result = control_limits(lines.drop(index=2))
    assert result["month"].tolist() == list(months)
    assert result[["count", "denominator"]].values.tolist() == [[1, 4], [0, 0], [3, 6]]
    assert result["mean"].tolist() == [40, 40, 40]
    assert math.isnan(result["percent"][1])
    assert result["signal"].tolist() == ["", "", ""]


def test_a_point_outside_the_limits_is_a_signal(chart):
    result = chart(*[(5, 10), (4, 10)] * 3, *[(4, 10), (5, 10)] * 3, (10, 10))
    assert result["mean"].tolist()[0] == pytest.approx(100 * 64 / 130)
    assert result["limit_high"].tolist()[0] == 90
    assert result["signal"].tolist() == [""] * 12 + ["outside the limits"]


def test_a_signal_before_this_quarter_is_not_told(chart):
    result = chart(*[(5, 10), (4, 10)] * 5, (10, 10), (5, 10), (4, 10), (5, 10))
    assert result["percent"].tolist()[10] == 100 > result["limit_high"].tolist()[10]
    assert result["signal"].tolist() == [""] * 14


# Binomial, n = 20, p = 1/2 (tables): P(X ≤ 5) = 0.0207, P(X ≤ 6) = 0.0577, P(X ≤ 9) = 0.4119, P(X > 14) = 0.0207.
SIDE = "7 on one side of the mean"
WAY = "7 points one way"
NEAR = "2 of 3 near the same limit"


@pytest.mark.parametrize(
    ("pairs", "signals"),
    [
        # Seven of 20 audits on one side of 50%: 0.4119⁷ = 0.0020, under 1/256 = 0.0039. A month without
        # audits does not end it.
        ([(8, 20)] * 7 + [(12, 20)] * 7, [SIDE] * 3),
        ([(8, 20)] * 7 + [(12, 20)] * 3 + [(0, 0)] + [(12, 20)] * 4, [SIDE] * 3),
        ([(8, 20)] * 7 + [(12, 20)] * 5 + [(0, 0)] + [(12, 20)] * 2, ["", SIDE, SIDE]),
        # Six are too few, and a month on the mean ends a run.
        ([(8, 20)] * 6 + [(12, 20)] * 6, [""] * 3),
        ([(8, 20)] * 7 + [(12, 20)] * 3 + [(10, 20)] + [(12, 20)] * 4, [""] * 3),
        # Of ten audits at 45% P(X ≥ 5) = 0.4956: seven would be 0.0073, eight are 0.0036.
        ([(4, 10)] * 7 + [(5, 10)] * 7, [""] * 3),
        ([(4, 10)] * 8 + [(5, 10)] * 8, [SIDE] * 3),
        # P(X ≤ 4) = 0.5044: eight would be 0.0042, nine are 0.0021.
        ([(5, 10)] * 8 + [(4, 10)] * 8, [""] * 3),
        ([(5, 10)] * 9 + [(4, 10)] * 9, [SIDE] * 3),
        # 8, 9, … 14 of 20, each above the last: 0.748 · 0.588 · 0.412 · 0.252 · 0.132 · 0.058 = 0.0003.
        ([(11, 20), (7, 20)] * 2 + [(10, 20), (7, 20)] + [(each, 20) for each in range(8, 15)], [WAY] * 3),
        ([(9, 20), (13, 20)] * 2 + [(10, 20), (13, 20)] + [(each, 20) for each in range(12, 5, -1)], [WAY] * 3),
        # 9, 10, … 14 would be 0.0005, but are six points.
        ([(8, 20), (9, 20)] * 3 + [(each, 20) for each in range(9, 15)], [""] * 3),
        # 7, 8, … 13: 0.868 · 0.748 · 0.588 · 0.412 · 0.252 · 0.132 = 0.0052 is too likely; two equal months end a run.
        ([(11, 20), (9, 20)] * 3 + [(each, 20) for each in range(7, 14)], [""] * 3),
        ([(11, 20), (7, 20)] * 3 + [(each, 20) for each in (8, 9, 10, 10, 11, 12, 13)] + [(7, 20)], [""] * 3),
        # 15 of 20 or more, and 5 or fewer, are chances of 0.0207; 14 or more of 0.0577.
        ([(8, 20), (10, 20)] * 4 + [(9, 20), (10, 20)] * 2 + [(15, 20), (10, 20), (15, 20)], [NEAR, "", NEAR]),
        ([(12, 20), (10, 20)] * 4 + [(11, 20), (10, 20)] * 2 + [(5, 20), (10, 20), (5, 20)], [NEAR, "", NEAR]),
        ([(8, 20), (10, 20)] * 4 + [(10, 20), (10, 20)] * 2 + [(14, 20), (10, 20), (14, 20)], [""] * 3),
        ([(10, 20)] * 12 + [(15, 20), (5, 20), (10, 20)], [""] * 3),
        # The first of the two is of the quarter before; with three months between they are too far apart.
        ([(8, 20), (10, 20)] * 5 + [(15, 20), (10, 20), (15, 20), (10, 20)], ["", NEAR, ""]),
        ([(8, 20), (10, 20)] * 5 + [(15, 20), (10, 20), (10, 20), (15, 20)], [""] * 3),
        # Three of three are a chance of 0.14: a month so small is never near a limit.
        ([(10, 20)] * 12 + [(3, 3)] * 3, [""] * 3),
    ],
)
def test_the_rules_weigh_a_month_by_its_exact_chance(chart, pairs, signals):
    result = chart(*pairs)
    assert result["signal"].tolist() == [""] * (len(pairs) - 3) + signals


@pytest.mark.parametrize("pair", [(10, 10), (0, 10), (12, 12)])
def test_all_months_the_same_make_no_signal(chart, pair):
    result = chart(*[pair] * 12)
    assert set(result["signal"]) == {""}
    assert (result["percent"] == result["mean"]).all()
    assert (result["limit_low"] <= result["mean"]).all()
    assert (result["mean"] <= result["limit_high"]).all()


def _stands_out(good, graded):
    return np.logical_or.reduce(list(standing_out(good, graded).values()))


@pytest.mark.parametrize("share", [0.2, 0.35, 0.5, 0.7])
def test_chance_alone_makes_a_signal_in_one_chart_of_ten_at_most(share):
    random = np.random.default_rng(2025)
    graded = random.integers(15, 25, (2000, 24))
    with_signal = _stands_out(random.binomial(graded, share), graded).any(-1).mean()
    assert 0.01 < with_signal <= 0.10 + 0.013  # two standard errors of a tenth of 2,000


@pytest.mark.parametrize(("before", "after"), [(0.3, 0.55), (0.5, 0.25), (0.4, 0.65), (0.75, 0.5)])
def test_a_lasting_shift_of_25_points_is_seen_within_a_year(before, after):
    # After a year as before, in one of the four quarters' charts, each of which tells its own three months.
    random = np.random.default_rng(2025)
    graded = random.integers(15, 25, (2000, 24))
    good = random.binomial(graded, np.repeat([before, after], 12))
    charts = [_stands_out(good[:, :end], graded[:, :end])[:, -3:].any(-1) for end in (15, 18, 21, 24)]
    assert np.logical_or.reduce(charts).mean() >= 0.8


def test_no_audits_and_later_audits(make_audits, chart):
    assert len(chart()) == 1
    audits = make_audits(("2025-12-01", "EH", "G"))
    later = control_limits(counts("control_chart", [Q2], by_month=True, audits=audits))
    assert later["denominator"].tolist() == [0]
    assert later["percent"].isna().all()


@settings(deadline=None, max_examples=12)
@given(
    st.lists(st.integers(0, 16).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=18)
)
def test_limits_hold_the_mean_and_every_audit_is_counted(chart, pairs):
    result = chart(*pairs)
    assert result["count"].sum() == sum(good for good, _ in pairs)
    assert result["denominator"].sum() == sum(number for _, number in pairs)
    drawn = result.dropna(subset="limit_low")
    assert (drawn["limit_low"] <= drawn["mean"] + 1e-9).all()
    assert (drawn["mean"] <= drawn["limit_high"] + 1e-9).all()
    assert drawn["limit_low"].between(0, 100).all()
    assert drawn["limit_high"].between(0, 100).all()
    assert not result["signal"].isna().any()


def test_changes_have_newcombes_interval(make_audits):
    audits = make_audits(
        *[("2025-05-01", "EH", "G")] * 7, *[("2025-05-01", "EH", "RI")] * 18,
        *[("2025-08-01", "EH", "G")] * 8, *[("2025-08-01", "EH", "RI")] * 37,
    )  # fmt: skip
    result = changes(counts("good_or_better", QUARTERS, audits=audits)).set_index(["quarter", "level_of_need"])
    now = result.loc[(Q2, "All")]
    assert (now["count"], now["denominator"], now["earlier_count"], now["earlier_denominator"]) == (8, 45, 7, 25)
    assert now["value"] == pytest.approx(100 * (8 / 45 - 7 / 25))
    assert (round(now["ci_low"], 1), round(now["ci_high"], 1)) == (-31.6, 9.1)
    assert result.loc[Q1, ["value", "ci_low", "ci_high"]].isna().all(axis=None)
    assert result.loc[(Q2, "CL"), ["value", "ci_low", "ci_high"]].isna().all()
    assert len(result) == 10


def test_newcombes_published_example():
    # Newcombe (1998), Statistics in Medicine 17, 873–890, Table II, example (a): 56/70 − 48/80, method 10: 0.0524, 0.3339.
    shares = pd.DataFrame({"quarter": QUARTERS, "level_of_need": "All", "count": [48, 56], "denominator": [80, 70]})
    shares["percent"] = 100 * shares["count"] / shares["denominator"]
    row = changes(shares).iloc[1]
    assert row["value"] == pytest.approx(20)
    assert (round(row["ci_low"], 2), round(row["ci_high"], 2)) == (5.24, 33.39)


def test_a_change_from_a_printed_percentage_has_no_interval():
    shares = pd.DataFrame(
        {
            "quarter": QUARTERS,
            "level_of_need": "All",
            "count": pd.array([None, 8], dtype="Int64"),
            "denominator": pd.array([None, 45], dtype="Int64"),
            "percent": [28.0, 100 * 8 / 45],
        }
    )
    row = changes(shares).iloc[1]
    assert row["value"] == pytest.approx(100 * 8 / 45 - 28)
    assert math.isnan(row["ci_low"])


def test_the_lines_of_the_control_chart_and_its_signals_as_figures(make_audits):
    rows = [
        (month, "EH", "G" if place < good else "RI")
        for month, good in zip(MONTHS[-13:], [5, 4] * 3 + [4, 5] * 3 + [10], strict=True)
        for place in range(10)
    ]
    audits = make_audits(*rows)
    lines = counts("control_chart", QUARTERS, by_month=True, audits=audits)
    assert lines["month"].nunique() == 13  # all months that the limits rest on
    last = lines[lines["month"] == pd.Period("2025-09")].set_index("category")
    assert last["percent"].tolist() == pytest.approx([100, 100 * 64 / 130, 10, 90])
    assert (last["count"]["share"], last["denominator"]["share"]) == (10, 10)
    signals = counts("control_chart_signal", QUARTERS, audits=audits)
    assert signals[signals["quarter"] == Q2][["category", "count", "denominator"]].values.tolist() == [
        ["outside the limits", 1, 3],
        ["7 on one side of the mean", 0, 3],
        ["7 points one way", 0, 3],
        ["2 of 3 near the same limit", 0, 3],
    ]
    before = signals[signals["quarter"] == Q1]  # 10 months: the rules do not speak
    assert before["count"].isna().all()
    assert set(before["denominator"]) == {3}


def test_what_stands_out_is_counted_in_its_own_quarter_alone(make_audits):
    # June is far outside; in July nothing was audited, and in August one record.
    good_of = dict(zip(MONTHS[-15:], [(8, 20), (13, 20)] * 7 + [(8, 20)], strict=True))
    good_of |= {"2025-06-01": (20, 20), "2025-07-01": (0, 0), "2025-08-01": (1, 1)}
    rows = [
        (month, "EH", "G" if place < good else "RI")
        for month, (good, number) in good_of.items()
        for place in range(number)
    ]
    audits = make_audits(*rows)
    signals = counts("control_chart_signal", QUARTERS, audits=audits).query("category == 'outside the limits'")
    assert signals[["count", "denominator"]].values.tolist() == [[1, 3], [0, 2]]
    lines = counts("control_chart", QUARTERS, by_month=True, audits=audits)
    assert set(lines["signal"].dropna()) == {""}
    alone = counts("control_chart", [Q1], by_month=True, audits=audits).query("category == 'share' and signal != ''")
    assert alone[["month", "signal"]].values.tolist() == [[pd.Period("2025-06", "M"), "outside the limits"]]
