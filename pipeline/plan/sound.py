"""Plans a message's sound: measured, then made as loud as the others; without it one would shout.

One recipe for the whole message, because its filters remember, cut to exactly the length of its
pictures.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ffmpeg

from pipeline.config import Delivery
from pipeline.model import SoundClock, SoundTrack
from pipeline.plan.conform import BITEXACT, Timeline, arguments, opened
from pipeline.plan.graphs import KINDS_KEPT, Number, filled
from pipeline.plan.loudness import HUM_HZ, Route, limit_under
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import SAMPLE_RATE, samples_in

RUMBLE_HZ = 60
"""Below it there is no speech (the deepest voices begin at 80 Hz), but traffic, wind and knocks."""

SIDES = ("whole", "left", "right", "sum")
"""What is measured of a sound: as it is heard, each side, and both on one loudspeaker."""
REST_LU = 6
"""How much louder than the speech music or applause may stay where they are limited."""
REST_HEADROOM_DB = 7
"""The AAC of claps and of a clipped tone was seen to overshoot by 5 dB."""
RAMP_S = 0.1
RAMP_STEP = SAMPLE_RATE // 200
"""In steps of 5 ms sound goes over to what is held, within 0.1 s."""
_STEREO_DB = 2.3
"""By how much the level of one of two equal sides is under the loudness of both."""

HUM_LEAST_S = 3
"""Shorter messages are over before the narrow filters have settled."""
AFFTDN_DELAY = SAMPLE_RATE // 40
"""ffmpeg's afftdn gives everything 25 ms late (measured), half of its window."""

LEFT = "stereo|c0=c0|c1=c0"
RIGHT = "stereo|c0=c1|c1=c1"
BOTH = "stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0+0.5*c1"
"""What both sides are made of: the left one, the right one, or half of each."""


@dataclass(frozen=True)
class Treatment:
    """What is done to a message's sound: which side is used, and the gain that it asks for.

    ``more_db`` is what a first result fell short by, ``noise_db`` the level of the noise to be
    softened (before any gain; None: none), ``level`` as config.yaml says. ``louder``
    are stretches in ms in which something is far louder than the speech, and is held near it.
    """

    route: Route
    gain_db: float
    more_db: float = 0.0
    noise_db: float | None = None
    level: bool = False
    louder: tuple[tuple[int, int], ...] = ()


def plan_listen(
    recording: FileInput, timeline: Timeline, sound: SoundTrack, speaker: str, version: str
) -> Recipe:
    """One decode that measures loudness, noise and hum (stderr.txt) and keeps 16 kHz speech.

    The speech is in stereo (speech.wav); the momentary loudness of each of ``SIDES`` is in a text
    of its own.
    """
    hum = timeline.frames > HUM_LEAST_S * timeline.rate
    numbers = {**_place_numbers(timeline), "over": f"{sound.over_db:.1f}"}
    return Recipe(
        task=f"{speaker}: listen",
        tool="ffmpeg",
        tool_version=version,
        outputs=("speech.wav", *(f"{side}.txt" for side in SIDES)),
        inputs=(recording,),
        arguments=filled(_listening(_kind(sound), hum), numbers),
        weight=0.1 + float(timeline.frames / timeline.rate) / 20,
    )


@lru_cache(maxsize=KINDS_KEPT)
def _listening(sound: _Kind, hum: bool) -> tuple[str, ...]:
    """The arguments that listen to every sound of a kind, with blanks; ``hum``: to its hum too."""
    raw = _on_the_clock(opened(), sound).filter_multi_output("asplit", 1 + hum)
    copies = _in_pieces(_without_rumble(raw[0]), 4800).filter_multi_output("asplit", 6)
    meters = [
        _metered(copies[0], "whole", peak="true"),
        _metered(_panned(copies[1], LEFT), "left"),
        _metered(_panned(copies[2], RIGHT), "right"),
        _metered(_panned(copies[3], BOTH), "sum"),
        _quietest(copies[4], "floor", 0.5),
        *(_hum_meters(raw[1]) if hum else ()),
    ]
    kept = copies[5].filter("aresample", 16000)
    if sound.over:  # whole numbers would cut off what only floating point can hold
        kept = kept.filter("volume", "-${over}dB")
    speech = ffmpeg.output(kept, "speech.wav", acodec="pcm_s16le", **BITEXACT)
    graph = ffmpeg.merge_outputs(speech, *(ffmpeg.output(one, "-", f="null") for one in meters))
    return arguments(graph, "-v", "info", "-nostats", "-copyts")


