"""``status`` is true at every moment, whatever came and whatever was built, and answers while
another command works. Told with recorded answers; nothing is encoded.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import ONE, Event, make_clip
from filelock import FileLock
from recorded_hands import CONFIG, Recorded, arrived, at_work

from pipeline import screens
from pipeline.commands.approve import Looks, approve
from pipeline.commands.build import build
from pipeline.commands.check import check_everything
from pipeline.commands.status import Status, status
from pipeline.console import Lines

CAPTIONS = "1\n00:00:00,200 --> 00:00:02,400\nThe quick brown fox.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace in which Ana's recording has come in and Bo's has not."""
    return arrived(tmp_path)


def stands(root: Path) -> Status:
    """Where everything stands; nothing may run for it."""
    hands = Recorded()
    with at_work(root, hands, dry=True) as (event, bench):
        answer = status(event, bench, busy=False)
    assert hands.told == []
    return answer


def built(root: Path) -> None:
    """A build."""
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)


def screen(answer: Status) -> list[str]:
    """What a producer reads."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        screens.show_status(Lines(), answer)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def row(root: Path, speaker: str) -> str:
    """A speaker's line."""
    return next(line for line in screen(stands(root)) if line.startswith(speaker))


def test_before_anything_has_come_nothing_can_be_built(root):
    (root / "inputs/ana.mp4").unlink()
    answer = stands(root)
    assert answer.states == {"ana": "holding card", "bo": "holding card"}
    assert answer.sentence == (
        "Nothing can be built yet: nobody has sent anything that can be used."
    )
    assert row(root, "ana").split() == "ana nothing yet - of 9:50 - holding card".split()


def test_what_nobody_has_looked_at_is_said_to_be_that(root):
    answer = stands(root)
    assert answer.states["ana"] == "not looked at"
    assert answer.sentence == "There is no segment yet: `perspectives build` makes one."
    assert "Not in the sum, since nobody has looked at what they sent yet: ana." in screen(answer)


def test_a_length_is_known_after_a_check_and_captions_are_not_made_yet(root):
    with at_work(root, Recorded()) as (event, bench):
        check_everything(event, bench)
    answer = stands(root)
    assert answer.states["ana"] == "not built"
    assert "3 s of 9:50" in row(root, "ana") and "not made yet" in row(root, "ana")
    assert not any(line.startswith("Not in the sum") for line in screen(answer))
    assert "messages 3 s" in next(line for line in screen(answer) if line.startswith("Slot"))


def test_large_recordings_that_a_stopped_check_has_not_read_are_not_read_for_it(root, monkeypatch):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    monkeypatch.setattr("pipeline.work.bench.MOST_READ", len(b"\0Ana's recording"))
    assert stands(root).states == {"ana": "not looked at", "bo": "not looked at"}
    known = json.loads((root / "outputs/.store/digests.json").read_text())
    assert [name for name in known if "inputs" in name] == ["../../inputs/ana.mp4"]
    built(root)
    assert stands(root).states == {"ana": "built", "bo": "built"}


def test_after_a_build_everything_is_up_to_date_and_drafts_are_said_to_be_drafts(root):
    built(root)
    answer = stands(root)
    assert answer.states == {"ana": "built", "bo": "holding card"}
    assert answer.sentence == "Everything is up to date."
    assert row(root, "ana").endswith("en rough DRAFT  built")
    shown = screen(answer)
    assert "- Dr Bo Expert: no recording has come in yet. (missing)" in shown
    assert any("captions are a DRAFT" in line for line in shown)


