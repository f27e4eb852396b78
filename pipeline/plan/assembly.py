"""Plans the join: parts to clips, clips and cards to the segment; without it there would be parts
and no programme.

Pictures are copied, never encoded again. Sound is joined as samples and encoded once: AAC runs up
to 40 ms past its picture, so joined AAC drifts (three 100-frame clips came out as 302 frames).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from pipeline.captions.words.languages import own_name
from pipeline.captions.words.tags import language_alone, three_letters
from pipeline.model import Captions, CaptionTrack, Cue, FilmFacts
from pipeline.plan.chapters import Span
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
    """One caption track: the SRT text that becomes it, whether players show it unasked, its
    language, and which captions they are (the language, or ``spoken``).
    """

    name: str
    language: str
    srt: str
    default: bool


AS_SPOKEN = "spoken"
"""The name of captions in which all speak their own language."""


@dataclass(frozen=True)
class SegmentCaptions:
    """Captions of the whole segment, on its clock. ``name`` is a language, or ``spoken``: then
    ``language`` is the one that all speak, or ``mul``.
    """

    name: str
    language: str
    cues: tuple[Cue, ...]


def exactly(samples: int) -> str:
    """The filters that make a sound so many samples long."""
    return f"apad=whole_len={samples},atrim=end_sample={samples}"


def plan_sound_track(
    task: str, sounds: Sequence[FileInput], frames: int, rate: Fraction, version: str
) -> Recipe:
    """sound.m4a: all sounds in order as one AAC track, exactly as long as ``frames`` pictures."""
    parts = numbered_parts(sounds, "wav")
    count = samples_in(frames, rate)
    arguments = (
        "-v",
        "error",
        "-f",
        "concat",
        "-i",
        "order.txt",
        "-af",
        exactly(count),
        "-c:a",
        "aac",
        "-b:a",
        "192k",
        *_BITEXACT,
        "-f",
        "ipod",
        "sound.m4a",
    )
    return Recipe(
        task=task,
        tool="ffmpeg",
        tool_version=version,
        arguments=arguments,
        outputs=("sound.m4a",),
        inputs=parts,
        texts=(("order.txt", order_of(parts)),),
        weight=0.1 + float(frames / rate) / 50,
    )


def plan_join(
    task: str,
    pictures: Sequence[FileInput],
    sound: FileInput,
    spoken: str,
    tracks: Sequence[Track],
    chapters: str | None,
    frames: int,
    output: str,
    title: str,
    version: str,
) -> Recipe:
    """One mp4: pictures and sound copied, the language ``spoken`` in it, caption tracks with
    language and name, chapters, index at the front.
    """
    parts = numbered_parts(pictures, "mp4")
    sound = replace(sound, name="sound.m4a")
    texts = [("order.txt", order_of(parts))]
    texts += [(_captions_file(track), track.srt) for track in tracks]
    if chapters:
        texts.append(("chapters.txt", chapters))
    return Recipe(
        task=task,
        tool="ffmpeg",
        tool_version=version,
        arguments=(
            *_read(tracks, bool(chapters)),
            *"-map_metadata:g -1 -map_metadata:s -1".split(),
            *("-map_chapters", str(len(tracks) + 2) if chapters else "-1"),
            *"-c:v copy -c:a copy".split(),
            *("-metadata", f"title={title}", "-fflags", "+bitexact"),
            *_tagged(spoken, tracks),
            *("-movflags", "+faststart", output),
        ),
        outputs=(output,),
        inputs=(*parts, sound),
        texts=tuple(texts),
        frames=((output, frames),),
        weight=0.2,
    )


def _read(tracks: Sequence[Track], chapters: bool) -> Iterator[str]:
    """Everything that is joined, opened in its order and chosen: pictures, sound, captions."""
    yield from "-v error -f concat -i order.txt -i file:sound.m4a".split()
    for track in tracks:
        yield from ("-f", "srt", "-i", f"file:{_captions_file(track)}")
    if chapters:
        yield from "-f ffmetadata -i file:chapters.txt".split()
    yield from "-map 0:v -map 1:a".split()
    for number in range(len(tracks)):
        yield from ("-map", f"{number + 2}:s")


def _tagged(spoken: str, tracks: Sequence[Track]) -> Iterator[str]:
    """The sound's language, and caption tracks as players name them: language, its own name for
    itself, shown unasked or not.
    """
    yield from ("-metadata:s:a:0", f"language={three_letters(spoken)}")
    if tracks:
        yield from ("-c:s", "mov_text")
    for number, track in enumerate(tracks):
        yield from (f"-metadata:s:s:{number}", f"language={three_letters(track.language)}")
        yield from (f"-metadata:s:s:{number}", f"handler_name={_called(track)}")
        yield from (f"-disposition:s:{number}", "default" if track.default else "0")


def _called(track: Track) -> str:
    return "As spoken" if track.name == AS_SPOKEN else own_name(track.language)


def facts_planned(
    spoken: str,
    tracks: Sequence[Track],
    cues: Mapping[str, Sequence[Cue]],
    chapters: Iterable[Span],
    rate: Fraction,
) -> FilmFacts:
    """What a film says of itself that is joined by ``plan_join``; ``cues`` are by the name of their
    track.
    """
    captions = tuple(
        CaptionTrack(
            three_letters(track.language),
            _called(track),
            track.default,
            tuple(
                (
                    frame_ms(cue.start_frame, rate),
                    frame_ms(cue.end_frame, rate),
                    " ".join(cue.lines),
                )
                for cue in cues[track.name]
            ),
        )
        for track in tracks
    )
    begin = tuple((frame_ms(span.start_frame, rate), span.title) for span in chapters)
    return FilmFacts(three_letters(spoken), captions, begin)


def _captions_file(track: Track) -> str:
    return f"captions-{track.name}.srt"


def language_of_all(languages: Iterable[str]) -> str:
    """What is spoken where each of ``languages`` is: the one of which all are varieties, or ``mul``
    (several, ISO 639-2); ``und`` where nobody speaks.
    """
    once = set(languages) or {"und"}
    if len(once) > 1:
        once = set(map(language_alone, once))
    return once.pop() if len(once) == 1 else "mul"


def segment_cues(
    rundown: Rundown,
    captions: Mapping[str, Captions],
    introductions: Mapping[str, Captions] = MappingProxyType({}),
) -> tuple[Cue, ...]:
    """Every speaker's captions, and those of their introductions (by speaker id), on the segment's
    clock, cut off where the message ends.

    Where one message is crossfaded with the next they change hands in the middle: two captions are
    never shown at once.
    """
    cues: list[Cue] = []
    for number, item in enumerate(rundown.items):
        speaker = item.speaker or ""
        if item.introduced and speaker in introductions:
            heard_at = item.start_frame + item.introduced.first_frame
            spoken = introductions[speaker].cues
            cues += placed_cues(spoken, heard_at, 0, item.introduced.frames)
        if item.kind == "message" and speaker in captions:
            before = rundown.items[number - 1] if number else None
            after = rundown.items[number + 1] if number + 1 < len(rundown.items) else None
            first = (item.overlap + 1) // 2 if before and before.kind == "message" else 0
            last = item.frames - (after.overlap // 2 if after and after.kind == "message" else 0)
            cues += placed_cues(captions[speaker].cues, item.start_frame, first, last)
    return tuple(cues)


def placed_cues(cues: Iterable[Cue], at_frame: int, first: int, end: int) -> Iterator[Cue]:
    """Captions from frame ``first`` to ``end`` of what they belong to, which begins at
    ``at_frame``.
    """
    for cue in cues:
        shown = max(cue.start_frame, first), min(cue.end_frame, end)
        if shown[0] < shown[1]:
            yield replace(cue, start_frame=shown[0] + at_frame, end_frame=shown[1] + at_frame)


def numbered_parts(parts: Sequence[FileInput], ending: str) -> tuple[FileInput, ...]:
    """The inputs under the names under which they are joined: ``part-00001.mp4``."""
    return tuple(
        replace(part, name=f"part-{number:05d}.{ending}") for number, part in enumerate(parts, 1)
    )


def order_of(parts: Sequence[FileInput]) -> str:
    """order.txt, which ffmpeg's concat reads: ``parts`` one behind the other."""
    return "".join(f"file {part.name}\n" for part in parts)
