"""Which translations Argos Translate's packages on this machine can make; without it nobody could
say that a draft is to be had, or what it lacks.

A package is a folder as Argos Translate installs it. Its model and its sentencepiece are read here
by themselves (argos_sentences.py): the library's own way to a sentence loads PyTorch and may ask
the network for a splitter.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.captions.words.languages import closest, name_of
from pipeline.tools.running.installing import shown, with_extra

_OWN_CODES = {"zt": "zh-Hant", "pb": "pt-BR"}
"""Codes of Argos Translate that no standard has, and the languages they stand for."""
_LIBRARIES = ("ctranslate2", "sentencepiece")


@dataclass(frozen=True)
class Package:
    """A package that is there: its folder, the codes that Argos has for its languages, and the
    token with which each translation begins, if any.
    """

    folder: Path
    from_code: str
    to_code: str
    prefix: str = ""

    @property
    def name(self) -> str:
        """As ``argospm`` calls it."""
        return f"translate-{self.from_code}_{self.to_code}"

    @property
    def files(self) -> tuple[tuple[str, Path], ...]:
        """What a translation reads, by the name under which it lies for the program."""
        paths = (self.folder / "sentencepiece.model", *sorted((self.folder / "model").iterdir()))
        return tuple(
            (f"{self.name}/{path.relative_to(self.folder).as_posix()}", path) for path in paths
        )


def way(spoken: str, wanted: str) -> tuple[Package, ...]:
    """The packages that lead from one language to the other, one or two of them; none where that
    cannot be done here.
    """
    return _way(spoken, wanted, list(_packages())) if _can_read() else ()


def _way(spoken: str, wanted: str, packages: Sequence[Package]) -> tuple[Package, ...]:
    first = [one for one in packages if _is(one.from_code, spoken)]
    last = [one for one in packages if _is(one.to_code, wanted)]
    straight: list[tuple[Package, ...]] = [(one,) for one in first if one in last]
    around = [(a, b) for a in first for b in last if a.to_code == b.from_code]
    return next(iter([*straight, *around]), ())


def lacking(spoken: str, wanted: str) -> str:
    """Why there is no draft of a translation, and the commands that change it, in a sentence; empty
    where there is nothing to be said.
    """
    if way(spoken, wanted):
        return ""
    what = f"{name_of(wanted)} from {name_of(spoken)}"
    base, to = (language.split("-")[0] for language in (spoken, wanted))
    argospm = shown(Path(sys.executable).with_name("argospm"))
    bring = f"`{argospm} update`, then `{argospm} install translate-{base}_{to}`"
    if base != "en" and to != "en":
        bring += f" (or translate-{base}_en and translate-en_{to})"
    if _can_read():
        return f"A draft in {what} needs a package of Argos Translate: {bring}."
    first = f"`{with_extra('translate')}`"
    return f"A draft in {what} needs Argos Translate: {first}, then {bring}."


def _can_read() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in _LIBRARIES)


def _is(code: str, language: str) -> bool:
    return closest(language, [_OWN_CODES.get(code, code)]) is not None


def _packages() -> Iterator[Package]:
    """The packages in the folder where Argos Translate keeps them, whole ones of its usual kind."""
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    folder = Path(os.environ.get("ARGOS_PACKAGES_DIR") or home / "argos-translate/packages")
    for place in sorted(folder.glob("*/metadata.json")):
        try:
            said = json.loads(place.read_text("utf-8"))
            codes = str(said["from_code"]), str(said["to_code"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a package that was cut off, or is of another kind
        whole = (place.parent / "sentencepiece.model", place.parent / "model/model.bin")
        if all(path.is_file() for path in whole):
            yield Package(place.parent, *codes, str(said.get("target_prefix") or ""))
