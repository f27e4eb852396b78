"""Draws every card and name strap in a process of its own; without it the speakers would have no name on screen.

Run as ``python -m pipeline.tools.draw request.json`` in the folder that holds the request, its fonts and its logo.
Writes the pictures that the request asks for and prints what it could not do, as one JSON object.

Measures are in units: 1080 to the picture's shorter side, so a card is the same design at every size.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from pipeline.tools.typeset import Block, Fonts, NotAFont, Style, clean, fit

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

MARGIN = 0.09
"""Left edge of all text, as a share of the width: the safe area begins at 0.05, accents and arcs may live outside."""

STRAP_TOP, STRAP_FOOT = 0.80, 0.93
"""A lower third stays between these shares of the height; captions are lifted above it while it is up."""

MOST_LOGO_PIXELS = 120_000_000
"""20,000 x 6,000. A larger logo would take half a gigabyte only to be made 400 pixels wide."""

READABLE = 4.5
"""Least contrast ratio of text and ground: WCAG 2.2, success criterion 1.4.3."""

KICKER = Style("semibold", 31, (31, 27, 25), leading=1.45, tracking=0.13)
HEADLINE = Style("bold", 116, (86, 74, 54), leading=1.08)
TITLE = Style("bold", 112, (104, 84, 56), leading=1.1)
LEAD = Style("semibold", 46, (42, 38, 32))
TEXT = Style("regular", 44, (41, 34, 30))
NOTE = Style("semibold", 33, (28,))
STRAP_NAME = Style("bold", 50, (40, 34), leading=1.1)
STRAP_DETAIL = Style("regular", 31, (30, 28, 26))
MARK = Style("bold", 30, (30,), tracking=0.16)


@dataclass(frozen=True)
class Palette:
    """The brand's colours, and what was mixed from them so that every text can be read on the ground."""

    ground: Colour
    lit: Colour
    shade: Colour
    text: Colour
    second: Colour
    accent: Colour
    kicker: Colour


@dataclass(frozen=True)
class Row:
    """A text of a card: how it is set, its colour, the air above its capitals (units), its measure in pixels."""

    text: str
    style: Style
    colour: Colour
    air: float
    measure: float


@dataclass(frozen=True)
class Placed:
    """A fitted row; ``baseline`` is its first one, in pixels below the top of the first row's capitals."""

    block: Block
    colour: Colour
    baseline: float


@dataclass(frozen=True)
class Layer:
    """Straight RGBA pixels and where their top left corner goes."""

    pixels: Pixels
    left: int
    top: int


@dataclass(frozen=True)
class Canvas:
    """What all pictures of a request share. ``unit`` is in pixels."""

    width: int
    height: int
    unit: float
    palette: Palette
    fonts: Fonts
    logo: Layer | None
    draft: bool


@dataclass(frozen=True)
class Motif:
    """Rings around a point beside the words, one family for all cards. Lengths are shares of the shorter side."""

    centre: tuple[float, float]
    radii: tuple[float, ...]
    arc: tuple[int, float, float]
    dashed: bool = False


MOTIFS = {
    "opening": Motif((0.93, 0.56), (0.17, 0.30, 0.44, 0.60, 0.78, 0.98, 1.20), (3, 2.2, 1.9)),
    "title": Motif((1.01, 1.04), (0.22, 0.38, 0.55, 0.73, 0.92, 1.12), (3, 3.35, 1.1)),
    "holding": Motif((1.01, 1.04), (0.22, 0.38, 0.55, 0.73, 0.92, 1.12), (3, 3.35, 1.1), dashed=True),
    "closing": Motif((1.0, -0.04), (0.22, 0.38, 0.55, 0.73, 0.92, 1.12), (3, 1.75, 1.1)),
}
"""``arc``: which ring carries the accent, from where (radians, clockwise from three o'clock) and how far it goes."""


class Refused(Exception):
    """Something in the request cannot be drawn; ``str`` is a sentence that begins with the file's name."""


def main(request_name: str) -> None:
    """Draw all pictures of a request; refuse with exit code 3 and one line on stderr what cannot be used."""
    request = json.loads(Path(request_name).read_text(encoding="utf-8"))
    try:
        canvas = _canvas(request)
    except Refused as refused:
        print(refused, file=sys.stderr)
        raise SystemExit(3) from None
    overflow = []
    for wanted in request["pictures"]:
        fields = {name: clean(text) for name, text in wanted["fields"].items()}
        picture, cut = _DRAWN.get(wanted["kind"], _card)(wanted["kind"], fields, canvas)
        Image.fromarray(picture).save(wanted["out"], compress_level=1)
        overflow += [wanted["out"]] if cut else []
    print(json.dumps({"missing_glyphs": sorted(canvas.fonts.missing), "overflow": overflow}, ensure_ascii=False))


