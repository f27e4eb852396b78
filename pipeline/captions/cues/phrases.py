"""Joins words into pieces that are never broken; without it Thai would be cut inside a letter.

A piece is a word where words are written apart. In Chinese, Japanese and Thai it is a phrase found
by budoux.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from pipeline.captions.cues.style import CaptionStyle
from pipeline.model import Word

if TYPE_CHECKING:
    from budoux import Parser

_NEVER_BEGIN = set(
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿー"
    "ｰ々〻ゝゞヽヾ〜～・ｧｨｩｪｫｯｬｭｮﾞﾟฯๆ%％‰℃°"
)
_NEVER_END = set("$€£¥￥＄#＃")
_CLAUSE_LETTERS = 10
_TRADITIONAL = {"hant", "tw", "hk", "mo"}
"""What a language's tag has where traditional characters are written."""


@dataclass(frozen=True)
class Pieces:
    """What may stand on a line as a whole, one entry a piece in each list, in order.

    Times are in ms, as the words'. ``glues`` is what stands before a piece when it follows another
    on its line: a space or nothing.
    """

    texts: tuple[str, ...]
    starts_ms: tuple[int, ...]
    ends_ms: tuple[int, ...]
    paragraph_ends: tuple[bool, ...]
    glues: tuple[str, ...]

    def line(self, first: int, end: int) -> str:
        """The pieces from ``first`` up to, not including, ``end`` as one line."""
        if first >= end:
            return ""
        rest = (self.glues[i] + self.texts[i] for i in range(first + 1, end))
        return self.texts[first] + "".join(rest)

    def lines(self, first: int, upper: int, end: int) -> tuple[str, ...]:
        """The same on two lines, ``upper`` pieces on the upper one; on one line where that is 0."""
        if not upper:
            return (self.line(first, end),)
        return self.line(first, first + upper), self.line(first + upper, end)


def pieces_of(words: Sequence[Word], style: CaptionStyle, language: str) -> Pieces:
    """The pieces of a talk, without empty words.

    A time before the clip is its beginning, one before the time of an earlier word is that time.
    """
    if not style.spaced:
        return _phrases(words, style, language)
    kept = [(" ".join(word.text.split()), word) for word in words]
    return _columns(
        [
            (text, word.start_ms, word.end_ms, word.ends_paragraph, " ")
            for text, word in kept
            if text
        ]
    )


def untimed(text: str, style: CaptionStyle, language: str) -> Pieces:
    """The pieces of a text without times, all of them 0: for breaking lines alone."""
    texts = text.split() if style.spaced else [text]
    return pieces_of([Word(word, 0, 0) for word in texts], style, language)


_Row = tuple[str, int, int, bool, str]
"""A piece's text, start and end in ms, whether it ends a paragraph, and the glue before it."""


def _columns(rows: Sequence[_Row]) -> Pieces:
    if not rows:
        return Pieces((), (), (), (), ())
    texts, starts, ends, closes, glues = zip(*rows, strict=True)
    in_order = tuple(accumulate((max(0, start) for start in starts), max))
    return Pieces(texts, in_order, tuple(accumulate(map(max, in_order, ends), max)), closes, glues)


def _phrases(words: Sequence[Word], style: CaptionStyle, language: str) -> Pieces:
    rows: list[_Row] = []
    paragraph: list[Word] = []
    for i, word in enumerate(words):
        paragraph.append(word)
        if word.ends_paragraph or i + 1 == len(words):
            rows.extend(_paragraph_rows(paragraph, style, language, word.ends_paragraph))
            paragraph = []
    return _columns(rows)


def _paragraph_rows(
    words: Sequence[Word], style: CaptionStyle, language: str, closes: bool
) -> list[_Row]:
    """One paragraph's phrases; one that ends inside a word has its share of its time."""
    text, times = _joined(words, language)
    rows: list[_Row] = []
    place = 0
    for phrase in _narrow_enough(_phrases_of(text, language), style):
        bare = phrase.strip()
        if bare:
            first = place + len(phrase) - len(phrase.lstrip())
            last = place + len(phrase.rstrip()) - 1
            glue = " " if text[first - 1 : first].isspace() else ""
            rows.append((bare, times[first][0], times[last][1], False, glue))
        place += len(phrase)
    if rows and closes:
        rows[-1] = (*rows[-1][:3], True, rows[-1][4])
    return rows


