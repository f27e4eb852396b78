"""How far a command is and how long it still takes: told with a clock that is set by hand."""

from __future__ import annotations

import pytest

from pipeline.forecast import Forecast

HD = (1920, 1080)
CHECKED = (("look at every picture", 6.0), ("listen", 5.0), ("find speech", 3.0))


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def worked(forecast: Forecast, clock: Clock, task: str, weight: float, seconds: float) -> None:
    """One piece of work from its beginning to its end."""
    forecast.expect(task, weight)
    clock.s += seconds
    forecast.ended(task)


def test_what_a_message_will_ask_for_counts_before_it_is_asked_for():
    clock = Clock()
    forecast = Forecast("build", 1, clock)
    forecast.met("ana", 100.0, HD)
    worked(forecast, clock, "ana: look at every picture", 6.0, 6.0)
    assert forecast.share < 0.05 and forecast.left_s is None  # one piece is no measure
    worked(forecast, clock, "ana: listen", 15.0, 15.0)
    # 3 for the speech, 90 for the words, 120 for the pictures, 2 for the sound, 5 for the cards, 11
    # for the joins, 10 for the opening and the closing card
    assert forecast.left_s == pytest.approx(241, abs=1)


def test_what_was_done_never_becomes_less_whatever_comes_up():
    clock = Clock()
    forecast = Forecast("check", 1, clock)
    forecast.met("ana", 100.0, HD)
    shares = []
    for task, weight in CHECKED:
        worked(forecast, clock, f"ana: {task}", weight, weight)
        shares.append(forecast.share)
    forecast.met("ben", 1000.0, HD)
    forecast.expect("ben: look at every picture", 130.0)
    shares.append(forecast.share)
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(6 / 21.7, abs=0.01)


def test_a_piece_of_work_that_takes_minutes_moves_the_bar_while_it_runs():
    clock = Clock()
    forecast = Forecast("check", 1, clock)
    worked(forecast, clock, "music under the cards", 1.0, 2.0)
    forecast.expect("ana: listen", 99.0)
    before = forecast.share
    clock.s += 100.0  # at the speed of the first one 50 of 99
    assert before == pytest.approx(0.01)
    assert forecast.share == pytest.approx(0.51, abs=0.01)
    clock.s += 1000.0
    assert forecast.share < 0.95  # it has not ended yet


def test_a_message_that_was_made_before_is_not_waited_for():
    clock = Clock()
    forecast = Forecast("build", 1, clock)
    for speaker in ("ana", "ben"):
        forecast.met(speaker, 100.0, HD)
    for task, weight in CHECKED:
        forecast.there(f"ben: {task}", weight)
    worked(forecast, clock, "ana: look at every picture", 20.0, 20.0)
    # as above with 5 for listening, without the opening and the closing card: they are there
    assert forecast.left_s == pytest.approx(236, abs=1)


def test_stages_that_are_passed_without_work_are_not_waited_for():
    clock = Clock()
    forecast = Forecast("build", 1, clock)
    forecast.met("ana", 100.0, HD)
    forecast.there("ana: find speech", 3.0)
    worked(forecast, clock, "ana: picture 1/10", 20.0, 20.0)
    # 100 for the other pictures, 2 for the sound, 5 for the cards, 11 for the joins, 10 as above
    assert forecast.left_s == pytest.approx(128, abs=1)


def test_two_at_once_take_half_as_long_but_never_less_than_the_longest_one():
    clock = Clock()
    forecast = Forecast("check", 2, clock)
    for task, weight in (("a: cards", 10.0), ("b: cards", 10.0)):
        forecast.expect(task, weight)
    clock.s += 10.0
    forecast.ended("a: cards")
    forecast.ended("b: cards")
    for task in "cdef":
        forecast.expect(task, 10.0)
    assert forecast.left_s == pytest.approx(20.0)
    forecast.expect("g", 100.0)
    assert forecast.left_s == pytest.approx(100.0)


def test_work_that_failed_is_not_waited_for():
    forecast = Forecast("check", 1, Clock())
    forecast.expect("ana: listen", 10.0)
    assert forecast.running == "ana: listen"
    forecast.ended("ana: listen")
    assert forecast.running is None
    assert forecast.share == 1.0


def test_a_recording_that_nobody_has_looked_at_is_no_small_thing():
    clock = Clock()
    forecast = Forecast("build", 2, clock)
    for speaker in ("ana", "ben"):
        forecast.expect(f"{speaker}: look at the recording", 0.3)
    clock.s += 0.3
    forecast.ended("ana: look at the recording")
    assert forecast.share < 0.01


def test_when_all_is_joined_all_is_done():
    clock = Clock()
    forecast = Forecast("build", 1, clock)
    forecast.met("ana", 100.0, HD)
    worked(forecast, clock, "ana: picture 1/1", 10.0, 10.0)
    worked(forecast, clock, "join segment.mp4", 0.2, 0.2)
    assert forecast.share == 1.0


def test_what_can_wait_runs_after_what_cannot():
    forecast = Forecast("build", 1, Clock())
    forecast.expect("ana: listen", 1.0)
    forecast.expect("ben: picture 1/2", 10.0, can_wait=True)
    forecast.expect("cy: transcribe", 10.0)
    assert forecast.running == "ana: listen"
    forecast.ended("ana: listen")
    assert forecast.running == "cy: transcribe"
