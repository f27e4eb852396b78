"""The story of one check: look at every submission, listen to it, sum up the slot; without it a
producer would learn what is wrong after an hour of encoding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.commands.keep import save_decisions
from pipeline.commands.report import Checked, Report, left_out, planned_slot
from pipeline.commands.weights_said import which_weights
from pipeline.config import Config, Speaker, Trim
from pipeline.errors import MachineFailed, NotYet, StillChanging, ToolFailed
from pipeline.event import Event
from pipeline.findings import About, Finding, verdict
from pipeline.message.captions import captions_of
from pipeline.message.engines import activity_with_levels
from pipeline.message.intake import first_sight, look_at
from pipeline.message.prepared import Heard, Received, Rejected
from pipeline.message.sound import listen
from pipeline.model import Submission
from pipeline.plan.branding import brand_findings
from pipeline.plan.conform import plan_timeline
from pipeline.plan.decided import bound
from pipeline.plan.intake import take_in
from pipeline.plan.runofshow import clock_findings
from pipeline.plan.slot import allowance_findings, left_out_findings, slot_findings
from pipeline.plan.trims import TrimOffer, offer_trim, trim_finding, voiced
from pipeline.programme.sounds import music_of
from pipeline.timing import frame_ms
from pipeline.work.bench import Bench
from pipeline.work.weights import Weights


def check(
    event: Event, bench: Bench, only: tuple[str, ...] = (), with_captions: bool = False
) -> Report:
    """Probe and measure every submission (or those in ``only``), and plan the slot. Renders
    nothing.
    """
    bed, unheard = music_of(event, bench)
    taken, nobodys = take_in(event.config, *event.workspace.listing())
    weights = weights_of(event, bench)
    wanted = [given for given in taken if not only or given[0].id in only]

    def one(given: tuple[Submission, tuple[Finding, ...]]) -> Checked:
        return _checked(event, bench, *given, weights if with_captions else None)

    checked = _sent_twice(bench.each(one, wanted))
    if not bench.dry:
        _remember_decisions(event, checked)
    whole = (
        *nobodys,
        *unheard,
        *brand_findings(event.config),
        *_slot_findings(event.config, checked),
        *clock_findings(event.config),
        *nothing_shown_of(event.config, checked),
        *which_weights(weights, _unwritten(checked)),
    )
    return Report(event.config, checked, whole, bed=bed)


def weights_of(event: Event, bench: Bench) -> Weights:
    """Whisper's weights, for one command."""
    captions = event.config.captions
    return Weights(bench, captions.model, captions.engine, event.workspace.root)


def _remember_decisions(event: Event, checked: Sequence[Checked]) -> None:
    """That what is decided for a speaker was decided for the recording that is there, where nothing
    was known of it.
    """
    decisions = event.decisions
    for one in checked:
        if isinstance(one.taken, Received):
            speaker = event.speakers[one.speaker.id]
            decisions = bound(decisions, speaker, one.taken.recording.digest)
    save_decisions(event.workspace, decisions)


def _unwritten(checked: Sequence[Checked]) -> tuple[str, ...]:
    """Languages in which somebody speaks of whom no person wrote captions: Whisper may be asked."""
    heard = [one for one in checked if one.usable]
    languages = [one.speaker.language for one in heard if not _written(one)]
    return tuple(dict.fromkeys(languages))


def _written(one: Checked) -> bool:
    return one.speaker.language in one.taken.submission.captions


def nothing_shown_of(config: Config, checked: Sequence[Checked]) -> tuple[Finding, ...]:
    """That a speaker is left out of the segment, where config.yaml wants it so."""
    gone = left_out(config, checked)
    return tuple(left_out_findings(one for one in config.speakers if one.id in gone))


def damaged(failed: ToolFailed, speaker: Speaker, file: str | None) -> Finding:
    """A tool could not cope with a recording, in a producer's words."""
    step = failed.task.split(": ", 1)[-1]
    kept = f"; see {failed.kept}" if failed.kept else ""
    message = (
        f"{file}: the recording could not be worked on to its end ({step}: {failed.tool}"
        f" {failed.saw}{kept})."
    )
    remedy = "Play it from start to end; ask the speaker to export it again as MP4 (H.264 and AAC)."
    return About(speaker.id, file).error("damaged", message, remedy)


def _machines(failed: MachineFailed, speaker: Speaker, file: str | None) -> Finding:
    """The machine could not cope, and the recording may be as good as any."""
    step = failed.task.split(": ", 1)[-1]
    message = (
        f"{file}: it could not be worked on ({step}: {failed.tool} {failed.saw}); that is no fault"
        " of the recording's."
    )
    return About(speaker.id, file).error("machine-failed", message, failed.remedy)


