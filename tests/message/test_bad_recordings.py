"""What happens to files that are not what they should be: one finding each, in words, and nothing
half-written.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import HEAD, Ended, Event, make_clip
from measure import ffmpeg, generated, loudness, one_picture, rgb, streams

ONE = HEAD + "speakers:\n  - {id: expert, name: Dr Ana Expert}\n"
TWO = HEAD + "speakers:\n  - {id: expert, name: Dr Ana Expert}\n  - {id: good, name: Dr Good}\n"


def checked(event: Event) -> tuple[Ended, dict]:
    """``check --json`` of the one speaker: how it ended, and what it said of the submission."""
    ended = event.config(ONE).run("check", "--json")
    assert "Traceback" not in ended.stderr
    return ended, ended.json["submissions"][0]


def errors(submission: dict) -> list[str]:
    return [finding["code"] for finding in submission["findings"] if finding["severity"] == "error"]


@pytest.mark.sample(6)
@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("expert.mp4", b"", "empty-file", "empty"),
        (
            "expert.mp4",
            b"<!DOCTYPE html><html><body>Sign in to download</body></html>",
            "not-a-video",
            "saved web page",
        ),
        (
            "expert.mov",
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
            "not-a-video",
            "PDF",
        ),
        (
            "expert.mp4",
            b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(400),
            "not-a-video",
            "zip archive",
        ),
        (
            "expert.mp4",
            b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:10,\nsecret.ts\n",
            "playlist",
            "playlist",
        ),
        ("expert.mp4", b"ffconcat version 1.0\nfile secret.mp4\n", "playlist", "playlist"),
        ("expert.mp4", b"<?xml version='1.0'?>\n<MPD><Period/></MPD>", "playlist", "playlist"),
        ("expert.mp4", b"\x89PNG\r\n\x1a\n" + bytes(400), "still-image", "a picture (PNG)"),
        ("expert.mov", bytes([0, 0, 0, 24]) + b"ftypheic" + bytes(400), "still-image", "HEIC"),
        (
            "expert.m4v",
            bytes([0, 0, 0, 16]) + b"styp" + bytes(8) + bytes([0, 0, 0, 16]) + b"moof" + bytes(8),
            "no-media",
            "one piece",
        ),
        ("expert.webm", b"Lieber Kollege, anbei mein Beitrag.\n" * 9, "not-a-video", "text file"),
        (
            "expert.mp4",
            bytes([0, 0, 0, 32]) + b"ftypisom" + bytes(20) + b"\0\0\0\x08free" + bytes(900),
            "truncated",
            "broke off",
        ),
        ("expert.mkv", os.urandom(0) + bytes(range(256)) * 40, "not-a-video", "not a video"),
    ],
)
def test_a_file_that_is_no_video_is_refused_in_one_sentence_that_says_what_it_is(
    event, name, content, code, said
):
    (event.inputs / name).write_bytes(content)
    ended, submission = checked(event)
    assert ended.code == 4
    assert submission["verdict"] == "reject"
    assert errors(submission) == [code]
    finding = submission["findings"][0]
    assert finding["message"].startswith(f"{name}: ")
    assert said in finding["message"]
    assert finding["remedy"]


def test_a_picture_without_sound_is_refused_as_such(event):
    make_clip(event.inputs / "expert.mp4", sound="")
    assert errors(checked(event)[1]) == ["no-audio"]


def test_sound_without_a_picture_is_refused_as_such(event):
    make_clip(event.inputs / "expert.m4a", 3, "-c:a", "aac", picture="")
    assert errors(checked(event)[1]) == ["no-video"]


def test_a_podcast_with_a_cover_has_no_picture(event, tmp_path):
    one_picture(tmp_path / "cover.png", "color=red:s=64x64")
    ffmpeg(
        "-v",
        "error",
        *generated("sine", 3),
        "-i",
        tmp_path / "cover.png",
        "-map",
        "0",
        "-map",
        "1",
        "-c:a",
        "aac",
        "-c:v",
        "copy",
        "-disposition:v:0",
        "attached_pic",
        event.inputs / "expert.m4a",
    )
    assert errors(checked(event)[1]) == ["no-video"]


def test_a_silent_message_is_refused_as_such(event):
    make_clip(event.inputs / "expert.mp4", sound="anullsrc=r=48000:cl=stereo")
    assert errors(checked(event)[1]) == ["silent-audio"]


def test_speech_in_the_left_ear_only_is_noticed_and_accepted(event):
    make_clip(
        event.inputs / "expert.mp4", 3, "-af", "pan=stereo|c0=c0", "-c:v", "libx264", "-c:a", "aac"
    )
    ended, submission = checked(event)
    assert ended.code == 0
    assert submission["verdict"] == "accept_with_warnings"
    assert [finding["code"] for finding in submission["findings"]] == ["one-channel-silent"]


def test_two_recordings_for_one_speaker_are_not_guessed_between(event):
    for name in ("expert.mp4", "expert.mov"):
        make_clip(event.inputs / name)
    submission = checked(event)[1]
    assert errors(submission) == ["two-recordings"]
    assert "expert.mov, expert.mp4" in submission["findings"][0]["message"]


def test_a_missing_recording_is_missing_not_damaged(event):
    ended, submission = checked(event)
    assert errors(submission) == ["missing"]
    assert submission["file"] is None
    assert ended.code == 4


def test_a_link_out_of_the_workspace_is_not_followed(event, tmp_path):
    make_clip(tmp_path / "secret.mp4")
    (event.inputs / "expert.mp4").symlink_to(tmp_path / "secret.mp4")
    assert errors(checked(event)[1]) == ["outside-workspace"]


def test_a_pipe_in_inputs_does_not_hang_the_check(event):
    os.mkfifo(event.inputs / "expert.mp4")
    assert errors(checked(event)[1]) == ["not-a-regular-file"]


def test_an_upload_that_broke_off_is_refused_and_the_others_are_built(event):
    make_clip(event.inputs / "good.mp4")
    whole = make_clip(event.inputs / "whole.mp4").read_bytes()
    (event.inputs / "whole.mp4").unlink()
    (event.inputs / "expert.mp4").write_bytes(whole[: len(whole) * 6 // 10])
    ended = event.config(TWO).run("build")
    assert ended.code == 3
    assert "Traceback" not in ended.stderr
    kinds = [(item["kind"], item["speaker"]) for item in event.report()["rundown"]]
    assert kinds == [
        ("opening", None),
        ("holding", "expert"),
        ("title", "good"),
        ("message", "good"),
        ("closing", None),
    ]
    assert (event.outputs / "segment.mp4").is_file()
    assert not (event.outputs / "clips/expert.mp4").exists()


def broken(path: Path, spoil: Callable[[bytearray], object]) -> None:
    """A recording whose index comes first, spoilt afterwards."""
    make_clip(
        path,
        6,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-g",
        "50",
        "-c:a",
        "aac",
        *(("-movflags", "+faststart") if path.suffix == ".mp4" else ()),
    )
    content = bytearray(path.read_bytes())
    spoil(content)
    path.write_bytes(content)


def noise(content: bytearray, start: float, end: float) -> None:
    first, last = int(len(content) * start), int(len(content) * end)
    content[first:last] = random.Random(1).randbytes(last - first)


def cut(content: bytearray, share: float) -> None:
    del content[int(len(content) * share) :]


def zeros(content: bytearray, start: float) -> None:
    first = int(len(content) * start)
    content[first:] = bytes(len(content) - first)


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("name", "spoil", "severity", "code", "said"),
    [
        (
            "expert.mp4",
            lambda content: cut(content, 0.6),
            "error",
            "truncated",
            "only 3.6 s of 6 s arrived",
        ),
        (
            "expert.mkv",
            lambda content: cut(content, 0.6),
            "error",
            "truncated",
            "only 3.6 s of 6 s arrived",
        ),
        (
            "expert.mp4",
            lambda content: cut(content, 0.98),
            "warning",
            "truncated",
            "5.9 s of 6 s arrived",
        ),
        (
            "expert.mp4",
            lambda content: noise(content, 0.5, 0.55),
            "error",
            "damaged",
            "cannot be decoded",
        ),
        (
            "expert.mkv",
            lambda content: noise(content, 0.5, 0.55),
            "error",
            "damaged",
            "cannot be decoded",
        ),
        (
            "expert.ts",
            lambda content: noise(content, 0.5, 0.55),
            "error",
            "damaged",
            "cannot be decoded",
        ),
        (
            "expert.avi",
            lambda content: noise(content, 0.5, 0.55),
            "error",
            "damaged",
            "cannot be decoded",
        ),
        (
            "expert.flv",
            lambda content: noise(content, 0.5, 0.55),
            "error",
            "damaged",
            "cannot be decoded",
        ),
        ("expert.mp4", lambda content: zeros(content, 0.5), "error", "damaged", "49% of its"),
    ],
)
def test_half_a_file_or_one_with_a_hole_is_seen_though_the_decoder_ends_well(
    event, name, spoil, severity, code, said
):
    broken(event.inputs / name, spoil)
    submission = checked(event)[1]
    found = [finding for finding in submission["findings"] if finding["code"] == code]
    assert [finding["severity"] for finding in found] == [severity]
    assert said in found[0]["message"]


WARNINGS: list[tuple[str, list[str], dict[str, str]]] = [
    ("low-frame-rate", [], {"picture": "testsrc2=s=640x360:r=12"}),
    ("slow-motion", [], {"picture": "testsrc2=s=640x360:r=120"}),
    ("low-resolution", [], {"picture": "testsrc2=s=320x240:r=25"}),
    ("low-sample-rate", ["-ar", "8000", "-c:a", "pcm_s16le"], {}),
    ("clipped", ["-af", "volume=25dB", "-c:a", "pcm_s16le"], {}),
    ("dc-offset", ["-af", "dcshift=0.1"], {}),
    ("very-quiet", ["-af", "volume=-25dB"], {}),
    ("out-of-phase", ["-af", "pan=stereo|c0=c0|c1=-1*c0"], {}),
    ("one-channel-silent", ["-af", "pan=stereo|c1=c0"], {}),
    ("audio-shorter", ["-af", "atrim=end=3"], {}),
    ("audio-shorter", ["-af", "atrim=end=3.3,asetpts=PTS+1.5/TB"], {}),
    ("audio-gap", ["-af", "aselect='not(between(t,2,3))'"], {}),
]


@pytest.mark.sample(5)
@pytest.mark.parametrize(("code", "options", "sources"), WARNINGS)
def test_what_a_producer_should_look_at_is_said_and_the_recording_is_used(
    event, code, options, sources
):
    make_clip(
        event.inputs / "expert.mov",
        5,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-c:a",
        "aac",
        *options,
        **sources,
    )
    submission = checked(event)[1]
    assert submission["verdict"] == "accept_with_warnings"
    assert [
        finding["code"] for finding in submission["findings"] if finding["severity"] == "warning"
    ] == [code]


def test_a_second_sound_track_is_said_and_the_one_with_speech_in_it_is_heard(event):
    ffmpeg(
        "-v",
        "error",
        *generated("testsrc2=s=640x360:r=25", 4),
        *generated("anullsrc", 4),
        *generated("sine=f=440", 4),
        "-map",
        "0",
        "-map",
        "1",
        "-map",
        "2",
        "-c:v",
        "libx264",
        "-c:a",
        "aac",
        event.inputs / "expert.mp4",
    )
    submission = checked(event)[1]
    assert submission["verdict"] == "accept"
    assert [finding["code"] for finding in submission["findings"]] == ["extra-streams"]


def test_the_same_recording_sent_for_two_speakers_is_noticed(event):
    make_clip(event.inputs / "expert.mp4")
    shutil.copy(event.inputs / "expert.mp4", event.inputs / "good.mp4")
    submissions = event.config(TWO).run("check", "--json").json["submissions"]
    assert [[finding["code"] for finding in one["findings"]] for one in submissions] == [
        ["duplicate-content"]
    ] * 2
    assert "came in for Dr Good as well" in submissions[0]["findings"][0]["message"]


@pytest.mark.sample(1)
@pytest.mark.parametrize("sound", ["", "anullsrc=r=48000:cl=stereo"])
def test_a_message_that_may_be_silent_is_built_with_silence(event, sound):
    make_clip(event.inputs / "expert.mp4", 3, sound=sound)
    ended = event.config(ONE.replace("Expert}", "Expert, allow_silent: true}")).run("build")
    assert ended.code == 0, ended.stderr
    assert event.report()["submissions"][0]["verdict"] == "accept"
    assert "no-captions" not in ended.stderr
    assert loudness(event.outputs / "clips/expert.mp4") == (-70.0, float("-inf"))


def test_when_everything_is_rejected_nothing_is_built(event):
    (event.inputs / "expert.mp4").write_bytes(b"")
    ended = event.config(ONE).run("build")
    assert ended.code == 4
    assert "expert.mp4: the file is empty" in ended.stderr
    assert [path.name for path in event.outputs.iterdir()] == [".store"]


@pytest.mark.long
def test_a_script_in_windows_1252_is_read_and_said(event):
    make_clip(event.inputs / "expert.mp4")
    (event.inputs / "expert.txt").write_bytes("Café Zürich – schön.".encode("cp1252"))
    ended = event.config(ONE).run("captions")
    assert "expert.txt: it is not UTF-8; it was read as windows-1252." in ended.stderr


def test_a_pdf_named_txt_is_said_and_captions_are_made_without_it(event):
    make_clip(event.inputs / "expert.mp4")
    (event.inputs / "expert.txt").write_bytes(b"%PDF-1.4 binary")
    ended = event.config(ONE).run("captions")
    assert ended.code == 0
    assert (
        "expert.txt: it is a PDF document, not a text file; captions are made from the sound alone."
        in ended.stderr
    )


def test_a_caption_file_that_is_none_is_said_and_left_as_it_is(event):
    make_clip(event.inputs / "expert.mp4")
    bad = event.inputs / "captions/expert.en.srt"
    bad.write_text("Hello, these are my captions, Ana")
    ended = event.config(ONE).run("captions")
    assert "inputs/captions/expert.en.srt: line 1: there is no caption in it" in ended.stderr
    assert bad.read_text() == "Hello, these are my captions, Ana"


def photo(path: Path) -> None:
    one_picture(path, "color=red:s=300x400,drawbox=y=200:h=200:c=blue:t=fill")


def test_a_message_that_is_sound_alone_is_shown_over_a_photo_with_a_meter_that_moves(event):
    on_and_off = "sine=f=440:r=48000,volume='lt(mod(t,2),1)':eval=frame"
    make_clip(event.inputs / "expert.m4a", 12, "-c:a", "aac", picture="", sound=on_and_off)
    photo(event.inputs / "ana.jpg")
    ended = event.config(ONE.replace("Expert}", "Expert, still: ana.jpg}")).run("build")
    assert ended.code == 0, ended.stderr
    clip = event.outputs / "clips/expert.mp4"
    shown = streams(clip)
    assert (shown.picture["size"], shown.picture["frames"]) == ((640, 360), 300)
    pictures = rgb(clip, 640, 360)
    # Above in the middle the photo is red, below blue.
    assert all(abs(pictures[20, 90, 320] - (254, 0, 0)) < 12)
    assert all(abs(pictures[20, 270, 320] - (0, 0, 254)) < 12)
    # Green: neither the photo nor its blur has any.
    meter = pictures[:, 346:350, 224:416].astype(int)[..., 1].max((1, 2))
    assert meter[10:23].min() > 100
    assert meter[40:48].max() < 60
    assert meter[260:273].min() > 100  # in the second part too


def test_a_photo_is_shown_with_its_meter_in_the_smallest_picture_too(event):
    sound = "sine=f=300:d=3"
    ffmpeg("-v", "error", "-y", "-f", "lavfi", "-i", sound, event.inputs / "ana.wav")
    photo(event.inputs / "ana.jpg")
    speakers = "speakers:\n  - {id: ana, name: Dr Ana Expert, still: ana.jpg}\n"
    event.config(HEAD.replace("640x360", "320x180") + speakers)
    ended = event.run("build")
    assert ended.code == 0, ended.stderr
    assert streams(event.outputs / "clips/ana.mp4").picture["frames"] == 75


@pytest.mark.long
def test_a_photo_with_nothing_to_be_heard_is_no_message_even_where_silence_is_allowed(event):
    make_clip(
        event.inputs / "expert.m4a",
        4,
        "-c:a",
        "aac",
        picture="",
        sound="anullsrc=r=48000:cl=stereo",
    )
    make_clip(event.inputs / "good.mp4")
    photo(event.inputs / "ana.jpg")
    ended = event.config(TWO.replace("Expert}", "Expert, still: ana.jpg, allow_silent: true}")).run(
        "build"
    )
    assert ended.code == 3, ended.stderr
    assert errors(event.report()["submissions"][0]) == ["silent-audio"]


@pytest.mark.sample(1)
@pytest.mark.parametrize("content", [b"", b"<html>", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_a_photo_that_cannot_be_used_is_a_finding_of_that_speaker_alone(event, content):
    make_clip(event.inputs / "expert.m4a", 3, "-c:a", "aac", picture="")
    make_clip(event.inputs / "good.mp4")
    (event.inputs / "ana.jpg").write_bytes(content)
    ended = event.config(TWO.replace("Expert}", "Expert, still: ana.jpg}")).run("check", "--json")
    assert ended.code == 3
    expert, good = ended.json["submissions"]
    assert (errors(expert), good["verdict"]) == (["still-unusable"], "accept")
