"""What a video site is told of a film: title, description, tags, in its limits; without it whoever
uploads would type names at midnight, and the site cut off the last ones.

The limits are YouTube's (developers.google.com/youtube/v3/docs/videos, snippet); PeerTube's are
wider (server/initializers/constants.ts, VIDEOS) but for its tags: five, of at most 30 letters.
Those come first here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.captions.words.languages import own_name
from pipeline.config import Config, Speaker
from pipeline.plan.chapters import Span
from pipeline.plan.dates import day_of
from pipeline.plan.rundown import Rundown, with_chapters
from pipeline.plan.runofshow import chapter_spans, listed
from pipeline.tools.texts.catalogues import Worded

MOST_TITLE = 100
MOST_DESCRIPTION_BYTES = 5000
MOST_TAGS = 500
"""Letters of all tags together, with a comma between two and quotes around those with a space."""
LONGEST_TAG, SHORTEST_TAG = 30, 2
FEWEST_CHAPTERS = 3
"""With fewer YouTube shows none (support.google.com/youtube/answer/9884579)."""


@dataclass(frozen=True)
class Upload:
    """What is pasted into the form of a video site; ``shortened`` are those of the three that had
    no room for all that is known.
    """

    title: str
    description: str
    tags: str
    shortened: tuple[str, ...]


def segment_upload(
    config: Config, rundown: Rundown, languages: Iterable[str], worded: Worded
) -> Upload:
    """The segment's: who speaks in it, its chapters, its captions' ``languages``."""
    heard = {item.speaker for item in rundown.items if item.kind == "message"}
    shown = [one for one in config.speakers if one.id in heard]
    chapters = [
        _chapters(chapter_spans(one, config), rundown.rate, worded)
        for one in (rundown, with_chapters(rundown, {}))
    ]
    credits = _under(worded("Speakers"), "\n".join(map(credit, shown)))
    captions = _captions(languages, worded)
    first = _occasion(config, config.title)
    told = [first, credits, chapters[0], captions]
    shorter = [[first, credits, chapters[1], captions], [first, credits, captions]]
    names = [name for one in shown for name in (one.organisation, one.country)]
    return _upload(config.title, "", told, shorter, _tags(config, shown, names))


def clip_upload(
    config: Config,
    speaker: Speaker,
    spans: Sequence[Span],
    rate: Fraction,
    languages: Iterable[str],
    worded: Worded,
) -> Upload:
    """One message's: who speaks and where, its own chapters (``spans``)."""
    first, captions = _occasion(config, ""), _captions(languages, worded)
    told = [credit(speaker), first, _chapters(spans, rate, worded), captions]
    names = [speaker.name, speaker.organisation, speaker.country]
    shorter = [[credit(speaker), first, captions]]
    return _upload(speaker.name, config.title, told, shorter, _tags(config, [speaker], names))


def credit(speaker: Speaker) -> str:
    """A speaker as they are named where there is no card: name, role, organisation, country."""
    said = (speaker.name, speaker.role, speaker.organisation, speaker.country)
    return ", ".join(_plain(one) for one in said if one)


def _occasion(config: Config, title: str) -> str:
    """What the film was shown at, and when; not what stands as ``title`` above it anyway."""
    named = (config.title, config.event or "")
    said = [one for one in dict.fromkeys(map(_plain, named)) if one and one != _plain(title)]
    return "\n".join([*said, day_of(config)])


def _chapters(spans: Sequence[Span], rate: Fraction, worded: Worded) -> str:
    text = _plain_lines(listed(spans, rate))
    if text.count("\n") + 1 < FEWEST_CHAPTERS:
        return ""
    return _under(worded("Chapters"), text)


def _captions(languages: Iterable[str], worded: Worded) -> str:
    named = ", ".join(dict.fromkeys(map(own_name, languages)))
    return _under(worded("Captions"), named) if named else ""


def _under(heading: str, text: str) -> str:
    return f"{heading}:\n{text}"


def _upload(
    title: str,
    occasion: str,
    told: Sequence[str],
    shorter: Sequence[Sequence[str]],
    tags: Sequence[str],
) -> Upload:
    whole = ": ".join(filter(None, (_plain(title), _plain(occasion))))
    written = [_blocks(one) for one in (told, *shorter)]
    fitting = (one for one in written if len(one.encode()) <= MOST_DESCRIPTION_BYTES)
    description = next(fitting, None) or _cut_lines(written[-1])
    kept = _within(tags)
    complete = {
        "title": len(whole) <= MOST_TITLE,
        "description": description == written[0],
        "tags": len(kept) == len(tags),
    }
    shortened = tuple(name for name, all_there in complete.items() if not all_there)
    return Upload(_cut_words(whole), f"{description}\n", ", ".join(kept), shortened)


def _blocks(blocks: Iterable[str]) -> str:
    return "\n\n".join(filter(None, blocks))


def _cut_words(text: str) -> str:
    """At most as long as a title, cut behind a word."""
    if len(text) <= MOST_TITLE:
        return text
    kept = text[: MOST_TITLE - 1]
    at_word = kept.rsplit(" ", 1)[0]
    return f"{(at_word if len(at_word) > MOST_TITLE // 2 else kept).rstrip(' ,:;-')}…"


def _cut_lines(text: str) -> str:
    """As many whole lines as a description has room for, and a sign that there were more."""
    kept, left = list[str](), MOST_DESCRIPTION_BYTES - len("\n…".encode())
    for line in text.split("\n"):
        left -= len(line.encode()) + 1
        if left < 0:
            return "\n".join([*kept, "…"])
        kept.append(line)
    return text


def _tags(config: Config, shown: Sequence[Speaker], names: Iterable[str | None]) -> list[str]:
    """What people may search for, each once; those that every site takes first. A word of the
    glossary that is in the name of somebody who is not ``shown`` is none.
    """
    others = [one.name.casefold() for one in config.speakers if one not in shown]
    words = [
        one
        for one in config.captions.glossary
        if not any(one.casefold() in name for name in others)
    ]
    found = (*words, *filter(None, names), config.event or "", config.title)
    clean = [" ".join(_plain(one).replace(",", " ").replace('"', " ").split()) for one in found]
    once = {one.casefold(): one for one in reversed(clean) if len(one) >= SHORTEST_TAG}
    inorder = [once[key] for key in dict.fromkeys(one.casefold() for one in clean) if key in once]
    return sorted(inorder, key=lambda one: len(one) > LONGEST_TAG)


def _within(tags: Sequence[str]) -> list[str]:
    """Those that there is room for, in their order."""
    kept, left = list[str](), MOST_TAGS + 1
    for tag in tags:
        cost = len(tag) + 1 + 2 * (" " in tag)
        if cost <= left:
            kept.append(tag)
            left -= cost
    return kept


def _plain(text: str) -> str:
    """One line without the two signs that YouTube refuses."""
    return " ".join(text.split()).replace("<", "‹").replace(">", "›")


def _plain_lines(text: str) -> str:
    return "\n".join(map(_plain, text.splitlines()))


def files_of(upload: Upload) -> Iterator[tuple[str, str]]:
    """Endings of files and what is in them: one for each field of the form."""
    yield "title.txt", f"{upload.title}\n"
    yield "description.txt", upload.description
    yield "tags.txt", f"{upload.tags}\n"
