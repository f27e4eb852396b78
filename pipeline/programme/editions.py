"""Makes the editions of an event: the programme once more in other forms; without it they would be
made by hand from the film, and none of them measured.

They are made of what the segment was joined of, and each waits for nobody but its own parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from pipeline.config import Speaker
from pipeline.config_editions import AudioEdition, BroadcastEdition, Edition, SmallEdition
from pipeline.errors import NotYet
from pipeline.event import Event
from pipeline.findings import Finding
from pipeline.message.drawings import brand_inputs
from pipeline.message.further_fonts import with_further_fonts
from pipeline.plan import editions, loudness
from pipeline.plan.cards import plan_card_still
from pipeline.plan.chapters import chapters_text, segment_spans
from pipeline.plan.consent import not_agreed
from pipeline.programme.edition import Making, Source
from pipeline.programme.join import Handed, facts_planned, language_heard
from pipeline.programme.remade import remade
from pipeline.programme.social import social
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import frame_ms, moment
from pipeline.tools.running.programs import version
from pipeline.tools.texts import stl, timed_text
from pipeline.work.bench import Bench

_PUBLISHED = ("audio", "small", "social")
"""Kinds that are made to be passed on or put on the web."""
_REMADE = ("social", "master")
"""Those whose pictures are made once more from the recordings, many side by side."""
_MOST_TRIES = 3
_WATCHABLE = 70.0
"""Of VMAF's 100; under it everybody sees that something is wrong."""


@dataclass(frozen=True)
class Editions:
    """What is handed over of them: what a tool made, and what we wrote (by its name under
    outputs/); what was found; and the names of those that stay as they are.
    """

    handed: tuple[Handed, ...] = ()
    findings: tuple[Finding, ...] = ()
    texts: Mapping[str, str | bytes] = field(default_factory=dict)
    left: tuple[str, ...] = ()

    def __add__(self, other: Editions) -> Editions:
        """Both."""
        return Editions(
            (*self.handed, *other.handed),
            (*self.findings, *other.findings),
            {**self.texts, **other.texts},
            (*self.left, *other.left),
        )


def make_editions(event: Event, bench: Bench, source: Source, today: date) -> Editions:
    """Every edition that is asked for (``Event.editions``), side by side; all of it is in the store
    afterwards. Those that are published show nobody who has not agreed to it: then one that nobody
    asked for does not stay as it is either.

    A dry run goes on without what has not been made.
    """

    def made(one: tuple[str, Edition]) -> Editions:
        name, edition = one
        making = Making(event, bench.on_behalf_of(name), source, name, edition)
        held_back = tuple(_held_back(making, today))
        if held_back:
            return Editions(findings=held_back)
        try:
            found = tuple(_KINDS[edition.kind](making))
        except NotYet:  # what of it stays is not known before it is made
            return Editions(tuple(making.handed), texts=making.texts, left=(name,))
        bench.observer.behind(name, 0.0, edition.kind not in _REMADE)
        return Editions(tuple(making.handed), found, making.texts)

    def left(name: str) -> Editions:
        making = Making(event, bench, source, name, event.config.deliveries[name])
        held_back = tuple(_held_back(making, today))
        return Editions(findings=held_back) if held_back else Editions(left=(name,))

    asked = bench.each(made, event.editions.items())
    return sum((*asked, *map(left, event.editions_left)), Editions())


def announce_editions(
    event: Event,
    bench: Bench,
    length_s: float,
    messages: Sequence[tuple[Speaker, float]],
    today: date,
) -> None:
    """Tell whoever watches the work how much of it editions are, of a programme of ``length_s``
    with ``messages`` by these speakers, of these lengths in seconds.
    """
    speakers, lengths = [one for one, _ in messages], [message_s for _, message_s in messages]
    for name, edition in event.editions.items():
        if _unwilling(event, edition, speakers, today):
            continue
        weight = editions.weight_of(edition, event.config.delivery, length_s, lengths)
        bench.observer.behind(name, weight, edition.kind not in _REMADE)


def _unwilling(
    event: Event, edition: Edition, speakers: Iterable[Speaker], today: date
) -> tuple[Speaker, ...]:
    """Of those who are shown in an edition that is published, who has not agreed to it. What goes
    to a broadcaster is the event itself.
    """
    return not_agreed(event.config, speakers, today) if edition.kind in _PUBLISHED else ()


def _held_back(making: Making, today: date) -> Iterator[Finding]:
    """That an edition cannot be published, and whose consent it lacks."""
    speakers = _unwilling(making.event, making.edition, making.source.speakers, today)
    if speakers:
        names = ", ".join(one.name for one in speakers)
        yield making.about.warning(
            "edition-held-back",
            f"it is not made: {names} cannot be published (consent: in config.yaml).",
            "Ask, and write `consent: {publish: yes}` under each of them in config.yaml; or take"
            f" {making.name} out of deliveries:.",
        )


# --- to listen to ---------------------------------------------------------------------------------


