"""Times a script sentence by sentence where the writing leaves the vowels out; without it Arabic and Hebrew would be spread.

The recogniser cannot hear such words one by one (of an Arabic text read as written 15 words in a hundred were found), but it
can be held to the text's order: all of it is forced onto the sound, sentences may be left out as a whole, and a pause is
looked for between them. What comes back is believed where a sentence begins after a pause and takes the time of its letters.
Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.captions.reading import Reading
from pipeline.captions.script import Token
from pipeline.captions.stretches import Slice, Step, ends_sentence

LANGUAGES = ("ar", "he")
NEAR_PAUSE_MS = 250
"""Sentences that were found began within 114 ms of the end of a pause; those of another talk anywhere."""
PACE, PACE_SLACK_MS = (0.6, 1.6), 300
"""How much faster or slower than the others a sentence may be: without a pause beside it or an aside in it, within 15%."""


@dataclass(frozen=True)
class Sentence:
    """A sentence that was timed: the numbers of its tokens, where it begins and ends, and whether that is believed."""

    tokens: tuple[int, ...]
    start_ms: int
    end_ms: int
    sure: bool


def by_sentence(language: str) -> bool:
    """Whether a language's writing says too little for its words to be heard one by one."""
    return language.split("-")[0] in LANGUAGES


def whole(reading: Reading, activity: Sequence[tuple[int, int]]) -> tuple[Slice, ...]:
    """One slice from before the first speech to after the last, with every token; none where nobody speaks."""
    if not activity or not reading.tokens:
        return ()
    steps = tuple(Step("said", token) for token in range(len(reading.tokens)))
    return (Slice(max(0, activity[0][0] - 300), activity[-1][1] + 300, steps, by_sentence=True),)


def judged(tokens: Sequence[Token], times: Mapping[int, tuple[int, int]],
           activity: Sequence[tuple[int, int]]) -> tuple[Sentence, ...]:
    """The sentences that have times (by number of token), each beginning where somebody begins to speak if that is near."""
    found: list[tuple[tuple[int, ...], int, int, bool]] = []
    for said in _sentences(tokens, times):
        start_ms, end_ms = times[said[0]][0], times[said[-1]][1]
        onset_ms = min((start for start, _ in activity), key=lambda at: abs(at - start_ms), default=start_ms)
        near = abs(onset_ms - start_ms) <= NEAR_PAUSE_MS
        found.append((said, onset_ms if near else start_ms, end_ms, near))
    letters = [sum(len(tokens[token].text) for token in said) for said, _, _, _ in found]
    spoken_ms = [speech_ms(start_ms, end_ms, activity) for _, start_ms, end_ms, _ in found]
    pace = median([ms / count for ms, count in zip(spoken_ms, letters, strict=True)] or [0.0])
    return tuple(
        Sentence(said, start_ms, end_ms, near and PACE[0] * pace * count - PACE_SLACK_MS <= ms
                 <= PACE[1] * pace * count + PACE_SLACK_MS)
        for (said, start_ms, end_ms, near), count, ms in zip(found, letters, spoken_ms, strict=True))


def share_explained(sentences: Sequence[Sentence], activity: Sequence[tuple[int, int]]) -> float:
    """How much of the time in which somebody speaks belongs to sentences that are believed, 0 to 1."""
    total_ms = sum(end - start for start, end in activity)
    sure_ms = sum(speech_ms(sentence.start_ms, sentence.end_ms, activity) for sentence in sentences if sentence.sure)
    return sure_ms / total_ms if total_ms else 0.0


def speech_ms(start_ms: int, end_ms: int, activity: Sequence[tuple[int, int]]) -> int:
    """For how long somebody speaks between two times."""
    return sum(max(0, min(end_ms, stop) - max(start_ms, start)) for start, stop in activity)


def _sentences(tokens: Sequence[Token], times: Mapping[int, tuple[int, int]]) -> list[tuple[int, ...]]:
    """The tokens that have times, sentence by sentence."""
    found: list[tuple[int, ...]] = []
    said: list[int] = []
    for number, token in enumerate(tokens):
        if number in times:
            said.append(number)
        if said and (ends_sentence(token) or number + 1 == len(tokens)):
            found.append(tuple(said))
            said = []
    return found
