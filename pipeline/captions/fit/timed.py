"""Which words a slice's answer gives, and how sure they are; without it all of it would be shown.

A path is believed where nobody would have to speak faster or slower than people do; else the words
stand where they were heard, and those between them are guesses. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any

from pipeline.captions.fit.reading import Reading
from pipeline.captions.fit.stretches import Slice, speech_ms
from pipeline.captions.words.script import Token
from pipeline.model import Word

SLOWEST_WORD_MS, FASTEST_TEN_WORDS_MS = 1500, 1400
SURE, FORCED, GUESSED = 1.0, 0.8, 0.3
"""A word that was heard and timed; timed only; placed between its neighbours (to be looked at by a
person).
"""
SAME_PLACE_MS = 400
FASTEST_LETTER_MS, SLOWEST_LETTER_MS = 25, 80
LEAST_ASIDE_MS = 1000
STRAYED_WORDS = 2


def slice_words(
    reading: Reading, part: Slice, said: list[dict[str, Any]] | None
) -> list[tuple[int, Word]]:
    """The words of one slice: as timed, or, where that had no result, as heard."""
    if said is None:
        return _as_heard(reading, part)
    anchored = {step.token: step.start_ms for step in part.steps if step.anchored}
    found = tokens_timed(reading, said)
    if not _believable([(start, end) for token, start, end in found if token >= 0]):
        return _as_heard(reading, part)
    maybe = {step.token for step in part.steps if step.kind == "maybe"}
    return [
        (token, timed_word(reading, token, start, end, _how_sure(anchored.get(token), start)))
        for i, (token, start, end) in enumerate(found)
        if token >= 0 and not (token in maybe and _stray(found, i, maybe))
    ]


def _how_sure(heard_ms: int | None, timed_ms: int) -> float:
    """Beside a sentence that was not said, words were timed 2 s from where they had been heard."""
    near = heard_ms is not None and abs(heard_ms - timed_ms) <= SAME_PLACE_MS
    return SURE if near else FORCED


def tokens_timed(reading: Reading, said: list[dict[str, Any]]) -> list[tuple[int, int, int]]:
    """A path's tokens with start and end; -1 stands for other speech."""
    found: list[tuple[int, int, int]] = []
    for entry in said:
        if not entry["name"][1:].isdigit():
            found.append((-1, entry["start_ms"], entry["end_ms"]))
            continue
        place = reading.places[int(entry["name"][1:])]
        if place.begins or not found or found[-1][0] != place.token:
            found.append((place.token, entry["start_ms"], entry["end_ms"]))
        else:
            found[-1] = (place.token, found[-1][1], entry["end_ms"])
    return found


def _believable(times: list[tuple[int, int]]) -> bool:
    """Nobody says ten words in 1.4 s, or holds one word in five for over a second and a half."""
    slow = sum(end - start > SLOWEST_WORD_MS for start, end in times)
    return slow * 5 <= len(times) and all(
        times[i + 9][1] - times[i][0] >= FASTEST_TEN_WORDS_MS for i in range(len(times) - 9)
    )


def _stray(found: list[tuple[int, int, int]], i: int, maybe: set[int]) -> bool:
    """A lone word among other speech: the recogniser had to put something there."""
    run = 1
    for step in (-1, 1):
        at = i + step
        while 0 <= at < len(found) and found[at][0] == found[at - step][0] + step:
            run += 1 if found[at][0] in maybe else 3
            at += step
    return run < 3


def _as_heard(reading: Reading, part: Slice) -> list[tuple[int, Word]]:
    """Words at the times of the first step; those between them, not heard there, are guesses."""
    known = [step for step in part.steps if step.kind == "said"]
    words: list[tuple[int, Word]] = []
    i = 0
    while i < len(known):
        if known[i].start_ms is not None:
            at = known[i]
            start, end = at.start_ms or 0, at.end_ms or 0
            words.append((at.token, timed_word(reading, at.token, start, end, FORCED)))
            i += 1
            continue
        last = i
        while last < len(known) and known[last].start_ms is None:
            last += 1
        start = words[-1][1].end_ms if words else part.start_ms
        end = (known[last].start_ms or 0) if last < len(known) else part.end_ms
        words.extend(_spread(reading, [step.token for step in known[i:last]], start, end))
        i = last
    return words


