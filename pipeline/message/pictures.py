"""Makes a message's picture, part by part; without it a long message would use one core and a
corrected caption would cost the whole of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pipeline.captions.burned import CaptionFont, Second, captions_ass
from pipeline.captions.cues.narrower import narrowed
from pipeline.captions.place import raised
from pipeline.event import Event
from pipeline.findings import About, Finding
from pipeline.geometry import areas_of
from pipeline.message.drawings import Drawings
from pipeline.message.prepared import Edges, Heard, Pictures
from pipeline.model import Captions
from pipeline.plan import loudness, survey
from pipeline.plan.cards import parse_strap_top
from pipeline.plan.conform import Part
from pipeline.plan.photo import Meter, plan_photo_part
from pipeline.plan.picture import Dressing, Lettering, Overlay, Take, plan_part
from pipeline.plan.verdicts import unseen_damage
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import frames_nearest
from pipeline.tools.drawing import caption_fonts
from pipeline.tools.drawing.fonts import package_for
from pipeline.tools.running.programs import version
from pipeline.work.bench import Bench, Running

STRAP_AFTER_MS = 200
"""The lower third comes when the fade from black has ended, and a moment later."""


@dataclass(frozen=True)
class _Worded:
    """Captions in one language that are burned in, and the fonts and files that draw them."""

    captions: Captions
    fonts: tuple[CaptionFont, ...]
    files: tuple[Path, ...]


@dataclass(frozen=True)
class _Show:
    """One message as it is shown: what is drawn onto it, and the captions that are burned in."""

    heard: Heard
    take: Take
    worded: tuple[_Worded, ...]


@dataclass(frozen=True)
class _PartRecipes:
    """A part clean, with captions (None where none is on screen), and how to plan both from one
    decode: few builds make both.
    """

    clean: Recipe
    burned: Recipe | None
    both: Callable[[], Recipe]


def start_pictures(
    event: Event,
    bench: Bench,
    drawings: Drawings,
    heard: Heard,
    captions: Sequence[Captions],
    only: Part | None = None,
) -> tuple[Pictures, list[Running]]:
    """The message's picture in parts (or the ``only`` one asked for), and what to ``wait`` for
    until they are there.

    Clean and with captions come from one decode where both are stale.
    """
    show = _show(event, bench, drawings, heard, captions)
    parts = (only,) if only else heard.received.timeline.parts
    return _start_parts(event, bench, show, parts)


def start_edges(
    event: Event, bench: Bench, drawings: Drawings, heard: Heard, captions: Sequence[Captions]
) -> tuple[Edges, list[Running]]:
    """The pictures at a message's ends that are crossfaded, as ``start_pictures``."""
    timeline = heard.received.timeline
    if not timeline.edge:
        return Edges(), []
    show = _show(event, bench, drawings, heard, captions)
    dressing = replace(show.take.dressing, fade_frames=0, crossed=True)
    show = replace(show, take=replace(show.take, dressing=dressing))
    first = [part for part in timeline.parts if part.first_frame < timeline.edge]
    last = [part for part in timeline.parts if part.first_frame >= timeline.frames - timeline.edge]
    head, begun = _start_parts(event, bench, show, first)
    tail, ended = _start_parts(event, bench, show, last)
    return Edges(head, tail), [*begun, *ended]


def holes_met(bench: Bench, heard: Heard, pictures: Pictures) -> tuple[Finding, ...]:
    """Where pictures could not be decoded that were not looked at before they were built."""
    taken = heard.received
    if not survey.keys_only(taken.picture):
        return ()
    return tuple(
        unseen_damage(taken.speaker, taken.file, round(taken.timeline.ms_of(part)))
        for part, *made in zip(taken.timeline.parts, pictures.clean, pictures.burned, strict=True)
        if any(
            survey.complains(bench.store.text(recipe, "stderr.txt"))
            for recipe, _ in made
            if bench.store.has(recipe)
        )
    )


