"""The event that is measured, and what does the same work without us.

The event is the sample: four messages of 25 s (landscape .mov, .webm of a wandering rate, upright,
4:3) at 1080p25, captions from people, no cards, clean and with captions in the picture.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench_cost import Cost, cost
from ruamel.yaml import YAML

from pipeline.tools.running.programs import ffmpeg_path

ROOT = Path(__file__).parent.parent.parent
PROGRAM = (sys.executable, "-m", "pipeline")


def perspectives(folder: Path, *words: str) -> Cost:
    """One of our commands. Done in part is no failure (exit code 3); all else but 0 is."""
    return cost([*PROGRAM, "--workspace", folder, *words], folder, (0, 3))


def sample_event(folder: Path, count: int = 4, cards: bool = False) -> Path:
    """A workspace with ``count`` messages and what scripts they have, nothing checked or built."""
    inputs = folder / "inputs"
    (inputs / "captions").mkdir(parents=True)
    yaml = YAML()
    config = yaml.load((ROOT / "config.yaml").read_text("utf-8"))
    speakers = config["speakers"][:]
    config["slot"]["end"] = "2021-09-14T23:50:00+02:00"
    if not cards:
        config["cards"] = {"opening": "0s", "title": "0s", "closing": "0s", "lower_third": "0s"}
    config["captions"]["languages"] = ["en", "es"]
    config["captions"]["burn"] = ["en", "es"]
    config["speakers"] = []
    for number in range(count):
        one = dict(speakers[number % len(speakers)])
        source = next(path for path in (ROOT / "inputs").glob(f"{one['id']}.[mw]*"))
        script = source.with_suffix(".txt")
        if number >= len(speakers):
            one["id"] = f"{one['id']}-{number}"
        own = inputs / f"{one['id']}{source.suffix}"
        shutil.copy(source, own)
        if number >= len(speakers):
            made_other(own, number)
        if script.exists():
            shutil.copy(script, inputs / f"{one['id']}.txt")
        config["speakers"].append(one)
    with (folder / "config.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(config, file)
    return folder


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """The event's config.yaml with a ``change``."""
    yaml, path = YAML(), folder / "config.yaml"
    config = yaml.load(path.read_text("utf-8"))
    change(config)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(config, file)


def checked_by_a_person(folder: Path) -> Path:
    """The event with its caption drafts taken over as a person's."""
    perspectives(folder, "captions")
    for draft in (folder / "outputs" / "captions").glob("*.srt"):
        shutil.copy(draft, folder / "inputs" / "captions")
    shutil.rmtree(folder / "outputs")
    return folder


def made_other(recording: Path, number: int) -> None:
    """The same message as another file: nothing of what was made of the first one serves it."""
    copied(recording, after=("-metadata", f"comment={number}"))


def copied(recording: Path, before: Sequence[str] = (), after: Sequence[str] = ()) -> None:
    """A copy of its streams in its place, by ffmpeg's options before and after the input."""
    other = recording.with_name(f"other-{recording.name}")
    ways = (*before, "-i", recording, "-map", "0", "-c", "copy", *after, other)
    cost([ffmpeg_path(), "-v", "error", "-nostdin", "-y", *ways], recording.parent.parent)
    other.replace(recording)


def emptied(folder: Path) -> Path:
    """The event with nothing built."""
    shutil.rmtree(folder / "outputs", ignore_errors=True)
    return folder


def only_heard(folder: Path) -> Path:
    """The event with nothing built but what the recogniser has heard in it, to be asked after a
    build: what is left of a cold build without recognition.
    """
    outputs = folder / "outputs"
    for known in outputs.glob(".store/objects/*/*/recipe.json"):
        task = json.loads(known.read_text("utf-8"))["task"]
        if not task.partition(": ")[2].startswith(("hear ", "fit ")):
            shutil.rmtree(known.parent)
    for made in outputs.glob("[!.]*"):
        shutil.rmtree(made) if made.is_dir() else made.unlink()
    return folder


BLURRED = (
    "split[a{n}][b{n}];"
    "[a{n}]scale=240:136:force_original_aspect_ratio=increase,crop=240:136,gblur=6:2,"
    "lutyuv=y=16+(val-16)*0.42,scale=1920:1080[c{n}];"
    "[b{n}]scale=1920:1080:force_original_aspect_ratio=decrease:force_divisible_by=2[d{n}];"
    "[c{n}][d{n}]overlay=(W-w)/2:(H-h)/2"
)
"""A picture in the middle of the frame over its own blur, as ours is."""


def plain_ffmpeg(folder: Path, out: Path, seconds: float = 24.48) -> Cost:
    """One ffmpeg that does the same: every message on the frame, as loud as the others, all of them
    one behind the other, once clean and once with the captions drawn; twice the sound.

    It has to be told everything that we find out, and is: rate, loudness, captions, and after how
    many ``seconds`` a message's sound ends.
    """
    messages = sorted((folder / "inputs").glob("*.[mw]*"))
    graph, ends = [], []
    for n, path in enumerate(messages):
        captions = next((folder / "inputs" / "captions").glob(f"{path.stem}.*.srt"))
        shutil.copy(captions, out / f"{n}.srt")
        shape = BLURRED.format(n=n)
        graph.append(f"[{n}:v]fps=25,{shape},setsar=1,format=yuv420p,split[k{n}][t{n}]")
        graph.append(f"[t{n}]subtitles={n}.srt[s{n}]")
        graph.append(f"[{n}:a]aresample=48000,aformat=channel_layouts=stereo,volume=4dB,apad[p{n}]")
        graph.append(f"[p{n}]atrim=end={seconds}[u{n}]")
        ends.append(n)
    count = len(ends)
    for kind, name in (("k", "clean"), ("s", "burned")):
        joined = "".join(f"[{kind}{n}]" for n in ends)
        graph.append(f"{joined}concat=n={count}:v=1:a=0[{name}]")
    graph.append("".join(f"[u{n}]" for n in ends) + f"concat=n={count}:v=0:a=1,asplit[x][y]")
    x264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-c:a", "aac", "-shortest")
    command: list[str | Path] = [ffmpeg_path(), "-v", "error", "-y", "-nostdin"]
    for path in messages:
        command += ["-i", path]
    command += ["-filter_complex", ";".join(graph)]
    for picture, sound in (("clean", "x"), ("burned", "y")):
        command += ["-map", f"[{picture}]", "-map", f"[{sound}]", *x264, f"{picture}.mp4"]
    return cost(command, out)
