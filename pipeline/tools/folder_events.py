"""Tells when something may have changed in some folders, with watchfiles; without it a watch would
look at every file ten times a second, or notice a new one late.

An event only wakes whoever waits: what has changed they find out by looking. So nothing is missed
where a system loses events, has too few for so many folders, or has none (a network folder that
another computer writes into): then there is a look every few seconds all the same.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ASKED_EVERY_S = 0.2
"""How often is asked whether to wait no more."""


class FolderEvents:
    """The events of folders, not of those within them; ``blind`` where there are none."""

    def __init__(self, folders: Sequence[Path], poll: bool) -> None:
        self._told: Iterator[object] | None = None if poll else _events(folders)

    @property
    def blind(self) -> bool:
        """There are none: by wish, or since this system has none for these folders."""
        return self._told is None

    def wait(self, seconds: float, over: Callable[[], bool]) -> None:
        """Wait for the next event, at most so long, and until it is ``over``."""
        until = time.monotonic() + seconds
        while not over() and (left := until - time.monotonic()) > 0:
            if self._told is None:
                time.sleep(min(left, ASKED_EVERY_S))
            elif self._happened():
                return

    def _happened(self) -> bool:
        """Whether something has within a moment; blind from then on where that cannot be known."""
        with contextlib.suppress(ImportError, OSError, RuntimeError, StopIteration):
            return bool(next(self._told)) if self._told else False
        self._told = None
        return False


def _events(folders: Sequence[Path]) -> Iterator[object]:
    from watchfiles import watch

    yield from watch(
        *folders,
        watch_filter=None,
        debounce=300,
        step=50,
        rust_timeout=round(ASKED_EVERY_S * 1000),
        yield_on_timeout=True,
        recursive=False,
    )