def _spread(
    reading: Reading, tokens: Sequence[int], start_ms: int, end_ms: int
) -> list[tuple[int, Word]]:
    """Words spread over a time by their letters; none where nobody could say them so fast."""
    sizes = [len(reading.tokens[token].text) for token in tokens]
    letters, length_ms = sum(sizes), end_ms - start_ms
    if length_ms < FASTEST_LETTER_MS * letters:
        return []
    words: list[tuple[int, Word]] = []
    for token, size, before in zip(tokens, sizes, accumulate(sizes, initial=0), strict=False):
        begin_ms = start_ms + length_ms * before // letters
        lasts_ms = length_ms * size // letters
        words.append((token, timed_word(reading, token, begin_ms, begin_ms + lasts_ms, GUESSED)))
    return words


def timed_word(reading: Reading, token: int, start_ms: int, end_ms: int, confidence: float) -> Word:
    entry = reading.tokens[token]
    return Word(entry.text, start_ms, max(start_ms + 20, end_ms), confidence, entry.ends_paragraph)


def places_heard(tokens: Sequence[Token], words: Sequence[Word]) -> frozenset[int]:
    """Numbers of the tokens of which a fitted text's words were heard, not only placed."""
    found = by_place([token.text for token in tokens], words)
    return frozenset(place for place, word in found.items() if word.confidence >= SURE)


def by_place(texts: Sequence[str], words: Sequence[Word]) -> dict[int, Word]:
    """The words of a fitted text by the number of the text that each stands for; some may lack."""
    said = [word.text for word in words]
    same = SequenceMatcher(None, texts, said, autojunk=False).get_matching_blocks()
    return {block.a + step: words[block.b + step] for block in same for step in range(block.size)}


def in_order(words: list[tuple[int, Word]]) -> list[tuple[int, Word]]:
    """Words in order of time: one that begins before the last has begun is left out."""
    kept: list[tuple[int, Word]] = []
    for token, word in words:
        if not kept or word.start_ms >= kept[-1][1].start_ms:
            kept.append((token, word))
    return kept


def rejoined(
    words: Sequence[tuple[int, Word]], reading: Reading, activity: Sequence[tuple[int, int]]
) -> list[tuple[int, Word]]:
    """The words, with one or two that an aside parts from their sentence put back beside it.

    They begin or end a sentence, and their place is a guess. An aside between two sentences drew
    the first word of the next one, or the last word of the last, 3 to 5 s away.
    """
    tokens = [token for token, _ in words]
    mended = [word for _, word in words]
    ends = [reading.tokens[token].ends_sentence for token in tokens]
    goes_on = [
        after == before + 1 and not end
        for before, after, end in zip(tokens, tokens[1:], ends, strict=False)
    ]
    for i in range(1, len(words)):
        left_ms, right_ms = words[i - 1][1].end_ms, words[i][1].start_ms
        if not goes_on[i - 1] or right_ms - left_ms < LEAST_ASIDE_MS:
            continue
        if speech_ms(left_ms, right_ms, activity) < LEAST_ASIDE_MS:
            continue
        begin = next((at for at in range(i, 0, -1) if not goes_on[at - 1]), 0)
        end = next((at for at in range(i, len(words)) if ends[at]), len(words) - 1)
        if i - begin <= STRAYED_WORDS and i - begin < end - i + 1:
            for at in range(i - 1, begin - 1, -1):
                stop_ms = mended[at + 1].start_ms
                mended[at] = _moved(mended[at], stop_ms - _at_most_ms(mended[at]))
        elif end - i + 1 <= STRAYED_WORDS:
            for at in range(i, end + 1):
                mended[at] = _moved(mended[at], mended[at - 1].end_ms)
    return in_order(list(zip(tokens, mended, strict=True)))


def _moved(word: Word, start_ms: int) -> Word:
    begin_ms = max(0, start_ms)
    return replace(word, start_ms=begin_ms, end_ms=begin_ms + _at_most_ms(word), confidence=GUESSED)


def _at_most_ms(word: Word) -> int:
    return min(word.end_ms - word.start_ms, SLOWEST_LETTER_MS * len(word.text))


def not_in_silence(word: Word, activity: Sequence[tuple[int, int]]) -> Word:
    """A word that begins in a silence begins where the speech does.

    Over 0.15 s before anybody speaks, that is.
    """
    if any(start - 150 <= word.start_ms < end for start, end in activity):
        return word
    onset_ms = next((start for start, _ in activity if start > word.start_ms), word.end_ms)
    return replace(word, start_ms=onset_ms - 40) if onset_ms < word.end_ms - 40 else word
