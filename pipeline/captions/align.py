"""One aligner for every text: a speaker's script, Whisper's words, a person's wording; without it captions would drift.

In two steps: what was said (words heard with the script's own language model, walked through the script), and when (the
words that were read, forced onto slices of the sound). Pure: the recogniser's answers go in as it gave them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Literal

from pipeline.captions.arcs import force_request
from pipeline.captions.letters import phones
from pipeline.captions.reading import Reading, read, trigram_model
from pipeline.captions.script import Token, optional_texts
from pipeline.captions.stretches import Slice, slices, steps_read
from pipeline.captions.walk import HeardWord, Run, runs, walk
from pipeline.model import Word

Fit = Literal["use", "warn", "draft", "refuse"]
SHARES: tuple[tuple[float, Fit], ...] = ((0.75, "use"), (0.45, "warn"), (0.15, "draft"))
"""Share of what was heard that stands in the script in the same order. Other texts gave 0.02 to 0.12."""
SHORT_TEXT_CHANCE = 0.15
"""In a text of 50 words or less other talks matched by chance up to 0.23; from 150 words on nothing is added."""
FOREIGN_SHARES: tuple[tuple[float, Fit], ...] = ((0.6, "use"), (0.45, "warn"), (0.35, "draft"))
"""The same by letter rules: right texts gave 0.66 to 0.94, other ones up to 0.32."""
SLOWEST_WORD_MS, FASTEST_TEN_WORDS_MS = 1500, 1400
SURE, FORCED, GUESSED = 1.0, 0.8, 0.3
"""A word that was heard and timed; timed only; placed between its neighbours (to be looked at by a person)."""
FASTEST_LETTER_MS = 25
LEAST_UNSCRIPTED_MS = 1000
LEAST_SKIPPED_WORDS = 3


@dataclass(frozen=True)
class Plan:
    """What was said, and which slices are to be timed."""

    reading: Reading
    heard: tuple[HeardWord, ...]
    slices: tuple[Slice, ...]
    share: float
    activity: tuple[tuple[int, int], ...]
    english: bool = True


@dataclass(frozen=True)
class Alignment:
    """A text as it was really read: words with times, and where reading and text differ.

    ``activity`` is where somebody speaks, as the first step found it. ``skipped`` holds passages that were not said, each
    with the time at which they would have been; ``unscripted`` stretches of speech that are not in the text; ``dropped``
    the headings and directions that nobody read out.
    """

    words: tuple[Word, ...]
    share: float
    fit: Fit
    activity: tuple[tuple[int, int], ...]
    skipped: tuple[tuple[int, str], ...]
    unscripted: tuple[tuple[int, int], ...]
    dropped: tuple[str, ...]
    guessed: int


MOST_UNKNOWN = 0.1


def pronunciations(tokens: Sequence[Token], language: str) -> dict[str, list[str]] | None:
    """Each spoken word's phones by letter rules; None when over a tenth of the words have none in that language.

    A few words in foreign letters get a vowel for each letter: their neighbours give them their time.
    """
    words = sorted({word for token in tokens for way in token.readings for word in way})
    found = {word: " ".join(phones(word, language)) for word in words}
    unknown = [word for word in words if not found[word]]
    if len(unknown) > MOST_UNKNOWN * len(words):
        return None
    return {word: [said or " ".join(["AH"] * len(word))] for word, said in found.items()}


def recognise_texts(tokens: Sequence[Token], language: str, route: str) -> tuple[tuple[str, str], ...] | None:
    """The texts of the first recipe: what tools/sphinx.py is to hear, and with which language model."""
    said = pronunciations(tokens, language)
    if said is None:
        return None
    request = {"mode": "recognise", "route": route, "dictionary": _english(language),
               "words": {f"_{word}": {"word": word, "phones": ways} for word, ways in said.items()}}
    return (("request.json", json.dumps(request, ensure_ascii=False)), ("script.arpa", trigram_model(read(tokens))))


def plan(tokens: Sequence[Token], answer: str, language: str) -> Plan:
    """What was said, from the first recipe's words.json."""
    said = json.loads(answer)
    heard = tuple(HeardWord(word["word"][1:], word["start_ms"], word["end_ms"]) for word in said["words"])
    activity = tuple((start, end) for start, end in said["activity"])
    length_ms = max([piece["end_ms"] for piece in said["pieces"]], default=0)
    return plan_from(read(tokens, language), heard, activity, length_ms, language)


