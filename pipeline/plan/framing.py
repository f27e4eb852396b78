"""Plans where in the frame a picture lies, and beside what; without it portrait were squeezed.

Everything is cut after it is scaled, in pixels of the delivery: a call that changes the size of its
pictures on the way is scaled to the same place each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pipeline.config import Crop
from pipeline.config_values import Fit
from pipeline.plan.conform import BT709

LEAST_BORDER = Fraction(2, 100)
"""A picture that would leave under 2% of the frame free fills it, and loses as much.

No sliver shows, nothing is stretched.
"""
WIDEST = 10 * 8192
"""Nothing is scaled up to more to cover the frame: a picture of a few lines would take all memory.
"""


@dataclass(frozen=True)
class Framing:
    """A picture is scaled to ``scaled``, and ``cut`` of it is shown, its left top at ``at``.

    ``cut`` is left, top, width and height. In pixels, all even but for ``scaled``: chroma has half
    as many.
    """

    scaled: tuple[int, int]
    cut: tuple[int, int, int, int]
    at: tuple[int, int]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what is shown of the picture."""
        return self.cut[2:]


def plan_framing(
    shown: tuple[Fraction, Fraction], frame: tuple[int, int], fit: Fit, crop: Crop
) -> Framing:
    """How a picture that is ``shown`` wide and high comes to lie in ``frame``.

    It is given with square pixels and upright. ``contain`` shows all that ``crop`` leaves,
    ``cover`` fills the frame with it and loses what is too much at both sides.
    """
    seen = (shown[0] * (1 - crop.left - crop.right), shown[1] * (1 - crop.top - crop.bottom))
    factors = (frame[0] / seen[0], frame[1] / seen[1])
    nearly_covers = min(factors) >= (1 - LEAST_BORDER) * max(factors)
    can_cover = max(shown) * max(factors) <= WIDEST
    cover = nearly_covers or (fit == "cover" and can_cover)
    factor = max(factors) if cover else min(factors)
    cut = [
        frame[axis] if cover or factors[axis] == factor else _even(seen[axis] * factor)
        for axis in (0, 1)
    ]
    whole = (crop.left + crop.right == 0, crop.top + crop.bottom == 0)
    scaled = [
        cut[axis] if whole[axis] and not cover else max(cut[axis], round(shown[axis] * factor))
        for axis in (0, 1)
    ]
    before = (crop.left, crop.top)
    corner = [
        _even_down(scaled[axis] * before[axis] + (seen[axis] * factor - cut[axis]) / 2)
        for axis in (0, 1)
    ]
    left, top = (min(corner[axis], scaled[axis] - cut[axis]) for axis in (0, 1))
    across, down = (_even_down(Fraction(frame[axis] - cut[axis], 2)) for axis in (0, 1))
    return Framing((scaled[0], scaled[1]), (left, top, cut[0], cut[1]), (across, down))


def _even(length: Fraction) -> int:
    return max(2, round(length / 2) * 2)


def _even_down(length: Fraction) -> int:
    return max(0, int(length / 2) * 2)


def cut_out(shown: Any, framing: Framing) -> Any:
    """What is to be seen of the scaled picture."""
    if framing.scaled == framing.size:
        return shown
    left, top, width, height = framing.cut
    return shown.filter("crop", width, height, left, top)


def surrounded(
    shown: Any, framing: Framing, frame: tuple[int, int], surround: str, flags: str
) -> Any:
    """The picture in the middle of the frame, over a colour or over its own blur, dark and pale.

    It is blurred at an eighth of the size, where it costs a sixty-fourth.
    """
    if framing.size == frame:
        return shown
    width, height = frame
    if surround != "blur":
        colour = "0x" + surround.removeprefix("#")
        return shown.filter("setparams", **BT709).filter(
            "pad", width, height, *framing.at, color=colour
        )
    copies = shown.filter_multi_output("split", 2)
    small = (max(32, width // 16 * 2), max(32, height // 16 * 2))
    cover = max(Fraction(small[axis], framing.size[axis]) for axis in (0, 1))
    covering = (max(small[axis], _even(framing.size[axis] * cover)) for axis in (0, 1))
    fill = copies[0].filter("scale", *covering, flags=flags).filter("crop", *small)
    fill = fill.filter("gblur", sigma=max(2, small[1] // 22), steps=2)
    paler = "128+(val-128)*0.75"
    fill = fill.filter("lutyuv", y="16+(val-16)*0.42", u=paler, v=paler)
    fill = fill.filter("scale", width, height, flags=flags)
    return fill.overlay(copies[1], x=framing.at[0], y=framing.at[1])
