"""A day of several segments: when each begins and ends, what is between, and on whose clock."""

from __future__ import annotations

import csv
import io

from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.handover.day import as_markdown, day_sheet
from pipeline.plan.day import Gap, OnAir, Overlap, Shown, day_csv, day_findings, day_order
from pipeline.plan.rundown import Rundown, plan_rundown
from pipeline.tools.texts.catalogues import own_words

DAY = """title: A day
event: The event
language: en
slot: {timezone: Europe/Berlin}
cards: {opening: 2s, title: 1s, closing: 1s}
segments:
  - id: evening
    title: Evening
    slot: {start: 2021-09-14 18:30, end: 2021-09-14 18:50}
    speakers: [ana]
  - id: morning
    title: Morning
    slot: {start: 2021-09-14 09:00, end: 2021-09-14 09:20}
    speakers: [bo, ana]
    then: Lunch | and coffee
speakers:
  - {id: ana, name: Ana, timezone: Pacific/Auckland}
  - {id: bo, name: Bo}
"""
SHOWN = {"ana": 250, "bo": 1500}
"""Frames of the messages: ten seconds and a minute."""


def planned(text: str = DAY, *unknown: str) -> tuple[Config, dict[str, Rundown]]:
    """The day, and the rundowns of its segments but for those that are ``unknown``."""
    day = read_config(text)
    rundowns = {
        one.id: plan_rundown(one.config, {name: SHOWN[name] for name in one.config.by_id})
        for one in day.segments
        if one.id not in unknown
    }
    return day, rundowns


def told(text: str = DAY, *unknown: str) -> list[str]:
    """The order of a day, a line each."""
    return [
        f"{one.start:%H:%M:%S} {one.end:%H:%M:%S} {_what(one)}"
        for one in day_order(*planned(text, *unknown))
    ]


def _what(one: Shown) -> str | None:
    if isinstance(one, Gap):
        return one.then
    return f"{one.before} > {one.after}" if isinstance(one, Overlap) else f"[{one.segment.id}]"


def test_segments_come_in_the_order_of_their_hours_with_what_fills_the_time_between():
    assert told() == [
        "09:00:00 09:01:15 [morning]",
        "09:01:15 18:30:00 Lunch | and coffee",
        "18:30:00 18:30:14 [evening]",
    ]


def test_a_segment_of_which_nothing_is_known_takes_its_slot():
    assert told(DAY, "morning")[:2] == [
        "09:00:00 09:20:00 [morning]",
        "09:20:00 18:30:00 Lunch | and coffee",
    ]


def test_where_a_segment_runs_into_the_next_one_the_table_and_the_page_say_so():
    both = DAY.replace("2021-09-14 18:30", "2021-09-14 09:01:12")
    assert told(both) == [
        "09:00:00 09:01:15 [morning]",
        "09:01:12 09:01:15 Morning > Evening",
        "09:01:12 09:01:26 [evening]",
    ]
    day, rundowns = planned(both)
    order = day_order(day, rundowns)
    rows = list(csv.DictReader(io.StringIO(day_csv(day, order).removeprefix("\ufeff"))))
    (row,) = [row for row in rows if row["kind"] == "overlap"]
    assert (row["title"], row["seconds"]) == ("Morning runs 3 s into Evening", "3.000")
    text = as_markdown(day_sheet(day, order, own_words("en")))
    assert "| 09:01:12 | 3 s | **Overlap**; Morning runs 3 s into Evening |" in text


def test_the_time_after_overlapping_segments_begins_when_the_later_one_ends():
    third = "  - {id: noon, title: N, slot: {start: 2021-09-14 09:01, end: 2021-09-14 09:02},"
    third += " speakers: [ana]}\n"
    order = told(DAY.replace("speakers:\n", f"{third}speakers:\n", 1))
    assert order[1:4] == [
        "09:01:00 09:01:14 Morning > N",
        "09:01:00 09:01:14 [noon]",
        "09:01:15 18:30:00 Lunch | and coffee",
    ]


