"""Every kind of sound that a recording may have comes out centred, whole, as loud as the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import HEAD, REPOSITORY, Event, Once
from measure import ffmpeg, sound
from meter import RATE, integrated_lufs, true_peak_dbtp

pytestmark = pytest.mark.long

VOICE = REPOSITORY / "inputs/oconnor.mp4"
ONE_VOICE = "pan=stereo|c0=c0|c1=c0,"
KINDS: dict[str, tuple[str, list[str]]] = {
    "stereo": ("anull", []),
    "mono": ("aformat=channel_layouts=mono", []),
    "left-only": ("pan=stereo|c0=c0", []),
    "right-only": ("pan=stereo|c1=c0", []),
    "out-of-phase": ("pan=stereo|c0=c0|c1=-1*c0", []),
    "surround": ("pan=5.1|FC=c0", []),
    "telephone": ("aresample=8000", ["-c:a", "pcm_s16le"]),
    "studio": ("aresample=96000", ["-c:a", "pcm_s24le"]),
    "quiet": ("volume=-14dB", []),
    "overdriven": ("volume=24dB,asoftclip=hard", ["-c:a", "pcm_s16le"]),
    "off-the-middle": ("dcshift=0.2", ["-c:a", "pcm_s16le"]),
    "fading": ("volume='1-0.11*t':eval=frame", []),
    "knocks": ("aeval='val(ch)+if(lt(mod(t,2),0.002),0.9,0)':c=same", []),
    "many-channels": ("pan=4c|c0=c0|c3=c0", ["-c:a", "pcm_s16le"]),
}


OTHERS: dict[str, tuple[str, list[str]]] = {
    "hiss": ("volume=-10dB,aeval='val(ch)+0.004*(2*random(ch)-1)':c=same", []),
    "hiss-softened": ("volume=-10dB,aeval='val(ch)+0.004*(2*random(ch)-1)':c=same", []),
    "fading-as-it-is": KINDS["fading"],
    "humming": ("aeval='val(ch)+0.008*sin(2*PI*60*t)+0.004*sin(2*PI*120*t)':c=same", []),
    "too-quiet": ("volume=-30dB", []),
}
NOT_OF_SOUND = ("low-resolution", "captions-mismatch")
"""The pictures are small, and the captions are not what the voice says."""
CONFIGURED = {"fading": ", level: true", "hiss-softened": ", denoise: light"}


@pytest.fixture
def built(once: Once) -> Event:
    """One segment of all kinds, each 8 s of the same voice (whose pauses are silent)."""
    return Event(once("sound-kinds", build))


def build(folder: Path) -> None:
    event, speakers = Event(folder), ""
    for kind, (graph, options) in {**KINDS, **OTHERS}.items():
        recording(event.inputs / f"{kind}.mov", graph, options)
        speakers += f"  - {{id: {kind}, name: Dr {kind.title()}{CONFIGURED.get(kind, '')}}}\n"
        (event.inputs / f"captions/{kind}.en.srt").write_text(
            "1\n00:00:00,500 --> 00:00:03,000\nA voice.\n"
        )
    head = HEAD.replace("640x360", "320x180").replace("ultrafast", "ultrafast, outputs: [soft]")
    ended = event.config(head + "speakers:\n" + speakers).run("build")
    assert ended.code == 0, ended.stderr


def recording(path: Path, graph: str, options: list[str]) -> None:
    picture = ("-f", "lavfi", "-t", "8", "-i", "testsrc2=s=320x180:r=25")
    voice = ("-ss", "3", "-t", "8", "-i", VOICE, "-map", "0:v", "-map", "1:a")
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
    ffmpeg("-v", "error", *picture, *voice, "-af", ONE_VOICE + graph, *codecs, *options, path)


def message(built: Event, kind: str) -> np.ndarray:
    """The stretch of segment.mp4 in which a kind is heard, decoded."""
    item = next(
        item
        for item in built.report()["rundown"]
        if item["speaker"] == kind and item["kind"] == "message"
    )
    start = item["start_frame"] * RATE // 25
    return sound(built.outputs / "segment.mp4")[start : start + item["frames"] * RATE // 25]


def test_the_meter_agrees_with_the_standard():
    tone = np.sin(2 * np.pi * 997 * np.arange(5 * RATE) / RATE)
    assert integrated_lufs(np.column_stack([tone, 0 * tone])) == pytest.approx(-3.01, abs=0.02)
    between = np.sin(2 * np.pi * 12_000 * np.arange(RATE) / RATE + np.pi / 4)
    assert true_peak_dbtp(between[:, None]) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_within_three_tenths_of_the_target_and_under_the_limit(built, kind):
    heard = message(built, kind)
    assert integrated_lufs(heard) == pytest.approx(-16, abs=0.3)
    assert true_peak_dbtp(heard) <= -1.0


@pytest.mark.parametrize("kind", KINDS)
def test_the_voice_is_in_the_middle_and_nothing_lies_off_it(built, kind):
    heard = message(built, kind)
    left, right = np.sqrt((heard**2).mean(0))
    assert 20 * abs(np.log10(left / right)) < 0.5
    assert np.corrcoef(heard.T)[0, 1] > 0.98
    assert abs(heard.mean(0)).max() < 0.001


def codes(built: Event, kind: str) -> list[str]:
    said = next(one for one in built.report()["submissions"] if one["id"] == kind)
    return [finding["code"] for finding in said["findings"] if finding["code"] not in NOT_OF_SOUND]


def quietest_db(heard: np.ndarray) -> float:
    """Level of the quietest half second."""
    power = (heard**2).mean(1)[: len(heard) // 24_000 * 24_000].reshape(-1, 24_000).mean(1)[1:-1]
    return float(10 * np.log10(power.min() + 1e-12))


def test_denoise_softens_a_hiss_and_leaves_the_voice_where_it_was(built):
    hiss, softened = message(built, "hiss"), message(built, "hiss-softened")
    assert quietest_db(softened) < quietest_db(hiss) - 6
    shift = np.argmax(np.fft.irfft(np.fft.rfft(hiss[:, 0]) * np.conj(np.fft.rfft(softened[:, 0]))))
    assert min(shift, len(hiss) - shift) <= 48  # a millisecond


def test_level_brings_the_end_of_a_fading_voice_nearer_to_its_beginning(built):
    def fade_db(kind: str) -> float:
        heard = message(built, kind)
        return integrated_lufs(heard[: 3 * RATE]) - integrated_lufs(heard[-3 * RATE :])

    assert fade_db("fading") < fade_db("fading-as-it-is") - 3


def test_a_hum_is_named_with_its_frequency(built):
    assert codes(built, "humming") == ["hum"]
    said = next(one for one in built.report()["submissions"] if one["id"] == "humming")
    assert any("a hum of 60 Hz" in finding["message"] for finding in said["findings"])


def test_what_would_have_to_be_raised_by_more_than_twenty_decibels_is_raised_by_twenty_and_said(
    built,
):
    assert codes(built, "too-quiet") == ["very-quiet", "gain-capped"]
    raised = integrated_lufs(message(built, "too-quiet")) - integrated_lufs(
        sound(built.inputs / "too-quiet.mov")
    )
    assert raised == pytest.approx(20, abs=0.3)
