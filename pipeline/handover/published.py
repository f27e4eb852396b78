"""What goes with a film onto the web: title, description, tags and transcript; without it somebody
would type twelve names into a form the morning after.

Limits are those of the strictest site: YouTube (its Data API, ``videos``) takes titles of 100
characters, descriptions of 5,000 bytes and tags of 500 characters, and no < or >. Vimeo takes
titles of 128 characters and descriptions of 5,000, PeerTube 120 and 10,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.captions.words.languages import closest
from pipeline.config import Config, Speaker
from pipeline.model import Captions, Cue
from pipeline.plan.dates import day_of
from pipeline.tools.texts.catalogues import Worded
from pipeline.tools.texts.subtitles import write_transcript
from pipeline.tools.texts.word_file import Block, write_docx

LONGEST_TITLE = 100
LONGEST_DESCRIPTION = 5_000
LONGEST_TAGS = 500
_NOT_TAKEN = str.maketrans({"<": "‹", ">": "›"})


@dataclass(frozen=True)
class Said:
    """What somebody says in a film, on its clock: their captions in the ``language`` they speak,
    and the frames at which paragraphs begin.
    """

    speaker: Speaker
    cues: tuple[Cue, ...]
    paragraphs: tuple[int, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Film:
    """One film that is published: its file, its ``title``, its captions by name (a language, or
    ``spoken``) with the language of each, its chapters in ms, and who says what in it.
    """

    file: str
    title: str
    captions: Mapping[str, tuple[str, tuple[Cue, ...]]]
    chapters: tuple[tuple[int, str], ...]
    said: tuple[Said, ...]

    @property
    def name(self) -> str:
        """The file without its ending."""
        return self.file.rpartition(".")[0]


def said_by(speaker: Speaker, captions: Mapping[str, Captions], at_frame: int = 0) -> Said:
    """What a speaker says, ``at_frame`` of the film on which their message begins."""
    spoken = closest(speaker.language, captions)
    if spoken is None:
        return Said(speaker, ())
    own = captions[spoken]
    return Said(
        speaker,
        tuple(
            replace(cue, start_frame=cue.start_frame + at_frame, end_frame=cue.end_frame + at_frame)
            for cue in own.cues
        ),
        tuple(frame + at_frame for frame in own.paragraphs),
        spoken,
    )


def title_of(config: Config) -> str:
    """The title in the letters and the length that sites take."""
    title = " ".join(config.title.split()).translate(_NOT_TAKEN)
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def description(
    config: Config, chapters: str, speakers: Sequence[Speaker], languages: str, worded: Worded
) -> str:
    """What stands under a film: what it was part of and when, ``chapters`` as sites read them,
    who speaks, and in which languages there are captions. What does not fit is left out line by
    line from the end.
    """
    when = day_of(config)
    blocks = [
        [config.event, when] if config.event else [when],
        [worded("Chapters"), *chapters.splitlines()] if chapters else [],
        [worded("Speakers"), *(credit_of(one) for one in speakers)],
        [f"{worded('Captions')}: {languages}"] if languages else [],
    ]
    lines = "\n\n".join("\n".join(block) for block in blocks if block).translate(_NOT_TAKEN)
    return _within(lines.splitlines(), LONGEST_DESCRIPTION)


def _within(lines: Sequence[str], most_bytes: int) -> str:
    shown = list(lines)
    while shown and len("\n".join(shown).encode()) + 1 > most_bytes:
        shown.pop()
    return "\n".join(shown).rstrip() + "\n"


def credit_of(speaker: Speaker) -> str:
    """Name, role, organisation and country in a line."""
    parts = (speaker.name, speaker.role, speaker.organisation, speaker.country)
    return ", ".join(part for part in parts if part)


def tags(config: Config, speakers: Iterable[Speaker]) -> str:
    """Words to find it by, with commas between: the glossary's first, then organisations, countries
    and names. A tag of several words counts two characters more, for the quotes that sites put
    around it.
    """
    people = list(speakers)
    wanted = [
        *config.captions.glossary,
        *(one.organisation for one in people if one.organisation),
        *(one.country for one in people if one.country),
        *(one.name for one in people),
    ]
    shown, used = dict[str, str](), 0
    for tag in (" ".join(one.replace(",", " ").translate(_NOT_TAKEN).split()) for one in wanted):
        length = len(tag) + 2 * (" " in tag) + bool(shown)
        if tag and tag.casefold() not in shown and used + length <= LONGEST_TAGS:
            shown[tag.casefold()] = tag
            used += length
    return ",".join(shown.values())


def transcript(films: Iterable[Film], rate: Fraction) -> Iterator[tuple[Said, list[str]]]:
    """What each says, in paragraphs that begin with their time; nobody who says nothing."""
    for one in (said for film in films for said in film.said):
        written = write_transcript(one.cues, rate, one.paragraphs)
        if written:
            yield one, [line for line in written.splitlines() if line]


def transcript_text(title: str, films: Iterable[Film], rate: Fraction) -> str:
    """The transcript for any editor: names, and under each what they say."""
    parts = [title]
    for said, lines in transcript(films, rate):
        parts.append("\n".join([credit_of(said.speaker), *lines]))
    return "\n\n".join(parts) + "\n"


def transcript_document(title: str, films: Iterable[Film], rate: Fraction) -> bytes:
    """The same as a Word document, a heading for each who speaks."""
    blocks: list[Block] = [("title", title)]
    for said, lines in transcript(films, rate):
        blocks.append(("heading", credit_of(said.speaker)))
        blocks += [("text", line) for line in lines]
    return write_docx(blocks)
