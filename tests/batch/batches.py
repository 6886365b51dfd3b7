"""What tests of runs share: the parts of a small project, what makes its pages without a kernel, and what is left."""

from __future__ import annotations

import multiprocessing
import os
import re
import select
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import nbformat
import psutil

from qa_analysis.batch import run as runs
from qa_analysis.batch.pages import Made

HEADINGS = ["Audit ID", "Audit date", "Level of need", "Overall grade"]
AUDITS = [
    ["A1", "2025-05-01", "EH", "Good"],
    ["A2", "2025-08-01", "H&P", "Good"],
    ["A3", "2025-08-02", "EH", "Good"],
]
NEWEST = "2025-26 Q2"
SETTINGS = """
levels_of_need = [{code = "EH", name = "Early Help"}, {code = "H&P", name = "Help and Protection"}]
"""
PARAMETERS = 'quarter = ""\nproject_dir = None'
LEVEL = PARAMETERS + '\nlevel_of_need = ""'
LIMIT = 120  # seconds, for what another process is waited for


def at_once(page, project):
    """Make a page without a kernel: it shows its parameters and the code of its notebook."""
    code = "\n".join(cell.source for cell in nbformat.read(page.notebook, as_version=4).cells)
    return Made(f"<pre>{page.parameters}\n{code}</pre>", code)


run = partial(runs.run, make=at_once)


def contents(folder):
    """Return the files of a folder by their paths, without those that are hidden."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in named.items() if not name.startswith(".")}


def kernels_of(project):
    """Return the kernels that run in a project."""
    begun = re.compile(r"ipykernel_launcher|qa_analysis\.batch\.forking")  # started, or forked
    processes = psutil.process_iter(["cmdline"])
    return [
        each for each in processes if begun.search(" ".join(each.info["cmdline"] or [])) and _works_in(each, project)
    ]


def assert_no_kernel_is_left(project):
    """Fail if a kernel of a project still runs when those that notice their parent's death have ended."""
    _, left = psutil.wait_procs(kernels_of(project), timeout=30)
    assert left == []


def _works_in(process, folder):
    try:
        return Path(process.cwd()) == folder
    except psutil.Error:
        return False


def start(project, *options):
    """Start the command as a process of its own."""
    # In the background of a shell SIGINT is ignored, and would be by what is started here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, "-m", "qa_analysis", "run", "--project", str(project), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def said_by(pipe):
    """Return what another process writes into a named pipe; it goes on when we have read it."""
    file = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert select.select([file], [], [], LIMIT)[0], f"nobody wrote into {pipe}"
        return os.read(file, 1000).decode()
    finally:
        os.close(file)


def is_killed(events, step, work, *arguments):
    """Do some work in a process of its own that is killed before its nth step; return whether it came so far."""
    process = started(events, step, partial(signal.raise_signal, signal.SIGKILL), work, *arguments)
    process.join(LIMIT)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def started(events, step, act, work, *arguments):
    """Start some work in a process of its own that does something before its nth step, and return the process.

    The steps are Python's audit events of the names given. The process is forked from one that has imported the
    package, and has no threads.
    """
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__, "qa_analysis.store.data", "qa_analysis.store.figures"])
    process = processes.Process(target=_acting_at, args=(events, step, act, work, *arguments), daemon=True)
    process.start()
    return process


def tell_and_wait(folder):
    """Tell the test that this process has come so far, and wait until somebody lets it go on."""
    (folder / "begun").write_text(str(os.getpid()), encoding="utf-8")
    (folder / "go on").read_text(encoding="utf-8")


def let_go_on(folder):
    """Let a process go on that waits."""
    (folder / "go on").write_text("", encoding="utf-8")


def _acting_at(events, step, act, work, *arguments):
    left = step

    def count(event, _):
        nonlocal left
        if event in events:
            left -= 1
            if not left:
                act()

    sys.addaudithook(count)
    work(*arguments)


def at_once_unless_killed(page, project):
    """Make a page; the first process that is to make one of the newest quarter waits to be killed instead."""
    if page.parameters["quarter"] == NEWEST:
        noted = project / "workers.txt"
        is_first = not noted.exists()
        with noted.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
        if is_first:
            (project / "begun").write_text(str(os.getpid()), encoding="utf-8")
            threading.Event().wait()
    return at_once(page, project)


def at_once_unless_deadly(page, project):
    """Make a page; every process that is to make the data quality of the newest quarter is killed instead."""
    if (page.parameters["quarter"], page.name) == (NEWEST, "data_quality"):
        with (project / "workers.txt").open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
        os.kill(os.getpid(), signal.SIGKILL)
    return at_once(page, project)
