"""The dress rehearsal, walked through by what its page says alone."""

from __future__ import annotations

import re
import shlex
from datetime import datetime
from pathlib import Path

import pytest
from conftest import Ended, Event

from pipeline.commands.demo import PAGE, make_demo
from pipeline.errors import UsageWrong
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
    make_demo(event.root, datetime(2026, 11, 26, 9, 0))
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
    # check, trim, build with a card for Dóra, --final refused, add, --final, report
    assert codes == [3, 0, 3, 4, 0, 0, 0]


def test_a_folder_with_something_in_it_is_left_as_it_is(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageWrong, match="is not empty"):
        make_demo(tmp_path, datetime(2026, 11, 26, 9, 0))
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


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
