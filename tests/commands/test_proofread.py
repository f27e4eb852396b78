"""``captions lint`` on files as people write them."""

from __future__ import annotations

from conftest import HEAD, Event, make_clip

ONE = HEAD + "speakers:\n  - {id: ana, name: Dr Ana Expert}\n"
SHORT = "1\n00:00:00,000 --> 00:00:05,000\nA line of exactly thirty-six letters\n"
BAD = (
    "1\n00:00:00,000 --> 00:00:00,300\nToo short, and far too much text to be"
    " read\n\n2\n00:00:00,200 --> 00:00:02,500\nThis line overlaps the one before and is longer"
    " than it should be by far\n"
)


def test_lint_lists_each_breach_with_file_caption_time_measure_and_limit(event: Event):
    make_clip(event.inputs / "ana.mp4", 4)
    (event.inputs / "captions/ana.en.srt").write_text(BAD)
    ended = event.config(ONE).run("captions", "lint", "ana", "--json")
    assert ended.code == 0
    (proof,) = ended.json["files"]
    assert (proof["file"], proof["submission"], proof["language"], proof["cues"]) == (
        "inputs/captions/ana.en.srt",
        "ana",
        "en",
        2,
    )
    rules = {breach["rule"] for breach in proof["breaches"]}
    assert {"cue-too-short", "too-fast-to-read", "line-too-long"} <= rules
    wide = next(
        breach
        for breach in proof["breaches"]
        if breach["rule"] == "line-too-long" and breach["cue"] == 2
    )
    assert (wide["measured"], wide["allowed"], wide["at_ms"]) == (72, 42, 200)


def test_fix_writes_a_mended_copy_and_never_touches_the_persons_file(event: Event):
    make_clip(event.inputs / "ana.mp4", 9)
    (event.inputs / "captions/ana.en.srt").write_text(BAD)
    event.config(ONE).run("captions", "lint", "--fix")
    assert (event.inputs / "captions/ana.en.srt").read_text() == BAD
    mended = (event.inputs / "captions/ana.en.mended.srt").read_text()
    assert "This line overlaps the one before\nand is longer than it should be by far" in mended
    checked = event.run("check", "--json").json
    assert checked["findings"] == []  # the copy is nobody's mistake


def test_a_mended_copy_has_the_captions_that_a_trim_leaves_out(event: Event):
    make_clip(event.inputs / "ana.mp4", 4)
    outside = "\n3\n00:00:20,000 --> 00:00:22,000\nSaid before it was cut.\n"
    (event.inputs / "captions/ana.en.srt").write_text(BAD + outside)
    event.config(ONE).run("captions", "lint", "--fix")
    mended = (event.inputs / "captions/ana.en.mended.srt").read_text()
    assert mended.endswith(outside)


def test_lint_of_an_unknown_speaker_is_a_usage_error(event: Event):
    ended = event.config(ONE).run("captions", "lint", "bob")
    assert ended.code == 2
    assert "bob: no such speaker; config.yaml has ana." in ended.stderr


def test_a_file_that_cannot_be_read_is_said_with_its_reason(event: Event):
    make_clip(event.inputs / "ana.mp4")
    (event.inputs / "captions/ana.en.vtt").write_bytes(bytes(range(200, 256)) * 20)
    ended = event.config(ONE).run("captions", "lint", "--json")
    assert ended.code == 0
    assert ended.json["files"][0]["unreadable"]


def test_a_style_of_ones_own_is_the_limit_of_the_check(event: Event):
    make_clip(event.inputs / "ana.mp4", 6)
    (event.inputs / "captions/ana.en.srt").write_text(SHORT)
    assert event.config(ONE).run("captions", "lint", "--json").json["files"][0]["breaches"] == []
    event.config(ONE + "captions: {style: {line_length: 30}}\n")
    rules = [
        breach["rule"]
        for breach in event.run("captions", "lint", "--json").json["files"][0]["breaches"]
    ]
    assert rules == ["line-too-long"]


def test_a_speakers_style_goes_before_the_events(event: Event):
    make_clip(event.inputs / "ana.mp4", 6)
    (event.inputs / "captions/ana.en.srt").write_text(SHORT)
    event.config(
        HEAD + "captions: {style: {line_length: 30}}\nspeakers:\n  - {id: ana, name: Dr Ana, style:"
        " default}\n"
    )
    assert event.run("captions", "lint", "--json").json["files"][0]["breaches"] == []


def test_a_style_that_does_not_exist_is_said_with_its_line(event: Event):
    ended = event.config(HEAD + "captions: {style: fancy}\nspeakers: [{id: ana, name: A}]\n").run(
        "check"
    )
    assert ended.code == 2
    assert 'line 5: captions.style is "fancy"; write default, bbc or relaxed' in ended.stderr
    ended = event.config(
        HEAD + "captions: {style: {reading_speed: 90}}\nspeakers: [{id: ana, name: A}]\n"
    ).run("check")
    assert "write a whole number of characters a second from 3 to 25" in ended.stderr
