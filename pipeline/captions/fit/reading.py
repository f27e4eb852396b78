"""All the ways a script can be read aloud, and the language model made of them.

Without it the recogniser would not know what to listen for. The ways are one line of places. A
place is one spoken word of one reading of one token. Readings of a token stand one after another in
the line; what may follow what is said by ``Reading.after``. Pure.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.captions.words.script import Token

HELD_BACK = 0.15
"""Share of each context's probability that is left for words which do not follow there in the
script: skips, repeats.
"""


@dataclass(frozen=True)
class Place:
    """One spoken word: of which token, and whether it begins and ends the token's reading."""

    word: str
    token: int
    begins: bool
    ends: bool


@dataclass(frozen=True)
class Reading:
    """A script as places, in order of its tokens.

    ``trust``: how far what is heard of it is believed (1: English).
    """

    tokens: tuple[Token, ...]
    places: tuple[Place, ...]
    trust: float = 1.0

    @cached_property
    def begins_of(self) -> tuple[tuple[int, ...], ...]:
        """For each token, the places at which its readings begin."""
        found: list[list[int]] = [[] for _ in self.tokens]
        for number, place in enumerate(self.places):
            if place.begins:
                found[place.token].append(number)
        return tuple(map(tuple, found))

    @cached_property
    def words_a_place(self) -> float:
        """What a place is worth in words of a language with spaces: 2/3 for a Chinese character."""
        letters = sum(len(place.word) for place in self.places)
        return 1.0 if letters > 1.5 * len(self.places) else 2 / 3

    @cached_property
    def after(self) -> tuple[tuple[int, ...], ...]:
        """For each place, those that may be read next; over a heading that may be left out, too."""
        return tuple(
            self._first(place.token + 1) if place.ends else (number + 1,)
            for number, place in enumerate(self.places)
        )

    def _first(self, token: int) -> tuple[int, ...]:
        if token >= len(self.tokens):
            return ()
        here, optional = self.begins_of[token], self.tokens[token].optional
        if optional is None or (token and self.tokens[token - 1].optional == optional):
            return here
        while token < len(self.tokens) and self.tokens[token].optional == optional:
            token += 1
        return here + self._first(token)


FOREIGN_TRUST = 0.6
"""With 1, an aside in Hindi passed for words further on, and 19 words were shown twice, 9 s off."""


def read(tokens: Sequence[Token], language: str = "en") -> Reading:
    """The places of ``tokens``, every reading of each."""
    places = tuple(
        Place(word, number, i == 0, i == len(said) - 1)
        for number, token in enumerate(tokens)
        for said in token.readings
        for i, word in enumerate(said)
    )
    english = language.split("-")[0] == "en"
    return Reading(tuple(tokens), places, 1.0 if english else FOREIGN_TRUST)


_Grams = dict[tuple[str, ...], float]


def trigram_model(reading: Reading) -> str:
    """The script as a trigram model in ARPA form.

    Words carry an underscore: the English dictionary has the same ones. Every reading counts as
    much as any other; ``HELD_BACK`` lets a reader leave out, repeat and change.
    """
    words = [place.word for place in reading.places]
    ones: _Grams = defaultdict(float)
    twos: _Grams = defaultdict(float)
    threes: _Grams = defaultdict(float)
    for number, word in enumerate(words):
        ones[(word,)] += 1
        for following in reading.after[number]:
            twos[(word, words[following])] += 1
            for third in reading.after[following]:
                threes[(word, words[following], words[third])] += 1
    for first in reading.begins_of[0] if reading.tokens else ():
        twos[("<s>", words[first])] += 1
    total = sum(ones.values())
    single = {gram: 0.98 * count / total for gram, count in ones.items()} | {("</s>",): 0.02}
    double, triple = _conditional(twos), _conditional(threes)
    backoffs = [_left_over(double, single), _left_over(triple, double)]
    return _arpa([{("<s>",): 1e-99} | single, double, triple], backoffs)


def _conditional(counts: _Grams) -> _Grams:
    totals: _Grams = defaultdict(float)
    for gram, count in counts.items():
        totals[gram[:-1]] += count
    return {gram: (1 - HELD_BACK) * count / totals[gram[:-1]] for gram, count in counts.items()}


def _left_over(grams: _Grams, shorter: _Grams) -> _Grams:
    """By how much the shorter context counts where a context has no such word.

    So all adds up to one.
    """
    taken: _Grams = defaultdict(float)
    for gram in grams:
        taken[gram[:-1]] += shorter.get(gram[1:], 0.0)
    return {context: HELD_BACK / max(1e-3, 1 - mass) for context, mass in taken.items()}


def _arpa(grams: list[_Grams], backoffs: list[_Grams]) -> str:
    lines = ["\\data\\", *(f"ngram {size}={len(known)}" for size, known in enumerate(grams, 1)), ""]
    for size, known in enumerate(grams, 1):
        lines.append(f"\\{size}-grams:")
        weights = backoffs[size - 1] if size <= len(backoffs) else {}
        for gram in sorted(known):
            weight = f"\t{math.log10(weights.get(gram, 1.0)):.4f}" if size <= len(backoffs) else ""
            lines.append(f"{math.log10(known[gram]):.4f}\t{' '.join(map(_named, gram))}{weight}")
        lines.append("")
    return "\n".join([*lines, "\\end\\", ""])


def _named(word: str) -> str:
    return word if word in ("<s>", "</s>") else f"_{word}"
