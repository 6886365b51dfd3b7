"""Titles, subtitles and alt texts, word for word."""

from functools import partial

import pandas as pd
import pytest

from qa_analysis.charts.control_chart import control_chart
from qa_analysis.charts.counts_by_month import audits_by_month_chart
from qa_analysis.charts.matrix import counts_chart, inadequate_by_month_chart, moderation_chart, reaudits_chart
from qa_analysis.charts.share_bars import public_shares_chart
from qa_analysis.charts.shares_over_time import share_by_quarter
from qa_analysis.charts.stacked_shares import (
    drift_chart,
    grading_by_level_chart,
    grading_by_quarter_chart,
    moderation_by_quarter_chart,
    sub_grades_chart,
)
from qa_analysis.charts.style import svg
from qa_analysis.charts.waiting import waiting_chart

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
REFERENCE = {
    "Outstanding": [2, 0, 0, 0],
    "Good": [0, 6, 6, 1],
    "Requires improvement": [0, 0, 22, 1],
    "Inadequate": [0, 0, 0, 7],
}


def words(chart):
    return chart.title, chart.subtitle, chart.alt


def test_grading_by_quarter(grades, settings):
    table = grades({(Q2 - 1, "All"): [0, 22, 26, 12], (Q2, "All"): [2, 28, 29, 7]}, settings.grade_names)
    assert words(grading_by_quarter_chart(table, settings)) == (
        "30 of 66 were Good or better; 7 were Inadequate",
        "Final grades of deep-dive audits by quarter, whole service",
        "Stacked bar chart of final grades by quarter, whole service. Apr–Jun 25: there were 60 graded audits: "
        "0 Outstanding, 22 Good, 26 Requires improvement and 12 Inadequate. Jul–Sep 25: there were 66 graded audits: "
        "2 Outstanding, 28 Good, 29 Requires improvement and 7 Inadequate.",
    )


def test_one_graded_audit_of_one_level(grades, settings):
    table = grades({(Q2, "EH"): [0, 1, 0, 0]}, settings.grade_names)
    assert words(grading_by_quarter_chart(table, settings)) == (
        "1 of 1 was Good or better",
        "Final grades of deep-dive audits by quarter, Early Help",
        "Stacked bar chart of final grades by quarter, Early Help. Jul–Sep 25: there was 1 graded audit: "
        "0 Outstanding, 1 Good, 0 Requires improvement and 0 Inadequate.",
    )


def test_no_graded_audit_after_a_printed_quarter(grades, settings):
    table = grades({(Q2 - 1, "All"): [10, 30, 40, 20], (Q2, "All"): [0, 0, 0, 0]}, settings.grade_names)
    printed = table["quarter"] == Q2 - 1
    table = table.astype({"count": "Int64", "denominator": "Int64"}).assign(
        note=printed.map({True: "as printed", False: None})
    )
    table.loc[printed, ["count", "denominator"]] = pd.NA
    assert words(grading_by_quarter_chart(table, settings)) == (
        "No audits were graded",
        "Final grades of deep-dive audits by quarter, whole service",
        "Stacked bar chart of final grades by quarter, whole service. Apr–Jun 25: the grades were 10% Outstanding, "
        "30% Good, 40% Requires improvement and 20% Inadequate (as printed). Jul–Sep 25: there were no graded audits.",
    )


def test_counts_printed_without_a_total_are_not_called_nothing(grades, settings):
    table = grades({(Q2 - 1, "All"): [1, 4, 5, 0], (Q2, "All"): [0, 1, 0, 0]}, settings.grade_names)
    printed = table["quarter"] == Q2 - 1
    table = table.astype({"denominator": "Int64"}).assign(note=printed.map({True: "as printed", False: ""}))
    table.loc[printed, "denominator"] = pd.NA
    table.loc[printed, "percent"] = float("nan")
    chart = grading_by_quarter_chart(table, settings)
    printed = "the grades were 1 Outstanding, 4 Good, 5 Requires improvement and 0 Inadequate (as printed)"
    assert f"Apr–Jun 25: {printed}. Jul–Sep 25: there was 1 graded audit:" in chart.alt
    drawn = [text.get_text() for text in chart.texts]
    assert drawn[drawn.index("no share was printed") - 5 :][:5] == ["1", "4", "5", "0", ""]


