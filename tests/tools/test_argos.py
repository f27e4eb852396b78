"""Translations by Argos Translate's packages: which of them are here, what is said where they are
not, and what its models are asked.

The two libraries that read a package are played by stand-ins with the parameters of ctranslate2 4.8
and sentencepiece 0.2 that we use (translate_batch knows no others); a small model of random numbers
answered the same program by the real ones when this was written.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY

from pipeline.tools.running.programs import command
from pipeline.tools.texts import argos

CTRANSLATE2 = """
from pathlib import Path
from types import SimpleNamespace

class Translator:
    def __init__(self, model_path, device="cpu", *, inter_threads=1, intra_threads=0):
        self.says = (Path(model_path) / "model.bin").read_text()

    def translate_batch(self, source, target_prefix=None, *, max_batch_size=0, beam_size=2,
                        num_hypotheses=1, length_penalty=1, replace_unknowns=False):
        assert all(isinstance(token, str) for tokens in source for token in tokens)
        first = [prefix[0] for prefix in target_prefix] if target_prefix else [""] * len(source)
        return [
            SimpleNamespace(hypotheses=[[begins, "▁" + self.says, *tokens]])
            for begins, tokens in zip(first, source, strict=True)
        ]
"""
SENTENCEPIECE = """
class SentencePieceProcessor:
    def __init__(self, model_file=None):
        open(model_file).close()

    def encode(self, input, out_type=None):
        assert out_type is str
        return ["▁" + word for word in input.split()]
"""


@pytest.fixture
def libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the stand-ins, from which both can be imported."""
    folder = tmp_path / "libraries"
    folder.mkdir()
    (folder / "ctranslate2.py").write_text(CTRANSLATE2)
    (folder / "sentencepiece.py").write_text(SENTENCEPIECE)
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """``packages("en_fr", "fr_de")`` lie where Argos Translate keeps them."""
    folder = tmp_path / "argos"
    folder.mkdir()
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(folder))

    def lie(*pairs: str, **more: str) -> Path:
        for pair in pairs:
            place = folder / f"translate-{pair}-1_9"
            (place / "model").mkdir(parents=True)
            (place / "model/model.bin").write_text(pair)
            (place / "sentencepiece.model").touch()
            one, other = pair.split("_")
            said = {"from_code": one, "to_code": other, "package_version": "1.9", **more}
            (place / "metadata.json").write_text(json.dumps(said))
        return folder

    return lie


def names(spoken: str, wanted: str) -> list[str]:
    return [one.name for one in argos.way(spoken, wanted)]


def test_a_package_serves_the_varieties_of_its_languages(packages, libraries):
    packages("en_fr", "en_zt", "en_zh")
    assert names("en-GB", "fr") == ["translate-en_fr"]
    assert names("en", "zh-Hant") == ["translate-en_zt"]
    assert names("en", "zh-Hans") == ["translate-en_zh"]


def test_where_no_package_goes_straight_two_of_them_do(packages, libraries):
    packages("es_en", "en_de")
    assert names("es", "de") == ["translate-es_en", "translate-en_de"]
    assert names("de", "es") == []


def test_a_package_that_was_cut_off_counts_for_none(packages, libraries):
    folder = packages("en_fr")
    (folder / "translate-en_fr-1_9/model/model.bin").unlink()
    assert names("en", "fr") == []


def test_what_is_missing_is_said_with_the_commands_that_bring_it(packages, libraries, monkeypatch):
    argospm = Path(sys.executable).with_name("argospm")
    assert argos.lacking("en", "fr") == (
        "A draft in French (fr) from English (en) needs a package of Argos Translate:"
        f" `{argospm} update`, then `{argospm} install translate-en_fr`."
    )
    assert "(or translate-es_en and translate-en_de)" in argos.lacking("es", "de")
    packages("en_fr")
    assert argos.lacking("en", "fr") == ""
    monkeypatch.setattr(argos, "_LIBRARIES", ("no_such_library",))
    assert "needs Argos Translate: `" in argos.lacking("en", "fr")
    assert "[translate]" in argos.lacking("en", "fr")


def translated(folder: Path, libraries: Path, asked: dict) -> list[str]:
    (folder / "request.json").write_text(json.dumps(asked))
    environment = {**os.environ, "PYTHONPATH": f"{libraries}{os.pathsep}{REPOSITORY}"}
    subprocess.run(command("argos", ()), cwd=folder, env=environment, check=True)
    return json.loads((folder / "sentences.json").read_text("utf-8"))["sentences"]


def test_each_sentence_is_translated_and_by_the_second_package_once_more(
    packages, libraries, tmp_path
):
    packages("es_en", "en_de")
    for package in argos.way("es", "de"):
        for name, path in package.files:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).symlink_to(path)
    asked = {
        "sentences": ["Buenos días.", "Gracias."],
        "packages": [["translate-es_en", ""], ["translate-en_de", ""]],
    }
    assert translated(tmp_path, libraries, asked) == [
        "en_de es_en Buenos días.", "en_de es_en Gracias.",
    ]  # fmt: skip


def test_the_token_that_names_the_language_is_no_word_of_the_translation(
    packages, libraries, tmp_path
):
    folder = packages("en_fr", target_prefix=">>fra<<")
    (package,) = argos.way("en", "fr")
    assert package.prefix == ">>fra<<"
    (tmp_path / package.name).symlink_to(folder / "translate-en_fr-1_9")
    asked = {"sentences": ["Thank you."], "packages": [[package.name, package.prefix]]}
    assert translated(tmp_path, libraries, asked) == ["en_fr Thank you."]
