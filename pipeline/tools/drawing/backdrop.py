"""Paints the ground of a card: soft light and lines laid on it, rings among them; without it cards
would be flat colour.

Lengths are in pixels unless a field says otherwise. Only + - * / and square roots are used on the
pixels, for these are the same on every processor, and so are the bytes of a card.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.colours import RING, Palette
from pipeline.tools.drawing.layers import Pixels

Floats = NDArray[np.float32]

_STEPS = 8
"""Rings are looked up by distance in eighths of a pixel: smooth edges at a tenth of the time of
drawing each ring.
"""


@dataclass(frozen=True)
class Motif:
    """Rings around a point beside the words.

    ``centre`` is in shares of width and height, the radii are in shares of the shorter side;
    ``arc`` says which ring carries the accent, from where and how far (radians, clockwise from
    three o'clock). ``dashed`` breaks all lines, for something that is still to come.
    """

    centre: tuple[float, float]
    radii: tuple[float, ...]
    arc: tuple[int, float, float]
    dashed: bool = False


def rings(motif: Motif, width: int, height: int, palette: Palette) -> Pixels:
    """The ground of a card with its rings, as opaque RGB (height, width, 3).

    The light falls off from their centre.
    """
    side = min(width, height)
    right, down = from_point(motif.centre, width, height)
    distance = np.sqrt(right * right + down * down)
    light = lit(distance, 0.9 * math.hypot(width, height))
    steps = (distance * np.float32(_STEPS)).astype(np.int32)
    discs, lines = _profiles(motif, side, int(steps.max()) + 1)
    drawn, accent = lines[steps], _arc(motif, right, down, distance, side)
    if motif.dashed:
        dashes = _dashes(_turns(right, down), distance, motif, side)
        drawn, accent = drawn * dashes, accent * dashes
    drawn += discs[steps]
    return painted(light, drawn, accent, palette)


def from_point(centre: tuple[float, float], width: int, height: int) -> tuple[Floats, Floats]:
    """How far right of and below a point (in shares of width and height) each column and each row
    lies.
    """
    right = np.arange(width, dtype=np.float32)[None, :] - np.float32(centre[0] * width)
    down = np.arange(height, dtype=np.float32)[:, None] - np.float32(centre[1] * height)
    return right, down


def lit(distance: Floats, reach: float) -> Floats:
    """1 at the centre, 0 from ``reach`` on, without an edge at either end."""
    near = 1 - np.minimum(distance / np.float32(reach), np.float32(1))
    smooth: Floats = near * near * (3 - 2 * near)
    return smooth


def painted(light: Floats, lines: Floats, accent: Floats, palette: Palette) -> Pixels:
    """The palette's ground from shade (light 0) to glow (1), with as much of the text's colour and
    of the accent as lines and accent say (0 to 1). A fixed noise of one level keeps the slow change
    from showing bands.
    """
    height, width = light.shape
    noise = np.random.default_rng(1).random((height, width), dtype=np.float32)
    pixels = np.empty((height, width, 3), dtype=np.uint8)
    for channel in range(3):
        glow, shade, text, strong = (
            np.float32(colour[channel])
            for colour in (palette.glow, palette.shade, palette.text, palette.accent)
        )
        value = shade + (glow - shade) * light
        value += (text - value) * lines
        value += (strong - value) * accent
        pixels[..., channel] = np.minimum(
            value + noise, np.float32(255)
        )  # noise and rounding down: +- half a level
    return pixels


def _profiles(motif: Motif, side: int, count: int) -> tuple[Floats, Floats]:
    """How much of the text's colour discs and lines lay on at each distance (in 1/8 pixel).

    Both together are at most RING.
    """
    distance = np.arange(count, dtype=np.float32) / np.float32(_STEPS)
    half = max(0.55, side * (0.0016 if motif.dashed else 0.0011))
    discs, lines = np.zeros_like(distance), np.zeros_like(distance)
    for number, radius in enumerate(motif.radii):
        fade = 1 - number / len(motif.radii)
        edge = np.float32(radius * side)
        discs += np.float32(0.012 * fade) * np.clip(edge - distance + np.float32(0.5), 0, 1)
        line = np.clip(np.float32(half + 0.5) - np.abs(distance - edge), 0, 1)
        lines = np.maximum(lines, line * np.float32(0.25 + 0.75 * fade))
    return discs, lines * np.float32(RING - float(discs.max()))


def _arc(motif: Motif, right: Floats, down: Floats, distance: Floats, side: int) -> Floats:
    """Coverage of the accent: a part of one ring, strongest in its middle and running out to
    points.
    """
    number, start, sweep = motif.arc
    middle, least = start + sweep / 2, math.cos(sweep / 2)
    along = right * np.float32(math.cos(middle)) + down * np.float32(math.sin(middle))
    along /= np.maximum(distance, np.float32(1))  # the cosine of the angle from the arc's middle
    share = np.clip((along - np.float32(least)) / np.float32(1 - least), 0, 1)
    half = np.sqrt(share) * np.float32(max(0.9, side * 0.0042))
    coverage: Floats = np.clip(
        half + np.float32(0.5) - np.abs(distance - np.float32(motif.radii[number] * side)), 0, 1
    )
    coverage *= np.minimum(half * 2, np.float32(1))
    return coverage


def _dashes(turns: Floats, distance: Floats, motif: Motif, side: int) -> Floats:
    """1 where a line is drawn and 0 in its gaps.

    Each ring has as many dashes as make all of them about as long.
    """
    pitch = side * 0.034
    edges = np.asarray(
        [(a + b) / 2 * side for a, b in itertools.pairwise(motif.radii)], dtype=np.float32
    )
    dashes = np.asarray(
        [round(2 * math.pi * radius * side / pitch) for radius in motif.radii], dtype=np.float32
    )
    count = dashes[np.searchsorted(edges, distance)]
    phase = turns * count
    phase -= np.floor(phase)
    gap = np.abs(phase - np.float32(0.5)) * np.float32(pitch)  # pixels from the middle of the dash
    drawn: Floats = np.clip(np.float32(pitch * 0.3 + 0.5) - gap, 0, 1)
    return drawn


def _turns(right: Floats, down: Floats) -> Floats:
    """The angle in turns (0 to 1), right to 1/1600.

    The C library's arctangent differs between processors.
    """
    wide, high = np.abs(right), np.abs(down)
    ratio = np.minimum(wide, high) / np.maximum(np.maximum(wide, high), np.float32(1e-6))
    eighth = ratio * (np.float32(0.125) + np.float32(0.04345) * (1 - ratio))
    quarter = np.where(high > wide, np.float32(0.25) - eighth, eighth)
    half = np.where(right < 0, np.float32(0.5) - quarter, quarter)
    turns: Floats = np.where(down < 0, 1 - half, half)
    return turns