def _in_pieces(heard: Any, samples: int) -> Any:
    """The same sound in larger pieces, of as many ``samples`` each; the last is shorter.

    A codec's are 20 ms, and each meter hands each to a thread of its own: 16 of them took 1.8 s of
    processor for 25 s of sound, 1.3 of it the kernel's, now 0.3.
    """
    return heard.filter("asetnsamples", n=samples, p=0)


def _metered(heard: Any, name: str, **options: str) -> Any:
    """A meter whose summary is on stderr, and whose momentary loudness in NAME.txt."""
    heard = heard.filter(f"ebur128@{name}", framelog="quiet", metadata=1, **options)
    return heard.filter("ametadata", mode="print", key="lavfi.r128.M", file=f"{name}.txt")


def _panned(heard: Any, sides: str) -> Any:
    return heard.filter("pan", args=sides)


def _quietest(heard: Any, name: str, length_s: float) -> Any:
    """A meter of the quietest ``length_s`` seconds in each channel."""
    return heard.filter(
        f"astats@{name}",
        length=length_s,
        measure_overall="none",
        measure_perchannel="RMS_trough",
    )


def _hum_meters(heard: Any) -> list[Any]:
    """The level of narrow bands at mains frequencies and beside them in the quietest 0.3 s.

    Where nobody speaks a hum still stands; a deep voice does not. The first second is what the
    filters need to settle.
    """
    bands = sorted({hz for one, beside in HUM_HZ.items() for hz in (one, *beside)})
    low = _in_pieces(heard.filter("aresample", 2000).filter("aformat", sample_fmts="fltp"), 2000)
    meters = []
    for hz, band in zip(bands, _copies(low, len(bands)), strict=True):
        for _ in range(2):
            band = band.filter("bandpass", f=hz, width_type="h", w=2)
        meters.append(_quietest(band.filter("atrim", start_sample=2000), f"hum{hz}", 0.3))
    return meters


def _copies(heard: Any, count: int) -> list[Any]:
    copies = heard.filter_multi_output("asplit", count)
    return [copies[number] for number in range(count)]


def plan_sound(
    recording: FileInput,
    timeline: Timeline,
    sound: SoundTrack,
    treatment: Treatment,
    delivery: Delivery,
    fade_frames: int,
    speaker: str,
    version: str,
) -> Recipe:
    """The message's whole sound at the right level (sound.wav), measured on the way.

    It is exactly as long as the message's pictures.
    """
    count = samples_in(timeline.frames, timeline.rate)
    length_s = float(timeline.frames / timeline.rate)
    manner = _Manner(
        _kind(sound),
        treatment.route,
        treatment.noise_db is not None,
        treatment.level,
        treatment.louder,
        delivery.loudness,
        delivery.true_peak,
    )
    numbers = _place_numbers(timeline) | _gains(treatment) | _fades(length_s, fade_frames)
    return Recipe(
        task=f"{speaker}: sound",
        tool="ffmpeg",
        tool_version=version,
        outputs=("sound.wav", "result.txt"),
        inputs=(recording,),
        arguments=filled(_sounding(manner), {**numbers, "count": count}),
        samples=(("sound.wav", count),),
        weight=0.1 + length_s / 60,
    )


@dataclass(frozen=True)
class _Manner:
    """All that decides how a message's sound is made, but for its numbers; see ``Treatment``."""

    sound: _Kind
    route: Route
    softened: bool
    level: bool
    louder: tuple[tuple[int, int], ...]
    loudness: float
    true_peak: float


def _gains(treatment: Treatment) -> dict[str, Number]:
    floor_db = round((treatment.noise_db or 0) + treatment.gain_db)
    return {
        "gain": treatment.gain_db,
        "more": treatment.more_db,
        "floor": min(-20, max(-80, floor_db)),
    }


def _fades(length_s: float, fade_frames: int) -> dict[str, Number]:
    """Of a sound that begins and ends softly: a click at the joint is softened, no syllable is
    lost.
    """
    fade_s = min(0.02 if fade_frames else 0.004, length_s / 4)
    return {"fade": fade_s, "fade_out": f"{length_s - fade_s:.6f}"}


