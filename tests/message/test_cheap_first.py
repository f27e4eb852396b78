"""What costs nothing is looked at first: nobody waits half an hour to hear that a file is too
large, and who has waited long enough can stop.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from conftest import ONE
from recorded_hands import Watcher

from pipeline.tools.running import process
from pipeline.work import bench as benches
from pipeline.work.bench import Bench
from pipeline.work.store import Store

AT_ONCE_S = 60
"""Even a busy machine looks at a size in that; the fastest reads no 100 GiB, which take minutes."""


def sparse(path: Path, size: int, head: bytes = b"") -> Path:
    """A file of a size that no disk has to hold."""
    path.write_bytes(head)
    os.truncate(path, size)
    return path


@pytest.mark.parametrize(
    ("head", "code"),
    [(b"", "too-large"), (b"\0\0\0\x18ftypisom", "too-large"), (b"%PDF-1.7", "not-a-video")],
)
def test_a_file_of_200_gib_is_refused_at_once(event, head, code):
    """A PDF of 200 GiB is small enough where the limit was raised, and a PDF all the same."""
    sparse(event.inputs / "ana.mp4", 200 << 30, head)
    limit = "limits: {bytes: 300GiB}\n" if code == "not-a-video" else ""
    begun = time.monotonic()
    ended = event.config(limit + ONE).run("check", "--json")
    assert time.monotonic() - begun < AT_ONCE_S
    findings = ended.json["submissions"][0]["findings"]
    assert [found["code"] for found in findings] == [code]
    assert code != "too-large" or "the file has 200.0 GiB; 20.0 GiB is the most" in ended.stdout


def test_a_photo_of_200_gib_is_refused_at_once(event, clip_maker):
    clip_maker(event.inputs / "ana.mp4", 1)
    sparse(event.inputs / "ana.jpg", 200 << 30)
    begun = time.monotonic()
    ended = event.config(ONE.replace("Expert}", "Expert, still: ana.jpg}")).run("check", "--json")
    assert time.monotonic() - begun < AT_ONCE_S
    assert "ana.jpg: the file has 200.0 GiB" in ended.stdout


def test_ctrl_c_ends_the_reading_of_a_large_file(event):
    sparse(event.inputs / "ana.mp4", 100 << 30)
    event.config("limits: {bytes: 300GiB}\n" + ONE)
    with event.start("check") as command:
        time.sleep(2.5)
        command.send_signal(signal.SIGINT)
        begun = time.monotonic()
        _, said = command.communicate(timeout=60)
    assert (command.returncode, time.monotonic() - begun < AT_ONCE_S) == (130, True)
    assert "Stopped." in said


def test_how_far_a_large_file_is_read_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(benches, "WORD_EVERY_S", 0.0)
    watcher = Watcher()
    file = sparse(tmp_path / "ana.mov", 3 << 30 >> 8)
    Bench(Store(tmp_path), None, watcher).submission(file, tmp_path)
    assert watcher.said[-1] == "ana.mov: 0.0 of 0.0 GiB read"
    assert len(watcher.said) == 3


def test_what_is_read_when_a_command_is_stopped_is_not_taken_for_known(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "stopping", lambda: True)
    file, store = sparse(tmp_path / "ana.mov", 1 << 20), Store(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        Bench(store, None, Watcher()).submission(file, tmp_path)
    assert not store._digests
