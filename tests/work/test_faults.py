"""The machine's faults are not the speaker's: work that was ended from outside is done again, and
what fails twice is said as what it is.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from conftest import make_clip
from recorded_hands import Recorded, at_work

from pipeline.commands.build import build
from pipeline.commands.check import check
from pipeline.errors import MachineFailed, Refused, ToolFailed
from pipeline.recipe import Recipe
from pipeline.tools.running import files, process, programs, received
from pipeline.work import making
from pipeline.work.store import Store


@contextmanager
def killing(times: int, every: int = 1) -> Iterator[list[int]]:
    """Programs are killed from outside while they run, as the kernel does when memory is out: the
    first, and from then on one in ``every``. Gives the numbers of those that were.
    """
    killed: list[int] = []
    done = threading.Event()

    def watch() -> None:
        seen: set[int] = set()
        while len(killed) < times and not done.is_set():
            for one in {running.pid for running in tuple(process._running)} - seen:
                seen.add(one)
                if len(seen) % every == 1 % every:
                    time.sleep(0.03)
                    with suppress(ProcessLookupError):  # it has ended by itself
                        os.kill(one, signal.SIGKILL)
                        killed.append(one)
            time.sleep(0.001)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield killed
    finally:
        done.set()
        thread.join()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """outputs/.store of a workspace, where nobody waits a second between two tries."""
    monkeypatch.setattr(making, "PAUSE_S", 0.0)
    (tmp_path / "outputs/.store").mkdir(parents=True)
    return tmp_path / "outputs/.store"


def decoding(root: Path, recording: Path) -> Recipe:
    """A decode of a recording in the time that it lasts, so that it can be met on the way."""
    given = Store(root).submission(recording, recording.parent)
    source = ("-re", "-fd", "0", "-i", "fd:")
    arguments = ("-v", "error", *source, "-map", "0:v", "-f", "framehash", "frames.txt")
    ffmpeg = programs.version("ffmpeg")
    return Recipe("ana: survey", "ffmpeg", ffmpeg, arguments, ("frames.txt",), (given,))


def test_a_program_that_was_killed_is_run_again_and_gives_the_same(root, tmp_path):
    work = decoding(root, make_clip(tmp_path / "ana.mp4", 1))
    making.make(root, work, (work,))
    whole = Store(root).output(work, "frames.txt").read_bytes()
    files.remove_all([Store(root).folder(work)])
    with killing(1) as killed:
        making.make(root, work, (work,))
    assert len(killed) == 1
    assert Store(root).output(work, "frames.txt").read_bytes() == whole


def test_a_program_that_is_killed_twice_is_the_machines_fault(root, tmp_path):
    work = decoding(root, make_clip(tmp_path / "ana.mp4", 1))
    with killing(2) as killed, pytest.raises(MachineFailed) as caught:
        making.make(root, work, (work,))
    assert len(killed) == 2
    assert "ana: survey: ffmpeg was ended from outside (signal 9)" in str(caught.value)
    assert "the memory of this computer was probably full" in str(caught.value)
    assert "no fault of the recording's" in str(caught.value)


def test_a_program_that_crashes_by_itself_is_not_run_again(root, monkeypatch):
    """A decoder that a recording brings down would bring itself down again."""
    runs = []

    def crashes(*given: object, **more: object) -> process.Ended:
        runs.append(given)
        return process.Ended(-signal.SIGSEGV, None, "", "")

    monkeypatch.setattr(process, "run", crashes)
    work = Recipe("ana: survey", "ffmpeg", "9", (), ("frames.txt",))
    with pytest.raises(ToolFailed) as caught:
        making.make(root, work, (work,))
    assert not isinstance(caught.value, MachineFailed) and len(runs) == 1


@pytest.mark.parametrize(
    ("code", "said", "sentence"),
    [
        (137, "", "signal 9"),  # as bubblewrap and shells tell it
        (255, "", "signal 15"),  # ffmpeg stops politely and without a word
        (126, "not started, it could not be confined: fork", "could not be started"),
        (245, "pthread_create() failed: Resource temporarily unavailable", "could not be started"),
        (251, "av_interleaved_write_frame(): Input/output error", "the disk does not answer"),
    ],
)
def test_what_the_machine_did_is_said_as_what_it_is(root, monkeypatch, code, said, sentence):
    monkeypatch.setattr(process, "run", lambda *a, **m: process.Ended(code, None, "", said))
    work = Recipe("ana: join", "ffmpeg", "9", (), ("clip.mp4",))
    with pytest.raises(MachineFailed, match=sentence):
        making.make(root, work, (work,))


def test_a_damaged_recording_may_say_what_a_broken_disk_says(root, tmp_path, monkeypatch):
    """ffmpeg calls a broken end an input/output error too: the file itself can be read."""
    work = decoding(root, make_clip(tmp_path / "ana.mp4", 1))
    said = "Error during demuxing: Input/output error"
    monkeypatch.setattr(process, "run", lambda *a, **m: process.Ended(251, None, "", said))
    with pytest.raises(ToolFailed) as caught:
        making.make(root, work, (work,))
    assert not isinstance(caught.value, MachineFailed)


@pytest.mark.parametrize(
    ("code", "tried"),
    [
        (183, ["quick", "sure"]),  # what is wrong may be the place that was searched
        (137, ["quick", "quick"]),  # the machine's fault: dearer work would not help
    ],
)
def test_a_dearer_way_is_gone_where_the_first_led_nowhere(root, monkeypatch, code, tried):
    told: list[str] = []

    def ended(command: list[str], *more: object) -> process.Ended:
        told.append(command[-1])
        return process.Ended(code, None, "", "")

    monkeypatch.setattr(process, "run", ended)
    work = Recipe("ana: picture 2/2", "ffmpeg", "9", ("quick",), ("a.mp4",), fallback=("sure",))
    with pytest.raises(ToolFailed):
        making.make(root, work, (work,))
    assert told == tried


def test_no_more_programs_is_said_and_tried_once_more(root, monkeypatch):
    tries = []

    def refused(*given: object, **more: object) -> process.Ended:
        tries.append(given)
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(process, "run", refused)
    work = Recipe("ana: survey", "ffmpeg", "9", (), ("frames.txt",))
    with pytest.raises(MachineFailed, match="Resource temporarily unavailable"):
        making.make(root, work, (work,))
    assert len(tries) == 2


def test_a_recording_on_a_disk_that_does_not_answer_is_not_called_damaged(event, monkeypatch):
    def broken(descriptor: int, told: object) -> str:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    make_clip(event.inputs / "ana.mp4", 1)
    monkeypatch.setattr(received, "sha256_of", broken)
    ended = event.config(ONE).run("check", "--json")
    findings = ended.json["submissions"][0]["findings"]
    assert [one["code"] for one in findings] == ["machine-failed"]
    assert "the disk cannot give all of ana.mp4" in findings[0]["message"]


@pytest.mark.long
def test_programs_killed_at_many_moments_of_a_build_change_nothing(two_built, monkeypatch):
    """Nobody is asked for anything, and what is handed over is the same to the byte."""
    monkeypatch.setattr(making, "PAUSE_S", 0.0)
    outputs = two_built.outputs
    before = {
        path: path.read_bytes() for path in outputs.rglob("*.mp4") if ".store" not in str(path)
    }
    shutil.rmtree(outputs)
    with killing(10, every=4) as killed:
        ended = two_built.run("build", "--jobs", "2")
    assert ended.code == 3, ended.stderr  # bo has sent nothing
    assert len(killed) >= 5
    assert {path: path.read_bytes() for path in before} == before


ONE = """title: Test
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
delivery: {size: 640x360, preset: ultrafast}
cards: {opening: 1s, title: 1s, closing: 1s, lower_third: 2s}
speakers:
  - {id: ana, name: Dr Ana Expert}
