"""The folder that a producer works in, and which files in it may be read; without it each command would look for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.codes import Code
from pipeline.config import Config
from pipeline.errors import ConfigInvalid
from pipeline.tools import programs


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
        """Names of the files in inputs/ and in inputs/captions/, hidden and half-copied ones left out."""
        def names(folder: Path) -> list[str]:
            found = folder.iterdir() if folder.is_dir() else ()
            return sorted(path.name for path in found
                          if not path.name.startswith(".") and not path.name.endswith((".part", ".crdownload", ".tmp"))
                          and not path.is_dir())
        return names(self.inputs), names(self.inputs / "captions")


def brand_file(workspace: Workspace, key: str, name: str) -> Path:
    """A file that ``brand:`` names, from the workspace folder. Raises ConfigInvalid when it is not there."""
    path = (workspace.root / name).resolve()
    if not path.is_file() or not path.is_relative_to(workspace.root.resolve()):
        raise ConfigInvalid("config.yaml", (f"brand.{key} is \"{name}\"; there is no such file in the workspace folder",))
    return path


def brand_fonts(workspace: Workspace, config: Config) -> Mapping[str, Path]:
    """The font files for the three weights of a card: the brand's own font for all, or Source Sans Pro."""
    if config.brand.font:
        own = brand_file(workspace, "font", config.brand.font)
        return dict.fromkeys(("regular", "semibold", "bold"), own)
    return {weight: programs.font_file(weight.capitalize()) for weight in ("regular", "semibold", "bold")}


def not_a_plain_file(path: Path, inputs: Path) -> tuple[Code, str, str] | None:
    """Why a path in inputs/ must not be read, as code, end of a sentence and remedy."""
    if path.is_symlink() and not path.exists():
        return "broken-link", "it is a link to a file that is not there.", "Put the file itself into inputs/."
    if not path.resolve().is_relative_to(inputs.resolve()):
        return "outside-workspace", "it is a link to a file outside inputs/.", "Put the file itself into inputs/."
    if not path.is_file():
        return "not-a-regular-file", "it is not a file that can be read.", "Put the file itself into inputs/."
    try:
        with path.open("rb"):
            return None
    except OSError:
        return "unreadable", "it cannot be opened.", "Check that you may read the file (its permissions)."
