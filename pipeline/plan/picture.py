"""Plans the picture of a message: upright, square, BT.709, dressed with names and captions; without
it no two would join.

The picture is encoded in parts of 10 s, each a recipe of its own, so that a corrected caption costs
the part it touches and a long message uses every core.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import ffmpeg

from pipeline.config import Crop, Delivery, Speaker
from pipeline.config_values import Fit
from pipeline.forecast import picture_memory_mib, picture_weight
from pipeline.model import PictureTrack
from pipeline.plan.colour import shrunk
from pipeline.plan.conform import (
    PART_S,
    Part,
    Shown,
    Timeline,
    arguments,
    encoding,
    lossless,
    most_pixels,
    opened,
    tag_bt709,
)
from pipeline.plan.encoders import encoded
from pipeline.plan.framing import cut_out, plan_framing, surrounded
from pipeline.plan.graphs import KINDS_KEPT, Number, filled
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import frames_nearest, seconds

MOST_TICKS = 1 << 30
"""ffmpeg's clocks count at most 2^31 ticks a second."""
_EXACT = "+accurate_rnd+bitexact"
"""The same picture on every processor."""


@dataclass(frozen=True)
class Overlay:
    """A picture with transparency that is laid over frames ``first_frame`` to ``end_frame`` of a
    clip, softly.
    """

    picture: FileInput
    first_frame: int
    end_frame: int


@dataclass(frozen=True)
class Dressing:
    """All that is drawn onto a message's pictures. ``fade_frames`` at both ends; 0 is a hard cut.

    ``crossed``: the pictures are still to be mixed with a neighbour's, and lose nothing until then.
    """

    fade_frames: int
    lower_third: Overlay | None = None
    draft_mark: FileInput | None = None
    crossed: bool = False


@dataclass(frozen=True)
class Take:
    """One message as it is to be shown: whose it is, how it lies on the delivery's frames, and what
    is drawn onto it.
    """

    speaker: Speaker
    timeline: Timeline
    delivery: Delivery
    dressing: Dressing
    version: str


@dataclass(frozen=True)
class Lettering:
    """The captions of one part as an ASS text, and the fonts that it names."""

    text: str
    fonts: tuple[FileInput, ...]


@dataclass(frozen=True)
class Finish:
    """What is done to all parts of a kind once their pictures are there: what is laid over them (a
    drawing's name, its first frame and the first without it), how they are faded and encoded, and
    what is made of them (``clean``, ``burned``). ``shown``: a part, or all of a long message.
    """

    overlays: tuple[tuple[str, int, int], ...]
    rate: Fraction
    fade_frames: int
    fades_in: bool
    fades_out: bool
    crossed: bool
    delivery: Delivery
    kinds: tuple[str, ...]
    shown: Shown = "part"


@dataclass(frozen=True)
class _Look:
    """All that decides the graph of a part, but for its numbers. ``from_start``: everything is
    decoded, else what comes after the place that is ``sought``.
    """

    picture: PictureTrack
    fit: Fit
    crop: Crop
    sought: bool
    holds: bool
    from_start: bool
    finish: Finish


def plan_part(
    recording: FileInput,
    picture: PictureTrack,
    take: Take,
    part: Part,
    captions: Lettering | None = None,
    clean: bool = True,
    burned: bool = False,
) -> Recipe:
    """One part of a message's picture: clean.mp4, burned.mp4 (with ``captions``), or both in one
    decode.

    The recipe that asks for one of them has the same bytes in it as the recipe that asks for both.
    Where nothing can be decoded from the place that was searched on, or not to the part's end, its
    fallback decodes all from the start and holds the last picture that there is.
    """
    picture = picture.shaped(part.shape)
    # sound that outlasts the picture holds the last picture
    holds = part.holds or part.number == len(take.timeline.parts)
    look = _Look(
        picture.kind,
        take.speaker.fit,
        take.speaker.crop,
        sought=bool(part.seek_s),
        holds=holds,
        from_start=False,
        finish=finish_of(take, part, clean, burned),
    )
    numbers = {**part_numbers(take, part), **_place_numbers(picture, take.timeline, part)}
    recipe = finished(filled(_graph(look), numbers), [recording], take, part, captions, look.finish)
    if part.number == 1:
        return recipe
    whole = replace(look, sought=False, from_start=True)
    return replace(recipe, fallback=filled(_graph(whole), numbers))


