"""Which work is begun first where more is asked for than there are places."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.recipe import Recipe
from pipeline.tools.running import system
from pipeline.work import workers

HERE = Path("here")


def work(task: str) -> Recipe:
    """Work that costs nothing."""
    return Recipe(task, "ffmpeg", "9", (), ())


def test_what_can_wait_is_begun_when_nothing_else_waits():
    begun: list[str] = []
    go_on = threading.Event()

    def make(_: Path, command: Recipe, __: tuple[Recipe, ...]) -> None:
        begun.append(command.task)

    with workers.threads(1) as places:
        places.run(lambda *_: go_on.wait(20), HERE, work("first"), ())
        asked = [
            places.run(make, HERE, work("picture 1"), (), can_wait=True),
            places.run(make, HERE, work("hear"), ()),
            places.run(make, HERE, work("picture 2"), (), can_wait=True),
            places.run(make, HERE, work("fit"), ()),
        ]
        go_on.set()
        for one in asked:
            one.result(20)
    assert begun == ["hear", "fit", "picture 1", "picture 2"]


def test_whoever_waits_for_work_gets_its_result_or_its_error():
    def make(root: Path, _: Recipe, fills: tuple[Recipe, ...]) -> None:
        assert (root, fills) == (HERE, (work("hear"),))

    with workers.threads(2) as places:
        assert places.run(make, HERE, work("hear"), (work("hear"),)).result(20) is None
        with pytest.raises(AssertionError):
            places.run(make, HERE, work("hear"), ()).result(20)


def test_no_more_run_at_once_than_memory_is_for(monkeypatch):
    monkeypatch.setattr(system, "memory_mib", lambda: 2000.0)  # of which 1400 may be taken
    running, most = 0, 0
    counted = threading.Lock()

    def make(*_: object) -> None:
        nonlocal running, most
        with counted:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with counted:
            running -= 1

    with workers.threads(4) as places:
        large = [replace(work(f"hear {number}"), memory_mib=600) for number in range(6)]
        for one in [places.run(make, HERE, command, ()) for command in large]:
            one.result(20)
        assert most == 2
        places.run(make, HERE, replace(work("whole"), memory_mib=90_000), ()).result(20)


def test_a_container_says_how_much_memory_is_ours(monkeypatch, tmp_path):
    whole = system.memory_mib()
    said = tmp_path / "memory.max"
    monkeypatch.setattr(system, "_OF_THE_CONTAINER", said)
    for text, has in (("max\n", whole), (f"{64 * 2**20}\n", 64.0)):
        said.write_text(text)
        assert system.memory_mib() == pytest.approx(has)
