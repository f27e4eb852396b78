"""Paints the pictures of the sample messages; without it a stand-in would look like a test card, or
like a person.

A softly moving two-colour ground, an abstract head and shoulders, a halo and bars that follow the
voice, a running time.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.tools.drawing.fonts import font_file

Colour = tuple[int, int, int]
PALE: Colour = (244, 246, 248)
WHITE: Colour = (255, 255, 255)
GROUND_STEP_PX = 8
"""The ground is computed at an eighth of the size and scaled up: it has no detail to lose."""
BARS = 19
BAR_DELAY_MS = 40
SMOOTHER = 3
"""The silhouette is drawn three times too large and scaled down, because Pillow draws hard edges.
"""


@dataclass(frozen=True)
class Look:
    """One speaker's colours, and the seconds the ground's light takes to go round once."""

    dark: Colour
    light: Colour
    round_s: float


def paint(
    look: Look, width_px: int, height_px: int, at_ms: float, levels: np.ndarray, flash: bool
) -> np.ndarray:
    """One picture, height x width x RGB bytes, ``at_ms`` after the first.

    ``levels`` is the voice's level (0..1) every millisecond from the first picture. In a flash the
    ground is white.
    """
    level = float(levels[min(int(at_ms), len(levels) - 1)])
    ground = (
        Image.new("RGB", (width_px, height_px), WHITE)
        if flash
        else _ground(look, width_px, height_px, at_ms, level)
    )
    body = _mixed(WHITE, look.light, 0.25) if flash else _mixed(look.dark, (0, 0, 0), 0.4)
    picture = Image.composite(
        Image.new("RGB", ground.size, body), ground, _silhouette(width_px, height_px)
    )
    ink = look.dark if flash else PALE
    _draw_bars(picture, ink, at_ms, levels)
    _draw_words(picture, ink, at_ms)
    return np.asarray(picture)


def _ground(look: Look, width_px: int, height_px: int, at_ms: float, level: float) -> Image.Image:
    across, down, from_head = _places(width_px, height_px)
    turn = 2 * math.pi * at_ms / 1000 / look.round_s
    slope = across * math.cos(turn) + down * math.sin(turn)
    light = 0.45 + 0.4 * np.tanh(1.4 * slope)
    halo = (0.10 + 0.55 * level) * np.exp(
        -(((from_head - 0.24 - 0.03 * level) / (0.05 + 0.04 * level)) ** 2)
    )
    share = np.clip(light + halo, 0, 1.25)[..., None]
    colour = np.array(look.dark) * (1 - share) + np.array(look.light) * share
    small = Image.fromarray(np.clip(colour, 0, 255).round().astype(np.uint8))
    return small.resize((width_px, height_px), Image.Resampling.BICUBIC)


@functools.cache
def _places(width_px: int, height_px: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Right of the middle, below the middle, and distance from the head, in short sides of the
    picture.
    """
    short_px = min(width_px, height_px)
    rows, columns = (
        np.mgrid[0:height_px:GROUND_STEP_PX, 0:width_px:GROUND_STEP_PX] + GROUND_STEP_PX / 2
    )
    across, down = (columns - width_px / 2) / short_px, (rows - height_px / 2) / short_px
    return across, down, np.hypot(across, down + 0.10 - _lower(width_px, height_px))


@functools.cache
def _silhouette(width_px: int, height_px: int) -> Image.Image:
    """A mask: a round head just above the middle, a neck, and shoulders that leave the picture at
    its foot.
    """
    short, middle, height = (
        min(width_px, height_px) * SMOOTHER,
        width_px * SMOOTHER / 2,
        height_px * SMOOTHER,
    )
    centre = height / 2 + _lower(width_px, height_px) * short
    mask = Image.new("L", (width_px * SMOOTHER, height_px * SMOOTHER), 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse(
        (
            middle - 0.125 * short,
            centre - 0.26 * short,
            middle + 0.125 * short,
            centre + 0.06 * short,
        ),
        fill=255,
    )
    draw.rectangle(
        (middle - 0.055 * short, centre, middle + 0.055 * short, centre + 0.16 * short), fill=255
    )
    draw.ellipse(
        (
            middle - 0.36 * short,
            centre + 0.11 * short,
            middle + 0.36 * short,
            centre + 0.89 * short,
        ),
        fill=255,
    )
    draw.rectangle(
        (middle - 0.36 * short, centre + 0.5 * short, middle + 0.36 * short, height), fill=255
    )
    return mask.resize((width_px, height_px), Image.Resampling.BOX)


def _lower(width_px: int, height_px: int) -> float:
    """How far a portrait picture's figure stands below the middle, in short sides; a landscape
    one's does not.
    """
    return 0.18 * (height_px / min(width_px, height_px) - 1)


def _draw_bars(picture: Image.Image, ink: Colour, at_ms: float, levels: np.ndarray) -> None:
    """The voice as bars on the chest: now in the middle, the moments before it to both sides."""
    short_px = min(picture.size)
    step, wide = round(0.022 * short_px) * SMOOTHER, round(0.010 * short_px) * SMOOTHER
    high_px = round(0.13 * short_px)
    mask = Image.new("L", (BARS * step, high_px * SMOOTHER), 0)
    draw, middle = ImageDraw.Draw(mask), high_px * SMOOTHER / 2
    for bar in range(BARS):
        away = abs(bar - BARS // 2)
        level = float(levels[max(0, min(int(at_ms) - away * BAR_DELAY_MS, len(levels) - 1))])
        half = max(wide / 2, middle * 0.9 * level * math.cos(away / BARS * math.pi * 0.8))
        left = bar * step + (step - wide) / 2
        draw.rounded_rectangle(
            (left, middle - half, left + wide, middle + half), wide / 2, fill=255
        )
    mask = mask.resize((BARS * step // SMOOTHER, high_px), Image.Resampling.BOX)
    down = picture.height / 2 + (0.245 + _lower(*picture.size)) * short_px - high_px / 2
    picture.paste(ink, ((picture.width - mask.width) // 2, round(down)), mask)


def _draw_words(picture: Image.Image, ink: Colour, at_ms: float) -> None:
    """ "stand-in recording" at the top left, seconds with tenths at the top right, each digit in a
    cell of its own.
    """
    short_px, draw = min(picture.size), ImageDraw.Draw(picture)
    margin_px = 0.06 * short_px
    draw.text(
        (margin_px, margin_px), "stand-in recording", ink, _font("Regular", round(0.042 * short_px))
    )
    large = _font("Semibold", round(0.11 * short_px))
    cell_px, right_px = large.getlength("0"), picture.width - margin_px
    for sign in reversed(f"{int(at_ms + 0.5) // 100 / 10:.1f}"):
        width_px = cell_px if sign.isdigit() else large.getlength(sign)
        right_px -= width_px
        draw.text(
            (right_px + width_px / 2, margin_px - 0.035 * short_px), sign, ink, large, anchor="ma"
        )


@functools.cache
def _font(weight: str, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(weight)), size_px)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a * (1 - share) + b * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
