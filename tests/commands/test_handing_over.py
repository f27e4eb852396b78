"""What a build hands over changes in one step: a kill or a fault at any moment leaves the whole old
set or the whole new one to whoever comes next.

The builds are told with recorded answers, and ended in a process of their own: by SIGKILL, or by a
disk that is full from then on, at each write, rename and removal in turn.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock
from recorded_hands import CONFIG, Recorded, Watcher, arrived, at_work

from pipeline.commands.build import NotFinal, build
from pipeline.commands.drafts import make_drafts
from pipeline.commands.report import Report
from pipeline.commands.session import opened
from pipeline.errors import Refused
from pipeline.event import Workspace
from pipeline.programme import handing_over
from pipeline.recipe import Recipe
from pipeline.tools.running.files import sha256_of
from pipeline.work import changeover

STEPS = ("os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "open")
WRITES = os.O_WRONLY | os.O_RDWR
KILLED, FULL = -signal.SIGKILL, 7


def built(root: Path) -> tuple[Report, list[str]]:
    """A build: its report, and the tasks that were run."""
    hands = Recorded(digests=True)
    with at_work(root, hands) as (event, bench):
        return build(event, bench), hands.told


def seen(root: Path) -> dict[str, str]:
    """The set as it lies in outputs/: digests of all files by name, hidden ones left out."""
    outputs = root / "outputs"
    names = {path: path.relative_to(outputs) for path in outputs.rglob("*") if path.is_file()}
    return {
        name.as_posix(): sha256_of(path)
        for path, name in names.items()
        if not any(part.startswith(".") for part in name.parts)
    }


def hidden(root: Path) -> list[str]:
    """Hidden names in outputs/, those in the store left out."""
    outputs = root / "outputs"
    return sorted(path.name for path in (*outputs.glob(".*"), *outputs.glob("[!.]*/**/.*")))


def looked(root: Path) -> None:
    """A command comes by that only looks."""
    with opened(Workspace(root), Watcher(), dry=True):
        pass


@pytest.fixture
def before(tmp_path: Path) -> tuple[Path, dict[str, str], dict[str, str]]:
    """A built workspace in which everything has changed since, Bo is gone and a person has put
    something of their own; its set, and the one that a build makes of it.
    """
    root = arrived(tmp_path / "before")
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    built(root)
    (root / "outputs/clips/of mine").mkdir()
    (root / "outputs/clips/of mine/notes.v1.txt").write_text("mine")
    old = seen(root)
    (root / "inputs/bo.mp4").unlink()
    text = CONFIG.replace("Dr Ana Expert", "Ana").replace("title: 1s", "title: 2s")
    (root / "config.yaml").write_text(text)
    finished = tmp_path / "finished"
    shutil.copytree(root, finished)
    built(finished)
    return root, old, seen(finished)


def apart(work: Callable[[], object]) -> int:
    """``work`` in a process of its own: how that ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 0
    try:
        work()
    except OSError:
        code = FULL
    except BaseException:
        code = 1
    os._exit(code)


def ended_at(step: int, kill: bool, work: Callable[[], object]) -> int:
    """``work``, apart, ended before its ``step``th change of a file from where the hand-over
    begins.
    """
    left = [step]

    def count(event: str, given: tuple[object, ...]) -> None:
        if event not in STEPS or (event == "open" and not (int(str(given[2])) & WRITES)):
            return
        left[0] -= 1
        if left[0] < 0 and kill:
            os.kill(os.getpid(), signal.SIGKILL)
        if left[0] < 0 and event not in ("os.remove", "os.rmdir"):  # a full disk gives up files
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def begun(*given: object) -> changeover.Changed:
        sys.addaudithook(count)
        return changeover.change_over(*given)  # type: ignore[arg-type]

    def patched() -> None:
        handing_over.change_over = begun  # type: ignore[assignment]
        work()

    return apart(patched)


EVERY, EVERY_LONG = 41, 7
"""Of about 200 steps so many are taken at a time; `PERSPECTIVES_KILLS` takes each of them."""


@pytest.mark.parametrize("kill", [True, False], ids=["killed", "disk full"])
@pytest.mark.parametrize(
    "every", [EVERY, pytest.param(EVERY_LONG, marks=pytest.mark.long)], ids=["some", "more"]
)
def test_an_end_at_any_moment_leaves_one_whole_set(tmp_path, before, kill, every):
    root, old, new = before
    every = 1 if "PERSPECTIVES_KILLS" in os.environ else every
    left, ends, place = {"old": 0, "new": 0}, set(), tmp_path / "here"
    for step in range(0, 100_000, every):
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(root, place)
        ends.add(ended := ended_at(step, kill, partial(built, place)))
        looked(place)
        assert seen(place) in (old, new), step
        left["old" if seen(place) == old else "new"] += 1
        assert hidden(place) == [".store"]
        report, told = built(place)
        assert seen(place) == new
        assert not [task for task in told if task != "run of show"]
        assert "draft-edited" not in [one.code for one in report.all_findings]
        if ended == 0:
            break
    assert ends == {KILLED if kill else FULL, 0}
    assert left["old"] > 1 and left["new"] > 1


