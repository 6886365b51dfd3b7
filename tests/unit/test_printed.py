"""The Comparators sheet: figures as they were printed, spelt as their measures are and checked against themselves."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from qa_analysis.cleaning import Cleaned, clean
from qa_analysis.contract import COMPARATORS
from qa_analysis.metrics import figures
from qa_analysis.printed import MEASURES
from qa_analysis.problems import HELD_BACK, WARNING
from qa_analysis.reading import RawSheet, Reading
from qa_analysis.settings import load_settings

FIGURE = {
    "quarter": "2023-24 Q4", "measure": "good_or_better", "level_of_need": None, "category": None,
    "count": None, "denominator": None, "percent": None,
}  # fmt: skip


def cleaned(**changes: object) -> Cleaned:
    rows = pd.DataFrame([FIGURE | changes], index=[2], dtype=object)
    return clean(Reading([RawSheet("a.xlsx", "Comparators", COMPARATORS, rows)]), load_settings(Path()))


def told(result: Cleaned, kind: str) -> list[tuple]:
    found = result.problems[result.problems["kind"] == kind]
    return list(found[["column", "value", "nearest", "reason"]].itertuples(index=False, name=None))


def test_the_measures_are_those_of_the_figures():
    assert {measure.name for measure in figures.MEASURES} <= set(MEASURES)


@pytest.mark.parametrize("level", ["All", "whole service", "Whole-service", "ALL SERVICES", None])
def test_the_whole_service_is_a_blank_level_of_need(level):
    result = cleaned(level_of_need=level, percent=41)
    assert result.tables["comparators"]["level_of_need"].isna().tolist() == [True]
    assert result.problems.empty


def test_a_level_of_need_is_read_as_elsewhere_and_all_is_none_in_other_sheets():
    assert cleaned(level_of_need="Early help", percent=41).tables["comparators"]["level_of_need"].tolist() == ["EH"]
    assert told(cleaned(level_of_need="Everyone", percent=41), HELD_BACK)[0][0] == "Level of need"


@pytest.mark.parametrize(
    ("measure", "category", "means"),
    [
        ("grade", "RI", "Requires improvement"),
        ("Grade", "2 - Good", "Good"),
        ("sub_grade", "Child's voice: RI", "Child's voice: Requires improvement"),
        ("sub grade", "Planning: Visits: G", "Planning: Visits: Good"),
        ("actions", "open", "open"),
        ("feedback", "G", "G"),
    ],
)
def test_grades_in_categories_are_read_as_grades_where_the_measure_has_them(measure, category, means):
    result = cleaned(measure=measure, category=category, count=3, denominator=10)
    assert result.tables["comparators"]["category"].tolist() == [means]
    assert result.problems.empty


@pytest.mark.parametrize("written", ["good_or_better", "Good or better", "GOOD-OR-BETTER"])
def test_measures_are_spelt_as_in_the_figures(written):
    assert cleaned(measure=written, percent=41).tables["comparators"]["measure"].tolist() == ["good_or_better"]


def test_an_unknown_measure_is_a_warning_that_names_the_nearest():
    assert told(cleaned(measure="Good or beter", percent=41), WARNING) == [
        (
            "Measure",
            "Good or beter",
            "good_or_better",
            "“Good or beter” is not a measure; the nearest is “good_or_better”",
        )
    ]
    assert told(cleaned(measure="x", percent=41), WARNING) == [("Measure", "x", "", "“x” is not a measure")]


def test_a_category_that_is_no_grade_is_a_warning():
    assert told(cleaned(measure="grade", category="Inadequat", percent=41), WARNING) == [
        ("Category", "Inadequat", "Inadequate", "“Inadequat” is not a grade; the nearest is “Inadequate”")
    ]


def test_a_figure_needs_a_count_or_a_percentage():
    assert told(cleaned(denominator=12), HELD_BACK) == [("Count or Percent", "", "", "Count or Percent is blank")]


def test_a_count_above_its_denominator_is_held_back():
    assert told(cleaned(count=46, denominator=45), HELD_BACK) == [
        ("Count", "46", "", "the count is more than its denominator, 45")
    ]


def test_more_audits_than_were_planned_are_possible():
    assert cleaned(measure="audits_completed", count=72, denominator=70).problems.empty


@pytest.mark.parametrize("percent", [18, "18%", 17.8, 17.78, "17.778"])
def test_a_percentage_that_follows_from_its_counts_is_no_matter(percent):
    assert cleaned(count=8, denominator=45, percent=percent).problems.empty


@pytest.mark.parametrize(("percent", "shown"), [(19, "19"), (17, "17"), (17.7, "17.7"), (0.18, "0.18")])
def test_a_percentage_that_contradicts_its_counts_is_a_warning(percent, shown):
    assert told(cleaned(count=8, denominator=45, percent=percent), WARNING) == [
        ("Percent", shown, "18", f"{shown}% does not follow from 8 of 45, which is 18%")
    ]


def test_a_share_of_1_in_a_column_of_percentages_is_a_warning():
    assert told(cleaned(percent=0.28), WARNING) == [("Percent", "0.28", "", "is read as less than 1 in 100")]
    assert cleaned(percent=0).problems.empty
