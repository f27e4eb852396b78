"""Lays all cards and name straps of an event on one picture; without it they would have to be
looked at one by one.

Run as ``python -m pipeline.tools.drawing.sheet request.json`` like draw.py, whose cards it draws:
small, and otherwise the same, for a card is one design at every size. Writes sheet.png.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pipeline.colours import Colour
from pipeline.tools.drawing import brand, draw
from pipeline.tools.drawing.layers import tinted
from pipeline.tools.drawing.scripts import clean
from pipeline.tools.drawing.setting import Canvas
from pipeline.tools.drawing.typeset import Fonts, Style, fit

ACROSS = 2560
"""About how wide the cards of a row are together, in pixels."""

GAP, MARGIN = 28, 56
SURFACE, LABEL, HEADING = (38, 39, 43), (186, 188, 194), (240, 240, 242)
LABEL_STYLE = Style("semibold", 21, (17,))
HEADING_STYLE = Style("semibold", 34, (26,))


def main(request_name: str) -> None:
    """Draw the sheet of a request; refuse with exit code 3 and one line on stderr what cannot be
    used.
    """
    request = json.loads(Path(request_name).read_text(encoding="utf-8"))
    missing: set[str] = set()
    overflow: list[str] = []
    rows: list[Image.Image] = []
    try:
        for block in request["blocks"]:
            canvas = draw.canvas_of({**block, "size": request["tile"]})
            rows += _block(block, canvas, overflow)
            missing |= canvas.fonts.missing
    except brand.Refused as refused:
        print(refused, file=sys.stderr)
        raise SystemExit(brand.REFUSES) from None
    size = (
        2 * MARGIN + max(row.width for row in rows),
        MARGIN + sum(row.height + GAP for row in rows),
    )
    sheet = Image.new("RGB", size, SURFACE)
    top = MARGIN
    for row in rows:
        sheet.paste(row, (MARGIN, top))
        top += row.height + GAP
    sheet.save("sheet.png", compress_level=6)
    print(draw.answer(missing, overflow))


def _block(block: Mapping[str, Any], canvas: Canvas, overflow: list[str]) -> list[Image.Image]:
    """A heading, then rows of cards; notes in ``overflow`` on which one a text was cut."""
    a_row = max(
        2, round(ACROSS / canvas.width / 2) * 2
    )  # a speaker's two pictures stay side by side
    wide = a_row * (canvas.width + GAP) - GAP
    rows = [_text(block["heading"], HEADING_STYLE, HEADING, wide, canvas.fonts)]
    tiles: list[Image.Image] = []
    for number, wanted in enumerate(block["pictures"], 1):
        tiles.append(_tile(wanted, canvas, overflow))
        if len(tiles) == a_row or wanted.get("ends_row") or number == len(block["pictures"]):
            rows.append(_side_by_side(tiles, wide))
            tiles = []
    return rows


def _tile(wanted: Mapping[str, Any], canvas: Canvas, overflow: list[str]) -> Image.Image:
    """One card with its label under it."""
    pixels, fitted = draw.drawn(wanted, canvas)
    overflow += [] if fitted else [wanted["label"]]
    picture = Image.fromarray(pixels)
    if picture.mode == "RGBA":
        scene = _somebody(canvas.width, canvas.height).convert("RGBA")
        scene.alpha_composite(picture)
        picture = scene.convert("RGB")
    label = _text(wanted["label"], LABEL_STYLE, LABEL, canvas.width, canvas.fonts)
    tile = Image.new("RGB", (canvas.width, canvas.height + 8 + label.height), SURFACE)
    tile.paste(picture, (0, 0))
    tile.paste(label, (0, canvas.height + 8))
    return tile


def _side_by_side(tiles: Iterable[Image.Image], wide: int) -> Image.Image:
    shown = list(tiles)
    row = Image.new("RGB", (wide, max(tile.height for tile in shown)), SURFACE)
    left = 0
    for tile in shown:
        row.paste(tile, (left, 0))
        left += tile.width + GAP
    return row


def _text(text: str, style: Style, colour: Colour, wide: int, fonts: Fonts) -> Image.Image:
    """One line on the sheet's surface, about 1.6 em high."""
    block = fit(clean(text), style, wide, fonts)
    mask, rise = fonts.mask(block)
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
    pen, middle = ImageDraw.Draw(scene), width / 2
    pen.ellipse(
        (middle - 0.44 * side, 0.66 * height, middle + 0.44 * side, 0.66 * height + 1.2 * side),
        fill=(62, 72, 92),
    )
    pen.ellipse(
        (
            middle - 0.15 * side,
            0.66 * height - 0.42 * side,
            middle + 0.15 * side,
            0.66 * height - 0.02 * side,
        ),
        fill=(168, 136, 116),
    )
    return scene.filter(ImageFilter.GaussianBlur(side / 90))


if __name__ == "__main__":
    main(sys.argv[1])
