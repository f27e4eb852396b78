"""Plans the contact sheet: every card and name strap of an event on one picture; without it a
producer would look at forty files, or at none.

Pure: what is drawn is a request to tools/drawing/sheet.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pipeline.card_kinds import CardKind, drawn_of
from pipeline.config import Config, Speaker
from pipeline.plan.cards import lower_third, segment_card, speaker_card, style
from pipeline.recipe import FileInput, Recipe

TILE = 640
"""The longer side of a card on the sheet, in pixels: the smallest text of a lower third can just be
read.
"""


def with_theme(config: Config, name: str) -> Config:
    """The same event in another theme; its own colours, font and logo stay."""
    return config.model_copy(update={"brand": config.brand.model_copy(update={"theme": name})})


def plan_sheet(
    config: Config, themes: Sequence[str], brand: Sequence[FileInput], version: str
) -> Recipe:
    """sheet.png: in one theme the whole event, in several the cards that tell them apart, each
    theme under its name.

    ``brand`` holds the fonts of all ``themes``.
    """
    blocks = []
    for name in themes:
        worn = with_theme(config, name)
        pictures = _telling(worn) if len(themes) > 1 else _whole(worn)
        heading = f"{name}: {worn.brand.worn.about}"
        blocks.append({**style(worn, brand), "heading": heading, "pictures": pictures})
    longer = max(config.delivery.size)
    request = {
        "tile": [round(side * TILE / longer / 2) * 2 for side in config.delivery.size],
        "title": config.title,
        "blocks": blocks,
    }
    return Recipe(
        task=f"contact sheet ({', '.join(themes)})",
        tool="sheet",
        tool_version=version,
        arguments=("sheet.json",),
        inputs=tuple(brand),
        outputs=("sheet.png",),
        timeout_s=300,
        texts=(("sheet.json", json.dumps(request, ensure_ascii=False, sort_keys=True)),),
    )


def _whole(config: Config) -> list[dict[str, Any]]:
    """A row with the event's own cards and what stands in for a message, then each speaker's."""
    first = config.speakers[0]
    *before, last = (_of_event(config, card) for card in drawn_of("event"))
    instead = [
        _labelled(
            speaker_card(config, first, card.name),
            f"{card.called.capitalize()}, here for {first.id}",
        )
        for card in drawn_of("speaker")
        if card.awaited
    ]
    everybodys = [picture for speaker in config.speakers for picture in _of(config, speaker)]
    return [*before, *instead, {**last, "ends_row": True}, *everybodys]


def _telling(config: Config) -> list[dict[str, Any]]:
    """The event's own, and the speaker with the most to read: what fits there fits everywhere."""
    fullest = max(
        config.speakers,
        key=lambda one: len(one.name) + len(one.role or "") + len(one.organisation or ""),
    )
    *before, last = (_of_event(config, card) for card in drawn_of("event"))
    return [*before, *_of(config, fullest), last]


def _of_event(config: Config, card: CardKind) -> dict[str, Any]:
    return _labelled(segment_card(config, card.name), card.name.capitalize())


def _of(config: Config, speaker: Speaker) -> list[dict[str, Any]]:
    """What is seen of a speaker whose message is there."""
    seen = [card for card in drawn_of("speaker") if not card.awaited]
    return [
        *(
            _labelled(speaker_card(config, speaker, card.name), f"{speaker.id}: {card.called}")
            for card in seen
        ),
        _labelled(lower_third(speaker), f"{speaker.id}: lower third"),
    ]


def _labelled(picture: dict[str, Any], label: str) -> dict[str, Any]:
    return {**picture, "label": label}
