"""``check`` looks at everything that came, says before a build what the build would say, and shows
it so that what must be done stands first.
"""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest
from conftest import ONE, REPOSITORY, Event, make_clip
from PIL import Image
from recorded_hands import CONFIG, Recorded, arrived, at_work

from pipeline import screens
from pipeline.commands.build import build
from pipeline.commands.check import check_everything
from pipeline.commands.report import Report
from pipeline.config_file import read_config
from pipeline.console import Lines
from pipeline.findings import About, Finding

ANA, BO = About("ana", "ana.mp4", "ana.mp4: "), About("bo", opening="Dr Bo Expert: ")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace in which Ana's recording has come in and Bo's has not."""
    return arrived(tmp_path)


def checked(root: Path, *only: str, hands: Recorded | None = None) -> Report:
    """A check with recorded answers."""
    with at_work(root, hands or Recorded()) as (event, bench):
        return check_everything(event, bench, only)


def said_of(report: Report, speaker: str | None) -> list[str]:
    """Codes of what is found of a speaker (None: of the whole)."""
    return [found.code for found in report.all_findings if found.submission == speaker]


def screen(*findings: Finding, verbose: bool = False) -> str:
    """What a producer reads of findings."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        report = Report(read_config(CONFIG), (), findings)
        screens.show_findings(Lines(), report, verbose)
    return out.getvalue()


# --- everything that came -------------------------------------------------------------------------


def test_scripts_and_caption_files_are_looked_at_before_a_build(root):
    (root / "inputs/ana.txt").write_bytes(b"%PDF-1.4 binary")
    (root / "inputs/captions/ana.en.srt").write_text("Hello, these are my captions")
    assert said_of(checked(root), "ana") == ["captions-unreadable", "script-unreadable"]


def test_a_language_that_is_promised_and_that_nobody_sent_is_asked_for_before_a_build(root):
    config = root / "config.yaml"
    promised = "captions: {engine: pocketsphinx, languages: [en, es]}"
    config.write_text(CONFIG.replace("captions: {engine: pocketsphinx}", promised))
    report = checked(root)
    assert said_of(report, "ana") == ["language-missing"]
    (found,) = (one for one in report.all_findings if one.code == "language-missing")
    assert "inputs/captions/ana.es.srt" in found.remedy
    translated = "1\n00:00:00,200 --> 00:00:01,400\nHola.\n"
    (root / "inputs/captions/ana.es.srt").write_text(translated)
    assert "language-missing" not in said_of(checked(root), "ana")


def test_check_does_not_wait_for_whisper_and_says_that_a_build_asks_it(root):
    model = REPOSITORY / "tests/data/tiny-whisper.pt"
    config = CONFIG.replace("engine: pocketsphinx", f'engine: auto, model: "{model}"')
    (root / "config.yaml").write_text(config)
    (root / "inputs/captions/ana.en.srt").write_text(
        "1\n00:00:00,500 --> 00:00:02,000\nNot one word of this\n\n"
        "2\n00:00:02,000 --> 00:00:02,900\nis heard there.\n"
    )
    hands = Recorded()
    report = checked(root, hands=hands)
    assert said_of(report, "ana")[0] == "captions-mismatch"
    remedy = report.all_findings[0].remedy
    assert "A build has Whisper listen, and so does `perspectives captions carry ana`." in remedy
    assert "ana: hear the captions" in hands.told and "ana: transcribe" not in hands.told


def test_a_script_that_came_before_its_recording_is_looked_at(root):
    (root / "inputs/bo.docx").write_bytes(b"no document")
    assert said_of(checked(root), "bo") == ["missing", "script-unreadable"]


def test_a_photo_that_came_before_its_recording_is_looked_at(event: Event):
    (event.inputs / "ana.jpg").write_bytes(b"no picture")
    ended = event.config(ONE.replace("Expert}", "Expert, still: ana.jpg}")).run("check", "--json")
    (ana,) = ended.json["submissions"]
    assert [one["code"] for one in ana["findings"]] == ["missing", "still-unusable"]


def test_a_logo_that_is_no_picture_is_found_by_check(event: Event):
    make_clip(event.inputs / "ana.mp4", 1)
    (event.root / "logo.png").write_bytes(b"no picture")
    ended = event.config(ONE + "brand: {logo: logo.png}\n").run("check", "--json")
    assert ended.code == event.run("build").code == 4
    found = next(one for one in ended.json["findings"] if one["code"] == "brand-unusable")
    assert found["severity"] == "error" and "logo.png" in found["message"]
    Image.new("RGB", (300, 100), "red").save(event.root / "logo.png")
    codes = [one["code"] for one in event.run("check", "--json").json["findings"]]
    assert "brand-unusable" not in codes


def test_a_check_ends_as_the_build_would_where_the_slot_is_strict(event: Event):
    make_clip(event.inputs / "ana.mp4", 3)
    slot = "start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:30:01+02:00"
    short = re.sub(r"start: .*?end: [^,}]*", f"{slot}, overrun: strict", ONE)
    event.config(short)
    for command in ("check", "status"):
        ended = event.run(command)
        assert "`perspectives build` is refused until that is put right." in ended.stdout
        assert ended.code == (4 if command == "check" else 0)
    explained = event.run("build", "--explain", "--json").json
    assert explained["would_run"] == [] and "fill the slot of 1 s" in explained["refused"][0]
    assert event.run("build").code == 4


