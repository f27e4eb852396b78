"""Reads a caption file that a person wrote; without it their corrections could not come back.

Bytes in, frozen cues out. SubRip and WebVTT are read here, line by line, because a finding has to
name the line and no library keeps it; pysubs2 (which loses braces, hours over 99 and signs) reads
the other formats people save under these names. The wording and the line breaks stay as written;
what has to be mended is said.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from pipeline.captions.burned import MOST_LETTERS
from pipeline.model import Cue, Written
from pipeline.timing import frames_nearest
from pipeline.tools.texts.encodings import decode

MOST_BYTES = 4_000_000
NO_END = 1 << 40
"""Frames of a clip whose length is not known, or does not matter: all of a file is read."""
MOST_NOTES = 12
"""Findings on one file; a file in which everything is wrong is said to be so, not printed."""


class NotCaptions(ValueError):
    """The file holds no captions that can be read; ``str`` is the end of a sentence.

    ``line`` is where, from 1.
    """

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why, line)
        self.why, self.line = why, line

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}" if self.line else self.why


def read_captions(
    data: bytes, name: str, rate: Fraction, clip_frames: int
) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """A person's captions in frames of the clip, in order of time, and sentences on what had to be
    mended.

    ``name`` is ID.LANG.srt or .vtt: its language tells old code pages apart. Raises NotCaptions.
    """
    written, notes = read_written(data, name, rate)
    cues, more = on_the_clip(written, rate, clip_frames)
    return cues, few((*notes, *more))


def read_written(
    data: bytes, name: str, rate: Fraction
) -> tuple[tuple[Written, ...], tuple[str, ...]]:
    """The captions as they are written, on the file's own clock, and sentences on what had to be
    mended. Raises NotCaptions.
    """
    text, notes = _text_of(data, name)
    written = _foreign(text, rate)
    if not written:
        written, found = _captions(text.split("\n"), name, rate)
        notes = [*notes, *found]
    unrolled = _unrolled(written)
    if unrolled != written:
        notes.append(
            "each caption repeats the last line of the one before; every line is read once"
        )
    return unrolled, tuple(notes)


def on_the_clip(
    written: Sequence[Written], rate: Fraction, clip_frames: int
) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """Captions in frames of the clip, in order of time, and what had to be mended. Raises
    NotCaptions where none can be shown.
    """
    placed, misplaced = _on_the_clip(written, rate, clip_frames)
    cues, overlaps = _one_at_a_time(placed)
    if not cues:
        wordless = not any(one.lines for one in written)
        why = "has words" if wordless else "lies within the recording"
        first = written[0].line if written else 0
        raise NotCaptions(f"none of its captions {why}", first or None)
    return cues, (*misplaced, *overlaps)


def few(notes: Sequence[str]) -> tuple[str, ...]:
    """At most MOST_NOTES of them, the last one saying how many more there are."""
    if len(notes) <= MOST_NOTES:
        return tuple(notes)
    more = len(notes) - MOST_NOTES + 1
    return (*notes[: MOST_NOTES - 1], f"{more} more things like these")


def _text_of(data: bytes, name: str) -> tuple[str, list[str]]:
    """What the file says, and what is odd about how it was saved. Raises NotCaptions."""
    if len(data) > MOST_BYTES:
        raise NotCaptions("it is larger than 4 MB")
    if not data.strip(b"\0\t\n\r \xef\xbb\xbf\xff\xfe"):
        raise NotCaptions("it is empty")
    language = name.rsplit(".", 2)[-2] if name.count(".") >= 2 else ""
    decoded = decode(data, language)
    start = decoded.text[:4000]
    if sum(unicodedata.category(sign) == "Cc" and sign not in "\t\n\f" for sign in start) > 40:
        raise NotCaptions("it is not a text file")
    if decoded.is_unicode:
        return decoded.text, []
    if not decoded.odd_lines:
        return decoded.text, [f"it was read as {decoded.encoding}; save it as UTF-8 to be sure"]
    first, *others = decoded.odd_lines
    more = f"; lines that are not: {len(others) + 1}" if others else ""
    return decoded.text, [f"line {first}: this line is not UTF-8 as the rest is{more}"]


def _foreign(text: str, rate: Fraction) -> tuple[Written, ...]:
    """Captions in another format (Advanced SubStation, MicroDVD), read by pysubs2; else none."""
    if not re.match(r"\s*(\[Script Info\]|\{\d+\}\{\d+\})", text, re.I):
        return ()
    import pysubs2
    from pysubs2.exceptions import Pysubs2Error

    try:
        kind = "microdvd" if text.lstrip()[0] == "{" else "ass"
        parsed = pysubs2.SSAFile.from_string(text, format_=kind, fps=float(rate))
    except (Pysubs2Error, ValueError, KeyError, IndexError) as failed:
        raise NotCaptions(
            f"it is not SubRip or WebVTT, and cannot be read as what it is ({failed})"
        ) from None
    return tuple(
        Written(0, event.start, event.end, _worded(event.plaintext.split("\n")))
        for event in parsed.events
        if not event.is_comment
    )


# --- the lines of a file --------------------------------------------------------------------------

_ARROW = r"[ \t]*(?:-{1,3}[ \t]?>|[–—]>)[ \t]*"
_TIME = r"(?:\d{1,6}\s?[:：])?\d{1,3}\s?[:：]\s?\d{1,2}(?:\s?[.,:：，．]\s?\d{1,9})?"
_TIMES = re.compile(rf"\s*(?P<start>[-−]?{_TIME}){_ARROW}(?P<end>[-−]?{_TIME})(?:[ \t].*)?")
_MEANT_AS_TIMES = re.compile(rf"\s*[-−]?\d[^\s]*[:：]\S*{_ARROW}(?:[-−]?\d.*)?|\s*{_ARROW}\d+:.*")
_LONGEST_TIMES = 200
"""Letters in a line with times and WebVTT's settings; longer lines are text (and patterns would
crawl over them).
"""
_DIRECTIONS = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069]")
_NUMBER = re.compile(r"\s*\d{1,7}[.:]?\s*")
_CHAPTER = re.compile(r"NOTE\s+chapter\s*:\s*(\S.*)", re.I)
_VTT_BLOCK = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")


def _captions(
    lines: Sequence[str], name: str, rate: Fraction
) -> tuple[tuple[Written, ...], list[str]]:
    """Every caption in order of the file, and what had to be mended: a line with times, and what
    follows up to the next one's number.
    """
    lines = _unmarked(lines)
    heads = _heads(lines)
    if not heads:  # word processors make one sign of the arrow
        lines = [re.sub("[→⟶⇒]", "-->", line) for line in lines]
        heads = _heads(lines)
    if not heads:
        first = next((place for place, line in enumerate(lines, 1) if line.strip()), 1)
        raise NotCaptions("there is no caption in it (no line with times and an arrow -->)", first)
    vtt, numbered = _is_vtt(lines, name, heads[0]), _is_numbered(lines, heads)
    last, notes = _end_of_file(lines, len(heads))
    ends = [*(_before(lines, place, vtt, numbered) for place in heads[1:]), last]
    written: list[Written] = []
    for place, end in zip(heads, ends, strict=True):
        found = _TIMES.fullmatch(lines[place])
        text, mended = _text_lines(lines, place + 1, end, vtt)
        notes += mended
        if found is None:
            saw = lines[place].strip()[:60]
            notes.append(
                f'line {place + 1}: its times cannot be read ("{saw}"); the caption is not shown'
            )
        else:
            start_ms, end_ms = _ms(found["start"], rate), _ms(found["end"], rate)
            chapter = _chapter(lines, place) if vtt else ""
            written.append(Written(place + 1, start_ms, end_ms, text, chapter))
    return tuple(written), notes


def _chapter(lines: Sequence[str], head: int) -> str:
    """What a note between the caption before and this one calls the chapter that begins here."""
    for line in reversed(lines[:head]):
        if _TIMES.fullmatch(line[:_LONGEST_TIMES]):
            break
        if note := _CHAPTER.fullmatch(line[:_LONGEST_TIMES]):
            return _tidy(note[1])
    return ""


def _unmarked(lines: Sequence[str]) -> list[str]:
    """Lines of times, and the number above each, without the signs for reading direction that
    editors of Arabic and Hebrew put around them; in words they stay.
    """
    kept = list(lines)
    for place, line in enumerate(lines):
        bare = _DIRECTIONS.sub("", line[:_LONGEST_TIMES])
        if len(line) > _LONGEST_TIMES or bare == line or not _TIMES.fullmatch(bare):
            continue
        kept[place] = bare
        above = _DIRECTIONS.sub("", lines[place - 1]) if place else ""
        if _NUMBER.fullmatch(above):
            kept[place - 1] = above
    return kept


def _is_vtt(lines: Sequence[str], name: str, first_head: int) -> bool:
    if lines[0].lstrip("\ufeff ").startswith("WEBVTT"):
        return True
    return name.lower().endswith(".vtt") and not re.search(r"\d,\d{3}", lines[first_head])


def _is_numbered(lines: Sequence[str], heads: Sequence[int]) -> bool:
    """Whether most captions have a number in the line above their times."""
    above = [lines[place - 1] for place in heads if place > 0]
    return sum(bool(_NUMBER.fullmatch(line)) for line in above) * 2 > len(heads)


def _heads(lines: Sequence[str]) -> list[int]:
    return [
        place
        for place, line in enumerate(lines)
        if len(line) <= _LONGEST_TIMES
        and (_TIMES.fullmatch(line) or _MEANT_AS_TIMES.fullmatch(line))
    ]


def _before(lines: Sequence[str], place: int, vtt: bool, numbered: bool) -> int:
    """Where the text of the caption before ends: ahead of this one's number, or WebVTT's name for
    it.
    """
    above, apart = lines[place - 1], place < 2 or not lines[place - 2].strip()
    if (_NUMBER.fullmatch(above) and (apart or numbered)) or (vtt and apart and above.strip()):
        return place - 1
    return place


def _end_of_file(lines: Sequence[str], captions: int) -> tuple[int, list[str]]:
    """Where the last caption's text ends: a next number without times is where a copy broke off,
    which is noted.
    """
    end = len(lines)
    while end > 1 and not lines[end - 1].strip():
        end -= 1
    if not lines[end - 2].strip() and lines[end - 1].strip() == str(captions + 1):
        return end - 1, [f"line {end}: the file breaks off after the number {captions + 1}"]
    return end, []


def _text_lines(
    lines: Sequence[str], first: int, end: int, vtt: bool
) -> tuple[tuple[str, ...], list[str]]:
    """The lines of one caption's text from index ``first``, without blank ones, notes and tags, and
    what had to be mended in them.
    """
    shown: list[str] = []
    notes: list[str] = []
    blank_at, in_block = 0, False
    for place in range(first, end):
        line = lines[place]
        if not line.strip():
            blank_at, in_block = place, False
            continue
        begins = vtt and blank_at == place - 1 and place > first and _VTT_BLOCK.match(line)
        in_block = in_block or bool(begins)
        if in_block:
            continue
        if blank_at and shown:
            notes.append(
                f"line {blank_at + 1}: there is a blank line inside a caption; its lines were put"
                " together"
            )
        blank_at = 0
        parts = _untagged(line)
        shown.extend(_worded(map(html.unescape, parts) if vtt else parts))
    return tuple(shown), notes


def _ms(written: str, rate: Fraction) -> int:
    """A time in ms, whole or with a fraction of any length.

    A fourth number after a colon counts frames.
    """
    digits = [int(number) for number in re.findall(r"\d+", written)]
    fraction = re.search(r"[.,，．]\s?(\d+)\s*$", written)
    ms = 0
    if fraction:
        ms = int(fraction[1][:3].ljust(3, "0"))
        digits.pop()
    elif len(digits) == 4:
        last = digits.pop()
        is_ms = len(re.findall(r"\d+", written)[-1]) == 3
        ms = last if is_ms else round(last * 1000 / rate)
    hours, minutes, seconds = [0] * (3 - len(digits)) + digits
    total = ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
    return -total if written.lstrip()[0] in "-−" else total


_TAG = re.compile(
    r"</?(?:i|b|u|s|em|strong|font|span|c|v|lang|ruby|rt|p|div|a|tt|small|big|sub|sup)"
    r"(?:[.\s][^<>]*)?/?>"
    r"|<\d[\d:.]*>|\{\\[a-zA-Z0-9][^{}]*\}",
    re.I,
)


def _untagged(line: str) -> list[str]:
    """The line without tags for looks and places; <br> breaks it. Other brackets are wording."""
    return re.split(r"<br\s*/?>", _TAG.sub("", line), flags=re.I)


def _worded(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines that have words, tidied."""
    return tuple(filter(None, map(_tidy, lines)))


