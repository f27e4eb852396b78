"""Shows where a person's captions would come on the recording that is there now, and writes that as
a new file; without it their corrections would have to be timed again by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from pipeline.commands.check import check, weights_of
from pipeline.errors import Refused
from pipeline.event import Event
from pipeline.message.carried import Held, held
from pipeline.model import Cue, Written
from pipeline.plan.intake import CARRIED
from pipeline.tools.texts import subtitles
from pipeline.work.bench import Bench

_MS = Fraction(1000)
"""A clock of milliseconds for what is written in frames: a person's times stay as they are."""


@dataclass(frozen=True)
class CarriedFile:
    """One caption file held against the sound: ``path`` of the person's own, and of the new one
    where it was ``written``; ``kept``: a person has changed what was written before, and it stays.
    """

    path: Path
    held: Held
    new: Path
    outcome: Literal["shown", "written", "same", "kept"] = "shown"


def carry_captions(
    event: Event, bench: Bench, speaker_id: str, write: bool
) -> tuple[CarriedFile, ...]:
    """Every caption file of a speaker where its words are said; with ``write`` those that move are
    written beside it as ID.LANG.carried.srt. No person's file is touched.

    Raises Refused where there is no message to hold them against.
    """
    report = check(event, bench, (speaker_id,))
    (one,) = report.checked
    if one.message is None:
        raise Refused(
            f"{speaker_id}: there is no message to hold captions against (see `perspectives check"
            f" {speaker_id}`). Nothing was written."
        )
    heard = [spoken.message for spoken in report.spoken if spoken.message]
    weights = weights_of(event, bench)
    files = [file for message in heard for file in held(event, bench, message, weights)[0]]
    folder = event.workspace.inputs / "captions"
    return tuple(_written(bench, _beside(folder, file), write) for file in files)


def _beside(folder: Path, file: Held) -> CarriedFile:
    path = folder / file.file.name
    return CarriedFile(path, file, path.with_name(f"{path.stem}{CARRIED}{path.suffix}"))


def _written(bench: Bench, file: CarriedFile, write: bool) -> CarriedFile:
    if not write or not file.held.carried.moves:
        return file
    cues = [_on_ms(cue) for cue in file.held.carried.cues if cue.lines and cue.end_ms > 0]
    as_text = subtitles.writer_for(file.path.name)
    return replace(file, outcome=bench.store.put_text(file.new, as_text(cues, _MS)))


def _on_ms(cue: Written) -> Cue:
    return Cue(max(0, cue.start_ms), cue.end_ms, cue.lines, chapter=cue.chapter)
