"""Plans which part of a picture a frame of another shape shows; without it an upright film would
show a speaker as a stamp between two blurs, or half a head.

One steady cut a message. Lengths and places are shares of the picture as its recording shows it,
upright, from its left and its top.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from statistics import median
from typing import Literal

from pipeline.config import Crop
from pipeline.config_values import Fit
from pipeline.plan.assembly import numbered_parts
from pipeline.plan.framing import LEAST_BORDER, Framing
from pipeline.recipe import FileInput, Recipe

LEAST_FACE, LEAST_AT_A_SIDE = 0.13, 0.2
"""A face lower than so much of the picture is not what the picture shows, nor a somewhat larger one
in the outer fifth of its width: beside it are slides, or a room. In head and shoulders it takes a
quarter to a half.
"""
_SIDE = 0.2
AS_LARGE = 0.6
"""A face of so much of the largest one's height is of somebody who belongs to it."""
_LEAST_SEEN = 1 / 3
"""Of the pictures must show a face, or who speaks is not seen."""
_MOST_OUTSIDE = 0.2
_BESIDE, _ABOVE, _BELOW = 0.3, 0.45, 0.15
"""Hair and ears around a face, in its widths and heights."""
_EYES_AT = 0.42
"""How high in a cut of full width a head stands: room under it is for shoulders."""

Why = Literal["by-hand", "fills", "face", "no-finder", "no-face", "small", "too-wide", "moves"]


@dataclass(frozen=True)
class Face:
    """Where a face is in one picture."""

    left: float
    top: float
    right: float
    foot: float

    @property
    def height(self) -> float:
        return self.foot - self.top

    @property
    def head(self) -> Face:
        """With hair and ears."""
        beside = _BESIDE * (self.right - self.left)
        above, below = _ABOVE * self.height, _BELOW * self.height
        return Face(self.left - beside, self.top - above, self.right + beside, self.foot + below)


Seen = Sequence[Sequence[Face]]
"""The faces in each picture that was looked at."""


@dataclass(frozen=True)
class Reframing:
    """What of a picture is shown, and why just that."""

    fit: Fit
    crop: Crop
    why: Why


def plan_faces(speaker: str, pictures: Sequence[FileInput], version: str) -> Recipe:
    """Its stdout.txt is what ``parse_faces`` reads: faces in the parts of a message's picture."""
    parts = numbered_parts(pictures, "mp4")
    request = json.dumps({"parts": [part.name for part in parts]})
    return Recipe(
        task=f"{speaker}: find faces",
        tool="faces",
        tool_version=version,
        arguments=("request.json",),
        inputs=parts,
        outputs=(),
        texts=(("request.json", request),),
        weight=1 + 0.2 * len(parts),
        timeout_s=600,
    )


def parse_faces(said: str) -> Seen:
    """What was found in each picture, in shares of the frame that it was found in."""
    return [[Face(*box) for box in picture] for picture in json.loads(said)]


def in_the_recording(seen: Seen, framing: Framing, frame: tuple[int, int]) -> Seen:
    """Faces found in a ``frame`` in which a recording lies as ``framing`` says, as they are in the
    recording.
    """

    def place(share: float, axis: int) -> float:
        at = share * frame[axis] - framing.at[axis] + framing.cut[axis]
        return at / framing.scaled[axis]

    return [
        [
            Face(place(one.left, 0), place(one.top, 1), place(one.right, 0), place(one.foot, 1))
            for one in picture
        ]
        for picture in seen
    ]


