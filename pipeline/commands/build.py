"""The story of one build, top to bottom: one map over the submissions, one join at the rundown.

Without this file the rooms would be there and nobody to walk through them in turn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from pipeline.commands.check import (
    all_captioned,
    captioned,
    check,
    damaged,
    introduced,
    nothing_shown_of,
    still_changing,
    weights_of,
    with_weights_said,
)
from pipeline.commands.correspondence import (
    call_sheet_of,
    plan_call_sheet,
    replies,
)
from pipeline.commands.publish import announce_publishing, publish
from pipeline.commands.report import Checked, Report, held, planned_slot
from pipeline.errors import MachineFailed, NotYet, Refused, StillChanging, ToolFailed
from pipeline.event import Event
from pipeline.findings import Finding, some_of
from pipeline.handover.callsheet import CallSheet, on_screen
from pipeline.message.drawings import Drawings, not_drawn, plan_drawings
from pipeline.message.pictures import holes_met, over_strap, start_edges, start_pictures
from pipeline.message.prepared import Heard, Introduction, Prepared
from pipeline.message.sound import make_sound
from pipeline.plan.airing import accepted_in_vain, kept_from_airing, refusal
from pipeline.plan.room import bytes_needed, short_of_room
from pipeline.plan.rundown import Rundown, plan_rundown, with_chapters
from pipeline.programme.edition import Source
from pipeline.programme.editions import Editions, announce_editions, make_editions
from pipeline.programme.handing_over import (
    drafts_beside,
    edited,
    explain_put,
    no_longer,
    put_beside,
    texts_beside,
)
from pipeline.programme.join import (
    Assembly,
    Handed,
    assemble,
    join,
    measured_as_planned,
    segment_captions,
)
from pipeline.recipe import Recipe, own_task
from pipeline.tools.running import files
from pipeline.work.bench import Bench, Running
from pipeline.work.encoders import with_encoder


class NothingHandedOver(Refused):
    """The segment was not handed over. Carries the report that says why."""

    def __init__(self, sentence: str, report: Report) -> None:
        super().__init__(sentence)
        self.report = report

    def __reduce__(self) -> tuple[type[Refused], tuple[str, Report]]:
        return type(self), (str(self), self.report)


class NothingUsable(NothingHandedOver):
    """Every submission is missing or rejected."""


class NotFinal(NothingHandedOver):
    """``--final`` was asked for, and the segment cannot air."""


@dataclass(frozen=True)
class Joined:
    """Everything that a segment consists of, made and in the store: its rundown, its messages by
    their speaker's id, the films, the editions of it, and the run of show to be printed. ``drafts``
    are those of captions, by their names under outputs/.
    """

    report: Report
    rundown: Rundown
    ready: Mapping[str, Prepared]
    films: Sequence[Handed]
    sheet: CallSheet
    printed: Recipe
    drafts: Mapping[str, str]
    editions: Editions


Then = Callable[[Event, Bench, Joined], Report]
"""What is done with a segment whose parts are joined."""


def _handed_over(event: Event, bench: Bench, joined: Joined) -> Report:
    """Everything in outputs/ that belongs there; the report with what was written."""
    measured_as_planned(event, bench, joined.films)
    report = _with_vain(joined.report)
    results, texts = files_beside(joined), texts_of(event, bench, joined)
    gone = no_longer(event, {*texts, *(one.name for one in results)}, joined.editions.left)
    put = put_beside(event, bench, results, texts, gone)
    if event.day is None:  # of several segments the last one knows what all of them need
        prune(event, bench)
    found = (*report.findings, *edited(event, put.kept))
    return replace(report, findings=found, written=put.written, gone=gone)


def _explain_hand_over(event: Event, bench: Bench, joined: Joined) -> Report:
    """The report of a dry run, which notes what is made and would be put into outputs/, and what a
    build would take away: it would be taken for true, and somebody who does not agree any more may
    be seen in it. Left out is what says other things on another day.
    """
    results, texts = files_beside(joined), _undated(event, bench, joined)
    explain_put(event, bench, results, texts)
    old = no_longer(event, {*texts, *(one.name for one in results)}, joined.editions.left)
    gone = [name for name in old if not name.startswith("notes/")]
    if gone:
        bench.explain(f"take away {some_of(gone)}", "not to be there any more")
    return joined.report


def files_beside(joined: Joined) -> tuple[Handed, ...]:
    """What is handed over that a tool made."""
    printed = Handed(joined.printed, "rundown.pdf", "rundown.pdf", 0)
    return (*joined.films, *joined.editions.handed, printed)


def texts_of(event: Event, bench: Bench, joined: Joined) -> dict[str, str | bytes]:
    """What is handed over that we wrote, by its names under outputs/."""
    report = _with_vain(joined.report)
    answer = {"draft": event.draft, **report.as_json()}
    return {
        **joined.drafts,
        **_undated(event, bench, joined),
        **replies(event, bench, report),
        "report.json": json.dumps(answer, ensure_ascii=False, indent=1) + "\n",
    }


def _undated(event: Event, bench: Bench, joined: Joined) -> dict[str, str | bytes]:
    """Of that what follows from config.yaml and inputs/ alone, on whatever day it is written."""
    return {
        **texts_beside(event.config, bench, joined.rundown, joined.ready),
        **joined.editions.texts,
        "rundown.html": on_screen(joined.sheet),
    }


def _with_vain(report: Report) -> Report:
    """The report with what ``accept:`` names in vain."""
    vain = accepted_in_vain(report.accepts, report.all_findings)
    return replace(report, findings=(*report.findings, *vain))


def prune(event: Event, bench: Bench) -> None:
    """Drop results that this command did not ask for. Joined programmes are large and cheap to make
    again, and go at once; parts are small and dear.
    """
    bench.store.prune(
        lambda task: own_task(task).startswith("join ") or task.endswith("sound track"),
        event.config.store.limit,
    )


def build(event: Event, bench: Bench, final: bool = False, then: Then = _handed_over) -> Report:
    """Make what is stale, and nothing else; then hand it over, or do ``then`` with it.

    ``final`` hands nothing over that cannot air. Raises Refused (over the slot under ``strict``, no
    card can be drawn, the encoder that is asked for is not here, the machine could not cope),
    NotFinal and NothingUsable. A dry run stops where the next step needs what has not been made;
    what it would run is in ``bench.would_run``.
    What was damaged in the store is made again; raises Damaged where that happens on and on.
    """
    return bench.in_spite_of_damage(lambda: _built(event, bench, final, then))


def _built(event: Event, bench: Bench, final: bool, then: Then) -> Report:
    event, of_encoder = with_encoder(event, bench)
    weights = weights_of(event, bench)
    report = check(event, bench, weights=weights)
    report = replace(report, findings=(*report.findings, *of_encoder))
    _machine_coped(event, report)
    all_first = final or bool(report.unmet)  # nothing is encoded that would be refused
    if final:
        _spare_time(bench, report)
    if all_first:
        report = all_captioned(event, bench, weights, report)
        _machine_coped(event, report)
    drawings = plan_drawings(event, bench)
    if final:
        _spare_time(bench, report)
        _can_air(event, _said_before_pictures(event, bench, drawings, report))
    if not bench.dry:
        _fits_a_strict_slot(event, report)
        _say_room(event, bench, report)
        _announce(event, bench, report)
    if not any(one.usable for one in report.checked):
        return _nothing_to_join(event, bench, report)

    def begun(one: Checked) -> Outcome:
        """Its pictures are encoded while others are still listened to."""
        heard = one if all_first else captioned(event, bench, weights, one)
        return begin(event, bench, drawings, heard)

    outcomes = bench.each(begun, report.checked)
    report = with_weights_said(_with(report, outcomes), weights)
    _machine_coped(event, report)
    assembled = _assembled(event, bench, drawings, report, outcomes)
    finished = bench.each(partial(finish, bench), outcomes)
    report = _with(report, finished)
    if _ready(finished).keys() != _ready(outcomes).keys():  # a recording could not be encoded
        assembled = _assembled(event, bench, drawings, report, finished)
    if assembled is None:
        return _nothing_to_join(event, bench, report)
    told: Then = _explain_hand_over if bench.dry else then
    return told(event, bench, _joined(event, bench, drawings, report, assembled, final))


def _machine_coped(event: Event, report: Report) -> None:
    """Raises Refused where the machine failed in looking at a recording: a holding card would take
    the place of what may be good.
    """
    failed = [finding for finding in report.all_findings if finding.code == "machine-failed"]
    if failed:
        listed = "\n".join(f"  - {one.message}\n    Next: {one.remedy}" for one in failed)
        raise Refused(
            f"This computer could not do all the work:\n{listed}\nNothing was built; what is in"
            f" {event.workspace.called('')} stays as it was."
        )


def _say_room(event: Event, bench: Bench, report: Report) -> None:
    """Say, before anything is encoded, that the disk may be too small for it."""
    slot = planned_slot(report.config, report.checked)
    delivery, wanted = event.config.delivery, event.editions.values()
    needed = bytes_needed(slot.total_ms / 1000, delivery, wanted, event.publishes)
    outputs = event.workspace.made(event.workspace.all_outputs)
    free = files.free_bytes(outputs)
    if needed > free:  # or nobody needs to know what is there already
        said = short_of_room(needed, files.size_of(outputs), free)
        if said:
            bench.observer.say(said)


def _announce(event: Event, bench: Bench, report: Report) -> None:
    """Have what is made of the joined programme counted before it is asked for."""
    rate, today = event.config.delivery.fps, date.today()
    messages = [(one.speaker, float(one.frames / rate)) for one in report.checked if one.usable]
    length_s = planned_slot(report.config, report.checked).total_ms / 1000
    announce_editions(event, bench, length_s, messages, today)
    announce_publishing(event, bench, [speaker for speaker, _ in messages], today)


def _spare_time(bench: Bench, report: Report) -> None:
    """Nobody waits for pictures of what is known not to air."""
    if kept_from_airing(report.accepts, report.all_findings):
        bench.observer.without_pictures()


def _can_air(event: Event, report: Report) -> None:
    """Raises NotFinal with everything that keeps the segment from airing."""
    kept = kept_from_airing(report.accepts, report.all_findings)
    if kept:
        where = event.workspace.called("")
        left = f"Nothing was handed over; the segment in {where} stays as it was."
        names = {one.speaker.id: one.speaker.name for one in report.checked}
        raise NotFinal(f"{refusal(report.accepts, kept, names)}\n{left}", report)


def _said_before_pictures(event: Event, bench: Bench, drawings: Drawings, report: Report) -> Report:
    """The report with all that is found while sounds and words are made, so that nobody waits for
    pictures to hear the rest of it. Caption drafts are written: they are to be corrected.
    """

    def of_sound(one: Checked) -> Checked:
        if one.intro:
            _, one = _introduction(event, bench, one, one.intro)

        def made(heard: Heard) -> tuple[None, tuple[Finding, ...]]:
            _, found = make_sound(event, bench, heard)
            return None, (*found, *not_drawn(bench, drawings, heard.speaker))

        return _spared(one, made).checked

    report = replace(report, checked=tuple(bench.each(of_sound, report.checked)))
    report, drafts = _with_drafts(event, bench, drawings, report)
    put_beside(event, bench, (), drafts)
    return report


def _fits_a_strict_slot(event: Event, report: Report) -> None:
    """Raises Refused where the segment is too long and may not be."""
    for over in report.over_strictly:
        raise Refused(
            f"{over.message}\n  Next: {over.remedy} (or overrun: warn)\n  Nothing was built; what"
            f" is in {event.workspace.called('')} stays as it was."
        )


def _nothing_to_join(event: Event, bench: Bench, report: Report) -> Report:
    """What is left to say where no message is ready. Raises NothingUsable unless the run is dry."""
    if not bench.dry:
        nothing = (
            "Nothing was built: no submission can be used. What is in"
            f" {event.workspace.called('')} stays as it was."
        )
        raise NothingUsable(nothing, report)
    if any(one.pending for one in report.checked):
        bench.explain("joins", "their parts are made anew")
    return report


@dataclass(frozen=True)
class Outcome:
    """A submission with what was found on the way, and its message where it is ready or, with
    ``running`` to wait for, as good as ready.
    """

    checked: Checked
    message: Prepared | None = None
    running: tuple[Running, ...] = ()


def prepare(event: Event, bench: Bench, drawings: Drawings, checked: Checked) -> Outcome:
    """Everything that is seen and heard of one submission, made. Raises MachineFailed and, where a
    card cannot be drawn, Refused; what its recording does to a tool is a finding of this one alone.
    """
    return finish(bench, begin(event, bench, drawings, checked))


def begin(event: Event, bench: Bench, drawings: Drawings, checked: Checked) -> Outcome:
    """As ``prepare``, while its pictures are still being encoded: its sound is made."""
    introduction, started = None, list[Running]()
    if checked.intro:
        introduction, checked = _introduction(event, bench, checked, checked.intro)
    outcome = _spared(checked, lambda heard: _made(event, bench, drawings, checked, heard, started))
    if outcome.message is None:
        return outcome
    message = replace(outcome.message, introduction=introduction)
    return replace(outcome, message=message, running=tuple(started))


def finish(bench: Bench, begun: Outcome) -> Outcome:
    """What was begun once its pictures are there, and what was found in making them."""
    message = begun.message
    if message is None:
        return begun

    def shown(heard: Heard) -> tuple[Prepared, tuple[Finding, ...]]:
        bench.wait(*begun.running)
        return message, holes_met(bench, heard, message.pictures)

    return _spared(begun.checked, shown)


def _with(report: Report, outcomes: Sequence[Outcome]) -> Report:
    return replace(report, checked=tuple(one.checked for one in outcomes))


def _ready(outcomes: Sequence[Outcome]) -> dict[str, Prepared]:
    """The messages that can be shown, by speaker id."""
    return {one.message.speaker.id: one.message for one in outcomes if one.message}


def _introduction(
    event: Event, bench: Bench, checked: Checked, intro: Checked
) -> tuple[Introduction | None, Checked]:
    """What is heard under a title card; None where it cannot be. The message is shown without."""
    made: list[Recipe] = []

    def sounding(heard: Heard) -> tuple[None, tuple[Finding, ...]]:
        sound, found = make_sound(event, bench, heard)
        made.append(sound)
        return None, found

    intro = _spared(intro, sounding).checked
    checked = introduced(checked, intro)
    if intro.message is None or not made:
        return None, checked
    return Introduction(intro.speaker, intro.frames, made[0], intro.captions), checked


def _spared(
    checked: Checked, make: Callable[[Heard], tuple[Prepared | None, tuple[Finding, ...]]]
) -> Outcome:
    """What is made of a submission. Whatever a tool does to its recording is a finding of this one
    alone.
    """
    heard, speaker = checked.message, checked.speaker
    file = checked.taken.submission.recording
    if heard is None:
        return Outcome(checked)
    try:
        message, findings = make(heard)
    except MachineFailed:
        raise  # no holding card takes the place of a good message for it
    except ToolFailed as failed:
        if failed.tool == "draw":
            raise  # the fault is ours or the brand's, not this submission's
        return Outcome(_unusable(checked, damaged(failed, speaker, file)))
    except StillChanging as changing:
        return Outcome(_unusable(checked, still_changing(changing, speaker, file)))
    except NotYet:
        return Outcome(replace(checked, pending=True))
    return Outcome(replace(checked, findings=(*checked.findings, *findings)), message)


def _unusable(checked: Checked, finding: Finding) -> Checked:
    return replace(checked, heard=None, findings=(*checked.findings, finding))


def _made(
    event: Event,
    bench: Bench,
    drawings: Drawings,
    checked: Checked,
    heard: Heard,
    started: list[Running],
) -> tuple[Prepared, tuple[Finding, ...]]:
    """One message's sound, and its pictures, which have ``started`` and run on."""
    burned = event.burned(checked.captions, heard.speaker.language)
    pictures, running = start_pictures(event, bench, drawings, heard, burned)
    edges, more = start_edges(event, bench, drawings, heard, burned)
    sound, found = make_sound(event, bench, heard)
    started += [*running, *more]
    found = (*found, *not_drawn(bench, drawings, heard.speaker))
    captions = {
        language: over_strap(event, bench, drawings, heard.speaker.id, one)
        for language, one in checked.captions.items()
    }
    message = Prepared(heard.speaker, checked.frames, pictures, sound, captions, edges)
    return message, found


