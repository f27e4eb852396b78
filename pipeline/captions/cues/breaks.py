"""Says how good a place is to break a line or a caption; without it a caption would end on "the".

One judgement serves everybody: the search for the best captions prices it, the checks report it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pipeline.captions.cues.grammar import (
    CURRENCIES,
    NEVER_END,
    SELDOM_END,
    UNITS,
    grammar_of,
)

Fault = Literal["number", "title", "name", "article", "preposition", "conjunction", "auxiliary"]
"""What a break would part from its word, worst first: ``number`` also a number from its unit,
``auxiliary`` also "not" and a subject pronoun.
"""

SENTENCE, CLAUSE, COMMA, PAUSE, BEFORE_CONJUNCTION, BEFORE_PREPOSITION, BETWEEN_WORDS = range(1, 8)
"""Where to break, best first."""

PAUSE_MS = 200
_OPENING = "\"'“„‚‘«‹([{¿¡<「『（【《〈"
_CLOSING = "\"'”’»›)]}>」』）】》〉"
_SENTENCE_MARKS = ".!?…。！？｡؟۔।॥"
_CLAUSE_MARKS = ";:—–；：؛"
# fmt: off
_ORDINALS = {
    "da", "de", "et", "fi", "hr", "hu", "is", "lv", "nb", "nn", "no", "pl", "cs", "sk", "sl", "sr",
    "tr",
}
# fmt: on
"""Languages that write "3." for "third"."""
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_COMMAS = ",、，､،"


@dataclass(frozen=True)
class Place:
    """The place before a word: its rank from 1 (best) to 7, and what a break here would part."""

    rank: int
    fault: Fault | None


@dataclass(frozen=True, eq=False)
class _Kind:
    """What one written word is, whatever its neighbours.

    ``mark`` is the rank of the mark it ends with, 0 for none. Compared by identity, since ``_kind``
    keeps them: hashing 18 fields for each place cost more than judging it.
    """

    bare: str
    mark: int
    full_stop: bool
    capital: bool
    opens: bool
    digits: bool
    initial: bool
    ordinal: bool
    never_ends: bool
    seldom_ends: bool
    title: bool
    number: bool
    unit: bool
    currency: bool
    determiner: bool
    preposition: bool
    loose: bool
    conjunction: bool
    auxiliary: bool
    joins_numbers: bool
    numbered: bool

    @property
    def small(self) -> bool:
        """A word that holds others together: "the", "of", "and", "is"."""
        return self.determiner or self.preposition or self.conjunction or self.auxiliary

    @property
    def spelled(self) -> bool:
        """A number in letters: "twelve"."""
        return self.number and not self.digits


def places(texts: Sequence[str], pauses_ms: Sequence[int], language: str) -> tuple[Place, ...]:
    """The place before each word; ``pauses_ms`` are the silences before each.

    The first place is a sentence's end.
    """
    base = language.lower().split("-")[0]
    kinds = [_kind(text, base) for text in texts]
    found = [_END]
    for i in range(1, len(kinds)):
        before, after = kinds[i - 1], kinds[i]
        if _ends(before, after):
            found.append(_END)
            continue
        begins, paused = found[-1] is _END, pauses_ms[i] > PAUSE_MS
        found.append(_place(before, after, begins, paused, _in_number(kinds, i)))
    return tuple(found)


_END = Place(SENTENCE, None)


def _ends(word: _Kind, following: _Kind) -> bool:
    """Whether a sentence ends: "Dr." and "e.g." end none, "p.m." only before a capital letter."""
    if word.mark != SENTENCE:
        return False
    if not word.full_stop:
        return True
    if word.never_ends or word.title:
        return False
    if word.initial or (word.ordinal and following.unit):  # "J. Smith", "am 3. Mai"
        return False
    return following.capital or not (word.seldom_ends or word.ordinal)


@lru_cache(maxsize=65536)
def _place(before: _Kind, after: _Kind, begins: bool, paused: bool, in_number: bool) -> Place:
    """``begins``: ``before`` is the first word of its sentence; its capital says nothing."""
    if in_number:
        return Place(BETWEEN_WORDS, "number")
    fault = _fault(before, after, begins)
    if before.mark > SENTENCE:
        return Place(before.mark, None)
    if paused:
        return Place(PAUSE, fault)
    if after.conjunction:
        return Place(BEFORE_CONJUNCTION, fault)
    if after.preposition and not after.loose:
        return Place(BEFORE_PREPOSITION, fault)
    return Place(BETWEEN_WORDS, fault)


def _fault(before: _Kind, after: _Kind, begins: bool) -> Fault | None:
    if before.mark > SENTENCE:
        return None
    if before.title and after.capital:
        return "title"
    if before.numbered and after.digits:
        return "name"
    short_auxiliary = after.auxiliary and len(after.bare) < 5
    names = before.capital and after.capital and not after.opens
    if names and not before.small and not short_auxiliary:
        return "name"
    counts = before.number and not _YEAR.fullmatch(before.bare) and not after.small
    if before.determiner or counts:  # "twelve | people"
        return "article"
    if before.preposition:
        return "preposition"
    if before.conjunction:
        return "conjunction"
    return "auxiliary" if before.auxiliary else None


def _in_number(kinds: Sequence[_Kind], i: int) -> bool:
    """Whether a number, or a number and its unit, lies across the place before word ``i``."""
    before, after = kinds[i - 1], kinds[i]
    if before.mark > SENTENCE:
        return False
    if (before.number and (after.number or after.unit)) or (before.currency and after.digits):
        return True
    if before.unit and after.digits and _YEAR.fullmatch(after.bare):  # "September 2021"
        return True
    earlier = kinds[i - 2] if i > 1 else None
    if before.bare in ("per", "por", "pour") and after.unit and earlier and earlier.number:
        return True
    if before.joins_numbers and after.spelled and earlier and earlier.spelled:
        return True
    following = kinds[i + 1] if i + 1 < len(kinds) else None
    joins = after.joins_numbers and following is not None and following.spelled
    return joins and before.spelled


@lru_cache(maxsize=65536)
def _kind(text: str, language: str) -> _Kind:
    grammar = grammar_of(language)
    core = text.strip().rstrip(_CLOSING).lstrip(_OPENING)
    lower = core.lower().replace("’", "'")
    bare = lower.rstrip(_SENTENCE_MARKS + _CLAUSE_MARKS + _COMMAS + " -") or lower
    letters = re.sub(r"^\W+", "", core)
    digits = bool(re.match(r"[-+±~≈<>]?[^\w\s]?(?:[a-z]{1,2}\$)?\d", lower))
    return _Kind(
        bare=bare,
        mark=_mark(core),
        full_stop=core.endswith(".") and not core.endswith(".."),
        capital=letters[:1].isupper() or letters[:1].istitle(),
        opens=text.strip()[:1] in _OPENING and bool(text.strip()),
        digits=digits,
        initial=len(bare) == 1 and bare != "i" and core[:1].isupper(),
        ordinal=language in _ORDINALS and re.fullmatch(r"\d{1,2}", bare) is not None,
        never_ends=lower in NEVER_END,
        seldom_ends=lower in SELDOM_END,
        title=lower in grammar.titles and (lower.endswith(".") or core[:1].isupper()),
        number=digits or bare in grammar.numbers,
        unit=bare in grammar.units or bare in UNITS or lower in UNITS,
        currency=lower in CURRENCIES,
        determiner=bare in grammar.determiners,
        preposition=bare in grammar.prepositions,
        loose=bare in grammar.loose,
        conjunction=bare in grammar.conjunctions,
        auxiliary=bare in grammar.auxiliaries,
        joins_numbers=bare in grammar.joins_numbers,
        numbered=bare in grammar.numbered,
    )


def _mark(core: str) -> int:
    last = core[-1:]
    if not last:
        return 0
    if last in _SENTENCE_MARKS:
        return SENTENCE
    if last in _CLAUSE_MARKS:
        return CLAUSE
    return COMMA if last in _COMMAS else 0
