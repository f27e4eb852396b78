"""From what a recogniser said to words with times; from a script that does not fit to a refusal."""

from __future__ import annotations

import json

import pytest

from pipeline.captions.heard.answers import (
    drafted_words,
    speech_activity,
    spread_words,
    whisper_words,
    within_clip,
)
from pipeline.captions.words.letters import phones
from pipeline.captions.words.script import Token, read_script
from pipeline.model import Word
from pipeline.tools.hearing.whisper_words import speech_clips


def tokens(text: str, language: str = "en") -> tuple[Token, ...]:
    """The tokens of a script."""
    return read_script(text.encode(), language).tokens


def whisper(*words: tuple[str, float, float]) -> str:
    """Whisper's result with one segment."""
    return json.dumps(
        {
            "segments": [
                {
                    "words": [
                        {"word": word, "start": start, "end": end, "probability": 0.9}
                        for word, start, end in words
                    ]
                }
            ]
        }
    )


def drafted(*words: str) -> list[Word]:
    """Words of free decoding; their times do not matter here."""
    return [Word(word, 0, 0) for word in words]


def aligned(*times: tuple[int, int]) -> str:
    """The aligner's result."""
    return json.dumps({"aligned": [{"start_ms": start, "end_ms": end} for start, end in times]})


# --- Whisper --------------------------------------------------------------------------------------


def test_whispers_words_get_times_in_milliseconds_and_a_confidence():
    text = json.dumps(
        {
            "segments": [
                {"words": [{"word": " Good", "start": 0.5, "end": 0.82, "probability": 0.98765}]},
                {"words": [{"word": " morning", "start": 0.82, "end": 1.3}]},
            ]
        }
    )
    assert whisper_words(text) == (Word("Good", 500, 820, 0.988), Word("morning", 820, 1300, 1.0))


def prompted(*words: tuple[str, float]) -> str:
    """A segment of a hearing that was told names: words of a second with their probability."""
    pieces = [
        {"word": word, "start": place, "end": place + 1, "probability": sure}
        for place, (word, sure) in enumerate(words)
    ]
    return json.dumps({"segments": [{"words": pieces}]})


TOLD = ["Dr Kristi Wold-McCormick", "NZQA", "micro-credentials"]


def test_names_of_the_prompt_that_begin_a_segment_and_were_hardly_heard_were_not_said():
    name = ((" Kristi", 0.004), (" Wold", 0.3), ("-McCormick,", 0.9))
    leaked = prompted(*name, (" NZQA.", 0.8), (" Learners", 0.9))
    assert [word.text for word in whisper_words(leaked, TOLD)] == ["Learners"]
    alone = prompted((" NZQA,", 0.01), (" micro", 0.9), ("-credentials.", 0.9))
    assert whisper_words(alone, TOLD) == ()


def test_a_name_that_was_heard_stays_and_so_does_a_word_that_is_no_name():
    name = prompted((" Kristi", 0.02), (" came", 0.9))
    assert [word.text for word in whisper_words(name, TOLD)] == ["Kristi", "came"]
    doubted = prompted((" Learners", 0.01), (" NZQA", 0.9))
    assert [word.text for word in whisper_words(doubted, TOLD)] == ["Learners", "NZQA"]
    untold = prompted((" Kristi", 0.004), (" came", 0.9))
    assert [word.text for word in whisper_words(untold)] == ["Kristi", "came"]


def test_a_segment_of_marks_alone_says_nothing():
    assert whisper_words(prompted((" ...", 0.9), (" -", 0.9))) == ()
    assert whisper_words(prompted((" \u266a", 0.9))) == ()


def test_pieces_of_one_word_are_joined_again():
    words = whisper_words(
        whisper(
            (" micro", 0, 0.4),
            ("-", 0.4, 0.4),
            ("credentials", 0.4, 1.1),
            (".", 1.1, 1.1),
            (" So", 1.5, 1.7),
        )
    )
    assert [(word.text, word.start_ms, word.end_ms) for word in words] == [
        ("micro-credentials.", 0, 1100),
        ("So", 1500, 1700),
    ]


