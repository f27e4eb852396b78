"""Which weights an event is heard with: what cannot be used is named before anything is built."""

from __future__ import annotations

from pathlib import Path

import pytest
from weight_files import ENGLISH, WORDS, folder_of, model_bin

from pipeline.commands.weights_said import which_weights
from pipeline.tools.hearing import weights
from pipeline.work.weights import Weights


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with weights of seven kinds that cannot be used; faster-whisper is installed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(weights, "fast_installed", lambda: True)
    (tmp_path / "cut.pt").write_bytes(b"PK\x03\x04 and then nothing")
    (tmp_path / "text.pt").write_bytes(b"hello")
    (tmp_path / "model.bin").write_bytes(model_bin(WORDS))
    folder_of(tmp_path / "cut", model_bin(WORDS)[:900])
    folder_of(tmp_path / "tokens", model_bin(WORDS), without="tokenizer.json")
    folder_of(tmp_path / "whole", model_bin(WORDS))
    folder_of(tmp_path / "english", model_bin(ENGLISH))
    return tmp_path


def said(root: Path, model: str, engine: str, language: str = "en") -> list[tuple[str, str, str]]:
    """Severity, code and message of what is said of ``model`` before anybody was heard."""
    found = which_weights(Weights(None, model, engine, root), (language,))
    assert all(weights.FETCH not in one.remedy or model in weights.NAMES for one in found)
    return [(one.severity, one.code, one.message) for one in found]


@pytest.mark.parametrize(
    ("model", "language", "saw"),
    [
        ("cut.pt", "en", "it is cut off: the copy or the download broke off"),
        ("text.pt", "en", "it is no file of Whisper's weights"),
        (
            "model.bin",
            "en",
            "it is one file of faster-whisper's form; name the folder that it lies in",
        ),
        ("cut", "en", "model.bin in it: it is cut off"),
        ("tokens", "en", "tokenizer.json is missing in the folder"),
        ("english", "de", "they know English alone, and de is spoken"),
        ("nowhere.pt", "en", "there is no such file, and Whisper has no such name"),
    ],
)
def test_weights_that_cannot_be_used_are_named_with_the_reason(root, model, language, saw):
    message = f"Whisper's weights ({model}) cannot be used: {root / model}: {saw}."
    assert said(root, model, "auto", language) == [("warning", "weights-unusable", message)]
    [(severity, code, message)] = said(root, model, "whisper", language)
    assert (severity, code) == ("error", "weights-unusable")
    assert message == (
        f"captions.engine is whisper, and the weights {model} cannot be had: {root / model}: {saw}."
    )


def test_the_other_engines_folder_is_named_where_that_engine_is_missing(root, monkeypatch):
    monkeypatch.setattr(weights, "fast_installed", lambda: False)
    [(severity, code, message)] = said(root, "whole", "whisper")
    assert (severity, code) == ("error", "weights-unusable")
    assert "it is in faster-whisper's form, which is not installed" in message


@pytest.mark.parametrize("engine", ["auto", "whisper"])
def test_whole_weights_are_not_spoken_of(root, engine):
    assert said(root, "whole", engine, "de") == []
    assert said(root, "english", engine, "en") == []


def test_weights_that_are_only_not_here_are_missed_by_whisper_alone(root):
    assert said(root, "small", "auto") == []
    message = (
        "captions.engine is whisper, and the weights small cannot be had: they are not on this"
        " machine."
    )
    assert said(root, "small", "whisper") == [("error", "weights-missing", message)]


def test_the_built_in_recogniser_needs_no_weights(root):
    assert said(root, "cut.pt", "pocketsphinx") == []


def test_what_would_bring_whisper_is_said_only_where_it_would(root):
    def way(model: str, engine: str, language: str = "en") -> str | None:
        return Weights(None, model, engine, root).way_to_whisper(language)

    assert way("whole", "whisper") is None
    assert way("small", "whisper") == "bring Whisper's weights with `perspectives doctor --fetch`"
    assert way("cut.pt", "whisper") == "name weights in captions.model that can be used"
    assert way("base.en", "whisper", "de") == "name weights in captions.model that can be used"
    assert way("small", "pocketsphinx") == "write engine: auto under captions in config.yaml"
