"""What the times of a recording's sound say of its clock."""

from __future__ import annotations

from math import sin

import pytest

from pipeline.plan.sound_clock import Run, sound_clock


def pieces(*, seconds: float = 30, wander_s: float = 0, drift: float = 0, gaps=()) -> list[Run]:
    """Sound in pieces of 20 ms whose times wander and drift; ``gaps`` are where and how long."""
    return [
        Run(
            heard * (1 + drift)
            + wander_s * sin(number * number * 1.7)
            + sum(length for at, length in gaps if heard >= at),
            heard,
        )
        for number in range(round(seconds * 50))
        for heard in [number / 50]
    ]


def test_an_even_clock_is_left_alone():
    assert sound_clock([Run(1.4, 0.0)]) is None
    assert sound_clock(pieces(wander_s=0.001)) is None


def test_an_even_clock_with_gaps_is_left_alone():
    assert sound_clock([Run(0.0, 0.0), Run(5.4, 5.0), Run(9.45, 9.0)]) is None


def test_a_first_packet_that_comes_early_is_neither_a_drift_nor_a_clock_that_wanders():
    clock = sound_clock([Run(0.0, 0.0), Run(0.08, 0.023), Run(8.057, 8.0)])
    assert clock is not None
    assert clock.late_s == pytest.approx(0.057)
    assert clock.drift == pytest.approx(0, abs=0.0005)
    assert clock.put_right_s == pytest.approx(0)


def test_times_that_wander_are_no_gaps():
    clock = sound_clock(pieces(wander_s=0.012))
    assert clock is not None
    assert clock.gaps == ()
    assert clock.jump_s > 0.024
    assert clock.put_right_s == pytest.approx(0.024, abs=0.001)


def test_a_drift_is_told_from_what_wanders():
    clock = sound_clock(pieces(wander_s=0.012, drift=0.003))
    assert clock is not None
    assert clock.drift == pytest.approx(0.003, abs=0.0003)
    assert clock.gaps == ()


def test_a_real_gap_is_told_from_what_wanders():
    clock = sound_clock(pieces(wander_s=0.012, gaps=[(12.0, 0.06), (20.0, 0.4)]))
    assert clock is not None
    assert [at for at, _ in clock.gaps] == [12.0, 20.0]
    assert [length for _, length in clock.gaps] == pytest.approx([0.06, 0.4], abs=0.01)


def test_one_time_that_is_wrong_is_no_gap():
    clock = sound_clock([Run(0.0, 0.0), Run(5.1, 5.0), Run(5.02, 5.02), Run(9.0, 9.0)])
    assert clock is not None
    assert clock.gaps == ()
    assert clock.jump_s > 0.1


def test_a_clock_that_bends_is_followed():
    bending = [Run(heard + 0.04 * sin(heard / 2), heard) for heard in (n / 50 for n in range(1500))]
    clock = sound_clock(bending)
    assert clock is not None
    assert len(clock.slopes) > 5
    assert clock.gaps == ()


def test_no_clock_needs_more_slopes_than_an_expression_holds():
    restless = [Run(n / 5 + 0.03 * sin(n / 5), n / 5) for n in range(9000)]
    clock = sound_clock(restless)
    assert clock is not None
    assert len(clock.slopes) <= 150
