"""The story of one check: look at every submission, listen to it, sum up the slot; without it a
producer would learn what is wrong after an hour of encoding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

from pipeline.commands.approve import with_approval
from pipeline.commands.keep import decide
from pipeline.commands.report import Checked, Report, held, left_out, planned_slot
from pipeline.commands.weights_said import which_weights
from pipeline.config import Config, Speaker, Trim
from pipeline.errors import MachineFailed, NotYet, Refused, StillChanging, ToolFailed
from pipeline.event import Event
from pipeline.findings import About, Finding, verdict
from pipeline.message.captions import captions_of, still_promised
from pipeline.message.carried import persons_captions
from pipeline.message.drawings import not_drawn, plan_drawings
from pipeline.message.engines import activity_with_levels
from pipeline.message.intake import Arrived, first_sight, look_at, photo_of
from pipeline.message.prepared import Heard, Received, Rejected
from pipeline.message.sound import listen, make_sound
from pipeline.message.wording import Sent, captions_seen, sent_with, texts_seen
from pipeline.model import Submission
from pipeline.plan.branding import brand_findings
from pipeline.plan.chapters import noted_chapters, told_chapters
from pipeline.plan.conform import plan_timeline
from pipeline.plan.consent import consent_findings
from pipeline.plan.deadline import deadline_findings
from pipeline.plan.decided import Decision, Decisions, bound
from pipeline.plan.introductions import introduction_findings, stays_long
from pipeline.plan.runofshow import clock_findings
from pipeline.plan.slot import allowance_findings, left_out_findings, slot_findings
from pipeline.plan.trims import TrimOffer, offer_trim, trim_finding, voiced, with_missed
from pipeline.plan.unedited import unedited_findings
from pipeline.programme.sounds import music_of
from pipeline.timing import frame_ms
from pipeline.work.bench import Bench
from pipeline.work.encoders import look_for_encoder
from pipeline.work.weights import Weights


def check(
    event: Event,
    bench: Bench,
    only: tuple[str, ...] = (),
    with_captions: bool = False,
    weights: Weights | None = None,
) -> Report:
    """Probe and measure every submission (or those in ``only``), and plan the slot. Renders
    nothing.
    """
    bed, unheard = music_of(event, bench)
    taken, nobodys = event.received()
    wanted = [given for given in taken if not only or given[0].id in only]
    others = _last_known(event, bench, [given for given in taken if given not in wanted])
    looked_at = bench.each(lambda given: _checked(event, bench, *given), wanted)
    both = (*looked_at, *others)
    checked = _sent_twice(looked_at, [*_senders(both), *_senders_elsewhere(event, bench)])
    if not bench.dry:
        _remember_decisions(event, checked)
    whole = (
        *nobodys,
        *unheard,
        *brand_findings(event.config),
        *_slot_findings(event.config, checked, others),
        *clock_findings(event.config),
        *consent_findings(event.config, date.today()),
        *unedited_findings(event.config),
        *_deadline_findings(event.config, both),
        *nothing_shown_of(event.config, checked),
    )
    weights = weights or weights_of(event, bench)
    report = Report(event.config, checked, whole, bed=bed, others=others)
    report = with_weights_said(report, weights)
    return all_captioned(event, bench, weights, report) if with_captions else report


def weights_of(event: Event, bench: Bench) -> Weights:
    """Whisper's weights for this command."""
    captions = event.config.captions
    return Weights(bench, captions.model, captions.engine, event.workspace.root)


def all_captioned(event: Event, bench: Bench, weights: Weights, report: Report) -> Report:
    """``captioned`` for every submission. Raises Refused as it does; a dry run, which tells for
    what a build would be refused, goes on without captions.
    """
    try:
        checked = bench.each(lambda one: captioned(event, bench, weights, one), report.checked)
    except Refused:
        if bench.dry and report.unmet:
            return report
        raise
    return with_weights_said(replace(report, checked=tuple(checked)), weights)


def with_weights_said(report: Report, weights: Weights) -> Report:
    """With what is to say of the weights, as far as somebody was heard with them."""
    said = which_weights(weights, _unwritten(report.spoken))
    return replace(report, findings=tuple(dict.fromkeys((*report.findings, *said))))


