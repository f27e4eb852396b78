"""Counts what a tool really made; without it a short part would push what follows out of step."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

from pipeline.timing import SAMPLE_RATE


def frames_in(path: Path) -> int:
    """Pictures in an mp4 of our own making, from its index; -1 when it cannot be opened."""
    import av

    try:
        with _opened(path) as container:
            return int(container.streams.video[0].frames)
    except (av.FFmpegError, IndexError):
        return -1


def samples_of_track(path: Path) -> int:
    """Samples at 48 kHz that the sound of an mp4 of our own making plays, from its index and edit
    list; -1 when it has none.
    """
    import av

    try:
        with _opened(path) as container:
            sound = container.streams.audio[0]
            if not (sound.duration and sound.time_base):
                return -1
            samples: int = round(sound.duration * sound.time_base * SAMPLE_RATE)
            return samples
    except (av.FFmpegError, IndexError):
        return -1


def _opened(path: Path) -> Any:
    """An mp4 by its name, so that no other container is tried: the program that wrote it had a file
    from outside in its hands.
    """
    import av

    return av.open(f"file:{path}", format="mp4", options={"protocol_whitelist": "file"})


def samples_in(path: Path) -> int:
    """Samples of each channel in a WAV file of our own making; -1 when it cannot be opened."""
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes()
    except (OSError, EOFError, wave.Error):
        return -1


def length_of(path: Path) -> tuple[int, int]:
    """Pictures and samples of sound in an mp4 of our own making, as ``frames_in`` and
    ``samples_of_track`` count them.
    """
    return frames_in(path), samples_of_track(path)
