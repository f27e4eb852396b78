"""Schedules of Pretalx and frab: who speaks when in which room, in the files as they hand them
out.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from conftest import Event

from pipeline.commands.schedule import (
    Person,
    Wanted,
    chosen,
    entries_of,
    is_schedule,
    read_schedule,
    slot_of,
)
from pipeline.commands.session import write_config
from pipeline.config import Speaker
from pipeline.config_file import read_config
from pipeline.errors import ConfigInvalid, UsageWrong
from pipeline.event import Workspace
from pipeline.plan.unedited import unedited_findings

CEST = timezone(timedelta(hours=2))


def event(code: str, at: str, title: str, *persons: dict[str, object], **more: object) -> dict:
    """A talk as Pretalx has it in its JSON."""
    return {
        "guid": f"guid-{code}",
        "code": code,
        "id": 7,
        "date": at,
        "start": at[11:16],
        "duration": "00:30",
        "title": title,
        "language": "en",
        "persons": list(persons),
        **more,
    }


def person(name: str, **more: object) -> dict[str, object]:
    """Somebody who speaks, likewise."""
    return {"code": "ABC", "name": name, "public_name": name, "biography": None, **more}


def pretalx(rooms: dict[str, list], second: dict[str, list] | None = None) -> bytes:
    """A schedule.json of one day or two."""
    days = [{"index": 1, "date": "2021-09-14", "rooms": rooms}]
    days += [{"index": 2, "date": "2021-09-15", "rooms": second}] if second else []
    conference = {"acronym": "mc21", "time_zone_name": "Europe/Berlin", "days": days}
    answer = {"$schema": "x", "schedule": {"version": "0.8", "conference": conference}}
    return json.dumps(answer).encode()


HALL = [
    event("QX1", "2021-09-14T14:30:00+02:00", "Welcome", person("Dr Grant Klinkum")),
    event(
        "QX2",
        "2021-09-14T15:00:00+02:00",
        "Trust",
        person("Zoë Čapek", affiliation="Univerzita Karlova"),
        person("Dr Grant Klinkum"),
        language="cs",
    ),
]
FRAB = b"""<?xml version="1.0" encoding="utf-8"?>
<schedule>
  <version>1.2</version>
  <conference><acronym>mc21</acronym><title>MC</title><days>2</days></conference>
  <day index="1" date="2021-09-14">
    <room name="Hall A">
      <event id="12" guid="g-12">
        <start>14:30</start><duration>00:20</duration><room>Hall A</room>
        <title>Welcome &amp; trust</title><language>en</language>
        <persons><person id="3">Dr Grant Klinkum</person><person id="4">Li Wei</person></persons>
      </event>
      <event id="13" guid="g-13">
        <start>00:15</start><duration>1:00</duration><title>Night</title><language></language>
        <persons/>
      </event>
    </room>
  </day>
</schedule>
"""
PRETALX_XML = b"""<?xml version='1.0' encoding='utf-8' ?>
<schedule>
  <generator name="pretalx" version="2024.1.0" />
  <conference><time_zone_name>Europe/Berlin</time_zone_name></conference>
  <day index='1' date='2021-09-14'>
    <room name='Hall A' guid='r'>
      <event guid='g' id='5' code='QX1'>
        <date>2021-09-14T12:30:00+00:00</date><start>14:30</start><duration>00:30</duration>
        <title>Welcome</title><language>en</language>
        <persons><person id='9' code='P'>Ana Expert</person></persons>
      </event>
    </room>
  </day>
