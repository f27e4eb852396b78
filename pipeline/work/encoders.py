"""Finds out by trying what encodes the pictures on this machine; without it a card that is there by
its name would be found out in the middle of a build, or make worse pictures than were asked for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pipeline.config import CardDelivery, Delivery
from pipeline.errors import NotYet, Refused, ToolFailed
from pipeline.event import Event
from pipeline.findings import About, Finding
from pipeline.model import EncodedFacts
from pipeline.plan.editions import parse_vmaf
from pipeline.plan.encoders import (
    ENCODERS,
    FEW,
    as_asked,
    by_card,
    coarsest,
    many,
    plan_beside,
    plan_trial,
    setting_of,
    wrong_with,
)
from pipeline.recipe import Recipe
from pipeline.tools.running import identity, measure, process
from pipeline.tools.running.programs import version
from pipeline.work.bench import Bench
from pipeline.work.making import make
from pipeline.work.store import object_folder

REMEDY = "Write encoder: auto or encoder: x264 under delivery in config.yaml."


class _NotHere(Exception):
    """An encoder does not work here, or not well enough; its text is a clause that says why."""


@dataclass(frozen=True)
class Found:
    """The number at which an encoder makes pictures that are as good as x264's, and the VMAF of
    both.
    """

    number: int
    vmaf: float
    of_x264: float


def with_encoder(event: Event, bench: Bench) -> tuple[Event, tuple[Finding, ...]]:
    """As ``look_for_encoder``. Raises Refused where a named encoder does not work here, unless the
    run is dry.
    """
    found, said = look_for_encoder(event, bench)
    for one in said:
        if one.severity == "error" and not bench.dry:
            left = f"Nothing was built; what is in {event.workspace.called('')} stays as it was."
            raise Refused(f"{one.message}\n  Next: {one.remedy}\n  {left}")
    return found, said


def look_for_encoder(event: Event, bench: Bench) -> tuple[Event, tuple[Finding, ...]]:
    """The event with its pictures encoded as ``delivery.encoder`` asks for, and what is said of it:
    that a named one does not work is an error. What was found out once is known; a dry run goes on
    with x264 where nobody has tried it yet.
    """
    delivery = as_asked(event.config.delivery)
    wanted, faults = _wanted(delivery), dict[str, str]()
    card = identity.graphics_card() if wanted else ""
    for name in wanted:
        try:
            found = _found(bench, delivery, name, card)
        except _NotHere as why:
            faults[name] = str(why)
        except NotYet:
            return _delivered(event, delivery), ()
        else:
            chosen = by_card(delivery, name, found.number, card)
            return _delivered(event, chosen), (_chosen(chosen, found),)
    return _delivered(event, delivery), tuple(_missed(delivery.encoder, faults))


def _wanted(delivery: Delivery) -> Collection[str]:
    """The encoders to be tried; none where nothing may be lost, which is x264's alone."""
    if delivery.encoder == "x264" or not delivery.quality:
        return ()
    return ENCODERS if delivery.encoder == "auto" else (delivery.encoder,)


def _delivered(event: Event, delivery: Delivery) -> Event:
    if delivery is event.config.delivery:
        return event
    return replace(event, config=event.config.model_copy(update={"delivery": delivery}))


def _chosen(delivery: CardDelivery, found: Found) -> Finding:
    said = (
        f"Pictures are encoded by {setting_of(delivery)} (VMAF {found.vmaf:.1f} on pictures of"
        f" ours; x264 has {found.of_x264:.1f} at {delivery.quality})."
    )
    return About().note("encoder-chosen", said, "Nothing to do.")


def _missed(asked: str, faults: Mapping[str, str]) -> Iterator[Finding]:
    """That there is no card to encode the pictures: an error where one was named."""
    listed = "; ".join(f"{ENCODERS[name].called}: {why}" for name, why in faults.items())
    if asked in faults:
        called = ENCODERS[asked].called
        said = f"delivery.encoder is {asked}, and {called} cannot be used here: {faults[asked]}."
        yield About().error("encoder-missing", said, REMEDY)
    elif faults:
        said = "Pictures are encoded by x264: no graphics card here does it."
        yield About().note("encoder-chosen", said, f"Nothing to do ({listed}).")


