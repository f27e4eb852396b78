"""The one place that writes files; without it a full disk or a kill would leave half of one."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO

from pipeline.tools.running import system


def write_whole(path: Path, content: str | bytes) -> None:
    """Put ``content`` at ``path``: the whole of it or, whatever happens, what was there before."""
    data = as_bytes(content)
    _replace(path, lambda temporary: temporary.write_bytes(data))


def as_bytes(text: str | bytes) -> bytes:
    """A text as it is written: a file's name in it may hold bytes that are no text, they become
    escapes. What is bytes already is written as it is.
    """
    if isinstance(text, bytes):
        return text
    return text.encode("utf-8", "backslashreplace")


def says(path: Path, text: str | bytes) -> bool:
    """Whether there is a file that says exactly that."""
    return path.is_file() and path.read_bytes() == as_bytes(text)


def write_if_new(path: Path, text: str) -> bool:
    """Write a text unless exactly it is there. True when something was written."""
    if says(path, text):
        return False
    write_whole(path, text)
    return True


def append_line(path: Path, line: str) -> None:
    """Put a line behind a file that is there, and see to it that it survives a power cut. A kill
    may leave the beginning of it.
    """
    with path.open("ab") as file:
        file.write(line.encode("utf-8", "backslashreplace"))
        file.flush()
        os.fsync(file.fileno())


def fill_whole(path: Path, fill: Callable[[Path], object]) -> None:
    """What ``fill`` writes into the file that it is handed, at ``path``: whole or not at all."""
    _replace(path, fill)


def copy_whole(source: Path, path: Path) -> None:
    """A copy of ``source`` at ``path``, whole or not at all; the source is not moved or linked."""
    _replace(path, lambda temporary: shutil.copyfile(source, temporary))


def lay(path: Path, fill: Callable[[Path], object]) -> None:
    """What ``fill`` writes at ``path``, where nobody looks yet, so that it survives a power cut.

    That it is there survives one when its folder is synced.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fill(path)
    path.chmod(0o644)
    system.sync(path)


def hold(path: Path, other: Path) -> None:
    """Have a file, where there is one, under another name as well, if the disk can do that: what
    takes its place does so in 30 microseconds then, and in 3 milliseconds if its room is freed.
    """
    with contextlib.suppress(OSError):
        other.hardlink_to(path)


def earlier_name(folder: Path, path: Path, at: datetime) -> Path:
    """What an earlier version of ``path`` is called in ``folder``, by when it was replaced: a name
    that nothing has, since two may be replaced within one second.
    """
    stem = f"{path.stem}.{at:%Y%m%d-%H%M%S}"
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    free = (folder / f"{name}{path.suffix}" for name in names)
    return next(target for target in free if not target.exists())


def put_in_place(laid: Path, path: Path) -> None:
    """Have what was laid elsewhere at ``path``, in one step; only its content where a folder leads
    to another disk.
    """
    try:
        laid.replace(path)
    except OSError as failed:
        if failed.errno != errno.EXDEV:
            raise
        copy_whole(laid, path)
        laid.unlink()


SURE_EVERY_BYTES = 64 << 20
"""So often a long copy is seen to be on the disk; one that broke off goes on there."""
BROKEN_OFF_KEPT_S = 24 * 3600.0
_COMPARED_BYTES, _PIECE_BYTES = 1 << 20, 4 << 20


def copy_on(source: Path, unfinished: Path) -> bool:
    """A copy of ``source`` as ``unfinished``, to be renamed; False where the source changed
    meanwhile. What lies there from a copy that broke off is gone on with, if its beginning and its
    end are the source's: 20 GiB that broke off at 15 cost five.
    """
    before = source.stat()
    with (
        source.open("rb") as given,
        unfinished.open("r+b" if unfinished.exists() else "w+b") as made,
    ):
        begin = _as_far_as_sure(given, made)
        made.truncate(begin)
        given.seek(begin)
        made.seek(begin)
        while piece := given.read(_PIECE_BYTES):
            made.write(piece)
            if made.tell() % SURE_EVERY_BYTES < len(piece):
                made.flush()
                os.fsync(made.fileno())
    unfinished.chmod(0o644)
    system.sync(unfinished)
    after = source.stat()
    return (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


def _as_far_as_sure(given: BinaryIO, made: BinaryIO) -> int:
    """As far as a copy that broke off is on the disk and is that of what is ``given``, in bytes. A
    power cut may leave room behind that in which nothing was written.
    """
    sizes = [file.seek(0, os.SEEK_END) for file in (given, made)]
    sure = min(sizes) // SURE_EVERY_BYTES * SURE_EVERY_BYTES
    for at in {0, max(0, sure - _COMPARED_BYTES)}:
        pieces = []
        for file in (given, made):
            file.seek(at)
            pieces.append(file.read(min(_COMPARED_BYTES, sure)))
        if pieces[0] != pieces[1]:
            return 0
    return sure


def may_go_on(unfinished: Path, now_s: float) -> bool:
    """Whether a copy that broke off is worth keeping: it is long, and not older than a day."""
    try:
        facts = unfinished.stat()
    except OSError:
        return False
    return facts.st_size >= SURE_EVERY_BYTES and now_s - facts.st_mtime < BROKEN_OFF_KEPT_S


def move_whole(made: Path, target: Path) -> None:
    """Rename a finished folder or file into place, so that it survives a power cut. A folder that
    is there stays, a file that is there is replaced.
    """
    for path in [made, *sorted(made.rglob("*"))]:
        if path.is_file():
            system.sync(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        made.replace(target)
    except OSError:
        if not target.is_dir():
            raise
        shutil.rmtree(made)
    system.sync(target.parent)


def sha256_of(path: Path) -> str:
    """64 hexadecimal digits of the file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def free_bytes(folder: Path) -> int:
    """What can still be written to the disk with ``folder``."""
    return shutil.disk_usage(folder).free


def size_of(folder: Path) -> int:
    """Bytes of all files in ``folder`` and below; what vanishes meanwhile counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(f"{place}/{name}").st_size
    return total


def remove_all(paths: Iterable[Path]) -> None:
    """Delete files and folders; one that is gone already is no fault."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def remove_empty(folders: Iterable[Path]) -> None:
    """Delete those of the folders that have nothing in them."""
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _replace(path: Path, fill: Callable[[Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        fill(temporary)
        temporary.chmod(0o644)
        system.sync(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    system.sync(path.parent)
