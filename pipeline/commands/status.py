"""Where everything stands, from what is known alone; without it a producer would start a build to
learn whether one is needed.

It is true at every moment: before anything came, while files are copied, during a build, after a
change. Nothing runs for it, and nothing is written; but a hand-over that a kill broke off is ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.commands.build import build
from pipeline.commands.report import Checked, Report
from pipeline.event import Event
from pipeline.message.prepared import Received
from pipeline.plan.airing import BUILD_REFUSED
from pipeline.work.bench import Bench


@dataclass(frozen=True)
class Status:
    """What came, how it fills the slot, and by speaker's id what a build has made of it.

    ``would_run`` are the pieces of work that are known to be stale; ``sentence`` is what all of it
    comes to. ``busy``: another command works here now.
    """

    report: Report
    states: Mapping[str, str]
    would_run: tuple[str, ...]
    sentence: str
    busy: bool

    def as_json(self) -> dict[str, Any]:
        """As ``status --json`` prints it."""
        answer = self.report.as_json()
        for one in answer["submissions"]:
            one["state"] = self.states[one["id"]]
            one["fresh"] = one["state"] == BUILT
        return {**answer, "would_run": len(self.would_run), "busy": self.busy}


BUILT = "built"


def status(event: Event, bench: Bench, busy: bool) -> Status:
    """Where everything stands. ``bench`` is a dry one."""
    bench = bench.of_what_is_known()
    report = build(event, bench)
    stale = tuple(dict.fromkeys(task for task, _ in bench.would_run))
    states = {one.speaker.id: _state(event, one, stale) for one in report.checked}
    return Status(report, states, stale, _sentence(event, report, stale), busy)


def _state(event: Event, one: Checked, stale: Iterable[str]) -> str:
    speaker, known = one.speaker.id, isinstance(one.taken, Received)
    if not one.usable and not one.pending:
        return "left out" if event.config.slot.missing == "omit" else "holding card"
    names = [f"clips/{speaker}{'.captioned' if burned else ''}.mp4" for burned in (True, False)]
    if not any((event.workspace.outputs / name).is_file() for name in names):
        return "not built" if known else "not looked at"
    whose = (f"{speaker}: ", f"clip {speaker}: ", f"join clip {speaker}.")
    if one.pending or any(task.startswith(whose) for task in stale):
        return "changed"
    return BUILT


def _sentence(event: Event, report: Report, stale: tuple[str, ...]) -> str:
    if not any(one.usable or one.pending for one in report.checked):
        return "Nothing can be built yet: nobody has sent anything that can be used."
    if report.refused:
        return BUILD_REFUSED
    lacking = [name for name in _segments(event) if not (event.workspace.outputs / name).is_file()]
    if len(lacking) == len(_segments(event)):
        return "There is no segment yet: `perspectives build` makes one."
    if stale or lacking:
        return "Run `perspectives build` to bring everything up to date."
    return "Everything is up to date."


def _segments(event: Event) -> list[str]:
    return ["segment.captioned.mp4" if burned else "segment.mp4" for burned in event.kinds_wanted]
