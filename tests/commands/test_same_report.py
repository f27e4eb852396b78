"""report.json says the same for the same state, whoever built it and whatever was there before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from recorded_hands import Recorded, arrived, at_work

from pipeline.commands import drafts
from pipeline.commands.build import build
from pipeline.commands.check import check, check_everything
from pipeline.commands.status import status
from pipeline.event import Workspace, event_in, load_config
from pipeline.tools.hearing import weights
from pipeline.work.bench import Bench


@pytest.fixture(params=["pocketsphinx", "auto"])
def event(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ana's message, of which words are heard without Whisper; its weights are nowhere."""
    monkeypatch.setattr(weights, "found", lambda model, workspace: None)
    monkeypatch.setattr(weights, "came_with_the_set_up", lambda: None)
    root = arrived(tmp_path / "event")
    (root / "inputs/captions/bo.en.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    config = root / "config.yaml"
    config.write_text(config.read_text().replace("pocketsphinx", request.param))
    return root


def built(root: Path) -> bytes:
    """report.json after a build."""
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
    return (root / "outputs/report.json").read_bytes()


def worked(root: Path, command: Callable[..., object], dry: bool = False) -> None:
    """Another command in that workspace."""
    with at_work(root, Recorded(), dry=dry) as (event, bench):
        command(event, bench)


def drafted(root: Path) -> None:
    """A draft was built."""
    with at_work(root, Recorded()) as (_, bench):
        workspace = Workspace(root)
        build(event_in(workspace, load_config(workspace), draft=True), bench)


def other_speakers(root: Path) -> None:
    """It was built with another name and another slot, and both were taken back."""
    config = root / "config.yaml"
    before = config.read_text()
    config.write_text(before.replace("Dr Ana Expert", "Ana").replace("14:50", "14:31"))
    built(root)
    config.write_text(before)


def without(*names: str) -> Callable[[Path], None]:
    """These were deleted from outputs/."""

    def deleted(root: Path) -> None:
        built(root)
        for name in names:
            path = root / "outputs" / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    return deleted


def caption_drafts(event: object, bench: Bench) -> None:
    """``captions``."""
    drafts.make_drafts(event, bench)  # type: ignore[arg-type]


BEFORE: dict[str, Callable[[Path], object]] = {
    "it was built already": built,
    "it was checked": lambda root: worked(root, check),
    "all of it was checked": lambda root: worked(root, check_everything),
    "captions were made": lambda root: worked(root, caption_drafts),
    "somebody asked how things stand": lambda root: worked(
        root, lambda event, bench: status(event, bench, busy=False), dry=True
    ),
    "a draft was built": drafted,
    "something else was built": other_speakers,
    "the store was deleted": without(".store"),
    "what was handed over was deleted": without("clips", "segment.mp4", "report.json"),
    "caption drafts were deleted": without("captions"),
}


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_the_report_is_that_of_a_first_build(event, tmp_path, before):
    shutil.copytree(event, tmp_path / "fresh")
    first = built(tmp_path / "fresh")
    before(event)
    assert built(event) == first
    config = (event / "config.yaml").read_text()
    assert (b"weights-missing" in first) == ("engine: auto" in config)
