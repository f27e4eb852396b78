"""Where what is laid over the picture stands; without it a lower third would hide the captions.

Shares of the picture's height (or width, for ``SAFE``), from its top, exact: a drawing program
reckons in floating point, captions in fractions, and both mean the same line.
"""

from __future__ import annotations

from fractions import Fraction

SAFE = Fraction(5, 100)
"""Nothing that is laid over a picture comes nearer to an edge (EBU R 95)."""

STRAP_TOP = Fraction(69, 100)
STRAP_FOOT = Fraction(93, 100)
"""A lower third stands on the lower one and is as high as its words need, up to the upper one: a
name and an office on two lines each at their smallest.
"""

CAPTIONS_OVER_STRAP = Fraction(1, 100)
"""The air between the box of a caption and the lower third under it."""
