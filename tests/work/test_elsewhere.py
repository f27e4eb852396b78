"""What another machine looks at before it works for us, and how it works on files that lie
elsewhere there.
"""

from __future__ import annotations

import asyncio
import errno
import shutil
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import make_clip

from pipeline.errors import Exchanged, MachineFailed, WorkersFailed
from pipeline.plan.probe import plan_probe
from pipeline.recipe import Recipe
from pipeline.tools.running import files, identity, process, programs
from pipeline.work import elsewhere
from pipeline.work.elsewhere import Greeting, Terms, await_visible, differences, greet, make_there
from pipeline.work.faults import LESS_AT_ONCE
from pipeline.work.making import make
from pipeline.work.store import Store


def terms(here: Path, there: Path) -> Terms:
    """What we ask of a worker; our file is in the workspace."""
    asked = Terms(here, there, "5ca1ab1e", identity.versions())
    files.write_whole(asked.meeting(here) / "token", asked.token)
    return asked


def greeted(asked: Terms) -> Greeting:
    """What a worker on this machine says."""
    return asyncio.run(greet(asked))


def test_a_worker_that_sees_the_folder_reads_our_file_and_writes_one_that_we_can_read(tmp_path):
    asked = terms(tmp_path, tmp_path)
    said = greeted(asked)
    assert (said.host, said.cannot) == (socket.gethostname(), "")
    assert said.versions == identity.versions()
    assert (asked.meeting(tmp_path) / said.wrote).read_text("utf-8") == "5ca1ab1e"


