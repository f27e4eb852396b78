"""A decision holds for the recording it was made for: a trim that was accepted for one does not cut
the one that replaces it, and whoever replaces it hears of that at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from conftest import HEAD, Event, make_clip
from recorded_hands import CONFIG, Recorded, at_work
from test_story import built, codes

from pipeline.commands import submit
from pipeline.commands.build import build
from pipeline.commands.check import check
from pipeline.commands.keep import decide, keep
from pipeline.config import Speaker
from pipeline.config_file import read_config
from pipeline.event import Workspace, load_decisions
from pipeline.plan.decided import Decisions, bound, decided, for_another, kept, without

FIRST, SECOND = b"\0Ana's recording", b"\0Ana's correction"
TRIMMED = CONFIG.replace("name: Dr Ana Expert", "name: Dr Ana Expert, trim: {start: 1s}")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace in which a trim of a second was accepted for Ana's recording of three."""
    (tmp_path / "inputs").mkdir()
    (tmp_path / "config.yaml").write_text(TRIMMED)
    (tmp_path / "inputs/ana.mp4").write_bytes(FIRST)
    return tmp_path


def frames_of_ana(root: Path) -> int:
    """How many pictures of Ana's message a build shows."""
    report, _ = built(root)
    assert report.rundown
    return next(item.frames for item in report.rundown.items if item.kind == "message")


def said(root: Path) -> list[str]:
    """What a build says of decisions for another recording."""
    report, _ = built(root)
    return [one.message for one in report.all_findings if one.code == "decided-for-another"]


# --- what is shown --------------------------------------------------------------------------------


def test_a_trim_does_not_cut_the_recording_that_replaces_the_one_it_was_accepted_for(root):
    assert (frames_of_ana(root), said(root)) == (50, [])
    (root / "inputs/ana.mp4").write_bytes(SECOND)
    assert frames_of_ana(root) == 75
    assert said(root) == [
        "ana.mp4: `trim: {start: 1s}` was decided for another recording than this one and is put"
        " aside."
    ]


def test_a_recording_that_is_put_back_has_its_trim_again(root):
    built(root)
    (root / "inputs/ana.mp4").write_bytes(SECOND)
    built(root)
    (root / "inputs/ana.mp4").write_bytes(FIRST)
    assert (frames_of_ana(root), said(root)) == (50, [])


def test_points_that_are_typed_anew_hold_for_the_recording_that_is_there(root):
    built(root)
    (root / "inputs/ana.mp4").write_bytes(SECOND)
    (root / "config.yaml").write_text(TRIMMED.replace("start: 1s", "start: 2s"))
    assert (frames_of_ana(root), said(root)) == (25, [])


def test_the_same_points_in_another_spelling_are_the_same_decision(root):
    built(root)
    (root / "inputs/ana.mp4").write_bytes(SECOND)
    (root / "config.yaml").write_text(TRIMMED.replace("start: 1s", "start: 00:01"))
    assert frames_of_ana(root) == 75


