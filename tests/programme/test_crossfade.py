"""Crossfades measured on built files: as long as planned, both pictures seen, nothing made again
that did not change.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
from pathlib import Path

import ffmpeg as ff
import numpy as np
import pytest
from conftest import HEAD, Event, Once, make_clip
from measure import ffmpeg, frame, one_picture, rgb, sound, streams
from meter import RATE, integrated_lufs, momentary_lufs, true_peak_dbtp

from pipeline.config import Delivery
from pipeline.plan.conform import lossless, tag_bt709
from pipeline.plan.transitions import Edge, plan_mix
from pipeline.recipe import FileInput
from pipeline.tools.running.programs import command

pytestmark = pytest.mark.long

CROSSFADE = HEAD.replace("640x360", "320x180").replace(
    "lower_third: 2s", "lower_third: 1s, transition: crossfade"
)
VOICE = "anoisesrc=r=48000:c=pink:a=0.3:seed={},tremolo=f=4:d=0.7"
CAPTION = (
    "1\n00:00:00,000 --> 00:00:01,500\nA voice.\n\n2\n00:00:01,600 --> 00:00:02,990\nTo the end.\n"
)


def said(event: Event, *speakers: str) -> None:
    for speaker in speakers:
        (event.inputs / f"captions/{speaker}.en.srt").write_text(CAPTION)


def items(event: Event) -> list[dict]:
    return event.report()["rundown"]


@pytest.fixture
def built(once: Once) -> Event:
    """Ann (white, 12 s), Ben (red, 3 s, in a container without index), and Cleo, who is missing."""
    return Event(once("crossfade", build))


def build(folder: Path) -> None:
    event = Event(folder)
    make_clip(
        event.inputs / "ann.mp4", 12, picture="color=white:s=320x180:r=25", sound=VOICE.format(1)
    )
    make_clip(event.inputs / "ben.ts", 3, picture="color=red:s=320x180:r=25", sound=VOICE.format(2))
    said(event, "ann", "ben")
    ended = event.config(
        CROSSFADE
        + "speakers:\n  - {id: ann, name: Ann Example}\n  - {id: ben, name: Ben Example}\n"
        "  - {id: cleo, name: Cleo Example}\n"
    ).run("build")
    assert ended.code == 3, ended.stderr


# --- pictures -------------------------------------------------------------------------------------


def test_the_segment_is_the_sum_of_its_items_less_what_they_share(built):
    rows = [(item["kind"], item["start_frame"], item["frames"]) for item in items(built)]
    assert rows == [
        ("opening", 0, 25),
        ("title", 17, 25),
        ("message", 34, 300),
        ("title", 326, 25),
        ("message", 343, 75),
        ("holding", 408, 100),
        ("closing", 500, 25),
    ]
    for name in ("segment.mp4", "segment.captioned.mp4"):
        assert len(rgb(built.outputs / name, 320, 180)) == 525
        assert len(sound(built.outputs / name)) == 525 * 1920
        made = streams(built.outputs / name).picture
        assert (made["frames"], made["matrix"], made["range"]) == (525, 1, 1)


@pytest.mark.parametrize(
    ("first", "count", "before", "after"),
    [(34, 8, 30, 50), (326, 8, 320, 338), (408, 10, 400, 420)],
)
def test_both_pictures_are_seen_and_the_new_one_comes_evenly(built, first, count, before, after):
    """Without a flash, a dip to black, or a step larger than the others."""
    pictures = rgb(built.outputs / "segment.mp4", 320, 180)[:, 10:60].astype(float).mean((1, 2))
    old, new = pictures[before], pictures[after]
    shares = [
        (one - old) @ (new - old) / ((new - old) @ (new - old))
        for one in pictures[first - 1 : first + count + 1]
    ]
    assert shares == pytest.approx([step / (count + 1) for step in range(count + 2)], abs=0.02)


def test_captions_in_the_picture_go_with_their_message(built):
    soft, burned = (
        rgb(built.outputs / name, 320, 180).astype(int)
        for name in ("segment.mp4", "segment.captioned.mp4")
    )
    seen = np.abs(soft - burned).max((1, 2, 3)) > 40
    assert seen[37:44].all()  # up from the message's first frame on
    assert not seen[300:343].any()  # Ann's last caption ended long before
    assert seen[346:350].all()
    assert seen[390:412].all()
    assert not seen[418:].any()


def test_the_first_item_comes_from_black_and_the_last_goes_to_black(built):
    pictures = rgb(built.outputs / "segment.mp4", 320, 180).mean((1, 2, 3))
    assert pictures[0] < 2
    assert pictures[-1] < pictures[-12] / 3


def test_a_clip_is_the_message_alone_and_fades_softly(built):
    clip, segment = (
        rgb(built.outputs / name, 320, 180).astype(int) for name in ("clips/ann.mp4", "segment.mp4")
    )
    assert len(clip) == 300
    assert clip[0].max() < 8
    assert clip[-1].mean() < clip[150].mean() / 3
    assert (clip[10:290] == segment[44:324]).all()  # the very same parts


def test_a_still_in_a_crossfade_is_the_frame_of_the_segment(built, event_like):
    event = event_like(built.root)
    assert event.run("still", "--at", "1.52").code == 0  # frame 38
    still = frame(event.outputs / "stills/at-1.52.png", 0)
    shown = rgb(event.outputs / "segment.captioned.mp4", 320, 180)[38].astype(int)
    assert np.abs(still - shown).mean() < 2


# --- what runs again ------------------------------------------------------------------------------


def would_run(event: Event) -> set[str]:
    lines = event.run("build", "--explain").stdout.splitlines()
    return {
        line.rsplit(": ", 1)[0]
        for line in lines
        if ": " in line and not line.startswith(("  ", "cannot", "look", "Slot"))
    }


def test_a_changed_name_costs_its_card_its_two_joints_and_no_other_part_of_a_message(
    built, tmp_path
):
    root = tmp_path / "event"
    shutil.copytree(built.root, root)
    event = Event(root)
    event.config((root / "config.yaml").read_text().replace("Ben Example", "Ben Sample"))
    expected = {
        "ben: cards",
        "ben: title card",
        "ben: crossfade from ann's message to the title card",
        "ben: crossfade from the title card to ben's message",
        "ben: picture 2/3",
        "ben: crossfade from the title card to ben's message, with captions",
        "ben: picture 2/3 with captions",
        "run of show",
    }
    assert {
        task for task in would_run(event) if not task.startswith("join ")
    } == expected  # 2/3 has the lower third in it
    ran = event.run("build").worked
    assert not {task for task in ran if task.startswith(("ann", "cleo", "opening"))}


def test_another_transition_leaves_the_middle_of_every_message(built, tmp_path):
    root = tmp_path / "event"
    shutil.copytree(built.root, root)
    event = Event(root)
    long = make_clip(
        root / "inputs/ann.mp4", 25, picture="testsrc2=s=320x180:r=25", sound=VOICE.format(1)
    )
    assert long.is_file()
    event.run("build")
    event.config(
        (root / "config.yaml").read_text().replace("transition: crossfade", "transition: fade")
    )
    parts = {
        task
        for task in would_run(event)
        if task.startswith("ann: picture") and "captions" not in task
    }
    assert parts == {"ann: picture 1/3", "ann: picture 3/3"}


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and ".store" not in path.parts and "stills" not in path.parts
    }


def test_the_same_inputs_give_the_same_bytes_on_one_worker_and_on_four(built, tmp_path):
    made = []
    for jobs in ("1", "4"):
        root = tmp_path / jobs
        shutil.copytree(built.root, root, ignore=shutil.ignore_patterns("outputs"))
        Event(root).run("build", "--jobs", jobs)
        made.append(digests(root / "outputs"))
    assert made[0] == made[1] == digests(built.outputs)


# --- sound ----------------------------------------------------------------------------------------


@pytest.fixture
def talk(event: Event) -> Event:
    """Two messages with nothing between them, and no cards."""
    for name, seed in (("ann", 1), ("ben", 2)):
        make_clip(
            event.inputs / f"{name}.mp4",
            6,
            picture="color=gray:s=320x180:r=25",
            sound=f"anoisesrc=r=48000:c=pink:a=0.3:seed={seed}",
        )
    said(event, "ann", "ben")
    cards = CROSSFADE.replace(
        "opening: 1s, title: 1s, closing: 1s", "opening: 0s, title: 0s, closing: 0s"
    )
    ended = event.config(
        cards + "speakers:\n  - {id: ann, name: Ann}\n  - {id: ben, name: Ben}\n"
    ).run("build")
    assert ended.code == 0, ended.stderr
    return event


def test_two_messages_go_over_into_each_other_without_a_jump_of_loudness_or_a_click(talk):
    heard = sound(talk.outputs / "segment.mp4")
    assert len(heard) == 290 * 1920
    joint = slice(139 * 1920, 151 * 1920)
    moments = momentary_lufs(heard[RATE // 2 : -RATE // 2])
    assert np.abs(np.diff(moments)).max() < 1.5  # LU from one tenth of a second to the next
    assert moments.max() - np.median(moments) < 1.5
    # Two unrelated voices in straight lines dip by 3 dB for a moment.
    assert np.median(moments) - moments.min() < 3.5
    steps = np.abs(np.diff(heard.mean(1)))
    assert steps[joint].max() <= steps[RATE : 5 * RATE].max()
    assert true_peak_dbtp(heard) <= -1.0


def test_no_syllable_is_lost_where_a_card_goes_over_into_a_message(built):
    heard = sound(built.outputs / "segment.mp4")[34 * 1920 : 334 * 1920]
    clip = sound(built.outputs / "clips/ann.mp4")[: 300 * 1920]
    assert integrated_lufs(heard) == pytest.approx(-16, abs=0.3)
    for part in (slice(0, 9600), slice(-9600, None)):  # a fifth of a second, half of the crossfade
        loud, whole = (np.sqrt((one[part] ** 2).mean()) for one in (heard, clip))
        assert 20 * abs(np.log10(loud / whole)) < 0.5


# --- every rate, every container ------------------------------------------------------------------


@pytest.mark.parametrize("rate", ["24", "25", "29.97", "30"])
def test_the_built_file_is_what_was_planned_to_the_frame(rate, event):
    choose = random.Random(rate)
    speakers = ""
    for number, name in enumerate(
        choose.sample(["a.mp4", "b.ts", "c.avi", "d.webm", "e.flv", "f.wav"], 3)
    ):
        seconds = choose.choice([0.7, 1.1, 3.3, 10.2])
        options = {
            "webm": ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"),
            "wav": ("-c:a", "pcm_s16le"),
            "flv": ("-c:v", "flv1", "-c:a", "mp3", "-ar", "44100"),
        }.get(name.split(".")[1], ())
        make_clip(
            event.inputs / name,
            seconds,
            *options,
            sound=VOICE.format(number),
            picture=(
                ""
                if name == "f.wav"
                else f"testsrc2=s=320x180:r={choose.choice(['15', '30000/1001', '50'])}"
            ),
        )
        speakers += (
            f"  - {{id: {name[0]}, name: Speaker"
            f" {name[0]}{', still: photo.png' if name == 'f.wav' else ''}}}\n"
        )
        said(event, name[0])
    one_picture(event.inputs / "photo.png", "color=teal:s=320x180")
    cards = choose.choice(
        [
            "opening: 1s, title: 1s, closing: 1s",
            "opening: 0s, title: 0s, closing: 1s",
            "opening: 2s, title: 0s, closing: 0s",
        ]
    )
    text = CROSSFADE.replace("opening: 1s, title: 1s, closing: 1s", cards).replace(
        "ultrafast", f"ultrafast, fps: {rate}"
    )
    fade = choose.choice(["0.2s", "0.36s", "0.5s"])
    text = text.replace("transition:", f"fade: {fade}, transition:")
    event.config(text + "speakers:\n" + speakers + "  - {id: z, name: Z}\n")
    ended = event.run("build", *choose.choice([(), ("--draft",)]))
    assert ended.code == 3, ended.stderr
    report = event.report()
    rows = report["rundown"]
    assert [item["speaker"] for item in rows if item["kind"] == "message"] != []
    planned = rows[-1]["start_frame"] + rows[-1]["frames"]
    assert planned == report["frames"] < sum(item["frames"] for item in rows)
    exact = {"24": 24, "25": 25, "29.97": 30000 / 1001, "30": 30}[rate]
    for name in ("segment.mp4", "segment.captioned.mp4"):
        shown = ffmpeg(
            "-v",
            "error",
            "-i",
            event.outputs / name,
            "-map",
            "0:v",
            "-fps_mode",
            "passthrough",
            "-f",
            "framecrc",
            "-",
        ).stdout
        assert sum(not line.startswith(b"#") for line in shown.splitlines()) == planned
        assert abs(len(sound(event.outputs / name)) - planned * RATE / exact) <= 1024
    assert abs(report["slot"]["total_ms"] - planned * 1000 / exact) <= 2


def test_an_end_in_two_pieces_is_mixed_as_one(tmp_path):
    """A call that changes its shape in the last frames of a message gives them in two pieces."""
    delivery = Delivery.model_validate({"size": "320x180", "fps": "29.97"})
    for name, colour, frames in (
        ("before-1", "white", 4),
        ("before-2", "white", 6),
        ("after-1", "black", 10),
    ):
        shown = tag_bt709(ff.input(f"color={colour}:s=320x180:r=30000/1001", f="lavfi")).filter(
            "trim", end_frame=frames
        )
        ffmpeg(
            "-v",
            "error",
            *ff.get_args(ff.output(shown, str(tmp_path / f"{name}.mp4"), **lossless(delivery))),
        )
    pieces = [FileInput(name, "x", "") for name in ("one", "two")]
    recipe = plan_mix(
        "joint",
        Edge(tuple(pieces), 10),
        Edge((FileInput("three", "x", ""),), 10),
        10,
        delivery,
        "x",
    )
    subprocess.run(
        command("ffmpeg", recipe.arguments), cwd=tmp_path, check=True, stdin=subprocess.DEVNULL
    )
    shares = rgb(tmp_path / "clean.mp4", 320, 180).mean((1, 2, 3)) / 255
    assert shares == pytest.approx([step / 11 for step in range(10, 0, -1)], abs=0.01)
