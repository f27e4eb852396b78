"""Plans which words are timed in which slice; without it a sentence left out would shift the rest.

Pure: heard words in, steps and slices out. A step is a token that was surely said, one that may
have been, or a place where something else may have been said. Slices are cut in pauses between
words that are sure.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Literal

from pipeline.captions.fit.reading import Reading
from pipeline.captions.fit.walk import HeardWord, Run
from pipeline.model import Word

ANCHOR_WORDS = 4
PROPORTION = (0.5, 1.8)
"""Between anchors the words of the script are taken as said where that many times as many were
heard,
"""
TIME_PROPORTION = (0.65, 1.5)
"""or where somebody speaks that many times as long as they would take: in a foreign tongue few of
them are heard.
"""
SLICE_MS = (8_000, 18_000)
LEAST_SLICE_MS, LEAST_PAUSE_MS = 2_000, 150
"""A slice ends at the first pause of that length after 8 s; else at its longest pause, when 18 s
have passed.
"""
SEAM_OFF_MS = 150
"""From a pause: where one word of a recogniser ends and the next begins, and it is that pause."""
FASTEST_WORD_MS = 120
NO_SPEECH_MS = 300
LONG_PASSAGE_WORDS = 20
MOST_MAYBE = 48
"""Words in one uncertain passage: its grammar's cost grows with their square."""


@dataclass(frozen=True)
class Step:
    """One step of what was read.

    ``said`` has times where it was heard; ``false`` is a word of a false start, said again at once
    and not to be shown; ``noise`` has no token (-1).
    """

    kind: Literal["said", "false", "maybe", "noise"]
    token: int = -1
    start_ms: int | None = None
    end_ms: int | None = None
    anchored: bool = False


@dataclass(frozen=True)
class Slice:
    """A stretch of the recording and the steps that were read in it."""

    start_ms: int
    end_ms: int
    steps: tuple[Step, ...]
    by_sentence: bool = False
    """Whether whole sentences of it may have been left out, and a pause is expected between them.
    """

    @property
    def strict(self) -> bool:
        """Every word of it is said."""
        return all(step.kind in ("said", "false") for step in self.steps)


def steps_read(
    reading: Reading,
    heard: Sequence[HeardWord],
    found: Sequence[Run],
    activity: Sequence[tuple[int, int]],
) -> tuple[Step, ...]:
    """What was read, in order of time.

    A passage read twice is there twice; one left out is missing or "maybe".
    """
    anchors = _anchors(found, round(ANCHOR_WORDS / reading.words_a_place))
    if not anchors:
        return ()
    gaps = _Gaps(reading, heard, activity, _ms_a_letter(reading, heard, anchors))
    steps = _tokens_of(reading, heard, anchors[0])
    steps = gaps.between(range(steps[0].token), 0, anchors[0].first) + steps
    for run, following in pairwise(anchors):
        ahead = _tokens_of(reading, heard, following)
        last, begin = steps[-1].token, ahead[0].token
        if begin > last:
            steps += gaps.between(range(last + 1, begin), run.last + 1, following.first)
        elif last - begin < ANCHOR_WORDS - 1:
            steps = _begun_anew(steps, begin)
        else:
            steps += gaps.at_a_jump(last, begin, run.last + 1, following.first)
        steps += ahead
    left = range(steps[-1].token + 1, len(reading.tokens))
    return (*steps, *gaps.between(left, anchors[-1].last + 1, len(heard)))


