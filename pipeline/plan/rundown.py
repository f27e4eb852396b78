"""The ordered list of the programme; without it nobody would have counted the title cards.

Frames of the delivery throughout. The built file is as long as the rundown says, to the frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from pipeline.config import Config
from pipeline.model import RundownItem
from pipeline.plan.transitions import overlap_frames
from pipeline.timing import frames_nearest


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

    def crossing(self, frame: int) -> tuple[RundownItem, RundownItem] | None:
        """The two items that are seen together in ``frame``; None where there are not two."""
        for before, after in pairwise(self.items):
            if after.start_frame <= frame < before.end_frame:
                return before, after
        return None


def plan_rundown(config: Config, message_frames: Mapping[str, int]) -> Rundown:
    """Opening, for each speaker a title card and the message, closing.

    A holding card stands for a message that is not there. ``message_frames`` has the speakers whose
    message can be shown; with ``missing: omit`` nothing is shown of the others. With ``fill: hold``
    the closing card stays until the exact end of the slot (the nearest frame of it).
    """
    rate, cards = config.delivery.fps, config.cards
    planned: list[tuple[Any, str, int, str | None]] = [
        ("opening", config.title, frames_nearest(cards.opening, rate), None)
    ]
    for speaker in config.speakers:
        title = frames_nearest(cards.title, rate)
        if speaker.id in message_frames:
            planned.append(("title", speaker.name, title, speaker.id))
            planned.append(("message", speaker.name, message_frames[speaker.id], speaker.id))
        elif config.slot.missing == "hold":
            to_follow, frames = f"{speaker.name}: message to follow", _shortest_holding(rate)
            planned.append(("holding", to_follow, max(title, frames), speaker.id))
    planned.append(("closing", "Thank you", frames_nearest(cards.closing, rate), None))
    items = _placed(planned, config)
    missing = frames_nearest(config.slot.duration_ms, rate) - (items[-1].end_frame if items else 0)
    if config.slot.fill == "hold" and missing > 0:
        # One card that stays, not two of which the first fades out; where there is no closing card,
        # its picture alone.
        if not planned[-1][2]:
            planned[-1] = ("hold", "Until the end of the slot", 0, None)
        while missing > 0:  # a longer card may share more frames with the one before it
            kind, title_text, frames, speaker_id = planned[-1]
            planned[-1] = (kind, title_text, frames + missing, speaker_id)
            items = _placed(planned, config)
            missing = frames_nearest(config.slot.duration_ms, rate) - items[-1].end_frame
    return Rundown(items, rate)


def _placed(
    planned: list[tuple[Any, str, int, str | None]], config: Config
) -> tuple[RundownItem, ...]:
    """Kind, title, frames and speaker of each item, one behind the other.

    What has no length is left out.
    """
    items: list[RundownItem] = []
    for kind, title, frames, speaker in planned:
        if frames:
            overlap = overlap_frames(items[-1].frames, frames, config) if items else 0
            start = items[-1].end_frame - overlap if items else 0
            items.append(RundownItem(kind, title, start, frames, speaker, overlap))
    return tuple(items)


def _shortest_holding(rate: Fraction) -> int:
    """Frames in which a viewer can read who is to follow: four seconds."""
    return round(4 * rate)
