"""Where a command's processor and time on the clock go, program by program; without it one would
guess what to make faster.

    python tests/benchmarks/bench_where.py --workspace FOLDER build

runs the command here and writes to stderr what each program cost that it started. ``bench.py
where`` reads that and adds it up by kind of work.
"""

from __future__ import annotations

import atexit
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import wraps
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT)]


@dataclass(frozen=True)
class Worked:
    """A program: its task, its processor seconds (``system_s`` of them the kernel's), and when it
    began and ended, in seconds from the start of the command.
    """

    task: str
    cpu_s: float
    system_s: float
    began_s: float
    ended_s: float


_MARK = "bench-where: "
_OURSELVES = "our own process"
HEAD = f"{'':34}{'CPU s':>8}{'system':>8}{'count':>7}{'from s':>8}{'to s':>8}"


def worked_in(folder: Path, *words: str) -> tuple[Worked, ...]:
    """Every program that a command in ``folder`` starts, and last the command itself. Raises
    RuntimeError with its last words where it did not come to its end.
    """
    command = [sys.executable, __file__, "--workspace", folder, *words]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [line for line in ended.stderr.splitlines() if line.startswith(_MARK)]
    if not told:
        raise RuntimeError(ended.stderr[-2000:])
    return tuple(Worked(*row) for row in json.loads(told[-1].removeprefix(_MARK)))


def lines(worked: Sequence[Worked]) -> Iterator[str]:
    """A row under ``HEAD`` for each kind of work, the dearest first, with when the first of it
    began and the last one ended; then all together.
    """
    kinds: dict[str, list[Worked]] = {}
    for one in worked:
        kinds.setdefault(_kind_of(one.task), []).append(one)
    for kind, some in sorted(kinds.items(), key=lambda pair: -sum(one.cpu_s for one in pair[1])):
        cpu_s, system_s = sum(one.cpu_s for one in some), sum(one.system_s for one in some)
        from_s, to_s = min(one.began_s for one in some), max(one.ended_s for one in some)
        yield f"{kind:34}{cpu_s:8.2f}{system_s:8.2f}{len(some):7}{from_s:8.2f}{to_s:8.2f}"
    cpu_s, system_s = sum(one.cpu_s for one in worked), sum(one.system_s for one in worked)
    yield f"{'all':34}{cpu_s:8.2f}{system_s:8.2f}{len(worked):7}"


def _kind_of(task: str) -> str:
    """What sort of work a task is: without whose it is, and which of many."""
    what = task.split(": ", 1)[-1]
    words = [word for word in what.split() if not any(letter.isdigit() for letter in word)]
    return "join" if words[0] == "join" else " ".join(words)


# --- in the process that is measured --------------------------------------------------------------

_worked: list[Worked] = []
_here = threading.local()


def _began_s() -> float:
    """When this process was started, on the clock of time.monotonic()."""
    ticks = int(Path("/proc/self/stat").read_text("utf-8").rpartition(")")[2].split()[19])
    up_s = float(Path("/proc/uptime").read_text("utf-8").split()[0])
    return time.monotonic() - (up_s - ticks / os.sysconf("SC_CLK_TCK"))


def _measured() -> None:
    """Have every program that is started measured as it ends, before the kernel forgets it."""
    from pipeline.tools.running import system
    from pipeline.work import making

    start_s, tick = _began_s(), os.sysconf("SC_CLK_TCK")
    run, wait_for_end = making._run, system.wait_for_end

    @wraps(run)
    def named(command: Any, *rest: Any) -> Any:
        _here.task, _here.began_s = command.task, time.monotonic() - start_s
        return run(command, *rest)

    @wraps(wait_for_end)
    def counted(process: subprocess.Popen[bytes], timeout_s: float | None) -> None:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        fields = Path(f"/proc/{process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        # what its own children used is counted with it (indices 13 and 14)
        user, kernel = (int(fields[at]) + int(fields[at + 2]) for at in (11, 12))
        task = getattr(_here, "task", "another program")
        began_s, ended_s = getattr(_here, "began_s", 0.0), time.monotonic() - start_s
        _worked.append(Worked(task, (user + kernel) / tick, kernel / tick, began_s, ended_s))
        wait_for_end(process, timeout_s)

    making._run, system.wait_for_end = named, counted
    atexit.register(_tell, start_s)


def _tell(start_s: float) -> None:
    used, ended_s = resource.getrusage(resource.RUSAGE_SELF), time.monotonic() - start_s
    own = used.ru_utime + used.ru_stime
    _worked.append(Worked(_OURSELVES, own, used.ru_stime, 0.0, ended_s))
    print(f"\n{_MARK}{json.dumps([astuple(one) for one in _worked])}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    _measured()
    from pipeline.cli import main

    main()
