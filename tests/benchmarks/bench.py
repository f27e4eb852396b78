"""How fast we are, side by side: each figure a ratio in one run.

    python tests/benchmarks/bench.py [bound] [where] [peers] [changes] [start-up] [scale]
                                     [speech] [captions] [quality]
                                     [--runs 3] [--write docs/benchmarks.md]

Without a table's name all are made (``make bench``): bound (a cold build beside one plain ffmpeg
that does the same work), where (what of it each kind of work takes), peers (the same segment by
MoviePy alone), changes (what each costs as a share of a cold build), start-up, scale (the seed's
slot at full length, an hour, 4 to 400 speakers), speech (seconds heard for one of the processor),
captions (breaking and aligning) and quality (VMAF, SSIM at joints and size of what is handed over).
In bound and peers the sides take turns. Of these two, changes, start-up and speech each figure is
the middle one of several runs; where, scale, captions and quality run once. What the columns say is
in ``INTRODUCTION``, which --write puts before the tables.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import bench_scale  # noqa: E402
import bench_where  # noqa: E402
from bench_cost import Cost, alternated, cost, median  # noqa: E402
from bench_event import (  # noqa: E402
    checked_by_a_person,
    edit,
    emptied,
    made_other,
    only_heard,
    perspectives,
    plain_ffmpeg,
    sample_event,
)
from measure import ffmpeg  # noqa: E402

Table = Callable[[Path, int], Iterator[str]]
HEAD = f"{'':34}{'CPU s':>8}{'system':>8}{'wall s':>8}{'MiB':>7}{'tail':>6}"
LEAST_STARTS = 5
"""Runs of a command that is over within a second."""
INTRODUCTION = """\
# Benchmarks

Written by `make bench` (tests/benchmarks/bench.py). What a command costs is counted with all the
programs that it starts.

- CPU s: seconds of the processor. system: those of them that the system's kernel took.
- wall s: seconds on the clock.
- MiB: the most memory that all of them had at once, looked at every 0.1 s; 0 where the command was
  over before.
- tail: the share of the time on the clock after the moment at which 90% of all cores were last
  busy.
- Behind an x: the ratios of CPU, wall and MiB to the first row of the table. In `scale` a cold
  build is held against the plain ffmpeg, what comes after it against the cold build.
- count, from s, to s (in `where`): how many programs, when the first began, when the last ended.

Runs: {runs} of each row in `bound` and `peers` (the sides take turns), `changes` and `speech`,
{starts} in `start-up`; of each figure the middle one counts. One run in `where`, `scale`,
`captions` and `quality`.
"""


def _line(name: str, one: Cost, against: Cost | None = None) -> str:
    """A row; behind it the ratios of CPU, wall and memory to ``against``."""
    figures = f"{one.cpu_s:8.2f}{one.system_s:8.2f}{one.wall_s:8.2f}{one.peak_mib:7.0f}"
    row = f"{name:34}{figures}{one.tail:6.0%}"
    if against is None:
        return row
    ratios = (
        one.cpu_s / against.cpu_s,
        one.wall_s / against.wall_s,
        one.peak_mib / max(1.0, against.peak_mib),
    )
    return row + "  x " + " ".join(f"{ratio:.2f}" for ratio in ratios)


def _event(place: Path, name: str = "event", cards: bool = False) -> Path:
    return checked_by_a_person(sample_event(place / name, cards=cards))


def _out(place: Path, name: str) -> Path:
    out = place / name
    out.mkdir(exist_ok=True)
    return out


def bound(place: Path, runs: int) -> Iterator[str]:
    """A cold build, and one plain ffmpeg that does the same work."""
    event, out = _event(place), _out(place, "plain")
    seen = alternated(
        runs,
        {
            "one plain ffmpeg": lambda _: plain_ffmpeg(event, out),
            "a cold build": lambda _: perspectives(emptied(event), "build"),
            "without recognition": lambda _: perspectives(only_heard(event), "build"),
        },
    )
    plain, *ours = ((name, median(costs)) for name, costs in seen.items())
    yield _line(*plain)
    for name, one in ours:
        yield _line(name, one, plain[1])


def where(place: Path, runs: int) -> Iterator[str]:
    """Where a cold build's processor and clock go, once."""
    yield bench_where.HEAD
    yield from bench_where.lines(bench_where.worked_in(_event(place), "build"))