def check_everything(event: Event, bench: Bench, only: tuple[str, ...] = ()) -> Report:
    """As ``check``, with what a build would say of texts, loudness, cards and the encoder.

    The sound of each message is made, which costs a second a minute, and the cards are drawn: a
    build goes on with both.
    """
    event, of_encoder = look_for_encoder(event, bench)
    weights = weights_of(event, bench)
    report = check(event, bench, only, weights=weights)
    said = bench.each(lambda one: _as_a_build_says(event, bench, weights, one), report.checked)
    checked, undrawn = _with_cards(event, bench, said)
    found = (*report.findings, *of_encoder, *undrawn)
    return replace(report, checked=tuple(checked), findings=found)


def _as_a_build_says(event: Event, bench: Bench, weights: Weights, one: Checked) -> Checked:
    """A submission with what is odd about its texts, where its captions will come, and how loud it
    can be made. Whisper is not asked: it takes as long as the message.
    """
    if one.intro:
        one = introduced(one, _as_a_build_says(event, bench, weights, one.intro))
    heard = one.message
    if heard is None:
        return one
    try:
        _, of_loudness = make_sound(event, bench, heard)
        _, of_captions = persons_captions(event, bench, heard, weights, ear=bench.at_rest())
    except (StillChanging, ToolFailed) as failed:
        found = _what_failed(failed, one.speaker, one.taken.submission.recording)
        return replace(one, heard=None, findings=(*one.findings, found))
    # How loud it will come out is no verdict on what was sent: that it is quiet is said already.
    foretold = [replace(finding, severity="info") for finding in of_loudness]
    promised = still_promised(event, heard, weights)
    of_texts = texts_seen(event, sent_with(heard))
    return replace(one, findings=(*one.findings, *foretold, *of_captions, *promised, *of_texts))


def _last_known(
    event: Event, bench: Bench, given: Sequence[tuple[Submission, tuple[Finding, ...]]]
) -> tuple[Checked, ...]:
    """What is known of submissions that nobody asked to look at now."""
    known = bench.of_what_is_known()
    return tuple(_checked(event, known, *one) for one in given)


def _with_cards(
    event: Event, bench: Bench, checked: Sequence[Checked]
) -> tuple[Sequence[Checked], tuple[Finding, ...]]:
    """Each with what could not be drawn on its cards, and what is wrong with the logo, the font or
    the segment's own cards.
    """
    drawings, instead = plan_drawings(event, bench), held(event.config, checked)
    speakers = [one.speaker.id for one in checked]
    try:
        own = (drawings.of(whose, held=whose in instead) for whose in (None, *speakers))
        bench.obtain_all(drawing for several in own for drawing in several)
    except Refused as unusable:
        remedy = "Name another file under brand: in config.yaml; nothing can be drawn with this."
        return checked, (About().error("brand-unusable", str(unusable), remedy),)

    def with_undrawn(one: Checked) -> Checked:
        found = not_drawn(bench, drawings, one.speaker, held=one.speaker.id in instead)
        return replace(one, findings=(*one.findings, *found))

    return [with_undrawn(one) for one in checked], not_drawn(bench, drawings)


def _remember_decisions(event: Event, checked: Sequence[Checked]) -> None:
    """That what is decided for a speaker was decided for the recording that is there, where nothing
    was known of it.
    """
    before = event.decisions
    new: dict[str, Mapping[str, Decision]] = {}
    for one in checked:
        if isinstance(one.taken, Received):
            whose = one.speaker.id
            of_theirs = {whose: before.get(whose, {})}
            new |= bound(of_theirs, event.speakers[whose], one.taken.recording.digest)

    def remembered(now: Decisions) -> Decisions:
        """What somebody has decided since the command began is theirs."""
        same = [one for one in new if now.get(one) == before.get(one)]
        return {**now, **{one: new[one] for one in same}}

    if any(kinds != before.get(one, {}) for one, kinds in new.items()):
        decide(event.workspace, remembered)


