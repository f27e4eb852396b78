"""How a written word may be said; without it "2018", "NZQA" and "$300" would have no sound.

Every reading counts: a reader says "twenty eighteen" or "two thousand and eighteen", the screen
shows what is written. Pure.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence

from pipeline.captions.words.numbers import MOST_READINGS, Words, distinct, number_ways, said
from pipeline.captions.words.spoken_tables import (
    ABBREVIATIONS,
    AND,
    CURRENCIES,
    LETTER_NAMES,
    MAGNITUDES,
    PERCENT,
    ROMAN,
    SIGNS,
    SUFFIXES,
)

_LETTER = (
    r"(?:[^\W\d_][\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    r"\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
    r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*)"
)
"""A letter with the marks that belong to it: Python's own class leaves out the vowel signs of
Hindi, Thai and Hebrew.
"""
_PIECE = re.compile(
    r"\d{1,3}(?:[,.'\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,:]\d+)*|(?:[^\W\d_]\.){2,}|"
    rf"{_LETTER}+(?:'{_LETTER}+)*|[%‰&+=@°#/€£¥$₹]"
)


_MONEY = re.compile(
    r"(?P<front>[$€£¥₹])\s?(?P<sum>\d[\d.,]*\d|\d)(?P<times>bn|[kmb](?!\w))?"
    r"|(?P<number>\d[\d.,]*\d|\d)\s?(?P<back>[$€£¥₹])"
)


def is_magnitude(written: str, language: str) -> bool:
    """Whether a word says how many noughts a sum before it has: "million"."""
    return written.lower().strip('.,;:!?)"”') in MAGNITUDES.get(language[:2], ())


def readings(
    written: str, language: str, before_magnitude: bool = False, after: str = ""
) -> tuple[Words, ...]:
    """All ways to say one written word, the likeliest first; none for a mark alone.

    In "$300 million" the unit is said after the magnitude: ``before_magnitude`` leaves it out of
    "$300", and ``after``, the word before, brings it behind "million".
    """
    tongue = language[:2]
    plain = unicodedata.normalize("NFKC", written).replace("’", "'").replace("ʼ", "'")
    known = ABBREVIATIONS.get(tongue, {}).get(plain.lower().strip(',;:()"“”[]*'))
    if known:
        return tuple(tuple(way.split()) for way in known)
    unit = _unit_before(after, tongue)
    money = _sum_of_money(plain, language, before_magnitude)
    ways = money if money else _pieces(plain, language)
    return tuple((*way, *unit) for way in ways)


def _unit_before(written: str, tongue: str) -> Words:
    found = re.match(r"[^\w]*?([$€£¥₹])\d", written)
    return tuple(CURRENCIES.get(tongue, CURRENCIES["en"])[found[1]][1].split()) if found else ()


def _sum_of_money(plain: str, language: str, before_magnitude: bool) -> list[Words]:
    tongue = language[:2]
    found = _MONEY.search(plain)
    if not found:
        return []
    sign, amount = found["front"] or found["back"], found["sum"] or found["number"]
    one, many = CURRENCIES.get(tongue, CURRENCIES["en"])[sign]
    times = SUFFIXES.get(tongue, {}).get(found["times"] or "", "")
    alone = amount == "1" and not times
    named = one if alone else many
    unit = () if before_magnitude else tuple(named.split())
    ways = [(*way, *times.split(), *unit) for way in number_ways(amount, language)]
    cents = re.fullmatch(r"(\d[\d,]*)\.(\d\d)", amount)
    if cents and tongue == "en":
        small = number_ways(str(int(cents[2])), language)[:1]
        for whole, part in itertools.product(number_ways(cents[1], language)[:2], small):
            ways += [(*whole, *unit, *part), (*whole, *unit, "and", *part, "cents")]
    return distinct(ways)


def without_unit(written: str, after: Sequence[str], language: str) -> str:
    """A sum of money without its sign where the words ``after`` it say its unit: "$50" before
    "million dollars".
    """
    found = _MONEY.search(written)
    following = after[1:] if after and is_magnitude(after[0], language) else after
    if not found or not following:
        return written
    sign = found["front"] or found["back"]
    units = CURRENCIES.get(language[:2], CURRENCIES["en"])[sign]
    said_besides = following[0].lower().strip('.,;:!?)"”') in units
    return written.replace(sign, "").strip() if said_besides else written


def _pieces(plain: str, language: str) -> tuple[Words, ...]:
    """The readings of a word's pieces, every one with every other."""
    found = list(_PIECE.finditer(plain))
    parts = [ways for i in range(len(found)) for ways in _piece(plain, found, i, language)]
    ways = (tuple(itertools.chain(*way)) for way in itertools.product(*parts))
    return tuple(way for way in distinct(itertools.islice(ways, 60)) if way)[:MOST_READINGS]


