"""The bench that all work is done at; without it everybody would have to know what runs, what waits
and what has been made.

The one object that changes while a command runs. Results go into the store, programs run in the
workers, the observer hears of both. A dry bench has no workers and runs nothing: it notes what
would run and why, and the store raises NotYet where the next step needs a result that is not there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeVar

from pipeline.errors import Damaged, NotYet
from pipeline.recipe import FileInput, Recipe
from pipeline.tools.running import process
from pipeline.tools.running.measure import length_of
from pipeline.work.making import make
from pipeline.work.store import Store
from pipeline.work.workers import Workers

WORD_EVERY_S = 5.0
"""How often is said how far a large file was read: a disk gives 0.1 to 2 GiB a second."""
MOST_READ = 256 * 2**20
"""What is read in a second or less, by whoever only wants to know where everything stands."""

MOST_DAMAGED = 100
"""Results that are made again in one command; a disk that loses more of them is no place for it."""

Given = TypeVar("Given")
Made = TypeVar("Made")
Running = tuple[Future[None], ...]
"""Work that was started, by us or by whoever needed the same before; empty where nothing has to
run.
"""


class Observer(Protocol):
    """Who watches the work: the command line's progress, or nobody."""

    def begin(self, places: int) -> None:
        """Work may begin, so many programs at once."""

    def expect(self, task: str, weight: float, can_wait: bool) -> None:
        """``task`` will run and cost about ``weight``, before all that ``can_wait``."""

    def ended(self, task: str, good: bool) -> None:
        """``task`` runs no more; ``good``: its result is there."""

    def there(self, task: str, weight: float) -> None:
        """``task`` was asked for, and its result is there already."""

    def met(
        self, whose: str, length_s: float, pictures: float | None, by_whisper: bool = True
    ) -> None:
        """A recording of this length goes its way; ``pictures`` is what all of its pictures cost,
        None where none is made of it. ``by_whisper``: Whisper will listen to it.
        """

    def behind(self, whose: str, weight: float, in_turn: bool) -> None:
        """Once all is joined there is work of about ``weight`` on behalf of ``whose``, one piece
        after the other where it is ``in_turn``; 0: no more.
        """

    def without_pictures(self) -> None:
        """The command is going to end before any picture is made."""

    def say(self, sentence: str) -> None:
        """Something a producer should read now."""


@dataclass(frozen=True)
class Hands:
    """What touches the world outside: ``make`` runs a recipe's program and puts what came of it
    into the store (work/making.py), ``length_of`` counts pictures and samples of a file that was
    made.

    Tests hand in recorded answers.
    """

    make: Callable[[Path, Recipe, tuple[Recipe, ...]], None] = make
    length_of: Callable[[Path], tuple[int, int]] = length_of


