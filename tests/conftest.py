"""What tests share: projects made of real workbooks on disk, some of them rendered, and a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings as hypothesis_settings

from tests.notebooks import all_text, data, executed, write_notebook
from tests.tables import *

# Modules are compiled once, and not again by each of the many programs that tests start, whatever the machine is set to.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A busy machine is not a fault: no example has a time limit.
hypothesis_settings.register_profile("every test", deadline=None)
hypothesis_settings.register_profile("not slow", deadline=None, max_examples=25)

ROOMS_OF_WHOLE_RUNS = [Path(__file__).with_name(room) for room in ("batch", "site")]


def pytest_configure(config: pytest.Config) -> None:
    """Try fewer examples of each property in the inner loop."""
    hypothesis_settings.load_profile("not slow" if config.option.markexpr == "not slow" else "every test")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of a room that makes whole runs and sites as slow."""
    for item in items:
        if any(item.path.is_relative_to(room) for room in ROOMS_OF_WHOLE_RUNS):
            item.add_marker("slow")


Sheets = Mapping[str, Sequence[Sequence[Any]]]
MakeProject = Callable[[Mapping[str, Sheets | str | bytes]], Path]
Build = Callable[[Path], object]
Once = Callable[[str, Build], Path]

EXAMPLE = Path(__file__).parents[1] / "data" / "raw" / "example"


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


def project_of(folder: Path, files: Mapping[str, Sheets | str | bytes]) -> Path:
    """Make a project in a folder, or add to it; return it."""
    project = folder / "Council & Sons"
    raw = project / "data" / "raw"
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
    return project


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Make a project whose `data/raw` holds the files named: workbooks by sheet, texts in UTF-8, or bytes."""
    return partial(project_of, tmp_path)


@pytest.fixture(scope="module")
def make_project_for_module(tmp_path_factory: pytest.TempPathFactory) -> MakeProject:
    """Do as `make_project` does, each time in another folder, for all the tests of a module."""
    return lambda files: project_of(tmp_path_factory.mktemp("project"), files)


@pytest.fixture(scope="session")
def suite_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all the workers of a run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def once(suite_folder: Path) -> Once:
    """Return a function that makes a folder once a run, whichever worker needs it first. What failed is not tried again."""

    def make(name: str, build: Build) -> Path:
        folder = suite_folder / "A council & its data" / name
        done = folder.with_name(f"{name}.done")
        folder.parent.mkdir(exist_ok=True)
        with FileLock(folder.with_name(f"{name}.lock")):
            if not done.exists():
                assert not folder.exists(), f"{name} could not be made"
                folder.mkdir()
                build(folder)
                done.touch()
        return folder

    return make


@pytest.fixture(scope="session")
def example(once: Once) -> Path:
    """Return a project with the fictional example, cleaned once a run. It is everybody's: who changes it, copies it."""
    from qa_analysis.store.data import clean_project

    def build(project: Path) -> None:
        shutil.copytree(EXAMPLE, project / "data" / "raw" / "example")
        clean_project(project)

    return once("cleaned example", build)


@pytest.fixture(scope="session")
def example_data(example: Path) -> Any:
    """Return the cleaned tables of the example (`qa_analysis.Data`); who changes one gives them another project."""
    from qa_analysis.store.data import load

    return load(example)


@pytest.fixture
def own_example(example: Path, tmp_path: Path) -> Path:
    """Return a copy of the cleaned example for one test to change, without the figures kept by others."""
    project = tmp_path / "Example & Sons" / "project"
    return shutil.copytree(example, project, ignore=shutil.ignore_patterns(".*", "figures-*"))


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
def example_site(once: Once) -> Path:
    """Return a project with the fictional example, rendered as a user does it; what was said is in `example.said`."""

    def render(project: Path) -> None:
        shutil.copytree(EXAMPLE, project / "data" / "raw" / "example")
        command = [sys.executable, "-m", "qa_analysis", "run", "--external", "--project", str(project)]
        result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        project.with_name("example.said").write_text(result.stderr + result.stdout, encoding="utf-8")
        assert result.returncode == 0, result.stderr

    return once("example", render)
