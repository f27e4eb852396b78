"""Whatever ends a build, and whatever happens to what it made: the next build gives the very bytes
that an undisturbed one gives, leaves nothing lying about, and makes nothing anew that was whole.

A very small event is built by real programs. A few moments and places of each kind are tried;
with PERSPECTIVES_KILLS=60 in the environment as many kills of the whole group and all of the rest.
Which ones is drawn anew each day from PERSPECTIVES_SEED, and said where a test fails.
"""

from __future__ import annotations

import datetime
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest
from conftest import OFFLINE, REPOSITORY, Event, Once, make_clip

from pipeline.tools.running.files import sha256_of

pytestmark = pytest.mark.long

SEED = os.environ.get("PERSPECTIVES_SEED", datetime.date.today().isoformat())
KILLS = int(os.environ.get("PERSPECTIVES_KILLS", "0"))
GROUPS, HAND_OVERS, CHILDREN = (KILLS, 20, 20) if KILLS else (4, 3, 2)
PLACES, SIZES = (36, 10) if KILLS else (18, 2)

CONFIG = """title: Test segment
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
delivery: {size: 320x180, preset: ultrafast}
cards: {opening: 1s, title: 1s, closing: 1s, lower_third: 2s}
captions: {engine: pocketsphinx}
speakers:
  - {id: ana, name: Dr Ana Expert}
  - {id: bo, name: Dr Bo Expert}
"""
CAPTIONS = "1\n00:00:00,200 --> 00:00:02,400\nThe quick brown fox.\n"
RENAMED = CONFIG.replace("Test segment", "Another title")
Set = dict[str, str]


def sent(folder: Path) -> Event:
    """Two messages of three seconds, one with captions, not built yet."""
    for name, tone in (("ana", 440), ("bo", 300)):
        sound = f"sine=f={tone}:r=48000"
        make_clip(folder / f"inputs/{name}.mp4", picture="testsrc2=s=320x180:r=25", sound=sound)
    (folder / "inputs/captions/ana.en.srt").write_text(CAPTIONS)
    return Event(folder).config(CONFIG)


def seen(event: Event) -> Set:
    """The set as it lies in outputs/: digests of all files by name, hidden ones left out."""
    names = {path: path.relative_to(event.outputs) for path in event.outputs.rglob("*")}
    return {
        name.as_posix(): sha256_of(path)
        for path, name in names.items()
        if path.is_file() and not any(part.startswith(".") for part in name.parts)
    }


def debris(event: Event) -> list[str]:
    """What only a command that was ended leaves."""
    store = event.outputs / ".store"
    halves = [path for path in event.root.rglob(".*") if path != store]
    failed = (store / "failed").glob("*")
    return [str(path) for path in (*halves, *(store / "tmp").glob("*"), *failed)]


def results(event: Event) -> dict[str, int]:
    """Results in the store that are whole, each with the number that its folder has there."""
    found = (event.outputs / ".store/objects").glob("*/*/recipe.json")
    return {path.parent.name: path.stat().st_ino for path in found}


def finished(event: Event) -> Set:
    """The set after a build that nothing disturbs, which makes nothing that was there."""
    before = results(event)
    ended = event.run("build", "--jobs", "2")
    assert ended.code == 0, (ended.stderr, SEED)
    after = results(event)
    assert {key: after[key] for key in before if key in after} == {
        key: number for key, number in before.items() if key in after
    }
    assert debris(event) == [], SEED
    return seen(event)


@pytest.fixture
def small(once: Once) -> Event:
    """The event, built. Not to be changed."""
    return Event(once("small", lambda folder: finished(sent(folder))))


@pytest.fixture
def built(small: Event, event_like: Callable[[Path], Event]) -> Event:
    """A copy of it."""
    event = event_like(small.root)
    assert finished(event) == seen(small)
    return event


@pytest.fixture
def unbuilt(built: Event) -> Event:
    """A copy of it from which everything made was taken away."""
    shutil.rmtree(built.outputs)
    return built


def started(
    event: Event, program: str = "from pipeline.cli import main; main()"
) -> subprocess.Popen:
    """A build as the leader of a group of its own."""
    command = [sys.executable, "-c", program, "--workspace", str(event.root), "build", "--jobs=2"]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=REPOSITORY,
        env={**os.environ, **OFFLINE},
        start_new_session=True,
    )


