"""Translates sentences with Argos Translate's models in a process of its own; without it a
translation would begin with an empty page.

Run as ``python -m pipeline.tools.texts.argos_sentences``; reads request.json in the current folder,
in it ``sentences`` and ``packages`` (folders beside it, and the token with which each translation
begins), and writes sentences.json, one translation for each. Where there are two packages the
second translates what the first one made. As Argos Translate itself does it: four beams, and a
length penalty of 0.2.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

AT_ONCE = 32
BEAMS = 4
LENGTH_PENALTY = 0.2
SPACE = "▁"
"""How sentencepiece writes the space before a word."""


def main() -> None:
    """Answer request.json."""
    request = json.loads(Path("request.json").read_text("utf-8"))
    sentences = request["sentences"]
    for folder, prefix in request["packages"]:
        sentences = _translated(Path(folder), prefix, sentences)
    answer = json.dumps({"sentences": sentences}, ensure_ascii=False)
    Path("sentences.json").write_text(answer, "utf-8")


def _translated(folder: Path, prefix: str, sentences: Sequence[str]) -> list[str]:
    from ctranslate2 import Translator
    from sentencepiece import SentencePieceProcessor

    pieces = SentencePieceProcessor(model_file=str(folder / "sentencepiece.model"))
    translator = Translator(str(folder / "model"), device="cpu", inter_threads=1, intra_threads=2)
    results = translator.translate_batch(
        [pieces.encode(sentence, out_type=str) for sentence in sentences],
        target_prefix=[[prefix]] * len(sentences) if prefix else None,
        replace_unknowns=True,
        max_batch_size=AT_ONCE,
        beam_size=BEAMS,
        num_hypotheses=1,
        length_penalty=LENGTH_PENALTY,
    )
    return [_text(result.hypotheses[0], prefix) for result in results]


def _text(tokens: Sequence[str], prefix: str) -> str:
    text = "".join(tokens).removeprefix(prefix)
    return " ".join(text.replace(SPACE, " ").split())


if __name__ == "__main__":
    main()
