"""Notebooks run through papermill in a real kernel."""

import json
import sys

import nbformat
import psutil
import pytest

from qa_analysis.errors import InputError, ReportError
from qa_analysis.report.execute import execute
from qa_analysis.report.kernels import Kernels

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


LEAVES_ALL_KINDS_OF_THINGS = """
import os, sys, matplotlib, numpy, pandas, own_words
left = [name for name in ("of_the_page_before",) if name in globals()]
print(left, os.getcwd(), matplotlib.rcParams["font.size"], pandas.get_option("display.precision"), len(In), len(Out))
print(numpy.array([1 / 3]), os.environ.get("LEFT"), "left" in sys.path, numpy.geterr(), own_words.said)
own_words.said += 1
numpy.set_printoptions(precision=1)
numpy.seterr(all="ignore")
os.environ["LEFT"] = "1"
sys.path.append("left")
with open("pids.txt", "a", encoding="utf-8") as pids:
    _ = pids.write(f"{os.getpid()}\\n")
os.makedirs("elsewhere", exist_ok=True)
os.chdir("elsewhere")
of_the_page_before = True
matplotlib.rcParams["font.size"] = 99
pandas.set_option("display.precision", 1)
"""


@pytest.fixture
def own_words(tmp_path):
    (tmp_path / "own_words.py").write_text("said = 0", encoding="utf-8")


def pids(folder):
    return [int(pid) for pid in (folder / "pids.txt").read_text(encoding="utf-8").split()]


def test_a_kernel_makes_the_pages_of_one_notebook_and_finds_nothing_of_the_page_before(
    write_notebook, own_words, tmp_path
):
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, LEAVES_ALL_KINDS_OF_THINGS, "1", "2")
    other = write_notebook(tmp_path / "other.ipynb", PARAMETERS, LEAVES_ALL_KINDS_OF_THINGS, "1", "2")
    kernels = Kernels([notebook, other, notebook])
    pages = [tmp_path / "1.ipynb", tmp_path / "2.ipynb", tmp_path / "3.ipynb"]
    for which, page in zip([notebook, other, notebook], pages, strict=True):
        execute(which, page, GIVEN, tmp_path, kernels=kernels)
    first, between, last = pids(tmp_path)
    assert first == last != between
    assert pages[0].read_bytes() == pages[1].read_bytes() == pages[2].read_bytes()
    assert not any(psutil.pid_exists(pid) for pid in (first, between))


def test_a_kernel_whose_page_failed_is_not_used_again(write_notebook, own_words, tmp_path):
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, LEAVES_ALL_KINDS_OF_THINGS, "1 / 0")
    kernels = Kernels([notebook, notebook])
    for _ in range(2):
        with pytest.raises(ReportError, match="division by zero"):
            execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path, kernels=kernels)
    first, last = pids(tmp_path)
    assert first != last
    assert not psutil.pid_exists(first)


def test_a_kernel_that_cannot_be_emptied_is_not_used_again(write_notebook, own_words, tmp_path):
    notebook = write_notebook(
        tmp_path / "own.ipynb", PARAMETERS, LEAVES_ALL_KINDS_OF_THINGS, "get_ipython().reset = None"
    )
    kernels = Kernels([notebook, notebook])
    for _ in range(2):
        execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path, kernels=kernels)
    first, last = pids(tmp_path)
    assert first != last


def test_kernels_that_wait_for_a_page_are_stopped_where_none_comes(write_notebook, own_words, tmp_path):
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, LEAVES_ALL_KINDS_OF_THINGS)
    kernels = Kernels([notebook, notebook])
    execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path, kernels=kernels)
    (pid,) = pids(tmp_path)
    assert psutil.pid_exists(pid)
    kernels.close()
    assert not psutil.pid_exists(pid)


def test_a_page_that_is_made_while_the_kernels_are_closed_leaves_none(write_notebook, own_words, tmp_path):
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, LEAVES_ALL_KINDS_OF_THINGS)
    kernels = Kernels([notebook, notebook])
    execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path, kernels=kernels, meanwhile=kernels.close)
    (pid,) = pids(tmp_path)
    assert not psutil.pid_exists(pid)


def test_a_kernel_that_died_while_it_waited_costs_no_page(write_notebook, own_words, tmp_path):
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, LEAVES_ALL_KINDS_OF_THINGS)
    kernels = Kernels([notebook, notebook])
    execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path, kernels=kernels)
    waiting = psutil.Process(*pids(tmp_path))
    waiting.kill()
    waiting.wait()
    execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path, kernels=kernels)
    first, last = pids(tmp_path)
    assert first != last


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
    code = "from qa_analysis.errors import BadFileError\nraise BadFileError('q2.xlsx', 'is empty', 'Copy it again.')"
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, code)
    with pytest.raises(InputError) as raised:
        execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path)
    assert str(raised.value) == "q2.xlsx: is empty. Copy it again."


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
