"""Says how loud the speech in a sound is, whatever else is in it; without it a jingle would be
taken for the message, and the speaker be left sixteen decibels under the others.

The meter's momentary loudness (0.4 s, one every 0.1 s) is stored as it came; which of it is speech
is worked out here, from where somebody was heard speaking.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from pipeline.findings import About, Finding
from pipeline.plan.loudness import SILENCE_LUFS, Loudness
from pipeline.timing import clock, joined, moment

STEP_MS = 100
_FIRST_WHOLE = 3
"""Blocks 0 to 2 lack what came before the sound."""
_GATE_LU = 10.0
"""What is this much under the mean is a pause (EBU R 128)."""
_BESIDE_MS = 500
"""Soft beginnings, ends and short pauses are speech's own, as they are for a meter of the whole."""
FOREIGN_LU = 6.0
"""What is this much louder than speech usually is, and where nobody was heard speaking, is none."""
SHOUTED_LU = 12.0
"""So far above what is usual is no speech even where a voice was heard: the recogniser takes up to
two seconds of music behind a word for more of it.
"""
DROWNED_LU = 25.0
"""No two pieces of one talk are so far apart."""
_BLURRED_STEPS = 6
"""Blocks this near to one that is foreign may have some of it: they share sound with it, or the
recogniser's edge, which is 0.3 s off.
"""
_LEAST_BLOCKS = 5
_APART_MS = 500
MOST_STRETCHES = 100
LEAST_DEAD_MS = 4_000
"""Nobody pauses for so long in a room of which nothing at all is heard, a call's noise gate or not.
"""
_NOTHING_BUT_SPEECH_LU = 0.3
"""Where whole and speech differ by no more, the whole is measured, as everybody's meter does it."""

Activity = Sequence[tuple[int, int]]


def parse_momentary(text: str) -> tuple[float, ...]:
    """Loudness in LUFS of each 0.4 s, one every 0.1 s; the first three have no whole block."""
    return tuple(float(value) for value in re.findall(r"^lavfi\.r128\.M=(-?[\d.]+)$", text, re.M))


