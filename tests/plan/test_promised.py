"""What editions promise of their files, and what is said where a file is otherwise."""

from __future__ import annotations

import pytest
from conftest import HEAD

from pipeline.config_file import read_config
from pipeline.plan.promised import coding_findings, coding_promised, tracks_promised

CONFIG = read_config(
    HEAD.replace("640x360", "1440x1080")
    + "event: A webinar\n"
    + "deliveries:\n"
    + "  podcast: {kind: audio}\n"
    + "  mail: {kind: small, megabytes: 5}\n"
    + "  upright: {kind: social}\n"
    + '  tv: {kind: broadcast, fields: interlaced, timecode: "09:58:30:00"}\n'
    + "  prores: {kind: broadcast, format: prores}\n"
    + "  archive: {kind: master}\n"
    + "speakers: [{id: ana, name: Dr Ana Expert}, {id: bo, name: Bo Ek}]\n"
)
FILM = {
    "picture codec": "h264",
    "picture rate": "25",
    "pixel format": "yuv420p",
    "colour": "BT.709",
    "scan": "progressive",
    "sound codec": "aac",
    "sound rate": "48000",
    "sound channels": "2",
    "title": "Test segment",
}


def promised(name: str, file: str = "segment.mp4") -> dict[str, str]:
    return dict(coding_promised(CONFIG.deliveries[name], CONFIG, CONFIG.speakers, file))


@pytest.mark.parametrize(
    ("name", "file", "otherwise"),
    [
        ("mail", "segment.mp4", {"picture size": "960x720"}),  # the shape of the segment
        ("upright", "segment.mp4", {"picture size": "1080x1920"}),
        ("upright", "clips/bo.mp4", {"picture size": "1080x1920", "title": "Bo Ek"}),
        ("archive", "segment.mkv", {"picture size": "1440x1080", "sound codec": "flac"}),
    ],
)
def test_films_to_be_watched_are_h264_in_the_size_that_was_asked_for(name, file, otherwise):
    assert promised(name, file) == {**FILM, **otherwise}


def test_a_broadcaster_gets_what_its_house_takes_with_its_time_code():
    house = {"picture size": "1920x1080", "picture rate": "25", "colour": "BT.709"}
    assert promised("tv", "segment.mxf") == {
        **house,
        "picture codec": "mpeg2video",
        "pixel format": "yuv422p",
        "scan": "interlaced",
        "sound codec": "pcm_s24le",
        "sound rate": "48000",
        "sound channels": "1 + 1",
        "time code": "09:58:30:00",
    }
    assert promised("prores", "segment.mov") == {
        **house,
        "picture codec": "prores",
        "pixel format": "yuv422p10le",
        "scan": "progressive",
        "sound codec": "pcm_s24le",
        "sound rate": "48000",
        "sound channels": "2",
        "time code": "10:00:00:00",
    }


def test_a_podcast_has_a_square_cover_and_says_whose_it_is():
    assert promised("podcast", "segment.mp3") == {
        "sound codec": "mp3",
        "sound rate": "48000",
        "sound channels": "2",
        "cover size": "1400x1400",
        "title": "Test segment",
        "album": "A webinar",
        "artist": "Dr Ana Expert, Bo Ek",
        "date": "2021-09-14",
        "genre": "Podcast",
    }


def test_captions_are_tracks_where_they_are_not_drawn_and_there_are_any():
    soft = [name for name, one in CONFIG.deliveries.items() if tracks_promised(one, True)]
    assert soft == ["mail", "archive"]
    assert not tracks_promised(CONFIG.deliveries["mail"], False)


def test_all_that_is_otherwise_in_a_file_is_said_in_one_sentence():
    wanted = promised("tv", "segment.mxf")
    found = {**wanted, "pixel format": "yuv420p", "time code": "", "genre": "of no interest"}
    (said,) = coding_findings(wanted, found, "editions/tv/segment.mxf")
    assert (said.code, said.severity) == ("edition-coding", "error")
    assert said.message == (
        "editions/tv/segment.mxf: its pixel format is yuv420p, not yuv422p; its time code is not"
        " there, not 09:58:30:00."
    )
    assert list(coding_findings(wanted, wanted, "editions/tv/segment.mxf")) == []
