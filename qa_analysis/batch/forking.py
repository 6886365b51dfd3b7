"""Kernels forked from a process that has already imported what pages need, where the platform can (Linux).

Starting Python and importing pandas, SciPy and Matplotlib takes longer than most pages do, and a fork takes a few
milliseconds. The process that is forked is a program of its own: it has one thread, and ZMQ begins in the forks, so
that none inherits a lock that nobody will open. It ends with the run, and its kernels with it.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any

_CAN_FORK = sys.platform == "linux" and hasattr(os, "pidfd_open")
_IMPORTED = (
    "ipykernel.ipkernel", "ipykernel.kernelapp", "matplotlib.backends.backend_svg", "matplotlib.pyplot", "seaborn",
    "statsmodels.stats.proportion", "qa_analysis.batch.emptying",
)  # fmt: skip
# Nothing is imported from the folder in which it starts; the kernels come to look into their own.
_PROGRAM = f"import sys; del sys.path[0]; from {__name__} import main; main()"
_END_LIMIT = 10  # seconds
_lock = threading.RLock()
_users = 0
_source: Source | None = None


class Forked:
    """A forked kernel, with what `subprocess.Popen` offers of it; nobody but its parent can tell how it ended."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)

    def __del__(self) -> None:
        with suppress(AttributeError):
            os.close(self._handle)

    def poll(self) -> int | None:
        """Return None while it runs."""
        return 0 if select.select([self._handle], [], [], 0)[0] else None

    def wait(self) -> int:
        """Return when it has ended."""
        select.select([self._handle], [], [])
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended; never to another process that has got its number since."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class Source:
    """The process that kernels are forked from. It imports while others work; the first fork waits until it has."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        # One thread is not enough for a matrix, but it is what can be forked.
        environment = os.environ | {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM], stdin=theirs.fileno(), env=environment, start_new_session=True
        )
        theirs.close()
        self._asked = ours.makefile("rw", encoding="utf-8")
        ours.close()
        self._lock = threading.Lock()
        self._has_forked = False

    def fork(self, arguments: Sequence[str], folder: str, environment: Mapping[str, str]) -> Forked | None:
        """Return a kernel with these arguments, in a folder and an environment; None where there is none to be had."""
        with self._lock, suppress(OSError, ValueError):
            print(json.dumps([arguments, folder, dict(environment)]), file=self._asked, flush=True)
            forked = Forked(int(self._asked.readline()))
            self._has_forked = True
            return forked
        return None

    def close(self) -> None:
        """End it, when its kernels have ended."""
        with suppress(OSError):
            self._asked.close()
        if not self._has_forked:
            self._process.kill()  # it may still be importing
        try:
            self._process.wait(_END_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def forks(*, at_once: bool = False) -> Iterator[None]:
    """Have kernels forked, where the platform can, until this ends; within another such context until that ends.

    Parameters
    ----------
    at_once
        Whether to begin importing now, since kernels will be needed, and not with the first.
    """
    global _users, _source  # noqa: PLW0603
    with _lock:
        _users += 1
    try:
        if at_once:
            source()
        yield
    finally:
        with _lock:
            _users -= 1
            if not _users and _source:
                _source.close()
                _source = None


def source() -> Source | None:
    """Return what kernels are forked from; None outside of `forks`, and where the platform cannot."""
    global _source  # noqa: PLW0603
    with _lock:
        if _users and _CAN_FORK and _source is None:
            _source = Source()
        return _source


def main() -> None:
    """Import what pages need, and then fork a kernel for each line of standard input, until that ends."""
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # read when ipykernel is imported: its kernels end with us
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    _import()
    signal.signal(signal.SIGCHLD, _reap)
    asked = socket.socket(fileno=os.dup(0)).makefile("rw", encoding="utf-8")
    forked = []
    for line in asked:
        pid = os.fork()
        if not pid:
            asked.close()
            _become_kernel(*json.loads(line))
        forked.append(pid)
        print(pid, file=asked, flush=True)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for pid in forked:  # some are left where the run was killed
        with suppress(ChildProcessError):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _reap(*_: object) -> None:
    """Take notice of the kernels that have ended, and of the time that they took."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _import() -> None:
    import qa_analysis

    for name in _IMPORTED:
        import_module(name)
    for name in dir(qa_analysis):
        getattr(qa_analysis, name)
    gc.collect()
    gc.freeze()  # no collection touches, and so copies, what the forks share


def _become_kernel(arguments: Sequence[str], folder: str, environment: Mapping[str, str]) -> None:
    from ipykernel.kernelapp import IPKernelApp

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment, JPY_PARENT_PID=str(os.getppid()))
    sys.argv[1:] = arguments
    try:
        IPKernelApp.launch_instance([*arguments])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def provisioner(parent: Source, manager: Any) -> Any:
    """Return what has a manager's kernel forked, and starts one as ever where that cannot be."""
    from jupyter_client.provisioning.local_provisioner import LocalProvisioner

    class ForkProvisioner(LocalProvisioner):
        async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
            arguments = cmd[cmd.index("-f") :]
            forked: Any = parent.fork(arguments, options["cwd"], options["env"])
            if forked is None:
                return await super().launch_kernel(cmd, **options)
            self.process, self.pid, self.pgid = forked, forked.pid, forked.pid
            return self.connection_info

    return ForkProvisioner(kernel_id=manager.kernel_id, kernel_spec=manager.kernel_spec, parent=manager)
