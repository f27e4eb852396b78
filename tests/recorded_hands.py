"""Hands that do no work: answers that programs gave once, so that the story of a build is told in
milliseconds.

The answers are those of ffmpeg, PyAV and pocketsphinx for one clip of three seconds
(tests/recorded/message.json); pictures and sounds are files that say how long they would be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from conftest import REPOSITORY

from pipeline.event import Event, Workspace, event_in, load_config
from pipeline.recipe import Recipe
from pipeline.timing import samples_in
from pipeline.tools.running.files import sha256_of
from pipeline.work.bench import Bench, Hands
from pipeline.work.store import Store, object_folder
from pipeline.work.workers import Workers

ANSWERS: dict[str, dict[str, str]] = json.loads(
    (REPOSITORY / "tests/recorded/message.json").read_text("utf-8")
)
"""What was said, by the name of the work and of the output."""
NOTHING_ODD = {"stdout.txt": ANSWERS["cards"]["stdout.txt"]}
Answer = dict[str, str] | Exception
CONFIG = """title: Test segment
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
delivery: {size: 640x360}
cards: {opening: 1s, title: 1s, closing: 1s, lower_third: 2s}
captions: {engine: pocketsphinx}
speakers:
  - {id: ana, name: Dr Ana Expert}
  - {id: bo, name: Dr Bo Expert}
"""


def arrived(folder: Path) -> Path:
    """Make ``folder`` a workspace in which Ana's recording has come in and Bo's has not."""
    (folder / "inputs/captions").mkdir(parents=True)
    (folder / "config.yaml").write_text(CONFIG)
    (folder / "inputs/ana.mp4").write_bytes(b"\0Ana's recording")
    return folder


@dataclass
class Recorded:
    """Makes results out of recorded answers. ``instead`` maps a task, with its speaker, to another
    answer or to the error that it ends with; ``short_by`` is how many pictures every joined file
    lacks. ``digests``: results are kept with theirs, as work/making.py does.
    """

    instead: dict[str, Answer] = field(default_factory=dict)
    short_by: int = 0
    told: list[str] = field(default_factory=list)
    digests: bool = False

    def make(self, root: Path, command: Recipe, fills: tuple[Recipe, ...]) -> None:
        """As work/making.py, with nothing run."""
        self.told.append(command.task)
        answer = self._answer(command.task)
        if isinstance(answer, Exception):
            raise answer
        for recipe in fills:
            folder = object_folder(root, recipe.key)
            folder.mkdir(parents=True)
            texts = {name: json.dumps(dict(recipe.frames)) for name in recipe.outputs}
            for name, text in {**texts, **NOTHING_ODD, **answer}.items():
                (folder / name).write_text(text, "utf-8")
            sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
            known = {"task": recipe.task, **recipe.facts(), "sizes": sizes}
            if self.digests:
                known["digests"] = {path.name: sha256_of(path) for path in folder.iterdir()}
            (folder / "recipe.json").write_text(json.dumps(known), "utf-8")

    def length_of(self, path: Path) -> tuple[int, int]:
        """What the joined file says of itself."""
        try:
            frames = json.loads(path.read_text("utf-8"))[path.name]
        except (ValueError, KeyError):  # as of a film that cannot be opened
            return -1, -1
        return frames - self.short_by, samples_in(frames, Fraction(25))

    def _answer(self, task: str) -> Answer:
        if task in self.instead:
            return self.instead[task]
        work = task.split(": ", 1)[-1].split(", pass", 1)[0]
        return ANSWERS.get(work, {})


class AtOnce(Executor):
    """Does the work where it is asked for."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """A future that is over."""
        done: Future[Any] = Future()
        try:
            done.set_result(work(*arguments, **named))
        except Exception as failed:
            done.set_exception(failed)
        return done


@dataclass
class Watcher:
    """Hears of the work."""

    said: list[str] = field(default_factory=list)

    def expect(self, task: str, weight: float, can_wait: bool) -> None:
        """Not of interest."""

    def ended(self, task: str, good: bool) -> None:
        """Not of interest."""

    def there(self, task: str, weight: float) -> None:
        """Not of interest."""

    def without_pictures(self) -> None:
        """Not of interest."""

    def met(
        self, whose: str, length_s: float, pictures: float | None, by_whisper: bool = True
    ) -> None:
        """Not of interest."""

    def behind(self, whose: str, weight: float, in_turn: bool) -> None:
        """Not of interest."""

    def begin(self, places: int) -> None:
        """Not of interest."""

    def say(self, sentence: str) -> None:
        """Kept."""
        self.said.append(sentence)


@contextmanager
def at_work(
    root: Path, hands: Recorded, dry: bool = False, places: Workers | None = None
) -> Iterator[tuple[Event, Bench]]:
    """The event in ``root`` and a bench with those hands; what is known of files is saved."""
    workspace = Workspace(root)
    store = Store(workspace.store)
    told = Hands(hands.make, hands.length_of)
    workers = None if dry else places or Workers(AtOnce())
    yield event_in(workspace, load_config(workspace)), Bench(store, workers, Watcher(), told)
    store.save()
