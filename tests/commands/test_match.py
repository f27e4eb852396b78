"""Taking in a folder of attachments: whose each file is, what is asked, what is never taken
unasked.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from conftest import REPOSITORY, Event
from measure import ffmpeg, generated

from pipeline.cli import intake
from pipeline.commands.match import Proposal, propose, take_each
from pipeline.errors import UsageWrong
from pipeline.event import Workspace
from pipeline.plan.matching import Likely

CONFIG = """title: Test segment
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
captions: {engine: pocketsphinx}
speakers:
  - {id: klinkum, name: Dr Grant Klinkum}
  - {id: nunez, name: Íñigo Núñez}
  - {id: palacios, name: Dr Beatriz Palacios}
  - {id: juan, name: Juan Palacios}
"""


@pytest.fixture
def mail(event: Event, tmp_path: Path) -> Path:
    """Where attachments were saved, for an event of four."""
    event.config(CONFIG)
    (tmp_path / "mail").mkdir()
    return tmp_path / "mail"


def sent(folder: Path, name: str, content: str = "recording") -> Path:
    """An attachment."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    return path


def inputs(event: Event) -> dict[str, str]:
    """All files in inputs/ with what is in them."""
    return {path.name: path.read_text() for path in event.inputs.iterdir() if path.is_file()}


def test_files_whose_names_tell_are_taken_in_for_their_speakers(event, mail):
    sent(mail, "GrantKlinkum_final.MOV", "of Klinkum")
    sent(mail, "text Klinkum.docx", "his text")
    sent(mail, "sub/In\u0303igo Nunez.mp4", "of Núñez")
    done = event.run("add", "--match", str(mail), "--yes")
    assert done.code == 0, done.stderr
    assert inputs(event) == {
        "klinkum.mov": "of Klinkum",
        "klinkum.docx": "his text",
        "nunez.mp4": "of Núñez",
    }
    assert 'its name says "Grant Klinkum"' in done.stdout
    assert (mail / "GrantKlinkum_final.MOV").exists()


def test_what_is_not_sure_is_not_taken_in_unasked_and_is_named(event, mail):
    sent(mail, "Palacios.mp4", "one of two")
    sent(mail, "IMG_2041.mp4", "somebody")
    sent(mail, "Klinkhum.mp4", "misspelt")
    done = event.run("add", "--match", str(mail), "--yes")
    assert done.code == 4
    assert inputs(event) == {}
    assert "palacios or juan?" in done.stdout
    assert "Not taken in: IMG_2041.mp4, Klinkhum.mp4, Palacios.mp4." in done.stderr


def test_what_is_taken_in_already_is_not_taken_again_by_its_content(event, mail):
    sent(mail, "Klinkum.mp4", "first")
    event.run("add", "--match", str(mail), "--yes")
    again = event.run("add", "--match", str(mail), "--yes")
    assert again.code == 0
    assert "is the same file as inputs/klinkum.mp4" in again.stdout


def test_an_older_version_that_was_replaced_does_not_come_back(event, mail):
    first = sent(mail, "Klinkum.mp4", "first")
    second = sent(mail, "Klinkum v2.mp4", "second")
    event.run("add", str(first), "--id", "klinkum")
    event.run("add", str(second), "--id", "klinkum")
    again = event.run("add", "--match", str(mail), "--yes")
    assert again.code == 0
    assert inputs(event) == {"klinkum.mp4": "second"}
    assert again.stdout.count("is the same file as inputs/") == 2


def test_a_recording_that_would_take_the_place_of_another_is_asked_about(event, mail):
    event.run("add", str(sent(mail, "klinkum.mp4", "first")))
    sent(mail, "klinkum.mp4", "another")
    done = event.run("add", "--match", str(mail), "--yes")
    assert done.code == 4
    assert "it would take the place of inputs/klinkum.mp4" in done.stdout
    assert inputs(event) == {"klinkum.mp4": "first"}


def test_of_two_recordings_for_one_speaker_none_is_taken_unasked(event, mail):
    sent(mail, "Klinkum v1.mp4", "first")
    sent(mail, "Klinkum v2.mp4", "second")
    done = event.run("add", "--match", str(mail), "--yes")
    assert done.code == 4
    assert "Klinkum v1.mp4 and Klinkum v2.mp4 may both be klinkum's recording" in done.stdout


def test_a_file_that_came_twice_is_taken_once(event, mail):
    sent(mail, "Klinkum.mp4", "the same")
    sent(mail, "Klinkum (1).mp4", "the same")
    done = event.run("add", "--match", str(mail), "--yes")
    assert done.code == 0
    assert inputs(event) == {"klinkum.mp4": "the same"}
    assert "is the same file as Klinkum.mp4" in done.stdout  # not of the copy with a number


