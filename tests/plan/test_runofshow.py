"""The run of show: the moderator's clock, each speaker's own, chapters for a description."""

from __future__ import annotations

import csv
import io

import pytest

from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.errors import ConfigInvalid
from pipeline.plan.cards import segment_card
from pipeline.plan.rundown import plan_rundown
from pipeline.plan.runofshow import (
    back_at,
    chapter_list,
    clock_findings,
    rundown_csv,
    rundown_markdown,
)
from pipeline.plan.slot import plan_slot


def event(
    *,
    start: str = "2021-09-14T14:30:00+02:00",
    end: str = "2021-09-14T14:50:00+02:00",
    slot: str = "",
    cards: str = "",
    names: tuple[str, ...] = ("Ann",),
    zones: tuple[str, ...] = (),
) -> Config:
    text = (
        "title: Micro-credentials\nevent: Webinar\n"
        f"slot: {{start: {start}, end: {end}{slot}}}\ncards: {{{cards}}}\nspeakers:\n"
    )
    for i, name in enumerate(names, 1):
        text += f'  - {{id: s{i}, name: "{name}"' + (
            f", timezone: {zones[i - 1]}}}\n" if zones else "}\n"
        )
    return read_config(text)


def table(config: Config, **frames: int) -> list[dict[str, str]]:
    text = rundown_csv(plan_rundown(config, frames), config)
    assert text.startswith("\ufeff")  # Excel takes it for Latin-1 otherwise
    return list(csv.DictReader(io.StringIO(text[1:])))


# --- as a table -----------------------------------------------------------------------------------


def test_the_table_gives_the_time_of_day_timecode_and_length_of_each_item():
    rows = table(event(), s1=7150)
    assert [row["kind"] for row in rows] == ["opening", "title", "message", "closing"]
    assert rows[2] == {
        "no": "3",
        "kind": "message",
        "title": "Ann",
        "speaker": "s1",
        "clock_in": "14:30:14",
        "clock_out": "14:35:00",
        "timecode_in": "00:00:14:00",
        "timecode_out": "00:05:00:00",
        "frames": "7150",
        "seconds": "286.000",
        "running_total": "00:05:00:00",
    }


FOUR = ("Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu")


def test_on_the_night_the_clocks_go_back_every_item_has_the_right_time_in_four_zones():
    """31 October 2021, 01:00 UTC: 03:00 in Berlin becomes 02:00. The message goes over it."""
    config = event(
        start="2021-10-31T02:59:00+02:00",
        end="2021-10-31T02:30:00+01:00",
        names=("A", "B", "C", "D"),
        zones=FOUR,
    )
    opening, _, message, *_ = table(config, s1=2500, s2=25, s3=25, s4=25)
    assert [(opening[f"{zone} in"], message[f"{zone} out"]) for zone in FOUR] == [
        ("2021-10-31 02:59:00+02:00", "2021-10-31 02:00:54+01:00"),
        ("2021-10-30 20:59:00-04:00", "2021-10-30 21:00:54-04:00"),
        ("2021-10-31 13:59:00+13:00", "2021-10-31 14:00:54+13:00"),
        ("2021-10-31 06:44:00+05:45", "2021-10-31 06:45:54+05:45"),
    ]


def test_on_the_night_the_clocks_go_forward_an_hour_is_skipped_on_the_event_s_clock_alone():
    """28 March 2021, 01:00 UTC: 02:00 in Berlin becomes 03:00."""
    config = event(
        start="2021-03-28T00:59:00+00:00",
        end="2021-03-28T01:30:00+00:00",
        slot=", timezone: Europe/Berlin",
        names=("A", "B", "C", "D"),
        zones=FOUR,
    )
    opening, _, message, *_ = table(config, s1=2500)
    assert (opening["clock_in"], message["clock_out"]) == ("01:59:00", "03:00:54")
    assert [message[f"{zone} out"] for zone in FOUR] == [
        "2021-03-28 03:00:54+02:00",
        "2021-03-27 21:00:54-04:00",
        "2021-03-28 14:00:54+13:00",
        "2021-03-28 06:45:54+05:45",
    ]


