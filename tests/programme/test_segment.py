"""The sample event from start to end, measured on the files that are handed over."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from statistics import median

import numpy as np
import pysubs2
import pytest
from conftest import REPOSITORY, Ended, Event
from measure import beeps_s, brightness, ffmpeg, flashes_s, loudness, sound, streams

from pipeline.captions.words.script import fold

pytestmark = pytest.mark.slow

TRUTH = json.loads((REPOSITORY / "tests/samples/truth.json").read_text("utf-8"))
SPEAKERS = ("klinkum", "wold-mccormick", "oconnor", "palacios")


@cache
def pictures_of(path):
    return brightness(path)


@cache
def sound_of(path):
    return sound(path)


def items(built: Event) -> dict[str, dict]:
    """Each message's item of the rundown, by speaker."""
    return {
        item["speaker"]: item for item in built.report()["rundown"] if item["kind"] == "message"
    }


def test_the_build_ends_well_and_says_once_that_the_weights_are_not_there(
    sample: tuple[Event, Ended],
):
    built, ended = sample
    assert built.root.is_dir()
    assert ended.code == 0, ended.stderr
    assert ended.stderr.count("Whisper's weights (small) are not on this machine") == 1
    assert "perspectives doctor --fetch" in ended.stderr
    assert "Captions are a DRAFT for wold-mccormick" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_everything_the_contract_names_is_there(sample):
    built, _ = sample
    expected = {
        "segment.mp4",
        "segment.captioned.mp4",
        "segment.en.srt",
        "segment.en.vtt",
        "segment.en.ttml",
        "segment.spoken.srt",
        "segment.spoken.vtt",
        "segment.spoken.ttml",
        "rundown.csv",
        "rundown.md",
        "rundown.otio",
        "rundown.html",
        "rundown.pdf",
        "rundown.ontime.json",
        "chapters.txt",
        "report.json",
        "captions/klinkum.en.srt",
        "captions/wold-mccormick.en.srt",
        "captions/oconnor.en.srt",
        "captions/palacios.es.srt",
        "clips/palacios.es.srt",
        "clips/palacios.es.vtt",
    }
    for speaker in SPEAKERS:
        expected |= {
            f"clips/{speaker}{ending}"
            for ending in (".mp4", ".captioned.mp4", ".en.srt", ".en.vtt", ".txt")
        }
        expected |= {f"notes/{speaker}{ending}" for ending in (".txt", ".html", ".ics")}
    made = {
        path.relative_to(built.outputs).as_posix()
        for path in built.outputs.rglob("*")
        if path.is_file() and ".store" not in path.parts
    }
    assert made == expected


@pytest.mark.parametrize("name", ["segment.mp4", "segment.captioned.mp4"])
def test_the_decoded_segment_is_as_long_as_the_rundown_to_the_frame(sample, name):
    built, _ = sample
    report = built.report()
    planned = sum(item["frames"] for item in report["rundown"])
    assert len(pictures_of(built.outputs / name)) == planned == report["frames"]
    assert abs(len(sound_of(built.outputs / name)) / 48000 - planned / 25) < 0.04


def test_the_segment_is_in_the_promised_format(sample):
    built, _ = sample
    made = streams(built.outputs / "segment.mp4")
    size = (640, 360) if "640x360" in (built.root / "config.yaml").read_text() else (1920, 1080)
    assert (made.picture["codec"], made.picture["pixels"]) == ("h264", "yuv420p")
    assert made.picture["size"] == size
    assert made.picture["rate"] == 25
    # BT.709.
    assert (made.picture["primaries"], made.picture["transfer"], made.picture["matrix"]) == (
        1,
        1,
        1,
    )
    assert made.picture["range"] == 1  # limited
    assert (made.sound["codec"], made.sound["rate"], made.sound["channels"]) == ("aac", 48000, 2)
    assert made.captions == (
        {"language": "eng", "name": "English", "default": True},
        {"language": "mul", "name": "As spoken", "default": False},
    )
    assert abs(made.picture["length_s"] - made.sound["length_s"]) < 0.04


