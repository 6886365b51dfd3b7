"""What tests share: projects made of real workbooks on disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

# A busy machine is not a fault: no example has a time limit.
hypothesis_settings.register_profile("no deadline", deadline=None)
hypothesis_settings.load_profile("no deadline")

Sheets = Mapping[str, Sequence[Sequence[Any]]]
MakeProject = Callable[[Mapping[str, Sheets | str | bytes]], Path]

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
