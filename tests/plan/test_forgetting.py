"""What of a workspace holds anything of one speaker."""

from __future__ import annotations

import pytest

from pipeline.plan.forgetting import Made, carries_id, results_with, still_named, whose_output


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("clips/ana.mp4", "theirs"),
        ("clips/ana.captioned.mp4", "theirs"),
        ("captions/ana.intro.en.srt", "theirs"),
        ("notes/ana.ics", "theirs"),
        ("proofs/ana.html", "theirs"),
        ("mail/ana.eml", "theirs"),
        ("morning/clips/ana.mp4", "theirs"),
        ("clips/ana-maria.mp4", "others"),
        ("clips/bo.chapters.txt", "others"),
        ("brief/everybody.pdf", "nobodys"),
        (".gitkeep", "nobodys"),
        ("review.log", "nobodys"),
        ("segment.mp4", "everybodys"),
        ("segment.captioned.mp4", "everybodys"),
        ("segment.es-MX.vtt", "everybodys"),
        ("morning/segment.spoken.srt", "everybodys"),
        ("rundown.ontime.json", "everybodys"),
        ("rundown.pdf", "everybodys"),
        ("chapters.txt", "everybodys"),
        ("report.json", "everybodys"),
        ("pack/03-message-ana.mp4", "everybodys"),
        ("pack.zip", "everybodys"),
        ("editions/tv/segment.mxf", "everybodys"),
        ("morning/editions/podcast/segment.m4a", "everybodys"),
        ("editions/tv/segment.en.stl", "everybodys"),
        ("morning/.handing-over/3", "everybodys"),
        ("stills/at-04-10.png", "everybodys"),
        ("my cut of it.mov", "unknown"),
        ("segment copy.mp4", "unknown"),
    ],
)
def test_a_file_in_outputs_is_known_by_its_name(name, holds):
    assert whose_output(name, "ana") == holds


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("ana.mp4", True),
        ("Ana.MOV", True),
        ("ana.20260101-120000.mp4", True),
        (".ana.en.edits", True),
        ("ana.proofs.json", True),
        ("ana.intro.wav", True),
        ("ana-maria.mp4", False),
        ("anabel.mp4", False),
        ("bo.ana.mp4", False),
    ],
)
def test_a_file_in_inputs_is_a_speakers_whose_id_it_begins_with(name, theirs):
    assert carries_id(name, "ana") is theirs


RESULTS = (
    Made("1", "ana: look at the recording", frozenset({"sha of ana.mp4"})),
    Made("2", "ana: listen", frozenset({"sha of ana.mp4"})),
    Made("3", "clip ana: sound track", frozenset({"2/sound.wav"})),
    Made("4", "bo: listen", frozenset({"sha of bo.mp4"})),
    Made("5", "opening and closing cards", frozenset({"sha of font"})),
    Made("6", "bo: title card", frozenset({"5/ground.png"})),
    Made("7", "crossfade of bo: the last and the next", frozenset({"4/clean.mp4", "8/clean.mp4"})),
    Made("8", "old: picture 1/1", frozenset({"sha of ana.mp4"})),
    Made("9", "join segment.mp4", frozenset({"4/clean.mp4"})),
    Made("10", "run of show", frozenset()),
    Made("11", "silence of 150 frames", frozenset()),
    Made("12", "ana.intro: listen", frozenset({"sha of host"})),
    Made("13", "bo: film of the proof", frozenset({"4/sound.wav"})),
    Made("14", "contact sheet (calm)", frozenset({"sha of font"})),
    Made("15", "upright: bo: picture 1/1", frozenset({"sha of bo.mp4"})),
    Made("16", "upright: join clip bo.mp4", frozenset({"15/clean.mp4"})),
    Made("17", "podcast: m4a", frozenset()),
)


def test_what_was_made_of_a_recording_is_found_through_everything_that_was_made_of_that():
    found = results_with(RESULTS, {"sha of ana.mp4"}, "ana", ["bo"])
    assert sorted(found, key=int) == ["1", "2", "3", "7", "8", "9", "10", "12", "14", "17"]


def test_what_was_made_of_an_earlier_recording_of_theirs_goes_by_the_name_of_the_work():
    found = results_with(RESULTS, (), "ana", ["bo"])
    assert {"1", "2", "3", "12"} <= found
    assert not found & {"4", "5", "6", "11", "13", "15", "16"}


def test_where_a_name_still_stands_is_told_by_its_line():
    text = "# Dr Klinkum's second take\ntitle: T\nglossary: [KLINKUM, NZQA]\nklinkums: 1\n"
    assert [*still_named(text, "Dr Grant Klinkum")] == [1, 3]
    assert [*still_named(text, "O")] == []
