"""The bench: the same work is done once for everybody who needs it, and all of them have it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest
from conftest import HEAD, make_clip
from measure import streams
from recorded_hands import AtOnce, Recorded, Watcher

from pipeline.errors import Damaged
from pipeline.recipe import Recipe, own_task
from pipeline.work.bench import MOST_DAMAGED, Bench, Hands
from pipeline.work.store import Store
from pipeline.work.workers import Workers


class Later(Executor):
    """Work that is asked for now and done when ``all_done`` is called."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """A future that is not over yet."""
        asked: Future[Any] = Future()
        self.waiting.append(lambda: asked.set_result(work(*arguments, **named)))
        return asked

    def all_done(self) -> None:
        """Do it, in the order in which it was asked for."""
        for work in self.waiting:
            work()


def part(*outputs: str) -> Recipe:
    """One part of a message's picture."""
    return Recipe("picture 1/1", "ffmpeg", "9", outputs, outputs)


CLEAN, BURNED, BOTH = part("clean.mp4"), part("burned.mp4"), part("clean.mp4", "burned.mp4")


@pytest.mark.parametrize("first", [CLEAN, BURNED])
def test_of_two_results_of_one_run_the_one_that_nobody_makes_yet_is_made(tmp_path: Path, first):
    """Two speakers sent the same recording, and only one of them has captions."""
    hands, later = Recorded(), Later()
    store = Store(tmp_path)
    bench = Bench(store, Workers(later), Watcher(), Hands(hands.make, hands.length_of))
    started = [bench.start(first), bench.start(BOTH, CLEAN, BURNED)]
    later.all_done()
    bench.wait(*started)
    assert store.has(CLEAN) and store.has(BURNED)
    assert len(hands.told) == 2


def test_two_results_of_one_run_are_waited_for_by_whoever_needs_either(tmp_path: Path):
    hands, later = Recorded(), Later()
    bench = Bench(Store(tmp_path), Workers(later), Watcher(), Hands(hands.make, hands.length_of))
    bench.start(BOTH, CLEAN, BURNED)
    started = [*bench.start(BURNED), *bench.start(CLEAN)]
    assert len(started) == 2 and not any(one.done() for one in started)
    later.all_done()
    assert all(one.done() for one in started) and len(hands.told) == 1


def test_work_for_an_edition_is_called_so_and_is_not_done_again_for_another(tmp_path: Path):
    hands, store = Recorded(), Store(tmp_path)
    bench = Bench(store, Workers(AtOnce()), Watcher(), Hands(hands.make, hands.length_of))
    for name in ("upright", "square"):
        bench.on_behalf_of(name).obtain(CLEAN)
    assert bench.ran == ["upright: picture 1/1"]
    assert store.why(CLEAN) == "made for the first time"  # for the segment
    assert store.has(CLEAN)


@pytest.mark.parametrize(
    ("called", "own"),
    [
        ("ana: picture 1/2", "ana: picture 1/2"),
        ("upright: ana: picture 1/2", "ana: picture 1/2"),
        ("upright: join clip ana.mp4", "join clip ana.mp4"),
        ("join segment.mp4", "join segment.mp4"),
    ],
)
def test_whose_work_it_is_is_known_whatever_edition_it_is_done_for(called, own):
    assert own_task(called) == own


@pytest.mark.long
def test_one_recording_of_two_speakers_is_built_with_the_captions_of_one(event):
    """The second one's caption lies in a part that is the first one's to the byte otherwise."""
    make_clip(event.inputs / "ana.mp4", 11, picture="testsrc2=s=160x90:r=25")
    (event.inputs / "bo.mp4").write_bytes((event.inputs / "ana.mp4").read_bytes())
    text = "1\n00:00:10,200 --> 00:00:10,900\nBo says this.\n"
    (event.inputs / "captions/bo.en.srt").write_text(text, "utf-8")
    small = HEAD.replace("640x360", "320x180")
    both = "speakers:\n  - {id: ana, name: Dr Ana}\n  - {id: bo, name: Dr Bo}\n"
    ended = event.config(small + both).run("build")
    assert ended.code == 0, ended.stderr
    codes = {found["code"] for one in event.report()["submissions"] for found in one["findings"]}
    assert "duplicate-content" in codes
    for name in ("segment.mp4", "segment.captioned.mp4"):
        assert streams(event.outputs / name).picture["frames"] == 25 * (1 + 2 * (1 + 11) + 1)


def test_after_damage_what_waits_is_not_begun_a_second_time(tmp_path: Path):
    hands, later = Recorded(), Later()
    bench = Bench(Store(tmp_path), Workers(later), Watcher(), Hands(hands.make, hands.length_of))
    times = 0

    def work() -> None:
        nonlocal times
        times += 1
        started = bench.start(CLEAN)
        if times == 1:
            raise Damaged("ana: listen")
        later.all_done()
        bench.wait(started)

    bench.in_spite_of_damage(work)
    assert (times, len(hands.told)) == (2, 1)


def test_a_disk_that_damages_result_after_result_is_said_to_be_no_place_for_it(tmp_path: Path):
    bench = Bench(Store(tmp_path), None, Watcher())

    def work() -> None:
        raise Damaged("ana: listen")

    with pytest.raises(Damaged):
        bench.in_spite_of_damage(work)
    assert len(bench.observer.said) == MOST_DAMAGED
