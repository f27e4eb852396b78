"""Setting a workspace up and taking submissions in: copied, never moved; nothing is lost; nothing
changes on a refusal.
"""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import get_args

import pytest
from conftest import Event
from pydantic import BaseModel
from recorded_hands import Watcher

from pipeline.commands import session, start, submit
from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.errors import ConfigInvalid, UsageWrong
from pipeline.event import Workspace, load_config
from pipeline.tools.running import files

NOW = datetime(2021, 9, 10, 23, 5, 7)
CONFIG = """\
title: Micro-credentials   # the working title
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
speakers:
  - id: klinkum            # Tuesday
    name: Dr Grant Klinkum
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with one speaker, whose recording has not come in."""
    root = tmp_path / "event"
    (root / "inputs/captions").mkdir(parents=True)
    (root / "config.yaml").write_text(CONFIG, "utf-8")
    return Workspace(root)


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    """Where attachments were saved."""
    (tmp_path / "mail").mkdir()
    return tmp_path / "mail"


def sent(folder: Path, name: str, content: str = "recording") -> Path:
    """A file that somebody sent."""
    (folder / name).write_text(content)
    return folder / name


def inputs(workspace: Workspace) -> dict[str, str]:
    """All files in inputs/ with what is in them."""
    return {
        str(path.relative_to(workspace.inputs)): path.read_text()
        for path in sorted(workspace.inputs.rglob("*"))
        if path.is_file()
    }


def take(workspace: Workspace, *paths: Path, **given: str) -> submit.Taken:
    """``perspectives add``."""
    return submit.add(workspace, list(paths), dict(given), NOW)


def refused(workspace: Workspace, *paths: Path, **given: str) -> str:
    """The sentence that refuses; nothing may have changed."""
    before = (inputs(workspace), workspace.config.read_text())
    with pytest.raises((UsageWrong, ConfigInvalid)) as caught:
        take(workspace, *paths, **given)
    assert (inputs(workspace), workspace.config.read_text()) == before
    return str(caught.value)


# --- init and load --------------------------------------------------------------------------------


def test_a_new_workspace_can_be_read_at_once(tmp_path):
    workspace = Workspace(tmp_path / "new")
    assert start.init(workspace, NOW) == ["config.yaml", "inputs/", "inputs/captions/", "outputs/"]
    config = load_config(workspace)
    assert config.slot.duration_ms == 1200000
    assert [speaker.id for speaker in config.speakers] == ["example"]
    assert (workspace.inputs / "captions").is_dir() and workspace.outputs.is_dir()


def test_a_config_that_is_there_is_never_written_over(workspace):
    with pytest.raises(UsageWrong, match="is already there; nothing was changed"):
        start.init(workspace, NOW)
    assert workspace.config.read_text() == CONFIG


def test_no_config_is_said_with_what_to_do(tmp_path):
    with pytest.raises(ConfigInvalid) as caught:
        load_config(Workspace(tmp_path))
    assert (
        str(caught.value)
        == f"config.yaml: there is none in {tmp_path}; run `perspectives init` there, or say where"
        " it is with --workspace"
    )


def test_a_config_that_is_not_utf_8_is_said_with_its_line(workspace):
    workspace.config.write_bytes(CONFIG.encode() + "    role: Präsident\n".encode("cp1252"))
    with pytest.raises(ConfigInvalid) as caught:
        load_config(workspace)
    assert (
        str(caught.value) == "config.yaml: line 6: this is not UTF-8 text; save the file as UTF-8"
    )


def test_a_config_saved_by_notepad_is_read(workspace):
    workspace.config.write_bytes(b"\xef\xbb\xbf" + CONFIG.replace("\n", "\r\n").encode())
    assert load_config(workspace).title == "Micro-credentials"


# --- add ------------------------------------------------------------------------------------------


def test_a_recording_is_copied_under_the_speakers_id_and_the_original_stays(workspace, mail):
    taken = take(workspace, sent(mail, "Klinkum.MOV"))
    assert taken == submit.Taken("klinkum", ("inputs/klinkum.mov",), (), new_speaker=False)
    assert inputs(workspace) == {"klinkum.mov": "recording"}
    assert (mail / "Klinkum.MOV").read_text() == "recording"
    assert workspace.config.read_text() == CONFIG


