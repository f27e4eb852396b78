"""What a command found and made, as values; without it the console, report.json and the exit code
would each count anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pipeline.config import Config, Speaker
from pipeline.findings import Finding, verdict
from pipeline.message.prepared import Heard, Received, Rejected
from pipeline.model import Captions, Chapter
from pipeline.plan.airing import Accepted
from pipeline.plan.approval import Standing
from pipeline.plan.music import Bed
from pipeline.plan.rundown import Rundown, plan_rundown
from pipeline.plan.slot import SlotPlan, plan_slot
from pipeline.plan.trims import TrimOffer
from pipeline.timing import samples_in


@dataclass(frozen=True)
class Checked:
    """One submission probed and measured, with its captions where they were asked for.

    ``heard`` is None when it is rejected or missing. ``pending``: nothing may run (``--explain``,
    ``status``), and what would be known of it has yet to be made. ``offer`` is a trim that would
    win something, ``approval`` whether somebody approved it as it is (None: not looked at),
    ``chapters`` are those of its clip. ``intro`` is the spoken introduction, whose findings are
    among those of the message that it introduces.
    """

    taken: Rejected | Received
    heard: Heard | None
    findings: tuple[Finding, ...]
    captions: Mapping[str, Captions] = field(default_factory=dict)
    pending: bool = False
    offer: TrimOffer | None = None
    approval: Standing | None = None
    chapters: tuple[Chapter, ...] = ()
    intro: Checked | None = None

    @property
    def speaker(self) -> Speaker:
        """Whose it is."""
        return self.taken.speaker

    @property
    def message(self) -> Heard | None:
        """What can be shown; None where it is missing, rejected or not known yet."""
        return None if verdict(self.findings) == "reject" else self.heard

    @property
    def recording(self) -> str | None:
        """The sha256 of what came in, as far as it was opened."""
        return self.taken.recording.digest if self.taken.recording else None

    @property
    def usable(self) -> bool:
        """It can be shown."""
        return self.message is not None

    @property
    def frames(self) -> int:
        """Length of the message as it will be shown."""
        return self.taken.timeline.frames if isinstance(self.taken, Received) else 0

    def as_json(self) -> dict[str, Any]:
        """The submission as report.json and ``--json`` have it."""
        probe = self.taken.probe
        return {
            "id": self.speaker.id,
            "file": self.taken.submission.recording,
            "verdict": verdict(self.findings),
            "duration_ms": probe.duration_ms if probe else None,
            "trim": self.offer.as_json() if self.offer else None,
            "approval": self.approval.as_json() if self.approval else None,
            "introduction": self.taken.submission.intro and self.taken.submission.intro.recording,
            "captions": {
                language: _captions_json(made) for language, made in sorted(self.captions.items())
            },
            "findings": [finding.as_json() for finding in self.findings],
        }


def _captions_json(made: Captions) -> dict[str, Any]:
    return {
        "source": made.source,
        "draft": made.draft,
        "cues": len(made.cues),
        "share": None if made.share is None else round(made.share, 2),
        "doubtful": [
            {"start_ms": part.start_ms, "end_ms": part.end_ms, "text": part.text}
            for part in made.doubtful
        ],
    }


_NOT_MADE = {
    "edition-held-back": "an edition is not made",
    "edition-too-large": "an edition is not made",
    "publish-held-back": "the segment is not in publish/",
}
"""Findings after which something is not there that config.yaml asks for, and what."""
_UNMET = ("weights-unusable", "weights-missing", "encoder-missing", "brand-unusable")
"""As errors they say that ``engine: whisper``, a named encoder, logo or font cannot be had."""


@dataclass(frozen=True)
class Report:
    """All submissions, findings of the whole, the music under the cards and, once it is built, the
    rundown, what was written, what is ``gone`` since it is not to be there any more, and which
    files editions consist of (all under outputs/). ``others`` were not asked for; they count in the
    slot's sum, as far as they are known.
    """

    config: Config
    checked: tuple[Checked, ...]
    findings: tuple[Finding, ...]
    rundown: Rundown | None = None
    written: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    bed: Bed | None = None
    others: tuple[Checked, ...] = ()
    editions: tuple[str, ...] = ()

    @cached_property
    def all_findings(self) -> tuple[Finding, ...]:
        """Those of the submissions and those of the whole, each once."""
        of_submissions = [finding for one in self.checked for finding in one.findings]
        return tuple(dict.fromkeys([*of_submissions, *self.findings]))

    @property
    def spoken(self) -> tuple[Checked, ...]:
        """All that somebody says: the submissions, and the introductions."""
        return (*self.checked, *(one.intro for one in self.checked if one.intro))

    @property
    def in_part(self) -> bool:
        """Some submission is missing or rejected, or something that is asked for is not made."""
        return bool(self.not_made) or not all(one.usable for one in self.checked)

    @property
    def not_made(self) -> tuple[str, ...]:
        """What of what is asked for beside the segment is not made, each in a few words."""
        said = (_NOT_MADE[one.code] for one in self.findings if one.code in _NOT_MADE)
        return tuple(dict.fromkeys(said))

    @property
    def unmet(self) -> tuple[Finding, ...]:
        """That config.yaml asks for what is not here: a build would be refused."""
        return tuple(one for one in self.findings if one.severity == "error" and one.code in _UNMET)

    @property
    def over_strictly(self) -> tuple[Finding, ...]:
        """That the segment is too long and may not be: a build would be refused."""
        if self.config.slot.overrun != "strict":
            return ()
        return tuple(one for one in self.findings if one.code == "slot-over")

    @property
    def refused(self) -> tuple[Finding, ...]:
        """What a build would be refused for before it makes anything."""
        return (*self.unmet, *self.over_strictly)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Ids of those of whom the segment shows nothing (``missing: omit``)."""
        return left_out(self.config, self.checked)

    @cached_property
    def accepts(self) -> Accepted:
        """What config.yaml accepts, but for what was accepted of an earlier recording."""
        return {
            None: self.config.accept,
            **{one.speaker.id: one.speaker.accept for one in self.checked},
        }

    def accepted(self, submission: str | None) -> tuple[str, ...]:
        """What is accepted of a speaker (by id; None: of the whole) and was found."""
        found = self._found_of.get(submission, ())
        return tuple(code for code in self.accepts[submission] if code in found)

    @cached_property
    def _found_of(self) -> Mapping[str | None, set[str]]:
        """What all findings of a speaker (None: of the whole) are accepted by."""
        found: dict[str | None, set[str]] = {}
        for one in self.all_findings:
            found.setdefault(one.submission, set()).add(one.accepted_by)
        return found

    def slot(self) -> SlotPlan:
        """The slot's sum: cards, fades, margin, messages, what is left, and what each speaker takes
        and may take.
        """
        return self._slot

    @cached_property
    def _slot(self) -> SlotPlan:
        return planned_slot(self.config, (*self.checked, *self.others))

    @property
    def unknown(self) -> tuple[str, ...]:
        """Ids of those whose recording nobody has looked at yet: the sum has a card for it."""
        both = (*self.checked, *self.others)
        return tuple(one.speaker.id for one in both if one.pending and not one.frames)

    @property
    def planned(self) -> Rundown | None:
        """The rundown as it was built, else as a build would have it; None where that is not known
        yet.
        """
        if self.rundown or self.unknown:
            return self.rundown
        both = (*self.checked, *self.others)
        return plan_rundown(self.config, _message_frames(both), intro_frames(both))

    def as_json(self) -> dict[str, Any]:
        """report.json, and what ``--json`` prints: submissions with their verdicts, findings, slot,
        rundown once built.
        """
        answer: dict[str, Any] = {
            "submissions": [
                {**one.as_json(), "accepted": self.accepted(one.speaker.id)} for one in self.checked
            ],
            "findings": [finding.as_json() for finding in self.findings],
            "accepted": self.accepted(None),
            "slot": self.slot().as_json(),
        }
        return {**answer, **_rundown_json(self.rundown)} if self.rundown else answer


