"""What a command loads and starts that has nothing to do; seconds are no test, libraries are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY
from recorded_hands import Recorded, arrived, at_work

from pipeline.commands.build import build

HEAVY = {
    "PIL", "av", "fontTools", "icalendar", "langcodes", "moviepy", "num2words", "numpy",
    "opentimelineio", "pocketsphinx", "rapidfuzz", "torch", "ttconv", "whisper",
}  # fmt: skip
WATCHED = f"""
import json, sys
started = []
ways = ("subprocess.Popen", "os.posix_spawn", "os.fork", "os.exec")
sys.addaudithook(lambda event, _: started.append(event) if event in ways else None)
sys.path.insert(0, {str(REPOSITORY)!r})
from pipeline.cli import main
try:
    main()
except SystemExit as ended:
    answer = [ended.code, sorted({HEAVY!r} & set(sys.modules)), started]
print(json.dumps(answer), file=sys.stderr)
"""


def loaded(root: Path, *words: str) -> tuple[int, list[str], list[str]]:
    """How a command ends, which heavy libraries it has loaded, and what it has started."""
    asked = [sys.executable, "-c", WATCHED, *words]
    said = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=False)
    return tuple(json.loads(said.stderr.splitlines()[-1]))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An event that was built, with captions that somebody has corrected."""
    root = arrived(tmp_path_factory.mktemp("finished"))
    captions = "1\n00:00:00,200 --> 00:00:02,800\nGood morning from Dublin.\n"
    (root / "inputs/captions/ana.en.srt").write_text(captions)
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
    return root


def test_help_loads_nothing_heavy(tmp_path: Path):
    assert loaded(tmp_path, "--help") == (0, [], [])


@pytest.mark.parametrize(("command", "ends_with"), [("build", 3), ("check", 3), ("status", 0)])
def test_a_command_with_nothing_to_do_loads_nothing_heavy_and_starts_nothing(
    finished, command, ends_with
):
    """3: Bo's recording is yet to come."""
    assert loaded(finished, command) == (ends_with, [], [])
