"""Several segments from one workspace, told with recorded answers: each has a folder of its own,
what they share is made once, and one that fails leaves the others standing.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from conftest import Event
from recorded_hands import Recorded

from pipeline.commands import session
from pipeline.errors import ToolFailed
from pipeline.work.bench import Bench, Hands

DAY = """title: A day
slot: {timezone: Europe/Berlin, margin: 0s}
delivery: {size: 640x360}
cards: {opening: 1s, title: 1s, closing: 1s, lower_third: 2s}
captions: {engine: pocketsphinx}
segments:
  - id: morning
    title: Morning
    slot: {start: 2021-09-14 09:00, end: 2021-09-14 09:20}
    speakers: [ana, bo]
    then: Coffee
  - id: evening
    title: Evening
    slot: {start: 2021-09-14 18:30, end: 2021-09-14 18:50}
    speakers: [cy, ana]
speakers:
  - {id: ana, name: Dr Ana Expert}
  - {id: bo, name: Dr Bo Expert}
  - {id: cy, name: Dr Cy Expert}
"""


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """What every command works with: recorded answers."""
    recorded = Recorded()
    told = Hands(recorded.make, recorded.length_of)
    monkeypatch.setattr(session, "Bench", partial(Bench, hands=told))
    return recorded


@pytest.fixture
def day(event: Event, hands: Recorded) -> Event:
    """A day of two segments, all three recordings there, Ana's in both."""
    for name in ("ana", "bo", "cy"):
        (event.inputs / f"{name}.mp4").write_bytes(b"\0" + name.encode())
    return event.config(DAY)


def changed(day: Event, old: str, new: str) -> Event:
    """The day with ``new`` in place of ``old`` in config.yaml."""
    text = (day.root / "config.yaml").read_text("utf-8")
    assert old in text
    return day.config(text.replace(old, new))


def ran(hands: Recorded) -> list[str]:
    """The pieces of work since this was asked last."""
    told = list(hands.told)
    hands.told.clear()
    return told


def made(day: Event) -> dict[Path, bytes]:
    """Everything in outputs/ but the store."""
    return {
        path.relative_to(day.outputs): path.read_bytes()
        for path in day.outputs.rglob("*")
        if path.is_file() and ".store" not in path.parts
    }


def test_each_segment_has_a_folder_with_all_that_one_event_has_in_outputs(day):
    assert day.run("build").code == 0
    for name, own in (("morning", "bo"), ("evening", "cy")):
        folder = day.outputs / name
        assert (folder / "segment.mp4").is_file() and (folder / "segment.captioned.mp4").is_file()
        assert {path.stem for path in (folder / "clips").glob("*.txt")} == {"ana", own}
        assert (folder / "rundown.pdf").is_file()
        answer = json.loads((folder / "report.json").read_text("utf-8"))
        assert {one["id"] for one in answer["submissions"]} == {"ana", own}
    assert sorted(path.name for path in day.outputs.iterdir()) == [
        ".store", "day.csv", "day.html", "day.md", "day.pdf", "evening", "morning", "report.json",
    ]  # fmt: skip


def test_a_message_in_two_segments_is_prepared_once(day, hands):
    day.run("build")
    of_ana = [task for task in ran(hands) if task.startswith("ana: ")]
    assert sorted(of_ana) == sorted(set(of_ana))
    assert "ana: picture 1/1" in of_ana


def test_who_else_is_in_the_segment_costs_no_message_anything(day, hands):
    day.run("build")
    ran(hands)
    changed(day, "speakers: [cy, ana]", "speakers: [cy, bo, ana]").run("build")
    own = ("ana: ", "bo: ", "cy: ")
    assert [task for task in ran(hands) if task.startswith(own)] == []


def test_a_build_of_what_has_not_changed_runs_nothing_and_writes_nothing(day, hands):
    day.run("build")
    before = made(day)
    ran(hands)
    again = day.run("build")
    assert (again.code, ran(hands)) == (0, [])
    assert made(day) == before


def test_a_name_that_is_changed_costs_the_segments_that_show_it(day, hands):
    day.run("build")
    ran(hands)
    changed(day, "Dr Bo Expert", "Dr Bo Expertová").run("build")
    told = ran(hands)
    assert "bo: cards" in told
    assert not [task for task in told if task.startswith(("ana: ", "cy: ", "join clip ana"))]
    assert told.count("join segment.mp4") == 1


