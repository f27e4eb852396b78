"""The one place that starts programs; without it each call would forget a limit, a closed stdin or
the kill.

Argument lists only, no shell; a clean environment; a session of its own, killed whole when the time
is up, when its messages flood us, or when we are interrupted, and by the kernel when we are killed
ourselves (confine.py). What reads a file from outside is started through fence.py, which comes
here.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

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
) -> Ended:
    """Run a program in ``folder`` and wait for it. ``on_line`` hears each line of its stdout as it
    comes.

    ``words`` are confine.py's, ``stdin`` a descriptor that the program reads as its input, ``bare``
    takes nearly all of the environment from it, ``most_bytes`` is what it may say. Never raises for
    what the program does: see ``Ended.good``. Raises OSError if it cannot be started.
    """
    if _stopping.is_set():
        return Ended(-1, "was not started: the build is being stopped", "", "")
    process = subprocess.Popen(
        _launched(arguments, words),
        cwd=folder,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=environment(folder, bare),
    )
    _running.add(process)
    reasons: list[str] = []
    most = MOST_MESSAGE_BYTES if most_bytes is None else most_bytes
    out = _Listener(process, process.stdout, reasons, on_line, most)
    err = _Listener(process, process.stderr, reasons, None, most)
    try:
        _wait(process, timeout_s)
    except subprocess.TimeoutExpired:
        reasons.append(f"did not end within {timeout_s:.0f} s")
    finally:
        _kill(process)
        _running.discard(process)
    if _stopping.is_set():
        reasons.append("was stopped with the build")
    return Ended(process.returncode, reasons[0] if reasons else None, out.text(), err.text())


def stop_all() -> None:
    """Kill every program that runs and start no other: what an interrupted command does last."""
    _stopping.set()
    for process in tuple(_running):
        _kill(process)


def _wait(process: subprocess.Popen[bytes], timeout_s: float) -> None:
    """Wait for the end, raising TimeoutExpired.

    Where the kernel tells of the end, we listen: Python's own wait looks every 50 ms, longer than
    many programs take.
    """
    with contextlib.suppress(AttributeError, OSError):
        handle = os.pidfd_open(process.pid)
        try:
            ended = select.poll()
            ended.register(handle, select.POLLIN)
            if not ended.poll(timeout_s * 1000):
                raise subprocess.TimeoutExpired(process.args, timeout_s)
            process.wait()
            return
        finally:
            os.close(handle)
    process.wait(timeout_s)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the program and all that it started, also what outlived it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # a looping decoder was seen to ignore SIGTERM
    process.wait()


def launcher(words: tuple[str, ...]) -> list[str]:
    """How confine.py is started with its words; the program to start comes behind it."""
    return [sys.executable, "-I", "-S", str(Path(__file__).parent / "confine.py"), *words, "--"]


def _launched(arguments: list[str], words: tuple[str, ...]) -> list[str]:
    program = shutil.which(arguments[0])
    if program is None:
        raise FileNotFoundError(arguments[0])
    if os.name != "posix":
        return arguments
    # The kernel ends the program when the thread that started it ends: that thread waits for it, in
    # ``run``.
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
    }


class _Listener:
    """Collects one stream of a program's words, and kills the program when there are too many."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        stream: IO[bytes] | None,
        reasons: list[str],
        on_line: Callable[[str], None] | None,
        most_bytes: int,
    ) -> None:
        self._process, self._stream, self._reasons, self._on_line = (
            process,
            stream,
            reasons,
            on_line,
        )
        self._most_bytes = most_bytes
        self._pieces: list[bytes] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def text(self) -> str:
        self._thread.join(5)
        return b"".join(self._pieces).decode("utf-8", "replace")

    def _listen(self) -> None:
        assert self._stream is not None
        size = 0
        while line := self._stream.readline(
            PIECE_BYTES
        ):  # a flood may come without a single line end
            size += len(line)
            if size > self._most_bytes:
                self._reasons.append("said more than it should")
                _kill(self._process)
                return
            self._pieces.append(line)
            if self._on_line and line.endswith(b"\n"):
                self._on_line(line.decode("utf-8", "replace"))
