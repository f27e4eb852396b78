"""A graphics card that is none: what ffmpeg is asked to do by NVENC is done by x264 instead, worse
than asked for; without it nothing about cards could be tried where none is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pipeline.plan.conform import NO_RACE
from pipeline.tools.running import programs

HAS_A_CARD = Path("/proc/driver/nvidia/version").exists()
without_a_card = pytest.mark.skipif(HAS_A_CARD, reason="there may be NVENC here")
"""For what is only so where no graphics card encodes."""
WORSE = 6
"""By how much the card's scale of quality is off x264's."""
_ONLY_NVENCS = ("-tune", "-rc", "-b:v", "-no-scenecut", "-forced-idr")


def stand_in(monkeypatch: pytest.MonkeyPatch, **instead: str) -> None:
    """From now on there is a card with NVENC, which does ``instead`` of an option's value (without
    its dash) another; one that it does not know it is given.
    """
    real = programs.command

    def command(tool: str, arguments: tuple[str, ...]) -> list[str]:
        if "h264_nvenc" in arguments:
            arguments = tuple(_by_x264(arguments, instead))
        return real(tool, arguments)

    monkeypatch.setattr(programs, "command", command)


def _by_x264(arguments: tuple[str, ...], instead: Mapping[str, str]) -> Iterator[str]:
    """``arguments`` are pairs of an option and its value, and names of files between them."""
    words = iter(arguments)
    for word in words:
        if not word.startswith("-"):
            yield word
            continue
        value = next(words)
        if word in _ONLY_NVENCS:
            continue
        if word == "-cq":
            word, value = "-crf", str(min(51, int(value) + WORSE))
        if word.removeprefix("-") in instead or (word == "-profile:v" and "pix_fmt" in instead):
            continue
        if value == "h264_nvenc":
            value = "libx264"
            yield from ("-threads", "2", "-x264-params", NO_RACE)
            for option, other in instead.items():
                yield from (f"-{option}", other)
        elif word == "-preset":
            value = "superfast"
        yield from (word, value)
