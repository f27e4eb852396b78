"""Mends captions without touching a word; without it a person would have to correct frames by hand.

Each mend is tried on a caption and its neighbours and kept only where ``lint`` finds less wrong
with them than before, and nothing new. It goes on until nothing more can be mended, so that mending
twice changes nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, pairwise

from pipeline.captions.check.lint import characters, is_dialogue, lint, shown_text
from pipeline.captions.cues.lines import lines_of
from pipeline.captions.cues.search import break_into_cues
from pipeline.captions.cues.style import CaptionStyle
from pipeline.model import Cue, Word

_EARLY_FRAMES = 2
_LATE_FRAMES = 3
_UNSEEN = {"cue-too-short", "overlap", "ends-before-it-starts"}
"""What two captions break that cannot be shown one after the other."""


def mend(
    cues: Sequence[Cue], style: CaptionStyle, language: str, rate: Fraction, clip_frames: int
) -> tuple[Cue, ...]:
    """The captions with times, gaps and line breaks mended as far as that breaks no other limit.

    Captions without a letter are left out; one too long for its time or its lines is split, its
    words timed by their letters; one too short to be seen is joined to the next where both fit.
    What would need other words, or would move a caption by more than 3 frames from where it began,
    stays as it is. ``mend`` of the result is the result.
    """
    rules = _Rules(style, language, rate, clip_frames)
    mended = tuple(cue for cue in cues if shown_text(cue))
    while True:
        better = _better(mended, rules)
        if better == mended:
            return mended
        mended = better


@dataclass(frozen=True)
class _Rules:
    style: CaptionStyle
    language: str
    rate: Fraction
    clip_frames: int

    def broken(self, cues: Sequence[Cue]) -> Counter[str]:
        """How often each limit is broken."""
        found = lint(cues, self.style, self.language, self.rate, self.clip_frames)
        return Counter(breach.rule for breach in found if breach.severity == "breach")

    def needed(self, cue: Cue) -> int:
        """The fewest frames in which a caption can be read."""
        to_read_s = Fraction(characters(cue, self.style)) / self.style.reading_speed_cps
        return math.ceil(max(self.style.shortest_s, to_read_s) * self.rate)

    def improves(self, before: Sequence[Cue], after: Sequence[Cue]) -> bool:
        """Whether fewer limits are broken, and none more often."""
        was, now = self.broken(before), self.broken(after)
        return now.total() < was.total() and not now - was


def _better(cues: tuple[Cue, ...], rules: _Rules) -> tuple[Cue, ...]:
    """The captions, in order of time if that is no worse, all mended once; or as they came."""
    by_time = tuple(sorted(cues, key=lambda cue: (cue.start_frame, cue.end_frame)))
    for ordered in (by_time, cues):
        mended = _settled(ordered, rules)
        if mended != cues and rules.improves(cues, mended):
            return mended
    return cues


def _settled(cues: tuple[Cue, ...], rules: _Rules) -> tuple[Cue, ...]:
    """One caption after the other mended, over and over until none can be."""
    settled, i = list(cues), 0
    changed = False
    while i < len(settled):
        before, after = settled[max(0, i - 1) : i], settled[i + 1 : i + 2]
        beyond = settled[i + 2 : i + 3]
        replaced = _mended(before, settled[i], after, beyond, rules)
        if replaced is not None:
            settled[i : i + 1 + len(after)] = replaced
            changed = True
            continue
        i += 1
        if i == len(settled) and changed:
            i, changed = 0, False
    return tuple(settled)


def _mended(
    before: list[Cue], cue: Cue, after: list[Cue], beyond: list[Cue], rules: _Rules
) -> list[Cue] | None:
    """What to put in place of ``cue`` and the caption after it; None where nothing helps.

    ``beyond`` is the one behind them, which must not suffer.
    """
    was = [*before, cue, *after, *beyond]
    if not rules.broken(was):
        return None
    for way in _WAYS:
        for tried in way(before, cue, after, rules):
            if rules.improves(was, [*before, *tried, *beyond]):
                return tried
    return None


_Way = Callable[[list[Cue], Cue, list[Cue], _Rules], Iterator[list[Cue]]]


def _turned(before: list[Cue], cue: Cue, after: list[Cue], rules: _Rules) -> Iterator[list[Cue]]:
    """Start and end exchanged, or an end given to a caption that has none."""
    if cue.end_frame < cue.start_frame:
        yield [replace(cue, start_frame=cue.end_frame, end_frame=cue.start_frame), *after]


def _within(before: list[Cue], cue: Cue, after: list[Cue], rules: _Rules) -> Iterator[list[Cue]]:
    """No frame outside the clip."""
    start, end = max(0, cue.start_frame), min(rules.clip_frames, cue.end_frame)
    if (start, end) != (cue.start_frame, cue.end_frame):
        readable = min(rules.clip_frames, start + rules.needed(cue))
        yield [replace(cue, start_frame=start, end_frame=end), *after]
        yield [replace(cue, start_frame=start, end_frame=readable), *after]


def _relaid(before: list[Cue], cue: Cue, after: list[Cue], rules: _Rules) -> Iterator[list[Cue]]:
    """Other line breaks. Lines of two speakers stay as they are."""
    if not is_dialogue(cue.lines):
        yield [_laid_out(cue, rules), *after]


def _laid_out(cue: Cue, rules: _Rules) -> Cue:
    """The caption with its text broken anew."""
    text = _joined(cue, rules.style)
    return replace(cue, lines=lines_of(text, rules.style, rules.language))


def _retimed(before: list[Cue], cue: Cue, after: list[Cue], rules: _Rules) -> Iterator[list[Cue]]:
    """Another end; else a start up to 2 frames earlier, or a next start up to 3 frames later."""
    free = before[-1].end_frame if before else 0
    earliest = max(0, free, cue.start_frame - min(_EARLY_FRAMES, math.floor(rules.rate / 10)))
    for start in (cue.start_frame, *range(cue.start_frame - 1, earliest - 1, -1)):
        moved = replace(cue, start_frame=start)
        for end in _ends(moved, after, rules):
            yield [replace(moved, end_frame=end), *after]
    for following in after:
        for late in range(1, _LATE_FRAMES + 1):
            later = replace(following, start_frame=following.start_frame + late)
            yield [replace(cue, end_frame=later.start_frame), later]
            yield [cue, later]


def _ends(cue: Cue, after: list[Cue], rules: _Rules) -> list[int]:
    """Ends worth trying, later ones first (an earlier one may cut the speech), nearest first."""
    longest = cue.start_frame + math.floor(rules.style.longest_s * rules.rate)
    ends = {cue.start_frame + rules.needed(cue), longest, rules.clip_frames}
    for following in after:
        start = following.start_frame
        wide = math.floor(rules.style.close_gaps_under_s * rules.rate) + 1
        ends |= {start, start - rules.style.least_gap_frames, start - wide}
    last = min(longest, rules.clip_frames)
    possible = (end for end in ends if cue.start_frame < end <= last)
    return sorted(possible, key=lambda end: (end < cue.end_frame, abs(end - cue.end_frame)))


def _split(before: list[Cue], cue: Cue, after: list[Cue], rules: _Rules) -> Iterator[list[Cue]]:
    """Several captions for one, each word timed by its letters."""
    if is_dialogue(cue.lines) or cue.end_frame <= max(0, cue.start_frame):
        return
    words = _spread(cue, rules)
    parts = break_into_cues(words, rules.style, rules.rate, cue.end_frame, rules.language)
    if len(parts) > 1:
        parts = (replace(parts[0], chapter=cue.chapter), *parts[1:])
        yield [*parts, *after]
        last = replace(parts[-1], end_frame=cue.end_frame)
        yield [*parts[:-1], last, *after]


def _spread(cue: Cue, rules: _Rules) -> tuple[Word, ...]:
    text = _joined(cue, rules.style)
    tokens = text.split() if rules.style.spaced else [text]
    start_ms = math.ceil(cue.start_frame * 1000 / rules.rate)
    length_ms = math.floor(cue.end_frame * 1000 / rules.rate) - start_ms
    passed = list(accumulate(map(len, tokens), initial=0))
    borders_ms = [start_ms + length_ms * letters // passed[-1] for letters in passed]
    return tuple(
        Word(token, *border_ms)
        for token, border_ms in zip(tokens, pairwise(borders_ms), strict=True)
    )


def _together(before: list[Cue], cue: Cue, after: list[Cue], rules: _Rules) -> Iterator[list[Cue]]:
    """One caption for two that cannot be shown one after the other."""
    for following in after:
        unseen = rules.broken([cue, following]).keys() & _UNSEEN
        if not unseen or is_dialogue(cue.lines) or is_dialogue(following.lines):
            continue
        end = max(cue.end_frame, following.end_frame)
        chapter = cue.chapter or following.chapter
        both = replace(cue, end_frame=end, lines=cue.lines + following.lines, chapter=chapter)
        yield [_laid_out(both, rules)]


_WAYS: tuple[_Way, ...] = (_turned, _within, _relaid, _retimed, _split, _together)


def _joined(cue: Cue, style: CaptionStyle) -> str:
    return (" " if style.spaced else "").join(line.strip() for line in cue.lines if line.strip())
