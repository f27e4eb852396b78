"""Which file belongs to whom, and what is said when that is not clear."""

from __future__ import annotations

import shlex
import unicodedata

import pytest

from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.findings import Finding
from pipeline.model import Submission
from pipeline.plan.beside import in_yaml
from pipeline.plan.intake import id_from, take_in


def event(*speakers: str) -> Config:
    """Speakers as one line of YAML each."""
    return read_config(
        "title: T\nslot: {start: 2021-09-14T14:30:00+02:00, end:"
        " 2021-09-14T14:50:00+02:00}\nspeakers:\n"
        + "".join(f"  - {{{speaker}}}\n" for speaker in speakers)
    )


ANN = "id: ann, name: Dr Ann"


def taken(
    speaker: str, names: list[str], captions: list[str] | None = None
) -> tuple[Submission, tuple[Finding, ...]]:
    """One speaker's submission and what is wrong with it."""
    ((submission, findings),), _ = take_in(event(speaker), names, captions or [])
    return submission, findings


def nobodys(names: list[str], captions: list[str] | None = None) -> list[str]:
    """The messages on files that belong to nobody."""
    return [finding.message for finding in take_in(event(ANN), names, captions or [])[1]]


def test_files_are_found_by_the_speakers_id():
    submission, findings = taken(ANN, ["ann.mov", "ann.txt", "ben.mp4"])
    assert submission == Submission("ann", "ann.mov", "ann.txt", {})
    assert findings == ()


def test_capitals_make_no_difference():
    submission, findings = taken(ANN, ["Ann.MOV", "ANN.TXT"], ["ANN.EN.SRT"])
    assert (submission.recording, submission.script, findings) == ("Ann.MOV", "ANN.TXT", ())


def test_an_accent_written_as_macs_write_it_makes_no_difference():
    apart = unicodedata.normalize("NFD", "Müller.mov")
    submission, findings = taken(ANN + ", video: müller.MOV", [apart])
    assert (submission.recording, findings) == (apart, ())


def test_the_file_that_config_yaml_names_is_used_and_not_its_twin_in_capitals():
    submission, _ = taken(ANN + ", video: ann.mov", ["ANN.mov", "ann.mov"])
    assert submission.recording == "ann.mov"


def test_nothing_has_come_in_yet():
    submission, (finding,) = taken(ANN, [])
    assert submission.recording is None
    assert (finding.severity, finding.code, finding.submission) == ("error", "missing", "ann")
    assert finding.message == "Dr Ann: no recording has come in yet."
    assert finding.remedy == "Take it in with `perspectives add FILE --id ann`."


def test_the_file_that_config_yaml_names_is_not_there():
    submission, (finding,) = taken(ANN + ", video: final.mov", ["ann.mov"])
    assert submission.recording is None
    assert (finding.code, finding.message) == ("missing", "Dr Ann: inputs/final.mov is not there.")


def test_two_recordings_for_one_speaker_are_not_guessed_between():
    submission, (finding,) = taken(ANN, ["ann.mov", "ann.mp4"])
    assert submission.recording is None
    assert (finding.severity, finding.code) == ("error", "two-recordings")
    assert finding.message == "Dr Ann: there are 2 recordings for one speaker: ann.mov, ann.mp4."
    assert "`video: ann.mov`" in finding.remedy


def test_two_recordings_and_a_word_in_config_yaml_are_clear():
    submission, findings = taken(ANN + ", video: ann.mp4", ["ann.mov", "ann.mp4"])
    assert (submission.recording, findings) == ("ann.mp4", ())


def test_of_two_scripts_the_first_is_used_and_that_is_said():
    submission, (finding,) = taken(ANN, ["ann.md", "ann.mov", "ann.txt"])
    assert submission.script == "ann.md"
    assert (finding.severity, finding.code) == ("warning", "two-scripts")


def test_a_script_that_is_named_but_not_there_is_a_warning():
    submission, (finding,) = taken(ANN + ", script: speech.txt", ["ann.mov", "ann.txt"])
    assert submission.script is None
    assert (finding.severity, finding.code) == ("warning", "script-missing")


