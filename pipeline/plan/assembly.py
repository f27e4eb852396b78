"""Plans the join: parts to clips, clips and cards to the segment; without it only parts were made.

Pictures are copied, never encoded again. Sound is joined as samples and encoded once: AAC runs up
to 40 ms past its picture, so joined AAC drifts (three 100-frame clips came out as 302 frames).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import langcodes

from pipeline.model import Captions, Cue, RundownItem
from pipeline.plan.rundown import Rundown
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import frame_ms, samples_in

# fmt: off
_BITEXACT = (
    "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags", "+bitexact",
)
# fmt: on


@dataclass(frozen=True)
class Track:
    """One caption track of a file; ``default`` is whether players show it unasked."""

    language: str
    srt: str
    default: bool

    @property
    def file(self) -> str:
        """What its text is called in the recipe."""
        return f"captions-{self.language}.srt"


def plan_sound_track(
    task: str, sounds: Sequence[FileInput], frames: int, rate: Fraction, version: str
) -> Recipe:
    """sound.m4a: all sounds in order as one AAC track, exactly as long as ``frames`` pictures."""
    parts = _numbered(sounds, "wav")
    count = samples_in(frames, rate)
    arguments = (
        *("-v", "error", "-f", "concat", "-i", "order.txt"),
        *("-af", f"apad=whole_len={count},atrim=end_sample={count}"),
        *("-c:a", "aac", "-b:a", "192k"),
        *_BITEXACT,
        *("-f", "ipod", "sound.m4a"),
    )
    return Recipe(
        task=task,
        tool="ffmpeg",
        tool_version=version,
        arguments=arguments,
        outputs=("sound.m4a",),
        inputs=parts,
        texts=(("order.txt", _order(parts)),),
        weight=float(frames / rate) / 20,
    )


def plan_join(
    task: str,
    pictures: Sequence[FileInput],
    sound: FileInput,
    tracks: Sequence[Track],
    chapters: str | None,
    frames: int,
    output: str,
    title: str,
    version: str,
) -> Recipe:
    """One mp4: pictures and sound copied, named caption tracks, chapters, its index in front."""
    parts = _numbered(pictures, "mp4")
    sound = replace(sound, name="sound.m4a")
    read = [(track.file, "srt", track.srt) for track in tracks]
    if chapters:
        read.append(("chapters.txt", "ffmetadata", chapters))
    arguments = (
        *("-v", "error", "-f", "concat", "-i", "order.txt", "-i", "file:sound.m4a"),
        *(word for name, kind, _ in read for word in ("-f", kind, "-i", f"file:{name}")),
        *("-map", "0:v", "-map", "1:a"),
        *(word for number in range(len(tracks)) for word in ("-map", f"{number + 2}:s")),
        *("-map_metadata:g", "-1", "-map_metadata:s", "-1"),
        *("-map_chapters", str(len(tracks) + 2) if chapters else "-1"),
        *("-c:v", "copy", "-c:a", "copy", "-metadata", f"title={title}"),
        *("-fflags", "+bitexact"),
        *_named(tracks),
        *("-movflags", "+faststart", output),
    )
    return Recipe(
        task=task,
        tool="ffmpeg",
        tool_version=version,
        arguments=arguments,
        outputs=(output,),
        inputs=(*parts, sound),
        texts=(("order.txt", _order(parts)), *((name, text) for name, _, text in read)),
        frames=((output, frames),),
        weight=2.0,
    )


def _named(tracks: Sequence[Track]) -> list[str]:
    """What makes caption tracks of the texts: their kind, language, name and whether they show."""
    arguments = ["-c:s", "mov_text"] if tracks else []
    for number, track in enumerate(tracks):
        language, facts = langcodes.get(track.language), f"-metadata:s:s:{number}"
        arguments += [facts, f"language={language.to_alpha3(variant='B')}"]
        arguments += [facts, f"handler_name={language.autonym().title()}"]
        arguments += [f"-disposition:s:{number}", "default" if track.default else "0"]
    return arguments


def segment_cues(rundown: Rundown, captions: dict[str, Captions]) -> tuple[Cue, ...]:
    """Every speaker's captions (by speaker id) on the segment's clock, none beyond its message.

    Where one message is crossfaded with the next they change hands in the middle: two captions are
    never shown at once.
    """
    cues, items = [], rundown.items
    for before, item, after in zip((None, *items), items, (*items[1:], None), strict=False):
        if item.kind != "message" or item.speaker not in captions:
            continue
        first, last = 0, item.frames
        if before and before.kind == "message":
            first = (item.overlap + 1) // 2
        if after and after.kind == "message":
            last -= after.overlap // 2
        for cue in captions[item.speaker].cues:
            start, end = max(cue.start_frame, first), min(cue.end_frame, last)
            if start < end:
                cues.append(Cue(start + item.start_frame, end + item.start_frame, cue.lines))
    return tuple(cues)


def chapters_text(rundown: Rundown) -> str:
    """Chapters as ffmpeg's metadata text: one for each item that a viewer would jump to.

    A title card and its message are one.
    """
    blocks = [";FFMETADATA1"]
    for item, end_frame in chapter_spans(rundown.items):
        start_ms, end_ms = (frame_ms(at, rundown.rate) for at in (item.start_frame, end_frame))
        blocks.append(f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start_ms}\nEND={end_ms}")
        blocks.append(f"title={_escaped(item.title)}")
    return "\n".join(blocks) + "\n"


def chapter_spans(items: Sequence[RundownItem]) -> list[tuple[RundownItem, int]]:
    """The items at which chapters begin, each with the frame at which its chapter ends."""
    spans: list[tuple[RundownItem, int]] = []
    for item in items:
        if spans and item.kind == "message" and spans[-1][0].speaker == item.speaker:
            spans[-1] = (spans[-1][0], item.end_frame)
        else:
            if spans:
                spans[-1] = (spans[-1][0], item.start_frame)
            spans.append((item, item.end_frame))
    return spans


def _escaped(text: str) -> str:
    return re.sub(r"([=;#\\\n])", r"\\\1", text)


def _numbered(parts: Sequence[FileInput], ending: str) -> tuple[FileInput, ...]:
    return tuple(
        replace(part, name=f"part-{number:05d}.{ending}") for number, part in enumerate(parts, 1)
    )


def _order(parts: Sequence[FileInput]) -> str:
    return "".join(f"file {part.name}\n" for part in parts)
