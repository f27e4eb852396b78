"""What Whisper is told before it listens: each known fault has an option against it, and both of
its programs get the same.
"""

from __future__ import annotations

import inspect
import json
import math
import sys
import types
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pipeline.captions.heard.answers import whisper_language, whisper_words
from pipeline.model import Word
from pipeline.tools.hearing import fast_whisper_words, fetching, weights
from pipeline.tools.hearing import whisper_words as own
from pipeline.tools.hearing.whisper_words import fitting_prompt, speech_clips

OPTIONS = own.options("en", [0.3, 8.0])


def count(text: str) -> int:
    """A tokenizer that takes a word for a token."""
    return len(text.split())


# --- options --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("language", "en"),
        ("task", "transcribe"),
        ("word_timestamps", True),
        ("condition_on_previous_text", False),
        ("clip_timestamps", [0.3, 8.0]),
        ("temperature", (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        ("initial_prompt", None),
        ("no_speech_threshold", 0.6),
        ("compression_ratio_threshold", 3.5),
        ("logprob_threshold", -1.0),
        ("fp16", False),
    ],
)
def test_whisper_is_told_what_keeps_it_from_its_known_faults(option, value):
    assert OPTIONS[option] == value


def test_no_guard_of_whispers_own_skips_speech_at_the_end_of_a_window():
    asked = fast_whisper_words.options("en", "", [0.3, 8.0])
    assert "hallucination_silence_threshold" not in {*OPTIONS, *asked}


def test_the_whisper_that_is_installed_knows_every_option():
    import whisper

    known = set(inspect.signature(whisper.transcribe).parameters)
    known |= set(inspect.signature(whisper.DecodingOptions).parameters)
    assert set(OPTIONS) - known == set()


def test_the_second_hearing_is_shown_just_the_stretches_that_were_asked_for():
    request = {"stretches_ms": [[9900, 13_100], [13_200, 15_000]]}
    assert own.clips_of(request, [[0, 20_000]], 20_000) == [9.9, 13.1, 13.2, 15.0]


def test_sound_is_shown_where_somebody_speaks_with_a_second_around_it():
    assert speech_clips([[2000, 4000], [5900, 8000], [13000, 15000]], 15100) == [
        1.0,
        9.0,
        12.0,
        15.1,
    ]
    assert speech_clips([[100, 900]], 5000) == [0.0, 1.9]
    assert speech_clips([], 5000) == []


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en-NZ", "en"), ("es-419", "es"), ("nb", "no"), ("fil", "tl"), ("zh-Hant-TW", "zh")],
)
def test_a_language_is_called_what_whisper_calls_it(tag, code):
    from whisper.tokenizer import LANGUAGES

    assert whisper_language(tag) == code and code in LANGUAGES


# --- the prompt -----------------------------------------------------------------------------------


def test_the_prompt_is_one_sentence():
    terms = ["Micro-credentials", "Dr Grant Klinkum", "NZQA"]
    assert fitting_prompt(terms, count) == "Micro-credentials, Dr Grant Klinkum, NZQA."
    assert fitting_prompt([], count) == ""


def test_of_too_many_names_the_last_ones_win():
    terms = [f"First{i} Last{i}" for i in range(150)] + ["NZQA"]
    prompt = fitting_prompt(terms, count)
    assert prompt.startswith("First39 Last39, ") and prompt.endswith(" First149 Last149, NZQA.")
    assert count(prompt) == 223


def test_a_term_longer_than_the_prompt_is_left_out_alone():
    assert fitting_prompt(["Title", "word " * 300, "NZQA"], count) == "Title, NZQA."


def test_the_prompt_fits_when_it_is_counted_with_whispers_own_tokenizer():
    from whisper.tokenizer import get_tokenizer

    tokens = get_tokenizer(True, num_languages=99)
    prompt = fitting_prompt(
        [f"Dra. Beatriz Palacios-Wold {i}" for i in range(200)],
        lambda text: len(tokens.encode(" " + text)),
    )
    assert 200 < len(tokens.encode(" " + prompt)) <= 223 and prompt.endswith("199.")


# --- faster-whisper -------------------------------------------------------------------------------


@dataclass
class FastWord:
    """As faster_whisper.transcribe.Word."""

    start: float
    end: float
    word: str
    probability: float


