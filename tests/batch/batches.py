"""What tests of runs share: the parts of a small project, what a run has written, and which kernels are left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

HEADINGS = ["Audit ID", "Audit date", "Level of need", "Overall grade"]
AUDITS = [["A1", "2025-05-01", "EH", "Good"], ["A2", "2025-08-01", "EH", "Good"]]
NEWEST = "2025-26 Q2"
SETTINGS = 'levels_of_need = [{code = "EH", name = "Early Help"}]'
PARAMETERS = 'quarter = ""\nproject_dir = None'
LEVEL = PARAMETERS + '\nlevel_of_need = ""'
QUICK = "print('Page of', quarter)"


def contents(folder):
    """Return the files of a folder by their paths, without those that are hidden."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in named.items() if not name.startswith(".")}


def kernels_of(project):
    """Return the kernels that run in a project."""
    processes = psutil.process_iter(["cmdline"])
    kernels = [each for each in processes if "ipykernel_launcher" in (each.info["cmdline"] or [])]
    return [each for each in kernels if _works_in(each, project)]


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
    """Start a run as a process of its own, whose progress can be read line by line."""
    command = [sys.executable, "-m", "qa_analysis", "run", "--all", "--jobs", "2", "--project", str(project), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def read_until(process, beginning):
    """Read a run's progress up to the line that begins so."""
    for line in process.stderr:
        if line.startswith(beginning):
            return
    pytest.fail(f"the run ended before {beginning}")