</schedule>
"""


def test_talks_of_pretalx_have_their_times_their_room_and_their_speakers():
    first, second = read_schedule(pretalx({"Hall A": HALL}), "schedule.json", UTC)
    assert (first.code, first.title, first.room, first.language) == (
        "QX1",
        "Welcome",
        "Hall A",
        "en",
    )
    assert first.start == datetime(2021, 9, 14, 14, 30, tzinfo=CEST)
    assert first.end == datetime(2021, 9, 14, 15, 0, tzinfo=CEST)
    assert second.persons == (
        Person("Zoë Čapek", "Univerzita Karlova"),
        Person("Dr Grant Klinkum"),
    )


def test_frabs_older_files_have_the_day_and_the_hour_alone_which_are_on_the_events_clock():
    welcome, night = read_schedule(FRAB, "schedule.xml", CEST)
    assert welcome.start == datetime(2021, 9, 14, 14, 30, tzinfo=CEST)
    assert welcome.end == datetime(2021, 9, 14, 14, 50, tzinfo=CEST)
    assert welcome.title == "Welcome & trust"
    assert [one.name for one in welcome.persons] == ["Dr Grant Klinkum", "Li Wei"]
    assert night.start == datetime(2021, 9, 15, 0, 15, tzinfo=CEST)  # after midnight
    assert night.end - night.start == timedelta(hours=1)
    assert night.language is None and night.persons == ()


def test_times_are_on_the_conferences_clock_in_whichever_zone_they_are_written():
    (talk,) = read_schedule(PRETALX_XML, "schedule.xml", UTC)
    assert talk.start.isoformat() == "2021-09-14T14:30:00+02:00"
    assert (talk.code, talk.day) == ("QX1", "2021-09-14")


def test_what_has_no_time_or_no_length_is_none_of_the_programme():
    hall = [*HALL, event("X", "", "Never"), event("Y", "2021-09-14T16:00:00+02:00", "", duration=0)]
    assert len(read_schedule(pretalx({"Hall A": hall}), "schedule.json", None)) == 2


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"{", "this is not readable as JSON; export the schedule again"),
        (b'{"a": []}', 'there are no "days" in its "conference", as Pretalx and frab write them'),
        (b"<schedule>", "this is not readable as XML; export the schedule again"),
        (b"<html></html>", "this is <html>, not the <schedule> of Pretalx or frab"),
        (
            b'<!DOCTYPE a [<!ENTITY b "c">]><schedule>&b;</schedule>',
            "this is not readable as XML; export the schedule again",
        ),
    ],
)
def test_what_is_no_schedule_is_said_in_a_sentence(data, problem):
    with pytest.raises(ConfigInvalid) as caught:
        read_schedule(data, "programme", UTC)
    assert str(caught.value) == f"programme: {problem}\nprogramme: nothing was changed"


@pytest.mark.parametrize(
    "odd", [{"days": [None, {"rooms": []}]}, {"days": [{"rooms": {"A": [7]}}]}]
)
def test_a_schedule_that_is_written_otherwise_is_no_fault_of_the_programs(odd):
    data = json.dumps({"schedule": {"conference": odd}}).encode()
    with pytest.raises(ConfigInvalid, match="there is no talk with a time and a room in it"):
        read_schedule(data, "schedule.json", UTC)


def test_a_list_of_speakers_is_no_schedule():
    assert is_schedule(FRAB) and is_schedule(b'\xef\xbb\xbf {"schedule": {}}')
    assert not is_schedule(b"id,name\nana,Dr Ana\n") and not is_schedule(b"PK\3\4")


# --- which part of it is meant --------------------------------------------------------------------

TWO_ROOMS = {
    "Hall A": HALL,
    "Room 2": [event("QX3", "2021-09-14T14:30:00+02:00", "Elsewhere", person("Bo"))],
}
TWO_DAYS = {"Hall A": [event("QX4", "2021-09-15T09:00:00+02:00", "Again", person("Cy"))]}


def part(**wanted: str) -> list[str]:
    """The codes of the talks that are meant."""
    talks = read_schedule(pretalx(TWO_ROOMS, TWO_DAYS), "schedule.json", UTC)
    return [talk.code for talk in chosen(talks, Wanted(**wanted), "schedule.json")]


def test_a_room_and_a_day_or_a_talk_by_its_code_or_its_title_is_a_segment():
    assert part(room="hall a", day="2021-09-14") == ["QX1", "QX2"]
    assert part(room="Room 2") == ["QX3"]
    assert part(talk="qx2") == ["QX2"] and part(talk="again") == ["QX4"]


def test_where_several_parts_are_meant_they_are_listed_to_be_chosen_from():
    with pytest.raises(UsageWrong) as caught:
        part(room="Hall A")
    assert str(caught.value) == (
        "schedule.json: say which part of it this segment is, with --room, --day or --talk;"
        " or make each talk a segment of its own with --segments.\n"
        '  --room "Hall A" --day 2021-09-14  14:30 to 15:30, 2 talks\n'
        '  --room "Hall A" --day 2021-09-15  09:00 to 09:30, 1 talk\n'
        "Nothing was changed."
    )


def test_a_room_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(UsageWrong, match="there is no such talk") as caught:
        part(room="Hall B")
    assert '--room "Room 2" --day 2021-09-14  14:30 to 15:00, 1 talk' in str(caught.value)


def test_the_slot_is_from_the_first_talk_to_the_end_of_the_last():
    talks = read_schedule(pretalx({"Hall A": HALL}), "schedule.json", UTC)
    assert [one.isoformat() for one in slot_of(talks)] == [
        "2021-09-14T14:30:00+02:00",
        "2021-09-14T15:30:00+02:00",
    ]


# --- the speakers ---------------------------------------------------------------------------------


def test_each_speaker_is_written_once_in_the_order_of_the_talks():
    talks = read_schedule(pretalx({"Hall A": HALL}), "schedule.json", UTC)
    assert entries_of(talks, {}) == (
        {"id": "klinkum", "name": "Dr Grant Klinkum", "language": "en"},
        {
            "id": "capek",
            "name": "Zoë Čapek",
            "organisation": "Univerzita Karlova",
            "language": "cs",
        },
    )


def test_who_is_in_config_yaml_keeps_their_id_and_a_namesake_gets_another():
    hall = [event("Q", "2021-09-14T14:30:00+02:00", "T", person("Ana Smith"), person("Bo Smith"))]
    talks = read_schedule(pretalx({"Hall A": hall}), "schedule.json", UTC)
    known = {
        "ana": Speaker(id="ana", name="ana  smith"),
        "smith": Speaker(id="smith", name="Cy Smith"),
    }
    assert entries_of(talks, known) == ({"id": "bo-smith", "name": "Bo Smith", "language": "en"},)


def test_of_who_is_there_nothing_is_written_over():
    hall = [
        event("Q", "2021-09-14T14:30:00+02:00", "T", person("Ana", affiliation="X"), language="en")
    ]
    talks = read_schedule(pretalx({"Hall A": hall}), "schedule.json", UTC)
    there = Speaker(id="a1", name="ANA", language="es")
    assert entries_of(talks, {"a1": there}) == ({"id": "a1", "organisation": "X"},)
    there = Speaker(id="a1", name="Ana", organisation="NZQA")
    assert entries_of(talks, {"a1": there}) == ()


# --- as a command ---------------------------------------------------------------------------------

CONFIG = """title: Micro-credentials   # the working title
slot: {start: 2021-01-01T10:00:00+01:00, end: 2021-01-01T10:20:00+01:00, margin: 5s}   # to come
speakers: []
"""


def test_a_schedule_becomes_the_slot_and_the_speakers_of_a_segment(event_folder, tmp_path):
    (tmp_path / "schedule.json").write_bytes(pretalx(TWO_ROOMS, TWO_DAYS))
    done = event_folder.run(
        "add",
        "--roster",
        str(tmp_path / "schedule.json"),
        "--room",
        "Hall A",
        "--day",
        "2021-09-14",
    )
    assert done.code == 0, done.stderr
    text = (event_folder.root / "config.yaml").read_text("utf-8")
    config = read_config(text)
    assert config.slot.start.isoformat() == "2021-09-14T14:30:00+02:00"
    assert config.slot.end.isoformat() == "2021-09-14T15:30:00+02:00"
    assert config.slot.margin == 5000
    assert [one.name for one in config.speakers] == ["Dr Grant Klinkum", "Zoë Čapek"]
    assert "# the working title" in text and "# to come" in text
    assert "slot: 2021-09-14 14:30 to 15:30." in done.stderr
    again = event_folder.run(
        "add",
        "--roster",
        str(tmp_path / "schedule.json"),
        "--room",
        "Hall A",
        "--day",
        "2021-09-14",
    )
    assert "config.yaml says all of schedule.json already" in again.stderr


def test_a_part_is_asked_for_of_a_schedule_and_not_of_a_list(event_folder, tmp_path):
    (tmp_path / "list.csv").write_text("id,name\nana,Dr Ana\n")
    refused = event_folder.run("add", "--roster", str(tmp_path / "list.csv"), "--room", "A")
    assert refused.code == 2
    assert refused.stderr.startswith("list.csv is a list of speakers: --room, --day, --talk and")
    (tmp_path / "schedule.json").write_bytes(pretalx(TWO_ROOMS, TWO_DAYS))
    refused = event_folder.run("add", "--roster", str(tmp_path / "schedule.json"))
    assert refused.code == 2
    assert "say which part of it this segment is" in refused.stderr
    assert event_folder.run("add", "--room", "A").code == 2


SEGMENTS = """title: Micro-credentials
slot: {margin: 5s}
speakers:
  - {id: ana, name: Dr Ana}