def test_a_recording_that_is_nobodys_is_not_passed_over_in_silence():
    assert nobodys(["ann.mov", "the final.mov", "notes.txt", "photo.png"]) == [
        "inputs/the final.mov belongs to no speaker and is not used."
    ]


def test_captions_are_found_by_id_and_language():
    submission, _ = taken(ANN, ["ann.mov"], ["ann.en.srt", "ann.pt-br.vtt", "ann.iw.srt"])
    assert submission.captions == {"en": "ann.en.srt", "pt-BR": "ann.pt-br.vtt", "he": "ann.iw.srt"}


@pytest.mark.parametrize("name", ["ann.srt", "ann.english.srt", "ben.en.srt"])
def test_captions_under_a_wrong_name_are_not_passed_over_in_silence(name):
    assert nobodys(["ann.mov"], [name]) == [f"inputs/captions/{name}: these captions are not used."]


def test_two_caption_files_for_one_language_are_not_passed_over_in_silence():
    assert nobodys(["ann.mov"], ["ann.en.srt", "ann.en.vtt"]) == [
        "inputs/captions/ann.en.vtt: these captions are not used."
    ]


@pytest.mark.parametrize("name", ["ann.en.docx", "ann.en.txt", "Ann.EN.DOCX"])
def test_corrected_wording_without_times_is_found_too(name):
    submission, _ = taken(ANN, ["ann.mov"], [name])
    assert submission.captions == {"en": name}


def test_a_file_with_times_goes_before_wording_without():
    submission, _ = taken(ANN, ["ann.mov"], ["ann.en.docx", "ann.en.srt", "ann.en.txt"])
    assert submission.captions == {"en": "ann.en.srt"}
    assert nobodys(["ann.mov"], ["ann.en.docx", "ann.en.srt"]) == [
        "inputs/captions/ann.en.docx: these captions are not used."
    ]


def test_captions_in_the_wrong_folder_are_not_passed_over_in_silence():
    assert nobodys(["ann.en.srt", "ann.mov"]) == ["inputs/ann.en.srt: these captions are not used."]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Wold-McCormick", "wold-mccormick"),
        ("Klinkum (final) v2", "klinkum-final-v2"),
        ("Müller", "muller"),
        ("Ørsted", "orsted"),
        ("Łukasz", "lukasz"),
        ("Groß", "gross"),
        ("O'Connor", "o-connor"),
        ("李明", "speaker"),
    ],
)
def test_an_id_is_made_of_any_name(text, made):
    assert id_from(text) == made


@pytest.mark.parametrize(
    ("name", "said", "remedy"),
    [
        ("ann.zip", "an archive", "Unpack it"),
        ("ann.exe", "a program", "Do not open it"),
        ("ann.heic", "a picture", "once it is saved as JPEG"),
        ("ann.mov.crdownload", "has not come whole yet", "Wait until it has ended"),
        ("ann.mp4.part", "has not come whole yet", "Wait until it has ended"),
        (".ann.mov.icloud", "has not come whole yet", "fetch it again"),
        ("ann", "a file without an ending", '`video: "ann"`'),
        ("ann/", "a folder", "Take the recording out of it"),
        ("Ann.HEIC", "a picture", "Ask the speaker for the recording"),
        ("ann.aiff", "a sound file of a kind that is not taken", "`video: ann.aiff`"),
        ("ann.r3d", "a file with the ending .r3d", "`video: ann.r3d`"),
        ("ann.pdf", "a document", "Ask the speaker for the recording"),
    ],
)
def test_what_lies_under_a_speakers_id_is_said_by_name_with_what_to_do(name, said, remedy):
    submission, (finding,) = taken(ANN, [name])
    assert submission.recording is None
    assert (finding.severity, finding.code, finding.file) == ("error", "missing", name)
    assert f"inputs/{name} is a" in finding.message and said in finding.message
    assert remedy in finding.remedy
    assert nobodys([name]) == []  # it is said once