def test_grades_that_are_numbers(grades, hostile):
    table = grades({(Q2, "All"): [1, 0, 2, 3, 0, 0, 0, 1, 1, 0]}, hostile.grade_names)
    chart = grading_by_quarter_chart(table, hostile)
    assert chart.title == "6 of 8 were graded 7 or better; 2 were graded 3 or worse"
    assert "1 graded 10, 0 graded 9, 2 graded 8, 3 graded 7, " in chart.alt


def test_grading_by_level(grades, settings):
    table = grades(
        {
            (Q2 - 2, "EH"): [9, 9, 9, 9], (Q2 - 1, "EH"): [0, 3, 4, 1], (Q2, "EH"): [1, 4, 3, 0],
            (Q2 - 2, "CL"): [9, 9, 9, 9], (Q2 - 1, "CL"): [0, 0, 0, 0], (Q2, "CL"): [0, 4, 5, 1],
        },
        settings.grade_names,
    )  # fmt: skip
    assert words(grading_by_level_chart(table, settings)) == (
        "Good or better: 4 of 10 to 5 of 8",
        "Final grades by service, 2025-26 Q2. Few audits: not a ranking.",
        "Stacked bar chart of final grades by service, 2025-26 Q2. Early Help: there were 8 graded audits: 1 Outstanding, 4 "
        "Good, 3 Requires improvement and 0 Inadequate. Care Leavers: there were 10 graded audits: 0 Outstanding, 4 "
        "Good, 5 Requires improvement and 1 Inadequate.",
    )


def test_of_levels_that_share_the_smallest_share_the_first_is_told(grades, settings):
    table = grades(
        {(Q2, "EH"): [1, 4, 3, 0], (Q2, "H&P"): [0, 12, 14, 4], (Q2, "CL"): [0, 4, 5, 1]}, settings.grade_names
    )
    assert grading_by_level_chart(table, settings).title == "Good or better: 12 of 30 to 5 of 8"


def test_one_level_and_equal_levels(grades, settings):
    one = grades({(Q2, "EH"): [0, 1, 7, 0], (Q2, "CL"): [0, 0, 0, 0]}, settings.grade_names)
    assert grading_by_level_chart(one, settings).title == "Good or better: 1 of 8"
    equal = grades({(Q2, "EH"): [0, 3, 3, 0], (Q2, "CL"): [0, 4, 4, 0]}, settings.grade_names)
    assert grading_by_level_chart(equal, settings).title == "Good or better: 50% in each service"
    few = grades({(Q2, "EH"): [0, 4, 0, 0], (Q2, "CL"): [0, 2, 8, 0]}, settings.grade_names)
    assert grading_by_level_chart(few, settings).title == "Good or better by service"


def test_sub_grades_weakest_first(grades, settings):
    areas = {"Voice of the child": [5, 5, 0, 0], "Supervision": [0, 1, 6, 1], "Never graded": [0, 0, 0, 0]}
    table = pd.concat(
        grades({(Q2, "All"): row}, settings.grade_names).assign(practice_area=area) for area, row in areas.items()
    ).rename(columns={"category": "grade"})
    assert words(sub_grades_chart(table, settings)) == (
        "Good or better: 1 of 8 to 10 of 10",
        "Grades by practice area, weakest first, whole service, 2025-26 Q2",
        "Stacked bar chart of grades by practice area, whole service, 2025-26 Q2, smallest share Good or better first. "
        "Supervision: there were 8 graded audits: 0 Outstanding, 1 Good, 6 Requires improvement and 1 Inadequate. Voice "
        "of the child: there were 10 graded audits: 5 Outstanding, 5 Good, 0 Requires improvement and 0 Inadequate.",
    )


