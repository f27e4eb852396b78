"""Opens what outsiders sent; without it a pipe under a video's name would hang us, and a link would show us another's file.

Looked at before it is opened, opened without following a link and without waiting, looked at again once it is open. From
then on everybody works with the open file, whatever happens to its name.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from pipeline.codes import Code

_ONLY_TO_READ = (os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
                 | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0))


class NotReceived(Exception):
    """A path that is not opened; ``code`` is that of the finding."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


def opened(path: Path, folder: Path | None = None) -> int:
    """A descriptor of the plain file at ``path``, which the caller closes. Raises NotReceived.

    A link is followed once, by name, to what must lie in ``folder``; what it leads to is opened without following another.
    """
    try:
        real = path.resolve(strict=True)
        if folder is not None and not real.is_relative_to(folder.resolve()):
            raise NotReceived("outside-workspace")
        if not stat.S_ISREG(os.lstat(real).st_mode):  # the mere opening of a device can do something
            raise NotReceived("not-a-regular-file")
        descriptor = os.open(real, _ONLY_TO_READ)
    except (FileNotFoundError, NotADirectoryError):
        raise NotReceived("broken-link" if path.is_symlink() else "missing") from None
    except RuntimeError:  # a link that leads to itself
        raise NotReceived("broken-link") from None
    except OSError as failed:
        raise NotReceived("unreadable" if isinstance(failed, PermissionError) else "not-a-regular-file") from None
    problem = _turned_into(descriptor, folder)
    if problem:
        os.close(descriptor)
        raise NotReceived(problem)
    return descriptor


def stamp(descriptor: int) -> tuple[int, ...]:
    """Size, times, inode and device of an open file: another file in its place, or a change in it, changes one of them."""
    facts = os.fstat(descriptor)
    return (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, facts.st_dev)


def sha256_of(descriptor: int) -> str:
    """64 hexadecimal digits of an open file's content."""
    digest = hashlib.sha256()
    with open(descriptor, "rb", buffering=0, closefd=False) as file:
        file.seek(0)
        while piece := file.read(4 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _turned_into(descriptor: int, folder: Path | None) -> Code | None:
    """What is wrong with what was really opened: its name may have been given to something else in between."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        return "not-a-regular-file"
    here = Path(f"/proc/self/fd/{descriptor}")
    if folder is not None and here.exists() and not Path(os.readlink(here)).is_relative_to(folder.resolve()):
        return "outside-workspace"
    return None
