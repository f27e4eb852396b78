"""The segment's pictures in their order; without it the rundown would be a list and nothing to look
at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.message.prepared import Part, Prepared
from pipeline.model import RundownItem
from pipeline.plan.rundown import Rundown
from pipeline.programme.joints import Joints


@dataclass(frozen=True)
class Programme:
    """The rundown with the messages that are ``ready`` (by speaker id), and its cards and
    crossfades.
    """

    rundown: Rundown
    ready: Mapping[str, Prepared]
    joints: Joints

    def message(self, item: RundownItem | None) -> Prepared | None:
        """The message that an item shows; None for a card, and where there is no item."""
        if item is None or item.kind != "message" or item.speaker is None:
            return None
        return self.ready[item.speaker]


def pictures(programme: Programme, burned: bool) -> list[Part]:
    """Recipe and output of every part of the segment in order."""
    rundown, joints = programme.rundown, programme.joints
    parts: list[Part] = []
    for place, item in enumerate(rundown.items):
        if item.overlap:
            parts.append((joints.mixes[place, burned], "clean.mp4"))
        one = programme.message(item)
        if one is None:
            parts.append((joints.cards[place, burned], "clean.mp4"))
            continue
        shown = one.pictures.of(burned)
        first = len(one.edges.head.clean) if item.overlap else 0
        last = len(one.edges.tail.clean) if rundown.overlap_after(place) else 0
        parts.extend(shown[first : len(shown) - last])
    return parts
