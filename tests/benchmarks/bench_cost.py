"""What a command costs with all the programs that it starts; without it a benchmark would time our
own process and miss the encoder.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LIMIT_S = 3600
LOOK_EVERY_S = 0.1
BUSY = 0.9
"""A machine of which this share of the cores works is called busy."""


@dataclass(frozen=True)
class Cost:
    """Seconds of the processor (``system_s`` of them the kernel's), seconds on the clock, the most
    memory that all its programs had at once (MiB; looked at every 0.1 s, 0 where it had ended
    before), and the share of the time on the clock after the moment at which 90% of all cores were
    last busy.
    """

    cpu_s: float
    system_s: float
    wall_s: float
    peak_mib: float
    tail: float


def cost(command: Sequence[str | Path], folder: Path, well: Iterable[int] = (0,)) -> Cost:
    """Run ``command`` in ``folder``. Raises RuntimeError with its last words unless it ends with
    one of the exit codes that mean that it did ``well``.
    """
    began = time.monotonic()
    with (folder / ".bench.log").open("w+b") as log:
        words = [str(word) for word in command]
        running = subprocess.Popen(
            words,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_as_in_a_shell(),
        )
        watch = _Watch(running.pid)
        killer = threading.Timer(LIMIT_S, running.kill)
        killer.start()
        _, status, used = os.wait4(running.pid, 0)
        killer.cancel()
        wall_s = time.monotonic() - began
        watch.end()
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode not in well:
            log.seek(0)
            said = log.read().decode("utf-8", "replace")[-2000:]
            raise RuntimeError(f"{' '.join(words[:6])} ... ended with {running.returncode}\n{said}")
    cpu_s = used.ru_utime + used.ru_stime
    return Cost(cpu_s, used.ru_stime, wall_s, watch.peak_mib, watch.tail(wall_s))


def _as_in_a_shell() -> dict[str, str]:
    """The environment without what has Python compile all of our modules anew at each start: 0.2 s
    that nobody pays who has started a command before.
    """
    return {name: it for name, it in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class _Watch:
    """Looks at a program and all that it started, ten times a second."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak_mib = pid, 0.0
        self._began, self._last_busy_s = time.monotonic(), 0.0
        self._cores = len(os.sched_getaffinity(0))
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        self._thread.join()

    def tail(self, wall_s: float) -> float:
        """The share of ``wall_s`` behind the last moment at which the machine was busy."""
        return max(0.0, wall_s - self._last_busy_s) / wall_s

    def _look(self) -> None:
        seen: dict[int, float] = {}
        then = time.monotonic()
        while not self._ended.wait(LOOK_EVERY_S):
            used = {pid: _cpu_s(pid) for pid in _tree(self.pid)}
            now = time.monotonic()
            worked = sum(max(0.0, s - seen.get(pid, 0.0)) for pid, s in used.items())
            if worked >= BUSY * self._cores * (now - then):
                self._last_busy_s = now - self._began
            self.peak_mib = max(self.peak_mib, sum(_mib(pid) for pid in used))
            seen, then = used, now


def _tree(pid: int) -> list[int]:
    """A program and all that it started, and they."""
    children: dict[int, list[int]] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            fields = _fields(int(place.name))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(place.name))
    found, rest = [], [pid]
    while rest:
        found.append(rest.pop())
        rest += children.get(found[-1], [])
    return found


def _fields(pid: int) -> list[str]:
    """What /proc/PID/stat says behind the program's name, state first; empty once it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _cpu_s(pid: int) -> float:
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _mib(pid: int) -> float:
    """Its memory, of what it shares with others its part."""
    try:
        said = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    except OSError:
        return 0.0
    of_it = next((line for line in said.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
    return int(of_it.split()[1]) / 1024


def alternated(
    runs: int, sides: Mapping[str, Callable[[int], Cost]]
) -> dict[str, tuple[Cost, ...]]:
    """What each of the ``sides`` costs in so many runs, one after the other in turn, so that a
    machine that slows down slows both. Each is told the number of its run.
    """
    seen: dict[str, list[Cost]] = {name: [] for name in sides}
    for run in range(runs):
        for name, side in sides.items():
            seen[name].append(side(run))
    return {name: tuple(costs) for name, costs in seen.items()}


def median(costs: Iterable[Cost]) -> Cost:
    """Of each figure the one in the middle."""
    rows = [(one.cpu_s, one.system_s, one.wall_s, one.peak_mib, one.tail) for one in costs]
    return Cost(*(statistics.median(column) for column in zip(*rows, strict=True)))
