"""Checks captions against what viewers can read; without it nobody would know that one flashes by.

Takes any captions, ours or a person's, whatever is wrong with them, and changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from pipeline.captions.check.against_words import against_words
from pipeline.captions.check.breach import Breach, Numbered, numbered
from pipeline.captions.check.remarks import remarks
from pipeline.captions.cues.breaks import places
from pipeline.captions.cues.style import CaptionStyle
from pipeline.model import Cue, Word

_DASHES = ("-", "–", "—", ">>")


def lint(
    cues: Sequence[Cue],
    style: CaptionStyle,
    language: str,
    rate: Fraction,
    clip_frames: int,
    words: Sequence[Word] | None = None,
) -> tuple[Breach, ...]:
    """Every limit that the captions break, in their order, then remarks on where they are broken.

    With ``words``, what was said and when, also whether captions are in step with it and show
    nothing that nobody said. Captions without a letter break ``empty-cue`` and are left out of
    everything else.
    """
    every = numbered(cues, rate)
    shown = [caption for caption in every if shown_text(caption.cue)]
    empty = [caption for caption in every if not shown_text(caption.cue)]
    found = [caption.breaks("empty-cue", 0, 1, "it shows no text") for caption in empty]
    for caption in shown:
        found.extend(_text_rules(caption, style))
        found.extend(_time_rules(caption, style, clip_frames))
    for earlier, caption in pairwise(shown):
        found.extend(_neighbour_rules(earlier, caption, style, language))
    if words is not None:
        found.extend(against_words(every, words, style))
    found.sort(key=lambda breach: breach.cue)
    return (*found, *remarks(every, style, language))


def shown_text(cue: Cue) -> str:
    """The caption's lines as one text, without space around it."""
    return " ".join(line.strip() for line in cue.lines).strip()


def characters(cue: Cue, style: CaptionStyle) -> float:
    """How much there is to read; a line's end counts as the space that it stands for."""
    return _joined_width(_lines(cue), style) if style.spaced else _width(_lines(cue), style)


def is_dialogue(lines: Sequence[str]) -> bool:
    """Whether a dash says of each line that it is another speaker's: such lines are not joined."""
    return len(lines) > 1 and all(line.lstrip().startswith(_DASHES) for line in lines)


def _lines(cue: Cue) -> list[str]:
    return [line.strip() for line in cue.lines if line.strip()]


def _width(lines: Sequence[str], style: CaptionStyle) -> float:
    return sum(style.width(line) for line in lines)


def _joined_width(lines: Sequence[str], style: CaptionStyle) -> float:
    spaces = max(0, len(lines) - 1)
    return _width(lines, style) + style.width(" ") * spaces


def _text_rules(caption: Numbered, style: CaptionStyle) -> Iterator[Breach]:
    lines, most = _lines(caption.cue), style.line_length
    count = len(lines)
    if count > style.lines:
        saying = f"it has {count} lines; at most {style.lines} fit under a picture"
        yield caption.breaks("too-many-lines", count, style.lines, saying)
    for line in lines:
        width = style.width(line)
        # A single word has no place to break: it may be as wide as it is.
        if width > most and not (style.spaced and len(line.split()) == 1):
            saying = f'the line "{line}" has {width:g} characters; at most {most} fit'
            yield caption.breaks("line-too-long", width, most, saying)
    joined = _joined_width(lines, style)
    if count > 1 and joined <= most and not is_dialogue(lines):
        saying = f"it has {count} lines, but its {joined:g} characters fit on one"
        yield caption.breaks("fits-one-line", count, 1, saying)


def _time_rules(caption: Numbered, style: CaptionStyle, clip_frames: int) -> Iterator[Breach]:
    start, end = caption.cue.start_frame, caption.cue.end_frame
    frames = end - start
    if start < 0 or end > clip_frames:
        gone = start >= clip_frames or end <= 0
        saying = f"it {'lies outside' if gone else 'reaches beyond'} the recording"
        yield caption.breaks("outside-clip", start if start < 0 else end, clip_frames, saying)
    if frames <= 0:
        yield caption.breaks("ends-before-it-starts", frames, 1, "it ends before it begins")
        return
    shortest = math.ceil(style.shortest_s * caption.rate)
    longest = math.floor(style.longest_s * caption.rate)
    if frames < shortest:
        saying = f"it is on screen for {caption.lasting(frames)}; nobody reads one under {shortest}"
        yield caption.breaks("cue-too-short", frames, shortest, saying)
    if frames > longest:
        most = caption.lasting(longest)
        saying = f"it is on screen for {caption.lasting(frames)}; at most {most}"
        yield caption.breaks("cue-too-long", frames, longest, saying)
    yield from _speed_rule(caption, frames, style)


def _speed_rule(caption: Numbered, frames: int, style: CaptionStyle) -> Iterator[Breach]:
    cps = Fraction(characters(caption.cue, style)) * caption.rate / frames
    most = style.reading_speed_cps
    if cps > most:
        saying = f"{float(cps):.1f} characters a second; at most {most} can be read"
        yield caption.breaks("too-fast-to-read", round(float(cps), 2), most, saying)


def _neighbour_rules(
    earlier: Numbered, caption: Numbered, style: CaptionStyle, language: str
) -> Iterator[Breach]:
    start, least = caption.cue.start_frame, style.least_gap_frames
    gap = start - earlier.cue.end_frame
    if start < earlier.cue.start_frame:
        saying = f"it begins before caption {earlier.number}"
        yield caption.breaks("out-of-order", start, earlier.cue.start_frame, saying)
    if gap < 0:
        saying = f"it begins {caption.lasting(-gap)} before caption {earlier.number} ends"
        yield caption.breaks("overlap", -gap, 0, saying)
    elif 0 < gap < least:
        a_gap = f"a gap of {caption.lasting(gap)} after caption {earlier.number}"
        yield caption.breaks("flicker", gap, least, f"{a_gap} flickers; leave none, or {least}")
    elif least < gap < style.close_gaps_under_s * caption.rate:
        a_gap = f"a gap of {caption.lasting(gap)} after caption {earlier.number}"
        yield caption.breaks("open-gap", gap, least, f"{a_gap} blinks; close it to {least}")
    before, after = shown_text(earlier.cue), shown_text(caption.cue)
    if splits_number(before, after, language):
        torn = f"{before.split()[-1]} | {after.split()[0]}"
        saying = f'a number is torn from what belongs to it: "{torn}"'
        yield caption.breaks("splits-number", 1, 0, saying)


def splits_number(before: str, after: str, language: str) -> bool:
    """Whether a number, or a number and its unit, lies across the border of two captions."""
    last, first = before.split()[-2:], after.split()[:2]
    if not last or not first:
        return False
    texts = [*last, *first]
    return places(texts, [0] * len(texts), language)[len(last)].fault == "number"
