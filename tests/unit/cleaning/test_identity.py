"""What tells an audit: its ID, several columns, or a number that its file counts from 1; and the actions that name it."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from qa_analysis.contract.columns import ACTIONS, AUDITS
from qa_analysis.contract.problems import HELD_BACK, REPEAT, WARNING
from qa_analysis.contract.settings import Settings
from tests.unit.cleaning.test_clean import AUDIT, SETTINGS, cleaned, problems

BY_FILE = {"audit_id_unique_in": "file"}
BY_CHILD = {"audit_id": ["Child reference", "Audit date"]}


def with_settings(**changes: object) -> Settings:
    return Settings.model_validate(SETTINGS.model_dump() | changes)


def month(number: int, grades: str, **more: object) -> list[dict]:
    """Return a month's audits, numbered from 1: a G or an I each."""
    words = {"G": "Good", "I": "Inadequate"}
    return [
        AUDIT | {"audit_id": place, "audit_date": dt.datetime(2025, number, place), "overall_grade": words[each]} | more
        for place, each in enumerate(grades, 1)
    ]


JULY, AUGUST = month(7, "IIG"), month(8, "GG")


class TestNumbersThatStartAgain:
    @pytest.mark.parametrize("on_conflict", ["hold_back", "last_file"])
    def test_are_asked_about_whatever_else_the_settings_say(self, on_conflict):
        result = cleaned(JULY, AUGUST, settings=with_settings(on_conflict=on_conflict))
        assert result.tables["audits"]["audit_id"].tolist() == ["3"]
        assert problems(result, HELD_BACK) == [
            (f"{file}.xlsx", row, "Audit ID", str(row - 1),
             "the files number their audits from 1 each, so that one number stands for several audits")
            for file in "ab" for row in (2, 3)
        ]  # fmt: skip
        assert set(result.problems["remedy"]) == {'Write audit_id_unique_in = "file" in settings.toml.'}

    def test_are_other_audits_where_the_settings_say_so(self):
        result = cleaned(JULY, AUGUST, settings=with_settings(**BY_FILE))
        audits = result.tables["audits"]
        assert audits["audit_id"].tolist() == ["a.xlsx / 1", "a.xlsx / 2", "a.xlsx / 3", "b.xlsx / 1", "b.xlsx / 2"]
        assert int(audits["inadequate"].sum()) == 2
        assert result.problems.empty

    def test_of_a_form_that_is_downloaded_again_have_each_audit_once(self):
        result = cleaned(JULY[:2], JULY, settings=with_settings(**BY_FILE))
        assert result.ledger[["read", "used", "repeats"]].to_numpy().tolist() == [[2, 2, 0], [3, 1, 2]]

    def test_of_two_forms_that_ask_different_things_are_two_audits(self):
        asked, other = ([row | {f"answers: {what}": "Yes"} for row in JULY[:1]] for what in ("Seen alone", "Safe"))
        result = cleaned(asked, other, settings=with_settings(**BY_FILE))
        assert result.tables["audits"]["audit_id"].tolist() == ["a.xlsx / 1", "b.xlsx / 1"]

    def test_name_audits_of_their_own_file(self):
        again = month(8, "GG")
        again[1]["reaudit_of"] = "1"
        audits = cleaned(JULY, again, settings=with_settings(**BY_FILE)).tables["audits"]
        assert audits["reaudit_of"].dropna().tolist() == ["b.xlsx / 1"]

    def test_twice_in_one_file_are_asked_about(self):
        result = cleaned([*JULY, JULY[0] | {"overall_grade": "Good"}], settings=with_settings(**BY_FILE))
        assert problems(result, HELD_BACK) == [
            ("a.xlsx", row, "Audit ID", "1",
             "rows with this Audit ID differ: a.xlsx [Audits] row 2 and a.xlsx [Audits] row 5")
            for row in (2, 5)
        ]  # fmt: skip

    def test_versions_of_one_register_are_no_such_numbers(self):
        later = [JULY[0], JULY[1], JULY[2] | {"overall_grade": "Inadequate"}]
        result = cleaned(JULY, later, settings=with_settings(on_conflict="last_file"))
        assert result.tables["audits"]["overall_grade"].tolist() == ["Inadequate"] * 3
        assert len(problems(result, REPEAT)) == 3

    def test_nobody_is_told_to_delete_an_audit(self):
        result = cleaned([AUDIT], [AUDIT | {"overall_grade": "Inadequate"}])
        (remedy,) = set(result.problems["remedy"])
        assert "elete" not in remedy
        assert "audit_id_unique_in" in remedy


