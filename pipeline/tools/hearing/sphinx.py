"""Pocketsphinx in a process of its own: hears a script's words, times them, drafts words; without
it there would be no captions where Whisper's weights cannot be had.

Run as ``python -m pipeline.tools.hearing.sphinx``; reads request.json and speech.wav (16 kHz, 16
bit, stereo) in the current folder and writes words.json, what the recogniser said as it said it.
Times are ms from the start of the sound. What to listen for (language model, grammars,
pronunciations) comes with the request: nothing is decided here.
"""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Any

from pipeline.tools.hearing import speech
from pipeline.tools.hearing.speech import BYTES_A_MS, MINUTE_SAMPLES

FRAME_MS = 10
WIDEST_WORD_BEAM = 1e20
"""The beam over word ends is narrower than the others by this factor, as in the recogniser's own
defaults.
"""
PIECE_MS = (40_000, 70_000)
"""A recording is heard in pieces of this length, cut in the longest pause: memory stays flat over
half an hour.
"""
PAD_MS = 250
NOISY_DB = 30
"""With white noise 15 dB under the speech 59 words in a hundred of a script were found, 85 with the
noise taken off.
"""
SILENCE = 0.5
"""The default 0.005 lets a first word begin up to 0.7 s early, in the silence before it."""

LEAST_SCORE = 1e-300


def main() -> None:
    """Answer request.json: ``mode`` is recognise, force, draft or activity."""
    with open("request.json", encoding="utf-8") as file:
        request = json.load(file)
    as_it_came = speech.mono(request["route"])
    sound = _clear(as_it_came)
    answer: dict[str, Any] = {}
    if request["mode"] == "force":
        answer = {"slices": _force(sound, request)}
    else:
        answer["activity"] = speech.activity(as_it_came, sound)
    if request["mode"] == "activity":
        answer["levels_db"] = speech.levels_db(sound)
    if request["mode"] == "recognise":
        answer |= _recognise(sound, request, speech.sounding(sound))
    elif request["mode"] == "draft":
        answer["words"] = _draft(sound)
    with open("words.json", "w", encoding="utf-8") as out:
        json.dump(answer, out, ensure_ascii=False)