def test_the_clip_of_a_speaker_carries_both_languages(sample):
    built, _ = sample
    tracks = streams(built.outputs / "clips/palacios.mp4").captions
    assert [(track["language"], track["default"]) for track in tracks] == [
        ("eng", True),
        ("spa", False),
    ]


def test_chapters_lead_to_each_speaker(sample):
    built, _ = sample
    chapters = streams(built.outputs / "segment.mp4").chapters
    assert [title for title, _, _ in chapters] == [
        "International perspectives on micro-credentials",
        "Dr Grant Klinkum",
        "Dr Kristi Wold-McCormick",
        "Dr John O'Connor",
        "Dr Beatriz Palacios",
        "Thank you",
    ]
    title_cards = [
        item["start_frame"] / 25 for item in built.report()["rundown"] if item["kind"] == "title"
    ]
    assert [start for _, start, _ in chapters[1:5]] == pytest.approx(title_cards, abs=0.001)


def test_players_can_start_before_the_file_has_arrived(sample):
    built, _ = sample
    head = (built.outputs / "segment.mp4").read_bytes()[:200_000]
    assert head.index(b"moov") < head.index(b"mdat")


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_flash_and_beep_are_within_20_ms_at_the_first_and_the_last_flash(sample, speaker):
    built, _ = sample
    item, path = items(built)[speaker], built.outputs / "segment.mp4"
    start, frames = item["start_frame"], item["frames"]
    flashes = flashes_s(pictures_of(path)[start + 10 : start + frames - 10], 25)
    beeps = beeps_s(sound_of(path)[(start + 10) * 1920 : (start + frames - 10) * 1920])
    assert len(flashes) == len(beeps) == len(TRUTH[speaker]["flashes_ms"])
    assert abs(beeps[0] - flashes[0]) <= 0.020
    assert abs(beeps[-1] - flashes[-1]) <= 0.020
    assert flashes[0] + 0.4 == pytest.approx(TRUTH[speaker]["flashes_ms"][0] / 1000, abs=0.021)


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_every_message_is_as_loud_as_promised(sample, speaker):
    built, _ = sample
    item = items(built)[speaker]
    lufs, peak = loudness(
        built.outputs / "segment.mp4", item["start_frame"] / 25, item["frames"] / 25
    )
    assert lufs == pytest.approx(-16, abs=0.3)
    assert peak <= -1.0


def test_speech_from_one_ear_is_heard_in_both(sample):
    built, _ = sample
    left, right = sound_of(built.outputs / "clips/oconnor.mp4").T
    assert np.sqrt((right**2).mean()) == pytest.approx(np.sqrt((left**2).mean()), rel=0.05)


@pytest.mark.parametrize(
    ("speaker", "language"), [("klinkum", "en"), ("oconnor", "en"), ("palacios", "es")]
)
def test_captions_of_a_script_begin_when_their_words_are_spoken(sample, speaker, language):
    built, _ = sample
    cues = pysubs2.load(str(built.outputs / f"clips/{speaker}.{language}.srt"))
    truth = [(fold(word), start) for word, start, _ in TRUTH[speaker]["words"]]
    place, errors = 0, []
    for cue in cues:
        words = [fold(word) for word in cue.plaintext.split() if fold(word)]
        assert [word for word, _ in truth[place : place + len(words)]] == words
        errors.append(abs(cue.start - truth[place][1]))
        place += len(words)
    assert place == len(truth)  # every word that was spoken is on screen once, in order
    assert median(errors) <= 150
    assert sorted(errors)[int(len(errors) * 0.95)] <= 400


def test_captions_stay_within_their_message(sample):
    built, _ = sample
    messages = [
        (item["start_frame"] * 40, (item["start_frame"] + item["frames"]) * 40)
        for item in items(built).values()
    ]
    cues = pysubs2.load(str(built.outputs / "segment.en.srt"))
    assert len(cues) > 20
    for cue in cues:
        assert any(start <= cue.start < cue.end <= end for start, end in messages)


def test_a_persons_translation_is_burned_in_word_for_word(sample):
    built, _ = sample
    given = pysubs2.load(str(built.inputs / "captions/palacios.en.srt"))
    shown = pysubs2.load(str(built.outputs / "clips/palacios.en.srt"))
    assert [cue.plaintext for cue in shown] == [cue.plaintext for cue in given]
    assert (
        max(abs(ours.start - theirs.start) for ours, theirs in zip(shown, given, strict=True)) <= 20
    )


