"""Which programs we start and which version they are; without it a new ffmpeg would silently reuse
old results.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ToolFailed

TOOLS = Path(__file__).parent.parent


@dataclass(frozen=True)
class OwnProgram:
    """One of our own small programs: its file below ``pipeline/tools``, and the libraries whose
    version decides its result.

    One that is ``alone`` is started as a script and imports nothing of this package: behind the
    fence it does not see the folder that this package lies in.
    """

    file: str
    libraries: tuple[str, ...]
    alone: bool = False

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
    "sheet": OwnProgram("drawing/sheet.py", ("pillow", "moviepy", "numpy")),
    "sphinx": OwnProgram("hearing/sphinx.py", ("pocketsphinx",)),
    "whisper_words": OwnProgram("hearing/whisper_words.py", ("openai-whisper", "torch", "numpy")),
    "fast_whisper_words": OwnProgram(
        "hearing/fast_whisper_words.py", ("faster-whisper", "ctranslate2", "numpy")
    ),
}
"""By the name that a recipe has for its tool. Every other program that we start is ffmpeg."""

MOST_ALLOCATED = 1_000_000_000
"""Bytes that ffmpeg may ask for at once: a frame of 8K has a tenth of it."""

DISK_FULL = (228, 134)
"""Exit codes of ffmpeg when there is no room left, on the disk or in the quota."""

TOO_LARGE = 229
"""Exit code of ffmpeg when a file grew over the size that it may have."""

REFUSES = 3
"""Exit code of one of our own programs that will not do what was asked, with a sentence for the
producer on stderr.
"""


@functools.cache
def ffmpeg_path() -> Path:
    """The ffmpeg that came with imageio-ffmpeg, or the one that IMAGEIO_FFMPEG_EXE names. Never one
    in PATH.

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
        raise ToolFailed(
            "ffmpeg",
            "set-up",
            "is missing: imageio-ffmpeg came without its program; install it "
            "again with `pip install --force-reinstall imageio-ffmpeg`",
        )
    return found[-1]


def command(tool: str, arguments: tuple[str, ...]) -> list[str]:
    """The argument list that starts ``tool``: ffmpeg, or one of our own programs in a Python of its
    own.

    ``-P`` keeps the folder of inputs off the module path: a file there could otherwise pass for a
    library. Those that read what outsiders sent are scripts by themselves: behind the fence they do
    not see the folder that this package lies in.
    """
    if tool == "ffmpeg":
        return [
            str(ffmpeg_path()),
            "-hide_banner",
            "-nostdin",
            "-max_alloc",
            str(MOST_ALLOCATED),
            *arguments,
        ]
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
    libraries = [
        Path(entry) for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")
    ]
    python = Path(sys.executable)
    return tuple(
        dict.fromkeys(
            (
                python,
                python.resolve(),
                Path(sys.prefix),
                Path(sys.base_prefix),
                *libraries,
                OWN_PROGRAMS[tool].path,
                Path(__file__).parent / "confine.py",
            )
        )
    )


@functools.cache
def version(tool: str) -> str:
    """What must be the same for an old result to stand: library versions and our own program's
    text.
    """
    if tool == "ffmpeg":
        path = ffmpeg_path()
        # The wheel's name carries the version; the size tells a replaced file. Hashing 170 MB each
        # time would not pay.
        return f"{path.name} {path.stat().st_size}"
    program = OWN_PROGRAMS[tool]
    libraries = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in program.libraries
    )
    return f"{libraries}, program {_text_digest(program)}"


def _text_digest(program: OwnProgram) -> str:
    texts = b"".join(path.read_bytes() for path in texts_of(program.path))
    return hashlib.sha256(texts).hexdigest()[:12]


def texts_of(path: Path) -> tuple[Path, ...]:
    """The file of a program and all files of this package that it imports, also by way of others:
    a change in any of them may change what it makes.
    """
    found = [path]
    for file in found:  # grows while it is walked
        found.extend(used for used in _imported_by(file) if used not in found)
    return (path, *sorted(found[1:]))


def _imported_by(file: Path) -> list[Path]:
    package = TOOLS.parent
    named: list[str] = []
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            named.append(node.module)
            named.extend(f"{node.module}.{one.name}" for one in node.names)
        if isinstance(node, ast.Import):
            named.extend(one.name for one in node.names)
    inside = [name.split(".")[1:] for name in named if name.startswith(f"{package.name}.")]
    files = [package.joinpath(*words).with_suffix(".py") for words in inside]
    return list(dict.fromkeys(one for one in files if one.is_file()))
