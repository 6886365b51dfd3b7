"""Whatever the table, no text is cut off at the chart's edge or printed over another."""

import io
from itertools import combinations

import pandas as pd
import pytest
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.text import Text

from qa_analysis.charts.control_chart import control_chart
from qa_analysis.charts.counts_by_month import audits_by_month_chart
from qa_analysis.charts.matrix import inadequate_by_month_chart, moderation_chart, reaudits_chart
from qa_analysis.charts.shares_over_time import share_by_quarter
from qa_analysis.charts.stacked_shares import grading_by_level_chart, grading_by_quarter_chart, sub_grades_chart
from qa_analysis.charts.style import house_style

pytestmark = pytest.mark.slow

Q2 = pd.Period("2026Q2", freq="Q-MAR")
LONG = "A practice area with a name of far more than forty characters, as some councils have them"


def assert_readable(chart):
    with house_style():
        renderer = RendererSVG(*chart.bbox.size, io.StringIO(), image_dpi=72)
        chart.draw(renderer)
        texts = [text for text in chart.findobj(Text) if text.get_text() and text.get_visible()]
        boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts]
    assert boxes
    edge = chart.bbox
    for text, box in boxes:
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= edge.x1 and box.y1 <= edge.y1
        assert inside, f"{text!r} is cut off"
    for (text, box), (other, there) in combinations(boxes, 2):
        across = min(box.x1, there.x1) - max(box.x0, there.x0)
        down = min(box.y1, there.y1) - max(box.y0, there.y0)
        assert across <= 0 or down <= 0, f"{text!r} is printed over {other!r}"
    assert all(text.get_fontsize() >= 10 and text.get_rotation() == 0 for text in texts)
    assert all(not text.get_parse_math() for text in texts)


def row_of(seed, length):
    """Counts with noughts, ones and large numbers among them."""
    return [(seed * 7 + place * place * 3) % 13 * (1 if place % 3 else 9) for place in range(length)]


@pytest.mark.parametrize("quarters", [1, 2, 5, 12])
def test_grading_by_quarter(quarters, grades, settings, hostile):
    for each in (settings, hostile):
        scale = each.grade_names
        counts = {(Q2 - step, "All"): row_of(step, len(scale)) for step in range(quarters)}
        assert_readable(grading_by_quarter_chart(grades(counts, scale), each))


def test_grading_where_all_but_one_segment_is_thin(grades, hostile):
    counts = {(Q2, "All"): [1, 1, 1, 1, 1, 1, 1, 1, 1, 500], (Q2 - 1, "All"): [500, *[100] * 8, 100]}
    assert_readable(grading_by_quarter_chart(grades(counts, hostile.grade_names), hostile))
    counts = {(Q2, "All"): [500, 1, 1, 1, 1, 1, 1, 1, 1, 1], (Q2 - 1, "All"): [1, 1, 1, 1, 2000, 1, 1, 1, 1, 1]}
    assert_readable(grading_by_quarter_chart(grades(counts, hostile.grade_names), hostile))


def test_grading_with_printed_history_and_an_empty_quarter(grades, settings):
    table = grades(
        {(Q2 - 2, "All"): [1, 4, 4, 1], (Q2 - 1, "All"): [0, 0, 0, 0], (Q2, "All"): [1, 1, 1, 1]}, settings.grade_names
    )
    printed = table["quarter"] == Q2 - 2
    table = table.astype({"count": "Int64", "denominator": "Int64"}).assign(
        note=printed.map({True: "as printed", False: None})
    )
    table.loc[printed, ["count", "denominator"]] = pd.NA
    assert_readable(grading_by_quarter_chart(table, settings))


def test_grading_by_level(grades, hostile):
    counts = {(Q2 - step, f"L{level}"): row_of(level + step, 10) for level in range(8) for step in (1, 0)}
    assert_readable(grading_by_level_chart(grades(counts, hostile.grade_names), hostile))


def test_sub_grades(grades, settings):
    tables = [
        grades({(Q2, "All"): row_of(number, 4)}, settings.grade_names).assign(
            practice_area=f"{number} {LONG[: number * 9]}"
        )
        for number in range(1, 11)
    ]
    table = pd.concat(tables).rename(columns={"category": "grade"})
    assert_readable(sub_grades_chart(table, settings))


@pytest.mark.slow
@pytest.mark.parametrize("months", [1, 6, 12])
def test_grids_by_month(months, by_month, hostile, settings):
    for each in (settings, hostile):
        table = by_month(
            {code: [(n % 3, n * 40 + place) for n in range(months)] for place, code in enumerate(each.level_codes)}
        )
        assert_readable(inadequate_by_month_chart(table, each))
        assert_readable(audits_by_month_chart(table.assign(count=table["denominator"]), each))


def test_months_that_do_not_fit_on_one_line_are_as_many_on_each(by_month, settings):
    chart = inadequate_by_month_chart(by_month({"H&P": [(0, 100)] * 6}), settings)
    headings = [text.get_position() for text in chart.texts if text.get_text() == "2025"]
    assert len(headings) == 6
    assert [round(x, 3) for x, _ in headings[:3]] == [round(x, 3) for x, _ in headings[3:]]
    assert len({y for _, y in headings}) == 2


def test_moderation_of_ten_grades(pairs, hostile):
    scale = hostile.grade_names
    table = pairs({first: row_of(place, 10) for place, first in enumerate(scale)}, scale)
    assert_readable(moderation_chart(table, hostile))
    assert_readable(reaudits_chart(table, hostile))


@pytest.mark.parametrize("quarters", [1, 2, 5, 8, 9, 12])
@pytest.mark.parametrize("pair", [(0, 9), (9, 9), (1, 9), (2000, 4000)])
def test_shares_by_quarter(quarters, pair, shares, settings):
    assert_readable(
        share_by_quarter(
            shares(*[pair, (4, 9)] * (quarters // 2), *[pair] * (quarters % 2)), settings, "good_or_better"
        )
    )


@pytest.mark.parametrize("measure", ["green_shoots", "moderation_changed"])
def test_other_shares_by_quarter(measure, shares, settings):
    assert_readable(share_by_quarter(shares(*[(2000, 4000), (4, 9)] * 4), settings, measure))


def test_targets_with_long_names(shares, settings):
    targets = {LONG: 60.0, "$x$": 55.5, "<b>": 100}
    assert_readable(share_by_quarter(shares((30, 66), (1, 2)), settings, "good_or_better", targets=targets))


@pytest.mark.parametrize("months", [1, 2, 8, 12, 24, 40])
def test_control_chart(months, points, settings):
    table = points(*[(place % 9, 8 if place % 9 < 9 else 0) for place in range(months)])
    assert_readable(control_chart(table, settings))
    table = table.assign(mean=50.0, limit_low=10.0, limit_high=90.0, signal=["outside the limits"] * months)
    assert_readable(control_chart(table, settings))
