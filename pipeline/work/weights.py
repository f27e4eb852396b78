"""Whisper's weights for one command; without it each message would look for them, open them and
make them ready by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pipeline.tools.hearing import brought, weights
from pipeline.work.bench import Bench


def may_listen(model: str, engine: str, workspace: Path) -> bool:
    """Whether there is a Whisper here for ``captions.model`` and ``engine``, by what lies where."""
    if engine == "pocketsphinx":
        return False
    return weights.found(model, workspace) is not None or (engine == "auto" and brought.installed())


@dataclass
class Weights:
    """The weights called ``model``, or in that place of ``workspace``; where they cannot be used
    and ``engine`` leaves it to us, those that came with the set-up. Looked at once by whoever holds
    this.

    ``used`` are those that were last found for somebody. ``fault`` says why the named ones cannot
    be used though they are there, ``problem`` why those of the set-up cannot. ``wanted``: somebody
    asked for any.
    """

    bench: Bench
    model: str
    engine: str
    workspace: Path
    used: weights.Model | None = None
    fault: weights.Fault | None = None
    problem: str | None = None
    wanted: bool = False
    _faults: dict[str, weights.Fault | None] = field(default_factory=dict)
    _brought: weights.Model | None = None
    _tried: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def found(self, language: str) -> weights.Model | None:
        """Those that can hear ``language``, or None. Nothing is ever fetched from a network."""
        with self._lock:
            self.wanted = True
            fault = self._fault(language)
            chosen = None if fault else self._named
            if chosen is None and self.engine == "auto":
                chosen = self._of_the_set_up()
            self.used = chosen or self.used
            return chosen

    def look(self, languages: Iterable[str]) -> weights.Fault | None:
        """Whether the named ones can hear all ``languages``; nothing is made ready."""
        with self._lock:
            return next(filter(None, map(self._fault, languages)), None)

    @property
    def unmet(self) -> tuple[str, str]:
        """Why ``engine: whisper`` cannot be met, and what to do."""
        bring = weights.Fault("they are not on this machine", f"Bring them with `{weights.FETCH}`.")
        lacking = self.fault or bring
        return (
            f"captions.engine is whisper, and the weights {self.model} cannot be had:"
            f" {lacking.saw}.",
            f"{lacking.remedy} Or write engine: auto.",
        )

    @property
    def is_named_here(self) -> bool:
        """Whether the weights that config.yaml names are on this machine."""
        return self._named is not None

    def way_to_whisper(self, language: str) -> str | None:
        """What makes Whisper hear ``language``, to stand in a sentence; None where it can."""
        if self.engine == "pocketsphinx":
            return "write engine: auto under captions in config.yaml"
        if self.found(language) is not None:
            return None
        if self.fault:
            return "name weights in captions.model that can be used"
        return f"bring Whisper's weights with `{weights.FETCH}`"

    def _fault(self, language: str) -> weights.Fault | None:
        if language not in self._faults:
            self._faults[language] = weights.fault_of(self.model, self.workspace, language)
        self.fault = self.fault or self._faults[language]
        return self._faults[language]

    @cached_property
    def _named(self) -> weights.Model | None:
        return weights.found(self.model, self.workspace)

    def _of_the_set_up(self) -> weights.Model | None:
        if self._tried:
            return self._brought
        if brought.installed() and not brought.ready(weights.weights_folder()):
            if self.bench.dry:
                return None
            self.bench.observer.say("Making the weights that came with the set-up ready, once ...")
        self._tried = True
        try:
            self._brought = weights.came_with_the_set_up()
        except (brought.NotThese, OSError) as failed:
            self.problem = str(failed)
        return self._brought
