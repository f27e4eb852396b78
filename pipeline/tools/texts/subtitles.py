"""Writes caption files: SubRip, WebVTT and the transcript; without it nobody could upload what was
made.

Cues in, text out. The escapes that each format needs are made here; a line cannot become two.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from pipeline.model import Cue
from pipeline.timing import frame_ms, moment


def writer_for(name: str) -> Callable[[Sequence[Cue], Fraction], str]:
    """What writes captions in the format that a file's name says: WebVTT, else SubRip."""
    return write_vtt if name.lower().endswith(".vtt") else write_srt


def write_srt(cues: Sequence[Cue], rate: Fraction) -> str:
    """The captions as SubRip.

    It has no escapes: ``<`` is written with a space behind it, so that no player takes it for a
    tag, and an arrow as →.
    """
    blocks = [
        f"{i}\n{_clock(cue.start_frame, rate, ',')} --> {_clock(cue.end_frame, rate, ',')}\n"
        + "\n".join(re.sub(r"<(?=\S)", "< ", _safe(line).replace("-->", "→")) for line in cue.lines)
        for i, cue in enumerate(cues, 1)
    ]
    return "\n\n".join(blocks) + ("\n" if blocks else "")


def write_vtt(cues: Sequence[Cue], rate: Fraction) -> str:
    """The captions as WebVTT, with ``&``, ``<`` and ``>`` escaped.

    Those over a lower third say where their first line is. A chapter stands in a note before the
    caption with which it begins, as ``caption_files`` reads it.
    """
    blocks = [
        f"{_chapter_note(cue)}{_clock(cue.start_frame, rate, '.')} -->"
        f" {_clock(cue.end_frame, rate, '.')}{_line_setting(cue)}\n"
        + "\n".join(html.escape(_safe(line), quote=False) for line in cue.lines)
        for cue in cues
    ]
    return "WEBVTT\n\n" + "\n\n".join(blocks) + ("\n" if blocks else "")


def _chapter_note(cue: Cue) -> str:
    return f"NOTE chapter: {_safe(cue.chapter).replace('-->', '→')}\n\n" if cue.chapter else ""


_PLAYERS_LINE = Fraction(6, 100)
"""How high players set a line of WebVTT: letters of 5% of the picture, and their leading."""


def _line_setting(cue: Cue) -> str:
    """Where the first line begins: that the last one ends somewhere (``line:76%,end``) is not
    understood by every browser.
    """
    if cue.foot is None:
        return ""
    return f" line:{max(0, int(100 * (cue.foot - len(cue.lines) * _PLAYERS_LINE)))}%"


def write_transcript(cues: Sequence[Cue], rate: Fraction, paragraphs: Sequence[int] = ()) -> str:
    """The words alone in paragraphs, each with the time it begins, for a reader; ``paragraphs`` as
    ``in_paragraphs`` takes them.
    """
    return "\n".join(
        f"[{moment(frame_ms(group[0].start_frame, rate))}] {joined(group)}\n"
        for group in in_paragraphs(cues, rate, paragraphs)
    )


def in_paragraphs(
    cues: Sequence[Cue], rate: Fraction, paragraphs: Sequence[int] = ()
) -> list[list[Cue]]:
    """Captions as a reader would have them together.

    A paragraph begins where the script has one (``paragraphs``: frames), or after a pause of over
    1.2 s behind the end of a sentence; in a text without full stops (a rough draft) after any such
    pause.
    """
    stops = any(_ENDS_A_SENTENCE.search(cue.lines[-1]) for cue in cues if cue.lines)
    # A caption may start a frame or two before or after its first word.
    begins = {
        min((cue.start_frame for cue in cues), key=lambda start: abs(start - frame), default=0)
        for frame in paragraphs
    }
    groups: list[list[Cue]] = []
    for cue in cues:
        before = groups[-1][-1] if groups else None
        begun = before is None or cue.start_frame in begins
        if begun or _pause(groups[-1][-1], cue, rate, stops):
            groups.append([])
        groups[-1].append(cue)
    return groups


def _pause(before: Cue, cue: Cue, rate: Fraction, stops: bool) -> bool:
    """Whether a reader would pause between two captions of a text with ``stops`` or without."""
    long = (cue.start_frame - before.end_frame) * 10 > 12 * rate
    return long and (not stops or bool(_ENDS_A_SENTENCE.search(before.lines[-1])))


_ENDS_A_SENTENCE = re.compile(r"[.!?…。！？؟।॥][\"'”’»)\]」』]*\s*$")
_NO_SPACES = (
    "[\u3040-\u30ff\u3400-\u9fff\u3000-\u303f\uff00-\uffef\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)
"""Japanese, Chinese, Thai, Lao, Burmese and Khmer are written without spaces between words."""


def joined(cues: Iterable[Cue]) -> str:
    """The words of captions as one running text."""
    text = ""
    for line in (line for cue in cues for line in cue.lines):
        text += f"{gap(text, line)}{line}"
    return text


def gap(text: str, line: str) -> str:
    """What stands between a text and the line that goes on with it: a space, where its writing has
    any.
    """
    close = not text or (re.match(_NO_SPACES, line) and re.match(_NO_SPACES, text[-1]))
    return "" if close else " "


def _safe(line: str) -> str:
    """One line, in which players that know more than the format (``{\\an8}``) find no command."""
    return re.sub(r"\{(?=\\)", "{ ", " ".join(line.split()))


def _clock(frame: int, rate: Fraction, point: str) -> str:
    seconds, ms = divmod(frame_ms(frame, rate), 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{ms:03d}"
