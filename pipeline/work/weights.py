"""Whisper's weights for one command; without it each message would look for them, open them and
make them ready by itself.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.tools.hearing import brought, weights
from pipeline.tools.hearing.weighed import english_only
from pipeline.work.bench import Bench


@dataclass
class Weights:
    """The weights called ``model``, or in that place of ``workspace``; where they cannot be used
    and ``engine`` leaves it to us, those that came with the set-up. Looked at once in a command.

    ``used`` are those that something was heard with. ``fault`` says why the named ones cannot be
    used though they are there, ``problem`` why those of the set-up cannot. ``wanted``: somebody
    asked for any.
    """

    bench: Bench
    model: str
    engine: str
    workspace: Path
    used: weights.Model | None = None
    fault: str | None = None
    problem: str | None = None
    wanted: bool = False
    _named: weights.Model | None = None
    _brought: weights.Model | None = None
    _tried: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def found(self, language: str) -> weights.Model | None:
        """Those that can hear ``language``, or None. Nothing is ever fetched from a network."""
        with self._lock:
            if not self.wanted:
                self._look()
            chosen = self._named
            foreign = language.split("-")[0] != "en"
            if chosen and foreign and english_only(chosen.place):
                self.fault = f"{chosen.place}: they know English alone, and {language} is spoken"
                chosen = None
            if chosen is None and self.engine == "auto":
                chosen = self._of_the_set_up()
            self.used = chosen or self.used
            return chosen

    def _look(self) -> None:
        self.wanted = True
        self.fault = weights.fault_of(self.model, self.workspace)
        if self.fault is None:
            self._named = weights.found(self.model, self.workspace)

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
