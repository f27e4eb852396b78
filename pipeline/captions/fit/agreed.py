"""Takes the times at which words are heard, sentence by sentence, where two ears agree on them;
without it one word that nobody said would leave a whole talk at rough times, or move it by seconds.

A recogniser's own times are rough, never far off. The aligner's are fine where it hears a sentence,
and may be anywhere where it does not. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.captions.fit.timed import FORCED, by_place
from pipeline.captions.words.writing import SENTENCE_MARKS, last_mark
from pipeline.model import Word

AGREE_WITHIN_MS = 1000
"""Between the two times of a word. Whisper's own are at most 0.9 s off, in six languages."""
PAUSE_MS = 700
"""A silence that ends a sentence where no mark does."""


def agreed(words: Sequence[Word], by_ear: Sequence[Word]) -> tuple[Word, ...]:
    """``words`` with the times of ``by_ear``, the same words as an aligner heard them, in every
    sentence of which it heard each word, within a second of the word's own time.

    All others keep their own. In order, none begins before the one before it has ended.
    """
    heard = by_place([word.text for word in words], by_ear)
    timed: list[Word] = []
    for first, end in sentences(words):
        run = range(first, end)
        fine = all(_agrees(words[place], heard.get(place)) for place in run)
        timed.extend(_at(words[place], heard[place]) if fine else words[place] for place in run)
    return tuple(_in_order(timed))


def sentences(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """First word of each sentence, and the word after it."""
    first = 0
    for place, word in enumerate(words, 1):
        last = place == len(words)
        ends = last_mark(word.text) in SENTENCE_MARKS
        if last or ends or words[place].start_ms - word.end_ms > PAUSE_MS:
            yield first, place
            first = place


def _agrees(word: Word, heard: Word | None) -> bool:
    if heard is None or heard.confidence < FORCED:
        return False
    return (
        abs(heard.start_ms - word.start_ms) <= AGREE_WITHIN_MS
        and abs(heard.end_ms - word.end_ms) <= AGREE_WITHIN_MS
    )


def _at(word: Word, heard: Word) -> Word:
    return replace(word, start_ms=heard.start_ms, end_ms=heard.end_ms)


def _in_order(words: Sequence[Word]) -> Iterator[Word]:
    """Where a sentence by ear and one by its own times meet, the later one gives way."""
    passed = 0
    for word in words:
        start_ms = max(word.start_ms, passed)
        passed = max(word.end_ms, start_ms + 20)
        yield replace(word, start_ms=start_ms, end_ms=passed)
