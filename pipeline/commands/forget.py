"""Takes everything of one speaker out of a workspace; without it a recording that somebody wants
gone would live on in a segment, a pack or the store.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.commands.keep import decide
from pipeline.commands.session import changing, write_config
from pipeline.config_file import read_config, speaker_removed
from pipeline.errors import ConfigInvalid, Refused
from pipeline.event import Event
from pipeline.model import Submission
from pipeline.plan.forgetting import Made, carries_id, results_with, still_named, whose_output
from pipeline.plan.intake import take_in
from pipeline.tools.running import files
from pipeline.work.bench import Bench
from pipeline.work.store import Store


@dataclass(frozen=True)
class Held:
    """What a workspace holds of one speaker: files in inputs/ and in outputs/, keys of results in
    the store. ``shared`` are their files that are another speaker's as well, ``unknown`` files in
    outputs/ that are none of ours: neither is taken away. ``config`` is config.yaml without them,
    ``named`` the lines of it in which their name still stands.
    """

    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    results: frozenset[str]
    shared: tuple[Path, ...]
    unknown: tuple[Path, ...]
    config: str
    named: tuple[int, ...]


def held_of(event: Event, store: Store, speaker: str) -> Held:
    """Everything that is known to hold something of a speaker. Nothing is changed. Raises Refused
    where config.yaml would be none without them.
    """
    config = _config_without(event, speaker)
    theirs, others = _sent(event, speaker)
    digests = {store.digest(path): path for path in sorted(theirs) if path.is_file()}
    sizes = {path.stat().st_size for path in digests.values()}
    inputs, outputs = event.workspace.inputs, event.workspace.outputs

    def copied(path: Path) -> bool:
        """Whether it is one of theirs once more, under whatever name."""
        return path.stat().st_size in sizes and store.digest(path) in digests

    in_inputs = {
        path
        for path in _files_in(inputs)
        if path in theirs or _named_after(path.relative_to(inputs), speaker) or copied(path)
    }
    made = [path for path in _files_in(outputs) if event.workspace.store not in path.parents]
    held = {path: whose_output(path.relative_to(outputs).as_posix(), speaker) for path in made}
    taken = [
        path for path, holds in held.items() if holds in ("theirs", "everybodys") or copied(path)
    ]
    ids = [one for one in event.speakers if one != speaker]
    decided = event.decisions.get(speaker, {}).values()
    seeds = {*digests, *(digest for one in decided for digest in one.recordings)}
    results = [Made(one.key, one.task, one.inputs) for one in store.results()]
    name = event.speakers[speaker].name
    return Held(
        tuple(sorted(in_inputs - others)),
        tuple(sorted(taken)),
        results_with(results, seeds, speaker, ids),
        tuple(sorted(in_inputs & others)),
        tuple(sorted(path for path in made if held[path] == "unknown" and path not in taken)),
        config,
        tuple(still_named(config, name)),
    )


def _named_after(path: Path, speaker: str) -> bool:
    """Whether a file in inputs/ is named after a speaker, or lies in a folder that is."""
    return any(carries_id(part, speaker) for part in path.parts)


def _config_without(event: Event, speaker: str) -> str:
    text = speaker_removed(event.workspace.config.read_text("utf-8-sig"), speaker)
    try:
        after = read_config(text, unfilled=not event.config.segments)
    except ConfigInvalid as invalid:
        raise Refused(
            f"Without {speaker} this would be wrong:\n{invalid}\n  Next: put that right in"
            " config.yaml (a segment in which nobody else speaks goes as a whole). Nothing was"
            " changed."
        ) from None
    if speaker in after.by_id or [*after.by_id] != [id for id in event.speakers if id != speaker]:
        raise Refused(
            f"The entry of {speaker} in config.yaml is written in a way that cannot be taken out"
            " without touching others.\n  Next: delete it there by hand, with everything named"
            f" after {speaker} in inputs/ and outputs/, and the folder outputs/.store. Nothing was"
            " changed."
        )
    return text


def _sent(event: Event, speaker: str) -> tuple[set[Path], set[Path]]:
    """The files in inputs/ that a speaker's messages are made of, and those of all others."""
    taken, _ = take_in(event.config, *event.workspace.listing())
    theirs: set[Path] = set()
    others: set[Path] = set()
    for submission, _ in taken:
        into = theirs if submission.id == speaker else others
        into |= {event.workspace.inputs / name for name in _names(submission)}
    return theirs, others


def _names(submission: Submission) -> Iterator[str]:
    yield from filter(None, (submission.recording, submission.script, submission.photo))
    yield from (f"captions/{name}" for name in submission.captions.values())
    if submission.intro:
        yield from _names(submission.intro)


def _files_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())


def forget(event: Event, bench: Bench, speaker: str) -> Held:
    """Take away all that is ``held_of`` a speaker, their entry in config.yaml at last: who is
    stopped half-way can begin again.
    """
    with changing(event.workspace):
        held = held_of(event, bench.store, speaker)
        gone: Collection[Path] = (*held.outputs, *held.inputs)
        files.remove_all(gone)
        _remove_empty_folders(gone)
        bench.store.forget(held.results, gone)
        _without_lines_of(event.workspace.outputs / "review.log", speaker)
        decide(event.workspace, lambda now: {one: now[one] for one in now if one != speaker})
        write_config(event.workspace, held.config)
    return held


def _remove_empty_folders(gone: Collection[Path]) -> None:
    """Folders of a pack and the like that have nothing in them any more."""
    for folder in sorted({path.parent for path in gone}, reverse=True):
        if folder.name not in ("inputs", "captions", "outputs") and not any(folder.iterdir()):
            folder.rmdir()


def _without_lines_of(log: Path, speaker: str) -> None:
    """The log of a shared review without what was done to a speaker's captions."""
    if log.is_file():
        lines = log.read_text("utf-8", "replace").splitlines(keepends=True)
        files.write_whole(log, "".join(line for line in lines if f'"{speaker}"' not in line))
