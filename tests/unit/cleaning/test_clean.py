"""Cleaning: typed values, rows held back with a reason, repeats, and a ledger that balances."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from qa_analysis.cleaning.clean import Cleaned, clean
from qa_analysis.cleaning.schemas import check_tables, schema_of
from qa_analysis.contract.columns import (
    ACTIONS,
    AUDIT_PLAN,
    AUDITS,
    COMMENTARY,
    FAMILIES,
    FEEDBACK,
    FINDINGS,
    MULTI_AGENCY_AUDITS,
    QUESTIONS,
    SECTIONS,
    SHEETS,
    Sheet,
)
from qa_analysis.contract.problems import CAUTION, DOUBT, HELD_BACK, REPEAT, WARNING
from qa_analysis.contract.project import raw_folder
from qa_analysis.contract.settings import load_settings
from qa_analysis.errors import InputError
from qa_analysis.metrics.catalogue import NAMES
from qa_analysis.reading.sheets import RawSheet, Reading
from qa_analysis.store.data import check_project, load

SETTINGS = load_settings(Path())
AUDIT = {"audit_id": "DD-001", "audit_date": dt.datetime(2025, 9, 3), "level_of_need": "EH", "overall_grade": "Good"}


def cleaned(*files: list[dict], sheet: Sheet = AUDITS, settings=SETTINGS) -> Cleaned:
    """Clean sheets of one kind, one a file: a.xlsx, b.xlsx, … with their rows from row 2 on."""
    raws = [
        RawSheet(f"{letter}.xlsx", sheet.name, sheet, pd.DataFrame(rows, index=range(2, len(rows) + 2), dtype=object))
        for letter, rows in zip("abcdef", files, strict=False)
    ]
    result = clean(Reading(raws), settings, NAMES)
    schema_of(sheet, settings).validate(result.tables[sheet.table])
    return result


def problems(result: Cleaned, kind: str) -> list[tuple]:
    found = result.problems[result.problems["kind"] == kind]
    assert (found["remedy"] != "").all() or kind == REPEAT
    return list(found[["file", "row", "column", "value", "reason"]].itertuples(index=False, name=None))


def audits_with(column: str, values: list[object]) -> list[dict]:
    """Return an audit for each value, which stands in the column."""
    return [AUDIT | {"audit_id": f"DD-{number}", column: value} for number, value in enumerate(values)]


def test_grades_are_read_through_their_aliases():
    written = {
        "RI": "Requires improvement",
        "Req. Improvement": "Requires improvement",
        "requires  improvement to be good": "Requires improvement",
        "Requires improvement": "Requires improvement",
        " r.i. ": "Requires improvement",
        "3 - Requires improvement": "Requires improvement",
        "G": "Good",
        "Good (with outstanding features)": "Good",
        "2 - Good": "Good",
        "1 – Outstanding": "Outstanding",
        "inadequate": "Inadequate",
    }
    audits = cleaned(audits_with("overall_grade", list(written))).tables["audits"]
    assert dict(zip(written, audits["overall_grade"], strict=True)) == written


def test_levels_of_need_are_read_through_their_aliases():
    written = {
        "Early Help": "EH", "CLA": "CIC", "LAC": "CIC", "Looked after": "CIC", "Children in Care": "CIC",
        "Help & Protection": "H&P", "Help and Protection": "H&P", "CIN": "H&P", "CP": "H&P",
        "Leaving care": "CL", "Care leaver": "CL", "Care leavers": "CL",
    }  # fmt: skip
    audits = cleaned(audits_with("level_of_need", list(written))).tables["audits"]
    assert dict(zip(written, audits["level_of_need"], strict=True)) == written


def test_dates_in_every_form_are_one_date_day_first():
    written = [
        dt.datetime(2025, 9, 3, 14, 5), dt.date(2025, 9, 3), 45903, 45903.0, "45903", "03/09/2025", "03/09/25", "3.9.25",
        "45903.5", "2025-09-03", "2025-09-03 00:00:00", "3 Sept 2025", "3 Sep 2025", "3rd September 2025",
        "Wednesday 3 September 2025",
    ]  # fmt: skip
    audits = cleaned(audits_with("audit_date", written)).tables["audits"]
    assert audits["audit_date"].tolist() == [pd.Timestamp(2025, 9, 3)] * 15
    assert audits["quarter"].tolist() == [pd.Period("2026Q2", "Q-MAR")] * 15


def test_a_value_that_means_nothing_holds_its_row_back_and_is_named():
    told = [
        ({"audit_date": "31/09/2025"}, "Audit date", "31/09/2025", "“31/09/2025” is a date that does not exist"),
        ({"audit_date": "soon"}, "Audit date", "soon", "“soon” is not a date"),
        ({"audit_date": "03/09/1925"}, "Audit date", "03/09/1925", "“03/09/1925” is in the year 1925"),
        ({"audit_date": "31/12/1989"}, "Audit date", "31/12/1989", "“31/12/1989” is in the year 1989"),
        ({"audit_date": "01/01/2101"}, "Audit date", "01/01/2101", "“01/01/2101” is in the year 2101"),
        ({"audit_date": None}, "Audit date", "", "Audit date is blank"),
        ({"audit_id": "  "}, "Audit ID", "", "Audit ID is blank"),
        ({"overall_grade": "Adequate"}, "Overall grade", "Adequate", "“Adequate” is not a grade"),
        ({"moderated_grade": "Goood"}, "Grade after moderation", "Goood", "“Goood” is not a grade; the nearest is “Good”"),
        ({"level_of_need": "CICC"}, "Level of need", "CICC", "“CICC” is not a level of need; the nearest is “CIC”"),
        ({"moderated": "perhaps"}, "Moderated", "perhaps", "“perhaps” is not yes or no"),
    ]  # fmt: skip
    wrong = [AUDIT | {"audit_id": f"DD-{row}"} | change for row, (change, *_) in enumerate(told, start=3)]
    result = cleaned([AUDIT, *wrong])
    assert problems(result, HELD_BACK) == [
        ("a.xlsx", row, column, value, reason) for row, (_, column, value, reason) in enumerate(told, start=3)
    ]
    assert result.tables["audits"]["audit_id"].tolist() == ["DD-001"]
    assert result.ledger[["read", "used", "held_back", "repeats"]].to_numpy().tolist() == [[12, 1, 11, 0]]


QUOTE = {"date": "03/09/2025", "source": "Mother", "tone": "Positive", "quote": "She listened.", "score_out_of": 10}


@pytest.mark.parametrize(
    ("sheet", "usual", "nearest"),
    [
        (
            AUDITS,
            AUDIT,
            [
                ({"overall_grade": "Inadequaet"}, "Inadequate"),
                ({"overall_grade": "Requirs improvment"}, "Requires improvement"),
                ({"overall_grade": "Not gradedd"}, "Not graded"),
                ({"overall_grade": "Fair"}, ""),
                ({"overall_grade": "Good " * 40}, ""),
                ({"level_of_need": "Erly Help"}, "EH"),
                ({"moderated": "Yess"}, "Yes"),
                ({"moderated": "Noo"}, "No"),
                ({"audit_date": "31/09/2025"}, "30/09/2025"),
                ({"audit_date": "09/13/2025"}, "13/09/2025"),
                ({"audit_date": "0/9/2025"}, "01/09/2025"),
                ({"audit_date": "45/45/2025"}, ""),
                ({"audit_date": "0/13/2025"}, ""),
            ],
        ),
        (FEEDBACK, QUOTE, [({"tone": "Positve"}, "Positive"), ({"score": "11"}, "10"), ({"score": "-1"}, "0")]),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_the_nearest_valid_value_stands_in_a_column_of_its_own(sheet, usual, nearest):
    rows = [usual | ({"audit_id": f"DD-{n}"} if sheet is AUDITS else {}) | each for n, (each, _) in enumerate(nearest)]
    found = cleaned(rows, sheet=sheet).problems
    assert found.sort_values("row")["nearest"].tolist() == [like for _, like in nearest]


def test_a_long_text_in_the_wrong_column_is_shortened_in_the_sentence_and_whole_in_the_value():
    ((_, _, _, value, reason),) = problems(cleaned([AUDIT | {"overall_grade": "very " * 50}]), HELD_BACK)
    assert value == ("very " * 50).strip()
    assert reason == "“very very very very very very very very very very very very…” is not a grade"


def test_a_row_with_several_faults_is_one_line_that_names_them_all():
    result = cleaned([AUDIT | {"audit_date": "31/09/2025", "overall_grade": None}])
    assert result.problems["remedy"].tolist() == [
        "Audit date: Write the date day first, e.g. 03/09/2025. Overall grade: Fill in Overall grade."
    ]
    ((_, _, column, value, reason),) = problems(result, HELD_BACK)
    assert column == "Audit date; Overall grade"
    assert value == "31/09/2025"
    assert reason == "“31/09/2025” is a date that does not exist; Overall grade is blank"


def test_the_remedy_names_every_word_that_may_stand_there():
    told = [
        ({"overall_grade": "Fair"}, "Write one of Outstanding, Good, Requires improvement, Inadequate, Not graded,"),
        (
            {"moderated_grade": "TBC"},
            "Write one of Outstanding, Good, Requires improvement, Inadequate, leave it blank,",
        ),
        ({"level_of_need": "CWD"}, "Write one of EH, H&P, CIC, CL,"),
        ({"moderated": "perhaps"}, "Write one of Yes, No, leave it blank,"),
    ]
    found = cleaned([AUDIT | {"audit_id": f"DD-{number}"} | change for number, (change, _) in enumerate(told)]).problems
    assert found["remedy"].tolist() == [f"{remedy} or add the word to settings.toml." for _, remedy in told]


WELSH = SETTINGS.model_copy(
    update={
        "values": SETTINGS.values.model_copy(update={"yes": ["Ydy"], "no": ["Nac ydy"], "not_graded": ["Dim gradd"]})
    }
)


def test_only_words_of_the_settings_are_said_to_be_valid():
    found = cleaned([AUDIT | {"overall_grade": "Dim grad", "moderated": "Yddy"}], settings=WELSH).problems
    assert found["nearest"].tolist() == ["Dim gradd; Ydy"]
    assert found["remedy"].tolist() == [
        "Overall grade: Write one of Outstanding, Good, Requires improvement, Inadequate, Dim gradd, or add the word to "
        "settings.toml. Moderated: Write one of Ydy, Nac ydy, leave it blank, or add the word to settings.toml."
    ]


def test_a_ticked_cell_means_yes_whatever_the_settings_call_it():
    rows = [AUDIT | {"moderated": True}, AUDIT | {"audit_id": "DD-002", "moderated": False}]
    assert cleaned(rows, settings=WELSH).tables["audits"]["moderation_pending"].tolist() == [True, False]


def test_a_dash_and_not_applicable_are_blanks_in_columns_that_may_be_blank():
    optional = ["moderated", "moderated_grade", "moderation_date", "sub_grades: Planning"]
    written = ["-", " – ", "—", "N/A", "n/a", "NA", "Not applicable"]
    result = cleaned(
        [audit | dict.fromkeys(optional, audit["moderated"]) for audit in audits_with("moderated", written)]
    )
    assert result.problems.empty
    assert len(result.tables["audits"]) == 7
    assert result.tables["audits"][["moderated_grade", "moderation_date"]].isna().to_numpy().all()
    assert result.tables["sub_grades"].empty


def test_a_dash_or_not_applicable_in_a_required_column_holds_the_row_back():
    found = cleaned(audits_with("audit_date", ["-", "N/A"])).problems
    assert found["reason"].tolist() == ["Audit date is blank", "“N/A” is not a date"]


def test_an_audit_that_is_not_graded_is_used_without_a_grade():
    audits = cleaned(audits_with("overall_grade", ["Not graded", "N/A", "ungraded"])).tables["audits"]
    assert audits["graded"].tolist() == [False] * 3
    assert audits["good_or_better"].isna().tolist() == [True] * 3


def test_the_final_grade_is_the_moderated_one_where_there_is_one():
    rows = [
        AUDIT | {"moderated_grade": "RI", "moderated": None},
        AUDIT | {"audit_id": "DD-002", "moderated_grade": None, "moderated": "No"},
    ]
    audits = cleaned(rows).tables["audits"]
    assert audits["final_grade"].tolist() == ["Requires improvement", "Good"]
    assert audits["moderated"].tolist() == [True, False]
    assert audits["good_or_better"].tolist() == [False, True]


def test_an_audit_that_is_marked_and_has_its_grade_is_no_pending_moderation():
    rows = [AUDIT | {"moderated": "Yes", "moderated_grade": "RI"}, AUDIT | {"audit_id": "DD-002", "moderated": "Yes"}]
    result = cleaned(rows)
    assert result.tables["audits"]["moderation_pending"].tolist() == [False, True]
    assert [row for _, row, *_ in problems(result, WARNING)] == [3]


def test_a_reporting_quarter_is_the_rows_where_it_is_given():
    finding = {"date": "02/10/2025", "type": "Strength", "finding": "Visits are timely."}
    findings = cleaned([finding | {"reporting_quarter": "2025-26 Q2"}, finding], sheet=FINDINGS).tables["findings"]
    assert findings["quarter"].astype("str").tolist() == ["2026Q2", "2026Q3"]


LAST_WINS = SETTINGS.model_copy(update={"on_conflict": "last_file"})


def test_a_conflict_within_the_last_file_is_held_back_all_the_same():
    last = [AUDIT | {"overall_grade": "RI"}, AUDIT | {"overall_grade": "Inadequate"}]
    result = cleaned([AUDIT], last, settings=LAST_WINS)
    assert result.tables["audits"].empty
    assert result.ledger[["held_back", "repeats"]].to_numpy().tolist() == [[0, 1], [2, 0]]


def test_a_row_held_back_is_told_with_the_other_rows_that_have_its_id():
    rows = [AUDIT, AUDIT | {"level_of_need": "CL", "overall_grade": "Fair"}, AUDIT | {"audit_id": "DD-2", "team": "A"}]
    result = cleaned([*rows, AUDIT | {"audit_id": "DD-2", "overall_grade": "Fair"}, AUDIT | {"overall_grade": "Fair"}])
    place = "a.xlsx [Audits] row"
    three = f"more than one row has this Audit ID: {place} 2 and {place} 3 and {place} 6"
    assert problems(result, WARNING) == [
        ("a.xlsx", 3, "Audit ID", "DD-001", three),
        ("a.xlsx", 5, "Audit ID", "DD-2", f"more than one row has this Audit ID: {place} 4 and {place} 5"),
        ("a.xlsx", 6, "Audit ID", "DD-001", three),
    ]
    assert [number for _, number, *_ in problems(result, HELD_BACK)] == [3, 5, 6]
    assert result.tables["audits"]["audit_id"].tolist() == ["DD-001", "DD-2"]


def test_equal_rows_that_are_held_back_need_no_more_than_that_mended():
    result = cleaned([AUDIT | {"overall_grade": "Fair"}] * 2)
    assert problems(result, WARNING) == []


def test_where_many_rows_differ_the_first_places_are_named_and_the_others_counted():
    result = cleaned([AUDIT | {"team": str(number)} for number in range(2000)])
    assert problems(result, HELD_BACK)[0][-1] == (
        "rows with this Audit ID differ: a.xlsx [Audits] row 2 and a.xlsx [Audits] row 3 and a.xlsx [Audits] row 4 "
        "and 1997 more"
    )


def test_a_row_without_an_id_counts_as_often_as_in_the_file_that_has_it_most_often():
    quote = {"date": "03/09/2025", "source": "Mother", "tone": "Positive", "quote": "She listened.", "score": "10/10"}
    result = cleaned([quote], [quote, quote], [quote], sheet=FEEDBACK)
    assert result.tables["feedback"]["source_file"].tolist() == ["a.xlsx", "b.xlsx"]
    assert result.ledger["repeats"].tolist() == [0, 1, 1]
    same = "the same row stands elsewhere and is counted there"
    assert problems(result, REPEAT) == [("b.xlsx", 2, "", "", same), ("c.xlsx", 2, "", "", same)]
    assert cleaned([quote], [quote, quote], sheet=FEEDBACK).ledger["repeats"].tolist() == [0, 1]
    assert cleaned([quote, quote], sheet=FEEDBACK).ledger["repeats"].tolist() == [0]
    assert result.tables["feedback"]["score"].tolist() == [10, 10]


def test_a_file_that_lacks_a_column_repeats_the_one_that_has_it():
    quote = {"date": "03/09/2025", "source": "Mother", "tone": "Positive", "quote": "She listened."}
    other = quote | {"quote": "He did not."}
    result = cleaned([quote, quote], [quote | {"score": "9/10"}, other | {"score": None}], sheet=FEEDBACK)
    assert result.ledger["repeats"].tolist() == [1, 0]
    assert result.tables["feedback"]["score"].fillna(-1).tolist() == [-1, 9, -1]


STEP = {
    "action_id": None,
    "raised": None,
    "action": None,
    "step": 2,
    "step_detail": "b",
    "timescale": "TBC",
    "completed": None,
}
FIRST = STEP | {"action_id": "ACT-1", "raised": "01/09/2025", "action": "Do it", "step": 1, "timescale": "Dec 2025"}


def test_a_blank_action_id_continues_the_action_above():
    actions = cleaned([FIRST, STEP], sheet=ACTIONS).tables["actions"]
    assert actions["action_id"].tolist() == ["ACT-1", "ACT-1"]
    assert actions["action"].tolist() == ["Do it", "Do it"]
    assert actions["due"].tolist() == [pd.Timestamp(2025, 12, 31), pd.NaT]


def test_a_reference_is_taken_out_of_a_timescale_which_keeps_its_date():
    raws = [
        RawSheet("a.xlsx", sheet.name, sheet, pd.DataFrame([row], index=[2], dtype=object))
        for sheet, row in (
            (AUDITS, AUDIT | {"child_reference": "CH-08184"}),
            (ACTIONS, FIRST | {"timescale": "November meeting on CH-08184"}),
        )
    ]
    (action,) = clean(Reading(raws), SETTINGS, NAMES).tables["actions"].to_dict("records")
    assert action["timescale"] == "November meeting on [reference removed]"
    assert action["due"] == pd.Timestamp(2025, 11, 30)


def test_an_action_takes_nothing_from_the_one_above_it():
    rows = [FIRST | {"theme": "Visits"}, STEP | {"theme": None}, FIRST | {"action_id": "ACT-2", "theme": None}]
    themes = cleaned(rows, sheet=ACTIONS).tables["actions"]["theme"]
    assert themes.isna().tolist() == [False, False, True]


def test_a_step_that_is_held_back_leaves_the_same_action_on_another_sheet():
    rows = [[FIRST, STEP], [FIRST, STEP | {"completed": "31/02/2026"}]]
    raws = [
        RawSheet("a.xlsx", name, ACTIONS, pd.DataFrame(steps, index=[2, 3], dtype=object))
        for name, steps in zip(("Action plan", "Actions"), rows, strict=True)
    ]
    result = clean(Reading(raws), SETTINGS, NAMES)
    assert result.ledger[["sheet", "used", "held_back"]].to_numpy().tolist() == [
        ["Action plan", 2, 0],
        ["Actions", 0, 2],
    ]


def test_a_year_of_two_digits_is_of_the_last_century_only_where_it_can_be():
    rows = [AUDIT | {"audit_id": name, "audit_date": f"03/09/{year}"} for name, year in (("A", "90"), ("B", "89"))]
    assert cleaned(rows).tables["audits"]["audit_date"].dt.year.tolist() == [1990, 2089]


def test_an_action_is_held_back_whole_when_a_step_of_it_is():
    result = cleaned([FIRST, STEP | {"completed": "31/02/2026"}, FIRST | {"action_id": "ACT-2"}], sheet=ACTIONS)
    assert result.tables["actions"]["action_id"].tolist() == ["ACT-2"]
    assert [(row, reason) for _, row, _, _, reason in problems(result, HELD_BACK)] == [
        (2, "row 3 of this action is held back"),
        (3, "“31/02/2026” is a date that does not exist"),
    ]


def test_the_same_action_in_two_files_is_compared_as_a_whole():
    assert cleaned([FIRST, STEP], [FIRST, STEP], sheet=ACTIONS).ledger["repeats"].tolist() == [0, 2]
    conflict = cleaned([FIRST, STEP], [FIRST, STEP | {"step_detail": "c"}], sheet=ACTIONS)
    assert conflict.ledger["held_back"].tolist() == [2, 2]


def test_only_a_complete_step_without_a_date_of_completion_is_a_warning():
    done = FIRST | {"status": "Complete", "completed": "10/10/2025"}
    assert problems(cleaned([done], sheet=ACTIONS), WARNING) == []
    reason = "complete without a completion date: counted as complete from its status"
    assert problems(cleaned([done | {"completed": None}], sheet=ACTIONS), WARNING) == [
        ("a.xlsx", 2, "Completed", "", reason)
    ]


@pytest.mark.parametrize("steps", [([FIRST, STEP], [FIRST]), ([FIRST], [FIRST, STEP])])
def test_an_action_that_has_a_step_more_in_another_file_is_a_conflict(steps):
    result = cleaned(*steps, sheet=ACTIONS)
    assert result.ledger["held_back"].tolist() == [len(file) for file in steps]


def test_practice_areas_spelt_alike_are_one():
    rows = (
        [AUDIT | {"sub_grades: Child's voice": "Good"}],
        [AUDIT | {"audit_id": "B", "sub_grades: CHILD’S VOICE": "RI"}],
    )
    sub_grades = cleaned(*rows).tables["sub_grades"]
    assert sub_grades["practice_area"].tolist() == ["Child's voice", "Child's voice"]


def test_practice_areas_stand_in_the_settings_order_and_the_others_by_name():
    areas = ["Zeal", "Planning", "apple", "Assessment"]
    sub_grades = cleaned([AUDIT | {f"sub_grades: {area}": "Good" for area in areas}]).tables["sub_grades"]
    assert list(sub_grades["practice_area"].cat.categories) == ["Assessment", "Planning", "apple", "Zeal"]


def test_missing_sheets_are_empty_tables_of_the_right_types():
    tables = cleaned([AUDIT]).tables
    for sheet in SHEETS:
        schema_of(sheet, SETTINGS).validate(tables[sheet.table])
    assert {sheet.table for sheet in SHEETS} | {"sub_grades", "answers", "audit_actions", "audits_left_out"} == set(
        tables
    )
    assert tables["findings"].empty
    assert tables["findings"]["quarter"].dtype == "period[Q-MAR]"


def test_errors_in_csv_text_are_told_and_odd_spaces_are_spaces():
    rows = [{name: str(value) for name, value in AUDIT.items()} | {"team": "North\u00a0\u2009 East "}]
    rows += [rows[0] | {"audit_id": "\ufeffDD-002\u00a0", "overall_grade": "#REF!"}]
    rows += [
        rows[0] | {"audit_id": "DD-003", "team": "#N/A"},
        rows[0] | {"audit_id": "DD-004", "overall_grade": "#N/A"},
    ]
    raw = RawSheet("a.csv", "audits", AUDITS, pd.DataFrame(rows, index=[2, 3, 4, 5], dtype="str"))
    result = clean(Reading([raw]), SETTINGS, NAMES)
    assert result.tables["audits"]["team"].fillna("").tolist() == ["North East", ""]
    assert problems(result, HELD_BACK) == [
        ("a.csv", 3, "Overall grade", "#REF!", "the cell has an error, #REF!"),
        ("a.csv", 5, "Overall grade", "", "Overall grade is blank"),
    ]
    lookup = "#N/A, as a lookup gives that finds nothing: counted as a blank"
    assert problems(result, CAUTION) == [("a.csv", 4, "Team", "#N/A", lookup)]


def test_true_and_1_are_told_apart():
    quote = {"date": "03/09/2025", "source": "Child", "tone": "Positive", "quote": "Kind.", "score_out_of": 5}
    result = cleaned([quote | {"score": 1}, quote | {"score": True}], sheet=FEEDBACK)
    assert result.tables["feedback"]["score"].fillna(-1).tolist() == [1, -1]
    assert problems(result, DOUBT) == [("a.xlsx", 3, "Score", "Yes", "“Yes” is not a number: not counted")]


def test_numbers_beyond_all_reason_and_quarters_that_cannot_be_hold_the_row_back():
    plan = {"quarter": "2025-26 Q2", "level_of_need": "EH", "planned": 3}
    rows = [plan | {"planned": number} for number in ("9" * 400, 1e300, float("inf"), "-1e9")]
    rows += [plan | {"quarter": quarter} for quarter in ("9999-00 Q1", "0000-01 Q2", "2025-27 Q1", "03/09/2025", 5)]
    result = cleaned(rows, sheet=AUDIT_PLAN)
    assert [column for _, _, column, *_ in problems(result, HELD_BACK)] == ["Planned"] * 4 + ["Quarter"] * 5
    assert result.ledger["held_back"].tolist() == [9]


def test_the_order_of_the_steps_of_an_action_is_no_conflict():
    second = FIRST | {"step": 2, "step_detail": "b", "timescale": "TBC"}
    result = cleaned([FIRST, second], [second, FIRST], sheet=ACTIONS)
    assert result.ledger[["used", "repeats"]].to_numpy().tolist() == [[2, 0], [0, 2]]


def test_a_date_after_the_day_of_the_last_save_is_a_warning(make_project):
    import xlsxwriter

    project = make_project({})
    book = xlsxwriter.Workbook(raw_folder(project) / "a.xlsx")
    book.set_properties({"created": dt.datetime(2025, 9, 30, 12)})
    sheet = book.add_worksheet("Audits")
    sheet.write_row("A1", ["Audit ID", "Audit date", "Level of need", "Overall grade", "Moderation date"])
    sheet.write_row("A2", ["DD-001", "30/09/2025", "EH", "Good", "01/10/2025"])
    sheet.write_row("A3", ["DD-002", "03/09/2205", "EH", "Good"])
    sheet.write_row("A4", ["DD-003", "03/09/2052", "EH", "Good"])
    book.close()
    result = check_project(project)
    assert problems(result, WARNING) == [
        ("a.xlsx", 2, "Moderation date", "01/10/2025", "01/10/2025 is after 30/09/2025, when the workbook was last saved"),
        ("a.xlsx", 4, "Audit date", "03/09/2052", "03/09/2052 is after 30/09/2025, when the workbook was last saved"),
    ]  # fmt: skip
    remedies = result.problems.loc[result.problems["kind"] == WARNING, "remedy"]
    assert set(remedies) == {"Correct the date, if it is wrong."}
    assert problems(result, HELD_BACK) == [
        ("a.xlsx", 3, "Audit date", "03/09/2205", "“03/09/2205” is in the year 2205")
    ]


def test_the_schemas_rule_out_a_key_that_stands_twice():
    from pandera.errors import SchemaError

    tables = cleaned([AUDIT, AUDIT | {"audit_id": "DD-002"}]).tables
    twice = tables["audits"].assign(audit_id="DD-001")
    with pytest.raises(SchemaError, match="each key once"):
        check_tables(tables | {"audits": twice}, SETTINGS)


def test_references_to_people_never_stand_in_a_problem():
    secret = {"auditor": "SECRET-1", "child_reference": "SECRET-2"}
    audits = [AUDIT | secret, AUDIT | secret | {"overall_grade": "RI"}, secret, AUDIT | secret | {"audit_date": "soon"}]
    family = {"audit_date": "soon", "family_reference": "SECRET-3", "overall_grade": "Goood"}
    raws = [
        RawSheet("a.xlsx", sheet.name, sheet, pd.DataFrame(rows, index=range(2, len(rows) + 2), dtype=object))
        for sheet, rows in ((AUDITS, audits), (MULTI_AGENCY_AUDITS, [family, {"family_reference": "SECRET-3"}]))
    ]
    found = clean(Reading(raws), SETTINGS, NAMES).problems
    assert (found["kind"] == HELD_BACK).sum() == 6
    assert "SECRET" not in found.to_csv()


def test_a_workbook_without_a_usable_audit_says_why(make_project):
    rows = [["Audit ID", "Audit date", "Level of need", "Overall grade"], ["DD-001", "soon", "EH", "Good"]]
    project = make_project({"a.xlsx": {"Audits": rows}})
    with pytest.raises(InputError) as caught:
        load(project)
    assert str(caught.value) == (
        f"{project / 'data' / 'raw'}: no audit can be used. The first of 1 rows held back: a.xlsx [Audits] row 2, "
        "Audit date: “soon” is not a date. Write the date day first, e.g. 03/09/2025."
    )


def test_commentary_for_a_section_that_is_none_is_a_warning():
    rows = [{"quarter": "2025-26 Q2", "section": name, "text": "Words."} for name in ("moderation", "Strengths")]
    result = cleaned(rows, sheet=COMMENTARY)
    assert [(row, value, reason) for _, row, _, value, reason in problems(result, WARNING)] == [
        (3, "Strengths", "is not a section of the report: the text is printed nowhere")
    ]


def test_every_section_takes_the_analysts_words():
    import nbformat

    path = Path(__file__).parents[3] / "notebooks" / "quarterly_report.ipynb"
    source = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    assert SECTIONS[:2] == (FAMILIES, QUESTIONS)  # the first screen's
    for section in SECTIONS[2:]:
        assert f"## {section}" in source
        assert f'"{section}"' in source
