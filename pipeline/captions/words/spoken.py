"""How a written word may be said; without it "2018", "NZQA" and "$300" would have no sound to look
for.

Every reading counts: a reader says "twenty eighteen" or "two thousand and eighteen", the screen
shows what is written. Pure.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence

from pipeline.captions.words.spoken_tables import (
    ABBREVIATIONS,
    AND,
    CURRENCIES,
    LETTER_NAMES,
    MAGNITUDES,
    PERCENT,
    SIGNS,
    SUFFIXES,
)

Words = tuple[str, ...]
MOST_READINGS = 12
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
    ways = _sum_of_money(plain, language, before_magnitude) or _pieces(plain, language)
    return tuple(tuple((*way, *unit) for way in ways) if unit else ways)


def _unit_before(written: str, tongue: str) -> Words:
    found = re.match(r"[^\w]*?([$€£¥₹])\d", written)
    return tuple(CURRENCIES.get(tongue, CURRENCIES["en"])[found[1]][1].split()) if found else ()


def _sum_of_money(plain: str, language: str, before_magnitude: bool) -> list[Words]:
    tongue = language[:2]
    found = re.search(
        r"(?P<front>[$€£¥₹])\s?(?P<sum>\d[\d.,]*\d|\d)(?P<times>bn|[kmb](?!\w))?|"
        r"(?P<number>\d[\d.,]*\d|\d)\s?(?P<back>[$€£¥₹])",
        plain,
    )
    if not found:
        return []
    sign, amount = found["front"] or found["back"], found["sum"] or found["number"]
    one, many = CURRENCIES.get(tongue, CURRENCIES["en"])[sign]
    times = SUFFIXES.get(tongue, {}).get(found["times"] or "", "")
    unit = () if before_magnitude else tuple((one if amount == "1" and not times else many).split())
    ways = [(*way, *times.split(), *unit) for way in _number(amount, language)]
    cents = re.fullmatch(r"(\d[\d,]*)\.(\d\d)", amount)
    if cents and tongue == "en":
        small = _number(cents[2].lstrip("0") or "0", language)[:1]
        for whole, part in itertools.product(_number(cents[1], language)[:2], small):
            ways += [(*whole, *unit, *part), (*whole, *unit, "and", *part, "cents")]
    return _distinct(ways)


def _pieces(plain: str, language: str) -> tuple[Words, ...]:
    """The readings of a word's pieces, every one with every other."""
    tongue = language[:2]
    parts: list[Sequence[Words]] = []
    found = list(_PIECE.finditer(plain))
    for number, match in enumerate(found):
        piece, before = match[0], plain[found[number - 1].end() : match.start()] if number else ""
        if (
            number
            and before in (".", "_")
            and piece[0].isalpha()
            and plain[match.start() - 2].isalnum()
        ):
            parts.append([("dot",), ()] if tongue == "en" else [()])  # an address: nzqa.govt.nz
        if piece[0].isdigit():
            tail = (
                found[number + 1][0]
                if number + 1 < len(found) and found[number + 1].start() == match.end()
                else ""
            )
            parts.append(_with_tail(piece, tail, language))
            if number and before in ("-", "–") and found[number - 1][0][0].isdigit():
                parts.insert(-1, [("to",), ()] if tongue == "en" else [()])
        elif (
            number
            and plain[match.start() - 1].isdigit()
            and _tail_taken(found[number - 1][0], piece, tongue)
        ):
            continue
        elif piece in SIGNS.get(tongue, SIGNS["en"]) or piece in "%‰&":
            parts.append(_sign(piece, tongue))
        elif piece[0].isalpha():
            parts.append(_word(piece, language))
    ways = _distinct(
        tuple(itertools.chain(*way)) for way in itertools.islice(itertools.product(*parts), 60)
    )
    return tuple(way for way in ways if way)[:MOST_READINGS]


def _sign(piece: str, tongue: str) -> list[Words]:
    if piece in "%‰":
        return [tuple(PERCENT.get(tongue, "percent").split())]
    if piece == "&":
        return [(AND.get(tongue, "and"),)]
    said = SIGNS.get(tongue, SIGNS["en"])
    return [tuple(way.split()) for way in said[piece]]


