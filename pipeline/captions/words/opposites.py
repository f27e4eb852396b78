"""Tells two words that look and sound alike and mean something else; without it "impossible" would
pass for "possible" misheard, and a script's old date for the one that was said.
"""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz.distance import Prefix

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
_CONTRACTED = re.compile(r"n['’]t$|^n['’](?=\w)", re.IGNORECASE)


def opposed(written: str, said: str, language: str) -> bool:
    """Whether one turns round what the other says (can, cannot; möglich, unmöglich), or both are
    days, months or countries, and not the same one.
    """
    if _negations(written) != _negations(said):
        return True
    one, other = letters_of(written), letters_of(said)
    shorter, longer = sorted((one, other), key=len)
    if _SHORTEST <= len(shorter) < len(longer) and longer.endswith(shorter):
        return True
    known = _known(language)
    return one != other and one in known and other in known


def forms_of_one(written: str, said: str) -> bool:
    """Whether two words differ in their endings alone."""
    one, other = letters_of(written), letters_of(said)
    longest, same = max(len(one), len(other)), Prefix.similarity(one, other)
    return same >= LEAST_STEM * longest and longest - same <= LONGEST_ENDING


def _negations(text: str) -> int:
    return sum(
        letters_of(word) in _NOT or bool(_CONTRACTED.search(word.strip(".,;:!?…")))
        for word in text.split()
    )


@cache
def _known(language: str) -> frozenset[str]:
    """The days, months and countries of a language, from Unicode's CLDR."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return frozenset()
    named = [
        *locale.days["format"]["wide"].values(),
        *locale.months["format"]["wide"].values(),
        *locale.territories.values(),
    ]
    return frozenset(letters_of(name) for name in named)
