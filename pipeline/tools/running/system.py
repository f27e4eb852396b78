"""What only some operating systems can do, behind one door; without it a producer's Windows laptop
would stop at the first import.

Linux and macOS have process groups, accounts, and folders that can be synced; Linux also tells at
once when a program ends. Where one of these is missing, what stands here does less and its
docstring says what. confine.py, a program of its own that is only started where ``CONFINES``, asks
the kernel itself.
"""

from __future__ import annotations

import contextlib
import importlib.util
import math
import os
import select
import shutil
import signal
import subprocess
from pathlib import Path

CONFINES = os.name == "posix" and importlib.util.find_spec("resource") is not None
"""Whether programs are started by way of confine.py, which limits them and has the kernel end them
when we end. On Windows they run without limits, and go on after a kill of ours.
"""

ONLY_TO_READ = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
"""How a file that an outsider sent is opened: no link followed, no pipe waited for, its bytes as
they are. Windows knows only the last: there a link is seen before the file is opened, not then.
"""


def wait_for_end(process: subprocess.Popen[bytes], timeout_s: float | None) -> None:
    """Wait until a program has ended, for ever if ``timeout_s`` is None. Raises TimeoutExpired.

    Where the kernel tells of the end, we listen: Python's own wait looks every 50 ms, longer than
    many programs take.
    """
    with contextlib.suppress(AttributeError, OSError):
        handle = os.pidfd_open(process.pid)
        try:
            ended = select.poll()
            ended.register(handle, select.POLLIN)
            if not ended.poll(None if timeout_s is None else timeout_s * 1000):
                raise subprocess.TimeoutExpired(process.args, timeout_s or 0.0)
            process.wait()
            return
        finally:
            os.close(handle)
    process.wait(timeout_s)


def end_with_children(process: subprocess.Popen[bytes]) -> None:
    """End a program of a session of its own and all that it started, also what outlived it.

    On Windows the program alone.
    """
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # a looping decoder was seen to ignore SIGTERM
    elif process.poll() is None:
        process.kill()
    process.wait()


def file_size_limited() -> bool:
    """Whether this account may not write files of any size; never on Windows."""
    try:
        import resource
    except ImportError:
        return False
    return resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY


def memory_mib() -> float:
    """The memory of this machine, or what a container lets us have of it; without end where the
    system does not say (Windows).
    """
    try:
        has = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return math.inf
    with contextlib.suppress(OSError, ValueError):
        has = min(has, int(_OF_THE_CONTAINER.read_text("ascii")))  # "max": all of it
    return has / 2**20


_OF_THE_CONTAINER = Path("/sys/fs/cgroup/memory.max")


def home_folder() -> Path | None:
    """The home of the account that we run under, whatever $HOME says.

    None where that cannot be asked.
    """
    try:
        import pwd

        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except (ImportError, AttributeError, KeyError):
        return None


def name_of_open(descriptor: int) -> Path | None:
    """The name that an open file has now; None where the kernel does not say (macOS, Windows)."""
    here = Path(f"/proc/self/fd/{descriptor}")
    return Path(os.readlink(here)) if here.exists() else None


def sync(path: Path) -> None:
    """See to it that a file, or a folder's list of names, survives a power cut.

    A folder that cannot be synced (on Windows none can) is left to the system; a file that
    cannot is an OSError.
    """
    is_folder = path.is_dir()
    if os.name == "nt" and is_folder:
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        if not is_folder:
            raise
    finally:
        os.close(handle)


def lay_in(path: Path, source: Path) -> None:
    """Have ``source`` under another name as well: a link to it, or its copy where links need a
    right that we do not have (Windows).
    """
    try:
        path.symlink_to(source)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):
        shutil.copyfile(source, path)
