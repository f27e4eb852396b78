"""Remembers which recording each decision was made for, and takes a producer's word that one holds
for the next recording too; without it every correction would have to be typed again, or an old trim
would cut a new message.
"""

from __future__ import annotations

from collections.abc import Callable

from filelock import FileLock

from pipeline.errors import Refused
from pipeline.event import Event, Workspace, load_decisions
from pipeline.message.intake import first_sight
from pipeline.message.prepared import Rejected
from pipeline.plan.decided import Decisions, decided, decisions_text, for_another, kept
from pipeline.tools.running import files
from pipeline.work.bench import Bench


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
    there; its lines as they stand in config.yaml. Raises Refused where there is no recording.
    """
    speaker = event.speakers[speaker_id]
    taken, _ = event.received()
    submission, found = next(one for one in taken if one[0].id == speaker_id)
    arrived = first_sight(event, bench, speaker, submission, found)
    if isinstance(arrived, Rejected):
        raise Refused(f"{arrived.findings[-1].message} Nothing was changed.")
    recording = arrived.recording.digest
    kinds = for_another(event.decisions, speaker, recording)
    decide(event.workspace, lambda now: kept(now, speaker, recording))
    return tuple(f"{kind}: {decided(speaker)[kind]}" for kind in kinds)
