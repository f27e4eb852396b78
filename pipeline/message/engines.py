"""What each caption engine is asked, and the words it answers with; without it captions.py could
only choose.

Every answer is kept in the store as the engine gave it. Raises ToolFailed where an engine breaks
off, and NotYet where nothing may run.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from pipeline.captions.cues.translated import sentences_of, words_of
from pipeline.captions.fit import align as aligning
from pipeline.captions.fit import disputed
from pipeline.captions.fit.agreed import agreed
from pipeline.captions.fit.align import Alignment, Plan
from pipeline.captions.fit.together import Together
from pipeline.captions.heard import answers, names
from pipeline.captions.heard.answers import Listened
from pipeline.captions.heard.spelling import Respelt, respelt, still_to_hear, to_hear_again
from pipeline.captions.words.script import Token
from pipeline.captions.words.spoken import readings
from pipeline.config import Speaker
from pipeline.errors import Refused
from pipeline.event import Event
from pipeline.message.prepared import Heard
from pipeline.model import Captions, Transcript, Word
from pipeline.recipe import FileInput, Recipe
from pipeline.tools.hearing import weights
from pipeline.tools.running.programs import version
from pipeline.tools.texts import argos
from pipeline.work.bench import Bench
from pipeline.work.weights import Weights

LONGEST_HEARING_S = 4 * 3600.0
"""Half an hour of speech takes the largest model about as long on a slow processor."""

_A_SECOND = {"hear": 0.05, "draft": 0.17}
"""What the recogniser costs for a second of a message, by what it does."""

Texts = tuple[tuple[str, str], ...]


def by_whisper(event: Event, bench: Bench, heard: Heard, weights_here: Weights) -> Listened | None:
    """What Whisper hears, and in which languages; None where its weights are not here."""
    model = weights_here.found(heard.speaker.language)
    if model is None and event.config.captions.engine == "whisper":
        raise Refused(" ".join((*weights_here.unmet, "Nothing was built.")))
    if model is None:
        return None
    return _heard_by(model, bench, heard, "transcribe", tell=True)


def heard_again(
    bench: Bench, heard: Heard, weights_here: Weights, stretches: Sequence[tuple[int, int]]
) -> tuple[Word, ...]:
    """What Whisper hears in stretches of the speech (ms), each by itself."""
    model = weights_here.found(heard.speaker.language)
    if model is None:
        return ()
    called = "hear again what was lost"
    return _heard_by(model, bench, heard, "transcribe", called, stretches_ms=stretches).words


def translated(bench: Bench, heard: Heard, weights_here: Weights) -> tuple[Word, ...]:
    """What was said, in English, by Whisper; nothing where its weights are not here."""
    model = weights_here.found(heard.speaker.language)
    return () if model is None else _heard_by(model, bench, heard, "translate").words


@dataclass(frozen=True)
class Spelt:
    """Words with names spelt as their owners do, each change, and what was heard again for it."""

    words: tuple[Word, ...]
    changes: tuple[Respelt, ...] = ()
    again: tuple[Word, ...] = ()


def translated_text(
    bench: Bench, heard: Heard, original: Captions, language: str
) -> tuple[Word, ...]:
    """Captions in another language, by Argos Translate, sentence by sentence and on the time of
    each; none where its packages are not here.
    """
    packages, timeline = argos.way(original.language, language), heard.received.timeline
    sentences = sentences_of(original.cues, timeline.rate, original.language)
    if not packages or not sentences:
        return ()
    recipe = Recipe(
        task=f"{heard.speaker.id}: translate into {language}",
        tool="argos",
        tool_version=version("argos"),
        arguments=(),
        outputs=("sentences.json",),
        texts=_request(
            sentences=[one.text for one in sentences],
            packages=[(one.name, one.prefix) for one in packages],
        ),
        inputs=tuple(
            bench.store.file_input(path, name) for one in packages for name, path in one.files
        ),
        weight=heard.received.length_s * 0.2,
    )
    said = json.loads(bench.answer(recipe, "sentences.json"))["sentences"]
    in_ms = round(timeline.in_ms)
    return tuple(
        replace(word, start_ms=word.start_ms + in_ms, end_ms=word.end_ms + in_ms)
        for word in words_of(sentences, said)
    )


def names_spelt(
    event: Event,
    bench: Bench,
    heard: Heard,
    weights_here: Weights,
    words: tuple[Word, ...],
    among: Container[int] | None = None,
) -> Spelt:
    """Whisper's words, names spelt: stretches in which a word (one of those numbered in ``among``;
    None: any) may be a name are heard again, by a Whisper that is told the names.
    """
    model, language = weights_here.found(heard.speaker.language), heard.speaker.language
    terms = _terms(event, heard)
    stretches = to_hear_again(words, terms, language, among)
    if model is None or not stretches:
        return Spelt(words)
    hear = partial(_heard_by, model, bench, heard, "transcribe", prompt=terms)
    again = hear("hear names again", stretches_ms=stretches).words
    lost = still_to_hear(words, again, terms, language, among)
    if lost:
        more = hear("hear names once more", stretches_ms=lost, apart=True).words
        again = tuple(sorted((*again, *more), key=lambda word: word.start_ms))
    said, changes = respelt(words, again, terms, language, event.config.captions.corrections)
    return Spelt(said, changes, again)


def _heard_by(
    model: weights.Model,
    bench: Bench,
    heard: Heard,
    task: Literal["transcribe", "translate"],
    called: str | None = None,
    **more: Any,
) -> Listened:
    """What Whisper hears in all of the speech, or as ``more`` of the request says."""
    files = [bench.store.file_input(path, name) for name, path in model.files]
    recipe = Recipe(
        task=f"{heard.speaker.id}: {called or task}",
        tool=model.tool,
        tool_version=version(model.tool),
        arguments=(),
        outputs=("words.json",),
        texts=_request(
            task=task,
            language=answers.whisper_language(heard.speaker.language),
            route=heard.loudness.route,
            size=model.size,
            **more,
        ),
        timeout_s=LONGEST_HEARING_S,
        inputs=(_speech(bench, heard), *files),
        weight=heard.received.length_s * model.size_mib / 250,
        memory_mib=600 + 2 * model.size_mib,  # measured: 900 MiB for base, which has 143
    )
    return answers.listened(bench.answer(recipe, "words.json"), more.get("prompt", ()))


def _terms(event: Event, heard: Heard) -> list[str]:
    """Names and terms that may be said, the most important last (names.prompt_terms)."""
    config, speaker = event.config, heard.speaker
    others = names_of(person for person in event.beside(speaker) if person != speaker)
    return list(names.prompt_terms(others, config.captions.glossary, names_of([speaker])))


def names_of(speakers: Iterable[Speaker]) -> list[str]:
    """The names of speakers and of what they belong to."""
    both = [(person.name, person.organisation) for person in speakers]
    return [name for pair in both for name in pair if name]


def fitted(
    bench: Bench,
    heard: Heard,
    tokens: Sequence[Token],
    what: str = "script",
    *,
    by_words: bool = False,
) -> Alignment | None:
    """A text with the times at which it was read; None when a word of it has no pronunciation in
    any rule. ``by_words``: never sentence by sentence, so that each word that was heard is known.

    Two recipes: what was said, heard with the text's own language model, and when, the words read
    forced onto the sound.
    """
    language, side = heard.speaker.language, heard.loudness.route

    def aligned(at: Bench) -> tuple[Alignment, ...]:
        texts = aligning.recognise_texts(tokens, language, side)
        if texts is None:
            return ()
        answer = _recognised(at, _recogniser(f"hear the {what}", at, heard, texts))
        planned = aligning.plan(tokens, answer, language)
        if by_words:
            planned = replace(planned, whole=())
        return (_forced(what, at, heard, planned, answer),)

    given = tokens, language, side, _speech(bench, heard).digest, by_words
    found = bench.known("a text fitted to the speech", given, tuple[Alignment, ...], aligned)
    return found[0] if found else None


def _forced(what: str, bench: Bench, heard: Heard, planned: Plan, answer: str = "{}") -> Alignment:
    """A planned text as the recogniser times it."""
    called = f"fit the {what} to the speech"
    return aligning.align(planned, _answered(called, bench, heard, planned, answer))


def _answered(called: str, bench: Bench, heard: Heard, planned: Plan, answer: str = "{}") -> str:
    """The recogniser's answer where it is held to a plan."""
    language, side = heard.speaker.language, heard.loudness.route
    texts = aligning.force_texts(planned, language, side, answer)
    return _recognised(bench, _recogniser(called, bench, heard, texts))


