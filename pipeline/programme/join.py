"""The one join: messages and cards to the segment and the clips, and the texts beside them; without
it there would be parts and no programme. What stands in the segment in which order is in
programme.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.config import Config, Speaker
from pipeline.errors import NotAsPlanned
from pipeline.findings import Finding
from pipeline.message.stages import Stages
from pipeline.model import Captions, Cue
from pipeline.plan import assembly
from pipeline.plan.otio import rundown_otio
from pipeline.plan.rundown import Rundown
from pipeline.plan.runofshow import chapter_list, rundown_csv, rundown_markdown
from pipeline.programme.order import Prepared, Programme
from pipeline.recipe import Recipe
from pipeline.timing import samples_in
from pipeline.tools.running import files, measure, programs
from pipeline.tools.texts import subtitles, timed_text


@dataclass(frozen=True)
class Handed:
    """Something that is handed over: ``output`` of ``recipe`` becomes ``name`` under outputs/."""

    recipe: Recipe
    output: str
    name: str


def join(stages: Stages, rundown: Rundown, ready: Mapping[str, Prepared]) -> list[Handed]:
    """The segment and every clip; all of them are in the store afterwards. ``ready`` is by speaker
    id.
    """
    programme = Programme(stages, rundown, ready)
    sounds = programme.sounds()
    programme.joints.make(rundown.items)
    stages.obtain_all(sounds)
    tracks = {"segment": _sound_track(stages, "segment", sounds, rundown.frames)} | {
        speaker: _sound_track(stages, f"clip {speaker}", [one.sound], one.frames)
        for speaker, one in ready.items()
    }
    stages.obtain_all(tracks.values())
    joins: list[Handed] = []
    for burned, wanted in ((False, stages.want_clean), (True, stages.want_burned)):
        if wanted:
            joins.append(_segment(stages, programme, tracks["segment"], burned))
            joins.extend(
                _clip(stages, one, tracks[speaker], burned) for speaker, one in ready.items()
            )
    stages.obtain_all([one.recipe for one in joins])
    return joins


def _sound_track(stages: Stages, task: str, sounds: Sequence[Recipe], frames: int) -> Recipe:
    inputs = [stages.store.made(recipe, "sound.wav", "sound.wav") for recipe in sounds]
    return assembly.plan_sound_track(
        f"{task}: sound track",
        inputs,
        frames,
        stages.config.delivery.fps,
        programs.version("ffmpeg"),
    )


def _segment(stages: Stages, programme: Programme, sound: Recipe, burned: bool) -> Handed:
    rundown, parts = programme.rundown, programme.pictures(burned)
    name = "segment.captioned.mp4" if burned else "segment.mp4"
    tracks = (
        ()
        if burned
        else _tracks(
            stages.config,
            {
                language: assembly.segment_cues(rundown, spoken)
                for language, spoken in captions_by_language(stages.config, programme.ready).items()
            },
        )
    )
    recipe = _plan(
        stages,
        f"join {name}",
        parts,
        sound,
        tracks,
        assembly.chapters_text(rundown),
        rundown.frames,
        stages.config.title,
    )
    return Handed(recipe, "joined.mp4", name)


def _clip(stages: Stages, one: Prepared, sound: Recipe, burned: bool) -> Handed:
    name = f"{one.speaker.id}.captioned.mp4" if burned else f"{one.speaker.id}.mp4"
    tracks = (
        ()
        if burned
        else _tracks(
            stages.config, {language: made.cues for language, made in one.captions.items()}
        )
    )
    recipe = _plan(
        stages,
        f"join clip {name}",
        one.pictures.of(burned),
        sound,
        tracks,
        None,
        one.frames,
        one.speaker.name,
    )
    return Handed(recipe, "joined.mp4", f"clips/{name}")


def _tracks(config: Config, cues: Mapping[str, Sequence[Cue]]) -> tuple[assembly.Track, ...]:
    """Caption tracks: the delivery's languages in their order, then any others; the first one there
    is the default.
    """
    order = [*config.captions.languages, *sorted(set(cues) - set(config.captions.languages))]
    filled = [language for language in order if cues.get(language)]
    return tuple(
        assembly.Track(
            language, subtitles.write_srt(cues[language], config.delivery.fps), number == 0
        )
        for number, language in enumerate(filled)
    )


def _plan(
    stages: Stages,
    task: str,
    parts: Sequence[tuple[Recipe, str]],
    sound: Recipe,
    tracks: Sequence[assembly.Track],
    chapters: str | None,
    frames: int,
    title: str,
) -> Recipe:
    inputs = [stages.store.made(recipe, name, name) for recipe, name in parts]
    return assembly.plan_join(
        task,
        inputs,
        stages.store.made(sound, "sound.m4a", "sound.m4a"),
        tracks,
        chapters,
        frames,
        "joined.mp4",
        title,
        programs.version("ffmpeg"),
    )


def captions_by_language(
    config: Config, ready: Mapping[str, Prepared]
) -> dict[str, dict[str, Captions]]:
    """For each language that is delivered, the captions of every speaker who has some, by speaker
    id.
    """
    found = {
        language: {
            speaker: one.captions[language]
            for speaker, one in ready.items()
            if language in one.captions
        }
        for language in config.captions.languages
    }
    return {language: captions for language, captions in found.items() if captions}


def texts_beside(config: Config, rundown: Rundown, ready: Mapping[str, Prepared]) -> dict[str, str]:
    """Captions, transcripts, rundown and chapters by their names under outputs/."""
    segment = {
        language: assembly.segment_cues(rundown, captions)
        for language, captions in captions_by_language(config, ready).items()
    }
    texts = {
        "rundown.csv": rundown_csv(rundown, config),
        "rundown.md": rundown_markdown(rundown, config),
        "rundown.otio": rundown_otio(rundown, config, segment),
        "chapters.txt": chapter_list(rundown),
    }
    for language, cues in segment.items():
        texts[f"segment.{language}.srt"] = subtitles.write_srt(cues, rundown.rate)
        texts[f"segment.{language}.vtt"] = subtitles.write_vtt(cues, rundown.rate)
        texts[f"segment.{language}.ttml"] = timed_text.write_ttml(cues, rundown.rate, language)
    for one in ready.values():
        texts |= _clip_texts(one.speaker, one.captions, rundown.rate)
    return texts


def _clip_texts(
    speaker: Speaker, captions: Mapping[str, Captions], rate: Fraction
) -> dict[str, str]:
    """One speaker's caption files and transcript, by name under outputs/."""
    texts = {}
    for language, made in captions.items():
        texts[f"clips/{speaker.id}.{language}.srt"] = subtitles.write_srt(made.cues, rate)
        texts[f"clips/{speaker.id}.{language}.vtt"] = subtitles.write_vtt(made.cues, rate)
    if own := captions.get(speaker.language):
        texts[f"clips/{speaker.id}.txt"] = subtitles.write_transcript(
            own.cues, rate, own.paragraphs
        )
    return texts


