"""Plans the sound of a message: heard once to measure it, then made as loud as the others; without it one would shout.

One recipe for the whole message, because its filters remember, cut to exactly the length of its pictures.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import ffmpeg

from pipeline.config import Delivery
from pipeline.model import FileInput, Recipe, Route, SoundTrack
from pipeline.plan.conform import BITEXACT, Timeline, arguments, opened
from pipeline.plan.loudness import PEAK_HEADROOM_DB
from pipeline.timing import SAMPLE_RATE, frames_nearest, samples_in


def plan_listen(recording: FileInput, timeline: Timeline, sound: SoundTrack, speaker: str, version: str) -> Recipe:
    """One decode that measures loudness four ways (stderr.txt) and keeps 16 kHz stereo speech (speech.wav)."""
    source = opened(recording)
    copies = _on_the_clock(source, timeline, sound).filter_multi_output("asplit", 5)
    meters = [
        copies[0].filter("ebur128@whole", peak="true", framelog="quiet"),
        copies[1].filter("pan", args="stereo|c0=c0|c1=c0").filter("ebur128@left", framelog="quiet"),
        copies[2].filter("pan", args="stereo|c0=c1|c1=c1").filter("ebur128@right", framelog="quiet"),
        copies[3].filter("pan", args="stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0+0.5*c1").filter("ebur128@sum", framelog="quiet"),
    ]
    speech = ffmpeg.output(copies[4].filter("aresample", 16000), "speech.wav", acodec="pcm_s16le", **BITEXACT)
    nulls = [ffmpeg.output(meter, "-", f="null") for meter in meters]
    return Recipe(
        task=f"{speaker}: listen", tool="ffmpeg", tool_version=version, outputs=("speech.wav",), inputs=(recording,),
        arguments=arguments(ffmpeg.merge_outputs(speech, *nulls), "-v", "info", "-nostats", "-copyts"),
        weight=float(timeline.frames / timeline.rate) / 8)


def plan_sound(recording: FileInput, timeline: Timeline, sound: SoundTrack, chosen: Route, gain_db: float,
               delivery: Delivery, fade_frames: int, speaker: str, version: str) -> Recipe:
    """The message's whole sound at the right level, exactly as long as its pictures (sound.wav), measured on the way."""
    count = samples_in(timeline.frames, timeline.rate)
    ceiling = 10 ** ((delivery.true_peak - PEAK_HEADROOM_DB) / 20)
    source = opened(recording)
    heard = _on_the_clock(source, timeline, sound)
    if chosen != "stereo":
        heard = heard.filter("pan", args="stereo|c0=c0|c1=c0" if chosen == "left" else "stereo|c0=c1|c1=c1")
    start = samples_in(timeline.in_frame, timeline.rate)
    heard = heard.filter("atrim", start_sample=start, end_sample=start + count).filter("asetpts", "N/SR/TB")
    heard = heard.filter("volume", f"{gain_db}dB")
    # Peaks between the samples are only seen at a higher rate: limited at 192 kHz, four samples for one.
    heard = heard.filter("aresample", 4 * SAMPLE_RATE).filter(
        "alimiter", limit=f"{ceiling:.6f}", attack=1, release=60, level="false", latency="true")
    heard = heard.filter("aresample", SAMPLE_RATE).filter("apad", whole_len=count).filter("atrim", end_sample=count)
    length_s = float(timeline.frames / timeline.rate)
    fade_s = min(0.02 if fade_frames else 0.004, length_s / 4)  # a click at the joint is softened, no syllable is lost
    heard = heard.filter("afade", t="in", st=0, d=fade_s).filter("afade", t="out", st=f"{length_s - fade_s:.6f}", d=fade_s)
    heard = heard.filter("aformat", sample_fmts="flt", sample_rates=SAMPLE_RATE, channel_layouts="stereo")
    heard = heard.filter("ebur128@result", peak="true", framelog="quiet")
    out = ffmpeg.output(heard, "sound.wav", acodec="pcm_s16le", ar=SAMPLE_RATE, **BITEXACT)
    return Recipe(
        task=f"{speaker}: sound", tool="ffmpeg", tool_version=version, outputs=("sound.wav",), inputs=(recording,),
        arguments=arguments(out, "-v", "info", "-nostats", "-copyts"), samples=(("sound.wav", count),),
        weight=length_s / 6)


def _on_the_clock(source: Any, timeline: Timeline, sound: SoundTrack) -> Any:
    """The sound at 48 kHz stereo, holes filled, its first sample at the message's time 0."""
    first = frames_nearest(timeline.origin_s * 1000, Fraction(SAMPLE_RATE))
    heard = source[f"a:{sound.position}"].filter("aresample", SAMPLE_RATE, **{"async": 1, "first_pts": first})
    return heard.filter("aformat", sample_fmts="flt", channel_layouts="stereo").filter("asetpts", "N/SR/TB")
