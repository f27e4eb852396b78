"""Whisper in a process of its own; without it a message without a script would only get a rough
draft.

Run as ``python -m pipeline.tools.hearing.whisper_words``: for each folder that its standard input
names it reads request.json, speech.wav and model.pt there and writes words.json, Whisper's segments
as they came. ``python -m pipeline.tools.hearing.whisper_words fetch NAME FOLDER`` brings weights.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.timing import joined
from pipeline.tools.hearing import speech
from pipeline.tools.hearing.packed import packed
from pipeline.tools.hearing.tongues import Chances, Told, told, without
from pipeline.tools.running.serve import serve

TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
MOST_COMPRESSED = 3.5
"""How many times shorter a window's text may become by packing before it is heard again, its words
drawn by lot. A sentence that is said three or four times has 2.7 to 3.4: over 2.4, Whisper's own
border, what was sure (-0.13) became "see from hear better news". Loops have 3 to 12, and are found
by their words.
"""
PAD_MS = 1000
"""Sound that is shown on either side of speech. With 0.2 s the first word was heard worse than in
the whole sound: a clip that began 0.07 s late had "ill-sposed" for ill-disposed.
"""
JOIN_UNDER_MS = 2 * PAD_MS
MOST_PROMPT_TOKENS = 223
"""Half of Whisper's text window less one; of a longer prompt it keeps the end."""


def main() -> None:
    """Transcribe speech.wav in the declared language, with a time for every word."""
    answer(transcribed)


def answer(
    transcribed: Callable[[bytes, dict[str, Any], list[list[int]], list[float]], dict[str, Any]],
) -> None:
    """Answer request.json in words.json by ``transcribed``, which is given the sound, the request,
    where somebody speaks and the clips to be heard; nothing is loaded where nobody does.
    """
    with open("request.json", encoding="utf-8") as file:
        request = json.load(file)
    sound = speech.mono(request["route"])
    activity = [] if "stretches_ms" in request else speech.activity(sound)
    clips = clips_of(request, activity, len(sound) // speech.BYTES_A_MS)
    result: dict[str, Any] = {"segments": [], "language": request["language"]}
    if clips:
        result |= transcribed(sound, request, activity, clips)
    with open("words.json", "w", encoding="utf-8") as out:
        json.dump(result, out, ensure_ascii=False)


def transcribed(
    sound: bytes, request: dict[str, Any], activity: list[list[int]], clips: list[float]
) -> dict[str, Any]:
    """What model.pt hears in ``sound`` between ``clips``, as ``heard`` gives it."""
    import torch
    import whisper

    weights, size = Path("model.pt").resolve(), request.get("size")
    model = loaded(weights, size, weights.stat().st_mtime_ns)
    multilingual = bool(model.is_multilingual)
    if not multilingual and (request["language"], request["task"]) != ("en", "transcribe"):
        return {}  # it would answer with English that nobody said
    # Above temperature 0 words are drawn by lot; the same build must draw the same. As many threads
    # as the recipe promises: sums in another order are other sums.
    torch.manual_seed(0)
    torch.set_num_threads(2)
    tokens = whisper.tokenizer.get_tokenizer(multilingual, num_languages=model.num_languages)
    terms = request.get("prompt", ())
    prompt = fitting_prompt(terms, lambda text: len(tokens.encode(" " + text)))

    def hear(sound: bytes, language: str, clips: list[float]) -> list[Any]:
        if prompt:
            return prompted(model, language, prompt, sound, clips)
        asked = options(language, clips, request["task"])
        return list(model.transcribe(samples_of(sound), **asked)["segments"])

    def chances(piece: bytes) -> Mapping[str, float]:
        mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(samples_of(piece)), model.dims.n_mels)
        return dict(whisper.detect_language(model, mel)[1])

    return heard(request, sound, activity, clips, hear, chances if multilingual else None)


def prompted(
    model: Any, language: str, prompt: str, sound: bytes, clips: list[float]
) -> list[dict[str, Any]]:
    """What is heard in each of ``clips`` (30 s at most) when ``prompt`` stands before it, each
    heard once.

    Whisper's own loop goes back to the last word and hears the rest again. With a prompt before it
    half a second of rest was a name without an end: 46 of 52 CPU seconds on a talk full of names.
    """
    import whisper
    from whisper.timing import add_word_timestamps

    tokens = whisper.tokenizer.get_tokenizer(
        model.is_multilingual, num_languages=model.num_languages, language=language
    )
    asked = whisper.DecodingOptions(
        language=language, prompt=tokens.encode(" " + prompt), without_timestamps=True, fp16=False
    )
    segments = []
    for start, end in zip(clips[::2], clips[1::2], strict=True):
        first, last = (round(moment * 1000) * speech.BYTES_A_MS for moment in (start, end))
        samples = samples_of(sound[first:last])
        mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(samples), model.dims.n_mels)
        said = whisper.decode(model, mel, asked)
        segment = {"seek": 0, "start": 0.0, "end": end - start, "tokens": said.tokens}
        add_word_timestamps(
            segments=[segment],
            model=model,
            tokenizer=tokens,
            mel=mel,
            num_frames=len(samples) // whisper.audio.HOP_LENGTH,
            last_speech_timestamp=0.0,
        )
        words = [
            {**word, "start": float(word["start"]) + start, "end": float(word["end"]) + start}
            for word in segment["words"]
        ]
        segments.append({"start": start, "end": end, "text": said.text, "words": words})
    return segments


def samples_of(sound: bytes) -> Any:
    """16 bit sound as Whisper takes it, -1 to 1."""
    import numpy as np

    return np.frombuffer(sound, "<i2").astype(np.float32) / 32768