@dataclass
class FastSegment:
    """As faster_whisper.transcribe.Segment."""

    text: str
    words: list[FastWord] | None
    start: float = 0.0
    end: float = 1.0
    seek: int = 0
    tokens: list[int] = field(default_factory=lambda: [50364, 50414])
    avg_logprob: float = -0.2
    compression_ratio: float = 1.1
    no_speech_prob: float = 0.01
    temperature: float = 0.0


SAID = [
    FastSegment(
        " Good morning.",
        [FastWord(0.5, 0.82, " Good", 0.98765), FastWord(0.82, 1.3, " morning.", 0.9)],
    ),
    FastSegment(" So", None),
]


class FastModel:
    """A stand-in for faster_whisper.WhisperModel with the arguments of its 1.2.1."""

    made: list[tuple[str, dict[str, Any]]]
    asked: list[dict[str, Any]]
    multilingual = True

    def __init__(
        self,
        path: str,
        device: str = "auto",
        compute_type: str = "default",
        cpu_threads: int = 0,
        local_files_only: bool = False,
    ) -> None:
        self.made.append(
            (
                path,
                {
                    "device": device,
                    "cpu_threads": cpu_threads,
                    "local_files_only": local_files_only,
                },
            )
        )
        self.model = types.SimpleNamespace(is_multilingual=self.multilingual)
        self.hf_tokenizer = types.SimpleNamespace(
            encode=lambda text, add_special_tokens: types.SimpleNamespace(ids=text.split())
        )

    def transcribe(
        self,
        audio: Any,
        language: str,
        task: str,
        word_timestamps: bool,
        condition_on_previous_text: bool,
        hotwords: str | None,
        clip_timestamps: list[float],
        vad_filter: bool,
        temperature: list[float],
        compression_ratio_threshold: float,
        log_prob_threshold: float,
        no_speech_threshold: float,
    ) -> tuple[Any, None]:
        self.asked.append(
            {name: value for name, value in locals().items() if name not in ("self", "audio")}
        )
        return iter(SAID), None


@pytest.fixture
def fast(monkeypatch, tmp_path):
    """A faster-whisper that is installed, and a folder with a request and a second of sound."""
    FastModel.made, FastModel.asked, FastModel.multilingual = [], [], True
    seeds: list[int] = []
    monkeypatch.setitem(
        sys.modules, "faster_whisper", types.SimpleNamespace(WhisperModel=FastModel)
    )
    monkeypatch.setitem(
        sys.modules, "ctranslate2", types.SimpleNamespace(set_random_seed=seeds.append)
    )
    monkeypatch.chdir(tmp_path)
    with wave.open("speech.wav", "wb") as file:
        file.setparams((2, 2, 16000, 0, "NONE", ""))
        file.writeframes(
            b"".join(
                round(9000 * math.sin(i / 9)).to_bytes(2, "little", signed=True) * 2
                for i in range(16000)
            )
        )
    monkeypatch.setattr("pipeline.tools.hearing.speech.activity", lambda sound: [[200, 800]])
    return seeds


def ask(language: str = "en", **more: Any) -> dict[str, Any]:
    """Run the program in the current folder; what it wrote."""
    request = {"language": language, "route": "stereo", "task": "transcribe"}
    Path("request.json").write_text(json.dumps(request | more))
    fast_whisper_words.main()
    return dict(json.loads(Path("words.json").read_text()))


def test_faster_whispers_words_are_read_by_the_same_parser(fast):
    result = ask()
    assert whisper_words(json.dumps(result)) == (
        Word("Good", 500, 820, 0.988),
        Word("morning.", 820, 1300, 0.9),
    )
    assert result["segments"][0] | {"words": []} == {
        "id": 0,
        "seek": 0,
        "start": 0.0,
        "end": 1.0,
        "text": " Good morning.",
        "tokens": [50364, 50414],
        "temperature": 0.0,
        "avg_logprob": -0.2,
        "compression_ratio": 1.1,
        "no_speech_prob": 0.01,
        "words": [],
    }
    assert result["language"] == "en"


