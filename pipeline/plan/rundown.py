"""The ordered list of the programme; without it nobody would have counted the title cards.

Frames of the delivery throughout. The built file is as long as the rundown says, to the frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pipeline.config import Config
from pipeline.model import RundownItem
from pipeline.timing import frames_nearest


@dataclass(frozen=True)
class Rundown:
    """The items in order, without holes, and the rate that their frames are counted in."""

    items: tuple[RundownItem, ...]
    rate: Fraction

    @property
    def frames(self) -> int:
        """Length of the whole segment."""
        return self.items[-1].end_frame if self.items else 0

    def at(self, ms: int) -> RundownItem | None:
        """The item on screen ``ms`` after the start; None after the end."""
        frame = int(ms * self.rate / 1000)
        return next((item for item in self.items if item.start_frame <= frame < item.end_frame), None)


def plan_rundown(config: Config, message_frames: Mapping[str, int]) -> Rundown:
    """Opening, for each speaker a title card and the message (or a holding card where there is none), closing.

    ``message_frames`` has the speakers whose message can be shown; with ``missing: omit`` nothing is shown of the others.
    With ``fill: hold`` the closing card stays until the exact end of the slot (the nearest frame of it).
    """
    rate, cards = config.delivery.fps, config.cards
    planned: list[tuple[Any, str, int, str | None]] = [("opening", config.title, frames_nearest(cards.opening, rate), None)]
    for speaker in config.speakers:
        title = frames_nearest(cards.title, rate)
        if speaker.id in message_frames:
            planned.append(("title", speaker.name, title, speaker.id))
            planned.append(("message", speaker.name, message_frames[speaker.id], speaker.id))
        elif config.slot.missing == "hold":
            planned.append(("holding", f"{speaker.name}: message to follow", max(title, _shortest_holding(rate)), speaker.id))
    planned.append(("closing", "Thank you", frames_nearest(cards.closing, rate), None))
    missing = frames_nearest(config.slot.duration_ms, rate) - sum(frames for _, _, frames, _ in planned)
    if config.slot.fill == "hold" and missing > 0:
        kind, thanks, frames, _ = planned[-1]
        # One card that stays, not two of which the first fades out; where there is no closing card, its picture alone.
        planned[-1:] = [(kind, thanks, frames + missing, None)] if frames else [
            ("hold", "Until the end of the slot", missing, None)]
    items, start = [], 0
    for kind, title_text, frames, speaker_id in planned:
        if frames:
            items.append(RundownItem(kind, title_text, start, frames, speaker_id))
            start += frames
    return Rundown(tuple(items), rate)


def _shortest_holding(rate: Fraction) -> int:
    """Frames in which a viewer can read who is to follow: four seconds."""
    return round(4 * rate)
