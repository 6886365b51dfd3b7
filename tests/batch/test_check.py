"""`qa-analysis check` and `template`: what they print, and how they end."""

from __future__ import annotations

import csv
import io
import json
import sys

import pytest

from qa_analysis.__main__ import main
from qa_analysis.cli.commands import run_command
from qa_analysis.contract.problems import COLUMNS

AUDITS = [["Audit ID", "Audit date", "Level of need", "Overall grade"], ["A-1", "03/09/2025", "EH", "Good"]]
FINDINGS = ["Date", "Type", "Finding"]


def check(project, capsys, *options) -> tuple[int, str, str]:
    code = run_command(["check", "--project", str(project), *options])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_nothing_found_is_said_and_ends_with_0(make_project, capsys):
    project = make_project({"a.xlsx": {"Audits": AUDITS}})
    assert check(project, capsys) == (0, "", "No problems found.\n")
    assert not (project / "data" / "processed").exists()


def test_problems_are_one_line_each_file_by_file_most_urgent_first(make_project, capsys):
    finding = ["04/09/2025", "Learning", "8 of 45 grades\nchanged (19%), says social worker Jane Smith"]
    project = make_project(
        {
            "b.xlsx": {"Audits": [AUDITS[0], ["B-1", "03/09/2025", "EH", "Goood"]]},
            "a.xlsx": {"Audits": [[*AUDITS[0], "Mood"], *AUDITS[1:]], "Findings": [FINDINGS, finding]},
        }
    )
    code, out, _ = check(project, capsys)
    first, second, third, fourth = out.splitlines()
    assert code == 1
    assert (
        first
        == "a.xlsx [Findings] row 2: wrong claim: Finding: “8 of 45 grades changed (19%)” does not add up. Write 18%."
    )
    assert second == (
        "a.xlsx [Findings] row 2: warning: Finding: looks like it holds a person's name. "
        "Take it out; a report may print this text."
    )
    assert third.startswith("a.xlsx [Audits]: note: unknown column “Mood”")
    assert fourth.startswith("b.xlsx [Audits] row 2: held back: Overall grade: “Goood” is not a grade")
    assert "Jane" not in out


def test_all_that_is_wrong_is_told_at_once_files_headings_and_rows(make_project, capsys):
    audits = [AUDITS[0], ["A-1", "31/09/2025", "EH", "Good"], ["A-2", "03/09/2025", "EH", "Goood"]]
    sheets = {
        "Audits": audits,
        "Findings": [["Date", "Typ", "Finding"], ["03/09/2025", "Learning", "Late"]],
        "Notes": [["x"]],
    }
    project = make_project({"a.xlsx": sheets, "b.xlsx": b""})
    code, out, err = check(project, capsys)
    assert code == 2
    assert err.splitlines() == [
        "a.xlsx [Findings]: has no column “Type”. Headings found: “Date”, “Typ”, “Finding”. Rename the heading, or "
        "give it under [columns] in settings.toml.",
        "b.xlsx: is empty (0 bytes). Copy it into data/raw again.",
        "What follows is of the sheets that could be read.",
    ]
    assert [line.split(": ")[:2] for line in out.splitlines()] == [
        ["a.xlsx [Audits] row 2", "held back"],
        ["a.xlsx [Audits] row 3", "held back"],
        ["a.xlsx [Notes]", "note"],
    ]
    for form in ("json", "csv"):
        assert check(project, capsys, "--format", form)[0] == 2


def test_a_wrong_claim_alone_ends_with_1(make_project, capsys):
    rows = [FINDINGS, ["04/09/2025", "Learning", "8 of 45 changed (19%)"]]
    assert check(make_project({"a.xlsx": {"Audits": AUDITS, "Findings": rows}}), capsys)[0] == 1


def test_a_warning_alone_ends_with_0(make_project, capsys):
    rows = [FINDINGS, ["04/09/2025", "Learning", "Ring 01632 960983"]]
    code, out, err = check(make_project({"a.xlsx": {"Audits": AUDITS, "Findings": rows}}), capsys)
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    assert "a phone number" in out
    assert "01632" not in out


@pytest.fixture
def faulty(make_project):
    rows = [*AUDITS, ["=A-2", "03/09/2025", "EH", "Go\x08\x1b[31mo\u202ed “x”"]]
    return make_project({"audits.csv": "\n".join(",".join(row) for row in rows)})


def test_nothing_in_a_cell_can_steer_the_terminal(faulty, capsys):
    _, out, _ = check(faulty, capsys)
    assert out.endswith("\n")
    assert out[:-1].isprintable()
    assert '“Go␈␛[31mo\\u202ed "x"” is not a grade' in out


