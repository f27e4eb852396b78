"""What a recogniser made up, lost or stumbled over; without it invented words would go on air.

Pure: words and the stretches in which somebody speaks in, findings out. Invented words are taken
out of a draft and said so; everything else stays and is marked. A text that a person wrote (a
script) is only ever marked.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import accumulate, groupby, pairwise

from pipeline.captions.heard.names import UNSURE_BELOW
from pipeline.captions.heard.silence import CLOSING_PHRASES
from pipeline.captions.words.languages import name_of, other_than
from pipeline.captions.words.script import fold
from pipeline.codes import Code
from pipeline.findings import Finding, Severity
from pipeline.model import Stretch, Transcript, Word, WordSource
from pipeline.timing import clock, moment

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
_MARKS = '.,;:?!…"”»—。、，！？；：।؟،'
LONGEST_LOOP = 30
MOST_OF_A_KIND = 10

_CHECKED: dict[WordSource, frozenset[str]] = {
    "whisper": frozenset({"invented", "lost", "loop", "pace", "drift", "run-on", "language"}),
    "draft": frozenset({"invented", "lost", "loop", "drift"}),
    "script": frozenset({"silent", "pace", "drift", "language"}),
    "spread": frozenset({"language"}),
    "translation": frozenset({"invented", "loop", "run-on", "language"}),
    "argos": frozenset({"loop", "run-on", "language"}),
    "person": frozenset(),
}
"""What can be wrong with words from each source. Pocketsphinx knows no full stops; a script repeats
itself on purpose, and speech that it does not have is found where it is fitted (fit/align.py).
"""


def examine(said: Transcript, language: str) -> tuple[tuple[Word, ...], tuple[Finding, ...]]:
    """The words to show, without what was invented, and what a producer should know of them.

    Findings are in order of time, at most ten of a kind; the last one says how many more there are.
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
    return words, tuple(_by_time(_at_most(findings)))


def doubtful(words: Sequence[Word]) -> tuple[Stretch, ...]:
    """Runs of words that the recogniser was not sure of (under 0.5), for a person to hear again."""
    grouped = groupby(words, key=lambda word: word.confidence < UNSURE_BELOW)
    runs = (list(run) for unsure, run in grouped if unsure)
    return tuple(Stretch(run[0].start_ms, run[-1].end_ms, _text(run)) for run in runs)


# --- invented -------------------------------------------------------------------------------------


def told_apart(
    words: Sequence[Word], activity: Sequence[tuple[int, int]]
) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """The words of a recogniser that were said, and those that it made up over silence."""
    gone, _ = _invented(words, activity)
    said = tuple(word for i, word in enumerate(words) if i not in gone)
    return said, tuple(words[i] for i in sorted(gone))


def _without_invented(
    words: Sequence[Word], activity: Sequence[tuple[int, int]]
) -> tuple[tuple[Word, ...], list[Finding]]:
    gone, suspected = _invented(words, activity)
    kept = tuple(word for i, word in enumerate(words) if i not in gone)
    findings = [_perhaps_invented(words[phrase.start : phrase.stop]) for phrase in suspected]
    return kept, [*findings, *map(_left_out, _runs_of(words, gone))]


def _invented(
    words: Sequence[Word], activity: Sequence[tuple[int, int]]
) -> tuple[set[int], list[range]]:
    """Places of words over silence and of closing phrases beside one that are hardly spoken; and
    the closing phrases that may be spoken after all.
    """
    gone = {i for i, word in enumerate(words) if not _near_speech(word, activity)}
    suspected: list[range] = []
    for first, end in _closing_phrases(words):
        phrase = range(first, end)
        if not _beside_silence(words, first, end):
            continue
        if _hardly_spoken(words[first:end], activity):
            gone |= set(phrase)
        elif not gone & set(phrase):
            suspected.append(phrase)
    return gone, suspected


