"""Plans how a graphics card encodes the pictures, and how it is tried; without it a card would be
believed by its name, and parts not join or look worse than x264's.

Pictures come to the card in a second run of ffmpeg (Recipe.again), which reads what the first one
made of them without loss (with a little where a message of over 20 s is in one piece: ``encoding``
in conform.py): what reads a stranger's recording never gets near the driver.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from pipeline.config import CardDelivery, Delivery
from pipeline.model import EncodedFacts
from pipeline.plan.conform import BT709, TAGGED, as_words, encoding, group
from pipeline.plan.graphs import KINDS_KEPT
from pipeline.recipe import MADE, FileInput, Recipe

_AS_THEY_ARE = "setparams=" + ":".join(f"{name}={value}" for name, value in BT709.items())
"""Says what the pictures are, so that nothing converts them."""


@dataclass(frozen=True)
class Encoder:
    """A way to a card's encoder: its name for people, ffmpeg's name for it, the option for its
    quality and that option's numbers from the best to the coarsest. ``takes`` is how it wants
    pictures: in which format, or by which further filter; ``before`` stands before the inputs.
    """

    called: str
    codec: str
    option: str
    numbers: range
    settings: Mapping[str, str | int]
    takes: Mapping[str, str]
    before: tuple[str, ...] = ()


ENCODERS: Mapping[str, Encoder] = {
    "nvenc": Encoder(
        "NVENC",
        "h264_nvenc",
        "cq",
        range(1, 52),
        {"preset": "p5", "tune": "hq", "rc": "vbr", "b:v": 0, "no-scenecut": 1, "forced-idr": 1},
        {"pix_fmt": "yuv420p"},
    ),
    "qsv": Encoder(
        "Quick Sync",
        "h264_qsv",
        "global_quality",
        range(1, 52),
        {"preset": "medium", "b:v": 0, "adaptive_i": 0, "forced_idr": 1},
        {"pix_fmt": "nv12"},
    ),
    "videotoolbox": Encoder(
        "VideoToolbox",
        "h264_videotoolbox",
        "q:v",
        range(100, 0, -1),
        {},
        {"pix_fmt": "yuv420p"},
    ),
    "vaapi": Encoder(
        "VA-API",
        "h264_vaapi",
        "qp",
        range(1, 52),
        {"rc_mode": "CQP"},
        {"vf": f"{_AS_THEY_ARE},format=nv12,hwupload"},
        ("-init_hw_device", "vaapi=card", "-filter_hw_device", "card"),
    ),
}
"""By the name under ``delivery.encoder``, in the order in which ``auto`` tries them."""

FEW = 10
"""Pictures by which is found out whether an encoder works at all."""


def many(delivery: Delivery) -> int:
    """Pictures by which two encoders are compared: a group and the beginning of the next."""
    return group(delivery) + FEW


def by_card(delivery: Delivery, by: str, number: int, card: str) -> CardDelivery:
    """The delivery with its pictures encoded by the ``card``."""
    return CardDelivery.model_construct(**_asked(delivery), by=by, number=number, card=card)


def as_asked(delivery: Delivery) -> Delivery:
    """The delivery as config.yaml has it, whatever was found to encode its pictures."""
    if not isinstance(delivery, CardDelivery):
        return delivery
    return Delivery.model_construct(**_asked(delivery))


def _asked(delivery: Delivery) -> dict[str, Any]:
    """What config.yaml has of a delivery, by its keys."""
    return {name: getattr(delivery, name) for name in Delivery.model_fields}


def encoded(recipe: Recipe, delivery: Delivery, films: Sequence[str]) -> Recipe:
    """``recipe`` with those ``films`` among its outputs encoded by the card, where one is to do it.

    The card is part of the key: another one's pictures may not join these.
    """
    if not isinstance(delivery, CardDelivery):
        return recipe
    again = _again(delivery, tuple(films))
    return replace(recipe, again=again, texts=(*recipe.texts, ("graphics card.txt", delivery.card)))


@lru_cache(maxsize=KINDS_KEPT)
def _again(delivery: CardDelivery, films: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments of the second run.

    No picture refers to a later one, as x264's may: then nothing is shown late, and parts join
    whatever an encoder thinks of delays.
    """
    encoder = ENCODERS[delivery.by]
    settings = {
        "vf": _AS_THEY_ARE,
        **encoder.takes,
        "c:v": encoder.codec,
        **encoder.settings,
        encoder.option: delivery.number,
        "profile:v": "high",
        "g": group(delivery),
        "bf": 0,
        **TAGGED,
        "flags": "+bitexact+cgop",
    }
    read = [word for name in films for word in ("-f", "nut", "-i", f"file:{MADE}/{name}")]
    written = [
        word
        for place, name in enumerate(films)
        for word in ("-map", f"{place}:v:0", *as_words(settings), name)
    ]
    return ("-v", "error", *encoder.before, *read, *written)


