"""Writes captions as they are drawn into the picture; without it a brace would eat the words.

In ASS text, for libass. Every text is data: braces and backslashes are shown, never obeyed. Lines
keep a person's breaks as far as they fit the picture; every run of letters names a font that has
them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.captions.words.writing import mostly_right_to_left
from pipeline.geometry import areas_of
from pipeline.model import Cue

LETTER_EM = Fraction(1, 2)
"""About how wide a letter is; where a line of as many as there are to be does not fit, all captions
are set smaller, alike.
"""
TALLEST_SHARE = Fraction(6, 10)
SMALLEST = Fraction(9, 10)
"""A caption that is a little too wide is set smaller, down to this; a wider one is broken."""
SECOND_SHARE = Fraction(82, 100)
"""How large a second language is set, under the first one."""
MOST_LETTERS = 500
"""Of one caption in the picture; a person's file may hold a whole chapter at one time."""


@dataclass(frozen=True)
class CaptionFont:
    """A font that libass knows as ``family``, with the height of its line and its letters' widths.

    The widths are how far the pen moves over each letter, in em. libass counts a font's size in
    lines, and lines differ: 50 px of Source Sans Pro and of Noto Sans Thai look unlike.
    """

    family: str
    line_em: Fraction
    advances: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True)
class Second:
    """A second language, drawn under the first: smaller, in another white, always at one place."""

    cues: tuple[Cue, ...]
    fonts: tuple[CaptionFont, ...]


@dataclass(frozen=True)
class _Setting:
    fonts: tuple[CaptionFont, ...]
    advances: tuple[Mapping[int, Fraction], ...]
    em_px: Fraction
    widest_px: Fraction
    tallest_px: Fraction
    right_to_left: bool

    def size(self, font: int, scale: Fraction) -> int:
        return round(self.em_px * scale * self.fonts[font].line_em)

    def line_px(self, font: int) -> Fraction:
        return self.em_px * self.fonts[font].line_em


def captions_ass(
    cues: Sequence[Cue],
    size: tuple[int, int],
    rate: Fraction,
    fonts: Sequence[CaptionFont],
    first_frame: int,
    end_frame: int,
    second: Second | None = None,
) -> str | None:
    """The ASS text of frames ``first_frame`` to ``end_frame``; None where no caption is on screen.

    Times are those of the clip. The first of ``fonts`` sets the most.
    """
    second_cues = second.cues if second else ()
    seen = _on_screen(cues, first_frame, end_frame)
    seen_second = _on_screen(second_cues, first_frame, end_frame)
    if not seen and not seen_second:
        return None
    canvas = canvas_for(*size)
    setting = _setting(cues, fonts, canvas.em_px, canvas)
    if second is None:
        first = _Look("Default", setting)
        return _document(canvas, [first], _dialogues(seen, first, canvas, rate))
    under = _setting(second.cues, second.fonts, canvas.em_px * SECOND_SHARE, canvas)
    first = _Look("Default", setting, above_px=_two_lines_px(under) + 3 * canvas.pad)
    below = _Look("Second", under, _OFF_WHITE)
    dialogues = _dialogues(seen, first, canvas, rate)
    dialogues += _dialogues(seen_second, below, canvas, rate)
    return _document(canvas, [first, below], dialogues)


def _on_screen(cues: Sequence[Cue], first_frame: int, end_frame: int) -> list[Cue]:
    return [cue for cue in cues if cue.start_frame < end_frame and cue.end_frame > first_frame]


_WHITE, _OFF_WHITE = "&H00FFFFFF", "&H00C8F0F5"


@dataclass(frozen=True)
class _Look:
    """How the captions of one language look; ``above_px`` is what stays free under them for the
    second language.
    """

    name: str
    setting: _Setting
    colour: str = _WHITE
    above_px: int = 0


@dataclass(frozen=True)
class Canvas:
    """The picture, the size of its letters, and what is kept free around them, all in px: ``pad``
    within the box behind a caption, ``side`` beside its text, ``below`` under its box.
    """

    width: int
    height: int
    em_px: Fraction
    pad: int
    side: int
    below: int

    @property
    def widest_px(self) -> int:
        """The room for a line."""
        return self.width - 2 * self.side

    def margin(self, cue: Cue | None = None) -> int:
        """How far a caption's letters end above the picture's lower edge; its box a pad less."""
        if cue is None or cue.foot is None:
            return self.below + self.pad
        return round(self.height * (1 - cue.foot)) + self.pad


