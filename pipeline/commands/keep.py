"""Remembers which recording each decision was made for, and takes a producer's word that one holds
for the next recording too; without it every correction would have to be typed again, or an old trim
would cut a new message.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from filelock import FileLock

from pipeline.config import Speaker
from pipeline.errors import Refused
from pipeline.event import Event, Workspace, load_decisions
from pipeline.message.intake import Arrived, first_sight
from pipeline.message.prepared import Rejected
from pipeline.plan.decided import Decisions, decided, decisions_text, for_another, kept
from pipeline.plan.probe import parse_probe, plan_probe
from pipeline.timing import moment
from pipeline.tools.running import files
from pipeline.tools.running.programs import version
from pipeline.work.bench import Bench

_SLACK_MS = 200
"""A trim to the very end may be written as the next tenth of a second."""


def decide(workspace: Workspace, change: Callable[[Decisions], Decisions]) -> None:
    """Have decided.json say what ``change`` makes of what it says now; where nothing was ever
    decided there is none. Of two commands that decide at once, neither loses what the other wrote.
    """
    workspace.made(workspace.store)
    with FileLock(workspace.store / "decided.lock"):
        decisions = change(load_decisions(workspace))
        if any(decisions.values()) or workspace.decided.exists():
            files.write_if_new(workspace.decided, decisions_text(decisions))


def keep(event: Event, bench: Bench, speaker_id: str) -> tuple[str, ...]:
    """Take all that was decided for a speaker's earlier recording as right for the one that is
    there; its lines as they stand in config.yaml. Raises Refused where there is no recording, or it
    ends before the trim does.
    """
    speaker = event.speakers[speaker_id]
    taken, _ = event.received()
    submission, found = next(one for one in taken if one[0].id == speaker_id)
    arrived = first_sight(event, bench, speaker, submission, found)
    if isinstance(arrived, Rejected):
        raise Refused(f"{arrived.findings[-1].message} Nothing was changed.")
    recording = arrived.recording.digest
    kinds = for_another(event.decisions, speaker, recording)
    if "trim" in kinds:
        _trim_fits(bench, arrived, speaker)
    decide(event.workspace, lambda now: kept(now, speaker, recording))
    return tuple(f"{kind}: {decided(speaker)[kind]}" for kind in kinds)


def _trim_fits(bench: Bench, arrived: Arrived, speaker: Speaker) -> None:
    """Raises Refused where a point of the trim lies behind the recording's end: it was found by
    looking at another one, and would cut nothing there, or everything.
    """
    look = plan_probe(arrived.recording, speaker.id, version("probe"))
    length_ms = parse_probe(json.loads(bench.answer(look, "probe.json"))).duration_ms
    points = {"starts": speaker.trim.start, "ends": speaker.trim.end}
    for what, point_ms in points.items():
        if point_ms is not None and length_ms and point_ms > length_ms + _SLACK_MS:
            raise Refused(
                f"{speaker.id}: the trim {what} at {moment(point_ms)}, and {arrived.file} lasts"
                f" {moment(length_ms)} only. Nothing was changed.\n  Next: watch {arrived.file} and"
                f" write the points that are right for it under trim: of {speaker.id} in"
                " config.yaml, or take trim: out."
            )
