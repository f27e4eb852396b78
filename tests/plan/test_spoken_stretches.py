"""Which of a sound is speech, and how loud that is, from the meter's blocks of 0.4 s."""

from __future__ import annotations

import pytest

from pipeline.plan.loudness import SILENCE_LUFS, Loudness
from pipeline.plan.spoken import (
    dead_findings,
    drowned_findings,
    louder_findings,
    louder_than_speech,
    loudness_of_speech,
    lufs_of,
    parse_momentary,
    spoken_blocks,
)

NONE = -120.7
SPEECH, MUSIC = [-30.0] * 60, [-12.0] * 20
JINGLE = [NONE] * 3 + MUSIC + SPEECH
"""Two seconds of music, then six of speech."""
SPOKEN = ((2100, 8300),)
WHOLE = Loudness(-16.5, -16.5, -16.5, -16.5, -1.0)


def test_the_meters_blocks_are_read():
    text = "frame:0    pts:0       pts_time:0\nlavfi.r128.M=-120.691\nlavfi.r128.M=-30.5\n"
    assert parse_momentary(text) == (-120.691, -30.5)
    assert parse_momentary("nothing") == ()


def test_a_jingle_before_the_speech_is_not_measured_with_it():
    blocks = spoken_blocks(JINGLE, SPOKEN)
    assert lufs_of(JINGLE, blocks) == -30.0
    assert loudness_of_speech(WHOLE, {"whole": JINGLE}, blocks).whole_lufs == -30.0


def test_what_the_recogniser_takes_for_speech_in_the_music_is_left_out():
    blocks = spoken_blocks(JINGLE, ((1200, 8300),))
    assert lufs_of(JINGLE, blocks) == -30.0


def test_where_nobody_speaks_all_of_it_is_measured():
    assert spoken_blocks(JINGLE, ()) == ()
    assert loudness_of_speech(WHOLE, {"whole": JINGLE}, ()) == WHOLE


def test_where_there_is_nothing_but_speech_it_is_measured_as_everybody_does():
    heard = [NONE] * 3 + SPEECH
    whole = Loudness(-30.2, -30.2, -30.2, -30.2, -9.0)
    blocks = spoken_blocks(heard, ((0, 6000),))
    assert loudness_of_speech(whole, {"whole": heard}, blocks) is whole


def test_what_a_trim_took_away_is_no_longer_looked_for():
    blocks = spoken_blocks(JINGLE, SPOKEN)
    made = [NONE] * 3 + [-16.0] * 55
    assert lufs_of(made, blocks, in_ms=2500) == -16.0
    assert lufs_of(made, blocks, in_ms=60_000) == SILENCE_LUFS


def test_what_is_louder_than_the_speech_is_said_with_its_moment():
    blocks = spoken_blocks(JINGLE, SPOKEN)
    louder = louder_than_speech(JINGLE, blocks, SPOKEN)
    assert louder is not None
    assert (louder.by_lu, louder.stretches) == (18.0, ((0, 2300),))
    (finding,) = louder_findings(louder, "ana", "ana.mov")
    assert "is 18 LU louder than the speech, most at 0:00" in finding.message
    assert louder_than_speech([NONE] * 3 + SPEECH, range(3, 60), ((0, 6000),)) is None


def test_a_squeal_so_loud_that_nobody_is_heard_beside_it_is_said():
    squealed = [NONE] * 3 + [-9.0] * 20 + [-55.0] * 100
    (said,) = drowned_findings(squealed, "ann", "ann.mov")
    assert said.code == "louder-than-speech"
    assert said.message.startswith("ann.mov: nobody was heard speaking in it, and something in it")
    assert "46 LU louder than the rest, most at 0:00" in said.message


@pytest.mark.parametrize("sound", [[-9.0] * 120, [-9.0] * 20 + [NONE] * 100, SPEECH, [NONE] * 9])
def test_a_tone_a_beep_in_silence_or_a_quiet_talk_drowns_nobody(sound):
    assert drowned_findings(sound, "ann", "ann.mov") == ()


def test_a_hundred_stretches_at_most_are_told_apart():
    clapping = [NONE] * 3 + ([-30.0] * 12 + [-10.0]) * 300
    spoken = tuple((at * 1300, at * 1300 + 900) for at in range(300))
    louder = louder_than_speech(clapping, spoken_blocks(clapping, spoken), spoken)
    assert louder is not None and 1 <= len(louder.stretches) <= 100


@pytest.mark.parametrize("blocks", [(), (0, 1, 2)])
def test_blocks_before_the_first_whole_one_do_not_count(blocks):
    assert lufs_of(JINGLE, blocks) == SILENCE_LUFS


def with_nothing(*stretches: tuple[int, int]) -> list[float]:
    """Twenty seconds of speech; between the seconds of each of ``stretches`` nothing is heard."""
    heard = [NONE] * 3 + [-30.0] * 197
    for first_s, end_s in stretches:  # a block has 0.4 s, and all of it is silent
        heard[first_s * 10 + 3 : end_s * 10] = [NONE] * ((end_s - first_s) * 10 - 3)
    return heard


def test_a_microphone_that_was_off_for_a_while_is_said_with_its_moment():
    (finding,) = dead_findings(with_nothing((7, 13)), ((500, 19_000),), "ana", "ana.mov")
    assert (finding.severity, finding.code, finding.at_ms) == ("warning", "audio-gap", 7000)
    assert finding.message == (
        "ana.mov: nothing at all is heard in it for 6 s at 0:07, as if the microphone had been off."
    )


def test_several_such_stretches_are_one_sentence():
    heard = with_nothing((2, 7), (10, 14))
    (finding,) = dead_findings(heard, ((500, 1900), (15_000, 19_000)), "ana", "ana.mov")
    assert "in it 2 times, 9 s in all, first at 0:02" in finding.message


@pytest.mark.parametrize(
    ("stretch", "activity"),
    [((7, 10), (500, 19_000)), ((0, 6), (6_500, 19_000)), ((14, 20), (500, 13_500))],
    ids=["a pause", "before the first word", "after the last word"],
)
def test_a_pause_is_no_such_stretch_and_neither_is_what_surrounds_the_speech(stretch, activity):
    assert dead_findings(with_nothing(stretch), (activity,), "ana", "ana.mov") == ()