def test_the_page_names_the_offset_of_every_time_on_a_night_the_clocks_change():
    config = event(
        start="2021-10-31T02:59:00+02:00",
        end="2021-10-31T02:30:00+01:00",
        slot=", timezone: Europe/Berlin",
    )
    page = rundown_markdown(plan_rundown(config, {"s1": 2500}), config)
    assert "2021-10-31, 02:59 to 02:30 (Europe/Berlin, UTC+02:00 to UTC+01:00)" in page
    assert (
        "| 3 | 02:59:14 UTC+02:00 | 02:00:54 UTC+01:00 | 00:00:14:00 | 100.0 s | 00:01:54:00 |"
        " message: Ann |" in page
    )


@pytest.mark.parametrize("name", ["=cmd|'/c calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_a_name_cannot_become_a_formula_in_a_spreadsheet(name):
    assert table(event(names=(name,)), s1=25)[1]["title"] == "'" + name


def test_commas_and_quotes_in_a_name_stay_in_their_cell():
    assert table(event(names=('Ann, \\"the\\" Chair',)), s1=25)[1]["title"] == 'Ann, "the" Chair'


# --- as a page ------------------------------------------------------------------------------------


def test_the_page_can_be_read_out_to_the_moderator():
    config = event(names=("Ann | Bob",), zones=("Pacific/Auckland",))
    assert (
        rundown_markdown(plan_rundown(config, {"s1": 7150}), config)
        == """\
# Micro-credentials

Webinar

2021-09-14, 14:30 to 14:50 (UTC+02:00)

| | in | out | timecode | length | total | what |
|---|---|---|---|---|---|---|
| 1 | 14:30:00 | 14:30:08 | 00:00:00:00 | 8.0 s | 00:00:08:00 | opening: Micro-credentials |
| 2 | 14:30:08 | 14:30:14 | 00:00:08:00 | 6.0 s | 00:00:14:00 | title: Ann \\| Bob |
| 3 | 14:30:14 | 14:35:00 | 00:00:14:00 | 286.0 s | 00:05:00:00 | message: Ann \\| Bob |
| 4 | 14:35:00 | 14:35:06 | 00:05:00:00 | 6.0 s | 00:05:06:00 | closing: Thank you |

Back to the moderator at 14:35:06.

## On the speakers' own clocks

| speaker | zone | date | in | out |
|---|---|---|---|---|
| Ann \\| Bob | Pacific/Auckland, UTC+12:00 | 2021-09-15 | 00:30:14 | 00:35:00 |
"""
    )


def test_the_moderator_is_told_the_second_at_which_they_are_on_again():
    config = event(names=("A", "B", "C", "D"))
    assert (
        back_at(plan_rundown(config, {"s1": 7000, "s2": 7000, "s3": 7000, "s4": 6850}), config)
        == "14:49:12"
    )


# --- the zone -------------------------------------------------------------------------------------


def test_the_event_s_zone_shows_its_clock_whatever_offset_the_slot_is_written_with():
    config = event(
        start="2021-09-14T12:30:00Z", end="2021-09-14T12:50:00Z", slot=", timezone: Europe/Berlin"
    )
    assert table(config, s1=25)[0]["clock_in"] == "14:30:00"
    assert clock_findings(config) == ()


def test_the_offset_of_winter_in_summer_is_said_since_the_segment_would_be_an_hour_off():
    (finding,) = clock_findings(
        event(
            start="2021-09-14T14:30:00+01:00",
            end="2021-09-14T14:50:00+01:00",
            slot=", timezone: Europe/Berlin",
        )
    )
    assert (finding.severity, finding.code) == ("warning", "slot-offset")
    assert (
        finding.message
        == "slot.start is 14:30 at UTC+01:00, but Europe/Berlin is at UTC+02:00 then: on its clocks"
        " the segment begins at 15:30."
    )
    assert finding.remedy == (
        "If 14:30 is meant there, write +02:00 behind slot.start and slot.end, or nothing: the zone"
        " has it."
    )


def test_an_offset_that_is_wrong_at_the_end_alone_is_said_of_the_end():
    (finding,) = clock_findings(
        event(end="2021-09-14T15:50:00+03:00", slot=", timezone: Europe/Berlin")
    )
    assert finding.message == (
        "slot.end is 15:50 at UTC+03:00, but Europe/Berlin is at UTC+02:00 then: on its clocks the"
        " segment ends at 14:50."
    )
    assert "behind slot.end, or nothing" in finding.remedy


def test_the_offset_of_winter_in_a_zone_that_is_at_utc_then_is_no_time_meant_in_utc():
    (finding,) = clock_findings(
        event(
            start="2021-09-14T14:30:00+00:00",
            end="2021-09-14T14:50:00+00:00",
            slot=", timezone: Europe/London",
        )
    )
    assert "on its clocks the segment begins at 15:30" in finding.message


def test_without_an_offset_the_slot_is_on_the_clocks_of_the_zone():
    config = event(
        start="2021-09-14 14:30", end="2021-09-14 14:50", slot=", timezone: Europe/Berlin"
    )
    assert config.slot.start.isoformat() == "2021-09-14T14:30:00+02:00"
    assert table(config, s1=25)[0]["clock_in"] == "14:30:00"
    assert clock_findings(config) == ()


def test_a_slot_over_the_night_in_which_clocks_change_is_as_long_as_it_lasts():
    back = event(start="2021-10-31 01:30", end="2021-10-31 03:30", slot=", timezone: Europe/Berlin")
    assert back.slot.duration_ms == 3 * 3_600_000
    forward = event(
        start="2021-03-28 01:30", end="2021-03-28 03:30", slot=", timezone: Europe/Berlin"
    )
    assert forward.slot.duration_ms == 3_600_000


def test_cards_rundown_and_sum_show_the_clock_of_the_event():
    config = event(
        start="2021-09-14T12:30:00Z", end="2021-09-14T12:50:00Z", slot=", timezone: Asia/Kolkata"
    )
    card = segment_card(config, "opening")["fields"]["when"]
    assert card == "14 September 2021 · 18:00–18:20 UTC+05:30"
    assert "18:00 to 18:20 (Asia/Kolkata, UTC+05:30)" in rundown_markdown(
        plan_rundown(config, {"s1": 25}), config
    )
    assert plan_slot(config, {"s1": 25}).as_json()["start"] == "2021-09-14T18:00:00+05:30"


def test_a_zone_that_does_not_exist_is_refused_with_its_line():
    with pytest.raises(ConfigInvalid) as caught:
        event(slot=", timezone: Europe/Berln")
    assert (
        'line 3: slot.timezone is "Europe/Berln"; write a time zone, for example Pacific/Auckland'
        in str(caught.value)
    )


# --- chapters -------------------------------------------------------------------------------------


def chapters(config: Config, **frames: int) -> str:
    return chapter_list(plan_rundown(config, frames), config)


def test_chapters_begin_at_zero_and_lead_to_each_speaker_s_title_card():
    config = event(cards="opening: 10s, closing: 10s", names=("Ann", "Ben"))
    assert (
        chapters(config, s1=7150, s2=1000) == "00:00 Opening\n00:10 Ann\n05:02 Ben\n05:48 Closing\n"
    )


def test_no_chapter_is_shorter_than_the_ten_seconds_that_video_sites_want():
    listed = chapters(event(names=("Ann", "Ben")), s1=1000)
    assert listed == "00:00 Opening\n00:10 Ann\n00:54 Ben: message to follow\n"
    # Ann's title card is still on screen at 10 s; Ben's holding card and the closing card have 6 s
    # each: together they are one chapter


def test_a_segment_of_an_hour_has_hours_in_all_its_chapters():
    config = event(end="2021-09-14T16:30:00+02:00", cards="opening: 10s", names=("Ann", "Ben"))
    assert chapters(config, s1=90_000, s2=1000) == "00:00:00 Opening\n00:00:10 Ann\n01:00:16 Ben\n"
