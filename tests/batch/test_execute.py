"""Notebooks run through papermill in a real kernel."""

import json
import sys
import tempfile
from contextlib import nullcontext

import nbformat
import psutil
import pytest

from qa_analysis.batch import kernels as kernels_module
from qa_analysis.batch.execute import execute
from qa_analysis.batch.forking import forks
from qa_analysis.batch.kernels import Kernels
from qa_analysis.batch.pages import Page, make_page
from qa_analysis.errors import InputError, ReportError

PARAMETERS = 'quarter = ""\nproject_dir = None'
GIVEN = {"quarter": "2025-26 Q2", "project_dir": "."}
NOTES_ITS_KERNEL = """
import os
with open("pids.txt", "a", encoding="utf-8") as pids:
    _ = pids.write(f"{os.getpid()}\\n")
"""


def outputs(text):
    return [output for cell in nbformat.reads(text, as_version=4).cells for output in cell.get("outputs", [])]


def pids(folder):
    return [int(pid) for pid in (folder / "pids.txt").read_text(encoding="utf-8").split()]


@pytest.fixture
def without_imports(monkeypatch):
    """Start kernels that do not import the library first: for notebooks that make no use of it."""
    monkeypatch.setattr(kernels_module, "_IMPORTS_FIRST", [])


LEAVES_ALL_KINDS_OF_THINGS = """
import os, sys, warnings, matplotlib, numpy, pandas, own_words
warnings.warn("careful")
left = [name for name in ("of_the_page_before",) if name in globals()]
print(quarter, os.getcwd(), sys.executable, hash("a"))
print(left, matplotlib.rcParams["font.size"], pandas.get_option("display.precision"), len(In), len(Out))
print(numpy.array([1 / 3]), os.environ.get("LEFT"), "left" in sys.path, numpy.geterr(), own_words.said)
own_words.said += 1
numpy.set_printoptions(precision=1)
numpy.seterr(all="ignore")
os.environ["LEFT"] = "1"
sys.path.append("left")
os.makedirs("elsewhere", exist_ok=True)
os.chdir("elsewhere")
import matplotlib.pyplot as plt
_ = plt.plot([1, 2])
of_the_page_before = True
matplotlib.rcParams["font.size"] = 99
pandas.set_option("display.precision", 1)
"""


def test_pages_of_one_notebook_share_a_kernel_and_find_nothing_of_the_page_before_or_of_the_clock(
    write_notebook, tmp_path
):
    folder = tmp_path / "Council {pm} & 'Sons'"
    code = (PARAMETERS, NOTES_ITS_KERNEL, LEAVES_ALL_KINDS_OF_THINGS, "1", "2")
    own, other = (write_notebook(folder / f"{name}.ipynb", *code) for name in ("own", "other"))
    (folder / "own_words.py").write_text("said = 0", encoding="utf-8")
    kernels = Kernels([own, other, own, other])
    pages = [folder / "1.ipynb", folder / "2.ipynb", folder / "3.ipynb"]
    for notebook, page in zip([own, other, own], pages, strict=True):
        execute(notebook, page, GIVEN, folder, kernels=kernels)
    first, between, last = pids(folder)
    assert first == last != between
    assert pages[0].read_bytes() == pages[1].read_bytes() == pages[2].read_bytes()
    executed = json.loads(pages[0].read_text(encoding="utf-8"))
    assert "papermill" not in executed["metadata"]
    with forks():  # from a process that has imported the library
        execute(own, folder / "4.ipynb", GIVEN, folder)
    assert (folder / "4.ipynb").read_bytes() == pages[0].read_bytes()
    printed, picture, *numbers = outputs(json.dumps(executed))
    assert printed["text"].startswith(f"2025-26 Q2 {folder} {sys.executable} ")
    assert picture["data"]["image/png"]
    assert [number["data"]["text/plain"] for number in numbers] == ["1", "2"]
    assert not psutil.pid_exists(first)  # its notebook has no more pages
    assert psutil.pid_exists(between)  # waits for the other page of its own
    kernels.close()
    assert not psutil.pid_exists(between)


