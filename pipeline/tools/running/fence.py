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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.tools.running import process, programs, system
from pipeline.tools.running.process import Ended

MOST_MESSAGE_BYTES = 1 << 20
MOST_FILE_BYTES = 8 << 30
"""Half an hour of sound has 0.4 GB; of picture at the best quality worth handing over, 5 GB."""
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
# fmt: off
_SETTINGS = (
    "/etc/ld.so.cache", "/etc/fonts", "/usr/share/fonts", "/usr/local/share/fonts",
    "/usr/share/fontconfig",
)
# fmt: on


def run(
    tool: str,
    arguments: tuple[str, ...],
    recording: int,
    reads: tuple[Path, ...],
    folder: Path,
    timeout_s: float,
) -> Ended:
    """Run ``tool`` on the open file ``recording``, confined to ``folder``.

    It may also read the files in ``reads``.

    As ``process.run``: never raises for what the program does.
    """
    command = programs.command(tool, arguments)
    words = _words(tool, reads, folder, timeout_s)
    if bubble := bubblewrap():
        inside = [*process.launcher(words), *command]
        command, words = [*_bubble(bubble, tool, reads, folder), *inside], ()
    return process.run(
        command,
        folder,
        timeout_s,
        words=words,
        stdin=recording,
        bare=True,
        most_bytes=MOST_MESSAGE_BYTES,
    )


def _words(tool: str, reads: tuple[Path, ...], folder: Path, timeout_s: float) -> tuple[str, ...]:
    """What confine.py is told."""
    return (
        f"memory={MEMORY_BYTES[tool]}",
        f"size={MOST_FILE_BYTES}",
        f"cpu={round(timeout_s * CORES)}",
        *(f"run={path}" for path in (*_SYSTEM, *programs.needs(tool))),
        *(f"read={path}" for path in (*_SETTINGS, *reads)),
        f"write={folder.resolve()}",
        "sockets=none",
    )


_BARE_ROOM = ("--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--clearenv")


def _bubble(bubble: str, tool: str, reads: tuple[Path, ...], folder: Path) -> list[str]:
    """An empty file system with what is needed in it, no network, no other process to be seen."""
    here = str(folder.resolve())
    needed = (*programs.needs(tool), *programs.needs("probe"))
    shown = dict.fromkeys(map(str, (*_SYSTEM, *_SETTINGS, *needed, *reads)))
    environment = process.environment(folder, bare=True)
    given = [word for pair in environment.items() for word in ("--setenv", *pair)]
    bound = [word for path in shown for word in ("--ro-bind-try", path, path)]
    own = ["--bind", here, here, "--chdir", here]
    return [bubble, *_BARE_ROOM, *given, "--dev", "/dev", *bound, *own]


# --- which layers are on --------------------------------------------------------------------------


Bubblewrap = Literal["on", "cannot work here", "not installed"]


@dataclass(frozen=True)
class Layers:
    """What this machine has: limits, Landlock's version (0: none), the filter of sockets, and how
    it is with bubblewrap.
    """

    limits: bool
    landlock: int
    no_sockets: bool
    bubblewrap: Bubblewrap


def layers() -> Layers:
    """What is really on, from a program that put everything on and looked."""
    saw: Mapping[str, str] = {}
    if system.CONFINES:
        with tempfile.TemporaryDirectory() as own:
            saw = _looked(None, Path(own))
    sockets, version = saw.get("sockets") == "none", int(saw.get("landlock", 0))
    return Layers(bool(saw), version, sockets, _how_bubblewrap_is())


def _how_bubblewrap_is() -> Bubblewrap:
    if bubblewrap():
        return "on"
    return "cannot work here" if shutil.which("bwrap") else "not installed"


@functools.cache
def bubblewrap() -> str | None:
    """Where bubblewrap is, if it is installed and works: inside some containers it cannot, even for
    root.
    """
    found = shutil.which("bwrap") if system.CONFINES else None
    if found is None:
        return None
    with tempfile.TemporaryDirectory() as own:
        return found if _looked(found, Path(own)) else None


def _looked(bubble: str | None, folder: Path) -> dict[str, str]:
    """What confine.py says of the layers that it put on itself; nothing when it could not."""
    look = process.launcher(_words("probe", (), folder, MOST_TRIAL_S))[:-1]
    within = _bubble(bubble, "probe", (), folder) if bubble else []
    ended = process.run([*within, *look], folder, MOST_TRIAL_S, bare=True)
    return dict(word.split("=") for word in ended.stdout.split()) if ended.good else {}
