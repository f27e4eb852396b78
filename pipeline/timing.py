"""Frames, milliseconds, seconds and timecode; without it each module would round in its own way.

Inside, a length is whole frames of the delivery rate, or whole milliseconds from the first picture
of a message. Rates are exact fractions: "29.97" means 30000/1001.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

SAMPLE_RATE = 48_000
"""Samples a second of everything we deliver."""

_NTSC = {
    "23.976": Fraction(24000, 1001),
    "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
    "59.94": Fraction(60000, 1001),
    "47.95": Fraction(48000, 1001),
    "119.88": Fraction(120000, 1001),
}
_UNIT_MS = {"ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000}


def pictures_a_second(rate: Fraction) -> str:
    """A rate as people write it: ``25``, ``29.97``."""
    return f"{float(rate):.5g}"


def parse_duration_ms(text: str | int | float) -> int:
    """A length of time as people write it, in milliseconds.

    ``8s``, ``1m30s``, ``1.5s``, ``250ms``, ``1:30``, ``00:04:10.5`` or a bare number of seconds.
    Raises ValueError for anything else, below zero included.
    """
    written = str(text).strip().lower()
    if re.fullmatch(r"\d+(\.\d+)?", written):
        return round(Fraction(written) * 1000)
    if re.fullmatch(r"(\d+:)?\d{1,2}:[0-5]\d(\.\d+)?", written):
        *larger, seconds = written.split(":")
        hours, minutes = (["0", *larger])[-2:]
        return (int(hours) * 60 + int(minutes)) * 60_000 + round(Fraction(seconds) * 1000)
    if not re.fullmatch(r"(\d+(\.\d+)?\s*(ms|s|min|m|h)\s*)+", written):
        raise ValueError(f"{text!r} is not a length of time")
    found = re.findall(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)", written)
    return round(sum((Fraction(number) * _UNIT_MS[unit] for number, unit in found), Fraction(0)))


def parse_rate(text: str | int | float) -> Fraction:
    """Frames a second as an exact fraction, from 25, 29.97, "30000/1001".

    Raises ValueError outside 10 to 120.
    """
    written = str(text).strip()
    rate = _NTSC[written] if written in _NTSC else Fraction(written)
    if not 10 <= rate <= 120:
        raise ValueError(f"{text!r} is not a frame rate from 10 to 120")
    return rate


def frames_nearest(ms: int | Fraction, rate: Fraction) -> int:
    """The whole number of frames nearest to ``ms`` milliseconds (a half goes up)."""
    return math.floor(Fraction(ms) * rate / 1000 + Fraction(1, 2))


def frame_ms(frame: int, rate: Fraction) -> int:
    """Milliseconds from frame 0 to the start of ``frame``, rounded to the nearest."""
    return _nearest(frame * 1000 * rate.denominator, rate.numerator)


def _nearest(numerator: int, denominator: int) -> int:
    """The whole number nearest to a fraction (a half goes up), a third as dear as by Fraction: a
    programme of hundreds of speakers asks it tens of thousands of times.
    """
    return (2 * numerator + denominator) // (2 * denominator)


def samples_in(frames: int, rate: Fraction) -> int:
    """Samples at 48 kHz that sound as long as ``frames`` pictures: 1920 a frame at 25 a second."""
    return _nearest(frames * SAMPLE_RATE * rate.denominator, rate.numerator)


def seconds(frames: int, rate: Fraction) -> str:
    """``frames`` in seconds with six decimals, as a program's argument is written."""
    return f"{float(Fraction(frames) / rate):.6f}"


def timecode(frame: int, rate: Fraction) -> str:
    """``HH:MM:SS:FF`` counted without dropped numbers at the rounded rate."""
    nominal = math.ceil(rate)
    whole, frames = divmod(frame, nominal)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}:{frames:02d}"


def moment(ms: int) -> str:
    """A point in a clip as a player shows it: ``0:41``, ``12:05``, ``1:02:05``.

    It is the second that has begun.
    """
    return _minutes(max(0, ms) // 1000)


def clock(ms: int) -> str:
    """A length as people say it: ``4:46``, ``1:02:05``, or ``6.5 s`` under ten seconds."""
    if abs(ms) < 10_000:
        return f"{ms / 1000:.1f} s".replace(".0 s", " s")
    return ("-" if ms < 0 else "") + _minutes(round(abs(ms) / 1000))


def _minutes(whole_seconds: int) -> str:
    minutes, rest = divmod(whole_seconds, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def joined(stretches: Iterable[Sequence[int]], within_ms: int) -> list[tuple[int, int]]:
    """Stretches (start and end in ms, in order of their starts), those less than ``within_ms``
    apart as one; 1 joins those that touch.
    """
    found: list[tuple[int, int]] = []
    for start, end in stretches:
        if found and start - found[-1][1] < within_ms:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
