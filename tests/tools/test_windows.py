"""What only Linux and macOS have is not needed to ask: the command line as on a producer's Windows
laptop, with those modules and calls taken away.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import HEAD, OFFLINE, REPOSITORY, Event, make_clip

from pipeline.tools.running import process, system

TAKE_AWAY = """
import os, select, signal, sys
for name in ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty"):
    sys.modules[name] = None
for module, names in {
    os: "getuid geteuid getgid getegid getppid killpg pidfd_open setsid getpgid fork forkpty"
    " symlink chown uname mkfifo O_NOFOLLOW O_NONBLOCK O_CLOEXEC O_NOCTTY",
    select: "poll epoll kqueue",
    signal: "SIGKILL SIGHUP SIGALRM SIGQUIT alarm pidfd_send_signal pthread_kill",
}.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""
"""``os.name`` stays: pathlib would make paths of Windows."""

AS_ON_WINDOWS = (
    TAKE_AWAY + "\nfrom pipeline.cli import main\nsys.argv[0] = 'perspectives'\nmain()\n"
)
SPEAKERS = HEAD + "speakers:\n  - {id: ann, name: Dr Ann Ito}\n"


def on_windows(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", AS_ON_WINDOWS, "--workspace", str(root), *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        cwd=REPOSITORY,
        env={**os.environ, **OFFLINE},
    )


def test_what_is_taken_away_is_really_gone(tmp_path: Path) -> None:
    asked = "\nprint([hasattr(os, 'killpg'), hasattr(signal, 'SIGKILL')])\nimport fcntl"
    ended = subprocess.run(
        [sys.executable, "-c", TAKE_AWAY + asked], capture_output=True, text=True, check=False
    )
    assert ended.stdout == "[False, False]\n"
    assert "ModuleNotFoundError" in ended.stderr


def test_help_is_printed(event: Event) -> None:
    ended = on_windows(event.root, "--help")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Usage: perspectives" in ended.stdout


@pytest.mark.parametrize("command", ["status", "check"])
def test_before_anything_has_come_in_the_answer_is_as_elsewhere(event: Event, command: str) -> None:
    event.config(SPEAKERS)
    ended, elsewhere = on_windows(event.root, command, "--json"), event.run(command, "--json")
    assert (ended.returncode, json.loads(ended.stdout)) == (elsewhere.code, elsewhere.json)
    assert json.loads(ended.stdout)["submissions"][0]["findings"][0]["code"] == "missing"


@pytest.mark.long
@pytest.mark.slow
def test_a_recording_is_probed_and_measured_as_elsewhere(event: Event, tmp_path: Path) -> None:
    make_clip(event.config(SPEAKERS).inputs / "ann.mp4")
    ended = on_windows(event.root, "check", "--json")
    answer = json.loads(ended.stdout)
    assert (ended.returncode, answer["submissions"][0]["duration_ms"]) == (0, 3000)
    elsewhere = Event(tmp_path / "elsewhere")
    (elsewhere.root / "inputs").mkdir(parents=True)
    make_clip(elsewhere.config(SPEAKERS).inputs / "ann.mp4")
    assert answer == elsewhere.run("check", "--json").json
    assert on_windows(event.root, "status").returncode == 0


def test_a_program_is_ended_where_there_are_no_groups_of_processes(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "killpg")
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    assert process.run(sleeper, tmp_path, 0.5).stopped_because == "did not end within 0 s"


def test_an_input_is_copied_where_links_are_not_allowed(tmp_path, monkeypatch):
    def denied(*_: object) -> None:
        raise OSError(1314, "a required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", denied)
    (tmp_path / "made.mp4").write_bytes(b"pictures")
    system.lay_in(tmp_path / "input.mp4", tmp_path / "made.mp4")
    assert not (tmp_path / "input.mp4").is_symlink()
    assert (tmp_path / "input.mp4").read_bytes() == b"pictures"
