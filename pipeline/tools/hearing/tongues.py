"""Which languages are spoken in a message; without it German that is declared as English would come
out as fluent English that nobody said.

Whisper tells languages by half a minute of sound at a time, in 0.7 CPU seconds. Sound is 16 kHz, 16
bit, mono, as bytes. Times are ms from its start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, pairwise

from pipeline.tools.hearing.speech import BYTES_A_MS

Chances = Callable[[bytes], Mapping[str, float]]
"""How likely each language of Whisper's is in a sound of up to 30 s, 0 to 1."""
CHUNK_MS, LONGEST_CHUNK_MS = 6_000, 12_000
"""Speech is looked at in pieces that end in the first pause after the one, at the other at latest.
"""
SAMPLE_MS = 10_000
LEAST_MS = 3_000
"""A piece with less speech tells nothing."""
MOST_CHUNKS = 30
SETTLED, NO_OTHER = 0.9, 0.1
"""In a sample of three pieces: the declared language is at least so likely, or no other one is.
With one piece of three in another language that one was 0.14 to 0.95, without any 0.03 at most.
"""
WHOLE, ALONE = 0.6, 0.8
"""How likely another language must be in the sample to be that of the whole message; the other, in
a message of one piece.
"""
NOBODYS = frozenset({"la", "sa"})
"""Latin and Sanskrit are what Whisper calls speech that it does not understand: a synthesiser's
Brazilian Portuguese was Latin by 0.92.
"""
MOST_PIECES = 0.6
BORDER_MS = 2_000
"""So much speech behind a pause tells in which language it goes on there."""
PASSAGE, KNOWN = 0.8, 0.5
"""How likely another language must be in a piece, and the declared one in some other piece: of a
language or voice that Whisper does not know it says anything.
"""


@dataclass(frozen=True)
class Told:
    """``spoken`` is another language than the declared one, of the whole message, and how likely it
    is; ``passages`` are stretches in another one: start_ms, end_ms, language.
    """

    spoken: tuple[str, float] | None = None
    passages: tuple[tuple[int, int, str], ...] = ()