def _tidy(line: str) -> str:
    shown = " ".join(line.replace("\ufeff", "").split())
    return "".join(letter for letter in shown if unicodedata.category(letter) not in ("Cc", "Cs"))


# --- captions that roll ---------------------------------------------------------------------------

LEAST_ROLLED = 3
ROLLED_WITHIN_MS = 1000
"""Between a caption and one that repeats it; a refrain comes later."""


def _unrolled(written: Sequence[Written]) -> tuple[Written, ...]:
    """Captions whose first lines are the last ones of the caption before, as YouTube writes its
    own, each with its new lines alone, until the next new one begins.
    """
    shown = [one for one in written if one.lines]
    again = [0, *(_repeated(before, after) for before, after in pairwise(shown))]
    rolled = sum(count > 0 for count in again)
    if rolled < LEAST_ROLLED or 2 * rolled < len(shown) - 1:
        return tuple(written)
    new = [
        replace(one, lines=one.lines[count:])
        for one, count in zip(shown, again, strict=True)
        if one.lines[count:]
    ]
    starts = [*(one.start_ms for one in new[1:]), 1 << 40]
    return tuple(
        replace(one, end_ms=max(one.start_ms, min(one.end_ms, following)))
        for one, following in zip(new, starts, strict=True)
    )


def _repeated(before: Written, after: Written) -> int:
    """How many of its first lines a caption has from the end of the one before it."""
    if after.start_ms - before.end_ms > ROLLED_WITHIN_MS:
        return 0
    most = min(len(before.lines), len(after.lines))
    return next((k for k in range(most, 0, -1) if before.lines[-k:] == after.lines[:k]), 0)


