"""The Comparators sheet: figures as they were printed, spelt as their measures are and checked against themselves."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from qa_analysis.cleaning.clean import Cleaned, clean
from qa_analysis.contract.columns import COMPARATORS
from qa_analysis.contract.problems import HELD_BACK, WARNING
from qa_analysis.contract.settings import load_settings
from qa_analysis.metrics.catalogue import NAMES
from qa_analysis.reading.sheets import RawSheet, Reading

SETTINGS = load_settings(Path())
FIGURE = {
    "measure": "good_or_better", "level_of_need": None, "category": None, "count": None, "denominator": None,
    "percent": None,
}  # fmt: skip


def cleaned(*figures: dict[str, object]) -> Cleaned:
    """Clean figures, each of a quarter of its own, in rows 2, 3, …"""
    quarters = [{"quarter": f"20{number:02d}-{number + 1:02d} Q4"} for number, _ in enumerate(figures, start=1)]
    rows = [quarter | FIGURE | figure for quarter, figure in zip(quarters, figures, strict=True)]
    sheet = RawSheet(
        "a.xlsx", "Comparators", COMPARATORS, pd.DataFrame(rows, index=range(2, len(rows) + 2), dtype=object)
    )
    return clean(Reading([sheet]), SETTINGS, NAMES)


def told(result: Cleaned, kind: str) -> list[tuple]:
    found = result.problems[result.problems["kind"] == kind]
    return list(found[["column", "value", "nearest", "reason"]].itertuples(index=False, name=None))


def test_the_whole_service_is_a_blank_level_of_need():
    written = ["All", "whole service", "Whole-service", "ALL SERVICES", None]
    result = cleaned(*({"level_of_need": level, "percent": 41} for level in written))
    assert result.tables["comparators"]["level_of_need"].isna().tolist() == [True] * 5
    assert result.problems.empty


def test_a_level_of_need_is_read_as_elsewhere_and_all_is_none_in_other_sheets():
    result = cleaned({"level_of_need": "Early help", "percent": 41}, {"level_of_need": "Everyone", "percent": 41})
    assert result.tables["comparators"]["level_of_need"].tolist() == ["EH"]
    assert [column for column, *_ in told(result, HELD_BACK)] == ["Level of need"]


def test_grades_in_categories_are_read_as_grades_where_the_measure_has_them():
    written = [
        ("grade", "RI", "Requires improvement"),
        ("Grade", "2 - Good", "Good"),
        ("sub_grade", "Child's voice: RI", "Child's voice: Requires improvement"),
        ("sub grade", "Planning: Visits: G", "Planning: Visits: Good"),
        ("actions", "open", "open"),
        ("feedback", "G", "G"),
    ]
    result = cleaned(*({"measure": m, "category": c, "count": 3, "denominator": 10} for m, c, _ in written))
    assert result.tables["comparators"]["category"].tolist() == [means for *_, means in written]
    assert result.problems.empty


def test_measures_are_spelt_as_in_the_figures():
    written = ["good_or_better", "Good or better", "GOOD-OR-BETTER"]
    result = cleaned(*({"measure": measure, "percent": 41} for measure in written))
    assert result.tables["comparators"]["measure"].tolist() == ["good_or_better"] * 3


def test_an_unknown_measure_is_a_warning_that_names_the_nearest():
    assert told(cleaned({"measure": "Good or beter", "percent": 41}, {"measure": "x", "percent": 41}), WARNING) == [
        (
            "Measure",
            "Good or beter",
            "good_or_better",
            "“Good or beter” is not a measure; the nearest is “good_or_better”",
        ),
        ("Measure", "x", "", "“x” is not a measure"),
    ]


def test_a_category_that_is_no_grade_is_a_warning():
    assert told(cleaned({"measure": "grade", "category": "Inadequat", "percent": 41}), WARNING) == [
        ("Category", "Inadequat", "Inadequate", "“Inadequat” is not a grade; the nearest is “Inadequate”")
    ]


def test_a_figure_needs_a_count_or_a_percentage_and_a_count_is_not_above_its_denominator():
    result = cleaned({"denominator": 12}, {"count": 46, "denominator": 45})
    assert told(result, HELD_BACK) == [
        ("Count or Percent", "", "", "Count or Percent is blank"),
        ("Count", "46", "", "the count is more than its denominator, 45"),
    ]


def test_more_audits_than_were_planned_are_possible():
    assert cleaned({"measure": "audits_completed", "count": 72, "denominator": 70}).problems.empty


def test_a_percentage_that_follows_from_its_counts_is_no_matter():
    percents = [18, "18%", 17.8, 17.78, "17.778"]
    assert cleaned(*({"count": 8, "denominator": 45, "percent": percent} for percent in percents)).problems.empty


def test_a_percentage_that_contradicts_its_counts_is_a_warning():
    percents = [19, 17, 17.7, 0.18]
    assert told(cleaned(*({"count": 8, "denominator": 45, "percent": each} for each in percents)), WARNING) == [
        ("Percent", str(each), "18", f"{each}% does not follow from 8 of 45, which is 18%") for each in percents
    ]


def test_a_share_of_1_in_a_column_of_percentages_is_a_warning():
    found = told(cleaned({"percent": 0.28}, {"percent": 0}), WARNING)
    assert found == [("Percent", "0.28", "", "is read as less than 1 in 100")]
