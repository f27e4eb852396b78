"""The rundown for Ontime, which shows timers to a stage and a crew; without it somebody would type
a list of times into it on the day.

Written after the types in Ontime's source (version 4: DatabaseModel, Rundown, OntimeEvent). Times
are ms since midnight on the event's clock.
"""

from __future__ import annotations

import json
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
    items = {f"item{number:02d}": item for number, item in enumerate(rundown.items, 1)}
    entries = {name: _event(name, item, rundown, config) for name, item in items.items()}
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


def _begins_and_lasts(item: RundownItem, rundown: Rundown, config: Config) -> tuple[int, int]:
    """When an item begins, in ms since midnight of the first day, and how long it is on air by
    itself, or with the one before it.
    """
    start = config.slot.on_clock(config.slot.start)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    at_ms = [
        frame_ms(frame, rundown.rate)
        for frame in (item.start_frame, item.end_frame - _shared(item, rundown))
    ]
    return round((start - midnight).total_seconds() * 1000) + at_ms[0], at_ms[1] - at_ms[0]


def _event(name: str, item: RundownItem, rundown: Rundown, config: Config) -> dict[str, Any]:
    begins, lasts = _begins_and_lasts(item, rundown, config)
    return {
        "id": name,
        "type": "event",
        "flag": False,
        "cue": name.removeprefix("item").lstrip("0"),
        "title": item.title,
        "note": _note(config.by_id.get(item.speaker or "")) if item.kind != "title" else "",
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


def _shared(item: RundownItem, rundown: Rundown) -> int:
    """Frames at its end in which the next one is seen already: it is the next one's time."""
    after = (one.overlap for one in rundown.items if one.start_frame > item.start_frame)
    return next(after, 0)


def _note(speaker: Speaker | None) -> str:
    if speaker is None:
        return ""
    whose = ", ".join(filter(None, (speaker.role, speaker.organisation, speaker.country)))
    return "\n".join(filter(None, (whose, speaker.say)))
