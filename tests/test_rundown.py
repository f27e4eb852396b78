"""The rundown: the sum that nobody else does, the order, and the exact end."""

from __future__ import annotations

import csv
import io

import pytest

from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.plan.rundown import plan_rundown, rundown_csv, rundown_markdown, slot_findings, slot_plan

IDS = ("klinkum", "wold-mccormick", "oconnor", "palacios")


def event(*, slot: str = "", cards: str = "", delivery: str = "", names: tuple[str, ...] = IDS) -> Config:
    """The seed case: twenty minutes and four speakers."""
    text = ("title: Micro-credentials\nevent: Webinar\n"
            f"slot: {{start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00{slot}}}\n"
            f"cards: {{{cards}}}\ndelivery: {{{delivery}}}\nspeakers:\n")
    return read_config(text + "".join(f"  - {{id: s{i}, name: \"{name}\"}}\n" for i, name in enumerate(names, 1)))


# --- the sum ----------------------------------------------------------------------------------------------------------


def test_twenty_minutes_leave_286_seconds_for_each_of_four_speakers():
    plan = slot_plan(event(), {})
    assert plan["duration_ms"] == 1200000
    assert plan["cards_ms"] == 38000  # 8 + 4 x 6 + 6
    assert plan["margin_ms"] == 15000
    assert plan["left_ms"] == 1147000
    assert plan["allowance_ms"] == 286750


def test_what_is_used_and_what_is_left_is_said():
    plan = slot_plan(event(), {"s1": 280000, "s2": 290000, "s3": 200000, "s4": 300000})
    assert (plan["messages_ms"], plan["total_ms"], plan["left_ms"]) == (1070000, 1108000, 77000)
    assert (plan["start"], plan["end"]) == ("2021-09-14T14:30:00+02:00", "2021-09-14T14:50:00+02:00")


def test_the_sum_is_the_length_of_the_rundown_with_holding_cards_and_odd_rates():
    config = event(cards="opening: 3s, title: 0s, closing: 1s", delivery="fps: 29.97")
    rundown = plan_rundown(config, {"s1": 3000})
    assert rundown.frames == 3480  # 90, then 3000 without a title card, three holding cards of 120, 30
    assert slot_plan(config, {"s1": 100100})["total_ms"] == 116116


def test_no_time_left_is_no_allowance_and_not_a_debt():
    assert slot_plan(event(cards="title: 6m"), {})["allowance_ms"] == 0


def test_what_fits_exactly_is_not_over():
    assert slot_findings(event(), {"s1": 1147000}) == ()


def test_too_long_is_said_with_the_sum_and_with_who_is_longest():
    (finding,) = slot_findings(event(), {"s1": 280000, "s2": 310000, "s3": 290000, "s4": 290000})
    assert (finding.severity, finding.code) == ("warning", "slot-over")
    assert finding.message == ("The segment is 0:23 too long for its slot: messages 19:30 + cards 0:38 + margin 0:15 = 20:23, "
                               "the slot has 20:00.")
    assert finding.remedy == "Win back 0:23: s2 is longest with 5:10 (trim: in config.yaml); or shorten cards: or slot.margin."


def test_too_long_is_an_error_under_strict():
    (finding,) = slot_findings(event(slot=", overrun: strict"), {"s1": 1147001})
    assert finding.severity == "error"


# --- the order --------------------------------------------------------------------------------------------------------


def test_each_message_follows_its_title_card_in_the_order_of_config_yaml():
    rundown = plan_rundown(event(names=("Ann", "Ben")), {"s1": 1000, "s2": 500})
    assert [(item.kind, item.speaker, item.start_frame, item.frames) for item in rundown.items] == [
        ("opening", None, 0, 200), ("title", "s1", 200, 150), ("message", "s1", 350, 1000),
        ("title", "s2", 1350, 150), ("message", "s2", 1500, 500), ("closing", None, 2000, 150)]
    assert rundown.frames == 2150


