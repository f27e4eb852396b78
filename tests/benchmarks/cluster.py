"""What more workers win; without it nobody could say how many machines are worth their trouble.

Run as ``python tests/benchmarks/cluster.py [WORKERS...]`` (1, 2 and 4), with the extra [cluster].
An event of four messages is built from nothing by threads on one core, then by so many Dask workers
of one core each, held there where the machine has as many. In the table: seconds by the clock, how
many times faster that is than the first number of workers, and whether the bytes are those of the
threads. Only what a machine's idle cores can show is worth reading.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from conftest import REPOSITORY, make_clip

EVENT = """title: Test segment
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
delivery: {size: 1280x720}
captions: {engine: pocketsphinx}
speakers:
"""
SPEAKERS, MESSAGE_S = 4, 40


def main(numbers: list[int]) -> None:
    """The table."""
    cores = sorted(os.sched_getaffinity(0))
    print(f"{len(cores)} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as place:
        event = _event(Path(place) / "event")
        alone_s, bytes_alone = _built(event, "--jobs", "1", held=lambda: _hold(cores[0]))
        print(f"{'threads':>10} {alone_s:6.1f} s")
        first_s = 0.0
        for number in numbers:
            seconds, made = _by_workers(event, Path(place), number, cores)
            first_s = first_s or seconds
            same = "the same bytes" if made == bytes_alone else "OTHER BYTES"
            print(f"{number:>10} {seconds:6.1f} s {first_s / seconds:6.2f} x  {same}")


def _event(folder: Path) -> Path:
    (folder / "inputs").mkdir(parents=True)
    speech = REPOSITORY / "inputs/oconnor.mp4"
    lines = ""
    for number in range(SPEAKERS):
        moving = f"testsrc2=s=1280x720:r=25,hue=h={number * 40}"
        make_clip(folder / f"inputs/s{number}.mp4", MESSAGE_S, picture=moving)
        lines += f"  - {{id: s{number}, name: Dr Ana Expert {number}}}\n"
    shutil.copy(speech, folder / f"inputs/s0{speech.suffix}")
    (folder / "config.yaml").write_text(EVENT + lines, "utf-8")
    return folder


def _by_workers(
    event: Path, place: Path, number: int, cores: list[int]
) -> tuple[float, dict[str, str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    log = (place / "dask.log").open("wb")
    running = [_dask(place, log.fileno(), "scheduler", "--host", "127.0.0.1", "--port", str(port))]
    words = ("worker", address, "--nthreads", "1", "--no-nanny")
    for one in range(number):
        core = cores[one % len(cores)]
        running.append(_dask(place, log.fileno(), *words, held=lambda c=core: _hold(c)))
    try:
        while (place / "dask.log").read_bytes().count(b"Register worker") < number:
            time.sleep(0.1)
        return _built(event, "--scheduler", address)
    finally:
        for process in running:
            process.kill()
            process.wait()
        log.close()


def _hold(core: int) -> None:
    os.sched_setaffinity(0, {core})


def _dask(
    place: Path, log: int, *words: str, held: Callable[[], None] | None = None
) -> subprocess.Popen[bytes]:
    dask = Path(sys.executable).with_name("dask")
    command = [dask, *words, "--no-dashboard"]
    return subprocess.Popen(command, cwd=place, stdout=log, stderr=log, preexec_fn=held)


def _built(
    event: Path, *options: str, held: Callable[[], None] | None = None
) -> tuple[float, dict[str, str]]:
    """Seconds that a build from nothing takes, and digests of what it hands over."""
    shutil.rmtree(event / "outputs", ignore_errors=True)
    command = [sys.executable, "-m", "pipeline", "--workspace", str(event), "build", *options]
    begun = time.monotonic()
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, preexec_fn=held)
    seconds = time.monotonic() - begun
    if ended.returncode:
        raise SystemExit(ended.stderr)
    made = {
        str(path.relative_to(event)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (event / "outputs").rglob("*")
        if path.is_file() and ".store" not in path.parts
    }
    return seconds, made


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1, 2, 4])
