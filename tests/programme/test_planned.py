"""What is built is what was planned, to the frame and to the sample.

In odd workspaces, at odd rates, to the slot's end.
"""

from __future__ import annotations

import json
import pickle
import random
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import av
import opentimelineio as otio
import pytest
from conftest import HEAD, Event, make_clip

from pipeline.commands import build as story
from pipeline.config import Cards
from pipeline.config_file import read_config
from pipeline.errors import NotAsPlanned
from pipeline.event import Workspace, event_in
from pipeline.tools.running import measure
from pipeline.work import workers
from pipeline.work.bench import Bench
from pipeline.work.store import Store

pytestmark = pytest.mark.long

TRANSITIONS = get_args(Cards.model_fields["transition"].annotation)


class Nobody:
    """Watches the work and says nothing."""

    def expect(self, task: str, weight: float, can_wait: bool) -> None: ...
    def ended(self, task: str, good: bool) -> None: ...
    def there(self, task: str, weight: float) -> None: ...
    def met(
        self, whose: str, length_s: float, pictures: float | None, by_whisper: bool = True
    ) -> None: ...
    def behind(self, whose: str, weight: float, in_turn: bool) -> None: ...
    def without_pictures(self) -> None: ...
    def begin(self, places: int) -> None: ...
    def say(self, sentence: str) -> None: ...


@dataclass(frozen=True)
class Shelf:
    """Recordings of odd lengths and rates, and one store for all workspaces."""

    recordings: tuple[Path, ...]
    store: Path


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    root = tmp_path_factory.mktemp("bench")
    made = [
        make_clip(
            root / f"{rate.replace('/', '-')}.mp4", length, picture=f"testsrc2=s=128x128:r={rate}"
        )
        for rate, length in (("25", 1.7), ("30000/1001", 2.31), ("24", 3.003), ("15", 1.234))
    ]
    return Shelf(tuple(made), root / "store")


def build(root: Path, text: str, store: Path) -> dict:
    """A build in this process; report.json."""
    with workers.threads(2) as places:
        bench = Bench(Store(store), places, Nobody())
        bench.store.prune = lambda superseded, limit: None  # the store is shared
        story.build(event_in(Workspace(root), read_config(text)), bench)
    return dict(json.loads((root / "outputs/report.json").read_text("utf-8")))


def workspace(root: Path, bench: Shelf, count: int, chance: random.Random) -> list[str]:
    """A folder with ``count`` recordings, by speaker."""
    (root / "inputs/captions").mkdir(parents=True)
    names = [f"s{number}" for number in range(1, count + 1)]
    for name in names:
        (root / f"inputs/{name}.mp4").write_bytes(chance.choice(bench.recordings).read_bytes())
    return names


def decoded(path: Path) -> tuple[int, int]:
    """Pictures and samples that come out of the decoders, one by one."""
    with av.open(str(path)) as container:
        pictures = sum(1 for _ in container.decode(video=0))
    with av.open(str(path)) as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))
    return pictures, samples


@pytest.mark.parametrize("seed", range(10))
def test_the_built_file_is_the_plan_to_the_frame_in_ten_workspaces_by_chance(seed, bench, tmp_path):
    chance = random.Random(seed)
    names = workspace(tmp_path, bench, chance.randint(1, 3), chance)
    rate = chance.choice(["25", "29.97", "24", "23.976", "30", "50"])
    fade = chance.choice([0.0, 0.2, 0.4])
    cards = {
        name: chance.choice([0, round(chance.uniform(2 * fade + 0.1, 2.5), 2)])
        for name in ("opening", "title", "closing")
    }
    text = (
        "title: T\nslot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:31:00+02:00,"
        f" margin: 1s, fill: {chance.choice(['none', 'none', 'hold'])}}}\ndelivery: {{size:"
        f" 128x128, preset: ultrafast, quality: 40, fps: {rate}, outputs: [soft]}}\ncards:"
        f" {{{', '.join(f'{key}: {length}s' for key, length in cards.items())}, lower_third: 1s,"
        f" fade: {fade}s, transition: {chance.choice(TRANSITIONS)}}}\ncaptions: {{engine:"
        " pocketsphinx}\nspeakers:\n"
        + "".join(f"  - {{id: {name}, name: Dr {name}, language: fr}}\n" for name in names)
    )
    report = build(tmp_path, text, bench.store)
    if "fill: hold" not in text:
        assert report["slot"]["total_ms"] == round(
            report["frames"] * 1000 / float(read_config(text).delivery.fps)
        )
    pictures, samples = decoded(tmp_path / "outputs/segment.mp4")
    assert pictures == report["frames"]
    # The last AAC frame is decoded whole; players stop where it is to end.
    assert 0 <= samples - report["samples"] < 1024
    assert measure.samples_of_track(tmp_path / "outputs/segment.mp4") == report["samples"]


