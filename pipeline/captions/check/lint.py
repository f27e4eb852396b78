"""Checks captions against what viewers can read; without it nobody would know that a caption
flashes by.

Takes any captions, ours or a person's, whatever is wrong with them, and changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from pipeline.captions.check.against_words import against_words
from pipeline.captions.check.breach import Breach, broken
from pipeline.captions.check.remarks import remarks
from pipeline.captions.cues.breaks import places
from pipeline.captions.cues.style import CaptionStyle
from pipeline.model import Cue, Word


def lint(
    cues: Sequence[Cue],
    style: CaptionStyle,
    language: str,
    rate: Fraction,
    clip_frames: int,
    words: Sequence[Word] | None = None,
) -> tuple[Breach, ...]:
    """Every rule that the captions break, in their order; limits first, then remarks on where they
    are broken.

    With ``words``, what was said and when, also whether captions are in step with it and show
    nothing that nobody said. Captions without a letter break ``empty-cue`` and are left out of
    everything else.
    """
    found: list[Breach] = []
    previous: tuple[int, Cue] | None = None
    for number, cue in enumerate(cues, 1):
        if not shown_text(cue):
            found.append(
                broken("empty-cue", number, cue.start_frame, rate, 0, 1, "it shows no text")
            )
            continue
        found.extend(_text_rules(number, cue, style, rate))
        found.extend(_time_rules(number, cue, style, rate, clip_frames))
        if previous is not None:
            found.extend(_neighbour_rules(*previous, number, cue, style, language, rate))
        previous = number, cue
    if words is not None:
        found.extend(against_words(cues, words, style, rate))
    found.sort(key=lambda breach: breach.cue)
    return (*found, *remarks(cues, style, language, rate))


def shown_text(cue: Cue) -> str:
    """The caption's lines as one text, without space around it."""
    return " ".join(line.strip() for line in cue.lines).strip()


def characters(cue: Cue, style: CaptionStyle) -> float:
    """How much there is to read; a line's end counts as the space that it stands for."""
    lines = [line.strip() for line in cue.lines if line.strip()]
    spaces = style.width(" ") * (len(lines) - 1) if style.spaced else 0
    return sum(style.width(line) for line in lines) + spaces


def is_dialogue(lines: Sequence[str]) -> bool:
    """Whether each line is another speaker's, as a dash before it says: such lines are not joined."""
    return len(lines) > 1 and all(line.lstrip().startswith(("-", "–", "—", ">>")) for line in lines)


def _text_rules(number: int, cue: Cue, style: CaptionStyle, rate: Fraction) -> Iterator[Breach]:
    lines = [line.strip() for line in cue.lines if line.strip()]
    if len(lines) > style.lines:
        yield broken(
            "too-many-lines",
            number,
            cue.start_frame,
            rate,
            len(lines),
            style.lines,
            f"it has {len(lines)} lines; at most {style.lines} fit under a picture",
        )
    for line in lines:
        width = style.width(line)
        # A single word has no place to break: it may be as wide as it is.
        if width > style.line_length and not (style.spaced and len(line.split()) == 1):
            yield broken(
                "line-too-long",
                number,
                cue.start_frame,
                rate,
                width,
                style.line_length,
                f'the line "{line}" has {width:g} characters; at most {style.line_length} fit',
            )
    joined = sum(style.width(line) for line in lines) + style.width(" ") * (len(lines) - 1)
    if len(lines) > 1 and joined <= style.line_length and not is_dialogue(lines):
        yield broken(
            "fits-one-line",
            number,
            cue.start_frame,
            rate,
            len(lines),
            1,
            f"it has {len(lines)} lines, but its {joined:g} characters fit on one",
        )


def _time_rules(
    number: int, cue: Cue, style: CaptionStyle, rate: Fraction, clip_frames: int
) -> Iterator[Breach]:
    start, frames = cue.start_frame, cue.end_frame - cue.start_frame
    if start < 0 or cue.end_frame > clip_frames:
        yield broken(
            "outside-clip",
            number,
            start,
            rate,
            start if start < 0 else cue.end_frame,
            clip_frames,
            (
                "it lies outside the recording"
                if start >= clip_frames or cue.end_frame <= 0
                else "it reaches beyond the recording"
            ),
        )
    if frames <= 0:
        yield broken(
            "ends-before-it-starts", number, start, rate, frames, 1, "it ends before it begins"
        )
        return
    shortest, longest = math.ceil(style.shortest_s * rate), math.floor(style.longest_s * rate)
    if frames < shortest:
        yield broken(
            "cue-too-short",
            number,
            start,
            rate,
            frames,
            shortest,
            f"it is on screen for {frames} frames; nobody reads one under {shortest}",
        )
    if frames > longest:
        yield broken(
            "cue-too-long",
            number,
            start,
            rate,
            frames,
            longest,
            f"it is on screen for {frames} frames, over {float(style.longest_s):g} seconds",
        )
    speed = Fraction(characters(cue, style)) * rate / frames
    if speed > style.reading_speed_cps:
        yield broken(
            "too-fast-to-read",
            number,
            start,
            rate,
            round(float(speed), 2),
            style.reading_speed_cps,
            f"{float(speed):.1f} characters a second; at most {style.reading_speed_cps} can be"
            " read",
        )


def _neighbour_rules(
    before: int,
    earlier: Cue,
    number: int,
    cue: Cue,
    style: CaptionStyle,
    language: str,
    rate: Fraction,
) -> Iterator[Breach]:
    gap = cue.start_frame - earlier.end_frame
    if cue.start_frame < earlier.start_frame:
        yield broken(
            "out-of-order",
            number,
            cue.start_frame,
            rate,
            cue.start_frame,
            earlier.start_frame,
            f"it begins before caption {before}",
        )
    if gap < 0:
        yield broken(
            "overlap",
            number,
            cue.start_frame,
            rate,
            -gap,
            0,
            f"it begins {-gap} frames before caption {before} ends",
        )
    elif 0 < gap < style.least_gap_frames:
        yield broken(
            "flicker",
            number,
            cue.start_frame,
            rate,
            gap,
            style.least_gap_frames,
            f"a gap of {gap} frame after caption {before} flickers; leave none, or"
            f" {style.least_gap_frames}",
        )
    elif style.least_gap_frames < gap < style.close_gaps_under_s * rate:
        yield broken(
            "open-gap",
            number,
            cue.start_frame,
            rate,
            gap,
            style.least_gap_frames,
            f"a gap of {gap} frames after caption {before} blinks; close it to"
            f" {style.least_gap_frames}",
        )
    if splits_number(shown_text(earlier), shown_text(cue), language):
        yield broken(
            "splits-number",
            number,
            cue.start_frame,
            rate,
            1,
            0,
            f'a number is torn from what belongs to it: "{shown_text(earlier).split()[-1]} | '
            f'{shown_text(cue).split()[0]}"',
        )


def splits_number(before: str, after: str, language: str) -> bool:
    """Whether a number, or a number and its unit, lies across the border of two captions."""
    texts = [*before.split()[-2:], *after.split()[:2]]
    at = len(before.split()[-2:])
    return 0 < at < len(texts) and places(texts, [0] * len(texts), language)[at].fault == "number"
