"""Tells two words that look and sound alike and mean something else; without it "impossible" would
pass for "possible" misheard, and a script's old date for the one that was said.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.captions.words.numbers import is_number
from pipeline.captions.words.sounds import letters_of

LEAST_STEM, LONGEST_ENDING = 0.6, 3
"""Forms of one word begin alike for so much of the longer one, and differ in so many letters behind
that: colleges, college; but not Tuesday, Thursday."""
_SHORTEST = 3
"""Letters of a word that another one ends with: of shorter ones Whisper is sure and wrong, ``at``
for that."""

# fmt: off
_NOT = frozenset({
    "not", "no", "never", "cannot", "nor", "without",
    "nicht", "nie", "niemals", "kein", "keine", "keinen", "keiner", "keinem", "keines", "ohne",
    "nunca", "jamas", "sin", "ningun", "ninguna",
    "ne", "pas", "jamais", "sans", "aucun", "aucune",
    "non", "mai", "senza", "nessun", "nessuna",
    "nao", "sem", "nenhum", "nenhuma",
    "niet", "geen", "nooit", "zonder", "inte", "aldrig", "ikke", "utan", "uden", "uten",
})
# fmt: on
"""Words that turn a sentence round, as ``letters_of`` writes them."""
# fmt: off
_BEFORE_A_STEM = frozenset({
    "in", "im", "en", "em", "ex", "de", "des", "dis", "re", "pre", "pro", "post", "contra", "anti",
    "sub", "super", "inter", "intra", "extra", "hyper", "hypo", "macro", "micro", "maxi", "mini",
    "mono", "multi", "up", "down", "over", "under", "out", "on", "off",
    "ab", "an", "auf", "aus", "be", "bei", "ein", "ent", "er", "fort", "gegen", "her", "hin",
    "hinter", "mit", "nach", "neben", "ober", "uber", "um", "unter", "ver", "vor", "weg", "wieder",
    "zer", "zu", "zuruck",
})
_DIRECTIONS = {
    "en": "north south east west northern southern eastern western left right",
    "de": "nord sud ost west norden suden osten westen links rechts",
    "es": "norte sur este oeste izquierda derecha",
    "fr": "nord sud est ouest gauche droite",
    "it": "nord sud est ovest sinistra destra",
    "pt": "norte sul este leste oeste esquerda direita",
}
_PERSONS = frozenset({"he", "she", "er", "sie", "il", "elle", "el", "ella", "lui", "lei", "ele",
                      "ela"})
_BEFORE_A_NOUN = frozenset({
    "a", "an", "the", "this", "that", "these", "those", "our", "your", "their", "his", "her", "its",
    "my", "no", "some", "any", "each", "every", "all",
    "am", "im", "ins", "vom", "beim", "zum", "zur", "der", "die", "das", "den", "dem", "des",
    "alle", "allen", "aller", "viele", "vielen", "keine", "keinen",
    *(stem + ending for stem in ("ein", "kein", "mein", "dein", "sein", "ihr", "unser", "unsr",
                                 "euer", "eur", "dies", "jed", "jen", "welch", "solch", "manch")
      for ending in ("", "e", "en", "em", "er", "es")),
    "el", "la", "los", "las", "un", "una", "le", "les", "une", "il", "lo", "gli", "i", "o", "os",
    "as", "um", "uma",
})
# fmt: on
_SHORTEST_STEM = 4
_VOWELS = frozenset("aeiouy")
_CONTRACTED = re.compile(r"n['’]t$|^n['’](?=\w)", re.IGNORECASE)


def says_another(written: str, said: str, language: str) -> bool:
    """Whether there is a number in one of them, or one turns round what the other says."""
    numbers = any(is_number(part, language) for part in f"{written} {said}".split())
    return numbers or opposed(written, said, language)


def opposed(written: str, said: str, language: str) -> bool:
    """Whether one turns round what the other says (can, cannot; möglich, unmöglich), has another
    prefix before the same stem (increase, decrease; Einfuhr, Ausfuhr), or both are days, months,
    countries or directions, and not the same one.
    """
    if _negations(written) != _negations(said):
        return True
    one, other = letters_of(written), letters_of(said)
    shorter, longer = sorted((one, other), key=len)
    if _SHORTEST <= len(shorter) < len(longer) and longer.endswith(shorter):
        return _is_prefix(longer.removesuffix(shorter), language)
    from rapidfuzz.distance import Postfix

    same = Postfix.similarity(one, other)
    if same >= _SHORTEST_STEM and {one[:-same], other[:-same]} <= _BEFORE_A_STEM:
        return one != other
    known = _known(language)
    return one != other and one in known and other in known


def _is_prefix(letters: str, language: str) -> bool:
    """Whether they can make another word of the one that they stand before: not ``r`` of recht,
    which was heard as "echt".
    """
    return bool(_VOWELS & set(letters)) or (language[:2] == "it" and letters == "s")


def of_other_persons(written: str, said: str) -> bool:
    """Whether they speak of somebody else: he, she."""
    one, other = letters_of(written), letters_of(said)
    return one != other and {one, other} <= _PERSONS


def a_noun_follows(before: str, last: str) -> bool:
    """Whether what has a capital after ``before`` and ``last``, the two words before it, is a noun
    and no person's name: ``the North``, ``die starke Zunahme``.
    """
    if letters_of(last) in _BEFORE_A_NOUN:
        return last.isalpha()
    return last.isalpha() and last.islower() and letters_of(before) in _BEFORE_A_NOUN


def forms_of_one(written: str, said: str) -> bool:
    """Whether two words differ in their endings alone."""
    one, other = letters_of(written), letters_of(said)
    from rapidfuzz.distance import Prefix

    longest, same = max(len(one), len(other)), Prefix.similarity(one, other)
    return same >= LEAST_STEM * longest and longest - same <= LONGEST_ENDING


def _negations(text: str) -> int:
    return sum(
        letters_of(word) in _NOT or bool(_CONTRACTED.search(word.strip(".,;:!?…")))
        for word in text.split()
    )


@cache
def _known(language: str) -> frozenset[str]:
    """The days, months and countries of a language, from Unicode's CLDR, and the directions."""
    from babel import Locale, UnknownLocaleError

    directions = _DIRECTIONS.get(language[:2], "").split()
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return frozenset(directions)
    named = [
        *locale.days["format"]["wide"].values(),
        *locale.months["format"]["wide"].values(),
        *locale.territories.values(),
    ]
    return frozenset((*directions, *(letters_of(name) for name in named)))