@lru_cache(maxsize=KINDS_KEPT)
def _sounding(manner: _Manner) -> tuple[str, ...]:
    """The arguments that make every sound in that manner, with blanks."""
    heard = _without_rumble(_on_the_clock(opened(), manner.sound))
    if manner.route != "stereo":
        heard = _panned(heard, LEFT if manner.route == "left" else RIGHT)
    heard = heard.filter("atrim", start_sample="${start}", end_sample="${end}")
    heard = _treated(heard.filter("asetpts", "N/SR/TB"), manner)
    heard = limited(heard, manner.true_peak, "${count}")
    heard = heard.filter("afade", t="in", st=0, d="${fade}")
    heard = heard.filter("afade", t="out", st="${fade_out}", d="${fade}")
    heard = _metered(as_delivered(heard), "result", peak="true")
    heard = as_delivered(heard)
    out = ffmpeg.output(heard, "sound.wav", acodec="pcm_s16le", ar=SAMPLE_RATE, **BITEXACT)
    return arguments(out, "-v", "info", "-nostats", "-copyts")


def _treated(heard: Any, manner: _Manner) -> Any:
    """The sound at its level, softened and levelled where config.yaml asks for it."""
    heard = heard.filter("volume", "${gain}dB")
    if manner.softened:  # 12 dB is what speech bears without sounding of water
        heard = heard.filter("afftdn", nr=12, nf="${floor}")
        heard = heard.filter("atrim", start_sample=AFFTDN_DELAY).filter("asetpts", "N/SR/TB")
    if manner.level:
        # slow enough to leave syllables alone: it follows how near the microphone somebody sits
        threshold = f"{manner.loudness - 12}dB"
        slow = {"attack": 80, "release": 1200}
        heard = heard.filter(
            "acompressor", threshold=threshold, ratio=3, knee=6, detection="rms", **slow
        )
    heard = heard.filter("volume", "${more}dB")
    return _held(heard, manner) if manner.louder else heard


def _held(heard: Any, manner: _Manner) -> Any:
    """The sound with music, applause and squeals held near the speech, which is the same to the
    sample everywhere else.
    """
    held = "+".join(
        f"clip(min(t-{start / 1000 - RAMP_S:.3f},{end / 1000 + RAMP_S:.3f}-t)/{RAMP_S},0,1)"
        for start, end in manner.louder
    )
    dry, wet = _copies(heard.filter("asetnsamples", n=RAMP_STEP, p=0), 2)
    threshold = f"{manner.loudness + REST_LU - _STEREO_DB:.1f}dB"
    wet = wet.filter(
        "acompressor", threshold=threshold, ratio=20, detection="rms", attack=10, release=150
    )
    limit = limit_under(manner.true_peak, REST_HEADROOM_DB)
    wet = wet.filter("alimiter", limit=limit, level="false", latency="true")
    wet = wet.filter("asetnsamples", n=RAMP_STEP, p=0)
    wet = wet.filter("volume", volume=f"min(1,{held})", eval="frame")
    dry = dry.filter("volume", volume=f"1-min(1,{held})", eval="frame")
    return ffmpeg.filter([dry, wet], "amix", inputs=2, normalize=0)


def as_delivered(heard: Any) -> Any:
    """The sound in the one form that all sounds of a segment have, to be joined."""
    return heard.filter(
        "aformat", sample_fmts="flt", sample_rates=SAMPLE_RATE, channel_layouts="stereo"
    )


def limited(heard: Any, true_peak: float, count: Number) -> Any:
    """48 kHz sound with its ``true_peak`` under that limit in dBTP, ``count`` samples long.

    Peaks between the samples are only seen at a higher rate: limited at 192 kHz, four samples for
    one.
    """
    limit = limit_under(true_peak)
    heard = heard.filter("aresample", 4 * SAMPLE_RATE).filter(
        "alimiter", limit=limit, attack=1, release=60, level="false", latency="true"
    )
    heard = heard.filter("aresample", SAMPLE_RATE)
    return heard.filter("apad", whole_len=count).filter("atrim", end_sample=count)


@dataclass(frozen=True)
class _Kind:
    """What of a ``SoundTrack`` decides the filters that read it; ``over``: its peaks are over full
    scale.
    """

    position: int
    clock: SoundClock | None
    ceiling: float
    ambisonic: bool
    over: bool


def _kind(sound: SoundTrack) -> _Kind:
    return _Kind(sound.position, sound.clock, sound.ceiling, sound.ambisonic, sound.over_db != 0)


