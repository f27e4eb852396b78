"""Kinds of tracks and photos that editors, telephones and 360-degree cameras write come out as they
were meant, or are refused with the true reason.
"""

from __future__ import annotations

import numpy as np
import pytest
from conftest import ONE, REPOSITORY, Event
from delivering import deliver
from measure import ffmpeg, generated, sound, streams
from PIL import Image

from pipeline.tools.photo import opened

VOICE = ("-ss", "3", "-t", "3", "-i", str(REPOSITORY / "inputs/oconnor.mp4"))
PICTURE = generated("testsrc2=s=640x360:r=25", 3)
X264 = ("-c:v", "libx264", "-preset", "ultrafast")


def findings(event: Event) -> dict[str, str]:
    found = event.config(ONE).run("check", "--json").json["submissions"][0]["findings"]
    return {one["code"]: one["message"] for one in found}


@pytest.mark.parametrize("codec", ["pcm_u8", "pcm_mulaw"])
def test_sound_in_coarse_steps_is_not_called_overdriven(event, codec):
    coarse = ("-map", "0:v", "-map", "1:a", "-af", "volume=-8dB", *X264, "-c:a", codec)
    ffmpeg("-v", "error", *PICTURE, *VOICE, *coarse, event.inputs / "ana.mov")
    assert "clipped" not in findings(event)


def test_ambisonic_sound_is_heard_in_the_middle(tmp_path):
    """Four directions, as a 360-degree camera writes them: the first is all of the sound."""
    field = ("-af", "pan=4.0|c0=c0|c1=0.5*c0|c2=0*c0|c3=0.5*c0")
    named = f"{field[1]},channelmap=map=0|1|2|3:channel_layout=ambisonic 1"
    opus = ("-c:a", "libopus", "-mapping_family", "2")
    picture = ("-map", "0:v", "-map", "1:a", "-af", named, *X264, *opus)
    ffmpeg("-v", "error", *PICTURE, *VOICE, *picture, tmp_path / "ball.mkv")
    heard = sound(deliver(tmp_path / "ball.mkv").clip)
    level = np.sqrt((heard**2).mean(0))
    assert level[0] == pytest.approx(level[1]) and level[0] > 0.01


def test_a_sound_track_without_a_sound_in_it_is_called_empty(event):
    """A recorder that got no permission for the microphone."""
    empty = ("-map", "0:v", "-map", "1:a", "-bsf:a", "noise=drop=1", *X264, "-c:a", "aac")
    ffmpeg("-v", "error", *PICTURE, *VOICE, *empty, event.inputs / "ana.mkv")
    said = findings(event)
    assert "unsupported-audio-codec" not in said
    assert "its sound track is empty" in said["no-audio"]


@pytest.mark.parametrize("mode", ["I;16", "I", "F"])
def test_a_grey_photo_of_many_bits_is_a_ramp_and_not_white(tmp_path, mode):
    ramp = np.tile(np.linspace(0, 65535, 256), (64, 1))
    kinds = {"I;16": (np.uint16, 1), "I": (np.int32, 1), "F": (np.float32, 65535)}
    kind, divided = kinds[mode]
    name = tmp_path / ("grey.png" if mode == "I;16" else "grey.tif")
    Image.fromarray((ramp / divided).astype(kind)).save(name)
    with name.open("rb") as file:
        seen = np.asarray(opened(file))[32, :, 0].astype(int)
    assert abs(seen - np.linspace(0, 255, 256)).max() <= 1


def test_a_last_picture_that_stands_long_is_shown_for_as_long(tmp_path):
    """A screen recorder writes a picture when something moves: the last may stand for seconds."""
    lasting = "setts=duration='if(eq(N,49),DURATION*38,DURATION)'"
    pictures = (*generated("testsrc2=s=320x180:r=25", 2), *generated("sine=f=440", 1))
    ffmpeg("-v", "error", *pictures, *X264, "-bsf:v", lasting, "-c:a", "aac", tmp_path / "scr.mp4")
    made = deliver(tmp_path / "scr.mp4")
    assert streams(made.clip).picture["frames"] == 49 + 38