def _joined(words: Sequence[Word], language: str) -> tuple[str, list[tuple[int, int]]]:
    """The words' text and each letter's time.

    Where words bring spaces of their own, those and no others are kept; else they stand between
    Latin words, and in Thai between clauses: words of ten letters and more were written apart.
    """
    spaced = any(word.text != word.text.strip() for word in words)
    letters = sum(len(word.text) for word in words)
    clauses = language.lower().startswith("th") and letters >= _CLAUSE_LETTERS * len(words)
    text = ""
    times: list[tuple[int, int]] = []
    for word in words:
        if text and not spaced and (clauses or _written_apart(text[-1], word.text)):
            text += " "
            times.append((word.start_ms, word.start_ms))
        bare, length = word.text.strip(), word.end_ms - word.start_ms
        lead, count = len(word.text) - len(word.text.lstrip()), max(1, len(bare))
        shares = [min(max(0, i - lead), count) for i in range(len(word.text) + 1)]
        times.extend(
            (word.start_ms + length * begin // count, word.start_ms + length * end // count)
            for begin, end in pairwise(shares)
        )
        text += word.text
    return text, times


def _written_apart(last: str, word: str) -> bool:
    """Whether a space stands before a word, by the letter before it: "Level 7", but "12km"."""
    first = word[:1]
    if not (last.isascii() and first.isascii()):
        return False
    if last == ".":
        return first.isalpha()
    return (last.isalpha() or last in ",;:!?)") and first.isalnum()


def _phrases_of(text: str, language: str) -> list[str]:
    """The text cut where a line may end: at the end of budoux's phrases, and at spaces.

    Never before a closing mark or a small kana, never inside a Latin word, a number or a letter
    with its marks.
    """
    import regex

    phrases: list[str] = []
    clusters = {match.start() for match in regex.finditer(r"\X", text)}
    phrase_ends = accumulate(map(len, _parser(language).parse(text)))
    after_spaces = (i for i, letter in enumerate(text, 1) if letter.isspace())
    cut = {*phrase_ends, *after_spaces}
    start = 0
    for i in range(1, len(text)):
        counted = text[i - 1].isspace() and text[:i].rstrip()[-1:].isdecimal()
        if i in cut and i in clusters and not counted and _may_break(text[i - 1], text[i]):
            phrases.append(text[start:i])
            start = i
    return [*phrases, text[start:]] if text else []


def _may_break(before: str, after: str) -> bool:
    if before.isspace():
        return True
    if after.isspace() or after in _NEVER_BEGIN or before in _NEVER_END:
        return False
    closes = unicodedata.category(after) in ("Pe", "Pf", "Po") and after not in "¿¡"
    opens = unicodedata.category(before) in ("Ps", "Pi")
    in_latin = before.isascii() and after.isascii() and after.isalnum()
    latin = in_latin and (before.isalnum() or before in ".,'-")
    number = before.isdecimal() and (after.isdecimal() or unicodedata.category(after) == "Lo")
    return not (closes or opens or latin or number)


def _narrow_enough(phrases: Sequence[str], style: CaptionStyle) -> list[str]:
    """Phrases wider than a line cut between letters: a line's width is the harder limit."""
    return [part for phrase in phrases for part in _cut(phrase, style)]


def _cut(phrase: str, style: CaptionStyle) -> list[str]:
    """A phrase in parts no wider than a line, cut where a mark allows."""
    import regex

    if style.width(phrase) <= style.line_length:
        return [phrase]
    parts: list[str] = []
    clusters: list[str] = regex.findall(r"\X", phrase)
    while clusters:
        most = len(clusters)
        while most > 1 and style.width("".join(clusters[:most]).strip()) > style.line_length:
            most -= 1
        allowed = (
            end
            for end in range(most, 0, -1)
            if end == len(clusters) or _may_break(clusters[end - 1][-1], clusters[end][0])
        )
        end = next(allowed, most)
        parts.append("".join(clusters[:end]))
        clusters = clusters[end:]
    return parts


@lru_cache(maxsize=8)
def _parser(language: str) -> Parser:
    import budoux

    tag = language.lower()
    if tag.startswith("ja"):
        return budoux.load_default_japanese_parser()
    if tag.startswith("th"):
        return budoux.load_default_thai_parser()
    if tag.startswith("yue") or _TRADITIONAL & set(tag.split("-")):
        return budoux.load_default_traditional_chinese_parser()
    return budoux.load_default_simplified_chinese_parser()
