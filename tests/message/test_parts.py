"""A message encoded in parts shows the very pictures of one pass; without this a border could
stutter unseen.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import make_clip
from delivering import ANN
from measure import ffmpeg, generated

from pipeline.config import Delivery, Trim
from pipeline.model import Probe
from pipeline.plan.conform import Part, Timeline, plan_timeline
from pipeline.plan.outside import DECODERS, DEMUXERS
from pipeline.plan.picture import Dressing, Take, plan_part
from pipeline.plan.probe import parse_probe
from pipeline.recipe import FileInput
from pipeline.timing import parse_rate
from pipeline.tools.running.programs import command

SMALL = Delivery.model_validate({"size": "320x180", "preset": "ultrafast"})

WANDERING = "settb=1/1000,setpts='PTS+9*sin(N*1.7)+6*sin(N*0.37)'"
X264 = ("-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "40", "-c:a", "aac")


def phone_mp4(folder: Path) -> Path:
    return make_clip(folder / "phone.mp4", 23, *X264, picture="testsrc2=s=320x180:r=30000/1001")


def browser_webm(folder: Path) -> Path:
    return make_clip(
        folder / "browser.webm",
        23,
        "-vf",
        WANDERING,
        "-fps_mode",
        "passthrough",
        "-enc_time_base",
        "1:1000",
        "-c:v",
        "libvpx",
        "-b:v",
        "300k",
        "-deadline",
        "realtime",
        "-c:a",
        "libopus",
        picture="testsrc2=s=320x240:r=27",
    )


def rotated_mov(folder: Path) -> Path:
    make_clip(folder / "lying.mov", 23, *X264, picture="testsrc2=s=320x180:r=24")
    ffmpeg(
        "-v",
        "error",
        "-display_rotation",
        "90",
        "-i",
        folder / "lying.mov",
        "-c",
        "copy",
        folder / "rotated.mov",
    )
    return folder / "rotated.mov"


def late_mp4(folder: Path) -> Path:
    ffmpeg(
        "-v",
        "error",
        "-itsoffset",
        "1.37",
        *generated("testsrc2=s=320x180:r=25", 22),
        *generated("sine", 24),
        *X264,
        folder / "late.mp4",
    )
    return folder / "late.mp4"


def hlg_mov(folder: Path) -> Path:
    hdr = "setparams=range=tv:color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc"
    return make_clip(
        folder / "hlg.mov",
        21,
        "-vf",
        hdr,
        "-c:v",
        "libx265",
        "-preset",
        "ultrafast",
        "-x265-params",
        "log-level=none",
        "-pix_fmt",
        "yuv420p10le",
        "-tag:v",
        "hvc1",
        "-c:a",
        "aac",
        picture="testsrc2=s=320x240:r=30",
    )


def probed(recording: Path, folder: Path) -> Probe:
    with recording.open("rb") as file:
        subprocess.run(
            command("probe", (DEMUXERS, DECODERS)), cwd=recording.parent, stdin=file, check=True
        )
    return parse_probe(json.loads((recording.parent / "probe.json").read_text()))


def pictures(
    recording: Path, probe: Probe, timeline: Timeline, delivery: Delivery = SMALL
) -> list[str]:
    """The digest of every picture as it goes into the encoder, in order."""
    assert probe.picture
    digests = []
    for part in timeline.parts:
        sent = FileInput("recording", "x", str(recording), outside=True)
        recipe = plan_part(
            sent, probe.picture, Take(ANN, timeline, delivery, Dressing(10), "x"), part
        )
        arguments = list(recipe.arguments)
        arguments = [
            *arguments[: arguments.index("-map") + 2],
            "-fps_mode",
            "passthrough",
            "-f",
            "framemd5",
            "-",
        ]
        with recording.open("rb") as file:
            ended = subprocess.run(
                command("ffmpeg", tuple(arguments)),
                cwd=recording.parent,
                stdin=file,
                capture_output=True,
                text=True,
                check=True,
            )
        digests += [
            line.split(",")[-1].strip()
            for line in ended.stdout.splitlines()
            if not line.startswith("#")
        ]
    return digests


@pytest.mark.sample(2)
@pytest.mark.parametrize("made", [phone_mp4, browser_webm, rotated_mov, late_mp4, hlg_mov])
@pytest.mark.parametrize("rate", ["25", "29.97"])
def test_parts_show_the_same_pictures_as_one_pass(made, rate, tmp_path):
    recording = made(tmp_path)
    probe = probed(recording, tmp_path)
    in_parts = plan_timeline(probe, parse_rate(rate), Trim())
    in_one = replace(in_parts, parts=(Part(1, 0, in_parts.frames, None),))
    assert len(in_parts.parts) == 3
    whole = pictures(recording, probe, in_one)
    assert pictures(recording, probe, in_parts) == whole
    assert len(whole) == in_parts.frames
    # The pictures move: equal lists of one picture would prove nothing.
    assert len(set(whole)) > in_parts.frames * 0.7


def test_a_trimmed_message_begins_with_the_picture_at_its_in_point(tmp_path):
    recording = phone_mp4(tmp_path)
    probe = probed(recording, tmp_path)
    undressed = pictures(recording, probe, plan_timeline(probe, parse_rate("25"), Trim()))
    trim = Trim.model_validate({"start": "4s", "end": "19s"})
    trimmed = pictures(recording, probe, plan_timeline(probe, parse_rate("25"), trim))
    assert len(trimmed) == 15 * 25
    # The first and last pictures fade, the others are the same.
    assert trimmed[20:-20] == undressed[100 + 20 : 100 + 375 - 20]


def test_the_probe_keeps_every_packet_time(tmp_path):
    recording = browser_webm(tmp_path)
    probed(recording, tmp_path)
    said = json.loads((tmp_path / "probe.json").read_text())
    picture = next(stream for stream in said["streams"] if stream["type"] == "video")
    gaps = {
        after - before for before, after in zip(picture["pts"], picture["pts"][1:], strict=False)
    }
    assert len(picture["pts"]) == 23 * 27
    assert len(gaps) > 5


@pytest.mark.parametrize("edge", [0, 10])
def test_a_last_picture_is_held_over_every_border_after_it(edge, tmp_path):
    ffmpeg(
        "-v",
        "error",
        *generated("testsrc2=s=320x180:r=25", 9.6),
        *generated("sine", 11),
        *X264,
        tmp_path / "short.mp4",
    )
    probe = probed(tmp_path / "short.mp4", tmp_path)
    in_parts = plan_timeline(probe, parse_rate("25"), Trim(), edge)
    whole = pictures(
        tmp_path / "short.mp4", probe, replace(in_parts, parts=(Part(1, 0, in_parts.frames, None),))
    )
    assert pictures(tmp_path / "short.mp4", probe, in_parts) == whole
    assert len(whole) == in_parts.frames == 275
    # The picture ends with frame 239; a border of parts is at 250.
    assert len(in_parts.parts) == (4 if edge else 2)
    assert len(set(whole[240:260])) == 1