def test_what_is_no_recording_and_what_still_comes_are_named(event, mail):
    sent(mail, "Klinkum.pdf", "paper")
    sent(mail, "Klinkum.mp4.crdownload", "half")
    done = event.run("add", "--match", str(mail), "--yes")
    assert done.code == 0
    assert "is neither a recording nor a script by its ending" in done.stdout
    assert "has not come whole yet" in done.stdout


def test_where_nobody_can_be_asked_nothing_is_taken_in(event, mail):
    sent(mail, "Klinkum.mp4")
    done = event.run("add", "--match", str(mail))
    assert done.code == 4
    assert "--yes takes in what is sure" in done.stderr
    assert inputs(event) == {}


@pytest.mark.parametrize(
    "more", [["--yes"], ["--match"], ["--match", "x", "--id", "klinkum"], ["--yes", "x"]]
)
def test_match_goes_with_files_and_folders_alone(event, mail, more):
    refused = event.run("add", *more)
    assert refused.code == 2
    assert "--match goes with files and folders alone" in refused.stderr


def test_a_folder_that_is_not_there_is_said(event, mail):
    refused = event.run("add", "--match", str(mail / "gone"))
    assert refused.code == 2
    assert refused.stderr.startswith(f"{mail}/gone: there is no such file or folder.")


# --- what a title and the words say ---------------------------------------------------------------


def tone(path: Path, **said: str) -> Path:
    """A second of a tone, with what it says of itself."""
    texts = [word for key, text in said.items() for word in ("-metadata", f"{key}={text}")]
    ffmpeg("-v", "error", "-y", *generated("sine=f=440:r=48000", 1), *texts, path)
    return path


def test_a_title_tells_where_the_name_of_the_file_does_not(event, mail):
    tone(mail / "IMG_2041.m4a", title="Message of Íñigo Núñez")
    done = event.run("add", "--match", str(mail), "--yes")
    assert done.code == 0, done.stdout
    assert "its title says" in done.stdout
    assert (event.inputs / "nunez.m4a").exists()


@pytest.mark.long
def test_a_recording_is_that_of_the_speaker_whose_script_is_read_in_it(event, mail):
    shutil.copy(REPOSITORY / "inputs/oconnor.mp4", mail / "Zoom 12.mp4")
    shutil.copy(REPOSITORY / "inputs/oconnor.txt", event.inputs / "nunez.txt")
    (event.inputs / "klinkum.txt").write_text("Good morning. This is a speech on other things.")
    done = event.run("add", "--match", str(mail), "--yes")
    assert done.code == 0, done.stdout
    assert "of what is heard is their script's" in done.stdout
    assert (event.inputs / "nunez.mp4").exists()


def test_a_script_is_somebodys_whose_name_stands_at_its_beginning_and_that_is_asked_about(
    event, mail
):
    text = sent(mail, "speech.txt", "Speech by Dr Beatriz Palacios\n\nGood morning.")
    (found,) = propose(Workspace(event.root), [text], NOBODY)
    assert found.speaker == "palacios" and not found.sure


NOBODY = SimpleNamespace(say=print)


# --- asking ---------------------------------------------------------------------------------------

SURE = Proposal(Path("a.mp4"), "recording", (Likely("klinkum", 1.0, "x"),))
OPEN = Proposal(Path("b.mp4"), "recording", (Likely("nunez", 0.7, "x"),))
OUT = Proposal(Path("c.pdf"), None, out="is no recording")


@pytest.fixture
def answers(monkeypatch) -> list[str]:
    """What somebody answers, one by one; an empty answer is what is proposed."""
    given: list[str] = []

    def prompt(text: str, default: str, err: bool) -> str:
        return given.pop(0) or default

    monkeypatch.setattr(typer, "prompt", prompt)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    return given


def test_yes_takes_in_what_is_sure_and_no_takes_in_nothing(event, mail, answers):
    answers += ["y", "n"]
    workspace = Workspace(event.root)
    assert intake._chosen(workspace, [SURE, OPEN, OUT], False) == [(SURE, "klinkum")]
    assert intake._chosen(workspace, [SURE, OPEN, OUT], False) == []


def test_each_can_be_chosen_by_its_id_left_or_taken_as_it_is_proposed(event, mail, answers):
    answers += ["c", "", "nobody-of-that-name", "juan", "c", "-", ""]
    workspace = Workspace(event.root)
    chosen = intake._chosen(workspace, [SURE, OPEN, OUT], False)
    assert chosen == [(SURE, "klinkum"), (OPEN, "juan")]
    assert intake._chosen(workspace, [SURE, OPEN], False) == [(OPEN, "nunez")]


def test_what_goes_wrong_for_one_speaker_leaves_the_others():
    taken: list[str] = []

    def add(paths, speaker):
        if speaker == "klinkum":
            raise UsageWrong("These are two files of one kind.")
        taken.append(speaker)

    wrong = take_each([(SURE, "klinkum"), (OPEN, "nunez")], add)
    assert taken == ["nunez"]
    assert wrong == ["klinkum: These are two files of one kind."]
