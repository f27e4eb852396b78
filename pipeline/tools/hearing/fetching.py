"""Brings Whisper's weights from their makers, and holds them against those that came with the
set-up; without it nobody would know whether a third party's conversion is what it says it is.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pipeline.tools.hearing import brought, weights
from pipeline.tools.running import files, process, programs

FETCH_TIMEOUT_S = 3600.0
_COMPARING_S = 600.0


def fetch(model: str) -> str | None:
    """Bring the weights called ``model``: faster-whisper's where it is installed, else, or if those
    cannot be had, Whisper's own, each with its own downloader. None when they are there, else what
    went wrong.
    """
    full = weights.full_name(model)
    if (
        weights.fast_installed()
        and _fetched("fast_whisper_words", model, f"faster-whisper-{full}") is None
    ):
        return None
    return _fetched("whisper_words", model, f"{full}.pt")


def _fetched(tool: str, model: str, name: str) -> str | None:
    folder = weights.weights_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as own:
        into = Path(own) / name if tool == "fast_whisper_words" else Path(own)
        into.mkdir(exist_ok=True)
        command = programs.command(tool, ("fetch", model, str(into)))
        ended = process.run(command, Path(own), FETCH_TIMEOUT_S)
        # The downloader writes as it goes: only what it called whole is given its name.
        if ended.good and (Path(own) / name).exists():
            if (folder / name).is_dir():
                files.remove_all([folder / name])  # half of one, from a copy that broke off
            files.move_whole(Path(own) / name, folder / name)
            return None
    return ended.last_words or ended.stopped_because or "it could not be fetched"


@dataclass(frozen=True)
class Compared:
    """How many tensors two models have in all, the names of those that are not the same in both,
    and by how much a number differs at most.
    """

    tensors: int
    differing: tuple[str, ...]
    largest: float


def compared(makers: Path) -> Compared | str | None:
    """The weights that came with the set-up beside ``makers`` of the same size (a .pt file, or a
    folder of faster-whisper's), tensor by tensor; why they could not be compared; None where none
    came with it.
    """
    if not brought.installed():
        return None
    try:
        own = brought.joined(weights.weights_folder())
    except (brought.NotThese, OSError) as failed:
        return str(failed)
    with tempfile.TemporaryDirectory(prefix="compare-") as scratch:
        command = programs.command("compare_weights", (str(own), str(makers.resolve())))
        ended = process.run(command, Path(scratch), _COMPARING_S)
    if not ended.good:
        return ended.last_words or ended.stopped_because or "they could not be read"
    said = json.loads(ended.stdout)
    return Compared(said["tensors"], tuple(said["differing"]), said["largest"])