def still_changing(changing: StillChanging, speaker: Speaker, file: str | None) -> Finding:
    """A file was being written to while it was read."""
    remedy = "Wait until the copy has ended, then run the command again."
    return About(speaker.id, file).error("still-changing", f"{changing}.", remedy)


def _slot_findings(config: Config, checked: tuple[Checked, ...]) -> tuple[Finding, ...]:
    """Findings of the whole, not of a submission: how long somebody may speak is no verdict on what
    they sent.
    """
    slot = planned_slot(config, checked)
    offers = [(one.speaker.id, one.offer) for one in checked if one.usable]
    wins_ms = {speaker: offer.wins_ms for speaker, offer in offers if offer}
    return (*slot_findings(slot, wins_ms), *allowance_findings(slot, wins_ms))


def _checked(
    event: Event,
    bench: Bench,
    submission: Submission,
    findings: tuple[Finding, ...],
    weights: Weights | None,
) -> Checked:
    """One submission's check. Whatever a tool does to it is a finding of this submission alone."""
    speaker, file = event.speakers[submission.id], submission.recording
    taken: Rejected | Received = Rejected(speaker, submission, findings)
    try:
        arrived = first_sight(event, bench, speaker, submission, findings)
        if isinstance(arrived, Rejected):
            return Checked(arrived, None, arrived.findings)
        taken = Rejected(arrived.speaker, submission, arrived.findings, arrived.recording)
        taken = look_at(event, bench, arrived)
        if isinstance(taken, Rejected):
            return Checked(taken, None, taken.findings)
        return _listened(event, bench, taken, weights)
    except StillChanging as changing:
        found = (*taken.findings, still_changing(changing, speaker, file))
        return Checked(taken, None, found)
    except MachineFailed as failed:
        return Checked(taken, None, (*taken.findings, _machines(failed, speaker, file)))
    except ToolFailed as failed:
        return Checked(taken, None, (*taken.findings, damaged(failed, speaker, file)))
    except NotYet:
        return Checked(taken, None, taken.findings, pending=True)


def _listened(event: Event, bench: Bench, taken: Received, weights: Weights | None) -> Checked:
    heard = listen(bench, taken)
    if verdict(heard.findings) == "reject":
        return Checked(taken, heard, heard.findings)
    offer = _offer(event, bench, heard)
    offered = (trim_finding(offer, taken.speaker, taken.file),) if offer else ()
    found = (*heard.findings, *offered)
    if weights is None:
        return Checked(taken, heard, found, offer=offer)
    captions, said = captions_of(event, bench, heard, weights)
    return Checked(taken, heard, (*found, *said), captions, offer=offer)


def _offer(event: Event, bench: Bench, heard: Heard) -> TrimOffer | None:
    """What a trim of silence would win; None as well where it has yet to be found out, or the
    recogniser broke off.
    """
    if heard.listen is None:
        return None
    try:
        speech = voiced(*activity_with_levels(bench, heard))
    except (NotYet, ToolFailed):  # an offer is a courtesy: nothing waits for it
        return None
    whole = plan_timeline(heard.received.probe, event.config.delivery.fps, Trim())
    whole_ms, trim = frame_ms(whole.frames, whole.rate), heard.speaker.trim
    end_ms = whole_ms if trim.end is None else min(trim.end, whole_ms)
    return offer_trim(speech, trim.start or 0, end_ms)


def _sent_twice(checked: Sequence[Checked]) -> tuple[Checked, ...]:
    """With a warning for every recording whose content came in for two speakers: one of them is the
    wrong file.
    """
    senders: dict[str, list[Checked]] = {}
    for one in checked:
        if one.taken.recording:
            senders.setdefault(one.taken.recording.digest, []).append(one)
    return tuple(_noted(one, senders) for one in checked)


def _noted(one: Checked, senders: dict[str, list[Checked]]) -> Checked:
    recording = one.taken.recording
    same = senders[recording.digest] if recording else []
    others = [other.speaker.name for other in same if other is not one]
    if not others:
        return one
    file = one.taken.submission.recording
    message = f"{file}: the very same recording came in for {' and '.join(others)} as well."
    remedy = "Watch it, and ask the other speaker for the right file."
    twice = About(one.speaker.id, file).warning("duplicate-content", message, remedy)
    return replace(one, findings=(*one.findings, twice))