def _rundown(event: Event, report: Report, ready: Mapping[str, Prepared]) -> Rundown:
    frames = {speaker: one.frames for speaker, one in ready.items()}
    chapters = {one.speaker.id: one.chapters for one in report.checked}
    spoken = {
        speaker: one.introduction.frames for speaker, one in ready.items() if one.introduction
    }
    return with_chapters(plan_rundown(event.config, frames, spoken), chapters)


@dataclass(frozen=True)
class _Assembled:
    """A programme as it will be if every message's pictures come well, and its run of show."""

    assembly: Assembly
    sheet: CallSheet
    printed: Recipe


def _assembled(
    event: Event,
    bench: Bench,
    drawings: Drawings,
    report: Report,
    outcomes: Sequence[Outcome],
) -> _Assembled | None:
    """What waits for no pictures, begun while they are encoded; None where there is no message."""
    ready = _ready(outcomes)
    if not ready or any(one.pending for one in report.checked):
        return None
    rundown = _rundown(event, report, ready)
    sheet = call_sheet_of(report, rundown, {whose: one.captions for whose, one in ready.items()})
    printed = plan_call_sheet(bench, sheet)
    bench.start(printed)
    assembly = assemble(event, bench, drawings, rundown, ready, report.bed)
    return _Assembled(assembly, sheet, printed)


