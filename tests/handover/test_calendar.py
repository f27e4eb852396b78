"""A speaker's calendar has the message when it is on air, on whatever clock it shows."""

from __future__ import annotations

from datetime import UTC, datetime

import icalendar

from pipeline.config_file import read_config
from pipeline.handover.calendar import invitation
from pipeline.plan.rundown import plan_rundown

EVENT = """title: Micro-credentials
event: Webinar
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
speakers:
  - {id: ann, name: Ann}
  - {id: bo, name: Bo}
"""
CONFIG = read_config(EVENT)
RUNDOWN = plan_rundown(CONFIG, {"ann": 1500})


def test_the_message_stands_at_its_own_time():
    text = invitation(CONFIG, RUNDOWN, RUNDOWN.items[2], str)
    (entry,) = icalendar.Calendar.from_ical(text or "").walk("VEVENT")
    assert entry.decoded("dtstart") == datetime(2021, 9, 14, 12, 30, 14, tzinfo=UTC)
    assert entry.decoded("dtend") == datetime(2021, 9, 14, 12, 31, 14, tzinfo=UTC)
    assert str(entry["summary"]) == "Your message for “Micro-credentials”"
    assert str(entry["status"]) == "CONFIRMED"


def test_what_comes_after_a_message_that_is_to_follow_is_tentative_since_it_will_move():
    rundown = plan_rundown(CONFIG, {"bo": 1500})
    text = invitation(CONFIG, rundown, rundown.message_of("bo"), str)
    (entry,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert str(entry["status"]) == "TENTATIVE"


def test_the_same_rundown_is_the_same_file():
    first, again = (invitation(CONFIG, RUNDOWN, RUNDOWN.items[2], str) for _ in range(2))
    assert first == again
