"""What tests share: projects made of real workbooks on disk, some of them rendered, and a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from tests.notebooks import all_text, data, executed, write_notebook
from tests.tables import *

# A busy machine is not a fault: no example has a time limit.
hypothesis_settings.register_profile("no deadline", deadline=None)
hypothesis_settings.load_profile("no deadline")

Sheets = Mapping[str, Sequence[Sequence[Any]]]
MakeProject = Callable[[Mapping[str, Sheets | str | bytes]], Path]
Build = Callable[[Path], object]
Render = Callable[..., Path]

EXAMPLE = Path(__file__).parents[1] / "data" / "raw" / "example"

AUDIT_HEADINGS = ["Audit ID", "Audit date", "Level of need", "Overall grade", "Moderated", "Grade after moderation"]


def write_workbook(path: Path, sheets: Sheets) -> Path:
    """Write a workbook with openpyxl, so that what reads it was not what wrote it."""
    from openpyxl import Workbook

    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Make a project whose `data/raw` holds the files named: workbooks by sheet, texts in UTF-8, or bytes."""

    def make(files: Mapping[str, Sheets | str | bytes]) -> Path:
        raw = tmp_path / "Council & Sons" / "data" / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            path = raw / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            elif isinstance(content, str):
                path.write_text(content, encoding="utf-8")
            else:
                write_workbook(path, content)
        return raw.parents[1]

    return make


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return Chromium or Chrome, one for all the tests of a worker."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    if program is None:
        pytest.skip("There is no Chromium or Chrome.")
    from playwright.sync_api import sync_playwright

    arguments = [
        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
        "--disable-component-update",
    ]  # fmt: skip
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Return a function that builds a project and runs it, once however many tests and workers ask for it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def render(name: str, build: Build, *options: str) -> Path:
        folder = shared / "A council & its data"
        project, done = folder / name, folder / f"{name}.done"
        project.parent.mkdir(exist_ok=True)
        try:
            project.mkdir()
        except FileExistsError:  # another worker is at it
            for _ in range(600):
                if done.exists():
                    break
                time.sleep(1)
            assert done.read_text() == "0", f"{name} could not be rendered"
            return project
        status = 1
        try:
            build(project)
            command = [sys.executable, "-m", "qa_analysis", "run", "--external", "--project", str(project), *options]
            result = subprocess.run(command, capture_output=True, text=True, check=False)
            status = result.returncode
            (folder / f"{name}.said").write_text(result.stderr + result.stdout, encoding="utf-8")
            assert status == 0, result.stderr
        finally:
            done.write_text(str(status))
        return project

    return render


@pytest.fixture(scope="session")
def example_site(rendered: Render) -> Path:
    """Return a project with the fictional example, rendered."""
    return rendered("example", lambda project: shutil.copytree(EXAMPLE, project / "data" / "raw" / "example"))
