"""Where what is laid over the picture stands; without it a lower third would hide the captions.

Shares of the picture's height or width, from its top or left, exact: a drawing program reckons in
floating point, captions in fractions, and both mean the same line.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

SAFE = Fraction(5, 100)
"""Nothing that is laid over a picture comes nearer to an edge (EBU R 95)."""

OVER_STRAP = Fraction(1, 100)
"""The air between a lower third and the box of a caption above it."""


@dataclass(frozen=True)
class Areas:
    """Where in a picture of one shape a lower third and captions that are burned in stand.

    A strap begins at ``strap_left`` and reaches to ``strap_right`` at most; it stands on
    ``strap_foot`` and is as high as its words need, up to ``strap_ceiling``. Captions keep
    ``captions_side`` free on both sides and end at ``captions_foot``; their letters have an em of
    ``captions_em`` of the shorter side, a line about ``letters`` of them. Two lines in one language
    stay under the first of ``captions_ceiling``, those in two under the second: the words of a card
    over which they come end there.
    """

    strap_left: Fraction
    strap_right: Fraction
    strap_ceiling: Fraction
    strap_foot: Fraction
    captions_side: Fraction
    captions_foot: Fraction
    captions_em: Fraction
    letters: int
    captions_ceiling: tuple[Fraction, Fraction]


WIDE = Areas(
    strap_left=SAFE + Fraction(1, 100),
    strap_right=Fraction(94, 100),
    strap_ceiling=Fraction(72, 100),
    strap_foot=Fraction(93, 100),
    captions_side=SAFE,
    captions_foot=1 - SAFE,
    captions_em=Fraction(46, 1000),
    letters=42,
    captions_ceiling=(Fraction(79, 100), Fraction(67, 100)),
)
"""A screen across the room: 50 px at 1080p."""

SQUARE = Areas(
    strap_left=WIDE.strap_left,
    strap_right=WIDE.strap_right,
    strap_ceiling=WIDE.strap_ceiling,
    strap_foot=WIDE.strap_foot,
    captions_side=SAFE,
    captions_foot=1 - SAFE,
    captions_em=Fraction(52, 1000),
    letters=32,
    captions_ceiling=(Fraction(77, 100), Fraction(64, 100)),
)
"""A post in a feed, on a telephone in the hand: larger letters in shorter lines."""

UPRIGHT = Areas(
    strap_left=SAFE + Fraction(1, 100),
    strap_right=Fraction(82, 100),
    strap_ceiling=Fraction(62, 100),
    strap_foot=Fraction(75, 100),
    captions_side=Fraction(17, 100),
    captions_foot=Fraction(65, 100),
    captions_em=Fraction(50, 1000),
    letters=26,
    captions_ceiling=(Fraction(55, 100), Fraction(47, 100)),
)
"""A telephone's whole screen, on which the sites lay their own buttons and words. Of 1080x1920 they
ask to leave free 288 px at the top, 672 at the foot, 192 on the right (YouTube, for
advertisements), 14%, 35% and 6% (Meta, for Reels). Captions keep to all of it; a name, which is
there for some seconds, to the foot's lowest quarter, which is covered in everybody's posts.
"""

_UPRIGHT_FROM = Fraction(7, 5)
_WIDE_FROM = Fraction(6, 5)


def areas_of(size: tuple[int, int]) -> Areas:
    """What stands where in pictures of that width and height."""
    width, height = size
    if height >= _UPRIGHT_FROM * width:
        return UPRIGHT
    return WIDE if width >= _WIDE_FROM * height else SQUARE
