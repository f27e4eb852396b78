"""The one place that writes files; without it a full disk or a kill would leave half of one."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.tools.running import system


def write_whole(path: Path, content: str | bytes) -> None:
    """Put ``content`` at ``path``: the whole of it or, whatever happens, what was there before.

    A file's name in it may hold bytes that are no text: they are written as escapes.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content

    def fill(temporary: Path) -> None:
        temporary.write_bytes(data)

    _replace(path, fill)


def write_if_new(path: Path, text: str) -> bool:
    """Write a text unless exactly it is there. True when something was written."""
    if path.is_file() and path.read_bytes() == text.encode("utf-8", "backslashreplace"):
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


def move_whole(folder: Path, target: Path) -> None:
    """Rename a finished folder into place, so that it survives a power cut. What is there stays."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            system.sync(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        shutil.rmtree(folder)
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
