"""What is seen and heard on the page beside the clip itself: one picture of it, its loudness, the
letters that captions are burned in; without it cues would be moved blindly.

Of files that we made ourselves: what outsiders sent is never opened here.
"""

from __future__ import annotations

import io
import wave
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.message.prepared import Heard
from pipeline.tools.drawing.fonts import font_file
from pipeline.work.bench import Bench

if TYPE_CHECKING:
    from av.container import InputContainer
    from PIL.Image import Image

PEAKS_A_SECOND = 100
PICTURE_WIDTH = 480
FONT_TYPE = "font/woff"
_LETTERS = [(0x20, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x45F), (0x1E00, 0x1EFF)]
_SIGNS = [(0x2010, 0x203A), (0x20AC, 0x20AC), (0x2122, 0x2122), (0x2190, 0x2193)]


def picture(clip: Path) -> bytes:
    """A picture of a clip as JPEG, from a quarter of its length: the first ones are fading in."""
    facts = clip.stat()
    return _picture(str(clip), facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=64)
def _picture(clip: str, *_: int) -> bytes:
    import av  # 0.2 s, and most commands have no page

    with av.open(clip) as container:
        container.seek(int((container.duration or 0) / 4))
        image = _next_of(container)
    height = round(PICTURE_WIDTH * image.height / image.width)
    return _jpeg(image.resize((PICTURE_WIDTH, height)))


def first_picture(clip: Path, at: tuple[int, int], size: tuple[int, int]) -> bytes:
    """What lies in the first picture of a clip at a place (left, top) in that size (pixels), as
    JPEG.
    """
    import av

    with av.open(clip) as container:
        image = _next_of(container)
    return _jpeg(image.crop((*at, at[0] + size[0], at[1] + size[1])))


def _next_of(container: InputContainer) -> Image:
    from PIL import Image as images

    return images.fromarray(next(container.decode(video=0)).to_ndarray(format="rgb24"))


def _jpeg(image: Image) -> bytes:
    content = io.BytesIO()
    image.save(content, "JPEG", quality=80)
    return content.getvalue()


def peaks(bench: Bench, heard: Heard | None) -> bytes:
    """The loudest sample of every hundredth of a second of the clip, a byte each, on a scale on
    which speech is seen (the square root of full scale). Empty where nothing was listened to.
    """
    if heard is None or heard.listen is None:
        return b""
    path = bench.store.output(heard.listen, "speech.wav")
    timeline = heard.received.timeline
    length_ms = timeline.frames * 1000 / timeline.rate
    try:
        return _peaks(str(path), round(timeline.in_ms), round(length_ms))
    except (OSError, EOFError, wave.Error):  # the store may be emptied at any time
        return b""


@lru_cache(maxsize=16)
def _peaks(path: str, in_ms: int, length_ms: int) -> bytes:
    import numpy as np

    with wave.open(path, "rb") as file:
        rate, channels = file.getframerate(), file.getnchannels()
        file.setpos(min(file.getnframes(), in_ms * rate // 1000))
        data = file.readframes(length_ms * rate // 1000)
    step = rate // PEAKS_A_SECOND * channels
    samples = np.abs(np.frombuffer(data, "<i2").astype(np.int32))
    whole = samples[: len(samples) // step * step].reshape(-1, step).max(axis=1)
    return bytes((np.sqrt(whole / 32768) * 255).clip(0, 255).astype(np.uint8))


@lru_cache(maxsize=1)
def ui_font() -> bytes:
    """The font that captions are burned in, as far as Latin, Greek and Cyrillic need it (WOFF)."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(flavor="woff", layout_features=["kern", "mark", "mkmk"])
    with TTFont(font_file("Semibold")) as font:
        maker = subset.Subsetter(options)
        maker.populate(unicodes=[code for a, b in _LETTERS + _SIGNS for code in range(a, b + 1)])
        maker.subset(font)
        font.flavor = "woff"
        content = io.BytesIO()
        font.save(content)
    return content.getvalue()