def test_a_worker_says_what_is_wrong_with_the_folder_there(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    asked = terms(here, there)
    assert greeted(asked).cannot == f"does not see the event's folder: {there} is not there"
    there.mkdir()
    assert greeted(asked).cannot.startswith(f"has another folder at {there}")
    (asked.meeting(there)).mkdir(parents=True)
    (asked.meeting(there) / "token").write_text("that of an older copy", "utf-8")
    assert greeted(asked).cannot.endswith("so it is not shared")


def test_a_worker_that_may_not_write_says_why(tmp_path, monkeypatch):
    def refused(path: Path, _: str) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    asked = terms(tmp_path, tmp_path)
    monkeypatch.setattr(files, "write_whole", refused)
    where = f"{tmp_path}/outputs/.store"
    assert greeted(asked).cannot == f"may not write into {where} (Read-only file system)"


def test_a_worker_whose_disk_does_not_answer_says_so_in_time(tmp_path, monkeypatch):
    monkeypatch.setattr(elsewhere, "MOST_LOOK_S", 0.01)
    monkeypatch.setattr(elsewhere, "_look", lambda _: elsewhere.time.sleep(0.5))
    cannot = greeted(terms(tmp_path, tmp_path)).cannot
    assert cannot == f"gets no answer from the disk with {tmp_path} there"


def test_what_is_another_version_there_is_named_with_both_and_more_there_is_no_fault():
    ours = {"perspectives": "0.1.0 (aaa)", "ffmpeg": "ffmpeg-9 (bbb)", "av": "17.0"}
    theirs = {"perspectives": "0.1.0 (aaa)", "ffmpeg": "ffmpeg-8 (ccc)", "faster-whisper": "1.2"}
    assert differences(ours, theirs) == (
        "ffmpeg is ffmpeg-8 (ccc) there and ffmpeg-9 (bbb) here; av is missing there and 17.0 here"
    )
    assert differences(ours, {**ours, "faster-whisper": "1.2"}) == ""


def test_versions_tell_an_ffmpeg_of_the_same_name_and_size_from_another(tmp_path, monkeypatch):
    said = []
    for content in (b"one", b"two"):
        (tmp_path / "ffmpeg-9").write_bytes(content)
        monkeypatch.setattr(programs, "ffmpeg_path", lambda: tmp_path / "ffmpeg-9")
        said.append(identity.versions()["ffmpeg"])
    assert said == ["ffmpeg-9 (7692c3ad3540)", "ffmpeg-9 (3fc4ccfe7458)"]


def test_a_program_that_was_exchanged_under_a_running_worker_is_no_longer_ours(
    tmp_path, monkeypatch
):
    package = tmp_path / "pipeline"
    shutil.copytree(identity.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    before = identity.versions()
    monkeypatch.setattr(identity, "PACKAGE", package)
    assert identity.versions() == before
    with (package / "geometry.py").open("a", encoding="utf-8") as text:
        text.write("# another\n")
    said = differences(before, identity.versions())
    assert said.startswith("perspectives is 0.1.0 (")
    assert ", replaced by " in said and " since it was started) there and 0.1.0 (" in said


@pytest.fixture
def moved(tmp_path: Path) -> tuple[Terms, Store, Recipe]:
    """A workspace that lies elsewhere on the worker, and work that is asked for where we are."""
    here, there = tmp_path / "here", tmp_path / "there"
    (here / "inputs").mkdir(parents=True)
    (here / "outputs/.store").mkdir(parents=True)
    store = Store(here / "outputs/.store")
    sent = store.submission(make_clip(here / "inputs/ana.mp4", 1), here / "inputs")
    asked = terms(here, there)
    shutil.move(here, there)
    return asked, store, plan_probe(sent, "ana", programs.version("probe"))


def test_work_is_done_where_the_workspace_lies_on_the_worker(moved):
    asked, store, recipe = moved
    make_there(asked, make, store.root, recipe, (recipe,))
    assert Store(asked.there / "outputs/.store").has(recipe)
    assert not asked.here.exists()


def test_a_logo_in_the_workspace_is_read_where_it_lies_on_the_worker(tmp_path, monkeypatch):
    """Under another name, inode and time; one that is another logo there is not."""
    monkeypatch.setattr(process, "run", lambda *_: process.Ended(0, None, "", ""))
    here, there = tmp_path / "here", tmp_path / "there"
    (here / "outputs/.store").mkdir(parents=True)
    (here / "logo.png").write_bytes(b"white")
    store = Store(here / "outputs/.store")
    logo = store.file_input(here / "logo.png", "logo")
    card = Recipe("ana: cards", "draw", "1", (), (), (logo,))
    asked = terms(here, there)
    shutil.copytree(here, there)
    shutil.rmtree(here)
    make_there(asked, make, store.root, card, (card,))
    assert Store(there / "outputs/.store").folder(card).is_dir()
    (there / "logo.png").write_bytes(b"red")
    other = replace(card, task="bo: cards", arguments=("bo",))
    with pytest.raises(Exchanged, match=str(there / "logo.png")):
        make_there(asked, make, store.root, other, (other,))


def test_a_result_that_another_worker_has_made_meanwhile_stays(moved):
    """Somebody may be reading it."""
    asked, store, recipe = moved
    made = []
    for _ in range(2):
        make_there(asked, make, store.root, recipe, (recipe,))
        made.append(Store(asked.there / "outputs/.store").folder(recipe).stat().st_ino)
    assert made[0] == made[1]


def test_nothing_is_made_by_a_worker_that_has_become_another_version(moved):
    asked, store, recipe = moved
    ours = replace(asked, versions={**asked.versions, "av": "0.1"})
    with pytest.raises(WorkersFailed, match=r"has changed while it worked: av is .* and 0\.1 here"):
        make_there(ours, make, store.root, recipe, (recipe,))
    assert not Store(asked.there / "outputs/.store").has(recipe)


def test_a_worker_that_is_short_of_memory_is_named_and_what_to_do_is_about_it(moved):
    asked, store, recipe = moved

    def killed(*_: object) -> None:
        raise MachineFailed("ffmpeg", "ana: sound", "was ended from outside", LESS_AT_ONCE)

    with pytest.raises(MachineFailed) as caught:
        make_there(asked, killed, store.root, recipe, (recipe,))
    assert f"ana: sound: ffmpeg on {socket.gethostname()} was ended from outside" in str(
        caught.value
    )
    assert "start fewer workers there" in str(caught.value)


def test_a_file_that_another_machine_sees_late_is_waited_for(tmp_path, monkeypatch):
    late = tmp_path / "late"
    monkeypatch.setattr(elsewhere.time, "sleep", lambda _: late.touch())
    await_visible(late, 5)
    with pytest.raises(FileNotFoundError, match="never is not seen there"):
        await_visible(tmp_path / "never", 0)
