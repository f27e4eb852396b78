"""Which word of the script each heard word is; without it a reader's skips, repeats and asides
would derail the times.

A walk through the script's places, found as a whole: a word heard is the next place's, or another
place's at a cost, or nobody's. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.captions.fit.reading import Reading

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
    """Words heard one after another that stand so in the script: positions in what was heard, with
    their places.
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

    where = defaultdict(list)
    for number, entry in enumerate(reading.places):
        where[entry.word].append(number)
    before: list[list[int]] = [[] for _ in reading.places]
    for number, following in enumerate(reading.after):
        for place_after in following:
            before[place_after].append(number)
    size = len(reading.places)
    along = np.arange(size) * SKIP_COST_A_PLACE
    worth = reading.words_a_place * reading.trust
    jump, near_jump = JUMP_COST / worth, NEAR_JUMP_COST / worth
    score, record = np.full(size, -1e9), [-1] * size
    steps: list[tuple[int, int, int]] = []  # heard position, place, the step before
    for position, word in enumerate(heard):
        candidates = where.get(word.word, ())
        if not candidates:
            continue
        best_any = int(np.argmax(score))
        ahead = np.maximum.accumulate(score + along)
        new = []
        for place in candidates:
            options = [(1.0 - SKIP_COST - SKIP_COST_A_PLACE * place, -1)]  # the start of the talk
            options.append((score[best_any] + 1.0 - jump, best_any))
            options.extend((score[previous] + 1.0, previous) for previous in before[place])
            options.extend(
                (score[previous] + 1.0 - near_jump, previous)
                for previous in range(place, min(size, place + NEAR))
            )
            if place and ahead[place - 1] - along[place] + 1.0 - SKIP_COST > max(
                option[0] for option in options
            ):
                previous = int(np.argmax((score + along)[:place]))
                options.append((ahead[place - 1] - along[place] + 1.0 - SKIP_COST, previous))
            value, previous = max(options)
            new.append((value, place, record[previous] if previous >= 0 else -1))
        for value, place, origin in new:
            if value > score[place]:
                score[place], record[place] = value, len(steps)
                steps.append((position, place, origin))
    found: list[int | None] = [None] * len(heard)
    at = record[int(np.argmax(score))] if steps else -1
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