def _word(piece: str, language: str) -> list[Words]:
    """A word of letters: one in capitals, or with two of them, is also spelled out."""
    tongue, bare = language[:2], piece.replace(".", "")
    lower = piece.lower().strip(".")
    if re.fullmatch(r"(?:[^\W\d_]\.){2,}", piece):
        return [_letters(bare, tongue), (bare.lower(),)]
    plural = re.fullmatch(r"([A-Z]{2,6})'?s", piece)
    if plural and tongue == "en":
        return [
            (*_letters(plural[1][:-1], tongue), f"{plural[1][-1].lower()}'s"),
            (lower.replace("'", ""),),
        ]
    capitals = sum(letter.isupper() for letter in piece)
    if capitals >= 2 and len(piece) <= 6 and piece.isalpha():
        spelled = _letters(piece, tongue)
        vowels = len(re.findall("[AEIOUÁÉÍÓÚ]", piece.upper()))
        ways = [spelled, (lower,)] if vowels * 3 < len(piece) else [(lower,), spelled]
        return ways + ([(ROMAN[piece],)] if tongue == "en" and piece in ROMAN else [])
    return [(lower,)]


ROMAN = {
    "II": "two",
    "III": "three",
    "IV": "four",
    "VI": "six",
    "VII": "seven",
    "VIII": "eight",
    "IX": "nine",
}


def _letters(word: str, tongue: str) -> Words:
    names = LETTER_NAMES.get(tongue)
    if names is None:
        return tuple(word.lower())
    return tuple(
        itertools.chain.from_iterable(names.get(letter, letter).split() for letter in word.lower())
    )


def _tail_taken(number: str, tail: str, tongue: str) -> bool:
    return (
        tongue == "en"
        and (tail.lower() in ("st", "nd", "rd", "th", "s", "bn", "k", "m"))
        and number[0].isdigit()
    )


def _with_tail(number: str, tail: str, language: str) -> list[Words]:
    """A number with what stands right behind it: 1st, 1990s, 5k."""
    if language[:2] != "en" or not _tail_taken(number, tail, "en"):
        return _number(number, language)
    tail = tail.lower()
    if tail in ("st", "nd", "rd", "th"):
        return [tuple(_said(int(re.sub(r"\D", "", number)), language, "ordinal"))]
    if tail == "s":
        return [(*way[:-1], _plural(way[-1])) for way in _number(number, language)]
    return [(*way, SUFFIXES["en"][tail]) for way in _number(number, language)]


def _plural(word: str) -> str:
    return word[:-1] + "ies" if word.endswith("y") else word + ("es" if word.endswith("x") else "s")


def _number(number: str, language: str) -> list[Words]:
    """All ways to say a number: with and without "and", as a year, by hundreds, by pairs, by
    digits.
    """
    tongue, plain = language[:2], _with_a_point(number, language)
    if not re.fullmatch(r"\d+(\.\d+)?", plain) or len(plain) > 15:
        pieces = re.findall(r"\d+", plain)  # a date, a time, a version: said piece by piece
        if len(pieces) > 1:
            parts = itertools.product(*(_number(piece, language)[:3] for piece in pieces))
            joined = [tuple(itertools.chain(*way)) for way in itertools.islice(parts, 6)]
            on_the_hour = tongue == "en" and re.fullmatch(r"\d\d?:00", plain)
            return (
                [*joined, (*_said(int(pieces[0]), language), "o'clock")] if on_the_hour else joined
            )
        return [
            tuple(
                itertools.chain.from_iterable(
                    _digit(digit, language) for digit in plain if digit.isdigit()
                )
            )
        ]
    whole, _, decimals = plain.partition(".")
    if decimals:
        return _decimal(whole, decimals, plain, language)
    by_digits = tuple(itertools.chain.from_iterable(_digit(digit, language) for digit in whole))
    if len(whole) > 1 and whole[0] == "0":
        return [by_digits] + (
            [tuple("oh" if word == "zero" else word for word in by_digits)]
            if tongue == "en"
            else []
        )
    ways = [tuple(_said(int(whole), language))]
    if tongue == "en":
        ways = _english(int(whole), number == whole, ways[0])
    elif tongue in ("de", "fr", "ru") and number == whole and re.fullmatch(r"1[1-9]\d\d", whole):
        ways.append(tuple(_said(int(whole), language, "year")))
    return _distinct([*ways, by_digits] if len(whole) > 3 else ways)


