"""Changes what config.yaml says of one speaker, as somebody decides it with picture and sound in
sight; without it they would watch in a browser and write in an editor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.commands.keep import decide
from pipeline.commands.session import changing, write_config
from pipeline.config import Crop, Speaker
from pipeline.config_file import speaker_added
from pipeline.errors import Refused
from pipeline.event import Workspace, load_config, load_decisions
from pipeline.plan.decided import for_another, kept, without
from pipeline.plan.trims import point_written

NAMES = ("name", "role", "organisation", "country")
POINTS = ("start", "end")
SIDES = ("left", "right", "top", "bottom")
KEYS = (
    *NAMES,
    *(f"trim.{point}" for point in POINTS),
    *(f"crop.{side}" for side in SIDES),
    "fit",
    "sound_track",
)
"""What can be changed, each under its key in config.yaml."""


def settings_of(speaker: Speaker) -> dict[str, str]:
    """The values of ``KEYS`` as a person would write them; empty where nothing is written."""
    trim, crop = speaker.trim, speaker.crop
    points = {point: getattr(trim, point) for point in POINTS}
    return {
        **{key: getattr(speaker, key) or "" for key in NAMES},
        **{f"trim.{key}": "" if ms is None else point_written(ms) for key, ms in points.items()},
        **{f"crop.{side}": _share(crop, side) for side in SIDES},
        "fit": speaker.fit,
        "sound_track": str(speaker.sound_track or ""),
    }


def _share(crop: Crop, side: str) -> str:
    percent = f"{float(getattr(crop, side) * 100):.3f}".rstrip("0").rstrip(".")
    return "" if percent == "0" else f"{percent}%"


def change_speaker(
    workspace: Workspace,
    speaker_id: str,
    was: Mapping[str, str],
    now: Mapping[str, str],
    recording: str | None,
) -> None:
    """Write what is ``now`` (some of ``KEYS``) into config.yaml, comments kept, as decided for that
    recording (its sha256). What was decided for an earlier one goes with it.

    Raises ConfigInvalid with what is allowed, and Refused where a value stands otherwise by now
    than it ``was``; then nothing is written.
    """
    with changing(workspace):
        decisions, config = load_decisions(workspace), load_config(workspace)
        speaker = config.by_id.get(speaker_id)
        if speaker is None:
            raise Refused(f"{speaker_id} is no longer in config.yaml. Nothing was written.")
        earlier = for_another(decisions, speaker, recording) if recording else ()
        stands = settings_of(without(speaker, earlier))
        others = [key for key in now if stands[key] != was.get(key)]
        if others:
            said = ", ".join(f'{key} is "{stands[key]}"' for key in others)
            raise Refused(f"config.yaml was changed meanwhile: {said}. Nothing was written.")
        kinds = {key.split(".")[0] for key in now}
        entry = _entry(now, {**stands, **now}, {*earlier} & kinds)
        text = speaker_added(workspace.config.read_text("utf-8-sig"), {"id": speaker_id, **entry})
        speaker = write_config(workspace, text).by_id[speaker_id]
        if recording:
            decide(workspace, lambda known: kept(known, speaker, recording, kinds))


def _entry(now: Mapping[str, str], whole: Mapping[str, str], afresh: set[str]) -> dict[str, Any]:
    """``now`` as config.yaml has it; of a section in ``afresh`` all of it."""
    entry: dict[str, Any] = {}
    for key in KEYS:
        section, _, inner = key.partition(".")
        if key not in now and section not in afresh:
            continue
        value = _value(key, whole[key].strip())
        if inner:
            entry.setdefault(section, {})[inner] = value
        else:
            entry[key] = value
    return entry


def _value(key: str, written: str) -> str | int | None:
    if key.startswith("crop."):
        return written or "0%"
    if key == "fit":
        return written or "contain"
    if key == "sound_track" and written.isdecimal():
        return int(written)
    return written or None
