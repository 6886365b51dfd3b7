"""Write files: beside, then renamed, so that a file is at every moment wholly old or wholly new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from qa_analysis.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_beside(path: Path, write: Callable[[Path], object]) -> None:
    """Have `write` make a file beside `path`, and put it in its place when it is whole.

    Raises
    ------
    InputError
        If another program holds the file open, the folder may not be written to, or the disk is full.
    """
    beside = path.with_name(f".{path.name}.{uuid4().hex}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(beside)
        beside.replace(path)
    except PermissionError:
        raise InputError(
            f"{path}: cannot be written. Close it in other programs, check that the folder is not read-only, "
            "then run again."
        ) from None
    except OSError as error:
        raise InputError(cannot_be_written(error, path)) from None
    finally:
        with suppress(OSError):
            beside.unlink()


@contextmanager
def held(folder: Path, name: str = ".lock", *, wait: bool) -> Iterator[None]:
    """Hold a folder for this thread alone, by a file in it; the hold ends with the process, however that ends.

    Parameters
    ----------
    name
        The file, where only a part of what the folder holds is meant.
    wait
        Whether to wait until nobody else holds it.

    Raises
    ------
    BlockingIOError
        If another one holds it, where that is not waited for.
    OSError
        If the folder may not be written to.
    """
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / name)
    try:
        lock.acquire(blocking=wait)
    except Timeout:
        raise BlockingIOError(f"{folder}: another one holds it") from None
    try:
        yield
    finally:
        lock.release()


def cannot_be_written(error: OSError, path: Path) -> str:
    """Return the sentence for a disk that takes no more, or nothing at all."""
    return (
        f"{error.filename or path}: cannot be written ({error.strerror or error}). Make room on the disk, and check "
        "that the folder is not read-only; then run again."
    )


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8 with Unix line ends, whole or not at all."""
    write_beside(path, lambda beside: beside.write_text(text, encoding="utf-8", newline="\n"))


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a table as a CSV file in UTF-8, whole or not at all; no text in it can become a formula.

    A text that begins with `=`, `+`, `-` or `@`, a tab or a carriage return gets an apostrophe before it.
    """
    write_text(path, csv_of(table))


def csv_of(table: pd.DataFrame) -> str:
    r"""Return a table as CSV with Unix line ends, in which no text can become a formula.

    Examples
    --------
    >>> import pandas as pd
    >>> csv_of(pd.DataFrame({"value": ["=1+1", "Good"], "count": [-1, 2]}))
    "value,count\n'=1+1,-1\nGood,2\n"
    """
    texts = [str(name) for name in table if table[name].dtype.kind not in "iufbMm"]
    safe = {name: table[name].astype(object).map(defused, na_action="ignore") for name in texts}
    text: str = table.assign(**safe).to_csv(index=False, lineterminator="\n")
    return text


def defused(value: object) -> object:
    """Return a value as it stands in a CSV file, where no text can become a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
