"""When each word of a caption is spoken; without it a caption that is split would be cut by its
letters, in the middle of a word.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import pairwise

from pipeline.captions.words.sounds import letters_of
from pipeline.captions.words.writing import unspaced
from pipeline.model import Cue, Word
from pipeline.timing import frame_ms

BESIDE_MS = 300
"""A word is looked for so far outside its caption: captions come a little before the first word."""
ASTRAY_MS = 3000
"""And so far where a caption is to be timed again."""


@dataclass(frozen=True)
class Heard:
    """The words that were heard, in order, ready to be looked up by their time."""

    words: tuple[Word, ...]
    middles_ms: tuple[int, ...]

    def between(self, start_ms: int, end_ms: int) -> tuple[Word, ...]:
        """Those whose middle lies between two times."""
        first = bisect_left(self.middles_ms, start_ms)
        return self.words[first : bisect_right(self.middles_ms, end_ms)]


def heard_in_order(words: Sequence[Word]) -> Heard:
    """``words`` to be looked up."""
    in_order = sorted(words, key=_middle_ms)
    return Heard(tuple(in_order), tuple(map(_middle_ms, in_order)))


def _middle_ms(word: Word) -> int:
    return (word.start_ms + word.end_ms) // 2


@dataclass(frozen=True)
class Spoken:
    """A word of a caption, where it stands in the caption's text (lines joined by line ends), and
    when it is spoken. Its confidence is that of the word heard there, 1 where it was typed.
    """

    word: Word
    first: int
    end: int


def spoken(cue: Cue, heard: Heard, rate: Fraction) -> tuple[Spoken, ...]:
    """The words of a caption, each with its time in ms of the clip, none outside the caption's.

    A word that was heard there has the time at which it was; those between are shared out by
    their letters.
    """
    text = "\n".join(cue.lines)
    start_ms, end_ms = frame_ms(cue.start_frame, rate), frame_ms(cue.end_frame, rate)
    known_words = as_heard(cue, heard, rate, BESIDE_MS)
    timed: list[Spoken] = []
    for (first, end), known in zip(_words_in(text), known_words, strict=True):
        word = Word(text[first:end], -1, -1)
        if known is not None:
            begin = min(max(known.start_ms, start_ms), end_ms)
            stop = min(max(known.end_ms, begin), end_ms)
            word = replace(word, start_ms=begin, end_ms=stop, confidence=known.confidence)
        timed.append(Spoken(word, first, end))
    return tuple(_shared_out(timed, start_ms, end_ms))


def as_heard(cue: Cue, heard: Heard, rate: Fraction, beside_ms: int) -> tuple[Word | None, ...]:
    """For each word of a caption the one that was heard, at its own time, at most ``beside_ms``
    from the caption; None where it was not.
    """
    text = "\n".join(cue.lines)
    start_ms, end_ms = frame_ms(cue.start_frame, rate), frame_ms(cue.end_frame, rate)
    shown = [text[first:end] for first, end in _words_in(text)]
    places = _matched(shown, heard.between(start_ms - beside_ms, end_ms + beside_ms))
    return tuple(places.get(place) for place in range(len(shown)))


def _words_in(text: str) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends; where no spaces are written each letter is one."""
    for found in re.finditer(r"\S+", text):
        if unspaced(found[0]):
            yield from ((place, place + 1) for place in range(found.start(), found.end()))
        else:
            yield found.start(), found.end()


def _matched(shown: Sequence[str], said: Sequence[Word]) -> dict[int, Word]:
    """The word that was heard for each place of ``shown``, as far as they are the same."""
    letters = [letters_of(text) for text in shown]
    ears = [letters_of(word.text) for word in said]
    blocks = SequenceMatcher(None, letters, ears, autojunk=False).get_matching_blocks()
    return {one.a + i: said[one.b + i] for one in blocks for i in range(one.size) if letters[one.a]}


def _shared_out(timed: list[Spoken], start_ms: int, end_ms: int) -> Iterator[Spoken]:
    """Words without a time get their share of the time between their neighbours."""
    place = 0
    while place < len(timed):
        if timed[place].word.start_ms >= 0:
            yield timed[place]
            place += 1
            continue
        end = next((i for i in range(place, len(timed)) if timed[i].word.start_ms >= 0), None)
        run = timed[place:end]
        begin_ms = timed[place - 1].word.end_ms if place else start_ms
        stop_ms = end_ms if end is None else timed[end].word.start_ms
        yield from _by_letters(run, begin_ms, max(begin_ms, stop_ms))
        place += len(run)


def _by_letters(run: Sequence[Spoken], start_ms: int, end_ms: int) -> Iterator[Spoken]:
    whole, passed = sum(one.end - one.first for one in run), [0]
    for one in run:
        passed.append(passed[-1] + one.end - one.first)
    edges = [start_ms + (end_ms - start_ms) * letters // whole for letters in passed]
    for one, (begin, stop) in zip(run, pairwise(edges), strict=True):
        yield replace(one, word=replace(one.word, start_ms=begin, end_ms=stop))
