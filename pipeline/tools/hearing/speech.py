"""Finds speech in a message's sound; without it Whisper would invent words in silence and music,
and each recogniser would choose by itself which side it hears.

Sound is 16 kHz, 16 bit, mono, as bytes. Times are ms from its start.
"""

from __future__ import annotations

import math
import wave
from collections.abc import Iterable
from typing import Any

BYTES_A_MS = 32
MINUTE_SAMPLES = 60 * 16000
LEVEL_SAMPLES = 480


def mono(route: str) -> bytes:
    """The side of speech.wav in the current folder that carries the speech, or half the sum of
    both, brought up when it is quiet.

    A minute at a time: half an hour in floating point would take a gigabyte.
    """
    import numpy as np

    with wave.open("speech.wav", "rb") as file:
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    peak = float(np.percentile(np.abs(_side(both[::7], route)), 99.9)) if len(both) else 0.0
    gain = min(40.0, 12000 / peak) if 0 < peak < 12000 else 1.0
    minutes = (both[at : at + MINUTE_SAMPLES] for at in range(0, len(both), MINUTE_SAMPLES))
    louder = (np.clip(_side(part, route) * gain, -32000, 32000) for part in minutes)
    return b"".join(part.astype("<i2").tobytes() for part in louder)


def _side(both: Any, route: str) -> Any:
    import numpy as np

    if route in ("left", "right"):
        return both[:, 0 if route == "left" else 1].astype(np.float32)
    return both.mean(axis=1, dtype=np.float32).astype(np.float32)


def activity(sound: bytes) -> list[list[int]]:
    """Stretches of speech as [start_ms, end_ms], pauses under 0.2 s closed."""
    import pocketsphinx

    vad = pocketsphinx.Vad(mode=pocketsphinx.Vad.STRICT, sample_rate=16000, frame_length=0.03)
    step = vad.frame_bytes
    return _joined(
        (start // BYTES_A_MS, (start + step) // BYTES_A_MS)
        for start in range(0, len(sound) - step + 1, step)
        if vad.is_speech(sound[start : start + step])
    )


def levels_db(sound: bytes) -> list[int]:
    """The level of every 30 ms in dB over the smallest step of a sample: 0 is silence, 90 full
    scale.
    """
    import numpy as np

    samples = np.frombuffer(sound, "<i2")
    blocks = samples[: len(samples) // LEVEL_SAMPLES * LEVEL_SAMPLES].reshape(-1, LEVEL_SAMPLES)
    return [round(10 * math.log10((block.astype(np.float32) ** 2).mean() + 1)) for block in blocks]


def _joined(frames: Iterable[tuple[int, int]]) -> list[list[int]]:
    stretches: list[list[int]] = []
    for begin, end in frames:
        if stretches and begin - stretches[-1][1] < 200:
            stretches[-1][1] = end
        else:
            stretches.append([begin, end])
    return [stretch for stretch in stretches if stretch[1] - stretch[0] >= 90]
