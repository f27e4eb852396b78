"""Opens a workspace for one command; without it two commands could write into the same store, and
what was learned of files would be forgotten.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from filelock import FileLock, Timeout

from pipeline.errors import Refused
from pipeline.event import Event, Workspace, event_in, load_config
from pipeline.work import workers
from pipeline.work.bench import Bench, Observer
from pipeline.work.store import Store


@contextmanager
def opened(
    workspace: Workspace,
    observer: Observer,
    *,
    draft: bool = False,
    dry: bool = False,
    jobs: int | None = None,
    scheduler: str | None = None,
) -> Iterator[tuple[Event, Bench]]:
    """The event, and a bench to work at, one command at a time; what is known of files and tasks is
    saved at the end, however it ends.

    ``jobs`` programs run at once (None: one a core), or the workers of a Dask ``scheduler`` do; in
    a ``dry`` session nothing runs. Raises ConfigInvalid, and Refused where another command works or
    a folder cannot be used.
    """
    event = event_in(workspace, load_config(workspace), draft)
    workspace.made(workspace.inputs)
    workspace.made(workspace.store)
    try:
        with FileLock(workspace.store / "lock", timeout=0):
            store = Store(workspace.store)
            try:
                if dry:
                    yield event, Bench(store, None, observer)
                    return
                with _places(jobs, scheduler) as places:
                    yield event, Bench(store, places, observer)
            finally:
                store.save()
    except Timeout:
        raise Refused(
            f"Another perspectives command is working in {workspace.root}; wait until it has ended."
        ) from None


def _places(jobs: int | None, scheduler: str | None) -> AbstractContextManager[workers.Workers]:
    if scheduler:
        return workers.dask(scheduler)
    return workers.threads(jobs or os.cpu_count() or 2)
