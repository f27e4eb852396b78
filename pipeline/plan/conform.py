"""Plans how one recording is made to fit the delivery; without it no two messages would join.

Where a message starts and ends on the delivery's frames, how it is cut into parts of 10 s, and what
all encodings have in common. Its pictures are planned in picture.py, its sound in sound.py.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

import ffmpeg

from pipeline.config import CardDelivery, Delivery, Trim
from pipeline.model import PictureTrack, Probe
from pipeline.plan.graphs import Number
from pipeline.plan.outside import DECODERS, DEMUXERS, MOST_PIXELS, MOST_STREAMS
from pipeline.timing import frames_nearest

PART_S = 10
_INDEXED = ("mov", "matroska", "webm")
"""Containers in which a picture is found without reading all before it; others are one part.

So is a recording that an edit list put together from several passages: the index that is searched
has their times in no order.
"""
_LEAD_PICTURES = 3
"""Pictures decoded before a part: one is on screen at its start, two are for a filter's memory."""
_SAME_SHAPE = Fraction(1, 100)
_MOST_SHAPES = 100
"""A picture that changes its shape more often is shown as it began.

No call does that, and each change costs a part.
"""
_SLACK_S = Fraction(1, 10)
"""Sound up to 0.1 s outside the picture is a container's rounding, not speech."""


@dataclass(frozen=True)
class Part:
    """Frames ``first_frame`` to ``first_frame + frames`` of a clip.

    ``seek_s`` is where decoding starts, if not at 0. ``shape`` counts the changes of the picture's
    size before it. ``holds``: the recording's pictures end before it does.
    """

    number: int
    first_frame: int
    frames: int
    seek_s: Fraction | None
    shape: int = 0
    holds: bool = False


@dataclass(frozen=True)
class Timeline:
    """How a recording lies on the delivery's frames.

    ``origin_s`` is the container's clock at the message's time 0, ``sound_late_s`` is by how much
    the sound is delayed (see ``_middle_of_lateness``), ``edge`` how many frames at either end are
    parts of their own, to be crossfaded.
    """

    origin_s: Fraction
    rate: Fraction
    in_frame: int
    frames: int
    parts: tuple[Part, ...]
    sound_late_s: Fraction = Fraction(0)
    edge: int = 0

    @property
    def in_ms(self) -> Fraction:
        """The accepted in-point in ms from the message's time 0."""
        return Fraction(self.in_frame * 1000) / self.rate

    def ms_of(self, part: Part) -> Fraction:
        """When a part begins, in ms from the message's time 0."""
        return self.in_ms + Fraction(part.first_frame * 1000) / self.rate


def plan_timeline(probe: Probe, rate: Fraction, trim: Trim, crossfade_frames: int = 0) -> Timeline:
    """Where a message starts and ends, and its parts.

    Time 0 is the first picture (of a message that is sound alone, the first sound), or the first
    sound where that comes over 0.1 s earlier: speech is never cut, the picture is held instead; so
    it is at the end. Raises ValueError when ``trim`` leaves nothing.
    """
    picture, sound = probe.picture, probe.sound
    first = picture or sound
    assert first is not None
    origin, end = first.start_s, first.end_s
    if sound and sound.start_s < origin - _SLACK_S:
        origin = sound.start_s
    if sound and sound.end_s > end + _SLACK_S:
        end = sound.end_s
    whole = max(1, frames_nearest((end - origin) * 1000, rate))
    in_frame = frames_nearest(trim.start or 0, rate)
    out_frame = whole if trim.end is None else min(whole, frames_nearest(trim.end, rate))
    if out_frame <= in_frame:
        raise ValueError("nothing is left of the message between the points of trim")
    frames = out_frame - in_frame
    late_s = _middle_of_lateness(picture, origin, rate) if picture else Fraction(0)
    edge = edge_frames(frames, crossfade_frames)
    timeline = Timeline(origin, rate, in_frame, frames, (), late_s, edge)
    return replace(timeline, parts=_parts(timeline, probe, picture))


