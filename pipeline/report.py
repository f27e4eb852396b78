"""What a command found and made, as values; without it the console, report.json and the exit code would each count anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.config import Config
from pipeline.model import Captions, Finding, verdict
from pipeline.plan.rundown import Rundown, slot_plan
from pipeline.stages import Heard, Intake
from pipeline.timing import frame_ms


@dataclass(frozen=True)
class Checked:
    """One submission probed and measured, with its captions where they were asked for.

    ``heard`` is None when it is rejected or missing. ``pending``: nothing may run (``--explain``, ``status``), and what
    would be known of it has yet to be made.
    """

    taken: Intake
    heard: Heard | None
    findings: tuple[Finding, ...]
    captions: Mapping[str, Captions] = field(default_factory=dict)
    pending: bool = False

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
    """All submissions, findings of the whole and, once it is built, the rundown and what was written (under outputs/)."""

    config: Config
    checked: tuple[Checked, ...]
    findings: tuple[Finding, ...]
    rundown: Rundown | None = None
    written: tuple[str, ...] = ()

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Those of the submissions and those of the whole, each once."""
        return tuple(dict.fromkeys([*(finding for one in self.checked for finding in one.findings), *self.findings]))

    @property
    def in_part(self) -> bool:
        """Some submission is missing or rejected."""
        return not all(one.usable for one in self.checked)

    def slot(self) -> dict[str, Any]:
        """The slot's sum in ms: cards, margin, messages, what is left, and what each speaker may take."""
        return slot_plan(self.config, message_ms(self.config, self.checked))

    def as_json(self) -> dict[str, Any]:
        """report.json, and what ``--json`` prints: submissions with their verdicts, findings, slot, rundown once built."""
        answer: dict[str, Any] = {
            "submissions": [{
                "id": one.taken.speaker.id, "file": one.taken.submission.recording, "verdict": verdict(one.findings),
                "duration_ms": one.taken.probe.duration_ms if one.taken.probe else None,
                "captions": {language: {"source": made.source, "draft": made.draft, "cues": len(made.cues),
                                        "share": None if made.share is None else round(made.share, 2),
                                        "doubtful": [{"start_ms": part.start_ms, "end_ms": part.end_ms, "text": part.text}
                                                     for part in made.doubtful]}
                             for language, made in sorted(one.captions.items())},
                "findings": [finding.as_json() for finding in one.findings]} for one in self.checked],
            "findings": [finding.as_json() for finding in self.findings],
            "slot": self.slot(),
        }
        if self.rundown:
            answer["rundown"] = [{"kind": item.kind, "speaker": item.speaker, "title": item.title,
                                  "start_frame": item.start_frame, "frames": item.frames} for item in self.rundown.items]
            answer["frames"] = self.rundown.frames
        return answer


def message_ms(config: Config, checked: tuple[Checked, ...]) -> dict[str, int]:
    """Length of each message that can be shown, in ms, by speaker id."""
    return {one.taken.speaker.id: frame_ms(one.frames, config.delivery.fps) for one in checked
            if one.frames and verdict(one.findings) != "reject"}
