"""Several languages: as tracks, as files, and two at once in the picture."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from conftest import HEAD, REPOSITORY, Event, make_clip
from measure import ffmpeg, generated, rgb, streams

from pipeline.tools.hearing import fast_whisper_words, whisper_words

pytestmark = pytest.mark.slow

DATA = REPOSITORY / "tests/data"
SPEAKERS = "speakers:\n  - {id: ana, name: Dra. Ana Núñez, language: es}\n"
SPANISH = "1\n00:00:00,500 --> 00:00:02,500\nBuenos días a todos.\n"
ENGLISH = "1\n00:00:00,500 --> 00:00:02,500\nGood morning, everyone.\n"


def told(event: Event, captions: str) -> Event:
    make_clip(event.inputs / "ana.mp4", 4, picture="color=gray:s=640x360:r=25")
    (event.inputs / "captions/ana.es.srt").write_text(SPANISH, "utf-8")
    (event.inputs / "captions/ana.en.srt").write_text(ENGLISH, "utf-8")
    return event.config(HEAD.replace("lower_third: 2s", "lower_third: 0s") + captions + SPEAKERS)


def bands(event: Event) -> list[tuple[int, int]]:
    """From which row to which something is drawn over the grey of the message, at its second 1."""
    shown = rgb(event.outputs / "clips/ana.captioned.mp4", 640, 360)[25].astype(int)
    rows = np.flatnonzero((np.abs(shown - shown[5, 5]).max(2) > 60).sum(1) > 3)
    return [
        (int(run[0]), int(run[-1])) for run in np.split(rows, np.flatnonzero(np.diff(rows) > 8) + 1)
    ]


@pytest.mark.long
def test_two_languages_are_drawn_one_under_the_other(event):
    ended = told(event, "captions: {burn: [es, en], languages: [es, en]}\n").run("build")
    assert ended.code == 0, ended.stderr
    above, below = bands(event)
    assert above[1] < below[0]
    assert below[1] < 360 * 0.95 and above[0] > 360 * 0.6


def test_every_track_says_its_language_and_name_and_one_is_the_default(event):
    assert told(event, "captions: {burn: es, languages: [es, en]}\n").run("build").code == 0
    assert streams(event.outputs / "segment.mp4").captions == (
        {"language": "spa", "name": "Español", "default": True},
        {"language": "eng", "name": "English", "default": False},
    )
    assert len(bands(event)) == 1
    assert "Good morning, everyone." in (event.outputs / "segment.en.srt").read_text("utf-8")
    assert "Buenos días a todos." in (event.outputs / "segment.es.vtt").read_text("utf-8")


TWO_SPEAK = (
    "speakers:\n  - {id: ana, name: Dra. Ana Núñez, language: es}\n"
    "  - {id: bo, name: Dr Bo Expert, language: en-GB}\n"
)


def two_tell(event: Event, captions: str) -> Event:
    """Ana's message with captions in Spanish alone, Bo's with English ones."""
    told(event, captions)
    (event.inputs / "captions/ana.en.srt").unlink()
    make_clip(event.inputs / "bo.mp4", 3, picture="color=gray:s=640x360:r=25")
    (event.inputs / "captions/bo.en.srt").write_text(ENGLISH, "utf-8")
    head = HEAD.replace("lower_third: 2s", "lower_third: 0s")
    return event.config(head + captions + TWO_SPEAK)


def test_where_english_is_missing_the_language_spoken_is_burned_in_and_handed_over_beside_it(event):
    burn = "captions: {engine: pocketsphinx, burn: en, languages: [en]}\n"
    ended = two_tell(event, burn).run("build")
    assert ended.code == 0, ended.stderr
    ana = next(one for one in event.report()["submissions"] if one["id"] == "ana")
    said = {one["code"]: one["message"] for one in ana["findings"]}
    assert "burned-as-spoken" not in said  # one file mends both: it is asked for once
    assert said["language-missing"] == (
        "Dra. Ana Núñez: there are no captions in en to burn in, nor to deliver, which"
        " captions.languages promises (en); those in the language spoken (es) are burned in."
    )
    assert ended.stderr.count("inputs/captions/ana.en.srt") == 1
    assert len(bands(event)) == 1
    segment = streams(event.outputs / "segment.mp4")
    assert segment.captions == (
        {"language": "eng", "name": "English", "default": True},
        {"language": "mul", "name": "As spoken", "default": False},
    )
    assert segment.sound["language"] == "mul"
    assert streams(event.outputs / "segment.captioned.mp4").sound["language"] == "mul"
    assert streams(event.outputs / "clips/ana.mp4").sound["language"] == "spa"
    assert streams(event.outputs / "clips/bo.captioned.mp4").sound["language"] == "eng"
    english = (event.outputs / "segment.en.srt").read_text("utf-8")
    assert "Good morning, everyone." in english and "Buenos" not in english
    for ending in ("srt", "vtt", "ttml"):
        spoken = (event.outputs / f"segment.spoken.{ending}").read_text("utf-8")
        assert spoken.index("Buenos días a todos.") < spoken.index("Good morning, everyone.")
    assert "Captions spoken" in (event.outputs / "rundown.otio").read_text("utf-8")


def test_nothing_is_burned_in_where_nothing_is_to_stand_for_it(event):
    burn = "captions: {engine: pocketsphinx, burn: en, burn_fallback: none, languages: [es]}\n"
    told(event, burn)
    (event.inputs / "captions/ana.en.srt").unlink()
    ended = event.run("build")
    assert ended.code == 0, ended.stderr
    assert "there are no captions in en to burn in. (burned-language-missing)" in ended.stderr
    shown = rgb(event.outputs / "clips/ana.captioned.mp4", 640, 360)[25].astype(int)
    assert np.abs(shown - shown[5, 5]).max() < 20
    segment = streams(event.outputs / "segment.mp4")
    assert [track["language"] for track in segment.captions] == ["spa"]  # as spoken is no other
    assert segment.sound["language"] == "spa"
    assert not (event.outputs / "segment.spoken.srt").exists()


def test_a_third_language_in_the_picture_is_too_many(event):
    ended = told(event, "captions: {burn: [es, en, fr]}\n").run("check")
    assert ended.code == 2
    assert "captions.burn" in ended.stderr and "at most 2" in ended.stderr


def whispers_own(language, prompt, clips, *task):
    return whisper_words.options(language, clips, *task)


@pytest.mark.parametrize("options", [whispers_own, fast_whisper_words.options])
def test_whisper_is_told_the_language_spoken_and_to_translate(options):
    told_it = options("es", "", [0.0, 3.0], "translate")
    assert (told_it["language"], told_it["task"], told_it["word_timestamps"]) == (
        "es",
        "translate",
        True,
    )
    assert options("es", "", [0.0, 3.0])["task"] == "transcribe"


@pytest.mark.long
def test_where_english_is_wanted_and_was_not_sent_whisper_drafts_it_and_says_so(event):
    """With the small checkpoint of tests/data: it knows a dozen English sentences, whatever it is
    asked to do.
    """
    ffmpeg(
        "-v",
        "error",
        *generated("color=gray:s=640x360:r=25", 4),
        "-i",
        DATA / "tiny-whisper.wav",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-c:a",
        "aac",
        event.inputs / "ana.mp4",
    )
    (event.inputs / "captions/ana.es.srt").write_text(SPANISH, "utf-8")
    shutil.copy(DATA / "tiny-whisper.pt", event.root / "tiny.pt")
    ended = event.config(
        HEAD + "captions: {burn: en, languages: [es, en], model: tiny.pt}\n" + SPEAKERS
    ).run("captions")
    assert "ana: translate" in ended.worked, ended.stderr
    assert "captions in English are a DRAFT, as Whisper translated them" in ended.stderr
    assert "there are no captions in en to burn in" not in ended.stderr
    drafted = " ".join((event.outputs / "captions/ana.en.srt").read_text("utf-8").split())
    assert "Quiet speakers should sit closer to the microphone." in drafted
    assert not (event.outputs / "captions/ana.es.srt").exists()