def measured_as_planned(
    stages: Stages, joins: Sequence[Handed], rundown: Rundown, ready: Mapping[str, Prepared]
) -> None:
    """Count pictures and sound of everything that was joined, before it is handed over. Raises
    NotAsPlanned.

    Every time, not only when it was made: what is handed over is what ``check`` has planned.
    """
    planned = {"segment": rundown.frames} | {
        f"clips/{speaker}": one.frames for speaker, one in ready.items()
    }
    for one in joins:
        path = stages.store.output(one.recipe, one.output)
        frames = planned[one.name.removesuffix(".mp4").removesuffix(".captioned")]
        saw = (measure.frames_in(path), measure.samples_of_track(path))
        if saw != (wanted := (frames, samples_in(frames, rundown.rate))):
            raise NotAsPlanned(one.name, wanted, saw)


def hand_over(stages: Stages, joins: Sequence[Handed], texts: Mapping[str, str]) -> list[str]:
    """Put everything under outputs/ that is not there as it should be, and take away what an
    earlier build made and this one does not: it would be taken for true. Names of what was written.
    """
    outputs = stages.workspace.outputs
    written = [
        one.name
        for one in joins
        if stages.store.publish(one.recipe, one.output, outputs / one.name)
    ]
    written += [name for name, text in texts.items() if files.write_if_new(outputs / name, text)]
    wanted = {*texts, *(one.name for one in joins)}
    for pattern in (
        "clips/*.*",
        "segment*.mp4",
        "segment.*.srt",
        "segment.*.vtt",
        "segment.*.ttml",
    ):
        files.remove_all(
            path
            for path in outputs.glob(pattern)
            if path.relative_to(outputs).as_posix() not in wanted
        )
    return written


def write_drafts(
    stages: Stages, speakers: Iterable[tuple[Speaker, Mapping[str, Captions]]]
) -> tuple[list[str], tuple[Finding, ...]]:
    """Caption drafts into outputs/captions/, for a person to correct: names of those written, and
    what was found.

    One that a person has changed in place is kept as it is, and said: their work must not be lost
    to a build.
    """
    written, findings = [], []
    for speaker, captions in speakers:
        for language, made in captions.items():
            name = f"{speaker.id}.{language}.srt"
            path = stages.workspace.outputs / "captions" / name
            if made.source == "person":
                continue
            outcome = stages.store.put_text(
                path, subtitles.write_srt(made.cues, stages.config.delivery.fps)
            )
            if outcome == "written":
                written.append(f"captions/{name}")
            if outcome == "kept":
                findings.append(
                    Finding(
                        "warning",
                        "draft-edited",
                        f"outputs/captions/{name} was changed by hand; it is kept, and not used.",
                        f"Save it as inputs/captions/{name}: the next build uses it from there.",
                        speaker.id,
                        name,
                    )
                )
    return written, tuple(findings)
