"""What tests share: the command line run as a producer runs it, small recordings, and events that
are built once for a whole run.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from filelock import FileLock

from pipeline.cli import main
from pipeline.console import Console
from pipeline.tools.hearing import fetching

REPOSITORY = Path(__file__).parent.parent
OFFLINE = {
    "COLUMNS": "",
    "XDG_CACHE_HOME": "/nonexistent-cache",
    "PERSPECTIVES_BROUGHT_WEIGHTS": "off",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
}
"""No weights and no network: nothing may depend on what this machine happens to hold, or fetch half
a gigabyte.
"""

HEAD = """title: Test segment
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
delivery: {size: 640x360, preset: ultrafast}
cards: {opening: 1s, title: 1s, closing: 1s, lower_third: 2s}
"""


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test that is marked ``sample(count)``, all cases but so many are marked ``long``."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("sample"):
            cases[item.nodeid.partition("[")[0]].append(item)
    for those in cases.values():
        (count,) = those[0].get_closest_marker("sample").args  # type: ignore[union-attr]
        step = len(those) / min(count, len(those))
        quick = {int(step * index) for index in range(count)}
        for index in set(range(len(those))) - quick:
            those[index].add_marker("long")


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code, what it printed for programs and for people, and the pieces
    of work that it did, where it ran in the process of the tests.
    """

    code: int
    stdout: str
    stderr: str
    tasks: Sequence[str] = ()

    @property
    def worked(self) -> set[str]:
        """The pieces of work by name."""
        return set(self.tasks)

    @property
    def json(self) -> Any:
        """What ``--json`` printed."""
        return json.loads(self.stdout)


@dataclass
class Event:
    """A workspace folder and the command line on it."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> Ended:
        """``perspectives ARGUMENTS`` in this workspace, offline, in the process of the tests.

        What it prints passes through the encodings that a terminal or a pipe has. A start of Python
        costs 0.4 s, and one of Whisper to say that there is no network 1.3 s: what is about either
        is run by ``run_apart``.
        """
        out, err = _stream("strict"), _stream("backslashreplace")
        with (
            patch.dict(os.environ, {**OFFLINE, **self.environment}),
            patch.object(sys, "argv", ["perspectives", "--workspace", str(self.root), *arguments]),
            patch.object(sys, "stdin", None),
            patch.object(os, "_exit", _interrupted),
            patch.object(fetching, "fetch", lambda model: "there is no network in tests"),
            _signals_kept(),
            _work_told() as worked,
            contextlib.chdir(REPOSITORY),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 0
        return Ended(code, _written(out), _written(err), sorted(worked))

    def start(
        self,
        *arguments: str,
        ignoring: Sequence[signal.Signals] = (),
        stderr: int = subprocess.PIPE,
    ) -> subprocess.Popen[str]:
        """``perspectives ARGUMENTS`` as a process of its own, with the signals that a terminal
        gives: a shell lets what it starts in the background ignore Ctrl-C, and children inherit it.
        """
        return subprocess.Popen(
            [sys.executable, "-m", "pipeline", "--workspace", str(self.root), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=REPOSITORY,
            env={**os.environ, **OFFLINE, **self.environment},
            preexec_fn=partial(_signals_of_a_terminal, ignoring),
        )

    def run_apart(self, *arguments: str) -> Ended:
        """As ``run``, as a process of its own."""
        with self.start(*arguments) as process:
            said = process.communicate(timeout=600)
        return Ended(process.returncode, *said)

    def config(self, text: str) -> Event:
        """Write config.yaml."""
        (self.root / "config.yaml").write_text(text, "utf-8")
        return self

    @property
    def inputs(self) -> Path:
        """inputs/"""
        return self.root / "inputs"

    @property
    def outputs(self) -> Path:
        """outputs/"""
        return self.root / "outputs"

    def report(self) -> dict[str, Any]:
        """outputs/report.json"""
        return dict(json.loads((self.outputs / "report.json").read_text("utf-8")))


def _stream(errors: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), "utf-8", errors, write_through=True)


def _written(stream: io.TextIOWrapper) -> str:
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode("utf-8")


@contextlib.contextmanager
def _work_told() -> Iterator[set[str]]:
    """The pieces of work of which a command's console hears that they are done."""
    done: set[str] = set()
    heard = Console.ended

    def ended(console: Console, task: str, good: bool) -> None:
        if good:
            done.add(task)
        heard(console, task, good)

    with patch.object(Console, "ended", ended):
        yield done


