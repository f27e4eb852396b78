"""Writes captions as they are drawn into the picture (ASS text); without it a brace in a name would eat the words.

Every text is data: braces and backslashes are shown, never obeyed.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pipeline.model import Cue

FONT_SHARE = Fraction(58, 1000)
"""Height of the letters' line as a share of the shorter side: 63 px at 1080p (letters of 50 px)."""
BOTTOM_SHARE = Fraction(6, 100)
LIFTED_SHARE = Fraction(24, 100)
"""The lower edge of the text above the picture's lower edge; lifted while a lower third is up."""


def captions_ass(cues: Sequence[Cue], size: tuple[int, int], rate: Fraction, font: str,
                 first_frame: int, end_frame: int, lifted_until_frame: int = 0) -> str | None:
    """The ASS text for the captions on screen in frames ``first_frame`` to ``end_frame``; None when there are none.

    Times are those of the clip. A caption that begins before ``lifted_until_frame`` stays above the lower third for
    its whole life: a caption that jumps is harder to read than one that is high.
    """
    seen = [cue for cue in cues if cue.start_frame < end_frame and cue.end_frame > first_frame]
    if not seen:
        return None
    width, height = size
    letters = round(min(width, height) * FONT_SHARE)
    margin_side = round(width * Fraction(8, 100))
    margins = {"Default": round(height * BOTTOM_SHARE), "Lifted": round(height * LIFTED_SHARE)}
    pad = max(2, round(letters * Fraction(16, 100)))
    head = [
        "[Script Info]", "ScriptType: v4.00+", f"PlayResX: {width}", f"PlayResY: {height}", "WrapStyle: 2",
        "ScaledBorderAndShadow: yes", "YCbCr Matrix: TV.709", "", "[V4+ Styles]",
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
        "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, "
        "MarginR, MarginV, Encoding",
        # BorderStyle 4 is one box behind all lines of a caption, padded by Shadow; 0x40 of 0xFF lets the picture through.
        *(f"Style: {name},{font},{letters},&H00FFFFFF,&H00FFFFFF,&H00101010,&H40101010,0,0,0,0,100,100,0,0,4,0,{pad},2,"
          f"{margin_side},{margin_side},{margin},1" for name, margin in margins.items()),
        "", "[Events]", "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"]
    lines = [
        f"Dialogue: 0,{_clock(cue.start_frame, rate)},{_clock(cue.end_frame, rate)},"
        f"{'Lifted' if cue.start_frame < lifted_until_frame else 'Default'},,0,0,0,,{_shown(cue.lines)}" for cue in seen]
    return "\n".join([*head, *lines, ""])


def _shown(lines: Sequence[str]) -> str:
    safe = [line.replace("\\", "\\\u2060").replace("{", "\\{").replace("}", "\\}") for line in lines]
    return "\\N".join(" ".join(line.split()) for line in safe)


def _clock(frame: int, rate: Fraction) -> str:
    """H:MM:SS.cc, rounded down: the frame itself is shown just after it, the frame before just before it."""
    hundredths = int(Fraction(frame * 100) / rate)
    return f"{hundredths // 360000}:{hundredths // 6000 % 60:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"
