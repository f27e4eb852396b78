"""How a written number may be said; without it "2018" would only be two thousand and eighteen.

Each way is the words that are spoken, in order. The likeliest comes first.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from functools import cache
from typing import Literal

from pipeline.captions.words.spoken_tables import LETTER_NAMES

Words = tuple[str, ...]
Naming = Literal["cardinal", "ordinal", "year"]
MOST_READINGS = 12
_MOST_DIGITS = 15
_WITH_COMMAS = ("en", "zh", "ja", "ko", "hi", "th")
"""Languages that part thousands by commas, and decimals by a point."""


def distinct(ways: Iterable[Words]) -> list[Words]:
    """Each way once, in order, and not too many."""
    return list(dict.fromkeys(ways))[:MOST_READINGS]


def number_ways(number: str, language: str) -> list[Words]:
    """All ways to say a number: with and without "and", as a year, by hundreds, pairs or digits."""
    tongue, plain = language[:2], _with_a_point(number, language)
    if not re.fullmatch(r"\d+(\.\d+)?", plain) or len(plain) > _MOST_DIGITS:
        return _piece_by_piece(plain, language)
    whole, _, decimals = plain.partition(".")
    if decimals:
        return _decimal(whole, decimals, language)
    by_digits = _by_digits(whole, language)
    if len(whole) > 1 and whole[0] == "0":
        return [by_digits, *_with_oh(by_digits, tongue)]
    ways = [said(int(whole), language)]
    unmarked = number == whole
    if tongue == "en":
        ways = _english(int(whole), unmarked, ways[0])
    elif tongue in ("de", "fr", "ru") and unmarked and re.fullmatch(r"1[1-9]\d\d", whole):
        ways.append(said(int(whole), language, "year"))
    return distinct([*ways, by_digits] if len(whole) > 3 else ways)


def said(number: int, language: str, to: Naming = "cardinal") -> Words:
    """The words of a whole number, as its language counts, orders, or dates by it."""
    if language[:2] == "zh":
        return tuple(_chinese(number) if number else "零")
    return tuple(re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", _call(number, language, to).lower()))


def is_number(word: str, language: str) -> bool:
    """Whether a word has a digit or is what a number is called. One is an article too."""
    bare = word.strip(".,;:!?…").casefold()
    return any(letter.isdigit() for letter in word) or bare in _called(language)


@cache
def _called(language: str) -> frozenset[str]:
    """The numbers that are a single word."""
    ways = (said(number, language) for number in (*range(2, 101), 1000))
    return frozenset(way[0] for way in ways if len(way) == 1)


def _piece_by_piece(plain: str, language: str) -> list[Words]:
    """A date, a time or a version; digit by digit where it is one very long number."""
    pieces = re.findall(r"\d+", plain)
    if len(pieces) < 2:
        return [_by_digits("".join(pieces), language)]
    parts = itertools.product(*(number_ways(piece, language)[:3] for piece in pieces))
    joined = [tuple(itertools.chain(*way)) for way in itertools.islice(parts, 6)]
    if language[:2] == "en" and re.fullmatch(r"\d\d?:00", plain):
        return [*joined, (*said(int(pieces[0]), language), "o'clock")]
    return joined


def _by_digits(digits: str, language: str) -> Words:
    return tuple(word for digit in digits for word in said(int(digit), language))


def _with_oh(by_digits: Words, tongue: str) -> list[Words]:
    """ "oh oh seven", in English."""
    if tongue != "en":
        return []
    return [tuple("oh" if word == "zero" else word for word in by_digits)]


def _english(number: int, unmarked: bool, full: Words) -> list[Words]:
    """``unmarked``: it is written without commas, as years are."""
    without_and = tuple(word for word in full if word != "and")
    ways = [full, without_and]
    if unmarked and 1100 <= number <= 2099 and not 2000 <= number < 2010:
        ways = [_year(number), *ways]
    high, low = divmod(number, 100)
    hundreds = (*said(high, "en"), "hundred")
    if 10 < high < 100 and high % 10 and low:
        ways += [(*hundreds, *said(low, "en")), (*hundreds, "and", *said(low, "en"))]
    elif 10 < high < 100 and high % 10:
        ways.append(hundreds)
    if 100 < number < 1000 and low:
        ways.append((*said(high, "en"), *_last_two(low)))
    if number in (100, 1000, 1_000_000):
        ways.append(("a", *full[1:]))
    return ways


def _year(number: int) -> Words:
    high, low = divmod(number, 100)
    return (*said(high, "en"), *(_last_two(low) if low else ("hundred",)))


def _last_two(low: int) -> Words:
    """ "oh five", "twenty one"."""
    return ("oh", *said(low, "en")) if low < 10 else said(low, "en")


def _decimal(whole: str, decimals: str, language: str) -> list[Words]:
    if language[:2] != "en":
        plain = f"{whole}.{decimals}"
        called = re.findall(r"[^\W\d_]+", _call(float(plain), language, "cardinal").lower())
        return [tuple(called) if called else tuple(plain.replace(".", ""))]
    by_digits = _by_digits(decimals, language)
    front = said(int(whole), language)
    nothing: list[Words] = [(), ("nought",), ("oh",)] if int(whole) == 0 else []
    ways = [(*before, "point", *by_digits) for before in (front, *nothing)]
    if len(decimals) == 2 and decimals[0] != "0":
        pair = said(int(decimals), language)
        ways += [(*front, "point", *pair), (*front, *pair)]
    return ways


def _call(number: float, language: str, to: Naming) -> str:
    from num2words import num2words

    for name in (language.replace("-", "_"), language[:2]):
        try:
            return str(num2words(number, lang=name, to=to))
        except (NotImplementedError, ValueError, OverflowError, TypeError, KeyError):
            continue
    names = LETTER_NAMES.get(language[:2], {})
    return " ".join(names.get(digit, digit) for digit in str(number))


def _chinese(number: int) -> str:
    """A number in Chinese characters; none for 0."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            return _chinese(number // size) + name + _chinese(number % size)
    digits, units = "零一二三四五六七八九", ("千", "百", "十", "")
    written = str(number).rjust(4)
    shown = "".join(
        digits[int(digit)] + (unit if digit != "0" else "")
        for digit, unit in zip(written, units, strict=True)
        if digit != " "
    )
    without_noughts = re.sub("零+", "零", shown).rstrip("零")
    return without_noughts.removeprefix("一") if 10 <= number < 20 else without_noughts


def _with_a_point(number: str, language: str) -> str:
    """Commas and points as Python writes numbers.

    1,250 is 1250 everywhere, 1.250 is so outside English, 3,5 is 3.5 there.
    """
    number = re.sub("['’\u202f]", "", number)
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number):
        return number.replace(",", "")
    if language[:2] in _WITH_COMMAS:
        return number
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", number):
        number = number.replace(".", "")
    return number.replace(",", ".")
