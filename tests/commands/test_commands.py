"""Each command as a producer uses it, on small recordings; exit codes and sentences are the
contract's.
"""

from __future__ import annotations

import json
import re
import shutil
import signal

import pytest
from conftest import HEAD, ONE, REPOSITORY, TWO, Event, make_clip
from measure import loudness, streams


def test_init_writes_a_config_that_check_accepts(tmp_path):
    event = Event(tmp_path / "new")
    assert event.run("init").code == 0
    ended = event.run("check", "--json")
    assert ended.code == 4  # nobody has sent anything yet
    assert [finding["code"] for finding in ended.json["submissions"][0]["findings"]] == ["missing"]
    again = event.run("init")
    assert again.code == 2
    assert "already there; nothing was changed" in again.stderr


def test_the_version_is_said_wherever_one_is(tmp_path):
    ended = Event(tmp_path).run("--version")
    assert (ended.code, ended.stdout) == (0, "perspectives 0.1.0\n")


def test_without_a_config_every_command_says_what_to_do(tmp_path):
    for command in ("check", "build", "status", "captions"):
        ended = Event(tmp_path).run(command)
        assert ended.code == 2
        assert "run `perspectives init` there" in ended.stderr


def test_a_wrong_config_starts_nothing(event):
    ended = event.config("title: T\nslot: {start: soon}\nspeekers: []\n").run("build")
    assert ended.code == 2
    assert (
        "config.yaml: line 3: speekers is not a key I know; did you mean speakers?" in ended.stderr
    )
    assert "Traceback" not in ended.stderr
    assert not event.outputs.exists()


@pytest.mark.parametrize(
    ("name", "command"),
    [
        *((name, command) for name in ("inputs", "outputs") for command in ("check", "init")),
        ("outputs", "build"),
        ("outputs", "status"),
        ("inputs", "add"),
    ],
)
def test_a_file_where_a_folder_should_be_is_named(tmp_path, name, command):
    event = Event(tmp_path)
    if command != "init":
        (tmp_path / "config.yaml").write_text(HEAD + "speakers:\n  - {id: ana, name: Ana}\n")
    (tmp_path / name).write_text("notes")
    (tmp_path / "ana.txt").write_text("What she reads.")
    script = (str(tmp_path / "ana.txt"), "--name", "Ana") if command == "add" else ()
    ended = event.run(command, *script)
    assert ended.code == 4
    assert f"{name} is a file; a folder of that name is needed." in ended.stderr
    assert (tmp_path / name).read_text() == "notes"


@pytest.mark.parametrize("command", ["check", "build", "status"])
def test_a_link_to_a_disk_that_is_not_connected_is_said_to_be_one(tmp_path, command):
    event = Event(tmp_path).config(HEAD + "speakers:\n  - {id: ana, name: Ana}\n")
    (tmp_path / "outputs").symlink_to("/media/no-such-disk/outputs")
    ended = event.run(command)
    assert ended.code == 4
    assert ended.stderr.startswith(
        "outputs points to /media/no-such-disk/outputs, which is not there: is the disk connected?"
    )


def test_check_renders_nothing_and_prints_only_json_on_stdout(two):
    ended = two.run("check", "--json")
    assert ended.code == 3
    ana, bo = ended.json["submissions"]
    assert (ana["id"], ana["file"], ana["verdict"], ana["duration_ms"]) == (
        "ana",
        "ana.mp4",
        "accept",
        3000,
    )
    assert (bo["id"], bo["file"], bo["verdict"], bo["duration_ms"]) == ("bo", None, "reject", None)
    # Bo is held 4 s.
    assert ended.json["slot"]["left_ms"] == 1_200_000 - 15_000 - 1000 - 1000 - 3000 - 4000 - 1000
    assert not (two.outputs / "segment.mp4").exists()


def test_check_of_one_speaker_speaks_of_nobody_else(two):
    ended = two.run("check", "ana", "--json")
    assert ended.code == 0
    assert [one["id"] for one in ended.json["submissions"]] == ["ana"]
    unknown = two.run("check", "carl")
    assert unknown.code == 2
    assert "carl: no such speaker; config.yaml has ana, bo." in unknown.stderr