def plan_from(reading: Reading, heard: tuple[HeardWord, ...], activity: tuple[tuple[int, int], ...], length_ms: int,
              language: str) -> Plan:
    """The same for words that another engine heard (Whisper's, folded as the tokens' readings are)."""
    found = runs(reading, walk(reading, heard))
    steps = steps_read(reading, heard, found, activity)
    return Plan(reading, heard, slices(steps, activity, length_ms), share_of(heard, found), activity, _english(language))


def _english(language: str) -> bool:
    return language.split("-")[0] == "en"


def share_of(heard: Sequence[HeardWord], found: Sequence[Run]) -> float:
    """How much of what was heard stands in the script in the same order, 0 to 1 (runs of three words and more)."""
    return sum(len(run.places) for run in found if len(run.places) >= 3) / max(1, len(heard))


def force_texts(planned: Plan, answer: str, language: str, route: str) -> tuple[tuple[str, str], ...]:
    """The texts of the second recipe: which slices to time."""
    said = pronunciations(planned.reading.tokens, language) or {}
    request = force_request(planned.reading, planned.slices, said, json.loads(answer)["pieces"], _english(language), route)
    return (("request.json", request),)


def align(planned: Plan, forced: str) -> Alignment:
    """Words with times, from the second recipe's words.json."""
    words: list[tuple[int, Word]] = []
    for part, said in zip(planned.slices, json.loads(forced)["slices"], strict=True):
        words.extend(_slice_words(planned.reading, part, said))
    words = [(token, _not_in_silence(word, planned.activity)) for token, word in _in_order(words)]
    fit = fit_of(planned.share, len(planned.reading.tokens), planned.english) if words else "refuse"
    if fit == "refuse":
        words = []
    timed = tuple(word for _, word in words)
    return Alignment(
        words=timed, share=planned.share, fit=fit, activity=planned.activity,
        skipped=_skipped(planned.reading, words), unscripted=_unscripted(planned.activity, timed),
        dropped=_dropped(planned.reading, words), guessed=sum(word.confidence < FORCED for word in timed))


def fit_of(share: float, words: int, english: bool = True) -> Fit:
    """What to do with a text of so many words of which that share was heard."""
    chance = max(0.0, min(1.0, (150 - words) / 100)) * SHORT_TEXT_CHANCE if english else 0.0
    shares = SHARES if english else FOREIGN_SHARES
    return next((fit for least, fit in shares if share >= least + (chance if fit == "draft" else 0)), "refuse")


def _slice_words(reading: Reading, part: Slice, said: list[dict[str, Any]] | None) -> list[tuple[int, Word]]:
    """The words of one slice: as timed, or, where that had no result, as heard."""
    if said is None:
        return _as_heard(reading, part)
    anchored = {step.token for step in part.steps if step.anchored}
    found: list[tuple[int, int, int]] = []  # token, start, end
    for entry in said:
        if not entry["name"][1:].isdigit():
            found.append((-1, entry["start_ms"], entry["end_ms"]))
            continue
        place = reading.places[int(entry["name"][1:])]
        if place.begins or not found or found[-1][0] != place.token:
            found.append((place.token, entry["start_ms"], entry["end_ms"]))
        else:
            found[-1] = (place.token, found[-1][1], entry["end_ms"])
    if not _believable([(start, end) for token, start, end in found if token >= 0]):
        return _as_heard(reading, part)
    maybe = {step.token for step in part.steps if step.kind == "maybe"}
    return [(token, _word(reading, token, start, end, SURE if token in anchored else FORCED))
            for i, (token, start, end) in enumerate(found)
            if token >= 0 and not (token in maybe and _stray(found, i, maybe))]


def _believable(times: list[tuple[int, int]]) -> bool:
    """Nobody says ten words in 1.4 s, or holds one word in five for over a second and a half."""
    slow = sum(end - start > SLOWEST_WORD_MS for start, end in times)
    return slow * 5 <= len(times) and all(times[i + 9][1] - times[i][0] >= FASTEST_TEN_WORDS_MS for i in range(len(times) - 9))


