"""Other machines that work for us, by way of Dask; without it the cores of one would be all there
are.

Whichever worker comes is greeted first (elsewhere.py): it gets work when it has our versions and
sees the event's folder. Then each thread of it is a place: a thread here takes the next piece of
work from our own queue, hands it over and waits; a piece that is lost with its worker goes to
another one. Dask carries what is asked and answered, and knows who is there.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import metadata
from itertools import count
from pathlib import Path
from queue import Empty, PriorityQueue
from typing import Any

from pipeline.errors import Refused, UsageWrong, WorkersFailed
from pipeline.event import Workspace
from pipeline.recipe import FileInput, Recipe
from pipeline.tools.running import files, identity, process
from pipeline.tools.running.installing import DISTRIBUTION, with_extra
from pipeline.work import elsewhere
from pipeline.work.elsewhere import Greeting, Terms
from pipeline.work.making import unexchanged
from pipeline.work.store import object_folder
from pipeline.work.workers import MOST_AWAKE, Make, Scheduler, Workers

ANSWERS_WITHIN_S = 10
"""A scheduler that has not answered by then is not there."""
NOBODY_AFTER_S = 10.0
"""When it is said that nobody is there: workers that are started with the build are there by
then.
"""
LOOK_EVERY_S = 0.5
MOST_LOST = 3
"""Workers that one piece of work may take with it; then it is no longer handed to the next one."""
MOST_PLACES = 1024
"""Pieces of work that are handed out at once: a thread waits here for each."""


@contextmanager
def cluster(
    scheduler: Scheduler,
    workspace: Workspace,
    say: Callable[[str], None],
    told_places: Callable[[int], None],
) -> Iterator[Workers]:
    """The workers of a Dask ``scheduler``, once those that are there were greeted.

    ``say`` hears who is given no work and when nobody is there, ``told_places`` how many pieces of
    work run at once whenever that changes. Raises UsageWrong where no scheduler answers, Refused
    where it has workers and none can be given work. Ctrl-C ends it, also while nobody is there.
    """
    client = _client(scheduler.address)
    here = workspace.root
    terms = Terms(here, scheduler.worker_root or here, uuid.uuid4().hex, identity.versions())
    files.write_whole(terms.meeting(here) / "token", terms.token)
    working = _Cluster(client, scheduler.address, terms, say, told_places)
    try:
        working.gather()
        yield working
    finally:
        working.end()
        client.close(timeout=1)
        files.remove_all([terms.meeting(here)])


def _client(address: str) -> Any:
    try:
        from distributed import Client
        from distributed.comm import get_address_host_port
    except ImportError:
        raise UsageWrong(
            f"--scheduler needs Dask: install it with `{with_extra('cluster')}`."
        ) from None
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters of it we say
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # another version of Dask is no other version of ours
            get_address_host_port(address)  # a client that was made with a wrong one ends late
            return Client(address, timeout=ANSWERS_WITHIN_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as failed:
        raise UsageWrong(
            f"--scheduler {address}: no Dask scheduler answers there ({failed}).\n  Next: write it"
            " as tcp://HOST:8786, and see to it that `dask scheduler` runs on that machine and can"
            " be reached from here."
        ) from None


class _WorkerGone(Exception):
    """Whoever had the work is no longer there."""


@dataclass
class _Piece:
    """Work that somebody waits for, and how many workers were ``lost`` with it."""

    make: Make
    root: Path
    command: Recipe
    fills: tuple[Recipe, ...]
    made: Future[None] = field(default_factory=Future)
    lost: int = 0


_Waits = tuple[bool, int, _Piece | None]
"""Whether it can wait, when it came, and what it is; None: nothing more comes."""


class _Cluster(Workers):
    def __init__(
        self,
        client: Any,
        address: str,
        terms: Terms,
        say: Callable[[str], None],
        told_places: Callable[[int], None],
    ) -> None:
        super().__init__(ThreadPoolExecutor(MOST_PLACES), MOST_AWAKE)
        self.places = 0
        self._client, self._address, self._terms = client, address, terms
        self._say, self._told_places = say, told_places
        self._waiting: PriorityQueue[_Waits] = PriorityQueue()
        self._order = count()
        self._lending = threading.Lock()
        self._ended = threading.Event()
        self._failed: Exception | None = None
        self._manned_s = time.monotonic()  # when there was a place the last time
        self._lock = threading.Lock()  # of what follows
        self._there: set[str] = set()  # workers, by their addresses
        self._answered: dict[str, int] = {}  # how many places each of them has; 0: it is refused
        self._in_hand: dict[Future[None], str] = {}  # what was handed over, and to which of them

    # --- who is there -----------------------------------------------------------------------------

    def gather(self) -> None:
        """Wait until there are workers and each of them was greeted."""
        threading.Thread(target=self._watch, daemon=True).start()
        while not self._all_greeted():
            if self._failed:
                raise self._failed
            time.sleep(0.05)
        if not self.places:
            raise Refused(
                f"No worker of {self._address} can be given work. Nothing was built; what is in"
                " outputs/ stays as it was."
            )

    def _all_greeted(self) -> bool:
        with self._lock:
            return bool(self._there) and self._there == self._answered.keys()

    def _watch(self) -> None:
        """Greet who comes, take from who has left what they had, say when nobody is there."""
        said_s = 0.0
        while not self._ended.is_set():
            try:
                there = self._client.nthreads()
            except Exception as failed:  # Dask has a dozen kinds of them
                self._fail(_no_scheduler(self._address, failed))
                return
            self._look_round(there)
            now_s = time.monotonic()
            if self.places:
                self._manned_s = now_s
            elif said_s < self._manned_s < now_s - NOBODY_AFTER_S:
                said_s = now_s
                self._say(_nobody(self._address, self._terms.there))
            self._ended.wait(LOOK_EVERY_S)

    def _look_round(self, threads: Mapping[str, int]) -> None:
        """``threads`` of each worker that is there now."""
        with self._lock:
            new, left = threads.keys() - self._there, self._there - threads.keys()
            self._there = set(threads)
            for worker in left:
                self._answered.pop(worker, None)
            lost = [handed for handed, worker in self._in_hand.items() if worker in left]
        for handed in lost:
            _settle(handed, _WorkerGone())
        for worker in new:
            self._executor.submit(self._greet, worker, threads[worker])
        if left:
            self._count_places()

    def _count_places(self) -> None:
        with self._lock:
            self.places = sum(self._answered.values())
        if self.places:  # the time left is reckoned by them
            self._manned_s = time.monotonic()  # a worker may be gone before we look again
            self._told_places(self.places)

    def _greet(self, worker: str, threads: int) -> None:
        """Give places to a worker that can be given work; say why where it cannot."""
        try:
            problem = self._problem(worker, self._asked(worker, elsewhere.greet, self._terms))
        except Exception as failed:  # nobody waits for this thread, and all would wait for ever
            self._fail(failed)
            return
        with self._lock:
            if worker not in self._there:
                return
            self._answered[worker] = 0 if problem else threads
        self._count_places()
        if problem:
            self._say(problem)
            return
        for _ in range(threads):
            self._executor.submit(self._place, worker)

    def _asked(self, worker: str, question: Callable[..., Any], *words: object) -> Any:
        """What a worker answers, at once, whatever it is at; or the error that it met."""
        try:
            answers = self._client.run(question, *words, workers=[worker], on_error="return")
        except Exception as failed:
            return failed
        return answers.get(worker)

    def _problem(self, worker: str, said: Any) -> str:
        """Why a worker is given no work, in sentences; nothing where it can be."""
        if not isinstance(said, Greeting):
            has = self._asked(worker, metadata.version, DISTRIBUTION)
            return _stranger(worker, self._terms.versions["perspectives"], has)
        who, terms = f"The worker on {said.host} ({worker})", self._terms
        if found := elsewhere.differences(terms.versions, said.versions):
            return (
                f"{who} is given no work, since its results would be others: {found}.\n"
                "  Next: install the same there as here, and start that worker again."
            )
        cannot = said.cannot
        if not cannot and not self._reads(terms.meeting(terms.here) / said.wrote):
            cannot = f"writes into {terms.there} what cannot be read in {terms.here}"
        if cannot:
            return (
                f"{who} is given no work: it {cannot}.\n  Next: share {terms.here} with that"
                " machine, so that both may read and write there. Where it lies under another path"
                " there, say under which: --worker-root PATH."
            )
        return ""

    def _reads(self, answer: Path) -> bool:
        try:
            elsewhere.await_visible(answer, elsewhere.MOST_LOOK_S)
            return answer.read_text("utf-8") == self._terms.token
        except OSError:
            return False

    # --- what they do -----------------------------------------------------------------------------

    def run(
        self,
        make: Make,
        root: Path,
        command: Recipe,
        fills: tuple[Recipe, ...],
        *,
        can_wait: bool = False,
    ) -> Future[None]:
        piece = _Piece(make, root, command, fills)
        self._put((can_wait, next(self._order), piece))
        return piece.made

    def _put(self, waits: _Waits) -> None:
        self._waiting.put(waits)
        if self._failed:
            self._dismiss(self._failed)

    def _place(self, worker: str) -> None:
        """Hand one piece of work after the other to a worker, as long as it is there."""
        while True:
            taken = self._waiting.get()
            piece = taken[-1]
            if piece is None or worker not in self._answered:
                self._put(taken)
                return
            try:
                self._hand_over(worker, piece)
            except _WorkerGone:
                piece.lost += 1
                if piece.lost < MOST_LOST:
                    self._put(taken)
                else:
                    _settle(piece.made, _too_often_lost(piece.command.task))
            except BaseException as failed:
                _settle(piece.made, failed)
            else:
                _settle(piece.made)

    def _hand_over(self, worker: str, piece: _Piece) -> None:
        """Wait until a worker has made a piece, and we see its results. Raises what that raised,
        and _WorkerGone.
        """
        command = replace(piece.command, inputs=tuple(map(self._lent, piece.command.inputs)))
        handed: Future[None] = Future()
        with self._lock:
            if self._failed:
                raise self._failed
            if worker not in self._answered:
                raise _WorkerGone
            self._in_hand[handed] = worker
        try:
            asked = self._client.submit(
                elsewhere.make_there,
                *(self._terms, piece.make, piece.root, command, piece.fills),
                key=f"{command.tool}-{uuid.uuid4().hex}",
                workers=[worker],
                pure=False,
            )
            asked.add_done_callback(partial(_answer, handed))
            handed.result()
        finally:
            with self._lock:
                del self._in_hand[handed]
        try:
            for recipe in piece.fills:
                elsewhere.await_visible(object_folder(piece.root, recipe.key) / "recipe.json")
        except FileNotFoundError:
            raise _not_seen(command.task, worker, self._terms.here) from None

    def _lent(self, entry: FileInput) -> FileInput:
        """A font or Whisper's weights as the workers find them: what lies outside the workspace is
        copied into it, for as long as the command runs.
        """
        path, here = Path(entry.path), self._terms.here
        if entry.outside or path.is_relative_to(here):
            return entry
        copy = self._terms.meeting(here) / "lent" / entry.digest
        with self._lending:
            if not copy.exists():
                files.fill_whole(copy, partial(_copy, entry))
        return replace(entry, path=str(copy))

    # --- the end ----------------------------------------------------------------------------------

    def stop(self) -> None:
        process.stop_all()
        self._fail(WorkersFailed("The build was stopped."))

    def end(self) -> None:
        """Nothing more is handed over."""
        self._ended.set()
        self._fail(WorkersFailed("The build has ended."))
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _fail(self, why: Exception) -> None:
        """Whoever waits, or will wait, is told ``why`` that is in vain."""
        with self._lock:
            self._failed = self._failed or why
            in_hand = tuple(self._in_hand)
        for handed in in_hand:
            _settle(handed, why)
        self._dismiss(why)

    def _dismiss(self, why: Exception) -> None:
        """Nobody will take what waits: ``why`` is told, and each place that looks for more ends."""
        with suppress(Empty):
            while True:
                if piece := self._waiting.get_nowait()[-1]:
                    _settle(piece.made, why)
        self._waiting.put((False, next(self._order), None))


def _copy(entry: FileInput, copy: Path) -> None:
    """Raises Exchanged where it would be a copy of something else than was looked at."""
    with unexchanged([entry]):
        shutil.copyfile(entry.path, copy)


def _settle(waited_for: Future[None], failed: BaseException | None = None) -> None:
    """Tell those who wait, unless they were told something before."""
    with suppress(InvalidStateError):
        waited_for.set_exception(failed) if failed else waited_for.set_result(None)


def _answer(handed: Future[None], asked: Any) -> None:
    """Dask knows what came of something."""
    if asked.status == "finished":
        _settle(handed)
        return
    failed = asked.exception() if asked.status == "error" else None
    gone = failed is None or type(failed).__name__ == "KilledWorker"  # Dask's own, of one that was
    _settle(handed, _WorkerGone() if gone else failed)  # started again at the same address


# --- what a producer is told ----------------------------------------------------------------------


def _nobody(address: str, there: Path) -> str:
    return (
        f"There is no worker at {address} that can be given work. Start one on each machine that"
        f" sees {there}:\n    dask worker {address} --nthreads 1\n  The build goes on when one is"
        " there; Ctrl-C ends it. What is finished is kept."
    )


def _no_scheduler(address: str, failed: Exception) -> WorkersFailed:
    return WorkersFailed(
        f"The Dask scheduler at {address} does not answer any more ({failed}). Nothing was handed"
        " over; what is in outputs/ stays as it was.\n  Next: start `dask scheduler` and its"
        " workers again, and run the command again, or run it without --scheduler: what is finished"
        " is kept."
    )


def _too_often_lost(task: str) -> WorkersFailed:
    return WorkersFailed(
        f"{task}: {MOST_LOST} workers were lost one after the other while they were at it. Nothing"
        " was handed over; what is in outputs/ stays as it was.\n  Next: look whether their"
        " machines have enough memory, or run the command again without --scheduler: what is"
        " finished is kept."
    )


def _not_seen(task: str, worker: str, here: Path) -> WorkersFailed:
    return WorkersFailed(
        f"{task}: {worker} has made it, and in {here} it was not seen within"
        f" {elsewhere.SEEN_WITHIN_S:.0f} s. Nothing was handed over.\n  Next: look whether that"
        " folder is still shared, and run the command again: what is finished is kept."
    )


def _stranger(worker: str, ours: str, has: object) -> str:
    """``has`` is the version of ours that is installed there, or an error where there is none."""
    theirs = f"is {has} there, and" if isinstance(has, str) else "is not installed there:"
    return (
        f"The worker at {worker} is given no work: perspectives {theirs} here it is {ours}.\n"
        "  Next: install the same there as here, and start that worker again."
    )
