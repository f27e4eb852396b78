"""Turns what a recogniser said into words to show; without it every engine's own format would run
through the program.

Pure: the kept JSON text in, frozen words out. A new rule here costs no recognition.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from pipeline.captions.heard.names import unspaced
from pipeline.captions.words.script import Token
from pipeline.model import Word


def drafted_words(text: str) -> tuple[Word, ...]:
    """Words of pocketsphinx's free decoding; a pause of over 0.7 s ends a paragraph, since it hears
    no full stops.
    """
    said = [
        Word(word["word"], word["start_ms"], word["end_ms"], word["confidence"])
        for word in json.loads(text).get("words", [])
    ]
    return tuple(
        replace(
            word,
            text="I" if word.text == "i" else word.text,
            ends_paragraph=i + 1 == len(said) or said[i + 1].start_ms - word.end_ms > 700,
        )
        for i, word in enumerate(said)
    )


_WHISPERS_OWN = {"nb": "no", "fil": "tl", "jv": "jw", "cmn": "zh", "iw": "he"}


def whisper_language(tag: str) -> str:
    """The code that Whisper has for a language of config.yaml: no region, and its own for some."""
    code = tag.split("-")[0].lower()
    return _WHISPERS_OWN.get(code, code)


def whisper_words(text: str) -> tuple[Word, ...]:
    """Words of Whisper's result, in order of time. A word without length gets 20 ms; pieces join
    the word they end.

    Where no spaces are written (Chinese, Japanese, Thai) every piece is a word of its own; only
    marks join.
    """
    words: list[Word] = []
    for segment in json.loads(text).get("segments", []):
        for piece in segment.get("words", []):
            start, end = round(piece["start"] * 1000), round(piece["end"] * 1000)
            bare = piece["word"].strip()
            if not bare:
                continue
            joins = words and not piece["word"].startswith(" ") and words[-1].end_ms >= start - 20
            if joins and not (unspaced(bare[0]) and unspaced(words[-1].text[-1])):
                words[-1] = replace(
                    words[-1], text=words[-1].text + bare, end_ms=max(end, words[-1].end_ms)
                )
                continue
            start = max(start, words[-1].end_ms) if words else start
            words.append(
                Word(bare, start, max(end, start + 20), round(piece.get("probability", 1.0), 3))
            )
    return tuple(words)


def speech_activity(text: str) -> tuple[tuple[int, int], ...]:
    """Stretches of speech in ms, as tools/sphinx.py found them."""
    return tuple((start, end) for start, end in json.loads(text).get("activity", []))


def speech_levels(text: str) -> tuple[int, ...]:
    """The level of every 30 ms of a message in dB, beside its ``speech_activity``; 0 is silence."""
    return tuple(json.loads(text).get("levels_db", []))


def spread_words(tokens: Sequence[Token], activity: Sequence[tuple[int, int]]) -> tuple[Word, ...]:
    """A script's tokens spread over the speech by their letters: a guess, to be shown only as a
    draft.

    Empty where nobody speaks.
    """
    total_ms = sum(end - start for start, end in activity)
    if not total_ms or not tokens:
        return ()
    passed = list(accumulate((max(1, len(token.text)) for token in tokens), initial=0))
    words = []
    for token, (before, after) in zip(tokens, pairwise(passed), strict=True):
        start = _spoken_ms(before * total_ms // passed[-1], activity)
        end = max(start + 20, _spoken_ms(after * total_ms // passed[-1] - 1, activity))
        words.append(Word(token.text, start, end, 0.3, token.ends_paragraph))
    return tuple(words)


def _spoken_ms(speech_ms: int, activity: Sequence[tuple[int, int]]) -> int:
    """The moment at which ``speech_ms`` of speech have passed."""
    for start, end in activity:
        if speech_ms < end - start:
            return start + speech_ms
        speech_ms -= end - start
    return activity[-1][1]


def within_clip(words: Sequence[Word], in_ms: int, length_ms: int) -> tuple[Word, ...]:
    """The words that are heard between the accepted points, on the clip's own clock."""
    return tuple(
        replace(
            word, start_ms=max(0, word.start_ms - in_ms), end_ms=min(length_ms, word.end_ms - in_ms)
        )
        for word in words
        if in_ms <= (word.start_ms + word.end_ms) // 2 < in_ms + length_ms
    )


def activity_within(
    activity: Sequence[tuple[int, int]], in_ms: int, length_ms: int
) -> tuple[tuple[int, int], ...]:
    """The speech between the accepted points, on the clip's own clock."""
    cut = ((max(0, start - in_ms), min(length_ms, end - in_ms)) for start, end in activity)
    return tuple((start, end) for start, end in cut if start < end)