def test_the_hours_are_right_where_clocks_change_between_two_segments():
    spring = DAY.replace("2021-09-14 09", "2021-03-28 01").replace("2021-09-14", "2021-03-28")
    day, rundowns = planned(spring)
    gap = day_order(day, rundowns)[1]
    assert isinstance(gap, Gap)
    assert f"{gap.start:%H:%M:%S%z} {gap.end:%H:%M:%S%z}" == "01:01:15+0100 18:30:00+0200"
    assert gap.lasts_ms == (16 * 3600 + 28 * 60 + 45) * 1000


def test_the_table_has_each_item_of_each_segment_and_the_time_between():
    day, rundowns = planned()
    text = day_csv(day, day_order(day, rundowns)).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["no"], row["segment"], row["kind"], row["clock_in"]) for row in rows] == [
        ("1", "morning", "opening", "09:00:00"),
        ("2", "morning", "title", "09:00:02"),
        ("3", "morning", "message", "09:00:03"),
        ("4", "morning", "title", "09:01:03"),
        ("5", "morning", "message", "09:01:04"),
        ("6", "morning", "closing", "09:01:14"),
        ("7", "", "gap", "09:01:15"),
        ("8", "evening", "opening", "18:30:00"),
        ("9", "evening", "title", "18:30:02"),
        ("10", "evening", "message", "18:30:03"),
        ("11", "evening", "closing", "18:30:13"),
    ]
    assert rows[6]["title"] == "Lunch | and coffee" and rows[6]["seconds"] == "34125.000"
    assert rows[9]["Pacific/Auckland in"] == "2021-09-15 04:30:03+12:00"
    assert rows[9]["date"] == "2021-09-14"


def test_the_page_shows_segments_and_breaks_large_and_messages_small():
    day, rundowns = planned()
    sheet = day_sheet(day, day_order(day, rundowns), own_words("en"))
    assert [(item.clock, item.what, item.length, item.card) for item in sheet.items] == [
        ("09:00:00", "Morning", "1:15", False),
        ("09:00:03", "Bo", "1:00", True),
        ("09:01:04", "Ana", "0:10", True),
        ("09:01:15", "Lunch | and coffee", "9:28:45", False),
        ("18:30:00", "Evening", "0:14", False),
        ("18:30:03", "Ana", "0:10", True),
    ]
    assert sheet.opening == ("The event", "14 September 2021 · 09:00–18:50 UTC+02:00")
    assert sheet.closing == "Back to the moderator at 18:30:14"


def test_the_page_is_in_the_events_language():
    day, rundowns = planned(DAY.replace("language: en", "language: de").replace("then", "# then"))
    sheet = day_sheet(day, day_order(day, rundowns), own_words("de"))
    assert [item.what for item in sheet.items][3] == "Die Moderation"
    assert sheet.closing == "Zurück zur Moderation um 18:30:14"


def test_the_list_can_be_read_as_it_is():
    day, rundowns = planned(DAY, "evening")
    text = as_markdown(day_sheet(day, day_order(day, rundowns), own_words("en")))
    assert "| 09:01:15 | 9:28:45 | **Lunch \\| and coffee** |" in text
    assert "What is shown and when is not known yet." in text.splitlines()[-3]


def test_who_is_in_no_segment_is_said():
    found = day_findings(read_config(DAY.replace("[bo, ana]", "[ana]")))
    assert [(one.code, one.severity, one.submission) for one in found] == [
        ("in-no-segment", "warning", "bo")
    ]
    assert found[0].remedy == (
        "Write bo under speakers: of a segment (evening, morning), or take them out."
    )


def test_slots_that_overlap_are_said_and_nothing_has_to_be_done():
    found = day_findings(read_config(DAY.replace("2021-09-14 18:30", "2021-09-14 09:10")))
    assert [(one.code, one.severity, one.message, one.remedy) for one in found] == [
        (
            "slots-overlap",
            "info",
            "The slots of morning and evening overlap: evening begins at 09:10, before morning has"
            " ended.",
            "",
        )
    ]


def test_of_segments_one_after_the_other_nothing_is_said():
    assert day_findings(read_config(DAY)) == ()


def test_a_segment_that_is_not_built_stands_for_itself():
    day, _ = planned()
    assert all(isinstance(one, OnAir) or _what(one) for one in day_order(day, {}))
