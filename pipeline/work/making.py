"""Makes a result and puts it into the store; without it a tool's half-written file would pass for a
result.

A result appears whole or not at all: it is made in ``tmp/``, checked, synced and renamed.
"""

from __future__ import annotations

import errno
import json
import os
import re
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pipeline.errors import (
    DiskFull,
    EncoderFailed,
    Exchanged,
    MachineFailed,
    PipelineError,
    Refused,
    StillChanging,
    ToolFailed,
)
from pipeline.recipe import MADE, FileInput, Recipe
from pipeline.tools.running import (
    fence,
    files,
    measure,
    process,
    programs,
    received,
    standing,
    system,
)
from pipeline.work import faults
from pipeline.work.store import is_whole, object_folder, undamaged

PAUSE_S = 1.0
"""How long we wait before work is tried again that the machine ended: memory is free by then."""
_CARD = threading.Lock()
"""Held by whoever uses the graphics card: a run has one or two of its encoders, and the drivers of
many cards refuse the third or the ninth that asks.
"""


def make(root: Path, command: Recipe, fills: tuple[Recipe, ...]) -> None:
    """Run ``command`` and put what it made into the store, once for each recipe in ``fills``.

    ``command`` is usually the one recipe itself; two recipes that need the same decode are filled
    by one command that makes both recipes' outputs. Can be called in any thread or process that
    sees the store. Raises ToolFailed when the tool ended badly or an output is missing or has the
    wrong length (with the recipe's fallback as well, where it has one), Refused when one of our own
    programs says in a sentence why it will not, DiskFull when there was no room, StillChanging when
    the recording is no longer the one whose digest was taken, MachineFailed when the machine ended
    the work and did so again a second later, Damaged when a result that it reads has changed on the
    disk, Exchanged when another file that it reads has; then nothing is stored.
    """
    try:
        _make_here(root, command, fills)
    except ToolFailed as failed:
        if not command.fallback or isinstance(failed, MachineFailed):
            raise
        dearer = replace(command, arguments=command.fallback)
        _make_here(root, dearer, fills)


def _make_here(root: Path, command: Recipe, fills: tuple[Recipe, ...]) -> None:
    try:
        _make_once(root, command, fills)
    except EncoderFailed:
        raise
    except MachineFailed:
        time.sleep(PAUSE_S)
        _make_once(root, command, fills)


def _make_once(root: Path, command: Recipe, fills: tuple[Recipe, ...]) -> None:
    folder = root / "tmp" / uuid.uuid4().hex
    folder.mkdir(parents=True)
    try:
        with unexchanged(_in_place(root, command)):
            _lay_out(root, folder, command)
            begun_s = time.monotonic()
            ended = _run(command, folder)
        if not ended.good:
            raise _failure(root, command, ended)
        if command.again:
            _run_again(root, command, folder)
        worked_s = (time.monotonic() - begun_s) / len(fills)
        for recipe in fills:
            _check(folder, recipe)
        for recipe in fills:
            _put(root, folder, recipe, ended, worked_s)
    except OSError as failed:
        met = faults.of_system(failed)
        if met is None:
            raise
        raise MachineFailed(command.tool, command.task, *met) from failed
    finally:
        files.remove_all([folder])


def _run(command: Recipe, folder: Path) -> process.Ended:
    """Run the tool; on a recording from outside behind a fence, and on exactly the file whose
    digest was taken.
    """
    recording = command.from_outside
    if recording is None:
        started = programs.command(command.tool, command.arguments)
        if programs.stays(command.tool):
            return standing.run(started, folder, command.timeout_s)
        return process.run(started, folder, command.timeout_s)
    changed = StillChanging(Path(recording.path).name)
    reads = tuple(Path(entry.path).resolve() for entry in command.inputs if not entry.outside)
    with _same(recording, changed) as (descriptor, before):
        ended = fence.run(
            command.tool, command.arguments, descriptor, reads, folder, command.timeout_s
        )
        if received.stamp(descriptor) != before:
            raise changed
    return ended


def _run_again(root: Path, command: Recipe, folder: Path) -> None:
    """Have the outputs made anew that ``again`` reads. What fails now is no recording's fault: they
    are films of our own making. Raises EncoderFailed, and DiskFull.
    """
    (folder / MADE).mkdir()
    for output in command.made_again:
        if not _plain(folder / output):
            raise ToolFailed(command.tool, command.task, f"made no {output}")
        (folder / output).rename(folder / MADE / output)
    with _CARD:
        ended = process.run(
            programs.command(command.tool, command.again), folder, command.timeout_s
        )
    if ended.good:
        return
    failure = _failure(root, command, ended)
    if not isinstance(failure, ToolFailed):
        raise failure
    saw = ended.stopped_because or f'said "{first_complaint(ended.stderr)}"'
    raise EncoderFailed(command.tool, command.task, saw, ANOTHER_ENCODER, failure.kept)


ANOTHER_ENCODER = (
    "Run the command again: what is finished is kept. Where it happens again, write encoder: x264"
    " under delivery in config.yaml."
)


def first_complaint(stderr: str) -> str:
    """The first line of what ffmpeg said, without where in it that was said; those behind it only
    follow from it.
    """
    first = next(iter(stderr.strip().splitlines()), "nothing")
    return re.sub(r"^(?:\[[^]]*\] ?)+", "", first)[:MOST_SAID]


MOST_SAID = 160
"""Letters of a program's words that stand in a sentence of ours."""


