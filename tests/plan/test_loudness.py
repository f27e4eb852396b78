"""What the meter said, and what is done about it; its words were recorded (tests/recorded)."""

from __future__ import annotations

import pytest
from conftest import REPOSITORY

from pipeline.plan.loudness import (
    Loudness,
    first_gain_db,
    limit_under,
    loudness_findings,
    next_gain_db,
    parse_loudness,
    parse_meter,
)


def recorded(name: str) -> str:
    """What ffmpeg's meters said of a tone of -20 dBFS, four seconds long."""
    return (REPOSITORY / f"tests/recorded/loudness-{name}.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "whole", "left", "right", "both", "peak", "chosen"),
    [
        ("both-sides", -20.0, -20.0, -20.0, -20.0, -20.0, "stereo"),
        ("left-only", -23.0, -20.0, -70.0, -26.0, -20.0, "left"),
        ("out-of-phase", -20.0, -20.0, -20.0, -70.0, -20.0, "left"),
        ("silent", -70.0, -70.0, -70.0, -70.0, -120.0, "stereo"),
    ],
)
def test_the_meters_words_are_read(name, whole, left, right, both, peak, chosen):
    loudness = parse_loudness(recorded(name))
    assert loudness == Loudness(whole, left, right, both, peak)
    assert loudness.route == chosen


def test_a_meter_that_said_nothing_is_a_fault():
    with pytest.raises(ValueError, match="the meter ebur128@result reported nothing"):
        parse_meter(recorded("both-sides"), "ebur128@result")


def test_a_title_that_looks_like_a_meter_is_not_believed():
    forged = (
        "    title : [ebur128@whole @ 0x1] Summary:\n  I: -40.0 LUFS\n  True peak:\n    Peak: -1.0"
        " dBFS\n"
    )
    assert parse_meter(forged + recorded("both-sides"), "ebur128@whole") == (-20.0, -20.0)


@pytest.mark.parametrize(
    ("left", "right", "both", "chosen"),
    [
        (-20, -20, -20, "stereo"),
        (-20, -31.9, -25, "stereo"),
        (-20, -32, -26, "left"),
        (-45, -20, -26, "right"),
        (-20, -20, -27.9, "stereo"),
        (-20, -20, -28, "left"),
        (-21, -20, -35, "right"),
    ],
)
def test_a_dead_side_or_an_opposite_one_is_not_used(left, right, both, chosen):
    assert Loudness(-20, left, right, both, -3).route == chosen


def test_the_gain_is_that_of_the_side_that_is_used():
    assert first_gain_db(Loudness(-23, -20, -70, -26, -3), -16) == 4
    assert first_gain_db(Loudness(-23.4, -23.5, -23.6, -23.4, -3), -16) == 7.4


@pytest.mark.parametrize(
    ("gain", "measured", "better"),
    [(4, -17.2, 5.2), (4, -15.5, 3.5), (4, -16.1, None), (4, -15.9, None), (4, -70, None)],
)
def test_the_gain_is_corrected_until_it_is_within_a_tenth(gain, measured, better):
    assert next_gain_db(gain, measured, -16) == better


@pytest.mark.parametrize(
    ("name", "severity", "code", "message"),
    [
        (
            "silent",
            "error",
            "silent-audio",
            "ann.mov: its sound track is silent from start to end.",
        ),
        (
            "left-only",
            "warning",
            "one-channel-silent",
            "ann.mov: speech is in the left ear only; it was put in the middle.",
        ),
        (
            "out-of-phase",
            "warning",
            "out-of-phase",
            (
                "ann.mov: its two sides cancel each other on a single loudspeaker; the left side is"
                " used for both."
            ),
        ),
    ],
)
def test_what_a_producer_should_know_of_the_sound(name, severity, code, message):
    (finding,) = loudness_findings(parse_loudness(recorded(name)), None, "ann", "ann.mov")
    assert (finding.severity, finding.code, finding.message, finding.submission) == (
        severity,
        code,
        message,
        "ann",
    )


def test_a_good_recording_needs_no_word():
    assert loudness_findings(parse_loudness(recorded("both-sides")), None, "ann", "ann.mov") == ()


def test_very_quiet_speech_is_a_warning():
    (finding,) = loudness_findings(Loudness(-41, -41, -41, -41, -20), None, "ann", "ann.mov")
    assert finding.code == "very-quiet"
    assert (
        finding.message == "ann.mov: the speech is very quiet (-41 LUFS); noise comes up with it."
    )


def test_where_a_limiter_takes_half_of_each_decibel_two_are_given():
    assert next_gain_db(0, -17.4, -16) == 1.4
    assert next_gain_db(1.4, -16.7, -16, before=(0, -17.4)) == 2.8
    assert next_gain_db(1.4, -17.3, -16, before=(0, -17.4)) == 6.6  # never more than fourfold


def test_a_sound_is_held_a_decibel_under_its_peak_since_aac_goes_beyond_it():
    assert limit_under(-1) == "0.794328"  # -2 dB
    assert limit_under(-1, headroom_db=7) == "0.398107"  # -8 dB
