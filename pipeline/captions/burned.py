"""Writes captions as they are drawn into the picture (ASS text); without it a brace in a name would
eat the words.

Every text is data: braces and backslashes are shown, never obeyed. Lines keep a person's breaks as
far as they fit the picture; every run of letters names a font that has them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.geometry import CAPTIONS_FOOT_OVER_STRAP, SAFE
from pipeline.model import Cue

EM_SHARE = Fraction(46, 1000)
"""Size of the letters as a share of the shorter side: 50 px at 1080p."""
LONGEST_LINE_EM = Fraction(21)
"""About 42 letters; where so much does not fit (an upright picture), all captions are set smaller,
alike.
"""
SAFE_SHARE = SAFE
"""Nothing comes nearer to an edge: the box keeps to 90% of the width."""
LIFTED_SHARE = 1 - CAPTIONS_FOOT_OVER_STRAP
"""The lower edge of the text above the picture's lower edge while a lower third is up."""
TALLEST_SHARE = Fraction(6, 10)
SMALLEST = Fraction(7, 10)
"""A caption that is too wide is set smaller down to this, then broken."""
SECOND_SHARE = Fraction(82, 100)
"""How large a second language is set, under the first one."""
MOST_LETTERS = 500
"""Of one caption in the picture; a person's file may hold a whole chapter at one time."""


@dataclass(frozen=True)
class CaptionFont:
    """A font that libass knows as ``family``: the height of its line, and how far the pen moves
    over each letter, in em.

    libass counts a font's size in lines, and lines differ: 50 px of Source Sans Pro and of Noto
    Sans Thai look unlike.
    """

    family: str
    line_em: Fraction
    advances: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True)
class Second:
    """A second language, drawn under the first one: smaller, in another white, always in the same
    place.
    """

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
    lifted_until_frame: int = 0,
    second: Second | None = None,
) -> str | None:
    """The ASS text for the captions on screen in frames ``first_frame`` to ``end_frame``; None when
    there are none.

    Times are those of the clip. A caption that begins before ``lifted_until_frame`` stays above the
    lower third for its whole life: a caption that jumps is harder to read than one that is high.
    The first of ``fonts`` sets the most.
    """
    seen = _on_screen(cues, first_frame, end_frame)
    seen_second = _on_screen(second.cues, first_frame, end_frame) if second else []
    if not seen and not seen_second:
        return None
    width, height = size
    em_px = min(min(width, height) * EM_SHARE, width * (1 - 2 * SAFE_SHARE) / LONGEST_LINE_EM)
    pad = max(2, round(em_px / 5))
    side = round(width * SAFE_SHARE) + pad
    margins = {"Default": round(height * SAFE_SHARE) + pad, "Lifted": round(height * LIFTED_SHARE)}
    setting = _setting(cues, fonts, em_px, width - 2 * side, height)
    styles = [
        _style(name, setting, "&H00FFFFFF", pad, side, margin) for name, margin in margins.items()
    ]
    if second:
        under = _setting(second.cues, second.fonts, em_px * SECOND_SHARE, width - 2 * side, height)
        room = round(2 * max(map(under.line_px, range(len(under.fonts))), default=0)) + 3 * pad
        styles = [
            _style(name, setting, "&H00FFFFFF", pad, side, margin + room)
            for name, margin in margins.items()
        ]
        styles += [
            _style(f"{name}Second", under, "&H00C8F0F5", pad, side, margin)
            for name, margin in margins.items()
        ]
    head = [
        "[Script Info]",
        "ScriptType: v4.00+",
        f"PlayResX: {width}",
        f"PlayResY: {height}",
        "WrapStyle: 2",
        "ScaledBorderAndShadow: yes",
        "YCbCr Matrix: TV.709",
        "",
        "[V4+ Styles]",
        (
            "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour,"
            " BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle,"
            " BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding"
        ),
        *styles,
        "",
        "[Events]",
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ]
    shown = [(cue, "", setting) for cue in seen] + [(cue, "Second", under) for cue in seen_second]
    lines = [
        f"Dialogue: 0,{_clock(cue.start_frame, rate)},{_clock(cue.end_frame, rate)},"
        f"{'Lifted' if cue.start_frame < lifted_until_frame else 'Default'}{which},,0,0,0,,{_shown(cue.lines, how)}"
        for cue, which, how in shown
    ]
    return "\n".join([*head, *lines, ""])


