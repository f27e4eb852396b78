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
from typing import Any

import ffmpeg

from pipeline.config import Delivery, Speaker
from pipeline.forecast import picture_weight
from pipeline.model import PictureTrack
from pipeline.plan.colour import shrunk
from pipeline.plan.conform import (
    Part,
    Timeline,
    arguments,
    encoding,
    lossless,
    most_pixels,
    opened,
    tag_bt709,
)
from pipeline.plan.framing import cut_out, plan_framing, surrounded
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
    most, one_graph = most_pixels(picture), _one_graph(picture)
    found = {"ss": f"{float(part.seek_s):.6f}"} if part.seek_s else {}
    source = opened(recording, most, **found, **one_graph)
    shown = _on_the_grid(source, take.timeline, part, picture)

    def made(shown: Any) -> Recipe:
        shown = _framed(shown, picture, take.delivery, take.speaker)
        return dressed_part(shown, [recording], take, part, captions, clean, burned)

    if part.number == 1:
        return made(shown)
    whole = opened(recording, most, **one_graph)
    held = made(_from_the_start(whole, take.timeline, part, picture))
    return replace(made(shown), fallback=held.arguments)


def dressed_part(
    shown: Any,
    inputs: Sequence[FileInput],
    take: Take,
    part: Part,
    captions: Lettering | None,
    clean: bool,
    burned: bool,
) -> Recipe:
    """A part's pictures with all that is drawn onto them, encoded: as ``plan_part``, whatever is
    ``shown``.
    """
    timeline, dressing, used = take.timeline, take.dressing, list(inputs)
    for overlay in _overlays(dressing, part):
        shown = _laid_over(shown, overlay, part, timeline.rate)
        used.append(overlay.picture)
    kinds = [name for name, asked in (("clean", clean), ("burned", burned)) if asked]
    copies = shown.filter_multi_output("split", 2) if len(kinds) == 2 else [shown]
    outputs = [_encoded(copies[place], kind, take, part) for place, kind in enumerate(kinds)]
    texts: tuple[tuple[str, str], ...] = ()
    if burned and captions:
        used.extend(captions.fonts)
        texts = (("captions.ass", captions.text),)
    files = tuple(f"{kind}.mp4" for kind in kinds)
    return Recipe(
        task=_called(take, part, " with captions" if burned and not clean else ""),
        tool="ffmpeg",
        tool_version=take.version,
        outputs=files,
        inputs=tuple(used),
        arguments=arguments(
            ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0],
            *"-v error -copyts -filter_complex_threads 2".split(),
        ),
        texts=texts,
        frames=tuple((file, part.frames) for file in files),
        weight=picture_weight(float(part.frames / timeline.rate), take.delivery.size, len(files)),
    )


def _called(take: Take, part: Part, captioned: str) -> str:
    crossed = " to be crossfaded" if take.dressing.crossed else ""
    number = f"{part.number}/{len(take.timeline.parts)}"
    return f"{take.speaker.id}: picture {number}{crossed}{captioned}"


def _encoded(shown: Any, kind: str, take: Take, part: Part) -> Any:
    """One kind of pictures, clean or burned, faded and encoded; without loss where they are still
    to be mixed.
    """
    dressing = take.dressing
    if kind == "burned":
        shown = shown.filter("ass", "captions.ass", fontsdir="fonts")
    shown = _faded(shown, part, take.timeline, dressing.fade_frames)
    coded = lossless(take.delivery) if dressing.crossed else encoding(take.delivery)
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


def _on_the_grid(source: Any, timeline: Timeline, part: Part, picture: PictureTrack) -> Any:
    """A part's pictures, one for each frame of the delivery, on the clip's own clock (frame 0 of
    the clip is time 0).
    """
    # A part that begins after the last picture shows that one: pictures before its start would be
    # dropped, and none be left; nor is one that begins and ends in the same frame.
    last, end = (
        frames_nearest((at_s - timeline.origin_s) * 1000, timeline.rate)
        for at_s in (picture.pts[-1] * picture.time_base, picture.end_s)
    )
    start = min(timeline.in_frame + part.first_frame, last, end - 1)
    shown = _at_the_rate(source, timeline, start, picture)
    if part.holds or part.number == len(
        timeline.parts
    ):  # sound that outlasts the picture holds the last picture
        shown = shown.filter("tpad", stop_mode="clone", stop=-1)
    return shown.filter("trim", end_frame=part.frames).filter("setpts", f"N+{part.first_frame}")