def letters_missing(
    event: Event, bench: Bench, heard: Heard, captions: Captions
) -> tuple[Finding, ...]:
    """Letters of the captions that are burned in which no font on this computer has."""
    if not event.want_burned:
        return ()
    fonts = _fonts(bench, captions)
    missing = caption_fonts.missing_letters(map(ord, _letters(captions)), fonts)
    if not missing:
        return ()
    shown = " ".join(sorted(missing)[:20])
    message = (
        f"{heard.speaker.name}: no font here has {shown} of the captions in {captions.language};"
        " they are left out of the picture (the caption files and tracks have them)."
    )
    remedy = (
        f"Install fonts for that script (on Debian: apt-get install {package_for(missing)});"
        " pictures such as emoji cannot be drawn."
    )
    return (About(heard.speaker.id).warning("letters-missing", message, remedy),)


def _show(
    event: Event, bench: Bench, drawings: Drawings, heard: Heard, captions: Sequence[Captions]
) -> _Show:
    taken = heard.received
    dressing = _dressing(event, bench, drawings, taken.speaker.id)
    delivery = event.config.delivery
    take = Take(taken.speaker, taken.timeline, delivery, dressing, version("ffmpeg"))
    burned = captions if event.want_burned else ()
    placed = (over_strap(event, bench, drawings, taken.speaker.id, one) for one in burned)
    return _Show(heard, take, tuple(_worded(event, bench, one) for one in placed))


def over_strap(
    event: Event, bench: Bench, drawings: Drawings, speaker: str, captions: Captions
) -> Captions:
    """A message's captions, those that begin while the lower third is up just above it.

    A dry run goes on with where the last strap stood: most are as high.
    """
    own, (first, end) = drawings.speakers[speaker], strap_frames(event)
    if own is None or first == end:
        return captions
    bench.obtain(own)
    answer = "stdout.txt"
    unmade, store = bench.unmade(own), bench.store
    said = store.text_of_last(own, answer) if unmade else store.text(own, answer)
    if said is None or (unmade and "strap_top" not in said):
        return captions
    size = event.config.delivery.size
    top = parse_strap_top(said, size[1])
    return replace(captions, cues=raised(captions.cues, end, top, size))


def strap_frames(event: Event) -> tuple[int, int]:
    """The lower third's first frame of a message, and the first one without it."""
    rate = event.config.delivery.fps
    first = event.fade_frames + frames_nearest(STRAP_AFTER_MS, rate)
    return first, first + frames_nearest(event.config.cards.lower_third, rate)


def _dressing(event: Event, bench: Bench, drawings: Drawings, speaker: str) -> Dressing:
    """What is drawn onto a message."""
    own, (first, end) = drawings.speakers[speaker], strap_frames(event)
    panel, mark = None, None
    if own and first < end:
        bench.obtain(own)
        panel = Overlay(bench.made(own, "lower-third.png"), first, end)
    if event.draft and drawings.grounds:
        bench.obtain(drawings.grounds)
        mark = bench.made(drawings.grounds, "draft.png", "draft-mark.png")
    return Dressing(event.fade_frames, panel, mark)


def _start_parts(
    event: Event, bench: Bench, show: _Show, parts: Iterable[Part]
) -> tuple[Pictures, list[Running]]:
    planned = [_part(event, bench, show, part) for part in parts]
    clean = tuple((one.clean, "clean.mp4") for one in planned)
    burned = tuple(
        (one.burned, "burned.mp4") if one.burned else (one.clean, "clean.mp4") for one in planned
    )
    return Pictures(clean, burned), [_start(event, bench, one) for one in planned]


def _start(event: Event, bench: Bench, part: _PartRecipes) -> Running:
    wanted_clean = event.want_clean or part.burned is None
    stale_clean = wanted_clean and not bench.store.has(part.clean)
    if part.burned is None or (stale_clean and bench.store.has(part.burned)):
        return bench.start(part.clean)
    if stale_clean:
        return bench.start(part.both(), part.clean, part.burned)
    return bench.start(part.burned)


def _part(event: Event, bench: Bench, show: _Show, part: Part) -> _PartRecipes:
    end_frame = part.first_frame + part.frames
    drawn = _lettering(event, bench, show.worded, part.first_frame, end_frame)
    plan = partial(_plan, event, bench, show, part, drawn)
    clean = plan((True, False))
    if drawn is None:
        return _PartRecipes(clean, None, lambda: clean)
    return _PartRecipes(clean, plan((False, True)), partial(plan, (True, True)))


