"""Whisper for real, without the network: a tiny checkpoint in its own format that knows a dozen
sentences.
"""

from __future__ import annotations

import json
import re
from statistics import median

import pysubs2
import pytest
from conftest import HEAD, REPOSITORY, Event
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


@pytest.fixture
def talk(event: Event) -> Event:
    """One message of the utterance that the checkpoint was made for, after 1.2 s of quiet."""
    ffmpeg(
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=640x360:r=25",
        "-i",
        DATA / "tiny-whisper.wav",
        "-shortest",
        "-af",
        f"adelay={int(LEAD_S * 1000)}:all=1",
        "-ar",
        "48000",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-c:a",
        "aac",
        event.inputs / "ana.mp4",
    )
    return event


def test_a_checkpoint_in_whispers_format_gives_the_words_that_were_said(talk):
    ended = talk.config(by("whisper", DATA / "tiny-whisper.pt")).run("captions")
    assert ended.code == 0, ended.stderr
    assert (
        "nobody has read them yet" in ended.stderr
    )  # what a machine heard is a draft until a person has read it
    cues = pysubs2.load(str(talk.outputs / "captions/ana.en.srt"))
    assert " ".join(" ".join(cue.plaintext.split()) for cue in cues) == KNOWN["text"]


def test_whispers_captions_begin_when_their_words_are_spoken(talk):
    talk.config(by("whisper", DATA / "tiny-whisper.pt")).run("captions")
    cues = pysubs2.load(str(talk.outputs / "captions/ana.en.srt"))
    place, errors = 0, []
    for cue in cues:
        errors.append(abs(cue.start - LEAD_S * 1000 - KNOWN["words"][place][1]))
        place += len(cue.plaintext.split())
    assert median(errors) <= 80
    assert (
        max(errors) <= 150
    )  # Whisper's own first word comes 200 ms early: it begins with the clip


def test_auto_takes_whisper_when_its_weights_are_there_and_does_not_hear_a_message_twice(talk):
    talk.config(by("auto", DATA / "tiny-whisper.pt"))
    assert "ana: transcribe" in talk.ran(talk.run("captions"))
    assert talk.ran(talk.run("captions")) == set()


def test_engine_whisper_without_weights_is_refused_with_the_remedy(talk):
    ended = talk.config(by("whisper", "small")).run("captions")
    assert ended.code == 4
    said = (
        r"captions\.engine is whisper, and the weights small cannot be had .*perspectives doctor"
        r" --fetch"
    )
    assert re.search(said, ended.stderr)


def test_a_model_that_is_no_file_and_no_name_is_said(talk):
    ended = talk.config(by("whisper", "smal")).run("captions")
    assert ended.code == 4
    assert "the weights smal cannot be had" in ended.stderr


def test_a_file_that_is_no_checkpoint_is_said_and_the_message_is_still_usable(talk):
    (talk.root / "model.pt").write_bytes(b"not a checkpoint")
    ended = talk.config(by("auto", "model.pt")).run("captions")
    assert ended.code == 0
    assert "captions-failed" in ended.stderr
    assert "Traceback" not in ended.stderr
