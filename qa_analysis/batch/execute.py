"""Run a notebook with its parameters, through papermill, in this very environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_analysis import errors
from qa_analysis.batch.kernels import Kernels
from qa_analysis.errors import InputError, QaAnalysisError, ReportError
from qa_analysis.text import plural

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELL_LIMIT = 600  # seconds; a page takes a few
_START_LIMIT = 180  # seconds, for a kernel on a busy machine

_NO_PARAMETERS = (
    "no cell has the tag “parameters”, so that it would show the newest quarter on every page. Give the cell that sets "
    "quarter and project_dir this tag (in JupyterLab: the cogwheels at the upper right, Cell Tags)."
)


def execute(
    notebook: Path,
    out: Path,
    parameters: Mapping[str, str],
    folder: Path,
    *,
    cell_limit: int = CELL_LIMIT,
    kernels: Kernels | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> NotebookNode:
    """Run a notebook, write it with its outputs to `out`, and return it.

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
    kernels
        The kernels of the run; a kernel for this page alone where not given.
    meanwhile
        What to do while a kernel starts and imports the library, which takes some seconds.

    Raises
    ------
    InputError
        If a cell raised one: the same sentence.
    ReportError
        If a cell failed otherwise, took too long, or the kernel died; the message names notebook, cell and cause. No
        kernel is started for what is not a notebook, or has no parameters.
    """
    import nbformat

    _require_parameters(notebook)
    with (kernels or Kernels([notebook])).one_for(notebook, folder) as kernel:
        import papermill
        from nbclient.exceptions import CellTimeoutError

        try:
            if meanwhile and kernel.is_new:
                meanwhile()
            executed: NotebookNode = papermill.execute_notebook(
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
        except RuntimeError as failure:  # nbclient's DeadKernelError: it died, or did not come up
            raise ReportError(f"{notebook.name}: Python stopped while it ran: {failure}.") from failure
    _make_repeatable(executed)
    nbformat.write(executed, out)  # type: ignore[no-untyped-call]
    return executed


def get_ready() -> None:
    """Import what runs a notebook and makes a page of it, which takes a while."""
    import papermill  # noqa: F401

    import qa_analysis.page.exporter  # noqa: F401


def _require_parameters(notebook: Path) -> None:
    """Raise ReportError unless a file is a notebook with a cell for the parameters."""
    import nbformat
    from nbformat.reader import NotJSONError

    try:
        cells = nbformat.read(notebook, as_version=4).cells  # type: ignore[no-untyped-call]
    except (NotJSONError, nbformat.ValidationError, UnicodeDecodeError) as failure:
        raise ReportError(f"{notebook.name}: is not a notebook that can be read.") from failure
    if not any("parameters" in cell.metadata.get("tags", []) for cell in cells):
        raise ReportError(f"{notebook.name}: {_NO_PARAMETERS}")


def _duration(seconds: int) -> str:
    return plural(seconds // 60, "minute") if seconds >= 60 else plural(seconds, "second")


def _literal(path: Path) -> str:
    """Return a path as papermill takes it: it would fill in what stands between braces."""
    return str(path.resolve()).replace("{", "{{").replace("}", "}}")


def _error(notebook: Path, failure: Any) -> QaAnalysisError:
    """Return a cell's failure as one of our own errors."""
    kind = getattr(errors, failure.ename, None)
    for base in (InputError, ReportError):  # others take more than the message
        if isinstance(kind, type) and issubclass(kind, base):
            return base(failure.evalue)
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
