"""Tells the machine's faults from those of a recording; without it a speaker would be asked to send
again what a full memory or a worn disk here could not cope with.

Only what no content of a file can bring about counts: a decoder that crashes on a recording is the
recording's, one that somebody or the kernel ended is not.
"""

from __future__ import annotations

import errno
import os
import re
import signal
from pathlib import Path

from pipeline.errors import LARGER_FILES, MACHINES_ERRNOS, MachineFailed
from pipeline.recipe import Recipe
from pipeline.tools.running import confine, files, system
from pipeline.tools.running.process import Ended
from pipeline.tools.running.programs import TOO_LARGE

LESS_AT_ONCE = (
    "Close other programs, or build with `--jobs 1`, which needs less memory; then run the command"
    " again: what is finished is kept."
)
ANOTHER_DISK = (
    "Copy the event's folder to another disk (look whether each file can be copied) and run the"
    " command there."
)

_FILE_SIZE = getattr(signal, "SIGXFSZ", None)
_OUT_OF_MEMORY = getattr(signal, "SIGKILL", None)
_FROM_OUTSIDE = tuple(
    getattr(signal, name)
    for name in ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT")
    if hasattr(signal, name)
)
"""Signals that nobody's own crash sends, those that this system has. When memory is out the kernel
sends the first.
"""
_BEHIND_A_SHELL = 128
"""bubblewrap ends with this and the signal's number when the program in it was ended by one."""
_FFMPEG_WAS_ASKED = 255
"""ffmpeg's exit code, without a word, when a polite signal made it stop."""
_NOT_STARTED = re.compile(
    r"pthread_create|can't start new thread|fork: |Creating new namespace failed: Resource|"
    r"Failed to create thread"
)


def of_program(command: Recipe, ended: Ended, said: str) -> tuple[str, str] | None:
    """What the machine did to a program that ended badly, as the end of a sentence about it, and
    what to do; None where the program failed by itself.

    ``said`` are its words without what the recording may have put into them. Reads a recording to
    its end where the program says that it could not be read: a damaged one looks alike.
    """
    if ended.stopped_because:
        return None
    if number := _ended_by(ended):
        why = "the memory of this computer was probably full" if number == _OUT_OF_MEMORY else ""
        return f"was ended from outside (signal {number}){why and '; '}{why}", LESS_AT_ONCE
    if ended.exit_code == confine.CANNOT or _NOT_STARTED.search(said):
        return "could not be started: this computer has no more programs to give", LESS_AT_ONCE
    if _grew_too_large(command, ended, said):
        return "wrote a larger file than may be here", LARGER_FILES
    if os.strerror(errno.EIO) in said and not _can_be_read(command):
        return "could not read or write: the disk does not answer", ANOTHER_DISK
    if command.from_outside is None and os.strerror(errno.ENOMEM) in said:
        return "found no memory", LESS_AT_ONCE
    return None


def _grew_too_large(command: Recipe, ended: Ended, said: str) -> bool:
    """Whether this account's limit or the disk's stopped a program, and not ours, which is there to
    stop what a recording makes of it.
    """
    too_large = (
        ended.exit_code == TOO_LARGE
        or -ended.exit_code == _FILE_SIZE
        or os.strerror(errno.EFBIG) in said
    )
    return too_large and (command.from_outside is None or system.file_size_limited())


def of_system(failed: OSError) -> tuple[str, str] | None:
    """As ``of_program``, of what our own calls met."""
    if failed.errno not in MACHINES_ERRNOS:
        return None
    said = os.strerror(failed.errno or 0)
    of_disk = failed.errno in (errno.EIO, errno.ENODEV, errno.ESTALE)
    return f"could not go on ({said})", ANOTHER_DISK if of_disk else LESS_AT_ONCE


def unread(file: str, failed: OSError) -> OSError | MachineFailed:
    """What is raised where our own reading of ``file`` in inputs/ met ``failed``."""
    if of_system(failed) is None:
        return failed
    saw = f"cannot give all of {file} ({os.strerror(failed.errno or 0)})"
    return MachineFailed("the disk", file, saw, ANOTHER_DISK)


def _ended_by(ended: Ended) -> int:
    """The number of the signal that somebody sent; 0 where nobody did."""
    number = -ended.exit_code if ended.exit_code < 0 else ended.exit_code - _BEHIND_A_SHELL
    if number in _FROM_OUTSIDE:
        return int(number)
    asked = ended.exit_code == _FFMPEG_WAS_ASKED and not ended.stderr.strip()
    return int(signal.SIGTERM) if asked else 0


def _can_be_read(command: Recipe) -> bool:
    """Whether the disk gives all that a program was to read from outside."""
    recording = command.from_outside
    if recording is None:
        return False
    try:
        files.sha256_of(Path(recording.path))
    except OSError:
        return False
    return True
