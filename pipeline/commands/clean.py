"""What lies in the store and no build needs any more, and takes it away; without it a folder would
grow with every change until the disk is full. What segments left in outputs/ that are no more goes
with it.

Needed is what a build or a draft of the event as it is now asks for. While nobody has looked at
somebody's message that is not known, and everything stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.commands.build import build
from pipeline.commands.day import plan_day
from pipeline.commands.leftover import NOTHING_LEFT, Leftover, leftover, take_away
from pipeline.commands.report import Report
from pipeline.event import Event, segments_of
from pipeline.work.bench import Bench
from pipeline.work.store import Result

_WHOSE = re.compile(r"(?:join )?(?:clip )?([a-z0-9-]+)[:.]")


@dataclass(frozen=True)
class Cleaning:
    """What no build needs (``stale``), how large all that stays is, and the ids of those of whom it
    is not known yet what is needed: then nothing is stale. ``left`` are files of segments
    that are no more.
    """

    stale: tuple[Result, ...]
    stays_bytes: int
    unknown: tuple[str, ...]
    left: Leftover = NOTHING_LEFT

    @property
    def stale_bytes(self) -> int:
        """How much room taking it away wins."""
        return sum(one.size for one in self.stale)

    @property
    def by_owner(self) -> Mapping[str, tuple[int, int]]:
        """Count and bytes of what is stale, by speaker's id (``segment``: nobody's alone), the
        largest first.
        """
        found: dict[str, tuple[int, int]] = {}
        for one in self.stale:
            count, size = found.get(_whose(one.task), (0, 0))
            found[_whose(one.task)] = count + 1, size + one.size
        return dict(sorted(found.items(), key=lambda entry: -entry[1][1]))

    def as_json(self) -> dict[str, Any]:
        """As ``clean --json`` prints it."""
        return {
            "stale": [{"task": one.task, "bytes": one.size} for one in self.stale],
            "stale_bytes": self.stale_bytes,
            "stays_bytes": self.stays_bytes,
            "unknown": self.unknown,
            "left": self.left.ours,
            "left_kept": self.left.kept,
        }


def look(event: Event, bench: Bench) -> Cleaning:
    """What could be taken away. Nothing runs for it, and nothing is written."""
    reports = [
        build(one, bench.at_rest())
        for whole in (event, event.as_draft())
        for one in segments_of(whole)
    ]
    if event.config.segments:
        known = zip(event.config.segments, reports, strict=False)
        plan_day(event, bench.at_rest(), {one.id: report for one, report in known})
    unknown, used = _unknown(reports), bench.store.used
    results = list(bench.store.results())
    stale = tuple(one for one in results if not unknown and one.key not in used)
    size = sum(one.size for one in results) - sum(one.size for one in stale)
    return Cleaning(stale, size, unknown, leftover(event, bench.store))


def clean(event: Event, bench: Bench) -> Cleaning:
    """As ``look``, and takes it away."""
    seen = look(event, bench)
    bench.store.drop(seen.stale)
    take_away(event, seen.left.ours)
    return seen


def _unknown(reports: list[Report]) -> tuple[str, ...]:
    """Ids of those who keep a build from being planned to its end: nobody has looked at their
    messages as they are now, or nobody has sent anything that can be used.
    """
    found: list[str] = []
    for report in reports:
        pending = [one.speaker.id for one in report.checked if one.pending]
        nobody = not any(one.usable for one in report.checked)
        found += pending or ([one.speaker.id for one in report.checked] if nobody else [])
    return tuple(dict.fromkeys(found))


def _whose(task: str) -> str:
    found = _WHOSE.match(task)
    return found[1] if found else "segment"
