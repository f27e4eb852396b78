"""Starts the page and ends it; without it nobody could open it."""

from __future__ import annotations

import socket
import threading
import webbrowser
from collections.abc import Callable

import uvicorn
from filelock import FileLock, Timeout

from pipeline.errors import Refused, UsageWrong
from pipeline.event import Workspace
from pipeline.review.desk import Desk
from pipeline.review.door import Key
from pipeline.review.server import serve


def run(
    workspace: Workspace,
    tell: Callable[[str], None],
    speaker: str | None,
    port: int,
    opens: bool,
    jobs: int | None,
) -> None:
    """Serve the page on this computer until Ctrl-C. ``port`` 0 is any that is free, ``speaker``
    whose page is opened. Raises Refused where another review of the workspace runs, UsageWrong for
    a port that is taken, ConfigInvalid.
    """
    workspace.store.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(workspace.store / "review.lock", timeout=0), listening(port) as bound:
            desk = Desk(workspace, jobs)
            desk.look()
            key = Key(bound.getsockname()[1])
            address = key.address_of(f"speaker/{speaker}" if speaker else "")
            tell(f"Review at {address}\nIt opens on this computer only. Ctrl-C ends it.")
            if opens:
                threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
            _serve(desk, key, bound)
            tell("The review has ended; every edit is saved in inputs/captions/.")
    except Timeout:
        raise Refused(
            f"A review of {workspace.root} is open already; use its address, or end it with Ctrl-C."
        ) from None


def listening(port: int) -> socket.socket:
    """A socket on this computer alone. Raises UsageWrong for a port that is taken."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(("127.0.0.1", port))
        bound.listen()
    except OSError as taken:
        bound.close()
        raise UsageWrong(f"--port {port}: it cannot be used ({taken.strerror}).") from None
    return bound


def _serve(desk: Desk, key: Key, bound: socket.socket) -> None:
    settings = uvicorn.Config(
        serve(desk, key),
        log_level="warning",
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
    try:
        uvicorn.Server(settings).run(sockets=[bound])
    except KeyboardInterrupt:  # uvicorn hands the signal on that it ended for
        pass
    finally:
        desk.close()