def test_a_missing_message_gets_a_holding_card_and_exit_code_3(two_built):
    ended = two_built.run("build")
    assert ended.code == 3
    assert "bo has a holding card" in ended.stderr
    made = streams(two_built.outputs / "segment.mp4")
    assert [title for title, _, _ in made.chapters] == [
        "Test segment",
        "Dr Ana Expert",
        "Dr Bo Expert: message to follow",
        "Thank you",
    ]
    assert made.picture["frames"] == two_built.report()["frames"] == 25 + 25 + 75 + 100 + 25


def test_a_message_that_came_in_is_what_the_next_build_works_on_and_nothing_else(
    two_built, tmp_path
):
    make_clip(tmp_path / "phone.mov", 2, picture="testsrc=s=640x360:r=30")
    added = two_built.run("add", str(tmp_path / "phone.mov"), "--id", "bo", "--role", "Rector")
    assert added.code == 0
    assert (tmp_path / "phone.mov").exists()  # copied, never moved
    assert (two_built.inputs / "bo.mov").read_bytes() == (tmp_path / "phone.mov").read_bytes()
    ended = two_built.run("build")
    assert ended.code == 0
    worked = {
        task
        for task in ended.worked
        if not task.startswith(("bo: ", "join ", "segment: ", "clip bo: ", "silence", "run of"))
    }
    assert worked == set()
    assert "role: Rector" in (two_built.root / "config.yaml").read_text()


def test_status_runs_no_tool(two):
    ended = two.run("status", "--json")
    assert ended.code == 0
    assert ended.json["would_run"] > 0
    assert not list((two.outputs / ".store").glob("objects/*"))


def test_a_draft_build_is_small_and_a_full_build_takes_its_place(two_built):
    two_built.run("build", "--draft")
    assert streams(two_built.outputs / "segment.mp4").picture["size"] == (212, 120)
    assert two_built.report()["draft"] is True
    two_built.run("build")
    assert streams(two_built.outputs / "segment.mp4").picture["size"] == (640, 360)


def test_final_refuses_while_someone_is_missing_and_leaves_everything_as_it_was(two_built):
    before = (two_built.outputs / "segment.mp4").read_bytes()
    ended = two_built.run("build", "--final")
    assert ended.code == 4
    assert "Dr Bo Expert: no recording has come in yet." in ended.stderr
    assert (two_built.outputs / "segment.mp4").read_bytes() == before


def test_over_the_slot_under_strict_is_refused_with_the_sum(event):
    make_clip(event.inputs / "ana.mp4")
    text = TWO.replace("14:50:00+02:00}", "14:30:20+02:00, overrun: strict}")
    ended = event.config(text).run("build")
    assert ended.code == 4
    assert "messages 3 s + cards 7 s + margin 0:15 = 0:25, the slot has 0:20." in ended.stderr
    assert not (event.outputs / "segment.mp4").exists()


def test_a_still_is_the_frame_of_the_segment(two):
    assert two.run("still", "--card", "ana").code == 0
    assert two.run("still", "--at", "00:03").code == 0
    assert two.run("still", "--at", "99:00").code == 2
    from PIL import Image

    for name in ("ana-card.png", "at-00-03.png"):
        assert Image.open(two.outputs / "stills" / name).size == (640, 360)


def test_all_cards_are_on_one_sheet_in_this_theme_or_in_all_of_them(two):
    from PIL import Image

    assert two.run("still", "--cards").code == 0
    assert two.run("still", "--cards", "--theme", "all").code == 0
    one, every = (
        Image.open(two.outputs / "stills" / name).size for name in ("cards.png", "cards-all.png")
    )
    assert one[0] == every[0] and 2000 < one[0] < 3000
    assert every[1] > 5 * 360 > one[1] > 2 * 360
    assert not (two.outputs / "segment.mp4").exists()


def test_a_still_that_is_asked_for_wrongly_says_how_to_ask(two):
    ended = two.run("still", "--cards", "--theme", "disco")
    assert (ended.code, ended.stderr.strip()) == (
        2,
        (
            "--theme disco: there is no such theme; there are orbit, journal, voices, "
            "meridian, plain, and all."
        ),
    )
    assert two.run("still", "--card", "ana", "--cards").code == 2
    assert two.run("still", "--card", "ana", "--theme", "plain").code == 2