def test_audits_by_month(by_month, settings):
    table = by_month({"EH": [(1, 0), (0, 0)], "CL": [(2, 0), (1, 0)]})
    assert words(audits_by_month_chart(table, settings)) == (
        "4 audits were completed",
        "Deep-dive audits completed by month and level of need, April 2025 to May 2025",
        "Bar chart of deep-dive audits completed by month and level of need, April 2025 to May 2025. 4 audits were "
        "completed. April 2025, 3 audits: 1 Early Help and 2 Care Leavers. May 2025, 1 audit: 0 Early Help and 1 "
        "Care Leavers.",
    )


def test_one_audit_in_one_month(by_month, settings):
    chart = audits_by_month_chart(by_month({"EH": [(1, 0)]}), settings)
    assert chart.title == "1 audit was completed"


def test_inadequate_by_month(by_month, settings):
    table = by_month({"H&P": [(2, 10), (0, 11)], "CL": [(0, 0), (0, 3)]})
    assert words(inadequate_by_month_chart(table, settings)) == (
        "2 of 24 audits were Inadequate",
        "Deep-dive audits graded Inadequate, of those graded, by month and level of need, April 2025 to May 2025",
        "Grid of audits graded Inadequate by month and level of need, April 2025 to May 2025. "
        "Help and Protection: 2 of 10 in April and 0 of 11 in May. Care Leavers: no graded audits in April and "
        "0 of 3 in May. Whole service: 2 of 10 in April and 0 of 14 in May.",
    )


def test_no_inadequate_audit_at_all(by_month, settings):
    chart = inadequate_by_month_chart(by_month({"EH": [(0, 3), (0, 2)]}), settings)
    assert chart.title == "0 of 5 audits were Inadequate"


def test_moderation_of_the_reference_quarter(pairs, settings):
    assert words(moderation_chart(pairs(REFERENCE, settings.grade_names), settings)) == (
        "7 of 13 graded Good were lowered",
        "Moderated audits, whole service, 2025-26 Q2",
        "Grid of 45 moderated audits by the auditor’s grade and the grade after moderation, whole "
        "service, 2025-26 Q2. Of 2 first graded Outstanding, 2 Outstanding afterwards. Of 13 first graded Good, 6 "
        "Good, 6 Requires improvement and 1 Inadequate afterwards. Of 23 first graded Requires improvement, 22 "
        "Requires improvement and 1 Inadequate afterwards. Of 7 first graded Inadequate, 7 Inadequate afterwards.",
    )


def test_one_moderated_audit_raised_and_one_first_graded_by_the_moderator(pairs, settings):
    table = pairs({"Inadequate": [0, 1, 0, 0], "Not graded": [0, 1, 0, 0]}, settings.grade_names)
    chart = moderation_chart(table, settings)
    assert chart.title == "1 of 1 graded Inadequate was raised"
    assert "Of 1 first graded Inadequate, 1 Good afterwards. Of 1 first not graded, 1 Good afterwards." in chart.alt


def test_grades_changed_both_ways(pairs, settings):
    table = pairs({"Good": [1, 5, 7, 0], "Inadequate": [0, 0, 0, 2]}, settings.grade_names)
    assert moderation_chart(table, settings).title == "8 of 13 graded Good were changed"


def test_of_grades_changed_as_often_the_best_is_told_and_where_none_was_that(pairs, settings):
    table = pairs({"Outstanding": [2, 1, 0, 0], "Good": [0, 1, 1, 0], "Inadequate": [0, 0, 0, 3]}, settings.grade_names)
    assert moderation_chart(table, settings).title == "1 of 3 graded Outstanding was lowered"
    kept = pairs({"Good": [0, 4, 0, 0], "Not graded": [0, 1, 0, 0]}, settings.grade_names)
    assert moderation_chart(kept, settings).title == "No grade was changed"


def test_reaudits(pairs, settings):
    table = pairs({"Requires improvement": [0, 3, 1, 0], "Inadequate": [0, 1, 1, 0]}, settings.grade_names)
    assert words(reaudits_chart(table, settings)) == (
        "5 of 6 re-audited records improved",
        "Re-audited records by the grade of the earlier audit and of the re-audit, whole service, 2025-26 Q2",
        "Grid of 6 re-audited records by the grade of the earlier audit and of the re-audit, whole "
        "service, 2025-26 Q2. Of 4 first graded Requires improvement, 3 Good and 1 Requires improvement afterwards. "
        "Of 2 first graded Inadequate, 1 Good and 1 Requires improvement afterwards.",
    )