def _hardly_spoken(phrase: Sequence[Word], activity: Sequence[tuple[int, int]]) -> bool:
    """Whether somebody speaks during less than half of it."""
    spoken_ms = sum(_spoken_ms(word, activity) for word in phrase)
    return spoken_ms * 2 < sum(word.end_ms - word.start_ms for word in phrase)


def _runs_of(words: Sequence[Word], gone: Collection[int]) -> list[list[Word]]:
    """The words that are gone, those that no silence parts together."""
    runs: list[list[Word]] = []
    goes_on = False
    for i, word in enumerate(words):
        if i not in gone:
            goes_on = False
            continue
        if goes_on and word.start_ms - words[i - 1].end_ms < SILENCE_MS:
            runs[-1].append(word)
        else:
            runs.append([word])
        goes_on = True
    return runs


def _perhaps_invented(phrase: Sequence[Word]) -> Finding:
    what = "is what recognisers make up in silence"
    remedy = "Listen there; take it out of the captions if nobody says it."
    return _marked("info", "captions-invented", phrase, what, remedy)


def _left_out(run: Sequence[Word]) -> Finding:
    what = "was left out: nobody speaks there"
    remedy = "Listen there; if it is said after all, write it into the captions."
    return _marked("warning", "captions-invented", run, what, remedy)


def _over_silence(
    words: Sequence[Word], activity: Sequence[tuple[int, int]] | None
) -> list[Finding]:
    """Three words and more that a person wrote, where nobody seems to speak."""
    if activity is None:
        return []
    what = "is shown where nobody seems to speak"
    remedy = "Listen there; if it is not said, take it out of the script."
    grouped = groupby(words, key=lambda word: _near_speech(word, activity))
    runs = [list(run) for near, run in grouped if not near]
    return [
        _marked("warning", "captions-invented", run, what, remedy) for run in runs if len(run) >= 3
    ]


def _near_speech(word: Word, activity: Sequence[tuple[int, int]]) -> bool:
    earliest_ms = word.start_ms - NEAR_SPEECH_MS
    place = bisect.bisect_left(activity, earliest_ms, key=_end_of)
    return place < len(activity) and activity[place][0] <= word.end_ms + NEAR_SPEECH_MS


def _spoken_ms(word: Word, activity: Sequence[tuple[int, int]]) -> int:
    place = bisect.bisect_right(activity, word.start_ms, key=_end_of)
    spoken = 0
    while place < len(activity) and activity[place][0] < word.end_ms:
        spoken += min(word.end_ms, activity[place][1]) - max(word.start_ms, activity[place][0])
        place += 1
    return spoken


