"""The story of one build, top to bottom: one map over the submissions, one join at the rundown.

Without this file the rooms would be there and nobody to walk through them in turn.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from pipeline.commands.check import (
    all_captioned,
    captioned,
    check,
    damaged,
    nothing_shown_of,
    still_changing,
    weights_of,
    with_weights_said,
)
from pipeline.commands.report import Checked, Report
from pipeline.errors import MachineFailed, NotYet, Refused, StillChanging, ToolFailed
from pipeline.event import Event
from pipeline.findings import Finding
from pipeline.message.drawings import Drawings, not_drawn, plan_drawings
from pipeline.message.pictures import start_edges, start_pictures
from pipeline.message.prepared import Heard, Prepared
from pipeline.message.sound import make_sound
from pipeline.plan.rundown import Rundown, plan_rundown
from pipeline.programme.handing_over import hand_over, texts_beside, write_drafts
from pipeline.programme.join import join, measured_as_planned
from pipeline.work.bench import Bench

_NOT_FINAL = ("slot-over", "captions-draft", "no-captions")
"""Codes of warnings that keep a segment from being final, beside every error."""


class NothingUsable(Refused):
    """Every submission is missing or rejected. Carries the report that says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(
            "Nothing was built: no submission can be used. What is in outputs/ stays as it was."
        )
        self.report = report

    def __reduce__(self) -> tuple[type[NothingUsable], tuple[Report]]:
        return NothingUsable, (self.report,)


def build(event: Event, bench: Bench, final: bool = False) -> Report:
    """Make everything that is stale, and nothing that is not.

    Raises Refused (``final`` not met, over the slot under ``strict``, no card can be drawn, the
    machine could not cope) and NothingUsable. A dry run stops where the next step needs what has
    not been made; what it would run is in ``bench.would_run``.
    """
    report, weights = check(event, bench), weights_of(event, bench)
    _machine_coped(report)
    all_first = final or report.cannot_hear  # nothing is encoded that would be refused
    if all_first:
        report = all_captioned(event, bench, weights, report)
        _machine_coped(report)
    if final:
        _ready_for_final(report)
    if not bench.dry:
        _fits_a_strict_slot(report)
    if not any(one.usable for one in report.checked):
        return _nothing_to_join(bench, report)
    drawings = plan_drawings(event, bench)

    def prepared(one: Checked) -> _Outcome:
        """Its pictures are encoded while others are still listened to."""
        heard = one if all_first else captioned(event, bench, weights, one)
        return _prepared(event, bench, drawings, heard)

    outcomes = bench.each(prepared, report.checked)
    report = replace(report, checked=tuple(one.checked for one in outcomes))
    report = with_weights_said(report, weights)
    _machine_coped(report)
    ready = {one.message.speaker.id: one.message for one in outcomes if one.message}
    if not ready or any(one.pending for one in report.checked):
        return _nothing_to_join(bench, report)
    return _joined(event, bench, drawings, report, ready)


def _machine_coped(report: Report) -> None:
    """Raises Refused where the machine failed in looking at a recording: a holding card would take
    the place of what may be good.
    """
    failed = [finding for finding in report.all_findings if finding.code == "machine-failed"]
    if failed:
        listed = "\n".join(f"  - {one.message}\n    Next: {one.remedy}" for one in failed)
        raise Refused(
            f"This computer could not do all the work:\n{listed}\nNothing was built; what is in"
            " outputs/ stays as it was."
        )


def _ready_for_final(report: Report) -> None:
    """Raises Refused with everything that keeps the segment from being final."""
    strict = report.config.slot.overrun == "strict"
    codes = (*_NOT_FINAL, "over-allowance") if strict else _NOT_FINAL
    lacking = [
        finding
        for finding in report.all_findings
        if finding.severity == "error" or finding.code in codes
    ]
    if lacking:
        listed = "\n".join(f"  - {one.message}\n    Next: {one.remedy}" for one in lacking)
        raise Refused(
            f"Not final yet:\n{listed}\nNothing was built; what is in outputs/ stays as it was."
        )