def test_reaudits_of_several_quarters_together(pairs, settings):
    table = pairs({"Inadequate": [0, 1, 0, 0]}, settings.grade_names).drop(columns=["quarter", "level_of_need"])
    chart = reaudits_chart(table, settings)
    assert chart.title == "1 of 1 re-audited record improved"
    assert chart.subtitle == "Re-audited records by the grade of the earlier audit and of the re-audit, whole service"


def test_moderation_changed(shares, settings):
    assert words(share_by_quarter(shares((7, 25), (8, 45)), settings, "moderation_changed")) == (
        "18% had their grade changed; 28% the quarter before",
        "Share of moderated audits, whole service",
        "Line chart of the share of moderated audits that had their grade changed, by quarter, whole service. "
        "Apr–Jun 25, 7 of 25 (28%); Jul–Sep 25, 8 of 45 (18%).",
    )


def test_printed_share_and_targets(shares, settings):
    table = shares((0, 0), (1, 8))
    table.loc[0, "percent"], table.loc[0, "note"] = 28.0, "as printed"
    chart = share_by_quarter(table, settings, "good_or_better", targets={"The target": 60})
    assert chart.title == "1 of 8 was Good or better; 28% before"
    assert chart.alt == (
        "Line chart of the share of audits that were Good or better, by quarter, whole service. "
        "Apr–Jun 25, 28% (as printed); Jul–Sep 25, 1 of 8 (13%). A line marks The target at 60%."
    )


def test_inadequate_share_and_a_quarter_without_audits(shares, settings):
    empty = share_by_quarter(shares((3, 9), (0, 0)), settings, "good_or_better")
    assert words(empty)[:2] == (
        "No audits this quarter", "Share of audits that were Good or better, by quarter, whole service"
    )  # fmt: skip
    assert empty.alt.endswith("Apr–Jun 25, 3 of 9 (33%); Jul–Sep 25, none recorded.")


@pytest.mark.parametrize(
    ("before", "now", "title"),
    [
        ((3, 10), (0, 66), "0% were Inadequate; 30% the quarter before"),
        ((3, 9), (0, 66), "0 of 66 were Inadequate; 3 of 9 before"),
        ((3, 10), (1, 9), "1 of 9 was Inadequate; 3 of 10 before"),
        ((0, 0), (1, 9), "1 of 9 was Inadequate"),
    ],
)
def test_two_quarters_are_compared_in_per_cent_from_ten_in_both(shares, settings, before, now, title):
    assert share_by_quarter(shares(before, now), settings, "inadequate").title == title


def test_green_shoots(shares, settings):
    chart = share_by_quarter(shares((8, 26), (12, 29)), settings, "green_shoots")
    assert chart.title == "41% had green shoots; 31% the quarter before"


def test_who_waits_for_a_re_audit(settings):
    quarters = [Q2 - 1] * 3 + [Q2] * 3
    waiting = pd.DataFrame({"quarter": quarters, "level_of_need": ["All", "EH", "CL"] * 2, "count": [1, 0, 1, 2, 0, 2]})
    waiting = waiting.assign(denominator=[4, 1, 3, 5, 0, 5])
    chart = waiting_chart(waiting, settings)
    assert words(chart) == (
        "5 records wait for a re-audit, 2 over six months",
        "Graded Inadequate and not yet re-audited, whole service",
        "Stacked bar chart of audits graded Inadequate and not yet re-audited, whole service. End of Jun 2025: 4, 1 over "
        "six months; 1 Early Help and 3 Care Leavers. End of Sep 2025: 5, 2 over six months; 0 Early Help and 5 Care "
        "Leavers.",
    )
    drawn = [text.get_text() for text in chart.texts]
    assert drawn[drawn.index("Sep 2025") :][:4] == ["Sep 2025", "0", "5", "5"]
    # Over six months, then under: of 4, 1 and 3; of 5, 2 and 3.
    assert [round(bar.get_width()) for bar in chart.axes[0].patches] == [1, 3, 2, 3]
    one = waiting[waiting["level_of_need"] == "EH"]
    assert (
        waiting_chart(one.head(1).assign(count=0), settings).title
        == "1 record waits for a re-audit, none over six months"
    )
    assert waiting_chart(one, settings).title == "No record waits for a re-audit"
    assert waiting_chart(one.tail(1), settings) is None