def test_a_word_without_length_is_still_seen():
    assert whisper_words(whisper((" So", 2, 2))) == (Word("So", 2000, 2020, 0.9),)


def test_a_word_that_starts_before_the_last_one_ended_is_put_behind_it():
    words = whisper_words(whisper((" one", 0, 1.0), (" two", 0.8, 1.5)))
    assert [(word.start_ms, word.end_ms) for word in words] == [(0, 1000), (1000, 1500)]


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"segments": []}',
        '{"segments": [{}]}',
        '{"segments": [{"words": [{"word": " ", "start": 0, "end": 1}]}]}',
    ],
)
def test_nothing_heard_is_no_words(text):
    assert whisper_words(text) == ()


# --- the rough draft ------------------------------------------------------------------------------


def test_a_draft_gets_a_paragraph_at_each_long_pause_and_a_capital_i():
    text = json.dumps(
        {
            "words": [
                {"word": "so", "start_ms": 0, "end_ms": 200, "confidence": 0.5},
                {"word": "i", "start_ms": 250, "end_ms": 300, "confidence": 0.4},
                {"word": "think", "start_ms": 1001, "end_ms": 1300, "confidence": 0.3},
            ]
        }
    )
    assert drafted_words(text) == (
        Word("so", 0, 200, 0.5),
        Word("I", 250, 300, 0.4, ends_paragraph=True),
        Word("think", 1001, 1300, 0.3, ends_paragraph=True),
    )


# --- letters --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "language", "said"),
    [
        ("trust", "en", "T R AH S T"),
        ("make", "en", "M AE K"),
        ("Klinkum", "en", "K L IH N K AH M"),
        ("Tecnológico", "es", "T EH K N OW L OW HH IY K OW"),
        ("niño", "es", "N IY N Y OW"),
        ("perro", "es", "P EH R OW"),
        ("学", "en", ""),
    ],
)
def test_letters_become_sounds(word, language, said):
    assert " ".join(phones(word, language)) == said


# --- the guess ------------------------------------------------------------------------------------


def test_a_script_without_rules_is_spread_over_the_speech_and_never_over_silence():
    words = spread_words(tokens("aaaa bbbb cccc dddd"), [(1000, 3000), (5000, 7000)])
    assert [(word.text, word.start_ms, word.end_ms) for word in words] == [
        ("aaaa", 1000, 1999),
        ("bbbb", 2000, 2999),
        ("cccc", 5000, 5999),
        ("dddd", 6000, 6999),
    ]
    assert {word.confidence for word in words} == {0.3}


def test_where_nobody_speaks_nothing_is_shown():
    assert spread_words(tokens("aaaa bbbb"), []) == ()


def test_stretches_of_speech_are_read():
    assert speech_activity('{"activity": [[100, 900], [1500, 2000]]}') == ((100, 900), (1500, 2000))


# --- in and out points ----------------------------------------------------------------------------


def test_words_are_kept_between_the_accepted_points_on_the_clips_own_clock():
    words = (
        Word("before", 0, 900),
        Word("first", 900, 1300),
        Word("last", 2500, 3200),
        Word("after", 3100, 3900),
    )
    assert within_clip(words, in_ms=1000, length_ms=2000) == (
        Word("first", 0, 300),
        Word("last", 1500, 2000),
    )


def test_whisper_is_never_sent_past_the_last_whole_10_ms():
    assert speech_clips([[2010, 10680]], 10699) == [1.01, 10.69]


def test_whisper_hears_speech_with_a_second_of_air_and_pauses_under_two_seconds():
    assert speech_clips([[1000, 2000], [3500, 4000], [7000, 8000]], 20_000) == [0.0, 5.0, 6.0, 9.0]
