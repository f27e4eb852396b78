"""Which drawings take letters from other fonts of this machine than their own; without it a card
would stay as it is when the font that it lacked has been installed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.recipe import Recipe
from pipeline.tools.drawing import fonts, installed
from pipeline.tools.drawing.writing import clean
from pipeline.work.bench import Bench

_NOT_SET = frozenset(
    ("colours", "look", "fonts", "second_fonts", "logo", "called", "panes", "out", "kind", "layer",
     "language", "emphasis")
)  # fmt: skip
"""What a request holds that is not to be read."""
_PRINTS = "paper"
"""The program that brings its fonts itself."""
_IN_CAPITALS = ("country", "event")
"""What stands over a card's words, in capitals where a font has them."""
IN_OURS = frozenset(map(chr, (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x17F)))) | set(
    "\u00a0–—‘’‚“”„•…‹›€"
)
"""What is known to be in Source Sans Pro without opening it: the letters of most of Europe."""

Font = tuple[str, Path]
"""The digest of its file, and where that lies."""


def with_further_fonts(bench: Bench, drawing: Recipe) -> Recipe:
    """The recipe of a drawing; where neither the brand's own font nor Source Sans Pro has all of
    its letters, with a digest of the fonts that are installed.

    Any other stays what it was, whatever is installed: it is not to be made again for a font that
    it does not use.
    """
    letters = _letters(drawing)
    if letters <= IN_OURS:
        return drawing
    for family in _families(bench, drawing):
        if family and not any(letters.difference(_of_font(bench, one)) for one in family):
            return drawing
    return replace(drawing, texts=(*drawing.texts, ("installed fonts.txt", installed.digest())))


def _letters(drawing: Recipe) -> frozenset[str]:
    """What has to be in a font, as the drawing programs look for it."""
    read = {text for _, request in drawing.texts for text in _read(json.loads(request))}
    if drawing.tool == _PRINTS:
        return frozenset(one for text in read for one in text if one.isprintable()) - {" "}
    return frozenset(one for text in read for one in clean(text)) - {" "}


def _read(said: Any, key: str = "") -> Iterator[str]:
    """The texts of a request."""
    if isinstance(said, str):
        yield said
        if key in _IN_CAPITALS:
            yield said.upper()
    elif isinstance(said, dict):
        for name in said.keys() - _NOT_SET:
            yield from _read(said[name], name)
    elif isinstance(said, list):
        for one in said:
            yield from _read(one, key)


def _families(bench: Bench, drawing: Recipe) -> Iterator[set[Font]]:
    """The fonts that come with a drawing and may set all of it: Source Sans Pro in all weights, and
    the brand's own font where it has one. Of two families between them more letters can be missing:
    a text is set in one.
    """
    given = {entry.name: (entry.digest, Path(entry.path)) for entry in drawing.inputs}
    for family in ("sans", "own"):
        yield {font for name, font in given.items() if name.startswith(f"fonts/{family}-")}
    own = fonts.font_file("Regular")
    if drawing.tool == _PRINTS and own.is_file():
        yield {(bench.store.digest(own), own)}


def _of_font(bench: Bench, font: Font) -> str:
    """The letters of a font, which is opened once: to do so takes the libraries 40 ms."""
    digest, path = font

    def opened(_: Bench) -> str:
        letters = map(chr, sorted(fonts.letters_of(path)))
        return "".join(one for one in letters if not "\ud800" <= one <= "\udfff")

    return bench.known("letters of a font", digest, str, opened)
