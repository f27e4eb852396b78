"""What the ear is asked where a text and a recogniser differ, and what is taken from its answer."""

from __future__ import annotations

import json

from pipeline.captions.fit.disputed import Question, preferred, question
from pipeline.captions.fit.together import Together, together
from pipeline.captions.words.script import Token, script_of
from pipeline.model import Word

SPEECH = ((0, 20_000),)
TEXT = "At first nobody knew very well what this word was to mean. Now everybody does."


def heard(*words: str, unsure: str = "", confidence: float = 0.7) -> list[Word]:
    return [
        Word(word, 400 * at, 400 * at + 400, confidence if word in unsure.split() else 0.95)
        for at, word in enumerate(words)
    ]


SAID = heard(*TEXT.replace("nobody", "some lady").split(), unsure="some lady")


def tokens_of(text: str, language: str = "en") -> tuple[Token, ...]:
    return script_of(text, language).tokens


def held(by_ear: frozenset[int] = frozenset(), said: list[Word] = SAID) -> Together:
    return together(tokens_of(TEXT), said, (), "en", by_ear=by_ear)


def asked(both: Together, language: str = "en") -> Question | None:
    return question(both, tokens_of(TEXT), SPEECH, language)


def text_of(question: Question, number: int) -> str:
    """What a slice says."""
    part = question.plan.slices[number]
    return " ".join(question.plan.reading.tokens[step.token].text for step in part.steps)


def answer(question: Question, *scores: float) -> str:
    """The recogniser's words.json in which each word of a slice has the slice's score."""
    places = question.plan.reading.places
    slices = [
        [
            {"name": f"_{at}", "start_ms": 0, "end_ms": 10, "score": score}
            for at, place in enumerate(places)
            if place.token in {step.token for step in part.steps}
        ]
        or None
        for part, score in zip(question.plan.slices, scores, strict=True)
    ]
    return json.dumps({"slices": slices})


def test_words_that_were_hardly_heard_and_the_texts_are_both_held_to_the_sound():
    both = held()
    assert "At first some lady knew" in " ".join(word.text for word in both.words)
    question = asked(both)
    assert question is not None
    assert [text_of(question, number) for number in (0, 1)] == [
        TEXT.replace("nobody", "some lady"),
        TEXT,
    ]


def test_what_fits_the_sound_better_is_what_was_said():
    question = asked(held())
    assert question is not None
    text_fits, hearing_fits = answer(question, -0.2, -0.1), answer(question, -0.1, -0.3)
    assert preferred(question, text_fits) == {2}
    assert preferred(question, hearing_fits) == frozenset()
    both = held(preferred(question, text_fits))
    assert " ".join(word.text for word in both.words) == TEXT
    assert both.share == 1 and not both.departures and not both.disputes


def test_a_slice_that_cannot_be_said_decides_nothing():
    question = asked(held())
    assert question is not None
    nothing = json.dumps({"slices": [None, json.loads(answer(question, 0.0, 0.0))["slices"][1]]})
    assert preferred(question, nothing) == frozenset()


def test_nothing_is_asked_where_nothing_is_disputed():
    surely = heard(*TEXT.replace("nobody", "some lady").split())
    number = heard(*TEXT.replace("nobody", "30").split(), unsure="30")
    assert asked(held(said=heard(*TEXT.split()))) is None
    assert asked(held(said=surely)) is None
    assert asked(held(said=number)) is None


def test_a_language_without_written_vowels_is_not_asked_word_by_word():
    assert asked(held(), "ar") is None