def _piece(
    plain: str, found: Sequence[re.Match[str]], i: int, language: str
) -> list[Sequence[Words]]:
    """The ways to say piece ``i``, after those of what joins it to the piece before."""
    tongue, piece, start = language[:2], found[i][0], found[i].start()
    last = found[i - 1][0] if i else ""
    between = plain[found[i - 1].end() : start] if i else ""
    if piece[0].isdigit():
        following = found[i + 1] if i + 1 < len(found) else None
        tail = following[0] if following and following.start() == found[i].end() else ""
        ranges = between in ("-", "–") and last[0].isdigit()
        return [*_joint("to", ranges, tongue), _with_tail(piece, tail, language)]
    touching = i > 0 and plain[start - 1].isdigit()
    if touching and _tail_taken(last, piece, tongue):
        return []
    if piece in SIGNS.get(tongue, SIGNS["en"]) or piece in "%‰&":
        return [_sign(piece, tongue)]
    if not piece[0].isalpha():
        return []
    in_address = between in (".", "_") and plain[start - 2].isalnum()  # nzqa.govt.nz
    return [*_joint("dot", in_address, tongue), _word(piece, language)]


def _joint(word: str, said_here: bool, tongue: str) -> list[Sequence[Words]]:
    """A mark between two pieces, which may be said in English."""
    if not said_here:
        return []
    return [[(word,), ()] if tongue == "en" else [()]]


def _sign(piece: str, tongue: str) -> list[Words]:
    if piece in "%‰":
        return [tuple(PERCENT.get(tongue, "percent").split())]
    if piece == "&":
        return [(AND.get(tongue, "and"),)]
    return [tuple(way.split()) for way in SIGNS.get(tongue, SIGNS["en"])[piece]]


def _word(piece: str, language: str) -> list[Words]:
    """A word of letters: one in capitals, or with two of them, is also spelled out."""
    tongue, bare = language[:2], piece.replace(".", "")
    lower = piece.lower().strip(".")
    if re.fullmatch(r"(?:[^\W\d_]\.){2,}", piece):
        return [_letters(bare, tongue), (bare.lower(),)]
    plural = re.fullmatch(r"([A-Z]{2,6})'?s", piece)
    if plural and tongue == "en":
        spelled_s = f"{plural[1][-1].lower()}'s"
        return [(*_letters(plural[1][:-1], tongue), spelled_s), (lower.replace("'", ""),)]
    capitals = sum(letter.isupper() for letter in piece)
    if capitals >= 2 and len(piece) <= 6 and piece.isalpha():
        spelled = _letters(piece, tongue)
        vowels = len(re.findall("[AEIOUÁÉÍÓÚ]", piece.upper()))
        ways = [spelled, (lower,)] if vowels * 3 < len(piece) else [(lower,), spelled]
        return ways + ([(ROMAN[piece],)] if tongue == "en" and piece in ROMAN else [])
    return [(lower,)]


def _letters(word: str, tongue: str) -> Words:
    names = LETTER_NAMES.get(tongue)
    if names is None:
        return tuple(word.lower())
    spelled = (names.get(letter, letter) for letter in word.lower())
    return tuple(name for names_of_letter in spelled for name in names_of_letter.split())


_TAILS = ("st", "nd", "rd", "th", "s", "bn", "k", "m")


def _tail_taken(number: str, tail: str, tongue: str) -> bool:
    return tongue == "en" and tail.lower() in _TAILS and number[0].isdigit()


def _with_tail(number: str, tail: str, language: str) -> list[Words]:
    """A number with what stands right behind it: 1st, 1990s, 5k."""
    if language[:2] != "en" or not _tail_taken(number, tail, "en"):
        return number_ways(number, language)
    tail = tail.lower()
    if tail in ("st", "nd", "rd", "th"):
        return [said(int(re.sub(r"\D", "", number)), language, "ordinal")]
    if tail == "s":
        return [(*way[:-1], _plural(way[-1])) for way in number_ways(number, language)]
    return [(*way, SUFFIXES["en"][tail]) for way in number_ways(number, language)]


def _plural(word: str) -> str:
    if word.endswith("y"):
        return word[:-1] + "ies"
    return f"{word}es" if word.endswith("x") else f"{word}s"
