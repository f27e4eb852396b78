"""What more of the same costs, and what hearing and captions cost: the tables of bench.py that take
the longest.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import av
import pysubs2
from bench_cost import Cost, median
from bench_event import (
    ROOT,
    checked_by_a_person,
    copied,
    edit,
    perspectives,
    plain_ffmpeg,
    sample_event,
)

from pipeline.tools.running.programs import ffmpeg_path

BENCHMARKS = ROOT / "tests/benchmarks"
SLOT_S = 286
"""What the seed's slot of 20 minutes leaves each of its four speakers (docs: 1147 s by four)."""
HOUR_S = 3600


def long_event(folder: Path, seconds: int, count: int = 4) -> Path:
    """The sample's first ``count`` messages, each said over and over for so long, and its captions
    with it.
    """
    event = checked_by_a_person(sample_event(folder, count))
    for recording in sorted((event / "inputs").glob("*.[mw]*")):
        with av.open(str(recording)) as opened:
            length_ms = (opened.duration or 0) // 1000
        times = math.ceil(seconds * 1000 / length_ms)
        copied(recording, ("-stream_loop", str(times - 1)), ("-t", str(seconds)))
        (recording.with_suffix(".txt")).unlink(missing_ok=True)
        for captions in (event / "inputs/captions").glob(f"{recording.stem}.*.srt"):
            _said_again(captions, length_ms, times, seconds)
    return event


def _said_again(captions: Path, length_ms: int, times: int, seconds: int) -> None:
    said = pysubs2.load(str(captions))
    once = list(said.events)
    for time in range(1, times):
        later = [event.copy() for event in once]
        for event in later:
            event.shift(ms=time * length_ms)
        said.events += [event for event in later if event.end < seconds * 1000]
    said.save(str(captions))


def slot(place: Path) -> Iterator[tuple[str, Cost, Cost | None, str]]:
    """The seed's slot at full length beside the plain command, and two changes in it."""
    event, out = long_event(place / "slot", SLOT_S), place / "plain-slot"
    out.mkdir()
    plain = plain_ffmpeg(event, out, SLOT_S)
    yield "4 of 4:46, plain ffmpeg", plain, None, ""
    cold = perspectives(event, "build")
    yield "4 of 4:46, cold", cold, plain, _disk(event)
    edit(event, lambda config: config["speakers"].append(config["speakers"].pop(0)))
    yield "reordered", perspectives(event, "build"), cold, ""
    yield "nothing to do", perspectives(event, "build"), cold, ""
    shutil.rmtree(event)


def hour(place: Path) -> Iterator[tuple[str, Cost, Cost | None, str]]:
    """One message of an hour, delivered small: the picture's encoder is not what is asked."""
    event = long_event(place / "hour", HOUR_S, 1)
    small = {"delivery": {"size": "640x360", "outputs": ["soft"]}, "limits": {"duration": "2h"}}
    edit(event, lambda config: config.update(small))
    cold = perspectives(event, "build")
    yield "one of 60:00 at 640x360, cold", cold, None, _disk(event)
    yield "nothing to do", perspectives(event, "build"), cold, ""
    shutil.rmtree(event)


def _disk(event: Path) -> str:
    """What both folders take on the disk; a film has two names, and lies there once."""
    used, came = (
        {path.stat().st_ino: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
        for folder in (event / "outputs", event / "inputs")
    )
    mb = (sum(sizes.values()) / 1e6 for sizes in (used, came))
    return "  {:.0f} MB in outputs/ of {:.0f} in inputs/".format(*mb)


def speech(place: Path, runs: int) -> Iterator[str]:
    """Seconds of speech heard for a second of the processor, and for one on the clock.

    By each engine, alone and while the cores encode pictures.
    """
    event = sample_event(place / "heard", 1)
    (event / "inputs/klinkum.txt").unlink()
    with av.open(str(next((event / "inputs").glob("klinkum.m*")))) as opened:
        length_s = (opened.duration or 0) / 1e6
    for engine in ("pocketsphinx", "auto"):  # which takes the best that is here
        edit(event, partial(_heard_with, engine))
        for name, beside in (("alone", False), ("beside encodes", True)):
            one = median([_heard(event, beside) for _ in range(runs)])
            heard = f"{length_s / one.cpu_s:8.2f}{length_s / one.wall_s:8.2f}"
            yield f"{engine + ', ' + name:34}{heard}"


def _heard_with(engine: str, config: dict[str, Any]) -> None:
    config["captions"]["engine"] = engine


def _heard(event: Path, beside: bool) -> Cost:
    """Captions of a message that has been looked at, but not heard."""
    shutil.rmtree(event / "outputs", ignore_errors=True)
    perspectives(event, "check")
    busy = subprocess.Popen(_ENCODES, stdin=subprocess.DEVNULL) if beside else None
    try:
        return perspectives(event, "captions")
    finally:
        if busy:
            busy.kill()
            busy.wait()


_ENCODES: Sequence[str] = (
    ffmpeg_path(),
    *("-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=25"),
    *("-c:v", "libx264", "-preset", "veryfast", "-t", "3600", "-f", "null", "-"),
)


def captions(place: Path, runs: int) -> Iterator[str]:
    """Breaking words into captions, and laying a script on its sound.

    Beside Whisper's own writer and a greedy filler, as ``cues.py`` says it; on talks of known
    words, as ``align.py`` does where its voices are installed.
    """
    yield from printed("cues.py", "10")
    yield from printed("align.py", "--voices", "flite slt", "--cases", "clean,skips")


def printed(script: str, *words: str) -> Iterator[str]:
    """What another of the benchmarks prints."""
    command = [sys.executable, BENCHMARKS / script, *words]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    yield from ended.stdout.splitlines()
    if ended.returncode:
        yield f"{script} could not be run here: {(ended.stderr.splitlines() or ['?'])[-1]}"
