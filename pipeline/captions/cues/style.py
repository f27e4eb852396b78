"""How much text a viewer can read, language by language; without it all rules were English's.

The limits are the broadcasters' (docs/captions.md). A style, ours or an event's own, may be
stricter than its language's limits and never looser, so that no line of config.yaml can make
captions that nobody can read.

It stands in this room, below the search and the checks that keep to it; config.py asks it what may
be written.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal

Counting = Literal["advancing", "unmarked", "halves"]
"""``advancing``: code points that move the pen; ``unmarked``: no vowel sign either (Arabic, Hindi);
``halves``: full-width 1, half-width 1/2.
"""


@dataclass(frozen=True)
class CaptionStyle:
    """The limits of captions in one language.

    ``_cps`` is characters a second, ``_s`` seconds, ``_frames`` pictures. ``line_length`` and the
    speeds are in characters as ``counting`` counts them; ``line_aim`` is the length that lines had
    better not exceed. ``spaced`` is False where words are written without spaces between them.
    """

    line_length: int = 42
    line_aim: int = 42
    reading_speed_cps: int = 20
    aim_cps: int = 17
    lines: int = 2
    counting: Counting = "advancing"
    spaced: bool = True
    shortest_s: Fraction = Fraction(5, 6)
    comfortable_s: Fraction = Fraction(1)
    longest_s: Fraction = Fraction(7)
    linger_s: Fraction = Fraction(1, 2)
    close_gaps_under_s: Fraction = Fraction(1, 2)
    least_gap_frames: int = 2
    start_within_frames: int = 3
    start_early_ms: int = 100

    def width(self, text: str) -> float:
        """Characters of ``text`` as a reader counts them, in halves where ``counting`` is halves.

        Tags count nothing; spaces and punctuation count.
        """
        if "<" in text or "{" in text:
            text = _TAG.sub("", text)
        if text.isascii():
            return len(text) / 2 if self.counting == "halves" else len(text)
        return sum(_advance(letter, self.counting) for letter in text)


_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>|\{\\[^{}]*\}")
# fmt: off
_LANGUAGES = {
    "ar": CaptionStyle(reading_speed_cps=23, aim_cps=20, counting="unmarked"),
    "hi": CaptionStyle(reading_speed_cps=25, aim_cps=22, counting="unmarked"),
    "th": CaptionStyle(line_length=35, line_aim=35, spaced=False),
    "ja": CaptionStyle(
        line_length=16, line_aim=13, reading_speed_cps=7, aim_cps=4, counting="halves", spaced=False
    ),
    "zh": CaptionStyle(
        line_length=16, line_aim=16, reading_speed_cps=11, aim_cps=9, counting="halves",
        spaced=False,
    ),
    "ko": CaptionStyle(
        line_length=16, line_aim=16, reading_speed_cps=14, aim_cps=12, counting="halves"
    ),
}
# fmt: on
_SAME_AS = {"yue": "zh", "cmn": "zh", "arb": "ar"}

NAMES = ("default", "bbc", "relaxed")
_LINE_LENGTH = {"bbc": 37}
_SPEED_SHARE = {"bbc": Fraction(9, 10), "relaxed": Fraction(17, 20)}
"""bbc: 180 words a minute at most and 160 wanted, which is 18 and 16 characters a second; relaxed:
17 in English.
"""

_RANGES = {
    "line_length": (8, 42, "characters a line", 40),
    "reading_speed": (3, 25, "characters a second", 18),
    "aim": (2, 25, "characters a second", 15),
    "lines": (1, 2, "lines", 2),
}


class StyleWrong(ValueError):
    """Own numbers that cannot be used.

    ``problems`` maps the wrong key to the end of a sentence that begins with it.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(dict(problems))
        self.problems = dict(problems)

    def __str__(self) -> str:
        return "; ".join(f"{key} {problem}" for key, problem in self.problems.items())


def style_for(language: str, wanted: str | Mapping[str, object] = "default") -> CaptionStyle:
    """The limits of a language under a named style or own numbers; English's where it has none.

    Own numbers are ``line_length``, ``reading_speed``, ``aim``, ``lines``, and ``like`` for the
    named style that the rest is taken from. A number above the language's limit gives the limit.
    Raises StyleWrong.
    """
    base = language.lower().split("-")[0]
    style = _LANGUAGES.get(_SAME_AS.get(base, base), CaptionStyle())
    if isinstance(wanted, str):
        if wanted not in NAMES:
            raise StyleWrong(
                {"style": f"is {wanted!r}; write one of {', '.join(NAMES)}, or numbers of your own"}
            )
        return _named(style, wanted)
    problems = style_problems(wanted)
    if problems:
        raise StyleWrong(problems)
    return _with_numbers(_named(style, str(wanted.get("like", "default"))), wanted)


def style_problems(numbers: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with own numbers: each wrong key with the end of a sentence ("is 90; ...")."""
    looked_at = {key: _problem(key, value) for key, value in numbers.items()}
    problems = {key: problem for key, problem in looked_at.items() if problem is not None}
    speed, aim = numbers.get("reading_speed"), numbers.get("aim")
    if not problems and isinstance(speed, int) and isinstance(aim, int) and aim > speed:
        problems["aim"] = f"is {aim}, above reading_speed, which is {speed}; write at most {speed}"
    return problems


def _problem(key: str, value: object) -> str | None:
    if key == "like":
        return None if value in NAMES else f"is {value!r}; write one of {', '.join(NAMES)}"
    if key not in _RANGES:
        return f"is no number of a style; those are {', '.join(_RANGES)}, and like"
    lowest, highest, unit, example = _RANGES[key]
    if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
        return None
    allowed = f"a whole number of {unit} from {lowest} to {highest}"
    return f"is {value!r}; write {allowed}, for example {example}"


def _named(style: CaptionStyle, name: str) -> CaptionStyle:
    line_length = _LINE_LENGTH.get(name, style.line_length)
    share = _SPEED_SHARE.get(name, Fraction(1))
    return replace(
        style,
        line_length=min(style.line_length, line_length),
        line_aim=min(style.line_aim, line_length),
        reading_speed_cps=round(style.reading_speed_cps * share),
        aim_cps=math.ceil(style.aim_cps * share),
    )


def _with_numbers(style: CaptionStyle, numbers: Mapping[str, object]) -> CaptionStyle:
    line_length = _at_most(style.line_length, numbers.get("line_length"))
    speed = _at_most(style.reading_speed_cps, numbers.get("reading_speed"))
    # A slower limit without an aim keeps the language's distance between the two (17 to 20 in
    # English).
    aim = max(1, round(Fraction(style.aim_cps * speed, style.reading_speed_cps)))
    return replace(
        style,
        line_length=line_length,
        line_aim=min(style.line_aim, line_length),
        reading_speed_cps=speed,
        aim_cps=min(speed, _at_most(aim, numbers.get("aim"))),
        lines=_at_most(style.lines, numbers.get("lines")),
    )


def _at_most(limit: int, wanted: object) -> int:
    return min(limit, wanted) if isinstance(wanted, int) else limit


@lru_cache(maxsize=8192)
def _advance(letter: str, counting: Counting) -> float:
    kind = unicodedata.category(letter)
    if kind in ("Mn", "Me", "Cf") or (kind == "Mc" and counting == "unmarked"):
        return 0
    if counting == "halves":
        return 1 if unicodedata.east_asian_width(letter) in "WFA" else 0.5
    return 1
