"""Whisper's weights on this machine; without it nobody could say if they are here, or why they
cannot be used.

faster-whisper is used by itself where it is installed and its weights are there: the same models in
a form of their own, a folder with model.bin instead of one .pt file.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.tools.hearing import brought
from pipeline.tools.hearing.weighed import (
    english_only,
    fault_of_file,
    fault_of_folder,
    missing_in,
)
from pipeline.tools.running.installing import with_extra

# fmt: off
NAMES = (
    "tiny", "tiny.en", "base", "base.en", "small", "small.en", "medium", "medium.en", "large",
    "large-v1", "large-v2", "large-v3", "large-v3-turbo", "turbo",
)
# fmt: on
OTHERS = f"Name others in captions.model: one of {', '.join(NAMES)}, or a path."
_FULL_NAMES = {"large": "large-v3", "turbo": "large-v3-turbo"}
# fmt: off
_FAST_FILES = (
    "config.json", "model.bin", "preprocessor_config.json", "tokenizer.json", "vocabulary.json",
    "vocabulary.txt",
)
# fmt: on
_FAST_MAKERS = ("Systran", "mobiuslabsgmbh")
"""Whose folders in the Hugging Face cache hold what faster-whisper downloads under these names."""
FETCH = "perspectives doctor --fetch"


@dataclass(frozen=True)
class Model:
    """Weights that are there: the program under tools/ that reads them, and its files by the name
    it reads them under.
    """

    tool: str
    files: tuple[tuple[str, Path], ...]
    size: str | None = None
    """Whisper's name for them, where they are its makers' own."""
    brought: bool = False
    """They came with the set-up; those that config.yaml names are not here."""

    @property
    def place(self) -> Path:
        """The file, or the folder of files, that they are in."""
        first = self.files[0][1]
        return first if len(self.files) == 1 else first.parent

    @property
    def size_mib(self) -> int:
        """How large they are together."""
        return round(sum(path.stat().st_size for _, path in self.files) / 2**20)


def full_name(model: str) -> str:
    """Whisper's name for ``model`` where that is short for another."""
    return _FULL_NAMES.get(model, model)


def found(model: str, workspace: Path) -> Model | None:
    """The weights of ``model`` that are on this machine: faster-whisper's where that is installed,
    else Whisper's own.
    """
    size = full_name(model) if model in NAMES else None
    folder = fast_folder(model, workspace) if fast_installed() else None
    if folder:
        return replace(_fast(folder), size=size)
    path = weights_path(model, workspace)
    return replace(_openai(path), size=size) if path and path.is_file() else None


@dataclass(frozen=True)
class Fault:
    """Why weights cannot be used, to stand in a sentence, and a sentence with what to do."""

    saw: str
    remedy: str


def fault_of(model: str, workspace: Path, language: str = "en") -> Fault | None:
    """Why weights cannot hear ``language``; None where they can, and where weights that Whisper has
    a name for are only not here.
    """
    there = found(model, workspace)
    if there is None and model not in NAMES:
        return _lacks(model, workspace)
    if there and (why := _broken(there)):
        return Fault(f"{there.place}: {why}", _remedy(model, there.place))
    if language.split("-")[0] == "en":
        return None
    if english_only(there.place) if there else model.endswith(".en"):
        which = there.place if there else model
        return Fault(f"{which}: they know English alone, and {language} is spoken", OTHERS)
    return None


def _broken(there: Model) -> str | None:
    """What is wrong with weights that are there, to end a sentence."""
    own = there.tool == "whisper_words"
    return fault_of_file(there.place) if own else fault_of_folder(there.place)


def _lacks(model: str, workspace: Path) -> Fault:
    """What a path lacks that no weights were found under."""
    place = _place(model, workspace)
    if not place.is_dir():
        return Fault(f"{place}: there is no such file, and Whisper has no such name", OTHERS)
    why = fault_of_folder(place)
    if why:
        return Fault(f"{place}: {why}", _remedy(model, place))
    not_read = "it is in faster-whisper's form, which is not installed"
    return Fault(f"{place}: {not_read} (`{with_extra('fast')}`)", OTHERS)


def _remedy(model: str, place: Path) -> str:
    if model in NAMES:
        return f"Delete {place}, then `{FETCH}`; or name others in captions.model."
    return "Name others in captions.model, or bring these again whole."


def came_with_the_set_up() -> Model | None:
    """Whisper base as the set-up brought it (brought.py), made ready once in the user's cache; None
    where it did not. Raises NotThese and OSError.
    """
    if not brought.installed():
        return None
    folder = weights_folder()
    made = _fast(brought.joined(folder)) if fast_installed() else _openai(brought.as_openai(folder))
    return replace(made, brought=True)


def _fast(folder: Path) -> Model:
    there = [name for name in _FAST_FILES if (folder / name).is_file()]
    return Model("fast_whisper_words", tuple((f"model/{name}", folder / name) for name in there))


def _openai(path: Path) -> Model:
    return Model("whisper_words", (("model.pt", path),))


def fast_installed() -> bool:
    """Whether faster-whisper can be imported (looked for, not imported: that takes seconds)."""
    return importlib.util.find_spec("faster_whisper") is not None


def fast_folder(model: str, workspace: Path) -> Path | None:
    """The folder with faster-whisper's form of ``model`` (a name, or the path of such a folder).

    None where none is whole.
    """
    own = [_place(model, workspace)]
    folders = _fast_folders(full_name(model)) if model in NAMES else own
    return next((folder for folder in folders if not missing_in(folder)), None)


def _place(model: str, workspace: Path) -> Path:
    """Where weights lie that are named by a path, from the workspace."""
    return workspace / os.path.expanduser(model)


def _fast_folders(full_name: str) -> list[Path]:
    """Where weights by Whisper's name may lie: ours, then the Hugging Face cache."""
    home = os.environ.get("HF_HOME")
    cache = Path(home) if home else Path.home() / ".cache/huggingface"
    hub = Path(os.environ.get("HF_HUB_CACHE") or cache / "hub")
    name = f"faster-whisper-{full_name}"
    found = [sorted(hub.glob(f"models--{maker}--{name}/snapshots/*")) for maker in _FAST_MAKERS]
    return [weights_folder() / name, *itertools.chain(*found)]


def weights_path(model: str, workspace: Path) -> Path | None:
    """The file of ``model``: a path (from the workspace), or a name of Whisper's.

    None for an unknown name.
    """
    if model in NAMES:
        return weights_folder() / f"{full_name(model)}.pt"
    path = _place(model, workspace)
    return path if path.is_file() else None


def weights_folder() -> Path:
    """Where Whisper itself keeps its weights, so that those it fetched before are found."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else _cache_folder()) / "whisper"


def _cache_folder() -> Path:
    if os.name == "nt":
        import platformdirs

        return platformdirs.user_cache_path().parent / ".cache"
    return Path.home() / ".cache"
