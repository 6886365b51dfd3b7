"""Small lines of shares: what is drawn of printed history, of gaps, of one quarter and of none."""

import math

import pandas as pd
import pytest

from qa_analysis.charts.sparkline import sparkline, top_of
from qa_analysis.metrics.comparators import AS_PRINTED
from tests.tables import SETTINGS

QUARTERS = pd.period_range("2025Q4", "2026Q2", freq="Q-MAR")


def shares(*rows):
    """Return a measure of the last quarters: count, denominator and, where printed alone, the percentage."""
    table = pd.DataFrame(rows, columns=["count", "denominator", "percent"]).astype("float64")
    counted = 100 * table["count"] / table["denominator"]
    percents = table["percent"].fillna(counted)
    return table.assign(
        quarter=QUARTERS[-len(rows) :], level_of_need="All", percent=percents, ci_low=counted - 5, ci_high=counted + 5,
        note=[AS_PRINTED if math.isnan(number) and not math.isnan(each) else "" for number, each in zip(table["count"], percents, strict=True)],
    )  # fmt: skip


def drawn(chart):
    """Return the points of a line: place, height and whether it is hollow."""
    points = [line for line in chart.axes[0].lines if line.get_marker() == "o"]
    return [(*map(float, line.get_xydata()[0]), line.get_markerfacecolor() == "white") for line in points]


def test_printed_history_is_hollow_and_a_quarter_of_which_nothing_is_known_is_a_gap():
    chart = sparkline(shares((None, None, 28), (0, 0, None), (8, 40, None)), SETTINGS, "good_or_better", 60)
    (first, *_), (_, gap, _), last = drawn(chart)
    assert (first, last) == (0, (2, 20, False))
    assert drawn(chart)[0] == (0, 28, True)
    assert math.isnan(gap)
    assert chart.axes[0].get_ylim() == (0, 60)
    assert [text.get_text() for text in chart.axes[0].texts] == []
    assert chart.alt == (
        "Audits that were Good or better, by quarter: January to March 2025, 28% (as printed); April to June 2025, none "
        "recorded; July to September 2025, 8 of 40 (20%)."
    )


def test_one_quarter_is_a_point_and_none_is_no_chart():
    alone = sparkline(shares((8, 40, None)), SETTINGS, "good_or_better", 60)
    assert (drawn(alone), list(alone.axes[0].texts)) == ([(0, 20, False)], [])
    assert sparkline(shares((0, 0, None)), SETTINGS, "inadequate", 60) is None


@pytest.mark.parametrize(("highest", "top"), [(19.9, 20), (20, 40), (79.9, 80), (95, 100), (100, 100)])
def test_one_scale_ends_above_the_highest_interval(highest, top):
    tables = [pd.DataFrame({"percent": [10.0], "ci_high": [each]}) for each in (highest, 15.0)]
    assert top_of(tables) == top


def test_a_scale_leaves_out_quarters_of_which_nothing_is_known_and_not_their_neighbours_intervals():
    empty = pd.DataFrame({"percent": [None], "ci_high": [None]}, dtype="Float64")
    gap = pd.DataFrame({"percent": [None, 28.0, 20.0], "ci_high": [None, None, 45.0]}, dtype="Float64")
    assert (top_of([gap]), top_of([gap, empty]), top_of([empty])) == (60, 60, 20)
