"""What followed from something once, kept from one command to the next; without it a command with
nothing to do would align, draw up and measure everything again to learn that nothing has changed.

Only what would be worked out again from the same is kept here: the whole of it may be deleted at
any time.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from pipeline.tools.running import files

Kind = TypeVar("Kind")
Kept = tuple[float, tuple[str, ...], str, str]
"""When an answer was last asked for, the keys of the results in the store that it was worked out
with, its own hash, by which one that the disk has changed is none, and the answer as JSON.
"""
KEPT_S = 24 * 3600.0
"""An answer that nobody asked for is kept for a day, as results are."""
NOTED_EVERY_S = 3600.0


class Known:
    """Answers, each under the hash of what it follows from: what was asked and given, our own
    programs and all libraries that are installed beside them.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._answers: dict[str, Kept] | None = None
        self._shapes: dict[object, TypeAdapter[Any]] = {}
        self._changed = False

    def answer(
        self, what: str, given: object, kind: type[Kind], whole: Callable[[Collection[str]], bool]
    ) -> Kind | None:
        """What was answered to ``what`` for ``given``; None where that is not known, or where the
        results that it was worked out with are not ``whole``.

        ``given`` is told from others by its repr.
        """
        name = _name(what, given)
        kept = self._all().get(name)
        if kept is None:
            return None
        used_at, keys, digest, text = kept
        if digest != _digest(text) or not whole(keys):
            return None
        if time.time() - used_at > NOTED_EVERY_S:
            self._put(name, keys, text)
        return self._shape(kind).validate_json(text)

    def note(
        self, what: str, given: object, kind: type[Kind], answer: Kind, keys: Collection[str] = ()
    ) -> None:
        """That ``answer`` follows from ``given`` and the results with these ``keys``."""
        text = self._shape(kind).dump_json(answer).decode()
        self._put(_name(what, given), tuple(sorted(keys)), text)

    def save(self) -> None:
        """Write down what was learned, without what nobody has asked for since yesterday."""
        if not self._changed:
            return
        oldest = time.time() - KEPT_S
        kept = {name: one for name, one in self._all().copy().items() if one[0] > oldest}
        if self.path.is_dir():  # a damaged disk's, as everything in the store may be
            files.remove_all([self.path])
        files.write_whole(self.path, self._shape(dict[str, Kept]).dump_json(kept))

    def forget(self) -> None:
        """Take away all of it: it may hold anybody's words."""
        files.remove_all([self.path])
        self._answers, self._changed = {}, False

    def _put(self, name: str, keys: tuple[str, ...], text: str) -> None:
        self._all()[name] = time.time(), keys, _digest(text), text
        self._changed = True

    def _shape(self, kind: type[Kind]) -> TypeAdapter[Kind]:
        """How values of that kind are written as JSON, and read as they were."""
        if kind not in self._shapes:
            self._shapes[kind] = TypeAdapter(kind)
        return self._shapes[kind]

    def _all(self) -> dict[str, Kept]:
        if self._answers is None:
            try:
                self._answers = self._shape(dict[str, Kept]).validate_json(self.path.read_bytes())
            except (OSError, ValueError):  # it may be deleted or damaged at any time
                self._answers = {}
        return self._answers


def _name(what: str, given: object) -> str:
    return _digest(f"{_worked_out_by()}\n{what}\n{given!r}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _worked_out_by() -> str:
    from pipeline.tools.running import identity  # reads all of our texts: 6 ms

    return f"{sys.version} {identity.STARTED_AS} {identity.installed()}"