def plan_reframing(
    shown: tuple[Fraction, Fraction],
    frame: tuple[int, int],
    crop: Crop,
    seen: Seen | None,
    wanted: Fraction | Literal["whole"] | None = None,
) -> Reframing:
    """What a ``frame`` shows of a picture that is ``shown`` wide and high, less its ``crop``: as
    much as fills it, around the faces that were ``seen`` (None: nobody has looked), or the whole
    where that would cut off a head or the slides. ``wanted`` is what a person has said: where the
    middle of the cut is, or that the whole is shown.
    """
    window = _window(shown, frame, crop)
    if window is None:
        return Reframing("cover", crop, "fills")
    if wanted == "whole":
        return Reframing("contain", crop, "by-hand")
    if wanted is not None:
        middle = window.begin + float(wanted) * (window.end - window.begin)
        return Reframing("cover", window.around(middle, crop), "by-hand")
    if seen is None:
        return Reframing("cover", window.around((window.begin + window.end) / 2, crop), "no-finder")
    heads = _heads(seen, 1 - float(crop.top + crop.bottom))
    if len(heads) < _LEAST_SEEN * len(seen) or not heads:
        somebody = sum(map(bool, seen)) >= _LEAST_SEEN * len(seen) > 0
        return Reframing("contain", crop, "small" if somebody else "no-face")
    spans = [(one.left, one.right) if window.axis == 0 else (one.top, one.foot) for one in heads]
    if median(end - start for start, end in spans) > window.length:
        return Reframing("contain", crop, "too-wide")
    middle = median((start + end) / 2 for start, end in spans)
    if window.axis == 1:
        middle += (0.5 - _EYES_AT) * window.length
    start = window.start(middle)
    outside = sum(not window.holds(span, start) for span in spans)
    if outside > _MOST_OUTSIDE * len(spans):
        return Reframing("contain", crop, "moves")
    return Reframing("cover", window.around(middle, crop), "face")


@dataclass(frozen=True)
class _Window:
    """The cut, along the one ``axis`` (0 across, 1 down) on which something is cut off: ``length``
    of what lies between ``begin`` and ``end``.
    """

    axis: int
    length: float
    begin: float
    end: float

    def start(self, middle: float) -> float:
        return min(max(middle - self.length / 2, self.begin), self.end - self.length)

    def holds(self, span: tuple[float, float], start: float) -> bool:
        """Whether a head is within the cut; a hair's breadth may be outside, and what the recording
        itself has cut off.
        """
        spare = 0.03 * self.length
        first, last = max(span[0], self.begin), min(span[1], self.end)
        return start - spare <= first and last <= start + self.length + spare

    def around(self, middle: float, crop: Crop) -> Crop:
        """What is cut off so that ``middle`` is in the middle, as far as there is picture."""
        first = Fraction(round(self.start(middle) * 1000), 1000)
        sides = ("left", "right") if self.axis == 0 else ("top", "bottom")
        last = max(Fraction(0), 1 - first - Fraction(round(self.length * 1000), 1000))
        return crop.model_copy(update=dict(zip(sides, (first, last), strict=True)))


def _window(shown: tuple[Fraction, Fraction], frame: tuple[int, int], crop: Crop) -> _Window | None:
    """None where next to nothing has to be cut off."""
    left = (1 - crop.left - crop.right, 1 - crop.top - crop.bottom)
    factors = [frame[axis] / (shown[axis] * left[axis]) for axis in (0, 1)]
    if min(factors) >= (1 - LEAST_BORDER) * max(factors):
        return None
    axis = 0 if factors[0] < factors[1] else 1
    length = left[axis] * min(factors) / max(factors)
    begin = (crop.left, crop.top)[axis]
    return _Window(axis, float(length), float(begin), float(begin + left[axis]))


def _heads(seen: Seen, height: float) -> list[Face]:
    """For each picture with somebody large enough in it, where the heads of all of them are."""
    found = []
    for picture in seen:
        largest = max(picture, key=lambda one: one.height, default=None)
        if largest is None or not _is_shown(largest, height):
            continue
        heads = [one.head for one in picture if one.height >= AS_LARGE * largest.height]
        found.append(
            replace(
                heads[0],
                left=min(one.left for one in heads),
                top=min(one.top for one in heads),
                right=max(one.right for one in heads),
                foot=max(one.foot for one in heads),
            )
        )
    return found


def _is_shown(face: Face, height: float) -> bool:
    at_a_side = abs((face.left + face.right) / 2 - 0.5) > 0.5 - _SIDE
    return face.height >= (LEAST_AT_A_SIDE if at_a_side else LEAST_FACE) * height