@lru_cache(maxsize=KINDS_KEPT)
def _graph(look: _Look) -> tuple[str, ...]:
    """The arguments of every part of that look, with blanks."""
    picture, finish = look.picture, look.finish
    found = {"ss": "${seek}"} if look.sought else {}
    source = opened(most_pixels(picture), **found, **_one_graph(picture))
    on_the_grid = _from_the_start if look.from_start else _on_the_grid
    shown = on_the_grid(source, look)
    return finished_graph(_framed(shown, look), finish)


def finish_of(take: Take, part: Part, clean: bool, burned: bool) -> Finish:
    """How the pictures of a part are finished, as what is asked for."""
    timeline = take.timeline
    fade_frames = min(take.dressing.fade_frames, timeline.frames // 4)
    return Finish(
        overlays=tuple(
            (one.picture.name, one.first_frame, one.end_frame)
            for one in _overlays(take.dressing, part)
        ),
        rate=timeline.rate,
        fade_frames=fade_frames,
        fades_in=part.first_frame < fade_frames,
        fades_out=part.first_frame + part.frames > timeline.frames - fade_frames,
        crossed=take.dressing.crossed,
        delivery=take.delivery,
        kinds=tuple(kind for kind, asked in (("clean", clean), ("burned", burned)) if asked),
        shown="part" if part.frames <= 2 * PART_S * timeline.rate else "whole",
    )


def part_numbers(take: Take, part: Part) -> dict[str, Number]:
    """What fills the blanks that every part's graph has: its frames in the clip, and when its
    message fades out.
    """
    timeline = take.timeline
    fade_frames = min(take.dressing.fade_frames, timeline.frames // 4)
    return {
        "first": part.first_frame,
        "frames": part.frames,
        "end": part.first_frame + part.frames,
        "fade_out": seconds(timeline.frames - fade_frames, timeline.rate),
    }


def finished_graph(shown: Any, finish: Finish) -> tuple[str, ...]:
    """The arguments for a part's pictures with all that is drawn onto them, encoded, whatever is
    ``shown``.
    """
    for name, first_frame, end_frame in finish.overlays:
        shown = _laid_over(shown, name, first_frame, end_frame, finish.rate)
    copies = [shown]
    if len(finish.kinds) > 1:
        copies = shown.filter_multi_output("split", len(finish.kinds))
    outputs = [_encoded(copies[place], kind, finish) for place, kind in enumerate(finish.kinds)]
    return arguments(
        ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0],
        *"-v error -copyts -filter_complex_threads 2".split(),
    )


def finished(
    graph: tuple[str, ...],
    inputs: Sequence[FileInput],
    take: Take,
    part: Part,
    captions: Lettering | None,
    finish: Finish,
) -> Recipe:
    """The recipe of a part that is made by the arguments ``graph``: as ``plan_part``."""
    used = [*inputs, *(overlay.picture for overlay in _overlays(take.dressing, part))]
    texts: tuple[tuple[str, str], ...] = ()
    burned = "burned" in finish.kinds
    if burned and captions:
        used.extend(captions.fonts)
        texts = (("captions.ass", captions.text),)
    files = tuple(f"{kind}.mp4" for kind in finish.kinds)
    length_s = float(part.frames / take.timeline.rate)
    made = Recipe(
        task=_called(take, part, " with captions" if finish.kinds == ("burned",) else ""),
        tool="ffmpeg",
        tool_version=take.version,
        outputs=files,
        inputs=tuple(used),
        arguments=graph,
        texts=texts,
        frames=tuple((file, part.frames) for file in files),
        weight=picture_weight(length_s, take.delivery.size, len(files)),
        memory_mib=picture_memory_mib(take.delivery.size, len(files)),
    )
    return made if finish.crossed else encoded(made, take.delivery, files)


def _called(take: Take, part: Part, captioned: str) -> str:
    crossed = " to be crossfaded" if take.dressing.crossed else ""
    number = f"{part.number}/{len(take.timeline.parts)}"
    return f"{take.speaker.id}: picture {number}{crossed}{captioned}"


def _encoded(shown: Any, kind: str, finish: Finish) -> Any:
    """One kind of pictures, clean or burned, faded and encoded; without loss where they are still
    to be mixed.
    """
    if kind == "burned":
        shown = shown.filter("ass", "captions.ass", fontsdir="fonts")
    shown = _faded(shown, finish)
    delivery = finish.delivery
    coded = lossless(delivery) if finish.crossed else encoding(delivery, finish.shown)
    return ffmpeg.output(shown.filter("setpts", "PTS-STARTPTS"), f"{kind}.mp4", **coded)


def _one_graph(picture: PictureTrack) -> dict[str, Any]:
    """Pictures of another size are scaled to the same place by the same filters. ffmpeg would build
    them anew and lose count of the frames. Filters before the scaler must then not depend on the
    size, or they read past a smaller picture: it is turned after it (``_upright``), half pictures
    are joined once they are alike, and nothing is cropped on its container's word.
    """
    if not picture.shapes:
        return {}
    return {"reinit_filter": 0, "noautorotate": None, "apply_cropping": "codec"}


def _place_numbers(picture: PictureTrack, timeline: Timeline, part: Part) -> dict[str, Number]:
    """Where a part's pictures are in the recording: what fills the blanks of ``_on_the_grid`` and
    ``_from_the_start``.
    """
    # A part that begins after the last picture shows that one: pictures before its start would be
    # dropped, and none be left; nor is one that begins and ends in the same frame.
    last, end = (
        frames_nearest((at_s - timeline.origin_s) * 1000, timeline.rate)
        for at_s in (picture.pts[-1] * picture.time_base, picture.end_s)
    )
    wanted = timeline.in_frame + part.first_frame
    ticks = _ticks(picture, timeline.rate)
    origin = round(timeline.origin_s * ticks)
    start = min(wanted, last, end - 1)
    return {
        "seek": f"{float(part.seek_s or 0):.6f}",
        "shift": origin + round(start * ticks / timeline.rate),
        "whole_shift": origin,
        "wanted": wanted,
        "wanted_end": wanted + part.frames,
    }


def _ticks(picture: PictureTrack, rate: Fraction) -> int:
    """Of a second: a clock in which pictures and frames both have whole times. fps rounds its
    start_time to the recording's clock, and a picture half-way between two frames of 29.97 went to
    the one in one part and to the other in another.
    """
    return min(math.lcm(picture.time_base.denominator, rate.numerator), MOST_TICKS)


def _on_the_grid(source: Any, look: _Look) -> Any:
    """A part's pictures, one for each frame of the delivery, on the clip's own clock (frame 0 of
    the clip is time 0).
    """
    shown = _at_the_rate(source, look, "PTS-${shift}")
    if look.holds:
        shown = shown.filter("tpad", stop_mode="clone", stop=-1)
    return shown.filter("trim", end_frame="${frames}").filter("setpts", "N+${first}")


def _from_the_start(source: Any, look: _Look) -> Any:
    """As ``_on_the_grid``, however little can be decoded."""
    shown = _at_the_rate(source, look, "PTS-${whole_shift}")
    shown = shown.filter("tpad", stop_mode="clone", stop=-1)
    shown = shown.filter("trim", start_frame="${wanted}", end_frame="${wanted_end}")
    return shown.filter("setpts", "N+${first}")


def _at_the_rate(source: Any, look: _Look, on_the_clock: str) -> Any:
    """The track's pictures, one for each frame of the delivery, ``on_the_clock`` of the part."""
    picture, rate = look.picture, look.finish.rate
    shown = source[f"v:{picture.position}"]
    if picture.interlaced:
        if picture.shapes:
            alike = {"interl": -1, "flags": "bicubic" + _EXACT}
            shown = shown.filter("scale", picture.width, picture.height, **alike)
        shown = shown.filter("bwdif", mode="send_frame", deint="interlaced")
    shown = shown.filter("settb", f"1/{_ticks(picture, rate)}").filter("setpts", on_the_clock)
    return shown.filter("fps", fps=str(rate), start_time=0)


def _framed(shown: Any, look: _Look) -> Any:
    """The picture in BT.709 at its place in the frame."""
    picture, delivery = look.picture, look.finish.delivery
    framing = plan_framing(picture.shown, delivery.size, look.fit, look.crop)
    # Measured on 4K to 1080p: of lines just wide enough to be shown lanczos keeps 82% of the
    # contrast (bicubic 72%, area 81%), of lines too fine for it, which come back as false ones, 17%
    # (23%, 56%). It costs 1.3 ms of 25 a picture more than bicubic. A small picture is made larger
    # by bicubic: no bright edges round what a webcam's codec left.
    smaller = framing.scaled[0] < picture.shown[0]
    flags = ("lanczos" if smaller else "bicubic") + _EXACT
    shown = cut_out(_upright(shown, *framing.scaled, picture, flags), framing)
    return tag_bt709(
        surrounded(shown, framing, delivery.size, delivery.surround, "bicubic" + _EXACT)
    )


def _upright(shown: Any, width: int, height: int, picture: PictureTrack, flags: str) -> Any:
    """The picture in BT.709 at its size in the frame; ffmpeg has turned it before, but for one that
    changes its size.
    """
    if not picture.shapes:
        return shrunk(shown, width, height, picture, flags)
    lying = (height, width) if picture.rotation % 180 else (width, height)
    shown = shrunk(shown, *lying, picture, flags)
    for name, argument in picture.upright:
        shown = shown.filter(name, *([argument] if argument else []))
    # or players would turn the clip once more
    return shown.filter("sidedata", mode="delete", type="DISPLAYMATRIX")


def _overlays(dressing: Dressing, part: Part) -> list[Overlay]:
    """What lies over this part: a lower third that is up in it, and the draft's mark over all."""
    end = part.first_frame + part.frames
    overlays = [
        overlay
        for overlay in (dressing.lower_third,)
        if overlay and overlay.first_frame < end and overlay.end_frame > part.first_frame
    ]
    if dressing.draft_mark:
        overlays.append(Overlay(dressing.draft_mark, 0, 1 << 40))
    return overlays


def _laid_over(shown: Any, drawing: str, first_frame: int, end_frame: int, rate: Fraction) -> Any:
    """The overlay fades and glides in over 0.4 s and fades out the same way."""
    tick = str(1 / rate)
    panel = ffmpeg.input(f"file:{drawing}").filter(
        "scale", out_color_matrix="bt709", out_range="tv"
    )
    panel = panel.filter("format", "yuva420p").filter("loop", loop=-1, size=1, start=0)
    panel = panel.filter("settb", tick).filter("setpts", "N+${first}")
    if end_frame > 1 << 30:
        return tag_bt709(shown.overlay(panel, shortest=1))
    up, down = float(first_frame / rate), float(end_frame / rate)
    panel = panel.filter("fade", t="in", st=f"{up:.6f}", d=0.4, alpha=1).filter(
        "fade", t="out", st=f"{down - 0.4:.6f}", d=0.4, alpha=1
    )
    glide = f"-0.03*W*pow(1-clip((t-{up:.6f})/0.4,0,1),3)"
    enabled = f"between(t,{up - 0.001:.6f},{down + 0.001:.6f})"
    return tag_bt709(shown.overlay(panel, x=glide, y=0, shortest=1, enable=enabled))


def _faded(shown: Any, finish: Finish) -> Any:
    if not finish.fade_frames:
        return shown
    length_s = seconds(finish.fade_frames, finish.rate)
    if finish.fades_in:
        shown = shown.filter("fade", t="in", st=0, d=length_s)
    if finish.fades_out:
        shown = shown.filter("fade", t="out", st="${fade_out}", d=length_s)
    return shown