@dataclass
class Bench:
    """The work of one command. ``would_run`` has tasks and reasons, ``ran`` what was done,
    ``asked`` the keys of all results that were asked for.

    ``may_read`` is how many bytes of recordings that nobody has looked at yet may be read (None:
    all). ``behalf`` is whose work all of it is called beside its own name (``upright: ana: ...``).
    """

    store: Store
    workers: Workers | None
    observer: Observer
    hands: Hands = field(default_factory=Hands)
    may_read: int | None = None
    behalf: str = ""
    would_run: list[tuple[str, str]] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    _in_flight: dict[str, Future[None]] = field(default_factory=dict)
    _damaged: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def dry(self) -> bool:
        """Nothing may run."""
        return self.workers is None

    def at_rest(self) -> Bench:
        """A dry bench with the same results: it answers what is known."""
        return Bench(self.store, None, self.observer)

    def fresh(self) -> Bench:
        """A bench with the same results and programs, at which nothing has been done yet."""
        return Bench(self.store, self.workers, self.observer, self.hands, self.may_read)

    def on_behalf_of(self, whose: str) -> Bench:
        """The same bench, at which all work is called as that of ``whose``."""
        return replace(self, behalf=whose)

    def of_what_is_known(self) -> Bench:
        """As ``at_rest``, in a second: whether 20 GiB that nobody has looked at are known, it does
        not learn.
        """
        return Bench(self.store, None, self.observer, may_read=MOST_READ)

    def in_spite_of_damage(self, work: Callable[[], Made]) -> Made:
        """What ``work`` comes to; what the disk has changed in the store is made again on the way.
        Raises Damaged where that happens on and on.
        """
        while True:
            try:
                return work()
            except Damaged as found:
                self._damaged += 1
                if self._damaged > MOST_DAMAGED:
                    raise
                self.observer.say(str(found))
                self._begin_again()

    def _begin_again(self) -> None:
        """Look anew for what was there; what runs or waits to run goes on."""
        self.store.begin_again()
        with self._lock:
            for key in [key for key, running in self._in_flight.items() if running.done()]:
                del self._in_flight[key]

    def obtain(self, command: Recipe, *fills: Recipe) -> None:
        """See to it that ``command``'s result is in the store, or that of ``fills``, which it makes
        in one run.

        Whoever asks for work that another thread asked for waits for that one run, result by
        result. Raises ToolFailed.
        """
        self.wait(self.start(command, *fills))

    def answer(self, recipe: Recipe, output: str) -> str:
        """What an output of ``recipe`` says, once it is there. Raises ToolFailed, and NotYet where
        nothing may run.
        """
        self.obtain(recipe)
        return self.store.text(recipe, output)

    def known(
        self, what: str, given: object, kind: type[Made], work: Callable[[Bench], Made]
    ) -> Made:
        """What ``work`` answers, worked out once for each ``given``, which its repr tells from
        others: the next command reads it (work/known.py). What is empty is asked for each time.

        The answer must follow from what is ``given`` and from results that ``work`` obtains at the
        bench that it is handed; it is worked out anew when one of them is there no more.
        """
        known = self.store.known
        found = known.answer(what, given, kind, self._hold)
        if found is None:
            noting = replace(self, asked=set())
            found = work(noting)
            self.asked |= noting.asked
            if found:
                known.note(what, given, kind, found, noting.asked)
        return found

    def _hold(self, keys: Collection[str]) -> bool:
        self.asked.update(keys)
        return all(map(self.store.holds, keys))

    def start(self, command: Recipe, *fills: Recipe) -> Running:
        """As ``obtain``, without waiting."""
        command, *others = map(self._named, (command, *fills))
        wanted = tuple(others) or (command,)
        self.asked.update(recipe.key for recipe in wanted)
        stale = tuple(recipe for recipe in wanted if not self.store.has(recipe))
        if self.workers is None:
            for recipe in stale:
                self.explain(recipe.task, self.store.why(recipe))
            return ()
        if not stale:
            self.observer.there(command.task, command.weight)
            return ()
        with self._lock:
            left = tuple(recipe for recipe in stale if recipe.key not in self._in_flight)
            if left == wanted:
                self._run(self.workers, command, left)
            else:  # what is left of several is made by itself: the others are not made twice
                for recipe in left:
                    self._run(self.workers, recipe, (recipe,))
            running = [self._in_flight[recipe.key] for recipe in stale]
        return tuple(dict.fromkeys(running))

    def _named(self, recipe: Recipe) -> Recipe:
        """The recipe called as it is told; it is the same one."""
        return replace(recipe, task=f"{self.behalf}: {recipe.task}") if self.behalf else recipe

    def _run(self, workers: Workers, command: Recipe, fills: tuple[Recipe, ...]) -> None:
        # Encodes of pictures are many and wait for nothing: they fill what others leave free.
        can_wait = bool(command.frames)
        self.observer.expect(command.task, command.weight, can_wait)
        running = workers.run(self.hands.make, self.store.root, command, fills, can_wait=can_wait)
        running.add_done_callback(lambda done: self._done(done, command, fills))
        self._in_flight.update((recipe.key, running) for recipe in fills)

    def obtain_all(self, commands: Iterable[Recipe]) -> None:
        """``obtain`` for each of ``commands``, side by side."""
        self.wait(*[self.start(command) for command in commands])

    def wait(self, *started: Running) -> None:
        """Wait for all that ``start`` gave; raises what went wrong."""
        for running in (one for several in started for one in several):
            if self.workers and not running.done():
                self.workers.give_turn()
            running.result()

    def submission(self, path: Path, folder: Path, name: str = "recording") -> FileInput:
        """A file in ``folder`` that an outsider sent, as a recipe's input called ``name``.

        How far the reading of a large one has come is told every few seconds; Ctrl-C ends it.
        Raises as Store.submission, and NotYet where it would have to be read and may not be.
        """
        size, begun, left = path.stat().st_size, time.monotonic(), self.may_read
        next_word = begun + WORD_EVERY_S

        def told(read: int) -> None:
            nonlocal next_word
            if left is not None:
                if size > left:
                    raise NotYet(f"{path.name}: read it")
                self.may_read = left - read
            if process.stopping():
                raise KeyboardInterrupt
            if time.monotonic() >= next_word:
                next_word += WORD_EVERY_S
                has, most = (f"{count / 2**30:.1f}" for count in (read, size))
                self.observer.say(f"{path.name}: {has} of {most} GiB read")

        return self.store.submission(path, folder, name, told)

    def explain(self, task: str, why: str) -> None:
        """Note that ``task`` would run, and why."""
        self.would_run.append((task, why))

    def each(self, work: Callable[[Given], Made], given: Iterable[Given]) -> list[Made]:
        """``work`` for all of ``given``, side by side where programs may run; results in order."""
        if self.workers is None:
            return [work(one) for one in given]
        return self.workers.each(work, given)

    def made(self, recipe: Recipe, output: str, name: str | None = None) -> FileInput:
        """An output of ``recipe`` as another recipe's input, under its own name or ``name``."""
        return self.store.made(recipe, output, name or output)

    def unmade(self, recipe: Recipe) -> bool:
        """Whether nothing may run and the result is not there: a dry run goes on without it."""
        return self.dry and not self.store.has(recipe)

    def _done(self, done: Future[None], command: Recipe, stale: tuple[Recipe, ...]) -> None:
        good = not done.cancelled() and done.exception() is None
        self.observer.ended(command.task, good)
        if good:
            self.ran.append(command.task)
            for recipe in stale:
                self.store.remember(recipe)
