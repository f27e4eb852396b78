"""Turns Whisper's weights from CTranslate2's form into OpenAI's own, in a process of its own;
without it the weights that come with the set-up would serve one engine only.

Run as ``python -m pipeline.tools.hearing.turn_weights FOLDER FILE.pt``. What each tensor is called
is in both projects' sources: CTranslate2 keeps query, key and value as one (Whisper's key has no
bias), and the words' embeddings once, where OpenAI's model uses them twice as well.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.tools.hearing.tensors import NotAModel, variables

Pairs = Iterator[tuple[str, Any]]


def main(folder: Path, target: Path) -> None:
    """Write the weights in ``folder`` to ``target`` as ``whisper.load_model`` reads them."""
    import torch

    held = read(folder / "model.bin")
    heads = json.loads((folder / "config.json").read_text("utf-8")).get("alignment_heads", [])
    state = {name: torch.from_numpy(value) for name, value in openai_names(held)}
    torch.save({"dims": dims(held), "model_state_dict": state, "alignment_heads": heads}, target)


def read(path: Path) -> dict[str, Any]:
    """Every variable of a model.bin as an array, by CTranslate2's name. Raises NotAModel."""
    import numpy as np

    with path.open("rb") as file:
        listed = variables(file, path.stat().st_size)
        held = {}
        for one in listed:
            file.seek(one.offset)
            data = np.frombuffer(file.read(one.size), one.type)
            held[one.name] = data.reshape(one.shape).copy()
    return held


def dims(held: Mapping[str, Any]) -> dict[str, int]:
    """The sizes of a model, as OpenAI's ``ModelDimensions`` names them."""
    sound_width, mels, _ = held["encoder/conv1/weight"].shape
    vocabulary, text_width = held["decoder/embeddings/weight"].shape
    return {
        "n_mels": mels,
        "n_audio_ctx": held["encoder/position_encodings/encodings"].shape[0],
        "n_audio_state": sound_width,
        "n_audio_head": int(held["encoder/num_heads"]),
        "n_audio_layer": _layers(held, "encoder"),
        "n_vocab": vocabulary,
        "n_text_ctx": held["decoder/position_encodings/encodings"].shape[0],
        "n_text_state": text_width,
        "n_text_head": int(held["decoder/num_heads"]),
        "n_text_layer": _layers(held, "decoder"),
    }


def openai_names(held: Mapping[str, Any]) -> Pairs:
    """Every tensor by OpenAI's name."""
    for number in (1, 2):
        yield from _weighed(held, f"encoder/conv{number}", f"encoder.conv{number}")
    yield from _normed(held, "encoder/layer_norm", "encoder.ln_post")
    yield from _normed(held, "decoder/layer_norm", "decoder.ln")
    yield "decoder.token_embedding.weight", held["decoder/embeddings/weight"]
    for side in ("encoder", "decoder"):
        yield f"{side}.positional_embedding", held[f"{side}/position_encodings/encodings"]
        for layer in range(_layers(held, side)):
            yield from _layer(held, f"{side}/layer_{layer}", f"{side}.blocks.{layer}")


def _layers(held: Mapping[str, Any], side: str) -> int:
    return sum(name.startswith(f"{side}/") and name.endswith("/ffn/linear_0/bias") for name in held)


def _layer(held: Mapping[str, Any], here: str, there: str) -> Pairs:
    yield from _attention(held, f"{here}/self_attention", f"{there}.attn", (0, 3))
    if f"{here}/attention/linear_0/weight" in held:
        yield from _weighed(held, f"{here}/attention/linear_0", f"{there}.cross_attn.query")
        yield from _attention(held, f"{here}/attention", f"{there}.cross_attn", (1, 2))
    for number in (0, 1):
        yield from _weighed(held, f"{here}/ffn/linear_{number}", f"{there}.mlp.{2 * number}")
    yield from _normed(held, f"{here}/ffn/layer_norm", f"{there}.mlp_ln")


def _attention(held: Mapping[str, Any], here: str, there: str, joined: tuple[int, int]) -> Pairs:
    """Query, key and value (or the last two) out of one tensor, whose number is the first of
    ``joined``, and what comes out of the attention.
    """
    import numpy as np

    number, count = joined
    names = ("query", "key", "value")[3 - count :]
    weights = np.split(held[f"{here}/linear_{number}/weight"], count)
    biases = np.split(held[f"{here}/linear_{number}/bias"], count)
    for name, weight, bias in zip(names, weights, biases, strict=True):
        yield f"{there}.{name}.weight", weight.copy()
        if name != "key":
            yield f"{there}.{name}.bias", bias.copy()
    yield from _weighed(held, f"{here}/linear_{number + 1}", f"{there}.out")
    yield from _normed(held, f"{here}/layer_norm", f"{there}_ln")


def _weighed(held: Mapping[str, Any], here: str, there: str) -> Pairs:
    yield f"{there}.weight", held[f"{here}/weight"]
    yield f"{there}.bias", held[f"{here}/bias"]


def _normed(held: Mapping[str, Any], here: str, there: str) -> Pairs:
    yield f"{there}.weight", held[f"{here}/gamma"]
    yield f"{there}.bias", held[f"{here}/beta"]


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except NotAModel as wrong:
        sys.exit(str(wrong))
