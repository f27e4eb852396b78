"""Where a message could begin and end; without it a producer would search videos for silences.

Only silence before the first and after the last speech is ever offered, never a pause between; and
only offered: what is cut stands under ``trim:`` in config.yaml.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.config import Speaker
from pipeline.findings import About, Finding
from pipeline.timing import clock, joined, moment

AIR_MS = 400
"""What stays before the first and after the last speech: a breath, and the length of a fade."""
LEAST_WON_MS = 1_000
"""In total; for less nobody needs to look at a message again."""
LEAST_SPEECH_MS = 1_000
"""In the whole message; where less is heard, it is not known where somebody speaks (music, a
foreign noise).
"""
LEAST_SIDE_MS = 300
"""At one end; a shorter piece stays where it is."""
VOICE_DB = 25
"""What lies further under the loudest tenth of the speech is no voice. The weakest beginnings of
words (f, s) lie 20 to 25 dB under vowels; they are within ``AIR_MS``.
"""
SURE_DB = 15
"""What lies no further under it than this is a voice, however loud the room is."""
ROOM_DB = 6
"""By so much a room's noise wanders over the quietest tenth of a recording."""
SHOUTED_DB = 10
"""What is so much louder than the loudest tenth of the speech is no voice."""
LEVEL_MS = 30
_STEP_MS = 10


@dataclass(frozen=True)
class TrimOffer:
    """Points for ``trim:`` in ms from the message's first picture. None: that end stays."""

    in_ms: int | None
    out_ms: int | None
    wins_ms: int

    def as_json(self) -> dict[str, Any]:
        """As ``check --json`` and report.json have it."""
        return {"in_ms": self.in_ms, "out_ms": self.out_ms, "wins_ms": self.wins_ms}

    def as_written(self) -> dict[str, str]:
        """The keys that change under ``trim:``, as a person would write them."""
        points = {"start": self.in_ms, "end": self.out_ms}
        return {key: point_written(ms) for key, ms in points.items() if ms is not None}

    @property
    def said(self) -> str:
        """The same in a sentence: ``start: 2.61s, end: 4m10.5s``."""
        return ", ".join(f"{key}: {value}" for key, value in self.as_written().items())


def voiced(
    activity: Sequence[tuple[int, int]], levels_db: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """``activity`` without what is much quieter than this person's speech, a room's noise.

    Each stretch lasts from its first to its last moment that is loud enough; ``levels_db`` is a
    level for every 30 ms.
    """
    least_db, _ = _voice_db(activity, levels_db)
    found = []
    for start, end in activity:
        voice = [
            at
            for at in range(start // LEVEL_MS, min(end // LEVEL_MS, len(levels_db)))
            if levels_db[at] >= least_db
        ]
        if voice:
            found.append((voice[0] * LEVEL_MS, (voice[-1] + 1) * LEVEL_MS))
    return tuple(found)


def with_missed(
    speech: Sequence[tuple[int, int]], levels_db: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """``speech`` with all that is as loud as it: behind a jingle or a squeal the recogniser hears
    nobody for up to ten seconds. What is far louder is not speech.
    """
    least_db, loud_db = _voice_db(speech, levels_db)
    missed = [
        (at * LEVEL_MS, (at + 1) * LEVEL_MS)
        for at, level in enumerate(levels_db)
        if least_db <= level <= loud_db + SHOUTED_DB
    ]
    return tuple(joined(sorted([*speech, *missed]), LEVEL_MS))


def _voice_db(speech: Sequence[tuple[int, int]], levels_db: Sequence[int]) -> tuple[float, float]:
    """Under which level nothing is this person's voice, and how loud they are at their loudest; no
    level is a voice where nobody speaks.
    """
    spoken = sorted(
        level for start, end in speech for level in levels_db[start // LEVEL_MS : end // LEVEL_MS]
    )
    if not spoken:
        return math.inf, math.inf
    loud_db, room_db = spoken[len(spoken) * 9 // 10], sorted(levels_db)[len(levels_db) // 10]
    return max(loud_db - VOICE_DB, min(room_db + ROOM_DB, loud_db - SURE_DB)), loud_db


def offer_trim(activity: Sequence[tuple[int, int]], start_ms: int, end_ms: int) -> TrimOffer | None:
    """The offer for a message that is shown from ``start_ms`` to ``end_ms`` of its recording.

    None where it is not worth it, or where hardly anybody speaks. ``activity`` are stretches of
    speech in ms on the recording's clock.
    """
    heard = [
        (max(start_ms, start), min(end_ms, end))
        for start, end in activity
        if start < end_ms and end > start_ms
    ]
    if sum(end - start for start, end in heard) < LEAST_SPEECH_MS:
        return None
    in_ms = (heard[0][0] - AIR_MS) // _STEP_MS * _STEP_MS
    out_ms = -(-(heard[-1][1] + AIR_MS) // _STEP_MS) * _STEP_MS
    before, after = in_ms - start_ms, end_ms - out_ms
    won = sum(side for side in (before, after) if side >= LEAST_SIDE_MS)
    if won < LEAST_WON_MS:
        return None
    return TrimOffer(
        in_ms if before >= LEAST_SIDE_MS else None, out_ms if after >= LEAST_SIDE_MS else None, won
    )


def trim_finding(offer: TrimOffer, speaker: Speaker, file: str) -> Finding:
    """The offer in a sentence, for the record."""
    seen = []
    if offer.in_ms is not None:
        seen.append(f"speech begins only after {clock(offer.in_ms + AIR_MS)}")
    if offer.out_ms is not None:
        seen.append(f"speech ends at {moment(offer.out_ms - AIR_MS)} already")
    return About(speaker.id, file, f"{file}: ").note(
        "trim-offer",
        f"{' and '.join(seen)}; a trim ({offer.said}) would win {clock(offer.wins_ms)}. Nothing"
        " is cut until it is accepted.",
        f"`perspectives trim {speaker.id} --accept` writes it into config.yaml.",
        offer.in_ms,
    )


def point_written(ms: int) -> str:
    """A point in time as config.yaml has it: ``2.61s``, ``4m10.5s``, ``5m``."""
    minutes, rest = divmod(ms, 60_000)
    seconds = f"{rest // 1000}.{rest % 1000:03d}".rstrip("0").rstrip(".")
    if not minutes:
        return f"{seconds}s"
    return f"{minutes}m{seconds}s" if rest else f"{minutes}m"
