"""Has every picture and every sound of a recording decoded once; without it a hole in a file would
be seen on air.

ffmpeg ends with code 0 on a file that was cut, zeroed or overwritten in the middle, so what it
counted is read instead: packets that came in, pictures that came out, errors between. The same
decoder makes the clip afterwards.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import ffmpeg

from pipeline.model import PictureTrack, Probe, Shape
from pipeline.plan import broken
from pipeline.plan.conform import arguments, most_pixels, opened
from pipeline.plan.graphs import KINDS_KEPT, filled
from pipeline.recipe import FileInput, Recipe

MOST_PIXELS = 1.2e11
"""Pixels that are decoded in full: half an hour of 1080p30, two to four minutes of one core. Of
more, the key pictures alone; what lies between them is met when it is built.
"""
_MOMENTS = 400
"""Pictures, one a second or fewer, whose times are told: between them damage is found again."""
QUIETEST_DB = -70.0
_NO_LEVEL_DB = -120.0
_UNDER_PEAK_DB = 12.0
"""By how much speech is under its peaks, where its own level is not known."""
_COMPLAINTS = re.compile(
    r"^\[in#0/[^\]]*\] \[(?:error\]|warning\] (?:Packet corrupt|changing packet size))", re.M
)
_UNDECODED = (
    r"Error submitting packet to decoder|Decoding error|error while decoding MB|Error at MB|"
    r"damaged at"
)
_DAMAGE = re.compile(rf"corrupt decoded frame|{_UNDECODED}|{_COMPLAINTS.pattern}", re.M)
_DOLBY_ALONE = re.compile(r"DOVI configuration record: .*?, compatibility id: 0\b")
"""Pictures that follow no other standard: Dolby's profile 5, and 10.0 in AV1."""
_MOMENT = re.compile(r"\[info\] n: *\d+ pts: *-?\d+ pts_time:(-?[\d.]+)")
_COUNTED = re.compile(
    r"Input stream #0:(\d+) \((video|audio)\): (\d+) packets read .*?; (\d+) frames decoded; (\d+)"
    r" decode errors"
)


@dataclass(frozen=True)
class Track:
    """One track of sound: RMS and peak in dBFS of its loudest channel, its largest constant offset
    (1 is full scale), how flat its peaks are (dB; over 3 they were cut off), and packets that could
    not be decoded.

    ``broken_s`` are the moments, in whole seconds or a little more of the container's clock, in
    which values are no sound: no numbers, or above ``ceiling`` (1 is full scale).
    """

    position: int
    packets: int
    errors: int
    rms_db: float
    peak_db: float
    offset: float
    flatness: float
    ceiling: float = 0.0
    broken_s: tuple[float, ...] = ()


@dataclass(frozen=True)
class Survey:
    """What came out of a recording's decoders: ``pictures`` of ``picture_packets``, some of them
    patched up from their neighbours (``pictures_concealed``). ``sizes`` in pixels, each once.
    ``container_errors`` counts places where the file itself, not a picture, could not be read.
    ``damaged_s`` is when the first of all of these comes, to a second, on the container's clock;
    None where nothing tells. ``dolby_alone``: its colours are such as Dolby's players alone show;
    ``cropped``: the container shows only a part of its pictures.
    """

    picture_packets: int
    pictures: int
    picture_errors: int
    pictures_concealed: int
    container_errors: int
    sizes: tuple[str, ...]
    tracks: tuple[Track, ...]
    damaged_s: float | None = None
    dolby_alone: bool = False
    cropped: bool = False


def keys_only(picture: PictureTrack | None) -> bool:
    """Whether only the key pictures of a recording are decoded, since it has too many for all."""
    return _pixels(picture) > MOST_PIXELS


def _pixels(picture: PictureTrack | None) -> int:
    """Those of all pictures together."""
    return picture.width * picture.height * len(picture.pts) if picture else 0


def complains(stderr: str) -> bool:
    """Whether ffmpeg could not decode some of what it made a part of."""
    return re.search(_UNDECODED, stderr) is not None


def plan_survey(recording: FileInput, probe: Probe, speaker: str, version: str) -> Recipe:
    """The recipe whose stderr.txt ``parse_survey`` reads: everything decoded, nothing kept."""
    picture, seconds = probe.picture, probe.duration_ms / 1000
    sounds = tuple((sound.position, sound.sample_rate) for sound in probe.sounds)
    shown = picture.position if picture else None
    graph = _graph(shown, keys_only(picture), most_pixels(picture), sounds)
    return Recipe(
        task=f"{speaker}: look at every picture",
        tool="ffmpeg",
        tool_version=version,
        outputs=tuple(_seconds_of(sound.position) for sound in probe.sounds),
        inputs=(recording,),
        arguments=filled(graph, {"every": f"{max(1.0, seconds / _MOMENTS):.3f}"}),
        weight=0.1 + seconds / 100 + min(_pixels(picture), MOST_PIXELS) / 1e9,
    )


@lru_cache(maxsize=KINDS_KEPT)
def _graph(
    shown: int | None, keys_only: bool, most_pixels: int, sounds: tuple[tuple[int, int], ...]
) -> tuple[str, ...]:
    """The arguments that look at every recording with these tracks, with blanks: the position of
    its picture, position and rate of each sound.
    """
    # Errors are counted here, however many: ffmpeg's own limit of two thirds is lifted.
    options: dict[str, Any] = {"skip_frame:v": "nokey"} if keys_only else {}
    source = opened(most_pixels, **options)
    outputs = [_nowhere(_loudest_and_deepest(source, *sound)) for sound in sounds]
    if shown is not None:
        # The graph is built anew where a picture has another size: its first picture says when, and
        # which.
        told = source[f"v:{shown}"].filter("select", "eq(n,0)+gte(t-prev_selected_t,${every})")
        told = told.filter("showinfo", checksum=0)
        outputs.insert(0, _nowhere(told, fps_mode="passthrough"))
    return arguments(
        ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0],
        *"-v level+verbose -nostats -copyts -max_error_rate 1".split(),
    )


