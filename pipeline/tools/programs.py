"""Which programs we start and which version they are; without it a new ffmpeg would silently reuse old results."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import sys
from pathlib import Path

from pipeline.errors import ToolFailed

_LIBRARIES = {
    "probe": ("av",),
    "draw": ("pillow", "moviepy", "numpy"),
    "sheet": ("pillow", "moviepy", "numpy"),
    "photo": ("pillow",),
    "sphinx": ("pocketsphinx",),
    "whisper_words": ("openai-whisper", "torch", "numpy"),
    "fast_whisper_words": ("faster-whisper", "ctranslate2", "numpy"),
}
"""Our own small programs (``python -m pipeline.tools.NAME``) and the libraries whose version decides their result."""

MOST_ALLOCATED = 1_000_000_000
"""Bytes that ffmpeg may ask for at once: a frame of 8K has a tenth of it."""

DISK_FULL = (228, 134)
"""Exit codes of ffmpeg when there is no room left, on the disk or in the quota."""

TOO_LARGE = 229
"""Exit code of ffmpeg when a file grew over the size that it may have."""

REFUSES = 3
"""Exit code of one of our own programs that will not do what was asked, with a sentence for the producer on stderr."""

_DRAWING = ("typeset", "scripts", "fonts", "brand", "backdrop", "motifs", "layers", "setting", "straps", "../colours")
_USES = {"draw": _DRAWING, "sheet": ("draw", *_DRAWING), "whisper_words": ("sphinx",),
         "fast_whisper_words": ("sphinx", "whisper_words")}
"""Modules beside a program that decide its result too."""


@functools.cache
def ffmpeg_path() -> Path:
    """The ffmpeg that came with imageio-ffmpeg, or the one that IMAGEIO_FFMPEG_EXE names. Never one in PATH.

    imageio's own look-up starts the program to try it (50 ms each time), so the folder is searched here.
    """
    chosen = os.environ.get("IMAGEIO_FFMPEG_EXE")
    if chosen and Path(chosen).is_file():
        return Path(chosen)
    spec = importlib.util.find_spec("imageio_ffmpeg")
    folder = Path(spec.origin).parent / "binaries" if spec and spec.origin else Path()
    found = sorted(path for path in folder.glob("ffmpeg-*") if path.is_file())
    if not found:
        raise ToolFailed("ffmpeg", "set-up", "is missing: imageio-ffmpeg came without its program; install it "
                         "again with `pip install --force-reinstall imageio-ffmpeg`")
    return found[-1]


def command(tool: str, arguments: tuple[str, ...]) -> list[str]:
    """The argument list that starts ``tool``: ffmpeg, or one of our own programs in a Python of its own.

    ``-P`` keeps the folder of inputs off the module path: a file there could otherwise pass for a library. Those that
    read what outsiders sent are scripts by themselves: behind the fence they do not see the folder that this package lies in.
    """
    if tool == "ffmpeg":
        return [str(ffmpeg_path()), "-hide_banner", "-nostdin", "-max_alloc", str(MOST_ALLOCATED), *arguments]
    if tool in ("probe", "photo"):
        return [sys.executable, "-I", str(Path(__file__).parent / f"{tool}.py"), *arguments]
    return [sys.executable, "-P", "-m", f"pipeline.tools.{tool}", *arguments]


@functools.cache
def needs(tool: str) -> tuple[Path, ...]:
    """What ``tool`` must be able to read and run beside the system's libraries: itself, or Python with its libraries."""
    if tool == "ffmpeg":
        return (ffmpeg_path(), ffmpeg_path().resolve())
    libraries = [Path(entry) for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
    python = Path(sys.executable)
    return tuple(dict.fromkeys((python, python.resolve(), Path(sys.prefix), Path(sys.base_prefix), *libraries,
                                Path(__file__).parent / f"{tool}.py", Path(__file__).parent / "confine.py")))


@functools.cache
def version(tool: str) -> str:
    """What must be the same for an old result to stand: library versions and our own program's text."""
    if tool == "ffmpeg":
        path = ffmpeg_path()
        # The wheel's name carries the version; the size tells a replaced file. Hashing 170 MB each time would not pay.
        return f"{path.name} {path.stat().st_size}"
    libraries = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES[tool])
    return f"{libraries}, program {_text_digest(tool)}"


def _text_digest(tool: str) -> str:
    files = [Path(__file__).parent / f"{name}.py" for name in (tool, *_USES.get(tool, ()))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def font_file(weight: str, family: str = "sans") -> Path:
    """Source Sans Pro or Source Serif Pro in one weight (Regular, Semibold, Bold), as its wheel carries it; a path where
    nothing is if the wheel is not installed."""
    spec = importlib.util.find_spec(f"font_source_{family}_pro")
    folder = Path(spec.origin).parent / "files" if spec and spec.origin else Path()
    return folder / f"Source{family.capitalize()}Pro-{weight}.ttf"