def _canvas(request: dict[str, Any]) -> Canvas:
    width, height = request["size"]
    unit = min(width, height) / 1080
    palette = _palette(*(_colour(request["colours"][name]) for name in ("background", "text", "accent")))
    try:
        fonts = Fonts({weight: Path(name) for weight, name in request["fonts"].items()})
    except NotAFont as failed:
        raise Refused(f"{failed}: this is not a font that can be used (TrueType or OpenType outlines).") from None
    logo = _logo(Path(request["logo"]), width, height, unit, palette) if request.get("logo") else None
    return Canvas(width, height, unit, palette, fonts, logo, bool(request.get("draft")))


# Cards


def _card(kind: str, fields: dict[str, str], canvas: Canvas) -> tuple[Pixels, bool]:
    """An opaque card, and whether a text of it had to be cut."""
    note = fields.get("note", "")
    ceiling = canvas.logo.top + canvas.logo.pixels.shape[0] + 60 * canvas.unit if canvas.logo else 0.0
    ceiling = max(ceiling, 0.13 * canvas.height)
    floor = canvas.height * 0.92 - (150 * canvas.unit if note else 0)
    placed, depth = _stacked(_rows(kind, fields, canvas), canvas, floor - ceiling)
    # People's cards keep one line for the eye to come back to; only a very long text moves it up.
    wish = canvas.height * (0.35 if kind in ("title", "holding") else 0.49) - (
        0 if kind in ("title", "holding") else depth / 2)
    top = max(ceiling, min(wish, floor - depth))
    layers = [*_bar(placed, top, canvas), *(_text_layer(row, MARGIN * canvas.width, top, canvas) for row in placed)]
    if note:
        layers.append(_badge(note, top + depth + 66 * canvas.unit, canvas))
    layers += [canvas.logo] if canvas.logo else []
    layers += [_mark(canvas)] if canvas.draft else []
    still = _composed(_backdrop(MOTIFS[kind], canvas), layers, canvas)
    return still, any(row.block.cut for row in placed)


def _rows(kind: str, fields: dict[str, str], canvas: Canvas) -> list[Row]:
    """The texts of a card in reading order, without the empty ones."""
    palette, wide = canvas.palette, canvas.width * (0.82 if canvas.width < canvas.height else 0.78)
    narrow = wide if canvas.width < canvas.height else canvas.width * 0.60
    kicker = fields.get("event" if kind in ("opening", "closing") else "country", "")
    indent = (BAR_WIDTH + BAR_GAP) * canvas.unit
    rows = [Row(kicker.upper(), KICKER, palette.kicker, 0, wide - indent)]
    if kind == "opening":
        rows += [Row(fields["title"], TITLE, palette.text, 60, canvas.width * 0.82),
                 Row(fields["when"], LEAD, palette.second, 66, wide)]
    elif kind == "closing":
        rows += [Row(fields["thanks"], HEADLINE, palette.text, 60, wide),
                 Row(fields["title"], LEAD, palette.second, 60, narrow)]
    else:
        rows += [Row(fields["name"], HEADLINE, palette.text, 56, wide),
                 Row(fields["role"], LEAD, palette.text, 54, narrow),
                 Row(fields["organisation"], TEXT, palette.second, 33, narrow)]
    return [row for number, row in enumerate(rows) if row.text or number == 0]


def _stacked(rows: list[Row], canvas: Canvas, tallest: float) -> tuple[list[Placed], float]:
    """Rows one under the other and their depth in pixels; all set smaller, in steps, until they fit ``tallest``."""
    for factor in (1.0, 0.92, 0.84, 0.76, 0.68, 0.6):
        placed: list[Placed] = []
        depth = 0.0
        for row in rows:
            block = fit(row.text or " ", row.style.scaled(canvas.unit * factor), row.measure, canvas.fonts)
            depth += (row.air * canvas.unit * factor if placed else 0)
            depth += canvas.fonts.cap_height(block.face, block.size)
            placed.append(Placed(block, row.colour, depth))
            depth += block.depth
        if depth <= tallest:
            break
    return placed, depth


def _text_layer(row: Placed, left: float, top: float, canvas: Canvas) -> Layer:
    mask, rise = canvas.fonts.mask(row.block)
    return Layer(_tinted(mask, row.colour), round(left), round(top + row.baseline) - rise)
