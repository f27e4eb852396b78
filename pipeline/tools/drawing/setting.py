"""Sets rows of text one under the other, on the left or in the middle; without it every card would
lay out its own words.

Measures are in units: 1080 to the picture's shorter side, so a card is the same design at every
size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageOps

from pipeline.colours import Colour, Palette
from pipeline.tools.drawing.layers import Layer, tinted
from pipeline.tools.drawing.typeset import Block, Style, Typecase, fit

BAR_WIDTH, BAR_GAP, BAR_HEIGHT = 56, 26, 5
"""The accent's short bar before a kicker, in units."""

SMALLER = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6)
"""The steps in which texts are set smaller until they fit, as shares of their size."""

RULE_WIDTH, RULE_HEIGHT = 110, 4
"""The accent's short line between two rows that stand in the middle."""


@dataclass(frozen=True)
class Look:
    """A theme's shapes: where the words stand, what is behind them, how a lower third is made
    (pipeline/themes.py).
    """

    layout: str = "left"
    motif: str = "rings"
    strap: str = "bar"


@dataclass(frozen=True)
class Canvas:
    """What all pictures of a request share. ``unit`` is in pixels; ``plated``: the logo stands on a
    plate, as it could not be seen otherwise. ``mirrored``: the picture is turned over once it is
    drawn, so that what begins on the left begins on the right; words and logo are drawn for that.
    """

    width: int
    height: int
    unit: float
    palette: Palette
    typecase: Typecase
    logo: Layer | None
    draft: bool
    look: Look = Look()
    plated: bool = False
    mirrored: bool = False

    @property
    def portrait(self) -> bool:
        """It is higher than wide."""
        return self.height > self.width

    def speaking(self, language: str) -> Canvas:
        """The same canvas for texts in another language."""
        return replace(self, typecase=replace(self.typecase, language=language))


@dataclass(frozen=True)
class Row:
    """A text of a card: how it is set, its colour, the air above its capitals (units), its measure
    in pixels.

    ``indent`` (pixels) leaves room for the accent's bar before it; ``ruled`` draws the accent's
    short line in its air.
    """

    text: str
    style: Style
    colour: Colour
    air: float
    measure: float
    indent: float = 0.0
    ruled: bool = False

    def scaled(self, factor: float) -> Row:
        """The same row in letters, and with air, ``factor`` times as large."""
        return replace(self, style=self.style.scaled(factor), air=self.air * factor)


@dataclass(frozen=True)
class Placed:
    """A fitted row.

    ``baseline`` is its first one, in pixels below the top of the first row's capitals, ``air``
    and ``cap`` (the height of its capitals) are in pixels too.
    """

    row: Row
    block: Block
    baseline: float
    air: float
    cap: float


@dataclass(frozen=True)
class Lettered:
    """Layers with words on them, whether all of the words found room, and letters that no font
    has.
    """

    layers: tuple[Layer, ...]
    fitted: bool
    missing: frozenset[str]


def lettered(layers: Iterable[Layer], fitted: bool, placed: Iterable[Placed]) -> Lettered:
    """``layers`` with what became of the words ``placed`` on them; none of those may be cut."""
    blocks = [item.block for item in placed]
    missing = frozenset[str]().union(*(block.missing for block in blocks))
    return Lettered(tuple(layers), fitted and not any(block.cut for block in blocks), missing)


def stacked(rows: Sequence[Row], canvas: Canvas, tallest: float) -> tuple[list[Placed], float]:
    """Rows one under the other and their depth in pixels.

    All set smaller, in steps, until they fit ``tallest``.
    """
    for factor in SMALLER:
        placed: list[Placed] = []
        depth = 0.0
        for row in (one.scaled(canvas.unit * factor) for one in rows):
            block = fit(row.text, row.style, row.measure, canvas.typecase)
            air = row.air if placed else 0
            cap = canvas.typecase.cap_height(block.face, block.size)
            depth += air + cap
            placed.append(Placed(row, block, depth, air, cap))
            depth += block.depth
        if depth <= tallest:
            break
    return placed, depth


def words(
    placed: Sequence[Placed], left: float, top: float, canvas: Canvas, centred: bool = False
) -> Layer:
    """All texts of a stack as one layer, the first row's capitals beginning at ``top``, with the
    accent's bar and lines.

    ``left`` is the words' left edge, or their middle where they are ``centred``.
    """
    picture = Image.new("RGBA", (canvas.width, canvas.height))
    unit, accent = canvas.unit, canvas.palette.accent
    for item in placed:
        mask, rise = canvas.typecase.mask(item.block, centred, canvas.mirrored)
        wide = stack_width([item], canvas)
        start = left - wide / 2 if centred else left + item.row.indent
        if canvas.mirrored:
            mask, start = ImageOps.mirror(mask), start - (mask.width - wide)
        at = max(0, round(start)), max(0, round(top + item.baseline) - rise)
        picture.alpha_composite(tinted(mask, item.row.colour), at)
        if item.row.indent:
            middle = top + item.baseline - item.cap / 2
            _line(picture, left, middle, BAR_WIDTH * unit, BAR_HEIGHT * unit, accent)
        if item.row.ruled:
            middle, rule = top + item.baseline - item.cap - item.air * 0.46, RULE_WIDTH * unit
            begin = left - rule / 2 if centred else left
            _line(picture, begin, middle, rule, RULE_HEIGHT * unit, accent)
    box = picture.getbbox() or (0, 0, 1, 1)
    return Layer(picture.crop(box), box[0], box[1])


def stack_width(placed: Sequence[Placed], canvas: Canvas) -> float:
    """The width of the widest line, in pixels."""
    return max(
        canvas.typecase.width(line, item.block.face, item.block.size, item.block.tracking)
        for item in placed
        for line in item.block.lines
    )


def inked(picture: Image.Image) -> Image.Image:
    """The picture (RGBA) with its inks' colours carried two pixels into what is transparent.

    Words that glide lie between two rows of pixels: the rows are mixed, and transparent black would
    edge them with soot.
    """
    pixels = np.array(picture)
    whole = pixels.view(np.uint32)[..., 0]  # a pixel as one number: a tenth of the time
    colour = np.array([[255, 255, 255, 0]], np.uint8).view(np.uint32)[0, 0]
    for _ in range(2):
        for step in (1, -1):
            bare = whole == 0
            whole[bare] = np.roll(whole, step, axis=0)[bare] & colour
    return Image.fromarray(pixels)


def _line(
    picture: Image.Image, left: float, middle: float, width: float, height: float, colour: Colour
) -> None:
    size = round(width), max(1, round(height))
    at = round(left), round(middle - size[1] / 2)
    picture.alpha_composite(Image.new("RGBA", size, colour), at)
