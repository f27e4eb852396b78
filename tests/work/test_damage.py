"""What the disk has changed in the store is noticed where it would be used, and made again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from recorded_hands import Recorded, arrived, at_work

from pipeline.cli.turns import Came, in_turn
from pipeline.commands.build import build
from pipeline.commands.check import check
from pipeline.console import Console
from pipeline.event import Event
from pipeline.findings import Finding
from pipeline.work.bench import Bench


def flipped(path: Path) -> None:
    """One bit of a file is another one; its size and times are as they were."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def finished(root: Path) -> tuple[list[str], list[str], tuple[Finding, ...]]:
    """A build: what was done and said, and what was found."""
    hands = Recorded(digests=True)
    with at_work(root, hands) as (event, bench):
        report = build(event, bench)
        return hands.told, bench.observer.said, report.all_findings


@pytest.mark.parametrize(
    ("task", "output"),
    [("ana: listen", "stderr.txt"), ("ana: cards", "stdout.txt"), ("join clip", "joined.mp4")],
)
def test_a_build_makes_again_what_was_damaged_and_says_so(tmp_path, task, output):
    root = arrived(tmp_path)
    _, _, found = finished(root)
    (damaged,) = [
        path
        for path in (root / "outputs/.store/objects").glob(f"*/*/{output}")
        if f'"task": "{task}' in (path.parent / "recipe.json").read_text()
        and "captioned" not in (path.parent / "recipe.json").read_text()
    ]
    before = damaged.read_bytes()
    flipped(damaged)
    for name in ("clips", "segment.mp4", "segment.captioned.mp4"):
        path = root / "outputs" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    told, said, again = finished(root)
    assert len(told) == 1 and told[0].startswith(task)
    assert len(said) == 1 and said[0].startswith(told[0])
    assert damaged.read_bytes() == before
    assert again == found


def test_a_workspace_that_was_moved_needs_no_work_and_no_draft_in_it_was_changed(tmp_path):
    root = arrived(tmp_path / "here")
    finished(root)
    root.rename(tmp_path / "there")
    told, said, found = finished(tmp_path / "there")
    assert (told, said) == ([], [])
    assert "draft-edited" not in [one.code for one in found]


def test_a_check_makes_again_all_that_was_damaged(tmp_path):
    root = arrived(tmp_path)
    with at_work(root, Recorded(digests=True)) as (event, bench):
        check(event, bench)
    texts = list((root / "outputs/.store/objects").glob("*/*/std*.txt"))
    for text in texts:
        flipped(text)

    def work(event: Event, bench: Bench, ids: tuple[str, ...]) -> Came:
        check(event, bench)
        return Came(0)

    hands = Recorded(digests=True)
    with at_work(root, hands) as (event, bench):
        assert in_turn((event, bench, Console()), work) == 0
    assert len(texts) > 2 and len(hands.told) >= 2
