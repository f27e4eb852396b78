"""Plans the picture of a message that is sound alone: a photo, and how loud it is; without it there
would be no such message.
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
"""The meter's place, in shares of the picture: a thin line under the captions that grows from its
middle.
"""


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


def plan_still_part(
    photo: FileInput,
    meter: Meter,
    take: Take,
    part: Part,
    captions: Lettering | None = None,
    clean: bool = True,
    burned: bool = False,
) -> Recipe:
    """One part of a message that is sound alone: ``photo`` with a soft level meter."""
    shown = held(photo, part.frames, "yuv420p", take.delivery).filter(
        "setpts", f"N+{part.first_frame}"
    )
    bar = _bar(meter, take, part)
    shown = tag_bt709(
        shown.overlay(
            bar, x="(W-w)/2", y=round(METER_TOP * take.delivery.size[1]), eof_action="pass"
        )
    )
    shown = shown.filter("trim", end_frame=part.first_frame + part.frames)
    return dressed_part(shown, [photo, meter.speech], take, part, captions, clean, burned)


def _bar(meter: Meter, take: Take, part: Part) -> Any:
    """A line that grows from its middle with the loudness."""
    (width, height), timeline = take.delivery.size, take.timeline
    first = samples_in(timeline.in_frame + part.first_frame, timeline.rate) // 3  # 16 of 48 kHz
    half = max(8, round(METER_WIDTH * width / 4) * 2)
    heard = ffmpeg.input(f"file:{meter.speech.name}").filter(
        "pan", args=f"mono|c0=c{1 if meter.route == 'right' else 0}"
    )
    heard = (
        heard.filter("atrim", start_sample=first)
        .filter("asetpts", "N/SR/TB")
        .filter("volume", f"{meter.gain_db}dB")
    )
    heard = heard.filter("apad")
    colour = (  # this filter wants blue first
        f"0xff{meter.colour[5:7]}{meter.colour[3:5]}{meter.colour[1:3]}"
    )
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
        c=colour,
    )
    halves = (
        bar.filter("format", "rgba")
        .filter("colorkey", "black", 0.3, 0.2)
        .filter_multi_output("split", 2)
    )
    whole = ffmpeg.filter([halves[0].filter("hflip"), halves[1]], "hstack").filter(
        "colorchannelmixer", aa=0.9
    )
    return whole.filter("settb", str(1 / timeline.rate)).filter("setpts", f"N+{part.first_frame}")
