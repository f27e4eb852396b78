"""One rule that a caption breaks, with its place and measure; without it a producer would only hear
"bad captions".
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pipeline.codes import Code
from pipeline.findings import Finding
from pipeline.timing import clock, frame_ms


@dataclass(frozen=True)
class Breach:
    """``severity`` breach: a limit is broken; remark: a break that an editor would have made
    elsewhere.

    ``cue`` counts from 1 in the order given, ``frame`` from the clip's first. ``measured`` and
    ``allowed`` are in the unit of the message: characters, frames, characters a second, ms; for
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


def broken(
    rule: Code, cue: int, frame: int, rate: Fraction, measured: float, allowed: float, saying: str
) -> Breach:
    """A limit that a caption breaks; ``saying`` is the end of the sentence that begins "caption 7
    at 0:41".
    """
    at_ms = frame_ms(frame, rate)
    return Breach(
        rule,
        "breach",
        cue,
        frame,
        at_ms,
        measured,
        allowed,
        f"caption {cue} at {clock(at_ms)}: {saying}",
    )


def remarked(rule: Code, cue: int, frame: int, rate: Fraction, saying: str) -> Breach:
    """A break of the kind to avoid."""
    at_ms = frame_ms(frame, rate)
    return Breach(
        rule, "remark", cue, frame, at_ms, 1, 0, f"caption {cue} at {clock(at_ms)}: {saying}"
    )


_REMEDIES: dict[Code, str] = {
    "too-fast-to-read": (
        "Shorten the wording in inputs/captions, or ask the speaker to speak more slowly."
    ),
    "unsaid-text": "Take the words out, or check that the script is the one that was read.",
}


def as_finding(breach: Breach, submission: str, file: str | None = None) -> Finding:
    """What the producer is told: a warning, or only information for a remark."""
    return Finding(
        "warning" if breach.severity == "breach" else "info",
        breach.rule,
        breach.message + ".",
        _REMEDIES.get(breach.rule, "Correct the caption in inputs/captions."),
        submission,
        file,
        breach.at_ms,
    )
