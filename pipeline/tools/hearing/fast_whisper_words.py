"""faster-whisper in a process of its own: Whisper's words in less time; without it
those who installed it (the extra ``fast``) would wait for nothing.

Run as ``python -m pipeline.tools.hearing.fast_whisper_words``: reads request.json, speech.wav and
the folder model/ and writes words.json in the shape of Whisper's own result. ``... fetch NAME
FOLDER`` brings weights.

Tried with real weights of base, by faster-whisper 1.2.1.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.tools.hearing.whisper_words import (
    MOST_COMPRESSED,
    TEMPERATURES,
    answer,
    fitting_prompt,
    heard,
    samples_of,
)


def main() -> None:
    """Transcribe speech.wav in the declared language, with a time for every word."""
    answer(transcribed)


def transcribed(
    sound: bytes, request: dict[str, Any], activity: list[list[int]], clips: list[float]
) -> dict[str, Any]:
    """What the model in model/ hears in ``sound`` (16 kHz, 16 bit, mono) between ``clips``, as
    whisper_words.heard gives it.
    """
    import ctranslate2
    from faster_whisper import WhisperModel

    # Above temperature 0 words are drawn by lot; the same build must draw the same.
    ctranslate2.set_random_seed(0)
    # int8 beside float32, words wrong in a hundred and CPU seconds a minute, by base: real speech
    # joined to 72 s 1.09 and 1.09, 4.8 and 7.0; 400 s, half of it real, 1.97 and 1.88, 4.4 and 7.3;
    # a synthesiser's talk full of names, before they are heard again, 28.7 and 23.0, 6.1 and 9.4.
    # Batched decoding takes 3.5, but words were lost in it: 2.73 of the 72 s, 28 of 3 minutes.
    model = WhisperModel(
        "model", device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True
    )
    if not model.model.is_multilingual and request["language"] != "en":
        return {}  # it would answer with English that nobody said
    prompt = fitting_prompt(
        request.get("prompt", ()),
        lambda text: len(model.hf_tokenizer.encode(" " + text, add_special_tokens=False).ids),
    )

    def hear(sound: bytes, language: str, clips: list[float]) -> list[Any]:
        asked = options(language, prompt, clips, request["task"])
        return as_whisper_says(model.transcribe(samples_of(sound), **asked)[0])

    def chances(piece: bytes) -> Mapping[str, float]:
        return dict(model.detect_language(samples_of(piece))[2])

    multilingual = model.model.is_multilingual
    return heard(request, sound, activity, clips, hear, chances if multilingual else None)


def options(
    language: str, prompt: str, clips: list[float], task: str = "transcribe"
) -> dict[str, Any]:
    """What faster-whisper is told: the promises of whisper_words.options in its own names.

    ``hotwords`` is what stands before every window; its ``initial_prompt`` only stands before the
    first one. Its own search for speech stays off: our clips say where somebody speaks.
    """
    return {
        "language": language,
        "task": task,
        "word_timestamps": True,
        "condition_on_previous_text": False,
        "hotwords": prompt or None,
        "clip_timestamps": clips,
        "vad_filter": False,
        "temperature": [0.0] if prompt else list(TEMPERATURES),
        "compression_ratio_threshold": MOST_COMPRESSED,
        "log_prob_threshold": -1.0,
        "no_speech_threshold": 0.6,
    }


def as_whisper_says(segments: Iterable[Any]) -> list[dict[str, Any]]:
    """faster-whisper's segments as Whisper itself gives them, so that one parser serves both."""
    return [
        {
            "id": number,
            "seek": segment.seek,
            "start": float(segment.start),
            "end": float(segment.end),
            "text": segment.text,
            "tokens": list(segment.tokens),
            "temperature": segment.temperature,
            "avg_logprob": float(segment.avg_logprob),
            "compression_ratio": float(segment.compression_ratio),
            "no_speech_prob": float(segment.no_speech_prob),
            "words": [
                {
                    "word": word.word,
                    "start": float(word.start),
                    "end": float(word.end),
                    "probability": float(word.probability),
                }
                for word in segment.words or ()
            ],
        }
        for number, segment in enumerate(segments)
    ]


def fetch(name: str, folder: str) -> None:
    """Bring the weights called ``name`` into ``folder`` with faster-whisper's own downloader."""
    from faster_whisper import download_model

    try:
        download_model(name, output_dir=folder)
    except Exception as failed:  # kinds of its downloader's own, which need not be installed here
        sys.exit(f"faster-whisper's weights could not be fetched: {type(failed).__name__}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["fetch"]:
        fetch(sys.argv[2], sys.argv[3])
    else:
        main()
