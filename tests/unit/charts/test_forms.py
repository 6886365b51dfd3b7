"""What is drawn: bars as long as their figures, lines with gaps, cells as dark as their numbers; the same bytes twice."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from seaborn.utils import relative_luminance

import qa_analysis as qa
from qa_analysis.charts.colours import WORSE_TO_BETTER, text_colour
from qa_analysis.charts.control_chart import control_chart
from qa_analysis.charts.counts_by_month import audits_by_month_chart
from qa_analysis.charts.matrix import counts_chart, inadequate_by_month_chart, moderation_chart, reaudits_chart
from qa_analysis.charts.rows import words_of
from qa_analysis.charts.share_bars import public_shares_chart
from qa_analysis.charts.shares_over_time import share_by_quarter
from qa_analysis.charts.stacked_shares import drift_chart, grading_by_level_chart, grading_by_quarter_chart
from qa_analysis.charts.style import svg

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
BLUES, ORANGES = ["#12436d", "#2073bc"], ["#f46a25", "#7a1f00"]


def bars(chart):
    """Start, length and colour of each bar, from top to bottom."""
    boxes = sorted(chart.axes[0].patches, key=lambda bar: (bar.get_y(), bar.get_x()))
    return [(round(bar.get_x(), 6), round(bar.get_width(), 6), to_hex(bar.get_facecolor())) for bar in boxes]


def cells(chart):
    """The colours of a grid's cells, row by row."""
    return [to_hex(colour) for ax in chart.axes for colour in ax.collections[0].get_facecolors()]


def numbers(chart, text):
    """From the left the places in points where a text stands, in the order of the page."""
    return [round(each.get_position()[0] * 331.2) for each in chart.texts if each.get_text() == text]


def test_a_stacked_bar_is_as_long_as_its_shares_best_grade_first(grades, settings):
    chart = grading_by_quarter_chart(
        grades({(Q1, "All"): [1, 1, 2, 0], (Q2, "All"): [0, 1, 1, 2]}, settings.grade_names), settings
    )
    assert bars(chart) == [
        (0, 25, BLUES[0]), (25, 25, BLUES[1]), (50, 50, ORANGES[0]),
        (0, 25, BLUES[1]), (25, 25, ORANGES[0]), (50, 50, ORANGES[1]),
    ]  # fmt: skip


def test_each_number_stands_under_the_colour_of_its_grade_and_all_of_them_at_the_end(grades, settings):
    chart = grading_by_quarter_chart(grades({(Q2, "All"): [11, 22, 33, 44]}, settings.grade_names), settings)
    marks = [line for line in chart.artists + chart.lines if len(line.get_xdata()) == 1]
    assert [to_hex(mark.get_markerfacecolor()) for mark in marks] == [*BLUES[:2], *ORANGES]
    assert [round(mark.get_xdata()[0] * 331.2) + 6 for mark in marks] == [
        numbers(chart, number)[0] for number in ("11", "22", "33", "44")
    ]
    assert numbers(chart, "All") == numbers(chart, "110") == [331]
    bar = chart.axes[0].get_position()
    assert numbers(chart, "Jul–Sep 25")[0] < bar.x0 * 331.2 < bar.x1 * 331.2 < numbers(chart, "11")[0]


def test_a_row_without_graded_audits_has_a_word_and_no_bar(grades, settings):
    table = grades({(Q1, "All"): [0, 0, 0, 0], (Q2, "All"): [0, 1, 0, 0]}, settings.grade_names)
    chart = grading_by_quarter_chart(table, settings)
    assert bars(chart) == [(0, 100, BLUES[1])]
    assert "no graded audits" in [text.get_text() for text in chart.texts]


def test_a_month_is_as_long_as_its_audits_and_the_longest_as_wide_as_the_chart(by_month, settings):
    chart = audits_by_month_chart(by_month({"EH": [(1, 1), (4, 4)], "CL": [(2, 2), (1, 1)]}), settings)
    assert bars(chart) == [(0, 3, BLUES[0]), (0, 5, BLUES[0])]
    assert chart.axes[0].get_xlim() == (0, 5)
    assert numbers(chart, "CL: Care Leavers")


def test_a_suppressed_share_has_no_bar_and_the_others_have_the_whole_behind_them(settings):
    levels = pd.DataFrame({"level_of_need": ["All", "EH"], "count": [25, None], "denominator": [66, None], "percent": [37.9, None]})  # fmt: skip
    chart = public_shares_chart(
        levels.assign(measure="good_or_better", quarter="2025-26 Q2"), settings, "level_of_need"
    )
    assert sorted(bars(chart)) == [(0, 37.9, BLUES[0]), (0, 100, "#f0f0f0")]
    assert "suppressed" in [text.get_text() for text in chart.texts]


def test_a_share_of_none_and_hidden_ones_alone_draw_no_bar(settings):
    table = pd.DataFrame({"quarter": ["2025-26 Q1", "2025-26 Q2"], "level_of_need": "All", "measure": "inadequate"})
    chart = public_shares_chart(table.assign(count=[None, 0], denominator=[None, 9], percent=[None, 0.0]), settings)
    assert bars(chart) == [(0, 100, "#f0f0f0")]
    assert {"suppressed", "0%", "0 of 9"} <= {text.get_text() for text in chart.texts}


