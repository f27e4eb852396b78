"""The ordered list of the programme; without it nobody would have counted the title cards.

Frames of the delivery throughout. The built file is as long as the rundown says, to the frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

from pipeline.card_kinds import CARDS, CardName
from pipeline.config import Config, Speaker
from pipeline.model import Chapter, Introduced, RundownItem
from pipeline.plan.card_words import card_title
from pipeline.plan.transitions import overlap_frames
from pipeline.timing import frames_nearest

BREATH_MS = 500
"""Before an introduction and behind it, beside the fades: nobody speaks into a dark picture."""


@dataclass(frozen=True)
class Rundown:
    """The items in order, without holes, and the rate that their frames are counted in.

    Crossfaded ones overlap.
    """

    items: tuple[RundownItem, ...]
    rate: Fraction

    @property
    def frames(self) -> int:
        """Length of the whole segment."""
        return self.items[-1].end_frame if self.items else 0

    def at(self, ms: int) -> RundownItem | None:
        """The item on screen ``ms`` after the start, None after the end.

        In a crossfade it is the one that comes.
        """
        frame = int(ms * self.rate / 1000)
        shown = (item for item in self.items if item.start_frame <= frame < item.end_frame)
        return max(shown, key=lambda item: item.start_frame, default=None)

    def message_of(self, speaker: str) -> RundownItem:
        """The item with a speaker's message. Raises KeyError where there is none."""
        return self._messages[speaker]

    @cached_property
    def _messages(self) -> Mapping[str, RundownItem]:
        return {item.speaker or "": item for item in self.items if item.kind == "message"}

    def overlap_after(self, place: int) -> int:
        """Frames at the end of the item at ``place`` in which the next one is seen already."""
        last = place + 1 == len(self.items)
        return 0 if last else self.items[place + 1].overlap

    def crossing(self, frame: int) -> tuple[RundownItem, RundownItem] | None:
        """The two items that are seen together in ``frame``; None where there are not two."""
        for before, after in pairwise(self.items):
            if after.start_frame <= frame < before.end_frame:
                return before, after
        return None


def with_chapters(rundown: Rundown, chapters: Mapping[str, tuple[Chapter, ...]]) -> Rundown:
    """The rundown with the chapters of its messages, by speaker id."""
    items = tuple(
        replace(item, chapters=chapters.get(item.speaker or "", ()))
        if item.kind == "message"
        else item
        for item in rundown.items
    )
    return replace(rundown, items=items)


def plan_rundown(
    config: Config,
    message_frames: Mapping[str, int],
    intro_frames: Mapping[str, int] = MappingProxyType({}),
) -> Rundown:
    """Opening, for each speaker a title card and the message, closing.

    A title card stays for its introduction, where there is one (``intro_frames``, by the id of the
    speaker who is introduced).

    A holding card stands for a message that is not there. ``message_frames`` has the speakers whose
    message can be shown; with ``missing: omit`` nothing is shown of the others. With ``fill: hold``
    the closing card stays until the exact end of the slot (the nearest frame of it).
    """
    rate = config.delivery.fps
    planned = [_card("opening", config)]
    for speaker in config.speakers:
        if speaker.id in message_frames:
            frames = message_frames[speaker.id]
            message = RundownItem("message", speaker.name, 0, frames, speaker.id)
            title = _card("title", config, speaker)
            planned += [_introducing(title, intro_frames.get(speaker.id, 0), config), message]
        elif config.slot.missing == "hold":
            planned.append(_card("holding", config, speaker))
    planned.append(_card("closing", config))
    items = _placed(planned, config)
    if config.slot.fill == "hold":
        items = _held(planned, items, config)
    return Rundown(items, rate)


def _card(name: CardName, config: Config, speaker: Speaker | None = None) -> RundownItem:
    """A card of the event, or of ``speaker``, as long as config.yaml says; not yet in its place."""
    card, rate = CARDS[name], config.delivery.fps
    length_ms = getattr(config.cards, card.length) if card.length else 0
    frames = max(frames_nearest(length_ms, rate), round(card.least_s * rate))
    title = card_title(name, config, speaker.name if speaker else "")
    return RundownItem(name, title, 0, frames, speaker.id if speaker else None)


def _introducing(title: RundownItem, frames: int, config: Config) -> RundownItem:
    """A title card that stays for an introduction of ``frames``."""
    if not frames:
        return title
    fade_ms = 0 if config.cards.transition == "cut" else config.cards.fade
    free = frames_nearest(BREATH_MS + fade_ms, config.delivery.fps)
    introduced = Introduced(free, frames)
    return replace(title, frames=max(title.frames, frames + 2 * free), introduced=introduced)


def _held(
    planned: Sequence[RundownItem], items: tuple[RundownItem, ...], config: Config
) -> tuple[RundownItem, ...]:
    """The items with the last card staying until the exact end of the slot, if there is time left.

    One card that stays, not two of which the first fades out; where there is no closing card, its
    picture alone.
    """
    whole = frames_nearest(config.slot.duration_ms, config.delivery.fps)
    missing = whole - (items[-1].end_frame if items else 0)
    *before, last = planned
    if not last.frames:
        last = _card("hold", config)
    while missing > 0:  # a longer card may share more frames with the one before it
        last = replace(last, frames=last.frames + missing)
        items = _placed([*before, last], config)
        missing = whole - items[-1].end_frame
    return items


def _placed(planned: Sequence[RundownItem], config: Config) -> tuple[RundownItem, ...]:
    """The items one behind the other; what has no length is left out."""
    items: list[RundownItem] = []
    for item in planned:
        if item.frames:
            overlap = overlap_frames(items[-1].frames, item.frames, config) if items else 0
            start = items[-1].end_frame - overlap if items else 0
            items.append(replace(item, start_frame=start, overlap=overlap))
    return tuple(items)
