"""How much room an event takes on the disk; without it a build of hours would end for want of it.

An estimate: how large pictures become is known once they are made.
"""

from __future__ import annotations

from collections.abc import Collection

from pipeline.config import Delivery
from pipeline.config_editions import (
    BroadcastEdition,
    Edition,
    MasterEdition,
    SmallEdition,
    SocialEdition,
)
from pipeline.sizes import sized

BITS_A_PIXEL = 0.06
"""Of x264 at our default quality, for a person who speaks: 3 Mbit/s at 1080p25. The sample
messages, in which little moves, took 0.03.
"""
COPIES = 5
"""Every picture lies in its part, and in the clip and in the segment, each in the store and handed
over.
"""
SOUND_BYTES_A_SECOND = 500_000
"""Samples at 48 kHz, those for the recogniser, and the copies of what becomes AAC."""
MASTER_BITS_A_PIXEL = 1.0
"""Of x264 without any loss: 52 Mbit/s at 1080p25. An animation took 1.2, a photo 0.04."""
BROADCAST_BITS_A_SECOND = {"xdcam": 53e6, "prores": 190e6}
"""With its sound; of ProRes 422 HQ the most: where little moves it takes a third."""


def bytes_needed(length_s: float, delivery: Delivery, editions: Collection[Edition] = ()) -> int:
    """About what a build of ``length_s`` seconds in all takes under outputs/, the store with it."""
    pictures = len(delivery.outputs) * _pictures_bytes(delivery.size, delivery)
    social = [one.size for one in editions if isinstance(one, SocialEdition)]
    pictures += sum(_pictures_bytes(size, delivery) for size in social)
    beside = sum(2 * _edition_bytes(one, length_s, delivery) for one in editions)
    return round(length_s * (pictures + SOUND_BYTES_A_SECOND) + beside)


def _pictures_bytes(size: tuple[int, int], delivery: Delivery) -> float:
    """Of a second of pictures in their parts and in all that is joined of them."""
    return COPIES * BITS_A_PIXEL * size[0] * size[1] * float(delivery.fps) / 8


def _edition_bytes(edition: Edition, length_s: float, delivery: Delivery) -> float:
    """Of one copy of a film made of the joined one; it lies in the store and is handed over. Sound
    alone is next to nothing. A master lies in its parts and in a film of them as well.
    """
    if isinstance(edition, MasterEdition):
        pixels = delivery.size[0] * delivery.size[1] * float(delivery.fps) * length_s
        return 2 * MASTER_BITS_A_PIXEL * pixels / 8
    if isinstance(edition, BroadcastEdition):
        return length_s * BROADCAST_BITS_A_SECOND[edition.format] / 8
    return edition.megabytes * 1e6 if isinstance(edition, SmallEdition) else 0


def short_of_room(needed: int, there: int, free: int) -> str | None:
    """What to say where ``needed`` bytes are more than what is ``there`` already and ``free``; None
    where they are not.
    """
    if needed <= there + free:
        return None
    takes, has, left = map(sized, (needed, there, free))
    return (
        f"The disk may become full: this event takes about {takes} under outputs/ ({has} are there"
        f" already), and {left} are free. Free some space now, or work on another disk; whatever"
        " happens, what is finished is kept and not made again."
    )
