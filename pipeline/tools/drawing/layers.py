"""Shapes of a card, and the laying of one picture over another; without it a card would be its
backdrop alone.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from pipeline.colours import Colour

Pixels = NDArray[np.uint8]

# moviepy starts an ffmpeg when it is imported, to see whether there is one, and cannot be imported
# where that one is ended from outside. No drawing needs any.
os.environ.setdefault("IMAGEIO_FFMPEG_EXE", "none is needed")


@dataclass(frozen=True)
class Layer:
    """A picture in RGBA and where its top left corner goes, in pixels."""

    picture: Image.Image
    left: int
    top: int


def plate(
    left: float,
    top: float,
    width: float,
    height: float,
    radius: float,
    colour: Colour,
    opacity: float = 1.0,
) -> Layer:
    """A rectangle with round corners, all in pixels; drawn at four times its size: smooth edges."""
    x, y = math.floor(left), math.floor(top)
    size = math.ceil(left + width) - x, math.ceil(top + height) - y
    shape = Image.new("L", (4 * size[0], 4 * size[1]))
    box = [4 * (left - x), 4 * (top - y), 4 * (left - x + width) - 1, 4 * (top - y + height) - 1]
    ImageDraw.Draw(shape).rounded_rectangle(box, 4 * radius, fill=round(255 * opacity))
    return Layer(tinted(shape.resize(size, Image.Resampling.BOX), colour), x, y)


def shadow(left: int, top: int, width: int, height: int, reach: int, radius: float = 0.0) -> Layer:
    """A soft dark edge of ``reach`` pixels: what parts a light strap from a light picture."""
    shape = Image.new("L", (width + 2 * reach, height + 2 * reach))
    ImageDraw.Draw(shape).rounded_rectangle(
        (reach, reach, reach + width - 1, reach + height - 1), radius, fill=105
    )
    soft = shape.filter(ImageFilter.GaussianBlur(reach / 2.5))
    return Layer(tinted(soft, (0, 0, 0)), left - reach, top - reach)


def tinted(coverage: Image.Image, colour: Colour) -> Image.Image:
    """``colour`` where there is coverage (an L picture), in RGBA."""
    picture = Image.new("RGBA", coverage.size, colour)
    picture.putalpha(coverage)
    return picture


def composed(ground: Pixels, layers: Sequence[Layer]) -> Pixels:
    """The layers one over the other on an opaque ground: RGB of the ground's size."""
    if not layers:
        return ground  # moviepy makes no clip of nothing
    from moviepy import CompositeVideoClip, ImageClip

    stack = CompositeVideoClip([ImageClip(ground), *_clips(layers)], use_bgclip=True)
    seen: Pixels = stack.get_frame(0)
    return seen


def overlay(layers: Sequence[Layer], width: int, height: int) -> Pixels:
    """The layers one over the other on nothing: RGBA, transparent where no layer is."""
    from moviepy import CompositeVideoClip

    stack = CompositeVideoClip(_clips(layers), size=(width, height))
    alpha = np.rint(stack.mask.get_frame(0) * 255).astype(np.uint8)
    return np.dstack([stack.get_frame(0), alpha])


def _clips(layers: Sequence[Layer]) -> list[Any]:
    from moviepy import ImageClip

    return [
        ImageClip(np.asarray(layer.picture)).with_position((layer.left, layer.top))
        for layer in layers
    ]