def _failure(root: Path, command: Recipe, ended: process.Ended) -> PipelineError:
    """Why the tool ended badly, as the error that a producer can do something about."""
    if ended.stopped_because is None:
        if ended.exit_code == programs.REFUSES:
            return Refused(ended.stderr.strip())
        no_room = command.tool == "ffmpeg" and ended.exit_code in programs.DISK_FULL
        if no_room or os.strerror(errno.ENOSPC) in ended.stderr[-2000:]:
            return DiskFull(command.task)
    met = faults.of_program(command, ended, _without_tags(ended.stderr))
    if met:
        return MachineFailed(command.tool, command.task, *met, _keep_words(root, command, ended))
    saw = ended.stopped_because or f"ended with code {ended.exit_code}"
    if command.tool == "ffmpeg" and ended.exit_code == programs.TOO_LARGE:
        saw = "wrote more than a message can need"
    return ToolFailed(command.tool, command.task, saw, _keep_words(root, command, ended))


def _keep_words(root: Path, command: Recipe, ended: process.Ended) -> str:
    """What a failed tool said, in a file for whoever is asked for help; its path from the workspace
    folder.
    """
    path = root / "failed" / f"{command.key[:16]}.txt"
    files.write_whole(
        path,
        f"{command.task}\n{command.tool}"
        f" {' '.join(command.arguments)}\n\n{_without_tags(ended.stderr)}",
    )
    return f"{root.parent.name}/{root.name}/failed/{path.name}"


def _without_tags(stderr: str) -> str:
    """What ffmpeg said, without the recording's tags: a phone writes there where somebody lives."""
    return re.sub(r"(?m)^((?:\[\w+\] )?)( *)Metadata:\n(?:\1\2  .*\n)*", "", stderr)


def _lay_out(root: Path, folder: Path, command: Recipe) -> None:
    for entry in command.inputs:
        if entry.outside:
            continue  # handed over open, under no name at all
        if Path(entry.path).is_relative_to(root):
            undamaged(Path(entry.path))
        link = folder / entry.name
        link.parent.mkdir(parents=True, exist_ok=True)
        system.lay_in(link, Path(entry.path))
    for name, text in command.texts:
        (folder / name).write_text(text, "utf-8")


def _in_place(root: Path, command: Recipe) -> list[FileInput]:
    """What a command reads where it lies: neither an outsider's nor of the store."""
    return [
        entry
        for entry in command.inputs
        if not entry.outside and not Path(entry.path).is_relative_to(root)
    ]


@contextmanager
def unexchanged(read: Sequence[FileInput]) -> Iterator[None]:
    """Work that reads files of the producer's or of this machine. Raises Exchanged where one is not
    the one whose digest was taken, before it or once it has ended: then it may have read another.

    Weights of 3 GB are read again only where the file system says that they are others; minutes may
    lie between their digest and their use.
    """
    before = [_stamp_of_same(entry) for entry in read]
    yield
    for entry, stamp in zip(read, before, strict=True):
        if _stamp(entry) != stamp:
            raise Exchanged(entry.path)


def _stamp_of_same(entry: FileInput) -> tuple[int, ...]:
    with _same(entry, Exchanged(entry.path)) as (_, stamp):
        return stamp


@contextmanager
def _same(entry: FileInput, changed: PipelineError) -> Iterator[tuple[int, tuple[int, ...]]]:
    """An input, open, and its stamp. Raises ``changed`` where it is no longer the file whose digest
    was taken.
    """
    try:
        descriptor = received.opened(Path(entry.path))
    except received.NotReceived:
        raise changed from None
    try:
        stamp = received.stamp(descriptor)
        if not received.is_same(descriptor, entry.digest, entry.stamp):
            raise changed
        yield descriptor, stamp
    finally:
        os.close(descriptor)


def _stamp(entry: FileInput) -> tuple[int, ...] | None:
    try:
        return received.stamp(Path(entry.path))
    except (FileNotFoundError, NotADirectoryError):
        return None


def _check(folder: Path, recipe: Recipe) -> None:
    for output in recipe.outputs:
        if not _plain(
            folder / output
        ):  # a link that a program made would be followed when it is handed over
            raise ToolFailed(recipe.tool, recipe.task, f"made no {output}")
    for counted, count in (
        (recipe.frames, measure.frames_in),
        (recipe.samples, measure.samples_in),
    ):
        for output, expected in counted:
            if (found := count(folder / output)) != expected:
                raise ToolFailed(
                    recipe.tool, recipe.task, f"made {output} {found} long instead of {expected}"
                )


def _plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _put(root: Path, folder: Path, recipe: Recipe, ended: process.Ended, worked_s: float) -> None:
    """The result with all that is known of it; ``worked_s`` is its share of the program's time."""
    whole = folder / f"result-{recipe.key[:16]}"
    whole.mkdir()
    for output in recipe.outputs:
        (folder / output).rename(whole / output)
    (whole / "stdout.txt").write_text(ended.stdout, "utf-8")
    (whole / "stderr.txt").write_text(_without_tags(ended.stderr), "utf-8")
    sizes = {path.name: path.stat().st_size for path in whole.iterdir()}
    digests = {path.name: files.sha256_of(path) for path in whole.iterdir()}
    known = {
        "task": recipe.task,
        **recipe.facts(),
        "sizes": sizes,
        "digests": digests,
        "worked_s": round(worked_s, 3),
    }
    (whole / "recipe.json").write_text(json.dumps(known, sort_keys=True), "utf-8")
    target = object_folder(root, recipe.key)
    if not is_whole(target):  # it was found damaged; another worker's, given up for lost, stays
        files.remove_all([target])
    files.move_whole(whole, target)
