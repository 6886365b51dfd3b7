"""Whatever may go wrong while a run is at work, with the real fault each time."""

import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path

import pytest

from qa_analysis.cli import run_command
from qa_analysis.errors import InputError
from qa_analysis.report.plan import Failure
from qa_analysis.report.publish import only_run
from qa_analysis.report.run import run
from qa_analysis.store import load
from tests.batch.batches import (
    AUDITS,
    HEADINGS,
    NEWEST,
    PARAMETERS,
    SETTINGS,
    assert_no_kernel_is_left,
    contents,
    kernels_of,
    read_until,
    start,
)

pytestmark = pytest.mark.slow

MOMENTS = ["[0/2]", "[1/2]", "[2/2]"]  # lines of the progress: before the first page, between two, while publishing


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("while True: pass", "data_quality.ipynb: a cell ran for more than 5 seconds."),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "data_quality.ipynb: Python stopped while it ran"),
    ],
)
def test_a_kernel_that_hangs_or_dies_costs_its_quarter_alone(project, write_notebook, code, message):
    run(project, all_quarters=True, only=["data_quality"], jobs=2)
    before = contents(project / "reports" / "2025-26-Q2")
    code = f"if quarter == '2025-26 Q2':\n    {code}"
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, code)
    outcome = run(project, all_quarters=True, only=["data_quality"], jobs=2, cell_limit=5)
    (failure,) = outcome.failures
    assert failure.message.startswith(message)
    assert outcome.published == (project / "reports" / "2025-26-Q1",)
    assert outcome.summary.to_dict("list") == {
        "quarter": ["2025-26 Q1", "2025-26 Q2"], "pages": [3, 3], "rendered": [1, 0], "failed": [0, 1],
        "published": ["yes", "no"],
    }  # fmt: skip
    assert contents(project / "reports" / "2025-26-Q2") == before
    kept = project / "reports" / "failed" / "2025-26-Q2" / "data_quality.txt"
    assert message in kept.read_text(encoding="utf-8")
    assert "Traceback" in kept.read_text(encoding="utf-8")
    assert_no_kernel_is_left(project)


def test_a_run_killed_at_any_moment_leaves_whole_files_and_no_kernel(project, write_notebook):
    run(project, all_quarters=True, only=["data_quality"], jobs=2)
    old = contents(project / "reports")
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, "print('New page of', quarter)")
    killed = {moment: Path(shutil.copytree(project, project.with_name(f"killed at {moment[1]}"))) for moment in MOMENTS}
    run(project, all_quarters=True, only=["data_quality"], jobs=2)
    new = contents(project / "reports")
    assert new != old
    for moment, disturbed in killed.items():
        process = start(disturbed, "--only", "data_quality")
        read_until(process, moment)
        process.kill()
        process.communicate()
        for name, content in contents(disturbed / "reports").items():
            assert content in (old.get(name), new.get(name)), (moment, name)
        assert_no_kernel_is_left(disturbed)
        run(disturbed, all_quarters=True, only=["data_quality"], jobs=2)
        assert contents(disturbed / "reports") == new, moment


def test_ctrl_c_ends_a_run_and_its_kernels(project, write_notebook):
    run(project, only=["data_quality"])
    before = contents(project / "reports")
    write_notebook(
        project / "notebooks" / "data_quality.ipynb", PARAMETERS, f"if quarter == {NEWEST!r}:\n    while True: pass"
    )
    process = start(project, "--only", "data_quality")
    read_until(process, "[1/2]")
    assert kernels_of(project)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted." in said.splitlines()
    assert "Traceback" not in said
    left = contents(project / "reports")
    assert {name: content for name, content in left.items() if name.startswith("2025-26-Q2/")} == {
        name: content for name, content in before.items() if name.startswith("2025-26-Q2/")
    }
    assert_no_kernel_is_left(project)


def test_a_program_that_goes_on_after_an_interruption_has_no_kernel_left(project, write_notebook):
    code = f"if quarter == {NEWEST!r}:\n    while True: pass"
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, code)

    def interrupt(at):
        if at.done == 1:
            raise KeyboardInterrupt

    with warnings.catch_warnings(), pytest.raises(KeyboardInterrupt):
        warnings.simplefilter("ignore")  # joblib's, of the task that is left
        run(project, all_quarters=True, only=["data_quality"], jobs=2, progress=interrupt)
    assert_no_kernel_is_left(project)


def test_raw_files_that_change_during_a_run_are_not_published_half(project, make_project):
    run(project, only=["data_quality"])
    before = contents(project / "reports")

    def change(at):
        if at.done == 1:
            make_project({"Audits.xlsx": {"Audits": [HEADINGS, *AUDITS, ["A3", "2025-08-02", "EH", "Good"]]}})

    outcome = run(project, force=True, only=["data_quality"], progress=change)
    assert outcome.failures == (
        Failure(NEWEST, "data", "The raw files or the settings changed during the run. Run again."),
    )
    now = contents(project / "reports")
    assert {name: content for name, content in now.items() if name in before} == before