def _unwritten(spoken: Sequence[Checked]) -> tuple[str, ...]:
    """Languages in which somebody speaks of whom no person wrote captions: Whisper may be asked."""
    languages = [one.speaker.language for one in spoken if one.usable and not _written(one)]
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


def _slot_findings(
    config: Config, checked: tuple[Checked, ...], others: tuple[Checked, ...]
) -> tuple[Finding, ...]:
    """Findings of the whole, not of a submission: how long somebody may speak is no verdict on what
    they sent. ``others`` count, and nothing is said of them.
    """
    slot = planned_slot(config, (*checked, *others))
    offers = [(one.speaker.id, one.offer) for one in (*checked, *others) if one.usable]
    wins_ms = {speaker: offer.wins_ms for speaker, offer in offers if offer}
    silent = {one.speaker.id for one in others}
    said = (*slot_findings(slot, wins_ms), *allowance_findings(slot, wins_ms))
    return tuple(finding for finding in said if finding.submission not in silent)


def _deadline_findings(config: Config, checked: Sequence[Checked]) -> tuple[Finding, ...]:
    """That the deadline is over, and of whom nothing can be shown: as far as that is known."""
    awaited = [one.speaker.id for one in checked if not one.usable and not one.pending]
    return deadline_findings(config, awaited, datetime.now(UTC))


def _checked(
    event: Event, bench: Bench, submission: Submission, findings: tuple[Finding, ...]
) -> Checked:
    """One submission's check, and that of who introduces it."""
    one = _looked_at(event, bench, event.speakers[submission.id], submission, findings)
    introducer = event.config.introducer_of(one.speaker)
    if introducer is None or submission.intro is None:
        return one
    intro = _looked_at(event, bench, introducer, submission.intro, ())
    long = stays_long(one.speaker, frame_ms(intro.frames, event.config.delivery.fps))
    return introduced(replace(one, findings=(*one.findings, *long)), intro)


def introduced(one: Checked, intro: Checked) -> Checked:
    """A submission with what is known of its introduction now: what was found since belongs to it.
    Nothing of it makes the message unusable.
    """
    known = len(one.intro.findings) if one.intro else 0
    said = introduction_findings(one.speaker, intro.findings[known:])
    pending = one.pending or intro.pending
    return replace(one, intro=intro, findings=(*one.findings, *said), pending=pending)


def _looked_at(
    event: Event,
    bench: Bench,
    speaker: Speaker,
    submission: Submission,
    findings: tuple[Finding, ...],
) -> Checked:
    """Whatever a tool does to a recording is a finding of this submission alone."""
    file = submission.recording
    taken: Rejected | Received = Rejected(speaker, submission, findings)
    try:
        arrived = first_sight(event, bench, speaker, submission, findings)
        if isinstance(arrived, Rejected):
            return Checked(arrived, None, (*arrived.findings, *_came_before(event, bench, arrived)))
        taken = Rejected(arrived.speaker, submission, arrived.findings, arrived.recording)
        taken = look_at(event, bench, arrived)
        if isinstance(taken, Rejected):
            return Checked(taken, None, taken.findings)
        return _listened(event, bench, taken)
    except (StillChanging, ToolFailed) as failed:
        return Checked(taken, None, (*taken.findings, _what_failed(failed, speaker, file)))
    except NotYet:
        return Checked(taken, None, taken.findings, pending=True)


def _came_before(event: Event, bench: Bench, missing: Rejected) -> tuple[Finding, ...]:
    """What is odd about the texts and the photo of somebody whose recording cannot be looked at."""
    speaker, submission = missing.speaker, missing.submission
    _, of_photo = photo_of(event, bench, speaker, submission)
    sent = Sent(speaker, submission)
    return (*of_photo, *captions_seen(event, sent), *texts_seen(event, sent))


def _what_failed(failed: StillChanging | ToolFailed, speaker: Speaker, file: str | None) -> Finding:
    if isinstance(failed, StillChanging):
        return still_changing(failed, speaker, file)
    if isinstance(failed, MachineFailed):
        return _machines(failed, speaker, file)
    return damaged(failed, speaker, file)


