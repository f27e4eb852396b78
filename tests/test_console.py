"""Which stream a line goes to, and where it is broken."""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path
from unittest.mock import patch

import pytest
from conftest import make_clip
from test_forecast import Clock

from pipeline import screens
from pipeline.commands import doctor
from pipeline.config import Speaker
from pipeline.console import Console, Lines
from pipeline.findings import About

LONG = (
    "klinkum.mov: speech is in the left ear only; it was put in the middle of both of them, as is"
    " right for a talk."
)


def shown(line: str, columns: str) -> list[str]:
    """A line as it goes to a pipe of so many columns."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), patch.dict(os.environ, {"COLUMNS": columns}):
        Lines().line(line)
    return out.getvalue().splitlines()


def test_a_line_is_broken_between_words_where_the_terminal_ends():
    assert shown(f"  Next: {LONG}", "80") == [
        "  Next: klinkum.mov: speech is in the left ear only; it was put in the middle of",
        "  both of them, as is right for a talk.",
    ]
    assert len(shown(LONG, "200")) == 1


def test_a_line_that_goes_into_a_file_is_not_broken():
    assert shown(LONG * 20, "") == [LONG * 20]


def test_a_path_that_is_longer_than_a_line_stays_whole_to_be_copied():
    path = "/home/producer/" + "x" * 90 + "/klinkum.mov"
    assert shown(f"- It lies in {path} now.", "40") == ["- It lies in", f"  {path}", "  now."]


def test_a_command_that_is_to_be_typed_is_not_broken():
    said = "Next: when the machine is online: `perspectives doctor --fetch`, then `build`."
    assert shown(said, "60") == [
        "Next: when the machine is online:",
        "`perspectives doctor --fetch`, then `build`.",
    ]


def test_what_follows_a_label_stands_under_its_text(capsys):
    with patch.dict(os.environ, {"COLUMNS": "40"}):
        seen = doctor.Seen("disk", True, "39 GiB free in /home/producer/event")
        screens.show_doctor(Lines(), [seen])
    assert capsys.readouterr().out.splitlines() == [
        "ok      disk: 39 GiB free in",
        "        /home/producer/event",
    ]


def test_letters_of_two_columns_count_twice():
    assert shown("微证书 国际视野 网络研讨会", "18") == ["微证书 国际视野", "网络研讨会"]


def test_marked_up_words_keep_their_marks_over_a_break():
    assert shown("[bold red]cannot be used[/] ana.mp4", "20") == ["cannot be used", "ana.mp4"]


@pytest.mark.parametrize(
    ("command", "result"),
    [
        (("check",), "Slot 20:00"),
        (("status",), "Slot 20:00"),
        (("doctor",), "PyAV"),
        (("trim", "ana"), "no second of silence"),
        (("build", "--explain"), "pieces of work would run"),
        (("captions", "lint"), "There is no caption file yet"),
    ],
)
def test_what_was_asked_for_goes_to_stdout_and_the_way_there_to_stderr(two, command, result):
    ended = two.run(*command)
    assert result in ended.stdout
    assert result not in ended.stderr
    assert not re.search(r"(?m)^ *\d+%", ended.stdout)


def test_progress_and_errors_go_to_stderr(event):
    make_clip(event.inputs / "ana.mp4", 2)
    ended = event.config(ANA).run("check")
    assert "%: ana: look at the recording" in ended.stderr
    assert "ana: listen" in ended.worked
    assert "look at the recording" not in ended.stdout
    refused = event.run("check", "carl")
    assert (refused.stdout, refused.code) == ("", 2)


def test_a_file_is_told_every_few_seconds_how_far_it_is_and_that_only_ever_grows(capsys):
    clock = Clock()
    console = Console("check", clock)
    with console.progress():
        for task in ("look at the recording", "look at every picture", "listen", "cards"):
            for number in range(20):
                console.expect(f"s{number}: {task}", 0.5, False)
            for number in range(20):
                clock.s += 0.5
                console.ended(f"s{number}: {task}", True)
                if task == "look at the recording":
                    console.met(f"s{number}", 10.0, 12.0)
    said = capsys.readouterr().err.splitlines()
    assert 6 <= len(said) <= 40 / 5 + 1  # of 80 pieces of work in 40 s
    shares = [int(line.split("%")[0]) for line in said]
    assert shares == sorted(set(shares))
    assert all(" left: s" in line for line in said[2:-1])


ANA = """title: T
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
speakers:
  - {id: ana, name: Dr Ana}
"""


def test_what_a_report_finds_of_a_message_is_said_with_the_name_of_its_speaker(capsys):
    found = (
        About("ana").warning("flashes", "light flashes at 0:05.", "Watch it there."),
        About().error("built-length", "it lasts 0:10; planned were 0:12.", "Build."),
    )
    speakers = [Speaker(id="ana", name="Dr Ana Expert")]
    screens.show_inspection(Lines(), found, speakers, Path("outputs"))
    assert capsys.readouterr().out.splitlines() == [
        "- Dr Ana Expert: light flashes at 0:05. (flashes)",
        "    Next: Watch it there.",
        "- it lasts 0:10; planned were 0:12. (built-length)",
        "    Next: Build.",
        "Wrote outputs/report.html",
    ]