@pytest.mark.parametrize("added", ['organisation = "Another"', "organisation = "])
def test_settings_that_change_during_a_run_are_not_published_half(project, added):
    def change(at):
        if at.done == 1:
            (project / "settings.toml").write_text(f"{SETTINGS}\n{added}", encoding="utf-8")
            with suppress(InputError):
                load(project)  # as the kernel of another page does

    outcome = run(project, only=["data_quality"], progress=change)
    assert [failure.page for failure in outcome.failures] == ["data"]
    assert outcome.published == ()


KILLED_AT_A_FILE = """
import os, signal, sys
from qa_analysis.cli import run_command

left = int(sys.argv[1])

def step(event, _):
    global left
    if event == "os.rename":
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(step)
run_command(["run", "--only", "data_quality", "--jobs", "2", "--project", sys.argv[2]])
"""


def test_a_run_killed_before_any_of_its_files_is_in_place_is_made_good_by_the_next(project, make_project):
    run(project, only=["data_quality"])
    old = contents(project / "reports")
    make_project({"Audits.xlsx": {"Audits": [HEADINGS, *AUDITS, ["A3", "2025-08-02", "EH", "Good"]]}})
    copies = {step: Path(shutil.copytree(project, project.with_name(f"killed at {step}"))) for step in (2, 19)}
    run(project)
    new = contents(project / "reports")
    for step, copy in copies.items():
        command = [sys.executable, "-c", KILLED_AT_A_FILE, str(step), str(copy)]
        assert subprocess.run(command, capture_output=True, check=False).returncode == -signal.SIGKILL, step
        for name, content in contents(copy / "reports").items():
            assert content in (old.get(name), new.get(name)), (step, name)
        run(copy, jobs=2)
        assert contents(copy / "reports") == new, step


def test_two_runs_at_once_do_not_meet(project, capsys):
    (project / "reports").mkdir()
    with only_run(project / "reports"):
        assert run_command(["run", "--project", str(project)]) == 1
    assert "another run is writing here. Wait until it has finished." in capsys.readouterr().err


@pytest.fixture
def small_disk(project):
    """Return the reports folder of a project, as a disk of its own with one megabyte."""
    reports = project / "reports"
    reports.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(reports)], check=False).returncode:
        pytest.skip("this machine lets no test make a disk")
    yield reports
    subprocess.run(["umount", "-l", str(reports)], check=True)


def test_a_full_disk_leaves_what_was_published(project, small_disk, write_notebook, capsys):
    assert run_command(["run", "--only", "data_quality", "--project", str(project)]) == 0
    before = contents(small_disk)
    big = "print('x' * 2_000_000)"
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, big)
    capsys.readouterr()
    assert run_command(["run", "--only", "data_quality", "--project", str(project)]) == 1
    said = capsys.readouterr().err
    assert "2025-26 Q2, data_quality: " in said
    assert "cannot be written (No space left on device). Make room on the disk" in said
    assert {name: content for name, content in contents(small_disk).items() if name in before} == before


def test_a_read_only_disk_is_one_line(project, small_disk, capsys):
    assert run_command(["run", "--only", "data_quality", "--project", str(project)]) == 0
    before = contents(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    capsys.readouterr()
    assert run_command(["run", "--force", "--project", str(project)]) == 2
    said = capsys.readouterr().err
    assert (
        said == f"{small_disk}: cannot be written to (Read-only file system). Check that the folder is not read-only.\n"
    )
    assert contents(small_disk) == before


def test_a_dask_cluster_renders_the_same_and_survives_the_death_of_a_worker(project, write_notebook, tmp_path):
    from distributed import LocalCluster

    noted = (
        "import os, pathlib, time; _ = pathlib.Path('begun.txt').open('a').write(f'{quarter},{os.getppid()}\\n')\n"
        f"time.sleep(10 if quarter == {NEWEST!r} else 0)"
    )
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, noted, "print('Page of', quarter)")
    here = Path(shutil.copytree(project, tmp_path / "here"))
    run(here, all_quarters=True, only=["data_quality"], jobs=2)

    def begun():
        file = project / "begun.txt"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [int(worker) for quarter, worker in (line.split(",") for line in lines) if quarter == NEWEST]

    def kill_the_one_at_work(at):
        if at.done == 1:
            while not begun():
                time.sleep(0.1)  # the other page's kernel is still starting
            os.kill(begun()[-1], signal.SIGKILL)

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, local_directory=str(tmp_path)
    ) as cluster:
        workers = {worker.process.pid for worker in cluster.workers.values()}
        outcome = run(
            project,
            all_quarters=True,
            only=["data_quality"],
            scheduler=cluster.scheduler_address,
            progress=kill_the_one_at_work,
        )
    assert outcome.failures == ()
    killed, another = begun()
    assert killed in workers
    assert another != killed
    assert os.getpid() not in begun()
    assert contents(project / "reports") == contents(here / "reports")
    assert_no_kernel_is_left(project)
