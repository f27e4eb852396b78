"""Which cards there are, a row each; without it a new card would have to be told to ten files.

What a card is called, whose it is, how long it stays and what stands behind its words. How its
words are laid out is one function in tools/drawing/draw.py. Imports nothing: the planning and the
drawing programs read the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

CardName = Literal["opening", "title", "holding", "closing", "hold"]
Scene = Literal["opening", "speaker", "closing"]


@dataclass(frozen=True)
class CardKind:
    """One kind of card.

    ``name``: as in the rundown, in a drawing's request and in file names.
    ``called``: how a producer calls it.
    ``whose``: it belongs to the event, or to each speaker.
    ``length``: the key under ``cards:`` that says how long it stays; None: the rest of the slot.
    ``least_s``: it stays at least so many seconds, whatever that key says.
    ``titled``: its title in the rundown; {event} and {speaker} stand for their names, {words} for
    its own ``words``, in English here (plan/card_words.py has other languages), or for what the
    producer wrote under ``own_words`` of ``cards:``.
    ``chapter``: its name in a list of chapters, likewise; None: its title in the rundown.
    ``drawn_as``: the card whose picture it shows, usually its own.
    ``scene``: what a theme draws behind its words; ``awaited``: broken up, as a message is missing.
    ``note``: said in a badge beside its words.
    """

    name: CardName
    called: str
    whose: Literal["event", "speaker"]
    length: str | None
    titled: str
    drawn_as: CardName
    scene: Scene
    words: str = ""
    own_words: str | None = None
    chapter: str | None = None
    least_s: int = 0
    awaited: bool = False
    note: str = ""

    @property
    def ground_file(self) -> str:
        """What stands behind its words, as a drawing program calls the picture."""
        return f"{self.drawn_as}-ground.png"

    @property
    def words_file(self) -> str:
        """Its words on nothing, as a drawing program calls the picture."""
        return f"{self.drawn_as}-words.png"

    def still_of(self, speaker: str | None) -> str:
        """What a still of it is called: by the id of its speaker, or by the card's own name."""
        return f"{speaker or self.drawn_as}-card.png"

    def title(self, event: str, speaker: str, words: str) -> str:
        """Its title in the rundown."""
        return self.titled.format(event=event, speaker=speaker, words=words)


_ROWS = (
    CardKind(
        name="opening",
        called="opening card",
        whose="event",
        length="opening",
        titled="{event}",
        drawn_as="opening",
        scene="opening",
        chapter="Opening",
    ),
    CardKind(
        name="title",
        called="title card",
        whose="speaker",
        length="title",
        titled="{speaker}",
        drawn_as="title",
        scene="speaker",
    ),
    CardKind(
        name="holding",
        called="holding card",
        whose="speaker",
        length="title",
        least_s=4,  # in which a viewer can read who is to follow
        titled="{speaker}: {words}",
        words="message to follow",
        own_words="to_follow_text",
        drawn_as="holding",
        scene="speaker",
        awaited=True,
        note="Message to follow",
    ),
    CardKind(
        name="closing",
        called="closing card",
        whose="event",
        length="closing",
        titled="{words}",
        words="Thank you",
        own_words="closing_text",
        drawn_as="closing",
        scene="closing",
        chapter="Closing",
    ),
    CardKind(
        name="hold",
        called="closing card",
        whose="event",
        length=None,
        titled="{words}",
        words="Until the end of the slot",
        drawn_as="closing",
        scene="closing",
    ),
)
CARDS: Mapping[str, CardKind] = {row.name: row for row in _ROWS}
"""By name, in the order of a programme."""

DRAWN = tuple(row for row in _ROWS if row.drawn_as == row.name)
"""Those that have a picture of their own."""

WEIGHTS: Mapping[str, int] = {"regular": 400, "semibold": 600, "bold": 700}
"""The weights that cards are set in, and where each lies on the axis of a variable font."""


def drawn_of(whose: Literal["event", "speaker"]) -> tuple[CardKind, ...]:
    """The cards of the event, or of each speaker, that have a picture of their own."""
    return tuple(row for row in DRAWN if row.whose == whose)
