"""Fits words into a measure and sets them; without it a long name would run off its card and a
macron become a box.

Lengths are pixels, sizes are em heights in pixels. A text is broken where a reader would pause;
letters that the brand's font lacks come from another font of this computer, the whole text in one
font where that can be.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from pipeline.card_kinds import WEIGHTS
from pipeline.tools.drawing.fonts import face_number, installed_with, letters_of, most_of
from pipeline.tools.drawing.writing import clusters, in_reading_order, joined, right_to_left, tall

_REFERENCE_PX = 200.0
"""Widths are measured at this size and scaled, so that a text is broken alike on a large and a
small picture.
"""

_FINER = 4
"""Letters are drawn so many times as large and averaged: at 640x360, hinting made the gaps between
them uneven.
"""

_TALLER = 1.22
"""Thai, Arabic and Indic letters carry marks above and below; at a Latin leading those of two lines
met.
"""

_MOST_PIECES = 50
"""A card's lines never hold more words than this; longer texts are cut without trying every way to
break them.
"""

_MOST_LETTERS = 600

_CJK = "[\u3040-\u30ff\u3400-\u9fff]"
_BREAKS = re.compile(rf"(?<= )(?=[^ ])|(?<=\w\w\w[-/–—])(?=\w\w\w)|(?<={_CJK})(?={_CJK})")


@dataclass(frozen=True)
class Style:
    """How a text is set.

    ``floors``: the smallest size on one line, on two, on three; no more lines than floors.

    ``leading`` is baseline to baseline and ``tracking`` the air after each letter, both in em.
    """

    weight: str
    size: float
    floors: tuple[float, ...]
    leading: float = 1.24
    tracking: float = 0.0

    def scaled(self, factor: float) -> Style:
        """The same style for a picture ``factor`` times as large."""
        return replace(
            self, size=self.size * factor, floors=tuple(floor * factor for floor in self.floors)
        )


@dataclass(frozen=True)
class Face:
    """A font file, the weight to ask of it if it is a variable font, and which of its faces if it
    is a collection.
    """

    path: Path
    weight: str
    number: int = 0


@dataclass(frozen=True)
class Block:
    """Text that has been fitted: its lines, and the one size they share.

    ``cut``: an ellipsis stands for the rest. ``missing``: letters that no font has, left out.
    """

    lines: tuple[str, ...]
    face: Face
    size: float
    leading: float
    tracking: float
    cut: bool
    missing: frozenset[str]

    @property
    def depth(self) -> float:
        """From the first baseline to the last, in pixels."""
        return (len(self.lines) - 1) * self.size * self.leading


class NotAFont(ValueError):
    """The named file is no font that can be opened."""


def fit(text: str, style: Style, measure: float, typecase: Typecase) -> Block:
    """Set clean ``text`` no wider than ``measure``: shrink first, then break, and only then cut
    with an ellipsis.
    """
    face = typecase.face_for(text, style.weight)
    missing = _left_out(text, face)
    if tall(text):
        style = replace(style, leading=style.leading * _TALLER)

    def block(lines: tuple[str, ...], size: float, cut: bool) -> Block:
        return Block(lines, face, size, style.leading, style.tracking, cut, missing)

    for count, floor in enumerate(style.floors, start=1):
        lines = _broken(text, count, face, style.tracking, measure / floor, typecase)
        if lines:
            widest = max(typecase.width(line, face, 1.0, style.tracking) for line in lines)
            return block(lines, measure / max(widest, measure / style.size), cut=False)
    size = style.floors[-1]
    lines, cut = _filled(text, len(style.floors), face, size, style.tracking, measure, typecase)
    return block(lines, size, cut)


@dataclass(frozen=True)
class Typecase:
    """The brand's three weights and, where they lack a letter, ``second`` ones, then what else is
    installed.

    ``language`` is that of the texts: Chinese characters are drawn otherwise in Japan. Raises
    NotAFont for a file of the brand's that is none.
    """

    files: Mapping[str, Path]
    second: Mapping[str, Path] = field(default_factory=dict)
    language: str = ""

    def __post_init__(self) -> None:
        """Fonts that cannot be opened are refused before anything is set."""
        for path in self.files.values():
            if not letters_of(path):
                raise NotAFont(path.name)

    def face_for(self, text: str, weight: str) -> Face:
        """The brand's font, or an installed one that has every letter of ``text`` when the brand's
        lacks some.
        """
        own = self.files[weight]
        wanted = _codes(text)
        if wanted <= letters_of(own):
            return Face(own, weight)
        second = self.second.get(weight)
        if second and wanted <= letters_of(second):
            return Face(second, weight)
        return self._face(installed_with(wanted, weight) or own, weight)

    def _face(self, path: Path, weight: str) -> Face:
        return Face(path, weight, face_number(path, self.language))

    def width(self, text: str, face: Face, size: float, tracking: float) -> float:
        """How far the pen moves over ``text``, less the air after its last letter."""
        pieces = self._pieces(text, face, tracking)
        return (sum(_advance(piece, own) + tracking for piece, own in pieces) - tracking) * size

    def cap_height(self, face: Face, size: float) -> float:
        """How high a capital H stands above the baseline."""
        return float(
            -_font(face, _REFERENCE_PX).getbbox("H", anchor="ls")[1] * size / _REFERENCE_PX
        )

    def mask(
        self, block: Block, centred: bool = False, from_the_right: bool = False
    ) -> tuple[Image.Image, int]:
        """The letters of ``block`` as coverage, and how many rows above its first baseline the mask
        begins.

        The mask is one em higher and deeper than the lines, for stacked accents and descenders; its
        left edge is the margin, to which the ink of every first letter is aligned, or the left edge
        of the widest line where lines are ``centred``. Lines that are read from the right, or all
        of them, begin at the right edge of the widest one.
        """
        size = block.size * _FINER
        rise = round(block.size * 1.25)
        widths = [self.width(line, block.face, block.size, block.tracking) for line in block.lines]
        wide = max(widths) + block.size / 2
        deep = rise + block.depth + block.size * 0.6
        mask = Image.new("L", (math.ceil(wide) * _FINER, math.ceil(deep) * _FINER))
        pen = ImageDraw.Draw(mask)
        for number, line in enumerate(block.lines):
            baseline = rise * _FINER + number * size * block.leading
            spare = (max(widths) - widths[number]) * _FINER
            at = self._indent(line, block.face, size, spare, centred, from_the_right)
            for piece, own in self._pieces(line, block.face, block.tracking):
                pen.text((at, baseline), piece, fill=255, font=_font(own, size), anchor="ls")
                at += (_advance(piece, own) + block.tracking) * size
        return mask.reduce(_FINER), rise

    def _indent(
        self,
        line: str,
        face: Face,
        size: float,
        spare: float,
        centred: bool,
        from_the_right: bool,
    ) -> float:
        """Where a line's pen begins, of which ``spare`` is what it lacks to the widest one."""
        if centred:
            return spare / 2
        begins_there = from_the_right or right_to_left(line)
        return spare if begins_there else -self._bearing(line, face, size)

    def _bearing(self, line: str, face: Face, size: float) -> float:
        """How far right of the pen the ink of the first letter begins."""
        first = next(iter(self._pieces(line[:1], face, 0.0)), None)
        if first is None:
            return 0.0
        letter, own = first
        return float(_font(own, size).getbbox(letter, anchor="ls")[0])

    def _pieces(self, text: str, face: Face, tracking: float) -> list[tuple[str, Face]]:
        """What is drawn in one go, with its font: tracked text letter by letter, other text whole,
        for its kerning.
        """
        return [
            (piece, own)
            for letters, own in self._by_face(text, face)
            for piece in (clusters(letters) if tracking and not joined(letters) else [letters])
        ]

    def _by_face(self, text: str, face: Face) -> list[tuple[str, Face]]:
        """Words with the font each is set in, without the letters that no font has."""
        if _codes(text) <= letters_of(face.path):
            return [(text, face)]
        found = _by_word(text, face)
        drawn = [(_drawable(word, path), self._face(path, face.weight)) for word, path in found]
        return in_reading_order(drawn)