def test_a_recording_and_its_script_are_taken_in_together(workspace, mail):
    taken = take(
        workspace, sent(mail, "IMG_0042.MOV"), sent(mail, "my speech.txt", "words"), id="klinkum"
    )
    assert taken.copied == ("inputs/klinkum.mov", "inputs/klinkum.txt")
    assert inputs(workspace) == {"klinkum.mov": "recording", "klinkum.txt": "words"}


def test_a_new_speaker_is_written_into_the_config_and_its_comments_stay(workspace, mail):
    taken = take(
        workspace,
        sent(mail, "IMG_0042.MOV"),
        name="Dr Beatriz Palacios",
        country="Mexico",
        language="es",
    )
    assert (taken.speaker_id, taken.new_speaker) == ("palacios", True)
    assert (
        workspace.config.read_text("utf-8")
        == CONFIG
        + "  - id: palacios\n    name: Dr Beatriz Palacios\n    country: Mexico\n    language: es\n"
    )


@pytest.mark.parametrize(
    "written", ["", "speakers:\n", "speakers: []\n", "speakers:\n  # nobody yet\n"]
)
def test_the_first_speaker_is_written_where_the_example_was_deleted(workspace, mail, written):
    workspace.config.write_text(CONFIG[: CONFIG.index("speakers:")] + written, "utf-8")
    assert take(workspace, sent(mail, "IMG_2041.MOV"), id="ana", name="Dr Ana").new_speaker
    assert [one.name for one in load_config(workspace).speakers] == ["Dr Ana"]


def test_a_name_that_is_known_finds_its_speaker(workspace, mail):
    assert (
        take(workspace, sent(mail, "IMG_0042.MOV"), name="dr grant klinkum").speaker_id == "klinkum"
    )


def test_a_second_person_of_the_same_surname_is_not_the_first(workspace, mail):
    take(workspace, sent(mail, "klinkum.mov"))
    taken = take(workspace, sent(mail, "IMG_0042.MOV", "another"), name="Prof Ada Klinkum")
    assert (taken.speaker_id, taken.new_speaker, taken.kept) == ("klinkum-2", True, ())
    assert inputs(workspace) == {"klinkum.mov": "recording", "klinkum-2.mov": "another"}
    assert [speaker.name for speaker in load_config(workspace).speakers] == [
        "Dr Grant Klinkum",
        "Prof Ada Klinkum",
    ]


def test_an_earlier_recording_is_set_aside_and_not_lost(workspace, mail):
    take(workspace, sent(mail, "klinkum.mov", "first"))
    taken = take(workspace, sent(mail, "klinkum.mp4", "second"))
    assert taken.kept == ("inputs/replaced/klinkum.20210910-230507.mov",)
    assert inputs(workspace) == {
        "klinkum.mp4": "second",
        "replaced/klinkum.20210910-230507.mov": "first",
    }


def test_a_new_recording_leaves_the_script(workspace, mail):
    take(workspace, sent(mail, "klinkum.mov", "first"), sent(mail, "klinkum.txt", "words"))
    take(workspace, sent(mail, "klinkum.mov", "second"))
    assert inputs(workspace) == {
        "klinkum.mov": "second",
        "klinkum.txt": "words",
        "replaced/klinkum.20210910-230507.mov": "first",
    }


def test_the_same_file_again_changes_nothing(workspace, mail):
    take(workspace, sent(mail, "klinkum.mov"))
    assert take(workspace, sent(mail, "klinkum.mov")) == submit.Taken(
        "klinkum", (), (), new_speaker=False
    )
    assert inputs(workspace) == {"klinkum.mov": "recording"}


def test_a_file_that_lies_in_inputs_under_the_speakers_name_stays_there(workspace):
    taken = take(workspace, sent(workspace.inputs, "KLINKUM.MOV"))
    assert taken.copied == ()
    assert inputs(workspace) == {"KLINKUM.MOV": "recording"}