def canvas_for(width: int, height: int) -> Canvas:
    """How captions are set in a picture of that size, in px."""
    areas = areas_of((width, height))
    fitting_px = width * (1 - 2 * areas.captions_side) / (areas.letters * LETTER_EM)
    em_px = min(min(width, height) * areas.captions_em, fitting_px)
    pad = max(2, round(em_px / 5))
    side = round(width * areas.captions_side) + pad
    return Canvas(width, height, em_px, pad, side, round(height * (1 - areas.captions_foot)))


def _two_lines_px(setting: _Setting) -> int:
    tallest_px = max(map(setting.line_px, range(len(setting.fonts))), default=0)
    return round(2 * tallest_px)


def _setting(
    cues: Sequence[Cue], fonts: Sequence[CaptionFont], em_px: Fraction, canvas: Canvas
) -> _Setting:
    text = "".join(line for cue in cues for line in cue.lines)
    return _Setting(
        fonts=tuple(fonts),
        advances=tuple(dict(font.advances) for font in fonts),
        em_px=em_px,
        widest_px=Fraction(canvas.widest_px),
        tallest_px=canvas.height * TALLEST_SHARE,
        right_to_left=mostly_right_to_left(text),
    )


# --- fitted to the picture ------------------------------------------------------------------------


def _fitted(lines: Sequence[str], setting: _Setting) -> tuple[list[str], Fraction]:
    """The lines as they can be shown, and by how much smaller than others this caption is set."""
    cut = _cut(lines)
    widest_px = max((_width(line, setting) for line in cut), default=Fraction(0))
    fitting = setting.widest_px / max(widest_px, setting.widest_px)
    scale = fitting if fitting >= SMALLEST else Fraction(1)
    kept = [piece for line in cut for piece in _broken(line, setting, setting.widest_px / scale)]
    if not kept:
        return kept, scale
    line_px = setting.em_px * max(font.line_em for font in setting.fonts)
    return kept, min(scale, setting.tallest_px / (len(kept) * line_px))


def _cut(lines: Sequence[str]) -> list[str]:
    left, kept = MOST_LETTERS, []
    for line in (" ".join(line.split()) for line in lines):
        if left <= 0:
            break
        kept.append(line if len(line) <= left else line[:left] + "…")
        left -= len(line)
    return kept


def _width(line: str, setting: _Setting) -> Fraction:
    return sum((_advance_em(ord(letter), setting) for letter in line), Fraction(0)) * setting.em_px


def _advance_em(code: int, setting: _Setting) -> Fraction:
    """How far the first font that has a letter moves the pen; not at all where none has it."""
    advances = (known[code] for known in setting.advances if code in known)
    return next(advances, Fraction(0))


def _broken(line: str, setting: _Setting, widest_px: Fraction) -> list[str]:
    """A line too wide for the picture on several of like length, broken at spaces if it has any."""
    pieces = _filled(line, setting, widest_px)
    if len(pieces) < 2:
        return pieces
    even_px = _width(line, setting) / len(pieces)
    widths_px = (even_px * share / 20 for share in range(21, 31))
    tries = (_filled(line, setting, width_px) for width_px in widths_px if width_px < widest_px)
    return next((tried for tried in tries if len(tried) == len(pieces)), pieces)


def _filled(line: str, setting: _Setting, widest_px: Fraction) -> list[str]:
    pieces: list[str] = []
    rest = line
    while _width(rest, setting) > widest_px:
        end = len(rest)
        while end > 1 and _width(rest[:end], setting) > widest_px:
            end -= 1
        space = rest.rfind(" ", 0, end + 1)
        while space <= 0 and end > 1 and unicodedata.category(rest[end])[0] == "M":
            end -= 1
        end = space if space > 0 else end
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest] if rest else pieces


# --- as ASS ---------------------------------------------------------------------------------------


_OUTLINE, _BOX = "&H00101010", "&H30101010"
"""0x30 of 0xFF lets the picture through the box: on white it stays a dark grey."""
_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold,"
    " Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow,"
    " Alignment, MarginL, MarginR, MarginV, Encoding"
)
_EVENT_FIELDS = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"


