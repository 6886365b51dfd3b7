"""Run a notebook with its parameters, through papermill, in this very environment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_analysis import errors
from qa_analysis.errors import QaAnalysisError, ReportError
from qa_analysis.words import plural

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

CELL_LIMIT = 600  # seconds; a page takes a few
_START_LIMIT = 180  # seconds, for a kernel on a busy machine
# A module that imports all that takes long: pandas, scipy, matplotlib.
_IMPORTS_FIRST = ["--IPKernelApp.exec_lines=__import__('qa_analysis.charts.trends');"]

_NO_PARAMETERS = (
    "no cell has the tag “parameters”, so that it would show the newest quarter on every page. Give the cell that sets "
    "quarter and project_dir this tag (in JupyterLab: the cogwheels at the upper right, Cell Tags)."
)

_managers: set[Any] = set()  # of the kernels that this process has started


def execute(
    notebook: Path,
    out: Path,
    parameters: Mapping[str, str],
    folder: Path,
    *,
    cell_limit: int = CELL_LIMIT,
    meanwhile: Callable[[], object] | None = None,
) -> None:
    """Run a notebook and write it, with its outputs, to `out`.

    What differs between two runs of the same input (times, random cell ids, warnings with paths in them) is
    taken out of `out`. Where a cell raises an error, `out` holds the notebook as far as it came, with the traceback.

    Parameters
    ----------
    notebook
        The notebook, which is not changed.
    out
        Where to write the executed notebook; its folder must be there.
    parameters
        Values for the notebook's parameters.
    folder
        The folder in which the notebook runs.
    cell_limit
        How many seconds a cell may take.
    meanwhile
        What to do while the kernel starts and imports the library, which takes some seconds.

    Raises
    ------
    InputError
        If a cell raised one: the same sentence.
    ReportError
        If a cell failed otherwise, took too long, or the kernel died; the message names notebook, cell and cause.
    """
    with _kernel(folder) as kernel:
        import nbformat
        import papermill
        from nbclient.exceptions import CellTimeoutError
        from nbformat.reader import NotJSONError

        try:
            cells = nbformat.read(notebook, as_version=4).cells  # type: ignore[no-untyped-call]
            if not any("parameters" in cell.metadata.get("tags", []) for cell in cells):
                raise ReportError(f"{notebook.name}: {_NO_PARAMETERS}")
            if meanwhile:
                meanwhile()
            papermill.execute_notebook(
                _literal(notebook),
                _literal(out),
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                request_save_on_cell_execute=False,
                start_timeout=_START_LIMIT,
                execution_timeout=cell_limit,
                iopub_timeout=cell_limit,
                record_timing=False,
                store_widget_state=False,
                km=kernel,
                resources={"metadata": {"path": str(folder)}},
            )
        except papermill.PapermillExecutionError as failure:
            raise _error(notebook, failure) from None
        except CellTimeoutError as failure:
            raise ReportError(f"{notebook.name}: a cell ran for more than {_duration(cell_limit)}.") from failure
        except RuntimeError as failure:
            raise ReportError(f"{notebook.name}: Python stopped while it ran: {failure}.") from failure
        except (NotJSONError, nbformat.ValidationError, UnicodeDecodeError) as failure:
            raise ReportError(f"{notebook.name}: is not a notebook that can be read.") from failure
    executed = nbformat.read(out, as_version=4)  # type: ignore[no-untyped-call]
    _make_repeatable(executed)
    nbformat.write(executed, out)  # type: ignore[no-untyped-call]


def stop_kernels() -> None:
    """Kill the kernels that this process has started and that still run: their notebooks end with an error."""
    for manager in _managers.copy():
        process = getattr(manager.provisioner, "process", None)
        if process is not None:
            process.kill()


def _duration(seconds: int) -> str:
    return plural(seconds // 60, "minute") if seconds >= 60 else plural(seconds, "second")


def _literal(path: Path) -> str:
    """Return a path as papermill takes it: it would fill in what stands between braces."""
    return str(path.resolve()).replace("{", "{{").replace("}", "}}")


@contextmanager
def _kernel(folder: Path) -> Iterator[AsyncKernelManager]:
    """Start a kernel in a folder; nothing is left of it at the end. Its imports go on while we do other things."""
    from jupyter_core.utils import run_sync

    manager = _kernel_manager()
    _managers.add(manager)
    try:
        run_sync(manager.start_kernel)(cwd=str(folder), extra_arguments=_IMPORTS_FIRST)
        yield manager
    finally:
        if manager.client_made is not None:
            manager.client_made.stop_channels()
        run_sync(manager.shutdown_kernel)(now=True)
        _managers.discard(manager)
        _close_event_loop()


def _kernel_manager() -> Any:
    """Return a manager that starts the interpreter we run in, whichever `python3` kernel is installed."""
    import zmq
    from ipykernel.kernelspec import RESOURCES, get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    class ThisInterpreter(AsyncKernelManager):
        # What kernel and run say to each other on this machine is encrypted, where the installed zmq can.
        transport_encryption = "auto" if zmq.has("curve") else "disabled"
        client_made: Any = None

        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(resource_dir=RESOURCES, env={"PYTHONHASHSEED": "0"}, **get_kernel_dict())

        def client(self, **options: Any) -> Any:
            self.client_made = super().client(**options)
            return self.client_made

    return ThisInterpreter()


def _close_event_loop() -> None:
    """Close the event loop that the kernel's client left to this thread; the main thread's may be another's."""
    from jupyter_core.utils import ensure_event_loop

    if threading.current_thread() is not threading.main_thread():
        ensure_event_loop().close()


def _error(notebook: Path, failure: Any) -> QaAnalysisError:
    """Return a cell's failure as one of our own errors."""
    kind = getattr(errors, failure.ename, None)
    if isinstance(kind, type) and issubclass(kind, QaAnalysisError):
        return kind(failure.evalue)
    lines = [line for line in failure.source.splitlines() if line.strip()] or [""]
    cause = f"{failure.ename}: {failure.evalue}".removesuffix(": ")
    return ReportError(f"{notebook.name}, cell {failure.exec_count} (“{lines[0].strip()}”): {cause}")


def _make_repeatable(notebook: NotebookNode) -> None:
    """Take out of an executed notebook what another run of the same input would write differently."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"
        cell.metadata.pop("papermill", None)
        if not cell.metadata.get("tags"):
            cell.metadata.pop("tags", None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
