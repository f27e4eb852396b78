"""A person's captions stay with the words: on a recording with another lead-in and a changed
sentence, after a trim, in translation. Real speech through the aligner.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pysubs2
import pytest
from conftest import HEAD, REPOSITORY, Event
from measure import ffmpeg

pytestmark = pytest.mark.slow

CONFIG = (
    HEAD.replace("ultrafast", "ultrafast, outputs: [soft]")
    + "captions: {engine: pocketsphinx, languages: [en, es]}\n"
    + "speakers:\n  - {id: ana, name: Dr Ana Expert}\n"
)
SAID = (
    ("Welcome.", 550, 1025, "Bienvenidos."),
    ("This is a synthetic stand-in\nfor the recorded message", 2270, 5566, "Una voz sintética"),
    ("of Dr Grant Klinkum,\nChief Executive of NZQA.", 7174, 11146, "en lugar del doctor."),
    ("It holds no opinion of his.", 12126, 13850, "No expresa ninguna opinión."),
    ("It was made by a speech synthesiser,", 13926, 16194, "La hizo un sintetizador,"),
)
LENGTH_S = 16.7
"""What is said in the first seconds of inputs/klinkum.mov, and from when to when
(tests/samples/truth.json).
"""
ABOUT_CAPTIONS = {
    "captions-moved",
    "captions-unsaid",
    "captions-invented",
    "captions-mismatch",
    "captions-mended",
    "speech-without-captions",
}


def clock(ms: int) -> str:
    return f"00:00:{ms // 1000:02d},{ms % 1000:03d}"


def srt(texts: list[tuple[str, int, int]]) -> str:
    return "\n".join(
        f"{number}\n{clock(start)} --> {clock(end)}\n{text}\n"
        for number, (text, start, end) in enumerate(texts, 1)
    )


EARLY_MS = 60
ENGLISH = srt([(text, start - EARLY_MS, end) for text, start, end, _ in SAID])
SPANISH = srt([(text, start - EARLY_MS, end) for _, start, end, text in SAID])


def recorded(path: Path, *pieces: str) -> Path:
    """A recording of pieces of sound, each a source of ffmpeg's."""
    sounds = [word for piece in pieces for word in ("-f", "lavfi", "-i", piece)]
    form = "aformat=sample_rates=48000:channel_layouts=mono"
    formed = "".join(f"[{n}:a]{form}[a{n}];" for n in range(len(pieces)))
    names = "".join(f"[a{n}]" for n in range(len(pieces)))
    graph = f"{formed}{names}concat=n={len(pieces)}:v=0:a=1[a]"
    picture = ("-f", "lavfi", "-i", "color=s=640x360:r=25")
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-shortest")
    maps = ("-filter_complex", graph, "-map", f"{len(pieces)}:v", "-map", "[a]")
    ffmpeg("-v", "error", "-y", *sounds, *picture, *maps, *codecs, path)
    return path


def of(name: str, start: float, end: float) -> str:
    """A piece of a sample's sound."""
    return f"amovie={REPOSITORY / 'inputs' / name},atrim={start}:{end},asetpts=PTS-STARTPTS"


def silence(seconds: float) -> str:
    return f"anullsrc=r=48000,atrim=0:{seconds}"


def corrected(path: Path) -> Path:
    """Ana's correction: 2 s more before her first word, another sentence in place of one."""
    return recorded(
        path,
        silence(2),
        of("klinkum.mov", 0, 11.9),
        of("oconnor.mp4", 12.0, 16.5),  # "The picture is turned 90 degrees, and only the left ..."
        of("klinkum.mov", 13.88, LENGTH_S),
    )


def starts(path: Path) -> dict[str, int]:
    """When each caption of a file comes, by its text."""
    return {cue.plaintext: cue.start for cue in pysubs2.load(str(path))}


def findings(report: dict[str, Any]) -> dict[str, str]:
    """What is said of captions, by its code."""
    (ana,) = report["submissions"]
    found = ana["findings"]
    return {one["code"]: one["message"] for one in found if one["code"] in ABOUT_CAPTIONS}


