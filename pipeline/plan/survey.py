"""Has all of a recording decoded once; without it a hole in a file would be seen on air.

ffmpeg ends with code 0 on a file that was cut, zeroed or overwritten in the middle, so what it
counted is read instead: packets that came in, pictures that came out, errors between. The same
decoder makes the clip afterwards.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import ffmpeg

from pipeline.model import PictureTrack, Probe, Shape, SoundTrack
from pipeline.plan.conform import arguments, most_pixels, opened
from pipeline.recipe import FileInput, Recipe

MOST_PIXELS = 2e10
"""Pixels that are decoded in full: 5 minutes of 1080p30, about 20 s of one core.

Of more, the key pictures alone.
"""
QUIETEST_DB = -70.0
_COMPLAINTS = re.compile(
    r"^\[in#0/[^\]]*\] \[(?:error\]|warning\] (?:Packet corrupt|changing packet size))", re.M
)
_COUNTED = re.compile(
    r"Input stream #0:(\d+) \((video|audio)\): (\d+) packets read .*?; (\d+) frames decoded; (\d+)"
    r" decode errors"
)


@dataclass(frozen=True)
class Track:
    """One track of sound, measured: ``errors`` of its ``packets`` could not be decoded.

    RMS and peak are in dBFS of its loudest channel; ``offset`` is its largest constant one (1 is
    full scale), ``flatness`` how flat its peaks are (dB; over 3 they were cut off).
    """

    position: int
    packets: int
    errors: int
    rms_db: float
    peak_db: float
    offset: float
    flatness: float


@dataclass(frozen=True)
class Survey:
    """What came out of a recording's decoders: ``pictures`` of ``picture_packets``.

    ``pictures_concealed`` of them were patched up from their neighbours. ``sizes`` in pixels, each
    once. ``container_errors`` counts places where the file itself, not a picture, could not be
    read.
    """

    picture_packets: int
    pictures: int
    picture_errors: int
    pictures_concealed: int
    container_errors: int
    sizes: tuple[str, ...]
    tracks: tuple[Track, ...]


def plan_survey(recording: FileInput, probe: Probe, speaker: str, version: str) -> Recipe:
    """The recipe whose stderr.txt ``parse_survey`` reads: everything decoded, nothing kept."""
    picture = probe.picture
    pixels = picture.width * picture.height * len(picture.pts) if picture else 0
    options: dict[str, Any] = {"skip_frame:v": "nokey"} if pixels > MOST_PIXELS else {}
    source = opened(recording, most_pixels(picture), **options)
    outputs = [_first_of_each_size(source, picture)] if picture else []
    outputs += [_measured(source, sound) for sound in probe.sounds]
    graph = ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0]
    # Errors are counted here, however many: ffmpeg's own limit of two thirds is lifted.
    lifted = ("-max_error_rate", "1")
    return Recipe(
        task=f"{speaker}: look at every picture",
        tool="ffmpeg",
        tool_version=version,
        outputs=(),
        inputs=(recording,),
        arguments=arguments(graph, "-v", "level+verbose", "-nostats", "-copyts", *lifted),
        weight=probe.duration_ms / 8000,
    )


def _first_of_each_size(source: Any, picture: PictureTrack) -> Any:
    """The graph is built anew for pictures of another size: its first says when and which."""
    shown = source[f"v:{picture.position}"]
    first = shown.filter("select", "eq(n,0)").filter("showinfo", checksum=0)
    return ffmpeg.output(first, "-", f="null", fps_mode="passthrough")


def _measured(source: Any, sound: SoundTrack) -> Any:
    heard = source[f"a:{sound.position}"].filter(
        f"astats@track{sound.position}",
        measure_overall="none",
        measure_perchannel="DC_offset+Peak_level+RMS_level+Flat_factor",
    )
    return ffmpeg.output(heard, "-", f="null")


def parse_survey(stderr: str, probe: Probe) -> Survey:
    """What ffmpeg counted, from its own words."""
    counted = {
        int(index): (kind, int(packets), int(frames), int(errors))
        for index, kind, packets, frames, errors in _COUNTED.findall(stderr)
    }
    videos = (found for found in counted.values() if found[0] == "video")
    _, packets, frames, errors = next(videos, ("video", 0, 0, 0))
    sizes = re.findall(r"video parameters changed to [^\n]*?\), (\d+x\d+)", stderr)
    first = [f"{probe.picture.width}x{probe.picture.height}"] if probe.picture else []
    tracks = (_track(stderr, sound.position, counted.get(sound.index)) for sound in probe.sounds)
    return Survey(
        packets,
        frames,
        errors,
        pictures_concealed=len(re.findall(r"\[warning\] corrupt decoded frame", stderr)),
        container_errors=len(_COMPLAINTS.findall(stderr)),
        sizes=tuple(dict.fromkeys([*first, *sizes])),
        tracks=tuple(tracks),
    )


def _track(stderr: str, position: int, counted: tuple[str, int, int, int] | None) -> Track:
    said = re.findall(rf"\[astats@track{position} @ [^\]]*\] \[info\] (.*)", stderr)
    values: dict[str, list[float]] = {}
    for line in said:
        name, _, value = line.partition(": ")
        if re.fullmatch(r"-?\d+(\.\d+)?", value):
            values.setdefault(name, []).append(float(value))
    return Track(
        position,
        counted[1] if counted else 0,
        counted[3] if counted else 0,
        max(values.get("RMS level dB", [-120.0])),
        max(values.get("Peak level dB", [-120.0])),
        max(values.get("DC offset", [0.0]), key=abs),
        max(values.get("Flat factor", [0.0])),
    )


def completed(probe: Probe, survey: Survey, stderr: str) -> Probe:
    """What the probe found, with what only decoding could tell.

    That is which sound carries the speech, and where the picture's size changes.
    """
    picture = probe.picture
    if picture:
        picture = replace(picture, shapes=changes_of_shape(stderr, picture))
    return replace(probe, sound=loudest(survey, probe), picture=picture)


def changes_of_shape(stderr: str, picture: PictureTrack) -> tuple[Shape, ...]:
    """When and to what the picture changes its size, from what ``plan_survey``'s recipe said."""
    said = re.findall(r"\[info\] n: *0 pts: *(\d+) .*? sar:(\d+)/(\d+) s:(\d+)x(\d+) ", stderr)
    shapes = []
    for pts, across, down, width, height in said:
        aspect = picture.sample_aspect
        if int(across):
            aspect = Fraction(int(across), int(down) or 1)
        shapes.append(Shape(int(pts), int(width), int(height), aspect))
    return tuple(
        after
        for before, after in itertools.pairwise(shapes)
        if replace(before, pts=after.pts) != after
    )


def loudest(survey: Survey, probe: Probe) -> SoundTrack | None:
    """The track of sound that carries the speech: the default one, unless it alone is silent.

    A silent first track is what some cameras and meeting recorders write beside the real one.
    """
    level = {track.position: track.rms_db for track in survey.tracks}
    if probe.sound is None or level.get(probe.sound.position, 0.0) > QUIETEST_DB:
        return probe.sound
    best = max(probe.sounds, key=lambda sound: level.get(sound.position, QUIETEST_DB))
    return best if level.get(best.position, QUIETEST_DB) > QUIETEST_DB else probe.sound
