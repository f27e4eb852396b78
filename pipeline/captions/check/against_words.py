"""Checks captions against the words that were said; without it a caption could come late, or say
what nobody said.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.captions.check.breach import Breach, broken
from pipeline.captions.cues.style import CaptionStyle
from pipeline.model import Cue, Word


@dataclass(frozen=True)
class _Heard:
    """What was heard of one caption: its first and last word, None where it has none, and its words
    nobody said.
    """

    first: Word | None
    last: Word | None
    unsaid: tuple[str, ...]


def against_words(
    cues: Sequence[Cue], words: Sequence[Word], style: CaptionStyle, rate: Fraction
) -> Iterator[Breach]:
    """Captions that begin early or late, end before the speech or stay long after it, and text that
    nobody said.
    """
    heard, missing = _matched(cues, words)
    for i, (cue, found) in enumerate(zip(cues, heard, strict=True)):
        following = cues[i + 1].start_frame if i + 1 < len(cues) else None
        if found.unsaid:
            yield broken(
                "unsaid-text",
                i + 1,
                cue.start_frame,
                rate,
                len(found.unsaid),
                0,
                f'nobody says "{" ".join(found.unsaid)}"',
            )
        if found.first is not None:
            yield from _start_rules(i + 1, cue, found.first, style, rate)
        if found.last is not None:
            yield from _end_rules(i + 1, cue, found.last, following, style, rate)
    for i, text in missing:
        yield broken(
            "missing-words",
            i + 1,
            cues[i].start_frame,
            rate,
            len(text.split()),
            0,
            f'"{text}" is said there, but no caption shows it',
        )


def _start_rules(
    number: int, cue: Cue, word: Word, style: CaptionStyle, rate: Fraction
) -> Iterator[Breach]:
    late_ms = Fraction(cue.start_frame * 1000) / rate - word.start_ms
    allowed_ms = style.start_within_frames * 1000 / rate
    early_ms = min(allowed_ms, Fraction(style.start_early_ms))
    if late_ms > allowed_ms:
        yield broken(
            "starts-late",
            number,
            cue.start_frame,
            rate,
            round(late_ms),
            round(allowed_ms),
            f"it begins {round(late_ms)} ms after its first word; at most {round(allowed_ms)}",
        )
    if -late_ms > early_ms:
        yield broken(
            "starts-early",
            number,
            cue.start_frame,
            rate,
            round(-late_ms),
            round(early_ms),
            f"it begins {round(-late_ms)} ms before its first word; at most {round(early_ms)}",
        )


def _end_rules(
    number: int, cue: Cue, word: Word, following: int | None, style: CaptionStyle, rate: Fraction
) -> Iterator[Breach]:
    after_ms = Fraction(cue.end_frame * 1000) / rate - word.end_ms
    if after_ms < -Fraction(1, 2):
        yield broken(
            "ends-before-speech",
            number,
            cue.start_frame,
            rate,
            round(after_ms),
            0,
            f"it goes {round(-after_ms)} ms before its last word ends",
        )
    spoken_end = math.ceil(word.end_ms * rate / 1000)
    needed = cue.start_frame + max(math.ceil(style.shortest_s * rate), _to_read(cue, style, rate))
    reason = max(needed, spoken_end + math.floor(style.linger_s * rate))
    closes = (
        following is not None
        and 0 <= following - cue.end_frame <= style.least_gap_frames
        and (following - reason <= style.close_gaps_under_s * rate)
    )
    if cue.end_frame > reason and not closes:
        allowed_ms = round(style.linger_s * 1000)
        yield broken(
            "lingers",
            number,
            cue.start_frame,
            rate,
            round(after_ms),
            allowed_ms,
            f"it stays {round(after_ms)} ms after its last word; at most {allowed_ms} without a"
            " reason",
        )


def _to_read(cue: Cue, style: CaptionStyle, rate: Fraction) -> int:
    text = (" " if style.spaced else "").join(line.strip() for line in cue.lines if line.strip())
    # One ms more: times rounded to ms in a file may cost as much, and whoever made the caption may
    # have added it.
    return math.ceil(
        (Fraction(style.width(text)) / style.reading_speed_cps + Fraction(1, 1000)) * rate
    )


def _matched(
    cues: Sequence[Cue], words: Sequence[Word]
) -> tuple[list[_Heard], list[tuple[int, str]]]:
    """What was heard of each caption, and for the words that no caption shows: the caption near
    them and the words.

    Texts are compared letter by letter where they are equal, else token by token; as many other
    words in the same place are a correction of spelling, not an invention.
    """
    shown = [
        (token, i) for i, cue in enumerate(cues) for line in cue.lines for token in line.split()
    ]
    if "".join(token for token, _ in shown) == "".join(
        "".join(word.text.split()) for word in words
    ):
        return _by_letters(cues, words), []
    said = [(token, word) for word in words for token in word.text.split()]
    matcher = difflib.SequenceMatcher(
        None,
        [_folded(token) for token, _ in shown],
        [_folded(token) for token, _ in said],
        autojunk=False,
    )
    partners: list[Word | None] = [None] * len(shown)
    missing: list[tuple[int, str]] = []
    for change, shown_from, shown_to, said_from, said_to in matcher.get_opcodes():
        if (
            change != "insert"
            and said_to > said_from
            and (change == "equal" or shown_to - shown_from <= said_to - said_from)
        ):
            for k in range(shown_from, shown_to):
                partners[k] = said[said_from + k - shown_from][1]
        elif change == "insert" and shown:
            near = shown[min(shown_from, len(shown) - 1)][1]
            missing.append((near, " ".join(token for token, _ in said[said_from:said_to])))
    return [_heard_of(i, shown, partners) for i in range(len(cues))], missing


def _by_letters(cues: Sequence[Cue], words: Sequence[Word]) -> list[_Heard]:
    owners = [word for word in words for _ in "".join(word.text.split())]
    heard, place = [], 0
    for cue in cues:
        letters = sum(len("".join(line.split())) for line in cue.lines)
        part = owners[place : place + letters]
        # A word that began in the caption before says nothing about when this one begins (a long
        # word was cut).
        begun = place > 0 and bool(part) and owners[place - 1] is part[0]
        goes_on = (
            bool(part) and place + letters < len(owners) and owners[place + letters] is part[-1]
        )
        heard.append(
            _Heard(
                None if begun or not part else part[0],
                None if goes_on or not part else part[-1],
                (),
            )
        )
        place += letters
    return heard


def _heard_of(
    cue: int, shown: Sequence[tuple[str, int]], partners: Sequence[Word | None]
) -> _Heard:
    mine = [
        (token, partner)
        for (token, owner), partner in zip(shown, partners, strict=True)
        if owner == cue
    ]
    unsaid = tuple(token for token, partner in mine if partner is None and _folded(token))
    return _Heard(mine[0][1] if mine else None, mine[-1][1] if mine else None, unsaid)


def _folded(token: str) -> str:
    return re.sub(r"[^\w]", "", token.casefold())
