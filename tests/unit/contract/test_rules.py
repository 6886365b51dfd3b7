"""Rules and their sentences: each entry whole, each place that finds one gives what its sentences need."""

from __future__ import annotations

import ast
import re
import string
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest

from qa_analysis.cleaning import naming
from qa_analysis.cleaning.references import fold_reference
from qa_analysis.contract import problems
from qa_analysis.contract.problems import HELD_BACK, KINDS, WARNING
from qa_analysis.contract.rules import OF_A_CELL, RULES, issue, sentences
from qa_analysis.errors import BadFileError, NoQuarterError
from qa_analysis.store.data import load

PACKAGE = Path(__file__).parents[3] / "qa_analysis"
QUOTED = ("value", "heading", "other", "label", "grade", "proof")
MAKES_ISSUES = {"issue", "NotUnderstood", "BadFileError", "NoQuarterError"}
FOUND_ELSEWHERE = {
    code for code in RULES if code.endswith(("_left_blank", "_not_counted", "_of_an_area"))
}  # by the rule without it


def places() -> dict[str, list[tuple[str, frozenset[str]]]]:
    """Return the places in the package that find each rule, with the parts that they give."""
    found = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in MAKES_ISSUES:
                words = [
                    each.value
                    for argument in call.args
                    for each in ast.walk(argument)
                    if isinstance(each, ast.Constant)
                ]
                parts = frozenset(each.arg or "**" for each in call.keywords)
                for code in set(words) & RULES.keys():
                    found[code].append((f"{path.name}:{call.lineno}", parts))
                codes = [
                    word for word in words if isinstance(word, str) and word.replace("_", "").islower() and "_" in word
                ]
                assert set(codes) <= RULES.keys(), f"{path.name}:{call.lineno}: no rule has the code {codes}"
    return found


PLACES = places()


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_whole_and_its_example_makes_its_sentences(code):
    rule = RULES[code]
    assert rule.kind in KINDS
    assert rule.example.keys() - {"file", "sheet", "row", *OF_A_CELL} == rule.names - {*OF_A_CELL}
    assert rule.names - {"nearest"} <= rule.example.keys()
    what, remedy = sentences({"code": code, **rule.example})
    assert what
    assert what[-1] not in ".:;"
    assert remedy.endswith(".") or rule.kind in ("repeat", "note")
    assert not {*"{}*"} & {*what, *remedy}


@pytest.mark.parametrize("code", RULES)
def test_what_somebody_wrote_is_always_quoted_so_that_a_page_can_hide_it(code):
    rule = RULES[code]
    pieces = [piece for text in (rule.reason, rule.then, rule.remedy) for piece in string.Formatter().parse(text)]
    written = [conversion for _, name, _, conversion in pieces if name in QUOTED]
    assert set(written) <= {"c", "w", "t"}
    assert not any(conversion for _, name, _, conversion in pieces if name not in QUOTED)


@pytest.mark.parametrize("code", [code for code in RULES if code not in FOUND_ELSEWHERE])
def test_the_place_that_finds_a_rule_gives_the_parts_that_its_sentences_need(code):
    needed = RULES[code].names - {*OF_A_CELL}
    assert PLACES[code], "nothing finds it"
    for place, parts in PLACES[code]:
        assert parts - {*OF_A_CELL} == needed or "**" in parts, place


def test_codes_that_are_looked_for_are_those_of_rules():
    milder = {re.sub("_(left_blank|not_counted|of_an_area)$", "", code) for code in FOUND_ELSEWHERE}
    assert {*naming._INSTEAD, *milder} <= RULES.keys()


@pytest.mark.parametrize("parts", [{}, {"year": 1925, "month": 9}, {"years": 1925}])
def test_an_issue_without_the_parts_of_its_rule_or_with_others_is_an_error(parts):
    with pytest.raises(TypeError, match="the rule impossible_year needs the parts year"):
        issue("impossible_year", **parts)
    with pytest.raises(KeyError):
        issue("impossible_month")


def test_parts_that_are_left_out_take_their_words_with_them():
    assert sentences(issue("unknown_measure", value="x"))[0] == "“x” is not a measure"
    assert sentences(issue("rows_differ", column="Audit ID", places=""))[0] == "rows with this Audit ID differ"
    assert (
        sentences(issue("rows_differ", column="Audit ID", places="a and b"), None)[0]
        == "rows with this Audit ID differ"
    )


def test_a_cell_with_marks_of_its_own_is_quoted_once_and_cut_short():
    what, _ = sentences(issue("not_a_date", value=f"{{year}} “so” {'very ' * 20}"))
    assert what == '“{year} "so" very very very very very very very very very ve…” is not a date'


def test_an_error_says_what_a_problem_says_without_what_is_done_about_it():
    bad = BadFileError("a.csv", "csv_ragged", cells=9, line=7, width=8)
    assert str(bad) == "a.csv: has 9 cells in line 7 and at most 8 above. Open it in Excel and save it again as CSV."
    (told,) = problems.told(problems.of_places([{"file": bad.file} | bad.issue])).to_dict("records")
    assert (told["kind"], told["reason"]) == (
        WARNING,
        "has 9 cells in line 7 and at most 8 above: the whole file is left out",
    )
    wrong = NoQuarterError("2025-27 Q2", "years_do_not_follow", start=2025, next=26, end=27)
    assert str(wrong) == "“2025-27 Q2” is not a quarter: 2025 is followed by 26, not 27."


