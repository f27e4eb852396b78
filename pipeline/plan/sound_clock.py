"""Finds out how the clock of a recording's sound behaves; without it a browser's recording would be
torn by a hole of some milliseconds at every other packet.

A packet's time is when it came in, and wanders by 10 to 30 ms in browsers and meeting programs;
their sound card and their computer also count seconds of different lengths. What was recorded has
no hole there. Where really nothing came in for a while the times step, and stay so.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, linear_regression, median

from pipeline.model import SoundClock

EVEN_S = 0.008
"""A clock that strays less is left alone: ffmpeg fills what is over 10 ms."""
LEAST_STEP_S = 0.01
AROUND_S = 0.5
"""What is compared before and behind a step."""
LEAST_AROUND_S = 0.3
LEAST_APART_S = 0.004
BLOCK_S = 2.0
"""In shorter ones a clock that swings by 20 ms in 2 to 4 s pulled the sound along, by 30 ms."""
PIECE_S = 0.02
MOST_SLOPE = 0.05
"""More is no drift of two clocks, but a wrong sample rate."""
LEAST_JUMP_S, MOST_JUMP_S = 0.02, 0.25
LEAST_BEND_S = 0.003
MOST_SLOPES = MOST_GAPS = 150
"""What a filter's expression can hold; no recording was seen to need ten."""


Point = tuple[float, float]
"""A second of sound, and by how much the clock is ahead there."""


@dataclass(frozen=True)
class Run:
    """Sound whose times are even: ``at_s`` on the container's clock, ``heard_s`` seconds of sound
    before it.
    """

    at_s: float
    heard_s: float

    @property
    def ahead_s(self) -> float:
        """By how much the clock is ahead of the sound."""
        return self.at_s - self.heard_s


def sound_clock(runs: Sequence[Run]) -> SoundClock | None:
    """How the clock wanders and drifts between real gaps; None where it is even.

    The last run tells where the sound ends.
    """
    if _spread([run.ahead_s for run in runs]) <= EVEN_S:
        return None
    runs = _pieces(runs)
    gaps = _gaps(runs)
    ahead = _without(gaps, runs)
    if _spread(ahead) <= EVEN_S:
        return None
    curve = _curve(runs, ahead)
    first_s = _on(curve, runs[0].heard_s)
    wander_s = max(
        abs(by_s - _on(curve, run.heard_s)) for run, by_s in zip(runs, ahead, strict=True)
    )
    largest = sorted(gaps.items(), key=lambda gap: -abs(gap[1]))[:MOST_GAPS]
    return SoundClock(
        slopes=_slopes(curve),
        gaps=tuple(sorted((runs[number].heard_s, length) for number, length in largest)),
        late_s=first_s - ahead[0],
        jump_s=min(MOST_JUMP_S, max(LEAST_JUMP_S, 1.5 * wander_s + LEAST_STEP_S)),
        put_right_s=_spread(_settled(runs, ahead)),
        drift=linear_regression([run.heard_s for run in runs], ahead).slope,
    )


def _spread(ahead: Sequence[float]) -> float:
    return max(ahead, default=0.0) - min(ahead, default=0.0)


def _settled(runs: Sequence[Run], ahead: Sequence[float]) -> list[float]:
    """By how much the clock is ahead from where on a step can be told: a first packet that comes
    early is no clock that wanders.
    """
    from_s = runs[0].heard_s + LEAST_AROUND_S
    return [by_s for run, by_s in zip(runs, ahead, strict=True) if run.heard_s >= from_s]


def _pieces(runs: Sequence[Run]) -> list[Run]:
    """The runs in pieces of 20 ms, so that each second of sound counts alike."""
    ends = [*(run.heard_s for run in runs[1:]), runs[-1].heard_s]
    return [
        Run(run.at_s + number * PIECE_S, run.heard_s + number * PIECE_S)
        for run, end_s in zip(runs, ends, strict=True)
        for number in range(max(1, round((end_s - run.heard_s) / PIECE_S)))
    ]