def test_a_document_beside_a_recording_is_said_to_be_one_that_is_not_read():
    (finding,) = take_in(event(ANN), ["ann.mp4", "ann.pdf"], [])[1]
    assert finding.message == (
        "inputs/ann.pdf is not used: it is a document (.pdf), which is not read."
    )
    assert finding.remedy == (
        "If it is their script, open it and save it as .docx or .txt, or ask the speaker for that;"
        " else take it out of inputs/."
    )


def test_a_script_or_a_photo_alone_is_no_recording_that_came():
    _, (finding,) = taken(ANN + ", still: ann.jpg", ["ann.jpg", "ann.txt"])
    assert finding.message == "Dr Ann: no recording has come in yet."


def test_a_file_that_config_yaml_names_is_there_under_any_ending():
    submission, findings = taken(ANN + ", video: ann.mp4.part", ["ann.mp4.part"])
    assert (submission.recording, findings) == ("ann.mp4.part", ())


def test_a_folder_that_video_names_is_said_to_be_one():
    _, (finding,) = taken(ANN + ", video: ann", ["ann/"])
    assert "inputs/ann/ is a folder" in finding.message
    assert "Take the recording out of it" in finding.remedy


def test_a_file_that_config_yaml_names_may_still_be_coming():
    _, (finding,) = taken(ANN + ", video: final.mov", ["final.mov.crdownload"])
    assert "inputs/final.mov.crdownload is a file that has not come whole yet" in finding.message


@pytest.mark.parametrize(
    "name", ["ann (1).mp4", "Copy of ann.mov", "Ann - Kopie.mp4", "ann_v2.mp4", "ann.final.mp4"]
)
def test_a_second_copy_of_a_download_is_offered_to_its_speaker(name):
    submission, (finding,) = taken(ANN, [name])
    assert submission.recording is None
    assert finding.code == "missing"
    assert f"inputs/{name} may be theirs" in finding.message
    assert f"`video: {name}` under ann" in finding.remedy
    assert nobodys([name]) == []  # said once


def test_a_second_copy_beside_a_recording_is_not_taken_for_a_strangers():
    submission, findings = taken(ANN, ["ann.mp4", "ann (1).mp4"])
    assert (submission.recording, findings) == ("ann.mp4", ())
    (finding,) = take_in(event(ANN), ["ann.mp4", "ann (1).mp4"], [])[1]
    assert "is not used; it may be a newer recording of ann's" in finding.message
    assert '`perspectives add "inputs/ann (1).mp4" --id ann` if it is' in finding.remedy


def test_a_longer_id_is_no_copy_of_a_shorter_one():
    both = event(ANN, "id: ann-lee, name: Dr Lee")
    (ann, of_ann), (_, of_lee) = take_in(both, ["ann-lee (1).mp4", "anna.mp4"], [])[0]
    assert (ann.recording, [one.file for one in of_lee]) == (None, ["ann-lee (1).mp4"])
    assert "no recording has come in yet" in of_ann[0].message


def test_what_lies_beside_a_recording_is_not_passed_over_either():
    names = ["ann.mov", "ann.mov.part", "ann.pdf", "ann.jpg", "all messages.zip", "notes.pdf"]
    assert [message.split(" is not used")[0] for message in nobodys(names)] == [
        "inputs/ann.mov.part",
        "inputs/ann.pdf",
        "inputs/all messages.zip",
    ]


@pytest.mark.parametrize("name", ["the final.mov", 'the $5 "talk".mov', "Bo's.mov"])
def test_a_remedy_that_names_a_path_with_blanks_can_be_pasted(name):
    (finding,) = take_in(event(ANN), ["ann.mov", name], [])[1]
    command = finding.remedy.split("`")[1]
    assert shlex.split(command) == ["perspectives", "add", f"inputs/{name}", "--id", "ID"]


@pytest.mark.parametrize("name", ["ann.mov", "Ann 2.mov", "1.5", "no", "a: b.mov", "ann #2.mov"])
def test_a_name_can_be_pasted_into_config_yaml(name):
    config = event(f"{ANN}, video: {in_yaml(name)}")
    assert config.speakers[0].video == name
