"""What was said, to be read: under the name of whoever says it, with times; without it nobody could
quote a sentence of a film, nor find it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from pipeline.captions.words.languages import closest
from pipeline.config import Config, Speaker
from pipeline.handover.page import digest_of, static, whole_page
from pipeline.handover.upload import credit
from pipeline.message.prepared import Prepared
from pipeline.model import Captions, Cue
from pipeline.plan.assembly import AS_SPOKEN, SegmentCaptions
from pipeline.plan.card_words import mirrored
from pipeline.plan.dates import language_of
from pipeline.plan.rundown import Rundown
from pipeline.recipe import Recipe
from pipeline.timing import frame_ms, moment
from pipeline.tools.texts.catalogues import Worded
from pipeline.tools.texts.subtitles import in_paragraphs, joined
from pipeline.tools.texts.word_file import Block


@dataclass(frozen=True)
class Turn:
    """What one person says in one go: who it is, its language as a tag, and its captions in
    paragraphs, on the film's clock.
    """

    who: str
    language: str
    paragraphs: tuple[tuple[Cue, ...], ...]


@dataclass(frozen=True)
class Transcript:
    """All that is said in a film, in one language (its tag) or as it is spoken (``mul``)."""

    title: str
    language: str
    rate: Fraction
    turns: tuple[Turn, ...]


def segment_transcript(
    config: Config,
    rundown: Rundown,
    ready: Mapping[str, Prepared],
    captions: SegmentCaptions,
    worded: Worded,
) -> Transcript:
    """The segment's, from captions of the whole of it."""
    turns = []
    for item in rundown.items:
        message = ready.get(item.speaker or "")
        inside = [
            one for one in captions.cues if item.start_frame <= one.start_frame < item.end_frame
        ]
        if not message or not inside:
            continue
        speaker, begins = message.speaker, tuple[int, ...]()
        language = None if captions.name == AS_SPOKEN else captions.language
        if item.kind == "message":
            own = _served(message.captions, language or speaker.language)
            begins = tuple(item.start_frame + frame for frame in own.paragraphs) if own else ()
            who = credit(speaker)
        else:
            who = worded("Introduction of {name}").format(name=speaker.name)
        groups = in_paragraphs(inside, rundown.rate, begins)
        turns.append(Turn(who, language or speaker.language, tuple(map(tuple, groups))))
    return Transcript(config.title, captions.language, rundown.rate, tuple(turns))


def clip_transcript(config: Config, speaker: Speaker, made: Captions) -> Transcript:
    """One message's, from its captions in one language."""
    rate = config.delivery.fps
    groups = in_paragraphs(made.cues, rate, made.paragraphs)
    turn = Turn(credit(speaker), made.language, tuple(map(tuple, groups)))
    return Transcript(config.title, made.language, rate, (turn,) if groups else ())


def _served(captions: Mapping[str, Captions], language: str) -> Captions | None:
    served_in = closest(language, captions)
    return captions[served_in] if served_in else None


def files_of(transcript: Transcript, config: Config, worded: Worded) -> dict[str, str]:
    """The transcript by the ending of its file: as text, and as a page."""
    return {"txt": _as_text(transcript), "html": _as_page(transcript, config, worded)}


def at(cues: Sequence[Cue], rate: Fraction) -> str:
    """When a paragraph begins, as a player shows it."""
    return moment(frame_ms(cues[0].start_frame, rate))


def _as_text(transcript: Transcript) -> str:
    blocks = [transcript.title]
    for turn in transcript.turns:
        blocks.append(turn.who)
        blocks += [f"[{at(one, transcript.rate)}] {joined(one)}" for one in turn.paragraphs]
    return "\n\n".join(blocks) + "\n"


def plan_documents(transcripts: Mapping[str, Transcript], version: str) -> Recipe:
    """A Word document of each transcript, by the name that it is to have."""
    request = {
        name: {"language": one.language, "blocks": [*_blocks(one)]}
        for name, one in transcripts.items()
    }
    return Recipe(
        task="transcripts for Word",
        tool="word",
        tool_version=version,
        arguments=("documents.json",),
        outputs=tuple(transcripts),
        texts=(("documents.json", json.dumps(request, ensure_ascii=False, sort_keys=True)),),
        timeout_s=300,
    )


def _blocks(transcript: Transcript) -> Iterator[Block]:
    yield "title", transcript.title
    for turn in transcript.turns:
        yield "heading", turn.who
        for one in turn.paragraphs:
            yield "text", f"[{at(one, transcript.rate)}] {joined(one)}"


def _as_page(transcript: Transcript, config: Config, worded: Worded) -> str:
    style = static("publish.css")
    heading = worded("Transcript")
    body = Markup("<header><h1>{}</h1><p>{}</p></header>\n<main>\n{}\n</main>").format(
        transcript.title, heading, Markup("\n").join(_sections(transcript))
    )
    allowed = (
        f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src '{digest_of(style)}'"
    )
    title = f"{transcript.title}: {heading}"
    return whole_page(title, style, body, language_of(config), mirrored(config), allowed)


def _sections(transcript: Transcript) -> Iterator[Markup]:
    for turn in transcript.turns:
        paragraphs = Markup("\n").join(
            Markup(
                '<p class="said"><span class="time">{}</span> <span dir="auto">{}</span></p>'
            ).format(at(one, transcript.rate), joined(one))
            for one in turn.paragraphs
        )
        yield Markup('<section lang="{}"><h2 dir="auto">{}</h2>\n{}</section>').format(
            turn.language, turn.who, paragraphs
        )
