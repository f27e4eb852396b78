"""The rundown for Ontime, which shows timers to a stage and a crew; without it somebody would type
a list of times into it on the day.

Written after the types in Ontime's source (version 4: DatabaseModel, Rundown, OntimeEvent). Times
are ms since midnight on the event's clock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pipeline.config import Config, Speaker
from pipeline.model import RundownItem
from pipeline.plan.rundown import Rundown
from pipeline.timing import frame_ms

_DAY_MS = 24 * 3_600_000
_COLOURS = {"message": "#77C785", "holding": "#ED3333"}
_WARNING_MS, _DANGER_MS = 30_000, 10_000
"""Before its end a message's timer turns yellow, then red."""


def ontime_project(rundown: Rundown, config: Config) -> str:
    """The project as Ontime imports it (JSON)."""
    speakers = config.by_id
    entries = {
        f"item{place + 1:02d}": _event(
            place + 1, item, _on_air(item, rundown.overlap_after(place), rundown, config), speakers
        )
        for place, item in enumerate(rundown.items)
    }
    whole: dict[str, Any] = {
        "rundowns": {
            "default": {
                "id": "default",
                "title": config.title,
                "order": list(entries),
                "flatOrder": list(entries),
                "entries": entries,
                "revision": 0,
            }
        },
        "project": {
            "title": config.title,
            "description": config.event or "",
            "url": "",
            "info": "",
            "logo": None,
            "custom": [],
        },
        "settings": {
            "version": "4.0.0",
            "serverPort": 4001,
            "editorKey": None,
            "operatorKey": None,
            "timeFormat": "24",
            "language": "en",
        },
        "customFields": {},
        "urlPresets": [],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _on_air(item: RundownItem, shared: int, rundown: Rundown, config: Config) -> tuple[int, int]:
    """When an item begins, in ms since midnight of the first day, and how long it is on air before
    the next one is: the last ``shared`` frames are that one's.
    """
    start = config.slot.on_clock(config.slot.start)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    first, last = (
        frame_ms(frame, rundown.rate) for frame in (item.start_frame, item.end_frame - shared)
    )
    return round((start - midnight).total_seconds() * 1000) + first, last - first


def _event(
    number: int, item: RundownItem, on_air: tuple[int, int], speakers: Mapping[str, Speaker]
) -> dict[str, Any]:
    begins, lasts = on_air
    told = speakers.get(item.speaker or "") if item.kind != "title" else None
    return {
        "id": f"item{number:02d}",
        "type": "event",
        "flag": False,
        "cue": str(number),
        "title": item.title,
        "note": _note(told),
        "endAction": "none",
        "timerType": "count-down",
        "countToEnd": False,
        "linkStart": item.start_frame > 0,
        "timeStrategy": "lock-duration",
        "timeStart": begins % _DAY_MS,
        "timeEnd": (begins + lasts) % _DAY_MS,
        "duration": lasts,
        "skip": False,
        "colour": _COLOURS.get(item.kind, ""),
        "timeWarning": _WARNING_MS,
        "timeDanger": _DANGER_MS,
        "custom": {},
        "triggers": [],
        "parent": None,
        "revision": 0,
        "delay": 0,
        "dayOffset": begins // _DAY_MS,
        "gap": 0,
    }


def _note(speaker: Speaker | None) -> str:
    if speaker is None:
        return ""
    whose = ", ".join(filter(None, (speaker.role, speaker.organisation, speaker.country)))
    return "\n".join(filter(None, (whose, speaker.say)))
