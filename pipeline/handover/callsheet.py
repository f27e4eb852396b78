"""What a moderator and a vision mixer have before them while the segment is on air; without it they
would read a table of frames and not know how a name is said.

The same lines as a page for a screen and for paper, in the event's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from pipeline.captions.words.languages import closest
from pipeline.config import Config, Speaker
from pipeline.handover.page import whole_page
from pipeline.handover.print import Block, Document
from pipeline.model import Captions, RundownItem
from pipeline.plan.card_words import mirrored
from pipeline.plan.dates import hours, language_of, length_in
from pipeline.plan.rundown import Rundown
from pipeline.plan.runofshow import back_at, clock_at
from pipeline.plan.slot import Share
from pipeline.timing import frame_ms
from pipeline.tools.texts.catalogues import Worded

_WORDS = 9
"""Of the first and the last words of a message: so many are recognised when they are heard."""


@dataclass(frozen=True)
class Line:
    """One line about an item: ``quiet`` small print, ``loud`` what may still change."""

    text: str
    emphasis: Literal["quiet", "plain", "loud"] = "plain"


@dataclass(frozen=True)
class Called:
    """One item: when on the event's clock, how long, what it is, what a moderator wants to know of
    it. A ``card`` is smaller than a message.
    """

    clock: str
    length: str
    what: str
    lines: tuple[Line, ...]
    card: bool


@dataclass(frozen=True)
class CallSheet:
    """The whole of it, in our words of one language."""

    title: str
    opening: tuple[str, ...]
    items: tuple[Called, ...]
    closing: str
    language: str
    mirrored: bool


def call_sheet(
    config: Config,
    rundown: Rundown,
    captions: Mapping[str, Mapping[str, Captions]],
    shares: Mapping[str, Share],
    worded: Worded,
) -> CallSheet:
    """The call sheet of a rundown. ``captions`` and ``shares`` of the slot are by speaker id."""
    back = worded("Back to the moderator at {time}").format(time=back_at(rundown, config))
    whole = length_in(config, frame_ms(rundown.frames, rundown.rate))
    awaited = [item for item in rundown.items if item.kind == "holding"]
    still = worded("To follow: {names}. What comes after them moves when they are there.")
    speakers = config.by_id
    names = ", ".join(speakers[item.speaker].name for item in awaited if item.speaker)
    opening = (
        *filter(None, (config.event, hours(config))),
        worded("Length: {length}").format(length=whole),
        *([still.format(names=names)] if awaited else []),
    )
    items = tuple(
        Called(
            clock_at(rundown, item.start_frame, config),
            length_in(config, frame_ms(item.frames, rundown.rate)),
            *_what(item, config, captions, shares, worded),
        )
        for item in rundown.items
    )
    return CallSheet(config.title, opening, items, back, language_of(config), mirrored(config))


def _what(
    item: RundownItem,
    config: Config,
    captions: Mapping[str, Mapping[str, Captions]],
    shares: Mapping[str, Share],
    worded: Worded,
) -> tuple[str, tuple[Line, ...], bool]:
    """What an item is, the lines about it, and whether it is a card."""
    speaker = config.by_id.get(item.speaker or "")
    if speaker is None or item.kind == "title":
        cards = {
            "opening": worded("Opening card"),
            "title": worded("Title card"),
            "closing": worded("Closing card"),
            "hold": worded("Closing card, until the slot ends"),
        }
        return cards[item.kind], (), True
    made = captions.get(speaker.id, {})
    lines = (
        *_about(speaker, worded),
        *_spoken(made, speaker, worded),
        *_may_change(item, config, made, shares.get(speaker.id), worded),
    )
    return speaker.name, lines, False


def _about(speaker: Speaker, worded: Worded) -> Iterator[Line]:
    if speaker.say:
        yield Line(worded("say: {name}").format(name=speaker.say))
    whose = ", ".join(filter(None, (speaker.role, speaker.organisation, speaker.country)))
    if whose:
        yield Line(whose)


def _spoken(captions: Mapping[str, Captions], speaker: Speaker, worded: Worded) -> Iterator[Line]:
    """The first and the last words, as they are spoken."""
    spoken = closest(speaker.language, captions)
    words = " ".join(line for cue in captions[spoken].cues for line in cue.lines) if spoken else ""
    if not words:
        return
    each = words.split()
    if len(each) <= 2 * _WORDS:
        yield Line(worded("says: “{words}”").format(words=words), "quiet")
        return
    first, last = " ".join(each[:_WORDS]), " ".join(each[-_WORDS:])
    yield Line(worded("begins: “{words} …”").format(words=first), "quiet")
    yield Line(worded("ends: “… {words}”").format(words=last), "quiet")


def _may_change(
    item: RundownItem,
    config: Config,
    captions: Mapping[str, Captions],
    share: Share | None,
    worded: Worded,
) -> Iterator[Line]:
    if item.kind == "holding":
        expected = worded("Message to follow; it may last {allowance}.")
        allowance = length_in(config, share.allowed_ms) if share else "?"
        yield Line(expected.format(allowance=allowance), "loud")
    elif any(one.draft for one in captions.values()):
        yield Line(worded("Its captions are a draft."), "quiet")


def on_paper(sheet: CallSheet) -> Document:
    """The call sheet to be printed."""
    blocks: list[Block] = [{"kind": "title", "text": sheet.title}]
    blocks += [{"kind": "text", "text": text} for text in sheet.opening]
    blocks += [
        {
            "kind": "item",
            "clock": item.clock,
            "what": item.what,
            "length": item.length,
            "small": item.card,
            "lines": [{"text": one.text, "emphasis": one.emphasis} for one in item.lines],
        }
        for item in sheet.items
    ]
    blocks.append({"kind": "text", "text": sheet.closing, "points": 16, "bold": True, "before": 3})
    return Document(sheet.title, sheet.language, sheet.mirrored, tuple(blocks))


def on_screen(sheet: CallSheet) -> str:
    """The call sheet as one HTML file without anything from elsewhere."""
    opening = Markup("\n").join(
        Markup("<p><bdi>{}</bdi></p>").format(text) for text in sheet.opening
    )
    rows = Markup("\n").join(_row(item) for item in sheet.items)
    body = _BODY.format(title=sheet.title, opening=opening, rows=rows, closing=sheet.closing)
    return whole_page(sheet.title, _STYLE, body, sheet.language, sheet.mirrored)


def _row(item: Called) -> Markup:
    lines = Markup("").join(
        Markup('<p class="{}"><bdi>{}</bdi></p>').format(line.emphasis, line.text)
        for line in item.lines
    )
    row = Markup(
        '<li class="{}"><time>{}</time><div><h2><bdi>{}</bdi></h2>{}</div>'
        '<span class="length">{}</span></li>'
    )
    return row.format("card" if item.card else "message", item.clock, item.what, lines, item.length)


_STYLE = """\
@page { size: A4; margin: 15mm }
body { font: 1.1rem/1.4 "Source Sans Pro", "Helvetica Neue", Arial, sans-serif; color: #1b2733;
  background: #fff; max-width: 54rem; margin: 1.5rem auto; padding: 0 1rem }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .6rem }
header p { margin: .15rem 0 }
ol { list-style: none; margin: 1.2rem 0; padding: 0 }
li { display: grid; grid-template-columns: 7.5rem 1fr auto; gap: 0 1rem; border-top: 1px solid
  #c8ced4; padding: .6rem 0; break-inside: avoid }
time, .length { font-size: 1.5rem; font-variant-numeric: tabular-nums }
time { font-weight: 700 }
h2 { font-size: 1.5rem; line-height: 1.2; margin: 0 }
li p { margin: .15rem 0 }
.card, .quiet { color: #55626f }
.card time, .card h2, .card .length { font-size: 1.1rem; font-weight: 400 }
.loud { font-weight: 700; border-inline-start: .3rem solid #b3261e; padding-inline-start: .6rem }
footer { font-size: 1.5rem; font-weight: 700; border-top: 2px solid #1b2733; padding-top: .8rem }
@media (max-width: 34rem) {
  li { grid-template-columns: 1fr auto }
  li div { grid-column: 1 / -1; grid-row: 2 }
}
"""
_BODY = Markup("""\
<header>
<h1><bdi>{title}</bdi></h1>
{opening}
</header>
<main><ol>
{rows}
</ol></main>
<footer>{closing}</footer>""")
