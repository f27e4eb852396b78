"""Which fonts draw the captions of a message between them; without it a name in another alphabet
would be empty boxes in the picture.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.captions.burned import CaptionFont
from pipeline.tools.drawing.fonts import face_number, font_file, letters_of, most_of


@functools.cache
def own_font() -> Path:
    """The font that comes with us, which draws most languages of Europe by itself."""
    return font_file("Semibold")


@functools.lru_cache(maxsize=64)
def caption_fonts(letters: frozenset[int], language: str) -> tuple[tuple[CaptionFont, Path], ...]:
    """Fonts that draw ``letters`` between them, each with its file, the text's own first.

    Source Sans Pro where it has most of the letters, signs it lacks from another; else the
    installed font that has most of what is foreign to it first, and Source Sans Pro for Latin words
    between. Letters that no font has are in none of them.
    """
    own = own_font()
    wanted = frozenset(letter for letter in letters if letter > 32)
    paths, left = [own], wanted - letters_of(own)
    while left:
        best = most_of(left, own, "semibold")
        if not left & letters_of(best):
            break
        paths.append(best)
        left -= letters_of(best)
    spelling = frozenset(letter for letter in wanted if chr(letter).isalpha())
    at_home = 2 * len(spelling & letters_of(own)) >= len(spelling)
    paths.sort(key=lambda path: (at_home and path != own, -len(wanted & letters_of(path))))
    needed = [
        path
        for place, path in enumerate(paths)
        if not place or (wanted & letters_of(path)).difference(*map(letters_of, paths[:place]))
    ]
    return tuple((_caption_font(path, wanted, language), path) for path in needed)


@functools.lru_cache(maxsize=64)
def _caption_font(path: Path, wanted: frozenset[int], language: str) -> CaptionFont:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True, fontNumber=face_number(path, language)) as font:
        units = font["head"].unitsPerEm
        windows, mac = font["OS/2"], font["hhea"]
        deep = windows.usWinAscent + windows.usWinDescent
        line = deep or mac.ascent - mac.descent
        widths, glyphs = font["hmtx"].metrics, font.getBestCmap()
        advances = sorted(
            (letter, Fraction(widths[glyphs[letter]][0], units))
            for letter in {32, *wanted}
            if letter in glyphs
        )
        return CaptionFont(_family(font), Fraction(line, units), tuple(advances))


def _family(font: Any) -> str:
    """The name by which libass finds exactly this face, Bold apart from Regular: the full name, and
    for PostScript outlines (as collections of Chinese fonts have) the PostScript name; tried, it
    answers to no other.
    """
    names = [4, 1] if "glyf" in font else [6, 4, 1]
    return str(next(filter(None, map(font["name"].getDebugName, names)), "captions"))


def look_again() -> None:
    """Forget which fonts draw what: others may have been installed."""
    caption_fonts.cache_clear()
    _caption_font.cache_clear()


def missing_letters(
    letters: Iterable[int], fonts: tuple[tuple[CaptionFont, Path], ...]
) -> frozenset[str]:
    """Letters that no font has; marks without a shape (joiners, directions) need none."""
    found = {letter for font, _ in fonts for letter, _ in font.advances}
    return frozenset(
        chr(letter)
        for letter in letters
        if letter > 32 and letter not in found and not _shapeless(letter)
    )


def _shapeless(letter: int) -> bool:
    return letter in _SPACES or any(first <= letter <= last for first, last in _SHAPELESS)


_SPACES = (0xA0, 0xAD, 0x202F, 0x3000)
_SHAPELESS = (
    (0x2000, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0xFE00, 0xFE0F),
    (0xE0000, 0xE01EF),
)
"""Spaces, joiners, directions and selectors."""
