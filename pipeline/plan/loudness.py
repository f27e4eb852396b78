"""Works out how a sound becomes as loud as the others; else each speaker had a level of their own.

The meter's text (ffmpeg's ebur128) is parsed here; the gain is a static one followed by a true-peak
limiter, measured again on what came out and corrected at most three times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.findings import About, Finding

SILENCE_LUFS = -70.0
"""The meter's floor (EBU R 128 gates at -70 LUFS): a sound at this level holds nothing."""
ONE_SIDED_LU = 12.0
"""A side that is 12 LU below the other is a dead channel or a voice far off the middle."""
CANCELS_LU = 8.0
"""Two unrelated sides lose 3 LU in the sum, two equal ones nothing; 8 is opposite polarity."""
CLOSE_ENOUGH_LU = 0.1
HEARD_TO_DIFFER_LU = 0.3
QUIET_LUFS = -40.0
PEAK_HEADROOM_DB = 1.0
"""AAC at 192 kbit/s was seen to overshoot the limiter's ceiling by up to 0.7 dB."""
MOST_PASSES = 4
HUM_HZ = {50: (44, 57), 60: (50, 68), 100: (88, 112), 120: (112, 134)}
"""Where mains hum is looked for, and the two frequencies beside it that it has to stand out from.
"""
HUM_STANDS_OUT_DB = 12.0
"""In rooms without hum the bands were within 6 dB of each other; a hum stood 14 to 19 dB out."""
HUM_HEARD_LU = 40.0
"""A hum 40 dB under the speech is covered by any room it is played in."""

Route = Literal["stereo", "left", "right"]


