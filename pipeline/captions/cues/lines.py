"""Breaks a caption's text into one line or two; without it search and mending would not agree.

Widths are in half characters, so that they are whole numbers in every language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pipeline.captions.cues.breaks import COMMA, Place, places
from pipeline.captions.cues.phrases import Pieces, untimed
from pipeline.captions.cues.style import CaptionStyle

Table = np.ndarray[Any, np.dtype[np.int64]]

IMPOSSIBLE = 10**9
NO_SPLIT = 0
"""In a table of splits: all on one line."""

_RANK_COST = (0, 0, 3, 5, 10, 10, 14, 40)
_PHRASE_RANK_COST = (0, 0, 3, 5, 10, 10, 14, 18)
"""Between phrases found by budoux any place is a good one; between words most are not."""
# fmt: off
FAULT_COST = {
    None: 0, "auxiliary": 38, "conjunction": 40, "preposition": 44, "article": 52, "name": 80,
    "title": 110, "number": 250_000,
}
# fmt: on
_ONE_WORD_LINE = 40
_UPPER_LONGER = 3
"""The lower line should be the longer one if either is: a character more above costs 1.5, below 1.
"""
_UNLIKE = 16
"""One line over twice as long as the other."""
_OVER_AIM = 2
"""A half character over ``line_aim``."""


@dataclass(frozen=True)
class Measured:
    """Pieces laid out on one endless line, in half characters.

    Piece ``i`` lies from ``begin[i]`` to ``end[i + 1]``. ``price[i]`` is what a line break before
    it costs; ``alone_costs`` whether a piece alone on a line does.
    """

    begin: Table
    end: Table
    price: Table
    line_length: int
    line_aim: int
    lines: int
    alone_costs: bool


def measured(pieces: Pieces, found: Sequence[Place], style: CaptionStyle) -> Measured:
    """The widths of the pieces and the prices of the places between them."""
    begin, end, at = [], [0], 0
    glue_width = {glue: round(2 * style.width(glue)) for glue in set(pieces.glues)}
    for i, text in enumerate(pieces.texts):
        at += glue_width[pieces.glues[i]] if i else 0
        begin.append(at)
        at += round(2 * style.width(text))
        end.append(at)
    ranks = _RANK_COST if style.spaced else _PHRASE_RANK_COST
    price = [ranks[place.rank] + FAULT_COST[place.fault] for place in found]
    return Measured(
        begin=np.array(begin, np.int64),
        end=np.array(end, np.int64),
        price=np.array(price, np.int64),
        line_length=2 * style.line_length,
        line_aim=2 * style.line_aim,
        lines=style.lines,
        alone_costs=style.spaced,
    )


def places_between(
    pieces: Pieces, pauses_ms: Sequence[int], style: CaptionStyle, language: str
) -> tuple[Place, ...]:
    """The place before each piece.

    Where words are written together, a space is as good as a comma: it ends a clause.
    """
    found = places(pieces.texts, pauses_ms, language)
    if style.spaced:
        return found
    befores = ("", *pieces.texts)
    ends_clause = [
        bool(glue) and not (text.isascii() and before.isascii())
        for glue, text, before in zip(pieces.glues, pieces.texts, befores, strict=False)
    ]
    comma = Place(COMMA, None)
    return tuple(
        comma if ends and place.rank > COMMA else place
        for place, ends in zip(found, ends_clause, strict=False)
    )


def line_costs(text: Measured, most: int) -> tuple[Table, Table]:
    """The least cost of breaking pieces into lines, and how many of them stand on the upper line.

    Both for the pieces from each ``i`` on and each count 1 to ``most`` (second index: count - 1);
    ``NO_SPLIT``: all on one line. One line if it fits, else two; a piece wider than a line may
    stand on one alone; else ``IMPOSSIBLE``.
    """
    size = len(text.begin)
    begin = np.append(text.begin, text.end[-1])
    width = ahead(text.end, size, most, IMPOSSIBLE) - text.begin[:, None]
    single = width <= text.line_length
    single[:, 0] = True
    cost = np.where(single, _over(text, width), IMPOSSIBLE)
    cost[width > IMPOSSIBLE // 2] = IMPOSSIBLE
    split = np.full((size, most), NO_SPLIT, np.int64)
    for upper_count in range(1, most if text.lines > 1 else 1):
        starts = np.arange(size - upper_count)
        upper = text.end[starts + upper_count] - text.begin[starts]
        starts = starts[(upper <= text.line_length) | (upper_count == 1)]
        if not len(starts):
            break
        two_lines = _split_costs(text, begin, starts, upper_count, most)
        better = two_lines < cost[starts, upper_count:]
        cost[starts, upper_count:] = np.where(better, two_lines, cost[starts, upper_count:])
        split[starts, upper_count:] = np.where(better, upper_count, split[starts, upper_count:])
    return cost, split


def _split_costs(text: Measured, begin: Table, starts: Table, upper_count: int, most: int) -> Table:
    """What a split after ``upper_count`` pieces costs, from each of ``starts`` on.

    The second index is the count of pieces on the lower line, less one.
    """
    size = len(text.begin)
    middle = starts + upper_count
    upper = (text.end[middle] - text.begin[starts])[:, None]
    lower = ahead(text.end, size, most - upper_count, IMPOSSIBLE)[middle] - begin[middle][:, None]
    fits = lower <= text.line_length
    fits[:, 0] |= lower[:, 0] < IMPOSSIBLE // 2
    cost = np.where(upper > lower, (upper - lower) * 3 // 4 + _UPPER_LONGER, (lower - upper) // 2)
    cost += text.price[middle][:, None]
    cost += _UNLIKE * (np.maximum(upper, lower) > 2 * np.minimum(upper, lower))
    cost += _over(text, upper) + _over(text, lower)
    if text.alone_costs:
        cost[:, 0] += _ONE_WORD_LINE
        cost += _ONE_WORD_LINE if upper_count == 1 else 0
    return np.where(fits, cost, IMPOSSIBLE)


def _over(text: Measured, width: Table) -> Table:
    if text.line_aim == text.line_length:
        return np.zeros_like(width)
    return _OVER_AIM * np.clip(width - text.line_aim, 0, text.line_length)


def ahead(column: Table, size: int, most: int, beyond: int) -> Table:
    """A view of ``column`` whose entry ``[i, count - 1]`` is ``column[i + count]``.

    Past the column's end it is ``beyond``.
    """
    padded = np.concatenate([column[1 : size + 1], np.full(most - 1, beyond, np.int64)])
    return sliding_window_view(padded, most)


def lines_of(text: str, style: CaptionStyle, language: str) -> tuple[str, ...]:
    """A text broken at the best places into as few lines as hold it: one, two, or more."""
    pieces = untimed(text, style, language)
    count = len(pieces.texts)
    if count == 0:
        return ()
    layout = measured(pieces, places_between(pieces, [0] * count, style, language), style)
    cost, split = line_costs(layout, count)
    if cost[0, count - 1] < IMPOSSIBLE:
        return pieces.lines(0, int(split[0, count - 1]), count)
    lines, first = [], 0
    for i in range(1, count + 1):
        if i == count or layout.end[i + 1] - layout.begin[first] > layout.line_length:
            lines.append(pieces.line(first, i))
            first = i
    return tuple(lines)