def spoken_blocks(momentary: Sequence[float], activity: Activity) -> tuple[int, ...]:
    """The blocks in which there is speech and little else; none where hardly anybody speaks."""
    spoken = _within(momentary, activity, 0)
    usual = _usual(momentary, spoken)
    if usual is None:
        return ()
    foreign = {
        block
        for block, lufs in enumerate(momentary)
        if lufs > usual + (SHOUTED_LU if block in spoken else FOREIGN_LU)
    }
    blurred = {near for block in foreign for near in _beside(block)}
    kept = _within(momentary, activity, _BESIDE_MS) - blurred
    if len(kept) < max(_LEAST_BLOCKS, len(spoken) // 4):
        kept = {block for block in spoken if momentary[block] <= usual + FOREIGN_LU}
    return tuple(sorted(kept))


def loudness_of_speech(
    whole: Loudness, momentary: Mapping[str, Sequence[float]], blocks: Sequence[int]
) -> Loudness:
    """How loud the speech is in ``blocks``, measured as ``whole`` is: all of it where there is
    hardly anything but speech in it, or none.
    """
    found = {f"{side}_lufs": lufs_of(values, blocks) for side, values in momentary.items()}
    if not blocks or abs(found["whole_lufs"] - whole.whole_lufs) <= _NOTHING_BUT_SPEECH_LU:
        return whole
    return replace(whole, **found)


def lufs_of(momentary: Sequence[float], blocks: Sequence[int], in_ms: float = 0) -> float:
    """Gated loudness of ``blocks``; the floor where nothing is to be heard. ``in_ms`` is how much
    of the beginning is no longer in the sound.
    """
    shift = round(in_ms / STEP_MS)
    places = (block - shift for block in blocks)
    within = (momentary[at] for at in places if _FIRST_WHOLE <= at < len(momentary))
    heard = [lufs for lufs in within if lufs > SILENCE_LUFS]
    if not heard:
        return SILENCE_LUFS
    gate = _mean(heard) - _GATE_LU
    return round(_mean([lufs for lufs in heard if lufs > gate]), 2)


@dataclass(frozen=True)
class Louder:
    """What is far louder than the speech in a sound: by how many LU at most, when that is in ms,
    and the stretches in which it is heard, in ms.
    """

    by_lu: float
    at_ms: int
    stretches: tuple[tuple[int, int], ...]


def louder_than_speech(
    momentary: Sequence[float], blocks: Sequence[int], activity: Activity
) -> Louder | None:
    """What stands out over the speech and is none; None where nothing does."""
    speech, spoken = lufs_of(momentary, blocks), _within(momentary, activity, 0)
    kept = set(blocks) | {at for at in spoken if momentary[at] <= speech + SHOUTED_LU}
    loud = [
        at for at, lufs in enumerate(momentary) if at not in kept and lufs > speech + FOREIGN_LU
    ]
    if speech <= SILENCE_LUFS or not loud:
        return None
    loudest = max(loud, key=lambda at: momentary[at])
    heard = [((at - _FIRST_WHOLE) * STEP_MS, (at + 1) * STEP_MS) for at in loud]
    by_lu = round(momentary[loudest] - speech, 1)
    return Louder(by_lu, max(0, _middle_ms(loudest)), _few(heard))


def louder_findings(louder: Louder | None, submission: str, file: str) -> tuple[Finding, ...]:
    """That something is far louder than the speech."""
    if louder is None:
        return ()
    finding = About(submission, file, f"{file}: ").warning(
        "louder-than-speech",
        f"something in it (music, applause, another voice) is {louder.by_lu:.0f} LU louder than the"
        f" speech, most at {moment(louder.at_ms)}; the speech is made as loud as the others', the"
        " rest is held near it.",
        "Listen to the built clip there; cut it with trim: if it is before or after the speech.",
        louder.at_ms,
    )
    return (finding,)


def drowned_findings(momentary: Sequence[float], submission: str, file: str) -> tuple[Finding, ...]:
    """That of a sound in which nobody was heard a piece is so loud that it may be why."""
    heard = [at for at, lufs in enumerate(momentary) if at >= _FIRST_WHOLE and lufs > SILENCE_LUFS]
    if not heard:
        return ()
    loudest = max(heard, key=lambda at: momentary[at])
    by_lu = momentary[loudest] - median(momentary[at] for at in heard)
    if by_lu < DROWNED_LU:
        return ()
    at_ms = max(0, _middle_ms(loudest))
    finding = About(submission, file, f"{file}: ").warning(
        "louder-than-speech",
        f"nobody was heard speaking in it, and something in it is {by_lu:.0f} LU louder than the"
        f" rest, most at {moment(at_ms)}; whoever speaks beside that is too quiet to be heard.",
        "Listen to it: cut the loud piece off with trim:, or ask the speaker to record again.",
        at_ms,
    )
    return (finding,)


def dead_findings(
    momentary: Sequence[float], activity: Activity, submission: str, file: str
) -> tuple[Finding, ...]:
    """That between the first word and the last one nothing at all is heard for a while: no breath,
    no room, as where a microphone was muted.
    """
    begins, ends = activity[0][0], activity[-1][1]
    silent = [
        ((at - _FIRST_WHOLE) * STEP_MS, (at + 1) * STEP_MS)
        for at, lufs in enumerate(momentary)
        if lufs <= SILENCE_LUFS and at >= _FIRST_WHOLE and begins < _middle_ms(at) < ends
    ]
    dead = [(start, end) for start, end in joined(silent, 1) if end - start >= LEAST_DEAD_MS]
    if not dead:
        return ()
    (at_ms, end_ms), times = dead[0], len(dead)
    often = f"for {clock(end_ms - at_ms)} at {moment(at_ms)}"
    if times > 1:
        lasts = clock(sum(end - start for start, end in dead))
        often = f"{times} times, {lasts} in all, first at {moment(at_ms)}"
    finding = About(submission, file, f"{file}: ").warning(
        "audio-gap",
        f"nothing at all is heard in it {often}, as if the microphone had been off.",
        "Listen there: if something of the speech is missing, ask for another recording.",
        at_ms,
    )
    return (finding,)


def _few(stretches: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Stretches in order, those that meet or nearly do as one: a hundred at most."""
    apart_ms = _APART_MS
    while len(found := joined(stretches, apart_ms)) > MOST_STRETCHES:
        apart_ms *= 2
    return tuple(found)


def _usual(momentary: Sequence[float], spoken: set[int]) -> float | None:
    heard = [momentary[block] for block in spoken if momentary[block] > SILENCE_LUFS]
    return median(heard) if len(heard) >= _LEAST_BLOCKS else None


def _within(momentary: Sequence[float], activity: Activity, beside_ms: int) -> set[int]:
    """The blocks whose middle lies in a stretch of speech, or so near to one."""
    found = set[int]()
    for start, end in activity:
        lowest = math.ceil((start - beside_ms) / STEP_MS) + 1
        highest = math.floor((end + beside_ms) / STEP_MS) + 1
        found.update(range(max(_FIRST_WHOLE, lowest), min(len(momentary) - 1, highest) + 1))
    return found


def _middle_ms(block: int) -> int:
    """Block n ends 0.1 s after its number says, and has 0.4 s."""
    return (block - 1) * STEP_MS


def _beside(block: int) -> range:
    return range(block - _BLURRED_STEPS, block + _BLURRED_STEPS + 1)


def _mean(blocks: Sequence[float]) -> float:
    return 10 * math.log10(sum(10 ** (lufs / 10) for lufs in blocks) / len(blocks))