class TestSeveralColumns:
    ROWS = (
        {"audit_date": dt.datetime(2025, 7, 1), "child_reference": "CH-1", "overall_grade": "Inadequate"},
        {"audit_date": dt.datetime(2025, 9, 1), "child_reference": "CH-1", "overall_grade": "Good",
         "reaudit_of": "CH-1 / 01/07/2025"},
        {"audit_date": dt.datetime(2025, 9, 1), "child_reference": "CH-2", "overall_grade": "Good"},
    )  # fmt: skip

    def rows(self) -> list[dict]:
        return [{"level_of_need": "EH", **row} for row in self.ROWS]

    def test_together_make_the_id_and_a_re_audit_is_found_by_it(self):
        audits = cleaned(self.rows(), settings=with_settings(**BY_CHILD)).tables["audits"]
        assert audits["audit_id"].tolist() == ["CH-1 / 2025-07-01", "CH-1 / 2025-09-01", "CH-2 / 2025-09-01"]
        assert audits["reaudit_of"].dropna().tolist() == ["CH-1 / 2025-07-01"]

    def test_are_each_required(self):
        blank = [*self.rows(), {"audit_date": dt.datetime(2025, 9, 2), "level_of_need": "EH", "overall_grade": "Good"}]
        result = cleaned(blank, settings=with_settings(**BY_CHILD))
        assert problems(result, HELD_BACK) == [
            ("a.xlsx", 5, "Child reference", "", "Child reference is blank"),
        ]
        assert len(result.tables["audits"]) == 3

    def test_that_hold_a_reference_are_never_printed(self):
        unlike = [*self.rows(), self.rows()[2] | {"overall_grade": "Inadequate"}]
        result = cleaned(unlike, settings=with_settings(**BY_CHILD))
        held = problems(result, HELD_BACK)
        assert [each[:4] for each in held] == [("a.xlsx", row, "Child reference and Audit date", "") for row in (4, 5)]
        assert "CH-2" not in result.problems.to_string()

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"audit_id": ["Child ref"]}, "audit_id names “Child ref”, which tells no audit; the nearest is “Child r"),
            ({"audit_id": ["Re-audit of"]}, "audit_id names “Re-audit of”, which tells no audit"),
            ({**BY_CHILD, **BY_FILE}, 'audit_id_unique_in = "file" is for audits that are told by their Audit ID'),
        ],
    )
    def test_are_refused_where_they_tell_nothing(self, changes, says):
        with pytest.raises(ValueError, match=says):
            with_settings(**changes)


def step(action_id: str | None, audit_id: str | None = None, **more: object) -> dict:
    raised = {"raised": dt.datetime(2025, 9, 4), "action": "Write the plan"} if action_id else {}
    return {"action_id": action_id, "audit_id": audit_id, "status": "Open", **raised, **more}


class TestActionsThatPutOneAuditRight:
    ROWS = (step("AC-1", "dd 001"), step(None, step=2), step("AC-2"), step("AC-3", "DD-9"))

    def test_have_a_table_of_their_own_with_all_their_steps(self):
        result = cleaned(list(self.ROWS), sheet=ACTIONS)
        assert result.tables["actions"]["action_id"].tolist() == ["AC-2"]
        assert result.tables["audit_actions"][["action_id", "audit_id"]].to_numpy().tolist() == [
            ["AC-1", "dd 001"], ["AC-1", "dd 001"], ["AC-3", "DD-9"],
        ]  # fmt: skip
        assert result.ledger["used"].tolist() == [4]

    def test_of_an_audit_that_is_not_there_are_told(self):
        result = cleaned(list(self.ROWS), sheet=ACTIONS)
        found = result.problems[result.problems["kind"] == WARNING]
        assert set(found["code"]) == {"unknown_audit_of_an_action"}
        assert found["value"].tolist() == ["dd 001", "dd 001", "DD-9"]


@pytest.mark.parametrize("written", ["July 2025", "Jul-25", "jul 25", "07/2025", "2025-07"])
def test_a_month_is_its_first_day_where_an_audit_was_completed_in_it(written):
    audits = cleaned([AUDIT | {"audit_date": written}]).tables["audits"]
    assert audits["audit_date"].tolist() == [pd.Timestamp(2025, 7, 1)]


def test_what_is_no_month_is_no_date():
    result = cleaned([AUDIT | {"audit_id": str(place), "audit_date": each} for place, each in enumerate(
        ("13/2025", "Mud 2025", "2025"), 1)])  # fmt: skip
    assert [each[4] for each in problems(result, HELD_BACK)] == [
        "“13/2025” is not a date", "“Mud 2025” is not a date", "“2025” is not a date",
    ]  # fmt: skip


class TestAuditsLeftOut:
    def test_are_counted_once_by_type_before_status(self):
        rows = [
            AUDIT | {"audit_id": "A-1", "audit_type": "Dip sample", "audit_status": "Draft"},
            AUDIT | {"audit_id": "A-1", "audit_type": "Dip sample", "audit_status": "Draft"},
            AUDIT | {"audit_id": "A-2", "audit_type": "DIP SAMPLE"},
            AUDIT | {"audit_id": "A-3", "audit_status": "Draft"},
            AUDIT | {"audit_id": "A-4"},
        ]
        result = cleaned(rows, settings=with_settings(counted_types=["Deep dive"], counted_statuses=["Complete"]))
        left_out = result.tables["audits_left_out"]
        assert left_out["left_out"].tolist() == ["Audit type: Dip sample", "Audit type: Dip sample", "Status: Draft"]
        assert left_out["level_of_need"].tolist() == ["EH"] * 3
        assert [str(each) for each in left_out["quarter"]] == ["2026Q2"] * 3
        assert result.ledger[["read", "used", "left_out"]].to_numpy().tolist() == [[5, 1, 4]]
        assert result.tables["audits"]["audit_id"].tolist() == ["A-4"]


def test_a_sheet_knows_its_columns_by_the_settings():
    assert SETTINGS.required(AUDITS) == {"audit_id", "audit_date", "level_of_need", "overall_grade"}
    by_child = with_settings(**BY_CHILD)
    assert by_child.required(AUDITS) == {"child_reference", "audit_date", "level_of_need", "overall_grade"}
    assert by_child.column(AUDITS, "audit_id").required is False