ROWS = pd.DataFrame({"source_file": "a.xlsx", "source_sheet": "Audits", "source_row": [2, 3, 4]}, index=[7, 8, 9])


def test_issues_of_rows_keep_their_index_and_have_parts_of_their_own():
    years = pd.Series(["1925", "2101", "1925"], index=ROWS.index)
    found = problems.of_rows(ROWS, issue("impossible_year", year=years), "Audit date", "x")
    assert found.index.tolist() == [7, 8, 9]
    assert found["row"].tolist() == [2, 3, 4]
    assert found["parts"].tolist() == ['{"year": "1925"}', '{"year": "2101"}', '{"year": "1925"}']
    assert found["kind"].tolist() == [HELD_BACK] * 3
    assert problems.told(found)["reason"].tolist() == [f"“x” is in the year {year}" for year in years]
    assert problems.of_rows(ROWS.iloc[:0], issue("blank"), "Audit date").empty
    assert problems.told(problems.none()).empty


def test_a_row_held_back_for_several_reasons_is_one_line_in_their_order_with_all_codes():
    unknown = {"what": "a grade", "words": "Good, RI"}
    found = pd.concat(
        [
            problems.of_rows(
                ROWS.iloc[:2], issue("unknown_value", **unknown), "Sub-grade: Z", pd.Series(["?", "x"], [7, 8])
            ),
            problems.of_rows(ROWS.iloc[:1], issue("percentage_below_1"), "Percent", "0.5"),
            problems.of_rows(ROWS.iloc[:1], issue("unknown_value", **unknown), "Sub-grade: A", "?"),
            problems.of_rows(ROWS.iloc[:1], issue("blank"), "Team"),
        ]
    )
    told = problems.told(problems.in_order(found))
    remedy = "Write one of Good, RI, or add the word to settings.toml."
    assert told[["kind", "row", "column", "value", "reason", "remedy", "code"]].to_numpy().tolist() == [
        [
            HELD_BACK, 2, "Sub-grade: Z; Sub-grade: A; Team", "?", "“?” is not a grade; Team is blank",
            f"Sub-grade: Z: {remedy} Sub-grade: A: {remedy} Team: Fill in Team.", "unknown_value; blank",
        ],
        [HELD_BACK, 3, "Sub-grade: Z", "x", "“x” is not a grade", remedy, "unknown_value"],
        [
            WARNING, 2, "Percent", "0.5", "is read as less than 1 in 100",
            "Write percentages from 0 to 100, e.g. 28 for 28%.", "percentage_below_1",
        ],
    ]  # fmt: skip
    assert problems.rows_held_back(found).sum() == 2


def test_two_values_of_a_row_that_a_page_hides_are_two_reasons():
    unknown = issue("unknown_value", what="a grade", words="Good")
    found = pd.concat(problems.of_rows(ROWS.iloc[:1], unknown, column, column) for column in ("A", "B"))
    assert problems.told(found, lambda *_: "…")["reason"].tolist() == ["“…” is not a grade; “…” is not a grade"]


def test_codes_and_parts_are_stored_and_sentences_made_when_they_are_asked_for(make_project):
    headings = ["Audit ID", "Audit date", "Level of need", "Overall grade", "Mood"]
    rows = [headings, ["A-1", "03/09/2025", "EH", "Good", "x"], ["A-2", "03/09/2025", "EH", "Goood", "x"]]
    project = make_project({"a.xlsx": {"Audits": rows}})
    data = load(project)
    stored = pd.read_parquet(project / "data" / "processed" / "problems.parquet")
    assert stored.columns.tolist() == [
        "kind",
        "code",
        "file",
        "sheet",
        "row",
        "column",
        "value",
        "nearest",
        "parts",
        "quarter",
    ]
    assert stored["code"].tolist() == ["unknown_value", "unknown_column"]
    assert stored["parts"][1] == '{"heading": "Mood"}'
    assert data.problems.columns.tolist() == [*problems.COLUMNS, "quarter"]
    assert data.problems["reason"].tolist() == [
        "“Goood” is not a grade; the nearest is “Good”", "unknown column “Mood”: left alone",
    ]  # fmt: skip
    held_back = pd.read_csv(project / "data" / "processed" / "held_back.csv")
    assert held_back[["row", "value", "code"]].to_numpy().tolist() == [[3, "Goood", "unknown_value"]]


def test_a_name_is_hidden_in_the_parts_of_issues_too_whatever_signs_it_has():
    called = 'nurse "Jane Smith".xlsx'
    held = fold_reference(called)
    found = problems.of_places(
        [
            {"file": called}
            | issue("name_holds_a_detail", name="name of the file", detail="a person's name", value=held),
            {"file": "b.xlsx"} | issue("rows_differ", column="Audit ID", places=f"{called} [Audits] row 2"),
        ]
    )
    tables, _ = naming.shown({"problems": found}, pd.DataFrame({"file": [called, "b.xlsx"]}))
    assert problems.told(tables["problems"])["reason"].tolist() == [
        "the name of the file looks like it holds a person's name: not shown on the pages",
        "rows with this Audit ID differ: [name not shown] [Audits] row 2",
    ]
    assert "Jane" not in tables["problems"].to_csv()
