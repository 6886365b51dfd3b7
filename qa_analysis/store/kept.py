"""Tables that take a while to work out, kept beside the cleaned ones: every page of a quarter needs the same.

Not with `joblib.Memory`: it keeps pickles, which run code when they are read, and `data/processed` may be shared.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import fields
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from qa_analysis.contract.project import processed_folder
from qa_analysis.errors import InputError
from qa_analysis.store.data import Data
from qa_analysis.store.files import held, write_beside

_MADE_FROM = "made_from"
_PACKAGE = Path(__file__).parents[1]
_PARTS = (".py", ".toml", ".j2", ".css")
_LIBRARIES = (
    "afcharts", "jinja2", "matplotlib", "mistune", "nbconvert", "numpy", "pandas", "scipy", "seaborn", "statsmodels"
)  # fmt: skip


def kept(data: Data, name: str, work_out: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Return a table that follows from a project's cleaned tables, worked out only where something has changed.

    It counts as changed where a value in any cleaned table is another, a setting, the project's own Python files, this
    package or a library; so a table that follows from filtered tables is never taken for that of the whole. Where the
    project has no `data/processed`, nothing is kept.
    """
    folder = processed_folder(data.project)
    if not folder.is_dir():
        return work_out()
    path, made_from = folder / f"{name}.parquet", _digest_of(data)
    if (table := _read(path, made_from)) is not None:
        return table
    with ExitStack() as alone:  # nobody else is to work the same table out
        with suppress(OSError):  # on a disk that is read-only each does
            alone.enter_context(held(folder, f".{name}.lock", wait=True))
        if (table := _read(path, made_from)) is not None:
            return table
        table = work_out()
        labelled = table.copy(deep=False)
        labelled.attrs[_MADE_FROM] = made_from
        with suppress(InputError):  # on a disk that is full or read-only it is worked out again
            write_beside(path, lambda beside: labelled.to_parquet(beside, index=False))
    return table


def _read(path: Path, made_from: str) -> pd.DataFrame | None:
    with suppress(OSError, ValueError):  # missing, or not whole
        table = pd.read_parquet(path)
        if table.attrs.pop(_MADE_FROM, None) == made_from:
            return table
    return None


def digest_of_program(project: Path) -> str:
    """Return a digest of what makes figures of tables: this package, the libraries and a project's own Python."""
    own = [*project.glob("*.py"), *(project / "notebooks").glob("*.py")]
    return digest("\n".join([*_digests_of(own, project), _digest_of_software()]).encode())


def digest(content: bytes) -> str:
    """Return the SHA-256 checksum of some bytes.

    Examples
    --------
    >>> digest(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(content).hexdigest()


def _digest_of(data: Data) -> str:
    tables = [value for each in fields(data) if isinstance(value := getattr(data, each.name), pd.DataFrame)]
    contents = [digest(table.to_parquet(index=False)) for table in tables]
    return digest("\n".join([*contents, data.settings.model_dump_json(), digest_of_program(data.project)]).encode())


@cache
def _digest_of_software() -> str:
    code = _digests_of((path for path in _PACKAGE.rglob("*") if path.suffix in _PARTS), _PACKAGE)
    libraries = [f"{library} {version(library)}" for library in _LIBRARIES]
    return digest("\n".join([*code, platform.python_version(), *libraries]).encode())


def _digests_of(files: Iterable[Path], folder: Path) -> list[str]:
    return [f"{path.relative_to(folder).as_posix()} {digest(path.read_bytes())}" for path in sorted(files)]
