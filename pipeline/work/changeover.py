"""Puts a new set of files in the place of the old one, in one step; without it a kill at the wrong
moment would leave a new film beside old captions.

All that is new is laid beside the old set, whole and synced, in a hidden folder of outputs/. Then a
journal appears there in one rename, with the names of what comes and of what goes: until it is
there the old set is the one that holds, from then on the new one. What follows are renames and
nothing else, 30 microseconds each; where a kill falls between two of them, the next command of any
kind brings them to their end before it does anything (commands/session.py).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipeline.errors import Refused
from pipeline.recipe import Recipe
from pipeline.tools.running import files, system
from pipeline.work.store import Store, undamaged

PLACE = ".handing-over"
"""The hidden folder, in the one whose files change: a rename goes no further than one disk."""
_JOURNAL = "journal.json"
DRAFTS = "captions/"
"""What is called so under outputs/ is for a person to correct, at any time: what they have written
there stays.
"""


@dataclass(frozen=True)
class Changed:
    """Names under outputs/ of what was written, and of drafts that are as a person has them."""

    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class New:
    """A file as it is to be: its name under outputs/, what tells its content from any other one,
    and what writes it.
    """

    name: str
    mark: str
    fill: Callable[[Path], object]
    text: str | bytes | None = None

    @classmethod
    def of_text(cls, name: str, text: str | bytes) -> New:
        """A file that says ``text``."""
        data = files.as_bytes(text)
        return cls(name, sha256(data).hexdigest(), lambda path: path.write_bytes(data), text)

    @classmethod
    def of_result(cls, name: str, store: Store, recipe: Recipe, output: str) -> New:
        """A copy of one output of ``recipe``. Filling it raises Damaged where that is not what was
        made.
        """
        source = store.output(recipe, output)
        mark = store.mark(recipe, output)
        return cls(name, mark, lambda path: shutil.copyfile(undamaged(source), path))


def change_over(
    store: Store, outputs: Path, new: Sequence[New], gone: Collection[str] = ()
) -> Changed:
    """Have ``new`` under ``outputs``, and nothing that is ``gone``: all of it or, whatever happens,
    none. What is there as it should be stays untouched, and so does a draft that a person changes
    meanwhile.

    Raises Refused where a folder stands in a file's place, Damaged as ``New.of_result`` says.
    """
    with store.handing_over:
        coming = [one for one in new if not _stands(store, outputs / one.name, one)]
        kept: tuple[str, ...] = ()
        if coming or gone:
            try:
                _prepare(outputs, coming, gone)
            finally:
                kept = finish(store, outputs)
    return Changed(tuple(one.name for one in coming if one.name not in kept), kept)


def _stands(store: Store, path: Path, one: New) -> bool:
    if store.stands(path, one.mark):
        return True
    if one.text is None or not files.says(path, one.text):
        return False
    store.note(path, one.mark)
    return True


def _prepare(outputs: Path, coming: Sequence[New], gone: Collection[str]) -> None:
    """Everything but the step itself; at its end the new set holds."""
    place = outputs / PLACE
    for number, one in enumerate(coming):
        _free_for_a_file(outputs / one.name)
        files.lay(place / str(number), one.fill)
    for number, name in enumerate((*(one.name for one in coming), *gone)):
        files.hold(outputs / name, place / f"old-{number}")
    journal = {"put": [(one.name, one.mark) for one in coming], "gone": sorted(gone)}
    files.write_whole(place / _JOURNAL, json.dumps(journal))


def _free_for_a_file(path: Path) -> None:
    taken = path if path.is_dir() else next((one for one in path.parents if one.is_file()), None)
    if taken:
        what = "a folder; a file" if taken == path else "a file; a folder"
        raise Refused(
            f"{taken} is {what} of that name is needed.\n  Next: move it away or give it another"
            " name, and run the command again: what is finished is kept."
        )
    path.parent.mkdir(parents=True, exist_ok=True)


def finish(store: Store, outputs: Path) -> tuple[str, ...]:
    """Bring the step to its end, where one was begun; without a journal none was, and what was laid
    is taken away. May be called as often as one likes. Names of the drafts that were kept as a
    person has them: films are laid for minutes, and they may have been at work meanwhile.

    What is put there is noted before the journal goes: a draft of which nobody knew that it is ours
    would be taken for a person's. Raises Refused as ``change_over``.
    """
    place = outputs / PLACE
    try:
        journal = json.loads((place / _JOURNAL).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        files.remove_all([place])
        return ()
    kept = []
    for number, (name, mark) in enumerate(journal["put"]):
        path, laid = outputs / name, place / str(number)
        if laid.exists() and name.startswith(DRAFTS) and store.changed_by_hand(path):
            kept.append(name)
        elif laid.exists():
            _put(laid, path)
            store.note(path, mark)
        else:  # it was put before a kill; whoever has changed it since may have been a person
            store.note_unseen(path, mark)
    files.remove_all(outputs / name for name in journal["gone"])
    files.remove_empty(_folders_in(outputs, journal["gone"]))
    for folder in {(outputs / name).parent for name, _ in journal["put"]}:
        system.sync(folder)
    store.save_published()
    files.remove_all([place / _JOURNAL, place])
    return tuple(kept)


def _folders_in(outputs: Path, names: Iterable[str]) -> list[Path]:
    """The folders under ``outputs`` in which these are, the innermost first."""
    parents = {place for name in names for place in (outputs / name).parents}
    inside = [place for place in parents if place.is_relative_to(outputs) and place != outputs]
    return sorted(inside, key=lambda place: len(place.parts), reverse=True)


def _put(laid: Path, path: Path) -> None:
    try:
        files.put_in_place(laid, path)
    except OSError:  # somebody has put another thing there, or taken its folder away
        _free_for_a_file(path)
        files.put_in_place(laid, path)
