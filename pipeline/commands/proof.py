"""The story of one proof: a message as it will be shown, small enough for a mail, for its speaker
to correct and approve; without it they would see themselves on the evening.

Only what belongs to that message is made for it; nobody waits for the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.commands.approve import digests_shown, proofs_kept, save_proofs
from pipeline.commands.build import Outcome, prepare
from pipeline.commands.check import all_captioned, check, weights_of
from pipeline.commands.correspondence import came_of
from pipeline.commands.report import Checked, Report
from pipeline.event import Event
from pipeline.handover.proof_page import Shown, proof_page
from pipeline.handover.replies import Came
from pipeline.message.drawings import brand_inputs, plan_drawings
from pipeline.message.further_fonts import with_further_fonts
from pipeline.message.pictures import strap_frames
from pipeline.message.prepared import Part, Prepared, Received
from pipeline.plan.cards import plan_card_still
from pipeline.plan.dates import language_of
from pipeline.plan.proofs import Proof
from pipeline.plan.small_film import plan_proof_stills, plan_small_film
from pipeline.tools.running import files
from pipeline.tools.running.programs import version
from pipeline.tools.texts.catalogues import own_words
from pipeline.work.bench import Bench

LARGEST_PAGE = 8_000_000
"""Bytes: what most mail boxes still take as an attachment."""
_FILM_SHARES = (0.7, 0.55, 0.4, 0.25)
"""How much of a page its film may be, tried in turn until the page is small enough: in a page,
three bytes are four.
"""


@dataclass(frozen=True)
class Made:
    """The proof of one speaker: its page under outputs/, how large that is in bytes, its code, and
    whether it is another page than was there before.
    """

    name: str
    size: int
    code: str
    new: bool


@dataclass(frozen=True)
class Proofs:
    """Proofs by speaker's id; of whom there is none, and why (the end of a sentence); and what was
    found on the way.
    """

    made: Mapping[str, Made]
    without: Mapping[str, str]
    report: Report


def make_proofs(event: Event, bench: Bench, only: tuple[str, ...], now: datetime) -> Proofs:
    """A proof for everybody whose message can be shown (or those in ``only``), in outputs/proofs/.
    Which versions were shown is kept beside approvals.
    """
    weights = weights_of(event, bench)
    report = all_captioned(event, bench, weights, check(event, bench, only, weights=weights))
    drawings = plan_drawings(event, bench)
    outcomes = bench.each(lambda one: prepare(event, bench, drawings, one), report.checked)
    report = replace(report, checked=tuple(one.checked for one in outcomes))
    shares = {share.speaker.id: share for share in report.slot().shares}

    def made_of(outcome: Outcome) -> Made | str:
        one, message = outcome.checked, outcome.message
        if message is None:
            return f"nothing can be shown (see `perspectives check {one.speaker.id}`)"
        came = came_of(event, one, shares.get(one.speaker.id))
        page, proof = _page(event, bench, one, message, came, now)
        if page is None:
            return "it is too long for a page of 8 MB; send its clip itself"
        return _put(event, one.speaker.id, page, proof)

    ids = [one.speaker.id for one in report.checked]
    answers = dict(zip(ids, bench.each(made_of, outcomes), strict=True))
    made = {speaker: one for speaker, one in answers.items() if isinstance(one, Made)}
    without = {speaker: why for speaker, why in answers.items() if isinstance(why, str)}
    if not only:
        _take_away_others(event, made)
    return Proofs(made, without, report)


def _put(event: Event, speaker: str, page: str, proof: Proof) -> Made:
    """The page in outputs/, and its version among those that were shown: that first, so that no
    page has a code that nobody knows.
    """
    known = proofs_kept(event.workspace, speaker)
    if not any(one.digests == proof.digests for one in known):
        save_proofs(event.workspace, speaker, (*known, proof))
    name = f"proofs/{speaker}.html"
    new = files.write_if_new(event.workspace.outputs / name, page)
    return Made(name, len(page.encode()), proof.code, new)


def _take_away_others(event: Event, made: Mapping[str, Made]) -> None:
    """Pages of those who are gone, or have nothing to show now."""
    there = (event.workspace.outputs / "proofs").glob("*.html")
    files.remove_all(path for path in there if path.stem not in made)


def _page(
    event: Event, bench: Bench, one: Checked, message: Prepared, came: Came, now: datetime
) -> tuple[str | None, Proof]:
    """The page, None where its message is too long for one; and which version it shows."""
    proof = Proof(now.isoformat(timespec="seconds"), digests_shown(event, one))
    worded = own_words(language_of(event.config))
    card, strap = _stills(event, bench, one, message)
    for share in _FILM_SHARES:
        film = _film(event, bench, message, int(LARGEST_PAGE * 3 / 4 * share))
        if film is None:
            continue
        intro = message.introduction and message.introduction.captions.get(
            message.introduction.speaker.language
        )
        shown = Shown(
            event.config,
            came,
            proof.version,
            film,
            card,
            strap,
            message.captions,
            intro or None,
            captioned=not event.want_clean,
        )
        page = proof_page(shown, worded)
        if len(page.encode()) <= LARGEST_PAGE:
            return page, proof
    return None, proof


def _film(event: Event, bench: Bench, message: Prepared, room_bytes: int) -> bytes | None:
    """The whole message, its captions not in the picture where there is a picture without them."""
    parts = message.pictures.of(not event.want_clean)
    planned = plan_small_film(
        message.speaker.id,
        [bench.made(recipe, output) for recipe, output in parts],
        bench.made(message.sound, "sound.wav"),
        float(message.frames / event.config.delivery.fps),
        room_bytes,
        version("ffmpeg"),
    )
    if planned is None:
        return None
    bench.obtain(planned)
    return bench.store.output(planned, "film.mp4").read_bytes()


def _stills(
    event: Event, bench: Bench, one: Checked, message: Prepared
) -> tuple[bytes, bytes | None]:
    """The title card, and the message's picture while the name is in it, as JPEG."""
    brand = brand_inputs(event, bench)
    speaker, draw = event.speakers[message.speaker.id], version("draw")
    card = plan_card_still(event.config, "title", speaker, brand, event.draft, draw)
    card = with_further_fonts(bench, card)
    bench.obtain(card)
    first, end = strap_frames(event)
    end = min(end, message.frames)
    part, frame = None, 0
    if first < end and isinstance(one.taken, Received):
        middle = (first + end) // 2
        made, frame = _part_with(one.taken, message, middle, not event.want_clean)
        part = bench.made(*made)
    rate = event.config.delivery.fps
    drawn = bench.made(card, "card.png")
    stills = plan_proof_stills(speaker.id, drawn, part, frame, rate, version("ffmpeg"))
    bench.obtain(stills)
    strap = bench.store.output(stills, "strap.jpg").read_bytes() if part else None
    return bench.store.output(stills, "card.jpg").read_bytes(), strap


def _part_with(taken: Received, message: Prepared, frame: int, burned: bool) -> tuple[Part, int]:
    """The part with that frame of the message, and which of its own frames that is."""
    both = zip(taken.timeline.parts, message.pictures.of(burned), strict=True)
    return next(
        (made, frame - part.first_frame)
        for part, made in both
        if part.first_frame <= frame < part.first_frame + part.frames
    )