@pytest.mark.parametrize("form", ["csv", "json"])
def test_nothing_in_a_cell_can_steer_what_prints_the_csv_or_json(faulty, capsys, form):
    _, out, _ = check(faulty, capsys, "--format", form)
    (row,) = csv.DictReader(io.StringIO(out)) if form == "csv" else json.loads(out)
    assert row["value"] == "Go␈␛[31mo\\u202ed “x”"
    assert row["reason"].startswith('“Go␈␛[31mo\\u202ed "x"” is not a grade')


STEERING = "\x1b]0;mine\x07\x9b31m"
HARMLESS = "␛]0;mine␇\\u009b31m"


def test_nothing_in_a_heading_can_steer_the_terminal(make_project, capsys):
    text = f"Audit ID,Audit date,Level of need,Overall{STEERING}\nA-1,03/09/2025,EH,Good\n"
    code, out, err = check(make_project({"audits.csv": text}), capsys)
    assert (code, out) == (2, "")
    assert f"“Overall{HARMLESS}”" in err
    assert err[:-1].isprintable()


@pytest.mark.skipif(sys.platform == "win32", reason="no such file name can be there")
def test_nothing_in_a_files_name_can_steer_the_terminal(make_project, capsys):
    rows = "\n".join(",".join(row) for row in AUDITS)
    project = make_project({"audits \x1b[31m.csv": f"{rows}\n"})
    _, out, err = check(project, capsys)
    assert (out + err).replace("\n", "").isprintable()
    assert run_command(["clean", "--project", str(project)]) == 0
    printed = capsys.readouterr()
    assert "audits ␛[31m.csv" in printed.out
    assert (printed.out + printed.err).replace("\n", "").isprintable()


def test_held_back_csv_shows_what_steers_a_terminal(faulty, capsys):
    run_command(["clean", "--project", str(faulty)])
    capsys.readouterr()
    text = (faulty / "data" / "processed" / "held_back.csv").read_text(encoding="utf-8")
    assert text.replace("\n", "").isprintable()
    assert "Go␈␛[31mo" in text


@pytest.mark.parametrize("form", ["csv", "json"])
def test_csv_and_json_hold_the_same_columns(faulty, capsys, form):
    code, out, _ = check(faulty, capsys, "--format", form)
    (row,) = csv.DictReader(io.StringIO(out)) if form == "csv" else json.loads(out)
    assert code == 1
    assert list(row) == COLUMNS
    assert (row["kind"], row["file"], row["sheet"], str(row["row"])) == ("held back", "audits.csv", "audits", "3")


def test_nothing_found_is_an_empty_table_in_csv_and_json(make_project, capsys):
    project = make_project({"a.xlsx": {"Audits": AUDITS}})
    assert json.loads(check(project, capsys, "--format", "json")[1]) == []
    assert check(project, capsys, "--format", "csv")[1] == f"{','.join(COLUMNS)}\n"


def test_the_example_says_that_it_is_fictional(make_project, capsys):
    project = make_project({"example/a.xlsx": {"Audits": AUDITS}})
    says = "Fictional example data: data/raw holds no files but the example's.\n"
    assert check(project, capsys)[2] == f"{says}No problems found.\n"
    assert run_command(["clean", "--project", str(project)]) == 0
    assert capsys.readouterr().err == says


def test_a_terminal_that_lacks_a_letter_gets_a_question_mark(make_project, monkeypatch, capsys):
    project = make_project({"a.xlsx": {"Audits": [*AUDITS, ["A-2", "03/09/2025", "EH", "Goood"]]}})
    printed = io.TextIOWrapper(io.BytesIO(), encoding="cp437")
    monkeypatch.setattr(sys, "stdout", printed)
    monkeypatch.setattr(sys, "argv", ["qa-analysis", "check", "--project", str(project)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    printed.flush()
    assert b"?Goood? is not a grade" in printed.buffer.getvalue()
    assert capsys.readouterr().err == ""


def test_template_is_written_once(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_command(["template", "audits.xlsx"]) == 0
    assert capsys.readouterr().out == "audits.xlsx\n"
    assert (tmp_path / "audits.xlsx").is_file()
    assert run_command(["template", "audits.xlsx"]) == 2
    assert capsys.readouterr().err == "audits.xlsx: exists already. Choose another name, or move that file away.\n"


def test_template_has_the_projects_practice_areas(tmp_path):
    import openpyxl

    (tmp_path / "settings.toml").write_text('practice_areas = ["Risk"]', encoding="utf-8")
    assert run_command(["template", str(tmp_path / "audits.xlsx"), "--project", str(tmp_path)]) == 0
    headings = [cell.value for cell in openpyxl.load_workbook(tmp_path / "audits.xlsx")["Audits"][1]]
    assert [heading for heading in headings if heading.startswith("Sub-grade")] == ["Sub-grade: Risk"]