# --- trying it ------------------------------------------------------------------------------------

_FAULT, _FOUND = "why an encoder cannot be used", "at which number an encoder is used"


def _found(bench: Bench, delivery: Delivery, name: str, card: str) -> Found:
    """What is known of an encoder, or is found out now. What did not work is tried again by each
    command that may run something: a driver may have come. Raises _NotHere, and NotYet.
    """
    known = bench.store.known
    settings = (delivery.size, delivery.fps, delivery.quality, delivery.preset)
    given = (name, card, settings, version("ffmpeg"))
    fault = known.answer(_FAULT, given, str, lambda keys: True) if bench.dry else None
    if fault:
        raise _NotHere(fault)
    try:
        with _saying_why():
            found = bench.known(
                _FOUND, given, Found, lambda trying: _tried(trying, delivery, name, card)
            )
    except _NotHere as why:
        known.note(_FAULT, given, str, str(why))
        raise
    known.note(_FAULT, given, str, "")
    return found


@contextmanager
def _saying_why() -> Iterator[None]:
    """What a trial fails by is raised as _NotHere."""
    try:
        yield
    except ToolFailed as failed:
        if process.stopping():
            raise
        raise _NotHere(f"{failed.tool} {failed.saw}") from None
    except ValueError as failed:
        raise _NotHere(f"what it made cannot be read ({failed})") from None


def _tried(bench: Bench, delivery: Delivery, name: str, card: str) -> Found:
    """Ten pictures first; then the coarsest number at which they are as good as x264's, and whether
    what is made at it joins.
    """
    made = partial(_made, bench)
    numbers = ENCODERS[name].numbers
    _right(made, by_card(delivery, name, numbers[len(numbers) // 2], card), FEW)
    wanted = _vmaf(bench, delivery)

    def as_good(number: int) -> bool:
        return _vmaf(bench, by_card(delivery, name, number, card)) >= wanted

    number = coarsest(numbers, as_good)
    if number is None:
        raise _NotHere(f"at its best its pictures are worse than x264's at {delivery.quality}")
    chosen = by_card(delivery, name, number, card)
    facts = [_right(made, chosen, frames) for frames in (FEW, many(delivery))]
    if len({one.header for one in facts}) > 1:
        raise _NotHere("two films of one setting do not join")
    return Found(number, _vmaf(bench, chosen), wanted)


def _right(made: Callable[[Recipe], Path], delivery: Delivery, frames: int) -> EncodedFacts:
    """What is in a trial that is as it has to be. Raises _NotHere where it is not, and what
    ``made`` and the look into the film raise.
    """
    facts = measure.encoded_in(made(plan_trial(delivery, frames, version("ffmpeg"))))
    if wrong := wrong_with(facts, delivery, frames):
        raise _NotHere(wrong)
    return facts


def _made(bench: Bench, trial: Recipe) -> Path:
    bench.obtain(trial)
    if bench.unmade(trial):
        raise NotYet(trial.task)
    return bench.store.output(trial, "clean.mp4")


def _vmaf(bench: Bench, delivery: Delivery) -> float:
    """How a trial looks beside the pictures that it was made of."""
    frames = many(delivery)
    trial = plan_trial(delivery, frames, version("ffmpeg"))
    _made(bench, trial)
    beside = plan_beside(bench.made(trial, "clean.mp4"), delivery, frames, version("ffmpeg"))
    return parse_vmaf(bench.answer(beside, "stderr.txt"))


def faults_here(delivery: Delivery) -> dict[str, str | None]:
    """Of each encoder why ten pictures by it are not as they have to be; None where they are."""
    with tempfile.TemporaryDirectory() as folder:

        def made(trial: Recipe) -> Path:
            make(Path(folder), trial, (trial,))
            return object_folder(Path(folder), trial.key) / "clean.mp4"

        return {name: _fault(made, delivery, name) for name in ENCODERS}


def _fault(made: Callable[[Recipe], Path], delivery: Delivery, name: str) -> str | None:
    numbers = ENCODERS[name].numbers
    try:
        with _saying_why():
            _right(made, by_card(delivery, name, numbers[len(numbers) // 2], ""), FEW)
    except _NotHere as why:
        return str(why)
    return None
