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

    rate = rundown.rate
    burned = "" if "soft" in config.delivery.outputs else ".captioned"
    start = otio.opentime.RationalTime(0, float(rate))
    timeline = otio.schema.Timeline(name=config.title, global_start_time=start)
    video, sound = otio.schema.TrackKind.Video, otio.schema.TrackKind.Audio
    for kind, name in ((video, "Messages"), (sound, "Sound of messages")):
        placed = (
            (item.start_frame, _message(item, burned, rate))
            for item in rundown.items
            if item.kind == "message"
        )
        timeline.tracks.extend(_tracks(name, kind, placed, rate))
    introduced = (
        (item.start_frame, _card(item, rundown, burned))
        for item in rundown.items
        if item.introduced
    )
    timeline.tracks.extend(_tracks("Sound of introductions", sound, introduced, rate))
    cards = (
        (item.start_frame, _card(item, rundown, burned))
        for item in rundown.items
        if item.kind != "message"
    )
    timeline.tracks.extend(_tracks("Cards", video, cards, rate))
    for language, cues in captions.items():
        shown = ((cue.start_frame, _caption(cue, rate)) for cue in cues)
        timeline.tracks.extend(_tracks(f"Captions {language}", CAPTION_TRACK, shown, rate))
    timeline.tracks.markers.extend(_markers(rundown))
    return str(otio.adapters.write_to_string(timeline, "otio_json", indent=1)) + "\n"


def _message(item: RundownItem, burned: str, rate: Fraction) -> Any:
    """The whole of a speaker's clip."""
    file = f"clips/{item.speaker}{burned}.mp4"
    return _clip(item.title, file, 0, item.frames, item.frames, rate)


def _card(item: RundownItem, rundown: Rundown, burned: str) -> Any:
    """A card, cut out of the segment: it has no file of its own."""
    name, file = f"{item.kind}: {item.title}", f"segment{burned}.mp4"
    return _clip(name, file, item.start_frame, item.frames, rundown.frames, rundown.rate)


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