# --- kills ----------------------------------------------------------------------------------------


def test_a_build_that_is_killed_at_any_moment_goes_on_where_it_was(small, unbuilt):
    chance, killed, whole = random.Random(SEED), 0, seen(small)
    while killed < GROUPS:
        with started(unbuilt) as build:
            with suppress(subprocess.TimeoutExpired):
                build.wait(chance.uniform(0.3, 6))
            with suppress(ProcessLookupError):
                os.killpg(build.pid, signal.SIGKILL)
        killed += build.returncode == -signal.SIGKILL
        if build.returncode == 0 or chance.random() < 0.3:
            assert finished(unbuilt) == whole, SEED
            shutil.rmtree(unbuilt.outputs)
    assert finished(unbuilt) == whole, SEED


STEPS = 90
"""About so many changes of files the hand-over of a new title takes."""
ENDS_ITSELF = """
import os, signal, sys
from pipeline.programme import handing_over
change, left = handing_over.change_over, [int(os.environ["ENDS_AT"])]
def count(event, given):
    if event in ("os.rename", "os.remove", "os.chmod", "os.link"):
        left[0] -= 1
        if left[0] < 0:
            os.killpg(0, signal.SIGKILL)
def begun(*given):
    sys.addaudithook(count)
    return change(*given)
handing_over.change_over = begun
from pipeline.cli import main
main()
"""


