"""Where captions stand while a lower third is up; without it they would cover the speaker's name.

What is drawn into the picture (burned.py), WebVTT and TTML all read it from the captions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from pipeline.geometry import OVER_STRAP, areas_of
from pipeline.model import Cue


def raised(
    cues: Iterable[Cue], until_frame: int, strap_top: Fraction, size: tuple[int, int]
) -> tuple[Cue, ...]:
    """The captions, those that begin before ``until_frame`` just above the lower third that is up
    until then, where they would stand over it; ``strap_top`` is a share of the height.

    They stay there for their whole life: a caption that jumps is harder to read than a high one.
    """
    foot = strap_top - OVER_STRAP
    if foot >= areas_of(size).captions_foot:
        return tuple(cues)
    return tuple(replace(cue, foot=foot) if cue.start_frame < until_frame else cue for cue in cues)
