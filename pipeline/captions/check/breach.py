"""A rule that a caption breaks, its place and measure; without it all would be "bad captions".

To people, a place is said as a time (``0:41``), an offset as a length (``0.4 s``), and a count of
frames with its length.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pipeline.codes import Code
from pipeline.findings import Finding
from pipeline.model import Cue
from pipeline.timing import clock, frame_ms, moment


@dataclass(frozen=True)
class Breach:
    """A limit that is broken (a breach), or a break that an editor would not have made (a remark).

    ``cue`` counts from 1 in the order given, ``frame`` from the clip's first. ``measured`` and
    ``allowed`` are in the unit of the rule: characters, frames, characters a second, ms; for
    rules of yes or no they are 1 and 0.
    """

    rule: Code
    severity: Literal["breach", "remark"]
    cue: int
    frame: int
    at_ms: int
    measured: float
    allowed: float
    message: str


@dataclass(frozen=True)
class Numbered:
    """A caption with its number in the file, from 1, and the rate its frames are counted in."""

    number: int
    cue: Cue
    rate: Fraction

    def breaks(self, rule: Code, measured: float, allowed: float, saying: str) -> Breach:
        """A limit that it breaks; ``saying`` ends the sentence that begins "caption 7 at 0:41:"."""
        return self._said(rule, "breach", measured, allowed, saying)

    def could_be_better(self, rule: Code, saying: str) -> Breach:
        """A break of the kind to avoid; ``saying`` as for ``breaks``."""
        return self._said(rule, "remark", 1, 0, saying)

    def lasting(self, frames: int) -> str:
        """So many frames with their length: ``1 frame (0.04 s)``, ``20 frames (0.8 s)``."""
        noun = "frame" if frames == 1 else "frames"
        return f"{frames} {noun} ({length(frame_ms(frames, self.rate))})"

    def _said(
        self,
        rule: Code,
        severity: Literal["breach", "remark"],
        measured: float,
        allowed: float,
        saying: str,
    ) -> Breach:
        frame = self.cue.start_frame
        at_ms = frame_ms(frame, self.rate)
        message = f"caption {self.number} at {moment(at_ms)}: {saying}"
        return Breach(rule, severity, self.number, frame, at_ms, measured, allowed, message)


def numbered(cues: Iterable[Cue], rate: Fraction) -> tuple[Numbered, ...]:
    """The captions of a file with their numbers."""
    return tuple(Numbered(number, cue, rate) for number, cue in enumerate(cues, 1))


def length(ms: int) -> str:
    """A length as ``clock`` says it, but to the ms below a second: ``0.4 s``, ``0.121 s``.

    A caption is late by over 0.12 s: with tenths alone it would be said to be 0.1 s late where 0.1
    are allowed.
    """
    return f"{ms / 1000:g} s" if abs(ms) < 1000 else clock(ms)


_REMEDY = "Correct the caption in inputs/captions."
_REMEDIES: dict[Code, str] = {
    "too-fast-to-read": (
        "Shorten the wording in inputs/captions, or ask the speaker to speak more slowly."
    ),
    "unsaid-text": "Take the words out, or check that the script is the one that was read.",
}


def as_finding(breach: Breach, submission: str, file: str | None = None) -> Finding:
    """What the producer is told: a warning, or only information for a remark."""
    severity: Literal["warning", "info"] = "warning" if breach.severity == "breach" else "info"
    remedy = _REMEDIES.get(breach.rule, _REMEDY)
    message = f"{breach.message}."
    return Finding(severity, breach.rule, message, remedy, submission, file, breach.at_ms)