def heard(
    request: dict[str, Any],
    sound: bytes,
    activity: list[list[int]],
    clips: list[float],
    hear: Callable[[bytes, str, list[float]], list[Any]],
    chances: Chances | None,
) -> dict[str, Any]:
    """What ``hear`` finds in ``clips``: ``segments`` in order of time, each passage in its own
    language; none where all of it is surely in another one than was declared. ``spoken`` and
    ``passages`` say so. Stretches that are heard for their names are heard together (packed.py).
    """
    declared = request["language"]
    if request.get("prompt"):
        together = packed(sound, request["stretches_ms"], apart=request.get("apart", False))
        return {"segments": together.unpacked(hear(together.sound, declared, together.clips))}
    languages = Told()
    if request.get("tell") and chances:
        languages = told(sound, activity, declared, chances)
    if languages.spoken:
        return {"segments": [], "spoken": languages.spoken}
    own = without(clips, languages.passages)
    segments = hear(sound, declared, own) if own else []
    for start_ms, end_ms, language in languages.passages:
        segments += hear(sound, language, speech_clips([[start_ms, end_ms]], end_ms, pad_ms=0))
    segments.sort(key=lambda segment: segment["start"])
    return {"segments": segments, "passages": languages.passages}


def clips_of(request: dict[str, Any], activity: list[list[int]], length_ms: int) -> list[float]:
    """What Whisper is shown, in seconds, start and end in turn: the stretches that were asked for,
    or all in which somebody speaks.
    """
    asked = request.get("stretches_ms")
    if asked is None:
        return speech_clips(activity, length_ms)
    return speech_clips(asked, length_ms, pad_ms=0, join_under_ms=0)


@functools.lru_cache(maxsize=1)
def loaded(path: Path, size: str | None, changed_ns: int) -> Any:
    """The model, with the heads that tell when a word is said: those that the file names, or those
    that are known of the published ``size``; else all of the upper layers, which tell it worse.

    It is kept for the next request with the same weights, ``changed_ns`` the file's time.
    """
    import torch
    import whisper

    model = whisper.load_model(str(path), device="cpu")
    named = torch.load(path, map_location="cpu", weights_only=True, mmap=True).get(
        "alignment_heads"
    )
    if named:
        mask = torch.zeros(model.dims.n_text_layer, model.dims.n_text_head, dtype=torch.bool)
        for layer, head in named:
            mask[layer, head] = True
        model.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
    elif size in whisper._ALIGNMENT_HEADS:
        model.set_alignment_heads(whisper._ALIGNMENT_HEADS[size])
    return model


def options(language: str, clips: list[float], task: str = "transcribe") -> dict[str, Any]:
    """What Whisper is told, each against a fault it is known for (docs/captions.md).

    Thresholds are its own defaults but for MOST_COMPRESSED.

    The language is declared, never guessed from 30 seconds; no window hears what the last one said,
    so that a loop ends with its window; sound is only shown where somebody speaks. Its own guard
    against words beside long silences stays off: it skips up to 2 s of speech at the end of every
    window of 30 s ("his power [to do for them. He] was not"). Words are heard without a prompt,
    which costs speech and is heard again as names that nobody said.
    """
    return {
        "language": language,
        "task": task,
        "word_timestamps": True,
        "condition_on_previous_text": False,
        "initial_prompt": None,
        "clip_timestamps": clips,
        "temperature": TEMPERATURES,
        "compression_ratio_threshold": MOST_COMPRESSED,
        "logprob_threshold": -1.0,
        "no_speech_threshold": 0.6,
        "fp16": False,
        "verbose": None,
    }


def fitting_prompt(terms: Sequence[str], count: Callable[[str], int]) -> str:
    """Terms as a sentence of at most 223 tokens; of too many the first ones go, since the last win.

    ``count`` gives the tokens of a text. A term that does not fit by itself is left out. Empty
    where nothing fits.
    """
    kept: list[str] = []
    for term in reversed(terms):
        if count(_sentence([term, *kept])) <= MOST_PROMPT_TOKENS:
            kept.insert(0, term)
    return _sentence(kept)


def _sentence(terms: Sequence[str]) -> str:
    return ", ".join(terms) + "." if terms else ""


def speech_clips(
    activity: list[list[int]],
    length_ms: int,
    pad_ms: int = PAD_MS,
    join_under_ms: int = JOIN_UNDER_MS,
) -> list[float]:
    """Stretches of speech in seconds, start and end in turn: padded by 1 s, joined over pauses
    under 2 s.

    Silence and music make Whisper invent; it is only shown where somebody speaks. No clip ends
    after the last whole 10 ms: Whisper counts in those, and waits for ever for a clip's end that
    its last frame does not reach.
    """
    length_ms -= length_ms % 10
    return [
        round(moment / 1000, 3)
        for start, end in joined(activity, join_under_ms)
        for moment in (max(0, start - pad_ms), min(length_ms, end + pad_ms))
    ]


def fetch(name: str, folder: str) -> None:
    """Bring the weights called ``name`` into ``folder`` with Whisper's own downloader, which checks
    their sha256.
    """
    import socket
    import urllib.error

    import whisper

    socket.setdefaulttimeout(20)
    try:
        whisper._download(whisper._MODELS[name], folder, in_memory=False)
    except urllib.error.URLError as failed:
        why = getattr(failed.reason, "strerror", None) or failed.reason
        sys.exit(f"the server that has them could not be reached: {why}")
    except OSError as failed:
        sys.exit(f"the download broke off: {failed.strerror or failed}")
    except RuntimeError:  # whisper's own check of the sha256
        sys.exit("what arrived is not what was promised: the download was damaged on its way")


if __name__ == "__main__":
    if sys.argv[1:2] == ["fetch"]:
        fetch(sys.argv[2], sys.argv[3])
    else:
        serve(main)