def preferred(bench: Bench, heard: Heard, both: Together, text: Sequence[Token]) -> frozenset[int]:
    """Numbers of the tokens of a text that fit the sound better than what Whisper was not sure of
    (captions/fit/disputed.py).
    """
    language = heard.speaker.language
    asked = disputed.question(both, text, activity(bench, heard), language)
    if asked is None or aligning.pronunciations(asked.plan.reading.tokens, language) is None:
        return frozenset()
    called = "compare the script with what was heard"
    return disputed.preferred(asked, _answered(called, bench, heard, asked.plan))


def timed_by_ear(
    bench: Bench, heard: Heard, words: tuple[Word, ...], tokens: Sequence[Token] | None = None
) -> tuple[Word, ...]:
    """Words at the times at which the aligner hears them, where it hears them near Whisper's own
    times (captions/fit/agreed.py). ``tokens`` are how they may be said; None: as they are written.

    Whisper's own times are 100 to 200 ms off, its first word begins with the clip.
    """
    if tokens is None:
        said = [readings(word.text.strip(), heard.speaker.language) for word in words]
        tokens = [Token(word.text, ways) for word, ways in zip(words, said, strict=True) if ways]
    if not words or len(tokens) < len(words):
        return words
    if aligning.pronunciations(tokens, heard.speaker.language) is None:
        return words
    planned = aligning.plan_words(tokens, words, activity(bench, heard), heard.speaker.language)
    return agreed(words, _forced("words", bench, heard, planned).words)


