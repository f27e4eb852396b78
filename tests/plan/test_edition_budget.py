"""How many bits a small film may have."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.plan.editions import budget_of, in_shape, megabytes_needed, parse_vmaf

RATE = Fraction(25)
TWENTY_MINUTES = 20 * 60 * 25
SIZE = (1280, 720)


def test_a_film_of_twenty_minutes_in_100_megabytes_has_560_kilobits_for_its_pictures():
    # 100 MB are 800,000 kbit; less 1.5% that is 656 a second, of which the sound has 96
    budget = budget_of(100, SIZE, RATE, TWENTY_MINUTES)
    assert budget is not None
    assert budget.pictures_kbps == 560


def test_no_more_bits_are_spent_than_anybody_sees():
    # 0.12 for each pixel: 1280 x 720 x 25 x 0.12
    budget = budget_of(1000, SIZE, RATE, 60 * 25)
    assert budget is not None
    assert budget.pictures_kbps == 2764


@pytest.mark.parametrize("minutes", [1, 20, 90])
def test_the_least_that_is_named_is_enough_and_a_megabyte_less_is_not(minutes):
    frames = minutes * 60 * 25
    least = megabytes_needed(SIZE, RATE, frames)
    assert budget_of(least, SIZE, RATE, frames) is not None
    assert budget_of(least - 1, SIZE, RATE, frames) is None


@pytest.mark.parametrize(
    ("film", "small"),
    [
        ((1920, 1080), (1280, 720)),
        ((1440, 1080), (960, 720)),
        ((1080, 1080), (720, 720)),
        ((1080, 1920), (404, 720)),  # 405 is odd
        ((2048, 858), (1280, 536)),
        ((640, 360), (640, 360)),
        ((360, 640), (360, 640)),
    ],
)
def test_a_small_film_has_the_shape_of_the_segment_and_is_never_larger(film, small):
    assert in_shape(film, (1280, 720)) == small


def test_a_score_that_was_not_said_is_no_score():
    assert parse_vmaf("[Parsed_libvmaf_4 @ 0x1] VMAF score: 91.234567\n") == 91.234567
    with pytest.raises(ValueError, match="no VMAF score"):
        parse_vmaf("Conversion failed!")