def _place_numbers(timeline: Timeline) -> dict[str, Number]:
    """What of a sound is used: its time 0 on the container's clock, its first sample and the one
    behind its last.
    """
    start = samples_in(timeline.in_frame, timeline.rate)
    return {
        "late": str(timeline.origin_s - timeline.sound_late_s),
        "start": start,
        "end": start + samples_in(timeline.frames, timeline.rate),
    }


def _on_the_clock(source: Any, sound: _Kind) -> Any:
    """The sound at 48 kHz stereo, holes of over 10 ms filled, from the message's time 0 on.

    Where its clock wanders or drifts it is stretched by as much, and only real gaps are holes.

    It is as late as the pictures are on the whole. Of surround sound the centre, where speech is,
    is taken whole, what is behind the listener at a third.
    """
    # Not by aresample's first_pts alone: that counts in the rate of what comes in, which the
    # decoder knows and a container may not (HE-AAC).
    shifted = source[f"a:{sound.position}"].filter("asetpts", "PTS-(${late})/TB")
    filled: dict[str, Any] = {"async": 1, "min_hard_comp": 0.01, "first_pts": 0}
    if sound.clock:
        shifted = shifted.filter("asetpts", _smoothed(sound.clock))
        filled |= _STRETCHED | {"min_hard_comp": f"{sound.clock.jump_s:.4f}"}
    mixed = {"center_mix_level": 1, "surround_mix_level": 0.33, "out_chlayout": "stereo"}
    if sound.ceiling:  # one that is no number would stay in every filter behind it
        sane = f"if(lte(abs(val(ch)),{sound.ceiling}),val(ch),0)"
        shifted = shifted.filter("aeval", sane, c="same")
    if sound.ambisonic:  # no converter knows what to do with directions; the first is all of it
        shifted = _panned(shifted, LEFT)
    heard = shifted.filter("aresample", SAMPLE_RATE, **filled, **mixed, out_sample_fmt="flt")
    return heard.filter("asetpts", "N/SR/TB")


_SETTLES_S = 1.0
"""Within which a time that wanders is followed: a tone then sways by less than 0.1%."""
_STRETCHED = {"flags": "res", "min_comp": 0.0003, "max_soft_comp": 0.05, "comp_duration": 1}
"""aresample stretches by as many seconds a second as it is behind, so it is behind by the drift."""


def _smoothed(clock: SoundClock) -> str:
    """The time of each piece of sound, as an expression for asetpts: where the last one ended and
    the clock's curve goes, and a little nearer to what its own time says; that time itself where it
    jumped.

    ffmpeg's numbers: 0 holds the last time, 1 where this piece is expected, 2 the samples of the
    last piece, 3 the slope of the clock here, 4 the piece's own time.
    """
    starts = [0.0, *(at for at, _ in clock.slopes[1:]), 1e9]
    slope = "+".join(
        f"{by:.7f}*gte(T0,{start:.3f})*lt(T0,{end:.3f})"
        for (_, by), (start, end) in zip(clock.slopes, itertools.pairwise(starts), strict=False)
    ).replace("T0", "(N/SR)")
    gaps = "+".join(
        f"{gap:.4f}*SR*lt(abs(N-{at:.3f}*SR),2.5*S)*gt((ld(4)-ld(1))/({gap:.4f}*SR),0.5)"
        for at, gap in clock.gaps
    )
    first = f"PTS+({clock.late_s:.6f}+ld(3)*{_SETTLES_S})*SR"
    follow = f"ld(1)+(ld(4)-ld(1))*min(1,S/SR/{_SETTLES_S})"
    jumped = f"gt(abs(ld(4)-ld(1)),{clock.jump_s:.4f}*SR)"
    steps = (
        f"st(3,{slope or 0})",
        f"st(4,PTS+ld(3)*{_SETTLES_S}*SR)",
        "st(1,ld(0)+ld(2)*(1+ld(3)))",
        f"st(1,ld(1)+{gaps or 0})",
        "st(2,S)",
        f"st(0,if(eq(N,0),{first},if({jumped},ld(4),{follow})))",
    )
    return ";".join(steps)


def _without_rumble(heard: Any) -> Any:
    """Nothing below 60 Hz.

    The knock with which the filter meets a constant offset is over in 50 ms.
    """
    return heard.filter("highpass", f=RUMBLE_HZ, poles=2).filter("afade", t="in", d=0.05)
