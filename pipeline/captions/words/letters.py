"""Spelling to the phones of the English acoustic model; without it no Spanish could be timed.

Nor a name that is in no dictionary. One pronunciation a word is enough: timing hardly depends on
which vowel stands for which (docs/captions.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from pipeline.captions.words.letters_asia import PINYIN, ROMANISED, latin

# fmt: off
_COMMON = {
    "sch": "SH", "tch": "CH", "ch": "CH", "sh": "SH", "th": "TH", "ph": "F", "qu": "K W", "ck": "K",
    "ng": "NG", "a": "AA", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH",
    "i": "IY", "j": "JH", "k": "K", "l": "L", "m": "M", "n": "N", "o": "OW", "p": "P", "q": "K",
    "r": "R", "s": "S", "t": "T", "u": "UW", "v": "V", "w": "W", "x": "K S", "y": "IY", "z": "Z",
    "ñ": "N Y", "ç": "S", "ß": "S", "ł": "W", "ø": "ER", "æ": "AE", "œ": "ER", "đ": "D", "þ": "TH",
    "ð": "DH", "ı": "IY", "å": "AO",
}
_ENGLISH = _COMMON | {
    "ough": "AO", "tion": "SH AH N", "sion": "ZH AH N", "igh": "AY", "ee": "IY", "ea": "IY",
    "oo": "UW", "ou": "AW", "ow": "OW", "ai": "EY", "ay": "EY", "oi": "OY", "oy": "OY", "au": "AO",
    "aw": "AO", "ie": "IY", "ei": "EY", "kn": "N", "wr": "R", "wh": "W", "dge": "JH", "ce": "S EH",
    "ci": "S IH", "cy": "S IY", "ge": "JH EH", "er": "ER", "ir": "ER", "ur": "ER", "or": "AO R",
    "ar": "AA R", "a": "AE", "i": "IH", "o": "AA", "u": "AH", "y": "IY",
}
_SPANISH = _COMMON | {
    "ü": "UW", "rr": "R", "ll": "Y", "ch": "CH", "que": "K EH", "qui": "K IY", "gue": "G EH",
    "gui": "G IY", "güe": "G W EH", "güi": "G W IY", "ce": "S EH", "ci": "S IY", "ge": "HH EH",
    "gi": "HH IY", "j": "HH", "h": "", "v": "B", "z": "S", "y": "Y", "x": "K S", "a": "AA",
    "e": "EH", "i": "IY", "o": "OW", "u": "UW", "ia": "Y AA", "ie": "Y EH", "io": "Y OW",
    "ua": "W AA", "ue": "W EH", "ui": "W IY",
}
_ITALIAN = _COMMON | {
    "gli": "L Y IY", "gn": "N Y", "ch": "K", "gh": "G", "ci": "CH IY", "ce": "CH EH",
    "cia": "CH AA", "cio": "CH OW", "ciu": "CH UW", "gi": "JH IY", "ge": "JH EH", "gia": "JH AA",
    "gio": "JH OW", "giu": "JH UW", "sci": "SH IY", "sce": "SH EH", "sch": "S K", "z": "T S",
    "h": "", "qu": "K W", "ia": "Y AA", "ie": "Y EH", "io": "Y OW",
}
_GERMAN = _COMMON | {
    "sch": "SH", "tsch": "CH", "ch": "SH", "chs": "K S", "st": "SH T", "sp": "SH P", "ei": "AY",
    "ai": "AY", "ie": "IY", "eu": "OY", "äu": "OY", "au": "AW", "ä": "EH", "ö": "ER", "ü": "UW",
    "z": "T S", "tz": "T S", "w": "V", "v": "F", "j": "Y", "qu": "K V", "th": "T", "y": "UW",
    "ng": "NG", "nk": "NG K", "pf": "P F", "ck": "K", "dt": "T", "ph": "F",
}
_FRENCH = _COMMON | {
    "eaux": "OW", "eau": "OW", "aux": "OW", "au": "OW", "ou": "UW", "oi": "W AA", "oin": "W EH N",
    "u": "UW", "eu": "ER", "œu": "ER", "œ": "ER", "é": "EH", "è": "EH", "ê": "EH", "ai": "EH",
    "ei": "EH", "ain": "EH N", "ein": "EH N", "in": "EH N", "an": "AO N", "en": "AO N",
    "am": "AO M", "em": "AO M", "on": "AO N", "un": "AH N", "ch": "SH", "j": "ZH", "ge": "ZH",
    "gi": "ZH IY", "gn": "N Y", "gu": "G", "qu": "K", "ç": "S", "ce": "S", "ci": "S IY", "h": "",
    "ill": "IY Y", "ll": "L", "th": "T", "tion": "S Y AO N", "ph": "F", "w": "W", "â": "AA",
    "à": "AA", "î": "IY", "ô": "OW", "û": "UW", "ù": "UW",
}
_PORTUGUESE = _COMMON | {
    "lh": "L Y", "nh": "N Y", "ch": "SH", "rr": "HH", "ss": "S", "ç": "S", "ção": "S AH W N",
    "ão": "AH W N", "ões": "OY N S", "ã": "AH N", "õ": "OW N", "ce": "S EH", "ci": "S IY",
    "ge": "ZH EH", "gi": "ZH IY", "j": "ZH", "x": "SH", "qu": "K", "que": "K EH", "qui": "K IY",
    "gue": "G EH", "gui": "G IY", "h": "", "ou": "OW", "ei": "EY", "ai": "AY", "z": "Z",
}
_RUSSIAN = {
    "а": "AA", "б": "B", "в": "V", "г": "G", "д": "D", "е": "Y EH", "ё": "Y AO", "ж": "ZH",
    "з": "Z", "и": "IY", "й": "Y", "к": "K", "л": "L", "м": "M", "н": "N", "о": "AO", "п": "P",
    "р": "R", "с": "S", "т": "T", "у": "UW", "ф": "F", "х": "HH", "ц": "T S", "ч": "CH", "ш": "SH",
    "щ": "SH", "ъ": "", "ы": "IH", "ь": "", "э": "EH", "ю": "Y UW", "я": "Y AA", "і": "IY",
    "ї": "Y IY", "є": "Y EH", "ґ": "G", "ого": "AH V AH", "его": "Y EH V AH", "тся": "T S AH",
    "ться": "T S AH",
}
_GREEK = {
    "α": "AA", "β": "V", "γ": "G", "δ": "DH", "ε": "EH", "ζ": "Z", "η": "IY", "θ": "TH", "ι": "IY",
    "κ": "K", "λ": "L", "μ": "M", "ν": "N", "ξ": "K S", "ο": "AO", "π": "P", "ρ": "R", "σ": "S",
    "ς": "S", "τ": "T", "υ": "IY", "φ": "F", "χ": "HH", "ψ": "P S", "ω": "AO", "ου": "UW",
    "αι": "EH", "ει": "IY", "οι": "IY", "μπ": "B", "ντ": "D", "γκ": "G",
}
_DEVANAGARI = {
    "क": "K", "ख": "K", "ग": "G", "घ": "G", "ङ": "NG", "च": "CH", "छ": "CH", "ज": "JH", "झ": "JH",
    "ञ": "N", "ट": "T", "ठ": "T", "ड": "D", "ढ": "D", "ण": "N", "त": "T", "थ": "T", "द": "D",
    "ध": "D", "न": "N", "प": "P", "फ": "F", "ब": "B", "भ": "B", "म": "M", "य": "Y", "र": "R",
    "ल": "L", "व": "V", "श": "SH", "ष": "SH", "स": "S", "ह": "HH", "ळ": "L",
}
_DEVANAGARI_VOWELS = {
    "अ": "AH", "आ": "AA", "इ": "IH", "ई": "IY", "उ": "UH", "ऊ": "UW", "ऋ": "R IH", "ए": "EY",
    "ऐ": "EH", "ओ": "OW", "औ": "AO", "ऑ": "AO",
}
_DEVANAGARI_SIGNS = {
    "ा": "AA", "ि": "IH", "ी": "IY", "ु": "UH", "ू": "UW", "ृ": "R IH", "े": "EY", "ै": "EH",
    "ो": "OW", "ौ": "AO", "ॉ": "AO", "्": "",
}
_RULES = {
    "en": _ENGLISH, "es": _SPANISH, "it": _ITALIAN, "de": _GERMAN, "fr": _FRENCH, "pt": _PORTUGUESE,
    "ru": _RUSSIAN, "uk": _RUSSIAN, "be": _RUSSIAN, "bg": _RUSSIAN, "el": _GREEK, "zh": PINYIN,
    "ja": ROMANISED, "ko": ROMANISED,
}
# fmt: on


def phones(word: str, language: str) -> tuple[str, ...]:
    """The phones of ``word``, without stress; none when it holds a letter that no rule covers.

    A name in Latin letters gets the common rules in any language. ``e`` at the end of an English
    word is silent, and the consonants at the end of a French one; double consonants sound once.
    """
    if any("\u0900" <= letter <= "\u097f" for letter in word):
        return _devanagari(word)
    tongue = language[:2]
    rules = _RULES.get(tongue, _COMMON)
    left = _bare(latin(word, tongue) if tongue in ("zh", "ja", "ko") else word, rules)
    if left[:1] and left[0] not in rules:
        rules = _COMMON
        left = _bare(word, rules)
    if tongue == "en" and len(left) > 3 and left.endswith("e") and left[-2] not in "aeiou":
        left = left[:-1]
    if tongue == "fr" and len(left) > 2:
        left = _SILENT_IN_FRENCH.sub("", left)
    said = _by_rules(left, rules)
    if said is None:
        return () if rules is _COMMON else phones(word, "")
    return tuple(
        phone
        for before, phone in zip(("", *said), said, strict=False)
        if phone != before or phone in _TWICE
    )


_SILENT_IN_FRENCH = re.compile(r"(?<=[^aeiouyé])e?s?$|(?<=.)(ent|[tdspxz])$")
_TWICE = ("IY", "UW", "OW", "EH", "AA", "W", "Y")
"""What may sound twice in a row."""


def _by_rules(left: str, rules: Mapping[str, str]) -> list[str] | None:
    """The sounds of a word's letters, longest rule first; None where no rule has a letter."""
    longest = max(map(len, rules))
    said: list[str] = []
    while left:
        sizes = range(min(longest, len(left)), 0, -1)
        size = next((size for size in sizes if left[:size] in rules), None)
        if size is None:
            return None
        said.extend(rules[left[:size]].split())
        left = left[size:]
    return said


