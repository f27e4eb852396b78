"""What a recogniser made up, lost or stumbled over; without it invented words would go on air, and
lost ones be missed.

Pure: words and the stretches in which somebody speaks in, findings out. Invented words are taken
out of a draft and said so; everything else stays and is marked. A text that a person wrote (a
script) is only ever marked.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from pipeline.captions.heard.names import UNSURE_BELOW
from pipeline.captions.heard.silence import CLOSING_PHRASES
from pipeline.captions.words.languages import name_of, other_than
from pipeline.captions.words.script import fold
from pipeline.codes import Code
from pipeline.findings import Finding, Severity
from pipeline.model import Stretch, Transcript, Word, WordSource
from pipeline.timing import moment

NEAR_SPEECH_MS = 500
"""Whisper's word times are off by 100 to 200 ms and speech is found 50 to 200 ms late: further away
is not near.
"""
SILENCE_MS = 1000
LOST_SPEECH_MS = 1500
LONGEST_WORD_MS = 2000
SHORTEST_WORD_MS = 20
FASTEST_CPS = 30
"""Characters a second over eight words; the fastest speakers reach 25, a window squeezed together
hundreds.
"""
PACE_WORDS = 8
RUN_ON_WORDS = 60
LONGEST_LOOP = 30
MOST_OF_A_KIND = 10

_CHECKED: dict[WordSource, frozenset[str]] = {
    "whisper": frozenset({"invented", "lost", "loop", "pace", "drift", "run-on", "language"}),
    "draft": frozenset({"invented", "lost", "loop", "drift"}),
    "script": frozenset({"silent", "pace", "drift", "language"}),
    "spread": frozenset({"language"}),
    "translation": frozenset({"invented", "loop", "run-on", "language"}),
    "person": frozenset(),
}
"""What can be wrong with words from each source. Pocketsphinx knows no full stops; a script repeats
itself on purpose, and speech that it does not have is found where it is fitted
(captions/fitting.py).
"""


def examine(said: Transcript, language: str) -> tuple[tuple[Word, ...], tuple[Finding, ...]]:
    """The words to show, without what was invented, and what a producer should know of them, in
    order of time.

    Times are those of the words. At most ten findings of a kind; the last one says how many more
    there are.
    """
    checks = _CHECKED[said.source]
    words, findings = said.words, list[Finding]()
    if "invented" in checks and said.activity is not None:
        words, findings = _without_invented(said.words, said.activity)
    looks: dict[str, Callable[[], list[Finding]]] = {
        "silent": lambda: _over_silence(words, said.activity),
        "lost": lambda: _lost(words, said.activity),
        "loop": lambda: _loops(words),
        "pace": lambda: _too_fast(words),
        "drift": lambda: _drift(words),
        "run-on": lambda: _run_on(words),
        "language": lambda: _language(words, language),
    }
    for name, look in looks.items():
        findings.extend(look() if name in checks else ())
    return words, tuple(sorted(_at_most(findings), key=lambda finding: finding.at_ms or 0))


def doubtful(words: Sequence[Word]) -> tuple[Stretch, ...]:
    """The runs of words that the recogniser was not sure of (under 0.5), for a person to hear
    again.
    """
    runs = (
        list(run)
        for unsure, run in groupby(words, key=lambda word: word.confidence < UNSURE_BELOW)
        if unsure
    )
    return tuple(Stretch(run[0].start_ms, run[-1].end_ms, _text(run)) for run in runs)


# --- invented -------------------------------------------------------------------------------------


def _without_invented(
    words: Sequence[Word], activity: Sequence[tuple[int, int]]
) -> tuple[tuple[Word, ...], list[Finding]]:
    """Words over silence out, and closing phrases that hang on to a silence out where less than
    half of them is spoken.
    """
    kept: list[Word] = []
    findings = []
    phrases = _closing_phrases(words)
    gone = {i for i, word in enumerate(words) if not _near_speech(word, activity)}
    for first, end in phrases:
        alone = _beside_silence(words, first, end)
        spoken = sum(_spoken_ms(word, activity) for word in words[first:end])
        length = sum(word.end_ms - word.start_ms for word in words[first:end])
        if alone and spoken * 2 < length:
            gone |= set(range(first, end))
        elif alone and not gone & set(range(first, end)):
            findings.append(
                _marked(
                    "info",
                    "captions-invented",
                    words[first:end],
                    "is what recognisers make up in silence",
                    "Listen there; take it out of the captions if nobody says it.",
                )
            )
    run: list[Word] = []
    for i, word in enumerate(words):
        if i not in gone:
            kept.append(word)
            continue
        run.append(word)
        if i + 1 not in gone or words[i + 1].start_ms - word.end_ms >= SILENCE_MS:
            findings.append(
                _marked(
                    "warning",
                    "captions-invented",
                    run,
                    "was left out: nobody speaks there",
                    "Listen there; if it is said after all, write it into the captions.",
                )
            )
            run = []
    return tuple(kept), findings


def _over_silence(
    words: Sequence[Word], activity: Sequence[tuple[int, int]] | None
) -> list[Finding]:
    """Three words and more that a person wrote, where nobody seems to speak."""
    if activity is None:
        return []
    runs = (
        list(run)
        for near, run in groupby(words, key=lambda word: _near_speech(word, activity))
        if not near
    )
    return [
        _marked(
            "warning",
            "captions-invented",
            run,
            "is shown where nobody seems to speak",
            "Listen there; if it is not said, take it out of the script.",
        )
        for run in runs
        if len(run) >= 3
    ]


def _near_speech(word: Word, activity: Sequence[tuple[int, int]]) -> bool:
    place = bisect.bisect_left(
        activity, word.start_ms - NEAR_SPEECH_MS, key=lambda stretch: stretch[1]
    )
    return place < len(activity) and activity[place][0] <= word.end_ms + NEAR_SPEECH_MS


def _spoken_ms(word: Word, activity: Sequence[tuple[int, int]]) -> int:
    place = bisect.bisect_right(activity, word.start_ms, key=lambda stretch: stretch[1])
    spoken = 0
    while place < len(activity) and activity[place][0] < word.end_ms:
        spoken += min(word.end_ms, activity[place][1]) - max(word.start_ms, activity[place][0])
        place += 1
    return spoken


def _closing_phrases(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where whole words say what recognisers say in silence: first word, and the one after the
    last.
    """
    places: dict[int, int] = {}
    text = ""
    for i, word in enumerate(words):
        places[len(text)] = i
        text += fold(word.text).replace("'", "")
    places[len(text)] = len(words)
    found = []
    for phrase in CLOSING_PHRASES:
        at = text.find(phrase)
        while at >= 0:
            if at in places and at + len(phrase) in places:
                found.append((places[at], places[at + len(phrase)]))
            at = text.find(phrase, at + 1)
    return sorted(
        (first, end)
        for first, end in found
        if not any(a <= first and end <= b and (a, b) != (first, end) for a, b in found)
    )


