"""Reads and writes caption files with pysubs2; without it a person's corrections could not come back.

Text in, text out. What pysubs2 leaves to its users is done here: encodings, escapes in WebVTT, braces.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pysubs2
from pysubs2.exceptions import Pysubs2Error

from pipeline.captions.script import decode_text
from pipeline.model import Cue
from pipeline.timing import frame_ms, frames_nearest

MOST_BYTES = 4_000_000


class NotCaptions(ValueError):
    """The file holds no captions that can be read; ``str`` is the end of a sentence."""


def read_captions(data: bytes, name: str, rate: Fraction, clip_frames: int) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """A person's captions in frames of the clip, in order of time, and sentences on what had to be mended.

    The wording and the line breaks stay as written. Raises NotCaptions.
    """
    if len(data) > MOST_BYTES:
        raise NotCaptions("it is larger than 4 MB")
    text, encoding = decode_text(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not re.search(r"\d\s*-->\s*\d", text):
        raise NotCaptions("there is no caption in it (no line with times and an arrow -->)")
    notes = [] if encoding in ("utf-8", "utf-16") else [f"it was read as {encoding}; save it as UTF-8 to be sure"]
    vtt = text.lstrip("\ufeff \r\n").startswith("WEBVTT") or (  # SRT saved under the other name has commas
        name.lower().endswith(".vtt") and not re.search(r"\d,\d{3}\s*-->", text))
    try:
        parsed = pysubs2.SSAFile.from_string(_without_commands(text), format_="vtt" if vtt else "srt")
    except (Pysubs2Error, ValueError) as failed:
        raise NotCaptions(f"it cannot be read ({failed})") from None
    arrows = len(re.findall(r"\d\s*-->\s*\d", text))
    if arrows != len(parsed.events):
        notes.append(f"it has {arrows} lines with times, but only {len(parsed.events)} captions could be read")
    cues: list[Cue] = []
    for event in sorted(parsed.events, key=lambda event: (event.start, event.end)):
        lines = tuple(line for line in (_plain(line, vtt) for line in event.plaintext.split("\n")) if line)
        start, end = frames_nearest(event.start, rate), frames_nearest(event.end, rate)
        if cues and lines and start == cues[-1].start_frame and end > start:  # two people, or two lines, at one time
            cues[-1] = Cue(start, max(cues[-1].end_frame, min(end, clip_frames)), cues[-1].lines + lines)
        elif lines and start < clip_frames and end > start:
            cues.append(Cue(start, min(end, clip_frames), lines))
        elif lines:
            notes.append(f'the caption "{lines[0]}" lies outside the recording or ends before it starts; '
                         "it is not shown")
    if not cues:
        raise NotCaptions("none of its captions lies within the recording")
    overlaps = sum(after.start_frame < before.end_frame for before, after in pairwise(cues))
    if overlaps:
        notes.append(f"{overlaps} of its captions overlap the next one; each is shown until the next begins")
    return tuple(Cue(cue.start_frame, min(cue.end_frame, following.start_frame) if following else cue.end_frame, cue.lines)
                 for cue, following in zip(cues, [*cues[1:], None], strict=True)), tuple(notes)


def write_srt(cues: Sequence[Cue], rate: Fraction) -> str:
    """The captions as SubRip. It has no escapes: ``<`` is written with a space behind it, so that no player takes it
    for a tag."""
    blocks = [f"{i}\n{_clock(cue.start_frame, rate, ',')} --> {_clock(cue.end_frame, rate, ',')}\n"
              + "\n".join(re.sub(r"<(?=\S)", "< ", _safe(line)) for line in cue.lines)
              for i, cue in enumerate(cues, 1)]
    return "\n\n".join(blocks) + ("\n" if blocks else "")


def write_vtt(cues: Sequence[Cue], rate: Fraction) -> str:
    """The captions as WebVTT, with ``&``, ``<`` and ``>`` escaped."""
    blocks = [f"{_clock(cue.start_frame, rate, '.')} --> {_clock(cue.end_frame, rate, '.')}\n"
              + "\n".join(html.escape(_safe(line), quote=False) for line in cue.lines) for cue in cues]
    return "WEBVTT\n\n" + "\n\n".join(blocks) + ("\n" if blocks else "")


def write_transcript(cues: Sequence[Cue], rate: Fraction) -> str:
    """The words alone, a paragraph for each stretch without a pause of a second, with the time it begins."""
    paragraphs: list[list[Cue]] = []
    for cue in cues:
        if paragraphs and cue.start_frame - paragraphs[-1][-1].end_frame < rate:
            paragraphs[-1].append(cue)
        else:
            paragraphs.append([cue])
    return "\n".join(
        f"[{frame_ms(paragraph[0].start_frame, rate) // 60000}:"
        f"{frame_ms(paragraph[0].start_frame, rate) // 1000 % 60:02d}] "
        + " ".join(line for cue in paragraph for line in cue.lines) + "\n" for paragraph in paragraphs)


def _safe(line: str) -> str:
    return line.replace("-->", "→")


def _clock(frame: int, rate: Fraction, point: str) -> str:
    ms = frame_ms(frame, rate)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{point}{ms % 1000:03d}"


_STAND_INS = {"{": "\ue000", "}": "\ue001", "\\": "\ue002", "<": "\ue003"}
_NO_NUMBER = "\ue004"


def _without_commands(text: str) -> str:
    """Braces, backslashes and < swapped for letters nobody uses: pysubs2 takes them for commands and drops the words
    ("b and c" of "a < b and c > d"). A line of digits that is no caption's number is marked: it drops that one too."""
    text = re.sub("[" + re.escape("".join(_STAND_INS)) + "]", lambda found: _STAND_INS[found[0]], text)
    return re.sub(r"^([ \t]*\d+[ \t]*)$(?!\n[^\n]*-->)", rf"\1{_NO_NUMBER}", text, flags=re.M)


def _plain(line: str, vtt: bool) -> str:
    for written, stand_in in _STAND_INS.items():
        line = line.replace(stand_in, written)
    line = line.replace(_NO_NUMBER, "")
    line = re.sub(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>", "", line)
    shown = " ".join((html.unescape(line) if vtt else line).split())
    return "".join(letter for letter in shown if unicodedata.category(letter) != "Cc")
