"""Letter rules from spelling to the phones of the English acoustic model; without them a name in no dictionary, or a
script in Spanish, could not be timed.

One pronunciation a word is enough: timing hardly depends on which vowel stands for which (docs/captions.md).
"""

from __future__ import annotations

import re
import unicodedata

_COMMON = {
    "sch": "SH", "tch": "CH", "ch": "CH", "sh": "SH", "th": "TH", "ph": "F", "qu": "K W", "ck": "K", "ng": "NG",
    "a": "AA", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH", "i": "IY", "j": "JH", "k": "K",
    "l": "L", "m": "M", "n": "N", "o": "OW", "p": "P", "q": "K", "r": "R", "s": "S", "t": "T", "u": "UW", "v": "V",
    "w": "W", "x": "K S", "y": "IY", "z": "Z", "ñ": "N Y", "ç": "S", "ß": "S",
}
_ENGLISH = _COMMON | {
    "ough": "AO", "tion": "SH AH N", "sion": "ZH AH N", "igh": "AY", "ee": "IY", "ea": "IY", "oo": "UW", "ou": "AW",
    "ow": "OW", "ai": "EY", "ay": "EY", "oi": "OY", "oy": "OY", "au": "AO", "aw": "AO", "ie": "IY", "ei": "EY",
    "kn": "N", "wr": "R", "wh": "W", "dge": "JH", "ce": "S EH", "ci": "S IH", "cy": "S IY", "ge": "JH EH",
    "er": "ER", "ir": "ER", "ur": "ER", "or": "AO R", "ar": "AA R", "a": "AE", "i": "IH", "o": "AA", "u": "AH", "y": "IY",
}
_SPANISH = _COMMON | {
    "rr": "R", "ll": "Y", "ch": "CH", "que": "K EH", "qui": "K IY", "gue": "G EH", "gui": "G IY", "güe": "G W EH",
    "güi": "G W IY", "ce": "S EH", "ci": "S IY", "ge": "HH EH", "gi": "HH IY", "j": "HH", "h": "", "v": "B", "z": "S",
    "y": "Y", "x": "K S", "a": "AA", "e": "EH", "i": "IY", "o": "OW", "u": "UW", "ia": "Y AA", "ie": "Y EH",
    "io": "Y OW", "ua": "W AA", "ue": "W EH", "ui": "W IY",
}
_RULES = {"en": _ENGLISH, "es": _SPANISH}


def phones(word: str, language: str) -> tuple[str, ...]:
    """The phones of ``word``, without stress; none when it holds a letter that no rule covers.

    ``e`` at the end of an English word is silent; double consonants sound once.
    """
    rules = _RULES.get(language[:2], _COMMON)
    left = _bare(word, rules)
    if language[:2] == "en" and len(left) > 3 and left.endswith("e") and left[-2] not in "aeiou":
        left = left[:-1]
    longest = max(map(len, rules))
    said: list[str] = []
    while left:
        size = next((size for size in range(min(longest, len(left)), 0, -1) if left[:size] in rules), 0)
        if not size:
            return ()
        said.extend(rules[left[:size]].split())
        left = left[size:]
    return tuple(phone for i, phone in enumerate(said) if i == 0 or phone != said[i - 1] or phone in "IY UW OW EH AA")


def _bare(word: str, rules: dict[str, str]) -> str:
    """Lower case, marks off unless a rule knows the marked letter."""
    kept = []
    for letter in unicodedata.normalize("NFC", word.lower()):
        if letter in rules or letter == "ü":
            kept.append(letter)
        else:
            kept.append("".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)))
    bare = re.sub(r"[^a-zñçßü]", "", "".join(kept)) if re.search(r"[a-zñçß]", "".join(kept)) else "".join(kept)
    return bare.replace("ü", "u") if not any("ü" in key and key in bare for key in rules) else bare