def limit_under(true_peak: float, headroom_db: float = PEAK_HEADROOM_DB) -> str:
    """Where ffmpeg's limiter holds a sound whose peaks are to stay under ``true_peak`` (dBTP), as a
    share of full scale.
    """
    return f"{10 ** ((true_peak - headroom_db) / 20):.6f}"


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness in LUFS of a sound heard whole, from one side, and as both sides' sum.

    ``-70`` is the meter's floor: nothing was heard. ``true_peak_dbtp`` is that of the whole.
    """

    whole_lufs: float
    left_lufs: float
    right_lufs: float
    sum_lufs: float
    true_peak_dbtp: float

    @property
    def route(self) -> Route:
        """Which side carries the speech: both, or the one that is copied to the other."""
        if self.left_lufs - self.right_lufs >= ONE_SIDED_LU:
            return "left"
        if self.right_lufs - self.left_lufs >= ONE_SIDED_LU:
            return "right"
        louder = max(self.left_lufs, self.right_lufs)
        if louder - self.sum_lufs >= CANCELS_LU:
            return "left" if self.left_lufs >= self.right_lufs else "right"
        return "stereo"


NOTHING = Loudness(SILENCE_LUFS, SILENCE_LUFS, SILENCE_LUFS, SILENCE_LUFS, -120.0)
"""A recording without sound."""


def parse_meter(stderr: str, name: str) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP that the meter called ``name`` reported.

    A peak of -inf is given as -120. Raises ValueError when the meter said nothing.
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
    sides = ("left", "right", "sum")
    left, right, both = (parse_meter(stderr, f"ebur128@{side}")[0] for side in sides)
    return Loudness(whole, left, right, both, peak)


def first_gain_db(loudness: Loudness, target_lufs: float) -> float:
    """The gain that brings the routed sound to the target if no limiter had to work."""
    heard_lufs = {
        "stereo": loudness.whole_lufs,
        "left": loudness.left_lufs,
        "right": loudness.right_lufs,
    }
    return round(target_lufs - heard_lufs[loudness.route], 2)


def next_gain_db(
    gain_db: float,
    measured_lufs: float,
    target_lufs: float,
    before: tuple[float, float] | None = None,
) -> float | None:
    """A better gain after hearing the result; None when it is close enough (0.1 LU) or silent.

    ``before`` is gain and result of the pass before: where a limiter holds the peaks, a decibel
    more gives less than one.
    """
    # the meter gives tenths: -16 + 16.1 is not to be over a tenth
    miss = round(target_lufs - measured_lufs, 2)
    if abs(miss) <= CLOSE_ENOUGH_LU or measured_lufs <= SILENCE_LUFS:
        return None
    gave = 1.0
    if before and gain_db != before[0]:
        gave = (measured_lufs - before[1]) / (gain_db - before[0])
    return round(gain_db + miss / min(1.0, max(0.25, gave)), 2)


def parse_noise_db(stderr: str) -> float:
    """RMS of the quietest half second in dBFS, of the louder side.

    It is the noise of the room, if somebody paused.
    """
    said = re.findall(r"\[astats@floor @ [^\]]*\] RMS thr?ough dB: (\S+)", stderr)
    return max([-120.0, *(_number(level, -120.0) for level in said)])


def parse_hum(stderr: str, loudness: Loudness) -> tuple[int, float] | None:
    """The mains frequency (50 or 60 Hz) that is heard humming in pauses, and its level in dBFS."""
    levels: dict[int, float] = {}
    for hz, level in re.findall(r"\[astats@hum(\d+) @ [^\]]*\] RMS thr?ough dB: (\S+)", stderr):
        levels[int(hz)] = max(levels.get(int(hz), -120.0), _number(level, -120.0))
    for mains in (50, 60):
        for hz in (mains, 2 * mains):
            level = levels.get(hz, -120.0)
            around = max(levels.get(beside, -120.0) for beside in HUM_HZ[hz])
            heard = level > loudness.whole_lufs - HUM_HEARD_LU
            if heard and level - around >= HUM_STANDS_OUT_DB:
                return mains, level
    return None


# --- what a producer should know of it ------------------------------------------------------------


def loudness_findings(
    loudness: Loudness, hum: tuple[int, float] | None, submission: str, file: str
) -> tuple[Finding, ...]:
    """What a producer should know of the sound."""
    about = About(submission, file, f"{file}: ")
    if loudness.whole_lufs <= SILENCE_LUFS:
        silent = about.error(
            "silent-audio",
            "its sound track is silent from start to end.",
            "Ask the speaker to check the microphone and to record the message again; or, if it is"
            f" meant to be silent, write `allow_silent: true` under {submission} in config.yaml.",
        )
        return (silent,)
    return (*_of_sides(about, loudness), *_of_noise(about, loudness, hum))


def _of_sides(about: About, loudness: Loudness) -> Iterator[Finding]:
    chosen, listen = loudness.route, "Listen to the built clip once."
    if abs(loudness.left_lufs - loudness.right_lufs) >= ONE_SIDED_LU:
        said = f"speech is in the {chosen} ear only; it was put in the middle."
        yield about.warning("one-channel-silent", said, listen)
    elif chosen != "stereo":
        yield about.warning(
            "out-of-phase",
            "its two sides cancel each other on a single loudspeaker; "
            f"the {chosen} side is used for both.",
            listen,
        )


def _of_noise(about: About, loudness: Loudness, hum: tuple[int, float] | None) -> Iterator[Finding]:
    if loudness.whole_lufs < QUIET_LUFS:
        lufs = f"{loudness.whole_lufs:.0f} LUFS"
        yield about.warning(
            "very-quiet",
            f"the speech is very quiet ({lufs}); noise comes up with it.",
            "Listen to the built clip; ask for a louder recording if it hisses.",
        )
    if hum:
        hz, level_db = hum
        yield about.note(
            "hum",
            f"there is a hum of {hz} Hz (mains) in its sound, at {level_db:.0f} dB.",
            f"Listen to the built clip; `denoise: light` under {about.submission} in config.yaml"
            " makes it softer.",
        )


def reached_findings(
    reached_lufs: float, target_lufs: float, capped: bool, submission: str, file: str
) -> tuple[Finding, ...]:
    """What is to be said when a message could not be made as loud as the others (0.3 LU)."""
    if abs(reached_lufs - target_lufs) <= HEARD_TO_DIFFER_LU:
        return ()
    about = About(submission, file, f"{file}: ")
    reached, target = f"{reached_lufs:.1f} LUFS", f"{target_lufs:.1f}"
    if not capped:
        missed = about.warning(
            "loudness-missed",
            f"it could be brought to {reached}, not to {target}: its peaks are far above its"
            " speech.",
            "Listen to the built clip beside the others.",
        )
        return (missed,)
    finding = about.warning(
        "gain-capped",
        f"it is so quiet that it was raised by the most that is done; it is at {reached}, not at"
        f" {target}. More would bring up the noise of the room.",
        "Ask for a louder recording, or raise gain: (dB) under limits: in config.yaml.",
    )
    return (finding,)


def both_findings(
    speech_lufs: float, whole_lufs: float, submission: str, file: str
) -> tuple[Finding, ...]:
    """How loud speech and the whole came out, where they are not one."""
    finding = About(submission, file, f"{file}: ").note(
        "speech-loudness",
        f"the speech in it came out at {speech_lufs:.1f} LUFS, all of it at {whole_lufs:.1f} LUFS.",
        "Nothing to do.",
    )
    return (finding,)


def _number(text: str, otherwise: float) -> float:
    return otherwise if "inf" in text or text == "nan" else float(text)
