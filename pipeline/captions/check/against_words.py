"""Checks captions against what was said; without it one could come late or say what nobody said.

Used where the words and their times are known: those of a recogniser, or of a script that was
fitted to the sound.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.captions.check.breach import Breach, Numbered, length
from pipeline.captions.cues.style import CaptionStyle
from pipeline.model import Cue, Word


@dataclass(frozen=True)
class _Said:
    """What is said of one caption: its first and last word, if any, and its tokens nobody says."""

    first: Word | None
    last: Word | None
    unsaid: tuple[str, ...] = ()


def against_words(
    captions: Sequence[Numbered], words: Sequence[Word], style: CaptionStyle
) -> Iterator[Breach]:
    """Captions out of step with the speech, text that nobody said, and words that none shows."""
    matched, missing = _matched([caption.cue for caption in captions], words)
    starts = [caption.cue.start_frame for caption in captions]
    for i, (caption, said) in enumerate(zip(captions, matched, strict=True)):
        following = starts[i + 1] if i + 1 < len(starts) else None
        if said.unsaid:
            saying = f'nobody says "{" ".join(said.unsaid)}"'
            yield caption.breaks("unsaid-text", len(said.unsaid), 0, saying)
        if said.first is not None:
            yield from _start_rules(caption, said.first, style)
        if said.last is not None:
            yield from _end_rules(caption, said.last, following, style)
    for i, text in missing:
        saying = f'"{text}" is said there, but no caption shows it'
        yield captions[i].breaks("missing-words", len(text.split()), 0, saying)


def _start_rules(caption: Numbered, word: Word, style: CaptionStyle) -> Iterator[Breach]:
    late_ms = _ms(caption.cue.start_frame, caption.rate) - word.start_ms
    most_late_ms = _ms(style.start_within_frames, caption.rate)
    most_early_ms = min(most_late_ms, Fraction(style.start_early_ms))
    if late_ms > most_late_ms:
        late, most = round(late_ms), round(most_late_ms)
        saying = f"it begins {length(late)} after its first word; at most {length(most)}"
        yield caption.breaks("starts-late", late, most, saying)
    if -late_ms > most_early_ms:
        early, most = round(-late_ms), round(most_early_ms)
        saying = f"it begins {length(early)} before its first word; at most {length(most)}"
        yield caption.breaks("starts-early", early, most, saying)


def _end_rules(
    caption: Numbered, word: Word, following: int | None, style: CaptionStyle
) -> Iterator[Breach]:
    """``following`` is the frame on which the next caption begins, if there is one."""
    after_ms = _ms(caption.cue.end_frame, caption.rate) - word.end_ms
    stays = round(after_ms)
    if after_ms < -Fraction(1, 2):
        saying = f"it goes {length(-stays)} before its last word ends"
        yield caption.breaks("ends-before-speech", stays, 0, saying)
    if _lingers(caption, word, following, style):
        most = round(style.linger_s * 1000)
        after = f"{length(stays)} after its last word"
        saying = f"it stays {after}; at most {length(most)} without a reason"
        yield caption.breaks("lingers", stays, most, saying)


def _lingers(caption: Numbered, word: Word, following: int | None, style: CaptionStyle) -> bool:
    """Whether it stays longer than to be seen, to be read, or to close a short gap."""
    start, end, rate = caption.cue.start_frame, caption.cue.end_frame, caption.rate
    shortest, to_read = math.ceil(style.shortest_s * rate), _to_read(caption, style)
    spoken_end = math.ceil(word.end_ms * rate / 1000)
    rested = spoken_end + math.floor(style.linger_s * rate)
    with_reason = max(start + max(shortest, to_read), rested)
    if end <= with_reason:
        return False
    if following is None:
        return True
    leaves_no_gap = 0 <= following - end <= style.least_gap_frames
    short_gap = following - with_reason <= style.close_gaps_under_s * rate
    return not (leaves_no_gap and short_gap)


def _ms(frames: int, rate: Fraction) -> Fraction:
    return Fraction(frames * 1000) / rate


def _to_read(caption: Numbered, style: CaptionStyle) -> int:
    lines = [line.strip() for line in caption.cue.lines if line.strip()]
    text = (" " if style.spaced else "").join(lines)
    # One ms more: times rounded to ms in a file may cost as much, and whoever made the caption may
    # have added it.
    to_read_s = Fraction(style.width(text)) / style.reading_speed_cps + Fraction(1, 1000)
    return math.ceil(to_read_s * caption.rate)


def _matched(
    cues: Sequence[Cue], words: Sequence[Word]
) -> tuple[list[_Said], list[tuple[int, str]]]:
    """What is said of each caption; the words that no caption shows, with the caption near them.

    Texts are compared letter by letter where they are equal, else token by token; as many other
    words in the same place are a correction of spelling, not an invention.
    """
    lines = [(line, i) for i, cue in enumerate(cues) for line in cue.lines]
    shown = [(token, i) for line, i in lines for token in line.split()]
    said = [(token, word) for word in words for token in word.text.split()]
    if "".join(token for token, _ in shown) == "".join(token for token, _ in said):
        return _by_letters(cues, words), []
    shown_tokens = [_folded(token) for token, _ in shown]
    said_tokens = [_folded(token) for token, _ in said]
    matcher = difflib.SequenceMatcher(None, shown_tokens, said_tokens, autojunk=False)
    partners: list[Word | None] = [None] * len(shown)
    missing: list[tuple[int, str]] = []
    for change, first, end, said_first, said_end in matcher.get_opcodes():
        as_many = 0 < end - first <= said_end - said_first
        if change == "equal" or as_many:
            found = said[said_first : said_first + end - first]
            partners[first:end] = [word for _, word in found]
        elif change == "insert" and shown:
            near = shown[min(first, len(shown) - 1)][1]
            missing.append((near, " ".join(token for token, _ in said[said_first:said_end])))
    return [_said_of(i, shown, partners) for i in range(len(cues))], missing


def _by_letters(cues: Sequence[Cue], words: Sequence[Word]) -> list[_Said]:
    owners = [word for word in words for _ in "".join(word.text.split())]
    said: list[_Said] = []
    begin = 0
    for cue in cues:
        end = begin + sum(len("".join(line.split())) for line in cue.lines)
        part = owners[begin:end]
        if not part:
            said.append(_Said(None, None))
            continue
        # A word that began in the caption before says nothing about when this one begins (a long
        # word was cut).
        begun = begin > 0 and owners[begin - 1] is part[0]
        goes_on = end < len(owners) and owners[end] is part[-1]
        said.append(_Said(None if begun else part[0], None if goes_on else part[-1]))
        begin = end
    return said


def _said_of(cue: int, shown: Sequence[tuple[str, int]], partners: Sequence[Word | None]) -> _Said:
    pairs = zip(shown, partners, strict=True)
    mine = [(token, word) for (token, owner), word in pairs if owner == cue]
    if not mine:
        return _Said(None, None)
    unsaid = tuple(token for token, word in mine if word is None and _folded(token))
    return _Said(mine[0][1], mine[-1][1], unsaid)


def _folded(token: str) -> str:
    return re.sub(r"[^\w]", "", token.casefold())
