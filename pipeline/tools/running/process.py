"""The one place that starts programs; without it each call would forget a limit, a closed stdin or
the kill.

Argument lists only, no shell; a clean environment; a session of its own, killed whole when the time
is up, when its messages flood us, or when we are interrupted, and by the kernel when we are killed
ourselves (confine.py). What reads a file from outside is started through fence.py, what stays for
further requests through standing.py; both come here.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipeline.tools.running import system

PIECE_BYTES = 65_536
MOST_MESSAGE_BYTES = 8 << 20
"""A tool that says more than 8 MiB on stderr or stdout is stopped: nothing we ask for needs a tenth
of it.
"""

# fmt: off
_KEPT_VARIABLES = (
    "PATH", "LANG", "LC_ALL", "SYSTEMROOT", "VIRTUAL_ENV", "XDG_CACHE_HOME", "SSL_CERT_FILE",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)
# fmt: on
_KEPT_BARE = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")
"""What a program sees of our environment when it reads a file from outside: nothing of caches,
proxies and certificates.
"""

_running: set[subprocess.Popen[bytes]] = set()
_stopping = threading.Event()


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit code, or why we ended it, and what it said."""

    exit_code: int
    stopped_because: str | None
    stdout: str
    stderr: str

    @property
    def good(self) -> bool:
        """It ended by itself and said that all went well."""
        return self.exit_code == 0 and self.stopped_because is None

    @property
    def last_words(self) -> str:
        """The last line that it wrote for people; nothing where it wrote none."""
        return "".join(self.stderr.strip().splitlines()[-1:])


@dataclass(frozen=True)
class Owners:
    """A program that a producer would start themselves (a command of ours, or of theirs): with the
    whole of their ``environment``. ``on_complaint`` hears each line of its stderr, ``on_start``
    that it runs, so that it can be asked to end.
    """

    environment: Mapping[str, str]
    on_complaint: Callable[[str], None] | None = None
    on_start: Callable[[subprocess.Popen[bytes]], None] = lambda process: None


NOT_STARTED = Ended(-1, "was not started: the build is being stopped", "", "")


def run(
    arguments: list[str],
    folder: Path,
    timeout_s: float,
    on_line: Callable[[str], None] | None = None,
    *,
    words: tuple[str, ...] = (),
    stdin: int = subprocess.DEVNULL,
    bare: bool = False,
    most_bytes: int | None = None,
    owners: Owners | None = None,
) -> Ended:
    """Run a program in ``folder`` and wait for it; ``on_line`` hears each line of its stdout.

    ``words`` are confine.py's, ``stdin`` a descriptor that the program reads as its input, ``bare``
    takes nearly all of the environment from it, ``most_bytes`` is what it may say, ``owners`` that
    it is a program of the producer's. Never raises for what the program does: see ``Ended.good``.
    Raises OSError if it cannot be started.
    """
    if _stopping.is_set():
        return NOT_STARTED
    of_its_own, on_complaint = (owners.environment, owners.on_complaint) if owners else (None, None)
    process = started(arguments, folder, words=words, stdin=stdin, bare=bare, of_its_own=of_its_own)
    most = MOST_MESSAGE_BYTES if most_bytes is None else most_bytes
    out = _Listener(process, process.stdout, on_line, most)
    err = _Listener(process, process.stderr, on_complaint, most)
    if owners:
        owners.on_start(process)
    in_time = ended_in_time(process, timeout_s)
    said, complained = out.text(), err.text()
    why = stopped_because(out.flooded or err.flooded, None if in_time else timeout_s)
    return Ended(process.returncode, why, said, complained)