def _listened(event: Event, bench: Bench, taken: Received) -> Checked:
    heard = listen(bench, taken)
    if verdict(heard.findings) == "reject":
        return Checked(taken, heard, heard.findings)
    offer = _offer(event, bench, heard)
    offered = (trim_finding(offer, taken.speaker, taken.file),) if offer else ()
    timeline = taken.timeline
    chapters, outside = told_chapters(
        taken.speaker, timeline.in_ms, timeline.frames, timeline.rate, taken.file
    )
    found = (*heard.findings, *offered, *outside)
    return Checked(taken, heard, found, offer=offer, chapters=chapters)


def captioned(event: Event, bench: Bench, weights: Weights, one: Checked) -> Checked:
    """A submission with its captions, where it can be shown, with the chapters that they note and
    whether somebody has approved it so. Raises Refused where ``engine: whisper`` cannot be met.
    """
    if one.intro:
        one = introduced(one, _captioned(event, bench, weights, one.intro))
    return with_approval(event, _captioned(event, bench, weights, one))


def _captioned(event: Event, bench: Bench, weights: Weights, one: Checked) -> Checked:
    heard, speaker = one.message, one.speaker
    if heard is None:
        return one
    try:
        captions, said = captions_of(event, bench, heard, weights)
    except (StillChanging, ToolFailed) as failed:
        failure = _what_failed(failed, speaker, one.taken.submission.recording)
        return replace(one, heard=None, findings=(*one.findings, failure))
    except NotYet:
        return replace(one, heard=None, pending=True)
    chapters = one.chapters or noted_chapters(captions, heard.speaker.language)
    findings = (*one.findings, *said)
    return replace(one, captions=captions, chapters=chapters, findings=findings)


def _offer(event: Event, bench: Bench, heard: Heard) -> TrimOffer | None:
    """What a trim of silence would win; None as well where it has yet to be found out, or the
    recogniser broke off.
    """
    if heard.listen is None:
        return None
    try:
        activity, levels_db = activity_with_levels(bench, heard)
    except (NotYet, ToolFailed):  # an offer is a courtesy: nothing waits for it
        return None
    speech = voiced(activity, levels_db)
    if heard.louder:
        speech = with_missed(speech, levels_db)
    whole = plan_timeline(heard.received.probe, event.config.delivery.fps, Trim())
    whole_ms, trim = frame_ms(whole.frames, whole.rate), heard.speaker.trim
    end_ms = whole_ms if trim.end is None else min(trim.end, whole_ms)
    return offer_trim(speech, trim.start or 0, end_ms)


Sender = tuple[str, Speaker]
"""The digest of a recording, and for whom it came in."""


def _senders(checked: Sequence[Checked]) -> list[Sender]:
    return [(one.recording, one.speaker) for one in checked if one.recording]


def _senders_elsewhere(event: Event, bench: Bench) -> Iterator[Sender]:
    """Those of other segments, as far as anybody has read what they sent."""
    known, everybody = bench.of_what_is_known(), event.day.by_id if event.day else {}
    for submission, found in event.elsewhere():
        with suppress(StillChanging, MachineFailed, NotYet):  # said where they are shown
            speaker = everybody[submission.id]
            sight = first_sight(event, known, speaker, submission, found)
            if isinstance(sight, Arrived):
                yield sight.recording.digest, speaker


def _sent_twice(checked: Sequence[Checked], senders: Sequence[Sender]) -> tuple[Checked, ...]:
    """With a warning for every recording whose content came in for two speakers: one of them is the
    wrong file.
    """
    by_digest: dict[str, list[Speaker]] = {}
    for digest, speaker in senders:
        by_digest.setdefault(digest, []).append(speaker)
    return tuple(_noted(one, by_digest.get(one.recording or "", [])) for one in checked)


def _noted(one: Checked, senders: Sequence[Speaker]) -> Checked:
    others = [other.name for other in senders if other.id != one.speaker.id]
    if not others:
        return one
    file = one.taken.submission.recording
    message = f"{file}: the very same recording came in for {' and '.join(others)} as well."
    remedy = "Watch it, and ask the other speaker for the right file."
    twice = About(one.speaker.id, file).warning("duplicate-content", message, remedy)
    return replace(one, findings=(*one.findings, twice))
