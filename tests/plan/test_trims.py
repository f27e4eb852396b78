"""Trims are offered of silence before and after the speech, and only where it is worth a look."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import HEAD, REPOSITORY, Event
from measure import ffmpeg

from pipeline.config import Speaker
from pipeline.plan.trims import (
    TrimOffer,
    offer_trim,
    point_written,
    trim_finding,
    voiced,
    with_missed,
)

ANN = Speaker.model_validate({"id": "ann", "name": "Dr Ann Example"})


def test_silence_before_and_after_the_speech_is_offered_with_air_around_the_speech():
    assert offer_trim([(3000, 9000)], 0, 14_000) == TrimOffer(in_ms=2600, out_ms=9400, wins_ms=7200)


def test_a_pause_in_mid_speech_is_never_offered():
    assert offer_trim([(100, 2000), (62_000, 64_000)], 0, 64_200) is None


@pytest.mark.parametrize(
    ("activity", "end_ms"),
    [
        ([(800, 9000)], 9_900),  # 0.4 s and 0.5 s
        ([], 60_000),  # nobody speaks
        ([(5000, 5600)], 60_000),  # a noise that was taken for a word
    ],
)
def test_nothing_is_offered_where_it_is_not_worth_it_or_nobody_speaks(activity, end_ms):
    assert offer_trim(activity, 0, end_ms) is None


def test_only_the_end_that_is_worth_it_is_offered():
    assert offer_trim([(500, 9000)], 0, 14_000) == TrimOffer(in_ms=None, out_ms=9400, wins_ms=4600)


def test_points_that_were_accepted_are_not_offered_again_and_never_widened():
    assert offer_trim([(3000, 9000)], 2600, 9400) is None
    assert offer_trim([(3000, 9000)], 5000, 14_000) == TrimOffer(
        in_ms=None, out_ms=9400, wins_ms=4600
    )


def test_the_noise_of_a_room_is_not_taken_for_the_first_word():
    room, voice = [40] * 20, [70] * 30
    activity = [(0, 300), (450, 1500)]  # 15 x 30 ms of noise, then speech from 0.6 s on
    assert voiced(activity, [*room, *voice, *room]) == ((600, 1500),)


def test_a_soft_word_is_a_voice_even_in_a_loud_room():
    activity = [(0, 300), (900, 1800)]
    # 12 dB under the speech.
    assert voiced(activity, [58] * 10 + [55] * 20 + [70] * 30) == (
        (0, 300),
        (900, 1800),
    )


def test_without_speech_there_is_no_voice():
    assert voiced([], [0] * 100) == ()


def test_what_the_recogniser_missed_behind_a_jingle_is_not_offered_to_be_cut():
    # 3 s of jingle, 6 s of speech of which the last two are heard, 3 s of nothing
    levels = [-6] * 100 + [-34] * 200 + [-80] * 100
    assert with_missed([(7000, 9000)], levels) == ((3000, 9000),)
    assert with_missed([], levels) == ()


def test_points_are_written_as_a_person_writes_them():
    assert [point_written(ms) for ms in (0, 2610, 60_000, 250_500)] == [
        "0s",
        "2.61s",
        "1m",
        "4m10.5s",
    ]


def test_the_offer_is_a_note_that_says_what_it_wins():
    finding = trim_finding(TrimOffer(2600, 9400, 7200), ANN, "ann.mp4")
    assert (finding.severity, finding.code, finding.at_ms) == ("info", "trim-offer", 2600)
    assert (
        finding.message
        == "ann.mp4: speech begins only after 3 s and speech ends at 0:09 already; a trim (start:"
        " 2.6s, end: 9.4s) would win 7.2 s. Nothing is cut until it is accepted."
    )
    assert finding.remedy == "`perspectives trim ann --accept` writes it into config.yaml."


# --- on a recording -------------------------------------------------------------------------------

CONFIG = (
    HEAD
    + """speakers:
  - id: ana            # sent on Tuesday
    name: Dr Ana Expert

# how it is handed over is said above
"""
)


def spoken(path: Path, room: str = "anullsrc=r=48000") -> None:
    """3 s of silence, 7.8 s of speech from a word to a word, 5 s of silence, in a room."""
    # words from 2.270 to 10.099 s (tests/samples/truth.json)
    recording = REPOSITORY / "inputs/klinkum.mov"
    voice = "atrim=start=2.270:end=10.099,asetpts=PTS-STARTPTS,adelay=3000:all=1,apad=pad_dur=5"
    graph = f"[1:a]{voice}[v];[2:a][v]amix=inputs=2:normalize=0[a]"
    ffmpeg(
        *("-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25", "-i", recording),
        *("-f", "lavfi", "-i", room, "-t", "15.829", "-filter_complex", graph),
        *("-map", "0:v", "-map", "[a]", "-c:v", "libx264", "-preset", "ultrafast"),
        *("-c:a", "aac", path),
    )


@pytest.fixture
def talk(event: Event) -> Event:
    spoken(event.inputs / "ana.mp4")
    return event.config(CONFIG)


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    "room",
    ["anullsrc=r=48000", "anoisesrc=r=48000:c=pink:a=0.01", "anoisesrc=r=48000:c=white:a=0.005"],
    ids=["silence", "an air conditioner 25 dB under the voice", "hiss"],
)
def test_three_seconds_of_silence_before_and_five_after_are_found_to_0_3_s(talk, room):
    spoken(talk.inputs / "ana.mp4", room)
    ended = talk.run("check", "--json")
    (ana,) = ended.json["submissions"]
    assert ana["trim"]["in_ms"] == pytest.approx(3000 - 400, abs=300)
    assert ana["trim"]["out_ms"] == pytest.approx(10_829 + 400, abs=300)
    assert ana["trim"]["wins_ms"] == pytest.approx(2600 + 4600, abs=600)
    assert "trim-offer" in [finding["code"] for finding in ana["findings"]]
    assert not list((talk.outputs).glob("*.mp4"))


def test_nothing_is_cut_until_it_is_accepted_and_then_it_stands_in_config_yaml(talk):
    before = (talk.root / "config.yaml").read_text()
    offered = talk.run("trim", "ana")
    assert offered.code == 0
    assert "would win" in offered.stdout
    assert (talk.root / "config.yaml").read_text() == before
    accepted = talk.run("trim", "ana", "--accept")
    assert accepted.code == 0
    assert accepted.stdout.startswith("Written under trim: of ana in config.yaml. It wins ")
    assert "; the next `perspectives build` cuts there.\n" in accepted.stdout
    assert "--accept" not in accepted.stdout + accepted.stderr  # nothing is offered once more
    text = (talk.root / "config.yaml").read_text()
    added = [line for line in text.splitlines() if line not in before.splitlines()]
    assert len(added) == 1 and added[0].startswith("    trim: {start: 2.")
    assert text.replace(added[0] + "\n", "") == before  # comments and all
    again = talk.run("trim", "ana", "--accept")
    assert "there is no second of silence to be cut" in again.stdout
    (share,) = talk.run("check", "--json").json["slot"]["speakers"]
    assert share["length_ms"] == pytest.approx(15_829 - 7200, abs=600)


def test_a_trim_of_a_message_that_is_missing_is_refused(event):
    ended = event.config(CONFIG).run("trim", "ana", "--accept")
    assert ended.code == 4
    assert "ana: there is no message that can be trimmed. Nothing was changed." in ended.stderr
    assert event.run("trim", "bo").code == 2