"""
TWO = ONE + "  - {id: bo, name: Dr Bo Expert}\n"
KILLED = MachineFailed("ffmpeg", "bo: listen", "was ended from outside (signal 9)", "Close others.")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Two speakers of whom something came."""
    (tmp_path / "inputs/captions").mkdir(parents=True)
    (tmp_path / "config.yaml").write_text(TWO, "utf-8")
    for name in ("ana", "bo"):
        (tmp_path / f"inputs/{name}.mp4").write_bytes(b"\0" + name.encode())
    return tmp_path


@pytest.mark.parametrize("task", ["bo: listen", "bo: picture 1/1"])
def test_no_holding_card_takes_a_good_messages_place_when_the_machine_fails(workspace, task):
    with at_work(workspace, Recorded()) as (event, bench):
        build(event, bench)
    outputs = workspace / "outputs"
    before = {
        path: path.read_bytes()
        for path in outputs.rglob("*")
        if path.is_file() and ".store" not in path.parts
    }
    (workspace / "inputs/bo.mp4").write_bytes(b"\0another take")
    with (
        at_work(workspace, Recorded({task: KILLED})) as (event, bench),
        pytest.raises((Refused, MachineFailed)) as caught,
    ):
        build(event, bench)
    assert "was ended from outside (signal 9)" in str(caught.value)
    assert caught.value.exit_code == 4
    assert {path: path.read_bytes() for path in before} == before


def test_a_check_goes_on_with_the_others_when_the_machine_fails(workspace):
    with at_work(workspace, Recorded({"bo: listen": KILLED})) as (event, bench):
        report = check(event, bench)
    by_speaker = {one.speaker.id: {found.code for found in one.findings} for one in report.checked}
    assert "machine-failed" in by_speaker["bo"] and "machine-failed" not in by_speaker["ana"]
