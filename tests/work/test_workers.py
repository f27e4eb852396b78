"""Which work is begun first where more is asked for than there are places."""

from __future__ import annotations

import threading

import pytest

from pipeline.work import workers


def test_what_can_wait_is_begun_when_nothing_else_waits():
    begun: list[str] = []
    go_on = threading.Event()
    with workers.threads(1) as places:
        places.run(go_on.wait, 20)
        asked = [
            places.run(begun.append, "picture 1", can_wait=True),
            places.run(begun.append, "hear"),
            places.run(begun.append, "picture 2", can_wait=True),
            places.run(begun.append, "fit"),
        ]
        go_on.set()
        for one in asked:
            one.result(20)
    assert begun == ["hear", "fit", "picture 1", "picture 2"]


def test_whoever_waits_for_work_gets_its_result_or_its_error():
    with workers.threads(2) as places:
        assert places.run(max, 3, 4).result(20) == 4
        with pytest.raises(ZeroDivisionError):
            places.run(divmod, 1, 0).result(20)
