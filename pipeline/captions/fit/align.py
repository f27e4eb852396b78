"""One aligner for every text: script, Whisper's words, a person's wording; without it they'd drift.

In two steps: what was said (words heard with the script's own language model, walked through the
script), and when (the words that were read, forced onto slices of the sound). Of Whisper's words
the first is known. Pure: the recogniser's answers go in as it gave them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pipeline.captions.fit.arcs import force_request
from pipeline.captions.fit.reading import Reading, read, trigram_model
from pipeline.captions.fit.sentences import (
    MOST_WHOLE_MS,
    Sentence,
    by_sentence,
    judged,
    share_explained,
    whole,
)
from pipeline.captions.fit.stretches import Slice, slices, steps_read, steps_said
from pipeline.captions.fit.timed import (
    FORCED,
    GUESSED,
    SURE,
    in_order,
    not_in_silence,
    rejoined,
    slice_words,
    timed_word,
    tokens_timed,
)
from pipeline.captions.fit.walk import HeardWord, Run, runs, walk
from pipeline.captions.words.letters import phones
from pipeline.captions.words.letters_semitic import ways
from pipeline.captions.words.script import Token, optional_texts
from pipeline.model import Word

Fit = Literal["use", "warn", "draft", "refuse"]
SHARES: tuple[tuple[float, Fit], ...] = ((0.75, "use"), (0.6, "warn"), (0.15, "draft"))
"""Share of what was heard that stands in the script in the same order. Other texts gave 0.02 to
0.12.
"""
SHORT_TEXT_CHANCE = 0.15
"""In a text of 50 words or less other talks matched by chance up to 0.23; from 150 words on nothing
is added.
"""
FOREIGN_SHARES: tuple[tuple[float, Fit], ...] = ((0.6, "use"), (0.35, "draft"))
"""The same by letter rules: right texts gave 0.66 to 0.94, other ones up to 0.32."""
SENTENCE_SHARES: tuple[tuple[float, Fit], ...] = ((0.7, "use"), (0.6, "warn"), (0.4, "draft"))
"""The same where only sentences are timed, as a share of the speech: right texts gave 0.84 and
0.88, with a third of the speech not in them 0.43 to 0.56, other ones 0 to 0.1, the same sentences
the other way round up to 0.38.
"""
WHOLE_BELOW = 0.75
"""Under that share the text is also forced as a whole. White noise 10 dB under the speech: 37 words
lost and 56 that were not said by the words heard, none and none as a whole.
"""
LEAST_WHOLE, BETTER_BY = 0.6, 0.05
"""How much of the speech the whole must take up with sentences that are believed, and how much more
than the words heard.
"""
AFTER_ALL_MS = 300
"""Sound after the last word and the last speech; a recogniser's words may end too early."""
LEAST_UNSCRIPTED_MS = 1000
LEAST_SKIPPED_WORDS = 3


@dataclass(frozen=True)
class Plan:
    """What was said, and which slices are to be timed.

    ``whole`` is another way, the text as it is written.
    """

    reading: Reading
    heard: tuple[HeardWord, ...]
    slices: tuple[Slice, ...]
    share: float
    activity: tuple[tuple[int, int], ...]
    english: bool = True
    whole: tuple[Slice, ...] = ()


@dataclass(frozen=True)
class Alignment:
    """A text as it was really read: words with times, and where reading and text differ.

    ``activity`` is where somebody speaks, as the first step found it. ``skipped`` holds passages
    that were not said, each with the time at which they would have been; ``unscripted`` stretches
    of speech that are not in the text; ``dropped`` the headings and directions that nobody read
    out. ``sentences`` are there where only they are timed: their words' times are the recogniser's
    best, and those of a sentence that is not believed are guesses. ``explained`` is the share of
    the speech that sentences take up which are believed.
    """

    words: tuple[Word, ...]
    share: float
    fit: Fit
    activity: tuple[tuple[int, int], ...]
    skipped: tuple[tuple[int, str], ...]
    unscripted: tuple[tuple[int, int], ...]
    dropped: tuple[str, ...]
    guessed: int
    sentences: tuple[Sentence, ...] = ()
    explained: float = 0.0

    @property
    def fits(self) -> bool:
        """Whether it is the text of the recording, and more than a draft."""
        return bool(self.words) and self.fit in ("use", "warn")


MOST_UNKNOWN = 0.1


def pronunciations(tokens: Sequence[Token], language: str) -> dict[str, list[str]] | None:
    """Each spoken word's phones by letter rules; None when over a tenth of the words have none.

    A few words in foreign letters get a vowel for each letter: their neighbours give them their
    time.
    """
    words = sorted({word for token in tokens for way in token.readings for word in way})
    found = {word: _by_letters(word, language) for word in words}
    unknown = [word for word in words if not found[word]]
    if len(unknown) > MOST_UNKNOWN * len(words):
        return None
    return found | {word: [" ".join(["AH"] * len(word))] for word in unknown}


