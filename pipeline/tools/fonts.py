"""Which fonts of this computer have which letters; without it a macron or a whole alphabet would be empty boxes.

Fonts are looked for in the folders where systems keep them, always in the same order: the same text gets the same font.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from pipeline.captions.burned import CaptionFont
from pipeline.tools import programs

_DAMAGED = (TTLibError, OSError, AssertionError, ValueError, KeyError, EOFError, AttributeError, TypeError)
"""fontTools meets a damaged file with any of these."""

_HAN = {"ja": "JP", "ko": "KR", "zh-hant": "TC", "zh-tw": "TC", "zh-hk": "HK", "zh-mo": "HK", "zh": "SC"}
"""Chinese characters are drawn differently in these languages; one collection of fonts has a face for each."""


@functools.cache
def letters_of(path: Path) -> frozenset[int]:
    """The code points a font has an outline for; none when the file is no outline font."""
    try:
        with TTFont(path, lazy=True, fontNumber=0) as font:
            return frozenset(font.getBestCmap() or ()) if "glyf" in font or "CFF " in font else frozenset()
    except _DAMAGED:
        return frozenset()


@functools.cache
def installed_with(wanted: frozenset[int], weight: str) -> Path | None:
    """The first installed font that has every letter ``wanted``."""
    return next((path for path in installed(weight) if wanted <= letters_of(path)), None)


@functools.cache
def most_of(wanted: frozenset[int], own: Path, weight: str) -> Path:
    """The font with the most of the ``wanted`` letters, the text's ``own`` when there is none better."""
    whole = installed_with(wanted, weight)
    return whole or max((own, *installed(weight)), key=lambda path: len(wanted & letters_of(path)))


@functools.cache
def installed(weight: str) -> tuple[Path, ...]:
    """Fonts of this computer, upright sans-serifs of about the wanted weight first, Noto before others (made to go
    together, and with Source Sans Pro); always in the same order."""
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"),
               Path("/System/Library/Fonts"), Path("C:/Windows/Fonts"), *_home_folders()]
    found = {path for folder in folders if folder.is_dir() for path in folder.rglob("*")
             if path.suffix.lower() in (".ttf", ".otf", ".ttc")}

    def rank(path: Path) -> tuple[bool, bool, bool, bool, str]:
        name = path.stem.lower()
        odd = any(word in name for word in ("mono", "condensed", "narrow", "oblique", "italic", "light", "math"))
        return ("sans" not in name, odd, not name.startswith("noto"), ("bold" in name) != (weight != "regular"), str(path))

    return tuple(sorted(found, key=rank))


def _home_folders() -> list[Path]:
    """The user's own fonts. $HOME is a scratch folder in our child processes, so the account is asked."""
    try:
        import os
        import pwd

        home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    except (ImportError, KeyError):
        return []
    return [home / ".fonts", home / ".local/share/fonts", home / "Library/Fonts"]


# --- fonts of captions -----------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=64)
def caption_fonts(letters: frozenset[int], language: str) -> tuple[tuple[CaptionFont, Path], ...]:
    """Fonts that draw ``letters`` between them, each with its file, the text's own first.

    Source Sans Pro where it has most of the letters, signs it lacks from another; else the installed font that has most of
    what is foreign to it first, and Source Sans Pro for Latin words between. Letters that no font has are in none of them.
    """
    own = programs.font_file("Semibold")
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
    needed = [path for place, path in enumerate(paths)
              if not place or (wanted & letters_of(path)).difference(*map(letters_of, paths[:place]))]
    return tuple((_caption_font(path, wanted, language), path) for path in needed)


@functools.lru_cache(maxsize=64)
def _caption_font(path: Path, wanted: frozenset[int], language: str) -> CaptionFont:
    with TTFont(path, lazy=True, fontNumber=face_number(path, language)) as font:
        units = font["head"].unitsPerEm
        deep = font["OS/2"].usWinAscent + font["OS/2"].usWinDescent or font["hhea"].ascent - font["hhea"].descent
        widths, glyphs = font["hmtx"].metrics, font.getBestCmap()
        return CaptionFont(
            _family(font), Fraction(deep, units),
            tuple(sorted((letter, Fraction(widths[glyphs[letter]][0], units)) for letter in {32, *wanted} if letter in glyphs)))


@functools.cache
def face_number(path: Path, language: str) -> int:
    """Which face of a collection: the one drawn for ``language``, or the first."""
    if path.suffix.lower() != ".ttc":
        return 0
    tag = language.lower()
    han = _HAN.get(tag) or _HAN.get("-".join(tag.split("-")[:2])) or _HAN.get(tag.split("-")[0], "SC")
    with TTCollection(path, lazy=True) as faces:
        families = [str(face["name"].getDebugName(1)) for face in faces.fonts]
    fitting = [number for number, family in enumerate(families) if han in family.split() and "Mono" not in family]
    return fitting[0] if fitting else 0


def _family(font: Any) -> str:
    """The name by which libass finds exactly this face, Bold apart from Regular: the full name, and for PostScript
    outlines (as collections of Chinese fonts have) the PostScript name; tried, it answers to no other."""
    names = [4, 1] if "glyf" in font else [6, 4, 1]
    return str(next(filter(None, map(font["name"].getDebugName, names)), "captions"))


def missing_letters(letters: Iterable[int], fonts: tuple[tuple[CaptionFont, Path], ...]) -> frozenset[str]:
    """Letters that no font has; marks without a shape (joiners, directions, selectors) need none."""
    found = {letter for font, _ in fonts for letter, _ in font.advances}
    return frozenset(chr(letter) for letter in letters if letter > 32 and letter not in found
                     and not _shapeless(letter))


def _shapeless(letter: int) -> bool:
    return letter in (0xa0, 0xad, 0x202f, 0x3000) or 0x2000 <= letter <= 0x200f or 0x2028 <= letter <= 0x202e or (
        0x2060 <= letter <= 0x206f or 0xfe00 <= letter <= 0xfe0f or 0xe0000 <= letter <= 0xe01ef)


def package_for(letters: Iterable[str]) -> str:
    """The Debian package with fonts for such letters (but for pictures: no package has emoji that captions can draw)."""
    wide = any(0x2e80 <= ord(letter) <= 0x9fff or 0xac00 <= ord(letter) <= 0xd7ff or 0xf900 <= ord(letter) <= 0xfaff
               or 0xff00 <= ord(letter) <= 0xffef or 0x20000 <= ord(letter) <= 0x3ffff for letter in letters)
    return "fonts-noto-cjk" if wide else "fonts-noto-core"