def _closing_phrases(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where whole words say what recognisers say in silence: first word, the one after the last."""
    letters = [fold(word.text).replace("'", "") for word in words]
    borders = accumulate(map(len, letters), initial=0)
    places = {at: i for i, at in enumerate(borders)}
    text = "".join(letters)
    found = []
    for phrase in CLOSING_PHRASES:
        at = text.find(phrase)
        while at >= 0:
            if at in places and at + len(phrase) in places:
                found.append((places[at], places[at + len(phrase)]))
            at = text.find(phrase, at + 1)
    return sorted(phrase for phrase in found if not any(_lies_in(phrase, other) for other in found))


def _lies_in(phrase: tuple[int, int], other: tuple[int, int]) -> bool:
    return phrase != other and other[0] <= phrase[0] and phrase[1] <= other[1]


def _beside_silence(words: Sequence[Word], first: int, end: int) -> bool:
    before = words[first].start_ms - words[first - 1].end_ms if first else SILENCE_MS
    after = words[end].start_ms - words[end - 1].end_ms if end < len(words) else SILENCE_MS
    alone = end - first == 1
    silence_ms = min(before, after) if alone else max(before, after)
    return silence_ms >= SILENCE_MS


def _start_of(stretch: tuple[int, int]) -> int:
    return stretch[0]


def _end_of(stretch: tuple[int, int]) -> int:
    return stretch[1]


# --- lost -----------------------------------------------------------------------------------------


def unheard(
    words: Sequence[Word], activity: Sequence[tuple[int, int]] | None
) -> list[tuple[int, int]]:
    """Speech of 1.5 s and more between two words, before the first or after the last one."""
    if not activity:
        return []
    words = sorted(words, key=lambda word: word.start_ms)
    ends = [0, *(min(word.end_ms, word.start_ms + LONGEST_WORD_MS) for word in words)]
    starts = [*(word.start_ms for word in words), max(activity[-1][1], ends[-1])]
    found = []
    for i, (gap_start, gap_end) in enumerate(zip(ends, starts, strict=True)):
        gap_start += NEAR_SPEECH_MS // 2 if i else 0
        gap_end -= NEAR_SPEECH_MS // 2 if i < len(words) else 0
        first_in = bisect.bisect_right(activity, gap_start, key=_end_of)
        first_after = bisect.bisect_left(activity, gap_end, key=_start_of)
        inside = activity[first_in:first_after]
        spoken = [(max(start, gap_start), min(end, gap_end)) for start, end in inside]
        if sum(end - start for start, end in spoken) >= LOST_SPEECH_MS:
            found.append((spoken[0][0], spoken[-1][1]))
    return found


def _lost(words: Sequence[Word], activity: Sequence[tuple[int, int]] | None) -> list[Finding]:
    what = "somebody speaks and there are no captions"
    remedy = "Listen there, and write what is said into the captions."
    return [
        _from_to("speech-without-captions", first, last, what, remedy)
        for first, last in unheard(words, activity)
    ]


# --- stumbled -------------------------------------------------------------------------------------


def _loops(words: Sequence[Word]) -> list[Finding]:
    remedy = "Listen there: a recogniser that is stuck repeats itself and leaves out what is said."
    findings = []
    for first, end, size in loops_in(words):
        times = (end - first) // size
        what = f"comes {times} times in a row, until {moment(words[end - 1].end_ms)}"
        phrase = words[first : first + size]
        findings.append(_marked("warning", "captions-loop", phrase, what, remedy))
    return findings


def loops_in(words: Sequence[Word]) -> list[tuple[int, int, int]]:
    """The same two words or more three times in a row, or one word five times; the shortest: its
    first word, the one after its last, and of how many words it is.
    """
    said = [fold(word.text) for word in words]
    found, place = [], 0
    while place < len(words):
        loop = _loop_at(said, place)
        if loop is None:
            place += 1
            continue
        size, times = loop
        found.append((place, place + times * size, size))
        place += times * size
    return found


def _loop_at(said: Sequence[str], place: int) -> tuple[int, int] | None:
    """The size in words of what is repeated from ``place`` on, and how often it comes."""
    for size in range(1, min(LONGEST_LOOP, (len(said) - place) // 3) + 1):
        phrase, times = said[place : place + size], 1
        while said[place + times * size : place + (times + 1) * size] == phrase:
            times += 1
        if times >= (5 if size == 1 else 3) and any(phrase):
            return size, times
    return None


def _too_fast(words: Sequence[Word]) -> list[Finding]:
    """Eight words in a row at 30 characters a second or more; neighbouring ones are one finding."""
    remedy = "Listen there: words may be wrong, or their times."
    starts = range(len(words) - PACE_WORDS + 1)
    fast = [_cps(words[i : i + PACE_WORDS]) >= FASTEST_CPS for i in starts]
    findings, place = [], 0
    for is_fast, group in groupby(fast):
        size = len(list(group))
        if is_fast:
            run = words[place : place + size + PACE_WORDS - 1]
            start_ms, end_ms = run[0].start_ms, run[-1].end_ms
            what = f"the words come at {_cps(run)} characters a second; nobody speaks so fast"
            findings.append(_from_to("captions-too-fast", start_ms, end_ms, what, remedy))
        place += size
    return findings


def _cps(run: Sequence[Word]) -> int:
    """Characters a second, rounded down."""
    characters = sum(len(word.text) + 1 for word in run)
    return characters * 1000 // max(1, run[-1].end_ms - run[0].start_ms)


def _drift(words: Sequence[Word]) -> list[Finding]:
    """Words before the one they follow, three or more without length in a row, and endless ones."""
    back = [[word] for last, word in pairwise(words) if word.start_ms < last.start_ms]
    grouped = groupby(words, key=lambda word: _lasts_ms(word) <= SHORTEST_WORD_MS)
    runs = [list(group) for short, group in grouped if short]
    squeezed = [run for run in runs if len(run) >= 3]
    endless = [
        word for word in words if _lasts_ms(word) > max(LONGEST_WORD_MS, 150 * len(word.text))
    ]
    return [
        *(_drifted(run, "starts before the word that it follows") for run in back),
        *(_drifted(run, "is said in no time at all") for run in squeezed),
        *(
            _drifted([word], f"lasts {clock(_lasts_ms(word))}, longer than a word can")
            for word in endless
        ),
    ]


def _lasts_ms(word: Word) -> int:
    return word.end_ms - word.start_ms


def _drifted(run: Sequence[Word], what: str) -> Finding:
    remedy = "Watch the clip from there: captions may come too early or too late."
    return _marked("warning", "captions-drift", run, what, remedy)


def _run_on(words: Sequence[Word]) -> list[Finding]:
    """Sixty words and more without any mark that a caption could break at."""
    remedy = "Put them in; captions then break where sentences end."
    findings, first = [], 0
    for end, word in enumerate(words, 1):
        marked = word.text[-1:] in _MARKS or word.ends_paragraph
        if not marked and end < len(words):
            continue
        if end - first >= RUN_ON_WORDS:
            start_ms = words[first].start_ms
            what = f"there are {end - first} words without a full stop or a comma"
            findings.append(_from_to("captions-run-on", start_ms, word.end_ms, what, remedy))
        first = end
    return findings


def _language(words: Sequence[Word], language: str) -> list[Finding]:
    other = other_than([word.text for word in words], language)
    if other is None:
        return []
    first, seen = other
    at_ms = words[first].start_ms
    own = f"the speaker's language is {name_of(language)}"
    said = f"From {moment(at_ms)} on the words {seen}; {own}."
    remedy = "Correct language: under the speaker in config.yaml, or the captions."
    return [Finding("warning", "captions-language", said, remedy, at_ms=at_ms)]


# --- saying it ------------------------------------------------------------------------------------


def _marked(severity: Severity, code: Code, run: Sequence[Word], what: str, remedy: str) -> Finding:
    text, at_ms = _text(run), run[0].start_ms
    shown = text if len(text) <= 60 else text[:57].rsplit(" ", 1)[0] + " ..."
    return Finding(severity, code, f'At {moment(at_ms)} "{shown}" {what}.', remedy, at_ms=at_ms)


def _from_to(code: Code, start_ms: int, end_ms: int, what: str, remedy: str) -> Finding:
    said = f"From {moment(start_ms)} to {moment(end_ms)} {what}."
    return Finding("warning", code, said, remedy, at_ms=start_ms)


def _text(run: Sequence[Word]) -> str:
    return " ".join(word.text for word in run)


def _at_most(findings: Sequence[Finding]) -> list[Finding]:
    """Ten findings of a code; the tenth says how many more there are."""
    kept: list[Finding] = []
    for code in dict.fromkeys(finding.code for finding in findings):
        same = [finding for finding in _by_time(findings) if finding.code == code]
        shown, more = same[:MOST_OF_A_KIND], len(same) - MOST_OF_A_KIND
        if more > 0:
            again = "once more" if more == 1 else f"{more} times more"
            message = f"{shown[-1].message} It is so {again}."
            shown[-1] = replace(shown[-1], message=message)
        kept.extend(shown)
    return kept


def _by_time(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.at_ms or 0)
