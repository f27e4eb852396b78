"""Makes a logo fit for a card: opened safely, trimmed, on a plate where it needs one; without it a
navy logo on navy would be a hole. Colours are 8-bit sRGB (colours.py).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

from pipeline.colours import BLACK, WHITE, Colour, contrast, mix

REFUSES = 3
"""Exit code with which a drawing program says on stderr what it cannot use (programs.REFUSES)."""

MOST_LOGO_PIXELS = 64_000_000
"""8,000 x 8,000. A larger logo would take a gigabyte of memory only to be made 400 pixels wide."""

_MOST_LOST = 0.12
"""Of a logo's ink, by area: a name in thin letters beside a symbol is seldom more."""

_DAMAGED = (OSError, SyntaxError, ValueError, EOFError)
"""Pillow meets a damaged file with any of these."""


class NotUsable(Exception):
    """A logo or font that cannot be used; ``str`` is a sentence that begins with its file."""


@dataclass(frozen=True)
class Logo:
    """A logo in RGBA; ``plated``: it could not be seen on its ground and stands on a plate."""

    picture: Image.Image
    plated: bool


def logo(path: Path, called: str, ground: Colour, most_width: int, most_height: int) -> Logo:
    """The logo, no larger than asked, cropped to what can be seen of it, on a plate where it needs
    one. ``called`` is its name in config.yaml.

    Raises NotUsable when it is no picture, too large to open, or wholly transparent.
    """
    drawn = _opened(path, called)
    seen = drawn.getchannel("A").point(lambda alpha: 255 if alpha > 8 else 0).getbbox()
    if not seen:
        raise NotUsable(f"{called}: nothing can be seen of this logo, it is transparent all over.")
    drawn, own = _trimmed(drawn.crop(seen))
    plate = own or _plate(drawn, ground)
    if plate and contrast(plate, ground) < 1.02:
        plate = None
    pad = round(most_height * 0.16) if plate else 0
    # A logo of few pixels is not blown up more than twice: it would look soft beside the letters.
    scale = min((most_width - 2 * pad) / drawn.width, (most_height - 2 * pad) / drawn.height, 2.0)
    size = (max(1, round(drawn.width * scale)), max(1, round(drawn.height * scale)))
    drawn = drawn.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    if plate is None:
        return Logo(drawn, plated=False)
    return Logo(_on_plate(drawn, plate, pad), plated=own is None)


def _opened(path: Path, called: str) -> Image.Image:
    """The picture upright and in RGBA, at most 2,000 pixels wide or high."""
    Image.MAX_IMAGE_PIXELS = MOST_LOGO_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG", "JPEG")) as picture:
                if max(picture.size) > 2000 and picture.mode in ("L", "RGB", "RGBA", "CMYK"):
                    picture.thumbnail((2000, 2000), reducing_gap=2.0)
                upright = ImageOps.exif_transpose(picture)
                # 16-bit greys: Pillow's own conversion would clip them to white.
                deep = upright.mode.startswith("I")
                eight_bit = upright.point(lambda value: value / 257, "L") if deep else upright
                drawn = eight_bit.convert("RGBA")
                # Colours out of a table can only be mixed once they are colours; 20,000 pixels wide
                # took 1.9 GB here.
                drawn.thumbnail((2000, 2000), reducing_gap=2.0)
                return drawn
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise NotUsable(
            f"{called}: this logo is too large to open; 2,000 pixels wide is plenty."
        ) from None
    except _DAMAGED:
        raise NotUsable(
            f"{called}: this is not a picture that can be used as a logo (PNG or JPEG)."
        ) from None


def _trimmed(drawn: Image.Image) -> tuple[Image.Image, Colour | None]:
    """A logo that brings its own plain opaque ground, without its margins, and that ground's
    colour; others as they are, and None.
    """
    pixels = np.asarray(drawn).astype(np.int16)
    differs = np.abs(pixels - pixels[0, 0]).max(axis=2) > 16
    edge = np.concatenate([differs[0], differs[-1], differs[:, 0], differs[:, -1]])
    if pixels[0, 0, 3] < 255 or edge.mean() > 0.03 or not differs.any():
        return drawn, None
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    box = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    return drawn.crop(box), _colour_of(pixels[0, 0])


def _plate(drawn: Image.Image, ground: Colour) -> Colour | None:
    """White, black or, for a logo that is both, grey to put behind a logo of which more than
    ``_MOST_LOST`` would hardly be seen on ``ground``.

    None otherwise, and where none of them would do much better.
    """
    small = np.asarray(drawn.resize((64, 64), Image.Resampling.BOX)).reshape(-1, 4)
    inks = [_colour_of(pixel) for pixel in small if pixel[3] > 128]
    lost = _lost(inks, ground)
    plates = (WHITE, mix(BLACK, WHITE, 0.08), mix(BLACK, WHITE, 0.46))
    best = min(plates, key=lambda plate: _lost(inks, plate))
    return best if lost > _MOST_LOST and _lost(inks, best) < lost / 2 else None


def _colour_of(pixel: NDArray[np.integer]) -> Colour:
    return int(pixel[0]), int(pixel[1]), int(pixel[2])


def _lost(inks: Sequence[Colour], ground: Colour) -> float:
    """The share of ``inks`` that can hardly be told from ``ground``."""
    return sum(contrast(ink, ground) < 1.9 for ink in inks) / max(1, len(inks))


def _on_plate(drawn: Image.Image, plate: Colour, pad: int) -> Image.Image:
    """The logo on a plate with rounded corners, drawn at four times its size for smooth ones."""
    width, height = drawn.width + 2 * pad, drawn.height + 2 * pad
    shape = Image.new("L", (4 * width, 4 * height))
    ImageDraw.Draw(shape).rounded_rectangle(
        (0, 0, 4 * width - 1, 4 * height - 1), 4 * pad * 0.6, fill=255
    )
    ground = Image.new("RGBA", (width, height), plate)
    ground.alpha_composite(drawn, (pad, pad))
    ground.putalpha(shape.resize((width, height), Image.Resampling.BOX))
    return ground
