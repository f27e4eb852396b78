"""Opens a workspace for one command; without it two commands could write into the same store, and
what was learned of files would be forgotten.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.config import Config
from pipeline.errors import Refused
from pipeline.event import Event, Workspace, config_after, event_in, load_config, segments_of
from pipeline.tools.running import files
from pipeline.work import workers
from pipeline.work.bench import Bench, Observer
from pipeline.work.changeover import PLACE, finish
from pipeline.work.store import Store


@contextmanager
def opened(
    workspace: Workspace,
    observer: Observer,
    *,
    draft: bool = False,
    dry: bool = False,
    jobs: int | None = None,
    scheduler: workers.Scheduler | None = None,
) -> Iterator[tuple[Event, Bench]]:
    """The event, and a bench to work at, one command at a time; what is known of files and tasks is
    saved at the end, however it ends.

    ``jobs`` programs run at once (None: one a core), or the workers of a ``scheduler`` do; in a
    ``dry`` session nothing runs and nothing is saved, so it can be opened beside another command. A
    hand-over that a kill broke off is brought to its end first. Raises ConfigInvalid, and Refused
    where another command works or a folder cannot be used.
    """
    event = _as_it_is_now(workspace, draft)
    workspace.made(workspace.inputs)
    if dry:
        workspace.no_file_at(workspace.store)
        _finish_unless_busy(workspace)
        yield event, Bench(Store(workspace.store), None, observer)
        return
    workspace.made(workspace.store)
    try:
        with _lock(workspace):
            store = Store(workspace.store)
            _clear_up(workspace, store)
            try:
                with _workers(event, observer, jobs, scheduler) as working:
                    observer.begin(working.places)
                    yield event, Bench(store, working, observer)
                store.clear_up()  # what workers left that died
            finally:
                store.save()
    except Timeout:
        raise Refused(
            f"Another perspectives command is working in {workspace.root}; wait until it has ended."
        ) from None


def _as_it_is_now(workspace: Workspace, draft: bool) -> Event:
    """The event, on a machine that may have other fonts than when a review began that goes on."""
    from pipeline.tools.drawing import installed  # 15 ms, and `add` opens nothing

    installed.look_again()
    return event_in(workspace, load_config(workspace), draft)


def _workers(
    event: Event,
    observer: Observer,
    jobs: int | None,
    scheduler: workers.Scheduler | None,
) -> AbstractContextManager[workers.Workers]:
    if scheduler is None:
        return workers.threads(jobs or os.cpu_count() or 2)
    _encoded_alike(event)
    from pipeline.work.cluster import cluster

    return cluster(scheduler, event.workspace, observer.say, observer.begin)


def _encoded_alike(event: Event) -> None:
    """Raises Refused where workers may encode otherwise than each other: parts would not join."""
    wanted = {one.config.delivery.encoder for one in segments_of(event)} - {"x264"}
    if wanted:
        raise Refused(
            f"delivery.encoder is {', '.join(sorted(wanted))}, and with --scheduler all machines"
            " have to encode alike, which only x264 does.\n  Next: write encoder: x264 under"
            " delivery in config.yaml, or leave --scheduler out. Nothing was started."
        )


def _clear_up(workspace: Workspace, store: Store) -> None:
    """End what killed commands have begun: the hand-over, halves of files; of those that are taken
    in, where nobody is at it now, but for long copies, which go on where they broke off.
    """
    _finish_handing_over(workspace, store)
    store.clear_up()
    inputs = workspace.inputs
    files.remove_all(_anywhere(workspace, ".*.part"))
    with suppress(Timeout), FileLock(workspace.store / "changes.lock", timeout=0):
        begun = [one for one in inputs.glob(".*.part") if not files.may_go_on(one, time.time())]
        files.remove_all([*begun, *workspace.root.glob(".config.yaml.*.part")])


def _begun(workspace: Workspace) -> list[Path]:
    """Folders under outputs/, itself among them, in which a hand-over was begun and not ended."""
    return [place.parent for place in _anywhere(workspace, PLACE)]


def _anywhere(workspace: Workspace, name: str) -> list[Path]:
    """What is called so in outputs/, in a folder there, or in one of a segment."""
    outputs = workspace.all_outputs
    return [path for into in ("", "*/", "[!.]*/*/") for path in outputs.glob(f"{into}{name}")]


def _finish_handing_over(workspace: Workspace, store: Store) -> None:
    for folder in _begun(workspace):
        finish(store, folder)


def _finish_unless_busy(workspace: Workspace) -> None:
    """Before anybody only looks: what is there is one set then. Whoever is at it now ends it."""
    if _begun(workspace):
        with suppress(Timeout, OSError), _lock(workspace):
            _finish_handing_over(workspace, Store(workspace.store))


CHANGED_WITHIN_S = 600.0
"""How long a change waits for another one: a recording of 20 GiB is copied in minutes."""


@contextmanager
def changing(workspace: Workspace) -> Iterator[None]:
    """One change of config.yaml and inputs/ at a time: the next one waits, and reads what this one
    has written. A build goes on meanwhile. Raises Refused where it waits too long.
    """
    workspace.made(workspace.store)
    try:
        with FileLock(workspace.store / "changes.lock", timeout=CHANGED_WITHIN_S):
            yield
    except Timeout:
        raise Refused(
            f"Another perspectives command is changing {workspace.root}; run this one again when it"
            " has ended. Nothing was changed."
        ) from None


def write_config(workspace: Workspace, text: str) -> Config:
    """Put ``text`` into config.yaml; what it says then. Raises ConfigInvalid as ``config_after``
    does; then nothing is written. To be called while ``changing``.
    """
    after = config_after(workspace, text)
    files.write_whole(workspace.config, text)
    return after


def busy(workspace: Workspace) -> bool:
    """Whether another command works in this folder now."""
    if not workspace.store.is_dir():
        return False
    try:
        with _lock(workspace):
            return False
    except Timeout:
        return True
    except OSError:  # a disk that can only be read
        return False


def _lock(workspace: Workspace) -> FileLock:
    return FileLock(workspace.store / "lock", timeout=0)
