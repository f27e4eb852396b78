"""Plans the picture of a message that is sound alone: a photo, and how loud it is; without it such
a message would be refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ffmpeg

from pipeline.config import Delivery
from pipeline.plan.conform import Part, held, tag_bt709
from pipeline.plan.loudness import Route
from pipeline.plan.picture import Lettering, Take, dressed_part
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
    shown = held(photo, part.frames, "yuv420p", take.delivery)
    shown = shown.filter("setpts", f"N+{part.first_frame}")
    top = round(METER_TOP * take.delivery.size[1])
    metered = shown.overlay(_bar(meter, take, part), x="(W-w)/2", y=top, eof_action="pass")
    shown = tag_bt709(metered).filter("trim", end_frame=part.first_frame + part.frames)
    return dressed_part(shown, [photo, meter.speech], take, part, captions, clean, burned)


def _bar(meter: Meter, take: Take, part: Part) -> Any:
    """A line that grows from its middle with the loudness."""
    (width, height), timeline = take.delivery.size, take.timeline
    first = samples_in(timeline.in_frame + part.first_frame, timeline.rate) // 3  # 16 of 48 kHz
    half = max(LEAST_HALF_PX, round(METER_WIDTH * width / 4) * 2)
    side = 1 if meter.route == "right" else 0
    heard = ffmpeg.input(f"file:{meter.speech.name}").filter("pan", args=f"mono|c0=c{side}")
    heard = heard.filter("atrim", start_sample=first).filter("asetpts", "N/SR/TB")
    heard = heard.filter("volume", f"{meter.gain_db}dB").filter("apad")
    red, green, blue = meter.colour[1:3], meter.colour[3:5], meter.colour[5:7]
    bar = heard.filter(
        "showvolume",
        rate=str(timeline.rate),
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
    return whole.filter("settb", str(1 / timeline.rate)).filter("setpts", f"N+{part.first_frame}")
