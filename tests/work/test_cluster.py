"""Builds on other machines: the same bytes, whoever is lost, and nothing stored that was made by
another version. Schedulers and workers are real, and processes of their own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import HEAD, OFFLINE, REPOSITORY, Event, Once, make_clip

from pipeline.tools.running import files

pytestmark = pytest.mark.long
pytest.importorskip("distributed", reason="Dask is not installed: extra [cluster]")

SMALL = HEAD.replace("640x360, preset: ultrafast", "320x180, preset: ultrafast, outputs: [soft]")
WITHIN_S = 300
"""Nothing that is waited for takes longer, also on a machine that others use."""


@pytest.fixture(scope="module")
def as_here(once: Once) -> Path:
    """An event of two messages, built by threads."""

    def build(folder: Path) -> None:
        make_clip(folder / "inputs/ana.mp4", 11)
        make_clip(folder / "inputs/bo.mp4", 2)
        speakers = "  - {id: ana, name: Dr Ana Expert}\n  - {id: bo, name: Dr Bo Expert}\n"
        ended = Event(folder).config(f"{SMALL}speakers:\n{speakers}").run("build")
        assert ended.code == 0, ended.stderr

    return once("built-by-threads", build)


@pytest.fixture
def unbuilt(as_here: Path, tmp_path: Path) -> Event:
    """The same event, of which nothing is built."""
    for name in ("inputs", "config.yaml"):
        source = as_here / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / "event" / name)
    return Event(tmp_path / "event")


def bytes_of(outputs: Path) -> dict[str, str]:
    """A digest of every file that was handed over, by its name."""
    return {
        path.relative_to(outputs).as_posix(): files.sha256_of(path)
        for path in outputs.rglob("*")
        if path.is_file() and ".store" not in path.parts
    }


@dataclass
class Machines:
    """A Dask scheduler and workers of one core each, as somebody starts them in a terminal."""

    folder: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def scheduler(self) -> tuple[subprocess.Popen[bytes], str]:
        """One that runs, and its address."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        running = self._start("scheduler", "--host", "127.0.0.1", "--port", port)
        return running, f"tcp://127.0.0.1:{port}"

    def worker(
        self, address: str, *, within: Sequence[str] = (), **environment: str
    ) -> subprocess.Popen[bytes]:
        """One that is being started; ``within`` is what it is started by."""
        words = ("worker", address, "--nthreads", "1", "--no-nanny", "--local-directory")
        return self._start(*words, str(self.folder), within=within, **environment)

    def there(self) -> int:
        """How many workers the scheduler has met."""
        return (self.folder / "0-scheduler.log").read_text("utf-8").count("Register worker")

    def _start(
        self, *words: str, within: Sequence[str] = (), **environment: str
    ) -> subprocess.Popen[bytes]:
        dask = Path(sys.executable).with_name("dask")
        log = self.folder / f"{len(self.started)}-{words[0]}.log"
        with log.open("wb") as said:
            running = subprocess.Popen(
                [*within, dask, *words, "--no-dashboard"],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=self.folder,
                env={**os.environ, **OFFLINE, **environment},
            )
        self.started.append(running)
        return running


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    (tmp_path / "machines").mkdir()
    machines = Machines(tmp_path / "machines")
    yield machines
    for one in machines.started:
        one.kill()
        one.wait()


