"""Breaks timed words into captions that can be read; without it viewers would get one endless line.

Greedy: words are taken up to a good place to break, for the limits below. All times are counted in frames of the
delivery from the start, so that no rounding breaks a rule afterwards. Limits: the broadcasters' guides (docs/captions.md).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from pipeline.model import Cue, Word
from pipeline.timing import frames_down, frames_up


@dataclass(frozen=True)
class CaptionStyle:
    """Limits of one language: characters a line, lines, characters a second, and lengths on screen in seconds."""

    line_length: int = 42
    lines: int = 2
    reading_speed_cps: int = 20
    shortest_s: Fraction = Fraction(5, 6)
    longest_s: Fraction = Fraction(7)
    pause_ms: int = 700
    least_gap_frames: int = 2
    close_gaps_under_s: Fraction = Fraction(1, 2)


_BY_LANGUAGE = {"ar": (42, 23), "hi": (42, 25), "th": (35, 20), "ja": (16, 7), "zh": (16, 11), "ko": (16, 14)}
_WEAK_ENDS = {"a", "an", "the", "of", "to", "in", "on", "at", "for", "with", "and", "or", "but", "by", "from", "is", "are",
              "was", "dr", "mr", "mrs", "prof", "el", "la", "los", "las", "de", "del", "en", "y", "que", "un", "una", "con",
              "por", "para", "al", "su", "lo"}


def style_for(language: str) -> CaptionStyle:
    """The limits of a language; English's for every one that is not named."""
    line_length, speed = _BY_LANGUAGE.get(language.split("-")[0], (42, 20))
    return CaptionStyle(line_length=line_length, reading_speed_cps=speed)


def break_into_cues(words: Sequence[Word], style: CaptionStyle, rate: Fraction, clip_frames: int) -> tuple[Cue, ...]:
    """Captions in order, none over another, none outside the clip.

    A caption starts on the frame of its first word and never ends before its last word; it may stay up to half a second
    longer, or as long as it takes to be read. A word wider than a line keeps its own line. No words: an empty tuple.
    """
    groups = _rejoined(_groups(words, style), style)
    spans = [[frames_down(group[0].start_ms, rate), frames_up(group[-1].end_ms, rate)] for group in groups]
    texts = [_lines([word.text for word in group], style) for group in groups]
    for i, (span, lines) in enumerate(zip(spans, texts, strict=True)):
        span[0] = max(span[0], spans[i - 1][1] if i else 0)
        limit = clip_frames
        if i + 1 < len(groups):  # a word that ends inside a frame keeps that frame; the next caption starts one later
            following = frames_down(groups[i + 1][0].start_ms, rate)
            limit = min(clip_frames, max(following, min(span[1], following + 1)))
        span[1] = _end(span, lines, limit, style, rate)
    _close_gaps(spans, style, rate)
    return tuple(Cue(start, end, lines) for (start, end), lines in zip(spans, texts, strict=True) if end > start)


