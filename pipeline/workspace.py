"""The folder that a producer works in, and which files in it may be read; without it each command
would look for itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.codes import Code
from pipeline.config import Config
from pipeline.errors import ConfigInvalid
from pipeline.plan.intake import MEDIA
from pipeline.tools.drawing import fonts
from pipeline.tools.running import received


@dataclass(frozen=True)
class Workspace:
    """The folder that a producer works in."""

    root: Path

    @property
    def config(self) -> Path:
        """config.yaml"""
        return self.root / "config.yaml"

    @property
    def inputs(self) -> Path:
        """Where submissions lie."""
        return self.root / "inputs"

    @property
    def outputs(self) -> Path:
        """Where everything made is put."""
        return self.root / "outputs"

    def listing(self) -> tuple[list[str], list[str]]:
        """Names of the files in inputs/ and in inputs/captions/, hidden and half-copied ones left
        out.

        A folder that is called like a recording is among them: it is what somebody sent.
        """

        def names(folder: Path) -> list[str]:
            found = folder.iterdir() if folder.is_dir() else ()
            return sorted(
                path.name
                for path in found
                if not path.name.startswith(".")
                and not path.name.endswith((".part", ".crdownload", ".tmp"))
                and (path.suffix.lower() in MEDIA or not path.is_dir())
            )

        return names(self.inputs), names(self.inputs / "captions")


def brand_file(workspace: Workspace, key: str, name: str) -> Path:
    """A file that ``brand:`` names, from the workspace folder. Raises ConfigInvalid when it is not
    there.
    """
    return named_file(workspace, f"brand.{key}", name)


def named_file(workspace: Workspace, key: str, name: str) -> Path:
    """A file in the workspace folder that ``key`` of config.yaml names. Raises ConfigInvalid when
    it is not there.
    """
    path = (workspace.root / name).resolve()
    if not path.is_file() or not path.is_relative_to(workspace.root.resolve()):
        raise ConfigInvalid(
            "config.yaml", (f'{key} is "{name}"; there is no such file in the workspace folder',)
        )
    return path


WEIGHTS = ("regular", "semibold", "bold")
"""The three weights that a card is set in."""


def brand_fonts(workspace: Workspace, config: Config) -> Mapping[str, Path]:
    """The font files of the cards by family and weight (``serif-bold``): the brand's own font for
    all weights (``own-bold``) or the theme's, and Source Sans Pro for letters that it lacks. Raises
    ConfigInvalid when one is not there.
    """
    chosen = {f"sans-{weight}": fonts.font_file(weight.capitalize()) for weight in WEIGHTS}
    if config.brand.font:
        chosen |= dict.fromkeys(
            (f"own-{weight}" for weight in WEIGHTS),
            brand_file(workspace, "font", config.brand.font),
        )
    elif config.brand.fonts != "sans":
        chosen |= {
            f"{config.brand.fonts}-{weight}": fonts.font_file(
                weight.capitalize(), config.brand.fonts
            )
            for weight in WEIGHTS
        }
    missing = next((path for path in chosen.values() if not path.is_file()), None)
    if missing:
        raise ConfigInvalid(
            "config.yaml",
            (
                (
                    f'brand.theme is "{config.brand.theme}"; its font {missing.name} is not on this'
                    " machine: install perspectives again (`pip install --force-reinstall"
                    " perspectives`), or name a font file under brand.font"
                ),
            ),
        )
    return chosen


def not_a_plain_file(path: Path, inputs: Path) -> tuple[Code, str, str] | None:
    """Why a path in inputs/ must not be read, as code, end of a sentence and remedy. Never waits
    for a pipe.
    """
    try:
        os.close(received.opened(path, inputs))
    except received.NotReceived as problem:
        return (
            problem.code,
            f"{problem}.",
            _REMEDIES.get(problem.code, "Put the file itself into inputs/."),
        )
    return None


_REMEDIES: Mapping[Code, str] = {
    "missing": "Put it into inputs/ again.",
    "unreadable": "Check that you may read the file (its permissions).",
}
