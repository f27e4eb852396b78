"""The rundown for a video editor (rundown.otio); without it whoever re-cuts the segment would begin
with an empty timeline.

Times are frames of the delivery. Files are named from outputs/, where rundown.otio lies: messages
are their clips, cards are pieces of the segment itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from pipeline.config import Config
from pipeline.model import Cue, RundownItem
from pipeline.plan.rundown import Rundown

CAPTION_TRACK = "Subtitle"
"""Kind of the tracks of captions: an editor that does not know it leaves them out, and shows no
black over the others.
"""


def rundown_otio(rundown: Rundown, config: Config, captions: Mapping[str, Sequence[Cue]]) -> str:
    """An OpenTimelineIO timeline as text: pictures and sound of messages, cards, captions (by
    language, on the segment's clock), each on tracks of their own, and a marker where each speaker
    begins.
    """
    import opentimelineio as otio

    rate, burned = rundown.rate, "" if "soft" in config.delivery.outputs else ".captioned"
    segment = f"segment{burned}.mp4"
    messages = [item for item in rundown.items if item.kind == "message"]
    cards = [item for item in rundown.items if item.kind != "message"]
    timeline = otio.schema.Timeline(
        name=config.title, global_start_time=otio.opentime.RationalTime(0, float(rate))
    )

    def message(item: RundownItem) -> Any:
        return _clip(
            item.title, f"clips/{item.speaker}{burned}.mp4", 0, item.frames, item.frames, rate
        )

    def card(item: RundownItem) -> Any:
        return _clip(
            f"{item.kind}: {item.title}",
            segment,
            item.start_frame,
            item.frames,
            rundown.frames,
            rate,
        )

    for kind in (otio.schema.TrackKind.Video, otio.schema.TrackKind.Audio):
        name = "Messages" if kind == otio.schema.TrackKind.Video else "Sound of messages"
        timeline.tracks.extend(
            _tracks(name, kind, ((item.start_frame, message(item)) for item in messages), rate)
        )
    timeline.tracks.extend(
        _tracks(
            "Cards",
            otio.schema.TrackKind.Video,
            ((item.start_frame, card(item)) for item in cards),
            rate,
        )
    )
    for language, cues in captions.items():
        timeline.tracks.extend(
            _tracks(
                f"Captions {language}",
                CAPTION_TRACK,
                ((cue.start_frame, _caption(cue, rate)) for cue in cues),
                rate,
            )
        )
    timeline.tracks.markers.extend(_markers(rundown))
    return str(otio.adapters.write_to_string(timeline, "otio_json", indent=1)) + "\n"


def _clip(
    name: str, file: str, first_frame: int, frames: int, of_frames: int, rate: Fraction
) -> Any:
    import opentimelineio as otio

    return otio.schema.Clip(
        name=name,
        source_range=_range(first_frame, frames, rate),
        media_reference=otio.schema.ExternalReference(
            target_url=file, available_range=_range(0, of_frames, rate)
        ),
    )


def _caption(cue: Cue, rate: Fraction) -> Any:
    import opentimelineio as otio

    text, length = "\n".join(cue.lines), _range(0, cue.end_frame - cue.start_frame, rate)
    return otio.schema.Clip(
        name=" ".join(cue.lines),
        source_range=length,
        media_reference=otio.schema.GeneratorReference(
            name=text, generator_kind="caption", available_range=length, parameters={"text": text}
        ),
    )


def _tracks(name: str, kind: str, placed: Iterable[tuple[int, Any]], rate: Fraction) -> list[Any]:
    """Clips at their frames with gaps between; one that begins before the last one ends lies on a
    further track.
    """
    import opentimelineio as otio

    tracks: list[tuple[Any, int]] = []
    for start, clip in placed:
        frames = int(clip.source_range.duration.value)
        number = next(
            (number for number, (_, end) in enumerate(tracks) if end <= start), len(tracks)
        )
        if number == len(tracks):
            tracks.append(
                (
                    otio.schema.Track(
                        name=name if not number else f"{name} {number + 1}", kind=kind
                    ),
                    0,
                )
            )
        track, end = tracks[number]
        if start > end:
            track.append(otio.schema.Gap(source_range=_range(0, start - end, rate)))
        track.append(clip)
        tracks[number] = (track, start + frames)
    return [track for track, _ in tracks]


def _markers(rundown: Rundown) -> list[Any]:
    """One for each speaker, as long as their title card and message."""
    import opentimelineio as otio

    spans: dict[str, tuple[RundownItem, int]] = {}
    for item in rundown.items:
        if item.speaker:
            first, _ = spans.get(item.speaker, (item, 0))
            spans[item.speaker] = (first, item.end_frame)
    return [
        otio.schema.Marker(
            name=first.title,
            marked_range=_range(first.start_frame, end - first.start_frame, rundown.rate),
            color=otio.schema.MarkerColor.GREEN,
            metadata={"perspectives": {"speaker": speaker}},
        )
        for speaker, (first, end) in spans.items()
    ]


def _range(first_frame: int, frames: int, rate: Fraction) -> Any:
    from opentimelineio.opentime import RationalTime, TimeRange

    return TimeRange(RationalTime(first_frame, float(rate)), RationalTime(frames, float(rate)))
