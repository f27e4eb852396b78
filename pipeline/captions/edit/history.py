"""All that was done to one caption file, to be undone without limit and told again after a crash;
without it a kill in the middle of a save would cost a person's work.

A journal is text: its first line says what the work began with, each further one is one step. What
stands after all lines is what was last there. Nothing here reads a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from pipeline.captions.edit.sheet import Changed, Edit, Line, Sheet, edit_from, line_from
from pipeline.model import Cue, Word

Kind = Literal["edit", "undo", "redo"]


@dataclass(frozen=True)
class Step:
    """One thing that was done: an edit, or one of them taken back or made again. ``by`` and ``at``
    say who and when (ISO 8601).
    """

    kind: Kind
    edit: Edit
    by: str
    at: str


@dataclass(frozen=True)
class History:
    """Captions from ``begun`` to ``sheet``, with every step between.

    ``done`` edits can be undone, the last one first, ``undone`` ones made again. ``heard`` are the
    words that were heard in the sound, as far as they were known when the work began.
    """

    begun: Sheet
    sheet: Sheet
    rate: Fraction
    heard: tuple[Word, ...] = ()
    steps: tuple[Step, ...] = ()
    done: tuple[Edit, ...] = ()
    undone: tuple[Edit, ...] = ()

    def edited(self, edit: Edit, by: str, at: str) -> History:
        """With an edit made. Raises Changed."""
        step = Step("edit", edit, by, at)
        done, undone = (*self.done, edit), ()
        return self._taken(step, self.sheet.edited(edit), done, undone)

    def without_last(self, by: str, at: str) -> History:
        """With the last edit undone; as it is where there is none. Raises Changed."""
        if not self.done:
            return self
        last = self.done[-1]
        step = Step("undo", last.undone, by, at)
        sheet = self.sheet.edited(last.undone)
        return self._taken(step, sheet, self.done[:-1], (*self.undone, last))

    def again(self, by: str, at: str) -> History:
        """With the edit that was last undone made again; as it is where there is none. Raises
        Changed.
        """
        if not self.undone:
            return self
        last = self.undone[-1]
        step = Step("redo", last, by, at)
        sheet = self.sheet.edited(last)
        return self._taken(step, sheet, (*self.done, last), self.undone[:-1])

    def _taken(
        self, step: Step, sheet: Sheet, done: tuple[Edit, ...], undone: tuple[Edit, ...]
    ) -> History:
        steps = (*self.steps, step)
        return replace(self, sheet=sheet, steps=steps, done=done, undone=undone)

    def stood(self) -> Iterator[tuple[Cue, ...]]:
        """The captions as they stood, from the present back to the beginning."""
        sheet = self.sheet
        yield sheet.cues
        for step in reversed(self.steps):
            sheet = sheet.edited(step.edit.undone)
            yield sheet.cues


def begin(sheet: Sheet, rate: Fraction, heard: Sequence[Word] = ()) -> History:
    """A history in which nothing was done yet."""
    return History(sheet, sheet, rate, tuple(heard))


# --- as a journal ---------------------------------------------------------------------------------


def first_line(history: History) -> str:
    """What the work began with, as the first line of a journal."""
    began = {
        "rate": str(history.rate),
        "next_id": history.begun.next_id,
        "lines": [line.as_json() for line in history.begun.lines],
        "heard": [[one.text, one.start_ms, one.end_ms, one.confidence] for one in history.heard],
    }
    return _written(began)


def step_line(step: Step) -> str:
    """One step as a line of a journal."""
    return _written({"kind": step.kind, "by": step.by, "at": step.at, **step.edit.as_json()})


def journal(history: History) -> str:
    """A whole journal."""
    return first_line(history) + "".join(map(step_line, history.steps))


def _written(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=True, separators=(",", ":")) + "\n"


def read_journal(text: str) -> tuple[History | None, bool]:
    """The history that a journal tells, and whether every line of it could be read.

    A kill leaves half a line at the end: it was never answered for, and is left out with all behind
    it. None where not even the first line can be read.
    """
    lines = text.split("\n")
    whole = lines.pop() == ""
    try:
        history = _begun(json.loads(lines[0]))
    except (*_UNREADABLE, IndexError):
        return None, False
    for line in lines[1:]:
        try:
            history = _told(history, json.loads(line))
        except _UNREADABLE:
            return history, False
    return history, whole


_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, ZeroDivisionError, Changed)


def _begun(began: dict[str, Any]) -> History:
    lines: tuple[Line, ...] = tuple(map(line_from, began["lines"]))
    heard = [
        Word(str(text), int(start_ms), int(end_ms), float(confidence))
        for text, start_ms, end_ms, confidence in began["heard"]
    ]
    return begin(Sheet(lines, int(began["next_id"])), Fraction(str(began["rate"])), heard)


def _told(history: History, step: dict[str, Any]) -> History:
    by, at, edit = str(step["by"]), str(step["at"]), edit_from(step)
    if step["kind"] == "undo":
        told = history.without_last(by, at)
    elif step["kind"] == "redo":
        told = history.again(by, at)
    else:
        told = history.edited(edit, by, at)
    if len(told.steps) == len(history.steps) or told.steps[-1].edit != edit:
        raise ValueError("the journal undoes what it has not told")
    return told
