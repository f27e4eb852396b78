"""Puts what was made where people look for it, and takes away what is no longer true; without it a
corrected segment would lie beside an old one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from pipeline.captions.words.languages import closest
from pipeline.config import INTRODUCES, Config, Speaker
from pipeline.event import Event
from pipeline.findings import About, Finding, some_of
from pipeline.message.prepared import Prepared
from pipeline.model import Captions
from pipeline.plan.assembly import SegmentCaptions
from pipeline.plan.chapters import clip_spans
from pipeline.plan.ontime import ontime_project
from pipeline.plan.otio import rundown_otio
from pipeline.plan.rundown import Rundown
from pipeline.plan.runofshow import chapter_list, listed, rundown_csv, rundown_markdown
from pipeline.programme.edition import EDITIONS, PUBLISH
from pipeline.programme.formats import CAPTION_FORMATS
from pipeline.programme.join import Handed, segment_captions
from pipeline.tools.running import files
from pipeline.tools.texts import subtitles
from pipeline.work.bench import Bench
from pipeline.work.changeover import DRAFTS, Changed, New, change_over
from pipeline.work.store import Store

_OURS = (
    "clips/*.*",
    f"{EDITIONS}/*/*.*",
    f"{EDITIONS}/*/clips/*.*",
    f"{PUBLISH}/*.*",
    f"{PUBLISH}/clips/*.*",
    "notes/*.*",
    "segment*.mp4",
    *(f"segment.*.{one.ending}" for one in CAPTION_FORMATS),
)
"""Names under outputs/ that only a build gives: what an earlier one made and this one does not
goes.
"""

EARLIER, TOUCHED = "what is there is another one", "what is there was touched since, or is gone"
"""Why something that is made would be put under outputs/."""


def texts_beside(
    config: Config, bench: Bench, rundown: Rundown, ready: Mapping[str, Prepared]
) -> dict[str, str]:
    """Captions, transcripts, rundown and chapters by their names under outputs/."""
    segment = segment_captions(config, rundown, ready)
    cues = {one.name: one.cues for one in segment}
    texts = {
        "rundown.csv": rundown_csv(rundown, config),
        "rundown.md": rundown_markdown(rundown, config),
        "rundown.otio": bench.known(
            "rundown.otio",
            (rundown, config, cues),
            str,
            lambda _: rundown_otio(rundown, config, cues),
        ),
        "rundown.ontime.json": ontime_project(rundown, config),
        "chapters.txt": chapter_list(rundown, config),
    }
    for captions in segment:
        texts |= _segment_texts(bench, captions, rundown.rate)
    for speaker, message in ready.items():
        texts |= _clip_texts(message.speaker, message.captions, rundown.rate)
        if chapters := clip_spans(rundown.message_of(speaker)):
            texts[f"clips/{speaker}.chapters.txt"] = listed(chapters, rundown.rate)
    return texts


def _segment_texts(bench: Bench, captions: SegmentCaptions, rate: Fraction) -> dict[str, str]:
    """The segment's captions in one language, by name under outputs/."""
    return bench.known(
        "captions of a segment",
        (captions, rate),
        dict[str, str],
        lambda _: {
            f"segment.{captions.name}.{one.ending}": one.write(
                captions.cues, rate, captions.language
            )
            for one in CAPTION_FORMATS
        },
    )


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


def no_longer(event: Event, wanted: Collection[str], left: Collection[str]) -> tuple[str, ...]:
    """Names under outputs/ of what an earlier build made and this one does not, since it is not
    ``wanted``: it would be taken for true. Editions that are ``left`` stay as they are.
    """
    outputs = event.workspace.outputs
    ours = (path for pattern in _OURS for path in outputs.glob(pattern) if path.is_file())
    named = (path.relative_to(outputs).as_posix() for path in ours)
    kept = tuple(f"{EDITIONS}/{name}/" for name in left)
    return tuple(name for name in named if name not in wanted and not name.startswith(kept))