@pytest.fixture
def captioned(once, event_like) -> Event:
    """Ana's message with captions that a person has corrected, built as a draft."""

    def build(folder: Path) -> None:
        recorded(folder / "inputs/ana.mp4", of("klinkum.mov", 0, LENGTH_S), silence(2))
        (folder / "inputs/captions/ana.en.srt").write_text(ENGLISH, "utf-8")
        event = Event(folder).config(CONFIG)
        ended = event.run("build", "--draft", "--json")
        assert ended.code == 0, ended.stderr
        (folder / "report.json").write_text(ended.stdout)

    return event_like(once("carried", build))


def test_good_captions_are_shown_as_they_are_typed_and_nothing_is_said(captioned):
    assert findings(json.loads((captioned.root / "report.json").read_text())) == {}
    shown = starts(captioned.outputs / "clips/ana.en.srt")
    for text, start, _, _ in SAID:
        assert abs(shown[text] - (start - EARLY_MS)) <= 20  # the nearest picture of 25 a second


@pytest.mark.long
def test_a_correction_with_2_s_more_lead_in_and_another_sentence_keeps_the_wording(
    captioned, tmp_path
):
    changed = corrected(tmp_path / "new.mp4")
    heard = captioned.run("add", str(changed), "--id", "ana").stderr
    assert "inputs/captions/ana.en.srt" in heard and "perspectives captions carry ana" in heard
    before = findings(captioned.run("check", "--json").json)
    report = captioned.run("build", "--draft", "--json").json
    shown = starts(captioned.outputs / "clips/ana.en.srt")
    by_ms = [2000, 2000, 2000, None, 4520]
    for (text, start, _, _), by in zip(SAID, by_ms, strict=True):
        if by is not None:
            assert abs(shown[text] - (start + by)) <= 150, text
    said = findings(report)
    assert {"captions-moved", "captions-unsaid"} == set(said)
    assert before == said  # nobody has to build to hear of it
    assert '0:13 "It holds no opinion of his."' in said["captions-unsaid"]
    assert (captioned.inputs / "captions/ana.en.srt").read_text("utf-8") == ENGLISH

    carried = captioned.run("captions", "carry", "ana", "--write")
    assert carried.code == 0
    assert "Wrote inputs/captions/ana.en.carried.srt." in carried.stdout
    new = starts(captioned.inputs / "captions/ana.en.carried.srt")
    assert {text: abs(new[text] - ms) <= 20 for text, ms in shown.items()} == dict.fromkeys(
        shown, True
    )
    assert (captioned.inputs / "captions/ana.en.srt").read_text("utf-8") == ENGLISH
    checked = captioned.run("check", "--json").json
    assert checked["findings"] == []  # the new file is nobody's mistake


@pytest.mark.long
def test_a_trim_that_was_accepted_for_the_first_recording_cuts_no_word_off_its_correction(
    captioned, tmp_path
):
    captioned.config(CONFIG.replace("Expert}", "Expert, trim: {start: 0.4s, end: 16.3s}}"))
    assert captioned.run("build", "--draft").code == 0
    said = captioned.run("add", str(corrected(tmp_path / "new.mp4")), "--id", "ana").stderr
    assert "`trim: {start: 0.4s, end: 16.3s}`" in said
    refused = captioned.run("build", "--final")
    assert refused.code == 4
    assert "decided-for-another" in refused.stderr
    (ana,) = captioned.run("build", "--draft", "--json").json["submissions"]
    assert "decided-for-another" in [one["code"] for one in ana["findings"]]
    assert ana["duration_ms"] >= 21_220  # all of it: 2 + 11.9 + 4.5 + 2.82 s of sound
    # her last words are heard 4.52 s after their old place, which no trim has moved
    last, start, _, _ = SAID[-1]
    shown = starts(captioned.outputs / "clips/ana.en.srt")
    assert abs(shown[last] - (start + 4520)) <= 150


