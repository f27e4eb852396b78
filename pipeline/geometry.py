"""Where what is laid over the picture stands; without it a lower third would hide the captions.

Shares of the picture's height (or width, for ``SAFE``), from its top, exact: a drawing program
reckons in floating point, captions in fractions, and both mean the same line.
"""

from __future__ import annotations

from fractions import Fraction

SAFE = Fraction(5, 100)
"""Nothing that is laid over a picture comes nearer to an edge (EBU R 95)."""

STRAP_TOP = Fraction(80, 100)
STRAP_FOOT = Fraction(93, 100)
"""A lower third stays between these."""

CAPTIONS_FOOT_OVER_STRAP = STRAP_TOP - Fraction(4, 100)
"""The lower edge of a caption's text while a lower third is up: its box ends above the strap."""
