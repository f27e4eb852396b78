"""An event whose pictures a graphics card encodes: promised lengths and tags, parts that join, and
nothing made twice when somebody changes their mind.
"""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import av
import pytest
from conftest import HEAD, Event, make_clip
from measure import rgb, sound, streams
from standing_in import HAS_A_CARD, stand_in

pytestmark = pytest.mark.long

SPEAKERS = "speakers: [{id: ana, name: Dr Ana Expert}, {id: bo, name: Dr Bo Expert}]\n"
CAPTIONS = "captions: {engine: pocketsphinx, languages: [en], burn: en}\n"


def config(encoder: str) -> str:
    """The event with that encoder."""
    head = HEAD.replace("640x360", f"320x180, encoder: {encoder}")
    crossed = head.replace("lower_third: 2s", "lower_third: 1s, transition: crossfade")
    return crossed + CAPTIONS + SPEAKERS


@pytest.fixture(scope="module")
def by_card(tmp_path_factory: pytest.TempPathFactory) -> Event:
    """Built where a card with NVENC is, by ``encoder: auto``."""
    event = Event(tmp_path_factory.mktemp("by-card")).config(config("auto"))
    (event.root / "inputs/captions").mkdir(parents=True)
    for name, seconds in (("ana.mp4", 12), ("bo.ts", 22)):  # of which one is not cut into parts
        make_clip(event.inputs / name, seconds)
        said = event.inputs / f"captions/{Path(name).stem}.en.srt"
        said.write_text("1\n00:00:00,500 --> 00:00:02,000\nOne.\n")
    with pytest.MonkeyPatch.context() as patched:
        stand_in(patched)
        ended = event.run("build")
    assert ended.code == 0, ended.stderr
    assert any(task.startswith("encoder NVENC, cq ") for task in ended.worked)
    return event


@pytest.fixture
def event(by_card: Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Event:
    """A copy of it, with the card."""
    stand_in(monkeypatch)
    shutil.copytree(by_card.root, tmp_path / "event", symlinks=True)
    return Event(tmp_path / "event")


def pictures(tasks: set[str]) -> set[str]:
    """Those of the pieces of work that encode pictures."""
    return {task for task in tasks if "picture" in task or task.endswith(" card")}


@pytest.mark.parametrize("name", ["segment.mp4", "segment.captioned.mp4"])
def test_films_that_a_card_encoded_are_as_long_and_tagged_as_promised(by_card, name):
    film, frames = by_card.outputs / name, by_card.report()["frames"]
    made = streams(film).picture
    assert len(rgb(film, 320, 180)) == made["frames"] == frames
    assert len(sound(film)) == frames * 1920
    assert (made["pixels"], made["matrix"], made["primaries"], made["transfer"], made["range"]) == (
        "yuv420p", 1, 1, 1, 1,
    )  # fmt: skip
    with av.open(str(film)) as opened:
        times = [one.pts for one in opened.decode(opened.streams.video[0])]
        assert opened.streams.video[0].codec_context.profile == "High"
    assert len({after - before for before, after in itertools.pairwise(times)}) == 1


def test_report_finds_no_joint_at_which_the_decoder_stumbles(event):
    ended = event.run("report", "--json")
    assert ended.code == 0, ended.stderr
    assert [one["code"] for one in ended.json["findings"]] == []


def test_with_the_card_there_nothing_is_made_a_second_time(event):
    ended = event.run("build", "--json")
    assert (ended.code, ended.worked) == (0, set())
    (said,) = [one for one in ended.json["findings"] if one["code"] == "encoder-chosen"]
    assert said["message"].startswith("Pictures are encoded by NVENC, cq ")
    explained = event.run("build", "--explain").stdout.splitlines()
    assert explained == [said["message"], "Nothing would run: everything is up to date."]
    assert "Everything is up to date." in event.run("status").stdout


def test_another_encoder_encodes_anew_and_the_return_finds_the_old(event):
    ended = event.config(config("x264")).run("build")
    assert {"ana: picture 2/4", "ana: picture 3/4", "ana: title card"} <= pictures(ended.worked)
    returned = event.config(config("auto")).run("build")
    assert returned.code == 0 and pictures(returned.worked) == set()


def test_x264_makes_the_same_bytes_whether_or_not_there_is_a_card(event, monkeypatch):
    event.config(config("x264")).run("build")
    films = {path.name: path.read_bytes() for path in event.outputs.glob("*.mp4")}
    monkeypatch.undo()
    if HAS_A_CARD:
        pytest.skip("there may be NVENC here")
    shutil.rmtree(event.outputs)
    ended = event.config(config("auto")).run("build", "--json")
    assert ended.code == 0
    assert films == {path.name: path.read_bytes() for path in event.outputs.glob("*.mp4")}
    (said,) = [one for one in ended.json["findings"] if one["code"] == "encoder-chosen"]
    assert said["message"].startswith("Pictures are encoded by x264: no graphics card here")
