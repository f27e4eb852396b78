"""The sounds of Chinese, Korean and Japanese in Latin letters; without it none could be timed.

Chinese characters by pypinyin, tones dropped; Korean syllables and Japanese kana by the names that
Unicode gives them. Kanji have no sound by themselves: a Japanese text with them has no
pronunciation here.
"""

from __future__ import annotations

import unicodedata

# fmt: off
PINYIN = {
    "b": "B", "p": "P", "m": "M", "f": "F", "d": "D", "t": "T", "n": "N", "l": "L", "g": "G",
    "k": "K", "h": "HH", "j": "JH", "q": "CH", "x": "SH", "zh": "JH", "ch": "CH", "sh": "SH",
    "r": "R", "z": "T S", "c": "T S", "s": "S", "y": "Y", "w": "W", "zhi": "JH ER", "chi": "CH ER",
    "shi": "SH ER", "ri": "R ER", "zi": "T S IH", "ci": "T S IH", "si": "S IH", "yi": "IY",
    "wu": "UW", "yu": "Y UW", "yue": "Y UW EH", "yuan": "Y UW EH N", "yun": "Y UW N",
    "ying": "IY NG", "yin": "IY N", "a": "AA", "o": "AO", "e": "AH", "i": "IY", "u": "UW",
    "v": "UW", "ü": "UW", "ai": "AY", "ei": "EY", "ao": "AW", "ou": "OW", "an": "AA N",
    "en": "AH N", "ang": "AA NG", "eng": "AH NG", "ong": "UH NG", "er": "ER", "ia": "Y AA",
    "ie": "Y EH", "iao": "Y AW", "iu": "Y OW", "ian": "Y EH N", "in": "IY N", "iang": "Y AA NG",
    "ing": "IY NG", "iong": "Y UH NG", "ua": "W AA", "uo": "W AO", "uai": "W AY", "ui": "W EY",
    "uan": "W AA N", "un": "W AH N", "uang": "W AA NG", "ue": "Y EH", "ve": "Y EH",
}
ROMANISED = {
    "a": "AA", "i": "IY", "u": "UW", "e": "EH", "o": "OW", "ae": "EH", "eo": "AH", "eu": "UH",
    "oe": "W EH", "wi": "W IY", "weo": "W AH", "yi": "UH IY", "yeo": "Y AH", "k": "K", "s": "S",
    "sh": "SH", "si": "S IY", "t": "T", "n": "N", "h": "HH", "m": "M", "y": "Y", "r": "R", "l": "L",
    "w": "W", "g": "G", "z": "Z", "d": "D", "b": "B", "p": "P", "j": "JH", "c": "CH", "v": "V",
    "ti": "CH IY", "tu": "T S UW", "hu": "F UW", "zi": "JH IY", "ng": "NG", "gg": "K", "dd": "T",
    "bb": "P", "ss": "S", "jj": "CH", "lh": "L", "lg": "L", "nh": "N", "nj": "N", "bs": "P",
    "gs": "K",
}
# fmt: on


def latin(word: str, language: str) -> str:
    """The word in Latin letters, as the tables of this module read them.

    Letters that it does not know stay as they are.
    """
    if language[:2] == "zh":
        from pypinyin import lazy_pinyin  # 0.1 s to import

        return "".join(lazy_pinyin(word))
    return "".join(map(_named, unicodedata.normalize("NFC", word)))


def _named(letter: str) -> str:
    name = unicodedata.name(letter, "")
    if name.startswith(("HANGUL SYLLABLE", "HIRAGANA LETTER", "KATAKANA LETTER")):
        return name.rsplit(" ", 1)[-1].lower()
    return "" if letter in "ーｰ" else letter
