"""How a producer hears of the work while it runs, and all lines for people go out; without it the
work would be silent.

Everything goes to stderr: bars and colour on a terminal, plain lines elsewhere; NO_COLOR is
honoured. Texts from outside are shown with their control characters made visible.
"""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from rich import console as rich_console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from pipeline.timing import clock

WIDE = 160
"""Columns of a table that goes into a file or to another program: nothing is cut short there."""


def visible(text: object) -> str:
    """A text from outside as it may be sent to a terminal: control characters are shown, not
    obeyed.
    """
    return "".join(
        letter if _may_be_shown(letter) else f"\\x{ord(letter):02x}" for letter in str(text)
    )


def _may_be_shown(letter: str) -> bool:
    return letter in "\n\u200d\u200c" or unicodedata.category(letter)[0] != "C"


def plain(text: object) -> str:
    """As ``visible``, for rich: nothing in it is markup."""
    return escape(visible(text))


def one_line(text: object) -> str:
    """As ``plain``, on one line: a file's name with a line end in it must not pass for a line of
    ours.
    """
    return plain(text).replace("\n", "\\x0a")


class Console:
    """Progress and lines on stderr; the ``Observer`` of the bench."""

    def __init__(self) -> None:
        self._out = rich_console.Console(stderr=True, highlight=False, soft_wrap=True)
        if not self._out.is_terminal:
            self._out.width = WIDE
        self._lock = threading.Lock()
        self._bar: Progress | None = None
        self._bar_task: TaskID | None = None
        self._expected = self._passed = 0.0
        self._tasks = self._ended = 0
        self._begun = time.monotonic()

    @contextmanager
    def progress(self) -> Iterator[None]:
        """A bar with the time left on a terminal; elsewhere a line for each piece of work."""
        if not self._out.is_terminal:
            yield
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            MofNCompleteColumn(),
            TextColumn("left:"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self._out, transient=True) as bar:
            self._bar = bar
            yield
            self._bar = None

    def expect(self, task: str, weight: float) -> None:
        """A piece of work was added."""
        with self._lock:
            self._expected += weight
            self._tasks += 1
            if self._bar is not None:
                if self._bar_task is None:
                    self._bar_task = self._bar.add_task("working", total=0)
                self._bar.update(self._bar_task, total=round(self._expected, 1))

    def finished(self, task: str, weight: float) -> None:
        """A piece of work has ended."""
        with self._lock:
            self._passed += weight
            self._ended += 1
            if self._bar is not None and self._bar_task is not None:
                self._bar.update(
                    self._bar_task, completed=round(self._passed, 1), description=plain(task)
                )
            else:
                self._out.print(f"\\[{self._ended}/{self._tasks}] {plain(task)}{self._time_left()}")

    def _time_left(self) -> str:
        spent = time.monotonic() - self._begun
        left = spent * (self._expected - self._passed) / max(self._passed, 0.1)
        return f" (about {clock(round(left) * 1000)} left)" if left >= 1 else ""

    def say(self, sentence: str) -> None:
        """A sentence, at once."""
        self._out.print(plain(sentence))

    def line(self, marked_up: str) -> None:
        """A line with rich's markup in it; texts from outside must have gone through ``plain`` or
        ``one_line``.
        """
        self._out.print(marked_up)

    def table(self, table: Table) -> None:
        """A table, as wide as the terminal."""
        self._out.print(table)