def test_a_kill_during_the_hand_over_leaves_the_old_set_or_the_new_one(
    built, monkeypatch, tmp_path
):
    old, ends = seen(built), []
    shutil.copytree(built.root, tmp_path / "renamed")
    new = finished(Event(tmp_path / "renamed").config(RENAMED))
    assert new.keys() == old.keys() and new != old
    store = tmp_path / "renamed/outputs/.store/objects"
    shutil.copytree(store, built.outputs / ".store/objects", dirs_exist_ok=True)
    shutil.copytree(built.root, tmp_path / "before")
    for step in count(0, STEPS // HAND_OVERS):
        shutil.rmtree(built.root)
        shutil.copytree(tmp_path / "before", built.root)
        built.config(RENAMED)
        monkeypatch.setenv("ENDS_AT", str(step))
        with started(built, ENDS_ITSELF) as build:
            killed = build.wait(120) == -signal.SIGKILL
        assert killed or build.returncode == 0
        assert built.run("status").code == 0
        assert seen(built) in (old, new), step
        ends.append(seen(built) == new)
        assert finished(built) == new
        if not killed:
            break
    assert len(ends) > HAND_OVERS // 2
    assert ends == sorted(ends) and ends[0] is False and ends[-1] is True


def test_a_program_of_ours_that_is_killed_is_started_again(small, unbuilt):
    chance, killed = random.Random(SEED), 0
    for _ in range(10 * CHILDREN):
        with started(unbuilt) as build:
            while build.poll() is None and killed < CHILDREN:
                time.sleep(chance.uniform(0.1, 0.8))
                children = children_of(build.pid)
                if children:
                    with suppress(ProcessLookupError):
                        os.kill(chance.choice(children), signal.SIGKILL)
                        killed += 1
        assert build.returncode in (0, 4)  # 4: one and the same work was killed twice
        assert finished(unbuilt) == seen(small), SEED
        if killed >= CHILDREN:
            return
        shutil.rmtree(unbuilt.outputs)
    pytest.fail(f"only {killed} programs were met")


def children_of(process: int) -> list[int]:
    """Programs that a process has started and that run."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    with suppress(OSError):
        return [int(one) for task in tasks for one in task.read_text().split()]
    return []


# --- damage ---------------------------------------------------------------------------------------


def flipped(path: Path) -> None:
    """One bit is another one."""
    data = bytearray(path.read_bytes())
    if data:
        data[len(data) // 2] ^= 4
    path.write_bytes(data)


def cut_off(path: Path) -> None:
    """The second half is gone."""
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    """Nothing is in it."""
    os.truncate(path, 0)


def a_folder(path: Path) -> None:
    """A folder lies in its place."""
    path.unlink()
    path.mkdir()


def unreadable(path: Path) -> None:
    """It cannot be opened, by root neither: a link that leads to itself."""
    path.unlink()
    path.symlink_to(path.name)


DAMAGES = (flipped, cut_off, emptied, Path.unlink, a_folder, unreadable)


def test_what_is_damaged_is_made_again_or_named(small, built):
    chance, whole = random.Random(SEED), seen(small)
    store = built.outputs / ".store"
    for number in range(PLACES):
        files = sorted(path for path in built.outputs.rglob("*") if path.is_file())
        kept = [path for path in files if path.is_relative_to(store) == bool(number % 3)]
        path, damage = chance.choice(kept), DAMAGES[number // 3 % len(DAMAGES)]
        place = f"{damage.__name__}: {path.relative_to(built.root)} ({SEED})"
        damage(path)
        if path.is_relative_to(store):  # what was joined is joined anew, so that it is read
            needed_again(built)
        ended = built.run("build")
        if ended.code == 4 and path.exists():
            assert path.name in ended.stderr and "Next:" in ended.stderr, (place, ended.stderr)
            path.rmdir() if path.is_dir() else path.unlink()
            ended = built.run("build")
        assert ended.code == 0, (place, ended.stderr)
        assert seen(built) == whole, place
        assert debris(built) == [], place


def needed_again(event: Event) -> None:
    """Take away what was handed over, and joined programmes."""
    for path in event.outputs.glob("[!.]*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in (event.outputs / ".store/objects").glob("*/*/recipe.json"):
        with suppress(OSError):
            if b'"task": "join' in path.read_bytes():
                shutil.rmtree(path.parent)


# --- a full disk ----------------------------------------------------------------------------------


@contextmanager
def disk_of(size: float, place: Path) -> Iterator[Callable[[int], None]]:
    """A disk of so many bytes; what it gives makes it larger. Skips where none can be had."""
    place.mkdir()
    made = ["mount", "-t", "tmpfs", "-o", f"size={size / 1024:.0f}k", "perspectives", str(place)]
    if not shutil.which("mount") or subprocess.run(made, capture_output=True).returncode:
        pytest.skip("no disk of a chosen size can be mounted here")

    def grown(size: int) -> None:
        larger = f"remount,size={size / 1024:.0f}k"
        subprocess.run(["mount", "-o", larger, str(place)], check=True)

    try:
        yield grown
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def room_taken(folder: Path) -> int:
    """Bytes that a folder takes on a disk whose blocks are 4 KiB."""
    return sum(-(-path.stat().st_size // 4096) * 4096 for path in folder.rglob("*"))


@pytest.mark.parametrize("share", [(number + 0.5) / SIZES for number in range(SIZES)])
def test_a_disk_that_becomes_full_is_said_and_nothing_is_lost(small, tmp_path, share):
    sent, made = (room_taken(folder) for folder in (small.inputs, small.outputs))
    with disk_of(sent + made * share, tmp_path / "disk") as grown:
        shutil.copytree(small.inputs, tmp_path / "disk/event/inputs")
        event = Event(tmp_path / "disk/event").config(CONFIG)
        ended = event.run("build", "--jobs", "2")
        assert ended.code == 4, ended.stderr
        assert "disk is full" in ended.stderr and "Traceback" not in ended.stderr
        assert seen(event) == {}
        grown(10**8)
        assert finished(event) == seen(small)


# --- elsewhere, otherwise -------------------------------------------------------------------------

WAYS: dict[str, tuple[list[str], dict[str, str], int, str]] = {
    "one program at once, a plain locale": (["--jobs", "1"], {"LC_ALL": "C"}, 0o022, "event"),
    "eight, Turkish, closed to others, in Auckland": (
        ["--jobs", "8"],
        {"LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Auckland", "LANG": "tr_TR.UTF-8"},
        0o077,
        "Etkinlik İzmir 'ş",
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_bytes_are_the_same_wherever_and_however_it_is_built(small, tmp_path, way):
    options, environment, mask, name = WAYS[way]
    shutil.copytree(small.inputs, tmp_path / name / "inputs")
    event = Event(tmp_path / name, environment).config(CONFIG)
    before = os.umask(mask)
    try:
        ended = event.run_apart("build", *options)
    finally:
        os.umask(before)
    assert ended.code == 0, ended.stderr
    assert seen(event) == seen(small)
    event.root.rename(tmp_path / "moved and renamed")
    moved = Event(tmp_path / "moved and renamed")
    again = moved.run("build")
    assert (again.code, again.worked) == (0, set())
    assert seen(moved) == seen(small)
