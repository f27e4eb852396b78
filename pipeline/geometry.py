"""Where what is laid over the picture stands; without it a lower third would hide the captions.

Shares of the picture's height (or width, for ``SAFE``), from its top, exact: a drawing program
reckons in floating point, captions in fractions, and both mean the same line.
"""

from __future__ import annotations

from fractions import Fraction

SAFE = Fraction(5, 100)
"""Nothing that is laid over a picture comes nearer to an edge (EBU R 95)."""

STRAP_CEILING = Fraction(72, 100)
STRAP_FOOT = Fraction(93, 100)
"""A lower third stands on its foot and is as high as its words need, up to the ceiling."""

CAPTIONS_CEILING = (Fraction(79, 100), Fraction(67, 100))
"""Two lines of captions that are burned in stay under the first, those of two languages under the
second: the words of a card over which they come end there.
"""

OVER_STRAP = Fraction(1, 100)
"""The air between a lower third and the box of a caption above it."""
