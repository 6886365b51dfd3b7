"""Whatever may go wrong while a run is at work, with the real fault each time."""

import os
import shutil
import signal
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from qa_analysis.batch import kernels as kernels_module
from qa_analysis.batch.plan import Failure
from qa_analysis.batch.publish import only_run
from qa_analysis.batch.run import run as real_run
from qa_analysis.cli.commands import run_command
from qa_analysis.errors import InputError
from qa_analysis.store.data import load
from tests.batch.batches import (
    AUDITS,
    LIMIT,
    NEWEST,
    PARAMETERS,
    SETTINGS,
    assert_no_kernel_is_left,
    contents,
    is_killed,
    kernels_of,
    let_go_on,
    run,
    said_by,
    start,
    started,
    tell_and_wait,
)

BEGINS_AND_HANGS = """
import threading
with open("begun", "w") as pipe:
    _ = pipe.write("begun")
threading.Event().wait()
"""


@pytest.mark.parametrize(("by", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_run_that_is_interrupted_or_killed_leaves_no_kernel_and_what_was_published(project, write_notebook, by, code):
    run(project, all_quarters=True, only=["data_quality"])
    before = contents(project / "reports")
    os.mkfifo(project / "begun")
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, BEGINS_AND_HANGS)
    process = start(project, "--all", "--only", "data_quality", "--jobs", "1")
    assert said_by(project / "begun") == "begun"
    assert kernels_of(project)
    process.send_signal(by)
    _, said = process.communicate(timeout=LIMIT)
    assert process.returncode == code
    assert "Traceback" not in said
    assert ("Interrupted." in said.splitlines()) == (by == signal.SIGINT)
    assert contents(project / "reports") == before
    assert_no_kernel_is_left(project)


def test_a_program_that_goes_on_after_an_interruption_has_no_kernel_left(project, write_notebook, monkeypatch):
    monkeypatch.setattr(kernels_module, "_IMPORTS_FIRST", [])  # the notebook makes no use of the library
    os.mkfifo(project / "begun")
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, BEGINS_AND_HANGS)
    (project / "notebooks" / "quarterly_report.ipynb").write_text("no notebook", encoding="utf-8")  # fails at once

    def interrupt(at):
        if at.done == 1:
            assert said_by(project / "begun") == "begun"
            assert kernels_of(project)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        real_run(project, only=["data_quality", "quarterly_report"], jobs=2, progress=interrupt)
    assert_no_kernel_is_left(project)


def test_raw_files_that_change_during_a_run_are_not_published_half(project, add_an_audit):
    run(project, only=["data_quality"])
    before = contents(project / "reports")

    def change(at):
        if at.done == 1:
            add_an_audit()

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


def test_a_run_killed_before_any_of_its_files_is_in_place_is_made_good_by_the_next(project, add_an_audit):
    """Every sixth file: those of the cleaned tables, of the pages, of their publication, and what is listed."""
    run(project)
    old = contents(project / "reports")
    add_an_audit()
    untouched = Path(shutil.copytree(project, project.with_name("untouched")))
    run(project)
    new = contents(project / "reports")
    assert new != old
    killed_at = []
    for step in range(2, 100, 6):
        copy = Path(shutil.copytree(untouched, project.with_name(f"killed at {step}")))
        is_whole = not is_killed(["os.rename"], step, run, copy)
        for name, content in contents(copy / "reports").items():
            assert content in (old.get(name), new.get(name)), (step, name)
        run(copy, jobs=2)
        assert contents(copy / "reports") == new, step
        if is_whole:
            break
        killed_at.append(step)
    assert is_whole
    assert len(killed_at) > 2 * len(new) / 6  # each file is put into place as it is made, and as it is published


@pytest.mark.parametrize("dies", [False, True])
def test_who_cleans_a_project_waits_for_another_until_it_has_finished_or_died(project, add_an_audit, dies):
    """The first waits when it has put two of its files into place, until the second has found the lock held."""
    add_an_audit()
    processed = project / "data" / "processed"
    os.mkfifo(project / "begun")
    os.mkfifo(project / "go on")
    first = started(["os.rename"], 3, partial(tell_and_wait, project), load, project)
    assert said_by(project / "begun") == str(first.pid)
    assert not (processed / "manifest.json").exists()
    then = partial(os.kill, first.pid, signal.SIGKILL) if dies else partial(let_go_on, project)
    second = started(["fcntl.flock"], 2, then, load, project)
    for process in (first, second):
        process.join(LIMIT)
    assert [first.exitcode, second.exitcode] == [-signal.SIGKILL if dies else 0, 0]
    made = contents(processed)
    assert len(load(project).audits) == len(AUDITS)
    assert contents(processed) == made


def test_two_runs_at_once_do_not_meet(project, capsys):
    (project / "reports").mkdir()
    with only_run(project / "reports"):
        assert run_command(["run", "--project", str(project)]) == 1
    assert "another run is writing here. Wait until it has finished." in capsys.readouterr().err


@contextmanager
def full_disk():
    """Let no file grow beyond a megabyte: it is cut off in the middle, as on a full disk, but nobody need be root."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_what_was_published(project, no_kernels, write_notebook, capsys):
    assert run_command(["run", "--only", "data_quality", "--project", str(project)]) == 0
    before = contents(project / "reports")
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, "x" * 2_000_000)
    capsys.readouterr()
    with full_disk():
        assert run_command(["run", "--only", "data_quality", "--project", str(project)]) == 1
    said = capsys.readouterr().err
    assert "2025-26 Q2, data_quality: " in said
    assert "cannot be written (File too large). Make room on the disk" in said
    assert {name: content for name, content in contents(project / "reports").items() if name in before} == before


def test_a_read_only_folder_is_one_line(project, no_kernels, capsys):
    reports = project / "reports"
    reports.symlink_to("/sys")  # in which nobody can make a file, not even root
    assert run_command(["run", "--project", str(project)]) == 2
    said, _, why = capsys.readouterr().err.partition(" (")
    assert said == f"{reports}: cannot be written to"
    assert why in (
        f"{each}). Check that the folder is not read-only.\n" for each in ("Read-only file system", "Permission denied")
    )