def _audio(making: Making) -> Iterator[Finding]:
    edition = cast(AudioEdition, making.edition)
    bench, rundown = making.bench, making.source.rundown
    sound, found = _sound(making, edition.loudness, edition.true_peak)
    cover = _cover(making)
    chapters = chapters_text(segment_spans(rundown.items), rundown.rate)
    recipes = {
        f"segment.{form}": editions.plan_listening(
            form,
            bench.made(sound, "sound.wav"),
            bench.made(cover, "cover.jpg"),
            chapters,
            language_heard(making.source.ready),
            editions.listening_tags(making.event.config, making.source.speakers),
            float(rundown.frames / rundown.rate),
            version("ffmpeg"),
        )
        for form in edition.formats
    }
    bench.obtain_all(recipes.values())
    for output, recipe in recipes.items():
        making.done(recipe, output)
    yield from found


def _sound(
    making: Making, target_lufs: float, true_peak: float
) -> tuple[Recipe, tuple[Finding, ...]]:
    """The whole programme's sound as loud as it is to be, measured after each pass and corrected at
    most three times.
    """
    bench, rundown = making.bench, making.source.rundown
    sounds = [bench.made(one, "sound.wav") for one in making.source.sounds]
    gain_db = round(target_lufs - making.event.config.delivery.loudness, 2)
    before: tuple[float, float] | None = None
    for attempt in range(1, loudness.MOST_PASSES + 1):
        recipe = editions.plan_programme_sound(
            sounds,
            rundown.frames,
            rundown.rate,
            gain_db,
            true_peak,
            version("ffmpeg"),
        )
        said = bench.answer(recipe, "stderr.txt")
        reached, _ = loudness.parse_meter(said, "ebur128@result")
        better = loudness.next_gain_db(gain_db, reached, target_lufs, before)
        if better is None or attempt == loudness.MOST_PASSES:
            break
        before, gain_db = (gain_db, reached), better
    return recipe, tuple(_loudness_missed(making, reached, target_lufs))


def _loudness_missed(making: Making, reached: float, target: float) -> Iterator[Finding]:
    if abs(reached - target) > loudness.HEARD_TO_DIFFER_LU:
        yield making.about.warning(
            "edition-loudness",
            f"it could be brought to {reached:.1f} LUFS, not to {target:g}: its peaks are far above"
            " its speech.",
            "Listen to it; or write a lower loudness: for it in config.yaml.",
        )


def _cover(making: Making) -> Recipe:
    """The opening card as a square."""
    event, side = making.event, editions.COVER_SIDE
    delivery = event.config.delivery.model_copy(update={"size": (side, side)})
    square = event.config.model_copy(update={"delivery": delivery})
    brand = brand_inputs(event, making.bench)
    card = plan_card_still(square, "opening", None, brand, event.draft, version("draw"))
    card = with_further_fonts(making.bench, card)
    cover = editions.plan_cover(making.bench.made(card, "card.png"), version("ffmpeg"))
    making.bench.obtain(card)
    making.bench.obtain(cover)
    return cover


# --- small ----------------------------------------------------------------------------------------


def _small(making: Making) -> Iterator[Finding]:
    """In two passes, with fewer bits where it came out too large."""
    edition = cast(SmallEdition, making.edition)
    burned, most = edition.captions == "burned", edition.megabytes * 1_000_000
    film = making.film(burned)
    yield from _captions_otherwise(making, burned)
    size, scale = editions.in_shape(making.event.config.delivery.size, edition.size), 1.0
    for _ in range(_MOST_TRIES):
        made = _in_budget(making, film, size, edition.megabytes, scale)
        if made is None:
            break
        bytes_made = making.bench.store.output(made, "segment.mp4").stat().st_size
        if bytes_made <= most:
            making.done(made, "segment.mp4")
            yield _seen_beside(making, made, film, bytes_made)
            return
        scale *= 0.99 * most / bytes_made
    rundown = making.source.rundown
    needed = editions.megabytes_needed(size, rundown.rate, rundown.frames)
    yield making.about.warning(
        "edition-too-large",
        f"{edition.megabytes} MB are too few for {size[0]}x{size[1]} pictures of this length.",
        f"Write `megabytes: {max(needed, edition.megabytes + 1)}`, or a smaller size:, for"
        f" {making.name} in config.yaml. Nothing of it was handed over.",
    )


def _in_budget(
    making: Making, film: FileInput, size: tuple[int, int], megabytes: int, scale: float
) -> Recipe | None:
    """Both passes, made; None where so few bits would show nobody. Raises NotYet."""
    bench, rundown = making.bench, making.source.rundown
    budget = editions.budget_of(megabytes, size, rundown.rate, rundown.frames, scale)
    if budget is None:
        return None
    first = editions.plan_first_pass(film, budget, version("ffmpeg"))
    known = [bench.made(first, output) for output in first.outputs]
    second = editions.plan_second_pass(film, known, budget, version("ffmpeg"))
    if not bench.store.has(second):
        bench.obtain(first)
    bench.obtain(second)
    if bench.unmade(second):
        raise NotYet(second.task)
    return second


