"""Plans the small pictures by which a film is found on a video site; without it each site would
take one by chance: closed eyes, or half a cross-fade.

A picture of the message stands beside its card in the event's theme. It is taken from what was
encoded already; no recording is opened.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.config import Config, Speaker
from pipeline.plan.cards import segment_card, speaker_card, style
from pipeline.plan.dates import day_of
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import seconds

SIZE = (1280, 720)
"""What YouTube asks for; it takes 2 MB (support.google.com/youtube/answer/72431), PeerTube as much
(server/initializers/constants.ts, VIDEOS.IMAGE).
"""
MOST_BYTES = 2_000_000
CANDIDATES = 9
"""How many pictures of a message the sharpest is chosen from: somebody who speaks holds still in
one of them.
"""
MOST_FACES = 6
_EDGE = 0.08
"""How much of a message at either end is left out: people look for the button there."""
_CHOICE_WEIGHT, _DRAWN_WEIGHT = 1.0, 1.8


@dataclass(frozen=True)
class Candidate:
    """A picture to choose from: which ``frame`` of the part at ``place`` of a message."""

    place: int
    frame: int


def candidates(part_frames: Sequence[int], from_frame: int) -> tuple[Candidate, ...]:
    """Pictures of a message with parts of these lengths, evenly from ``from_frame`` on (the name is
    in the picture before that) and off both ends; of a message that is no longer than that from all
    of it.
    """
    frames = sum(part_frames)
    first, end = max(from_frame, round(_EDGE * frames)), round((1 - _EDGE) * frames)
    if first >= end:
        first, end = 0, frames
    count = min(CANDIDATES, end - first)
    wanted = {first + (end - first) * (2 * number + 1) // (2 * count) for number in range(count)}
    found, begin = [], 0
    for place, length in enumerate(part_frames):
        inside = sorted(frame - begin for frame in wanted if begin <= frame < begin + length)
        found += [Candidate(place, frame) for frame in inside]
        begin += length
    return tuple(found)


def plan_pictures(
    speaker_id: str,
    parts: Sequence[FileInput],
    chosen: Sequence[Candidate],
    config: Config,
    version: str,
) -> Recipe:
    """picture-01.jpg and so on: the ``chosen`` pictures of a message, of ``parts`` in its order."""
    arguments, inputs = ["-v", "error"], dict[int, FileInput]()
    for one in chosen:
        inputs[one.place] = replace(parts[one.place], name=f"part-{one.place + 1:05d}.mp4")
        at = seconds(one.frame, config.delivery.fps)
        arguments += ["-ss", at, "-i", f"file:{inputs[one.place].name}"]
    outputs = [f"picture-{number:02d}.jpg" for number in range(1, len(chosen) + 1)]
    for number, output in enumerate(outputs):
        arguments += ["-map", f"{number}:v:0", "-frames:v", "1", "-vf", _AS_JPEG, "-q:v", "2"]
        arguments += ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags", "+bitexact", output]
    return Recipe(
        task=f"{speaker_id}: pictures to choose from",
        tool="ffmpeg",
        tool_version=version,
        arguments=tuple(arguments),
        inputs=tuple(inputs.values()),
        outputs=tuple(outputs),
        weight=_CHOICE_WEIGHT,
    )


_AS_JPEG = (
    f"scale=w={SIZE[0]}:h={SIZE[1]}:force_original_aspect_ratio=increase:flags=lanczos"
    ":out_color_matrix=bt601:out_range=pc,format=yuvj420p"
)
"""Readers of JPEG take every one for BT.601, whatever it says: skin would be too red."""


def weight_of(messages: int) -> float:
    """About what thumbnails of so many messages and of the segment cost (``Recipe.weight``)."""
    return messages * (_CHOICE_WEIGHT + _DRAWN_WEIGHT) + _DRAWN_WEIGHT


def message_thumbnail(
    config: Config,
    speaker: Speaker,
    pictures: Sequence[FileInput],
    brand: Sequence[FileInput],
    version: str,
) -> Recipe:
    """thumbnail.jpg of a message: the best of ``pictures`` beside its speaker's name; and that one
    as picture.jpg.
    """
    card = speaker_card(config, speaker, "title")
    # What it belongs to stands where a card has the country: a site shows nothing else of it.
    fields = {**card["fields"], "country": config.title}
    return _thumbnail(
        f"{speaker.id}: thumbnail", config, {**card, "fields": fields}, [pictures], brand, version
    )


def segment_thumbnail(
    config: Config, pictures: Sequence[FileInput], brand: Sequence[FileInput], version: str
) -> Recipe:
    """thumbnail.jpg of the segment: a picture of each of its first speakers beside its title."""
    card = segment_card(config, "opening")
    fields = {**card["fields"], "when": day_of(config)}
    shown = [[one] for one in pictures[:MOST_FACES]]
    return _thumbnail(
        "segment: thumbnail", config, {**card, "fields": fields}, shown, brand, version
    )


def _thumbnail(
    task: str,
    config: Config,
    card: dict[str, Any],
    panes: Sequence[Sequence[FileInput]],
    brand: Sequence[FileInput],
    version: str,
) -> Recipe:
    named = [
        [replace(one, name=f"pane-{pane}-{number}.jpg") for number, one in enumerate(choice)]
        for pane, choice in enumerate(panes)
    ]
    card.pop("floor", None)  # no captions come over it
    request = {
        **style(config, brand),
        "size": list(SIZE),
        "card": card,
        "panes": [[one.name for one in choice] for choice in named],
        "most_bytes": MOST_BYTES,
    }
    return Recipe(
        task=task,
        tool="thumbnail",
        tool_version=version,
        arguments=("thumbnail.json",),
        inputs=(*brand, *(one for choice in named for one in choice)),
        outputs=("thumbnail.jpg", "picture.jpg"),
        texts=(("thumbnail.json", json.dumps(request, ensure_ascii=False, sort_keys=True)),),
        weight=_DRAWN_WEIGHT,
        timeout_s=120,
    )
