"""Which language words look like; without it English words would pass for a Spanish speech.

Letters first, then the small words that every sentence needs. It answers only when it is clear.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Sequence

from pipeline.captions.words.tags import in_latin_letters, unrelated

WINDOW = 50
"""Words looked at together: fewer hold too few small words to tell (a quoted sentence stays in
peace).
"""
LEAST = 0.25
CLEARLY = 0.15
"""How large the share of another language's small words must be, and by how much larger than that
of its own. Texts in the language itself stay below 0.
"""

SMALL_WORDS = {
    "en": (
        "the of and to in is that it was for on are with as this be at have from or by we not you"
        " but they an which"
    ),
    "es": (
        "el la los las y en que es por con para una un del al se lo su como más pero no está esta"
        " este muy también son ha"
    ),
    "de": (
        "der die das und ist in zu den nicht mit von ein eine auch auf für im sich dass wir ich es"
        " sie werden sind dem des"
    ),
    "fr": (
        "le la les et des est dans une un du que pour qui sur pas avec ce il nous vous au aux sont"
        " mais ou par cette je"
    ),
    "pt": (
        "o a os as e em que é um uma do da dos das no na nos nas com para não por se mais mas ao"
        " são como também foi"
    ),
    "it": (
        "il la le gli e di che è un una del della dei delle in con per non si come anche ma sono"
        " questo al nel da più ha"
    ),
    "nl": (
        "de het een en van is dat in op te voor niet met zijn aan er ook maar wij ik je die als bij"
        " dit naar om door"
    ),
}
_SETS = {language: frozenset(words.split()) for language, words in SMALL_WORDS.items()}

# fmt: off
_LETTERS = {
    "Latn": {"LATIN"}, "Cyrl": {"CYRILLIC"}, "Grek": {"GREEK"}, "Arab": {"ARABIC"},
    "Hebr": {"HEBREW"}, "Thai": {"THAI"}, "Deva": {"DEVANAGARI"}, "Beng": {"BENGALI"},
    "Taml": {"TAMIL"}, "Telu": {"TELUGU"}, "Geor": {"GEORGIAN"}, "Armn": {"ARMENIAN"},
    "Hans": {"CJK"}, "Hant": {"CJK"}, "Jpan": {"CJK", "HIRAGANA", "KATAKANA"},
    "Kore": {"HANGUL", "CJK"},
}
# fmt: on
_IN_TWO_WRITINGS = {"sr", "bs", "uz", "az", "kk", "tk", "ku", "pa", "ms", "mn"}
# fmt: off
_ALPHABETS = {
    "CYRILLIC": "Cyrillic", "LATIN": "Latin", "GREEK": "Greek", "ARABIC": "Arabic",
    "HEBREW": "Hebrew", "CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese",
    "HANGUL": "Korean", "THAI": "Thai",
}
# fmt: on


def other_than(words: Sequence[str], language: str) -> tuple[int, str] | None:
    """Where ``words`` stop looking like ``language``, and what they look like instead.

    The place of the first word of 50, and the end of a sentence; None when they look right or
    nothing can be told.
    """
    for first in range(0, max(1, len(words) - WINDOW // 2), WINDOW):
        window = words[first : first + WINDOW]
        seen = _other_letters("".join(window), language)
        if seen is None:
            seen = _other_language(window, language)
        if seen is not None:
            return first, seen
    return None


def in_english(language: str) -> str:
    """A language's name in English."""
    import langcodes

    return str(langcodes.Language.get(language).display_name("en"))


def name_of(language: str) -> str:
    """A language's name in English, with its code: ``Spanish (es)``."""
    return f"{in_english(language)} ({language})"


def own_name(language: str) -> str:
    """A language's name in itself, as players list it: ``Deutsch``, ``Português (Brasil)``; in
    English where Unicode's CLDR has no names in that language.
    """
    # langcodes' own names of languages in all languages are 340 MB of memory and 0.7 s.
    from babel import Locale, UnknownLocaleError

    try:
        named = Locale.parse(language, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        named = None
    return (named or in_english(language)).title()


def closest(language: str, offered: Collection[str]) -> str | None:
    """The one of ``offered`` that serves readers of ``language``: itself or a variety of it (en for
    en-GB, but not zh-Hant for zh-Hans). None where there is none.
    """
    if language in offered:
        return language
    if unrelated(frozenset((language, *offered))):
        return None
    import langcodes

    # Distances are those of Unicode's CLDR: varieties are at most 5 apart, other writings 50.
    found, _ = langcodes.closest_match(language, [*offered], max_distance=5)
    return found if found in offered else None


def _other_letters(text: str, language: str) -> str | None:
    own = _own_letters(language)
    kinds = [kind for letter in text if letter.isalpha() and (kind := _kind(letter))]
    if own is None or len(kinds) < 12:
        return None
    foreign = [kind for kind in kinds if kind not in own]
    # Chinese characters are Japanese and Korean letters too.
    sure = [kind for kind in kinds if kind in ("HIRAGANA", "KATAKANA", "HANGUL")]
    not_chinese = own == {"CJK"} and len(sure) > len(kinds) / 5
    if len(foreign) <= len(kinds) / 2 and not not_chinese:
        return None
    most = max(set(foreign), key=foreign.count)
    return f"are written in {_ALPHABETS.get(most, most.capitalize())} letters"


def _own_letters(language: str) -> set[str] | None:
    if in_latin_letters(language):
        return _LETTERS["Latn"]
    import langcodes

    tag = langcodes.Language.get(language)
    if tag.language in _IN_TWO_WRITINGS and not tag.script:
        return None
    return _LETTERS.get(tag.maximize().script or "")


@functools.lru_cache(maxsize=10_000)
def _kind(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0].split("-")[0]


def _other_language(window: Sequence[str], language: str) -> str | None:
    own = _SETS.get(language.split("-")[0].lower())
    bare = [word for text in window if (word := re.sub(r"^\W+|\W+$", "", text.casefold()))]
    if own is None or len(bare) < WINDOW // 2:
        return None
    shares = {name: _share(small, bare) for name, small in _SETS.items()}
    most = max(shares, key=lambda name: shares[name])
    clear = shares[most] >= LEAST and shares[most] - _share(own, bare) >= CLEARLY
    return f"look like {name_of(most)}" if clear else None


def _share(small: Collection[str], bare: Sequence[str]) -> float:
    return sum(word in small for word in bare) / len(bare)
