"""One value in a sound that is none costs that value, and not the message."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import ONE, REPOSITORY, Event
from measure import ffmpeg, sound
from meter import RATE, integrated_lufs, true_peak_dbtp

from pipeline.plan.broken import seconds

LENGTH_S = 5


def floating(event: Event, samples: np.ndarray) -> None:
    """A recording whose sound is floating point: editors and recorders write it."""
    raw = event.root / "raw.f32"
    raw.write_bytes(samples.astype("<f4").tobytes())
    picture = ("-f", "lavfi", "-t", str(LENGTH_S), "-i", "testsrc2=s=640x360:r=25")
    given = ("-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", raw)
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "pcm_f32le")
    ffmpeg("-v", "error", *picture, *given, *codecs, event.inputs / "ana.mov")


def voice() -> np.ndarray:
    return sound(REPOSITORY / "inputs/oconnor.mp4")[3 * RATE : (3 + LENGTH_S) * RATE, 0] * 0.3


def built(event: Event, samples: np.ndarray) -> tuple[np.ndarray, dict[str, dict]]:
    """What is heard of the message, and what was found, by code."""
    floating(event, samples)
    words = "1\n00:00:00,500 --> 00:00:03,000\nA voice.\n"
    (event.inputs / "captions/ana.en.srt").write_text(words, "utf-8")
    config = ONE.replace("ultrafast}", "ultrafast, outputs: [soft]}")
    assert event.config(config).run("build", "--draft").code == 0
    found = event.report()["submissions"][0]["findings"]
    return sound(event.outputs / "clips/ana.mp4"), {one["code"]: one for one in found}


@pytest.mark.sample(1)
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e4], ids=["no number", "endless", "80 dBFS"])
def test_a_value_that_is_no_sound_is_mended_and_the_speech_is_kept(event, value):
    samples = voice()
    samples[round(2.5 * RATE)] = value
    heard, found = built(event, samples)
    assert integrated_lufs(heard) == pytest.approx(-16, abs=0.5)
    assert true_peak_dbtp(heard) <= -1.0
    before, after = heard[: 2 * RATE, 0], heard[3 * RATE :, 0]
    assert np.corrcoef(before, voice()[: 2 * RATE])[0, 1] > 0.9
    assert np.corrcoef(after, voice()[3 * RATE :][: len(after)])[0, 1] > 0.9
    assert found["broken-samples"]["severity"] == "warning"
    assert 2000 <= found["broken-samples"]["at_ms"] <= 2500
    assert "clipped" not in found and "dc-offset" not in found


@pytest.mark.long
def test_values_that_are_none_in_every_second_are_silenced_as_one_alone_is(event):
    samples = voice()
    samples[:: RATE // 2] = 1e4
    heard, found = built(event, samples)
    assert integrated_lufs(heard) == pytest.approx(-16, abs=0.5)
    assert np.corrcoef(heard[:, 0], voice()[: len(heard)])[0, 1] > 0.9
    assert "in 5 seconds" in found["broken-samples"]["message"]
    assert "clipped" not in found and "dc-offset" not in found


@pytest.mark.long
def test_a_recording_that_is_far_over_full_scale_as_a_whole_is_brought_down(event):
    """Recorders of floating point cannot clip: nothing of it is broken."""
    heard, found = built(event, voice() * 40)
    assert integrated_lufs(heard) == pytest.approx(-16, abs=0.5)
    assert np.corrcoef(heard[:, 0], voice()[: len(heard)])[0, 1] > 0.9
    assert not {"broken-samples", "clipped", "louder-than-speech"} & set(found)
    listened = next((event.outputs / ".store").rglob("speech.wav"))
    assert np.abs(sound(listened)).max() < 0.99  # what is listened to is not cut off either


def test_silence_and_whole_numbers_have_nothing_that_is_broken():
    said = "frame:0    pts:0       pts_time:1.5\nlavfi.astats.Overall.Peak_level=-inf\n"
    assert seconds(said)[0] == ()
    assert seconds("")[0] == ()
    assert seconds(said + "lavfi.astats.Number of NaNs=2.000000\n")[0] == (1.5,)