def test_a_line_has_a_gap_where_a_quarter_has_no_share(shares, settings):
    chart = share_by_quarter(shares((1, 4), (0, 0), (2, 4), (3, 4)), settings, "good_or_better")
    lines = [line.get_xydata().tolist() for line in chart.axes[0].lines if line.get_color() == BLUES[0].upper()]
    assert [line for line in lines if len(line) > 1] == [[[2, 50], [3, 75]]]


def test_every_chart_of_shares_has_one_scale(shares, points, settings):
    few = share_by_quarter(shares((1, 90), (2, 90)), settings, "inadequate")
    assert few.axes[0].get_ylim() == control_chart(points((9, 10)), settings).axes[0].get_ylim() == (0, 100)


def test_kept_grades_are_blue_changed_ones_orange_and_noughts_pale(pairs, settings):
    table = pairs({"Good": [0, 4, 4, 0], "Not graded": [0, 1, 0, 0]}, settings.grade_names)
    pale, dark_blue, dark_orange = (to_hex(WORSE_TO_BETTER(place)) for place in (0.5, 1.0, 0.0))
    assert cells(moderation_chart(table, settings)) == [
        pale, dark_blue, dark_orange, pale, pale,
        *[pale] * 5,  # what had no first grade was neither kept nor changed
    ]  # fmt: skip


def test_only_better_grades_are_blue_at_a_reaudit(pairs, settings):
    drawn = cells(reaudits_chart(pairs({"Inadequate": [0, 4, 0, 4]}, settings.grade_names), settings))
    assert [drawn[1], drawn[3]] == [to_hex(WORSE_TO_BETTER(1.0)), to_hex(WORSE_TO_BETTER(0.0))]


def test_ones_and_twos_are_pale_and_only_four_or_more_are_as_dark_as_can_be(settings):
    def darkest(*numbers):
        counts = pd.DataFrame({"theme": "Visits", "quarter": QUARTERS, "count": numbers})
        return min(relative_luminance(colour) for colour in cells(counts_chart(counts, settings)))

    navy = relative_luminance(BLUES[0])
    assert darkest(4, 1) == darkest(9, 1) == pytest.approx(navy, abs=0.01)
    assert darkest(1, 1) > 5 * navy


def test_a_single_inadequate_audit_is_seen_and_none_is_not(by_month, settings):
    drawn = cells(inadequate_by_month_chart(by_month({"EH": [(1, 9), (0, 9)]}), settings))
    assert len(set(drawn)) == 2
    assert drawn[1] == to_hex(WORSE_TO_BETTER(0.5))


def test_numbers_can_be_read_on_every_colour_of_a_grid():
    for place in np.linspace(0, 1, 101):
        colour = WORSE_TO_BETTER(place)
        ratios = {
            "white": 1.05 / (relative_luminance(colour) + 0.05),
            "black": (relative_luminance(colour) + 0.05) / 0.05,
        }
        assert ratios[text_colour(colour)] >= 4.5


def test_words_come_from_the_entry_of_a_measure(shares, settings):
    own = qa.Measure(
        name="visited", title="Visited in time", of=qa.Population("audits", "visit", "visits"),
        where=lambda audits, _: audits["visited"], said=("was in time", "were in time"),
    )  # fmt: skip
    assert share_by_quarter(shares((1, 8)), settings, own).title == "13% were in time"
    assert words_of("inadequate", settings) == (("audit", "audits"), ("was Inadequate", "were Inadequate"))


def test_words_name_the_category_that_a_chart_is_about(shares, settings):
    table = shares((1, 8)).assign(category="Planning")
    chart = share_by_quarter(table, settings, "sub_grade_good_or_better")
    assert chart.title == "13% were Good or better in Planning"
    both = pd.concat([table, table.assign(category="Visits")])
    with pytest.raises(ValueError, match="one category at a time; the table holds Planning and Visits"):
        share_by_quarter(both, settings, "sub_grade_good_or_better")


@pytest.mark.parametrize("measure", ["no_such_measure", "grade"])
def test_a_measure_without_words_for_those_that_count_is_a_mistake(measure, shares, settings):
    with pytest.raises(ValueError, match=measure):
        share_by_quarter(shares((1, 8)), settings, measure)


def test_the_same_table_gives_the_same_bytes(grades, shares, by_month, pairs, settings):
    table = grades({(Q1, "EH"): [1, 4, 3, 0], (Q2, "EH"): [1, 3, 2, 1]}, settings.grade_names)
    auditors = pd.DataFrame({"auditor": ["A", "B"], "raised": [0, 1], "upheld": [2, 0], "lowered": [1, 1]})
    for make in (
        lambda: grading_by_level_chart(table, settings),
        lambda: drift_chart(auditors, settings),
        lambda: share_by_quarter(shares((1, 4), (2, 4)), settings, "good_or_better", {"Target": 50}),
        lambda: audits_by_month_chart(by_month({"EH": [(1, 1)]}), settings),
        lambda: moderation_chart(pairs({"Good": [0, 4, 1, 0]}, settings.grade_names), settings),
    ):
        assert svg(make()) == svg(make())