def test_the_config_names_the_new_file_where_it_named_the_old_one(workspace, mail):
    workspace.config.write_text(CONFIG + "    video: old.mov       # by mail\n")
    take(workspace, sent(mail, "klinkum.mp4"))
    assert "    video: klinkum.mp4   # by mail\n" in workspace.config.read_text()


# --- refusals -------------------------------------------------------------------------------------


def test_a_file_that_is_not_there(workspace, mail):
    assert (
        refused(workspace, mail / "none.mov")
        == f"{mail}/none.mov: there is no such file. Nothing was changed."
    )


@pytest.mark.parametrize(
    ("name", "seen"), [("klinkum.pptx", ".pptx"), ("klinkum", "a file without an ending")]
)
def test_a_file_of_another_kind(workspace, mail, name, seen):
    assert (
        refused(workspace, sent(mail, name))
        == f"{name}: a recording (such as .mp4, .mov, .webm) or a script (.txt, .md, .docx) is"
        f" taken in, not {seen}. Nothing was changed."
    )


def test_an_unknown_speaker_without_a_name(workspace, mail):
    sentence = refused(workspace, sent(mail, "IMG_0042.MOV"))
    assert sentence.startswith(
        "There is no speaker img-0042 in config.yaml yet. Say who it is with --name"
    )
    assert sentence.endswith("Nothing was changed.")


def test_two_recordings_at_once(workspace, mail):
    assert (
        refused(workspace, sent(mail, "klinkum.mov"), sent(mail, "klinkum.mp4"))
        == "These are two files of one kind; take in one speaker at a time. Nothing was changed."
    )


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"id": "Klinkum!", "name": "X"}, "write small letters a-z, digits and hyphens"),
        ({"id": "../../etc", "name": "X"}, "write small letters a-z, digits and hyphens"),
        ({"id": "klinkum", "language": "klingonish"}, "write a language code"),
        ({"id": "klinkum", "name": "a\x1bb"}, "there is a character in it that cannot be shown"),
    ],
)
def test_facts_that_the_config_would_not_take(workspace, mail, given, part):
    assert part in refused(workspace, sent(mail, "klinkum.mov"), **given)


def test_a_config_that_is_wrong_already(workspace, mail):
    workspace.config.write_text(CONFIG + "colour: red\n")
    assert "line 6: colour is not a key I know" in refused(workspace, sent(mail, "klinkum.mov"))