def peers(place: Path, runs: int) -> Iterator[str]:
    """The same segment by others."""
    event, out = _event(place), _out(place, "plain")
    moviepy = [sys.executable, ROOT / "tests/benchmarks/bench_moviepy.py", event, out]
    seen = alternated(
        runs,
        {
            "one plain ffmpeg": lambda _: plain_ffmpeg(event, out),
            "MoviePy alone": lambda _: cost(moviepy, out),
        },
    )
    plain, theirs = (median(costs) for costs in seen.values())
    yield _line("one plain ffmpeg", plain)
    yield _line("MoviePy alone", theirs, plain)


def changes(place: Path, runs: int) -> Iterator[str]:
    """What each change costs, as a share of a cold build with cards."""
    event = _event(place, cards=True)
    cold = median([perspectives(emptied(event), "build") for _ in range(runs)])
    yield _line("a cold build, with cards", cold)
    for name, (change, words) in _changes().items():

        def changed(run: int, change: Callable[[Path, int], None] = change) -> Cost:
            change(event, run)
            return perspectives(event, *words)  # noqa: B023

        yield _line(name, median([changed(run) for run in range(runs)]), cold)


def _changes() -> dict[str, tuple[Callable[[Path, int], None], tuple[str, ...]]]:
    build = ("build",)
    return {
        "nothing to do": (lambda event, run: None, build),
        "one caption word": (_one_word, build),
        "the opening card's title": (lambda e, n: _set(e, "title", f"Perspectives {n}"), build),
        "a name": (lambda e, n: _speaker(e, "name", f"Dr Grant Klinkum {n}"), build),
        "reordered": (lambda e, n: _reordered(e), build),
        "one of four replaced": (lambda e, n: made_other(_recording(e), n + 100), build),
        "one added": (_one_more, build),
        "a brand colour": (lambda e, n: _set(e, "brand", {"accent": f"#f2b13{n}"}), build),
        "caption style (a person's stay)": (lambda e, n: _captions(e, "style", _style(n)), build),
        "a still": (lambda e, n: None, ("still", "--at", "0:20")),
        "a draft, from nothing": (lambda e, n: emptied(e), ("build", "--draft")),
    }


def _style(run: int) -> str:
    return "relaxed" if run % 2 == 0 else "default"


def _set(event: Path, key: str, value: object) -> None:
    edit(event, lambda config: config.__setitem__(key, value))


def _captions(event: Path, key: str, value: object) -> None:
    edit(event, lambda config: config["captions"].__setitem__(key, value))


def _speaker(event: Path, key: str, value: object) -> None:
    edit(event, lambda config: config["speakers"][0].__setitem__(key, value))


def _reordered(event: Path) -> None:
    edit(event, lambda config: config["speakers"].append(config["speakers"].pop(0)))


def _recording(event: Path) -> Path:
    return next((event / "inputs").glob("klinkum.m*"))


def _one_word(event: Path, run: int) -> None:
    captions = event / "inputs/captions/klinkum.en.srt"
    first, rest = captions.read_text("utf-8").split("\n\n", 1)
    number, times, words = first.split("\n", 2)
    said = words.split(" ", 1)[-1]
    changed = f"{('Hello', 'Welcome', 'Greetings')[run % 3]} {said}"
    captions.write_text(f"{number}\n{times}\n{changed}\n\n{rest}", "utf-8")


def _one_more(event: Path, run: int) -> None:
    own = event / "inputs" / f"late-{run}.mov"
    shutil.copy(_recording(event), own)
    made_other(own, run + 200)
    said = {"id": own.stem, "name": f"Dr Late {run}", "language": "en"}
    for draft in (event / "inputs/captions").glob("klinkum.*"):
        shutil.copy(draft, draft.with_name(draft.name.replace("klinkum", own.stem)))
    edit(event, lambda config: config["speakers"].append(said))


def start_up(place: Path, runs: int) -> Iterator[str]:
    """What is waited for before anything is done."""
    event = _event(place)
    perspectives(event, "build")
    for words in (("--help",), ("status",), ("check",), ("doctor",), ("build",)):
        asked = [perspectives(event, *words) for _ in range(_starts(runs))]
        yield _line(" ".join(words), median(asked))
    bare = [cost([sys.executable, "-c", "import typer"], event) for _ in range(_starts(runs))]
    yield _line("Python and Typer alone", median(bare))