def _by_word(text: str, face: Face) -> list[tuple[str, Path]]:
    """Words, each with the font that has most of its letters: the text's own if that has all."""
    return [
        (word, face.path if _codes(word) <= letters_of(face.path) else _best_for(word, face))
        for word in re.findall(r"[^ ]+ *| +", text)
    ]


def _best_for(word: str, face: Face) -> Path:
    return most_of(_codes(word), face.path, face.weight)


def _left_out(text: str, face: Face) -> frozenset[str]:
    """The letters of ``text`` that no font here has: they are not drawn."""
    return frozenset(
        letter
        for word, path in _by_word(text, face)
        for letter in set(word) - set(_drawable(word, path))
    )


def _codes(text: str) -> frozenset[int]:
    """The code points of which a font must have an outline: all but the space."""
    return frozenset(map(ord, text)) - {32}


def _drawable(word: str, path: Path) -> str:
    return "".join(letter for letter in word if letter == " " or ord(letter) in letters_of(path))


def _broken(
    text: str, count: int, face: Face, tracking: float, ems: float, typecase: Typecase
) -> tuple[str, ...] | None:
    """``text`` on ``count`` lines of at most ``ems`` em, as even and as well broken as can be.

    None when it is wider.
    """
    pieces = _BREAKS.split(text)
    if not count <= len(pieces) <= _MOST_PIECES:
        return None

    def reach(part: str) -> float:
        return typecase.width(part, face, _REFERENCE_PX, tracking)

    begun = ["".join(pieces[:end]) for end in range(len(pieces) + 1)]
    ends, starts = [reach(part.rstrip()) for part in begun], [reach(part) for part in begun]
    best: tuple[float, tuple[str, ...]] | None = None
    for cuts in itertools.combinations(range(1, len(pieces)), count - 1):
        spans = list(itertools.pairwise((0, *cuts, len(pieces))))
        widths = [(ends[end] - starts[start]) / _REFERENCE_PX for start, end in spans]
        if max(widths) > ems:
            continue
        # A dot between two parts goes: the break parts them as well.
        texts = ("".join(pieces[start:end]) for start, end in spans)
        lines = tuple(text.strip().removesuffix(" ·") for text in texts)
        awkward = 1 + sum(map(_awkwardness, lines[:-1]))
        cost = max(widths) * awkward + 0.15 * (max(widths) - min(widths))
        if best is None or cost < best[0]:
            best = cost, lines
    return best[1] if best else None


