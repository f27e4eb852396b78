"""The sounds of Arabic and Hebrew writing, which leaves its short vowels out; without it their
scripts would be spread over the speech by guess.

Written are the consonants and the long vowels. A word gets ways in which short vowels may stand
between them, and the recogniser takes the one that fits; vowel signs, where a script has them, are
followed.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence

MOST_WAYS = 8
"""Ways to say one word: with 2 of them words began within 69 ms (median), with 8 within 50 to 60,
with 32 no better.
"""
MOST_TRIED = 4000

# fmt: off
_ARABIC = {
    "ب": "B", "ت": "T", "ث": "TH", "ج": "JH", "ح": "HH", "خ": "HH", "د": "D", "ذ": "DH", "ر": "R",
    "ز": "Z", "س": "S", "ش": "SH", "ص": "S", "ض": "D", "ط": "T", "ظ": "DH", "ع": "AA", "غ": "G",
    "ف": "F", "ق": "K", "ك": "K", "ل": "L", "م": "M", "ن": "N", "ه": "HH", "و": "W", "ي": "Y",
    "ء": "", "ؤ": "", "ئ": "", "أ": "", "إ": "", "ٱ": "", "پ": "P", "چ": "CH", "ژ": "ZH", "گ": "G",
    "ک": "K", "ی": "Y", "ڤ": "V",
}
# fmt: on
_ARABIC_LONG = {
    "ا": ("AA",),
    "ى": ("AA",),
    "آ": ("AA",),
    "و": ("UW", "AW"),
    "ي": ("IY", "EY"),
    "ی": ("IY", "EY"),
}
_SUN = frozenset("تثدذرزسشصضطظلن")
# fmt: off
_HEBREW = {
    "א": ("",), "ב": ("V", "B"), "ג": ("G",), "ד": ("D",), "ה": ("HH",), "ו": ("V",), "ז": ("Z",),
    "ח": ("HH",), "ט": ("T",), "י": ("Y",), "כ": ("HH", "K"), "ך": ("HH",), "ל": ("L",),
    "מ": ("M",), "ם": ("M",), "נ": ("N",), "ן": ("N",), "ס": ("S",), "ע": ("",), "פ": ("F", "P"),
    "ף": ("F",), "צ": ("T S",), "ץ": ("T S",), "ק": ("K",), "ר": ("R",), "ש": ("SH", "S"),
    "ת": ("T",),
}
# fmt: on
_HEBREW_LONG = {"ו": ("OW", "UW", "V"), "י": ("IY", "Y AA", "EY")}
# fmt: off
_SIGNS = {
    "\u064e": "AH", "\u064f": "UH", "\u0650": "IH", "\u0652": "", "\u064b": "AH N",
    "\u064c": "UH N", "\u064d": "IH N", "\u0670": "AA", "\u05b0": "", "\u05b1": "EH",
    "\u05b2": "AA", "\u05b3": "OW", "\u05b4": "IY", "\u05b5": "EH", "\u05b6": "EH", "\u05b7": "AA",
    "\u05b8": "AA", "\u05b9": "OW", "\u05ba": "OW", "\u05bb": "UW", "\u05c7": "OW",
}
# fmt: on
_SHADDA, _DAGESH, _SIN = "\u0651", "\u05bc", "\u05c2"
_LETTERS = re.compile(r"([^\W\d_])([\u0591-\u05c7\u064b-\u0652\u0670]*)")

Slot = tuple[str, ...]
"""One sound's choices, the likeliest first; "" is silence."""


def ways(word: str, language: str) -> list[str]:
    """The phones of a word in Arabic or Hebrew letters, once for each way to say it; none for other
    letters or languages.
    """
    said = {"ar": _arabic, "he": _hebrew}.get(language[:2])
    written = [
        (found[1], found[2]) for found in _LETTERS.finditer(unicodedata.normalize("NFKC", word))
    ]
    slots = said(written) if said else None
    return _spoken(slots) if slots else []