def test_a_logo_that_is_no_picture_is_answered_by_its_own_name_and_nothing_is_lost(two_built):
    before = (two_built.outputs / "segment.mp4").read_bytes()
    (two_built.root / "acme.png").write_text("hello")
    ended = two_built.config(TWO + "brand: {logo: acme.png}\n").run("build")
    assert ended.code == 4
    assert (
        "acme.png: this is not a picture that can be used as a logo (PNG or JPEG)." in ended.stderr
    )
    assert "Traceback" not in ended.stderr
    assert (two_built.outputs / "segment.mp4").read_bytes() == before


def test_check_tells_of_a_brand_that_cannot_be_read_and_renders_nothing(two):
    ended = two.config(
        TWO + 'brand: {background: "#ffd500", text: "#ffffff", accent: "#000000"}\n'
    ).run("check", "--json")
    assert [(one["severity"], one["code"]) for one in ended.json["findings"]] == [
        ("warning", "brand-contrast")
    ]
    assert not list((two.outputs / ".store").rglob("*.mp4"))


@pytest.mark.long
def test_a_still_of_a_message_that_is_built_encodes_nothing_again(two):
    make_clip(two.inputs / "ana.mp4", 23)
    two.run("build")
    for moment in (
        "00:04",
        "00:15",
        "00:24.5",
    ):  # one in each part of the message, the last one too
        ended = two.run("still", "--at", moment)
        assert ended.code == 0, ended.stderr
        assert ended.worked == {f"still at {moment}"}


def test_doctor_names_the_command_that_brings_the_weights(two):
    ended = two.run("doctor", "--json")
    seen = {one["name"]: one for one in ended.json}
    assert seen["ffmpeg"]["good"]
    assert not seen["Whisper's weights"]["good"]
    assert seen["Whisper's weights"]["remedy"] == "perspectives doctor --fetch"


def test_check_and_doctor_name_weights_that_cannot_be_used(two):
    (two.root / "model.pt").write_bytes(b"not a checkpoint")
    why = "model.pt: it is no file of Whisper's weights"
    for engine, code in (("auto", 3), ("whisper", 4)):
        two.config(f"{TWO}captions: {{engine: {engine}, model: model.pt}}\n")
        ended = two.run("check", "--json")
        found = {one["code"]: one["message"] for one in ended.json["findings"]}
        assert (ended.code, why in found["weights-unusable"]) == (code, True)
    seen = {one["name"]: one for one in two.run("doctor", "--json").json}["Whisper's weights"]
    assert not seen["good"] and why in seen["saw"] and "--fetch" not in seen["remedy"]


def test_doctor_says_which_engine_hears_a_message_without_a_script(two):
    def engine(captions: str) -> tuple[bool, str]:
        two.config(f"{TWO.replace('Bo Expert', 'Bo Expert, language: es')}captions: {captions}\n")
        (seen,) = [one for one in two.run("doctor", "--json").json if one["name"] == "engine"]
        return seen["good"], seen["saw"]

    rough = "the built-in recogniser (rough drafts in English, none in other languages)"
    shutil.copy(REPOSITORY / "tests/data/tiny-whisper.pt", two.root / "tiny.pt")
    assert engine("{}") == (True, f"auto takes {rough}")
    assert engine("{engine: pocketsphinx, model: tiny.pt}") == (True, f"pocketsphinx takes {rough}")
    mine = "Whisper tiny.pt (openai-whisper)"
    assert engine("{model: tiny.pt}") == (True, f"auto takes {mine}")
    said = (False, "whisper is asked for alone, and cannot hear en, es")
    assert engine("{engine: whisper}") == said


def test_doctor_says_who_drafts_translations_where_any_are_asked_for(two):
    def seen() -> list[dict]:
        return [one for one in two.run("doctor", "--json").json if one["name"] == "translations"]

    assert seen() == []
    config = two.root / "config.yaml"
    config.write_text("captions: {languages: [en, fr]}\n" + config.read_text("utf-8"))
    (said,) = seen()
    assert said["good"] and "translate-en_fr" in said["remedy"]


