"""The formats that captions are handed over in; without it each new one would be written in three
places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.model import Cue
from pipeline.tools.texts import subtitles


@dataclass(frozen=True)
class CaptionFormat:
    """One format: the ending of its files, whether every clip has one too, and the text of cues in
    it, at a frame rate and in a language.
    """

    ending: str
    beside_clips: bool
    write: Callable[[Sequence[Cue], Fraction, str], str]


def _ttml(cues: Sequence[Cue], rate: Fraction, language: str) -> str:
    from pipeline.tools.texts.timed_text import write_ttml  # few commands write one anew

    return write_ttml(cues, rate, language)


CAPTION_FORMATS = (
    CaptionFormat("srt", True, lambda cues, rate, _: subtitles.write_srt(cues, rate)),
    CaptionFormat("vtt", True, lambda cues, rate, _: subtitles.write_vtt(cues, rate)),
    CaptionFormat("ttml", False, _ttml),
)
