"""Plans the contact sheet: every card and name strap of an event on one picture; without it a
producer would look at forty files, or at none. Pure: what is drawn is a request to tools/sheet.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

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
        blocks.append(
            {
                **style(worn, brand),
                "heading": f"{name}: {worn.brand.worn.about}",
                "pictures": pictures,
            }
        )
    width, height = config.delivery.size
    longer = max(width, height)
    request = {
        "tile": [round(width * TILE / longer / 2) * 2, round(height * TILE / longer / 2) * 2],
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
    """The event's own cards in a row of their own, then two for each speaker."""
    first = config.speakers[0]
    pictures = [
        _labelled(segment_card(config, "opening"), "Opening"),
        _labelled(speaker_card(first, "holding"), f"Holding card, here for {first.id}"),
        {**_labelled(segment_card(config, "closing"), "Closing"), "ends_row": True},
    ]
    for speaker in config.speakers:
        pictures += _of(speaker)
    return pictures


def _telling(config: Config) -> list[dict[str, Any]]:
    """Opening, closing, and the speaker with the most to read: what fits there fits everywhere."""
    fullest = max(
        config.speakers,
        key=lambda one: len(one.name) + len(one.role or "") + len(one.organisation or ""),
    )
    return [
        _labelled(segment_card(config, "opening"), "Opening"),
        *_of(fullest),
        _labelled(segment_card(config, "closing"), "Closing"),
    ]


def _of(speaker: Speaker) -> list[dict[str, Any]]:
    return [
        _labelled(speaker_card(speaker, "title"), f"{speaker.id}: title card"),
        _labelled(lower_third(speaker), f"{speaker.id}: lower third"),
    ]


def _labelled(picture: dict[str, Any], label: str) -> dict[str, Any]:
    return {**picture, "label": label}
