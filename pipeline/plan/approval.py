"""Whether somebody has approved what will be shown, or an older version of it; without it a late
correction would go on air under the name of a person who never saw it.

What is approved is known by digests: a change that is taken back brings the approval back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from pipeline.config import Speaker
from pipeline.findings import About, Finding
from pipeline.model import Captions, Chapter, Cue
from pipeline.timing import frame_ms

PARTS = ("recording", "captions", "trim", "card", "picture", "sound", "chapters", "intro")
"""What an approval is about, in the order in which changes are told."""
KEYS: Mapping[str, tuple[str, ...]] = {
    "trim": ("trim",),
    "card": ("name", "role", "organisation", "country"),
    "picture": ("fit", "crop"),
    "sound": ("sound_track", "allow_silent", "denoise", "level"),
}
"""The keys of a speaker in config.yaml that decide by themselves what is seen and heard. The others
name files and languages, and are known by what comes of them.
"""


@dataclass(frozen=True)
class Approval:
    """Who approved a message, when (ISO 8601, with the offset from UTC), and the digest of each of
    ``PARTS`` as it was then.
    """

    by: str
    at: str
    digests: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """As it stands in inputs/approvals/ID.json."""
        return {"by": self.by, "at": self.at, "digests": dict(self.digests)}


@dataclass(frozen=True)
class Standing:
    """Whether a message is approved as it is, was approved in an older version (``changed`` are the
    parts that are others now), or not at all; "unknown" as long as it is not known what would be
    shown. ``last`` is the approval that counts.
    """

    state: Literal["approved", "older", "none", "unknown"]
    last: Approval | None = None
    changed: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As ``--json`` and report.json have it."""
        last = self.last
        return {
            "state": self.state,
            "by": last.by if last else None,
            "at": last.at if last else None,
            "changed": list(self.changed),
        }


def standing(approvals: Sequence[Approval], now: Mapping[str, str]) -> Standing:
    """How the approvals of a message, oldest first, stand to what would be shown ``now``."""
    for approval in reversed(approvals):
        if approval.digests == now:
            return Standing("approved", approval)
    if not approvals:
        return Standing("none")
    last = approvals[-1]
    return Standing("older", last, changed_parts(last.digests, now))


def changed_parts(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Those of ``PARTS`` of which the digests are others ``now``."""
    return tuple(part for part in PARTS if then.get(part) != now.get(part))


@dataclass(frozen=True)
class Shown:
    """What is seen and heard of a message: the digests of its ``recording`` and of the ``photo``
    that stands for a picture, its captions in all languages, its chapters, and its introduction.
    """

    speaker: Speaker
    recording: str | None
    photo: str | None = None
    captions: Mapping[str, Captions] = field(default_factory=dict)
    chapters: Sequence[Chapter] = ()
    intro: Shown | None = None


def digests_of(shown: Shown, rate: Fraction) -> dict[str, str]:
    """The digest of each of ``PARTS``."""
    said = shown.speaker.model_dump(mode="json")
    keys = {part: [said[key] for key in names] for part, names in KEYS.items()}
    intro = shown.intro
    parts: dict[str, Any] = {
        **keys,
        "recording": shown.recording,
        "captions": _captions(shown, rate),
        "picture": [*keys["picture"], shown.photo],
        "chapters": [[one.start_frame, one.title] for one in shown.chapters],
        "intro": intro and [intro.recording, _captions(intro, rate)],
    }
    return {part: _digest(parts[part]) for part in PARTS}


def _captions(shown: Shown, rate: Fraction) -> dict[str, Any]:
    return {language: _cues(made.cues, rate) for language, made in shown.captions.items()}


def _cues(cues: Sequence[Cue], rate: Fraction) -> list[Any]:
    return [
        [frame_ms(cue.start_frame, rate), frame_ms(cue.end_frame, rate), *cue.lines] for cue in cues
    ]


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def approval_findings(stands: Standing, speaker: Speaker, required: bool) -> tuple[Finding, ...]:
    """That what was approved is not what would be shown, or that nobody has approved it where that
    is ``required``; nothing where all is well.
    """
    last, about = stands.last, About(speaker.id)
    look = f"`perspectives review {speaker.id}`"
    approve = (
        f"`perspectives approve {speaker.id} --by NAME`; or have the speaker do so (`perspectives"
        f" proof {speaker.id}`)"
    )
    if stands.state == "older" and last:
        changed = " and ".join(stands.changed)
        message = (
            f"{speaker.name}: {last.by} approved an older version"
            f" ({last.at[:16].replace('T', ' ')}); changed since: {changed}."
        )
        return (
            about.warning("approval-older", message, f"Look at it again ({look}), then {approve}."),
        )
    if stands.state == "none" and required:
        message = f"{speaker.name}: nobody has approved this message."
        return (about.warning("approval-missing", message, f"Look at it ({look}), or {approve}."),)
    return ()


class NotApprovals(ValueError):
    """The text is not what ``approvals_text`` writes; ``str`` is the end of a sentence."""


def approvals_text(approvals: Sequence[Approval]) -> str:
    """inputs/approvals/ID.json: all approvals of a message, oldest first."""
    listed = [approval.as_json() for approval in approvals]
    return json.dumps(listed, ensure_ascii=False, indent=1) + "\n"


def read_approvals(text: str) -> tuple[Approval, ...]:
    """What ``approvals_text`` wrote. Raises NotApprovals."""
    try:
        return tuple(
            Approval(str(one["by"]), str(one["at"]), {**one["digests"]}) for one in json.loads(text)
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        raise NotApprovals("it is not a list of approvals as perspectives writes it") from None
