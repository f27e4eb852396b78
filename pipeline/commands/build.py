"""The story of one build, top to bottom: one map over the submissions, one join at the rundown.

Without this file the stages would be there and nobody to call them in turn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from pipeline.commands.report import Checked, Report, left_out, planned_slot
from pipeline.config import Config, Speaker, Trim
from pipeline.errors import NotYet, Refused, StillChanging, ToolFailed
from pipeline.findings import Finding, verdict
from pipeline.message.captions import captions_of
from pipeline.message.engines import Weights, activity_with_levels
from pipeline.message.stages import Heard, Intake, Stages
from pipeline.model import Submission
from pipeline.plan.branding import brand_findings
from pipeline.plan.conform import plan_timeline
from pipeline.plan.intake import take_in
from pipeline.plan.rundown import plan_rundown
from pipeline.plan.runofshow import clock_findings
from pipeline.plan.slot import allowance_findings, left_out_findings, slot_findings
from pipeline.plan.trims import TrimOffer, offer_trim, trim_finding, voiced
from pipeline.programme.join import hand_over, join, measured_as_planned, texts_beside, write_drafts
from pipeline.programme.order import Prepared
from pipeline.timing import frame_ms

Given = TypeVar("Given")
Made = TypeVar("Made")


class NothingUsable(Refused):
    """Every submission is missing or rejected. Carries the report that says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(
            "Nothing was built: no submission can be used. What is in outputs/ stays as it was."
        )
        self.report = report

    def __reduce__(self) -> tuple[type[NothingUsable], tuple[Report]]:
        return NothingUsable, (self.report,)


def check(stages: Stages, only: tuple[str, ...] = (), with_captions: bool = False) -> Report:
    """Probe and measure every submission (or those in ``only``), and plan the slot. Renders
    nothing.
    """
    _, unheard = stages.music()
    taken, nobodys = take_in(stages.config, *stages.workspace.listing())
    weights = Weights(stages)
    speakers = {speaker.id: speaker for speaker in stages.config.speakers}

    def one(given: tuple[Submission, tuple[Finding, ...]]) -> Checked:
        submission, findings = given
        return _checked(
            stages,
            speakers[submission.id],
            submission,
            findings,
            weights if with_captions else None,
        )

    checked = _sent_twice(
        _each(stages, one, [given for given in taken if not only or given[0].id in only])
    )
    slot, wins_ms = (
        planned_slot(stages.config, checked),
        {one.taken.speaker.id: one.offer.wins_ms for one in checked if one.offer and one.usable},
    )
    # Findings of the whole, not of a submission: how long somebody may speak is no verdict on what
    # they sent.
    whole = [
        *nobodys,
        *unheard,
        *brand_findings(stages.config),
        *slot_findings(slot, wins_ms),
        *allowance_findings(slot, wins_ms),
        *clock_findings(stages.config),
        *_left_out(stages.config, checked),
    ]
    if weights.problem:
        whole.append(weights_finding(stages.config, weights.problem))
    return Report(stages.config, checked, tuple(whole))


def build(stages: Stages, final: bool = False) -> Report:
    """Make everything that is stale, and nothing that is not.

    Raises Refused (``final`` not met, over the slot under ``strict``, no card can be drawn) and
    NothingUsable. A dry run stops where the next step needs what has not been made; what it would
    run is in ``stages.would_run``.
    """
    report = check(stages, with_captions=True)
    if final:
        _ready_for_final(report)
    over = next((finding for finding in report.findings if finding.code == "slot-over"), None)
    if over and stages.config.slot.overrun == "strict" and not stages.dry:
        raise Refused(
            f"{over.message}\n  Next: {over.remedy} (or overrun: warn)\n  Nothing was built; what"
            " is in outputs/ stays as it was."
        )
    if not stages.dry and not any(one.usable for one in report.checked):
        raise NothingUsable(report)
    return _joined(
        stages, report, _each(stages, lambda one: _prepared(stages, one), report.checked)
    )


