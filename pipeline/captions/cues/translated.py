"""A translation of captions by sentences, put back on the time of what was said; without it a
machine would translate half sentences, each as a caption breaks it.

Pure. Times are ms of the clip.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from pipeline.captions.cues.breaks import SENTENCE, places
from pipeline.captions.heard.answers import spread_words
from pipeline.captions.words.script import Token
from pipeline.captions.words.writing import unspaced
from pipeline.model import Cue, Word
from pipeline.timing import frame_ms, joined

PAUSE_MS = 1500
"""So long a pause between two captions ends a sentence, whatever it is written with."""
MOST_CAPTIONS = 6
"""And so many captions without a full stop do: models lose the thread of longer ones."""
_MARKED = re.compile(r"\w[^\w\s]*|[^\w\s]+")


@dataclass(frozen=True)
class Sentence:
    """What was said without a full stop in it, and the stretches of time of its captions."""

    text: str
    stretches: tuple[tuple[int, int], ...]


def sentences_of(cues: Sequence[Cue], rate: Fraction, language: str) -> tuple[Sentence, ...]:
    """The sentences of captions, in order; each word has its caption's time by its letters."""
    timed = [*timed_words(cues, rate)]
    if not timed:
        return ()
    words = [word for _, word in timed]
    pauses_ms = [0, *(after.start_ms - word.end_ms for word, after in pairwise(words))]
    before = places([word.text for word in words], pauses_ms, language)
    runs: list[list[Word]] = []
    first = 0
    for place, (number, word) in enumerate(timed):
        ended = before[place].rank == SENTENCE or pauses_ms[place] >= PAUSE_MS
        if ended or number - first >= MOST_CAPTIONS:
            runs.append([])
            first = number
        runs[-1].append(word)
    return tuple(map(_joined, runs))


def words_of(sentences: Sequence[Sentence], translated: Sequence[str]) -> tuple[Word, ...]:
    """The words of the translations, each sentence's spread over the time of its original."""
    said = [
        spread_words([*map(_token, _words_in(text))], one.stretches)
        for one, text in zip(sentences, translated, strict=True)
    ]
    return tuple(replace(word, confidence=1.0) for words in said for word in words)


def timed_words(cues: Sequence[Cue], rate: Fraction) -> Iterator[tuple[int, Word]]:
    """Words, each with the number of its caption."""
    for number, cue in enumerate(cues):
        stretch = frame_ms(cue.start_frame, rate), frame_ms(cue.end_frame, rate)
        tokens = [*map(_token, " ".join(cue.lines).split())]
        yield from ((number, word) for word in spread_words(tokens, [stretch]))


def _joined(run: Sequence[Word]) -> Sentence:
    stretches = joined([(word.start_ms, word.end_ms) for word in run], within_ms=100)
    between = "" if unspaced(run[0].text) else " "
    return Sentence(between.join(word.text for word in run), tuple(stretches))


def _words_in(text: str) -> Iterator[str]:
    """Words; where no spaces are written each letter, with the marks behind it."""
    for word in text.split():
        yield from _MARKED.findall(word) if unspaced(word) else [word]


def _token(text: str) -> Token:
    return Token(text, ())
