"""Opens what outsiders sent; without it a pipe under a video's name would hang us, and a link would
show us another's file.

Looked at before it is opened, opened without following a link and without waiting, looked at again
once it is open. From then on everybody works with the open file, whatever happens to its name.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

from pipeline.codes import Code
from pipeline.errors import MACHINES_ERRNOS
from pipeline.tools.running import system

MOST_TEXT_BYTES = 16 << 20
"""A script or captions of half an hour have 50 KB, a Word document with pictures in it a few MB."""

FIRST_BYTES = 512
PIECE_BYTES = 4 << 20

_SAID: dict[Code, str] = {
    "missing": "the file is gone",
    "broken-link": "it is a link to a file that is not there",
    "outside-workspace": "it is a link to a file outside inputs/",
    "not-a-regular-file": "it is not a file that can be read (a folder, a pipe or a device)",
    "unreadable": "it cannot be opened",
    "too-large": f"it is larger than {MOST_TEXT_BYTES >> 20} MiB, far more than a text can have",
}


class NotReceived(OSError):
    """A path that is not opened: ``code`` of the finding, and as text the end of its sentence."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return _SAID[self.code]


def opened(path: Path, folder: Path | None = None) -> int:
    """A descriptor of the plain file at ``path``, which the caller closes. Raises NotReceived, and
    OSError where the machine fails.

    A link is followed once, by name, to what must lie in ``folder``; what it leads to is opened
    without following another.
    """
    try:
        real = path.resolve(strict=True)
        if folder is not None and not real.is_relative_to(folder.resolve()):
            raise NotReceived("outside-workspace")
        # The mere opening of a device can do something.
        if not stat.S_ISREG(os.lstat(real).st_mode):
            raise NotReceived("not-a-regular-file")
        descriptor = os.open(real, system.ONLY_TO_READ)
    except NotReceived:
        raise
    except (FileNotFoundError, NotADirectoryError):
        raise NotReceived("broken-link" if path.is_symlink() else "missing") from None
    except RuntimeError:  # a link that leads to itself
        raise NotReceived("broken-link") from None
    except OSError as failed:
        if failed.errno in MACHINES_ERRNOS:
            raise
        denied = isinstance(failed, PermissionError)
        raise NotReceived("unreadable" if denied else "not-a-regular-file") from None
    problem = _turned_into(descriptor, folder)
    if problem:
        os.close(descriptor)
        raise NotReceived(problem)
    return descriptor


def read(path: Path, folder: Path) -> bytes:
    """The whole of a small file, opened as above: a script, captions.

    Raises NotReceived, also when it is too large for one.
    """
    descriptor = opened(path, folder)
    with open(descriptor, "rb") as file:
        if os.fstat(descriptor).st_size > MOST_TEXT_BYTES:
            raise NotReceived("too-large")
        return file.read(MOST_TEXT_BYTES)


def stamp(file: int | Path) -> tuple[int, ...]:
    """Size, times, inode and device of a file, open or by its name: one differs in another file, or
    after a change.
    """
    facts = os.stat(file)
    return (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, facts.st_dev)


def is_same(descriptor: int, digest: str, stamped: tuple[int, ...]) -> bool:
    """Whether an open file has the content of ``digest``: it is the very file that was ``stamped``
    when that was taken, or is read and has it. On another machine a shared folder gives its files
    other inodes and another device, and of a file that was only touched nothing has changed.
    """
    now = stamp(descriptor)
    if now == stamped:
        return True
    with _reading:  # sixty parts of one recording are asked for at once, and it may have 20 GiB
        if now not in _content:
            _content[now] = sha256_of(descriptor)
        return _content[now] == digest and stamp(descriptor) == now


_content: dict[tuple[int, ...], str] = {}
_reading = threading.Lock()


def first_sight(path: Path, folder: Path) -> tuple[int, bytes]:
    """How large a file is in bytes, and its first 512 of them: what costs nothing to know of one
    that may take half an hour to read. Raises as ``opened``.
    """
    descriptor = opened(path, folder)
    with open(descriptor, "rb") as file:
        return os.fstat(descriptor).st_size, file.read(FIRST_BYTES)


def sha256_of(descriptor: int, told: Callable[[int], None] | None = None) -> str:
    """64 hexadecimal digits of an open file's content; whoever reads it next begins at its start.
    ``told`` hears after each piece how many bytes were read; what it raises ends the reading.
    """
    digest, read = hashlib.sha256(), 0
    with open(descriptor, "rb", buffering=0, closefd=False) as file:
        file.seek(0)
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
            read += len(piece)
            if told:
                told(read)
        file.seek(0)
    return digest.hexdigest()


def _turned_into(descriptor: int, folder: Path | None) -> Code | None:
    """What is wrong with what was really opened: its name may have passed to something else."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        return "not-a-regular-file"
    here = system.name_of_open(descriptor)
    if folder is not None and here is not None and not here.is_relative_to(folder.resolve()):
        return "outside-workspace"
    return None
