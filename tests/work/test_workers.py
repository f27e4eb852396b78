"""Which work is begun first where more is asked for than there are places."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pipeline.recipe import Recipe
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
