"""What segments left in outputs/ that are no more; without it a film under an old name would lie
there for true, and be played.

Nothing of a person's is among it: a draft that somebody has changed stays, and so does every file
that no command of ours put there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.config_values import OUTPUT_FOLDERS
from pipeline.event import Event
from pipeline.tools.running import files
from pipeline.work.store import Store

OF_THE_DAY = ("day.csv", "day.html", "day.md", "day.pdf", "report.json")
"""Names under outputs/ of what is made of all segments together."""
_UNNOTED = ("pack", "pack.zip", "proofs", "publish", "report.html")
"""What of ours the store keeps no note of: files, and folders with all that is in them."""


@dataclass(frozen=True)
class Leftover:
    """Files, by their way from the workspace: what is ``ours`` and can go, and what stays beside it
    (``kept``): a person's, or changed by one.
    """

    ours: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


NOTHING_LEFT = Leftover()


def leftover(event: Event, store: Store) -> Leftover:
    """What an earlier division into segments, or none, left in outputs/: under the ids of segments
    that are no more, and beside those that there are now.
    """
    outputs = event.workspace.all_outputs
    ids = {one.id for one in event.config.segments}
    gone = list(_gone(outputs, ids, store))
    found = [path for folder in gone for path in _ours(folder, store)]
    others = {path for folder in gone for path in _inside(folder)}
    if ids:
        found += [path for path in _ours(outputs, store) if path.name not in OF_THE_DAY]
        others |= {path for path in _inside(outputs) if store.noted(path)} - {
            outputs / name for name in OF_THE_DAY
        }
    else:
        day = [outputs / name for name in OF_THE_DAY[:-1]]
        others |= {path for path in day if path.is_file() and store.noted(path)}
        found += [path for path in day if path.is_file() and store.as_put(path)]
    names = [path.relative_to(event.workspace.root).as_posix() for path in found]
    kept = sorted(others - {*found})
    return Leftover(
        tuple(names), tuple(path.relative_to(event.workspace.root).as_posix() for path in kept)
    )


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
    """What commands put into the outputs/ of one segment, that nobody has changed since."""
    for path in _inside(folder):
        if path.relative_to(folder).parts[0] in _UNNOTED or store.as_put(path):
            yield path


def _inside(folder: Path) -> list[Path]:
    """The files in the outputs/ of one segment, and in the folders that one has."""
    inside = [path for name in OUTPUT_FOLDERS for path in folder.glob(f"{name}/*")]
    return sorted(path for path in (*folder.glob("[!.]*"), *inside) if path.is_file())
