"""The kernels of a run: processes in which notebooks are executed, one page at a time.

Starting Python and importing pandas, scipy and matplotlib takes longer than most pages do. So a kernel that has made a
page makes another one of the same notebook. In between it is emptied; no kernel ever sees two notebooks, and none
whose page has failed is used again. What is said of a page whose kernel died is in `execute`.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from qa_analysis.batch.forking import provisioner, source
from qa_analysis.errors import ReportError

# A module that imports all that takes long: pandas, scipy, matplotlib. Then what a page may change is noted.
_IMPORTS_FIRST = [
    "--IPKernelApp.exec_lines=exec('import qa_analysis.charts.matrix, qa_analysis.batch.emptying as e; e.note()', {})"
]
_EMPTY = "__import__('qa_analysis.batch.emptying', fromlist=['empty']).empty()"
_EMPTY_LIMIT = 10  # seconds

_started: set[Any] = set()  # the managers of the kernels that this process has started


class Kernels:
    """The kernels of a run, which its threads share; one is kept for as long as its notebook has pages to come.

    Parameters
    ----------
    notebooks
        The notebook of each page that will be made.
    """

    def __init__(self, notebooks: Iterable[Path]) -> None:
        self._to_come = Counter(notebooks)
        self._idle: dict[Path, list[Any]] = defaultdict(list)
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def one_for(self, notebook: Path, folder: Path) -> Iterator[Any]:
        """Give the manager of a kernel for a page of a notebook, one that still imports where it `is_new`."""
        kernel = self._taken(notebook) or _start(folder)
        kept = False
        try:
            if self._closed:
                raise ReportError("The run was stopped.")
            yield kernel
            kept = self._wanted(notebook) and _empty(kernel) and self._put_back(notebook, kernel)
        finally:
            if not kept:
                _stop(kernel)
            _close_event_loop()

    def close(self) -> None:
        """Stop the kernels that wait for a page: none will come, and pages that are still being made leave none."""
        self._closed = True  # one that is being started now is stopped as soon as it is there
        with self._lock:
            self._to_come.clear()
            idle = [kernel for kernels in self._idle.values() for kernel in kernels]
            self._idle.clear()
        for kernel in idle:
            _stop(kernel)

    def _taken(self, notebook: Path) -> Any:
        """Return a kernel that waits for a page of the notebook and is alive, or None."""
        with self._lock:
            self._to_come[notebook] -= 1
            idle = self._idle[notebook]
            kernel = idle.pop() if idle else None
        if kernel is None or _is_alive(kernel):
            return kernel
        _stop(kernel)
        return None

    def _wanted(self, notebook: Path) -> bool:
        return self._to_come[notebook] > len(self._idle[notebook])

    def _put_back(self, notebook: Path, kernel: Any) -> bool:
        """Let a kernel wait for the next page, unless enough others do by now; return whether it does."""
        kernel.client_made.stop_channels()
        kernel.is_new = False
        with self._lock:
            if wanted := self._wanted(notebook):
                self._idle[notebook].append(kernel)
        return wanted


def kill_kernels() -> None:
    """Kill the kernels that this process has started and that still run: their notebooks end with an error."""
    for manager in _started.copy():
        process = getattr(manager.provisioner, "process", None)
        if process is not None:
            process.kill()


def _start(folder: Path) -> Any:
    """Start a kernel in a folder. Its imports go on while we do other things."""
    from jupyter_core.utils import run_sync

    manager = _manager()
    _started.add(manager)
    try:
        if parent := source():
            manager.kernel_id = uuid4().hex
            manager.provisioner = provisioner(parent, manager)
            manager.is_new = False
        run_sync(manager.start_kernel)(cwd=str(folder), extra_arguments=_IMPORTS_FIRST)
    except BaseException:
        _stop(manager)
        raise
    return manager


def _empty(manager: Any) -> bool:
    """Take out of a kernel what a page has left there; return whether that could be done."""
    from jupyter_core.utils import run_sync

    ask = run_sync(manager.client_made.execute_interactive)
    quietly = {"silent": True, "store_history": False, "allow_stdin": False, "output_hook": lambda _: None}
    try:
        reply = ask(_EMPTY, **quietly, timeout=_EMPTY_LIMIT)
    except Exception:  # it has died, or is still busy: its page is made, and another kernel will make the next
        return False
    return bool(reply["content"]["status"] == "ok")


def _is_alive(manager: Any) -> bool:
    from jupyter_core.utils import run_sync

    return bool(run_sync(manager.is_alive)())


def _stop(manager: Any) -> None:
    """Stop a kernel; nothing is left of it."""
    from jupyter_core.utils import run_sync

    if manager.client_made is not None:
        manager.client_made.stop_channels()
    run_sync(manager.shutdown_kernel)(now=True)
    _started.discard(manager)


def _manager() -> Any:
    """Return a manager that starts the interpreter we run in, whichever `python3` kernel is installed."""
    import zmq
    from ipykernel.kernelspec import RESOURCES, get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    class ThisInterpreter(AsyncKernelManager):
        # What kernel and run say to each other on this machine is encrypted, where the installed zmq can.
        transport_encryption = "auto" if zmq.has("curve") else "disabled"
        client_made: Any = None
        is_new = True

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
