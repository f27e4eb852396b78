"""What goes to speakers of what a command found; without it only builds would have replies, and a
producer would need them most when nothing can be built.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.captions.words.languages import closest
from pipeline.commands.approve import digests_shown, standing_of
from pipeline.commands.report import Checked, Report
from pipeline.config import Config
from pipeline.event import Event
from pipeline.findings import Finding
from pipeline.handover.advice import brief
from pipeline.handover.calendar import invitation
from pipeline.handover.callsheet import CallSheet, call_sheet, on_paper
from pipeline.handover.letters import Letter, as_page, as_text
from pipeline.handover.mail import draft
from pipeline.handover.print import Document, letter_blocks, plan_pages
from pipeline.handover.proof_page import shows
from pipeline.handover.replies import Came, reply
from pipeline.message.further_fonts import with_further_fonts
from pipeline.model import Captions
from pipeline.plan.dates import language_of
from pipeline.plan.deadline import is_over
from pipeline.plan.decided import received_at
from pipeline.plan.proofs import version_of
from pipeline.plan.rundown import Rundown
from pipeline.plan.slot import Share, plan_slot
from pipeline.programme.handing_over import put_beside
from pipeline.programme.join import Handed
from pipeline.recipe import Recipe
from pipeline.tools.running.programs import version
from pipeline.tools.texts.catalogues import own_words
from pipeline.work.bench import Bench


def letters(event: Event, report: Report, proofs: Collection[str] = ()) -> dict[str, Letter]:
    """The reply to each speaker, by id; with those in ``proofs`` goes their proof."""
    worded = own_words(language_of(report.config))
    shares = {share.speaker.id: share for share in report.slot().shares}
    came = [came_of(event, one, shares.get(one.speaker.id)) for one in report.checked]
    return {
        one.speaker.id: reply(report.config, replace(one, proof=one.speaker.id in proofs), worded)
        for one in came
    }


def replies(event: Event, bench: Bench, report: Report) -> dict[str, str]:
    """The reply to each speaker as text and page, and when their message is on air for their
    calendar, by names under outputs/.
    """
    written, rundown = letters(event, report), report.planned
    return {
        **{f"notes/{speaker}.txt": as_text(letter) for speaker, letter in written.items()},
        **{f"notes/{speaker}.html": as_page(letter) for speaker, letter in written.items()},
        **bench.known(
            "invitations",
            (report.config, rundown, *written),
            dict[str, str],
            lambda _: _invitations(report.config, rundown, written),
        ),
    }


def _invitations(
    config: Config, rundown: Rundown | None, speakers: Collection[str]
) -> dict[str, str]:
    """Of those among ``speakers`` whose message can be shown: nobody waits for the time of a card
    that stands for theirs.
    """
    if rundown is None:
        return {}
    worded = own_words(language_of(config))
    return {
        f"notes/{item.speaker}.ics": invitation(config, rundown, item, worded)
        for item in rundown.items
        if item.kind == "message" and item.speaker in speakers
    }


def came_of(event: Event, one: Checked, share: Share | None) -> Came:
    """What came in from one speaker, of whom that ``share`` of the slot is."""
    submission = one.taken.submission
    return Came(
        one.speaker,
        share,
        submission.recording,
        tuple(filter(None, (submission.script, *submission.captions.values()))),
        tuple(found for found in one.findings if _is_theirs(found, one)),
        one.usable,
        one.offer.wins_ms if one.offer else 0,
        received_at(event.decisions, one.speaker.id, one.recording),
        late=is_over(event.config, datetime.now(UTC)),
    )


def _is_theirs(found: Finding, one: Checked) -> bool:
    """Whether it is about what the speaker sent, not about who introduces them, nor about a draft
    in another language, which no text of theirs makes right.
    """
    intro, own = one.taken.submission.intro, closest(one.speaker.language, one.captions)
    if found.code == "captions-draft" and own and not one.captions[own].draft:
        return False
    return intro is None or found.file != intro.recording


def write_mail(event: Event, bench: Bench, report: Report) -> tuple[list[str], list[str]]:
    """The replies, and a mail with each for those whose ``contact:`` is known, with their proof
    where there is one to be answered: names of what was written under outputs/, and the ids of
    those without an address.
    """
    speakers = [one.speaker for one in report.checked]
    found = {one.speaker.id: _proof_to_answer(event, one) for one in report.checked}
    proofs = {speaker: {f"proof-{speaker}.html": page} for speaker, page in found.items() if page}
    written = letters(event, report, proofs)
    mails = {
        f"mail/{one.id}.eml": draft(written[one.id], one.name, one.contact, proofs.get(one.id, {}))
        for one in speakers
        if one.contact
    }
    without = [one.id for one in speakers if not one.contact]
    # what lies in notes/ stays what a build writes there: nothing is attached to it
    notes = replies(event, bench, report)
    times = (f"notes/{one.id}.ics" for one in speakers)
    gone = [one for one in times if one not in notes and (event.workspace.outputs / one).is_file()]
    put = put_beside(event, bench, (), {**notes, **mails}, gone)
    return [*put.written], without


def _proof_to_answer(event: Event, one: Checked) -> bytes | None:
    """The page in outputs/proofs/ where it shows the message as it is now, and nobody has approved
    that yet.
    """
    if not one.usable or standing_of(one).state == "approved":
        return None
    try:
        page = (event.workspace.outputs / "proofs" / f"{one.speaker.id}.html").read_bytes()
    except FileNotFoundError:
        return None
    return page if shows(page, version_of(digests_shown(event, one))) else None


def write_brief(event: Event, bench: Bench) -> list[str]:
    """How to record, as text and to be printed, for everybody and for each speaker: names of what
    was written under outputs/.
    """
    config = event.config
    worded = own_words(language_of(config))
    shares = plan_slot(config, {}).shares
    late = is_over(config, datetime.now(UTC))
    pages = {
        "everybody": brief(config, None, worded, late),
        **{share.speaker.id: brief(config, share, worded, late) for share in shares},
    }
    texts = {f"brief/{name}.txt": as_text(page) for name, page in pages.items()}
    documents = {f"{name}.pdf": letter_blocks(page) for name, page in pages.items()}
    printed = plan_printed(bench, "how to record", documents)
    bench.obtain(printed)
    paper = [Handed(printed, name, f"brief/{name}", 0) for name in documents]
    return [*put_beside(event, bench, paper, texts).written]


def call_sheet_of(
    report: Report, rundown: Rundown, captions: Mapping[str, Mapping[str, Captions]]
) -> CallSheet:
    """What the moderator has before them. ``captions`` are by speaker id."""
    shares = {share.speaker.id: share for share in report.slot().shares}
    worded = own_words(language_of(report.config))
    return call_sheet(report.config, rundown, captions, shares, worded)


def plan_call_sheet(bench: Bench, sheet: CallSheet) -> Recipe:
    """rundown.pdf"""
    return plan_printed(bench, "run of show", {"rundown.pdf": on_paper(sheet)})


def plan_printed(bench: Bench, task: str, documents: Mapping[str, Document]) -> Recipe:
    """Documents to be printed, by the names of their files."""
    return with_further_fonts(bench, plan_pages(task, documents, version("paper")))
