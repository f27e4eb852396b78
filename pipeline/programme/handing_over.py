"""Puts what was made where people look for it, and takes away what is no longer true; without it a
corrected segment would lie beside an old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from pipeline.captions.words.languages import closest
from pipeline.config import INTRODUCES, Config, Speaker
from pipeline.event import Event
from pipeline.findings import About, Finding
from pipeline.message.prepared import Prepared
from pipeline.model import Captions
from pipeline.plan.chapters import clip_spans
from pipeline.plan.ontime import ontime_project
from pipeline.plan.otio import rundown_otio
from pipeline.plan.rundown import Rundown
from pipeline.plan.runofshow import chapter_list, listed, rundown_csv, rundown_markdown
from pipeline.programme.formats import CAPTION_FORMATS
from pipeline.programme.join import Handed, segment_captions
from pipeline.tools.running import files
from pipeline.tools.texts import subtitles
from pipeline.work.bench import Bench

_OURS = (
    "clips/*.*",
    "notes/*.*",
    "segment*.mp4",
    *(f"segment.*.{one.ending}" for one in CAPTION_FORMATS),
)
"""Names under outputs/ that only a build gives: what an earlier one made and this one does not
goes.
"""


def texts_beside(config: Config, rundown: Rundown, ready: Mapping[str, Prepared]) -> dict[str, str]:
    """Captions, transcripts, rundown and chapters by their names under outputs/."""
    segment = segment_captions(config, rundown, ready)
    texts = {
        "rundown.csv": rundown_csv(rundown, config),
        "rundown.md": rundown_markdown(rundown, config),
        "rundown.otio": rundown_otio(rundown, config, {one.name: one.cues for one in segment}),
        "rundown.ontime.json": ontime_project(rundown, config),
        "chapters.txt": chapter_list(rundown),
    }
    for captions in segment:
        texts |= {
            f"segment.{captions.name}.{one.ending}": one.write(
                captions.cues, rundown.rate, captions.language
            )
            for one in CAPTION_FORMATS
        }
    for speaker, message in ready.items():
        texts |= _clip_texts(message.speaker, message.captions, rundown.rate)
        if chapters := clip_spans(rundown.message_of(speaker)):
            texts[f"clips/{speaker}.chapters.txt"] = listed(chapters, rundown.rate)
    return texts


def _clip_texts(
    speaker: Speaker, captions: Mapping[str, Captions], rate: Fraction
) -> dict[str, str]:
    """One speaker's caption files and transcript, by name under outputs/."""
    texts = {
        f"clips/{speaker.id}.{language}.{one.ending}": one.write(made.cues, rate, language)
        for language, made in captions.items()
        for one in CAPTION_FORMATS
        if one.beside_clips
    }
    if spoken := closest(speaker.language, captions):
        own = captions[spoken]
        transcript = subtitles.write_transcript(own.cues, rate, own.paragraphs)
        texts[f"clips/{speaker.id}.txt"] = transcript
    return texts


def hand_over(
    event: Event, bench: Bench, joins: Sequence[Handed], texts: Mapping[str, str]
) -> list[str]:
    """Put everything under outputs/ that is not there as it should be, and take away what an
    earlier build made and this one does not: it would be taken for true. Names of what was written.
    """
    outputs, store = event.workspace.outputs, bench.store
    written = [
        one.name for one in joins if store.publish(one.recipe, one.output, outputs / one.name)
    ]
    written += [name for name, text in texts.items() if files.write_if_new(outputs / name, text)]
    wanted = {*texts, *(one.name for one in joins)}
    ours = (path for pattern in _OURS for path in outputs.glob(pattern))
    files.remove_all(path for path in ours if path.relative_to(outputs).as_posix() not in wanted)
    return written


def write_drafts(
    event: Event, bench: Bench, speakers: Iterable[tuple[Speaker, Mapping[str, Captions]]]
) -> tuple[list[str], tuple[Finding, ...]]:
    """Caption drafts into outputs/captions/, for a person to correct: names of those written, and
    what was found.

    One that a person has changed in place is kept as it is, and said: their work must not be lost
    to a build.
    """
    written, findings = [], []
    ours = [
        (speaker, language, made)
        for speaker, captions in speakers
        for language, made in captions.items()
        if made.source != "person"
    ]
    for speaker, language, made in ours:
        name = f"{speaker.id}.{language}.srt"
        text = subtitles.write_srt(made.cues, event.config.delivery.fps)
        outcome = bench.store.put_text(event.workspace.outputs / "captions" / name, text)
        if outcome == "written":
            written.append(f"captions/{name}")
        if outcome == "kept":
            findings.append(_edited(event, speaker, name))
    return written, tuple(findings)


def _edited(event: Event, speaker: Speaker, name: str) -> Finding:
    path = event.workspace.called(f"captions/{name}")
    message = f"{path} was changed by hand; it is kept, and not used."
    remedy = f"Save it as inputs/captions/{name}: the next build uses it from there."
    whose = speaker.id.removesuffix(INTRODUCES)
    found = About(whose, name).warning("draft-edited", message, remedy)
    return replace(found, introduces=whose != speaker.id)
