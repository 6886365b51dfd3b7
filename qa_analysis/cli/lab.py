"""Open JupyterLab on a project's notebooks, with this very interpreter as their kernel."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from qa_analysis.contract.project import notebook_folders
from qa_analysis.errors import InputError, not_installed

START = "start_here.ipynb"
_EXPLORE = Path("notebooks") / "explore"
_QUIET = {  # JupyterLab asks the network neither for news nor for newer versions, unless its user wants it to
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
}


def guided_notebooks(project: Path) -> list[Path]:
    """Copy the guided notebooks into a project that has no `notebooks/explore` folder, and return the copies.

    Nothing is ever overwritten: where the folder is there, whatever it holds, nothing is copied.

    Parameters
    ----------
    project
        The project's folder.

    Returns
    -------
    list of Path
        The notebooks copied; none where the project has the folder.

    Raises
    ------
    InputError
        If the folder may not be written to.
    """
    folder = project / _EXPLORE
    if folder.exists():
        return []
    shipped = notebook_folders(project)[-1] / "explore"
    try:
        folder.parent.mkdir(exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".explore-", dir=folder.parent))
        try:
            for path in sorted(shipped.glob("*.ipynb")):
                shutil.copyfile(path, beside / path.name)
            beside.chmod(0o755)
            beside.rename(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise InputError(
            f"{folder}: the guided notebooks cannot be copied there ({error.strerror}). Check that the project's "
            "folder is not read-only, or make notebooks/explore in it."
        ) from None
    return sorted(folder.glob("*.ipynb"))


def open_lab(project: Path, options: Sequence[str] = ()) -> None:
    """Serve JupyterLab on a project's folder until it is shut down.

    The kernel called `python3` is this interpreter, whichever other is installed under that name. Port and token are
    JupyterLab's own: free and random, or from `JUPYTER_PORT` and `JUPYTER_TOKEN`.

    Parameters
    ----------
    project
        The project's folder.
    options
        Options of JupyterLab itself, such as `--no-browser`.

    Raises
    ------
    InputError
        If JupyterLab is not installed, or does not start; it has printed why.
    """
    from ipykernel.kernelspec import write_kernel_spec

    try:
        from jupyterlab.labapp import LabApp
    except ImportError:
        raise InputError(not_installed("JupyterLab", "lab")) from None
    start = _EXPLORE / START
    with tempfile.TemporaryDirectory(prefix="qa-analysis-lab-") as folder:
        # What stands first on these paths wins over the kernels and defaults of the user and of the machine.
        write_kernel_spec(str(Path(folder) / "kernels" / "python3"))
        defaults = Path(folder) / "labconfig" / "default_setting_overrides.json"
        defaults.parent.mkdir()
        defaults.write_text(json.dumps(_QUIET), encoding="utf-8")
        for paths in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH"):
            os.environ[paths] = os.pathsep.join(filter(None, [folder, os.environ.get(paths)]))
        first = [f"--LabApp.default_url=/lab/tree/{start.as_posix()}"] if (project / start).is_file() else []
        try:
            LabApp.launch_instance(
                [f"--ServerApp.root_dir={project}", "--LabApp.extension_manager=readonly", *first, *options]
            )
        except SystemExit as stopped:
            if stopped.code:
                raise InputError("JupyterLab could not be started. Its lines above say why.") from None
