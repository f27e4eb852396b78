"""What segments left in outputs/ that are no more; without it a film under an old name would lie
there for true, and be played.

Nothing of a person's is among it: a draft that somebody has changed stays, and so does every file
that no command of ours put there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.config_values import OUTPUT_FOLDERS
from pipeline.event import Event
from pipeline.tools.running import files
from pipeline.work.store import Store

OF_THE_DAY = ("day.csv", "day.html", "day.md", "day.pdf", "report.json")
"""Names under outputs/ of what is made of all segments together."""
_UNNOTED = ("pack.zip", "report.html")
"""Files of ours of which the store keeps no note, nor of those in folders (OUTPUT_FOLDERS)."""


def leftover(event: Event, store: Store) -> tuple[str, ...]:
    """Files that an earlier division into segments, or none, left in outputs/, by their way from
    the workspace: under the ids of segments that are no more, and beside those that there are now.
    """
    outputs = event.workspace.all_outputs
    ids = {one.id for one in event.config.segments}
    found = [path for folder in _gone(outputs, ids, store) for path in _ours(folder, store)]
    if ids:
        found += [path for path in _ours(outputs, store) if path.name not in OF_THE_DAY]
    else:
        day = (outputs / name for name in OF_THE_DAY[:-1])
        found += [path for path in day if path.is_file() and store.noted(path)]
    return tuple(path.relative_to(event.workspace.root).as_posix() for path in found)


def take_away(event: Event, names: tuple[str, ...]) -> None:
    """Remove those files, and the folders that are empty then."""
    outputs, found = event.workspace.all_outputs, [event.workspace.root / name for name in names]
    files.remove_all(found)
    for path in found:
        for folder in (path.parent, path.parent.parent):
            if outputs in folder.parents and folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _gone(outputs: Path, ids: set[str], store: Store) -> Iterator[Path]:
    """Folders of segments that there are no more: a build put its report there."""
    for folder in sorted(outputs.glob("[!.]*/")):
        if folder.name not in {*ids, *OUTPUT_FOLDERS} and store.noted(folder / "report.json"):
            yield folder


def _ours(folder: Path, store: Store) -> Iterator[Path]:
    """What commands put into the outputs/ of one segment, that nobody has corrected since."""
    inside = [path for name in OUTPUT_FOLDERS for path in folder.glob(f"{name}/*")]
    for path in sorted([*folder.glob("[!.]*"), *inside]):
        if not path.is_file():
            continue
        if path.parent.name == "captions":
            ours = not store.changed_by_hand(path)
        else:
            ours = path.parent != folder or path.name in _UNNOTED or store.noted(path)
        if ours:
            yield path
