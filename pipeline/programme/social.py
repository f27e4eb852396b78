"""Makes the programme once more for a telephone: upright or square, filled with whoever speaks;
without it each message would be cut by hand for the sites on which it is watched.

Its pictures are made again from the recordings, by the same parts in another geometry; its sound
is that of the segment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from pipeline.config_editions import SocialEdition
from pipeline.event import Event
from pipeline.findings import Finding
from pipeline.message.prepared import Heard
from pipeline.plan.framing import plan_framing
from pipeline.plan.photo import plan_photo
from pipeline.plan.reframing import (
    Reframing,
    Seen,
    Why,
    in_the_recording,
    parse_faces,
    plan_faces,
    plan_reframing,
)
from pipeline.programme.edition import Making
from pipeline.programme.remade import remade
from pipeline.tools import faces
from pipeline.tools.running.installing import with_extra
from pipeline.tools.running.programs import version


def social(making: Making) -> Iterator[Finding]:
    """The segment and every message in the edition's size. Raises NotYet."""
    edition = cast(SocialEdition, making.edition)
    source = making.source
    event = _in_its_size(making.event, edition)
    cuts = _cuts(making, edition)
    shown = {speaker: _cut(event, source.heard[speaker], cuts) for speaker in source.ready}
    films = remade(event, making, shown)
    for film in films:
        name = film.name.replace(".captioned.", ".")
        making.handed.append(replace(film, name=making.called(name)))
    yield from _said(making, cuts)


def _in_its_size(event: Event, edition: SocialEdition) -> Event:
    """The event as if its delivery were this edition."""
    changed = {"size": edition.size, "outputs": (edition.captions,)}
    delivery = event.config.delivery.model_copy(update=changed)
    return replace(event, config=event.config.model_copy(update={"delivery": delivery}))


# --- what is shown of each message ----------------------------------------------------------------


def _cuts(making: Making, edition: SocialEdition) -> Mapping[str, Reframing]:
    """What is shown of each message that has a picture, by its speaker's id."""
    found = {}
    looked_for = faces.can_find()
    for speaker, heard in making.source.heard.items():
        picture = heard.received.picture
        if picture is None or speaker not in making.source.ready:
            continue
        own = heard.speaker
        by_hand = edition.framing.get(speaker)
        if by_hand is None and "fit" in own.model_fields_set and own.fit == "contain":
            by_hand = "whole"

        def cut(seen: Seen | None, of: Heard = heard, by_hand: Any = by_hand) -> Reframing:
            assert of.received.picture
            shown = of.received.picture.shown
            return plan_reframing(shown, edition.size, of.speaker.crop, seen, by_hand)

        without = cut(None)
        looks = looked_for and without.why == "no-finder"
        found[speaker] = cut(_faces(making, heard)) if looks else without
    return found


def _faces(making: Making, heard: Heard) -> Seen:
    """Where faces are in a message, in shares of its recording's picture: looked for in the parts
    of the segment, so that nothing that somebody sent is decoded for it.
    """
    picture, event, bench = heard.received.picture, making.event, making.bench
    assert picture
    parts = making.source.ready[heard.speaker.id].pictures.of(not event.want_clean)
    inputs = [bench.made(recipe, output) for recipe, output in parts]
    recipe = plan_faces(heard.speaker.id, inputs, version("faces"))
    seen = parse_faces(bench.answer(recipe, "stdout.txt"))
    size = event.config.delivery.size
    framing = plan_framing(picture.shown, size, heard.speaker.fit, heard.speaker.crop)
    return in_the_recording(seen, framing, size)


def _cut(event: Event, heard: Heard, cuts: Mapping[str, Reframing]) -> Heard:
    """The message with what is to be shown of it; one with a photo with that in the new size."""
    taken = heard.received
    cut = cuts.get(heard.speaker.id)
    if cut is not None:
        speaker = taken.speaker.model_copy(update={"fit": cut.fit, "crop": cut.crop})
        return replace(heard, received=replace(taken, speaker=speaker))
    if taken.photo is None:
        return heard
    photo = plan_photo(
        taken.photo.inputs[0], event.config.delivery, taken.speaker.id, version("photo")
    )
    return replace(heard, received=replace(taken, photo=photo))


# --- what is said of it ---------------------------------------------------------------------------

_WHOLE: Mapping[Why, str] = {
    "no-face": "no face was found",
    "small": "whoever speaks is small in the picture, beside slides or in a room",
    "too-wide": "a cut would not hold all heads",
    "moves": "whoever speaks moves out of any cut",
}


def _said(making: Making, cuts: Mapping[str, Reframing]) -> Iterator[Finding]:
    """What was decided that somebody may decide otherwise."""
    about = making.about
    by_hand = f"framing: under {making.name} in config.yaml"
    blind = [one for one, cut in cuts.items() if cut.why == "no-finder"]
    if blind:
        yield about.note(
            "edition-framing",
            f"{', '.join(blind)}: cut in the middle; nothing here finds faces.",
            f"Watch it. `{with_extra('faces')}` has them found; or write where the middle is, such"
            f" as `framing: {{{blind[0]}: 40%}}` ({by_hand}).",
        )
    for why, because in _WHOLE.items():
        if whole := [one for one, cut in cuts.items() if cut.why == why]:
            yield about.note(
                "edition-framing",
                f"{', '.join(whole)}: shown whole, over its own blur; {because}.",
                f"To fill the picture all the same: {by_hand}, such as `{whole[0]}: 50%`.",
            )
