"""Plans the small pictures by which a film is found on the web, words beside faces; without it a
site would show a blink, or a black frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from pipeline.recipe import FileInput, Recipe

SIZE = (1280, 720)
"""What video sites ask for, in less than 2 MB."""
WORDS_WIDE = 720
"""Of a thumbnail's width: where the words stand."""
MOST_FACES = 4


def plan_thumbnail(
    whose: str, card: FileInput, films: Sequence[tuple[FileInput, float]], version: str
) -> Recipe:
    """thumbnail.jpg, 1280x720: the words of ``card`` (card.png) beside a picture of each
    of ``films`` (one, or up to four), which is looked for from so many seconds on.
    """
    said: list[str] = []
    inputs = [replace(card, name="card.png")]
    for number, (film, start_s) in enumerate(films):
        inputs.append(replace(film, name=f"film-{number}.mp4"))
        said += ["-ss", f"{start_s:.3f}", "-i", f"file:film-{number}.mp4"]
    return Recipe(
        task=f"{whose}: thumbnail",
        tool="ffmpeg",
        tool_version=version,
        arguments=(
            *("-v", "error", "-i", "file:card.png", *said, "-filter_complex", _graph(len(films))),
            *("-map", "[out]", "-frames:v", "1", "-q:v", "3", "-map_metadata", "-1"),
            *("-fflags", "+bitexact", "-flags", "+bitexact", "thumbnail.jpg"),
        ),
        outputs=("thumbnail.jpg",),
        inputs=tuple(inputs),
        weight=0.5,
    )


def _graph(faces: int) -> str:
    """The filters that lay so many pictures into the part that the words leave."""
    wide, high = SIZE[0] - WORDS_WIDE, SIZE[1]
    columns = 1 if faces < 3 else 2
    cell = wide // columns, high // ceil(faces / columns)
    filled = f"{cell[0]}:{cell[1]}"
    steps = [
        f"[{number + 1}:v]thumbnail=n=40,scale={filled}:force_original_aspect_ratio=increase,"
        f"crop={filled},setsar=1[p{number}]"
        for number in range(faces)
    ]
    places = "|".join(
        f"{number % columns * cell[0]}_{number // columns * cell[1]}" for number in range(faces)
    )
    joined = "".join(f"[p{number}]" for number in range(faces))
    stacked = f"{joined}xstack=inputs={faces}:layout={places}:fill=black[seen]"
    steps.append(stacked if faces > 1 else "[p0]null[seen]")
    steps.append(f"[0:v]scale={WORDS_WIDE}:{high},setsar=1[words]")
    steps.append("[words][seen]hstack,format=yuvj420p[out]")
    return ";".join(steps)
