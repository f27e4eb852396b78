"""The lines that a watch says of its builds, from what `build --json` printed; without it a
producer would look through sixty lines for whether it went well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pipeline.codes import OF_INTRO
from pipeline.findings import Finding, some_of
from pipeline.plan.airing import kept_from_airing
from pipeline.tools.running.process import Ended

BUILT = (0, 3)
"""Exit codes of a build that has handed something over."""
_PROGRESS = re.compile(r"\s*\d{1,3}%")


def is_progress(line: str) -> bool:
    """Whether a line says how far a build is (console.py), and nothing else."""
    return _PROGRESS.match(line) is not None


@dataclass(frozen=True)
class BuildSaid:
    """What a build said that ran by itself."""

    ended: Ended

    @property
    def built(self) -> bool:
        """Something was handed over."""
        return self.ended.exit_code in BUILT

    def result(self, took: str) -> str:
        """What came of it, the middle of a line."""
        if self.built:
            held = [one["id"] for one in self._with("id", "verdict") if one["verdict"] == "reject"]
            without = f", without {some_of(held)}" if held else ""
            left = f", {len(self.to_be_done)} to be done" if self.to_be_done else ""
            return f"built in {took}{without}{left}"
        if self.ended.stopped_because:
            return self.ended.stopped_because
        if self.refused:
            return (
                f"built in {took}, but for {some_of(self.refused)}: refused, what was there stays"
            )
        said = {
            1: "a fault in perspectives",
            2: "config.yaml is wrong, nothing was built",
            4: "refused, what is in outputs/ stays",
        }
        return said.get(self.ended.exit_code, "was ended from outside")

    @property
    def refused(self) -> tuple[str, ...]:
        """Ids of segments of which nothing was handed over, while others were."""
        segments = self._answer.get("segments", {}) if isinstance(self._answer, dict) else {}
        handed = {name: "rundown" in one for name, one in segments.items()}
        return tuple(name for name in handed if not handed[name]) if any(handed.values()) else ()

    @property
    def why(self) -> str:
        """Where nothing was built: all that it said, but for how far it was."""
        lines = [line for line in self.ended.stderr.splitlines() if not is_progress(line)]
        return "" if self.built else "\n".join(f"  {line}" for line in lines)

    @cached_property
    def to_be_done(self) -> tuple[Finding, ...]:
        """What keeps it from airing, and is not accepted; of several segments each thing once, with
        the segments before it.
        """
        if not isinstance(self._answer, dict) or "segments" not in self._answer:
            return _to_be_done(self._answer)
        where: dict[Finding, list[str]] = {}
        for name, answer in self._answer["segments"].items():
            for one in _to_be_done(answer):
                # of one draft there is a copy in the folder of each segment
                same = (known for known in where if known.message == one.message)
                where.setdefault(next(same, one), []).append(name)
        return tuple(
            replace(one, message=f"{', '.join(names)}: {one.message}")
            for one, names in where.items()
        )

    def _with(self, *keys: str) -> Iterator[Mapping[str, Any]]:
        return (one for one in _sections(self._answer) if one.keys() >= {*keys})

    @cached_property
    def _answer(self) -> Any:
        try:
            return json.loads(self.ended.stdout)
        except ValueError:
            return {}


def _to_be_done(answer: Any) -> tuple[Finding, ...]:
    sections = [one for one in _sections(answer) if one.keys() >= {"findings", "accepted"}]
    accepted = {
        one.get("id"): tuple(code.removeprefix(OF_INTRO) for code in one["accepted"])
        for one in sections
    }
    found = [Finding(**finding) for one in sections for finding in one["findings"]]
    return kept_from_airing(accepted, found)


def _sections(answer: Any) -> Iterator[Mapping[str, Any]]:
    """Every section of an answer, wherever it lies in it."""
    if isinstance(answer, dict):
        yield answer
        answer = list(answer.values())
    if isinstance(answer, list):
        for one in answer:
            yield from _sections(one)
