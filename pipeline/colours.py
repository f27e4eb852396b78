"""Which colours can be read on which; without it white names would stand on yellow, and nobody
would say so before a build.

Colours are 8-bit sRGB. Contrast is WCAG 2.2's: (L1 + 0.05) / (L2 + 0.05), from 1 to 21. Pure, and
cheap enough for `check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Colour = tuple[int, int, int]

READABLE = 4.5
"""Least contrast of text and ground (WCAG 2.2, success criterion 1.4.3); the palette keeps 0.1 in
hand for dither.
"""

VISIBLE = 3.0
"""Least contrast of a bar or a line that carries a meaning (success criterion 1.4.11)."""

RING = 0.10
"""How much of the text's colour the lines of a motif add to the ground where they are strongest."""

STRAP_OPACITY = 0.93
"""The picture under a lower third shines through a little, so that the strap sits in the scene and
not on it.
"""

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


@dataclass(frozen=True)
class Palette:
    """The brand's colours, and what was mixed from them.

    Every one of ``texts`` can be read on all of ``grounds``.
    """

    glow: Colour
    shade: Colour
    strap: Colour
    text: Colour
    second: Colour
    kicker: Colour
    accent: Colour
    grounds: tuple[Colour, ...]

    @property
    def texts(self) -> tuple[Colour, ...]:
        """The colours that words are set in."""
        return self.text, self.second, self.kicker


def palette(background: Colour, text: Colour, accent: Colour) -> Palette:
    """The nearest colours to the brand's that can be read: words move toward white or black, and
    so, if the ground is of a middle grey on which neither would do, does the ground.
    """
    ink = _ink(background, text)
    foil = BLACK if ink == WHITE else WHITE
    ground = _until(
        background,
        foil,
        lambda mixed: contrast(ink, mix(_glow(mixed, ink), ink, RING)) > READABLE + 0.15,
    )
    glow, shade = _glow(ground, ink), mix(ground, foil, 0.22)
    strap = mix(ground, foil, 0.22)
    through = (mix(strap, behind, 1 - STRAP_OPACITY) for behind in (WHITE, BLACK))
    grounds = (glow, mix(glow, ink, RING), shade, mix(shade, ink, RING), *through)

    def clear(colour: Colour, least: float) -> Colour:
        return _until(colour, ink, lambda mixed: _stands_out(mixed, grounds, least + 0.1))

    return Palette(
        glow,
        shade,
        strap,
        clear(text, READABLE),
        clear(mix(text, ground, 0.24), READABLE),
        clear(accent, READABLE),
        clear(accent, VISIBLE),
        grounds,
    )


def read_colour(written: str) -> Colour:
    """#0b3c5d as numbers."""
    red, green, blue = bytes.fromhex(written.removeprefix("#"))
    return red, green, blue


def written(colour: Colour) -> str:
    """Numbers as #0b3c5d."""
    return "#" + bytes(colour).hex()


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """``one`` with ``share`` (0 to 1) of ``other`` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, from 1 (the same) to 21 (black and white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(ground: Colour) -> Colour:
    """Black or white, whichever is read better on ``ground``: never less than 4.58."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, ground))


def _stands_out(colour: Colour, grounds: Iterable[Colour], least: float) -> bool:
    return all(contrast(colour, ground) > least for ground in grounds)


def _ink(background: Colour, text: Colour) -> Colour:
    """The end, white or black, to which words are moved: the brand's own side, if its text can
    nearly be read.
    """
    if contrast(text, background) >= 2.5:
        return WHITE if _luminance(text) > _luminance(background) else BLACK
    return ink_on(background)


def _glow(ground: Colour, ink: Colour) -> Colour:
    return mix(ground, ink, 0.06 if ink == WHITE else 0.045)


def _until(colour: Colour, end: Colour, enough: Callable[[Colour], bool]) -> Colour:
    """``colour`` with as little of ``end`` in it as is ``enough``, in steps of 1/50.

    At the worst ``end`` itself.
    """
    mixed = (mix(colour, end, step / 50) for step in range(51))
    return next((candidate for candidate in mixed if enough(candidate)), end)


def _luminance(colour: Colour) -> float:
    red, green, blue = (value / 255 for value in colour)
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (red, green, blue)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