def _english(number: int, without_commas: bool, full: Words) -> list[Words]:
    short = tuple(word for word in full if word != "and")
    ways = [full, short]
    high, low = divmod(number, 100)
    if without_commas and (1100 <= number <= 2099) and not 2000 <= number < 2010:
        low_words = (
            ("hundred",)
            if low == 0
            else ("oh", *_said(low, "en"))
            if low < 10
            else tuple(_said(low, "en"))
        )
        year = (*_said(high, "en"), *low_words)
        ways = [year, *ways]
    if 10 < high < 100 and high % 10 and low:
        ways += [
            (*_said(high, "en"), "hundred", *link, *_said(low, "en")) for link in ((), ("and",))
        ]
    elif 10 < high < 100 and high % 10:
        ways.append((*_said(high, "en"), "hundred"))
    if 100 < number < 1000 and low:
        low_words = ("oh", *_said(low, "en")) if low < 10 else tuple(_said(low, "en"))
        ways.append((*_said(high, "en"), *low_words))
    if number in (100, 1000, 1_000_000):
        ways.append(("a", *full[1:]))
    return ways


def _decimal(whole: str, decimals: str, plain: str, language: str) -> list[Words]:
    if language[:2] != "en":
        return [
            tuple(re.findall(r"[^\W\d_]+", str(_call(float(plain), language, "cardinal")).lower()))
            or tuple(plain.replace(".", ""))
        ]
    said = tuple(itertools.chain.from_iterable(_digit(digit, language) for digit in decimals))
    fronts: list[Words] = [tuple(_said(int(whole), language))]
    fronts += [(), ("nought",), ("oh",)] if int(whole) == 0 else []
    ways = [(*front, "point", *said) for front in fronts]
    if len(decimals) == 2 and decimals[0] != "0":
        ways += [
            (*fronts[0], "point", *_said(int(decimals), language)),
            (*fronts[0], *_said(int(decimals), language)),
        ]
    return ways


def _digit(digit: str, language: str) -> list[str]:
    return _said(int(digit), language)


def _said(number: int, language: str, to: str = "cardinal") -> list[str]:
    if language[:2] == "zh":
        return list(_chinese(number) or "零")
    return re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", str(_call(number, language, to)).lower())


def _call(number: float, language: str, to: str) -> str:
    from num2words import num2words

    for name in (language.replace("-", "_"), language[:2]):
        try:
            return str(num2words(number, lang=name, to=to))
        except (NotImplementedError, ValueError, OverflowError, TypeError, KeyError):
            continue
    return " ".join(LETTER_NAMES.get(language[:2], {}).get(digit, digit) for digit in str(number))


def _chinese(number: int) -> str:
    if number >= 10**8:
        return (
            _chinese(number // 10**8) + "亿" + (_chinese(number % 10**8) if number % 10**8 else "")
        )
    if number >= 10**4:
        return (
            _chinese(number // 10**4) + "万" + (_chinese(number % 10**4) if number % 10**4 else "")
        )
    digits, said = "零一二三四五六七八九", ""
    for place, digit in enumerate(str(number)):
        unit = ["千", "百", "十", ""][4 - len(str(number)) + place]
        said += "零" if digit == "0" else digits[int(digit)] + unit
    said = re.sub("零+", "零", said).rstrip("零")
    return said.removeprefix("一") if 10 <= number < 20 else said


def _with_a_point(number: str, language: str) -> str:
    """Commas and points as Python writes numbers: 1,250 is 1250 everywhere, 1.250 is so outside
    English, 3,5 is 3.5 there.
    """
    number = re.sub("['’\u202f]", "", number)
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number):
        return number.replace(",", "")
    if language[:2] in ("en", "zh", "ja", "ko", "hi", "th"):
        return number
    thousands = re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", number)
    return (number.replace(".", "") if thousands else number).replace(",", ".")


def _distinct(ways: Iterable[Words]) -> list[Words]:
    return list(dict.fromkeys(ways))[:MOST_READINGS]