def _joined(
    event: Event,
    bench: Bench,
    drawings: Drawings,
    report: Report,
    assembled: _Assembled,
    final: bool,
) -> Joined:
    programme = assembled.assembly.programme
    drafts: Mapping[str, str] = {}
    report = replace(report, rundown=programme.rundown)
    if bench.dry:
        _not_drawn(event, bench, drawings, report)  # what a build draws is needed
    else:
        report, drafts = _with_drafts(event, bench, drawings, report)
    if final:
        _can_air(event, report)
    films = join(event, bench, assembled.assembly)
    made = _editions(event, bench, report, assembled.assembly, films)
    if not bench.dry:  # it took minutes, in which somebody may have corrected a draft
        report, drafts = _with_drafts(event, bench, drawings, report)
    if final:
        _can_air(event, report)
    files = tuple(dict.fromkeys([*(one.name for one in made.handed), *made.texts]))
    report = replace(report, findings=(*report.findings, *made.findings), editions=files)
    sheet, printed = assembled.sheet, assembled.printed
    bench.obtain(printed)
    return Joined(report, programme.rundown, programme.ready, films, sheet, printed, drafts, made)


def _editions(
    event: Event, bench: Bench, report: Report, assembly: Assembly, films: Sequence[Handed]
) -> Editions:
    """The programme in its other forms, and what goes onto the web, made."""
    programme, today = assembly.programme, date.today()
    source = Source(
        programme.rundown,
        assembly.heard,
        {one.name: one for one in films},
        programme.ready,
        {one.speaker.id: one.message for one in report.checked if one.message},
        report.bed,
        segment_captions(event.config, programme.rundown, programme.ready),
    )
    made = make_editions(event, bench, source, today)
    return made + publish(event, bench, source, programme.ready, today)


def _with_drafts(
    event: Event, bench: Bench, drawings: Drawings, report: Report
) -> tuple[Report, Mapping[str, str]]:
    """The report with what is found of the whole once its messages are known, and their caption
    drafts.
    """
    shown = [(one.speaker, one.captions) for one in report.spoken if one.usable]
    drafts, theirs = drafts_beside(event, bench, shown)
    left = nothing_shown_of(event.config, report.checked)
    undrawn = _not_drawn(event, bench, drawings, report)
    found = dict.fromkeys((*report.findings, *left, *undrawn, *theirs))
    return replace(report, findings=tuple(found)), drafts


def _not_drawn(event: Event, bench: Bench, drawings: Drawings, report: Report) -> list[Finding]:
    """What could not be drawn on the segment's own cards and those of speakers who are missing."""
    missing = [event.speakers[one] for one in held(event.config, report.checked)]
    own = not_drawn(bench, drawings)
    theirs = [not_drawn(bench, drawings, speaker, held=True) for speaker in missing]
    return [found for some in (own, *theirs) for found in some]
