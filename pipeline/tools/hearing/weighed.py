"""Opens Whisper's weights far enough to say what is wrong with them; without it a cut-off download
would be called ok, and every message would end in a fault.

Nothing of them is loaded: a file of OpenAI's is a zip whose list stands at its end, one of
CTranslate2's says how long each of its variables is.
"""

from __future__ import annotations

import pickletools
import zipfile
from pathlib import Path

from pipeline.tools.hearing.tensors import NotAModel, variables

ENGLISH_ONLY_WORDS = 51_864
"""Size of the vocabulary of weights that know English alone; all others know a few more."""
_EMBEDDINGS = "decoder/embeddings/weight"
_NEEDED = ("model.bin", "config.json", "tokenizer.json")
"""Files of faster-whisper's form. Without tokenizer.json it would look for one in the network."""


def fault_of_file(path: Path) -> str | None:
    """What is wrong with a file of OpenAI's form, to end a sentence; None where nothing is."""
    try:
        with path.open("rb") as file:
            head = file.read(64)
        with zipfile.ZipFile(path) as held:
            whole = any(name.endswith("data.pkl") for name in held.namelist())
    except OSError as failed:
        return f"it cannot be read ({failed.strerror})"
    except zipfile.BadZipFile:
        return _no_zip(head)
    return None if whole else "it is no file of Whisper's weights"


def _no_zip(head: bytes) -> str:
    if b"WhisperSpec" in head:
        return "it is one file of faster-whisper's form; name the folder that it lies in"
    if head.startswith(b"PK"):
        return "it is cut off: the copy or the download broke off"
    return "it is no file of Whisper's weights"


def fault_of_folder(folder: Path) -> str | None:
    """What is wrong with a folder of faster-whisper's form; None where nothing is."""
    missing = missing_in(folder)
    if missing:
        return f"{missing[0]} is missing in the folder"
    try:
        _shapes(folder)
    except NotAModel as wrong:
        return f"model.bin in it: {wrong}"
    except OSError as failed:
        return f"model.bin in it cannot be read ({failed.strerror})"
    return None


def missing_in(folder: Path) -> list[str]:
    """Names of the files without which a folder is not of faster-whisper's form."""
    return [name for name in _NEEDED if not (folder / name).is_file()]


def english_only(place: Path) -> bool:
    """Whether weights that can be opened know English alone: they answer every other language with
    English that nobody said.
    """
    words = _shapes(place)[_EMBEDDINGS][0] if place.is_dir() else _words_in(place)
    return words == ENGLISH_ONLY_WORDS


def _shapes(folder: Path) -> dict[str, tuple[int, ...]]:
    path = folder / "model.bin"
    with path.open("rb") as file:
        return {one.name: one.shape for one in variables(file, path.stat().st_size)}


def _words_in(path: Path) -> int | None:
    """The size of the vocabulary that a file of OpenAI's form says it has, read off its pickle,
    which is never run.
    """
    with zipfile.ZipFile(path) as held:
        name = next(name for name in held.namelist() if name.endswith("data.pkl"))
        steps = list(pickletools.genops(held.read(name)))
    for place, (_, argument, _) in enumerate(steps):
        if argument == "n_vocab":
            numbers = (value for _, value, _ in steps[place + 1 : place + 6])
            return next(
                (value for value in numbers if isinstance(value, int) and value > 1000), None
            )
    return None
