"""Whisper's weights for one command; without it each message would look for them, and try to fetch
half a gigabyte, by itself.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.tools.hearing import weights
from pipeline.work.bench import Bench


@dataclass
class Weights:
    """The weights called ``model``, or in that file of ``workspace``: looked for once, fetched
    once, and ``problem`` says why they cannot be had.
    """

    bench: Bench
    model: str
    workspace: Path
    problem: str | None = None
    _tried: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def found(self, may_fetch: bool) -> weights.Model | None:
        """What is there, or None. With ``may_fetch`` they are fetched if they are not there (tried
        once in a command).
        """
        with self._lock:
            there = weights.found(self.model, self.workspace)
            if there or self._tried or not may_fetch or not self._can_be_fetched:
                return there
            self._tried = True
            self.bench.observer.say(f"Fetching Whisper's weights ({self.model}), once ...")
            self.problem = weights.fetch(self.model)
            return weights.found(self.model, self.workspace) if self.problem is None else None

    @property
    def _can_be_fetched(self) -> bool:
        return not self.bench.dry and self.model in weights.NAMES