segments:
  # the morning
  - id: one
    title: One
    slot: {start: 2021-09-14T09:00:00+02:00, end: 2021-09-14T09:20:00+02:00}
    speakers: [ana]
"""


def roster(event_folder, *more: str):
    """What ``add --roster`` of the schedule of two rooms and two days answered."""
    file = event_folder.root.parent / "schedule.json"
    file.write_bytes(pretalx(TWO_ROOMS, TWO_DAYS))
    return event_folder.run("add", "--roster", str(file), *more)


def config_of(event_folder):
    return read_config((event_folder.root / "config.yaml").read_text("utf-8"))


def test_in_a_day_of_segments_a_room_becomes_one_more_and_the_file_stays_right(event_folder):
    event_folder.config(SEGMENTS)
    done = roster(event_folder, "--room", "Hall A", "--day", "2021-09-14")
    assert done.code == 0, done.stderr
    one, hall = config_of(event_folder).segments
    assert one.id == "one" and (hall.id, hall.config.title) == ("hall-a-2021-09-14", "Hall A")
    assert hall.config.slot.start.isoformat() == "2021-09-14T14:30:00+02:00"
    assert hall.config.slot.timezone == "Europe/Berlin" and hall.config.slot.margin == 5000
    assert [*hall.config.by_id] == ["klinkum", "capek"]
    assert "# the morning" in (event_folder.root / "config.yaml").read_text("utf-8")
    again = roster(event_folder, "--room", "Hall A", "--day", "2021-09-14")
    assert "config.yaml says all of schedule.json already" in again.stderr


def test_each_talk_becomes_a_segment_where_that_is_said_and_the_example_goes(event_folder):
    (event_folder.root / "config.yaml").unlink()
    assert event_folder.run("init").code == 0
    done = roster(event_folder, "--segments")
    assert done.code == 0, done.stderr
    config = config_of(event_folder)
    assert [(one.id, [*one.config.by_id]) for one in config.segments] == [
        ("welcome", ["klinkum"]),
        ("elsewhere", ["bo"]),
        ("trust", ["capek", "klinkum"]),
        ("again", ["cy"]),
    ]
    assert "example" not in config.by_id
    assert "the example is gone: example" in done.stderr and "slot:" not in done.stderr
    assert "  margin: 15s" in (event_folder.root / "config.yaml").read_text()


def test_one_talk_gives_the_segment_its_title_and_the_schedules_zone(event_folder):
    event_folder.config(CONFIG.replace("Micro-credentials", "Title of the segment"))
    assert roster(event_folder, "--talk", "QX2").code == 0
    config = config_of(event_folder)
    assert (config.title, config.slot.timezone) == ("Trust", "Europe/Berlin")


def test_an_edit_that_would_make_config_yaml_wrong_is_refused_and_nothing_is_written(event_folder):
    workspace = Workspace(event_folder.config(SEGMENTS).root)
    wrong = SEGMENTS.replace("slot: {margin: 5s}", "slot: {start: 2021-09-14T09:00:00+02:00}")
    with pytest.raises(ConfigInvalid) as caught:
        write_config(workspace, wrong)
    assert "this change of it would make it wrong; nothing was written" in str(caught.value)
    assert workspace.config.read_text("utf-8") == SEGMENTS


def test_what_init_wrote_for_an_example_is_said_before_it_airs(event_folder):
    event_folder.config(
        CONFIG.replace("Micro-credentials", "Title of the segment").replace(
            "speakers: []", "speakers: [{id: example, name: Dr Example Speaker}]"
        )
    )
    said = [one.message for one in unedited_findings(config_of(event_folder))]
    assert [one.split(" is ")[0] for one in said] == ["title: in config.yaml", "Dr Example Speaker"]
    assert "template-left" in event_folder.run("check", "--json").stdout


@pytest.fixture
def event_folder(tmp_path) -> Event:
    """A workspace without speakers."""
    (tmp_path / "event/inputs").mkdir(parents=True)
    return Event(tmp_path / "event").config(CONFIG)
