"""Plans the picture of a message that is sound alone: a photo, and how loud it is; without it there would be no such message.
"""

from __future__ import annotations

import ffmpeg

from pipeline.config import Delivery, Speaker
from pipeline.model import FileInput, Recipe, Route
from pipeline.plan.conform import Part, Timeline, tag_bt709
from pipeline.plan.picture import Dressing, dressed_part
from pipeline.timing import samples_in

METER_WIDTH, METER_HEIGHT, METER_TOP = 0.3, 0.008, 0.962
"""The meter's place, in shares of the picture: a thin line under the captions that grows from its middle."""


def plan_photo(photo: FileInput, delivery: Delivery, speaker: str, version: str) -> Recipe:
    """The recipe that fits a speaker's photo to the picture (photo.png)."""
    width, height = delivery.size
    return Recipe(task=f"{speaker}: photo", tool="photo", tool_version=version, outputs=("photo.png",), inputs=(photo,),
                  arguments=(f"{width}x{height}",), timeout_s=120)


def plan_still_part(photo: FileInput, speech: FileInput, route: Route, gain_db: float, accent: str, timeline: Timeline,
                    part: Part, delivery: Delivery, dressing: Dressing, captions: str | None, fonts: tuple[FileInput, ...],
                    speaker: Speaker, version: str, clean: bool = True, burned: bool = False) -> Recipe:
    """One part of a message that is sound alone: ``photo`` with a soft level meter of ``speech`` (16 kHz, from time 0)."""
    width, height = delivery.size
    ground = ffmpeg.input(f"file:{photo.name}", framerate=str(timeline.rate)).filter(
        "scale", width, height, out_color_matrix="bt709", out_range="tv", flags="bicubic+accurate_rnd+bitexact")
    ground = tag_bt709(ground).filter("loop", loop=-1, size=1, start=0).filter("trim", end_frame=part.frames)
    ground = ground.filter("setpts", f"N+{part.first_frame}")
    first = samples_in(timeline.in_frame + part.first_frame, timeline.rate) // 3  # 16 of 48 kHz
    half = max(8, round(METER_WIDTH * width / 4) * 2)
    heard = ffmpeg.input(f"file:{speech.name}").filter("pan", args=f"mono|c0=c{1 if route == 'right' else 0}")
    heard = heard.filter("atrim", start_sample=first).filter("asetpts", "N/SR/TB").filter("volume", f"{gain_db}dB")
    heard = heard.filter("apad")
    colour = f"0xff{accent[5:7]}{accent[3:5]}{accent[1:3]}"  # this filter wants blue first
    bar = heard.filter("showvolume", rate=str(timeline.rate), w=half, h=max(2, round(METER_HEIGHT * height / 2) * 2), b=0,
                       f=0.8, t=0, v=0, ds="log", c=colour)
    halves = bar.filter("format", "rgba").filter("colorkey", "black", 0.3, 0.2).filter_multi_output("split", 2)
    meter = ffmpeg.filter([halves[0].filter("hflip"), halves[1]], "hstack").filter("colorchannelmixer", aa=0.9)
    meter = meter.filter("settb", str(1 / timeline.rate)).filter("setpts", f"N+{part.first_frame}")
    shown = tag_bt709(ground.overlay(meter, x="(W-w)/2", y=round(METER_TOP * height), eof_action="pass"))
    shown = shown.filter("trim", end_frame=part.first_frame + part.frames)
    return dressed_part(shown, [photo, speech], timeline, part, delivery, dressing, captions, fonts, speaker, version, clean,
                        burned)
