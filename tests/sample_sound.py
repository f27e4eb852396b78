"""Brings speech to one level and adds beeps and a room's hiss; without it a beep could not be told
from a vowel.

All sound is mono, -1..1, at 48 kHz.
"""

from __future__ import annotations

import numpy as np
from sample_voices import RATE_HZ, Speech

SAMPLES_A_MS = RATE_HZ // 1000
SPEECH_RMS = 0.1
BEEP_HZ, BEEP_PEAK = 1000, 2.8 * SPEECH_RMS
"""6 dB above the speech's own mean, below its peaks: heard clearly, and found by a narrow filter at
1 kHz.
"""
BEEP_EDGE_MS = 2
NEAR_BEEP_HZ = (550, 1450)
VOWEL_PEAK = BEEP_PEAK / 2 / 1.8
"""Vowels are held under half the beep near 1 kHz: espeak's and festival's would otherwise be 14 dB
stronger there.
"""
ROOM_RMS = SPEECH_RMS / 180
"""A room's hiss, 45 dB under the voice: no microphone gives digital silence."""
LEAD_MS, TAIL_MS, EDGE_MS = 60, 150, 10


def levelled(speech: Speech) -> Speech:
    """The speech at ``SPEECH_RMS``, faded in before its first word and out after its last; its word
    times stay.
    """
    samples = np.pad(speech.samples - speech.samples.mean(), (0, TAIL_MS * SAMPLES_A_MS))
    begin, end = speech.words[0][1] - LEAD_MS, speech.words[-1][2] + TAIL_MS
    at_ms = np.arange(len(samples)) / SAMPLES_A_MS
    samples = samples * np.clip(np.minimum(at_ms - begin, end - at_ms) / EDGE_MS, 0, 1)
    loud = _smoothed_level(samples, 50)
    samples *= SPEECH_RMS / np.sqrt((samples[loud > loud.max() / 5] ** 2).mean())
    return Speech(_tamed_near_the_beep(samples), speech.words)


def mixed(placed: list[tuple[float, Speech]], duration_ms: int) -> np.ndarray:
    """One sound of ``duration_ms`` with each speech's sample 0 at its time, which may lie before
    the beginning.
    """
    voice = np.zeros(duration_ms * SAMPLES_A_MS)
    for at_ms, speech in placed:
        at = round(at_ms * SAMPLES_A_MS)
        samples = speech.samples[max(0, -at) :][: len(voice) - max(0, at)]
        voice[max(0, at) :][: len(samples)] += samples
    return voice


def beeps(starts_ms: tuple[int, ...], length_ms: int, samples: int) -> np.ndarray:
    """A 1 kHz tone of ``length_ms`` at each start, with edges of 2 ms so that it does not click."""
    at_ms = np.arange(length_ms * SAMPLES_A_MS) / SAMPLES_A_MS
    edges = np.clip(np.minimum(at_ms, length_ms - at_ms) / BEEP_EDGE_MS, 0, 1)
    tone = BEEP_PEAK * edges * np.sin(2 * np.pi * BEEP_HZ * at_ms / 1000)
    sound = np.zeros(samples)
    for start_ms in starts_ms:
        sound[start_ms * SAMPLES_A_MS :][: len(tone)] = tone
    return sound


def room(samples: int, seed: int) -> np.ndarray:
    """A room's hiss, weaker towards high notes. The same for the same seed."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(samples))
    hiss = np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 1000), samples)
    return hiss * (ROOM_RMS / hiss.std())


def levels(voice: np.ndarray) -> np.ndarray:
    """How loud the voice is each millisecond, from 0 (30 dB under its loudest, or less) to 1."""
    level = _smoothed_level(voice, 60)[::SAMPLES_A_MS]
    return np.clip(1 + 20 * np.log10(np.maximum(level / level.max(), 1e-6)) / 30, 0, 1)


def _tamed_near_the_beep(samples: np.ndarray) -> np.ndarray:
    """Turn down the band around 1 kHz for the moments in which it would pass for a beep."""
    low_hz, high_hz = NEAR_BEEP_HZ
    spectrum, hz = np.fft.rfft(samples), np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    share = np.clip(np.minimum(hz - low_hz, high_hz - hz) / 150 + 0.5, 0, 1)
    band = np.fft.irfft(spectrum * share, len(samples))
    turning = samples * np.exp(-2j * np.pi * BEEP_HZ * np.arange(len(samples)) / RATE_HZ)
    strength = 2 * np.abs(_mean_of(turning, 2))
    hold = 8 * SAMPLES_A_MS
    held = np.lib.stride_tricks.sliding_window_view(
        np.pad(strength, hold, mode="edge"), 2 * hold + 1
    ).max(axis=1)
    gain = _mean_of(np.minimum(1, VOWEL_PEAK / np.maximum(held, 1e-9)), 8).real
    return samples - (1 - gain) * band


def _smoothed_level(samples: np.ndarray, window_ms: int) -> np.ndarray:
    return np.sqrt(np.maximum(_mean_of(samples**2, window_ms).real, 0))


def _mean_of(samples: np.ndarray, window_ms: int) -> np.ndarray:
    """The mean of the ``window_ms`` around each sample."""
    window = window_ms * SAMPLES_A_MS
    total = np.cumsum(np.pad(samples, (window // 2 + 1, window - window // 2 - 1)))
    return (total[window:] - total[:-window]) / window
