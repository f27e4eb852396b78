"""Remarks on where captions are broken; without it "the | report" would pass."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.captions.check.breach import Breach, Numbered
from pipeline.captions.cues.breaks import SENTENCE, Place, places
from pipeline.captions.cues.phrases import untimed
from pipeline.captions.cues.style import CaptionStyle
from pipeline.codes import Code

_A_FEW = 3
_FAULTS: dict[str, tuple[Code, str]] = {
    "number": ("break-at-number", "inside a number, or between a number and its unit"),
    "title": ("break-at-title", "after a title"),
    "name": ("break-at-name", "inside a name"),
    "article": ("break-at-article", "after an article or determiner"),
    "preposition": ("break-at-preposition", "after a preposition"),
    "conjunction": ("break-at-conjunction", "after a conjunction"),
    "auxiliary": ("break-at-auxiliary", 'after an auxiliary, "not" or a subject pronoun'),
}

_Lines = list[list[str]]
"""A caption's lines, each in words."""


def remarks(captions: Sequence[Numbered], style: CaptionStyle, language: str) -> Iterator[Breach]:
    """Every break of a line or caption that an editor would have made elsewhere, in order."""
    if style.spaced:
        yield from _by_words(captions, style, language)
    else:
        yield from _by_phrases(captions, style, language)


def _by_words(captions: Sequence[Numbered], style: CaptionStyle, language: str) -> Iterator[Breach]:
    lines_of = [_words_by_line(caption) for caption in captions]
    texts = [text for lines in lines_of for line in lines for text in line]
    found = places(texts, [0] * len(texts), language)
    at = 0
    for caption, lines in zip(captions, lines_of, strict=True):
        size = sum(map(len, lines))
        if not size:
            continue
        if size == 1:
            yield caption.could_be_better("one-word-cue", f'"{lines[0][0]}" stands alone')
        yield from _torn_sentences(caption, found, at, at + size)
        yield from _between_lines(caption, lines, found[at : at + size])
        yield from _unlike_lines(caption, lines, style)
        at += size
        if at < len(texts):
            yield from _break(caption, found[at], texts[at - 1], texts[at])


def _words_by_line(caption: Numbered) -> _Lines:
    return [line.split() for line in caption.cue.lines if line.split()]


def _between_lines(caption: Numbered, lines: _Lines, found: Sequence[Place]) -> Iterator[Breach]:
    """``found`` begins with the place before the caption's first word."""
    at = 0
    for upper, lower in pairwise(lines):
        at += len(upper)
        yield from _break(caption, found[at], upper[-1], lower[0])


def _unlike_lines(caption: Numbered, lines: _Lines, style: CaptionStyle) -> Iterator[Breach]:
    if len(lines) > 1 and any(len(line) == 1 for line in lines):
        yield caption.could_be_better("one-word-line", "a word stands alone on its line")
    widths = [style.width(" ".join(line)) for line in lines]
    if 2 * min(widths) < max(widths):
        saying = "one line is over twice as long as the other"
        yield caption.could_be_better("lines-unlike", saying)


def _break(caption: Numbered, place: Place, before: str, after: str) -> Iterator[Breach]:
    if place.fault is not None:
        rule, where = _FAULTS[place.fault]
        yield caption.could_be_better(rule, f'it is broken {where}: "{before} | {after}"')


def _torn_sentences(
    caption: Numbered, found: Sequence[Place], first: int, end: int
) -> Iterator[Breach]:
    inner = [i for i in range(first + 1, end) if found[i].rank == SENTENCE]
    if not inner:
        return
    if end - inner[-1] <= _A_FEW and end < len(found) and found[end].rank != SENTENCE:
        saying = "the start of the next sentence dangles at its end"
        yield caption.could_be_better("dangling-start", saying)
    if inner[0] - first <= _A_FEW and found[first].rank != SENTENCE:
        saying = "the end of the last sentence is stranded at its start"
        yield caption.could_be_better("stranded-end", saying)


def _by_phrases(
    captions: Sequence[Numbered], style: CaptionStyle, language: str
) -> Iterator[Breach]:
    """Breaks inside a phrase, before a mark or a small kana, and after an opening bracket."""
    lines = [
        (caption, line.strip())
        for caption in captions
        for line in caption.cue.lines
        if line.strip()
    ]
    allowed = _phrase_borders("".join(line for _, line in lines), style, language)
    at = 0
    for caption, line in lines:
        if at and at not in allowed:
            closes = unicodedata.category(line[0]) in ("Pe", "Pf", "Po")
            rule: Code = "mark-begins-line" if closes else "breaks-phrase"
            yield caption.could_be_better(rule, f'a phrase is broken before "{line[:4]}"')
        at += len("".join(line.split()))


def _phrase_borders(text: str, style: CaptionStyle, language: str) -> set[int]:
    """After how many letters, spaces not counted, a phrase ends."""
    borders, at = set(), 0
    for piece in untimed(text, style, language).texts:
        at += len("".join(piece.split()))
        borders.add(at)
    return borders
