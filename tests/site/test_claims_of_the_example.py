"""The claims of the reference quarter that data can check: the example bears each out, and none outlives its data."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pandas as pd
import pytest

from qa_analysis.contract.quarters import parse_quarter
from qa_analysis.metrics.evidence import evidence
from qa_analysis.store.data import Data
from qa_analysis.store.figures import recount

pytestmark = pytest.mark.slow

QUARTER = parse_quarter("2025-26 Q2")
AUGUST, SEPTEMBER = pd.Period("2025-08"), pd.Period("2025-09")


def strengths(data: Data) -> list[str]:
    found = evidence(recount(data, "evidence", [QUARTER]), QUARTER)
    return found.loc[found["kind"] == "Strength", "sentence"].to_list()


def with_one_inadequate(data: Data, level: str, month: pd.Period) -> Data:
    """Return the data with one more audit of a level of need and month graded Inadequate."""
    audits = data.audits.copy()
    of_both = (audits["level_of_need"] == level) & (audits["month"] == month) & (audits["inadequate"] == False)  # noqa: E712
    place = audits.index[of_both][0]
    audits.loc[place, "final_grade"] = "Inadequate"
    audits.loc[place, ["inadequate", "good_or_better", "shoots_grade"]] = [True, False, False]
    return dataclasses.replace(data, audits=audits)


def with_two_inadequate(data: Data, level: str) -> Data:
    return with_one_inadequate(with_one_inadequate(data, level, AUGUST), level, SEPTEMBER)


def without_good_sub_grades(data: Data, level: str, area: str) -> Data:
    sub_grades = data.sub_grades.copy()
    of_area = (sub_grades["quarter"] == QUARTER) & sub_grades["level_of_need"].eq(level)
    sub_grades.loc[of_area & sub_grades["practice_area"].eq(area), "good_or_better"] = False
    return dataclasses.replace(data, sub_grades=sub_grades)


def without_green_shoots(data: Data) -> Data:
    now = data.sub_grades["quarter"] == QUARTER
    return dataclasses.replace(
        data, sub_grades=data.sub_grades.assign(good_or_better=data.sub_grades["good_or_better"].mask(now, False))
    )


def without_reaudits(data: Data) -> Data:
    return dataclasses.replace(
        data, audits=data.audits.assign(reaudit_of=data.audits["reaudit_of"].mask(data.audits["quarter"] == QUARTER))
    )


def without_outstanding(data: Data) -> Data:
    audits, sub_grades = data.audits.copy(), data.sub_grades.copy()
    audits.loc[audits["level_of_need"].eq("EH") & audits["final_grade"].eq("Outstanding"), "final_grade"] = "Good"
    sub_grades.loc[sub_grades["level_of_need"].eq("EH") & sub_grades["grade"].eq("Outstanding"), "grade"] = "Good"
    return dataclasses.replace(data, audits=audits, sub_grades=sub_grades)


@pytest.mark.parametrize(
    ("claim", "counts", "changed"),
    [
        (
            "Early Help: all 7 practice areas moved up",
            ", with a larger share Good or better than the quarter before: least Assessment (5 of 8, 4 of 7 before), most "
            "Visits and relationships (7 of 8, 4 of 7 before).",
            lambda data: without_good_sub_grades(data, "EH", "Planning"),
        ),
        (
            "A growing number of audits graded Requires improvement show green shoots",
            ", a practice area graded Good or better: 22 of 32 (69%), 14 of 28 (50%) the quarter before.",
            without_green_shoots,
        ),
        (
            "No audit in the whole service was graded Inadequate in September 2025",
            " (21 audits graded).",
            lambda data: with_one_inadequate(data, "EH", SEPTEMBER),
        ),
        ("5 of 6 (83%) re-audited records", " improved.", without_reaudits),
        (
            "Help and Protection: fewer audits graded Inadequate",
            ": 5 of 30 (17%), 7 of 27 (26%) the quarter before.",
            lambda data: with_two_inadequate(data, "H&P"),
        ),
        (
            "Children in Care: fewer audits graded Inadequate",
            ": 3 of 18 (17%), 4 of 16 (25%) the quarter before.",
            lambda data: with_one_inadequate(data, "CIC", AUGUST),
        ),
        (
            "Care Leavers: no audit was graded Inadequate in August or September 2025",
            " (3 audits graded in each).",
            lambda data: with_one_inadequate(data, "CL", AUGUST),
        ),
        (
            "Early Help has an example of Outstanding practice",
            ": 1 of 8 audits (13%) was graded Outstanding.",
            without_outstanding,
        ),
    ],
)
def test_a_claim_of_the_example_holds_and_goes_away_with_its_data(
    example_data: Data, claim: str, counts: str, changed: Callable[[Data], Data]
) -> None:
    assert f"{claim}{counts}" in strengths(example_data)
    assert not [said for said in strengths(changed(example_data)) if said.startswith(claim)]