def _sent_twice(checked: Sequence[Checked]) -> tuple[Checked, ...]:
    """With a warning for every recording whose content came in for two speakers: one of them is the
    wrong file.
    """
    senders: dict[str, list[Checked]] = {}
    for one in checked:
        if one.taken.recording:
            senders.setdefault(one.taken.recording.digest, []).append(one)

    def noted(one: Checked) -> Checked:
        others = (
            [
                other.taken.speaker.name
                for other in senders.get(one.taken.recording.digest, ())
                if other is not one
            ]
            if one.taken.recording
            else []
        )
        if not others:
            return one
        name = one.taken.submission.recording
        return replace(
            one,
            findings=(
                *one.findings,
                Finding(
                    "warning",
                    "duplicate-content",
                    f"{name}: the very same recording came in for {' and '.join(others)} as well.",
                    "Watch it, and ask the other speaker for the right file.",
                    one.taken.speaker.id,
                    name,
                ),
            ),
        )

    return tuple(noted(one) for one in checked)


def _ready_for_final(report: Report) -> None:
    """Raises Refused with everything that keeps the segment from being final."""
    codes = (
        "slot-over",
        "captions-draft",
        "no-captions",
        *(("over-allowance",) if report.config.slot.overrun == "strict" else ()),
    )
    lacking = [
        finding
        for finding in report.all_findings
        if finding.severity == "error" or finding.code in codes
    ]
    if lacking:
        listed = "\n".join(
            f"  - {finding.message}\n    Next: {finding.remedy}" for finding in lacking
        )
        raise Refused(
            f"Not final yet:\n{listed}\nNothing was built; what is in outputs/ stays as it was."
        )


def weights_finding(config: Config, problem: str) -> Finding:
    """That Whisper's weights could not be fetched, once for the whole build."""
    return Finding(
        "warning",
        "weights-missing",
        f"Whisper's weights ({config.captions.model}) could not be fetched ({problem}); scripts "
        "are aligned and drafts made with the recogniser that is built in.",
        "When the machine is online: `perspectives doctor --fetch`, then `perspectives build`.",
    )


def _checked(
    stages: Stages,
    speaker: Speaker,
    submission: Submission,
    findings: tuple[Finding, ...],
    weights: Weights | None,
) -> Checked:
    """One submission's check. Whatever a tool does to it is a finding of this submission alone."""
    taken = Intake(speaker, submission, findings)
    try:
        taken = stages.intake(speaker, submission, findings)
        if not taken.usable:
            return Checked(taken, None, taken.findings)
        heard = stages.listen(taken)
        if verdict(heard.findings) == "reject":
            return Checked(taken, heard, heard.findings)
        offer = _offer(stages, heard)
        found = (
            *heard.findings,
            *([trim_finding(offer, speaker, taken.submission.recording or "")] if offer else []),
        )
        if weights is None:
            return Checked(taken, heard, found, offer=offer)
        captions, said = captions_of(stages, heard, weights)
        return Checked(taken, heard, (*found, *said), captions, offer=offer)
    except StillChanging as changing:
        return Checked(taken, None, (*taken.findings, _still_changing(changing, taken)))
    except ToolFailed as failed:
        return Checked(taken, None, (*taken.findings, damaged(failed, taken)))
    except NotYet:
        return Checked(taken, None, taken.findings, pending=True)


def _offer(stages: Stages, heard: Heard) -> TrimOffer | None:
    """What a trim of silence would win; None as well where it has yet to be found out, or the
    recogniser broke off.
    """
    taken = heard.intake
    if heard.listen is None or taken.probe is None:
        return None
    try:
        speech = voiced(*activity_with_levels(stages, heard))
    except (NotYet, ToolFailed):  # an offer is a courtesy: nothing waits for it
        return None
    whole = plan_timeline(taken.probe, stages.config.delivery.fps, Trim())
    whole_ms, trim = frame_ms(whole.frames, whole.rate), taken.speaker.trim
    return offer_trim(
        speech, trim.start or 0, whole_ms if trim.end is None else min(trim.end, whole_ms)
    )


def _left_out(config: Config, checked: tuple[Checked, ...]) -> tuple[Finding, ...]:
    gone = left_out(config, checked)
    return left_out_findings(speaker for speaker in config.speakers if speaker.id in gone)


