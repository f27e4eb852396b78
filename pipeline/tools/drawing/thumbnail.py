"""Draws the small picture by which a film is found on a video site: a card of the event beside
pictures of who speaks; without it sites would show what their chance finds.

Run as ``python -m pipeline.tools.drawing.thumbnail request.json`` like draw.py, with whose cards it
draws. Of each pane's pictures it takes the sharpest. Writes thumbnail.jpg, and the first pane's
picture as picture.jpg.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from pipeline.colours import Colour
from pipeline.tools.drawing import brand, draw
from pipeline.tools.drawing.motifs import BAND_TOP_PORTRAIT, NO_LOGO, ground
from pipeline.tools.drawing.setting import Canvas

CARD_SHARE = 0.52
"""Of the width: at 320 pixels, as sites show it, a name is still as high as the text around it."""
LARGER = 1.28
"""How much larger words are than on a card of that size."""
ACCENT_ON_THE_RIGHT = ("rings", "globe")
"""Motifs whose line in the accent's colour lies right of the words of a whole card: the card is the
left part of one, or the line would cross them.
"""
AIR = 0.07
"""Between the edge of a band and the words in it, a share of the height."""
RULE, GAP = 8, 6
"""Pixels: the accent's line between card and pictures, and the ground between two pictures."""
QUALITIES = (92, 85, 75, 60, 40, 20)


def main(request_name: str) -> None:
    """Draw the thumbnail of a request.

    What cannot be used is refused with exit code 3 and one line on stderr.
    """
    request = json.loads(Path(request_name).read_text(encoding="utf-8"))
    width, height = request["size"]
    wide = round(width * CARD_SHARE)
    try:
        canvas = draw.canvas_of({**request, "size": [wide, height]})
    except brand.NotUsable as refused:
        print(refused, file=sys.stderr)
        raise SystemExit(brand.REFUSES) from None
    words = draw.drawn({**request["card"], "layer": "words"}, _for_words(canvas))
    top = int(np.flatnonzero(words.pixels[..., 3].any(axis=1))[0])
    card = _ground(request["card"]["kind"], canvas, width, top / height)
    card.alpha_composite(Image.fromarray(words.pixels))
    chosen = [best(pane) for pane in request["panes"]]
    whole = Image.new("RGB", (width, height), canvas.palette.accent)
    shown = panes(chosen, (width - wide - RULE, height), canvas.palette.shade)
    whole.paste(card, (width - wide if canvas.mirrored else 0, 0))
    whole.paste(shown, (0 if canvas.mirrored else wide + RULE, 0))
    save(whole, Path("thumbnail.jpg"), request["most_bytes"])
    save(chosen[0], Path("picture.jpg"), request["most_bytes"])
    print(draw.answer(words.missing, [] if words.fitted else ["thumbnail"]))


def _for_words(canvas: Canvas) -> Canvas:
    """The words are larger than on a card; a band has no room for that, so they rise above its
    foot as those do that stand low.
    """
    look = canvas.look
    layout = "low" if look.layout == "band" else look.layout
    return replace(canvas, unit=canvas.unit * LARGER, look=replace(look, layout=layout))


def _ground(kind: str, canvas: Canvas, width: int, words_at: float) -> Image.Image:
    """What stands behind the words, with the logo (RGBA). ``words_at``: where they begin, as a
    share of the height; a band begins above that.
    """
    motif, logo = canvas.look.motif, canvas.logo
    ends = (logo.left + logo.picture.width, logo.top + logo.picture.height) if logo else NO_LOGO
    drawn = width if motif in ACCENT_ON_THE_RIGHT else canvas.width
    rise = max(0.0, BAND_TOP_PORTRAIT - words_at + AIR)
    pixels = ground(motif, kind, drawn, canvas.height, canvas.palette, ends, rise)
    card = Image.fromarray(pixels[:, : canvas.width]).convert("RGBA")
    if logo:
        card.alpha_composite(logo.picture, (logo.left, logo.top))
    return ImageOps.mirror(card) if canvas.mirrored else card


def best(names: Sequence[str]) -> Image.Image:
    """The picture in which who speaks holds still: the one with the sharpest middle."""
    pictures = [Image.open(name).convert("RGB") for name in names]
    return max(pictures, key=sharpness)


def sharpness(picture: Image.Image) -> float:
    """How much neighbouring pixels of the middle half differ in brightness; a picture that is
    nearly black or white has nothing in it that does.
    """
    width, height = picture.size
    middle = picture.convert("L").crop((width // 4, 0, width * 3 // 4, height))
    bright: NDArray[Any] = np.asarray(middle, np.int32)
    inner = bright[1:-1, 1:-1]
    around = bright[:-2, 1:-1] + bright[2:, 1:-1] + bright[1:-1, :-2] + bright[1:-1, 2:]
    return float(np.var(around - 4 * inner))


def panes(pictures: Sequence[Image.Image], size: tuple[int, int], between: Colour) -> Image.Image:
    """The pictures in rows of one or two, each cut to its pane; a last one alone is as wide as
    two.
    """
    width, height = size
    across = 1 if len(pictures) < 3 else 2
    rows = [pictures[at : at + across] for at in range(0, len(pictures), across)]
    laid = Image.new("RGB", size, between)
    for number, row in enumerate(rows):
        top, foot = (_edge(height, len(rows), at) for at in (number, number + 1))
        for column, picture in enumerate(row):
            left, right = (_edge(width, len(row), at) for at in (column, column + 1))
            room = (right - left - GAP, foot - top - GAP)
            laid.paste(ImageOps.fit(picture, room, Image.Resampling.LANCZOS), (left, top))
    return laid


def _edge(length: int, count: int, at: int) -> int:
    """Where pane ``at`` of ``count`` begins; the gap behind the last one lies outside."""
    return (length + GAP) * at // count


def save(picture: Image.Image, path: Path, most_bytes: int) -> None:
    """The picture as JPEG, as good as it may be large."""
    for quality in QUALITIES:
        picture.save(path, quality=quality, subsampling=0, optimize=True)
        if path.stat().st_size < most_bytes:
            break


if __name__ == "__main__":
    main(sys.argv[1])
