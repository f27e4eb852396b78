"""Times a script sentence by sentence where its words are not heard one by one.

Without it Arabic and Hebrew, which leave their vowels out, would be spread over the speech, and in
noise passages would be lost. The recogniser can still be held to the text's order: all of it is
forced onto the sound, sentences may be left out as a whole, and a pause is looked for between them.
What comes back is believed where a sentence begins after a pause and takes the time of its letters.
Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.captions.fit.reading import Reading
from pipeline.captions.fit.stretches import Slice, Step, speech_ms
from pipeline.captions.words.script import Token

LANGUAGES = ("ar", "he")
NEAR_PAUSE_MS = 250
"""Sentences that were found began within 114 ms of the end of a pause; those of another talk
anywhere.
"""
PACE, PACE_SLACK_MS = (0.6, 1.6), 300
"""How much faster or slower than the others a sentence may be: without a pause beside it or an
aside in it, within 15%.
"""
MOST_WHOLE_MS = 15 * 60_000
"""A minute takes 60 MB: longer recordings are not forced as a whole where there is another way."""

Timed = tuple[int, int, int]
"""A token's number, its start and its end in ms."""


@dataclass(frozen=True)
class Sentence:
    """A sentence that was timed: its words, where it begins and ends, and whether to believe it."""

    words: tuple[Timed, ...]
    start_ms: int
    end_ms: int
    sure: bool


def by_sentence(language: str) -> bool:
    """Whether a language's writing says too little for its words to be heard one by one."""
    return language.split("-")[0] in LANGUAGES


def whole(reading: Reading, activity: Sequence[tuple[int, int]]) -> tuple[Slice, ...]:
    """One slice from before the first speech to after the last, with every token.

    None where nobody speaks.
    """
    if not activity or not reading.tokens:
        return ()
    steps = tuple(Step("said", token) for token in range(len(reading.tokens)))
    return (Slice(max(0, activity[0][0] - 300), activity[-1][1] + 300, steps, by_sentence=True),)


def judged(
    tokens: Sequence[Token], timed: Sequence[Timed], activity: Sequence[tuple[int, int]]
) -> tuple[Sentence, ...]:
    """The sentences of words in order of time.

    Each begins where somebody begins to speak if that is near.
    """
    found: list[tuple[tuple[Timed, ...], int, int, bool]] = []
    for said in _sentences(tokens, timed):
        start_ms, end_ms = said[0][1], said[-1][2]
        onset_ms = _nearest(start_ms, [start for start, _ in activity])
        near = abs(onset_ms - start_ms) <= NEAR_PAUSE_MS
        found.append((said, onset_ms if near else start_ms, end_ms, near))
    letters = [sum(len(tokens[token].text) for token, _, _ in said) for said, _, _, _ in found]
    spoken_ms = [speech_ms(start_ms, end_ms, activity) for _, start_ms, end_ms, _ in found]
    pace = median([ms / count for ms, count in zip(spoken_ms, letters, strict=True)] or [0.0])
    return tuple(
        Sentence(said, start_ms, end_ms, near and _in_pace(ms, pace * count))
        for (said, start_ms, end_ms, near), count, ms in zip(found, letters, spoken_ms, strict=True)
    )


def _nearest(at_ms: int, onsets_ms: Sequence[int]) -> int:
    return min(onsets_ms, key=lambda onset_ms: abs(onset_ms - at_ms), default=at_ms)


def _in_pace(spoken_ms: int, expected_ms: float) -> bool:
    fastest_ms, slowest_ms = PACE[0] * expected_ms, PACE[1] * expected_ms
    return fastest_ms - PACE_SLACK_MS <= spoken_ms <= slowest_ms + PACE_SLACK_MS


def share_explained(sentences: Sequence[Sentence], activity: Sequence[tuple[int, int]]) -> float:
    """How much of the speech belongs to sentences that are believed, 0 to 1."""
    total_ms = sum(end - start for start, end in activity)
    sure = [sentence for sentence in sentences if sentence.sure]
    sure_ms = sum(speech_ms(one.start_ms, one.end_ms, activity) for one in sure)
    return sure_ms / total_ms if total_ms else 0.0


def _sentences(tokens: Sequence[Token], timed: Sequence[Timed]) -> list[tuple[Timed, ...]]:
    """The words sentence by sentence; one that is said again begins anew."""
    found: list[list[Timed]] = []
    for word in timed:
        before = found[-1][-1][0] if found else -1
        between = tokens[max(0, before) : word[0]]
        if word[0] > before >= 0 and not any(token.ends_sentence for token in between):
            found[-1].append(word)
        else:
            found.append([word])
    return [tuple(said) for said in found]
