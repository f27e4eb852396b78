"""One caption file that people are working on: saved as they type, journalled, merged with what
others write; without it a crash or a second window would cost somebody's corrections.

Every edit goes into the journal beside the file (hidden, ``.ID.LANG.edits``), then into the file,
and is answered for when both are on the disk. A file that a person had there before the first edit
is kept in inputs/replaced/.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline.captions.edit.history import (
    History,
    Step,
    begin,
    journal,
    read_journal,
    step_line,
)
from pipeline.captions.edit.merge import merged
from pipeline.captions.edit.moves import Limits, NotPossible
from pipeline.captions.edit.sheet import Edit, Sheet, rewritten, sheet_of
from pipeline.captions.edit.spoken import Heard, heard_in_order
from pipeline.captions.edit.window import Window, carried, window_of
from pipeline.model import Cue, Word
from pipeline.tools.running import files, received
from pipeline.tools.texts import caption_files, subtitles

ELSEWHERE = "changed elsewhere"
"""How the journal names what another program wrote into the file."""

CARRIED = "moved to this recording"
"""How it names that captions are shown where their words are said now."""

Move = Callable[[Sheet], Edit | None]


class NotSaved(Exception):
    """An edit was not made: the file must not be written over. ``str`` is a sentence."""


@dataclass(frozen=True)
class Place:
    """Where the captions of one speaker in one language lie, or will lie."""

    folder: Path
    name: str

    @property
    def path(self) -> Path:
        """The caption file."""
        return self.folder / self.name

    @property
    def journal(self) -> Path:
        """The journal of edits beside it."""
        return self.folder / f".{self.name.rsplit('.', 1)[0]}.edits"


class CaptionsFile:
    """The captions of one file, and all that was done to them.

    The history is of the whole file, on the file's clock. What is shown and edited is what lies on
    the clip: what a trim leaves out stays in the file as it is.
    """

    def __init__(
        self,
        place: Place,
        limits: Limits,
        drafted: Sequence[Cue],
        heard: Sequence[Word] = (),
        hearings: Iterable[Sequence[Word]] = (),
        waiting: str = "",
    ) -> None:
        """Opens the file, or begins with ``drafted`` where there is none. ``heard`` are the words
        that were heard, ``hearings`` those of which they were put together, as far as they are
        known. ``waiting`` says why a draft cannot be edited yet. Raises NotCaptions and OSError
        where the file cannot be read.
        """
        self.place, self.limits = place, limits
        self._window = Window(0, limits.clip_frames)
        self._aside: tuple[Cue, ...] = ()
        self._lock = threading.RLock()
        self._seen = self._read()
        self._journalled, self._ours, self._unsaved = False, False, False
        cues = self._cues(self._seen) if self._seen is not None else tuple(drafted)
        known = self._told()
        gone = known and self._seen is None and len(known.steps) > 1 and not _wordless(known)
        if known is None or gone:
            self._history = begin(sheet_of(cues), limits.rate, heard)
        else:
            self._history, self._journalled, self._ours = known, True, True
            self._caught_up(known)
        self.waiting = waiting if self._seen is None and not self.version else ""
        self.heard: Heard = heard_in_order(self._history.heard or heard)
        self.hearings = tuple(heard_in_order(one) for one in hearings if one)
        self._fitted: Heard | None = None

    # --- what stands --------------------------------------------------------------------------

    @property
    def sheet(self) -> Sheet:
        """The captions of the clip as they stand."""
        return self._window.shown(self._history.sheet)

    @property
    def aside(self) -> tuple[Cue, ...]:
        """Captions of ours that gave way to what somebody else wrote into the file."""
        return self._window.shown(sheet_of(self._aside)).cues

    @property
    def version(self) -> int:
        """How many steps were done; a page that knows fewer asks for those ``since``."""
        return len(self._history.steps)

    @property
    def undoable(self) -> tuple[int, int]:
        """How many edits can be undone, and how many made again."""
        return len(self._history.done), len(self._history.undone)

    @property
    def timed(self) -> Heard:
        """The words with the best times that are known: as the aligner hears those that were typed,
        else as they were heard.
        """
        return self._fitted or self.heard

    def fit(self, words: Sequence[Word]) -> None:
        """The aligner has heard the words of the file as it was saved."""
        if words:
            self._fitted = heard_in_order(words)

    def since(self, version: int) -> tuple[Step, ...]:
        """The steps behind the first ``version`` ones."""
        window, sheet = self._window, self._history.sheet
        steps = self._history.steps[version:]
        return tuple(replace(step, edit=window.seen(step.edit, sheet)) for step in steps)

    # --- what is done -------------------------------------------------------------------------

    def edit(self, move: Move, by: str) -> bool:
        """Make an edit and save it; False where there was nothing to do. Raises Changed and
        NotPossible as the move does and for a draft that waits, NotSaved and OSError where it could
        not be saved: then nothing was changed.
        """
        with self._lock:
            self._ready()
            edit = move(self.sheet)
            if edit is None or edit.before == edit.after:
                return False
            meant = self._window.meant(edit, self._history.sheet)
            self._save(self._history.edited(meant, by, _now()))
            return True

    def undo(self, by: str) -> bool:
        """Take the last edit back; False where there is none. Raises as ``edit``."""
        with self._lock:
            self._ready()
            return self._stepped(self._history.without_last(by, _now()))

    def redo(self, by: str) -> bool:
        """Make the edit again that was last undone. Raises as ``edit``."""
        with self._lock:
            self._ready()
            return self._stepped(self._history.again(by, _now()))

    def _ready(self) -> None:
        self.look()
        if self.waiting and self._seen is None:
            raise NotPossible(self.waiting)

    def _stepped(self, history: History) -> bool:
        if history is self._history:
            return False
        self._save(history)
        return True

    def keep(self, by: str) -> None:
        """See to it that there is a file, also where nothing was corrected: a person vouches for
        these captions.
        """
        with self._lock:
            if self._seen is None:
                self._write(self._history.sheet.cues)

    def look(self) -> bool:
        """Take in what another program has written into the file meanwhile; True where it has.
        Raises NotSaved where that cannot be read.
        """
        with self._lock:
            found = self._read()
            if found is None or found == self._seen:
                if self._unsaved:
                    self._write(self._history.sheet.cues)
                return False
            try:
                cues = self._cues(found)
            except caption_files.NotCaptions as unreadable:
                raise NotSaved(
                    f"{self.place.name} was changed by another program and cannot be read"
                    f" ({unreadable}). It is not written over: put it right, or take it away."
                ) from None
            self._seen, self._ours = found, False
            self._taken_in(cues)
            return True

    def carry(self, shown: Sequence[Cue]) -> None:
        """The captions of the file are shown at other times on the recording that is there now. Are
        all as much earlier or later, what is seen here is another part of the same file; else they
        stand here as they are shown, which can be undone. Until an edit saves that, file and
        journal stay as they are: a trim may be taken back.
        """
        with self._lock:
            self.look()
            if not shown or self._seen is None or not self._as_the_file_has_it(self._seen):
                return
            sheet, frames = self._history.sheet, self.limits.clip_frames
            window = window_of(sheet, shown, frames)
            self._window = window or Window(0, frames)
            if window:
                return
            moved = self._rewritten(carried(sheet, shown, frames), CARRIED, "perspectives")
            if moved is not self._history:
                self._history, self._journalled = moved, False
                self._ours = False  # what has no place on the new clock is in the copy set aside

    def _as_the_file_has_it(self, data: bytes) -> bool:
        cues = self._history.sheet.cues
        return data == self._written(cues) or cues == self._cues(data)

    # --- how it is kept -----------------------------------------------------------------------

    def _save(self, history: History) -> None:
        """Journal, then file. What is in the journal stands, and is written into the file as soon
        as that is possible.
        """
        self._journal(history)
        self._history, self._unsaved = history, True
        self._write(history.sheet.cues)

    def _journal(self, history: History) -> None:
        """Put what is new into the journal; after a fault the whole of it is written anew."""
        beside, self._journalled = self._journalled, False
        if beside:
            new = history.steps[len(self._history.steps) :]
            files.append_line(self.place.journal, "".join(map(step_line, new)))
        else:
            files.write_whole(self.place.journal, journal(history))
        self._journalled = True

    def _write(self, cues: Sequence[Cue]) -> None:
        data = self._written(cues)
        if not self._ours and self.place.path.is_file():
            self._set_aside()
        elif _wordless(self._history):
            files.remove_all([self.place.path])
            self._seen, self._unsaved = None, False
            return
        files.write_whole(self.place.path, data)
        self._seen, self._ours, self._unsaved = data, True, False

    def _written(self, cues: Sequence[Cue]) -> bytes:
        """The captions that have words, as the file's own format has them."""
        write = subtitles.writer_for(self.place.name)
        return write([cue for cue in cues if cue.lines], self.limits.rate).encode()

    def _set_aside(self) -> None:
        """A copy of a file as its owner saved it: its notes and signs are not written again."""
        kept_in = self.place.folder.parent / "replaced"
        files.copy_whole(
            self.place.path, files.earlier_name(kept_in, self.place.path, datetime.now())
        )

    def _read(self) -> bytes | None:
        try:
            return received.read(self.place.path, self.place.folder.parent)
        except received.NotReceived as refused:
            if refused.code == "missing":
                return None
            raise

    def _cues(self, data: bytes) -> tuple[Cue, ...]:
        if not data.strip() or data.strip() == b"WEBVTT":  # every caption was taken out here
            return ()
        name, rate = self.place.name, self.limits.rate
        return caption_files.read_captions(data, name, rate, caption_files.NO_END)[0]

    def _told(self) -> History | None:
        """What the journal tells, if it can be used: its frames are those of one rate."""
        try:
            text = received.read(self.place.journal, self.place.folder).decode("utf-8", "replace")
        except received.NotReceived:
            return None
        history, whole = read_journal(text)
        if history is None or history.rate != self.limits.rate:
            return None
        if not whole:
            files.write_whole(self.place.journal, journal(history))
        return history

    def _caught_up(self, known: History) -> None:
        """After a crash, or an edit by another program while nobody had the file open here."""
        stood = known.stood()
        now, before = next(stood), next(stood, ())
        if self._seen == self._written(now):
            return
        if self._seen is None or self._seen == self._written(before):
            self._write(now)  # we were stopped between the journal and the file
            return
        self._ours = False
        both, self._aside = merged(before, now, self._cues(self._seen))
        self._taken_in(both)

    def _taken_in(self, cues: Sequence[Cue]) -> None:
        """Captions that another program wrote, as edits that can be undone."""
        history = self._rewritten(cues, ELSEWHERE, "another program")
        if history is not self._history and self._journalled:
            self._journal(history)
        self._history = history

    def _rewritten(self, cues: Sequence[Cue], what: str, by: str) -> History:
        history = self._history
        for edit in rewritten(history.sheet, cues, what):
            history = history.edited(edit, by, _now())
        return history


def _wordless(history: History) -> bool:
    """Whether nobody has written a word yet, or all were taken back: then there is no file, since
    one without captions is none.
    """
    lines = (*history.begun.lines, *history.sheet.lines)
    return not any(line.cue.lines for line in lines)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
