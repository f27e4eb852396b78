"""Whose words a message gets: Whisper's, without those that it made up, which are said to be left
out. What the engines answer is written out here.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest
from recorded_hands import Watcher
from test_config import SMALL

from pipeline.captions.heard.answers import Listened
from pipeline.captions.words.script import script_of
from pipeline.config_file import read_config
from pipeline.event import Event, Workspace
from pipeline.message import engines
from pipeline.message.captions import shown_as_captions
from pipeline.message.witnesses import words_of
from pipeline.message.wording import Wording
from pipeline.model import Captions, Transcript, Word
from pipeline.work.bench import Bench
from pipeline.work.store import Store

SAID = (Word("Good", 400, 700, 0.9), Word("morning.", 700, 1300, 0.9))
MADE_UP = (Word("Dr", 8000, 8200, 0.3), Word("Klinkum.", 8200, 8900, 0.3))


@pytest.fixture
def captioned(monkeypatch, tmp_path):
    """Captions of a message of ten seconds in which Whisper hears ``words`` and somebody speaks in
    ``activity``; the codes and messages of what was found; and which words were spelt anew.
    """
    config = read_config(SMALL)
    timeline = SimpleNamespace(in_ms=0, frames=250, rate=Fraction(25))
    received = SimpleNamespace(file="klinkum.mov", timeline=timeline)
    asked: list[tuple[Word, ...]] = []

    def names_spelt(event, bench, heard, weights, words, *among):
        asked.append(words)
        return engines.Spelt(words)

    monkeypatch.setattr(engines, "names_spelt", names_spelt)
    monkeypatch.setattr(engines, "timed_by_ear", lambda bench, heard, words: words)
    monkeypatch.setattr(engines, "heard_again", lambda *given: ())
    monkeypatch.setattr(engines, "drafted", lambda *given: pytest.fail("Whisper had answered"))

    def caption(words: tuple[Word, ...], activity: tuple[tuple[int, int], ...]):
        monkeypatch.setattr(engines, "by_whisper", lambda *given: Listened(words))
        monkeypatch.setattr(engines, "activity", lambda bench, heard: activity)
        event = Event(Workspace(Path()), config)
        heard = SimpleNamespace(received=received, speaker=config.speakers[0])
        said, found = words_of(event, None, heard, None, ())
        bench = Bench(Store(tmp_path), None, Watcher())
        captions, more = shown_as_captions(event, bench, heard, said)
        return captions, [(one.code, one.message) for one in (*found, *more)], asked

    return caption


def text_of(captions: Captions) -> str:
    return " ".join(line for cue in captions.cues for line in cue.lines)


def test_words_made_up_over_silence_are_left_out_and_said(captioned):
    captions, found, spelt = captioned((*SAID, *MADE_UP), ((300, 1400),))
    assert text_of(captions) == "Good morning."
    left_out = 'klinkum.mov: at 0:08 "Dr Klinkum." was left out: nobody speaks there.'
    assert ("captions-invented", left_out) in found
    assert spelt == [SAID]


def test_a_message_in_which_nobody_speaks_has_no_captions_and_no_draft(captioned):
    captions, found, spelt = captioned(MADE_UP, ())
    assert captions.cues == ()
    assert [code for code, _ in found] == ["captions-invented"]
    assert spelt == []


def test_a_script_in_a_language_that_nobody_speaks_is_a_draft_and_the_language_is_said(
    captioned, monkeypatch
):
    captioned(SAID, ((300, 1400),))  # only for what answers
    german = Listened((), spoken=("de", 0.98))
    monkeypatch.setattr(engines, "by_whisper", lambda *given: german)
    monkeypatch.setattr(engines, "fitted", lambda *given, **options: None)
    monkeypatch.setattr(engines, "spread", lambda *given: Transcript(SAID, "spread"))
    config = read_config(SMALL)
    heard = SimpleNamespace(
        received=SimpleNamespace(file="klinkum.mov", timeline=SimpleNamespace(in_ms=0)),
        speaker=config.speakers[0],
    )
    script = Wording("script", script_of("Good morning to all of you.", "en"), "klinkum.txt")
    said, found = words_of(SimpleNamespace(config=config), None, heard, None, [script])
    assert (said.words, said.source) == (SAID, "spread")
    assert [one.code for one in found] == ["script-mismatch", "language-differs"]
    assert "Write `language: de` under klinkum" in found[1].remedy
