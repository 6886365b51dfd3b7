"""Where pages are rendered: in threads of this process, each with a kernel, or by a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import uuid4

from qa_analysis.errors import InputError, ReportError, not_installed

_CONNECT_LIMIT = 10  # seconds
_TRIES = 2  # of a call whose workers die

Submit = Callable[..., "Future[Any]"]


@contextmanager
def workers(scheduler: str, jobs: int) -> Iterator[Submit]:
    """Give a function that has calls made in `jobs` threads, or through the Dask scheduler at an address.

    A thread is enough to wait for a page: the work is done by its kernel, a process of its own. A call whose worker
    dies is made by another one, and where that dies too ends with an error. What has not begun at the end is not made.

    Raises
    ------
    InputError
        If Dask is not installed, or nothing answers at the address.
    """
    if not scheduler:
        pool = ThreadPoolExecutor(jobs)
        try:
            yield pool.submit
        finally:
            pool.shutdown(cancel_futures=True)
        return
    try:
        from distributed import Client
    except ImportError:
        raise InputError(not_installed("Dask, which --scheduler needs,", "cluster")) from None
    try:
        client: Any = Client(scheduler, timeout=_CONNECT_LIMIT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(
            f"{scheduler}: no Dask scheduler answers there ({error}). Check the address, and that it is running."
        ) from None
    with client:
        pool = client.get_executor(pure=False)
        try:
            yield lambda call, *arguments: pool.submit(partial(_tried, uuid4().hex, call), *arguments)
        finally:
            pool.shutdown(wait=False)


def _tried(name: str, call: Callable[..., Any], *arguments: Any) -> Any:
    """Make a call, unless as many workers as are allowed have died of it; how many it had is kept by the scheduler."""
    from distributed import get_client

    client: Any = get_client()
    tries = client.get_metadata(["qa-analysis", name], default=0)
    if tries == _TRIES:
        raise ReportError(f"{_TRIES} workers of the cluster died while they made it. They may have too little memory.")
    client.set_metadata(["qa-analysis", name], tries + 1)
    return call(*arguments)