def _devanagari(word: str) -> tuple[str, ...]:
    """Consonants carry a short vowel unless a sign says otherwise; at a word's end it is silent."""
    said: list[str] = []
    letters = re.sub("[\u093c\u200c\u200d]", "", unicodedata.normalize("NFD", word))
    for i, letter in enumerate(letters):
        following = letters[i + 1 : i + 2]
        if letter in _DEVANAGARI:
            said.append(_DEVANAGARI[letter])
            if following in _DEVANAGARI or following in ("ं", "ँ", "ः"):
                said.append("AH")
        elif letter in _DEVANAGARI_VOWELS:
            said.extend(_DEVANAGARI_VOWELS[letter].split())
        elif letter in _DEVANAGARI_SIGNS:
            said.extend(_DEVANAGARI_SIGNS[letter].split())
        elif letter in "ंँ":
            said.append("N")
        elif letter.isalpha():
            return ()
    return tuple(said)


def _bare(word: str, rules: Mapping[str, str]) -> str:
    """Lower case, letters alone; marks off unless a rule knows the marked letter."""
    written = unicodedata.normalize("NFC", word.lower())
    kept = (letter if letter in rules else _unmarked(letter) for letter in written)
    return "".join(letter for letter in "".join(kept) if letter.isalpha())


def _unmarked(letter: str) -> str:
    parts = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in parts if not unicodedata.combining(part))
