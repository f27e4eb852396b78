"""The slot's sum: what each speaker may take, what is left, the ways out where it does not fit."""

from __future__ import annotations

import pytest

from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.plan.rundown import plan_rundown
from pipeline.plan.slot import (
    SlotPlan,
    allowance_findings,
    left_out_findings,
    plan_slot,
    slot_findings,
)


def event(
    *,
    slot: str = "",
    cards: str = "",
    delivery: str = "",
    own: dict[str, str] | None = None,
    ids: tuple[str, ...] = ("s1", "s2", "s3", "s4"),
) -> Config:
    """The seed case: twenty minutes and four speakers. ``own`` are further keys by speaker."""
    text = (
        "title: Micro-credentials\n"
        f"slot: {{start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00{slot}}}\n"
        f"cards: {{{cards}}}\ndelivery: {{{delivery}}}\nspeakers:\n"
    )
    own = own or {}
    return read_config(
        text
        + "".join(
            f"  - {{id: {name}, name: Dr {name.upper()}{own.get(name, '')}}}\n" for name in ids
        )
    )


def seconds(**lengths: float) -> dict[str, int]:
    """Lengths in seconds as frames at 25 a second."""
    return {name: round(length * 25) for name, length in lengths.items()}


def said(plan: SlotPlan, **wins_ms: int) -> list[tuple[str, str]]:
    return [
        (finding.code, finding.message)
        for finding in (*slot_findings(plan, wins_ms), *allowance_findings(plan, wins_ms))
    ]


# --- the sum --------------------------------------------------------------------------------------


def test_twenty_minutes_leave_286_seconds_for_each_of_four_speakers():
    plan = plan_slot(event(), {})
    assert plan.duration_ms == 1200000
    assert plan.for_messages_ms == 1147000  # 1200 - 8 - 4 x 6 - 6 - 15
    assert plan.cards_ms == 38000
    assert plan.left_ms == 1147000
    assert plan.allowance_ms == 286750


def test_what_is_used_and_what_is_left_is_said_for_the_whole_and_for_each_speaker():
    plan = plan_slot(event(), seconds(s1=280, s2=290, s3=200)).as_json()
    assert plan == {
        "start": "2021-09-14T14:30:00+02:00",
        "end": "2021-09-14T14:50:00+02:00",
        "duration_ms": 1200000,
        "margin_ms": 15000,
        "cards_ms": 38000,
        "intros_ms": 0,
        "messages_ms": 770000,
        "fades_ms": 0,
        "total_ms": 808000,
        "left_ms": 377000,
        "allowance_ms": 286750,
        "speakers": [
            {"id": "s1", "length_ms": 280000, "allowance_ms": 286750, "over_ms": -6750},
            {"id": "s2", "length_ms": 290000, "allowance_ms": 286750, "over_ms": 3250},
            {"id": "s3", "length_ms": 200000, "allowance_ms": 286750, "over_ms": -86750},
            {"id": "s4", "length_ms": None, "allowance_ms": 286750, "over_ms": None},
        ],
    }


@pytest.mark.parametrize("fps", ["25", "29.97", "24", "50"])
def test_the_total_is_the_length_of_the_rundown_with_holding_cards_and_odd_rates(fps):
    config = event(cards="opening: 3s, title: 0s, closing: 1s", delivery=f"fps: {fps}")
    frames = plan_rundown(config, {"s1": 3001}).frames
    assert plan_slot(config, {"s1": 3001}).total_ms == round(
        frames * 1000 / float(config.delivery.fps)
    )


def test_an_allowance_in_config_yaml_is_kept_and_the_others_share_the_rest():
    plan = plan_slot(event(own={"s2": ", allowance: 6m"}), {})
    assert [share.allowance_ms for share in plan.shares] == [
        262333,
        360000,
        262333,
        262333,
    ]  # (1147 - 360) / 3


def test_no_time_left_is_no_allowance_and_not_a_debt():
    assert plan_slot(event(cards="title: 6m"), {}).allowance_ms == 0


def test_who_is_left_out_takes_nothing_and_leaves_their_time_to_the_others():
    plan = plan_slot(event(slot=", missing: omit"), seconds(s1=300), left_out=("s3", "s4"))
    assert (plan.cards_ms, plan.for_messages_ms) == (
        8000 + 6000 + 6000 + 6000,
        1200000 - 26000 - 15000,
    )
    assert [(share.speaker.id, share.allowance_ms) for share in plan.shares] == [
        ("s1", 579500),
        ("s2", 579500),
    ]


# --- whether it fits ------------------------------------------------------------------------------


