"""Pocketsphinx in a process of its own: times a script, drafts words, finds speech; without it there would be no
captions where Whisper's weights cannot be had.

Run as ``python -m pipeline.tools.sphinx``; reads request.json and speech.wav (16 kHz, 16 bit, stereo) in the current
folder and writes words.json, what the recogniser said as it said it. Times are ms from the start of the sound.
"""

from __future__ import annotations

import json
import math
import wave
from typing import Any

FRAME_MS = 10
WIDE_BEAM = 1e-80
"""The default 1e-48 ends forced alignment without a result on accented voices and noise; 1e-80 was seen to hold."""


def main() -> None:
    """Answer request.json: ``mode`` is align (``words`` with their phones), draft, or activity."""
    with open("request.json", encoding="utf-8") as file:
        request = json.load(file)
    sound = _mono(request["route"])
    answer: dict[str, Any] = {"activity": _activity(sound)}
    if request["mode"] == "align":
        answer |= _align(sound, request["words"], request["dictionary"])
    elif request["mode"] == "draft":
        answer |= {"words": _draft(sound)}
    with open("words.json", "w", encoding="utf-8") as out:
        json.dump(answer, out, ensure_ascii=False)


def _mono(route: str) -> bytes:
    """The side that carries the speech, or half the sum of both, as 16-bit samples; brought up when it is quiet."""
    import numpy as np

    with wave.open("speech.wav", "rb") as file:
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2).astype(np.float64)
    chosen = {"left": both[:, 0], "right": both[:, 1]}.get(route, both.mean(axis=1))
    peak = float(np.percentile(np.abs(chosen), 99.9)) if len(chosen) else 0.0
    gain = min(40.0, 12000 / peak) if 0 < peak < 12000 else 1.0
    return bytes(np.clip(chosen * gain, -32000, 32000).astype("<i2").tobytes())


def _decoder(**options: Any) -> Any:
    import pocketsphinx

    return pocketsphinx.Decoder(samprate=16000, loglevel="FATAL", **options)


def _align(sound: bytes, words: list[dict[str, Any]], use_dictionary: bool) -> dict[str, Any]:
    """Times for every word in order. ``aligned`` is empty when the text does not fit the sound."""
    decoder = _decoder(lm=None, beam=WIDE_BEAM, pbeam=WIDE_BEAM, wbeam=WIDE_BEAM * 1e20)
    for number, word in enumerate(words):
        known = _known(decoder, word["word"]) if use_dictionary else []
        for choice, said in enumerate(known or [word["phones"]]):
            name = f"w{number}" if choice == 0 else f"w{number}({choice + 1})"
            decoder.add_word(name, said, False)
    decoder.set_align_text(" ".join(f"w{number}" for number in range(len(words))))
    _listen(decoder, sound)
    if decoder.hyp() is None:
        return {"aligned": []}
    aligned = [
        {"number": int(part.word.split("(")[0][1:]), "start_ms": part.start_frame * FRAME_MS,
         "end_ms": (part.end_frame + 1) * FRAME_MS, "score": part.ascore}
        for part in decoder.seg() if part.word[:1] == "w" and part.word[1:2].isdigit()]
    return {"aligned": aligned if [part["number"] for part in aligned] == list(range(len(words))) else []}


def _known(decoder: Any, word: str) -> list[str]:
    """All pronunciations of ``word`` in the dictionary that came with pocketsphinx."""
    found = []
    for choice in range(1, 6):
        said = decoder.lookup_word(word if choice == 1 else f"{word}({choice})")
        if said is None:
            break
        found.append(said)
    return found


def _draft(sound: bytes) -> list[dict[str, Any]]:
    """Words as free decoding hears them: a rough draft, 20 to 30 words in a hundred wrong."""
    decoder = _decoder()
    _listen(decoder, sound)
    heard = []
    for part in decoder.seg() or ():
        word = part.word.split("(")[0]
        if word and word[0] not in "<[+":
            heard.append({"word": word, "start_ms": part.start_frame * FRAME_MS,
                          "end_ms": (part.end_frame + 1) * FRAME_MS,
                          "confidence": round(min(1.0, math.exp(min(0.0, part.lscore / 1e4))), 3)})
    return heard


def _listen(decoder: Any, sound: bytes) -> None:
    decoder.start_utt()
    decoder.process_raw(sound, full_utt=True)
    decoder.end_utt()


def _activity(sound: bytes) -> list[list[int]]:
    """Stretches of speech as [start_ms, end_ms], pauses under 0.2 s closed."""
    import pocketsphinx

    vad = pocketsphinx.Vad(mode=pocketsphinx.Vad.STRICT, sample_rate=16000, frame_length=0.03)
    step = vad.frame_bytes
    stretches: list[list[int]] = []
    for start in range(0, len(sound) - step + 1, step):
        if vad.is_speech(sound[start:start + step]):
            begin, end = start // 32, (start + step) // 32
            if stretches and begin - stretches[-1][1] < 200:
                stretches[-1][1] = end
            else:
                stretches.append([begin, end])
    return [stretch for stretch in stretches if stretch[1] - stretch[0] >= 90]


if __name__ == "__main__":
    main()