def _loudest_and_deepest(source: Any, position: int, sample_rate: int) -> Any:
    """A track of sound with what astats counts of each channel, and of each second in a text."""
    heard = source[f"a:{position}"].filter(
        f"astats@track{position}",
        measure_overall="none",
        measure_perchannel="DC_offset+Peak_level+RMS_level+Flat_factor",
    )
    counted = "Peak_level+RMS_level+Number_of_NaNs+Number_of_Infs"
    heard = heard.filter("asetnsamples", n=sample_rate, p=0).filter(
        "astats", metadata=1, reset=1, measure_perchannel="none", measure_overall=counted
    )
    return heard.filter("ametadata", mode="print", file=_seconds_of(position))


def _seconds_of(position: int) -> str:
    return f"seconds-{position}.txt"


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
        _damaged_s(stderr),
        _DOLBY_ALONE.search(stderr) is not None,
        probe.picture is not None and _cropped(_shapes(stderr, probe.picture), probe.picture),
    )


def _damaged_s(stderr: str) -> float | None:
    """When the last picture came before ffmpeg first complained."""
    damage = _DAMAGE.search(stderr)
    moments = _MOMENT.findall(stderr[: damage.start()]) if damage else ()
    return float(moments[-1]) if moments else None


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
        max(values.get("RMS level dB", [_NO_LEVEL_DB])),
        max(values.get("Peak level dB", [_NO_LEVEL_DB])),
        max(values.get("DC offset", [0.0]), key=abs),
        max(values.get("Flat factor", [0.0])),
    )


def with_seconds(survey: Survey, texts: Mapping[int, str]) -> Survey:
    """The survey with what was counted in each second of each track of sound, by its position."""
    return replace(
        survey, tracks=tuple(_with_seconds(one, texts[one.position]) for one in survey.tracks)
    )


def seconds_of(probe: Probe) -> Mapping[int, str]:
    """The texts of ``plan_survey``'s recipe that ``with_seconds`` reads, by a track's position."""
    return {sound.position: _seconds_of(sound.position) for sound in probe.sounds}


def _with_seconds(track: Track, text: str) -> Track:
    broken_s, ceiling, loudest_db = broken.seconds(text)
    # What is no number has no level.
    rms_db = track.rms_db if track.rms_db > _NO_LEVEL_DB else loudest_db - _UNDER_PEAK_DB
    return replace(track, broken_s=broken_s, ceiling=ceiling, rms_db=rms_db)


def completed(probe: Probe, survey: Survey, stderr: str) -> Probe:
    """What the probe found, and what only decoding could tell: where the picture's size changes,
    and in which sounds there are values that are none.
    """
    picture = probe.picture and _as_shown(stderr, probe.picture)
    ceilings = {track.position: track.ceiling for track in survey.tracks if track.broken_s}
    over = {track.position: track.peak_db for track in survey.tracks if _is_over(track)}
    sounds = tuple(
        replace(one, ceiling=ceilings.get(one.position, 0.0), over_db=over.get(one.position, 0.0))
        for one in probe.sounds
    )
    heard = next((one for one in sounds if probe.sound and one.index == probe.sound.index), None)
    return replace(probe, picture=picture, sound=heard, sounds=sounds)


def _is_over(track: Track) -> bool:
    """Whether it goes over full scale by more than what a lossy codec adds to a peak."""
    return not track.broken_s and track.peak_db > 1.0


def _as_shown(stderr: str, picture: PictureTrack) -> PictureTrack:
    """The picture as ffmpeg hands it over: cropped as its container says, or with its changes."""
    shapes = _shapes(stderr, picture)
    changes = changes_of_shape(stderr, picture)
    if changes or not _cropped(shapes, picture):
        return replace(picture, shapes=changes)
    return replace(picture, width=shapes[0].width, height=shapes[0].height)


def _cropped(shapes: Sequence[Shape], picture: PictureTrack) -> bool:
    first = [(shape.width, shape.height) for shape in shapes[:1]]
    return any(picture.coded) and any(size != picture.coded for size in first)


def changes_of_shape(stderr: str, picture: PictureTrack) -> tuple[Shape, ...]:
    """When and to what the picture changes its size on the way, from what ``plan_survey``'s recipe
    said.
    """
    shapes = _shapes(stderr, picture)
    return tuple(
        after
        for before, after in itertools.pairwise(shapes)
        if (before.width, before.height, before.sample_aspect)
        != (after.width, after.height, after.sample_aspect)
    )


def _shapes(stderr: str, picture: PictureTrack) -> list[Shape]:
    """The first picture of each graph that ffmpeg built, before it is turned: the first of all, and
    where the size changes.
    """
    said = re.findall(r"\[info\] n: *0 pts: *(-?\d+) .*? sar:(\d+)/(\d+) s:(\d+)x(\d+) ", stderr)
    return [_shape(picture, *map(int, numbers)) for numbers in said]


def _shape(
    picture: PictureTrack, pts: int, across: int, down: int, width: int, height: int
) -> Shape:
    if picture.rotation % 180:
        across, down, width, height = down, across, height, width
    aspect = Fraction(across, down) if across and down else picture.sample_aspect
    return Shape(pts, width, height, aspect)
