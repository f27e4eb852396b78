"""What a machine does to a command: signals, folders that can only be read, limits, full disks."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY
from recorded_hands import Recorded, Watcher, arrived, at_work

from pipeline.commands import session
from pipeline.commands.build import build
from pipeline.errors import of_files
from pipeline.event import Workspace
from pipeline.recipe import FileInput, Recipe
from pipeline.tools.running import files, system
from pipeline.tools.running.process import Ended
from pipeline.work import faults

HANGS = """
import sys, threading, time
from concurrent.futures import ThreadPoolExecutor
import pipeline.cli.run as cli

def hanging(**_):
    with ThreadPoolExecutor(1) as threads:  # left only when its thread has ended
        threads.submit(time.sleep, 600)
        print("hangs", flush=True)
        threads.submit(time.sleep, 600).result()

cli.app = hanging
cli.main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "kill"])
def test_a_command_that_hangs_ends_all_the_same(number):
    process = subprocess.Popen(
        [sys.executable, "-c", HANGS],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout and process.stdout.readline() == "hangs\n"
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.splitlines()[-1].startswith("Stopped. What was finished is kept;")
    assert "Traceback" not in said


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_folder_in_which_nothing_may_be_written_is_named(number):
    failed = OSError(number, "whatever", "/event/outputs/clips/.ana.mp4.x5.part")
    said = of_files(failed)
    assert said is not None
    assert said.startswith(
        f"/event/outputs/clips cannot be written or read ({os.strerror(number)}).\n  Next: see to"
    )


def test_a_full_disk_and_a_limit_on_files_are_said_and_nothing_else_is_taken_for_them():
    assert "disk is full" in str(of_files(OSError(errno.ENOSPC, "x")))
    assert "disk is full" in str(of_files(OSError(errno.EDQUOT, "x")))
    assert str(of_files(OSError(errno.EFBIG, "x"))).startswith("A file became larger than it may")
    assert of_files(OSError(errno.ENOENT, "x", "gone")) is None


def test_a_workspace_that_can_only_be_read_is_not_at_work(tmp_path, monkeypatch):
    def unwritable(workspace: Workspace) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(workspace.store / "lock"))

    (tmp_path / "outputs/.store").mkdir(parents=True)
    monkeypatch.setattr(session, "_lock", unwritable)
    assert session.busy(Workspace(tmp_path)) is False


def listening(*inputs: FileInput) -> Recipe:
    """What ffmpeg is asked."""
    return Recipe("ana: listen", "ffmpeg", "9", (), ("speech.wav",), inputs)


SENT = FileInput("recording", "digest", "/inputs/ana.mp4", outside=True)
TOO_LARGE = Ended(229, None, "", "speech.wav: File too large")


def test_a_limit_of_this_account_is_not_laid_at_the_recordings_door(monkeypatch):
    monkeypatch.setattr(system, "file_size_limited", lambda: True)
    met = faults.of_program(listening(SENT), TOO_LARGE, TOO_LARGE.stderr)
    assert met is not None
    assert met[0] == "wrote a larger file than may be here"
    assert "ulimit -f unlimited" in met[1]


def test_a_recording_that_becomes_larger_than_any_message_is_the_recordings_fault(monkeypatch):
    monkeypatch.setattr(system, "file_size_limited", lambda: False)
    assert faults.of_program(listening(SENT), TOO_LARGE, TOO_LARGE.stderr) is None


def test_a_file_of_ours_that_the_disk_cannot_hold_is_the_machines_fault(monkeypatch):
    monkeypatch.setattr(system, "file_size_limited", lambda: False)
    assert faults.of_program(listening(), TOO_LARGE, TOO_LARGE.stderr) is not None


def said_in_a_build(root: Path) -> list[str]:
    """What is said on the way."""
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
        assert isinstance(bench.observer, Watcher)
        return bench.observer.said


def test_before_a_build_it_is_said_that_the_disk_may_become_full(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "free_bytes", lambda folder: 1_000_000)
    (said,) = said_in_a_build(arrived(tmp_path))
    assert said.startswith("The disk may become full: this event takes about ")
    report = json.loads((tmp_path / "outputs/report.json").read_text())
    assert "may become full" not in json.dumps(report)  # which is about the event


def test_with_room_enough_nothing_is_said_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "free_bytes", lambda folder: 10**12)
    assert said_in_a_build(arrived(tmp_path)) == []


def test_halves_of_files_that_a_killed_command_left_are_gone_with_the_next_one(tmp_path):
    root = arrived(tmp_path)
    halves = [
        root / "outputs/.report.json.abc.part",
        root / "outputs/clips/.ana.mp4.abc.part",
        root / "outputs/.store/.last.json.abc.part",
        root / "inputs/.ana.mov.part",
        root / ".config.yaml.abc.part",
    ]
    for path in halves:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    coming = root / "inputs/bo.mp4.part"  # a browser's, which goes on
    coming.write_bytes(b"half")
    with session.opened(Workspace(root), Watcher(), jobs=1):
        assert not any(path.exists() for path in halves)
    assert coming.exists()


def test_a_copy_that_somebody_takes_in_now_is_left_alone(tmp_path):
    root = arrived(tmp_path)
    half = root / "inputs/.bo.mov.part"
    with session.changing(Workspace(root)):
        half.write_bytes(b"half")
        with session.opened(Workspace(root), Watcher(), jobs=1):
            assert half.exists()


def test_what_failed_in_an_earlier_command_is_kept_until_a_build_went_well(tmp_path):
    root = arrived(tmp_path)
    said = root / "outputs/.store/failed/1234.txt"
    said.parent.mkdir(parents=True)
    said.write_text("what a tool said")
    os.utime(said, (1, 1))
    with session.opened(Workspace(root), Watcher(), jobs=1):
        assert said.exists()
    said_in_a_build(root)
    assert not said.exists()
