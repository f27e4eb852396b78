"""Spoken introductions as they are delivered: as loud as the messages, under a title card that
stays for them, with captions in picture, track and files.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import HEAD, Event, make_clip
from measure import rgb, sound, streams
from meter import integrated_lufs
from recorded_hands import CONFIG, Answer, Recorded, arrived, at_work

from pipeline.commands.build import build
from pipeline.commands.check import check_everything
from pipeline.commands.report import Report
from pipeline.errors import ToolFailed

ENGLISH = "1\n00:00:00,400 --> 00:00:02,600\nOur first guest is Ana.\n"


def introduced(folder: Path) -> Path:
    """Ana's recording, and a file of somebody who introduces her."""
    root = arrived(folder)
    (root / "inputs/ana.wav").write_bytes(b"\0Her introduction")
    (root / "inputs/captions/ana.intro.en.srt").write_text(ENGLISH, "utf-8")
    config = CONFIG.replace("name: Dr Ana Expert", "name: Dr Ana Expert, intro: ana.wav")
    (root / "config.yaml").write_text(config, "utf-8")
    return root


def report_of(root: Path, hands: Recorded) -> Report:
    with at_work(root, hands) as (event, bench):
        return build(event, bench)


def codes(report: Report) -> list[str]:
    return [found.code for found in report.checked[0].findings]


def test_an_introduction_is_in_the_rundown_and_its_captions_in_the_files_of_the_segment(tmp_path):
    root = introduced(tmp_path)
    report = report_of(root, Recorded())
    title = report.rundown.items[1]
    # The recorded answers are those of three seconds; half a second and a fade at both ends.
    assert (title.introduced.first_frame, title.introduced.frames) == (23, 75)
    assert title.frames == 75 + 2 * 23
    text = (root / "outputs/segment.en.srt").read_text("utf-8")
    assert text.startswith("1\n00:00:02,320 --> 00:00:04,520\nOur first guest is Ana.\n")
    assert (root / "outputs/clips/ana.mp4").is_file()
    assert "Sound of introductions" in (root / "outputs/rundown.otio").read_text("utf-8")


def test_a_corrected_caption_of_an_introduction_costs_its_card_and_the_joins(tmp_path):
    root = introduced(tmp_path)
    report_of(root, Recorded())
    captions = root / "inputs/captions/ana.intro.en.srt"
    captions.write_text(ENGLISH.replace("first", "second"), "utf-8")
    hands = Recorded()
    report_of(root, hands)
    made = [task for task in hands.told if "captions" not in task.split(": ")[-1][:8]]
    assert "ana: title card, with captions" in made
    assert not [task for task in made if "picture" in task or "sound" in task]


@pytest.mark.parametrize(
    "failing", ["ana.intro: look at the recording", "ana.intro: listen", "ana.intro: sound, pass 1"]
)
def test_an_introduction_that_breaks_never_takes_the_message_with_it(tmp_path, failing):
    root = introduced(tmp_path)
    broken: dict[str, Answer] = {failing: ToolFailed("ffmpeg", failing, "ended with code 1", "1")}
    report = report_of(root, Recorded(broken))
    assert [item.kind for item in report.rundown.items[1:3]] == ["title", "message"]
    assert report.rundown.items[1].introduced is None
    assert "intro-unusable" in codes(report)
    assert (root / "outputs/clips/ana.mp4").is_file()


def test_a_draft_of_its_words_is_written_to_be_corrected(tmp_path):
    root = introduced(tmp_path)
    (root / "inputs/captions/ana.intro.en.srt").unlink()
    report = report_of(root, Recorded())
    assert (root / "outputs/captions/ana.intro.en.srt").is_file()
    drafts = [one for one in report.checked[0].findings if one.code == "captions-draft"]
    said = "Introduction of Dr Ana Expert: captions are a DRAFT"
    assert any(one.message.startswith(said) and one.file == "ana.wav" for one in drafts)


def test_check_counts_it_and_a_later_status_knows_it(tmp_path):
    root = introduced(tmp_path)
    with at_work(root, Recorded()) as (event, bench):
        report = check_everything(event, bench)
    assert report.slot().intros_ms == 121 * 40 - 1000
    with at_work(root, Recorded(), dry=True) as (event, bench):
        assert check_everything(event, bench).slot().intros_ms == 121 * 40 - 1000


@pytest.mark.long
def test_what_is_delivered_is_as_loud_as_the_message_and_captioned_over_the_card(event: Event):
    noise = "anoisesrc=r=48000:c=pink:a={}:seed=1"
    make_clip(event.inputs / "ana.mp4", 3, sound=noise.format(0.3))
    make_clip(
        event.inputs / "ana.wav", 3, "-c:a", "pcm_s16le", picture="", sound=noise.format(0.15)
    )
    make_clip(event.root / "tune.mp3", 5, "-c:a", "libmp3lame", picture="")
    (event.inputs / "captions/ana.en.srt").write_text(ENGLISH.replace("Our", "My"), "utf-8")
    (event.inputs / "captions/ana.intro.en.srt").write_text(ENGLISH, "utf-8")
    cards = "opening: 4s, title: 1s, closing: 1s, lower_third: 0s, transition: crossfade"
    event.config(
        HEAD.replace("640x360", "320x180").replace(
            "opening: 1s, title: 1s, closing: 1s, lower_third: 2s", f"{cards}, music: tune.mp3"
        )
        + "captions: {engine: pocketsphinx}\n"
        "speakers:\n  - {id: ana, name: Dr Ana Expert, intro: ana.wav}\n"
    )
    ended = event.run("build")  # counts pictures and samples of all that it hands over
    assert ended.code == 0, ended.stderr
    title = event.report()["rundown"][1]
    assert title["frames"] == 75 + 2 * 23
    first = title["start_frame"] + 23
    heard = sound(event.outputs / "segment.mp4")
    assert len(heard) == event.report()["frames"] * 1920
    assert integrated_lufs(heard[first * 1920 : (first + 75) * 1920]) == pytest.approx(-16, abs=0.5)
    # The music has ended when the card has come, and nothing is heard but the introduction.
    assert np.abs(heard[(first - 11) * 1920 : first * 1920]).max() < 0.001
    assert integrated_lufs(heard[: 3 * 48000]) > -30
    clean, burned = (
        rgb(event.outputs / name, 320, 180).astype(int)
        for name in ("segment.mp4", "segment.captioned.mp4")
    )
    changed = np.abs(clean - burned)[:, 135:175].max(axis=(1, 2, 3)) > 60
    over_card = np.flatnonzero(changed[title["start_frame"] : title["start_frame"] + 121])
    assert (over_card[0], over_card[-1]) == (23 + 10, 23 + 64)
    assert np.abs(clean - burned)[first + 20, :135].max() < 40  # nothing of it over the name
    (track,) = streams(event.outputs / "segment.mp4").captions
    assert track["language"] == "eng"