SHORT = """title: T
slot: {{start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T{end}+02:00, fill: hold}}
delivery: {{size: 128x128, preset: ultrafast, quality: 40, fps: {fps}, outputs: [soft]}}
captions: {{engine: pocketsphinx}}
speakers:
  - {{id: s1, name: Ann, language: fr}}
"""


@pytest.mark.parametrize(
    ("fps", "frames", "samples"), [("25", 30_000, 57_600_000), ("29.97", 35_964, 57_599_942)]
)
def test_hold_fills_the_twenty_minutes_of_the_seed_case_to_the_frame(
    fps, frames, samples, bench, tmp_path
):
    """At 29.97 no frame ends at 20:00.000; the nearest one ends 1.2 ms before."""
    workspace(tmp_path, bench, 1, random.Random(1))
    report = build(tmp_path, SHORT.format(fps=fps, end="14:50:00"), bench.store)
    assert (report["frames"], report["samples"]) == (frames, samples)
    path = tmp_path / "outputs/segment.mp4"
    assert (measure.frames_in(path), measure.samples_of_track(path)) == (frames, samples)
    with av.open(str(path)) as container:
        length_s = container.streams.video[0].duration * container.streams.video[0].time_base
    assert float(length_s) == pytest.approx(1200, abs=0.0013)