# --- on the clip's clock --------------------------------------------------------------------------


def _on_the_clip(
    written: Sequence[Written], rate: Fraction, clip_frames: int
) -> tuple[list[tuple[Cue, Written]], list[str]]:
    """Captions that can be shown, in order of time, each with where it stands in the file.

    The sentences say what is wrong with the others.
    """
    cues: list[tuple[Cue, Written]] = []
    outside: list[Written] = []
    notes = _out_of_order(written)
    for one in sorted(written, key=lambda one: (one.start_ms, one.end_ms)):
        start, end = (frames_nearest(max(0, ms), rate) for ms in (one.start_ms, one.end_ms))
        too_late, too_early = start >= clip_frames, one.end_ms <= 0
        joins = bool(cues) and start == cues[-1][0].start_frame  # two people at one time
        problem = _problem(one, too_late or too_early, end == start, joins)
        notes += [f"{_at(one)}{problem}"] if problem else []
        notes += _too_long(one)
        if not one.lines or one.end_ms <= one.start_ms:
            continue
        if too_late or too_early:
            outside.append(one)
        elif joins:
            before, where = cues.pop()
            last = max(before.end_frame, min(end, clip_frames))
            chapter = before.chapter or one.chapter
            cues.append((Cue(start, last, before.lines + one.lines, chapter=chapter), where))
        elif end > start:
            shown = Cue(start, min(end, clip_frames), one.lines, chapter=one.chapter)
            cues.append((shown, one))
    return cues, [*notes, *_outside(outside)]


