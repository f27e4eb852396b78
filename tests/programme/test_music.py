"""Music under the cards, measured: under the speech and the limit, gone before anybody speaks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import HEAD, Event, Once, make_clip
from measure import ffmpeg, generated, sound
from meter import integrated_lufs, momentary_lufs, true_peak_dbtp
from recorded_hands import Answer, AtOnce, Recorded, Watcher

from pipeline.config_file import read_config
from pipeline.errors import ConfigInvalid, StillChanging, ToolFailed
from pipeline.plan.music import Bed, parse_bed, plan_music
from pipeline.programme import sounds
from pipeline.recipe import FileInput, Recipe
from pipeline.work import bench as benches
from pipeline.work.store import Store
from pipeline.work.workers import Workers

EVENT = (
    "title: T\nslot: {{start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}}\ncards:"
    " {{{}}}\nspeakers: [{{id: a, name: A}}]\n"
)
MADE = Recipe("music", "ffmpeg", "9", (), ("bed.wav",))


# --- its level ------------------------------------------------------------------------------------


def test_music_lies_eight_loudness_units_under_the_speech():
    # To -24, under -16.
    assert Bed(MADE, -14.0, -12.0).gain_db(read_config(EVENT.format("music: a.mp3"))) == -10.0


def test_music_is_as_loud_as_it_is_asked_for():
    assert (
        Bed(MADE, -14.0, -12.0).gain_db(read_config(EVENT.format("music: a.mp3, music_level: -30")))
        == -16.0
    )


def test_the_loudest_moment_of_uneven_music_is_not_louder_than_the_speech():
    # And not 6.
    assert Bed(MADE, -30.0, -18.0).gain_db(read_config(EVENT.format("music: a.mp3"))) == 2.0


def test_music_that_is_louder_than_the_speech_cannot_be_asked_for():
    with pytest.raises(ConfigInvalid) as caught:
        read_config(EVENT.format("music: a.mp3, music_level: -12"))
    assert "cards.music_level is -12; write at most what delivery.loudness is" in str(caught.value)


def test_the_loudest_moment_is_read_from_what_the_meter_says():
    said = (
        "[ebur128@music @ 0x1] t: 0.4  TARGET:-23 LUFS  M: -21.5 S:-120.7  I: -21.5 LUFS  LRA: 0.0"
        " LU\n[ebur128@music @ 0x1] t: 0.5  TARGET:-23 LUFS  M: -19.25 S:-120.7  I: -20.5 LUFS "
        " LRA: 0.0 LU\n[ebur128@music @ 0x1] Summary:\n\n  Integrated loudness:\n    I: -20.4"
        " LUFS\n"
    )
    assert parse_bed(MADE, said) == Bed(MADE, -20.4, -19.25)


def test_another_length_of_a_message_is_the_same_music():
    bed = FileInput("bed.wav", "digest", "/store/bed.wav")
    delivery = read_config(EVENT.format("music: a.mp3")).delivery
    assert (
        plan_music("music before ann", bed, 48000, 96000, -3, delivery, "9").key
        == plan_music("music", bed, 48000, 96000, -3, delivery, "9").key
    )


# --- measured -------------------------------------------------------------------------------------


def workspace(event: Event, music: str = "", transition: str = "fade") -> Event:
    """Cards of 4 s, Ann's message of 3 s, Ben's holding card, the closing card."""
    if not (event.inputs / "ann.mp4").exists():
        make_clip(
            event.inputs / "ann.mp4",
            3,
            picture="color=gray:s=320x180:r=25",
            sound="anoisesrc=r=48000:c=pink:a=0.3:seed=1",
        )
        (event.inputs / "captions/ann.en.srt").write_text(
            "1\n00:00:00,500 --> 00:00:02,900\nA voice.\n"
        )
    head = HEAD.replace("640x360", "320x180").replace(
        "preset: ultrafast}", "preset: ultrafast, outputs: [soft]}"
    )
    head = head.replace(
        "opening: 1s, title: 1s, closing: 1s, lower_third: 2s",
        f"opening: 4s, title: 4s, closing: 4s, lower_third: 0s, transition: {transition}{music}",
    )
    return event.config(head + "speakers:\n  - {id: ann, name: Ann}\n  - {id: ben, name: Ben}\n")


def tune(path: Path, seconds: float, level: str = "volume=0dB") -> None:
    """Three tones that swell: 0 dBFS and over before they are brought down."""
    tones = (
        "aevalsrc='0.5*sin(2*PI*220*t)+0.5*sin(2*PI*277*t)*"
        "(0.6+0.4*sin(t))|0.5*sin(2*PI*220*t)+0.3*sin(2*PI*330*t)':s=44100"
    )
    ffmpeg("-v", "error", *generated(tones, seconds), "-af", level, path)


@pytest.fixture(params=["fade", "crossfade"])
def built(request: pytest.FixtureRequest, once: Once) -> Event:
    """A message, music under the cards, and somebody who is missing."""

    def build(folder: Path) -> None:
        tune(folder / "tune.mp3", 5)  # shorter than the cards
        ended = workspace(Event(folder), ", music: tune.mp3", request.param).run("build")
        assert ended.code == 3, ended.stderr

    return Event(once(f"music-{request.param}", build))


@pytest.mark.sample(1)
def test_music_plays_under_every_card_and_is_gone_when_somebody_speaks(built):
    heard = sound(built.outputs / "segment.mp4")
    message = next(item for item in built.report()["rundown"] if item["kind"] == "message")
    first, last = message["start_frame"] * 1920, (message["start_frame"] + message["frames"]) * 1920
    assert len(heard) == built.report()["frames"] * 1920
    assert integrated_lufs(heard[:first]) == pytest.approx(-24, abs=1.5)
    assert integrated_lufs(heard[last:]) == pytest.approx(-24, abs=1.5)
    assert integrated_lufs(heard[first:last]) == pytest.approx(-16, abs=0.3)
    alone = sound(built.outputs / "clips/ann.mp4")[: last - first]
    assert integrated_lufs(alone) == pytest.approx(integrated_lufs(heard[first:last]), abs=0.1)
    for edge in (
        heard[:480],
        heard[first - 480 : first],
        heard[last : last + 480],
        heard[-480:],
    ):  # 10 ms at each edge
        assert np.abs(edge[:, 0]).max() < 0.02


def test_music_is_never_louder_than_the_target_nor_over_the_limit_nor_clicks(built):
    heard = sound(built.outputs / "segment.mp4")
    message = next(item for item in built.report()["rundown"] if item["kind"] == "message")
    before, after = (
        heard[: message["start_frame"] * 1920],
        heard[(message["start_frame"] + message["frames"]) * 1920 :],
    )
    for music in (before, after):
        assert momentary_lufs(music).max() <= -16
        # The tones themselves go by 0.01 a sample at most.
        assert np.abs(np.diff(music, axis=0)).max() < 0.02
    assert true_peak_dbtp(heard) <= -1.0


def test_a_change_of_the_music_costs_the_music_and_the_joins(built, event_like):
    event = event_like(built.root)
    config = event.root / "config.yaml"
    text = config.read_text()
    config.write_text(text.replace("music: tune.mp3", "music: tune.mp3, music_level: -30"))
    said = event.run("build", "--explain").stdout
    assert "music before ann's message: its settings changed" in said
    assert "music under the closing card: its settings changed" in said
    assert "picture" not in said
    assert "card:" not in said.replace("closing card: its", "")


def test_music_that_is_not_there_is_said_before_anything_starts(event):
    ended = workspace(event, ", music: nowhere.mp3").run("build")
    assert ended.code == 2
    assert (
        'config.yaml: cards.music is "nowhere.mp3"; there is no such file in the workspace folder'
        in ended.stderr
    )


def test_music_that_nobody_has_looked_at_yet_keeps_nobody_from_the_status(event, monkeypatch):
    tune(event.root / "bed.wav", 3)
    monkeypatch.setattr(benches, "MOST_READ", 10)
    ended = workspace(event, ", music: bed.wav").run("status")
    assert ended.code == 0, ended.stderr


def test_music_that_is_still_being_copied_is_said_and_the_rest_is_looked_at(event, monkeypatch):
    def obtain(self: benches.Bench, command: Recipe, *fills: Recipe) -> None:
        if command.task.startswith("music"):
            raise StillChanging("bed.wav")  # as of a file that is digested, or read
        real(self, command, *fills)

    real = benches.Bench.obtain
    tune(event.root / "bed.wav", 3)
    monkeypatch.setattr(benches.Bench, "obtain", obtain)
    ended = workspace(event, ", music: bed.wav").run("check")
    assert "bed.wav: it changed while it was read; the cards are silent." in ended.stdout


def test_music_that_could_be_heard_the_second_time_is_not_said_to_be_unusable(tmp_path):
    store, bed = Store(tmp_path), Recipe("music", "ffmpeg", "9", (), ("stderr.txt",))
    failed: dict[str, Answer] = {"music": ToolFailed("ffmpeg", "music", "ended with code 1")}
    for instead, fault in ((failed, "no sound could be read from it"), ({}, "")):
        hands = benches.Hands(Recorded(instead).make)
        bench = benches.Bench(store, Workers(AtOnce()), Watcher(), hands)
        assert sounds._fault_of(bench, bed) == fault
        assert sounds._fault_of(bench.at_rest(), bed) == fault


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("silence.wav", "nothing is to be heard in it"),
        ("words.mp3", "no sound could be read from it"),
        ("empty.mp3", "no sound could be read from it"),
        ("picture.mp4", "no sound could be read from it"),
    ],
)
def test_music_that_cannot_be_played_is_said_and_the_cards_are_silent(event, name, what):
    if name == "silence.wav":
        tune(event.root / name, 3, "volume=0")
    elif name == "picture.mp4":
        make_clip(event.root / name, 1, "-c:v", "libx264", sound="")
    else:
        (event.root / name).write_text("Not a tune.\n" * (50 if name == "words.mp3" else 0))
    ended = workspace(event, f", music: {name}").run("check")
    assert ended.code == 3
    assert f"{name}: {what}; the cards are silent. (music-unusable)" in ended.stdout
    known = event.run("status").stdout  # nothing runs for it
    assert f"{name}: {what}; the cards are silent. (music-unusable)" in known
    explained = event.run("build", "--explain", "--json").json
    assert not [one for one in explained["would_run"] if one["task"].startswith("music")]
    assert "Traceback" not in ended.stderr
