"""Checks caption files, a person's and ours, and mends copies of them; without it a producer would
learn from viewers that captions flash by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.captions.check.breach import Breach
from pipeline.captions.check.lint import lint
from pipeline.captions.check.mend import mend
from pipeline.captions.edit.sheet import sheet_of
from pipeline.captions.edit.window import Window
from pipeline.captions.words.tags import standard
from pipeline.config import Speaker
from pipeline.errors import NotYet
from pipeline.event import Event
from pipeline.message.intake import first_sight, look_at
from pipeline.message.prepared import Received, Rejected
from pipeline.message.wording import style_of
from pipeline.model import Submission
from pipeline.plan.intake import CAPTIONS, MENDED
from pipeline.tools.running import files, received
from pipeline.tools.texts import caption_files, subtitles
from pipeline.work.bench import Bench


@dataclass(frozen=True)
class CaptionFile:
    """One caption file of a speaker, and how long the clip is that it belongs to."""

    path: Path
    speaker: Speaker
    language: str
    clip_frames: int


@dataclass(frozen=True)
class Proof:
    """One caption file and what was found in it. ``unreadable`` is the reason where it could not be
    read.
    """

    path: Path
    submission: str
    language: str
    cues: int = 0
    breaches: tuple[Breach, ...] = ()
    notes: tuple[str, ...] = ()
    mended: Path | None = None
    unreadable: str | None = None

    def as_json(self, root: Path) -> dict[str, Any]:
        """As ``captions lint --json`` prints it, paths from the workspace folder."""
        shown = ("rule", "severity", "cue", "at_ms", "measured", "allowed", "message")
        found = [asdict(breach) for breach in self.breaches]
        return {
            "file": self.path.relative_to(root).as_posix(),
            "submission": self.submission,
            "language": self.language,
            "cues": self.cues,
            "unreadable": self.unreadable,
            "notes": list(self.notes),
            "mended": self.mended.relative_to(root).as_posix() if self.mended else None,
            "breaches": [{name: breach[name] for name in shown} for breach in found],
        }


def proofread(event: Event, bench: Bench, wanted: tuple[str, ...], fix: bool) -> tuple[Proof, ...]:
    """Every caption file of the speakers in ``wanted`` (all when empty): those in inputs/captions,
    then our drafts.

    With ``fix`` a mended copy ID.LANG.mended.srt is written beside each file that it betters; no
    file is changed.
    """
    taken, _ = event.received()
    submissions = [one for one, _ in taken if not wanted or one.id in wanted]
    sent = [(event.speakers[one.id], one) for one in submissions]
    sent += [
        (introducer, one.intro)
        for speaker, one in sent
        if one.intro and (introducer := event.config.introducer_of(speaker))
    ]
    return tuple(
        _proof(event, file, fix)
        for speaker, submission in sent
        for file in _caption_files(event, bench, speaker, submission)
    )


def _caption_files(
    event: Event, bench: Bench, speaker: Speaker, submission: Submission
) -> Iterable[CaptionFile]:
    frames = _clip_frames(event, bench, speaker, submission)
    for language, name in submission.captions.items():
        if name.lower().endswith(CAPTIONS):
            path = event.workspace.inputs / "captions" / name
            yield CaptionFile(path, speaker, language, frames)
    ours = event.workspace.outputs / "captions"
    for path in sorted(ours.glob(f"{speaker.id}.*.srt")):
        found = re.fullmatch(re.escape(speaker.id) + r"\.([A-Za-z0-9-]+)\.srt", path.name)
        if found and standard(found[1]):
            yield CaptionFile(path, speaker, found[1], frames)


def _clip_frames(event: Event, bench: Bench, speaker: Speaker, submission: Submission) -> int:
    arrived = first_sight(event, bench, speaker, submission)
    if isinstance(arrived, Rejected):
        return caption_files.NO_END
    try:
        taken = look_at(event, bench, arrived)
    except NotYet:
        return caption_files.NO_END
    return taken.timeline.frames if isinstance(taken, Received) else caption_files.NO_END


def _proof(event: Event, file: CaptionFile, fix: bool) -> Proof:
    path, language, end = file.path, file.language, file.clip_frames
    rate, style = event.config.delivery.fps, style_of(event.config, file.speaker, language)
    try:
        data = received.read(path, path.parent)
        cues, notes = caption_files.read_captions(data, path.name, rate, end)
    except (caption_files.NotCaptions, OSError) as failed:
        return Proof(path, file.speaker.id, language, unreadable=str(failed))
    breaches = lint(cues, style, language, rate, end)
    proof = Proof(path, file.speaker.id, language, len(cues), breaches, notes)
    better = mend(cues, style, language, rate, end) if fix else cues
    if better == cues:
        return proof
    whole, _ = caption_files.read_captions(data, path.name, rate, caption_files.NO_END)
    better = Window(0, end).with_shown(sheet_of(whole), better).cues  # a trim may be taken back
    mended = path.with_name(f"{path.stem}{MENDED}{path.suffix}")
    write = subtitles.writer_for(path.name)
    files.write_if_new(mended, write(better, rate))
    return replace(proof, mended=mended)
