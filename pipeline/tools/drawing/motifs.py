"""Paints what stands behind the words in each theme: rings, a ruled frame, the sound of a voice, a
globe, one strip; without it all themes would be one drawing in other colours.

Lengths are in pixels unless a name says otherwise. Only + - * / and square roots are used on the
pixels, as in backdrop.py. Where words stand, lines add at most RING of the text's colour: every
text stays readable over them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from pipeline.card_kinds import CARDS, CardKind, Scene
from pipeline.colours import RING, Palette
from pipeline.tools.drawing.backdrop import Floats, Motif, from_point, lit, painted, rings
from pipeline.tools.drawing.layers import Pixels

BAND_TOP, BAND_TOP_PORTRAIT = 0.56, 0.38
"""Where the band of the layout ``band`` begins, as a share of the height."""
MARGIN, MARGIN_PORTRAIT = 0.09, 0.12
"""Where words begin, as a share of the width. Neither side of an upright picture is free: the sites
that show it lay their buttons over the right one, and what is read from there is turned over.
"""

RINGS: Mapping[Scene, Motif] = {
    "opening": Motif((0.99, 0.52), (0.12, 0.20, 0.30, 0.43, 0.59, 0.78, 1.0), (2, 2.15, 2.0)),
    "speaker": Motif((1.01, 1.04), (0.24, 0.38, 0.54, 0.72, 0.92, 1.14), (1, 3.3, 1.3)),
    "closing": Motif((1.0, -0.04), (0.24, 0.38, 0.54, 0.72, 0.92, 1.14), (1, 1.7, 1.3)),
}
"""The accent's arc stands right of the words, or in a corner without any."""

GLOBES: Mapping[Scene, tuple[float, float, float]] = {
    "opening": (0.80, 0.44, 0.40),
    "speaker": (0.775, 0.22, 0.50),
    "closing": (0.84, 0.32, 0.30),
}
"""Centre in shares of width and height, radius in shares of the shorter side."""

_TILT_COS, _TILT_SIN = 0.9178, 0.3971
"""The Earth's axis leans 23.4 degrees."""

_MERIDIANS = (0.3090, 0.5878, 0.8090, 0.9511)
"""Sines of 18, 36, 54 and 72 degrees: half widths of the meridians, heights of the parallels."""

PHRASES: Mapping[Scene, int] = {"opening": 1, "speaker": 3, "closing": 4}
"""Which phrase of the spoken sentence is in the accent: a later one as a programme goes on."""

_PHRASES = (9, 14, 6, 11, 8, 13, 10)
"""How many bars each phrase of the spoken sentence has; two low ones lie between phrases."""

Corner = tuple[int, int]
"""Pixels from the left and from the top."""
NO_LOGO: Corner = (0, 0)


def ground(
    motif: str,
    kind: str,
    width: int,
    height: int,
    palette: Palette,
    logo: Corner = NO_LOGO,
    rise: float = 0.0,
) -> Pixels:
    """The ground of a ``kind`` of card (card_kinds.py) as opaque RGB (height, width, 3). ``logo``:
    where one ends on the right and below; nothing is drawn across it. A band for the words begins
    higher by ``rise``, a share of the height.
    """
    if motif == "voices":
        return _voices(CARDS[kind], width, height, palette, logo, rise)
    return _MOTIFS[motif](CARDS[kind], width, height, palette, logo)


def _rings(card: CardKind, width: int, height: int, palette: Palette, _: Corner) -> Pixels:
    """Where a picture has no room beside the words, the opening's rings move down, away from
    them.
    """
    motif = replace(RINGS[card.scene], dashed=card.awaited)
    if card.scene == "opening" and height > 0.8 * width:
        motif = replace(motif, centre=(0.99, 0.98))
    return rings(motif, width, height, palette)


def _frame(card: CardKind, width: int, height: int, palette: Palette, _: Corner) -> Pixels:
    """A certificate's frame: the accent's line with hollow corners, a hairline inside it.

    It is broken while a message is missing.
    """
    side = min(width, height)
    right, down = from_point((0.5, 0.5), width, height)
    distance = np.sqrt(right * right + down * down)
    light = 1 - lit(distance, 0.75 * math.hypot(width, height))  # paper is lightest in the middle

    def line(inset: float, half: float) -> Floats:
        half_width, half_height = width / 2 - inset * side, height / 2 - inset * side
        return _frame_line(right, down, half_width, half_height, 0.052 * side, half)

    outer, inner = line(0.036, max(0.7, side * 0.0014)), line(0.049, max(0.45, side * 0.0005))
    if card.awaited:
        far_right = np.abs(right) > width / 2 - 0.11 * side
        far_down = np.abs(down) > height / 2 - 0.11 * side
        ticks = _ticks(right, down, width, height, side * 0.02)
        outer = outer * np.maximum(ticks, far_right & far_down)
    accent = np.maximum(outer, inner * np.float32(0.75))
    return painted(light, np.zeros_like(light), accent, palette)