def test_control_chart(points, settings):
    table = points((4, 10), (5, 10), (9, 10)).assign(mean=60.0, limit_low=10.0, limit_high=95.0)
    calm = control_chart(table, settings)
    assert words(calm) == (
        "No month of this quarter shows more than chance variation",
        "Share of deep-dive audits Good or better by month, whole service, July 2025 to September 2025",
        "Line chart of the share of deep-dive audits Good or better by month, whole service, July 2025 to September "
        "2025. In September 2025 9 of 10 (90%) were Good or better. The mean is 60%. No month of this quarter signals a change.",
    )
    table["signal"] = [None, "", "outside the limits"]
    signalled = control_chart(table, settings)
    assert signalled.title == "1 month signals a change"
    assert signalled.alt.endswith("A change is signalled by September 2025 (outside the limits).")


def test_control_chart_without_limits(points, settings):
    chart = control_chart(points((1, 10), (0, 0), (9, 10)), settings)
    assert chart.title == "Too few months to tell change from chance"
    assert chart.alt.endswith(
        "In September 2025 9 of 10 (90%) were Good or better. Over 2 months the lowest share was 1 of 10 (10%) in "
        "July 2025, the highest 9 of 10 (90%) in September 2025. There are too few months to tell change from chance, so no limits."
    )


@pytest.mark.parametrize(
    ("months", "says"),
    [
        ([(1, 1)], "In September 2025 1 of 1 (100%) was Good or better. There are too few months"),
        ([(2, 4), (1, 2)], "In September 2025 1 of 2 (50%) was Good or better. It was the same in all 2 months. There are too few"),
    ],
)  # fmt: skip
def test_a_share_that_is_the_same_in_all_months_has_no_lowest_and_highest(points, settings, months, says):
    alt = control_chart(points(*months), settings).alt
    assert says in alt
    assert "lowest" not in alt


def test_nothing_to_show_is_no_chart(grades, shares, by_month, pairs, points, settings):
    nothing = grades({(Q2, "All"): [0, 0, 0, 0], (Q2, "EH"): [0, 0, 0, 0]}, settings.grade_names)
    areas = nothing.assign(practice_area="Supervision", grade=nothing["category"])
    months = by_month({"EH": [(0, 0)]})
    outcomes = pairs({"Good": [0, 0, 0, 0]}, settings.grade_names)
    for make, table in (
        (grading_by_quarter_chart, nothing),
        (grading_by_level_chart, nothing),
        (sub_grades_chart, areas),
        (audits_by_month_chart, months),
        (inadequate_by_month_chart, months),
        (moderation_chart, outcomes),
        (reaudits_chart, outcomes),
        (partial(share_by_quarter, measure="good_or_better"), shares((0, 0))),
        (control_chart, points((0, 0))),
    ):
        assert make(table, settings) is None
        assert make(table.iloc[:0], settings) is None


def test_several_levels_without_the_whole_service_is_a_mistake(grades, settings):
    table = grades({(Q2, "EH"): [0, 1, 0, 0], (Q2, "CL"): [0, 1, 0, 0]}, settings.grade_names)
    with pytest.raises(ValueError, match="one level of need at a time; the table holds EH, CL"):
        grading_by_quarter_chart(table, settings)