def test_a_disk_that_fills_up_leaves_the_earlier_recording_in_its_place(
    workspace, mail, monkeypatch
):
    take(workspace, sent(mail, "klinkum.mov", "first"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.system, "sync", full)
    with pytest.raises(OSError, match="No space left"):
        take(workspace, sent(mail, "klinkum.mp4", "second"))
    assert inputs(workspace) == {"klinkum.mov": "first"}


def test_a_recording_that_lies_in_inputs_under_another_name_is_named_and_not_copied(workspace):
    sent(workspace.inputs, "IMG_2041.mov", "the message")
    taken = take(workspace, workspace.inputs / "IMG_2041.mov", id="klinkum")
    assert taken.copied == ()
    assert inputs(workspace) == {"IMG_2041.mov": "the message"}
    assert load_config(workspace).speakers[0].video == "IMG_2041.mov"


# --- what init shows ------------------------------------------------------------------------------


def keys_of(section: type[BaseModel]) -> set[str]:
    """The keys of a section of config.yaml and of those in it."""
    inner = {
        name
        for field in section.model_fields.values()
        for part in (field.annotation, *get_args(field.annotation))
        if isinstance(part, type) and issubclass(part, BaseModel)
        for name in keys_of(part)
    }
    return {*section.model_fields, *inner}


def test_every_key_that_there_is_stands_in_the_config_of_init(tmp_path):
    workspace = Workspace(tmp_path / "new")
    start.init(workspace, NOW)
    text = workspace.config.read_text("utf-8")
    rare = {"left", "right", "top"}  # of crop
    shown = set(re.findall(r"[a-z_]+(?=:)", text))
    assert keys_of(Config) - shown == rare


def test_every_line_that_init_shows_as_a_comment_can_be_used(tmp_path):
    workspace = Workspace(tmp_path / "new")
    start.init(workspace, NOW)
    text = workspace.config.read_text("utf-8")
    shown = re.findall(r"^ *# ([a-z_]+): \S", text, re.M)
    assert len(shown) > 30
    used = re.sub(r"^( *)# ([a-z_]+: \S)", r"\1\2", text, flags=re.M)
    config = read_config(used)
    assert (config.cards.music, config.speakers[0].fit) == ("music.mp3", "cover")


# --- what add says --------------------------------------------------------------------------------


def test_timezone_and_allowance_are_written_and_checked(workspace, mail):
    take(workspace, sent(mail, "klinkum.mov"), timezone="Pacific/Auckland", allowance="4m30s")
    (klinkum,) = load_config(workspace).speakers
    assert (str(klinkum.timezone), klinkum.allowance) == ("Pacific/Auckland", 270_000)
    assert "timezone" in refused(workspace, sent(mail, "klinkum.mp4"), timezone="Auckland")
    assert "allowance" in refused(workspace, sent(mail, "klinkum.mp4"), allowance="long")


def test_a_photo_is_copied_and_named_in_the_config(workspace, mail):
    photo = sent(mail, "Portrait 1.JPG", "photo")
    taken = submit.add(workspace, [], {"id": "klinkum"}, NOW, still=photo)
    assert taken.copied == ("inputs/klinkum.jpg",)
    assert load_config(workspace).speakers[0].still == "klinkum.jpg"
    again = submit.add(workspace, [], {"id": "klinkum"}, NOW, still=sent(mail, "two.png", "other"))
    assert again.kept == ("inputs/replaced/klinkum.20210910-230507.jpg",)
    assert load_config(workspace).speakers[0].still == "klinkum.png"


def test_what_was_changed_in_a_name_is_said(workspace, mail):
    taken = take(workspace, sent(mail, "klinkum.mov"), name="  Grant   Klinkum ", role="Chief")
    assert taken.changes == (
        'name: written as "Grant Klinkum"',
        'name: "Dr Grant Klinkum" is "Grant Klinkum" now',
        'role: "Chief" is new',
    )
    take(workspace, sent(mail, "klinkum.mov"), allowance="4m30s")
    changes = take(workspace, sent(mail, "klinkum.mov"), allowance="5m").changes
    assert changes == ('allowance: "4:30" is "5:00" now',)
    assert "name: Grant Klinkum\n" in workspace.config.read_text("utf-8")


def test_an_introduction_is_neither_set_aside_nor_written_over(workspace, mail):
    (workspace.root / "inputs").mkdir(exist_ok=True)
    (workspace.root / "inputs/klinkum.wav").write_text("an introduction")
    text = workspace.config.read_text("utf-8")
    entry = "name: Dr Grant Klinkum"
    assert entry in text
    workspace.config.write_text(text.replace(entry, f"intro: klinkum.wav\n    {entry}"), "utf-8")
    assert take(workspace, sent(mail, "klinkum.mov")).kept == ()
    assert inputs(workspace)["klinkum.wav"] == "an introduction"
    said = refused(workspace, sent(mail, "klinkum.wav", "another"))
    assert said.startswith("inputs/klinkum.wav is an introduction")
    assert inputs(workspace)["klinkum.wav"] == "an introduction"


def test_an_id_that_was_mistyped_is_answered_with_the_one_that_was_meant(workspace, mail):
    said = refused(workspace, sent(mail, "IMG_1.mov"), id="Klinkun")
    assert said.startswith(
        "There is no speaker Klinkun in config.yaml yet; did you mean --id klinkum? Say who it is"
    )
    assert "did you mean" not in refused(workspace, sent(mail, "IMG_1.mov"), id="palacios")


def test_an_id_that_cannot_be_one_is_answered_with_one_that_can(workspace, mail):
    said = refused(workspace, sent(mail, "IMG_1.mov"), id="María")
    assert 'Say who it is with --id maria --name "Dr ..."' in said
    said = refused(workspace, sent(mail, "IMG_1.mov"), id="María", name="María José")
    assert said == (
        '--id is "María"; write small letters a-z, digits and hyphens, for example --id maria.\n'
        "Nothing was changed."
    )


def test_what_is_wrong_on_the_command_line_is_said_of_the_command_line(workspace, mail):
    said = refused(workspace, sent(mail, "klinkum.mov"), timezone="Mars/City", allowance="lots")
    assert said.splitlines() == [
        '--timezone is "Mars/City"; write a time zone, for example Pacific/Auckland.',
        '--allowance is "lots"; write a length of time, for example 8s or 1m30s.',
        "Nothing was changed.",
    ]


def test_a_list_of_speakers_that_names_a_folder_as_somebodys_recording_is_refused(workspace, mail):
    (workspace.inputs / "tuesday").mkdir()
    roster = sent(mail, "list.csv", "id,name,video\nann,Dr Ann,tuesday\nben,Dr Ben,later.mp4\n")
    before = workspace.config.read_text()
    with pytest.raises(ConfigInvalid) as caught:
        submit.add_roster(workspace, roster)
    said = 'list.csv: ann: video is "tuesday", which is a folder in inputs/; put the file itself'
    assert str(caught.value).startswith(said) and "ben" not in str(caught.value)
    assert workspace.config.read_text() == before


def test_two_recordings_that_are_replaced_within_a_second_are_both_kept(workspace, mail):
    for name in ("first", "second", "third"):
        taken = submit.add(workspace, [sent(mail, "new.mov", name)], {"id": "klinkum"}, NOW)
    assert taken.kept == ("inputs/replaced/klinkum.20210910-230507-2.mov",)
    assert inputs(workspace) == {
        "klinkum.mov": "third",
        "replaced/klinkum.20210910-230507-2.mov": "second",
        "replaced/klinkum.20210910-230507.mov": "first",
    }


def test_four_that_are_taken_in_at_once_are_all_there(workspace, mail, monkeypatch):
    copy = files.copy_whole

    def slowly(source: Path, path: Path) -> None:
        copy(source, path)
        time.sleep(0.1)

    monkeypatch.setattr(files, "copy_whole", slowly)
    names = ("Ana", "Bo", "Cem", "Dai")

    def add(name: str) -> None:
        submit.add(workspace, [sent(mail, f"{name}.mov", name)], {"name": name}, NOW)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, names))
    assert sorted(load_config(workspace).by_id) == ["ana", "bo", "cem", "dai", "klinkum"]
    assert sorted(inputs(workspace)) == ["ana.mov", "bo.mov", "cem.mov", "dai.mov"]


