"""Where slow work runs: threads here, Dask workers elsewhere; without it one core would do
everything in turn.

Both speak ``concurrent.futures``. Submissions are mapped in light threads that only wait; the
programs that they ask for run in at most ``jobs`` places at once, so that waiting never takes a
place from working.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from pipeline.errors import UsageWrong
from pipeline.tools.running import process
from pipeline.tools.running.installing import with_extra

Given = TypeVar("Given")
Made = TypeVar("Made")


class Workers:
    """``run`` for one piece of slow work, ``each`` for one line of work a submission; ``places``
    pieces of work run at once.
    """

    def __init__(self, executor: Executor, places: int = 1) -> None:
        self._executor = executor
        self.places = places

    def run(self, work: Callable[..., Made], *arguments: Any) -> Future[Made]:
        """Start ``work`` when a place is free. The future gives its result or raises its error."""
        return self._executor.submit(work, *arguments)

    def each(self, work: Callable[[Given], Made], given: Iterable[Given]) -> list[Made]:
        """``work`` for all of ``given`` side by side, results in their order; the first error is
        raised.
        """
        waiting = list(given)
        with ThreadPoolExecutor(max(1, len(waiting))) as threads:
            try:
                return list(threads.map(work, waiting))
            except KeyboardInterrupt:
                process.stop_all()  # leaving this block waits for threads that wait for programs
                raise


@contextmanager
def threads(jobs: int) -> Iterator[Workers]:
    """At most ``jobs`` programs at once on this machine. What has not started when an error leaves
    is dropped.
    """
    executor = ThreadPoolExecutor(jobs)
    try:
        yield Workers(executor, jobs)
    except KeyboardInterrupt:
        process.stop_all()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def dask(address: str) -> Iterator[Workers]:
    """The Dask workers behind ``tcp://HOST:PORT``. They must see the workspace under the same path
    as we do.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageWrong(
            f"--scheduler needs Dask: install it with `{with_extra('dask')}`."
        ) from None
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as failed:
        raise UsageWrong(
            f"--scheduler {address}: no Dask scheduler answers there ({failed})."
        ) from None
    with client, client.get_executor(pure=False) as executor:
        yield Workers(executor, sum(client.nthreads().values()) or 1)
