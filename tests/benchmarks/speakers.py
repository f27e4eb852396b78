"""What an event costs in which nothing is to do, by its number of speakers; without it each change
would make hundreds of them a little slower, and nobody would see it.

Run as ``python tests/benchmarks/speakers.py [NUMBER...]`` (5, 50 and 500). Messages of three
seconds are made by recorded hands; then ``build`` and ``status`` are run once more, each in a
process of its own. In the table: seconds of the processor, what a speaker adds to the smallest
event, how much dearer that is than at the event before (1: cost grows as the speakers do), and the
most memory.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

HEAD = """title: Test segment
slot: {start: 2021-09-14T00:00:00+02:00, end: 2021-09-14T23:50:00+02:00}
delivery: {size: 640x360}
cards: {opening: 1s, title: 1s, closing: 1s, lower_third: 2s}
captions: {engine: pocketsphinx}
speakers:
"""


def main(numbers: list[int]) -> None:
    """The table."""
    with tempfile.TemporaryDirectory() as place:
        measured = {number: _event(Path(place) / str(number), number) for number in numbers}
    print(f"{'':>8} {'speakers':>8} {'CPU s':>6} {'ms each':>8} {'growth':>6} {'MB':>5}")
    for command in ("build", "status"):
        rows = {number: measured[number][command] for number in numbers}
        first = numbers[0]
        each = {
            number: (rows[number][0] - rows[first][0]) / max(1, number - first) * 1000
            for number in numbers
        }
        growth = {after: each[after] / each[before] for before, after in pairwise(numbers[1:])}
        for number, (cpu_s, megabytes) in rows.items():
            grown = f"{growth[number]:6.2f}" if number in growth else " " * 6
            added = f"{each[number]:8.1f}" if number != first else " " * 8
            print(f"{command:>8} {number:>8} {cpu_s:6.2f} {added} {grown} {megabytes:5.0f}")


def _event(folder: Path, speakers: int) -> dict[str, tuple[float, float]]:
    """Seconds of the processor and megabytes of each command, once all is made."""
    (folder / "inputs").mkdir(parents=True)
    lines = [
        f"  - {{id: s{number}, name: Dr Ana Expert {number}, role: Head, country: Spain}}\n"
        for number in range(speakers)
    ]
    (folder / "config.yaml").write_text(HEAD + "".join(lines), "utf-8")
    for number in range(speakers):
        (folder / f"inputs/s{number}.mp4").write_bytes(b"\0recording %d" % number)
    _alone("build", folder)
    return {command: _alone(command, folder) for command in ("build", "status")}


def _alone(command: str, folder: Path) -> tuple[float, float]:
    asked = [sys.executable, __file__, command, str(folder)]
    said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()
    return float(said[-2]), float(said[-1])


def _run(command: str, root: Path) -> None:
    from recorded_hands import Recorded, at_work

    from pipeline.cli.run import collect_seldom
    from pipeline.commands.build import build
    from pipeline.commands.status import status

    collect_seldom()
    with at_work(root, Recorded(), dry=command == "status") as (event, bench):
        if command == "build":
            build(event, bench)
        else:
            status(event, bench, busy=False)
    print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


if __name__ == "__main__":
    if sys.argv[1:2] in (["build"], ["status"]):
        _run(sys.argv[1], Path(sys.argv[2]))
    else:
        main([int(number) for number in sys.argv[1:]] or [5, 50, 500])
