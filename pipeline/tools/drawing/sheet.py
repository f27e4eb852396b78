"""Lays all cards and name straps of an event on one picture; without it they would have to be
looked at one by one.

Run as ``python -m pipeline.tools.drawing.sheet request.json`` like draw.py, whose cards it draws:
small, and otherwise the same, for a card is one design at every size. Writes sheet.png.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pipeline.colours import Colour
from pipeline.tools.drawing import brand, draw
from pipeline.tools.drawing.layers import tinted
from pipeline.tools.drawing.setting import Canvas
from pipeline.tools.drawing.typeset import Style, Typecase, fit
from pipeline.tools.drawing.writing import clean

ACROSS = 2560
"""About how wide the cards of a row are together, in pixels."""

GAP, MARGIN = 28, 56
SURFACE, LABEL, HEADING = (38, 39, 43), (186, 188, 194), (240, 240, 242)
LABEL_STYLE = Style("semibold", 21, (17,))
HEADING_STYLE = Style("semibold", 34, (26,))


def main(request_name: str) -> None:
    """Draw the sheet of a request.

    What cannot be used is refused with exit code 3 and one line on stderr.
    """
    request = json.loads(Path(request_name).read_text(encoding="utf-8"))
    rows: list[Image.Image] = []
    tiles: list[_Tile] = []
    plated = False
    try:
        for block in request["blocks"]:
            canvas = draw.canvas_of({**block, "size": request["tile"]})
            plated = canvas.plated and len(request["blocks"]) == 1
            drawn = [_tile(wanted, canvas) for wanted in block["pictures"]]
            rows += _rows(block["heading"], drawn, canvas)
            tiles += drawn
    except brand.NotUsable as refused:
        print(refused, file=sys.stderr)
        raise SystemExit(brand.REFUSES) from None
    _stacked(rows).save("sheet.png", compress_level=6)
    missing = frozenset[str]().union(*(tile.missing for tile in tiles))
    cut = [tile.label for tile in tiles if not tile.fitted]
    more = {"logo_plate": True} if plated else {}
    print(draw.answer(missing, cut, **more))


@dataclass(frozen=True)
class _Tile:
    """A card with its label under it, and what ``draw`` says of it."""

    picture: Image.Image
    label: str
    ends_row: bool
    fitted: bool
    missing: frozenset[str]


def _stacked(rows: Sequence[Image.Image]) -> Image.Image:
    """The rows one under the other."""
    width, height = max(row.width for row in rows), sum(row.height + GAP for row in rows)
    sheet = Image.new("RGB", (2 * MARGIN + width, MARGIN + height), SURFACE)
    top = MARGIN
    for row in rows:
        sheet.paste(row, (MARGIN, top))
        top += row.height + GAP
    return sheet


def _rows(heading: str, tiles: Sequence[_Tile], canvas: Canvas) -> list[Image.Image]:
    """A heading, then rows of cards."""
    # An even number: a speaker's two pictures stay side by side.
    in_a_row = max(2, round(ACROSS / canvas.width / 2) * 2)
    wide = in_a_row * (canvas.width + GAP) - GAP
    rows = [_text(heading, HEADING_STYLE, HEADING, wide, canvas.typecase)]
    row: list[Image.Image] = []
    for number, tile in enumerate(tiles, 1):
        row.append(tile.picture)
        full = len(row) == in_a_row or number == len(tiles)
        if full or tile.ends_row:
            rows.append(_side_by_side(row, wide))
            row = []
    return rows


def _tile(wanted: Mapping[str, Any], canvas: Canvas) -> _Tile:
    drawn = draw.drawn(wanted, canvas)
    picture = Image.fromarray(drawn.pixels)
    if picture.mode == "RGBA":
        scene = _somebody(canvas.width, canvas.height).convert("RGBA")
        scene.alpha_composite(picture)
        picture = scene.convert("RGB")
    spoken = canvas.speaking(wanted.get("language", ""))
    label = _text(wanted["label"], LABEL_STYLE, LABEL, canvas.width, spoken.typecase)
    tile = Image.new("RGB", (canvas.width, canvas.height + 8 + label.height), SURFACE)
    tile.paste(picture, (0, 0))
    tile.paste(label, (0, canvas.height + 8))
    ends_row = bool(wanted.get("ends_row"))
    return _Tile(tile, wanted["label"], ends_row, drawn.fitted, drawn.missing)


def _side_by_side(tiles: Sequence[Image.Image], wide: int) -> Image.Image:
    row = Image.new("RGB", (wide, max(tile.height for tile in tiles)), SURFACE)
    left = 0
    for tile in tiles:
        row.paste(tile, (left, 0))
        left += tile.width + GAP
    return row


def _text(text: str, style: Style, colour: Colour, wide: int, typecase: Typecase) -> Image.Image:
    """One line on the sheet's surface, about 1.6 em high."""
    block = fit(clean(text), style, wide, typecase)
    mask, rise = typecase.mask(block)
    line = Image.new("RGB", (wide, round(style.size * 1.6)), SURFACE)
    ink = tinted(mask, colour)
    line.paste(ink, (0, round(style.size * 1.15) - rise), ink)
    return line


def _somebody(width: int, height: int) -> Image.Image:
    """What a lower third lies over: somebody before a window, out of focus, light and dark both."""
    side = min(width, height)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    right = np.linspace(0, 1, width, dtype=np.float32)[None, :, None]
    room = np.array([226, 224, 218]) * (1 - right) + np.array([116, 122, 128]) * right - 46 * down
    scene = Image.fromarray(np.clip(room, 0, 255).astype(np.uint8))
    pen, middle, shoulders = ImageDraw.Draw(scene), width / 2, 0.66 * height

    def oval(half_width: float, top: float, foot: float, colour: Colour) -> None:
        box = middle - half_width * side, top, middle + half_width * side, foot
        pen.ellipse(box, fill=colour)

    oval(0.44, shoulders, shoulders + 1.2 * side, (62, 72, 92))
    oval(0.15, shoulders - 0.42 * side, shoulders - 0.02 * side, (168, 136, 116))
    return scene.filter(ImageFilter.GaussianBlur(side / 90))


if __name__ == "__main__":
    main(sys.argv[1])