def _by_letters(word: str, language: str) -> list[str]:
    """The ways to say a word by the rules of its writing; none where they have none for it."""
    without_vowels = ways(word, language)
    if without_vowels:
        return without_vowels
    said = " ".join(phones(word, language))
    return [said] if said else []


def recognise_texts(
    tokens: Sequence[Token], language: str, route: str
) -> tuple[tuple[str, str], ...] | None:
    """The first recipe's texts: what tools/hearing/sphinx.py is to hear, and its language model."""
    said = pronunciations(tokens, language)
    if said is None:
        return None
    if by_sentence(language):
        return (("request.json", json.dumps({"mode": "activity", "route": route})),)
    words = {f"_{word}": {"word": word, "phones": spoken} for word, spoken in said.items()}
    english = is_english(language)
    request = {"mode": "recognise", "route": route, "dictionary": english, "words": words}
    asked = json.dumps(request, ensure_ascii=False)
    return (("request.json", asked), ("script.arpa", trigram_model(read(tokens))))


def plan(tokens: Sequence[Token], answer: str, language: str) -> Plan:
    """What was said, from the first recipe's words.json."""
    said, reading = json.loads(answer), read(tokens, language)
    activity = tuple((start, end) for start, end in said["activity"])
    if by_sentence(language):
        return plan_sentences(reading, activity)
    heard = tuple(
        HeardWord(word["word"][1:], word["start_ms"], word["end_ms"]) for word in said["words"]
    )
    length_ms = max([piece["end_ms"] for piece in said["pieces"]], default=0)
    return plan_from(reading, heard, activity, length_ms, language)


def plan_from(
    reading: Reading,
    heard: tuple[HeardWord, ...],
    activity: tuple[tuple[int, int], ...],
    length_ms: int,
    language: str,
) -> Plan:
    """The same for words that were heard with their times."""
    found = runs(reading, walk(reading, heard))
    parts = slices(steps_read(reading, heard, found, activity), activity, length_ms)
    share, english = share_of(heard, found), is_english(language)
    unsure = share < WHOLE_BELOW and length_ms <= MOST_WHOLE_MS
    other_way = whole(reading, activity) if unsure else ()
    return Plan(reading, heard, parts, share, activity, english, other_way)


def plan_words(
    tokens: Sequence[Token],
    words: Sequence[Word],
    activity: tuple[tuple[int, int], ...],
    language: str,
) -> Plan:
    """Where ``words``, one for each token, are to be timed. All of them were said, at about their
    own times, so there is no first step.
    """
    reading = read(tokens, language)
    if by_sentence(language):
        return plan_sentences(reading, activity)
    length_ms = max(words[-1].end_ms, activity[-1][1] if activity else 0) + AFTER_ALL_MS
    parts = slices(steps_said(words, activity), activity, length_ms)
    return Plan(reading, (), parts, 1.0, activity, is_english(language))


def plan_sentences(reading: Reading, activity: tuple[tuple[int, int], ...]) -> Plan:
    """A text of which only the sentences are timed, by where somebody speaks."""
    return Plan(reading, (), (), 0.0, activity, english=False, whole=whole(reading, activity))


def is_english(language: str) -> bool:
    return language.split("-")[0] == "en"


def share_of(heard: Sequence[HeardWord], found: Sequence[Run]) -> float:
    """How much of what was heard stands in the script in the same order, 0 to 1.

    Runs of three words and more count.
    """
    in_order = sum(len(run.places) for run in found if len(run.places) >= 3)
    return in_order / max(1, len(heard))


def force_texts(
    planned: Plan, language: str, route: str, answer: str = "{}"
) -> tuple[tuple[str, str], ...]:
    """The texts of the second recipe: which slices to time. ``answer`` is the first one's, where
    there was a first one.
    """
    said = pronunciations(planned.reading.tokens, language) or {}
    pieces = json.loads(answer).get("pieces", ())
    parts, english = planned.slices + planned.whole, is_english(language)
    request = force_request(planned.reading, parts, said, pieces, english, route)
    return (("request.json", request),)


def align(planned: Plan, forced: str) -> Alignment:
    """Words with times, from the second recipe's words.json.

    By what was heard, or by sentences where that explains more.
    """
    answers, count = json.loads(forced)["slices"], len(planned.slices)
    by_words = _align_words(planned, answers[:count])
    if not planned.whole:
        return by_words
    timed = _whole_times(planned, answers[count:])
    as_a_whole = _align_sentences(planned, judged(planned.reading.tokens, timed, planned.activity))
    explained = as_a_whole.share
    better = explained >= LEAST_WHOLE and explained > by_words.explained + BETTER_BY
    return as_a_whole if better or not planned.slices else by_words