def _from_the_start(source: Any, timeline: Timeline, part: Part, picture: PictureTrack) -> Any:
    """As ``_on_the_grid``, however little can be decoded."""
    shown = _at_the_rate(source, timeline, 0, picture)
    start = timeline.in_frame + part.first_frame
    shown = shown.filter("tpad", stop_mode="clone", stop=-1)
    shown = shown.filter("trim", start_frame=start, end_frame=start + part.frames)
    return shown.filter("setpts", f"N+{part.first_frame}")


def _at_the_rate(source: Any, timeline: Timeline, start: int, picture: PictureTrack) -> Any:
    """The track's pictures, one for each frame of the delivery from frame ``start`` of the message
    on.
    """
    shown = source[f"v:{picture.position}"]
    if picture.interlaced:
        if picture.shapes:
            alike = {"interl": -1, "flags": "bicubic" + _EXACT}
            shown = shown.filter("scale", picture.width, picture.height, **alike)
        shown = shown.filter("bwdif", mode="send_frame", deint="interlaced")
    # A clock in which pictures and frames both have whole times: fps rounds its start_time to the
    # recording's clock, and a picture half-way between two frames of 29.97 went to the one in one
    # part and to the other in another.
    ticks = min(math.lcm(picture.time_base.denominator, timeline.rate.numerator), MOST_TICKS)
    shown = shown.filter("settb", f"1/{ticks}").filter(
        "setpts", f"PTS-{round(timeline.origin_s * ticks) + round(start * ticks / timeline.rate)}"
    )
    return shown.filter("fps", fps=str(timeline.rate), start_time=0)


def _framed(shown: Any, picture: PictureTrack, delivery: Delivery, speaker: Speaker) -> Any:
    """The picture in BT.709 at its place in the frame."""
    framing = plan_framing(picture.shown, delivery.size, speaker.fit, speaker.crop)
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


def _laid_over(shown: Any, overlay: Overlay, part: Part, rate: Fraction) -> Any:
    """The overlay fades and glides in over 0.4 s and fades out the same way."""
    tick = str(1 / rate)
    panel = ffmpeg.input(f"file:{overlay.picture.name}").filter(
        "scale", out_color_matrix="bt709", out_range="tv"
    )
    panel = panel.filter("format", "yuva420p").filter("loop", loop=-1, size=1, start=0)
    panel = panel.filter("settb", tick).filter("setpts", f"N+{part.first_frame}")
    if overlay.end_frame > 1 << 30:
        return tag_bt709(shown.overlay(panel, shortest=1))
    up, down = float(overlay.first_frame / rate), float(overlay.end_frame / rate)
    panel = panel.filter("fade", t="in", st=f"{up:.6f}", d=0.4, alpha=1).filter(
        "fade", t="out", st=f"{down - 0.4:.6f}", d=0.4, alpha=1
    )
    glide = f"-0.03*W*pow(1-clip((t-{up:.6f})/0.4,0,1),3)"
    enabled = f"between(t,{up - 0.001:.6f},{down + 0.001:.6f})"
    return tag_bt709(shown.overlay(panel, x=glide, y=0, shortest=1, enable=enabled))


def _faded(shown: Any, part: Part, timeline: Timeline, fade_frames: int) -> Any:
    fade_frames = min(fade_frames, timeline.frames // 4)
    if not fade_frames:
        return shown
    length_s = seconds(fade_frames, timeline.rate)
    if part.first_frame < fade_frames:
        shown = shown.filter("fade", t="in", st=0, d=length_s)
    if part.first_frame + part.frames > timeline.frames - fade_frames:
        shown = shown.filter(
            "fade", t="out", st=seconds(timeline.frames - fade_frames, timeline.rate), d=length_s
        )
    return shown
