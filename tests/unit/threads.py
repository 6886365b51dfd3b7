"""What two threads do that come at once, without a clock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock
from typing import Any


class SeenLock:
    """A lock that tells when somebody waits for it."""

    def __init__(self) -> None:
        self._lock, self.awaited = Lock(), Event()

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            self.awaited.set()
            self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def begun(lock: SeenLock, call: Callable[[], Any]) -> Future[Any]:
    """Begin a call in another thread; return when it waits for the lock, or has ended."""
    threads = ThreadPoolExecutor(1)
    result = threads.submit(call)
    threads.shutdown(wait=False)
    result.add_done_callback(lambda _: lock.awaited.set())
    lock.awaited.wait()
    return result