def _frame_line(
    right: Floats,
    down: Floats,
    half_width: float,
    half_height: float,
    notch: float,
    half_line: float,
) -> Floats:
    """Coverage of a rectangle's outline whose corners are quarter circles that bulge inwards."""
    past_x, past_y = np.abs(right) - np.float32(half_width), np.abs(down) - np.float32(half_height)
    box = np.maximum(past_x, past_y)
    corner = np.float32(notch) - np.sqrt(past_x * past_x + past_y * past_y)
    coverage: Floats = np.clip(np.float32(half_line + 0.5) - np.abs(np.maximum(box, corner)), 0, 1)
    return coverage


def _ticks(right: Floats, down: Floats, width: int, height: int, pitch: float) -> Floats:
    """1 in dashes and 0 in gaps, along whichever side is nearer."""
    level = np.abs(down) - np.float32(height / 2) > np.abs(right) - np.float32(width / 2)
    return _dashes(np.where(level, right, down), pitch, 0.31)


def _voices(
    card: CardKind, width: int, height: int, palette: Palette, logo: Corner, rise: float = 0.0
) -> Pixels:
    """A voice as bars of sound, one phrase of it in the accent; dots while a message is missing. It
    begins to speak after a logo that it would cross.

    A band for the words.
    """
    side, portrait = min(width, height), height > width
    band = round(height * ((BAND_TOP_PORTRAIT if portrait else BAND_TOP) - rise))
    pitch = side * 0.0295
    count, radius = math.ceil(width / pitch) + 1, pitch * 0.21
    reach = (0.155 if portrait else 0.40 * band / side * 0.9) * side
    axis = np.float32(band * (0.6 if portrait else 0.52))
    silent = math.ceil(logo[0] / pitch) + 1 if logo[1] > axis - reach - pitch else 0
    half = np.concatenate([np.full(silent, 0.03, dtype=np.float32), _voice(count - silent)])
    number = (np.arange(width, dtype=np.float32) / np.float32(pitch)).astype(np.int32)
    middles = (number.astype(np.float32) + np.float32(0.5)) * np.float32(pitch)
    across = (np.arange(width, dtype=np.float32) - middles)[None, :]
    tall = half[number] * np.float32(0 if card.awaited else reach)
    down = np.abs(np.arange(height, dtype=np.float32) - axis)[:, None]
    past = np.maximum(down - tall[None, :], np.float32(0))
    away = np.sqrt(past * past + across * across)
    bars = np.clip(np.float32(radius + 0.5) - away, 0, 1)
    phrase = _said(card.scene, count - silent)
    said = np.concatenate([np.zeros(silent, dtype=np.float32), phrase])[number][None, :]
    light = np.ones((height, width), dtype=np.float32)
    light[band:] = 0
    edge = np.zeros((height, width), dtype=np.float32)
    left, line = (
        round((MARGIN_PORTRAIT if portrait else MARGIN) * width),
        max(2, round(side * 0.0055)),
    )
    edge[band - line // 2 : band - line // 2 + line, left : left + round(side * 0.11)] = 1
    unsaid = bars * np.float32(0.17) * (1 - said)
    return painted(light, unsaid, np.maximum(bars * said, edge), palette)


def _voice(count: int) -> Floats:
    """Half heights of the bars (0 to 1), always the same: phrases that rise and fall, with breaths
    between them.
    """
    chance = np.random.default_rng(20).random(count, dtype=np.float32)
    heights, at, phrase = np.full(count, 0.03, dtype=np.float32), 1, 0
    while at < count:
        length = _PHRASES[phrase % len(_PHRASES)]
        for step in range(min(length, count - at)):
            share = (step + 0.6) / length
            swell = min(1.0, 3.4 * share * (1 - share) + 0.1)
            loud = 0.25 + 0.75 * float(chance[at + step])
            heights[at + step] = 0.06 + 0.94 * swell * loud
        at, phrase = at + length + 2, phrase + 1
    return heights


def _said(scene: Scene, count: int) -> Floats:
    """1 for the bars of the phrase that is in the accent: the last whole one where a narrow picture
    holds fewer.
    """
    starts = np.cumsum([1, *(length + 2 for length in _PHRASES)])[:-1]
    whole = np.flatnonzero(starts + np.array(_PHRASES) <= count - 1)
    chosen = min(PHRASES[scene], int(whole[-1]) if len(whole) else 0)
    said = np.zeros(count, dtype=np.float32)
    said[starts[chosen] : starts[chosen] + _PHRASES[chosen]] = 1
    return said


def _globe(card: CardKind, width: int, height: int, palette: Palette, _: Corner) -> Pixels:
    """A globe of meridians and parallels, one meridian in the accent.

    Its lines are broken while a message is missing.
    """
    side, portrait = min(width, height), height > width
    across, up, size = GLOBES[card.scene]
    right, down = from_point((0.70, 0.24) if portrait else (across, up), width, height)
    radius = np.float32(size * side * (0.95 if portrait else 1.0))
    half = np.float32(max(0.55, side * 0.0011) + 0.5)
    distance = np.sqrt(right * right + down * down)
    east = right * np.float32(_TILT_COS) + down * np.float32(_TILT_SIN)
    south = down * np.float32(_TILT_COS) - right * np.float32(_TILT_SIN)
    inside = np.clip(radius - distance + np.float32(0.5), 0, 1)
    meridians, parallels = _graticule(east, south, radius, half)
    accent = _accent_meridian(east, south, radius, side)
    if card.awaited:
        meridians, parallels = meridians * _broken(south, side), parallels * _broken(east, side)
        accent = accent * _broken(south, side)
    rim = np.clip(half - np.abs(distance - radius), 0, 1)
    grid = np.maximum(meridians, parallels) * inside * np.float32(0.85)
    lines = np.maximum(grid, rim) * np.float32(RING - 0.02)
    light = lit(distance, 0.9 * math.hypot(width, height))
    return painted(light, lines + inside * np.float32(0.015), accent, palette)


def _graticule(
    east: Floats, south: Floats, radius: np.float32, half: np.float32
) -> tuple[Floats, Floats]:
    """Coverage of the meridians and of the parallels, both without an end."""
    meridians, parallels = np.clip(half - np.abs(east), 0, 1), np.clip(half - np.abs(south), 0, 1)
    for sine in _MERIDIANS:
        reach = radius * np.float32(sine)
        away = np.abs(_from_ellipse(east, south, reach, radius))
        meridians = np.maximum(meridians, np.clip(half - away, 0, 1))
        above = np.abs(np.abs(south) - reach)
        parallels = np.maximum(parallels, np.clip(half - above, 0, 1))
    return meridians, parallels


def _accent_meridian(east: Floats, south: Floats, radius: np.float32, side: int) -> Floats:
    """Coverage of the accent: one meridian's eastern half, running out to points."""
    away = np.abs(_from_ellipse(east, south, radius * np.float32(_MERIDIANS[1]), radius))
    # It ends before it comes near the words.
    north = (south / radius + np.float32(0.25)) / np.float32(0.62)
    thick = np.clip(1 - north * north, 0, 1) * np.float32(max(0.9, side * 0.0042))
    inked = np.clip(thick + np.float32(0.5) - away, 0, 1)
    covered = inked * np.minimum(thick * 2, np.float32(1))
    accent: Floats = (covered * (east > 0)).astype(np.float32)
    return accent


def _from_ellipse(
    east: Floats, south: Floats, half_width: np.float32, half_height: np.float32
) -> Floats:
    """About how many pixels each place lies outside an ellipse.

    Right near the ellipse, where alone it is asked.
    """
    across, along = east / (half_width * half_width), south / (half_height * half_height)
    slope = np.maximum(np.sqrt(across * across + along * along), np.float32(1e-9))
    away: Floats = (across * east + along * south - 1) / (2 * slope)
    return away


def _broken(along: Floats, side: int) -> Floats:
    return _dashes(along, side * 0.026, 0.3)


def _dashes(along: Floats, pitch: float, half: float) -> Floats:
    """1 in dashes and 0 in gaps, one of each every ``pitch`` pixels.

    ``half`` a dash is that share of it.
    """
    phase = along / np.float32(pitch)
    phase = phase - np.floor(phase)
    inside = (np.float32(half) - np.abs(phase - np.float32(0.5))) * np.float32(pitch)
    drawn: Floats = np.clip(inside + np.float32(0.5), 0, 1)
    return drawn


def _plain(card: CardKind, width: int, height: int, palette: Palette, _: Corner) -> Pixels:
    """Flat ground and a strip of the accent down the left edge.

    Half of it while a message is missing.
    """
    flat = np.zeros((height, width), dtype=np.float32)
    strip = np.zeros_like(flat)
    top, wide = height // 2 if card.awaited else 0, max(2, round(0.024 * min(width, height)))
    strip[top:, :wide] = 1
    return painted(flat, flat, strip, palette)


_MOTIFS: Mapping[str, Callable[[CardKind, int, int, Palette, Corner], Pixels]] = {
    "rings": _rings,
    "frame": _frame,
    "voices": _voices,
    "globe": _globe,
    "plain": _plain,
}
