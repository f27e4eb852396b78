"""The dress rehearsal, walked through by what its page says alone."""

from __future__ import annotations

import re
import shlex
from datetime import datetime
from pathlib import Path

import pytest
from conftest import Ended, Event

from pipeline.commands import demo
from pipeline.commands.demo import PAGE, UNFINISHED, WHOLE, make_demo, place_for
from pipeline.errors import UsageWrong
from pipeline.event import Workspace
from pipeline.handover.rehearsal_page import STEPS, rehearsal_page


def said(ended: Ended) -> str:
    return " ".join((ended.stdout + ended.stderr).split())


def walked(event: Event, line: str) -> Ended:
    """A command as the page has it, typed in the folder of the rehearsal."""
    _, *words = shlex.split(line)
    here = [str(event.root / one) if one.startswith("late/") else one for one in words]
    return event.run(*here)


@pytest.mark.long
def test_every_fault_is_put_right_by_what_the_page_says_and_the_segment_may_air(tmp_path: Path):
    event = Event(tmp_path / "rehearsal")
    make_demo(Workspace(event.root), datetime(2026, 11, 26, 9, 0))
    config = event.root / "config.yaml"
    codes = []
    for step in STEPS:
        if step.heading == "An old decision":
            before = walked(event, "perspectives check chloe")
            assert all(line in said(before) for line in step.said)
            config.write_text(config.read_text("utf-8").replace("    trim: {start: 6s}\n", ""))
            assert "decided-for-another" not in said(walked(event, step.typed[0]))
            continue
        ended = [walked(event, line) for line in step.typed]
        together = " ".join(map(said, ended))
        for line in step.said:
            assert line in together, step.heading
        codes += [one.code for one in ended]
    # check; trim, check ben; check -v, build with a card for Dóra; --final refused; add, --final;
    # report
    assert codes == [3, 0, 0, 3, 3, 4, 0, 0, 0]


def test_a_folder_with_something_in_it_is_left_as_it_is(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageWrong, match="is not empty"):
        place_for(tmp_path)
    with pytest.raises(UsageWrong, match="is a file;"):
        place_for(tmp_path / "notes.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_rehearsal_that_was_interrupted_has_left_nothing_and_is_made_again(tmp_path, monkeypatch):
    folder, now = tmp_path / "rehearsal", datetime(2026, 11, 26, 9, 0)
    recorded = []

    def record(_, speaker: str, to: Path, *how: object) -> None:
        recorded.append(speaker)
        if recorded == ["ana", "ben"]:
            raise KeyboardInterrupt
        to.write_bytes(speaker.encode())

    monkeypatch.setattr(demo, "_record", record)
    with pytest.raises(KeyboardInterrupt):
        make_demo(place_for(folder), now)
    assert [path.name for path in folder.iterdir() if path.name[0] != "."] == []
    make_demo(place_for(folder), now)
    assert {path.name for path in folder.iterdir()} == {
        *("config.yaml", "decided.json", "inputs", "late", "outputs", PAGE)
    }
    assert (folder / "inputs/ben.mov").read_bytes() == b"ben"
    assert str(folder) in (folder / PAGE).read_text("utf-8")
    with pytest.raises(UsageWrong, match="is not empty"):
        place_for(folder)


def test_a_rehearsal_that_was_cut_off_at_its_end_takes_nobodys_config_for_its_own(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(demo, "_record", lambda *given: given[2].touch())
    monkeypatch.setattr(demo.files, "remove_all", lambda paths: None)
    make_demo(place_for(tmp_path), datetime(2026, 11, 26, 9, 0))
    monkeypatch.undo()
    (tmp_path / PAGE).rename(tmp_path / WHOLE / PAGE)
    (tmp_path / "config.yaml").write_text("title: mine")
    make_demo(place_for(tmp_path), datetime(2026, 11, 26, 9, 0))
    assert (tmp_path / "config.yaml").read_text() == "title: mine"
    assert (tmp_path / PAGE).is_file() and not (tmp_path / WHOLE).exists()


def test_beside_half_a_rehearsal_nobodys_own_files_are_taken_for_one(tmp_path):
    (tmp_path / UNFINISHED).mkdir()
    (tmp_path / "config.yaml").write_text("title: mine")
    with pytest.raises(UsageWrong, match="is not empty"):
        place_for(tmp_path)


def test_nothing_is_said_to_be_recorded_where_a_rehearsal_is_refused(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")
    ended = Event(tmp_path).run("demo", str(tmp_path))
    assert ended.code == 2
    assert "is not empty" in said(ended) and "recorded" not in said(ended)


def test_the_page_asks_nobody_for_anything_and_says_where_the_rehearsal_lies():
    page = rehearsal_page(Path("/home/ana/My rehearsal"))
    assert "cd &#34;/home/ana/My rehearsal&#34;" in page
    assert not re.search(r"https?://", page)
    assert page.count("<h2>") == len(STEPS)


def test_what_is_taken_along_for_the_rehearsal_is_small():
    folder = Path(__file__).parent.parent.parent / "pipeline/rehearsal"
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert set(sizes) == {
        f"{speaker}.{ending}"
        for speaker in ("ana", "ben", "chloe", "dora")
        for ending in ("jpg", "ogg", "txt")
    }
    assert sum(sizes.values()) < 500_000
    assert PAGE == "REHEARSAL.html"
