"""The same pictures are the same bytes however busy the machine is: many encodes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import make_clip
from measure import ffmpeg

from pipeline.config import Delivery
from pipeline.plan.conform import encoding, lossless
from pipeline.tools.running.files import sha256_of

AT_ONCE, TIMES = 8, 32


@pytest.mark.long
@pytest.mark.parametrize("settings", [encoding, lossless])
def test_a_part_is_the_same_bytes_however_busy_the_machine_is(tmp_path: Path, settings):
    """With the look-ahead in a thread of its own every third came out otherwise."""
    moving = make_clip(
        tmp_path / "in.mkv", 10, "-c:v", "ffv1", picture="testsrc2=s=320x180:r=25", sound=""
    )
    given = settings(Delivery())
    words = [str(word) for name, value in given.items() for word in (f"-{name}", value)]

    def digest(number: int) -> str:
        made = tmp_path / f"{number}.mp4"
        ffmpeg("-v", "error", "-i", moving, *words, made)
        return sha256_of(made)

    with ThreadPoolExecutor(AT_ONCE) as encoders:
        assert len(set(encoders.map(digest, range(TIMES)))) == 1
