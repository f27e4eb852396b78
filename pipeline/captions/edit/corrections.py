"""Corrections that somebody sent, put into the captions that stand now; without it an answer to
last week's page would take this week's corrections back.

Each goes where its caption still says what it said on the page. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pipeline.captions.check.lint import lint
from pipeline.captions.edit import moves
from pipeline.captions.edit.moves import Limits
from pipeline.captions.edit.sheet import Correction, Line, Sheet
from pipeline.captions.edit.spoken import ASTRAY_MS, Heard, as_heard
from pipeline.captions.fit.carry import IN_STEP_MS
from pipeline.model import Cue
from pipeline.timing import frame_ms


@dataclass(frozen=True)
class Corrected:
    """Captions with what could be corrected; ``refused`` are corrections of captions that say
    something else by now, each with what stands there.
    """

    sheet: Sheet
    refused: tuple[tuple[Correction, str], ...]


def corrected(sheet: Sheet, corrections: Iterable[Correction], limits: Limits) -> Corrected:
    """Each correction made, and mended where it is too long for its caption.
    One that stands there already changes nothing.
    """
    refused: list[tuple[Correction, str]] = []
    for one in corrections:
        line = _meant(sheet, one, limits)
        there = _there(sheet, one, limits)
        if line is not None:
            sheet = _made(sheet, line, one.now, limits)
        elif _letters(one.now) not in _letters("".join(there)):
            refused.append((one, " / ".join(there)))
    return Corrected(sheet, tuple(refused))


def timed_where_changed(before: Sequence[Cue], sheet: Sheet, heard: Heard, limits: Limits) -> Sheet:
    """The captions that are others than ``before``, at the times at which their words are heard
    where they are out of step with them.
    """
    numbers = [line.id for line in sheet.lines if line.cue not in before]
    words = partial(as_heard, heard=heard, rate=limits.rate, beside_ms=ASTRAY_MS)
    for number in numbers:
        try:
            edit = moves.timed_again(sheet, [number], words, limits)
        except moves.NotPossible:
            continue
        if edit is None:
            continue
        timed = sheet.edited(edit)
        was, now = (one.lines[one.place(number)].cue.start_frame for one in (sheet, timed))
        if abs(frame_ms(now, limits.rate) - frame_ms(was, limits.rate)) > IN_STEP_MS:
            sheet = timed
    return sheet


def _made(sheet: Sheet, line: Line, text: str, limits: Limits) -> Sheet:
    lines = moves.typed(text.split("\n"))
    if not lines:
        return sheet.edited(moves.removed(sheet, line.id))
    style = limits.style
    if len(lines) > style.lines or any(style.width(one) > style.line_length for one in lines):
        lines = limits.laid_out(" ".join(lines))
    sheet = sheet.edited(moves.reworded(sheet, line.id, line.cue.lines, lines))
    if _broken(replace(line.cue, lines=lines), limits) <= _broken(line.cue, limits):
        return sheet
    mended = moves.mended(sheet, line.id, limits)
    return sheet.edited(mended) if mended else sheet


def _broken(cue: Cue, limits: Limits) -> int:
    """How many limits a caption breaks by itself."""
    found = lint([cue], limits.style, limits.language, limits.rate, limits.clip_frames)
    return sum(breach.severity == "breach" for breach in found)


def _meant(sheet: Sheet, one: Correction, limits: Limits) -> Line | None:
    """The caption that says what was shown: the only one, or the nearest of several."""
    shown = _letters(one.was)
    same = [line for line in sheet.lines if _letters("".join(line.cue.lines)) == shown]
    if len(same) < 2:
        return same[0] if same else None

    def apart_ms(line: Line) -> int:
        return abs(frame_ms(line.cue.start_frame, limits.rate) - one.start_ms)

    nearest = min(same, key=apart_ms)
    return nearest if apart_ms(nearest) <= ASTRAY_MS else None


def _there(sheet: Sheet, one: Correction, limits: Limits) -> list[str]:
    """What is shown while the caption was."""
    return [
        " ".join(line.cue.lines)
        for line in sheet.lines
        if frame_ms(line.cue.start_frame, limits.rate) < one.end_ms
        and one.start_ms < frame_ms(line.cue.end_frame, limits.rate)
    ]


def _letters(text: str) -> str:
    """A text without its spaces: lines are broken elsewhere, and SubRip writes one behind ``<``."""
    return "".join(text.split())