def steps_said(words: Sequence[Word], activity: Sequence[tuple[int, int]]) -> tuple[Step, ...]:
    """A step for each of ``words``, the token of that number: all were said, at the times that they
    come with. Around a pause they end and begin as the speech does: a recogniser has no pauses
    between its words, and is up to 0.2 s off, which would cut a slice in a word.
    """
    ends_ms, starts_ms = [word.end_ms for word in words], [word.start_ms for word in words]
    seams_ms = [(left.end_ms + right.start_ms) // 2 for left, right in pairwise(words)]
    for (_, pause_ms), (until_ms, _) in pairwise(activity):
        middle_ms = (pause_ms + until_ms) // 2
        after = bisect(seams_ms, middle_ms)
        near = range(max(0, after - 1), min(len(seams_ms), after + 1))
        seam = min(near, key=lambda at: abs(seams_ms[at] - middle_ms), default=None)
        if seam is not None and pause_ms - SEAM_OFF_MS <= seams_ms[seam] <= until_ms + SEAM_OFF_MS:
            ends_ms[seam], starts_ms[seam + 1] = pause_ms, until_ms
    times = zip(starts_ms, ends_ms, strict=True)
    return tuple(Step("said", at, start, end, True) for at, (start, end) in enumerate(times))


def _anchors(found: Sequence[Run], words: int) -> list[Run]:
    """Runs that can be trusted: four words; fewer where they go forward in a long passage."""
    anchors = [run for run in found if len(run.places) >= words]
    for least in range(words - 1, 1, -1):
        between = (_forward(found, before, after, least) for before, after in pairwise(anchors))
        anchors = sorted([*anchors, *chain(*between)], key=lambda run: run.first)
    return anchors


def _forward(found: Sequence[Run], before: Run, after: Run, words: int) -> list[Run]:
    """Runs of so many words in a long passage that go forward from one anchor to the next."""
    low, high = before.places[-1], after.places[0]
    if after.first - before.last <= LONG_PASSAGE_WORDS or low >= high:
        return []
    forward: list[Run] = []
    for run in found:
        inside = before.last < run.first < after.first
        if inside and len(run.places) == words and low < run.places[0] and run.places[-1] < high:
            forward.append(run)
            low = run.places[-1]
    return forward


def _begun_anew(steps: list[Step], token: int) -> list[Step]:
    """The steps with the false start that they end with marked as one.

    It is up to three words that are said again at once.
    """
    begin = len(steps)
    while begin and steps[begin - 1].token >= token:
        begin -= 1
    return [*steps[:begin], *(replace(step, kind="false") for step in steps[begin:])]


def _tokens_of(reading: Reading, heard: Sequence[HeardWord], run: Run) -> list[Step]:
    """The tokens of a run with the times at which they were heard."""
    found: list[Step] = []
    for position, place in enumerate(run.places, run.first):
        token, word = reading.places[place].token, heard[position]
        if found and found[-1].token == token:
            found[-1] = Step("said", token, found[-1].start_ms, word.end_ms, True)
        else:
            found.append(Step("said", token, word.start_ms, word.end_ms, True))
    return found


def _ms_a_letter(reading: Reading, heard: Sequence[HeardWord], anchors: Sequence[Run]) -> float:
    """The speaker's pace where it is known."""
    spans_ms = sum(heard[run.last].end_ms - heard[run.first].start_ms for run in anchors)
    places = [reading.places[place] for run in anchors for place in run.places]
    return spans_ms / max(1, sum(len(place.word) for place in places))


def _letters(reading: Reading, token: int) -> int:
    return sum(map(len, reading.tokens[token].spoken))


@dataclass(frozen=True)
class _Gaps:
    """What was read between anchors: words of the script, something else, or nothing."""

    reading: Reading
    heard: Sequence[HeardWord]
    activity: Sequence[tuple[int, int]]
    ms_a_letter: float

    def between(self, tokens: range, begin: int, end: int) -> list[Step]:
        """Tokens between two anchors, ``begin`` and ``end`` being positions in what was heard.

        They are said when about as many words were heard; else they may be, among other words; none
        where nobody speaks.
        """
        asked = [token for token in tokens if self.reading.tokens[token].optional is None]
        count, words = end - begin, sum(len(self.reading.tokens[token].spoken) for token in asked)
        speech_ms = self._speech_ms(begin, end)
        whole = [Step("said", token) for token in tokens]
        if count <= 1 and words <= 1 and speech_ms < 1000:
            return whole
        if asked and PROPORTION[0] * words <= count <= PROPORTION[1] * words + 1:
            return whole
        if asked and self._time_fits(asked, speech_ms):
            return whole
        if asked and self._time_fits_with_edges(asked, begin, end):
            return whole
        if not asked and tokens and count <= PROPORTION[1] * len(tokens) + 1:
            return whole
        if not count and speech_ms < NO_SPEECH_MS:
            return [Step("said", token) for token in tokens if token not in asked]
        without = self._sentences_left_out(asked, speech_ms)
        if without is not None:
            return [Step("said", token) for token in tokens if token not in without]
        most = min(MOST_MAYBE // 2, max(2, speech_ms // FASTEST_WORD_MS))
        kept = list(tokens) if len(tokens) <= 2 * most else [*tokens[:most], *tokens[-most:]]
        return [Step("noise"), *(Step("maybe", token) for token in kept), Step("noise")]

    def _time_fits(self, tokens: Sequence[int], speech_ms: int) -> bool:
        expected_ms = self._expected_ms(tokens)
        shortest_ms, longest_ms = (share * expected_ms for share in TIME_PROPORTION)
        return shortest_ms <= speech_ms <= longest_ms + 200

    def _expected_ms(self, tokens: Sequence[int]) -> float:
        """How long the speaker would take to say them."""
        return self.ms_a_letter * sum(_letters(self.reading, token) for token in tokens)

    def _time_fits_with_edges(self, tokens: Sequence[int], begin: int, end: int) -> bool:
        """The same with the words around, which may have been drawn in, or heard late."""
        edges = (tokens[0] - 1, tokens[-1] + 1)
        around = [token for token in edges if 0 <= token < len(self.reading.tokens)]
        speech_ms = self._speech_ms(max(0, begin - 1), min(len(self.heard), end + 1))
        return self._time_fits([*tokens, *around], speech_ms)

    def _sentences_left_out(self, asked: Sequence[int], speech_ms: int) -> frozenset[int] | None:
        """The sentences without which the rest of a passage takes the time there is; None for none.

        A reader leaves out sentences; the words before and after may just not have been recognised.
        """
        ends = [i + 1 for i, token in enumerate(asked) if self.reading.tokens[token].ends_sentence]
        begins = [0, *ends] if asked and self._begins_sentence(asked[0]) else ends
        found: list[tuple[float, int, frozenset[int]]] = []
        for begin in begins:
            for end in {*ends, len(asked)}:
                rest = [*asked[:begin], *asked[end:]]
                if end > begin and rest and self._time_fits(rest, speech_ms):
                    off = abs(1 - speech_ms / self._expected_ms(rest))
                    found.append((off, end - begin, frozenset(asked[begin:end])))
        return min(found, key=lambda way: way[:2])[2] if found else None

    def _begins_sentence(self, token: int) -> bool:
        return not token or self.reading.tokens[token - 1].ends_sentence

    def at_a_jump(self, last: int, first: int, begin: int, end: int) -> list[Step]:
        """What may have been said where a reader went back: words after the last, and before."""
        count = min(end - begin, 12)
        if not count and self._speech_ms(begin, end) < NO_SPEECH_MS:
            return []
        after = range(last + 1, min(len(self.reading.tokens), last + 1 + count))
        before = range(max(0, first - count), first)
        return [
            Step("noise"),
            *(Step("maybe", token) for token in after),
            Step("noise"),
            *(Step("maybe", token) for token in before),
            *[Step("noise")][: len(before)],
        ]

    def _speech_ms(self, begin: int, end: int) -> int:
        """How long somebody speaks between the words around two positions in what was heard."""
        start_ms = self.heard[begin - 1].end_ms if begin else 0
        end_ms = self.heard[end].start_ms if end < len(self.heard) else 10**9
        return speech_ms(start_ms, end_ms, self.activity)


def speech_ms(start_ms: int, end_ms: int, activity: Sequence[tuple[int, int]]) -> int:
    """For how long somebody speaks between two times."""
    return sum(max(0, min(end_ms, stop) - max(start_ms, start)) for start, stop in activity)


def slices(
    steps: Sequence[Step], activity: Sequence[tuple[int, int]], length_ms: int
) -> tuple[Slice, ...]:
    """The steps in slices of 8 to 18 seconds.

    Uncertain passages have slices of their own, with two sure words on either side.
    """
    if not steps:
        return ()
    begin = (0, _start_of(steps[0], activity))
    end = (len(steps), _end_of(steps[-1], length_ms))
    borders = pairwise([begin, *_cuts(steps, begin[1]), end])
    return tuple(
        Slice(start, max(start + 100, end), tuple(steps[first:last]))
        for (first, start), (last, end) in borders
        if last > first
    )


def _cuts(steps: Sequence[Step], begin_ms: int) -> list[tuple[int, int]]:
    """Before which step a slice ends, and at what time."""
    loose_near = _loose_near(steps)
    cuts: list[tuple[int, int]] = []
    best: tuple[int, int, int] | None = None  # the longest pause since the last cut, and its cut
    for i, (left, right) in enumerate(pairwise(steps), 1):
        pause_ms = _sure_pause_ms(left, right)
        if pause_ms is None or (loose_near[i - 1] and loose_near[i]):
            continue
        middle = ((left.end_ms or 0) + (right.start_ms or 0)) // 2
        since = middle - (cuts[-1][1] if cuts else begin_ms)
        good = since >= SLICE_MS[0] and pause_ms >= LEAST_PAUSE_MS
        if loose_near[i - 1] != loose_near[i] or good:
            cuts.append((i, middle))
            best = None
        elif since > LEAST_SLICE_MS and (best is None or pause_ms >= best[0]):
            best = (pause_ms, i, middle)
        if best and since > SLICE_MS[1]:
            cuts.append(best[1:])
            best = None
    return cuts


def _loose_near(steps: Sequence[Step]) -> list[bool]:
    """For each step, whether it or one of the two on either side is not sure."""
    loose = [step.kind in ("maybe", "noise") for step in steps]
    return [any(loose[max(0, i - 2) : i + 3]) for i in range(len(steps))]


def _sure_pause_ms(left: Step, right: Step) -> int | None:
    """How long it is silent between two steps that were heard; None where that is not known."""
    if not (left.anchored and right.anchored) or left.end_ms is None or right.start_ms is None:
        return None
    return right.start_ms - left.end_ms if right.start_ms >= left.end_ms else None


def _start_of(step: Step, activity: Sequence[tuple[int, int]]) -> int:
    if step.start_ms is not None:
        return max(0, step.start_ms - 300)
    return max(0, activity[0][0] - 300) if activity else 0


def _end_of(step: Step, length_ms: int) -> int:
    return length_ms if step.end_ms is None else min(length_ms, step.end_ms + 600)