def _awkwardness(line: str) -> float:
    """How unwelcome a break after ``line`` is, as a share of the line's width: a comma invites one,
    "of" does not.
    """
    if line.endswith((",", ";", ":", "·", "–")):
        return -0.2
    if line.endswith(("-", "/")):
        return 0.3
    return 0.06 if len(line.rsplit(" ", 1)[-1]) <= 3 else 0.0


def _filled(
    text: str,
    count: int,
    face: Face,
    size: float,
    tracking: float,
    measure: float,
    typecase: Typecase,
) -> tuple[tuple[str, ...], bool]:
    """As much of ``text`` as ``count`` full lines hold.

    True beside them when an ellipsis after a whole word stands for the rest.
    """
    rest, lines = text[:_MOST_LETTERS], list[str]()
    while rest and len(lines) < count:
        taken = _fitting(rest, face, size, tracking, measure, typecase)
        space = taken.rfind(" ")
        if len(taken) < len(rest) and rest[len(taken)] != " " and space > len(taken) / 2:
            taken = taken[: space + 1]
        lines.append(taken.strip())
        rest = rest[len(taken) :].lstrip()
    if not rest and len(text) <= _MOST_LETTERS:
        return tuple(lines), False
    last = lines[-1]
    while last and typecase.width(last + "…", face, size, tracking) > measure:
        words = last.rpartition(" ")[0]
        last = words if len(words) > len(last) / 2 else last[:-1]
    return (*lines[:-1], last.rstrip(" ,;:-–") + "…"), True


def _fitting(
    text: str, face: Face, size: float, tracking: float, measure: float, typecase: Typecase
) -> str:
    """The longest beginning of ``text`` that is within ``measure``; at least one letter."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if typecase.width(text[:middle], face, size, tracking) <= measure:
            low = middle
        else:
            high = middle - 1
    return text[:low]


@functools.cache
def _font(face: Face, size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(face.path), size, index=face.number)
    # Most fonts are not variable, and say so with OSError.
    with contextlib.suppress(OSError, NotImplementedError):
        axes = font.get_variation_axes()
        font.set_variation_by_axes([_on_axis(axis, WEIGHTS[face.weight]) for axis in axes])
    return font


def _on_axis(axis: Mapping[str, Any], weight: int) -> float:
    """Where a variable font is set on one of its axes: at ``weight``, or where it stands."""
    if axis["name"] not in (b"Weight", "Weight"):
        return float(axis["default"] or 0)
    least, most = axis["minimum"] or 0, axis["maximum"] or 1000
    return float(min(max(weight, least), most))


@functools.cache
def _advance(piece: str, face: Face) -> float:
    """How far the pen moves over ``piece``, in em."""
    return _font(face, _REFERENCE_PX).getlength(piece) / _REFERENCE_PX
