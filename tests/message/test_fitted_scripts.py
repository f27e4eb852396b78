"""Scripts that are not quite what was read, on the sample recordings: what is on screen is what was
said.
"""

from __future__ import annotations

import json
from statistics import median

import pysubs2
import pytest
from conftest import REPOSITORY, Event

from pipeline.captions.heard.answers import Listened
from pipeline.captions.words.script import fold
from pipeline.message import engines, witnesses
from pipeline.model import Word

pytestmark = pytest.mark.slow

SCRIPT = (REPOSITORY / "inputs/oconnor.txt").read_text("utf-8")
TRUTH = json.loads((REPOSITORY / "tests/samples/truth.json").read_text("utf-8"))


def captioned(talk: Event, script: str | bytes) -> tuple[list[pysubs2.SSAEvent], list[dict]]:
    """The captions made with ``script``, and the findings."""
    (talk.inputs / "ana.txt").write_bytes(script if isinstance(script, bytes) else script.encode())
    report = talk.run("build", "--draft", "--json").json
    return (
        list(pysubs2.load(str(talk.outputs / "clips/ana.en.srt"))),
        report["submissions"][0]["findings"],
    )


def words(cues: list[pysubs2.SSAEvent]) -> list[str]:
    return [fold(word) for cue in cues for word in cue.plaintext.split() if fold(word)]


SAID = [fold(word) for word, _, _ in TRUTH["oconnor"]["words"]]


def test_a_sentence_that_was_not_read_is_not_on_screen(talk):
    more = "Please ask my office for the full report of last year. It holds"
    cues, findings = captioned(talk, SCRIPT.replace("It holds", more))
    assert words(cues) == SAID
    skipped = [finding for finding in findings if finding["code"] == "script-not-read"]
    assert len(skipped) == 1
    assert "Please ask my office for the full report" in skipped[0]["message"]


@pytest.mark.long
def test_headings_and_directions_are_not_on_screen_and_times_hold(talk):
    cues, _ = captioned(
        talk,
        "# WELCOME ADDRESS\n\n[smile]\n"
        + SCRIPT.replace("The captions", "\n\nSLIDE 3\n[pause] The captions"),
    )
    assert words(cues) == SAID
    place, errors = 0, []
    for cue in cues:
        errors.append(abs(cue.start - TRUTH["oconnor"]["words"][place][1]))
        place += len(words([cue]))
    assert median(errors) <= 80
    assert max(errors) <= 250


def test_speech_that_the_script_does_not_have_is_said_with_its_time(talk):
    start = SCRIPT.index("The captions")
    cues, findings = captioned(talk, SCRIPT[:start] + SCRIPT[SCRIPT.index("The real recording") :])
    assert "captions" not in words(cues)
    besides = [finding for finding in findings if finding["code"] == "speech-not-in-script"]
    assert besides
    first = next(at for word, at, _ in TRUTH["oconnor"]["words"] if word == "captions")
    assert abs(besides[0]["at_ms"] - first) < 1500


@pytest.mark.long
def test_the_script_of_another_talk_is_refused_and_the_next_engine_takes_over(talk):
    cues, findings = captioned(
        talk,
        "The weather in the north was cold, and it rained for many days without an end. "
        "We stayed inside, we lit a fire, and we read old books about ships and islands. ",
    )
    assert {"script-mismatch", "captions-draft"} <= {finding["code"] for finding in findings}
    assert "weather" not in words(cues)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_script_in_an_old_encoding_is_fitted_all_the_same(talk, encoding):
    cues, _ = captioned(
        talk, SCRIPT.replace("Dr John O'Connor", "Dr John O’Connor").encode(encoding)
    )
    assert words(cues) == SAID


@pytest.mark.parametrize(
    ("script", "whisper"),
    [("synthetic stand-in", "yellow umbrella"), ("yellow umbrella", "synthetic stand-in")],
)
def test_of_words_that_whisper_is_not_sure_of_and_the_scripts_those_that_were_said_are_shown(
    talk, monkeypatch, script, whisper
):
    said = "synthetic stand-in"
    unsure = whisper.split()
    spoken = [(word, start, end, 0.95) for word, start, end in TRUTH["oconnor"]["words"]]
    at = next(place for place, word in enumerate(spoken) if word[0] == "synthetic")
    spoken[at : at + 2] = [
        (word, *times, 0.7)
        for word, (_, *times, _) in zip(unsure, spoken[at : at + 2], strict=True)
    ]
    heard = Listened(tuple(Word(*word) for word in spoken))
    monkeypatch.setattr(engines, "by_whisper", lambda *given: heard)
    # The aligner's first step hears them too: here only what it says of the two counts.
    monkeypatch.setattr(witnesses, "places_heard", lambda *given: frozenset())
    cues, _ = captioned(talk, SCRIPT.replace(said, script))
    assert words(cues)[:6] == ["hello", "this", "is", "a", "synthetic", "standin"]
