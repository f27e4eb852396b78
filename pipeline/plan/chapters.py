"""The chapters of the segment and of each clip; without it a viewer could jump to a speaker, and
not to what they look for in twelve minutes of one.

Where a message's own begin is written by a person: under ``chapters:`` in config.yaml, or as notes
in their WebVTT.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.config import Speaker
from pipeline.findings import About, Finding
from pipeline.model import Captions, Chapter, RundownItem
from pipeline.timing import frame_ms, frames_nearest, moment


@dataclass(frozen=True)
class Span:
    """A chapter from ``start_frame`` to before ``end_frame``: of an ``item``, or a ``part`` of its
    message.
    """

    start_frame: int
    end_frame: int
    item: RundownItem
    part: str = ""

    @property
    def title(self) -> str:
        """As a player shows it: whose it is, and which part."""
        return f"{self.item.title}: {self.part}" if self.part else self.item.title


def told_chapters(
    speaker: Speaker, in_ms: Fraction, frames: int, rate: Fraction, file: str
) -> tuple[tuple[Chapter, ...], tuple[Finding, ...]]:
    """A message's chapters as config.yaml has them, on the clock of its clip, and a warning for
    each that lies outside.

    They are written on the recording's clock, as ``trim`` is; one that began before the accepted
    in-point, and goes on after it, begins with the clip.
    """
    placed = [
        (frames_nearest(max(0, round(at_ms - in_ms)), rate), at_ms, title)
        for at_ms, title in speaker.chapters
    ]
    ends = [start for start, _, _ in placed[1:]] + [frames]
    shown, outside = [], []
    for (start, at_ms, title), end in zip(placed, ends, strict=False):
        if start < min(end, frames):
            shown.append(Chapter(start, title))
        else:
            outside.append((at_ms, title))
    return tuple(shown), _outside(speaker, outside, in_ms, frame_ms(frames, rate), file)


def _outside(
    speaker: Speaker,
    outside: Sequence[tuple[int, str]],
    in_ms: Fraction,
    length_ms: int,
    file: str,
) -> tuple[Finding, ...]:
    first, last = moment(round(in_ms)), moment(round(in_ms) + length_ms)
    return tuple(
        About(speaker.id, file, f"{file}: ").warning(
            "chapter-outside",
            f'the chapter "{title}" at {moment(at_ms)} has no room in what is shown of the message'
            f" ({first} to {last}); it is left out.",
            f"Correct chapters: under {speaker.id} in config.yaml.",
            at_ms,
        )
        for at_ms, title in outside
    )


def noted_chapters(captions: Mapping[str, Captions], spoken: str) -> tuple[Chapter, ...]:
    """A message's chapters as a person's WebVTT has them: of the captions in the language
    ``spoken``, else of the first that have any.
    """
    own = [made for language, made in captions.items() if language == spoken]
    for made in (*own, *captions.values()):
        if noted := [Chapter(cue.start_frame, cue.chapter) for cue in made.cues if cue.chapter]:
            return tuple(noted)
    return ()


def segment_spans(items: Sequence[RundownItem]) -> list[Span]:
    """The chapters of a segment: one for each item that a viewer would jump to (a title with its
    message), and one for each part of a message that has some.
    """
    found: list[Span] = []
    for item in items:
        if found and item.kind == "message" and found[-1].item.speaker == item.speaker:
            found[-1] = replace(found[-1], end_frame=item.end_frame)
        else:
            _begun(found, Span(item.start_frame, item.end_frame, item))
        for chapter in item.chapters:
            start = item.start_frame + chapter.start_frame
            if start == item.start_frame:  # its title card leads to it
                found[-1] = replace(found[-1], part=chapter.title)
            else:
                _begun(found, Span(start, item.end_frame, item, chapter.title))
    return found


def clip_spans(message: RundownItem) -> list[Span]:
    """The chapters of a clip by their own titles; none where its message has none."""
    named = [replace(message, title=chapter.title, chapters=()) for chapter in message.chapters]
    found: list[Span] = []
    if message.chapters and message.chapters[0].start_frame:
        found.append(Span(0, message.frames, message))
    for chapter, item in zip(message.chapters, named, strict=True):
        _begun(found, Span(chapter.start_frame, message.frames, item))
    return found


def _begun(found: list[Span], span: Span) -> None:
    """``found`` with one more, at which the last one ends."""
    if found:
        found[-1] = replace(found[-1], end_frame=span.start_frame)
    found.append(span)


def chapters_text(chapters: Iterable[Span], rate: Fraction) -> str:
    """Chapters as ffmpeg's metadata text."""
    blocks = [";FFMETADATA1"]
    for span in chapters:
        blocks.append(
            "[CHAPTER]\nTIMEBASE=1/1000\n"
            f"START={frame_ms(span.start_frame, rate)}\n"
            f"END={frame_ms(span.end_frame, rate)}\n"
            f"title={_escaped(span.title)}"
        )
    return "\n".join(blocks) + "\n"


def _escaped(text: str) -> str:
    return re.sub(r"([=;#\\\n])", r"\\\1", text)
