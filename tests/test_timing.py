"""Frames, milliseconds, samples and timecode: one way of rounding for everybody."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.timing import (
    clock,
    frame_ms,
    frames_nearest,
    parse_duration_ms,
    parse_rate,
    samples_in,
    seconds,
    timecode,
)

PAL, NTSC, FILM, HIGH = Fraction(25), Fraction(30000, 1001), Fraction(24), Fraction(50)


@pytest.mark.parametrize(
    ("written", "ms"),
    [
        ("8s", 8000),
        ("1m30s", 90000),
        ("1.5s", 1500),
        ("250ms", 250),
        ("1:30", 90000),
        ("00:04:10.5", 250500),
        ("90:00", 5400000),
        ("2h", 7200000),
        ("1h 2m 3s", 3723000),
        ("5min", 300000),
        ("8 S", 8000),
        ("8", 8000),
        (8, 8000),
        (1.5, 1500),
        ("0s", 0),
    ],
)
def test_a_length_of_time_is_read_as_people_write_it(written, ms):
    assert parse_duration_ms(written) == ms


@pytest.mark.parametrize(
    "written",
    ["", "soon", "-1s", "1:60", "1:2", ":30", "1m30", "1.5.5s", "1d", "1e3", "s", "8s!", "+5"],
)
def test_anything_else_is_no_length_of_time(written):
    with pytest.raises(ValueError, match="is not a length of time"):
        parse_duration_ms(written)


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("25", Fraction(25)),
        (29.97, Fraction(30000, 1001)),
        ("30000/1001", Fraction(30000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        (50, Fraction(50)),
    ],
)
def test_a_broadcast_rate_is_an_exact_fraction(written, rate):
    assert parse_rate(written) == rate


@pytest.mark.parametrize("written", ["9", "121", "0", "-25", "abc"])
def test_a_rate_outside_10_to_120_is_refused(written):
    with pytest.raises(ValueError, match=r"."):
        parse_rate(written)


def test_a_moment_belongs_to_the_nearest_frame():
    assert [frames_nearest(ms, PAL) for ms in (19, 20, 59, 60)] == [0, 1, 1, 2]


def test_eight_seconds_are_240_frames_at_29_97():
    assert frames_nearest(8000, NTSC) == 240


def test_a_frame_written_in_milliseconds_is_read_back_as_the_same_frame():
    for rate in (FILM, PAL, NTSC, HIGH, Fraction(60000, 1001), Fraction(120)):
        assert [frames_nearest(frame_ms(frame, rate), rate) for frame in (1, 7, 1001, 35964)] == [
            1,
            7,
            1001,
            35964,
        ]


def test_sound_is_as_long_as_its_pictures():
    assert samples_in(1, PAL) == 1920
    assert samples_in(1, NTSC) == 1602
    assert samples_in(5, NTSC) == 8008
    assert samples_in(30000, NTSC) == 48048000


def test_a_length_is_handed_to_a_program_in_seconds_with_six_decimals():
    assert seconds(100, PAL) == "4.000000"
    assert seconds(100, NTSC) == "3.336667"


def test_timecode_counts_frames_from_zero():
    assert timecode(0, PAL) == "00:00:00:00"
    assert timecode(29999, PAL) == "00:19:59:24"
    assert timecode(90000, PAL) == "01:00:00:00"
    assert timecode(29, NTSC) == "00:00:00:29"
    assert timecode(30, NTSC) == "00:00:01:00"


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (286000, "4:46"),
        (6500, "6.5 s"),
        (6000, "6 s"),
        (0, "0 s"),
        (10000, "0:10"),
        (59600, "1:00"),
        (3725000, "1:02:05"),
        (3599600, "1:00:00"),
        (-90000, "-1:30"),
        (-500, "-0.5 s"),
    ],
)
def test_a_length_is_said_as_people_say_it(ms, said):
    assert clock(ms) == said