def test_public_shares_of_nothing_are_none_and_not_0_of_0(settings):
    shares = pd.DataFrame(
        {"quarter": ["2025-26 Q1", "2025-26 Q2"], "level_of_need": "All", "measure": "good_or_better"}
    )
    chart = public_shares_chart(shares.assign(count=[17, 0], denominator=[58, 0], percent=[29.3, None]), settings)
    assert words(chart) == (
        "There were no audits in 2025-26 Q2",
        "Share of audits that were Good or better, whole service, 2025-26 Q1 to 2025-26 Q2",
        "Bar chart of audits that were Good or better, whole service. 2025-26 Q1: 17 of 58 (29%); 2025-26 Q2: none.",
    )
    drawn = [text.get_text() for text in chart.texts]
    assert "none" in drawn
    assert "0 of 0" not in drawn


def test_a_quarter_without_a_failing_grade_has_none(grades, settings):
    table = grades({(Q2, "All"): [1, 4, 3, 0]}, settings.grade_names)
    chart = grading_by_quarter_chart(table, settings)
    assert chart.title == "5 of 8 were Good or better; none was Inadequate"


def outcomes(*rows):
    return pd.DataFrame(rows, columns=["quarter", "level_of_need", "first_grade", "final_grade", "count"])


def test_moderation_over_time_says_what_was_kept_by_first_grade(settings):
    chart = moderation_by_quarter_chart(
        outcomes((Q1, "EH", "Good", "Good", 3), (Q2, "EH", "Good", "Inadequate", 1), (Q1, "EH", "Inadequate", "Inadequate", 2)),
        settings,
    )  # fmt: skip
    assert chart.title == "5 of 6 moderated audits (83%) kept the auditor’s grade"
    assert "Early Help, 2025-26 Q1 to 2025-26 Q2" in chart.subtitle
    assert "Good: 3 of 4 kept. Inadequate: 2 of 2 kept." in chart.alt
    assert "none moderated" in svg(chart)


def test_drift_by_quarter_and_by_auditor(settings):
    by_quarter = pd.DataFrame({"quarter": QUARTERS, "level_of_need": "All", "raised": [0, 1], "upheld": [2, 3], "lowered": [1, 0]})  # fmt: skip
    chart = drift_chart(by_quarter, settings)
    assert chart.title == "Of 7 moderated audits, 1 was raised and 1 was lowered"
    assert "Jul–Sep 25: 1 raised, 3 upheld, 0 lowered." in chart.alt
    chart = drift_chart(pd.DataFrame({"auditor": ["B"], "raised": [0], "upheld": [2], "lowered": [0]}), settings)
    assert chart.title == "Of 2 moderated audits, none were raised and none were lowered"
    assert "under a letter" in chart.subtitle


def test_themes_are_a_grid_with_the_most_frequent_in_the_title(settings):
    counts = pd.DataFrame({"theme": ["Visits"] * 2 + ["<b>$x^2$</b>"] * 2, "quarter": QUARTERS * 2, "count": [2, 1, 0, 1]})  # fmt: skip
    chart = counts_chart(counts, settings)
    assert chart.title == "Most often: Visits, 3 findings in 2 of 2 quarters"
    assert chart.alt.endswith("for 2025-26 Q1 and 2025-26 Q2. Visits: 2 and 1. <b>$x^2$</b>: 0 and 1.")
    assert "<b>" not in svg(chart)
    tied = counts_chart(counts.assign(count=[1, 0, 0, 1]), settings, what="quotes")
    assert tied.title == "Most often: Visits and <b>$x^2$</b>, 1 quote each"


def test_only_the_most_frequent_themes_are_drawn_and_it_says_so(settings):
    counts = pd.DataFrame({"theme": [f"Theme {n}" for n in range(20)], "quarter": Q2, "count": 1})
    chart = counts_chart(counts, settings)
    assert "the 12 most frequent of 20" in chart.subtitle
    assert chart.title == "20 come first, with 1 finding each"
    assert "Theme 12" not in svg(chart)


def test_nothing_to_explore_is_no_chart(settings):
    assert moderation_by_quarter_chart(outcomes((Q1, "All", "Good", "Good", 0)), settings) is None
    assert drift_chart(pd.DataFrame({"auditor": [], "raised": [], "upheld": [], "lowered": []}), settings) is None
    assert counts_chart(pd.DataFrame({"theme": [], "quarter": [], "count": []}), settings) is None