def _plan(
    event: Event,
    bench: Bench,
    show: _Show,
    part: Part,
    lettering: Lettering | None,
    kinds: tuple[bool, bool],
) -> Recipe:
    """One recipe of a part; ``kinds``: does it make clean pictures, and such with captions?"""
    taken = show.heard.received
    if taken.picture is None:
        photo, meter = _photo_and_meter(event, bench, show.heard)
        return plan_photo_part(photo, meter, show.take, part, lettering, *kinds)
    return plan_part(taken.recording, taken.picture, show.take, part, lettering, *kinds)


def _photo_and_meter(event: Event, bench: Bench, heard: Heard) -> tuple[FileInput, Meter]:
    photo, listened = heard.received.photo, heard.listen
    assert photo and listened  # without a picture there is a photo, and with it there is sound
    gain_db = loudness.first_gain_db(heard.loudness, event.config.delivery.loudness)
    speech = bench.made(listened, "speech.wav")
    accent = event.config.brand.worn.accent
    return bench.made(photo, "photo.png"), Meter(speech, heard.loudness.route, gain_db, accent)


def lettering(
    event: Event, bench: Bench, captions: Sequence[Captions], first_frame: int, end_frame: int
) -> Lettering | None:
    """Captions from ``first_frame`` to ``end_frame`` as they are drawn into a picture, and their
    fonts; None where none is on screen.
    """
    return _lettering(
        event, bench, [_worded(event, bench, one) for one in captions], first_frame, end_frame
    )


def _lettering(
    event: Event, bench: Bench, worded: Sequence[_Worded], first_frame: int, end_frame: int
) -> Lettering | None:
    drawn = [one for one in worded if one.fonts]
    if not drawn:
        return None
    delivery, first = event.config.delivery, drawn[0]
    seconds = [Second(one.captions.cues, one.fonts) for one in drawn[1:]]
    text = captions_ass(
        first.captions.cues,
        delivery.size,
        delivery.fps,
        first.fonts,
        first_frame,
        end_frame,
        seconds[0] if seconds else None,
    )
    if text is None:
        return None
    chosen = dict.fromkeys(
        pair for one in worded for pair in zip(one.fonts, one.files, strict=True)
    )
    files = tuple(
        bench.store.file_input(path, f"fonts/captions{number or ''}.ttf")
        for number, (font, path) in enumerate(chosen)
        if font.family in text
    )
    return Lettering(text, files)


def _worded(event: Event, bench: Bench, captions: Captions) -> _Worded:
    """Captions in lines that fit the picture. Fonts are chosen for the whole message, so that all
    its parts look alike.
    """
    delivery, chosen = event.config.delivery, _fonts(bench, captions)
    letters = areas_of(delivery.size).letters
    cues = narrowed(captions.cues, letters, delivery.fps, captions.language)
    captions = replace(captions, cues=cues)
    return _Worded(captions, tuple(font for font, _ in chosen), tuple(path for _, path in chosen))


def _fonts(bench: Bench, captions: Captions) -> tuple[tuple[CaptionFont, Path], ...]:
    """Where our own font has all letters, that stays so; others may be installed at any time."""
    letters, language = frozenset(map(ord, _letters(captions))), captions.language
    own = caption_fonts.own_font()

    def drawn_by_own(_: Bench) -> tuple[CaptionFont, ...]:
        fonts = caption_fonts.caption_fonts(letters, language)
        alone = [path for _, path in fonts] == [own]
        lacks = caption_fonts.missing_letters(letters, fonts)
        return tuple(font for font, _ in fonts) if alone and not lacks else ()

    content = bench.store.digest(own) if own.is_file() else ""
    given = sorted(letters), language, content
    known = bench.known("our font for captions", given, tuple[CaptionFont, ...], drawn_by_own)
    return tuple((font, own) for font in known) or caption_fonts.caption_fonts(letters, language)


def _letters(captions: Captions) -> str:
    return "".join(line for cue in captions.cues for line in cue.lines)
