"""Every recording of some folders against what a player shows of it, in a table; without it a kind
that nobody thought of would be found on air.

Run as ``python tests/benchmarks/timelines.py FOLDER_OR_FILE...`` (without any: this project's own
probe clips). Last line: how many are off. Ends with 1 where any is.
"""

from __future__ import annotations

import multiprocessing
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

import oracle
from delivering import ANN, FINE, Delivered, NotTaken, deliver
from probe_clips import KINDS

from pipeline.errors import PipelineError

TEXTS = {".md", ".tsv", ".srt", ".vtt", ".txt", ".png", ".jpg", ".jpeg", ".webp", ".mid"}
SILENT = ANN.model_copy(update={"allow_silent": True})
PHOTO = ANN.model_copy(update={"still": "photo.jpg"})
NO_PICTURE = {"no-video", "unsupported-video-codec"}


def main(places: list[str]) -> int:
    """The table, and the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        files = list(_files(places, Path(folder)))
        with multiprocessing.Pool(2) as pool:
            rows = []
            for row in pool.imap(judged, files):
                print(row, flush=True)
                rows.append(row)
    off = [row for row in rows if row.startswith("OFF")]
    print(f"{len(rows)} recordings, {len(off)} off")
    return 1 if off else 0


def _files(places: list[str], folder: Path) -> Iterator[Path]:
    """Recordings below the places; the probe clips, made in ``folder``, where none is named."""
    for place in map(Path, places):
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (one for one in found if one.is_file() and one.suffix.lower() not in TEXTS)
    if not places:
        yield from (kind.make(folder) for kind in KINDS)


def judged(recording: Path) -> str:
    """A line about one recording: ok, OFF with what is, or no with why it is rejected."""
    name = f"{recording.parent.name}/{recording.name}"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / recording.name
        shutil.copyfile(recording, copy)
        try:
            made = _delivered(copy)
            heard = oracle.shown(copy, *_tracks(made))
            said = oracle.compared(heard, made.clip)
        except NotTaken as refused:
            return f"no   {name}: {refused.args[0]}: {refused.args[1]}"
        except (PipelineError, ValueError, AssertionError) as failed:
            return f"OFF  {name}: {type(failed).__name__}: {str(failed)[:150]}"
    numbers = (
        f"length {said.longer_by:+.2f}, sound {said.worst_ms:+.0f} ms in {len(said.late_ms)},"
        f" lost {said.lost_ms:.0f}, holes {said.torn_ms:.0f}"
    )
    faults = said.faults()
    return f"{'OFF ' if faults else 'ok  '} {name}: {'; '.join(faults) or numbers}"


def _delivered(recording: Path) -> Delivered:
    try:
        return deliver(recording, FINE, SILENT)
    except NotTaken as refused:
        if refused.args[0] not in NO_PICTURE:
            raise
        return deliver(recording, FINE, PHOTO)


def _tracks(made: Delivered) -> tuple[int | None, int | None]:
    """The tracks that were chosen: which they should be is another question."""
    picture, sound = made.probe.picture, made.probe.sound
    return (picture.position if picture else None), (sound.position if sound else None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