def _gaps(runs: Sequence[Run]) -> dict[int, float]:
    """The lengths of real gaps, by the number of the run behind each."""
    found = {
        number: _gap_s(runs, number)
        for number, (before, run) in enumerate(itertools.pairwise(runs), 1)
        if abs(run.ahead_s - before.ahead_s) >= LEAST_STEP_S
    }
    return {number: length for number, length in found.items() if length}


def _gap_s(runs: Sequence[Run], number: int) -> float:
    """The length of a real gap before a run: all behind it are later than all before it.

    0 where there is none; below 0 where the clock stepped back. Too near the start nothing is said.
    """
    at_s = runs[number].heard_s
    before, behind = [runs[number - 1].ahead_s], [runs[number].ahead_s]
    first = number - 1
    while first > 0 and runs[first].heard_s > at_s - AROUND_S:
        first -= 1
        before.append(runs[first].ahead_s)
    last = number
    while last + 1 < len(runs) and runs[last + 1].heard_s < at_s + AROUND_S:
        last += 1
        behind.append(runs[last].ahead_s)
    if at_s - runs[first].heard_s < LEAST_AROUND_S:
        return 0.0
    apart_s = max(min(behind) - max(before), min(before) - max(behind))
    return median(behind) - median(before) if apart_s > LEAST_APART_S else 0.0


def _without(gaps: dict[int, float], runs: Sequence[Run]) -> list[float]:
    """By how much the clock is ahead at each run, real gaps before it taken off."""
    so_far = itertools.accumulate(gaps.get(number, 0.0) for number in range(len(runs)))
    return [run.ahead_s - gone_s for run, gone_s in zip(runs, so_far, strict=True)]


def _curve(runs: Sequence[Run], ahead: Sequence[float]) -> list[Point]:
    """The middle of what wanders, two seconds at a time, with as few bends as tell it."""
    blocks: dict[int, list[Point]] = {}
    for run, by_s in zip(runs, ahead, strict=True):
        blocks.setdefault(int(run.heard_s / BLOCK_S), []).append((run.heard_s, by_s))
    middle = [
        (fmean(at for at, _ in inside), median(by_s for _, by_s in inside))
        for inside in blocks.values()
    ]
    noise_s = median(
        abs(by_s - centre)
        for inside, (_, centre) in zip(blocks.values(), middle, strict=True)
        for _, by_s in inside
    )
    bend_s = max(LEAST_BEND_S, 0.75 * noise_s)
    while len(curve := _straightened(middle, bend_s)) > MOST_SLOPES:
        bend_s *= 2
    return curve


def _straightened(points: Sequence[Point], most_off: float) -> list[Point]:
    """The fewest of the points, first and last among them, that no other is far off (Douglas and
    Peucker).
    """
    kept, open_spans = {0, len(points) - 1}, [(0, len(points) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        ends = [points[first], points[last]]
        off = [(abs(points[at][1] - _on(ends, points[at][0])), at) for at in range(first + 1, last)]
        worst, at = max(off, default=(0.0, first))
        if worst > most_off:
            kept.add(at)
            open_spans += [(first, at), (at, last)]
    return [points[at] for at in sorted(kept)]


def _on(curve: Sequence[Point], at_s: float) -> float:
    """The curve's height at a moment, level before its first and behind its last point."""
    number = bisect.bisect_right(curve, at_s, key=lambda point: point[0])
    if number in (0, len(curve)):
        return curve[min(number, len(curve) - 1)][1]
    (start_s, low), (end_s, high) = curve[number - 1], curve[number]
    return low + (high - low) * (at_s - start_s) / (end_s - start_s)


def _slopes(curve: Sequence[Point]) -> tuple[tuple[float, float], ...]:
    """From when on the curve rises by how much a second."""
    return tuple(
        (start_s, min(MOST_SLOPE, max(-MOST_SLOPE, (high - low) / (end_s - start_s))))
        for (start_s, low), (end_s, high) in itertools.pairwise(curve)
    )
