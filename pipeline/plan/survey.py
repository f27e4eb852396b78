"""Has every picture and every sound of a recording decoded once; without it a hole in a file would
be seen on air.

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
"""Pixels that are decoded in full: 5 minutes of 1080p30, about 20 s of one core. Of more, the key
pictures alone.
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
    """One track of sound: RMS and peak in dBFS of its loudest channel, its largest constant offset
    (1 is full scale), how flat its peaks are (dB; over 3 they were cut off), and packets that could
    not be decoded.
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
    """What came out of a recording's decoders: ``pictures`` of ``picture_packets``, some of them
    patched up from their neighbours (``pictures_concealed``). ``sizes`` in pixels, each once.
    ``container_errors`` counts places where the file itself, not a picture, could not be read.
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
    # Errors are counted here, however many: ffmpeg's own limit of two thirds is lifted.
    pixels = picture.width * picture.height * len(picture.pts) if picture else 0
    options: dict[str, Any] = {"skip_frame:v": "nokey"} if pixels > MOST_PIXELS else {}
    source = opened(recording, most_pixels(picture), **options)
    outputs = [_nowhere(_loudest_and_deepest(source, sound)) for sound in probe.sounds]
    if picture:
        # The graph is built anew where a picture has another size: its first picture says when, and
        # which.
        first = source[f"v:{picture.position}"].filter("select", "eq(n,0)")
        first = first.filter("showinfo", checksum=0)
        outputs.insert(0, _nowhere(first, fps_mode="passthrough"))
    seconds = probe.duration_ms / 1000
    return Recipe(
        task=f"{speaker}: look at every picture",
        tool="ffmpeg",
        tool_version=version,
        outputs=(),
        inputs=(recording,),
        arguments=arguments(
            ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0],
            *"-v level+verbose -nostats -copyts -max_error_rate 1".split(),
        ),
        weight=seconds / 8,
    )


def _loudest_and_deepest(source: Any, sound: SoundTrack) -> Any:
    """A track of sound with what astats counts of each channel."""
    return source[f"a:{sound.position}"].filter(
        f"astats@track{sound.position}",
        measure_overall="none",
        measure_perchannel="DC_offset+Peak_level+RMS_level+Flat_factor",
    )


def _nowhere(shown: Any, **options: str) -> Any:
    return ffmpeg.output(shown, "-", f="null", **options)


def parse_survey(stderr: str, probe: Probe) -> Survey:
    """What ffmpeg counted, from its own words."""
    counted = {
        int(index): (kind, int(packets), int(frames), int(errors))
        for index, kind, packets, frames, errors in _COUNTED.findall(stderr)
    }
    pictures = next(
        (found for found in counted.values() if found[0] == "video"), ("video", 0, 0, 0)
    )
    sizes = dict.fromkeys(re.findall(r"video parameters changed to [^\n]*?\), (\d+x\d+)", stderr))
    first = (f"{probe.picture.width}x{probe.picture.height}",) if probe.picture else ()
    concealed = len(re.findall(r"\[warning\] corrupt decoded frame", stderr))
    complaints = len(_COMPLAINTS.findall(stderr))
    return Survey(
        pictures[1],
        pictures[2],
        pictures[3],
        concealed,
        complaints,
        tuple(dict.fromkeys((*first, *sizes))),
        tuple(_track(stderr, sound.position, counted.get(sound.index)) for sound in probe.sounds),
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


def completed(probe: Probe, stderr: str) -> Probe:
    """What the probe found, and what only decoding could tell: where the picture's size changes."""
    picture = probe.picture and replace(
        probe.picture, shapes=changes_of_shape(stderr, probe.picture)
    )
    return replace(probe, picture=picture)


def changes_of_shape(stderr: str, picture: PictureTrack) -> tuple[Shape, ...]:
    """When and to what the picture changes its size on the way, from what ``plan_survey``'s recipe
    said.
    """
    said = re.findall(r"\[info\] n: *0 pts: *(\d+) .*? sar:(\d+)/(\d+) s:(\d+)x(\d+) ", stderr)
    shapes = [
        Shape(
            int(pts),
            int(width),
            int(height),
            Fraction(int(across) or 1, int(down) or 1) if int(across) else picture.sample_aspect,
        )
        for pts, across, down, width, height in said
    ]
    return tuple(
        after
        for before, after in itertools.pairwise(shapes)
        if (before.width, before.height, before.sample_aspect)
        != (after.width, after.height, after.sample_aspect)
    )
