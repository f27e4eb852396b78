"""Draws every card and name strap in a process of its own; without it the speakers would have no name on screen.

Run as ``python -m pipeline.tools.draw request.json`` in the folder that holds the request, its fonts and its logo.
Writes the pictures that the request asks for and prints what it could not do, as one JSON object.

Measures are in units: 1080 to the picture's shorter side, so a card is the same design at every size.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image

from pipeline.tools import brand
from pipeline.tools.backdrop import Motif, backdrop
from pipeline.tools.brand import Colour, Palette, Refused
from pipeline.tools.layers import Layer, Pixels, overlay, plate, shadow, still, tinted
from pipeline.tools.typeset import Block, Fonts, NotAFont, Style, clean, fit

SAFE = 0.05
"""Nothing that is laid over a ground comes nearer to an edge than this share of the width or height (EBU R 95)."""

MARGIN = 0.09
"""Left edge of a card's texts, as a share of the width."""

TEXT_END = 0.80
"""Where the widest text ends, as a share of the width: the accents of the motifs lie to the right of it."""

STRAP_TOP, STRAP_FOOT = 0.80, 0.93
"""A lower third stays between these shares of the height; captions are lifted above it while it is up."""

KICKER = Style("semibold", 31, (31, 27, 25), leading=1.45, tracking=0.13)
HEADLINE = Style("bold", 116, (86, 74, 54), leading=1.08)
TITLE = Style("bold", 104, (96, 84, 62, 50), leading=1.12)
LEAD = Style("semibold", 46, (42, 38, 32))
TEXT = Style("regular", 44, (41, 34, 30))
NOTE = Style("semibold", 33, (28,))
STRAP_NAME = Style("bold", 48, (40, 34), leading=1.1)
STRAP_DETAIL = Style("regular", 31, (29, 26), leading=1.2)
MARK = Style("bold", 42, (42,), tracking=0.2)

BAR_WIDTH, BAR_GAP, BAR_HEIGHT = 56, 26, 5
"""The accent's short bar before a kicker, in units."""


@dataclass(frozen=True)
class Row:
    """A text of a card: how it is set, its colour, the air above its capitals (units), its measure in pixels."""

    text: str
    style: Style
    colour: Colour
    air: float
    measure: float
    indent: float = 0.0


@dataclass(frozen=True)
class Placed:
    """A fitted row; ``baseline`` is its first one, in pixels below the top of the first row's capitals."""

    row: Row
    block: Block
    baseline: float


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


_PEOPLE = Motif((1.01, 1.04), (0.24, 0.38, 0.54, 0.72, 0.92, 1.14), (1, 3.3, 1.3))
MOTIFS = {
    "opening": Motif((0.99, 0.52), (0.12, 0.20, 0.30, 0.43, 0.59, 0.78, 1.0), (2, 2.15, 2.0)),
    "title": _PEOPLE,
    "holding": replace(_PEOPLE, dashed=True),
    "closing": Motif((1.0, -0.04), (0.24, 0.38, 0.54, 0.72, 0.92, 1.14), (1, 1.7, 1.3)),
}
"""One family for all cards: the accent's arc stands between TEXT_END and the edge, or in a corner without words."""


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
        picture, fitted = _drawn(wanted["kind"], fields, canvas)
        Image.fromarray(picture).save(wanted["out"], compress_level=1)
        overflow += [] if fitted else [wanted["out"]]
    print(json.dumps({"missing_glyphs": sorted(canvas.fonts.missing), "overflow": overflow}, ensure_ascii=False))


def _canvas(request: dict[str, Any]) -> Canvas:
    width, height = request["size"]
    palette = brand.palette(*(_colour(request["colours"][name]) for name in ("background", "text", "accent")))
    try:
        fonts = Fonts({weight: Path(name) for weight, name in request["fonts"].items()})
    except NotAFont as failed:
        raise Refused(f"{failed}: this is not a font that can be used (TrueType or OpenType outlines).") from None
    logo = None
    if request.get("logo"):
        picture = brand.logo(Path(request["logo"]), palette.shade, int(0.22 * width), int(0.105 * height))
        logo = Layer(picture, round(MARGIN * width), round(0.085 * height))
    return Canvas(width, height, min(width, height) / 1080, palette, fonts, logo, bool(request.get("draft")))


def _colour(written: str) -> Colour:
    red, green, blue = bytes.fromhex(written.removeprefix("#"))
    return red, green, blue


