"""Which fonts of this computer have which letters; without it a macron or a whole alphabet would be
empty boxes.

Fonts are looked for in the folders where systems keep them, always in the same order: the same text
gets the same font.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterable
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

WEIGHTS = ("regular", "semibold", "bold")
"""The three weights that a card is set in."""

# fmt: off
_DAMAGED = (
    TTLibError, OSError, AssertionError, ValueError, KeyError, EOFError, AttributeError, TypeError,
)
# fmt: on
"""fontTools meets a damaged file with any of these."""

_HAN = {
    "ja": "JP",
    "ko": "KR",
    "zh-hant": "TC",
    "zh-tw": "TC",
    "zh-hk": "HK",
    "zh-mo": "HK",
    "zh": "SC",
}
"""Chinese characters are drawn differently in these languages; one collection of fonts has a face
for each.
"""


@functools.cache
def letters_of(path: Path) -> frozenset[int]:
    """The code points a font has an outline for; none when the file is no outline font."""
    try:
        with TTFont(path, lazy=True, fontNumber=0) as font:
            return (
                frozenset(font.getBestCmap() or ())
                if "glyf" in font or "CFF " in font
                else frozenset()
            )
    except _DAMAGED:
        return frozenset()


@functools.cache
def installed_with(wanted: frozenset[int], weight: str) -> Path | None:
    """The first installed font that has every letter ``wanted``."""
    return next((path for path in installed(weight) if wanted <= letters_of(path)), None)


@functools.cache
def most_of(wanted: frozenset[int], own: Path, weight: str) -> Path:
    """The font with the most of the ``wanted`` letters, the text's ``own`` when there is none
    better.
    """
    whole = installed_with(wanted, weight)
    return whole or max((own, *installed(weight)), key=lambda path: len(wanted & letters_of(path)))


@functools.cache
def installed(weight: str) -> tuple[Path, ...]:
    """Fonts of this computer, upright sans-serifs of about the wanted weight first, Noto before
    others (made to go together, and with Source Sans Pro); always in the same order.
    """
    folders = [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        Path("/Library/Fonts"),
        Path("/System/Library/Fonts"),
        Path("C:/Windows/Fonts"),
        *_home_folders(),
    ]
    found = {
        path
        for folder in folders
        if folder.is_dir()
        for path in folder.rglob("*")
        if path.suffix.lower() in (".ttf", ".otf", ".ttc")
    }

    def rank(path: Path) -> tuple[bool, bool, bool, bool, str]:
        name = path.stem.lower()
        odd = any(
            word in name
            for word in ("mono", "condensed", "narrow", "oblique", "italic", "light", "math")
        )
        return (
            "sans" not in name,
            odd,
            not name.startswith("noto"),
            ("bold" in name) != (weight != "regular"),
            str(path),
        )

    return tuple(sorted(found, key=rank))


def _home_folders() -> list[Path]:
    """The user's own fonts. $HOME is a scratch folder in our child processes, so the account is
    asked.
    """
    try:
        import os
        import pwd

        home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    except (ImportError, KeyError):
        return []
    return [home / ".fonts", home / ".local/share/fonts", home / "Library/Fonts"]


@functools.cache
def face_number(path: Path, language: str) -> int:
    """Which face of a collection: the one drawn for ``language``, or the first."""
    if path.suffix.lower() != ".ttc":
        return 0
    tag = language.lower()
    han = (
        _HAN.get(tag) or _HAN.get("-".join(tag.split("-")[:2])) or _HAN.get(tag.split("-")[0], "SC")
    )
    with TTCollection(path, lazy=True) as faces:
        families = [str(face["name"].getDebugName(1)) for face in faces.fonts]
    fitting = [
        number
        for number, family in enumerate(families)
        if han in family.split() and "Mono" not in family
    ]
    return fitting[0] if fitting else 0


def package_for(letters: Iterable[str]) -> str:
    """The Debian package with fonts for such letters (but for pictures: no package has emoji that
    captions can draw).
    """
    wide = any(
        0x2E80 <= ord(letter) <= 0x9FFF
        or 0xAC00 <= ord(letter) <= 0xD7FF
        or 0xF900 <= ord(letter) <= 0xFAFF
        or 0xFF00 <= ord(letter) <= 0xFFEF
        or 0x20000 <= ord(letter) <= 0x3FFFF
        for letter in letters
    )
    return "fonts-noto-cjk" if wide else "fonts-noto-core"


def font_file(weight: str, family: str = "sans") -> Path:
    """Source Sans Pro or Source Serif Pro in one weight (Regular, Semibold, Bold), as its wheel
    carries it; a path where nothing is if the wheel is not installed.
    """
    spec = importlib.util.find_spec(f"font_source_{family}_pro")
    folder = Path(spec.origin).parent / "files" if spec and spec.origin else Path()
    return folder / f"Source{family.capitalize()}Pro-{weight}.ttf"