def _align_words(planned: Plan, answers: Sequence[list[dict[str, Any]] | None]) -> Alignment:
    """By what was heard.

    Where that is little, a sentence fits its place badly and few of its words were heard, it is a
    guess.
    """
    words: list[tuple[int, Word]] = []
    for part, said in zip(planned.slices, answers, strict=True):
        words.extend(slice_words(planned.reading, part, said))
    words = [(token, not_in_silence(word, planned.activity)) for token, word in in_order(words)]
    words = rejoined(words, planned.reading, planned.activity)
    known = _judged(planned, [(token, word) for token, word in words if word.confidence >= FORCED])
    fit = fit_of(planned.share, len(planned.reading.tokens), planned.english)
    if fit != "use":
        words = _doubted(words, _judged(planned, words))
    explained = share_explained(known, planned.activity)
    return replace(_aligned(planned, words, planned.share, fit), explained=explained)


def _judged(planned: Plan, words: Sequence[tuple[int, Word]]) -> tuple[Sentence, ...]:
    timed = [(token, word.start_ms, word.end_ms) for token, word in words]
    return judged(planned.reading.tokens, timed, planned.activity)


def _doubted(
    words: Sequence[tuple[int, Word]], sentences: Sequence[Sentence]
) -> list[tuple[int, Word]]:
    doubted: list[tuple[int, Word]] = []
    for sentence in sentences:
        said = list(words[len(doubted) : len(doubted) + len(sentence.words)])
        heard = sum(word.confidence == SURE for _, word in said)
        if not sentence.sure and 2 * heard < len(said):
            said = [(token, replace(word, confidence=GUESSED)) for token, word in said]
        doubted += said
    return doubted


def _whole_times(
    planned: Plan, answers: Sequence[list[dict[str, Any]] | None]
) -> list[tuple[int, int, int]]:
    return [timed for said in answers if said for timed in tokens_timed(planned.reading, said)]


def _aligned(planned: Plan, words: list[tuple[int, Word]], share: float, fit: Fit) -> Alignment:
    """What ``words`` leave over of text and speech; a text that is refused has none."""
    used = words if fit != "refuse" else []
    timed = tuple(word for _, word in used)
    return Alignment(
        words=timed,
        share=share,
        fit=fit if words else "refuse",
        activity=planned.activity,
        skipped=_skipped(planned.reading, used),
        unscripted=_unscripted(planned.activity, timed),
        dropped=_dropped(planned.reading, used),
        guessed=sum(word.confidence < FORCED for word in timed),
    )


def _align_sentences(planned: Plan, sentences: tuple[Sentence, ...]) -> Alignment:
    """Words of sentences that are believed count as timed only; those of the others are guesses."""
    words = [word for one in sentences for word in _words_of(one, planned.reading)]
    share = share_explained(sentences, planned.activity)
    fit: Fit = next((fit for least, fit in SENTENCE_SHARES if share >= least), "refuse")
    aligned = _aligned(planned, in_order(words), share, fit)
    return replace(aligned, sentences=sentences, explained=share)


def _words_of(sentence: Sentence, reading: Reading) -> list[tuple[int, Word]]:
    confidence = FORCED if sentence.sure else GUESSED
    tokens, starts_ms, ends_ms = zip(*sentence.words, strict=True)
    later_ms = (max(start_ms, sentence.start_ms + 20) for start_ms in starts_ms[1:])
    return [
        (token, timed_word(reading, token, start_ms, end_ms, confidence))
        for token, start_ms, end_ms in zip(
            tokens, (sentence.start_ms, *later_ms), ends_ms, strict=True
        )
    ]


def fit_of(share: float, words: int, english: bool = True) -> Fit:
    """What to do with a text of so many words of which that share was heard."""
    chance = max(0.0, min(1.0, (150 - words) / 100)) * SHORT_TEXT_CHANCE if english else 0.0
    for least, fit in SHARES if english else FOREIGN_SHARES:
        if share >= least + (chance if fit == "draft" else 0):
            return fit
    return "refuse"


def _skipped(reading: Reading, words: list[tuple[int, Word]]) -> tuple[tuple[int, str], ...]:
    """Passages of three words and more that were not said, with the time of the word before."""
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
    optional = optional_texts(reading.tokens)
    return tuple(text for number, text in optional.items() if number not in said)


def _unscripted(
    activity: Sequence[tuple[int, int]], words: Sequence[Word]
) -> tuple[tuple[int, int], ...]:
    """Speech of a second and more that no word covers."""
    found: list[tuple[int, int]] = []
    borders = [0, *(border for word in words for border in (word.start_ms, word.end_ms)), 10**9]
    for gap_start, gap_end in zip(borders[::2], borders[1::2], strict=True):
        if gap_end - gap_start < LEAST_UNSCRIPTED_MS:
            continue
        inside = [(start, end) for start, end in activity if start < gap_end and end > gap_start]
        speech = [(max(start, gap_start), min(end, gap_end)) for start, end in inside]
        if sum(end - start for start, end in speech) >= LEAST_UNSCRIPTED_MS:
            found.append((speech[0][0], speech[-1][1]))
    return tuple(found)
