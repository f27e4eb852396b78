"""The one join: messages and cards to the segment and the clips; without it there would be parts
and no programme.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.captions.words.languages import closest
from pipeline.config import Config
from pipeline.errors import NotAsPlanned
from pipeline.event import Event
from pipeline.message.drawings import Drawings
from pipeline.message.prepared import Introduction, Part, Prepared
from pipeline.model import Captions, FilmFacts
from pipeline.plan import assembly
from pipeline.plan.chapters import chapters_text, clip_spans, segment_spans
from pipeline.plan.music import Bed
from pipeline.plan.rundown import Rundown
from pipeline.programme.joints import make_joints, plan_joints, start_cards
from pipeline.programme.order import Programme, pictures
from pipeline.programme.sounds import sounds
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import samples_in
from pipeline.tools.running.programs import version
from pipeline.tools.texts import subtitles
from pipeline.work.bench import Bench
from pipeline.work.store import undamaged


@dataclass(frozen=True)
class Handed:
    """Something that is handed over: ``output`` of ``recipe`` becomes ``name`` under outputs/,
    ``frames`` long.
    """

    recipe: Recipe
    output: str
    name: str
    frames: int


@dataclass(frozen=True)
class Assembly:
    """All of a programme but its messages' pictures: the recipes whose sound.wav, one behind the
    other, is what is ``heard`` of it, and the sound track of the ``segment`` and of each of the
    ``clips`` (by speaker id).
    """

    programme: Programme
    heard: Sequence[Recipe]
    segment: Recipe
    clips: Mapping[str, Recipe]


def assemble(
    event: Event,
    bench: Bench,
    drawings: Drawings,
    rundown: Rundown,
    ready: Mapping[str, Prepared],
    bed: Bed | None,
) -> Assembly:
    """What waits for no message's pictures, begun: cards and sound tracks, which fill the cores
    that the last pictures leave free. The messages' own sound has to be there. ``ready`` is by
    speaker id, ``bed`` the music under the cards.
    """
    edges = {speaker: one.edges for speaker, one in ready.items()}
    spoken = _introductions(ready)
    over_cards = {
        speaker: event.burned(one.captions, one.speaker.language) for speaker, one in spoken.items()
    }
    joints = plan_joints(event, bench, drawings, rundown, edges, over_cards)
    programme = Programme(rundown, ready, joints)
    start_cards(event, bench, joints)
    heard = sounds(event, bench, programme, bed)
    bench.obtain_all(heard)
    segment = _sound_track(event, bench, "segment", heard, rundown.frames)
    tracks = {
        speaker: _sound_track(event, bench, f"clip {speaker}", [one.sound], one.frames)
        for speaker, one in ready.items()
    }
    for track in (segment, *tracks.values()):
        bench.start(track)
    return Assembly(programme, heard, segment, tracks)


def join(event: Event, bench: Bench, assembly: Assembly) -> list[Handed]:
    """The segment and every clip; all of them are in the store afterwards. The messages' pictures
    have to be there.
    """
    programme, clips = assembly.programme, assembly.clips
    make_joints(event, bench, programme.joints)
    bench.obtain_all([assembly.segment, *clips.values()])
    joins: list[Handed] = []
    for burned in event.kinds_wanted:
        joins.append(_segment(event, bench, programme, assembly.segment, burned))
        joins.extend(
            _clip(event, bench, programme, speaker, sound, burned)
            for speaker, sound in clips.items()
        )
    bench.obtain_all([one.recipe for one in joins])
    return joins


def measured_as_planned(event: Event, bench: Bench, joins: Sequence[Handed]) -> None:
    """Count pictures and sound of everything that was joined, before it is handed over. Raises
    NotAsPlanned, and Damaged where the disk has changed one.

    Not only when it was made: what is handed over is what ``check`` has planned. One that nobody
    has touched since it was counted is as long as it was.
    """
    for one in joins:
        saw = _length(bench, one)
        planned = (one.frames, samples_in(one.frames, event.config.delivery.fps))
        if saw != planned:
            undamaged(bench.store.output(one.recipe, one.output))
            raise NotAsPlanned(one.name, planned, saw)


def _length(bench: Bench, one: Handed) -> tuple[int, int]:
    film = bench.store.output(one.recipe, one.output)
    given = one.recipe.key, one.output, bench.store.stamp(one.recipe, one.output)
    return bench.known(
        "length of a film", given, tuple[int, int], lambda at: at.hands.length_of(film)
    )


def facts_planned(event: Event, joined: Mapping[str, Prepared], rundown: Rundown) -> FilmFacts:
    """What the segment with caption tracks is to say of itself; ``joined`` are its messages by
    speaker id.
    """
    captions = segment_captions(event.config, rundown, joined)
    tracks = _tracks(event.config, captions)
    return assembly.facts_planned(
        language_heard(joined),
        tracks,
        {one.name: one.cues for one in captions},
        segment_spans(rundown.items),
        rundown.rate,
    )


def segment_captions(
    config: Config, rundown: Rundown, ready: Mapping[str, Prepared]
) -> tuple[assembly.SegmentCaptions, ...]:
    """Those of the whole segment in each language that is delivered and in which somebody has any;
    last, where they are others, those in which all speak their own language.
    """
    intros = _introductions(ready)
    delivered = {
        language: (_captions_in(ready, language), _captions_in(intros, language))
        for language in config.captions.languages
    }
    spoken = _captions_in(ready), _captions_in(intros)
    if spoken in delivered.values():
        spoken = {}, {}
    speaking = [ready[one].speaker for one in spoken[0]]
    speaking += [intros[one].speaker for one in spoken[1]]
    everybodys = assembly.language_of_all(speaker.language for speaker in speaking)
    found = [
        *((language, language, captions) for language, captions in delivered.items()),
        (assembly.AS_SPOKEN, everybodys, spoken),
    ]
    return tuple(
        assembly.SegmentCaptions(name, language, assembly.segment_cues(rundown, *captions))
        for name, language, captions in found
        if any(captions)
    )


def _introductions(ready: Mapping[str, Prepared]) -> dict[str, Introduction]:
    """By the id of who is introduced."""
    return {speaker: one.introduction for speaker, one in ready.items() if one.introduction}


def _captions_in(
    spoken: Mapping[str, Prepared | Introduction], language: str | None = None
) -> dict[str, Captions]:
    """The captions of each in ``language``; None: in the one that each speaks."""
    served = {
        speaker: closest(language or one.speaker.language, one.captions)
        for speaker, one in spoken.items()
    }
    return {
        speaker: spoken[speaker].captions[served_in]
        for speaker, served_in in served.items()
        if served_in
    }


def _sound_track(
    event: Event, bench: Bench, whose: str, heard: Sequence[Recipe], frames: int
) -> Recipe:
    inputs = [bench.made(recipe, "sound.wav") for recipe in heard]
    return assembly.plan_sound_track(
        f"{whose}: sound track", inputs, frames, event.config.delivery.fps, version("ffmpeg")
    )


def _segment(
    event: Event, bench: Bench, programme: Programme, sound: Recipe, burned: bool
) -> Handed:
    rundown, parts = programme.rundown, pictures(programme, burned)
    name = "segment.captioned.mp4" if burned else "segment.mp4"
    captions = () if burned else segment_captions(event.config, rundown, programme.ready)
    spoken = language_heard(programme.ready)
    recipe = assembly.plan_join(
        f"join {name}",
        _inputs(bench, parts),
        bench.made(sound, "sound.m4a"),
        spoken,
        _tracks(event.config, captions),
        chapters_text(segment_spans(rundown.items), rundown.rate),
        rundown.frames,
        "joined.mp4",
        event.config.title,
        version("ffmpeg"),
    )
    return Handed(recipe, "joined.mp4", name, rundown.frames)


def language_heard(ready: Mapping[str, Prepared]) -> str:
    """What is spoken in the whole of a programme, introductions too, as
    ``assembly.language_of_all`` has it.
    """

    def spoken() -> Iterator[str]:
        for one in ready.values():
            yield one.speaker.language
            if one.introduction:
                yield one.introduction.speaker.language

    return assembly.language_of_all(spoken())


def _clip(
    event: Event, bench: Bench, programme: Programme, speaker: str, sound: Recipe, burned: bool
) -> Handed:
    one, rate = programme.ready[speaker], programme.rundown.rate
    chapters = clip_spans(programme.rundown.message_of(speaker))
    name = f"{one.speaker.id}.captioned.mp4" if burned else f"{one.speaker.id}.mp4"
    shown = {} if burned else one.captions
    first = [one for one in event.config.captions.languages if one in shown]
    order = dict.fromkeys((*first, *sorted(shown)))
    captions = [assembly.SegmentCaptions(one, one, shown[one].cues) for one in order]
    recipe = assembly.plan_join(
        f"join clip {name}",
        _inputs(bench, one.pictures.of(burned)),
        bench.made(sound, "sound.m4a"),
        one.speaker.language,
        _tracks(event.config, captions),
        chapters_text(chapters, rate) if chapters else None,
        one.frames,
        "joined.mp4",
        one.speaker.name,
        version("ffmpeg"),
    )
    return Handed(recipe, "joined.mp4", f"clips/{name}", one.frames)


def _inputs(bench: Bench, parts: Sequence[Part]) -> list[FileInput]:
    return [bench.made(recipe, output) for recipe, output in parts]


def _tracks(
    config: Config, captions: Iterable[assembly.SegmentCaptions]
) -> tuple[assembly.Track, ...]:
    """Caption tracks in their order; the first one with captions is the default."""
    filled = [one for one in captions if one.cues]
    return tuple(
        assembly.Track(
            one.name,
            one.language,
            subtitles.write_srt(one.cues, config.delivery.fps),
            default=number == 0,
        )
        for number, one in enumerate(filled)
    )
