"""Breaks timed words into captions that can be read; without it viewers would get one endless line.

All ways of breaking a talk are weighed and the best is taken (dynamic programming over words).
Every time is counted in frames of the delivery from the start: rounding afterwards broke rules in 6
to 11 captions of 433. The costs of all captions that could be made are worked out at once, with
numpy: 30 minutes of talk take 0.1 s instead of 1 s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import add

import numpy as np

from pipeline.captions.cues.breaks import SENTENCE
from pipeline.captions.cues.lines import (
    FAULT_COST,
    IMPOSSIBLE,
    Measured,
    Table,
    ahead,
    line_costs,
    measured,
    places_between,
)
from pipeline.captions.cues.phrases import Pieces, pieces_of
from pipeline.captions.cues.style import CaptionStyle
from pipeline.captions.cues.timetable import (
    FAR,
    Clock,
    ends_of,
    first_frames,
    spoken_ends,
    wanted_frames,
)
from pipeline.model import Cue, Word

# What a caption costs, in points. A broken limit outweighs any number of blemishes; a paragraph is
# crossed only where a limit would be broken otherwise.
_BREACH = 100_000
_PARAGRAPH = 10_000
_CAPTION = 20
_RANK_COST = (0, 0, 10, 13, 20, 24, 32, 60)
_FAULT_SHARE = 2
"""A fault at the end of a caption is twice as bad as at the end of a line. A torn number outweighs
four broken limits: speech too fast may be forgiven, that is not.
"""
_DANGLING = 40
_STRANDED = 40
_FEW_WORDS = (0, 70, 34, 14)
"""A caption of one, two, three words."""
_A_FEW = 3
_CALM_PAUSE_MS, _LONG_PAUSE_MS = 300, 1000
"""A pause inside a caption costs a point for 20 ms over the first, and for 5 ms over the second."""
_STRETCHED = 30
"""Over half a second after the last word, to close a gap that would else be under half a second."""
_ROUNDS = 3
_OVER_AIM = 40
"""A second less on screen than the wanted reading speed asks for."""


def break_into_cues(
    words: Sequence[Word],
    style: CaptionStyle,
    rate: Fraction,
    clip_frames: int,
    language: str = "en",
) -> tuple[Cue, ...]:
    """Captions in order, none over another, none outside the clip of ``clip_frames`` pictures.

    A caption starts on the frame of its first word and never ends before its last word; it may stay
    up to half a second longer, or as long as it takes to be read. A word wider than a line keeps
    its own line. Every word is shown: speech too fast to be read gives captions that are too fast,
    which ``lint`` reports. No words: an empty tuple.
    """
    pieces = pieces_of(words, style, language)
    if not pieces.texts or clip_frames < 1:
        return ()
    chosen = _best(_talk(pieces, style, rate, clip_frames, language))
    return _seen([Cue(one.start_frame, one.end_frame, one.lines(pieces)) for one in chosen])


@dataclass(frozen=True)
class _Talk:
    """A talk by its places: entry ``i`` of a column is the place before piece ``i``.

    The last entry is the end of the talk. ``first`` is the frame on which a caption begins there,
    ``earliest`` and ``latest`` those between which it may (these three end with the last piece),
    ``spoken`` the first frame after the words before it, ``rested`` the last to which they may
    linger. ``ends`` is 1 where a sentence ends, ``price`` what ending a caption there costs,
    ``waits`` the points for all pauses before it. A caption holds at most ``most`` pieces.
    """

    clock: Clock
    text: Measured
    first: Table
    earliest: Table
    latest: Table
    spoken: Table
    rested: Table
    ends: Table
    price: Table
    waits: Table
    most: int


@dataclass(frozen=True)
class _Chosen:
    """One caption of the result: pieces ``first`` up to ``end``, ``upper`` of them above."""

    first: int
    end: int
    upper: int
    start_frame: int
    end_frame: int
    too_fast: bool

    def lines(self, pieces: Pieces) -> tuple[str, ...]:
        """The words on screen."""
        return pieces.lines(self.first, self.upper, self.end)


def _talk(
    pieces: Pieces, style: CaptionStyle, rate: Fraction, clip_frames: int, language: str
) -> _Talk:
    starts, ends = np.array(pieces.starts_ms, np.int64), np.array(pieces.ends_ms, np.int64)
    pauses = np.maximum(0, starts - np.concatenate([starts[:1], ends[:-1]]))
    found = places_between(pieces, pauses.tolist(), style, language)
    clock = Clock(style, rate, clip_frames)
    spoken, rested = spoken_ends(ends, clock)
    first, earliest, latest, cutting = first_frames(starts, spoken, clock)
    text = measured(pieces, found, style)
    prices = [_RANK_COST[place.rank] + _FAULT_SHARE * FAULT_COST[place.fault] for place in found]
    waits = np.maximum(0, pauses - _CALM_PAUSE_MS) // 20
    waits += np.maximum(0, pauses - _LONG_PAUSE_MS) // 5
    waits[1:] += _PARAGRAPH * np.array(pieces.paragraph_ends[:-1], np.int64)
    return _Talk(
        clock=clock,
        text=text,
        first=first,
        earliest=earliest,
        latest=latest,
        spoken=spoken,
        rested=rested,
        ends=np.array([place.rank == SENTENCE for place in found] + [True], np.int64),
        price=np.append(np.array(prices, np.int64) + _BREACH * cutting, 0),
        waits=np.concatenate([np.zeros(1, np.int64), np.cumsum(waits)]),
        most=_most(text),
    )


def _most(text: Measured) -> int:
    """The most pieces that any caption of full lines could hold."""
    room = text.begin + text.lines * text.line_length + 2
    counts = np.searchsorted(text.end[1:], room, side="right") - np.arange(len(room))
    return max(1, int(counts.max()))


def _best(talk: _Talk) -> list[_Chosen]:
    """The cheapest captions.

    Those still too fast may begin up to 2 frames early, in the pause before them, and the ones
    after them up to 2 frames late, where that is cheaper on the whole.
    """
    chosen, cost = _search(talk)
    for _ in range(_ROUNDS):
        first = talk.first.copy()
        fast = [one for one in chosen if one.too_fast]
        hurried = np.array([one.first for one in fast], np.int64)
        following = np.array([one.end for one in fast if one.end < len(first)], np.int64)
        first[hurried] = talk.earliest[hurried]
        first[following] = talk.latest[following]
        if np.array_equal(first, talk.first):
            break
        shifted = replace(talk, first=first)
        tried, tried_cost = _search(shifted)
        if tried_cost >= cost:
            break
        talk, chosen, cost = shifted, tried, tried_cost
    return chosen


def _search(talk: _Talk) -> tuple[list[_Chosen], int]:
    """The cheapest way to break the talk, and its cost.

    From the last piece back, each place keeps its best caption.
    """
    size, most = len(talk.first), talk.most
    cost, ends, split, too_fast = _captions(talk)
    table = cost.tolist()
    rest, take = [0] * (size + most), [0] * size
    for i in range(size - 1, -1, -1):
        sums = list(map(add, table[i], rest[i + 1 : i + 1 + most]))
        rest[i] = min(sums)
        take[i] = sums.index(rest[i]) + 1
    chosen, i = [], 0
    while i < size:
        at, end = (i, take[i] - 1), i + take[i]
        frames = int(talk.first[i]), int(ends[at])
        chosen.append(_Chosen(i, end, int(split[at]), *frames, bool(too_fast[at])))
        i = end
    return chosen, rest[0]


def _seen(cues: Sequence[Cue]) -> tuple[Cue, ...]:
    """The captions that have a frame.

    The words of one that has none, since the words' times leave no room for it, go to its
    neighbour: no word is lost, and ``lint`` reports the lines.
    """
    seen: list[Cue] = []
    waiting: tuple[str, ...] = ()
    for cue in cues:
        if cue.end_frame > cue.start_frame:
            seen.append(replace(cue, lines=waiting + cue.lines))
            waiting = ()
        elif seen:
            seen[-1] = replace(seen[-1], lines=seen[-1].lines + cue.lines)
        else:
            waiting += cue.lines
    return tuple(seen)


def _captions(talk: _Talk) -> tuple[Table, Table, Table, Table]:
    """Every caption that could be made: its cost, its end frame, its split into lines, its hurry.

    By its first piece and its count of pieces less one. The last is 1 where it is too fast to be
    read.
    """
    size, most, clock = len(talk.first), talk.most, talk.clock
    lines, split = line_costs(talk.text, most)
    halves = np.maximum(0, ahead(talk.text.end, size, most, 0) - talk.text.begin[:, None])
    start = talk.first[:, None]
    spoken = ahead(talk.spoken, size, most, clock.clip_frames)
    far = clock.clip_frames + FAR
    following = ahead(np.append(talk.first, far), size, most, far)
    rested = ahead(talk.rested, size, most, clock.clip_frames)
    ends, broken = ends_of(clock, halves, start, spoken, rested, following)
    lacking = start + clock.to_read(halves, clock.style.reading_speed_cps) - ends
    too_fast = (lacking > 0).astype(np.int64)
    frames_short = np.maximum(0, start + wanted_frames(clock, halves) - ends)
    cost = lines + _CAPTION + ahead(talk.price, size, most, 0) + _BREACH * (broken + too_fast)
    cost += 1000 * np.maximum(0, lacking) * clock.rate.denominator // clock.rate.numerator
    cost += _OVER_AIM * frames_short * clock.rate.denominator // clock.rate.numerator
    cost += _STRETCHED * ((ends > rested) & (lacking < 0) & (ends - start > clock.shortest))
    cost += ahead(talk.waits, size, most, 0) - talk.waits[1:, None] + _torn_sentences(talk)
    if clock.style.spaced:
        cost[:, : len(_FEW_WORDS) - 1] += np.array(_FEW_WORDS[1:])[:most]
    return np.where(lines < IMPOSSIBLE, cost, IMPOSSIBLE), ends, split, too_fast


def _torn_sentences(talk: _Talk) -> Table:
    """Points for up to three words of the next sentence at the end, or of the last in front."""
    size, most = len(talk.first), talk.most
    place = np.arange(size + 1)
    starts_at = np.maximum.accumulate(np.where(talk.ends[:-1] > 0, place[:-1], 0))
    started = np.concatenate([[0], starts_at])
    ended = np.minimum.accumulate(np.where(talk.ends > 0, place, size)[::-1])[::-1][1:, None]
    first, end = place[:-1, None], ahead(place, size, most, size)
    dangling = ahead(started * (1 - talk.ends), size, most, 0)
    dangles = (dangling > first) & (end - dangling <= _A_FEW)
    strands = (ended < end) & (ended - first <= _A_FEW) & (talk.ends[:-1, None] == 0)
    points: Table = _DANGLING * dangles + _STRANDED * strands
    return points
