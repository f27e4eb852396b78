"""Plans pages to be printed; without it each kind of page would be laid out by itself.

A document is a list of blocks, which tools/drawing/paper.py lays out; all of one command are drawn
by one program in one go.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.handover.letters import Letter
from pipeline.recipe import Recipe

Block = Mapping[str, Any]
"""``kind`` (title, heading, text, point, item) and what that kind needs."""


@dataclass(frozen=True)
class Document:
    """Pages under one title, in a language (its tag); ``mirrored``: read from the right."""

    title: str
    language: str
    mirrored: bool
    blocks: tuple[Block, ...]


def letter_blocks(letter: Letter) -> Document:
    """A letter as a document."""
    blocks: list[Block] = [{"kind": "title", "text": letter.subject}]
    opening = filter(None, (letter.greeting, *letter.paragraphs))
    blocks += [{"kind": "text", "text": text} for text in opening]
    for section in letter.sections:
        blocks.append({"kind": "heading", "text": section.heading})
        blocks += [{"kind": "point", "text": text} for text in section.points]
    blocks += [{"kind": "text", "text": text} for text in letter.closing]
    return Document(letter.subject, letter.language, letter.mirrored, tuple(blocks))


def plan_pages(task: str, documents: Mapping[str, Document], version: str) -> Recipe:
    """A PDF file for each document, by the name that it is to have."""
    request = {
        "documents": [
            {
                "out": name,
                "title": one.title,
                "language": one.language,
                "mirrored": one.mirrored,
                "blocks": one.blocks,
            }
            for name, one in documents.items()
        ]
    }
    return Recipe(
        task=task,
        tool="paper",
        tool_version=version,
        arguments=("pages.json",),
        outputs=tuple(documents),
        texts=(("pages.json", json.dumps(request, ensure_ascii=False, sort_keys=True)),),
        timeout_s=300,
    )