def test_a_replaced_recording_makes_its_speaker_stale_and_nobody_else(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    built(root)
    assert stands(root).states == {"ana": "built", "bo": "built"}
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's second recording")
    answer = stands(root)
    assert answer.states == {"ana": "built", "bo": "changed"}
    assert answer.sentence == "Run `perspectives build` to bring everything up to date."


def test_two_recordings_for_one_speaker_are_not_said_to_be_missing(root):
    (root / "inputs/ana.mov").write_bytes(b"\0Ana's other recording")
    assert "several recordings" in row(root, "ana")


def test_a_segment_that_was_taken_away_is_not_up_to_date(root):
    built(root)
    (root / "outputs/segment.mp4").unlink()
    assert stands(root).sentence == "Run `perspectives build` to bring everything up to date."
    (root / "outputs/segment.captioned.mp4").unlink()
    assert stands(root).sentence == "There is no segment yet: `perspectives build` makes one."


@pytest.mark.parametrize("command", [("status",), ("build", "--explain")])
def test_it_answers_while_another_command_works(two: Event, command):
    (two.outputs / ".store").mkdir(parents=True)
    with FileLock(two.outputs / ".store/lock"):
        ended = two.run(*command)
    assert ended.code == 0
    said = "Another perspectives command is working here now; this is what is known so far."
    assert (said in ended.stdout) == (command == ("status",))
    assert said not in two.run(*command).stdout


def test_it_writes_nothing(event: Event):
    make_clip(event.inputs / "ana.mp4", 1)
    event.config(ONE)
    for command in (("status",), ("status", "--json"), ("build", "--explain")):
        assert event.run(*command).code == 0
    assert sorted(path.name for path in event.root.iterdir()) == ["config.yaml", "inputs"]


def test_a_file_name_stays_in_one_piece_where_the_terminal_has_80_columns(root, monkeypatch):
    text = CONFIG.replace("id: ana", "id: wold-mccormick")
    (root / "config.yaml").write_text(text)
    (root / "inputs/ana.mp4").rename(root / "inputs/wold-mccormick.webm")
    (root / "inputs/captions/wold-mccormick.es.srt").write_text(
        "1\n00:00:00,500 --> 00:00:02,500\nBuenas tardes\n"
    )
    built(root)
    monkeypatch.setenv("COLUMNS", "80")
    shown = screen(stands(root))
    first = next(line for line in shown if line.startswith("wold"))
    assert first.startswith("wold-mccormick  wold-mccormick.webm  3 s of 9:50  en rough")
    assert max(map(len, shown)) <= 80


def test_who_approved_stands_beside_the_speaker_as_soon_as_anybody_did(root):
    (root / "inputs/captions/ana.en.srt").write_text(CAPTIONS)
    built(root)
    assert "approved" not in "\n".join(screen(stands(root)))
    with at_work(root, Recorded()) as (event, bench):
        looks = Looks(lambda: build(event, bench.at_rest()), lambda: build(event, bench))
        approve(event, looks, "ana", "Mia", datetime(2026, 1, 1, 12, 0, tzinfo=UTC))
    assert "Mia, 2026-01-01" in row(root, "ana")  # the hour is on the next line
    assert "Mia" not in row(root, "bo")


# --- what is made, and is not what lies in outputs/ -----------------------------------------------

STALE = "Run `perspectives build` to bring everything up to date."
TWO_LANGUAGES = CONFIG.replace("640x360", "640x360, outputs: [burned]").replace(
    "engine: pocketsphinx", "engine: pocketsphinx, languages: [en, fr]"
)


def differs(root: Path) -> list[tuple[str, str]]:
    """What a dry build notes, and why."""
    with at_work(root, Recorded(), dry=True) as (event, bench):
        build(event, bench)
    return bench.would_run


@pytest.fixture
def in_french(root: Path) -> Path:
    """A built workspace whose French captions are in no film."""
    (root / "config.yaml").write_text(TWO_LANGUAGES)
    (root / "inputs/captions/ana.fr.srt").write_text(CAPTIONS)
    built(root)
    assert stands(root).sentence == "Everything is up to date." and differs(root) == []
    return root


def test_a_corrected_text_that_is_in_no_film_is_not_up_to_date_until_it_is_built(in_french):
    (in_french / "inputs/captions/ana.fr.srt").write_text(CAPTIONS.replace("quick", "slow"))
    answer = stands(in_french)
    assert (answer.states["ana"], answer.sentence) == ("changed", STALE)
    another = "what is there is another one"
    assert differs(in_french) == [
        ("hand over rundown.otio, segment.fr.srt, segment.fr.vtt and 1 more", another),
        ("clip ana: hand over clips/ana.fr.srt, clips/ana.fr.vtt", another),
    ]
    built(in_french)
    assert stands(in_french).states["ana"] == "built" and differs(in_french) == []


def test_a_language_that_is_not_delivered_any_more_is_said_until_its_files_are_gone(in_french):
    (in_french / "config.yaml").write_text(TWO_LANGUAGES.replace(", languages: [en, fr]", ""))
    assert stands(in_french).sentence == STALE
    assert [why for task, why in differs(in_french) if "segment.fr.srt" in task] == [
        "not to be there any more"
    ]
    built(in_french)
    assert stands(in_french).sentence == "Everything is up to date."


def test_what_a_full_disk_kept_from_being_handed_over_is_not_up_to_date(root, monkeypatch):
    built(root)
    (root / "config.yaml").write_text(CONFIG.replace("Dr Ana Expert", "Dr Ana Expertová"))
    with monkeypatch.context() as full:
        full.setattr("pipeline.work.changeover.files.lay", no_room)
        with pytest.raises(OSError, match="No space"):
            built(root)
    answer = stands(root)
    assert (answer.states["ana"], answer.sentence) == ("changed", STALE)
    assert [task.split(",")[0] for task, _ in differs(root)] == [
        "hand over segment.mp4",
        "clip ana: hand over clips/ana.mp4",
    ]
    built(root)
    assert stands(root).sentence == "Everything is up to date."


def no_room(*given: object) -> None:
    """A disk that is full."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_draft_in_the_place_of_the_final_segment_is_not_up_to_date(root, monkeypatch):
    built(root)
    with monkeypatch.context() as stopped:
        stopped.setattr("pipeline.commands.build.prune", no_room)
        with pytest.raises(OSError, match="No space"), at_work(root, Recorded()) as (event, bench):
            build(event.as_draft(), bench)
    answer = stands(root)
    assert (answer.states["ana"], answer.sentence) == ("changed", STALE)
    assert any("hand over segment.mp4" in task for task in answer.would_run)


def test_what_somebody_touched_or_took_away_is_said_to_be_that(root):
    built(root)
    (root / "outputs/clips/ana.captioned.mp4").write_text("of mine")
    (root / "outputs/segment.en.srt").unlink()
    assert differs(root) == [
        (
            "clip ana: hand over clips/ana.captioned.mp4",
            "what is there was touched since, or is gone",
        ),
        ("hand over segment.en.srt", "what is there was touched since, or is gone"),
    ]


def test_what_has_to_be_made_first_is_said_and_not_that_it_is_handed_over(root):
    built(root)
    (root / "config.yaml").write_text(CONFIG.replace("Dr Ana Expert", "Dr Ana Expertová"))
    assert not [task for task, _ in differs(root) if "hand over" in task]


def test_a_copy_of_the_workspace_a_corrected_draft_and_another_days_letters_are_up_to_date(
    root, tmp_path
):
    built(root)
    draft = root / "outputs/captions/ana.en.srt"
    draft.write_text(draft.read_text().replace("orning", "orrow"))
    (root / "outputs/notes/ana.txt").write_text("as of another day")
    shutil.copytree(root, tmp_path / "copy")
    assert stands(tmp_path / "copy").sentence == "Everything is up to date."


def test_where_whisper_is_asked_for_and_is_not_here_everything_is_told_all_the_same(
    event: Event, clip_maker, monkeypatch
):
    monkeypatch.setenv("PERSPECTIVES_BROUGHT_WEIGHTS", "off")
    clip_maker(event.inputs / "ana.mp4", 1)
    event.config(ONE + "captions: {engine: whisper, model: nowhere.pt}\n").run("check")
    ended = event.run("status")
    assert ended.code == 0 and "ana.mp4" in ended.stdout
    assert "`perspectives build` is refused until that is put right." in ended.stdout
    explained = event.run("build", "--explain", "--json")
    assert explained.code == 0 and "captions.engine is whisper" in explained.json["refused"][0]
