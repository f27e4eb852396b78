"""The sounds of Arabic and Hebrew writing, which leaves its short vowels out.

Without it scripts in them would be spread over the speech by guess. Written are the consonants and
the long vowels. A word gets ways in which short vowels may stand between them, and the recogniser
takes the one that fits; vowel signs, where a script has them, are followed.
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
# fmt: off
_ARABIC_LONG = {
    "ا": ("AA",), "ى": ("AA",), "آ": ("AA",), "و": ("UW", "AW"), "ي": ("IY", "EY"),
    "ی": ("IY", "EY"),
}
# fmt: on
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
_VOWELS = ("A", "E", "I", "O", "U")
"""What the phones of vowels begin with."""
_SHADDA, _DAGESH, _SIN = "\u0651", "\u05bc", "\u05c2"
_LETTERS = re.compile(r"([^\W\d_])([\u0591-\u05c7\u064b-\u0652\u0670]*)")

Letter = tuple[str, str]
"""A letter as it is written, and the signs on it."""
Slot = tuple[str, ...]
"""One sound's choices, the likeliest first; "" is silence."""


def ways(word: str, language: str) -> list[str]:
    """The phones of a word in Arabic or Hebrew letters, once for each way to say it.

    None for other letters or languages.
    """
    said = {"ar": _arabic, "he": _hebrew}.get(language[:2])
    found = _LETTERS.finditer(unicodedata.normalize("NFKC", word))
    slots = said([(letter[1], letter[2]) for letter in found]) if said else None
    return _spoken(slots) if slots else []


def _arabic(written: Sequence[Letter]) -> list[Slot] | None:
    """A short vowel may follow any consonant; the article loses its l before letters of the sun."""
    letters = "".join(letter for letter, _ in written)
    article = _ARTICLE.match(letters)
    slots = _article(article, letters) if article else []
    begin = article.end() if article else 0
    for i in range(begin, len(letters)):
        after_vowel = bool(slots) and slots[-1][0][:1] in _VOWELS
        sounds = _arabic_letter(written, i, begin, after_vowel)
        if sounds is None:
            return None
        slots += sounds
    return slots


_ARTICLE = re.compile("([وفبك]?)ال(?=..)")
"""The article of a word, with a preposition or conjunction written to it."""


def _article(found: re.Match[str], letters: str) -> list[Slot]:
    before: list[Slot] = [(_ARABIC[found[1]],)] if found[1] else []
    sun = letters[found.end()] in _SUN
    return [*before, ("AH",)] if sun else [*before, ("AH",), ("L",), ("", "AH")]


def _arabic_letter(
    written: Sequence[Letter], i: int, begin: int, after_vowel: bool
) -> list[Slot] | None:
    """The sounds of letter ``i`` of a word from ``begin`` on, after its article.

    None for letters of other languages.
    """
    letter, signs = written[i]
    last = i + 1 == len(written)
    vowels = [_SIGNS[sign] for sign in signs if sign in _SIGNS]
    if letter == "ة":
        return [tuple(f"T {vowels[0]}" for _ in vowels) if vowels else ("AH", "AH T", "AH T AH")]
    if letter in "اىآ" and after_vowel:  # the sign before it has said it already
        return []
    if letter == "ا" and i and last:
        return [("UW",) if written[i - 1][0] == "و" else ("AA", "AH N")]
    bare = i > begin and not vowels and _SHADDA not in signs and not after_vowel
    if letter in "اىآ" or (letter in _ARABIC_LONG and bare and _may_be_long(written, i)):
        return [_ARABIC_LONG[letter]]
    if letter not in _ARABIC:
        return None
    if vowels:
        return [(_ARABIC[letter],), (vowels[0],)]
    following = "" if last else written[i + 1][0]
    return [(_ARABIC[letter],), *_maybe_vowel(following, bool(i))]


def _may_be_long(written: Sequence[Letter], i: int) -> bool:
    """Whether a w or y may be a long vowel: before a vowel it is a consonant, but not a last wa."""
    following = "".join(letter for letter, _ in written[i + 1 :])
    if following[:1] not in ("ا", "ى", "ة", "آ"):
        return True
    return written[i][0] == "و" and len(following) == 1


def _maybe_vowel(following: str, inside: bool) -> list[Slot]:
    """A vowel between two consonants: the first one of a word always has it, the others perhaps."""
    if following and (following in _ARABIC_LONG or following == "ة"):
        return []
    return [("", "AH")] if inside or not following else [("AH",)]


def _hebrew(written: Sequence[Letter]) -> list[Slot] | None:
    slots: list[Slot] = []
    for i in range(len(written)):
        sounds = _hebrew_letter(written, i)
        if sounds is None:
            return None
        slots += sounds
    return slots


def _hebrew_letter(written: Sequence[Letter], i: int) -> list[Slot] | None:
    """The sounds of letter ``i`` of a word; None for letters of other languages."""
    letter, signs = written[i]
    following = "".join(after for after, _ in written[i + 1 :])
    vowels = [_SIGNS[sign] for sign in signs if sign in _SIGNS]
    if letter not in _HEBREW:
        return None
    if letter == "ו" and i and not vowels:
        return [("UW",) if _DAGESH in signs else _HEBREW_LONG[letter]]
    if letter == "ו" and vowels == ["OW"]:
        return [("OW",)]
    if letter == "י" and i and not vowels:
        return [_HEBREW_LONG[letter]]
    if letter == "ה" and not following and i:
        return [("AA",)]
    consonant = _hebrew_consonant(letter, signs, begins=not i)
    if vowels:
        return [consonant, (vowels[0],)]
    if following[:1] in ("", "ו", "י") or following == "ה":
        return [consonant]
    return [consonant, ("AA", "") if consonant[0] else ("AA",)]


def _hebrew_consonant(letter: str, signs: str, begins: bool) -> Slot:
    if _SIN in signs:
        return ("S",)
    if letter == "ש":
        return ("SH", "S")
    hard = begins or _DAGESH in signs
    return _HEBREW[letter][::-1] if hard else _HEBREW[letter]


def _spoken(slots: Sequence[Slot]) -> list[str]:
    """Ways spread evenly over all that never have three consonants in a row."""
    found: dict[str, None] = {}
    for choice in itertools.islice(itertools.product(*slots), MOST_TRIED):
        said = " ".join(sound for sound in choice if sound).split()
        kinds = "".join("v" if phone[0] in _VOWELS else "c" for phone in said)
        if said and "ccc" not in kinds:
            found[" ".join(phone for phone, _ in itertools.groupby(said))] = None
    every = list(found)
    return every[:: max(1, len(every) // MOST_WAYS)][:MOST_WAYS]
