"""Works out how a recording's sound is made as loud as the others; without it each speaker would have a level of
their own.

The meter's text (ffmpeg's ebur128) is parsed here; the gain is a static one followed by a true-peak limiter, measured
again on what came out and corrected at most twice.
"""

from __future__ import annotations

import re

from pipeline.codes import Code
from pipeline.model import Finding, Loudness, Route, Severity

SILENCE_LUFS = -70.0
"""The meter's floor (EBU R 128 gates at -70 LUFS): a sound at this level holds nothing."""
ONE_SIDED_LU = 20.0
"""A side that is 20 LU below the other is a dead microphone channel, not a stereo image."""
CANCELS_LU = 8.0
"""Two equal, unrelated sides lose 3 LU in the sum, two equal ones nothing; 8 and more means opposite polarity."""
CLOSE_ENOUGH_LU = 0.1
PEAK_HEADROOM_DB = 1.0
"""AAC at 192 kbit/s was seen to overshoot the limiter's ceiling by up to 0.7 dB."""
MOST_PASSES = 3


NOTHING = Loudness(SILENCE_LUFS, SILENCE_LUFS, SILENCE_LUFS, SILENCE_LUFS, -120.0)
"""A recording without sound."""


def parse_meter(stderr: str, name: str) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP that the meter called ``name`` reported (peak -inf as -120).

    Raises ValueError when the meter said nothing.
    """
    prefix = re.escape(f"[{name} @ ")
    blocks = re.findall(prefix + r"[^\]]*\] Summary:(.*?)(?=^\[|\Z)", stderr, re.S | re.M)
    if not blocks:
        raise ValueError(f"the meter {name} reported nothing")
    integrated = re.search(r"I:\s*(-?[\d.]+|-?inf|nan) LUFS", blocks[-1])
    peak = re.search(r"True peak:\s*Peak:\s*(-?[\d.]+|-?inf|nan) dBFS", blocks[-1])
    lufs = _number(integrated[1] if integrated else "-inf", SILENCE_LUFS)
    return max(SILENCE_LUFS, lufs), _number(peak[1] if peak else "-inf", -120.0)


def parse_loudness(stderr: str) -> Loudness:
    """What the four meters of the first listening said."""
    whole, peak = parse_meter(stderr, "ebur128@whole")
    left, right, both = (parse_meter(stderr, f"ebur128@{side}")[0] for side in ("left", "right", "sum"))
    return Loudness(whole, left, right, both, peak)


def route(loudness: Loudness) -> Route:
    """Which side carries the speech: both, or the one that is copied to the other."""
    if loudness.left_lufs - loudness.right_lufs >= ONE_SIDED_LU:
        return "left"
    if loudness.right_lufs - loudness.left_lufs >= ONE_SIDED_LU:
        return "right"
    louder = max(loudness.left_lufs, loudness.right_lufs)
    if louder - loudness.sum_lufs >= CANCELS_LU:
        return "left" if loudness.left_lufs >= loudness.right_lufs else "right"
    return "stereo"


def first_gain_db(loudness: Loudness, target_lufs: float) -> float:
    """The gain that brings the routed sound to the target if no limiter had to work."""
    heard = {"stereo": loudness.whole_lufs, "left": loudness.left_lufs, "right": loudness.right_lufs}[route(loudness)]
    return round(target_lufs - heard, 2)


def next_gain_db(gain_db: float, measured_lufs: float, target_lufs: float) -> float | None:
    """A better gain after hearing the result, or None when the result is close enough (0.1 LU) or silent."""
    miss = round(target_lufs - measured_lufs, 2)  # the meter gives tenths: -16 + 16.1 is not to be over a tenth
    if abs(miss) <= CLOSE_ENOUGH_LU or measured_lufs <= SILENCE_LUFS:
        return None
    return round(gain_db + miss, 2)


def loudness_findings(loudness: Loudness, submission: str, file: str) -> tuple[Finding, ...]:
    """What a producer should know of the sound."""

    def found(severity: Severity, code: Code, message: str, remedy: str) -> Finding:
        return Finding(severity, code, f"{file}: {message}", remedy, submission, file)

    if loudness.whole_lufs <= SILENCE_LUFS:
        return (found("error", "silent-audio", "its sound track is silent from start to end.",
                      "Ask the speaker to check the microphone and to record the message again; or, if it is meant to be "
                      f"silent, write `allow_silent: true` under {submission} in config.yaml."),)
    findings = []
    chosen = route(loudness)
    if abs(loudness.left_lufs - loudness.right_lufs) >= ONE_SIDED_LU:
        findings.append(found("warning", "one-channel-silent", f"speech is in the {chosen} ear only; it was put in "
                              "the middle.", "Nothing to do; listen to the clip once."))
    elif chosen != "stereo":
        findings.append(found("warning", "out-of-phase", "its two sides cancel each other on a single loudspeaker; "
                              f"the {chosen} side is used for both.", "Nothing to do; listen to the clip once."))
    if loudness.whole_lufs < -40:
        findings.append(found("warning", "very-quiet", f"the speech is very quiet ({loudness.whole_lufs:.0f} LUFS); "
                              "noise comes up with it.", "Listen to the clip; ask for a louder recording if it hisses."))
    return tuple(findings)


def _number(text: str, otherwise: float) -> float:
    return otherwise if "inf" in text or text == "nan" else float(text)
