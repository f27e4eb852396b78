"""Plans what is seen and heard while one item goes over into the next; without it a crossfade would
cost its whole neighbours.

Two neighbours overlap by a few frames. Each gives its frames at the joint without loss, as small
files of its own (its edge), and one small part is mixed from the two. So the mix is as good as if
it came from both recordings, no recipe ever reads two files of outsiders, and a changed neighbour
costs its own edge and the mix. All other parts are joined as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import ffmpeg

from pipeline.config import Config, Delivery
from pipeline.forecast import picture_memory_mib
from pipeline.plan.conform import BITEXACT, arguments, edge_frames, encoding, lossless, tag_bt709
from pipeline.plan.encoders import encoded
from pipeline.plan.graphs import KINDS_KEPT
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import frames_nearest, samples_in


@dataclass(frozen=True)
class Edge:
    """An item's ``frames`` pictures at a joint, in as many pieces as they were made in."""

    pieces: tuple[FileInput, ...]
    frames: int


def crossfade_frames(config: Config) -> int:
    """How long two neighbours are seen together at most; 0 where nothing is crossfaded."""
    return (
        frames_nearest(config.cards.fade, config.delivery.fps)
        if config.cards.transition == "crossfade"
        else 0
    )


def overlap_frames(before: int, after: int, config: Config) -> int:
    """Frames for which two neighbours of ``before`` and ``after`` frames are seen together: the
    shorter of their edges.
    """
    most = crossfade_frames(config)
    return min(edge_frames(before, most), edge_frames(after, most))


def card_outputs(shown: Any, frames: int, head: int, tail: int, delivery: Delivery) -> list[Any]:
    """A card's ``frames`` pictures as clean.mp4 and, cut off from it without loss, its edges
    head.mp4 and tail.mp4.
    """
    spans = [
        ("head.mp4", 0, head),
        ("clean.mp4", head, frames - tail),
        ("tail.mp4", frames - tail, frames),
    ]
    wanted = [span for span in spans if span[1] < span[2]]
    copies = shown.filter_multi_output("split", len(wanted))
    return [
        ffmpeg.output(
            copies[number]
            .filter("trim", start_frame=first, end_frame=end)
            .filter("setpts", "PTS-STARTPTS"),
            name,
            **(encoding(delivery) if name == "clean.mp4" else lossless(delivery)),
        )
        for number, (name, first, end) in enumerate(wanted)
    ]


def plan_mix(
    task: str, before: Edge, after: Edge, overlap: int, delivery: Delivery, version: str
) -> Recipe:
    """The pictures of a joint (clean.mp4): ``before``, going over into ``after`` while they
    overlap.

    Of n frames the first is 1/(n+1) the new one and the last n/(n+1): none stands still at either
    end. Equal pictures stay exactly as they are: maskedmerge rounds, where xfade and blend cut off
    and a plain ground would flicker.
    """
    rate, frames = delivery.fps, before.frames + after.frames - overlap
    pieces = tuple(
        replace(piece, name=f"{side}-{number}.mp4")
        for side, edge in (("before", before), ("after", after))
        for number, piece in enumerate(edge.pieces, 1)
    )
    alone = before.frames - overlap, after.frames - overlap
    names = tuple(piece.name for piece in pieces)
    mix = Recipe(
        task=task,
        tool="ffmpeg",
        tool_version=version,
        outputs=("clean.mp4",),
        inputs=pieces,
        arguments=_mixing(names, len(before.pieces), alone, overlap, delivery),
        frames=(("clean.mp4", frames),),
        weight=float(frames / rate),
        memory_mib=picture_memory_mib(delivery.size, 1),
    )
    return encoded(mix, delivery, mix.outputs)