def started(
    arguments: list[str],
    folder: Path,
    *,
    words: tuple[str, ...] = (),
    stdin: int = subprocess.DEVNULL,
    stderr: int = subprocess.PIPE,
    bare: bool = False,
    of_its_own: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """A program that runs in ``folder``; ``ended_in_time`` has to be called for it, in the thread
    that started it. ``of_its_own`` is its environment. Raises OSError if it cannot be started.
    """
    process = subprocess.Popen(
        _launched(arguments, words),
        cwd=folder,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
        start_new_session=True,
        env=environment(folder, bare) if of_its_own is None else of_its_own,
    )
    _running.add(process)
    return process


def ended_in_time(process: subprocess.Popen[bytes], timeout_s: float | None) -> bool:
    """Whether a program ended by itself; afterwards nothing of it runs, whatever happened."""
    try:
        system.wait_for_end(process, timeout_s)
    except subprocess.TimeoutExpired:
        return False
    finally:
        system.end_with_children(process)
        _running.discard(process)
    return True


def stopped_because(flooded: bool, late_after_s: float | None) -> str | None:
    """Why we ended a program; None where it ended by itself."""
    if flooded:
        return "said more than it should"
    if late_after_s is not None:
        return f"did not end within {late_after_s:.0f} s"
    return "was stopped with the build" if _stopping.is_set() else None


ENDS_WITHIN_S = 1.5
"""What was asked to end has so long for it: less than we have ourselves (cli.STOPS_WITHIN_S)."""


def ask_to_end(process: subprocess.Popen[bytes], within_s: float = ENDS_WITHIN_S) -> None:
    """Ask a program to end, and end it where it does not. Somebody else waits for it."""
    with contextlib.suppress(OSError):
        process.terminate()
    deadline = time.monotonic() + within_s
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    if process.poll() is None:
        system.end_with_children(process)


def stop_all() -> None:
    """Kill every program that runs and start no other: what an interrupted command does last."""
    _stopping.set()
    for process in tuple(_running):
        system.end_with_children(process)


def stopping() -> bool:
    """Whether the command is being stopped: nothing is started any more."""
    return _stopping.is_set()


def launcher(words: tuple[str, ...]) -> list[str]:
    """How confine.py is started with its words; the program to start comes behind it."""
    return [sys.executable, "-I", "-S", str(Path(__file__).parent / "confine.py"), *words, "--"]


def _launched(arguments: list[str], words: tuple[str, ...]) -> list[str]:
    program = shutil.which(arguments[0])
    if program is None:
        raise FileNotFoundError(arguments[0])
    if not system.CONFINES:
        return arguments
    # The kernel ends the program when the thread that started it ends: that thread waits for it.
    return [*launcher((f"parent={os.getpid()}", *words)), program, *arguments[1:]]


def environment(folder: Path, bare: bool = False) -> dict[str, str]:
    """All that a program sees of our environment: FFREPORT, which writes a log anywhere, and
    LD_PRELOAD are not in it.
    """
    names = _KEPT_BARE if bare else _KEPT_VARIABLES
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return {
        **kept,
        "HOME": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "OMP_NUM_THREADS": "2",
        "OMP_WAIT_POLICY": "passive",
    }


class _Listener:
    """Collects one stream of a program's words, and ends the program when there are too many:
    ``flooded`` then.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        stream: IO[bytes] | None,
        on_line: Callable[[str], None] | None,
        most_bytes: int,
    ) -> None:
        assert stream is not None
        self._process, self._stream, self._on_line = process, stream, on_line
        self._most_bytes = most_bytes
        self._pieces: list[bytes] = []
        self.flooded = False
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def text(self) -> str:
        """All that was said, once the program has ended."""
        self._thread.join(5)
        return b"".join(self._pieces).decode("utf-8", "replace")

    def _listen(self) -> None:
        size = 0
        # In pieces: a flood may come without a single line end.
        while line := self._stream.readline(PIECE_BYTES):
            size += len(line)
            if size > self._most_bytes:
                self.flooded = True
                system.end_with_children(self._process)
                return
            self._pieces.append(line)
            if self._on_line and line.endswith(b"\n"):
                self._on_line(line.decode("utf-8", "replace"))