def test_one_segment_is_built_alone_and_the_other_one_stays_built(day, hands):
    day.run("build", "--segment", "evening")
    assert not (day.outputs / "morning").exists()
    day.run("build")
    ran(hands)
    assert day.run("build", "--segment", "evening").code == 0
    assert day.run("build").code == 0
    assert ran(hands) == []


def test_the_day_says_when_each_is_on_air_and_what_is_between(day):
    day.run("build")
    text = (day.outputs / "day.md").read_text("utf-8")
    assert [line for line in text.splitlines() if "**" in line] == [
        "| 09:00:00 | 0:10 | **Morning**; 14 September 2021 · 09:00–09:20 UTC+02:00 |",
        "| 09:00:10 | 9:29:50 | **Coffee** |",
        "| 18:30:00 | 0:10 | **Evening**; 14 September 2021 · 18:30–18:50 UTC+02:00 |",
    ]
    for name in ("day.csv", "day.html"):
        assert "Coffee" in (day.outputs / name).read_text("utf-8")


def test_the_last_line_names_the_film_that_is_there(day):
    changed(day, "{size: 640x360}", "{size: 640x360, outputs: [burned]}")
    said = day.run("build", "--segment", "morning").stderr
    assert "outputs/morning/segment.captioned.mp4: " in said
    assert not (day.outputs / "morning/segment.mp4").exists()
    assert "morning/segment.mp4" not in said


def test_a_segment_that_was_never_built_stands_in_the_day_with_its_slot(day):
    day.run("build", "--segment", "evening")
    text = (day.outputs / "day.md").read_text("utf-8")
    assert "| 09:00:00 | 20:00 | **Morning**;" in text and "is not known yet." in text


def test_an_outputs_report_has_each_segments_own(day):
    day.run("build")
    answer = json.loads((day.outputs / "report.json").read_text("utf-8"))
    for name in ("morning", "evening"):
        own = json.loads((day.outputs / name / "report.json").read_text("utf-8"))
        assert answer["segments"][name] == own
    assert answer["findings"] == []


@pytest.mark.parametrize("command", ["check", "status", "build"])
def test_for_programs_each_segment_is_by_its_id_what_one_event_is(day, command):
    day.run("build")
    answer = day.run(command, "--json").json
    assert list(answer) == ["segments", "findings"]
    assert [one["id"] for one in answer["segments"]["evening"]["submissions"]] == ["cy", "ana"]
    only = day.run(command, "--json", "--segment", "evening").json
    assert list(only["segments"]) == ["evening"]


def test_for_people_each_segment_has_a_heading(day):
    ended = day.run("check")
    assert [line for line in ended.stdout.splitlines() if ": " in line and line[0] in "me"] == [
        "morning: Morning",
        "evening: Evening",
    ]


def test_one_speaker_is_checked_in_the_segments_they_are_in(day):
    answer = day.run("check", "cy", "--json").json
    assert list(answer["segments"]) == ["evening"]
    ended = day.run("check", "cy", "--segment", "morning")
    assert ended.code == 2 and "cy: not in morning" in ended.stderr


def test_a_segment_that_there_is_not_is_answered_with_those_there_are(day):
    ended = day.run("build", "--segment", "mornin")
    assert ended.code == 2
    assert "--segment mornin: no such segment; did you mean morning?" in ended.stderr


def test_without_segments_there_is_none_to_be_asked_for(event, hands):
    without = DAY[: DAY.index("segments:")] + DAY[DAY.index("speakers:\n") :]
    hours = "{start: 2021-09-14 09:00, end: 2021-09-14 09:20, timezone"
    ended = event.config(without.replace("{timezone", hours)).run("check", "--segment", "morning")
    assert ended.code == 2 and "config.yaml has no segments" in ended.stderr