def test_an_introduction_is_taken_in_beside_the_message_and_replaced_by_a_better_one(
    workspace, mail
):
    message, first = sent(mail, "klinkum.mov"), sent(mail, "host.WAV", "a host")
    taken = submit.add(workspace, [message], {}, NOW, intro=first)
    assert taken.copied == ("inputs/klinkum.mov", "inputs/klinkum.intro.wav")
    assert load_config(workspace).speakers[0].intro == "klinkum.intro.wav"
    (workspace.inputs / "captions/klinkum.en.srt").write_text("1")
    second = sent(mail, "again.m4a", "a better host")
    taken = submit.add(workspace, [], {"id": "klinkum"}, NOW, intro=second)
    assert taken.kept == ("inputs/replaced/klinkum.intro.20210910-230507.wav",)
    assert taken.captions == ()  # nothing happened to what they go with
    assert load_config(workspace).speakers[0].intro == "klinkum.intro.m4a"
    assert inputs(workspace)["klinkum.mov"] == "recording"
    photo = sent(mail, "me.jpg", "photo")
    with pytest.raises(UsageWrong, match="--intro is a recording"):
        submit.add(workspace, [], {"id": "klinkum"}, NOW, intro=photo)


def test_captions_of_an_earlier_introduction_are_said_to_be_its(workspace, mail):
    submit.add(workspace, [], {"id": "klinkum"}, NOW, intro=sent(mail, "host.wav", "a host"))
    captions = workspace.inputs / "captions/klinkum.intro.en.srt"
    captions.write_text("1\n00:00:00,000 --> 00:00:02,000\nWelcome.\n")
    event = Event(workspace.root)
    said = event.run("add", "--id", "klinkum", "--intro", str(sent(mail, "b.wav", "b"))).stderr
    assert (
        "inputs/captions/klinkum.intro.en.srt: written for the earlier introduction; shown where"
        " the words are said in this one.\n  Next: `perspectives captions carry klinkum` says"
    ) in said
    assert "earlier recording" not in said
    assert captions.exists()


