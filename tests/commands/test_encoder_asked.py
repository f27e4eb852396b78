"""An encoder that config.yaml names and this machine does not have is said before anything starts;
one that other machines may not have is not asked of them.
"""

from __future__ import annotations

import pytest
from conftest import HEAD, Event
from standing_in import without_a_card

SPEAKERS = "speakers: [{id: ana, name: Dr Ana Expert}]\n"


def asking(event: Event, encoder: str) -> Event:
    return event.config(HEAD.replace("640x360", f"320x180, encoder: {encoder}") + SPEAKERS)


@without_a_card
def test_a_build_with_an_encoder_that_is_not_here_is_refused_before_anything_starts(event):
    ended = asking(event, "nvenc").run("build")
    assert (ended.code, ended.worked) == (4, set())
    assert "delivery.encoder is nvenc, and NVENC cannot be used here: ffmpeg said" in ended.stderr
    assert not (event.outputs / "report.json").exists()
    assert "delivery.encoder is nvenc" in event.run("build", "--explain").stdout
    assert event.run("status").code == 0


@without_a_card
def test_check_says_so_as_a_finding(event):
    ended = asking(event, "qsv").run("check", "--json")
    assert ended.code == 4
    (found,) = [one for one in ended.json["findings"] if one["code"] == "encoder-missing"]
    assert (found["severity"], found["submission"]) == ("error", None)
    assert found["message"].startswith("delivery.encoder is qsv, and Quick Sync cannot be used")
    assert "encoder: x264" in found["remedy"]


@without_a_card
def test_doctor_says_what_can_be_used(event):
    seen = asking(event, "vaapi").run("doctor", "--json").json
    (encoder,) = [one for one in seen if one["name"] == "encoder"]
    assert not encoder["good"] and encoder["saw"].startswith("delivery.encoder is vaapi, which")


def test_a_draft_needs_no_card(event):
    ended = asking(event, "nvenc").run("build", "--draft")
    assert "encoder" not in ended.stderr and "no submission can be used" in ended.stderr


@pytest.mark.parametrize("encoder", ["auto", "nvenc"])
def test_several_machines_encode_with_x264_only(event, encoder):
    ended = asking(event, encoder).run("build", "--scheduler", "tcp://127.0.0.1:9")
    assert ended.code == 4
    assert ended.stderr.splitlines() == [
        f"delivery.encoder is {encoder}, and with --scheduler all machines have to encode alike,"
        " which only x264 does.",
        "  Next: write encoder: x264 under delivery in config.yaml, or leave --scheduler out."
        " Nothing was started.",
    ]


@without_a_card
def test_a_still_is_taken_with_x264_and_says_so(event, clip_maker):
    clip_maker(event.inputs / "ana.mp4", 3)
    ended = asking(event, "nvenc").run("still", "--at", "0:02")
    assert ended.code == 0, ended.stderr
    assert "delivery.encoder is nvenc, and NVENC cannot be used here: ffmpeg said" in ended.stderr
    assert (event.outputs / "stills").is_dir()