def spread(bench: Bench, heard: Heard, tokens: Sequence[Token]) -> Transcript | None:
    """A text that no rule can pronounce, spread over the speech: times are guesses. None where
    nobody speaks.
    """
    speech = activity(bench, heard)
    words = answers.spread_words([token for token in tokens if token.optional is None], speech)
    return Transcript(words, "spread", speech) if words else None


def activity(bench: Bench, heard: Heard) -> tuple[tuple[int, int], ...]:
    """Where somebody speaks, in ms from the first picture."""
    return answers.speech_activity(_recognised(bench, _activity_recipe(bench, heard)))


def activity_with_levels(
    bench: Bench, heard: Heard
) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    """As ``activity``, and the level of every 30 ms in dB."""
    answer = _recognised(bench, _activity_recipe(bench, heard))
    return answers.speech_activity(answer), answers.speech_levels(answer)


def drafted(bench: Bench, heard: Heard) -> Transcript | None:
    """Pocketsphinx's rough draft; it hears English only."""
    if heard.speaker.language[:2] != "en":
        return None
    texts = _request(mode="draft", route=heard.loudness.route)
    answer = _recognised(bench, _recogniser("draft captions", bench, heard, texts))
    return Transcript(answers.drafted_words(answer), "draft", answers.speech_activity(answer))


def _recognised(bench: Bench, recipe: Recipe) -> str:
    return bench.answer(recipe, "words.json")


def _activity_recipe(bench: Bench, heard: Heard) -> Recipe:
    texts = _request(mode="activity", route=heard.loudness.route)
    return _recogniser("find speech", bench, heard, texts)


def _recogniser(what: str, bench: Bench, heard: Heard, texts: Texts) -> Recipe:
    return Recipe(
        task=f"{heard.speaker.id}: {what}",
        tool="sphinx",
        tool_version=version("sphinx"),
        arguments=(),
        outputs=("words.json",),
        texts=texts,
        inputs=(_speech(bench, heard),),
        weight=heard.received.length_s * _A_SECOND.get(what.split()[0], 0.02),
    )


def _request(**asked: Any) -> Texts:
    return (("request.json", json.dumps(asked, ensure_ascii=False)),)


def _speech(bench: Bench, heard: Heard) -> FileInput:
    assert heard.listen is not None  # a message without sound is not sent here
    return bench.made(heard.listen, "speech.wav")