def told(sound: bytes, activity: Sequence[Sequence[int]], declared: str, chances: Chances) -> Told:
    """What is spoken beside or instead of the ``declared`` language, where that is certain."""
    pieces = pieces_of(activity)
    sample = _sample(sound, pieces)
    if not sample:
        return Told()
    chances = partial(_spoken_by_somebody, chances, declared)
    over_all = chances(sample)
    if declared not in over_all or over_all[declared] >= SETTLED:
        return Told()
    other = max((one for one in over_all if one != declared), key=lambda one: over_all[one])
    if over_all[other] < NO_OTHER:
        return Told()
    looked_at = pieces[:: -(-len(pieces) // MOST_CHUNKS)]
    found = [over_all]
    if len(pieces) > 1:
        found = [chances(sound[start * BYTES_A_MS : end * BYTES_A_MS]) for start, end in looked_at]
    tops = [max(one, key=lambda language: one[language]) for one in found]
    least = ALONE if len(found) == 1 else WHOLE
    mostly = tops.count(other) >= MOST_PIECES * len(tops)
    if over_all[other] >= least and mostly and over_all[declared] < 1 - least:
        return Told((other, over_all[other]))
    passages = _passages(looked_at, found, tops, declared)
    ear = _Ear(sound, activity, chances)
    return Told(passages=tuple(_to_its_borders(one, looked_at, declared, ear) for one in passages))


def _spoken_by_somebody(chances: Chances, declared: str, piece: bytes) -> Mapping[str, float]:
    unlikely = NOBODYS - {declared}
    return {one: chance for one, chance in chances(piece).items() if one not in unlikely}


def pieces_of(activity: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Speech in pieces of about ten seconds, cut in pauses; those with too little are left out."""
    pieces: list[tuple[int, int]] = []
    begin: int | None = None
    spoken_ms = 0
    for place, (start, end) in enumerate(activity):
        begin = start if begin is None else begin
        spoken_ms += end - start
        last = place + 1 == len(activity)
        if not last and end - begin < CHUNK_MS:
            continue
        if spoken_ms >= LEAST_MS:
            pieces.extend(_cut(begin, end))
        begin, spoken_ms = None, 0
    return pieces


def _cut(start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """A stretch without a pause, in pieces of at most 12 s."""
    count = -(-(end_ms - start_ms) // LONGEST_CHUNK_MS)
    borders = [start_ms + (end_ms - start_ms) * at // count for at in range(count + 1)]
    return list(pairwise(borders))


def _sample(sound: bytes, pieces: Sequence[tuple[int, int]]) -> bytes:
    """Ten seconds of the first piece, the middle one and the last one, joined."""
    places = sorted({0, len(pieces) // 2, len(pieces) - 1}) if pieces else []
    starts = [
        (pieces[place][0], min(pieces[place][1], pieces[place][0] + SAMPLE_MS)) for place in places
    ]
    return b"".join(sound[start * BYTES_A_MS : end * BYTES_A_MS] for start, end in starts)


def _passages(
    pieces: Sequence[tuple[int, int]],
    found: Sequence[Mapping[str, float]],
    tops: Sequence[str],
    declared: str,
) -> tuple[tuple[int, int, str], ...]:
    """Neighbouring pieces in one other language, where others are surely in the declared one."""
    if not any(one[declared] >= KNOWN for one in found):
        return ()
    sure = [
        top if top != declared and one[top] >= PASSAGE else None
        for one, top in zip(found, tops, strict=True)
    ]
    runs = [(key, list(run)) for key, run in groupby(range(len(sure)), key=sure.__getitem__)]
    return tuple((pieces[run[0]][0], pieces[run[-1]][1], key) for key, run in runs if key)


@dataclass(frozen=True)
class _Ear:
    """The sound of a message, where somebody speaks in it, and what tells languages."""

    sound: bytes
    activity: Sequence[Sequence[int]]
    chances: Chances

    def border(self, first_ms: int, last_ms: int, before: str, after: str) -> int:
        """The middle of the pause between ``first_ms`` and ``last_ms`` in which one language most
        likely ends and the other one begins.
        """
        starts = [start for start, _ in self.activity if first_ms <= start < last_ms]
        heard = [self.chances(self._from(start)) for start in starts]
        lean = [chance.get(after, 0.0) - chance.get(before, 0.0) for chance in heard]
        gained = [sum(lean[place:]) - sum(lean[:place]) for place in range(len(lean) + 1)]
        place = gained.index(max(gained))
        start_ms = starts[place] if place < len(starts) else last_ms
        ended_ms = max((end for _, end in self.activity if end <= start_ms), default=start_ms)
        return (ended_ms + start_ms) // 2

    def _from(self, start_ms: int) -> bytes:
        """Speech from a moment on, as much as tells its language."""
        spoken_ms = end_ms = 0
        for start, end in self.activity:
            if start >= start_ms and spoken_ms < BORDER_MS:
                end_ms = min(end, start + 2 * BORDER_MS)
                spoken_ms += end_ms - start
        return self.sound[start_ms * BYTES_A_MS : end_ms * BYTES_A_MS]


def _to_its_borders(
    passage: tuple[int, int, str], pieces: Sequence[tuple[int, int]], declared: str, ear: _Ear
) -> tuple[int, int, str]:
    """A passage from the pause in which its language begins to that in which it ends: the pieces
    at both ends, and those beside them, may be half in the one and half in the other.
    """
    start_ms, end_ms, other = passage
    before = [piece for piece in pieces if piece[1] <= start_ms]
    after = [piece for piece in pieces if piece[0] >= end_ms]
    if before:
        last_ms = next(end for start, end in pieces if start == start_ms)
        start_ms = ear.border(before[-1][0], last_ms, declared, other)
    if after:
        first_ms = next(start for start, end in pieces if end == end_ms)
        end_ms = ear.border(first_ms, after[0][1], other, declared)
    return start_ms, end_ms, other


def without(clips: Sequence[float], passages: Sequence[tuple[int, int, str]]) -> list[float]:
    """``clips`` (seconds, start and end in turn) without what lies in ``passages``."""
    left = list(zip(clips[::2], clips[1::2], strict=True))
    for start_ms, end_ms, _ in passages:
        start, end = start_ms / 1000, end_ms / 1000
        left = [
            (first, last)
            for begin, stop in left
            for first, last in ((begin, min(stop, start)), (max(begin, end), stop))
            if last - first > 0.1
        ]
    return [moment for clip in left for moment in clip]
