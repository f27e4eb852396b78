"""What tests share: the command line run as a producer runs it, small recordings, and the sample
event built once.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parent.parent
OFFLINE = {
    "XDG_CACHE_HOME": "/nonexistent-cache",
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


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code, what it printed for programs and for people."""

    code: int
    stdout: str
    stderr: str

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
        """``perspectives ARGUMENTS`` in this workspace, offline."""
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", "--workspace", str(self.root), *arguments],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=600,
            cwd=REPOSITORY,
            env={**os.environ, **OFFLINE, **self.environment},
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def ran(self, ended: Ended) -> set[str]:
        """The pieces of work that a command named as done, from its progress lines."""
        lines = [
            line.split("] ", 1)[1]
            for line in ended.stderr.splitlines()
            if line.startswith("[") and "] " in line
        ]
        return {line.split(" (about", 1)[0] for line in lines}

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
    """A small recording: moving bars and a tone. ``options`` are ffmpeg's, before the file's name."""
    from measure import ffmpeg

    tracks: list[str] = []
    for source in (picture, sound):
        tracks += ["-f", "lavfi", "-t", str(seconds), "-i", source] if source else []
    ffmpeg(
        "-v",
        "error",
        "-y",
        *tracks,
        *(options or ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")),
        path,
    )
    return path


@pytest.fixture(scope="session")
def clip_maker() -> Callable[..., Path]:
    """``make_clip``."""
    return make_clip


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Event, Ended]:
    """The sample event, built once from start to end, and how the build ended."""
    root = tmp_path_factory.mktemp("sample")
    shutil.copy(REPOSITORY / "config.yaml", root)
    shutil.copytree(REPOSITORY / "inputs", root / "inputs")
    built = Event(root)
    return built, built.run("build")
