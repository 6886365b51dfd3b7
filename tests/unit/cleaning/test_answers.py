"""Answers to questions: columns of the audits, or a sheet of their own; what is not understood, and what is of nobody."""

from __future__ import annotations

import pandas as pd
import pytest

from qa_analysis.cleaning.clean import Cleaned, clean
from qa_analysis.contract.columns import ANSWERS, AUDITS
from qa_analysis.contract.problems import DOUBT, HELD_BACK
from qa_analysis.metrics.catalogue import NAMES
from qa_analysis.reading.sheets import RawSheet, Reading
from tests.unit.cleaning.test_clean import AUDIT, SETTINGS, problems

ALONE, SAFE = "Child seen alone", "Safe at home"


def cleaned(audits: list[dict], answers: list[dict] = (), settings=SETTINGS) -> Cleaned:
    """Clean one workbook: its audits, each named DD-1, DD-2, …, and what stands on its sheet of answers."""
    named = [AUDIT | {"audit_id": f"DD-{place}"} | audit for place, audit in enumerate(audits, 1)]
    raws = [
        RawSheet("a.xlsx", sheet.name, sheet, pd.DataFrame(rows, index=range(2, len(rows) + 2), dtype=object))
        for sheet, rows in ((AUDITS, named), (ANSWERS, list(answers)))
        if rows
    ]
    return clean(Reading(raws), settings, NAMES)


def said(result: Cleaned) -> list[tuple[str, str, str]]:
    table = result.tables["answers"]
    return list(table[["audit_id", "question", "answer"]].astype(str).itertuples(index=False, name=None))


def answer(audit_id: str, question: str, word: str) -> dict:
    return {"audit_id": audit_id, "question": question, "answer": word}


class TestColumns:
    def test_are_one_row_an_answer_in_the_words_of_the_settings(self):
        rows = [
            {f"answers: {ALONE}": "y", f"answers: {SAFE}": "N/A"},
            {f"answers: {ALONE}": "Partially met", f"answers: {SAFE}": None},
            {f"answers: {ALONE}": False, f"answers: {SAFE}": "Not met"},
        ]
        assert said(cleaned(rows)) == [
            ("DD-1", ALONE, "Yes"), ("DD-1", SAFE, "Not applicable"), ("DD-2", ALONE, "Partly"),
            ("DD-3", ALONE, "No"), ("DD-3", SAFE, "No"),
        ]  # fmt: skip

    def test_an_answer_that_is_not_understood_is_in_doubt_and_its_audit_is_counted(self):
        result = cleaned([{f"answers: {ALONE}": "Mostly"}, {f"answers: {ALONE}": "Yes"}])
        assert said(result) == [("DD-2", ALONE, "Yes")]
        assert len(result.tables["audits"]) == 2
        assert problems(result, DOUBT) == [
            ("a.xlsx", 2, f"Answer: {ALONE}", "Mostly", "“Mostly” is not an answer: not counted"),
        ]

    def test_leave_the_audits_without_columns_of_their_own(self):
        result = cleaned([{f"answers: {ALONE}": "Yes"}])
        assert not [name for name in result.tables["audits"] if "answer" in name]

    def test_an_answer_has_the_quarter_service_and_team_of_its_audit(self):
        table = cleaned([{"team": "North", f"answers: {ALONE}": "Yes"}]).tables["answers"]
        assert table[["quarter", "level_of_need", "team"]].astype(str).to_numpy().tolist() == [
            ["2026Q2", "EH", "North"]
        ]


class TestSheet:
    def test_is_read_as_columns_are_and_one_question_has_one_spelling(self):
        rows = [answer("DD-1", ALONE, "Yes"), answer("dd 2", "child seen alone", "No"), answer("DD-2", SAFE, "n/a")]
        assert said(cleaned([{}, {}], rows)) == [
            ("DD-1", ALONE, "Yes"), ("DD-2", ALONE, "No"), ("DD-2", SAFE, "Not applicable"),
        ]  # fmt: skip

    def test_holds_back_what_is_of_no_audit_not_understood_or_answered_twice(self):
        rows = [
            answer("DD-9", ALONE, "Yes"), answer("DD-1", SAFE, "Mostly"), answer("DD-1", ALONE, "No"),
            answer("DD-2", SAFE, "Yes"), answer("DD-2", SAFE, "No"),
        ]  # fmt: skip
        result = cleaned([{f"answers: {ALONE}": "Yes"}, {f"answers: {ALONE}": None}], rows)
        assert [each[1:] for each in problems(result, HELD_BACK)] == [
            (2, "Audit ID", "DD-9", "no audit that is used has this Audit ID"),
            (3, "Answer", "Mostly", "“Mostly” is not an answer"),
            (4, "Question", "", "the audit's own row on the sheet Audits answers this question, too"),
            (5, "Audit ID and Question", "DD-2",
             "rows with this Audit ID and Question differ: a.xlsx [Answers] row 5 and a.xlsx [Answers] row 6"),
            (6, "Audit ID and Question", "DD-2",
             "rows with this Audit ID and Question differ: a.xlsx [Answers] row 5 and a.xlsx [Answers] row 6"),
        ]  # fmt: skip
        assert said(result) == [("DD-1", ALONE, "Yes")]
        assert result.ledger[["read", "used", "held_back"]].to_numpy().tolist() == [[5, 0, 5], [2, 2, 0]]

    def test_answers_of_a_draft_are_left_out_with_it(self):
        rows = [answer("DD-1", ALONE, "Yes"), answer("DD-2", ALONE, "Yes")]
        settings = SETTINGS.model_copy(update={"counted_statuses": ["Complete"]})
        result = cleaned([{"audit_status": "Draft"}, {}], rows, settings)
        assert said(result) == [("DD-2", ALONE, "Yes")]
        assert result.ledger[["used", "left_out"]].to_numpy().tolist() == [[1, 1], [1, 1]]


def test_nothing_is_a_table_of_the_right_types():
    table = cleaned([{}]).tables["answers"]
    assert table.empty
    assert table["answer"].dtype == pd.CategoricalDtype(["Yes", "Partly", "No", "Not applicable"])


@pytest.mark.parametrize("several", [AUDITS.column("sub_grades"), AUDITS.column("answers")])
def test_plain_headings_are_questions_or_practice_areas_by_the_settings(make_project, several):
    from qa_analysis.store.data import check_project

    word = {"grade": "Good", "answer": "Yes"}[several.kind]
    heads = ["Audit ID", "Audit date", "Level of need", "Overall grade", "Was the child seen alone?"]
    project = make_project({"a.xlsx": {"Audits": [heads, ["A-1", "01/07/2025", "EH", "Good", word]]}})
    names = f'[columns."Audits"]\n"{several.heading}: {ALONE}" = ["Was the child seen alone?"]\n'
    (project / "settings.toml").write_text(names, encoding="utf-8")
    found = check_project(project)
    assert found.problems.empty
    table = found.tables[several.name]
    assert table[table.columns[-4 if several.kind == "grade" else -2]].astype(str).tolist() == [ALONE]
