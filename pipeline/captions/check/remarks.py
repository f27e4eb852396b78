"""Remarks on where captions are broken; without it "the | report" would pass, since it breaks no
limit.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from pipeline.captions.check.breach import Breach, remarked
from pipeline.captions.cues.breaks import SENTENCE, Place, places
from pipeline.captions.cues.phrases import untimed
from pipeline.captions.cues.style import CaptionStyle
from pipeline.codes import Code
from pipeline.model import Cue

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


def remarks(
    cues: Sequence[Cue], style: CaptionStyle, language: str, rate: Fraction
) -> Iterator[Breach]:
    """Every break, of a line or of a caption, that an editor would have made elsewhere, in order."""
    if style.spaced:
        yield from _by_words(cues, style, language, rate)
    else:
        yield from _by_phrases(cues, style, language, rate)


def _by_words(
    cues: Sequence[Cue], style: CaptionStyle, language: str, rate: Fraction
) -> Iterator[Breach]:
    lines = [[line.split() for line in cue.lines if line.split()] for cue in cues]
    texts = [text for cue_lines in lines for line in cue_lines for text in line]
    found = places(texts, [0] * len(texts), language)
    at = 0
    for number, (cue, cue_lines) in enumerate(zip(cues, lines, strict=True), 1):
        size = sum(map(len, cue_lines))
        if not size:
            continue
        if size == 1:
            yield remarked(
                "one-word-cue", number, cue.start_frame, rate, f'"{cue_lines[0][0]}" stands alone'
            )
        yield from _torn_sentences(number, cue, found, at, at + size, rate)
        yield from _lines(number, cue, cue_lines, found, at, style, rate)
        at += size
        if at < len(texts):
            yield from _break(number, cue, found[at], texts[at - 1], texts[at], rate)


def _lines(
    number: int,
    cue: Cue,
    lines: Sequence[Sequence[str]],
    found: Sequence[Place],
    at: int,
    style: CaptionStyle,
    rate: Fraction,
) -> Iterator[Breach]:
    for upper, lower in pairwise(lines):
        at += len(upper)
        yield from _break(number, cue, found[at], upper[-1], lower[0], rate)
    if len(lines) > 1 and any(len(line) == 1 for line in lines):
        yield remarked(
            "one-word-line", number, cue.start_frame, rate, "a word stands alone on its line"
        )
    widths = [style.width(" ".join(line)) for line in lines]
    if 2 * min(widths) < max(widths):
        yield remarked(
            "lines-unlike",
            number,
            cue.start_frame,
            rate,
            "one line is over twice as long as the other",
        )


def _break(
    number: int, cue: Cue, place: Place, before: str, after: str, rate: Fraction
) -> Iterator[Breach]:
    if place.fault is not None:
        rule, where = _FAULTS[place.fault]
        yield remarked(
            rule, number, cue.start_frame, rate, f'it is broken {where}: "{before} | {after}"'
        )


def _torn_sentences(
    number: int, cue: Cue, found: Sequence[Place], first: int, end: int, rate: Fraction
) -> Iterator[Breach]:
    inner = [i for i in range(first + 1, end) if found[i].rank == SENTENCE]
    if not inner:
        return
    if end - inner[-1] <= _A_FEW and end < len(found) and found[end].rank != SENTENCE:
        yield remarked(
            "dangling-start",
            number,
            cue.start_frame,
            rate,
            "the start of the next sentence dangles at its end",
        )
    if inner[0] - first <= _A_FEW and found[first].rank != SENTENCE:
        yield remarked(
            "stranded-end",
            number,
            cue.start_frame,
            rate,
            "the end of the last sentence is stranded at its start",
        )


def _by_phrases(
    cues: Sequence[Cue], style: CaptionStyle, language: str, rate: Fraction
) -> Iterator[Breach]:
    """Breaks inside a phrase, before a mark or a small kana, and after an opening bracket."""
    lines = [
        (number, cue, line.strip())
        for number, cue in enumerate(cues, 1)
        for line in cue.lines
        if line.strip()
    ]
    allowed = _phrase_borders("".join(line for _, _, line in lines), style, language)
    at = 0
    for number, cue, line in lines:
        if at and at not in allowed:
            kind = unicodedata.category(line[0])
            yield remarked(
                "mark-begins-line" if kind in ("Pe", "Pf", "Po") else "breaks-phrase",
                number,
                cue.start_frame,
                rate,
                f'a phrase is broken before "{line[:4]}"',
            )
        at += len("".join(line.split()))


def _phrase_borders(text: str, style: CaptionStyle, language: str) -> set[int]:
    """After how many letters, spaces not counted, a phrase ends."""
    borders, at = set(), 0
    for piece in untimed(text, style, language).texts:
        at += len("".join(piece.split()))
        borders.add(at)
    return borders
