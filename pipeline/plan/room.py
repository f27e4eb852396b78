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
"""Of x264 at a quality of 20, for a person who speaks: 3 Mbit/s at 1080p25. The sample messages, in
which little moves, took 0.03. A quality of six less takes twice as much, so that without any loss
it is ten times that.
"""
COPIES = 5
"""Every picture lies in its part, and in the clip and in the segment, each in the store and handed
over.
"""
PUBLISHED_COPIES = 2
"""In publish/: of one kind of films the segment and the clips."""
SOUND_BYTES_A_SECOND = 500_000
"""Samples at 48 kHz, those for the recogniser, and the copies of what becomes AAC."""
LOUDER_BYTES_A_SECOND = 400_000
"""The samples of two passes in which the sound of an edition becomes as loud as it is to be."""
BROADCAST_BITS_A_SECOND = {"xdcam": 53e6, "prores": 190e6}
"""With its sound; of ProRes 422 HQ the most: where little moves it takes a third."""


def bytes_needed(
    length_s: float,
    delivery: Delivery,
    editions: Collection[Edition] = (),
    publish: bool = False,
) -> int:
    """About what a build of ``length_s`` seconds in all takes under outputs/, the store with it,
    with its ``editions`` and, where it is to ``publish``, with what goes onto the web.
    """
    pictures = len(delivery.outputs) * _pictures_bytes(delivery)
    if publish:
        pictures += PUBLISHED_COPIES * _film_bytes(delivery)
    beside = sum(_edition_bytes(one, delivery, length_s) for one in editions)
    return round(length_s * (pictures + SOUND_BYTES_A_SECOND) + beside)


def _pictures_bytes(delivery: Delivery) -> float:
    """Of a second of one kind of pictures in their parts and in all that is joined of them."""
    return COPIES * _film_bytes(delivery)


def _film_bytes(delivery: Delivery) -> float:
    """Of a second of one film."""
    bits_a_pixel = BITS_A_PIXEL * 2 ** ((20 - delivery.quality) / 6)
    return bits_a_pixel * delivery.size[0] * delivery.size[1] * float(delivery.fps) / 8


def _edition_bytes(edition: Edition, delivery: Delivery, length_s: float) -> float:
    """Of an edition in all its copies: what is made of the joined film lies in the store and is
    handed over; one with pictures of its own takes as much as the segment.
    """
    if isinstance(edition, SmallEdition):
        return 2 * edition.megabytes * 1e6
    if isinstance(edition, SocialEdition):
        return length_s * _pictures_bytes(delivery.model_copy(update={"size": edition.size}))
    if isinstance(edition, MasterEdition):
        return length_s * _pictures_bytes(delivery.model_copy(update={"quality": 0}))
    film = 0.0
    if isinstance(edition, BroadcastEdition):
        film = 2 * BROADCAST_BITS_A_SECOND[edition.format] / 8
    return length_s * (film + LOUDER_BYTES_A_SECOND)


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
