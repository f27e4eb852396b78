"""The content-addressed store in outputs/.store; without it every build would do all work again.

A result lies in ``objects/KEY/``, where KEY is the hash of the recipe that made it (model.Recipe).
How it gets there is in making.py. The whole folder may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import Damaged, Exchanged, NotYet, StillChanging
from pipeline.recipe import FileInput, Recipe, made_by
from pipeline.tools.running import files, received
from pipeline.work import faults
from pipeline.work.known import Known

UNUSED_AFTER_S = 24 * 3600.0
"""A result that the last build did not use is kept for a day, so that a change taken back costs
nothing.
"""
_NOTED_EVERY_S = 3600.0
"""When a result was last used is noted to an hour: one note for each at each command is 2 ms of 5
that a speaker may cost.
"""


@dataclass(frozen=True)
class Result:
    """A result in the store: the task that it was made for, its bytes, when a command last used
    it (seconds, to an hour), and the digests of what it was made from (``KEY/OUTPUT``: of another
    result).
    """

    key: str
    task: str
    size: int
    used_at: float
    inputs: frozenset[str] = frozenset()


class Store:
    """Results by recipe, and what is known of files by their content."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._objects = os.fspath(root / "objects")  # paths as texts: they are asked for so often
        self._digests: dict[str, list[Any]] = self._by_name("digests")
        self._last = {  # the key of what each task was last made by; once it was all its facts
            task: key for task, key in _read_json(root / "last.json").items() if type(key) is str
        }
        self._published: dict[str, list[Any]] = self._by_name("published")
        self.known = Known(root / "known.json")
        self._used: set[str] = set()
        self._opened_at = time.time()
        self._there: dict[str, Mapping[str, str]] = {}
        self.handing_over = threading.Lock()  # one set of files is exchanged at a time

    def _by_name(self, what: str) -> dict[str, Any]:
        """What is known of files. Once they were known by their whole paths: then a workspace that
        was moved took everything in it for another.
        """
        known = _read_json(self.root / f"{what}.json")
        return {self._name(path) if os.path.isabs(path) else path: known[path] for path in known}

    def _name(self, path: Path | str) -> str:
        """A file by its way from here: it is the same one when the workspace was moved."""
        return os.path.relpath(path, self.root)

    # --- files from outside -----------------------------------------------------------------------

    def digest(self, path: Path) -> str:
        """The sha256 of a file's content, read again only when its size, times or inode changed.

        Raises StillChanging when the file changes while it is read, OSError when it cannot be read.
        """
        return self._digest(path, lambda: _stamp(path), lambda: files.sha256_of(path))

    def _digest(self, path: Path, stamp: Callable[[], list[int]], read: Callable[[], str]) -> str:
        before = stamp()
        known = self._digests.get(self._name(path))
        digest = str(known[-1]) if known and known[:-1] == before else read()
        if stamp() != before:
            raise StillChanging(path.name)
        self._digests[self._name(path)] = [*before, digest]
        return digest

    def file_input(self, path: Path, name: str) -> FileInput:
        """A file of the producer's or of this machine (a logo, a font, weights) as a recipe's input
        called ``name``. Raises Exchanged when it changes while it is read.
        """
        stamp = received.stamp(path)
        try:
            digest = self.digest(path)
        except StillChanging:
            raise Exchanged(str(path)) from None
        return FileInput(name, digest, str(path.resolve()), stamp=stamp)

    def submission(
        self,
        path: Path,
        folder: Path,
        name: str = "recording",
        told: Callable[[int], None] | None = None,
    ) -> FileInput:
        """A recording or photo in ``folder``, as outsiders sent it, as the input that a program
        reads behind a fence. ``told`` hears how many bytes were read, and ends it by raising.

        Raises StillChanging when it changes while it is read, or is no longer the plain file that
        was looked at before, MachineFailed when the disk does not give all of it.
        """
        try:
            descriptor = received.opened(path, folder)
        except received.NotReceived:
            raise StillChanging(path.name) from None
        try:
            stamp = received.stamp(descriptor)
            digest = self._digest(
                path,
                lambda: [*received.stamp(descriptor)],
                lambda: received.sha256_of(descriptor, told),
            )
        except OSError as failed:
            raise faults.unread(path.name, failed) from failed
        finally:
            os.close(descriptor)
        return FileInput(name, digest, str(path.resolve()), outside=True, stamp=stamp)

    # --- results ----------------------------------------------------------------------------------

    def folder(self, recipe: Recipe) -> Path:
        """Where the result of ``recipe`` lies, or would lie."""
        return object_folder(self.root, recipe.key)

    def _folder(self, key: str) -> str:
        return f"{self._objects}/{key[:2]}/{key}"

    def output(self, recipe: Recipe, output: str) -> Path:
        """Where one output of ``recipe`` lies, or would lie."""
        return self.folder(recipe) / output

    def made(self, recipe: Recipe, output: str, name: str) -> FileInput:
        """An output of ``recipe`` as another recipe's input called ``name``."""
        return made_by(recipe, output, f"{self._folder(recipe.key)}/{output}", name)

    def text(self, recipe: Recipe, output: str) -> str:
        """What an output says. Raises NotYet where it has not been made, Damaged where it is not
        what the tool said.
        """
        path = self.output(recipe, output)
        try:
            data = undamaged(path, self._there.get(recipe.key)).read_bytes()
        except FileNotFoundError:
            raise NotYet(recipe.task) from None
        return data.decode("utf-8", "replace")

    def text_of_last(self, recipe: Recipe, output: str) -> str | None:
        """What that output said when the same task was last done, by whatever recipe; None where
        nothing is known of it.
        """
        last = self._last.get(recipe.task)
        if last is None:
            return None
        try:
            return (object_folder(self.root, last) / output).read_text("utf-8", "replace")
        except OSError:
            return None

    def has(self, recipe: Recipe) -> bool:
        """Whether the result is there, with every output at its full size.

        What was there once is not looked for again by the same command.
        """
        if not self.holds(recipe.key):
            return False
        self.remember(recipe)
        return True

    def holds(self, key: str) -> bool:
        """As ``has``, of the result with that key."""
        self._used.add(key)
        if key not in self._there:
            digests = _digests_if_whole(self._folder(key))
            if digests is None:
                return False
            self._there[key] = digests
        return True

    def content_of(self, recipe: Recipe, output: str) -> str:
        """The sha256 that an output had when it was made; empty where that is not known."""
        return self._there.get(recipe.key, {}).get(output, "") if self.has(recipe) else ""

    def stamp(self, recipe: Recipe, output: str) -> list[int]:
        """What the file system says of an output: it is another one when somebody has touched it.
        Raises OSError where it is not there.
        """
        return _stamp(self.output(recipe, output))

    def begin_again(self) -> None:
        """Look anew for everything that was there."""
        self._there.clear()

    def why(self, recipe: Recipe) -> str:
        """Why ``recipe`` has to run, in a producer's words."""
        last = self._last.get(recipe.task)
        if last is None:
            return "made for the first time"
        try:
            known = _read_json(object_folder(self.root, last) / "recipe.json")
            return _difference(known, recipe.facts())
        except (LookupError, TypeError):  # it is no longer there, or was damaged
            return _GONE

    def remember(self, recipe: Recipe) -> None:
        """Note that ``recipe`` is now what its task was last made by."""
        self._last[recipe.task] = recipe.key

    # --- what is handed over ----------------------------------------------------------------------

    def publish(self, recipe: Recipe, output: str, path: Path) -> bool:
        """Copy an output to ``path`` unless exactly it is there. True when it was written."""
        mark = self.mark(recipe, output)
        if self.stands(path, mark):
            return False
        files.copy_whole(undamaged(self.output(recipe, output)), path)
        self.note(path, mark)
        return True

    def put_text(self, path: Path, text: str) -> Literal["written", "same", "kept"]:
        """Write a text that a person may change in place; ``kept`` when what is there is not what
        was last put there.
        """
        mark = hashlib.sha256(files.as_bytes(text)).hexdigest()
        outcome: Literal["written", "same"] = "same"
        if not files.says(path, text):
            if self.changed_by_hand(path):
                return "kept"
            outcome = "written"
            name = self._name(path)  # both are ours, whenever a kill comes
            self._published[name] = [mark, *self._published.get(name, ())]
            self.save_published()
            files.write_whole(path, text)
        self.note(path, mark)
        return outcome

    def mark(self, recipe: Recipe, output: str) -> str:
        """What tells an output of ``recipe`` from any other file that is put somewhere."""
        return f"{recipe.key}/{output}"

    def stands(self, path: Path, mark: str) -> bool:
        """Whether what was last put at ``path`` was that, and nobody has touched it since."""
        known = self._published.get(self._name(path))
        if not known or known[0] != mark:
            return False
        try:
            return bool(known[1:] == _stamp(path))
        except OSError:
            return False

    def last_put(self, path: Path) -> tuple[str, bool]:
        """The mark of what was last put at ``path`` (empty: nothing was), and whether a file of its
        size and time is there still, as in a copy of the whole workspace too.
        """
        mark, *stamp = self._published.get(self._name(path), [""])
        try:
            return str(mark), stamp[:2] == _stamp(path)[:2]
        except OSError:
            return str(mark), False

    def noted(self, path: Path) -> bool:
        """Whether something of ours was put at ``path`` at any time."""
        return self._name(path) in self._published

    def as_put(self, path: Path) -> bool:
        """Whether what is at ``path`` is what was last put there: by its content where that is a
        text of ours, else as nobody has touched it since.
        """
        known = self._published.get(self._name(path))
        if not known:
            return False
        return self.stands(path, known[0]) or not self.changed_by_hand(path)

    def changed_by_hand(self, path: Path) -> bool:
        """Whether a text is there that is not the one that was last put there."""
        if not path.is_file():
            return False
        return files.sha256_of(path) not in self._published.get(self._name(path), ())

    def note(self, path: Path, mark: str) -> None:
        """That what has this mark (of a text: its sha256) was put at ``path``."""
        self._published[self._name(path)] = [mark, *_stamp(path)]

    def note_unseen(self, path: Path, mark: str) -> None:
        """As ``note``, of what may have been touched since: it will be compared, or put anew."""
        self._published[self._name(path)] = [mark]

    def save(self) -> None:
        """Write down what is known of files and tasks, for the next command."""
        self._save("digests", self._digests)
        self._save("last", self._last)
        self.known.save()
        self.save_published()

    def save_published(self) -> None:
        """Write down what was put where, so that it is known whatever happens next."""
        self._save("published", self._published)

    def _save(self, what: str, known: Mapping[str, object]) -> None:
        path = self.root / f"{what}.json"
        if path.is_dir():  # a damaged disk's: what lies in the store may be deleted at any time
            files.remove_all([path])
        files.write_if_new(path, json.dumps(known, sort_keys=True))

    def prune(self, superseded: Callable[[str], bool], limit: int | None = None) -> None:
        """Drop results that no task of this build used: after a day, or at once where
        ``superseded`` says so of a task; and the oldest of them until all results together are at
        most ``limit`` bytes. What tools said that failed in earlier commands goes as well.

        Joined programmes are large and cheap to make again; parts are small and dear.
        """
        now = time.time()
        size = 0 if limit is None else sum(one.size for one in self.results())
        for one in sorted(self.results(but=self._used), key=lambda one: one.used_at):
            too_much = limit is not None and size > limit
            if too_much or superseded(one.task) or now - one.used_at > UNUSED_AFTER_S:
                self.drop([one])
                size -= one.size

        earlier = (self.root / "failed").glob("*")
        files.remove_all(one for one in earlier if one.stat().st_mtime < self._opened_at)

    @property
    def used(self) -> frozenset[str]:
        """Keys of all results that were asked for, whether they are there or not."""
        return frozenset(self._used)

    def results(self, but: Collection[str] = ()) -> Iterator[Result]:
        """All that is there, damaged ones too, ``but`` those with these keys."""
        found = (self.root / "objects").glob("*/*")
        for folder in sorted(folder for folder in found if folder.name not in but):
            known = _read_json(folder / "recipe.json")
            inputs = known.get("inputs")
            read = inputs.values() if isinstance(inputs, dict) else ()
            with contextlib.suppress(OSError):
                used_at = folder.stat().st_mtime
                yield Result(
                    folder.name,
                    str(known.get("task", "")),
                    files.size_of(folder),
                    used_at,
                    frozenset(map(str, read)),
                )

    def worked_s(self, keys: Iterable[str]) -> Iterator[tuple[str, float | None]]:
        """The task of each of these results, and how many seconds a program worked at it; None
        where that is not known.
        """
        for key in keys:
            known = _read_json(object_folder(self.root, key) / "recipe.json")
            seconds = known.get("worked_s")
            yield str(known.get("task", "")), seconds if isinstance(seconds, float) else None

    def drop(self, results: Iterable[Result]) -> None:
        """Take results away."""
        files.remove_all(object_folder(self.root, one.key) for one in results)

    def forget(self, keys: Collection[str], paths: Collection[Path]) -> None:
        """Take results away with all that is known of them and of files at ``paths``, and what
        tools said that failed. Saved at once.
        """
        files.remove_all(object_folder(self.root, key) for key in keys)
        files.remove_all([self.root / "failed"])
        self.known.forget()
        self._last = {task: key for task, key in self._last.items() if key not in keys}
        names = {self._name(path) for path in paths}
        self._digests = {name: one for name, one in self._digests.items() if name not in names}
        self._published = {name: one for name, one in self._published.items() if name not in names}
        self.save()

    def clear_up(self) -> None:
        """Take away what commands left that were killed. Nobody else may be working here."""
        files.remove_all((self.root / "tmp").glob("*"))


