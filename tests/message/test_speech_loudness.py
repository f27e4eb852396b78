"""Speech is as loud as everybody's, whatever else is in a recording: a jingle, applause, a squeal,
a bed of music. Measured on the built clips, where the speech was laid.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import HEAD, REPOSITORY, Event, Once
from measure import ffmpeg, sound
from meter import RATE, integrated_lufs, momentary_lufs, true_peak_dbtp

VOICE = REPOSITORY / "inputs/oconnor.mp4"
SPEECH_S = 8
Sound = np.ndarray


def noise(seconds: float, seed: int = 1) -> Sound:
    """White noise at full scale."""
    return np.random.default_rng(seed).uniform(-1, 1, round(seconds * RATE))


def music(seconds: float) -> Sound:
    """A melody with overtones, at full scale."""
    t = np.arange(round(seconds * RATE)) / RATE
    pitch = 220 * 2 ** (np.array([0, 4, 7, 12, 7, 4])[(t / 0.25).astype(int) % 6] / 12)
    wave = sum(np.sin(2 * np.pi * pitch * n * t) / n for n in range(1, 6))
    return np.asarray(wave / np.abs(wave).max())


def applause(seconds: float) -> Sound:
    """Many hands."""
    chance = np.random.default_rng(3)
    claps = np.zeros(round(seconds * RATE))
    for at in chance.integers(0, len(claps) - 500, round(200 * seconds)):
        claps[at : at + 480] += noise(0.01, int(at)) * np.exp(-np.arange(480) / 90)
    return np.asarray(claps / np.abs(claps).max())


def squeal(seconds: float) -> Sound:
    """Feedback of a loudspeaker."""
    return np.sin(2 * np.pi * 2900 * np.arange(round(seconds * RATE)) / RATE)


def db(level: float) -> float:
    """A level in dB as a factor."""
    return float(10 ** (level / 20))


def laid(voice: Sound, other: Sound, at_s: float, level_db: float) -> Sound:
    """``other`` laid over ``voice`` from a moment on, its peak at a level."""
    both = voice.copy()
    at = round(at_s * RATE)
    both[at : at + len(other)] += other[: len(both) - at] * db(level_db)
    return both


# Each: the whole sound, and from when to when in it somebody speaks.
def before(voice: Sound, other: Sound, level_db: float) -> tuple[Sound, float, float]:
    """Something loud, then the speech."""
    lasts = len(other) / RATE
    return np.concatenate([other * db(level_db), voice]), lasts, lasts + SPEECH_S


def after(voice: Sound, other: Sound, level_db: float) -> tuple[Sound, float, float]:
    """The speech, then something loud."""
    return np.concatenate([voice, other * db(level_db)]), 0.0, float(SPEECH_S)


def under(voice: Sound, other: Sound, level_db: float) -> tuple[Sound, float, float]:
    """Something under the speech from its beginning to its end."""
    return voice + other[: len(voice)] * db(level_db), 0.0, float(SPEECH_S)


def kinds(voice: Sound) -> dict[str, tuple[Sound, float, float]]:
    """Twenty kinds of sound. ``voice`` has its loudest moments at -3 dBFS."""
    soft = voice * db(-18)
    pause = np.concatenate([voice[: 3 * RATE], squeal(1.5) * db(-1), voice[3 * RATE :]])
    return {
        "speech": (voice, 0, SPEECH_S),
        "quiet": (voice * db(-20), 0, SPEECH_S),
        "jingle": before(soft, music(2), -3),
        "long-jingle": before(soft, music(6), -3),
        "jingle-after": after(soft, music(3), -3),
        "jingle-both": (np.concatenate([music(2), soft, music(2)]) * db(-1), 2, 2 + SPEECH_S),
        "jingle-far-louder": before(voice * db(-28), music(2), 0),
        "squeal": before(soft, squeal(1), 0),
        "squeal-after": after(soft, squeal(2), 0),
        "squeal-far-louder": before(voice * db(-24), squeal(1), 0),
        "squeal-within": (pause, 4.5, SPEECH_S + 1.5),
        "applause": before(soft, applause(3), 0),
        "applause-after": after(soft, applause(5), 0),
        "applause-softer": after(voice, applause(5), -30),
        "music-bed": under(voice, music(SPEECH_S), -32),
        "soft-noise": under(voice, noise(SPEECH_S), -45),
        "noise-before": before(soft, noise(3), -6),
        "knock": (laid(soft, noise(0.05), 4.0, 0), 0, SPEECH_S),
        "long-silence": after(voice, np.zeros(6 * RATE), 0),
        "music-then-bed": (
            np.concatenate([music(3) * db(-3), soft + music(SPEECH_S) * db(-50)]),
            3,
            3 + SPEECH_S,
        ),
    }


ALL = tuple(kinds(np.zeros(SPEECH_S * RATE)))


def voice() -> Sound:
    """Eight seconds of a voice, alone."""
    heard = sound(VOICE)[3 * RATE : (3 + SPEECH_S) * RATE, 0]
    return np.asarray(heard / np.abs(heard).max() * db(-3))


def build(folder: Path) -> None:
    event, speakers, made = Event(folder), "", kinds(voice())
    for name in ALL:
        samples = np.clip(made[name][0], -1, 1).astype("<f4")
        raw = folder / "raw.f32"
        raw.write_bytes(samples.tobytes())
        picture = ("-f", "lavfi", "-t", str(len(samples) / RATE), "-i", "testsrc2=s=160x90:r=25")
        given = ("-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", raw)
        codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "pcm_s24le")
        ffmpeg("-v", "error", *picture, *given, *codecs, event.inputs / f"{name}.mov")
        speakers += f"  - {{id: {name}, name: Dr {name.title()}}}\n"
        words = "1\n00:00:00,500 --> 00:00:03,000\nA voice.\n"
        (event.inputs / f"captions/{name}.en.srt").write_text(words, "utf-8")
    head = HEAD.replace("640x360", "320x180").replace("ultrafast", "ultrafast, outputs: [soft]")
    ended = event.config(f"limits: {{gain: 40}}\n{head}speakers:\n{speakers}").run("build")
    assert ended.code == 0, ended.stderr


@pytest.fixture
def whole(once: Once) -> Event:
    """All twenty."""
    return Event(once("speech-loudness", build))


def speech_lufs(built: Event, name: str) -> float:
    """How loud the speech is in a built clip, where it was laid."""
    _, start_s, end_s = kinds(np.zeros(SPEECH_S * RATE))[name]
    heard = sound(built.outputs / f"clips/{name}.mp4")
    return integrated_lufs(heard[round(start_s * RATE) : round(end_s * RATE)])


@pytest.mark.long
@pytest.mark.parametrize("name", ALL)
def test_speech_is_as_loud_as_everybodys_in_twenty_kinds(whole, name):
    assert speech_lufs(whole, name) == pytest.approx(-16, abs=0.5)
    assert true_peak_dbtp(sound(whole.outputs / f"clips/{name}.mp4")) <= -1.0


@pytest.mark.long
def test_what_is_louder_than_the_speech_is_held_near_it_and_said(whole):
    heard = sound(whole.outputs / "clips/jingle.mp4")
    assert momentary_lufs(heard[: 2 * RATE]).max() < -16 + 8
    said = next(one for one in whole.report()["submissions"] if one["id"] == "jingle")
    found = {one["code"]: one for one in said["findings"]}
    assert found["louder-than-speech"]["severity"] == "warning"
    assert 0 <= found["louder-than-speech"]["at_ms"] <= 2000
    assert "came out at -16" in found["speech-loudness"]["message"]


@pytest.mark.long
def test_where_nothing_but_speech_is_in_it_nothing_is_said(whole):
    said = next(one for one in whole.report()["submissions"] if one["id"] == "music-bed")
    assert "louder-than-speech" not in {one["code"] for one in said["findings"]}