def _stray(found: list[tuple[int, int, int]], i: int, maybe: set[int]) -> bool:
    """A lone word among other speech: the recogniser put it there because it had to put something."""
    run = 1
    for step in (-1, 1):
        at = i + step
        while 0 <= at < len(found) and found[at][0] == found[at - step][0] + step:
            run += 1 if found[at][0] in maybe else 3
            at += step
    return run < 3


def _as_heard(reading: Reading, part: Slice) -> list[tuple[int, Word]]:
    """Words at the times of the first step; those between them, not heard there, are spread: guesses."""
    known = [step for step in part.steps if step.kind == "said"]
    words: list[tuple[int, Word]] = []
    i = 0
    while i < len(known):
        if known[i].start_ms is not None:
            words.append((known[i].token, _word(reading, known[i].token, known[i].start_ms or 0, known[i].end_ms or 0, FORCED)))
            i += 1
            continue
        last = i
        while last < len(known) and known[last].start_ms is None:
            last += 1
        start = words[-1][1].end_ms if words else part.start_ms
        end = (known[last].start_ms or 0) if last < len(known) else part.end_ms
        sizes = [len(reading.tokens[step.token].text) for step in known[i:last]]
        if end - start >= FASTEST_LETTER_MS * sum(sizes):
            for step, size, before in zip(known[i:last], sizes, accumulate(sizes, initial=0), strict=False):
                begin = start + (end - start) * before // sum(sizes)
                lasts = (end - start) * size // sum(sizes)
                words.append((step.token, _word(reading, step.token, begin, begin + lasts, GUESSED)))
        i = last
    return words


def _word(reading: Reading, token: int, start_ms: int, end_ms: int, confidence: float) -> Word:
    entry = reading.tokens[token]
    return Word(entry.text, start_ms, max(start_ms + 20, end_ms), confidence, entry.ends_paragraph)


def _in_order(words: list[tuple[int, Word]]) -> list[tuple[int, Word]]:
    """Words in order of time: one that begins before the last has begun is left out."""
    kept: list[tuple[int, Word]] = []
    for token, word in words:
        if not kept or word.start_ms >= kept[-1][1].start_ms:
            kept.append((token, word))
    return kept


def _not_in_silence(word: Word, activity: Sequence[tuple[int, int]]) -> Word:
    """A word that begins in a silence (over 0.15 s before anybody speaks) begins where the speech does."""
    if any(start - 150 <= word.start_ms < end for start, end in activity):
        return word
    speech_ms = next((start for start, _ in activity if start > word.start_ms), word.end_ms)
    return replace(word, start_ms=speech_ms - 40) if speech_ms < word.end_ms - 40 else word


def _skipped(reading: Reading, words: list[tuple[int, Word]]) -> tuple[tuple[int, str], ...]:
    """Passages of three words and more that were not said, with the time of the word before them."""
    said = dict(words)
    found: list[tuple[int, str]] = []
    passage: list[str] = []
    at_ms = 0
    for number, token in enumerate((*reading.tokens, None)):
        if token is not None and number not in said:
            if token.optional is None:
                passage.append(token.text)
            continue
        if len(passage) >= LEAST_SKIPPED_WORDS:
            found.append((at_ms, " ".join(passage)))
        passage = []
        at_ms = said[number].end_ms if token is not None else 0
    return tuple(found)


def _dropped(reading: Reading, words: list[tuple[int, Word]]) -> tuple[str, ...]:
    said = {reading.tokens[token].optional for token, _ in words}
    return tuple(text for number, text in optional_texts(reading.tokens).items() if number not in said)


def _unscripted(activity: Sequence[tuple[int, int]], words: Sequence[Word]) -> tuple[tuple[int, int], ...]:
    """Speech of a second and more that no word covers."""
    found: list[tuple[int, int]] = []
    borders = [0, *(border for word in words for border in (word.start_ms, word.end_ms)), 10 ** 9]
    for gap_start, gap_end in zip(borders[::2], borders[1::2], strict=True):
        if gap_end - gap_start < LEAST_UNSCRIPTED_MS:
            continue
        speech = [(max(start, gap_start), min(end, gap_end)) for start, end in activity if start < gap_end and end > gap_start]
        if sum(end - start for start, end in speech) >= LEAST_UNSCRIPTED_MS:
            found.append((speech[0][0], speech[-1][1]))
    return tuple(found)
