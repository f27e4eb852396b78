"""Whisper's weights for one command; without it each message would look for them, and make them ready,
by itself.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.tools.hearing import brought, weights
from pipeline.work.bench import Bench


@dataclass
class Weights:
    """The weights called ``model``, or in that file of ``workspace``; where they are not here and
    ``engine`` leaves it to us, those that came with the set-up. Looked for once in a command.

    ``used`` are those that were found, and ``problem`` says why those of the set-up cannot be used.
    ``wanted``: somebody asked for them.
    """

    bench: Bench
    model: str
    engine: str
    workspace: Path
    used: weights.Model | None = None
    problem: str | None = None
    wanted: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def found(self) -> weights.Model | None:
        """What is there, or None. Nothing is ever fetched from a network here."""
        with self._lock:
            if not self.wanted:
                self.wanted = True
                self.used = weights.found(self.model, self.workspace)
                if self.used is None and self.engine == "auto":
                    self.used = self._brought()
            return self.used

    def _brought(self) -> weights.Model | None:
        if brought.installed() and not brought.ready(weights.weights_folder()):
            if self.bench.dry:
                return None
            self.bench.observer.say("Making the weights that came with the set-up ready, once ...")
        try:
            return weights.came_with_the_set_up()
        except (brought.NotThese, OSError) as failed:
            self.problem = str(failed)
            return None
