"""To which worker each piece of work goes, and what is said of those that get none. Dask is played:
tests/work/test_cluster.py has real workers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import Exchanged, Refused, WorkersFailed
from pipeline.event import Workspace
from pipeline.recipe import FileInput, Recipe
from pipeline.tools.running import identity
from pipeline.work import cluster, elsewhere
from pipeline.work.elsewhere import Greeting, Terms
from pipeline.work.store import Store
from pipeline.work.workers import Make, Scheduler, Workers

ADDRESS = "tcp://stage:8786"


class Asked:
    """What Dask gives for work that was handed over."""

    def __init__(self) -> None:
        self.status = "pending"
        self._over: Future[None] = Future()

    def do(self, work: Callable[[], None]) -> None:
        """Be over with what comes of ``work``."""
        try:
            work()
        except Exception as failed:
            self.status = "error"
            self._over.set_exception(failed)
        else:
            self.status = "finished"
            self._over.set_result(None)

    def exception(self) -> BaseException | None:
        """What was raised."""
        return self._over.exception(0)

    def add_done_callback(self, tell: Callable[[Asked], None]) -> None:
        """Tell when it is over."""
        self._over.add_done_callback(lambda _: tell(self))


@dataclass
class Dask:
    """Workers by their addresses: how many threads each has. Those that are ``deaf`` take work and
    never answer; ``greetings`` are answers that are not as they should be.
    """

    workers: dict[str, int] = field(default_factory=dict)
    deaf: set[str] = field(default_factory=set)
    greetings: dict[str, Any] = field(default_factory=dict)
    installed: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, str]] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    fails: Exception | None = None
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8))

    def nthreads(self) -> dict[str, int]:
        """Who is there."""
        if self.fails:
            raise self.fails
        return dict(self.workers)

    def run(
        self, question: Callable[..., Any], *words: Any, workers: list[str], on_error: str
    ) -> dict[str, Any]:
        """What one worker answers."""
        (one,) = workers
        if question is not elsewhere.greet:
            return {one: self.installed.get(one, ModuleNotFoundError("webinar-perspectives"))}
        good = elsewhere._look(words[0])
        return {one: self.greetings.get(one, good)}

    def submit(
        self,
        _: Callable[..., None],
        terms: Terms,
        make: Make,
        root: Path,
        command: Recipe,
        fills: tuple[Recipe, ...],
        *,
        key: str,
        workers: list[str],
        pure: bool,
    ) -> Asked:
        """Work for one worker, as its functions would be called there."""
        (one,) = workers
        self.taken.append((one, command.task))
        self.inputs += [entry.path for entry in command.inputs]
        asked = Asked()
        if one not in self.deaf:
            self._threads.submit(asked.do, lambda: make(root, command, fills))
        return asked

    def close(self, timeout: float) -> None:
        """Nobody is asked any more."""
        self._threads.shutdown()


@dataclass
class Event:
    """A workspace, who works for it, and what its producer was told."""

    root: Path
    dask: Dask = field(default_factory=Dask)
    said: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    _open: ExitStack = field(default_factory=ExitStack)

    def opened(self) -> Workers:
        """Workers that were greeted."""
        scheduler = Scheduler(ADDRESS)
        at = cluster.cluster(scheduler, Workspace(self.root), self.said.append, self.places.append)
        return self._open.enter_context(at)

    def work(self, workers: Workers, task: str, make: Make = lambda *_: None) -> Future[None]:
        """A piece of work that is asked for."""
        return workers.run(make, self.root, Recipe(task, "ffmpeg", "9", (), ()), ())

    def close(self) -> None:
        """The command ends."""
        self._open.close()


@pytest.fixture
def event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    event = Event(tmp_path)
    monkeypatch.setattr(cluster, "_client", lambda address: event.dask)
    monkeypatch.setattr(cluster, "LOOK_EVERY_S", 0.01)
    yield event
    event.close()


def until(true: Callable[[], object]) -> None:
    """Wait until something is so."""
    last = time.monotonic() + 20
    while not true():
        assert time.monotonic() < last, "it never was so"
        time.sleep(0.005)


def greeting(**versions: str) -> Greeting:
    """A worker with our versions, but for some."""
    return Greeting("studio-2", {**identity.versions(), **versions}, wrote="nothing")


def test_each_thread_of_a_worker_is_a_place_also_of_one_that_comes_later(event):
    event.dask.workers["tcp://a:1"] = 2
    workers = event.opened()
    assert workers.places == 2
    event.dask.workers["tcp://b:1"] = 3
    until(lambda: workers.places == 5)
    del event.dask.workers["tcp://a:1"]
    until(lambda: workers.places == 3)
    assert event.places == [2, 5, 3]


def test_what_can_wait_is_handed_over_when_nothing_else_waits(event):
    event.dask.workers["tcp://a:1"] = 1
    workers = event.opened()
    go_on = Future[None]()
    first = event.work(workers, "first", lambda *_: go_on.result(20))
    until(lambda: event.dask.taken)
    picture = Recipe("picture", "ffmpeg", "9", (), ())
    waits = workers.run(lambda *_: None, event.root, picture, (), can_wait=True)
    heard = event.work(workers, "hear")
    go_on.set_result(None)
    for one in (first, waits, heard):
        one.result(20)
    assert [task for _, task in event.dask.taken] == ["first", "hear", "picture"]


def test_what_a_worker_met_is_what_whoever_waits_meets(event):
    event.dask.workers["tcp://a:1"] = 1
    with pytest.raises(ZeroDivisionError):
        event.work(event.opened(), "sum", lambda *_: divmod(1, 0)).result(20)


def test_a_piece_that_is_lost_with_its_worker_goes_to_another(event):
    event.dask.workers["tcp://a:1"] = 1
    event.dask.deaf.add("tcp://a:1")
    waiting = event.work(event.opened(), "hear")
    until(lambda: event.dask.taken)
    event.dask.workers = {"tcp://b:1": 1}
    waiting.result(20)
    assert event.dask.taken == [("tcp://a:1", "hear"), ("tcp://b:1", "hear")]


def test_a_piece_that_three_workers_are_lost_with_is_given_up_in_a_sentence(event):
    event.dask.workers["tcp://0:1"] = 1
    event.dask.deaf |= {f"tcp://{number}:1" for number in range(3)}
    waiting = event.work(event.opened(), "ana: hear")
    for number in range(3):
        event.dask.workers = {f"tcp://{number}:1": 1}
        until(lambda so_far=number: len(event.dask.taken) > so_far)
    event.dask.workers = {"tcp://4:1": 1}
    with pytest.raises(WorkersFailed, match=r"ana: hear: 3 workers were lost one after the other"):
        waiting.result(20)
    assert len(event.dask.taken) == 3


def test_a_worker_with_another_version_is_named_with_both_and_gets_no_work(event):
    event.dask.workers = {"tcp://a:1": 1, "tcp://b:1": 1}
    event.dask.greetings["tcp://b:1"] = greeting(ffmpeg="ffmpeg-8 (0123)")
    workers = event.opened()
    for number in range(4):
        event.work(workers, f"part {number}").result(20)
    assert {worker for worker, _ in event.dask.taken} == {"tcp://a:1"}
    ours = identity.versions()["ffmpeg"]
    assert event.said == [
        "The worker on studio-2 (tcp://b:1) is given no work, since its results would be others:"
        f" ffmpeg is ffmpeg-8 (0123) there and {ours} here.\n"
        "  Next: install the same there as here, and start that worker again."
    ]


def test_a_worker_without_perspectives_or_with_one_that_cannot_say_its_version_is_refused(event):
    ours = identity.versions()["perspectives"]
    event.dask.workers = {"tcp://a:1": 1, "tcp://b:1": 1}
    event.dask.greetings |= dict.fromkeys(event.dask.workers, ModuleNotFoundError("pipeline"))
    event.dask.installed["tcp://a:1"] = "0.0.9"
    with pytest.raises(Refused, match="No worker of tcp://stage:8786 can be given work"):
        event.opened()
    first, second = sorted(event.said)
    assert f"perspectives is 0.0.9 there, and here it is {ours}." in first
    assert f"perspectives is not installed there: here it is {ours}." in second


def test_a_worker_whose_files_cannot_be_read_here_is_refused(event, monkeypatch):
    monkeypatch.setattr(elsewhere, "MOST_LOOK_S", 0)
    event.dask.workers["tcp://a:1"] = 1
    event.dask.greetings["tcp://a:1"] = greeting()
    with pytest.raises(Refused):
        event.opened()
    (said,) = event.said
    assert f"it writes into {event.root} what cannot be read in {event.root}." in said


def test_an_answer_that_cannot_be_understood_ends_the_command_and_does_not_hang_it(event):
    event.dask.workers["tcp://a:1"] = 1
    event.dask.greetings["tcp://a:1"] = Greeting("studio-2", None)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        event.opened()


def test_that_nobody_is_there_is_said_once_and_again_when_the_last_one_is_gone(event, monkeypatch):
    monkeypatch.setattr(cluster, "NOBODY_AFTER_S", 0.05)
    with ThreadPoolExecutor(1) as beside:
        opening = beside.submit(event.opened)
        until(lambda: event.said)
        time.sleep(0.1)
        assert event.said == [
            f"There is no worker at {ADDRESS} that can be given work. Start one on each machine"
            f" that sees {event.root}:\n    dask worker {ADDRESS} --nthreads 1\n  The build goes on"
            " when one is there; Ctrl-C ends it. What is finished is kept."
        ]
        event.dask.workers["tcp://a:1"] = 1
        workers = opening.result(20)
    event.dask.workers.clear()
    waiting = event.work(workers, "hear")
    until(lambda: len(event.said) == 2)
    event.dask.workers["tcp://b:1"] = 1
    waiting.result(20)
    assert 0 not in event.places, "the time left is reckoned by them"


def test_a_scheduler_that_answers_no_more_ends_what_waits_and_what_is_asked_later(event):
    event.dask.workers["tcp://a:1"] = 1
    event.dask.deaf.add("tcp://a:1")
    workers = event.opened()
    waiting = [event.work(workers, "hear"), event.work(workers, "fit")]
    event.dask.fails = OSError("connection refused")
    sentence = r"The Dask scheduler at tcp://stage:8786 does not answer any more"
    for one in waiting:
        with pytest.raises(WorkersFailed, match=sentence):
            one.result(20)
    with pytest.raises(WorkersFailed, match=sentence):
        event.work(workers, "draw").result(20)


def test_a_stopped_command_waits_for_nobody(event, monkeypatch):
    monkeypatch.setattr(cluster.process, "stop_all", lambda: None)
    event.dask.workers["tcp://a:1"] = 1
    event.dask.deaf.add("tcp://a:1")
    workers = event.opened()
    waiting = event.work(workers, "hear")
    workers.stop()
    with pytest.raises(WorkersFailed, match=r"The build was stopped\."):
        waiting.result(20)


def test_a_font_from_outside_the_workspace_is_lent_as_long_as_the_command_runs(event, tmp_path):
    event.root = tmp_path / "event"
    font, photo = tmp_path / "font.ttf", event.root / "inputs/ana.mp4"
    font.write_bytes(b"letters")
    lent_out = Store(event.root / "outputs/.store").file_input(font, "font.ttf")
    inputs = lent_out, FileInput("ana", "a0a0", str(photo))
    command = Recipe("cards", "draw", "9", (), (), inputs)
    event.dask.workers["tcp://a:1"] = 1
    workers = event.opened()
    workers.run(lambda *_: None, event.root, command, ()).result(20)
    lent, own = map(Path, event.dask.inputs)
    assert lent.is_relative_to(event.root) and lent.read_bytes() == b"letters"
    assert own == photo
    event.close()
    assert not list((event.root / "outputs/.store/tmp").iterdir())


def test_a_font_that_was_exchanged_since_it_was_looked_at_is_lent_to_nobody(event, tmp_path):
    event.root = tmp_path / "event"
    font = tmp_path / "font.ttf"
    font.write_bytes(b"letters")
    entry = Store(event.root / "outputs/.store").file_input(font, "font.ttf")
    font.write_bytes(b"others")
    event.dask.workers["tcp://a:1"] = 1
    workers = event.opened()
    command = Recipe("cards", "draw", "9", (), (), (entry,))
    for _ in range(2):  # the first one left no copy that the second one would take for whole
        with pytest.raises(Exchanged, match=r"font\.ttf"):
            workers.run(lambda *_: None, event.root, command, ()).result(20)
    assert event.dask.inputs == []