def test_between_two_renames_a_running_command_is_left_alone(before):
    root, old, new = before

    def broken_off() -> None:
        put, left = changeover.files.put_in_place, [3]

        def third(laid: Path, path: Path) -> None:
            left[0] -= 1
            put(laid, path) if left[0] else os.kill(os.getpid(), signal.SIGKILL)

        changeover.files.put_in_place = third
        built(root)

    assert apart(broken_off) == KILLED
    between = seen(root)
    assert between not in (old, new)
    with FileLock(root / "outputs/.store/lock"):
        looked(root)
        assert seen(root) == between
    looked(root)
    assert seen(root) == new


def test_nothing_is_written_where_nothing_has_changed(tmp_path):
    root = arrived(tmp_path)
    built(root)
    stamps = {path: os.stat(path).st_ctime_ns for path in (root / "outputs").iterdir()}
    assert built(root)[0].written == ()
    assert stamps == {path: os.stat(path).st_ctime_ns for path in (root / "outputs").iterdir()}


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("segment.mp4", Path.mkdir, "segment.mp4 is a folder; a file of that name is needed"),
        ("clips", Path.touch, "clips is a file; a folder of that name is needed"),
    ],
)
def test_what_is_in_the_way_is_named_and_nothing_is_changed(before, name, make, said):
    root, _, _ = before
    path = root / "outputs" / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    make(path)
    old = seen(root)
    with pytest.raises(Refused, match=said):
        built(root)
    assert seen(root) == old and hidden(root) == [".store"]
    path.rmdir() if path.is_dir() else path.unlink()
    assert built(root)[1] == []


def test_drafts_that_were_being_written_are_no_persons(tmp_path, before):
    root, place, step, code = before[0], tmp_path / "here", -4, KILLED
    own = "outputs/captions/ana.en.srt"
    was = (root / own).read_text()
    with at_work(root, Recorded()) as (_, bench):  # as after a build of something else
        bench.store.put_text(root / own, was + "\n")

    def drafted() -> Report:
        with at_work(place, Recorded()) as (event, bench):
            return make_drafts(event, bench)[0]

    while code == KILLED:
        step += 4
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(root, place)
        code = ended_at(step, True, drafted)
        looked(place)
        assert "draft-edited" not in [one.code for one in drafted().all_findings], step
        assert (place / own).read_text() == was
    assert code == 0 and step > 12


# --- a draft that a person corrects meanwhile -----------------------------------------------------

DRAFT = "outputs/captions/ana.en.srt"


def corrects(root: Path) -> None:
    """A person corrects Ana's draft where it lies."""
    (root / DRAFT).write_text("corrected")


@pytest.fixture
def newer_draft(tmp_path: Path) -> Path:
    """A workspace of which the next build has another draft than the one that lies there."""
    root = arrived(tmp_path)
    built(root)
    with at_work(root, Recorded()) as (_, bench):
        bench.store.put_text(root / DRAFT, "of an earlier recording")
    (root / "config.yaml").write_text(CONFIG.replace("Dr Ana Expert", "Ana"))
    return root


def is_kept(root: Path, report: Report) -> None:
    assert (root / DRAFT).read_text() == "corrected"
    (said,) = [one for one in report.all_findings if one.code == "draft-edited"]
    assert (said.submission, said.file) == ("ana", "ana.en.srt")
    assert "captions/ana.en.srt" not in report.written


class Corrected(Recorded):
    """Hands that join films while a person corrects a draft."""

    def make(self, root: Path, command: Recipe, fills: tuple[Recipe, ...]) -> None:
        """As always."""
        super().make(root, command, fills)
        if command.task == "join segment.mp4":
            corrects(root.parents[1])


def test_a_draft_that_is_corrected_while_films_are_joined_is_kept_and_said(newer_draft):
    with at_work(newer_draft, Corrected(digests=True)) as (event, bench):
        report = build(event, bench)
    is_kept(newer_draft, report)
    assert "draft-edited" in (newer_draft / "outputs/report.json").read_text()


def test_a_draft_that_is_corrected_while_films_are_copied_is_kept_and_said(
    newer_draft, monkeypatch
):
    lay = changeover.files.lay

    def laid(path: Path, fill: Callable[[Path], object]) -> None:
        lay(path, fill)
        corrects(newer_draft)

    with monkeypatch.context() as copying:
        copying.setattr(changeover.files, "lay", laid)
        report, _ = built(newer_draft)
    is_kept(newer_draft, report)
    assert hidden(newer_draft) == [".store"]
    is_kept(newer_draft, built(newer_draft)[0])


def test_a_draft_that_is_corrected_between_a_kill_and_the_next_command_is_kept(newer_draft):
    def broken_off() -> None:
        changeover.files.put_in_place = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        built(newer_draft)

    assert apart(broken_off) == KILLED
    corrects(newer_draft)
    looked(newer_draft)
    assert hidden(newer_draft) == [".store"]
    is_kept(newer_draft, built(newer_draft)[0])


def test_final_hands_nothing_over_beside_a_draft_that_is_corrected_meanwhile(newer_draft):
    corrects(newer_draft)
    old = seen(newer_draft)
    (newer_draft / DRAFT).unlink()
    config = CONFIG.replace("  - {id: bo, name: Dr Bo Expert}\n", "")
    accepted = config.replace("Dr Ana Expert", "Ana, accept: captions-draft")
    (newer_draft / "config.yaml").write_text(accepted)
    hands = Corrected(digests=True)
    with at_work(newer_draft, hands) as (event, bench), pytest.raises(NotFinal) as caught:
        build(event, bench, final=True)
    assert "join segment.mp4" in hands.told and "draft-edited" in str(caught.value)
    assert seen(newer_draft) == old
