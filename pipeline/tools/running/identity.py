"""Which versions make results on this machine; without it a worker with another ffmpeg would fill
the store with its own results under our version.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.metadata
import platform
import sys
from pathlib import Path

from pipeline import __version__
from pipeline.tools.running import files, programs

PACKAGE = programs.TOOLS.parent
DIGITS = 12


def versions() -> dict[str, str]:
    """All that results follow from here, by what it is called: our own texts, Python, the kind of
    machine, ffmpeg and each library of our programs that is installed.

    Asked anew each time (9 ms): what is installed may be exchanged while a worker runs. A process
    that was started with other texts than lie here now says so, and is like no other.
    """
    now = _texts()
    own = STARTED_AS
    if now != STARTED_AS:
        own += f", replaced by {now} since it was started"
    ffmpeg = programs.ffmpeg_path()
    kept = ffmpeg.stat()
    there = _program(ffmpeg, kept.st_size, kept.st_mtime_ns)
    return {
        "perspectives": f"{__version__} ({own})",
        "Python": ".".join(map(str, sys.version_info[:2])),
        "the system": f"{platform.system()} {platform.machine()}",
        "ffmpeg": f"{ffmpeg.name} ({there})",
        **_libraries(),
    }


def _libraries() -> dict[str, str]:
    found = {}
    names = {name for program in programs.OWN_PROGRAMS.values() for name in program.libraries}
    for name in sorted(names):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # an engine that is not installed makes no results
    return found


def graphics_card() -> str:
    """What tells the graphics cards and drivers of this machine from others, as far as the system
    says what they are: 12 hexadecimal digits.
    """
    said = [platform.machine(), platform.mac_ver()[0]]
    for place, pattern in _SAYING_CARDS:
        for path in sorted(place.glob(pattern)):
            with contextlib.suppress(OSError):
                said.append(path.read_text("utf-8", "replace"))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:DIGITS]


_SAYING_CARDS = (
    (Path("/proc/driver/nvidia"), "version"),
    (Path("/proc/driver/nvidia"), "gpus/*/information"),
    (Path("/sys/class/drm"), "renderD*/device/uevent"),
)


def installed() -> tuple[str, ...]:
    """All libraries that this Python could import, with their versions, as their folders say it: a
    list of names instead of 250 files.
    """
    folders = (Path(place) for place in sys.path if Path(place).name in programs.LIBRARY_FOLDERS)
    return tuple(sorted(one.name for folder in folders for one in folder.glob("*-info")))


def _texts() -> str:
    """All of this package's programs and words, as the beginning of one digest."""
    digest = hashlib.sha256()
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.glob("words/*.po")]):
        digest.update(f"{path.relative_to(PACKAGE).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:DIGITS]


@functools.lru_cache(maxsize=1)
def _program(path: Path, size: int, mtime_ns: int) -> str:
    return files.sha256_of(path)[:DIGITS]


STARTED_AS = _texts()
"""What this process was started as."""
