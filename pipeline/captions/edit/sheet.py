"""Captions as a person works on them, and each change as a value; without it an undo would be a
guess, and two windows would write over each other.

Every change is one kind of value: captions in a row, as they were and as they are now. It is made
where they still stand as they were, or refused; turned round it is its own undo.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from pipeline.model import Cue


@dataclass(frozen=True)
class Line:
    """One caption under a number of its own, which it keeps while others come and go. ``sure``: a
    person has said that its doubtful words are right.
    """

    id: int
    cue: Cue
    sure: bool = False

    def as_json(self) -> list[Any]:
        """As it stands in a journal: what a page sees, and the title of a chapter that begins with
        it, if one does.
        """
        return [*self.shown, self.cue.chapter] if self.cue.chapter else self.shown

    @property
    def shown(self) -> list[Any]:
        """What a page sees: id, frames, lines of text, sure."""
        cue = self.cue
        return [self.id, cue.start_frame, cue.end_frame, list(cue.lines), self.sure]


def line_from(written: Sequence[Any]) -> Line:
    """What ``as_json`` wrote. Raises ValueError and TypeError for anything else."""
    number, start, end, lines, sure, *chapter = written
    text, title = tuple(str(line) for line in lines), "".join(map(str, chapter))
    cue = Cue(int(start), int(end), text, chapter=title)
    return Line(int(number), cue, bool(sure))


@dataclass(frozen=True)
class Edit:
    """``before`` was changed into ``after``; either may be empty. ``what`` says it in a word or
    two, ``after_id`` names the caption behind which they stand (0: at the start).
    """

    what: str
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    after_id: int

    @property
    def undone(self) -> Edit:
        """The change that takes it back."""
        return replace(self, before=self.after, after=self.before)

    def as_json(self) -> dict[str, Any]:
        """As a line of a journal."""
        return {
            "what": self.what,
            "before": [line.as_json() for line in self.before],
            "after": [line.as_json() for line in self.after],
            "after_id": self.after_id,
        }


def edit_from(written: dict[str, Any]) -> Edit:
    """What ``Edit.as_json`` wrote. Raises KeyError, ValueError and TypeError."""
    before = tuple(map(line_from, written["before"]))
    after = tuple(map(line_from, written["after"]))
    return Edit(str(written["what"]), before, after, int(written["after_id"]))


@dataclass(frozen=True)
class Correction:
    """A caption as it was shown, from when to when in ms of the clip, and as it is to be: lines of
    text with line ends between them. Empty: it goes.
    """

    start_ms: int
    end_ms: int
    was: str
    now: str


class Changed(ValueError):
    """What an edit is about no longer stands as it was. ``now`` is what stands there."""

    def __init__(self, now: tuple[Line, ...]) -> None:
        super().__init__(now)
        self.now = now


@dataclass(frozen=True)
class Sheet:
    """All captions of one file in order of time; none overlaps the next. ``next_id`` has not been
    given to any.
    """

    lines: tuple[Line, ...]
    next_id: int

    @property
    def cues(self) -> tuple[Cue, ...]:
        """The captions alone."""
        return tuple(line.cue for line in self.lines)

    def place(self, number: int) -> int:
        """Where the caption with that id stands, from 0. Raises Changed where it is gone."""
        for place, line in enumerate(self.lines):
            if line.id == number:
                return place
        raise Changed(())

    def edit(self, what: str, first: int, end: int, now: Iterable[Line]) -> Edit:
        """The change of lines ``first`` to ``end`` (places) into ``now``."""
        after_id = self.lines[first - 1].id if first else 0
        return Edit(what, self.lines[first:end], tuple(now), after_id)

    def edited(self, edit: Edit) -> Sheet:
        """With an edit made. Raises Changed where what it is about stands otherwise by now."""
        first = self.place(edit.before[0].id) if edit.before else self._behind(edit.after_id)
        end = first + len(edit.before)
        if self.lines[first:end] != edit.before:
            raise Changed(self.lines[first:end])
        lines = (*self.lines[:first], *edit.after, *self.lines[end:])
        highest = max((line.id for line in edit.after), default=0)
        return Sheet(lines, max(self.next_id, highest + 1))

    def _behind(self, number: int) -> int:
        return self.place(number) + 1 if number else 0


def sheet_of(cues: Sequence[Cue]) -> Sheet:
    """Captions numbered from 1."""
    return Sheet(tuple(Line(number, cue) for number, cue in enumerate(cues, 1)), len(cues) + 1)


def rewritten(sheet: Sheet, cues: Sequence[Cue], what: str) -> tuple[Edit, ...]:
    """The edits that turn a sheet into ``cues``, one for each place that differs, in order.

    A caption whose words or times alone differ keeps its id.
    """
    old, edits, next_id = sheet.cues, list[Edit](), sheet.next_id
    matcher = SequenceMatcher(None, old, cues, autojunk=False)
    before = 0
    for kind, first, end, now_first, now_end in matcher.get_opcodes():
        if kind == "equal":
            before = sheet.lines[end - 1].id
            continue
        now: list[Line] = []
        for number, cue in enumerate(cues[now_first:now_end]):
            kept = first + number < end
            line = sheet.lines[first + number] if kept else Line(next_id, cue)
            now.append(replace(line, cue=cue))
            next_id += not kept
        edits.append(Edit(what, sheet.lines[first:end], tuple(now), before))
        before = now[-1].id if now else before
    return tuple(edits)
