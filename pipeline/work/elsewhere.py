"""What another machine does for us; without it a worker with another version, or one that does not
see the event's folder, would take part in a build.

Runs in a Dask worker's process, which finds these functions by their names: a worker without them
has another version of ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import MachineFailed, WorkersFailed, of_files
from pipeline.recipe import FileInput, Recipe
from pipeline.tools.running import files, identity
from pipeline.work import faults
from pipeline.work.workers import Make

SEEN_WITHIN_S = 70.0
"""A network file system may go on for a minute with what it knew of a folder (NFS: acdirmax)."""
MOST_LOOK_S = 30.0
"""A disk that does not answer is not waited for any longer when a worker is greeted."""


@dataclass(frozen=True)
class Terms:
    """What a worker has to agree to: where the event's folder lies for us, and for the workers, the
    ``token`` that we have written into it, and the versions that results are made with.
    """

    here: Path
    there: Path
    token: str
    versions: Mapping[str, str]

    def meeting(self, workspace: Path) -> Path:
        """The folder in which both write for each other; its file ``token`` is ours."""
        return workspace / "outputs/.store/tmp" / f"met-{self.token}"


@dataclass(frozen=True)
class Greeting:
    """What a worker says of itself: its machine's name, its versions, and the name of the file that
    it has written for us, or why it cannot, as the end of a sentence about it.
    """

    host: str
    versions: Mapping[str, str]
    wrote: str = ""
    cannot: str = ""


async def greet(terms: Terms) -> Greeting:
    """Look at this machine. Never raises for what is found."""
    try:
        return await asyncio.wait_for(asyncio.to_thread(_look, terms), MOST_LOOK_S)
    except TimeoutError:
        why = f"gets no answer from the disk with {terms.there} there"
        return Greeting(socket.gethostname(), identity.versions(), cannot=why)


def _look(terms: Terms) -> Greeting:
    said = Greeting(socket.gethostname(), identity.versions())
    meeting = terms.meeting(terms.there)
    if not terms.there.is_dir():
        return replace(said, cannot=f"does not see the event's folder: {terms.there} is not there")
    try:
        if (meeting / "token").read_text("utf-8") != terms.token:
            return replace(said, cannot=_another(terms))
        answer = meeting / uuid.uuid4().hex
        files.write_whole(answer, terms.token)
    except FileNotFoundError:
        return replace(said, cannot=_another(terms))
    except OSError as failed:
        why = failed.strerror or str(failed)
        return replace(said, cannot=f"may not write into {terms.there}/outputs/.store ({why})")
    return replace(said, wrote=answer.name)


def _another(terms: Terms) -> str:
    return (
        f"has another folder at {terms.there}: what we have just written is not in it, so it is not"
        " shared"
    )


def make_there(
    terms: Terms, make: Make, root: Path, command: Recipe, fills: tuple[Recipe, ...]
) -> None:
    """``make`` on this machine, as its own versions and paths allow. Raises what ``make`` raises,
    with this machine's name where it is the machine that failed, and WorkersFailed.
    """
    host = socket.gethostname()
    if found := differences(terms.versions, identity.versions()):
        raise WorkersFailed(f"The worker on {host} has changed while it worked: {found}.")
    here = _Moved(terms.here, terms.there)
    command, root = here.recipe(command), here.path(root)
    try:
        for entry in command.inputs:
            await_visible(Path(entry.path))
        make(root, command, tuple(map(here.recipe, fills)))
    except MachineFailed as failed:
        remedy = failed.remedy
        if remedy == faults.LESS_AT_ONCE:
            remedy = f"Close other programs on {host}, or start fewer workers there."
        tool = f"{failed.tool} on {host}"
        raise MachineFailed(tool, failed.task, failed.saw, remedy, failed.kept) from failed
    except OSError as failed:
        raise WorkersFailed(
            f"The worker on {host} could not go on: {of_files(failed) or failed}"
        ) from failed


@dataclass(frozen=True)
class _Moved:
    """The event's folder lies elsewhere here."""

    old: Path
    new: Path

    def path(self, path: Path) -> Path:
        return self.new / path.relative_to(self.old) if path.is_relative_to(self.old) else path

    def recipe(self, recipe: Recipe) -> Recipe:
        return replace(recipe, inputs=tuple(map(self._input, recipe.inputs)))

    def _input(self, entry: FileInput) -> FileInput:
        return replace(entry, path=str(self.path(Path(entry.path))))


def await_visible(path: Path, within_s: float = SEEN_WITHIN_S) -> None:
    """Wait until this machine sees what another one has written. Raises FileNotFoundError where it
    does not.
    """
    last = time.monotonic() + within_s
    while not path.exists():
        if time.monotonic() > last:
            raise FileNotFoundError(f"{path} is not seen there")
        for folder in (path.parent.parent, path.parent):  # to list a folder is to ask for it anew
            with contextlib.suppress(OSError):
                os.listdir(folder)
        time.sleep(0.1)


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """What is another version there than here, as a sentence's end; nothing where all that makes
    results here is the same there.
    """
    return "; ".join(
        f"{name} is {theirs.get(name, 'missing')} there and {version} here"
        for name, version in ours.items()
        if theirs.get(name) != version
    )
