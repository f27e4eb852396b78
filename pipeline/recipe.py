"""Slow work as a value; without it nothing could say what would run, or whether it was done before.

A recipe can be printed, compared and hashed. Nothing here reads a file or starts a program.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

MADE = "made"
"""The folder in which a second run of a tool finds what the first one made."""


@dataclass(frozen=True)
class FileInput:
    """A file that a recipe reads: known by what is in it, not by where it is.

    It lies under ``name`` in the recipe's folder. A file from ``outside`` is not laid into the
    folder: the program gets it opened, as its standard input, and is confined. ``stamp`` is what
    the file system said of it when its digest was taken: size, times, inode, device; nothing of
    what a recipe makes.
    """

    name: str
    digest: str
    path: str = field(compare=False)
    outside: bool = False
    stamp: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Recipe:
    """One piece of slow work as a value: a tool, its arguments, what it reads and makes.

    The tool runs in an empty folder in which every input lies under its ``name`` and every text
    under its name, so the arguments hold no path and the same work has the same recipe on every
    machine. ``task`` is what a producer calls it; ``frames`` or ``samples`` maps an output to the
    length that it must have; neither is part of ``key``. ``fallback`` are arguments that make the
    same in a dearer way, where the tool ends badly with the first or makes too little. ``again``
    are those of a second run, which makes the outputs that it reads as ``file:made/NAME`` anew; it
    reads nothing from outside and is not confined, so it may use the graphics card. ``memory_mib``
    is about the most memory that the tool takes; as ``weight`` it is no part of ``key``.
    """

    task: str
    tool: str
    tool_version: str
    arguments: tuple[str, ...]
    outputs: tuple[str, ...]
    inputs: tuple[FileInput, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    frames: tuple[tuple[str, int], ...] = ()
    samples: tuple[tuple[str, int], ...] = ()
    fallback: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    weight: float = 1.0
    memory_mib: int = 150
    timeout_s: float = 3600.0

    @property
    def made_again(self) -> tuple[str, ...]:
        """The outputs that the second run makes anew."""
        return tuple(one for one in self.outputs if f"file:{MADE}/{one}" in self.again)

    @property
    def from_outside(self) -> FileInput | None:
        """The one input that an outsider sent, if there is one: with it the tool is confined."""
        return next((entry for entry in self.inputs if entry.outside), None)

    def facts(self) -> dict[str, Any]:
        """All that decides the result, as plain data.

        ``key`` is the hash of it, and ``--explain`` compares it.
        """
        return {
            "tool": self.tool,
            "tool_version": self.tool_version,
            "arguments": list(self.arguments),
            "outputs": list(self.outputs),
            "inputs": {entry.name: entry.digest for entry in self.inputs},
            "texts": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in self.texts},
            **({"fallback": list(self.fallback)} if self.fallback else {}),
            **({"again": list(self.again)} if self.again else {}),
        }

    @cached_property
    def key(self) -> str:
        """64 hexadecimal digits that name the result in the store."""
        return hashlib.sha256(json.dumps(self.facts(), sort_keys=True).encode()).hexdigest()


def made_by(recipe: Recipe, output: str, path: str, name: str) -> FileInput:
    """An output of ``recipe`` as another recipe's input.

    Its digest follows from the recipe, so it may not exist yet.
    """
    return FileInput(name=name, digest=f"{recipe.key}/{output}", path=path)


def own_task(task: str) -> str:
    """What a ``task`` is called whoever it is done for: ``ana: picture 1/2`` of ``upright: ana:
    picture 1/2``, which is done for an edition.
    """
    *_, what = parts = task.split(": ")
    return what if what.startswith("join ") else ": ".join(parts[-2:])