def _drawn(kind: str, fields: dict[str, str], canvas: Canvas) -> tuple[Pixels, bool]:
    """A picture of the request, and whether all of its text found room."""
    if kind == "draft-mark":
        return overlay(_draft_mark(canvas), canvas.width, canvas.height), True
    if kind == "lower-third":
        return _lower_third(fields, canvas)
    return _card(kind, fields, canvas)


# Cards


def _card(kind: str, fields: dict[str, str], canvas: Canvas) -> tuple[Pixels, bool]:
    """An opaque card: words, over the rings, under the logo."""
    unit, note = canvas.unit, fields.get("note", "")
    ceiling = canvas.logo.top + canvas.logo.picture.height + 60 * unit if canvas.logo else 0.13 * canvas.height
    floor = canvas.height * 0.92 - (150 * unit if note else 0)
    placed, depth = _stacked(_rows(kind, fields, canvas), canvas, floor - ceiling)
    # People's cards keep one line for the eye to come back to; only a very long text moves it up.
    people = kind in ("title", "holding")
    wish = canvas.height * (0.35 if people else 0.49) - (0 if people else depth / 2)
    top = max(ceiling, min(wish, floor - depth))
    layers = [_words(placed, MARGIN * canvas.width, top, canvas)]
    if note:
        layers += _badge(note, top + depth + 66 * unit, canvas)
    layers += [canvas.logo] if canvas.logo else []
    layers += _draft_mark(canvas) if canvas.draft else []
    fitted = depth <= floor - ceiling and not any(row.block.cut for row in placed)
    ground = backdrop(_motif(kind, canvas), canvas.width, canvas.height, canvas.palette)
    return still(ground, layers), fitted


def _motif(kind: str, canvas: Canvas) -> Motif:
    """The card's rings; on a portrait picture those of the opening move down, away from the words."""
    lowered = kind == "opening" and canvas.height > canvas.width
    return replace(MOTIFS[kind], centre=(0.99, 0.9)) if lowered else MOTIFS[kind]


def _rows(kind: str, fields: dict[str, str], canvas: Canvas) -> list[Row]:
    """The texts of a card in reading order, without the empty ones; the kicker stays, for its bar."""
    palette, portrait = canvas.palette, canvas.height > canvas.width
    wide = canvas.width * (0.82 if portrait else TEXT_END - MARGIN)
    narrow = canvas.width * (0.82 if portrait else 0.60)
    indent = (BAR_WIDTH + BAR_GAP) * canvas.unit
    people = kind in ("title", "holding")
    kicker = _capitals(fields.get("country" if people else "event", ""), canvas.fonts)
    rows = [Row(kicker or " ", KICKER, palette.kicker, 0, narrow - indent, indent)]
    if kind == "opening":
        rows += [Row(fields["title"], TITLE, palette.text, 60, wide),
                 Row(fields["when"], LEAD, palette.second, 62, wide)]
    elif kind == "closing":
        rows += [Row(fields["thanks"], HEADLINE, palette.text, 60, wide),
                 Row(fields["title"], LEAD, palette.second, 60, narrow)]
    else:
        rows += [Row(fields["name"], HEADLINE, palette.text, 56, wide),
                 Row(fields["role"], LEAD, palette.text, 54, narrow),
                 Row(fields["organisation"], TEXT, palette.second, 33, narrow)]
    return [row for row in rows if row.text]


def _capitals(text: str, fonts: Fonts) -> str:
    """The text in capitals; as it is written where the script's capitals are in no font (Georgian)."""
    capitals = text.replace("Türkiye", "TÜRKİYE").upper()  # the one country whose English name has Turkish letters
    return capitals if fonts.face_for(capitals, KICKER.weight) == fonts.face_for(text, KICKER.weight) else text


def _stacked(rows: Sequence[Row], canvas: Canvas, tallest: float) -> tuple[list[Placed], float]:
    """Rows one under the other and their depth in pixels; all set smaller, in steps, until they fit ``tallest``."""
    for factor in (1.0, 0.92, 0.84, 0.76, 0.68, 0.6):
        placed: list[Placed] = []
        depth = 0.0
        for row in rows:
            block = fit(row.text, row.style.scaled(canvas.unit * factor), row.measure, canvas.fonts)
            depth += row.air * canvas.unit * factor if placed else 0
            depth += canvas.fonts.cap_height(block.face, block.size)
            placed.append(Placed(row, block, depth))
            depth += block.depth
        if depth <= tallest:
            break
    return placed, depth


