"""Makes a brand fit for the screen: its colours readable, its logo ready; without it white names would stand on yellow.

Colours are 8-bit sRGB. Contrast is WCAG 2.2's: (L1 + 0.05) / (L2 + 0.05), from 1 to 21.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

Colour = tuple[int, int, int]

READABLE = 4.5
"""Least contrast of text and ground (WCAG 2.2, success criterion 1.4.3); the palette keeps 0.1 in hand for dither."""

VISIBLE = 3.0
"""Least contrast of a bar or a line that carries a meaning (success criterion 1.4.11)."""

RING = 0.10
"""How much of the text's colour the rings add to the ground where they are strongest."""

STRAP_OPACITY = 0.93
"""The picture under a lower third shines through a little, so that the strap sits in the scene and not on it."""

MOST_LOGO_PIXELS = 64_000_000
"""8,000 x 8,000. A larger logo would take a gigabyte of memory only to be made 400 pixels wide."""

_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


@dataclass(frozen=True)
class Palette:
    """The brand's colours, and what was mixed from them. Every one of ``texts`` can be read on all of ``grounds``."""

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


class Refused(Exception):
    """Something in the request cannot be drawn; ``str`` is a sentence that begins with the file's name."""


def palette(background: Colour, text: Colour, accent: Colour) -> Palette:
    """The nearest colours to the brand's that can be read: words move toward white or black, and so, if the ground is
    of a middle grey on which neither would do, does the ground."""
    ink = _ink(background, text)
    foil = _BLACK if ink == _WHITE else _WHITE
    ground = _until(background, foil, lambda mixed: contrast(ink, mix(_glow(mixed, ink), ink, RING)) > READABLE + 0.15)
    glow, shade = _glow(ground, ink), mix(ground, foil, 0.22)
    strap = mix(ground, foil, 0.22)
    through = (mix(strap, behind, 1 - STRAP_OPACITY) for behind in (_WHITE, _BLACK))
    grounds = (glow, mix(glow, ink, RING), shade, mix(shade, ink, RING), *through)

    def clear(colour: Colour, least: float) -> Colour:
        return _until(colour, ink, lambda mixed: min(contrast(mixed, under) for under in grounds) > least + 0.1)

    return Palette(glow, shade, strap, clear(text, READABLE), clear(mix(text, ground, 0.24), READABLE),
                   clear(accent, READABLE), clear(accent, VISIBLE), grounds)


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
    return max((_WHITE, _BLACK), key=lambda ink: contrast(ink, ground))


def logo(path: Path, ground: Colour, most_width: int, most_height: int) -> Image.Image:
    """The logo in RGBA, no larger than asked, cropped to what can be seen of it, on a plate where it needs one.

    Raises Refused when it is no picture, too large to open, or wholly transparent.
    """
    drawn = _opened(path)
    seen = drawn.getchannel("A").point(lambda alpha: 255 if alpha > 8 else 0).getbbox()
    if not seen:
        raise Refused(f"{path.name}: nothing can be seen of this logo, it is transparent all over.")
    drawn, own = _trimmed(drawn.crop(seen))
    plate = own or _plate(drawn, ground)
    if plate and contrast(plate, ground) < 1.08:
        plate = None
    pad = round(most_height * 0.16) if plate else 0
    # A logo of few pixels is not blown up more than twice: it would look soft beside the letters.
    scale = min((most_width - 2 * pad) / drawn.width, (most_height - 2 * pad) / drawn.height, 2.0)
    size = (max(1, round(drawn.width * scale)), max(1, round(drawn.height * scale)))
    drawn = drawn.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return _on_plate(drawn, plate, pad) if plate else drawn


def _ink(background: Colour, text: Colour) -> Colour:
    """The end, white or black, to which words are moved: the brand's own side, if its text can nearly be read."""
    if contrast(text, background) >= 2.5:
        return _WHITE if _luminance(text) > _luminance(background) else _BLACK
    return ink_on(background)