def _seen_beside(making: Making, made: Recipe, film: FileInput, size: int) -> Finding:
    """How good it looks beside the film it was made of."""
    delivery = making.event.config.delivery
    small = making.bench.made(made, "segment.mp4")
    length_s = float(making.source.rundown.frames / making.source.rundown.rate)
    looked = editions.plan_vmaf(small, film, delivery.size, length_s, version("ffmpeg"))
    vmaf = editions.parse_vmaf(making.bench.answer(looked, "stderr.txt"))
    said = f"{size / 1e6:.1f} MB; beside the segment its pictures have a VMAF of {vmaf:.0f} of 100."
    if vmaf < _WATCHABLE:
        return making.about.warning(
            "edition-poor",
            said,
            f"Watch it; more megabytes: or a smaller size: for {making.name} in config.yaml make it"
            " better.",
        )
    return making.about.note("edition-quality", said, "Nothing to do.")


def _captions_otherwise(making: Making, burned: bool) -> Iterator[Finding]:
    """That it is made of the other film than it was to be, since only that one is joined."""
    if burned in making.event.kinds_wanted:
        return
    are, wanted = ("not in its picture", "burned") if burned else ("in its picture", "soft")
    yield making.about.warning(
        "edition-captions",
        f"captions are {are}: it is made of the segment, and delivery.outputs has no {wanted}.",
        "Write `outputs: [soft, burned]` under delivery: in config.yaml.",
    )


# --- broadcast ------------------------------------------------------------------------------------


def _broadcast(making: Making) -> Iterator[Finding]:
    edition = cast(BroadcastEdition, making.edition)
    bench, rundown, delivery = making.bench, making.source.rundown, making.event.config.delivery
    sound, found = _sound(making, edition.loudness, edition.true_peak)
    burned = edition.captions == "burned"
    yield from _captions_otherwise(making, burned)
    recipe = editions.plan_broadcast(
        making.film(burned),
        bench.made(sound, "sound.wav"),
        edition.format,
        edition.fields == "interlaced",
        edition.timecode,
        rundown.frames,
        version("ffmpeg"),
    )
    bench.obtain(recipe)
    making.done(recipe, editions.BROADCAST_FILES[edition.format])
    yield from found
    yield from _sidecars(making, edition)
    if delivery.size[1] < editions.BROADCAST_SIZE[1]:
        yield making.about.warning(
            "edition-poor",
            f"its pictures were enlarged from {delivery.size[0]}x{delivery.size[1]}.",
            "Write `delivery: {size: 1920x1080}` in config.yaml.",
        )


def _sidecars(making: Making, edition: BroadcastEdition) -> Iterator[Finding]:
    """The captions in each language as files of their own."""
    config, rate = making.event.config, making.source.rundown.rate
    for captions in making.source.captions:
        if "ttml" in edition.sidecars:
            written = timed_text.write_ttml(captions.cues, rate, captions.language)
            making.texts[making.called(f"segment.{captions.name}.ttml")] = written
        if "stl" not in edition.sidecars:
            continue
        day = config.slot.start.date()
        head = stl.Head(config.title, captions.language, edition.timecode, day)
        name = f"segment.{captions.name}.stl"
        try:
            making.texts[making.called(name)] = stl.write_stl(captions.cues, head)
        except stl.NoLetters as lacks:
            at_ms = frame_ms(lacks.start_frame, rate)
            other = "the .ttml beside it has all letters"
            if "ttml" not in edition.sidecars:
                other = (
                    "`sidecars: [stl, ttml]` in config.yaml makes a .ttml, which has all letters"
                )
            yield making.about.warning(
                "edition-letters",
                f"{name} is not written: EBU-STL has no letters for {lacks.letters}"
                f" ({moment(at_ms)}).",
                f"Send another format: {other}. A single sign can be written otherwise in the"
                " speaker's captions (inputs/captions/).",
                at_ms,
            )


# --- master ---------------------------------------------------------------------------------------


def _master(making: Making) -> tuple[Finding, ...]:
    """Its parts are encoded anew from the recordings: those of the segment have lost something.
    There is nothing to be found of it.
    """
    bench, source, config = making.bench, making.source, making.event.config
    changed = {"quality": 0, "preset": "veryfast", "outputs": ("soft",)}
    delivery = config.delivery.model_copy(update=changed)
    event = replace(making.event, config=config.model_copy(update={"delivery": delivery}))
    shown = {speaker: source.heard[speaker] for speaker in source.ready}
    (film,), rundown = remade(event, making, shown, clips=False), source.rundown
    recipe = editions.plan_master(
        bench.made(film.recipe, film.output),
        [bench.made(one, "sound.wav") for one in source.sounds],
        facts_planned(event, source.ready, rundown),
        config.title,
        rundown.frames,
        rundown.rate,
        version("ffmpeg"),
    )
    bench.obtain(recipe)
    making.done(recipe, "segment.mkv")
    return ()


_KINDS: Mapping[str, Callable[[Making], Iterable[Finding]]] = {
    "audio": _audio,
    "small": _small,
    "social": social,
    "broadcast": _broadcast,
    "master": _master,
}
"""What makes an edition of each kind; gives what was found on the way."""