def _clear(sound: bytes) -> bytes:
    """The sound, its steady noise taken off where that is less than NOISY_DB under the speech."""
    import numpy as np

    samples = np.frombuffer(sound, "<i2")
    if len(samples) < 16000:
        return sound
    blocks = samples[: len(samples) // 400 * 400].reshape(-1, 400)
    levels = [10 * np.log10((block.astype(np.float32) ** 2).mean() + 1) for block in blocks[::3]]
    quiet, loud = np.percentile(levels, (10, 90))
    return _denoised(sound) if loud - quiet < NOISY_DB else sound


def _denoised(sound: bytes) -> bytes:
    """Spectral subtraction; the noise is the quietest tenth of each band in a minute of sound."""
    import numpy as np

    samples = np.frombuffer(sound, "<i2")
    size, step = 512, 128
    window = np.hanning(size + 1)[:size].astype(np.float32)
    cleared = []
    for begin in range(0, len(samples), MINUTE_SAMPLES):
        lead = min(begin, size)
        piece = np.pad(samples[begin - lead : begin + MINUTE_SAMPLES + size], (0, size)).astype(
            np.float32
        )
        spectra = np.fft.rfft(
            np.lib.stride_tricks.sliding_window_view(piece, size)[::step] * window, axis=1
        )
        power = np.abs(spectra) ** 2
        # The lowest tenth of a noise's power lies so far under its mean.
        noise = np.percentile(power, 10, axis=0) * 2.5
        spectra *= np.sqrt(np.maximum(1 - 2 * noise / np.maximum(power, 1e-9), 0.02))
        rebuilt = np.zeros(len(piece) + size, np.float32)
        for i, frame in enumerate(np.fft.irfft(spectra, axis=1) * window):
            rebuilt[i * step : i * step + size] += frame / 1.5
        wanted = rebuilt[lead : lead + min(MINUTE_SAMPLES, len(samples) - begin)]
        cleared.append(np.clip(wanted, -32000, 32000).astype("<i2").tobytes())
    return b"".join(cleared)


def _decoder(**options: Any) -> Any:
    import pocketsphinx

    return pocketsphinx.Decoder(samprate=16000, loglevel="FATAL", **options)


def _pronunciations(request: dict[str, Any]) -> dict[str, list[str]]:
    """How each name of the request is said: as the dictionary that came with pocketsphinx has its
    word, or as given.
    """
    own = _decoder(lm=None) if request["dictionary"] else None
    return {
        name: (_known(own, entry["word"]) if own else []) or entry["phones"]
        for name, entry in request["words"].items()
    }


def _knowing(said: dict[str, list[str]], **options: Any) -> Any:
    """A decoder that knows these words alone. With the 134,000 of the dictionary beside them it
    hears the same, and takes 3 s of the processor to be given a language model.
    """
    decoder = _decoder(lm=None, dict=None, **options)
    for name, ways in said.items():
        for choice, phones in enumerate(ways, 1):
            decoder.add_word(name if choice == 1 else f"{name}({choice})", phones, False)
    return decoder


def _known(decoder: Any, word: str) -> list[str]:
    """All pronunciations of ``word`` in the dictionary that came with pocketsphinx."""
    found = []
    for choice in range(1, 6):
        said = decoder.lookup_word(word if choice == 1 else f"{word}({choice})")
        if said is None:
            break
        found.append(said)
    return found


def _recognise(sound: bytes, request: dict[str, Any], sounding: list[list[int]]) -> dict[str, Any]:
    """Words as heard with the language model in script.arpa, and the pieces with the mean of their
    features.
    """
    decoder = _knowing(_pronunciations(request))
    decoder.add_lm_file("script", "script.arpa")
    decoder.activate_search("script")
    words: list[dict[str, Any]] = []
    pieces: list[dict[str, Any]] = []
    for start, end in _pieces(sounding, len(sound) // BYTES_A_MS):
        decoder.start_utt()
        decoder.process_raw(sound[start * BYTES_A_MS : end * BYTES_A_MS], full_utt=True)
        decoder.end_utt()
        words.extend(
            {"word": part["name"], "start_ms": part["start_ms"], "end_ms": part["end_ms"]}
            for part in _said(decoder, start)
        )
        pieces.append({"start_ms": start, "end_ms": end, "cmn": decoder.get_cmn()})
    return {"words": words, "pieces": pieces}


def _pieces(activity: list[list[int]], length_ms: int) -> list[tuple[int, int]]:
    """Stretches to hear one by one, each cut in its longest pause.

    Silence of over two seconds is left out.
    """
    cuts, begin = [], activity[0][0] if activity else 0
    last = begin
    for (_, end), (start, _) in pairwise(activity):
        so_far, pause = start - begin, start - end
        in_a_pause = pause > 2000 or (so_far > PIECE_MS[0] and pause > 350)
        if in_a_pause or so_far > PIECE_MS[1]:
            cuts.append((begin, end))
            begin = start
        last = end
    cuts.append((begin, max(last, activity[-1][1]) if activity else length_ms))
    padded = [(max(0, start - PAD_MS), min(length_ms, end + PAD_MS)) for start, end in cuts]
    return [
        (start + i * PIECE_MS[1], min(end, start + (i + 1) * PIECE_MS[1]))
        for start, end in padded
        for i in range(max(1, math.ceil((end - start) / PIECE_MS[1])))
    ]


def _said(decoder: Any, offset_ms: int) -> list[dict[str, Any]]:
    """The words of the best path that carry a name of ours (they begin with an underscore); their
    score is the logarithm of how well they fit the sound, with the silence before them.
    """
    said, score = [], 0.0
    for part in decoder.seg() or ():
        score += math.log(max(part.ascore, LEAST_SCORE))
        if part.word.startswith("_"):
            said.append(
                {
                    "name": part.word.split("(")[0],
                    "start_ms": offset_ms + part.start_frame * FRAME_MS,
                    "end_ms": offset_ms + (part.end_frame + 1) * FRAME_MS,
                    "score": round(score, 4),
                }
            )
            score = 0.0
    return said


def _force(sound: bytes, request: dict[str, Any]) -> list[list[dict[str, Any]] | None]:
    """For each slice the path through its grammar, with the first of its ``beams`` that reaches the
    end; else None.
    """
    decoders: dict[float, Any] = {}
    said, answers = _pronunciations(request), []
    for number, part in enumerate(request["slices"]):
        found = None
        for beam in part["beams"]:
            if beam not in decoders:
                decoders[beam] = _forcing(beam, said)
            found = _forced(decoders[beam], f"slice{number}", sound, part)
            if found is not None:
                break
        answers.append(found)
    return answers


def _forcing(beam: float, said: dict[str, list[str]]) -> Any:
    """A decoder for grammars.

    A best path through its lattice is not looked for: with loops of phones that never ended.
    """
    decoder = _knowing(
        said,
        beam=beam,
        pbeam=beam,
        wbeam=beam * WIDEST_WORD_BEAM,
        silprob=SILENCE,
        bestpath=False,
    )
    first = next(iter(said))
    decoder.add_fsg("idle", decoder.create_fsg("idle", 0, 1, [(0, 1, 1.0, first)]))
    return decoder


def _forced(
    decoder: Any, name: str, sound: bytes, part: dict[str, Any]
) -> list[dict[str, Any]] | None:
    arcs = [tuple(arc) if arc[3] else tuple(arc[:3]) for arc in part["arcs"]]
    decoder.add_fsg(name, decoder.create_fsg(name, 0, part["final"], arcs))
    decoder.activate_search(name)
    if part["cmn"]:
        decoder.set_cmn(part["cmn"])
    decoder.start_utt()
    # Normalised with the mean of the whole piece: a second of speech taken by itself would lose its
    # own colour.
    heard = sound[part["start_ms"] * BYTES_A_MS : part["end_ms"] * BYTES_A_MS]
    decoder.process_raw(heard, full_utt=not part["cmn"])
    decoder.end_utt()
    found = _said(decoder, part["start_ms"]) if decoder.hyp() is not None else []
    decoder.activate_search("idle")
    decoder.remove_search(name)
    return found if found and found[-1]["name"] in _last_names(part) else None


def _last_names(part: dict[str, Any]) -> set[str]:
    """The names after which a grammar may end: the recogniser also gives paths that never reached
    the end.
    """
    ends: set[int] = set()
    more = {part["final"]}
    while more:
        ends |= more
        unnamed = {start for start, to, _, name in part["arcs"] if name is None and to in ends}
        more = unnamed - ends
    return {name for _, to, _, name in part["arcs"] if name and to in ends}


def _draft(sound: bytes) -> list[dict[str, Any]]:
    """Words as free decoding hears them: a rough draft, 20 to 30 words in a hundred wrong."""
    decoder = _decoder()
    decoder.start_utt()
    decoder.process_raw(sound, full_utt=True)
    decoder.end_utt()
    heard = []
    for part in decoder.seg() or ():
        word = part.word.split("(")[0]
        if word and word[0] not in "<[+":
            heard.append(
                {
                    "word": word,
                    "start_ms": part.start_frame * FRAME_MS,
                    "end_ms": (part.end_frame + 1) * FRAME_MS,
                    "confidence": round(min(1.0, math.exp(min(0.0, part.lscore / 1e4))), 3),
                }
            )
    return heard


if __name__ == "__main__":
    main()