@lru_cache(maxsize=KINDS_KEPT)
def _mixing(
    names: tuple[str, ...], count: int, alone: tuple[int, int], overlap: int, delivery: Delivery
) -> tuple[str, ...]:
    """The arguments of every mix of the files ``names``, the first ``count`` of which come before;
    ``alone`` are the frames in which only the one side is seen, and only the other.
    """
    inputs = [ffmpeg.input(f"file:{name}") for name in names]
    old = _on_one_clock(inputs[:count], delivery.fps)
    old = old.filter("tpad", stop_mode="clone", stop=alone[1])
    new = _on_one_clock(inputs[count:], delivery.fps)
    new = new.filter("tpad", start_mode="clone", start=alone[0])
    mask = _mask(alone[0], overlap, delivery)
    mixed = ffmpeg.filter([old, new, mask], "maskedmerge")
    mixed = mixed.filter("trim", end_frame=sum(alone) + overlap)
    out = ffmpeg.output(tag_bt709(mixed), "clean.mp4", **encoding(delivery))
    return arguments(out, "-v", "error")


def _mask(alone: int, overlap: int, delivery: Delivery) -> Any:
    """How much of the new picture is seen, as a grey: nothing for ``alone`` frames, then more and
    more while the two overlap.
    """
    rate = delivery.fps
    share = f"255*clip((N+1-{alone})/{overlap + 1},0,1)+0.5"
    # Worked out on 16 x 16 pixels and made large: 13 times as fast as an expression for each pixel.
    # It is tagged like the pictures, or ffmpeg would convert it as it converts colours.
    small = tag_bt709(ffmpeg.input(f"color=s=16x16:r={rate}", f="lavfi"))
    mask = small.filter("geq", lum=share, cb=share, cr=share)
    mask = mask.filter("scale", *delivery.size, flags="neighbor")
    return mask.filter("settb", str(1 / rate)).filter("setpts", "N")


def plan_sound_stretch(
    task: str, sound: FileInput, first: int, frames: int, rate: Fraction, version: str
) -> Recipe:
    """``frames`` of an item's sound from its frame ``first`` on (sound.wav), as it is."""
    start, count = samples_in(first, rate), samples_in(frames, rate)
    sound = replace(sound, name="whole.wav")
    heard = _stretch(ffmpeg.input("file:whole.wav"), start, count)
    return _sound(task, heard, (sound,), count, version)


def plan_sound_mix(
    task: str,
    before: FileInput,
    before_frames: int,
    after: FileInput,
    overlap: int,
    rate: Fraction,
    version: str,
) -> Recipe:
    """The last ``overlap`` frames of one item's sound going over into the first of the next one's
    (sound.wav).

    Straight lines, whose sum is never above 1: two voices at the limit stay under it, where equal
    power would lift them by 3 dB.
    """
    count = samples_in(overlap, rate)
    before, after = replace(before, name="before.wav"), replace(after, name="after.wav")
    old = _stretch(
        ffmpeg.input("file:before.wav"), samples_in(before_frames - overlap, rate), count
    )
    new = _stretch(ffmpeg.input("file:after.wav"), 0, count)
    heard = ffmpeg.filter(
        [
            old.filter("afade", t="out", ss=0, ns=count, curve="tri"),
            new.filter("afade", t="in", ss=0, ns=count, curve="tri"),
        ],
        "amix",
        inputs=2,
        normalize=0,
    )
    return _sound(task, heard, (before, after), count, version)


def _on_one_clock(pieces: Sequence[Any], rate: Fraction) -> Any:
    shown = pieces[0] if len(pieces) == 1 else ffmpeg.concat(*pieces, v=1, a=0)
    return shown.filter("settb", str(1 / rate)).filter("setpts", "N").filter("fps", fps=str(rate))


def _stretch(heard: Any, start: int, count: int) -> Any:
    heard = heard.filter("atrim", start_sample=start, end_sample=start + count).filter(
        "asetpts", "N/SR/TB"
    )
    return heard.filter(
        "apad", whole_len=count
    )  # a sample may be missing where a frame is not a whole number of them


def _sound(
    task: str, heard: Any, inputs: tuple[FileInput, ...], count: int, version: str
) -> Recipe:
    out = ffmpeg.output(heard, "sound.wav", acodec="pcm_s16le", **BITEXACT)
    return Recipe(
        task=task,
        tool="ffmpeg",
        tool_version=version,
        outputs=("sound.wav",),
        inputs=inputs,
        arguments=("-v", "error", *ffmpeg.get_args(out)),
        samples=(("sound.wav", count),),
        weight=0.2,
    )