def _beside_silence(words: Sequence[Word], first: int, end: int) -> bool:
    before = words[first].start_ms - words[first - 1].end_ms if first else SILENCE_MS
    after = words[end].start_ms - words[end - 1].end_ms if end < len(words) else SILENCE_MS
    return (
        (before >= SILENCE_MS and after >= SILENCE_MS)
        if end - first == 1
        else max(before, after) >= SILENCE_MS
    )


# --- lost -----------------------------------------------------------------------------------------


def _lost(words: Sequence[Word], activity: Sequence[tuple[int, int]] | None) -> list[Finding]:
    """Speech of 1.5 s and more between two words, before the first or after the last one."""
    if not activity:
        return []
    words = sorted(words, key=lambda word: word.start_ms)
    ends = [0, *(min(word.end_ms, word.start_ms + LONGEST_WORD_MS) for word in words)]
    starts = [*(word.start_ms for word in words), max(activity[-1][1], ends[-1])]
    findings = []
    for i, (gap_start, gap_end) in enumerate(zip(ends, starts, strict=True)):
        gap_start += NEAR_SPEECH_MS // 2 if i else 0
        gap_end -= NEAR_SPEECH_MS // 2 if i < len(words) else 0
        first_in = bisect.bisect_right(activity, gap_start, key=lambda stretch: stretch[1])
        first_after = bisect.bisect_left(activity, gap_end, key=lambda stretch: stretch[0])
        spoken = [
            (max(start, gap_start), min(end, gap_end))
            for start, end in activity[first_in:first_after]
        ]
        if sum(end - start for start, end in spoken) >= LOST_SPEECH_MS:
            first, last = spoken[0][0], spoken[-1][1]
            findings.append(
                Finding(
                    "warning",
                    "speech-without-captions",
                    f"From {moment(first)} to {moment(last)} somebody speaks and there are "
                    "no captions.",
                    "Listen there, and write what is said into the captions.",
                    at_ms=first,
                )
            )
    return findings


# --- stumbled -------------------------------------------------------------------------------------