def test_four_clips_of_19_58_fit_without_cards_and_fail_with_them_and_the_message_shows_the_sum():
    clips = seconds(s1=300, s2=300, s3=300, s4=298)
    assert (
        slot_findings(
            plan_slot(
                event(slot=", margin: 0s", cards="opening: 0s, title: 0s, closing: 0s"), clips
            ),
            {},
        )
        == ()
    )
    (finding,) = slot_findings(plan_slot(event(slot=", margin: 0s"), clips), {})
    assert finding.code == "slot-over"
    assert (
        finding.message
        == "The segment is 0:36 too long for its slot: messages 19:58 + cards 0:38 + margin 0 s ="
        " 20:36, the slot has 20:00."
    )


def test_what_fits_exactly_is_not_over():
    # S2 to s4 have holding cards of 6 s.
    assert slot_findings(plan_slot(event(), seconds(s1=1147)), {}) == ()


def test_too_long_is_said_with_the_sum_and_the_ways_out():
    (finding,) = slot_findings(
        plan_slot(event(), seconds(s1=280, s2=310, s3=290, s4=290)), {"s2": 7500, "s4": 12000}
    )
    assert (finding.severity, finding.code) == ("warning", "slot-over")
    assert (
        finding.message
        == "The segment is 0:23 too long for its slot: messages 19:30 + cards 0:38 + margin 0:15 ="
        " 20:23, the slot has 20:00."
    )
    assert (
        finding.remedy
        == "Win back 0:23: the offered trims win 0:20 (s4 0:12, s2 7.5 s; `perspectives trim ID"
        " --accept`); s2 is longest with 5:10, 0:23 over the allowance; title cards of 4 s win 8"
        " s; or shorten other cards or slot.margin."
    )


def test_too_long_is_an_error_under_strict():
    (finding,) = slot_findings(plan_slot(event(slot=", overrun: strict"), seconds(s1=1147.04)), {})
    assert finding.severity == "error"


def test_a_slot_that_is_shorter_than_its_cards_is_said_before_any_message_has_come():
    assert said(plan_slot(event(cards="title: 6m"), {})) == [
        (
            "slot-over",
            (
                "The cards and the margin alone fill the slot of 20:00: they take 24:29, nothing is"
                " left for the messages."
            ),
        )
    ]


# --- allowances -----------------------------------------------------------------------------------


def test_a_message_over_its_share_is_said_with_the_arithmetic_even_where_the_whole_fits():
    plan = plan_slot(event(), seconds(s1=300, s2=100, s3=100, s4=100))
    assert said(plan, s1=14000) == [
        (
            "over-allowance",
            (
                "Dr S1: the message lasts 5:00, 0:13 over its share of 4:46 (slot 20:00 -"
                " cards, fades and margin 0:53, shared by 4); the slot still has 9:07 left."
            ),
        )
    ]
    (finding,) = allowance_findings(plan, {"s1": 14000})
    assert (finding.severity, finding.submission) == ("warning", "s1")
    assert (
        finding.remedy
        == "The offered trim wins 0:14 (`perspectives trim s1 --accept`); or cut it with trim:, ask"
        " for a shorter one, or write allowance: under s1 in config.yaml, which leaves the"
        " others less."
    )


def test_a_message_over_its_own_allowance_is_held_to_that_and_not_to_an_equal_share():
    plan = plan_slot(event(own={"s1": ", allowance: 4m"}), seconds(s1=260, s2=290))
    assert said(plan) == [
        (
            "over-allowance",
            (
                "Dr S1: the message lasts 4:20, 0:20 over its allowance of 4:00 (as config.yaml "
                "has it); the slot still has 9:57 left for 2 messages to come."
            ),
        )
    ]


def test_where_the_whole_does_not_fit_either_both_are_said_in_one_sentence():
    plan = plan_slot(event(), seconds(s1=280, s2=310, s3=290, s4=290))
    assert [found.message.rpartition("; ")[2] for found in allowance_findings(plan, {})] == [
        "the segment is 0:23 too long."
    ] * 3


def test_allowances_that_cannot_all_be_kept_are_said():
    plan = plan_slot(event(own={"s1": ", allowance: 15m", "s2": ", allowance: 5m"}), {})
    assert said(plan) == [
        (
            "allowances-over",
            (
                "The allowances in config.yaml add up to 20:00; the slot leaves 19:07 for all "
                "messages."
            ),
        )
    ]


def test_who_is_left_out_is_said_by_name():
    (finding,) = left_out_findings(event().speakers[:1])
    assert (
        finding.message
        == "Dr S1 is left out of the segment, with card and message (slot.missing is omit)."
    )
    assert (finding.code, finding.submission) == ("left-out", "s1")
