"""Checks caption files, a person's and ours, and mends copies of them; without it a producer would
learn from viewers that captions flash by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import langcodes

from pipeline.captions.check.breach import Breach
from pipeline.captions.check.lint import lint
from pipeline.captions.check.mend import mend
from pipeline.config import Speaker
from pipeline.errors import NotYet
from pipeline.message.captions import style_of
from pipeline.message.stages import Stages
from pipeline.model import Submission
from pipeline.plan.intake import MENDED, take_in
from pipeline.tools.running import files, received
from pipeline.tools.texts import caption_files, subtitles

_NO_END = 1 << 40
"""Frames of a clip whose length is not known."""


@dataclass(frozen=True)
class Proof:
    """One caption file and what was found in it. ``unreadable`` is the reason where it could not be
    read.
    """

    path: Path
    submission: str
    language: str
    cues: int
    breaches: tuple[Breach, ...]
    notes: tuple[str, ...]
    mended: Path | None = None
    unreadable: str | None = None

    def as_json(self, root: Path) -> dict[str, Any]:
        """As ``captions lint --json`` prints it, paths from the workspace folder."""
        return {
            "file": self.path.relative_to(root).as_posix(),
            "submission": self.submission,
            "language": self.language,
            "cues": self.cues,
            "unreadable": self.unreadable,
            "notes": list(self.notes),
            "mended": self.mended.relative_to(root).as_posix() if self.mended else None,
            "breaches": [
                {
                    "rule": one.rule,
                    "severity": one.severity,
                    "cue": one.cue,
                    "at_ms": one.at_ms,
                    "measured": one.measured,
                    "allowed": one.allowed,
                    "message": one.message,
                }
                for one in self.breaches
            ],
        }


def proofread(stages: Stages, wanted: tuple[str, ...], fix: bool) -> tuple[Proof, ...]:
    """Every caption file of the speakers in ``wanted`` (all when empty): those in inputs/captions,
    then our drafts.

    With ``fix`` a mended copy ID.LANG.mended.srt is written beside each file that it betters; no
    file is changed.
    """
    speakers = {speaker.id: speaker for speaker in stages.config.speakers}
    taken, _ = take_in(stages.config, *stages.workspace.listing())
    return tuple(
        _proof(stages, speakers[submission.id], path, language, clip_frames, fix)
        for submission, findings in taken
        if not wanted or submission.id in wanted
        for clip_frames in [_clip_frames(stages, speakers[submission.id], submission)]
        for path, language in _caption_files(stages, submission)
    )


def _clip_frames(stages: Stages, speaker: Speaker, submission: Submission) -> int:
    try:
        timeline = stages.intake(speaker, submission, ()).timeline
    except NotYet:
        timeline = None
    return timeline.frames if timeline else _NO_END


def _caption_files(stages: Stages, submission: Submission) -> Iterable[tuple[Path, str]]:
    for language, name in submission.captions.items():
        if name.lower().endswith((".srt", ".vtt")):
            yield stages.workspace.inputs / "captions" / name, language
    for path in sorted((stages.workspace.outputs / "captions").glob(f"{submission.id}.*.srt")):
        found = re.fullmatch(re.escape(submission.id) + r"\.([A-Za-z0-9-]+)\.srt", path.name)
        if found and langcodes.tag_is_valid(found[1]):
            yield path, found[1]


def _proof(
    stages: Stages, speaker: Speaker, path: Path, language: str, clip_frames: int, fix: bool
) -> Proof:
    rate, style = stages.config.delivery.fps, style_of(stages.config, speaker, language)
    try:
        cues, notes = caption_files.read_captions(
            received.read(path, path.parent), path.name, rate, clip_frames
        )
    except (caption_files.NotCaptions, OSError) as failed:
        return Proof(path, speaker.id, language, 0, (), (), unreadable=str(failed))
    breaches = lint(cues, style, language, rate, clip_frames)
    better = mend(cues, style, language, rate, clip_frames) if fix else cues
    mended = None
    if better != cues:
        mended = path.with_name(f"{path.stem}{MENDED}{path.suffix}")
        write = subtitles.write_vtt if path.suffix.lower() == ".vtt" else subtitles.write_srt
        files.write_if_new(mended, write(better, rate))
    return Proof(path, speaker.id, language, len(cues), breaches, notes, mended)