def test_doctor_says_which_ffmpegs_are_used_and_what_stands_around_a_recording(two):
    seen = {one["name"]: one["saw"] for one in two.run("doctor", "--json").json}
    assert re.match(r"ffmpeg version \S*\d", seen["ffmpeg"])
    assert re.search(r"an FFmpeg of its own \(\S*\d+\.\d\S*\)", seen["PyAV"])
    assert "limits of memory, time and size" in seen["fence around recordings"]
    assert re.search("Landlock", seen["fence around recordings"])
    assert re.search("network", seen["fence around recordings"])
    assert re.search(
        "bubblewrap (on|cannot work here|not installed)", seen["fence around recordings"]
    )


def test_weights_that_cannot_be_fetched_are_said_in_a_sentence(two, tmp_path):
    two.environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    ended = two.run_apart("doctor", "--fetch")
    assert ended.code == 4
    assert "Whisper's weights (small) could not be fetched" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list((tmp_path / "cache/whisper").iterdir()) == []


@pytest.mark.long
def test_a_draft_that_was_corrected_in_place_is_kept_and_said(two):
    shutil.copy(REPOSITORY / "inputs/wold-mccormick.webm", two.inputs / "ana.webm")
    (two.inputs / "ana.mp4").unlink()
    two.run("captions")
    draft = two.outputs / "captions/ana.en.srt"
    assert "-->" in draft.read_text()
    draft.write_text("1\n00:00:00,000 --> 00:00:01,000\nMy work of an hour\n")
    ended = two.run("captions")
    assert (
        "outputs/captions/ana.en.srt was changed by hand; it is kept, and not used." in ended.stderr
    )
    assert "My work of an hour" in draft.read_text()


@pytest.mark.sample(1)
@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "kill"])
def test_a_stopped_build_goes_on_where_it_was_and_leaves_nothing_half_written(event, ended_by):
    make_clip(event.inputs / "ana.mp4", 25)
    event.config(TWO.replace("ultrafast", "slower"))
    # Two parts are left when the first one is done. A kill is obeyed where Ctrl-C is ignored, as in
    # what a shell has started in the background.
    ignored = (signal.SIGINT,) if ended_by == signal.SIGTERM else ()
    process = event.start("build", "--jobs", "1", ignoring=ignored)
    assert process.stderr
    for line in process.stderr:
        if ": picture " in line:
            break
    process.send_signal(ended_by)
    said = process.stderr.read()
    assert process.wait(20) == 130
    assert "the same command goes on from there" in said
    assert "Traceback" not in said
    assert not (event.outputs / "segment.mp4").exists()
    left = event.run("build").worked
    assert not list((event.outputs / ".store/tmp").glob("*"))
    assert "ana: listen" not in left
    assert streams(event.outputs / "segment.mp4").picture["frames"] == event.report()["frames"]


def test_two_builds_at_once_do_not_work_against_each_other(two):
    (two.outputs / ".store").mkdir(parents=True)
    from filelock import FileLock

    with FileLock(two.outputs / ".store/lock"):
        ended = two.run("build")
    assert ended.code == 4
    assert "Another perspectives command is working in" in ended.stderr


@pytest.mark.long
def test_a_quiet_message_is_brought_up_to_the_target(event):
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
    make_clip(event.inputs / "ana.mp4", 5, "-af", "volume=-12dB", *codecs)
    event.config(ONE).run("build")
    assert loudness(event.outputs / "clips/ana.mp4")[0] == pytest.approx(-16, abs=0.3)


def test_the_json_of_a_build_is_the_report(two_built):
    ended = two_built.run("build", "--json")
    assert {**ended.json, "draft": False} == json.loads(
        (two_built.outputs / "report.json").read_text("utf-8")
    )


@pytest.mark.long
def test_the_same_inputs_give_the_same_bytes_on_one_worker_and_on_four(event, tmp_path):
    make_clip(event.inputs / "ana.mp4", 12)
    (event.inputs / "captions/ana.en.srt").write_text(
        "1\n00:00:09,000 --> 00:00:11,000\nOver the border\n"
    )
    event.config(TWO).run("build", "--jobs", "1")
    other = Event(tmp_path / "other")
    shutil.copytree(event.inputs, other.inputs)
    other.config(TWO)
    other.run("build", "--jobs", "4")
    for name in (
        "segment.mp4",
        "segment.captioned.mp4",
        "clips/ana.captioned.mp4",
        "segment.en.vtt",
        "rundown.csv",
    ):
        assert (other.outputs / name).read_bytes() == (event.outputs / name).read_bytes(), name
