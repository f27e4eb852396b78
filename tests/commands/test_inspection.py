"""`perspectives report` on a small segment that was built, whole and with ten faults put into it:
each is found and named with its time, nothing in the whole one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Event
from made_events import ANA_AND_BO, built_event, copy_of
from measure import ffmpeg

pytestmark = pytest.mark.long

SRT = (
    "1\n00:00:00,500 --> 00:00:02,000\n{0}\n\n2\n00:00:02,080 --> 00:00:04,000\n{1}\n\n"
    "3\n00:00:06,000 --> 00:00:08,000\n{2}\n"
)
AGAIN = (
    *("-map", "0:v", "-map", "0:a", "-map", "0:s", "-c:v", "libx264", "-preset", "ultrafast"),
    *("-pix_fmt", "yuv420p", "-c:a", "aac", "-c:s", "copy"),
)  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Event:
    """A segment of two messages of ten seconds, with captions of a person."""
    captions = {
        "en": SRT.format("One.", "Two.", "Three."),
        "es": SRT.format("Uno.", "Dos.", "Tres."),
    }
    root = tmp_path_factory.mktemp("report")
    return built_event(root, ANA_AND_BO, {"ana": 10, "bo": 10}, captions)


@pytest.fixture
def event(built: Event, tmp_path: Path) -> Event:
    return copy_of(built, tmp_path)


def found(event: Event) -> dict[str, int | None]:
    """Codes of what the report finds, each with its first time."""
    ended = event.run("report", "--json")
    codes: dict[str, int | None] = {}
    for one in ended.json["findings"]:
        codes.setdefault(one["code"], one["at_ms"])
    assert ended.code == (
        4 if any(one["severity"] == "error" for one in ended.json["findings"]) else 0
    )
    return codes


def encoded_again(event: Event, *filters: str) -> None:
    """The segment with a filter over it."""
    segment = event.outputs / "segment.mp4"
    whole = segment.with_name("whole.mp4")
    segment.rename(whole)
    ffmpeg("-v", "error", "-y", "-i", whole, *filters, *AGAIN, segment)
    whole.unlink()


def copied(event: Event, *options: str) -> None:
    """The segment with other tracks or other words about them, not encoded again."""
    segment = event.outputs / "segment.mp4"
    whole = segment.with_name("whole.mp4")
    segment.rename(whole)
    ffmpeg("-v", "error", "-y", "-i", whole, "-c", "copy", *options, segment)
    whole.unlink()


def test_nothing_is_found_in_what_was_built_and_the_page_shows_it(event):
    ended = event.run("report")
    assert ended.code == 0
    assert "every other file of the build is as it was made." in " ".join(ended.stdout.split())
    assert "Not looked at" not in ended.stdout
    page = (event.outputs / "report.html").read_text("utf-8")
    assert page.count("<figure>") == 6
    assert "Dr Ana Expert" in page and "LUFS on the whole" in page
    assert '<html lang="en">' in page and "step from the one before, LU" in page
    assert "pictures of the messages" in page and "of work, several pieces at once" in page
    assert "<script" not in page and "http" not in page.replace("https://www.w3.org", "")


def test_a_report_wants_what_is_built_to_be_what_config_says(event):
    config = event.root / "config.yaml"
    config.write_text(config.read_text().replace("Bo Ek", "Bo Eck"))
    ended = event.run("report")
    assert ended.code == 4
    assert "Next: `perspectives build`, then `perspectives report`." in ended.stderr


# Ana is seen from 0:02 to 0:12, behind two cards of a second (HEAD), Bo from 0:13 to 0:23.
FAULTS: dict[str, tuple[Callable[[Event], None], str, float | None]] = {
    "black": (
        lambda event: encoded_again(
            event, "-vf", "drawbox=c=black:t=fill:enable='between(t,5,5.6)'"
        ),
        "picture-black",
        5.0,
    ),
    "silent": (
        lambda event: encoded_again(event, "-af", "volume=0:enable='between(t,6,7)'"),
        "sound-silent",
        6.0,
    ),
    "loud": (
        lambda event: encoded_again(event, "-af", "volume=8dB:enable='gt(t,12.5)'"),
        "sound-level",
        13.0,
    ),
    "frozen": (
        lambda event: encoded_again(
            event,
            "-vf",
            "loop=loop=25:size=1:start=125,select='not(between(n,151,175))',setpts=N/25/TB",
        ),
        "picture-held",
        5.0,
    ),
    "flashes": (
        lambda event: encoded_again(
            event, "-vf", "drawbox=c=white:t=fill:enable='between(t,5,6.2)*lt(mod(n,4),2)'"
        ),
        "flashes",
        5.0,
    ),
    "a slipped joint": (
        lambda event: encoded_again(
            event,
            "-vf",
            "select='not(between(n,30,39))',setpts=N/25/TB,tpad=stop=10:stop_mode=clone",
        ),
        "joint-shifted",
        2.0,
    ),
    "a missing track": (
        lambda event: copied(event, "-map", "0:v", "-map", "0:a", "-map", "0:s:0"),
        "track-missing",
        None,
    ),
    "a wrong language": (
        lambda event: copied(
            event, "-map", "0:v", "-map", "0:a", "-map", "0:s", "-metadata:s:s:0", "language=deu"
        ),
        "track-language",
        None,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_put_into_the_film_is_found_and_named_with_its_time(event, fault):
    make, code, at_s = FAULTS[fault]
    make(event)
    codes = found(event)
    assert code in codes
    if at_s is not None:
        assert abs((codes[code] or 0) / 1000 - at_s) < 0.5
    assert "built-changed" in codes


def test_an_overlapping_caption_in_a_file_is_found(event):
    file = event.outputs / "segment.en.srt"
    text = file.read_text("utf-8")
    first = text.splitlines()[1]
    start, end = first.split(" --> ")
    longer = end.replace(end.split(",")[0][-2:], f"{int(end.split(',')[0][-2:]) + 1:02d}", 1)
    file.write_text(text.replace(first, f"{start} --> {longer}"), "utf-8")
    assert "overlap" in found(event)


def test_a_flipped_bit_is_found_with_its_time(event):
    segment = event.outputs / "segment.mp4"
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 4
    segment.write_bytes(data)
    codes = found(event)
    assert 3_000 < (codes["built-changed"] or 0) < 22_000


def test_a_film_that_is_gone_is_said(event):
    (event.outputs / "segment.captioned.mp4").unlink()
    assert found(event) == {"built-missing": None}


def test_what_was_touched_since_is_looked_at_and_not_packed(event):
    (event.outputs / "segment.en.srt").write_text("none", "utf-8")
    assert found(event) == {"built-changed": None}
    ended = event.run("pack")
    assert ended.code == 4 and not (event.outputs / "pack").exists()
    assert "What is in outputs/ is not what config.yaml and inputs/ say now." in ended.stderr
    assert "Next: `perspectives build`, then `perspectives pack`." in ended.stderr


def test_every_file_of_the_build_is_held_against_what_was_made(event):
    clips = event.outputs / "clips"
    shutil.copyfile(clips / "bo.mp4", clips / "ana.mp4")
    (clips / "bo.captioned.mp4").write_bytes(b"8 bytes.")
    (event.outputs / "rundown.pdf").write_bytes(b"%PDF-1.7 none")
    for text in ("rundown.csv", "rundown.html", "notes/ana.txt", "report.json"):
        (event.outputs / text).write_text("none", "utf-8")
    film = clips / "bo.mp4"
    data, times = bytearray(film.read_bytes()), film.stat()
    data[len(data) // 2] ^= 4  # as on a disk that fails: nothing says that it was written
    film.write_bytes(data)
    os.utime(film, ns=(times.st_atime_ns, times.st_mtime_ns))
    (event.outputs / "proofs").mkdir()
    ended = event.run("report")
    assert ended.code == 4
    assert "Not looked at: proofs (no build made them)." in ended.stdout
    findings = event.run("report", "--json").json["findings"]
    assert {one["file"]: one["code"] for one in findings} == {
        "clips/ana.mp4": "built-changed",
        "clips/bo.captioned.mp4": "built-damaged",
        "clips/bo.mp4": "built-changed",
        "rundown.pdf": "built-changed",
        "rundown.csv": "built-changed",
        "rundown.html": "built-changed",
        "notes/ana.txt": "built-changed",
        "report.json": "built-changed",
    }


def test_what_is_seen_in_a_film_that_was_not_built_is_no_fault_of_a_recording(event):
    FAULTS["flashes"][0](event)
    findings = event.run("report", "--json").json["findings"]
    assert {"flashes", "built-changed"} <= {one["code"] for one in findings}
    assert {(one["file"], one["remedy"]) for one in findings} == {
        ("segment.mp4", "Delete it, and run `perspectives build`: it is put there again.")
    }


def test_report_json_is_not_touched(event):
    before = json.loads((event.outputs / "report.json").read_text("utf-8"))
    event.run("report")
    assert json.loads((event.outputs / "report.json").read_text("utf-8")) == before
