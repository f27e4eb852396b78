"""Names, links and pipes in inputs/ that nobody would think of: a name is a name, and no text is
read from elsewhere.
"""

from __future__ import annotations

import errno
import json
import os

import pytest
from conftest import HEAD, make_clip

from pipeline.cli import run as cli
from pipeline.console import plain, visible
from pipeline.tools.running import received

RED = "\x1b[31m"


def one(**files: str) -> str:
    """config.yaml of one speaker, with the names of the speaker's files."""
    return f"{HEAD}speakers:\n  - {json.dumps({'id': 'ana', 'name': 'Dr Ana', **files})}\n"


# --- names ----------------------------------------------------------------------------------------


def test_a_name_with_control_characters_is_shown_and_not_obeyed(event):
    (event.inputs / f"ana{RED}\x07\x9b2J.mp4").write_bytes(b"no video")
    ended = event.config(one()).run("check")
    assert "inputs/ana\\x1b[31m\\x07\\x9b2J.mp4 may be theirs" in ended.stdout
    assert not {"\x1b", "\x07", "\x9b"} & set(ended.stdout + ended.stderr)


def test_an_error_about_a_name_with_control_characters_does_not_send_them(event):
    ended = event.config(one()).run("add", f"no-such{RED}.mp4", "--id", "ana")
    assert ended.code == 2
    assert "no-such\\x1b[31m.mp4" in ended.stderr and "\x1b" not in ended.stderr


def test_a_line_end_in_a_name_does_not_make_a_line_of_ours(event):
    (event.inputs / "ana\nok      everything is fine.mp4").write_bytes(b"no video")
    ended = event.config(one()).run("check")
    assert not any(line.startswith("ok") for line in ended.stdout.splitlines())
    assert "ana\\x0aok" in ended.stdout


def test_a_name_that_writes_from_right_to_left_is_shown_as_it_is():
    assert visible("ana\u202e4pm.exe") == "ana\\x202e4pm.exe"
    assert plain("[red]ana[/red]") == "\\[red]ana\\[/red]"


@pytest.mark.long
def test_a_name_of_bytes_that_are_no_text_breaks_neither_the_report_nor_the_screen(event):
    make_clip(event.inputs / "ana.mp4")
    with open(os.fsencode(event.inputs) + b"/bad\xff\xfe.mp4", "wb") as file:
        file.write(b"x")
    event.config(one())
    checked = event.run_apart("check", "--json")
    assert checked.code == 0
    assert checked.json["findings"][0]["file"] == "bad\udcff\udcfe.mp4"
    built = event.run("build", "--draft")
    assert built.code == 0 and "bad\\xdcff\\xdcfe.mp4 belongs to no speaker" in built.stderr
    assert event.report()["findings"][0]["file"] == "bad\udcff\udcfe.mp4"


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    "name",
    ["%03d.mp4", "-rf.mp4", "a;b`c`$(touch x).mp4", 'it\'s "quoted".mp4', "{pos(0,0)}[0:v].mp4"],
)
def test_a_recording_with_a_strange_name_is_taken_like_any_other(name, event):
    make_clip(event.inputs / name)
    ended = event.config(one(video=name)).run("check", "--json")
    assert ended.code == 0
    assert (ended.json["submissions"][0]["file"], ended.json["submissions"][0]["findings"]) == (
        name,
        [],
    )
    assert sorted(path.name for path in event.root.iterdir()) == [
        "config.yaml",
        "inputs",
        "outputs",
    ]


def test_where_the_speaker_was_is_not_handed_on(event):
    here = "-41.2865+174.7762/"
    tags = {"location": here, "com.apple.quicktime.location.ISO6709": here, "make": "Phone-Maker"}
    words = [word for key, value in tags.items() for word in ("-metadata", f"{key}={value}")]
    codecs = ("-c:v", "libx264", "-c:a", "aac", "-movflags", "use_metadata_tags")
    message = make_clip(event.inputs / "ana.mov", 2, *codecs, *words)
    assert message.read_bytes().count(b"41.2865") == 2
    assert event.config(one()).run("build", "--draft").code == 0
    handed = [
        path for path in event.outputs.rglob("*") if path.is_file() and path.name != "stderr.txt"
    ]
    assert {"segment.mp4", "ana.mp4", "clean.mp4", "sound.wav", "speech.wav"} <= {
        path.name for path in handed
    }
    assert [
        path
        for path in handed
        if b"41.2865" in path.read_bytes() or b"Phone-Maker" in path.read_bytes()
    ] == []


# --- folders, links and pipes ---------------------------------------------------------------------


def test_a_folder_called_like_a_recording_is_said_to_be_one(event):
    (event.inputs / "ana.mp4").mkdir()
    ended = event.config(one()).run("check", "--json")
    assert [finding["code"] for finding in ended.json["submissions"][0]["findings"]] == [
        "not-a-regular-file"
    ]


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_no_script_is_read_through_a_link_or_a_pipe(kind, event, tmp_path):
    make_clip(event.inputs / "ana.mp4")
    (tmp_path / "secret.txt").write_text("The password is swordfish.")
    if kind == "link":
        (event.inputs / "ana.txt").symlink_to(tmp_path / "secret.txt")
    else:
        os.mkfifo(event.inputs / "ana.txt")
    ended = event.config(one()).run("captions")
    said = {
        "link": "ana.txt: it is a link to a file outside inputs/",
        "pipe": "ana.txt: it is not a file that can be read",
    }
    assert said[kind] in ended.stderr
    assert not any(
        "swordfish" in path.read_text("utf-8", "replace")
        for path in event.outputs.rglob("*")
        if path.is_file()
    )


@pytest.mark.parametrize("command", [("captions",), ("captions", "lint", "ana")])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_no_captions_are_read_through_a_link_or_a_pipe(kind, command, event, tmp_path):
    make_clip(event.inputs / "ana.mp4")
    secret = tmp_path / "secret.srt"
    secret.write_text("1\n00:00:00,000 --> 00:00:02,000\nThe password is swordfish.\n")
    if kind == "link":
        (event.inputs / "captions/ana.en.srt").symlink_to(secret)
    else:
        os.mkfifo(event.inputs / "captions/ana.en.srt")
    ended = event.config(one()).run(*command)
    assert (
        "it is a link to a file outside inputs/"
        if kind == "link"
        else "it is not a file that can be read"
    ) in ended.stdout + ended.stderr
    assert "swordfish" not in ended.stdout + ended.stderr


def test_a_text_that_is_far_too_large_is_not_read(tmp_path):
    with (tmp_path / "ana.txt").open("wb") as file:
        file.truncate(received.MOST_TEXT_BYTES + 1)
    with pytest.raises(received.NotReceived, match="far more than a text can have"):
        received.read(tmp_path / "ana.txt", tmp_path)


# --- a full disk ----------------------------------------------------------------------------------


def test_a_disk_that_is_full_is_no_fault_of_the_program(capsys):
    assert cli._usage_or_fault(OSError(errno.ENOSPC, "No space left on device")) == 4
    assert capsys.readouterr().err.startswith("The disk is full.")
