"""Cautions: what is counted but looks odd, each just where it begins to be told and just where it does not."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from qa_analysis.cleaning.cautions import cautions
from qa_analysis.contract import problems
from qa_analysis.contract.columns import AUDITS
from qa_analysis.reading.headings import LEFT_ALONE, OWN, Choice
from qa_analysis.reading.sheets import RawSheet

FIRST = pd.Timestamp(2023, 4, 15)


@pytest.fixture
def told(make_audits):
    def of(*quarters: Sequence[tuple[str, ...]], choices: Sequence[Choice] = (), **columns: Sequence[str]) -> list[str]:
        """Return the cautions of audits, quarter after quarter, each a level of need and its grades."""
        rows = [
            (FIRST + pd.DateOffset(months=3 * place), *audit) for place, each in enumerate(quarters) for audit in each
        ]
        audits = make_audits(*rows).assign(source_sheet="Audits", **columns)
        raw = RawSheet("audits.xlsx", "Audits", AUDITS, pd.DataFrame(), choices=choices)
        return problems.told(cautions(audits, [raw]))["reason"].tolist()

    return of


MIXED = [("EH", "G"), ("EH", "RI")]
WHO = Choice(4, "Moderated by")


class TestAllModerated:
    SAID = "every audit is moderated, although “Moderated by” says who moderated, as if not all were (5 rows): counted"

    def test_is_told_from_five_audits_on_where_a_column_says_who_moderated(self, told):
        assert told([("EH", "G", "RI")] * 5, choices=[WHO]) == [self.SAID]
        assert told([("EH", "G", "RI")] * 4, choices=[WHO]) == []

    def test_is_not_told_where_one_is_not_or_no_other_column_says_who(self, told):
        assert told([*[("EH", "G", "RI")] * 8, ("EH", "G")], choices=[WHO]) == []
        assert told([("EH", "G", "RI")] * 8, choices=[Choice(4, "Moderated", "moderated", OWN)]) == []
        assert told([("EH", "G", "RI")] * 8, choices=[Choice(4, "Seen by", how=LEFT_ALONE)]) == []


class TestFewAudits:
    USUAL = ([*MIXED] * 11,) * 4  # 22 a quarter

    def test_is_told_under_a_tenth_of_what_is_usual(self, told):
        said = "2024-25 Q1 has 2 audits, where a quarter usually has 22: counted"
        assert told(*self.USUAL, MIXED) == [said]
        assert told(*self.USUAL, [*MIXED, ("EH", "G")]) == []

    def test_is_not_told_of_a_tenth_or_with_a_short_history_or_few_a_quarter(self, told):
        assert told(*([*MIXED] * 10,) * 4, MIXED) == []
        assert told(*self.USUAL[:3], MIXED) == []
        assert told(*([*MIXED] * 4,) * 4, [("EH", "G")]) == []


class TestGradeNeverGiven:
    def test_is_told_of_a_service_whose_audits_all_have_a_grade_that_none_had_in_eight_quarters(self, told):
        now = [*[("EH", "O")] * 5, ("CIC", "G")]
        said = "all audits of EH are Outstanding, which none was in the eight quarters before (5 rows): counted"
        assert told(*(MIXED,) * 8, now) == [said]
        assert told(*(MIXED,) * 7, now) == []

    def test_is_not_told_where_one_had_it_or_has_another_or_they_are_four(self, told):
        assert told(*(MIXED,) * 7, [*MIXED, ("EH", "O")], [("EH", "O")] * 5) == []
        assert told([("EH", "O")], *(MIXED,) * 8, [("EH", "O")] * 5) != []
        assert told(*(MIXED,) * 8, [*[("EH", "O")] * 5, ("EH", "G")]) == []
        assert told(*(MIXED,) * 8, [("EH", "O")] * 4) == []


class TestOneValue:
    def test_is_told_of_a_column_that_never_had_one_value_throughout_before(self, told):
        teams = [*("North", "South") * 4, *["North"] * 10]
        said = "Team is the same in all audits of the quarter, and never was before (10 rows): counted"
        assert told(*(MIXED,) * 4, [*MIXED] * 5, team=teams) == [said]
        assert told(*(MIXED,) * 4, [*MIXED] * 5, team=[*teams[:-1], "South"]) == []

    def test_is_not_told_of_nine_audits_or_where_it_was_so_before(self, told):
        assert told(*(MIXED,) * 4, [*MIXED] * 4, team=[*("North", "South") * 4, *["North"] * 8]) == []
        before = [*("North", "South") * 3, "North", "North"]
        assert told(*(MIXED,) * 4, [*MIXED] * 5, team=[*before, *["North"] * 10]) == []


class TestQuarterApart:
    def test_is_told_of_one_or_two_audits_with_no_quarter_beside_them(self, told):
        said = "2023-24 Q3 has 2 audits, and the quarter beside it none: counted"
        assert told([*MIXED] * 4, [], MIXED) == [said]
        assert told(MIXED[:1], MIXED[:1], [], [*MIXED] * 4) == [
            "2023-24 Q2 has 1 audit, and the quarter beside it none: counted"
        ]
        assert told([*MIXED] * 4, MIXED) == []
        assert told([*MIXED] * 4, [], [*MIXED, ("EH", "G")]) == []
        assert told([*MIXED] * 3, [], MIXED) == []