def test_the_store_may_be_deleted_and_the_trim_is_still_the_first_recordings(root):
    built(root)
    for path in sorted((root / "outputs/.store").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (root / "inputs/ana.mp4").write_bytes(SECOND)
    assert frames_of_ana(root) == 75


def test_two_speakers_with_one_recording_have_each_their_own_trim(root):
    both = TRIMMED.replace("name: Dr Bo Expert", "name: Dr Bo Expert, trim: {start: 2s}")
    (root / "config.yaml").write_text(both)
    (root / "inputs/bo.mp4").write_bytes(FIRST)
    built(root)
    (root / "inputs/bo.mp4").write_bytes(SECOND)
    report, _ = built(root)
    assert report.rundown
    lengths = [item.frames for item in report.rundown.items if item.kind == "message"]
    assert lengths == [50, 75]
    assert "decided-for-another" in codes(report, "bo")
    assert "decided-for-another" not in codes(report, "ana")


def test_what_would_run_is_said_without_remembering_anything(root):
    with at_work(root, Recorded(), dry=True) as (event, bench):
        build(event, bench)
    assert not (root / "decided.json").exists()


def test_an_event_without_decisions_has_no_file_of_them(root):
    (root / "config.yaml").write_text(CONFIG)
    built(root)
    assert not (root / "decided.json").exists()


def test_a_broken_half_of_an_upload_is_nothing_that_anybody_decided_for(root):
    (root / "inputs/ana.mp4").write_bytes(b"")
    with pytest.raises(Exception, match="no submission can be used"):
        built(root)
    (root / "inputs/ana.mp4").write_bytes(FIRST)
    assert (frames_of_ana(root), said(root)) == (50, [])


# --- what counts as one ---------------------------------------------------------------------------

ONE_BY_ONE = {
    "trim": "{start: 3s, end: 4m10.5s}",
    "crop": "{left: 12.5%, bottom: 10%}",
    "fit": "cover",
    "sound_track": "2",
    "allow_silent": "true",
    "still": "ana.jpg",
    "denoise": "light",
    "level": "true",
    "script_is_right": "true",
    "chapters": '{0s: "Welcome: a start", 1m20s: "2021, in short", 2m: "no", 3m: Q & A}',
}


def speaker(more: str) -> Speaker:
    text = HEAD + f"speakers:\n  - {{id: ana, name: Dr Ana Expert, {more}}}\n"
    return read_config(text).speakers[0]


@pytest.mark.parametrize(("key", "value"), ONE_BY_ONE.items())
def test_whatever_was_decided_by_looking_at_one_file_holds_for_that_file(key, value):
    ana = speaker(f"{key}: {value}")
    known = bound({}, ana, "first")
    assert for_another(known, ana, "first") == ()
    assert for_another(known, ana, "second") == (key,)
    assert decided(without(ana, (key,))) == {}
    assert for_another(kept(known, ana, "second"), ana, "second") == ()
    assert for_another(kept(known, ana, "second"), ana, "first") == ()


@pytest.mark.parametrize(("key", "value"), ONE_BY_ONE.items())
def test_a_decision_is_remembered_as_it_may_be_typed(key, value):
    ana = speaker(f"{key}: {value}")
    assert speaker(f"{key}: {decided(ana)[key]}") == ana


def test_a_decision_that_was_taken_out_and_comes_back_is_a_new_one():
    ana = speaker("fit: cover")
    known = bound(bound({}, ana, "first"), speaker("role: Director"), "first")
    assert for_another(known, ana, "second") == ()


# --- several commands at once ---------------------------------------------------------------------


def kept_for(recording: str) -> Callable[[Decisions], Decisions]:
    """That Ana's trim is right for that recording."""
    ana = read_config(TRIMMED).speakers[0]
    return lambda now: kept(now, ana, recording)


def recordings_of_ana(root: Path) -> list[str]:
    """The recordings that her trim holds for, as decided.json has them."""
    return list(load_decisions(Workspace(root))["ana"]["trim"].recordings)


def test_commands_that_decide_at_once_lose_nothing_that_another_one_wrote(root):
    with ThreadPoolExecutor(8) as at_once:
        list(at_once.map(lambda one: decide(Workspace(root), kept_for(str(one))), range(24)))
    assert sorted(recordings_of_ana(root), key=int) == [str(one) for one in range(24)]


def test_what_is_decided_while_a_check_goes_on_stays_decided(root):
    with at_work(root, Recorded()) as (event, bench):
        decide(Workspace(root), kept_for("another"))
        check(event, bench)
    assert recordings_of_ana(root) == ["another"]
    built(root)
    assert recordings_of_ana(root) == ["another"]


def test_a_keep_during_a_long_check_holds(root):
    built(root)
    first = recordings_of_ana(root)
    (root / "inputs/ana.mp4").write_bytes(SECOND)
    with at_work(root, Recorded()) as (event, bench):
        with at_work(root, Recorded()) as (beside, other):
            keep(beside, other, "ana")
        check(event, bench)
    assert recordings_of_ana(root) == [*first, sha256(SECOND).hexdigest()]


# --- who hears of it ------------------------------------------------------------------------------

ANA = HEAD + "speakers:\n  - {id: ana, name: Dr Ana Expert}   # speaks first\n"
CUT = ANA.replace("Expert}", "Expert, trim: {start: 1s}, sound_track: 1}")


@pytest.fixture
def sent(event: Event, tmp_path: Path) -> tuple[Event, Path]:
    """Ana's recording with a trim that no command has seen yet, and her correction, not taken in
    yet.
    """
    make_clip(event.inputs / "ana.mp4", 3)
    return event.config(CUT), make_clip(tmp_path / "new.mp4", 4, sound="sine=f=300:r=48000")


def test_whoever_takes_in_a_correction_hears_at_once_what_is_put_aside(sent):
    event, correction = sent
    heard = event.run("add", str(correction), "--id", "ana").stderr
    assert "the earlier file is kept as inputs/replaced/ana." in heard
    assert (
        "ana.mp4: `trim: {start: 1s}`, `sound_track: 1` were decided for another recording than"
        " this one and are put aside." in heard
    )
    assert "`perspectives keep ana`" in heard
    assert "put aside" in event.run("status").stdout
    (ana,) = event.run("check", "--json").json["submissions"]
    assert "decided-for-another" in [finding["code"] for finding in ana["findings"]]
    assert (event.root / "config.yaml").read_text("utf-8") == CUT


def test_the_very_same_recording_again_puts_nothing_aside(sent):
    event, _ = sent
    heard = event.run("add", str(event.inputs / "ana.mp4"), "--id", "ana").stderr
    assert "put aside" not in heard


def test_what_is_kept_holds_for_the_correction_too(sent):
    event, correction = sent
    event.run("add", str(correction), "--id", "ana")
    ended = event.run("keep", "ana")
    assert ended.code == 0
    assert "ana: trim: {start: 1s}, sound_track: 1 will be used for this recording." in ended.stderr
    report = event.run("check", "--json").json
    assert "decided-for-another" not in str(report)
    assert report["slot"]["speakers"][0]["length_ms"] == 3000  # of four seconds
    again = event.run("keep", "ana").stderr
    assert "ana: nothing was put aside" in again


def test_a_trim_that_ends_behind_the_correction_is_not_kept(sent):
    event, correction = sent
    event.config(CUT.replace("trim: {start: 1s}", "trim: {start: 1s, end: 2m}"))
    event.run("check")
    event.run("add", str(correction), "--id", "ana")
    ended = event.run("keep", "ana")
    assert ended.code == 4
    assert ended.stderr.startswith("ana: the trim ends at 2:00, and ana.mp4 lasts 0:04 only.")
    assert "write the points that are right for it under trim: of ana" in ended.stderr
    assert "decided-for-another" in str(event.run("check", "--json").json)


def test_nothing_can_be_kept_for_whoever_has_sent_nothing(event):
    ended = event.config(CUT).run("keep", "ana")
    assert ended.code == 4
    assert "no recording has come in yet. Nothing was changed." in ended.stderr


def test_an_accepted_trim_takes_the_place_of_one_for_another_recording(tmp_path):
    (tmp_path / "inputs").mkdir()
    workspace = Workspace(tmp_path)
    workspace.config.write_text(ANA.replace("Expert}", "Expert, trim: {start: 1s, end: 2m}}"))
    before = read_config(workspace.config.read_text()).speakers[0]
    known = {"ana": {"trim": {"value": decided(before)["trim"], "recordings": ["first"]}}}
    workspace.decided.write_text(json.dumps(known))
    submit.accept_trim(workspace, "ana", {"start": "4s"}, "second")
    text = workspace.config.read_text()
    assert "trim: {start: 4s, end: null}" in text
    assert "# speaks first" in text
    ana = read_config(text).speakers[0]
    assert (ana.trim.start, ana.trim.end) == (4000, None)
    assert decided(ana)["trim"] == "{start: 4s}"
    (one,) = json.loads(workspace.decided.read_text())["ana"].values()
    assert one == {"value": "{start: 4s}", "recordings": ["second"]}


def test_a_photo_for_a_message_that_was_sound_alone_does_not_hide_the_picture_of_the_next(event):
    make_clip(event.inputs / "ana.mp3", 3, "-c:a", "libmp3lame", picture="")
    make_clip(event.inputs / "ana.png", 0.04, "-frames:v", "1", "-update", "1", sound="")
    event.config(ANA.replace("Expert}", "Expert, still: ana.png}"))
    assert event.run("check").code == 0
    (event.inputs / "ana.mp3").unlink()
    make_clip(event.inputs / "ana.wav", 3, "-c:a", "pcm_s16le", picture="")
    assert "put aside" not in event.run("check").stdout  # sound alone once more
    (event.inputs / "ana.wav").unlink()
    make_clip(event.inputs / "ana.mp4", 3)
    assert "`still: ana.png` was decided for another recording" in event.run("check").stdout


def test_a_memory_that_cannot_be_read_is_said_before_anything_is_cut(sent):
    event, _ = sent
    (event.root / "decided.json").write_text("<<<<<<< HEAD\n{}\n")
    ended = event.run("build")
    assert ended.code == 2
    assert "decided.json: it cannot be read; put an earlier copy of it back" in ended.stderr
