"""Whisper for real, without the network: a tiny checkpoint in its own format that knows a dozen
sentences.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pysubs2
import pytest
from conftest import HEAD, REPOSITORY, Event, Once
from measure import ffmpeg

pytestmark = pytest.mark.slow

DATA = REPOSITORY / "tests/data"
KNOWN = json.loads((DATA / "tiny-whisper.json").read_text("utf-8"))
LEAD_S = 1.2


def by(engine: str, model: object) -> str:
    """config.yaml of one speaker, captioned by ``engine`` with ``model``."""
    return (
        HEAD
        + f'captions: {{engine: {engine}, model: "{model}"}}\nspeakers:\n  - {{id: ana, name: Dr'
        " Ana Expert}\n"
    )


def speak(folder: Path) -> None:
    """The utterance that the checkpoint was made for, after 1.2 s of quiet, as ana.mp4."""
    lead = f"adelay={int(LEAD_S * 1000)}:all=1"
    picture = ("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25")
    sound = ("-i", DATA / "tiny-whisper.wav", "-shortest", "-af", lead, "-ar", "48000")
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
    ffmpeg("-v", "error", *picture, *sound, *codecs, folder / "inputs/ana.mp4")


@pytest.fixture
def spoken(event: Event) -> Event:
    """One message, of which nothing is known yet."""
    speak(event.root)
    return event


@pytest.fixture
def heard(once: Once, event_like: Callable[[Path], Event]) -> Event:
    """One message, heard by the small checkpoint that config.yaml names; said.txt is what the
    command said.
    """

    def listen(folder: Path) -> None:
        speak(folder)
        ended = Event(folder).config(by("whisper", DATA / "tiny-whisper.pt")).run("captions")
        assert ended.code == 0, ended.stderr
        (folder / "said.txt").write_text(ended.stderr, "utf-8")

    return event_like(once("heard", listen))


def test_a_checkpoint_in_whispers_format_gives_the_words_that_were_said(heard):
    # What a machine heard is a draft until a person has read it.
    assert "nobody has read them yet" in (heard.root / "said.txt").read_text("utf-8")
    cues = pysubs2.load(str(heard.outputs / "captions/ana.en.srt"))
    assert " ".join(" ".join(cue.plaintext.split()) for cue in cues) == KNOWN["text"]


def test_whispers_captions_begin_when_their_words_are_spoken(heard):
    cues = pysubs2.load(str(heard.outputs / "captions/ana.en.srt"))
    place, errors = 0, []
    for cue in cues:
        errors.append(abs(cue.start - LEAD_S * 1000 - KNOWN["words"][place][1]))
        place += len(cue.plaintext.split())
    assert median(errors) <= 80
    # Whisper's own first word comes 200 ms early: it begins with the clip.
    assert max(errors) <= 150


def test_auto_takes_whisper_when_its_weights_are_there_and_does_not_hear_a_message_twice(spoken):
    spoken.config(by("auto", DATA / "tiny-whisper.pt"))
    assert "ana: transcribe" in spoken.run("captions").worked
    assert spoken.run("captions").worked == set()


def test_engine_whisper_without_weights_is_refused_with_the_remedy(spoken):
    ended = spoken.config(by("whisper", "small")).run_apart("captions")
    assert ended.code == 4
    said = (
        r"captions\.engine is whisper, and the weights small cannot be had: .*perspectives doctor"
        r" --fetch"
    )
    assert re.search(said, ended.stderr)


def test_a_model_that_is_no_file_and_no_name_is_said(spoken):
    ended = spoken.config(by("whisper", "smal")).run("captions")
    assert ended.code == 4
    assert "the weights smal cannot be had" in ended.stderr


def test_a_file_that_is_no_checkpoint_is_said_and_the_message_is_still_usable(spoken):
    (spoken.root / "model.pt").write_bytes(b"not a checkpoint")
    ended = spoken.config(by("auto", "model.pt")).run("captions")
    assert ended.code == 0
    assert "model.pt: it is no file of Whisper's weights. (weights-unusable)" in ended.stderr
    assert "Traceback" not in ended.stderr
