"""The edition for an archive loses nothing: what is decoded of it is what was sent."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from conftest import HEAD, Event
from made_events import built_event

pytestmark = pytest.mark.long

CONFIG = HEAD + (
    "captions: {engine: pocketsphinx, languages: [en, de], burn: en}\n"
    "deliveries: {archive: {kind: master}}\n"
    "speakers: [{id: ana, name: Dr Ana Expert}]\n"
)
SRT = "1\n00:00:00,500 --> 00:00:02,000\n{0}\n"
TAGGED = "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv".split()


def luma(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as film:
        return [one.to_ndarray()[:360] for one in film.decode(film.streams.video[0])]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Event:
    root = tmp_path_factory.mktemp("master")
    captions = {"en": SRT.format("One."), "de": SRT.format("Eins.")}
    return built_event(root, CONFIG, {"ana": 6}, captions, *TAGGED)


def test_every_picture_between_fades_is_the_very_one_that_was_sent(built):
    sent = luma(built.inputs / "ana.mp4")
    kept = luma(built.outputs / "editions/archive/segment.mkv")
    assert len(kept) == built.report()["frames"]
    # behind opening and title card of a second each; the strap is gone after two seconds and its
    # fade, the message fades out in its last 0.4 s
    for frame in range(75, 135):
        assert np.array_equal(kept[50 + frame], sent[frame]), frame


def test_its_sound_is_flac_and_its_captions_and_chapters_are_there(built):
    with av.open(str(built.outputs / "editions/archive/segment.mkv")) as film:
        assert film.streams.audio[0].codec_context.name == "flac"
        assert (film.streams.audio[0].language, film.metadata["title"]) == ("eng", "Test segment")
        named = [(one.language, one.metadata["title"]) for one in film.streams.subtitles]
        assert named == [("eng", "English"), ("deu", "Deutsch")]
        assert len(film.chapters()) == 3
        assert film.duration / 1e6 == pytest.approx(9.0, abs=0.05)


def test_the_report_finds_it_as_it_was_promised(built):
    ended = built.run("report", "--json")
    assert (ended.code, ended.json["findings"]) == (0, [])
