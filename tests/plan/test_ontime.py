"""The rundown for Ontime is a project as its source describes one, with the moderator's times."""

from __future__ import annotations

import json
from typing import Any

from pipeline.config_file import read_config
from pipeline.plan.ontime import ontime_project
from pipeline.plan.rundown import plan_rundown

EVENT = """title: Micro-credentials
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
speakers:
  - {id: ann, name: Dr Ann Lee, role: Dean, organisation: NZQA, say: AN lee}
  - {id: bo, name: Bo Ek}
"""
KEYS = {
    "id", "type", "flag", "cue", "title", "note", "endAction", "timerType", "countToEnd",
    "linkStart", "timeStrategy", "timeStart", "timeEnd", "duration", "skip", "colour",
    "timeWarning", "timeDanger", "custom", "triggers", "parent", "revision", "delay", "dayOffset",
    "gap",
}  # fmt: skip
"""What an OntimeEvent has (packages/types, OntimeEntry.ts)."""


def project(event: str = EVENT) -> dict[str, Any]:
    """Ann speaks for a minute, Bo is missing."""
    config = read_config(event)
    return json.loads(ontime_project(plan_rundown(config, {"ann": 1500}), config))


def entries(event: str = EVENT) -> list[dict[str, Any]]:
    """Its events in their order."""
    rundown = project(event)["rundowns"]["default"]
    assert rundown["order"] == rundown["flatOrder"] == list(rundown["entries"])
    return [rundown["entries"][name] for name in rundown["order"]]


def test_each_item_is_an_event_with_every_key_of_its_type():
    assert all(set(entry) == KEYS for entry in entries())
    assert {entry["type"] for entry in entries()} == {"event"}


def test_times_are_those_of_the_events_clock_and_leave_no_gap():
    half_past_two = (14 * 60 + 30) * 60_000
    times = [(one["timeStart"] - half_past_two, one["duration"]) for one in entries()]
    assert times == [(0, 8000), (8000, 6000), (14_000, 60_000), (74_000, 6000), (80_000, 6000)]
    assert [one["timeEnd"] for one in entries()[:-1]] == [one["timeStart"] for one in entries()[1:]]


def test_a_message_says_who_speaks_and_how_the_name_is_said():
    assert entries()[2]["title"] == "Dr Ann Lee"
    assert entries()[2]["note"] == "Dean, NZQA\nAN lee"


def test_crossfades_leave_no_overlap():
    crossed = EVENT + "cards: {transition: crossfade}\n"
    shown = entries(crossed)
    assert [one["timeEnd"] for one in shown[:-1]] == [one["timeStart"] for one in shown[1:]]


def test_an_event_over_midnight_goes_on_with_the_next_day():
    late = EVENT.replace("14T14:30", "14T23:59").replace("14T14:50", "15T00:20")
    last = entries(late)[-1]
    assert (last["dayOffset"], last["timeStart"]) == (1, 20_000)
