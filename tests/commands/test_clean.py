"""What no build needs any more is said and taken away; what is needed stays, whatever happens."""

from __future__ import annotations

from pathlib import Path

import pytest
from recorded_hands import Recorded, arrived, at_work

from pipeline.commands import clean as story
from pipeline.commands.build import build
from pipeline.commands.clean import Cleaning
from pipeline.console import Lines
from pipeline.event import Workspace, event_in, load_config
from pipeline.screens import show_cleaning


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Ana's message, built."""
    root = arrived(tmp_path)
    made(root)
    return root


def made(root: Path, draft: bool = False) -> list[str]:
    """The event, built: what had to be done."""
    hands = Recorded()
    with at_work(root, hands) as (_, bench):
        workspace = Workspace(root)
        build(event_in(workspace, load_config(workspace), draft), bench)
    return hands.told


def look(root: Path) -> Cleaning:
    """What ``clean`` says."""
    with at_work(root, Recorded(), dry=True) as (event, bench):
        return story.look(event, bench)


def cleaned(root: Path) -> Cleaning:
    """What ``clean --apply`` took away."""
    with at_work(root, Recorded()) as (event, bench):
        return story.clean(event, bench)


def renamed(root: Path, name: str) -> None:
    """Ana under another name."""
    config = root / "config.yaml"
    config.write_text(config.read_text().replace("Dr Ana Expert", name))


def test_of_what_was_built_once_nothing_is_stale(built):
    seen = look(built)
    assert (seen.stale, seen.unknown) == ((), ())
    assert seen.stays_bytes > 0
    assert cleaned(built).stale == ()
    assert made(built) == []


def test_what_an_earlier_name_left_is_said_and_goes_and_nothing_is_made_again(built):
    renamed(built, "Dr Anna Expert")
    made(built)
    seen = look(built)
    assert {one.task for one in seen.stale} == {
        "ana: cards",
        "ana: picture 1/1",
        "ana: picture 1/1 with captions",
        "ana: title card",
        "run of show",
    }
    assert seen.by_owner["ana"][0] == 4
    assert look(built) == seen  # to look takes nothing away
    assert cleaned(built) == seen
    assert look(built).stale == ()
    assert made(built) == []


def test_what_a_draft_needs_is_needed(built):
    made(built, draft=True)
    assert cleaned(built).stale == ()
    assert made(built, draft=True) == []


def test_of_a_message_that_nobody_has_looked_at_yet_everything_stays(built):
    renamed(built, "Dr Anna Expert")
    (built / "inputs/ana.mp4").write_bytes(b"\0another recording")
    seen = cleaned(built)
    assert (seen.stale, seen.unknown) == ((), ("ana",))


def test_while_no_recording_is_there_everything_stays(built):
    (built / "inputs/ana.mp4").rename(built / "ana.mp4")
    assert cleaned(built).stale == ()
    (built / "ana.mp4").rename(built / "inputs/ana.mp4")
    assert made(built) == []


def test_what_a_speaker_who_is_no_longer_there_left_goes(built):
    config = built / "config.yaml"
    config.write_text(config.read_text().replace("id: ana", "id: zoe").replace("ana", "zoe"))
    (built / "inputs/ana.mp4").unlink()
    (built / "inputs/zoe.mp4").write_bytes(b"\0Zoe's recording")
    made(built)
    assert "ana" in look(built).by_owner
    cleaned(built)
    assert made(built) == []


def test_what_is_stale_is_said_by_whose_it_is(built, capsys):
    renamed(built, "Dr Anna Expert")
    made(built)
    seen = look(built)
    show_cleaning(Lines(), seen, gone=False)
    said = capsys.readouterr().out
    assert "- ana: 4 results that no build needs any more, under 1 MiB\n" in said
    assert "can be freed with `perspectives clean --apply`" in said
    show_cleaning(Lines(), cleaned(built), gone=True)
    assert "under 1 MiB were freed; " in capsys.readouterr().out