def test_burned_captions_change_the_lower_part_and_nothing_else(sample):
    built, _ = sample
    cue = pysubs2.load(str(built.outputs / "clips/wold-mccormick.en.srt"))[-1]
    middle = f"{(cue.start + cue.end) / 2000:.3f}"
    raw = ("-frames:v", "1", "-vf", "scale=1920:1080", "-pix_fmt", "gray", "-f", "rawvideo", "-")
    shown = []
    for name in ("wold-mccormick.mp4", "wold-mccormick.captioned.mp4"):
        clip = built.outputs / "clips" / name
        picture = ffmpeg("-v", "error", "-ss", middle, "-i", clip, *raw).stdout
        shown.append(np.frombuffer(picture, np.uint8).reshape(1080, 1920).astype(int))
    changed = np.abs(shown[0] - shown[1]) > 60
    assert changed[800:1040].mean() > 0.01
    assert changed[:700].mean() < 0.001


def test_the_rundown_adds_up_and_tells_the_time_of_day(sample):
    built, _ = sample
    rows = list(csv.DictReader((built.outputs / "rundown.csv").read_text("utf-8-sig").splitlines()))
    assert [row["kind"] for row in rows] == ["opening", *["title", "message"] * 4, "closing"]
    assert rows[0]["clock_in"] == "14:30:00"
    assert rows[1]["clock_in"] == "14:30:08"
    assert sum(int(row["frames"]) for row in rows) == built.report()["frames"]


@pytest.fixture
def again(sample: tuple[Event, Ended], event_like: Callable[[Path], Event]) -> Event:
    """A workspace of its own for a second build: with a touched and a renamed file."""
    copy = event_like(sample[0].root)
    (copy.inputs / "klinkum.mov").touch()
    (copy.inputs / "wold-mccormick.webm").rename(copy.inputs / "Wold-McCormick.WEBM")
    return copy


def test_a_second_build_runs_no_tool_and_says_so(again):
    ended = again.run("build")
    assert ended.code == 0
    assert ended.worked == set()
    assert "Nothing to do" in ended.stderr
    assert "no tool was run" in ended.stderr
    assert again.run("build", "--explain").stdout.startswith("Nothing would run")


def test_what_was_taken_out_of_outputs_is_put_back_and_named(again):
    again.run("build")  # it was copied
    (again.outputs / "clips/klinkum.mp4").unlink()
    ended = again.run("build")
    assert (ended.code, ended.worked) == (0, set())
    said = "Written anew, since it was changed, gone or old: clips/klinkum.mp4."
    assert said in ended.stderr
    assert (again.outputs / "clips/klinkum.mp4").is_file()


def test_one_changed_name_costs_its_card_its_first_part_and_the_joins(again):
    text = (again.root / "config.yaml").read_text("utf-8")
    again.config(text.replace("Dr Grant Klinkum", "Dr Grant Klinkum MNZM"))
    explained = again.run("build", "--explain").stdout
    assert "klinkum: title card: title words changed" in explained
    assert again.run("build").worked == {
        "klinkum: cards",
        "klinkum: title card",
        "klinkum: picture 1/3",
        "join segment.mp4",
        "join segment.captioned.mp4",
        "join clip klinkum.mp4",
        "join clip klinkum.captioned.mp4",
        "run of show",  # on paper
    }


def test_one_changed_word_of_a_person_costs_the_burned_part_it_touches_and_the_joins(again):
    path = again.inputs / "captions/palacios.en.srt"
    before = path.read_text("utf-8")
    assert before.count("synthetic") >= 1
    path.write_text(before.replace("synthetic", "artificial", 1), "utf-8")
    ran = again.run("build").worked
    parts = {task for task in ran if task.startswith("palacios: picture")}
    assert parts == {"palacios: picture 1/3 with captions"}
    assert ran - parts == {
        "join segment.mp4",
        "join segment.captioned.mp4",
        "join clip palacios.mp4",
        "join clip palacios.captioned.mp4",
    }