@contextlib.contextmanager
def _signals_kept() -> Iterator[None]:
    """The command line takes signals over for as long as it runs; then they are pytest's again."""
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _interrupted(code: int) -> None:
    """Ctrl-C ends the command line at once; here it ends the tests, who then say what they saw."""
    raise KeyboardInterrupt


def _signals_of_a_terminal(ignoring: Sequence[signal.Signals]) -> None:
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN if number in ignoring else signal.SIG_DFL)


@pytest.fixture
def event(tmp_path: Path) -> Event:
    """An empty workspace with inputs/ and inputs/captions/."""
    (tmp_path / "event/inputs/captions").mkdir(parents=True)
    return Event(tmp_path / "event")


def make_clip(
    path: Path,
    seconds: float = 3,
    *options: str,
    picture: str = "testsrc2=s=640x360:r=25",
    sound: str = "sine=f=440:r=48000",
) -> Path:
    """A small recording: moving bars and a tone. ``options`` are ffmpeg's, before the name."""
    from measure import ffmpeg, generated

    tracks = [word for source in (picture, sound) if source for word in generated(source, seconds)]
    codecs = options or ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
    ffmpeg("-v", "error", "-y", *tracks, *codecs, path)
    return path


@pytest.fixture(scope="session")
def clip_maker() -> Callable[..., Path]:
    """``make_clip``."""
    return make_clip


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """``once(name, make)``: a folder that ``make`` fills, once for all workers of this test run."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = shared / name, shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                (folder / "inputs/captions").mkdir(parents=True)
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture
def event_like(tmp_path: Path) -> Callable[[Path], Event]:
    """A copy of a workspace that was built once: a test may do with it what it likes."""

    def copied(folder: Path) -> Event:
        shutil.copytree(folder, tmp_path / "event", symlinks=True)
        return Event(tmp_path / "event")

    return copied


ONE = HEAD + "speakers:\n  - {id: ana, name: Dr Ana Expert}\n"
TWO = HEAD + "speakers:\n  - {id: ana, name: Dr Ana Expert}\n  - {id: bo, name: Dr Bo Expert}\n"


@pytest.fixture
def two(event: Event) -> Event:
    """Two speakers, of whom one has sent a message of 3 s."""
    make_clip(event.inputs / "ana.mp4")
    return event.config(TWO)


@pytest.fixture
def two_built(once: Once, event_like: Callable[[Path], Event]) -> Event:
    """The same, built: with a holding card, so the build ended with 3."""

    def build(folder: Path) -> None:
        make_clip(folder / "inputs/ana.mp4")
        ended = Event(folder).config(TWO).run("build")
        assert ended.code == 3, ended.stderr

    return event_like(once("two-built", build))


@pytest.fixture
def talk(once: Once, event_like: Callable[[Path], Event]) -> Event:
    """One message whose words we know (a sample's, tests/samples/truth.json), listened to and built
    with its script as a draft: another script costs its fitting and the joins.
    """

    def build(folder: Path) -> None:
        shutil.copy(REPOSITORY / "inputs/oconnor.mp4", folder / "inputs/ana.mp4")
        shutil.copy(REPOSITORY / "inputs/oconnor.txt", folder / "inputs/ana.txt")
        config = HEAD.replace("ultrafast", "ultrafast, outputs: [soft]")
        event = Event(folder).config(config + "speakers:\n  - {id: ana, name: Dr Ana Expert}\n")
        ended = event.run("build", "--draft")
        assert ended.code == 0, ended.stderr
        (folder / "inputs/ana.txt").unlink()

    return event_like(once("talk", build))


@pytest.fixture(
    scope="session", params=["small", pytest.param("as it stands", marks=pytest.mark.long)]
)
def sample(request: pytest.FixtureRequest, once: Once) -> tuple[Event, Ended]:
    """The sample event, built from start to end, and how the build ended. Not to be changed.

    The whole of it, in the size that everybody gets, costs minutes: `make test-long` builds that,
    `make test` the same event in a small picture.
    """

    def build(folder: Path) -> None:
        shutil.copytree(REPOSITORY / "inputs", folder / "inputs", dirs_exist_ok=True)
        text = (REPOSITORY / "config.yaml").read_text("utf-8")
        if request.param == "small":
            text += "delivery: {size: 640x360, preset: ultrafast}\n"
        ended = Event(folder).config(text).run_apart("build")
        (folder / "ended.json").write_text(json.dumps(asdict(ended)), "utf-8")

    built = Event(once(f"sample, {request.param}", build))
    return built, Ended(**json.loads((built.root / "ended.json").read_text("utf-8")))