def test_a_kernel_that_dies_or_cannot_be_emptied_makes_no_other_page_and_none_outlives_its_run(
    write_notebook, tmp_path
):
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, NOTES_ITS_KERNEL)
    kernels = Kernels([notebook] * 4)
    execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path, kernels=kernels)
    waiting = psutil.Process(*pids(tmp_path))
    waiting.kill()
    waiting.wait()
    write_notebook(notebook, PARAMETERS, NOTES_ITS_KERNEL, "get_ipython().reset = None")
    execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path, kernels=kernels)
    execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path, kernels=kernels, meanwhile=kernels.close)
    assert len(set(pids(tmp_path))) == 3
    assert not any(psutil.pid_exists(pid) for pid in pids(tmp_path))


def test_a_cell_that_fails_is_named_with_its_cause_and_its_kernel_is_not_used_again(
    project, write_notebook, without_imports
):
    code = "\nshow(counts['EH'])\nmore()"
    notebook = write_notebook(project / "notebooks" / "own.ipynb", PARAMETERS, NOTES_ITS_KERNEL, code)
    kernels = Kernels([notebook, notebook])
    made = make_page(Page(notebook, "own", GIVEN), project, kernels=kernels)
    assert made.failure == "own.ipynb, cell 4 (“show(counts['EH'])”): NameError: name 'show' is not defined"
    assert made.traceback.startswith("Traceback (most recent call last):\n")
    assert made.traceback.endswith(f"ReportError: {made.failure}\n")
    assert [output["ename"] for output in outputs(made.notebook)] == ["NameError"]
    assert made.html == ""
    assert make_page(Page(notebook, "own", GIVEN), project, kernels=kernels).failure == made.failure
    first, last = pids(project)
    assert first != last
    assert not psutil.pid_exists(first)
    assert not psutil.pid_exists(last)


def test_an_error_of_ours_comes_out_as_its_own_sentence(write_notebook, without_imports, tmp_path):
    code = "from qa_analysis.errors import BadFileError\nraise BadFileError('q2.xlsx', 'file_empty')"
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, code)
    with pytest.raises(InputError) as raised:
        execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path)
    assert str(raised.value) == "q2.xlsx: is empty (0 bytes). Copy it into data/raw again."


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import threading; threading.Event().wait()", r"^own\.ipynb: a cell ran for more than 5 seconds\.$"),
        ("os.kill(os.getpid(), 9)", r"^own\.ipynb: Python stopped while it ran"),
    ],
)
@pytest.mark.parametrize("made_ready", [nullcontext, forks])
def test_a_kernel_that_hangs_or_dies_is_an_error_and_is_gone(
    write_notebook, without_imports, tmp_path, code, message, made_ready
):
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, NOTES_ITS_KERNEL, code)
    with made_ready(), pytest.raises(ReportError, match=message):
        execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path, cell_limit=5)
    assert not psutil.pid_exists(*pids(tmp_path))


def test_where_no_kernel_can_be_forked_one_is_started(write_notebook, without_imports, tmp_path):
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, NOTES_ITS_KERNEL)
    with forks(at_once=True):
        (parent,) = (each for each in psutil.Process().children() if "forking" in each.cmdline()[-1])
        execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path)
        parent.kill()
        execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path)
    assert len({*pids(tmp_path)}) == 2
    assert not any(psutil.pid_exists(pid) for pid in (parent.pid, *pids(tmp_path)))


# Where no kernel can be started, one that is not needed is not missed.
NOWHERE = "a folder that is not there"


def test_a_kernel_that_cannot_be_started_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kernel = Kernels([]).one_for(tmp_path / "own.ipynb", tmp_path / NOWHERE)
    with pytest.raises(FileNotFoundError, match=NOWHERE), kernel:
        pass
    assert list(tmp_path.iterdir()) == []  # not even the file with the key to what it would have said


def test_a_notebook_whose_parameters_are_not_marked_is_not_run(write_notebook, tmp_path):
    notebook = write_notebook(tmp_path / "own.ipynb", PARAMETERS, "print(quarter)")
    notebook.write_text(notebook.read_text(encoding="utf-8").replace('"parameters"', '"Parameters"'), encoding="utf-8")
    with pytest.raises(ReportError, match=r"^own\.ipynb: no cell has the tag “parameters”"):
        execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path / NOWHERE)


@pytest.mark.parametrize("content", [b"", b"no notebook", b"{}", b"\xff"])
def test_a_file_that_is_no_notebook_is_an_error(tmp_path, content):
    notebook = tmp_path / "own.ipynb"
    notebook.write_bytes(content)
    with pytest.raises(ReportError, match=r"^own\.ipynb: is not a notebook"):
        execute(notebook, tmp_path / "out.ipynb", GIVEN, tmp_path / NOWHERE)