# --- long copies ----------------------------------------------------------------------------------


@pytest.fixture
def short_pieces(monkeypatch):
    """A copy is a long one from a kilobyte on, and known to be on the disk kilobyte by kilobyte."""
    monkeypatch.setattr(files, "SURE_EVERY_BYTES", 1024)
    monkeypatch.setattr(files, "_PIECE_BYTES", 256)
    monkeypatch.setattr(files, "_COMPARED_BYTES", 100)


def test_a_long_copy_that_broke_off_is_no_recording_yet_and_goes_on(workspace, mail, short_pieces):
    source = mail / "klinkum.mov"
    source.write_bytes(bytes(range(256)) * 20)
    unfinished = workspace.inputs / ".klinkum.mov.part"
    unfinished.write_bytes(source.read_bytes()[:3000])
    with session.opened(workspace, Watcher()):  # a build meanwhile leaves it where it is
        assert workspace.listing() == (["captions/"], [])
    assert unfinished.stat().st_size == 3000
    assert take(workspace, source).copied == ("inputs/klinkum.mov",)
    assert (workspace.inputs / "klinkum.mov").read_bytes() == source.read_bytes()
    assert not unfinished.exists()


def test_a_short_copy_that_broke_off_is_gone_after_the_next_command(workspace):
    unfinished = workspace.inputs / ".klinkum.mov.part"
    unfinished.write_bytes(b"half")
    with session.opened(workspace, Watcher()):
        pass
    assert not unfinished.exists()


def test_a_file_that_is_still_being_written_is_not_taken_in(workspace, mail, monkeypatch):
    source = sent(mail, "klinkum.mov", "half")
    sync = files.system.sync

    def written_meanwhile(path: Path) -> None:
        sync(path)
        if path.name == ".klinkum.mov.part":
            with source.open("ab") as file:
                file.write(b" and more")

    monkeypatch.setattr(files.system, "sync", written_meanwhile)
    with pytest.raises(UsageWrong) as caught:
        take(workspace, source)
    assert "klinkum.mov changed while it was copied: it is probably still" in str(caught.value)
    assert not (workspace.inputs / "klinkum.mov").exists()
    assert workspace.config.read_text() == CONFIG


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("speech.pdf", "speech.pdf: words cannot be read from a .pdf file; ask the speaker for"),
        ("me.jpg", "me.jpg: a photo is taken in with --still me.jpg."),
        ("notes.xyz", "notes.xyz: a recording (such as .mp4, .mov, .webm) or a script (.txt, .md,"),
    ],
)
def test_what_is_no_recording_is_answered_by_its_kind(workspace, mail, name, said):
    assert refused(workspace, sent(mail, name), id="klinkum").startswith(said)


def test_a_folder_in_place_of_a_file_is_said_to_be_one(workspace, mail):
    said = refused(workspace, mail, id="klinkum")
    assert said.startswith(f"{mail} is a folder: name the recording or the script")
    (workspace.root / "config.yaml").unlink()
    (workspace.root / "config.yaml").mkdir()
    with pytest.raises(ConfigInvalid, match="it is a folder"):
        load_config(workspace)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "title: Trust: a view from Dublin   # working title",
            'line 1: the text of title: has a colon in it, so it needs quotes; write title: "Trust:'
            ' a view from Dublin"',
        ),
        ('title: A "so-called" part: two', 'write title: "A \\"so-called\\" part: two"'),
    ],
)
def test_a_title_with_a_colon_is_answered_with_the_line_to_write(workspace, line, said):
    workspace.config.write_text(CONFIG.replace(CONFIG.splitlines()[0], line), "utf-8")
    with pytest.raises(ConfigInvalid) as caught:
        load_config(workspace)
    assert said in str(caught.value)
    mended = str(caught.value).split("write ", 1)[1]
    workspace.config.write_text(CONFIG.replace(CONFIG.splitlines()[0], mended), "utf-8")
    assert ":" in load_config(workspace).title
