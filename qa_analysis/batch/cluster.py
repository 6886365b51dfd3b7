"""Where pages are rendered: in threads of this process, each with a kernel, or by a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qa_analysis.errors import InputError, not_installed

_CONNECT_LIMIT = 10  # seconds


@contextmanager
def backend(scheduler: str, jobs: int) -> Iterator[None]:
    """Have joblib run its tasks in `jobs` threads, or through the Dask scheduler at an address.

    A thread is enough to wait for a page: the work is done by its kernel, a process of its own.

    Raises
    ------
    InputError
        If Dask is not installed, or nothing answers at the address.
    """
    from joblib import parallel_config

    if not scheduler:
        with parallel_config("threading", n_jobs=jobs):
            yield
        return
    try:
        from distributed import Client
    except ImportError:
        raise InputError(not_installed("Dask, which --scheduler needs,", "cluster")) from None
    try:
        client = Client(scheduler, timeout=_CONNECT_LIMIT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(
            f"{scheduler}: no Dask scheduler answers there ({error}). Check the address, and that it is running."
        ) from None
    with client, parallel_config("dask", client=client, n_jobs=-1):
        yield
