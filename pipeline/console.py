"""How a producer hears of the work while it runs, and all lines for people go out; without it the
work would be silent.

What a command was asked for goes to stdout; progress, notes on the way and errors go to stderr.
Lines break between words where the terminal ends; NO_COLOR is honoured. Texts from outside are
shown with their control characters made visible.
"""

from __future__ import annotations

import math
import os
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich import console as rich_console
from rich.cells import cell_len
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from pipeline.forecast import Followed, Goal, HowFar

LINE_EVERY_S = 5.0
"""How often a file is told how far the work is; every piece of it would be hundreds of lines."""
ENDLESS = 100_000
"""Columns of a file or a pipe, where lines are not broken at all; COLUMNS says otherwise."""


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


def _breaks(line: str, indent: int, width: int) -> list[int]:
    """Where a line is broken between words: it begins with ``indent`` columns, and so does what
    follows each break. A command in backticks is one word.
    """
    found, row_begins, column = list[int](), indent, indent
    for word in re.finditer(r"(?:`[^`]*`|\S)+\s*", line[indent:]):
        begins, cells = indent + word.start(), cell_len(word[0].rstrip())
        if column + cells > width and begins > row_begins:
            found.append(begins)
            row_begins, column = begins, indent
        column += cell_len(word[0])
    return found


class Lines:
    """Lines for people, on stdout or on stderr."""

    def __init__(self, *, stderr: bool = False) -> None:
        self._out = rich_console.Console(stderr=stderr, highlight=False)
        if not self._out.is_terminal and not os.environ.get("COLUMNS", "").isdigit():
            self._out.width = ENDLESS

    def say(self, sentence: str) -> None:
        """A sentence, or several lines of them."""
        self.line(plain(sentence))

    def line(self, marked_up: str, label: int = 0) -> None:
        """As ``say``, with rich's markup in it; texts from outside must have gone through ``plain``
        or ``one_line``. ``label`` columns at its beginning stand before the text.
        """
        for line in Text.from_markup(marked_up).split("\n", allow_blank=True):
            self._broken(line, label)

    def _broken(self, line: Text, label: int) -> None:
        """One line, broken between words; what follows the break stands under its beginning. A word
        that is longer than a line (a path) stays whole, to be copied.
        """
        indent = label or len(line.plain) - len(line.plain.lstrip(" -"))
        rows = line.divide(_breaks(line.plain, indent, self._out.width))
        for number, row in enumerate(rows):
            row.rstrip()
            hanging = Text(" " * indent if number else "")
            self._out.print(hanging + row, soft_wrap=True)

    def table(self, table: Table) -> None:
        """A table, as wide as the terminal."""
        self._out.print(table)


class Passing(Lines):
    """Lines on stderr, with one at the foot that says what goes on now."""

    def __init__(self) -> None:
        super().__init__(stderr=True)
        self._foot = self._out.status("", spinner="dots")

    def passing(self, sentence: str) -> None:
        """What goes on now, where somebody looks on at a terminal; nothing where it is empty."""
        if not self._out.is_terminal or not sentence:
            self._foot.stop()
            return
        self._foot.update(plain(sentence))
        self._foot.start()


class Console(Lines, Followed):
    """Lines on stderr while a command works, and how far it is; the ``Observer`` of the bench.
    ``results`` are the lines of what a command was asked for.
    """

    def __init__(self, goal: Goal = "build", now: Callable[[], float] = time.monotonic) -> None:
        Lines.__init__(self, stderr=True)
        Followed.__init__(self, goal, now)
        self.results = Lines()
        self._bar: Live | None = None
        self._now = now
        self._said = (-math.inf, 0)
        self._telling = threading.Lock()

    @contextmanager
    def progress(self) -> Iterator[None]:
        """On a terminal what is being done, a bar and the time left, as soon as anything has to be
        done; elsewhere a line every few seconds.
        """
        if not self._out.is_terminal:
            yield
            return
        self._bar = Live(
            console=self._out, get_renderable=self._drawn, transient=True, refresh_per_second=4
        )
        try:
            yield
        finally:
            self._bar.stop()
            self._bar = None

    def rest(self) -> None:
        """As ``Followed.rest``; the bar is gone until then, so that lines can be read."""
        if self._bar is not None:
            self._bar.stop()
        super().rest()
        with self._telling:
            self._said = (-math.inf, 0)

    def expect(self, task: str, weight: float, can_wait: bool) -> None:
        """``task`` will run."""
        super().expect(task, weight, can_wait)
        if self._bar is not None:
            self._bar.start()

    def ended(self, task: str, good: bool) -> None:
        """``task`` runs no more; ``good``: its result is there."""
        super().ended(task, good)
        how_far = self.how_far
        with self._telling:
            due = good and self._bar is None and self._is_time(how_far.percent)
        if due:
            self.line(f"{_said(how_far)}: {plain(task)}")

    def _is_time(self, percent: int) -> bool:
        """Whether a line in a file is due: it is farther than the last line said, which was a while
        ago.
        """
        now = self._now()
        said_s, said_percent = self._said
        due = percent > said_percent and now - said_s >= LINE_EVERY_S
        if due:
            self._said = now, percent
        return due

    def _drawn(self) -> Table:
        """What is being done, the bar, and how far it is."""
        how_far = self.how_far
        row = Table.grid(padding=(0, 1), expand=True)
        row.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        bar = ProgressBar(1.0, how_far.share, width=20)
        row.add_row(plain(how_far.running), bar, _said(how_far))
        return row


def _said(how_far: HowFar) -> str:
    """``34%, about 1:20 left``."""
    return f"{how_far.percent:>3}%{how_far.left}"
