"""What a command found and made, as values; without it the console, report.json and the exit code
would each count anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.config import Config
from pipeline.findings import Finding, verdict
from pipeline.message.stages import Heard, Intake
from pipeline.model import Captions
from pipeline.plan.rundown import Rundown
from pipeline.plan.slot import SlotPlan, plan_slot
from pipeline.plan.trims import TrimOffer
from pipeline.timing import samples_in


@dataclass(frozen=True)
class Checked:
    """One submission probed and measured, with its captions where they were asked for.

    ``heard`` is None when it is rejected or missing. ``pending``: nothing may run (``--explain``,
    ``status``), and what would be known of it has yet to be made. ``offer`` is a trim that would
    win something.
    """

    taken: Intake
    heard: Heard | None
    findings: tuple[Finding, ...]
    captions: Mapping[str, Captions] = field(default_factory=dict)
    pending: bool = False
    offer: TrimOffer | None = None

    @property
    def usable(self) -> bool:
        """It can be shown."""
        return self.heard is not None and verdict(self.findings) != "reject"

    @property
    def frames(self) -> int:
        """Length of the message as it will be shown."""
        return self.taken.timeline.frames if self.taken.timeline else 0


@dataclass(frozen=True)
class Report:
    """All submissions, findings of the whole and, once it is built, the rundown and what was
    written (under outputs/).
    """

    config: Config
    checked: tuple[Checked, ...]
    findings: tuple[Finding, ...]
    rundown: Rundown | None = None
    written: tuple[str, ...] = ()

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Those of the submissions and those of the whole, each once."""
        return tuple(
            dict.fromkeys(
                [*(finding for one in self.checked for finding in one.findings), *self.findings]
            )
        )

    @property
    def in_part(self) -> bool:
        """Some submission is missing or rejected."""
        return not all(one.usable for one in self.checked)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Ids of those of whom the segment shows nothing (``missing: omit``)."""
        return left_out(self.config, self.checked)

    def slot(self) -> SlotPlan:
        """The slot's sum: cards, fades, margin, messages, what is left, and what each speaker takes
        and may take.
        """
        return planned_slot(self.config, self.checked)

    def as_json(self) -> dict[str, Any]:
        """report.json, and what ``--json`` prints: submissions with their verdicts, findings, slot,
        rundown once built.
        """
        answer: dict[str, Any] = {
            "submissions": [
                {
                    "id": one.taken.speaker.id,
                    "file": one.taken.submission.recording,
                    "verdict": verdict(one.findings),
                    "duration_ms": one.taken.probe.duration_ms if one.taken.probe else None,
                    "trim": one.offer.as_json() if one.offer else None,
                    "captions": {
                        language: {
                            "source": made.source,
                            "draft": made.draft,
                            "cues": len(made.cues),
                            "share": None if made.share is None else round(made.share, 2),
                            "doubtful": [
                                {
                                    "start_ms": part.start_ms,
                                    "end_ms": part.end_ms,
                                    "text": part.text,
                                }
                                for part in made.doubtful
                            ],
                        }
                        for language, made in sorted(one.captions.items())
                    },
                    "findings": [finding.as_json() for finding in one.findings],
                }
                for one in self.checked
            ],
            "findings": [finding.as_json() for finding in self.findings],
            "slot": self.slot().as_json(),
        }
        if self.rundown:
            answer["rundown"] = [
                {
                    "kind": item.kind,
                    "speaker": item.speaker,
                    "title": item.title,
                    "start_frame": item.start_frame,
                    "frames": item.frames,
                }
                for item in self.rundown.items
            ]
            answer["frames"] = self.rundown.frames
            answer["samples"] = samples_in(self.rundown.frames, self.rundown.rate)
        return answer


def planned_slot(config: Config, checked: tuple[Checked, ...]) -> SlotPlan:
    """The sum for the messages that can be shown."""
    frames = {
        one.taken.speaker.id: one.frames
        for one in checked
        if one.frames and verdict(one.findings) != "reject"
    }
    return plan_slot(config, frames, left_out(config, checked))


def left_out(config: Config, checked: tuple[Checked, ...]) -> tuple[str, ...]:
    """Ids of the speakers of whom nothing can be shown, where config.yaml leaves such speakers out."""
    if config.slot.missing != "omit":
        return ()
    return tuple(one.taken.speaker.id for one in checked if not one.usable and not one.pending)
