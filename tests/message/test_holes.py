"""A recording of which a piece cannot be decoded is shown all the same, and its time is said."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import av
import oracle
import pytest
from conftest import HEAD, Event, make_clip
from delivering import FINE, deliver
from measure import streams

from pipeline.plan import survey

SMALL = "testsrc2=s=64x36:r=25"
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")


def with_a_hole(path: Path, first: int, end: int, kept: int = 0) -> Path:
    """The recording with zeros in pictures ``first`` to ``end`` of it; with noise behind the first
    bytes of each where these are ``kept``: by them a decoder knows which picture it is.
    """
    chance = random.Random(1)
    content = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    for packet in packets[first:end]:
        size = max(0, packet.size - kept)
        spoilt = chance.randbytes(size) if kept else bytes(size)
        content[packet.pos + kept : packet.pos + kept + size] = spoilt
    path.write_bytes(content)
    return path


@pytest.mark.slow
def test_an_end_that_cannot_be_decoded_is_the_last_picture_held(tmp_path):
    recording = make_clip(tmp_path / "end.mp4", 20.4, *X264, "-g", "600", picture=SMALL)
    made = deliver(with_a_hole(recording, 500, 510), FINE)
    assert [part.frames for part in made.timeline.parts] == [250, 250, 10]
    assert streams(made.clip).picture["frames"] == 510
    assert oracle.compared(oracle.shown(recording), made.clip).faults() == ()


@pytest.mark.slow
def test_an_end_that_cannot_be_decoded_costs_no_part_before_it_either(tmp_path):
    recording = make_clip(tmp_path / "end.mp4", 20.4, *X264, "-g", "600", picture=SMALL)
    made = deliver(with_a_hole(recording, 498, 508), FINE)
    assert oracle.compared(oracle.shown(recording), made.clip).faults() == ()


def test_the_time_of_a_hole_is_said_to_a_second(tmp_path):
    recording = make_clip(tmp_path / "hole.mp4", 20, *X264, "-g", "25", picture=SMALL)
    made = deliver(with_a_hole(recording, 330, 335), FINE)
    (damage,) = [finding for finding in made.findings if finding.code == "damaged"]
    assert damage.severity == "warning"
    assert "first at 0:12" in damage.message or "first at 0:13" in damage.message
    assert damage.at_ms == pytest.approx(13_200, abs=1100)


@pytest.mark.long
@pytest.mark.slow
def test_a_hole_that_was_not_looked_at_is_found_where_it_is_built(event: Event, monkeypatch):
    monkeypatch.setattr(survey, "MOST_PIXELS", 0)
    large = "testsrc2=s=320x180:r=25"
    recording = make_clip(event.inputs / "ann.mp4", 22, *X264, "-g", "50", picture=large)
    with_a_hole(recording, 290, 296, kept=16)
    event.config(HEAD + "speakers:\n  - {id: ann, name: Dr Ann Example}\n")
    seen = event.run("check", "--json").json["submissions"][0]["findings"]
    assert "damaged" not in {finding["code"] for finding in seen}
    assert event.run("build").code == 0
    report = event.report()
    found = report["submissions"][0]["findings"]
    (damage,) = [one for one in found if one["code"] == "damaged"]
    assert damage["at_ms"] == 10_000
    assert "in the seconds after 0:10" in damage["message"]
    assert ("message", "ann") in [(item["kind"], item["speaker"]) for item in report["rundown"]]


def test_half_an_hour_of_1080p_is_looked_at_picture_by_picture(tmp_path):
    made = make_clip(tmp_path / "one.mp4", 1, *X264, picture=SMALL)
    shown = deliver(made).probe.picture
    assert shown
    hd = replace(shown, width=1920, height=1080)
    assert not survey.keys_only(replace(hd, pts=tuple(range(30 * 60 * 30))))
    assert survey.keys_only(replace(hd, pts=tuple(range(33 * 60 * 30))))
