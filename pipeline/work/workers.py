"""Where slow work runs: threads here, Dask workers elsewhere; without it one core would do
everything in turn.

Both speak ``concurrent.futures``. Submissions are mapped in light threads that only wait; the
programs that they ask for run in at most ``jobs`` places at once, so that waiting never takes a
place from working.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from queue import PriorityQueue
from typing import Any, TypeVar

from pipeline.errors import UsageWrong
from pipeline.tools.running import process, standing
from pipeline.tools.running.installing import with_extra

Given = TypeVar("Given")
Made = TypeVar("Made")
MOST_LINES = 32
"""Submissions that are followed at once, where no more programs than that run. Most of the time
each waits for one. With a thread for each of 200 a build took 100 MB more.
"""
MOST_AWAKE = 4
"""Of those, how many are followed until they have to wait for a program, before the next one is.
Python's threads take turns, and that of 32 of them cost a third of a build of 200 speakers in which
nothing was to do.
"""


class Workers:
    """``run`` for one piece of slow work, ``each`` for one line of work a submission; ``places``
    pieces of work run at once.
    """

    def __init__(self, executor: Executor, places: int = 1) -> None:
        self._executor = executor
        self.places = places
        self._turns = threading.Semaphore(min(places, MOST_AWAKE))
        self._line = threading.local()

    def run(
        self, work: Callable[..., Made], *arguments: Any, can_wait: bool = False
    ) -> Future[Made]:
        """Start ``work`` when a place is free. The future gives its result or raises its error.

        What ``can_wait`` is begun when nothing else waits, where the order is ours (not by Dask).
        """
        return self._executor.submit(work, *arguments)

    def each(self, work: Callable[[Given], Made], given: Iterable[Given]) -> list[Made]:
        """``work`` for all of ``given``, many side by side, results in their order; the first error
        is raised.
        """
        waiting = list(given)
        lines = max(MOST_LINES, 2 * self.places)
        with ThreadPoolExecutor(max(1, min(lines, len(waiting)))) as threads:
            try:
                return list(threads.map(partial(self._in_turn, work), waiting))
            except KeyboardInterrupt:
                process.stop_all()  # leaving this block waits for threads that wait for programs
                raise

    def _in_turn(self, work: Callable[[Given], Made], one: Given) -> Made:
        self._turns.acquire()
        self._line.awake = True
        try:
            return work(one)
        finally:
            self.give_turn()

    def give_turn(self) -> None:
        """Whoever calls is about to wait: the next line of ``each`` may begin."""
        if getattr(self._line, "awake", False):
            self._line.awake = False
            self._turns.release()


class _Threads(Workers):
    """Threads of ours, which take what cannot wait first.

    A message is listened to step by step, each after the last; pictures are many parts that need
    nothing of each other. First come, first served would leave one message's steps, alone and on
    one core, for the end.
    """

    def __init__(self, executor: Executor, places: int) -> None:
        super().__init__(executor, places)
        self._order = count()
        self._waiting: PriorityQueue[tuple[bool, int, Callable[[], None]]] = PriorityQueue()

    def run(
        self, work: Callable[..., Made], *arguments: Any, can_wait: bool = False
    ) -> Future[Made]:
        made: Future[Made] = Future()
        begin = partial(_fulfil, made, work, arguments)
        self._waiting.put((can_wait, next(self._order), begin))
        self._executor.submit(self._take_one)
        return made

    def _take_one(self) -> None:
        _, _, begin = self._waiting.get()
        begin()


def _fulfil(made: Future[Made], work: Callable[..., Made], arguments: tuple[Any, ...]) -> None:
    """Do the work and tell those who wait for it."""
    try:
        result = work(*arguments)
    except BaseException as failed:
        made.set_exception(failed)
    else:
        made.set_result(result)


@contextmanager
def threads(jobs: int) -> Iterator[Workers]:
    """At most ``jobs`` programs at once on this machine. What has not started when an error leaves
    is dropped.
    """
    executor = ThreadPoolExecutor(jobs)
    try:
        yield _Threads(executor, jobs)
    except KeyboardInterrupt:
        process.stop_all()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        standing.end_all()


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
