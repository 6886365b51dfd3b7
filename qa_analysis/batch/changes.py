"""What published pages were made from, so that a page is rendered again only if something that it shows has changed.

`reports/.made.json` holds for each quarter one digest of all that each of its pages depends on, one of each page's
notebook and parameters, and the checksum of every file as it was published. A file that is missing or has been
changed since, and a record that cannot be read, count as changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from qa_analysis.batch.pages import Page
from qa_analysis.store.files import write_text
from qa_analysis.store.kept import digest, digest_of_program

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.store.data import Data

RECORD = ".made.json"


class Record(TypedDict):
    """What a quarter was made from: `data` for all its pages, `pages` for each, `files` as they were published."""

    data: str
    pages: dict[str, str]
    files: dict[str, str]


def digest_of_data(data: Data) -> str:
    """Return a digest of what every page depends on: the raw files, settings, own measures, package and libraries."""
    parts = [
        data.inputs.to_csv(index=False),
        data.issues.to_csv(index=False),
        data.settings.model_dump_json(),
        str(data.is_example),
        digest_of_program(data.project),
    ]
    return digest("\n".join(parts).encode())


def digest_of_quarter(data: Data, quarter: pd.Period, of_data: str = "") -> str:
    """Return a digest of what a quarter's pages depend on: of the data, and what of the quarters is signed off."""
    from qa_analysis.store.figures import quarters_shown
    from qa_analysis.store.signed_off import digest_of_records

    of_data, records = of_data or digest_of_data(data), digest_of_records(data.project, quarters_shown(data, quarter))
    return digest(f"{of_data}\n{records}".encode()) if records else of_data


def digest_of_page(page: Page) -> str:
    """Return a digest of a page's notebook and parameters."""
    return digest(page.notebook.read_bytes() + json.dumps(page.parameters, sort_keys=True).encode())


def digests_of_files(folder: Path) -> dict[str, str]:
    """Return the checksum of every file in a folder, by its path within it."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): digest(path.read_bytes()) for path in paths}


def intact(folder: Path, record: Record, files: Iterable[str]) -> bool:
    """Return whether files of a published quarter are still as they were published."""
    return all(
        name in record["files"]
        and (folder / name).is_file()
        and digest((folder / name).read_bytes()) == record["files"][name]
        for name in files
    )


def read_records(reports: Path) -> dict[str, Record]:
    """Return what is recorded of each published quarter, by the name of its folder; nothing where it cannot be read."""
    try:
        records: Any = json.loads((reports / RECORD).read_text(encoding="utf-8"))
        return {
            name: Record(data=each["data"], pages=each["pages"], files=each["files"]) for name, each in records.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write_records(reports: Path, records: dict[str, Record]) -> None:
    """Write what is recorded of each published quarter."""
    write_text(reports / RECORD, json.dumps(records, indent=1, sort_keys=True))
