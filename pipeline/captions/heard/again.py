"""Where a recogniser has to listen once more; without it speech that it lost would have no captions
although it hears it when it is asked.

Pure: words and the stretches in which somebody speaks in, stretches of sound out; and the words of
the second hearing put in their places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.captions.heard.doubts import loops_in, unheard
from pipeline.captions.words.sounds import letters_of
from pipeline.captions.words.writing import last_mark
from pipeline.model import Word
from pipeline.timing import joined

BESIDE_MS = 200
"""Sound before and after a lost stretch: its first and last words begin and end there."""
LEAST_LETTERS = 4
"""Shorter words are said twice on purpose."""
_SENTENCE_MARKS = ".!?…:"


def to_hear_again(
    words: Sequence[Word], activity: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """Stretches in ms in which somebody speaks for 1.5 s or more and no word stands, and those in
    which the recogniser was stuck. In order, none over another.
    """
    lost = [(max(0, start - BESIDE_MS), end + BESIDE_MS) for start, end in unheard(words, activity)]
    stuck = [(words[a].start_ms, words[b - 1].end_ms) for a, b, _ in loops_in(words)]
    return tuple(joined(sorted([*lost, *stuck]), within_ms=1))


def filled(
    words: Sequence[Word], again: Sequence[Word], stretches: Sequence[tuple[int, int]]
) -> tuple[Word, ...]:
    """``words`` with what the second hearing has in each stretch in place of what the first had
    there, where it has anything. Where the second only has the same less often, though more than
    once, the first stands: a sentence that was said four times was heard three times.
    """
    kept = list(words)
    for start, end in stretches:
        more = [word for word in again if start <= _middle_ms(word) < end]
        there = [word for word in kept if start <= _middle_ms(word) < end]
        if not more or _says_it_less_often(more, there):
            continue
        before = [word for word in kept if _middle_ms(word) < start]
        after = [word for word in kept if _middle_ms(word) >= end]
        kept = [*before, *_between(more, before, after), *after]
    return tuple(kept)


def _says_it_less_often(more: Sequence[Word], there: Sequence[Word]) -> bool:
    """Whether the second hearing has a phrase at least twice that the first one has in a loop, and
    nothing else.
    """
    sizes = [size for _, _, size in loops_in(there)]
    return bool(sizes) and len(more) >= 2 * min(sizes) and _run_of(more) in _run_of(there)


def _run_of(words: Sequence[Word]) -> str:
    """Their letters, each word apart."""
    return f" {' '.join(letters_of(word.text) for word in words)} "


def _between(more: Sequence[Word], before: Sequence[Word], after: Sequence[Word]) -> list[Word]:
    """Without a word at either end that its neighbour is already, in no other's time."""
    first_ms = before[-1].end_ms if before else 0
    last_ms = after[0].start_ms if after else max(word.end_ms for word in more)
    inner = list(more)
    if before and inner and letters_of(inner[0].text) == letters_of(before[-1].text):
        inner = inner[1:]
    if after and inner and letters_of(inner[-1].text) == letters_of(after[0].text):
        inner = inner[:-1]
    fitted = (
        replace(word, start_ms=max(first_ms, word.start_ms), end_ms=min(last_ms, word.end_ms))
        for word in inner
    )
    return [word for word in fitted if word.end_ms > word.start_ms]


def seams_closed(words: Sequence[Word]) -> tuple[Word, ...]:
    """Without the word that two windows of the recogniser both have: ``including Including``."""
    kept: list[Word] = []
    for word in words:
        last = kept[-1] if kept else None
        if last and _is_seam(last, word):
            kept[-1] = replace(
                last, text=last.text.rstrip(".,;:") + _marks(word), end_ms=word.end_ms
            )
        else:
            kept.append(word)
    return tuple(kept)


def _is_seam(last: Word, word: Word) -> bool:
    letters = letters_of(word.text)
    same = len(letters) >= LEAST_LETTERS and letters == letters_of(last.text)
    begins_anew = word.text[:1].isupper() and last.text[:1].islower()
    return same and begins_anew and last_mark(last.text) not in _SENTENCE_MARKS


def _marks(word: Word) -> str:
    return word.text[len(word.text.rstrip(".,;:!?…")) :]


def _middle_ms(word: Word) -> int:
    return (word.start_ms + word.end_ms) // 2
