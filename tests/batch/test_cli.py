"""The command line as a user meets it: exit codes, one clear line for each mistake, results on stdout."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from qa_analysis.batch.plan import Failure
from qa_analysis.batch.run import Outcome
from qa_analysis.cli.commands import _logging, _tell_outcome, run_command
from qa_analysis.contract import problems

AUDITS = [
    ["Audit ID", "Audit date", "Level of need", "Overall grade"],
    ["DD-001", "03/07/2025", "EH", "Good"],
    ["DD-002", "04/08/2025", "CIC", "RI"],
]


@pytest.fixture
def project(make_project) -> Path:
    return make_project({"Q2 & more.xlsx": {"Audits": AUDITS}})


def call(capsys, *arguments: object) -> tuple[int, str, str]:
    code = run_command([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_clean_prints_the_ledger_and_ends_with_0(capsys, project):
    code, out, err = call(capsys, "clean", "--project", project)
    assert (code, err) == (0, "")
    assert out.split() == [
        "file",
        "sheet",
        "read",
        "used",
        "held_back",
        "repeats",
        "left_out",
        "Q2",
        "&",
        "more.xlsx",
        "Audits",
        "2",
        "2",
        "0",
        "0",
        "0",
    ]


def test_clean_says_on_stderr_how_many_rows_are_held_back(capsys, make_project):
    project = make_project({"a.xlsx": {"Audits": [*AUDITS, ["DD-003", "soon", "EH", "Good"]]}})
    code, _, err = call(capsys, "clean", "--project", project)
    assert (code, err) == (
        0,
        "a.xlsx [Audits] Audit date: 1 row held back: a value is not a date.\n"
        "1 row is held back; see data/processed/held_back.csv.\n",
    )


def test_check_ends_with_1_where_something_is_in_doubt_and_reading_says_what_was_taken_for_what(capsys, make_project):
    heads, *rows = AUDITS
    doubted = [[*heads, "", "Team"], *([*row, "", team] for row, team in zip(rows, ("North", "South"), strict=True))]
    project = make_project({"a.xlsx": {"Audits": doubted}})
    code, out, _ = call(capsys, "check", "--project", project)
    assert code == 1
    assert "a.xlsx [Audits]: doubt: Team: “Team” (F1) stands beyond an empty column" in out
    code, out, _ = call(capsys, "check", "--reading", "--project", project)
    assert out.splitlines()[0] == "a.xlsx [Audits]: 2 rows read, 2 used, 0 held back, 0 repeats, 0 left out"
    assert out.splitlines()[-1] == "  Team → in doubt"
    _, _, err = call(capsys, "clean", "--project", project)
    assert err.startswith("a.xlsx [Audits]: doubt: Team: “Team” (F1) stands beyond an empty column")


def test_check_writes_nothing_and_ends_with_1_when_a_row_is_held_back(capsys, make_project):
    project = make_project({"a.xlsx": {"Audits": [*AUDITS, ["DD-003", "31/09/2025", "EH", "Good"]]}})
    code, out, _ = call(capsys, "check", "--project", project)
    assert code == 1
    assert "a.xlsx [Audits] row 4: held back: Audit date: “31/09/2025” is a date that does not exist. " in out
    assert not (project / "data" / "processed").exists()


def test_check_ends_with_0_when_there_is_nothing_to_mend(capsys, project):
    code, out, _ = call(capsys, "check", "--project", project)
    assert (code, out) == (0, "")


def test_example_writes_one_workbook_a_quarter(capsys, tmp_path):
    code, out, _ = call(capsys, "example", tmp_path / "data" / "raw" / "example")
    assert code == 0
    assert [Path(line).name for line in out.splitlines()] == [
        f"Audits {quarter}.xlsx"
        for quarter in ("2024-25 Q1", "2024-25 Q2", "2024-25 Q3", "2024-25 Q4", "2025-26 Q1", "2025-26 Q2")
    ]


def test_a_project_without_raw_data_is_one_line(capsys, tmp_path):
    assert call(capsys, "run", "--project", tmp_path) == (
        2, "", f"{tmp_path}: has no data/raw folder. Make one and put the audit workbooks there.\n",
    )  # fmt: skip


def test_without_a_project_anywhere_above_says_where_it_looked(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = call(capsys, "clean")
    assert code == 2
    assert err == (
        f"{tmp_path}: neither this folder nor one above it has a data/raw folder. "
        "Make one and put the audit workbooks there, or name the project with --project.\n"
    )


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "holds no files. Put the audit workbooks (.xlsx or .csv) there."),
        (
            {"notes.docx": "x"},
            "notes.docx: is neither a workbook (.xlsx, .xlsm, .xlsb, .xltx, .xltm, .xls, .xlt, .ods) nor a CSV or text file.",
        ),
        ({"a.xlsx": b"not a workbook"}, "a.xlsx: is not a workbook"),
        ({"a.xlsx": {"Findings": [["Date", "Type", "Finding"]]}}, "no file has an Audits sheet"),
        ({"a.xlsx": {"Audits": [["Audit ID", "Audit date", "Grade"], [1, 2, 3]]}}, "has no column “Level of need”."),
    ],
)
@pytest.mark.parametrize("command", ["run", "clean", "check"])
def test_input_that_cannot_be_used_is_one_line_and_ends_with_2(capsys, make_project, command, files, says):
    project = make_project(files)
    code, out, err = call(capsys, command, "--project", project)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert not (project / "data" / "processed").exists()
    assert not list((project / "reports").rglob("*.html"))


@pytest.mark.parametrize(
    ("quarter", "says"),
    [
        ("2024-25 Q4", "There are no audits of 2024-25 Q4. There are audits of 2025-26 Q2.\n"),
        ("Q5 2025", "“Q5 2025” is not a quarter. Write it like “2025-26 Q2”. There are audits of 2025-26 Q2.\n"),
        ("2025-27 Q2", "“2025-27 Q2” is not a quarter: 2025 is followed by 26, not 27. There are audits of 2025-26 Q2.\n"),
    ],
)  # fmt: skip
def test_a_quarter_that_is_none_or_has_no_audits_names_those_there_are(capsys, project, quarter, says):
    assert call(capsys, "run", "--project", project, "--quarter", quarter) == (2, "", says)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "--quartr", "x"], "No such option: --quartr"),
        (["frobnicate"], "No such command 'frobnicate'."),
        (["check", "--format", "xml"], "xml"),
        (["run", "--jobs", "0"], "--jobs"),
    ],
)
def test_wrong_usage_is_one_line_and_ends_with_2(capsys, arguments, says):
    code, out, err = call(capsys, *arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


def test_a_wrong_setting_is_one_line(capsys, project):
    (project / "settings.toml").write_text("comparitors = 3\n", encoding="utf-8")
    code, _, err = call(capsys, "clean", "--project", project)
    assert code == 2
    assert err == f"{project / 'settings.toml'}: “comparitors” is not a setting; the nearest is “comparators”.\n"


def test_a_run_with_a_slip_in_measures_py_is_one_line_and_publishes_nothing(capsys, project):
    path = project / "measures.py"
    path.write_text("MEASURES = [1 / 0]\n", encoding="utf-8")
    code, out, err = call(capsys, "run", "--project", project)
    assert (code, out, err) == (2, "", f"{path}, line 1: ZeroDivisionError: division by zero\n")
    assert not list((project / "reports").glob("2*"))


def test_debug_shows_where_an_error_came_from(make_project):
    with pytest.raises(Exception, match="holds no files"):
        run_command(["clean", "--debug", "--project", str(make_project({}))])


def test_the_module_does_the_same_as_the_command():
    for command in ([sys.executable, "-m", "qa_analysis"], [str(Path(sys.executable).with_name("qa-analysis"))]):
        said = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True, encoding="utf-8")
        assert "Render" in said.stdout or "render" in said.stdout


def test_importing_the_package_and_asking_for_help_load_nothing_heavy():
    code = "import sys, qa_analysis, qa_analysis.cli.commands; print(sorted({'pandas', 'matplotlib', 'pydantic'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize("command", ["clean", "check"])
def test_a_bad_file_among_good_ones_can_be_left_out_and_is_named(capsys, make_project, command):
    project = make_project({"a.xlsx": {"Audits": AUDITS}, "b.xlsx": b"not a workbook"})
    code, _, err = call(capsys, command, "--project", project)
    assert code == 2
    assert err.startswith("b.xlsx: ")
    code, out, _ = call(capsys, command, "--project", project, "--skip-bad-files")
    assert code == 0
    assert ("b.xlsx" in out) == (command == "check")


def test_a_run_of_several_quarters_ends_with_a_table(capsys):
    summary = pd.DataFrame(
        {"quarter": ["2025-26 Q1", "2025-26 Q2"], "pages": 7, "rendered": [7, 6], "failed": [0, 1]}
    ).assign(published=["yes", "no"])
    data = SimpleNamespace(is_example=False, issues=problems.none())
    failure = Failure("2025-26 Q2", "data_quality", "data_quality.ipynb: a cell ran for more than 10 minutes.")
    assert _tell_outcome(Outcome(data, (), (failure,), Path("index.html"), summary), strict=False) == 1
    assert capsys.readouterr().err.splitlines() == [
        "   quarter  pages  rendered  failed published",
        "2025-26 Q1      7         7       0       yes",
        "2025-26 Q2      7         6       1        no",
        "2025-26 Q2, data_quality: data_quality.ipynb: a cell ran for more than 10 minutes.",
    ]


def test_a_log_holds_what_this_package_says_alone(tmp_path):
    log = tmp_path / "log.txt"
    with _logging(log, tmp_path / "100% & more"):
        logging.getLogger("papermill").error("theirs")
        logging.getLogger("qa_analysis").info("ours")
    said = [line.split(" ", 2)[2] for line in log.read_text(encoding="utf-8").splitlines()]
    assert said == [f"INFO {tmp_path / '100% & more'}: {words}" for words in ("ours", "done")]
