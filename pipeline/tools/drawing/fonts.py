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

from pipeline.card_kinds import WEIGHTS as WEIGHTS
from pipeline.tools.running import system

# fmt: off
_HAN = {
    "ja": "JP", "ko": "KR", "zh-hant": "TC", "zh-tw": "TC", "zh-hk": "HK", "zh-mo": "HK",
    "zh": "SC",
}
# fmt: on
"""Chinese characters are drawn differently in these languages; one collection of fonts has a face
for each.
"""


@functools.cache
def letters_of(path: Path) -> frozenset[int]:
    """The code points a font has an outline for; none when the file is no outline font."""
    from fontTools.ttLib import TTFont, TTLibError  # 40 ms with the tables, for other letters only

    # fmt: off
    damaged = (
        TTLibError, OSError, AssertionError, ValueError, KeyError, EOFError, AttributeError,
        TypeError,
    )
    # fmt: on
    try:
        with TTFont(path, lazy=True, fontNumber=0) as font:
            outlined = "glyf" in font or "CFF " in font
            return frozenset(font.getBestCmap() or ()) if outlined else frozenset()
    except damaged:
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
    found = {
        path
        for folder in (*map(Path, _FOLDERS), *_home_folders())
        if folder.is_dir()
        for path in folder.rglob("*")
        if path.suffix.lower() in (".ttf", ".otf", ".ttc")
    }
    return tuple(sorted(found, key=functools.partial(_rank, weight=weight)))


_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
_ODD = ("mono", "condensed", "narrow", "oblique", "italic", "light", "math")


def _rank(path: Path, weight: str) -> tuple[bool, bool, bool, bool, str]:
    """What sorts a font before others: the first difference decides, False before True."""
    name = path.stem.lower()
    is_bold = "bold" in name
    return (
        "sans" not in name,
        any(word in name for word in _ODD),
        not name.startswith("noto"),
        is_bold != (weight != "regular"),
        str(path),
    )


def _home_folders() -> list[Path]:
    """The user's own fonts.

    $HOME is a scratch folder in our child processes, so the account is asked.
    """
    home = system.home_folder()
    if home is None:
        return []
    return [home / ".fonts", home / ".local/share/fonts", home / "Library/Fonts"]


@functools.cache
def face_number(path: Path, language: str) -> int:
    """Which face of a collection: the one drawn for ``language``, or the first."""
    if path.suffix.lower() != ".ttc":
        return 0
    from fontTools.ttLib import TTCollection

    parts = language.lower().split("-")
    tags = ("-".join(parts), "-".join(parts[:2]), parts[0])
    han = next((_HAN[tag] for tag in tags if tag in _HAN), "SC")
    with TTCollection(path, lazy=True) as faces:
        families = [str(face["name"].getDebugName(1)) for face in faces.fonts]
    fitting = (
        number
        for number, family in enumerate(families)
        if han in family.split() and "Mono" not in family
    )
    return next(fitting, 0)


def package_for(letters: Iterable[str]) -> str:
    """The Debian package with fonts for such letters (but for pictures: no package has emoji that
    captions can draw).
    """
    wide = any(first <= ord(letter) <= last for letter in letters for first, last in _EAST_ASIAN)
    return "fonts-noto-cjk" if wide else "fonts-noto-core"


_EAST_ASIAN = (
    (0x2E80, 0x9FFF),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)


def font_file(weight: str, family: str = "sans") -> Path:
    """Source Sans Pro or Source Serif Pro in one weight (Regular, Semibold, Bold), as its wheel
    carries it; a path where nothing is if the wheel is not installed.
    """
    spec = importlib.util.find_spec(f"font_source_{family}_pro")
    folder = Path(spec.origin).parent / "files" if spec and spec.origin else Path()
    return folder / f"Source{family.capitalize()}Pro-{weight}.ttf"