def test_faster_whisper_keeps_the_same_promises(fast):
    ask()
    assert FastModel.made == [
        ("model", {"device": "cpu", "cpu_threads": 2, "local_files_only": True})
    ]
    assert FastModel.asked == [
        {
            "language": "en",
            "task": "transcribe",
            "word_timestamps": True,
            "condition_on_previous_text": False,
            "hotwords": None,
            "clip_timestamps": [0.0, 1.0],
            "vad_filter": False,
            "temperature": [0.0, 0.2, 0.4, 0.6, 0.8, 1.0],
            "compression_ratio_threshold": 3.5,
            "log_prob_threshold": -1.0,
            "no_speech_threshold": 0.6,
        }
    ]
    assert fast == [0]


def test_names_stand_before_every_window_of_the_second_hearing_which_is_not_tried_again(fast):
    ask(prompt=["Title", "NZQA"], stretches_ms=[[0, 300], [600, 1000]])
    asked = FastModel.asked[0]
    assert (asked["hotwords"], asked["temperature"]) == ("Title, NZQA.", [0.0])
    assert asked["clip_timestamps"] == [0.0, 1.1], "both stretches, and silence between them"


def test_weights_for_english_alone_are_not_asked_about_spanish(fast):
    FastModel.multilingual = False
    assert ask("es")["segments"] == [] and FastModel.asked == []
    assert len(ask("en")["segments"]) == 2


def test_where_nobody_speaks_no_weights_are_loaded(fast, monkeypatch):
    monkeypatch.setattr("pipeline.tools.hearing.speech.activity", lambda sound: [])
    assert ask() == {"segments": [], "language": "en"} and FastModel.made == []


# --- which of the two -----------------------------------------------------------------------------


def fast_weights(folder: Path, *without: str) -> Path:
    """A folder that looks like faster-whisper's weights."""
    folder.mkdir(parents=True)
    for name in {"model.bin", "config.json", "tokenizer.json", "vocabulary.txt", "README.md"} - set(
        without
    ):
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def caches(monkeypatch, tmp_path):
    """Empty caches, with faster-whisper installed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(weights, "fast_installed", lambda: True)
    (tmp_path / "cache/whisper").mkdir(parents=True)
    return tmp_path


def test_faster_whisper_is_used_by_itself_where_it_and_its_weights_are_there(caches):
    (caches / "cache/whisper/small.pt").write_text("weights")
    folder = fast_weights(caches / "hub/models--Systran--faster-whisper-small/snapshots/0123")
    found = weights.found("small", caches)
    assert found == weights.Model(
        "fast_whisper_words",
        tuple(
            (f"model/{name}", folder / name)
            for name in ("config.json", "model.bin", "tokenizer.json", "vocabulary.txt")
        ),
        "small",
    )


@pytest.mark.parametrize("lacking", ["model.bin", "config.json", "tokenizer.json"])
def test_whispers_own_weights_serve_where_the_fast_ones_are_not_whole(caches, lacking):
    (caches / "cache/whisper/small.pt").write_text("weights")
    fast_weights(caches / "hub/models--Systran--faster-whisper-small/snapshots/0123", lacking)
    assert weights.found("small", caches) == weights.Model(
        "whisper_words", (("model.pt", caches / "cache/whisper/small.pt"),), "small"
    )


def test_a_folder_of_weights_may_be_named_in_config_yaml(caches, monkeypatch):
    fast_weights(caches / "models/own")
    found = weights.found("models/own", caches)
    assert found is not None and found.tool == "fast_whisper_words"
    monkeypatch.setattr(weights, "fast_installed", lambda: False)
    assert weights.found("models/own", caches) is None


def test_no_weights_are_no_weights(caches):
    assert (
        weights.found("small", caches) is None
        and weights.found("elsewhere/small.pt", caches) is None
    )


def test_what_is_fetched_is_faster_whispers_and_whispers_own_where_that_fails(caches, monkeypatch):
    asked: list[str] = []

    def fetched(tool: str, model: str, name: str) -> str | None:
        asked.append(f"{tool} {model} {name}")
        return "unreachable" if tool == "fast_whisper_words" else None

    monkeypatch.setattr(fetching, "_fetched", fetched)
    assert fetching.fetch("turbo") is None
    assert asked == [
        "fast_whisper_words turbo faster-whisper-large-v3-turbo",
        "whisper_words turbo large-v3-turbo.pt",
    ]
