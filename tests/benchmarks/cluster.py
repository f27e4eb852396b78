"""What more workers win; without it nobody could say how many machines are worth their trouble.

Run as ``python tests/benchmarks/cluster.py [--pauses] [WORKERS...]`` (1, 2 and 4), with the extra
[cluster]. An event of four messages of 20 s is built from nothing by threads on one core, then
by so many Dask workers of one core each, held there. In the table: seconds by the clock, how many
times faster that is than the first number of workers, whether the bytes are those of the threads.

Cores that are not idle, or not there, win nothing. With ``--pauses`` pictures are small and each
piece of work is followed by a pause, a tenth as long as it takes on one core at 1080p: that shows
what the order of work and our handing out allow, on any machine.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from conftest import make_clip
from recorded_hands import Watcher

from pipeline.commands.build import build
from pipeline.event import Workspace, event_in, load_config
from pipeline.recipe import Recipe
from pipeline.tools.running import files
from pipeline.work.bench import Bench, Hands
from pipeline.work.cluster import cluster
from pipeline.work.making import make
from pipeline.work.store import Store
from pipeline.work.workers import Make, Scheduler, Workers, threads

EVENT = """title: Test segment
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
delivery: {size: SIZE, outputs: [soft]}
captions: {engine: pocketsphinx}
speakers:
"""
SPEAKERS, MESSAGE_S = 4, 20
PICTURES_S = 1.2
"""What a second of picture takes at 1080p (pipeline/forecast.py); all other weights are seconds."""
SCALE = 0.1


def main(numbers: list[int], made_by: Make) -> None:
    """The table."""
    cores = sorted(os.sched_getaffinity(0))
    print(f"{len(cores)} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as place:
        event = _event(Path(place) / "event", "1920x1080" if made_by is make else "320x180")
        os.sched_setaffinity(0, {cores[0]})
        with threads(1) as places:
            alone_s, alone = _built(event, made_by, places)
        os.sched_setaffinity(0, cores)
        print(f"{'threads':>10} {alone_s:6.1f} s")
        first_s = 0.0
        for number in numbers:
            with _dask(Path(place), number, cores) as at, _greeted(at, event) as places:
                seconds, made = _built(event, made_by, places)
            first_s = first_s or seconds
            same = "the same bytes" if made == alone else "OTHER BYTES"
            print(f"{number:>10} {seconds:6.1f} s {first_s / seconds:6.2f} x  {same}")


def make_and_pause(root: Path, command: Recipe, fills: tuple[Recipe, ...]) -> None:
    """As ``make``, and a pause."""
    make(root, command, fills)
    frames = max((count for _, count in command.frames), default=0)
    time.sleep(SCALE * (frames / 25 * PICTURES_S or command.weight))


def _event(folder: Path, size: str) -> Path:
    (folder / "inputs").mkdir(parents=True)
    lines = ""
    for number in range(SPEAKERS):
        moving = f"testsrc2=s={size}:r=25,hue=h={number * 40}"
        make_clip(folder / f"inputs/s{number}.mp4", MESSAGE_S, picture=moving)
        lines += f"  - {{id: s{number}, name: Dr Ana Expert {number}}}\n"
    (folder / "config.yaml").write_text(EVENT.replace("SIZE", size) + lines, "utf-8")
    return folder


@contextmanager
def _dask(place: Path, number: int, cores: list[int]) -> Iterator[str]:
    """A scheduler's address that has so many workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, said = f"tcp://127.0.0.1:{port}", place / "dask.log"
    with said.open("wb") as log:
        words = ["scheduler", "--host", "127.0.0.1", "--port", str(port)]
        running = [_started(log.fileno(), *words)]
        for one in range(number):
            core = cores[one % len(cores)]
            words = ["worker", address, "--nthreads", "1", "--no-nanny"]
            words += ["--local-directory", str(place)]
            running.append(_started(log.fileno(), *words, held=lambda c=core: _hold(c)))
        try:
            while said.read_bytes().count(b"Register worker") < number:
                time.sleep(0.1)
            yield address
        finally:
            for process in running:
                process.kill()
                process.wait()


def _hold(core: int) -> None:
    os.sched_setaffinity(0, {core})


def _started(
    log: int, *words: str, held: Callable[[], None] | None = None
) -> subprocess.Popen[bytes]:
    dask = Path(sys.executable).with_name("dask")
    return subprocess.Popen(
        [dask, *words, "--no-dashboard"], stdout=log, stderr=log, preexec_fn=held
    )


@contextmanager
def _greeted(address: str, event: Path) -> Iterator[Workers]:
    shutil.rmtree(event / "outputs", ignore_errors=True)
    with cluster(Scheduler(address), Workspace(event), print, lambda places: None) as places:
        yield places


def _built(event: Path, made_by: Make, places: Workers) -> tuple[float, dict[str, str]]:
    """Seconds that a build takes, and digests of what it hands over."""
    workspace = Workspace(event)
    bench = Bench(Store(workspace.store), places, Watcher(), Hands(made_by))
    begun = time.monotonic()
    build(event_in(workspace, load_config(workspace)), bench)
    seconds = time.monotonic() - begun
    handed = (path for path in workspace.outputs.rglob("*") if ".store" not in path.parts)
    return seconds, {str(path): files.sha256_of(path) for path in handed if path.is_file()}


if __name__ == "__main__":
    words = sys.argv[1:]
    main(
        [int(word) for word in words if word.isdigit()] or [1, 2, 4],
        make_and_pause if "--pauses" in words else make,
    )
