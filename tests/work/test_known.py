"""What was worked out once is not worked out again; nor is it believed once it may be another."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from recorded_hands import Recorded, Watcher

from pipeline.recipe import Recipe
from pipeline.tools.running import identity
from pipeline.work import known
from pipeline.work.bench import Bench, Hands
from pipeline.work.known import Known
from pipeline.work.store import Store, object_folder

HEARD = Recipe("ana: hear the captions", "sphinx", "1", (), ("words.json",))


@dataclass(frozen=True)
class Shown:
    """Something as it would be remembered."""

    width_em: Fraction
    lines: tuple[str, ...]
    spoken: frozenset[int]


SHOWN = Shown(Fraction(5, 7), ("«Señor»", "два"), frozenset({3, 1}))


@dataclass
class Work:
    """Counts how often it was worked out."""

    answer: Shown | tuple[int, ...] | str = SHOWN
    times: int = 0

    def __call__(self, _: Bench) -> Shown | tuple[int, ...] | str:
        """The answer."""
        self.times += 1
        return self.answer


def bench(root: Path) -> Bench:
    """That of another command each time."""
    hands = Recorded()
    return Bench(Store(root), None, Watcher(), Hands(hands.make, hands.length_of))


def asked(root: Path, work: Work, given: object = "ana.mp4") -> object:
    """What one command learns, which keeps it."""
    at = bench(root)
    found = at.known("captions", given, type(work.answer), work)
    at.store.save()
    return found


def test_the_next_command_knows_what_this_one_worked_out(tmp_path: Path):
    work = Work()
    assert [asked(tmp_path, work), asked(tmp_path, work)] == [SHOWN, SHOWN]
    assert work.times == 1


def test_what_is_given_otherwise_is_worked_out_anew(tmp_path: Path):
    work = Work()
    asked(tmp_path, work, ("ana.mp4", 1))
    asked(tmp_path, work, ("ana.mp4", 2))
    assert work.times == 2


@pytest.mark.parametrize("another", ["STARTED_AS", "installed"])
def test_other_programs_of_ours_and_other_libraries_work_it_out_anew(
    tmp_path: Path, monkeypatch, another
):
    work = Work()
    asked(tmp_path, work)
    instead = "0123456789ab" if another == "STARTED_AS" else lambda: ("ttconv-9.dist-info",)
    monkeypatch.setattr(identity, another, instead)
    known._worked_out_by.cache_clear()
    asked(tmp_path, work)
    known._worked_out_by.cache_clear()
    assert work.times == 2


def test_each_library_is_told_by_its_version():
    assert f"pydantic-{known_version('pydantic')}.dist-info" in identity.installed()


def known_version(library: str) -> str:
    """As the library says it."""
    from importlib.metadata import version

    return version(library)


def test_what_is_empty_is_asked_for_each_time(tmp_path: Path):
    """A font may be installed at any time."""
    work = Work(())
    asked(tmp_path, work)
    asked(tmp_path, work)
    assert work.times == 2


@pytest.mark.parametrize("left", ["", "[]", '{"x": 1}', "{", "a folder"])
def test_a_file_that_the_disk_has_damaged_is_written_anew(tmp_path: Path, left):
    work, file = Work(), tmp_path / "known.json"
    asked(tmp_path, work)
    file.unlink()
    file.mkdir() if left == "a folder" else file.write_text(left)
    assert asked(tmp_path, work) == SHOWN
    assert asked(tmp_path, work) == SHOWN and work.times == 2


def test_a_word_that_the_disk_has_changed_is_not_believed(tmp_path: Path):
    work, file = Work("Good morning"), tmp_path / "known.json"
    asked(tmp_path, work)
    file.write_text(file.read_text().replace("morning", "evening"))
    assert asked(tmp_path, work) == "Good morning"


def test_an_answer_goes_with_the_result_that_it_was_worked_out_with(tmp_path: Path):
    """It is that result's, and a dry run is to say that it has to be made."""
    hands, times = Recorded(), []

    def heard(at: Bench) -> str:
        times.append(1)
        at.start(HEARD)
        return "heard"

    hands.make(tmp_path, HEARD, (HEARD,))
    first = bench(tmp_path)
    first.known("captions", "", str, heard)
    first.store.save()
    second = bench(tmp_path)
    assert second.known("captions", "", str, heard) == "heard" and len(times) == 1
    assert second.asked == {HEARD.key} == second.store.used
    shutil.rmtree(object_folder(tmp_path, HEARD.key))
    third = bench(tmp_path)
    third.known("captions", "", str, heard)
    assert len(times) == 2 and third.would_run


def test_what_nobody_asks_for_is_kept_for_a_day(tmp_path: Path):
    work, other, file = Work(), Work("other"), tmp_path / "known.json"
    asked(tmp_path, work)
    kept = json.loads(file.read_text())
    for one in kept.values():
        one[0] = time.time() - known.KEPT_S - 60
    file.write_text(json.dumps(kept))
    asked(tmp_path, other, "bo.mp4")
    asked(tmp_path, work)
    assert work.times == 2


def test_what_is_asked_for_again_is_noted_once_an_hour(tmp_path: Path):
    work, file = Work(), tmp_path / "known.json"
    asked(tmp_path, work)
    before = os.stat(file).st_mtime_ns
    asked(tmp_path, work)
    assert os.stat(file).st_mtime_ns == before
    kept = json.loads(file.read_text())
    for one in kept.values():
        one[0] -= known.NOTED_EVERY_S + 60
    file.write_text(json.dumps(kept))
    asked(tmp_path, work)
    assert all(time.time() - one[0] < 60 for one in json.loads(file.read_text()).values())
    assert work.times == 1


def test_of_somebody_forgotten_nothing_is_known(tmp_path: Path):
    asked(tmp_path, Work("what Ana said"))
    store = Store(tmp_path)
    store.forget([], [])
    assert not (tmp_path / "known.json").exists()
    assert Known(tmp_path / "known.json").answer("captions", "ana.mp4", str, bool) is None