def _fits_a_strict_slot(report: Report) -> None:
    """Raises Refused where the segment is too long and may not be."""
    over = next((finding for finding in report.findings if finding.code == "slot-over"), None)
    if over and report.config.slot.overrun == "strict":
        raise Refused(
            f"{over.message}\n  Next: {over.remedy} (or overrun: warn)\n  Nothing was built; what"
            " is in outputs/ stays as it was."
        )


def _nothing_to_join(bench: Bench, report: Report) -> Report:
    """What is left to say where no message is ready. Raises NothingUsable unless the run is dry."""
    if not bench.dry:
        raise NothingUsable(report)
    if any(one.pending for one in report.checked):
        bench.explain("joins", "their parts are made anew")
    return report


@dataclass(frozen=True)
class _Outcome:
    """A submission with what was found on the way, and its message where it is ready."""

    checked: Checked
    message: Prepared | None = None


def _prepared(event: Event, bench: Bench, drawings: Drawings, checked: Checked) -> _Outcome:
    """Whatever a tool does to a recording is a finding of this submission alone."""
    heard, speaker = checked.message, checked.speaker
    file = checked.taken.submission.recording
    if heard is None:
        return _Outcome(checked)
    try:
        message, findings = _made(event, bench, drawings, checked, heard)
    except MachineFailed:
        raise  # no holding card takes the place of a good message for it
    except ToolFailed as failed:
        if failed.tool == "draw":
            raise  # the fault is ours or the brand's, not this submission's
        return _Outcome(_unusable(checked, damaged(failed, speaker, file)))
    except StillChanging as changing:
        return _Outcome(_unusable(checked, still_changing(changing, speaker, file)))
    except NotYet:
        return _Outcome(replace(checked, pending=True))
    return _Outcome(replace(checked, findings=(*checked.findings, *findings)), message)


def _unusable(checked: Checked, finding: Finding) -> Checked:
    return replace(checked, heard=None, findings=(*checked.findings, finding))


def _made(
    event: Event, bench: Bench, drawings: Drawings, checked: Checked, heard: Heard
) -> tuple[Prepared, tuple[Finding, ...]]:
    """One message's pictures and sound; the pictures run while the sound is made."""
    burned = event.burned(checked.captions)
    pictures, running = start_pictures(event, bench, drawings, heard, burned)
    edges, more = start_edges(event, bench, drawings, heard, burned)
    sound, found = make_sound(event, bench, heard)
    found = (*found, *not_drawn(bench, drawings, heard.speaker))
    bench.wait(*running, *more)
    message = Prepared(heard.speaker, checked.frames, pictures, sound, checked.captions, edges)
    return message, found


def _joined(
    event: Event, bench: Bench, drawings: Drawings, report: Report, ready: dict[str, Prepared]
) -> Report:
    frames = {speaker: one.frames for speaker, one in ready.items()}
    rundown = plan_rundown(event.config, frames)
    report = replace(report, rundown=rundown)
    joins = join(event, bench, drawings, rundown, ready, report.bed)
    if bench.dry:
        return report
    measured_as_planned(event, bench, joins)
    captions = [(one.speaker, one.captions) for one in ready.values()]
    drafts, edited = write_drafts(event, bench, captions)
    left = nothing_shown_of(event.config, report.checked)
    undrawn = _not_drawn(event, bench, drawings, rundown)
    found = dict.fromkeys((*report.findings, *left, *undrawn, *edited))
    report = replace(report, findings=tuple(found))
    texts = texts_beside(event.config, rundown, ready)
    answer = {"draft": event.draft, **report.as_json()}
    texts["report.json"] = json.dumps(answer, ensure_ascii=False, indent=1) + "\n"
    written = (*drafts, *hand_over(event, bench, joins, texts))
    # Joined programmes are large and cheap to make again; parts are small and dear.
    bench.store.prune(lambda task: task.startswith("join ") or task.endswith("sound track"))
    return replace(report, written=written)


def _not_drawn(event: Event, bench: Bench, drawings: Drawings, rundown: Rundown) -> list[Finding]:
    """What could not be drawn on the segment's own cards and those of speakers who are missing."""
    held = [item.speaker for item in rundown.items if item.kind == "holding"]
    speakers = [None, *(one for one in event.config.speakers if one.id in held)]
    return [finding for one in speakers for finding in not_drawn(bench, drawings, one)]