@contextlib.contextmanager
def building(event: Event, *options: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A build that runs, and the file that it speaks into."""
    said = event.root.parent / "said.txt"
    with said.open("w", encoding="utf-8") as stream:
        running = event.start("build", *options, stderr=stream.fileno())
    try:
        yield running, said
    finally:
        running.kill()
        running.communicate()


def until(true: Callable[[], object]) -> None:
    """Wait until something is so."""
    last = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < last, "it never was so"
        time.sleep(0.01)


def at_work(worker: subprocess.Popen[bytes]) -> bool:
    """Whether a program of ours runs on a worker."""
    threads = Path(f"/proc/{worker.pid}/task").glob("*/children")
    return any(thread.read_text() for thread in threads)


def test_workers_make_the_same_bytes_whatever_becomes_of_one_and_another_version_makes_none(
    machines, unbuilt, as_here, tmp_path
):
    other = tmp_path / "other"
    shutil.copytree(REPOSITORY / "pipeline", other / "pipeline")
    with (other / "pipeline/work/making.py").open("a", encoding="utf-8") as text:
        text.write("\ndef make(*_):\n    raise ToolFailed('ffmpeg', 'all', 'is another one')\n")
    _, address = machines.scheduler()
    machines.worker(address)
    machines.worker(address, PYTHONPATH=str(other))
    to_be_killed = machines.worker(address)
    until(lambda: machines.there() == 3)
    with building(unbuilt, "--scheduler", address) as (build, said):
        until(lambda: list(unbuilt.outputs.glob(".store/objects/*/*")))
        until(lambda: at_work(to_be_killed))
        to_be_killed.kill()
        assert build.wait(WITHIN_S) == 0, said.read_text("utf-8")
    assert bytes_of(unbuilt.outputs) == bytes_of(as_here / "outputs")
    words = said.read_text("utf-8")
    assert "is given no work, since its results would be others: perspectives is 0.1.0 (" in words
    assert ") there and 0.1.0 (" in words and words.count("is given no work") == 1


MOUNTS = """
mount --bind "$0" "$1/mnt" &&
mount -t overlay none -o "lowerdir=$0/inputs,upperdir=$1/up,workdir=$1/work" "$1/mnt/inputs" &&
mount -t tmpfs none "$0" && shift && exec "$@"
"""
"""A worker sees the workspace ($0) in $1/mnt alone, and its recordings on another device."""


def test_a_workspace_may_lie_elsewhere_on_the_workers_and_one_that_is_not_shared_is_said(
    machines, unbuilt, as_here, tmp_path
):
    for name in ("mnt", "up", "work"):
        (tmp_path / name).mkdir()
    within = ("unshare", "-rm", "sh", "-c", MOUNTS, str(unbuilt.root), str(tmp_path))
    if subprocess.run([*within, "true"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount folders in a namespace of their own")
    _, address = machines.scheduler()
    machines.worker(address, within=within)
    until(lambda: machines.there() == 1)
    refused = unbuilt.run_apart("build", "--scheduler", address)
    assert refused.code == 4
    assert f"it has another folder at {unbuilt.root}" in refused.stderr
    assert "--worker-root PATH" in refused.stderr
    options = ("--scheduler", address, "--worker-root", str(tmp_path / "mnt"))
    built = unbuilt.run_apart("build", *options)
    assert built.code == 0, built.stderr
    assert bytes_of(unbuilt.outputs) == bytes_of(as_here / "outputs")


def test_where_the_last_worker_dies_that_is_said_and_the_build_goes_on_when_another_comes(
    machines, unbuilt, as_here
):
    _, address = machines.scheduler()
    only = machines.worker(address)
    with building(unbuilt, "--scheduler", address) as (build, said):
        until(lambda: list(unbuilt.outputs.glob(".store/objects/*/*")))
        until(lambda: at_work(only))
        only.kill()
        until(lambda: f"There is no worker at {address}" in said.read_text("utf-8"))
        machines.worker(address)
        assert build.wait(WITHIN_S) == 0, said.read_text("utf-8")
    assert bytes_of(unbuilt.outputs) == bytes_of(as_here / "outputs")
    assert not list(unbuilt.outputs.glob(".store/tmp/*")), "what the dead one left"


def test_one_ctrl_c_ends_a_build_that_waits_for_a_worker_or_has_one_at_work(machines, unbuilt):
    _, address = machines.scheduler()
    for with_one in (False, True):
        worker = machines.worker(address) if with_one else None
        with building(unbuilt, "--scheduler", address) as (build, said):
            until(lambda: list(unbuilt.outputs.glob(".store/tmp/met-*/token")))
            if worker:
                until(lambda: list(unbuilt.outputs.glob(".store/objects/*/*")))
            build.send_signal(signal.SIGINT)
            assert build.wait(5) == 130
        assert "Stopped. What was finished is kept" in said.read_text("utf-8")


def test_a_scheduler_that_is_lost_ends_the_build_in_a_sentence(machines, unbuilt):
    scheduler, address = machines.scheduler()
    machines.worker(address)
    with building(unbuilt, "--scheduler", address) as (build, said):
        until(lambda: list(unbuilt.outputs.glob(".store/objects/*/*")))
        scheduler.kill()
        assert build.wait(WITHIN_S) == 4
    words = said.read_text("utf-8")
    assert f"The Dask scheduler at {address} does not answer any more" in words
    assert "Traceback" not in words