def _document(canvas: Canvas, looks: Sequence[_Look], dialogues: Sequence[str]) -> str:
    lines = [
        "[Script Info]",
        "ScriptType: v4.00+",
        f"PlayResX: {canvas.width}",
        f"PlayResY: {canvas.height}",
        "WrapStyle: 2",
        "ScaledBorderAndShadow: yes",
        "YCbCr Matrix: TV.709",
        "",
        "[V4+ Styles]",
        f"Format: {_STYLE_FIELDS}",
        *(_style(look, canvas) for look in looks),
        "",
        "[Events]",
        f"Format: {_EVENT_FIELDS}",
        *dialogues,
        "",
    ]
    return "\n".join(lines)


def _style(look: _Look, canvas: Canvas) -> str:
    """One look: BorderStyle 4 is one box behind all lines of a caption, padded by Shadow.

    Encoding -1: each line's direction is that of its first letter or mark.
    """
    font = f"{look.setting.fonts[0].family},{look.setting.size(0, Fraction(1))}"
    colours = f"{look.colour},{look.colour},{_OUTLINE},{_BOX}"
    margins = f"{canvas.side},{canvas.side},{canvas.margin() + look.above_px}"
    fixed = f"0,0,0,0,100,100,0,0,4,0,{canvas.pad},2"
    return f"Style: {look.name},{font},{colours},{fixed},{margins},-1"


def _dialogues(cues: Sequence[Cue], look: _Look, canvas: Canvas, rate: Fraction) -> list[str]:
    """One line for each caption; a margin of 0 is that of its look."""
    margins = [canvas.margin(cue) + look.above_px if cue.foot else 0 for cue in cues]
    return [
        f"Dialogue: 0,{_clock(cue.start_frame, rate)},{_clock(cue.end_frame, rate)},"
        f"{look.name},,0,0,{margin},,{_shown(cue.lines, look.setting)}"
        for cue, margin in zip(cues, margins, strict=True)
    ]


def _shown(lines: Sequence[str], setting: _Setting) -> str:
    kept, scale = _fitted(lines, setting)
    direction = _direction("".join(kept), setting.right_to_left)
    text = "" if scale == 1 else f"{{\\fs{setting.size(0, scale)}}}"
    font, written = 0, []
    for line in kept:
        shown = direction
        for wanted, letters in _runs(line, font, setting):
            if wanted != font:
                font = wanted
                shown += f"{{\\fn{setting.fonts[font].family}\\fs{setting.size(font, scale)}}}"
            shown += letters.replace("\\", "\\\u2060").replace("{", "\\{").replace("}", "\\}")
        written.append(shown)
    return text + "\\N".join(written)


_MARKS = ("Cf", "Mn", "Mc", "Me")


def _runs(line: str, font: int, setting: _Setting) -> Iterator[tuple[int, str]]:
    """The line in pieces of one font each. A letter that no font has is left out.

    Spaces and marks stay with what is before them where that font has them.
    """
    piece = ""
    for letter in line:
        code = ord(letter)
        having = [number for number, known in enumerate(setting.advances) if code in known]
        neutral = letter.isspace() or unicodedata.category(letter) in _MARKS
        if not having and not neutral:
            continue
        wanted = font if not having or (neutral and font in having) else having[0]
        if wanted != font and piece:
            yield font, piece
            piece = ""
        font, piece = wanted, piece + letter
    if piece:
        yield font, piece


def _direction(text: str, right_to_left: bool) -> str:
    """A mark before each line that says from where it is read; none where the letters say it.

    "NZQA said so." in Arabic begins with Latin letters, and its full stop belongs on the left.
    """
    kinds = {unicodedata.bidirectional(letter) for letter in text}
    if not kinds & {"R", "AL"} and ("L" in kinds or not right_to_left):
        return ""
    return "\u200f" if right_to_left or mostly_right_to_left(text) else "\u200e"


def _clock(frame: int, rate: Fraction) -> str:
    """H:MM:SS.cc, rounded down.

    The frame itself is shown just after it, the frame before just before it.
    """
    seconds, hundredths = divmod(int(Fraction(frame * 100) / rate), 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{hundredths:02d}"
