"""What is called speech: measured on sounds made here, and on real speech where ../shared is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import REPOSITORY

from pipeline.tools.hearing import speech, sphinx

MEDIA = REPOSITORY.parent / "shared" / "media"
RATE, SECONDS = 16_000, 10
Samples = Any


def as_bytes(samples: Samples, peak: float) -> bytes:
    scaled = samples / np.abs(samples).max() * peak * 32767
    return bytes(scaled.astype("<i2").tobytes())


def noise() -> Samples:
    return np.random.default_rng(3).standard_normal(SECONDS * RATE)


def coloured(by: Callable[[Samples], Samples]) -> Samples:
    spectrum = np.fft.rfft(noise())
    return np.fft.irfft(spectrum * by(np.maximum(np.fft.rfftfreq(SECONDS * RATE, 1 / RATE), 1)))


def applause() -> Samples:
    draw, clapping = np.random.default_rng(4), np.zeros(SECONDS * RATE)
    for at in draw.integers(0, SECONDS * RATE - 500, 1500):
        clap = draw.standard_normal(500) * np.exp(-np.arange(500) / 80)
        clapping[at : at + 500] += clap * draw.uniform(0.1, 0.5)
    return clapping


def melody() -> Samples:
    draw, tune = np.random.default_rng(5), np.zeros(SECONDS * RATE)
    time = np.arange(RATE // 2) / RATE
    for step in range(2 * SECONDS - 1):
        pitch = draw.choice((262, 294, 330, 349, 392, 440))
        tone = sum(np.sin(2 * np.pi * pitch * k * time) / k**2 for k in range(1, 9))
        tune[step * RATE // 2 : (step + 1) * RATE // 2] += tone * np.exp(-2 * time)
    return tune


def violin() -> Samples:
    time = np.arange(SECONDS * RATE) / RATE
    pitch = 330 + 40 * np.floor(time) + 6 * np.sin(2 * np.pi * 5.5 * time)
    turned = 2 * np.pi * np.cumsum(pitch) / RATE
    return sum(np.sin(k * turned) / k for k in range(1, 12))


def hum() -> Samples:
    time = np.arange(SECONDS * RATE) / RATE
    return sum(np.sin(2 * np.pi * 50 * k * time) / k for k in (1, 2, 3, 5))


NO_SPEECH: dict[str, Callable[[], Samples]] = {
    "white noise": noise,
    "pink noise": lambda: coloured(lambda pitch: pitch**-0.5),
    "room noise": lambda: coloured(lambda pitch: 1 / pitch),
    "mains hum": hum,
    "applause": applause,
    "a plucked melody": melody,
    "a violin": violin,
}


@pytest.mark.parametrize("sound", NO_SPEECH)
@pytest.mark.parametrize("peak", [0.5, 0.005])
def test_noise_music_and_applause_are_not_called_speech(sound, peak):
    assert speech.activity(as_bytes(NO_SPEECH[sound](), peak)) == []


def test_an_ear_for_sound_alone_would_call_most_of_them_speech():
    sounds = [as_bytes(make(), 0.5) for make in NO_SPEECH.values()]
    called_ms = [sum(end - start for start, end in speech.sounding(one)) for one in sounds]
    assert sum(ms > 5000 for ms in called_ms) >= 4


def test_silence_and_no_sound_at_all_hold_no_speech():
    assert speech.activity(bytes(2 * RATE)) == []
    assert speech.activity(b"") == []


def sound_of(path: Path) -> Samples:
    import av

    with av.open(str(path)) as file:
        turn = av.AudioResampler("s16", "mono", RATE)
        parts = [
            part.to_ndarray()[0] for one in file.decode(audio=0) for part in turn.resample(one)
        ]
    return np.concatenate(parts).astype(np.float64)


def test_a_voice_is_found_in_the_sound_as_it_came_and_its_edges_where_noise_was_taken_off():
    voice = sound_of(REPOSITORY / "inputs/klinkum.mov")[: 8 * RATE]
    beeps = np.sin(np.arange(len(voice)) * 0.4) * (np.arange(len(voice)) % RATE < RATE // 2)
    assert speech.activity(as_bytes(beeps, 0.5)) == []
    found = speech.activity(as_bytes(voice, 0.5), as_bytes(beeps, 0.5))
    assert found and all(end - start <= 570 for start, end in found)


@pytest.mark.skipif(not MEDIA.is_dir(), reason="../shared is not here")
def test_soft_words_of_a_noisy_recording_are_speech_for_whoever_takes_the_noise_off():
    said = as_bytes(sound_of(MEDIA / "jfk.flac"), 0.6)
    found = speech.activity(said, sphinx._denoised(said))
    assert any(start <= 3400 and end >= 4200 for start, end in found)  # "ask not"


@pytest.mark.skipif(not MEDIA.is_dir(), reason="../shared is not here")
@pytest.mark.parametrize(
    ("name", "spoken_s"), [("librivox-0870.wav", 6.9), ("english_test1.wav", 8.8)]
)
def test_real_speech_keeps_its_stretches_in_noise_fifteen_decibels_down(name, spoken_s):
    said = sound_of(MEDIA / name)
    loud = np.sqrt((said**2).mean())
    hiss = np.resize(noise(), len(said)) * loud * 10 ** (-15 / 20)
    for samples in (said, said + hiss):
        heard_ms = sum(end - start for start, end in speech.activity(as_bytes(samples, 0.6)))
        assert heard_ms / 1000 == pytest.approx(spoken_s, abs=0.4)
