"""Says in frames when a caption comes and goes; without it rounding would break the limits.

Milliseconds become frames once, starts down and ends up; everything after that is whole frames.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from pipeline.captions.cues.lines import Table
from pipeline.captions.cues.style import CaptionStyle

FAR = 10**7
"""Frames after the end of the clip where a next caption would begin if there were one."""
SHIFT_FRAMES = 2
"""How far from its first word a caption may begin when speech is too fast: before it, in a pause,
or after it.
"""


@dataclass(frozen=True)
class Clock:
    """A style's limits in frames of ``rate``, in a clip of ``clip_frames`` pictures."""

    style: CaptionStyle
    rate: Fraction
    clip_frames: int

    @cached_property
    def shortest(self) -> int:
        """The fewest frames a caption is on screen: 5/6 s, rounded up."""
        return math.ceil(self.style.shortest_s * self.rate)

    @cached_property
    def longest(self) -> int:
        """The most frames a caption is on screen: 7 s, rounded down."""
        return math.floor(self.style.longest_s * self.rate)

    @cached_property
    def open_gap(self) -> int:
        """The shortest gap that need not be closed: over 1/2 s, even rounded to ms in a file."""
        return math.floor((self.style.close_gaps_under_s + Fraction(2, 1000)) * self.rate) + 1

    def down(self, ms: Table) -> Table:
        """The frame on screen at each time."""
        frames: Table = ms * self.rate.numerator // (1000 * self.rate.denominator)
        return frames

    def up(self, ms: Table) -> Table:
        """The first frame that starts at or after each time."""
        frames: Table = -(-ms * self.rate.numerator // (1000 * self.rate.denominator))
        return frames

    def to_read(self, halves: Table, cps: int) -> Table:
        """Frames to read so many half characters.

        Where a frame is no whole number of ms, rounding to ms in a caption file may cost 1 ms: it
        is added here.
        """
        spare_ms = 0 if 1000 % self.rate == 0 else 1
        ms_times_cps = halves * 500 + spare_ms * cps
        whole = 1000 * cps * self.rate.denominator
        frames: Table = -(-ms_times_cps * self.rate.numerator // whole)
        return frames


def spoken_ends(ends_ms: Table, clock: Clock) -> tuple[Table, Table]:
    """For each place, the first frame after the words before it, and the last to which they linger.

    They stay no longer without a reason. Both are 0 before the first word, so they are one longer
    than ``ends_ms``.
    """
    none = np.zeros(1, np.int64)
    spoken: Table = np.minimum(clock.clip_frames, np.concatenate([none, clock.up(ends_ms)]))
    rested = clock.down(ends_ms + round(clock.style.linger_s * 1000))
    return spoken, np.maximum(spoken, np.concatenate([none, rested]))


def first_frames(
    starts_ms: Table, spoken: Table, clock: Clock
) -> tuple[Table, Table, Table, Table]:
    """For each word: the frame on which a caption begins with it, the earliest and the latest one.

    The fourth is 1 where it cannot begin without cutting the words before it, whose sound lasts too
    long into this one.

    Words that touch inside a frame leave that frame to the words before.
    """
    last = clock.clip_frames - 1
    on_word, before = np.minimum(clock.down(starts_ms), last), spoken[:-1]
    latest = np.minimum(last, on_word + clock.style.start_within_frames)
    first = np.maximum.accumulate(np.minimum(np.maximum(on_word, before), latest))
    allowed = clock.up(np.maximum(0, starts_ms - clock.style.start_early_ms))
    soonest = np.maximum(allowed, np.maximum(first - SHIFT_FRAMES, before))
    return (
        first,
        np.minimum(first, soonest),
        np.maximum(first, np.minimum(first + SHIFT_FRAMES, latest)),
        (before > first).astype(np.int64),
    )


def ends_of(
    clock: Clock, halves: Table, start: Table, spoken: Table, rested: Table, following: Table
) -> tuple[Table, Table]:
    """The first frame without each caption, and how many limits it breaks there.

    It stays until its last word ended (``spoken``) and it can be read, and a little longer where
    there is time, up to ``rested``. A gap to the ``following`` caption is none, two frames, or over
    half a second. ``halves`` are its half characters.
    """
    style = clock.style
    last = np.minimum(start + clock.longest, np.minimum(following, clock.clip_frames))
    to_read = clock.to_read(halves, style.reading_speed_cps)
    needed = np.maximum(spoken, start + np.maximum(clock.shortest, to_read))
    wish = np.maximum((spoken + rested) // 2, start + wanted_frames(clock, halves))
    wish = np.minimum(np.maximum(needed, np.minimum(wish, rested)), last)
    closed, opened = following - style.least_gap_frames, following - clock.open_gap
    # Closing a gap is worth more than half a second after the last word only when reading needs the
    # time anyway.
    shut = np.where(closed >= needed, closed, following)
    apart = np.where((opened >= needed) & (closed > rested), opened, shut)
    gap = following - wish
    gap_is_good = (gap == style.least_gap_frames) | (gap >= clock.open_gap)
    ends = np.minimum(np.where(gap_is_good, wish, apart), last)
    gap = following - ends
    flickers = (gap != 0) & (gap != style.least_gap_frames) & (gap < clock.open_gap)
    short, unseen = ends - start < clock.shortest, ends <= start
    return ends, flickers.astype(np.int64) + short + 3 * unseen + (spoken > ends)


def wanted_frames(clock: Clock, halves: Table) -> Table:
    """How long a caption had better be on screen: a second, and at the wanted reading speed."""
    comfortable = math.ceil(clock.style.comfortable_s * clock.rate)
    return np.maximum(comfortable, clock.to_read(halves, clock.style.aim_cps))