def _glow(ground: Colour, ink: Colour) -> Colour:
    return mix(ground, ink, 0.06 if ink == _WHITE else 0.045)


def _until(colour: Colour, end: Colour, enough: Callable[[Colour], bool]) -> Colour:
    """``colour`` with as little of ``end`` in it as is ``enough``, in steps of 1/50; at the worst ``end`` itself."""
    mixed = (mix(colour, end, step / 50) for step in range(51))
    return next((candidate for candidate in mixed if enough(candidate)), end)


def _luminance(colour: Colour) -> float:
    red, green, blue = (value / 255 for value in colour)
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _opened(path: Path) -> Image.Image:
    """The picture upright and in RGBA, at most 2,000 pixels wide or high."""
    Image.MAX_IMAGE_PIXELS = MOST_LOGO_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG", "JPEG")) as picture:
                if max(picture.size) > 2000 and picture.mode in ("L", "RGB", "RGBA", "CMYK"):
                    picture.thumbnail((2000, 2000), reducing_gap=2.0)
                upright = ImageOps.exif_transpose(picture)
                deep = upright.mode.startswith("I")  # 16-bit greys; Pillow's own conversion would clip them to white
                eight_bit = upright.point(lambda value: value / 257, "L") if deep else upright
                return eight_bit.convert("RGBA")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused(f"{path.name}: this logo is too large to open; 2,000 pixels wide is plenty.") from None
    except (OSError, SyntaxError, ValueError, EOFError):  # Pillow meets a damaged file with any of these
        raise Refused(f"{path.name}: this is not a picture that can be used as a logo (PNG or JPEG).") from None


def _trimmed(drawn: Image.Image) -> tuple[Image.Image, Colour | None]:
    """A logo that brings its own plain opaque ground, without its margins, and that ground's colour; others as they
    are, and None."""
    pixels = np.asarray(drawn).astype(np.int16)
    differs = np.abs(pixels - pixels[0, 0]).max(axis=2) > 16
    edge = np.concatenate([differs[0], differs[-1], differs[:, 0], differs[:, -1]])
    if pixels[0, 0, 3] < 255 or edge.mean() > 0.03 or not differs.any():
        return drawn, None
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    box = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    return drawn.crop(box), _colour_of(pixels[0, 0])


def _plate(drawn: Image.Image, ground: Colour) -> Colour | None:
    """White or black to put behind a logo of which over a third would hardly be seen on ``ground``; None otherwise."""
    small = np.asarray(drawn.resize((64, 64), Image.Resampling.BOX)).reshape(-1, 4)
    inks = [_colour_of(pixel) for pixel in small if pixel[3] > 128]
    if _lost(inks, ground) <= 1 / 3:
        return None
    return min((_WHITE, mix(_BLACK, _WHITE, 0.08)), key=lambda plate: _lost(inks, plate))


def _colour_of(pixel: NDArray[np.integer]) -> Colour:
    return int(pixel[0]), int(pixel[1]), int(pixel[2])


def _lost(inks: Sequence[Colour], ground: Colour) -> float:
    """The share of ``inks`` that can hardly be told from ``ground``."""
    return sum(contrast(ink, ground) < 1.9 for ink in inks) / max(1, len(inks))


def _on_plate(drawn: Image.Image, plate: Colour, pad: int) -> Image.Image:
    """The logo on a plate with rounded corners, drawn at four times its size for smooth ones."""
    width, height = drawn.width + 2 * pad, drawn.height + 2 * pad
    shape = Image.new("L", (4 * width, 4 * height))
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, 4 * width - 1, 4 * height - 1), 4 * pad * 0.6, fill=255)
    ground = Image.new("RGBA", (width, height), plate)
    ground.alpha_composite(drawn, (pad, pad))
    ground.putalpha(shape.resize((width, height), Image.Resampling.BOX))
    return ground
