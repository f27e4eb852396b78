"""Graphs of filters are written once for all that differ in numbers alone, and filled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import ffmpeg
import pytest

from pipeline.config import Delivery, Speaker, Trim
from pipeline.model import PictureTrack, Probe, SoundTrack
from pipeline.plan.conform import plan_timeline
from pipeline.plan.graphs import filled
from pipeline.plan.picture import Dressing, Take, plan_part
from pipeline.plan.sound import Treatment, plan_sound
from pipeline.recipe import FileInput, Recipe

PAL = Fraction(25)
SENT = FileInput("recording", "digest", "/inputs/ann.mov", outside=True)


def recording(seconds: int) -> Probe:
    """25 pictures a second and stereo sound."""
    picture = PictureTrack(
        0, "h264", 1920, 1080, Fraction(1), 0, "bt709", False, Fraction(1, 25),
        tuple(range(25 * seconds)), 1, first_key=0,
    )  # fmt: skip
    sound = SoundTrack(0, 1, True, "aac", 48000, 2, Fraction(0), Fraction(seconds), 100)
    return Probe("mov", Fraction(0), picture, sound, (sound,), 0)


def parts(seconds: int, width: int = 1920) -> list[Recipe]:
    """The parts of a message that long."""
    probe = recording(seconds)
    assert probe.picture
    picture = replace(probe.picture, width=width)
    timeline = plan_timeline(probe, PAL, Trim())
    take = Take(Speaker(id="ann", name="Ann"), timeline, Delivery(), Dressing(10), "ffmpeg 9")
    return [plan_part(SENT, picture, take, part) for part in timeline.parts]


@pytest.fixture
def spelt(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry for each graph that ffmpeg-python is asked to spell."""
    asked: list[None] = []
    spell: Callable[..., Any] = ffmpeg.get_args

    def counted(graph: Any) -> Any:
        asked.append(None)
        return spell(graph)

    monkeypatch.setattr(ffmpeg, "get_args", counted)
    return asked


def test_a_message_of_an_hour_asks_for_as_many_graphs_as_one_of_a_minute(spelt):
    assert len(parts(60, width=1918)) == 6
    of_a_minute = len(spelt)
    assert len(parts(3600, width=1914)) == 360
    assert len(spelt) - of_a_minute == of_a_minute
    parts(3600, width=1914)
    assert len(spelt) == 2 * of_a_minute  # and another one of the kind for none


def test_each_part_has_the_numbers_of_its_own_place():
    second, third = parts(40)[1:3]
    assert second.arguments[second.arguments.index("-ss") + 1] == "9.919000"
    assert third.arguments[third.arguments.index("-ss") + 1] == "19.919000"
    graph = third.arguments[third.arguments.index("-filter_complex") + 1]
    assert "setpts=PTS-500[" in graph and "trim=end_frame=250[" in graph
    assert "setpts=N+500[" in graph
    assert "trim=end_frame=750:start_frame=500[" in " ".join(third.fallback)
    assert not any("${" in argument for argument in (*third.arguments, *third.fallback))


def test_two_sounds_of_a_kind_differ_in_their_gain_alone(spelt):
    probe = recording(40)
    assert probe.sound
    timeline = plan_timeline(probe, PAL, Trim())

    def sound(gain_db: float) -> str:
        treatment = Treatment("stereo", gain_db)
        made = plan_sound(SENT, timeline, probe.sound, treatment, Delivery(), 0, "ann", "ffmpeg 9")
        return " ".join(made.arguments)

    quiet, loud = sound(9.5), sound(-3.2)
    assert "volume=9.5dB" in quiet and "volume=-3.2dB" in loud
    assert quiet.replace("9.5dB", "-3.2dB") == loud
    assert len(spelt) <= 1


def test_a_number_that_is_not_given_is_said_and_not_left_blank():
    assert filled(("-ss", "${seek}", "fd:"), {"seek": "9.880000"}) == ("-ss", "9.880000", "fd:")
    with pytest.raises(KeyError, match="seek"):
        filled(("${seek}",), {"first": 3})