@pytest.fixture(scope="module")
def built(bench, tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("built")
    workspace(root, bench, 2, random.Random(3))
    build(
        root,
        SHORT.format(fps="25", end="14:31:00").replace(
            "speakers:", "speakers:\n  - {id: s2, name: Ben, language: fr}"
        ),
        bench.store,
    )
    return root


def test_an_editor_opens_the_timeline_and_finds_every_file_at_its_length(built):
    timeline = otio.adapters.read_from_file(str(built / "outputs/rundown.otio"))
    rundown = json.loads((built / "outputs/report.json").read_text())["rundown"]
    clips = [
        (int(clip.range_in_parent().start_time.value), int(clip.range_in_parent().duration.value))
        for track in timeline.tracks
        if track.kind == "Video"
        for clip in track.find_clips()
    ]
    assert sorted(clips) == [(item["start_frame"], item["frames"]) for item in rundown]
    for clip in timeline.find_clips():
        file = built / "outputs" / clip.media_reference.target_url
        assert measure.frames_in(file) == clip.media_reference.available_range.duration.value


def test_chapters_in_the_file_begin_where_the_rundown_says(built):
    rundown = json.loads((built / "outputs/report.json").read_text())["rundown"]
    with av.open(str(built / "outputs/segment.mp4")) as container:
        chapters = [
            (
                chapter["metadata"]["title"],
                round(float(chapter["start"] * chapter["time_base"]) * 25),
            )
            for chapter in container.chapters()
        ]
    assert chapters == [
        (item["title"], item["start_frame"]) for item in rundown if item["kind"] != "message"
    ]
    assert (built / "outputs/chapters.txt").read_text().startswith("00:00 Opening\n")


def test_a_file_that_is_not_as_planned_is_a_fault_of_ours_and_is_not_handed_over(
    bench, tmp_path, monkeypatch
):
    workspace(tmp_path, bench, 1, random.Random(1))
    text = SHORT.format(fps="25", end="14:31:00")
    build(tmp_path, text, bench.store)
    before = (tmp_path / "outputs/segment.mp4").read_bytes()
    monkeypatch.setattr(measure, "samples_of_track", lambda path: 2_880_001)
    with pytest.raises(
        NotAsPlanned
    ) as caught:  # the second build makes nothing: it is measured all the same
        build(tmp_path, text.replace("title: T", "title: U"), bench.store)
    assert (
        str(caught.value)
        == "segment.mp4 is not as long as planned: 1500 pictures and 2880001 samples of sound"
        " instead of 1500 and 2880000.\n  This is a fault in perspectives, not in your files;"
        " please report these numbers. Nothing was handed over; what is in outputs/ stays as it"
        " was."
    )
    assert caught.value.exit_code == 1
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert (tmp_path / "outputs/segment.mp4").read_bytes() == before
    assert "title: U" not in (tmp_path / "outputs/rundown.md").read_text()


# --- over time, and missing -----------------------------------------------------------------------

TWO = HEAD + "speakers:\n  - {id: ana, name: Dr Ana Expert}\n  - {id: bo, name: Dr Bo Expert}\n"


def test_who_is_missing_is_left_out_under_omit_and_it_is_said(event: Event):
    make_clip(event.inputs / "ana.mp4")
    event.config(TWO.replace("14:50:00+02:00}", "14:50:00+02:00, missing: omit}"))
    ended = event.run("build")
    assert ended.code == 3
    assert (
        "Dr Bo Expert is left out of the segment, with card and message (slot.missing is omit)."
        " (left-out)" in ended.stderr
    )
    assert "Done in part: bo is left out. (exit 3)" in ended.stderr
    report = event.report()
    assert [item["kind"] for item in report["rundown"]] == [
        "opening",
        "title",
        "message",
        "closing",
    ]
    assert report["slot"]["total_ms"] == 1000 + 1000 + 3000 + 1000
    assert report["slot"]["speakers"] == [
        {"id": "ana", "length_ms": 3000, "allowance_ms": 1_182_000, "over_ms": -1_179_000}
    ]
    assert "Bo" not in (event.outputs / "rundown.md").read_text()
    assert event.run("build", "--final").code == 4


def test_final_refuses_who_is_over_their_time_until_it_is_accepted(event: Event):
    make_clip(event.inputs / "ana.mp4")
    (event.inputs / "captions/ana.en.srt").write_text(
        "1\n00:00:00,500 --> 00:00:02,500\n[a tone]\n"
    )
    text = TWO.replace("name: Dr Ana Expert", "name: Dr Ana Expert, allowance: 2s").replace(
        "  - {id: bo, name: Dr Bo Expert}\n", ""
    )
    over = (
        "1 s over its allowance of 2 s (as config.yaml has it); the slot still has 19:39 left."
        " (over-allowance"
    )
    assert f"{over})" in event.config(text).run("check").stdout
    ended = event.run("build", "--final", "--json")
    assert ended.code == 4
    assert f"{over}: it takes the time of others)" in ended.stderr
    assert "under ana `accept: [over-allowance]`" in ended.stderr
    assert ended.json["submissions"][0]["accepted"] == []
    accepted = text.replace("allowance: 2s", "allowance: 2s, accept: [over-allowance]")
    ended = event.config(accepted).run("build", "--final")
    assert ended.code == 0
    assert "Accepted in config.yaml: ana over-allowance." in ended.stderr


def test_status_and_check_show_each_speaker_against_their_allowance_and_the_sum(event: Event):
    make_clip(event.inputs / "ana.mp4")
    event.config(TWO.replace("14:50:00+02:00}", "14:30:30+02:00}"))
    for command in ("check", "status"):
        lines = event.run(command).stdout.splitlines()
        ana = next(line for line in lines if line.startswith("ana "))
        assert " ".join(ana.split()).startswith("ana ana.mp4 3 s of 5.5 s"), command
        assert any(
            "Slot 0:30: messages 3 s + cards 7 s + margin 0:15 = 0:25; 5 s left." in line
            for line in lines
        ), command


def test_the_sound_of_a_file_that_has_none_is_no_length(tmp_path):
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, 48000, 0, "NONE", ""))
    assert measure.samples_of_track(tmp_path / "a.wav") == -1