def _words(placed: Sequence[Placed], left: float, top: float, canvas: Canvas) -> Layer:
    """All texts of a stack as one layer, the first row's capitals beginning at ``top``; an indented row gets its bar."""
    picture = Image.new("RGBA", (canvas.width, canvas.height))
    for item in placed:
        mask, rise = canvas.fonts.mask(item.block)
        at = round(left + item.row.indent), max(0, round(top + item.baseline) - rise)
        picture.alpha_composite(tinted(mask, item.row.colour), at)
        if item.row.indent:
            middle = top + item.baseline - canvas.fonts.cap_height(item.block.face, item.block.size) / 2
            size = round(BAR_WIDTH * canvas.unit), max(1, round(BAR_HEIGHT * canvas.unit))
            bar = Image.new("RGBA", size, canvas.palette.accent)
            picture.alpha_composite(bar, (round(left), round(middle - size[1] / 2)))
    left_edge, top_edge, right_edge, foot = picture.getbbox() or (0, 0, 1, 1)
    return Layer(picture.crop((left_edge, top_edge, right_edge, foot)), left_edge, top_edge)


def _badge(note: str, top: float, canvas: Canvas) -> list[Layer]:
    """The holding card's note in an outlined pill."""
    unit, palette, left = canvas.unit, canvas.palette, MARGIN * canvas.width
    placed, high = _stacked([Row(note, NOTE, palette.kicker, 0, 0.5 * canvas.width)], canvas, canvas.height)
    pad, line = 30 * unit, max(1.0, 2.5 * unit)
    wide, high_all = _width(placed, canvas) + 2 * pad, high + 1.6 * pad
    return [plate(left, top, wide, high_all, high_all / 2, palette.accent),
            plate(left + line, top + line, wide - 2 * line, high_all - 2 * line, high_all / 2 - line, palette.shade),
            _words(placed, left + pad, top + 0.8 * pad, canvas)]


# Laid over the picture


def _lower_third(fields: dict[str, str], canvas: Canvas) -> tuple[Pixels, bool]:
    """Name and detail on a strap, all else transparent. The strap's edges lie on whole pixels: they stay sharp."""
    unit, palette = canvas.unit, canvas.palette
    ceiling, floor = math.ceil(STRAP_TOP * canvas.height), math.floor(STRAP_FOOT * canvas.height)
    left, bar, air = round((SAFE + 0.01) * canvas.width), max(2, round(9 * unit)), max(1, math.floor(9 * unit))
    pad, tallest = 28 * unit, floor - ceiling - 2 * air
    room = canvas.width * (1 - SAFE) - left - bar - 2.4 * pad - air
    measure = min(room, canvas.width * 0.70) if canvas.width > canvas.height else room
    rows = [Row(fields["name"], STRAP_NAME, palette.text, 0, measure),
            Row(fields["detail"], STRAP_DETAIL, palette.second, 26, measure)]
    placed, depth = _stacked([row for row in rows if row.text], canvas, tallest - pad)
    wide, high = bar + math.floor(_width(placed, canvas) + 2.4 * pad), min(round(depth + 2 * pad), tallest)
    top = (ceiling + floor - high) // 2
    fitted = depth <= tallest and not any(item.block.cut for item in placed)
    layers = [shadow(left, top, wide, high, air),
              plate(left, top, wide, high, 5 * unit, palette.strap, brand.STRAP_OPACITY),
              plate(left, top, bar, high, 0, palette.accent),
              _words(placed, left + bar + pad, top + (high - depth) / 2, canvas)]
    return overlay(layers, canvas.width, canvas.height), fitted


def _draft_mark(canvas: Canvas) -> list[Layer]:
    """A sign in the top right corner: seen on every frame, clear of faces and captions."""
    unit, colour = canvas.unit, canvas.palette.accent
    ink = brand.ink_on(colour)
    placed, depth = _stacked([Row("DRAFT", MARK, ink, 0, canvas.width)], canvas, canvas.height)
    pad, line = 22 * unit, max(1.0, 3 * unit)
    wide, high = _width(placed, canvas) + 2 * pad, depth + 1.6 * pad
    left, top = canvas.width * (1 - SAFE) - line - wide, SAFE * canvas.height + line
    return [plate(left - line, top - line, wide + 2 * line, high + 2 * line, 6 * unit, ink, 0.8),
            plate(left, top, wide, high, 5 * unit, colour),
            _words(placed, left + pad, top + 0.8 * pad, canvas)]


def _width(placed: Sequence[Placed], canvas: Canvas) -> float:
    """The width of the widest line, in pixels."""
    return max(canvas.fonts.width(line, item.block.face, item.block.size, item.block.tracking)
               for item in placed for line in item.block.lines)


if __name__ == "__main__":
    main(sys.argv[1])