def _rundown_json(rundown: Rundown) -> dict[str, Any]:
    items = [
        {
            "kind": item.kind,
            "speaker": item.speaker,
            "title": item.title,
            "start_frame": item.start_frame,
            "frames": item.frames,
        }
        for item in rundown.items
    ]
    samples = samples_in(rundown.frames, rundown.rate)
    return {"rundown": items, "frames": rundown.frames, "samples": samples}


def planned_slot(config: Config, checked: Sequence[Checked]) -> SlotPlan:
    """The sum for the messages that can be shown."""
    frames = _message_frames(checked)
    return plan_slot(config, frames, left_out(config, checked), intro_frames(checked))


def _message_frames(checked: Sequence[Checked]) -> dict[str, int]:
    """How long the messages are that can be shown, by speaker id."""
    shown = [one for one in checked if one.frames and verdict(one.findings) != "reject"]
    return {one.speaker.id: one.frames for one in shown}


def intro_frames(checked: Sequence[Checked]) -> dict[str, int]:
    """How long the introductions are that can be heard, by the id of who is introduced."""
    intros = [(one.speaker.id, one.intro) for one in checked]
    return {
        speaker: intro.frames
        for speaker, intro in intros
        if intro and intro.frames and verdict(intro.findings) != "reject"
    }


def left_out(config: Config, checked: Sequence[Checked]) -> tuple[str, ...]:
    """Ids of the speakers of whom nothing can be shown, where config.yaml leaves such speakers
    out.
    """
    return () if config.slot.missing == "hold" else _not_shown(checked)


def held(config: Config, checked: Sequence[Checked]) -> tuple[str, ...]:
    """Ids of the speakers in whose place a holding card is shown."""
    return _not_shown(checked) if config.slot.missing == "hold" else ()


def _not_shown(checked: Sequence[Checked]) -> tuple[str, ...]:
    return tuple(one.speaker.id for one in checked if not one.usable and not one.pending)
