"""Whisper's weights on this machine; without it nobody could say whether they are there, or bring them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import platformdirs

from pipeline.tools import process, programs

NAMES = ("tiny", "tiny.en", "base", "base.en", "small", "small.en", "medium", "medium.en", "large", "large-v1", "large-v2",
         "large-v3", "large-v3-turbo", "turbo")
_FILES = {"large": "large-v3.pt", "turbo": "large-v3-turbo.pt"}
FETCH_TIMEOUT_S = 3600.0


def weights_path(model: str, workspace: Path) -> Path | None:
    """The file of ``model``: a path (from the workspace), or a name of Whisper's. None for an unknown name."""
    if model in NAMES:
        return weights_folder() / _FILES.get(model, f"{model}.pt")
    path = Path(os.path.expanduser(model))
    found = path if path.is_absolute() else workspace / path
    return found if found.is_file() else None


def weights_folder() -> Path:
    """Where Whisper itself keeps its weights, so that those it fetched before are found."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else platformdirs.user_cache_path().parent / ".cache"
            if os.name == "nt" else Path.home() / ".cache") / "whisper"


def fetch(model: str) -> str | None:
    """Bring the weights called ``model`` with Whisper's own downloader. None when they are there, else what went wrong."""
    folder = weights_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as own:
        name = _FILES.get(model, f"{model}.pt")
        ended = process.run(programs.command("whisper_words", ("fetch", model, own)), Path(own), FETCH_TIMEOUT_S)
        # The downloader writes as it goes: only what it called whole is given its name.
        if ended.good and (Path(own) / name).is_file():
            (Path(own) / name).replace(folder / name)
            return None
    last = ended.stderr.strip().splitlines()[-1:] or [ended.stopped_because or "it could not be fetched"]
    return last[0]
