"""Notebooks run through papermill in a real kernel."""

import json
import sys

import nbformat
import pytest

from qa_analysis.errors import InputError, ReportError
from qa_analysis.report.execute import execute

pytestmark = pytest.mark.slow

PARAMETERS = 'quarter = ""\nproject_dir = None'
GIVEN = {"quarter": "2025-26 Q2", "project_dir": "."}


def outputs(path):
    return [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]


def test_it_runs_here_with_its_parameters_and_leaves_nothing_of_the_clock(write_notebook, tmp_path):
    folder = tmp_path / "Council {pm} & 'Sons'"
    notebook = write_notebook(
        folder / "notebooks" / "own.ipynb",
        PARAMETERS,
        "import os, sys, warnings; warnings.warn('careful')",
        "print(quarter, os.getcwd(), sys.executable, hash('a'))",
    )
    first, second = folder / "first.ipynb", folder / "second.ipynb"
    execute(notebook, first, GIVEN, folder)
    execute(notebook, second, GIVEN, folder)
    (printed,) = outputs(first)
    assert printed["text"].startswith(f"2025-26 Q2 {folder} {sys.executable} ")
    assert first.read_bytes() == second.read_bytes()
    assert "papermill" not in json.loads(first.read_text(encoding="utf-8"))["metadata"]


def test_a_cell_that_fails_is_named_with_its_cause(write_notebook, tmp_path):
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, "counts = {}", "\nshow(counts['EH'])\nmore()")
    out = tmp_path / "out.ipynb"
    with pytest.raises(ReportError) as raised:
        execute(notebook, out, GIVEN, tmp_path)
    assert str(raised.value) == "own.ipynb, cell 4 (“show(counts['EH'])”): NameError: name 'show' is not defined"
    assert [output["ename"] for output in outputs(out)] == ["NameError"]


def test_a_notebook_whose_parameters_are_not_marked_is_not_run(write_notebook, tmp_path):
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, "print(quarter)")
    notebook.write_text(notebook.read_text(encoding="utf-8").replace('"parameters"', '"Parameters"'), encoding="utf-8")
    with pytest.raises(ReportError, match=r"^own\.ipynb: no cell has the tag “parameters”"):
        execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path)


def test_an_error_of_ours_comes_out_as_its_own_sentence(write_notebook, tmp_path):
    code = "from qa_analysis.quarter import parse_quarter\nparse_quarter('2025-27 Q2')"
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, code)
    with pytest.raises(InputError) as raised:
        execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path)
    assert str(raised.value) == "“2025-27 Q2” is not a quarter: 2025 is followed by 26, not 27."


def test_a_kernel_that_dies_is_an_error(write_notebook, tmp_path):
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, "import os; os._exit(1)")
    with pytest.raises(ReportError, match=r"^own\.ipynb: Python stopped while it ran"):
        execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path)


@pytest.mark.parametrize("content", ["", "no notebook", "{}"])
def test_a_file_that_is_no_notebook_is_an_error(tmp_path, content):
    notebook = tmp_path / "own.ipynb"
    notebook.write_text(content, encoding="utf-8")
    with pytest.raises(ReportError, match=r"^own\.ipynb: is not a notebook"):
        execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path)
