"""Plans the picture of a message that is sound alone: a photo, and how loud it is; without it such
a message would be refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ffmpeg

from pipeline.config import Delivery
from pipeline.plan.conform import Part, held, tag_bt709
from pipeline.plan.graphs import KINDS_KEPT, filled
from pipeline.plan.loudness import Route
from pipeline.plan.picture import (
    Finish,
    Lettering,
    Take,
    finish_of,
    finished,
    finished_graph,
    part_numbers,
)
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import samples_in

METER_WIDTH, METER_HEIGHT, METER_TOP = 0.3, 0.008, 0.962
"""The meter's place, in shares of the picture: a thin line under the captions."""

LEAST_HALF_PX = 80
"""ffmpeg's showvolume draws no line that is shorter."""


@dataclass(frozen=True)
class Meter:
    """What the meter shows: speech.wav of the message (16 kHz, from time 0), which side of it,
    raised by how much, and the line's colour (#rrggbb).
    """

    speech: FileInput
    route: Route
    gain_db: float
    colour: str


def plan_photo(photo: FileInput, delivery: Delivery, speaker: str, version: str) -> Recipe:
    """The recipe that fits a speaker's photo to the picture (photo.png)."""
    width, height = delivery.size
    return Recipe(
        task=f"{speaker}: photo",
        tool="photo",
        tool_version=version,
        outputs=("photo.png",),
        inputs=(photo,),
        arguments=(f"{width}x{height}",),
        timeout_s=120,
    )


def plan_photo_part(
    photo: FileInput,
    meter: Meter,
    take: Take,
    part: Part,
    captions: Lettering | None = None,
    clean: bool = True,
    burned: bool = False,
) -> Recipe:
    """One part of a message that is sound alone: ``photo`` with a soft level meter."""
    timeline, finish = take.timeline, finish_of(take, part, clean, burned)
    first = samples_in(timeline.in_frame + part.first_frame, timeline.rate) // 3  # 16 of 48 kHz
    numbers = {**part_numbers(take, part), "sample": first, "gain": meter.gain_db}
    side = 1 if meter.route == "right" else 0
    graph = _graph(photo.name, meter.speech.name, side, meter.colour, finish)
    inputs = [photo, meter.speech]
    return finished(filled(graph, numbers), inputs, take, part, captions, finish)


@lru_cache(maxsize=KINDS_KEPT)
def _graph(photo: str, speech: str, side: int, colour: str, finish: Finish) -> tuple[str, ...]:
    """The arguments of every such part, with blanks."""
    shown = held(photo, "${frames}", "yuv420p", finish.delivery).filter("setpts", "N+${first}")
    top = round(METER_TOP * finish.delivery.size[1])
    bar = _bar(speech, side, colour, finish)
    metered = shown.overlay(bar, x="(W-w)/2", y=top, eof_action="pass")
    return finished_graph(tag_bt709(metered).filter("trim", end_frame="${end}"), finish)


def _bar(speech: str, side: int, colour: str, finish: Finish) -> Any:
    """A line that grows from its middle with the loudness."""
    width, height = finish.delivery.size
    half = max(LEAST_HALF_PX, round(METER_WIDTH * width / 4) * 2)
    heard = ffmpeg.input(f"file:{speech}").filter("pan", args=f"mono|c0=c{side}")
    heard = heard.filter("atrim", start_sample="${sample}").filter("asetpts", "N/SR/TB")
    heard = heard.filter("volume", "${gain}dB").filter("apad")
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    bar = heard.filter(
        "showvolume",
        rate=str(finish.rate),
        w=half,
        h=max(2, round(METER_HEIGHT * height / 2) * 2),
        b=0,
        f=0.8,
        t=0,
        v=0,
        ds="log",
        c=f"0xff{blue}{green}{red}",
    )
    opaque = bar.filter("format", "rgba").filter("colorkey", "black", 0.3, 0.2)
    halves = opaque.filter_multi_output("split", 2)
    whole = ffmpeg.filter([halves[0].filter("hflip"), halves[1]], "hstack")
    whole = whole.filter("colorchannelmixer", aa=0.9)
    return whole.filter("settb", str(1 / finish.rate)).filter("setpts", "N+${first}")