def _out_of_order(written: Sequence[Written]) -> list[str]:
    late = next((after for one, after in pairwise(written) if after.start_ms < one.start_ms), None)
    said = "this caption and perhaps others are not in order of time; they were put in order"
    return [f"{_at(late)}{said}"] if late else []


def _problem(one: Written, outside: bool, too_short: bool, joins: bool) -> str | None:
    """What is said of a caption alone; those ``outside`` the recording are said together."""
    if not one.lines:
        return "this caption has no words"
    if one.end_ms <= one.start_ms:
        return f'the caption "{_short(one)}" ends before it starts; it is not shown'
    if outside:
        return None
    if too_short:
        return f'the caption "{_short(one)}" is shorter than a picture; it is not shown'
    if one.start_ms < 0 and not joins:
        return (
            f'the caption "{_short(one)}" starts before the recording; it is shown from its start'
        )
    return None


def _too_long(one: Written) -> list[str]:
    if sum(map(len, one.lines)) <= MOST_LETTERS:
        return []
    return [
        f'{_at(one)}the caption "{_short(one)}" has over {MOST_LETTERS} letters; no picture can'
        " hold them all, and the captions in the picture are cut there"
    ]


def _outside(outside: Sequence[Written]) -> list[str]:
    if not outside:
        return []
    first, more = outside[0], f" (and {len(outside) - 1} more)" if outside[1:] else ""
    said = f'the caption "{_short(first)}"{more} lies outside the recording; it is not shown'
    return [f"{_at(first)}{said}"]


def _one_at_a_time(cues: Sequence[tuple[Cue, Written]]) -> tuple[tuple[Cue, ...], list[str]]:
    """Each caption until the next one begins, and whether any had to be shortened."""
    over = [
        where
        for (before, where), (after, _) in pairwise(cues)
        if after.start_frame < before.end_frame
    ]
    notes = []
    if over:
        others = f" (and {len(over) - 1} more)" if over[1:] else ""
        notes = [
            f"{_at(over[0])}this caption{others} overlaps the next one; each is shown until the"
            " next begins"
        ]
    starts = [cue.start_frame for cue, _ in cues[1:]]
    shown = tuple(
        replace(cue, end_frame=min(cue.end_frame, following))
        for (cue, _), following in zip(cues, [*starts, 1 << 40], strict=False)
    )
    return shown, notes


def _at(one: Written) -> str:
    return f"line {one.line}: " if one.line else ""


def _short(one: Written) -> str:
    first = one.lines[0]
    return first if len(first) <= 40 else f"{first[:39]}…"
