"""What a person does to captions, each as an edit; without it every key of the page would reckon
with frames by itself.

A function of a sheet gives an edit, and changes nothing. Captions never overlap: a time is kept
within the free room between the neighbours. Each raises Changed where the caption is gone, and
NotPossible with the reason.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from pipeline.captions.burned import MOST_LETTERS
from pipeline.captions.check.lint import is_dialogue, lint
from pipeline.captions.check.mend import mend
from pipeline.captions.cues.lines import lines_of
from pipeline.captions.cues.style import CaptionStyle
from pipeline.captions.edit.sheet import Changed, Edit, Line, Sheet, rewritten
from pipeline.captions.edit.spoken import Spoken
from pipeline.captions.words.writing import unspaced
from pipeline.model import Cue, Word
from pipeline.timing import frame_ms, frames_nearest

NEW_FRAMES_S = 2
"""How long a caption is that a person puts in by hand, where there is room."""


class NotPossible(ValueError):
    """``str`` is a sentence for the person who tried."""


@dataclass(frozen=True)
class Limits:
    """What the captions of one file have to keep to: the style of their language, the pictures a
    second, and how many frames the clip has.
    """

    style: CaptionStyle
    language: str
    rate: Fraction
    clip_frames: int

    def laid_out(self, text: str) -> tuple[str, ...]:
        """A text on as few lines as hold it."""
        return lines_of(text, self.style, self.language)


def reworded(sheet: Sheet, number: int, was: Sequence[str], lines: Iterable[str]) -> Edit:
    """Other words in a caption. Raises Changed where it does not say ``was`` any more."""
    place = sheet.place(number)
    line = sheet.lines[place]
    if line.cue.lines != tuple(was):
        raise Changed((line,))
    cue = replace(line.cue, lines=tuple(lines))
    return sheet.edit("words", place, place + 1, [replace(line, cue=cue, sure=False)])


def assured(sheet: Sheet, number: int) -> Edit:
    """A person says that the doubtful words of a caption are right."""
    place = sheet.place(number)
    return sheet.edit("sure", place, place + 1, [replace(sheet.lines[place], sure=True)])


def retimed(sheet: Sheet, number: int, start_frame: int, end_frame: int, limits: Limits) -> Edit:
    """A caption at another time, as far as its neighbours leave room, a picture long at least."""
    place = sheet.place(number)
    free, full = _room(sheet, place, limits)
    start = min(max(start_frame, free), full - 1)
    end = min(max(end_frame, start + 1), full)
    return _moved(sheet, place, "times", start, end)


def _moved(sheet: Sheet, place: int, what: str, start: int, end: int) -> Edit:
    line = sheet.lines[place]
    cue = replace(line.cue, start_frame=start, end_frame=end)
    return sheet.edit(what, place, place + 1, [replace(line, cue=cue)])


def border_moved(sheet: Sheet, number: int, frame: int, limits: Limits) -> Edit:
    """The border of a caption and the next one, which touch or nearly, at another frame: one ends
    and the other begins there.
    """
    place = sheet.place(number)
    if place + 1 >= len(sheet.lines):
        raise NotPossible("There is no caption after this one.")
    first, second = sheet.lines[place : place + 2]
    gap = second.cue.start_frame - first.cue.end_frame
    start = min(max(frame, first.cue.start_frame + 1 + gap), second.cue.end_frame - 1)
    now = [
        replace(first, cue=replace(first.cue, end_frame=start - gap)),
        replace(second, cue=replace(second.cue, start_frame=start)),
    ]
    return sheet.edit("times", place, place + 2, now)


def timed_again(
    sheet: Sheet,
    numbers: Collection[int],
    words: Callable[[Cue], Sequence[Word | None]],
    limits: Limits,
) -> Edit | None:
    """Captions at the times at which their words are heard, each within the room that those around
    it leave, and shown for as long as it takes to read them where there is room. None where that
    changes nothing; raises NotPossible where not one of their words is heard.

    ``words`` gives those of a caption as they were heard around where it stands.
    """
    known = {line.id: _heard_frames(line.cue, words(line.cue), limits) for line in sheet.lines}
    if not any(known[number] for number in numbers):
        raise NotPossible("None of the words is heard near there: set the times by the picture.")
    now, no_room = list(sheet.lines), False
    for place, line in enumerate(sheet.lines):
        times = known[line.id]
        if line.id not in numbers or times is None:
            continue
        after = sheet.lines[place + 1] if place + 1 < len(now) else None
        coming = known[after.id] if after and after.id in numbers else None
        free = now[place - 1].cue.end_frame if place else 0
        full = after.cue.start_frame if after else limits.clip_frames
        full = coming[0] if coming else full
        start, end = max(times[0], free), min(times[1], full)
        if end - start < 2:
            no_room = True
            continue
        now[place] = replace(line, cue=replace(line.cue, start_frame=start, end_frame=end))
    edit = _where_they_differ(sheet, "timed again", [*_clear_of_the_next(now)])
    if edit is None and no_room:
        raise NotPossible("Its words are said where another caption stands: time all again.")
    return edit


def _clear_of_the_next(lines: Sequence[Line]) -> Iterator[Line]:
    """Each caption ends before the next one begins, which may have stayed where it was."""
    for line, after in pairwise(lines):
        start, end, limit = line.cue.start_frame, line.cue.end_frame, after.cue.start_frame
        if limit <= start:
            raise NotPossible("The captions are not in the order in which their words are said.")
        yield replace(line, cue=replace(line.cue, end_frame=min(end, limit)))
    yield from lines[-1:]


def _heard_frames(cue: Cue, words: Sequence[Word | None], limits: Limits) -> tuple[int, int] | None:
    """From the first word until the last one is said and all could be read, and a little longer."""
    heard = [word for word in words if word is not None]
    if not heard:
        return None
    style, rate = limits.style, limits.rate
    start_ms, last_ms = heard[0].start_ms, heard[-1].end_ms
    if heard[0] is not words[0]:  # what comes before is not known: not later than it is
        start_ms = min(start_ms, frame_ms(cue.start_frame, rate))
    if heard[-1] is not words[-1]:
        last_ms = max(last_ms, frame_ms(cue.end_frame, rate))
    read = math.ceil(sum(map(style.width, cue.lines)))
    needed_ms = 1000 * max(style.shortest_s, Fraction(read, style.reading_speed_cps))
    wanted_ms = 1000 * max(style.comfortable_s, Fraction(read, style.aim_cps))
    linger_ms = style.linger_s * 1000
    at_ease_ms: Fraction = max(last_ms + linger_ms / 2, start_ms + wanted_ms)
    end_ms: Fraction = max(min(at_ease_ms, last_ms + linger_ms), start_ms + needed_ms)
    start = math.floor(Fraction(max(0, start_ms)) * rate / 1000)
    return start, math.floor(end_ms * rate / 1000)


def _where_they_differ(sheet: Sheet, what: str, now: Sequence[Line]) -> Edit | None:
    """One edit from the first line that is another now to the last."""
    changed = [place for place, line in enumerate(sheet.lines) if now[place] != line]
    if not changed:
        return None
    first, end = changed[0], changed[-1] + 1
    return sheet.edit(what, first, end, now[first:end])


def split(sheet: Sheet, number: int, offset: int, words: Sequence[Spoken], limits: Limits) -> Edit:
    """Two captions for one, parted at ``offset`` of its text (lines joined by line ends): the
    second begins with its first word, the first one ends there, or with its own last word where a
    pause lies between.
    """
    place = sheet.place(number)
    line = sheet.lines[place]
    offset, before, after = _parted(line.cue, offset)
    if not before or not after or line.cue.end_frame - line.cue.start_frame < 2:
        raise NotPossible("Put the cursor between two words of the caption to split it there.")
    end, start = _border(words, offset, line.cue, limits)
    first = replace(line.cue, end_frame=end, lines=limits.laid_out(before))
    second = Cue(start, line.cue.end_frame, limits.laid_out(after))
    now = [replace(line, cue=first), Line(sheet.next_id, second, line.sure)]
    return sheet.edit("split", place, place + 1, now)


def given(
    sheet: Sheet, number: int, offset: int, to_next: bool, words: Sequence[Spoken], limits: Limits
) -> Edit:
    """One half of a caption handed to its neighbour: what stands after ``offset`` to the next one,
    or what stands before it to the one before. The border moves with the words.
    """
    place = sheet.place(number)
    line = sheet.lines[place]
    other = place + 1 if to_next else place - 1
    if not 0 <= other < len(sheet.lines):
        raise NotPossible("There is no caption there to give the words to.")
    neighbour = sheet.lines[other]
    offset, before, after = _parted(line.cue, offset)
    if not before or not after:
        raise NotPossible("Put the cursor between two words: those on one side of it are given.")
    end, start = _border(words, offset, line.cue, limits)
    there = " ".join(neighbour.cue.lines)
    if to_next:
        kept = replace(line.cue, end_frame=end, lines=limits.laid_out(before))
        text = _together(after, there)
        got = replace(neighbour.cue, start_frame=start, lines=limits.laid_out(text))
        now = [replace(line, cue=kept), replace(neighbour, cue=got)]
        return sheet.edit("half to the next", place, place + 2, now)
    text = _together(there, before)
    got = replace(neighbour.cue, end_frame=end, lines=limits.laid_out(text))
    kept = replace(line.cue, start_frame=start, lines=limits.laid_out(after))
    now = [replace(neighbour, cue=got), replace(line, cue=kept)]
    return sheet.edit("half to the one before", other, place + 1, now)


def joined(sheet: Sheet, number: int, limits: Limits) -> Edit:
    """A caption and the next one as one. Lines of two speakers keep their dashes and breaks.

    Raises NotPossible where a chapter begins with the next one: it would begin elsewhere.
    """
    place = sheet.place(number)
    if place + 1 >= len(sheet.lines):
        raise NotPossible("There is no caption after this one to join it to.")
    first, second = sheet.lines[place : place + 2]
    if second.cue.chapter:
        raise NotPossible(
            f"The chapter “{second.cue.chapter}” begins with the next caption; they stay two."
        )
    lines = (*first.cue.lines, *second.cue.lines)
    if not is_dialogue(lines):
        parts = (" ".join(one.cue.lines) for one in (first, second))
        lines = limits.laid_out(_together(*parts))
    cue = replace(first.cue, end_frame=second.cue.end_frame, lines=lines)
    now = replace(first, cue=cue, sure=first.sure and second.sure)
    return sheet.edit("join", place, place + 2, [now])


def removed(sheet: Sheet, number: int) -> Edit:
    """Without a caption; a chapter that began with it begins with the next one, unless that begins
    one of its own.
    """
    place = sheet.place(number)
    title, after = sheet.lines[place].cue.chapter, sheet.lines[place + 1 : place + 2]
    if not title or not after or after[0].cue.chapter:
        return sheet.edit("remove", place, place + 1, [])
    heir = replace(after[0], cue=replace(after[0].cue, chapter=title))
    return sheet.edit("remove", place, place + 2, [heir])


def added(sheet: Sheet, frame: int, limits: Limits) -> Edit:
    """With an empty caption from ``frame`` on, in the room that is free there."""
    place = sum(line.cue.start_frame <= frame for line in sheet.lines)
    free = sheet.lines[place - 1].cue.end_frame if place else 0
    full = sheet.lines[place].cue.start_frame if place < len(sheet.lines) else limits.clip_frames
    start = max(frame, free)
    end = min(full, start + frames_nearest(NEW_FRAMES_S * 1000, limits.rate))
    if end - start < 2:
        raise NotPossible("There is a caption already; pause where none is on screen.")
    return sheet.edit("add", place, place, [Line(sheet.next_id, Cue(start, end, ()), sure=True)])


def room_for_a_translation(sheet: Sheet, originals: Sequence[Cue]) -> Edit | None:
    """With an empty caption at the time of each original beside which there is none yet; None where
    there is one beside each.
    """
    now, next_id = list(sheet.lines), sheet.next_id
    for original in originals:
        if not any(_side_by_side(line.cue, original) for line in sheet.lines):
            cue = Cue(original.start_frame, original.end_frame, ())
            now.append(Line(next_id, cue, sure=True))
            next_id += 1
    if len(now) == len(sheet.lines):
        return None
    now.sort(key=lambda line: line.cue.start_frame)
    return sheet.edit("room for a translation", 0, len(sheet.lines), now)


def _side_by_side(one: Cue, other: Cue) -> bool:
    return one.start_frame < other.end_frame and other.start_frame < one.end_frame


def replaced(sheet: Sheet, find: str, written: str, whole_words: bool) -> Edit | None:
    """Every ``find`` written otherwise, as large and small letters have it; None where there is
    none. A line that becomes too long keeps its break.
    """
    pattern = re.escape(find)
    if whole_words:
        pattern = rf"(?<!\w){pattern}(?!\w)"
    found = re.compile(pattern)

    def now(line: Line) -> Line:
        lines = tuple(found.sub(lambda _: written, text) for text in line.cue.lines)
        return replace(line, cue=replace(line.cue, lines=lines))

    return _where_they_differ(sheet, "replace", [*map(now, sheet.lines)])


def mended(sheet: Sheet, number: int, limits: Limits) -> Edit | None:
    """A caption and its neighbours as ``captions lint --fix`` mends them; None where that changes
    nothing, or would break more limits around them than it mends.
    """
    place = sheet.place(number)
    first, end = max(0, place - 2), min(len(sheet.lines), place + 3)
    window = Sheet(sheet.lines[first:end], sheet.next_id)
    better = _mended(window, limits)
    edit = sheet.edit("mend", first, end, better.lines)
    around = slice(max(0, first - 1), end + 1 + len(better.lines) - len(window.lines))
    was, now = (
        _broken(sheet.lines[around], limits),
        _broken(sheet.edited(edit).lines[around], limits),
    )
    return edit if better != window and now < was else None


def _broken(lines: Sequence[Line], limits: Limits) -> int:
    cues = [line.cue for line in lines]
    found = lint(cues, limits.style, limits.language, limits.rate, limits.clip_frames)
    return sum(breach.severity == "breach" for breach in found)


def _mended(sheet: Sheet, limits: Limits) -> Sheet:
    better = mend(sheet.cues, limits.style, limits.language, limits.rate, limits.clip_frames)
    for edit in rewritten(sheet, better, "mend"):
        sheet = sheet.edited(edit)
    return sheet


def all_mended(sheet: Sheet, limits: Limits) -> Edit | None:
    """All captions as ``captions lint --fix`` mends them; None where that changes nothing."""
    better = _mended(sheet, limits)
    if better == sheet:
        return None
    return sheet.edit("mend all", 0, len(sheet.lines), better.lines)


def typed(lines: Iterable[str]) -> tuple[str, ...]:
    """What a person typed as lines of a caption: one space between words, no control signs, no
    empty line, no more than a picture can hold.
    """
    clean = (" ".join("".join(map(_plain, line)).split()) for line in lines)
    return tuple(line[:MOST_LETTERS] for line in clean if line)


def _plain(letter: str) -> str:
    return letter if letter.isprintable() or letter in _JOINERS else " "


_JOINERS = "\u200c\u200d\u200e\u200f\u00ad"
"""Joiners and directions, which Persian, Hindi and Hebrew are written with."""


def _room(sheet: Sheet, place: int, limits: Limits) -> tuple[int, int]:
    """The first frame that is free for a caption, and the first one behind that is not."""
    free = sheet.lines[place - 1].cue.end_frame if place else 0
    last = place + 1 == len(sheet.lines)
    return free, limits.clip_frames if last else sheet.lines[place + 1].cue.start_frame


def _parted(cue: Cue, offset: int) -> tuple[int, str, str]:
    """The text before and after an offset, each on one line, and the offset itself: one inside a
    word is moved to the word's nearer end.
    """
    text = "\n".join(cue.lines)
    for word in re.finditer(r"\S+", text):
        if word.start() < offset < word.end() and not unspaced(word[0]):
            nearer_start = offset - word.start() < word.end() - offset
            offset = word.start() if nearer_start else word.end()
    return offset, " ".join(text[:offset].split()), " ".join(text[offset:].split())


def _border(words: Sequence[Spoken], offset: int, cue: Cue, limits: Limits) -> tuple[int, int]:
    """Where the words before an offset end and those after it begin, in frames within ``cue``."""
    before = [one.word for one in words if one.first < offset]
    after = [one.word for one in words if one.first >= offset]
    first_ms = after[0].start_ms if after else frame_ms(cue.end_frame, limits.rate)
    last_ms = before[-1].end_ms if before else first_ms
    start = frames_nearest(first_ms, limits.rate)
    start = min(max(start, cue.start_frame + 1), cue.end_frame - 1)
    pause_ms = first_ms - last_ms
    if pause_ms <= limits.style.close_gaps_under_s * 1000:
        return start, start
    end = frames_nearest(last_ms, limits.rate) + 1
    return min(max(end, cue.start_frame + 1), start), start


def _together(first: str, second: str) -> str:
    """Two texts in a row, with a space where their writing has one."""
    touch = bool(first and second) and unspaced(first[-1]) and unspaced(second[0])
    return f"{first}{'' if touch else ' '}{second}".strip()