def test_a_segment_that_fails_does_not_stop_the_others_and_the_worst_counts(day, hands):
    (day.inputs / "bo.mp4").unlink()
    hands.instead["ana: listen"] = ToolFailed("ffmpeg", "ana: listen", "ended with code 1")
    ended = day.run("build")
    assert ended.code == 4
    assert "Nothing was built: no submission can be used. What is in outputs/morning/" in (
        ended.stderr
    )
    assert not (day.outputs / "morning/segment.mp4").exists()
    assert (day.outputs / "evening/segment.mp4").is_file()
    assert "| 09:00:00 | 20:00 | **Morning**" in (day.outputs / "day.md").read_text("utf-8")


def test_a_segment_that_cannot_air_is_refused_and_the_next_one_is_judged_by_itself(day):
    changed(day, "title: Evening", "title: Evening\n    accept: [slot-over]")
    ended = day.run("build", "--final")
    assert ended.code == 4
    assert "the segment in outputs/morning/ stays as it was" in ended.stderr
    assert "the segment in outputs/evening/ stays as it was" in ended.stderr


def test_what_is_a_matter_of_no_segment_is_said_once(day):
    (day.inputs / "zoe.mp4").write_bytes(b"\0zoe")
    changed(day, "speakers: [cy, ana]", "speakers: [ana]")
    answer = day.run("check", "--json").json
    assert [one["code"] for one in answer["findings"]] == ["nobodys-file", "in-no-segment"]
    inside = [one["code"] for each in answer["segments"].values() for one in each["findings"]]
    assert "nobodys-file" not in inside and "in-no-segment" not in inside
    said = day.run("check").stdout
    assert said.count("(nobodys-file)") == 1 and said.count("(in-no-segment)") == 1


def test_the_same_recording_for_speakers_of_two_segments_is_said_for_both(day):
    (day.inputs / "cy.mp4").write_bytes((day.inputs / "bo.mp4").read_bytes())
    answer = day.run("check", "--json").json
    said = {
        one["id"]: [found["message"] for found in one["findings"]]
        for each in answer["segments"].values()
        for one in each["submissions"]
    }
    assert "bo.mp4: the very same recording came in for Dr Cy Expert as well." in said["bo"]
    assert "cy.mp4: the very same recording came in for Dr Bo Expert as well." in said["cy"]


def test_a_draft_is_named_where_it_lies(day):
    ended = day.run("captions")
    assert "Wrote outputs/morning/captions/" in ended.stderr
    assert "orrect outputs/evening/captions/cy.en.srt and save it as inputs/captions/cy.en.srt" in (
        ended.stderr
    )


def test_a_speaker_is_approved_for_all_segments_at_once(day):
    day.run("build")
    assert day.run("approve", "ana", "--by", "Ana").code == 0
    answer = day.run("status", "--json").json
    states = [
        one["approval"]["state"]
        for each in answer["segments"].values()
        for one in each["submissions"]
        if one["id"] == "ana"
    ]
    assert states == ["approved", "approved"]


def test_who_is_in_no_segment_cannot_be_approved(day):
    ended = changed(day, "[cy, ana]", "[ana]").run("approve", "cy", "--by", "Cy")
    assert ended.code == 2 and "cy is in no segment; write the id under speakers:" in ended.stderr


def test_a_late_speaker_is_added_before_a_segment_shows_them(day, tmp_path):
    recording = tmp_path / "IMG_1.mp4"
    recording.write_bytes(b"\0dan")
    changed(day, "[cy, ana]", "[cy, ana, dan]")
    ended = day.run("add", str(recording), "--id", "dan", "--name", "Dr Dan Expert")
    assert ended.code == 0, ended.stderr
    answer = day.run("check", "dan", "--json").json
    assert [one["file"] for one in answer["segments"]["evening"]["submissions"]] == ["dan.mp4"]


def test_each_segment_has_its_still_its_mail_and_its_brief(day):
    day.run("build")
    assert day.run("still", "--card", "cy").code == 0
    assert day.run("still", "--card", "opening").code == 0
    assert day.run("brief").code == 0
    assert day.run("mail").code == 0
    assert [path.name for path in sorted((day.outputs / "evening/stills").iterdir())] == [
        "cy-card.png", "opening-card.png",
    ]  # fmt: skip
    assert [path.name for path in (day.outputs / "morning/stills").iterdir()] == [
        "opening-card.png"
    ]
    assert (day.outputs / "morning/brief/bo.txt").is_file()
    assert (day.outputs / "evening/notes/cy.txt").is_file()


