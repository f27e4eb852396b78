"""Draws what lies over a speaker's picture: lower thirds in each theme's shape, the draft's sign;
without it nobody would know who is speaking. All edges lie on whole pixels: they stay sharp.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from pipeline import colours
from pipeline.geometry import SAFE, areas_of
from pipeline.tools.drawing.layers import Layer, plate, shadow
from pipeline.tools.drawing.setting import (
    SMALLER,
    Canvas,
    Lettered,
    Placed,
    Row,
    lettered,
    stack_width,
    stacked,
    words,
)
from pipeline.tools.drawing.typeset import Style, fit
from pipeline.tools.drawing.writing import right_to_left

STRAP_NAME = Style("bold", 48, (44, 44, 44), leading=1.1)
STRAP_OFFICE = Style("regular", 31, (28, 28, 28), leading=1.2)
"""Smaller letters cannot be read on a phone: what is too long is broken instead."""
MARK = Style("bold", 42, (42,), tracking=0.2)


@dataclass(frozen=True)
class _Room:
    """Where a strap may stand, in pixels; ``widest`` is how wide it may be, ``widest_centred`` in
    the middle of the picture.
    """

    left: int
    ceiling: int
    floor: int
    widest: float
    widest_centred: float
    air: int
    pad: float

    @property
    def tallest(self) -> int:
        return self.floor - self.ceiling - 2 * self.air

    def top(self, high: int) -> int:
        """Where a strap begins that is so high: all stand on one line."""
        return self.floor - self.air - high


def lower_third(fields: Mapping[str, str], canvas: Canvas) -> Lettered:
    """Name and office on a strap."""
    return _STRAPS[canvas.look.strap](fields, canvas, _room(canvas))


def _room(canvas: Canvas) -> _Room:
    """Of a picture that is turned over once it is drawn, the right side is drawn on the left."""
    areas, air = areas_of((canvas.width, canvas.height)), max(1, math.floor(9 * canvas.unit))
    sides = float(areas.strap_left), float(areas.strap_right)
    start, end = (1 - sides[1], 1 - sides[0]) if canvas.mirrored else sides
    left = round(start * canvas.width)
    return _Room(
        left,
        math.ceil(float(areas.strap_ceiling) * canvas.height),
        math.floor(float(areas.strap_foot) * canvas.height),
        canvas.width * end - left - air,
        canvas.width * (1 - 2 * max(start, 1 - end)) - 2 * air,
        air,
        28 * canvas.unit,
    )


def draft_mark(canvas: Canvas) -> list[Layer]:
    """A sign in the top right corner: seen on every frame, clear of faces and captions."""
    unit, colour = canvas.unit, canvas.palette.accent
    ink = colours.ink_on(colour)
    placed, depth = stacked([Row("DRAFT", MARK, ink, 0, canvas.width)], canvas, canvas.height)
    pad, line = 22 * unit, max(1.0, 3 * unit)
    wide, high = stack_width(placed, canvas) + 2 * pad, depth + 1.6 * pad
    safe = float(SAFE)
    left, top = canvas.width * (1 - safe) - line - wide, safe * canvas.height + line
    return [
        plate(left - line, top - line, wide + 2 * line, high + 2 * line, 6 * unit, ink, 0.8),
        plate(left, top, wide, high, 5 * unit, colour),
        words(placed, left + pad, top + 0.8 * pad, canvas),
    ]


def _lines(
    fields: Mapping[str, str], canvas: Canvas, measure: float, tallest: float
) -> tuple[list[Placed], float]:
    """Name and office fitted, and their depth."""
    measure = _measure(canvas, measure)
    name = Row(fields["name"], STRAP_NAME, canvas.palette.text, 0, measure)
    return stacked([name, *_office(fields, canvas, measure)], canvas, tallest)


def _office(fields: Mapping[str, str], canvas: Canvas, measure: float) -> list[Row]:
    """Role and organisation on one line; on one each where that would need too small letters. The
    country of somebody of whom neither is known.
    """
    parts = [text for text in (fields["role"], fields["organisation"]) if text]
    parts = parts or [text for text in (fields["country"],) if text]
    comma = "، " if right_to_left("".join(parts)) else ", "
    style = STRAP_OFFICE.scaled(canvas.unit)
    on_one_line = replace(style, floors=style.floors[:1])
    if not fit(comma.join(parts), on_one_line, measure, canvas.typecase).cut:
        parts = [comma.join(parts)] if parts else []
    sizes = [fit(text, style, measure, canvas.typecase).size for text in parts]
    alike = replace(STRAP_OFFICE, size=min(sizes, default=style.size) / canvas.unit)
    return [
        Row(text, alike, canvas.palette.second, 17 if number else 26, measure)
        for number, text in enumerate(parts)
    ]


def _measure(canvas: Canvas, widest: float) -> float:
    """How wide lines may be: on a wide picture they end before the eye has to travel."""
    return widest if canvas.portrait else min(widest, canvas.width * 0.70)


def _bar(fields: Mapping[str, str], canvas: Canvas, room: _Room) -> Lettered:
    """A plate with the accent's bar on its left."""
    palette, pad, bar = canvas.palette, room.pad, max(2, round(9 * canvas.unit))
    placed, depth = _lines(fields, canvas, room.widest - bar - 2.4 * pad, room.tallest - pad)
    wide = bar + math.floor(stack_width(placed, canvas) + 2.4 * pad)
    high = min(round(depth + 2 * pad), room.tallest)
    top = room.top(high)
    layers = [
        shadow(room.left, top, wide, high, room.air),
        plate(room.left, top, wide, high, 5 * canvas.unit, palette.strap, colours.STRAP_OPACITY),
        plate(room.left, top, bar, high, 0, palette.accent),
        words(placed, room.left + bar + pad, top + (high - depth) / 2, canvas),
    ]
    return lettered(layers, depth <= room.tallest, placed)


