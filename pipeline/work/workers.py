"""Where slow work runs: threads here, other machines in cluster.py; without it one core would do
everything in turn.

Both speak ``concurrent.futures``. Submissions are mapped in light threads that only wait; the
programs that they ask for run in at most ``jobs`` places at once, so that waiting never takes a
place from working.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import TypeVar

from pipeline.recipe import Recipe
from pipeline.tools.running import process, standing, system

Given = TypeVar("Given")
Made = TypeVar("Made")
Make = Callable[[Path, Recipe, tuple[Recipe, ...]], None]
"""What runs a recipe's program and puts what came of it into the store at that path."""
MOST_LINES = 32
"""Submissions that are followed at once, where no more programs than that run. Most of the time
each waits for one. With a thread for each of 200 a build took 100 MB more.
"""
MOST_AWAKE = 4
"""Of those, how many are followed until they have to wait for a program, before the next one is.
Python's threads take turns, and that of 32 of them cost a third of a build of 200 speakers in which
nothing was to do.
"""


MOST_OF_MEMORY = 0.7
"""Of the memory of this machine, how much our programs may take: others run here as well."""


@dataclass(frozen=True)
class Scheduler:
    """A Dask scheduler at ``address`` (tcp://HOST:PORT), and where its workers see the workspace
    (None: where we do).
    """

    address: str
    worker_root: Path | None = None


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
        self,
        make: Make,
        root: Path,
        command: Recipe,
        fills: tuple[Recipe, ...],
        *,
        can_wait: bool = False,
    ) -> Future[None]:
        """Have ``make`` called when a place is free. The future is over when that is, or raises its
        error. What ``can_wait`` is begun when nothing else waits.
        """
        return self._executor.submit(make, root, command, fills)

    def stop(self) -> None:
        """The command was interrupted: nothing more is begun, and nobody waits any longer."""
        process.stop_all()

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
                self.stop()  # leaving this block waits for threads that wait for programs
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


@dataclass(frozen=True, order=True)
class _Asked:
    """Work that waits: first what cannot wait, then what was asked for first. ``needs_mib`` of
    memory have to be free.
    """

    can_wait: bool
    number: int
    needs_mib: int = field(compare=False)
    begin: Callable[[], None] = field(compare=False)


class _Threads(Workers):
    """Threads of ours, which take what cannot wait first; where the memory of this machine (in MiB)
    would not do for the next, it waits for one that runs.

    A message is listened to step by step, each after the last; pictures are many parts that need
    nothing of each other. First come, first served would leave one message's steps, alone and on
    one core, for the end.
    """

    def __init__(self, executor: Executor, places: int, memory_mib: float) -> None:
        super().__init__(executor, places)
        self._order = count()
        self._waiting: list[_Asked] = []
        self._memory_mib, self._taken_mib = memory_mib, 0
        self._changed = threading.Condition()

    def run(
        self,
        make: Make,
        root: Path,
        command: Recipe,
        fills: tuple[Recipe, ...],
        *,
        can_wait: bool = False,
    ) -> Future[None]:
        made: Future[None] = Future()
        begin = partial(_fulfil, made, partial(make, root, command, fills))
        with self._changed:
            asked = _Asked(can_wait, next(self._order), command.memory_mib, begin)
            heapq.heappush(self._waiting, asked)
            self._changed.notify_all()
        self._executor.submit(self._take_one)
        return made

    def _take_one(self) -> None:
        with self._changed:
            self._changed.wait_for(self._has_room)
            asked = heapq.heappop(self._waiting)
            self._taken_mib += asked.needs_mib
        try:
            asked.begin()
        finally:
            with self._changed:
                self._taken_mib -= asked.needs_mib
                self._changed.notify_all()

    def _has_room(self) -> bool:
        """Whether the next may begin: what needs more than there is runs alone."""
        with_it_mib = self._taken_mib + self._waiting[0].needs_mib
        return not self._taken_mib or with_it_mib <= self._memory_mib


def _fulfil(made: Future[None], work: Callable[[], None]) -> None:
    """Do the work and tell those who wait for it."""
    try:
        work()
    except BaseException as failed:
        made.set_exception(failed)
    else:
        made.set_result(None)


@contextmanager
def threads(jobs: int) -> Iterator[Workers]:
    """At most ``jobs`` programs at once on this machine, fewer where they would take more than most
    of its memory. What has not started when an error leaves is dropped.
    """
    executor = ThreadPoolExecutor(jobs)
    try:
        yield _Threads(executor, jobs, MOST_OF_MEMORY * system.memory_mib())
    except KeyboardInterrupt:
        process.stop_all()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        standing.end_all()