def test_a_page_of_the_review_shows_one_segment(day):
    ended = day.run("review", "--no-open")
    assert ended.code == 2
    assert "say which: --segment morning or --segment evening." in ended.stderr


# --- what is left of segments that are no more ----------------------------------------------------


def test_what_a_renamed_segment_left_is_said_and_taken_away(day):
    day.run("build")
    day.run("mail")
    changed(day, "id: evening", "id: night").run("build")
    said = day.run("clean")
    assert "What segments left that are no more goes with `perspectives clean --apply`:" in (
        said.stdout
    )
    assert "outputs/evening." in said.stdout and (day.outputs / "evening/segment.mp4").is_file()
    day.run("clean", "--apply")
    assert not (day.outputs / "evening").exists()
    assert (day.outputs / "night/segment.mp4").is_file()
    assert day.run("clean", "--json").json["left"] == []


def test_what_a_person_did_in_such_a_folder_stays(day):
    day.run("build")
    own = day.outputs / "evening"
    (own / "captions/cy.en.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nCorrected.\n")
    (own / "notes.docx").write_bytes(b"mine")
    (own / "rundown.md").write_text("as it was really said")
    (own / "clips/cy.txt").write_text("Corrected.")
    (own / "clips/mine.mov").write_bytes(b"mine")
    changed(day, "id: evening", "id: night").run("build")
    kept = ["captions/cy.en.srt", "clips/cy.txt", "clips/mine.mov", "notes.docx", "rundown.md"]
    named = ", ".join(f"outputs/evening/{name}" for name in kept)
    assert f"they stay, and are yours to look at or delete: {named}." in day.run("clean").stdout
    said = day.run("clean", "--apply").stdout
    assert f"are yours to look at or delete: {named}." in said
    assert "no more was taken away: outputs/evening (in part)." in said
    files = sorted(path.relative_to(own) for path in own.rglob("*") if path.is_file())
    assert [path.as_posix() for path in files] == kept


def test_what_was_built_before_there_were_segments_goes_as_well(day):
    with_segments = (day.root / "config.yaml").read_text("utf-8")
    hours = "{start: 2021-09-14 09:00, end: 2021-09-14 09:20, timezone"
    without = DAY[: DAY.index("segments:")] + DAY[DAY.index("speakers:\n  - {") :]
    day.config(without.replace("{timezone", hours)).run("build")
    assert (day.outputs / "segment.mp4").is_file()
    day.config(with_segments).run("build")
    before = made(day)
    assert Path("segment.mp4") in before and Path("clips/ana.txt") in before
    day.run("clean", "--apply")
    gone = before.keys() - made(day).keys()
    assert Path("segment.mp4") in gone and Path("notes/bo.txt") in gone
    assert not [path for path in gone if path.parts[0] in ("morning", "evening")]
    assert {"day.pdf", "report.json"} <= {path.name for path in day.outputs.iterdir()}


def test_a_folder_of_the_producers_own_is_never_taken_away(day):
    day.run("build")
    (day.outputs / "to-print").mkdir()
    (day.outputs / "to-print/report.json").write_text("{}")
    day.run("clean", "--apply")
    assert (day.outputs / "to-print/report.json").is_file()


def test_of_a_day_that_was_built_nothing_is_stale(day):
    day.run("build")
    answer = day.run("clean", "--json").json
    assert (answer["stale"], answer["left"], answer["unknown"]) == ([], [], [])


def test_a_speaker_who_is_forgotten_is_gone_from_every_segment(day):
    day.run("build")
    assert day.run("forget", "ana", "--yes").code == 0
    assert not [path for path in made(day) if path.name.startswith("ana.")]
    text = (day.root / "config.yaml").read_text("utf-8")
    assert "speakers: [bo]" in text and "speakers: [cy]" in text
    assert day.run("build").code == 0


def test_a_segment_is_not_left_without_anybody_by_forgetting(day):
    changed(day, "speakers: [cy, ana]", "speakers: [cy]")
    ended = day.run("forget", "cy", "--yes")
    assert ended.code == 4
    assert "segments[2].speakers: write at least one" in ended.stderr
    assert (day.inputs / "cy.mp4").is_file()