# --- trying it ------------------------------------------------------------------------------------


def plan_trial(delivery: Delivery, frames: int, version: str) -> Recipe:
    """clean.mp4: so many pictures made up by ffmpeg, encoded as all of ``delivery`` are."""
    trial = Recipe(
        task=f"encoder {setting_of(delivery)}: {frames} pictures of {_size(delivery)}",
        tool="ffmpeg",
        tool_version=version,
        arguments=(
            *("-v", "error", "-f", "lavfi", "-i", _pictures(delivery)),
            *("-frames:v", str(frames), *as_words(encoding(delivery, "part")), "clean.mp4"),
        ),
        outputs=("clean.mp4",),
        weight=0.5,
    )
    return encoded(trial, delivery, trial.outputs)


def plan_beside(film: FileInput, delivery: Delivery, frames: int, version: str) -> Recipe:
    """Its stderr.txt is what ``parse_vmaf`` (editions.py) reads: a trial's pictures beside those
    that it was made of.
    """
    alike = f"trim=end_frame={frames},settb=1/1000,setpts=N"
    graph = f"[0:v]{alike}[is];[1:v]{alike}[of];[is][of]libvmaf=n_threads=2"
    return Recipe(
        task=f"encoder {setting_of(delivery)}: beside the pictures of {_size(delivery)}",
        tool="ffmpeg",
        tool_version=version,
        arguments=(
            *("-nostats", "-v", "info", "-f", "mp4", "-i", "file:trial.mp4"),
            *("-f", "lavfi", "-i", _pictures(delivery), "-lavfi", graph, "-f", "null", "-"),
        ),
        outputs=(),
        inputs=(replace(film, name="trial.mp4"),),
        weight=1.5,
    )


def _pictures(delivery: Delivery) -> str:
    """Shapes that move, under a camera's noise: without it any encoder would reach all of VMAF's
    100 points. One thread: several would share the noise among them otherwise each time.
    """
    return (
        f"testsrc2=s={_size(delivery)}:r={delivery.fps},noise=alls=4:allf=t:all_seed=1:threads=1,"
        f"format=yuv420p,{_AS_THEY_ARE}"
    )


def _size(delivery: Delivery) -> str:
    return "x".join(map(str, delivery.size))


def setting_of(delivery: Delivery) -> str:
    """What encodes, at which number: ``NVENC, cq 23``."""
    if not isinstance(delivery, CardDelivery):
        return f"x264, crf {delivery.quality}"
    encoder = ENCODERS[delivery.by]
    return f"{encoder.called}, {encoder.option} {delivery.number}"


def wrong_with(made: EncodedFacts, delivery: Delivery, frames: int) -> str | None:
    """What a trial of ``frames`` pictures lacks of what is promised of all, as a clause."""
    if made.frames != tuple(range(frames)):
        if len(made.frames) != frames:
            return f"it made {len(made.frames)} pictures of {frames}"
        return "its pictures do not follow each other evenly"
    if made.pixels != "yuv420p":
        return f"its pictures are {made.pixels}, not yuv420p"
    if made.profile != "High":
        return f"its pictures have the profile {made.profile}, not High"
    if not made.bt709:
        return "its pictures do not say that they are BT.709"
    if not {*range(0, frames, group(delivery))} <= {*made.keys}:
        return "its pictures do not begin anew every two seconds"
    return None


def coarsest(numbers: Sequence[int], good: Callable[[int], bool]) -> int | None:
    """Of ``numbers``, the best first, the last that is ``good``; None where the first is not. One
    that is coarser than another is taken to be no better; seven of a hundred are asked for.
    """
    count = bisect.bisect_left(numbers, True, key=lambda number: not good(number))
    return numbers[count - 1] if count else None
