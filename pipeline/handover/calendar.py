"""When a speaker's message is on air, for their calendar; without it somebody in Auckland would
listen on the wrong day.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from pipeline.config import Config
from pipeline.model import RundownItem
from pipeline.plan.dates import hours
from pipeline.plan.rundown import Rundown
from pipeline.timing import frame_ms
from pipeline.tools.texts.catalogues import Worded


def invitation(config: Config, rundown: Rundown, item: RundownItem, worded: Worded) -> str:
    """An iCalendar file with the time of a speaker's ``item`` in UTC, which every calendar shows on
    its own clock. Tentative where a message before it is still to come: then it will move.
    """
    from icalendar import Calendar, Event

    begins, ends = (
        config.slot.start.astimezone(UTC) + timedelta(milliseconds=frame_ms(frame, rundown.rate))
        for frame in (item.start_frame, item.end_frame)
    )
    entry = Event()
    entry.add("uid", hashlib.sha256(f"{config.title}/{item.speaker}".encode()).hexdigest()[:32])
    entry.add("dtstamp", config.slot.start.astimezone(UTC))
    entry.add("dtstart", _whole(begins))
    entry.add("dtend", _whole(ends))
    awaited = (one for one in rundown.items if one.kind == "holding")
    moves = any(one.start_frame < item.start_frame for one in awaited)
    entry.add("status", "TENTATIVE" if moves else "CONFIRMED")
    entry.add("summary", worded("Your message for “{title}”").format(title=config.title))
    entry.add("description", ", ".join(filter(None, (config.event, hours(config)))))
    calendar = Calendar()
    calendar.add("prodid", "-//Perspectives//EN")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    text: str = calendar.to_ical().decode()
    return text


def _whole(moment: datetime) -> datetime:
    """Calendars know whole seconds."""
    return moment.replace(microsecond=0)