def _starts(runs: int) -> int:
    return max(runs, LEAST_STARTS)


def scale(place: Path, runs: int) -> Iterator[str]:
    """The seed's slot at full length, one message of an hour, and events of 4 to 400 speakers."""
    for table in (bench_scale.slot, bench_scale.hour):
        for name, one, against, also in table(place):
            yield _line(name, one, against) + also
    yield from bench_scale.printed("speakers.py", "4", "40", "400")


def quality(place: Path, runs: int) -> Iterator[str]:
    """How good our pictures are beside the recording, and how large beside the plain command's.

    VMAF and SSIM of the clean picture are against the recording laid on the same frame without
    loss.
    """
    event, out = _event(place), _out(place, "plain")
    plain_ffmpeg(event, out)
    perspectives(event, "build")
    ours = sum(path.stat().st_size for path in (event / "outputs").glob("segment*.mp4"))
    theirs = sum(path.stat().st_size for path in out.glob("*.mp4"))
    yield f"size: {ours / 1e6:.1f} MB, plain {theirs / 1e6:.1f} MB, x {ours / theirs:.2f}"
    clip = event / "outputs/clips/klinkum.mp4"
    laid = "[1:v]fps=25,scale=1920:1080:flags=bicubic,format=yuv420p[of];[0:v]format=yuv420p[is];"
    vmaf = _compared(clip, _recording(event), laid + "[is][of]libvmaf=n_threads=2:n_subsample=5")
    yield f"VMAF of klinkum: {vmaf.stderr.decode().rpartition('VMAF score: ')[2].split()[0]}"
    ssim = _compared(clip, _recording(event), laid + "[is][of]ssim=stats_file=-")
    told = (line.rpartition("All:")[2] for line in ssim.stdout.decode().splitlines())
    alike = [float(all_planes.split()[0]) for all_planes in told if all_planes]
    near = [alike[n] for n in range(len(alike)) if min(n % PART, -n % PART) <= NEAR and n > NEAR]
    yield (
        f"SSIM of its {len(alike)} pictures: mean {statistics.mean(alike):.4f}, "
        f"least {min(alike):.4f}; within {NEAR} of a joint of two parts: "
        f"mean {statistics.mean(near):.4f}, least {min(near):.4f}"
    )


PART, NEAR = 250, 3
"""Pictures from one joint of two parts to the next (10 s), and how many beside it are looked at."""


def _compared(clip: Path, source: Path, graph: str) -> subprocess.CompletedProcess[bytes]:
    return ffmpeg("-i", clip, "-i", source, "-lavfi", graph, "-f", "null", os.devnull)


TABLES: dict[str, Table] = {
    "bound": bound,
    "where": where,
    "peers": peers,
    "changes": changes,
    "start-up": start_up,
    "scale": scale,
    "speech": bench_scale.speech,
    "captions": bench_scale.captions,
    "quality": quality,
}
HEADS = dict.fromkeys(("bound", "peers", "changes", "start-up", "scale"), HEAD)


def machine() -> str:
    """Where this was measured."""
    cpus = len(os.sched_getaffinity(0))
    info = Path("/proc/cpuinfo")
    names = info.read_text("utf-8").split("model name\t: ")[1:] if info.exists() else []
    name = names[0].split("\n")[0] if names else platform.processor()
    return f"{cpus} cores of {name}; {platform.system()} {platform.machine()}"


def main() -> None:
    """Print the tables that were asked for, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tables", nargs="*", choices=[[], *TABLES])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    lines = [machine()]
    print(lines[0])
    for name in asked.tables or TABLES:
        table = TABLES[name]
        head = ["", f"{name}: {(table.__doc__ or '').splitlines()[0]}"]
        head += [HEADS[name]] if name in HEADS else []
        lines += head
        print(*head, sep="\n")
        with tempfile.TemporaryDirectory(prefix="bench-") as place:
            for line in table(Path(place), asked.runs):
                lines.append(line)
                print(line, flush=True)
    if asked.write:
        head = INTRODUCTION.format(runs=asked.runs, starts=_starts(asked.runs))
        body = "\n".join(lines)
        asked.write.write_text(f"{head}\n```\n{body}\n```\n", "utf-8")


if __name__ == "__main__":
    main()
