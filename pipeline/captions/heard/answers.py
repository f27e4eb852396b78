"""Turns a recogniser's answer into words; without it each engine's format would run everywhere.

Pure: the kept JSON text in, frozen words out. A new rule here costs no recognition.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, dropwhile, pairwise
from typing import Any

from pipeline.captions.words.script import Token
from pipeline.captions.words.sounds import letters_of
from pipeline.captions.words.writing import unspaced
from pipeline.model import Word


def drafted_words(text: str) -> tuple[Word, ...]:
    """Words of pocketsphinx's free decoding, which hears no full stops.

    A pause of over 0.7 s ends a paragraph.
    """
    said = [
        Word(_capital_i(word["word"]), word["start_ms"], word["end_ms"], word["confidence"])
        for word in json.loads(text).get("words", [])
    ]
    pauses_ms = [after.start_ms - word.end_ms for word, after in pairwise(said)]
    closes = [*(pause_ms > _PARAGRAPH_PAUSE_MS for pause_ms in pauses_ms), True]
    return tuple(
        replace(word, ends_paragraph=last)
        for word, last in zip(said, closes[: len(said)], strict=True)
    )


def _capital_i(word: str) -> str:
    return "I" if word == "i" else word


_PARAGRAPH_PAUSE_MS = 700
_JOINED_WITHIN_MS, _SHORTEST_MS = 20, 20
_WHISPERS_OWN = {"nb": "no", "fil": "tl", "jv": "jw", "cmn": "zh", "iw": "he"}


def whisper_language(tag: str) -> str:
    """The code that Whisper has for a language of config.yaml: no region, and its own for some."""
    code = tag.split("-")[0].lower()
    return _WHISPERS_OWN.get(code, code)


LEAKED_UNDER = 0.02
"""Probability of the first word of a segment in which a prompt was heard again as if it were said:
11 of 11 such segments were under it, none of 154 others.
"""


def whisper_words(text: str, told: Iterable[str] = ()) -> tuple[Word, ...]:
    """Words of Whisper's result, in order of time. A word without length gets 20 ms.

    Pieces join the word they end. Where no spaces are written (Chinese, Japanese, Thai) every piece
    is a word of its own; only marks join. A segment of marks alone has none, and one that begins
    with what Whisper was ``told`` beforehand, and nobody says, begins after it.
    """
    segments = json.loads(text).get("segments", [])
    names = {letters_of(part) for term in told for part in re.split(r"([\s-])", term)}
    words: list[Word] = []
    for piece in (piece for segment in segments for piece in _said(segment, names)):
        start_ms, end_ms = round(piece["start"] * 1000), round(piece["end"] * 1000)
        bare = piece["word"].strip()
        if not bare:
            continue
        if words and _goes_on(words[-1], piece["word"], start_ms):
            whole, end_ms = words[-1].text + bare, max(end_ms, words[-1].end_ms)
            words[-1] = replace(words[-1], text=whole, end_ms=end_ms)
            continue
        start_ms = max(start_ms, words[-1].end_ms) if words else start_ms
        probability = round(piece.get("probability", 1.0), 3)
        words.append(Word(bare, start_ms, max(end_ms, start_ms + _SHORTEST_MS), probability))
    return tuple(words)


def _said(segment: Mapping[str, Any], names: Collection[str]) -> list[Any]:
    """The pieces of a segment that were said."""
    pieces: list[Any] = segment.get("words", [])
    if not any(letters_of(piece["word"]) for piece in pieces):
        return []
    if pieces[0].get("probability", 1.0) >= LEAKED_UNDER:
        return pieces
    return list(dropwhile(lambda piece: letters_of(piece["word"]) in names, pieces))


UNDERSTOOD = 0.65
"""Mean probability of Whisper's words: 0.51 to 0.62 where 61 to 86 in a hundred were wrong, 0.65
and more where 42 at most were.
"""


@dataclass(frozen=True)
class Listened:
    """What Whisper heard. ``spoken`` is the language that is spoken in place of the declared one,
    and how likely that is: there are no words then. ``passages`` are in another language than the
    rest: start_ms, end_ms, language. ``invented`` are words over silence: kept apart, so that they
    are no witness of anything and are said to be left out. ``hearings`` are those of which
    ``words`` were put together.
    """

    words: tuple[Word, ...]
    spoken: tuple[str, float] | None = None
    passages: tuple[tuple[int, int, str], ...] = ()
    invented: tuple[Word, ...] = ()
    hearings: tuple[tuple[Word, ...], ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether Whisper understood what it heard, on the whole; its words are no witness against
        a text otherwise.
        """
        sure = sum(word.confidence for word in self.words)
        return bool(self.words) and sure >= UNDERSTOOD * len(self.words)


def listened(text: str, told: Iterable[str] = ()) -> Listened:
    """Whisper's words, and in which languages they were said. ``told``: what it was told before."""
    said = json.loads(text)
    spoken = said.get("spoken")
    passages = tuple((start, end, other) for start, end, other in said.get("passages", ()))
    return Listened(whisper_words(text, told), (spoken[0], spoken[1]) if spoken else None, passages)


def _goes_on(word: Word, piece: str, start_ms: int) -> bool:
    """Whether a piece that begins at ``start_ms`` is the rest of the word before it."""
    if piece.startswith(" ") or word.end_ms < start_ms - _JOINED_WITHIN_MS:
        return False
    return not (unspaced(piece.strip()[0]) and unspaced(word.text[-1]))


def speech_activity(text: str) -> tuple[tuple[int, int], ...]:
    """Stretches of speech in ms, as tools/hearing/sphinx.py found them."""
    return tuple((start, end) for start, end in json.loads(text).get("activity", []))


def speech_levels(text: str) -> tuple[int, ...]:
    """The level of every 30 ms of a message in dB, beside its ``speech_activity``; 0 is silence."""
    return tuple(json.loads(text).get("levels_db", []))


def spread_words(tokens: Sequence[Token], activity: Sequence[tuple[int, int]]) -> tuple[Word, ...]:
    """A script's tokens spread over the speech by their letters: a guess, to be shown as a draft.

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
    kept = [word for word in words if 0 <= _middle_ms(word) - in_ms < length_ms]
    starts_ms = [max(0, word.start_ms - in_ms) for word in kept]
    ends_ms = [min(length_ms, word.end_ms - in_ms) for word in kept]
    return tuple(
        replace(word, start_ms=start_ms, end_ms=end_ms)
        for word, start_ms, end_ms in zip(kept, starts_ms, ends_ms, strict=True)
    )


def _middle_ms(word: Word) -> int:
    return (word.start_ms + word.end_ms) // 2


def activity_within(
    activity: Sequence[tuple[int, int]], in_ms: int, length_ms: int
) -> tuple[tuple[int, int], ...]:
    """The speech between the accepted points, on the clip's own clock."""
    cut = ((max(0, start - in_ms), min(length_ms, end - in_ms)) for start, end in activity)
    return tuple((start, end) for start, end in cut if start < end)