def edge_frames(frames: int, crossfade_frames: int) -> int:
    """How much of an item is crossfaded at either end: a third is always seen by itself."""
    return min(crossfade_frames, frames // 3)


def _middle_of_lateness(picture: PictureTrack, origin: Fraction, rate: Fraction) -> Fraction:
    """How late pictures are once each is in the nearest frame: between latest and earliest.

    A picture is up to half a frame early or late. Of 50 pictures a second every other one is
    exactly 20 ms late at 25 and none is early: with the sound delayed by 10 ms all are within 10 ms
    of it. 30 a second: 16.7 ms instead of 20.
    """
    frames_a_tick, start = picture.time_base * rate, origin * rate
    whole = math.lcm(frames_a_tick.denominator, start.denominator)
    step, offset = int(frames_a_tick * whole), int(start * whole)
    # how far each is past a frame, in parts of ``whole``
    past = {(pts * step - offset) % whole for pts in picture.pts}
    late = [whole - part if 2 * part >= whole else -part for part in past]
    return Fraction(max(late) + min(late), 2 * whole) / rate


def _parts(timeline: Timeline, probe: Probe, picture: PictureTrack | None) -> tuple[Part, ...]:
    """Parts of 10 s, or one where the container has no index; a new one for another shape.

    The edges are cut off at both ends, so that all parts between them are the same with a crossfade
    and without.
    """
    edge, end = timeline.edge, timeline.frames - timeline.edge
    edges = {edge, end} if edge else set()
    every = round(PART_S * timeline.rate)
    if picture is None:  # a photo can be shown from anywhere
        spans = _spans({*range(0, end, every), *edges}, timeline.frames)
        return tuple(Part(number, at, length, None) for number, at, length in spans)
    indexed = any(name in _INDEXED for name in probe.container.split(",")) and not picture.spliced
    shapes = _shapes(timeline, picture)
    starts = {*range(0, end, every if indexed else timeline.frames), *edges}
    starts |= {frame for frame in shapes if 0 < frame < timeline.frames}
    # A recording that was cut out begins between two key pictures: before the first one in it there
    # is no place to seek to.
    keyed = picture.first_key is not None and picture.first_key <= picture.pts[0]
    in_parts = len(starts) > 1 or timeline.in_frame
    sought = picture if indexed and keyed and in_parts else None
    return tuple(
        Part(
            number,
            start,
            length,
            seek_s=_seek(timeline, start, sought, probe),
            shape=max((shape for frame, shape in shapes.items() if frame <= start), default=0),
            holds=start + length < timeline.frames and _outlasts(timeline, start + length, picture),
        )
        for number, start, length in _spans(starts, timeline.frames)
    )


def _spans(starts: Iterable[int], end: int) -> list[tuple[int, int, int]]:
    """Number from 1, first frame and length of what begins at ``starts``."""
    pairs = itertools.pairwise([*sorted(starts), end])
    return [(number, start, after - start) for number, (start, after) in enumerate(pairs, 1)]


def _outlasts(timeline: Timeline, end: int, picture: PictureTrack) -> bool:
    """Whether frame ``end`` comes after the last picture, or so near that rounding decides."""
    return timeline.origin_s + Fraction(timeline.in_frame + end + 2) / timeline.rate > picture.end_s


def _shapes(timeline: Timeline, picture: PictureTrack) -> dict[int, int]:
    """The frames at which the picture has another shape, after how many changes of its size.

    Another size of the same shape, as calls have it all the time, is scaled to the same place and
    needs no part of its own.
    """
    found, known = {0: 0}, _aspect(picture)
    for number, shape in enumerate(picture.shapes, 1):
        aspect = _aspect(picture.shaped(number))
        if abs(aspect / known - 1) > _SAME_SHAPE:
            at_s = shape.pts * picture.time_base - timeline.origin_s
            frame = frames_nearest(at_s * 1000, timeline.rate)
            found[max(0, frame - timeline.in_frame)] = number
            known = aspect
    return found if len(found) <= _MOST_SHAPES else {0: 0}


def _aspect(picture: PictureTrack) -> Fraction:
    width, height = picture.shown
    return width / height


def _seek(
    timeline: Timeline, first_frame: int, picture: PictureTrack | None, probe: Probe
) -> Fraction | None:
    if picture is None:
        return None
    wanted = timeline.origin_s + Fraction(timeline.in_frame + first_frame) / timeline.rate
    # in ticks: half an hour has 45,000 pictures, and a fraction for each would cost 0.1 s
    before = bisect.bisect_right(picture.pts, wanted / picture.time_base) - _LEAD_PICTURES
    if before <= 0:
        return None
    # A millisecond early: ffmpeg counts in microseconds and must not lose the very picture that was
    # asked for.
    at_s = picture.pts[before] * picture.time_base
    return max(Fraction(0), at_s - probe.start_s - Fraction(1, 1000))


NO_RACE = "sync-lookahead=0"
"""Of x264's settings the one without which its look-ahead runs in a thread of its own."""


Shown = Literal["drawn", "part", "whole"]
"""What pictures are of: a drawing that stands still, a part of a message, or all of a long one."""


def encoding(delivery: Delivery, shown: Shown = "drawn") -> dict[str, Any]:
    """The settings that every picture of a delivery shares, so that parts can be joined: x264's, or
    those of what a graphics card is handed afterwards (plan/encoders.py).

    That has lost nothing. For 100 pictures of a camera's in 1080p ffvhuff and its decoder took
    1.7 s of processor, x264 without loss 4.7 s, and x264 to the end 5.9 s; but it is 2 MB a
    picture, which a drawing that stands for minutes need not be, and a message that cannot be cut
    into parts must not: that has lost a little. NUT has exact times, and no place for the tags.
    """
    if not isinstance(delivery, CardDelivery):
        return x264(delivery)
    handed = {
        "drawn": lossless(delivery),
        "part": {"vcodec": "ffvhuff", "pix_fmt": "yuv420p", "threads": 2, **TAGGED},
        "whole": {**x264(delivery), "preset": "veryfast", "crf": 12, "bf": 0},
    }
    return {**handed[shown], "f": "nut"}


def x264(delivery: Delivery) -> dict[str, Any]:
    """As x264 encodes the pictures of a delivery.

    Two threads, always: the number changes the bytes. No look-ahead beside them: how far it is
    ahead on a busy machine changed the pictures of 19 of 48 encodes. A closed group of pictures of
    2 s, so that seeking is quick. At quality 0 nothing is lost, which the high profile cannot say.
    """
    profile = {"profile:v": "high"} if delivery.quality else {}
    return {
        "vcodec": "libx264",
        "preset": delivery.preset,
        "crf": delivery.quality,
        "pix_fmt": "yuv420p",
        **profile,
        "g": group(delivery),
        "threads": 2,
        "x264-params": NO_RACE,
        **TAGGED,
    }


def group(delivery: Delivery) -> int:
    """Pictures from one that needs no other to the next: 2 s."""
    return round(2 * delivery.fps)


def lossless(delivery: Delivery) -> dict[str, Any]:
    """Settings for pictures that are encoded once more: what went in comes out, bit for bit."""
    lossy = ("preset", "crf", "profile:v")
    kept = {name: value for name, value in x264(delivery).items() if name not in lossy}
    return {**kept, "preset": "ultrafast", "qp": 0}


def tag_bt709(stream: Any) -> Any:
    """The stream as 8-bit 4:2:0 with square pixels, its pictures marked BT.709, limited range."""
    square = stream.filter("format", "yuv420p").filter("setsar", 1)
    return square.filter("setparams", **BT709)


def held(drawing: str, frames: Number, pixels: str, delivery: Delivery) -> Any:
    """The ``drawing`` of that name as ``frames`` equal pictures in BT.709, in the pixel format
    ``pixels``.
    """
    shown = ffmpeg.input(f"file:{drawing}", framerate=str(delivery.fps)).filter(
        "scale",
        *delivery.size,
        out_color_matrix="bt709",
        out_range="tv",
        flags="bicubic+accurate_rnd+bitexact",
    )
    shown = shown.filter("format", pixels).filter("loop", loop=-1, size=1, start=0)
    return shown.filter("trim", end_frame=frames).filter("setpts", "N")


def opened(most_pixels: int = MOST_PIXELS, **options: Any) -> Any:
    """A recording as ffmpeg's input: what stands on its standard input, the one input of its recipe
    that is ``outside``.

    Its container is looked for among ``DEMUXERS`` alone. It has no name there that a filter, a
    playlist or a muxer could take for another file; nothing else can be read.
    """
    return ffmpeg.input(
        "fd:",
        fd=0,
        protocol_whitelist="fd",
        format_whitelist=DEMUXERS,
        codec_whitelist=DECODERS,
        max_streams=MOST_STREAMS,
        max_pixels=most_pixels,
        sn=None,
        dn=None,
        threads=2,
        **options,
    )


def most_pixels(picture: PictureTrack | None) -> int:
    """Pixels of the largest picture that is decoded of a recording.

    What any may have, or its own size with the codec's margin. Not ``limits.pixels`` itself, which
    the verdict keeps: a limit that is raised for one message must not have all others encoded
    again.
    """
    if picture is None:
        return MOST_PIXELS
    return max(MOST_PIXELS, (picture.width + 128) * (picture.height + 128))


def as_words(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Settings as ffmpeg's arguments."""
    return tuple(word for name, value in settings.items() for word in (f"-{name}", str(value)))


def arguments(output: Any, *before: str) -> tuple[str, ...]:
    """The argument list of an ffmpeg graph, ``before`` ahead of it."""
    return (*before, *ffmpeg.get_args(output))


BITEXACT: dict[str, Any] = {
    "map_metadata": -1,
    "map_chapters": -1,
    "fflags": "+bitexact",
    "flags": "+bitexact",
}
"""No tag of a source (a phone writes its position) reaches an output, nor the encoder's name."""

TAGGED: dict[str, Any] = {
    "fps_mode": "passthrough",
    "color_primaries": "bt709",
    "color_trc": "bt709",
    "colorspace": "bt709",
    "color_range": "tv",
    **BITEXACT,
}
"""Every picture is written that there is, once, and says that it is BT.709 in limited range."""

BT709: dict[str, str] = {
    "range": "tv",
    "color_primaries": "bt709",
    "color_trc": "bt709",
    "colorspace": "bt709",
}
"""What every picture is marked with: limited range, BT.709."""