def put_beside(
    event: Event,
    bench: Bench,
    results: Sequence[Handed],
    texts: Mapping[str, str | bytes],
    gone: Collection[str] = (),
) -> Changed:
    """Have results, and texts by their names, under outputs/ and nothing that is ``gone``: all in
    one step. Answers and raises as ``changeover.change_over``.
    """
    new = _as_new(bench.store, results, texts)
    return change_over(bench.store, event.workspace.outputs, new, gone)


def _as_new(store: Store, results: Iterable[Handed], texts: Mapping[str, str | bytes]) -> list[New]:
    made = [New.of_result(one.name, store, one.recipe, one.output) for one in results]
    return [*made, *(New.of_text(name, text) for name, text in texts.items())]


def explain_put(
    event: Event, bench: Bench, results: Sequence[Handed], texts: Mapping[str, str | bytes]
) -> None:
    """Note which results and texts a build would put under outputs/, where it was stopped before it
    did, or only texts have changed. Where something has to be made first, what belongs to it
    follows, and is not noted.
    """
    store, outputs = bench.store, event.workspace.outputs
    follows = {_whose(one.name) for one in results if not store.has(one.recipe)}
    noted = defaultdict[tuple[str, str], list[str]](list)
    for one in _as_new(store, results, texts):
        whose = _whose(one.name)
        why = None if whose in follows else _why_put(store, outputs / one.name, one)
        if why:
            noted[whose, why].append(one.name)
    for (whose, why), names in noted.items():
        bench.explain(f"{whose}hand over {some_of(names)}", why)


def _whose(name: str) -> str:
    """How work is called of what a name under outputs/ belongs to."""
    folder, *rest = name.split("/")
    if not rest:
        return ""
    if folder == "clips":
        return f"clip {rest[0].split('.')[0]}: "
    return f"{rest[0] if folder == EDITIONS else folder}: "


def _why_put(store: Store, path: Path, new: New) -> str | None:
    """Why it would be put there, by what is known of the file; None where it is there."""
    mark, as_put = store.last_put(path)
    if mark == new.mark and as_put:
        return None
    if new.text is not None and files.says(path, new.text):
        return None
    return TOUCHED if mark == new.mark else EARLIER


def drafts_beside(
    event: Event, bench: Bench, speakers: Iterable[tuple[Speaker, Mapping[str, Captions]]]
) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """Caption drafts for a person to correct, by their names under outputs/, and what was found.

    One that a person has changed in place is to stay as it is, and said: their work must not be
    lost to a build.
    """
    drafts, kept = {}, list[str]()
    ours = [
        (speaker, language, made)
        for speaker, captions in speakers
        for language, made in captions.items()
        if made.source != "person"
    ]
    for speaker, language, made in ours:
        name = f"{DRAFTS}{speaker.id}.{language}.srt"
        text = subtitles.write_srt(made.cues, event.config.delivery.fps)
        path = event.workspace.outputs / name
        if bench.store.changed_by_hand(path) and not files.says(path, text):
            kept.append(name)
        else:
            drafts[name] = text
    return drafts, edited(event, kept)


def edited(event: Event, drafts: Iterable[str]) -> tuple[Finding, ...]:
    """That a person has changed these drafts, by their names under outputs/."""
    return tuple(_edited(event, name.removeprefix(DRAFTS)) for name in drafts)


def _edited(event: Event, name: str) -> Finding:
    path = event.workspace.called(f"{DRAFTS}{name}")
    message = f"{path} was changed by hand; it is kept, and not used."
    remedy = f"Save it as inputs/captions/{name}: the next build uses it from there."
    speaker, _, _ = name.rsplit(".", 2)
    whose = speaker.removesuffix(INTRODUCES)
    found = About(whose, name).warning("draft-edited", message, remedy)
    return replace(found, introduces=whose != speaker)