_GONE = "it was made before, and is gone from the store"


def object_folder(root: Path, key: str) -> Path:
    """The folder of one result under the store's ``root``."""
    return root / "objects" / key[:2] / key


def is_whole(folder: Path) -> bool:
    """Whether the folder of a result has every output at its full size."""
    return _digests_if_whole(os.fspath(folder)) is not None


def undamaged(path: Path, digests: Mapping[str, str] | None = None) -> Path:
    """``path``, an output of a result in the store, with the content that it was made with, which
    ``digests`` tells by its name (None: they are looked up). Raises Damaged where it has another:
    then the result is taken away.
    """
    if digests is None:
        digests = _read_json(path.parent / "recipe.json").get("digests", {})
    digest = digests.get(path.name)
    if digest and files.sha256_of(path) != digest:
        task = str(_read_json(path.parent / "recipe.json").get("task", "a piece of work"))
        files.remove_all([path.parent])
        raise Damaged(task)
    return path


def _digests_if_whole(folder: str) -> Mapping[str, str] | None:
    """The digests of a result's outputs where its ``folder`` has every one at its full size, else
    None. It is noted that it was used, for ``prune``.
    """
    try:
        with open(f"{folder}/recipe.json", encoding="utf-8") as file:
            known = json.load(file)
        sizes, digests = known["sizes"], dict(known.get("digests", {}))
        whole = all(os.stat(f"{folder}/{name}").st_size == size for name, size in sizes.items())
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if whole and time.time() - os.stat(folder).st_mtime > _NOTED_EVERY_S:
        with contextlib.suppress(OSError):
            os.utime(folder)
    return digests if whole and sizes else None


def _difference(last: dict[str, Any], now: dict[str, Any]) -> str:
    changed = [
        _plain_name(name)
        for kind in ("inputs", "texts")
        for name in sorted({*last[kind], *now[kind]})
        if last[kind].get(name) != now[kind].get(name)
    ]
    if changed:
        return ", ".join(dict.fromkeys(changed)) + " changed"
    if any(last.get(kind) != now.get(kind) for kind in ("arguments", "outputs", "again")):
        return "its settings changed"
    if last["tool_version"] != now["tool_version"]:
        return f"{now['tool']} is another version"
    return _GONE


def _plain_name(name: str) -> str:
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return "a part" if stem.startswith("part-") else stem.replace("-", " ")


def _stamp(path: Path) -> list[int]:
    facts = os.stat(path)
    return [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino]


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (
        OSError,
        ValueError,
    ):  # the store may be deleted or damaged at any time: then everything is made anew
        return {}
    return content if isinstance(content, dict) else {}
