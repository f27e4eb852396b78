"""The part of a caption file that is on the clip; without it one edit of a trimmed message would
take away for good what was written for the pictures outside the trim.

The file keeps all its captions on its own clock. What is shown and edited is a window on it, on the
clip's clock. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.captions.edit.sheet import Edit, Line, Sheet, rewritten
from pipeline.model import Cue


@dataclass(frozen=True)
class Window:
    """The ``frames`` of a clip, the first of which is ``first_frame`` on the file's clock (below
    zero where the clip has more in front).
    """

    first_frame: int
    frames: int

    def shown(self, sheet: Sheet) -> Sheet:
        """The captions that are on the clip, on its clock, cut where they begin before it or end
        behind it; each keeps its id.
        """
        return replace(sheet, lines=self._lines(sheet.lines))

    def seen(self, edit: Edit, sheet: Sheet) -> Edit:
        """An edit of the file, of which ``sheet`` stands now, as it is seen on the clip."""
        hidden = {line.id for line in sheet.lines if line.cue.end_frame <= self.first_frame}
        return replace(
            edit,
            before=self._lines(edit.before),
            after=self._lines(edit.after),
            after_id=0 if edit.after_id in hidden else edit.after_id,
        )

    def meant(self, edit: Edit, sheet: Sheet) -> Edit:
        """An edit of what is ``shown`` of ``sheet`` as an edit of the file. A caption over the
        border keeps its own start or end in the file unless that was moved.
        """
        before = tuple(sheet.lines[sheet.place(line.id)] for line in edit.before)
        first, end = self.first_frame, self.first_frame + self.frames
        if before:
            first = min(first, before[0].cue.start_frame)
            end = max(end, before[-1].cue.end_frame)
        after = tuple(self._own(line, first, end) for line in edit.after)
        in_front = [one.id for one in sheet.lines if one.cue.end_frame <= self.first_frame]
        after_id = edit.after_id or (in_front[-1] if in_front else 0)
        return replace(edit, before=before, after=after, after_id=after_id)

    def with_shown(self, sheet: Sheet, cues: Sequence[Cue]) -> Sheet:
        """The whole file with ``cues`` in place of those that are on the clip."""
        for edit in rewritten(self.shown(sheet), cues, ""):
            sheet = sheet.edited(self.meant(edit, sheet))
        return sheet

    def _own(self, line: Line, first: int, end: int) -> Line:
        start_frame = line.cue.start_frame + self.first_frame if line.cue.start_frame else first
        own_end = line.cue.end_frame + self.first_frame
        end_frame = end if line.cue.end_frame == self.frames else own_end
        return replace(line, cue=replace(line.cue, start_frame=start_frame, end_frame=end_frame))

    def _lines(self, lines: Iterable[Line]) -> tuple[Line, ...]:
        moved = ((line, self._cue(line.cue)) for line in lines)
        return tuple(replace(line, cue=cue) for line, cue in moved if cue)

    def _cue(self, cue: Cue) -> Cue | None:
        start = max(0, cue.start_frame - self.first_frame)
        end = min(self.frames, cue.end_frame - self.first_frame)
        return replace(cue, start_frame=start, end_frame=end) if start < end else None


def window_of(sheet: Sheet, shown: Sequence[Cue], frames: int) -> Window | None:
    """The window of a clip of ``frames`` through which a file looks as it is ``shown``; None where
    its captions do not all come as much earlier or later.
    """
    if not shown:
        return None
    first, last = shown[0], shown[-1]  # their other ends may be cut off
    ends = {cue.end_frame - first.end_frame for cue in sheet.cues if cue.lines == first.lines}
    starts = {cue.start_frame - last.start_frame for cue in sheet.cues if cue.lines == last.lines}
    windows = (Window(moved, frames) for moved in sorted(ends | starts, key=abs))
    wanted = list(map(_facts, shown))
    return next((one for one in windows if [*map(_facts, one.shown(sheet).cues)] == wanted), None)


def _facts(cue: Cue) -> tuple[int, int, tuple[str, ...]]:
    return cue.start_frame, cue.end_frame, cue.lines


def carried(sheet: Sheet, shown: Sequence[Cue], frames: int) -> tuple[Cue, ...]:
    """A file whose captions are ``shown`` at other times, each by another one, on the clip's clock:
    those, and behind the clip what follows the last of them, as much earlier or later as it is.
    """
    last = next((n for n, one in reversed([*enumerate(sheet.cues)])
                 if shown and one.lines == shown[-1].lines), None)  # fmt: skip
    if last is None:
        return tuple(shown)
    by = shown[-1].start_frame - sheet.cues[last].start_frame
    moved = (
        replace(cue, start_frame=cue.start_frame + by, end_frame=cue.end_frame + by)
        for cue in sheet.cues[last + 1 :]
    )
    return (*shown, *(cue for cue in moved if cue.start_frame >= frames))
