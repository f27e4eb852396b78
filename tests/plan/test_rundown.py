"""The rundown: the order, and the exact end."""

from __future__ import annotations

import pytest

from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.plan.rundown import plan_rundown

IDS = ("klinkum", "wold-mccormick", "oconnor", "palacios")


def event(
    *, slot: str = "", cards: str = "", delivery: str = "", names: tuple[str, ...] = IDS
) -> Config:
    """The seed case: twenty minutes and four speakers."""
    text = (
        "title: Micro-credentials\nevent: Webinar\n"
        f"slot: {{start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00{slot}}}\n"
        f"cards: {{{cards}}}\ndelivery: {{{delivery}}}\nspeakers:\n"
    )
    return read_config(
        text + "".join(f'  - {{id: s{i}, name: "{name}"}}\n' for i, name in enumerate(names, 1))
    )


# --- the order ------------------------------------------------------------------------------------


def test_each_message_follows_its_title_card_in_the_order_of_config_yaml():
    rundown = plan_rundown(event(names=("Ann", "Ben")), {"s1": 1000, "s2": 500})
    assert [(item.kind, item.speaker, item.start_frame, item.frames) for item in rundown.items] == [
        ("opening", None, 0, 200),
        ("title", "s1", 200, 150),
        ("message", "s1", 350, 1000),
        ("title", "s2", 1350, 150),
        ("message", "s2", 1500, 500),
        ("closing", None, 2000, 150),
    ]
    assert rundown.frames == 2150


def test_who_is_missing_gets_a_holding_card_in_their_place():
    rundown = plan_rundown(event(names=("Ann", "Ben")), {"s2": 500})
    assert [(item.kind, item.title, item.frames) for item in rundown.items] == [
        ("opening", "Micro-credentials", 200),
        ("holding", "Ann: message to follow", 150),
        ("title", "Ben", 150),
        ("message", "Ben", 500),
        ("closing", "Thank you", 150),
    ]


def test_who_is_missing_leaves_no_trace_where_config_yaml_says_omit():
    rundown = plan_rundown(event(slot=", missing: omit", names=("Ann", "Ben")), {"s2": 500})
    assert [(item.kind, item.title, item.start_frame) for item in rundown.items] == [
        ("opening", "Micro-credentials", 0),
        ("title", "Ben", 200),
        ("message", "Ben", 350),
        ("closing", "Thank you", 850),
    ]


def test_a_card_of_no_length_is_left_out():
    rundown = plan_rundown(
        event(cards="opening: 0s, title: 0s, closing: 0s", names=("Ann",)), {"s1": 500}
    )
    assert [item.kind for item in rundown.items] == ["message"]


def test_a_holding_card_can_be_read_even_where_title_cards_are_short():
    rundown = plan_rundown(event(cards="title: 1s", names=("Ann",)), {})
    # Four seconds.
    assert [(item.kind, item.frames) for item in rundown.items][1] == (
        "holding",
        100,
    )


@pytest.mark.parametrize(("fps", "frames"), [("25", 30000), ("29.97", 35964), ("50", 60000)])
def test_hold_fills_the_slot_to_the_exact_frame(fps, frames):
    rundown = plan_rundown(
        event(slot=", fill: hold", delivery=f"fps: {fps}"), {"s1": 1001, "s3": 7}
    )
    # One card that stays: a second one would fade in after it.
    assert rundown.items[-1].kind == "closing"
    assert rundown.frames == frames


def test_hold_shows_a_card_of_its_own_where_there_is_no_closing_card():
    rundown = plan_rundown(
        event(slot=", fill: hold", cards="closing: 0s", names=("Ann",)), {"s1": 1000}
    )
    assert [(item.kind, item.end_frame) for item in rundown.items][-2:] == [
        ("message", 1350),
        ("hold", 30000),
    ]


def test_hold_adds_nothing_where_nothing_is_left():
    rundown = plan_rundown(event(slot=", fill: hold", names=("Ann",)), {"s1": 30000})
    assert rundown.items[-1].kind == "closing"


def test_the_item_on_screen_at_a_moment_is_found():
    rundown = plan_rundown(event(names=("Ann",)), {"s1": 1000})
    assert [
        getattr(rundown.at(ms), "kind", None) for ms in (0, 7999, 8000, 14000, 53999, 54000, 60000)
    ] == ["opening", "opening", "title", "message", "message", "closing", None]