def _arabic(written: Sequence[tuple[str, str]]) -> list[Slot] | None:
    """A short vowel may follow any consonant; the article loses its l before the letters of the
    sun.
    """
    letters = "".join(letter for letter, _ in written)
    article = re.match("([وفبك]?)ال(?=..)", letters)
    slots: list[Slot] = []
    at = article.end() if article else 0
    if article:
        slots += [(_ARABIC[article[1]],), ("AH",)] if article[1] else [("AH",)]
        slots += [] if letters[at] in _SUN else [("L",), ("", "AH")]
    for i in range(at, len(letters)):
        letter, signs = written[i]
        following = letters[i + 1 : i + 2]
        vowels = [_SIGNS[sign] for sign in signs if sign in _SIGNS]
        after_vowel = bool(slots) and slots[-1][0][:1] in ("A", "E", "I", "U", "O")
        if letter == "ة":
            slots.append(tuple(f"T {vowels[0]}" for _ in vowels) or ("AH", "AH T", "AH T AH"))
        elif letter in "اىآ" and after_vowel:  # the sign before it has said it already
            continue
        elif letter == "ا" and i and not following:
            slots.append(("UW",) if letters[i - 1] == "و" else ("AA", "AH N"))
        elif letter in "اىآ" or (
            letter in _ARABIC_LONG
            and i > at
            and not vowels
            and _SHADDA not in signs
            and not after_vowel
            and (
                not following
                or following not in "اىةآ"
                or (letter == "و" and i + 2 == len(letters))
            )
        ):
            slots.append(_ARABIC_LONG[letter])
        elif letter in _ARABIC:
            slots.append((_ARABIC[letter],))
            slots += (
                [(vowels[0],)]
                if vowels
                else _maybe_vowel(following, bool(i), "AH", _ARABIC_LONG.keys() | {"ة"})
            )
        else:
            return None
    return slots


def _maybe_vowel(
    following: str, inside: bool, vowel: str, long: Sequence[str] | set[str]
) -> list[Slot]:
    """A vowel between two consonants, which the first one of a word always has; at its end perhaps."""
    if following and following in long:
        return []
    return [("", vowel)] if inside or not following else [(vowel,)]


def _hebrew(written: Sequence[tuple[str, str]]) -> list[Slot] | None:
    slots: list[Slot] = []
    for i, (letter, signs) in enumerate(written):
        following = written[i + 1][0] if i + 1 < len(written) else ""
        vowels = [_SIGNS[sign] for sign in signs if sign in _SIGNS]
        if letter not in _HEBREW:
            return None
        if letter == "ו" and i and not vowels:
            slots.append(("UW",) if _DAGESH in signs else _HEBREW_LONG[letter])
        elif letter == "ו" and vowels == ["OW"]:
            slots.append(("OW",))
        elif letter == "י" and i and not vowels:
            slots.append(_HEBREW_LONG[letter])
        elif letter == "ה" and not following and i:
            slots.append(("AA",))
        else:
            sounds = _HEBREW[letter][::-1] if not i or _DAGESH in signs else _HEBREW[letter]
            slots.append(("S",) if _SIN in signs else ("SH", "S") if letter == "ש" else sounds)
            last = (
                not following or following in "וי" or (following == "ה" and i + 2 == len(written))
            )
            slots += (
                [(vowels[0],)]
                if vowels
                else []
                if last
                else [("AA", "") if slots[-1][0] else ("AA",)]
            )
    return slots


def _spoken(slots: Sequence[Slot]) -> list[str]:
    """Ways spread evenly over all that never have three consonants in a row."""
    found: dict[str, None] = {}
    for choice in itertools.islice(itertools.product(*slots), MOST_TRIED):
        said = " ".join(sound for sound in choice if sound).split()
        kinds = "".join("v" if phone[0] in "AEIOU" else "c" for phone in said)
        if said and "ccc" not in kinds:
            found[
                " ".join(phone for i, phone in enumerate(said) if i == 0 or phone != said[i - 1])
            ] = None
    every = list(found)
    return every[:: max(1, len(every) // MOST_WAYS)][:MOST_WAYS]