def _rule(fields: Mapping[str, str], canvas: Canvas, room: _Room) -> Lettered:
    """A sheet in the middle with the accent along its top, words centred."""
    palette, pad, bar = canvas.palette, room.pad, max(2, round(6 * canvas.unit))
    measure = room.widest_centred - 3.4 * pad
    placed, depth = _lines(fields, canvas, measure, room.tallest - pad - bar)
    wide = math.floor(stack_width(placed, canvas) + 3.4 * pad)
    high = min(round(depth + 2 * pad) + bar, room.tallest)
    top, left = room.top(high), (canvas.width - wide) // 2
    layers = [
        shadow(left, top, wide, high, room.air),
        plate(left, top, wide, high, 0, palette.strap, colours.STRAP_OPACITY),
        plate(left, top, wide, bar, 0, palette.accent),
        words(placed, canvas.width / 2, top + bar + (high - bar - depth) / 2, canvas, centred=True),
    ]
    return lettered(layers, depth <= room.tallest, placed)


def _foot(fields: Mapping[str, str], canvas: Canvas, room: _Room) -> Lettered:
    """A square plate that stands on the accent."""
    palette, pad, bar = canvas.palette, room.pad, max(2, round(7 * canvas.unit))
    placed, depth = _lines(fields, canvas, room.widest - 2.6 * pad, room.tallest - pad - bar)
    wide = math.floor(stack_width(placed, canvas) + 2.6 * pad)
    high = min(round(depth + 2 * pad) + bar, room.tallest)
    top = room.top(high)
    layers = [
        shadow(room.left, top, wide, high, room.air),
        plate(room.left, top, wide, high, 0, palette.strap, colours.STRAP_OPACITY),
        plate(room.left, top + high - bar, wide, bar, 0, palette.accent),
        words(placed, room.left + 1.3 * pad, top + (high - bar - depth) / 2, canvas),
    ]
    return lettered(layers, depth <= room.tallest, placed)


def _pill(fields: Mapping[str, str], canvas: Canvas, room: _Room) -> Lettered:
    """A plate with round ends, a ring of the accent at its head."""
    palette, pad, unit = canvas.palette, room.pad, canvas.unit
    placed, depth = _lines(fields, canvas, room.widest - 5.6 * pad, room.tallest - pad)
    high = min(round(depth + 2 * pad), room.tallest)
    ring, radius = 2 * round(17 * unit), min(high / 2, 62 * unit)
    head = round(1.35 * pad)
    wide = math.floor(head + ring + stack_width(placed, canvas) + 2.7 * pad)
    top = room.top(high)
    at = room.left + head, top + (high - ring) // 2
    line = max(1, round(7 * unit))
    hole = max(1, ring - 2 * line)
    layers = [
        shadow(room.left, top, wide, high, room.air, radius),
        plate(room.left, top, wide, high, radius, palette.strap, colours.STRAP_OPACITY),
        plate(*at, ring, ring, ring / 2, palette.accent),
        plate(at[0] + line, at[1] + line, hole, hole, hole / 2, palette.strap),
        words(placed, room.left + head + ring + 0.85 * pad, top + (high - depth) / 2, canvas),
    ]
    return lettered(layers, depth <= room.tallest, placed)


def _tiers(fields: Mapping[str, str], canvas: Canvas, room: _Room) -> Lettered:
    """The name on the accent, the office on a plate under it, each as wide as its words."""
    palette, pad = canvas.palette, 0.72 * room.pad
    measure = _measure(canvas, room.widest - 3 * pad)
    name = Row(fields["name"], STRAP_NAME, colours.ink_on(palette.accent), 0, measure)
    tiers_of = [rows for rows in ([name], _office(fields, canvas, measure)) if rows]
    for factor in SMALLER:
        blocks = [
            stacked([row.scaled(factor) for row in rows], canvas, canvas.height)
            for rows in tiers_of
        ]
        highs = [round(depth + 2 * pad * factor) for _, depth in blocks]
        if sum(highs) <= room.tallest:
            break
    top = room.top(sum(highs))
    shadows: list[Layer] = []
    tiers: list[Layer] = []
    for number, ((placed, depth), high) in enumerate(zip(blocks, highs, strict=True)):
        wide = math.floor(stack_width(placed, canvas) + 3 * pad)
        colour, opacity = (
            (palette.strap, colours.STRAP_OPACITY) if number else (palette.accent, 1.0)
        )
        shadows = [shadow(room.left, top, wide, high, room.air), *shadows]
        tiers += [
            plate(room.left, top, wide, high, 0, colour, opacity),
            words(placed, room.left + 1.5 * pad, top + (high - depth) / 2, canvas),
        ]
        top += high
    every = [item for placed, _ in blocks for item in placed]
    return lettered([*shadows, *tiers], sum(highs) <= room.tallest, every)


_STRAPS: Mapping[str, Callable[[Mapping[str, str], Canvas, _Room], Lettered]] = {
    "bar": _bar,
    "rule": _rule,
    "foot": _foot,
    "pill": _pill,
    "tiers": _tiers,
}
