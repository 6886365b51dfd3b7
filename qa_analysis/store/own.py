"""A project's own measures: the Python file `measures.py` beside its `settings.toml`, where it has one."""

from __future__ import annotations

import runpy
import traceback
from pathlib import Path
from threading import Lock
from types import ModuleType

from qa_analysis.errors import InputError

FILE = "measures.py"
_MODULE = "qa_analysis_own_measures"
_loaded: dict[Path, tuple[int, ModuleType]] = {}
_loading = Lock()


def own(project: Path) -> ModuleType:
    """Return the functions of a project's own `measures.py`, as a module; an empty one where there is no such file.

    The file is read again when it has changed, so that in JupyterLab a change is there when the cell is run again.
    Its list `MEASURES` adds to those of `figures.csv` (see `metrics.measure.Measure`).

    Parameters
    ----------
    project
        The project's folder (`data.project`).

    Returns
    -------
    module
        What the file defines.

    Raises
    ------
    InputError
        If the file cannot be run; the message names the line and the error.

    Examples
    --------
    >>> own(Path("a folder without measures"))
    <module 'qa_analysis_own_measures'>
    """
    path = (project / FILE).resolve()
    if not path.is_file():
        return ModuleType(_MODULE)
    changed = path.stat().st_mtime_ns
    with _loading:
        if path not in _loaded or _loaded[path][0] != changed:
            _loaded[path] = changed, _run(path)
        return _loaded[path][1]


def _run(path: Path) -> ModuleType:
    module = ModuleType(_MODULE)
    try:
        vars(module).update(runpy.run_path(str(path), run_name=_MODULE))
    except Exception as error:
        raise InputError(f"{path}{line_in(path, error)}: {type(error).__name__}: {error}") from error
    return module


def line_in(path: Path, error: Exception) -> str:
    """Return the line of a file at which it failed, as far as the error tells: “, line 7”, or nothing."""
    if isinstance(error, SyntaxError):
        return f", line {error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f", line {lines[-1]}" if lines else ""
