"""Breaks captions again that are too wide for the picture they are drawn into; without it an
upright film had letters nobody could read, or four lines over a face.

Pure. What fits stays as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from pipeline.captions.cues.style import CaptionStyle, style_for
from pipeline.captions.cues.translated import timed_words
from pipeline.model import Cue


def narrowed(cues: Sequence[Cue], letters: int, rate: Fraction, language: str) -> tuple[Cue, ...]:
    """The captions, each that has a line of more than about ``letters`` as several of two lines at
    most, one after the other within its time: the words come by their letters.

    Letters of double width count twice.
    """
    style = narrow_style(style_for(language), letters)
    return tuple(piece for cue in cues for piece in _pieces(cue, style, rate, language))


def narrow_style(style: CaptionStyle, letters: int) -> CaptionStyle:
    """The same limits, but for lines that are no longer than ``letters``."""
    longest = letters // 2 if style.counting == "halves" else letters
    return replace(
        style,
        line_length=min(style.line_length, longest),
        line_aim=min(style.line_aim, longest),
    )


def _pieces(cue: Cue, style: CaptionStyle, rate: Fraction, language: str) -> Iterator[Cue]:
    if all(style.width(line) <= style.line_length for line in cue.lines):
        yield cue
        return
    # numpy takes 0.1 s to import, and most captions fit
    from pipeline.captions.cues.search import break_into_cues

    words = [word for _, word in timed_words([cue], rate)]
    broken = break_into_cues(words, style, rate, cue.end_frame, language)
    for number, piece in enumerate(broken):
        start = piece.start_frame if number else cue.start_frame
        end = piece.end_frame if number < len(broken) - 1 else cue.end_frame
        chapter = "" if number else cue.chapter
        yield replace(cue, start_frame=start, end_frame=end, lines=piece.lines, chapter=chapter)
