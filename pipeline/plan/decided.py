"""Which recording each decision was made for; without it a trim that was accepted for one recording
would cut nine seconds of speech off the one that replaced it.

A decision is what stands under a speaker in config.yaml because somebody looked at one file. It
holds for the recording that was there when it was first seen, known by its content; for another one
it is put aside until somebody says otherwise. What is known is kept in decided.json beside
config.yaml. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pipeline.config import Crop, Speaker, Trim
from pipeline.errors import ConfigInvalid
from pipeline.findings import About, Finding
from pipeline.plan.trims import point_written

KINDS = (
    "trim",
    "crop",
    "fit",
    "sound_track",
    "allow_silent",
    "still",
    "denoise",
    "level",
    "script_is_right",
    "chapters",
    "accept",
)
"""Keys of a speaker that somebody wrote after looking at, or listening to, one recording."""
RECEIVED = "received"
"""Beside what was decided: when the recording that lies there was taken in (ISO 8601, with the
offset from UTC). The times of a file are those of a copy.
"""
FILE = "decided.json"
_NO_TEXTS = ("true", "false", "null", "yes", "no", "on", "off")
"""What YAML takes for something else than a text."""


@dataclass(frozen=True)
class Decision:
    """``value`` as config.yaml has it, and the recordings it holds for (their sha256)."""

    value: str
    recordings: tuple[str, ...]


Decisions = Mapping[str, Mapping[str, Decision]]
"""By speaker's id and by key."""


def read_decisions(text: str) -> Decisions:
    """What ``decisions_text`` wrote. Raises ConfigInvalid where it is something else."""
    try:
        return {
            speaker: {
                kind: Decision(str(one["value"]), tuple(map(str, one["recordings"])))
                for kind, one in kinds.items()
            }
            for speaker, kinds in json.loads(text).items()
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        problem = (
            "it cannot be read; put an earlier copy of it back, or delete it: then trims and the"
            " like hold for the recordings that are in inputs/ now"
        )
        raise ConfigInvalid(FILE, (problem,)) from None


def decisions_text(decisions: Decisions) -> str:
    """The decisions as decided.json has them, the same for the same decisions."""
    plain = {
        speaker: {kind: asdict(one) for kind, one in kinds.items()}
        for speaker, kinds in decisions.items()
        if kinds
    }
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def decided(speaker: Speaker) -> Mapping[str, str]:
    """What was decided for a speaker's recording, by key, as it may be written in config.yaml."""
    values = {kind: getattr(speaker, kind) for kind in KINDS}
    return {
        kind: _as_written(value)
        for kind, value in values.items()
        if value != Speaker.model_fields[kind].default
    }


def _as_written(value: Any) -> str:
    if isinstance(value, Trim):
        points = {"start": value.start, "end": value.end}
        return _pairs({key: point_written(ms) for key, ms in points.items() if ms is not None})
    if isinstance(value, Crop):
        shares = {side: getattr(value, side) for side in Crop.model_fields}
        return _pairs({side: f"{float(share):.3%}" for side, share in shares.items() if share})
    if isinstance(value, tuple) and isinstance(value[0], tuple):
        return _pairs({point_written(ms): _quoted(title) for ms, title in value})
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return _quoted(value) if isinstance(value, str) else str(value).lower()


def _quoted(text: str) -> str:
    """A text as it may stand in a line of YAML: in quotes, unless it cannot be taken for anything
    else.
    """
    plain = re.fullmatch(r"[^\W\d_][\w '&./()-]*", text) and text.lower() not in _NO_TEXTS
    return text if plain else json.dumps(text, ensure_ascii=False)


def _pairs(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in values.items()) + "}"


def for_another(decisions: Decisions, speaker: Speaker, recording: str) -> tuple[str, ...]:
    """Keys of what was decided for another recording than that one (its sha256).

    A value that is not known yet was written for the recording that is there.
    """
    known = decisions.get(speaker.id, {})
    return tuple(
        kind
        for kind, value in decided(speaker).items()
        if kind in known and known[kind].value == value and recording not in known[kind].recordings
    )


def without(speaker: Speaker, kinds: Collection[str]) -> Speaker:
    """The speaker as if ``kinds`` had never been decided."""
    return speaker.model_copy(update={kind: Speaker.model_fields[kind].default for kind in kinds})


def bound(decisions: Decisions, speaker: Speaker, recording: str) -> Decisions:
    """With what is not known yet as decided for that recording; what is no longer written is
    forgotten.
    """
    known = decisions.get(speaker.id, {})
    now = {
        kind: known[kind]
        if kind in known and known[kind].value == value
        else Decision(value, (recording,))
        for kind, value in decided(speaker).items()
    }
    came = {RECEIVED: known[RECEIVED]} if RECEIVED in known else {}
    return {**decisions, speaker.id: {**came, **now}}


def received(decisions: Decisions, speaker_id: str, recording: str, at: datetime) -> Decisions:
    """With when that recording (its sha256) was taken in; the first time counts."""
    if received_at(decisions, speaker_id, recording):
        return decisions
    known = decisions.get(speaker_id, {})
    came = Decision(at.isoformat(timespec="minutes"), (recording,))
    return {**decisions, speaker_id: {**known, RECEIVED: came}}


def received_at(decisions: Decisions, speaker_id: str, recording: str | None) -> datetime | None:
    """When a recording was taken in; None where nobody knows: it was put there by hand."""
    came = decisions.get(speaker_id, {}).get(RECEIVED)
    if came is None or recording not in came.recordings:
        return None
    try:
        at = datetime.fromisoformat(came.value)
    except ValueError:
        return None
    return at if at.tzinfo else None


def kept(
    decisions: Decisions, speaker: Speaker, recording: str, kinds: Collection[str] = KINDS
) -> Decisions:
    """With ``kinds`` as right for that recording too."""
    now = bound(decisions, speaker, recording)
    changed = {
        kind: Decision(one.value, (*one.recordings, recording))
        for kind, one in now[speaker.id].items()
        if kind in kinds and recording not in one.recordings
    }
    return {**now, speaker.id: {**now[speaker.id], **changed}}


def put_aside(speaker: Speaker, file: str, kinds: Collection[str]) -> Finding:
    """That ``kinds`` are not applied to a recording, and how they are if they are right for it."""
    values = decided(speaker)
    listed = ", ".join(f"`{kind}: {values[kind]}`" for kind in kinds)
    one = len(kinds) == 1
    said = (
        f"{listed} {'was' if one else 'were'} decided for another recording than this one and"
        f" {'is' if one else 'are'} put aside."
    )
    it = "it is" if one else "they are"
    remedy = (
        f"Watch this one. If {it} right for it too: `perspectives keep {speaker.id}`; if not, write"
        f" what is, or take {'it' if one else 'them'} out of config.yaml."
    )
    return About(speaker.id, file, f"{file}: ").warning("decided-for-another", said, remedy)