def _on_screen(cues: Sequence[Cue], first_frame: int, end_frame: int) -> list[Cue]:
    return [cue for cue in cues if cue.start_frame < end_frame and cue.end_frame > first_frame]


def _setting(
    cues: Sequence[Cue], fonts: Sequence[CaptionFont], em_px: Fraction, widest_px: int, height: int
) -> _Setting:
    text = "".join(line for cue in cues for line in cue.lines)
    return _Setting(
        tuple(fonts),
        tuple(dict(font.advances) for font in fonts),
        em_px,
        Fraction(widest_px),
        height * TALLEST_SHARE,
        mostly_right_to_left(text),
    )


def _style(name: str, setting: _Setting, colour: str, pad: int, side: int, margin: int) -> str:
    """BorderStyle 4 is one box behind all lines of a caption, padded by Shadow; 0x30 of 0xFF lets
    the picture through: on white the box stays a dark grey. Encoding -1: each line's direction is
    that of its first letter or mark.
    """
    return (
        "Style:"
        f" {name},{setting.fonts[0].family},{setting.size(0, Fraction(1))},{colour},{colour},&H00101010,&H30101010,"
        f"0,0,0,0,100,100,0,0,4,0,{pad},2,{side},{side},{margin},-1"
    )


# --- fitted to the picture ------------------------------------------------------------------------


def _fitted(lines: Sequence[str], setting: _Setting) -> tuple[list[str], Fraction]:
    """The lines as they can be shown, and how much smaller than others this caption has to be set."""
    kept = _cut(lines)
    widest = max((_width(line, setting) for line in kept), default=Fraction(0))
    scale = max(SMALLEST, min(Fraction(1), setting.widest_px / widest)) if widest else Fraction(1)
    kept = [piece for line in kept for piece in _broken(line, setting, setting.widest_px / scale)]
    line_px = setting.em_px * max(font.line_em for font in setting.fonts)
    return kept, min(scale, setting.tallest_px / (len(kept) * line_px)) if kept else scale


def _cut(lines: Sequence[str]) -> list[str]:
    left, kept = MOST_LETTERS, []
    for line in (" ".join(line.split()) for line in lines):
        if left <= 0:
            break
        kept.append(line if len(line) <= left else line[:left] + "…")
        left -= len(line)
    return kept


def _width(line: str, setting: _Setting) -> Fraction:
    ems = (
        next(
            (known[ord(letter)] for known in setting.advances if ord(letter) in known), Fraction(0)
        )
        for letter in line
    )
    return sum(ems, Fraction(0)) * setting.em_px


def _broken(line: str, setting: _Setting, widest_px: Fraction) -> list[str]:
    """A line too wide for the picture on several of like length, broken at spaces, or anywhere when
    there are none.
    """
    pieces = _filled(line, setting, widest_px)
    even_px = _width(line, setting) / len(pieces)
    tries = [
        _filled(line, setting, even_px * share / 20)
        for share in range(21, 31)
        if even_px * share / 20 < widest_px
    ]
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


def _runs(line: str, font: int, setting: _Setting) -> Iterator[tuple[int, str]]:
    """The line in pieces of one font each. A letter that no font has is left out; spaces and marks
    stay with what is before them where that font has them.
    """
    piece = ""
    for letter in line:
        code = ord(letter)
        having = [number for number, known in enumerate(setting.advances) if code in known]
        neutral = letter.isspace() or unicodedata.category(letter) in ("Cf", "Mn", "Mc", "Me")
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
    """A mark before each line that says from where it is read; none where the letters say it
    themselves.

    "NZQA said so." in Arabic begins with Latin letters, and its full stop belongs on the left.
    """
    kinds = {unicodedata.bidirectional(letter) for letter in text}
    if not kinds & {"R", "AL"} and ("L" in kinds or not right_to_left):
        return ""
    return "\u200f" if right_to_left or mostly_right_to_left(text) else "\u200e"


def mostly_right_to_left(text: str) -> bool:
    """Whether over half of the letters are of a script that is read from the right."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    return 2 * (kinds.count("R") + kinds.count("AL")) > sum(
        kinds.count(kind) for kind in ("L", "R", "AL")
    )


def _clock(frame: int, rate: Fraction) -> str:
    """H:MM:SS.cc, rounded down: the frame itself is shown just after it, the frame before just
    before it.
    """
    hundredths = int(Fraction(frame * 100) / rate)
    return f"{hundredths // 360000}:{hundredths // 6000 % 60:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"