@pytest.mark.long
def test_what_was_carried_takes_the_place_of_the_old_file_and_nothing_more_is_said(
    captioned, tmp_path
):
    later = recorded(tmp_path / "new.mp4", silence(2), of("klinkum.mov", 0, LENGTH_S))
    shutil.copy(later, captioned.inputs / "ana.mp4")
    shown = captioned.run("captions", "carry", "ana").stdout
    assert "moved by 2.0" in shown and "(later)" in shown
    assert not (captioned.inputs / "captions/ana.en.carried.srt").exists()
    captioned.run("captions", "carry", "ana", "--write")
    new = captioned.inputs / "captions/ana.en.carried.srt"
    new.write_text(new.read_text("utf-8").replace("Welcome", "Hello"), "utf-8")
    kept = captioned.run("captions", "carry", "ana", "--write").stdout
    assert "ana.en.carried.srt has been changed since it was written, and stays as it is" in kept
    assert "Hello" in new.read_text("utf-8")
    new.replace(captioned.inputs / "captions/ana.en.srt")
    assert "nothing is moved" in captioned.run("captions", "carry", "ana").stdout


def test_after_a_trim_captions_and_their_translation_come_earlier_by_just_that(captioned):
    (captioned.inputs / "captions/ana.es.srt").write_text(SPANISH, "utf-8")
    captioned.config(CONFIG.replace("Expert}", "Expert, trim: {start: 1.8s}}"))
    ended = captioned.run("captions", "carry", "ana", "--write")
    assert ended.stdout.count("moved by 1.80 s (earlier)") == 2
    for language, column in (("en", 0), ("es", 3)):
        new = starts(captioned.inputs / f"captions/ana.{language}.carried.srt")
        for one in SAID[1:]:
            assert new[str(one[column])] == one[1] - EARLY_MS - 1800


def test_thanks_for_watching_in_the_silence_behind_and_speech_without_text_are_named(captioned):
    file = captioned.inputs / "captions/ana.en.srt"
    texts = [(text, start, end) for text, start, end, _ in SAID if start != 7174]
    file.write_text(srt([*texts, ("Thanks for watching!", 17_400, 18_600)]), "utf-8")
    said = captioned.run("captions", "carry", "ana").stdout
    assert 'nobody speaks where this is shown: 0:17 "Thanks for watching!".' in said
    assert "somebody speaks and no caption is shown, at 0:07 (" in said
    assert "nothing is moved" in said


@pytest.mark.long
def test_the_captions_of_somebody_else_are_not_moved_about(captioned):
    file = captioned.inputs / "captions/ana.en.srt"
    other = ("The weather in the north was cold,", "and it rained for many days.", "We lit a fire.")
    file.write_text(srt([(text, 2000 * n, 2000 * n + 1800) for n, text in enumerate(other)]))
    said = captioned.run("captions", "carry", "ana").stdout
    assert "most words of these captions are not heard in the recording" in said
    assert "nothing is moved" in said


# --- real speech ----------------------------------------------------------------------------------

MEDIA = REPOSITORY.parent / "shared/media"
FATHERS = (
    ("Four score and seven years ago", 380, 2200),
    ("our fathers brought forth\non this continent a new nation,", 2350, 5300),
    ("conceived in Liberty,", 5600, 6600),
    ("and dedicated to the proposition", 6650, 8000),
    ("that all men are created equal.", 8150, 9950),
)


@pytest.mark.skipif(not MEDIA.is_dir(), reason="../shared/media is not here")
@pytest.mark.parametrize("lead_in_s", [0, 2])
def test_a_person_reading_is_left_alone_or_put_right_to_150_ms(event, lead_in_s):
    voice = f"amovie={MEDIA / 'english_test1.wav'}"
    before = [silence(lead_in_s)] if lead_in_s else []
    recorded(event.inputs / "ana.mp4", *before, voice)
    (event.inputs / "captions/ana.en.srt").write_text(srt(list(FATHERS)), "utf-8")
    event.config(CONFIG)
    said = event.run("captions", "carry", "ana", "--write").stdout
    new = event.inputs / "captions/ana.en.carried.srt"
    if not lead_in_s:
        assert "nothing is moved" in said and "Next:" not in said and not new.exists()
        return
    shown = starts(new)
    assert [abs(shown[text] - (start + 2000)) <= 150 for text, start, _ in FATHERS] == [True] * 5
