"""How far a command is and how long it still takes: told with a clock that is set by hand."""

from __future__ import annotations

import pytest

from pipeline.forecast import Forecast

PICTURES = 120.0
"""What all pictures of a message of 100 s cost, clean and with captions."""
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
    forecast.met("ana", 100.0, PICTURES)
    worked(forecast, clock, "ana: look at every picture", 6.0, 6.0)
    assert forecast.share < 0.05 and forecast.left_s is None  # one piece is no measure
    worked(forecast, clock, "ana: listen", 15.0, 15.0)
    # 3 for the speech, 90 for the words, 120 for the pictures, 2 for the sound, 5 for the cards, 5
    # for the joins, 10 for the opening and the closing card
    assert forecast.left_s == pytest.approx(236, abs=1)


def test_a_message_that_whisper_does_not_hear_waits_for_a_tenth_of_its_words():
    clock = Clock()
    forecast = Forecast("build", 1, clock)
    forecast.met("ana", 100.0, PICTURES, by_whisper=False)
    worked(forecast, clock, "ana: look at every picture", 6.0, 6.0)
    worked(forecast, clock, "ana: listen", 15.0, 15.0)
    assert forecast.left_s == pytest.approx(236 - 90 + 7, abs=1)


def test_what_was_done_never_becomes_less_whatever_comes_up():
    clock = Clock()
    forecast = Forecast("check", 1, clock)
    forecast.met("ana", 100.0, PICTURES)
    shares = []
    for task, weight in CHECKED:
        worked(forecast, clock, f"ana: {task}", weight, weight)
        shares.append(forecast.share)
    forecast.met("ben", 1000.0, 1200.0)
    forecast.expect("ben: look at every picture", 130.0)
    shares.append(forecast.share)
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(6 / 19.9, abs=0.01)


def test_a_piece_of_work_that_takes_minutes_moves_the_bar_while_it_runs():
    clock = Clock()
    forecast = Forecast("check", 1, clock)
    worked(forecast, clock, "music under the cards", 1.0, 2.0)
    assert (forecast.share, forecast.left_s) == (0.0, None)  # of what, nobody knows yet
    forecast.met("ana", 0.0, 0.0)
    forecast.expect("ana: cards", 99.0)
    before = forecast.share
    clock.s += 100.0  # at the speed of the first one 50 of 99
    assert before == pytest.approx(0.01, abs=0.001)
    assert forecast.share == pytest.approx(0.50, abs=0.01)
    clock.s += 1000.0
    assert forecast.share < 0.95  # it has not ended yet


def test_a_message_that_was_made_before_is_not_waited_for():
    clock = Clock()
    forecast = Forecast("build", 1, clock)
    for speaker in ("ana", "ben"):
        forecast.met(speaker, 100.0, PICTURES)
    for task, weight in CHECKED:
        forecast.there(f"ben: {task}", weight)
    worked(forecast, clock, "ana: look at every picture", 20.0, 20.0)
    # as above with 5 for listening, without the opening and the closing card: they are there
    assert forecast.left_s == pytest.approx(231, abs=1)


def test_stages_that_are_passed_without_work_are_not_waited_for():
    clock = Clock()
    forecast = Forecast("build", 1, clock)
    forecast.met("ana", 100.0, PICTURES)
    forecast.there("ana: find speech", 3.0)
    worked(forecast, clock, "ana: picture 1/10", 20.0, 20.0)
    # 100 for the other pictures, 2 for the sound, 5 for the cards, 5 for the joins, 10 as above
    assert forecast.left_s == pytest.approx(123, abs=1)


def test_two_at_once_take_half_as_long_but_never_less_than_the_longest_one():
    clock = Clock()
    forecast = Forecast("check", 2, clock)
    forecast.met("z", 0.0, 0.0)  # which is made already
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
    forecast.met("bo", 0.0, 0.0)
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


def test_each_kind_of_work_is_expected_at_the_speed_that_it_has():
    clock = Clock()
    forecast = Forecast("build", 1, clock)
    for speaker in ("ana", "ben"):
        forecast.met(speaker, 100.0, PICTURES)
    worked(forecast, clock, "ana: transcribe", 90.0, 450.0)  # beside a busy program: five times
    worked(forecast, clock, "ana: picture 1/10", 60.0, 120.0)  # twice
    worked(forecast, clock, "ben: transcribe", 90.0, 450.0)
    # 180 of pictures at two seconds each, and 36 of all else at some four
    assert forecast.left_s == pytest.approx(180 * 2 + 36 * 4.2, rel=0.1)


