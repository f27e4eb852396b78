"""Lays short stretches of sound together, so that Whisper hears many at once; without it each would
cost as much as half a minute, which is what Whisper hears at a time.

Pure. Sound is 16 kHz, 16 bit, mono, as bytes. Times in whole ms are from its start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pipeline.tools.hearing.speech import BYTES_A_MS

LONGEST_MS = 28_000
"""Whisper's own window has 30 s."""
APART_MS = 400
"""Silence between two stretches, so that neither is heard as the end of the other."""


@dataclass(frozen=True)
class Packed:
    """Sound of its own, and what Whisper is shown of it: ``clips``, start and end in turn, in s.
    ``places`` say of each stretch when it begins here and there, and how long it is.
    """

    sound: bytes
    clips: list[float]
    places: tuple[tuple[int, int, int], ...]

    def unpacked(self, segments: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What was heard, with times in the sound that the stretches were taken from; a segment
        that goes over several of them is parted.
        """
        return [
            {**segment, "start": words[0]["start"], "end": words[-1]["end"], "words": words}
            for segment in segments
            for _, run in groupby(segment.get("words", ()), self._place_of)
            if (words := [self._moved(word) for word in run])
        ]

    def _place_of(self, word: Mapping[str, Any]) -> tuple[int, int, int]:
        """The stretch that a word was heard in, by its middle; silence belongs to the next one."""
        middle_ms = (word["start"] + word["end"]) * 500
        after = (place for place in self.places if middle_ms < place[0] + place[2])
        return next(after, self.places[-1])

    def _moved(self, word: Mapping[str, Any]) -> dict[str, Any]:
        here_ms, there_ms, length_ms = self._place_of(word)
        first, last = there_ms / 1000, (there_ms + length_ms) / 1000
        by = (there_ms - here_ms) / 1000
        start, end = (min(max(word[at] + by, first), last) for at in ("start", "end"))
        return {**word, "start": round(start, 3), "end": round(end, 3)}


def packed(sound: bytes, stretches: Iterable[Sequence[int]], *, apart: bool = False) -> Packed:
    """``stretches`` (ms, in order) of ``sound``, as many in each clip as it has room for, or each
    in one of its own (``apart``).
    """
    out = b""
    clips: list[float] = []
    places: list[tuple[int, int, int]] = []
    for start, end in stretches:
        here_ms = len(out) // BYTES_A_MS
        with_this = here_ms + APART_MS + end - start
        if clips and not apart and with_this - clips[-2] * 1000 <= LONGEST_MS:
            out += bytes(APART_MS * BYTES_A_MS)
            here_ms += APART_MS
        else:
            clips += [here_ms / 1000, 0.0]
        piece = sound[start * BYTES_A_MS : end * BYTES_A_MS]
        out += piece[: len(piece) // BYTES_A_MS * BYTES_A_MS]
        clips[-1] = len(out) // BYTES_A_MS / 1000
        places.append((here_ms, start, end - start))
    return Packed(out, clips, tuple(places))