def damaged(failed: ToolFailed, taken: Intake) -> Finding:
    """A tool could not cope with a recording, in a producer's words."""
    return Finding(
        "error",
        "damaged",
        f"{taken.submission.recording}: the recording could not be worked on to its end"
        f" ({failed.task.split(': ', 1)[-1]}: {failed.tool}"
        f" {failed.saw}{f'; see {failed.kept}' if failed.kept else ''}).",
        "Play it from start to end; ask the speaker to export it again as MP4 (H.264 and AAC).",
        taken.speaker.id,
        taken.submission.recording,
    )


def _still_changing(changing: StillChanging, taken: Intake) -> Finding:
    return Finding(
        "error",
        "still-changing",
        f"{changing}.",
        "Wait until the copy has ended, then run the command again.",
        taken.speaker.id,
        taken.submission.recording,
    )


def _prepared(stages: Stages, checked: Checked) -> tuple[Checked, Prepared | None]:
    """A submission with what was found on the way, and its message ready to be joined where it can
    be.
    """
    if not checked.usable or checked.heard is None:
        return checked, None
    taken = checked.taken
    try:
        pictures, running = stages.start_pictures(checked.heard, stages.burned(checked.captions))
        edges, more = stages.start_edges(checked.heard, stages.burned(checked.captions))
        sound, findings = stages.sound(checked.heard)
        findings = (*findings, *stages.drawn(taken.speaker))
        stages.wait(*running, *more)
    except ToolFailed as failed:
        if failed.tool == "draw":
            raise  # the fault is ours or the brand's, not this submission's
        return (
            replace(checked, heard=None, findings=(*checked.findings, damaged(failed, taken))),
            None,
        )
    except StillChanging as changing:
        return (
            replace(
                checked, heard=None, findings=(*checked.findings, _still_changing(changing, taken))
            ),
            None,
        )
    except NotYet:
        return replace(checked, pending=True), None
    return (
        replace(checked, findings=(*checked.findings, *findings)),
        Prepared(taken.speaker, checked.frames, checked.captions, pictures, sound, edges),
    )


def _joined(
    stages: Stages, report: Report, prepared: list[tuple[Checked, Prepared | None]]
) -> Report:
    ready = {one.speaker.id: one for _, one in prepared if one}
    report = replace(report, checked=tuple(checked for checked, _ in prepared))
    if stages.dry and any(one.pending for one in report.checked):
        stages.would_run.append(("joins", "their parts are made anew"))
        return report
    if not ready:
        if stages.dry:
            return report
        raise NothingUsable(report)
    rundown = plan_rundown(stages.config, {speaker: one.frames for speaker, one in ready.items()})
    report = replace(report, rundown=rundown)
    joins = join(stages, rundown, ready)
    if stages.dry:
        return report
    measured_as_planned(stages, joins, rundown, ready)
    held = [
        speaker
        for speaker in stages.config.speakers
        if any(item.kind == "holding" and item.speaker == speaker.id for item in rundown.items)
    ]
    not_drawn = [finding for speaker in (None, *held) for finding in stages.drawn(speaker)]
    drafts, edited = write_drafts(stages, ((one.speaker, one.captions) for one in ready.values()))
    report = replace(
        report,
        findings=tuple(
            dict.fromkeys(
                (*report.findings, *_left_out(stages.config, report.checked), *not_drawn, *edited)
            )
        ),
    )
    texts = texts_beside(stages.config, rundown, ready)
    texts["report.json"] = (
        json.dumps({"draft": stages.draft, **report.as_json()}, ensure_ascii=False, indent=1) + "\n"
    )
    report = replace(report, written=(*drafts, *hand_over(stages, joins, texts)))
    # Joined programmes are large and cheap to make again; parts are small and dear.
    stages.store.prune(lambda task: task.startswith("join ") or task.endswith("sound track"))
    return report


def _each(stages: Stages, work: Callable[[Given], Made], given: Iterable[Given]) -> list[Made]:
    return (
        [work(one) for one in given] if stages.workers is None else stages.workers.each(work, given)
    )