def width(text: str) -> Fraction:
    """Characters as a reader counts them: no combining marks, full-width 1 and half-width 1/2 in Japanese and Chinese
    text, 1 everywhere else."""
    wide = any(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    total = Fraction(0)
    for letter in text:
        if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
            continue
        total += 1 if not wide or unicodedata.east_asian_width(letter) in "WFA" else Fraction(1, 2)
    return total


def _groups(words: Sequence[Word], style: CaptionStyle) -> list[list[Word]]:
    """Words by caption: a group ends at a pause, a paragraph, or the best place before it grows too large."""
    groups: list[list[Word]] = []
    waiting: list[Word] = []
    for i, word in enumerate(words):
        while waiting and not _fits([*waiting, word], style):
            cut = _best_cut(waiting, style)
            groups.append(waiting[:cut])
            waiting = waiting[cut:]
        waiting.append(word)
        following = words[i + 1] if i + 1 < len(words) else None
        paused = following is not None and following.start_ms - word.end_ms >= style.pause_ms
        ended = _ends_sentence(word.text) and len(waiting) > 2
        if following is None or word.ends_paragraph or paused or ended:
            groups.append(waiting)
            waiting = []
    return [group for group in groups if group]


def _rejoined(groups: list[list[Word]], style: CaptionStyle) -> list[list[Word]]:
    """Groups too short to be read by themselves joined to a neighbour where there is room and no pause between."""
    joined: list[list[Word]] = []
    for group in groups:
        last = joined[-1] if joined else None
        close = last is not None and group[0].start_ms - last[-1].end_ms < style.pause_ms
        short = last is not None and any(len(part) < 3 or part[-1].end_ms - part[0].start_ms < 1200
                                         for part in (last, group))
        if last is not None and close and short and _fits([*last, *group], style):
            last.extend(group)
        else:
            joined.append(list(group))
    return joined


def _fits(group: Sequence[Word], style: CaptionStyle) -> bool:
    if len(group) == 1:
        return True
    length_ms = group[-1].end_ms - group[0].start_ms
    lines = _lines([word.text for word in group], style)
    return (length_ms < style.longest_s * 1000 - 80 and len(lines) <= style.lines
            and all(width(line) <= style.line_length for line in lines))


def _best_cut(group: Sequence[Word], style: CaptionStyle) -> int:
    """After how many words the group is best cut: late, after a mark or before a pause, never after a small word."""

    def score(cut: int) -> float:
        pause_ms = group[cut].start_ms - group[cut - 1].end_ms if cut < len(group) else 0
        mark = 30 if _ends_sentence(group[cut - 1].text) else 18 if group[cut - 1].text[-1:] in ",;:—–" else 0
        split_number = cut < len(group) and _number(group[cut - 1].text)
        return (mark + min(20, pause_ms / 20) - 15 * _weak_end(group[cut - 1].text) - 60 * split_number
                + 24 * cut / len(group))

    return max(range(1, len(group) + 1), key=score)


def _lines(texts: Sequence[str], style: CaptionStyle) -> tuple[str, ...]:
    """One line if it fits, else two of like length, the lower one longer if either; more when nothing else fits."""
    whole = " ".join(texts)
    if width(whole) <= style.line_length or len(texts) == 1:
        return (whole,)

    def cost(cut: int) -> float:
        upper, lower = width(" ".join(texts[:cut])), width(" ".join(texts[cut:]))
        over = max(upper, lower) - style.line_length
        small = 8 * _weak_end(texts[cut - 1]) - 6 * (texts[cut - 1][-1:] in ",;:.—–")
        return float(abs(lower - upper) + (4 if upper > lower else 0) + small + (1000 + over if over > 0 else 0))

    cut = min(range(1, len(texts)), key=cost)
    if cost(cut) < 900:
        return " ".join(texts[:cut]), " ".join(texts[cut:])
    lines, line = [], ""
    for text in texts:
        if line and width(f"{line} {text}") > style.line_length:
            lines.append(line)
            line = text
        else:
            line = f"{line} {text}".strip()
    return (*lines, line)


def _end(span: list[int], lines: tuple[str, ...], limit: int, style: CaptionStyle, rate: Fraction) -> int:
    """The first frame without the caption: after its last word, lingering where there is time, never over 7 s."""
    start, spoken_end = span
    to_read = math.ceil(sum(width(line) for line in lines) * rate / style.reading_speed_cps)
    wanted = max(spoken_end + math.floor(rate * Fraction(3, 10)), start + to_read, start + math.ceil(style.shortest_s * rate))
    longest = start + math.floor(style.longest_s * rate)
    return max(min(wanted, longest, limit), min(spoken_end, limit))


def _close_gaps(spans: list[list[int]], style: CaptionStyle, rate: Fraction) -> None:
    """No flicker: a gap under half a second is made exactly two frames, and never one."""
    for span, following in pairwise(spans):
        gap = following[0] - span[1]
        if 0 < gap < style.close_gaps_under_s * rate:
            longest = span[0] + math.floor(style.longest_s * rate)
            span[1] = max(span[1] if gap >= style.least_gap_frames else span[1] - 1,
                          min(following[0] - style.least_gap_frames, longest))


def _ends_sentence(text: str) -> bool:
    bare = text.rstrip("\"'”’)»]")
    return bare.endswith((".", "!", "?", "…", "。", "！", "？")) and bare.lower() not in {
        "dr.", "mr.", "mrs.", "prof.", "e.g.", "i.e.", "st.", "dra.", "sr.", "sra."}


def _number(text: str) -> bool:
    """A number that leans on the next word: "12" before "million", "$" before "300"; one before a mark stands alone."""
    return text[-1:].isdigit() or text in ("$", "€", "£")


def _weak_end(text: str) -> bool:
    return text.lower().rstrip(".") in _WEAK_ENDS
