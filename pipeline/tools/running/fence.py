"""The one door through which a program reads what outsiders sent; without it a check here and a
limit there would be forgotten.

The program gets the recording as its standard input, already open, and nothing else of the
workspace: limits of memory, time, file size and messages, a bare environment, no network, and only
its own folder to write to. Which of the layers are on depends on the machine (``layers``): limits
everywhere, the kernel's own fences on Linux, bubblewrap where it works.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.tools.running import process, programs
from pipeline.tools.running.process import Ended

MOST_MESSAGE_BYTES = 1 << 20
MOST_FILE_BYTES = 8 << 30
"""Half an hour of sound has 0.4 GB; of picture at the highest quality that is worth handing over, 5
GB.
"""
MEMORY_BYTES = {"ffmpeg": 4 << 30, "probe": 2 << 30, "photo": 3 << 30}
"""With two threads 8K and HDR peaked at 2.1 GB of addresses in ffmpeg; PyAV's probe only reads
packets and one picture. A photo of 108 million pixels is in memory up to five times while it is
turned and its colours are changed.
"""
CORES = 8
"""Seconds of processor for each second that a program may take: a last resort, it is killed when
its time is up.
"""
MOST_TRIAL_S = 10

_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store")
_SETTINGS = (
    "/etc/ld.so.cache",
    "/etc/fonts",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/fontconfig",
)


def run(
    tool: str,
    arguments: tuple[str, ...],
    recording: int,
    reads: tuple[Path, ...],
    folder: Path,
    timeout_s: float,
    on_line: Callable[[str], None] | None = None,
) -> Ended:
    """Run ``tool`` on the open file ``recording``, confined to ``folder``; it may also read the
    files in ``reads``.

    As ``process.run``: never raises for what the program does.
    """
    command, words, bubble = (
        programs.command(tool, arguments),
        _words(tool, reads, folder, timeout_s),
        bubblewrap(),
    )
    if bubble:
        command, words = (
            [
                *_bubble(bubble, tool, reads, folder),
                *process.launcher(words),
                *command,
            ],
            (),
        )
    return process.run(
        command,
        folder,
        timeout_s,
        on_line,
        words=words,
        stdin=recording,
        bare=True,
        most_bytes=MOST_MESSAGE_BYTES,
    )


def _words(tool: str, reads: tuple[Path, ...], folder: Path, timeout_s: float) -> tuple[str, ...]:
    return (
        f"memory={MEMORY_BYTES[tool]}",
        f"size={MOST_FILE_BYTES}",
        f"cpu={round(timeout_s * CORES)}",
        *(f"run={path}" for path in (*_SYSTEM, *programs.needs(tool))),
        *(f"read={path}" for path in (*_SETTINGS, *reads)),
        f"write={folder.resolve()}",
        "sockets=none",
    )


def _bubble(bubble: str, tool: str, reads: tuple[Path, ...], folder: Path) -> list[str]:
    """An empty file system with what is needed in it, no network, no other process to be seen."""
    here = str(folder.resolve())
    shown = dict.fromkeys(
        map(str, (*_SYSTEM, *_SETTINGS, *programs.needs(tool), *programs.needs("probe"), *reads))
    )
    return [
        bubble,
        "--unshare-all",
        "--die-with-parent",
        "--cap-drop",
        "ALL",
        "--clearenv",
        *(
            word
            for name, value in process.environment(folder, bare=True).items()
            for word in ("--setenv", name, value)
        ),
        "--dev",
        "/dev",
        *(word for path in shown for word in ("--ro-bind-try", path, path)),
        "--bind",
        here,
        here,
        "--chdir",
        here,
    ]


# --- which layers are on --------------------------------------------------------------------------


@dataclass(frozen=True)
class Layers:
    """What this machine has: limits, Landlock's version (0: none), the filter of sockets, and how
    it is with bubblewrap.
    """

    limits: bool
    landlock: int
    no_sockets: bool
    bubblewrap: Literal["on", "cannot work here", "not installed"]


def layers() -> Layers:
    """What is really on, from a program that put everything on and looked."""
    with tempfile.TemporaryDirectory() as own:
        saw = _looked(None, Path(own))
    return Layers(
        bool(saw),
        int(saw.get("landlock", 0)),
        saw.get("sockets") == "none",
        "on" if bubblewrap() else "cannot work here" if shutil.which("bwrap") else "not installed",
    )


@functools.cache
def bubblewrap() -> str | None:
    """Where bubblewrap is, if it is installed and works: inside some containers it cannot, even for
    root.
    """
    found = shutil.which("bwrap")
    if found is None:
        return None
    with tempfile.TemporaryDirectory() as own:
        return found if _looked(found, Path(own)) else None


def _looked(bubble: str | None, folder: Path) -> dict[str, str]:
    """What confine.py says of the layers that it put on itself; nothing when it could not."""
    words = _words("probe", (), folder, MOST_TRIAL_S)
    look = process.launcher(words)[:-1]
    ended = process.run(
        [*(_bubble(bubble, "probe", (), folder) if bubble else ()), *look],
        folder,
        MOST_TRIAL_S,
        bare=True,
    )
    return dict(word.split("=") for word in ended.stdout.split()) if ended.good else {}
