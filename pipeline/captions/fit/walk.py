"""Which word of the script each heard word is; without it a reader's asides would shift the times.

A walk through the script's places, found as a whole: a word heard is the next place's, or another
place's at a cost, or nobody's. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.captions.fit.reading import Reading

if TYPE_CHECKING:
    import numpy as np

    Scores = np.ndarray[Any, np.dtype[np.float64]]

SKIP_COST = 0.8
SKIP_COST_A_PLACE = 0.02
JUMP_COST, NEAR_JUMP_COST = 3.5, 1.2
"""In matched words: what going back, or any way forward over 150 words, must gain before it is
believed; a reader who has said the wrong word goes back a few words only.
"""
NEAR = 8


@dataclass(frozen=True)
class HeardWord:
    """One word as a recogniser heard it, in ms."""

    word: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Run:
    """Words heard one after another that stand so in the script.

    ``first`` is a position in what was heard.
    """

    first: int
    places: tuple[int, ...]

    @property
    def last(self) -> int:
        """The position of its last word in what was heard."""
        return self.first + len(self.places) - 1


def walk(reading: Reading, heard: Sequence[HeardWord]) -> list[int | None]:
    """For each heard word the place it stands for, or None.

    A match counts 1. Leaving places out costs ``SKIP_COST`` and a little for each, going back or
    far costs ``JUMP_COST``. Time and memory grow with (words heard) x (places): 0.3 s for half an
    hour.
    """
    import numpy as np

    size = len(reading.places)
    where, before = _numbers_by_word(reading), _before(reading)
    worth = reading.words_a_place * reading.trust
    ways = _Ways(
        np.arange(size, dtype=np.float64) * SKIP_COST_A_PLACE,
        JUMP_COST / worth,
        NEAR_JUMP_COST / worth,
    )
    score, record = np.full(size, -1e9), [-1] * size
    steps: list[_Walked] = []
    for position, word in enumerate(heard):
        candidates = where.get(word.word, ())
        if not candidates:
            continue
        best_any, ahead = int(np.argmax(score)), np.maximum.accumulate(score + ways.along)
        found = [ways.best(place, score, before[place], best_any, ahead) for place in candidates]
        origins = [record[previous] if previous >= 0 else -1 for _, previous in found]
        for place, (value, _), origin in zip(candidates, found, origins, strict=True):
            if value > score[place]:
                score[place], record[place] = value, len(steps)
                steps.append((position, place, origin))
    last = record[int(np.argmax(score))] if steps else -1
    return _traced(steps, last, len(heard))


_Walked = tuple[int, int, int]
"""A position in what was heard, the place it stands for, and the number of the step before it."""


def _numbers_by_word(reading: Reading) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, place in enumerate(reading.places):
        numbers[place.word].append(number)
    return dict(numbers)


def _before(reading: Reading) -> list[list[int]]:
    """For each place, the places that may be read just before it."""
    before: list[list[int]] = [[] for _ in reading.places]
    for number, following in enumerate(reading.after):
        for place in following:
            before[place].append(number)
    return before


@dataclass(frozen=True, eq=False)
class _Ways:
    """What going from place to place costs; ``along`` is what the places before each one cost."""

    along: Scores
    jump: float
    near_jump: float

    def best(
        self, place: int, score: Scores, before: Sequence[int], best_any: int, ahead: Scores
    ) -> tuple[float, int]:
        """The worth of the best way to ``place``, and the place it comes from (-1: the start)."""
        near = range(place, min(len(score), place + NEAR))
        options = [
            (1.0 - SKIP_COST - SKIP_COST_A_PLACE * place, -1),
            (score[best_any] + 1.0 - self.jump, best_any),
            *((score[previous] + 1.0, previous) for previous in before),
            *((score[previous] + 1.0 - self.near_jump, previous) for previous in near),
        ]
        best = max(options)
        if not place:
            return best
        skipping = ahead[place - 1] - self.along[place] + 1.0 - SKIP_COST
        if skipping <= best[0]:
            return best
        return skipping, int((score + self.along)[:place].argmax())


def _traced(steps: Sequence[_Walked], last: int, heard: int) -> list[int | None]:
    """The way that ends with step ``last``: for each of so many words heard its place, or None."""
    found: list[int | None] = [None] * heard
    at = last
    while at >= 0:
        position, place, at = steps[at]
        found[position] = place
    return found


def runs(reading: Reading, walked: Sequence[int | None]) -> list[Run]:
    """The walk as runs without a break, in order of time."""
    found: list[Run] = []
    for position, place in enumerate(walked):
        if place is None:
            continue
        last = found[-1] if found else None
        if last and last.last == position - 1 and place in reading.after[last.places[-1]]:
            found[-1] = Run(last.first, (*last.places, place))
        else:
            found.append(Run(position, (place,)))
    return found
