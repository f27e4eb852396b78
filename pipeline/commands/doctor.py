"""Looks at the machine; without it a producer would learn at eleven at night what is missing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.errors import ToolFailed
from pipeline.tools.drawing import fonts
from pipeline.tools.hearing import weights
from pipeline.tools.running import fence, process, programs
from pipeline.workspace import Workspace

LEAST_FREE_BYTES = 5 * 2**30


@dataclass(frozen=True)
class Seen:
    """One thing that was looked at: whether it is there, what was seen, and the command that mends
    it.
    """

    name: str
    good: bool
    saw: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        """As ``doctor --json`` prints it."""
        return {"name": self.name, "good": self.good, "saw": self.saw, "remedy": self.remedy}


def examine(workspace: Workspace, config: Config | None) -> tuple[Seen, ...]:
    """What is there and what is missing. Runs ffmpeg once, for its version."""
    model = config.captions.model if config else "small"
    return (
        _ffmpeg(workspace),
        _pyav(),
        _fence(),
        _fonts(),
        _weights(workspace, model),
        _sphinx(),
        _disk(workspace),
        _gpu(),
    )


def _ffmpeg(workspace: Workspace) -> Seen:
    try:
        path = programs.ffmpeg_path()
        ended = process.run(programs.command("ffmpeg", ("-version",)), workspace.root, 30)
    except (ToolFailed, OSError) as failed:
        return Seen("ffmpeg", False, str(failed), "pip install --force-reinstall imageio-ffmpeg")
    first = ended.stdout.splitlines()[0] if ended.stdout else "it said nothing"
    encoders = process.run(
        programs.command("ffmpeg", ("-v", "error", "-encoders")), workspace.root, 30
    ).stdout
    good = ended.good and "libx264" in encoders
    return Seen(
        "ffmpeg",
        good,
        f"{' '.join(first.split()[:3])} in {path.parent}" + ("" if good else ", without x264"),
        "" if good else "pip install --force-reinstall imageio-ffmpeg",
    )


def _pyav() -> Seen:
    try:
        import av
    except ImportError as failed:
        return Seen("PyAV", False, str(failed), "pip install --force-reinstall av")
    return Seen(
        "PyAV",
        True,
        f"{av.__version__}; it looks at recordings with an FFmpeg of its own"
        f" ({av.ffmpeg_version_info})",
    )


def _fence() -> Seen:
    """Which layers stand between a recording that somebody sent and this machine
    (docs/architecture.md).
    """
    on = fence.layers()
    saw = [
        "limits of memory, time and size" if on.limits else "no limits of memory and size",
        f"its own folder only (Landlock {on.landlock})" if on.landlock else "no Landlock",
        "no network" if on.no_sockets or on.bubblewrap == "on" else "network not shut off",
        f"bubblewrap {on.bubblewrap}",
    ]
    good = on.limits and (on.bubblewrap == "on" or (on.landlock > 0 and on.no_sockets))
    return Seen(
        "fence around recordings",
        good,
        ", ".join(saw),
        (
            ""
            if good
            else (
                "open recordings from people you do not know on Linux 5.13 or newer, or install"
                " bubblewrap"
            )
        ),
    )


def _fonts() -> Seen:
    missing = next(
        (
            family
            for family in ("sans", "serif")
            if not fonts.font_file("Semibold", family).is_file()
        ),
        None,
    )
    if missing:
        return Seen(
            "fonts",
            False,
            f"no Source {missing.capitalize()} Pro",
            f"pip install --force-reinstall font-source-{missing}-pro",
        )
    return Seen("fonts", True, "Source Sans Pro, Source Serif Pro (Latin, Greek, Cyrillic)", "")


def _weights(workspace: Workspace, model: str) -> Seen:
    there = weights.found(model, workspace.root)
    if there:
        size = sum(path.stat().st_size for _, path in there.files) / 2**20
        path = there.files[0][1] if there.tool == "whisper_words" else there.files[0][1].parent
        reader = "" if there.tool == "whisper_words" else ", read by faster-whisper"
        return Seen("Whisper's weights", True, f"{model}: {path} ({size:.0f} MiB{reader})")
    if weights.weights_path(model, workspace.root) is None:
        return Seen(
            "Whisper's weights",
            False,
            f"captions.model is {model}: neither a name of Whisper's nor a file",
            f"write one of {', '.join(weights.NAMES)} or the path of a file into captions.model",
        )
    return Seen(
        "Whisper's weights",
        False,
        f"{model} is not on this machine; scripts are aligned and drafts made without it",
        "perspectives doctor --fetch",
    )


def _sphinx() -> Seen:
    import importlib.util

    there = importlib.util.find_spec("pocketsphinx") is not None
    return Seen(
        "built-in recogniser",
        there,
        "pocketsphinx with its English model" if there else "pocketsphinx is missing",
        "" if there else "pip install pocketsphinx",
    )


def _disk(workspace: Workspace) -> Seen:
    free = shutil.disk_usage(workspace.root).free
    return Seen(
        "disk",
        free >= LEAST_FREE_BYTES,
        f"{free / 2**30:.0f} GiB free in {workspace.root.resolve()}",
        (
            ""
            if free >= LEAST_FREE_BYTES
            else "free some space, or delete outputs/.store (it is made anew)"
        ),
    )


def _gpu() -> Seen:
    there = Path("/proc/driver/nvidia/version").exists()
    return Seen(
        "GPU",
        True,
        (
            "an NVIDIA card is there; encoding and captions use the processor all the same"
            if there
            else "none; none is needed"
        ),
    )
