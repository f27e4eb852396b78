"""What lies in a workspace, looked at without opening it; without it a watch would have to believe
the events of a file system, which lose some and come twice.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from pipeline.plan.arrivals import Stamp
from pipeline.plan.cut_off import cut_off


def stamped(root: Path, names: Iterable[str]) -> dict[str, Stamp]:
    """Those of some files that are there, named by their way from ``root``."""
    found = {}
    for name in names:
        with contextlib.suppress(OSError, ValueError):
            found[name] = _stamp(os.stat(root / name))
    return found


def within(root: Path, folder: str) -> dict[str, Stamp]:
    """All files in a folder that are not hidden, likewise. Raises OSError where there is none."""
    found = {}
    with os.scandir(root / folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):  # it was taken away meanwhile, or leads nowhere
                if not entry.name.startswith(".") and entry.is_file():
                    found[f"{folder}/{entry.name}"] = _stamp(entry.stat())
    return found


def _stamp(facts: os.stat_result) -> Stamp:
    return Stamp(facts.st_size, facts.st_mtime_ns, facts.st_ino)


def ends_in_the_middle(path: Path) -> bool:
    """Whether a file is the beginning of a recording; False where it cannot be read."""
    try:
        with path.open("rb") as file:

            def read(at: int, count: int) -> bytes:
                file.seek(at)
                return file.read(count)

            return cut_off(os.fstat(file.fileno()).st_size, read)
    except OSError:
        return False
