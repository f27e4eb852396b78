"""Serves the page and has the kernel kill it in the middle of a save, at one moment after another;
started by test_killed_server.py as a program of its own, since it forks.

Run as ``python killing.py FOLDER MOMENTS``. Prints one JSON object for each moment: where in the
save it lies, whether the second edit was answered for, and the captions as the next server has
them and as they are in the file, before and after everything was undone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from types import FrameType
from typing import TextIO

from review_site import Site, served, workspace

SAVES = ("review/captions_file.py", "running/files.py", "running/system.py", "edit/history.py")
"""The files of the program whose lines are the moments of a save."""
NEVER = 1 << 30


class Killer:
    """Counts the lines of a save once it is armed, and kills this process before that number."""

    def __init__(self, moment: int) -> None:
        self.left, self.passed, self.armed = moment, 0, False

    def trace(self, frame: FrameType, event: str, argument: object) -> Callable | None:
        """As sys.settrace has it."""
        ours = self.armed and frame.f_code.co_filename.endswith(SAVES)
        return self.line if ours else None

    def line(self, frame: FrameType, event: str, argument: object) -> Callable:
        """A line of a save is about to run."""
        if event == "line":
            self.passed += 1
            if self.passed == self.left:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.line


@dataclass
class Server:
    """The page in a process of its own."""

    site: Site
    process: int
    said: TextIO
    passed: int = 0
    """How many moments there were, once it has ended by itself."""

    def arm(self) -> None:
        """From now on the moments are counted."""
        os.kill(self.process, signal.SIGUSR1)
        assert self.said.readline() == "armed\n"

    def texts(self) -> list[str]:
        """The captions as the page has them."""
        return [" ".join(line[3]) for line in self.site.ask("/api/captions/ana/en").json["lines"]]

    def saved(self, known: int, was: str, text: str) -> bool:
        """Whether an edit of the first caption was answered for."""
        try:
            edit = self.site.edit(known, do="words", id=1, was=[was], lines=[text])
        except (OSError, HTTPException):
            return False
        return edit.status == 200


@contextmanager
def server(root: Path, killer: Killer | None = None) -> Iterator[Server]:
    """The page of a workspace, in a process that ``killer`` may kill."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        _serve(root, killer, writes)
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as said:
        running = Server(Site(root, *json.loads(said.readline())), child, said)
        try:
            yield running
            os.kill(child, signal.SIGTERM)
            running.passed = int(said.readline() or 0)
        finally:
            os.waitpid(child, 0)


def _serve(root: Path, killer: Killer | None, writes: int) -> None:
    ends = threading.Event()

    def arm(*_: object) -> None:
        assert killer
        killer.armed = True
        os.write(writes, b"armed\n")

    if killer:
        threading.settrace(killer.trace)
    signal.signal(signal.SIGUSR1, arm)
    signal.signal(signal.SIGTERM, lambda *_: ends.set())
    with served(root) as site:
        os.write(writes, json.dumps([site.port, site.token]).encode() + b"\n")
        ends.wait()
        os.write(writes, b"%d\n" % (killer.passed if killer else 0))


def main() -> None:
    """One server after the other."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    whole = moments_of_a_save(folder / "counted")
    for number in range(count):
        moment = 1 + (whole - 1) * number // (count - 1)
        root = workspace(folder / f"moment-{number}")
        with server(root, Killer(moment)) as one:
            first = one.saved(0, "The quick brown fox", "one")
            one.arm()
            second = one.saved(1, "one", "two")
        told = {"moment": moment, "of": whole, "first": first, "second": second}
        with server(root) as next_one:
            told |= {"page": next_one.texts(), "file": next_one.site.said()}
            told["third"] = next_one.saved(0, next_one.texts()[0], "three")
            while next_one.site.ask("/api/captions/ana/en").json["undo"]:
                next_one.site.edit(do="undo")
            told["undone"] = next_one.site.said()
        print(json.dumps(told), flush=True)


def moments_of_a_save(folder: Path) -> int:
    """How many moments the second save has, in which nobody is killed."""
    with server(workspace(folder), Killer(NEVER)) as one:
        one.saved(0, "The quick brown fox", "one")
        one.arm()
        one.saved(1, "one", "two")
    return one.passed


if __name__ == "__main__":
    main()
