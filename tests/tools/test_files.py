"""Files appear whole or not at all, and what somebody sent is never moved."""

from __future__ import annotations

import errno
import os
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.tools.running import files


def names(folder: Path) -> list[str]:
    """All that lies in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def full_disk(*_: object) -> None:
    """What a full disk says."""
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_text_is_written_with_its_folders(tmp_path):
    files.write_whole(tmp_path / "a/b/c.txt", "Señor\n")
    assert (tmp_path / "a/b/c.txt").read_bytes() == "Señor\n".encode()
    assert names(tmp_path / "a/b") == ["c.txt"]


def test_a_full_disk_leaves_what_was_there_before(tmp_path, monkeypatch):
    (tmp_path / "report.json").write_text("old")
    monkeypatch.setattr(files.os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        files.write_whole(tmp_path / "report.json", "new")
    assert (tmp_path / "report.json").read_text() == "old"
    assert names(tmp_path) == ["report.json"]


def test_a_copy_that_breaks_off_leaves_nothing(tmp_path, monkeypatch):
    (tmp_path / "sent.mov").write_bytes(b"message")
    monkeypatch.setattr(files.shutil, "copyfile", full_disk)
    with pytest.raises(OSError, match="No space left"):
        files.copy_whole(tmp_path / "sent.mov", tmp_path / "inputs/ann.mov")
    assert names(tmp_path / "inputs") == []


def test_a_copy_leaves_the_original_and_is_not_linked_to_it(tmp_path):
    (tmp_path / "sent.mov").write_bytes(b"message")
    files.copy_whole(tmp_path / "sent.mov", tmp_path / "ann.mov")
    (tmp_path / "sent.mov").write_bytes(b"changed")
    assert (tmp_path / "ann.mov").read_bytes() == b"message"


def test_a_copy_can_be_read_by_others(tmp_path):
    (tmp_path / "sent.mov").write_bytes(b"message")
    (tmp_path / "sent.mov").chmod(0o400)
    files.copy_whole(tmp_path / "sent.mov", tmp_path / "ann.mov")
    assert (tmp_path / "ann.mov").stat().st_mode & 0o777 == 0o644


def test_a_text_that_is_there_already_is_not_written_again(tmp_path):
    path = tmp_path / "rundown.csv"
    assert files.write_if_new(path, "one") is True
    before = path.stat().st_ino
    assert files.write_if_new(path, "one") is False
    assert path.stat().st_ino == before
    assert files.write_if_new(path, "two") is True
    assert path.read_text() == "two"


def test_a_finished_folder_is_moved_into_place(tmp_path):
    (tmp_path / "made").mkdir()
    (tmp_path / "made/clip.mp4").write_bytes(b"x")
    files.move_whole(tmp_path / "made", tmp_path / "objects/ab/abc")
    assert names(tmp_path / "objects/ab/abc") == ["clip.mp4"]
    assert names(tmp_path) == ["objects"]


def test_a_folder_that_another_worker_put_there_first_stays(tmp_path):
    for folder, content in (("made", b"second"), ("target", b"first")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "clip.mp4").write_bytes(content)
    files.move_whole(tmp_path / "made", tmp_path / "target")
    assert (tmp_path / "target/clip.mp4").read_bytes() == b"first"
    assert names(tmp_path) == ["target"]


def test_a_file_is_known_by_its_content(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert (
        files.sha256_of(tmp_path / "a")
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_what_is_gone_already_is_removed_without_complaint(tmp_path):
    (tmp_path / "folder/inner").mkdir(parents=True)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/file").write_text("x")
    os.symlink(tmp_path / "kept", tmp_path / "link")
    files.remove_all([tmp_path / "folder", tmp_path / "link", tmp_path / "never-there"])
    assert names(tmp_path) == ["kept"]
    assert names(tmp_path / "kept") == ["file"]


# --- long copies ----------------------------------------------------------------------------------


@pytest.fixture
def film(tmp_path, monkeypatch) -> Path:
    """A file of five kilobytes, which is a long one, known to be on the disk kilobyte by
    kilobyte.
    """
    monkeypatch.setattr(files, "SURE_EVERY_BYTES", 1024)
    monkeypatch.setattr(files, "_PIECE_BYTES", 256)
    monkeypatch.setattr(files, "_COMPARED_BYTES", 100)
    (tmp_path / "film.mov").write_bytes(bytes(range(256)) * 20)
    return tmp_path / "film.mov"


def test_a_copy_that_broke_off_goes_on_where_it_was_surely_written(film, tmp_path):
    unfinished = tmp_path / ".film.part"
    unfinished.write_bytes(
        film.read_bytes()[:500] + b"kept" + film.read_bytes()[504:2048] + b"lost"
    )
    assert files.copy_on(film, unfinished)
    copied = unfinished.read_bytes()
    assert copied[500:504] == b"kept"  # what was there has not been written again
    assert copied[:500] + copied[504:] == film.read_bytes()[:500] + film.read_bytes()[504:]


@pytest.mark.parametrize(
    "there", [b"", b"x" * 3000, bytes(range(256)) * 7 + b"x" * 256, bytes(range(256)) * 80]
)
def test_what_is_no_beginning_of_it_is_not_gone_on_with(film, tmp_path, there):
    unfinished = tmp_path / ".film.part"
    unfinished.write_bytes(there)
    assert files.copy_on(film, unfinished)
    assert unfinished.read_bytes() == film.read_bytes()


def test_of_copies_that_broke_off_the_long_and_fresh_ones_are_kept(film):
    changed_s = film.stat().st_mtime
    assert files.may_go_on(film, changed_s + 3600)
    assert not files.may_go_on(film, changed_s + 25 * 3600)
    film.write_bytes(b"short")
    assert not files.may_go_on(film, changed_s)
    assert not files.may_go_on(film.with_name("gone"), changed_s)


def test_two_versions_that_are_replaced_within_a_second_are_both_kept(tmp_path):
    path, at = tmp_path / "ana.en.srt", datetime(2026, 11, 26, 22, 2, 3)
    first = files.earlier_name(tmp_path, path, at)
    first.write_text("the older one")
    second = files.earlier_name(tmp_path, path, at)
    names = (first.name, second.name)
    assert names == ("ana.en.20261126-220203.srt", "ana.en.20261126-220203-2.srt")