def test_one_message_is_not_sooner_heard_on_sixteen_cores():
    clock = Clock()
    forecast = Forecast("captions", 16, clock)
    forecast.met("ana", 100.0, PICTURES)
    worked(forecast, clock, "ana: look at every picture", 6.1, 6.1)
    worked(forecast, clock, "ana: listen", 5.1, 5.1)
    assert forecast.left_s == pytest.approx(93)  # where somebody speaks, then what they say


def test_an_introduction_is_heard_and_never_encoded():
    clock = Clock()
    forecast = Forecast("build", 1, clock)
    forecast.met("ana.intro", 100.0, None)
    worked(forecast, clock, "ana.intro: look at every picture", 6.1, 6.1)
    worked(forecast, clock, "ana.intro: listen", 5.1, 5.1)
    # 3 for the speech, 90 for the words, 2 for the sound, 10 for the opening and the closing card
    assert forecast.left_s == pytest.approx(105, abs=1)


def test_pictures_of_a_segment_that_cannot_air_are_not_waited_for():
    clock = Clock()
    forecast = Forecast("build", 1, clock)
    forecast.met("ana", 100.0, PICTURES)
    worked(forecast, clock, "ana: look at every picture", 6.1, 6.1)
    worked(forecast, clock, "ana: listen", 5.1, 5.1)
    forecast.without_pictures()
    # 3 for the speech, 90 for the words, 2 for the sound, 4 for the drawing of cards
    assert forecast.left_s == pytest.approx(99, abs=1)


def test_when_all_is_joined_all_is_done():
    clock = Clock()
    forecast = Forecast("build", 1, clock)
    forecast.met("ana", 100.0, PICTURES)
    worked(forecast, clock, "ana: picture 1/1", 10.0, 10.0)
    worked(forecast, clock, "join segment.mp4", 0.2, 0.2)
    assert forecast.share == 1.0


def test_editions_are_waited_for_before_the_segment_is_joined_and_after():
    clock = Clock()
    forecast = Forecast("build", 1, clock)
    forecast.met("ana", 100.0, PICTURES)
    forecast.behind("podcast", 20.0, in_turn=True)
    forecast.behind("upright", 60.0, in_turn=False)
    worked(forecast, clock, "ana: picture 1/1", 100.0, 100.0)
    # 80 for the editions, 20 of pictures, 2 for the sound, 5 for the cards, 5 for the joins, 10 as
    # above
    assert forecast.left_s == pytest.approx(123, abs=1)
    worked(forecast, clock, "join segment.mp4", 1.0, 1.0)
    assert forecast.left_s == pytest.approx(80)
    assert forecast.share == pytest.approx(101 / 181)
    worked(forecast, clock, "upright: ana: picture 1/1", 55.0, 55.0)
    forecast.behind("upright", 0.0, in_turn=False)  # it took less than was thought
    worked(forecast, clock, "podcast: sound of the edition", 15.0, 15.0)
    assert forecast.left_s == pytest.approx(5)


def test_editions_of_a_segment_for_which_nothing_had_to_run_are_taken_to_be_there():
    clock = Clock()
    forecast = Forecast("build", 1, clock)
    forecast.met("ana", 100.0, PICTURES)
    for whose in ("podcast", "mail"):
        forecast.behind(whose, 100.0, in_turn=True)
    forecast.there("join segment.mp4", 1.0)
    worked(forecast, clock, "podcast: sound of the edition", 40.0, 40.0)
    assert forecast.left_s == pytest.approx(60)


def test_what_follows_from_each_other_in_an_edition_is_not_done_side_by_side():
    clock = Clock()
    forecast = Forecast("build", 16, clock)
    forecast.met("ana", 0.0, 0.0)
    forecast.behind("mail", 100.0, in_turn=True)
    forecast.behind("upright", 100.0, in_turn=False)
    worked(forecast, clock, "join segment.mp4", 1.0, 1.0)
    worked(forecast, clock, "mail: first pass", 40.0, 40.0)
    assert forecast.left_s == pytest.approx(60)


def test_editions_of_a_segment_that_cannot_air_are_not_waited_for():
    forecast = Forecast("build", 1, Clock())
    forecast.behind("podcast", 1000.0, in_turn=True)
    forecast.met("ana", 100.0, PICTURES)
    forecast.without_pictures()
    forecast.expect("ana: look at every picture", 6.1)
    forecast.ended("ana: look at every picture")
    assert forecast.share > 0.05


def test_what_can_wait_runs_after_what_cannot():
    forecast = Forecast("build", 1, Clock())
    forecast.expect("ana: listen", 1.0)
    forecast.expect("ben: picture 1/2", 10.0, can_wait=True)
    forecast.expect("cy: transcribe", 10.0)
    assert forecast.running == "ana: listen"
    forecast.ended("ana: listen")
    assert forecast.running == "cy: transcribe"
