"""Publish a quarter whole or not at all, whatever happens midway.

A quarter's files are made in `reports/.staging`. Renaming the finished folder into `reports/.publishing` is the
one moment that counts: before it nothing has changed; after it the files are moved one by one into place, by this
run or, if it is cut off, by the next.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from qa_analysis.errors import InputError, ReportError
from qa_analysis.store.files import held

FAILED = "failed"
_STAGING = ".staging"
_PUBLISHING = ".publishing"
_FILES = ".files"
_ATTEMPTS = 5
_PAUSE = 0.3  # seconds between attempts


@contextmanager
def only_run(reports: Path) -> Iterator[None]:
    """Hold the reports folder for one run; the hold ends with the process, however that ends.

    Raises
    ------
    ReportError
        If another run holds it.
    InputError
        If the folder may not be written to.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(held(reports, wait=False))
        except BlockingIOError:
            raise ReportError(f"{reports}: another run is writing here. Wait until it has finished.") from None
        except OSError as error:
            raise InputError(
                f"{reports}: cannot be written to ({error.strerror}). Check that the folder is not read-only."
            ) from None
        try:
            yield
        finally:
            shutil.rmtree(reports / _STAGING, ignore_errors=True)
            _remove_if_empty(reports / _PUBLISHING)


def stage_folder(reports: Path, name: str) -> Path:
    """Return where a quarter's files are made before they are published."""
    return reports / _STAGING / name


def stage(reports: Path, name: str) -> Path:
    """Return an empty folder in which to make a quarter's files; what an earlier run left there is cleared."""
    folder = stage_folder(reports, name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def publish(staged: Path, reports: Path) -> Path:
    """Publish a staged folder under its own name, in place of what stands there, and return where it is.

    Files of the earlier publication that are not among the staged ones are removed, and so is an earlier failure.

    Raises
    ------
    ReportError
        If a file cannot be replaced because another program has it open: then nothing is. Where that comes about in
        the middle, the next run finishes the publication.
    """
    for path in sorted((reports / staged.name).rglob("*")):
        if path.is_file():
            replace(path, path)  # refused by Windows where another program holds the file
    files = [path.relative_to(staged).as_posix() for path in sorted(staged.rglob("*")) if path.is_file()]
    (staged / _FILES).write_text("\n".join(files), encoding="utf-8")
    committed = reports / _PUBLISHING / staged.name
    committed.parent.mkdir(exist_ok=True)
    replace(staged, committed)
    return _finish(committed, reports)


def finish_publications(reports: Path) -> dict[str, str]:
    """Finish what an interrupted run had begun to publish, and clear what it had only staged.

    Returns
    -------
    dict of str to str
        For each quarter, by the name of its folder, that still cannot be finished: why.
    """
    shutil.rmtree(reports / _STAGING, ignore_errors=True)
    unfinished = {}
    for committed in sorted((reports / _PUBLISHING).glob("*")):
        try:
            _finish(committed, reports)
        except ReportError as error:
            unfinished[committed.name] = str(error)
    return unfinished


def forget_failure(reports: Path, name: str) -> None:
    """Remove what an earlier failure of a quarter left."""
    shutil.rmtree(reports / FAILED / name, ignore_errors=True)


def keep_failure(staged: Path, reports: Path) -> Path:
    """Keep what a failed quarter left, in place of its earlier failure, and return where it is."""
    kept = reports / FAILED / staged.name
    shutil.rmtree(kept, ignore_errors=True)
    kept.parent.mkdir(exist_ok=True)
    replace(staged, kept)
    return kept


def replace(source: Path, target: Path) -> None:
    """Move a file into the place of another one, or a folder to where none is, in a single step.

    Where Windows refuses because another program has it open, a few more attempts are made.

    Raises
    ------
    ReportError
        If it stays open.
    """
    for attempt in range(_ATTEMPTS):
        try:
            source.replace(target)
        except OSError as error:
            if attempt == _ATTEMPTS - 1:
                raise ReportError(
                    f"{target}: cannot be replaced ({error.strerror}). If it is open in another program, close it "
                    "there; then run again."
                ) from error
            time.sleep(_PAUSE)
        else:
            return


def _finish(committed: Path, reports: Path) -> Path:
    """Move the files of a committed folder into place; it may be begun anew as often as it is cut off."""
    target = reports / committed.name
    listing = committed / _FILES
    if listing.is_file():
        files = listing.read_text(encoding="utf-8").splitlines()
        for name in files:
            if (committed / name).is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                replace(committed / name, target / name)
        _remove_others(target, files)
        listing.unlink()
    shutil.rmtree(committed)
    forget_failure(reports, committed.name)
    return target


def _remove_others(target: Path, files: list[str]) -> None:
    """Remove from a published folder what its newest publication does not have."""
    for path in sorted(target.rglob("*"), reverse=True):
        if path.is_dir():
            _remove_if_empty(path)
        elif path.relative_to(target).as_posix() not in files:
            path.unlink()


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