def test_who_is_missing_gets_a_holding_card_in_their_place():
    rundown = plan_rundown(event(names=("Ann", "Ben")), {"s2": 500})
    assert [(item.kind, item.title, item.frames) for item in rundown.items] == [
        ("opening", "Micro-credentials", 200), ("holding", "Ann: message to follow", 150), ("title", "Ben", 150),
        ("message", "Ben", 500), ("closing", "Thank you", 150)]


def test_a_card_of_no_length_is_left_out():
    rundown = plan_rundown(event(cards="opening: 0s, title: 0s, closing: 0s", names=("Ann",)), {"s1": 500})
    assert [item.kind for item in rundown.items] == ["message"]


def test_a_holding_card_can_be_read_even_where_title_cards_are_short():
    rundown = plan_rundown(event(cards="title: 1s", names=("Ann",)), {})
    assert [(item.kind, item.frames) for item in rundown.items][1] == ("holding", 100)  # four seconds


@pytest.mark.parametrize(("fps", "frames"), [("25", 30000), ("29.97", 35964), ("50", 60000)])
def test_hold_fills_the_slot_to_the_exact_frame(fps, frames):
    rundown = plan_rundown(event(slot=", fill: hold", delivery=f"fps: {fps}"), {"s1": 1001, "s3": 7})
    assert rundown.items[-1].kind == "hold"
    assert rundown.frames == frames


def test_hold_adds_nothing_where_nothing_is_left():
    rundown = plan_rundown(event(slot=", fill: hold", names=("Ann",)), {"s1": 30000})
    assert rundown.items[-1].kind == "closing"


def test_the_item_on_screen_at_a_moment_is_found():
    rundown = plan_rundown(event(names=("Ann",)), {"s1": 1000})
    assert [getattr(rundown.at(ms), "kind", None) for ms in (0, 7999, 8000, 14000, 53999, 54000, 60000)] == [
        "opening", "opening", "title", "message", "message", "closing", None]


# --- as a table and as a page -----------------------------------------------------------------------------------------


def test_the_table_gives_the_time_of_day_timecode_and_length_of_each_item():
    config = event(names=("Ann",))
    rows = list(csv.DictReader(io.StringIO(rundown_csv(plan_rundown(config, {"s1": 7150}), config))))
    assert [row["kind"] for row in rows] == ["opening", "title", "message", "closing"]
    assert rows[2] == {
        "no": "3", "kind": "message", "title": "Ann", "speaker": "s1", "clock_in": "14:30:14", "clock_out": "14:35:00",
        "timecode_in": "00:00:14:00", "timecode_out": "00:05:00:00", "frames": "7150", "seconds": "286.000",
        "running_total": "00:05:00:00"}


@pytest.mark.parametrize("name", ["=cmd|'/c calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_a_name_cannot_become_a_formula_in_a_spreadsheet(name):
    config = event(names=(name,))
    rows = list(csv.DictReader(io.StringIO(rundown_csv(plan_rundown(config, {"s1": 25}), config))))
    assert rows[1]["title"] == "'" + name


def test_commas_and_quotes_in_a_name_stay_in_their_cell():
    config = event(names=("Ann, \\\"the\\\" Chair",))
    rows = list(csv.DictReader(io.StringIO(rundown_csv(plan_rundown(config, {"s1": 25}), config))))
    assert rows[1]["title"] == 'Ann, "the" Chair'


def test_the_page_can_be_read_out_to_the_moderator():
    config = event(names=("Ann | Bob",))
    assert rundown_markdown(plan_rundown(config, {"s1": 7150}), config) == """\
# Micro-credentials

Webinar

14.09.2021, 14:30 to 14:50 (UTC+0200)

| | in | out | timecode | length | what |
|---|---|---|---|---|---|
| 1 | 14:30:00 | 14:30:08 | 00:00:00:00 | 8.0 s | opening: Micro-credentials |
| 2 | 14:30:08 | 14:30:14 | 00:00:08:00 | 6.0 s | title: Ann \\| Bob |
| 3 | 14:30:14 | 14:35:00 | 00:00:14:00 | 286.0 s | message: Ann \\| Bob |
| 4 | 14:35:00 | 14:35:06 | 00:05:00:00 | 6.0 s | closing: Thank you |

Back to the moderator at 14:35:06.
"""
