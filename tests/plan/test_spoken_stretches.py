"""Which of a sound is speech, and how loud that is, from the meter's blocks of 0.4 s."""

from __future__ import annotations

import pytest

from pipeline.plan.loudness import SILENCE_LUFS, Loudness
from pipeline.plan.spoken import (
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
