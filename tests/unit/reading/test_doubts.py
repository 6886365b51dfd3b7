"""What can be read in two ways is asked about and not counted; what can be read in one is read, and nothing is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from qa_analysis.cleaning.clean import Cleaned
from qa_analysis.contract.problems import CAUTION, DOUBT
from qa_analysis.store.data import check_project

pytestmark = pytest.mark.slow  # each test cleans files of its own; what they share is tested in milliseconds elsewhere

H = ["Audit ID", "Audit date", "Level of need", "Overall grade"]
Check = Callable[..., Cleaned]


def day(number: int, month: int = 7) -> dt.datetime:
    return dt.datetime(2025, month, number)


def audit(number: int, *more: object, grade: str = "Good", level: str = "EH") -> list[object]:
    return [f"A-{number}", day(number), level, grade, *more]


def rows_with(*columns: Sequence[object]) -> list[list[object]]:
    """Return an audit for each line of some columns, which stand after the required ones."""
    return [audit(number, *more) for number, more in enumerate(zip(*columns, strict=True), 1)]


@pytest.fixture
def check(make_project) -> Check:
    def checked(sheets: Mapping[str, Any] | Sequence[Sequence[object]], settings: str = "") -> Cleaned:
        project = make_project({"a.xlsx": sheets if isinstance(sheets, Mapping) else {"Audits": sheets}})
        (project / "settings.toml").write_text(settings, encoding="utf-8")
        return check_project(project)

    return checked


def codes(cleaned: Cleaned) -> list[str]:
    """Return the codes of what is in doubt."""
    return cleaned.issues.loc[cleaned.issues["kind"] == DOUBT, "code"].tolist()


def told(cleaned: Cleaned) -> list[tuple[str, str, str]]:
    """Return what is in doubt: the column, what is said, and what decides."""
    found = cleaned.problems[cleaned.problems["kind"] == DOUBT]
    return list(found[["column", "reason", "remedy"]].itertuples(index=False, name=None))


def of(cleaned: Cleaned, column: str) -> list[object]:
    return [None if pd.isna(value) else value for value in cleaned.tables["audits"][column]]


class TestTwoHeadings:
    def test_actions_are_not_read_where_it_is_in_doubt_which_column_tells_them_apart(self, check):
        heads = ["Action ID", "Raised", "Action", "Action ID"]
        actions = [["ACT-1", day(1), "Plans", "ACT-2"], ["ACT-2", day(1), "Visits", "ACT-1"], [None, None, None, None]]
        found = check({"Audits": [H, audit(1)], "Actions": [heads, *actions]})
        assert codes(found) == ["two_headings"] and found.tables["actions"].empty

    GRADES = (["Good", "Good"], ["Inadequate", "Good"])

    def test_that_can_both_be_meant_leave_no_row_counted_where_the_column_is_required(self, check):
        sheet = [[*H[:3], "Judgement", "Grade", "Overall judgement"], *[[*row[:3], *row[4:]] for row in rows_with("xx", *self.GRADES)]]  # fmt: skip
        cleaned = check(sheet)
        assert told(cleaned) == [
            (
                "Overall grade",
                "“Grade” and “Overall judgement” (E1 and F1) can both be Overall grade (2 rows): not counted",
                'Write the one that is meant under [columns."Audits"] in settings.toml: "Overall grade" = ["Overall '
                'judgement"]. Or rename the other.',
            )
        ]
        assert cleaned.ledger[["read", "used", "left_out"]].to_numpy().tolist() == [[2, 0, 2]]

    @pytest.mark.parametrize("line", ['"Overall grade" = ["Overall judgement"]', '"Left alone" = ["Grade"]'])
    def test_are_decided_by_a_line_of_the_settings_and_not_asked_about_again(self, check, line):
        sheet = [[*H[:3], "Grade", "Overall judgement"], *[[*row[:3], *row[4:]] for row in rows_with(*self.GRADES)]]
        cleaned = check(sheet, f'[columns."Audits"]\n{line}\n')
        assert codes(cleaned) == []
        assert of(cleaned, "overall_grade") == ["Inadequate", "Good"]

    @pytest.mark.parametrize("other", [["x", "see notes"], ["", ""], ["Good", "Good"]])
    def test_are_no_question_where_one_cannot_be_meant_or_both_say_the_same(self, check, other):
        cleaned = check([[*H, "Grade"], *rows_with(other)])
        assert codes(cleaned) == []
        assert of(cleaned, "overall_grade") == ["Good", "Good"]

    def test_leave_only_their_column_out_where_it_may_be_blank(self, check):
        sheet = [[*H, "Date moderated", "Date of moderation"], audit(1, day(9), day(10)), audit(2, "", "")]
        cleaned = check(sheet)
        assert [column for column, *_ in told(cleaned)] == ["Moderation date"]
        assert len(cleaned.tables["audits"]) == 2
        assert of(cleaned, "moderation_date") == [None, None]


class TestFinalGrade:
    FIRST = ("Good", "Good", "Requires improvement")

    def sheet(self, final: Sequence[str], moderator: Sequence[str] = ()) -> list[list[object]]:
        more = ["Moderator's grade"] if moderator else []
        columns = [moderator, final] if moderator else [final]
        rows = [[*row[:3], first, *row[4:]] for row, first in zip(rows_with(*columns), self.FIRST, strict=True)]
        return [[*H[:3], "Auditor grade", *more, "Final grade"], *rows]

    def test_that_all_audits_have_follows_from_the_moderators(self, check):
        cleaned = check(self.sheet(["Good", "Inadequate", "Requires improvement"], ["", "Inadequate", ""]))
        assert codes(cleaned) == []
        assert of(cleaned, "moderated") == [False, True, False]
        assert of(cleaned, "final_grade") == ["Good", "Inadequate", "Requires improvement"]

    def test_that_all_audits_have_is_no_moderation(self, check):
        cleaned = check(self.sheet(self.FIRST))
        assert codes(cleaned) == ["filled_for_all"]
        assert of(cleaned, "moderated") == [False] * 3

    def test_that_all_audits_have_and_that_differs_leaves_no_audit_counted(self, check):
        cleaned = check(self.sheet(["Good", "Inadequate", "Requires improvement"]))
        assert codes(cleaned) == ["filled_for_all"]
        assert cleaned.tables["audits"].empty

    def test_that_contradicts_the_moderators_is_asked_about(self, check):
        cleaned = check(self.sheet(["Good", "Good", "Good"], ["", "Inadequate", ""]))
        assert codes(cleaned) == ["two_headings"]
        assert cleaned.tables["audits"].empty

    def test_that_some_audits_have_is_the_moderators(self, check):
        cleaned = check(self.sheet(["", "Inadequate", ""]))
        assert codes(cleaned) == []
        assert of(cleaned, "moderated") == [False, True, False]

    def test_is_the_moderators_where_the_settings_say_so(self, check):
        line = '[columns."Audits"]\n"Grade after moderation" = ["Final grade"]\n'
        assert of(check(self.sheet(self.FIRST), line), "moderated") == [True] * 3


class TestBeside:
    @pytest.mark.parametrize("before", [False, True])
    def test_a_list_beyond_an_empty_column_is_in_doubt_and_a_line_decides(self, check, before):
        rows = rows_with([""] * 4, ["North", "South", "East", ""])
        sheet = [[*H, "", "Team name"], *rows]
        if before:
            sheet = [[*row[5:], "", *row[:4]] for row in sheet]
        cleaned = check(sheet)
        (column, reason, remedy) = told(cleaned)[0]
        assert (column, reason) == (
            "Team",
            f"“Team name” ({'A1' if before else 'F1'}) stands beyond an empty column, as a list or another table would "
            "(3 rows): not counted",
        )
        assert '"Team" = ["Team name"]' in remedy
        assert '"Left alone" = ["Team name"]' in remedy
        assert of(cleaned, "team") == [None] * 4
        decided = check(sheet, '[columns."Audits"]\n"Team" = ["Team name"]\n')
        assert codes(decided) == []
        assert of(decided, "team") == ["North", "South", "East", None]
        assert codes(check(sheet, '[columns."Audits"]\n"Left alone" = ["Team name"]\n')) == []

    def test_a_list_of_grades_is_not_even_asked_about_where_the_table_has_them(self, check):
        cleaned = check([[*H, "", "Grade"], *rows_with([""] * 3, ["Good", "Inadequate", ""])])
        assert codes(cleaned) == []
        assert of(cleaned, "overall_grade") == ["Good"] * 3

    def test_columns_beyond_an_empty_one_that_keep_to_the_rows_are_the_tables(self, check):
        teams, moderated = ["North", "North", "South"], ["", "Good", ""]
        cleaned = check([[*H, "", "Team", "Grade after moderation"], *rows_with([""] * 3, teams, moderated)])
        assert codes(cleaned) == []
        assert of(cleaned, "team") == teams
        assert of(cleaned, "moderated") == [False, True, False]

    def test_a_second_table_beside_is_in_doubt(self, check):
        cleaned = check([[*H, "", *H], audit(1, "", *audit(11)), audit(2, "", *audit(12))])
        assert codes(cleaned) == ["table_beside"]
        assert of(cleaned, "audit_id") == ["A-1", "A-2"]


class TestBelow:
    def test_a_block_with_headings_in_another_order_is_read_by_its_own(self, check):
        other = ["Grade after moderation", *H]
        sheet = [[*H, other[0]], audit(1, "Inadequate"), [], ["South"], other, ["", *audit(2)], ["RI", *audit(3)]]
        cleaned = check({"Audits": sheet})
        assert codes(cleaned) == []
        assert of(cleaned, "audit_id") == ["A-1", "A-2", "A-3"]
        assert of(cleaned, "final_grade") == ["Inadequate", "Good", "Requires improvement"]
        assert cleaned.tables["audits"]["source_row"].tolist() == [2, 6, 7]

    def test_a_table_of_another_kind_is_in_doubt_with_all_its_rows(self, check):
        sheet = [H, audit(1), audit(2), [], ["Team", "Level of need"], ["North", "EH"], ["South", "EH"]]
        cleaned = check({"Audits": sheet})
        assert [reason for _, reason, _ in told(cleaned)] == [
            "another table stands below, with headings of its own that lack Audit ID, Audit date and Overall grade (2 rows): not counted"
        ]  # fmt: skip
        assert cleaned.ledger[["read", "used", "held_back", "left_out"]].to_numpy().tolist() == [[4, 2, 0, 2]]


class TestRows:
    @pytest.mark.parametrize(
        "row",
        [
            ["Subtotal", "", "", 2],
            ["Total for South", "", "", 2],
            ["North total:", "", "", 2],
            ["", "Total", "", 2],
            ["Page 3 of 7"],
            ["Run: 01/08/2025 09:12", "", "", ""],
            ["Printed by the QA team", "", "", ""],
        ],
    )
    def test_totals_and_notes_anywhere_are_no_audits(self, check, row):
        cleaned = check([H, audit(1), row, audit(2)])
        assert of(cleaned, "audit_id") == ["A-1", "A-2"]
        assert cleaned.ledger[["read", "held_back"]].to_numpy().tolist() == [[2, 0]]
        assert cleaned.issues["row"].tolist() == [3]

    @pytest.mark.parametrize(
        "row",
        [["A-9"], ["A-9", "", "EH", "Good"], ["", day(3), "EH", "Good"], ["Total Care Ltd 4", day(3), "EH", ""]],
    )
    def test_an_audit_that_lacks_something_is_held_back(self, check, row):
        assert check([H, audit(1), row, audit(2)]).ledger["held_back"].tolist() == [1]

    def test_rows_with_nothing_but_what_was_filled_in_ahead_are_one_line(self, check):
        ahead = [[f"A-{number}", "", "EH", "", False] for number in range(3, 60)]
        cleaned = check([[*H, "Moderated"], audit(1, False), audit(2, False), *ahead])
        assert cleaned.ledger[["read", "used"]].to_numpy().tolist() == [[2, 2]]
        (line,) = cleaned.problems["reason"]
        assert line == ("a row with nothing but what was filled in ahead (and 56 more, the last in row 60): left alone")

    def test_an_audit_among_them_is_held_back(self, check):
        ahead = [[f"A-{number}", "", "", "", False] for number in range(3, 30)]
        ahead[4] = ["A-7", day(9), "EH", "", True]
        cleaned = check([[*H, "Moderated"], audit(1, False), audit(2, False), *ahead])
        assert cleaned.ledger[["read", "used", "held_back"]].to_numpy().tolist() == [[3, 2, 1]]

    def test_two_audits_that_somebody_forgot_to_grade_are_held_back(self, check):
        cleaned = check([H, audit(1), ["A-2", day(1), "EH", ""], ["A-3", day(1), "EH", ""]])
        assert cleaned.ledger["held_back"].tolist() == [2]


class TestSheets:
    @pytest.mark.parametrize("name", ["Audits May", "Old audits", "Register", "Q1"])
    def test_with_the_headings_of_audits_and_another_name_are_in_doubt(self, check, name):
        cleaned = check({"Audits": [H, audit(1)], name: [H, audit(2), audit(3)]})
        assert codes(cleaned) == ["sheet_like_another"]
        assert of(cleaned, "audit_id") == ["A-1"]
        assert cleaned.ledger.set_index("sheet")["left_out"].to_dict() == {"Audits": 0, name: 2}
        both = check({"Audits": [H, audit(1)], name: [H, audit(2)]}, f'[sheets]\n"Audits" = ["{name}"]\n')
        assert sorted(of(both, "audit_id")) == ["A-1", "A-2"]
        alone = check({"Audits": [H, audit(1)], name: [H, audit(2)]}, f'[sheets]\n"Left alone" = ["{name}"]\n')
        assert alone.issues.empty

    def test_without_their_headings_are_left_alone_or_not_read(self, check):
        cleaned = check({
            "Audits": [H, audit(1)], "History": [["Version", "By"], ["1.2", "QA"]],
            "Plan": [["Week", "Room"], [1, "B"]], "Feedback": [["What", "By whom"], ["Good tool", "QA"]],
        })  # fmt: skip
        assert codes(cleaned) == ["sheet_without_headings"]
        assert cleaned.problems.set_index("sheet")["code"].to_dict() == {
            "Feedback": "sheet_without_headings", "History": "unknown_sheet", "Plan": "unknown_sheet",
        }  # fmt: skip
        assert of(cleaned, "audit_id") == ["A-1"]


class TestWhichCount:
    KINDS = (["Deep dive", "Dip sample", "", "Deep dive"], ["Complete", "Complete", "", "Draft"])

    def test_a_type_or_status_that_nothing_says_the_counting_of_is_in_doubt(self, check):
        cleaned = check([[*H, "Type of audit", "Audit status"], *rows_with(*self.KINDS)])
        assert [(column, reason) for column, reason, _ in told(cleaned)] == [
            ("Audit type", "nothing says whether audits with “Dip sample” as Audit type count (1 row): not counted"),
            ("Status", "nothing says whether audits with “Draft” as Status count (1 row): not counted"),
        ]
        assert of(cleaned, "audit_id") == ["A-1", "A-3"]
        assert cleaned.ledger["left_out"].tolist() == [2]

    def test_the_settings_decide(self, check):
        settings = 'counted_types = ["dip sample"]\ncounted_statuses = ["Draft", "Complete"]\n'
        cleaned = check([[*H, "Audit type", "Status"], *rows_with(*self.KINDS)], settings)
        assert codes(cleaned) == []
        assert of(cleaned, "audit_id") == ["A-2", "A-3"]
        assert cleaned.problems["reason"].tolist() == [
            "audits with “Deep dive” as Audit type do not count, as counted_types in settings.toml says (2 rows): left out"
        ]

    def test_a_column_is_known_by_its_words_whatever_heads_it(self, check):
        cleaned = check([[*H, "Where is it?"], *rows_with(["Withdrawn", "Complete", "Complete"])])
        assert codes(cleaned) == ["may_not_count"]
        assert of(cleaned, "audit_id") == ["A-2", "A-3"]

    def test_a_draft_without_a_grade_is_not_held_back(self, check):
        cleaned = check([[*H, "Status"], audit(1, "Complete"), audit(2, "Draft", grade="")])
        assert cleaned.ledger[["used", "held_back", "left_out"]].to_numpy().tolist() == [[1, 0, 1]]


def test_reporting_quarter_wins_over_the_date_of_an_audit(check):
    cleaned = check([[*H, "Quarter"], *rows_with(["2025-26 Q1", ""])])
    assert [str(quarter) for quarter in cleaned.tables["audits"]["quarter"]] == ["2026Q1", "2026Q2"]


def far_off(cleaned: Cleaned) -> list[tuple[str, str]]:
    """Return what is held back, and which quarters are cautioned against."""
    found = cleaned.problems[cleaned.problems["code"].isin(["date_far_off", "quarter_apart"])]
    return list(found[["column", "reason"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("years", [1, -1])
@pytest.mark.parametrize("odd", [1, 2])
def test_one_or_two_audits_a_year_from_all_others_are_held_back(check, years, odd):
    date = day(3).replace(year=2025 + years)
    sheet = [H, *(audit(number) for number in range(1, 9)), *([f"A-9{n}", date, "EH", "Good"] for n in range(odd))]
    reason = f"“03/07/{date.year}” lies in a quarter a year or more from those of all other audits"
    assert far_off(check(sheet)) == [("Audit date", reason)] * odd
    assert check(sheet, 'dates_far_off = "count"\n').ledger["held_back"].tolist() == [0]


@pytest.mark.parametrize(("others", "odd"), [(7, 1), (20, 3)])
def test_few_others_and_more_than_two_audits_say_nothing(check, others, odd):
    rows = [*(audit(number) for number in range(1, others + 1)), *([f"B-{n}", dt.datetime(2026, 7, 1), "EH", "Good"] for n in range(odd))]  # fmt: skip
    assert far_off(check([H, *rows])) == []


def test_a_reporting_quarter_a_year_ahead_decides_no_report_either(check):
    sheet = [[*H, "Quarter"], *(audit(number, "") for number in range(1, 9)), audit(9, "2026-27 Q2")]
    reason = "“2026-27 Q2” lies in a quarter a year or more from those of all other audits"
    assert far_off(check(sheet)) == [("Reporting quarter", reason)]


@pytest.mark.parametrize(
    ("month", "said"), [(7, "2025-26 Q2"), (10, ""), (13, "2025-26 Q4"), (4, ""), (1, "2024-25 Q4")]
)
def test_one_audit_in_a_quarter_beside_one_without_any_is_counted_and_told(check, month, said):
    around = dt.datetime(2025, 8, 1) if month == 7 else day(1)
    odd = pd.Timestamp(2025, 1, 15) + pd.DateOffset(months=month - 1)
    rows = [[f"A-{n}", around, "EH", "Good"] for n in range(1, 10)] if month != 7 else [
        [f"A-{n}", dt.datetime(2026, 2, 1), "EH", "Good"] for n in range(1, 10)]  # fmt: skip
    cleaned = check([H, *rows, ["A-99", odd.to_pydatetime(), "EH", "Good"]])
    told = [("", f"{said} has 1 audit, and the quarter beside it none: counted")] if said else []
    assert far_off(cleaned) == told
    assert cleaned.ledger["used"].tolist() == [10]


def test_a_total_in_the_column_of_dates_is_no_row_on_any_sheet(check):
    feedback = [["Date", "From", "Tone", "Quote"], [day(1), "Mother", "Positive", "Kind."], ["Total", 1]]
    units = [
        ["Theme", "Date", "Unit", "Number considered"],
        ["Fostering", day(1), "families", 3],
        [None, "Total", None, 3],
    ]
    actions = [["Action ID", "Raised", "Action"], ["1", day(1), "Write a guide"], [None, "Total", 1]]
    sheets = {"Audits": [H, audit(1)], "Feedback": feedback, "Thematic audits": units, "Actions": actions}
    ledger = check(sheets).ledger
    assert ledger[["read", "used"]].to_numpy().tolist() == [[1, 1]] * 4


def test_an_action_with_its_day_written_in_two_ways_is_one(make_project):
    head = ["Action ID", "Raised", "Action", "Timescale"]
    files = {
        f"{name}.xlsx": {"Audits": [H, audit(1)], "Actions": [head, ["1", day(1), "Write a guide", due]]}
        for name, due in (("a", "31/12/2025"), ("b", dt.datetime(2025, 12, 31)))
    }
    ledger = check_project(make_project(files)).ledger.set_index(["file", "table"])
    assert ledger.loc["b.xlsx", ["used", "repeats"]].loc["actions"].tolist() == [0, 1]


def test_headings_that_come_again_in_part_keep_the_others(check):
    rows = [audit(1, "Deep dive"), [*H, None], audit(2, "Dip sample"), audit(3, "Deep dive")]
    cleaned = check([[*H, "Audit type"], *rows])
    assert of(cleaned, "audit_id") == ["A-1", "A-3"]
    assert codes(cleaned) == ["may_not_count"]


def test_audits_above_a_later_line_of_headings_with_more_of_them_are_read(check):
    rows = [audit(number, f"x{number}") for number in range(1, 4)]
    cleaned = check([[*H, "Mood"], *rows, [*H, "Team"], audit(4, "North")])
    assert of(cleaned, "audit_id") == ["A-1", "A-2", "A-3", "A-4"]
    assert of(cleaned, "team") == [None, None, None, "North"]


ACTIONS = ["Ref", "Raised", "Action", "Step", "Status"]


def test_a_row_with_an_action_or_date_of_its_own_is_no_step_of_the_one_above(check):
    steps = [
        ["1", day(1), "Write a guide", 1, "Open"],
        ["", "", "", 2, "Open"],
        ["", "", "Train all auditors", 1, "Open"],
        ["", "", "", 2, "Open"],
        ["2", day(2), "Publish a brief", 1, "Open"],
        ["", "", "Publish a brief", 2, "Open"],
        ["", day(9), "", 3, "Open"],
    ]
    cleaned = check({"Audits": [H, audit(1)], "Actions": [ACTIONS, *steps]})
    actions = cleaned.tables["actions"]
    assert actions[["action_id", "step"]].to_numpy().tolist() == [["1", 1], ["1", 2], ["2", 1], ["2", 2]]
    assert set(cleaned.problems["row"]) == {4, 5, 8}
    assert cleaned.problems["code"].str.startswith("action_without_a_number").all()


def test_a_revised_plan_is_named_by_its_whole_key_and_the_setting_that_decides(make_project):
    def of_file(planned: int) -> dict[str, list[list[object]]]:
        plan = [["Quarter", "Level of need", "Planned"], ["2025-26 Q2", "EH", planned]]
        return {"Audits": [H, audit(planned)], "Audit plan": plan}

    project = make_project({"q1.xlsx": of_file(8), "q2.xlsx": of_file(10)})
    found = check_project(project).problems
    assert found["code"].tolist() == ["later_file_differs"] * 2
    assert (
        found["reason"]
        .iloc[0]
        .startswith("rows with this Quarter and Level of need differ: q1.xlsx [Audit plan] row 2")
    )
    assert 'write later_file_wins = ["Audit plan"] in settings.toml' in found["remedy"].iloc[0]
    (project / "settings.toml").write_text('later_file_wins = ["Audit plan"]\n', encoding="utf-8")
    assert check_project(project).tables["audit_plan"]["planned"].tolist() == [10]


def test_plain_headings_are_practice_areas_where_the_settings_say_so_and_an_idle_line_is_told(check):
    sheet = [[*H, "1. Assessment", "2. Planning"], *rows_with(["Good"], ["RI"])]
    settings = '[columns."Audits"]\n"Sub-grade" = ["1. Assessment", "2. Planning"]\n"Team" = ["Squad"]\n'
    cleaned = check(sheet, settings)
    grades = cleaned.tables["sub_grades"]
    assert dict(zip(grades["practice_area"], grades["grade"], strict=True)) == {
        "1. Assessment": "Good", "2. Planning": "Requires improvement",
    }  # fmt: skip
    assert cleaned.problems["reason"].tolist() == [
        '“Team” under [columns."Audits"] has no effect: nothing that was read is called so'
    ]


def test_the_record_says_what_each_heading_was_taken_for(check):
    cleaned = check([[*H[:3], "Grade", "Mood", "Sub-grade: Planning"], *[[*row[:3], *row[3:]] for row in rows_with("xy", ["Good", "RI"])]])  # fmt: skip
    record = cleaned.reading
    assert record[["heading", "column", "how"]].to_numpy().tolist() == [
        ["Audit ID", "Audit ID", "own heading"],
        ["Audit date", "Audit date", "own heading; written as dates"],
        ["Level of need", "Level of need", "own heading"],
        ["Grade", "Overall grade", "another name"],
        ["Mood", "", "unknown"],
        ["Sub-grade: Planning", "Sub-grade: Planning", "own heading"],
    ]
    assert record[["read", "used"]].drop_duplicates().to_numpy().tolist() == [[2, 2]]


CLEAN: dict[str, list[list[object]]] = {
    "the contract's headings": [[*H, "Team", "Moderated", "Grade after moderation"], audit(1, "North", "No", ""), audit(2, "South", "Yes", "RI")],
    "other names": [["Audit ref", "Date of audit", "Service", "Overall judgement"], audit(1), audit(2)],
    "titles and blanks": [["Audits, Q2"], [], ["", *H], ["", *audit(1)], [], ["", *audit(2)], ["", "Total", "", "", 2]],
    "two rows of headings": [[*H[:3], "Overall", "Sub-grades", ""], ["", "", "", "grade", "Planning", "Assessment"], audit(1, "RI", "Good")],
    "sections apart": [[*H, "", "Sub-grade: Planning", "Sub-grade: Assessment"], audit(1, "", "RI", "Good"), audit(2, "", "", "Good")],
    "one audit": [[*H, "Team", "Auditor", "Selection"], audit(1, "North", "AUD-1", "Random")],
    "all moderated": [[*H, "Moderated", "Grade after moderation"], audit(1, "Yes", "Good"), audit(2, "Yes", "RI")],
    "all drop-downs": [[*H, "Audit type", "Status"], audit(1, "Deep dive", "Complete"), audit(2, "", "")],
    "columns of their own": [[*H, "Notes", "Moderator", "Start time", "Email"], audit(1, "Seen.", "AUD-2", day(1), ""), audit(2, "", "", day(2), "")],
    "headings on each page": [H, audit(1), H, audit(2), H, audit(3)],
}  # fmt: skip


@pytest.mark.parametrize("shape", CLEAN)
def test_a_workbook_that_can_be_read_in_one_way_raises_no_question(check, shape):
    cleaned = check(CLEAN[shape])
    assert not cleaned.issues["kind"].isin([DOUBT, CAUTION]).any()
    expected = sum(isinstance(row[1] if row[0] else row[2], dt.datetime) for row in CLEAN[shape] if len(row) > 3)
    assert len(cleaned.tables["audits"]) == expected


def test_the_example_raises_no_question(example_data):
    assert not example_data.issues["kind"].isin([DOUBT, CAUTION]).any()