def test_what_a_build_would_run_is_told_to_programs_too(event: Event):
    make_clip(event.inputs / "ana.mp4", 1)
    explained = event.config(ONE).run("build", "--explain", "--json").json
    assert explained["refused"] == []
    assert explained["would_run"][0]["task"] == "ana: look at the recording"
    assert explained["would_run"][0]["why"] == "made for the first time"


@pytest.mark.long
def test_check_says_of_loudness_what_the_build_says(event: Event):
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
    make_clip(event.inputs / "ana.mp4", 3, "-af", "volume=-40dB", *codecs)
    before = event.config(ONE).run("check", "--json").json["submissions"][0]["findings"]
    assert "gain-capped" in [one["code"] for one in before]
    event.run("build")
    built = event.report()["submissions"][0]["findings"]
    said = {(one["code"], one["message"]) for one in built}
    assert {(one["code"], one["message"]) for one in before} <= said
    # How loud it comes out is no verdict on what was sent.
    severity = {one["code"]: one["severity"] for one in before}
    assert (severity["gain-capped"], severity["very-quiet"]) == ("info", "warning")


# --- the sum --------------------------------------------------------------------------------------


def test_a_check_of_one_speaker_shows_the_sum_of_all(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    whole = checked(root).slot()
    hands = Recorded()
    alone = checked(root, "bo", hands=hands)
    assert [one.speaker.id for one in alone.checked] == ["bo"]
    assert alone.slot() == whole
    assert not [task for task in hands.told if task.startswith("ana")]


def test_a_speaker_whom_nobody_has_looked_at_is_named_beside_the_sum(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    report = checked(root, "bo")
    assert report.unknown == ("ana",)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        screens.show_check(Lines(), report)
    last = out.getvalue().splitlines()[-1]
    assert last == "Not in the sum, since nobody has looked at what they sent yet: ana."


def test_a_speaker_who_was_not_asked_about_is_not_spoken_of(root):
    text = CONFIG.replace("{id: ana, name: Dr Ana Expert}", "{id: ana, name: A, allowance: 1s}")
    (root / "config.yaml").write_text(text)
    assert "over-allowance" in said_of(checked(root), None) + said_of(checked(root), "ana")
    alone = checked(root, "bo")
    assert "over-allowance" not in [found.code for found in alone.all_findings]


def test_a_build_goes_on_with_what_check_has_made(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    first, hands = Recorded(), Recorded()
    checked(root, hands=first)
    with at_work(root, hands) as (event, bench):
        build(event, bench)
    assert "ana: sound, pass 1" in first.told and "ana: cards" in first.told
    assert not set(first.told) & set(hands.told)


# --- the screen -----------------------------------------------------------------------------------


def test_what_must_be_done_stands_first_then_what_to_look_at():
    shown = screen(
        ANA.note("hum", "there is a hum of 50 Hz.", "Listen to the built clip."),
        ANA.warning("very-quiet", "the speech is very quiet.", "Listen to the built clip."),
        ANA.warning("captions-draft", "nobody has read them.", "Correct them."),
        BO.error("missing", "no recording has come in yet.", "Ask for it."),
    )
    assert shown == (
        "To be done before it airs (`build --final` refuses it until then)\n"
        "- Dr Ana Expert, ana.mp4: nobody has read them. (captions-draft)\n"
        "    Next: Correct them.\n"
        "- Dr Bo Expert: no recording has come in yet. (missing)\n"
        "    Next: Ask for it.\n"
        "To be looked at\n"
        "- Dr Ana Expert, ana.mp4: the speech is very quiet. (very-quiet)\n"
        "    Next: Listen to the built clip.\n"
        "Good to know\n"
        "- Dr Ana Expert, ana.mp4: there is a hum of 50 Hz. (hum)\n"
        "    Next: Listen to the built clip.\n"
    )


def test_notes_with_nothing_to_do_are_one_line_until_they_are_asked_for():
    notes = [ANA.note("vfr", "its frame rate wanders.", "Nothing to do.") for _ in range(2)]
    notes += [ANA.note("portrait", "it is upright.")]
    assert screen(*notes[:1]) == "1 note with nothing to do; -v shows it.\n"
    assert screen(*notes) == "2 notes with nothing to do; -v shows them.\n"
    assert screen(*notes, verbose=True).startswith("Good to know\n- Dr Ana Expert, ana.mp4: its")


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (ANA.warning("vfr", "it wanders."), "Dr Ana Expert, ana.mp4: it wanders."),
        (BO.warning("missing", "nothing came."), "Dr Bo Expert: nothing came."),
        (About("bo", "bo.mp4").warning("vfr", "Dr Bo Expert: x."), "Dr Bo Expert, bo.mp4: x."),
        (
            About("bo", "bo.en.srt").warning("captions-mended", "inputs/captions/bo.en.srt: x."),
            "Dr Bo Expert: inputs/captions/bo.en.srt: x.",
        ),
        (About().warning("slot-over", "It is long."), "It is long."),
        (About(file="x.mp4").warning("nobodys-file", "inputs/x.mp4 is."), "inputs/x.mp4 is."),
    ],
)
def test_a_finding_names_its_speaker_and_its_file_once(found, shown):
    assert f"- {shown} ({found.code})\n" in screen(found)