def _loops(words: Sequence[Word]) -> list[Finding]:
    """The same two words or more three times in a row, or one word five times; the shortest phrase
    that repeats.
    """
    said = [fold(word.text) for word in words]
    findings, place = [], 0
    while place < len(words):
        for size in range(1, min(LONGEST_LOOP, (len(words) - place) // 3) + 1):
            times = 1
            while (
                said[place + times * size : place + (times + 1) * size]
                == said[place : place + size]
            ):
                times += 1
            if times >= (5 if size == 1 else 3) and any(said[place : place + size]):
                end = words[place + times * size - 1].end_ms
                findings.append(
                    _marked(
                        "warning",
                        "captions-loop",
                        words[place : place + size],
                        f"comes {times} times in a row, until {moment(end)}",
                        "Listen there: a recogniser that is stuck repeats itself and leaves out"
                        " what is said.",
                    )
                )
                place += times * size - 1
                break
        place += 1
    return findings


def _too_fast(words: Sequence[Word]) -> list[Finding]:
    """Eight words in a row at 30 characters a second or more; neighbouring ones are one finding."""
    fast = []
    for i in range(len(words) - PACE_WORDS + 1):
        run = words[i : i + PACE_WORDS]
        span = max(1, run[-1].end_ms - run[0].start_ms)
        fast.append(sum(len(word.text) + 1 for word in run) * 1000 >= FASTEST_CPS * span)
    findings, place = [], 0
    for is_fast, group in groupby(fast):
        size = len(list(group))
        if is_fast:
            run = words[place : place + size + PACE_WORDS - 1]
            cps = (
                sum(len(word.text) + 1 for word in run)
                * 1000
                // max(1, run[-1].end_ms - run[0].start_ms)
            )
            findings.append(
                Finding(
                    "warning",
                    "captions-too-fast",
                    f"From {moment(run[0].start_ms)} to {moment(run[-1].end_ms)} the words come at "
                    f"{cps} characters a second; nobody speaks so fast.",
                    "Listen there: words may be wrong, or their times.",
                    at_ms=run[0].start_ms,
                )
            )
        place += size
    return findings


def _drift(words: Sequence[Word]) -> list[Finding]:
    """Words that start before the last one did, three and more without length in a row, and words
    that last for seconds.
    """
    remedy = "Watch the clip from there: captions may come too early or too late."
    findings = [
        _marked(
            "warning", "captions-drift", [word], "starts before the word that it follows", remedy
        )
        for last, word in pairwise(words)
        if word.start_ms < last.start_ms
    ]
    for short, group in groupby(
        words, key=lambda word: word.end_ms - word.start_ms <= SHORTEST_WORD_MS
    ):
        run = list(group)
        if short and len(run) >= 3:
            findings.append(
                _marked("warning", "captions-drift", run, "is said in no time at all", remedy)
            )
    findings.extend(
        _marked(
            "warning",
            "captions-drift",
            [word],
            f"lasts {(word.end_ms - word.start_ms) / 1000:.1f} s, longer than a word can",
            remedy,
        )
        for word in words
        if word.end_ms - word.start_ms > max(LONGEST_WORD_MS, 150 * len(word.text))
    )
    return findings


def _run_on(words: Sequence[Word]) -> list[Finding]:
    """Sixty words and more without any mark that a caption could break at."""
    findings, first = [], 0
    for i, word in enumerate(words):
        if (
            word.text[-1:] in '.,;:?!…"”»—。、，！？；：।؟،'
            or word.ends_paragraph
            or i + 1 == len(words)
        ):
            if i + 1 - first >= RUN_ON_WORDS:
                findings.append(
                    Finding(
                        "warning",
                        "captions-run-on",
                        f"From {moment(words[first].start_ms)} to {moment(word.end_ms)} there are "
                        f"{i + 1 - first} words without a full stop or a comma.",
                        "Put them in; captions then break where sentences end.",
                        at_ms=words[first].start_ms,
                    )
                )
            first = i + 1
    return findings


def _language(words: Sequence[Word], language: str) -> list[Finding]:
    other = other_than([word.text for word in words], language)
    if other is None:
        return []
    first, seen = other
    return [
        Finding(
            "warning",
            "captions-language",
            f"From {moment(words[first].start_ms)} on the words {seen}; the speaker's "
            f"language is {name_of(language)}.",
            "Correct language: under the speaker in config.yaml, or the captions.",
            at_ms=words[first].start_ms,
        )
    ]


# --- saying it ------------------------------------------------------------------------------------


def _marked(severity: Severity, code: Code, run: Sequence[Word], what: str, remedy: str) -> Finding:
    text = _text(run)
    shown = text if len(text) <= 60 else text[:57].rsplit(" ", 1)[0] + " ..."
    return Finding(
        severity,
        code,
        f'At {moment(run[0].start_ms)} "{shown}" {what}.',
        remedy,
        at_ms=run[0].start_ms,
    )


def _text(run: Sequence[Word]) -> str:
    return " ".join(word.text for word in run)


def _at_most(findings: Sequence[Finding]) -> list[Finding]:
    """Ten findings of a code; the tenth says how many more there are."""
    kept = []
    for code in dict.fromkeys(finding.code for finding in findings):
        same = sorted(
            (finding for finding in findings if finding.code == code),
            key=lambda finding: finding.at_ms or 0,
        )
        more = len(same) - MOST_OF_A_KIND
        if more > 0:
            last = same[MOST_OF_A_KIND - 1]
            same = [
                *same[: MOST_OF_A_KIND - 1],
                replace(last, message=f"{last.message} It is so {more} times more."),
            ]
        kept.extend(same)
    return kept
